"""Nodes that are given by any identifier of theirs, and their papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.meanings import NOT_SIGNED
from scholargraph.collaboration.choosing import Chosen, check_authors, choose_papers
from scholargraph.collaboration.terms import NAME_FORM
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError
from scholargraph.graph import resolve
from scholargraph.identifiers import node_type, recognise
from scholargraph.network.pairs import FloatArray
from scholargraph.topics.scope import entries_of, papers_below

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.terms import Terms
    from scholargraph.graph import ScholarGraph

WITH_PAPERS: Final = ("author", "institution", "paper", "source")
"""Types of nodes that have papers of their own."""

_TYPE_OF_KIND: Final = {
    "arxiv": "paper",
    "doi": "paper",
    "issn": "source",
    "orcid": "author",
    "pmid": "paper",
    "ror": "institution",
}


_SHOWN: Final = 80
"""Characters of a text from outside that a message repeats."""


class GivenNode(NamedTuple):
    """A node of the graph."""

    node_type: str
    node_id: str
    row: int


class NodePapers(NamedTuple):
    """Papers of a node that count."""

    chosen: Chosen
    part: FloatArray
    """How much of each paper is the node's, at most 1."""


def node_named(
    graph: ScholarGraph, identifier: str, among: tuple[str, ...] = WITH_PAPERS
) -> GivenNode:
    """Return the node that an identifier names, whatever its type.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    identifier : str
        Any identifier of a node.
    among : tuple of str
        Types of nodes that it may have. Of institutions with one ROR id the first stands for all.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If it names no such node of the graph.
    """
    if not isinstance(identifier, str):
        raise InvalidIdentifierError(f"an identifier is a text, not {type(identifier).__name__}")
    text = identifier.strip()
    found = recognise(text)
    kind = None
    if found is not None:
        is_openalex = found.kind == "openalex"
        kind = node_type(found.value) if is_openalex else _TYPE_OF_KIND.get(found.kind)
    elif text.startswith(NAME_FORM):
        kind = "author"
    if kind not in among:
        shown = ascii(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
        raise InvalidIdentifierError(
            f"{shown} names no {' or '.join(among)}: give an OpenAlex id or another identifier of"
            " one; find(graph, ...) searches by name"
        )
    node_id = resolve(graph, text, kind)
    return GivenNode(kind, node_id, graph.adjacency.nodes[kind].find_row(node_id))


def nodes_named(graph: ScholarGraph, given: str | Iterable[Any]) -> list[GivenNode]:
    """Return the node, or the nodes, that identifiers name, each once, in the order given.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If one names no node of the graph that has papers.
    InvalidArgumentError
        If it is neither a text nor an iterable of texts.
    """
    if isinstance(given, str):
        return [node_named(graph, given)]
    if not isinstance(given, Iterable):
        raise InvalidArgumentError(f"nodes is an identifier or a list of them, not {given!r}")
    return list(dict.fromkeys(node_named(graph, each) for each in given))


def papers_of(graph: ScholarGraph, node: GivenNode, terms: Terms) -> NodePapers:
    """Return the papers of a node that count, and how much of each is the node's.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    node : GivenNode
        Author, institution, paper or source.
    terms : Terms
        Which papers count.

    Raises
    ------
    InvalidArgumentError
        If the node is a name form and these are left out.

    Notes
    -----
    An author has 1 / n of a paper of n persons. Of an institution every author of a paper who names
    k institutions gives 1 / k of this to each; institutions with one ROR id are one. A paper has
    all of itself, and a source all of its papers.
    """
    adjacency = graph.adjacency
    if node.node_type == "author":
        check_authors(adjacency, np.array([node.row]), terms)
        chosen = choose_papers(adjacency, adjacency.author_papers.of(node.row), terms)
        return NodePapers(chosen, 1.0 / np.maximum(chosen.team_size, 1))
    if node.node_type == "institution":
        return _papers_of_institution(adjacency, node.row, terms)
    is_paper = node.node_type == "paper"
    rows = np.array([node.row]) if is_paper else adjacency.paper_sources.papers.of(node.row)
    chosen = choose_papers(adjacency, rows, terms)
    return NodePapers(chosen, np.ones(len(chosen.rows)))


def _papers_of_institution(adjacency: Adjacency, institution: int, terms: Terms) -> NodePapers:
    known = adjacency.paper_institutions
    variants = np.flatnonzero(known.same == known.same[institution])
    named = papers_below(known.papers, variants)
    place, entry = entries_of(known.institutions, named)
    is_own = known.same[known.institutions.indices[entry]] == known.same[institution]
    authors = np.full(len(named), NOT_SIGNED)
    # What variants have together stands with each of them that somebody signed for.
    np.maximum.at(authors, place[is_own], known.authors[entry[is_own]])
    is_signed = authors != NOT_SIGNED
    named, authors = named[is_signed], authors[is_signed]
    chosen = choose_papers(adjacency, named, terms)
    counted = authors[np.searchsorted(named, chosen.rows)]
    return NodePapers(chosen, counted / np.maximum(chosen.team_size, 1))

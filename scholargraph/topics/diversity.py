"""How far apart the topics are that somebody writes about or cites.

How papers divide among topics is decided in ``scope``, how far apart classes are in
``distances_of_classes``, which papers a node has in ``given_nodes``; the measures are taken in
``diversity_measures``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.csr import distinct
from scholargraph.adjacency.meanings import NO_TITLE, UNKNOWN_COUNT
from scholargraph.collaboration.choosing import Chosen
from scholargraph.collaboration.terms import checked_terms
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import BoolArray
from scholargraph.topics.distances_of_classes import likeness
from scholargraph.topics.diversity_measures import (
    DRAWS,
    UNKNOWN,
    Against,
    Items,
    Measures,
    measured,
)
from scholargraph.topics.given_nodes import GivenNode, nodes_named, papers_of
from scholargraph.topics.hierarchy import IntArray
from scholargraph.topics.shares_of_graph import classes_of_scheme, graph_shares

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph
    from scholargraph.topics.scope import Scope

BASES: Final = ("references", "papers")

PRIOR: Final = 1.0
"""Papers or references that this graph's shares weigh in an interval."""


class _Found(NamedTuple):
    """What the items of a node are, and how much of all that there might be."""

    items: Items
    coverage: float
    """`UNKNOWN` where nothing is known of how many there are."""


def interdisciplinarity(
    graph: ScholarGraph,
    nodes: str | Iterable[Any],
    basis: str = "references",
    *,
    level: str = "subfield",
    distance: str = "tree",
    scheme: str = "openalex",
    since: int | None = None,
    until: int | None = None,
    types: str | Iterable[str] = "research",
    seed: int = 0,
) -> pd.DataFrame:
    """Return how diverse the topics are of what nodes cite, or of what they publish.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    nodes : str or iterable of str
        Identifiers of authors, institutions, papers or sources, also mixed.
    basis : {"references", "papers"}
        Whether it is the papers that the node's papers cite inside this graph, one by one, or the
        node's papers themselves.
    level : {"topic", "subfield", "field"}
        The classes among which papers are divided by their topics' scores.
    distance : {"tree", "citations"}
        How far apart classes are: by their tree (one minus Wu and Palmer's similarity), or one
        minus the cosine of what their papers cite in this graph.
    scheme : {"openalex", "arxiv"}
        Whose classification; arXiv's levels are category, archive and group.
    since, until : int, optional
        First and last year of the node's papers, both included; cited papers may be of any.
    types : {"research", "all"} or iterable of str
        Which of the node's papers count, as for `collaborators`; cited papers may be of any type.
    seed : int
        Of the draws behind the interval; every node has the draws that it has alone.

    Returns
    -------
    pandas.DataFrame
        A row for each node, once, in the order given: ``node_id``, ``node_type``, ``name``,
        ``paper_count`` (papers that count), ``items`` (references or papers with a class),
        ``coverage`` (of the references that records count, or of all papers, the share that are
        items; null where no record counts any),
        ``rao_stirling``, ``low`` and ``high`` (its 95 % interval), ``corrected`` (for small
        samples), ``within_papers`` and ``between_papers`` (its two parts), ``variety`` (classes
        present), ``balance`` (1 - Gini), ``disparity`` (mean distance of two classes present),
        ``true_diversity``, ``true_diversity_low``, ``true_diversity_high``, and ``div``.

        Of fewer than two items nothing can be told: all measures but ``variety`` are null, not 0.
        The parts are null where fewer than two papers have items, and ``disparity`` where there is
        one class. ``attrs`` holds the arguments, the version, ``classes`` (classes of the level),
        ``graph_papers`` (those that the prior rests on), ``draws`` and ``prior``.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If a node is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

    Notes
    -----
    With p_i the share of class i of all items, an item being divided among its classes, and d_ij
    the distance of two classes,

    - rao_stirling = sum over ordered pairs of d_ij p_i p_j (Stirling 2007);
    - within_papers = the same for the items of each paper alone (with ``basis="papers"``: for its
      own classes), averaged over the items; between_papers is the rest;
    - corrected = the mean over ordered pairs of different items of sum d_ij w_i v_j, w and v being
      what the two give to classes. For items of one class each that is n / (n - 1) times
      rao_stirling, and it does not depend on n in expectation. The general form is ours;
    - balance = 1 - Gini coefficient of the shares of the classes present, disparity = mean of d_ij
      over them, div = (variety / classes of the level) * balance * disparity (Leydesdorff, Wagner
      and Bornmann 2019); 0 for one class. Rousseau (2023) objects that the Gini coefficient of the
      classes present depends on how many these are, so that the factors are not independent: the
      parts stand beside the product;
    - true_diversity = 1 / (1 - rao_stirling) (Zhang, Rousseau and Glänzel 2016): so many equal
      classes at distance 1 would be as diverse.

    The interval is that of rao_stirling under a Dirichlet distribution whose parameters are the
    items in each class and the shares of all papers of this graph, on the same terms, which weigh
    as much as one item. It says what so few items can tell, not what references are missing:
    those outside the graph may be on other topics, see ``coverage``.

    References
    ----------
    Stirling, A. (2007). A general framework for analysing diversity in science, technology and
    society. J. R. Soc. Interface 4(15), 707-719. doi:10.1098/rsif.2007.0213

    Zhang, L., Rousseau, R., Glänzel, W. (2016). Diversity of references as an indicator of the
    interdisciplinarity of journals: taking similarity between subject fields into account.
    J. Assoc. Inf. Sci. Technol. 67(5), 1257-1265. doi:10.1002/asi.23487

    Leydesdorff, L., Wagner, C. S., Bornmann, L. (2019). Interdisciplinarity as diversity in
    citation patterns among journals: Rao-Stirling diversity, relative variety, and the Gini
    coefficient. Journal of Informetrics 13(1), 255-269. doi:10.1016/j.joi.2018.12.006

    Rousseau, R. (2023). Loet Leydesdorff, interdisciplinarity, and diversity. Profesional de la
    información 32(7).

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": "A9000000001", "display_name": "One"}}]
    >>> fields = [
    ...     {"id": f"T900{n}", "display_name": "T", "score": 1.0,
    ...      "subfield": {"id": f"subfields/{n}", "display_name": f"Subfield {n}"}}
    ...     for n in (1, 2)
    ... ]
    >>> works = [
    ...     {"id": f"W900000000{n}", "authorships": seats, "topics": [topic]}
    ...     for n, topic in enumerate(fields, 1)
    ... ]
    >>> found = interdisciplinarity(sg.from_records(works), "A9000000001", basis="papers")
    >>> found[["items", "rao_stirling", "corrected", "variety", "true_diversity"]]
       items  rao_stirling  corrected  variety  true_diversity
    0      2           0.5        1.0        2             2.0
    """
    if basis not in BASES:
        raise InvalidArgumentError(f"basis is one of {', '.join(BASES)}, not {basis!r}")
    _check_seed(seed)
    terms = checked_terms({"since": since, "until": until, "types": types})
    scope = classes_of_scheme(graph.adjacency, scheme, level)
    alike = likeness(scope, distance)
    asked = nodes_named(graph, nodes)
    everywhere = graph_shares(scope, terms)
    classes = int(np.count_nonzero(scope.class_of == np.arange(len(scope.class_of))))
    against = Against(alike, PRIOR * everywhere.share, classes, seed)
    papers: list[int] = []
    found: list[_Found] = []
    measures: list[Measures] = []
    for node in asked:
        chosen = papers_of(graph, node, terms).chosen
        papers.append(len(chosen.rows))
        found.append(_found(graph, chosen, basis, scope))
        measures.append(measured(found[-1].items, against))
    return frame(
        _table(graph, asked, papers, found, measures),
        nullable=(),
        attrs={
            "basis": basis,
            "level": level,
            "distance": distance,
            "scheme": scheme,
            "since": terms.since,
            "until": terms.until,
            "types": terms.as_dict()["types"],
            "seed": seed,
            "version": graph.version,
            "classes": classes,
            "graph_papers": everywhere.papers,
            "draws": DRAWS,
            "prior": PRIOR,
        },
    )


def _found(graph: ScholarGraph, chosen: Chosen, basis: str, scope: Scope) -> _Found:
    if basis == "papers":
        place, rows = np.arange(len(chosen.rows)), chosen.rows
        there = np.ones(len(chosen.rows), np.int64)
    else:
        place, cited = graph.adjacency.cites.of_all(chosen.rows)
        rows = cited.astype(np.int64)
        there = _reference_counts(graph, chosen)
        in_graph = np.bincount(place, minlength=len(there))
        there = np.where(there == UNKNOWN_COUNT, UNKNOWN_COUNT, np.maximum(there, in_graph))
    items, counts = _items(scope, place, rows)
    # Of a paper whose references nobody has counted, no share is known.
    is_known = there != UNKNOWN_COUNT
    whole = int(there[is_known].sum())
    found = np.count_nonzero(is_known[place[counts]])
    return _Found(items, found / whole if whole else UNKNOWN)


def _items(scope: Scope, place: IntArray, rows: IntArray) -> tuple[Items, BoolArray]:
    """Return those papers, each time that one stands there, that have a class, and which they are.

    Parameters
    ----------
    scope : Scope
        The classes.
    place : int64 array
        Of each paper that to which it belongs, ascending.
    rows : int64 array
        Rows of papers.
    """
    each = distinct(rows)
    weights = scope.weights(each)
    # What has a score of 0 has no part.
    weights.eliminate_zeros()
    has_class = np.diff(weights.indptr) > 0
    classes = distinct(weights.indices).astype(np.int64)
    kind = np.cumsum(has_class) - 1
    at = np.searchsorted(each, rows)
    counts = has_class[at]
    _, group = np.unique(place[counts], return_inverse=True)
    return Items(group, kind[at[counts]], weights[has_class][:, classes], classes), counts


def _reference_counts(graph: ScholarGraph, chosen: Chosen) -> IntArray:
    """Return how many works each paper cites by its record, or `UNKNOWN_COUNT`."""
    import pyarrow.compute as pc

    if not len(chosen.rows):
        return np.zeros(0, np.int64)
    ids = graph.adjacency.nodes["paper"].ids.take(chosen.rows)
    table = graph.scan("papers").to_table(
        columns=["paper_id", "reference_count"], filter=pc.field("paper_id").isin(ids)
    )
    said = table["reference_count"].take(pc.index_in(ids, value_set=table["paper_id"]))
    counts: IntArray = pc.fill_null(said, UNKNOWN_COUNT).to_numpy().astype(np.int64)
    return counts


def _table(
    graph: ScholarGraph,
    nodes: list[GivenNode],
    papers: list[int],
    found: list[_Found],
    measures: list[Measures],
) -> Any:
    import pyarrow as pa

    def column(values: Iterable[float]) -> Any:
        return pa.array([None if math.isnan(value) else value for value in values], pa.float64())

    items = [len(each.items.group) for each in found]
    return pa.table(
        {
            "node_id": pa.array([node.node_id for node in nodes], pa.string()),
            "node_type": pa.array([node.node_type for node in nodes], pa.string()),
            "name": pa.array([_name(graph, node) for node in nodes], pa.string()),
            "paper_count": pa.array(papers, pa.int32()),
            "items": pa.array(items, pa.int64()),
            "coverage": column(each.coverage for each in found),
            "rao_stirling": column(each.rao_stirling for each in measures),
            "low": column(each.low for each in measures),
            "high": column(each.high for each in measures),
            "corrected": column(each.corrected for each in measures),
            "within_papers": column(each.within_papers for each in measures),
            "between_papers": column(each.between_papers for each in measures),
            "variety": pa.array([len(each.items.classes) for each in found], pa.int32()),
            "balance": column(each.balance for each in measures),
            "disparity": column(each.disparity for each in measures),
            "true_diversity": column(_true(each.rao_stirling) for each in measures),
            "true_diversity_low": column(_true(each.low) for each in measures),
            "true_diversity_high": column(_true(each.high) for each in measures),
            "div": column(each.div for each in measures),
        }
    )


def _true(rao_stirling: float) -> float:
    return 1.0 / (1.0 - rao_stirling)


def _name(graph: ScholarGraph, node: GivenNode) -> str | None:
    adjacency = graph.adjacency
    if node.node_type == "paper" and adjacency.papers.flags[node.row] & NO_TITLE:
        return None
    return adjacency.nodes[node.node_type].names[node.row]


def _check_seed(seed: object) -> None:
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise InvalidArgumentError(f"seed is a number of 0 or more, not {seed!r}")

"""Who cites whom: flows of citations among authors, institutions or topics, as a directed network.

Which citations count is decided in ``citations_counted``, what parts of papers nodes have in
``parts_of_papers``; the sums are taken in ``flow_sums``.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.adjacency.meanings import UNKNOWN_YEAR
from scholargraph.collaboration.choosing import Chosen, choose_papers
from scholargraph.collaboration.terms import checked_terms
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import BoolArray, FloatArray, IntArray
from scholargraph.topics.citations_counted import CountedCitations, signatures_of
from scholargraph.topics.flow_sums import FlowSums, in_pieces, per_citation
from scholargraph.topics.parts_of_papers import Parts, parts_at

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from scipy.sparse import csr_array

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph
    from scholargraph.network import Network
    from scholargraph.network.recipe import Bipartite

LEVELS: Final = ("author", "institution", "topic")
COUNTINGS: Final = ("full", "fractional")

MOST_EDGES: Final = 25_000_000
"""More are refused: all pairs of OpenAlex's topics are fewer, and take two gigabytes at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRecipe:
    """How a network of flows was made, and the citations behind it."""

    graph: ScholarGraph
    said: Mapping[str, Any]
    citations: CountedCitations
    parts: Parts
    numbers: IntArray
    """Of each node."""
    ids: tuple[str, ...]

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of `citation_flow`."""
        return self.said

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """Return the citations behind the flow from a to b, each with what it adds.

        Returns
        -------
        pandas.DataFrame
            ``paper_id``, ``title`` and ``year`` of the citing paper, ``cited_paper_id``,
            ``cited_title`` and ``cited_year``, ``weight``; by citing and then by cited paper.
        """
        import pyarrow as pa

        adjacency = self.graph.adjacency
        one, other = (int(self.numbers[self.ids.index(each)]) for each in (a, b))
        citing, part = self._papers_of(one)
        (place, cited), _ = self.citations.of(citing)
        cited = cited.astype(np.int64)
        part_of_cited = _part_of(self.parts.of(cited), other)
        is_flow = part_of_cited[1]
        place, cited = place[is_flow], cited[is_flow]
        counted = per_citation(self.graph, self.said["counting"])[citing]
        weight = (part * counted)[place] * part_of_cited[0][is_flow]
        known, year = adjacency.nodes["paper"], adjacency.papers.year

        def described(rows: IntArray, prefix: str) -> dict[str, pa.Array[Any]]:
            return {
                f"{prefix}paper_id": known.own_ids.take(rows),
                f"{prefix}title": known.names.take(rows),
                f"{prefix}year": pa.array(
                    year[rows], pa.int16(), mask=np.asarray(year[rows] == UNKNOWN_YEAR)
                ),
            }

        columns = {**described(citing[place], ""), **described(cited, "cited_")}
        return frame(
            pa.table({**columns, "weight": pa.array(weight, pa.float64())}),
            nullable=("year", "cited_year"),
        )

    def bipartite(self) -> Bipartite:
        """Refuse: a flow leads from papers to other papers, and nobody signs both."""
        raise InvalidArgumentError(
            "this is a network of citations: null models and robustness ask who signed which paper"
        )

    def _papers_of(self, number: int) -> tuple[IntArray, FloatArray]:
        """Return the papers that count of a node, and its part of each."""
        papers, parts = [np.zeros(0, np.int64)], [np.zeros(0)]
        for some in in_pieces(np.flatnonzero(self.citations.counts)):
            part, has_part = _part_of(self.parts.of(some), number)
            papers.append(some[has_part])
            parts.append(part[has_part])
        return np.concatenate(papers), np.concatenate(parts)


def citation_flow(
    graph: ScholarGraph,
    level: str = "author",
    counting: str = "full",
    self_citations: bool = False,
    window: int | None = None,
    *,
    nodes: Iterable[Any] | None = None,
    types: str | Iterable[str] = "research",
) -> Network:
    """Return who cites whom as a directed network: an edge leads from the citing to the cited.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    level : {"author", "institution", "topic"}
        What the nodes are.
    counting : {"full", "fractional"}
        Whether a citation counts 1, or 1 by the references of the citing paper, those to papers
        outside of this graph among them.
    self_citations : bool
        Whether citations between papers with a joint author count.
    window : int, optional
        Only papers that are at most so many years older than the citing one are cited.
    nodes : iterable of str, optional
        Identifiers of the nodes, or a frame with the column of their ids (``topic_id`` for topics);
        by default all with a paper that counts. Large graphs have too many flows among authors for
        all of them at once.
    types : {"research", "all"} or iterable of str
        Which papers count, as for `collaborators`.

    Returns
    -------
    Network
        Directed. Nodes: ``id``, ``name``, ``type``, ``paper_count`` (papers that count),
        ``outflow`` and ``inflow`` (all that the node cites, and all that cites it, whether or not
        the other end is among the nodes), ``inside`` (the flow to itself, which is part of both).
        Edges: ``weight``, ``citation_count`` (citations of which the one paper belongs to the
        source and the other to the target) and ``ratio`` (the weight by what outflow and inflow
        alone would give; null where that is 0). ``explain(a, b)`` gives the citations behind the
        flow from a to b.

        ``left_out`` says what did not count: ``papers`` that did, ``papers_left_out`` by reason;
        ``citations`` that counted, ``citations_left_out`` by reason; ``citations_without_node``, of
        those that counted, where one paper has no node of this level; ``references_outside``, cited
        works that are no papers of this graph, by papers that counted; ``total``, the sum of all
        flow.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If a node is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take, or there could be more than 25
        million flows.

    Notes
    -----
    The flow from i to j is the sum of w_pi w_qj over citations p -> q, w being the parts that nodes
    have of papers: a topic its score divided by the sum of the paper's, an author 1 / n of n
    persons, an institution of each author's part as much as he gives it, 1 / k if he names k. So a
    citation counts once, however many sign; what belongs to persons and affiliations that nobody
    knows goes to no node. The ratio is flow total / (out_i in_j), 1 where i cites j as everybody
    does. It speaks of this graph, whose papers cite others, too.

    References
    ----------
    Perianes-Rodriguez, A., Waltman, L., van Eck, N. J. (2016). Constructing bibliometric networks:
    a comparison between full and fractional counting. Journal of Informetrics 10(4), 1178-1195.
    doi:10.1016/j.joi.2016.10.006

    Examples
    --------
    >>> import scholargraph as sg
    >>> def work(number, *cited):
    ...     topic = {"id": f"T1000{number}", "display_name": f"Topic {number}", "score": 1.0}
    ...     return {"id": f"W900000000{number}", "topics": [topic],
    ...             "referenced_works": [f"W900000000{other}" for other in cited]}
    >>> graph = sg.from_records([work(1, 2, 3), work(2, 3), work(3)])
    >>> citation_flow(graph, "topic", "fractional").to_pandas()[1][["source", "target", "weight"]]
       source  target  weight
    0  T10001  T10002     0.5
    1  T10001  T10003     0.5
    2  T10002  T10003     1.0
    """
    import pyarrow as pa

    from scholargraph.network import Network

    _check(level, counting, self_citations, window)
    terms = checked_terms({"types": types})
    adjacency = graph.adjacency
    chosen = choose_papers(adjacency, None, terms)
    citations = _citations(adjacency, chosen, self_citations, window)
    parts = parts_at(graph, level, chosen.rows)
    sums = FlowSums(graph, citations, parts, counting)
    wanted = sums.number_of_all() if nodes is None else parts.numbers_named(nodes)
    wanted = parts.in_order(wanted)
    _check_size(sums.most_edges(wanted), level)
    sums.add_up(wanted)
    said = {
        "level": level,
        "counting": counting,
        "self_citations": self_citations,
        "window": window,
        "nodes": None if nodes is None else len(wanted),
        "types": terms.as_dict()["types"],
        "version": graph.version,
    }
    ids = parts.ids(wanted)
    return Network(
        pa.table(
            {
                "id": ids,
                "name": parts.names(wanted),
                "type": pa.repeat(level, len(wanted)),
                **sums.of_nodes(wanted),
            }
        ),
        pa.table(sums.edges(wanted, ids)),
        recipe=FlowRecipe(
            graph=graph,
            said=said,
            citations=citations,
            parts=parts,
            numbers=wanted,
            ids=tuple(ids.to_pylist()),
        ),
        left_out={
            "papers": len(chosen.rows),
            "papers_left_out": chosen.left_out,
            "references_outside": _references_outside(graph, citations.counts),
            **sums.said(),
        },
        directed=True,
    )


def _citations(
    adjacency: Adjacency, chosen: Chosen, self_citations: bool, window: int | None
) -> CountedCitations:
    counts = np.zeros(len(adjacency.papers.year), np.bool_)
    counts[chosen.rows] = True
    return CountedCitations(
        adjacency=adjacency,
        counts=counts,
        window=window,
        signatures=None if self_citations else signatures_of(adjacency.paper_authors),
    )


def _references_outside(graph: ScholarGraph, counts: BoolArray) -> int:
    """Return how many cited works are no papers of the graph, of papers that count."""
    is_most = 2 * np.count_nonzero(counts) > len(counts)
    references = _references(graph, np.flatnonzero(~counts if is_most else counts))
    if is_most:
        references = graph.counts["citations"] - references
    inside = np.diff(graph.adjacency.cites.indptr)[counts]
    return references - int(inside.sum())


def _references(graph: ScholarGraph, papers: IntArray) -> int:
    """Return how many works papers cite, whether or not these are in the graph."""
    if not len(papers):
        return 0
    ids = graph.adjacency.nodes["paper"].own_ids.take(papers).to_pylist()
    query = "SELECT count(*) FROM citations WHERE paper_id IN (SELECT unnest(?))"
    ((count,),) = graph.relation(query, [ids]).fetchall()
    return int(count)


def _part_of(matrix: csr_array, number: int) -> tuple[FloatArray, BoolArray]:
    """Return the part of a node in each row, and whether it has one."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    is_its = matrix.indices == number
    part, has_part = np.zeros(matrix.shape[0]), np.zeros(matrix.shape[0], np.bool_)
    part[row[is_its]] = matrix.data[is_its]
    has_part[row[is_its]] = True
    return part, has_part


def _check(level: object, counting: object, self_citations: object, window: object) -> None:
    for name, value, choices in (("level", level, LEVELS), ("counting", counting, COUNTINGS)):
        if value not in choices:
            raise InvalidArgumentError(f"{name} is one of {', '.join(choices)}, not {value!r}")
    if not isinstance(self_citations, bool):
        raise InvalidArgumentError(f"self_citations is True or False, not {self_citations!r}")
    is_whole = isinstance(window, numbers.Integral) and not isinstance(window, bool)
    if window is not None and (not is_whole or int(window) < 0):  # type: ignore[call-overload]
        raise InvalidArgumentError(f"window is a number of years from 0, not {window!r}")


def _check_size(edges: int, level: str) -> None:
    if edges > MOST_EDGES:
        raise InvalidArgumentError(
            f"there could be {edges:,} flows between {level}s, more than {MOST_EDGES:,}; name the "
            f"{level}s with nodes=[...]"
        )

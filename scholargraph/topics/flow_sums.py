"""Sums of what nodes cite and are cited, over all citations that count, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.network.pairs import FloatArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy.sparse import csr_array

    from scholargraph.graph import ScholarGraph
    from scholargraph.topics.citations_counted import CountedCitations
    from scholargraph.topics.parts_of_papers import Parts

_PIECE_PAPERS: Final = 500_000

_NO_NUMBER: Final = -1


class FlowSums:
    """What nodes cite and are cited, summed up a piece of the citing papers at a time.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    citations : CountedCitations
        The citations that count.
    parts : Parts
        How papers divide among nodes.
    counting : str
        What a citation counts.
    """

    def __init__(
        self, graph: ScholarGraph, citations: CountedCitations, parts: Parts, counting: str
    ) -> None:
        self._citations = citations
        self._parts, self._per_citation = parts, per_citation(graph, counting)
        papers = len(citations.counts)
        self._paper_count = np.zeros(parts.count, np.int64)
        self._part = np.zeros(papers)
        """Of each paper what belongs to any node."""
        for some in in_pieces(np.flatnonzero(citations.counts)):
            matrix = parts.of(some)
            self._paper_count += np.bincount(matrix.indices, minlength=parts.count)
            self._part[some] = matrix.sum(axis=1)
        self._outflow, self._inflow = np.zeros(parts.count), np.zeros(parts.count)
        self._total = 0.0
        self._counted = self._without_node = 0
        self._passed_over: Counter[str] = Counter()
        self._place = np.zeros(papers, np.int32)

    def number_of_all(self) -> IntArray:
        """Return the numbers of the nodes that have a paper that counts."""
        return np.flatnonzero(self._paper_count)

    def most_edges(self, wanted: IntArray) -> int:
        """Return how many flows there could be, at most."""
        number = self._renumbering(wanted)
        held = np.zeros(len(self._citations.counts), np.int64)
        for some in in_pieces(np.flatnonzero(self._citations.counts)):
            held[some] = np.diff(_restricted(self._parts.of(some), number, len(wanted)).indptr)
        cites = self._citations.adjacency.cites
        pairs = 0
        for some in self._citations.pieces():
            place, cited = cites.of_all(some)
            pairs += int((held[some][place] * held[cited]).sum())
        return min(pairs, len(wanted) ** 2)

    def add_up(self, wanted: IntArray) -> None:
        """Go through all citations."""
        from scipy.sparse import csr_array

        number, count = self._renumbering(wanted), len(wanted)
        self._flow = csr_array((count, count), dtype=np.float64)
        self._citation_count = csr_array((count, count), dtype=np.int64)
        for papers in self._citations.pieces():
            (place, cited), passed_over = self._citations.of(papers)
            self._passed_over += passed_over
            each = np.flatnonzero(np.bincount(cited)) if len(cited) else np.zeros(0, np.int64)
            self._place[each] = np.arange(len(each))
            links = csr_array(
                (
                    np.ones(len(cited)),
                    self._place[cited],
                    np.searchsorted(place, np.arange(len(papers) + 1)),
                ),
                shape=(len(papers), len(each)),
            )
            citing_parts, cited_parts = self._parts.of(papers), self._parts.of(each)
            per_citation = self._per_citation[papers]
            self._add_margins(papers, each, links, per_citation, citing_parts, cited_parts)
            self._counted += len(cited)
            has_nodes = (self._part[papers[place]] > 0) & (self._part[cited] > 0)
            self._without_node += int(np.count_nonzero(~has_nodes))
            source = _restricted(citing_parts, number, count)
            target = _restricted(cited_parts, number, count)
            weighed = _rows_times(source, per_citation)
            self._flow = self._flow + weighed.T.tocsr() @ (links @ target)
            self._citation_count = self._citation_count + _ones(source).T.tocsr() @ (
                links.astype(np.int64) @ _ones(target)
            )

    def of_nodes(self, wanted: IntArray) -> dict[str, pa.Array[Any]]:
        """Return the columns of nodes."""
        import pyarrow as pa

        return {
            "paper_count": pa.array(self._paper_count[wanted], pa.int32()),
            "outflow": pa.array(self._outflow[wanted], pa.float64()),
            "inflow": pa.array(self._inflow[wanted], pa.float64()),
            "inside": pa.array(self._flow.diagonal(), pa.float64()),
        }

    def edges(self, wanted: IntArray, ids: pa.Array[Any]) -> dict[str, pa.Array[Any]]:
        """Return the columns of edges, by source and target."""
        import pyarrow as pa

        key, citation_count = _entries(self._citation_count)
        flow_key, flow = _entries(self._flow)
        # A part may be 0, and a product of zeros has no entry; there are citations all the same.
        weight = np.zeros(len(key))
        weight[np.searchsorted(key, flow_key)] = flow
        source, target = np.divmod(key, max(len(wanted), 1))
        is_edge = source != target
        source, target, weight = source[is_edge], target[is_edge], weight[is_edge]
        expected = self._outflow[wanted[source]] * self._inflow[wanted[target]]
        ratio = np.full(len(weight), np.nan)
        np.divide(weight * self._total, expected, out=ratio, where=expected > 0)
        return {
            "source": pa.DictionaryArray.from_arrays(pa.array(source, pa.int32()), ids),
            "target": pa.DictionaryArray.from_arrays(pa.array(target, pa.int32()), ids),
            "weight": pa.array(weight, pa.float64()),
            "citation_count": pa.array(citation_count[is_edge], pa.int64()),
            "ratio": pa.array(ratio, pa.float64(), from_pandas=True),
        }

    def said(self) -> dict[str, Any]:
        """Say what the flows rest on."""
        reasons = sorted(self._passed_over.items())
        return {
            "citations": self._counted,
            "citations_left_out": {reason: count for reason, count in reasons if count},
            "citations_without_node": self._without_node,
            "total": self._total,
        }

    def _renumbering(self, wanted: IntArray) -> IntArray:
        number = np.full(self._parts.count, _NO_NUMBER)
        number[wanted] = np.arange(len(wanted))
        return number

    def _add_margins(
        self,
        papers: IntArray,
        each: IntArray,
        links: csr_array,
        per_citation: FloatArray,
        citing_parts: csr_array,
        cited_parts: csr_array,
    ) -> None:
        """Add what nodes cite in all: sums that need no pairs."""
        given = per_citation * (links @ self._part[each])
        self._outflow += citing_parts.T @ given
        self._inflow += cited_parts.T @ (links.T @ (per_citation * self._part[papers]))
        self._total += float((self._part[papers] * given).sum())


def per_citation(graph: ScholarGraph, counting: str) -> FloatArray:
    """Return what each citation of each paper counts.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    counting : {"full", "fractional"}
        1, or 1 by the references that the record counts, or the graph where it has more.
    """
    at_hand = np.diff(graph.adjacency.cites.indptr)
    if counting == "full":
        return np.ones(len(at_hand))
    by_record = graph.scan("papers").to_table(columns=["reference_count"])["reference_count"]
    references = np.maximum(by_record.fill_null(0).to_numpy(), at_hand)
    return np.asarray(1.0 / np.maximum(references, 1), np.float64)


def in_pieces(papers: IntArray) -> Iterable[IntArray]:
    """Return papers a piece at a time, in order."""
    return np.split(papers, range(_PIECE_PAPERS, len(papers), _PIECE_PAPERS))


def _restricted(matrix: csr_array, number: IntArray, count: int) -> csr_array:
    """Return the columns that have a number, under it."""
    from scipy.sparse import csr_array

    column = number[matrix.indices]
    is_wanted = column != _NO_NUMBER
    before = np.concatenate([[0], np.cumsum(is_wanted)])
    parts = (matrix.data[is_wanted], column[is_wanted], before[matrix.indptr])
    return csr_array(parts, shape=(matrix.shape[0], count))


def _rows_times(matrix: csr_array, factor: FloatArray) -> csr_array:
    from scipy.sparse import csr_array

    data = matrix.data * np.repeat(factor, np.diff(matrix.indptr))
    return csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _ones(matrix: csr_array) -> csr_array:
    from scipy.sparse import csr_array

    data = np.ones(len(matrix.data), np.int64)
    return csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _entries(matrix: csr_array) -> tuple[IntArray, Any]:
    """Return the entries by row and column, each with its place in a dense matrix."""
    matrix.sum_duplicates()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return row * matrix.shape[1] + matrix.indices, matrix.data

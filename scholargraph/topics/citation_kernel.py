"""How much classes of topics cite each other, beside what their sizes alone would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.topics.hierarchy import FloatArray, IntArray
from scholargraph.topics.kept import kept
from scholargraph.topics.scope import PIECE_PAPERS, Kernel, Scope, column_of, without_diagonal

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from scholargraph.adjacency.csr import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations:
    """Citations from and to each class; index k is row k of the table of topics."""

    out: FloatArray
    received: FloatArray
    total: float
    """Citations between papers that have classes."""


def citation_kernel(scope: Scope, class_row: int, papers: IntArray) -> Kernel:
    """Return how much a class and every other cite each other.

    Parameters
    ----------
    scope : Scope
        Classes, and the years of citing papers; a cited paper may be of any year.
    class_row : int
        The class.
    papers : int64 array
        Its papers of these years.

    Returns
    -------
    Kernel
        ``evidence`` are the papers of one class that cite a paper of the other.

    Notes
    -----
    The flow from i to j is f_ij, the sum over citations p -> q of w_pi w_qj, w being the parts that
    classes have of papers; citations among papers of one author are among them. With sizes alone it
    would be e_ij = out_i in_j / total, out and in being all that i cites and all that cites j. The
    value is (f_ij + f_ji) / (e_ij + e_ji).

    Examples
    --------
    Two topics that cite only each other do it twice as often as their sizes alone would:

    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> works = [{"id": f"W900000000{n}", "referenced_works": [f"W900000000{3 - n}"],
    ...           "topics": [{"id": f"T900{n}", "display_name": "A topic", "score": 1.0}]}
    ...          for n in (1, 2)]
    >>> scope = scope_of(sg.from_records(works).adjacency, "openalex")
    >>> citation_kernel(scope, 0, np.array([0])).value.tolist()
    [0.0, 2.0]
    """
    sizes = citation_sizes(scope)
    cites, cited_by = scope.adjacency.cites, scope.adjacency.cited_by
    any_year = scope.any_year()
    place, cited = cites.of_all(papers)
    own = column_of(scope.weights(papers), class_row)
    each, of_each = np.unique(cited, return_inverse=True)
    weights = any_year.weights(each)
    flow_out = _spread(weights, of_each, own[place])
    by_class = _citing_papers(weights, place, of_each)
    everything = any_year.papers_of(class_row)
    place, citing = cited_by.of_all(everything)
    inside = scope.is_inside(citing)
    place, citing = place[inside], citing[inside]
    own = column_of(scope.weights(everything), class_row)
    each, of_each = np.unique(citing, return_inverse=True)
    weights = scope.weights(each)
    flow_in = _spread(weights, of_each, own[place])
    by_class += np.bincount(weights.indices, minlength=len(scope.class_of))
    expected = sizes.out[class_row] * sizes.received + sizes.received[class_row] * sizes.out
    value = np.zeros(len(expected))
    is_possible = expected > 0
    flow = (flow_out + flow_in)[is_possible]
    value[is_possible] = flow * sizes.total / expected[is_possible]
    value[class_row] = 0
    by_class[class_row] = 0
    return Kernel(value, by_class)


def _spread(weights: csr_array, papers: IntArray, values: FloatArray) -> FloatArray:
    """Return what comes to each class of values of papers, by its parts of them."""
    spread: FloatArray = weights.T @ np.bincount(papers, values, minlength=weights.shape[0])
    return spread


def _citing_papers(weights: csr_array, place: IntArray, of_each: IntArray) -> IntArray:
    """Return for each class how many papers cite one of its papers."""
    rows = weights.shape[1]
    counts = np.diff(weights.indptr)[of_each]
    ends = np.cumsum(counts)
    at = np.arange(int(ends[-1]) if len(ends) else 0)
    at += np.repeat(weights.indptr[of_each] - (ends - counts), counts)
    key = distinct(np.repeat(place, counts) * rows + weights.indices[at])
    return np.bincount(key % rows, minlength=rows)


def citation_ratios(scope: Scope) -> tuple[csr_array, csr_array]:
    """Return what `citation_kernel` says of all classes with all, a class with itself left out.

    Parameters
    ----------
    scope : Scope
        Classes, and the years of citing papers; a cited paper may be of any year.

    Returns
    -------
    tuple of csr_array
        Ratios, and numbers of papers of one class that cite the other. Both symmetric.
    """
    from scipy.sparse import csr_array

    rows = len(scope.class_of)
    flows = csr_array((rows, rows), dtype=np.float64)
    citing = csr_array((rows, rows), dtype=np.float64)
    any_year = scope.any_year()
    for piece in scope.pieces():
        for low, high in _steps(scope.adjacency.cites, piece.papers):
            place, cited = scope.adjacency.cites.of_all(piece.papers[low:high])
            begins = np.searchsorted(place, np.arange(high - low + 1))
            each, of_each = np.unique(cited, return_inverse=True)
            shape = (high - low, len(each))
            links = csr_array((np.ones(len(cited)), of_each, begins), shape=shape)
            of_citing, of_cited = csr_array(piece.weights[low:high].T), any_year.weights(each)
            flows = flows + of_citing @ (links @ of_cited)
            of_citing.data = np.ones(len(of_citing.data))
            of_cited.data = np.ones(len(of_cited.data))
            reached = links @ of_cited
            reached.data = np.ones(len(reached.data))
            citing = citing + of_citing @ reached
    both = without_diagonal(csr_array(flows + flows.T))
    sizes = citation_sizes(scope)
    a = np.repeat(np.arange(rows), np.diff(both.indptr))
    b = both.indices
    expected = sizes.out[a] * sizes.received[b] + sizes.received[a] * sizes.out[b]
    both.data = both.data * sizes.total / expected
    return both, without_diagonal(csr_array(citing + citing.T))


def citation_sizes(scope: Scope) -> Citations:
    """Return how much each class cites and is cited, once for each version, level and window."""
    return kept(scope.adjacency, ("citations", *scope.key), lambda: _sizes(scope))


def _sizes(scope: Scope) -> Citations:
    adjacency = scope.adjacency
    rows, paper_count = len(scope.class_of), len(adjacency.papers.year)
    out, received = np.zeros(rows), np.zeros(rows)
    total = 0.0
    has_class, counts = _with_class(scope.any_year(), paper_count), np.zeros(paper_count, np.bool_)
    for piece in scope.pieces():
        counts[piece.papers] = np.diff(piece.weights.indptr) > 0
        citations = _marked(adjacency.cites, piece.papers, has_class)
        out += piece.weights.T @ citations
        total += float(citations[counts[piece.papers]].sum())
    for piece in scope.any_year().pieces():
        received += piece.weights.T @ _marked(adjacency.cited_by, piece.papers, counts)
    return Citations(out=out, received=received, total=total)


def _with_class(scope: Scope, paper_count: int) -> npt.NDArray[np.bool_]:
    has_class = np.zeros(paper_count, np.bool_)
    for piece in scope.pieces():
        has_class[piece.papers] = np.diff(piece.weights.indptr) > 0
    return has_class


def _marked(relation: Relation, papers: IntArray, marks: npt.NDArray[np.bool_]) -> FloatArray:
    """Return how many neighbours of each paper are marked."""
    counts = np.zeros(len(papers))
    for low, high in _steps(relation, papers):
        place, neighbour = relation.of_all(papers[low:high])
        counts[low:high] = np.bincount(place[marks[neighbour]], minlength=high - low)
    return counts


def _steps(relation: Relation, papers: IntArray) -> list[tuple[int, int]]:
    """Return ranges of papers that have a bounded number of neighbours together, or are one."""
    ends = np.cumsum(relation.indptr[papers + 1] - relation.indptr[papers])
    steps, low = [], 0
    while low < len(papers):
        before = int(ends[low - 1]) if low else 0
        high = int(np.searchsorted(ends, before + 4 * PIECE_PAPERS, side="right"))
        steps.append((low, max(high, low + 1)))
        low = steps[-1][1]
    return steps

"""How near papers stand to one of them: each kernel counts on the arrays of the version.

Only papers that share something are ever looked at. How kernels become an answer is decided in
``near_papers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import Relation, distinct
from scholargraph.network.pairs import BoolArray, FloatArray, IntArray
from scholargraph.topics.scope import entries_of

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.adjacency.adjacency import PaperTopics

KERNELS: Final = ("direct", "coupling", "co-citation", "topics", "authors")


class Near(NamedTuple):
    """Papers that share something with one, which is not among them."""

    rows: IntArray
    """Ascending."""
    score: FloatArray
    """Above 0, at most 1."""


def near_papers(adjacency: Adjacency, paper: int, kernel: str) -> Near:
    """Return all papers near one, by one kernel.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    paper : int
        Row of the paper.
    kernel : str
        One of `KERNELS`.
    """
    if kernel == "direct":
        return _citing_or_cited(adjacency, paper)
    if kernel == "topics":
        return _on_its_topics(adjacency.paper_topics, paper)
    return _with_common(*_both_ways(adjacency, kernel), paper)


def shared_between(
    adjacency: Adjacency, paper: int, others: IntArray, kernel: str
) -> tuple[IntArray, IntArray]:
    """Return what a paper and others have in common: places among the others, and rows.

    The rows are papers, but topics and authors for these kernels. For direct citation they are the
    papers that cite: the paper itself, the other, or both.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    paper : int
        Row of the paper.
    others : int64 array
        Rows of the others.
    kernel : str
        One of `KERNELS`.
    """
    if kernel == "direct":
        cited = np.flatnonzero(_among(adjacency.cites.of(paper), others))
        citing = np.flatnonzero(_among(adjacency.cited_by.of(paper), others))
        place = np.concatenate([cited, citing])
        rows = np.concatenate([np.full(len(cited), paper), others[citing]])
        order = np.lexsort((rows, place))
        return place[order], rows[order]
    there = (
        adjacency.paper_topics.topics if kernel == "topics" else _both_ways(adjacency, kernel)[0]
    )
    place, found = there.of_all(others)
    is_common = _among(there.of(paper), found)
    return place[is_common], found[is_common].astype(np.int64)


def _both_ways(adjacency: Adjacency, kernel: str) -> tuple[Relation, Relation]:
    if kernel == "coupling":
        return adjacency.cites, adjacency.cited_by
    if kernel == "co-citation":
        return adjacency.cited_by, adjacency.cites
    return adjacency.paper_authors, adjacency.author_papers


def _citing_or_cited(adjacency: Adjacency, paper: int) -> Near:
    touched = np.concatenate([adjacency.cites.of(paper), adjacency.cited_by.of(paper)])
    rows = distinct(touched[touched != paper]).astype(np.int64)
    return Near(rows, np.ones(len(rows)))


def _with_common(there: Relation, back: Relation, paper: int) -> Near:
    own = there.of(paper)
    found = back.of_all(own)[1]
    rows, count = _counted(found[found != paper])
    sizes = there.indptr[rows + 1] - there.indptr[rows]
    return Near(rows, np.minimum(count / np.sqrt(float(len(own)) * sizes), 1.0))


def _on_its_topics(topics: PaperTopics, paper: int) -> Near:
    _, own, own_weight = _weighted(topics, np.array([paper]))
    found = topics.papers.of_all(own)[1]
    rows = distinct(found[found != paper]).astype(np.int64)
    place, topic, weight = _weighted(topics, rows)
    squares = np.bincount(place, weights=weight**2, minlength=len(rows))
    is_common = _among(own, topic)
    at = np.searchsorted(own, topic[is_common])
    dot = np.bincount(
        place[is_common], weights=weight[is_common] * own_weight[at], minlength=len(rows)
    )
    score = np.minimum(dot / np.sqrt(squares * np.sum(own_weight**2)), 1.0)
    # A topic with score 0 is on the paper and says nothing.
    return Near(rows[score > 0], score[score > 0])


def _weighted(
    topics: PaperTopics, papers: IntArray
) -> tuple[IntArray, npt.NDArray[np.uint32], FloatArray]:
    """Return places of papers, their topics, and what these weigh."""
    place, entry = entries_of(topics.topics, papers)
    weight = np.maximum(topics.score[entry].astype(np.float64), 0.0)
    lacks = np.bincount(place, weights=weight, minlength=len(papers)) == 0
    weight[lacks[place]] = 1.0
    return place, topics.topics.indices[entry], weight


def _counted(found: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Return the distinct values, ascending, and how often each is there."""
    found = np.sort(found)
    is_new = np.ones(len(found), np.bool_)
    is_new[1:] = found[1:] != found[:-1]
    first = np.flatnonzero(is_new)
    return found[first].astype(np.int64), np.diff(first, append=len(found))


def _among(ascending: npt.NDArray[Any], values: npt.NDArray[Any]) -> BoolArray:
    """Tell which values are in an ascending array."""
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    at = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    found: BoolArray = ascending[at] == values
    return found

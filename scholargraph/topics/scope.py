"""What an answer about topics speaks of: classes at one level of one tree, papers of some years.

From here come the papers of a class, and papers by classes as sparse matrices, a piece at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.adjacency.meanings import NO_SCORE, UNKNOWN_YEAR
from scholargraph.collaboration.terms import checked_terms
from scholargraph.topics.hierarchy import NO_CLASS, FloatArray, IntArray, classes_at, level_in

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from scholargraph.adjacency import Adjacency
    from scholargraph.adjacency.adjacency import PaperTopics
    from scholargraph.adjacency.csr import Relation

PIECE_PAPERS: Final = 500_000
"""Papers that are looked at together."""


class Piece(NamedTuple):
    """Some papers and their classes."""

    papers: IntArray
    """Rows of papers, ascending."""
    weights: csr_array
    """Papers by classes: the part of each paper that each class has."""


class Kernel(NamedTuple):
    """What a kernel says of one class and all others; index k is row k of the table of topics."""

    value: FloatArray
    """0 where there is nothing in common."""
    evidence: IntArray
    """How many papers or authors bear it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Classes at one level of one tree, and the papers of some years."""

    adjacency: Adjacency
    scheme: str
    level: str
    """As it is called in the scheme."""
    class_of: IntArray
    """Of each row of topics the class at the level, or `NO_CLASS`."""
    since: int | None
    until: int | None

    @property
    def topics(self) -> PaperTopics:
        """The arrays of the version."""
        return self.adjacency.paper_topics

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells this scope from others of the same version."""
        return self.scheme, self.level, self.since, self.until

    def any_year(self) -> Scope:
        """Return the same classes with papers of all years."""
        return Scope(
            adjacency=self.adjacency,
            scheme=self.scheme,
            level=self.level,
            class_of=self.class_of,
            since=None,
            until=None,
        )

    def is_inside(self, papers: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Tell which papers are of the years; of unknown year none is, if there are bounds."""
        inside = np.ones(len(papers), np.bool_)
        if self.since is None and self.until is None:
            return inside
        year = self.adjacency.papers.year[papers]
        inside &= year != UNKNOWN_YEAR
        if self.since is not None:
            inside &= year >= self.since
        if self.until is not None:
            inside &= year <= self.until
        return inside

    def papers_of(self, class_row: int) -> IntArray:
        """Return the papers of a class and of all below it, ascending, each once."""
        papers = papers_below(self.topics.papers, np.flatnonzero(self.class_of == class_row))
        return papers[self.is_inside(papers)]

    def weights(self, papers: npt.NDArray[Any]) -> csr_array:
        """Return papers by classes: of each paper the parts that its classes have.

        Parameters
        ----------
        papers : integer array
            Rows of papers, in any order, perhaps repeated; years are not looked at.

        Returns
        -------
        csr_array, shape (papers, rows of topics), float64
            Each row sums to 1, or to 0 for a paper without classes at the level. Indices ascend.

        Notes
        -----
        A paper's scores divided by their sum (they are not probabilities). Where a score is not
        known, or all are 0, its topics have equal parts. Parts of topics of one class add up.
        """
        from scipy.sparse import csr_array

        relation = self.topics.topics
        place, at = entries_of(relation, papers)
        class_row = self.class_of[relation.indices[at]]
        is_class = class_row != NO_CLASS
        if not is_class.all():
            place, at, class_row = place[is_class], at[is_class], class_row[is_class]
        score = self.topics.score[at].astype(np.float64)
        sums = np.bincount(place, score, minlength=len(papers))
        counts = np.bincount(place, minlength=len(papers))
        lacks = (sums <= 0) & (counts > 0)
        lacks[place[score == NO_SCORE]] = True
        if lacks.any():
            score[lacks[place]] = 1.0
            sums = np.bincount(place, score, minlength=len(papers))
        indptr = np.zeros(len(papers) + 1, np.int64)
        np.cumsum(counts, out=indptr[1:])
        parts = (score / sums[place], class_row, indptr)
        matrix = csr_array(parts, shape=(len(papers), len(self.class_of)))
        # Topics of a paper ascend and differ; classes above them need not.
        matrix.sum_duplicates()
        return matrix

    def pieces(self) -> Iterator[Piece]:
        """Yield all papers of the years, in order, some at a time."""
        paper_count = len(self.adjacency.papers.year)
        for low in range(0, paper_count, PIECE_PAPERS):
            papers = np.arange(low, min(low + PIECE_PAPERS, paper_count))
            papers = papers[self.is_inside(papers)]
            yield Piece(papers, self.weights(papers))


def scope_of(
    adjacency: Adjacency,
    scheme: str,
    level: str = "topic",
    since: int | None = None,
    until: int | None = None,
) -> Scope:
    """Return what an answer speaks of.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    scheme : {"openalex", "arxiv"}
        Whose classification.
    level : {"topic", "subfield", "field"}
        With arXiv category, archive and group.
    since, until : int, optional
        First and last year, both included.

    Raises
    ------
    InvalidArgumentError
        If the level or a year is none.

    Examples
    --------
    >>> import scholargraph as sg
    >>> topics = [{"id": f"T900{n}", "display_name": f"Topic {n}", "score": n} for n in (1, 3)]
    >>> graph = sg.from_records([{"id": "W9000000001", "topics": topics}])
    >>> scope_of(graph.adjacency, "openalex").weights(np.array([0])).toarray().tolist()
    [[0.25, 0.75]]
    """
    named = level_in(scheme, level)
    terms = checked_terms({"since": since, "until": until})
    return Scope(
        adjacency=adjacency,
        scheme=scheme,
        level=named,
        class_of=classes_at(adjacency.paper_topics, named),
        since=terms.since,
        until=terms.until,
    )


def entries_of(relation: Relation, rows: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Return where the neighbours of some rows stand, for what is known of each of them.

    Parameters
    ----------
    relation : Relation
        From rows to neighbours.
    rows : integer array
        In any order, perhaps repeated.

    Returns
    -------
    int64 array, int64 array
        Places among the rows, ascending, and places among the indices of the relation.

    Examples
    --------
    >>> from scholargraph.adjacency.csr import Relation
    >>> signed = Relation(indptr=np.array([0, 2, 3]), indices=np.array([4, 7, 5], np.uint32))
    >>> [found.tolist() for found in entries_of(signed, np.array([1, 0]))]
    [[0, 1, 1], [2, 0, 1]]
    """
    rows = rows.astype(np.int64, copy=False)
    starts = relation.indptr[rows]
    lengths = relation.indptr[rows + 1] - starts
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    place = np.repeat(np.arange(len(rows)), lengths)
    return place, np.arange(total) + (starts - (ends - lengths))[place]


def papers_below(papers: Relation, topics: IntArray) -> IntArray:
    """Return the papers of some topics, ascending, each once."""
    if len(topics) == 1:
        return papers.of(int(topics[0])).astype(np.int64)
    _, found = papers.of_all(topics)
    return distinct(found).astype(np.int64)


def column_of(weights: csr_array, class_row: int) -> FloatArray:
    """Return the part that a class has of each paper."""
    of_class = weights.indices == class_row
    part = np.zeros(weights.shape[0])
    place = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    part[place[of_class]] = weights.data[of_class]
    return part


def sums_of(places: npt.NDArray[Any], values: FloatArray, count: int) -> FloatArray:
    """Return the sum of the values at each of some places, as floating point also of none."""
    sums: FloatArray = np.bincount(places, values, minlength=count).astype(np.float64, copy=False)
    return sums


def without_diagonal(matrix: csr_array) -> csr_array:
    """Return a square matrix with nothing on its diagonal and indices ascending."""
    from scipy.sparse import csr_array

    matrix.sort_indices()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    off = matrix.indices != row
    indptr = np.concatenate([[0], np.cumsum(off)])[matrix.indptr]
    return csr_array((matrix.data[off], matrix.indices[off], indptr), shape=matrix.shape)

"""Two balls of authors and papers, grown around two authors until they touch.

Each grows by half a step at a time, from authors to the papers that they signed or from papers to
those who signed them; a paper of thousands is walked through once and its pairs are never written
out. Which of several shortest chains is taken is decided in ``chains``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np

from scholargraph.adjacency.csr import Relation, distinct
from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    from scholargraph.collaboration.terms import Terms
    from scholargraph.collaboration.walking import Walk
    from scholargraph.graph import ScholarGraph

NEAR: Final = 1
FAR: Final = 2
_ODD: Final = 4
"""Whether the level is: neighbours of what is marked are on this level or on one beside it."""
_REFUSED: Final = 8
"""Does not count, whether it was met or not."""
_SIDES: Final = NEAR | FAR
_MET: Final = _SIDES | _REFUSED
_COUNTS: Final = 16
_COUNTS_NOT: Final = 32
_KNOWN: Final = _COUNTS | _COUNTS_NOT
"""Kept from one search to the next, since whether a paper counts stays the same."""


class Marks:
    """What a search notes of every author and paper, in memory that the next search takes over.

    The system gives zeros that take memory only where they are written to.
    """

    def __init__(self, walk: Walk) -> None:
        self.authors = np.zeros(walk.author_count, np.uint8)
        for rows in walk.left_out:
            self.authors[rows] = _REFUSED
        self.papers = np.zeros(walk.paper_count, np.uint8)
        self.last_place = np.zeros(max(walk.author_count, walk.paper_count), np.int32)
        """Where a row stood in the list that it was last seen in; means nothing elsewhere."""

    def once(self, rows: IntArray) -> IntArray:
        """Return each row once, in no order to rely on: in a quarter of the time of sorting."""
        places = np.arange(len(rows), dtype=np.int32)
        self.last_place[rows] = places
        found: IntArray = rows.compress(self.last_place[rows] == places)
        return found


_SPARE: Final[WeakKeyDictionary[ScholarGraph, tuple[Terms, Marks]]] = WeakKeyDictionary()
"""Marks that no search of a graph is using; one at most."""


@contextmanager
def marks_of(graph: ScholarGraph, walk: Walk) -> Iterator[Marks]:
    """Lend marks to one search, which cleans up what it marked unless it fails."""
    terms, marks = _SPARE.pop(graph, (None, None))
    if marks is None or terms != walk.terms:
        marks = Marks(walk)
    yield marks
    _SPARE[graph] = walk.terms, marks


class Ball:
    """One end of a search, and how far it has come."""

    def __init__(self, walk: Walk, marks: Marks, author: int, side: int) -> None:
        self._walk = walk
        self._marks = marks
        self.end = author
        self.side = side
        self.levels: list[IntArray] = []
        """The end itself, its papers, their authors and so on, each once."""
        self._refused: list[IntArray] = []
        self._add(np.array([author], np.int64))

    @property
    def is_at_papers(self) -> bool:
        """Whether the last level is one of papers."""
        return len(self.levels) % 2 == 0

    @property
    def authors_met(self) -> int:
        """How many authors were met, the end included."""
        return sum(map(len, self.levels[::2]))

    def expand(self) -> IntArray:
        """Go on by one level, or return who of the other side's last level stands there."""
        rows = neighbours(self._relation, self._starts, self._lengths)
        marks = self._marks.authors if self.is_at_papers else self._marks.papers
        mark = marks[rows]
        is_touched = mark & (self.side ^ _SIDES) != 0
        if is_touched.any():
            return distinct(rows[is_touched])
        fresh = self._marks.once(rows.compress(mark & _MET == 0))
        self._add(fresh if self.is_at_papers else self._counting(fresh))
        return rows[:0]

    def before(self, rows: IntArray, level: int) -> tuple[IntArray, IntArray]:
        """Return who of a level stands beside rows of the level after it.

        As places in `rows` and rows of that level, one pair for each authorship.
        """
        if level % 2:
            marks, relation = self._marks.papers, self._walk.adjacency.author_papers
        else:
            marks, relation = self._marks.authors, self._walk.adjacency.paper_authors
        place, found = relation.of_all(rows)
        is_before = marks[found] == self._mark(level)
        return place[is_before], found[is_before].astype(np.int64)

    def clean(self) -> None:
        """Take the marks away."""
        for number, level in enumerate(self.levels):
            if number % 2:
                self._marks.papers[level] = _COUNTS
            else:
                self._marks.authors[level] = 0
        for refused in self._refused:
            self._marks.papers[refused] = _COUNTS_NOT

    def _add(self, level: IntArray) -> None:
        mark = self._mark(len(self.levels))
        self.levels.append(level)
        if self.is_at_papers:
            self._marks.papers[level] = mark
            self._relation = self._walk.adjacency.paper_authors
        else:
            self._marks.authors[level] = mark
            self._relation = self._walk.adjacency.author_papers
        self._starts = self._relation.indptr[level]
        self._lengths = self._relation.indptr[level + 1] - self._starts
        self.work = int(self._lengths.sum())
        """Rows that the next level is looked for among."""

    def _mark(self, level: int) -> int:
        """Return what marks the rows of a level: parity alone, so that no chain is too long."""
        mark = self.side | (_ODD if level // 2 % 2 else 0)
        return mark | _COUNTS if level % 2 else mark

    def _counting(self, papers: IntArray) -> IntArray:
        """Return those papers that count, and mark the others."""
        marks = self._marks.papers
        unknown = papers[marks[papers] & _KNOWN == 0]
        if len(unknown):
            marks[unknown] = _COUNTS_NOT
            marks[self._walk.choose(np.sort(unknown)).rows] = _COUNTS
        counts = marks[papers] == _COUNTS
        refused = papers[~counts]
        if len(refused):
            marks[refused] = _COUNTS_NOT | _REFUSED
            self._refused.append(refused)
            self._walk.note_refused(refused)
        counting: IntArray = papers[counts]
        return counting


def neighbours(relation: Relation, starts: IntArray, lengths: IntArray) -> IntArray:
    """Return the neighbours of rows whose neighbours begin at some places, one after the other."""
    # Clipping changes nothing, and is quicker than looking whether all places are inside.
    return relation.indices.take(ranges(starts, lengths), mode="clip").astype(np.int64)


def ranges(starts: IntArray, lengths: IntArray) -> IntArray:
    """Return the numbers of several ranges, one after the other."""
    ends = np.cumsum(lengths)
    numbers = np.repeat(starts - (ends - lengths), lengths)
    numbers += np.arange(len(numbers))
    return numbers

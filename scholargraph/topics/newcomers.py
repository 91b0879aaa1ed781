"""Who is new to a subject: authors whose first paper on it lies in the last years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    from scholargraph.adjacency.csr import Relation

_PIECE_SEATS: Final = 1_000_000
"""Authorships that are looked at together."""


class Newcomers(NamedTuple):
    """Of one subject."""

    authors: int
    """Who have a paper on it in the last years."""
    entrants: int
    """Of these, whose first paper on it is among those."""


class NewcomerCounter:
    """Counts the newcomers of one subject after the other, in memory that only authors decide.

    Parameters
    ----------
    paper_authors : Relation
        From papers to their authors.
    author_count : int
        How many authors there are.

    Examples
    --------
    >>> from scholargraph.adjacency.csr import Relation
    >>> signed = Relation(indptr=np.array([0, 2, 4]), indices=np.array([0, 1, 1, 2], np.uint32))
    >>> NewcomerCounter(signed, 3).count(np.array([0]), np.array([1]))
    Newcomers(authors=2, entrants=1)
    """

    def __init__(self, paper_authors: Relation, author_count: int) -> None:
        self._paper_authors = paper_authors
        self._was_here = np.zeros(author_count, np.bool_)
        self._is_here = np.zeros(author_count, np.bool_)

    def count(self, before: IntArray, now: IntArray) -> Newcomers:
        """Count the authors of some papers, and those who did not sign any of those before.

        Parameters
        ----------
        before, now : int64 array
            Rows of papers.
        """
        for signers in self._signers(before):
            self._was_here[signers] = True
        authors = entrants = 0
        for signers in self._signers(now):
            new = np.unique(signers[~self._is_here[signers]])
            self._is_here[new] = True
            authors += len(new)
            entrants += int(np.count_nonzero(~self._was_here[new]))
        # What was marked is unmarked: to empty all marks would cost more than small subjects do.
        for papers, marks in ((before, self._was_here), (now, self._is_here)):
            for signers in self._signers(papers):
                marks[signers] = False
        return Newcomers(authors, entrants)

    def _signers(self, papers: IntArray) -> Iterator[IntArray]:
        indptr = self._paper_authors.indptr
        seats = np.cumsum(indptr[papers + 1] - indptr[papers])
        bounds = np.flatnonzero(np.diff(seats // _PIECE_SEATS)) + 1
        for some in np.split(papers, bounds):
            yield self._paper_authors.of_all(some)[1].astype(np.int64)

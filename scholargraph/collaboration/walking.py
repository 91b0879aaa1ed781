"""Walking from authors to their papers and on to those who signed them, on the arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.choosing import choose_papers, is_left_out, name_forms_of
from scholargraph.collaboration.terms import AUTO
from scholargraph.network.pairs import FloatArray, IntArray

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.choosing import Chosen
    from scholargraph.collaboration.terms import Terms

_PIECE_STEPS: Final = 1_000_000
_REFUSED_KEPT: Final = 1_000_000


class Walk:
    """The way from authors to papers that count and on to their authors."""

    def __init__(self, adjacency: Adjacency, terms: Terms) -> None:
        self.adjacency = adjacency
        self.author_count = len(adjacency.author_papers.indptr) - 1
        self.paper_count = len(adjacency.papers.year)
        self.terms = terms
        self._refused: list[IntArray] = []
        self._refused_count = 0

    @property
    def left_out(self) -> tuple[slice, ...]:
        """Rows of the authors who make no ties."""
        return () if self.terms.name_forms else name_forms_of(self.adjacency).rows

    def choose(self, papers: npt.NDArray[Any]) -> Chosen:
        """Return those of some papers, ascending, that count, and remember the others."""
        chosen = choose_papers(self.adjacency, papers, self.terms)
        if len(chosen.rows) < len(papers):
            self.note_refused(np.setdiff1d(papers, chosen.rows, assume_unique=True))
        return chosen

    def note_refused(self, papers: npt.NDArray[Any]) -> None:
        """Remember papers that were met and do not count."""
        self._refused.append(papers.astype(np.int64))
        self._refused_count += len(papers)
        if self._refused_count > _REFUSED_KEPT:
            self._refused = [distinct(np.concatenate(self._refused))]
            self._refused_count = 0

    def papers_left_out(self) -> dict[str, int]:
        """Return how many papers were met and do not count, by the reason."""
        if not self._refused:
            return {}
        refused = distinct(np.concatenate(self._refused))
        return choose_papers(self.adjacency, refused, self.terms).left_out

    def persons(self, papers: npt.NDArray[Any]) -> IntArray:
        """Return how many persons papers have, none where they have too many to count."""
        persons: IntArray = self.adjacency.papers.team_size[papers].astype(np.int64)
        most = self.terms.max_authors
        if most is None:
            return persons
        limit: Any = self.adjacency.papers.author_limit[papers] if most == AUTO else most
        return np.where(persons <= limit, persons, 0)

    def signers(self, papers: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
        """Return who signed papers and makes ties: place of the paper, author; in their order."""
        place, found = self.adjacency.paper_authors.of_all(papers)
        author: IntArray = found.astype(np.int64)
        if self.terms.name_forms:
            return place, author
        counts = ~is_left_out(self.adjacency, author, self.terms)
        return place[counts], author[counts]

    def degree(self, authors: IntArray) -> int:
        """Return how many papers authors have signed, joint ones each time."""
        indptr = self.adjacency.author_papers.indptr
        return int((indptr[authors + 1] - indptr[authors]).sum())

    def signed(self, authors: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Return the papers of some authors that make ties: place, paper, team size.

        The smallest teams first.
        """
        place, rows = self.adjacency.author_papers.of_all(authors)
        paper: IntArray = rows.astype(np.int64)
        chosen = self.choose(distinct(paper))
        shared = chosen.of(chosen.team_size >= 2)
        at = np.searchsorted(shared.rows, paper)
        counts = np.zeros(len(paper), np.bool_)
        inside = at < len(shared.rows)
        counts[inside] = shared.rows[at[inside]] == paper[inside]
        place, paper, team_size = place[counts], paper[counts], shared.team_size[at[counts]]
        by_size = np.argsort(team_size, kind="stable")
        return place[by_size], paper[by_size], team_size[by_size]

    def ties(self, authors: IntArray) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
        """Return all ties of some authors: place, co-author, joint papers, fractional weight.

        Ascending by place and co-author; weights are summed from the smallest teams on.
        """
        place, paper, team_size = self.signed(authors)
        byline, signed = self.signers(paper)
        others = signed != authors[place[byline]]
        byline, signed = byline[others], signed[others]
        key = place[byline] << 32 | signed
        order = np.argsort(key, kind="stable")
        key, team_size = key[order], team_size[byline[order]]
        starts = starts_of(key)
        return (
            key[starts] >> 32,
            key[starts] & 0xFFFFFFFF,
            np.diff(np.append(starts, len(key))),
            sums_of(1.0 / (team_size - 1), starts),
        )

    def lengths(self, authors: IntArray, weight: str) -> tuple[IntArray, IntArray, FloatArray]:
        """Return all ties of some authors: place, co-author, and 1 / weight."""
        place, coauthor, paper_count, fractional = self.ties(authors)
        return place, coauthor, 1.0 / (paper_count if weight == "full" else fractional)

    def id_of(self, author: int) -> bytes:
        """Return what orders authors: rows do not where only bylines name one."""
        return self.adjacency.nodes["author"].ids.encoded(author)

    def smallest(self, authors: IntArray) -> int:
        """Return the author with the smallest id."""
        if int(authors.max()) < self.adjacency.nodes["author"].row_count:
            return int(authors.min())
        found: int = min(authors.tolist(), key=self.id_of)
        return found


class Side:
    """One end of a breadth-first search, and how far it has come."""

    def __init__(self, walk: Walk, author: int) -> None:
        self._walk = walk
        self.end = author
        self.levels = [np.array([author], np.int64)]
        """The end itself, its co-authors and so on, each once and ascending."""
        # The system gives zeros that take memory only where they are written to.
        self.is_met = np.zeros(walk.author_count, np.bool_)
        self.is_met[author] = True
        self._is_met_paper = np.zeros(walk.paper_count, np.bool_)
        self.work = walk.degree(self.levels[0])

    def expand(self) -> IntArray:
        """Go on by one level and return it."""
        _, signed = self._walk.adjacency.author_papers.of_all(self.levels[-1])
        papers = _new(signed, self._is_met_paper)
        _, signers = self._walk.signers(self._walk.choose(papers).rows)
        level = _new(signers, self.is_met)
        self.levels.append(level)
        self.work = self._walk.degree(level)
        return level

    @property
    def authors_met(self) -> int:
        """How many authors were met, the end included."""
        return sum(map(len, self.levels))


def _new(rows: npt.NDArray[Any], is_met: npt.NDArray[np.bool_]) -> IntArray:
    """Return the rows that were not met before, each once and ascending, and mark them as met."""
    wide = rows.astype(np.int64, copy=False)
    new: IntArray = distinct(rows[~is_met[wide]]).astype(np.int64)
    is_met[new] = True
    return new


def steps_of(walk: Walk, authors: IntArray) -> IntArray:
    """Return how many persons the papers of each author have, each time that they occur."""
    place, papers = walk.adjacency.author_papers.of_all(authors)
    persons = np.bincount(place, weights=walk.persons(papers), minlength=len(authors))
    return persons.astype(np.int64)


def pieces(walk: Walk, authors: IntArray) -> Iterator[IntArray]:
    """Yield authors in pieces whose papers do not have too many persons at once."""
    piece = np.cumsum(steps_of(walk, authors)) // _PIECE_STEPS
    yield from np.split(authors, np.flatnonzero(np.diff(piece)) + 1)


def starts_of(*keys: npt.NDArray[Any]) -> IntArray:
    """Return where runs of equal values begin."""
    is_new = np.ones(len(keys[0]), np.bool_)
    is_new[1:] = False
    for key in keys:
        is_new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(is_new)


def sums_of(values: FloatArray, starts: IntArray) -> FloatArray:
    """Return the sums of runs of values that begin at some places."""
    return np.add.reduceat(values, starts) if len(starts) else np.zeros(0)

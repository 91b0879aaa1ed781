"""What is drawn about papers and seats each by itself, the same in every table that shows it.

What lives here: types, sources, topics, DOIs, employers on bylines. The tables are put together in
``paper_tables``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.sample.large.columns import decimal, fixed, ids, joined
from scholargraph.sample.large.draws import Stream, below, mixed
from scholargraph.sample.large.frame import FIRST_NUMBER, Frame
from scholargraph.sample.large.people import employer, institution_of, journal_of, topic_of
from scholargraph.sample.vocabulary import vocabulary

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from scholargraph.sample.large.arrays import Arrays

TYPES: Final = ("article", "preprint", "book-chapter", "dataset", "dissertation", "erratum")
_TYPE_SUMS: Final = (0.86, 0.90, 0.95, 0.97, 0.995)
_NO_SOURCE_SHARE: Final = 0.12
_NO_DOI_SHARE: Final = 0.05
_TOPIC_COUNT_SUMS: Final = (0.05, 0.3, 0.65)
"""Shares of papers with no topic, at most one, at most two; the others have three."""
_OWN_TOPIC_SHARE: Final = 0.75
_NEAR_TOPICS: Final = 12
_JOURNALS: Final = 5
_NO_INSTITUTION_SHARE: Final = 0.15
_UNKNOWN_STRING_SHARE: Final = 0.4
_SECOND_POST_SHARE: Final = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The papers of one block, and what was drawn of them all at once."""

    frame: Frame
    numbers: NDArray[Any]
    """Papers, from 0."""
    years: NDArray[Any]
    days: NDArray[Any]
    community: NDArray[Any]
    seat_start: NDArray[Any]
    """First seat of each paper, among all seats, and the end."""

    @property
    def count(self) -> int:
        """Number of papers."""
        return len(self.numbers)

    @property
    def ids(self) -> pa.Array:
        """OpenAlex ids."""
        return ids("W", self.numbers + FIRST_NUMBER)

    def units(self, part: int) -> NDArray[Any]:
        """Return a uniform number for each paper, for one of its details."""
        return mixed(self.frame.seed, Stream.DETAILS, self.numbers, np.array([part]))


def papers_of(frame: Frame, arrays: Arrays, block: int) -> Papers:
    """Return the papers of a block."""
    first, end = frame.paper_range(block)
    return Papers(
        frame=frame,
        numbers=np.arange(first, end),
        years=arrays["year"][first:end],
        days=arrays["day"][first:end],
        community=arrays["community"][first:end],
        seat_start=arrays["seat_start"][first : end + 1],
    )


def type_of(papers: Papers) -> NDArray[Any]:
    """Return places in `TYPES`."""
    return np.searchsorted(_TYPE_SUMS, papers.units(0), side="right")


def journal(papers: Papers) -> NDArray[Any]:
    """Return a journal for each paper, from 0, or -1."""
    place = below(papers.units(1), _JOURNALS)
    found = journal_of(papers.frame, papers.community, place)
    is_there = (papers.units(2) >= _NO_SOURCE_SHARE) & (type_of(papers) == 0)
    return np.where(is_there, found, -1)


def dois(papers: Papers) -> tuple[pa.Array, NDArray[Any]]:
    """Return a DOI for each paper, and which papers have it."""
    has_one = papers.units(3) >= _NO_DOI_SHARE
    return joined("10.900000090/", fixed(decimal(papers.numbers, 9))), has_one


def topics(papers: Papers) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the topics of papers, one row for each place, the primary first; and how many count.

    Returns
    -------
    array of int
        Of shape (3, papers): different topics, from 0.
    array of int
        How many of the three each paper has.
    """
    frame = papers.frame
    own = topic_of(frame, papers.community)
    counts = np.searchsorted(_TOPIC_COUNT_SUMS, papers.units(4), side="right")
    step = len(vocabulary().topics)
    # Variants of one topic of the vocabulary are near each other.
    near = 1 + below(papers.units(5) * papers.units(6), _NEAR_TOPICS)
    if frame.topics < step * (_NEAR_TOPICS + 2):
        step = 1
    places = np.stack([own, own + near * step, own + (near + 1) * step]) % frame.topics
    is_own = papers.units(7) < _OWN_TOPIC_SHARE
    ordered = np.where(is_own, places, places[[1, 0, 2]])
    return ordered, counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The seats of one block of papers."""

    paper: NDArray[Any]
    """Place of the paper in the block."""
    position: NDArray[Any]
    """From 1."""
    author: NDArray[Any]
    mark: NDArray[Any]
    number: NDArray[Any]
    """Among all seats."""


def seats_of(papers: Papers, arrays: Arrays) -> Seats:
    """Return the seats of a block."""
    first, end = int(papers.seat_start[0]), int(papers.seat_start[-1])
    paper = np.repeat(np.arange(papers.count), np.diff(papers.seat_start))
    number = np.arange(first, end)
    return Seats(
        paper=paper,
        position=number - papers.seat_start[paper] + 1,
        author=arrays["author"][first:end].astype(np.int64),
        mark=arrays["mark"][first:end],
        number=number,
    )


def institutions_on(
    papers: Papers, seats: Seats, arrays: Arrays
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the affiliations of seats: rows of `seats`, and institutions, from 0, or -1 for none.

    They are in the order of seats and, within a seat, of institutions. A seat may have two, or a
    printed string that names none, or nothing at all.
    """
    frame = papers.frame
    units = mixed(frame.seed, Stream.SEATS, seats.number, np.array([1]))
    people = {name: arrays[name] for name in ("home", "second_home", "move_year")}
    main = employer(seats.author, papers.years[seats.paper], people)
    place = below(mixed(frame.seed, Stream.SEATS, seats.author, np.array([2])), 5)
    second = institution_of(frame, papers.community[seats.paper], place)
    has_none = units < _NO_INSTITUTION_SHARE
    is_unknown = units < _NO_INSTITUTION_SHARE * _UNKNOWN_STRING_SHARE
    has_second = (units > 1 - _SECOND_POST_SHARE) & (second != main)
    rows = np.arange(len(seats.author))
    row = np.concatenate([rows[~has_none], rows[is_unknown], rows[has_second]])
    found = np.concatenate(
        [main[~has_none], np.full(int(is_unknown.sum()), -1), second[has_second]]
    )
    order = np.lexsort((found, row))
    return row[order], found[order]

"""Harmonic credit: what each author of a paper is due by the place on its byline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.meanings import NO_AUTHOR

if TYPE_CHECKING:
    import numpy.typing as npt

    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.choosing import Chosen
    from scholargraph.network.pairs import FloatArray, IntArray

ALPHABETICAL_FROM: Final = 4
"""Authors of a byline from which on their alphabetical order is no chance to speak of."""


class PaperCredits(NamedTuple):
    """Credit of each author of some papers, and what pairs of them are multiplied with."""

    of_author: FloatArray
    """Beside ``paper_authors.of_all(rows)``: the papers in order, of each the authors by row."""
    of_paper: FloatArray
    """2 / (1 - sum of squares): makes the products of all pairs of a paper sum to 1."""


def harmonic_credits(adjacency: Adjacency, chosen: Chosen) -> PaperCredits:
    """Return (1 / i) / (1 + 1/2 + ... + 1/n) for the person at place i of n.

    Places are those of persons: an author who stands twice has the first of his, and whoever
    cannot be told apart has one, so that what is due to him goes to nobody else.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    chosen : Chosen
        The papers.

    References
    ----------
    Hagen, N. T. (2008). Harmonic allocation of authorship credit: source-level correction of
    bibliometric bias assures accurate publication and citation analysis. PLoS ONE 3(12), e4021.
    doi:10.1371/journal.pone.0004021
    """
    paper, author, place = _places(adjacency, chosen.rows)
    size = np.maximum(chosen.team_size, 1)
    sums, squares = _sums(int(size.max(initial=1)))
    order = np.lexsort((author, paper))
    credit = 1.0 / place[order] / sums[size[paper[order]]]
    # Of persons beyond the list nobody knows the place; they are taken to stand behind it.
    evenness = 1.0 - squares[size] / sums[size] ** 2
    of_paper = np.divide(2.0, evenness, out=np.zeros(len(size)), where=chosen.team_size >= 2)
    return PaperCredits(credit, of_paper)


def alphabetical_papers(adjacency: Adjacency, chosen: Chosen) -> int:
    """Count the bylines of four or more in the alphabetical order of last names.

    Order carries no credit there, and harmonic weights of these papers mean nothing.
    """
    import pyarrow.compute as pc

    rows = chosen.rows[chosen.team_size >= ALPHABETICAL_FROM]
    paper, author, place = _places(adjacency, rows)
    names = adjacency.nodes["author"].names.take(author)
    last_names = pc.utf8_lower(pc.replace_substring_regex(names, r"^.*\s(\S+)\s*$", r"\1"))
    order = np.lexsort((place, paper))
    paper, last_names = paper[order], last_names.take(order)
    listed = np.bincount(paper, minlength=len(rows))
    falls = np.zeros(len(rows), np.int64)
    if len(paper) > 1:
        is_fall = pc.greater(last_names[:-1], last_names[1:]).to_numpy(zero_copy_only=False)
        np.add.at(falls, paper[1:][is_fall & (paper[1:] == paper[:-1])], 1)
    return int(np.count_nonzero((falls == 0) & (listed >= ALPHABETICAL_FROM)))


def _places(adjacency: Adjacency, rows: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return number of the paper, author, and place among the persons, by seat of an author."""
    seats = adjacency.seats
    starts = seats.indptr[rows]
    lengths = seats.indptr[rows + 1] - starts
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    paper = np.repeat(np.arange(len(rows)), lengths)
    seat = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
    author = seats.author[seat].astype(np.int64)
    is_author = (seats.mark_code[seat] == 0) & (author != NO_AUTHOR)
    is_person = ~is_author
    is_person[_first_of_each(paper, author, is_author)] = True
    persons_before = np.cumsum(is_person)
    before_paper = np.concatenate([[0], persons_before])[ends - lengths]
    place = persons_before - np.repeat(before_paper, lengths)
    counts = is_author & is_person
    return paper[counts], author[counts], place[counts]


def _first_of_each(paper: IntArray, author: IntArray, is_author: npt.NDArray[np.bool_]) -> IntArray:
    """Return the seats on which authors stand for the first time on a paper."""
    seat = np.flatnonzero(is_author)
    _, first = np.unique(paper[seat] << 32 | author[seat], return_index=True)
    found: IntArray = seat[first]
    return found


def _sums(largest: int) -> tuple[FloatArray, FloatArray]:
    """Return the sums of 1 / k and of 1 / k^2 up to each number of persons."""
    terms = 1.0 / np.arange(1, largest + 1)
    sums = np.concatenate([[0.0], np.cumsum(terms)])
    squares = np.concatenate([[0.0], np.cumsum(terms**2)])
    return sums, squares

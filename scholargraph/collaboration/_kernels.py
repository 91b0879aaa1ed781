"""Counting on plain arrays: team sizes, and the ties of one author.

Nothing here knows tables, ids or files; `ego` prepares the arrays and names the results. The same
rows in any order give the same bits, since sums are taken in an order of their own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NO_YEAR: Final = np.iinfo(np.int64).max
"""Stands for a year that is not known; sorts behind all years."""


class Teams(NamedTuple):
    """Who signed each paper; index k is paper k."""

    resolved: IntArray
    """Distinct authors with an id that stands for somebody."""
    unresolved: IntArray
    """Seats of persons who cannot be told apart, and seats that the byline leaves out."""
    listed: IntArray
    """Seats on the byline as listed."""

    @property
    def size(self) -> IntArray:
        """Persons on the byline."""
        return self.resolved + self.unresolved


class Ties(NamedTuple):
    """Ties of one author; index k is co-author `coauthor[k]`, ascending."""

    coauthor: IntArray
    paper_count: IntArray
    fractional: FloatArray
    first_year: IntArray
    last_year: IntArray


def team_sizes(
    paper: IntArray, author: IntArray, is_resolved: BoolArray, seats_said: IntArray
) -> Teams:
    """Count the persons on each byline.

    Parameters
    ----------
    paper, author : int64 array, shape (n_seats,)
        Seat k is on the byline of paper ``paper[k]`` and names author ``author[k]``, which counts
        only where ``is_resolved[k]``. Several seats of one author on a paper are one person.
    is_resolved : bool array, shape (n_seats,)
        Whether a seat names somebody who can be told apart.
    seats_said : int64 array, shape (n_papers,)
        Seats of each byline by the record's own count, where that is larger than what is listed.

    Returns
    -------
    Teams
        ``size = distinct resolved authors + unresolved seats + max(seats_said - listed, 0)``.
    """
    papers = len(seats_said)
    listed = np.bincount(paper, minlength=papers)
    distinct, _ = distinct_pairs(paper[is_resolved], author[is_resolved])
    resolved = np.bincount(distinct, minlength=papers)
    nameless = np.bincount(paper[~is_resolved], minlength=papers)
    return Teams(resolved, nameless + np.maximum(seats_said - listed, 0), listed)


def distinct_pairs(first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
    """Return each pair ``(first[k], second[k])`` once, sorted by `first`, then `second`."""
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    is_new = np.ones(len(first), dtype=np.bool_)
    is_new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return first[is_new], second[is_new]


def fractional_weight(team_size: IntArray) -> FloatArray:
    """Return the weight 1 / (n - 1) of a pair on papers of n >= 2 persons."""
    return 1.0 / (team_size - 1)


def count_ties(coauthor: IntArray, paper: IntArray, year: IntArray, team_size: IntArray) -> Ties:
    """Sum up the joint papers of one author with each co-author.

    Parameters
    ----------
    coauthor, paper : int64 array, shape (n_pairs,)
        Author ``coauthor[k]`` signed paper ``paper[k]`` with the author. Repeated pairs count once.
    year, team_size : int64 array, shape (n_papers,)
        Year of each paper, or `NO_YEAR`, and persons on its byline, at least 2 for papers that
        occur in `paper`.

    Returns
    -------
    Ties
        Sorted by co-author; ``fractional`` is the sum of 1 / (team_size - 1) over joint papers, the
        smallest teams first. So any order of rows gives the same bits, and co-authors with the
        same team sizes get the same weight, to be told apart by id and not by rounding. The years
        are `NO_YEAR` where no joint paper has one.
    """
    coauthor, paper = distinct_pairs(coauthor, paper)
    order = np.lexsort((team_size[paper], coauthor))
    coauthor, paper = coauthor[order], paper[order]
    if not len(coauthor):
        none = np.zeros(0, dtype=np.int64)
        return Ties(none, none, np.zeros(0), none, none)
    starts = np.flatnonzero(np.r_[True, coauthor[1:] != coauthor[:-1]])
    years = year[paper]
    first_year = np.minimum.reduceat(years, starts)
    last_year = np.maximum.reduceat(np.where(years == NO_YEAR, -1, years), starts)
    return Ties(
        coauthor=coauthor[starts],
        paper_count=np.diff(np.r_[starts, len(coauthor)]),
        fractional=np.add.reduceat(fractional_weight(team_size[paper]), starts),
        first_year=first_year,
        last_year=np.where(first_year == NO_YEAR, NO_YEAR, last_year),
    )

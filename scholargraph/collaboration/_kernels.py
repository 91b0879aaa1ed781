"""Counting on plain arrays: the ties of one author.

Nothing here knows tables, ids or files; `ego` prepares the arrays and names the results. The same
rows in any order give the same bits, since sums are taken in an order of their own.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NO_YEAR: Final = np.iinfo(np.int64).max
"""Stands for a year that is not known; sorts behind all years."""


class Ties(NamedTuple):
    """Ties of one author; index k is co-author `coauthor[k]`, ascending."""

    coauthor: IntArray
    paper_count: IntArray
    fractional: FloatArray
    first_year: IntArray
    last_year: IntArray


def fractional_weight(team_size: IntArray) -> FloatArray:
    """Return the weight 1 / (n - 1) of a pair on papers of n >= 2 persons."""
    return 1.0 / (team_size - 1)


def count_ties(
    coauthor: npt.NDArray[Any], paper: IntArray, year: IntArray, team_size: IntArray
) -> Ties:
    """Sum up the joint papers of one author with each co-author.

    Parameters
    ----------
    coauthor : uint32 or int64 array, shape (n_pairs,)
        Author ``coauthor[k]``, below 2**32, signed paper ``paper[k]`` with the author.
    paper : int64 array, shape (n_pairs,)
        The papers. Repeated pairs count once.
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
    if not len(coauthor):
        none = np.zeros(0, dtype=np.int64)
        return Ties(none, none, np.zeros(0), none, none)
    # Co-author and the paper's rank by team size in one number: one sort of plain numbers.
    by_size = np.argsort(team_size, kind="stable")
    rank = np.empty(len(by_size), np.uint64)
    rank[by_size] = np.arange(len(by_size), dtype=np.uint64)
    key = (coauthor.astype(np.uint64) << np.uint64(32)) | rank[paper]
    key.sort()
    is_new = np.ones(len(key), dtype=np.bool_)
    is_new[1:] = key[1:] != key[:-1]
    key = key[is_new]
    coauthor = (key >> np.uint64(32)).astype(np.int64)
    paper = by_size[(key & np.uint64(0xFFFFFFFF)).astype(np.int64)]
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

"""How ties went on through the years, and which stand out (METHODS: time)."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.network.pairs import BoolArray, FloatArray, IntArray

RECENT_YEARS: Final = 3
"""Years, the year of the answer among them, that tell whether a tie is new, alive or over."""

LEAST_SPAN: Final = 3
"""Years from first to last joint paper below which persistence says nothing."""

LEAST_COLLABORATORS: Final = 10
LEAST_PAPERS: Final = 3
"""Of an author, and of a tie, where a tie can be told to stand out."""

STATES: Final = ("new", "ongoing", "revived", "lapsed")
_NEW, _ONGOING, _REVIVED, _LAPSED = range(4)
UNKNOWN_STATE: Final = -1


class History(NamedTuple):
    """Of each tie; all arrays have one value for each."""

    active_years: IntArray
    """Distinct years with a joint paper."""
    persistence: FloatArray
    """Active years by the years from the first to the last; NaN below `LEAST_SPAN`."""
    state: IntArray
    """Place in `STATES`, or `UNKNOWN_STATE` where no joint paper has a year."""


def histories(
    tie: IntArray, year: npt.NDArray[Any], tie_count: int, reference_year: int
) -> History:
    """Return how ties went on up to a year.

    Parameters
    ----------
    tie, year : integer arrays
        Of each joint paper with a known year, in any order.
    tie_count : int
        How many ties there are.
    reference_year : int
        The year of the answer.

    Notes
    -----
    With Y the year of the answer and w = 3: ``new`` if the first joint paper is later than Y - w;
    ``lapsed`` if the last is not; ``revived`` if the first one later than Y - w follows the one
    before it by more than w years; else ``ongoing``.

    Examples
    --------
    >>> found = histories(np.array([0, 0, 0, 1]), np.array([2010, 2010, 2023, 2024]), 2, 2024)
    >>> found.active_years.tolist(), [STATES[state] for state in found.state]
    ([2, 1], ['revived', 'new'])
    """
    of_year = np.unique(tie << 16 | year.astype(np.int64))
    tie, year = of_year >> 16, of_year & 0xFFFF
    active_years = np.bincount(tie, minlength=tie_count)
    ends = np.cumsum(active_years)
    known = np.flatnonzero(active_years)
    first, last = np.zeros(tie_count, np.int64), np.zeros(tie_count, np.int64)
    first[known], last[known] = year[(ends - active_years)[known]], year[ends[known] - 1]
    span = last - first + 1
    persistence = np.where((active_years > 0) & (span >= LEAST_SPAN), active_years / span, np.nan)
    recent_from = reference_year - RECENT_YEARS + 1
    is_recent = year >= recent_from
    earlier = np.bincount(tie[~is_recent], minlength=tie_count)
    state = np.full(tie_count, UNKNOWN_STATE)
    state[known] = _ONGOING
    both = known[(earlier[known] > 0) & (earlier[known] < active_years[known])]
    resumed = (ends - active_years + earlier)[both]
    state[both[year[resumed] - year[resumed - 1] > RECENT_YEARS]] = _REVIVED
    state[known[earlier[known] == 0]] = _NEW
    state[known[earlier[known] == active_years[known]]] = _LAPSED
    return History(active_years, persistence, state)


def super_ties(paper_count: IntArray) -> BoolArray | None:
    """Tell which ties of an author stand out from the others; None where that cannot be told.

    Parameters
    ----------
    paper_count : int64 array
        Joint papers with each collaborator.

    Notes
    -----
    With S collaborators and <K> papers with each at the mean, K_c = 1 + ln S / ln(<K> / (<K> - 1))
    is the largest of S geometric draws; a tie of more than K_c papers, and of 3 or more, stands
    out. It can be told from S = 10 and where <K> > 1. A discrete variant, ours, of Petersen 2015,
    whose exponential form falls below 1 for <K> near 1.

    References
    ----------
    Petersen, A. M. (2015). Quantifying the impact of weak, strong, and super ties in scientific
    careers. PNAS 112(34), E4671-E4680. doi:10.1073/pnas.1501444112

    Examples
    --------
    >>> super_ties(np.array([20, 2, 1, 1, 1, 1, 1, 1, 1, 1])).tolist()[:3]
    [True, False, False]
    """
    collaborators = len(paper_count)
    mean = float(paper_count.mean()) if collaborators else 0.0
    if collaborators < LEAST_COLLABORATORS or mean <= 1:
        return None
    bound = 1 + math.log(collaborators) / math.log(mean / (mean - 1))
    found: BoolArray = (paper_count > bound) & (paper_count >= LEAST_PAPERS)
    return found

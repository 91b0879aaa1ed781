"""Bursts in yearly counts: Kleinberg's automaton of two states, on plain arrays.

The dynamic programme is exact: no other sequence of states costs less.
"""

from __future__ import annotations

import numpy as np

from scholargraph.network.pairs import BoolArray, FloatArray, IntArray


def burst_gains(counts: IntArray, totals: IntArray, s: float) -> FloatArray:
    """Return how much better each year fits the burst than the usual share.

    Parameters
    ----------
    counts : int64 array, shape (subjects, years)
        Papers of each subject in each year.
    totals : int64 array, shape (years,)
        All papers of each year, none below a count.
    s : float
        The share in a burst is so many times the usual one; above 1.

    Returns
    -------
    float64 array, shape (subjects, years)
        The cost of the usual state less that of the burst. A row of NaN where the share in a burst
        would not be below 1, so that there is no such state.

    Notes
    -----
    With r of d papers in a year, the state of share p costs -ln(C(d, r) p^r (1 - p)^(d - r)); the
    usual share is that over all years, in which the binomial coefficients cancel.

    References
    ----------
    Kleinberg, J. (2003). Bursty and hierarchical structure in streams. Data Mining and Knowledge
    Discovery 7, 373-397. doi:10.1023/A:1024940629314

    Examples
    --------
    >>> burst_gains(np.array([[0, 4]]), np.array([10, 10]), 2.0).round(2).tolist()
    [[-2.88, 1.05]]
    """
    share = counts.sum(axis=1) / max(int(totals.sum()), 1)
    has_burst = share * s < 1
    usual = np.where(has_burst, share, np.nan)[:, None]
    of_others = np.log1p(-usual * s) - np.log1p(-usual)
    gains: FloatArray = counts * np.log(s) + (totals - counts) * of_others
    return gains


def burst_states(gains: FloatArray, gamma: float) -> BoolArray:
    """Return in which years each subject is in a burst: the cheapest sequence of states.

    Parameters
    ----------
    gains : float64 array, shape (subjects, years)
        As `burst_gains` returns them; rows of NaN have no burst.
    gamma : float
        To enter a burst costs ``gamma * ln(years)``; to leave one costs nothing.

    Returns
    -------
    bool array, shape (subjects, years)
        The sequence begins outside of a burst. Of sequences that cost the same, one that is outside
        where it can be.

    References
    ----------
    Kleinberg 2003, as for `burst_gains`; sections 2 and 4.

    Examples
    --------
    >>> burst_states(np.array([[-1.0, 2.0, -0.5, 2.0, -1.0]]), 1.0).tolist()
    [[False, True, True, True, False]]
    """
    subjects, years = gains.shape
    gains = np.where(np.isnan(gains), -np.inf, gains)
    entering = gamma * np.log(max(years, 1))
    outside, inside = np.zeros(subjects), np.full(subjects, np.inf)
    came_from_inside = np.zeros((2, subjects, years), np.bool_)
    for year in range(years):
        came_from_inside[0, :, year] = inside < outside
        came_from_inside[1, :, year] = inside < outside + entering
        outside, inside = (
            np.minimum(outside, inside),
            np.minimum(outside + entering, inside) - gains[:, year],
        )
    states = np.zeros((subjects, years), np.bool_)
    each, is_inside = np.arange(subjects), inside < outside
    for year in reversed(range(years)):
        states[:, year] = is_inside
        is_inside = came_from_inside[is_inside.astype(np.int64), each, year]
    return states

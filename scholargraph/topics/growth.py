"""How fast a share grows, with what is not known of it, and years in which a whole graph jumps."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from scholargraph.network.pairs import FloatArray, IntArray

PRIOR_PAPERS: Final = 2.0
"""Papers that are added to both windows together, divided as all papers are: our choice."""

MISSED: Final = 0.025
"""What an interval of 95 % misses on either side."""

LEAST_PAPERS_OF_A_YEAR: Final = 30
LEAST_CHANGES: Final = 5
"""Below these, jumps of a graph cannot be told from chance."""

JUMP_DEVIATIONS: Final = 3.0

_NORMAL: Final = 1.4826
"""Median absolute deviations in a standard deviation of a normal distribution."""


class Growth(NamedTuple):
    """Of each subject, by year: a rate of 0.1 makes a share 10.5 % larger in a year."""

    rate: FloatArray
    low: FloatArray
    high: FloatArray
    """Ends of the interval in which the rate lies with 95 % probability."""


def growth_of_share(
    counts: IntArray, earlier_counts: IntArray, total: int, earlier_total: int, years: int
) -> Growth:
    """Return the logarithmic rate at which shares grew from one window to the next.

    Parameters
    ----------
    counts, earlier_counts : int64 array
        Papers of each subject in the later and in the earlier window.
    total, earlier_total : int
        All papers in each.
    years : int
        Years of each window, and so from the middle of the one to that of the other.

    Returns
    -------
    Growth
        NaN where a window has no papers at all.

    Notes
    -----
    Counts are taken as Poisson, x_k with mean n_k l_k in window k of n_k papers, and n_k l_k has a
    gamma distribution of shape m n_k / (n_0 + n_1), with one scale for both: before it has papers,
    a subject is expected to keep its share. Given the counts, x_1 + m n_1 / (n_0 + n_1) and the
    like are the shapes, whatever the scale, and n_1 l_1 / (n_0 l_0 + n_1 l_1) has a beta
    distribution with both, of which the interval consists of quantiles. The rate is the logarithm
    of the ratio of the mean shares, by the years between. With m = 2 it equals that of papers with
    one more in each of two windows of equal size. The model of counts is usual for shares of few
    cases; the choice of m is ours.

    References
    ----------
    Clayton, D., Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks for
    use in disease mapping. Biometrics 43(3), 671-681. doi:10.2307/2532003

    Examples
    --------
    >>> found = growth_of_share(np.array([7, 0]), np.array([3, 0]), 100, 100, 1)
    >>> found.rate.round(3).tolist(), found.low.round(3).tolist(), found.high.round(3).tolist()
    ([0.693, 0.0], [-0.446, -3.664], [2.098, 3.664])
    """
    from scipy.special import betaincinv

    if not total or not earlier_total:
        unknown = np.full(len(counts), np.nan)
        return Growth(unknown, unknown, unknown)
    prior = PRIOR_PAPERS * total / (total + earlier_total)
    later, earlier = counts + prior, earlier_counts + PRIOR_PAPERS - prior
    of_sizes = np.log(total / earlier_total)

    def quantile(missed_below: float) -> FloatArray:
        # Both parts by themselves: one less the other would lose all digits near 1.
        part = betaincinv(later, earlier, missed_below)
        rest = betaincinv(earlier, later, 1 - missed_below)
        found: FloatArray = (np.log(part) - np.log(rest) - of_sizes) / years
        return found

    rate = (np.log(later) - np.log(earlier) - of_sizes) / years
    return Growth(rate, quantile(MISSED), quantile(1 - MISSED))


def jumps(years: IntArray, totals: IntArray) -> dict[int, float] | None:
    """Return the years in which a whole graph grew or shrank out of line, and by what factor.

    Parameters
    ----------
    years, totals : int64 array
        Years that follow each other, and the papers of each.

    Returns
    -------
    dict or None
        None where that cannot be told, from fewer than five changes between years of thirty papers
        or more.

    Notes
    -----
    A year is out of line if the logarithm of its papers by those of the year before is more than
    three robust deviations from the median of all such logarithms, a robust deviation being 1.4826
    times the median absolute deviation, or, where that is more, the deviation sqrt(1 / d + 1 / d')
    that counts of d and d' papers have by chance.

    Examples
    --------
    >>> jumps(np.arange(2010, 2018), np.array([100, 104, 109, 115, 118, 240, 252, 260]))
    {2015: 2.03...}
    """
    are_many = (totals[1:] >= LEAST_PAPERS_OF_A_YEAR) & (totals[:-1] >= LEAST_PAPERS_OF_A_YEAR)
    places = np.flatnonzero(are_many) + 1
    if len(places) < LEAST_CHANGES:
        return None
    factors = totals[places] / totals[places - 1]
    changes = np.log(factors)
    distance = np.abs(changes - np.median(changes))
    by_chance = np.sqrt(1 / totals[places] + 1 / totals[places - 1])
    deviation = np.maximum(_NORMAL * np.median(distance), by_chance)
    is_jump = distance > JUMP_DEVIATIONS * deviation
    return dict(zip(years[places[is_jump]].tolist(), factors[is_jump].tolist(), strict=True))

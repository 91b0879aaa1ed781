"""Growth of shares: rate and interval against the model itself, and jumps of a whole graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, f

from scholargraph.topics.growth import growth_of_share, jumps

COUNTS = st.integers(0, 500)
TOTALS = st.integers(500, 100_000)


@given(later=COUNTS, earlier=COUNTS, total=TOTALS, earlier_total=TOTALS, years=st.integers(1, 6))
def test_the_interval_is_that_of_a_ratio_of_two_gammas(
    later: int, earlier: int, total: int, earlier_total: int, years: int
) -> None:
    """A ratio of two gammas follows an F distribution, whose quantiles scipy knows."""
    found = growth_of_share(np.array([later]), np.array([earlier]), total, earlier_total, years)
    shapes = [
        count + 2 * size / (total + earlier_total)
        for count, size in ((later, total), (earlier, earlier_total))
    ]
    ratio = f(2 * shapes[0], 2 * shapes[1]).ppf([0.025, 0.975]) * shapes[0] / shapes[1]
    expected = np.log(ratio * earlier_total / total) / years

    assert [found.low[0], found.high[0]] == pytest.approx(expected.tolist(), rel=1e-6, abs=1e-9)
    assert found.low[0] < found.rate[0] < found.high[0]


def test_the_interval_holds_95_per_cent_of_what_the_model_draws() -> None:
    """Draws from both posteriors lie in the interval as often as it says."""
    random = np.random.default_rng(7)
    found = growth_of_share(np.array([12, 0]), np.array([4, 3]), 900, 600, 3)
    for place, (later, earlier) in enumerate([(12, 4), (0, 3)]):
        shares = random.gamma([later + 1.2, earlier + 0.8], size=(200_000, 2)) / [900, 600]
        rates = np.log(shares[:, 0] / shares[:, 1]) / 3
        inside = np.mean((rates >= found.low[place]) & (rates <= found.high[place]))

        assert inside == pytest.approx(0.95, abs=0.003)


def test_topics_that_keep_their_share_have_0_in_the_interval() -> None:
    """Where nothing grows, at most some 5 % of the intervals leave out 0, about half on a side."""
    random = np.random.default_rng(11)
    rates = random.gamma(2, 1e-3, 20_000)
    later, earlier = (random.poisson(rates * size) for size in (12_000, 8_000))
    found = growth_of_share(later, earlier, 12_000, 8_000, 3)

    assert 0.01 < np.mean(found.low > 0) < 0.03
    assert 0.01 < np.mean(found.high < 0) < 0.03


@given(total=TOTALS, earlier_total=TOTALS)
def test_what_nobody_wrote_about_does_not_grow(total: int, earlier_total: int) -> None:
    """Without papers the rate is 0, whatever the sizes of the windows."""
    found = growth_of_share(np.array([0]), np.array([0]), total, earlier_total, 2)

    assert found.rate[0] == pytest.approx(0, abs=1e-12)


@given(later=COUNTS, earlier=COUNTS, total=TOTALS, earlier_total=TOTALS)
def test_the_rate_is_shrunk_towards_none(
    later: int, earlier: int, total: int, earlier_total: int
) -> None:
    """It lies between 0 and the plain logarithm of the ratio of both shares."""
    rate = growth_of_share(np.array([later]), np.array([earlier]), total, earlier_total, 1).rate[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.log(np.divide(later, total) / np.divide(earlier, earlier_total))
    if np.isnan(plain):
        return

    assert min(plain, 0) - 1e-9 <= rate <= max(plain, 0) + 1e-9


@given(later=COUNTS, earlier=COUNTS, total=TOTALS, earlier_total=TOTALS)
def test_going_back_is_the_opposite(
    later: int, earlier: int, total: int, earlier_total: int
) -> None:
    """With the windows exchanged, rate and interval change their signs."""
    there = growth_of_share(np.array([later]), np.array([earlier]), total, earlier_total, 3)
    back = growth_of_share(np.array([earlier]), np.array([later]), earlier_total, total, 3)

    assert there.rate[0] == pytest.approx(-back.rate[0], abs=1e-9)
    assert there.low[0] == pytest.approx(-back.high[0], rel=1e-6, abs=1e-9)


def test_large_counts_keep_their_digits() -> None:
    """Where nearly all papers are in one window, the end of the interval is finite and right."""
    found = growth_of_share(np.array([10**9]), np.array([0]), 10**9, 10**9, 1)
    missed = beta(1, 10**9 + 1).ppf(0.025)

    assert found.high[0] == pytest.approx(np.log((1 - missed) / missed), rel=1e-6)


@pytest.mark.parametrize("totals", [(0, 5), (5, 0), (0, 0)])
def test_an_empty_window_tells_nothing(totals: tuple[int, int]) -> None:
    """Without papers in one of the windows nothing is known of growth."""
    found = growth_of_share(np.array([0]), np.array([0]), *totals, 3)

    assert all(np.isnan(values).all() for values in found)


def test_a_jump_is_found() -> None:
    """A year with twice the papers is out of line, and so is one with half of them."""
    totals = np.array([100, 104, 107, 112, 230, 238, 245, 122, 126, 131])

    assert jumps(np.arange(2000, 2010), totals) == {2004: 230 / 112, 2007: 122 / 245}


def test_even_growth_has_no_jump() -> None:
    """Years that all grow by the same factor are in line, and so are some papers more or less."""
    assert jumps(np.arange(2000, 2007), np.array([100, 101, 102, 103, 104, 105, 120])) == {}
    assert jumps(np.arange(2000, 2010), 100 * 2 ** np.arange(10)) == {}


def test_jumps_of_few_papers_cannot_be_told() -> None:
    """Years of fewer than thirty papers do not count, and fewer than five changes say nothing."""
    assert jumps(np.arange(2000, 2009), np.array([29, 40] * 4 + [29])) is None
    assert jumps(np.arange(2000, 2005), np.array([100, 200, 100, 900, 100])) is None
    assert jumps(np.arange(2000, 2006), np.array([100, 101, 100, 101, 100, 900])) == {2005: 9.0}

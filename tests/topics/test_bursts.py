"""Bursts: the cheapest sequence of states, against all sequences there are."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.topics.bursts import burst_gains, burst_states

YEARS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair))),
    min_size=1,
    max_size=8,
)
"""Papers of a subject, and all papers, of each year."""


def binomial(count: int, total: int, share: float) -> float:
    """The logarithm of the chance of so many of a total."""
    if share == 0:
        return 0.0 if count == 0 else -math.inf
    ways = math.log(math.comb(total, count))
    return ways + count * math.log(share) + (total - count) * math.log(1 - share)


def cost(states: tuple[int, ...], years: list[tuple[int, int]], s: float, gamma: float) -> float:
    """What a sequence of states costs, term by term as Kleinberg defines it."""
    share = sum(count for count, _ in years) / max(sum(total for _, total in years), 1)
    paid, before = 0.0, 0
    for state, (count, total) in zip(states, years, strict=True):
        paid += max(state - before, 0) * gamma * math.log(len(years))
        paid -= binomial(count, total, share * s**state)
        before = state
    return paid


def of_one(
    years: list[tuple[int, int]], s: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The gains of one subject."""
    counts, totals = np.array(years, np.int64).T
    return burst_gains(counts[None, :], totals, s)


@given(years=YEARS, s=st.sampled_from([1.2, 2.0, 3.5]), gamma=st.sampled_from([0.0, 0.3, 1.0, 2.5]))
def test_no_sequence_of_states_costs_less(
    years: list[tuple[int, int]], s: float, gamma: float
) -> None:
    """Of all 2^n sequences none is cheaper than the one found; there is none if s p is no share."""
    gains = of_one(years, s)
    states = burst_states(gains, gamma)[0]
    share = sum(count for count, _ in years) / max(sum(total for _, total in years), 1)
    if share * s >= 1:
        assert np.isnan(gains).all()
        assert not states.any()
        return
    least = min(cost(each, years, s, gamma) for each in product((0, 1), repeat=len(years)))

    assert cost(tuple(states.astype(int)), years, s, gamma) == pytest.approx(least, abs=1e-9)


@given(years=YEARS)
def test_a_gain_is_the_difference_of_two_costs(years: list[tuple[int, int]]) -> None:
    """The binomial coefficient cancels, nothing else does."""
    gains = of_one(years, 1.5)[0]
    if np.isnan(gains).any():
        return
    for place, year in enumerate(years):
        share = sum(count for count, _ in years) / max(sum(total for _, total in years), 1)
        usual, burst = (binomial(*year, share * factor) for factor in (1.0, 1.5))
        assert gains[place] == pytest.approx(burst - usual, abs=1e-9)


@given(rows=st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=1, max_size=5))
def test_subjects_do_not_disturb_each_other(rows: list[list[int]]) -> None:
    """Many at a time have the states that each has alone."""
    counts, totals = np.array(rows, np.int64), np.full(6, 30, np.int64)
    together = burst_states(burst_gains(counts, totals, 2.0), 0.5)
    alone = [burst_states(burst_gains(row[None, :], totals, 2.0), 0.5)[0] for row in counts]

    assert together.tolist() == [states.tolist() for states in alone]


def test_a_burst_stands_out() -> None:
    """Two years of five times the usual share are a burst, the years around them are not."""
    counts = np.array([[2, 2, 2, 2, 15, 15, 2, 2]])
    states = burst_states(burst_gains(counts, np.full(8, 100), 3.0), 1.0)

    assert states[0].tolist() == [False] * 4 + [True] * 2 + [False] * 2


def test_a_steady_share_has_no_burst() -> None:
    """A share that stays where it is never pays for a burst, even where all papers grow."""
    totals = np.array([10, 20, 40, 80, 160])
    states = burst_states(burst_gains((totals // 10)[None, :], totals, 2.0), 1.0)

    assert not states.any()


def test_where_both_cost_the_same_there_is_no_burst() -> None:
    """A tie is told for the usual state."""
    assert not burst_states(np.array([[math.log(2), -1.0]]), 1.0).any()


def test_no_subjects_and_no_years() -> None:
    """Empty input gives empty output."""
    assert burst_states(np.zeros((0, 3)), 1.0).shape == (0, 3)
    assert burst_states(np.zeros((2, 0)), 1.0).shape == (2, 0)

"""Random draws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scholargraph.sample.draws import Draws, Purpose, interpolate, running_sums

keys = st.tuples(st.integers(0, 2**31), st.sampled_from(Purpose), st.integers(0, 10**6))


@given(keys)
def test_a_stream_follows_from_its_key(key: tuple[int, Purpose, int]) -> None:
    """Two streams of one key give the same numbers, beyond any buffer."""
    one, two = Draws(*key), Draws(*key)

    assert [one.unit() for _ in range(300)] == [two.unit() for _ in range(300)]


@given(keys)
def test_another_purpose_is_another_stream(key: tuple[int, Purpose, int]) -> None:
    """No two purposes share numbers, whatever the rest of the key."""
    seed, purpose, number = key
    first = {other: Draws(seed, other, number).unit() for other in Purpose}

    assert len(set(first.values())) == len(Purpose)
    assert first[purpose] == Draws(seed, purpose, number).unit()


@given(keys, st.integers(1, 50))
def test_draws_stay_in_range(key: tuple[int, Purpose, int], bound: int) -> None:
    """Numbers, indices and quantiles lie where they are asked for."""
    draws = Draws(*key)

    assert all(0 <= draws.unit() < 1 for _ in range(50))
    assert all(0 <= draws.below(bound) < bound for _ in range(50))
    assert all(2 <= draws.quantile(((0.0, 2.0), (0.5, 3.0), (1.0, 9.0))) <= 9 for _ in range(50))


@given(keys, st.integers(0, 30), st.integers(0, 30))
def test_a_sample_repeats_nothing(key: tuple[int, Purpose, int], size: int, count: int) -> None:
    """A sample holds different items of the pool, as many as asked for if there are enough."""
    sample = Draws(*key).sample(range(size), count)

    assert len(sample) == len(set(sample)) == min(size, count)
    assert set(sample) <= set(range(size))


def test_weights_are_shares() -> None:
    """An item of three times the weight comes about three times as often, one of none never."""
    draws = Draws(0, Purpose.PLAN)
    sums = running_sums([1, 0, 3])
    found = [draws.weighted(sums) for _ in range(4_000)]

    assert found.count(1) == 0
    assert 0.22 < found.count(0) / 4_000 < 0.28


def test_quantiles_are_met_at_their_probabilities() -> None:
    """Interpolation gives the table's own values at its own probabilities."""
    table = ((0.0, 1.0), (0.25, 5.0), (1.0, 6.0))

    assert [interpolate(table, probability) for probability, _ in table] == [1.0, 5.0, 6.0]
    assert interpolate(table, 0.125) == 3.0

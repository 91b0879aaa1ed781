"""The kernels of counting: plain arrays in, the same bits out for any order of rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.collaboration._kernels import NO_YEAR, count_ties, distinct_pairs, team_sizes


def test_a_repeated_author_is_one_person_and_each_nameless_seat_another() -> None:
    """Team size counts distinct authors, unresolved seats, and seats that the list leaves out."""
    teams = team_sizes(
        paper=np.array([0, 0, 0, 0, 1]),
        author=np.array([7, 7, 8, -1, 9]),
        is_resolved=np.array([True, True, True, False, True]),
        seats_said=np.array([4, 3, 2]),
    )

    assert teams.resolved.tolist() == [2, 1, 0]
    assert teams.unresolved.tolist() == [1, 2, 2]
    assert teams.size.tolist() == [3, 3, 2]


def test_a_list_longer_than_the_record_says_takes_nobody_away() -> None:
    """A count below the number of listed seats does not make the team smaller."""
    teams = team_sizes(np.array([0, 0]), np.array([1, 2]), np.array([True, True]), np.array([1]))

    assert teams.size.tolist() == [2]


def test_nothing_in_nothing_out() -> None:
    """No rows give no ties and no papers."""
    none = np.zeros(0, dtype=np.int64)
    ties = count_ties(none, none, none, none)

    assert [len(column) for column in ties] == [0, 0, 0, 0, 0]
    assert len(team_sizes(none, none, none.astype(bool), none).size) == 0


def test_years_that_are_not_known_do_not_count() -> None:
    """First and last year come from the papers that have one; without any, there is none."""
    ties = count_ties(
        coauthor=np.array([1, 1, 1, 2]),
        paper=np.array([0, 1, 2, 2]),
        year=np.array([2020, 1999, NO_YEAR]),
        team_size=np.array([2, 2, 2]),
    )

    assert ties.first_year.tolist() == [1999, NO_YEAR]
    assert ties.last_year.tolist() == [2020, NO_YEAR]


pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30)), max_size=60)


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(rows: list[tuple[int, int]], random: object) -> None:
    """Any order of rows, and rows repeated, give the same sums to the last bit."""
    year = np.arange(31) % 7 + 1990
    team_size = np.arange(31) % 11 + 2
    shuffled = rows + rows[:3]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (
        count_ties(
            np.array([author for author, _ in order], dtype=np.int64),
            np.array([paper for _, paper in order], dtype=np.int64),
            year,
            team_size,
        )
        for order in (rows, shuffled)
    )

    assert [column.tobytes() for column in one] == [column.tobytes() for column in other]


def test_equal_team_sizes_give_equal_weights_in_any_years() -> None:
    """Co-authors whose papers have the same team sizes get the same bits, in whatever order."""
    sizes = np.random.default_rng(20240229).integers(2, 60, size=40)
    orders = [np.random.default_rng(seed).permutation(sizes) for seed in range(50)]
    papers = len(sizes) * len(orders)
    ties = count_ties(
        coauthor=np.repeat(np.arange(len(orders)), len(sizes)),
        paper=np.arange(papers),
        year=np.arange(papers) % 40 + 1980,
        team_size=np.concatenate(orders),
    )

    as_they_come = {float(np.add.reduceat(1 / (order - 1), [0])[0]) for order in orders}
    assert len(as_they_come) > 1  # Otherwise the order would not matter here.
    assert len(set(ties.fractional.tolist())) == 1


@given(pairs)
def test_pairs_come_once_and_in_order(rows: list[tuple[int, int]]) -> None:
    """Distinct pairs are the sorted set of the pairs."""
    first, second = distinct_pairs(
        np.array([a for a, _ in rows], dtype=np.int64),
        np.array([b for _, b in rows], dtype=np.int64),
    )

    assert list(zip(first.tolist(), second.tolist(), strict=True)) == sorted(set(rows))

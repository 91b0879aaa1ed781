"""The kernels of counting: plain arrays in, the same bits out for any order of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.collaboration._kernels import NO_YEAR, count_ties


def test_nothing_in_nothing_out() -> None:
    """No rows give no ties and no papers."""
    none = np.zeros(0, dtype=np.int64)
    ties = count_ties(none, none, none, none)

    assert [len(column) for column in ties] == [0, 0, 0, 0, 0]


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
def test_sums_are_those_of_each_co_author_by_itself(rows: list[tuple[int, int]]) -> None:
    """Papers, weights, and years are those of going through the pairs one by one."""
    year = np.array([NO_YEAR, 1990, 2000] * 11)[:31]
    team_size = np.arange(31) % 11 + 2
    ties = count_ties(
        np.array([author for author, _ in rows], dtype=np.uint32),
        np.array([paper for _, paper in rows], dtype=np.int64),
        year,
        team_size,
    )
    papers = {author: sorted({p for a, p in rows if a == author}) for author, _ in rows}
    years = {
        author: [int(year[paper]) for paper in signed if year[paper] != NO_YEAR] or [NO_YEAR]
        for author, signed in papers.items()
    }

    assert ties.coauthor.tolist() == sorted(papers)
    assert ties.paper_count.tolist() == [len(papers[author]) for author in sorted(papers)]
    assert ties.first_year.tolist() == [min(years[author]) for author in sorted(papers)]
    assert ties.last_year.tolist() == [max(years[author]) for author in sorted(papers)]
    assert ties.fractional.tolist() == pytest.approx(
        [sum(1 / (int(team_size[p]) - 1) for p in papers[author]) for author in sorted(papers)]
    )

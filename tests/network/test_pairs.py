"""Pairs: counted as `itertools.combinations` would, the same bits whatever the ranges."""

from __future__ import annotations

import math
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.network.pairs import (
    NO_CLASS,
    NO_YEAR,
    Classes,
    Credits,
    Incidence,
    Ties,
    count_pairs,
    incidence,
    joined,
)

RANGES = (1, 3, 10, 6_000_000)


class Tie(NamedTuple):
    """What the oracle says of a tie."""

    paper_count: int
    full: float
    fractional: float
    weight: float
    first_year: int
    last_year: int


class Case(NamedTuple):
    """Groups, what they count, and how it is asked."""

    groups: list[list[int]]
    members: int
    classes: Classes
    credits: Credits | None


def relation_of(
    groups: Sequence[Sequence[int]], members: int, kind: type[np.integer[Any]] = np.int64
) -> Incidence:
    """Both directions of some groups."""
    indptr = np.cumsum([0, *map(len, groups)])
    flat = np.array([member for group in groups for member in group], kind)
    return incidence(indptr, flat, members)


def one_class(groups: int, year: int = 2020) -> Classes:
    """All groups weigh one."""
    one = np.ones(1)
    return Classes(
        of_group=np.zeros(groups, np.int32),
        year=np.array([year], np.int16),
        full=one,
        fractional=one,
        weight=one,
    )


def by_size(groups: Sequence[Sequence[int]]) -> Classes:
    """Newman's weights: one class for each size of groups."""
    sizes, of_group = np.unique([len(group) for group in groups], return_inverse=True)
    fractional = np.array([1 / (size - 1) if size > 1 else 0.0 for size in sizes])
    return Classes(
        of_group=of_group.astype(np.int32),
        year=np.full(len(sizes), 2020, np.int16),
        full=np.ones(len(sizes)),
        fractional=fractional,
        weight=fractional,
    )


def naive(case: Case, min_groups: int = 1) -> dict[tuple[int, int], Tie]:
    """All pairs of all groups, one by one, in plain Python."""
    behind: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    place = 0
    for number, group in enumerate(case.groups):
        shares = dict(zip(group, range(place, place + len(group)), strict=True))
        place += len(group)
        class_ = int(case.classes.of_group[number])
        if class_ == NO_CLASS:
            continue
        for a, b in combinations(group, 2):
            weight = float(case.classes.weight[class_])
            if case.credits is not None:
                of_member, of_group = case.credits.of_member, case.credits.of_group
                weight = of_member[shares[a]] * of_group[number] * of_member[shares[b]]
            behind[a, b].append((class_, weight))
    ties = {}
    for pair, groups in sorted(behind.items()):
        if len(groups) < min_groups:
            continue
        years = [y for c, _ in groups if (y := int(case.classes.year[c])) != NO_YEAR]
        ties[pair] = Tie(
            paper_count=len(groups),
            full=math.fsum(case.classes.full[c] for c, _ in groups),
            fractional=math.fsum(case.classes.fractional[c] for c, _ in groups),
            weight=math.fsum(weight for _, weight in groups),
            first_year=min(years, default=NO_YEAR),
            last_year=max(years, default=NO_YEAR),
        )
    return ties


def counted(case: Case, **how: Any) -> Ties:
    """The ties of a case, all ranges joined."""
    relation = relation_of(case.groups, case.members)
    return joined(list(count_pairs(relation, case.classes, case.credits, **how)))


def as_rows(ties: Ties) -> dict[tuple[int, int], Tie]:
    """Ties as the oracle gives them."""
    columns = [column.tolist() for column in ties]
    return {(row[0], row[1]): Tie(*row[2:]) for row in zip(*columns, strict=True)}


def bits(ties: Ties) -> list[tuple[str, bytes]]:
    """Types and bytes of all columns."""
    return [(str(column.dtype), column.tobytes()) for column in ties]


def assert_same(ties: Ties, expected: dict[tuple[int, int], Tie]) -> None:
    """The same pairs in order, counts and years equal, sums to the last digits."""
    rows = as_rows(ties)

    assert list(rows) == list(expected)
    for pair, tie in rows.items():
        assert tie == pytest.approx(expected[pair], rel=1e-12)
        assert tie.paper_count == expected[pair].paper_count
        assert tie[-2:] == expected[pair][-2:]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Random groups, some empty, some of no class, some without a year, credits at times."""
    members = draw(st.integers(0, 9))
    member = st.integers(0, max(members - 1, 0))
    teams = st.sets(member, max_size=6) if members else st.just(set())
    groups = [sorted(team) for team in draw(st.lists(teams, max_size=12))]
    kinds = draw(st.integers(1, 4))
    value = st.floats(0, 8)
    values = st.lists(value, min_size=kinds, max_size=kinds).map(np.array)
    year = st.sampled_from([1999, 2000, 2021, NO_YEAR])
    full, fractional = draw(values), draw(values)
    classes = Classes(
        of_group=np.array([draw(st.integers(NO_CLASS, kinds - 1)) for _ in groups], np.int32),
        year=np.array([draw(year) for _ in range(kinds)], np.int16),
        full=full,
        fractional=draw(st.sampled_from([full, fractional])),
        weight=draw(st.sampled_from([full, fractional, draw(values)])),
    )
    credits = None
    if draw(st.booleans()):
        seats = sum(map(len, groups))
        of_member = draw(st.lists(value, min_size=seats, max_size=seats))
        of_group = draw(st.lists(value, min_size=len(groups), max_size=len(groups)))
        credits = Credits(of_member=np.array(of_member), of_group=np.array(of_group))
    return Case(groups, members, classes, credits)


@given(cases(), st.integers(1, 3), st.sampled_from([1, 2]), st.sampled_from(RANGES))
def test_ties_are_those_of_the_oracle(
    case: Case, min_groups: int, threads: int, range_steps: int
) -> None:
    """Whatever the groups, the classes, the credits, the minimum, the threads and the ranges."""
    ties = counted(case, min_groups=min_groups, threads=threads, range_steps=range_steps)

    assert_same(ties, naive(case, min_groups))


@given(cases())
def test_bits_do_not_depend_on_ranges_or_threads(case: Case) -> None:
    """Every way of dividing the work gives the same bytes of the same types."""
    expected = bits(counted(case))

    for range_steps in RANGES:
        for threads in (1, 2, 3):
            assert bits(counted(case, threads=threads, range_steps=range_steps)) == expected


def test_bits_of_long_sums_do_not_depend_on_ranges_or_threads() -> None:
    """Sums of hundreds of unequal weights, where the order of adding shows in the last bits."""
    random = np.random.default_rng(5)
    groups = [
        sorted(random.choice(12, size=size, replace=False).tolist())
        for size in random.integers(2, 7, size=900)
    ]
    kinds = 300
    classes = Classes(
        of_group=random.integers(0, kinds, size=900).astype(np.int32),
        year=np.full(kinds, 2020, np.int16),
        full=random.random(kinds),
        fractional=random.random(kinds) * 1e6,
        weight=random.random(kinds) / 1e6,
    )
    seats = sum(map(len, groups))
    credits = Credits(of_member=random.random(seats), of_group=random.random(900))
    for given_credits in (None, credits):
        case = Case(groups, 12, classes, given_credits)
        expected = counted(case)
        assert expected.paper_count.min() > 8
        assert_same(expected, naive(case))
        for range_steps in (1, 700, 5_000):
            for threads in (1, 2):
                again = counted(case, range_steps=range_steps, threads=threads)
                assert bits(again) == bits(expected)


@given(cases(), st.randoms(use_true_random=False))
def test_order_of_groups_does_not_matter(case: Case, random: Any) -> None:
    """Groups in another order give the same ties, to the last bit where classes weigh."""
    order = list(range(len(case.groups)))
    random.shuffle(order)
    classes = Classes(
        of_group=case.classes.of_group[order],
        year=case.classes.year,
        full=case.classes.full,
        fractional=case.classes.fractional,
        weight=case.classes.weight,
    )
    shuffled = Case([case.groups[k] for k in order], case.members, classes, None)

    assert bits(counted(shuffled)) == bits(counted(case._replace(credits=None)))


@given(cases(), st.integers(2, 4), st.sampled_from(RANGES))
def test_what_a_minimum_passes_over_is_told(case: Case, least: int, range_steps: int) -> None:
    """Ties passed over and ties kept are all ties."""
    passed_over: Counter[str] = Counter()
    kept = counted(case, min_groups=least, range_steps=range_steps, passed_over=passed_over)

    assert passed_over["ties"] == len(naive(case)) - len(kept.source)


@given(cases(), st.sampled_from(RANGES), st.integers(1, 2))
def test_ranges_follow_each_other(case: Case, range_steps: int, threads: int) -> None:
    """Ties come in ascending order over all parts, each part with sources of its own."""
    relation = relation_of(case.groups, case.members)
    parts = count_pairs(relation, case.classes, range_steps=range_steps, threads=threads)
    last = -1
    for part in parts:
        if len(part.source):
            assert part.source[0] > last
            last = int(part.source[-1])
        key = part.source << 32 | part.target
        assert (np.diff(key) > 0).all()
        assert (part.source < part.target).all()


@st.composite
def groups_alone(draw: st.DrawFn) -> list[list[int]]:
    """Groups of up to eight members."""
    teams = draw(st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=8), min_size=1))
    return [sorted(team) for team in teams]


@given(groups_alone())
def test_newman_weights_are_those_of_networkx(groups: list[list[int]]) -> None:
    """networkx's collaboration_weighted_projected_graph, to 1e-9."""
    graph = nx.Graph()
    authors = [f"author {k}" for k in range(10)]
    graph.add_nodes_from(authors)
    for number, group in enumerate(groups):
        graph.add_edges_from((number, authors[member]) for member in group)
    projected = nx.bipartite.collaboration_weighted_projected_graph(graph, authors)
    ties = counted(Case(groups, 10, by_size(groups), None))

    assert projected.number_of_edges() == len(ties.source)
    for a, b, weight in zip(ties.source, ties.target, ties.fractional, strict=True):
        assert weight == pytest.approx(projected[authors[a]][authors[b]]["weight"], abs=1e-9)


@given(groups_alone())
def test_sums_of_weights_are_papers(groups: list[list[int]]) -> None:
    """Full weights sum to all pairs; fractional strength is the number of papers with others."""
    ties = counted(Case(groups, 10, by_size(groups), None))
    strength = np.bincount(ties.source, ties.fractional, minlength=10)
    strength += np.bincount(ties.target, ties.fractional, minlength=10)
    papers = [sum(k in group for group in groups if len(group) > 1) for k in range(10)]

    assert ties.full.sum() == sum(math.comb(len(group), 2) for group in groups)
    assert strength == pytest.approx(papers, abs=1e-9)


@pytest.mark.parametrize("joint", [255, 256, 257, 65_535, 65_536, 70_000])
def test_counts_beyond_a_byte_and_two(joint: int) -> None:
    """More joint papers than eight or sixteen bits can count."""
    groups = [[0, 1]] * joint
    ties = counted(Case(groups, 2, one_class(joint), None))

    assert ties.paper_count.tolist() == [joint]
    assert ties.full.tolist() == [float(joint)]


def test_more_classes_than_two_bytes() -> None:
    """70,000 classes, each with a weight and a year of its own, add up."""
    kinds = 70_000
    classes = Classes(
        of_group=np.arange(kinds, dtype=np.int32)[::-1].copy(),
        year=(np.arange(kinds) % 3000).astype(np.int16),
        full=np.ones(kinds),
        fractional=np.arange(kinds, dtype=np.float64),
        weight=np.ones(kinds),
    )
    ties = counted(Case([[0, 1]] * kinds, 2, classes, None))

    assert as_rows(ties) == {(0, 1): Tie(kinds, kinds, kinds * (kinds - 1) / 2, kinds, 0, 2999)}


@pytest.mark.parametrize("kind", [np.int32, np.uint32, np.int64])
def test_members_of_any_integer_type(kind: type[np.integer[Any]]) -> None:
    """Arrays as they lie on disk are taken as they are; the ties are of one type."""
    groups = [[0, 2, 3], [1, 2], [0, 3]]
    both = relation_of(groups, 4, kind)
    relation = both._replace(groups=both.groups.astype(kind))
    (ties,) = count_pairs(relation, one_class(3))

    assert list(as_rows(ties)) == [(0, 2), (0, 3), (1, 2), (2, 3)]
    assert ties.paper_count.tolist() == [1, 2, 1, 1]
    assert bits(ties) == bits(counted(Case(groups, 4, one_class(3), None)))


def test_the_paper_that_takes_networkx_twelve_seconds() -> None:
    """2,000 members: all 1,999,000 pairs, exact, in below three seconds of processor time."""
    size = 2000
    groups = [list(range(size)), [5, 1999]]
    case = Case(groups, size, by_size(groups), None)
    begin = time.process_time()
    ties = counted(case)
    taken = time.process_time() - begin

    assert taken < 3
    assert len(ties.source) == math.comb(size, 2)
    double = (ties.source == 5) & (ties.target == 1999)
    assert ties.fractional[double].tolist() == [1 + 1 / 1999]
    assert (ties.fractional[~double] == 1 / 1999).all()
    source, target = np.triu_indices(size, 1)
    assert np.array_equal(ties.source, source)
    assert np.array_equal(ties.target, target)


def peak_bytes(relation: Incidence, classes: Classes, range_steps: int) -> tuple[int, int]:
    """Memory at most while ties are counted and let go, and how many there were."""
    tracemalloc.start()
    try:
        ties = 0
        for part in count_pairs(relation, classes, range_steps=range_steps):
            ties += len(part.source)
        return tracemalloc.get_traced_memory()[1], ties
    finally:
        tracemalloc.stop()


def test_large_teams_fit_a_range() -> None:
    """Teams of 1,500: three million looks, and the memory of a range of a tenth of them."""
    size = 1500
    relation = relation_of([list(range(size)), list(range(size))], size)
    peak, ties = peak_bytes(relation, one_class(2), 450_000)

    assert ties == math.comb(size, 2)
    assert peak < 450_000 * 110


def test_a_star_fits_a_range() -> None:
    """A hub with 100,000 papers: leaves cost what their range costs, the hub what it alone has."""
    leaves = 100_000
    indptr = np.arange(0, 2 * leaves + 1, 2)
    hub_first = np.column_stack([np.zeros(leaves, np.int64), np.arange(1, leaves + 1)]).ravel()
    hub_last = np.column_stack([np.arange(leaves), np.full(leaves, leaves)]).ravel()

    first, ties = peak_bytes(incidence(indptr, hub_first, leaves + 1), one_class(leaves), 20_000)
    assert ties == leaves
    assert first < 2 * leaves * 150
    last, ties = peak_bytes(incidence(indptr, hub_last, leaves + 1), one_class(leaves), 20_000)
    assert ties == leaves
    # Nobody stands behind the hub, so that it costs no more than finding that out.
    assert last < 2 * leaves * 60


def test_groups_of_no_class_make_no_work() -> None:
    """A team of 20,000 that does not count is never looked into."""
    size = 20_000
    groups = [list(range(size)), [3, 7]]
    classes = one_class(2)
    classes.of_group[0] = NO_CLASS
    begin = time.process_time()
    ties = counted(Case(groups, size, classes, None))

    assert as_rows(ties) == {(3, 7): Tie(1, 1, 1, 1, 2020, 2020)}
    assert time.process_time() - begin < 1


def test_years_that_are_not_known() -> None:
    """They never become first or last, unless there is no other."""
    classes = Classes(
        of_group=np.array([0, 1, 0, 2], np.int32),
        year=np.array([NO_YEAR, 1990, 2010], np.int16),
        full=np.ones(3),
        fractional=np.ones(3),
        weight=np.ones(3),
    )
    ties = counted(Case([[0, 1], [0, 1], [1, 2], [0, 1]], 3, classes, None))

    assert ties.first_year.tolist() == [1990, NO_YEAR]
    assert ties.last_year.tolist() == [2010, NO_YEAR]


def test_credits_by_hand() -> None:
    """The product of both shares and of the factor of the group, added up over the groups."""
    credits = Credits(
        of_member=np.array([0.5, 0.25, 0.25, 0.75, 0.25]), of_group=np.array([2.0, 4.0])
    )
    ties = counted(Case([[0, 1, 2], [0, 2]], 3, one_class(2), credits))

    assert ties.weight.tolist() == [0.5 * 0.25 * 2, 0.5 * 0.25 * 2 + 0.75 * 0.25 * 4, 0.125]
    assert ties.full.tolist() == [1, 2, 1]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("groups", [[], [[]], [[], [2], []]])
def test_nothing_to_count(groups: list[list[int]], threads: int) -> None:
    """No groups, empty ones and groups of one make no ties, of the same types as others."""
    ties = counted(Case(groups, 3, one_class(len(groups)), None), threads=threads, range_steps=1)
    others = counted(Case([[0, 1]], 3, one_class(1), None))

    assert [len(column) for column in ties] == [0] * 8
    assert [column.dtype for column in ties] == [column.dtype for column in others]
    nothing: npt.NDArray[np.int64] = joined([]).source
    assert len(nothing) == 0

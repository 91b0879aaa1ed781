"""The shape of a large store: tails, careers, communities, names."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from statistics import mean

import numpy as np
import pytest

from scholargraph.identifiers import orcid as valid_orcid
from scholargraph.sample.check_digits import made_up_orcid
from scholargraph.sample.large.columns import orcids
from scholargraph.sample.people import LAST_YEAR
from tests.sample.large.conftest import Store


@pytest.fixture(scope="module")
def bylines(store: Store) -> dict[str, list[str]]:
    """The authors of each paper who are somebody."""
    found: dict[str, list[str]] = defaultdict(list)
    for seat in store.table("authorships").to_pylist():
        if seat["mark"] is None:
            found[seat["paper_id"]].append(seat["author_id"])
    return found


def test_teams_have_a_heavy_tail(store: Store) -> None:
    """Most teams are small, some are large, and one is of thousands."""
    sizes = sorted(store.table("papers")["author_count"].to_pylist())

    assert 4 < mean(sizes) < 5
    assert sizes[len(sizes) // 2] <= 4
    assert sizes[-1] > 4_000
    assert sizes[0] == 0


def test_nobody_signs_a_paper_twice(bylines: dict[str, list[str]]) -> None:
    """The seats of a byline are of different people."""
    assert all(len(set(people)) == len(people) for people in bylines.values())


def test_productivity_has_a_heavy_tail(bylines: dict[str, list[str]]) -> None:
    """Half of the authors have one paper, and some have a hundred times as many."""
    counts = Counter(name for people in bylines.values() for name in people)
    papers = sorted(counts.values())

    assert papers[len(papers) // 2] == 1
    assert 2 < mean(papers) < 5
    assert papers[-1] > 80


def test_ties_repeat(bylines: dict[str, list[str]]) -> None:
    """In small teams many pairs write together more than once: communities, not chance."""
    ties = Counter(
        pair
        for people in bylines.values()
        if len(people) <= 25
        for pair in combinations(sorted(people), 2)
    )
    # With partners drawn from all authors at random, next to none would.
    assert sum(count > 1 for count in ties.values()) / len(ties) > 0.05
    assert max(ties.values()) > 10


def test_ids_say_nothing_about_communities(bylines: dict[str, list[str]]) -> None:
    """Co-authors stand as far apart in the order of ids as any two authors."""
    names = sorted({name for people in bylines.values() for name in people})
    place = {name: number / len(names) for number, name in enumerate(names)}
    gaps = [
        abs(place[one] - place[two])
        for people in bylines.values()
        if 1 < len(people) <= 25
        for one, two in combinations(people, 2)
    ]
    assert mean(gaps) == pytest.approx(1 / 3, abs=0.03)


def test_careers_end(store: Store, bylines: dict[str, list[str]]) -> None:
    """Nobody writes for longer than a life's work, most write for some years, some until today."""
    year = dict(
        zip(
            *(store.table("papers")[name].to_pylist() for name in ("paper_id", "year")), strict=True
        )
    )
    years: dict[str, set[int]] = defaultdict(set)
    for paper, people in bylines.items():
        for name in people:
            years[name].add(year[paper])
    spans = [max(found) - min(found) for found in years.values() if len(found) > 2]

    assert max(spans) <= 46
    assert 5 < mean(spans) < 35
    ends = Counter(max(found) for found in years.values())
    assert ends[LAST_YEAR] < sum(ends.values()) / 2


def test_works_cite_what_is_not_later(store: Store) -> None:
    """No paper cites itself or one of a later year; some works are cited far more than others."""
    year = dict(
        zip(
            *(store.table("papers")[name].to_pylist() for name in ("paper_id", "year")), strict=True
        )
    )
    citations = store.table("citations").to_pylist()
    for row in citations:
        cited = row["cited_paper_id"]
        assert cited != row["paper_id"]
        if cited in year:
            assert year[cited] <= year[row["paper_id"]]
    times = sorted(store.table("papers")["cited_by_count"].to_pylist())
    assert 8 < len(citations) / len(times) < 12
    assert times[-1] > 20 * mean(times)


def test_names_are_shared(store: Store) -> None:
    """Some names belong to many authors, and about as many names to one alone."""
    counts = Counter(store.table("authors")["name"].to_pylist())

    assert max(counts.values()) > 10
    assert sum(count == 1 for count in counts.values()) > len(counts) / 2


def test_orcids_are_those_made_one_by_one() -> None:
    """The check digits by arrays are those of the plain function, X included."""
    serials = np.array([0, 1, 7, 10, 999, 123_456, 9_999_999, 10_000_000, *range(100, 200)])
    found = orcids(serials, serials != 7).to_pylist()

    for serial, text in zip(serials.tolist(), found, strict=True):
        if serial in (7, 10_000_000):
            assert text is None
        else:
            assert text == made_up_orcid(serial) == valid_orcid(text)
    assert any(text and text.endswith("X") for text in found)

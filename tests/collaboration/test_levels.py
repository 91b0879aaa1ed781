"""One author's collaborators as institutions and countries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.collaboration import (
    coauthor_network,
    collaborators,
    shared_papers,
    ties,
    write_network,
)
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import ScholarGraph, read_graph
from tests.affiliated import I1, I2, I3, I4, I5, INSTITUTIONS, affiliated
from tests.naive import organisations as naive
from tests.strategies import AUTHORS
from tests.support import Row, build, papers_and_authors, team

A, B, C, D, E = AUTHORS
W1, W2, W3 = "W9000000001", "W9000000002", "W9000000003"
LEVELS = ["institution", "country"]
KEYS = {"institution": "institution_id", "country": "country_code"}


@pytest.fixture(scope="module")
def one_paper(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """A graph of one paper by two."""
    return build(tmp_path_factory.mktemp("graph"), papers_and_authors(team(W1, A, B)))


def rows(frame: pd.DataFrame, level: str) -> dict[str, Row]:
    """The rows by organisation, missing values as None."""
    return {
        str(row[KEYS[level]]): {
            str(name): None if pd.isna(value) else value for name, value in row.items()
        }
        for row in frame.to_dict("records")
    }


def graph_of(path: Path, seats: list[tuple[str, list[tuple[str, list[str]]]]]) -> ScholarGraph:
    """Papers with their authors, and where each of these is."""
    tables = papers_and_authors(
        [row for paper, byline in seats for row in team(paper, *(author for author, _ in byline))]
    )
    affiliations = [
        {
            "paper_id": paper,
            "position": position,
            "institution_id": place,
            "country_code": "NL",
            "raw": [],
        }
        for paper, byline in seats
        for position, (_, places) in enumerate(byline, 1)
        for place in places
    ]
    return build(path, {**tables, "institutions": INSTITUTIONS, "affiliations": affiliations})


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    """Terms that the slow way knows, too."""
    counting = draw(st.sampled_from(["full", "fractional", "per_paper", "harmonic"]))
    said: dict[str, Any] = {
        "counting": counting,
        "types": draw(st.sampled_from(["all", ["erratum"]])),
    }
    if draw(st.booleans()):
        said["since"] = 2020
    if draw(st.booleans()):
        said["max_authors"] = 4
    if counting != "harmonic" and draw(st.booleans()):
        said["team_size"] = "resolved"
    return said


@settings(max_examples=14, suppress_health_check=[HealthCheck.too_slow])
@given(tables=affiliated(), level=st.sampled_from(LEVELS), asked=terms())
def test_agrees_with_counting_seat_by_seat(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    level: str,
    asked: dict[str, Any],
) -> None:
    """Papers, sums and years are those of going through all papers and all their seats."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for author in AUTHORS[:3]:
        answer = collaborators(graph, author, level=level, **asked)
        expected = naive.collaborators(tables, author, level, **asked)
        nowhere = expected.pop(None, {"seats": 0, "fractional": 0})
        found = rows(answer, level)

        assert set(found) == set(expected)
        assert answer.attrs["collaborators"] == len(expected)
        assert answer.attrs["unaffiliated_seats"] == nowhere["seats"]
        assert answer.attrs["strength_to_unaffiliated"] == pytest.approx(
            float(nowhere["fractional"])
        )
        for own, row in found.items():
            other = expected[own]
            years = sorted(year for year in other["papers"].values() if year is not None)
            assert row["paper_count"] == len(other["papers"])
            assert row["active_years"] == len(set(years))
            assert (row["first_year"], row["last_year"]) == (
                min(years, default=None),
                max(years, default=None),
            )
            assert row["share"] == pytest.approx(len(other["papers"]) / answer.attrs["papers"])
            for name in ("weight", "full", "fractional"):
                assert row[name] == pytest.approx(float(other[name]))


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=affiliated(),
    level=st.sampled_from(LEVELS),
    half_life=st.sampled_from([None, 4.5]),
    versions=st.sampled_from(["keep", "merge"]),
)
def test_organisations_and_the_unaffiliated_make_up_the_author_s_strength(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    level: str,
    half_life: float | None,
    versions: str,
) -> None:
    """Fractional sums are those of the ties to people, whichever way they are split."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    asked: dict[str, Any] = {"types": "all", "half_life": half_life, "versions": versions}
    for author in AUTHORS[:3]:
        answer = collaborators(graph, author, level=level, **asked)
        whole = answer["fractional"].sum() + answer.attrs["strength_to_unaffiliated"]

        assert whole == pytest.approx(ties(graph, author, **asked).fractional.sum(), abs=1e-12)


def test_rows_of_an_institution(tmp_path: Path) -> None:
    """Two co-authors at One, one of them also at Two: papers once, sums over both."""
    graph = graph_of(
        tmp_path,
        [
            (W1, [(A, [I3]), (B, [I1, I2]), (C, [I1])]),
            (W2, [(A, [I3]), (B, [I3])]),
            (W3, [(A, [I1]), (D, [])]),
        ],
    )
    answer = collaborators(graph, A, level="institution")

    assert answer.columns.tolist() == [
        "institution_id",
        "name",
        "paper_count",
        "weight",
        "full",
        "fractional",
        "first_year",
        "last_year",
        "active_years",
        "persistence",
        "share",
        "state",
    ]
    assert answer[
        ["institution_id", "name", "paper_count", "full", "fractional"]
    ].values.tolist() == [
        [I1, "One", 1, 1.5, 0.75],
        [I3, "Three", 1, 1.0, 1.0],
        [I2, "Two", 1, 0.5, 0.25],
    ]
    assert answer["share"].tolist() == [1 / 3, 1 / 3, 1 / 3]
    assert answer.attrs["level"] == "institution"
    assert answer.attrs["unaffiliated_seats"] == 1
    assert answer.attrs["strength_to_unaffiliated"] == 1.0


def test_variants_with_one_ror_are_one_row(tmp_path: Path) -> None:
    """A co-author who names both ids of one institution gives it both parts."""
    answer = collaborators(
        graph_of(tmp_path, [(W1, [(A, []), (B, [I1, I4, I5])])]), A, level="institution"
    )

    assert answer["institution_id"].tolist() == [I1, I4]
    assert answer["full"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_a_country_named_for_two_institutions_counts_once(tmp_path: Path) -> None:
    """Two institutions in one country are one country."""
    answer = collaborators(graph_of(tmp_path, [(W1, [(A, []), (B, [I1, I4])])]), A, level="country")

    assert answer.columns.tolist()[:2] == ["country_code", "paper_count"]
    assert answer[["country_code", "full"]].values.tolist() == [["NL", 1.0]]


def test_a_repeated_name_speaks_by_its_first_seat(tmp_path: Path) -> None:
    """What the second seat of an author says does not count, and none at the first is none."""
    answer = collaborators(
        graph_of(tmp_path, [(W1, [(A, []), (B, []), (B, [I1])])]), A, level="institution"
    )

    assert len(answer) == 0
    assert answer.attrs["unaffiliated_seats"] == 1


def test_ties_of_organisations_have_a_history(tmp_path: Path) -> None:
    """State and persistence speak of the papers with anybody there."""
    tables = papers_and_authors([*team(W1, A, B), *team(W2, A, C), *team(W3, A, B)])
    for paper, year in zip(tables["papers"], (2010, 2012, 2023), strict=True):
        paper["year"] = year
    affiliations = [
        {"paper_id": paper, "position": 2, "institution_id": I1, "raw": []}
        for paper in (W1, W2, W3)
    ]
    graph = build(tmp_path, {**tables, "institutions": INSTITUTIONS, "affiliations": affiliations})
    (row,) = collaborators(graph, A, level="institution", as_of=2024).to_dict("records")

    assert (row["first_year"], row["last_year"], row["active_years"]) == (2010, 2023, 3)
    assert row["persistence"] == 3 / 14
    assert row["state"] == "revived"


def test_a_limit_cuts_rows_and_says_how_many_there_are(tmp_path: Path) -> None:
    """The closest stay."""
    graph = graph_of(tmp_path, [(W1, [(A, []), (B, [I1]), (C, [I1]), (D, [I3])])])
    answer = collaborators(graph, A, level="institution", limit=1)

    assert answer["institution_id"].tolist() == [I1]
    assert answer.attrs["collaborators"] == 2


@pytest.mark.parametrize("level", LEVELS)
def test_nobody_works_with_an_author_without_papers(tmp_path: Path, level: str) -> None:
    """No papers, or none with anybody, give no rows with the columns in place."""
    tables = papers_and_authors(team(W1, A))
    tables["authors"].append({"author_id": B})
    graph = build(tmp_path, tables)
    for author in (A, B):
        answer = collaborators(graph, author, level=level)
        assert len(answer) == 0
        assert answer.columns[0] == KEYS[level]
        assert answer.attrs["unaffiliated_seats"] == 0


def test_an_unknown_level_is_an_error(one_paper: ScholarGraph) -> None:
    """Levels are the three."""
    with pytest.raises(InvalidArgumentError, match="level is one of author, institution, country"):
        collaborators(one_paper, A, level="city")


@pytest.mark.parametrize("level", LEVELS)
def test_real_authors_agree_with_sql(snapshot_store: Path, level: str) -> None:
    """Joint papers by organisation are those that SQL counts, and strength is kept."""
    graph = read_graph(snapshot_store)
    column = KEYS[level]
    for author in ("A5049649985", "A5063047677", "A5085007251"):
        answer = collaborators(graph, author, types="all", level=level)
        expected = graph.sql(
            f"""
            with seat as (
                select paper_id, author_id, min(position) as position from authorships
                where mark is null and author_id is not null group by all
            ),
            named as (
                select * from seat join affiliations using (paper_id, position)
            )
            select coalesce(first.institution_id, named.{column}) as organisation,
                count(distinct paper_id) as papers
            from named
            left join institutions on '{level}' = 'institution'
                and institutions.institution_id = named.institution_id
            left join (
                select ror, min(institution_id) as institution_id from institutions
                where ror is not null group by ror
            ) as first using (ror)
            where named.author_id <> ? and named.{column} is not null
                and paper_id in (select paper_id from seat where author_id = ?)
            group by all
            """,
            [author, author],
        )

        assert dict(zip(answer[column], answer["paper_count"], strict=True)) == dict(
            zip(expected["organisation"], expected["papers"], strict=True)
        )
        assert len(answer) > 5
        whole = answer["fractional"].sum() + answer.attrs["strength_to_unaffiliated"]
        assert whole == pytest.approx(ties(graph, author, types="all").fractional.sum())


@pytest.mark.parametrize("call", [collaborators, shared_papers, coauthor_network, write_network])
@pytest.mark.parametrize(
    "wrong",
    [
        {"counting": "twice"},
        {"since": 0},
        {"until": "now"},
        {"as_of": True},
        {"half_life": -1},
        {"max_authors": 1},
        {"types": "article"},
        {"versions": "all"},
        {"team_size": "few"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_every_term_is_looked_at(
    one_paper: ScholarGraph, call: Callable[..., object], wrong: dict[str, Any]
) -> None:
    """None of the terms that a signature lists is lost on the way."""
    given = {collaborators: [A], shared_papers: [A, B], write_network: ["unwritten"]}.get(call, [])
    with pytest.raises(InvalidArgumentError, match=f"{next(iter(wrong))}"):
        call(one_paper, *given, **wrong)

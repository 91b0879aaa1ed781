"""How groups collaborate: shares of papers, partners, and what cannot be told."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph import from_records
from scholargraph.collaboration import group_papers
from scholargraph.collaboration.distances import kilometres
from scholargraph.collaboration.group_papers import MEASURES
from scholargraph.collaboration.summary_of_groups import Summary, summary
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import ScholarGraph, read_graph
from tests.naive import summary as naive
from tests.strategies import AUTHORS, collaboration_graphs
from tests.support import Row, build, seat

A, B, C, D, E = AUTHORS
INTER, INTERNATIONAL, COMPANY, NEAR, FAR = MEASURES

LEIDEN, DELFT, LEIDEN_AGAIN, NEW_YORK, SYDNEY, NOWHERE = (
    f"I900000000{number}" for number in range(1, 7)
)
INSTITUTIONS: list[Row] = [
    {
        "institution_id": LEIDEN,
        "name": "Leiden",
        "ror": "027bh9e22",
        "country_code": "NL",
        "type": "education",
        "latitude": 52.1601,
        "longitude": 4.4970,
    },
    {
        "institution_id": DELFT,
        "name": "Delft",
        "country_code": "NL",
        "latitude": 52.0116,
        "longitude": 4.3571,
    },
    {"institution_id": LEIDEN_AGAIN, "name": "Leyden", "ror": "027bh9e22"},
    {
        "institution_id": NEW_YORK,
        "name": "New York",
        "country_code": "US",
        "type": "company",
        "latitude": 40.7128,
        "longitude": -74.0060,
    },
    {
        "institution_id": SYDNEY,
        "name": "Sydney",
        "country_code": "AU",
        "type": "education",
        "latitude": -33.8688,
        "longitude": 151.2093,
    },
    {"institution_id": NOWHERE, "name": "Nowhere", "type": "other"},
]

Where = tuple[str | None, str | None]
"""Institution and country that a seat gives."""


def tables_of(
    *bylines: list[tuple[str | None, list[Where]]], institutions: list[Row] | None = None
) -> dict[str, list[Row]]:
    """Tables of papers W1, W2, ..., each with authors and where they are."""
    tables: dict[str, list[Row]] = {
        "papers": [],
        "authors": [{"author_id": author} for author in AUTHORS],
        "authorships": [],
        "institutions": INSTITUTIONS if institutions is None else institutions,
        "affiliations": [],
    }
    for number, byline in enumerate(bylines, 1):
        paper = f"W900000000{number}"
        tables["papers"].append({"paper_id": paper, "author_count": len(byline), "year": 2020})
        for position, (author, places) in enumerate(byline, 1):
            tables["authorships"].append(seat(paper, position, author))
            for place, country in places:
                tables["affiliations"].append(
                    {
                        "paper_id": paper,
                        "position": position,
                        "institution_id": place,
                        "country_code": country,
                    }
                )
    return tables


def at(*places: str) -> list[Where]:
    """Affiliations with institutions, countries as their records say."""
    return [(place, None) for place in places]


def row(found: Summary, measure: str) -> Row:
    """The shares of one measure."""
    rows = found.shares.set_index("measure")
    return {str(name): value for name, value in rows.loc[measure].items()}


def papers(found: Summary) -> list[int]:
    """Papers of which each measure is true."""
    return found.shares["papers"].tolist()


def unknown(found: Summary) -> list[int]:
    """Papers of which each measure cannot be told."""
    return found.shares["unknown"].tolist()


@st.composite
def affiliated_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Random bylines with affiliations of all kinds."""
    tables = draw(collaboration_graphs())
    places = [None, *(each["institution_id"] for each in INSTITUTIONS)]
    given_places = st.lists(st.sampled_from(places), max_size=3, unique=True)
    tables["institutions"] = INSTITUTIONS
    tables["affiliations"] = [
        {
            "paper_id": each["paper_id"],
            "position": each["position"],
            "institution_id": place,
            "country_code": draw(st.sampled_from([None, None, None, "NL", "NA"])),
        }
        for each in tables["authorships"]
        for place in draw(given_places)
    ]
    return tables


GROUPS: list[str | list[str]] = [
    *(LEIDEN, LEIDEN_AGAIN, DELFT, NEW_YORK, NOWHERE),
    *("NL", "NA", "US", "FR"),
    *([], [A], [B, C], [C, D, E]),
]


def agree(rows: pd.DataFrame, expected: dict[str, Row]) -> None:
    """Check rows of shares against those counted by hand."""
    found: Any = rows.set_index("measure")
    if not expected:
        assert found[["papers", "denominator_full", "unknown"]].eq(0).all(axis=None)
        assert found[["full", "fractional"]].isna().all(axis=None)
        return
    assert found.index.tolist() == list(expected)
    for measure, values in expected.items():
        assert found.loc[measure, list(values)].tolist() == pytest.approx(
            [float(value) for value in values.values()], rel=1e-12
        )


def check_by_hand(
    graph: ScholarGraph, tables: dict[str, list[Row]], group: str | list[str], types: str
) -> None:
    """Check what is said of a group against what is counted by hand."""
    found = summary(graph, group, types=types, partners=100)
    expected = naive.summary(tables, group, types)

    assert found.made["papers_with_affiliation"] == expected["papers"]
    assert found.made["papers_partly_known"] == expected["partly_known"]
    agree(found.shares, expected["shares"])
    assert sorted(set(found.by_year["year"])) == list(expected["by_year"])
    for year, shares in expected["by_year"].items():
        agree(found.by_year[found.by_year["year"] == year], shares)
    columns = [found.partners.columns[0], "paper_count", "full", "fractional"]
    partners = {key: values for key, *values in found.partners[columns].itertuples(index=False)}
    assert set(partners) == set(expected["partners"])
    for key, values in expected["partners"].items():
        assert partners[key] == pytest.approx([float(value) for value in values])


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(tables=affiliated_graphs(), types=st.sampled_from(["research", "all"]))
def test_agrees_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], types: str
) -> None:
    """Shares, years and partners are those of slow, obvious counting, for every kind of group."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for group in GROUPS:
        check_by_hand(graph, tables, group, types)


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(tables=affiliated_graphs())
def test_shares_are_shares(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Shares lie in [0, 1], weights are at most papers, years sum to the whole but for no year."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for group in GROUPS:
        found = summary(graph, group, types="all")
        shares = found.shares

        assert shares["measure"].tolist() == list(MEASURES)
        known = shares.filter(regex="^(full|fractional)").dropna()
        assert known.ge(0).all(axis=None)
        assert known.le(1).all(axis=None)
        assert (known["full"] <= known["full_at_most"]).all()
        assert (known["fractional"] <= known["fractional_at_most"]).all()
        weight = (shares["fractional"] * shares["denominator_fractional"]).fillna(0)
        assert (weight <= shares["papers"] + 1e-12).all()
        assert (shares["papers"] + shares["unknown"] <= shares["denominator_full"]).all()
        assert (shares["single_author_papers"] <= shares["papers"]).all()
        by_year = found.by_year.groupby("measure")["denominator_full"].sum()
        assert set(by_year + found.made["papers_without_year"]) <= {shares["denominator_full"][0]}


def test_one_paper_of_two_institutions(tmp_path: Path) -> None:
    """Neighbours of one country make an inter-institutional paper that is nothing else."""
    tables = tables_of([(A, at(LEIDEN)), (B, at(DELFT))], [(A, at(LEIDEN))])
    tables["institutions"] = [{"type": "education", **each} for each in INSTITUTIONS]
    found = summary(build(tmp_path / "graph", tables), LEIDEN)

    assert papers(found) == [1, 0, 0, 0, 0]
    assert unknown(found) == [0, 0, 0, 0, 0]
    shares = row(found, INTER)
    assert (shares["full"], shares["denominator_full"]) == (0.5, 2)
    assert (shares["fractional"], shares["denominator_fractional"]) == (0.5 / 1.5, 1.5)
    assert found.partners.to_dict("records") == [
        {
            "institution_id": DELFT,
            "name": "Delft",
            "country_code": "NL",
            "paper_count": 1,
            "full": 0.5,
            "fractional": 0.5 / 1.5,
        }
    ]
    assert (
        repr(found) == f"<Summary: institution {LEIDEN}, 2 papers, 1 inter-institutional, "
        "0 international>"
    )


@pytest.mark.parametrize("group", [LEIDEN, "NL"])
def test_affiliations_of_papers_that_are_not_there_are_nothing(tmp_path: Path, group: str) -> None:
    """A store that is not whole gives the answer of its papers."""
    tables = tables_of([(A, at(LEIDEN)), (B, at(DELFT))])
    whole = summary(build(tmp_path / "whole", tables), group)
    tables["affiliations"].append(
        {"paper_id": "W9999999998", "position": 1, "institution_id": LEIDEN, "country_code": "NL"}
    )
    found = summary(build(tmp_path / "more", tables), group)

    assert found.shares.equals(whole.shares)
    assert found.partners.equals(whole.partners)


def test_one_author_with_two_countries_is_international_and_marked(tmp_path: Path) -> None:
    """What one author's affiliations alone make true is counted, and said."""
    tables = tables_of([(A, at(LEIDEN, SYDNEY))], [(A, at(LEIDEN)), (B, at(SYDNEY))])
    found = summary(build(tmp_path / "graph", tables), LEIDEN)

    assert papers(found) == [2, 2, 0, 2, 2]
    assert row(found, INTERNATIONAL)["single_author_papers"] == 1
    assert row(found, COMPANY)["single_author_papers"] == 0


def test_a_company_is_met_not_been(tmp_path: Path) -> None:
    """A company has a paper with a company only if there is another one on it."""
    tables = tables_of([(A, at(LEIDEN)), (B, at(NEW_YORK))], [(B, at(NEW_YORK))])
    graph = build(tmp_path / "graph", tables)

    assert row(summary(graph, LEIDEN), COMPANY)["papers"] == 1
    assert row(summary(graph, NEW_YORK), COMPANY)["papers"] == 0
    assert row(summary(graph, NEW_YORK), COMPANY)["denominator_full"] == 2
    assert row(summary(graph, NEW_YORK), COMPANY)["unknown"] == 0


def test_what_is_of_no_known_kind_may_be_a_company(tmp_path: Path) -> None:
    """A partner without type leaves the question open, unless another one is a company."""
    tables = tables_of(
        [(A, at(LEIDEN)), (B, at(DELFT))], [(A, at(LEIDEN)), (B, at(DELFT, NEW_YORK))]
    )
    found = row(summary(build(tmp_path / "graph", tables), LEIDEN), COMPANY)

    assert (found["papers"], found["unknown"]) == (1, 1)


@pytest.mark.parametrize(
    ("degrees", "near", "far"), [(0.899, 0, 0), (0.9, 1, 0), (44.9, 1, 0), (45.0, 1, 1)]
)
def test_the_lines_are_drawn_at_100_and_5000_km(
    tmp_path: Path, degrees: float, near: int, far: int
) -> None:
    """On the equator a degree is 111.195 km: the lines lie at 0.8993 and 44.966 degrees."""
    equator = [
        {"institution_id": place, "latitude": 0.0, "longitude": longitude, "type": "education"}
        for place, longitude in ((LEIDEN, 170.0), (DELFT, 170.0 + degrees - 360 * (degrees > 10)))
    ]
    tables = tables_of([(A, at(LEIDEN)), (B, at(DELFT))], institutions=equator)
    found = summary(build(tmp_path / "graph", tables), LEIDEN)

    assert papers(found) == [1, 0, 0, near, far]
    assert unknown(found) == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0.0, 0.0), (90.0, 0.0), math.pi / 2 * 6371.0088),
        ((0.0, 0.0), (0.0, 180.0), math.pi * 6371.0088),
        ((51.5074, -0.1278), (40.7128, -74.0060), 5570.2),
        ((52.0, 179.9), (52.0, 179.9), 0.0),
    ],
)
def test_distances_are_those_of_the_great_circle(
    one: tuple[float, float], other: tuple[float, float], expected: float
) -> None:
    """A quarter and a half of the way around, London to New York, and no way at all."""
    angles = [np.radians(np.array([angle])) for angle in (*one, *other)]

    assert kilometres(*angles)[0] == pytest.approx(expected, abs=0.2)
    assert naive.distance(one, other) == pytest.approx(expected, abs=0.2)


def test_the_nearest_and_the_farthest_decide(tmp_path: Path) -> None:
    """With a neighbour and one from overseas a paper is far, and not beyond the near line."""
    tables = tables_of([(A, at(LEIDEN)), (B, at(DELFT)), (C, at(SYDNEY))])
    found = summary(build(tmp_path / "graph", tables), LEIDEN)

    assert (row(found, NEAR)["papers"], row(found, FAR)["papers"]) == (0, 1)


def test_missing_coordinates_leave_distances_open(tmp_path: Path) -> None:
    """Without coordinates a distance is unknown, unless another one decides."""
    tables = tables_of(
        [(A, at(LEIDEN)), (B, at(NOWHERE))],
        [(A, at(LEIDEN)), (B, at(NOWHERE, SYDNEY))],
        [(A, at(LEIDEN)), (B, at(NOWHERE, DELFT))],
    )
    found = summary(build(tmp_path / "graph", tables), LEIDEN)

    assert papers(found) == [3, 1, 0, 0, 1]
    assert unknown(found) == [0, 2, 1, 2, 2]
    assert found.shares["full_at_most"].tolist() == [1, 1, 1 / 3, 2 / 3, 1]
    assert found.made["institutions_without_coordinates"] == 1
    assert found.made["institutions_without_type"] == 1


def test_weights_split_authors_over_affiliations(tmp_path: Path) -> None:
    """Of four persons one is at Leiden by half, one whole, one elsewhere, one nowhere known."""
    tables = tables_of([(A, at(LEIDEN, DELFT)), (B, at(LEIDEN)), (C, at(SYDNEY)), (None, [])])
    graph = build(tmp_path / "graph", tables)

    def weight(group: str | list[str]) -> float:
        return float(row(summary(graph, group), INTER)["denominator_fractional"])

    assert weight(LEIDEN) == 1.5 / 4
    assert weight("NL") == 2 / 4
    assert weight("AU") == 1 / 4
    assert weight([A, C]) == 2 / 4


def test_variants_of_one_institution_are_one(tmp_path: Path) -> None:
    """Two ids with one ROR id are no partners, and share country, kind and place."""
    tables = tables_of([(A, at(LEIDEN)), (B, at(LEIDEN_AGAIN))], [(B, at(LEIDEN_AGAIN))])
    graph = build(tmp_path / "graph", tables)
    found = summary(graph, LEIDEN_AGAIN)

    assert found.made["group"] == f"institution {LEIDEN}"
    assert papers(found) == unknown(found) == [0, 0, 0, 0, 0]
    assert row(found, INTER)["denominator_full"] == 2
    assert row(summary(graph, "NL"), INTER)["denominator_full"] == 2
    assert summary(graph, "https://ror.org/027bh9e22").shares.equals(found.shares)


def test_what_the_first_variant_lacks_comes_from_the_next(tmp_path: Path) -> None:
    """Of one institution under two ids each fact is the first known one."""
    bare = {"institution_id": "I8000000001", "ror": "05a28rw58"}
    full = {**INSTITUTIONS[3], "institution_id": "I8000000002", "ror": "05a28rw58"}
    tables = tables_of(
        [(A, at(LEIDEN)), (B, at("I8000000001"))], institutions=[*INSTITUTIONS, bare, full]
    )
    found = summary(build(tmp_path / "graph", tables), LEIDEN)

    assert papers(found) == [1, 1, 1, 1, 1]
    assert found.partners[["institution_id", "country_code"]].values.tolist() == [
        ["I8000000001", "US"]
    ]


def test_who_sits_twice_has_all_his_affiliations_once(tmp_path: Path) -> None:
    """Two seats of one author are one person, at Leiden and at Delft."""
    tables = tables_of([(A, at(LEIDEN)), (A, at(LEIDEN, DELFT))])
    found = row(summary(build(tmp_path / "graph", tables), LEIDEN), INTER)

    assert (found["denominator_fractional"], found["single_author_papers"]) == (0.5, 1)


def test_the_denominator_is_papers_with_a_known_affiliation_of_the_group(tmp_path: Path) -> None:
    """Papers of a listed author without known affiliation are said, and in no share."""
    tables = tables_of(
        [(A, at(LEIDEN)), (B, at(SYDNEY))], [(A, []), (B, at(SYDNEY))], [(A, [(None, None)])]
    )
    found = summary(build(tmp_path / "graph", tables), [A])

    assert found.made["papers"] == 3
    assert found.made["papers_with_affiliation"] == 1
    assert found.made["papers_without_affiliation"] == 2
    assert row(found, INTERNATIONAL)["full"] == 1.0


def test_who_is_nowhere_known_leaves_the_rest_open(tmp_path: Path) -> None:
    """A co-author without affiliation, or beyond the list, may come from anywhere."""
    tables = tables_of([(A, at(LEIDEN)), (B, [])], [(A, at(LEIDEN))], [(A, at(LEIDEN))])
    tables["papers"][1]["author_count"] = 2
    tables["papers"][2]["authors_truncated"] = True
    found = summary(build(tmp_path / "graph", tables), LEIDEN)

    assert papers(found) == [0, 0, 0, 0, 0]
    assert unknown(found) == [3, 3, 3, 3, 3]
    assert found.made["papers_partly_known"] == 3


def test_the_paper_decides_on_the_country(tmp_path: Path) -> None:
    """Namibia is a country, given by the seat it goes before the institution's own."""
    tables = tables_of([(A, [(LEIDEN, "NA")]), (B, [(None, "NA")])], [(A, at(LEIDEN))])
    graph = build(tmp_path / "graph", tables)

    assert row(summary(graph, "na"), INTERNATIONAL)["denominator_full"] == 1
    assert row(summary(graph, "NL"), INTERNATIONAL)["denominator_full"] == 1
    assert summary(graph, "NL").made["papers"] == 1
    assert papers(summary(graph, "NA")) == [0, 0, 0, 0, 0]
    assert unknown(summary(graph, "NA")) == [1, 0, 1, 1, 1]


def test_partners_of_a_country_are_countries(tmp_path: Path) -> None:
    """Countries come with papers, the most first, then those with more weight, then by code."""
    tables = tables_of(
        [(A, at(LEIDEN)), (B, at(SYDNEY)), (C, at(NEW_YORK))],
        [(A, at(DELFT)), (B, at(SYDNEY))],
        [(A, at(DELFT)), (B, [(None, "ZA")])],
    )
    graph = build(tmp_path / "graph", tables)
    found = summary(graph, "NL")

    assert found.partners.columns.tolist() == ["country_code", "paper_count", "full", "fractional"]
    assert found.partners["country_code"].tolist() == ["AU", "ZA", "US"]
    assert found.partners["paper_count"].tolist() == [2, 1, 1]
    assert found.partners["fractional"].tolist() == pytest.approx([5 / 8, 3 / 8, 2 / 8])
    assert summary(graph, "NL", partners=1).partners.equals(found.partners[:1])
    assert summary(graph, "NL", partners=1).made["partners"] == 3


def test_partners_of_authors_are_where_none_of_them_is(tmp_path: Path) -> None:
    """Between listed authors there is collaboration, but no partner."""
    tables = tables_of([(A, at(LEIDEN)), (B, at(SYDNEY)), (C, at(LEIDEN, NEW_YORK))])
    graph = build(tmp_path / "graph", tables)
    found = summary(graph, pd.DataFrame({"author_id": [A, B]}))

    assert found.made["group"] == "2 authors"
    assert found.partners["institution_id"].tolist() == [NEW_YORK]
    assert papers(found) == [1, 1, 1, 1, 1]


def test_years_have_their_own_shares(tmp_path: Path) -> None:
    """Each year has its rows; a paper without year is in the whole only."""
    tables = tables_of([(A, at(LEIDEN)), (B, at(SYDNEY))], [(A, at(LEIDEN))], [(A, at(LEIDEN))])
    for paper, year in zip(tables["papers"], (2019, 2019, None), strict=True):
        paper["year"] = year
    graph = build(tmp_path / "graph", tables)
    found = summary(graph, LEIDEN)

    assert found.by_year["year"].tolist() == [2019] * 5
    assert found.by_year["full"].tolist() == [0.5, 0.5, 0.0, 0.5, 0.5]
    assert found.made["papers_without_year"] == 1
    assert summary(graph, LEIDEN, since=2020).made["papers_left_out"] == {
        "before since": 2,
        "year unknown": 1,
    }


def test_the_running_year_is_marked() -> None:
    """The year in which the records were taken is not over in them."""
    this_year = datetime.now(UTC).year
    place = {"id": LEIDEN, "display_name": "Leiden", "country_code": "NL"}
    works = [
        {
            "id": f"W900000000{number}",
            "publication_year": year,
            "authorships": [{"author": {"id": A}, "institutions": [place]}],
        }
        for number, year in enumerate((this_year - 1, this_year), 1)
    ]
    by_year = summary(from_records(works), LEIDEN).by_year

    assert dict(zip(by_year["year"], by_year["is_complete"], strict=True)) == {
        this_year - 1: True,
        this_year: False,
    }


@pytest.mark.parametrize("group", [[], [E], "FR", NOWHERE])
def test_without_papers_shares_are_null(tmp_path: Path, group: str | list[str]) -> None:
    """Empty groups, and groups without papers, have nothing to be divided by."""
    graph = build(tmp_path / "graph", tables_of([(A, at(LEIDEN))]))
    found = summary(graph, group)

    assert found.shares.filter(regex="^(full|fractional)").isna().all(axis=None)
    assert papers(found) == unknown(found) == [0] * 5
    assert (len(found.by_year), len(found.partners)) == (0, 0)


def test_a_graph_of_nothing_has_nothing_to_say(tmp_path: Path) -> None:
    """Without papers, institutions and affiliations the answer is empty, too."""
    found = summary(build(tmp_path / "graph", {"papers": []}), "NL")

    assert papers(found) == [0] * 5


def test_a_paper_of_thousands_takes_pairs_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few pairs are taken at a time, the answer stays the same."""
    places = [
        {"institution_id": f"I9{n:09}", "latitude": n / 50, "longitude": n / 20, "type": "other"}
        for n in range(2_000)
    ]
    people = [{"author_id": f"A9{n:09}"} for n in range(5_000)]
    tables: dict[str, list[Row]] = {
        "papers": [{"paper_id": "W9000000001", "author_count": 5_000, "year": 2020}],
        "authors": people,
        "institutions": places,
        "authorships": [seat("W9000000001", n + 1, f"A9{n:09}") for n in range(5_000)],
        "affiliations": [
            {
                "paper_id": "W9000000001",
                "position": n + 1,
                "institution_id": f"I9{n % 2_000:09}",
                "country_code": "NL",
            }
            for n in range(5_000)
        ],
    }
    graph = build(tmp_path / "graph", tables)
    found = summary(graph, "NL")
    few = summary(graph, people_of(people[:50]))
    monkeypatch.setattr(group_papers, "PAIRS_AT_A_TIME", 3_000)

    assert papers(found) == [1, 0, 0, 0, 1]
    assert summary(graph, people_of(people[:50])).shares.equals(few.shares)


def people_of(rows: list[Row]) -> list[str]:
    """Ids of authors."""
    return [each["author_id"] for each in rows]


@pytest.mark.parametrize(
    ("group", "more", "error", "message"),
    [
        (A, {}, InvalidIdentifierError, "names an author"),
        ("I9000000099", {}, NodeNotFoundError, "I9000000099"),
        (["A9000000099"], {}, NodeNotFoundError, "A9000000099"),
        ("ßß", {}, InvalidIdentifierError, "no identifier of an institution"),
        (7, {}, InvalidArgumentError, "group is a list of authors"),
        (pd.DataFrame({"id": [A]}), {}, InvalidArgumentError, "no column author_id"),
        (LEIDEN, {"partners": -1}, InvalidArgumentError, "partners is a number"),
        (LEIDEN, {"versions": "both"}, InvalidArgumentError, "versions is one of"),
    ],
)
def test_says_what_is_wrong(
    tmp_path: Path, group: Any, more: dict[str, Any], error: type[Exception], message: str
) -> None:
    """A group or a term that is none is refused in one line."""
    graph = build(tmp_path / "graph", tables_of([(A, at(LEIDEN))]))

    with pytest.raises(error, match=message) as caught:
        summary(graph, group, **more)
    assert "\n" not in str(caught.value)


FACTS = """
WITH named AS (
    SELECT
        institution_id,
        CASE WHEN ror IS NULL THEN institution_id
             ELSE min(institution_id) OVER (PARTITION BY ror) END AS place,
        country_code, type
    FROM institutions
),
facts AS (
    SELECT
        a.paper_id, n.place, n.type,
        coalesce(a.country_code, n.country_code) AS country
    FROM affiliations AS a
    JOIN authorships AS s USING (paper_id, position)
    LEFT JOIN named AS n USING (institution_id)
    WHERE s.mark IS NULL AND s.author_id IS NOT NULL
)
"""

OF_INSTITUTION = """
SELECT
    count(*) AS papers,
    count(*) FILTER (places > 1) AS inter_institutional,
    count(*) FILTER (countries > 1) AS international,
    count(*) FILTER (has_company) AS company
FROM (
    SELECT
        f.paper_id,
        count(DISTINCT f.place) AS places,
        count(DISTINCT f.country) AS countries,
        coalesce(bool_or(f.type = 'company' AND f.place <> own.place), false) AS has_company
    FROM facts AS f, (SELECT * FROM named WHERE institution_id = $place) AS own
    WHERE f.paper_id IN (SELECT paper_id FROM facts WHERE place = $place)
    GROUP BY f.paper_id
)
"""

OF_COUNTRY = """
SELECT
    count(*) AS papers,
    count(*) FILTER (places > 1) AS inter_institutional,
    count(*) FILTER (countries > 1) AS international
FROM (
    SELECT
        paper_id, count(DISTINCT place) AS places, count(DISTINCT country) AS countries
    FROM facts
    WHERE paper_id IN (SELECT paper_id FROM facts WHERE country = $country)
    GROUP BY paper_id
)
"""

COUNTRY_PARTNERS = """
SELECT country AS country_code, count(DISTINCT paper_id) AS paper_count
FROM facts
WHERE paper_id IN (SELECT paper_id FROM facts WHERE country = $country) AND country <> $country
GROUP BY country
"""


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


def test_real_institutions_agree_with_sql(real: ScholarGraph) -> None:
    """Of the institutions with most papers, all counts are those of plain SQL."""
    most = real.sql(
        f"{FACTS} SELECT place FROM facts WHERE place IS NOT NULL GROUP BY place "
        "ORDER BY count(DISTINCT paper_id) DESC, place LIMIT 12"
    )["place"]
    assert len(most) == 12
    for place in most:
        (expected,) = real.sql(FACTS + OF_INSTITUTION, {"place": place}).to_dict("records")
        found = summary(real, place, types="all").shares.set_index("measure")

        assert found["denominator_full"].unique().tolist() == [expected.pop("papers")]
        assert found["papers"].filter(items=list(expected)).to_dict() == expected


def test_real_countries_agree_with_sql(real: ScholarGraph) -> None:
    """Of countries, counts and partners are those of plain SQL."""
    for country in ("US", "DE", "CN", "GB"):
        given_country = {"country": country}
        (expected,) = real.sql(FACTS + OF_COUNTRY, given_country).to_dict("records")
        answer = summary(real, country, types="all", partners=1_000)
        found = answer.shares.set_index("measure")
        partners = real.sql(FACTS + COUNTRY_PARTNERS, given_country).set_index("country_code")

        assert found["denominator_full"].unique().tolist() == [expected.pop("papers")]
        assert found["papers"].filter(items=list(expected)).to_dict() == expected
        assert answer.partners.set_index("country_code")["paper_count"].to_dict() == (
            partners["paper_count"].to_dict()
        )

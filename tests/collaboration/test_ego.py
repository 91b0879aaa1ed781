"""One author's collaborators, and the papers behind a tie."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.collaboration import collaborators, shared_papers
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from tests.naive import bylines
from tests.naive import collaboration as naive
from tests.strategies import AUTHORS, collaboration_graphs
from tests.support import Row, build, papers_and_authors, seat, team

A, B, C, D, E = AUTHORS
NOBODY = "A9999999999"
W1, W2, W3 = "W9000000001", "W9000000002", "W9000000003"

_folders = count()


def listed(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, missing values as None."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def partners(graph: Any, author: str, **more: Any) -> list[str]:
    """Ids of the collaborators."""
    return collaborators(graph, author, **more)["author_id"].tolist()


type_choices = st.sampled_from(["research", "all", ["article", "erratum"], []])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs(), types=type_choices)
def test_agrees_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], types: Any
) -> None:
    """Ties, papers behind them and what was left out are those of slow, obvious counting."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for author in AUTHORS[:2]:
        answer = collaborators(graph, author, types=types)
        expected = {row["author_id"]: row for row in naive.collaborators(tables, author, types)}
        found = listed(answer)

        assert [row["author_id"] for row in found] == [
            row["author_id"]
            for row in sorted(
                found, key=lambda r: (-r["paper_count"], -r["fractional"], r["author_id"])
            )
        ]
        assert {row["author_id"] for row in found} == set(expected)
        for row in found:
            other = expected[row["author_id"]]
            assert row["name"] == f"Author {row['author_id'][-1]}"
            for column in ("paper_count", "first_year", "last_year"):
                assert row[column] == other[column]
            assert row["fractional"] == pytest.approx(float(other["fractional"]), rel=1e-12)
        summary = naive.summary(tables, author, types)
        assert sum(answer.attrs["papers_left_out"].values()) == summary.pop("left_out")
        strength = float(summary.pop("strength_to_unknown"))
        assert answer.attrs["strength_to_unknown"] == pytest.approx(strength, rel=1e-12)
        assert {name: answer.attrs[name] for name in summary} == summary
        with_somebody = summary["papers"] - summary["single_author_papers"]
        assert answer["fractional"].sum() + strength == pytest.approx(with_somebody, rel=1e-12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs(), types=type_choices)
def test_answers_are_those_of_reading_the_tables_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], types: Any
) -> None:
    """Rows, weights and what is said of the papers agree bit for bit with another way."""
    tables["authors"] = tables["authors"][1::2]
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    answer = collaborators(graph, B, types=types)
    ties, summary = bylines.collaborators(graph, B, types, bylines.teams(graph))

    assert [tuple(row.values()) for row in listed(answer[bylines.COLUMNS])] == ties
    assert {name: answer.attrs[name] for name in summary} == summary


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs(), types=type_choices)
def test_every_tie_opens_to_its_papers(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], types: Any
) -> None:
    """Shared papers are those counted by hand, and their sum is the tie of both, bit for bit."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    ties = {row["author_id"]: row for row in listed(collaborators(graph, A, types=types))}
    back = {row["author_id"]: row for row in listed(collaborators(graph, B, types=types))}
    answer = shared_papers(graph, A, B, types=types)
    expected = naive.shared_papers(tables, A, B, types)

    found = sorted(listed(answer), key=lambda row: row["paper_id"])
    assert [{**row, "fractional": float(row["fractional"])} for row in expected] == [
        {name: row[name] for name in expected[0]} for row in found
    ]
    if len(answer):
        assert ties[B]["paper_count"] == back[A]["paper_count"] == len(answer)
        assert ties[B]["fractional"] == back[A]["fractional"] == answer.attrs["fractional"]
    else:
        assert B not in ties
        assert A not in back
        assert answer.attrs["fractional"] == 0


def test_the_null_author_is_nobodys_hub(tmp_path: Path) -> None:
    """An id that stands for nobody ties nobody to anybody, and is still a person of the team."""
    seats: list[Row] = []
    for paper, author in ((W1, A), (W2, B), (W3, C)):
        seats += [seat(paper, 1, author), seat(paper, 2, NOBODY, mark="nobody")]
    tables = papers_and_authors(seats)
    tables["authors"] = [row for row in tables["authors"] if row["author_id"] != NOBODY]
    answer = collaborators(build(tmp_path, tables), A)

    assert len(answer) == 0
    assert answer.attrs["strength_to_unknown"] == 1.0


def test_seats_without_id_are_no_one_author(tmp_path: Path) -> None:
    """Two papers with a seat without id do not meet in a common co-author."""
    graph = build(tmp_path, papers_and_authors(team(W1, A, None) + team(W2, B, None)))

    assert partners(graph, A) == partners(graph, B) == []


def test_a_name_twice_on_a_byline_makes_no_self_loop(tmp_path: Path) -> None:
    """An author listed twice counts once: no tie to himself, no larger team."""
    answer = collaborators(build(tmp_path, papers_and_authors(team(W1, A, A, B))), A)

    assert answer[["author_id", "fractional"]].values.tolist() == [[B, 1.0]]


def test_counts_do_not_grow_with_the_order_of_authors(tmp_path: Path) -> None:
    """On one paper by three, everybody has two ties of one paper and half a weight."""
    graph = build(tmp_path, papers_and_authors(team(W1, A, B, C)))

    for author in (A, B, C):
        answer = collaborators(graph, author)
        assert answer["paper_count"].tolist() == [1, 1]
        assert answer["fractional"].tolist() == [0.5, 0.5]


def test_missing_ids_do_not_become_strength(tmp_path: Path) -> None:
    """Of 30 seats of which 5 are resolved, each tie weighs 1/29 and not 1/4."""
    answer = collaborators(
        build(tmp_path, papers_and_authors(team(W1, A, B, C, D, E, *[None] * 25))), A
    )

    assert answer["fractional"].tolist() == [1 / 29] * 4
    assert answer.attrs["unresolved_seats"] == 25


def test_a_cut_byline_weighs_as_the_record_counts_it(tmp_path: Path) -> None:
    """Seats that the record counts and does not list are persons; unknown counts are said."""
    tables = papers_and_authors(team(W1, A, B) + team(W2, A, B))
    tables["papers"] = [
        {"paper_id": W1, "author_count": 101, "authors_truncated": True},
        {"paper_id": W2, "author_count": 2, "authors_truncated": True},
    ]
    answer = collaborators(build(tmp_path, tables), A)

    assert answer["fractional"].tolist() == [1 / 1 + 1 / 100]
    assert answer.attrs["truncated_papers"] == 2
    assert answer.attrs["upper_bound_papers"] == 1


def test_a_marked_seat_is_not_the_author(tmp_path: Path) -> None:
    """Where an author's only seat carries a mark, the paper is not among his."""
    seats = [seat(W1, 1, A, mark="leaked reference"), seat(W1, 2, B)]
    graph = build(tmp_path, papers_and_authors(seats))

    assert partners(graph, A) == partners(graph, B) == []
    assert collaborators(graph, A).attrs["papers"] == 0


def test_what_is_no_research_makes_no_ties_unless_asked(tmp_path: Path) -> None:
    """Paratext, errata, peer reviews and retractions are left out, by type, and counted."""
    kinds = ["article", "paratext", "erratum", "peer-review", "retraction", None, "article"]
    papers = [f"W{9000000001 + number}" for number in range(len(kinds))]
    tables = papers_and_authors([row for paper in papers for row in team(paper, A, B)])
    tables["papers"] = [
        {"paper_id": paper, "type": kind, "author_count": 2, "is_paratext": paper == papers[-1]}
        for paper, kind in zip(papers, kinds, strict=True)
    ]
    graph = build(tmp_path, tables)
    answer = collaborators(graph, A)

    assert answer["paper_count"].tolist() == [2]
    assert answer.attrs["papers_left_out"] == {
        "erratum": 1,
        "is_paratext": 1,
        "paratext": 1,
        "peer-review": 1,
        "retraction": 1,
    }
    assert collaborators(graph, A, types="all")["paper_count"].tolist() == [7]
    asked = collaborators(graph, A, types=["erratum", "unheard of"])
    assert asked["paper_count"].tolist() == [1]
    assert asked.attrs["types"] == ["erratum", "unheard of"]
    assert asked.attrs["papers_left_out"]["no type"] == 1


@pytest.mark.parametrize("types", ["article", "", 3, None, [1], ["article", None]])
def test_types_that_are_none_are_an_error(tmp_path: Path, types: Any) -> None:
    """A text other than the two words, and what is no list of texts, is refused."""
    graph = build(tmp_path, papers_and_authors(team(W1, A, B)))
    with pytest.raises(InvalidArgumentError, match="types must be"):
        collaborators(graph, A, types=types)


def test_years_stay_whole_numbers(tmp_path: Path) -> None:
    """Years are integers also where one is not known."""
    tables = papers_and_authors(team(W1, A, B) + team(W2, A, C))
    tables["papers"][0]["year"] = 2020
    answer = collaborators(build(tmp_path, tables), A)

    assert str(answer["first_year"].dtype) == "Int16"
    assert dict(zip(answer["author_id"], answer["first_year"].isna(), strict=True)) == {
        B: False,
        C: True,
    }


def test_an_author_without_papers_has_nobody(tmp_path: Path) -> None:
    """No papers give no rows, with the columns in place."""
    graph = build(tmp_path, {"authors": [{"author_id": A}]})

    assert collaborators(graph, A).columns.tolist() == [
        "author_id",
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
        "super_tie",
        "complete",
    ]
    assert len(collaborators(graph, A)) == 0


def test_papers_of_one_person_make_no_ties_and_stay_counted(tmp_path: Path) -> None:
    """A single author has papers and no ties."""
    answer = collaborators(build(tmp_path, papers_and_authors(team(W1, A))), A)

    assert len(answer) == 0
    assert answer.attrs["papers"] == answer.attrs["single_author_papers"] == 1


def test_authors_are_found_by_any_identifier(tmp_path: Path) -> None:
    """URL and ORCID name the author as well as the id; what names nobody is an error."""
    tables = papers_and_authors(team(W1, A, B))
    tables["authors"][0]["orcid"] = "0000-0002-1825-0097"
    graph = build(tmp_path, tables)

    for identifier in (A, f"https://openalex.org/{A}", "https://orcid.org/0000-0002-1825-0097"):
        assert partners(graph, identifier) == [B]
    with pytest.raises(InvalidIdentifierError, match="find"):
        collaborators(graph, "Andrea Gesmundo")
    with pytest.raises(NodeNotFoundError, match="stands for nobody"):
        collaborators(graph, NOBODY)


def test_nobody_has_ties_to_himself(tmp_path: Path) -> None:
    """Asking for the papers of one author with himself is an error."""
    graph = build(tmp_path, papers_and_authors(team(W1, A, B)))
    with pytest.raises(InvalidArgumentError, match="himself"):
        shared_papers(graph, A, f"https://openalex.org/{A}")


def test_a_solo_paper_changes_no_tie(tmp_path: Path) -> None:
    """Adding a paper by one author leaves his ties as they were, to the last bit."""
    seats = team(W1, A, B, C) + team(W2, A, B)
    one = collaborators(build(tmp_path / "one", papers_and_authors(seats)), A)
    other = collaborators(build(tmp_path / "other", papers_and_authors(seats + team(W3, A))), A)

    one, other = one.drop(columns="share"), other.drop(columns="share")
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_of_equally_many_papers_the_smaller_teams_come_first(tmp_path: Path) -> None:
    """Co-authors are ordered by papers, then by weight, then by id."""
    seats = [
        *team(W1, A, B, C, None),
        *team(W2, A, D),
        *team(W3, A, E, B, None, None),
    ]
    answer = collaborators(build(tmp_path, papers_and_authors(seats)), A)

    assert answer["author_id"].tolist() == [B, D, C, E]
    assert answer["paper_count"].tolist() == [2, 1, 1, 1]

"""Questions that leave out authors of whom only a printed name is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.collaboration import (
    backtest,
    collaborators,
    recommend_collaborators,
    summary,
    ties,
)
from scholargraph.collaboration.choosing import name_forms_of
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import ScholarGraph
from tests.affiliated import I1, I2, affiliated
from tests.naive import collaboration as naive
from tests.naive import networks
from tests.strategies import AUTHORS, collaboration_graphs
from tests.support import Row, build, papers_and_authors, seat, team

A, B, C, D, E = AUTHORS
JANE, UMA = "name:jane doe", "name:ü"
W1, W2, W3 = "W9000000001", "W9000000002", "W9000000003"

Tables = dict[str, list[Row]]

COUNTINGS = ["full", "fractional", "per_paper", "harmonic"]


def mixed(tables: Tables, *, has_row: bool = True) -> Tables:
    """The same graph, two of its authors being name forms; of the last the table may know nothing.

    Ids of authors sort as before.
    """
    renamed = {D: JANE, E: UMA}
    authors = [
        {**row, "author_id": renamed.get(row["author_id"], row["author_id"])}
        for row in tables["authors"]
    ]
    seats = [
        {**row, "author_id": renamed.get(row["author_id"], row["author_id"])}
        for row in tables["authorships"]
    ]
    return {
        **tables,
        "authors": [row for row in authors if has_row or row["author_id"] != UMA],
        "authorships": seats,
    }


def without_name_forms(tables: Tables) -> Tables:
    """The same bylines, each name form on them being one person who cannot be told apart."""
    met: set[tuple[str, str]] = set()
    seats: list[Row] = []
    dropped: list[tuple[str, int]] = []
    for row in sorted(tables["authorships"], key=lambda row: (row["paper_id"], row["position"])):
        if row["author_id"] not in (JANE, UMA):
            seats.append(row)
        elif row["mark"] is not None:
            seats.append({**row, "author_id": None})
        elif (row["paper_id"], row["author_id"]) in met:
            dropped.append((row["paper_id"], row["position"]))
        else:
            met.add((row["paper_id"], row["author_id"]))
            seats.append({**row, "author_id": None, "mark": "no id"})
    papers = [
        {
            **paper,
            "author_count": paper["author_count"]
            - sum(paper["paper_id"] == dropped_from for dropped_from, _ in dropped),
        }
        for paper in tables["papers"]
    ]
    changed = {
        **tables,
        "papers": papers,
        "authors": [row for row in tables["authors"] if row["author_id"] not in (JANE, UMA)],
        "authorships": seats,
    }
    if "affiliations" in tables:
        changed["affiliations"] = [
            row
            for row in tables["affiliations"]
            if (row["paper_id"], row["position"]) not in dropped
        ]
    return changed


def both(folder: pytest.TempPathFactory, tables: Tables) -> tuple[ScholarGraph, ScholarGraph]:
    """A graph with name forms, and the same one with nobody in their places."""
    return (
        build(folder.mktemp("mixed"), tables),
        build(folder.mktemp("without"), without_name_forms(tables)),
    )


def said(attrs: dict[Any, Any]) -> dict[Any, Any]:
    """What an answer says of itself that does not name what was asked for.

    Versions of one work are told by all their authors, name forms included.
    """
    own = ("name_forms", "name_form_seats", "version_pairs")
    return {name: value for name, value in attrs.items() if name not in own}


asked_terms = st.fixed_dictionaries(
    {},
    optional={
        "since": st.just(2020),
        "max_authors": st.sampled_from([2, 4]),
        "types": st.sampled_from(["all", ["article"]]),
        "half_life": st.just(3.5),
    },
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=collaboration_graphs(),
    counting=st.sampled_from(COUNTINGS),
    types=st.sampled_from(["research", "all", ["article", "erratum"]]),
    has_row=st.booleans(),
)
def test_agrees_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    tables: Tables,
    counting: str,
    types: Any,
    has_row: bool,
) -> None:
    """Ties are those of profiles alone, and the team has its size with name forms."""
    tables = mixed(tables, has_row=has_row)
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    bylines = without_name_forms(tables)
    nodes, pairs = networks.network(bylines, counting=counting, types=types)
    for author in (A, B, C):
        answer = collaborators(graph, author, counting, types=types, name_forms=False)
        expected = {
            (set(pair) - {author}).pop(): row for pair, row in pairs.items() if author in pair
        }

        assert set(answer["author_id"]) == set(expected) <= {A, B, C}
        for row in answer.to_dict("records"):
            other = expected[row["author_id"]]
            assert row["paper_count"] == other["paper_count"]
            assert row["weight"] == pytest.approx(float(other["weight"]), rel=1e-12)
            assert row["fractional"] == pytest.approx(float(other["fractional"]), rel=1e-12)
        found = naive.summary(bylines, author, types)
        assert answer.attrs["papers"] == found["papers"]
        assert author not in nodes or nodes[author]["paper_count"] == found["papers"]
        assert answer.attrs["unresolved_seats"] == found["unresolved_seats"]
        strength = float(found["strength_to_unknown"])
        assert answer.attrs["strength_to_unknown"] == pytest.approx(strength, rel=1e-12)
        everybody = naive.summary(tables, author, types)["unresolved_seats"]
        assert answer.attrs["name_form_seats"] == found["unresolved_seats"] - everybody


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=collaboration_graphs(),
    counting=st.sampled_from(COUNTINGS),
    team_size=st.sampled_from(["all", "resolved"]),
    terms=asked_terms,
    has_row=st.booleans(),
)
def test_is_the_answer_of_a_graph_where_nobody_is_in_their_places(
    tmp_path_factory: pytest.TempPathFactory,
    tables: Tables,
    counting: str,
    team_size: str,
    terms: dict[str, Any],
    has_row: bool,
) -> None:
    """Frames, arrays and what they say of themselves are the same to the last bit."""
    mixed_graph, without = both(tmp_path_factory, mixed(tables, has_row=has_row))
    terms = {**terms, "counting": counting, "team_size": team_size}
    for author in (A, B):
        answer = collaborators(mixed_graph, author, name_forms=False, **terms)
        expected = collaborators(without, author, **terms)
        arrays = ties(mixed_graph, author, name_forms=False, **terms)

        pd.testing.assert_frame_equal(answer, expected, check_exact=True, check_flags=False)
        assert said(answer.attrs) == said(expected.attrs)
        assert sorted(arrays.author_id) == sorted(expected["author_id"])
        assert sorted(arrays.weight) == sorted(expected["weight"])
        assert arrays.papers == expected.attrs["papers"]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=affiliated(),
    level=st.sampled_from(["institution", "country"]),
    group=st.sampled_from([[A, B], I1, I2, "NA", "FR"]),
)
def test_where_people_are_is_asked_of_profiles_alone(
    tmp_path_factory: pytest.TempPathFactory, tables: Tables, level: str, group: Any
) -> None:
    """Organisations of co-authors and summaries of groups know nothing of name forms' places."""
    mixed_graph, without = both(tmp_path_factory, mixed(tables))
    answer = collaborators(mixed_graph, A, level=level, name_forms=False)
    expected = collaborators(without, A, level=level)

    pd.testing.assert_frame_equal(answer, expected, check_exact=True, check_flags=False)
    assert said(answer.attrs) == said(expected.attrs)
    of_group = summary(mixed_graph, group, name_forms=False)
    as_expected = summary(without, group)
    for name in ("shares", "by_year", "partners"):
        pd.testing.assert_frame_equal(
            getattr(of_group, name), getattr(as_expected, name), check_flags=False
        )
    assert said(of_group.made) == said(as_expected.made)


def world(seed: int, papers: int = 60) -> Tables:
    """Twelve profiles and four name forms on papers of three years, on topics, at institutions."""
    random = np.random.default_rng(seed)
    people = [f"A90000000{number:02}" for number in range(1, 13)]
    forms = [JANE, UMA]
    seats: list[Row] = []
    topics: list[Row] = []
    places: list[Row] = []
    cited: list[Row] = []
    ids = [f"W90000000{number:02}" for number in range(papers)]
    for paper in ids:
        byline = random.choice(people, int(random.integers(1, 4)), replace=False).tolist()
        byline += [form for form in forms if random.random() < 0.5]
        seats += [
            seat(paper, place, str(person), mark=None) for place, person in enumerate(byline, 1)
        ]
        topics.append({"paper_id": paper, "topic_id": f"T900000000{random.integers(1, 5)}"})
        places += [
            {"paper_id": paper, "position": place, "institution_id": [I1, I2][place % 2]}
            for place in range(1, len(byline) + 1)
        ]
        cited.append({"paper_id": paper, "cited_paper_id": ids[int(random.integers(papers))]})
    tables = papers_and_authors(seats)
    for number, row in enumerate(tables["papers"]):
        row["year"] = 2018 + number % 3
    return {
        **tables,
        "topics": [{"topic_id": f"T900000000{number}"} for number in range(1, 5)],
        "paper_topics": topics,
        "institutions": [{"institution_id": I1}, {"institution_id": I2}],
        "affiliations": places,
        "citations": [row for row in cited if row["paper_id"] != row["cited_paper_id"]],
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_recommends_and_is_tested_on_profiles_alone(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Nobody is recommended who is a name form, or for a collaborator who is one."""
    mixed_graph, without = both(tmp_path_factory, world(seed))
    author = "A9000000001"
    answer = recommend_collaborators(mixed_graph, author, name_forms=False)
    expected = recommend_collaborators(without, author)
    everybody = recommend_collaborators(mixed_graph, author, limit=None)

    assert len(expected)
    pd.testing.assert_frame_equal(answer, expected, check_exact=True, check_flags=False)
    assert said(answer.attrs) == said(expected.attrs)
    assert everybody["common_neighbours"].sum() > answer["common_neighbours"].sum()
    tested = backtest(mixed_graph, 2019, years=1, name_forms=False)
    as_expected = backtest(without, 2019, years=1)
    assert len(as_expected.pairs)
    for name in ("scores", "pairs"):
        pd.testing.assert_frame_equal(
            getattr(tested, name), getattr(as_expected, name), check_exact=True, check_flags=False
        )
    assert said(tested.made) == said(as_expected.made)
    assert backtest(mixed_graph, 2019, years=1).made["authors_active"] == 14


def test_a_small_case_by_hand(tmp_path: Path) -> None:
    """Of four persons two are name forms, one of them listed twice: a tie of a third."""
    seats = [*team(W1, A, JANE, B, UMA, JANE), *team(W2, A, JANE), *team(W3, A, B)]
    graph = build(tmp_path, papers_and_authors(seats))
    answer = collaborators(graph, A, "fractional", name_forms=False)

    assert answer[["author_id", "paper_count"]].values.tolist() == [[B, 2]]
    assert answer["weight"].tolist() == [pytest.approx(1 + 1 / 3)]
    assert answer["share"].tolist() == [pytest.approx(2 / 3)]
    assert answer.attrs["papers"] == 3
    assert answer.attrs["unresolved_seats"] == answer.attrs["name_form_seats"] == 3
    assert answer.attrs["strength_to_unknown"] == pytest.approx(2 / 3 + 1)
    resolved = collaborators(graph, A, "fractional", name_forms=False, team_size="resolved")
    assert resolved["weight"].tolist() == [2.0]
    assert resolved.attrs["single_author_papers"] == 1
    asked = collaborators(graph, A)
    assert asked["author_id"].tolist() == [B, JANE, UMA]
    assert asked.attrs["name_forms"]
    assert asked.attrs["name_form_seats"] == 0


def test_rows_tell_who_is_a_name_form(tmp_path: Path) -> None:
    """They are the last rows of the table, and the last of those whom only bylines name."""
    tables = papers_and_authors(team(W1, A, JANE, B, UMA))
    tables["authors"] = [{"author_id": A}, {"author_id": JANE}]
    adjacency = build(tmp_path, tables).adjacency
    ids = adjacency.nodes["author"].ids

    assert [ids[row] for row in range(4)] == [A, JANE, B, UMA]
    assert name_forms_of(adjacency).among(np.arange(4)).tolist() == [False, True, False, True]


def test_a_name_form_has_no_ties_where_they_are_left_out(tmp_path: Path) -> None:
    """Who asks about one and leaves them out is told so in a line."""
    graph = build(tmp_path, papers_and_authors(team(W1, A, JANE)))
    refused = "^'name:jane doe' is a name form, and name_forms=False leaves those out$"

    assert collaborators(graph, JANE)["author_id"].tolist() == [A]
    for ask in (
        lambda: collaborators(graph, JANE, name_forms=False),
        lambda: ties(graph, JANE, name_forms=False),
        lambda: recommend_collaborators(graph, JANE, name_forms=False),
        lambda: summary(graph, [A, JANE], name_forms=False),
    ):
        with pytest.raises(InvalidArgumentError, match=refused):
            ask()


def test_wrong_values_are_refused(tmp_path: Path) -> None:
    """name_forms is a truth and nothing that looks like one."""
    graph = build(tmp_path, papers_and_authors(team(W1, A, B)))
    with pytest.raises(InvalidArgumentError, match="name_forms is True or False, not 'no'"):
        collaborators(graph, A, name_forms="no")  # type: ignore[arg-type]

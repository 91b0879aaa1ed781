"""One topic at a glance."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from scholargraph import read_graph
from scholargraph.errors import InvalidArgumentError, NodeNotFoundError
from scholargraph.topics import profile
from tests.naive.near_topics import Near
from tests.support import Row, build, papers_and_authors, team
from tests.topics.topic_graphs import TREE, topic_graphs

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

A, B, C = (f"A900000000{n}" for n in (1, 2, 3))


def naive_people(near: Near, topic: str, year: int) -> dict[str, dict[str, Any]]:
    """What there is to say of each author of a topic."""
    years: dict[str, Any] = {row["paper_id"]: row.get("year") for row in near.tables["papers"]}
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"paper_count": 0, "fractional": 0.0, "recent": 0.0, "before": 0.0, "years": []}
    )
    for paper in near.papers(topic):
        seats = [row for row in near.tables["authorships"] if row["paper_id"] == paper]
        authors = {row["author_id"] for row in seats if row["author_id"]}
        persons = len(authors) + sum(row["author_id"] is None for row in seats)
        for author in authors:
            value = near.parts[paper][topic] / persons
            of = found[author]
            of["paper_count"] += 1
            of["fractional"] += value
            of["years"].append(years[paper])
            if years[paper] is not None and year - 3 < years[paper] <= year:
                of["recent"] += value
            if years[paper] is not None and year - 6 < years[paper] <= year - 3:
                of["before"] += value
    return dict(found)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=topic_graphs())
def test_people_and_years_agree_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Leaders, risers, entrants and the trend are those of slow, obvious counting."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    near = Near(tables)
    for topic in ("T9001", "T9002"):
        found = profile(graph, topic)
        people = naive_people(near, topic, found.year)

        assert found.paper_count == len(near.papers(topic))
        assert found.author_count == len(people) == found.leading_authors.attrs["rows"]
        assert set(found.leading_authors["author_id"]) == set(people)
        for row in found.leading_authors.to_dict("records"):
            expected = people[row["author_id"]]
            known = [year for year in expected["years"] if year is not None]
            for name in ("paper_count", "fractional", "recent", "before"):
                assert row[name] == pytest.approx(expected[name])
            for name, bound in (("first_year", min), ("last_year", max)):
                assert (row[name] == bound(known)) if known else pd.isna(row[name])
        order = found.leading_authors[["fractional", "paper_count", "author_id"]]
        assert order["fractional"].is_monotonic_decreasing
        assert set(found.entrants["author_id"]) == {
            author
            for author, of in people.items()
            if None not in of["years"] and found.year - 3 < min(of["years"]) <= found.year
        }
        trend = found.trend.set_index("year")
        for year in trend.index:
            of_year = {row["paper_id"] for row in tables["papers"] if row.get("year") == year}
            with_topic = [paper for paper in of_year if near.parts[paper]]
            parts = [near.parts[paper].get(topic, 0.0) for paper in with_topic]
            assert trend.loc[year, "paper_count"] == len(near.papers(topic) & of_year)
            assert trend.loc[year, "fractional"] == pytest.approx(sum(parts))
            if with_topic:
                assert trend.loc[year, "share"] == pytest.approx(sum(parts) / len(with_topic))
            else:
                assert pd.isna(trend.loc[year, "share"])
        assert trend["paper_count"].sum() == found.paper_count - found.unknown_year_count


def test_risers_were_there_before_and_entrants_were_not(tmp_path: Path) -> None:
    """With 2021 the last year of all: A rises, B falls, C enters."""
    seats = [
        *team("W1", A), *team("W2", A), *team("W3", A), *team("W4", B), *team("W5", C),
    ]  # fmt: skip
    years = {"W1": 2017, "W2": 2020, "W3": 2021, "W4": 2018, "W5": 2020}
    tables = papers_and_authors(seats)
    tables["papers"] = [{**row, "year": years[row["paper_id"]]} for row in tables["papers"]]
    tables["topics"] = TREE
    tables["paper_topics"] = [{"paper_id": paper, "topic_id": "T9001"} for paper in years]
    found = profile(build(tmp_path / "g", tables), "T9001")

    assert found.year == 2021
    assert found.rising_authors["author_id"].tolist() == [A]
    assert found.rising_authors[["recent", "before"]].to_numpy().tolist() == [[2.0, 1.0]]
    assert found.entrants["author_id"].tolist() == [C]
    assert found.leading_authors["author_id"].tolist() == [A, B, C]
    assert found.trend["year"].tolist() == [2017, 2018, 2019, 2020, 2021]
    assert found.trend["paper_count"].tolist() == [1, 1, 0, 2, 1]


def test_the_place_in_the_tree(tmp_path: Path) -> None:
    """Parents from the next one up; children and siblings by id; a class has all papers below."""
    tables = {
        "topics": TREE,
        "papers": [{"paper_id": "W1"}, {"paper_id": "W2"}],
        "paper_topics": [
            {"paper_id": paper, "topic_id": topic}
            for paper, topic in (("W1", "T9001"), ("W1", "T9002"), ("W2", "T9003"))
        ],
    }
    found = profile(build(tmp_path / "g", tables), "subfields/11")

    assert [step.topic_id for step in found.parents] == ["fields/1", "domains/1"]
    assert [step.topic_id for step in found.children] == ["T9001", "T9002"]
    assert [step.topic_id for step in found.siblings] == ["subfields/12"]
    assert (found.level, found.paper_count) == ("subfield", 1)
    assert found.papers["part"].tolist() == [1.0]
    assert profile(build(tmp_path / "h", tables), "domains/1").paper_count == 2


def test_institutions_have_what_their_authors_have(tmp_path: Path) -> None:
    """Of two authors one names two institutions, the other none, which is said."""
    one, two = "I9000000001", "I9000000002"
    tables = papers_and_authors(team("W1", A, B))
    tables["topics"] = TREE
    tables["paper_topics"] = [{"paper_id": "W1", "topic_id": "T9001"}]
    tables["institutions"] = [{"institution_id": each, "name": each} for each in (one, two)]
    tables["affiliations"] = [
        {"paper_id": "W1", "position": 1, "institution_id": each} for each in (one, two)
    ]
    found = profile(build(tmp_path / "g", tables), "T9001").institutions

    assert found["institution_id"].tolist() == [one, two]
    assert found["fractional"].tolist() == [0.25, 0.25]
    assert found["paper_count"].tolist() == [1, 1]
    assert found.attrs["unaffiliated"] == pytest.approx(0.5)


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


@pytest.mark.parametrize(("topic", "papers"), [("T10399", 956), ("T10635", 935)])
def test_real_topics(real: ScholarGraph, topic: str, papers: int) -> None:
    """Papers of the facts, authors and citations as SQL counts them."""
    found = profile(real, topic, limit=50)
    authors = real.sql(
        "SELECT a.author_id, count(DISTINCT a.paper_id) AS n FROM authorships a "
        "JOIN paper_topics t USING (paper_id) WHERE t.topic_id = ? AND a.mark IS NULL "
        "AND a.author_id IS NOT NULL GROUP BY 1",
        [topic],
    )
    counts = dict(zip(authors["author_id"], authors["n"], strict=True))
    cited = real.sql(
        "SELECT c.cited_paper_id AS paper, count(*) AS n FROM citations c "
        "JOIN paper_topics t ON t.paper_id = c.cited_paper_id JOIN papers p "
        "ON p.paper_id = c.paper_id WHERE t.topic_id = ? GROUP BY 1 ORDER BY n DESC LIMIT 50",
        [topic],
    )

    assert found.paper_count == papers
    assert found.author_count == len(counts)
    assert len(found.leading_authors) == len(found.papers) == 50
    assert found.leading_authors["paper_count"].tolist() == [
        counts[author] for author in found.leading_authors["author_id"]
    ]
    assert found.papers["cited_by_count"].tolist() == cited["n"].tolist()
    assert not found.trend.set_index("year").loc[2026, "complete"]
    assert found.trend.set_index("year").loc[2025, "complete"]


def test_limits_and_unknown_topics(real: ScholarGraph) -> None:
    """A limit is a number from 1; a topic must be there."""
    with pytest.raises(InvalidArgumentError, match="limit is a number from 1, not 0"):
        profile(real, "T10399", limit=0)
    with pytest.raises(NodeNotFoundError):
        profile(real, "T1")


def test_a_topic_without_papers(real: ScholarGraph) -> None:
    """Its frames are empty, with all their columns."""
    used = set(real.table("paper_topics", ["topic_id"])["topic_id"])
    every = real.table("topics", ["topic_id"], where={"level": "topic"})["topic_id"]
    unused = next(topic for topic in every if topic not in used)
    found = profile(real, unused)

    assert found.paper_count == found.author_count == 0
    for part in (found.papers, found.leading_authors, found.entrants, found.institutions):
        assert part.empty
        assert len(part.columns) >= 4
    assert found.trend.empty

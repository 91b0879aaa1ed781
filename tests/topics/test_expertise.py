"""What authors and institutions write about, against counting one by one and facts from outside."""

from __future__ import annotations

import csv
import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph import from_records, read_graph
from scholargraph.adjacency.meanings import PRIMARY
from scholargraph.errors import (
    InvalidArgumentError,
    InvalidIdentifierError,
    NodeNotFoundError,
    ScholarGraphError,
)
from scholargraph.topics import expertise, expertise_papers
from scholargraph.topics.hierarchy import NO_CLASS, classes_at
from tests.naive import expertise as naive
from tests.support import build
from tests.topics.graphs_with_topics import ANN, BOB, topic_graphs

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

Row = dict[str, Any]

NOT_EQUAL = {"A5000180362", "A5022893471", "A5035537771", "A5054922583"}
"""Authors whose oracle leaves out or repeats works."""


@pytest.fixture(scope="module")
def graph(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


@pytest.fixture(scope="module")
def records(graph: ScholarGraph) -> naive.Records:
    """Its rows."""
    return naive.read(graph)


def assert_agrees(found: pd.DataFrame, expected: dict[str, Row]) -> None:
    """Every row and every column is what counting one by one gives."""
    assert set(found["topic_id"]) == set(expected)
    for row in found.to_dict("records"):
        wanted = expected[row["topic_id"]]
        for column in ("share", "location_quotient", "full", "fractional"):
            assert row[column] == pytest.approx(wanted[column], rel=1e-9), column
        assert row["paper_count"] == len(wanted["papers"])
        years = (min(wanted["years"], default=None), max(wanted["years"], default=None))
        assert _years(row) == years
        if wanted["trend"] is None:
            assert math.isnan(row["trend"])
        else:
            assert row["trend"] == pytest.approx(wanted["trend"], abs=1e-9)


def _years(row: Mapping[Any, Any]) -> tuple[int | None, int | None]:
    import pandas as pd

    first, last = row["first_year"], row["last_year"]
    return (None if pd.isna(first) else int(first), None if pd.isna(last) else int(last))


@pytest.mark.parametrize("counting", ["full", "fractional"])
@pytest.mark.parametrize("level", ["topic", "field"])
def test_authors_of_the_real_records(
    level: str, counting: str, graph: ScholarGraph, records: naive.Records
) -> None:
    """What authors write about agrees with counting one by one, in every column."""
    for author in ("A5049649985", "A5085007251", "A5063047677"):
        parts = {
            paper: 1 / records.persons[paper]
            for paper in records.seats
            if author in records.authors(paper)
        }
        found = expertise(graph, author, level, counting)

        assert len(found) > 3
        assert_agrees(found, naive.expertise(records, parts, level, counting, 2025))


@pytest.mark.parametrize("institution", ["I134085113", "I71920554", "I176601375"])
def test_institutions_of_the_real_records(
    institution: str, graph: ScholarGraph, records: naive.Records
) -> None:
    """An institution has what its authors give to it, an author with two gives half to each."""
    parts = records.parts_of_institution(institution)

    assert len(parts) > 90
    for counting in ("full", "fractional"):
        found = expertise(graph, institution, "subfield", counting)

        assert_agrees(found, naive.expertise(records, parts, "subfield", counting, 2025))
    assert (found["fractional"] <= found["full"] + 1e-9).all()
    assert found["fractional"].sum() < found["full"].sum()


def test_bounds_of_years_are_included(graph: ScholarGraph, records: naive.Records) -> None:
    """`since` and `until` are the first and last year that count, for the graph's shares, too."""
    author = "A5049649985"
    parts = {
        paper: 1 / records.persons[paper]
        for paper in records.seats
        if author in records.authors(paper)
    }
    found = expertise(graph, author, since=2018, until=2021)
    expected = naive.expertise(records, parts, "topic", "full", 2021, since=2018, until=2021)

    assert_agrees(found, expected)
    assert (found["first_year"].min(), found["last_year"].max()) == (2018, 2021)
    assert found.attrs["year"] == 2021


def test_the_oracle_of_authors_topics_and_years(graph: ScholarGraph, openalex_data: Path) -> None:
    """For 81 authors, papers by topic and year are those that somebody else has counted.

    Some topics were renamed between the two sources, so that names agree for nearly all of them,
    and counts by year for all.
    """
    oracle: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    path = openalex_data / "oracle_author_topic_year_2026_03.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_topic = oracle[row["author_openalex_id"]][row["topic"]]
            by_topic[int(row["year"])] += int(row["pubs"])
    authors = sorted(set(oracle) - NOT_EQUAL)
    renamed = 0
    for author in authors:
        found = {
            row["name"]: (row["paper_count"], *_years(row))
            for row in expertise(graph, author, types="all").to_dict("records")
        }
        expected = {
            topic: (years.total(), min(years), max(years))
            for topic, years in oracle[author].items()
        }

        assert sorted(found.values()) == sorted(expected.values())
        renamed += len(set(found) - set(expected))
        for topic in set(found) & set(expected):
            assert found[topic] == expected[topic]
    assert len(authors) == 81
    assert renamed < 0.03 * sum(len(topics) for topics in oracle.values())


def test_the_oracle_year_by_year(graph: ScholarGraph, openalex_data: Path) -> None:
    """The papers behind each row have the years that the oracle counts."""
    path = openalex_data / "oracle_author_topic_year_2026_03.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["author_openalex_id"] not in NOT_EQUAL]
    author, _ = Counter(row["author_openalex_id"] for row in rows).most_common(1)[0]
    expected: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row["author_openalex_id"] == author:
            expected[row["topic"]][int(row["year"])] += int(row["pubs"])
    listed = expertise(graph, author, types="all").head(20)
    found = {
        name: Counter(expertise_papers(graph, author, topic_id, types="all")["year"].tolist())
        for topic_id, name in zip(listed["topic_id"], listed["name"], strict=True)
    }

    assert len(found.keys() & expected.keys()) >= 18
    assert {name: found[name] for name in found.keys() & expected.keys()} == {
        name: expected[name] for name in found.keys() & expected.keys()
    }


def test_primary_topics_by_domain(graph: ScholarGraph) -> None:
    """Rolled up to domains, the primary topics of the real records are as counted elsewhere."""
    topics = graph.adjacency.paper_topics
    domain = classes_at(topics, "domain")[topics.topics.indices[topics.flags == PRIMARY]]
    names = graph.adjacency.nodes["topic"].names

    assert (domain != NO_CLASS).all()
    assert Counter(names[int(row)] for row in domain) == {
        "Physical Sciences": 3_860,
        "Social Sciences": 48,
        "Life Sciences": 47,
        "Health Sciences": 31,
    }


def test_classes_above_have_the_sums_of_those_below(graph: ScholarGraph) -> None:
    """A field has what its topics have, and all levels have all papers."""
    author = "A5049649985"
    topics, fields = (expertise(graph, author, level) for level in ("topic", "field"))
    tree = graph.adjacency.paper_topics
    above = classes_at(tree, "field")
    known = graph.adjacency.nodes["topic"]
    sums: Counter[str] = Counter()
    for topic_id, full in zip(topics["topic_id"], topics["full"], strict=True):
        sums[known.ids[int(above[known.find_row(topic_id)])]] += full

    assert dict(sums) == pytest.approx(dict(zip(fields["topic_id"], fields["full"], strict=True)))
    assert fields["share"].sum() == pytest.approx(1)
    assert fields["full"].sum() == pytest.approx(fields.attrs["papers_with_topic"])


@pytest.mark.parametrize("node", ["A5085007251", "I71920554"])
def test_the_papers_behind_a_row_add_up_to_it(node: str, graph: ScholarGraph) -> None:
    """Papers on a topic are as many as the row says, and their parts have its sums."""
    for level in ("topic", "subfield"):
        row = expertise(graph, node, level).iloc[1]
        behind = expertise_papers(graph, node, row["topic_id"])

        assert len(behind) == row["paper_count"]
        assert behind["full"].sum() == pytest.approx(row["full"])
        assert behind["fractional"].sum() == pytest.approx(row["fractional"])
        assert behind["year"].is_monotonic_increasing
        assert behind.attrs["level"] == level


def work(number: int, year: int | None, topics: dict[str, float], *authors: str) -> Row:
    """A work with topics by their scores."""
    return {
        "id": f"W90000{number:05}",
        "publication_year": year,
        "authorships": [{"author": {"id": author, "display_name": author}} for author in authors],
        "topics": [
            {"id": topic, "display_name": f"Topic {topic}", "score": score}
            for topic, score in topics.items()
        ],
    }


def test_whoever_is_like_the_graph_has_location_quotients_of_one() -> None:
    """The author of all papers, and one of a like half of them, have 1 on every topic."""
    mixtures = [{"T9001": 1.0, "T9002": 0.5}, {"T9002": 1.0}, {"T9003": 0.9}] * 2
    works = [
        work(number, 2020, topics, *([ANN, BOB] if number < 3 else [ANN]))
        for number, topics in enumerate(mixtures)
    ]
    graph = from_records(works)
    for author in (ANN, BOB):
        for counting in ("full", "fractional"):
            found = expertise(graph, author, counting=counting)

            assert found["topic_id"].tolist() == ["T9002", "T9003", "T9001"]
            if counting == "full" or author == BOB:
                assert found["location_quotient"].tolist() == pytest.approx([1.0] * 3)


def test_few_papers_prove_little() -> None:
    """One of ten papers on a topic of a thousandth of the graph gives (1 + 1) / (10 / 1000 + 1)."""
    works = [work(number, 2020, {"T9001": 1.0}, ANN) for number in range(9)]
    works += [work(9, 2020, {"T9002": 1.0}, ANN)]
    works += [work(number, 2020, {"T9001": 1.0}, BOB) for number in range(10, 1000)]
    found = expertise(from_records(works), ANN).set_index("topic_id")

    assert found.loc["T9002", "location_quotient"] == pytest.approx(2 / 1.01)
    assert found.loc["T9001", "location_quotient"] == pytest.approx(10 / (9.99 + 1))


def test_a_trend_by_hand() -> None:
    """Two of two recent papers and one of four before rise by ln(3 / 2) - ln(2 / 3)."""
    few, many = ["T9001", "T9001"], ["T9001", "T9002", "T9002", "T9002"]
    rise, fall = (
        expertise(
            from_records(
                [work(number, 2022, {topic: 1.0}, ANN) for number, topic in enumerate(before)]
                + [work(10 + number, 2023, {topic: 1.0}, ANN) for number, topic in enumerate(now)]
                # Too old, too new and of no year.
                + [work(20, 2019, {"T9002": 1.0}, ANN), work(21, None, {"T9002": 1.0}, ANN)]
            ),
            ANN,
            until=2025,
        )
        .set_index("topic_id")["trend"]
        .to_dict()
        for before, now in ((many, few), (few, many))
    )

    assert rise["T9001"] == pytest.approx(math.log(3 / 2) - math.log(2 / 3))
    assert rise["T9002"] == pytest.approx(math.log(1 / 2) - math.log(4 / 3))
    assert fall == pytest.approx({topic: -value for topic, value in rise.items()})


def test_a_trend_needs_papers_before_and_after() -> None:
    """Whoever began three years ago has no trend, and one without papers has no topics."""
    graph = from_records([work(1, 2024, {"T9001": 1.0}, ANN), work(2, 2024, {}, BOB)])

    assert expertise(graph, ANN, until=2025)["trend"].isna().all()
    found = expertise(graph, BOB)
    assert (len(found), found.attrs["papers"], found.attrs["papers_with_topic"]) == (0, 1, 0)


def test_unknown_scores_and_zeros_make_equal_parts() -> None:
    """Where a score is not known, or all are 0, the topics of a paper have the same."""
    unknown = work(1, 2020, {"T9001": 1.0, "T9002": 1.0}, ANN)
    del unknown["topics"][0]["score"]
    graph = from_records([unknown, work(2, 2020, {"T9003": 0.0, "T9004": 0.0}, ANN)])

    assert expertise(graph, ANN)["full"].tolist() == [0.5] * 4


def test_the_last_complete_year_and_what_was_left_out() -> None:
    """Attributes name the node, what counted and what did not."""
    erratum = work(2, 2020, {"T9001": 1.0}, ANN) | {"type": "erratum"}
    found = expertise(from_records([work(1, 2020, {"T9001": 1.0}, ANN), erratum]), f" {ANN} ")

    assert {
        "node_id": ANN,
        "node_type": "author",
        "papers": 1,
        "papers_with_topic": 1,
        "papers_left_out": {"erratum": 1},
        "graph_papers": 1,
        "complete": None,
        "level": "topic",
        "counting": "full",
        "scheme": "openalex",
        "types": "research",
    }.items() <= found.attrs.items()


@pytest.fixture(scope="module")
def small() -> ScholarGraph:
    """One paper by one author."""
    return from_records([work(1, 2020, {"T9001": 1.0}, ANN)])


HOSTILE = ["", " ", "\x00", "A" * 100_000, "T9001", "W9000000001", "A9999999999", "name:\ud800", 7]


@pytest.mark.parametrize("node", HOSTILE)
def test_hostile_identifiers_are_refused(node: Any, small: ScholarGraph) -> None:
    """What names no author or institution of the graph is refused in one short line."""
    with pytest.raises((InvalidIdentifierError, NodeNotFoundError)) as caught:
        expertise(small, node)

    assert len(str(caught.value)) < 700
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"level": "domain"},
        {"level": None},
        {"level": "category"},
        {"counting": "harmonic"},
        {"scheme": "mesh"},
        {"scheme": ["openalex"]},
        {"since": 2021, "until": 2020},
        {"since": "2020"},
        {"types": 5},
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], small: ScholarGraph) -> None:
    """A value that an argument does not take is an error that names it."""
    with pytest.raises(InvalidArgumentError):
        expertise(small, ANN, **arguments)


def test_papers_are_asked_for_at_levels_that_have_rows(graph: ScholarGraph) -> None:
    """A domain has no row, and so no papers behind it; nor has what is no topic."""
    with pytest.raises(InvalidArgumentError, match="not a domain"):
        expertise_papers(graph, "A5085007251", "domains/3")
    with pytest.raises(ScholarGraphError):
        expertise_papers(graph, "A5085007251", "A5085007251")


@settings(max_examples=15)
@given(
    tables=topic_graphs(),
    level=st.sampled_from(["topic", "subfield", "field"]),
    counting=st.sampled_from(["full", "fractional"]),
    until=st.sampled_from([None, 2022]),
)
def test_small_graphs_agree_with_counting_one_by_one(
    tables: dict[str, list[Row]],
    level: str,
    counting: str,
    until: int | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever is missing, every row is what counting one by one gives."""
    graph = build(tmp_path_factory.mktemp("small") / "graph", tables)
    records = naive.read(graph)
    parts = {
        paper: 1 / records.persons[paper]
        for paper in records.papers
        if ANN in records.authors(paper)
    }
    found = expertise(graph, ANN, level, counting, until=until)
    last_year = found.attrs["year"]

    assert_agrees(found, naive.expertise(records, parts, level, counting, last_year, until=until))
    assert last_year <= (until or 2025)
    assert found["share"].sum() == pytest.approx(1 if len(found) else 0)
    order = list(zip(np.round(-found["share"], 9), found["topic_id"], strict=True))
    assert [share for share, _ in order] == sorted(share for share, _ in order)

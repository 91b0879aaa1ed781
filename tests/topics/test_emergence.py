"""What emerges: counts, entrants and order against plain loops over the records."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph import from_records, topics
from scholargraph.adjacency.csr import Relation
from scholargraph.collaboration.terms import last_complete_year
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import ScholarGraph, read_graph
from scholargraph.topics import newcomers
from scholargraph.topics.bursts import burst_gains, burst_states
from tests.naive.collaboration import authors, counts
from tests.strategies import collaboration_graphs
from tests.support import Row, build

PARENTS = {
    "T1": "subfields/1",
    "T2": "subfields/1",
    "T3": "subfields/2",
    "T4": None,
    "subfields/1": "fields/1",
    "subfields/2": "fields/1",
    "fields/1": None,
    "arXiv:math.CO": None,
}


def level_of(topic: str) -> str:
    """The level that an id shows."""
    if topic.startswith("arXiv:"):
        return "category"
    return {"T": "topic", "s": "subfield", "f": "field"}[topic[0]]


@st.composite
def topical_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A small graph whose papers have topics of several levels, and of arXiv's tree."""
    tables = draw(collaboration_graphs())
    assigned = [topic for topic in PARENTS if level_of(topic) in ("topic", "category")]
    return {
        **tables,
        "topics": [
            {
                "topic_id": topic,
                "level": level_of(topic),
                "parent_id": parent,
                "scheme": "arxiv" if level_of(topic) == "category" else "openalex",
            }
            for topic, parent in PARENTS.items()
        ],
        "paper_topics": [
            {"paper_id": paper["paper_id"], "topic_id": topic, "score": 0.5}
            for paper in tables["papers"]
            for topic in sorted(draw(st.sets(st.sampled_from(assigned), max_size=3)))
        ],
    }


def class_at(topic: str | None, level: str) -> str | None:
    """The class of a topic at a level."""
    while topic is not None and level_of(topic) != level:
        topic = PARENTS[topic]
    return topic


def naive_rows(
    tables: dict[str, list[Row]], level: str, window: int, until: int, types: str
) -> dict[str, Row]:
    """Counts of both windows, authors and entrants of each class, paper by paper."""
    papers = [
        paper
        for paper in tables["papers"]
        if counts(paper, types) and paper["year"] is not None and paper["year"] <= until
    ]
    classes: dict[str, set[str]] = defaultdict(set)
    for row in tables["paper_topics"]:
        found = class_at(row["topic_id"], level)
        if found is not None:
            classes[row["paper_id"]].add(found)
    totals = Counter(paper["year"] for paper in papers if classes[paper["paper_id"]])
    later = range(until - window + 1, until + 1)
    earlier = range(until - 2 * window + 1, until - window + 1)
    rows: dict[str, Row] = {}
    for name in sorted({each for found in classes.values() for each in found}):
        own = [paper for paper in papers if name in classes[paper["paper_id"]]]
        first: dict[str, int] = {}
        recent = set()
        for paper in own:
            for author in authors(tables, paper):
                first[author] = min(paper["year"], first.get(author, 9999))
                if paper["year"] in later:
                    recent.add(author)
        n, m = (sum(totals[year] for year in years) for years in (later, earlier))
        x, y = (sum(paper["year"] in years for paper in own) for years in (later, earlier))
        if x + y:
            rows[name] = {
                "paper_count": x,
                "earlier_paper_count": y,
                "share": x / n if n else None,
                "earlier_share": y / m if m else None,
                "authors": len(recent),
                "entrants": sum(first[author] in later for author in recent),
                "growth": math.log((x / n + 2 / (n + m)) / (y / m + 2 / (n + m))) / window
                if n and m
                else None,
            }
    return rows


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(tables=topical_graphs(), types=st.sampled_from(["research", "all", "all"]))
def test_agrees_with_plain_loops(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], types: str
) -> None:
    """Counts, shares, authors, entrants and growth are those of going from paper to paper."""
    years = [paper["year"] for paper in tables["papers"] if paper["year"]]
    if not years:
        return
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for level, window in product(["topic", "subfield", "field"], [1, 2, 21]):
        found = topics.emerging(graph, window, level, types=types, min_papers=1)
        expected = naive_rows(tables, level, window, max(years), types)

        assert set(found["topic_id"]) == set(expected)
        for row in found.to_dict("records"):
            for name, value in expected[row["topic_id"]].items():
                if value is None:
                    assert math.isnan(row[name])
                else:
                    assert row[name] == pytest.approx(value, abs=1e-12)
        keys = list(zip(-found["growth_low"], -found["growth"], found["topic_id"], strict=True))
        if found["growth_low"].notna().all():
            assert keys == sorted(keys)


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


@pytest.mark.parametrize("level", ["topic", "subfield"])
def test_agrees_with_plain_loops_on_the_real_records(real: ScholarGraph, level: str) -> None:
    """Every topic has the counts, authors, entrants and yearly shares of a loop over records."""
    found = topics.emerging(real, 3, level, until=2024, min_papers=1, types="all")
    year_of = {
        paper: year
        for paper, year in real.table("papers", ["paper_id", "year"]).to_numpy().tolist()
        if year <= 2024
    }
    parent = dict(real.table("topics", ["topic_id", "parent_id"]).to_numpy().tolist())
    by_class: dict[str, set[str]] = defaultdict(set)
    assigned = real.table("paper_topics", ["paper_id", "topic_id"]).to_numpy().tolist()
    for paper, topic in assigned:
        if paper in year_of:
            by_class[topic if level == "topic" else parent[topic]].add(paper)
    team: dict[str, set[str]] = defaultdict(set)
    seats = real.table("authorships", ["paper_id", "author_id"], where={"mark": None})
    for paper, author in seats.to_numpy().tolist():
        team[paper].add(author)
    totals = Counter(year_of[paper] for paper in set().union(*by_class.values()))
    rows = {row["topic_id"]: row for row in found.to_dict("records")}
    years = range(2019, 2025)

    assert found.attrs["years"] == list(years)
    assert found.attrs["papers_with_topic_by_year"] == [totals[year] for year in years]
    assert set(rows) == {
        name for name, own in by_class.items() if any(year_of[paper] in years for paper in own)
    }
    for name, row in rows.items():
        own = Counter(year_of[paper] for paper in by_class[name])
        before = {a for p in by_class[name] if year_of[p] < 2022 for a in team[p]}
        recent = {a for p in by_class[name] if year_of[p] >= 2022 for a in team[p]}
        assert row["paper_count"] == sum(own[year] for year in years[3:])
        assert row["earlier_paper_count"] == sum(own[year] for year in years[:3])
        assert row["yearly_shares"] == pytest.approx([own[y] / totals[y] for y in years])
        assert (row["authors"], row["entrants"]) == (len(recent), len(recent - before))


def test_bursts_of_the_real_records(real: ScholarGraph) -> None:
    """The latest burst of each topic is that of its whole series of years."""
    found = topics.emerging(real, until=2024, min_papers=30)
    query = """
        SELECT paper_topics.topic_id, year, count(*) FROM paper_topics JOIN papers USING (paper_id)
        WHERE year <= 2024 AND NOT is_paratext AND (type IS NULL OR type NOT IN
            ('paratext', 'erratum', 'peer-review', 'retraction'))
        GROUP BY ALL
    """
    series: dict[str, Counter[int]] = defaultdict(Counter)
    for topic, year, papers in real.sql(query).to_numpy().tolist():
        series[topic][year] = papers
    with_topic = """
        SELECT year, count(DISTINCT paper_id) FROM paper_topics JOIN papers USING (paper_id)
        WHERE year <= 2024 AND NOT is_paratext AND (type IS NULL OR type NOT IN
            ('paratext', 'erratum', 'peer-review', 'retraction'))
        GROUP BY year ORDER BY year
    """
    years, totals = (
        np.array(each) for each in zip(*real.sql(with_topic).to_numpy().tolist(), strict=True)
    )
    bursting = 0
    for row in found.to_dict("records"):
        of_topic = np.array([[series[row["topic_id"]][year] for year in years.tolist()]])
        gains = burst_gains(of_topic, totals, 2.0)
        states = burst_states(gains, 1.0)[0]
        if not states.any():
            assert row["burst_weight"] != row["burst_weight"]
            continue
        bursting += 1
        last = max(np.flatnonzero(states))
        first = last
        while first > 0 and states[first - 1]:
            first -= 1
        assert (row["burst_first_year"], row["burst_last_year"]) == (years[first], years[last])
        assert row["burst"] == (years[last] == 2024)
        assert row["burst_weight"] == pytest.approx(gains[0, first : last + 1].sum())

    assert bursting > 5


def work(number: int, year: int, *topic_numbers: int) -> dict[str, Any]:
    """A paper on some topics."""
    return {
        "id": f"W{9_000_000_000 + number}",
        "publication_year": year,
        "topics": [
            {"id": f"T1000{topic}", "display_name": f"Topic {topic}", "score": 1.0}
            for topic in topic_numbers
        ],
    }


@pytest.fixture(scope="module")
def doubling() -> ScholarGraph:
    """Ten papers a year on one topic, twenty in 2019, of which most are on another."""
    works = [work(n, 2012 + n // 10, 1) for n in range(70)]
    works += [work(100 + n, 2019, 1 if n < 8 else 2) for n in range(20)]
    works += [work(200, 2019), work(201, 2019, 3)]
    return from_records(works)


def test_a_growing_topic_comes_first(doubling: ScholarGraph) -> None:
    """Its share grows and it bursts; that of the other shrinks."""
    found = topics.emerging(doubling, 1, until=2019)

    assert found["topic_id"].tolist() == ["T10002", "T10001"]
    assert found["growth_low"][0] > 0 > found["growth"][1]
    assert found["burst"].astype(object).tolist()[0] is True
    assert (found["burst_first_year"][0], found["burst_last_year"][0]) == (2019, 2019)


def test_a_share_that_cannot_double_has_no_burst(doubling: ScholarGraph) -> None:
    """What more than half of all papers are on is not judged; with a smaller factor it is."""
    rows = [
        topics.emerging(doubling, 1, until=2019, s=s).set_index("topic_id").loc["T10001", "burst"]
        for s in (2.0, 1.1)
    ]

    assert rows[0] is not False
    assert np.isnan(rows[0]) if isinstance(rows[0], float) else str(rows[0]) == "<NA>"
    assert rows[1] is np.False_ or rows[1] is False


def test_what_is_left_out_is_said(doubling: ScholarGraph) -> None:
    """Papers without topic, later years and small topics are counted, and the rest is listed."""
    found = topics.emerging(doubling, 1, until=2018)
    all_years = topics.emerging(doubling, 2, until=2019, limit=1)

    assert found.attrs["papers_left_out"] == {"after until": 22}
    assert found.attrs["topics_of_fewer_papers"] == 0
    assert all_years.attrs["papers_without_topic"] == 1
    assert all_years.attrs["topics_of_fewer_papers"] == 1
    assert (len(all_years), all_years.attrs["topics"]) == (1, 2)
    assert all_years.attrs["papers_by_year"] == [10, 10, 10, 22]
    assert all_years.attrs["papers_with_topic_by_year"] == [10, 10, 10, 21]


def test_the_running_year_does_not_count() -> None:
    """Its papers are left out and counted, and it cannot be asked for."""
    complete = last_complete_year(from_records([work(1, 2000, 1)]))
    graph = from_records([work(1, complete, 1), work(2, complete + 1, 1), work(3, complete - 1, 1)])
    found = topics.emerging(graph, 1, min_papers=1)

    assert found.attrs["year"] == complete
    assert found.attrs["papers_left_out"] == {"after until": 1}
    assert found["paper_count"].tolist() == [1]
    with pytest.raises(InvalidArgumentError, match="last complete year"):
        topics.emerging(graph, until=complete + 1)


def test_jumps_of_the_graph_are_flagged() -> None:
    """A year with three times the papers is named, with the factor, in the windows and at large."""
    sizes = {2010: 30, 2011: 31, 2012: 32, 2013: 33, 2014: 34, 2015: 35, 2016: 105, 2017: 106}
    years = [year for year, size in sizes.items() for _ in range(size)]
    graph = from_records([work(number, year, 1) for number, year in enumerate(years)])
    found = topics.emerging(graph, 1, until=2017)

    assert found.attrs["jumps"] == {2016: 3.0}
    assert found.attrs["jumps_in_windows"] == [2016]
    assert topics.emerging(graph, 1, until=2015).attrs["jumps"] == {}
    assert topics.emerging(graph, 1, until=2014).attrs["jumps"] is None


def test_a_graph_without_topics_and_one_without_papers_of_the_years() -> None:
    """There are no rows, with all columns."""
    without = topics.emerging(from_records([work(1, 2020)]), until=2020)
    earlier = topics.emerging(from_records([work(1, 2020, 1)]), until=2010)
    filled = topics.emerging(from_records([work(1, 2020, 1)]), 1, until=2020, min_papers=1)

    assert len(without) == len(earlier) == 0
    assert without.dtypes.drop("yearly_shares").equals(filled.dtypes.drop("yearly_shares"))
    assert without.attrs["papers_without_topic"] == 1
    assert filled["yearly_shares"].tolist() == [[None, 1.0]]
    assert filled["growth"].isna().all()


def test_the_same_graph_gives_the_same_answer(real: ScholarGraph) -> None:
    """Asked twice, all values agree; a limit is the head of the answer without one."""
    once, again = topics.emerging(real, until=2024), topics.emerging(real, until=2024)
    few = topics.emerging(real, until=2024, limit=7)

    assert once.equals(again)
    assert few.equals(once.head(7))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"level": "domain"}, "level is one of topic, subfield, field"),
        ({"window": 0}, "window is a number from 1"),
        ({"window": True}, "window"),
        ({"window": 2.5}, "window"),
        ({"window": 10**9}, "window=1000000000 is too long"),
        ({"min_papers": 0}, "min_papers is a number from 1"),
        ({"limit": -1}, "limit is None or a number of 0 or more"),
        ({"s": 1.0}, "s is a number above 1"),
        ({"s": math.inf}, "s is a number above 1"),
        ({"gamma": -0.1}, "gamma is a number from 0"),
        ({"gamma": "1"}, "gamma"),
        ({"until": "2020"}, "until is a year"),
        ({"types": 7}, "types"),
    ],
)
def test_arguments_are_checked(
    doubling: ScholarGraph, arguments: dict[str, Any], said: str
) -> None:
    """What is no value of an argument is refused in one line that names it."""
    with pytest.raises(InvalidArgumentError, match=said) as caught:
        topics.emerging(doubling, **arguments)

    assert "\n" not in str(caught.value)


@given(
    teams=st.lists(st.sets(st.integers(0, 6), max_size=4), min_size=1, max_size=8),
    cut=st.integers(0, 8),
    seats=st.sampled_from([1, 3, 1_000_000]),
)
def test_newcomers_are_counted_in_any_pieces(teams: list[set[int]], cut: int, seats: int) -> None:
    """Counted a few seats at a time, and one subject after the other, they are those of sets."""
    indptr = np.cumsum([0, *map(len, teams)])
    indices = np.array([author for team in teams for author in sorted(team)], np.uint32)
    before, now = np.split(np.arange(len(teams)), [min(cut, len(teams))])
    were = {author for team in teams[:cut] for author in team}
    are = {author for team in teams[cut:] for author in team}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newcomers, "_PIECE_SEATS", seats)
        counter = newcomers.NewcomerCounter(Relation(indptr=indptr, indices=indices), 7)
        found = [counter.count(*pair) for pair in ((before, now), (now, before), (before, now))]

    assert found[0] == found[2] == (len(are), len(are - were))
    assert found[1] == (len(were), len(were - are))

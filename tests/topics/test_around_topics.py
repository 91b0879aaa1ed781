"""What lies near a topic, against slow, obvious counting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from scholargraph import from_records, read_graph
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.topics import topic_neighbourhood, topic_network
from tests.naive.near_topics import Near
from tests.support import Row, build
from tests.topics.topic_graphs import TREE, topic_graphs

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

years = st.sampled_from([(None, None), (2020, None), (None, 2020), (2020, 2020)])
by_chance = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def work(number: int, *topics: str, **more: Any) -> Row:
    """A record with topics of equal scores."""
    listed = [{"id": topic, "display_name": topic, "score": 1.0} for topic in topics]
    return {"id": f"W90000000{number:02}", "topics": listed, **more}


@by_chance
@given(
    tables=topic_graphs(),
    scheme=st.sampled_from(["openalex", "arxiv"]),
    level=st.sampled_from(["topic", "subfield", "field"]),
    mode=st.sampled_from(["presence", "weighted"]),
    window=years,
    min_papers=st.integers(1, 2),
)
def test_every_column_agrees_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    scheme: str,
    level: str,
    mode: str,
    window: tuple[int | None, int | None],
    min_papers: int,
) -> None:
    """Each kernel, its evidence and its place are those of slow, obvious counting."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    near = Near(tables, scheme, level, *window)
    centre = next(
        row["topic_id"] for row in TREE if row["scheme"] == scheme and row["level"] == near.level
    )
    found = topic_neighbourhood(
        graph,
        centre,
        kernel="all",
        mode=mode,
        level=level,
        since=window[0],
        until=window[1],
        min_papers=min_papers,
    )
    evidence = {
        "co_assignment": near.joint,
        "citation": near.citing,
        "authors": near.shared_authors,
    }
    others = [each for each in near.everything() if each != centre]
    expected = {
        other
        for other in others
        if any(count(centre, other) >= min_papers for count in evidence.values())
    }
    corrected = near.corrected([(centre, other) for other in others if near.joint(centre, other)])

    assert set(found["topic_id"]) == expected
    assert found.attrs["topics"] == len(expected)
    assert found.attrs["papers"] == len(near.papers(centre))
    assert found.attrs["papers_without_topic"] == sum(not parts for parts in near.parts.values())
    assert found.attrs["topics_below_min_papers"] == len(
        {o for o in others if any(count(centre, o) for count in evidence.values())} - expected
    )
    for row in found.to_dict("records"):
        other = row["topic_id"]
        pair = (min(centre, other, key=str.encode), max(centre, other, key=str.encode))
        values = {
            "co_assignment": near.similarity(centre, other, mode),
            "citation": near.citation(centre, other),
            "authors": near.authors(centre, other),
        }
        assert row["distance"] == 1
        assert row["paper_count"] == near.joint(centre, other)
        assert row["similarity"] == pytest.approx(near.similarity(centre, other, mode))
        assert row["npmi"] == pytest.approx(near.npmi(centre, other, mode))
        assert -1 <= row["npmi"] <= 1
        assert row["p_value"] == pytest.approx(corrected.get(pair, 1.0))
        assert row["tree"] == pytest.approx(near.tree(centre, other))
        for name, value in values.items():
            if evidence[name](centre, other) >= min_papers:
                assert row[name] == pytest.approx(value)
            else:
                assert pd.isna(row[name])
    kernels = ["co_assignment", "citation", "authors", "tree"]
    ranks = [
        rankdata([float("inf") if pd.isna(value) else -value for value in found[name]])
        for name in kernels
    ]
    means = [sum(of_row) / len(kernels) for of_row in zip(*ranks, strict=True)]
    assert found["mean_rank"].tolist() == means == sorted(means)


@by_chance
@given(
    tables=topic_graphs(),
    kernel=st.sampled_from(["co-assignment", "citation", "authors"]),
    mode=st.sampled_from(["presence", "weighted"]),
    window=years,
)
def test_one_topic_says_what_the_network_says(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    kernel: str,
    mode: str,
    window: tuple[int | None, int | None],
) -> None:
    """Values around each topic are the weights of the network, seen from both ends alike."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    terms: dict[str, Any] = {
        "kernel": kernel,
        "mode": mode,
        "since": window[0],
        "until": window[1],
        "min_papers": 1,
    }
    network = topic_network(graph, **terms)
    weight = {frozenset((row["source"], row["target"])): row for row in network.edges.to_pylist()}
    seen = set()
    for topic in network.nodes["id"].to_pylist():
        around = topic_neighbourhood(graph, topic, **terms)
        for row in around.to_dict("records"):
            edge = weight[frozenset((topic, row["topic_id"]))]
            seen.add(frozenset((topic, row["topic_id"])))
            assert row[kernel.replace("-", "_")] == pytest.approx(edge["weight"], abs=1e-12)
            if kernel == "co-assignment":
                assert row["paper_count"] == edge["paper_count"]
                assert row["npmi"] == pytest.approx(edge["npmi"])
                # Around one topic other pairs are not looked at, which corrects more.
                assert row["p_value"] >= edge["p_value"] - 1e-12
    assert seen == set(weight)


def test_an_isolated_dyad_has_npmi_of_one() -> None:
    """Two topics that stand only with each other reach the largest NPMI, and no more."""
    works = [work(1, "T9001", "T9002"), work(2, "T9003", "T9004"), work(3, "T9003", "T9004")]
    found = topic_neighbourhood(from_records(works), "T9001", min_papers=1)

    assert found["topic_id"].tolist() == ["T9002"]
    assert found["npmi"].tolist() == [1.0]
    assert found["similarity"].tolist() == [6.0]


def test_two_topics_on_every_paper_have_npmi_of_one() -> None:
    """A graph of one pair has no undefined value."""
    found = topic_neighbourhood(from_records([work(1, "T9001", "T9002")]), "T9001", min_papers=1)

    assert found["npmi"].tolist() == [1.0]
    assert found["p_value"].tolist() == [1.0]


@pytest.fixture(scope="module")
def chain() -> ScholarGraph:
    """Four topics, each with the next one on a paper."""
    return from_records(
        [work(1, "T9001", "T9002"), work(2, "T9002", "T9003"), work(3, "T9003", "T9004")]
    )


@pytest.mark.parametrize(
    ("radius", "expected"),
    [
        (1, {"T9002": 1}),
        (2, {"T9002": 1, "T9003": 2}),
        (9, {"T9002": 1, "T9003": 2, "T9004": 3}),
    ],
)
def test_radius_counts_steps(chain: ScholarGraph, radius: int, expected: dict[str, int]) -> None:
    """Topics that are tied to tied ones are so many steps away."""
    found = topic_neighbourhood(chain, "T9001", radius=radius, min_papers=1)

    assert dict(zip(found["topic_id"], found["distance"], strict=True)) == expected
    assert found["paper_count"].tolist() == [1, 0, 0][: len(found)]


@pytest.mark.parametrize(
    ("radius", "expected"),
    [
        (1, {"T9002": 1}),
        (2, {"T9002": 1, "T9003": 2}),
        (3, {"T9002": 1, "T9003": 2, "T9004": 3}),
    ],
)
def test_the_tree_goes_up_by_levels(tmp_path: Path, radius: int, expected: dict[str, int]) -> None:
    """Siblings first, then topics of the field, then those of the domain; none without papers."""
    papers = [f"W900000000{n}" for n in range(1, 6)]
    topics = [f"T900{n}" for n in range(1, 6)]
    tables = {
        "topics": TREE,
        "papers": [{"paper_id": paper} for paper in papers],
        "paper_topics": [
            {"paper_id": paper, "topic_id": topic}
            for paper, topic in zip(papers, topics, strict=True)
        ],
    }
    found = topic_neighbourhood(
        build(tmp_path / "g", tables), "T9001", kernel="tree", radius=radius, min_papers=1
    )

    assert dict(zip(found["topic_id"], found["distance"], strict=True)) == expected
    assert found["tree"].tolist() == pytest.approx([6 / 8, 4 / 8, 2 / 8][: len(found)])


def test_topics_without_papers_are_counted_in_the_tree(tmp_path: Path) -> None:
    """A sibling that no paper has is left out, and said to be."""
    tables = {
        "topics": TREE,
        "papers": [{"paper_id": "W9000000001"}],
        "paper_topics": [{"paper_id": "W9000000001", "topic_id": "T9001"}],
    }
    found = topic_neighbourhood(build(tmp_path / "g", tables), "T9001", kernel="tree")

    assert found.empty
    assert found.attrs["topics_below_min_papers"] == 1


def test_a_topic_stands_for_its_class(tmp_path: Path) -> None:
    """At a higher level the question is about the class that the topic belongs to."""
    tables = {
        "topics": TREE,
        "papers": [{"paper_id": "W9000000001"}],
        "paper_topics": [
            {"paper_id": "W9000000001", "topic_id": topic} for topic in ("T9001", "T9002", "T9003")
        ],
    }
    graph = build(tmp_path / "g", tables)
    found = topic_neighbourhood(graph, "T9001", level="subfield", min_papers=1)

    assert found.attrs["topic_id"] == "subfields/11"
    assert found["topic_id"].tolist() == ["subfields/12"]
    assert found.equals(topic_neighbourhood(graph, "subfields/11", level="subfield", min_papers=1))


def test_years_bound_the_papers() -> None:
    """Both years are included, and what they leave out is counted by the reason."""
    works = [
        work(n, "T9001", "T9002", publication_year=year)
        for n, year in enumerate([2018, 2019, 2020, 2021, None])
    ]
    found = topic_neighbourhood(from_records(works), "T9001", since=2019, until=2020, min_papers=1)

    assert found["paper_count"].tolist() == [2]
    assert found.attrs["papers"] == 2
    assert found.attrs["papers_left_out"] == {"outside the years": 2, "year unknown": 1}


def test_a_limit_keeps_the_nearest_and_says_how_many_there_are(chain: ScholarGraph) -> None:
    """The first rows are those of the whole answer."""
    whole = topic_neighbourhood(chain, "T9002", min_papers=1)
    found = topic_neighbourhood(chain, "T9002", min_papers=1, limit=1)

    assert len(whole) == found.attrs["topics"] == 2
    assert found["topic_id"].tolist() == whole["topic_id"].tolist()[:1]
    assert topic_neighbourhood(chain, "T9002", min_papers=1, limit=0).empty


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel": "nearness"}, "kernel is one of co-assignment, citation, authors, tree, all"),
        ({"mode": "primary"}, "mode is one of presence, weighted"),
        ({"level": "domain"}, "level is one of topic, subfield, field"),
        ({"level": "\x1b[31m"}, r"not '\\x1b\[31m'"),
        ({"radius": 0}, "radius is a number from 1, not 0"),
        ({"radius": True}, "radius is a number from 1, not True"),
        ({"min_papers": 0}, "min_papers is a number from 1"),
        ({"min_papers": 2.5}, "min_papers is a number from 1"),
        ({"limit": -1}, "limit is None or a number of 0 or more"),
        ({"since": 2021, "until": 2020}, "since=2021 is after until=2020"),
        ({"since": "2020"}, "since is a year"),
    ],
)
def test_bad_arguments_are_refused(
    chain: ScholarGraph, arguments: dict[str, Any], message: str
) -> None:
    """Each says in one line what the argument takes."""
    with pytest.raises(InvalidArgumentError, match=message) as error:
        topic_neighbourhood(chain, "T9001", **arguments)
    assert "\n" not in str(error.value)
    assert "\x1b" not in str(error.value)


def test_a_class_above_the_level_is_refused(tmp_path: Path) -> None:
    """A field is no topic; the message says how to ask."""
    graph = build(tmp_path / "g", {"topics": TREE})
    with pytest.raises(InvalidArgumentError, match="fields/1 is a field and belongs to no topic"):
        topic_neighbourhood(graph, "fields/1")


def test_unknown_topics_are_refused(chain: ScholarGraph) -> None:
    """An id that no topic has, and a text that is no id."""
    with pytest.raises(NodeNotFoundError):
        topic_neighbourhood(chain, "T1")
    with pytest.raises(InvalidIdentifierError):
        topic_neighbourhood(chain, "Graph theory")


def test_records_that_lead_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    """Parents that are each other's children end somewhere."""
    circle = [
        {"topic_id": "T1", "parent_id": "T2"},
        {"topic_id": "T2", "parent_id": "T1"},
        {"topic_id": "T3", "parent_id": "T3"},
    ]
    tables = {
        "topics": circle,
        "papers": [{"paper_id": "W1"}],
        "paper_topics": [{"paper_id": "W1", "topic_id": f"T{n}"} for n in (1, 2, 3)],
    }
    found = topic_neighbourhood(build(tmp_path / "g", tables), "T1", kernel="all", min_papers=1)

    assert set(found["topic_id"]) == {"T2", "T3"}
    assert found["tree"].between(0, 1).all()


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


@pytest.mark.parametrize(
    ("topic", "papers"), [("T10399", 956), ("T10635", 935), ("T10892", 553), ("T10491", 549)]
)
def test_topics_of_the_real_records_have_their_papers(
    real: ScholarGraph, topic: str, papers: int
) -> None:
    """Counts of the facts about the real records, and joint papers as SQL counts them."""
    found = topic_neighbourhood(real, topic, min_papers=1)
    straight = real.sql(
        "SELECT b.topic_id, count(*) AS n FROM paper_topics a JOIN paper_topics b USING (paper_id) "
        "WHERE a.topic_id = ? AND b.topic_id <> a.topic_id GROUP BY 1",
        [topic],
    )

    assert found.attrs["papers"] == papers
    assert found.attrs["papers_without_topic"] == 99
    assert found.attrs["possible_pairs"] == 883 * 882 // 2
    assert dict(zip(found["topic_id"], found["paper_count"], strict=True)) == dict(
        zip(straight["topic_id"], straight["n"], strict=True)
    )
    assert found["similarity"].is_monotonic_decreasing
    assert found["npmi"].between(-1, 1).all()


def test_the_same_question_has_the_same_bits(real: ScholarGraph, snapshot_store: Path) -> None:
    """Answers do not depend on what was asked before."""
    again = read_graph(snapshot_store)
    first = topic_neighbourhood(real, "T10399", kernel="all")

    pd.testing.assert_frame_equal(
        first, topic_neighbourhood(again, "T10399", kernel="all"), check_exact=True
    )

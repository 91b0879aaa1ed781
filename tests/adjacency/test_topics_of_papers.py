"""The arrays of papers and topics against their tables, read row by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from scholargraph.adjacency.meanings import NO_PARENT, NO_SCORE, PRIMARY
from scholargraph.graph import ScholarGraph, read_graph
from scholargraph.schema import TOPIC_LEVELS
from tests.support import Row, build
from tests.topics.topic_graphs import TREE, topic_graphs


def agree(graph: ScholarGraph) -> None:
    """Compare the arrays of a graph with its tables."""
    papers, topics = graph.adjacency.nodes["paper"], graph.adjacency.nodes["topic"]
    found = graph.adjacency.paper_topics
    known = graph.table("topics").set_index("topic_id")
    ids = [topics.own_ids[row] for row in range(topics.row_count)]
    entries: dict[tuple[str, str], Row] = {
        (row["paper_id"], row["topic_id"]): row
        for row in graph.relation("SELECT * FROM paper_topics").to_arrow_table().to_pylist()
        if row["topic_id"] in known.index and papers.own_ids.find(row["paper_id"]) >= 0
    }
    listed = [
        (papers.own_ids[paper], ids[topic])
        for paper in range(papers.row_count)
        for topic in found.topics.of(paper).tolist()
    ]

    assert ids == sorted(known.index, key=str.encode)
    assert listed == sorted(entries, key=lambda pair: (pair[0].encode(), pair[1].encode()))
    assert found.score.tolist() == [
        NO_SCORE if entries[pair]["score"] is None else np.float32(entries[pair]["score"])
        for pair in listed
    ]
    assert found.flags.tolist() == [
        PRIMARY if entries[pair]["is_primary"] else 0 for pair in listed
    ]
    assert [
        (ids[topic], papers.own_ids[paper])
        for topic in range(topics.row_count)
        for paper in found.papers.of(topic).tolist()
    ] == sorted(((t, p) for p, t in entries), key=lambda pair: (pair[0].encode(), pair[1].encode()))
    assert [
        None if row == NO_PARENT else ids[row] for row in found.parent.tolist()
    ] == [
        parent if isinstance(parent := known.loc[each, "parent_id"], str) and parent in known.index
        else None
        for each in ids
    ]  # fmt: skip
    assert [TOPIC_LEVELS[level] for level in found.level.tolist()] == [
        known.loc[each, "level"] for each in ids
    ]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=topic_graphs())
def test_arrays_hold_what_the_tables_hold(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Each entry is there once in either direction, with its score, flag, parent and level."""
    agree(build(tmp_path_factory.mktemp("graph"), tables))


def test_what_names_nothing_is_left_out(tmp_path: Path) -> None:
    """Topics and papers without rows make no entries; a parent that is not there is none."""
    tables: dict[str, list[Row]] = {
        "topics": [{"topic_id": "T2", "parent_id": "subfields/9"}, {"topic_id": "T10"}],
        "papers": [{"paper_id": "W2"}, {"paper_id": "W10"}],
        "paper_topics": [
            {"paper_id": paper, "topic_id": topic, "is_primary": topic == "T10", "score": 0.5}
            for paper in ("W10", "W2", "W3")
            for topic in ("T10", "T2", "T3")
        ],
    }
    graph = build(tmp_path / "g", tables)
    found = graph.adjacency.paper_topics

    agree(graph)
    # Ids stand in the order of their bytes: T10 before T2.
    assert found.topics.indices.tolist() == [0, 1, 0, 1]
    assert found.flags.tolist() == [PRIMARY, 0, PRIMARY, 0]
    assert found.parent.tolist() == [NO_PARENT, NO_PARENT]


@pytest.mark.parametrize("tables", [{}, {"topics": TREE}, {"papers": [{"paper_id": "W1"}]}])
def test_nothing_is_nothing(tmp_path: Path, tables: dict[str, list[Row]]) -> None:
    """Without papers or topics all arrays are there, and empty."""
    found = build(tmp_path / "g", tables).adjacency.paper_topics

    assert len(found.topics.indices) == len(found.papers.indices) == len(found.score) == 0
    assert len(found.papers.indptr) == len(found.parent) + 1 == len(tables.get("topics", [])) + 1
    assert len(found.topics.indptr) == len(tables.get("papers", [])) + 1


def test_real_records(snapshot_store: Path) -> None:
    """11,550 entries of 883 topics; 136 papers have one, 3,714 three and 99 none."""
    graph = read_graph(snapshot_store)
    found = graph.adjacency.paper_topics
    agree(graph)

    assert np.bincount(np.diff(found.topics.indptr)).tolist() == [99, 136, 136, 3714]
    assert np.count_nonzero(np.diff(found.papers.indptr)) == 883
    assert np.count_nonzero(found.flags == PRIMARY) == 4085 - 99
    for topic, papers in {"T10399": 956, "T10635": 935, "T10892": 553, "T10491": 549}.items():
        row = graph.adjacency.nodes["topic"].find_row(topic)
        assert len(found.papers.of(row)) == papers

"""The arrays of papers and sources against the table of papers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scholargraph.graph import ScholarGraph, read_graph
from tests.support import Row, build


def agree(graph: ScholarGraph) -> None:
    """Compare the arrays of a graph with its table."""
    papers, sources = graph.adjacency.nodes["paper"], graph.adjacency.nodes["source"]
    found = graph.adjacency.paper_sources
    pairs = graph.relation(
        "SELECT paper_id, source_id FROM papers SEMI JOIN sources USING (source_id)"
    ).fetchall()

    assert sorted(
        (papers.own_ids[paper], sources.own_ids[source])
        for paper in range(papers.row_count)
        for source in found.sources.of(paper).tolist()
    ) == sorted(pairs)
    assert sorted(
        (papers.own_ids[paper], sources.own_ids[source])
        for source in range(sources.row_count)
        for paper in found.papers.of(source).tolist()
    ) == sorted(pairs)
    assert all(
        (np.diff(found.papers.of(source).astype(np.int64)) > 0).all()
        for source in range(sources.row_count)
    )


@pytest.mark.parametrize("rows_at_a_time", [1, 2, 65_536])
def test_a_paper_has_one_source_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_a_time: int
) -> None:
    """Null and a source without row are none, wherever pieces end."""
    monkeypatch.setattr("scholargraph.adjacency.rows.BATCH_ROWS", rows_at_a_time)
    tables: dict[str, list[Row]] = {
        "sources": [{"source_id": "S2"}, {"source_id": "S10"}, {"source_id": "S3"}],
        "papers": [
            {"paper_id": f"W{number}", "source_id": source}
            for number, source in enumerate(["S2", None, "S10", "S2", "S9"])
        ],
    }
    graph = build(tmp_path / "g", tables)
    found = graph.adjacency.paper_sources

    agree(graph)
    # Ids stand in the order of their bytes: S10 before S2.
    assert found.sources.indices.tolist() == [1, 0, 1]
    assert [found.papers.of(row).tolist() for row in range(3)] == [[2], [0, 3], []]


@pytest.mark.parametrize("tables", [{}, {"papers": [{"paper_id": "W1"}]}])
def test_nothing_is_nothing(tmp_path: Path, tables: dict[str, list[Row]]) -> None:
    """Without papers or sources all arrays are there, and empty."""
    found = build(tmp_path / "g", tables).adjacency.paper_sources

    assert len(found.sources.indices) == len(found.papers.indices) == 0
    assert len(found.sources.indptr) == len(tables.get("papers", [])) + 1
    assert len(found.papers.indptr) == 1


def test_real_records(snapshot_store: Path) -> None:
    """3,468 of 4,085 papers have a source."""
    graph = read_graph(snapshot_store)
    agree(graph)

    assert len(graph.adjacency.paper_sources.sources.indices) == 3_468

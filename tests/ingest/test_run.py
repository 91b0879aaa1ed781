"""What an ingest leaves behind and what it says of its stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import scholargraph as sg
from scholargraph.adjacency import opening as opening_module
from scholargraph.adjacency import verify_adjacency
from scholargraph.adjacency.meanings import LAYOUT
from scholargraph.errors import IngestError, StoreFullError, StoreNotFoundError
from scholargraph.ingest import Progress, ingest_openalex
from scholargraph.ingest import run as run_module
from scholargraph.ingest.report import IngestReport
from scholargraph.ingest.resolve import merge as merge_module
from scholargraph.store import open_version
from scholargraph.store.derived import open_arrays
from tests.ingest.support import work, write_lines


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two works by two people."""
    works = [work(9_000_000_000 + n, "A9000000001", "A9000000002") for n in (1, 2)]
    return write_lines(tmp_path / "works.jsonl", works)


@pytest.fixture
def prepares_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every graph for one that is worth preparing."""
    monkeypatch.setattr(run_module, "WORTH_PREPARING_ROWS", 0)


def has_arrays(store: Path) -> bool:
    """Whether the newest version can answer without building anything."""
    return open_arrays(open_version(store), LAYOUT) is not None


@pytest.mark.usefixtures("prepares_all")
def test_first_question_after_an_ingest_need_not_wait(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The arrays of the new version are there, and whole, when the ingest is done."""
    told: list[Progress] = []
    report = ingest_openalex(source, tmp_path / "graph", progress=told.append)

    assert has_arrays(tmp_path / "graph")
    verify_adjacency(open_version(tmp_path / "graph"))
    assert list(report.stages) == ["reading", "merging", "committing", "preparing answers"]
    assert told[-1].stage == "preparing answers"

    def build(*_: Any) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(opening_module, "build_adjacency", build)
    graph = sg.read_graph(tmp_path / "graph")
    assert sg.collaborators(graph, "A9000000001")["paper_count"].tolist() == [2]


def test_small_graph_is_left_to_its_first_question(source: Path, tmp_path: Path) -> None:
    """Preparing would double the time of a small ingest, and is done when it is needed."""
    report = ingest_openalex(source, tmp_path / "graph")

    assert not has_arrays(tmp_path / "graph")
    assert list(report.stages) == ["reading", "merging", "committing"]
    graph = sg.read_graph(tmp_path / "graph")
    assert sg.collaborators(graph, "A9000000001")["paper_count"].tolist() == [2]
    assert has_arrays(tmp_path / "graph")


@pytest.mark.usefixtures("prepares_all")
def test_failure_to_prepare_does_not_cost_the_ingest(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is committed, the report says what failed, and the first question tries again."""

    def fail(*_: Any) -> None:
        raise StoreFullError("the disk is full\nof something")

    with monkeypatch.context() as patch:
        patch.setattr(opening_module, "build_arrays", fail)
        report = ingest_openalex(source, tmp_path / "graph")

    assert report.unprepared == "StoreFullError: the disk is full"
    assert (
        "not prepared for answers, so the first question will be slow: "
        "StoreFullError: the disk is full" in str(report).splitlines()
    )
    graph = sg.read_graph(tmp_path / "graph")
    assert (report.version, graph.version) == (1, 1)
    assert sg.collaborators(graph, "A9000000001")["paper_count"].tolist() == [2]


def test_want_of_memory_is_one_clear_line(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the engine cannot do costs the ingest, not the store, and is said in our words."""
    monkeypatch.setattr(merge_module, "MEMORY_LIMIT", "100KB")
    with pytest.raises(IngestError, match=r"could not be merged: .*; the store") as raised:
        ingest_openalex(source, tmp_path / "graph")

    assert "\n" not in str(raised.value)
    with pytest.raises(StoreNotFoundError, match="no finished version"):
        sg.read_graph(tmp_path / "graph")


def test_seconds_of_the_stages_are_said_apart() -> None:
    """What reading, merging, committing and preparing took, and what that makes."""
    report = IngestReport(
        version=1,
        rows={"papers": 5},
        records=5,
        rejects={},
        left_out={},
        drift={},
        sources=("works.jsonl",),
        skipped={},
        bytes_read=1_000,
        stages={"reading": 60.04, "merging": 30.0, "committing": 1.0, "preparing answers": 9.0},
    )

    assert report.seconds == pytest.approx(100.04)
    assert str(report).splitlines()[:2] == [
        "version 1: 5 records from 1 file (0.0 MB) in 100.0 s",
        "reading 60.0 s, merging 30.0 s, committing 1.0 s, preparing answers 9.0 s",
    ]

"""Which arrays a question loads from disk, and how long they can be had."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest

import scholargraph as sg
from scholargraph.adjacency import Adjacency
from scholargraph.errors import StoreError
from scholargraph.store.derived import Arrays, drop_arrays
from scholargraph.store.snapshot import open_version
from tests.support import papers_and_authors, team, write_store

A, B = "A9000000001", "A9000000002"
W1 = "W9000000001"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two authors and a paper of theirs, with arrays."""
    write_store(tmp_path / "graph", papers_and_authors(team(W1, A, B)))
    assert sg.read_graph(tmp_path / "graph").adjacency
    return tmp_path / "graph"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is loaded from now on."""
    found: list[str] = []
    load = Arrays.load

    def noted(arrays: Arrays, name: str) -> npt.NDArray[Any]:
        found.append(name)
        return load(arrays, name)

    monkeypatch.setattr(Arrays, "load", noted)
    return found


def test_opening_loads_nothing(store: Path, names: list[str]) -> None:
    """Whoever opens many graphs does not run out of files."""
    adjacency = sg.read_graph(store).adjacency

    assert {name: nodes.row_count for name, nodes in adjacency.nodes.items()} == {
        "paper": 1,
        "author": 2,
        **dict.fromkeys(("topic", "institution", "source", "publisher", "funder"), 0),
    }
    assert names == []


def test_a_question_loads_what_it_needs_once(store: Path, names: list[str]) -> None:
    """One author's ties ask for no words, identifiers or citations, and not twice for anything."""
    graph = sg.read_graph(store)
    for _ in range(2):
        assert sg.collaboration.ties(graph, A).author_id.tolist() == [B]

    assert {"author.ids.offsets", "author_papers.indptr", "paper_authors.indices"} <= set(names)
    assert len(names) == len(set(names)) < 25
    assert not [name for name in names if "words" in name or "cite" in name or "digest" in name]


def test_every_array_can_be_had(store: Path, names: list[str]) -> None:
    """Asked for all that it has, the object loads each file of the folder, and each once."""
    graph = sg.read_graph(store)
    adjacency = graph.adjacency
    for each in (adjacency, adjacency.papers, *adjacency.nodes.values()):
        for name in dir(type(each)):
            if not name.startswith("_"):
                assert getattr(each, name) is not None

    files = {path.stem for path in (store / "derived" / "000001").glob("*.npy")}
    assert sorted(names) == sorted(files)
    assert len(files) > 100


def test_arrays_outlive_their_graph() -> None:
    """Who keeps the arrays of records at hand may ask for further ones when the graph is gone."""
    team_ = [{"author": {"id": each}} for each in (A, B)]
    graph = sg.from_records([{"id": W1, "authorships": team_}])
    folder = graph.paths("papers")[0].parents[3]
    adjacency: list[Adjacency] = [graph.adjacency]
    del graph
    gc.collect()

    assert adjacency[0].paper_authors.of(0).tolist() == [0, 1]
    adjacency.clear()
    gc.collect()
    assert not folder.exists()


def test_what_was_removed_is_one_clear_line(store: Path) -> None:
    """A graph whose arrays were removed meanwhile says what to do, and a new one builds them."""
    graph = sg.read_graph(store)
    assert graph.adjacency
    drop_arrays(open_version(store))

    with pytest.raises(StoreError, match="open the graph again"):
        sg.collaboration.ties(graph, A)
    assert sg.collaboration.ties(sg.read_graph(store), A).author_id.tolist() == [B]

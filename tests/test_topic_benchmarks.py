"""The benchmark of topics runs, so that it cannot rot; how long it takes is no matter here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import topics
from scholargraph.sample import write_store


def here(function: Any, *arguments: Any) -> Any:
    """Call a function in this process instead of one of its own."""
    return function(*arguments)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of made-up records."""
    path = tmp_path_factory.mktemp("topics") / "store"
    write_store(path, works=300, workers=1, seed=1)
    return path


def test_routes_agree_and_questions_are_asked(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Every route finds the same pairs, and every question has a line."""
    monkeypatch.setattr(topics, "DRAWS", 30)
    monkeypatch.setattr(topics, "MOST_PROLIFIC", 25)
    monkeypatch.setattr(topics, "apart", here)
    path = tmp_path / "figures.json"
    topics.main([str(store), "--repeat", "1", "--json", str(path)])
    lines = capsys.readouterr().out.splitlines()
    figures = json.loads(path.read_text())

    assert sum(line.startswith("| `sg.") for line in lines) == len(topics.QUESTIONS) + len(
        topics.WHOLE
    )
    assert len({tuple(runs[0][:2]) for runs in figures["matrix"].values()}) == 1
    assert min(runs[0][0] for runs in figures["matrix"].values()) > 10
    assert all(min(each["warm"]) > 0 for each in figures["questions"])


def test_routes_that_do_not_agree_are_no_figures(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a route answers another question, the benchmark stops."""
    monkeypatch.setattr(topics, "apart", here)
    monkeypatch.setitem(topics.ROUTES, "wrong", lambda _: (1, 1))

    with pytest.raises(SystemExit, match="do not agree"):
        topics.main([str(store), "--repeat", "1", "--only", "matrix"])

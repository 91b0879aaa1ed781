"""The benchmarks run, so that they cannot rot; how long they take is no matter here."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from benchmarks import everyday, networks, questions


def test_everyday_things_can_be_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each everyday thing runs, and has a line with its seconds."""
    monkeypatch.setattr(everyday, "RUNS", 1)
    everyday.main()
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 5
    assert all(line.endswith(" s") for line in lines)


def test_questions_can_be_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A store is made, its arrays built, and each question asked; each has a line."""

    def here(function: Any, *arguments: Any) -> Any:
        return function(*arguments)

    for name, number in {"DRAWS": 30, "COLD_RUNS": 0, "FIRST_TOUCHES": 2, "HEAVY_RUNS": 1}.items():
        monkeypatch.setattr(questions, name, number)
    monkeypatch.setattr(questions, "apart", here)
    path = tmp_path / "figures.json"
    questions.main([str(tmp_path / "store"), "--works", "300", "--json", str(path)])
    lines = capsys.readouterr().out.splitlines()
    figures = json.loads(path.read_text())

    rows = [line for line in lines if line.startswith("| `sg.") or line.startswith("| `repr")]
    assert len(rows) == len(questions.QUESTIONS) + 1
    assert "| building the arrays |" in "".join(lines)
    assert all(min(each["warm"] + each["first_touch"]) > 0 for each in figures["questions"])
    assert figures["counts"]["papers"] == 300


def test_a_whole_process_can_be_timed(tmp_path: Path) -> None:
    """A question is asked by an interpreter of its own, also of a store out of the page cache."""
    questions.write_store(tmp_path / "store", works=10, workers=1, seed=1)
    questions.drop_from_page_cache(tmp_path / "store")

    assert questions.cold(str(tmp_path / "store"), "repr(graph)", "") > 0


@pytest.mark.parametrize("script", [everyday, networks, questions])
def test_processes_need_not_compile_the_sources(
    monkeypatch: pytest.MonkeyPatch, script: ModuleType
) -> None:
    """What is set on the machine of a developer does not make each process slower."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    found = script.environment()

    assert found["PYTHONHASHSEED"] == "7"
    assert "PYTHONDONTWRITEBYTECODE" not in found


def test_a_timed_process_may_keep_what_it_compiles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The question itself sees that it may, and would end the run otherwise."""
    questions.write_store(tmp_path / "store", works=10, workers=1, seed=1)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "compiled"))

    assert questions.cold(str(tmp_path / "store"), "assert not sys.dont_write_bytecode", "") > 0


def test_functions_can_be_called_in_a_fresh_process() -> None:
    """What a process measures of itself is not what others did before."""
    assert questions.apart(questions.spread, [3.0, 1.0, 2.0]) == "2.0 (1.0 to 3.0)"

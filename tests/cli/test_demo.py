"""The commands for newcomers: a made-up dump, and the way from a dump to an answer."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from scholargraph.graph import read_graph
from tests.cli.conftest import Run


def test_the_demo_leads_from_a_dump_to_the_papers_behind_a_tie(dump: Path, run: Run) -> None:
    """The demo ingests, finds, lists collaborators and papers, validates, and goes on."""
    result = run("demo", dump)

    assert result.exit_code == 0
    for said in ("4 papers", "Who is Ann Üxküll?", "Bob Boe", "W9000000001", "no id", "Nothing."):
        assert said in result.stdout


def test_the_next_steps_can_be_copied(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Each command that the demo proposes runs as it stands, in the order in which it stands."""
    monkeypatch.chdir(tmp_path)
    steps = run("demo", dump).stdout.partition("Next steps")[2]
    commands = re.findall(r"^  \S*scholargraph (.*)$", steps, re.MULTILINE)

    assert [words.split()[0] for words in commands] == [
        "ingest",
        "info",
        "find",
        "collaborators",
        "shared-papers",
    ]
    for words in commands:
        result = run(*shlex.split(words))
        assert result.exit_code == 0, result.output


def test_the_next_steps_in_python_can_be_copied(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """The lines of Python that the demo proposes run on the store that it kept."""
    monkeypatch.chdir(tmp_path)
    said = run("demo", dump, "--store", "kept").stdout
    code = said.partition("The same in Python")[2].partition("\n")[2]
    lines = [line.strip() for line in code.splitlines() if line.strip()]

    assert lines[0] == "import scholargraph as sg"
    exec("\n".join(lines), {})


def test_the_demo_leaves_nothing_behind(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Without `--store` the demo works in a temporary folder and removes it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run("demo", dump)

    assert list(tmp_path.iterdir()) == []


def test_the_demo_keeps_the_graph_where_asked(dump: Path, tmp_path: Path, run: Run) -> None:
    """With `--store` the graph stays, and the next steps use it."""
    result = run("demo", dump, "--store", tmp_path / "graph")

    assert read_graph(tmp_path / "graph").counts["papers"] == 4
    assert f"info {tmp_path / 'graph'}" in result.stdout


def test_the_demo_survives_a_dump_without_people(tmp_path: Path, run: Run) -> None:
    """A dump in which no paper names an author ends without question and without error."""
    path = tmp_path / "works.jsonl"
    path.write_text('{"id": "https://openalex.org/W9000000001", "title": "One"}\n')
    result = run("demo", path)

    assert result.exit_code == 0
    assert "nobody to ask about" in result.stdout


def test_a_made_up_dump_can_be_ingested(tmp_path: Path, run: Run) -> None:
    """`sample` writes a dump of the asked size that `demo` reads."""
    assert run("sample", tmp_path / "dump", "--works", 50).exit_code == 0

    result = run("demo", tmp_path / "dump", "--store", tmp_path / "graph")

    assert result.exit_code == 0, result.output
    assert read_graph(tmp_path / "graph").counts["papers"] == 50


def test_the_demo_makes_up_a_dump_of_its_own(run: Run) -> None:
    """Without a source the demo writes one, and the next steps begin with writing one."""
    result = run("demo")

    assert result.exit_code == 0, result.output
    assert "sample openalex-sample" in result.stdout

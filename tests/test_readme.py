"""The README: its commands are the ones that are checked, and its sessions are real."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scholargraph.cli import main

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def command(marker: str) -> str:
    """The command in the fenced block after a marker, found as .ci/run finds it."""
    match = re.search(
        rf"^<!-- ci: {marker} -->\n```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE
    )
    assert match is not None
    return match[1].rstrip("\n")


@pytest.mark.parametrize("marker", ["install", "test"])
def test_each_command_is_one_line_that_installs_what_it_needs(marker: str) -> None:
    """Both commands of the README work on their own in a fresh clone: one line, with their venv."""
    line = command(marker)

    assert "\n" not in line
    assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")


def test_the_commands_name_what_is_there() -> None:
    """The sample that the first command reads, and the extra that the second installs, exist."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert (REPOSITORY / command("install").split()[-1]).is_dir()
    assert ".venv/bin/scholargraph demo data/" in command("install")
    assert "'.[test]'" in command("test")
    assert "test" in project["optional-dependencies"]
    assert project["scripts"] == {"scholargraph": "scholargraph.cli:main"}


def test_the_gate_runs_the_commands_of_the_readme() -> None:
    """.ci/run takes both commands from the README by their markers, and is executable."""
    gate = REPOSITORY / ".ci" / "run"

    assert gate.stat().st_mode & 0o111
    assert re.findall(r"^run_from_readme (\w+)", gate.read_text("utf-8"), re.MULTILINE) == [
        "install",
        "test",
    ]


def console_sessions() -> Iterator[tuple[str, str]]:
    """Each command of the README's console blocks, with the output that it shows."""
    for block in re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            yield line, output


def test_the_session_on_the_command_line_is_real(
    tmp_path: Path, sample_dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that the README shows prints what the README shows."""
    shutil.copytree(sample_dump, tmp_path / "data" / sample_dump.name)
    monkeypatch.chdir(tmp_path)
    checker = doctest.OutputChecker()
    shown = list(console_sessions())

    assert shown
    for line, expected in shown:
        program, *arguments = shlex.split(line)
        assert program == "scholargraph"
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        matches = checker.check_output(expected, result.stdout, doctest.ELLIPSIS)
        assert matches, f"$ {line}\n{result.stdout}"

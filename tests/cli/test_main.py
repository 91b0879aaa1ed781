"""What holds for every command: help, exit codes, errors in one line, quiet pipes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import scholargraph
from tests.cli.conftest import Run, command_line, environment, in_a_process


def test_help_lists_the_commands_in_the_order_of_need(run: Run) -> None:
    """The help begins with the command for newcomers and lists all the others."""
    lines = run("--help").output.split("Commands:\n")[1].splitlines()
    names = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]

    assert names[0] == "demo"
    assert set(names) >= {"ingest", "info", "find", "show", "sql", "collaborators", "validate"}


def test_no_summary_is_cut(run: Run) -> None:
    """Each command's line in the help is a whole sentence."""
    assert "..." not in run("--help").output.split("Commands:\n")[1]


def test_the_version_is_the_package_s(run: Run) -> None:
    """`--version` gives the version of the package."""
    assert scholargraph.__version__ in run("--version").output


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["find"],
        ["find", "graph", "text", "--type", "planet"],
        ["find", "graph", "text", "--limit", "0"],
        ["info", "graph", "--format", "xml"],
        ["ingest", "openalex", "dump", "graph", "--dump-date", "yesterday"],
        ["sample", "folder", "--works", "many"],
        ["sample", ""],
        ["info", ""],
        ["info", "graph", "--output", ""],
        ["network", "graph", ""],
        ["ingest", "openalex", "", "graph"],
        ["ingest", "arxiv", "dump", ""],
        ["ingest", "openalex", "dump", "graph", "--years", "2020-"],
        ["ingest", "openalex", "dump", "graph", "--years", "-2020"],
    ],
    ids=" ".join,
)
def test_misuse_ends_with_2(arguments: list[str], run: Run) -> None:
    """A command that is not used as its help says ends with 2 and says how it is used."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert "Usage: " in result.stderr
    assert result.stdout == ""


def test_what_is_wrong_with_the_data_ends_with_1_and_one_line(tmp_path: Path) -> None:
    """An error of the library is one line on the standard error, without traceback."""
    result = in_a_process("info", tmp_path / "nothing-here")

    assert result.returncode == 1
    assert result.stdout == b""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(b"Error: ")
    assert b"nothing-here" in result.stderr


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    """With `--debug` the same error comes with its traceback, and still ends with 1."""
    result = in_a_process("--debug", "info", tmp_path / "nothing-here")

    assert result.returncode == 1
    assert result.stderr.startswith(b"Traceback ")
    assert b"StoreNotFoundError" in result.stderr


def test_errors_obey_nobody_either(store: Path, run: Run) -> None:
    """What an error repeats of its input is escaped like everything else."""
    result = run("show", store, "W1\x1b[2J\u202e")

    assert result.exit_code == 1
    assert "\x1b" not in result.stderr
    assert "\u202e" not in result.stderr


def test_a_file_that_cannot_be_written_is_an_error_in_one_line(
    store: Path, tmp_path: Path, run: Run
) -> None:
    """A folder that is not there is named, without traceback."""
    result = run("info", store, "--output", tmp_path / "no" / "such.csv")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "such.csv" in result.stderr
    assert f"there is no folder {tmp_path / 'no'} to write" in result.stderr


def test_what_the_system_refuses_is_told_in_words(tmp_path: Path, run: Run) -> None:
    """The file, and why; no number of an error."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("sample", tmp_path / "file" / "dump")

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {tmp_path / 'file' / 'dump'}")
    assert result.stderr.endswith(": Not a directory\n")


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_a_closed_pipe_is_no_error(form: str, store: Path) -> None:
    """A reader that has seen enough, such as `head`, ends the command without a word."""
    query = "select range as n, repeat('x', 2000) as text from range(20000)"
    process = subprocess.Popen(
        command_line("sql", store, query, "--format", form),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        assert process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""

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


def test_help_names_both_origins(run: Run) -> None:
    """Whoever has a dump of arXiv alone is at the right door, too."""
    assert "dumps of OpenAlex and arXiv" in run("--help").output


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


@pytest.mark.parametrize(
    "arguments",
    [
        ["collaborators", "Ann Üxküll"],
        ["shared-papers", "A9000000001", "A9000000001"],
        ["related", "A9000000001"],
        ["topics", "W9000000001"],
        ["show", "no id"],
        ["emerging", "--until", "2100"],
    ],
    ids=" ".join,
)
def test_an_argument_that_the_library_refuses_is_misuse(
    arguments: list[str], store: Path, run: Run
) -> None:
    """What can mean nothing in any graph ends with 2 as well, in one line."""
    command, *rest = arguments
    result = run(command, store, *rest)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["collaborators", "A9000000099"],
        ["show", "W9000000099"],
        ["related", "10.1234/none"],
        ["topics", "T9000000099"],
        ["changes", "--since", "7"],
    ],
    ids=" ".join,
)
def test_what_this_graph_does_not_have_ends_with_1(
    arguments: list[str], store: Path, run: Run
) -> None:
    """Another graph may have it: the command was used well."""
    command, *rest = arguments
    result = run(command, store, *rest)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["collaborators", "g", "A1", "--half-life", "0"], "'--half-life': 0.0 is not in"),
        (["collaborators", "g", "A1", "--half-life", "nan"], "'--half-life': 'nan' is not a"),
        (["collaborators", "g", "A1", "--half-life", "inf"], "'--half-life': 'inf' is not a"),
        (["collaborators", "g", "A1", "--half-life", "x"], "'x' is not a valid number."),
        (["emerging", "g", "--burst-cost", "nan"], "'--burst-cost': 'nan' is not a"),
        (["backtest", "g", "abc"], "'UNTIL': 'abc' is not a valid year."),
        (["backtest", "g", "2099"], "--years 3 after UNTIL 2099 ends after 2100."),
        (["path", "g", "A1", "A2", "--since", "2020", "--until", "2019"], "--since 2020 is after"),
        (["expertise", "g", "A1", "--since", "2020", "--until", "2019"], "after --until 2019."),
        (["topics", "g", "T1", "--since", "2020", "--until", "2019"], "after --until 2019."),
        (["network", "g", "t", "--radius", "1"], "--radius goes with --author"),
        (["network", "g", "t", "--roll-up"], "--roll-up goes with --level institution"),
        (
            ["network", "g", "t", "--level", "country", "--counting", "harmonic"],
            "--level country goes with --counting full or fractional",
        ),
    ],
)
def test_misuse_names_the_option(arguments: list[str], message: str, run: Run) -> None:
    """The message says what was typed, not what the library calls it; no store is opened."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Usage: " in result.stderr


@pytest.mark.parametrize("path", ["answer.xlsx", "answer.CSVV", "answer.csv.gz"])
def test_a_file_whose_name_promises_another_form_is_misuse(
    path: str, store: Path, tmp_path: Path, run: Run
) -> None:
    """Drawn text under such a name would open nowhere; an explicit form is obeyed."""
    refused = run("info", store, "--output", tmp_path / path)
    assert list(tmp_path.iterdir()) == []
    told = run("info", store, "--output", tmp_path / path, "--format", "csv")

    assert refused.exit_code == 2
    assert ".csv, .json, .parquet, or .txt" in refused.stderr
    assert told.exit_code == 0
    assert (tmp_path / path).read_text().startswith("version,table,rows")


@pytest.mark.parametrize(
    ("path", "begin"),
    [
        ("answer", "version   table"),
        ("answer.TXT", "version   table"),
        ("answer.CSV", "version,table"),
        ("answer.json", "[\n{"),
        ("answer.parquet", "PAR1"),
    ],
)
def test_the_ending_says_the_form(
    path: str, begin: str, store: Path, tmp_path: Path, run: Run
) -> None:
    """Known endings in any case; none and .txt are a drawn table."""
    result = run("info", store, "--output", tmp_path / path)

    assert result.exit_code == 0
    assert (tmp_path / path).read_bytes().startswith(begin.encode())


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    """With `--debug` the same error comes with its traceback, and still ends with 1."""
    result = in_a_process("--debug", "info", tmp_path / "nothing-here")

    assert result.returncode == 1
    assert result.stderr.startswith(b"Traceback ")
    assert b"StoreNotFoundError" in result.stderr


def test_errors_obey_nobody_either(store: Path, run: Run) -> None:
    """What an error repeats of its input is escaped like everything else."""
    result = run("show", store, "W1\x1b[2J\u202e")

    assert result.exit_code == 2
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

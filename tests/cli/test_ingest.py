"""The command that puts records into a store."""

from __future__ import annotations

import shutil
from pathlib import Path

from scholargraph.graph import read_graph
from tests.cli.conftest import Run, on_a_terminal
from tests.ingest.bucket import serving


def test_an_ingest_says_in_words_what_it_did(dump: Path, tmp_path: Path, run: Run) -> None:
    """The report names the version, the rows, and what could not be read."""
    result = run("ingest", "openalex", dump, tmp_path / "graph")

    assert result.exit_code == 0
    assert "version 1" in result.stdout
    assert "4 papers" in result.stdout
    assert "1 could not be read" in result.stdout


def test_a_second_ingest_makes_a_second_version(dump: Path, tmp_path: Path, run: Run) -> None:
    """Ingesting into a store that is there commits the next version."""
    for _ in range(2):
        assert run("ingest", "openalex", dump, tmp_path / "graph").exit_code == 0

    assert read_graph(tmp_path / "graph").version == 2


def test_the_date_of_a_dump_can_be_given(dump: Path, tmp_path: Path, run: Run) -> None:
    """`--dump-date` reaches the store's provenance."""
    run("ingest", "openalex", dump, tmp_path / "graph", "--dump-date", "2026-03-01")

    assert read_graph(tmp_path / "graph").provenance[0]["dump_dates"] == ["2026-03-01"]


def test_a_source_that_is_not_there_is_an_error(tmp_path: Path, run: Run) -> None:
    """A misspelt path ends with 1, is named, and makes no store."""
    result = run("ingest", "openalex", tmp_path / "misspelt", tmp_path / "graph")

    assert result.exit_code == 1
    assert "misspelt" in result.stderr
    assert not (tmp_path / "graph").exists()


def test_a_source_may_be_a_url(dump: Path, tmp_path: Path, run: Run) -> None:
    """A bucket is read where it lies, and what is no URL of files is one line."""
    (tmp_path / "buckets" / "openalex").mkdir(parents=True)
    shutil.copy(dump, tmp_path / "buckets" / "openalex")
    with serving(tmp_path / "buckets") as bucket:
        result = run("ingest", "openalex", bucket.url("openalex"), tmp_path / "graph")
    other = run("ingest", "openalex", "https://openalex.org/works", tmp_path / "graph")

    assert result.exit_code == 0
    assert "version 1: 4 records from 1 file" in result.stdout
    assert other.exit_code == 1
    assert "Error: https://openalex.org/works cannot be read: nothing is known of" in other.stderr


def test_progress_is_drawn_on_a_terminal(dump: Path, tmp_path: Path) -> None:
    """Long work shows its stage, throughput and records while it lasts."""
    status, said = on_a_terminal("stderr", "ingest", "openalex", dump, tmp_path / "graph")

    assert status == 0
    assert "reading" in said
    assert "records" in said


def test_progress_can_be_left_out(dump: Path, tmp_path: Path) -> None:
    """With `-q` nothing is drawn."""
    said = on_a_terminal("stderr", "ingest", "openalex", dump, tmp_path / "graph", "-q")

    assert said == (0, "")


def test_progress_is_not_drawn_into_a_file(dump: Path, tmp_path: Path, run: Run) -> None:
    """Where the standard error is no terminal it stays empty."""
    assert run("ingest", "openalex", dump, tmp_path / "graph").stderr == ""


def test_a_part_of_a_dump_can_be_taken(sample_dump: Path, tmp_path: Path, run: Run) -> None:
    """Options that choose works reach the library, and what they leave out is said."""
    result = run(
        *("ingest", "openalex", sample_dump, tmp_path / "graph"),
        *("--years", "2015-2018", "--type", "article", "--type", "preprint", "--no-abstracts"),
    )
    papers = read_graph(tmp_path / "graph").table("papers", columns=["year", "type"])

    assert result.exit_code == 0
    assert "left out by the selection" in result.stdout
    assert set(papers["year"]) == {2015, 2016, 2017, 2018}
    assert set(papers["type"]) <= {"article", "preprint"}
    assert read_graph(tmp_path / "graph").counts["abstracts"] == 0


def test_years_that_are_none_are_misuse(sample_dump: Path, tmp_path: Path, run: Run) -> None:
    """Click's own exit code, and a line that says what is taken."""
    result = run("ingest", "openalex", sample_dump, tmp_path / "graph", "--years", "lately")

    assert result.exit_code == 2
    assert "neither a year nor two with a hyphen" in result.stderr

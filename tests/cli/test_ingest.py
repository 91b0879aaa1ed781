"""The command that puts records into a store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

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


def test_several_sources_are_one_dump(dump: Path, tmp_path: Path, run: Run) -> None:
    """They become one version, what is given twice is read once, and `--complete` is of all."""
    more = tmp_path / "more.jsonl"
    more.write_text('{"id": "https://openalex.org/W9000000009"}', encoding="utf-8")
    run("ingest", "openalex", dump, tmp_path / "graph")
    result = run("ingest", "openalex", more, dump, dump, tmp_path / "graph", "--complete")

    assert result.exit_code == 0
    assert "version 2: 5 records from 2 files" in result.stdout
    assert read_graph(tmp_path / "graph").counts["papers"] == 5


def test_several_sources_are_estimated_together(dump: Path, tmp_path: Path, run: Run) -> None:
    """`--dry-run` counts the records of all of them, and makes no store."""
    more = tmp_path / "more.jsonl"
    more.write_text(dump.read_text(encoding="utf-8"), encoding="utf-8")
    alone = run("ingest", "openalex", dump, tmp_path / "graph", "--dry-run")
    together = run("ingest", "openalex", dump, more, tmp_path / "graph", "--dry-run")

    assert "about 4 records" in alone.stdout
    assert "2 files" in together.stdout
    assert "about 8 records" in together.stdout
    assert not (tmp_path / "graph").exists()


@pytest.mark.parametrize("origin", ["openalex", "arxiv"])
def test_one_of_several_sources_that_is_not_there_is_an_error(
    origin: str, dump: Path, tmp_path: Path, run: Run
) -> None:
    """A misspelt path among others is named, and nothing is ingested."""
    result = run("ingest", origin, dump, tmp_path / "misspelt", tmp_path / "graph")

    assert result.exit_code == 1
    assert "misspelt" in result.stderr
    assert not (tmp_path / "graph").exists()


@pytest.mark.parametrize("origin", ["openalex", "arxiv"])
def test_a_forgotten_store_is_misuse(origin: str, dump: Path, run: Run) -> None:
    """The last argument is the store: a file there, or nothing before it, is told."""
    alone = run("ingest", origin, dump)
    files = run("ingest", origin, dump, dump)

    assert (alone.exit_code, files.exit_code) == (2, 2)
    assert "Missing argument 'SOURCE...'" in alone.stderr
    assert "is a file" in files.stderr


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


RECORDS = [
    {"id": "2001.00001", "title": "Second paper, by three and somebody", "doi": "10.1234/one"},
    {
        "id": "2001.00002",
        "title": "A paper of its own",
        "authors": "Zoe Roe",
        "categories": "cs.AI",
    },
]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Two lines of the Kaggle file, the first with the DOI of a work of the dump."""
    (tmp_path / "arxiv.json").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    return tmp_path / "arxiv.json"


def test_records_of_arxiv_go_into_the_same_store(
    dump: Path, records: Path, tmp_path: Path, run: Run
) -> None:
    """The report counts both, and a paper that both have answers to both ids."""
    run("ingest", "openalex", dump, tmp_path / "graph")
    result = run("ingest", "arxiv", records, tmp_path / "graph", "--workers", "1")
    shown = run("show", tmp_path / "graph", "arXiv:2001.00001")

    assert result.exit_code == 0
    assert "version 2: 2 records from 1 file" in result.stdout
    assert "5 papers" in result.stdout
    assert "W9000000001" in shown.stdout


def test_several_files_of_arxiv_become_one_version(records: Path, tmp_path: Path, run: Run) -> None:
    """As for OpenAlex."""
    other = tmp_path / "other.json"
    other.write_text('{"id": "2001.00003", "title": "A third"}', encoding="utf-8")
    result = run("ingest", "arxiv", records, other, tmp_path / "graph")

    assert result.exit_code == 0
    assert "version 1: 3 records from 2 files" in result.stdout
    assert read_graph(tmp_path / "graph").counts["papers"] == 3


def test_links_by_title_can_be_refused(dump: Path, tmp_path: Path, run: Run) -> None:
    """`--link ids` takes identifiers alone; anything else is misuse."""
    like = {
        "id": "2201.00001",
        "title": "Second paper, by three and somebody",
        "authors": "Ann Üxküll, Bob Boe, Cleo Coe, E. Unknown",
        "versions": [{"version": "v1", "created": "Mon, 3 Jan 2022 10:00:00 GMT"}],
    }
    (tmp_path / "arxiv.json").write_text(json.dumps(like), encoding="utf-8")
    for name, how in (("refused", ["--link", "ids"]), ("taken", [])):
        run("ingest", "openalex", dump, tmp_path / name)
        run("ingest", "arxiv", tmp_path / "arxiv.json", tmp_path / name, *how)
    wrong = run("ingest", "arxiv", tmp_path / "arxiv.json", tmp_path / "graph", "--link", "title")

    assert read_graph(tmp_path / "refused").counts["papers"] == 5
    assert read_graph(tmp_path / "taken").counts["papers"] == 4
    assert wrong.exit_code == 2
    assert not (tmp_path / "graph").exists()


def test_a_complete_source_removes_what_it_does_not_hold(
    dump: Path, records: Path, tmp_path: Path, run: Run
) -> None:
    """`--complete` concerns the records of its own source alone."""
    run("ingest", "openalex", dump, tmp_path / "graph")
    run("ingest", "arxiv", records, tmp_path / "graph")
    records.write_text(json.dumps(RECORDS[0]), encoding="utf-8")
    run("ingest", "arxiv", records, tmp_path / "graph", "--complete")
    without_one = read_graph(tmp_path / "graph").table("papers")["paper_id"].tolist()
    shorter = tmp_path / "works.jsonl"
    shorter.write_text('{"id": "https://openalex.org/W9000000009"}', encoding="utf-8")
    run("ingest", "openalex", shorter, tmp_path / "graph", "--complete")
    papers = read_graph(tmp_path / "graph").table("papers")["paper_id"].tolist()

    assert without_one == [f"W{9_000_000_000 + number}" for number in range(1, 5)]
    assert papers == ["W9000000009", "arXiv:2001.00001"]


def test_a_file_without_records_is_named(tmp_path: Path, run: Run) -> None:
    """What is no record of arXiv is told, and is no error."""
    (tmp_path / "page.html").write_text("<html>Retry later</html>", encoding="utf-8")
    result = run("ingest", "arxiv", tmp_path, tmp_path / "graph")

    assert result.exit_code == 0
    assert "an HTML page, which holds no records" in result.stdout

"""The command that puts records into a store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scholargraph.graph import read_graph
from scholargraph.ingest.estimate import IngestEstimate
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
    assert other.exit_code == 2
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


def test_one_second_is_one() -> None:
    """An estimate says times as a reader would, however short they are."""
    estimate = IngestEstimate(
        files=1,
        input_bytes=1_000,
        records=1,
        workers=1,
        reading_seconds=0.2,
        merging_seconds=1.2,
        preparing_seconds=1.6,
        scratch_bytes=0,
        store_bytes=0,
        free_bytes=1,
        memory_bytes=1,
        measured_records=1,
    )

    assert str(estimate).splitlines()[1] == (
        "time: about 3 seconds with 1 process "
        "(reading 0 seconds, merging 1 second, preparing answers 2 seconds)"
    )


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
    """What is no record of arXiv is told, and makes no version."""
    (tmp_path / "page.html").write_text("<html>Retry later</html>", encoding="utf-8")
    result = run("ingest", "arxiv", tmp_path / "page.html", tmp_path / "graph")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "Error: no record could be read from 1 line: an HTML page, which holds no records "
        "(page.html, line 1); the store is as it was\n"
    )


@pytest.mark.parametrize("complete", [[], ["--complete"]])
def test_a_dump_of_the_other_source_changes_nothing(
    dump: Path, records: Path, tmp_path: Path, run: Run, complete: list[str]
) -> None:
    """Neither way round: the error is one line and names the command that reads it."""
    run("ingest", "openalex", dump, tmp_path / "graph")
    of_arxiv = run("ingest", "openalex", records, tmp_path / "graph", *complete)
    of_openalex = run("ingest", "arxiv", dump, tmp_path / "graph", *complete)

    for result, command in ((of_arxiv, "arxiv"), (of_openalex, "openalex")):
        assert result.exit_code == 1
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert f"which `scholargraph ingest {command}` reads" in result.stderr
    assert read_graph(tmp_path / "graph").version == 1
    assert read_graph(tmp_path / "graph").counts["papers"] == 4


def test_reasons_are_said_in_full(dump: Path, tmp_path: Path, run: Run) -> None:
    """The report says what was wrong as the table of rejects does, without the place."""
    lines = [dump.read_text(encoding="utf-8"), '{"id": "2001.00001"}', '{"no": "id"}']
    (tmp_path / "more.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = run("ingest", "openalex", tmp_path / "more.jsonl", tmp_path / "graph")
    said = result.stdout.splitlines()
    place = said.index("3 could not be read; see the table rejects:")

    assert said[place + 1 : place + 4] == [
        "  1 × not JSON: Expecting property name enclosed in double quotes",
        "  1 × not a record: an id that is none of OpenAlex's",
        "  1 × not a record: no id",
    ]


def test_a_selection_that_nothing_matches_is_said(dump: Path, tmp_path: Path, run: Run) -> None:
    """In one clear line, and in words that are no names of arguments."""
    result = run("ingest", "openalex", dump, tmp_path / "graph", "--type", "nonsense")

    assert result.exit_code == 0
    assert "no work was taken: none is all that was asked for" in result.stdout
    assert "  4 works: not of the types asked for" in result.stdout


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--years", "2020-2015", "'2020-2015' ends before it begins"),
        ("--years", "2020-", "neither a year nor two with a hyphen"),
        ("--years", "9" * 5_000, "neither a year nor two with a hyphen"),
        ("--country", "Belgium", "'Belgium' is not the code of a country, two capital letters"),
        ("--country", "be", "'be' is not the code of a country, two capital letters such as BE"),
        ("--topic", "W1", "'W1' is not an id of OpenAlex for a topic"),
        ("--institution", "A1", "'A1' is not an id of OpenAlex for an institution"),
        ("--author", "W1", "'W1' is not an id of OpenAlex for an author, such as A5023888391"),
        ("--sample", "5", "is not in the range 0<x<=1"),
        ("--sample", "0", "is not in the range 0<x<=1"),
        ("--sample", "nan", "nan"),
    ],
)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_selections_without_sense_are_misuse(
    dump: Path, tmp_path: Path, run: Run, option: str, value: str, said: str, dry: list[str]
) -> None:
    """The option is named, as is what it takes; nothing is read."""
    result = run("ingest", "openalex", dump, tmp_path / "graph", option, value, *dry)

    assert result.exit_code == 2
    assert f"Invalid value for '{option}'" in result.stderr
    assert said in result.stderr
    assert not (tmp_path / "graph").exists()


def test_every_way_to_select_reaches_the_library(dump: Path, tmp_path: Path, run: Run) -> None:
    """Each alone takes what it should."""
    for number, (option, values, papers) in enumerate(
        [
            ("--years", ["2020"], [1]),
            ("--years", ["2020-2021"], [1, 3]),
            ("--type", ["erratum"], [3]),
            ("--topic", ["T9000000001"], [1]),
            ("--topic", ["fields/17"], [1]),
            ("--institution", ["I9000000001"], [4]),
            ("--country", ["NA", "BE"], [4]),
            ("--author", ["A9000000003", "A9000000004"], [2, 4]),
            ("--sample", ["1"], [1, 2, 3, 4]),
        ]
    ):
        chosen = [word for value in values for word in (option, value)]
        result = run("ingest", "openalex", dump, tmp_path / str(number), *chosen)

        assert result.exit_code == 0, result.output
        taken = read_graph(tmp_path / str(number)).table("papers")["paper_id"].tolist()
        assert taken == [f"W{9_000_000_000 + paper}" for paper in papers]


def test_the_help_says_what_is_meant(run: Run) -> None:
    """Of each way to select, and of what may be read."""
    said = " ".join(run("ingest", "openalex", "--help").stdout.split())

    assert "Works with an author in this country only, two capital letters such as BE" in said
    assert "Works with an author at this institution only" in said
    assert "JSON Lines (plain, gzip or zstd) or Parquet" in said

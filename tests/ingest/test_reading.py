"""Recognising what a file holds, and naming what it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scholargraph.errors import InputNotFoundError, InvalidArgumentError
from scholargraph.identifiers import NOBODY
from scholargraph.ingest import ingest_openalex, ingest_values
from scholargraph.ingest.openalex import works as works_module
from scholargraph.ingest.report import IngestReport, Progress
from tests.ingest.support import file_hashes, rows, url, work, write_lines

WORKS = [work(9000000000 + n, "A9000000001", f"A900000001{n}") for n in range(3)]
AUTHOR = {"id": url("A9000000001"), "display_name": "Full Name", "works_count": 12}
TOPIC = {
    "id": url("T90001"),
    "display_name": "A topic",
    "subfield": {"id": url("subfields/9101"), "display_name": "A subfield"},
    "field": {"id": url("fields/91"), "display_name": "A field"},
    "domain": {"id": url("domains/9"), "display_name": "A domain"},
}


def ingested(tmp_path: Path, text: str | bytes) -> IngestReport:
    """Ingest one file of the given content."""
    path = tmp_path / "anything"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return ingest_openalex(path, tmp_path / "graph")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, WORKS)),
        "\r\n".join(map(json.dumps, WORKS)) + "\r\n\r\n",
        json.dumps(WORKS),
        json.dumps(WORKS, indent=2),
        json.dumps({"meta": {"count": 3}, "results": WORKS}),
        json.dumps({"meta": {"count": 3}, "results": WORKS, "group_by": []}, indent=1),
        "\n".join(json.dumps({"meta": {}, "results": [w]}) for w in WORKS),
        "\ufeff" + "\n".join(map(json.dumps, WORKS)),
    ],
    ids=["lines", "crlf", "list", "pretty list", "page", "pretty page", "pages", "mark"],
)
def test_every_layout_gives_the_same_tables(tmp_path: Path, text: str) -> None:
    """Lines, pages, lists and single objects are recognised by what they are."""
    report = ingested(tmp_path, text)
    write_lines(tmp_path / "plain.jsonl", WORKS)
    ingest_openalex(tmp_path / "plain.jsonl", tmp_path / "other")

    assert report.records == 3
    assert report.rejects == {}
    assert file_hashes(tmp_path / "graph", leave_out=("_records",)) == file_hashes(
        tmp_path / "other", leave_out=("_records",)
    )


def test_kinds_mix_in_one_file(tmp_path: Path) -> None:
    """Records are told by their ids: any kinds may stand in one file, in any order."""
    report = ingested(tmp_path, "\n".join(map(json.dumps, [TOPIC, WORKS[0], AUTHOR, WORKS[1]])))
    authors = {row["author_id"]: row for row in rows(tmp_path / "graph", "authors")}

    assert report.rows["papers"] == 2
    assert report.rows["topics"] == 4
    assert (authors["A9000000001"]["name"], authors["A9000000001"]["works_count"]) == (
        "Full Name",
        12,
    )
    assert not authors["A9000000001"]["is_mention"]
    assert authors["A9000000010"]["is_mention"]


def test_nothing_disappears(tmp_path: Path) -> None:
    """Every line that is no record stands in ``rejects`` with file, number and reason."""
    lines = [
        json.dumps(WORKS[0]),
        "{broken",
        "",
        json.dumps({"title": "no id"}),
        json.dumps({"id": "https://example.org/1"}),
        json.dumps({"id": url("C2")}),
        json.dumps({"id": url("A5317838346"), "display_name": "Deleted Author"}),
        json.dumps({"error": "Invalid query", "message": "no such filter"}),
        json.dumps({"meta": {}, "group_by": [{"key": "article", "count": 1}]}),
        "7",
        json.dumps(WORKS[1]),
    ]
    report = ingested(tmp_path, "\n".join(lines))
    rejected = [(r["file"], r["line"], r["reason"]) for r in rows(tmp_path / "graph", "rejects")]

    assert report.rows["papers"] == 2
    assert rejected == [
        (
            "anything",
            2,
            "not JSON: Expecting property name enclosed in double quotes at character 2",
        ),
        ("anything", 4, "not a record: no id"),
        ("anything", 5, "not a record: an id that is none of OpenAlex's"),
        ("anything", 7, "the id stands for nobody: " + NOBODY["A5317838346"]),
        ("anything", 8, "an error of the API: no such filter"),
        ("anything", 9, "a group_by page, which holds no records"),
        ("anything", 10, "not a record: no JSON object"),
    ]
    assert sum(report.rejects.values()) == len(rejected)
    assert f"{len(rejected)} could not be read" in str(report)


def test_rejects_of_the_same_file_are_not_doubled(tmp_path: Path) -> None:
    """Ingesting again adds no second row for the same line."""
    ingested(tmp_path, json.dumps(WORKS[0]) + "\n{broken\n")
    ingested(tmp_path, json.dumps(WORKS[0]) + "\n{broken\n")

    assert len(rows(tmp_path / "graph", "rejects")) == 1


def test_odd_spellings_of_ids_cost_nothing(tmp_path: Path) -> None:
    """A batch with ids in another spelling is read again, and gives the same tables."""
    plain = work(9000000009, "A9000000001", referenced_works=[url("W5"), url("W6")])
    odd = json.loads(json.dumps(plain).replace("https://openalex.org/", "http://openalex.org/"))
    write_lines(tmp_path / "odd.jsonl", [odd, WORKS[0]])
    write_lines(tmp_path / "plain.jsonl", [plain, WORKS[0]])
    ingest_openalex(tmp_path / "odd.jsonl", tmp_path / "odd")
    ingest_openalex(tmp_path / "plain.jsonl", tmp_path / "plain")

    assert file_hashes(tmp_path / "odd", leave_out=("_records",)) == file_hashes(
        tmp_path / "plain", leave_out=("_records",)
    )


def test_hash_of_a_record_does_not_depend_on_the_path_it_took(tmp_path: Path) -> None:
    """The first line of a kind goes the slow way; its rank is that of any other line."""
    write_lines(tmp_path / "one.jsonl", [AUTHOR, *WORKS])
    write_lines(tmp_path / "two.jsonl", [*WORKS, AUTHOR])
    ingest_openalex(tmp_path / "one.jsonl", tmp_path / "one")
    ingest_openalex(tmp_path / "two.jsonl", tmp_path / "two")

    assert file_hashes(tmp_path / "one") == file_hashes(tmp_path / "two")


def test_truncated_file_is_named(tmp_path: Path) -> None:
    """Whole lines of an interrupted download are kept, and the report names the file."""
    path = write_lines(tmp_path / "part_000.gz", [work(9000000000 + n) for n in range(2_000)])
    path.write_bytes(path.read_bytes()[:-3_000])
    report = ingest_openalex(path, tmp_path / "graph")
    reasons = {row["reason"]: row["file"] for row in rows(tmp_path / "graph", "rejects")}

    assert 0 < report.rows["papers"] < 2_000
    assert reasons["gzip ends too early: an interrupted download?"] == "part_000.gz"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.gz", b"", "empty"),
        ("notes.txt", b"hello", "neither JSON nor gzip nor zstd nor Parquet"),
    ],
)
def test_files_passed_over_are_named(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    """What is not read is said with a reason, and alone it is an error."""
    dump = tmp_path / "dump"
    path = dump / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(InputNotFoundError, match=reason):
        ingest_openalex(dump, tmp_path / "graph")
    write_lines(dump / "works.jsonl", WORKS)
    report = ingest_openalex(dump, tmp_path / "graph")

    assert list(report.skipped) == [name]
    assert reason in report.skipped[name]
    assert report.version == 1


def test_missing_source_leaves_no_store(tmp_path: Path) -> None:
    """Bad input is one clear line, and nothing is half made."""
    with pytest.raises(InputNotFoundError, match=r"there is no .*nowhere"):
        ingest_openalex(tmp_path / "nowhere", tmp_path / "graph")

    assert not (tmp_path / "graph").exists()


def test_bad_dump_date_is_one_clear_line(tmp_path: Path) -> None:
    """The message says what was wrong and how to write it."""
    with pytest.raises(InvalidArgumentError, match="'spring' is no date; write it as YYYY-MM-DD"):
        ingest_openalex(tmp_path, tmp_path / "graph", dump_date="spring")


def test_manifest_gives_the_dump_date(tmp_path: Path) -> None:
    """Of two versions with the same updated_date, that of the newer dump counts."""
    for day, title in [("2026-06-01", "newer"), ("2026-01-01", "older")]:
        dump = tmp_path / day
        write_lines(
            dump / "data/jsonl/works/updated_date=2025-01-01/part_0000.gz",
            [work(9000000001, title=title)],
        )
        (dump / "data/jsonl/works/manifest.json").write_text(json.dumps({"date": day}))
        ingest_openalex(dump, tmp_path / "graph")

    assert [row["title"] for row in rows(tmp_path / "graph", "papers")] == ["newer"]


def test_large_batches_equal_small_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the size of a batch nor that of a run shows in the tables."""
    records = [work(9000000000 + n % 40, f"A900000{n:04d}", title=f"T{n}") for n in range(120)]
    write_lines(tmp_path / "works.jsonl", records)
    ingest_openalex(tmp_path / "works.jsonl", tmp_path / "large")
    monkeypatch.setattr("scholargraph.ingest.openalex.reading.BATCH_RECORDS", 7)
    monkeypatch.setattr("scholargraph.ingest.runs.RUN_RECORDS", 20)
    ingest_openalex(tmp_path / "works.jsonl", tmp_path / "small")

    assert file_hashes(tmp_path / "small") == file_hashes(tmp_path / "large")


def test_failure_while_making_rows_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in the middle of an ingest costs that ingest alone."""
    ingest_values(WORKS[:1], tmp_path / "graph")
    before = file_hashes(tmp_path / "graph")

    def fail(*_: Any) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(works_module.Works, "tables", fail)
    with pytest.raises(RuntimeError, match="out of luck"):
        ingest_values(WORKS, tmp_path / "graph")

    assert file_hashes(tmp_path / "graph") == before
    assert not any((tmp_path / "graph" / "ingest").iterdir())


def test_progress_is_told(tmp_path: Path) -> None:
    """The caller hears of each stage, with bytes that only grow."""
    path = write_lines(tmp_path / "works.jsonl", WORKS)
    told: list[Progress] = []
    ingest_openalex(path, tmp_path / "graph", progress=told.append)

    assert [p.stage for p in told[:1]] == ["reading"]
    assert told[-1].stage == "committing"
    assert [p.bytes_done for p in told] == sorted(p.bytes_done for p in told)
    assert told[-1].bytes_done == told[-1].bytes_total == path.stat().st_size
    assert told[-1].records == 3


@pytest.mark.parametrize("inside", ["data/jsonl", "jsonl", "data"])
def test_only_the_records_of_a_dump_are_read(tmp_path: Path, inside: str) -> None:
    """What stands beside the records of a dump is not read twice, and is named."""
    dump = tmp_path / "dump"
    write_lines(dump / inside / "works/updated_date=2026-01-01/part_0000.gz", WORKS)
    write_lines(dump / "legacy-data/works/updated_date=2020-01-01/part_000.gz", WORKS)
    (dump / "RELEASE_NOTES.txt").write_text("notes")
    report = ingest_openalex(dump, tmp_path / "graph")

    assert report.records == 3
    assert report.sources == ("works/updated_date=2026-01-01/part_0000.gz",)
    assert len(report.skipped) == 2
    assert set(report.skipped.values()) == {f"outside {inside}, where this dump has records"}


def test_folder_called_data_is_no_dump_by_its_name(tmp_path: Path) -> None:
    """A folder of one's own is read whole, whatever its folders are called."""
    write_lines(tmp_path / "mine" / "works.jsonl", WORKS[:1])
    write_lines(tmp_path / "mine" / "data" / "more.jsonl", WORKS[1:])

    assert ingest_openalex(tmp_path / "mine", tmp_path / "graph").records == 3

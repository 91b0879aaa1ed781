"""Parquet that is damaged, or made to do harm, hurts only itself and is named."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scholargraph.errors import IngestError, InputNotFoundError
from scholargraph.ingest import IngestReport, ingest_openalex
from tests.ingest.openalex.parquet_files import as_table, write_part
from tests.ingest.support import rows, url, work


def works(first: int, last: int) -> list[dict[str, Any]]:
    """Return small works with such numbers."""
    return [work(number, f"A500000{number}") for number in range(first, last + 1)]


def ingested(table: pa.Table, folder: Path, **options: Any) -> IngestReport:
    """Ingest a table as one part."""
    return ingest_openalex(write_part(folder / "part.parquet", table, **options), folder / "graph")


def papers(folder: Path) -> list[str]:
    """Return the ids of the papers of the store."""
    return [row["paper_id"] for row in rows(folder / "graph", "papers")]


def reasons(folder: Path) -> list[tuple[int | None, str]]:
    """Return line and reason of what was rejected."""
    return [(row["line"], row["reason"]) for row in rows(folder / "graph", "rejects")]


@pytest.mark.parametrize("kept", [4, 8, 100, 0.5, -1, -8, -9])
def test_a_file_cut_off_is_named(kept: float, tmp_path: Path) -> None:
    """A file without its end is a reject with a reason in one line; others are read."""
    whole = write_part(tmp_path / "in" / "whole.parquet", as_table(works(1, 3)))
    content = write_part(tmp_path / "cut.parquet", as_table(works(4, 9))).read_bytes()
    size = int(kept * len(content)) if isinstance(kept, float) else kept
    (whole.parent / "cut.parquet").write_bytes(content[:size])

    report = ingest_openalex(whole.parent, tmp_path / "graph")

    assert papers(tmp_path) == ["W1", "W2", "W3"]
    assert dict(report.rejects) == {"damaged Parquet": 1}
    ((_, reason),) = reasons(tmp_path)
    assert "\n" not in reason


def test_row_groups_around_a_damaged_one_are_kept(tmp_path: Path) -> None:
    """Of a file with bytes that are wrong in its middle, the other row groups are read."""
    part = write_part(
        tmp_path / "part.parquet", as_table(works(1, 9)), row_group_size=3, compression="zstd"
    )
    described = pq.ParquetFile(part).metadata.row_group(1).column(0)
    content = bytearray(part.read_bytes())
    start = described.dictionary_page_offset or described.data_page_offset
    content[start : start + described.total_compressed_size] = b"\xff" * (
        described.total_compressed_size
    )
    part.write_bytes(bytes(content))

    report = ingest_openalex(part, tmp_path / "graph")

    assert papers(tmp_path) == ["W1", "W2", "W3", "W7", "W8", "W9"]
    assert dict(report.rejects) == {"damaged Parquet": 1}
    ((line, reason),) = reasons(tmp_path)
    assert line == 4
    assert reason.startswith("damaged Parquet: row group 2 of 3: ")


_READ_ALL = """
import sys
from pathlib import Path
from scholargraph.errors import IngestError
from scholargraph.ingest import ingest_openalex
for part in sorted(Path(sys.argv[1]).glob("*.parquet")):
    try:
        report = ingest_openalex(part, Path(sys.argv[1]) / (part.stem + "-graph"))
        print(report.records, sum(report.rejects.values()))
    except IngestError as error:
        assert str(error).startswith("no record could be read from "), error
        print(0, 1)
"""


def test_wrong_bytes_anywhere(tmp_path: Path) -> None:
    """Whatever single bytes are wrong, reading ends, and what is lost is named."""
    content = write_part(
        tmp_path / "part.parquet", as_table(works(1, 4)), use_dictionary=False
    ).read_bytes()
    chance = random.Random(12)
    for number in range(25):
        damaged = bytearray(content)
        # The footer is a third of so small a file; both parts are hit.
        for _ in range(3):
            damaged[chance.randrange(4, len(damaged) - 8)] = chance.randrange(256)
        (tmp_path / f"damaged{number:02d}.parquet").write_bytes(bytes(damaged))
    (tmp_path / "part.parquet").unlink()

    # In a process of its own, should the reader below Python not survive.
    ran = subprocess.run(
        [sys.executable, "-c", _READ_ALL, str(tmp_path)], capture_output=True, check=False
    )

    assert ran.returncode == 0, ran.stderr.decode()[-2_000:]
    told = [tuple(map(int, line.split())) for line in ran.stdout.splitlines()]
    assert len(told) == 25
    assert all(records or rejects for records, rejects in told)
    assert any(rejects for _, rejects in told)


def test_no_rows_and_no_bytes(tmp_path: Path) -> None:
    """A file without rows gives nothing and is no reject; one without bytes is passed over."""
    write_part(tmp_path / "in" / "none.parquet", as_table(works(1, 2)).slice(0, 0))
    (tmp_path / "in" / "empty.parquet").write_bytes(b"")
    write_part(tmp_path / "in" / "some.parquet", as_table(works(1, 2)))

    report = ingest_openalex(tmp_path / "in", tmp_path / "graph")

    assert report.records == 2
    assert dict(report.rejects) == {}
    assert dict(report.skipped) == {"empty.parquet": "empty"}


def test_only_an_empty_file(tmp_path: Path) -> None:
    """Nothing to read is an error in one line."""
    (tmp_path / "empty.parquet").write_bytes(b"")

    with pytest.raises(InputNotFoundError, match=r"empty\.parquet \(empty\)"):
        ingest_openalex(tmp_path, tmp_path / "graph")


def test_ids_in_any_spelling(tmp_path: Path) -> None:
    """Rows whose id is none, or somebody else's, are named; odd spellings are read."""
    records = works(1, 8)
    records[1]["id"] = None
    records[2]["id"] = "w3"
    records[3]["id"] = "https://example.org/W4"
    records[4]["id"] = url("W4285719527")
    records[5]["id"] = url("A5000000006")
    records[6]["authorships"][0]["author"]["id"] = "https://openalex.org/authors/a5000000077"
    table = pa.Table.from_pylist([{**record, "ids": None} for record in records])

    report = ingested(table, tmp_path)

    assert papers(tmp_path) == ["W1", "W3", "W7", "W8"]
    assert report.records == 4
    assert [line for line, _ in reasons(tmp_path)] == [2, 4, 5, 6]
    seats = {row["paper_id"]: row["author_id"] for row in rows(tmp_path / "graph", "authorships")}
    assert seats["W7"] == "A5000000077"


def test_texts_that_are_not_utf_8(tmp_path: Path) -> None:
    """A row with bytes that are no text is rejected by its number; its neighbours are kept."""
    table = as_table(works(1, 5))
    titles = pa.array([b"One", b"Two", b"\xff\xfe", b"Four", b"F\xc3\xbcnf"], pa.binary())
    place = table.schema.get_field_index("title")
    table = table.set_column(place, "title", titles.view(pa.string()))

    report = ingested(table, tmp_path)

    assert papers(tmp_path) == ["W1", "W2", "W4", "W5"]
    assert reasons(tmp_path) == [(3, "not UTF-8")]
    assert report.records == 4


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(pa.array([[[[1]]]] * 3), id="numbers in lists"),
        pytest.param(pa.array([{"a": {"b": {"c": "d"}}}] * 3), id="objects"),
        pytest.param(pa.array([b"\x00\xff"] * 3), id="bytes"),
        pytest.param(pa.array([float("nan")] * 3), id="no number"),
        pytest.param(pa.array([2**63 - 1] * 3), id="a large number"),
        pytest.param(pa.array([True] * 3), id="flags"),
    ],
)
@pytest.mark.parametrize("name", ["title", "authorships", "cited_by_count", "updated_date"])
def test_columns_of_any_type(name: str, column: pa.Array, tmp_path: Path) -> None:
    """A column of a type that makes no sense is null, counted, and costs no record."""
    table = as_table(works(1, 3))
    table = table.set_column(table.schema.get_field_index(name), name, column)

    report = ingested(table, tmp_path)

    assert papers(tmp_path) == ["W1", "W2", "W3"]
    assert report.drift
    assert all(field.startswith(f"works.{name}") for field in report.drift)


def test_times_that_are_none(tmp_path: Path) -> None:
    """Times and dates beyond any calendar are null and counted."""
    records = works(1, 3)
    table = as_table(records)
    for name, type_, values in (
        ("updated_date", pa.timestamp("us"), [2**62, -(2**62), 0]),
        ("publication_date", pa.date32(), [2**31 - 1, -(2**31), 0]),
    ):
        width = pa.int32() if name == "publication_date" else pa.int64()
        column = pa.array(values, width).cast(type_)
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, column)

    report = ingested(table, tmp_path)

    assert papers(tmp_path) == ["W1", "W2", "W3"]
    assert dict(report.drift) == {
        "works.publication_date: bad value, left out": 2,
        "works.updated_date: bad value, left out": 2,
    }


def test_numbers_that_are_none(tmp_path: Path) -> None:
    """Scores that are no number, and counts beyond any, are null and counted."""
    table = as_table(works(1, 4))
    for name, column in (
        ("fwci", pa.array([float("nan"), float("inf"), -1.0, 0.5], pa.float32())),
        ("cited_by_count", pa.array([2**40, -5, 7, None], pa.int64())),
    ):
        table = table.set_column(table.schema.get_field_index(name), name, column)

    report = ingested(table, tmp_path)

    assert [row["fwci"] for row in rows(tmp_path / "graph", "papers")] == [None, None, None, 0.5]
    assert dict(report.drift) == {
        "works.cited_by_count: bad value, left out": 2,
        "works.fwci: bad value, left out": 3,
    }


def test_nested_too_deep(tmp_path: Path) -> None:
    """A file with columns nested beyond sense is not read, and says so."""
    value: Any = "x"
    for _ in range(40):
        value = {"a": value}
    table = as_table(works(1, 2)).append_column("deep", pa.array([value, value]))

    write_part(tmp_path / "in" / "deep.parquet", table)
    write_part(tmp_path / "in" / "some.parquet", as_table(works(3, 4)))
    ingest_openalex(tmp_path / "in", tmp_path / "graph")

    assert papers(tmp_path) == ["W3", "W4"]
    assert reasons(tmp_path) == [(None, "damaged Parquet: columns nested deeper than 32")]


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    """Where two columns have one name, nothing is guessed, and the file is named."""
    table = as_table(works(1, 2))
    table = table.append_column("id", pa.array([url("W8"), url("W9")]))
    write_part(tmp_path / "in" / "twice.parquet", table)
    write_part(tmp_path / "in" / "some.parquet", as_table(works(3, 4)))

    ingest_openalex(tmp_path / "in", tmp_path / "graph")

    assert papers(tmp_path) == ["W3", "W4"]
    assert reasons(tmp_path) == [(None, "damaged Parquet: two columns have one name")]


def test_parquet_without_ids(tmp_path: Path) -> None:
    """Parquet of something else is rejected row by row, and makes no version."""
    with pytest.raises(
        IngestError, match=r"from 2 lines: not a record: no id \(first in part.parquet, line 1\)"
    ):
        ingested(pa.table({"a": [1, 2], "b": ["x", "y"]}), tmp_path)


def test_other_kinds_in_one_file(tmp_path: Path) -> None:
    """Kinds that go record by record may share a file."""
    records = [
        {"id": url("T10"), "display_name": "Topic", "subfield": {"id": url("subfields/17")}},
        {"id": url("subfields/17"), "display_name": "Subfield"},
        {"id": url("P1"), "display_name": "Press"},
    ]
    report = ingested(pa.Table.from_pylist(records), tmp_path)

    assert report.records == 3
    assert report.rows["topics"] == 2
    assert report.rows["publishers"] == 1


_PEAK = """
import re, sys
from pathlib import Path
from scholargraph.ingest import ingest_openalex
report = ingest_openalex(Path(sys.argv[1]), Path(sys.argv[2]), workers=1)
status = Path("/proc/self/status").read_text()
print(report.records, int(re.search(r"VmHWM:\\s+([0-9]+)", status)[1]) // 1024)
"""


def test_memory_of_a_huge_row_group(tmp_path: Path) -> None:
    """A row group of some hundred megabytes is read in portions, not as a whole."""
    text = "".join(chr(97 + number * 7 % 26) for number in range(8_000))
    seats = [
        {"author": {"id": url(f"A5{number}"), "display_name": "N"}, "raw_author_name": text[:900]}
        for number in range(10)
    ]
    records = [work(number) | {"authorships": seats} for number in range(1, 501)]
    table = pa.concat_tables([as_table(records)] * 60)
    ids = pa.array([url(f"W{number}") for number in range(1, len(table) + 1)])
    table = table.set_column(table.schema.get_field_index("id"), "id", ids)
    write_part(
        tmp_path / "part.parquet",
        table,
        row_group_size=len(table),
        use_dictionary=False,
    )
    del table

    ran = subprocess.run(
        [sys.executable, "-c", _PEAK, str(tmp_path / "part.parquet"), str(tmp_path / "graph")],
        capture_output=True,
        check=True,
    )

    records_read, peak_mb = map(int, ran.stdout.split())
    assert records_read == 30_000
    assert peak_mb < 1_000

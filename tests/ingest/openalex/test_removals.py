"""Lists of deleted and merged ids, in all their spellings, real and hostile."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.errors import InputTooLargeError
from scholargraph.ingest.discover import Input, discover
from scholargraph.ingest.openalex import removals as removals_module
from scholargraph.ingest.openalex.removals import removals_in
from scholargraph.ingest.rejects import Rejects
from scholargraph.schema import arrow_schema

OPENALEX = "https://openalex.org/"


def given_list(path: Path, content: bytes | str, fault: str | None = None) -> Input:
    """Write a list and name it as an input."""
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return Input(file=path, name="list", size_bytes=len(data), dump_date=None, fault=fault)


def rows_of(given: Input, rejects: Rejects) -> dict[str, list[dict[str, Any]]]:
    """All rows of a list, by table."""
    rows: dict[str, list[dict[str, Any]]] = {"_deleted": [], "_merged": []}
    for part in removals_in(given, rejects):
        rows[part.table] += part.rows.to_pylist()
    return rows


def read(path: Path, content: bytes | str) -> tuple[list[Any], list[Any], list[tuple[Any, ...]]]:
    """Deleted and merged ids of a list, and what was wrong with it: line and reason."""
    rejects = Rejects()
    rows = rows_of(given_list(path, content), rejects)
    wrong = rejects.take().data
    return (
        [tuple(row.values()) for row in rows["_deleted"]],
        [tuple(row.values()) for row in rows["_merged"]],
        list(zip(wrong["line"].to_pylist(), wrong["reason"].to_pylist(), strict=True)),
    )


DAY = date(2026, 8, 15)


@pytest.mark.parametrize(
    "text",
    [
        f"work_id,deleted_date\n{OPENALEX}W12,2026-08-15\n",
        "work_id,deleted_date\nW12,2026-08-15",
        "\ufeffwork_id,deleted_date\r\nw12,2026-08-15T10:11:12\r\n",
        "deleted_date;work_id\n2026-08-15;W12\n",
        'id\tdeleted_date\n"W12"\t"2026-08-15"\n',
        '"Work_ID", "Deleted_Date", "note"\n W12 , 2026-08-15 ,any\n\n',
    ],
)
@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lambda data: pa.compress(data, "zstd", asbytes=True)]
)
def test_deleted_ids_in_every_spelling(tmp_path: Path, text: str, pack: Any) -> None:
    """Ids short or as URLs, any header, separator, order and packing."""
    assert read(tmp_path / "list", pack(text.encode())) == ([("W12", DAY)], [], [])


@pytest.mark.parametrize(
    "text",
    [
        "merge_date,id,merge_into_id\n2026-08-15,A1,A2\n2026-08-15,V5,S6\n",
        f"id,merge_into_id,merged_date\n{OPENALEX}A1,{OPENALEX}A2,2026-08-15\nS5,S6,2026-08-15",
        "merged_into_id,author_id,date\nA2,A1,2026-08-15\nS6,S5,2026-08-15\n",
    ],
)
def test_merged_ids_in_every_spelling(tmp_path: Path, text: str) -> None:
    """The target is told by its column's name, and a venue is the source of its number."""
    merged = [("A1", "A2", DAY), ("S5", "S6", DAY)]

    assert read(tmp_path / "list", text) == ([], merged, [])


def test_chains_and_cycles_are_rows(tmp_path: Path) -> None:
    """What they come to is decided where they are applied."""
    text = "id,merge_into_id\nA1,A2\nA2,A3\nA3,A1\nA1,A2\n"
    _, merged, wrong = read(tmp_path / "list", text)

    assert merged == [
        ("A1", "A2", None),
        ("A2", "A3", None),
        ("A3", "A1", None),
        ("A1", "A2", None),
    ]
    assert wrong == []


def test_bad_rows_are_named_and_the_others_read(tmp_path: Path) -> None:
    """Each with its line and why; a date that is none is as good as not said."""
    rows = [
        b"merge_date,id,merge_into_id",
        b"2026-08-15,A1,A2",
        b"2026-08-15,A1",
        b"2026-08-15,A1,A2,A3",
        b"2026-08-15,A0,A2",
        b"2026-08-15,,A2",
        b"2026-08-15,A1,A1",
        b"2026-08-15,A1,W2",
        b"2026-08-15,A\xff1,A2",
        b"yesterday,A7,A8",
        b"",
        b"x" * 5_000,
        b"0000-00-00,A9,A10",
        b"2026-08-15,A99999999999999999999,A2",
    ]
    _, merged, wrong = read(tmp_path / "list", b"\n".join(rows))

    assert merged == [("A1", "A2", DAY), ("A7", "A8", None), ("A9", "A10", None)]
    assert wrong == [
        (3, "2 fields where the header has 3"),
        (4, "4 fields where the header has 3"),
        (5, "no id of OpenAlex"),
        (6, "no id of OpenAlex"),
        (7, "merged into itself"),
        (8, "merged into another kind of record"),
        (9, "not UTF-8"),
        (14, "no id of OpenAlex"),
        (12, "line longer than 4,096 bytes"),
    ]


@pytest.mark.parametrize(
    "content",
    [b"hello\nworld\n", b'{"id": "W1"}\n', b"W1,2026-08-15\n", b"\x00\xff\n", b"date,day\n"],
)
def test_what_is_no_list_is_named_once(tmp_path: Path, content: bytes) -> None:
    """A file without header names nothing."""
    deleted, merged, wrong = read(tmp_path / "list", content + b"W1,2026-08-15\n" * 1_000)

    assert (deleted, merged) == ([], [])
    assert len(wrong) == 1
    assert wrong[0][0] == 1


def test_a_list_of_nothing_is_no_error(tmp_path: Path) -> None:
    """It has no rows, and nothing is wrong with it."""
    for content in ("", "work_id,deleted_date\n"):
        assert read(tmp_path / "list", content) == ([], [], [])


def test_columns_are_those_of_the_tables(tmp_path: Path) -> None:
    """Names and types, where a column has no value, too."""
    for name, text in (("_deleted", "work_id\nW1\n"), ("_merged", "id,merge_into_id\nA1,A2\n")):
        (part,) = removals_in(given_list(tmp_path / "list", text), Rejects())

        assert part.table == name
        assert part.rows.schema.equals(arrow_schema(name))


def test_an_interrupted_list_keeps_its_rows(tmp_path: Path) -> None:
    """What stands before the end is read, and both signs of it are named."""
    text = "work_id,deleted_date\n" + "".join(f"W{k},2026-08-15\n" for k in range(1, 90_000))
    data = gzip.compress(text.encode())[:-3_000]
    rejects = Rejects()
    deleted = rows_of(given_list(tmp_path / "list", data, "too small"), rejects)["_deleted"]
    reasons = rejects.take().data["reason"].to_pylist()

    assert 10_000 < len(deleted) < 89_999
    assert [row["record_id"] for row in deleted] == [f"W{k}" for k in range(1, len(deleted) + 1)]
    assert reasons[-2:] == ["gzip ends too early: an interrupted download?", "too small"]
    assert len(reasons) <= 3, "the last row may be cut"


def test_millions_of_bad_rows_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first ones are named: what is named is kept in memory."""
    monkeypatch.setattr(removals_module, "MAX_NAMED_ROWS", 10)
    _, _, wrong = read(tmp_path / "list", "id,merge_into_id\n" + "junk\n" * 50_000)

    assert len(wrong) == 11
    assert wrong[-1] == (None, "bad rows that are not named: 49,990")


def test_a_list_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    """As any other input."""
    given = given_list(tmp_path / "list", gzip.compress(b"[" * (100 << 20)))
    with pytest.raises(InputTooLargeError):
        rows_of(given, Rejects())


def test_rows_come_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list is never in memory as a whole."""
    monkeypatch.setattr(removals_module, "_BATCH_ROWS", 100)
    text = "work_id\n" + "".join(f"W{k}\n" for k in range(1, 251))
    parts = list(removals_in(given_list(tmp_path / "list", text), Rejects()))

    assert [(part.table, len(part.rows)) for part in parts] == [
        ("_deleted", 100),
        ("_deleted", 100),
        ("_deleted", 50),
    ]


IDS = st.sampled_from(["W1", "A2", "A3", "S4", OPENALEX + "A5", "X", "", "W0"])


@given(rows=st.lists(st.tuples(IDS, IDS), max_size=20))
def test_every_row_is_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """No row is lost: those read and those named are all there are, in their order."""
    text = "id,merge_into_id\n" + "".join(f"{old},{new}\n" for old, new in rows)
    _, merged, wrong = read(tmp_path_factory.mktemp("list") / "list", text)
    good = [
        (old.removeprefix(OPENALEX), new.removeprefix(OPENALEX), None)
        for old, new in rows
        if "X" not in (old, new) and "" not in (old, new) and "W0" not in (old, new)
        if old.removeprefix(OPENALEX)[0] == new.removeprefix(OPENALEX)[0] and old != new
    ]

    assert merged == good
    assert len(merged) + len(wrong) == len(rows)


def test_the_real_lists(openalex_data: Path) -> None:
    """The five rows of the snapshot of 2023."""
    found = discover(openalex_data / "legacy_snapshot_2023", None)
    rejects = Rejects()
    merged = [row for given in found.removals for row in rows_of(given, rejects)["_merged"]]

    assert len(rejects) == 0
    assert [tuple(row.values()) for row in merged] == [
        ("A3007116629", "A2090344885", date(2022, 8, 3)),
        ("A3125154712", "A4317838346", date(2023, 4, 13)),
        ("A3124276209", "A4317838346", date(2023, 4, 13)),
        ("A3123468810", "A4317838346", date(2023, 4, 13)),
        ("A3122914057", "A4317838346", date(2023, 4, 13)),
    ]

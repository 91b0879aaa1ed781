"""What a run holds: each record once, its ids sorted, its rows by number and in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from scholargraph import schema
from scholargraph.ingest import runs as runs_module
from scholargraph.ingest.columns import Rows, build
from scholargraph.ingest.runs import LEFT_OUT, NODE, OWNER, RunWriter
from scholargraph.schema import Table

Row = dict[str, Any]


def ranks(ids: Sequence[str], days: Sequence[int]) -> Rows:
    """Return the ranks of records that were changed on some days."""
    built = build(
        schema.RECORDS,
        range(len(ids)),
        {
            "record_id": ids,
            "updated_date": [datetime(2026, 1, day) for day in days],
            "content_hash": range(len(ids)),
        },
    )
    return Rows(schema.RECORDS, built.data.append_column(LEFT_OUT, pa.array([False] * len(ids))))


def read(writer: RunWriter, table: Table) -> list[Row]:
    """Return the rows of a table in the only run, with its ids in place of numbers."""
    (ranks_path,), (path,) = writer.files[schema.RECORDS.name], writer.files[table.name]
    ids = pa.ipc.open_file(str(ranks_path)).read_all()["record_id"].to_pylist()
    found: list[Row] = pa.ipc.open_file(str(path)).read_all().to_pylist()
    return [
        {name: ids[value] if name in {OWNER, NODE} else value for name, value in row.items()}
        for row in found
    ]


def test_rows_are_sorted_and_ids_are_numbers(tmp_path: Path) -> None:
    """Rows come by record and the rest of the key, nulls last, in whatever order they arrive."""
    writer = RunWriter(tmp_path)
    for paper, row in [("W3", 0), ("W11", 1)]:
        affiliations = build(
            schema.AFFILIATIONS,
            [0, 0, 0],
            {
                "paper_id": [paper] * 3,
                "position": [2, 1, 1],
                "institution_id": ["I1", None, f"I{row}"],
                "raw": [[], [], []],
            },
        )
        writer.add(ranks([paper], [1]), [affiliations])
    writer.finish()

    assert [
        (row[OWNER], row["position"], row["institution_id"])
        for row in read(writer, schema.AFFILIATIONS)
    ] == [
        ("W11", 1, "I1"),
        ("W11", 1, None),
        ("W11", 2, "I1"),
        ("W3", 1, "I0"),
        ("W3", 1, None),
        ("W3", 2, "I1"),
    ]
    assert "paper_id" not in read(writer, schema.AFFILIATIONS)[0]


def test_only_the_newest_version_of_a_record_is_kept(tmp_path: Path) -> None:
    """The others go with all that they say; nodes that are mentioned have an id and no rank."""
    writer = RunWriter(tmp_path)
    for day, authors in [(2, ["A1", "A2"]), (3, ["A9", "A3"]), (1, ["A4", "A5"])]:
        mentions = build(
            schema.AUTHOR_MENTIONS,
            [0, 0],
            {"author_id": authors, "record_id": ["W1", "W1"], "name": [f"day {day}"] * 2},
        )
        writer.add(ranks(["W1", "W2"], [day, 1]), [mentions])
    writer.finish()

    assert [
        (row[NODE], row[OWNER], row["name"]) for row in read(writer, schema.AUTHOR_MENTIONS)
    ] == [
        ("A3", "W1", "day 3"),
        ("A9", "W1", "day 3"),
    ]
    known = read(writer, schema.RECORDS)
    assert [row["record_id"] for row in known] == sorted(row["record_id"] for row in known)
    assert {row["record_id"]: row["updated_date"] for row in known if row["updated_date"]} == {
        "W1": datetime(2026, 1, 3),
        "W2": datetime(2026, 1, 1),
    }


def with_dictionaries(rows: Rows) -> Rows:
    """Return rows with a dictionary for every column of texts."""
    arrays = [
        column.combine_chunks().dictionary_encode() if pa.types.is_string(column.type) else column
        for column in rows.data.columns
    ]
    return Rows(rows.table, pa.Table.from_arrays(arrays, names=rows.data.column_names))


@pytest.mark.parametrize("encoded", [(0, 1), (0,), (1,)], ids=["both", "first", "second"])
def test_dictionaries_make_no_difference(encoded: tuple[int, ...], tmp_path: Path) -> None:
    """Texts may come with dictionaries, in all batches of a run or in some."""
    plain, mixed = RunWriter(tmp_path, first=0), RunWriter(tmp_path, first=1)
    batches = [(["W2", "W1"], ["b", "a"]), (["W4", "W3"], ["a", "c"])]
    for number, (ids, words) in enumerate(batches):
        keywords = build(
            schema.KEYWORDS, [0, 1, 1], {"paper_id": [*ids, ids[1]], "keyword": [*words, "b"]}
        )
        topics = build(
            schema.TOPIC_MENTIONS,
            [1, 0],
            {"topic_id": ["T2", "T1"], "record_id": ids[::-1], "name": ["x", None]},
        )
        batch = [ranks(ids, [1, 1]), keywords, topics]
        plain.add(batch[0], batch[1:])
        if number in encoded:
            batch = list(map(with_dictionaries, batch))
        mixed.add(batch[0], batch[1:])
    for writer in (plain, mixed):
        writer.finish()

    for table in (schema.RECORDS, schema.KEYWORDS, schema.TOPIC_MENTIONS):
        assert read(mixed, table) == read(plain, table)
    assert [(row[OWNER], row["keyword"]) for row in read(mixed, schema.KEYWORDS)] == [
        ("W1", "a"),
        ("W1", "b"),
        ("W2", "b"),
        ("W3", "b"),
        ("W3", "c"),
        ("W4", "a"),
    ]


def test_keys_too_wide_for_one_number_are_sorted_all_the_same() -> None:
    """The order is the same by way of one number and column by column."""
    few = [np.array([1, 0, 1, 0]), np.array([3, 2, 1, 2]), np.array([0, 1, 0, 0])]
    wide = [key * 2**40 for key in few]

    assert runs_module._order(few).tolist() == [3, 1, 2, 0]
    assert runs_module._order(wide).tolist() == [3, 1, 2, 0]

"""Columns that are the same in two versions are told from those that are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.schema import TABLES, arrow_schema
from scholargraph.store import Snapshot, begin, open_version
from scholargraph.store.sameness import are_same
from tests.support import Row, filled

AUTHORS = TABLES["authors"]

texts = st.sampled_from(["", "a", "b", "ab"])
optional: dict[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "alternatives": st.lists(texts, max_size=2),
    "orcid": st.none() | texts,
    "works_count": st.none() | st.integers(0, 3),
}
authors = st.lists(st.fixed_dictionaries(optional), max_size=4)


def with_ids(rows: list[Row]) -> list[Row]:
    """Authors with ids and all columns."""
    return [
        filled(AUTHORS, {"author_id": f"A{number:09}", **row}) for number, row in enumerate(rows)
    ]


def two_versions(path: Path, one: list[Row], other: list[Row]) -> tuple[Snapshot, Snapshot]:
    """A store with these authors in two versions."""
    for rows in (one, other):
        with begin(path) as transaction:
            batch = pa.RecordBatch.from_pylist(with_ids(rows), schema=arrow_schema("authors"))
            transaction.write_table("authors", [batch])
            transaction.commit({})
    return open_version(path, 1), open_version(path, 2)


@settings(max_examples=40, deadline=None)
@given(one=authors, other=authors)
def test_columns_are_the_same_if_and_only_if_their_values_are(
    tmp_path_factory: pytest.TempPathFactory, one: list[Row], other: list[Row]
) -> None:
    """Column by column, whatever the others hold, nulls and empty lists included."""
    first, second = two_versions(tmp_path_factory.mktemp("two") / "graph", one, other)
    rows = [with_ids(one), with_ids(other)]
    expected = {
        column: [row[column] for row in rows[0]] == [row[column] for row in rows[1]]
        for column in AUTHORS.column_names
    }

    assert {
        column: are_same(first, second, "authors", [column]) for column in AUTHORS.column_names
    } == expected
    assert are_same(first, second, "authors", AUTHORS.column_names) == all(expected.values())


def test_a_change_in_any_row_group_is_seen(tmp_path: Path) -> None:
    """Of a table with several row groups, each counts."""
    count = 2 * AUTHORS.rows_per_group + 5
    rows: list[Row] = [
        {"name": f"Author {number}", "works_count": number} for number in range(count)
    ]
    for place in (0, count // 2, count - 1):
        changed = [dict(row) for row in rows]
        changed[place]["works_count"] = -1
        first, second = two_versions(tmp_path / str(place), rows, changed)
        assert are_same(first, second, "authors", ["author_id", "name"])
        assert not are_same(first, second, "authors", ["works_count"])


def test_tables_that_both_lack_are_the_same(tmp_path: Path) -> None:
    """A table that only one version has is not."""
    first, second = two_versions(tmp_path / "graph", [{"name": "a"}], [])

    assert are_same(first, second, "no such table", ["name"])
    assert not are_same(first, second, "authors", ["name"])


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(200) + b"PAR1"])
def test_what_cannot_be_read_is_not_the_same(tmp_path: Path, content: bytes) -> None:
    """A file that is no Parquet any more is in doubt, and no error."""
    rows: list[Row] = [{"name": "a"}]
    first, second = two_versions(tmp_path / "graph", rows, [{"name": "b"}])
    assert are_same(first, second, "authors", ["author_id"])
    (damaged,) = first.paths("authors")
    damaged.unlink()
    damaged.write_bytes(content)

    assert not are_same(first, second, "authors", ["author_id"])
    damaged.unlink()
    assert not are_same(first, second, "authors", ["author_id"])

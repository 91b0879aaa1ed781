"""Tables as files: what goes in comes out, byte for byte the same however it was cut."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph import schema
from scholargraph.errors import InvalidArgumentError, StoreError, UnknownTableError
from scholargraph.store import begin, open_version, parquet, write_scratch
from scholargraph.store.output import HashedOutput, file_sha256
from tests.store.samples import funders

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "bool": st.booleans(),
    "int16": st.integers(-(2**15), 2**15 - 1),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "float32": st.floats(width=32, allow_nan=False),
    "float64": st.floats(allow_nan=False),
    "date": st.dates(date(1000, 1, 1), date(2100, 1, 1)),
    "timestamp": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    "list<string>": st.lists(TEXT, max_size=3),
    "list<int16>": st.lists(st.integers(0, 2000), max_size=3),
}
SMALL_GROUPS = 7
"""Rows in a row group of these tests, so that small tables have several."""


def columns(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Rows of a declared table."""
    return st.fixed_dictionaries(
        {
            column.name: st.none() | VALUES[column.type] if column.nullable else VALUES[column.type]
            for column in schema.TABLES[name].columns
        }
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, pa.Table]:
    """A declared table with some rows."""
    name = draw(st.sampled_from(sorted(schema.TABLES)))
    rows = draw(st.lists(columns(name), max_size=20))
    return name, pa.Table.from_pylist(rows, schema=schema.arrow_schema(name))


def cut(table: pa.Table, places: Sequence[int]) -> list[pa.RecordBatch]:
    """The rows of a table in batches that end at those places."""
    ends = sorted({*(min(place, table.num_rows) for place in places), table.num_rows})
    starts = [0, *ends[:-1]]
    return [
        batch
        for start, end in zip(starts, ends, strict=True)
        for batch in table.slice(start, end - start).to_batches()
    ]


def written(
    folder: Path, name: str, batches: Sequence[pa.RecordBatch], group: int = SMALL_GROUPS
) -> Path:
    """A file of a table, written as the store does."""
    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    output = HashedOutput(path)
    declared = dataclasses.replace(schema.TABLES[name], rows_per_group=group)
    rows = parquet.write_rows(output, declared, batches, root=folder)
    output.flush()
    output.abandon()
    assert rows == sum(batch.num_rows for batch in batches)
    assert (output.sha256, output.size_bytes) == (file_sha256(path), path.stat().st_size)
    return path


@given(tables(), st.lists(st.integers(0, 20), max_size=6))
def test_rows_come_back_and_bytes_do_not_tell_how_they_were_cut(
    content: tuple[str, pa.Table], places: list[int]
) -> None:
    """Every declared table round-trips, and the same rows make the same bytes."""
    name, table = content
    with TemporaryDirectory() as folder:
        whole = written(Path(folder), name, cut(table, []))
        pieces = written(Path(folder), name, cut(table, places))
        single = written(Path(folder), name, cut(table, range(20)))
        copied = written(
            Path(folder),
            name,
            [pa.RecordBatch.from_pylist([row], table.schema) for row in table.to_pylist()],
        )

        assert parquet.dataset(name, [pieces]).to_table().equals(table)
        contents = {path.read_bytes() for path in (whole, pieces, single, copied)}
        assert len(contents) == 1


def test_pages_do_not_tell_how_rows_were_cut(tmp_path: Path) -> None:
    """Tables of many pages and row groups have the same bytes too."""
    names = [f"fund {k:0100d}" for k in range(50_000)]
    table = pa.Table.from_batches([funders(names)])
    places = [1, 1000, 1024, 5000, 19_999, 20_001, 33_333, 49_999]
    whole, pieces = (
        written(tmp_path, "funders", cut(table, ends), group=20_000) for ends in ([], places)
    )

    assert whole.read_bytes() == pieces.read_bytes()


@given(st.integers(0, 40), st.lists(st.integers(0, 40), max_size=5))
def test_row_groups_have_the_declared_length(count: int, places: list[int]) -> None:
    """All row groups but the last are full, however the rows came."""
    table = pa.Table.from_batches([funders([f"fund {k}" for k in range(count)])])
    with TemporaryDirectory() as folder:
        found = pq.ParquetFile(written(Path(folder), "funders", cut(table, places))).metadata

    lengths = [found.row_group(k).num_rows for k in range(found.num_row_groups)]
    full, rest = divmod(count, SMALL_GROUPS)
    assert lengths == [SMALL_GROUPS] * full + [rest] * (rest > 0)


def test_encodings_follow_the_schema(tmp_path: Path) -> None:
    """Ids of the key are delta-encoded, only declared columns have dictionaries, all are zstd."""
    path = written(tmp_path, "funders", [funders(["a", "b"])])
    group = pq.ParquetFile(path).metadata.row_group(0)
    found = {group.column(k).path_in_schema: group.column(k) for k in range(group.num_columns)}

    assert "DELTA_BYTE_ARRAY" in found["funder_id"].encodings
    assert {name for name, chunk in found.items() if chunk.dictionary_page_offset is not None} == {
        column.name for column in schema.FUNDERS.columns if column.is_dictionary
    }
    assert {chunk.compression for chunk in found.values()} == {"ZSTD"}


def test_lists_have_dictionaries_where_declared(tmp_path: Path) -> None:
    """The dictionary of a list column is asked for by the name it has inside Parquet."""
    column = schema.Column(name="issn", type="list<string>", meaning="ISSNs.", is_dictionary=True)
    path = tmp_path / "list.parquet"
    dictionaries: Any = [parquet._leaf(column)]
    table = pa.table({"issn": pa.array([["1234-5679"]], schema.arrow_type("list<string>"))})
    pq.write_table(table, path, use_dictionary=dictionaries)

    assert pq.ParquetFile(path).metadata.row_group(0).column(0).dictionary_page_offset is not None


def test_columns_may_come_in_another_order_and_a_wider_type(tmp_path: Path) -> None:
    """What an engine returns for the same values is taken: other order, width or encoding."""
    batch = pa.RecordBatch.from_arrays(
        [
            pa.array(["NA"]).dictionary_encode(),
            pa.nulls(1),
            pa.array(["A fund"], pa.large_string()),
            pa.array(["F9000000001"], pa.string_view()),
            pa.array([None], pa.string()),
        ],
        names=["country_code", "doi", "name", "funder_id", "ror"],
    )
    path = written(tmp_path, "funders", [batch])

    assert path.read_bytes() == written(tmp_path, "funders", [funders(["A fund"])]).read_bytes()


def with_column(name: str, values: pa.Array[Any]) -> pa.RecordBatch:
    """Two rows of topics with one column replaced."""
    table = schema.arrow_schema("paper_topics")
    rows = [
        {"paper_id": f"W{k}", "topic_id": "T1", "score": 0.5, "is_primary": True} for k in (1, 2)
    ]
    batch = pa.RecordBatch.from_pylist(rows, schema=table)
    place = batch.schema.get_field_index(name)
    return pa.RecordBatch.from_arrays(
        [values if k == place else column for k, column in enumerate(batch.columns)],
        names=batch.schema.names,
    )


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (
            pa.RecordBatch.from_pydict({"paper_id": ["W1"], "note": ["x"]}),
            r"missing topic_id, score, is_primary, not declared or twice note",
        ),
        (with_column("paper_id", pa.array(["W1", None])), r"'paper_id' .* has 1 nulls"),
        (with_column("paper_id", pa.nulls(2)), r"'paper_id' .* has 2 nulls"),
        (with_column("topic_id", pa.array([1, 2])), r"'topic_id' .* type int64, and string"),
        (with_column("is_primary", pa.array([1, 0])), r"'is_primary' .* type int64, and bool"),
        (with_column("score", pa.array(["0.5", "x"])), r"'score' .* type string, and float32"),
    ],
)
def test_wrong_batches_are_refused_by_name(
    tmp_path: Path, batch: pa.RecordBatch, message: str
) -> None:
    """A missing, surplus, null or mistyped column is named with its table and batch."""
    with pytest.raises(InvalidArgumentError, match=message):
        written(tmp_path, "paper_topics", [batch])


def test_a_number_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """A count too large for its column is an error and no other number."""
    row = {"node_id": "A1", "year": 2**20, "works_count": 1, "cited_by_count": 1}
    batch = pa.RecordBatch.from_pylist([row])

    with pytest.raises(InvalidArgumentError, match=r"'year' in batch 0 .* does not fit .* int16"):
        written(tmp_path, "counts_by_year", [batch])


def test_a_flipped_bit_is_noticed_by_the_reader(tmp_path: Path) -> None:
    """Any damage to a page raises when the page is read through the dataset."""
    path = written(tmp_path, "funders", [funders([f"fund {k}" for k in range(50)])], group=50)
    good = parquet.dataset("funders", [path]).to_table()
    content = path.read_bytes()
    pages = pq.ParquetFile(path).metadata.row_group(0)
    end = max(
        pages.column(k).data_page_offset + pages.column(k).total_compressed_size
        for k in range(pages.num_columns)
    )
    path.chmod(0o644)
    silent = []
    for place in range(4, end, 7):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        try:
            if not parquet.dataset("funders", [path]).to_table().equals(good):
                silent.append(place)
        except (OSError, pa.ArrowException):
            continue

    assert silent == []
    assert end > math.prod((4, 7, 7))


def test_no_pattern_is_expanded_and_no_column_read_from_a_path(tmp_path: Path) -> None:
    """A store below ``a*b`` or ``year=2020`` reads its own files and nothing else."""
    for name in ("a*b", "axb", "year=2020"):
        with begin(tmp_path / name) as transaction:
            transaction.write_table("funders", [funders([name])])
            transaction.commit({})
    found = {
        name: open_version(tmp_path / name).dataset("funders").to_table().to_pylist()
        for name in ("a*b", "year=2020")
    }

    expected = {name: funders([name]).to_pylist() for name in ("a*b", "year=2020")}
    assert expected == found


def test_scratch_takes_any_table_once(tmp_path: Path) -> None:
    """Work in progress has no schema, and is never overwritten."""
    table = pa.table({"anything": [1.5, None], "more": [["x"], []]})
    write_scratch(tmp_path / "run.arrow", table)

    assert pa.ipc.open_file(str(tmp_path / "run.arrow")).read_all().equals(table)
    with pytest.raises(StoreError, match="File exists"):
        write_scratch(tmp_path / "run.arrow", table)


def test_an_undeclared_table_is_refused() -> None:
    """The message lists the tables that there are."""
    with pytest.raises(UnknownTableError, match=r"no table 'people'; the tables are: papers,"):
        parquet.declared_table("people")


def test_the_schema_hash_sees_every_change_of_columns() -> None:
    """Tables of other columns have other hashes, and those of the same have the same."""
    hashes = {name: parquet.schema_hash(name) for name in schema.TABLES}

    layouts = {
        name: tuple((c.name, c.type, c.nullable) for c in table.columns)
        for name, table in schema.TABLES.items()
    }
    assert len(set(hashes.values())) == len(set(layouts.values()))

"""Parquet as this store writes and reads it: declared columns in, the same bytes for the same rows.

Here are the settings of the writer, the check of incoming rows against the schema, and the opening
of files with their page checksums verified. Where files go is decided in ``commit``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scholargraph import schema
from scholargraph.errors import InvalidArgumentError, UnknownTableError
from scholargraph.store import durable
from scholargraph.store.durable import AnyPath
from scholargraph.store.failures import reported
from scholargraph.store.output import HashedOutput

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as pads

_COMPRESSION: Final[dict[str, Any]] = {
    "compression": "zstd",
    "compression_level": 1,
    "write_page_checksum": True,
}
"""Arrow's and DuckDB's fastest good one; and without page checksums, every second flipped bit
would be read as data."""

_SCRATCH_BATCH_BYTES: Final = 1 << 18
"""Of rows that are read together: what merging many scratch files holds of each."""


def declared_table(name: str) -> schema.Table:
    """Return a declared table, public or private.

    Raises
    ------
    UnknownTableError
        If the schema declares none of that name.
    """
    try:
        return schema.TABLES[name]
    except KeyError:
        raise UnknownTableError(
            f"there is no table {name!r}; the tables are: {', '.join(schema.TABLES)}"
        ) from None


@cache
def schema_hash(name: str) -> str:
    """Return the SHA-256 of a table's declared columns: names, types, nulls and order."""
    columns = [
        [column.name, column.type, column.nullable] for column in declared_table(name).columns
    ]
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()


def write_rows(
    output: HashedOutput, table: schema.Table, batches: Iterable[pa.RecordBatch], *, root: Path
) -> int:
    """Write batches of a declared table as one Parquet file, and return the number of rows.

    The bytes depend on the rows alone, not on how they were cut into batches. No rows make a file
    too. The output is neither synced nor closed here.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    dictionaries: Any = [_leaf(column) for column in table.columns if column.is_dictionary]
    sorted_ids = [
        column.name
        for column in map(table.column, table.key)
        if column.type == "string" and not column.is_dictionary
    ]
    rows = 0
    with reported(root):
        writer = pq.ParquetWriter(
            _sink(output),
            schema.arrow_schema(table.name),
            use_dictionary=dictionaries or False,
            column_encoding=dict.fromkeys(sorted_ids, "DELTA_BYTE_ARRAY") or None,
            store_schema=True,
            **_COMPRESSION,
        )
    try:
        for group in _row_groups(table, batches):
            with reported(root):
                writer.write_table(group, row_group_size=table.rows_per_group)
            rows += group.num_rows
    except BaseException:
        # Closing writes a footer: let it go nowhere.
        output.abandon()
        with suppress(OSError, pa.ArrowException):
            writer.close()
        raise
    with reported(root):
        writer.close()
    return rows


def write_scratch(path: AnyPath, table: pa.Table) -> None:
    """Write an Arrow file in the workspace of a transaction: not declared, not durable.

    It is cheap to write and to read rather than small, and cut into batches that are small beside
    any memory.

    Parameters
    ----------
    path : str or path-like
        Where no file is yet.
    table : pyarrow.Table
        Any columns; a dictionary must be the same in all chunks.

    Raises
    ------
    StoreFullError
        If there is no room.
    StoreError
        If the file exists or cannot be written.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from tempfile import TemporaryDirectory
    >>> from scholargraph.store import begin
    >>> with TemporaryDirectory() as folder, begin(f"{folder}/graph") as transaction:
    ...     write_scratch(transaction.workspace / "run.arrow", pa.table({"n": [1, 2]}))
    """
    import pyarrow as pa

    path = Path(path)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    rows_per_batch = table.num_rows * _SCRATCH_BATCH_BYTES // max(table.nbytes, 1)
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=max(rows_per_batch, 1))
    with reported(path.parent):
        descriptor = durable.create(path)
        try:
            durable.write(descriptor, sink.getvalue())
        finally:
            durable.close(descriptor)


def dataset(name: str, paths: Sequence[Path]) -> pads.Dataset:
    """Open the files of a table as one dataset, with the declared columns and verified pages.

    The files are exactly those named: no pattern is expanded, and no column is made of a path.
    """
    import pyarrow.dataset as pads
    from pyarrow.fs import LocalFileSystem

    options = pads.ParquetFragmentScanOptions(page_checksum_verification=True)
    file_format = pads.ParquetFileFormat(default_fragment_scan_options=options)
    local = LocalFileSystem()
    return pads.FileSystemDataset(
        [file_format.make_fragment(str(path), local) for path in paths],
        schema.arrow_schema(name),
        file_format,
        local,
    )


def _sink(output: HashedOutput) -> pa.PythonFile:
    """Return a file as pyarrow takes it; pyarrow asks no more of it than it has."""
    import pyarrow as pa

    handle: Any = output
    return pa.PythonFile(handle, mode="w")


def _leaf(column: schema.Column) -> str:
    """Return the path of a column's values inside a Parquet file."""
    return f"{column.name}.list.element" if column.type.startswith("list<") else column.name


def _row_groups(table: schema.Table, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut checked batches anew, so that all row groups but the last have the declared length."""
    import pyarrow as pa

    size = table.rows_per_group
    pending: list[pa.RecordBatch] = []
    count = 0
    for number, batch in enumerate(batches):
        rest = _conform(table, batch, number)
        while count + rest.num_rows >= size:
            taken = rest.slice(0, size - count)
            yield pa.Table.from_batches([*pending, taken]).combine_chunks()
            rest = rest.slice(taken.num_rows)
            pending, count = [], 0
        if rest.num_rows:
            pending.append(rest)
            count += rest.num_rows
    if pending:
        yield pa.Table.from_batches(pending).combine_chunks()


def _conform(table: schema.Table, batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    """Return a batch in the declared columns and types, or say which column is wrong and how."""
    import pyarrow as pa

    names = batch.schema.names
    if sorted(names) != sorted(table.column_names):
        missing = [name for name in table.column_names if name not in names]
        surplus = [
            name for name in names if name not in table.column_names or names.count(name) > 1
        ]
        raise InvalidArgumentError(
            f"batch {number} of table {table.name!r} has the wrong columns: missing "
            f"{', '.join(missing) or 'none'}, not declared or twice "
            f"{', '.join(dict.fromkeys(surplus)) or 'none'}"
        )
    wanted = schema.arrow_schema(table.name)
    arrays: list[pa.Array[Any]] = []
    for column in table.columns:
        values = batch.column(column.name)
        where = f"column {column.name!r} in batch {number} of table {table.name!r}"
        target = wanted.field(column.name).type
        if _family(values.type) not in {_family(target), "null"}:
            raise InvalidArgumentError(
                f"{where} has type {values.type}, and {column.type} is declared"
            )
        if values.type != target:
            try:
                values = values.cast(target)
            except pa.ArrowInvalid as error:
                raise InvalidArgumentError(
                    f"{where} does not fit the declared type {column.type}: {error}"
                ) from error
        if values.null_count and not column.nullable:
            raise InvalidArgumentError(
                f"{where} has {values.null_count} nulls, and none is allowed"
            )
        arrays.append(values)
    return pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _family(kind: pa.DataType) -> str:
    """Return what a type is at heart: casts stay inside a family, so no number becomes a text."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _family(kind.value_type)
    if types.is_list(kind) or types.is_large_list(kind):
        return f"list of {_family(kind.value_type)}"
    for family, belongs in (
        ("null", types.is_null),
        ("text", types.is_string),
        ("text", types.is_large_string),
        ("text", types.is_string_view),
        ("truth", types.is_boolean),
        ("whole number", types.is_integer),
        ("number", types.is_floating),
        ("day", types.is_date),
        ("moment", types.is_timestamp),
    ):
        if belongs(kind):
            return family
    return str(kind)

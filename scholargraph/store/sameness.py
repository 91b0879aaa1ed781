"""Whether columns of a table are the same in two versions, told without reading values.

The same rows make the same bytes, and a column's bytes depend on no other column: where a table was
written anew for the sake of a few columns, the chunks of the others are as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scholargraph.store import durable

if TYPE_CHECKING:
    import pyarrow.parquet as pq

    from scholargraph.store.snapshot import Snapshot


class _Chunk(NamedTuple):
    """A column of a row group: where its bytes are, and what tells a reader how to take them."""

    path: str
    kind: str
    compression: str
    encodings: tuple[str, ...]
    values: int
    size: int
    start: int

    def is_read_like(self, other: _Chunk) -> bool:
        """Whether the same bytes would mean the same."""
        return self[:-1] == other[:-1]


def are_same(one: Snapshot, other: Snapshot, table: str, columns: Iterable[str]) -> bool:
    """Tell whether columns of a table certainly hold the same rows in two versions.

    Parameters
    ----------
    one, other : Snapshot
        Versions of one store.
    table : str
        Name of the table; versions that both lack it have the same.
    columns : iterable of str
        Names of columns.

    Returns
    -------
    bool
        False also where that cannot be told: a file is damaged, or was written in another way.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scholargraph.ingest import ingest_values
    >>> from scholargraph.store import open_version
    >>> with TemporaryDirectory() as folder:
    ...     for date, title in (("2026-01-01", "One"), ("2026-01-02", "Two")):
    ...         work = {"id": "W9000000001", "title": title, "updated_date": date}
    ...         _ = ingest_values([work], folder)
    ...     first, second = open_version(folder, 1), open_version(folder, 2)
    ...     [are_same(first, second, "papers", [name]) for name in ("paper_id", "title")]
    [True, False]
    """
    ours, theirs = one.files.get(table, ()), other.files.get(table, ())
    if ours == theirs:
        return True
    if [(file.schema_hash, file.row_count) for file in ours] != [
        (file.schema_hash, file.row_count) for file in theirs
    ]:
        return False
    import pyarrow as pa

    wanted = frozenset(columns)
    try:
        return all(
            _have_same(path, twin, wanted)
            for path, twin in zip(one.paths(table), other.paths(table), strict=True)
        )
    except (OSError, ValueError, pa.ArrowException):
        return False


def _have_same(path: Path, twin: Path, columns: frozenset[str]) -> bool:
    chunks, of_twin = _chunks(path, columns), _chunks(twin, columns)
    if len(chunks) != len(of_twin):
        return False
    ours, theirs = durable.map_file(path), durable.map_file(twin)
    with ours, theirs:
        return all(
            chunk.is_read_like(other)
            and ours[chunk.start : chunk.start + chunk.size]
            == theirs[other.start : other.start + other.size]
            for chunk, other in zip(chunks, of_twin, strict=True)
        )


def _chunks(path: Path, columns: frozenset[str]) -> list[_Chunk]:
    """Return the chunks of some columns, row group by row group."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(str(path)) as file:
        return [
            _Chunk(
                path=chunk.path_in_schema,
                kind=chunk.physical_type,
                compression=chunk.compression,
                encodings=tuple(chunk.encodings),
                values=chunk.num_values,
                size=chunk.total_compressed_size,
                start=chunk.dictionary_page_offset or chunk.data_page_offset,
            )
            for chunk in _all_chunks(file.metadata)
            if chunk.path_in_schema.partition(".")[0] in columns
        ]


def _all_chunks(metadata: pq.FileMetaData) -> Iterator[pq.ColumnChunkMetaData]:
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            yield group.column(place)

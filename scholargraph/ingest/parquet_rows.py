"""Bounded reading: a Parquet file as batches of rows, of the columns that are wanted.

Memory does not depend on the size of a file or of its row groups. A damaged row group becomes a
reject, and reading goes on with the next one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from scholargraph.errors import IngestError
from scholargraph.ingest.limits import (
    BATCH_BYTES,
    BATCH_RECORDS,
    BLOCK_BYTES,
    MAX_RATIO,
    RATIO_GRACE_BYTES,
)
from scholargraph.ingest.urls import RemoteFile, file_system, in_one_line

if TYPE_CHECKING:
    from pyarrow import parquet

    from scholargraph.ingest.rejects import Rejects

PARQUET_MAGIC: Final = b"PAR1"

_BUFFER_BYTES: Final = BLOCK_BYTES // 4
"""Read ahead in each column: else a row group would be in memory as a whole. Of a file on another
machine it is a block, since each answer takes long."""

_PORTION_ROWS: Final = BATCH_RECORDS // 16
"""Read at a time, before it shows how large they are: a file of some kilobytes may hold the same
long text in every row."""

_MAX_DEPTH: Final = 32
"""Names on the way to a flat column: works have nine at most."""

_MAX_COLUMNS: Final = 10_000
"""Flat columns of a file: works have two hundred."""

_DAMAGE: Final = (pa.ArrowException, OSError, ValueError)
"""What pyarrow raises where the bytes are not what they should be."""


def is_parquet(file: Path | RemoteFile) -> bool:
    """Say whether a file begins as Parquet does."""
    if isinstance(file, RemoteFile):
        return file.head(len(PARQUET_MAGIC)) == PARQUET_MAGIC
    try:
        with file.open("rb") as opened:
            return opened.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC
    except OSError:
        return False  # Whoever reads it as text says why that cannot be done.


class Part:
    """A Parquet file, opened.

    Parameters
    ----------
    name : str
        Name for rejects.
    file : pyarrow.parquet.ParquetFile
        The file.
    size_bytes : int
        Its size, for progress.
    rejects : Rejects
        Is told of row groups that cannot be read.
    at : callable
        Is told about how many bytes of the file are done.
    """

    def __init__(
        self,
        name: str,
        file: parquet.ParquetFile,
        size_bytes: int,
        rejects: Rejects,
        at: Callable[[int], None],
    ) -> None:
        self.name = name
        self.schema = pa.schema(map(_without_dictionary, file.schema_arrow))
        """Of the rows as they are yielded: flat columns without dictionaries."""
        self.row_count: int = file.metadata.num_rows
        self._file = file
        self._size_bytes = size_bytes
        self._rejects = rejects
        self._at = at

    def first(self, column: str) -> Any:
        """Return the first value of a flat column, or None if there is none to be had."""
        if column not in self.schema.names or not self.row_count:
            return None
        try:
            batch = next(self._file.iter_batches(1, columns=[column], use_threads=False), None)
        except _DAMAGE:
            return None
        return batch.column(0)[0].as_py() if batch is not None and batch.num_rows else None

    def values(self, column: str) -> Iterator[Any]:
        """Yield the values of a flat column, up to where it is damaged."""
        with suppress(*_DAMAGE):
            for batch in self._file.iter_batches(
                _PORTION_ROWS, columns=[column], use_threads=False
            ):
                yield from batch.column(0).to_pylist()

    def batches(self, leaves: Sequence[int]) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield rows with the number of the first of them, counted from 1.

        Parameters
        ----------
        leaves : sequence of int
            Numbers of the flat columns to read.
        """
        names = [self._file.schema.column(leaf).path for leaf in leaves]
        first = 1
        for group in range(self._file.num_row_groups):
            described = self._file.metadata.row_group(group)
            number = first
            try:
                for batch in _gathered(self._portions_of_group(group, leaves, names)):
                    yield number, batch
                    number += batch.num_rows
                    self._at(self._size_bytes * (number - 1) // max(1, self.row_count))
            except IngestError:
                raise
            except _DAMAGE as error:
                place = f"row group {group + 1} of {self._file.num_row_groups}"
                reason = f"damaged Parquet: {place}: {_first_line(error)}"
                self._rejects.add(self.name, number, reason, b"")
            first += described.num_rows

    def _portions_of_group(
        self, group: int, leaves: Sequence[int], names: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        described = self._file.metadata.row_group(group)
        chunks = [described.column(leaf) for leaf in leaves]
        size = sum(max(0, chunk.total_uncompressed_size) for chunk in chunks)
        stored = sum(max(0, chunk.total_compressed_size) for chunk in chunks)
        if size > RATIO_GRACE_BYTES and size > MAX_RATIO * max(1, stored):
            raise ValueError(f"it would be {size:,} bytes, more than {MAX_RATIO:,} times its size")
        row_bytes = max(1, size // max(1, described.num_rows))
        yield from self._file.iter_batches(
            max(1, min(_PORTION_ROWS, BATCH_BYTES // row_bytes)),
            row_groups=[group],
            columns=list(names),
            use_threads=False,
        )


def _gathered(portions: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield portions together as far as they are small, and large ones in pieces."""
    held: list[pa.RecordBatch] = []
    row_count = size = 0
    for portion in map(_plain, portions):
        held.append(portion)
        row_count += portion.num_rows
        size += portion.nbytes
        if row_count >= BATCH_RECORDS or size >= BATCH_BYTES:
            yield from _pieces(held, row_count, size)
            held, row_count, size = [], 0, 0
    yield from _pieces(held, row_count, size)


def _plain(portion: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows whose size is what they take once each value stands by itself."""
    for number, column in enumerate(portion.columns):
        if pa.types.is_dictionary(column.type):
            name = portion.schema.names[number]
            portion = portion.set_column(number, name, column.dictionary_decode())
    return portion


def _without_dictionary(column: pa.Field) -> pa.Field:
    is_encoded = pa.types.is_dictionary(column.type)
    return column.with_type(column.type.value_type) if is_encoded else column


def _pieces(held: list[pa.RecordBatch], row_count: int, size: int) -> Iterator[pa.RecordBatch]:
    if not row_count:
        return
    table = pa.Table.from_batches(held)
    held.clear()
    for batch in table.combine_chunks().to_batches():
        rows = -(-batch.num_rows // -(-size // (2 * BATCH_BYTES) or 1))
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


@contextmanager
def open_part(
    name: str,
    file: Path | RemoteFile,
    size_bytes: int,
    rejects: Rejects,
    at: Callable[[int], None],
) -> Iterator[Part | None]:
    """Open a Parquet file, or note in the rejects why that cannot be done.

    Parameters
    ----------
    name : str
        Name for rejects.
    file : Path or RemoteFile
        The file.
    size_bytes : int
        Its size.
    rejects : Rejects
        Is told if it is no Parquet that can be read.
    at : callable
        Is told the bytes done.

    Raises
    ------
    IngestError
        If the network fails.
    """
    try:
        opened = _opened(file)
    except IngestError:
        raise
    except _DAMAGE as error:
        rejects.add(name, None, f"damaged Parquet: {_first_line(error)}", b"")
        yield None
        return
    with opened:
        yield Part(name, opened, size_bytes, rejects, at)


def _opened(file: Path | RemoteFile) -> parquet.ParquetFile:
    from pyarrow import parquet

    is_remote = isinstance(file, RemoteFile)
    opened = parquet.ParquetFile(
        pa.PythonFile(_RemoteBytes(file), "r") if isinstance(file, RemoteFile) else file,
        buffer_size=BLOCK_BYTES if is_remote else _BUFFER_BYTES,
        pre_buffer=False,
        coerce_int96_timestamp_unit="us",
    )
    names = opened.schema_arrow.names
    if len(set(names)) < len(names):
        raise ValueError("two columns have one name")
    columns = opened.metadata.num_columns
    if columns > _MAX_COLUMNS:
        raise ValueError(f"{columns:,} columns, more than {_MAX_COLUMNS:,}")
    depth = max((opened.schema.column(leaf).path.count(".") for leaf in range(columns)), default=0)
    if depth > _MAX_DEPTH:
        raise ValueError(f"columns nested deeper than {_MAX_DEPTH}")
    return opened


class _RemoteBytes(io.RawIOBase):
    """The bytes of a remote file, from any place; an error of the network is an IngestError."""

    def __init__(self, file: RemoteFile) -> None:
        filesystem, _ = file_system(file.url)
        self._name = str(file)
        with in_one_line(self._name):
            self._stream = filesystem.open_input_file(file.path)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with in_one_line(self._name):
            position: int = self._stream.seek(offset, whence)
        return position

    def tell(self) -> int:
        position: int = self._stream.tell()
        return position

    def read(self, size: int | None = -1) -> bytes:
        with in_one_line(self._name):
            return bytes(self._stream.read(None if size is None or size < 0 else size))

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]

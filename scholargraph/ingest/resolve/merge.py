"""Many runs and the version before them become the tables of the next version.

Of every record the newest counts, by (updated date, dump date, content); the rows of its older
versions go with it. A node without record of its own is described by the newest record that
names it, and exists as long as one does. Both are choices of a maximum, so the order of runs,
files and ingests cannot matter. Runs and versions are sorted, so that a table is merged by reading
all of them at once, a little of each at a time; several tables are written at a time.
"""

from __future__ import annotations

import itertools
import os
import resource
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from scholargraph import schema
from scholargraph.ingest.columns import are_mentions
from scholargraph.ingest.resolve.gather import gather_ids
from scholargraph.ingest.resolve.mentioned import MENTIONS, OnlyMentioned
from scholargraph.ingest.resolve.pieces import merged, read_scratch
from scholargraph.ingest.resolve.sources import sources, with_ids
from scholargraph.ingest.resolve.unnamed import drop_unnamed
from scholargraph.store import literal_path
from scholargraph.store.failures import reported

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from scholargraph.ingest.resolve.ids import Ids
    from scholargraph.ingest.resolve.pieces import Piece, Source
    from scholargraph.ingest.resolve.sources import ParentFile, RunFile
    from scholargraph.schema import Table
    from scholargraph.store import Snapshot, Transaction

MEMORY_LIMIT: Final = "1GB"
"""Of the engine, which sorts the ids; what else is in memory does not grow with the store."""

_BATCH_ROWS: Final = 50_000
_BATCH_BYTES: Final = 4 << 20

_MOST_WRITERS: Final = 4
"""Tables that are written at a time."""

_MOST_SOURCES: Final = 256
"""Of a table, read at a time: of each, a batch or two are in memory, a quarter of a megabyte."""

_OWNERLESS: Final = (schema.LINKS, schema.REJECTS)
"""Tables whose rows belong to no record: each different row is taken once."""


def merge(
    transaction: Transaction,
    runs: Mapping[str, Sequence[Path]],
    *,
    only_named: bool,
    left_out: Counter[str],
) -> Generator[tuple[str, int], None, None]:
    """Write every table of the next version, and yield each one's name and rows.

    Several tables are being written in between; whoever breaks off closes the generator first.

    Parameters
    ----------
    transaction : Transaction
        Open; its parent is the version that the runs are merged with.
    runs : mapping of str to sequence of Path
        Files of the runs, by table.
    only_named : bool
        Take new records other than works and topics only where a work names them, or a record
        that one names.
    left_out : Counter
        Is told how many records that leaves out.

    Raises
    ------
    CorruptStoreError
        If a file of the version before is not what was written.
    """
    import duckdb

    parent = transaction.parent
    if parent is not None:
        # A flipped bit would be written again as if it were right.
        parent.verify()
    folder = transaction.workspace / "merge"
    folder.mkdir()
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(folder / "sorting"),
    }
    with duckdb.connect(config=settings) as connection:
        for table in _OWNERLESS:
            rows = _distinct(connection, table, parent, runs.get(table.name, ()))
            yield table.name, transaction.write_table(table.name, rows)
        with reported(folder):
            ids = gather_ids(connection, parent, runs.get(schema.RECORDS.name, ()), folder)
    if only_named:
        with reported(folder):
            left_out["named by no work"] = drop_unnamed(ids, parent, runs, folder)
    yield from _Writing(transaction, runs, ids, folder).all_tables()


def _distinct(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parent: Snapshot | None,
    runs: Iterable[Path],
) -> pa.RecordBatchReader:
    """Return the different rows of a table, sorted."""
    connection.register("arriving", schema.arrow_schema(table.name).empty_table())
    connection.execute(f"CREATE TABLE {table.name} AS FROM arriving")
    if parent is not None:
        paths = [literal_path(path) for path in parent.paths(table.name)]
        connection.read_parquet(paths, hive_partitioning=False).insert_into(table.name)
    for path in runs:
        for rows in read_scratch(path, _BATCH_BYTES):
            connection.register("arriving", rows)
            connection.execute(f"INSERT INTO {table.name} BY NAME FROM arriving")
    key = ", ".join(table.key)
    different = connection.sql(f"SELECT DISTINCT * FROM {table.name} ORDER BY {key}")
    return different.to_arrow_reader(_BATCH_ROWS)


class _Writing:
    """The writing of the other tables, several at a time; when one fails, all give up."""

    def __init__(
        self,
        transaction: Transaction,
        runs: Mapping[str, Sequence[Path]],
        ids: Ids,
        folder: Path,
    ) -> None:
        self._transaction = transaction
        self._runs = runs
        self._ids = ids
        self._folder = folder
        self._writers = min(os.cpu_count() or 1, _MOST_WRITERS)
        self._begun = itertools.count()
        self._failures: list[tuple[int, BaseException]] = []
        self._give_up = Event()

    def all_tables(self) -> Iterator[tuple[str, int]]:
        """Write the tables whose rows belong to records, the largest first."""
        tables = [
            table
            for table in schema.TABLES.values()
            if table not in _OWNERLESS and not are_mentions(table)
        ]
        tables.sort(key=self._size, reverse=True)
        threads = ThreadPoolExecutor(self._writers)
        try:
            for done in as_completed([threads.submit(self._write_all_of, t) for t in tables]):
                if self._failures:
                    break
                yield from done.result()
        finally:
            self._give_up.set()
            threads.shutdown(cancel_futures=True)
        if self._failures:
            # What began after the first to fail may have failed for that alone.
            raise min(self._failures, key=lambda failure: failure[0])[1]

    def _size(self, table: Table) -> int:
        """Return the bytes that are read for a table."""
        tables = [table, MENTIONS[table.name]] if table.name in MENTIONS else [table]
        return sum(source.path.stat().st_size for one in tables for source in self._sources(one))

    def _sources(self, table: Table) -> list[ParentFile | RunFile]:
        return sources(table, self._transaction.parent, self._runs, self._ids)

    def _write_all_of(self, table: Table) -> list[tuple[str, int]]:
        """Write a table, and before one of nodes what is said of them: it tells of more nodes."""
        mentions = MENTIONS.get(table.name)
        if mentions is None:
            return [self._write(table, self._merged(table))]
        more = OnlyMentioned(table, self._ids, self._folder / f"only-mentioned-{table.name}")
        return [
            self._write(mentions, more.noting(self._merged(mentions))),
            self._write(table, self._merged(table, more)),
        ]

    def _merged(self, table: Table, *more: Source) -> Iterator[Piece]:
        most = min(_MOST_SOURCES, _files_to_open() // self._writers)
        return merged([*self._sources(table), *more], self._folder / table.name, max(most, 2))

    def _write(self, table: Table, pieces: Iterator[Piece]) -> tuple[str, int]:
        begun = next(self._begun)
        try:
            rows = self._transaction.write_table(table.name, self._batches(table, pieces))
        except CancelledError:
            raise
        except BaseException as error:
            self._failures.append((begun, error))
            self._give_up.set()
            raise
        return table.name, rows

    def _batches(self, table: Table, pieces: Iterator[Piece]) -> Iterator[pa.RecordBatch]:
        for piece in pieces:
            if self._give_up.is_set():
                raise CancelledError
            yield from with_ids(table, piece, self._ids).to_batches()


def _files_to_open() -> int:
    """Return half of how many files the system lets this process have open."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return allowed // 2 if allowed != resource.RLIM_INFINITY else sys.maxsize

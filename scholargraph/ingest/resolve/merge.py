"""Many runs and the version before them become the tables of the next version.

Of every record the newest counts, by (updated date, dump date, content); the rows of its older
versions go with it. A node without record of its own is described by the newest record that
names it, and exists as long as one does. Both are choices of a maximum, so the order of runs,
files and ingests cannot matter. Runs and versions are sorted, so that a table is merged by reading
all of them at once, a little of each at a time; several tables are written at a time. A table to
which the new records bring what their older versions had is kept as it is.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final, TypeVar

from scholargraph import schema
from scholargraph.ingest.columns import are_mentions
from scholargraph.ingest.resolve.arxiv import MOVED_ASIDE, ArxivLayer, holds_arxiv
from scholargraph.ingest.resolve.gather import gather_ids
from scholargraph.ingest.resolve.mentioned import MENTIONS, OnlyMentioned
from scholargraph.ingest.resolve.pieces import HELD_BYTES, Spilled, read_scratch
from scholargraph.ingest.resolve.reading import Reading, writers
from scholargraph.ingest.resolve.sources import with_ids
from scholargraph.ingest.resolve.unchanged import comparisons
from scholargraph.ingest.resolve.unnamed import drop_unnamed
from scholargraph.ingest.runs import OWNERLESS
from scholargraph.store import literal_path
from scholargraph.store.engine import without_progress_bar
from scholargraph.store.failures import reported

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from scholargraph.ingest.resolve.gather import Origin
    from scholargraph.ingest.resolve.pieces import Piece, Source
    from scholargraph.schema import Table
    from scholargraph.store import Snapshot, Transaction

MEMORY_LIMIT: Final = "1GB"
"""Of the engine, which sorts the ids; what else is in memory does not grow with the store."""

_BATCH_ROWS: Final = 50_000
_BATCH_BYTES: Final = 4 << 20

Item = TypeVar("Item")

_ASIDE: Final = tuple(MOVED_ASIDE.values())
"""Tables that are written with those that their rows come from."""


def merge(
    transaction: Transaction,
    runs: Mapping[str, Sequence[Path]],
    *,
    only_named: bool,
    left_out: Counter[str],
    replaced: Origin | None = None,
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
    replaced : {"openalex", "arxiv"}, optional
        Whose records of the version before count no more: the runs have all that there are.

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
        without_progress_bar(connection)
        for table in OWNERLESS:
            before = None if replaced == "openalex" else parent
            rows = _distinct(connection, table, before, runs.get(table.name, ()))
            yield table.name, transaction.write_table(table.name, rows)
        with reported(folder):
            records = runs.get(schema.RECORDS.name, ())
            ids = gather_ids(connection, parent, records, folder, replaced)
            reading = Reading(parent, runs, ids, folder)
            if only_named:
                left_out["named by no work"] = drop_unnamed(reading)
            arxiv = ArxivLayer(reading, connection) if holds_arxiv(ids) else None
    links = () if arxiv is None else arxiv.links()
    yield schema.LINKS.name, transaction.write_table(schema.LINKS.name, links)
    yield from _Writing(transaction, reading, arxiv).all_tables()


def _distinct(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parent: Snapshot | None,
    runs: Iterable[Path],
) -> pa.RecordBatchReader:
    """Return the different rows of a table, sorted."""
    connection.register("arriving", schema.arrow_schema(table.name).empty_table())
    connection.execute(f"CREATE TABLE {table.name} AS FROM arriving")
    if parent is not None and table.name in parent.files:
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
        self, transaction: Transaction, reading: Reading, arxiv: ArxivLayer | None
    ) -> None:
        self._transaction = transaction
        self._reading = reading
        self._arxiv = arxiv
        self._begun = itertools.count()
        self._failures: list[tuple[int, BaseException]] = []
        self._give_up = Event()

    def all_tables(self) -> Iterator[tuple[str, int]]:
        """Write the tables whose rows belong to records, the largest first."""
        written = (*OWNERLESS, *_ASIDE, schema.LINKS)
        tables = [
            table
            for table in schema.TABLES.values()
            if table not in written and not are_mentions(table)
        ]
        tables.sort(key=self._size, reverse=True)
        threads = ThreadPoolExecutor(writers())
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
        return sum(source.size_bytes for one in tables for source in self._reading.sources(one))

    def _write_all_of(self, table: Table) -> list[tuple[str, int]]:
        """Write a table, and with it what is told apart or found out while it passes by.

        Before a table of nodes that is what is said of them, since it tells of more nodes; after
        one that arXiv's records have rows in, what belongs to works that they have joined.
        """
        mentions = MENTIONS.get(table.name)
        aside = MOVED_ASIDE.get(table.name)
        together = [each for each in (mentions, table, aside) if each is not None]
        if self._stays(together):
            return [self._keep(each) for each in together]
        if table.name in MOVED_ASIDE:
            return self._write_apart(table)
        if mentions is None:
            return [self._write_or_keep(table)]
        more = OnlyMentioned(table, self._reading.ids, self._reading.folder / f"only-{table.name}")
        return [
            self._write_mentions(mentions, more),
            self._write(table, self._merged(table, more)),
        ]

    def _write_or_keep(self, table: Table) -> tuple[str, int]:
        if self._is_unchanged(table):
            return self._keep(table)
        return self._write(table, self._merged(table))

    def _write_mentions(self, table: Table, more: OnlyMentioned) -> tuple[str, int]:
        if not self._is_unchanged(table):
            return self._write(table, more.noting(self._merged(table)))
        # Which mention describes a node may change all the same, with the dates of the records.
        more.note(self._unless_failed(self._reading.said_of_recordless(table)))
        return self._keep(table)

    def _is_unchanged(self, table: Table) -> bool:
        """Whether records bring just the rows that their older versions had."""
        if self._arxiv is not None and self._arxiv.has_part_in(table):
            return False
        return all(self._unless_failed(comparisons(self._reading, table)))

    def _stays(self, tables: Sequence[Table]) -> bool:
        """Whether tables that are written together are what they were in the version before."""
        has_part = self._arxiv is not None and any(map(self._arxiv.has_part_in, tables))
        return not has_part and self._reading.are_as_before(tables)

    def _keep(self, table: Table) -> tuple[str, int]:
        return table.name, self._transaction.keep_table(table.name)

    def _write_apart(self, table: Table) -> list[tuple[str, int]]:
        other = MOVED_ASIDE[table.name]
        if self._arxiv is None:
            return [self._write_or_keep(table), self._write(other, iter(()))]
        aside = Spilled(self._reading.folder / f"aside-{table.name}")
        pieces = self._arxiv.apart(table, self._merged(table), aside)
        return [self._write(table, pieces), self._write(other, aside.pieces(HELD_BYTES))]

    def _merged(self, table: Table, *more: Source) -> Iterator[Piece]:
        if self._arxiv is not None:
            return self._arxiv.pieces(table, more)
        return self._reading.merged(table, [*self._reading.sources(table), *more], "writing")

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
        ids = self._reading.ids
        rows: Iterator[pa.Table] = (
            with_ids(table, piece, ids) for piece in self._unless_failed(pieces)
        )
        if self._arxiv is not None:
            rows = self._arxiv.with_more(table, rows)
        for part in rows:
            yield from part.to_batches()

    def _unless_failed(self, items: Iterator[Item]) -> Iterator[Item]:
        for item in items:
            if self._give_up.is_set():
                raise CancelledError
            yield item

"""From the ids in a table to row numbers, piece by piece.

Tables of edges are sorted by paper, and so are the papers: their rows are found by walking along
both. Other ids are joined by DuckDB, which goes to disk where memory does not do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.pages import release
from scholargraph.errors import CorruptStoreError
from scholargraph.schema import arrow_schema
from scholargraph.store.engine import without_progress_bar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb
    import pyarrow as pa

    from scholargraph.adjacency.strings import Strings
    from scholargraph.store import Snapshot

BATCH_ROWS: Final = 65_536
ABSENT: Final = -1
"""Stands for the row of an id that its table does not have."""

_WALK_ROWS: Final = 2_000_000
_MEMORY_LIMIT: Final = "1GB"
"""With half of it a join of three million authors once found no room for its table."""
_MOST_THREADS: Final = 4
"""DuckDB wants 125 MB for each."""


def batches(snapshot: Snapshot, table: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield some columns of a table in order; a table that the version lacks has no rows.

    Raises
    ------
    CorruptStoreError
        If the first column, where it is the first of the key, is not in order.
    """
    from scholargraph.schema import TABLES

    if table not in snapshot.files:
        return
    is_key = columns[0] == TABLES[table].key[0]
    may_repeat = len(TABLES[table].key) > 1
    last: pa.Array[Any] | None = None
    for batch in _read(snapshot, table, columns):
        if not batch.num_rows:
            continue
        if is_key:
            _check_order(snapshot, table, last, batch.column(0), may_repeat=may_repeat)
            last = batch.column(0).slice(batch.num_rows - 1)
        yield batch


def _read(snapshot: Snapshot, table: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    # A scanner of Arrow's would read ahead of a slow consumer, up to a gigabyte.
    from pyarrow.parquet import ParquetFile

    snapshot.check_columns(table)
    for path in snapshot.paths(table):
        with ParquetFile(str(path), page_checksum_verification=True) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=list(columns)):
                yield batch.select(list(columns))


def whole(snapshot: Snapshot, table: str, columns: Sequence[str]) -> pa.Table:
    """Return some columns of a table that is small, or empty where the version lacks it."""
    import pyarrow as pa

    schema = pa.schema([arrow_schema(table).field(name) for name in columns])
    return pa.Table.from_batches(batches(snapshot, table, columns), schema=schema)


class Walk:
    """Finds the rows of ids that come in order, among ids in the same order.

    Parameters
    ----------
    ids : Strings
        Sorted by bytes.
    """

    def __init__(self, ids: Strings) -> None:
        self._ids = ids
        self._low = 0

    def rows(self, wanted: pa.Array[Any]) -> npt.NDArray[np.int64]:
        """Return the rows of further ids, none before those of the last call; or `ABSENT`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = np.full(len(wanted), ABSENT, np.int64)
        if not len(wanted):
            return found
        high = self._ids.lower_bound(wanted[-1].as_py().encode() + b"\0")
        for low in range(self._low, high, _WALK_ROWS):
            among = self._ids.slice(low, min(low + _WALK_ROWS, high))
            if among.type != wanted.type:
                wanted = wanted.cast(pa.large_string())
            places = pc.fill_null(pc.index_in(wanted, value_set=among), ABSENT).to_numpy()
            found[places >= 0] = places[places >= 0] + low
        # The last id may come again.
        self._low = max(high - 1, self._low)
        release(self._ids.offsets, self._ids.data)
        return found


class Runs:
    """Numbers the papers of a table that is sorted by paper, whether or not they have a row."""

    def __init__(self) -> None:
        self.count = 0
        self._last: pa.Scalar[Any] | None = None

    def number(self, ids: pa.Array[Any]) -> tuple[npt.NDArray[np.int64], pa.Array[Any]]:
        """Return the number of each id's paper, and the ids that were not there before."""
        import pyarrow as pa
        import pyarrow.compute as pc

        differs = np.ones(len(ids), np.bool_)
        differs[1:] = pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)).to_numpy(
            zero_copy_only=False
        )
        differs[0] = self._last is None or self._last != ids[0]
        numbers = np.cumsum(differs) + (self.count - 1)
        self.count = int(numbers[-1]) + 1
        self._last = ids[-1]
        return numbers, ids.filter(pa.array(differs))


class PaperRows:
    """Finds the papers of a table of edges, which is sorted by paper, as are the papers.

    Parameters
    ----------
    papers : Strings
        Ids of the papers.
    """

    def __init__(self, papers: Strings) -> None:
        self._runs = Runs()
        self._walk = Walk(papers)
        self._last = np.zeros(0, np.int64)

    def read(
        self, ids: pa.Array[Any]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the row of each id's paper or `ABSENT`, its number, and the rows of new papers."""
        before = self._runs.count
        numbers, begun = self._runs.number(ids)
        new = self._walk.rows(begun)
        # The paper that the piece before ended with may go on.
        known = np.concatenate([self._last, new])
        rows = known[numbers - (before - len(self._last))]
        self._last = known[-1:]
        return rows, numbers, new


def connect(workspace: Any) -> duckdb.DuckDBPyConnection:
    """Open an engine that goes to a folder where its memory does not do."""
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": _MEMORY_LIMIT,
            "temp_directory": str(workspace / "spill"),
            "preserve_insertion_order": False,
        }
    )
    without_progress_bar(connection)
    ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    connection.execute(f"SET threads = {min(threads, _MOST_THREADS)}")
    return connection


def create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    pieces: Iterator[pa.RecordBatch],
    **columns: pa.DataType,
) -> None:
    """Make a table of batches with these columns."""
    import duckdb
    import pyarrow as pa

    failures: list[Exception] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from pieces
        except Exception as error:
            failures.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(pa.schema(list(columns.items())), watched())
    connection.register("incoming", reader)
    try:
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
    except duckdb.Error:
        # The engine would tell of an error in the pieces as if it were one of its own.
        if failures:
            raise failures[0] from None
        raise
    connection.unregister("incoming")


def columns_of(
    connection: duckdb.DuckDBPyConnection, query: str
) -> Iterator[list[npt.NDArray[Any]]]:
    """Yield the columns of a query, none of them with nulls, piece by piece."""
    for batch in connection.sql(query).to_arrow_reader(1_000_000):
        if batch.num_rows:
            yield [column.to_numpy() for column in batch.columns]


def add_at(counts: npt.NDArray[np.int32], places: npt.NDArray[np.int64]) -> None:
    """Count places that lie close together, as rows in order do."""
    if len(places):
        low = int(places.min())
        some = np.bincount(places - low)
        counts[low : low + len(some)] += some.astype(np.int32)


def _check_order(
    snapshot: Snapshot,
    table: str,
    last: pa.Array[Any] | None,
    ids: pa.Array[Any],
    *,
    may_repeat: bool,
) -> None:
    import pyarrow.compute as pc

    before = pc.less_equal if may_repeat else pc.less
    is_sorted = pc.all(before(ids.slice(0, len(ids) - 1), ids.slice(1))).as_py() is not False
    if is_sorted and last is not None:
        is_sorted = before(last, ids.slice(0, 1))[0].as_py()
    if not is_sorted:
        raise CorruptStoreError(
            f"table {table!r} in version {snapshot.version} of the store {snapshot.path} is not "
            "sorted by its key: `scholargraph validate` says where; ingest again into another "
            "folder"
        )

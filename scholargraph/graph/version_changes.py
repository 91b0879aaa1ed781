"""What an update did: the tables of two versions compared, row by row, with the reason of each.

DuckDB joins the Parquet files of both by key, on disk where memory does not do. Why a row is not
as it was is told by the ranks of the records behind it, which every version keeps. What single rows
were and are is a question for the two graphs themselves.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from scholargraph.errors import QueryError
from scholargraph.graph.sql import gist
from scholargraph.schema import PUBLIC_TABLES, RECORDS, REJECTS, Table, arrow_schema
from scholargraph.store import literal_path, open_version
from scholargraph.store.engine import without_progress_bar

if TYPE_CHECKING:
    import os

    import duckdb
    import pandas as pd

    from scholargraph.store import Snapshot

MEMORY_LIMIT: Final = "1GB"
"""Of the engine; what does not fit waits on disk."""

_DELETED: Final = "_deleted"
_MERGED: Final = "_merged"

_UNREAD: Final = "could not be read"
"""Reason of rows of the table of rejects, which belong to no record."""

_REASONS: Final = """
CREATE TEMP TABLE reasons AS
SELECT
    record_id,
    CASE
        WHEN is_before IS NULL THEN 'new record'
        WHEN is_now THEN 'newer record'
        WHEN record_id IN (SELECT record_id FROM deleted) THEN 'deleted'
        WHEN record_id IN (SELECT record_id FROM merged) THEN 'merged'
        ELSE 'left the dump'
    END AS reason
FROM (SELECT *, true AS is_before FROM records_before) AS was
FULL JOIN (SELECT *, true AS is_now FROM records_now) AS now USING (record_id)
WHERE is_before IS NULL OR is_now IS NULL OR (was.updated_date, was.dump_date, was.content_hash)
    IS DISTINCT FROM (now.updated_date, now.dump_date, now.content_hash)
UNION ALL
SELECT record_id, min(reason)
FROM (
    SELECT record_id, 'deleted' AS reason FROM deleted
    UNION ALL SELECT record_id, 'merged' FROM merged
)
WHERE record_id NOT IN (SELECT record_id FROM records_before)
    AND record_id NOT IN (SELECT record_id FROM records_now)
GROUP BY record_id
"""
"""Of all records that are not as they were, and of ids without record that lists name."""


def changes(store: str | os.PathLike[str], *, since: int) -> pd.DataFrame:
    """Say what updates added to a graph, changed in it and removed from it.

    The public tables of the newest version are compared with those of an earlier one: rows are
    matched by the key of their table, and compared whole. Tables of the same files are not read.

    Parameters
    ----------
    store : path
        Folder of the store.
    since : int
        Number of the earlier version, which must still be there.

    Returns
    -------
    pandas.DataFrame
        A row for each way in which rows of a table differ, in the order of the tables; empty if
        none does. Columns: ``table``; ``change`` (``added``, ``changed``, ``removed``);
        ``reason``; ``row_count``. ``attrs`` holds ``since`` and ``version``.

    Raises
    ------
    StoreNotFoundError
        If the folder holds no store, or no version yet.
    VersionNotFoundError
        If there is no such version, or no more; the message names those that are there.
    CorruptStoreError
        If a file is not what its manifest says.
    StoreError
        If a version was written with other columns than this library declares.

    Notes
    -----
    The reason is that of the record that a row belongs to, which the first column of its table
    names: it is new (``new record``), or came in another version (``newer record``); or it is no
    longer there, since a list of deleted or merged ids names it (``deleted``, ``merged``), or since
    a whole dump came without it (``left the dump``). A row that differs although its own record
    does not was changed by what others say (``other records``): names of authors who have no
    record, ids that were merged. What could not be read has no record.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import scholargraph as sg
    >>> old = {"id": "W9000000001", "title": "One", "updated_date": "2026-01-01"}
    >>> new = {"id": "W9000000001", "title": "Eins", "updated_date": "2026-02-02"}
    >>> with TemporaryDirectory() as folder:
    ...     _ = sg.from_records([old], store=folder)
    ...     _ = sg.from_records([new, {"id": "W9000000002", "title": "Two"}], store=folder)
    ...     sg.changes(folder, since=1)
        table   change        reason  row_count
    0  papers    added    new record          1
    1  papers  changed  newer record          1
    """
    import duckdb
    import pyarrow as pa

    from scholargraph.graph.frames import frame

    with (
        closing(open_version(store, since)) as before,
        closing(open_version(store)) as now,
        tempfile.TemporaryDirectory(prefix="scholargraph-") as spill,
        duckdb.connect(
            config={"memory_limit": MEMORY_LIMIT, "temp_directory": f"{spill}/spill"}
        ) as engine,
    ):
        without_progress_bar(engine)
        rows = []
        differing = [table for table in PUBLIC_TABLES if _differ(before, now, table.name)]
        try:
            if differing:
                _find_reasons(engine, before, now)
            for table in differing:
                rows += _differences(engine, before, now, table)
        except duckdb.Error as error:
            raise QueryError(gist(error)) from error
        attrs = {"since": before.version, "version": now.version}
    columns = list(zip(*rows, strict=True)) or [()] * 4
    types = (pa.string(), pa.string(), pa.string(), pa.int64())
    names = ("table", "change", "reason", "row_count")
    arrays = [pa.array(column, type_) for column, type_ in zip(columns, types, strict=True)]
    return frame(pa.table(arrays, names=names), attrs=attrs)


def _differ(before: Snapshot, now: Snapshot, name: str) -> bool:
    """Whether a table has other files; equal rows make equal files."""
    return [file.sha256 for file in before.files.get(name, ())] != [
        file.sha256 for file in now.files.get(name, ())
    ]


def _find_reasons(engine: duckdb.DuckDBPyConnection, before: Snapshot, now: Snapshot) -> None:
    """Make the table of records that are not as they were."""
    _show(engine, before, RECORDS.name, "records_before")
    _show(engine, now, RECORDS.name, "records_now")
    _show_ids(engine, now, _DELETED, "deleted")
    _show_ids(engine, now, _MERGED, "merged")
    engine.execute(_REASONS)


def _differences(
    engine: duckdb.DuckDBPyConnection, before: Snapshot, now: Snapshot, table: Table
) -> list[tuple[Any, ...]]:
    """Count the rows of a table that differ, by change and reason."""
    _show(engine, before, table.name, "rows_before")
    _show(engine, now, table.name, "rows_now")
    same_key = " AND ".join(f"was.{name} IS NOT DISTINCT FROM now.{name}" for name in table.key)
    owner = f"coalesce(was.{table.key[0]}, now.{table.key[0]})"
    is_unread = table == REJECTS
    counted = engine.execute(
        f"""
        SELECT
            CASE WHEN is_before IS NULL THEN 'added' WHEN is_now IS NULL THEN 'removed'
                ELSE 'changed' END AS change,
            CASE WHEN $is_unread THEN $unread ELSE coalesce(reason, 'other records') END AS why,
            count(*)
        FROM (
            SELECT {owner} AS owner, is_before, is_now
            FROM (SELECT *, true AS is_before FROM rows_before) AS was
            FULL JOIN (SELECT *, true AS is_now FROM rows_now) AS now ON {same_key}
            WHERE is_before IS NULL OR is_now IS NULL OR {_rows_differ(table)}
        )
        LEFT JOIN reasons ON owner = record_id
        GROUP BY change, why
        ORDER BY change, why
        """,
        {"is_unread": is_unread, "unread": _UNREAD},
    ).fetchall()
    return [(table.name, *row) for row in counted]


def _rows_differ(table: Table) -> str:
    others = [name for name in table.column_names if name not in table.key]
    differ = (f"was.{name} IS DISTINCT FROM now.{name}" for name in others)
    return " OR ".join(differ) or "false"


def _show(engine: duckdb.DuckDBPyConnection, snapshot: Snapshot, table: str, view: str) -> None:
    """Make a table of a version a view, once its files are known to be as written."""
    if table in snapshot.files:
        snapshot.check_columns(table)
        snapshot.verify([table])
        paths = [literal_path(path) for path in snapshot.paths(table)]
        engine.read_parquet(paths, hive_partitioning=False).create_view(view, replace=True)
    else:
        engine.from_arrow(arrow_schema(table).empty_table()).create_view(view, replace=True)


def _show_ids(engine: duckdb.DuckDBPyConnection, snapshot: Snapshot, table: str, view: str) -> None:
    """Make a list of ids a view; versions from before there were such lists have none."""
    if table in snapshot.files:
        _show(engine, snapshot, table, view)
    else:
        engine.execute(f"CREATE TEMP VIEW {view} AS SELECT '' AS record_id WHERE false")

"""Counts that jump from one version of a record to another: kept as they are, counted as drift.

What arrives and will count is held against the version before: once the two are merged only one of
them is left. A few columns of a table are read, however much else has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from scholargraph import schema
from scholargraph.ingest.drift import JUMPS
from scholargraph.ingest.resolve.merge import MEMORY_LIMIT
from scholargraph.ingest.resolve.pieces import read_scratch
from scholargraph.ingest.runs import OWNER, run_number
from scholargraph.store import literal_path
from scholargraph.store.engine import without_progress_bar
from scholargraph.store.failures import reported

if TYPE_CHECKING:
    import duckdb

    from scholargraph.ingest.drift import Drift
    from scholargraph.store import Snapshot

FACTOR: Final = 10
LEAST_DIFFERENCE: Final = 100
"""A count jumps if it differs by a hundred or more, and one of the two is more than ten times the
other. Of eighty pairs of versions of real records (2022 to 2026, with a rewrite of all of OpenAlex
between them) that differ by as much, none is beyond twice the other."""

_COUNTS: Final = (
    (schema.PAPERS, "works", ("cited_by_count",)),
    (schema.AUTHORS, "authors", ("works_count", "cited_by_count")),
)
_RANKED: Final = ["record_id", "updated_date", "dump_date", "content_hash"]
_PIECE_BYTES: Final = 4 << 20

_RANK: Final = (
    "coalesce({of}.updated_date, '-infinity'::TIMESTAMP), "
    "coalesce({of}.dump_date, '-infinity'::DATE), {of}.content_hash"
)
"""As resolution has it: the highest counts."""

_NEWEST: Final = f"""
    CREATE OR REPLACE TABLE newest AS
    SELECT arriving.* FROM arriving JOIN records USING (record_id)
    WHERE row({_RANK.format(of="arriving")}) > row({_RANK.format(of="records")})
    QUALIFY row_number() OVER (
        PARTITION BY record_id ORDER BY row({_RANK.format(of="arriving")}) DESC
    ) = 1
"""

_JUMPS: Final = """
    SELECT count(*), min({{'id': record_id, 'old': old, 'new': new}})
    FROM (
        SELECT record_id, before.{count} AS old, newest.{count} AS new
        FROM newest JOIN before ON record_id = {key}
        WHERE abs(old - new) >= {least} AND greatest(old, new) > {factor} * least(old, new)
    )
"""


def note_jumps(
    parent: Snapshot, runs: Mapping[str, Sequence[Path]], folder: Path, drift: Drift
) -> None:
    """Count values that are far from those of the version before, with a record that has one.

    Parameters
    ----------
    parent : Snapshot
        The version before.
    runs : mapping of str to sequence of Path
        Files of the runs, by table.
    folder : Path
        For what does not fit into memory; it is made if need be.
    drift : Drift
        Is told.
    """
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(folder / "jumps"),
    }
    with reported(folder), duckdb.connect(config=settings) as connection:
        without_progress_bar(connection)
        for table, kind, counts in _COUNTS:
            if table.name not in runs or table.name not in parent.files:
                continue
            _open(connection, parent, table.name, "before")
            _open(connection, parent, schema.RECORDS.name, "records")
            _gather(connection, runs, table.name, counts)
            connection.execute(_NEWEST)
            for count in counts:
                _note(connection, table.key[0], count, f"{kind}.{count}", parent.version, drift)


def _open(connection: duckdb.DuckDBPyConnection, parent: Snapshot, table: str, view: str) -> None:
    paths = [literal_path(path) for path in parent.paths(table)]
    connection.read_parquet(paths, hive_partitioning=False).create_view(view, replace=True)


def _gather(
    connection: duckdb.DuckDBPyConnection,
    runs: Mapping[str, Sequence[Path]],
    table: str,
    counts: Sequence[str],
) -> None:
    """Make a table ``arriving`` of the records' ids, ranks and counts."""
    columns = "".join(f", {name} INTEGER" for name in counts)
    connection.execute(
        "CREATE OR REPLACE TABLE arriving (record_id VARCHAR, updated_date TIMESTAMP, "
        f"dump_date DATE, content_hash UBIGINT{columns})"
    )
    for rows in _arriving(runs, table, counts):
        connection.register("rows", rows)
        connection.execute("INSERT INTO arriving FROM rows")
        connection.unregister("rows")


def _arriving(
    runs: Mapping[str, Sequence[Path]], table: str, counts: Sequence[str]
) -> Iterator[pa.Table]:
    """Yield ids, ranks and counts; a run names its records by number."""
    ranks = {run_number(path): path for path in runs[schema.RECORDS.name]}
    for path in runs[table]:
        named = read_scratch(ranks[run_number(path)], _PIECE_BYTES, [*_RANKED, OWNER])
        records = pa.concat_tables(named)
        place = np.empty(len(records), np.int64)
        place[records[OWNER].to_numpy()] = np.arange(len(records))
        for rows in read_scratch(path, _PIECE_BYTES, [OWNER, *counts]):
            ranked = records.select(_RANKED).take(place[rows[OWNER].to_numpy()])
            yield pa.table(
                {
                    **{name: ranked[name] for name in _RANKED},
                    **{name: rows[name] for name in counts},
                }
            )


def _note(
    connection: duckdb.DuckDBPyConnection,
    key: str,
    count: str,
    field: str,
    version: int,
    drift: Drift,
) -> None:
    asked = _JUMPS.format(count=count, key=key, least=LEAST_DIFFERENCE, factor=FACTOR)
    ((jumps, first),) = connection.execute(asked).fetchall()
    if jumps:
        drift.file, drift.record_id = f"(beside version {version})", first["id"]
        drift.add(field, JUMPS, jumps, example=f"{first['old']} before, {first['new']} now")
        drift.record_id = None

"""Gathering all ids and what decides about them: sorted by DuckDB, out of core.

What grows with the store lies in files that are mapped into memory, so that the system may take
the memory back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest.columns import are_mentions
from scholargraph.ingest.resolve.given_up import GIVEN_UP, GivenUp, follow
from scholargraph.ingest.resolve.ids import NOBODY, NOWHERE, Ids, differ_from_before
from scholargraph.ingest.resolve.pieces import read_scratch
from scholargraph.ingest.runs import LEFT_OUT, OWNER, run_number
from scholargraph.store import literal_path

if TYPE_CHECKING:
    import duckdb

    from scholargraph.ingest.resolve.ids import Numbers, Places
    from scholargraph.store import Snapshot

_BATCH_ROWS: Final = 100_000
_BATCH_BYTES: Final = 4 << 20

Origin = Literal["openalex", "arxiv"]

_OF_ORIGIN: Final[dict[Origin, str]] = {
    "openalex": "NOT starts_with(id, 'arXiv:')",
    "arxiv": "starts_with(id, 'arXiv:')",
}
"""Conditions for records that are one source's."""

_DELETED: Final = (
    f"EXISTS (FROM {schema.DELETED.name} AS gone WHERE gone.record_id = id AND (updated_date IS "
    "NULL OR deleted_date IS NULL OR updated_date::DATE <= deleted_date))"
)
"""Condition for records that are deleted: one that was changed later is there again."""

_DATES: Final = "updated_date NULLS FIRST, dump_date NULLS FIRST"
_RANK: Final = f"{_DATES}, content_hash NULLS FIRST"


def gather_ids(
    connection: duckdb.DuckDBPyConnection,
    parent: Snapshot | None,
    runs: Sequence[Path],
    folder: Path,
    replaced: Origin | None,
) -> Ids:
    """Gather the ids, and find for each which record describes it.

    Of equally new versions of a record that of the version before is taken. Where the newest was
    left out by a selection, no older one takes its place.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Has the tables of deleted and of given up ids, and gets a table ``ids``.
    parent : Snapshot or None
        The version before.
    runs : sequence of Path
        The runs' tables of ranks, which have all their ids.
    folder : Path
        For what is mapped into memory.
    replaced : {"openalex", "arxiv"} or None
        Whose records of the version before count no more, since the runs have them all.
    """
    connection.execute(
        "CREATE TABLE ids (id VARCHAR, number BIGINT, updated_date TIMESTAMP, dump_date DATE, "
        "content_hash UBIGINT, is_left_out BOOLEAN)"
    )
    parent_records = 0 if parent is None else _add_parent(connection, parent)
    if replaced is not None:
        _forget(connection, _OF_ORIGIN[replaced])
    first_numbers = {run_number(path): _add_run(connection, path) for path in runs}
    _forget(connection, _DELETED)
    given_up = _give_up(connection)
    count = _count(connection, "ids")
    places = mapped_array(folder / "places", np.int32, count)
    describers = mapped_array(folder / "describers", np.int64, count)
    texts = _in_order(connection, folder, places, describers)
    standings = mapped_array(folder / "standings", np.int32, count)
    _rank(connection, places, standings)
    ids = Ids(texts, places, describers, standings, first_numbers, parent_records, {}, given_up)
    if given_up is not None:
        ids = replace(ids, moved=_moved(connection, ids))
    if parent is not None:
        ids.parent_owners.update(_parent_owners(connection, parent, ids, folder))
    return ids


def _forget(connection: duckdb.DuckDBPyConnection, which: str) -> None:
    """Let some records be ids that nothing describes, as if others only named them."""
    connection.execute(
        "UPDATE ids SET updated_date = NULL, dump_date = NULL, content_hash = NULL, "
        f"is_left_out = NULL WHERE content_hash IS NOT NULL AND {which}"
    )


def _give_up(connection: duckdb.DuckDBPyConnection) -> GivenUp | None:
    """Let the records of ids that were given up describe nothing; return what the ids are now."""
    if not follow(connection):
        return None
    _forget(connection, f"id IN (SELECT id FROM {GIVEN_UP})")
    connection.execute(
        f"INSERT INTO ids (id) SELECT DISTINCT into_id FROM {GIVEN_UP} "
        f"WHERE id IN (SELECT id FROM ids) AND into_id NOT IN (SELECT id FROM ids)"
    )
    connection.execute(
        "UPDATE ids SET number = first + row - 1 FROM (SELECT rowid AS row_id, "
        "row_number() OVER (ORDER BY id) AS row, (SELECT count(number) FROM ids) AS first "
        "FROM ids WHERE number IS NULL) AS new WHERE ids.rowid = row_id"
    )
    rows = connection.sql(f"SELECT id, into_id FROM {GIVEN_UP} ORDER BY id").to_arrow_table()
    return GivenUp(rows["id"].combine_chunks(), rows["into_id"].combine_chunks())


def _moved(connection: duckdb.DuckDBPyConnection, ids: Ids) -> tuple[Places, Places]:
    """Return the places of ids that were given up, and of what they are now."""
    rows = connection.sql(
        f"SELECT id, into_id FROM {GIVEN_UP} WHERE id IN (SELECT id FROM ids) ORDER BY id"
    ).to_arrow_table()
    if not len(rows):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    new = rows["into_id"].combine_chunks()
    order = pc.sort_indices(new)
    places = np.empty(len(new), np.int32)
    places[order.to_numpy()] = ids.of_sorted(new.take(order))
    return ids.of_sorted(rows["id"].combine_chunks()), places


def mapped_array(path: Path, dtype: type[np.generic], count: int) -> npt.NDArray[Any]:
    """Return zeros, mapped from a new file.

    They are written, since a file with holes would end the process when the disk is full.
    """
    with path.open("xb") as file:
        for start in range(0, count, _BATCH_ROWS):
            file.write(np.zeros(min(_BATCH_ROWS, count - start), dtype).data)
    return np.memmap(path, dtype, "r+", shape=count) if count else np.empty(0, dtype)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    return int(count)


def _add_parent(connection: duckdb.DuckDBPyConnection, parent: Snapshot) -> int:
    """Add the records of the version before, then its nodes; return how many records it has."""
    _open(connection, parent.paths(schema.RECORDS.name))
    connection.execute(
        "INSERT INTO ids SELECT record_id, row_number() OVER () - 1, updated_date, dump_date, "
        "content_hash, false FROM opened"
    )
    parent_records = _count(connection, "ids")
    for table in schema.TABLES.values():
        if table.kind == "node" and table.name in parent.files:
            _open(connection, parent.paths(table.name))
            connection.execute(
                f"INSERT INTO ids SELECT {table.key[0]}, {_count(connection, 'ids')} + "
                "row_number() OVER () - 1, NULL, NULL, NULL, NULL FROM opened"
            )
    return parent_records


def _open(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """Make Parquet files the view ``opened``."""
    connection.read_parquet(
        [literal_path(path) for path in paths], hive_partitioning=False, file_row_number=True
    ).create_view("opened", replace=True)


def _add_run(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Add the ids of a run, and return the number of the first."""
    first = _count(connection, "ids")
    for ranks in read_scratch(path, _BATCH_BYTES):
        connection.register("arriving", ranks)
        connection.execute(
            f"INSERT INTO ids SELECT record_id, {first} + {OWNER}, updated_date, dump_date, "
            f"content_hash, {LEFT_OUT} FROM arriving"
        )
        connection.unregister("arriving")
    return first


def _in_order(
    connection: duckdb.DuckDBPyConnection, folder: Path, places: Places, describers: Numbers
) -> pa.Array:
    """Note the place of each number and the describer of each place; return the ids by place."""
    rows = connection.sql(
        "SELECT id, number, content_hash IS NOT NULL AND is_left_out IS NOT TRUE "
        f"FROM ids ORDER BY id, {_RANK}, number DESC"
    )
    count = size = 0
    last: str | None = None
    with (folder / "texts").open("xb") as texts, (folder / "ends").open("xb") as ends:
        ends.write(np.zeros(1, np.int64).data)
        for batch in rows.to_arrow_reader(_BATCH_ROWS):
            ids, numbers, may_describe = batch.columns
            is_new = differ_from_before(ids, last)
            found = count - 1 + np.cumsum(is_new)
            places[numbers.to_numpy()] = found
            # Of several assignments to a place the last one stays: that of the newest version.
            describers[found] = pc.if_else(may_describe, numbers, NOBODY).to_numpy()
            new = ids.filter(pa.array(is_new))
            new_ends = size + np.cumsum(pc.binary_length(new).to_numpy(), dtype=np.int64)
            ends.write(new_ends.data)
            size += texts.write(_end_to_end(new))
            count, last = int(found[-1]) + 1, ids[-1].as_py()
    if not size:
        return pa.array([], pa.large_string())
    buffers = [pa.memory_map(str(folder / name)).read_buffer() for name in ("ends", "texts")]
    return pa.Array.from_buffers(pa.large_string(), count, [None, *buffers])


def _end_to_end(texts: pa.Array) -> pa.Buffer:
    """Return the bytes of texts, one after the other."""
    return pc.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts), "")[0].as_buffer()


def _rank(connection: duckdb.DuckDBPyConnection, places: Places, standings: Places) -> None:
    """Note for each place how new its record is.

    Between different records of one time the id decides: what they say may come in two formats.
    """
    rows = connection.sql(
        f"SELECT number FROM ids WHERE content_hash IS NOT NULL ORDER BY {_DATES}, id"
    )
    count = 0
    for batch in rows.to_arrow_reader(_BATCH_ROWS):
        found = places[batch.column(0).to_numpy()]
        standings[found] = np.arange(count, count + len(found))
        count += len(found)


def _parent_owners(
    connection: duckdb.DuckDBPyConnection, parent: Snapshot, ids: Ids, folder: Path
) -> dict[Path, Places]:
    """Return the places of the records that mention, for each mention of the version before.

    Mentions are sorted by node, so that their records are in no order.
    """
    owners: dict[Path, Places] = {}
    for table in filter(are_mentions, schema.TABLES.values()):
        for path in parent.paths(table.name):
            _open(connection, [path])
            rows = connection.sql(
                "SELECT coalesce(number, -1) FROM opened LEFT JOIN ids ON record_id = id "
                f"AND number < {ids.parent_records} ORDER BY file_row_number"
            )
            name = f"owners-{len(owners)}"
            owners[path] = mapped_array(folder / name, np.int32, _count(connection, "opened"))
            start = 0
            for batch in rows.to_arrow_reader(_BATCH_ROWS):
                numbers = batch.column(0).to_numpy()
                end = start + len(numbers)
                owners[path][start:end] = np.where(numbers < 0, NOWHERE, ids.places[numbers])
                start = end
    return owners

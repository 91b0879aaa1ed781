"""Many runs and the version before them become the tables of the next version.

Of every record the newest counts, by (updated date, dump date, content); the rows of its older
versions go with it. A node without record of its own is described by the newest record that
names it, and exists as long as one does. Both are choices of a maximum, so the order of runs,
files and ingests cannot matter. The work is done by DuckDB, out of core, in the ingest's own
folder; the statements are made of the schema's names alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scholargraph import schema
from scholargraph.ingest.runs import LEFT_OUT, RUN
from scholargraph.store import literal_path

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from scholargraph.schema import Table
    from scholargraph.store import Snapshot, Transaction

MEMORY_LIMIT: Final = "1GB"
_BATCH_ROWS: Final = 50_000
_PARENT: Final = -1
"""Number that stands for the version before, among the runs."""

_MENTIONS: Final[dict[str, Table]] = {
    schema.AUTHORS.name: schema.AUTHOR_MENTIONS,
    schema.INSTITUTIONS.name: schema.INSTITUTION_MENTIONS,
    schema.TOPICS.name: schema.TOPIC_MENTIONS,
    schema.SOURCES.name: schema.SOURCE_MENTIONS,
    schema.PUBLISHERS.name: schema.PUBLISHER_MENTIONS,
    schema.FUNDERS.name: schema.FUNDER_MENTIONS,
}

_FULLER_FIRST: Final[dict[str, str]] = {schema.INSTITUTIONS.name: "lineage"}
"""Column that only a full description has: as host of a journal, an institution is but a name."""

_OF_A_MENTION: Final[dict[str, dict[str, str]]] = {
    schema.AUTHORS.name: {
        "alternatives": "[]::VARCHAR[]",
        "kind": "'profile'",
        "is_mention": "true",
    },
    schema.INSTITUTIONS.name: {"lineage": "coalesce(lineage, [])", "is_mention": "true"},
    schema.SOURCES.name: {"issn": "coalesce(issn, [])"},
}
"""What a node that is only mentioned has in columns that no mention fills."""

_RANK: Final = "updated_date DESC NULLS LAST, dump_date DESC NULLS LAST, content_hash DESC"


def merge(
    transaction: Transaction,
    runs: Mapping[str, Sequence[Path]],
    *,
    only_named: bool,
    left_out: Counter[str],
) -> Iterator[tuple[str, int]]:
    """Write every table of the next version, and yield each one's name and rows.

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

    if transaction.parent is not None:
        # DuckDB does not notice a flipped bit, and a new version would make it look right.
        transaction.parent.verify()
    spill = transaction.workspace / "spill"
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(spill),
            "threads": os.cpu_count() or 1,
            "preserve_insertion_order": False,
        }
    )
    with connection:
        for table in schema.TABLES.values():
            _open_candidates(connection, table, transaction.parent, runs.get(table.name, ()))
        connection.execute(_newest_records())
        if only_named:
            left_out["named by no work"] = _drop_unnamed(connection, transaction.parent)
        all_are_newest = transaction.parent is None and _count(connection, "newest") == _count(
            connection, f"all_{schema.RECORDS.name}"
        )
        for table in schema.TABLES.values():
            statement = _statement(table, all_are_newest=all_are_newest)
            answer = connection.sql(statement).to_arrow_reader(_BATCH_ROWS)
            yield table.name, transaction.write_table(table.name, answer)


def _open_candidates(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parent: Snapshot | None,
    files: Iterable[Path],
) -> None:
    """Make a view of a table's rows in the runs and in the version before."""
    parts = []
    if parent is not None:
        _open_files(connection, f"parent_{table.name}", parent.paths(table.name))
        parts.append(f"SELECT *, {_PARENT}::INTEGER AS {RUN} FROM parent_{table.name}")
    run_files = list(files)
    if run_files:
        _open_files(connection, f"runs_{table.name}", run_files)
        parts.append(f"SELECT * FROM runs_{table.name}")
    if not parts:
        connection.register(f"none_{table.name}", _no_rows(table))
        parts.append(f"SELECT * FROM none_{table.name}")
    connection.execute(f"CREATE VIEW all_{table.name} AS " + " UNION ALL BY NAME ".join(parts))


def _open_files(connection: duckdb.DuckDBPyConnection, view: str, paths: Iterable[Path]) -> None:
    literal = [literal_path(path) for path in paths]
    connection.read_parquet(literal, hive_partitioning=False).create_view(view)


def _no_rows(table: Table) -> pa.Table:
    import pyarrow as pa

    rows = schema.arrow_schema(table.name).append(pa.field(RUN, pa.int32()))
    return rows.append(pa.field(LEFT_OUT, pa.bool_())).empty_table()


def _newest_records() -> str:
    """Of every record the run that has its newest version; of equal ones, the version before.

    Where the newest version was left out by a selection, no older one takes its place.
    """
    has_flag = f"SELECT false AS {LEFT_OUT} WHERE false"
    return (
        f"CREATE TABLE newest AS SELECT record_id, {RUN}, updated_date, dump_date, content_hash "
        f"FROM (SELECT * FROM (SELECT * FROM all_{schema.RECORDS.name} "
        f"UNION ALL BY NAME {has_flag}) "
        f"QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY {_RANK}, {RUN}) = 1) "
        f"WHERE {LEFT_OUT} IS NOT TRUE"
    )


def _drop_unnamed(connection: duckdb.DuckDBPyConnection, parent: Snapshot | None) -> int:
    """Drop new records that no work leads to in two steps, and return how many.

    Two steps, since a paper names an author and the author's record an institution.
    """
    connection.execute("CREATE TABLE named (id VARCHAR)")
    by_works = "mentions.record_id LIKE 'W%'"
    by_named = "mentions.record_id IN (SELECT id FROM named)"
    for condition in (by_works, by_named):
        for table in _MENTIONS.values():
            connection.execute(
                f"INSERT INTO named SELECT DISTINCT mentions.{table.key[0]} "
                f"FROM all_{table.name} AS mentions JOIN newest "
                f"ON mentions.record_id = newest.record_id AND mentions.{RUN} = newest.{RUN} "
                f"WHERE {condition}"
            )
    kept = "" if parent is None else f"UNION ALL SELECT record_id FROM parent_{schema.RECORDS.name}"
    (dropped,) = connection.execute(
        "DELETE FROM newest WHERE record_id NOT LIKE 'W%' AND record_id NOT LIKE 'T%' "
        "AND record_id NOT LIKE '%/%' "
        f"AND record_id NOT IN (SELECT id FROM named {kept})"
    ).fetchall()[0]
    return int(dropped)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    return int(count)


def _statement(table: Table, *, all_are_newest: bool) -> str:
    """Return the SELECT whose rows are a table of the next version, in order.

    Where a first ingest meets no record twice, no row is stale and nothing needs a join. A
    version before has rows of nodes that were only mentioned, which are made anew.
    """
    live = _all(table) if all_are_newest else _live(table)
    if table is schema.RECORDS:
        rows = f"SELECT {_list(table.column_names)} FROM newest"
    elif table is schema.REJECTS:
        rows = f"SELECT DISTINCT {_list(table.column_names)} FROM all_{table.name}"
    elif table.name in _MENTIONS:
        rows = f"{live} UNION ALL {_only_mentioned(table, _MENTIONS[table.name])}"
    else:
        rows = live
    return f"{rows} ORDER BY {_list(table.key)}"


def _all(table: Table) -> str:
    return f"SELECT {_list(table.column_names)} FROM all_{table.name}"


def _live(table: Table) -> str:
    """Return the rows that belong to the newest version of their record."""
    owner = "record_id" if table.kind == "private" else table.key[0]
    columns = _list(f"rows.{name}" for name in table.column_names)
    return (
        f"SELECT {columns} FROM all_{table.name} AS rows "
        f"JOIN newest ON rows.{owner} = newest.record_id AND rows.{RUN} = newest.{RUN}"
    )


def _only_mentioned(table: Table, mentions: Table) -> str:
    """Return a row for each node without record of its own, as the newest mention has it."""
    (key,) = table.key
    said = set(mentions.column_names)
    special = _OF_A_MENTION.get(table.name, {})
    columns = []
    for name in table.column_names:
        if name == "name":
            columns.append(f"coalesce(nullif(name, ''), {key}) AS name")
        elif name in special:
            columns.append(f"{special[name]} AS {name}")
        else:
            columns.append(name if name in said else f"NULL AS {name}")
    fuller = _FULLER_FIRST.get(table.name)
    order = [
        "mentions.name IS NOT NULL DESC",
        *([f"mentions.{fuller} IS NOT NULL DESC"] if fuller else []),
        _RANK,
        "mentions.record_id DESC",
    ]
    return (
        f"SELECT {_list(columns)} FROM ("
        f"SELECT mentions.* FROM all_{mentions.name} AS mentions "
        f"JOIN newest ON mentions.record_id = newest.record_id AND mentions.{RUN} = newest.{RUN} "
        f"WHERE mentions.{key} NOT IN (SELECT record_id FROM newest) "
        f"QUALIFY row_number() OVER (PARTITION BY mentions.{key} ORDER BY {_list(order)}) = 1)"
    )


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)

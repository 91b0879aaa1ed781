"""SQL over the tables of one version: one SELECT at a time, behind a fence.

The engine is DuckDB in memory with a view per table over the explicit list of the version's files.
The fence has three parts, since each alone has a gap: only SELECT is admitted, and its syntax tree
is looked through (DuckDB lets ``WITH x AS (COPY ...)`` pass as a SELECT, and inside an allowed path
COPY writes); external access is off but for those files, with the configuration locked; and files
are compared with their checksums before the first query touches them, since DuckDB does not verify
the checksums of Parquet pages. Turning answers into frames is the business of ``frames``.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scholargraph.errors import InvalidArgumentError, QueryError
from scholargraph.schema import PUBLIC_TABLES, arrow_schema
from scholargraph.store import literal_path
from scholargraph.store.engine import without_progress_bar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb
    import pyarrow as pa

    from scholargraph.store import Snapshot

_QUERY_NODES: Final = frozenset(
    {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
)
"""Kinds of query node that only read."""

_TABLE_FUNCTIONS: Final = frozenset(
    {"unnest", "range", "generate_series", "json_each", "json_tree"}
)
"""Functions that a FROM clause may call: they read no file and run no text as SQL."""

MAX_DEPTH: Final = 200
"""Brackets open at once. DuckDB's parser takes 0.7 GB for 2,000, and grows as the square of it."""

_BRACKETS: Final = re.compile(r"[()\[\]{}]")

_SETTINGS: Final = {
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "python_enable_replacements": False,
}

_LEFT_BEHIND: Final[list[object]] = []
"""Connections of a parent process: kept, since closing one after a fork may hang."""


class Engine:
    """One DuckDB database over the tables of a snapshot, opened on first use.

    Safe to share between threads: every query has a cursor of its own. After a fork the child
    opens a database of its own.

    Parameters
    ----------
    snapshot : Snapshot
        The version to read.
    tables : iterable of str, optional
        Names of the tables that queries may use; the public ones by default.
    """

    def __init__(self, snapshot: Snapshot, tables: Iterable[str] | None = None) -> None:
        self._snapshot = snapshot
        self._tables = tuple(tables or (table.name for table in PUBLIC_TABLES))
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._shown: set[str] = set()

    def relation(
        self, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
    ) -> duckdb.DuckDBPyRelation:
        """Return the lazy relation of one SELECT.

        Raises
        ------
        QueryError
            If the text is anything but one SELECT that only reads the tables, or DuckDB refuses.
        CorruptStoreError
            If a file that the query reads is not what its manifest says.
        """
        import duckdb

        cursor = self._cursor()
        self._show(cursor, tables_read(cursor, query, self._tables))
        try:
            return cursor.sql(query, params=_values(parameters) or None)
        except duckdb.Error as error:
            raise QueryError(gist(error)) from error

    def table(
        self, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
    ) -> pa.Table:
        """Return the rows of one SELECT as an Arrow table, in the order that it asks for.

        Raises
        ------
        QueryError
            As for `relation`, or if the query fails while it runs.
        CorruptStoreError
            If a file that the query reads is not what its manifest says.
        """
        import duckdb

        relation = self.relation(query, parameters)
        try:
            rows: pa.Table = relation.to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(gist(error)) from error
        return rows

    def _show(self, cursor: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
        """Make views of tables that no query has used yet, once their files are verified."""
        for name in tables:
            with self._lock:
                if name in self._shown:
                    continue
                if name in self._snapshot.files:
                    self._snapshot.check_columns(name)
                    self._snapshot.verify([name])
                    patterns = [literal_path(str(path)) for path in self._snapshot.paths(name)]
                    rows = cursor.read_parquet(patterns, hive_partitioning=False)
                else:
                    rows = cursor.from_arrow(arrow_schema(name).empty_table())
                rows.create_view(name)
                self._shown.add(name)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if self._process != os.getpid():
            # Another thread of the parent may have held the lock, which nobody would release here.
            self._lock = threading.Lock()
            _LEFT_BEHIND.append(self._connection)
            self._connection, self._process = None, os.getpid()
            self._shown.clear()
        with self._lock:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.cursor()

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        spill = Path(tempfile.gettempdir()) / f"scholargraph-{uuid.uuid4().hex}"
        connection = duckdb.connect(":memory:", config={**_SETTINGS, "temp_directory": str(spill)})
        paths = [
            str(path)
            for name in self._tables
            if name in self._snapshot.files
            for path in self._snapshot.paths(name)
        ]
        # The engine checks a path twice: as the pattern that it is given, and as what that matches.
        allowed = sorted({*paths, *map(literal_path, paths)})
        without_progress_bar(connection)
        connection.execute("SET allowed_paths = ?", [allowed])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection


def tables_read(
    cursor: duckdb.DuckDBPyConnection, query: str, tables: Sequence[str]
) -> tuple[str, ...]:
    """Return those of the tables that a query reads, once it is known to do nothing but read.

    Parameters
    ----------
    cursor : duckdb.DuckDBPyConnection
        Asked for the syntax tree; nothing of the query is bound or run.
    query : str
        The SQL text.
    tables : sequence of str
        Names of the tables that it may read.

    Returns
    -------
    tuple of str
        In the given order.

    Raises
    ------
    QueryError
        If the text is not exactly one SELECT, writes, names a table that is none of these and no
        common table expression of its own, or calls a table function that is not admitted.
    """
    named: set[str] = set()
    own: set[str] = set()
    for node in _nodes(_syntax_tree(cursor, query)):
        kind = node.get("type")
        if "cte_map" in node:
            if kind not in _QUERY_NODES:
                verb = str(kind).removesuffix("_QUERY_NODE").removesuffix("_NODE")
                raise QueryError(f"only a SELECT can be run here, and this one contains {verb}")
            own.update(str(entry["key"]).lower() for entry in node["cte_map"]["map"])
        elif kind == "BASE_TABLE":
            named.add(str(node["table_name"]).lower())
        elif kind == "SHOW_REF" and node.get("query") is None:
            raise QueryError("the tables and their columns are listed by graph.schema")
        elif kind == "TABLE_FUNCTION":
            function = str(node["function"]["function_name"]).lower()
            if function not in _TABLE_FUNCTIONS:
                raise QueryError(
                    f"{function}(...) cannot be used in FROM: a query reads the tables of the "
                    f"graph and may call {', '.join(sorted(_TABLE_FUNCTIONS))}"
                )
    for name in sorted(named - own - set(tables)):
        raise QueryError(f"there is no table {name!a}; the tables are: {', '.join(tables)}")
    return tuple(name for name in tables if name in named)


def _values(parameters: object) -> dict[str, object] | list[object]:
    """Return values by name ($year) or in the order of the question marks."""
    if isinstance(parameters, Mapping):
        return dict(parameters)
    if isinstance(parameters, Iterable) and not isinstance(parameters, (str, bytes)):
        return list(parameters)
    raise InvalidArgumentError(
        f"parameters must be a list of values or a mapping of names to values, not {parameters!r}"
    )


def _check_text(query: object) -> None:
    """Refuse what would do harm, or fail without saying why, before DuckDB parses it."""
    if not isinstance(query, str):
        raise QueryError(f"a query is a text, not {type(query).__name__}")
    if not query.isascii():
        try:
            query.encode()
        except UnicodeEncodeError as error:
            raise QueryError(f"the query is no valid Unicode at character {error.start}") from None
    depth = deepest = 0
    for bracket in _BRACKETS.findall(query):
        depth += 1 if bracket in "([{" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise QueryError(f"the query opens {deepest} brackets at once; {MAX_DEPTH} are admitted")


def _syntax_tree(cursor: duckdb.DuckDBPyConnection, query: str) -> Any:
    """Return DuckDB's syntax tree of a text that is one SELECT by DuckDB's own count."""
    import duckdb

    _check_text(query)
    try:
        statements = cursor.extract_statements(query)
        if len(statements) != 1:
            found = f"{len(statements)} statements" if statements else "no statement"
            raise QueryError(f"exactly one SELECT can be run here, and the text holds {found}")
        if statements[0].type != duckdb.StatementType.SELECT:
            verb = statements[0].type.name
            raise QueryError(f"only a SELECT can be run here, not {verb}")
        serialized = cursor.execute("SELECT json_serialize_sql(?)", [query]).fetchall()
    except duckdb.Error as error:
        raise QueryError(gist(error)) from error
    try:
        tree = json.loads(serialized[0][0])
    except RecursionError:
        raise QueryError("the query is nested too deeply to be looked through") from None
    if tree["error"]:
        raise QueryError(f"the query cannot be run: {tree['error_message']}")
    return tree


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def gist(error: Exception) -> str:
    """Return what an error of DuckDB says, in one line and without its excerpt of the query."""
    paragraphs = str(error).split("\n\nLINE ")[0]
    return f"the query cannot be run: {' '.join(paragraphs.split())}"

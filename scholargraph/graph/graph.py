"""ScholarGraph, the one reader of a version: its tables as frames, datasets, SQL and files.

A graph object is cheap: opening one reads the manifest and nothing else, and the heavy engines
are loaded by the first question that needs them. Nodes, search and validation are functions beside
it, each in a module of its own; how versions come about is the business of ``store``.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from scholargraph.errors import InvalidArgumentError
from scholargraph.schema import PUBLIC_TABLES, Table, arrow_schema
from scholargraph.schema import table as declared_table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pandas as pd
    from pyarrow import dataset

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph.rows import RowReader
    from scholargraph.graph.sql import Engine
    from scholargraph.store import Snapshot

_SHOWN: Final = ("papers", "authors", "institutions", "topics", "authorships", "citations")
"""Tables whose sizes the one-line description gives."""


class ScholarGraph:
    """One version of a graph, for reading; it never changes, whatever is committed later.

    Made by `read_graph`. Everything is read on demand; several threads may share one object.

    Parameters
    ----------
    snapshot : Snapshot
        The version of the store.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._sql_engine: Engine | None = None
        self._adjacency: Adjacency | None = None
        self._opening = threading.Lock()
        self._rows: RowReader | None = None
        self._topic_tree: tuple[dict[str, Any], dict[str, list[str]]] | None = None

    def __repr__(self) -> str:
        sizes = ", ".join(f"{self.counts[name]:,} {name}" for name in _SHOWN)
        return f"<ScholarGraph: {sizes} · version {self.version}>"

    @property
    def version(self) -> int:
        """Number of the version, from 1."""
        return self._snapshot.version

    @property
    def provenance(self) -> tuple[Mapping[str, object], ...]:
        """What was ingested into the graph, when and how: one entry per commit, oldest first."""
        return tuple(self._snapshot.provenance)

    @property
    def schema(self) -> tuple[Table, ...]:
        """The declared tables, with the type, unit and meaning of every column."""
        return PUBLIC_TABLES

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each table, from the manifest."""
        return {
            table.name: self._snapshot.rows(table.name) if self._has(table.name) else 0
            for table in PUBLIC_TABLES
        }

    @property
    def adjacency(self) -> Adjacency:
        """What stands next to what, as arrays mapped from disk; built on first use if absent.

        Raises
        ------
        StoreError
            If a table is not sorted by its key, or there is nowhere to write the arrays.
        """
        from scholargraph.adjacency import open_adjacency

        with self._opening:
            if self._adjacency is None:
                self._adjacency = open_adjacency(self._snapshot)
            return self._adjacency

    @property
    def rows(self) -> RowReader:
        """Single rows of the tables, by number or key."""
        from scholargraph.graph.rows import RowReader

        if self._rows is None:
            self._rows = RowReader(self._snapshot)
        return self._rows

    def paths(self, name: str) -> list[Path]:
        """Return the Parquet files of a table, for any other tool. They must not be changed.

        Raises
        ------
        UnknownTableError
            If there is no such table.
        """
        return self._snapshot.paths(name) if self._has(name) else []

    def scan(self, name: str) -> dataset.Dataset:
        """Return a table as a lazy Arrow dataset, for what is larger than memory.

        Reading through it verifies the checksums of Parquet pages.

        Raises
        ------
        UnknownTableError
            If there is no such table.
        """
        if self._has(name):
            return self._snapshot.dataset(name)
        from pyarrow import dataset

        return dataset.dataset(arrow_schema(name).empty_table())

    def table(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, object] | None = None,
    ) -> pd.DataFrame:
        """Return a table, or a part of it, as a pandas frame in the order of its key.

        Parameters
        ----------
        name : str
            Name of the table.
        columns : sequence of str, optional
            Columns wanted, in the order wanted; all by default.
        where : mapping, optional
            Conditions that a row must meet, by column: a value (None: is null), a list of values,
            or a tuple ``(low, high)`` with both ends included. Texts compare by bytes.

        Returns
        -------
        pandas.DataFrame
            Integers and Booleans that may be null have pandas' nullable types.

        Raises
        ------
        UnknownTableError
            If there is no such table.
        UnknownColumnError
            If the table has no such column.
        InvalidArgumentError
            If a condition is not of the column's type.

        Examples
        --------
        >>> import scholargraph as sg
        >>> graph = sg.from_records([{"id": "W9000000001", "publication_year": 2020}])
        >>> graph.table("papers", ["paper_id", "year"], where={"year": (2019, 2021)})
              paper_id  year
        0  W9000000001  2020
        """
        from scholargraph.graph.filters import expression
        from scholargraph.graph.frames import frame

        declared = declared_table(name)
        if isinstance(columns, str):
            raise InvalidArgumentError(f"columns must be a list such as [{columns!r}], not a text")
        wanted = [declared.column(column) for column in columns or ()]
        if columns is None:
            wanted = list(declared.columns)
        rows = self.scan(name).to_table(
            columns=[column.name for column in wanted], filter=expression(declared, where)
        )
        return frame(rows, nullable={column.name for column in wanted if column.nullable})

    def sql(
        self, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
    ) -> pd.DataFrame:
        """Run one SELECT over the tables and return its rows.

        Parameters
        ----------
        query : str
            One SELECT in DuckDB's SQL. It can read the tables of the graph and nothing else.
        parameters : sequence or mapping, optional
            Values for the question marks of the query, or by name for ``$name``.

        Returns
        -------
        pandas.DataFrame
            Rows in the order that the query asks for; without ORDER BY the order is no promise.
            An integer column with nulls has pandas' nullable type.

        Raises
        ------
        QueryError
            If the text is not one SELECT, or the engine refuses it.
        CorruptStoreError
            If a file that the query reads is not what its manifest says.

        Examples
        --------
        >>> import scholargraph as sg
        >>> graph = sg.from_records([{"id": "W9000000001", "publication_year": 2020}])
        >>> graph.sql("select count(*) as papers from papers where year = ?", [2020])
           papers
        0       1
        """
        from scholargraph.graph.frames import frame

        return frame(self._engine().table(query, parameters))

    def relation(
        self, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
    ) -> duckdb.DuckDBPyRelation:
        """Return one SELECT as a lazy DuckDB relation: ``.pl()``, ``.arrow()``, ``.filter(...)``.

        Parameters and errors are those of `sql`, but for errors that only running it shows.
        """
        return self._engine().relation(query, parameters)

    def _has(self, name: str) -> bool:
        """Whether the version holds a table; one declared after it was written reads as empty."""
        return declared_table(name).name in self._snapshot.files

    def _engine(self) -> Engine:
        from scholargraph.graph.sql import Engine

        if self._sql_engine is None:
            self._sql_engine = Engine(self._snapshot)
        return self._sql_engine


def read_graph(path: str | os.PathLike[str], version: int | None = None) -> ScholarGraph:
    """Open a graph for reading.

    Parameters
    ----------
    path : path
        Folder of the store.
    version : int, optional
        Number of the version; the newest by default.

    Returns
    -------
    ScholarGraph
        It stays on this version while others are committed.

    Raises
    ------
    StoreNotFoundError
        If the folder holds no store, or no version yet.
    VersionNotFoundError
        If there is no such version.

    Examples
    --------
    >>> import tempfile
    >>> import scholargraph as sg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = sg.from_records([{"id": "W9000000001", "title": "One"}], store=folder)
    ...     sg.read_graph(folder).version
    1
    """
    from scholargraph.store import open_version

    return ScholarGraph(open_version(path, version))

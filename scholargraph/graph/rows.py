"""Single rows of a version's tables, read without going through a table.

A row group is found by the row number, or by the first column of the key, in whose order the rows
stand; only that group is read, page checksums verified. Footers are read once for each reader.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from scholargraph.schema import table as declared_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from scholargraph.store import Snapshot

    Row = dict[str, Any]

_BEHIND_ALL: Final = b"\xff"
"""Behind all texts in UTF-8."""


class RowReader:
    """Reads single rows of one version; several threads may share one object.

    Parameters
    ----------
    snapshot : Snapshot
        The version.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._tables: dict[str, _Groups] = {}
        self._lock = threading.Lock()

    def at(self, table: str, row: int, columns: Sequence[str] | None = None) -> Row:
        """Return the row with a number."""
        with self._lock:
            found: list[Row] = self._groups(table).at(row, columns).to_pylist()
        return found[0]

    def of(self, table: str, node_id: str, columns: Sequence[str] | None = None) -> list[Row]:
        """Return the rows whose first key column has a value, in order."""
        with self._lock:
            return [
                row for part in self._groups(table).of(node_id, columns) for row in part.to_pylist()
            ]

    def _groups(self, table: str) -> _Groups:
        if table not in self._tables:
            key = declared_table(table).key[0]
            paths: list[Path] = []
            if table in self._snapshot.files:
                self._snapshot.check_columns(table)
                paths = self._snapshot.paths(table)
            self._tables[table] = _Groups(paths, key)
        return self._tables[table]


class _Groups:
    """The row groups of one table, in order."""

    def __init__(self, paths: Sequence[Path], key: str) -> None:
        from pyarrow import parquet

        self._key = key
        files = [
            parquet.ParquetFile(str(path), memory_map=True, page_checksum_verification=True)
            for path in paths
        ]
        self._groups = [
            (file, number) for file in files for number in range(file.metadata.num_row_groups)
        ]
        footers = [file.metadata.row_group(number) for file, number in self._groups]
        self._ends = list(accumulate(footer.num_rows for footer in footers))
        bounds = [_bounds(footer, key) for footer in footers]
        # Footers leave out very long values: the neighbours bound them, since rows are sorted.
        self._least = list(accumulate((least or b"" for least, _ in bounds), max))
        greatest = accumulate((most or _BEHIND_ALL for _, most in reversed(bounds)), min)
        self._greatest = list(greatest)[::-1]

    def at(self, row: int, columns: Sequence[str] | None) -> pa.Table:
        number = bisect_right(self._ends, row)
        before = self._ends[number - 1] if number else 0
        return self._read(number, columns).slice(row - before, 1)

    def of(self, node_id: str, columns: Sequence[str] | None) -> list[pa.Table]:
        import pyarrow.compute as pc

        wanted = node_id.encode()
        first = bisect_left(self._greatest, wanted)
        last = bisect_right(self._least, wanted)
        found = []
        for number in range(first, last):
            rows = self._read(number, None if columns is None else {*columns, self._key})
            rows = rows.filter(pc.equal(rows[self._key], node_id))
            found.append(rows if columns is None else rows.select(list(columns)))
        return found

    def _read(self, number: int, columns: Any) -> pa.Table:
        file, group = self._groups[number]
        wanted = None if columns is None else sorted(columns)
        return file.read_row_group(group, columns=wanted, use_threads=False)


def _bounds(footer: Any, key: str) -> tuple[bytes | None, bytes | None]:
    """Return least and greatest value of the key in a row group, if its footer has them."""
    for number in range(footer.num_columns):
        column = footer.column(number)
        if column.path_in_schema == key:
            statistics = column.statistics
            if statistics is not None and statistics.has_min_max:
                return statistics.min.encode(), statistics.max.encode()
    return None, None

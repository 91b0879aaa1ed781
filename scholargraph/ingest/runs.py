"""Runs: bounded portions of rows on disk, from which a version is merged.

A run holds each record once, the newest of those that were gathered. Its ids, those of its records
and of the nodes that they mention, stand in it once, sorted; its rows name them by number and are
sorted by their keys, so that many runs are merged without a look at the ids.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest.columns import ROW, Rows, are_mentions, owner_column
from scholargraph.ingest.limits import RUN_BYTES, RUN_RECORDS, RUN_ROWS
from scholargraph.schema import DELETED, MERGED, RECORDS, REJECTS, TABLES, Table
from scholargraph.store import write_scratch

OWNERLESS: Final = (REJECTS, DELETED, MERGED)
"""Tables whose rows belong to no record: each different row is taken once."""

OWNER: Final = "_owner"
"""Column of a run's tables: the number of the id of the record that a row belongs to."""

NODE: Final = "_node"
"""Column of a run's mentions: the number of the id of the node that is mentioned."""

LEFT_OUT: Final = "_left_out"
"""Column of the ranks in a run: a record that was not selected, so that no older one is taken."""

_STALE: Final = -1
"""Instead of a number: a newer version of the record was gathered."""

_UNKNOWN: Final = np.iinfo(np.int64).min
_UNKNOWN_DAY: Final = np.iinfo(np.int32).min

Integers = npt.NDArray[np.integer]


def run_number(path: Path) -> int:
    """Return the number of the run that a file is part of."""
    return int(path.name.partition("-")[0])


def numbered_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of ids that are numbers in a run: the owner, before it the node."""
    return table.key if are_mentions(table) else (owner_column(table),)


class RunWriter:
    """Gathers rows and writes a run whenever enough are there.

    Parameters
    ----------
    folder : Path
        Scratch folder, one per writer.
    first : int
        Number of its first run; the numbers of one ingest are all different.
    """

    def __init__(self, folder: Path, first: int = 0) -> None:
        self._folder = folder
        self._number = first
        self._tables: defaultdict[str, list[pa.Table]] = defaultdict(list)
        self._records = 0
        self._bytes = 0
        self._rows: Counter[str] = Counter()
        self.files: defaultdict[str, list[Path]] = defaultdict(list)
        """The files written so far, by table."""

    def add(self, ranks: Rows, tables: Iterable[Rows]) -> None:
        """Add the rows of a batch of records."""
        for table, data in (ranks, *tables):
            if table in OWNERLESS:
                self.add_ownerless(Rows(table, data))
            elif data.num_rows:
                shifted = pc.add(data[ROW], pa.scalar(self._records, pa.int32()))
                data = data.set_column(0, ROW, shifted)
                self._tables[table.name].append(data)
                self._bytes += data.nbytes
                self._rows[table.name] += data.num_rows
        self._records += ranks.data.num_rows
        if self._is_full:
            self.finish()

    @property
    def _is_full(self) -> bool:
        most_rows = max(self._rows.values(), default=0)
        return self._records >= RUN_RECORDS or self._bytes >= RUN_BYTES or most_rows >= RUN_ROWS

    def add_ownerless(self, rows: Rows) -> None:
        """Add rows that belong to no record."""
        if rows.data.num_rows:
            self._tables[rows.table.name].append(rows.data.drop_columns([ROW]))
            self._bytes += rows.data.nbytes

    def finish(self) -> None:
        """Write what was gathered, if anything, as a run."""
        if not self._tables:
            return
        for table in OWNERLESS:
            rows = self._tables.pop(table.name, None)
            if rows:
                self._write(table.name, _joined(rows))
        if self._tables:
            self._write_records()
        self._records = self._bytes = 0
        self._rows.clear()
        self._number += 1

    def _write_records(self) -> None:
        ranks = _joined(self._tables.pop(RECORDS.name))
        mentions = [name for name in self._tables if are_mentions(TABLES[name])]
        nodes = [_column(self._tables[name], TABLES[name].key[0]) for name in mentions]
        ids, (of_records, *of_nodes) = _numbered([ranks["record_id"].combine_chunks(), *nodes])
        owners = np.where(_newest(ranks, of_records), of_records, _STALE)
        self._write(RECORDS.name, _with_all_ids(ranks, owners, ids))
        node_numbers = dict(zip(mentions, of_nodes, strict=True))
        for name in list(self._tables):
            parts = self._tables.pop(name)
            self._write(name, _in_order(TABLES[name], parts, owners, node_numbers.get(name)))

    def _write(self, name: str, data: pa.Table) -> None:
        path = self._folder / f"{self._number:08d}-{name}.arrow"
        write_scratch(path, data)
        self.files[name].append(path)


def plain(values: pa.Array) -> pa.Array:
    """Return values without a dictionary."""
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _joined(parts: Sequence[pa.Table]) -> pa.Table:
    names = parts[0].column_names
    return pa.Table.from_arrays([_column(parts, name) for name in names], names=names)


def _column(parts: Sequence[pa.Table], name: str) -> pa.Array:
    """Return a column of all parts; it keeps a dictionary if it has one in each."""
    chunks = [chunk for part in parts for chunk in part[name].chunks]
    if len({chunk.type for chunk in chunks}) > 1:
        chunks = [plain(chunk) for chunk in chunks]
    return pa.chunked_array(chunks).unify_dictionaries().combine_chunks()


def _encoded(values: pa.Array) -> pa.DictionaryArray:
    return values if pa.types.is_dictionary(values.type) else values.dictionary_encode()


def _numbered(columns: Sequence[pa.Array]) -> tuple[pa.Array, list[npt.NDArray[np.int32]]]:
    """Return the different ids of all columns, sorted, and each column as numbers of them."""
    encoded = [_encoded(column) for column in columns]
    every = pa.concat_arrays([column.dictionary for column in encoded]).dictionary_encode()
    order = pc.sort_indices(every.dictionary)
    place = np.empty(len(order), np.int32)
    place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    numbers = place[every.indices.to_numpy()]
    ends = np.cumsum([len(column.dictionary) for column in encoded])
    return every.dictionary.take(order), [
        known[column.indices.to_numpy()]
        for known, column in zip(np.split(numbers, ends[:-1]), encoded, strict=True)
    ]


def _newest(ranks: pa.Table, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return which gathered records to keep, of those whose ids have the same number one."""
    updated = pc.fill_null(ranks["updated_date"].cast(pa.int64()), _UNKNOWN).to_numpy()
    dump = pc.fill_null(ranks["dump_date"].cast(pa.int32()), _UNKNOWN_DAY).to_numpy()
    order = np.lexsort((ranks["content_hash"].to_numpy(), dump, updated, numbers))
    is_last = np.append(numbers[order[1:]] != numbers[order[:-1]], True)
    keep = np.zeros(len(order), bool)
    keep[order[is_last]] = True
    return keep


def _with_all_ids(ranks: pa.Table, owners: npt.NDArray[np.int32], ids: pa.Array) -> pa.Table:
    """Return a row for every id, without a rank where the id is not that of a record."""
    rows = np.full(len(ids), -1)
    kept = np.flatnonzero(owners != _STALE)
    rows[owners[kept]] = kept
    ranked = ranks.drop_columns([ROW, "record_id"]).take(pa.array(rows, mask=rows < 0))
    numbers = pa.array(np.arange(len(ids), dtype=np.int32))
    return ranked.append_column("record_id", ids).append_column(OWNER, numbers)


def _in_order(
    table: Table,
    parts: Sequence[pa.Table],
    owners: npt.NDArray[np.int32],
    node: npt.NDArray[np.int32] | None,
) -> pa.Table:
    """Return the rows of kept records, sorted by key, with numbers for ids."""
    owner = owners[_column(parts, ROW).to_numpy()]
    columns = {
        name: _column(parts, name)
        for name in table.column_names
        if name not in numbered_columns(table)
    }
    columns[OWNER] = pa.array(owner)
    if node is None:
        keys = [owner, *(_ranked(columns[name]) for name in table.key[1:])]
    else:
        keys = [node, owner]
        columns[NODE] = pa.array(node)
    order = _order(keys)
    order = order[owner[order] != _STALE]
    rows = pa.table(columns)
    is_sorted = len(order) == rows.num_rows and bool((order[1:] > order[:-1]).all())
    return rows if is_sorted else rows.take(pa.array(order))


def _ranked(values: pa.Array) -> Integers:
    """Return whole numbers in the order of values, nulls last."""
    if pa.types.is_integer(values.type):
        numbers: Integers = values.to_numpy()
        return numbers
    encoded = _encoded(values)
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    ranks = np.empty(len(order) + 1, np.int64)
    ranks[order] = np.arange(len(order))
    ranks[-1] = len(order)
    in_order: Integers = ranks[encoded.indices.fill_null(len(order)).to_numpy()]
    return in_order


def _order(keys: Sequence[Integers]) -> npt.NDArray[np.intp]:
    """Return the order of rows by several keys, by way of one number where it is wide enough."""
    lowest = [int(key.min()) for key in keys]
    sizes = [int(key.max()) + 1 - low for key, low in zip(keys, lowest, strict=True)]
    if math.prod(sizes) > np.iinfo(np.int64).max:
        return np.lexsort(keys[::-1])
    together = np.zeros(len(keys[0]), np.int64)
    for key, low, size in zip(keys, lowest, sizes, strict=True):
        together = together * size + (key.astype(np.int64) - low)
    return np.argsort(together, kind="stable")

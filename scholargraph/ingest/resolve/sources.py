"""Rows of a table, in runs and in the version before, as sources whose keys are places.

The key of a row is the place of the record that it belongs to; that of a mention is the place of
the node and after it that of the record. Rows of versions that do not count are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scholargraph.identifiers import NOBODY
from scholargraph.ingest.columns import are_mentions
from scholargraph.ingest.resolve.ids import Ids
from scholargraph.ingest.resolve.pieces import Keys, Piece, Source, in_order, only, read_scratch
from scholargraph.ingest.runs import NODE, OWNER, numbered_columns, plain, run_number

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.ids import Places
    from scholargraph.schema import Table
    from scholargraph.store import Snapshot

IsWanted = npt.NDArray[np.bool_]

_OWNER_BITS: Final = 32


def sources(
    table: Table, parent: Snapshot | None, runs: Mapping[str, Sequence[Path]], ids: Ids
) -> list[KeyedSource]:
    """Return the sources of a table."""
    # A version that an older library wrote may lack a table that was declared since.
    parent_paths = parent.paths(table.name) if parent and table.name in parent.files else []
    files: list[KeyedSource] = [
        *(ParentFile(path, table, ids) for path in parent_paths),
        *(RunFile(path, table, ids) for path in runs.get(table.name, ())),
    ]
    if ids.moved is None or not are_mentions(table):
        return files
    return [*(Unmoved(file, ids) for file in files), Moved(files, ids)]


class KeyedSource(Source, Protocol):
    """A source of which the keys can be read alone."""

    @property
    def size_bytes(self) -> int:
        """Size of what is read."""

    def keys(self, size: int) -> Iterator[Keys]:
        """Read the keys alone, about so many bytes of rows at a time."""


@dataclass(frozen=True, slots=True)
class Unmoved:
    """The mentions of a file, but for nodes whose id was given up."""

    file: KeyedSource
    ids: Ids

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return self.file.size_bytes

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read the rows that stay."""
        for keys, rows in self.file.pieces(size):
            stays = ~self.ids.is_moved(nodes_of(keys))
            yield Piece(keys[stays], rows if stays.all() else rows.filter(pa.array(stays)))

    def keys(self, size: int) -> Iterator[Keys]:
        """Read the keys that stay."""
        for keys in self.file.keys(size):
            yield keys[~self.ids.is_moved(nodes_of(keys))]


@dataclass(frozen=True, slots=True)
class Moved:
    """Mentions of nodes whose id was given up, as mentions of what it is now.

    They are held in memory, to be sorted: lists of such ids that concern a store are short.
    """

    files: Sequence[KeyedSource]
    ids: Ids
    size_bytes: int = 0

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read the rows, in order."""
        moved = [piece for file in self.files for piece in self._of(file.pieces(size))]
        if moved:
            yield in_order(moved)

    def keys(self, size: int) -> Iterator[Keys]:
        """Read the keys alone."""
        for piece in self.pieces(size):
            yield piece.keys

    def _of(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        nobody = pa.array(sorted(NOBODY), self.ids.texts.type)
        for keys, rows in pieces:
            nodes = nodes_of(keys)
            goes = self.ids.is_moved(nodes)
            if not goes.any():
                continue
            now = self.ids.now(nodes[goes])
            is_nobody = pc.is_in(self.ids.texts.take(pa.array(now)), value_set=nobody)
            goes[goes] = ~np.asarray(is_nobody)
            moved = _mention_keys(now[~np.asarray(is_nobody)], owners_of(keys[goes]))
            yield in_order([Piece(moved, rows.filter(pa.array(goes)))])


@dataclass(frozen=True, slots=True)
class RunFile:
    """Rows of a table in a run."""

    path: Path
    table: Table
    ids: Ids

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return self.path.stat().st_size

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read rows, without the columns that their keys stand for."""
        for rows in read_scratch(self.path, size):
            yield _that_count(self.table, self._keys(rows), rows)

    def keys(self, size: int) -> Iterator[Keys]:
        """Read the keys alone."""
        columns = [OWNER, NODE] if are_mentions(self.table) else [OWNER]
        for rows in read_scratch(self.path, size, columns):
            keys = self._keys(rows)
            yield keys[keys >= 0]

    def _keys(self, rows: pa.Table) -> Keys:
        first = self.ids.first_numbers[run_number(self.path)]
        owners = self.ids.in_run(first + rows[OWNER].to_numpy())
        if are_mentions(self.table):
            return _mention_keys(self.ids.places[first + rows[NODE].to_numpy()], owners)
        return owners.astype(np.int64)


@dataclass(frozen=True, slots=True)
class ParentFile:
    """Rows of a table in the version before."""

    path: Path
    table: Table
    ids: Ids

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return self.path.stat().st_size

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read rows, without the columns that their keys stand for."""
        for portion in self._portions(size):
            yield from portion.rows_where(portion.counts)

    def replaced(self, size: int) -> Iterator[Piece]:
        """Read the rows of records that are gone, or of which there is a newer version."""
        for portion in self._portions(size):
            yield from portion.rows_where(~portion.counts)

    def of_nodes(self, are_wanted: Callable[[Keys], IsWanted], size: int) -> Iterator[Piece]:
        """Read what is said of some nodes, by records that count or not; the table is mentions."""
        for portion in self._portions(size):
            yield from portion.rows_where(are_wanted(nodes_of(portion.keys)))

    def keys(self, size: int) -> Iterator[Keys]:
        """Read the keys alone."""
        for portion in self._portions(size):
            yield portion.keys[portion.counts]

    def _portions(self, size: int) -> Iterator[_Portion]:
        numbered = numbered_columns(self.table)
        columns = [name for name in self.table.column_names if name not in numbered]
        start = 0
        with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
            for groups in _groups(file.metadata, size):
                read = partial(file.read_row_groups, groups, use_threads=False)
                texts = read([self.table.key[0]])[0].combine_chunks()
                places = owners = self.ids.of_sorted(texts)
                keys = places.astype(np.int64)
                if are_mentions(self.table):
                    end = start + len(texts)
                    owners = self.ids.parent_owners[self.path][start:end]
                    keys, start = _mention_keys(places, owners), end
                yield _Portion(keys, self.ids.counts_in_parent(owners), partial(read, columns))


class _Portion(NamedTuple):
    """The keys of some rows of the version before, and the rows when they are asked for."""

    keys: Keys
    counts: IsWanted
    """Whether the version before has the newest version of the record of each row."""
    read: Callable[[], pa.Table]
    """Reads the rows without the columns that their keys stand for."""

    def rows_where(self, is_wanted: IsWanted) -> Iterator[Piece]:
        """Give some of the rows as one piece; none are read if none are wanted."""
        if is_wanted.any():
            rows = self.read()
            columns = [pa.chunked_array(map(plain, column.chunks)) for column in rows.columns]
            yield only(Piece(self.keys, pa.table(columns, names=rows.column_names)), is_wanted)


def _groups(metadata: pq.FileMetaData, size: int) -> Iterator[list[int]]:
    """Yield the row groups of a file, about ``size`` bytes at a time, but no less than one."""
    held: list[int] = []
    held_bytes = 0
    for number in range(metadata.num_row_groups):
        held.append(number)
        held_bytes += metadata.row_group(number).total_byte_size
        if held_bytes >= size or number + 1 == metadata.num_row_groups:
            yield held
            held, held_bytes = [], 0


def _mention_keys(nodes: Places | Keys, owners: Places | Keys) -> Keys:
    """Return the keys of mentions: negative where the owner is NOWHERE."""
    return (nodes.astype(np.int64) << _OWNER_BITS) | owners


def nodes_of(keys: Keys) -> Keys:
    """Return the places of the nodes that are mentioned."""
    return keys >> _OWNER_BITS


def owners_of(keys: Keys) -> Keys:
    """Return the places of the records that mention."""
    return keys & ((1 << _OWNER_BITS) - 1)


def _that_count(table: Table, keys: Keys, rows: pa.Table) -> Piece:
    names = [name for name in table.column_names if name not in numbered_columns(table)]
    columns = [pa.chunked_array(map(plain, rows[name].chunks)) for name in names]
    rows = pa.Table.from_arrays(columns, names=names)
    count = keys >= 0
    return Piece(keys, rows) if count.all() else Piece(keys[count], rows.filter(pa.array(count)))


def with_ids(table: Table, piece: Piece, ids: Ids) -> pa.Table:
    """Return rows with the columns that their keys stand for."""
    places = [piece.keys]
    if are_mentions(table):
        places = [nodes_of(piece.keys), owners_of(piece.keys)]
    rows = piece.rows
    for name, wanted in zip(numbered_columns(table), places, strict=True):
        rows = rows.append_column(name, ids.texts.take(pa.array(wanted)))
    return rows

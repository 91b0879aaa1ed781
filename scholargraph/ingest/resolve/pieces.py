"""Sorted sources are merged piece by piece, so that a portion of each is all that is in memory.

The rows of a source ascend by a key, a whole number. Rows of one key stand together in one piece;
where several sources have them, in the order of the sources. What keys stand for is the business of
``sources``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scholargraph.store import write_scratch

HELD_BYTES: Final = 8 << 20
"""Of the rows of a table that are read ahead, over all sources: larger ones leave the cache."""

_KEY: Final = "_key"

Keys = npt.NDArray[np.int64]


class Piece(NamedTuple):
    """Rows and their keys, ascending."""

    keys: Keys
    rows: pa.Table


class Source(Protocol):
    """What can be read piece by piece."""

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read from the beginning, about so many bytes at a time."""


class Spilled:
    """Pieces in a folder of their own: a source that can be read once, when all are written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: list[Path] = []

    def add(self, piece: Piece) -> None:
        """Write a piece whose keys come after those before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._paths.append(self._folder / f"{len(self._paths):08d}.arrow")
        write_scratch(self._paths[-1], piece.rows.append_column(_KEY, pa.array(piece.keys)))

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read what was written, and remove what was read."""
        for path in self._paths:
            for rows in read_scratch(path, size):
                yield Piece(rows[_KEY].to_numpy(), rows.drop_columns([_KEY]))
            path.unlink()


def read_scratch(path: Path, size: int, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Read a scratch file, about ``size`` bytes at a time, but no less than a batch."""
    with pa.OSFile(str(path)) as file:
        schema = pa.ipc.open_file(file).schema
        fields = None if columns is None else [schema.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(use_threads=False, included_fields=fields)
        reader = pa.ipc.open_file(file, options=options)
        held: list[pa.RecordBatch] = []
        held_bytes = 0
        for number in range(reader.num_record_batches):
            held.append(reader.get_batch(number))
            held_bytes += held[-1].nbytes
            if held_bytes >= size or number + 1 == reader.num_record_batches:
                yield pa.Table.from_batches(held)
                held, held_bytes = [], 0


def merged(sources: Sequence[Source], spill: Path, most: int) -> Iterator[Piece]:
    """Merge sources; where there are too many to be read at once, by way of fewer on disk.

    Parameters
    ----------
    sources : sequence of Source
        In any order.
    spill : Path
        Folder for those on disk, made if need be.
    most : int
        How many may be read at once, at least two.
    """
    level = 0
    while len(sources) > most:
        fewer = []
        for start in range(0, len(sources), most):
            spilled = Spilled(spill / f"{level}-{start}")
            for piece in _merged(sources[start : start + most]):
                spilled.add(piece)
            fewer.append(spilled)
        sources = fewer
        level += 1
    yield from _merged(sources)


def _merged(sources: Sequence[Source]) -> Iterator[Piece]:
    size = HELD_BYTES // max(len(sources), 1)
    heads = [_Head(source.pieces(size)) for source in sources]
    while heads := [head for head in heads if head.fill()]:
        # Below the least of the last keys that were read, nothing more can come from anywhere.
        bound = min((head.last for head in heads if head.has_more), default=None)
        yield in_order([piece for head in heads for piece in head.take(bound)])


class _Head:
    """What was read of a source and not yet taken."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._unread = pieces
        self._held: list[Piece] = []
        self._enough = 1
        self.has_more = True

    @property
    def last(self) -> int:
        """The last key that was read."""
        return int(self._held[-1].keys[-1])

    def fill(self) -> bool:
        """Read on until as much is there as a piece has, and tell whether there is anything.

        There is more than one key then, so that those but the last can be taken.
        """
        while self.has_more and (
            sum(len(piece.keys) for piece in self._held) < self._enough
            or self._held[0].keys[0] == self.last
        ):
            piece = next(self._unread, None)
            if piece is None:
                self.has_more = False
            elif len(piece.keys):
                self._held.append(piece)
                self._enough = max(self._enough, len(piece.keys))
        return bool(self._held)

    def take(self, bound: int | None) -> Iterator[Piece]:
        """Take the rows whose keys are below a bound."""
        while self._held and (bound is None or self._held[0].keys[0] < bound):
            keys, rows = self._held.pop(0)
            count = len(keys) if bound is None else int(keys.searchsorted(bound))
            if count < len(keys):
                self._held.insert(0, Piece(keys[count:], rows.slice(count)))
            yield Piece(keys[:count], rows.slice(0, count))


def in_order(pieces: Sequence[Piece]) -> Piece:
    """Return pieces as one; rows of equal keys stay in the order that they have."""
    keys = np.concatenate([piece.keys for piece in pieces])
    rows = pa.concat_tables([piece.rows for piece in pieces]).combine_chunks()
    if (keys[1:] >= keys[:-1]).all():
        return Piece(keys, rows)
    order = np.argsort(keys, kind="stable")
    return Piece(keys[order], rows.take(pa.array(order)))


def only(piece: Piece, is_wanted: npt.NDArray[np.bool_]) -> Piece:
    """Return some rows of a piece."""
    if is_wanted.all():
        return piece
    return Piece(piece.keys[is_wanted], piece.rows.filter(pa.array(is_wanted)))

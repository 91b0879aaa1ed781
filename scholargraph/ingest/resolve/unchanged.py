"""Whether newer versions of records bring to a table just the rows that they take away.

Most records that are new in a dump differ in little, such as how often they are cited. Rows are
compared in the order in which a table has them, until the first that differ: that costs a part of
writing the table anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from scholargraph.ingest.resolve.pieces import Piece
from scholargraph.ingest.resolve.sources import ParentFile, RunFile

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.reading import Reading
    from scholargraph.schema import Table

_READ_BYTES: Final = 2 << 20
"""Of the version before, at a time: where the first rows differ, little is read in vain."""


def comparisons(reading: Reading, table: Table) -> Iterator[bool]:
    """Compare the rows of a table that come with those that go, and yield whether some are equal.

    If all comparisons hold, the table is that of the version before, row by row.

    Parameters
    ----------
    reading : Reading
        What there is to be merged. No ids may have been given up.
    table : Table
        One whose rows belong to records.
    """
    parent = reading.parent
    if parent is None or table.name not in parent.files or reading.ids.given_up is not None:
        yield False
        return
    sources = reading.sources(table)
    runs = [source for source in sources if isinstance(source, RunFile)]
    files = [source for source in sources if isinstance(source, ParentFile)]
    coming = reading.merged(table, runs, "comparing")
    going = (piece for file in files for piece in file.replaced(_READ_BYTES))
    yield from are_equal(coming, going)


def are_equal(one: Iterator[Piece], other: Iterator[Piece]) -> Iterator[bool]:
    """Compare rows and keys, however they are cut; yield whether some at a time are equal."""
    ours, theirs = _Rows(one), _Rows(other)
    while (count := min(ours.held(), theirs.held())) > 0:
        keys, rows = ours.take(count)
        their_keys, their_rows = theirs.take(count)
        yield np.array_equal(keys, their_keys) and rows.equals(their_rows)
    yield ours.held() == theirs.held()


class _Rows:
    """Pieces as one sequence of rows."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._piece: Piece | None = None

    def held(self) -> int:
        """Return how many rows can be taken at once; 0 at the end."""
        while self._piece is None or not len(self._piece.keys):
            self._piece = next(self._pieces, None)
            if self._piece is None:
                return 0
        return len(self._piece.keys)

    def take(self, count: int) -> Piece:
        """Take so many rows, of those that are held."""
        assert self._piece is not None
        keys, rows = self._piece
        self._piece = Piece(keys[count:], rows.slice(count))
        return Piece(keys[:count], rows.slice(0, count))

"""Texts of records, gathered one by one and made Arrow's before they leave the processor's cache.

A text that stays behind as Python's does so among the objects of its record, which are freed: the
next records are spread over what is free between such texts, and all of it has to be fetched again
when columns are made.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

import pyarrow as pa

_ENOUGH: Final = 8_192
"""Texts made Arrow's in one call, which costs as much as a hundred of them."""


class TextColumn(list[str | None]):
    """A column of texts: the last ones as Python's, those before as Arrow's."""

    def __init__(self) -> None:
        super().__init__()
        self._packed: list[pa.Array] = []

    def array(self) -> pa.Array:
        """Return all texts."""
        return pa.concat_arrays([*self._packed, pa.array(self, pa.string())])

    def put_away(self, packed: pa.Array) -> None:
        """Take Arrow's instead of Python's."""
        self._packed.append(packed)
        self.clear()


class Texts:
    """All columns of texts of one kind of record.

    Examples
    --------
    >>> texts = Texts()
    >>> titles = texts.column()
    >>> titles += ["On examples", None]
    >>> texts.pack()
    >>> titles.append("On texts")
    >>> titles.array().to_pylist()
    ['On examples', None, 'On texts']
    """

    def __init__(self) -> None:
        self._columns: list[TextColumn] = []

    def column(self) -> TextColumn:
        """Return a new column."""
        column = TextColumn()
        self._columns.append(column)
        return column

    def pack_if_many(self) -> None:
        """Make Arrow's of what was gathered, once it is enough to be worth it."""
        if sum(map(len, self._columns)) >= _ENOUGH:
            self.pack()

    def pack(self) -> None:
        """Make Arrow's of what was gathered, of all columns at once."""
        packed = pa.array(list(chain.from_iterable(self._columns)), pa.string())
        start = 0
        for column in self._columns:
            size = len(column)
            column.put_away(packed.slice(start, size))
            start += size

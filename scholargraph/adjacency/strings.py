"""Texts in two arrays, mapped from disk: where each begins, and their bytes one after the other.

Texts that are sorted by bytes are looked up by binary search, so that an id becomes a row number
without an index. What the texts mean is decided by whoever wrote them.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.pages import release

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from scholargraph.store.arrays import ArraysWriter
    from scholargraph.store.derived import Arrays

_PIECE_ROWS = 100_000
_MANY = 8
"""One text in so many, taken at a time, is enough to prepare all of them."""
_SEARCH_ROWS = 200
"""Looking a text up takes about the time of reading so many texts in turn."""


class Strings:
    """Texts by row number.

    Parameters
    ----------
    offsets : int64 array, shape (n + 1,)
        Text k stands in ``data[offsets[k]:offsets[k + 1]]``.
    data : uint8 array
        UTF-8.

    Examples
    --------
    >>> texts = Strings(np.array([0, 2, 3]), np.frombuffer(b"A1B", np.uint8))
    >>> texts[0], texts.find("B"), texts.find("C")
    ('A1', 1, -1)
    """

    __slots__ = ("_size", "data", "offsets")

    def __init__(self, offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> None:
        self.offsets = offsets
        self.data = data
        self._size: int | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> str:
        return self.encoded(row).decode()

    def encoded(self, row: int) -> bytes:
        """Return the bytes of a text."""
        return self.data[self.offsets[row] : self.offsets[row + 1]].tobytes()

    def find(self, text: str) -> int:
        """Return the row of a text among texts that are sorted by bytes, or -1."""
        wanted = text.encode(errors="surrogatepass")
        row = self.lower_bound(wanted)
        return row if row < len(self) and self.encoded(row) == wanted else -1

    def find_all(self, texts: Iterable[str]) -> dict[str, int]:
        """Return the rows of those of many texts that are here, among texts sorted by bytes.

        Examples
        --------
        >>> ids = Strings(np.array([0, 2, 3]), np.frombuffer(b"A1B", np.uint8))
        >>> ids.find_all(["B", "C", "A1"])
        {'B': 1, 'A1': 0}
        """
        wanted = list(dict.fromkeys(texts))
        is_few = len(wanted) * _SEARCH_ROWS < len(self)
        rows = map(self.find, wanted) if is_few else self._scan(wanted).tolist()
        return {text: row for text, row in zip(wanted, rows, strict=True) if row >= 0}

    def _scan(self, wanted: list[str]) -> npt.NDArray[np.int64]:
        """Return the rows of distinct texts, or -1, by looking at all that are here once."""
        import pyarrow as pa
        import pyarrow.compute as pc

        here = self.slice(0, len(self))
        kind = pa.large_binary() if pa.types.is_large_string(here.type) else pa.binary()
        # A text that UTF-8 cannot hold is not here, and no error.
        values = pa.array([text.encode(errors="surrogatepass") for text in wanted], kind)
        # The table of hashes is that of the wanted, which are fewer.
        places = pc.index_in(here.view(kind), value_set=values).fill_null(-1).to_numpy()
        found = np.flatnonzero(places >= 0)
        rows = np.full(len(wanted), -1)
        rows[places[found]] = found
        return rows

    def lower_bound(self, wanted: bytes) -> int:
        """Return the first row whose text is not before `wanted`, among sorted texts."""
        # Through these views numbers and bytes come in a third of the time.
        offsets, data = self.offsets.data, self.data.data
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if bytes(data[offsets[middle] : offsets[middle + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def beginning(self, prefix: str) -> tuple[int, int]:
        """Return first and behind-last row of the texts that begin so, among sorted texts."""
        wanted = prefix.encode()
        # No byte of UTF-8 is 0xFF.
        return self.lower_bound(wanted), self.lower_bound(wanted + b"\xff")

    def lengths(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Return how many bytes the texts of some rows have."""
        rows = rows.astype(np.int64, copy=False)
        lengths: npt.NDArray[np.int64] = self.offsets[rows + 1] - self.offsets[rows]
        return lengths

    def texts(self, rows: npt.NDArray[Any]) -> list[str]:
        """Return the texts of some rows as a list, which is quickest for few."""
        ends, gathered = self._gathered(rows.astype(np.int64, copy=False))
        encoded, bounds = gathered.tobytes(), [0, *ends.tolist()]
        if encoded.isascii():
            # Characters are bytes then, and all of them are decoded at once.
            text = encoded.decode("ascii")
            return [text[start:end] for start, end in itertools.pairwise(bounds)]
        return [encoded[start:end].decode() for start, end in itertools.pairwise(bounds)]

    def _gathered(
        self, rows: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        """Return where the texts of some rows end when they stand together, and their bytes."""
        lengths = self.lengths(rows)
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        places = np.arange(total) + np.repeat(self.offsets[rows] - (ends - lengths), lengths)
        return ends, self.data[places]

    def take(self, rows: npt.NDArray[Any]) -> pa.Array[Any]:
        """Return the texts of some rows, in that order, as an Arrow array."""
        rows = rows.astype(np.int64, copy=False)
        if len(self) and len(rows) > len(self) // _MANY:
            return self._take_many(rows)
        ends, gathered = self._gathered(rows)
        return arrow_strings(np.concatenate([[0], ends]), gathered)

    def _take_many(self, rows: npt.NDArray[np.int64]) -> pa.Array[Any]:
        size = self._common_size()
        if size:
            # As ids are: all of one length, and so rows of a table of bytes.
            table = np.asarray(self.data[self.offsets[0] : self.offsets[-1]]).reshape(-1, size)
            kind = np.int32 if len(rows) * size < 2**31 else np.int64
            offsets = np.arange(0, len(rows) * size + 1, size, dtype=kind)
            return arrow_strings(offsets, table.take(rows, axis=0).ravel())
        # Arrow copies text by text, for which it wants all offsets in its own type.
        taken = self.slice(0, len(self)).take(rows)
        release(self.offsets, self.data)
        return taken

    def _common_size(self) -> int:
        """Return how many bytes every text has, or 0 if that differs."""
        if self._size is None:
            size = int(self.offsets[1] - self.offsets[0])
            pieces = range(0, len(self), _PIECE_ROWS)
            is_common = all(
                (np.diff(self.offsets[low : low + _PIECE_ROWS + 1]) == size).all() for low in pieces
            )
            self._size = size if is_common else 0
            release(self.offsets)
        return self._size

    def begin_with(self, rows: npt.NDArray[Any], prefix: str) -> npt.NDArray[np.bool_]:
        """Tell of each of some rows whether its text begins so."""
        wanted = np.frombuffer(prefix.encode(), np.uint8)
        rows = rows.astype(np.int64, copy=False)
        found = self.lengths(rows) >= len(wanted)
        starts = self.offsets[rows]
        for place, byte in enumerate(wanted):
            left = np.flatnonzero(found)
            if not len(left):
                break
            found[left] = self.data[starts[left] + place] == byte
        return found

    def slice(self, low: int, high: int) -> pa.Array[Any]:
        """Return the texts of consecutive rows as an Arrow array, without looking at each."""
        offsets = self.offsets[low : high + 1]
        return arrow_strings(offsets - offsets[0], self.data[offsets[0] : offsets[-1]])

    def pieces(self) -> Iterator[tuple[int, pa.Array[Any]]]:
        """Yield all texts in pieces, each with its first row."""
        for low in range(0, len(self), _PIECE_ROWS):
            yield low, self.slice(low, min(low + _PIECE_ROWS, len(self)))
            release(self.offsets, self.data)


class StringsOutput:
    """Texts on their way to disk.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    name : str
        What they are called there.
    """

    def __init__(self, writer: ArraysWriter, name: str) -> None:
        self._writer = writer
        self._name = name
        self._offsets = writer.begin(f"{name}.offsets", "<i8")
        self._data = writer.begin(f"{name}.data", "|u1")
        self._end = 0
        self._offsets.append([0])

    def append(self, texts: pa.Array[Any]) -> None:
        """Take further texts, none of them null."""
        offsets, data = string_buffers(texts)
        self._offsets.append(offsets[1:] + self._end)
        self._data.append(data)
        self._end += len(data)

    def finish(self) -> Strings:
        """Complete the texts and map them for reading."""
        return Strings(
            self._writer.finish(f"{self._name}.offsets"), self._writer.finish(f"{self._name}.data")
        )


def load_strings(arrays: Arrays, name: str) -> Strings:
    """Map texts that were written under a name."""
    return Strings(arrays.load(f"{name}.offsets"), arrays.load(f"{name}.data"))


def string_buffers(
    texts: pa.Array[Any],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return offsets, from 0, and bytes of an Arrow array of texts without nulls."""
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return np.zeros(len(texts) + 1, np.int64), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    used = np.frombuffer(data, np.uint8)[places[0] : places[-1]]
    return places.astype(np.int64) - int(places[0]), used


def arrow_strings(offsets: npt.NDArray[Any], data: npt.NDArray[np.uint8]) -> pa.Array[Any]:
    """Return an Arrow array of texts made of offsets, from 0, and bytes."""
    import pyarrow as pa

    wide = len(data) >= 2**31
    kind = pa.LargeStringArray if wide else pa.StringArray
    places = np.ascontiguousarray(offsets, dtype=np.int64 if wide else np.int32)
    return kind.from_buffers(
        len(places) - 1, pa.py_buffer(places), pa.py_buffer(np.ascontiguousarray(data))
    )

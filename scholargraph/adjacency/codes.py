"""Columns with few distinct values as small numbers: types of papers, marks of seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.adjacency.pages import release
from scholargraph.adjacency.strings import StringsOutput, load_strings

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from scholargraph.store.arrays import ArraysWriter
    from scholargraph.store.derived import Arrays

_PIECE_ROWS: Final = 1_000_000


class CodesOutput:
    """A column on its way to disk: ``<name>_code`` for each row, and ``<name>s``.

    Code 0 stands for null, code k for the k-th value that occurs, sorted by bytes.

    Parameters
    ----------
    writer : ArraysWriter
        Where it goes.
    name : str
        What it is called there.
    """

    def __init__(self, writer: ArraysWriter, name: str) -> None:
        self._writer = writer
        self._name = name
        self._codes: dict[str | None, int] = {None: 0}
        self._output = writer.begin_scratch("<u4")

    def append(self, values: pa.Array[Any]) -> None:
        """Take further values."""
        encoded = values.dictionary_encode(null_encoding="encode")
        local = [
            self._codes.setdefault(value, len(self._codes))
            for value in encoded.dictionary.to_pylist()
        ]
        self._output.append(np.array(local, np.uint32)[encoded.indices.to_numpy()])

    def finish(self) -> None:
        """Write the values that occur, and the code of each row in as few bytes as will do."""
        import pyarrow as pa

        known = sorted((value for value in self._codes if value is not None), key=str.encode)
        values = StringsOutput(self._writer, f"{self._name}s")
        values.append(pa.array(known, pa.string()))
        values.finish()
        places = np.zeros(len(self._codes), np.uint32)
        for place, value in enumerate(known, 1):
            places[self._codes[value]] = place
        codes: npt.NDArray[np.uint32] = self._output.finish_scratch()
        name = f"{self._name}_code"
        output = self._writer.begin(name, "|u1" if len(places) <= 256 else "<u4")
        for low in range(0, len(codes), _PIECE_ROWS):
            output.append(places[codes[low : low + _PIECE_ROWS]])
            release(codes)
        self._writer.finish(name)


def load_names(arrays: Arrays, name: str) -> tuple[str | None, ...]:
    """Return the value of each code, None first."""
    values = load_strings(arrays, f"{name}s")
    return (None, *(values[row] for row in range(len(values))))

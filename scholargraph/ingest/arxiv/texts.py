"""Texts of many records at once, changed where they stand in memory, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest import columns

_TEXTS_AT_A_TIME: Final = 256
"""Of long ones: their characters, some hundreds of kilobytes, stay in the processor's cache."""

_BLANK: Final = ord(" ")
_WHITE_CONTROLS: Final = (ord("\t"), ord("\r"))
"""The first and the last of them; all between are white space, too."""


def on_one_line(texts: Sequence[str | None]) -> pa.Array:
    r"""Return texts without line breaks, control characters and repeated blanks.

    Parameters
    ----------
    texts : sequence of str or None
        As printed.

    Returns
    -------
    pyarrow.Array
        Strings; white space is one blank, and none stands at the ends.

    Examples
    --------
    >>> on_one_line([" We show\n  that", None, "a\tb"]).to_pylist()
    ['We show that', None, 'a b']
    """
    trimmed = pc.ascii_trim_whitespace(pa.array(texts, pa.string()))
    return columns.without_control_characters(with_single_blanks(trimmed))


def long_on_one_line(texts: Sequence[str | None]) -> pa.Array:
    """Return what ``on_one_line`` does, faster where texts have hundreds of characters."""
    starts = range(0, len(texts), _TEXTS_AT_A_TIME)
    parts = [on_one_line(texts[start : start + _TEXTS_AT_A_TIME]) for start in starts]
    return pa.concat_arrays([pa.array([], pa.string()), *parts])


def with_single_blanks(texts: pa.Array) -> pa.Array:
    """Return texts with one blank for each run of white space in them.

    Parameters
    ----------
    texts : pyarrow.Array
        Strings without white space at their ends, as a function of Arrow has made them: not a
        part of a larger array.
    """
    validity, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return texts
    ends = np.frombuffer(offsets, np.int32)[: len(texts) + 1]
    characters = np.frombuffer(data, np.uint8)[: ends[-1]].copy()
    controls = np.flatnonzero(characters < _BLANK)
    first, last = _WHITE_CONTROLS
    is_white = (characters[controls] >= first) & (characters[controls] <= last)
    characters[controls[is_white]] = _BLANK
    is_blank = characters == _BLANK
    # No run goes on in the next text, since none has a blank at an end.
    repeated = np.flatnonzero(is_blank[1:] & is_blank[:-1])
    if len(repeated):
        characters = np.delete(characters, repeated)
        ends = ends - repeated.searchsorted(ends).astype(np.int32)
    buffers = [validity, pa.py_buffer(ends), pa.py_buffer(characters)]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers)


def with_bytes_for_bytes(texts: pa.Array, table: bytes) -> pa.Array:
    """Return texts with another byte for each of their bytes, as ``bytes.translate`` has it.

    Parameters
    ----------
    texts : pyarrow.Array
        Strings, as a function of Arrow has made them: not a part of a larger array.
    table : bytes
        What stands for each of the 256 bytes; those of ASCII become ASCII, others stay.
    """
    validity, offsets, data = texts.buffers()
    if data is None:
        return texts
    buffers = [validity, offsets, pa.py_buffer(data.to_pybytes().translate(table))]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers)

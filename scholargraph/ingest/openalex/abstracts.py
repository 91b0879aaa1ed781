"""Abstracts from their inverted index.

OpenAlex publishes an abstract as ``{word: [positions]}``. The producer cuts long ones by bytes,
at words that first appear late, so text may be missing *inside*; what is missing is skipped and
said, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.limits import MAX_ABSTRACT_BYTES
from scholargraph.ingest.openalex.generations import plain_index
from scholargraph.ingest.openalex.shapes import AbstractIndex
from scholargraph.ingest.repair import UnreadableError, load_json, repair_value

if TYPE_CHECKING:
    import numpy.typing as npt

    from scholargraph.ingest.drift import Drift

_FIELD: Final = "works.abstract_inverted_index"
_NOTHING: Final = (b"", b"null", b"{}", b'""', b'"{}"', b'"null"')
_WITH_LENGTH: Final = (b'{"IndexLength"', b'{"InvertedIndex"')
_TOGETHER: Final = 64
"""Abstracts rebuilt at a time: enough to share the cost of a call, few enough for the cache."""

_MAX_DIGITS: Final = 8
_OPENS_LIST: Final = 10
_COLON: Final = 11
_OPENS_INDEX: Final = 12
_HARMLESS: Final = 13
_UNEXPECTED: Final = 14


def _meanings() -> bytes:
    """Return what a byte outside of words means: the value of a digit, or one of the above."""
    meanings = bytearray([_UNEXPECTED]) * 256
    for value, digit in enumerate(b"0123456789"):
        meanings[digit] = value
    for harmless in b'",]} ':
        meanings[harmless] = _HARMLESS
    meanings[ord("[")] = _OPENS_LIST
    meanings[ord(":")] = _COLON
    meanings[ord("{")] = _OPENS_INDEX
    return bytes(meanings)


_MEANINGS: Final = _meanings()
_QUOTES_TO_BLANKS: Final = bytes.maketrans(b'"', b" ")

_DECODER: Final = msgspec.json.Decoder(AbstractIndex)
_RAW_DECODER: Final = msgspec.json.Decoder(msgspec.Raw)


def checked(index: msgspec.Raw) -> bytes | AbstractIndex | None:
    """Return an index as it stands where it is plain JSON, else decoded; None if there is none.

    Raises
    ------
    msgspec.MsgspecError, UnicodeDecodeError
        If it is no index, or not UTF-8.
    """
    text = bytes(index)
    if text in _NOTHING:
        return None
    if text.startswith(_WITH_LENGTH):
        raise msgspec.ValidationError("an index with its length, as until September 2023")
    if b"\\" in text and len(text) <= MAX_ABSTRACT_BYTES:
        return _DECODER.decode(text)
    if not text.isascii():
        text.decode()
    return text


def checked_text(text: bytes, drift: Drift) -> bytes | AbstractIndex | None:
    """Return an index that is JSON inside a text, as ``checked`` does; a bad one is counted.

    Parameters
    ----------
    text : bytes
        UTF-8.
    drift : Drift
        Is told of an index that is none.
    """
    if len(text) > MAX_ABSTRACT_BYTES:
        drift.add(_FIELD, odd.BAD_VALUE)
        return None
    try:
        return checked(_RAW_DECODER.decode(text))
    except RecursionError:
        drift.add(_FIELD, odd.BAD_VALUE)
        return None
    except msgspec.MsgspecError:
        repaired: AbstractIndex | None = repair_value(
            plain_index(text.decode()), AbstractIndex, _FIELD, drift
        )
        return repaired


class Abstracts:
    """Gathers the abstracts of works."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._texts: list[str] = []
        self._is_complete: list[bool] = []
        self._plain_rows: list[int] = []
        self._plain: list[bytes] = []

    def add(
        self, row: int, index: bytes | AbstractIndex | msgspec.Raw | None, drift: Drift
    ) -> None:
        """Take the index of a work, if it has one that is read: ``checked``, or repaired."""
        if isinstance(index, bytes):
            if len(index) > MAX_ABSTRACT_BYTES:
                drift.add(_FIELD, odd.BAD_VALUE)
                return
            self._plain_rows.append(row)
            self._plain.append(index)
        elif isinstance(index, dict):
            self._add_rebuilt(row, index)

    def _add_rebuilt(self, row: int, index: AbstractIndex) -> None:
        text, is_complete = rebuild(index)
        if text:
            self._rows.append(row)
            self._texts.append(text)
            self._is_complete.append(is_complete)

    def table(self, drift: Drift) -> Rows:
        """Return all abstracts."""
        starts = range(0, len(self._plain), _TOGETHER)
        parts = [rebuild_plain(self._plain[start : start + _TOGETHER]) for start in starts]
        plain = pa.chunked_array(parts, pa.string()).combine_chunks()
        is_left = np.asarray(plain.is_null())
        for number in np.flatnonzero(is_left).tolist():
            index = _decoded(self._plain[number], drift)
            if index:
                self._add_rebuilt(self._plain_rows[number], index)
        rows = np.concatenate(
            [np.array(self._plain_rows, np.int32)[~is_left], np.array(self._rows, np.int32)]
        )
        texts = pa.concat_arrays([plain.drop_null(), pa.array(self._texts, pa.string())])
        is_complete = np.ones(len(rows), bool)
        is_complete[len(rows) - len(self._rows) :] = self._is_complete
        return columns.build(
            schema.ABSTRACTS,
            rows,
            {
                "text": columns.without_control_characters(texts),
                "is_complete": pa.array(is_complete),
            },
        )


def _decoded(text: bytes, drift: Drift) -> AbstractIndex | None:
    """Decode a plain index that does not make a whole text; a word that stands twice is one."""
    try:
        value = load_json(text, _with_all_positions)
    except UnreadableError:
        drift.add(_FIELD, odd.BAD_VALUE)
        return None
    try:
        return msgspec.convert(value, AbstractIndex)
    except msgspec.ValidationError:
        repaired: AbstractIndex | None = repair_value(value, AbstractIndex, _FIELD, drift)
        return repaired


def _with_all_positions(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the words of an index, with all positions of one that stands twice."""
    index: dict[str, Any] = {}
    for word, positions in pairs:
        known = index.get(word)
        if isinstance(known, list) and isinstance(positions, list):
            positions = known + positions
        index[word] = positions
    return index


def rebuild(index: Mapping[str, Sequence[int]]) -> tuple[str, bool]:
    """Return the text of an inverted index, and whether every position is there once.

    Words are joined by one blank. Positions are not negative. Memory is bounded by the number of
    positions listed, never by how large one of them says it is.

    Examples
    --------
    >>> rebuild({"to": [0, 4], "be": [1, 5], "or": [2], "not": [3]})
    ('to be or not to be', True)
    >>> rebuild({"to": [0, 4], "be": [5]})
    ('to to be', False)
    """
    size = sum(map(len, index.values()))
    words: list[str | None] = [None] * size
    try:
        for word, positions in index.items():
            for position in positions:
                words[position] = word
    except IndexError:
        return _with_gaps(index), False
    # As many places as positions: if one is free, another was taken twice or lies beyond.
    if None in words:
        return _with_gaps(index), False
    return " ".join(filter(None, words)), True


class _Tokens(NamedTuple):
    """What stands in a row of plain indexes, in the order of their bytes."""

    bounds: npt.NDArray[np.int32]
    """Where words begin and end, in turns."""
    word_counts: npt.NDArray[np.int64]
    """Words of each index."""
    positions: npt.NDArray[np.int32]
    word_of_position: npt.NDArray[np.int32]


def rebuild_plain(indexes: Sequence[bytes]) -> pa.Array:
    """Return the texts of indexes as JSON without escapes; null where that cannot be done.

    As ``rebuild`` does it, for many at once and without an object for every word, which takes a
    third of the time. Null are those that lack a position or have one twice, hold an empty word
    or are no index at all.

    Examples
    --------
    >>> rebuild_plain([b'{"to":[0,4],"be":[1,5],"or":[2],"not":[3]}', b'{"gap":[1]}']).to_pylist()
    ['to be or not to be', None]
    """
    text = b"".join(indexes)
    tokens = _tokens(text, indexes)
    if tokens is None:
        return pa.nulls(len(indexes), pa.string())
    ends = np.cumsum(tokens.word_counts)
    starts_of_positions = np.searchsorted(tokens.word_of_position, np.concatenate([[0], ends]))
    first = starts_of_positions[:-1]
    counts = np.diff(starts_of_positions)
    is_inside = tokens.positions < np.repeat(counts, counts)
    places = (np.repeat(first, counts) + tokens.positions)[is_inside]
    placed = np.full(len(tokens.positions), -1, np.int32)
    placed[places] = tokens.word_of_position[is_inside]
    is_empty = np.append(np.diff(tokens.bounds)[::2] == 0, True)  # the last for what is missing
    missing_before = np.concatenate([[0], np.cumsum(is_empty.take(placed))])
    is_whole = (np.diff(missing_before[starts_of_positions]) == 0) & (counts > 0)
    texts = _joined(text, tokens.bounds, np.maximum(placed, 0), starts_of_positions)
    return pc.if_else(pa.array(is_whole), texts, columns.NO_TEXT)


def _joined(
    text: bytes,
    bounds: npt.NDArray[np.int32],
    words: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int64],
) -> pa.Array:
    """Return words by number, with a blank between; each text begins at one of the starts."""
    with_quotes = bounds.copy()
    with_quotes[1::2] += 1
    pieces = _slices(text, with_quotes).take(pa.array(words * 2))
    _, ends, data = pieces.buffers()
    ends = np.frombuffer(ends, np.int32)[starts]
    texts = _slices(data.to_pybytes().translate(_QUOTES_TO_BLANKS), ends)
    return pc.binary_slice(texts, 0, -1).cast(pa.string())


def _slices(text: bytes, bounds: npt.NDArray[np.int32]) -> pa.Array:
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, buffers)


def _tokens(text: bytes, indexes: Sequence[bytes]) -> _Tokens | None:
    """Return words and positions, or None if there is anything else.

    It is known to be JSON without escapes: so quotes only bound words. Each index is an object, and
    the only one in it; as many words stand in it as colons, a list behind each, and no other list.
    """
    quotes = np.flatnonzero(np.frombuffer(text, np.uint8) == ord('"')).astype(np.int32)
    word_total = len(quotes) // 2
    bounds = np.concatenate([[0], quotes, [len(text)]]).astype(np.int32)
    bounds[1:-1:2] += 1
    outside = _slices(text, bounds).take(pa.array(np.arange(0, len(bounds) - 1, 2, dtype=np.int32)))
    meanings = outside.buffers()[2].to_pybytes().translate(_MEANINGS, b" ")
    meaning = np.frombuffer(meanings, np.uint8)
    is_digit = meaning < 10
    is_list = meaning == _OPENS_LIST
    if (
        np.count_nonzero(is_list) != word_total
        or np.count_nonzero(meaning == _COLON) != word_total
        or np.count_nonzero(meaning == _OPENS_INDEX) != len(indexes)
        or (meaning == _UNEXPECTED).any()
        or not all(index.startswith(b"{") for index in indexes)
        or not is_list.take(np.flatnonzero(meaning == _COLON) + 1).all()
    ):
        return None
    edges = np.flatnonzero(is_digit[1:] != is_digit[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    sizes = ends - starts
    if not len(sizes) or sizes.max() > _MAX_DIGITS:
        return None
    positions = meaning.take(ends - 1).astype(np.int32)
    for digits in range(1, int(sizes.max())):
        values = (sizes > digits) * np.int32(10**digits)
        positions += meaning.take(ends - 1 - digits).astype(np.int32) * values
    index_ends = np.cumsum([len(index) for index in indexes])
    words_before = np.searchsorted(quotes[::2], np.concatenate([[0], index_ends]))
    word_of_position = _words_of_positions(is_list, starts, word_total)
    return _Tokens(bounds[1:], np.diff(words_before), positions, word_of_position)


def _words_of_positions(
    is_list: npt.NDArray[np.bool_], starts: npt.NDArray[np.int64], word_total: int
) -> npt.NDArray[np.int32]:
    """Return the number of the word in whose list each position stands."""
    begins_list = is_list.take(starts - 1)
    if np.count_nonzero(begins_list) == word_total:
        return np.cumsum(begins_list, dtype=np.int32) - 1
    # A list is empty: count bytes, not positions.
    return (np.cumsum(is_list, dtype=np.int32) - 1).take(starts)


def _with_gaps(index: Mapping[str, Sequence[int]]) -> str:
    placed = sorted(
        (position, order, word)
        for order, (word, positions) in enumerate(index.items())
        for position in positions
    )
    return " ".join(word for _, _, word in placed)

"""Lines of JSON read thousands at a time, as columns, without an object for every value.

Of each line the fields are told apart; those that are read are put together again, for Arrow to
read them. What is not just as the shapes declare it is refused, down to a few lines around it, and
left to the rules for single records: they know what to make of it, and what to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import xxhash
from pyarrow import json

from scholargraph.ingest import columns
from scholargraph.ingest.columns import OddIdError
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.limits import BATCH_BYTES, BATCH_RECORDS
from scholargraph.ingest.openalex.abstracts import checked
from scholargraph.ingest.openalex.columnar.batch import ColumnBatch, Maker, Route
from scholargraph.ingest.openalex.columnar.nodes import UnexpectedValueError, structs_of
from scholargraph.ingest.openalex.columnar.plan import fields_of
from scholargraph.ingest.openalex.columnar.said import are_nobody
from scholargraph.ingest.openalex.columnar.types import parts_of
from scholargraph.ingest.openalex.kinds import Kind
from scholargraph.ingest.repair import load_again

if TYPE_CHECKING:
    from scholargraph.ingest.openalex.columnar.groups import Flags, Numbers

ABSTRACT: Final = "abstract_inverted_index"
"""Its keys are words and no fields: it is not read with the others."""

LONGEST_LINE: Final = 4 << 20
"""In bytes; a longer one is read alone."""

MOST_OBJECTS: Final = 500_000
MOST_COMMAS: Final = 2_000_000
"""In lines that are read together. Works have a tenth of them, but three bytes may be an object
and five an element that is null, and each takes room in all columns of its kind."""

FEW_LINES: Final = 32
"""Of these all are refused if one is."""

LONGEST_PAUSE: Final = 64 * BATCH_RECORDS
_NULL: Final = msgspec.Raw(b"null")


class Line(NamedTuple):
    """A line and where it stands."""

    file: str
    number: int
    text: bytes


class _Taken(NamedTuple):
    place: tuple[str, int, bytes]
    record: bytes
    """The fields that are read, as JSON."""
    abstract: bytes | None


class _Accepted(NamedTuple):
    ids: pa.Array
    rows: pa.RecordBatch
    texts: list[bytes]


class LineColumns:
    """Gathers lines of one kind of record, and makes columns of them.

    Parameters
    ----------
    kind : Kind
        Of the records.
    route : Route
        That of the kind.
    letter : str
        That of the kind's ids.
    maker : Maker
        For records that turn out to be odd when rows are made.
    keeps_abstracts : bool
        Whether abstracts are wanted.
    """

    def __init__(
        self, kind: Kind, route: Route, letter: str, maker: Maker, *, keeps_abstracts: bool
    ) -> None:
        self._kind = kind
        self._route = route
        self._letter = letter
        self._maker = maker
        self._keeps_abstracts = keeps_abstracts
        fields = fields_of(kind.shape)
        read = [name for name, field in fields.items() if field.is_read and name != ABSTRACT]
        others = [name for name in fields if name not in read]
        self._has_abstract = ABSTRACT in fields
        self._told_apart = msgspec.json.Decoder(
            msgspec.defstruct(
                "ToldApart",
                [(name, msgspec.Raw, _NULL) for name in [*read, *others]],
                forbid_unknown_fields=True,
                gc=False,
            )
        )
        self._read_fields = len(read)
        keys = [b'"%b":' % name.encode() for name in read]
        pieces = [b"{" + keys[0], *(b"," + key for key in keys[1:]), b"}\n"]
        self._form = [piece for key in pieces for piece in (key, b"")][:-1]
        """A record as JSON, with room after each key for the value."""
        self._options = _json_options(
            [part for part in parts_of(kind.shape) if part.name in set(read)]
        )
        self._taken: list[_Taken] = []
        self._taken_bytes = 0
        self._pause = 0
        self._next_pause = BATCH_RECORDS

    def take(self, file: str, first: int, lines: Sequence[bytes], start: int) -> int:
        """Take lines up to one that is surely to be read alone, or until there are enough.

        Parameters
        ----------
        file : str
            Name of the file.
        first : int
            Number of the first line.
        lines : sequence of bytes
            Without line ends.
        start : int
            The first that is left to be taken.

        Returns
        -------
        int
            The first that was not taken.
        """
        if self._pause:
            self._pause -= 1
            return start
        tell_apart, pick, form = self._told_apart.decode, self._read_fields, self._form
        for place in range(start, len(lines)):
            text = lines[place]
            if len(text) > LONGEST_LINE or self.are_enough:
                return place
            try:
                told_apart = tell_apart(text)
                abstract = self._abstract_of(told_apart) if self._has_abstract else None
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                return place
            record = form.copy()
            record[1::2] = msgspec.structs.astuple(told_apart)[:pick]
            self._taken.append(_Taken((file, first + place, text), b"".join(record), abstract))
            self._taken_bytes += len(text)
        return len(lines)

    def _abstract_of(self, told_apart: Any) -> bytes | None:
        index = told_apart.abstract_inverted_index
        is_there = checked(index) is not None
        return bytes(index) if is_there and self._keeps_abstracts else None

    @property
    def are_enough(self) -> bool:
        """Whether the lines that were taken should be read now."""
        return len(self._taken) >= BATCH_RECORDS or self._taken_bytes >= BATCH_BYTES

    def read(self) -> tuple[LineBatch | None, list[Line]]:
        """Make columns of the lines that were taken; return them, and the lines that are refused.

        Where these are most, the next ones are not taken: it would be in vain.
        """
        taken, self._taken, self._taken_bytes = self._taken, [], 0
        parts: list[_Accepted] = []
        refused: list[Line] = []
        if taken:
            self._read(taken, parts, refused)
        if 2 * len(refused) > len(taken):
            self._pause = self._next_pause
            self._next_pause = min(2 * self._next_pause, LONGEST_PAUSE)
        elif taken:
            self._next_pause = BATCH_RECORDS
        return self._batch(parts), refused

    def _batch(self, parts: Sequence[_Accepted]) -> LineBatch | None:
        if not parts:
            return None
        rows = parts[0].rows
        if len(parts) > 1:
            rows = _together(pa.Table.from_batches([part.rows for part in parts]))
        ids = pa.concat_arrays([part.ids for part in parts])
        texts = [text for part in parts for text in part.texts]
        return LineBatch(self._kind, self._route, ids, rows, texts, self._maker)

    def _read(self, taken: Sequence[_Taken], parts: list[_Accepted], refused: list[Line]) -> None:
        try:
            ids, rows = self._columns(taken)
            is_odd = self._are_odd(rows)
        except (pa.ArrowInvalid, OddIdError, UnexpectedValueError):
            if len(taken) <= FEW_LINES:
                refused += [Line(*one.place) for one in taken]
                return
            half = len(taken) // 2
            self._read(taken[:half], parts, refused)
            self._read(taken[half:], parts, refused)
            return
        texts = [one.place[2] for one in taken]
        if is_odd.any():
            refused += [Line(*taken[row].place) for row in np.flatnonzero(is_odd).tolist()]
            kept = pa.array(np.flatnonzero(~is_odd))
            ids, rows = ids.take(kept), rows.take(kept)
            texts = [texts[row] for row in kept.to_pylist()]
        if texts:
            parts.append(_Accepted(ids, rows, texts))

    def _columns(self, taken: Sequence[_Taken]) -> tuple[pa.Array, pa.RecordBatch]:
        """Return short ids and columns.

        Raises
        ------
        pyarrow.ArrowInvalid, OddIdError, UnexpectedValueError
            If anything is not of the type that is declared, or an id not as OpenAlex spells it.
        """
        text = b"".join([one.record for one in taken])
        if _times(b"{", text) > MOST_OBJECTS or _times(b",", text) > MOST_COMMAS:
            raise UnexpectedValueError("too many values to be read together")
        rows = _rows_of(text, self._options)
        rows.validate(full=True)
        urls = rows.column("id")
        if urls.null_count:
            raise UnexpectedValueError("no id")
        ids = columns.ids(urls, self._letter)
        if are_nobody(urls).any():
            raise UnexpectedValueError("an id that stands for nobody")
        if self._has_abstract:
            texts = pa.array([one.abstract for one in taken], pa.binary()).view(pa.string())
            rows = rows.append_column(ABSTRACT, texts)
        return ids, rows

    def _are_odd(self, rows: pa.RecordBatch) -> Flags:
        """Say of each record whether only the rules for single ones know its form.

        Raises
        ------
        UnexpectedValueError
            If a value is out of range.
        """
        met = Drift()
        records = structs_of(rows, self._kind.shape, self._kind.name, met)
        if met.as_dict():
            raise UnexpectedValueError("a value out of range")
        return self._route.are_odd(records)


def _times(byte: bytes, text: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == byte[0]))


def _json_options(parts: Sequence[pa.Field]) -> json.ParseOptions:
    return json.ParseOptions(explicit_schema=pa.schema(parts), unexpected_field_behavior="error")


def _rows_of(text: bytes, options: json.ParseOptions) -> pa.RecordBatch:
    reading = json.ReadOptions(use_threads=False, block_size=len(text))
    rows = json.read_json(pa.BufferReader(text), read_options=reading, parse_options=options)
    return _together(rows)


def _together(rows: pa.Table) -> pa.RecordBatch:
    return rows.combine_chunks().to_batches()[0]


class LineBatch(ColumnBatch):
    """Records of one kind, as columns made of lines, which are kept for those to be read again."""

    def __init__(
        self,
        kind: Kind,
        route: Route,
        ids: pa.Array,
        rows: pa.RecordBatch,
        texts: list[bytes],
        maker: Maker,
    ) -> None:
        super().__init__(kind, route, ids, rows, maker, is_left_out=False)
        self._texts = texts

    def _content_hashes(self) -> pa.Array:
        return pa.array(map(xxhash.xxh3_64_intdigest, self._texts), pa.uint64())

    def _decoded(self, chosen: Numbers) -> Iterator[dict[str, Any]]:
        return (load_again(self._texts[row]) for row in chosen.tolist())

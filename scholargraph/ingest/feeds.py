"""Where records come from: files of any JSON layout, or values at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from scholargraph.ingest.limits import MAX_DOCUMENT_BYTES
from scholargraph.ingest.lines import LineReader
from scholargraph.ingest.parquet_rows import Part, is_parquet, open_part
from scholargraph.ingest.repair import UnreadableError, load_json

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.discover import Input
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.rejects import Rejects

_LINES_LOOKED_AT: Final = 64

Blocks = Iterator[tuple[int, list[bytes]]]


class Batch(Protocol):
    """Records of one kind that can become rows."""

    def ranks(self, dump_date: date | None, drift: Drift) -> Rows:
        """Return what decides between versions of each record."""

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the rows of every table."""


class Reader(Protocol):
    """Makes batches of one source's records."""

    record_count: int
    left_out: Counter[str]

    def rest(self) -> Iterator[Batch]:
        """Yield what was gathered and did not fill a batch."""


class JsonReader(Reader, Protocol):
    """Makes batches from lines, documents or values."""

    def read_lines(self, file: str, first: int, lines: list[bytes]) -> Iterator[Batch]:
        """Read JSON Lines."""

    def read_document(self, file: str, text: bytes) -> Iterator[Batch]:
        """Read one JSON text."""

    def read_value(self, file: str, number: int | None, value: Any) -> Iterator[Batch]:
        """Read decoded JSON."""


@runtime_checkable
class ColumnReader(Protocol):
    """Makes batches of records that come as columns, of a source that has an edition of them."""

    def read_part(self, part: Part) -> Iterator[Batch]:
        """Read a Parquet file."""


class Feed(Protocol):
    """Something that records come from: a file, or values at hand."""

    @property
    def name(self) -> str:
        """Name for rejects and provenance."""

    @property
    def size_bytes(self) -> int:
        """Size where it lies, for progress."""

    @property
    def dump_date(self) -> date | None:
        """Date of the dump that it belongs to."""

    def read(self, reader: Any, rejects: Rejects, at: Callable[[int], None]) -> Iterator[Batch]:
        """Feed the reader, which is its source's, and yield its batches.

        ``at`` is told the bytes done.
        """


@dataclass(frozen=True, slots=True)
class InputFeed:
    """A file; how it is read is its source's business."""

    given: Input

    @property
    def name(self) -> str:
        """Name for rejects and provenance."""
        return self.given.name

    @property
    def size_bytes(self) -> int:
        """Size where it lies."""
        return self.given.size_bytes

    @property
    def dump_date(self) -> date | None:
        """Date of the dump."""
        return self.given.dump_date


@dataclass(frozen=True, slots=True)
class FileFeed(InputFeed):
    """A file of JSON Lines, one JSON document over many lines, or Parquet."""

    def read(
        self, reader: JsonReader, rejects: Rejects, at: Callable[[int], None]
    ) -> Iterator[Batch]:
        """Feed the reader line by line, whole, or by columns, as the file is."""
        if self.given.fault is not None:
            rejects.add(self.name, None, self.given.fault, b"")
        if is_parquet(self.given.file):
            yield from self._read_part(reader, rejects, at)
            return
        with LineReader(self.given.file) as file:
            document, blocks = document_or_lines(file.blocks())
            if document is not None:
                yield from reader.read_document(self.name, document)
            for first, lines in blocks:
                at(file.bytes_done)
                yield from reader.read_lines(self.name, first, lines)
            for fault in file.faults:
                rejects.add(self.name, fault.line or None, fault.reason, b"")

    def _read_part(
        self, reader: JsonReader, rejects: Rejects, at: Callable[[int], None]
    ) -> Iterator[Batch]:
        if not isinstance(reader, ColumnReader):
            rejects.add(self.name, None, "Parquet, of which this source has no edition", b"")
            return
        with open_part(self.name, self.given.file, self.size_bytes, rejects, at) as part:
            if part is not None:
                yield from reader.read_part(part)


@dataclass(frozen=True, slots=True)
class ValueFeed:
    """Decoded records, such as the dicts that a client of the API returns."""

    values: Iterable[Any]
    dump_date: date | None = None
    name: str = "records"
    size_bytes: int = 0

    def read(
        self, reader: JsonReader, rejects: Rejects, at: Callable[[int], None]
    ) -> Iterator[Batch]:
        """Feed the reader value by value, counted from 1."""
        for number, value in enumerate(self.values, 1):
            # Reading repairs records in place, and these are the caller's.
            yield from reader.read_value(self.name, number, deepcopy(value))


def document_or_lines(blocks: Blocks) -> tuple[bytes | None, Blocks]:
    """Return the one JSON document that the lines make up, or the lines as they were.

    What is too large for a document goes on as lines.
    """
    start = next(blocks, None)
    if start is None:
        return None, iter(())
    if _are_lines(start[1]) or not _may_begin_document(start[1]):
        return None, chain([start], blocks)
    held, size = [start], sum(map(len, start[1]))
    for block in blocks:
        held.append(block)
        size += sum(map(len, block[1]))
        if size > MAX_DOCUMENT_BYTES:
            return None, chain(held, blocks)
    text = b"\n".join(line for _, lines in held for line in lines)
    try:
        load_json(text)
    except UnreadableError:
        return None, iter(held)
    return text, iter(())


def _are_lines(lines: list[bytes]) -> bool:
    """Whether the first line is JSON by itself, or, should it be damaged, most of the next."""
    looked_at = [line for line in lines[:_LINES_LOOKED_AT] if line.strip()]
    if looked_at and _is_whole(looked_at[0]):
        return True
    return 2 * sum(map(_is_whole, looked_at)) > len(looked_at)


def _is_whole(line: bytes) -> bool:
    try:
        value = load_json(line)
    except UnreadableError:
        return False
    return isinstance(value, dict | list) and bool(value)


def _may_begin_document(lines: list[bytes]) -> bool:
    return b"".join(lines[:_LINES_LOOKED_AT]).lstrip()[:1] in (b"{", b"[")

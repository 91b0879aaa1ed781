"""Lists of ids that OpenAlex took out: deleted works, and records merged into others.

A list is CSV with a header, plain or compressed: ``work_id,deleted_date`` with URLs as ids, or
``merge_date,id,merge_into_id`` with short ones. What it means for a graph is decided in
``resolve``: here chains, cycles and ids that came back are rows like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from scholargraph.ingest.lines import LineReader
from scholargraph.ingest.openalex.kinds import canonical_id, kind_key
from scholargraph.schema import arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

    from scholargraph.ingest.discover import Input
    from scholargraph.ingest.rejects import Rejects

MAX_ROW_BYTES: Final = 4_096
"""Of a line; real ones have less than a hundred."""

MAX_NAMED_ROWS: Final = 1_000
"""Bad rows of one list that are named one by one; a file that is no list may have millions."""

_BATCH_ROWS: Final = 100_000
_SEPARATORS: Final = (",", ";", "\t")

RemovalTable = Literal["_deleted", "_merged"]


class Removals(NamedTuple):
    """Rows that a list gives."""

    table: RemovalTable
    rows: pa.Table
    """With the columns of that table, at least one."""


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the columns of a list are."""

    separator: str
    width: int
    record: int
    into: int | None
    day: int | None


class _BadRowError(ValueError):
    """Why a row cannot be used."""


def removals_in(given: Input, rejects: Rejects) -> Iterator[Removals]:
    """Read a list of deleted or merged ids, a part of its rows at a time.

    A list may have more than a hundred million rows.

    Parameters
    ----------
    given : Input
        The list.
    rejects : Rejects
        Is told of rows that cannot be read.

    Yields
    ------
    Removals
        All of one list for the same table; of a list without rows, none.

    Raises
    ------
    InputTooLargeError, InputChangedError, InputNotFoundError
        As for any input.
    """
    header: _Header | None = None
    rows: list[tuple[str | date | None, ...]] = []
    bad = 0
    with LineReader(given.file, max_line_bytes=MAX_ROW_BYTES) as file:
        for first, lines in file.blocks():
            for number, line in enumerate(lines, first):
                if not line.strip():
                    continue
                try:
                    if header is None:
                        header = _header(line)
                        continue
                    rows.append(_row(header, line))
                except _BadRowError as error:
                    bad += 1
                    if bad <= MAX_NAMED_ROWS:
                        rejects.add(given.name, number, str(error), line)
                    if header is None:
                        return
                if len(rows) >= _BATCH_ROWS:
                    yield _removals(header, rows)
                    rows = []
        for fault in file.faults:
            rejects.add(given.name, fault.line or None, fault.reason, b"")
    if given.fault is not None:
        rejects.add(given.name, None, given.fault, b"")
    if bad > MAX_NAMED_ROWS:
        more = f"bad rows that are not named: {bad - MAX_NAMED_ROWS:,}"
        rejects.add(given.name, None, more, b"")
    if header is not None and rows:
        yield _removals(header, rows)


def _removals(header: _Header, rows: Sequence[tuple[str | date | None, ...]]) -> Removals:
    import pyarrow as pa

    table: RemovalTable = "_deleted" if header.into is None else "_merged"
    schema = arrow_schema(table)
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, to.type) for column, to in zip(columns, schema, strict=True)]
    return Removals(table, pa.table(arrays, schema=schema))


def _header(line: bytes) -> _Header:
    """Find the columns by their names, which differ between releases."""
    text = _text(line)
    separator = max(_SEPARATORS, key=text.count)
    names = [name.lower() for name in _fields(text, separator)]
    day = next((k for k, name in enumerate(names) if "date" in name), None)
    into = next((k for k, name in enumerate(names) if "into" in name), None)
    record = next(
        (
            k
            for k, name in enumerate(names)
            if k not in (day, into) and (name == "id" or name.endswith("_id"))
        ),
        None,
    )
    if record is None:
        raise _BadRowError("no header of a list of deleted or merged ids")
    return _Header(separator, len(names), record, into, day)


def _row(header: _Header, line: bytes) -> tuple[str | date | None, ...]:
    fields = _fields(_text(line), header.separator)
    if len(fields) != header.width:
        raise _BadRowError(f"{len(fields)} fields where the header has {header.width}")
    record = _id(fields[header.record])
    day = None if header.day is None else _day(fields[header.day])
    if header.into is None:
        return record, day
    into = _id(fields[header.into])
    if record == into:
        raise _BadRowError("merged into itself")
    if kind_key(record) != kind_key(into):
        raise _BadRowError("merged into another kind of record")
    return record, into, day


def _fields(text: str, separator: str) -> list[str]:
    """Split a row: neither ids nor dates hold separators or quotes, whatever else is there."""
    return [field.strip(' \r"') for field in text.split(separator)]


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _BadRowError("not UTF-8") from error


def _id(text: str) -> str:
    found = canonical_id(text)
    if found is None:
        raise _BadRowError("no id of OpenAlex")
    return found


def _day(text: str) -> date | None:
    """Read a date, with or without a time; one that is none is as good as not said."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None

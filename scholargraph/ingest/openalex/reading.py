"""From lines or documents of OpenAlex to records of one kind at a time.

Lines go through a strict decoder; what it refuses goes through ``ingest.repair``; what cannot be
told who it is about is rejected by name. A file is recognised by its content: lines of records,
a page of the API, a list, a single object, whatever it is called.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import xxhash

from scholargraph.identifiers import NOBODY
from scholargraph.ingest import columns
from scholargraph.ingest.columns import OddIdError, Rows
from scholargraph.ingest.drift import BAD_VALUE, Drift
from scholargraph.ingest.limits import BATCH_BYTES, BATCH_RECORDS, GATHERED_RECORDS
from scholargraph.ingest.openalex.abstracts import checked
from scholargraph.ingest.openalex.columnar.batch import ROUTES
from scholargraph.ingest.openalex.columnar.lines import Line, LineColumns
from scholargraph.ingest.openalex.columnar.parts import read_part
from scholargraph.ingest.openalex.generations import bring_up_to_date, plain_index
from scholargraph.ingest.openalex.kinds import KINDS, Kind, canonical_id, kind_key
from scholargraph.ingest.openalex.selection import TAKE_ALL, Selection
from scholargraph.ingest.openalex.shapes import UNREAD, Work
from scholargraph.ingest.repair import (
    OPENALEX_PREFIX,
    UnreadableError,
    load_again,
    load_json,
    repair,
)
from scholargraph.ingest.runs import LEFT_OUT
from scholargraph.schema import RECORDS

if TYPE_CHECKING:
    from datetime import date

    from scholargraph.ingest import feeds
    from scholargraph.ingest.parquet_rows import Part
    from scholargraph.ingest.rejects import Rejects

_LEFT_OUT_WORKS: Final = "W, left out"
_LETTERS: Final = tuple(key for key in KINDS if len(key) == 1)
_LETTER_ID: Final = re.compile(r"https://openalex\.org/([A-Z])[1-9][0-9]{0,17}")


ReadAgain = Callable[[str, bytes, Drift], Any]
"""Reads the record of an id by the slow path, which accepts other ids in any spelling."""


class Batch:
    """Records of one kind, gathered until there are enough of them to make rows."""

    def __init__(self, kind: Kind, read_again: ReadAgain, *, is_left_out: bool = False) -> None:
        self._kind = kind
        self._read_again = read_again
        self._is_left_out = is_left_out
        """Whether only the ranks of the records are kept: no older version may take their place."""
        self._gatherer = kind.gatherer()
        self._ids: list[str] = []
        self._updated_dates: list[str | None] = []
        self._hashes: list[int] = []
        self._texts: list[bytes] = []
        """The records as they came, should they have to be read again."""
        self._repaired: set[int] = set()
        """Numbers of those of which it is said already what is odd about them."""
        self._waiting: list[Any] = []
        self._size = 0

    def add(self, record_id: str, record: Any, text: bytes, *, is_repaired: bool) -> None:
        """Take a record."""
        if is_repaired:
            self._repaired.add(len(self._ids))
        self._ids.append(record_id)
        self._updated_dates.append(record.updated_date)
        self._hashes.append(xxhash.xxh3_64_intdigest(text))
        self._texts.append(text)
        self._waiting.append(record)
        self._size += len(text)
        if len(self._waiting) == GATHERED_RECORDS:
            self._gather()

    @property
    def is_full(self) -> bool:
        """Whether rows should be made now."""
        return len(self._ids) >= BATCH_RECORDS or self._size >= BATCH_BYTES

    def _gather(self) -> None:
        if not self._is_left_out:
            self._gatherer.add(self._waiting, len(self._ids) - len(self._waiting))
        self._waiting.clear()

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the rows of all tables, reading records again where ids are oddly spelt.

        What was gathered is let go: it takes more memory than the rows, which are sorted next.
        """
        self._gather()
        if self._is_left_out:
            return []
        met = Drift()
        try:
            rows = self._gatherer.tables(self._ids, met)
        except OddIdError:
            met = Drift()
            again = self._kind.gatherer()
            said = Drift()
            texts = enumerate(zip(self._ids, self._texts, strict=True))
            records = [
                self._read_again(own, text, said if number in self._repaired else met)
                for number, (own, text) in texts
            ]
            again.add(records, 0)
            rows = again.tables(self._ids, met)
        self._texts.clear()
        self._gatherer = self._kind.gatherer()
        drift.update(met)
        return rows

    def ranks(self, dump_date: date | None, drift: Drift) -> Rows:
        """Return what decides between versions of a record, for each record."""
        updated = columns.timestamps(self._updated_dates)
        given = sum(map(bool, self._updated_dates))
        unread = given - (len(updated) - updated.null_count)
        if unread:
            drift.add(f"{self._kind.name}.updated_date", BAD_VALUE, unread)
        ranks = columns.build(
            RECORDS,
            np.arange(len(self._ids)),
            {
                "record_id": self._ids,
                "updated_date": updated,
                "dump_date": [dump_date] * len(self._ids),
                "content_hash": self._hashes,
            },
        )
        flags = pa.array([self._is_left_out] * len(self._ids), pa.bool_())
        return Rows(RECORDS, ranks.data.append_column(LEFT_OUT, flags))


class RecordReader:
    """Gathers records into batches; one reader serves any number of files in turn."""

    def __init__(self, drift: Drift, rejects: Rejects, selection: Selection = TAKE_ALL) -> None:
        self._selection = selection
        self._takes_all = selection.takes_all_works
        self._drift = drift
        self._rejects = rejects
        self._batches: dict[str, Batch] = {}
        self._together: dict[str, LineColumns] = {}
        """Of one file: how its lines are read must not depend on other files."""
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {
            letter: msgspec.json.Decoder(KINDS[letter].shape) for letter in _LETTERS
        }
        self._letter = "W"
        self.record_count = 0
        self.left_out: Counter[str] = Counter()
        """Works that the selection leaves out, by what they are not."""

    def read_lines(self, file: str, first: int, lines: list[bytes]) -> Iterator[feeds.Batch]:
        """Read lines of JSON, a record or an API page each, and yield batches as they fill.

        Parameters
        ----------
        file : str
            Name for rejects.
        first : int
            Number of the first line.
        lines : list of bytes
            Without line ends; blank ones are passed over.
        """
        done = 0
        while done < len(lines):
            together = self._lines_like_the_last()
            if together is not None:
                done = together.take(file, first, lines, done)
                if together.are_enough:
                    yield from self._read_together(together)
                    continue
            if done < len(lines):
                yield from self._read_line(Line(file, first + done, lines[done]))
                done += 1

    def _lines_like_the_last(self) -> LineColumns | None:
        """Return what gathers lines of the kind of the one before, if it is read as columns."""
        route = ROUTES.get(self._letter)
        if route is None or not self._takes_all:
            return None
        if self._letter not in self._together:
            self._together[self._letter] = LineColumns(
                KINDS[self._letter],
                route,
                self._letter,
                self,
                keeps_abstracts=self._selection.abstracts,
            )
        return self._together[self._letter]

    def _read_together(self, together: LineColumns) -> Iterator[feeds.Batch]:
        batch, refused = together.read()
        if batch is not None:
            self.record_count += len(batch)
            yield batch
            del batch  # It is not to be held while the others are read.
        for line in refused:
            yield from self._read_line(line)

    def _read_line(self, line: Line) -> Iterator[Batch]:
        is_read, full = self._read_usual_line(line.text)
        if full is not None:
            yield full
            del full  # A batch of long lines is not to be held until the next is full.
        elif not is_read and line.text and not line.text.isspace():
            yield from self._read_odd_line(*line)

    def _read_usual_line(self, line: bytes) -> tuple[bool, Batch | None]:
        """Return whether the line is a record as declared, and the batch if that fills it."""
        record = self._decoded(line)
        if record is None:
            return False, None
        record_id = record.id[len(OPENALEX_PREFIX) :]
        return True, self._take(record_id, record, line, is_repaired=False)

    def read_document(self, file: str, text: bytes) -> Iterator[Batch]:
        """Read one JSON text: an API page, a list of records, or a single one."""
        try:
            value = load_json(text)
        except UnreadableError as error:
            self._rejects.add(file, None, str(error), text)
            return
        yield from self.read_value(file, None, value)

    def read_value(self, file: str, number: int | None, value: Any) -> Iterator[Batch]:
        """Read decoded JSON; ``number`` is its line, or None to count the records inside."""
        for index, record in enumerate(self._records_in(file, number, value), 1):
            place = number if number is not None else index
            yield from self._read_record(file, place, record, _compact(record))

    def read_part(self, part: Part) -> Iterator[feeds.Batch]:
        """Read a Parquet file, whole columns at a time where they are as expected."""
        yield from read_part(part, self, self._selection, self._drift)

    def identify(self, file: str, number: int, record: dict[str, Any]) -> str | None:
        """Return the short id of a record that a table takes; another is rejected."""
        return self._record_id(file, number, record, _compact(record))

    def reject_row(self, file: str, number: int, reason: str) -> None:
        """Note that a row of a file of columns cannot be read."""
        self._rejects.add(file, number, reason, b"")

    def rest(self) -> Iterator[feeds.Batch]:
        """Yield what was gathered and did not fill a batch."""
        for letter in sorted(self._together):
            yield from self._read_together(self._together[letter])
        self._together.clear()
        for key in sorted(self._batches):
            yield self._batches[key]
        self._batches.clear()

    def _decoded(self, line: bytes) -> Any:
        """Decode by the kind of the line before; None if that does not do."""
        try:
            record = self._decoders[self._letter].decode(line)
            if self._letter == "W":
                record.abstract_inverted_index = checked(record.abstract_inverted_index)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        found = _LETTER_ID.fullmatch(record.id)
        if found is None or found[1] != self._letter or _is_nobody(record.id):
            return None
        return record

    def _read_odd_line(self, file: str, number: int, line: bytes) -> Iterator[Batch]:
        try:
            value = load_json(line)
        except UnreadableError as error:
            self._rejects.add(file, number, str(error), line)
            return
        if isinstance(value, dict) and "id" in value:
            yield from self._read_record(file, number, value, line)
        else:
            yield from self.read_value(file, number, value)

    def _records_in(self, file: str, number: int | None, value: Any) -> list[Any]:
        if isinstance(value, list):
            return value
        if isinstance(value, dict) and isinstance(value.get("results"), list):
            if value.get("group_by"):
                self._rejects.add(file, number, "a group_by page, which holds no records", b"")
            return list(value["results"])
        if isinstance(value, dict) and "error" in value and "id" not in value:
            message = f"an error of the API: {value.get('message') or value['error']}"
            self._rejects.add(file, number, message, b"")
            return []
        if isinstance(value, dict) and value.get("group_by") and "id" not in value:
            self._rejects.add(file, number, "a group_by page, which holds no records", b"")
            return []
        return [value]

    def _read_record(self, file: str, number: int, record: Any, text: bytes) -> Iterator[Batch]:
        """Read one record by the slow path; its hash is that of ``text``, whatever the path."""
        if not isinstance(record, dict):
            self._rejects.add(file, number, "not a record: no JSON object", text)
            return
        record_id = self._record_id(file, number, record, text)
        if record_id is None:
            return
        if "/" not in record_id:
            self._letter = kind_key(record_id)
        kind = KINDS[kind_key(record_id)]
        repaired = _repaired(record_id, record, kind, self._drift)
        full = self._take(record_id, repaired, text, is_repaired=True)
        if full is not None:
            yield full

    def _record_id(self, file: str, number: int, record: dict[str, Any], text: bytes) -> str | None:
        """Return the short id of a record that a table takes; another is rejected."""
        other_ids = record.get("ids")
        given = record.get("id") or (
            other_ids.get("openalex") if isinstance(other_ids, dict) else None
        )
        record_id = canonical_id(given)
        if record_id is None:
            reason = "no id" if given is None else "an id that is none of OpenAlex's"
            self._rejects.add(file, number, f"not a record: {reason}", text)
        elif record_id in NOBODY:
            self._rejects.add(file, number, f"the id stands for nobody: {NOBODY[record_id]}", text)
        else:
            return record_id
        return None

    def _take(self, record_id: str, record: Any, text: bytes, *, is_repaired: bool) -> Batch | None:
        """Add a record to the batch of its kind, and return the batch if that fills it."""
        key = kind_key(record_id)
        if key == "W":
            self._trim(record)
        is_left_out = key == "W" and self._leaves_out(record_id, record)
        if is_left_out:
            key = _LEFT_OUT_WORKS
        batch = self._batches.get(key)
        if batch is None:
            kind = KINDS[key[:1] if is_left_out else key]
            batch = self._batches[key] = Batch(kind, self._read_again, is_left_out=is_left_out)
        batch.add(record_id, record, text, is_repaired=is_repaired)
        self.record_count += 1
        return self._batches.pop(key) if batch.is_full else None

    def _read_again(self, record_id: str, text: bytes, drift: Drift) -> Any:
        return self.reread(record_id, load_again(text), drift)

    def read_row(self, record_id: str, record: dict[str, Any], drift: Drift) -> Any:
        """Return a record that came as columns as its gatherer takes it, as that of a line."""
        key = kind_key(record_id)
        record["id"] = OPENALEX_PREFIX + record_id
        if key == "W":
            record["abstract_inverted_index"] = plain_index(record.get("abstract_inverted_index"))
        try:
            found = self._decoders[key].decode(_compact(record))
            if key == "W":
                found.abstract_inverted_index = checked(found.abstract_inverted_index)
                self._trim(found)
        except (msgspec.MsgspecError, RecursionError):
            return self.reread(record_id, record, drift)
        return found

    def reread(self, record_id: str, record: dict[str, Any], drift: Drift) -> Any:
        """Return a decoded record as its gatherer takes it."""
        key = kind_key(record_id)
        repaired = _repaired(record_id, record, KINDS[key], drift)
        if key == "W":
            self._trim(repaired)
        return repaired

    def _trim(self, work: Work) -> None:
        if not self._selection.abstracts:
            work.abstract_inverted_index = UNREAD

    def _leaves_out(self, work_id: str, work: Work) -> bool:
        if self._takes_all:
            return False
        reason = self._selection.reason_against(work_id, work)
        if reason is not None:
            self.left_out[reason] += 1
        return reason is not None


def _repaired(record_id: str, record: dict[str, Any], kind: Kind, drift: Drift) -> Any:
    bring_up_to_date(record, kind.name)
    record["id"] = OPENALEX_PREFIX + record_id
    return repair(record, kind.shape, kind.name, drift)


def _is_nobody(url: str) -> bool:
    return url[len(OPENALEX_PREFIX) :] in NOBODY


def _compact(record: Any) -> bytes:
    """Return a record as bytes that do not depend on white space, for its hash and excerpt."""
    return json.dumps(record, separators=(",", ":"), default=lambda _: "unreadable").encode()

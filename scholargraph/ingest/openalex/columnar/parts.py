"""From a Parquet file of OpenAlex to batches of its records.

Rows of today's form go as columns; a file with a column of another type goes row by row, as JSON
does, so that what is odd about it is repaired and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.identifiers import NOBODY
from scholargraph.ingest import columns
from scholargraph.ingest.columns import OddIdError
from scholargraph.ingest.drift import UNKNOWN_FIELD, Drift
from scholargraph.ingest.openalex.columnar.batch import ROUTES, ColumnBatch, Route
from scholargraph.ingest.openalex.columnar.nodes import UnexpectedValueError
from scholargraph.ingest.openalex.columnar.plan import is_text, leaf_count, plan_of
from scholargraph.ingest.openalex.columnar.values import records_of
from scholargraph.ingest.openalex.kinds import KINDS, Kind, canonical_id, kind_key

if TYPE_CHECKING:
    from scholargraph.ingest.feeds import Batch
    from scholargraph.ingest.openalex.selection import Selection
    from scholargraph.ingest.parquet_rows import Part

_ABSTRACT: Final = frozenset({"abstract_inverted_index"})
_WORK: Final = "W"

_LOOKED_AT: Final = {
    "years": ("publication_year",),
    "types": ("type",),
    "topics": ("primary_topic", "topics"),
    "authors": ("authorships",),
    "institutions": ("authorships",),
    "countries": ("authorships",),
    "exclude_xpac": ("is_xpac",),
}
"""Columns of works that a way to choose them looks at."""


class RowReader(Protocol):
    """Reads decoded records one by one, and keeps count of all."""

    record_count: int
    left_out: Counter[str]

    def read_value(self, file: str, number: int | None, value: Any) -> Iterator[Batch]:
        """Read a record."""

    def identify(self, file: str, number: int, record: dict[str, Any]) -> str | None:
        """Return the short id of a record, or reject it."""

    def reject_row(self, file: str, number: int, reason: str) -> None:
        """Note that a row cannot be read."""

    def read_row(self, record_id: str, record: dict[str, Any], drift: Drift) -> Any:
        """Return a record as its gatherer takes it."""

    def reread(self, record_id: str, record: dict[str, Any], drift: Drift) -> Any:
        """Return a record as its gatherer takes it, repaired."""


def read_part(part: Part, reader: RowReader, selection: Selection, drift: Drift) -> Iterator[Batch]:
    """Yield batches of the records in a file.

    Parameters
    ----------
    part : Part
        Parquet with records of one kind that is told by the first.
    reader : RowReader
        For rows that do not go as columns.
    selection : Selection
        Which works to take.
    drift : Drift
        Is told of unknown columns.
    """
    letter = kind_key(canonical_id(part.first("id")) or "?")
    kind, route = KINDS.get(letter), ROUTES.get(letter)
    leaves: Sequence[int] = range(sum(leaf_count(column.type) for column in part.schema))
    by_columns = None
    if kind is not None and is_text(part.schema.field("id").type):
        leave_out = frozenset() if selection.abstracts else _ABSTRACT
        found = plan_of(part.schema, kind.shape, leave_out)
        if not found.unexpected and (route is not None or _are_all(part, kind)):
            for name in found.unknown:
                drift.add(f"{kind.name}.{name}", UNKNOWN_FIELD, part.row_count)
            leaves = found.leaves
            if route is not None:
                by_columns = _ByColumns(part.name, reader, selection, kind, route, letter)
    for first, rows in part.batches(leaves):
        if by_columns is not None:
            yield from by_columns.read(first, rows)
        else:
            yield from _read_rows(part.name, reader, first, rows)


def _are_all(part: Part, kind: Kind) -> bool:
    """Whether all records of a file are of one kind, so that nothing of others is left unread."""
    return all(
        KINDS.get(kind_key(canonical_id(given) or "?")) is kind for given in part.values("id")
    )


def _read_rows(file: str, reader: RowReader, first: int, rows: pa.RecordBatch) -> Iterator[Batch]:
    for number, record in enumerate(records_of(rows), first):
        yield from reader.read_value(file, number, record)


class _ByColumns:
    """Makes batches of rows whose columns are as the shape of their kind says."""

    def __init__(
        self,
        file: str,
        reader: RowReader,
        selection: Selection,
        kind: Kind,
        route: Route,
        letter: str,
    ) -> None:
        self._file = file
        self._reader = reader
        self._selection = selection
        self._kind = kind
        self._route = route
        self._letter = letter

    def read(self, first: int, rows: pa.RecordBatch) -> Iterator[Batch]:
        """Yield batches of some rows, of which the first has that number."""
        numbers = np.arange(first, first + rows.num_rows)
        rows, numbers = self._with_characters(rows, numbers)
        ids, rows = self._identified(rows, numbers)
        try:
            for is_left_out, chosen in self._chosen(ids, rows):
                batch = ColumnBatch(
                    self._kind,
                    self._route,
                    ids if chosen is None else ids.filter(chosen),
                    rows if chosen is None else rows.filter(chosen),
                    self._reader,
                    is_left_out=is_left_out,
                )
                self._reader.record_count += len(ids) if chosen is None else chosen.true_count
                yield batch
        except UnexpectedValueError:
            yield from _read_rows(self._file, self._reader, first, rows)

    def _with_characters(
        self, rows: pa.RecordBatch, numbers: columns.Counts
    ) -> tuple[pa.RecordBatch, columns.Counts]:
        """Return the rows whose texts are UTF-8, which nobody has looked at so far."""
        try:
            rows.validate(full=True)
        except pa.ArrowInvalid:
            kept = np.ones(rows.num_rows, bool)
            for row, number in enumerate(numbers.tolist()):
                try:
                    rows.slice(row, 1).validate(full=True)
                except pa.ArrowInvalid:
                    kept[row] = False
                    self._reader.reject_row(self._file, number, "not UTF-8")
            return rows.filter(pa.array(kept)), numbers[kept]
        return rows, numbers

    def _identified(
        self, rows: pa.RecordBatch, numbers: columns.Counts
    ) -> tuple[pa.Array, pa.RecordBatch]:
        """Return the rows that are records of the kind, and their short ids."""
        urls = rows.column("id").cast(pa.string())
        if not urls.null_count:
            try:
                short = columns.ids(urls, self._letter)
            except OddIdError:
                pass
            else:
                if not pc.any(pc.is_in(short, pa.array(sorted(NOBODY)))).as_py():
                    return short, rows
        places, ids = [], []
        named = rows.select([name for name in ("id", "ids") if name in rows.schema.names])
        for row, record in enumerate(records_of(named)):
            number = int(numbers[row])
            record_id = self._reader.identify(self._file, number, record)
            if record_id is not None and kind_key(record_id) != self._letter:
                reason = "a record of another kind than the first one in its file"
                self._reader.reject_row(self._file, number, reason)
            elif record_id is not None:
                places.append(row)
                ids.append(record_id)
        return pa.array(ids, pa.string()), rows.take(pa.array(places, pa.int64()))

    def _chosen(
        self, ids: pa.Array, rows: pa.RecordBatch
    ) -> Iterator[tuple[bool, pa.BooleanArray | None]]:
        """Yield which rows are left out, and which are taken; None stands for all."""
        if not rows.num_rows:
            return
        if self._letter != _WORK or self._selection.takes_all_works:
            yield False, None
            return
        names = {
            name
            for way, looked_at in _LOOKED_AT.items()
            if getattr(self._selection, way)
            for name in looked_at
        }
        looked_at = rows.select([name for name in rows.schema.names if name in {"id", *names}])
        is_left_out = np.zeros(len(ids), bool)
        for row, (own, record) in enumerate(
            zip(ids.to_pylist(), records_of(looked_at), strict=True)
        ):
            work = self._reader.read_row(own, record, Drift())
            reason = self._selection.reason_against(own, work)
            if reason is not None:
                self._reader.left_out[reason] += 1
                is_left_out[row] = True
        for left_out in (True, False):
            chosen = is_left_out == left_out
            if chosen.any():
                yield left_out, pa.array(chosen)

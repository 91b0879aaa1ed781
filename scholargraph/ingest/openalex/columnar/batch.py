"""A batch of records that came as columns, of a kind whose tables are made of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest import columns
from scholargraph.ingest.columns import ROW, OddIdError, Rows
from scholargraph.ingest.drift import BAD_VALUE, Drift
from scholargraph.ingest.openalex.columnar.authors import are_odd_authors, tables_of_authors
from scholargraph.ingest.openalex.columnar.content import content_hashes
from scholargraph.ingest.openalex.columnar.groups import Flags, Numbers
from scholargraph.ingest.openalex.columnar.nodes import Structs, structs_of
from scholargraph.ingest.openalex.columnar.values import records_of
from scholargraph.ingest.openalex.columnar.works import are_odd_works, tables_of_works
from scholargraph.ingest.openalex.kinds import Kind
from scholargraph.ingest.runs import LEFT_OUT
from scholargraph.schema import RECORDS

if TYPE_CHECKING:
    from datetime import date

ReadRecord = Callable[[str, dict[str, Any], Drift], Any]
"""Makes what a gatherer takes of the short id of a record and its decoded JSON."""


class Maker(Protocol):
    """Makes what a gatherer takes of single records."""

    def read_row(self, record_id: str, record: dict[str, Any], drift: Drift) -> Any:
        """Return a record as it is where it fits, else repaired."""

    def reread(self, record_id: str, record: dict[str, Any], drift: Drift) -> Any:
        """Return a record repaired, its ids included."""


@dataclass(frozen=True, slots=True)
class Route:
    """How the columns of one kind of record become rows."""

    are_odd: Callable[[Structs], Flags]
    """Which records only the rules for single records know."""
    tables: Callable[[Structs, Sequence[str], Drift], list[Rows]]
    """Rows of all others; as that of a gatherer."""


ROUTES: Final = {
    "W": Route(are_odd_works, tables_of_works),
    "A": Route(are_odd_authors, tables_of_authors),
}
"""By the letter of the id."""


class ColumnBatch:
    """Records of one kind, as columns.

    Parameters
    ----------
    kind : Kind
        Of all records.
    route : Route
        That of the kind.
    ids : pyarrow.Array of string
        Short ids of the records.
    rows : pyarrow.RecordBatch
        Columns of the records, as they are read.
    maker : Maker
        For records that have to be read one by one.
    is_left_out : bool
        Whether only the ranks of the records are kept.

    Raises
    ------
    UnexpectedValueError
        If a column holds what its shape cannot take.
    """

    def __init__(
        self,
        kind: Kind,
        route: Route,
        ids: pa.Array,
        rows: pa.RecordBatch,
        maker: Maker,
        *,
        is_left_out: bool,
    ) -> None:
        self._kind = kind
        self._route = route
        self._ids = ids
        self._rows = rows
        self._maker = maker
        self._is_left_out = is_left_out
        self._met = Drift()
        self._records = structs_of(rows, kind.shape, kind.name, self._met)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._ids)

    def ranks(self, dump_date: date | None, drift: Drift) -> Rows:
        """Return what decides between versions of a record, for each record."""
        given = self._records.column("updated_date")
        updated = columns.timestamps(given)
        unread = updated.null_count - given.null_count
        if unread:
            drift.add(f"{self._kind.name}.updated_date", BAD_VALUE, unread)
        size = len(self._ids)
        ranks = columns.build(
            RECORDS,
            range(size),
            {
                "record_id": self._ids,
                "updated_date": updated,
                "dump_date": [dump_date] * size,
                "content_hash": self._content_hashes(),
            },
        )
        flags = pa.array([self._is_left_out] * size, pa.bool_())
        return Rows(RECORDS, ranks.data.append_column(LEFT_OUT, flags))

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the rows of all tables, reading those records one by one that have to be."""
        if self._is_left_out:
            return []
        is_odd = self._route.are_odd(self._records)
        everything = np.arange(len(self._ids))
        met = Drift()
        try:
            rows = self._tables_of_columns(everything[~is_odd], met)
            if is_odd.any():
                rows += self._tables_of_records(everything[is_odd], self._maker.read_row, met)
        except OddIdError:
            met = Drift()
            rows = self._tables_of_records(everything, self._maker.reread, met)
        drift.update(met)
        return rows

    def _content_hashes(self) -> pa.Array:
        return pa.array(content_hashes(self._records))

    def _decoded(self, chosen: Numbers) -> Iterator[dict[str, Any]]:
        """Yield records as decoded JSON."""
        return records_of(self._rows.take(pa.array(chosen)))

    def _tables_of_columns(self, chosen: Numbers, met: Drift) -> list[Rows]:
        ids = self._ids.take(pa.array(chosen)).to_pylist()
        if len(chosen) == len(self._ids):
            met.update(self._met)
            return self._route.tables(self._records, ids, met)
        rows = self._rows.take(pa.array(chosen))
        records = structs_of(rows, self._kind.shape, self._kind.name, met)
        return _of_rows(self._route.tables(records, ids, met), chosen)

    def _tables_of_records(self, chosen: Numbers, read: ReadRecord, met: Drift) -> list[Rows]:
        ids = self._ids.take(pa.array(chosen)).to_pylist()
        decoded = zip(ids, self._decoded(chosen), strict=True)
        gatherer = self._kind.gatherer()
        gatherer.add([read(own, record, met) for own, record in decoded], 0)
        return _of_rows(gatherer.tables(ids, met), chosen)


def _of_rows(tables: Sequence[Rows], rows: Numbers) -> list[Rows]:
    """Return tables made of some records with the numbers that these have among all."""
    numbers = pa.array(rows, pa.int32())
    return [
        Rows(table, data.set_column(0, ROW, pc.take(numbers, data[ROW].combine_chunks())))
        for table, data in tables
    ]

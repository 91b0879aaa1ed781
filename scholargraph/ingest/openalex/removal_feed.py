"""Lists of deleted and merged ids as something that is read with the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from scholargraph.ingest.columns import Rows, build
from scholargraph.ingest.feeds import InputFeed
from scholargraph.ingest.openalex.removals import Removals, removals_in
from scholargraph.schema import RECORDS, TABLES

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.rejects import Rejects


@dataclass(frozen=True, slots=True)
class RemovalBatch:
    """Rows of a list, which belong to no record."""

    removals: Removals

    def ranks(self, dump_date: date | None, drift: Drift) -> Rows:
        """Return none: nothing is described."""
        return build(RECORDS, [], {})

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the rows."""
        rows = self.removals.rows
        table = TABLES[self.removals.table]
        values = {name: rows[name].combine_chunks() for name in table.column_names}
        return [build(table, range(len(rows)), values)]


@dataclass(frozen=True, slots=True)
class RemovalFeed(InputFeed):
    """A list of deleted or merged ids."""

    def read(
        self, reader: Any, rejects: Rejects, at: Callable[[int], None]
    ) -> Iterator[RemovalBatch]:
        """Yield the rows, a part at a time."""
        yield from map(RemovalBatch, removals_in(self.given, rejects))

"""Works and citations by year, as records say them of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import RowNumbers, Rows, Values

if TYPE_CHECKING:
    from scholargraph.ingest.openalex.shapes import YearCounts


class CountsByYear:
    """Gathers the counts of records."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._years: list[int] = []
        self._works_counts: list[int | None] = []
        self._cited_by_counts: list[int | None] = []

    def add(self, row: int, counts: Iterable[YearCounts]) -> None:
        """Take the counts of a record; of a year that stands twice, the first."""
        met = set()
        for count in counts:
            year = count.year
            if year is not None and year not in met:
                met.add(year)
                self._rows.append(row)
                self._years.append(year)
                self._works_counts.append(count.works_count)
                self._cited_by_counts.append(count.cited_by_count)

    def table(self) -> Rows:
        """Return a row per record and year."""
        return rows_of_counts(self._rows, self._years, self._works_counts, self._cited_by_counts)


def rows_of_counts(
    rows: RowNumbers, years: Values, works_counts: Values, cited_by_counts: Values
) -> Rows:
    """Return a row per record and year."""
    return columns.build(
        schema.COUNTS_BY_YEAR,
        rows,
        {
            "year": years,
            "works_count": works_counts,
            "cited_by_count": cited_by_counts,
        },
    )


def counts_by_year(lists: Iterable[Iterable[YearCounts] | None]) -> Rows:
    """Return a row per record and year."""
    counts = CountsByYear()
    for row, of_record in enumerate(lists):
        counts.add(row, of_record or ())
    return counts.table()

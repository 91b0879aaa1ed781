"""Works and citations by year, as records say them of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows

if TYPE_CHECKING:
    from scholargraph.ingest.openalex.shapes import YearCounts


def counts_by_year(lists: Sequence[list[YearCounts] | None], ids: Sequence[str]) -> Rows:
    """Return a row per record and year; of a year that stands twice, the first."""
    first: dict[tuple[int, int], YearCounts] = {}
    for row, counts in enumerate(lists):
        for count in counts or ():
            if count.year is not None:
                first.setdefault((row, count.year), count)
    return columns.build(
        schema.COUNTS_BY_YEAR,
        [row for row, _ in first],
        {
            "node_id": [ids[row] for row, _ in first],
            "year": [year for _, year in first],
            "works_count": [count.works_count for count in first.values()],
            "cited_by_count": [count.cited_by_count for count in first.values()],
        },
    )

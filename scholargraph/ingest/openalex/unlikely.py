"""Values of the declared type that are hardly true: kept as they are, and counted as drift.

One bad release in a hundred puts one field's values into another. Looking at the columns that are
made anyway costs next to nothing, and says so before somebody counts with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest.columns import ROW
from scholargraph.ingest.drift import UNLIKELY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift

MAX_CITATIONS: Final = 1_000_000
"""No work is known to have half as many."""

_YEARS_AHEAD: Final = 1
"""Publishers date issues of the next year; a record of today knows no later ones."""

_NO_TITLE: Final = r'^\s*(?:https?://|(?:doi:\s*)?10\.[0-9]{4,9}/\S+$|[0-9\s.,:;/-]+$|[\[{]\s*")'
_NO_NAME: Final = r"^\s*[\[{]|^https?://|</?[A-Za-z]"


_SCORED: Final = {
    schema.PAPER_TOPICS.name: "topics",
    schema.KEYWORDS.name: "keywords",
    schema.PAPER_CONCEPTS.name: "concepts",
}
"""Tables with scores of works, and the fields that these come from."""


def note_unlikely(tables: Iterable[Rows], ids: Sequence[str], drift: Drift) -> None:
    """Count unlikely values in rows of works and authors, with the record that has one.

    Parameters
    ----------
    tables : iterable of Rows
        Of one batch of records, before they are merged; tables without rules are passed over.
    ids : sequence of str
        Ids of the records.
    drift : Drift
        Is told.
    """
    found = {table.name: data for table, data in tables}
    papers = found.get(schema.PAPERS.name)
    if papers is not None:
        _note(papers, "title", _matches(papers["title"], _NO_TITLE), "works.title", ids, drift)
        _note(papers, "year", _is_ahead(papers), "works.publication_year", ids, drift)
        is_much = pc.greater(papers["cited_by_count"], MAX_CITATIONS)
        _note(papers, "cited_by_count", is_much, "works.cited_by_count", ids, drift)
    seats = found.get(schema.AUTHORSHIPS.name)
    if seats is not None:
        is_none = _matches(seats["author_name"], _NO_NAME)
        _note(seats, "author_name", is_none, "works.authorships[].raw_author_name", ids, drift)
    for table, field in _SCORED.items():
        scored = found.get(table)
        if scored is not None:
            is_high = pc.greater(scored["score"], 1)
            _note(scored, "score", is_high, f"works.{field}[].score", ids, drift)
    authors = found.get(schema.AUTHORS.name)
    if authors is not None:
        is_none = _matches(authors["name"], _NO_NAME)
        _note(authors, "name", is_none, "authors.display_name", ids, drift)
        counts = found[schema.COUNTS_BY_YEAR.name]
        for name in ("works_count", "cited_by_count"):
            total = authors[name].take(counts[ROW])
            is_more = pc.greater(counts[name], total)
            _note(counts, name, is_more, f"authors.counts_by_year[].{name}", ids, drift)


def _matches(texts: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    return pc.match_substring_regex(texts, pattern)


def _is_ahead(papers: pa.Table) -> pa.ChunkedArray:
    latest = pc.add(pc.year(papers["updated_date"]), _YEARS_AHEAD)
    return pc.greater(papers["year"], latest)


def _note(
    data: pa.Table,
    column: str,
    is_unlikely: pa.ChunkedArray,
    field: str,
    ids: Sequence[str],
    drift: Drift,
) -> None:
    count = pc.sum(is_unlikely).as_py()
    if not count:
        return
    first = pc.index(is_unlikely, True).as_py()
    drift.record_id = ids[data[ROW][first].as_py()]
    drift.add(field, UNLIKELY, count, example=data[column][first].as_py())
    drift.record_id = None

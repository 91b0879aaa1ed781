"""Rows of papers: what a work says of itself.

What a work carries and no table takes is listed in ``docs/what-is-left-out.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows, Usual, Values
from scholargraph.ingest.openalex.locations import first_arxiv_id
from scholargraph.ingest.openalex.mentions import somebody
from scholargraph.ingest.openalex.shapes import Biblio, OpenAccess

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.gathering import Texts
    from scholargraph.ingest.openalex.shapes import Authorship, Location, Work

API_AUTHOR_LIMIT: Final = 100
"""API bodies cut bylines here; without a seat marked last, a list of this length is suspect."""

CUT_SHORT: Final = "papers: list of authors cut short"

_USUAL_DOI: Final = Usual("https://doi.org/", "10\\.[0-9]{4,9}/[a-z0-9._/-]{0,200}[a-z0-9]")
_USUAL_PMID: Final = Usual("https://pubmed.ncbi.nlm.nih.gov/", "[1-9][0-9]{0,17}")

_STORED_TEXTS: Final = (
    "type",
    "language",
    "volume",
    "issue",
    "first_page",
    "last_page",
    "arxiv_id",
    "title",
    "oa_status",
)
_READ_TEXTS: Final = ("doi", "pmid", "date", "source_id", "topic_id", "updated_date")
_VALUES: Final = (
    "cited_by_count",
    "fwci",
    "is_retracted",
    "is_paratext",
    "is_xpac",
    "year",
    "is_oa",
    "citation_percentile",
    "reference_count",
    "author_count",
    "authors_truncated",
)
_NO_BIBLIO: Final = Biblio()
_NO_ACCESS: Final = OpenAccess()


class Papers:
    """Gathers what works say of themselves."""

    def __init__(self, texts: Texts) -> None:
        self._count = 0
        self._stored_texts = {name: texts.column() for name in _STORED_TEXTS}
        self._read_texts = {name: texts.column() for name in _READ_TEXTS}
        self._values: dict[str, list[Any]] = {name: [] for name in _VALUES}

    def add(self, works: Sequence[Work], arxiv_ids: Sequence[str | None], drift: Drift) -> None:
        """Take the next works."""
        if not works:
            return
        said = [
            _said(work, arxiv_id, drift) for work, arxiv_id in zip(works, arxiv_ids, strict=True)
        ]
        columns_gathered = chain(
            self._stored_texts.values(), self._read_texts.values(), self._values.values()
        )
        for gathered, values in zip(columns_gathered, zip(*said, strict=True), strict=True):
            gathered.extend(values)
        self._count += len(works)

    def table(self, drift: Drift) -> Rows:
        """Return all papers."""
        said = {
            **{name: columns.text(texts.array()) for name, texts in self._stored_texts.items()},
            **{name: texts.array() for name, texts in self._read_texts.items()},
            **self._values,
        }
        return rows_of_papers(said, self._count, drift)


def _said(work: Work, arxiv_id: str | None, drift: Drift) -> tuple[Any, ...]:
    """Return what a work says of itself: the texts as above, then the values."""
    ids, rank, topic = work.ids, work.citation_normalized_percentile, work.primary_topic
    biblio = work.biblio or _NO_BIBLIO
    access = work.open_access or _NO_ACCESS
    seats = work.authorships or ()
    return (
        work.type,
        work.language,
        biblio.volume,
        biblio.issue,
        biblio.first_page,
        biblio.last_page,
        arxiv_id,
        work.title if work.title is not None else work.display_name,
        access.oa_status,
        work.doi,
        str(ids.pmid) if ids and ids.pmid is not None else None,
        work.publication_date,
        _primary_source(work, drift),
        topic.id if topic else None,
        work.updated_date,
        work.cited_by_count,
        work.fwci,
        bool(work.is_retracted),
        bool(work.is_paratext),
        bool(work.is_xpac),
        work.publication_year,
        bool(access.is_oa),
        rank.value if rank else None,
        _reference_count(work),
        max(len(seats), work.authors_count or 0),
        _is_truncated(work, seats),
    )


def rows_of_papers(said: Mapping[str, Values], count: int, drift: Drift) -> Rows:
    """Return the papers of a number of works, from the columns of what was gathered."""
    dates = columns.days(said["date"], "works.publication_date", drift)
    years = columns.as_array(said["year"], pa.int16())
    is_cut = columns.as_array(said["authors_truncated"], pa.bool_())
    if is_cut.true_count:
        drift.author_layer[CUT_SHORT] += is_cut.true_count
    return columns.build(
        schema.PAPERS,
        np.arange(count),
        {
            **said,
            "doi": columns.normalised(
                said["doi"], identifiers.doi, "works.doi", drift, usual=_USUAL_DOI
            ),
            "pmid": columns.normalised(
                said["pmid"], identifiers.pmid, "works.ids.pmid", drift, usual=_USUAL_PMID
            ),
            "year": pc.coalesce(years, pc.year(dates).cast(pa.int16())),
            "date": dates,
            "source_id": columns.ids(said["source_id"], "S"),
            "authors_truncated": is_cut,
            "topic_id": columns.topic_ids(said["topic_id"]),
            "updated_date": columns.timestamps(said["updated_date"]),
            "origin": ["openalex"] * count,
        },
    )


def _reference_count(work: Work) -> int | None:
    if work.referenced_works_count is not None:
        return work.referenced_works_count
    return None if work.referenced_works is None else len(work.referenced_works)


def _is_truncated(work: Work, seats: Sequence[Authorship]) -> bool:
    return (
        bool(work.is_authors_truncated)
        or (work.authors_count or 0) > len(seats)
        or (
            len(seats) == API_AUTHOR_LIMIT
            and not any(seat.author_position == "last" for seat in seats)
        )
    )


def _primary_source(work: Work, drift: Drift) -> str | None:
    place = work.primary_location or next(iter(work.locations or ()), None)
    if place is None or place.source is None:
        return None
    return somebody(place.source.id, "works.primary_location.source", drift)


def arxiv_id_of(work: Work, places: Sequence[Location]) -> str | None:
    """Return the paper's arXiv id by the first signal that names one, the surest first."""
    said = work.ids.arxiv_id if work.ids else None
    signals = (
        work.doi,
        *[place.id for place in places],
        *[place.landing_page_url for place in places],
        *[place.pdf_url for place in places],
        work.open_access.oa_url if work.open_access else None,
    )
    if "arxiv" not in " ".join(filter(None, signals)).lower():  # as nearly always
        return identifiers.arxiv_id(said) if said else None
    return first_arxiv_id(signals) or (identifiers.arxiv_id(said) if said else None)

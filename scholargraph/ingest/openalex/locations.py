"""Rows of where works can be found, and which sources these places belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import RowNumbers, Rows, Values
from scholargraph.ingest.openalex.mentions import Institutions, Named, Sources, somebody

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.gathering import Texts
    from scholargraph.ingest.openalex.shapes import Location, Work


class Locations:
    """Gathers the locations of works."""

    def __init__(self, institutions: Institutions, texts: Texts) -> None:
        self._sources = Sources(institutions)
        self._rows: list[int] = []
        self._positions: list[int] = []
        self._source_urls = texts.column()
        self._urls = texts.column()
        self._pdf_urls = texts.column()
        self._versions = texts.column()
        self._licenses = texts.column()
        self._is_oa: list[bool] = []
        self._arxiv_ids = texts.column()

    def add(self, row: int, places: Sequence[Location], institutions: Named, drift: Drift) -> None:
        """Take the locations of a work; who hosts them goes to ``institutions``, too."""
        sources = []
        for position, place in enumerate(places, 1):
            if not _says_something(place):
                continue
            source = place.source
            if source:
                sources.append(source)
            self._rows.append(row)
            self._positions.append(position)
            self._source_urls.append(
                somebody(source.id, "works.locations[].source", drift) if source else None
            )
            self._urls.append(place.landing_page_url)
            self._pdf_urls.append(place.pdf_url)
            self._versions.append(place.version)
            self._licenses.append(place.license)
            self._is_oa.append(bool(place.is_oa))
            self._arxiv_ids.append(_arxiv_id(place))
        self._sources.add(row, sources, institutions)

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the locations, and what works say of sources and their hosts."""
        places = Places(
            rows=self._rows,
            positions=self._positions,
            source_urls=self._source_urls.array(),
            urls=self._urls.array(),
            pdf_urls=self._pdf_urls.array(),
            versions=self._versions.array(),
            licenses=self._licenses.array(),
            is_oa=self._is_oa,
            arxiv_ids=self._arxiv_ids.array(),
        )
        return [rows_of_places(places), *self._sources.tables(drift)]


class Places(NamedTuple):
    """Where works can be found, one place after the other, as columns."""

    rows: RowNumbers
    positions: Values
    source_urls: Values
    urls: Values
    pdf_urls: Values
    versions: Values
    licenses: Values
    is_oa: Values
    arxiv_ids: Values


def rows_of_places(places: Places) -> Rows:
    """Return the locations of works."""
    return columns.build(
        schema.LOCATIONS,
        places.rows,
        {
            "position": places.positions,
            "source_id": columns.ids(places.source_urls, "S"),
            "url": columns.text(places.urls),
            "pdf_url": columns.text(places.pdf_urls),
            "version": columns.text(places.versions),
            "license": columns.text(places.licenses),
            "is_oa": places.is_oa,
            "arxiv_id": columns.text(places.arxiv_ids),
        },
    )


def locations_of(work: Work) -> Sequence[Location]:
    """Return the locations, the primary one first where the list leaves it out."""
    places = work.locations or []
    primary = work.primary_location
    if primary is None:
        return places
    for place in places:
        if _same_place(primary, place):
            return places
    return [primary, *places]


def _same_place(one: Location, other: Location) -> bool:
    return (
        one.id == other.id
        and one.landing_page_url == other.landing_page_url
        and one.pdf_url == other.pdf_url
    )


def _says_something(place: Location) -> bool:
    """Whether a location is more than an object of nulls, which later releases write for none."""
    return bool(
        place.id or place.landing_page_url or place.pdf_url or (place.source and place.source.id)
    )


def _arxiv_id(place: Location) -> str | None:
    if "arxiv" not in f"{place.id} {place.landing_page_url} {place.pdf_url}".lower():
        return None  # as nearly always
    return first_arxiv_id((place.id, place.landing_page_url, place.pdf_url))


def first_arxiv_id(signals: Iterable[str | None]) -> str | None:
    """Return the arXiv id of the first text that names one."""
    return next(filter(None, map(arxiv_id_in, signals)), None)


def arxiv_id_in(text: str | None) -> str | None:
    """Look for an arXiv id only where the text names arXiv: a bare number is none."""
    return identifiers.arxiv_id(text) if text and "arxiv" in text.lower() else None

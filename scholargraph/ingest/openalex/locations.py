"""Rows of where works can be found, and which sources these places belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex.mentions import Institutions, Named, Sources, somebody

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Location, Work


class Locations:
    """Gathers the locations of works."""

    def __init__(self, institutions: Institutions) -> None:
        self._sources = Sources(institutions)
        self._rows: list[int] = []
        self._positions: list[int] = []
        self._source_urls: list[str | None] = []
        self._urls: list[str | None] = []
        self._pdf_urls: list[str | None] = []
        self._versions: list[str | None] = []
        self._licenses: list[str | None] = []
        self._is_oa: list[bool] = []
        self._arxiv_ids: list[str | None] = []

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
        locations = columns.build(
            schema.LOCATIONS,
            self._rows,
            {
                "position": self._positions,
                "source_id": columns.ids(self._source_urls, "S"),
                "url": self._urls,
                "pdf_url": self._pdf_urls,
                "version": self._versions,
                "license": self._licenses,
                "is_oa": self._is_oa,
                "arxiv_id": self._arxiv_ids,
            },
        )
        return [locations, *self._sources.tables(drift)]


def locations_of(work: Work) -> Sequence[Location]:
    """Return the locations, the primary one first where the list leaves it out."""
    places = work.locations or []
    primary = work.primary_location
    if primary is None or any(_same_place(primary, place) for place in places):
        return places
    return [primary, *places]


def _same_place(one: Location, other: Location) -> bool:
    return (one.id, one.landing_page_url, one.pdf_url) == (
        other.id,
        other.landing_page_url,
        other.pdf_url,
    )


def _says_something(place: Location) -> bool:
    """Whether a location is more than an object of nulls, which later releases write for none."""
    return bool(
        place.id or place.landing_page_url or place.pdf_url or (place.source and place.source.id)
    )


def _arxiv_id(place: Location) -> str | None:
    signals = (place.id, place.landing_page_url, place.pdf_url)
    return next(filter(None, map(arxiv_id_in, signals)), None)


def arxiv_id_in(text: str | None) -> str | None:
    """Look for an arXiv id only where the text names arXiv: a bare number is none."""
    return identifiers.arxiv_id(text) if text and "arxiv" in text.lower() else None

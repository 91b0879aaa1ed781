"""What one seat on a byline says of its institutions.

The record gives institutions, countries and printed strings in lists that are not aligned; the
ids inside ``affiliations`` are the only join between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import RowNumbers, Rows, Values
from scholargraph.ingest.openalex.mentions import NOBODY_URLS, somebody

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.gathering import Texts
    from scholargraph.ingest.openalex.mentions import Institutions, Named
    from scholargraph.ingest.openalex.shapes import Authorship, InstitutionName


class Affiliations:
    """Gathers what seats say of institutions."""

    def __init__(self, institutions: Institutions, texts: Texts) -> None:
        self._institutions = institutions
        self._rows: list[int] = []
        self._positions: list[int] = []
        self._urls = texts.column()
        self._country_codes = texts.column()
        self._raw = texts.column()
        self._raw_counts: list[int] = []

    def add(self, row: int, seats: Sequence[Authorship], named: Named, drift: Drift) -> None:
        """Take the byline of a work; what it says of institutions goes to ``named``, too."""
        only_listed: list[str | None] = []
        for position, seat in enumerate(seats, 1):
            place = _only_institution(seat)
            if place is not None and seat.affiliations:
                self._rows.append(row)
                self._positions.append(position)
                self._urls.append(place.id)
                self._country_codes.append(place.country_code)
                self._raw.append(seat.affiliations[0].raw_affiliation_string or "")
                self._raw_counts.append(1)
                self._institutions.say(named, place)
                continue
            if _says_nothing(seat):
                continue
            for line in affiliations_of_seat(seat, drift):
                self._rows.append(row)
                self._positions.append(position)
                self._urls.append(line.institution_url)
                self._country_codes.append(line.country_code)
                self._raw += line.raw
                self._raw_counts.append(len(line.raw))
            for place in seat.institutions or ():
                if somebody(place.id, "works.authorships[].institutions", drift):
                    self._institutions.say(named, place)
            for affiliation in seat.affiliations or ():
                only_listed += affiliation.institution_ids or ()
        for url in only_listed:
            if url and url not in NOBODY_URLS:
                self._institutions.say_name(named, url, None)

    def table(self, drift: Drift) -> Rows:
        """Return all affiliations."""
        lines = Lines(
            rows=self._rows,
            positions=self._positions,
            urls=self._urls.array(),
            country_codes=self._country_codes.array(),
            raw=self._raw.array(),
            raw_counts=self._raw_counts,
        )
        return rows_of_lines(lines, drift)


class Lines(NamedTuple):
    """What seats say of institutions, one line after the other, as columns."""

    rows: RowNumbers
    positions: Values
    urls: Values
    country_codes: Values
    raw: Values
    """The printed strings of all lines, one after the other."""
    raw_counts: Sequence[int] | npt.NDArray[np.int64]


def rows_of_lines(lines: Lines, drift: Drift) -> Rows:
    """Return all affiliations."""
    return columns.build(
        schema.AFFILIATIONS,
        lines.rows,
        {
            "position": lines.positions,
            "institution_id": columns.ids(lines.urls, "I"),
            "country_code": columns.matching(
                lines.country_codes, "[A-Z]{2}", "works.authorships[].countries", drift
            ),
            "raw": columns.lists(lines.raw_counts, columns.text(lines.raw)),
        },
    )


@dataclass(slots=True)
class AffiliationLine:
    """One institution of a seat, or what names none."""

    institution_url: str | None
    country_code: str | None = None
    raw: list[str] = field(default_factory=list)


def affiliations_of_seat(seat: Authorship, drift: Drift) -> list[AffiliationLine]:
    """Return a line per distinct institution of a seat, and one for what names none.

    Strings of records older than mid 2024 are not joined to institutions: they go to the only
    institution of the seat, or else to the line that names none.
    """
    named: dict[str, AffiliationLine] = {}
    nameless: AffiliationLine | None = None
    for place in seat.institutions or ():
        if place.id and place.id not in NOBODY_URLS:
            named.setdefault(place.id, AffiliationLine(place.id, place.country_code))
        else:
            nameless = nameless or AffiliationLine(None, place.country_code)
            if place.display_name and not place.id:
                nameless.raw.append(place.display_name)
    for urls, text in _strings(seat, named):
        known = [url for url in urls if url not in NOBODY_URLS]
        for url in known:
            named.setdefault(url, AffiliationLine(url)).raw.append(text)
        if text and not known:
            nameless = nameless or AffiliationLine(None)
            nameless.raw.append(text)
    lines = [*named.values(), *([nameless] if nameless else [])]
    lines = _with_countries(lines, seat, drift)
    for line in lines:
        line.raw = [text for text in dict.fromkeys(line.raw) if text]
    return lines


def _says_nothing(seat: Authorship) -> bool:
    return not (
        seat.institutions or seat.affiliations or seat.raw_affiliation_strings or seat.countries
    )


def _only_institution(seat: Authorship) -> InstitutionName | None:
    """Return the institution of a seat that has one, named by its one string: most are so."""
    places, strings = seat.institutions, seat.affiliations
    if not (places and strings and len(places) == 1 and len(strings) == 1):
        return None
    place, affiliation = places[0], strings[0]
    url = place.id
    if (
        url is None
        or url in NOBODY_URLS
        or not affiliation.raw_affiliation_string
        or affiliation.institution_ids != [url]
        or (seat.countries and seat.countries != [place.country_code])
    ):
        return None
    return place


def _strings(seat: Authorship, named: dict[str, AffiliationLine]) -> list[tuple[list[str], str]]:
    """Return each printed string with the institutions that it names."""
    if seat.affiliations:
        return [
            (list(filter(None, line.institution_ids or ())), line.raw_affiliation_string or "")
            for line in seat.affiliations
            if line.raw_affiliation_string or line.institution_ids
        ]
    only = list(named) if len(named) == 1 else []
    return [(only, text) for text in seat.raw_affiliation_strings or () if text]


def _with_countries(
    lines: list[AffiliationLine], seat: Authorship, drift: Drift
) -> list[AffiliationLine]:
    """Place the countries that no institution carries, where there is only one place for them."""
    carried = {line.country_code for line in lines}
    left = [code for code in dict.fromkeys(seat.countries or ()) if code and code not in carried]
    if not left:
        return lines
    open_lines = [line for line in lines if line.country_code is None]
    if len(left) > 1:
        drift.add("works.authorships[].countries", "several that no institution carries", len(left))
    elif len(open_lines) == 1:
        open_lines[0].country_code = left[0]
    elif not open_lines and all(line.institution_url for line in lines):
        lines.append(AffiliationLine(None, left[0]))
    else:
        drift.add("works.authorships[].countries", "no telling which institution it belongs to")
    return lines

"""What one seat on a byline says of its institutions.

The record gives institutions, countries and printed strings in lists that are not aligned; the
ids inside ``affiliations`` are the only join between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scholargraph.ingest.openalex.mentions import NOBODY_URLS

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Authorship


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
    usual = _usual_line(seat)
    if usual is not None:
        return [usual]
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


def _usual_line(seat: Authorship) -> AffiliationLine | None:
    """Return the line of a seat with one institution, named by its one string: most have that."""
    if not (seat.institutions and len(seat.institutions) == 1):
        return None
    if not (seat.affiliations and len(seat.affiliations) == 1):
        return None
    place, affiliation = seat.institutions[0], seat.affiliations[0]
    text = affiliation.raw_affiliation_string
    if (
        place.id is None
        or place.id in NOBODY_URLS
        or not text
        or affiliation.institution_ids != [place.id]
        or (seat.countries and seat.countries != [place.country_code])
    ):
        return None
    return AffiliationLine(place.id, place.country_code, [text])


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

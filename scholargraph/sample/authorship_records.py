"""The bylines of works as records carry them.

What lives here: the list ``authorships`` made from seats. Who sits there is settled in ``seats``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scholargraph.sample.numbering import openalex_url
from scholargraph.sample.oddities import Oddity
from scholargraph.sample.seats import NOBODY

if TYPE_CHECKING:
    from scholargraph.sample.draws import Draws
    from scholargraph.sample.seats import Seat
    from scholargraph.sample.work_plan import WorkPlan

_FIRST_RAW_ORCID_YEAR: Final = 2014
_RAW_ORCID_SHARE: Final = 0.4
_TWO_STRINGS_SHARE: Final = 0.08
_UNKNOWN_STRING_SHARE: Final = 0.4
"""Of seats without institution: an affiliation is printed that names none."""

_NULL_INSTITUTION: Final[dict[str, object]] = {
    "id": None,
    "display_name": None,
    "ror": None,
    "country_code": None,
    "type": None,
    "lineage": None,
}


def authorship_records(draws: Draws, plan: WorkPlan) -> list[dict[str, object]]:
    """Return the authorships of a work, in byline order.

    Parameters
    ----------
    draws : Draws
        Where chance comes from.
    plan : WorkPlan
        The work; only the seats that its record shows are written.
    """
    seats = plan.shown_seats
    corresponding = 0 if draws.chance(0.8) else len(seats) - 1
    is_cut = len(seats) < len(plan.seats)
    records = []
    for position, seat in enumerate(seats):
        if position == 0:
            place = "first"
        elif position == len(seats) - 1 and not is_cut:
            place = "last"
        else:
            place = "middle"
        records.append(_authorship(draws, plan, seat, place, position == corresponding))
    return records


def _authorship(
    draws: Draws, plan: WorkPlan, seat: Seat, place: str, is_corresponding: bool
) -> dict[str, object]:
    institutions = [institution.short for institution in seat.institutions]
    codes = {institution.country_code for institution in seat.institutions}
    if plan.oddity is Oddity.NULL_INSTITUTION and place == "first":
        institutions.append(_NULL_INSTITUTION)
    if plan.oddity is Oddity.COUNTRY_ONLY:
        codes = {seat.person.institution(plan.year).country.code}
    affiliations = _affiliations(draws, plan, seat)
    return {
        "author_position": place,
        "author": _author(seat),
        "institutions": institutions,
        "countries": sorted(code for code in codes if code),
        "is_corresponding": is_corresponding,
        "raw_author_name": seat.printed,
        "raw_orcid": _raw_orcid(draws, plan, seat),
        "raw_affiliation_strings": [line["raw_affiliation_string"] for line in affiliations],
        "affiliations": affiliations,
    }


def _author(seat: Seat) -> dict[str, object]:
    if seat.profile is None:
        return {"id": None, "display_name": seat.printed, "orcid": None}
    if seat.profile is NOBODY:
        url = openalex_url("A", NOBODY.number)
        return {"id": url, "display_name": None, "orcid": None}
    orcid = seat.profile.orcid
    return {
        "id": openalex_url("A", seat.profile.number),
        "display_name": seat.profile.name,
        "orcid": orcid and f"https://orcid.org/{orcid}",
    }


def _raw_orcid(draws: Draws, plan: WorkPlan, seat: Seat) -> str | None:
    orcid = seat.person.orcid
    if orcid and plan.year >= _FIRST_RAW_ORCID_YEAR and draws.chance(_RAW_ORCID_SHARE):
        return f"https://orcid.org/{orcid}"
    return None


def _affiliations(draws: Draws, plan: WorkPlan, seat: Seat) -> list[dict[str, object]]:
    department = plan.community.topics[0].subfield.name
    if not seat.institutions:
        if not draws.chance(_UNKNOWN_STRING_SHARE):
            return []
        country = seat.person.institution(plan.year).country.name
        text = f"Independent researcher in {department}, {country}"
        return [{"raw_affiliation_string": text, "institution_ids": []}]
    lines: list[dict[str, object]] = []
    for institution in seat.institutions:
        ids = [institution.url]
        text = f"Department of {department}, {institution.address}"
        lines.append({"raw_affiliation_string": text, "institution_ids": ids})
        if draws.chance(_TWO_STRINGS_SHARE):
            text = f"{institution.name}, {institution.country.name}"
            lines.append({"raw_affiliation_string": text, "institution_ids": ids})
    return lines

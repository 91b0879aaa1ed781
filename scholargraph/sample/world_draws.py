"""Drawing the organisations that all blocks of a dump share.

What lives here: their names, places and numbers, from the seed and the size of the dump. What they
are is described in ``world``.
"""

from __future__ import annotations

from typing import Final

from scholargraph.sample.check_digits import made_up_issn, made_up_ror
from scholargraph.sample.countries import COUNTRIES, NAMIBIA
from scholargraph.sample.draws import Draws, Purpose
from scholargraph.sample.numbering import BASE
from scholargraph.sample.vocabulary import vocabulary
from scholargraph.sample.world import Funder, Institution, Publisher, Source, World

MAX_INSTITUTIONS: Final = 20_000
MAX_JOURNALS: Final = 10_000
_REPOSITORIES: Final = 6
_CONFERENCES: Final = 6
_FIRST_FUNDER_ROR: Final = 1_000_000

_KINDS = (
    ("University of {town}", "education"),
    ("{town} Institute of Technology", "education"),
    ("{country} Academy of Sciences, {town}", "nonprofit"),
    ("{town} University Hospital", "healthcare"),
    ("{town} Observatory", "facility"),
    ("{town} Instruments (" + "{country})", "company"),
    ("National Archive of {country}, {town}", "archive"),
    ("Ministry of Environment, {country}", "government"),
)
_CHILDREN = ("Institute of Coastal Research", "School of Informatics", "Centre for Soft Matter")
_PARTS = ("", "North ", "South ", "East ", "West ", "Upper ", "Lower ", "Old ", "New ")
_JOURNALS = (
    "Journal of {subfield}",
    "{subfield} Letters",
    "Annals of {subfield}",
    "{subfield} Research",
    "International Review of {subfield}",
    "Advances in {subfield}",
    "Open {subfield}",
    "Transactions on {subfield} & Practice",
)
_PUBLISHERS = (
    ("Tidewater Press", "GB", None),
    ("Nordlicht Verlag", "DE", None),
    ("Nordlicht Imprints", "DE", 1),
    ("Open Shelf Publishing", "CH", None),
    ("Société Savante Réunie", "FR", None),
    ("Banyan Academic", "IN", None),
    ("Blue Crane Journals", "ZA", 0),
    ("East Lake Publishing House", "CN", None),
)
_FUNDERS = (
    "{country} Science Fund",
    "Council for Research of {country}",
    "{country} Health and Environment Trust",
)
_OVERFLOW = " ({serial})"


def make_world(seed: int, works: int) -> World:
    """Draw the organisations of a dump.

    Parameters
    ----------
    seed : int
        Non-negative.
    works : int
        Number of works of the dump; a larger dump has more institutions and journals.

    Returns
    -------
    World
        The same for the same arguments.
    """
    institutions = _make_institutions(seed, min(MAX_INSTITUTIONS, 44 + works // 250))
    publishers = _make_publishers()
    journals = _make_journals(seed, min(MAX_JOURNALS, 30 + works // 500), publishers)
    hosts = [item for item in institutions if item.type == "education" and item.parent is None]
    first = BASE + 1
    return World(
        seed=seed,
        works=works,
        institutions=institutions,
        publishers=publishers,
        arxiv=_plain_source(first, "arXiv (generated)", "repository", host=hosts[0], is_oa=True),
        book_platform=_plain_source(first + 1, "Shelf of Generated Books", "ebook platform"),
        repositories=tuple(
            _plain_source(
                first + 2 + place,
                f"Repository of {hosts[place].name}",
                "repository",
                host=hosts[place],
                is_oa=True,
            )
            for place in range(_REPOSITORIES)
        ),
        conferences=tuple(
            _plain_source(
                first + 2 + _REPOSITORIES + place,
                f"Proceedings of the {COUNTRIES[place].towns[0]} Conference",
                "conference",
            )
            for place in range(_CONFERENCES)
        ),
        journals=journals,
        funders=_make_funders(seed),
        namibian=next(item for item in institutions if item.country is NAMIBIA),
    )


def _make_institutions(seed: int, count: int) -> tuple[Institution, ...]:
    institutions: list[Institution] = []
    while len(institutions) < count:
        place = len(institutions)
        draws = Draws(seed, Purpose.INSTITUTION, place)
        if place % 6 == 5:
            parent = institutions[place - 5]
            institutions.append(_child(draws, place, parent))
            continue
        country = COUNTRIES[-1 - place] if place < 3 else COUNTRIES[_skewed(draws, len(COUNTRIES))]
        town = draws.pick(country.towns)
        pattern, kind = _KINDS[0] if place % 6 == 0 else _KINDS[_skewed(draws, len(_KINDS))]
        name = pattern.format(town=draws.pick(_PARTS) + town, country=country.name)
        if any(name == other.name for other in institutions[-500:]):
            name += _OVERFLOW.format(serial=place)
        institutions.append(
            Institution(
                number=BASE + place + 1,
                name=name,
                acronym=_acronym(name),
                country=country,
                town=town,
                latitude=round(country.latitude + 3 * draws.unit(), 5),
                longitude=round(country.longitude + 3 * draws.unit(), 5),
                is_country_known=place % 23 != 11,
                type=None if place % 29 == 13 else kind,
                ror=None if place % 11 == 7 else made_up_ror(place),
                parent=None,
            )
        )
    return tuple(institutions)


def _child(draws: Draws, place: int, parent: Institution) -> Institution:
    name = f"{draws.pick(_CHILDREN)}, {parent.town}"
    return Institution(
        number=BASE + place + 1,
        name=name,
        acronym=_acronym(name),
        country=parent.country,
        town=parent.town,
        latitude=parent.latitude,
        longitude=parent.longitude,
        is_country_known=parent.is_country_known,
        type="facility",
        ror=made_up_ror(place),
        parent=parent,
    )


def _acronym(name: str) -> str:
    return "".join(word[0] for word in name.replace("(", "").split() if word[0].isupper())


def _skewed(draws: Draws, count: int) -> int:
    """Return an index below `count`, small ones more often."""
    return int(draws.unit() * draws.unit() * count)


def _make_publishers() -> tuple[Publisher, ...]:
    publishers: list[Publisher] = []
    for place, (name, country_code, parent) in enumerate(_PUBLISHERS):
        publishers.append(
            Publisher(
                number=BASE + place + 1,
                name=name,
                country_code=country_code,
                parent=None if parent is None else publishers[parent],
                doi_prefix=f"10.9000000{place + 1:02d}",
            )
        )
    return tuple(publishers)


def _make_journals(seed: int, count: int, publishers: tuple[Publisher, ...]) -> tuple[Source, ...]:
    subfields = vocabulary().subfields
    journals: list[Source] = []
    for place in range(count):
        draws = Draws(seed, Purpose.SOURCE, place)
        subfield = subfields[place % len(subfields)]
        pattern = _JOURNALS[place // len(subfields) % len(_JOURNALS)]
        name = pattern.format(subfield=subfield.name)
        volume = place // (len(subfields) * len(_JOURNALS))
        is_oa = draws.chance(0.4)
        issns = tuple(made_up_issn(2 * place + extra) for extra in range(1 + draws.chance(0.5)))
        journals.append(
            Source(
                number=BASE + 100 + place,
                name=name if volume == 0 else f"{name}, Series {volume + 1}",
                type="journal",
                issns=() if place % 17 == 9 else issns,
                publisher=None if place % 13 == 6 else draws.pick(publishers),
                host=None,
                is_oa=is_oa,
                is_in_doaj=is_oa and draws.chance(0.8),
                is_core=draws.chance(0.7),
                price_usd=100 * (8 + draws.below(32)) if draws.chance(0.6) else None,
            )
        )
    return tuple(journals)


def _plain_source(
    number: int, name: str, kind: str, *, host: Institution | None = None, is_oa: bool = False
) -> Source:
    return Source(
        number=number,
        name=name,
        type=kind,
        issns=(),
        publisher=None,
        host=host,
        is_oa=is_oa,
        is_in_doaj=False,
        is_core=False,
        price_usd=None,
    )


def _make_funders(seed: int) -> tuple[Funder, ...]:
    funders = []
    for place, country in enumerate(COUNTRIES[:12]):
        draws = Draws(seed, Purpose.FUNDER, place)
        funders.append(
            Funder(
                number=BASE + place + 1,
                name=draws.pick(_FUNDERS).format(country=country.name),
                country_code=country.code,
                ror=made_up_ror(_FIRST_FUNDER_ROR + place) if draws.chance(0.8) else None,
                doi=f"10.900000099/{place + 1:06d}",
            )
        )
    return tuple(funders)

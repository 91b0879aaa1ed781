"""Records of institutions, sources, publishers and funders.

What lives here: one pure function for each, from its description and its counts. Descriptions are
drawn in ``world``; the tree of topics is written in ``topic_records``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scholargraph.sample.dates import Release, draw_updated
from scholargraph.sample.draws import Draws, Purpose
from scholargraph.sample.numbering import BASE, openalex_url

if TYPE_CHECKING:
    from scholargraph.sample.tally import Counts
    from scholargraph.sample.world import Funder, Institution, Publisher, Source, World

_CREATED = "2023-02-13T00:00:00.000Z"


def institution_record(
    world: World, institution: Institution, children: list[Institution], counts: Counts
) -> dict[str, object]:
    """Return the record of an institution, of which `children` are the direct parts."""
    draws = Draws(world.seed, Purpose.INSTITUTION, institution.number - BASE, 1)
    related = [(child, "child") for child in children]
    if institution.parent:
        related.append((institution.parent, "parent"))
    ror = institution.ror and f"https://ror.org/{institution.ror}"
    kind = institution.type
    shared = counts.fields()
    return {
        "id": institution.url,
        "ror": ror,
        "display_name": institution.name,
        "country_code": institution.country_code,
        "type": kind,
        "type_id": kind and f"https://openalex.org/institution-types/{kind}",
        "lineage": [openalex_url("I", number) for number in institution.lineage],
        "homepage_url": f"https://i{institution.number - BASE}.example.org",
        "image_url": None,
        "image_thumbnail_url": None,
        "display_name_acronyms": [institution.acronym] if institution.acronym else [],
        "display_name_alternatives": [],
        "repositories": [],
        **shared,
        "ids": {"openalex": institution.url, "ror": ror},
        "geo": {
            "city": institution.town,
            "geonames_city_id": None,
            "region": None,
            "country_code": institution.country_code,
            "country": institution.country.name if institution.is_country_known else None,
            "latitude": institution.latitude,
            "longitude": institution.longitude,
        },
        "international": None,
        "associated_institutions": [
            {
                "id": other.url,
                "ror": other.ror and f"https://ror.org/{other.ror}",
                "display_name": other.name,
                "country_code": other.country_code,
                "type": other.type,
                "relationship": relationship,
            }
            for other, relationship in related
        ],
        "roles": [
            {
                "role": "institution",
                "id": institution.url,
                "works_count": shared["works_count"],
            }
        ],
        "topics": [],
        "topic_share": [],
        "is_super_system": False,
        "status": "active",
        "works_api_url": _works_api_url("institutions.id", "I", institution.number),
        "updated_date": draw_updated(draws, Release.ORGANISATIONS),
        "created_date": _CREATED,
    }


def source_record(world: World, source: Source, counts: Counts) -> dict[str, object]:
    """Return the record of a source."""
    draws = Draws(world.seed, Purpose.SOURCE, source.number - BASE, 1)
    short = source.short
    price = source.price_usd
    return {
        "id": source.url,
        "issn_l": short["issn_l"],
        "issn": short["issn"],
        "display_name": source.name,
        "host_organization": short["host_organization"],
        "host_organization_name": short["host_organization_name"],
        "host_organization_lineage": short["host_organization_lineage"],
        **counts.fields(),
        "is_oa": source.is_oa,
        "is_in_doaj": source.is_in_doaj,
        "is_core": source.is_core,
        "is_preprint_repository": source is world.arxiv,
        "ids": {"openalex": source.url, "issn_l": short["issn_l"], "issn": short["issn"]},
        "homepage_url": f"https://s{source.number - BASE}.example.org",
        "apc_prices": [{"price": price, "currency": "USD"}] if price else None,
        "apc_usd": price,
        "country_code": source.publisher.country_code if source.publisher else None,
        "societies": [],
        "alternate_titles": [],
        "type": source.type,
        "topics": [],
        "topic_share": [],
        "works_api_url": _works_api_url("primary_location.source.id", "S", source.number),
        "updated_date": draw_updated(draws, Release.ORGANISATIONS),
        "created_date": _CREATED,
    }


def publisher_record(world: World, publisher: Publisher, counts: Counts) -> dict[str, object]:
    """Return the record of a publisher."""
    draws = Draws(world.seed, Purpose.PUBLISHER, publisher.number - BASE, 1)
    above = publisher.parent
    return {
        "id": publisher.url,
        "display_name": publisher.name,
        "alternate_titles": [],
        "hierarchy_level": len(publisher.lineage) - 1,
        "parent_publisher": {"id": above.url, "display_name": above.name} if above else None,
        "lineage": [item.url for item in publisher.lineage],
        "country_codes": [publisher.country_code],
        "homepage_url": f"https://p{publisher.number - BASE}.example.org",
        "image_url": None,
        "image_thumbnail_url": None,
        **counts.fields(),
        "ids": {"openalex": publisher.url, "ror": None, "wikidata": None},
        "roles": [],
        "sources_api_url": f"https://api.openalex.org/sources?filter=host_organization.id:"
        f"P{publisher.number}",
        "updated_date": draw_updated(draws, Release.ORGANISATIONS),
        "created_date": _CREATED,
    }


def funder_record(world: World, funder: Funder, counts: Counts) -> dict[str, object]:
    """Return the record of a funder."""
    draws = Draws(world.seed, Purpose.FUNDER, funder.number - BASE, 1)
    shared = counts.fields()
    return {
        "id": funder.url,
        "display_name": funder.name,
        "alternate_titles": [],
        "country_code": funder.country_code,
        "description": f"giver of research grants, {funder.country_code}",
        "homepage_url": None,
        "image_url": None,
        "image_thumbnail_url": None,
        "awards_count": shared["works_count"],
        **shared,
        "ids": {
            "openalex": funder.url,
            "ror": funder.ror and f"https://ror.org/{funder.ror}",
            "doi": f"https://doi.org/{funder.doi}",
        },
        "roles": [],
        "updated_date": draw_updated(draws, Release.ORGANISATIONS),
        "created_date": _CREATED,
    }


def _works_api_url(key: str, letter: str, number: int) -> str:
    return f"https://api.openalex.org/works?filter={key}:{letter}{number}"

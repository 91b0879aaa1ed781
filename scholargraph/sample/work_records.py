"""The record of a work, as the snapshot of mid 2026 has it.

What lives here: one pure function from a plan to the record, with the keys of that generation in
their order. Bylines and locations have modules of their own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from scholargraph.sample.authorship_records import authorship_records
from scholargraph.sample.dates import Release, draw_created, draw_updated
from scholargraph.sample.draws import Draws, Purpose
from scholargraph.sample.locations import EMPTY_LOCATION, Places, draw_places
from scholargraph.sample.numbering import BASE, openalex_url, work_number
from scholargraph.sample.oddities import Oddity
from scholargraph.sample.tally import FIRST_COUNTED_YEAR, Impact
from scholargraph.sample.text import abstract_index, work_language, work_title
from scholargraph.sample.vocabulary import Concept, Topic, vocabulary

if TYPE_CHECKING:
    from scholargraph.sample.work_plan import BlockPlan, WorkPlan
    from scholargraph.sample.world import Funder, World

_ABSTRACT_SHARE: Final = 0.62
_NO_ABSTRACT_TYPES: Final = frozenset(
    {"paratext", "erratum", "retraction", "peer-review", "editorial", "letter"}
)
_RELATED_COUNT: Final = 10
_FUNDED_SHARE: Final = 0.3
_NO_FWCI_SHARE: Final = 0.08
_GOALS: Final = ((13, "Climate action"), (14, "Life below water"), (15, "Life in Land"))
_GOAL_SHARE: Final = 0.3
_MESH: Final = (("D999900001", "Sleep, Shift Work (generated)"), ("D999900002", "Rural Clinics"))
_FLOAT32_STEPS: Final = 1 << 24


def work_record(
    world: World, block: BlockPlan, plan: WorkPlan, impact: Impact
) -> dict[str, object]:
    """Return the record of a work.

    Parameters
    ----------
    world : World
        The organisations of the dump.
    block : BlockPlan
        The work's block, from which related works are drawn.
    plan : WorkPlan
        The work.
    impact : Impact
        How often it is cited in the dump.

    Returns
    -------
    dict
        49 keys, all of them present in every record; what is missing is null or empty.
    """
    draws = Draws(world.seed, Purpose.RECORD, *plan.place)
    url = openalex_url("W", plan.number)
    title = work_title(world, plan)
    places = draw_places(draws, world, plan)
    authorships = authorship_records(draws, plan)
    topics = _topics(draws, plan)
    concepts = _concepts(draws, plan)
    funders = draws.sample(world.funders, 1 + draws.below(3)) if _is_funded(draws, plan) else []
    primary, best = places.locations[0], places.best_open
    has_pdf = best is not None and draws.chance(0.6)
    year, day = (None, None) if plan.oddity is Oddity.NO_DATE else (plan.year, str(plan.day))
    updated = draw_updated(draws, Release.WORKS)
    return {
        "id": url,
        "doi": places.doi and f"https://doi.org/{places.doi}",
        "title": title,
        "display_name": title,
        "publication_year": year,
        "publication_date": day,
        "ids": _ids(url, places),
        "language": None if draws.chance(0.02) else work_language(world, plan),
        "primary_location": primary,
        "type": plan.type,
        "indexed_in": list(places.indexed_in),
        "open_access": _open_access(places, best),
        "authorships": authorships,
        "authors_count": len(plan.seats),
        "institutions": [],
        **_distinct_counts(authorships),
        **_corresponding(plan, authorships),
        **_charges(draws, places),
        "fwci": _fwci(draws, impact),
        "has_fulltext": has_pdf,
        "cited_by_count": len(impact.years),
        **_percentiles(impact),
        "biblio": _biblio(draws, plan, places),
        "is_retracted": plan.oddity is Oddity.RETRACTED,
        "is_paratext": plan.type == "paratext",
        "is_xpac": plan.oddity is Oddity.EXPANSION_PACK,
        "primary_topic": topics[0] if topics else None,
        "topics": topics,
        "keywords": [_keyword(concept) for concept in concepts if concept["level"] != 0],
        "concepts": concepts,
        "mesh": _mesh(places),
        "locations_count": len(places.locations),
        "locations": list(places.locations),
        "best_oa_location": EMPTY_LOCATION if plan.oddity is Oddity.EMPTY_LOCATION else best,
        "sustainable_development_goals": _goals(draws),
        "awards": [_award(draws, plan, place, funder) for place, funder in enumerate(funders)],
        "funders": [_funder(funder) for funder in funders],
        "has_content": {"pdf": has_pdf, "grobid_xml": has_pdf and draws.chance(0.7)},
        "referenced_works_count": len(plan.references),
        "referenced_works": [openalex_url("W", number) for number in plan.references],
        "related_works": _related(draws, block, plan),
        "abstract_inverted_index": _abstract(draws, world, plan),
        "counts_by_year": _counts_by_year(impact),
        "updated_date": updated,
        "created_date": draw_created(draws, plan.day),
    }


def _ids(url: str, places: Places) -> dict[str, str]:
    ids = {"openalex": url}
    if places.doi:
        ids["doi"] = f"https://doi.org/{places.doi}"
    if places.pmid:
        ids["pmid"] = f"https://pubmed.ncbi.nlm.nih.gov/{places.pmid}"
    return ids


def _open_access(places: Places, best: dict[str, object] | None) -> dict[str, object]:
    source = places.source
    is_first_open = bool(places.locations[0]["is_oa"])
    is_repository = source is not None and source.type == "repository"
    if best is None:
        status = "closed"
    elif not is_first_open or is_repository:
        status = "green"
    elif source and source.is_in_doaj:
        status = "gold" if source.price_usd else "diamond"
    else:
        status = "hybrid" if places.license else "bronze"
    return {
        "is_oa": best is not None,
        "oa_status": status,
        "oa_url": (best["pdf_url"] or best["landing_page_url"]) if best else None,
        "any_repository_has_fulltext": any(
            place["provenance"] == "repo" and place["is_oa"] for place in places.locations
        ),
    }


def _distinct_counts(authorships: list[dict[str, object]]) -> dict[str, object]:
    countries: set[object] = set()
    institutions: set[object] = set()
    for seat in authorships:
        assert isinstance(seat["countries"], list)
        assert isinstance(seat["institutions"], list)
        countries.update(seat["countries"])
        institutions.update(item["id"] for item in seat["institutions"] if item["id"])
    return {
        "countries_distinct_count": len(countries),
        "institutions_distinct_count": len(institutions),
    }


def _corresponding(plan: WorkPlan, authorships: list[dict[str, object]]) -> dict[str, object]:
    authors: list[object] = []
    institutions: list[object] = []
    for seat, record in zip(plan.shown_seats, authorships, strict=True):
        if record["is_corresponding"] and seat.profile:
            authors.append(openalex_url("A", seat.profile.number))
            institutions.extend(institution.url for institution in seat.institutions)
    if plan.oddity is Oddity.NULL_ELEMENT:
        authors.append(None)
        institutions.append(None)
    return {
        "corresponding_author_ids": authors,
        "corresponding_institution_ids": institutions,
    }


def _charges(draws: Draws, places: Places) -> dict[str, object]:
    price = places.source.price_usd if places.source else None
    if price is None:
        return {"apc_list": None, "apc_paid": None}
    listed = {"value": price, "currency": "USD", "value_usd": price}
    paid = {"value": float(price), "currency": "USD", "value_usd": float(price)}
    return {"apc_list": listed, "apc_paid": paid if draws.chance(0.3) else None}


def _fwci(draws: Draws, impact: Impact) -> float | None:
    if draws.chance(_NO_FWCI_SHARE) or impact.mean == 0:
        return None
    return round(len(impact.years) / impact.mean, 4)


def _percentiles(impact: Impact) -> dict[str, object]:
    share = impact.share_below
    if not impact.years:
        return {"citation_normalized_percentile": None, "cited_by_percentile_year": None}
    return {
        "citation_normalized_percentile": {
            "value": round(share, 8),
            "is_in_top_1_percent": share >= 0.99,
            "is_in_top_10_percent": share >= 0.9,
        },
        "cited_by_percentile_year": {
            "min": int(100 * share),
            "max": min(100, int(100 * share) + 2),
        },
    }


def _biblio(draws: Draws, plan: WorkPlan, places: Places) -> dict[str, object]:
    source = places.source
    if source is None or source.type != "journal":
        return {"volume": None, "issue": None, "first_page": None, "last_page": None}
    volume = plan.year - 1980 + source.number % 7
    first = 1 + draws.below(900)
    return {
        "volume": str(volume),
        "issue": str(plan.day.month) if draws.chance(0.8) else None,
        "first_page": f"e{first}" if source.is_oa else str(first),
        "last_page": None if source.is_oa else str(first + 4 + draws.below(20)),
    }


def _topics(draws: Draws, plan: WorkPlan) -> list[dict[str, object]]:
    scores = sorted((_score(draws) for _ in plan.topics), reverse=True)
    return [_topic(topic, score) for topic, score in zip(plan.topics, scores, strict=True)]


def _score(draws: Draws) -> float | int:
    """Return a number of float32 precision, as scores are; now and then the integer 1."""
    if draws.chance(0.07):
        return 1
    unit = draws.unit()
    return int((1 - unit * unit) * _FLOAT32_STEPS) / _FLOAT32_STEPS


def _topic(topic: Topic, score: float) -> dict[str, object]:
    return {"id": topic.url, "display_name": topic.name, "score": score, **topic.hierarchy}


def _concepts(draws: Draws, plan: WorkPlan) -> list[dict[str, object]]:
    """Return up to some twenty concepts, those of the first topic before the others."""
    if not plan.topics:
        return []
    first = plan.topics[0]
    names = [*draws.sample(first.things, 5), *draws.sample(first.methods + first.measures, 4)]
    for other in plan.topics[1:]:
        names += draws.sample(other.things + other.measures, draws.below(3))
    names += [first.subfield.name, first.field.name]
    known = vocabulary().concepts
    score = 0.95
    records = []
    for name in dict.fromkeys(names):
        score = round(score * (0.8 + 0.2 * draws.unit()), 4)
        records.append(_concept(known[name], score))
    return records


def _concept(concept: Concept, score: float) -> dict[str, object]:
    return {
        "id": openalex_url("C", concept.number),
        "wikidata": f"https://www.wikidata.org/wiki/Q{concept.number}",
        "display_name": concept.name[0].upper() + concept.name[1:],
        "level": concept.level,
        "score": score,
    }


def _keyword(concept: dict[str, object]) -> dict[str, object]:
    name = str(concept["display_name"])
    slug = name.lower().replace(" ", "-")
    return {
        "id": f"https://openalex.org/keywords/{slug}",
        "display_name": name,
        "score": concept["score"],
    }


def _mesh(places: Places) -> list[dict[str, object]]:
    if places.pmid is None:
        return []
    return [
        {
            "descriptor_ui": number,
            "descriptor_name": name,
            "qualifier_ui": None,
            "qualifier_name": None,
            "is_major_topic": place == 0,
        }
        for place, (number, name) in enumerate(_MESH)
    ]


def _goals(draws: Draws) -> list[dict[str, object]]:
    if not draws.chance(_GOAL_SHARE):
        return []
    number, name = draws.pick(_GOALS)
    score = round(0.4 + 0.5 * draws.unit(), 2)
    return [{"id": f"https://metadata.un.org/sdg/{number}", "display_name": name, "score": score}]


def _is_funded(draws: Draws, plan: WorkPlan) -> bool:
    return plan.type == "article" and draws.chance(_FUNDED_SHARE)


def _award(draws: Draws, plan: WorkPlan, place: int, funder: Funder) -> dict[str, object]:
    return {
        "id": openalex_url("G", BASE + 3 * (plan.number - BASE) + place),
        "display_name": None,
        "funder_award_id": f"{funder.country_code}-{10_000 + draws.below(90_000)}",
        "funder_id": funder.url,
        "funder_display_name": funder.name,
        "doi": None,
    }


def _funder(funder: Funder) -> dict[str, object]:
    ror = funder.ror and f"https://ror.org/{funder.ror}"
    return {"id": funder.url, "display_name": funder.name, "ror": ror}


def _related(draws: Draws, block: BlockPlan, plan: WorkPlan) -> list[str]:
    number = block.block.number
    places = draws.sample(range(min(block.block.works, 40)), _RELATED_COUNT)
    shift = plan.number % max(1, block.block.works - 40)
    return [openalex_url("W", work_number(number, place + shift)) for place in sorted(places)]


def _abstract(draws: Draws, world: World, plan: WorkPlan) -> dict[str, list[int]] | None:
    if plan.oddity is not Oddity.ABSTRACT_HOLES and (
        plan.type in _NO_ABSTRACT_TYPES or not draws.chance(_ABSTRACT_SHARE)
    ):
        return None
    return abstract_index(world, plan)


def _counts_by_year(impact: Impact) -> list[dict[str, int]]:
    counts = Counter(year for year in impact.years if year >= FIRST_COUNTED_YEAR)
    return [{"year": year, "cited_by_count": counts[year]} for year in sorted(counts, reverse=True)]

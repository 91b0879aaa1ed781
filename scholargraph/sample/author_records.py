"""The record of an author profile.

What lives here: one pure function from the seats that carry a profile to its record. The people
behind profiles are in ``people``; the truth about them goes to ``truth``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from scholargraph.sample.dates import Release, draw_created, draw_updated
from scholargraph.sample.draws import Draws, Purpose
from scholargraph.sample.numbering import openalex_url
from scholargraph.sample.tally import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scholargraph.sample.seats import Seat
    from scholargraph.sample.vocabulary import Topic
    from scholargraph.sample.work_plan import WorkPlan
    from scholargraph.sample.world import Institution, World

_MAX_TOPICS: Final = 5
_MAX_LAST_KNOWN: Final = 2


def author_record(
    world: World,
    seats: Sequence[tuple[WorkPlan, Seat]],
    cited: Mapping[int, tuple[int, ...]],
) -> dict[str, object]:
    """Return the record of an author.

    Parameters
    ----------
    world : World
        The organisations of the dump.
    seats : sequence of (WorkPlan, Seat)
        All seats that carry the profile, at least one, oldest work first.
    cited : mapping
        Years of the citing works, by number of the cited work.

    Returns
    -------
    dict
        What it counts are the works of the dump, each once.
    """
    profile = seats[0][1].profile
    assert profile is not None
    draws = Draws(world.seed, Purpose.AUTHOR, profile.number)
    works = {work.number: work for work, _ in seats}
    counts = Counts()
    for number, work in works.items():
        counts.add_work(work.year, cited.get(number, ()))
    shared = counts.fields()
    url = openalex_url("A", profile.number)
    orcid = profile.orcid and f"https://orcid.org/{profile.orcid}"
    printed = list(dict.fromkeys([seat.printed for _, seat in seats]))
    updated = draw_updated(draws, Release.AUTHORS)
    affiliations = _affiliations(seats)
    topics = Counter(topic for work in works.values() for topic in work.topics)
    ranked = sorted(topics.items(), key=lambda item: (-item[1], item[0].number))[:_MAX_TOPICS]
    return {
        "id": url,
        "orcid": orcid,
        "display_name": profile.name,
        "display_name_alternatives": sorted({profile.name, *printed[:4]}),
        "raw_author_names": printed[:100],
        "works_count": shared["works_count"],
        "cited_by_count": shared["cited_by_count"],
        "summary_stats": shared["summary_stats"],
        "ids": {"openalex": url, "orcid": orcid},
        "affiliations": [
            {"institution": institution.short, "years": sorted(years, reverse=True)}
            for institution, years in affiliations
        ],
        "last_known_institutions": [
            institution.short
            for institution, years in affiliations
            if max(years) == max(affiliations[0][1])
        ][:_MAX_LAST_KNOWN],
        "topics": [_topic(topic, count) for topic, count in ranked],
        "topic_share": [],
        "x_concepts": [],
        "counts_by_year": shared["counts_by_year"],
        "works_api_url": f"https://api.openalex.org/works?filter=author.id:A{profile.number}",
        "updated_date": updated,
        "created_date": draw_created(draws, seats[0][0].day),
    }


def _affiliations(
    seats: Sequence[tuple[WorkPlan, Seat]],
) -> list[tuple[Institution, set[int]]]:
    """Return institutions with the years of papers from there, the latest first."""
    years: dict[Institution, set[int]] = {}
    for work, seat in seats:
        for institution in seat.institutions:
            years.setdefault(institution, set()).add(work.year)
    return sorted(years.items(), key=lambda item: (-max(item[1]), item[0].number))


def _topic(topic: Topic, count: int) -> dict[str, object]:
    return {"id": topic.url, "display_name": topic.name, "count": count, **topic.hierarchy}

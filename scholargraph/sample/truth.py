"""Who is who: what readers of the dump are meant to find out.

What lives here: the lines of the truth file (people, bylines, totals), which stands beside the
dump and which no ingest reads.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scholargraph.sample.numbering import (
    DELETED_WORK,
    PEOPLE_PER_BLOCK,
    WORKS_PER_BLOCK,
    true_person_id,
    work_place,
)
from scholargraph.sample.seats import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scholargraph.sample.people import Person
    from scholargraph.sample.seats import Seat
    from scholargraph.sample.work_plan import BlockPlan, WorkPlan

    _Appearance = tuple[WorkPlan, Seat, bool]
    """A work, the seat in it, and whether the record shows it."""


def person_lines(block: int, plans: Iterable[BlockPlan | None]) -> list[dict[str, object]]:
    """Return a line for each person of a block who wrote something.

    Parameters
    ----------
    block : int
        The block to which the people belong.
    plans : iterable of BlockPlan or None
        Plans of the block and of the one after, where they are guests.

    Returns
    -------
    list of dict
        By true id. ``profiles`` are those that records show; a profile of two people stands in both
        lines, a person with two profiles has both in one.
    """
    seats: dict[int, list[_Appearance]] = {}
    for plan in plans:
        for work in plan.works if plan else ():
            shown = len(work.shown_seats)
            for position, seat in enumerate(work.seats):
                if seat.person.key // PEOPLE_PER_BLOCK == block:
                    found = seats.setdefault(seat.person.key, [])
                    found.append((work, seat, position < shown))
    return [_person_line(seats[key][0][1].person, seats[key]) for key in sorted(seats)]


def _person_line(person: Person, seats: list[_Appearance]) -> dict[str, object]:
    shown = {
        seat.profile.number
        for _, seat, is_shown in seats
        if is_shown and seat.profile and seat.profile is not NOBODY
    }
    return {
        "kind": "person",
        "person": true_person_id(person.key),
        "name": person.name.latin,
        "native_name": person.name.native,
        "forms": sorted({seat.printed for _, seat, _ in seats}),
        "profiles": [f"A{number}" for number in sorted(shown)],
        "orcid": person.orcid,
        "first_year": person.first_year,
        "last_year": person.last_year,
        "posts": [[year, f"I{institution.number}"] for year, institution in person.posts],
        "works": len({work.number for work, _, _ in seats}),
    }


def work_line(work: WorkPlan) -> dict[str, object]:
    """Return the line of a work: its true byline and what is special about it."""
    return {
        "kind": "work",
        "work": f"W{work.number}",
        "year": work.year,
        "byline": [
            {
                "person": true_person_id(seat.person.key),
                "profile": None if seat.profile is None else f"A{seat.profile.number}",
                "printed": seat.printed,
                "institutions": [f"I{item.number}" for item in seat.institutions],
            }
            for seat in work.seats
        ],
        "shown": len(work.shown_seats),
        "preprint": work.preprint and f"W{work.preprint.number}",
        "about": work.about and f"W{work.about.number}",
        "oddity": work.oddity and work.oddity.name.lower().replace("_", " "),
    }


def count_works(plan: BlockPlan, works: int) -> Counter[str]:
    """Count what a reader must find in the works of a block.

    Parameters
    ----------
    plan : BlockPlan
        The block.
    works : int
        Number of works of the whole dump, which says what a reference leads to.

    Returns
    -------
    Counter
        Sums over blocks are the counts of the dump.
    """
    counts: Counter[str] = Counter()
    for work in plan.works:
        shown = work.shown_seats
        profiles = [seat.profile for seat in shown]
        counts["works"] += 1
        counts["true seats"] += len(work.seats)
        counts["seats"] += len(shown)
        counts["seats without author id"] += sum(profile is None for profile in profiles)
        counts["seats of nobody"] += sum(profile is NOBODY for profile in profiles)
        counts["institution links"] += sum(len(seat.institutions) for seat in shown)
        counts["single-author works"] += len(work.seats) == 1
        counts["topic links"] += len(work.topics)
        counts["works without topics"] += not work.topics
        counts["versions"] += work.preprint is not None
        counts["references"] += len(work.references)
        counts["references inside"] += sum(_is_inside(number, works) for number in work.references)
        counts["references to the deleted work"] += DELETED_WORK in work.references
    return counts


def _is_inside(number: int, works: int) -> bool:
    block, index = work_place(number)
    return block >= 0 and block * WORKS_PER_BLOCK + index < works


def count_people(lines: Iterable[dict[str, object]]) -> Counter[str]:
    """Count the people of a block and the profiles that records show of them.

    Parameters
    ----------
    lines : iterable of dict
        The block's lines from `person_lines`; nobody outside the block shares their profiles.
    """
    counts: Counter[str] = Counter()
    people_of: Counter[str] = Counter()
    for line in lines:
        profiles = line["profiles"]
        assert isinstance(profiles, list)
        counts["people"] += 1
        counts["people with two profiles"] += len(profiles) > 1
        people_of.update(profiles)
    counts["profiles"] += len(people_of)
    counts["profiles of several people"] += sum(count > 1 for count in people_of.values())
    return counts


def counts_line(counts: Counter[str]) -> dict[str, object]:
    """Return the last line of the truth: the totals."""
    return {"kind": "counts", **dict(sorted(counts.items()))}

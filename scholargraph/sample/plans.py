"""Who writes what, when, with whom, and what it cites: the plan of one block of works.

What lives here: everything about works on which other works or people depend. What a record says
beyond it (titles, journals, scores) is made from the plan, one record at a time, in
``work_records``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from scholargraph.sample.draws import Draws, Purpose, Quantiles, interpolate, running_sums
from scholargraph.sample.numbering import work_number
from scholargraph.sample.oddities import (
    TRUNCATED_COUNT,
    TYPE_OF,
    Oddity,
    place_oddities,
)
from scholargraph.sample.people import make_block
from scholargraph.sample.references import Earlier, draw_references
from scholargraph.sample.seats import take_seats
from scholargraph.sample.teams import Teams
from scholargraph.sample.work_plan import BlockPlan, WorkPlan

if TYPE_CHECKING:
    from scholargraph.sample.people import Block, Community, Person
    from scholargraph.sample.vocabulary import Topic
    from scholargraph.sample.world import World

_YEARS: Quantiles = (
    (0.0, 1992.0),
    (0.1, 2004.0),
    (0.25, 2011.0),
    (0.5, 2017.5),
    (0.75, 2022.0),
    (0.95, 2025.3),
    (1.0, 2026.3),
)
_TEAM_SIZES: Quantiles = (
    (0.0, 1.0),
    (0.08, 2.0),
    (0.25, 3.0),
    (0.5, 4.0),
    (0.75, 6.0),
    (0.9, 8.5),
    (0.99, 17.0),
    (0.999, 40.0),
    (1.0, 100.0),
)
_LARGE_TEAM_SIZES: Quantiles = ((0.0, 130.0), (0.5, 300.0), (0.9, 2_000.0), (1.0, 5_000.0))
_FIRST_LARGE_TEAM: Final = 124
_UNMATCHED_TEAM: Final = 12
_TYPES: Final = (
    ("article", 0.885),
    ("preprint", 0.02),
    ("book-chapter", 0.03),
    ("review", 0.025),
    ("dataset", 0.01),
    ("dissertation", 0.008),
    ("editorial", 0.005),
    ("letter", 0.005),
    ("report", 0.004),
    ("erratum", 0.004),
    ("book", 0.002),
    ("peer-review", 0.002),
)
_TYPE_SUMS: Final = running_sums(share for _, share in _TYPES)
_VERSION_SHARE: Final = 0.04
_NO_TOPICS_SHARE: Final = 0.024
_ONE_TOPIC_SHARE: Final = 0.05
_OWN_TOPIC_SHARE: Final = 0.75
"""Of works: their first topic is their community's own."""

NOTICES: Final = frozenset({"erratum", "retraction", "peer-review"})
"""Types of works that are about one earlier work and cite it alone."""


def plan_block(world: World, number: int) -> BlockPlan:
    """Plan the works of one block.

    Parameters
    ----------
    world : World
        The organisations of the dump.
    number : int
        Which block, from 0.

    Returns
    -------
    BlockPlan
        The same for the same arguments, whatever was planned before. Works cite works of their own
        block and of the one before, and people of the block before write as guests.
    """
    block = make_block(world, number)
    teams = Teams(world, block)
    oddities = place_oddities(block.works)
    earlier = Earlier()
    for index, day in enumerate(_calendar(world, block)):
        draws = Draws(world.seed, Purpose.PLAN, number, index)
        oddity = oddities.get(index)
        if _is_next_version(draws, earlier.works, oddity):
            earlier.replace_last(replace(earlier.works[-1], type="preprint"))
            earlier.append(_next_version(draws, block, earlier, day))
        else:
            earlier.append(_new_work(draws, world, block, teams, earlier, day, oddity))
    return BlockPlan(block=block, works=tuple(earlier.works))


def _calendar(world: World, block: Block) -> list[date]:
    """Return the publication days of a block, oldest first."""
    draws = Draws(world.seed, Purpose.CALENDAR, block.number)
    days = []
    for moment in sorted(draws.unit() for _ in range(block.works)):
        year, rest = divmod(interpolate(_YEARS, moment), 1)
        start = date(int(year), 1, 1).toordinal()
        days.append(date.fromordinal(start + int(rest * 365)))
    return days


def _is_next_version(draws: Draws, plans: list[WorkPlan], oddity: Oddity | None) -> bool:
    if oddity is not None or not plans:
        return False
    before = plans[-1]
    is_free = before.type == "article" and before.oddity is None and before.preprint is None
    return is_free and len(before.seats) > 1 and draws.chance(_VERSION_SHARE)


def _next_version(draws: Draws, block: Block, earlier: Earlier, day: date) -> WorkPlan:
    preprint = earlier.works[-1]
    return WorkPlan(
        number=work_number(block.number, len(earlier.works)),
        day=day,
        type="article",
        community=preprint.community,
        topics=preprint.topics,
        seats=preprint.seats,
        references=draw_references(draws, block, earlier, preprint.community, None),
        oddity=None,
        about=None,
        preprint=preprint,
    )


def _new_work(
    draws: Draws,
    world: World,
    block: Block,
    teams: Teams,
    earlier: Earlier,
    day: date,
    oddity: Oddity | None,
) -> WorkPlan:
    community = block.communities[draws.weighted(block.sizes)]
    kind = TYPE_OF.get(oddity, "article") if oddity else _TYPES[draws.weighted(_TYPE_SUMS)][0]
    about = _subject(draws, earlier.works, kind)
    if about is None and kind in NOTICES:
        kind = "article"
    if about is not None:
        community = about.community
        references: tuple[int, ...] = (about.number,)
    elif kind == "paratext":
        references = ()
    else:
        references = draw_references(draws, block, earlier, community, oddity)
    team = _draw_team(draws, teams, block, community, day.year, kind, oddity, about)
    return WorkPlan(
        number=work_number(block.number, len(earlier.works)),
        day=day,
        type=kind,
        community=community,
        topics=_draw_topics(draws, community, oddity),
        seats=take_seats(draws, world, team, day.year, oddity),
        references=references,
        oddity=oddity,
        about=about,
        preprint=None,
    )


def _subject(draws: Draws, plans: list[WorkPlan], kind: str) -> WorkPlan | None:
    """Return the work that a notice is about, or None for other types or if there is none yet."""
    if kind == "retraction":
        return next(plan for plan in plans if plan.oddity is Oddity.RETRACTED)
    if kind not in NOTICES:
        return None
    articles = [plan for plan in plans if plan.type == "article" and plan.oddity is None]
    return draws.pick(articles) if articles else None


def _draw_team(
    draws: Draws,
    teams: Teams,
    block: Block,
    community: Community,
    year: int,
    kind: str,
    oddity: Oddity | None,
    about: WorkPlan | None,
) -> list[Person]:
    if oddity is Oddity.NO_AUTHORS:
        return []
    if oddity is Oddity.LARGE_TEAM:
        size = draws.quantile(_LARGE_TEAM_SIZES) if block.number else _FIRST_LARGE_TEAM
        return teams.draw_large(draws, year, int(size))
    if oddity is Oddity.TRUNCATED:
        return teams.draw_large(draws, year, TRUNCATED_COUNT)
    if about is not None and kind != "peer-review":
        return [seat.person for seat in about.seats]
    size = int(draws.quantile(_TEAM_SIZES))
    if oddity is Oddity.SINGLE_AUTHOR or kind == "dissertation":
        size = 1
    elif oddity is Oddity.UNMATCHED_SEATS:
        size = _UNMATCHED_TEAM
    elif oddity is not None:
        size = max(4, size)
    team = teams.draw(draws, community.number, year, size)
    if oddity is Oddity.REPEATED_AUTHOR:
        team.insert(2, team[0])
    return team


def _draw_topics(draws: Draws, community: Community, oddity: Oddity | None) -> tuple[Topic, ...]:
    if oddity is Oddity.NO_TOPICS or draws.chance(_NO_TOPICS_SHARE):
        return ()
    own, *others = community.topics
    if draws.chance(_ONE_TOPIC_SHARE):
        return (own,)
    near = draws.sample(others, 2)
    return (own, *near) if draws.chance(_OWN_TOPIC_SHARE) else (near[0], own, *near[1:])

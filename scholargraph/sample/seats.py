"""Seats of a byline: who sits there, under which profile, signing how, from where.

What lives here: the truth behind one authorship. The record of it is written in
``authorship_records``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scholargraph.sample.numbering import NULL_AUTHOR
from scholargraph.sample.oddities import Oddity
from scholargraph.sample.people import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scholargraph.sample.draws import Draws
    from scholargraph.sample.people import Person
    from scholargraph.sample.world import Institution, World

NOBODY: Final = Profile(number=NULL_AUTHOR, name="", orcid=None)
"""The null author, which stands for nobody."""

_NO_ID_SHARE: Final = 0.004
_NO_INSTITUTION_SHARE: Final = 0.15
_SECOND_POST_SHARE: Final = 0.6
_FULL_NAME_SHARE: Final = 0.62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seat:
    """One place in a byline."""

    person: Person
    profile: Profile | None
    """What the record takes the person for; None where nobody was matched."""
    printed: str
    """The name as printed."""
    institutions: tuple[Institution, ...]


def take_seats(
    draws: Draws, world: World, team: Sequence[Person], year: int, oddity: Oddity | None
) -> tuple[Seat, ...]:
    """Return the seats of a team in its order.

    Parameters
    ----------
    draws : Draws
        Where chance comes from.
    world : World
        The organisations of the dump.
    team : sequence of Person
        The true authors in order; somebody may be named twice.
    year : int
        Year of publication, from which profile and employer follow.
    oddity : Oddity or None
        What is odd about the work.
    """
    seats = []
    for position, person in enumerate(team):
        profile: Profile | None = person.profile(year)
        if draws.chance(_NO_ID_SHARE):
            profile = None
        if oddity is Oddity.UNMATCHED_SEATS and position >= 2:
            profile = None
        if oddity is Oddity.NULL_AUTHOR and position == len(team) - 1:
            profile = NOBODY
        seats.append(
            Seat(
                person=person,
                profile=profile,
                printed=_printed(draws, person),
                institutions=_institutions(draws, world, person, year, oddity, position),
            )
        )
    return tuple(seats)


def _printed(draws: Draws, person: Person) -> str:
    if draws.chance(_FULL_NAME_SHARE):
        return person.forms[0]
    return draws.pick(person.forms)


def _institutions(
    draws: Draws, world: World, person: Person, year: int, oddity: Oddity | None, position: int
) -> tuple[Institution, ...]:
    if draws.chance(_NO_INSTITUTION_SHARE) or oddity is Oddity.COUNTRY_ONLY:
        institutions = []
    else:
        institutions = [person.institution(year)]
        if person.second_post and draws.chance(_SECOND_POST_SHARE):
            institutions.append(person.second_post)
    if oddity is Oddity.NAMIBIAN and position == 0:
        institutions = [world.namibian]
    return tuple(dict.fromkeys(institutions))

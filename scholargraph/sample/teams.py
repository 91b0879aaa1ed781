"""Teams of authors, so that people write again with those they have written with.

What lives here: finding the authors of one work among the people of a block. The works themselves
are planned in ``plans``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scholargraph.sample.draws import running_sums
from scholargraph.sample.people import guests, members

if TYPE_CHECKING:
    from scholargraph.sample.draws import Draws
    from scholargraph.sample.people import Block, Person
    from scholargraph.sample.world import World

_OLD_PARTNER_SHARE: Final = 0.5
_OTHER_COMMUNITY_SHARE: Final = 0.05
_GUEST_SHARE: Final = 0.04
_TRIES: Final = 10


class Teams:
    """Finds co-authors in a block, and remembers who has written with whom."""

    def __init__(self, world: World, block: Block) -> None:
        self.people = members(world, block)
        self.guests = guests(world, block)
        self._by_community: list[list[Person]] = [[] for _ in block.communities]
        for person in self.people:
            self._by_community[person.community].append(person)
        self._sums = [
            running_sums(person.weight for person in group) for group in self._by_community
        ]
        self._partners: dict[int, list[Person]] = {}

    def draw(self, draws: Draws, community: int, year: int, size: int) -> list[Person]:
        """Return a team of different people active in a year; smaller where too few are found."""
        lead = self._lead(draws, community, year)
        team = {lead.key: lead}
        while len(team) < size:
            for _ in range(_TRIES):
                person = self._candidate(draws, community, lead)
                if person.key not in team and person.is_active(year):
                    team[person.key] = person
                    break
            else:
                break
        people = list(team.values())
        for one in people:
            known = self._partners.setdefault(one.key, [])
            known.extend(other for other in people if other is not one)
        if len(people) > 1 and draws.chance(0.5):
            people.append(people.pop(0))
        return people

    def draw_large(self, draws: Draws, year: int, size: int) -> list[Person]:
        """Return a team from the whole block, of whom none remembers the others."""
        active = [person for person in self.people if person.is_active(year)]
        return draws.sample(active, size)

    def _lead(self, draws: Draws, community: int, year: int) -> Person:
        for _ in range(_TRIES):
            person = self._member(draws, community)
            if person.is_active(year):
                return person
        return self._by_community[community][0]

    def _member(self, draws: Draws, community: int) -> Person:
        return self._by_community[community][draws.weighted(self._sums[community])]

    def _candidate(self, draws: Draws, community: int, lead: Person) -> Person:
        chance = draws.unit()
        known = self._partners.get(lead.key)
        if known and chance < _OLD_PARTNER_SHARE:
            return draws.pick(known)
        if self.guests and chance > 1 - _GUEST_SHARE:
            return draws.pick(self.guests)
        if chance > 1 - _GUEST_SHARE - _OTHER_COMMUNITY_SHARE:
            return draws.pick(self.people)
        return self._member(draws, community)

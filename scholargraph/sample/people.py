"""People with names, careers, employers and profiles, and the communities they work in.

What lives here: one block's communities and any one of its people, each a pure function of the
world and a number, so that another block can invite a guest without making the rest. Who writes
what with whom is drawn in ``plans``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

from scholargraph.sample.check_digits import ORCID_COUNT, made_up_orcid
from scholargraph.sample.draws import Draws, Purpose, Quantiles, running_sums
from scholargraph.sample.numbering import person_key, profile_number, works_in_block
from scholargraph.sample.personal_names import SHAPES, PersonalName, draw_name, printed_forms
from scholargraph.sample.vocabulary import Topic, vocabulary
from scholargraph.sample.world import Institution, Source, World

FIRST_YEAR: Final = 1988
LAST_YEAR: Final = 2026

_PEOPLE_PER_WORK: Final = 1.95
_WORKS_PER_COMMUNITY: Final = 50
_GUESTS: Final = 6
_CAREER_START: Quantiles = (
    (0.0, 1980.0),
    (0.1, 1991.0),
    (0.5, 2009.0),
    (0.9, 2020.0),
    (1.0, 2025.0),
)
_CAREER_LENGTH: Quantiles = ((0.0, 1.0), (0.25, 5.0), (0.5, 10.0), (0.8, 24.0), (1.0, 46.0))
_LANGUAGES: Final = ("en",) * 12 + ("de", "fr", "es")
_NAME_SHAPES: Final = (*SHAPES, "chinese", "chinese", "english", "english", "german", "korean")
_HOMONYM_SHARE: Final = 0.04
_MERGED_SHARE: Final = 0.2
"""Of people who share a name with another: both stand in one profile."""
_SPLIT_SHARE: Final = 0.02
"""Of people: from some year on their papers are put into a second profile."""
_ORCID_SHARE: Final = 0.75
_MOVE_SHARE: Final = 0.4
_SECOND_POST_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Community:
    """A group of people who work on near topics at a few places."""

    number: int
    """Within its block."""
    topics: tuple[Topic, ...]
    """Its own topic first, then those near."""
    homes: tuple[Institution, ...]
    journals: tuple[Source, ...]
    language: str
    size: float
    """Share of the block's works and people, relative to the others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """The frame of one block: how many works and people, in which communities."""

    number: int
    works: int
    people: int
    communities: tuple[Community, ...]
    sizes: tuple[float, ...]
    """Running sums of the communities' sizes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """An OpenAlex author: what the producer takes for one person."""

    number: int
    name: str
    orcid: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """Somebody who writes papers: the truth behind profiles."""

    key: int
    name: PersonalName
    forms: tuple[str, ...]
    """How the person signs, most frequent first."""
    community: int
    first_year: int
    last_year: int
    weight: float
    """Productivity relative to others."""
    posts: tuple[tuple[int, Institution], ...]
    """Employers, each with the first year there."""
    second_post: Institution | None
    profiles: tuple[tuple[int, Profile], ...]
    """Profiles, each with the first year from which papers carry it."""
    orcid: str | None
    is_merged: bool
    """Whether the papers stand in the profile of a namesake."""

    def is_active(self, year: int) -> bool:
        """Return whether the year lies in the person's career."""
        return self.first_year <= year <= self.last_year

    def institution(self, year: int) -> Institution:
        """Return the employer in a year, the first one before the career begins."""
        return _latest(self.posts, year)

    def profile(self, year: int) -> Profile:
        """Return the profile that a paper of that year carries."""
        return _latest(self.profiles, year)


T = TypeVar("T")


def _latest(steps: tuple[tuple[int, T], ...], year: int) -> T:
    value = steps[0][1]
    for start, later in steps[1:]:
        if start <= year:
            value = later
    return value


def make_block(world: World, number: int) -> Block:
    """Draw the frame of a block.

    Parameters
    ----------
    world : World
        The organisations of the dump.
    number : int
        Which block, from 0.

    Returns
    -------
    Block
        Its communities are of uneven size.
    """
    works = works_in_block(number, world.works)
    count = max(2, works // _WORKS_PER_COMMUNITY)
    communities = tuple(_make_community(world, number, place) for place in range(count))
    return Block(
        number=number,
        works=works,
        people=max(2 * count, int(works * _PEOPLE_PER_WORK)),
        communities=communities,
        sizes=running_sums(community.size for community in communities),
    )


def _make_community(world: World, block: int, place: int) -> Community:
    draws = Draws(world.seed, Purpose.COMMUNITY, block, place)
    topics = vocabulary().topics
    own = topics[(block * 7 + place * 5) % len(topics)]
    near = [topic for topic in topics if topic is not own and topic.subfield is own.subfield]
    far = [topic for topic in topics if topic.domain is own.domain and topic not in near]
    homes = draws.sample(world.institutions, 2 + draws.below(4))
    if place == 1:
        homes.append(world.namibian)
    journals = draws.sample(world.journals, 4)
    return Community(
        number=place,
        topics=(own, *near, *draws.sample([topic for topic in far if topic is not own], 2)),
        homes=tuple(homes),
        journals=tuple(journals),
        language=draws.pick(_LANGUAGES),
        size=0.4 + 1.2 * draws.unit() * draws.unit() * 2,
    )


def members(world: World, block: Block) -> list[Person]:
    """Return all people of a block, by number."""
    return [make_person(world, block, index) for index in range(block.people)]


def guests(world: World, block: Block) -> tuple[Person, ...]:
    """Return people of the block before who write with this one, some for each community."""
    if block.number == 0:
        return ()
    draws = Draws(world.seed, Purpose.COMMUNITY, block.number)
    before = make_block(world, block.number - 1)
    chosen = draws.sample(range(before.people), _GUESTS * len(block.communities))
    return tuple(make_person(world, before, index) for index in chosen)


def make_person(world: World, block: Block, index: int) -> Person:
    """Draw one person.

    Parameters
    ----------
    world : World
        The organisations of the dump.
    block : Block
        The block to which the person belongs.
    index : int
        Which person of the block, from 0. The first person of each community is its founder, whose
        career spans all years.

    Returns
    -------
    Person
        The same for the same arguments.
    """
    draws = Draws(world.seed, Purpose.PERSON, block.number, index)
    key = person_key(block.number, index)
    is_founder = index < len(block.communities)
    place = index if is_founder else draws.weighted(block.sizes)
    community = block.communities[place]
    is_homonym = index > 0 and draws.chance(_HOMONYM_SHARE)
    namesake = draws.below(index) if is_homonym else index
    is_merged = is_homonym and draws.chance(_MERGED_SHARE)
    first_year = FIRST_YEAR if is_founder else int(draws.quantile(_CAREER_START))
    length = int(draws.quantile(_CAREER_LENGTH))
    last_year = LAST_YEAR if is_founder else min(LAST_YEAR, first_year + length)
    posts = _draw_posts(draws, world, community, first_year, last_year)
    name = _draw_person_name(world, block.number, namesake)
    orcid = made_up_orcid(key) if key < ORCID_COUNT and draws.chance(_ORCID_SHARE) else None
    own = Profile(number=profile_number(key, 0), name=name.display, orcid=orcid)
    if is_merged:
        other = make_person(world, block, namesake)
        other_key = person_key(block.number, namesake)
        own = Profile(
            number=profile_number(other_key, 0), name=other.name.display, orcid=other.orcid
        )
    profiles = [(first_year, own)]
    if not is_merged and last_year - first_year >= 4 and draws.chance(_SPLIT_SHARE):
        second = Profile(number=profile_number(key, 1), name=name.display, orcid=None)
        profiles.append(((first_year + last_year) // 2, second))
    return Person(
        key=key,
        name=name,
        forms=printed_forms(name),
        community=place,
        first_year=first_year,
        last_year=last_year,
        weight=1 / (draws.unit() + 0.01),
        posts=posts,
        second_post=draws.pick(community.homes) if draws.chance(_SECOND_POST_SHARE) else None,
        profiles=tuple(profiles),
        orcid=orcid,
        is_merged=is_merged,
    )


def _draw_person_name(world: World, block: int, index: int) -> PersonalName:
    draws = Draws(world.seed, Purpose.NAME, block, index)
    return draw_name(draws, draws.pick(_NAME_SHAPES))


def _draw_posts(
    draws: Draws, world: World, community: Community, first_year: int, last_year: int
) -> tuple[tuple[int, Institution], ...]:
    posts = [(first_year, draws.pick(community.homes))]
    while draws.chance(_MOVE_SHARE) and posts[-1][0] + 2 < last_year:
        year = posts[-1][0] + 1 + draws.below(last_year - posts[-1][0] - 1)
        pool = community.homes if draws.chance(0.5) else world.institutions
        posts.append((year, draws.pick(pool)))
    return tuple(posts)

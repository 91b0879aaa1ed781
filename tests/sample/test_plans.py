"""Plans of blocks: what follows from what."""

from __future__ import annotations

import pytest

from scholargraph.sample.numbering import PEOPLE_PER_BLOCK, WORKS_PER_BLOCK, work_place
from scholargraph.sample.oddities import Oddity
from scholargraph.sample.people import make_block, make_person
from scholargraph.sample.plans import plan_block
from scholargraph.sample.work_plan import BlockPlan
from scholargraph.sample.world_draws import make_world

WORLD = make_world(5, WORKS_PER_BLOCK + 400)


@pytest.fixture(scope="module")
def second() -> BlockPlan:
    """The second block, planned without the first."""
    return plan_block(WORLD, 1)


@pytest.fixture(scope="module")
def first() -> BlockPlan:
    """The first block."""
    return plan_block(WORLD, 0)


def outline(plan: BlockPlan) -> list[tuple[object, ...]]:
    """What can be compared between two plans of the same block."""
    return [
        (
            work.number,
            work.day,
            work.type,
            work.references,
            [(seat.person.key, seat.printed, len(seat.institutions)) for seat in work.seats],
        )
        for work in plan.works
    ]


def test_a_block_needs_no_other(second: BlockPlan) -> None:
    """A block is the same in another process's world, planned alone or after its forerunner."""
    world = make_world(5, WORKS_PER_BLOCK + 400)
    plan_block(world, 0)

    assert outline(plan_block(world, 1)) == outline(second)


def test_blocks_do_not_repeat_each_other(first: BlockPlan, second: BlockPlan) -> None:
    """Works of the same place in two blocks are drawn apart: their rare types seldom agree."""
    pairs = list(zip(first.works, second.works, strict=False))
    rare = [(one.type, two.type) for one, two in pairs if one.type != "article"]

    assert len(rare) > 20
    assert sum(one == two for one, two in rare) < len(rare) / 4


def test_another_seed_gives_other_people() -> None:
    """Nothing of a plan survives a change of the seed but its numbers."""
    one, two = (outline(plan_block(make_world(seed, 60), 0)) for seed in (0, 1))

    assert [work[0] for work in one] == [work[0] for work in two]
    assert all(left[4] != right[4] for left, right in zip(one, two, strict=True))


def test_people_write_within_their_careers(second: BlockPlan) -> None:
    """Nobody signs a new work outside the years of the career."""
    checked = 0
    for work in second.works:
        if work.about is None and work.preprint is None:
            for seat in work.seats:
                checked += 1
                assert seat.person.first_year <= work.year <= seat.person.last_year
    assert checked > 1_000


def test_works_cite_what_is_earlier(second: BlockPlan) -> None:
    """But for odd works, references go to earlier works of the block or to the block before."""
    before = 0
    for work in second.works:
        _, index = work.place
        for number in work.references:
            place = work_place(number)
            before += place[0] == 0
            is_odd = work.oddity in (Oddity.SELF_REFERENCE, Oddity.LATER_REFERENCE)
            if place[0] == 1 and not is_odd:
                assert place[1] < index
        assert list(work.references) == sorted(set(work.references))
    assert before > 100


def test_guests_are_the_people_of_the_block_before(second: BlockPlan) -> None:
    """A guest is, as an object of its own, the person whom the block before knows."""
    first = make_block(WORLD, 0)
    guests = {
        seat.person.key: seat.person
        for work in second.works
        for seat in work.seats
        if seat.person.key < PEOPLE_PER_BLOCK
    }
    assert guests
    for key, guest in guests.items():
        person = make_person(WORLD, first, key)
        assert (person.name, person.orcid, person.first_year, person.weight) == (
            guest.name,
            guest.orcid,
            guest.first_year,
            guest.weight,
        )


def test_ties_repeat(second: BlockPlan) -> None:
    """In small teams many pairs of people have written together more than once."""
    together: dict[tuple[int, int], int] = {}
    for work in second.works:
        keys = sorted({seat.person.key for seat in work.seats})
        if len(keys) <= 25:
            for place, one in enumerate(keys):
                for two in keys[place + 1 :]:
                    together[one, two] = together.get((one, two), 0) + 1
    repeated = sum(count > 1 for count in together.values())

    assert repeated / len(together) > 0.15


def test_the_people_of_a_notice_are_those_of_its_subject(second: BlockPlan) -> None:
    """A retraction and an erratum are signed as the work they are about, and cite it alone."""
    notices = [work for work in second.works if work.type in ("erratum", "retraction")]

    assert {work.type for work in notices} == {"erratum", "retraction"}
    for work in notices:
        assert work.about is not None
        assert work.references == (work.about.number,)
        assert [seat.person.key for seat in work.seats] == [
            seat.person.key for seat in work.about.seats
        ]

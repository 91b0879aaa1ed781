"""What works cite, drawn one list at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scholargraph.sample.draws import Draws, Purpose
from scholargraph.sample.numbering import DELETED_WORK, WORKS_PER_BLOCK, work_number, work_place
from scholargraph.sample.oddities import Oddity
from scholargraph.sample.plans import plan_block
from scholargraph.sample.references import Earlier, draw_references
from scholargraph.sample.work_plan import BlockPlan
from scholargraph.sample.world_draws import make_world


@pytest.fixture(scope="module")
def plan() -> BlockPlan:
    """A small block."""
    return plan_block(make_world(2, 60), 0)


def test_copying_spreads_no_oddity(plan: BlockPlan) -> None:
    """Where every work cites later ones, itself and the deleted work, copies leave these out."""
    future = tuple(work_number(0, index) for index in range(30, 33))
    earlier = [replace(work, references=(DELETED_WORK, *future)) for work in plan.works[:30]]
    lists = [
        draw_references(
            Draws(0, Purpose.PLAN, serial),
            plan.block,
            Earlier(earlier),
            earlier[-1].community,
            None,
        )
        for serial in range(60)
    ]
    inside = [
        work_place(number)
        for cited in lists
        for number in cited
        if 0 <= number - work_number(0, 0) < WORKS_PER_BLOCK
    ]
    assert len(inside) > 100
    assert all(index < 30 for _, index in inside)
    assert sum(DELETED_WORK in cited for cited in lists) < 10


@pytest.mark.parametrize(
    ("oddity", "target"),
    [
        (Oddity.SELF_REFERENCE, work_number(0, 60)),
        (Oddity.LATER_REFERENCE, work_number(0, 61)),
        (Oddity.DELETED_REFERENCE, DELETED_WORK),
    ],
)
def test_odd_references_are_added(plan: BlockPlan, oddity: Oddity, target: int) -> None:
    """An oddity adds its own reference to those that are drawn anyway."""
    community = plan.works[0].community
    lists = [
        draw_references(
            Draws(0, Purpose.PLAN, serial), plan.block, Earlier(plan.works), community, oddity
        )
        for serial in range(10)
    ]
    assert all(target in cited for cited in lists)
    assert any(len(cited) > 1 for cited in lists)


def test_the_first_work_of_all_cites_only_what_is_outside(plan: BlockPlan) -> None:
    """With nothing earlier, references lead out of the dump or to the deleted work."""
    community = plan.works[0].community
    found = {
        number
        for serial in range(50)
        for number in draw_references(
            Draws(0, Purpose.PLAN, serial), plan.block, Earlier(), community, None
        )
    }
    assert len(found) > 100
    assert all(number > 9_900_000_000 or number == DELETED_WORK for number in found)

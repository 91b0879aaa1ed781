"""What works cite.

What lives here: drawing the reference list of the next work of a block. Citation counts are the
other side of these lists and are taken in ``tally``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from scholargraph.sample.draws import Quantiles
from scholargraph.sample.numbering import (
    DELETED_WORK,
    OUTSIDE_PER_COMMUNITY,
    WORKS_PER_BLOCK,
    outside_work_number,
    work_number,
)
from scholargraph.sample.oddities import Oddity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scholargraph.sample.draws import Draws
    from scholargraph.sample.people import Block, Community
    from scholargraph.sample.work_plan import WorkPlan

_COUNTS: Quantiles = (
    (0.0, 0.0),
    (0.12, 0.0),
    (0.25, 6.0),
    (0.5, 28.0),
    (0.75, 48.0),
    (0.9, 72.0),
    (0.99, 150.0),
    (1.0, 400.0),
)
"""How many times a work tries; a work met twice counts once."""

_COPIED_SHARE: Final = 0.2
_COMMUNITY_SHARE: Final = 0.6
"""Of tries, those copied included: works of the community."""
_BLOCK_SHARE: Final = 0.68
_BLOCK_BEFORE_SHARE: Final = 0.76
_DELETED_SHARE: Final = 0.02


class Earlier:
    """The works of a block planned so far, in all and by community.

    Parameters
    ----------
    works : iterable of WorkPlan
        Those to begin with, oldest first.
    """

    def __init__(self, works: Iterable[WorkPlan] = ()) -> None:
        self.works: list[WorkPlan] = []
        self._by_community: defaultdict[int, list[WorkPlan]] = defaultdict(list)
        for work in works:
            self.append(work)

    def append(self, work: WorkPlan) -> None:
        """Add the next work."""
        self.works.append(work)
        self._by_community[work.community.number].append(work)

    def replace_last(self, work: WorkPlan) -> None:
        """Put a work in the place of the last one, which is of the same community."""
        self.works[-1] = work
        self._by_community[work.community.number][-1] = work

    def of(self, community: Community) -> list[WorkPlan]:
        """Return the works of a community."""
        return self._by_community[community.number]


def draw_references(
    draws: Draws,
    block: Block,
    earlier: Earlier,
    community: Community,
    oddity: Oddity | None,
) -> tuple[int, ...]:
    """Return what the work that follows `earlier` cites.

    Some references are copied from a cited work, so that those much cited are cited more (Price
    1976, 10.1002/asi.4630270505).

    Parameters
    ----------
    draws : Draws
        Where chance comes from.
    block : Block
        The block of the work.
    earlier : Earlier
        The works of the block before this one.
    community : Community
        Whose works it cites most.
    oddity : Oddity or None
        What is odd about the work.

    Returns
    -------
    tuple of int
        Numbers of works, rising, without repetition. Some are of works that no dump holds.
    """
    works = earlier.works
    number = work_number(block.number, len(works))
    own = earlier.of(community)
    outside = block.number * (WORKS_PER_BLOCK // 25) + community.number
    cited: set[int] = set()
    for _ in range(int(draws.quantile(_COUNTS))):
        chance = draws.unit()
        if own and chance < _COMMUNITY_SHARE:
            other = draws.pick(own)
            is_copied = chance < _COPIED_SHARE and other.references
            cited.add(draws.pick(other.references) if is_copied else other.number)
        elif works and chance < _BLOCK_SHARE:
            cited.add(draws.pick(works).number)
        elif block.number and chance < _BLOCK_BEFORE_SHARE:
            cited.add(work_number(block.number - 1, draws.below(len(works) + 1)))
        else:
            place = int(draws.unit() * draws.unit() * OUTSIDE_PER_COMMUNITY)
            cited.add(outside_work_number(outside, place))
    # Copying may pick up what an odd work cites: itself, a later work, or the deleted one.
    later = range(number, work_number(block.number + 1, 0))
    cited = {target for target in cited if target not in later and target != DELETED_WORK}
    if oddity is Oddity.SELF_REFERENCE:
        cited.add(number)
    elif oddity is Oddity.LATER_REFERENCE:
        cited.add(number + 1)
    elif oddity is Oddity.DELETED_REFERENCE or (cited and draws.chance(_DELETED_SHARE)):
        cited.add(DELETED_WORK)
    return tuple(sorted(cited))

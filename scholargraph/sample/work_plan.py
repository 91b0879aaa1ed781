"""What is settled about works before their records are written.

How it is settled is the business of ``plans``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scholargraph.sample.numbering import work_place
from scholargraph.sample.oddities import TRUNCATED_AT, Oddity

if TYPE_CHECKING:
    from datetime import date

    from scholargraph.sample.people import Block, Community
    from scholargraph.sample.seats import Seat
    from scholargraph.sample.vocabulary import Topic


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkPlan:
    """What is settled about a work before its record is written."""

    number: int
    day: date
    type: str
    community: Community
    topics: tuple[Topic, ...]
    """The first is the primary one."""
    seats: tuple[Seat, ...]
    """The true byline; the record of a truncated one shows fewer."""
    references: tuple[int, ...]
    """Numbers of the cited works, rising."""
    oddity: Oddity | None
    about: WorkPlan | None
    """The earlier work of which this is a correction, a retraction notice or a review."""
    preprint: WorkPlan | None
    """The earlier version with the same title and authors."""

    @property
    def place(self) -> tuple[int, int]:
        """Block and index in it."""
        return work_place(self.number)

    @property
    def shown_seats(self) -> tuple[Seat, ...]:
        """The seats that the record holds."""
        return self.seats[:TRUNCATED_AT] if self.oddity is Oddity.TRUNCATED else self.seats

    @property
    def year(self) -> int:
        """Year of publication."""
        return self.day.year


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockPlan:
    """All works of a block, oldest first."""

    block: Block
    works: tuple[WorkPlan, ...]

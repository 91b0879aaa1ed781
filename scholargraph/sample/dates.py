"""The release that a generated dump plays, and the dates in its records.

What lives here: when the release was made, in which partitions its records stand, and the spelling
of timestamps.
"""

from __future__ import annotations

from datetime import date
from enum import Enum, unique
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scholargraph.sample.draws import Draws

RELEASE_DATE: Final = "2026-06-25"
"""The first release in the layout that is written here."""

_FIRST_CREATED: Final = date(2016, 6, 24)


@unique
class Release(Enum):
    """Partition days of the records, by kind."""

    WORKS = ("2026-05-11", "2026-05-29", "2026-06-08", "2026-06-20")
    AUTHORS = ("2026-05-30", "2026-06-15")
    ORGANISATIONS = ("2026-06-02",)
    TOPICS = ("2026-04-28",)


def draw_updated(draws: Draws, release: Release) -> str:
    """Return a moment in one of the partitions; its first ten characters are the partition.

    Examples
    --------
    >>> from scholargraph.sample.draws import Draws, Purpose
    >>> len(draw_updated(Draws(0, Purpose.RECORD), Release.WORKS))
    24
    """
    day = draws.pick(release.value)
    second = draws.below(86_400)
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"{day}T{clock}.{draws.below(1000):03d}Z"


def draw_created(draws: Draws, published: date) -> str:
    """Return the midnight on which a record was made: the first day of all, or soon after print."""
    created = max(_FIRST_CREATED, date.fromordinal(published.toordinal() + draws.below(14)))
    return f"{created}T00:00:00.000Z"

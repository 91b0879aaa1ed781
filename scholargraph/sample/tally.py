"""Counts that records of one thing hold about others: citations, papers, h-index.

What lives here: counting over plans and records, in pieces that add up whatever their order. The
records that show the counts are made elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from scholargraph.sample.numbering import PEOPLE_PER_BLOCK, profile_owner
from scholargraph.sample.seats import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scholargraph.sample.seats import Seat
    from scholargraph.sample.work_plan import BlockPlan, WorkPlan

FIRST_COUNTED_YEAR: Final = 2012
"""``counts_by_year`` begins here."""

Standing = dict[int, list[int]]
"""For each year of publication the citation counts of a block's works, rising."""

Appearances = dict[int, list[tuple["WorkPlan", "Seat"]]]
"""For each profile the seats that carry it, by work."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Impact:
    """How often one work is cited in the dump, and how that compares."""

    years: tuple[int, ...]
    """Years of publication of the citing works, rising."""
    mean: float
    """Citations of an average work of the same block and year."""
    share_below: float
    """Share of those works that are cited less."""


def citing_years(plan: BlockPlan, after: BlockPlan | None) -> dict[int, tuple[int, ...]]:
    """Return, for each cited work of a block, the years of the works that cite it.

    Parameters
    ----------
    plan : BlockPlan
        The block whose works are cited.
    after : BlockPlan or None
        The block that follows, whose works cite them too.

    Returns
    -------
    dict
        By number of the cited work; years rise. A reference to itself counts.
    """
    own = {work.number for work in plan.works}
    years: defaultdict[int, list[int]] = defaultdict(list)
    for citing in (*plan.works, *(after.works if after else ())):
        for number in citing.references:
            if number in own:
                years[number].append(citing.year)
    return {number: tuple(sorted(found)) for number, found in years.items()}


def standing(plan: BlockPlan, cited: Mapping[int, Sequence[int]]) -> Standing:
    """Return how often works of each year are cited."""
    counts: defaultdict[int, list[int]] = defaultdict(list)
    for work in plan.works:
        counts[work.year].append(len(cited.get(work.number, ())))
    return {year: sorted(found) for year, found in counts.items()}


def impact(work: WorkPlan, cited: Mapping[int, tuple[int, ...]], ranks: Standing) -> Impact:
    """Return how a work of a block stands among those of its year."""
    years = cited.get(work.number, ())
    peers = ranks[work.year]
    return Impact(
        years=years,
        mean=sum(peers) / len(peers),
        share_below=bisect_left(peers, len(years)) / len(peers),
    )


def appearances(block: int, plans: Iterable[BlockPlan | None]) -> Appearances:
    """Return the seats under the profiles of a block's people, in the order of the plans.

    Parameters
    ----------
    block : int
        The block to which the people belong.
    plans : iterable of BlockPlan or None
        Plans of the block and of the one after, where they are guests; only seats that records
        show are counted.
    """
    found: Appearances = {}
    for plan in plans:
        for work in plan.works if plan else ():
            for seat in work.shown_seats:
                if seat.profile is None or seat.profile is NOBODY:
                    continue
                if profile_owner(seat.profile.number) // PEOPLE_PER_BLOCK == block:
                    found.setdefault(seat.profile.number, []).append((work, seat))
    return found


@dataclass(slots=True, kw_only=True, eq=False)
class Counts:
    """What a node's record says of its works."""

    works: Counter[int] = field(default_factory=Counter)
    """Works by year of publication."""
    citations: Counter[int] = field(default_factory=Counter)
    """Citations by year of the citing work."""
    cited: Counter[int] = field(default_factory=Counter)
    """Works by how often they are cited."""

    def add_work(self, year: int, years: Sequence[int]) -> None:
        """Count one work and the years in which it is cited."""
        self.works[year] += 1
        self.citations.update(years)
        self.cited[len(years)] += 1

    def add(self, other: Counts) -> None:
        """Count everything that another piece has counted."""
        self.works.update(other.works)
        self.citations.update(other.citations)
        self.cited.update(other.cited)

    def fields(self) -> dict[str, object]:
        """Return the four fields that all records share."""
        years = sorted({*self.works, *self.citations})
        return {
            "works_count": self.works.total(),
            "cited_by_count": self.citations.total(),
            "summary_stats": self._summary(),
            "counts_by_year": [
                {
                    "year": year,
                    "works_count": self.works[year],
                    "cited_by_count": self.citations[year],
                }
                for year in years
                if year >= FIRST_COUNTED_YEAR
            ],
        }

    def _summary(self) -> dict[str, object]:
        recent = self.works[2024] + self.works[2025]
        return {
            "2yr_mean_citedness": round(self.citations[2026] / recent, 6) if recent else 0.0,
            "h_index": _h_index(self.cited),
            "i10_index": sum(count for times, count in self.cited.items() if times >= 10),
        }


def _h_index(cited: Counter[int]) -> int:
    """Return the largest h such that h works are cited h times or more each."""
    works = 0
    for times in sorted(cited, reverse=True):
        if works + cited[times] >= times:
            return max(works, times)
        works += cited[times]
    return works

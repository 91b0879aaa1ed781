"""The chain of the strongest ties: shortest where a tie is as long as 1 / weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from scholargraph.collaboration.chains import TIE_STEPS, TOLERANCE, Found, notes_of, why_none
from scholargraph.collaboration.walking import Walk, pieces, starts_of, steps_of
from scholargraph.network.pairs import FloatArray, IntArray

if TYPE_CHECKING:
    pass

WEIGHTED_STEPS: Final = 100_000_000
"""Co-authors of papers of authors that a search looks at before it gives up."""

_BATCH_STEPS: Final = 20_000


class _Labels:
    """One end of a weighted search: how far authors are from it, by the shortest way so far."""

    def __init__(self, walk: Walk, author: int) -> None:
        self._walk = walk
        self.distance = np.zeros(walk.author_count)
        self.is_met = np.zeros(walk.author_count, np.bool_)
        self.is_met[author] = True
        self.end = author
        self.waiting = np.array([author], np.int64)
        """Authors whose co-authors have not been looked at from where they are now."""
        self.radius = 0.0
        """Nearer authors are as near as they can be."""

    def take(self) -> IntArray:
        """Return the nearest authors that wait: those of one batch, which wait no longer."""
        order = np.argsort(self.distance[self.waiting], kind="stable")
        if len(order) > _BATCH_STEPS:
            order = order[:_BATCH_STEPS]
        steps = np.cumsum(steps_of(self._walk, self.waiting[order]))
        size = max(1, int(np.searchsorted(steps, _BATCH_STEPS, side="right")))
        taken = np.sort(self.waiting[order[:size]])
        self.waiting = np.setdiff1d(self.waiting, taken, assume_unique=True)
        return taken

    def improve(self, author: IntArray, distance: FloatArray) -> IntArray:
        """Take shorter ways, and return the authors whose ways they are."""
        order = np.lexsort((distance, author))
        author, distance = author[order], distance[order]
        first = starts_of(author)
        author, distance = author[first], distance[first]
        shorter = ~self.is_met[author] | (distance < self.distance[author])
        better: IntArray = author[shorter]
        self.distance[better] = distance[shorter]
        self.is_met[better] = True
        return better


def strongest(walk: Walk, start: int, goal: int, weight: str) -> Found:
    """Search on lengths of 1 / weight from both ends, and choose among the shortest chains.

    Authors are taken in batches of the nearest, and once more where a shorter way to them shows, so
    that arrays do the work. All that is nearer than the nearest that waits is final.
    """
    near, far = _Labels(walk, start), _Labels(walk, goal)
    shortest, steps = np.inf, 0
    while near.radius + far.radius < shortest * (1 - TOLERANCE):
        sides = [side for side in (near, far) if len(side.waiting)]
        if len(sides) < 2 and shortest == np.inf:
            break
        side = min(sides, key=lambda each: len(each.waiting))
        other = far if side is near else near
        authors = side.take()
        steps += int(steps_of(walk, authors).sum())
        if steps > WEIGHTED_STEPS:
            reason = f"not found among {WEIGHTED_STEPS:,} co-authors; max_authors makes it less"
            return Found([], None, reason, notes_of(_met(near, far), None, None))
        place, coauthor, length = walk.lengths(authors, weight)
        better = side.improve(coauthor, side.distance[authors[place]] + length)
        met = better[other.is_met[better]]
        if len(met):
            shortest = min(shortest, float((side.distance[met] + other.distance[met]).min()))
        waiting = np.union1d(side.waiting, better)
        # Who is as far as that cannot stand on a shorter chain; the other side has met who can.
        bound = shortest * (1 + TOLERANCE) - other.radius
        side.waiting = waiting[side.distance[waiting] <= bound]
        side.radius = float(side.distance[side.waiting].min()) if len(side.waiting) else np.inf
    if shortest == np.inf:
        side = far if len(near.waiting) else near
        reason = why_none(walk.id_of(side.end).decode(), int(np.count_nonzero(side.is_met)))
        return Found([], None, reason, notes_of(_met(near, far), 0, None))
    chain, decided_by = _first_by_ids(walk, near, far, shortest, weight)
    return Found(chain, shortest, None, notes_of(_met(near, far), None, decided_by))


def _met(near: _Labels, far: _Labels) -> int:
    return int(np.count_nonzero(near.is_met) + np.count_nonzero(far.is_met))


def _first_by_ids(
    walk: Walk, near: _Labels, far: _Labels, shortest: float, weight: str
) -> tuple[list[int], str]:
    """Choose among the shortest chains by ids, or take one where they are too many to look at."""
    met = np.flatnonzero(near.is_met & far.is_met)
    between = met[near.distance[met] + far.distance[met] <= shortest * (1 + TOLERANCE)]
    if int(steps_of(walk, between).sum()) > TIE_STEPS:
        middle = walk.smallest(between)
        back, on = ([middle], [middle])
        for side, chain in ((near, back), (far, on)):
            while chain[-1] != side.end:
                here = np.array([chain[-1]])
                chain.append(walk.smallest(_nearer(walk, side, here, shortest, weight)[1]))
        return [*back[:0:-1], *on], "none"
    onward: dict[int, set[int]] = {}
    for side in (near, far):
        known, layer = between, between
        while len(layer):
            found = [np.zeros(0, np.int64)]
            for authors in pieces(walk, layer):
                outer, inner = _nearer(walk, side, authors, shortest, weight)
                sources, targets = (inner, outer) if side is near else (outer, inner)
                for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
                    onward.setdefault(source, set()).add(target)
                found.append(inner)
            layer = np.setdiff1d(np.concatenate(found), known)
            known = np.union1d(known, layer)
    chain = [near.end]
    while chain[-1] != far.end:
        chain.append(walk.smallest(np.array(sorted(onward[chain[-1]]))))
    return chain, "ids"


def _nearer(
    walk: Walk, side: _Labels, authors: IntArray, shortest: float, weight: str
) -> tuple[IntArray, IntArray]:
    """Return pairs of one of the authors and somebody before him on the shortest way to an end."""
    place, coauthor, length = walk.lengths(authors, weight)
    author = authors[place]
    gap = np.abs(side.distance[coauthor] + length - side.distance[author])
    is_before = side.is_met[coauthor] & (gap <= shortest * TOLERANCE)
    return author[is_before], coauthor[is_before]

"""The chain of the strongest ties: shortest where a tie is as long as 1 / weight."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.chains import TIE_STEPS, TOLERANCE, Found, fewest_hops, notes_of
from scholargraph.collaboration.meeting import Marks, ranges
from scholargraph.collaboration.walking import Walk, pieces, starts_of, steps_of, sums_of
from scholargraph.network.pairs import FloatArray, IntArray

WEIGHTED_STEPS: Final = 100_000_000
"""Co-authors of papers of authors that a search looks at before it gives up."""

_BATCH_STEPS: Final = 15_000
_BATCH_AUTHORS: Final = 1_000
_AUTHOR_STEPS: Final = 500
"""What an author counts in a batch at most: not all that he signed is gone through."""
_CROWD: Final = 100
"""Persons on a paper from which on it pays not to go through it for every author."""


class _Labels:
    """One end of a weighted search: how far authors are from it, by the shortest way so far."""

    def __init__(self, walk: Walk, author: int) -> None:
        self._walk = walk
        # The system gives zeros that take memory only where they are written to.
        self.distance = np.zeros(walk.author_count)
        self.is_met = np.zeros(walk.author_count, np.bool_)
        self.is_met[author] = True
        self._is_waiting = np.zeros(walk.author_count, np.bool_)
        self._through = np.zeros(walk.paper_count)
        """How far from the end authors of a paper are at most; 0 where it was not met."""
        self.end = author
        self.waiting = np.array([author], np.int64)
        """Authors whose co-authors have not been looked at from where they are now."""
        self.radius = 0.0
        """Nearer authors are as near as they can be."""

    def take(self) -> IntArray:
        """Return the nearest authors that wait: those of one batch, which wait no longer."""
        waiting = self.waiting
        if len(waiting) > _BATCH_AUTHORS:
            nearest = np.argpartition(self.distance[waiting], _BATCH_AUTHORS)
            waiting = waiting[nearest]
        batch = np.sort(waiting[:_BATCH_AUTHORS])
        batch = batch[np.argsort(self.distance[batch], kind="stable")]
        steps = np.cumsum(np.minimum(steps_of(self._walk, batch), _AUTHOR_STEPS))
        size = max(1, int(np.searchsorted(steps, _BATCH_STEPS, side="right")))
        self.waiting = np.concatenate([batch[size:], waiting[_BATCH_AUTHORS:]])
        self._is_waiting[batch[:size]] = False
        return np.sort(batch[:size])

    def expand(self, authors: IntArray, weight: str, bound: float) -> tuple[IntArray, int]:
        """Take the shorter ways over some authors, and return whose they are and the steps.

        A tie is no longer than one of its papers alone makes it: so a paper is gone through once
        for all its authors, and only pairs with more than one paper are summed.
        """
        signed = _Signed(authors, *self._walk.signed(authors))
        here = self.distance[authors]
        alone = 1.0 if weight == "full" else signed.team_size - 1.0
        others, through = self._over_papers(signed.paper, here[signed.place] + alone, bound)
        pairs = _pairs(self._walk, signed, *_walked(signed, weight, bound - here))
        summed = 1.0 / (pairs.paper_count if weight == "full" else pairs.fractional)
        better = self._improve(
            np.concatenate([others, pairs.coauthor]),
            np.concatenate([through, here[pairs.place] + summed]),
            bound,
        )
        return better, len(others) + pairs.steps

    def forget(self, bound: float) -> None:
        """Let nobody wait who is farther than that, and say how far the nearest is."""
        distance = self.distance[self.waiting]
        is_near = distance <= bound
        self._is_waiting[self.waiting[~is_near]] = False
        self.waiting = self.waiting[is_near]
        self.radius = float(distance[is_near].min()) if len(self.waiting) else np.inf

    def _over_papers(
        self, paper: IntArray, through: FloatArray, bound: float
    ) -> tuple[IntArray, FloatArray]:
        """Return the authors of papers to which a shorter way was found, and how far they are."""
        known = self._through[paper]
        is_better = (through <= bound) & ((known == 0) | (through < known))
        paper, through = paper[is_better], through[is_better]
        order = np.lexsort((through, paper))
        paper, through = paper[order], through[order]
        first = starts_of(paper)
        paper, through = paper[first], through[first]
        self._through[paper] = through
        place, others = self._walk.signers(paper)
        return others, through[place]

    def _improve(self, author: IntArray, distance: FloatArray, bound: float) -> IntArray:
        """Take shorter ways, and return the authors whose ways they are."""
        shorter = ~self.is_met[author] | (distance < self.distance[author])
        shorter &= distance <= bound
        author, distance = author[shorter], distance[shorter]
        order = np.lexsort((distance, author))
        author, distance = author[order], distance[order]
        first = starts_of(author)
        better: IntArray = author[first]
        self.distance[better] = distance[first]
        self.is_met[better] = True
        new = better[~self._is_waiting[better]]
        self._is_waiting[new] = True
        self.waiting = np.concatenate([self.waiting, new])
        return better


class _Signed(NamedTuple):
    """Papers that make ties, of some authors; the smallest teams first."""

    authors: IntArray
    place: IntArray
    """Of the author."""
    paper: IntArray
    team_size: IntArray


class _Pairs(NamedTuple):
    """Ties of more than one paper, of some authors."""

    place: IntArray
    """Among those authors."""
    coauthor: IntArray
    paper_count: IntArray
    fractional: FloatArray
    steps: int
    """Co-authors of papers that were looked at."""


def _pairs(
    walk: Walk,
    signed: _Signed,
    is_walked: npt.NDArray[np.bool_],
    is_passed: npt.NDArray[np.bool_],
) -> _Pairs:
    """Sum up the ties of more than one paper, of those that some paper that is walked makes."""
    walked = np.flatnonzero(is_walked)
    byline, coauthor = walk.signers(signed.paper[walked])
    steps = len(coauthor)
    at = walked[byline]
    key = signed.place[at] << 32 | coauthor
    order = np.argsort(key, kind="stable")
    key, weight = key[order], 1.0 / (signed.team_size[at[order]] - 1)
    starts = starts_of(key)
    paper_count = np.diff(starts, append=len(key))
    fractional = sums_of(weight, starts)
    key = key[starts]
    place, other = key >> 32, key & 0xFFFFFFFF
    if is_passed.any():
        pair, team_size = _on_passed_over(walk, signed, is_passed, place, other)
        steps += len(pair)
        paper_count += np.bincount(pair, minlength=len(key))
        fractional += np.bincount(pair, 1.0 / (team_size - 1), minlength=len(key))
    several = (paper_count > 1) & (other != signed.authors[place])
    return _Pairs(place[several], other[several], paper_count[several], fractional[several], steps)


def _on_passed_over(
    walk: Walk,
    signed: _Signed,
    is_passed: npt.NDArray[np.bool_],
    place: IntArray,
    other: IntArray,
) -> tuple[IntArray, IntArray]:
    """Return which pairs signed which papers that were not walked: the pair, and the team size."""
    passed = np.flatnonzero(is_passed)
    passed = passed[np.argsort(signed.place[passed], kind="stable")]
    per_author = np.bincount(signed.place[passed], minlength=len(signed.authors))
    per_pair = per_author[place]
    pair = np.repeat(np.arange(len(place)), per_pair)
    at = passed[ranges(np.cumsum(per_author)[place] - per_pair, per_pair)]
    papers = distinct(signed.paper[passed])
    where, authors = walk.adjacency.paper_authors.of_all(papers)
    known = where << 32 | authors.astype(np.int64)
    asked = np.searchsorted(papers, signed.paper[at]) << 32 | other[pair]
    found = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    both = known[found] == asked
    return pair[both], signed.team_size[at[both]]


def _walked(
    signed: _Signed, weight: str, room: FloatArray
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell which papers are walked through for each author, and which passed over.

    A crowd is not, where ties that only crowds make cannot help: whoever signed two papers with an
    author signed another than the largest; and a tie that all his crowds together make too long for
    the room that is left is no use, either.
    """
    # Nobody has signed two papers with the author of one.
    has_several = np.bincount(signed.place, minlength=len(room))[signed.place] > 1
    is_crowd = has_several & (signed.team_size > _CROWD)
    if not is_crowd.any():
        return has_several, is_crowd
    each = np.ones(len(is_crowd)) if weight == "full" else 1.0 / (signed.team_size - 1)
    most = np.bincount(signed.place, each * is_crowd, minlength=len(room))
    is_useless = most * np.maximum(room, 0.0) < 1.0 - TOLERANCE
    is_passed = is_crowd & is_useless[signed.place]
    # The smallest teams stand first: from the end, each author's largest does.
    largest = len(is_crowd) - 1 - np.unique(signed.place[::-1], return_index=True)[1]
    is_passed[largest] |= is_crowd[largest]
    return has_several & ~is_passed, is_passed


def strongest(walk: Walk, marks: Marks, start: int, goal: int, weight: str) -> Found:
    """Search on lengths of 1 / weight from both ends, and choose among the shortest chains.

    Authors are taken in batches of the nearest, and once more where a shorter way to them shows, so
    that arrays do the work. All that is nearer than the nearest that waits is final. The chain of
    the fewest hops, which is found first, bounds how far anybody is looked for.
    """
    fewest = fewest_hops(walk, marks, start, goal)
    if fewest.length is None:
        return fewest
    shortest, steps = _length(walk, fewest.chain, weight), 0
    near, far = _Labels(walk, start), _Labels(walk, goal)
    while near.radius + far.radius < shortest * (1 - TOLERANCE):
        sides = [side for side in (near, far) if len(side.waiting)]
        side = min(sides, key=lambda each: len(each.waiting))
        other = far if side is near else near
        # Who is as far as that cannot stand on a shorter chain; the other side has met who can.
        bound = shortest * (1 + TOLERANCE) - other.radius
        for authors in pieces(walk, side.take()):
            better, taken = side.expand(authors, weight, bound)
            steps += taken
            if steps > WEIGHTED_STEPS:
                reason = f"not found among {WEIGHTED_STEPS:,} co-authors; max_authors makes it less"
                return Found([], None, reason, notes_of(_met(near, far), None, None))
            met = better[other.is_met[better]]
            if len(met):
                shortest = min(shortest, float((side.distance[met] + other.distance[met]).min()))
        side.forget(shortest * (1 + TOLERANCE) - other.radius)
    chain, decided_by = _first_by_ids(walk, near, far, shortest, weight)
    return Found(chain, shortest, None, notes_of(_met(near, far), None, decided_by))


def _length(walk: Walk, chain: list[int], weight: str) -> float:
    """Return how long a chain is."""
    total = 0.0
    for author, other in pairwise(chain):
        _, coauthor, length = walk.lengths(np.array([author]), weight)
        total += float(length[np.searchsorted(coauthor, other)])
    return total


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

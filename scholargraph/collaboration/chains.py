"""The shortest chain of people, and which of several: by the ties on it, then by ids."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.meeting import FAR, NEAR, Ball, Marks
from scholargraph.collaboration.walking import Walk, starts_of, sums_of
from scholargraph.network.pairs import FloatArray, IntArray

TIE_STEPS: Final = 2_000_000
"""Joint papers of pairs on the shortest chains that are summed to choose among the chains."""

TOLERANCE: Final = 1e-12
"""Relative difference up to which two sums are one: they differ by rounding."""

_BITS: Final = 21
"""Enough for the number of anything that there are no more than `TIE_STEPS` and one of."""
_LAST: Final = (1 << _BITS) - 1
_EXACT: Final = 2.0**53
"""Up to here counting with floating-point numbers is exact."""


class Found(NamedTuple):
    """What a search returns."""

    chain: list[int]
    """Rows of the authors; empty if there is none."""
    length: float | None
    reason: str | None
    notes: dict[str, Any]


class _Signed(NamedTuple):
    """Authors of one layer on the papers of a hop, one entry for each authorship."""

    layer: int
    place: IntArray
    """Of the author on the layer."""
    paper: IntArray


class _Layers(NamedTuple):
    """Everybody who stands on a shortest chain, and the papers between them."""

    authors: list[IntArray]
    """From the start to the goal, ascending on each layer."""
    sources: list[_Signed]
    """Who signed the papers of each hop, on the side of the start."""
    targets: list[_Signed]
    """The same on the side of the goal."""


class _Links(NamedTuple):
    """Ties on shortest chains, ascending; authors are numbered by layer, then by row."""

    source: IntArray
    target: IntArray
    fractional: FloatArray


def fewest_hops(walk: Walk, marks: Marks, start: int, goal: int) -> Found:
    """Search from both ends, and choose among the shortest chains."""
    near, far = Ball(walk, marks, start, NEAR), Ball(walk, marks, goal, FAR)
    found = _fewest_hops(walk, near, far)
    for ball in (near, far):
        ball.clean()
    return found


def _fewest_hops(walk: Walk, near: Ball, far: Ball) -> Found:
    touched = near.levels[0][:0]
    while not len(touched):
        ball = near if near.work <= far.work else far
        touched = ball.expand()
        if not len(touched) and not len(ball.levels[-1]):
            end = walk.id_of(ball.end).decode()
            notes = notes_of(near.authors_met + far.authors_met, 0, None)
            return Found([], None, why_none(end, ball.authors_met), notes)
    layers = _layers(near, far, ball, touched)
    links = _links(walk, layers)
    if links is None:
        chain, chains, decided_by = _smallest_ids(walk, layers.authors), None, "ids"
    else:
        chain, chains = _best(walk, layers.authors, links), _count_chains(layers.authors, links)
        decided_by = "ties, then ids"
    notes = notes_of(near.authors_met + far.authors_met, chains, decided_by)
    return Found(chain, len(chain) - 1, None, notes)


def notes_of(authors_met: int, chains: int | None, decided_by: str | None) -> dict[str, Any]:
    """Say what a search met, and how it chose."""
    return {"authors_met": authors_met, "chains": chains, "decided_by": decided_by}


def why_none(end: str, met: int) -> str:
    """Say why there is no chain, of the end that led nowhere."""
    if met == 1:
        return f"{end} signed no paper that counts with anybody else"
    return f"papers that count lead from {end} to {met - 1} others and no further"


def _layers(near: Ball, far: Ball, last: Ball, touched: IntArray) -> _Layers:
    """Walk back to both ends from where the ball that grew last touched the other."""
    level = {ball: len(ball.levels) - (ball is not last) for ball in (near, far)}
    hops = (level[near] + level[far]) // 2
    authors = [touched] * (hops + 1)
    sources: list[_Signed] = []
    targets: list[_Signed] = []
    for ball in (near, far):
        rows = touched
        for step in range(level[ball] - 1, -1, -1):
            place, found = ball.before(rows, step)
            # Of authors the layer counts from the start; the papers of hop k are behind layer k.
            author_level = (step + 1) // 2
            layer = author_level if ball is near else hops - author_level
            before = distinct(found)
            if step % 2:
                signed = _Signed(layer, place, found)
            else:
                authors[layer] = before
                signed = _Signed(layer, np.searchsorted(before, found), rows[place])
            is_source = (step % 2 == 0) == (ball is near)
            (sources if is_source else targets).append(signed)
            rows = before
    return _Layers(authors, sources, targets)


def _links(walk: Walk, layers: _Layers) -> _Links | None:
    """Return the ties between each layer and the next, or None if they are too many to sum."""
    offsets = _offsets(layers.authors)
    source, of_source = _by_paper(layers.sources, offsets)
    target, of_target = _by_paper(layers.targets, offsets)
    first_source, first_target = starts_of(of_source), starts_of(of_target)
    per_source = np.diff(first_source, append=len(source))
    per_target = np.diff(first_target, append=len(target))
    step = per_source * per_target
    steps = int(step.sum())
    if steps > TIE_STEPS:
        return None
    team_size = walk.adjacency.papers.team_size[of_source[first_source]].astype(np.int64)
    by_size = np.argsort(team_size, kind="stable")
    rank = np.empty_like(by_size)
    rank[by_size] = np.arange(len(by_size))
    paper = np.repeat(np.arange(len(step)), step)
    number = np.arange(steps) - (np.cumsum(step) - step)[paper]
    behind = per_target[paper]
    # Ends and rank of the paper in one number: one sort of plain numbers.
    key = source[first_source[paper] + number // behind] << 2 * _BITS
    key |= target[first_target[paper] + number % behind] << _BITS
    key |= rank[paper]
    key.sort(kind="stable")
    pair = key >> _BITS
    starts = starts_of(pair)
    weight = 1.0 / (team_size[by_size[key & _LAST]] - 1)
    return _Links(pair[starts] >> _BITS, pair[starts] & _LAST, sums_of(weight, starts))


def _by_paper(signed: list[_Signed], offsets: IntArray) -> tuple[IntArray, IntArray]:
    """Return numbers of authors and rows of papers, by paper."""
    author = np.concatenate([each.place + offsets[each.layer] for each in signed])
    paper = np.concatenate([each.paper for each in signed])
    order = np.argsort(paper, kind="stable")
    return author[order], paper[order]


def _offsets(layers: list[IntArray]) -> IntArray:
    """Return the number of the first author of each layer, and how many there are."""
    return np.cumsum([0, *map(len, layers)])


class _Fans(NamedTuple):
    """The links of each layer: where those of each author begin, among those of the layer."""

    links: slice
    authors: slice
    starts: IntArray


def _fans(layers: list[IntArray], links: _Links) -> list[_Fans]:
    """Return where the links of each layer stand, from the last layer that has some to the first.

    Everybody but the goal has links.
    """
    offsets = _offsets(layers).tolist()
    starts = starts_of(links.source)
    bounds = [*starts.tolist(), len(links.source)]
    return [
        _Fans(
            slice(bounds[low], bounds[high]),
            slice(low, high),
            starts[low:high] - bounds[low],
        )
        for low, high in zip(offsets[-3::-1], offsets[-2:0:-1], strict=True)
    ]


def _best(walk: Walk, layers: list[IntArray], links: _Links) -> list[int]:
    """Choose the chain by its weakest tie, then by the sum of its ties, then by ids."""
    authors = np.concatenate(layers)
    fans = _fans(layers, links)
    weakest = np.full(len(authors), np.inf)
    for fan in fans:
        weaker = np.minimum(links.fractional[fan.links], weakest[links.target[fan.links]])
        weakest[fan.authors] = np.maximum.reduceat(weaker, fan.starts)
    is_strong = links.fractional >= weakest[0] * (1 - TOLERANCE)
    tie = np.where(is_strong, links.fractional, -np.inf)
    total = np.zeros(len(authors))
    value = np.empty(len(tie))
    for fan in fans:
        value[fan.links] = tie[fan.links] + total[links.target[fan.links]]
        total[fan.authors] = np.maximum.reduceat(value[fan.links], fan.starts)
    chain = [int(authors[0])]
    here = 0
    starts = [*starts_of(links.source).tolist(), len(value)]
    for _ in fans:
        onward = slice(starts[here], starts[here + 1])
        is_best = value[onward] >= total[here] * (1 - TOLERANCE)
        best = links.target[onward][is_best]
        chain.append(walk.smallest(authors[best]))
        here = int(best[authors[best] == chain[-1]][0])
    return chain


def _count_chains(layers: list[IntArray], links: _Links) -> int:
    """Count the chains that the ties make."""
    fans = _fans(layers, links)
    chains = _chains_from_start(fans, links, np.float64)
    return int(chains if chains < _EXACT else _chains_from_start(fans, links, np.object_))


def _chains_from_start(fans: list[_Fans], links: _Links, kind: type[np.generic]) -> Any:
    chains = np.ones(int(links.target[-1]) + 1, kind)
    for fan in fans:
        chains[fan.authors] = np.add.reduceat(chains[links.target[fan.links]], fan.starts)
    return chains[0]


def _smallest_ids(walk: Walk, layers: list[IntArray]) -> list[int]:
    """Return the chain of the smallest ids."""
    chain = [int(layers[0][0])]
    for layer in layers[1:]:
        _, papers = walk.adjacency.author_papers.of_all(np.array([chain[-1]]))
        chosen = walk.choose(papers.astype(np.int64))
        _, authors = walk.adjacency.paper_authors.of_all(chosen.rows)
        chain.append(walk.smallest(np.intersect1d(authors, layer).astype(np.int64)))
    return chain

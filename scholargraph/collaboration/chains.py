"""The shortest chain of people, and which of several: by the ties on it, then by ids."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.walking import Side, Walk, starts_of, sums_of
from scholargraph.network.pairs import FloatArray, IntArray

if TYPE_CHECKING:
    pass

TIE_STEPS: Final = 2_000_000
"""Joint papers of pairs on the shortest chains that are summed to choose among the chains."""

TOLERANCE: Final = 1e-12
"""Relative difference up to which two sums are one: they differ by rounding."""


class _Links(NamedTuple):
    """Ties that lie on shortest chains, from nearer the start to nearer the end."""

    source: IntArray
    target: IntArray
    fractional: FloatArray


class Found(NamedTuple):
    """What a search returns."""

    chain: list[int]
    """Rows of the authors; empty if there is none."""
    length: float | None
    reason: str | None
    notes: dict[str, Any]


def fewest_hops(walk: Walk, start: int, goal: int) -> Found:
    """Search from both ends, and choose among the shortest chains."""
    near, far = Side(walk, start), Side(walk, goal)
    meeting = near.levels[0][:0]
    while not len(meeting):
        side, other = (near, far) if near.work <= far.work else (far, near)
        level = side.expand()
        if not len(level):
            end = walk.id_of(side.end).decode()
            notes = notes_of(near.authors_met + far.authors_met, 0, None)
            return Found([], None, why_none(end, side.authors_met), notes)
        meeting = level[other.is_met[level]]
    layers = [meeting]
    for level in near.levels[-2::-1]:
        layers.insert(0, _signed_with(walk, layers[0], level))
    for level in far.levels[-2::-1]:
        layers.append(_signed_with(walk, layers[-1], level))
    links = _links(walk, layers)
    if links is None:
        chain, chains, decided_by = _smallest_ids(walk, layers), None, "ids"
    else:
        chain, chains = _best(walk, layers, links), _count_chains(layers, links)
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


def _signed_with(walk: Walk, layer: IntArray, level: IntArray) -> IntArray:
    """Return the authors of a level who signed with somebody of a layer."""
    if len(level) == 1:
        return level
    _, papers = walk.adjacency.author_papers.of_all(layer)
    chosen = walk.choose(distinct(papers))
    _, authors = walk.adjacency.paper_authors.of_all(chosen.rows)
    found: IntArray = distinct(authors[_is_in(authors, level)]).astype(np.int64)
    return found


def _is_in(values: npt.NDArray[Any], ascending: IntArray) -> npt.NDArray[np.bool_]:
    at = np.searchsorted(ascending, values)
    at[at == len(ascending)] = 0
    found: npt.NDArray[np.bool_] = ascending[at] == values
    return found


def _links(walk: Walk, layers: list[IntArray]) -> list[_Links] | None:
    """Return the ties between each layer and the next, or None if they are too many to sum."""
    steps = 0
    links = []
    for one, other in pairwise(layers):
        sources, targets = _on_joint_papers(walk, one, other)
        step = sources.per_paper * targets.per_paper
        steps += int(step.sum())
        if steps > TIE_STEPS:
            return None
        links.append(_tied(sources, targets, step))
    return links


class _Signed(NamedTuple):
    """Authors of one layer on some papers, by paper."""

    author: IntArray
    per_paper: IntArray
    team_size: IntArray
    """By paper."""


def _on_joint_papers(walk: Walk, one: IntArray, other: IntArray) -> tuple[_Signed, _Signed]:
    """Return the authors of two layers on the papers that both signed, smallest teams first."""
    adjacency = walk.adjacency
    of_one, of_other = (
        distinct(adjacency.author_papers.of_all(layer)[1]) for layer in (one, other)
    )
    joint = np.intersect1d(of_one, of_other, assume_unique=True)
    chosen = walk.choose(joint.astype(np.int64))
    chosen = chosen.of(np.argsort(chosen.team_size, kind="stable"))
    place, signers = adjacency.paper_authors.of_all(chosen.rows)
    author = signers.astype(np.int64)
    signed = []
    for layer in (one, other):
        inside = _is_in(author, layer)
        per_paper = np.bincount(place[inside], minlength=len(chosen.rows))
        signed.append(_Signed(author[inside], per_paper, chosen.team_size))
    return signed[0], signed[1]


def _tied(sources: _Signed, targets: _Signed, step: IntArray) -> _Links:
    """Sum up the papers of each pair of one source and one target."""
    first_source = np.cumsum(sources.per_paper) - sources.per_paper
    first_target = np.cumsum(targets.per_paper) - targets.per_paper
    paper = np.repeat(np.arange(len(step)), step)
    number = np.arange(len(paper)) - np.repeat(np.cumsum(step) - step, step)
    source = sources.author[first_source[paper] + number // targets.per_paper[paper]]
    target = targets.author[first_target[paper] + number % targets.per_paper[paper]]
    order = np.lexsort((target, source))
    source, target = source[order], target[order]
    weight = 1.0 / (sources.team_size[paper[order]] - 1)
    starts = starts_of(source, target)
    return _Links(source[starts], target[starts], sums_of(weight, starts))


def _best(walk: Walk, layers: list[IntArray], links: list[_Links]) -> list[int]:
    """Choose the chain by its weakest tie, then by the sum of its ties, then by ids."""
    weakest = np.array([np.inf])
    for layer, link in zip(layers[:0:-1], links[::-1], strict=True):
        # Everybody on a layer has ties to the next.
        ahead = weakest[np.searchsorted(layer, link.target)]
        weakest = np.maximum.reduceat(np.minimum(link.fractional, ahead), starts_of(link.source))
    strong: list[_Links] = []
    totals = [np.zeros(1)]
    for number in range(len(links) - 1, -1, -1):
        link = links[number]
        kept = link.fractional >= weakest[0] * (1 - TOLERANCE)
        link = _Links(link.source[kept], link.target[kept], link.fractional[kept])
        total = np.full(len(layers[number]), -np.inf)
        ahead = totals[0][np.searchsorted(layers[number + 1], link.target)]
        np.maximum.at(total, np.searchsorted(layers[number], link.source), link.fractional + ahead)
        totals.insert(0, total)
        strong.insert(0, link)
    chain = [int(layers[0][0])]
    for number, link in enumerate(strong):
        here = link.source == chain[-1]
        target, tie = link.target[here], link.fractional[here]
        value = tie + totals[number + 1][np.searchsorted(layers[number + 1], target)]
        chain.append(walk.smallest(target[value >= value.max() * (1 - TOLERANCE)]))
    return chain


def _count_chains(layers: list[IntArray], links: list[_Links]) -> int:
    """Count the chains that the ties make; rounded above 2**53."""
    chains: FloatArray = np.ones(1)
    for one, other, link in zip(layers, layers[1:], links, strict=False):
        chains = np.bincount(  # type: ignore[assignment]
            np.searchsorted(other, link.target),
            weights=chains[np.searchsorted(one, link.source)],
            minlength=len(other),
        )
    return int(chains[0])


def _smallest_ids(walk: Walk, layers: list[IntArray]) -> list[int]:
    """Return the chain of the smallest ids."""
    chain = [int(layers[0][0])]
    for layer in layers[1:]:
        _, papers = walk.adjacency.author_papers.of_all(np.array([chain[-1]]))
        chosen = walk.choose(papers.astype(np.int64))
        _, authors = walk.adjacency.paper_authors.of_all(chosen.rows)
        chain.append(walk.smallest(np.intersect1d(authors, layer).astype(np.int64)))
    return chain

"""The parts of a diversity: Rao-Stirling, its interval, variety, balance, disparity.

On distributions over classes and nothing else; where they come from is decided in ``diversity``.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np

from scholargraph.topics.distances_of_classes import Likeness
from scholargraph.topics.hierarchy import FloatArray, IntArray

DRAWS: Final = 1_000
"""Draws that an interval rests on."""

INTERVAL: Final = (0.025, 0.975)

UNKNOWN: Final = math.nan
"""Instead of what cannot be told."""

_PIECE_CELLS: Final = 4_000_000
"""Numbers that are multiplied at a time."""


class Items(NamedTuple):
    """What a distribution over classes is taken from: papers, or references of papers."""

    group: IntArray
    """Of each item the number of the paper that it belongs to, from 0 and ascending."""
    kind: IntArray
    """Of each item its row in `weights`."""
    weights: Any
    """Compressed sparse rows: what each cited or own paper gives to the classes present."""
    classes: IntArray
    """Rows of the classes present, ascending."""


class Against(NamedTuple):
    """What items are measured against."""

    alike: Likeness
    prior: FloatArray
    """By row of the table of topics: what is known beforehand, in items."""
    classes: int
    """Classes of the level."""
    seed: int
    """Of the draws."""


class Measures(NamedTuple):
    """All parts of one diversity; unknown ones are NaN."""

    rao_stirling: float
    low: float
    high: float
    corrected: float
    within_papers: float
    between_papers: float
    balance: float
    disparity: float
    div: float


_NOTHING_KNOWN: Final = Measures(*[UNKNOWN] * 9)


def measured(items: Items, against: Against) -> Measures:
    """Return all measures of the diversity of items; of fewer than two none is known.

    Parameters
    ----------
    items : Items
        Papers or references.
    against : Against
        What they are measured against.
    """
    count = len(items.group)
    if count < 2:
        return _NOTHING_KNOWN
    times = np.bincount(items.kind, minlength=items.weights.shape[0]).astype(np.float64)
    counts = np.asarray(items.weights.T @ times, np.float64)
    share = counts / counts.sum()
    alike = against.alike.among(items.classes)
    whole = max(0.0, 1.0 - float(share @ alike @ share))
    of_items = float(times @ _of_each(items.weights, alike)) / count
    within = _within(items, alike)
    low, high = _interval(items.classes, counts, against)
    classes = len(items.classes)
    pairs = classes * (classes - 1)
    disparity = (classes**2 - float(alike.sum())) / pairs if pairs else UNKNOWN
    balance = 1.0 - _gini(share)
    return Measures(
        rao_stirling=whole,
        low=low,
        high=high,
        # All ordered pairs of items, less each item with itself.
        corrected=min(1.0, max(0.0, (count * whole - of_items) / (count - 1))),
        within_papers=within,
        between_papers=UNKNOWN if math.isnan(within) else max(0.0, whole - within),
        balance=balance,
        disparity=disparity,
        div=classes / against.classes * balance * disparity if pairs else 0.0,
    )


def _of_each(weights: Any, alike: FloatArray) -> FloatArray:
    """Return the diversity of each row of weights."""
    found = np.empty(weights.shape[0])
    step = max(1, _PIECE_CELLS // max(len(alike), 1))
    for low in range(0, len(found), step):
        share = weights[low : low + step].toarray()
        share /= share.sum(axis=1, keepdims=True)
        found[low : low + step] = 1.0 - np.einsum("ij,ij->i", share @ alike, share)
    return np.maximum(found, 0.0)


def _within(items: Items, alike: FloatArray) -> float:
    """Return the mean diversity of the items of one paper; NaN where there is one paper."""
    from scipy.sparse import csr_array

    groups = int(items.group[-1]) + 1
    if groups < 2:
        return UNKNOWN
    size = np.bincount(items.group, minlength=groups)
    members = csr_array(
        (np.ones(len(items.group)), (items.group, items.kind)),
        shape=(groups, items.weights.shape[0]),
    )
    return float(size @ _of_each(members @ items.weights, alike)) / len(items.group)


def _interval(classes: IntArray, counts: FloatArray, against: Against) -> tuple[float, float]:
    """Return the bounds of the Rao-Stirling diversity that items and prior leave open."""
    parameters = against.prior.copy()
    parameters[classes] += counts
    possible = np.flatnonzero(parameters > 0)
    generator = np.random.default_rng(against.seed)
    step = max(1, _PIECE_CELLS // len(possible))
    found = []
    for low in range(0, DRAWS, step):
        size = (min(step, DRAWS - low), len(possible))
        drawn = generator.standard_gamma(parameters[possible], size)
        drawn /= drawn.sum(axis=1, keepdims=True)
        found.append(against.alike.diversity(possible, drawn))
    low_end, high_end = np.quantile(np.concatenate(found), INTERVAL)
    return float(low_end), float(high_end)


def _gini(shares: FloatArray) -> float:
    """Return the Gini coefficient: 0 for equal shares."""
    ascending = np.sort(shares)
    size = len(ascending)
    ranks = 2.0 * np.arange(1, size + 1) - size - 1
    return float(ranks @ ascending) / (size * float(ascending.sum()))

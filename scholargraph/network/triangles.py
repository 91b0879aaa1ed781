"""Triangles of a network: three nodes that are all tied to each other.

Each triangle is met once, at the one of its ties that leads from its least to its second node in
the order of degrees, so that a node with many neighbours costs no more than others (Schank and
Wagner 2005). What a triangle weighs is the product of what its three ties weigh.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.network.network import Links
from scholargraph.network.traversal import step

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

CHUNK: Final = 2_000_000
"""Pairs of ties that are looked at together: some 50 bytes each."""


class Corners(NamedTuple):
    """Some triangles, a row each."""

    nodes: tuple[IntArray, IntArray, IntArray]
    """Node numbers of the three corners."""
    rows: tuple[IntArray, IntArray, IntArray]
    """Rows of the links for the three ties."""


def triangle_counts(links: Links) -> IntArray:
    """Return the number of triangles that each node is a corner of.

    Parameters
    ----------
    links : Links
        Both directions of every tie, without loops, neighbours ascending.

    Returns
    -------
    int64 array, shape (n_nodes,)
        Their sum is three times the number of triangles.

    Notes
    -----
    Time O(m^1.5) for m ties.

    References
    ----------
    Schank, T., & Wagner, D. (2005). Finding, counting and listing all triangles in large graphs.
    WEA 2005, LNCS 3503, 606-609. doi:10.1007/11427186_54

    Examples
    --------
    >>> three = Links(np.array([0, 2, 4, 6]), np.array([1, 2, 0, 2, 0, 1]), np.arange(6))
    >>> triangle_counts(three).tolist()
    [1, 1, 1]
    """
    size = len(links.indptr) - 1
    counts = np.zeros(size, np.int64)
    for corners in _triangles(links):
        for node in corners.nodes:
            counts += np.bincount(node, minlength=size)
    return counts


def triangle_sums(links: Links, values: FloatArray) -> FloatArray:
    """Return the sum of what the triangles of each node weigh.

    Parameters
    ----------
    links : Links
        Both directions of every tie, without loops, neighbours ascending.
    values : float64 array
        Beside ``links.neighbours``, the same in both directions of a tie.

    Examples
    --------
    >>> three = Links(np.array([0, 2, 4, 6]), np.array([1, 2, 0, 2, 0, 1]), np.arange(6))
    >>> triangle_sums(three, np.array([1.0, 2.0, 1.0, 3.0, 2.0, 3.0])).tolist()
    [6.0, 6.0, 6.0]
    """
    size = len(links.indptr) - 1
    sums = np.zeros(size)
    for corners in _triangles(links):
        first, second, third = corners.rows
        weight = values[first] * values[second] * values[third]
        for node in corners.nodes:
            sums += np.bincount(node, weight, minlength=size)
    return sums


def triangle_sum_at(links: Links, values: FloatArray, node: int) -> float:
    """Return the sum of what the triangles of one node weigh.

    Parameters
    ----------
    links : Links
        Both directions of every tie, without loops, neighbours ascending.
    values : float64 array
        Beside ``links.neighbours``, the same in both directions of a tie.
    node : int
        Node number.

    Examples
    --------
    >>> three = Links(np.array([0, 2, 4, 6]), np.array([1, 2, 0, 2, 0, 1]), np.arange(6))
    >>> triangle_sum_at(three, np.array([1.0, 2.0, 1.0, 3.0, 2.0, 3.0]), 0)
    6.0
    """
    low, high = int(links.indptr[node]), int(links.indptr[node + 1])
    around, own = links.neighbours[low:high].astype(np.int64), values[low:high]
    place, origin = step(links, around)
    beyond = links.neighbours[place]
    found = np.searchsorted(around, beyond)
    found[found == len(around)] = 0
    # Each triangle is met from both of its other corners.
    twice = np.where(around[found] == beyond, own[origin] * values[place] * own[found], 0.0)
    return float(twice.sum()) / 2


def _triangles(links: Links) -> Iterator[Corners]:
    """Yield every triangle once, some at a time."""
    size = len(links.indptr) - 1
    degree = np.diff(links.indptr)
    source = np.repeat(np.arange(size), degree)
    target = links.neighbours.astype(np.int64)
    # From the smaller degree to the larger; of equal ones to the larger number.
    rows = np.flatnonzero((degree[source] < degree[target]) | _equal_and_upwards(degree, links))
    source, target = source[rows], target[rows]
    key = source << 32 | target
    counts = np.bincount(source, minlength=size)
    upward = Links(np.concatenate([[0], np.cumsum(counts)]), target.astype(np.int32), rows)
    ends = np.cumsum(counts[target])
    low = 0
    while low < len(rows):
        before = int(ends[low - 1]) if low else 0
        high = max(int(np.searchsorted(ends, before + CHUNK, side="right")), low + 1)
        place, origin = step(upward, target[low:high])
        wanted = (source[low:high] << 32)[origin] | target[place]
        found = np.searchsorted(key, wanted)
        found[found == len(key)] = 0
        closed = np.flatnonzero(key[found] == wanted)
        base, across, top = low + origin[closed], place[closed], found[closed]
        yield Corners(
            nodes=(source[base], target[base], target[across]),
            rows=(rows[base], rows[across], rows[top]),
        )
        low = high


def _equal_and_upwards(degree: IntArray, links: Links) -> npt.NDArray[np.bool_]:
    source = np.repeat(np.arange(len(degree)), degree)
    upwards: npt.NDArray[np.bool_] = (degree[source] == degree[links.neighbours]) & (
        source < links.neighbours
    )
    return upwards

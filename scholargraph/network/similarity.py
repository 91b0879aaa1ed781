"""How alike two nodes of a network are by the neighbours that they share.

A shared neighbour counts what it is given: 1 for their number, 1 / degree for the allocation of
resources (Zhou, Lü and Zhang 2009), 1 / log(degree) for Adamic and Adar (2003).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from scholargraph.network.network import Links
from scholargraph.network.traversal import step

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

CHUNK: Final = 2_000_000
"""Neighbours that are looked up together: some 50 bytes each."""


def shared_neighbours(
    links: Links, left: IntArray, right: IntArray, values: FloatArray
) -> FloatArray:
    """Return the sum over the neighbours that the two nodes of each pair share.

    Parameters
    ----------
    links : Links
        Both directions of every tie, without loops, neighbours ascending.
    left, right : int64 array
        Node numbers of the pairs.
    values : float64 array, shape (n_nodes,)
        What each node counts where it is shared.

    References
    ----------
    Adamic, L. A., & Adar, E. (2003). Friends and neighbors on the Web. Social Networks 25(3),
    211-230. doi:10.1016/S0378-8733(03)00009-1

    Zhou, T., Lü, L., & Zhang, Y.-C. (2009). Predicting missing links via local information.
    European Physical Journal B 71, 623-630. doi:10.1140/epjb/e2009-00335-8

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> shared_neighbours(both, np.array([0, 0]), np.array([2, 1]), np.array([1.0, 0.5, 1.0]))
    array([0.5, 0. ])
    """
    degree = np.diff(links.indptr)
    swap = degree[left] > degree[right]
    few, many = np.where(swap, right, left), np.where(swap, left, right)
    key = np.repeat(np.arange(len(degree)), degree) << 32 | links.neighbours
    sums = np.zeros(len(left))
    ends = np.cumsum(degree[few])
    low = 0
    while low < len(few) and len(key):
        before = int(ends[low - 1]) if low else 0
        high = max(int(np.searchsorted(ends, before + CHUNK, side="right")), low + 1)
        place, origin = step(links, few[low:high])
        shared = links.neighbours[place]
        wanted = (many[low:high] << 32)[origin] | shared
        found = np.searchsorted(key, wanted)
        found[found == len(key)] = 0
        is_shared = key[found] == wanted
        counted = np.where(is_shared, values[shared], 0.0)
        sums[low:high] = np.bincount(origin, counted, minlength=high - low)
        low = high
    return sums


def shared_with_all(links: Links, node: int, values: FloatArray) -> FloatArray:
    """Return the sum over the neighbours that a node shares with each other node.

    Parameters
    ----------
    links : Links
        Both directions of every tie, without loops.
    node : int
        Node number.
    values : float64 array, shape (n_nodes,)
        What each node counts where it is shared.

    Returns
    -------
    float64 array, shape (n_nodes,)
        At the node itself, the sum over its own neighbours.

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> shared_with_all(both, 0, np.array([1.0, 0.5, 1.0]))
    array([0.5, 0. , 0.5])
    """
    around = links.neighbours[links.indptr[node] : links.indptr[node + 1]].astype(np.int64)
    place, origin = step(links, around)
    size = len(links.indptr) - 1
    sums: FloatArray = np.bincount(
        links.neighbours[place], values[around][origin], minlength=size
    ).astype(np.float64, copy=False)
    return sums

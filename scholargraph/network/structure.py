"""What hangs together in a network, and how densely: components and cores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scholargraph.network.network import Network

IntArray = npt.NDArray[np.int64]


def component_labels(network: Network) -> IntArray:
    """Return the component of each node, from 0, the largest first, then by the smallest id.

    Of a directed network these are the weakly connected ones.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    nodes = len(network)
    # In the types that the search works in, which spares it copies.
    kind = np.int32 if nodes < 2**31 else np.int64
    ends = network.source.astype(kind), network.target.astype(kind)
    matrix = coo_array((np.ones(len(network.source)), ends), shape=(nodes, nodes))
    _, labels = connected_components(matrix, directed=False)
    return by_size(labels)


def by_size(labels: npt.NDArray[Any]) -> IntArray:
    """Return groups numbered anew: the largest first, of equal ones that with the smallest member.

    Examples
    --------
    >>> by_size(np.array([7, 3, 3, 5])).tolist()
    [1, 0, 0, 2]
    """
    if not len(labels):
        return np.zeros(0, np.int64)
    group = labels
    if labels.min() < 0 or labels.max() >= len(labels):
        _, group = np.unique(labels, return_inverse=True)
    sizes = np.bincount(group)
    first = np.full(len(sizes), len(group))
    np.minimum.at(first, group, np.arange(len(group)))
    # A number that no group has is a group of none, and comes last.
    order = np.lexsort((first, -sizes))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    found: IntArray = number[group]
    return found


def core_numbers(network: Network) -> IntArray:
    """Return the largest k for which each node is in the k-core, edges taken without direction.

    Nodes of the least degree are peeled off together, as many rounds as it takes.
    """
    links = network.links if not network.directed else network.links_both_ways
    degree = np.diff(links.indptr).astype(np.int64)
    core = np.zeros(len(network), np.int64)
    left = np.flatnonzero(degree >= 0)
    k = 0
    while len(left):
        k = max(k, int(degree[left].min()))
        peeled = left[degree[left] <= k]
        while len(peeled):
            core[peeled] = k
            degree[peeled] = -1
            starts, ends = links.indptr[peeled], links.indptr[peeled + 1]
            lengths = ends - starts
            place = np.arange(int(lengths.sum())) + np.repeat(
                starts - (np.cumsum(lengths) - lengths), lengths
            )
            met, times = np.unique(links.neighbours[place], return_counts=True)
            alive = degree[met] >= 0
            met, times = met[alive], times[alive]
            degree[met] -= times
            peeled = met[degree[met] <= k]
        left = left[degree[left] >= 0]
    return core

"""Breadth-first walks over the links of a network: levels, paths, and who is on them.

Everything is counted in ties, not in their weights, and on plain arrays: nothing here knows ids.
Neighbours are taken in the order in which the links hold them, which decides between paths of the
same length: the first that is met stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.network.network import Links

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

DENSE_SHARE: Final = 10
"""Where one in so many links or more would have to be looked at, all of them are in one go."""

WORD: Final = 64
"""Sources whose walks go together, a bit of a word for each."""


class Walk(NamedTuple):
    """What a breadth-first walk met, in the order in which it met it."""

    order: IntArray
    """Node numbers; the source is the first."""
    parent: IntArray
    """Beside ``order``: where in it the node stands from which this one was met first."""
    level: IntArray
    """Beside ``order``: number of ties from the source."""


class Step(NamedTuple):
    """All links that leave some nodes, in the order of the nodes and then of their links."""

    place: IntArray
    """Rows of the links."""
    origin: IntArray
    """Which of the nodes each leaves, by its place among them."""


class Distances(NamedTuple):
    """From some sources to everything that they reach, themselves included."""

    reached: IntArray
    """By source: number of nodes."""
    total: IntArray
    """By source: sum of distances."""


def step(links: Links, nodes: npt.NDArray[np.integer]) -> Step:
    """Return the links that leave some nodes.

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> step(both, np.array([1, 0])).place.tolist()
    [1, 2, 0]
    """
    starts, lengths = _rows(links, nodes)
    return Step(_places(starts, lengths), np.repeat(np.arange(len(nodes)), lengths))


def _rows(links: Links, nodes: npt.NDArray[np.integer]) -> tuple[IntArray, IntArray]:
    """Return where the links of some nodes begin, and how many there are."""
    starts = links.indptr[nodes]
    return starts, links.indptr[nodes + 1] - starts


def _places(starts: IntArray, lengths: IntArray) -> IntArray:
    """Return the rows of runs of links, one run after the other."""
    places = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    places += np.arange(len(places))
    return places


def breadth_first(links: Links, source: int, cutoff: float | None = None) -> Walk:
    """Walk from a node to all that it reaches, the nearest first.

    Parameters
    ----------
    links : Links
        Neighbours of every node.
    source : int
        Node number.
    cutoff : float, optional
        The walk goes on from levels below it: a whole number is the greatest number of ties. By
        default it ends where there is nothing left.

    Returns
    -------
    Walk
        Within a level, nodes stand in the order in which a queue would have met them.

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> walk = breadth_first(both, 0)
    >>> walk.order.tolist(), walk.parent.tolist(), walk.level.tolist()
    ([0, 1, 2], [-1, 0, 1], [0, 1, 2])
    """
    if cutoff is None and len(links.neighbours) <= np.iinfo(np.int32).max:
        return _whole_walk(links, source)
    return _walk_by_levels(links, source, np.inf if cutoff is None else cutoff)


def _whole_walk(links: Links, source: int) -> Walk:
    """Walk to all that a node reaches; the queue is that of a compiled library."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    nodes = len(links.indptr) - 1
    rows = (np.ones(len(links.neighbours)), links.neighbours, links.indptr.astype(np.int32))
    found, before = breadth_first_order(csr_array(rows, shape=(nodes, nodes)), source)
    order = found.astype(np.int64)
    place = np.empty(nodes, np.int64)
    place[order] = np.arange(len(order))
    parent = np.concatenate([[-1], place[before[order[1:]]]])
    # Parents ascend along the walk: a level ends with the children of the level before.
    ends = [1]
    while ends[-1] < len(order):
        ends.append(int(np.searchsorted(parent, ends[-1])))
    return Walk(order, parent, np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0)))


def _walk_by_levels(links: Links, source: int, cutoff: float) -> Walk:
    """Walk a level at a time, and no farther than wanted."""
    nodes = len(links.indptr) - 1
    seen = np.zeros(nodes, np.bool_)
    first = np.zeros(nodes, np.int64)
    seen[source] = True
    frontier = np.array([source], np.int64)
    orders, parents = [frontier], [np.array([-1], np.int64)]
    met, before = 1, 0
    while len(frontier) and len(orders) - 1 < cutoff:
        place, origin = step(links, frontier)
        candidates = links.neighbours[place]
        is_new = ~seen[candidates]
        candidates, origin = candidates[is_new], origin[is_new]
        # Of several assignments to one place the last one stays: backwards, that is the first.
        turn = np.arange(len(candidates))
        first[candidates[::-1]] = turn[::-1]
        kept = first[candidates] == turn
        parents.append(origin[kept] + before)
        before = met
        frontier = candidates[kept].astype(np.int64)
        seen[frontier] = True
        orders.append(frontier)
        met += len(frontier)
    level = np.repeat(np.arange(len(orders)), [len(part) for part in orders])
    return Walk(np.concatenate(orders), np.concatenate(parents), level)


def nodes_by_level(
    forward: Links, backward: Links, source: int, cutoff: float | None = None
) -> Iterator[IntArray]:
    """Yield the nodes at each distance from a node, nobody's parent and no order being asked for.

    A level is found by the links that leave the level before, or by those that lead to nodes that
    were not met yet, whichever are fewer; where both are many, by one product with the sparse
    matrix of the links, which takes a tenth of the time for a link (after Beamer, S., Asanović, K.,
    Patterson, D. (2012). Direction-optimizing breadth-first search. SC '12.
    doi:10.1109/SC.2012.50).

    Parameters
    ----------
    forward, backward : Links
        Neighbours along and against the direction; the same where there is none.
    source : int
        Node number.
    cutoff : float, optional
        As for `breadth_first`.

    Yields
    ------
    int64 array
        Node numbers, ascending; at first the source alone.

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> [level.tolist() for level in nodes_by_level(both, both, 1)]
    [[1], [0, 2]]
    """
    is_new = np.ones(len(forward.indptr) - 1, np.bool_)
    level = np.array([source], np.int64)
    met, distance, entering = 0, 0, len(backward.neighbours)
    while len(level):
        yield level
        is_new[level] = False
        met += len(level)
        if met == len(is_new) or (cutoff is not None and distance >= cutoff):
            return
        starts, lengths = _rows(forward, level)
        leaving = int(lengths.sum())
        entering -= leaving if backward is forward else int(_rows(backward, level)[1].sum())
        if _is_dense(forward, min(leaving, entering)):
            level = _next_by_product(forward, level, is_new)
        elif leaving <= entering:
            level = _next_by_leaving(forward, starts, lengths, is_new)
        else:
            level = _next_by_entering(backward, level, is_new)
        distance += 1


def _is_dense(links: Links, some: int) -> bool:
    """Tell whether to look at all links instead of so many."""
    count = len(links.neighbours)
    # The matrix would have to hold numbers of twice the size where one does not fit into 32 bits.
    return some * DENSE_SHARE >= count and count <= np.iinfo(np.int32).max


def _next_by_leaving(
    forward: Links, starts: IntArray, lengths: IntArray, is_new: BoolArray
) -> IntArray:
    """Return the new nodes to which a link leads from a level, whose links begin somewhere."""
    met = np.zeros(len(is_new), np.bool_)
    met[forward.neighbours[_places(starts, lengths)]] = True
    return np.flatnonzero(met & is_new)


def _next_by_entering(backward: Links, level: IntArray, is_new: BoolArray) -> IntArray:
    """Return the same, of every new node asking where its links come from."""
    new = np.flatnonzero(is_new)
    is_there = np.zeros(len(is_new), np.bool_)
    is_there[level] = True
    place, target = step(backward, new)
    is_met = np.zeros(len(new), np.bool_)
    is_met[target[is_there[backward.neighbours[place]]]] = True
    found: IntArray = new[is_met]
    return found


def _next_by_product(forward: Links, level: IntArray, is_new: BoolArray) -> IntArray:
    """Return the same, looking at all links in one go."""
    from scipy.sparse import csr_array

    size = len(is_new)
    ones = np.ones(len(forward.neighbours), np.bool_)
    rows = (ones, forward.neighbours, forward.indptr.astype(np.int32))
    is_there = np.zeros(size, np.bool_)
    is_there[level] = True
    met: BoolArray = csr_array(rows, shape=(size, size)).T @ is_there
    return np.flatnonzero(met & is_new)


def shortest_path(forward: Links, backward: Links, source: int, target: int) -> list[int] | None:
    """Return the nodes of a path with as few ties as any, or nothing where there is none.

    The walk goes from both ends, a level at a time and always from the end that has fewer nodes in
    hand, and stops at the first node that both have met (Pohl 1971, Machine Intelligence 6).

    Parameters
    ----------
    forward, backward : Links
        Neighbours along and against the direction; the same where there is none.
    source, target : int
        Node numbers.

    Returns
    -------
    list of int, or None
        From source to target, both included.

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> shortest_path(both, both, 0, 2)
    [0, 1, 2]
    >>> shortest_path(both, both, 0, 3) is None
    True
    """
    if source == target:
        return [source]
    nodes = len(forward.indptr) - 1
    ends = (_End(forward, source, nodes), _End(backward, target, nodes))
    while len(ends[0].frontier) and len(ends[1].frontier):
        own, other = ends if len(ends[0].frontier) <= len(ends[1].frontier) else ends[::-1]
        meeting = own.advance(other)
        if meeting is not None:
            return ends[0].way_to(meeting)[::-1] + ends[1].way_to(meeting)[1:]
    return None


class _End:
    """One end of a path that is looked for, and how far the walk from there has come."""

    def __init__(self, links: Links, node: int, nodes: int) -> None:
        self._links = links
        # Zero stands for a node that was not met: such pages are never touched.
        self._parent = np.zeros(nodes, np.int32)
        self._first = np.zeros(nodes, np.int32)
        self._parent[node] = node + 1
        self._node = node
        self.frontier = np.array([node], np.int64)

    def advance(self, other: _End) -> int | None:
        """Go a level further, or return the first node that the other end has met already."""
        place, origin = step(self._links, self.frontier)
        candidates = self._links.neighbours[place]
        meetings = np.flatnonzero(other._parent[candidates])
        is_new = self._parent[candidates] == 0
        candidates, origin = candidates[is_new], origin[is_new]
        turn = np.arange(len(candidates), dtype=np.int32)
        self._first[candidates[::-1]] = turn[::-1]
        kept = self._first[candidates] == turn
        fresh = candidates[kept].astype(np.int64)
        self._parent[fresh] = self.frontier[origin[kept]] + 1
        meeting = int(self._links.neighbours[place[meetings[0]]]) if len(meetings) else None
        self.frontier = fresh
        return meeting

    def way_to(self, node: int) -> list[int]:
        """Return the nodes from one that was met back to this end."""
        way = [node]
        while way[-1] != self._node:
            way.append(int(self._parent[way[-1]]) - 1)
        return way


def distances_to(links: Links, targets: IntArray) -> Distances:
    """Return how many nodes reach each of some targets, and the sum of their distances to it.

    The walks of `WORD` targets go together: a word per node says which of them have come by.

    Parameters
    ----------
    links : Links
        Neighbours of every node along the direction of the ties.
    targets : int64 array
        Node numbers.

    References
    ----------
    Then, M., et al. (2014). The more the merrier: efficient multi-source graph traversal.
    PVLDB 8(4), 449-460. doi:10.14778/2735496.2735507

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> distances_to(both, np.array([0, 1, 3])).total.tolist()
    [3, 2, 0]
    """
    reached = np.ones(len(targets), np.int64)
    total = np.zeros(len(targets), np.int64)
    with_links = np.flatnonzero(np.diff(links.indptr))
    starts = links.indptr[with_links]
    for low in range(0, len(targets), WORD):
        chosen = targets[low : low + WORD]
        seen = np.zeros(len(links.indptr) - 1, np.uint64)
        np.bitwise_or.at(seen, chosen, np.uint64(1) << np.arange(len(chosen), dtype=np.uint64))
        front, level = seen.copy(), 0
        while len(with_links) and front.any():
            level += 1
            # A tie leads from here to what came by at the last level: so it comes by here now.
            arrived = np.bitwise_or.reduceat(front[links.neighbours], starts)
            front = np.zeros_like(seen)
            front[with_links] = arrived & ~seen[with_links]
            seen |= front
            counts = _count_bits(front)[: len(chosen)]
            reached[low : low + WORD] += counts
            total[low : low + WORD] += level * counts
    return Distances(reached, total)


def _count_bits(words: npt.NDArray[np.uint64]) -> IntArray:
    """Return for each bit in how many words it is set, the lowest bit first."""
    words = words[words != 0]
    octets = words.astype("<u8").view(np.uint8).reshape(-1, WORD // 8)
    counts = np.zeros(WORD, np.int64)
    for low in range(0, len(octets), 1 << 16):
        bits = np.unpackbits(octets[low : low + (1 << 16)], axis=1, bitorder="little")
        counts += bits.sum(axis=0, dtype=np.int64)
    return counts


def dependencies(links: Links, source: int) -> tuple[FloatArray, IntArray]:
    """Return how much of the shortest paths from a node goes by each other one.

    Parameters
    ----------
    links : Links
        Neighbours of every node.
    source : int
        Node number s.

    Returns
    -------
    dependency : float64 array, shape (n_nodes,)
        ``delta(v) = sum over t of sigma(s, t | v) / sigma(s, t)``: the share of shortest paths from
        s to t that pass v, ends left out, summed over all t.
    reached : int64 array
        Nodes that the source reaches, itself first.

    References
    ----------
    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of Mathematical
    Sociology 25(2), 163-177. doi:10.1080/0022250X.2001.9990249

    Examples
    --------
    >>> both = Links(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1]), np.array([0, 0, 1, 1]))
    >>> dependencies(both, 0)[0].tolist()
    [2.0, 1.0, 0.0]
    """
    nodes = len(links.indptr) - 1
    paths = np.zeros(nodes)
    paths[source] = 1.0
    levels = []
    frontiers = [np.array([source], np.int64)]
    for parents, children, frontier in _levels(links, source):
        np.add.at(paths, children, paths[parents])
        levels.append((parents, children))
        frontiers.append(frontier)
    dependency = np.zeros(nodes)
    for parents, children in reversed(levels):
        share = (1.0 + dependency[children]) / paths[children]
        np.add.at(dependency, parents, paths[parents] * share)
    return dependency, np.concatenate(frontiers)


def _levels(links: Links, source: int) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Yield the links from each level to the next, by both their ends, and the nodes there."""
    seen = np.zeros(len(links.indptr) - 1, np.bool_)
    frontier = np.array([source], np.int64)
    while True:
        seen[frontier] = True
        place, origin = step(links, frontier)
        children = links.neighbours[place].astype(np.int64)
        is_new = ~seen[children]
        children = children[is_new]
        if not len(children):
            return
        parents = frontier[origin[is_new]]
        frontier = np.unique(children)
        yield parents, children, frontier

"""How a slice grows around a node, level by level, and where it stops.

A level is the nodes at one distance. It is taken whole before the next is looked for, so that a
smaller slice is always a part of a larger one. What a slice says of its nodes and edges is in
``slices``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.network.pairs import FloatArray, IntArray
from scholargraph.topics.ways import EDGE_TYPES, NODE_TYPES, neighbours

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.adjacency.csr import Relation

PER_NODE: Final = 25
"""Neighbours that one node leads to, along edges of one type in one direction."""

_DIGITS: Final = 12
"""Contacts that agree to so many decimals are alike: what differs behind them is rounding."""


class Bounds(NamedTuple):
    """How far a slice may go."""

    radius: int
    limit: int
    node_types: tuple[str, ...]
    edge_types: tuple[str, ...]


class Found(NamedTuple):
    """Nodes of any type, each once."""

    node_type: IntArray
    """Place in `NODE_TYPES`."""
    row: IntArray
    contact: FloatArray
    size: IntArray
    distance: IntArray

    def of(self, places: npt.NDArray[Any] | slice) -> Found:
        """Return some of them, in the order of the places."""
        return Found(
            self.node_type[places],
            self.row[places],
            self.contact[places],
            self.size[places],
            self.distance[places],
        )

    def followed_by(self, others: Found) -> Found:
        """Return these and others behind them."""
        return Found(
            np.concatenate([self.node_type, others.node_type]),
            np.concatenate([self.row, others.row]),
            np.concatenate([self.contact, others.contact]),
            np.concatenate([self.size, others.size]),
            np.concatenate([self.distance, others.distance]),
        )

    def rows_of(self, node_type: str) -> IntArray:
        """Return the rows of those of one type."""
        rows: IntArray = self.row[self.node_type == NODE_TYPES.index(node_type)]
        return rows


class Grown(NamedTuple):
    """The nodes of a slice, and what is not in it."""

    nodes: Found
    """The start first, then by distance, contact, type, size and row (the order of ids)."""
    beyond_limit: dict[str, int]
    """By type, nodes at the last distance for which there was no room."""
    beyond_budget: dict[str, int]
    """By type of edge, neighbours that nodes did not lead to."""
    not_looked_around: int
    """Nodes inside the radius whose neighbours were not looked for."""


def grow(adjacency: Adjacency, node_type: str, row: int, bounds: Bounds) -> Grown:
    """Find the nodes around one.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    node_type, row
        The node.
    bounds : Bounds
        How far to go.
    """
    start = np.array([row], np.int64)
    level = nodes = Found(
        np.array([NODE_TYPES.index(node_type)]),
        start,
        np.ones(1),
        sizes(adjacency, node_type, start),
        np.zeros(1, np.int64),
    )
    beyond_budget: Counter[str] = Counter()
    looked_for = 0
    for distance in range(1, bounds.radius + 1):
        if len(nodes.row) >= bounds.limit:
            break
        level = _next_level(adjacency, nodes, level, bounds, beyond_budget)
        nodes = nodes.followed_by(level)
        looked_for = distance
        if not len(level.row):
            break
    kept, beyond = nodes.of(slice(bounds.limit)), nodes.of(slice(bounds.limit, None))
    waiting = (kept.distance >= looked_for) & (kept.distance < bounds.radius)
    return Grown(
        kept,
        {name: count for name in NODE_TYPES if (count := len(beyond.rows_of(name)))},
        {name: beyond_budget[name] for name in bounds.edge_types if beyond_budget[name]},
        int(np.count_nonzero(waiting)),
    )


def sizes(adjacency: Adjacency, node_type: str, rows: npt.NDArray[Any]) -> IntArray:
    """Return how large nodes are: papers by citations, by their records; others by papers.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    node_type : str
        One of `NODE_TYPES`.
    rows : integer array
        Rows of nodes.
    """
    if node_type == "author":
        signed = adjacency.author_papers.indptr
        rows = rows.astype(np.int64, copy=False)
        papers: IntArray = signed[rows + 1] - signed[rows]
        return papers
    counts: IntArray = adjacency.nodes[node_type].counts[rows].astype(np.int64)
    return counts


def _next_level(
    adjacency: Adjacency, nodes: Found, level: Found, bounds: Bounds, beyond_budget: Counter[str]
) -> Found:
    """Return the nodes beside a level that are not known yet, the closest first."""
    keys: list[IntArray] = [np.zeros(0, np.int64)]
    shares: list[FloatArray] = [np.zeros(0)]
    for name in bounds.edge_types:
        for forwards in (True, False):
            here, there = EDGE_TYPES[name] if forwards else EDGE_TYPES[name][::-1]
            rows = level.rows_of(here)
            if there not in bounds.node_types or not len(rows):
                continue
            relation = neighbours(adjacency, name, forwards=forwards)
            found, share, cut = _led_to(adjacency, relation, rows, there)
            keys.append(NODE_TYPES.index(there) << 32 | found)
            shares.append(share)
            beyond_budget[name] += cut
    return _closest_first(adjacency, nodes, np.concatenate(keys), np.concatenate(shares))


def _led_to(
    adjacency: Adjacency, relation: Relation, at: IntArray, node_type: str
) -> tuple[IntArray, FloatArray, int]:
    """Return the neighbours that nodes lead to, the share of each, and how many are passed over."""
    degree = relation.indptr[at + 1] - relation.indptr[at]
    few = degree <= PER_NODE
    place, neighbours = relation.of_all(at[few])
    found = [neighbours.astype(np.int64)]
    for row in at[~few].tolist():
        every = relation.of(row)
        found.append(_largest(every.astype(np.int64), sizes(adjacency, node_type, every)))
    share = 1 / np.concatenate([degree[few][place], np.repeat(degree[~few], PER_NODE)])
    return np.concatenate(found), share, int(np.sum(degree[~few] - PER_NODE))


def _largest(neighbours: IntArray, size: IntArray) -> IntArray:
    """Return as many neighbours as a node leads to: the largest, and of equal ones the first."""
    least = np.partition(size, -PER_NODE)[-PER_NODE]
    larger = neighbours[size > least]
    return np.concatenate([larger, neighbours[size == least][: PER_NODE - len(larger)]])


def _closest_first(adjacency: Adjacency, nodes: Found, keys: IntArray, shares: FloatArray) -> Found:
    every, place = np.unique(keys, return_inverse=True)
    shared = np.bincount(place, weights=shares, minlength=len(every)).astype(np.float64)
    contact = np.round(shared, _DIGITS)
    is_new = np.isin(every, nodes.node_type << 32 | nodes.row, invert=True)
    every, contact = every[is_new], contact[is_new]
    node_type, row = every >> 32, every & 0xFFFFFFFF
    size = np.zeros(len(every), np.int64)
    for code, name in enumerate(NODE_TYPES):
        size[node_type == code] = sizes(adjacency, name, row[node_type == code])
    order = np.lexsort((row, -size, node_type, -contact))
    distance = np.full(len(every), nodes.distance[-1] + 1)
    return Found(node_type, row, contact, size, distance).of(order)


def edges_among(
    adjacency: Adjacency, nodes: Found, edge_types: Iterable[str]
) -> dict[str, tuple[IntArray, IntArray]]:
    """Return by type all edges between nodes: rows of sources and of targets, ascending.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    nodes : Found
        The nodes.
    edge_types : iterable of str
        Types of edges.
    """
    found = {}
    for name in edge_types:
        source, target = (np.sort(nodes.rows_of(end)) for end in EDGE_TYPES[name])
        if not len(source) or not len(target):
            continue
        forwards = _is_shorter(adjacency, name, source, target)
        here, there = (source, target) if forwards else (target, source)
        place, neighbour = neighbours(adjacency, name, forwards=forwards).of_all(here)
        among = np.minimum(np.searchsorted(there, neighbour), len(there) - 1)
        is_inside = there[among] == neighbour
        one, other = here[place[is_inside]], neighbour[is_inside].astype(np.int64)
        pair = (one, other) if forwards else (other, one)
        order = np.lexsort((pair[1], pair[0]))
        found[name] = pair[0][order], pair[1][order]
    return found


def _is_shorter(adjacency: Adjacency, edge_type: str, source: IntArray, target: IntArray) -> bool:
    """Tell whether fewer edges leave the sources than reach the targets."""
    if edge_type != "authorship":
        return True
    signed, signers = adjacency.author_papers.indptr, adjacency.paper_authors.indptr
    leaving = np.sum(signed[source + 1] - signed[source])
    reaching = np.sum(signers[target + 1] - signers[target])
    return bool(leaving <= reaching)

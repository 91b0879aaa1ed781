"""Shortest paths from many sources at a time: how many, how long, and who is on them.

Sources go through the network together, level by level or, where edges have lengths, in the order
of these. A cell is a node seen from one of the sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SAME_LENGTH: Final = 1e-9
"""Two weighted paths are equally long if their lengths differ by no more than this part."""


class Steps(NamedTuple):
    """Edges as compressed sparse rows, with their lengths where these are not all one."""

    indptr: IntArray
    heads: npt.NDArray[Any]
    lengths: FloatArray | None


class ShortestPaths(NamedTuple):
    """Shortest paths of a batch of sources; cell ``b * nodes + v`` is node v seen from source b."""

    paths: FloatArray
    """Number of shortest paths to each cell."""
    rounds: list[tuple[IntArray, IntArray]]
    """Edges on shortest paths, as cells of tails and of heads: none leads to a tail of before."""


def steps_of(matrix: csr_array, *, weighted: bool) -> Steps:
    """Return the entries of an adjacency matrix as edges to walk along, from row to column.

    Parameters
    ----------
    matrix : csr_array
        Of weights, or of ones; what it holds is changed.
    weighted : bool
        Whether an edge has the length 1/weight instead of 1. One of weight zero is then no edge.
    """
    if not weighted:
        return Steps(matrix.indptr.astype(np.int64), matrix.indices, None)
    with np.errstate(divide="ignore", over="ignore"):
        matrix.data = 1 / matrix.data
    # Weights of zero, and those so small that their lengths have no number.
    matrix.data[~np.isfinite(matrix.data)] = 0.0
    matrix.eliminate_zeros()
    return Steps(matrix.indptr.astype(np.int64), matrix.indices, matrix.data)


def batches(steps: Steps, most_cells: int) -> Iterator[IntArray]:
    """Yield the nodes from which an edge leads on, as many at a time as memory shall hold.

    Parameters
    ----------
    steps : Steps
        The edges.
    most_cells : int
        Cells of a batch, unless one source alone has more.
    """
    cells = len(steps.indptr) - 1 + (len(steps.heads) if steps.lengths is not None else 0)
    sources = np.flatnonzero(np.diff(steps.indptr))
    at_a_time = max(1, most_cells // max(cells, 1))
    for start in range(0, len(sources), at_a_time):
        yield sources[start : start + at_a_time]


def shortest_paths(steps: Steps, sources: IntArray) -> ShortestPaths:
    """Count the shortest paths from some nodes to all others.

    Parameters
    ----------
    steps : Steps
        The edges.
    sources : int64 array
        Node numbers.

    Raises
    ------
    InvalidArgumentError
        If there are more paths than a number can say, or lengths that add nothing to each other.
    """
    nodes = len(steps.indptr) - 1
    start = np.arange(len(sources)) * nodes + sources
    paths = np.zeros(len(sources) * nodes)
    paths[start] = 1.0
    if steps.lengths is None:
        rounds = list(_level_rounds(steps, start, paths))
    else:
        rounds = list(_length_rounds(steps, sources, start, paths))
    if not np.isfinite(paths).all():
        raise InvalidArgumentError("there are more shortest paths between two nodes than 1e308")
    return ShortestPaths(paths, rounds)


def shares_passed(walk: ShortestPaths) -> FloatArray:
    """Return the share of each cell in the shortest paths of its source, from the ends back."""
    share = np.zeros(len(walk.paths))
    for tails, heads in reversed(walk.rounds):
        passed = walk.paths[tails] / walk.paths[heads] * (1 + share[heads])
        np.add.at(share, tails, passed)
    return share


def distances(steps: Steps, sources: IntArray) -> FloatArray:
    """Return the distance from each source to each node, infinite where no path leads."""
    nodes = len(steps.indptr) - 1
    if steps.lengths is not None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        parts = (steps.lengths, steps.heads, steps.indptr)
        matrix = csr_array(parts, shape=(nodes, nodes))
        found: FloatArray = dijkstra(matrix, directed=True, indices=sources).ravel()
        return found
    distance = np.full(len(sources) * nodes, np.inf)
    scratch = np.empty(len(distance), np.int64)
    front = np.arange(len(sources)) * nodes + sources
    distance[front] = hops = 0
    while len(front):
        hops += 1
        _, heads = _edges_of(steps, front)
        front = _each_once(heads[np.isinf(distance[heads])], scratch)
        distance[front] = hops
    return distance


def rows_of(indptr: IntArray) -> IntArray:
    """Return the row of each entry of compressed sparse rows."""
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def _places(indptr: IntArray, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return where the entries of some rows stand, row by row, and how many each row has."""
    lengths = indptr[rows + 1] - indptr[rows]
    first = np.cumsum(lengths) - lengths
    place = np.arange(int(lengths.sum())) + np.repeat(indptr[rows] - first, lengths)
    return place, lengths


def _edges_of(steps: Steps, cells: IntArray) -> tuple[IntArray, IntArray]:
    """Return the edges that lead on from cells, as cells of their tails and heads."""
    nodes = len(steps.indptr) - 1
    at = cells % nodes
    place, lengths = _places(steps.indptr, at)
    return np.repeat(cells, lengths), np.repeat(cells - at, lengths) + steps.heads[place]


def _each_once(cells: IntArray, scratch: IntArray) -> IntArray:
    """Return cells without repetition, by leaving a mark where each of them was seen last."""
    order = np.arange(len(cells))
    scratch[cells] = order
    once: IntArray = cells[scratch[cells] == order]
    return once


def _level_rounds(
    steps: Steps, start: IntArray, paths: FloatArray
) -> Iterator[tuple[IntArray, IntArray]]:
    """Walk by hops, counting paths on the way, and yield the edges of each hop."""
    level = np.full(len(paths), -1, np.int32)
    scratch = np.empty(len(paths), np.int64)
    level[start] = hops = 0
    front = start
    while len(front):
        hops += 1
        tails, heads = _edges_of(steps, front)
        is_new = level[heads] < 0
        front = _each_once(heads[is_new], scratch)
        level[front] = hops
        on_path = level[heads] == hops
        tails, heads = tails[on_path], heads[on_path]
        np.add.at(paths, heads, paths[tails])
        yield tails, heads


def _length_rounds(
    steps: Steps, sources: IntArray, start: IntArray, paths: FloatArray
) -> Iterator[tuple[IntArray, IntArray]]:
    """Find the edges on shortest paths by length, count paths, and yield edges in rounds.

    A node takes part in the round after the last of those before it on its shortest paths.
    """
    nodes = len(steps.indptr) - 1
    distance = distances(steps, sources).reshape(len(sources), nodes)
    assert steps.lengths is not None
    near, far = distance[:, rows_of(steps.indptr)], distance[:, steps.heads]
    with np.errstate(invalid="ignore"):
        on_path = (near < far) & (near + steps.lengths <= far * (1 + SAME_LENGTH))
    batch, edge = np.nonzero(on_path)
    tails = batch * nodes + rows_of(steps.indptr)[edge]
    heads = batch * nodes + steps.heads[edge]
    # Compressed sparse rows of cells: `np.nonzero` leaves the tails ascending.
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=len(paths)))])
    missing = np.bincount(heads, minlength=len(paths))
    scratch = np.empty(len(paths), np.int64)
    front = start
    while len(front):
        place, _ = _places(indptr, front)
        behind, ahead = tails[place], heads[place]
        np.add.at(paths, ahead, paths[behind])
        np.subtract.at(missing, ahead, 1)
        yield behind, ahead
        front = _each_once(ahead[missing[ahead] == 0], scratch)
    if (paths[np.isfinite(distance).ravel()] == 0).any():
        raise InvalidArgumentError(
            "weights differ by so many orders of magnitude that 1/weight adds nothing to some paths"
        )

"""Where to draw the nodes of a network: a place in the plane for each.

Components are laid out one by one and packed beside each other. Drawing is done elsewhere.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.structure import component_labels

if TYPE_CHECKING:
    from scholargraph.network.network import Network

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_SMALL: Final = 60
"""Nodes of a component up to which every pair of its nodes is looked at."""
_CELL: Final = 32
"""Nodes of a cell of a larger component, of which every pair is looked at."""
_CELLS: Final = 1024
_PIVOTS: Final = 50
_CHUNK: Final = 2_000_000
_NEAR: Final = 1e-6
"""Distances are taken as no shorter, in units of the wanted length of an edge."""
_GAP: Final = 1.0
"""Between components, in the same unit."""


def layout(network: Network, seed: int = 0, iterations: int = 100) -> FloatArray:
    """Place the nodes so that neighbours are near and others are not.

    Parameters
    ----------
    network : Network
        Directions and weights of edges are not regarded.
    seed : int
        The same seed gives the same places.
    iterations : int
        Steps of the forces, at least 1.

    Returns
    -------
    float64 array, shape (nodes, 2)
        Between -1 and 1, no two nodes at the same place. The largest component lies in the
        centre, smaller ones in rings around it, nodes without edges outermost.

    Raises
    ------
    InvalidArgumentError
        If there shall be no iteration, or the seed is negative.

    Notes
    -----
    Forces of Fruchterman and Reingold: neighbours attract each other with d^2 / k, all nodes of a
    component push each other off with k^2 / d, and the longest step shrinks to nothing. Large
    components begin with the distances to some pivots (Brandes and Pich), so that what is far in
    the network is far on paper, and the push is computed between all nodes of a cell, and from the
    centres of all other cells; cells hold equally many nodes, and are cut anew at each step, in
    turns by one axis and the other first.

    References
    ----------
    Fruchterman, T. M. J., Reingold, E. M. (1991). Software: Practice and Experience 21, 1129.
    doi:10.1002/spe.4380211102
    Brandes, U., Pich, C. (2007). Graph Drawing 2006, LNCS 4372, 42.
    doi:10.1007/978-3-540-70904-6_6

    Examples
    --------
    >>> import pyarrow as pa
    >>> from scholargraph.network import Network
    >>> nodes = pa.table({"id": ["A", "B", "C"]})
    >>> edges = pa.table({"source": ["A"], "target": ["B"], "weight": [1.0]})
    >>> layout(Network(nodes, edges)).shape
    (3, 2)
    """
    if iterations < 1:
        raise InvalidArgumentError(f"a layout takes at least one iteration, not {iterations}")
    if seed < 0:
        raise InvalidArgumentError(f"a seed is not negative, as {seed} is")
    if not len(network):
        return np.zeros((0, 2))
    random = np.random.default_rng(seed)
    labels = component_labels(network)
    sizes = np.bincount(labels)
    # Nodes by component, and the place of each among those of its component.
    members = np.argsort(labels, kind="stable")
    first = np.cumsum(sizes) - sizes
    rank = np.empty(len(members), np.int64)
    rank[members] = np.arange(len(members)) - first[labels[members]]
    places = np.zeros((len(network), 2))
    of_edge = labels[network.source]
    for size in np.unique(sizes[sizes > 1]):
        alike = np.flatnonzero(sizes == size)
        step = max(_CHUNK // int(size) ** 2, 1) if size <= _SMALL else 1
        for begin in range(0, len(alike), step):
            chosen = alike[begin : begin + step]
            # Components are numbered by size: those of one size follow each other.
            inside = np.flatnonzero((of_edge >= chosen[0]) & (of_edge <= chosen[-1]))
            ends = rank[network.source[inside]], rank[network.target[inside]]
            nodes = members[first[chosen][:, None] + np.arange(size)]
            if size <= _SMALL:
                places[nodes] = _small(of_edge[inside] - chosen[0], ends, nodes, random, iterations)
            else:
                places[nodes[0]] = _large(int(size), ends, random, iterations)
    return _apart(_scaled(_packed(places, labels, sizes)), random)


def _small(
    stack: IntArray,
    ends: tuple[IntArray, IntArray],
    nodes: IntArray,
    random: np.random.Generator,
    iterations: int,
) -> FloatArray:
    """Lay out components of one size at a time, every pair of nodes looked at."""
    components, size = nodes.shape
    places = random.normal(size=(components, size, 2)) * np.sqrt(size) / 2
    tied = np.zeros((components, size, size))
    tied[stack, ends[0], ends[1]] = tied[stack, ends[1], ends[0]] = 1
    for heat in _cooling(size, iterations):
        apart = places[:, :, None, :] - places[:, None, :, :]
        distance = _lengths(apart)
        force = 1 / distance**2 - tied * distance
        move = (apart * force[..., None]).sum(axis=2)
        places = places + _limited(move, heat)
    return np.asarray(places - places.mean(axis=1, keepdims=True))


def _large(
    size: int, ends: tuple[IntArray, IntArray], random: np.random.Generator, iterations: int
) -> FloatArray:
    """Lay out one component, far nodes taken together."""
    places = _by_pivots(size, ends, random)
    source, target = ends
    for step, heat in enumerate(_cooling(size, iterations)):
        move = _push(places, step % 2)
        along = places[target] - places[source]
        pull = along * _lengths(along)[:, None]
        for axis in (0, 1):
            move[:, axis] += np.bincount(source, pull[:, axis], minlength=size)
            move[:, axis] -= np.bincount(target, pull[:, axis], minlength=size)
        places = places + _limited(move, heat)
    return np.asarray(places - places.mean(axis=0))


def _cooling(size: int, iterations: int) -> FloatArray:
    """Return the longest step of each iteration, in lengths of an edge."""
    return np.asarray(np.sqrt(size) / 5 * np.linspace(1, 0, iterations, endpoint=False))


def _lengths(vectors: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(np.sqrt((vectors**2).sum(axis=-1)), _NEAR))


def _limited(move: FloatArray, longest: float) -> FloatArray:
    length = _lengths(move)[..., None]
    return np.asarray(move / length * np.minimum(length, longest))


def _by_pivots(
    size: int, ends: tuple[IntArray, IntArray], random: np.random.Generator
) -> FloatArray:
    """Return first places, from the distances to pivots that lie far from each other."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    ones = np.ones(len(ends[0]))
    matrix = coo_array((ones, ends), shape=(size, size)).tocsr()
    pivot = int(random.integers(size))
    nearest = np.full(size, np.inf)
    columns = []
    for _ in range(min(_PIVOTS, size)):
        hops = dijkstra(matrix, directed=False, indices=pivot, unweighted=True)
        columns.append(hops)
        nearest = np.minimum(nearest, hops)
        pivot = int(np.argmax(nearest))
    square = np.column_stack(columns) ** 2
    square = square - square.mean(axis=0) - square.mean(axis=1, keepdims=True) + square.mean()
    _, vectors = np.linalg.eigh(square.T @ square)
    places = square @ vectors[:, -1:-3:-1]
    # As wide as the forces will have it; leaves of one node, all alike so far, are set apart.
    spread = np.sqrt((places**2).sum(axis=1).mean())
    places = places * (np.sqrt(size) / 2 / spread if spread > 0 else 0)
    # A pivot among nodes that are alike would begin so far out that it never came back.
    places = _limited(places, np.sqrt(size))
    return np.asarray(places + random.normal(size=(size, 2)) / 2)


def _push(places: FloatArray, first_axis: int) -> FloatArray:
    """Return how the others push each node: those of its cell one by one, other cells at once."""
    cells = _cells(places, first_axis)
    real = cells >= 0
    inside = places[np.maximum(cells, 0)]
    apart = inside[:, :, None, :] - inside[:, None, :, :]
    strength = real[:, None, :] / _lengths(apart) ** 2
    near = (apart * strength[..., None]).sum(axis=2)
    move = np.zeros_like(places)
    move[cells[real]] = near[real]
    counts = real.sum(axis=1)
    centres = (inside * real[..., None]).sum(axis=1) / counts[:, None]
    own = np.empty(len(places), np.int64)
    own[cells[real]] = np.repeat(np.arange(len(cells)), counts)
    step = max(_CHUNK // len(cells), 1)
    for begin in range(0, len(places), step):
        part = slice(begin, begin + step)
        dx = places[part, 0, None] - centres[:, 0]
        dy = places[part, 1, None] - centres[:, 1]
        strength = counts / np.maximum(dx * dx + dy * dy, _NEAR)
        strength[np.arange(len(dx)), own[part]] = 0
        move[part, 0] += (dx * strength).sum(axis=1)
        move[part, 1] += (dy * strength).sum(axis=1)
    return move


def _cells(places: FloatArray, first_axis: int) -> IntArray:
    """Return the nodes of each cell, filled up with -1: strips along one axis, cut by the other."""
    size = len(places)
    strips = max(int(np.sqrt(min(size / _CELL, _CELLS))), 1)
    by_first = np.argsort(places[:, first_axis], kind="stable")
    strip = np.empty(size, np.int64)
    strip[by_first] = np.arange(size) * strips // size
    order = np.lexsort((places[:, 1 - first_axis], strip))
    bounds = []
    for low, high in _cuts(0, size, strips):
        bounds += _cuts(low, high, strips)
    longest = max(high - low for low, high in bounds)
    cells = np.full((len(bounds), longest), -1)
    for cell, (low, high) in enumerate(bounds):
        cells[cell, : high - low] = order[low:high]
    return cells


def _cuts(low: int, high: int, parts: int) -> list[tuple[int, int]]:
    """Cut a range into equal parts; where row r of n belongs to part r * parts // n."""
    size = high - low
    edges = [low + -(-part * size // parts) for part in range(parts + 1)]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def _packed(places: FloatArray, labels: IntArray, sizes: IntArray) -> FloatArray:
    """Put the components, which are all centred on nothing, into rings around the largest."""
    reach = np.zeros(len(sizes))
    np.maximum.at(reach, labels, np.sqrt((places**2).sum(axis=1)))
    reach += _GAP / 2
    centres = np.zeros((len(sizes), 2))
    inner = reach[0]
    begin = 1
    while begin < len(sizes):
        # Of the components that are left, as many as fit round the circle side by side. The
        # widest of them says how far out the circle lies, and components of a size differ in width.
        radius = inner + reach[begin:].max()
        widths = 2 * np.arcsin(np.minimum(reach[begin:] / radius, 1))
        ends = np.cumsum(widths)
        number = max(int(np.searchsorted(ends, 2 * np.pi, side="right")), 1)
        spare = max(2 * np.pi - ends[number - 1], 0) / number
        angles = ends[:number] - widths[:number] / 2 + spare * np.arange(number)
        ring = slice(begin, begin + number)
        centres[ring] = radius * np.column_stack([np.cos(angles), np.sin(angles)])
        inner = radius + reach[ring].max()
        begin += number
    return places + centres[labels]


def _scaled(places: FloatArray) -> FloatArray:
    widest = np.abs(places).max()
    return places / widest if widest > 0 else places


def _apart(places: FloatArray, random: np.random.Generator) -> FloatArray:
    """Move nodes that lie at the same place, and none that lie alone."""
    while True:
        _, first = np.unique(places, axis=0, return_index=True)
        if len(first) == len(places):
            return places
        same = np.ones(len(places), bool)
        same[first] = False
        moved = places[same] + random.uniform(-1e-3, 1e-3, size=(int(same.sum()), 2))
        places = places.copy()
        places[same] = np.clip(moved, -1, 1)

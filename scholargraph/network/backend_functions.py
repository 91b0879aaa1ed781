"""The functions of networkx that run on our arrays, with its signatures, results and orders.

Arguments are named as networkx names them. An argument that is not supported is refused by a
``NotImplementedError``, which makes networkx look for somebody else who can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from itertools import pairwise
from typing import Any, Final

import numpy as np

from scholargraph.errors import InvalidArgumentError
from scholargraph.network import traversal
from scholargraph.network.backend_fallback import by_conversion, logger
from scholargraph.network.backend_graphs import (
    ConvertedNetwork,
    FloatArray,
    GraphArrays,
    IntArray,
    arrays_of,
)
from scholargraph.network.network import Links, Network
from scholargraph.network.similarity import shared_neighbours, shared_with_all
from scholargraph.network.structure import by_size, component_labels, core_numbers
from scholargraph.network.triangles import triangle_counts, triangle_sum_at, triangle_sums

LEIDEN_CYCLES: Final = 3
"""How often Leiden starts again from its result, where the caller does not say."""

LABELS_AT_HAND: Final = 16_384
"""Labels that the cache of a processor holds."""

FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {}


def _runs_on_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function of arrays the graph that networkx hands on, and register it."""

    @wraps(function)
    def run(G: Network | ConvertedNetwork, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(arrays_of(G), *args, **kwargs)
        except NotImplementedError as refusal:
            # A networkx graph is still there, and networkx takes it. A network is to be converted.
            if isinstance(G, ConvertedNetwork):
                raise
            logger.info("%s: %s", function.__name__, refusal)
            return by_conversion(function.__name__)(G, *args, **kwargs)

    FUNCTIONS[function.__name__] = run
    return run


@_runs_on_arrays
def pagerank(
    G: GraphArrays,
    alpha: float = 0.85,
    personalization: Mapping[Any, float] | None = None,
    max_iter: int = 100,
    tol: float = 1.0e-6,
    nstart: Mapping[Any, float] | None = None,
    weight: str | None = "weight",
    dangling: Mapping[Any, float] | None = None,
) -> dict[Any, float]:
    """Return the PageRank of each node, with the start and the stop of networkx.

    Notes
    -----
    Stops at a total error below ``N * tol``, as networkx does: on a large network after a step or
    two, far from the values it would converge to. ``Network.centrality`` goes on.
    """
    import networkx as nx
    from scipy.sparse import csr_array

    size = len(G)
    if not size:
        return {}
    weights = G.weights(weight)
    strength = np.bincount(G.origin, weights, minlength=size)
    share = np.divide(1.0, strength, out=np.zeros(size), where=strength != 0)
    matrix = csr_array((weights * share[G.origin], G.links.neighbours, G.links.indptr), (size,) * 2)
    chances = matrix.T
    even = np.full(size, 1.0 / size)
    rank = _distribution(G, nstart, even)
    jump = _distribution(G, personalization, even)
    lost = _distribution(G, dangling, jump)
    is_dangling = np.flatnonzero(strength == 0)
    for _ in range(max_iter):
        before = rank
        rank = alpha * (chances @ rank + rank[is_dangling].sum() * lost) + (1 - alpha) * jump
        if np.absolute(rank - before).sum() < size * tol:
            return G.keyed(rank)
    raise nx.PowerIterationFailedConvergence(max_iter)


def _distribution(
    G: GraphArrays, values: Mapping[Any, float] | None, default: FloatArray
) -> FloatArray:
    """Return values that are given for some nodes as shares; those of strangers are passed over."""
    if values is None:
        return default
    given = np.zeros(len(G))
    for node, value in values.items():
        number = G.number(node)
        if number is not None:
            given[number] = value
    total = given.sum()
    if total == 0:
        raise ZeroDivisionError("the values that are given for nodes add up to nothing")
    shares: FloatArray = given / total
    return shares


@_runs_on_arrays
def connected_components(G: GraphArrays) -> Iterator[set[Any]]:
    """Yield the nodes of each component, in the order of their first nodes."""
    labels = component_labels(G.by_number)
    _, first = np.unique(labels, return_index=True)
    turn = np.empty(len(first), np.int64)
    turn[np.argsort(first)] = np.arange(len(first))
    return iter(_sets(G, turn[labels]))


def _sets(G: GraphArrays, group: IntArray) -> list[set[Any]]:
    """Return the nodes of each group."""
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group)) if len(group) else np.zeros(0, np.int64)
    members = G.named(order)
    starts = [0, *ends.tolist()]
    return [set(members[low:high]) for low, high in pairwise(starts)]


@_runs_on_arrays
def number_connected_components(G: GraphArrays) -> int:
    """Return the number of components."""
    return int(component_labels(G.by_number).max(initial=-1)) + 1


@_runs_on_arrays
def is_connected(G: GraphArrays) -> bool:
    """Return whether all nodes hang together."""
    import networkx as nx

    if not len(G):
        raise nx.NetworkXPointlessConcept("Connectivity is undefined for the null graph.")
    return sum(map(len, traversal.nodes_by_level(G.links, G.links, 0))) == len(G)


@_runs_on_arrays
def node_connected_component(G: GraphArrays, n: Any) -> set[Any]:
    """Return the nodes that hang together with one."""
    number = G.number(n)
    if number is None:
        # What networkx's own look-up of a node raises.
        raise KeyError(n)
    levels = traversal.nodes_by_level(G.links, G.links, number)
    return set(G.named(np.concatenate(list(levels))))


@_runs_on_arrays
def core_number(G: GraphArrays) -> dict[Any, int]:
    """Return the largest k for which each node is in the k-core."""
    _refuse_loops(G)
    return G.keyed(core_numbers(G.by_number))


def _refuse_loops(G: GraphArrays) -> None:
    if len(G.loops):
        raise NotImplementedError("nodes with an edge to themselves are not supported here")


@_runs_on_arrays
def shortest_path(
    G: GraphArrays,
    source: Any = None,
    target: Any = None,
    weight: str | None = None,
    method: str = "dijkstra",
) -> Any:
    """Return a path with as few ties as any, or one to each other node."""
    _check_method(weight, method, source, target)
    if target is None:
        return _paths(G, G.links, G.numbered(source, "Source"), None)
    if source is None:
        paths = _paths(G, G.links_in, G.numbered(target, "Source"), None)
        return {node: path[::-1] for node, path in paths.items()}
    return _path(G, source, target)


@_runs_on_arrays
def shortest_path_length(
    G: GraphArrays,
    source: Any = None,
    target: Any = None,
    weight: str | None = None,
    method: str = "dijkstra",
) -> Any:
    """Return the number of ties of a shortest path, or of one to each other node."""
    _check_method(weight, method, source, target)
    if target is None:
        return _lengths(G, G.links, G.links_in, G.numbered(source, "Source"), None)
    if source is None:
        return _lengths(G, G.links_in, G.links, G.numbered(target, "Source"), None)
    return len(_path(G, source, target)) - 1


def _check_method(weight: Any, method: str, source: Any, target: Any) -> None:
    if method not in {"dijkstra", "bellman-ford"}:
        raise InvalidArgumentError(f"method not supported: {method}")
    if weight is not None:
        raise NotImplementedError("paths are counted in ties; weights are not supported")
    if source is None and target is None:
        raise NotImplementedError("paths between all pairs of nodes are not supported")


@_runs_on_arrays
def has_path(G: GraphArrays, source: Any, target: Any) -> bool:
    """Return whether a path leads from one node to another."""
    return _numbers_on_path(G, source, target) is not None


@_runs_on_arrays
def bidirectional_shortest_path(G: GraphArrays, source: Any, target: Any) -> list[Any]:
    """Return a path with as few ties as any."""
    return _path(G, source, target)


@_runs_on_arrays
def single_source_shortest_path(
    G: GraphArrays, source: Any, cutoff: float | None = None
) -> dict[Any, list[Any]]:
    """Return a path to each node that is not farther than the cutoff."""
    return _paths(G, G.links, G.numbered(source, "Source"), cutoff)


@_runs_on_arrays
def single_source_shortest_path_length(
    G: GraphArrays, source: Any, cutoff: float | None = None
) -> dict[Any, int]:
    """Return the number of ties to each node that is not farther than the cutoff."""
    return _lengths(G, G.links, G.links_in, G.numbered(source, "Source"), cutoff)


def _numbers_on_path(G: GraphArrays, source: Any, target: Any) -> list[int] | None:
    begin, end = G.numbered(source, "Source"), G.numbered(target, "Target")
    return traversal.shortest_path(G.links, G.links_in, begin, end)


def _path(G: GraphArrays, source: Any, target: Any) -> list[Any]:
    import networkx as nx

    numbers = _numbers_on_path(G, source, target)
    if numbers is None:
        raise nx.NetworkXNoPath(f"No path between {source} and {target}.")
    return [G.labels[number] for number in numbers]


def _paths(G: GraphArrays, links: Links, source: int, cutoff: float | None) -> dict[Any, list[Any]]:
    walk = traversal.breadth_first(links, source, cutoff)
    nodes = G.named(walk.order)
    paths = [[nodes[0]]]
    for node, parent in zip(nodes[1:], walk.parent[1:].tolist(), strict=True):
        paths.append([*paths[parent], node])
    return dict(zip(nodes, paths, strict=True))


def _lengths(
    G: GraphArrays, forward: Links, backward: Links, source: int, cutoff: float | None
) -> dict[Any, int]:
    # The nearest first, which networkx itself relies on elsewhere. The dictionary costs more than
    # the walk: some labels at a time, they are still at hand when they are put into it.
    return {
        node: length
        for length, level in enumerate(traversal.nodes_by_level(forward, backward, source, cutoff))
        for some in np.split(level, range(LABELS_AT_HAND, len(level), LABELS_AT_HAND))
        for node in G.named(some)
    }


@_runs_on_arrays
def triangles(G: GraphArrays, nodes: Any = None) -> Any:
    """Return the number of triangles that each node is a corner of."""
    links, ones = _ties(G, np.ones(len(G.links.neighbours)))
    if nodes is None:
        return G.keyed(triangle_counts(links))
    number = G.number(nodes)
    if number is not None:
        return int(triangle_sum_at(links, ones, number))
    return {G.labels[k]: int(triangle_sum_at(links, ones, k)) for k in _numbers(G, nodes)}


@_runs_on_arrays
def clustering(G: GraphArrays, nodes: Any = None, weight: str | None = None) -> Any:
    """Return the share of triangles among those that are possible around each node.

    Notes
    -----
    A triangle weighs the geometric mean of its ties, each divided by the largest of the graph
    (Onnela et al. 2005, doi:10.1103/PhysRevE.71.065103); with directions, all eight of a triangle
    are counted (Fagiolo 2007, doi:10.1103/PhysRevE.76.026107).
    """
    links, values = _ties(G, _cube_roots(G, weight))
    possible = _possible_triangles(G, links)
    if nodes is None:
        return G.keyed(_shares(2 * triangle_sums(links, values), possible))
    single = G.number(nodes)
    numbers = _numbers(G, nodes) if single is None else [single]
    sums = np.array([triangle_sum_at(links, values, number) for number in numbers])
    shares = _shares(2 * sums, possible[np.array(numbers, np.int64)]).tolist()
    if single is not None:
        return shares[0]
    return dict(zip((G.labels[number] for number in numbers), shares, strict=True))


@_runs_on_arrays
def transitivity(G: GraphArrays) -> float:
    """Return the share of triangles among the pairs of ties that meet at a node."""
    if G.directed:
        raise NotImplementedError("transitivity with directions is not supported")
    links, _ = _ties(G, np.ones(len(G.links.neighbours)))
    closed = 2 * int(triangle_counts(links).sum())
    return closed / int(_possible_triangles(G, links).sum()) if closed else 0


def _ties(G: GraphArrays, values: FloatArray) -> tuple[Links, FloatArray]:
    """Return both directions of every tie once, ascending, without loops; values are summed up."""
    source, target = G.origin, G.links.neighbours.astype(np.int64)
    if G.directed:
        source, target = np.concatenate([source, target]), np.concatenate([target, source])
        values = np.concatenate([values, values])
    is_tie = source != target
    key, values = (source << 32 | target)[is_tie], values[is_tie]
    order = np.argsort(key, kind="stable")
    key = key[order]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    sums = np.add.reduceat(values[order], begins) if len(begins) else np.zeros(0)
    source, target = np.divmod(key[begins], 1 << 32)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=len(G)))])
    return Links(indptr, target.astype(np.int32), np.arange(len(target))), sums


def _cube_roots(G: GraphArrays, weight: str | None) -> FloatArray:
    """Return what each edge adds to the weight of a triangle, as a factor."""
    if weight is None or not len(G.links.neighbours):
        return np.ones(len(G.links.neighbours))
    _refuse_loops(G)
    weights = G.weights(weight)
    largest = weights.max()
    if not largest > 0:
        raise NotImplementedError("weights of which none is positive are not supported")
    factors: FloatArray = np.cbrt(weights / largest)
    return factors


def _possible_triangles(G: GraphArrays, links: Links) -> IntArray:
    """Return the number of triangles around each node if all its neighbours were tied, twice."""
    ties: IntArray = np.diff(links.indptr)
    if not G.directed:
        possible: IntArray = ties * (ties - 1)
        return possible
    is_tie = G.source != G.target
    size = len(G)
    edges = np.bincount(G.source[is_tie], minlength=size)
    edges += np.bincount(G.target[is_tie], minlength=size)
    mutual = edges - ties
    possible = 2 * (edges * (edges - 1) - 2 * mutual)
    return possible


def _shares(parts: FloatArray, wholes: IntArray) -> FloatArray:
    shares: FloatArray = np.divide(parts, wholes, out=np.zeros(len(parts)), where=parts != 0)
    return shares


def _numbers(G: GraphArrays, nodes: Any) -> list[int]:
    """Return the numbers of those nodes that are in the graph, each once."""
    if not isinstance(nodes, Iterable):
        raise NotImplementedError("neither a node of the graph nor a collection of nodes")
    numbers = (G.number(node) for node in nodes)
    return list(dict.fromkeys(number for number in numbers if number is not None))


@_runs_on_arrays
def degree_centrality(G: GraphArrays) -> dict[Any, float]:
    """Return the share of other nodes to which each node is tied."""
    if len(G) <= 1:
        return dict.fromkeys(G.labels, 1)
    degree = np.diff(G.links_both_ways.indptr)
    if not G.directed:
        # An edge to itself ends twice at its node, and stands once among its neighbours.
        degree[G.loops] += 1
    return G.keyed(degree * (1.0 / (len(G) - 1.0)))


@_runs_on_arrays
def closeness_centrality(
    G: GraphArrays, u: Any = None, distance: str | None = None, wf_improved: bool = True
) -> Any:
    """Return the inverse of the mean distance to each node from those that reach it."""
    if distance is not None:
        raise NotImplementedError("distances are counted in ties; others are not supported")
    size = len(G)
    chosen = np.arange(size) if u is None else np.array([G.numbered(u, "Source")])
    found = traversal.distances_to(G.links, chosen)
    others = found.reached - 1.0
    closeness = np.divide(others, found.total, out=np.zeros(len(chosen)), where=found.total > 0)
    if wf_improved and size > 1:
        closeness *= others / (size - 1)
    return G.keyed(closeness) if u is None else float(closeness[0])


@_runs_on_arrays
def betweenness_centrality(
    G: GraphArrays,
    k: int | None = None,
    normalized: bool = True,
    weight: str | None = None,
    endpoints: bool = False,
    seed: Any = None,
) -> dict[Any, float]:
    """Return the share of shortest paths that pass each node."""
    if weight is not None:
        raise NotImplementedError("paths are counted in ties; weights are not supported")
    size = len(G)
    sources = np.arange(size)
    if k is not None and k != size:
        # The same draw as networkx makes of its list of nodes.
        sources = np.array(seed.sample(range(size), k), np.int64)
    passing = np.zeros(size)
    for source in sources.tolist():
        dependency, reached = traversal.dependencies(G.links, source)
        dependency[source] = 0.0
        if endpoints:
            dependency[reached] += 1
            dependency[source] = len(reached) - 1
        passing += dependency
    is_sample = len(sources) < size
    scales = _betweenness_scales(
        size if endpoints else size - 1,
        len(sources) if is_sample else None,
        normalized=normalized,
        halved=not G.directed,
        endpoints=endpoints,
    )
    is_source = np.zeros(size, np.bool_)
    is_source[sources] = True
    return G.keyed(passing * np.where(is_source, *scales))


def _betweenness_scales(
    others: int, sample: int | None, *, normalized: bool, halved: bool, endpoints: bool
) -> tuple[float, float]:
    """Return the factors for nodes that were sources and for those that were not."""
    if others < 2:
        return 1.0, 1.0

    def scale(sources: int) -> float:
        if normalized:
            return 1 / (sources * (others - 1))
        return others / (sources * (2 if halved else 1))

    if sample is None or endpoints:
        whole = scale(others if sample is None else sample)
        return whole, whole
    # A source is no end of a path from itself: one source less could have seen it.
    return scale(sample - 1) if sample > 1 else float("nan"), scale(sample)


@_runs_on_arrays
def resource_allocation_index(G: GraphArrays, ebunch: Any = None) -> Iterator[tuple[Any, Any, Any]]:
    """Yield pairs of nodes with the sum of 1 / degree over the neighbours that they share."""
    degree = np.diff(G.links.indptr)
    return _predictions(G, ebunch, 1.0 / np.maximum(degree, 1), _as_it_is)


@_runs_on_arrays
def adamic_adar_index(G: GraphArrays, ebunch: Any = None) -> Iterator[tuple[Any, Any, Any]]:
    """Yield pairs of nodes with the sum of 1 / log(degree) over the neighbours that they share."""
    # Who is shared by two has two neighbours or more.
    degree = np.maximum(np.diff(G.links.indptr), 2)
    return _predictions(G, ebunch, 1.0 / np.log(degree), _as_it_is)


@_runs_on_arrays
def jaccard_coefficient(G: GraphArrays, ebunch: Any = None) -> Iterator[tuple[Any, Any, Any]]:
    """Yield pairs of nodes with the share of common ones among the neighbours of either."""
    return _predictions(G, ebunch, np.ones(len(G)), _share_of_union)


def _as_it_is(shared: FloatArray, degrees: IntArray) -> FloatArray:
    return shared


def _share_of_union(shared: FloatArray, degrees: IntArray) -> FloatArray:
    union = degrees - shared
    return np.divide(shared, union, out=np.zeros(len(shared)), where=union > 0)


def _predictions(
    G: GraphArrays,
    ebunch: Any,
    values: FloatArray,
    finish: Callable[[FloatArray, IntArray], FloatArray],
) -> Iterator[tuple[Any, Any, Any]]:
    """Score the pairs that are asked for, or all that have no tie, each with its first node first.

    ``finish`` makes the score of the sum over shared neighbours and the sum of both degrees.
    """
    _refuse_loops(G)
    links, _ = _ties(G, np.zeros(len(G.links.neighbours)))
    degree = np.diff(links.indptr)
    if ebunch is None:
        return _all_predictions(G, links, values, finish)
    pairs = [(u, v) for u, v in ebunch]
    left = np.array([G.numbered(u) for u, _ in pairs], np.int64)
    right = np.array([G.numbered(v) for _, v in pairs], np.int64)
    if (left == right).any():
        raise NotImplementedError("a node is not compared with itself")
    scores = finish(shared_neighbours(links, left, right, values), degree[left] + degree[right])
    return ((u, v, score) for (u, v), score in zip(pairs, scores.tolist(), strict=True))


def _all_predictions(
    G: GraphArrays,
    links: Links,
    values: FloatArray,
    finish: Callable[[FloatArray, IntArray], FloatArray],
) -> Iterator[tuple[Any, Any, Any]]:
    degree = np.diff(links.indptr)
    for number, label in enumerate(G.labels):
        is_free = np.ones(len(G), np.bool_)
        is_free[: number + 1] = False
        is_free[links.neighbours[links.indptr[number] : links.indptr[number + 1]]] = False
        scores = finish(shared_with_all(links, number, values), degree[number] + degree)
        for other in np.flatnonzero(is_free).tolist():
            yield label, G.labels[other], float(scores[other])


@_runs_on_arrays
def leiden_communities(
    G: GraphArrays,
    weight: str | None = "weight",
    resolution: float = 1,
    max_level: int | None = None,
    seed: Any = None,
) -> list[set[Any]]:
    """Return communities of high modularity, the largest first.

    Notes
    -----
    Traag, V. A., Waltman, L., & van Eck, N. J. (2019). From Louvain to Leiden: guaranteeing
    well-connected communities. Scientific Reports 9, 5233. doi:10.1038/s41598-019-41695-z
    """
    from graspologic_native import leiden_csr

    if max_level is not None and max_level <= 0:
        raise InvalidArgumentError("max_level argument must be a positive integer or None")
    if not resolution > 0:
        raise InvalidArgumentError(f"resolution must be above zero, not {resolution}")
    _refuse_loops(G)
    links, weights = _ties(G, G.weights(weight))
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise NotImplementedError("weights below zero are not supported")
    labels = np.arange(len(G))
    if weights.any():
        _, community = leiden_csr(
            links.indptr,
            links.neighbours,
            weights,
            len(G),
            resolution=resolution,
            iterations=LEIDEN_CYCLES if max_level is None else max_level,
            seed=int(seed.randrange(1 << 32)),
        )
        for number, label in community.items():
            labels[number] = label
    return _sets(G, by_size(labels))

"""Who stands where in a network: one value per node, by node number.

Each kind has a function of its own; `centrality` finds it by name. Paths are counted in
``shortest_paths``, from many sources at a time, in batches whose size bounds the memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.eigenvectors import dense_eigenvectors, sparse_eigenvector
from scholargraph.network.shortest_paths import (
    batches,
    distances,
    rows_of,
    shares_passed,
    shortest_paths,
    steps_of,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from scholargraph.network.network import Network

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


BATCH_CELLS: Final = 1 << 18
"""Pairs of source and node that are walked at a time, unless one source alone has more."""

_DENSE_NODES: Final = 64
"""Components up to this size have their eigenvectors computed whole."""


def centrality(
    network: Network, kind: str = "degree", *, weighted: bool = False, tol: float = 1e-10
) -> FloatArray:
    """Return a centrality of every node.

    Parameters
    ----------
    network : Network
        Any network; ``eigenvector`` takes undirected ones only.
    kind : {"degree", "strength", "betweenness", "closeness", "pagerank", "eigenvector"}
        See the functions of these names.
    weighted : bool
        Whether betweenness and closeness take 1/weight for the length of an edge, PageRank and
        eigenvector the weight for its worth. Otherwise all edges are alike. Degree counts edges
        and strength adds up weights whatever is said here.
    tol : float
        Total error that PageRank may have. The other kinds are computed to rounding.

    Returns
    -------
    float64 array
        By node number.

    Raises
    ------
    InvalidArgumentError
        If there is no such kind, or it is not defined for the network.

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> star = from_networkx(nx.star_graph(3))
    >>> centrality(star).tolist(), centrality(star, "betweenness").tolist()
    ([3.0, 1.0, 1.0, 1.0], [3.0, 0.0, 0.0, 0.0])
    """
    kinds: dict[str, Callable[[], FloatArray]] = {
        "degree": lambda: degree(network),
        "strength": lambda: strength(network),
        "betweenness": lambda: betweenness(network, weighted=weighted),
        "closeness": lambda: closeness(network, weighted=weighted),
        "pagerank": lambda: pagerank(network, weighted=weighted, tol=tol),
        "eigenvector": lambda: eigenvector(network, weighted=weighted),
    }
    if kind not in kinds:
        raise InvalidArgumentError(
            f"no centrality is called {ascii(kind)[:80]}: there are {', '.join(kinds)}"
        )
    return kinds[kind]()


def degree(network: Network) -> FloatArray:
    """Return the number of edges of each node; of a directed network those in and those out.

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> degree(from_networkx(nx.path_graph(3))).tolist()
    [1.0, 2.0, 1.0]
    """
    return np.diff(network.links_both_ways.indptr).astype(np.float64)


def strength(network: Network) -> FloatArray:
    """Return the sum of the weights of the edges of each node, of a directed network in and out.

    Sums are taken in the order of neighbours: the same bits in whatever order edges were given.

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> strength(from_networkx(nx.Graph([("a", "b", {"weight": 0.5})]))).tolist()
    [0.5, 0.5]
    """
    links = network.links_both_ways
    weights = network.weight[links.edges]
    # Without edges numpy's answer is of integers.
    return np.bincount(rows_of(links.indptr), weights, minlength=len(network)).astype(np.float64)


def betweenness(network: Network, *, weighted: bool = False) -> FloatArray:
    """Return how many shortest paths between other nodes lead through each node.

    Parameters
    ----------
    network : Network
        Directed edges are walked in their direction.
    weighted : bool
        Whether an edge has the length 1/weight (Newman 2001) instead of 1. One of weight zero is
        then no edge. Lengths count as equal if they differ by no more than `SAME_LENGTH`, as a part
        of the shortest one, so that sums of the same numbers in another order stay equal.

    Returns
    -------
    float64 array
        By node number, not normalised: of each pair of other nodes, the share of its shortest
        paths that lead through the node; ordered pairs if the network is directed, else unordered.

    Notes
    -----
    Time grows with nodes times edges; memory does not.

    References
    ----------
    Brandes, U. (2001). J. Math. Sociol. 25, 163-177. doi:10.1080/0022250X.2001.9990249
    Newman, M. E. J. (2001). Phys. Rev. E 64, 016132. doi:10.1103/PhysRevE.64.016132

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> betweenness(from_networkx(nx.path_graph(4))).tolist()
    [0.0, 2.0, 2.0, 0.0]
    """
    steps = steps_of(_matrix(network, weighted=weighted), weighted=weighted)
    total = np.zeros(len(network))
    for sources in batches(steps, BATCH_CELLS):
        walk = shortest_paths(steps, sources)
        share = shares_passed(walk).reshape(len(sources), len(network))
        share[np.arange(len(sources)), sources] = 0.0
        total += share.sum(axis=0)
    return total if network.directed else total / 2


def closeness(network: Network, *, weighted: bool = False) -> FloatArray:
    """Return how near each node is to those that can reach it.

    Parameters
    ----------
    network : Network
        Of a directed one, distances to the node count, not those from it.
    weighted : bool
        Whether an edge has the length 1/weight instead of 1. One of weight zero is then no edge.

    Returns
    -------
    float64 array
        By node number, from 0 for isolates to 1.

    Notes
    -----
    With r - 1 other nodes that reach the node over distances d, of n nodes,
    C = (r - 1) / (n - 1) * (r - 1) / sum(d): the form of Wasserman and Faust, in which nodes of
    small components are not nearer to everybody than those of large ones. Lengths 1/weight may be
    below one; C then may be above.

    References
    ----------
    Wasserman, S., Faust, K. (1994). Social Network Analysis. Cambridge, p. 201.

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> closeness(from_networkx(nx.path_graph(3))).tolist()
    [0.6666666666666666, 1.0, 0.6666666666666666]
    """
    matrix = _matrix(network, weighted=weighted)
    if network.directed:
        matrix = matrix.T.tocsr()
        matrix.sort_indices()
    steps = steps_of(matrix, weighted=weighted)
    result = np.zeros(len(network))
    for sources in batches(steps, BATCH_CELLS):
        distance = distances(steps, sources).reshape(len(sources), len(network))
        met = np.isfinite(distance)
        others = met.sum(axis=1) - 1.0
        total = np.where(met, distance, 0.0).sum(axis=1)
        reaches = others > 0
        result[sources[reaches]] = others[reaches] ** 2 / total[reaches] / (len(network) - 1)
    return result


def pagerank(
    network: Network, *, weighted: bool = False, alpha: float = 0.85, tol: float = 1e-10
) -> FloatArray:
    """Return the share of its time that a random walk spends at each node.

    Parameters
    ----------
    network : Network
        Of a directed one, edges are walked from source to target, so that in-edges give rank.
    weighted : bool
        Whether edges are chosen in proportion to their weights.
    alpha : float
        Probability of going on along an edge; otherwise, and from where no edge leads on, the walk
        starts anew at any node.
    tol : float
        Bound of the total error, summed over all nodes; below 1e-13 rounding is in the way.

    Returns
    -------
    float64 array
        By node number; sums to 1.

    Raises
    ------
    InvalidArgumentError
        If alpha is not between 0 and 1, or tol is not positive.

    Notes
    -----
    A step brings the error down to at most alpha times what it was. If it changed the ranks by c in
    all, the error left is at most c * alpha / (1 - alpha), which must be no more than three
    quarters of ``tol``; the last quarter is for rounding. A bound that grows with the number of
    nodes, as N * tol, lets go of large networks after a step or two, when ranks are still far off.

    References
    ----------
    Brin, S., Page, L. (1998). Comput. Netw. ISDN Syst. 30, 107-117.
    doi:10.1016/S0169-7552(98)00110-X

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> pagerank(from_networkx(nx.star_graph(2))).round(4).tolist()
    [0.4865, 0.2568, 0.2568]
    """
    if not 0 < alpha < 1:
        raise InvalidArgumentError(f"alpha must lie between 0 and 1, not at {alpha}")
    if not tol > 0:
        raise InvalidArgumentError(f"tol must be positive, not {tol}")
    count = len(network)
    if not count:
        return np.zeros(0)
    matrix = _matrix(network, weighted=weighted)
    leaving = matrix.sum(axis=1)
    goes_on = leaving > 0
    share = np.divide(1.0, leaving, out=np.zeros(count), where=goes_on)
    into = matrix.T.tocsr() if network.directed else matrix
    arriving = _sums_over(into, tol * (1 - alpha) / 4)
    rank = np.full(count, 1 / count)
    # Two distributions differ by 2 at most: after so many steps the error is below tol for certain.
    enough = math.ceil(math.log(min(tol, 1.0) * (1 - alpha) / 3) / math.log(alpha)) + 1
    for _ in range(enough):
        anew = alpha * rank[~goes_on].sum() + 1 - alpha
        following = alpha * arriving(rank * share) + anew / count
        change = np.abs(following - rank).sum()
        rank = following
        if change * alpha / (1 - alpha) <= 0.75 * tol:
            break
    result: FloatArray = rank / rank.sum()
    return result


def eigenvector(network: Network, *, weighted: bool = False) -> FloatArray:
    """Return the eigenvector centrality of each node in its own component.

    Parameters
    ----------
    network : Network
        An undirected one.
    weighted : bool
        Whether the adjacency matrix holds weights. An edge of weight zero is then no edge.

    Returns
    -------
    float64 array
        By node number: the eigenvector of the largest eigenvalue of the component's adjacency
        matrix, not negative, its largest value 1. Isolates have 0. Values of different components
        say nothing about each other.

    Raises
    ------
    InvalidArgumentError
        If the network is directed.

    Notes
    -----
    Where the largest eigenvalue is not alone within rounding, as of two equal groups that hardly
    know each other, the vector is what the walks of equal start tend to: no group is preferred.

    References
    ----------
    Bonacich, P. (1972). J. Math. Sociol. 2, 113-120. doi:10.1080/0022250X.1972.9989806

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> eigenvector(from_networkx(nx.star_graph(4))).round(4).tolist()
    [1.0, 0.5, 0.5, 0.5, 0.5]
    """
    from scipy.sparse.csgraph import connected_components

    if network.directed:
        raise InvalidArgumentError(
            "eigenvector centrality is of undirected networks; for directed ones there is pagerank"
        )
    matrix = _matrix(network, weighted=weighted)
    matrix.eliminate_zeros()
    _, labels = connected_components(matrix, directed=False)
    sizes = np.bincount(labels)
    members = np.argsort(labels, kind="stable")
    starts = np.cumsum(sizes) - sizes
    result = np.zeros(len(network))
    for size in np.unique(sizes[sizes > 1]).tolist():
        nodes = members[starts[sizes == size][:, None] + np.arange(size)]
        if size <= _DENSE_NODES:
            result[nodes] = dense_eigenvectors(matrix, nodes, BATCH_CELLS)
        else:
            for group in nodes:
                result[group] = sparse_eigenvector(matrix[group][:, group])
    return result


def _matrix(network: Network, *, weighted: bool) -> csr_array:
    from scholargraph.network.conversion import to_scipy

    return to_scipy(network, "weight" if weighted else None)


def _sums_over(matrix: csr_array, error: float) -> Callable[[FloatArray], FloatArray]:
    """Return what multiplies a vector of sum 1 with a matrix, with a bound on the total error."""
    lengths = np.diff(matrix.indptr)
    if int(lengths.max(initial=0)) * np.finfo(np.float64).eps <= error:
        return lambda vector: matrix @ vector
    # A row of 300,000 entries that are added one after the other is off by 1e-12 already. In pairs
    # they are not, at almost twice the time.
    rows = np.flatnonzero(lengths)
    starts = matrix.indptr[rows]

    def in_pairs(vector: FloatArray) -> FloatArray:
        result = np.zeros(len(vector))
        if len(rows):
            result[rows] = np.add.reduceat(matrix.data * vector[matrix.indices], starts)
        return result

    return in_pairs

"""Communities: groups with more weight inside than between, how good they are, and how stable."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.structure import by_size

if TYPE_CHECKING:
    from scholargraph.network.network import Network

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

ITERATIONS: Final = 5
"""Times that Leiden goes over the network, each from where the last one ended."""

RANDOMNESS: Final = 1e-3
"""How readily Leiden joins nodes that are not the best match, in units of the mean weight."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Communities:
    """The communities of a network."""

    labels: IntArray
    """By node number: 0 is the largest community, of equal ones that with the smallest id."""
    quality: float
    """Of these labels, by the function that was asked for."""
    quality_function: str
    resolution: float
    seed: int
    isolates: int
    """Nodes without an edge of positive weight, each of them a community of its own."""

    def __len__(self) -> int:
        return int(self.labels.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """How far the communities of several seeds are the same. Isolates are left out."""

    seeds: tuple[int, ...]
    normalised_mutual_information: FloatArray
    """Of each two seeds, 1 where their communities are the same."""
    variation_of_information: FloatArray
    """Of each two seeds, in nats, 0 where their communities are the same."""
    qualities: FloatArray
    """By seed."""

    @property
    def mean_normalised_mutual_information(self) -> float:
        """Over all pairs of different seeds."""
        return _mean_of_pairs(self.normalised_mutual_information)

    @property
    def mean_variation_of_information(self) -> float:
        """Over all pairs of different seeds, in nats."""
        return _mean_of_pairs(self.variation_of_information)


class _Groups(NamedTuple):
    """Of each group of a division."""

    inside: FloatArray
    """Weight between its members."""
    strength: FloatArray
    """Sum of the strengths of its members."""
    size: FloatArray
    """Members."""


def communities(
    network: Network,
    *,
    resolution: float = 1.0,
    seed: int = 0,
    quality_function: str = "modularity",
    trials: int = 1,
) -> Communities:
    """Find communities by the Leiden algorithm.

    Parameters
    ----------
    network : Network
        An undirected one. Edges of weight zero count as none.
    resolution : float
        Above zero; the larger, the smaller the communities. For CPM it is the density that a
        community has inside and does not have to others, in units of weight per pair of nodes.
    seed : int
        Not negative. The same seed gives the same communities, in whatever order edges were given.
    quality_function : {"modularity", "cpm"}
        What is made large, as `modularity` and `constant_potts` compute it.
    trials : int
        Runs of which the best is taken.

    Returns
    -------
    Communities
        Each of them connected. Without edges every node is one of its own, with quality 0.

    Raises
    ------
    InvalidArgumentError
        If the network is directed or an argument is out of range.

    References
    ----------
    Traag, V. A., Waltman, L., van Eck, N. J. (2019). Sci. Rep. 9, 5233.
    doi:10.1038/s41598-019-41695-z

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> found = communities(from_networkx(nx.barbell_graph(3, 0)))
    >>> found.labels.tolist(), round(found.quality, 4)
    ([0, 0, 0, 1, 1, 1], 0.3571)
    """
    quality = _quality(quality_function)
    _check(network, resolution, seed, trials)
    labels, isolates = _leiden(network, resolution, seed, quality_function, trials)
    return Communities(
        labels=labels,
        quality=quality(network, labels, resolution),
        quality_function=quality_function,
        resolution=resolution,
        seed=seed,
        isolates=isolates,
    )


def agreement(
    network: Network,
    seeds: Sequence[int] = range(10),
    *,
    resolution: float = 1.0,
    quality_function: str = "modularity",
    trials: int = 1,
) -> Agreement:
    """Compare the communities that different seeds find.

    Isolates are communities of their own whatever the seed. They are left out, as their agreement
    says nothing and would cover that of the others.

    Parameters
    ----------
    network : Network
        An undirected one.
    seeds : sequence of int
        Two or more, each once.
    resolution, quality_function, trials
        As for `communities`.

    Returns
    -------
    Agreement
        Comparisons of each two seeds.

    Raises
    ------
    InvalidArgumentError
        As `communities` does, and if there are fewer than two seeds or one twice.

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> found = agreement(from_networkx(nx.barbell_graph(3, 0)), seeds=range(3))
    >>> found.mean_normalised_mutual_information, found.mean_variation_of_information
    (1.0, 0.0)
    """
    if len(seeds) < 2 or len(set(seeds)) < len(seeds):
        raise InvalidArgumentError("agreement is between two or more seeds, each of them once")
    runs = [
        communities(
            network,
            resolution=resolution,
            seed=seed,
            quality_function=quality_function,
            trials=trials,
        )
        for seed in seeds
    ]
    is_tied = _is_tied(network)
    shape = (len(runs), len(runs))
    information, variation = np.ones(shape), np.zeros(shape)
    for i, first in enumerate(runs):
        for j, second in enumerate(runs[:i]):
            a, b = first.labels[is_tied], second.labels[is_tied]
            information[i, j] = information[j, i] = normalised_mutual_information(a, b)
            variation[i, j] = variation[j, i] = variation_of_information(a, b)
    return Agreement(
        seeds=tuple(seeds),
        normalised_mutual_information=information,
        variation_of_information=variation,
        qualities=np.array([run.quality for run in runs]),
    )


def modularity(network: Network, labels: npt.NDArray[Any], resolution: float = 1.0) -> float:
    """Return the modularity of a division into groups.

    Parameters
    ----------
    network : Network
        An undirected one.
    labels : integer array
        The group of each node, by node number.
    resolution : float
        Gamma.

    Returns
    -------
    float
        Sum over groups of w_c / W - gamma (s_c / 2W)^2, w_c the weight inside, s_c the sum of
        strengths, W the weight of all edges; 0 for a network without weight.

    Raises
    ------
    InvalidArgumentError
        If the network is directed or the labels are not one per node.

    References
    ----------
    Newman, M. E. J., Girvan, M. (2004). Phys. Rev. E 69, 026113. doi:10.1103/PhysRevE.69.026113
    Reichardt, J., Bornholdt, S. (2006). Phys. Rev. E 74, 016110. doi:10.1103/PhysRevE.74.016110

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> modularity(from_networkx(nx.Graph([(1, 2), (3, 4)])), np.array([0, 0, 1, 1]))
    0.5
    """
    groups = _groups(network, labels)
    total = float(groups.strength.sum()) / 2
    if not total:
        return 0.0
    expected = ((groups.strength / (2 * total)) ** 2).sum()
    return float(groups.inside.sum() / total - resolution * expected)


def constant_potts(network: Network, labels: npt.NDArray[Any], resolution: float = 1.0) -> float:
    """Return the quality of a division into groups by the constant Potts model (CPM).

    Parameters
    ----------
    network : Network
        An undirected one.
    labels : integer array
        The group of each node, by node number.
    resolution : float
        Gamma.

    Returns
    -------
    float
        Sum over groups of w_c - gamma n_c (n_c - 1) / 2, w_c the weight inside, n_c the nodes. Not
        divided by anything, and never below 0 for the best division: that of single nodes has 0.

    Raises
    ------
    InvalidArgumentError
        If the network is directed or the labels are not one per node.

    References
    ----------
    Traag, V. A., Van Dooren, P., Nesterov, Y. (2011). Phys. Rev. E 84, 016114.
    doi:10.1103/PhysRevE.84.016114

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> constant_potts(from_networkx(nx.path_graph(3)), np.array([0, 0, 0]), resolution=0.5)
    0.5
    """
    groups = _groups(network, labels)
    pairs = groups.size * (groups.size - 1) / 2
    return float(groups.inside.sum() - resolution * pairs.sum())


def normalised_mutual_information(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    """Return how much two divisions of the same nodes say of each other, from 0 to 1.

    Returns
    -------
    float
        2 I(a, b) / (H(a) + H(b)); 1 if neither divides anything.

    Raises
    ------
    InvalidArgumentError
        If the labels are not of the same nodes.

    References
    ----------
    Danon, L., Diaz-Guilera, A., Duch, J., Arenas, A. (2005). J. Stat. Mech. P09008.
    doi:10.1088/1742-5468/2005/09/P09008

    Examples
    --------
    >>> normalised_mutual_information(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2]))
    1.0
    """
    of_a, of_b, of_both = _entropies(a, b)
    if of_a + of_b == 0:
        return 1.0
    return min(1.0, max(0.0, 2 * (of_a + of_b - of_both) / (of_a + of_b)))


def variation_of_information(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    """Return how far two divisions of the same nodes are apart, in nats.

    Returns
    -------
    float
        H(a | b) + H(b | a), from 0 to ln n: a metric.

    Raises
    ------
    InvalidArgumentError
        If the labels are not of the same nodes.

    References
    ----------
    Meila, M. (2007). J. Multivar. Anal. 98, 873-895. doi:10.1016/j.jmva.2006.11.013

    Examples
    --------
    >>> variation_of_information(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2]))
    0.0
    """
    of_a, of_b, of_both = _entropies(a, b)
    return max(0.0, 2 * of_both - of_a - of_b)


def _quality(name: str) -> Callable[[Network, IntArray, float], float]:
    functions = {"modularity": modularity, "cpm": constant_potts}
    if name not in functions:
        raise InvalidArgumentError(
            f"no quality function is called {ascii(name)[:80]}: there are {', '.join(functions)}"
        )
    return functions[name]


def _check(network: Network, resolution: float, seed: int, trials: int) -> None:
    _check_undirected(network)
    if not (resolution > 0 and np.isfinite(resolution)):
        raise InvalidArgumentError(f"resolution must be positive and finite, not {resolution}")
    if not 0 <= seed < 2**64:
        raise InvalidArgumentError(f"seed must lie between 0 and 2^64 - 1, not at {seed}")
    if trials < 1:
        raise InvalidArgumentError(f"there must be one trial or more, not {trials}")


def _check_undirected(network: Network) -> None:
    if network.directed:
        raise InvalidArgumentError("communities are found in undirected networks, this is directed")


def _is_tied(network: Network) -> npt.NDArray[np.bool_]:
    """Return whether each node has an edge of positive weight."""
    result = np.zeros(len(network), np.bool_)
    counts = network.weight > 0
    result[network.source[counts]] = True
    result[network.target[counts]] = True
    return result


def _leiden(
    network: Network, resolution: float, seed: int, quality_function: str, trials: int
) -> tuple[IntArray, int]:
    """Return the communities and the number of isolates."""
    import graspologic_native

    from scholargraph.network.conversion import to_scipy

    tied = np.flatnonzero(_is_tied(network))
    labels = np.arange(len(network)) + len(tied)
    if len(tied):
        # Isolates are left out: a network of them alone is more than the algorithm can take.
        matrix = to_scipy(network)[tied][:, tied]
        matrix.eliminate_zeros()
        matrix.sort_indices()
        by_weight = quality_function == "cpm"
        unit = _unit(max(matrix.data.max(), resolution if by_weight else 0.0))
        _, found = graspologic_native.leiden_csr(
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int32),
            matrix.data / unit,
            len(tied),
            resolution=resolution / unit if by_weight else resolution,
            randomness=RANDOMNESS * matrix.data.mean() / unit,
            iterations=ITERATIONS,
            use_modularity=not by_weight,
            seed=seed,
            trials=trials,
        )
        labels[tied] = [found[node] for node in range(len(tied))]
    return by_size(labels), len(network) - len(tied)


def _unit(largest: float) -> float:
    """Return a power of two, dividing by which brings numbers to one or below and loses no digit.

    graspologic-native 1.3 leaves groups apart under CPM where resolution times weight is above one,
    although that product means nothing: in another unit it is another. Divided, it never is.
    """
    return 2.0 ** min(math.ceil(math.log2(largest)), 1023)


def _groups(network: Network, labels: npt.NDArray[Any]) -> _Groups:
    """Measure the groups of a division, once it is sure that it is one of this network."""
    _check_undirected(network)
    if len(labels) != len(network):
        raise InvalidArgumentError(f"{len(labels)} labels are given for {len(network)} nodes")
    group = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    # In the order of neighbours, so that the order in which edges were given does not matter.
    links = network.links
    rows = np.repeat(group, np.diff(links.indptr))
    weights = network.weight[links.edges]
    count = int(group.max(initial=-1)) + 1
    is_inside = rows == group[links.neighbours]
    return _Groups(
        inside=np.bincount(rows[is_inside], weights[is_inside], minlength=count) / 2,
        strength=np.bincount(rows, weights, minlength=count).astype(np.float64),
        size=np.bincount(group).astype(np.float64),
    )


def _entropies(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> tuple[float, float, float]:
    """Return H(a), H(b) and H(a, b) in nats."""
    if len(a) != len(b):
        raise InvalidArgumentError(f"labels of {len(a)} nodes are compared with those of {len(b)}")
    of_a = np.unique(a, return_inverse=True)[1]
    of_b = np.unique(b, return_inverse=True)[1]
    both = of_a.astype(np.int64) * len(b) + of_b
    return _entropy(of_a), _entropy(of_b), _entropy(both)


def _entropy(labels: npt.NDArray[Any]) -> float:
    # Sorted by size: divisions that are the same but for their labels have the same bits.
    sizes = np.sort(np.unique(labels, return_counts=True)[1])
    share = sizes / max(len(labels), 1)
    return float(-(share * np.log(share)).sum()) + 0.0


def _mean_of_pairs(matrix: FloatArray) -> float:
    return float(matrix[np.triu_indices(len(matrix), 1)].mean())

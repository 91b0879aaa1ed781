"""Communities and their qualities, beside networkx and slow counting; comparisons of divisions."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.communities import (
    agreement,
    communities,
    constant_potts,
    modularity,
    normalised_mutual_information,
    variation_of_information,
)
from scholargraph.network.conversion import from_networkx
from scholargraph.network.structure import by_size
from tests.network.test_structure import (
    by_node,
    graphs,
    known_graph,
    known_network,
    shuffled,
)

QUALITIES = ("modularity", "cpm")


def as_parts(labels: dict[str, int]) -> list[set[str]]:
    """The groups of a division."""
    parts: dict[int, set[str]] = {}
    for node, label in labels.items():
        parts.setdefault(label, set()).add(node)
    return list(parts.values())


def naive_potts(graph: Any, parts: list[set[str]], resolution: float) -> float:
    """The constant Potts model by looking at each pair of each group."""
    pairs = [pair for part in parts for pair in itertools.combinations(sorted(part), 2)]
    weights = [graph.get_edge_data(a, b, {"weight": 0.0})["weight"] for a, b in pairs]
    return math.fsum(weights) - resolution * len(pairs)


def naive_entropy(labels: list[Any]) -> float:
    """Entropy in nats, by exact shares."""
    shares = [Fraction(count, len(labels)) for count in Counter(labels).values()]
    return -sum(float(share) * math.log(share) for share in shares)


def naive_information(a: list[int], b: list[int]) -> float:
    """Mutual information in nats, from its definition as a sum over pairs of groups."""
    count = len(a)
    of_a, of_b = Counter(a), Counter(b)
    return sum(
        joint / count * math.log(Fraction(joint * count, of_a[i] * of_b[j]))
        for (i, j), joint in Counter(zip(a, b, strict=True)).items()
    )


@st.composite
def divided_graphs(draw: st.DrawFn) -> Any:
    """An undirected graph and a label for each of its nodes."""
    graph = draw(graphs(directed=False))
    return graph, {node: draw(st.integers(-2, 2)) for node in sorted(graph, key=str.encode)}


two_divisions = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


@given(case=divided_graphs(), resolution=st.sampled_from([0.3, 1.0, 2.5]))
def test_qualities_are_those_of_networkx_and_of_counting(case: Any, resolution: float) -> None:
    """Of any division, good or bad, with weights."""
    graph, labels = case
    network = from_networkx(graph)
    parts, values = as_parts(labels), np.array(list(labels.values()), int)
    expected = (
        nx.community.modularity(graph, parts, resolution=resolution)
        if graph.number_of_edges()
        else 0.0
    )

    assert expected == pytest.approx(modularity(network, values, resolution), abs=1e-12)
    assert naive_potts(graph, parts, resolution) == pytest.approx(
        constant_potts(network, values, resolution), abs=1e-12
    )


@settings(max_examples=60)
@given(
    graph=graphs(directed=False),
    resolution=st.sampled_from([0.05, 0.5, 1.0, 2.0]),
    kind=st.sampled_from(QUALITIES),
    seed=st.integers(0, 3),
)
def test_communities_divide_the_nodes(graph: Any, resolution: float, kind: str, seed: int) -> None:
    """Each is connected; they are numbered by size and smallest id; their quality is right."""
    network = from_networkx(graph)
    found = communities(network, resolution=resolution, seed=seed, quality_function=kind)
    parts = as_parts(by_node(network, found.labels))
    quality = {"modularity": modularity, "cpm": constant_potts}[kind]

    assert all(nx.is_connected(graph.subgraph(part)) for part in parts)
    assert found.labels.tolist() == by_size(found.labels).tolist()
    assert len(parts) == len(found)
    assert found.isolates == nx.number_of_isolates(graph)
    assert (found.resolution, found.seed, found.quality_function) == (resolution, seed, kind)
    assert found.quality == quality(network, found.labels, resolution)
    # Nothing is worse than to leave every node alone: what Leiden starts from.
    assert found.quality >= quality(network, np.arange(len(network)), resolution) - 1e-12


@settings(max_examples=40)
@given(graph=graphs(directed=False), order=st.integers(0, 99), seed=st.integers(0, 3))
def test_a_seed_gives_the_same_communities_whatever_the_order_of_edges(
    graph: Any, order: int, seed: int
) -> None:
    """And the same quality, to the last bit."""
    network = from_networkx(graph)
    expected = communities(network, seed=seed, trials=2)
    found = communities(shuffled(network, order), seed=seed, trials=2)

    assert expected.labels.tolist() == found.labels.tolist()
    assert expected.quality == found.quality


@settings(max_examples=30)
@given(graph=graphs(directed=False, most=5), kind=st.sampled_from(QUALITIES))
def test_the_best_of_trials_is_the_best_of_all_divisions(graph: Any, kind: str) -> None:
    """On networks so small that all divisions can be tried."""
    network = from_networkx(graph)
    quality = {"modularity": modularity, "cpm": constant_potts}[kind]
    best = max(
        quality(network, np.array(labels, int), 1.0)
        for labels in itertools.product(range(len(network)), repeat=len(network))
    )
    found = communities(network, quality_function=kind, trials=20)

    assert found.quality == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize("kind", QUALITIES)
def test_without_edges_every_node_is_a_community(kind: str) -> None:
    """Of quality 0, in the order of ids; none if there are no nodes."""
    for count in (0, 1, 4):
        found = communities(from_networkx(nx.empty_graph(count)), quality_function=kind)

        assert found.labels.tolist() == list(range(count))
        assert (found.quality, found.isolates, len(found)) == (0.0, count, count)


def test_edges_of_weight_zero_tie_nobody() -> None:
    """Their ends are isolates, whatever else there is."""
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 0.0), ("c", "d", 1.0)])
    found = communities(from_networkx(graph))

    assert found.labels.tolist() == [1, 2, 0, 0]
    assert found.isolates == 2


def test_resolution_decides_between_cliques_and_their_ring() -> None:
    """By hand: above 1 CPM leaves nobody together; below 1/25, one edge of 25 pairs, it joins."""
    network = from_networkx(nx.ring_of_cliques(6, 5))
    count = {
        resolution: len(communities(network, resolution=resolution, quality_function="cpm"))
        for resolution in (0.001, 0.2, 0.9, 1.1)
    }

    assert count == {0.001: 1, 0.2: 6, 0.9: 6, 1.1: 30}
    assert len(communities(network)) == 6


def test_groups_of_heavy_ties_are_joined_where_that_is_better() -> None:
    """Named after graspologic-native 1.3, which leaves two dyads of weight 10 apart here.

    By hand at a CPM resolution of 1: apart they have 2 (10 - 1) = 18, together 25 - 6 = 19.
    """
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        [("a", "c", 10.0), ("b", "d", 10.0), ("a", "d", 1.0), ("b", "c", 2.0), ("c", "d", 2.0)]
    )
    found = communities(from_networkx(graph), quality_function="cpm")

    assert found.quality == 19.0
    assert found.labels.tolist() == [0, 0, 0, 0]


@settings(max_examples=40)
@given(
    graph=graphs(directed=False),
    unit=st.sampled_from([2.0**-10, 8.0, 2.0**40]),
    kind=st.sampled_from(QUALITIES),
)
def test_communities_do_not_depend_on_the_unit_of_weights(
    graph: Any, unit: float, kind: str
) -> None:
    """Nor on that of the resolution of CPM, which is a weight, too."""
    network = from_networkx(graph)
    for _, _, values in graph.edges(data=True):
        values["weight"] *= unit
    resolution = unit if kind == "cpm" else 1.0
    expected = communities(network, quality_function=kind)
    found = communities(from_networkx(graph), quality_function=kind, resolution=resolution)

    assert expected.labels.tolist() == found.labels.tolist()


def test_the_karate_club_has_its_known_best_division() -> None:
    """Without weights its largest modularity is 0.4198 (Brandes et al. 2008), of four groups."""
    network = from_networkx(nx.karate_club_graph(), None)
    found = communities(network, trials=20)

    assert found.quality == pytest.approx(0.4197896, abs=1e-7)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"resolution": 0.0}, "resolution"),
        ({"resolution": math.nan}, "resolution"),
        ({"resolution": math.inf}, "resolution"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**64}, "seed"),
        ({"trials": 0}, "trial"),
        ({"quality_function": "beauty"}, "'beauty': there are modularity, cpm"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments: dict[str, Any], message: str) -> None:
    """With a line that names them."""
    with pytest.raises(InvalidArgumentError, match=message):
        communities(from_networkx(nx.path_graph(3)), **arguments)


def test_directed_networks_are_refused() -> None:
    """By all that speaks of communities in a network."""
    network = from_networkx(nx.DiGraph([(1, 2)]))
    for function in (
        communities,
        agreement,
        lambda directed: modularity(directed, np.zeros(2)),
        lambda directed: constant_potts(directed, np.zeros(2)),
    ):
        with pytest.raises(InvalidArgumentError, match="directed"):
            function(network)


def test_labels_must_be_one_for_each_node() -> None:
    """Qualities and comparisons refuse other lengths."""
    with pytest.raises(InvalidArgumentError, match="2 labels are given for 3 nodes"):
        modularity(from_networkx(nx.path_graph(3)), np.zeros(2))
    with pytest.raises(InvalidArgumentError, match="2 nodes are compared with those of 3"):
        normalised_mutual_information(np.zeros(2), np.zeros(3))


@pytest.mark.parametrize(
    ("a", "b", "information", "variation"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0, 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], 0.0, 2 * math.log(2)),
        ([0, 0, 0, 0], [0, 0, 1, 1], 0.0, math.log(2)),
        ([0, 0, 0], [7, 7, 7], 1.0, 0.0),
        ([], [], 1.0, 0.0),
        # H(a) = ln 2, H(b) = 1.5 ln 2, H(a, b) = 1.5 ln 2: 2 * 1 / 2.5 and 0.5 ln 2.
        ([0, 0, 1, 1], [0, 0, 1, 2], 0.8, 0.5 * math.log(2)),
    ],
)
def test_divisions_compared_by_hand(
    a: list[int], b: list[int], information: float, variation: float
) -> None:
    """Small cases whose values follow from logarithms of 2."""
    first, second = np.array(a, int), np.array(b, int)

    assert normalised_mutual_information(first, second) == pytest.approx(information, abs=1e-12)
    assert variation_of_information(first, second) == pytest.approx(variation, abs=1e-12)


@given(pairs=two_divisions)
def test_comparisons_are_those_of_their_definitions(pairs: list[tuple[int, int]]) -> None:
    """From mutual information as a sum over pairs of groups; symmetric; blind to names."""
    a, b = ([pair[k] for pair in pairs] for k in (0, 1))
    first, second = np.array(a), np.array(b)
    both = naive_entropy(a) + naive_entropy(b)
    expected = 2 * naive_information(a, b) / both if both else 1.0
    information = normalised_mutual_information(first, second)
    variation = variation_of_information(first, second)

    assert expected == pytest.approx(information, abs=1e-12)
    assert both - 2 * naive_information(a, b) == pytest.approx(variation, abs=1e-12)
    assert information == pytest.approx(normalised_mutual_information(second, first), abs=1e-15)
    assert variation == pytest.approx(variation_of_information(second, first), abs=1e-15)
    assert normalised_mutual_information(first, 7 - first) == 1.0
    assert variation_of_information(first, 7 - first) == 0.0
    assert variation <= math.log(len(a)) + 1e-12


def test_agreement_compares_each_two_seeds_without_isolates(network_data: Path) -> None:
    """With them it would look better than it is."""
    network = known_network(network_data, "netscience")
    found = agreement(network, seeds=[3, 5, 8])
    a, b = (communities(network, seed=seed) for seed in (3, 8))
    tied = np.diff(network.links.indptr) > 0
    expected = normalised_mutual_information(a.labels[tied], b.labels[tied])

    assert found.seeds == (3, 5, 8)
    assert found.normalised_mutual_information[0, 2] == expected
    assert found.normalised_mutual_information[2, 0] == expected
    assert expected < normalised_mutual_information(a.labels, b.labels)
    assert found.variation_of_information[2, 0] == variation_of_information(
        a.labels[tied], b.labels[tied]
    )
    assert found.qualities[[0, 2]].tolist() == [a.quality, b.quality]
    above = found.normalised_mutual_information[[0, 0, 1], [1, 2, 2]]
    assert found.mean_normalised_mutual_information == pytest.approx(above.mean(), abs=1e-15)
    assert found.normalised_mutual_information.diagonal().tolist() == [1.0, 1.0, 1.0]
    assert found.variation_of_information.diagonal().tolist() == [0.0, 0.0, 0.0]
    assert 0 < found.mean_variation_of_information < 0.5


@pytest.mark.parametrize("seeds", [[], [1], [1, 1]])
def test_agreement_needs_two_different_seeds(seeds: list[int]) -> None:
    """One run agrees with nobody, and the same one with itself."""
    with pytest.raises(InvalidArgumentError, match="two or more seeds"):
        agreement(from_networkx(nx.path_graph(3)), seeds)


@pytest.mark.parametrize("name", ["netscience", "hep-th", "ca-GrQc"])
def test_communities_of_known_networks_are_as_good_as_those_of_louvain(
    network_data: Path, name: str
) -> None:
    """Their quality is what networkx says of them, and not below that of its Louvain."""
    network, graph = known_network(network_data, name), nx.Graph(known_graph(network_data, name))
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    weight = {"netscience": "value", "hep-th": "weight", "ca-GrQc": None}[name]
    found = communities(network)
    parts = as_parts(by_node(network, found.labels))
    louvain = nx.community.louvain_communities(graph, weight=weight, seed=1)

    assert found.quality == pytest.approx(
        nx.community.modularity(graph, parts, weight=weight), abs=1e-9
    )
    assert found.quality >= nx.community.modularity(graph, louvain, weight=weight)
    assert found.isolates == nx.number_of_isolates(graph)
    assert found.labels.tolist() == communities(shuffled(network, 1)).labels.tolist()

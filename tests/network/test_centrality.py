"""Centralities, beside networkx, slow exact counting, algebra and the facts of known networks."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError
from scholargraph.network import Network, centrality
from scholargraph.network.centrality import (
    betweenness,
    closeness,
    degree,
    eigenvector,
    pagerank,
    strength,
)
from scholargraph.network.conversion import from_networkx
from tests.network.test_structure import (
    by_node,
    graphs,
    known_graph,
    known_network,
    shuffled,
)

KINDS = ("degree", "strength", "betweenness", "closeness", "pagerank", "eigenvector")


def close(values: dict[str, Any]) -> Any:
    """The same values to rounding."""
    return pytest.approx(values, rel=1e-9, abs=1e-12)


def with_lengths(graph: Any) -> Any:
    """The same graph with the attribute ``length``, 1/weight."""
    graph = graph.copy()
    for _, _, values in graph.edges(data=True):
        values["length"] = 1 / values["weight"]
    return graph


def exact_betweenness(graph: Any) -> dict[str, float]:
    """Weighted betweenness from all simple paths, their lengths added up as fractions."""
    total = dict.fromkeys(graph, Fraction(0))
    for source, target in itertools.permutations(graph, 2):
        paths = list(nx.all_simple_paths(graph, source, target))
        lengths = [
            sum(1 / Fraction(str(graph[a][b]["weight"])) for a, b in itertools.pairwise(path))
            for path in paths
        ]
        shortest = [
            path for path, length in zip(paths, lengths, strict=True) if length == min(lengths)
        ]
        for path in shortest:
            for node in path[1:-1]:
                total[node] += Fraction(1, len(shortest))
    return {node: float(value / (1 if graph.is_directed() else 2)) for node, value in total.items()}


def exact_pagerank(graph: Any, weight: str | None) -> dict[str, float]:
    """PageRank by solving its equations."""
    nodes = sorted(graph, key=str.encode)
    matrix = nx.to_numpy_array(graph, nodes, weight=weight)
    leaving = matrix.sum(axis=1, keepdims=True)
    chances = np.where(leaving > 0, matrix / np.where(leaving > 0, leaving, 1), 1 / len(nodes))
    ranks = np.linalg.solve(
        np.eye(len(nodes)) - 0.85 * chances.T, np.full(len(nodes), 0.15 / len(nodes))
    )
    return dict(zip(nodes, ranks.tolist(), strict=True))


def star_with_a_way_back(leaves: int) -> Network:
    """Edges from all leaves to a hub, and one from the hub to the first leaf."""
    ids = pa.array([f"{k:07}" for k in range(leaves + 1)])
    source = pa.array([0, *range(1, leaves + 1)], pa.int32())
    target = pa.array([1, *[0] * leaves], pa.int32())
    ends = {
        name: pa.DictionaryArray.from_arrays(numbers, ids)
        for name, numbers in (("source", source), ("target", target))
    }
    edges = pa.table({**ends, "weight": pa.array(np.ones(leaves + 1))})
    return Network(pa.table({"id": ids}), edges, directed=True)


@given(graph=graphs())
def test_degree_and_strength_are_those_of_networkx(graph: Any) -> None:
    """Of directed networks they count edges in and out."""
    network = from_networkx(graph)

    assert dict(graph.degree()) == by_node(network, degree(network))
    assert close(dict(graph.degree(weight="weight"))) == by_node(network, strength(network))


@given(graph=graphs())
def test_betweenness_is_that_of_networkx(graph: Any) -> None:
    """By hops, not normalised."""
    network = from_networkx(graph)
    expected = nx.betweenness_centrality(graph, normalized=False)

    assert close(expected) == by_node(network, betweenness(network))


@settings(max_examples=60)
@given(graph=graphs(most=6))
def test_weighted_betweenness_is_that_of_exact_fractions(graph: Any) -> None:
    """Equal lengths are found equal, though their sums are rounded in different ways."""
    network = from_networkx(graph)

    assert close(exact_betweenness(graph)) == by_node(network, betweenness(network, weighted=True))


def test_lengths_that_differ_by_rounding_are_equal() -> None:
    """By hand: 0.1 + 0.2 and 0.15 + 0.15 are two ways of the same length, each of them half."""
    ways = [("s", "a", 0.1), ("a", "t", 0.2), ("s", "b", 0.15), ("b", "t", 0.15)]
    network = from_networkx(nx.Graph([(a, b, {"weight": 1 / length}) for a, b, length in ways]))
    expected = {"a": 0.5, "b": 0.5, "s": 1.0, "t": 0.0}

    assert 0.1 + 0.2 != 0.15 + 0.15
    assert by_node(network, betweenness(network, weighted=True)) == expected


def test_a_strong_detour_is_shorter_than_a_weak_tie() -> None:
    """By hand: weights of 4 and 4 make a way of 0.5, which beats the direct tie of length 1."""
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 4.0), ("b", "c", 4.0), ("a", "c", 1.0)])
    network = from_networkx(graph)

    assert betweenness(network).tolist() == [0.0, 0.0, 0.0]
    assert betweenness(network, weighted=True).tolist() == [0.0, 1.0, 0.0]


def test_an_edge_of_weight_zero_is_not_walked() -> None:
    """Its length would be infinite: by weight its ends do not meet, by hops they do."""
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 1.0), ("b", "c", 0.0)])
    network = from_networkx(graph)

    assert betweenness(network).tolist() == [0.0, 1.0, 0.0]
    assert betweenness(network, weighted=True).tolist() == [0.0, 0.0, 0.0]
    assert closeness(network, weighted=True).tolist() == [0.5, 0.5, 0.0]
    assert eigenvector(network, weighted=True).tolist() == pytest.approx([1.0, 1.0, 0.0])
    assert pagerank(network, weighted=True).tolist() == pytest.approx(
        list(exact_pagerank(graph, "weight").values())
    )


def test_an_edge_of_weight_zero_does_not_join_components() -> None:
    """By weight there are two dyads, each with its own eigenvector; by edges there is a chain."""
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 1.0), ("b", "c", 0.0), ("c", "d", 2.0)])
    network = from_networkx(graph)

    assert eigenvector(network, weighted=True).tolist() == pytest.approx([1.0] * 4)
    assert eigenvector(network)[0] == pytest.approx(2 / (1 + 5**0.5))


def test_lengths_beyond_what_sums_can_hold_are_refused() -> None:
    """A length that vanishes beside the others would lose the node behind it."""
    graph = nx.Graph()
    graph.add_weighted_edges_from([(1, 2, 1.0), (2, 3, 1e20)])

    with pytest.raises(InvalidArgumentError, match="orders of magnitude"):
        betweenness(from_networkx(graph), weighted=True)


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
def test_more_paths_than_numbers_can_count_are_refused() -> None:
    """A chain of 1,100 diamonds has 2 to the power of 1,100 shortest paths."""
    graph = nx.Graph()
    for k in range(1100):
        for middle in ("upper", "lower"):
            graph.add_edge(f"{k:04}", f"{k:04} {middle}")
            graph.add_edge(f"{k:04} {middle}", f"{k + 1:04}")

    with pytest.raises(InvalidArgumentError, match="1e308"):
        betweenness(from_networkx(graph))


@given(graph=graphs())
def test_closeness_is_that_of_networkx(graph: Any) -> None:
    """By hops and by lengths; in directed networks towards the node."""
    network = from_networkx(graph)
    by_length = nx.closeness_centrality(with_lengths(graph), distance="length")

    assert close(nx.closeness_centrality(graph)) == by_node(network, closeness(network))
    assert close(by_length) == by_node(network, closeness(network, weighted=True))


@given(graph=graphs(), weighted=st.booleans())
def test_pagerank_solves_its_equations(graph: Any, weighted: bool) -> None:
    """The summed error is below the tolerance, whatever the network."""
    network = from_networkx(graph)
    expected = exact_pagerank(graph, "weight" if weighted else None) if len(graph) else {}
    found = by_node(network, pagerank(network, weighted=weighted, tol=1e-9))

    assert expected.keys() == found.keys()
    assert sum(abs(expected[node] - found[node]) for node in expected) <= 1e-9
    assert math.isclose(sum(found.values()), 1.0) or not found


@pytest.mark.parametrize("tol", [1e-3, 1e-6, 1e-12])
def test_pagerank_of_a_star_has_a_total_error_below_tol(tol: float) -> None:
    """Named after networkx 3.6.1 and pyscisci 0.92, which stop at N times tol: far off here.

    By hand: hub = (0.85 + 0.15/N) / 1.85; the leaf that it leads to has 0.15/N + 0.85 hub.
    """
    leaves = 300_000
    count = leaves + 1
    hub = (0.85 + 0.15 / count) / 1.85
    ranks = pagerank(star_with_a_way_back(leaves), tol=tol)
    expected = np.full(count, 0.15 / count)
    expected[:2] = hub, 0.15 / count + 0.85 * hub

    assert np.abs(ranks - expected).sum() <= tol


def test_stopping_at_n_times_tol_lets_go_of_a_star_too_early() -> None:
    """The rule that ours replaces, on the same star: the hub is off by a tenth and more."""
    count, tol = 300_001, 1e-6
    hub, leaf, others = 1 / count, 1 / count, (count - 2) / count
    for _ in range(100):
        before = hub, leaf, others
        hub = 0.15 / count + 0.85 * (before[1] + before[2])
        leaf = 0.15 / count + 0.85 * before[0]
        others = 0.15 * (count - 2) / count
        changed = sum(abs(a - b) for a, b in zip(before, (hub, leaf, others), strict=True))
        if changed < count * tol:
            break
    right = float(pagerank(star_with_a_way_back(count - 1), tol=1e-6)[0])

    assert abs(right - 0.4595) < 1e-4
    assert abs(hub - right) > 0.05


@pytest.mark.parametrize("arguments", [{"alpha": 0.0}, {"alpha": 1.0}, {"tol": 0.0}, {"tol": -1}])
def test_pagerank_refuses_what_has_no_answer(arguments: dict[str, Any]) -> None:
    """Alpha lies between 0 and 1, and no iteration has no error at all."""
    with pytest.raises(InvalidArgumentError):
        pagerank(from_networkx(nx.path_graph(3)), **arguments)


def test_pagerank_ends_where_rounding_does_not_let_it_get_nearer() -> None:
    """A tolerance below rounding ends after the steps that would be enough."""
    network = from_networkx(nx.path_graph(50))

    assert np.allclose(pagerank(network, tol=1e-300), pagerank(network, tol=1e-12), atol=1e-12)


@given(graph=graphs(directed=False), weighted=st.booleans())
def test_eigenvectors_are_those_of_each_component(graph: Any, weighted: bool) -> None:
    """A v = lambda v with the spectral radius, positive, at most 1; isolates have 0."""
    network = from_networkx(graph)
    found = by_node(network, eigenvector(network, weighted=weighted))

    for part in nx.connected_components(graph):
        nodes = sorted(part)
        matrix = nx.to_numpy_array(graph, nodes, weight="weight" if weighted else None)
        vector = np.array([found[node] for node in nodes])
        if len(nodes) == 1:
            assert vector.tolist() == [0.0]
            continue
        radius = np.abs(np.linalg.eigvalsh(matrix)).max()
        assert vector.max() == pytest.approx(1.0)
        assert vector.min() > 0
        assert np.abs(matrix @ vector - radius * vector).max() < 1e-9 * radius


@pytest.mark.parametrize(("size", "between"), [(10, 20), (40, 50)])
def test_two_equal_groups_are_equally_central(size: int, between: int) -> None:
    """Two cliques on a long chain have two eigenvalues that rounding cannot tell apart."""
    graph = nx.relabel_nodes(nx.barbell_graph(size, between), lambda node: f"{node:03}")
    found = eigenvector(from_networkx(graph))

    assert np.allclose(found, found[::-1], atol=1e-9)
    assert found[size - 1] == pytest.approx(1.0)


@pytest.mark.parametrize("size", [64, 65, 500])
def test_the_eigenvector_of_a_chain_is_a_half_wave(size: int) -> None:
    """Known in closed form, by both ways of computing it: whole, and by iteration."""
    graph = nx.relabel_nodes(nx.path_graph(size), lambda node: f"{node:03}")
    wave = np.sin(np.pi * np.arange(1, size + 1) / (size + 1))

    assert np.allclose(eigenvector(from_networkx(graph)), wave / wave.max(), atol=1e-9)


def test_eigenvectors_of_directed_networks_are_refused() -> None:
    """Without a cycle they would all be zero."""
    with pytest.raises(InvalidArgumentError, match="pagerank"):
        eigenvector(from_networkx(nx.DiGraph([(1, 2)])))


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    """The message lists the kinds."""
    with pytest.raises(InvalidArgumentError, match=r"'fame'.*pagerank, eigenvector"):
        centrality.centrality(from_networkx(nx.path_graph(3)), "fame")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weighted", [False, True])
def test_networks_without_edges_have_centralities(kind: str, weighted: bool) -> None:
    """Zeros of floating point, but for PageRank, which is shared out evenly."""
    for count in (0, 1, 3):
        network = from_networkx(nx.empty_graph(count))
        found = centrality.centrality(network, kind, weighted=weighted)
        each = 1 / count if kind == "pagerank" and count else 0.0

        assert found.dtype == np.float64
        assert found.tolist() == pytest.approx([each] * count)


@given(graph=graphs(directed=False), seed=st.integers(0, 99), kind=st.sampled_from(KINDS))
def test_the_order_of_edges_does_not_matter(graph: Any, seed: int, kind: str) -> None:
    """The same bits whatever the order in which edges were given."""
    network = from_networkx(graph)
    for weighted in (False, True):
        expected = centrality.centrality(network, kind, weighted=weighted)
        found = centrality.centrality(shuffled(network, seed), kind, weighted=weighted)

        assert expected.tolist() == found.tolist()


@pytest.mark.parametrize("cells", [1, 1000, 1 << 30])
@pytest.mark.parametrize("weighted", [False, True])
def test_batches_do_not_change_results(
    monkeypatch: pytest.MonkeyPatch, cells: int, weighted: bool
) -> None:
    """One source at a time, a few, or all at once."""
    graph = nx.gnp_random_graph(60, 0.06, seed=5)
    for number, (_, _, values) in enumerate(graph.edges(data=True)):
        values["weight"] = 1.0 + number % 3
    network = from_networkx(graph)
    expected = betweenness(network, weighted=weighted), closeness(network, weighted=weighted)
    monkeypatch.setattr(centrality, "BATCH_CELLS", cells)
    found = betweenness(network, weighted=weighted), closeness(network, weighted=weighted)

    assert np.allclose(expected, found, rtol=1e-12)


def test_every_kind_goes_to_its_function() -> None:
    """The names answer with the functions of the same names, the arguments passed on."""
    network = from_networkx(nx.les_miserables_graph())
    for kind in KINDS[2:]:
        function = getattr(centrality, kind)
        for weighted in (False, True):
            expected = function(network, weighted=weighted).tolist()

            assert expected == centrality.centrality(network, kind, weighted=weighted).tolist()
    rough = centrality.centrality(network, "pagerank", tol=0.1)

    assert rough.tolist() == pagerank(network, tol=0.1).tolist() != pagerank(network).tolist()
    assert degree(network).tolist() == centrality.centrality(network).tolist()
    assert strength(network).tolist() == centrality.centrality(network, "strength").tolist()


def highest(network: Network, values: Any, count: int) -> dict[str, float]:
    """The highest values."""
    found = by_node(network, values)
    return {node: found[node] for node in sorted(found, key=lambda node: -found[node])[:count]}


def test_the_facts_of_netscience(network_data: Path) -> None:
    """Degree, strength and PageRank are those that are known."""
    network = known_network(network_data, "netscience")
    ranks = highest(network, pagerank(network, tol=1e-12), 3)

    assert highest(network, degree(network), 4) == {
        "BARABASI, A": 34,
        "JEONG, H": 27,
        "NEWMAN, M": 27,
        "OLTVAI, Z": 21,
    }
    assert highest(network, strength(network), 3) == pytest.approx(
        {"BARABASI, A": 29.999987, "NEWMAN, M": 22.999991, "JEONG, H": 17.999991}, abs=1e-9
    )
    expected = {"NEWMAN, M": 0.00412899, "BARABASI, A": 0.00372242, "JEONG, H": 0.0027635}
    assert ranks == pytest.approx(expected, abs=5e-9)
    assert list(ranks) == list(expected)


def test_the_facts_of_the_largest_component_of_netscience(network_data: Path) -> None:
    """Betweenness and closeness are those that are known, and those of networkx for all nodes."""
    graph = known_graph(network_data, "netscience")
    graph = graph.subgraph(max(nx.connected_components(graph), key=len))
    network = from_networkx(graph, "value")
    between, near = betweenness(network), closeness(network)
    expected = {
        "NEWMAN, M": 28300.5645,
        "PASTORSATORRAS, R": 24592.7677,
        "MORENO, Y": 20379.786,
        "SOLE, R": 19249.9043,
        "BOCCALETTI, S": 18200.0,
    }
    nearest = {"NEWMAN, M": 0.256619, "SOLE, R": 0.249012, "PASTORSATORRAS, R": 0.247059}

    assert highest(network, between, 5) == pytest.approx(expected, abs=5e-5)
    assert highest(network, near, 3) == pytest.approx(nearest, abs=5e-7)
    assert close(nx.betweenness_centrality(graph, normalized=False)) == by_node(network, between)
    assert close(nx.closeness_centrality(graph)) == by_node(network, near)
    theirs = nx.eigenvector_centrality_numpy(graph, weight="value")
    top = max(theirs.values())
    assert by_node(network, eigenvector(network, weighted=True)) == pytest.approx(
        {node: value / top for node, value in theirs.items()}, abs=1e-7
    )


def test_weighted_betweenness_of_netscience_does_not_depend_on_rounding(network_data: Path) -> None:
    """Weights scaled by a third, whose lengths round otherwise, give the same paths."""
    graph = known_graph(network_data, "netscience")
    scaled = nx.Graph()
    scaled.add_nodes_from(graph)
    for a, b, values in graph.edges(data=True):
        scaled.add_edge(a, b, value=values["value"] / 3)
    expected = betweenness(from_networkx(graph, "value"), weighted=True)

    assert np.allclose(expected, betweenness(from_networkx(scaled, "value"), weighted=True))


@pytest.mark.parametrize("name", ["netscience", "hep-th", "ca-GrQc"])
def test_pagerank_of_known_networks_is_that_of_networkx(network_data: Path, name: str) -> None:
    """At a tolerance at which networkx, too, has converged."""
    network = known_network(network_data, name)
    graph = nx.Graph(known_graph(network_data, name))
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    theirs = nx.pagerank(graph, tol=1e-12 / len(graph), max_iter=1000, weight=None)
    found = by_node(network, pagerank(network, tol=1e-12))

    assert sum(abs(theirs[node] - found[node]) for node in theirs) < 1e-11


def test_closeness_of_a_larger_network_is_that_of_networkx(network_data: Path) -> None:
    """A few nodes, as networkx takes long for all of them."""
    network, graph = known_network(network_data, "ca-GrQc"), known_graph(network_data, "ca-GrQc")
    found = by_node(network, closeness(network))

    for node in list(found)[::1500]:
        assert found[node] == pytest.approx(nx.closeness_centrality(graph, node), rel=1e-12)

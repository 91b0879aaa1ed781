"""Layouts: places that can be drawn, the same every time, neighbours nearer than others."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import networkx as nx
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError
from scholargraph.network import Network
from scholargraph.network import layout as layouts
from scholargraph.network.layout import _apart, _cells, _push, _small, layout
from scholargraph.network.structure import component_labels

FloatArray = npt.NDArray[np.float64]


def network(nodes: int, edges: set[tuple[int, int]]) -> Network:
    """A network of numbered nodes."""
    pairs = sorted((min(edge), max(edge)) for edge in edges)
    ids = [f"N{number:06d}" for number in range(nodes)]
    table = pa.table(
        {
            "source": pa.array([ids[a] for a, _ in pairs], pa.string()),
            "target": pa.array([ids[b] for _, b in pairs], pa.string()),
            "weight": np.ones(len(pairs)),
        }
    )
    return Network(pa.table({"id": pa.array(ids, pa.string())}), table)


def of_graph(graph: nx.Graph) -> Network:
    """A network of a networkx graph, loops left out."""
    graph = nx.convert_node_labels_to_integers(graph)
    return network(len(graph), {(a, b) for a, b in graph.edges if a != b})


def edge_lengths(net: Network, places: FloatArray) -> FloatArray:
    """How long each edge is drawn."""
    lengths: FloatArray = np.linalg.norm(places[net.source] - places[net.target], axis=1)
    return lengths


def assert_drawable(places: FloatArray, nodes: int) -> None:
    """Finite, distinct, within the square."""
    assert places.shape == (nodes, 2)
    assert np.isfinite(places).all()
    assert np.abs(places).max(initial=0) <= 1
    assert len(np.unique(places, axis=0)) == nodes


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Small networks of any shape."""
    nodes = draw(st.integers(0, 12))
    ends = st.integers(0, max(nodes - 1, 0))
    edges = draw(st.sets(st.tuples(ends, ends).filter(lambda e: e[0] < e[1]), max_size=20))
    return network(nodes, edges if nodes else set())


@given(networks(), st.integers(0, 3), st.integers(1, 5))
def test_any_network_can_be_drawn(net: Network, seed: int, iterations: int) -> None:
    """Places are finite, distinct and within [-1, 1], whatever the network and the seed."""
    assert_drawable(layout(net, seed, iterations), len(net))


@pytest.mark.parametrize(
    "graph",
    [
        nx.star_graph(500),
        nx.path_graph(300),
        nx.complete_graph(120),
        nx.complete_bipartite_graph(2, 200),
        nx.disjoint_union_all([nx.path_graph(61), nx.cycle_graph(60), nx.empty_graph(5)]),
        nx.disjoint_union(nx.barbell_graph(40, 3), nx.barbell_graph(40, 3)),
    ],
)
def test_regular_shapes_can_be_drawn(graph: nx.Graph) -> None:
    """Nodes that are all alike in the network still get places of their own."""
    assert_drawable(layout(of_graph(graph), iterations=20), len(graph))


@pytest.mark.parametrize("size", [40, 400])
def test_a_seed_decides(size: int) -> None:
    """The same seed gives the same bits, another one another picture."""
    net = of_graph(nx.barabasi_albert_graph(size, 2, seed=1))

    assert layout(net, 5, 10).tobytes() == layout(net, 5, 10).tobytes()
    assert layout(net, 5, 10).tobytes() != layout(net, 6, 10).tobytes()


@pytest.mark.parametrize("size", [50, 600])
def test_neighbours_are_near(size: int) -> None:
    """Edges of a ring are far shorter than the distances of nodes on average."""
    net = of_graph(nx.cycle_graph(size))
    places = layout(net)

    random = np.random.default_rng(0).permutation(size)
    apart = np.linalg.norm(places - places[random], axis=1).mean()
    assert edge_lengths(net, places).mean() < apart / 5


@pytest.mark.parametrize("size", [20, 60])
def test_two_groups_fall_apart(size: int) -> None:
    """Two cliques joined by one edge are drawn beside each other, in small and large layouts."""
    net = of_graph(nx.barbell_graph(size, 0))
    places = layout(net)

    first, second = places[:size], places[size:]
    between = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    spread = np.linalg.norm(first - first.mean(axis=0), axis=1).max()
    assert between > spread


def test_no_leaf_of_a_star_is_lost() -> None:
    """All leaves are alike and lie about equally far from the hub, those that were pivots, too."""
    net = of_graph(nx.star_graph(1000))
    lengths = edge_lengths(net, layout(net))

    assert lengths.max() < 3 * lengths.mean()


def test_dividing_the_work_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few components or rows are looked at together, the push is the same."""
    places = np.random.default_rng(1).normal(size=(500, 2))
    at_once = _push(places, 0)
    monkeypatch.setattr(layouts, "_CHUNK", 100)

    assert np.allclose(_push(places, 0), at_once, rtol=1e-12)
    assert_drawable(layout(of_graph(nx.disjoint_union_all([nx.path_graph(15)] * 7))), 105)


def test_two_nodes_come_to_rest_at_length_one() -> None:
    """Attraction d^2 and repulsion 1 / d are equal at distance 1, in each of several pairs."""
    one, two = np.array([0, 1]), (np.array([0, 0]), np.array([1, 1]))
    places = _small(one, two, np.array([[0, 1], [2, 3]]), np.random.default_rng(0), 300)

    assert np.linalg.norm(places[:, 0] - places[:, 1], axis=1) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("seed", [0, 1])
def test_components_do_not_overlap(seed: int) -> None:
    """The largest lies in the centre, isolates outside of all others."""
    graph = nx.disjoint_union_all(
        [nx.path_graph(n) for n in (90, 30, 30, 5, 5, 5, 2, 2, 2, 1, 1, 1, 1)]
    )
    net = of_graph(graph)
    labels, places = component_labels(net), layout(net, seed)
    # The centres of the smallest circles are not known here: those of the middle serve as well.
    centres = np.array([places[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
    reach = np.array(
        [
            np.linalg.norm(places[labels == k] - centres[k], axis=1).max()
            for k in range(len(centres))
        ]
    )

    apart = np.linalg.norm(centres[:, None] - centres[None, :], axis=2)
    apart[np.diag_indices_from(apart)] = np.inf
    assert (apart >= reach[:, None] + reach[None, :]).all()
    assert np.abs(centres[0]).max() < 1e-9
    outwards = np.linalg.norm(centres, axis=1)
    assert outwards[-4:].min() > reach[0]
    assert outwards[-4:].min() >= outwards[1:-4].max() - reach[1:-4].max()


def test_all_isolates() -> None:
    """A network without an edge is drawn, too, none of its nodes on another."""
    assert_drawable(layout(network(100, set())), 100)
    assert layout(network(1, set())).tolist() == [[0, 0]]
    assert layout(network(0, set())).shape == (0, 2)


def test_the_push_is_that_of_all_pairs_within_a_cell() -> None:
    """With one cell the push is exact; with many it is near the exact one on average."""
    few = np.random.default_rng(1).normal(size=(30, 2))
    many = np.random.default_rng(1).normal(size=(1000, 2)) * 20

    def exact(places: FloatArray) -> FloatArray:
        apart = places[:, None] - places[None, :]
        square = (apart**2).sum(axis=2)
        np.fill_diagonal(square, 1)
        pushed: FloatArray = (apart / square[..., None]).sum(axis=1)
        return pushed

    assert np.allclose(_push(few, 0), exact(few))
    for axis in (0, 1):
        error = np.linalg.norm(_push(many, axis) - exact(many), axis=1)
        assert error.mean() < 0.1 * np.linalg.norm(exact(many), axis=1).mean()


@given(st.integers(1, 400), st.integers(0, 1))
def test_cells_hold_every_node_once(size: int, axis: int) -> None:
    """Cells are a partition of the nodes into about equal parts, none of them empty."""
    places = np.random.default_rng(size).normal(size=(size, 2))
    cells = _cells(places, axis)

    assert sorted(cells[cells >= 0].tolist()) == list(range(size))
    filled = (cells >= 0).sum(axis=1)
    assert filled.min() >= 1
    assert filled.max() - filled.min() <= 2


def test_nodes_at_one_place_are_set_apart() -> None:
    """Those that coincide are moved, those that lie alone stay."""
    places = np.array([[0.5, 0.5], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    moved = _apart(places, np.random.default_rng(0))

    assert len(np.unique(moved, axis=0)) == 4
    assert moved[:2].tolist() == places[:2].tolist()
    assert np.abs(moved - places).max() <= 1e-3
    assert np.abs(moved).max() <= 1


@pytest.mark.parametrize(
    ("seed", "iterations", "message"),
    [(0, 0, "at least one iteration, not 0"), (-1, 5, "a seed is not negative, as -1 is")],
)
def test_refusals(seed: int, iterations: int, message: str) -> None:
    """Each wrong argument is named in one line."""
    with pytest.raises(InvalidArgumentError, match=message):
        layout(network(2, {(0, 1)}), seed, iterations)


def test_five_thousand_nodes_take_seconds() -> None:
    """5,000 nodes and 20,000 edges: below 10 seconds of processor time."""
    net = of_graph(nx.gnm_random_graph(5000, 20_000, seed=1))
    begin = time.process_time()
    places = layout(net)

    assert time.process_time() - begin < 10
    assert_drawable(places, 5000)


def test_network_scientists(network_data: Path) -> None:
    """Newman's network scientists: places for all, ties far shorter than what is not tied."""
    text = gzip.decompress((network_data / "netscience.gml.gz").read_bytes()).decode()
    net = of_graph(nx.parse_gml(text))
    places = layout(net)

    assert_drawable(places, 1589)
    labels = component_labels(net)
    largest = places[labels == 0]
    apart = np.linalg.norm(largest[:, None] - largest[None, :], axis=2).mean()
    assert edge_lengths(net, places)[labels[net.source] == 0].mean() < apart / 4

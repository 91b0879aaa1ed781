"""Networks asked through networkx, beside the same questions to networkx's own graphs."""

from __future__ import annotations

import gc
import inspect
import json
import logging
import random
import subprocess
import sys
import weakref
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.network import (
    Network,
    backend,
    backend_fallback,
    backend_functions,
    backend_graphs,
    similarity,
)
from scholargraph.network.backend_info import FUNCTIONS, get_info
from scholargraph.network.structure import core_numbers
from tests.network.test_traversal import graphs, links

Question = Callable[[Any], Any]

ANYWHERE: dict[str, Question] = {
    "pagerank": lambda g: nx.pagerank(g),
    "pagerank, unweighted": lambda g: nx.pagerank(g, weight=None),
    "pagerank, by another column": lambda g: nx.pagerank(g, weight="paper_count"),
    "pagerank, by no column": lambda g: nx.pagerank(g, weight="stranger"),
    "pagerank, with all that it takes": lambda g: nx.pagerank(
        g,
        alpha=0.7,
        tol=1e-9,
        personalization={first(g): 2.0, last(g): 1.0, "stranger": 5.0},
        nstart={first(g): 1.0},
        dangling={last(g): 3.0},
    ),
    "core_number": nx.core_number,
    "degree_centrality": nx.degree_centrality,
    "closeness_centrality": nx.closeness_centrality,
    "closeness_centrality, as it was": lambda g: nx.closeness_centrality(g, wf_improved=False),
    "closeness_centrality, one node": lambda g: nx.closeness_centrality(g, u=first(g)),
    "betweenness_centrality": nx.betweenness_centrality,
    "betweenness_centrality, counts": lambda g: nx.betweenness_centrality(g, normalized=False),
    "betweenness_centrality, ends": lambda g: nx.betweenness_centrality(g, endpoints=True),
    "betweenness_centrality, sample": lambda g: nx.betweenness_centrality(
        g, k=(len(g) + 1) // 2, seed=3
    ),
    "betweenness_centrality, sample, ends": lambda g: nx.betweenness_centrality(
        g, k=(len(g) + 1) // 2, seed=4, endpoints=True, normalized=False
    ),
    "clustering": nx.clustering,
    "clustering, weighted": lambda g: nx.clustering(g, weight="paper_count"),
    "clustering, one node": lambda g: nx.clustering(g, first(g)),
    "clustering, some nodes": lambda g: nx.clustering(g, [last(g), first(g), "stranger"]),
    "single_source_shortest_path": lambda g: nx.single_source_shortest_path(g, first(g)),
    "single_source_shortest_path, near": lambda g: nx.single_source_shortest_path(g, last(g), 1),
    "single_source_shortest_path_length": lambda g: nx.single_source_shortest_path_length(
        g, first(g)
    ),
    "single_source_shortest_path_length, near": lambda g: nx.single_source_shortest_path_length(
        g, first(g), cutoff=1.5
    ),
    "shortest_path, from": lambda g: nx.shortest_path(g, source=first(g)),
    "shortest_path, to": lambda g: nx.shortest_path(g, target=last(g)),
    "shortest_path_length, from": lambda g: nx.shortest_path_length(g, source=first(g)),
    "shortest_path_length, to": lambda g: nx.shortest_path_length(g, target=last(g)),
    "has_path": lambda g: nx.has_path(g, first(g), last(g)),
    "shortest_path, both": lambda g: or_none(nx.shortest_path, g, first(g), last(g)),
    "shortest_path_length, both": lambda g: or_none(nx.shortest_path_length, g, first(g), last(g)),
    "bidirectional_shortest_path": lambda g: or_none(
        nx.bidirectional_shortest_path, g, first(g), last(g)
    ),
}
"""Questions to graphs with directions and without."""

UNDIRECTED: dict[str, Question] = {
    "connected_components": lambda g: list(nx.connected_components(g)),
    "number_connected_components": nx.number_connected_components,
    "is_connected": nx.is_connected,
    "node_connected_component": lambda g: nx.node_connected_component(g, first(g)),
    "triangles": nx.triangles,
    "triangles, one node": lambda g: nx.triangles(g, last(g)),
    "triangles, some nodes": lambda g: nx.triangles(g, [first(g), "stranger", first(g)]),
    "transitivity": nx.transitivity,
    "adamic_adar_index": lambda g: pairs(nx.adamic_adar_index(g)),
    "resource_allocation_index": lambda g: pairs(nx.resource_allocation_index(g)),
    "jaccard_coefficient": lambda g: pairs(nx.jaccard_coefficient(g)),
    "jaccard_coefficient, some pairs": lambda g: list(nx.jaccard_coefficient(g, some(g))),
    "adamic_adar_index, some pairs": lambda g: list(nx.adamic_adar_index(g, some(g))),
    "resource_allocation_index, some pairs": lambda g: list(
        nx.resource_allocation_index(g, some(g))
    ),
}
"""Questions to graphs without directions."""


def nodes_of(graph: Any) -> list[Any]:
    return graph.ids.to_pylist() if isinstance(graph, Network) else list(graph)


def first(graph: Any) -> Any:
    return nodes_of(graph)[0]


def last(graph: Any) -> Any:
    return nodes_of(graph)[-1]


def some(graph: Any) -> list[tuple[Any, Any]]:
    nodes = nodes_of(graph)
    return [*pairwise(nodes), *zip(nodes, nodes[2:], strict=False)]


def pairs(found: Any) -> dict[Any, float]:
    """Scores by pair, whichever of both stands first."""
    return {frozenset((u, v)): score for u, v, score in found}


def or_none(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except nx.NetworkXNoPath:
        return None


@st.composite
def weighted_graphs(draw: st.DrawFn, *, directed: bool | None = None) -> nx.Graph:
    """A small graph with two attributes of its edges and texts as nodes, not all of them ASCII."""
    graph = draw(graphs(directed=directed))
    names = dict(enumerate([f"A{number:02}" for number in range(10)] + ["é", "\U0001f600"]))
    named = nx.relabel_nodes(graph, {node: names[node] for node in graph})
    for _, _, data in named.edges(data=True):
        data["weight"] = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.25]))
        data["paper_count"] = draw(st.integers(1, 9))
    return named


def network_of(graph: nx.Graph) -> Network:
    """The same as a network: nodes ascend already, and so do the edges of each."""
    edges = list(graph.edges(data=True))
    return Network(
        pa.table({"id": pa.array(list(graph), pa.string())}),
        pa.table(
            {
                "source": pa.array([a for a, _, _ in edges], pa.string()),
                "target": pa.array([b for _, b, _ in edges], pa.string()),
                "weight": pa.array([data.get("weight", 1.0) for *_, data in edges], pa.float64()),
                "paper_count": pa.array(
                    [data.get("paper_count", 1) for *_, data in edges], pa.int64()
                ),
            }
        ),
        directed=graph.is_directed(),
    )


def assert_same(expected: Any, found: Any) -> None:
    """Equal as networkx's own tests mean it: numbers nearly, all else exactly; no numpy numbers."""
    if isinstance(expected, dict):
        assert expected.keys() == found.keys()
        for key, value in expected.items():
            assert_same(value, found[key])
    elif isinstance(expected, list | tuple):
        assert len(expected) == len(found)
        for one, other in zip(expected, found, strict=True):
            assert_same(one, other)
    elif isinstance(expected, int | float):
        assert not isinstance(found, np.generic)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)
    else:
        assert expected == found


@pytest.fixture
def without_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a networkx graph of a network fails."""

    def refuse(network: Network) -> str:
        raise AssertionError("a network was converted")

    monkeypatch.setattr(backend, "cost", refuse)


def answers(question: Question, graph: nx.Graph) -> tuple[Any, Any, Any]:
    """What networkx says of its graph, of the network, and of its graph through the backend."""
    through = Through(graph)
    return question(graph), question(network_of(graph)), question(through)


class Through:
    """A networkx graph that carries the flag of the backend: as a call with ``backend=`` does."""

    def __new__(cls, graph: nx.Graph) -> Any:
        wanted = {"weight": 1, "paper_count": 1, "stranger": 1}
        converted = backend.backend_interface.convert_from_nx(graph, edge_attrs=wanted)
        # The questions ask for its nodes.
        converted.__class__ = _Iterable
        return converted


class _Iterable(backend_graphs.ConvertedNetwork):
    def __iter__(self) -> Any:
        return iter(self.labels)


@pytest.mark.usefixtures("without_conversion")
@pytest.mark.parametrize("name", [*ANYWHERE])
def test_answers_are_those_of_networkx(name: str) -> None:
    """On random graphs with isolates, of networks and of converted graphs, without conversion."""

    @settings(max_examples=20)
    @given(weighted_graphs())
    def same(graph: nx.Graph) -> None:
        expected, of_network, of_converted = answers(ANYWHERE[name], graph)
        assert_same(expected, of_network)
        assert_same(expected, of_converted)

    same()


@pytest.mark.usefixtures("without_conversion")
@pytest.mark.parametrize("name", [*UNDIRECTED])
def test_answers_without_directions_are_those_of_networkx(name: str) -> None:
    """The same for what networkx answers of undirected graphs only."""

    @settings(max_examples=20)
    @given(weighted_graphs(directed=False))
    def same(graph: nx.Graph) -> None:
        expected, of_network, of_converted = answers(UNDIRECTED[name], graph)
        assert_same(expected, of_network)
        assert_same(expected, of_converted)

    same()


def test_every_function_is_asked_above() -> None:
    """A function that no question reaches would be tested by nobody."""
    asked = {name.split(",")[0] for name in [*ANYWHERE, *UNDIRECTED]}

    assert {*FUNCTIONS} - asked == {"leiden_communities"}


@settings(max_examples=30)
@given(weighted_graphs(), st.data())
def test_loops_count_as_networkx_counts_them(graph: nx.Graph, data: st.DataObject) -> None:
    """Edges from a node to itself are counted alike, or left to networkx."""
    for node in data.draw(st.sets(st.sampled_from(list(graph)), min_size=1)):
        graph.add_edge(node, node, weight=2.0)
    through = Through(graph)
    questions = dict(ANYWHERE) if graph.is_directed() else {**ANYWHERE, **UNDIRECTED}
    left = set()
    for name, question in questions.items():
        try:
            found = question(through)
        except NotImplementedError:
            left.add(name.split(",")[0])
            continue
        assert_same(question(graph), found)

    assert left <= {
        "adamic_adar_index",
        "clustering",
        "core_number",
        "jaccard_coefficient",
        "resource_allocation_index",
    }


def test_names_and_defaults_are_those_of_networkx() -> None:
    """Whoever calls by keyword gets the same here."""
    for name in FUNCTIONS:
        theirs = inspect.signature(backend_fallback.dispatchables()[name].orig_func)
        ours = inspect.signature(getattr(backend_functions, name))
        named = [(one.name, one.default) for one in theirs.parameters.values()]

        assert named == [(one.name, one.default) for one in ours.parameters.values()], name


def test_networkx_is_told_of_every_function() -> None:
    """The list that networkx shows, what runs, and what the module defines agree."""
    assert {*FUNCTIONS} == {*backend_functions.FUNCTIONS} == {*get_info()["functions"]}
    assert "scholargraph" in nx.utils.backends.backends
    assert nx.utils.backends.backend_info["scholargraph"] == get_info()


def test_networkx_loads_nothing_of_ours_but_the_list() -> None:
    """To import networkx costs no more for having this library beside it."""
    script = (
        "import sys, json; import networkx; "
        "print(json.dumps([m for m in sys.modules "
        "if m.split('.')[0] in ('scholargraph', 'numpy', 'pyarrow', 'scipy', 'pandas')]))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert json.loads(shown.stdout) == [
        "scholargraph",
        "scholargraph.network",
        "scholargraph.network.backend_info",
    ]


@pytest.fixture
def small() -> Network:
    """Four nodes, three ties in a chain with a triangle's worth of attributes."""
    graph = nx.Graph()
    graph.add_nodes_from("ABCD")
    graph.add_edge("A", "B", weight=2.0, paper_count=3)
    graph.add_edge("B", "C", weight=1.0, paper_count=1)
    return network_of(graph)


def test_everything_else_runs_on_a_networkx_graph(
    small: Network, caplog: pytest.LogCaptureFixture
) -> None:
    """A function that is not implemented runs all the same, and the log says what that costs."""
    with caplog.at_level(logging.INFO, "scholargraph"):
        assert nx.number_of_isolates(small) == 1

    [message] = [record.getMessage() for record in caplog.records]
    assert "4 nodes and 2 edges" in message
    assert "MB of memory" in message


def test_arguments_that_are_not_supported_run_on_a_networkx_graph(
    small: Network, caplog: pytest.LogCaptureFixture
) -> None:
    """What a function refuses networkx answers, and the log says why."""
    with caplog.at_level(logging.INFO, "scholargraph"):
        assert nx.shortest_path_length(small, "A", "C", weight="weight") == 3.0

    refusal, cost = [record.getMessage() for record in caplog.records]
    assert "weights are not supported" in refusal
    assert "networkx graph" in cost


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (lambda g: nx.shortest_path_length(g, "A", "C", weight="paper_count"), 4),
        (lambda g: nx.closeness_centrality(g, "B", distance="weight"), 2 / 3 * 2 / 3),
        (lambda g: nx.betweenness_centrality(g, weight="weight")["B"], 1 / 3),
        (lambda g: nx.shortest_path(g, "A", "C", weight=lambda u, v, d: 1), ["A", "B", "C"]),
        (lambda g: dict(nx.shortest_path_length(g))["A"], {"A": 0, "B": 1, "C": 2}),
        (lambda g: nx.clustering(g, weight=lambda u, v: 1), None),
        (lambda g: list(nx.jaccard_coefficient(g, [("A", "A")])), [("A", "A", 1.0)]),
        (lambda g: nx.to_pandas_edgelist(g)["paper_count"].tolist(), [3, 1]),
    ],
)
def test_what_is_left_to_networkx_is_right(
    small: Network, question: Question, expected: Any
) -> None:
    """The networkx graph has the attributes of the network, and its answers come back."""
    if expected is None:
        assert question(small) == question(backend.backend_interface.convert_to_nx(small))
    else:
        assert_same(expected, question(small))


def test_a_column_with_gaps_is_left_to_networkx(small: Network) -> None:
    """An edge without a value has none in networkx either, which takes 1 for it."""
    gaps = pa.array([3.0, None], pa.float64())
    network = Network(small.nodes, small.edges.append_column("gaps", gaps))
    expected = nx.Graph()
    expected.add_nodes_from("ABCD")
    expected.add_edge("A", "B", gaps=3.0)
    expected.add_edge("B", "C")

    assert_same(nx.pagerank(expected, weight="gaps"), nx.pagerank(network, weight="gaps"))


def test_a_network_does_not_change(small: Network) -> None:
    """What would write into a network is refused, rather than written into a copy."""
    with pytest.raises(NotImplementedError, match="will mutate an input"):
        nx.set_node_attributes(small, 1, "colour")

    with pytest.raises(NotImplementedError, match="for the given arguments"):
        nx.set_node_attributes(small, 1, "colour", backend="scholargraph")


def test_graphs_are_not_made_here() -> None:
    """Generators belong to networkx."""
    with pytest.raises(NotImplementedError):
        nx.path_graph(3, backend="scholargraph")


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (lambda g: nx.shortest_path(g, "A", "stranger"), nx.NodeNotFound),
        (lambda g: nx.shortest_path(g, "stranger", "A"), nx.NodeNotFound),
        (lambda g: nx.shortest_path(g, 7, "A"), nx.NodeNotFound),
        (lambda g: nx.shortest_path(g, "A", "D"), nx.NetworkXNoPath),
        (lambda g: nx.shortest_path(g, "A", method="SPAM"), ValueError),
        (lambda g: nx.single_source_shortest_path(g, "stranger"), nx.NodeNotFound),
        (lambda g: nx.closeness_centrality(g, "stranger"), nx.NodeNotFound),
        (lambda g: nx.adamic_adar_index(g, [("A", "stranger")]), nx.NodeNotFound),
        (lambda g: nx.node_connected_component(g, "stranger"), KeyError),
        (lambda g: nx.pagerank(g, max_iter=0), nx.PowerIterationFailedConvergence),
        (lambda g: nx.pagerank(g, personalization={"A": 0}), ZeroDivisionError),
        (lambda g: nx.betweenness_centrality(g, k=5, seed=1), ValueError),
        (lambda g: nx.betweenness_centrality(g, k=0, seed=1), ZeroDivisionError),
    ],
)
def test_errors_are_those_of_networkx(
    small: Network, question: Question, error: type[Exception]
) -> None:
    """The same call fails in the same way on a network and on a networkx graph."""
    with pytest.raises(error):
        question(backend.backend_interface.convert_to_nx(small))

    with pytest.raises(error):
        question(small)


def test_a_network_without_nodes() -> None:
    """Nothing is answered by nothing, and connectivity by an error, as in networkx."""
    nothing = network_of(nx.Graph())

    assert nx.pagerank(nothing) == nx.core_number(nothing) == nx.triangles(nothing) == {}
    assert nx.betweenness_centrality(nothing) == nx.closeness_centrality(nothing) == {}
    assert list(nx.connected_components(nothing)) == nx.community.leiden_communities(nothing) == []
    assert nx.transitivity(nothing) == nx.number_connected_components(nothing) == 0
    with pytest.raises(nx.NetworkXPointlessConcept):
        nx.is_connected(nothing)


def test_nodes_of_networkx_come_back_as_they_were() -> None:
    """Any hashable object is a node, in the order of the graph."""
    graph = nx.Graph([((2, "x"), "b"), ("b", 7), (7, None.__class__), (frozenset({1}), "b")])

    found = nx.core_number(graph, backend="scholargraph")

    assert list(found.items()) == list(nx.core_number(graph).items())
    assert set(map(type, found)) == {tuple, str, int, type, frozenset}


def test_lengths_of_paths_come_with_the_nearest_first() -> None:
    """networkx takes the last of them for the farthest: so does its bound of the diameter."""
    graph = nx.relabel_nodes(nx.grid_2d_graph(5, 4), {(2, 2): "middle"})
    lengths = nx.single_source_shortest_path_length(graph, (0, 0), backend="scholargraph")

    assert lengths == nx.single_source_shortest_path_length(graph, (0, 0))
    assert list(lengths.values()) == sorted(lengths.values())
    assert [type(length) for length in lengths.values()] == [int] * 20
    assert [next(iter(lengths)), list(lengths)[-1]] == [(0, 0), (4, 3)]


def test_neighbours_of_networkx_keep_their_order() -> None:
    """Between paths of one length the first neighbour decides, ascending or not."""
    graph = nx.Graph([(0, 9), (0, 1), (9, 5), (1, 5)])

    assert nx.shortest_path(graph.copy(), 0, backend="scholargraph")[5] == [0, 9, 5]
    assert nx.shortest_path(graph.copy(), 0, 5, backend="scholargraph") == [0, 9, 5]


def test_graphs_that_cannot_be_converted_are_left_to_networkx() -> None:
    """Several edges between two nodes, and weights that are no numbers."""
    worded = nx.Graph()
    worded.add_edge(0, 1, weight="heavy")

    for graph in (nx.MultiGraph([(0, 1), (0, 1)]), worded):
        with pytest.raises(NotImplementedError):
            nx.pagerank(graph, backend="scholargraph")
    assert nx.core_number(worded, backend="scholargraph") == {0: 1, 1: 1}


def test_graphs_of_networkx_come_here_only_where_it_pays() -> None:
    """As a preferred backend it takes what costs networkx more than the conversion."""
    should_run = backend.backend_interface.should_run

    assert should_run("pagerank", (), {}) is True
    assert isinstance(should_run("has_path", (), {}), str)
    assert {*backend.WORTH_CONVERTING} < {*FUNCTIONS}


def test_a_converted_graph_can_be_converted_back() -> None:
    """Nodes, edges and the attributes that were asked for survive."""
    graph = nx.DiGraph()
    graph.add_node("alone")
    graph.add_edge(2, 1, weight=0.5)
    graph.add_edge(1, 2, weight=3.0)
    converted = backend.backend_interface.convert_from_nx(graph, edge_attrs={"weight": 1})

    again = backend.backend_interface.convert_to_nx(converted)

    assert nx.utils.graphs_equal(graph, again)
    assert list(graph) == list(again)


def test_pagerank_stops_where_networkx_stops() -> None:
    """A star with one edge back: far from converged, but the very numbers of networkx."""
    star = nx.DiGraph()
    star.add_nodes_from(f"A{number:04}" for number in range(1_000))
    star.add_edges_from((f"A{number:04}", "A0000") for number in range(1, 1_000))
    star.add_edge("A0000", "A0001")
    network = network_of(star)

    found = nx.pagerank(network, tol=2.1e-3)

    assert_same(nx.pagerank(star, tol=2.1e-3), found)
    assert found["A0000"] > 0.8
    assert nx.pagerank(network, tol=1e-12, max_iter=500)["A0000"] == pytest.approx(0.46, abs=0.01)


def test_directed_edges_in_any_order() -> None:
    """Rows of the table need not be in the order of their ends."""
    graph = nx.DiGraph([("C", "A"), ("A", "B"), ("B", "C"), ("C", "B")])
    for number, (_, _, data) in enumerate(graph.edges(data=True)):
        data["weight"] = 1.0 + number
    ascending = nx.DiGraph()
    ascending.add_nodes_from("ABC")
    ascending.add_edges_from(sorted(graph.edges(data=True), key=lambda edge: edge[:2]))
    table = network_of(ascending).edges
    network = Network(network_of(ascending).nodes, table.take([3, 0, 2, 1]), directed=True)

    for name, question in ANYWHERE.items():
        assert_same([name, question(ascending)], [name, question(network)])


def caves() -> nx.Graph:
    """Twelve cliques of eight in a ring, and a node without ties."""
    ring = nx.connected_caveman_graph(12, 8)
    graph = nx.relabel_nodes(ring, {node: f"A{node:03}" for node in ring})
    ordered = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted(tuple(sorted(edge)) for edge in graph.edges))
    ordered.add_node("Z")
    return ordered


def test_leiden_finds_what_is_there() -> None:
    """Cliques in a ring are communities, a node without ties is one, the largest stand first."""
    found = nx.community.leiden_communities(network_of(caves()), seed=1)

    assert sorted(map(len, found)) == [1, *[8] * 12]
    assert found[-1] == {"Z"}
    assert found[0] == {f"A{number:03}" for number in range(8)}


def test_leiden_depends_on_the_seed_alone() -> None:
    """The same seed gives the same communities, in the same order."""
    graph = nx.gnm_random_graph(200, 600, seed=2)
    network = network_of(nx.relabel_nodes(graph, {node: f"A{node:03}" for node in graph}))

    by_seed = [nx.community.leiden_communities(network, seed=seed) for seed in (5, 5, 6)]

    assert by_seed[0] == by_seed[1]
    assert by_seed[0] == nx.community.leiden_communities(network, seed=random.Random(5))
    assert by_seed[0] != by_seed[2]


@pytest.mark.parametrize("resolution", [0.5, 1, 2])
def test_leiden_is_no_worse_than_louvain(network_data: Path, resolution: float) -> None:
    """On a known network, by networkx's own modularity at the same resolution."""
    import gzip

    with gzip.open(network_data / "netscience.gml.gz", "rt") as file:
        read = nx.parse_gml(file.read())
    graph = nx.Graph()
    graph.add_nodes_from(sorted(read))
    graph.add_edges_from(
        (min(u, v), max(u, v), {"weight": data["value"]}) for u, v, data in read.edges(data=True)
    )
    louvain = nx.community.louvain_communities(graph, resolution=resolution, seed=1)
    network = network_of(graph)

    found = nx.community.leiden_communities(network, resolution=resolution, seed=1)

    assert {*graph} == set().union(*found)
    assert sum(map(len, found)) == len(graph)
    quality = nx.community.modularity(graph, found, resolution=resolution)
    assert quality > nx.community.modularity(graph, louvain, resolution=resolution) - 0.005


def test_leiden_refuses_what_makes_no_sense() -> None:
    """No level at all, and a resolution that is not above zero."""
    with pytest.raises(ValueError, match="positive integer"):
        nx.community.leiden_communities(network_of(caves()), max_level=0)
    with pytest.raises(ValueError, match="above zero"):
        nx.community.leiden_communities(network_of(caves()), resolution=0)


def test_known_numbers(network_data: Path) -> None:
    """The collaborations of network scientists, as published and as measured before."""
    import gzip

    with gzip.open(network_data / "netscience.gml.gz", "rt") as file:
        read = nx.parse_gml(file.read())
    graph = nx.Graph()
    graph.add_nodes_from(sorted(read))
    graph.add_edges_from(sorted((min(u, v), max(u, v)) for u, v in read.edges))
    network = network_of(graph)

    assert nx.number_connected_components(network) == 396
    assert sum(nx.triangles(network).values()) == 3 * 3_764
    assert nx.transitivity(network) == pytest.approx(0.693441, abs=1e-6)
    assert np.mean([*nx.clustering(network).values()]) == pytest.approx(0.637791, abs=1e-6)
    assert max(nx.core_number(network).values()) == 19
    assert nx.pagerank(network, tol=1e-12)["NEWMAN, M"] == pytest.approx(0.00412899, abs=1e-8)


def test_what_was_made_for_a_network_goes_with_it() -> None:
    """Arrays that are kept between calls do not keep their network alive."""
    network = network_of(caves())
    nx.core_number(network)
    gc.collect()
    watched = weakref.ref(network)
    assert network in backend_graphs._ARRAYS
    before = len(backend_graphs._ARRAYS)

    del network
    gc.collect()

    assert watched() is None
    assert len(backend_graphs._ARRAYS) == before - 1


def test_functions_of_a_network_see_a_converted_graph() -> None:
    """What they ask of a network stands in a converted graph under the same names."""
    graph = caves()
    converted = backend.backend_interface.convert_from_nx(graph)

    assert core_numbers(converted.by_number).tolist() == core_numbers(network_of(graph)).tolist()


@given(graphs(directed=False), st.data())
def test_shared_neighbours_are_those_of_both(graph: nx.Graph, data: st.DataObject) -> None:
    """By sets, for some pairs and for all of one node, whatever the parts they come in."""
    values = np.arange(1.0, len(graph) + 1)
    left = data.draw(st.lists(st.sampled_from(list(graph)), min_size=1))
    right = data.draw(st.permutations(left))
    expected = [
        sum(values[node] for node in set(graph[u]) & set(graph[v]))
        for u, v in zip(left, right, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "CHUNK", data.draw(st.integers(1, 20)))

        found = similarity.shared_neighbours(links(graph), np.array(left), np.array(right), values)

    assert expected == found.tolist()
    for u, v, score in zip(left, right, expected, strict=True):
        assert score == similarity.shared_with_all(links(graph), u, values)[v]

"""Breadth-first walks against a queue in plain Python and against networkx."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Final

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.network import traversal
from scholargraph.network.network import Links


@st.composite
def graphs(draw: st.DrawFn, *, directed: bool | None = None) -> nx.Graph:
    """A small graph with isolates, whose neighbours ascend, with directions or without."""
    size = draw(st.integers(1, 12))
    with_direction = draw(st.booleans()) if directed is None else directed
    graph = nx.DiGraph() if with_direction else nx.Graph()
    graph.add_nodes_from(range(size))
    pairs = [(a, b) for a in range(size) for b in range(size) if a != b]
    if not with_direction:
        pairs = [(a, b) for a, b in pairs if a < b]
    if pairs:
        graph.add_edges_from(sorted(draw(st.sets(st.sampled_from(pairs), max_size=25))))
    return graph


def links(graph: nx.Graph) -> Links:
    """The neighbours of a graph whose nodes are numbers, in its own order."""
    rows = [list(graph[node]) for node in range(len(graph))]
    flat = np.array([other for row in rows for other in row], np.int32)
    indptr = np.cumsum([0, *map(len, rows)])
    return Links(indptr, flat, np.arange(len(flat)))


def against(graph: nx.Graph) -> Links:
    """Neighbours against the direction; the same where there is none."""
    return links(graph.reverse() if graph.is_directed() else graph)


def queue_walk(graph: nx.Graph, source: int, cutoff: float) -> list[tuple[int, int, int]]:
    """Node, number of its parent in the walk, level: by a queue, one node at a time."""
    walk = [(source, -1, 0)]
    seen = {source}
    queue = deque([0])
    while queue:
        place = queue.popleft()
        node, _, level = walk[place]
        for other in graph[node]:
            if other not in seen and level < cutoff:
                seen.add(other)
                queue.append(len(walk))
                walk.append((other, place, level + 1))
    return walk


def as_rows(walk: traversal.Walk) -> list[tuple[int, int, int]]:
    columns = (walk.order.tolist(), walk.parent.tolist(), walk.level.tolist())
    return list(zip(*columns, strict=True))


@given(graphs(), st.data())
def test_a_walk_meets_nodes_in_the_order_of_a_queue(graph: nx.Graph, data: st.DataObject) -> None:
    """Order, parents and levels are those of a queue, with a cutoff and without."""
    source = data.draw(st.integers(0, len(graph) - 1))
    cutoff = data.draw(st.sampled_from([0, 1, 2, 2.5, np.inf]))

    assert queue_walk(graph, source, np.inf) == as_rows(
        traversal.breadth_first(links(graph), source)
    )
    assert queue_walk(graph, source, cutoff) == as_rows(
        traversal.breadth_first(links(graph), source, cutoff)
    )


def test_a_walk_goes_with_the_direction() -> None:
    """Against the direction nothing is reached."""
    chain = nx.path_graph(3, create_using=nx.DiGraph)

    assert as_rows(traversal.breadth_first(links(chain), 1)) == [(1, -1, 0), (2, 0, 1)]


@pytest.mark.parametrize("share", [0, traversal.DENSE_SHARE, 10**6])
@given(graph=graphs(), data=st.data())
def test_levels_are_those_of_a_queue(share: int, graph: nx.Graph, data: st.DataObject) -> None:
    """Link by link, all links at a time, or mixed: the same nodes at each distance, ascending."""
    source = data.draw(st.integers(0, len(graph) - 1))
    cutoff = data.draw(st.sampled_from([None, 0, 1, 2, 2.5, np.inf]))
    walk = queue_walk(graph, source, np.inf if cutoff is None else cutoff)
    by_level = [sorted(node for node, _, at in walk if at == level) for level in range(len(graph))]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traversal, "DENSE_SHARE", share)
        levels = traversal.nodes_by_level(links(graph), against(graph), source, cutoff)
        found = [level.tolist() for level in levels]
    assert [level for level in by_level if level] == found


@pytest.mark.parametrize("directed", [False, True])
def test_levels_of_a_larger_graph_are_those_of_networkx(directed: bool) -> None:
    """Small and large levels alternate, and more links than a byte counts lead to one node."""
    graph = nx.fast_gnp_random_graph(2_000, 0.004, seed=5, directed=directed)
    graph.add_edges_from((node, 0) for node in range(1, 1_000))
    expected = nx.single_source_shortest_path_length(graph, 7)

    levels = list(traversal.nodes_by_level(links(graph), against(graph), 7))
    assert len(levels) > 3
    assert expected == {
        node: length for length, level in enumerate(levels) for node in level.tolist()
    }


@pytest.mark.parametrize("way", ["leaving", "entering", "product"])
@pytest.mark.parametrize("directed", [False, True])
def test_every_way_to_the_next_level_is_taken_and_right(directed: bool, way: str) -> None:
    """By links that leave, by links that enter or by all of them: each where it costs least."""
    graph = GRAPHS_BY_WAY[way](nx.DiGraph if directed else nx.Graph)
    walk = queue_walk(graph, 0, np.inf)
    expected = [sorted(n for n, _, at in walk if at == level) for level in range(walk[-1][2] + 1)]
    taken: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for each in ("leaving", "entering", "product"):
            name = f"_next_by_{each}"
            patch.setattr(traversal, name, noted(getattr(traversal, name), each, taken))
        found = traversal.nodes_by_level(links(graph), against(graph), 0)

        assert [level.tolist() for level in found] == expected
    assert way in taken


def noted(function: Callable[..., Any], name: str, taken: list[str]) -> Callable[..., Any]:
    """The same function, which notes that it was called."""

    def call(*arguments: Any) -> Any:
        taken.append(name)
        return function(*arguments)

    return call


def chain_graph(kind: type[nx.Graph]) -> nx.Graph:
    """A chain: few links leave a level."""
    return nx.path_graph(50, create_using=kind)


def bush(kind: type[nx.Graph]) -> nx.Graph:
    """From one node to many that hang together closely, and on to a few: these have fewer links."""
    graph = kind()
    graph.add_nodes_from(range(63))
    graph.add_edges_from((0, node) for node in range(1, 61))
    pairs = [(a, b) for a in range(1, 61) for b in range(1, 61) if a != b]
    graph.add_edges_from(pairs)
    graph.add_edges_from([(7, 61), (9, 61), (60, 62)])
    return graph


def star(kind: type[nx.Graph]) -> nx.Graph:
    """One node from which all links leave that there are."""
    graph = kind()
    graph.add_nodes_from(range(41))
    graph.add_edges_from((0, node) for node in range(1, 41))
    return graph


GRAPHS_BY_WAY: Final[dict[str, Callable[[type[nx.Graph]], nx.Graph]]] = {
    "leaving": chain_graph,
    "entering": bush,
    "product": star,
}


@given(graphs(), st.data())
def test_paths_are_those_of_networkx(graph: nx.Graph, data: st.DataObject) -> None:
    """Of several shortest paths it is the one that networkx takes, too."""
    source = data.draw(st.integers(0, len(graph) - 1))
    target = data.draw(st.integers(0, len(graph) - 1))
    backward = links(graph.reverse()) if graph.is_directed() else links(graph)
    if graph.is_directed():
        # networkx looks at predecessors in the order in which edges came: ascending here.
        assert all(list(graph.pred[node]) == sorted(graph.pred[node]) for node in graph)

    found = traversal.shortest_path(links(graph), backward, source, target)

    if nx.has_path(graph, source, target):
        assert nx.bidirectional_shortest_path(graph, source, target) == found
    else:
        assert found is None


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("directed", [False, True])
def test_longer_paths_are_those_of_networkx(seed: int, directed: bool) -> None:
    """Where many paths of several ties compete, for every pair of nodes."""
    drawn = nx.gnm_random_graph(40, 90 if directed else 60, seed=seed, directed=directed)
    graph = drawn.__class__()
    graph.add_nodes_from(range(40))
    # Undirected edges come as (smaller, larger) already: neighbours ascend.
    graph.add_edges_from(sorted(drawn.edges))
    forward, backward = links(graph), links(graph.reverse() if directed else graph)
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    assert max(max(each.values()) for each in lengths.values()) >= 6

    for source in graph:
        for target in lengths[source]:
            found = traversal.shortest_path(forward, backward, source, target)
            assert nx.bidirectional_shortest_path(graph, source, target) == found


def test_a_long_path_is_found_from_both_ends() -> None:
    """A chain has one path, whose middle is where the walks meet."""
    chain = links(nx.path_graph(1_000))

    assert list(range(1_000)) == traversal.shortest_path(chain, chain, 0, 999)


@given(graphs())
def test_distances_are_counted_towards_the_targets(graph: nx.Graph) -> None:
    """How many nodes reach a target, and from how far, as one search for each says."""
    lengths = [nx.single_target_shortest_path_length(graph, node) for node in graph]

    found = traversal.distances_to(links(graph), np.arange(len(graph)))

    assert [len(each) for each in lengths] == found.reached.tolist()
    assert [sum(each.values()) for each in lengths] == found.total.tolist()


@pytest.mark.parametrize("size", [63, 64, 65, 150])
def test_more_targets_than_bits_of_a_word(size: int) -> None:
    """Words are filled to the last bit, and the next one begins where they end."""
    expected = [sum(abs(node - other) for other in range(size)) for node in range(size)]

    found = traversal.distances_to(links(nx.path_graph(size)), np.arange(size))

    assert expected == found.total.tolist()
    assert {size} == {*found.reached.tolist()}


def test_distances_without_any_tie() -> None:
    """A node alone reaches itself."""
    found = traversal.distances_to(links(nx.empty_graph(3)), np.arange(3))

    assert (found.reached.tolist(), found.total.tolist()) == ([1, 1, 1], [0, 0, 0])


@given(graphs(), st.data())
def test_dependencies_are_shares_of_paths(graph: nx.Graph, data: st.DataObject) -> None:
    """Every shortest path from the source is written down and looked at."""
    source = data.draw(st.integers(0, len(graph) - 1))
    reached = nx.single_source_shortest_path_length(graph, source)
    expected = np.zeros(len(graph))
    for target in set(reached) - {source}:
        paths = list(nx.all_shortest_paths(graph, source, target))
        for path in paths:
            expected[path[:-1]] += 1 / len(paths)

    dependency, found = traversal.dependencies(links(graph), source)

    np.testing.assert_allclose(dependency, expected, atol=1e-12)
    assert sorted(reached) == sorted(found.tolist())
    assert found[0] == source

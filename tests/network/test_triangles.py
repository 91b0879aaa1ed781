"""Triangles against looking at every three nodes."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.network import triangles
from scholargraph.network.network import Links
from tests.network.test_traversal import graphs, links


def weights_of(graph: nx.Graph, along: Links) -> np.typing.NDArray[np.float64]:
    """A weight for each pair, the same in both directions, no two alike."""
    rows = np.repeat(np.arange(len(graph)), np.diff(along.indptr))
    low, high = np.minimum(rows, along.neighbours), np.maximum(rows, along.neighbours)
    return 1.0 + low * 0.31 + high * 0.073


def naive_sums(graph: nx.Graph, *, weighted: bool) -> np.typing.NDArray[np.float64]:
    """For each node the weights of its triangles, by looking at every three nodes."""
    sums = np.zeros(len(graph))
    for three in combinations(range(len(graph)), 3):
        if all(graph.has_edge(a, b) for a, b in combinations(three, 2)):
            pairs = [1.0 + a * 0.31 + b * 0.073 for a, b in combinations(three, 2)]
            sums[list(three)] += np.prod(pairs) if weighted else 1
    return sums


@given(graphs(directed=False))
def test_counts_are_those_of_every_three_nodes(graph: nx.Graph) -> None:
    """Each triangle counts once at each of its corners."""
    assert naive_sums(graph, weighted=False).tolist() == (
        triangles.triangle_counts(links(graph)).tolist()
    )


@given(graphs(directed=False))
def test_sums_are_those_of_every_three_nodes(graph: nx.Graph) -> None:
    """A triangle weighs the product of its ties, for all nodes and for one."""
    expected = naive_sums(graph, weighted=True)
    along = links(graph)
    values = weights_of(graph, along)

    np.testing.assert_allclose(triangles.triangle_sums(along, values), expected)
    for node in graph:
        assert triangles.triangle_sum_at(along, values, node) == pytest.approx(expected[node])


@settings(max_examples=20)
@given(graphs(directed=False), st.integers(1, 5))
def test_parts_change_nothing(graph: nx.Graph, size: int) -> None:
    """Pairs of ties are looked at in parts; where a part ends shows nowhere."""
    whole = triangles.triangle_counts(links(graph))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triangles, "CHUNK", size)

        assert whole.tolist() == triangles.triangle_counts(links(graph)).tolist()


def test_a_complete_graph() -> None:
    """Of six nodes that are all tied, any two of the other five close a triangle with one."""
    assert triangles.triangle_counts(links(nx.complete_graph(6))).tolist() == [10] * 6


def test_nothing_to_count() -> None:
    """Without nodes, without ties, and without a third one there is no triangle."""
    for graph in (nx.empty_graph(0), nx.empty_graph(3), nx.path_graph(4), nx.star_graph(5)):
        assert [0] * len(graph) == triangles.triangle_counts(links(graph)).tolist()

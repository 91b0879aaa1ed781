"""Components and cores, beside networkx and the facts of known networks.

Also here: the small random graphs and the known networks that the tests of this room share.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.network import Network
from scholargraph.network.conversion import from_networkx
from scholargraph.network.structure import by_size, component_labels, core_numbers

NAMES = ("A1", "A10", "A2", "Z", "a", "b", "Émile", "李")
"""In the order of bytes, which is not that of numbers, of cases or of alphabets."""

WEIGHTS = (0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 10.0)

FACTS = {
    "netscience": (396, 128, [379, 57, 31, 28, 21]),
    "hep-th": (1332, 751, [5835, 24, 20, 13, 13]),
    "ca-GrQc": (355, 1, [4158, 14, 12, 10, 9]),
}
"""Components, isolates, and the sizes of the largest components."""


@st.composite
def graphs(draw: st.DrawFn, *, directed: bool | None = None, most: int = len(NAMES)) -> Any:
    """A small weighted networkx graph, its nodes and edges in any order."""
    if directed is None:
        directed = draw(st.booleans())
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=most))
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(names)
    pairs = [(a, b) for a in names for b in names if a != b and (directed or a < b)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    for a, b in chosen:
        graph.add_edge(a, b, weight=draw(st.sampled_from(WEIGHTS)))
    return graph


def shuffled(network: Network, seed: int) -> Network:
    """The same network, its edges given in another order."""
    order = np.random.default_rng(seed).permutation(network.edges.num_rows)
    return Network(network.nodes, network.edges.take(order), directed=network.directed)


@cache
def known_graph(folder: Path, name: str) -> Any:
    """A known network as a networkx graph, with all that its file says."""
    if name == "ca-GrQc":
        text = gzip.decompress((folder / f"{name}.txt.gz").read_bytes()).decode()
        return nx.parse_edgelist(text.splitlines())
    text = gzip.decompress((folder / f"{name}.gml.gz").read_bytes()).decode()
    return nx.parse_gml(text.splitlines())


@cache
def known_network(folder: Path, name: str) -> Network:
    """The same as a network of ours."""
    weight = {"netscience": "value", "hep-th": "weight", "ca-GrQc": None}[name]
    return from_networkx(known_graph(folder, name), weight)


def by_node(network: Network, values: Any) -> dict[str, Any]:
    """Values by id instead of by number."""
    return dict(zip(network.ids.to_pylist(), values.tolist(), strict=True))


def expected_labels(graph: Any) -> dict[str, int]:
    """Components numbered by size, then by the smallest id, from networkx."""
    parts = [sorted(part, key=str.encode) for part in nx.connected_components(nx.Graph(graph))]
    parts.sort(key=lambda part: (-len(part), part[0].encode()))
    return {node: number for number, part in enumerate(parts) for node in part}


@given(graph=graphs())
def test_components_are_those_of_networkx(graph: Any) -> None:
    """Largest first, then by the smallest id, with directed edges taken both ways."""
    network = from_networkx(graph)

    assert expected_labels(graph) == by_node(network, component_labels(network))


@given(
    labels=st.sampled_from([(-3, 3), (0, 6), (-(2**63), 2**63 - 1)]).flatmap(
        lambda bounds: st.lists(st.integers(*bounds))
    )
)
def test_groups_are_numbered_by_size_and_then_by_their_first_member(labels: list[int]) -> None:
    """Numbers ascend where sizes descend, and equal sizes follow the first members."""
    firsts = sorted(set(labels), key=lambda label: (-labels.count(label), labels.index(label)))

    assert [firsts.index(label) for label in labels] == by_size(np.array(labels, int)).tolist()


@given(graph=graphs())
def test_core_numbers_are_those_of_networkx(graph: Any) -> None:
    """Also of directed networks, where networkx counts edges in and out."""
    network = from_networkx(graph)

    assert nx.core_number(graph) == by_node(network, core_numbers(network))


def test_cores_of_a_clique_with_a_tail() -> None:
    """By hand: the clique of four is a 3-core, the tail a 1-core, the hermit a 0-core."""
    graph = nx.Graph(nx.complete_graph(4))
    graph.add_edges_from([(3, 4), (4, 5)])
    graph.add_node(6)

    assert core_numbers(from_networkx(graph)).tolist() == [3, 3, 3, 3, 1, 1, 0]


def test_the_empty_network_has_no_components_and_no_cores() -> None:
    """Nothing in, nothing out."""
    network = from_networkx(nx.Graph())

    assert component_labels(network).tolist() == core_numbers(network).tolist() == []
    assert repr(network) == "<Network: 0 nodes, 0 edges, 0 components, 0 isolates>"


@given(graph=graphs(), seed=st.integers(0, 99))
def test_the_order_of_edges_does_not_matter(graph: Any, seed: int) -> None:
    """Components and cores are the same whatever the order in which edges were given."""
    network = from_networkx(graph)
    other = shuffled(network, seed)

    assert component_labels(network).tolist() == component_labels(other).tolist()
    assert core_numbers(network).tolist() == core_numbers(other).tolist()


@pytest.mark.parametrize("name", FACTS)
def test_known_networks_fall_apart_as_is_known(network_data: Path, name: str) -> None:
    """Components, isolates and cores of real networks agree with their facts and with networkx."""
    count, isolates, largest = FACTS[name]
    graph, network = known_graph(network_data, name), known_network(network_data, name)
    labels = component_labels(network)
    sizes = np.bincount(labels)

    assert (count, isolates) == (len(sizes), int((sizes == 1).sum()))
    assert sizes[:5].tolist() == largest
    assert expected_labels(graph) == by_node(network, labels)
    loopless = nx.Graph(graph)
    loopless.remove_edges_from(list(nx.selfloop_edges(loopless)))
    assert nx.core_number(loopless) == by_node(network, core_numbers(network))


def test_the_densest_core_of_netscience_is_its_paper_of_twenty(network_data: Path) -> None:
    """The 19-core has twenty members."""
    cores = core_numbers(known_network(network_data, "netscience"))

    assert (cores.max(), int((cores == 19).sum())) == (19, 20)

"""What lies around a node, within bounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.errors import (
    InvalidArgumentError,
    InvalidIdentifierError,
    NodeNotFoundError,
)
from scholargraph.graph import read_graph
from scholargraph.topics import Slice, neighbourhood, slice_growth
from scholargraph.topics.slice_growth import PER_NODE
from tests.naive import typed as naive
from tests.strategies import AUTHORS
from tests.support import Row, build, papers_and_authors, team
from tests.typed_graphs import INSTITUTIONS, PAPERS, SOURCES, TOPICS, typed_graphs

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

EVERY_EDGE = list(naive.ENDS)
ARRAYS = ["authorship", "citation", "topic", "parent"]
NODES = [*PAPERS[:1], *AUTHORS[:2], TOPICS[0]["topic_id"], "fields/17", INSTITUTIONS[0], SOURCES[0]]


def nodes_of(found: Slice) -> list[tuple[str, int, float]]:
    """Ids with distance and contact."""
    columns = (found.nodes[name].to_pylist() for name in ("id", "distance", "contact"))
    return list(zip(*columns, strict=True))


def edges_of(found: Slice) -> list[tuple[str, str, str]]:
    """Type, source, target."""
    columns = (found.edges[name].to_pylist() for name in ("type", "source", "target"))
    return list(zip(*columns, strict=True))


def whole_edges(
    edges: naive.Edges, nodes: set[str], names: list[str]
) -> list[tuple[str, str, str]]:
    """All edges between nodes, in order."""
    return [
        (name, source, target)
        for name in names
        for source, target in sorted(edges[name])
        if source in nodes and target in nodes
    ]


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=typed_graphs(),
    radius=st.integers(0, 4),
    limit=st.integers(1, 14),
    per_node=st.integers(1, 4),
    node_types=st.sets(st.sampled_from(naive.TYPES), min_size=2),
    edge_types=st.sets(st.sampled_from(EVERY_EDGE), min_size=2),
)
def test_agrees_with_growing_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    radius: int,
    limit: int,
    per_node: int,
    node_types: set[str],
    edge_types: set[str],
) -> None:
    """Nodes, their order, distances and contacts, edges, and what is left out, are as by hand."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    edges = naive.edges(tables)
    beside, size = naive.Beside(edges), naive.sizes(tables, edges)
    names = [name for name in EVERY_EDGE if name in edge_types]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slice_growth, "PER_NODE", per_node)
        for start in NODES:
            found = neighbourhood(graph, start, radius, node_types, edge_types, limit)
            kept, beyond, passed, waiting = naive.grow(
                beside, size, start, radius, limit, list(node_types), names, per_node
            )

            assert nodes_of(found) == kept
            assert edges_of(found) == whole_edges(edges, {node for node, _, _ in kept}, names)
            assert found.left_out == {
                "nodes": beyond,
                "neighbours": passed,
                "not_looked_around": waiting,
            }


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(tables=typed_graphs(), radius=st.integers(0, 3), limit=st.integers(1, 12))
def test_is_a_part_of_a_larger_one(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    radius: int,
    limit: int,
) -> None:
    """With a larger radius or limit all nodes and edges stay, in their order."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slice_growth, "PER_NODE", 2)
        small = neighbourhood(graph, PAPERS[0], radius, edge_types=EVERY_EDGE, limit=limit)
        for more in ((radius + 1, limit), (radius, limit + 3), (radius + 2, limit + 1)):
            large = neighbourhood(graph, PAPERS[0], more[0], edge_types=EVERY_EDGE, limit=more[1])

            assert large.nodes.slice(0, len(small)).equals(small.nodes)
            assert set(edges_of(small)) <= set(edges_of(large))


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> tuple[ScholarGraph, naive.Edges, dict[str, int]]:
    """The graph of the real records, and its edges and sizes counted by hand."""
    graph = read_graph(snapshot_store)
    needed = {
        "papers": ["paper_id", "cited_by_count", "source_id"],
        "authorships": ["paper_id", "author_id", "mark"],
        "topics": ["topic_id", "parent_id"],
        "institutions": ["institution_id"],
        "sources": ["source_id"],
        "paper_topics": ["paper_id", "topic_id"],
        "affiliations": ["paper_id", "institution_id"],
        "citations": ["paper_id", "cited_paper_id"],
    }
    tables = {
        name: graph.scan(name).to_table(columns=columns).to_pylist()
        for name, columns in needed.items()
    }
    edges = naive.edges(tables)
    return graph, edges, naive.sizes(tables, edges)


@pytest.mark.parametrize(
    ("start", "radius", "limit"),
    [
        ("A5063047677", 2, 200),
        ("A5049649985", 2, 200),
        ("A5049649985", 3, 1_000),
        ("W4256082719", 2, 200),
        ("W2773019756", 3, 60),
        ("T10399", 2, 300),
        ("subfields/1702", 3, 100),
    ],
)
def test_real_records_by_hand(
    real: tuple[ScholarGraph, naive.Edges, dict[str, int]], start: str, radius: int, limit: int
) -> None:
    """Around prolific authors, a paper of a hundred, and topics, the budget of nodes bites."""
    graph, edges, size = real
    found = neighbourhood(graph, start, radius, limit=limit)
    known = {name: edges[name] for name in ARRAYS}
    kept, beyond, passed, waiting = naive.grow(
        naive.Beside(known), size, start, radius, limit, naive.TYPES, ARRAYS, PER_NODE
    )

    assert nodes_of(found) == kept
    assert edges_of(found) == whole_edges(edges, {node for node, _, _ in kept}, ARRAYS)
    assert found.left_out == {"nodes": beyond, "neighbours": passed, "not_looked_around": waiting}
    assert passed


@pytest.mark.parametrize("start", ["I134085113", "A5063047677"])
def test_edges_of_all_types(
    real: tuple[ScholarGraph, naive.Edges, dict[str, int]], start: str
) -> None:
    """Asked for, institutions and sources are followed from any node."""
    graph, edges, size = real
    found = neighbourhood(graph, start, 2, edge_types=EVERY_EDGE, limit=400)
    kept, *_ = naive.grow(
        naive.Beside(edges), size, start, 2, 400, naive.TYPES, EVERY_EDGE, PER_NODE
    )

    assert nodes_of(found) == kept
    assert edges_of(found) == whole_edges(edges, {node for node, _, _ in kept}, EVERY_EDGE)
    assert "institution" in found.nodes["type"].to_pylist()
    assert "source" in found.nodes["type"].to_pylist()


def test_a_paper_of_thousands_does_not_fill_the_slice(tmp_path: Path) -> None:
    """Its signers are cut to the largest, and the co-author of a small paper is closer."""
    crowd = [f"A90000{number:05}" for number in range(1, 2001)]
    me, friend = crowd[0], "A9000099999"
    graph = build(
        tmp_path,
        papers_and_authors([*team("W9000000001", *crowd), *team("W9000000002", me, friend)]),
    )
    found = neighbourhood(graph, me)

    assert len(found) == 1 + 2 + 1 + PER_NODE - 1
    assert nodes_of(found)[3] == (friend, 2, 0.5)
    assert nodes_of(found)[4] == (crowd[1], 2, 0.0005)
    assert found.left_out["neighbours"] == {"authorship": 2000 - PER_NODE}
    assert found.left_out["nodes"] == {}
    assert found.edges.num_rows == 2 + 1 + PER_NODE - 1


@pytest.fixture
def small(tmp_path: Path) -> ScholarGraph:
    """Two papers with everything that edges can say."""
    tables: dict[str, list[Row]] = papers_and_authors(
        [*team("W9000000001", "A9000000002", "A9000000001", "A9000000001")], year=2020
    )
    tables["papers"].append({"paper_id": "W9000000002", "title": "Two", "cited_by_count": 3})
    tables["citations"] = [{"paper_id": "W9000000002", "cited_paper_id": "W9000000001"}]
    tables["topics"] = [{"topic_id": "T9000000001", "name": "Tiny"}]
    tables["paper_topics"] = [
        {"paper_id": "W9000000001", "topic_id": "T9000000001", "score": 0.5, "is_primary": True},
        {"paper_id": "W9000000002", "topic_id": "T9000000001"},
    ]
    return build(tmp_path / "graph", tables)


def test_says_what_edges_are(small: ScholarGraph) -> None:
    """Byline places, scores and the primary topic stand on the edges, names on the nodes."""
    nodes, edges = neighbourhood(small, "W9000000001", radius=1).to_pandas()

    assert nodes["id"].tolist() == [
        "W9000000001",
        "W9000000002",
        "T9000000001",
        "A9000000001",
        "A9000000002",
    ]
    assert nodes["count"].tolist()[1:] == [3, 2, 1, 1]
    assert nodes["name"].tolist()[1:3] == ["Two", "Tiny"]
    assert nodes["year"].isna().tolist() == [False, True, True, True, True]
    assert edges["type"].tolist() == ["authorship", "authorship", "citation", "topic", "topic"]
    assert edges["position"].tolist()[:2] == [2, 1]
    assert edges["score"].tolist()[3] == 0.5
    assert edges["score"].isna().tolist() == [True, True, True, False, True]
    assert edges["is_primary"].tolist()[3:] == [True, False]


def test_becomes_a_typed_multigraph(small: ScholarGraph) -> None:
    """Edges of networkx have their type as key; what is not known is left out."""
    graph = neighbourhood(small, "W9000000001", radius=1).to_networkx()

    assert graph.is_directed()
    assert graph.is_multigraph()
    assert graph.edges["W9000000002", "W9000000001", "citation"] == {"type": "citation"}
    assert graph.edges["A9000000001", "W9000000001", "authorship"]["position"] == 2
    assert graph.nodes["T9000000001"]["type"] == "topic"
    assert "year" not in graph.nodes["T9000000001"]


def test_is_written_whole(small: ScholarGraph, tmp_path: Path) -> None:
    """A folder of Parquet and a JSON document hold both tables, and how they were made."""
    found = neighbourhood(small, "W9000000001")
    found.write(tmp_path / "slice")
    found.write(tmp_path / "slice.json")
    document = json.loads((tmp_path / "slice.json").read_text(encoding="utf-8"))

    assert pq.read_table(tmp_path / "slice" / "nodes.parquet").equals(found.nodes)
    assert pq.read_table(tmp_path / "slice" / "edges.parquet").equals(found.edges)
    assert json.loads((tmp_path / "slice" / "network.json").read_text()) == {
        "arguments": dict(found.made),
        "left_out": dict(found.left_out),
        "directed": True,
    }
    assert document["nodes"] == found.nodes.to_pylist()
    assert document["edges"] == found.edges.to_pylist()
    assert document["made"]["rule"] == found.made["rule"]
    with pytest.raises(InvalidArgumentError, match="exists already"):
        found.write(tmp_path / "slice")
    with pytest.raises(InvalidArgumentError, match=r"suffix '\.exe'"):
        found.write(tmp_path / "slice.exe")


def test_hostile_titles_stay_what_they_are(tmp_path: Path) -> None:
    """What would break a file or a terminal is carried as data."""
    title = 'quote " </script> \x1b[31m \u202e line\nbreak'
    graph = build(tmp_path / "graph", {"papers": [{"paper_id": "W9000000001", "title": title}]})
    neighbourhood(graph, "W9000000001").write(tmp_path / "it.json")

    assert json.loads((tmp_path / "it.json").read_text())["nodes"][0]["name"] == title


def test_says_in_a_line_what_it_is(small: ScholarGraph) -> None:
    """The description names the start, the sizes and the cut."""
    found = sg.neighbourhood(small, "W9000000001", limit=2)

    assert repr(found) == ("<Slice around W9000000001: 2 nodes, 1 edge; 3 nodes beyond the limit>")
    assert found.left_out["not_looked_around"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"radius": -1},
        {"radius": 1.5},
        {"radius": True},
        {"limit": 0},
        {"limit": None},
        {"node_types": "paper"},
        {"node_types": ["papers"]},
        {"node_types": 7},
        {"edge_types": ["cites"]},
        {"edge_types": [["citation"]]},
    ],
)
def test_refuses_other_values(small: ScholarGraph, arguments: dict[str, Any]) -> None:
    """An argument of another kind is an error that names it."""
    with pytest.raises(InvalidArgumentError, match=next(iter(arguments))):
        neighbourhood(small, "W9000000001", **arguments)


@pytest.mark.parametrize(
    ("node", "error"),
    [
        ("W9000000077", NodeNotFoundError),
        ("10.1234/none", NodeNotFoundError),
        ("Ann Example", InvalidIdentifierError),
        ("F9000000001", InvalidIdentifierError),
        ("x" * 10_000, InvalidIdentifierError),
        (None, InvalidIdentifierError),
    ],
)
def test_refuses_what_is_no_node(small: ScholarGraph, node: Any, error: type[Exception]) -> None:
    """Unknown nodes and what is no identifier are told apart, in one short line."""
    with pytest.raises(error) as caught:
        neighbourhood(small, node)

    assert len(str(caught.value)) < 400

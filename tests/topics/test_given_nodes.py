"""Nodes by any identifier of theirs, and which papers they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from scholargraph import from_records
from scholargraph.collaboration.terms import Terms
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.topics.given_nodes import node_named, nodes_named, papers_of

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

Row = dict[str, Any]

ROR = "https://ror.org/03yez3163"
ONE, SAME, OTHER = (
    {"id": f"I900000000{number}", "display_name": f"Place {number}"} for number in (1, 2, 3)
)


def seat(author: str, *places: Row, **more: Any) -> Row:
    """A line of a byline."""
    return {
        "author": {"id": author, "display_name": author, **more},
        "institutions": list(places),
    }


@pytest.fixture(scope="module")
def graph() -> ScholarGraph:
    """Three papers in one journal, by people at two institutions of which one has two ids."""
    ann = seat(
        "A9000000001", ONE | {"ror": ROR}, OTHER, orcid="https://orcid.org/0000-0002-1825-0097"
    )
    bob = seat("A9000000002", SAME | {"ror": ROR})
    journal = {"source": {"id": "S9000000001", "display_name": "Journal", "issn_l": "0317-8471"}}
    nobody = {"author": {"id": None, "display_name": None}}
    return from_records(
        [
            {
                "id": "W9000000001",
                "doi": "https://doi.org/10.1234/one",
                "authorships": [ann, bob, nobody],
                "primary_location": journal,
            },
            {"id": "W9000000002", "authorships": [ann], "primary_location": journal},
            {"id": "W9000000003", "authorships": [seat("A9000000003", OTHER)]},
        ]
    )


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("A9000000002", ("author", "A9000000002")),
        (" https://openalex.org/A9000000002 ", ("author", "A9000000002")),
        ("0000-0002-1825-0097", ("author", "A9000000001")),
        ("doi:10.1234/ONE", ("paper", "W9000000001")),
        ("0317-8471", ("source", "S9000000001")),
        ("03yez3163", ("institution", "I9000000001")),
        ("I9000000002", ("institution", "I9000000002")),
    ],
)
def test_every_identifier_names_its_node(
    identifier: str, expected: tuple[str, str], graph: ScholarGraph
) -> None:
    """An identifier of any kind names the node that carries it."""
    node = node_named(graph, identifier)

    assert (node.node_type, node.node_id) == expected
    assert graph.adjacency.nodes[node.node_type].ids[node.row] == node.node_id


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("A9000000001", {"W9000000001": 1 / 3, "W9000000002": 1.0}),
        ("I9000000001", {"W9000000001": (1 / 2 + 1) / 3, "W9000000002": 1 / 2}),
        ("I9000000002", {"W9000000001": (1 / 2 + 1) / 3, "W9000000002": 1 / 2}),
        ("I9000000003", {"W9000000001": 1 / 6, "W9000000002": 1 / 2, "W9000000003": 1.0}),
        ("S9000000001", {"W9000000001": 1.0, "W9000000002": 1.0}),
        ("W9000000003", {"W9000000003": 1.0}),
    ],
)
def test_papers_and_the_part_that_is_the_nodes(
    identifier: str, expected: dict[str, float], graph: ScholarGraph
) -> None:
    """Authors share a paper equally, and so do the institutions of each; one ROR id is one."""
    found = papers_of(graph, node_named(graph, identifier), Terms())
    ids = [graph.adjacency.nodes["paper"].ids[int(row)] for row in found.chosen.rows]

    assert dict(zip(ids, found.part.tolist(), strict=True)) == pytest.approx(expected)
    assert (np.diff(found.chosen.rows) > 0).all()


def test_nodes_are_named_once_in_their_order(graph: ScholarGraph) -> None:
    """A list may mix types and name a node twice; one text is one node."""
    mixed = ["S9000000001", "A9000000001", "0317-8471", "W9000000003"]

    assert [node.node_id for node in nodes_named(graph, mixed)] == [
        "S9000000001",
        "A9000000001",
        "W9000000003",
    ]
    assert [node.node_id for node in nodes_named(graph, "W9000000003")] == ["W9000000003"]


@pytest.mark.parametrize("identifier", ["T9001", "F9000000001", "name", "name:x", "C41", "", None])
def test_what_names_no_node_with_papers(identifier: Any, graph: ScholarGraph) -> None:
    """Other nodes, names and nothing are refused."""
    with pytest.raises((InvalidIdentifierError, NodeNotFoundError)):
        node_named(graph, identifier)


def test_what_is_no_list_is_refused(graph: ScholarGraph) -> None:
    """A number is neither an identifier nor a list of them."""
    with pytest.raises(InvalidArgumentError):
        nodes_named(graph, 9)  # type: ignore[arg-type]

"""Nodes by any identifier of theirs, and which papers they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from scholargraph import from_records
from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.affiliations import shares_of
from scholargraph.collaboration.choosing import choose_papers
from scholargraph.collaboration.groups import group_named, papers_signed_by
from scholargraph.collaboration.institutions import known_institutions
from scholargraph.collaboration.terms import Terms
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.topics.given_nodes import node_named, nodes_named, papers_of
from tests.adjacency.affiliated_graphs import INSTITUTIONS, affiliated_graphs
from tests.support import build

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


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=affiliated_graphs())
def test_institutions_have_what_their_authors_give(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """To the last bit, the arrays say of an institution what is summed up from the tables."""
    tables["papers"].append({"paper_id": "W7"})
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    known = known_institutions(graph)
    for institution in INSTITUTIONS:
        node = node_named(graph, institution["institution_id"])
        group = group_named(graph, node.node_id, known)
        signed = papers_signed_by(graph, group, known, Terms())
        chosen = choose_papers(graph.adjacency, signed, Terms())
        authors = distinct(graph.adjacency.paper_authors.of_all(chosen.rows)[1]).astype(np.int64)
        shares, ids = shares_of(graph, chosen.rows, authors, "institution")
        own = (
            np.array(ids.to_pylist(), object)[shares.organisation]
            == known.ids[group.institution].as_py()
        )
        given = np.bincount(shares.paper[own], shares.share[own], minlength=len(chosen.rows))

        found = papers_of(graph, node, Terms())

        assert found.chosen.rows.tolist() == chosen.rows.tolist()
        assert found.part.tolist() == (given / np.maximum(chosen.team_size, 1)).tolist()


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

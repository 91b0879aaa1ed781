"""Networks, paths and papers behind ties that leave out authors known by a printed name alone."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.collaboration import (
    coauthor_network,
    collaboration_path,
    collaborators,
    shared_papers,
    write_network,
)
from scholargraph.errors import InvalidArgumentError
from scholargraph.network import Network, read_network
from tests.affiliated import affiliated
from tests.collaboration.test_name_forms import (
    COUNTINGS,
    JANE,
    UMA,
    W1,
    W2,
    W3,
    A,
    B,
    C,
    Tables,
    asked_terms,
    both,
    mixed,
    said,
    world,
)
from tests.naive import networks as naive
from tests.naive import paths as naive_paths
from tests.strategies import collaboration_graphs
from tests.support import build, papers_and_authors, team


def tables_of(network: Network) -> list[dict[str, Any]]:
    """Nodes and edges, and what was left out."""
    return [
        network.nodes.to_pydict(),
        network.edges.to_pydict(),
        said(dict(network.left_out)),
    ]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=collaboration_graphs(),
    counting=st.sampled_from(COUNTINGS),
    terms=asked_terms,
    chosen=st.sampled_from(
        [{}, {"authors": [A, B]}, {"authors": [A], "radius": 1}, {"papers": ["W9000000001"]}]
    ),
    has_row=st.booleans(),
)
def test_networks_are_those_of_profiles_alone(
    tmp_path_factory: pytest.TempPathFactory,
    tables: Tables,
    counting: str,
    terms: dict[str, Any],
    chosen: dict[str, Any],
    has_row: bool,
) -> None:
    """To the last bit those of a graph where nobody is in the places of name forms."""
    mixed_graph, without = both(tmp_path_factory, mixed(tables, has_row=has_row))
    asked = {"counting": counting, **terms, **chosen}
    network = coauthor_network(mixed_graph, name_forms=False, **asked)

    assert tables_of(network) == tables_of(coauthor_network(without, **asked))
    target = tmp_path_factory.mktemp("written") / "ties"
    written = write_network(mixed_graph, target, name_forms=False, **asked)
    if len(network):
        assert tables_of(read_network(target)) == tables_of(network)
    assert written["left_out"] == dict(network.left_out)
    nodes, edges = naive.network(
        mixed(tables), counting=counting, types=terms.get("types", "research")
    )
    whole = coauthor_network(mixed_graph, counting=counting, types=terms.get("types", "research"))
    assert set(whole.nodes["id"].to_pylist()) == set(nodes)
    assert whole.edges.num_rows == len(edges)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=affiliated(),
    level=st.sampled_from(["institution", "country"]),
    unit=st.sampled_from(["share", "presence"]),
)
def test_networks_of_organisations_know_nothing_of_their_places(
    tmp_path_factory: pytest.TempPathFactory, tables: Tables, level: str, unit: str
) -> None:
    """What name forms give as affiliation ties nothing."""
    mixed_graph, without = both(tmp_path_factory, mixed(tables))

    assert tables_of(
        coauthor_network(mixed_graph, level=level, unit=unit, name_forms=False)
    ) == tables_of(coauthor_network(without, level=level, unit=unit))


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("weight", [None, "full", "fractional"])
def test_no_chain_goes_over_a_name_form(
    tmp_path_factory: pytest.TempPathFactory, seed: int, weight: str | None
) -> None:
    """Chains are the shortest among profiles, also where name forms would be shortcuts."""
    tables = world(seed, papers=14)
    mixed_graph, without = both(tmp_path_factory, tables)
    people = [row["author_id"] for row in tables["authors"] if row["author_id"] not in (JANE, UMA)]
    shorter = 0
    for a, b in combinations(people[:8], 2):
        path = collaboration_path(mixed_graph, a, b, weight=weight, name_forms=False)
        expected = collaboration_path(without, a, b, weight=weight)

        assert (path.author_ids, path.length) == (expected.author_ids, expected.length)
        for name in ("papers_left_out", "chains", "decided_by"):
            assert path.made[name] == expected.made[name]
        assert path.made["name_forms"] is False
        over_all = collaboration_path(mixed_graph, a, b, weight=weight)
        shorter += bool({JANE, UMA} & set(over_all.author_ids))
    assert shorter


def test_chains_are_the_best_of_all_chains(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Beside listing all chains among profiles, with exact fractions."""
    tables = world(5, papers=12)
    mixed_graph, _ = both(tmp_path_factory, tables)
    ties = naive_paths.ties(tables, {})
    profiles = {
        **tables,
        "authors": [row for row in tables["authors"] if not row["author_id"].startswith("name:")],
    }
    people = naive_paths.graph_of(tables, {}).subgraph(
        row["author_id"] for row in profiles["authors"]
    )
    for a, b in combinations([row["author_id"] for row in profiles["authors"]][:7], 2):
        found = collaboration_path(mixed_graph, a, b, name_forms=False)
        chains = naive_paths.chains(people, a, b)

        assert list(found.author_ids) == (chains[0] if chains else [])
        assert found.length == (len(chains[0]) - 1 if chains else None)
    assert any(JANE in pair for pair in ties)


def test_one_search_after_another_forgets_what_was_left_out(tmp_path: Path) -> None:
    """With and without name forms in turns, the answers stay what they are."""
    seats = [*team(W1, A, JANE), *team(W2, JANE, B), *team(W3, A, C)]
    graph = build(tmp_path, papers_and_authors(seats))
    for _ in range(2):
        assert collaboration_path(graph, A, B).author_ids == (A, JANE, B)
        none = collaboration_path(graph, A, B, name_forms=False)
        assert none.length is None
        assert none.made["authors_met"] <= 3
        assert collaboration_path(graph, A, C, name_forms=False).length == 1


def test_papers_behind_a_tie_have_its_weights(tmp_path: Path) -> None:
    """With teams as resolved, leaving name forms out makes the team smaller."""
    graph = build(tmp_path, papers_and_authors([*team(W1, A, JANE, B), *team(W2, A, B, UMA, C)]))
    terms: dict[str, Any] = {"team_size": "resolved", "counting": "fractional", "name_forms": False}
    papers = shared_papers(graph, A, B, **terms)

    assert papers["team_size"].tolist() == [2, 3]
    assert papers["weight"].tolist() == [1.0, 0.5]
    assert papers.attrs["name_form_seats"] == 2
    tie = collaborators(graph, A, **terms).iloc[0]
    assert (tie["author_id"], tie["weight"]) == (B, papers.attrs["weight"])
    network = coauthor_network(graph, **terms)
    pd.testing.assert_frame_equal(network.explain(A, B), papers, check_flags=False)
    assert sorted(network.nodes["id"].to_pylist()) == [A, B, C]
    assert network.left_out["name_form_seats"] == 2


def test_a_name_form_is_in_no_network_where_they_are_left_out(tmp_path: Path) -> None:
    """Who asks about one and leaves them out is told so in a line."""
    graph = build(tmp_path, papers_and_authors(team(W1, A, JANE)))
    for ask in (
        lambda: coauthor_network(graph, authors=[A, JANE], name_forms=False),
        lambda: write_network(graph, tmp_path / "ties", authors=[JANE], name_forms=False),
        lambda: collaboration_path(graph, A, JANE, name_forms=False),
        lambda: shared_papers(graph, A, JANE, name_forms=False),
    ):
        with pytest.raises(InvalidArgumentError, match="is a name form"):
            ask()
    assert not (tmp_path / "ties").exists()

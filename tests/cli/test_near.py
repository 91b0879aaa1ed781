"""Commands about what lies near one node."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scholargraph.cli import near
from scholargraph.graph import read_graph
from scholargraph.topics import nearness_of_papers, neighbourhood, ways
from tests.cli.conftest import Run


def test_choices_are_those_of_the_library() -> None:
    """The command line offers what the library takes, and nothing else."""
    assert ("all", *nearness_of_papers.KERNELS) == near.KERNELS
    assert near.NODE_TYPES == ways.NODE_TYPES
    assert tuple(ways.EDGE_TYPES) == near.EDGE_TYPES


def test_related_papers_are_listed_with_what_they_share(store: Path, run: Run) -> None:
    """The nearest paper comes first, and the standard error says by what it was found."""
    result = run("related", store, "W9000000002", "--format", "json", "--limit", "1")
    (row,) = json.loads(result.stdout)

    assert row["paper_id"] == "W9000000001"
    assert row["direct"] == 1
    assert row["authors"] == pytest.approx(2 / 6**0.5)
    assert row["shared"] == ["A9000000001", "A9000000002"]
    assert "By 1 reference in this graph (0 outside), 0 citers" in result.stderr


def test_kernel_and_limit_go_through(store: Path, run: Run) -> None:
    """One kernel gives its score alone, and a cut is said."""
    result = run("related", store, "W9000000001", "--kernel", "authors", "--format", "csv")
    cut = run("related", store, "W9000000001", "--limit", "1")

    assert result.stdout.splitlines()[0] == "paper_id,title,year,score,shared"
    assert len(result.stdout.splitlines()) > 2
    assert "The first of" in cut.stderr


def test_a_neighbourhood_is_listed(store: Path, run: Run) -> None:
    """Nodes or edges come as a table, and the standard error says what there was no room for."""
    nodes = run("neighbourhood", store, "A9000000001", "--format", "json", "--limit", "3")
    edges = run(
        "neighbourhood",
        store,
        "A9000000001",
        "--show",
        "edges",
        "--format",
        "json",
        "--node-type",
        "paper",
        "--edge-type",
        "authorship",
        "--edge-type",
        "citation",
        "--radius",
        "1",
    )

    assert json.loads(nodes.stdout)[0]["id"] == "A9000000001"
    assert len(json.loads(nodes.stdout)) == 3
    assert "3 nodes" in nodes.stderr
    assert "--limit" in nodes.stderr
    assert {row["type"] for row in json.loads(edges.stdout)} == {"authorship", "citation"}


def test_a_neighbourhood_is_written(store: Path, run: Run, tmp_path: Path) -> None:
    """`--write` makes a folder or a document beside the table."""
    folder, document = tmp_path / "slice", tmp_path / "slice.json"
    run("neighbourhood", store, "W9000000001", "--write", str(folder))
    run("neighbourhood", store, "W9000000001", "--write", str(document))
    again = run("neighbourhood", store, "W9000000001", "--write", str(folder))

    assert pq.read_table(folder / "nodes.parquet")["id"][0].as_py() == "W9000000001"
    assert json.loads(document.read_text())["made"]["node"] == "W9000000001"
    assert again.exit_code == 2
    assert "exists already" in again.stderr


@pytest.mark.parametrize("command", ["related", "neighbourhood"])
def test_what_is_no_node_is_an_error_in_a_line(store: Path, run: Run, command: str) -> None:
    """A name instead of an id says how to look for one."""
    result = run(command, store, "Some title")

    assert result.exit_code == 2
    assert "find" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_help_names_the_edges_that_are_followed(store: Path, run: Run) -> None:
    """Those of the library, from a paper and from the others."""
    graph = read_graph(store)
    by_default, of_institutions, of_sources = (
        neighbourhood(graph, node).made["edge_types"]
        for node in ("W9000000001", "I9000000001", "S9000000001")
    )
    said = " ".join(run("neighbourhood", "--help").stdout.split())

    assert f"Default: {', '.join(by_default[:-1])} and {by_default[-1]};" in said
    assert set(of_institutions) - set(by_default) == {"affiliation"}
    assert set(of_sources) - set(by_default) == {"source"}
    assert "from an institution also affiliation, from a source also source." in said

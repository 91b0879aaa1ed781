"""From registered identifiers to rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from scholargraph.adjacency import identifiers
from scholargraph.graph import read_graph, resolve
from tests.support import build, write_store

ORCID = "0000-0002-1825-0097"


def test_every_identifier_of_the_real_records_leads_to_its_rows(snapshot_store: Path) -> None:
    """Candidates are exactly the rows of the table whose column has the value."""
    graph = read_graph(snapshot_store)
    nodes = graph.adjacency.nodes
    checked = 0
    for node_type, table, columns in (
        ("paper", "papers", ("arxiv_id", "doi", "pmid")),
        ("author", "authors", ("orcid",)),
        ("institution", "institutions", ("ror",)),
        ("source", "sources", ("issn_l", "issn")),
        ("funder", "funders", ("ror", "doi")),
    ):
        rows = graph.scan(table).to_table().to_pylist()
        for column in columns:
            expected: dict[str, list[int]] = {}
            for number, row in enumerate(rows):
                held = row[column] if isinstance(row[column], list) else [row[column]]
                for value in dict.fromkeys(held):
                    if value is not None:
                        expected.setdefault(value, []).append(number)
            for value, numbers in expected.items():
                assert nodes[node_type].identifiers.candidates(column, value) == numbers
                checked += 1
    assert checked > 10_000
    assert nodes["paper"].identifiers.candidates("doi", "10.1234/none") == []
    assert nodes["topic"].identifiers.candidates("doi", "10.1234/none") == []


def test_equal_hashes_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all identifiers have one hash, each still leads to its own node and no other."""
    monkeypatch.setattr(identifiers, "digest", lambda column, value: 7)
    papers = [
        {"paper_id": "W1", "doi": "10.1234/a", "pmid": "1"},
        {"paper_id": "W2", "doi": "10.1234/b"},
        {"paper_id": "W3", "doi": "10.1234/a"},
    ]
    graph = build(tmp_path / "graph", {"papers": papers})

    assert resolve(graph, "10.1234/a", "paper") == "W1"
    assert resolve(graph, "10.1234/b", "paper") == "W2"
    assert resolve(graph, "pmid:1", "paper") == "W1"
    with pytest.raises(LookupError):
        resolve(graph, "10.1234/c", "paper")


def test_an_author_is_found_by_orcid(tmp_path: Path) -> None:
    """Of two profiles with one ORCID the smaller id answers."""
    authors = [{"author_id": each, "orcid": ORCID} for each in ("A2", "A10")]

    assert (
        resolve(read_graph(write_store(tmp_path, {"authors": authors})), ORCID, "author") == "A10"
    )

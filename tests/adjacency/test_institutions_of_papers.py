"""The arrays of papers and institutions against their tables, read row by row."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.adjacency.meanings import NOT_SIGNED
from scholargraph.graph import ScholarGraph, read_graph
from tests.adjacency.affiliated_graphs import INSTITUTIONS, affiliated_graphs
from tests.support import Row, build, seat


def agree(graph: ScholarGraph) -> None:
    """Compare the arrays of a graph with its tables."""
    nodes = graph.adjacency.nodes
    found = graph.adjacency.paper_institutions
    papers = [nodes["paper"].own_ids[row] for row in range(nodes["paper"].row_count)]
    places = [nodes["institution"].own_ids[row] for row in range(nodes["institution"].row_count)]
    rors = {row["institution_id"]: row["ror"] for row in rows(graph, "institutions")}
    first_seat: dict[tuple[str, str], int] = {}
    told: set[tuple[str, int]] = set()
    for row in sorted(rows(graph, "authorships"), key=lambda row: int(row["position"])):
        if row["author_id"] is not None and row["mark"] is None:
            told.add((row["paper_id"], row["position"]))
            first_seat.setdefault((row["paper_id"], row["author_id"]), row["position"])
    named: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for row in rows(graph, "affiliations"):
        if row["institution_id"] is not None:
            named[row["paper_id"], row["position"]].append(row["institution_id"])
    firsts = {(paper, position) for (paper, _), position in first_seat.items()}

    def authors_of(paper: str, place: str) -> float:
        here = {at: given for at, given in named.items() if at[0] == paper}
        if not any(place in given for at, given in here.items() if at in told):
            return NOT_SIGNED
        variants = {each for each in rors if each == place or rors[each] == rors[place] is not None}
        return float(
            sum(
                Fraction(len(variants.intersection(given)), len(given))
                for at, given in here.items()
                if at in firsts
            )
        )

    pairs = sorted(
        {
            (paper, place)
            for (paper, _), given in named.items()
            for place in given
            if paper in papers and place in rors
        },
        key=lambda pair: (pair[0].encode(), pair[1].encode()),
    )

    assert [
        (paper, places[row])
        for number, paper in enumerate(papers)
        for row in found.institutions.of(number).tolist()
    ] == pairs
    assert found.authors.tolist() == pytest.approx([authors_of(*pair) for pair in pairs])
    assert [
        (papers[row], place)
        for number, place in enumerate(places)
        for row in found.papers.of(number).tolist()
    ] == sorted(pairs, key=lambda pair: (pair[1].encode(), pair[0].encode()))
    assert [places[row] for row in found.same.tolist()] == [
        min(
            (each for each in places if each == place or rors[each] == rors[place] is not None),
            key=str.encode,
        )
        for place in places
    ]


def rows(graph: ScholarGraph, table: str) -> list[Row]:
    """The rows of a table."""
    found: list[Row] = graph.relation(f"SELECT * FROM {table}").to_arrow_table().to_pylist()
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=affiliated_graphs(), rows_at_a_time=st.sampled_from([1, 2, 5, 65_536]))
def test_arrays_hold_what_the_tables_hold(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], rows_at_a_time: int
) -> None:
    """Each pair is there once in either direction, with its authors, wherever pieces end."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("scholargraph.adjacency.rows.BATCH_ROWS", rows_at_a_time)
        agree(build(tmp_path_factory.mktemp("graph"), tables))


def test_authors_of_each_institution(tmp_path: Path) -> None:
    """First seats count, institutions with one ROR id together; marked seats sign nothing."""
    named = {
        1: ["I1", "I2", "I3"],
        2: ["I2", "I9"],
        3: ["I10"],
        4: ["I4"],
    }
    tables: dict[str, list[Row]] = {
        "institutions": INSTITUTIONS,
        "authors": [{"author_id": "A1"}, {"author_id": "A2"}],
        "papers": [{"paper_id": "W1"}],
        "authorships": [
            seat("W1", 1, "A2"),
            seat("W1", 2, "A1"),
            seat("W1", 3, "A2"),
            seat("W1", 4, "A1", mark="organisation"),
        ],
        "affiliations": [
            {"paper_id": "W1", "position": position, "institution_id": place}
            for position, places in named.items()
            for place in places
        ],
    }
    graph = build(tmp_path / "g", tables)
    found = graph.adjacency.paper_institutions

    agree(graph)
    # I1 and I3 are one, with two thirds of the first author; I4 is another variant, unsigned.
    assert found.institutions.of(0).tolist() == [0, 1, 2, 3, 4]
    assert found.authors.tolist() == pytest.approx([2 / 3, 0, 1 / 3 + 1 / 2, 2 / 3, NOT_SIGNED])
    assert found.same.tolist() == [0, 1, 2, 0, 0]


@pytest.mark.parametrize(
    "tables", [{}, {"institutions": INSTITUTIONS}, {"papers": [{"paper_id": "W1"}]}]
)
def test_nothing_is_nothing(tmp_path: Path, tables: dict[str, list[Row]]) -> None:
    """Without papers or institutions all arrays are there, and empty."""
    found = build(tmp_path / "g", tables).adjacency.paper_institutions

    assert len(found.institutions.indices) == len(found.papers.indices) == len(found.authors) == 0
    assert len(found.institutions.indptr) == len(tables.get("papers", [])) + 1
    assert len(found.papers.indptr) == len(found.same) + 1
    assert len(found.same) == len(tables.get("institutions", []))


def test_real_records(snapshot_store: Path) -> None:
    """8,231 pairs of 4,085 papers; one institution is on 2,311 of them."""
    graph = read_graph(snapshot_store)
    found = graph.adjacency.paper_institutions
    agree(graph)

    assert len(found.institutions.indices) == len(found.papers.indices) == 8_231
    assert int(np.diff(found.papers.indptr).max()) == 2_311
    assert (
        found.papers.of(graph.adjacency.nodes["institution"].find_row("I134085113")).size == 2_311
    )

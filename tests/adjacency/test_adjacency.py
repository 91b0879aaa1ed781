"""The arrays of a version against its tables, read row by row."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from scholargraph.adjacency import (
    Adjacency,
    build_adjacency,
    bylines,
    csr,
    open_adjacency,
    papers_of_nodes,
    rows,
    verify_adjacency,
)
from scholargraph.adjacency.meanings import (
    AUTHORS_TRUNCATED,
    IS_PARATEXT,
    NO_AUTHOR,
    NO_TITLE,
    UNKNOWN_COUNT,
    UNKNOWN_DATE,
    UNKNOWN_YEAR,
    UPPER_BOUND,
)
from scholargraph.errors import CorruptStoreError
from scholargraph.graph import ScholarGraph, read_graph
from scholargraph.ingest import ingest_openalex
from scholargraph.store import open_version
from tests.naive import adjacency as naive
from tests.naive import collaboration as naive_collaboration
from tests.strategies import collaboration_graphs, named_graphs
from tests.support import Row, build, papers_and_authors, seat, team, write_store

_folders = count()

A, B = "A9000000001", "A9000000002"
W1, W2 = "W9000000001", "W9000000002"


def neighbours(adjacency: Adjacency, relation: csr.Relation, here: str, there: str) -> Any:
    """The ids next to each id."""
    return {
        adjacency.nodes[here].ids[row]: {
            adjacency.nodes[there].ids[other] for other in relation.of(row).tolist()
        }
        for row in range(len(adjacency.nodes[here].ids))
    }


def agree(graph: ScholarGraph) -> None:
    """Compare all arrays of a graph with its tables."""
    adjacency, tables = graph.adjacency, naive.tables_of(graph)
    for node_type, nodes in adjacency.nodes.items():
        known = {row[f"{node_type}_id"]: row for row in tables[naive.KEYS[node_type]]}
        ids = naive.ids(tables, node_type)
        assert nodes.row_count == len(ids)
        assert [nodes.ids[row] for row in range(len(ids))] == ids
        assert [nodes.find_row(each) for each in ids] == list(range(len(ids)))
        assert nodes.find_row("Z1") == nodes.find_row("") == -1
        name = "title" if node_type == "paper" else "name"
        assert [nodes.names[row] for row in range(len(ids))] == [
            known[each][name] or "" for each in ids
        ]
        agree_words(nodes.words, [naive.forms(known[each], node_type) for each in ids])
        if node_type != "paper":
            counts = naive.paper_counts(tables, node_type)
            assert nodes.counts.tolist() == [counts[each] for each in ids]
    agree_papers(adjacency, tables)
    authors = naive.institution_authors(tables)
    assert adjacency.institution_author_count.tolist() == [
        authors[each] for each in naive.ids(tables, "institution")
    ]


def agree_words(words: Any, forms_of: list[set[str]]) -> None:
    """Compare a token index with the folded names of each node."""
    forms = [words.forms[number] for number in range(len(words.forms))]
    owned: dict[int, list[str]] = defaultdict(list)
    for form, owner in zip(forms, words.owners.tolist(), strict=True):
        owned[owner].append(form)
    assert {row: sorted(found) for row, found in owned.items()} == {
        row: sorted(found) for row, found in enumerate(forms_of) if found
    }
    assert words.owners.tolist() == sorted(words.owners.tolist())
    postings: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        for word in form.split():
            postings[word].append(number)
    vocabulary = [words.vocabulary[row] for row in range(len(words.vocabulary))]
    assert vocabulary == sorted(postings, key=str.encode)
    assert {word: words.having(word).tolist() for word in vocabulary} == postings
    assert words.having("no such word").tolist() == []


def agree_papers(adjacency: Adjacency, tables: naive.Tables) -> None:
    """Compare what the arrays say of papers."""
    papers = adjacency.papers
    signed = neighbours(adjacency, adjacency.paper_authors, "paper", "author")
    cites = neighbours(adjacency, adjacency.cites, "paper", "paper")
    only_marked: dict[str, set[str]] = defaultdict(set)
    marked = neighbours(adjacency, adjacency.author_marked_papers, "author", "paper")
    for author, named_by in marked.items():
        for paper_id in named_by:
            only_marked[paper_id].add(author)
    by_id = {row["paper_id"]: row for row in tables["papers"]}
    seats: dict[str, list[Row]] = defaultdict(list)
    for each in tables["authorships"]:
        seats[each["paper_id"]].append(each)
    citations: dict[str, list[Row]] = defaultdict(list)
    for each in tables["citations"]:
        citations[each["paper_id"]].append(each)
    for row, paper_id in enumerate(naive.ids(tables, "paper")):
        paper = by_id[paper_id]
        mine = {"papers": tables["papers"], "authorships": seats[paper_id]}
        expected = naive.team(mine, paper)
        assert papers.team_size[row] == expected["team_size"]
        assert papers.unresolved[row] == expected["unresolved"]
        assert papers.seats[row] == expected["seats"]
        assert signed[paper_id] == naive_collaboration.authors(mine, paper)
        assert cites[paper_id] == {each["cited_paper_id"] for each in citations[paper_id]} & {
            *by_id
        }
        assert papers.year[row] == (paper["year"] or UNKNOWN_YEAR)
        assert papers.author_count[row] == paper["author_count"]
        assert papers.date[row] == (
            UNKNOWN_DATE if paper["date"] is None else (paper["date"] - date(1970, 1, 1)).days
        )
        assert papers.types[papers.type_code[row]] == paper["type"]
        assert listed_seats(adjacency, row) == [
            (each["position"], known_author(adjacency, each["author_id"]), each["mark"])
            for each in seats[paper_id]
        ]
        assert only_marked[paper_id] == {
            each["author_id"]
            for each in seats[paper_id]
            if known_author(adjacency, each["author_id"])
        } - naive_collaboration.authors(mine, paper)
        assert papers.flags[row] == (
            IS_PARATEXT * paper["is_paratext"]
            + AUTHORS_TRUNCATED * paper["authors_truncated"]
            + UPPER_BOUND * expected["is_upper_bound"]
            + NO_TITLE * (paper["title"] is None)
        )
        cited_by = paper["cited_by_count"]
        assert adjacency.nodes["paper"].counts[row] == (
            UNKNOWN_COUNT if cited_by is None else cited_by
        )
    for one, other in (
        (adjacency.paper_authors, adjacency.author_papers),
        (adjacency.cites, adjacency.cited_by),
    ):
        assert pairs(one) == sorted((a, b) for b, a in pairs(other))


def known_author(adjacency: Adjacency, author: str | None) -> str | None:
    """The id of an author, or None for one whom the arrays do not know."""
    return author if author and adjacency.nodes["author"].find_row(author) >= 0 else None


def listed_seats(adjacency: Adjacency, row: int) -> list[tuple[int, str | None, str | None]]:
    """Position, author and mark of each seat of a paper."""
    seats = adjacency.seats
    return [
        (
            int(seats.position[place]),
            None
            if seats.author[place] == NO_AUTHOR
            else adjacency.nodes["author"].ids[int(seats.author[place])],
            seats.marks[seats.mark_code[place]],
        )
        for place in range(int(seats.indptr[row]), int(seats.indptr[row + 1]))
    ]


def pairs(relation: csr.Relation) -> list[tuple[int, int]]:
    """Row and neighbour of each edge, in their order."""
    places, found = relation.of_all(np.arange(len(relation.indptr) - 1))
    return list(zip(places.tolist(), found.tolist(), strict=True))


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything read and written in many pieces, as large tables are."""
    monkeypatch.setattr(rows, "BATCH_ROWS", 64)
    monkeypatch.setattr(rows, "_WALK_ROWS", 50)
    monkeypatch.setattr(bylines, "_PIECE_SEATS", 100)
    monkeypatch.setattr(papers_of_nodes, "_PIECE_ROWS", 33)
    monkeypatch.setattr(csr, "PIECE_EDGES", 77)


@pytest.mark.usefixtures("small_pieces")
def test_the_sample_agrees_with_its_tables(sample_dump: Path, tmp_path: Path) -> None:
    """All arrays of the shipped sample, made in many pieces, are what its tables say."""
    ingest_openalex(sample_dump, tmp_path / "graph")

    agree(read_graph(tmp_path / "graph"))


def test_the_real_records_agree_with_their_tables(snapshot_store: Path) -> None:
    """All arrays of the real records are what their tables say."""
    graph = read_graph(snapshot_store)

    agree(graph)
    assert len(graph.adjacency.cites.indices) == 8_862


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs())
def test_bylines_agree_with_looking_at_each(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Teams with repeated, marked and nameless seats are counted as by hand."""
    agree(build(tmp_path_factory.mktemp("graph"), tables))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=named_graphs())
def test_names_agree_with_folding_each(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Forms, vocabulary and postings are those of folding name by name."""
    agree(build(tmp_path_factory.mktemp("graph"), tables))


def test_everything_else_agrees(tmp_path: Path) -> None:
    """Circles of topics, cited papers outside, seats of no paper, and affiliations of no seat."""
    tables = papers_and_authors([*team(W1, A, B, A), *team("W3", B), seat(W2, 1, A, mark="nobody")])
    tables["papers"] = [
        {"paper_id": W1, "source_id": "S1", "author_count": 3},
        {"paper_id": W2, "source_id": "S2", "author_count": 1},
    ]
    tables |= {
        "topics": [
            {"topic_id": "T1", "parent_id": "T2"},
            {"topic_id": "T2", "parent_id": "T1"},
            {"topic_id": "T3", "parent_id": "T99"},
        ],
        "paper_topics": [
            {"paper_id": W1, "topic_id": "T1"},
            {"paper_id": W1, "topic_id": "T2"},
            {"paper_id": W2, "topic_id": "T2"},
            {"paper_id": W2, "topic_id": "T77"},
        ],
        "sources": [
            {"source_id": "S1", "publisher_id": "P1"},
            {"source_id": "S2", "publisher_id": "P1"},
            {"source_id": "S3"},
        ],
        "publishers": [{"publisher_id": "P1"}, {"publisher_id": "P2"}],
        "funders": [{"funder_id": "F1"}],
        "paper_funders": [
            {"paper_id": W1, "funder_id": "F1", "award_id": award} for award in ("1", "2", None)
        ],
        "institutions": [{"institution_id": "I1"}, {"institution_id": "I2"}],
        "affiliations": [
            {"paper_id": W1, "position": position, "institution_id": "I1"} for position in (1, 2, 3)
        ]
        + [
            {"paper_id": W2, "position": 1, "institution_id": "I2"},
            {"paper_id": W2, "position": 5, "institution_id": "I2"},
            {"paper_id": W2, "position": 5, "institution_id": None},
            {"paper_id": "W3", "position": 1, "institution_id": "I9"},
        ],
        "citations": [{"paper_id": W1, "cited_paper_id": cited} for cited in (W1, W2, "W1", "W99")]
        + [{"paper_id": "W3", "cited_paper_id": W1}],
    }
    graph = build(tmp_path, tables)

    agree(graph)
    assert graph.adjacency.institution_author_count.tolist() == [2, 0]
    assert graph.adjacency.nodes["topic"].counts.tolist() == [2, 2, 0]


def test_an_empty_graph_has_empty_arrays(tmp_path: Path) -> None:
    """Without rows there are arrays all the same."""
    agree(build(tmp_path, {}))


def test_authors_without_row_follow_those_with_one(tmp_path: Path) -> None:
    """An author whom only a byline names has a row behind the table's and his id as name."""
    tables = papers_and_authors(team(W1, "A5", B, "A1"))
    tables["authors"] = [{"author_id": B, "name": "B. Nangolo"}]
    adjacency = build(tmp_path, tables).adjacency
    authors = adjacency.nodes["author"]

    assert [authors.find_row(each) for each in (B, "A1", "A5", "A3")] == [0, 1, 2, -1]
    assert [authors.names[row] for row in range(3)] == ["B. Nangolo", "A1", "A5"]
    assert adjacency.paper_authors.of(0).tolist() == [0, 1, 2]
    assert [adjacency.author_papers.of(row).tolist() for row in range(3)] == [[0], [0], [0]]
    assert authors.counts.tolist() == [1]


def test_many_types_have_room(tmp_path: Path) -> None:
    """More types of paper than a byte can tell apart are told apart."""
    papers = [{"paper_id": f"W{number}", "type": f"kind {number}"} for number in range(1, 301)]

    agree(build(tmp_path, {"papers": papers}))


@pytest.mark.parametrize("table", ["papers", "authors", "authorships"])
def test_a_table_out_of_order_is_refused(tmp_path: Path, table: str) -> None:
    """Rows that are not sorted, or ids twice, cannot be looked up: the error names the table."""
    tables = papers_and_authors([*team(W1, A), *team(W2, B)])
    tables[table] = tables[table][::-1]
    graph = read_graph(write_store(tmp_path, tables, unsorted=table))
    with pytest.raises(CorruptStoreError, match=f"table '{table}' in version 1 .*not sorted"):
        _ = graph.adjacency


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    """Two rows with one id have no place of their own."""
    tables = papers_and_authors(team(W1, A))
    tables["authors"] *= 2
    graph = read_graph(write_store(tmp_path, tables, unsorted="authors"))
    with pytest.raises(CorruptStoreError, match="'authors'"):
        _ = graph.adjacency


def test_builders_at_the_same_time_agree(tmp_path: Path) -> None:
    """Several who open a version at once all get its arrays, and one set is left."""
    path = write_store(tmp_path / "graph", papers_and_authors(team(W1, A, B)))
    start, found = threading.Barrier(3), list[list[int]]()

    def work() -> None:
        snapshot = open_version(path)
        start.wait()
        found.append(open_adjacency(snapshot).paper_authors.indices.tolist())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [[0, 1]] * 3
    assert os.listdir(path / "derived") == ["000001"]


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    """Two stores with the same rows have the same arrays."""
    tables = papers_and_authors([*team(W1, A, B), *team(W2, B, None)])
    sums = [
        {
            name: file.xxh3_128
            for name, file in build_adjacency(
                open_version(write_store(tmp_path / each, tables))
            ).files.items()
        }
        for each in ("one", "other")
    ]

    assert sums[0] == sums[1]
    assert len(sums[0]) > 50


def test_damaged_arrays_are_found_and_made_again(tmp_path: Path) -> None:
    """What verification finds damaged is dropped, and the next reader has it right."""
    path = write_store(tmp_path / "graph", papers_and_authors(team(W1, A, B)))
    snapshot = open_version(path)
    verify_adjacency(snapshot)
    build_adjacency(snapshot)
    verify_adjacency(snapshot)
    damaged = path / "derived" / "000001" / "paper_authors.indices.npy"
    data = bytearray(damaged.read_bytes())
    data[-4] ^= 1
    damaged.unlink()
    damaged.write_bytes(data)
    with pytest.raises(CorruptStoreError, match=r"paper_authors\.indices\.npy"):
        verify_adjacency(snapshot)

    assert open_adjacency(snapshot).paper_authors.indices.tolist() == [0, 1]

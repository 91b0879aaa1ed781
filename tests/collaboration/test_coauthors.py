"""Networks of authors: every pair once on every paper, whatever else changes."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.collaboration import (
    coauthor_network,
    collaborators,
    shared_papers,
    ties,
    write_network,
)
from scholargraph.collaboration.given import rows_named
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import ScholarGraph, read_graph, resolve
from scholargraph.ingest import ingest_openalex
from scholargraph.network import Network, read_network
from scholargraph.network.pairs import Classes, count_pairs, incidence, joined
from tests.naive import networks as naive
from tests.strategies import AUTHORS, collaboration_graphs
from tests.support import Row, build, papers_and_authors, seat, team

A, B, C, D, E = AUTHORS
W1, W2, W3 = "W9000000001", "W9000000002", "W9000000003"

COUNTINGS = ["full", "fractional", "per_paper", "harmonic"]


def edges(network: Network) -> dict[tuple[str, str], Row]:
    """The edges of a network by their ends."""
    return {(row.pop("source"), row.pop("target")): row for row in network.edges.to_pylist()}


def nodes(network: Network) -> dict[str, Row]:
    """The nodes of a network by id."""
    return {row.pop("id"): row for row in network.nodes.to_pylist()}


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    """Any combination of what can be asked for."""
    said: dict[str, Any] = {"counting": draw(st.sampled_from(COUNTINGS))}
    choices: dict[str, list[Any]] = {
        "types": ["all", ["article"]],
        "since": [1999, 2020],
        "until": [1999, 2020],
        "as_of": [2020],
        "max_authors": [2, 4],
    }
    if said["counting"] != "harmonic":
        choices["team_size"] = ["resolved"]
    for name, values in choices.items():
        if draw(st.booleans()):
            said[name] = draw(st.sampled_from(values))
    if said.get("since", 0) > said.get("until", 9_999):
        del said["until"]
    return said


@settings(max_examples=14, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs(), asked=terms())
def test_agrees_with_counting_pair_by_pair(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], asked: dict[str, Any]
) -> None:
    """Nodes, ties and weights are those of going through all papers and all pairs."""
    network = coauthor_network(build(tmp_path_factory.mktemp("graph"), tables), **asked)
    expected_nodes, expected = naive.network(tables, **asked)
    found = edges(network)

    assert set(found) == set(expected)
    for pair, row in found.items():
        years = expected[pair].pop("years")
        assert (row["first_year"], row["last_year"]) == (
            min(years, default=None),
            max(years, default=None),
        )
        assert row["paper_count"] == expected[pair]["paper_count"]
        for name in ("weight", "full", "fractional"):
            assert row[name] == pytest.approx(float(expected[pair][name]), rel=1e-12)
    listed = nodes(network)
    assert {node: row["paper_count"] for node, row in listed.items()} == {
        node: row["paper_count"] for node, row in expected_nodes.items()
    }
    for node, row in listed.items():
        unknown = float(expected_nodes[node]["unknown_strength"])
        assert row["unknown_strength"] == pytest.approx(unknown, rel=1e-12)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=collaboration_graphs(),
    asked=terms(),
    versions=st.sampled_from(["keep", "merge"]),
    half_life=st.sampled_from([None, 4.5]),
)
def test_one_authors_ties_are_those_of_the_network_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    asked: dict[str, Any],
    versions: str,
    half_life: float | None,
) -> None:
    """Asked alone, as arrays, as a frame or in the network: the same numbers."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    asked = {**asked, "versions": versions, "half_life": half_life}
    network = edges(coauthor_network(graph, **asked))
    columns = ["paper_count", "weight", "full", "fractional"]
    for author in AUTHORS[:3]:
        of_network = {
            (set(pair) - {author}).pop(): tuple(row[name] for name in columns)
            for pair, row in network.items()
            if author in pair
        }
        frame = collaborators(graph, author, **asked)
        arrays = ties(graph, author, **asked)

        assert {
            row[0]: tuple(row[1:]) for row in frame[["author_id", *columns]].values.tolist()
        } == of_network
        assert {
            other: tuple(getattr(arrays, name)[place] for name in columns)
            for place, other in enumerate(arrays.author_id.tolist())
        } == of_network
        for other, numbers in of_network.items():
            papers = shared_papers(graph, author, other, **asked)
            assert tuple(papers.attrs[name] for name in columns) == numbers
            assert papers["weight"].sum() == pytest.approx(numbers[1])


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs())
def test_weights_of_a_fully_resolved_paper_sum_to_what_they_should(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Full to n (n - 1) / 2, per paper and harmonic to 1; fractional strength to papers."""
    tables["authorships"] = [row for row in tables["authorships"] if row["mark"] is None]
    for paper in tables["papers"]:
        paper["author_count"] = 0
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for paper in tables["papers"]:
        size = len(
            {r["author_id"] for r in tables["authorships"] if r["paper_id"] == paper["paper_id"]}
        )
        for counting, expected in (
            ("full", size * (size - 1) / 2),
            ("per_paper", float(size > 1)),
            ("harmonic", float(size > 1)),
        ):
            network = coauthor_network(
                graph, counting=counting, papers=[paper["paper_id"]], types="all"
            )
            assert network.weight.sum() == pytest.approx(expected)
    network = coauthor_network(graph, counting="fractional", types="all")
    strength: Counter[str] = Counter()
    for pair, row in edges(network).items():
        for end in pair:
            strength[end] += row["weight"]
    for author in nodes(network):
        arrays = collaborators(graph, author, types="all").attrs
        shared = arrays["papers"] - arrays["single_author_papers"]
        assert strength[author] == pytest.approx(shared)


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs())
def test_a_window_split_in_two_adds_up(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Ties up to a year and from the next one on sum to those of all years."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    windows: list[dict[str, Any]] = [{"until": 2019}, {"since": 2020}]
    parts = [edges(coauthor_network(graph, counting="fractional", **window)) for window in windows]
    whole = edges(coauthor_network(graph, counting="fractional", since=1000, until=2100))

    assert {pair for part in parts for pair in part} == set(whole)
    for pair, row in whole.items():
        halves = [part[pair] for part in parts if pair in part]
        assert sum(half["paper_count"] for half in halves) == row["paper_count"]
        assert sum(half["weight"] for half in halves) == pytest.approx(row["weight"])


def some_graph(path: Path) -> ScholarGraph:
    """Four papers: by A, B and C; by A and B; by C and D; by E alone."""
    seats = [*team(W1, A, B, C), *team(W2, A, B), *team(W3, C, D), *team("W9000000004", E)]
    return build(path, papers_and_authors(seats, year=2020))


def test_everybody_who_signed_is_a_node(tmp_path: Path) -> None:
    """Whoever signed alone is an isolate, and is there."""
    network = coauthor_network(some_graph(tmp_path))

    assert repr(network) == "<Network: 5 nodes, 4 edges, 2 components, 1 isolate>"
    assert [row["paper_count"] for row in nodes(network).values()] == [2, 2, 2, 1, 1]


def test_some_people_among_themselves_and_with_others(tmp_path: Path) -> None:
    """Radius 0 keeps to those who are named, radius 1 takes in whoever signed with them."""
    graph = some_graph(tmp_path)
    among = coauthor_network(graph, authors=[A, C, E])
    around = coauthor_network(graph, authors=pd.DataFrame({"author_id": [A]}), radius=1)

    assert (set(nodes(among)), set(edges(among))) == ({A, C, E}, {(A, C)})
    assert edges(among)[A, C]["fractional"] == 0.5
    assert (set(nodes(around)), set(edges(around))) == ({A, B, C}, {(A, B), (A, C), (B, C)})


def test_ties_of_too_few_papers_are_left_out_and_counted(tmp_path: Path) -> None:
    """A least number of joint papers leaves the nodes, and says how many ties it took."""
    network = coauthor_network(some_graph(tmp_path), min_papers=2)

    assert set(edges(network)) == {(A, B)}
    assert len(network) == 5
    assert network.left_out["ties_of_fewer_papers"] == 3


def test_a_tie_opens_to_its_papers(tmp_path: Path) -> None:
    """Explaining an edge lists the papers behind it, among those of the network alone."""
    network = coauthor_network(some_graph(tmp_path), papers=[W1, W3])

    assert network.explain(A, B)["paper_id"].tolist() == [W1]
    assert edges(network)[A, B]["paper_count"] == 1


def test_papers_of_many_are_left_out_and_counted(tmp_path: Path) -> None:
    """What max_authors leaves out is said in papers and in pairs."""
    network = coauthor_network(some_graph(tmp_path), max_authors=2)

    assert set(edges(network)) == {(A, B), (C, D)}
    assert network.left_out["papers_left_out"] == {"more authors than max_authors": 1}
    assert network.left_out["pairs_left_out"] == 3


def test_versions_count_once_if_asked(tmp_path: Path) -> None:
    """Of a preprint and its article the first stands for both; pairs of versions are counted."""
    tables = papers_and_authors([*team(W1, A, B), *team(W2, A, B, C), *team(W3, A, C)])
    for paper, year in zip(tables["papers"], (2021, 2020, 2022), strict=True):
        paper.update(title="On ties", year=year)
    graph = build(tmp_path, tables)
    kept, merged = (coauthor_network(graph, versions=each) for each in ("keep", "merge"))

    # The third shares A and B with none and A and C with the second: all three are one work.
    assert kept.left_out["version_pairs"] == 2
    assert {pair: row["paper_count"] for pair, row in edges(kept).items()} == {
        (A, B): 2,
        (A, C): 2,
        (B, C): 1,
    }
    assert {pair: row["first_year"] for pair, row in edges(merged).items()} == dict.fromkeys(
        [(A, B), (A, C), (B, C)], 2020
    )
    assert merged.left_out["papers_left_out"] == {"version of another paper": 2}


def test_alphabetical_bylines_are_counted_where_places_matter(tmp_path: Path) -> None:
    """Harmonic counting says of how many bylines the order means nothing."""
    tables = papers_and_authors([*team(W1, A, B, C, D), *team(W2, D, A, B, C), *team(W3, A, B)])
    for author, name in zip(
        tables["authors"], ("A. Ash", "B. Bay", "C. Cay", "D. Dee"), strict=True
    ):
        author["name"] = name
    network = coauthor_network(build(tmp_path, tables), counting="harmonic")

    assert network.left_out["alphabetical_papers"] == 1


def test_counts_do_not_grow_with_the_order_of_authors(tmp_path: Path) -> None:
    """One paper by three is one paper for each (metaknowledge counts 1, 2, 3)."""
    network = coauthor_network(build(tmp_path, papers_and_authors(team(W1, A, B, C))))

    assert [row["paper_count"] for row in nodes(network).values()] == [1, 1, 1]


def test_a_name_twice_makes_no_loop(tmp_path: Path) -> None:
    """An author who stands twice has no tie to himself (metaknowledge, a C++ crawler)."""
    network = coauthor_network(build(tmp_path, papers_and_authors(team(W1, A, A, B))))

    assert set(edges(network)) == {(A, B)}


def test_one_author_is_a_network(tmp_path: Path) -> None:
    """A graph of one author has one node (bibliometrix gives an empty network)."""
    network = coauthor_network(build(tmp_path, papers_and_authors(team(W1, A))))

    assert repr(network) == "<Network: 1 node, 0 edges, 1 component, 1 isolate>"


def test_the_null_author_is_no_hub(tmp_path: Path) -> None:
    """Who stands for nobody ties nobody (all peers that were read)."""
    seats = [
        row
        for paper, author in ((W1, A), (W2, B), (W3, C))
        for row in (seat(paper, 1, author), seat(paper, 2, "A9999999999", mark="nobody"))
    ]
    network = coauthor_network(build(tmp_path, papers_and_authors(seats)))

    assert len(edges(network)) == 0
    assert {node: row["unknown_strength"] for node, row in nodes(network).items()} == {
        A: 1.0,
        B: 1.0,
        C: 1.0,
    }


def test_a_new_version_of_a_work_leaves_no_old_seat_behind(tmp_path: Path) -> None:
    """Two ids of one person do not become co-authors (pyscisci keeps stale partitions)."""
    for day, people in (("2024-01-01", (1, 2)), ("2024-02-01", (1, 3))):
        work = {
            "id": "https://openalex.org/W9000000001",
            "updated_date": day,
            "authorships": [
                {"author": {"id": f"https://openalex.org/A900000000{person}"}} for person in people
            ],
        }
        source = tmp_path / f"{day}.jsonl"
        source.write_text(json.dumps(work))
        ingest_openalex(source, tmp_path / "graph")

    assert set(edges(coauthor_network(read_graph(tmp_path / "graph")))) == {(A, C)}


def test_papers_by_three_thousand_are_exact_and_small() -> None:
    """Teams of thousands never become rows all at once: counts are exact, in bounded memory."""
    people, papers, size = 3_300, 30, 3_000
    rng = np.random.default_rng(1)
    members = np.concatenate([np.sort(rng.permutation(people)[:size]) for _ in range(papers)])
    relation = incidence(np.arange(papers + 1) * size, members, people)
    classes = Classes(
        of_group=np.zeros(papers, np.int32),
        year=np.array([2020], np.int16),
        full=np.ones(1),
        fractional=np.full(1, 1 / (size - 1)),
        weight=np.ones(1),
    )
    pairs = weight = 0.0
    largest = 0
    for part in count_pairs(relation, classes, threads=2):
        pairs += int(part.paper_count.sum())
        weight += float(part.fractional.sum())
        largest = max(largest, int(part.paper_count.max()))
        assert len(part.source) < 5_000_000

    assert pairs == papers * size * (size - 1) // 2
    assert weight == pytest.approx(papers * size / 2)
    assert 20 < largest <= papers


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"counting": "half"}, "counting is one of"),
        ({"since": 2020, "until": 2019}, "is after"),
        ({"as_of": "2020"}, "as_of is a year"),
        ({"half_life": 0}, "half_life is a number"),
        ({"max_authors": 1}, "max_authors is"),
        ({"versions": "none"}, "versions is one of"),
        ({"team_size": 3}, "team_size is one of"),
        ({"radius": 1}, "radius goes with authors"),
        ({"authors": [A], "radius": 2}, "radius is 0 or 1"),
        ({"authors": A}, "list of identifiers"),
        ({"authors": pd.DataFrame({"id": [A]})}, "no column author_id"),
        ({"min_papers": 0}, "min_papers is"),
        ({"normalization": "none"}, "none"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(
    tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    """Bad arguments are refused before anything is counted."""
    with pytest.raises(InvalidArgumentError, match=message) as caught:
        coauthor_network(some_graph(tmp_path), **arguments)
    assert "\n" not in str(caught.value)


def test_an_author_who_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A list of people is taken whole or not at all."""
    with pytest.raises(NodeNotFoundError, match="A9000000099"):
        coauthor_network(some_graph(tmp_path), authors=[A, "A9000000099"])


def test_what_is_written_is_the_network(tmp_path: Path, snapshot_store: Path) -> None:
    """Streamed to Parquet, nodes and edges are those of the network in memory."""
    graph = read_graph(snapshot_store)
    asked: dict[str, Any] = {"counting": "fractional", "max_authors": "auto", "min_papers": 2}
    network = coauthor_network(graph, **asked)
    written = write_network(graph, tmp_path / "ties", **asked)
    found = pq.read_table(tmp_path / "ties" / "edges.parquet")

    assert written["edges"] == network.edges.num_rows == found.num_rows
    assert written["left_out"] == dict(network.left_out)
    assert found.to_pylist() == network.edges.to_pylist()
    assert pq.read_table(tmp_path / "ties" / "nodes.parquet").equals(network.nodes)
    with pytest.raises(InvalidArgumentError, match="exists already"):
        write_network(graph, tmp_path / "ties")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ties"]


@pytest.mark.parametrize("asked", [{}, {"authors": []}, {"since": 2050}])
def test_a_network_of_nobody_is_written_as_files_without_rows(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    """Anybody can read them, and they have the columns of any other network."""
    tables = papers_and_authors(team(W1, A, B)) if asked else papers_and_authors([])
    graph = build(tmp_path, tables)
    written = write_network(graph, tmp_path / "ties", **asked)
    found = pq.read_table(tmp_path / "ties" / "edges.parquet")
    coauthor_network(graph, **asked).write(tmp_path / "again")

    assert (written["nodes"], written["edges"], found.num_rows) == (0, 0, 0)
    assert found.schema.equals(pq.read_schema(tmp_path / "again" / "edges.parquet"))
    assert len(read_network(tmp_path / "ties")) == 0


def test_the_real_records_give_the_network_that_others_counted(snapshot_store: Path) -> None:
    """Pairs, weights, components and the heaviest ties of the real records."""
    network = coauthor_network(read_graph(snapshot_store), types="all")
    found = edges(network)
    sizes = Counter(network.components().value_counts().tolist())

    assert len(found) == 51_939
    assert network.weight.sum() == 76_523
    assert sorted(sizes.elements(), reverse=True) == [6_073, 10, 1]
    heaviest = sorted(found, key=lambda pair: -found[pair]["weight"])[:3]
    assert heaviest == [
        ("A5049649985", "A5075429508"),
        ("A5049649985", "A5084940954"),
        ("A5027197211", "A5085007251"),
    ]


def test_name_forms_of_arxiv_give_the_ties_that_others_counted(openalex_data: Path) -> None:
    """146,600 papers by name form: names, pairs and ties, teams of at most 25."""
    path = openalex_data.parent / "arxiv" / "arxiv_cs_1990_2019.tsv.gz"
    number: dict[str, int] = {}
    indptr, members, sizes = [0], list[int](), list[int]()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)
        for line in file:
            names = line.split("\t")[1].split(", ")
            stripped = [name.strip(" ") for name in names]
            signed = sorted({number.setdefault(name, len(number)) for name in stripped})
            members += signed
            sizes.append(len(signed))
            indptr.append(len(members))
    of_group = np.where((np.array(sizes) > 1) & (np.array(sizes) <= 25), np.array(sizes), -1)
    per_size = np.arange(26, dtype=np.float64)
    classes = Classes(
        of_group=of_group.astype(np.int32),
        year=np.full(26, 2000, np.int16),
        full=np.ones(26),
        fractional=1 / np.maximum(per_size - 1, 1),
        weight=np.ones(26),
    )
    relation = incidence(np.array(indptr), np.array(members), len(number))
    found = joined(list(count_pairs(relation, classes)))
    expected = Counter(
        pair
        for begin, end in pairwise(indptr)
        if 1 < end - begin <= 25
        for pair in combinations(members[begin:end], 2)
    )

    assert len(number) == 189_263
    assert (len(found.source), int(found.paper_count.sum())) == (568_079, 752_410)
    pairs = zip(found.source.tolist(), found.target.tolist(), strict=True)
    assert dict(zip(pairs, found.paper_count.tolist(), strict=True)) == expected


def test_long_lists_are_looked_up_at_once(snapshot_store: Path) -> None:
    """A long list of people gives the rows of asking for each, identifiers of all kinds mixed."""
    graph = read_graph(snapshot_store)
    authors = graph.table("authors", ["author_id", "orcid"])
    given_ = [
        *authors["author_id"].head(300),
        *authors["orcid"].dropna().tail(20),
        *authors["author_id"].head(2),
        f"https://openalex.org/{authors['author_id'].iloc[-1]}",
    ]
    find = graph.adjacency.nodes["author"].find_row
    one_by_one = [find(resolve(graph, each, "author")) for each in given_]
    shuffled = np.random.default_rng(5).permutation(np.array(given_)).tolist()

    assert len(set(one_by_one)) > 300
    assert rows_named(graph, shuffled, "author").tolist() == sorted(set(one_by_one))
    assert rows_named(graph, given_[-1:], "author").tolist() == one_by_one[-1:]
    assert rows_named(graph, [], "author").tolist() == []
    for wrong in ([1], None, float("nan"), "\ud800"):
        with pytest.raises(InvalidIdentifierError):
            rows_named(graph, [*given_, wrong], "author")
    with pytest.raises(NodeNotFoundError, match="stands for nobody"):
        rows_named(graph, [*given_, "A9999999999"], "author")

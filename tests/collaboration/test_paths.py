"""The shortest chain of people between two authors."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.collaboration import (
    chains,
    collaborators,
    shared_papers,
    strong_chains,
    walking,
)
from scholargraph.collaboration.paths import CollaborationPath, collaboration_path
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from tests.naive import paths as naive_paths
from tests.support import Row, build, papers_and_authors, team

AUTHORS = [f"A900000000{number}" for number in range(1, 9)]
A, B, C, D, E, F, G, H = AUTHORS
W = [f"W90000000{number:02}" for number in range(100)]


def ids(path: CollaborationPath) -> list[str]:
    """Ids of the people on the way."""
    found: list[str] = path.authors["author_id"].tolist()
    return found


@st.composite
def small_worlds(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Eight people and papers of few, some of which may not count."""
    papers, seats = [], []
    for paper in W[: draw(st.integers(4, 14))]:
        signers = draw(st.lists(st.sampled_from([*AUTHORS, None]), min_size=1, max_size=4))
        seats += team(paper, *signers)
        papers.append(
            {
                "paper_id": paper,
                "title": draw(st.sampled_from([None, "On ties", "On chains"])),
                "type": draw(st.sampled_from(["article", "article", "preprint", "erratum"])),
                "year": draw(st.sampled_from([None, 2010, 2011, 2012, 2013])),
                "author_count": len(signers) + draw(st.sampled_from([0, 0, 0, 2])),
            }
        )
    # Some authors only bylines name: their rows are behind all others.
    unknown = draw(st.sets(st.sampled_from(AUTHORS), max_size=2))
    return {
        "papers": papers,
        "authorships": seats,
        "authors": [
            {"author_id": author, "name": f"Author {author[-1]}"}
            for author in AUTHORS
            if author not in unknown
        ],
    }


all_terms = st.fixed_dictionaries(
    {},
    optional={
        "types": st.sampled_from(["all", ["article"]]),
        "since": st.just(2011),
        "until": st.just(2012),
        "as_of": st.sampled_from([2011, 2012]),
        "max_authors": st.sampled_from([2, 3]),
    },
)


def known(tables: dict[str, list[Row]]) -> list[str]:
    """All whom the graph describes; whom only bylines name can stand on the way, not at the end."""
    return sorted(row["author_id"] for row in tables["authors"])


def some_pairs(people: list[str]) -> list[tuple[str, str]]:
    """Every third pair."""
    return list(combinations(people, 2))[::3]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=small_worlds(), terms=all_terms)
def test_is_the_best_of_all_chains(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], terms: Row
) -> None:
    """Of all chains that networkx lists it is the one that exact sums prefer, both ways."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    people = naive_paths.graph_of(tables, terms)
    for a, b in some_pairs(known(tables)):
        expected = naive_paths.chains(people, a, b)
        found = collaboration_path(graph, a, b, **terms)
        back = collaboration_path(graph, b, a, **terms)

        assert ids(back) == ids(found)[::-1]
        assert found.made["chains"] == len(expected)
        assert ids(found) == (expected[0] if expected else [])
        assert found.length == (len(expected[0]) - 1 if expected else None)
        assert (found.reason is None) == bool(expected)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=small_worlds(), terms=all_terms, weight=st.sampled_from(["full", "fractional"]))
def test_is_the_shortest_of_all_weighted_chains(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], terms: Row, weight: str
) -> None:
    """With weights it is the shortest of all chains, then the first by ids; so is the way back."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    people = naive_paths.graph_of(tables, terms)
    for a, b in some_pairs(known(tables)):
        expected = naive_paths.weighted_chains(people, a, b, weight)
        found = collaboration_path(graph, a, b, weight=weight, **terms)
        back = collaboration_path(graph, b, a, weight=weight, **terms)

        assert ids(back) == ids(found)[::-1]
        assert ids(found) == (expected[0][1] if expected else [])
        if expected:
            assert found.length == pytest.approx(float(expected[0][0]), rel=1e-12)
        else:
            assert found.length is None


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=small_worlds(), weight=st.sampled_from([None, "fractional"]))
def test_every_hop_opens_to_its_papers(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], weight: str | None
) -> None:
    """Hops are the ties of `collaborators`, bit for bit, with the papers of `shared_papers`."""
    # Whom only bylines name stands on a way, but answers to no question of his own.
    named = {row["author_id"] for row in tables["authorships"] if row["author_id"]}
    listed = {row["author_id"] for row in tables["authors"]}
    tables["authors"] += [{"author_id": author} for author in sorted(named - listed)]
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for a, b in some_pairs(known(tables)):
        path = collaboration_path(graph, a, b, weight=weight)
        for number, (one, other) in enumerate(pairwise(ids(path)), 1):
            hop = path.hops.iloc[number - 1]
            tie = collaborators(graph, one).set_index("author_id").loc[other]
            papers = path.papers[path.papers["hop"] == number].reset_index(drop=True)
            behind = shared_papers(graph, one, other)
            columns = ["paper_id", "title", "year", "team_size", "fractional"]

            assert hop[["source", "target"]].tolist() == [one, other]
            assert hop["paper_count"] == tie["paper_count"]
            assert hop["fractional"] == tie["fractional"]
            assert papers[columns].equals(behind[columns])


def test_the_weakest_tie_decides_before_the_sum(tmp_path: Path) -> None:
    """A chain of two middling ties beats one of a strong and a weak one, whatever the sum."""
    weak = [None] * 3
    seats = [
        *team(W[1], A, B), *team(W[2], A, B), *team(W[3], A, B), *team(W[4], B, D, *weak),
        *team(W[5], A, C, None), *team(W[6], C, D, None),
    ]  # fmt: skip
    path = collaboration_path(build(tmp_path, papers_and_authors(seats)), A, D)

    assert ids(path) == [A, C, D]
    assert path.hops["fractional"].tolist() == [0.5, 0.5]
    assert path.made["chains"] == 2


def test_the_sum_decides_before_ids(tmp_path: Path) -> None:
    """Of two chains with equal weakest ties the one with more behind it is taken."""
    seats = [*team(W[1], A, B), *team(W[2], B, D), *team(W[3], A, C), *team(W[4], A, C),
             *team(W[5], C, D)]  # fmt: skip
    graph = build(tmp_path, papers_and_authors(seats))

    assert ids(collaboration_path(graph, A, D)) == [A, C, D]
    assert ids(collaboration_path(graph, A, D, max_authors=2)) == [A, C, D]


def test_rounding_decides_nothing(tmp_path: Path) -> None:
    """Twenty papers of a twentieth each weigh as much as one by two, and then the id decides."""
    parts = [row for number in range(20) for row in team(W[number], A, C, *[None] * 19)]
    seats = [*parts, *team(W[20], C, D), *team(W[21], A, B), *team(W[22], B, D)]
    graph = build(tmp_path, papers_and_authors(seats))

    assert collaboration_path(graph, A, C).hops["fractional"].item() > 1.0
    assert ids(collaboration_path(graph, A, D)) == [A, B, D]
    assert ids(collaboration_path(graph, A, D, weight="fractional")) == [A, B, D]


def test_weights_can_prefer_a_longer_way_round(tmp_path: Path) -> None:
    """One weak tie is one hop, and longer than two strong ones."""
    seats = [*team(W[1], A, D, *[None] * 9), *team(W[2], A, B), *team(W[3], B, D)]
    graph = build(tmp_path, papers_and_authors(seats))

    assert ids(collaboration_path(graph, A, D)) == [A, D]
    weighted = collaboration_path(graph, A, D, weight="fractional")
    assert (ids(weighted), weighted.length) == ([A, B, D], 2.0)
    assert ids(collaboration_path(graph, A, D, weight="full")) == [A, D]


def test_papers_that_do_not_count_are_not_walked_through(tmp_path: Path) -> None:
    """What was met and refused stands in the result, each paper once."""
    tables = papers_and_authors([*team(W[1], A, B), *team(W[2], B, C), *team(W[3], A, B, C)])
    for paper, kind, year in zip(
        tables["papers"], ["article", "article", "erratum"], [2010, 2012, 2012], strict=True
    ):
        paper.update(type=kind, year=year)
    graph = build(tmp_path, tables)

    assert ids(collaboration_path(graph, A, C, types="all")) == [A, C]
    assert ids(collaboration_path(graph, A, C)) == [A, B, C]
    assert collaboration_path(graph, A, C).made["papers_left_out"] == {"erratum": 1}
    assert ids(collaboration_path(graph, A, C, types="all", max_authors=2)) == [A, B, C]
    for weight in (None, "fractional"):
        path = collaboration_path(graph, A, C, types="all", max_authors="auto", weight=weight)
        assert ids(path) == ([A, C] if weight is None else [A, B, C])
    cut = collaboration_path(graph, A, C, until=2011)
    assert cut.length is None
    assert cut.reason == f"{C} signed no paper that counts with anybody else"
    assert cut.made["papers_left_out"] == {"after until": 1, "erratum": 1}


def test_versions_of_one_work_can_count_once(tmp_path: Path) -> None:
    """A preprint and its article are two papers of a tie, or one."""
    tables = papers_and_authors([*team(W[1], A, B), *team(W[2], A, B), *team(W[3], B, C)])
    for paper, title in zip(tables["papers"], ["On ties", "On ties", "Else"], strict=True):
        paper["title"] = title
    graph = build(tmp_path, tables)

    assert collaboration_path(graph, A, C).hops["paper_count"].tolist() == [2, 1]
    assert collaboration_path(graph, A, C, versions="merge").hops["paper_count"].tolist() == [1, 1]


def test_no_chain_says_how_far_the_papers_lead(tmp_path: Path) -> None:
    """Frames without rows, no length, and a reason."""
    graph = build(tmp_path, papers_and_authors([*team(W[1], A, B), *team(W[2], C, D, E)]))
    for weight in (None, "full"):
        path = collaboration_path(graph, E, A, weight=weight)

        assert path.length is None
        assert path.reason == f"papers that count lead from {A} to 1 others and no further"
        assert [len(path.authors), len(path.hops), len(path.papers)] == [0, 0, 0]
        assert repr(path) == f"<CollaborationPath: none, {path.reason}>"


def test_a_paper_of_thousands_is_walked_through_and_not_written_out(tmp_path: Path) -> None:
    """5,000 authors between two people are as many chains, and no pairs among themselves."""
    crowd = [f"A8{number:09}" for number in range(5_000)]
    seats = [*team(W[1], A, *crowd), *team(W[2], *crowd, B)]
    graph = build(tmp_path, papers_and_authors(seats))
    path = collaboration_path(graph, A, B)

    assert ids(path) == [A, crowd[0], B]
    assert path.made["chains"] == 5_000
    weighted = collaboration_path(graph, A, B, weight="fractional")
    assert ids(weighted) == [A, crowd[0], B]
    assert weighted.length == pytest.approx(10_000)
    assert weighted.made["decided_by"] == "none"


def test_too_many_ties_to_sum_are_said_and_ids_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where ties are not summed the chain of the smallest ids is taken, and it says so."""
    seats = [*team(W[1], A, B), *team(W[2], B, D), *team(W[3], A, C), *team(W[4], A, C),
             *team(W[5], C, D)]  # fmt: skip
    graph = build(tmp_path, papers_and_authors(seats))
    monkeypatch.setattr(chains, "TIE_STEPS", 4)
    path = collaboration_path(graph, D, A)

    assert ids(path) == [D, B, A]
    assert path.made["decided_by"] == "ids"
    assert path.made["chains"] is None
    monkeypatch.setattr(chains, "TIE_STEPS", 5)
    assert collaboration_path(graph, D, A).made["decided_by"] == "ties, then ids"


def test_a_weighted_search_that_gives_up_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is found in silence: the reason names the limit."""
    graph = build(tmp_path, papers_and_authors([*team(W[1], A, B), *team(W[2], B, C)]))
    monkeypatch.setattr(strong_chains, "WEIGHTED_STEPS", 3)
    path = collaboration_path(graph, A, C, weight="full")

    assert path.length is None
    assert path.reason is not None
    assert "not found among 3 co-authors" in path.reason


def test_a_weighted_search_in_batches_agrees_with_networkx(tmp_path: Path) -> None:
    """Few authors at a time, and pieces of few papers: the lengths stay those of Dijkstra."""
    random = np.random.default_rng(3)
    people = [f"A7{number:09}" for number in range(150)]
    seats = []
    for number in range(220):
        paper = f"W7{number:09}"
        first = int(random.integers(0, 140))
        near = random.choice(10, int(random.integers(2, 5)), replace=False) + first
        seats += team(paper, *(people[place] for place in near))
    tables = papers_and_authors(seats)
    graph = build(tmp_path, tables)
    oracle = naive_paths.graph_of(tables, {})
    for _, _, edge in oracle.edges(data=True):
        edge["length"] = 1 / edge["fractional"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strong_chains, "_BATCH_STEPS", 30)
        patch.setattr(walking, "_PIECE_STEPS", 20)
        for a, b in random.choice(sorted(oracle), (25, 2)).tolist():
            if a == b:
                continue
            path = collaboration_path(graph, a, b, weight="fractional")
            if not nx.has_path(oracle, a, b):
                assert path.length is None
                continue
            length = nx.dijkstra_path_length(oracle, a, b, weight="length")
            assert path.length == pytest.approx(float(length), rel=1e-12)
            assert sum(1 / path.hops["fractional"]) == pytest.approx(path.length, rel=1e-12)


def test_agrees_with_networkx_on_the_sample(sample_dump: Path, tmp_path: Path) -> None:
    """On the sample of the repository, lengths are those of networkx."""
    store = tmp_path / "graph"
    sg.ingest_openalex(sample_dump, store)
    graph = sg.read_graph(store)
    people = sample_people(graph)
    component = max((sorted(part) for part in nx.connected_components(people)), key=len)
    random = np.random.default_rng(1)
    for a, b in random.choice(component, (40, 2)).tolist():
        if a != b:
            path = collaboration_path(graph, a, b, types="all")

            assert path.length == nx.shortest_path_length(people, a, b)
            assert path.made["chains"] == len(list(nx.all_shortest_paths(people, a, b)))


def sample_people(graph: Any) -> Any:
    """Who signed with whom, all types of papers."""
    seats = graph.table("authorships", ["paper_id", "author_id", "mark"])
    seats = seats[seats["mark"].isna() & seats["author_id"].notna()]
    people = nx.Graph()
    for _, authors in seats.groupby("paper_id")["author_id"]:
        people.add_edges_from(combinations(sorted(set(authors)), 2))
    return people


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    """Each in one line that says what is wrong."""
    graph = build(tmp_path, papers_and_authors(team(W[1], A, B)))

    with pytest.raises(InvalidArgumentError, match=f"both identifiers name {A}"):
        collaboration_path(graph, A, A)
    with pytest.raises(NodeNotFoundError):
        collaboration_path(graph, A, C)
    with pytest.raises(InvalidIdentifierError):
        collaboration_path(graph, A, "Ada Lovelace")
    with pytest.raises(InvalidArgumentError, match="weight is None or one of full, fractional"):
        collaboration_path(graph, A, B, weight="harmonic")
    with pytest.raises(InvalidArgumentError, match="max_authors"):
        collaboration_path(graph, A, B, max_authors=1)
    with pytest.raises(InvalidArgumentError, match="since=2012 is after until=2011"):
        collaboration_path(graph, A, B, since=2012, until=2011)


def test_says_how_it_was_made(tmp_path: Path) -> None:
    """Arguments and version travel with the answer."""
    graph = build(tmp_path, papers_and_authors(team(W[1], A, B)))
    made = collaboration_path(graph, B, A, types=["article"], until=2020).made

    assert (made["a"], made["b"], made["version"], made["weight"]) == (B, A, 1, None)
    assert (made["types"], made["until"], made["max_authors"]) == (["article"], 2020, None)
    assert repr(collaboration_path(graph, B, A)) == f"<CollaborationPath: {B} to {A} in 1 hop>"

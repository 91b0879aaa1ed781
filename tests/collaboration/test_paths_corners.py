"""Corners of the search for chains: long ones, many, crowds, and what a search leaves behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import scholargraph as sg
from scholargraph.collaboration import (
    collaboration_path,
    collaborators,
    meeting,
    strong_chains,
    walking,
)
from scholargraph.errors import NodeNotFoundError
from tests.naive import paths as naive_paths
from tests.support import Row, build, papers_and_authors, team


def people(count: int) -> list[str]:
    """Ids of some authors, ascending."""
    return [f"A7{number:09}" for number in range(count)]


def papers_by(teams: list[list[str]]) -> dict[str, list[Row]]:
    """Tables of papers, each signed by one of some teams."""
    return papers_and_authors(
        [row for number, each in enumerate(teams) for row in team(f"W7{number:09}", *each)]
    )


def random_world(seed: int, crowds: int = 0) -> dict[str, list[Row]]:
    """150 people and papers of two to four neighbours, and some of twelve."""
    random = np.random.default_rng(seed)
    everybody = people(150)
    teams = []
    for number in range(200 + crowds):
        reach = 15 if number < 200 else 40
        size = int(random.integers(2, 5)) if number < 200 else 12
        first = int(random.integers(0, len(everybody) - reach))
        teams.append([everybody[first + at] for at in random.choice(reach, size, replace=False)])
    return papers_by(teams)


def known_pairs(oracle: Any, seed: int, count: int) -> list[list[str]]:
    """Some pairs of different people."""
    drawn = np.random.default_rng(seed).choice(sorted(oracle), (count, 2)).tolist()
    return [pair for pair in drawn if pair[0] != pair[1]]


def everything(path: Any) -> tuple[Any, ...]:
    """What an answer holds, for comparison; how much was met depends on nothing but the graph."""
    frames = [each.to_dict("records") for each in (path.authors, path.hops, path.papers)]
    return path.author_ids, path.length, path.reason, path.made, *frames


def test_a_chain_can_be_longer_than_any_mark(tmp_path: Path) -> None:
    """Seven hundred people in a row are found from end to end, and back, by every length."""
    row = people(700)
    graph = build(tmp_path, papers_by([list(pair) for pair in pairwise(row)]))
    path = collaboration_path(graph, row[0], row[-1])

    assert list(path.author_ids) == row
    assert (path.length, path.made["chains"]) == (699, 1)
    assert collaboration_path(graph, row[-1], row[0]).author_ids == path.author_ids[::-1]
    assert collaboration_path(graph, row[0], row[-1], weight="full").length == 699


def test_chains_are_counted_exactly_however_many(tmp_path: Path) -> None:
    """Forty times three ways are 3**40 chains, which no floating-point number is."""
    row = people(41 + 3 * 40)
    hubs, between = row[:41], row[41:]
    teams = []
    for number, (one, other) in enumerate(pairwise(hubs)):
        for middle in between[3 * number : 3 * number + 3]:
            teams += [[one, middle], [middle, other]]
    path = collaboration_path(build(tmp_path, papers_by(teams)), hubs[0], hubs[-1])

    assert path.made["chains"] == 3**40
    assert list(path.author_ids[1::2]) == between[::3]


def test_fewest_hops_and_their_number_agree_with_networkx(tmp_path: Path) -> None:
    """Whichever side meets the other, among authors or on papers, no chain is lost."""
    tables = random_world(5)
    graph = build(tmp_path, tables)
    every: tuple[dict[str, Any], ...] = ({}, {"max_authors": 3})
    for terms in every:
        oracle = naive_paths.graph_of(tables, terms)
        lengths = set()
        for a, b in known_pairs(oracle, 6, 60):
            path = collaboration_path(graph, a, b, **terms)
            if not nx.has_path(oracle, a, b):
                assert path.length is None
                continue
            lengths.add(path.length)
            chains = naive_paths.chains(oracle, a, b)

            assert path.made["chains"] == len(chains)
            assert list(path.author_ids) in (chains[0], chains[0][::-1])
        # Both even and odd, so that the sides met in both ways.
        assert {2, 3, 4, 5} <= lengths


@pytest.mark.parametrize("weight", ["full", "fractional"])
@pytest.mark.parametrize("crowd", [2, 5])
def test_passing_crowds_over_loses_no_tie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crowd: int, weight: str
) -> None:
    """Whatever counts as a crowd, and however few are taken at a time, lengths are Dijkstra's."""
    monkeypatch.setattr(strong_chains, "_CROWD", crowd)
    monkeypatch.setattr(strong_chains, "_BATCH_AUTHORS", 4)
    monkeypatch.setattr(walking, "_PIECE_STEPS", 30)
    tables = random_world(7, crowds=60)
    graph = build(tmp_path, tables)
    oracle = naive_paths.graph_of(tables, {})
    for _, _, edge in oracle.edges(data=True):
        edge["length"] = 1 / edge[weight]
    is_several = False
    for a, b in known_pairs(oracle, 8, 25):
        if not nx.has_path(oracle, a, b):
            continue
        start, goal = sorted([a, b])
        chains = sorted(nx.all_shortest_paths(oracle, start, goal, weight="length"))
        path = collaboration_path(graph, start, goal, weight=weight)
        length = nx.dijkstra_path_length(oracle, a, b, weight="length")
        is_several |= bool((path.hops["paper_count"] > 1).any())

        assert path.length == pytest.approx(float(length), rel=1e-12)
        assert list(path.author_ids) == chains[0]
    assert is_several


def test_two_crowds_make_a_tie_that_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people whom only crowds tie are nearer each other than by any single crowd."""
    monkeypatch.setattr(strong_chains, "_CROWD", 3)
    row = people(12)
    crowds = [[row[0], row[1], *row[2:6]], [row[0], row[1], *row[6:9]], [row[0], *row[9:12]]]
    graph = build(tmp_path, papers_by([*crowds, [row[1], row[9]]]))
    full = collaboration_path(graph, row[0], row[1], weight="full")
    fractional = collaboration_path(graph, row[0], row[1], weight="fractional")

    assert (full.length, list(full.author_ids)) == (0.5, row[:2])
    assert fractional.length == pytest.approx(1 / (1 / 5 + 1 / 4))


def test_what_a_search_leaves_to_the_next_changes_nothing(tmp_path: Path) -> None:
    """Asked again, in another order and on other terms, a graph answers as a new one does."""
    tables = random_world(9)
    for number, paper in enumerate(tables["papers"]):
        paper.update(type=["article", "erratum", "preprint"][number % 3], year=2000 + number % 9)
    build(tmp_path, tables)
    graph = sg.read_graph(tmp_path)
    questions: list[tuple[str, str, dict[str, Any]]] = []
    for a, b in known_pairs(naive_paths.graph_of(tables, {}), 10, 6):
        questions += [(a, b, {}), (b, a, {"since": 2004}), (a, b, {"weight": "full"}), (a, b, {})]
    met = set()
    for a, b, terms in questions:
        found = everything(collaboration_path(graph, a, b, **terms))
        met.update(found[3]["papers_left_out"])

        assert found == everything(collaboration_path(sg.read_graph(tmp_path), a, b, **terms))
    assert met == {"erratum", "before since"}


def test_a_search_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an error in the middle the next search begins with clean marks."""
    row = people(9)
    graph = build(tmp_path, papers_by([list(pair) for pair in pairwise(row)]))
    expected = everything(collaboration_path(graph, row[0], row[8]))
    whole, calls = meeting.Ball.expand, []

    def expand(ball: meeting.Ball) -> Any:
        calls.append(ball)
        if len(calls) == 5:
            raise MemoryError
        return whole(ball)

    with monkeypatch.context() as patch:
        patch.setattr(meeting.Ball, "expand", expand)
        with pytest.raises(MemoryError):
            collaboration_path(graph, row[0], row[8])

    assert everything(collaboration_path(graph, row[0], row[8])) == expected


def test_searches_at_one_time_do_not_meet_each_other(tmp_path: Path) -> None:
    """Several threads that share a graph get the answers of one."""
    tables = random_world(11)
    graph = build(tmp_path, tables)
    pairs = known_pairs(naive_paths.graph_of(tables, {}), 12, 60)
    expected = [everything(collaboration_path(graph, a, b)) for a, b in pairs]
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda pair: everything(collaboration_path(graph, *pair)), pairs)

        assert list(found) == expected


def test_opening_an_answer_changes_nothing_of_it(tmp_path: Path) -> None:
    """Frames are made when asked for, once, and agree with what was there before."""
    row = people(4)
    graph = build(tmp_path, papers_by([list(pair) for pair in combinations(row[:3], 2)]))
    path = collaboration_path(graph, row[0], row[2])
    made = dict(path.made)

    assert path.authors["author_id"].tolist() == list(path.author_ids) == [row[0], row[2]]
    assert path.papers is path.papers
    assert path.hops["source"].tolist() == [row[0]]
    assert path.made == made


def test_whom_only_bylines_name_is_no_end(tmp_path: Path) -> None:
    """An author without a record is passed through, and asked about he is not in the graph."""
    row = people(3)
    tables = papers_by([row[:2], row[1:]])
    tables["authors"] = [each for each in tables["authors"] if each["author_id"] != row[1]]
    graph = build(tmp_path, tables)

    assert list(collaboration_path(graph, row[0], row[2]).author_ids) == row
    with pytest.raises(NodeNotFoundError) as of_path:
        collaboration_path(graph, row[0], row[1])
    with pytest.raises(NodeNotFoundError) as of_collaborators:
        collaborators(graph, row[1])
    assert str(of_path.value) == str(of_collaborators.value)

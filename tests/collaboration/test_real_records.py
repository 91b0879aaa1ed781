"""Ties of the real records, against facts counted elsewhere."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from scholargraph.collaboration import collaborators, shared_papers
from scholargraph.collaboration.author_ties import ties_of
from scholargraph.collaboration.choosing import choose_papers
from scholargraph.collaboration.terms import Terms
from scholargraph.graph import read_graph
from tests.naive import bylines as naive

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


@pytest.fixture(scope="module")
def graph(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


@pytest.fixture(scope="module")
def teams(graph: ScholarGraph) -> dict[str, set[str]]:
    """The distinct authors of each paper."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = graph.table("authorships", ["paper_id", "author_id"], where={"mark": None})
    for paper, author in rows.itertuples(index=False):
        found[paper].add(author)
    return found


def test_ties_of_all_authors_agree_with_a_naive_count(
    graph: ScholarGraph, teams: dict[str, set[str]]
) -> None:
    """Every author's ties, all types counted, are the pairs counted one by one."""
    expected = Counter(pair for team in teams.values() for pair in combinations(sorted(team), 2))
    adjacency, every = graph.adjacency, Terms(types="all")
    known = adjacency.nodes["author"].ids
    names = [known[row] for row in range(len(known))]
    found: Counter[tuple[str, str]] = Counter()
    partners = {}
    for number, author in enumerate(names):
        signed = choose_papers(adjacency, adjacency.author_papers.of(number), every)
        ties = ties_of(adjacency, signed, number, every, 2024)
        partners[author] = len(ties.target)
        for other, papers in zip(ties.target.tolist(), ties.paper_count.tolist(), strict=True):
            if author < names[other]:
                found[author, names[other]] = papers

    assert found == expected
    assert (len(found), found.total()) == (51_939, 76_523)
    assert sum(weight == 1 for weight in found.values()) == 40_953
    assert found.most_common(2) == [
        (("A5049649985", "A5075429508"), 94),
        (("A5049649985", "A5084940954"), 76),
    ]
    assert sorted(partners.items(), key=lambda item: -item[1])[:3] == [
        ("A5063047677", 394),
        ("A5049649985", 367),
        ("A5056332242", 318),
    ]


def test_the_public_answer_is_that_of_the_whole(
    graph: ScholarGraph, teams: dict[str, set[str]]
) -> None:
    """Asked one by one, authors have the ties that the teams give, weights included."""
    strength: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    sizes = graph.sql(
        "SELECT paper_id, count(DISTINCT author_id) + count(*) FILTER (author_id IS NULL) AS size "
        "FROM authorships GROUP BY paper_id"
    )
    size = dict(zip(sizes["paper_id"], sizes["size"], strict=True))
    for paper, team in teams.items():
        for author in team:
            for other in team - {author}:
                strength[author][other].append(size[paper])
    for author in sorted(strength)[::150]:
        answer = collaborators(graph, author, types="all").set_index("author_id")
        assert answer["paper_count"].to_dict() == {
            other: len(papers) for other, papers in strength[author].items()
        }
        assert answer["fractional"].to_dict() == pytest.approx(
            {
                other: sum(1 / (persons - 1) for persons in papers)
                for other, papers in strength[author].items()
            }
        )


@pytest.mark.parametrize("types", ["research", "all"])
def test_answers_are_those_of_reading_the_tables_to_the_last_bit(
    graph: ScholarGraph, types: str
) -> None:
    """Ties, their order, and what is said of the papers behind them agree bit for bit."""
    known = graph.adjacency.nodes["author"]
    most = known.counts.argsort()[::-1][:3].tolist()
    signed = naive.teams(graph)
    for row in [*most, *range(0, known.row_count, 400)]:
        answer = collaborators(graph, known.ids[row], types=types)
        ties, summary = naive.collaborators(graph, known.ids[row], types, signed)

        assert [
            tuple(None if pd.isna(value) else value for value in tie)
            for tie in answer[naive.COLUMNS].itertuples(index=False)
        ] == ties
        assert {name: answer.attrs[name] for name in summary} == summary


@pytest.mark.parametrize("month", ["2026_02", "2026_03"])
def test_co_authors_agree_with_those_that_others_published(
    openalex_data: Path, teams: dict[str, set[str]], month: str
) -> None:
    """Each row of the published tables lists the authors of its work without the member."""
    with gzip.open(openalex_data / f"oracle_coauthors_{month}.csv.gz", "rt", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))

    assert len(rows) == {"2026_02": 401, "2026_03": 3_684}[month]
    for row in rows:
        published = {name for name in row["coauthor_openalex_ids"].split("|") if name}
        work = row["work_id"].rsplit("/", 1)[-1]
        member = row["author_openalex_id"].rsplit("/", 1)[-1]
        assert published == teams.get(work, set()) - {member}


def test_the_heaviest_tie_opens_to_its_papers(graph: ScholarGraph) -> None:
    """94 papers stand behind the heaviest tie, and their weights sum to its own."""
    papers = shared_papers(graph, "A5049649985", "A5075429508", types="all")
    ties = collaborators(graph, "A5049649985", types="all").set_index("author_id")

    assert len(papers) == 94
    assert papers.attrs["fractional"] == ties.loc["A5075429508", "fractional"]
    assert papers["fractional"].sum() == pytest.approx(papers.attrs["fractional"])


def test_a_byline_mostly_without_ids_gives_no_strength(graph: ScholarGraph) -> None:
    """On the paper of 30 seats of which 5 are resolved, each pair weighs 1/29."""
    authors = graph.table("authorships", where={"paper_id": "W4382794266", "mark": None})
    a, b = authors["author_id"].unique()[:2]
    papers = shared_papers(graph, a, b, types="all").set_index("paper_id")

    assert papers.loc["W4382794266", "team_size"] == 30
    assert papers.loc["W4382794266", "fractional"] == 1 / 29

"""How well the recommendation would have told who writes together next."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.collaboration import backtesting as module
from scholargraph.collaboration.backtesting import (
    Backtest,
    auroc,
    average_precision,
    backtest,
    precision_at,
)
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import ScholarGraph
from tests.naive import collaboration as naive
from tests.naive import paths as naive_paths
from tests.naive import recommendation as naive_features
from tests.support import Row, build, papers_and_authors, team

FEATURES = [
    "common_neighbours",
    "adamic_adar",
    "resource_allocation",
    "shared_topics",
    "same_institution",
    "citation_contact",
]
TOPICS = ["T9000000001", "T9000000002", "T9000000003"]
INSTITUTIONS = ["I9000000001", "I9000000002"]


def world(seed: int, *, extra: int = 0) -> dict[str, list[Row]]:
    """Forty people who write with those near them in 2018 to 2021; more papers in 2020 and 2021."""
    random = np.random.default_rng(seed)
    people = [f"A90000001{number:02}" for number in range(40)]
    seats: list[Row] = []
    years: dict[str, int] = {}
    topics, seated, citations = [], [], []
    for number in range(90 + extra):
        paper = f"W90000{number:05}"
        years[paper] = 2018 + number % 4 if number < 90 else 2020 + number % 2
        near = random.choice(8, int(random.integers(1, 4)), replace=False)
        middle = int(random.integers(40))
        seats += team(paper, *(people[(middle + int(step)) % 40] for step in near))
        topics.append({"paper_id": paper, "topic_id": TOPICS[int(random.integers(3))]})
        for position in range(1, len(near) + 1):
            place = {"paper_id": paper, "position": position}
            seated.append({**place, "institution_id": INSTITUTIONS[int(random.integers(2))]})
        cited = f"W90000{int(random.integers(90)):05}"
        citations.append({"paper_id": paper, "cited_paper_id": cited})
    tables = papers_and_authors(seats)
    tables["authors"] = [{"author_id": each} for each in people]
    for row in tables["papers"]:
        row["year"] = years[row["paper_id"]]
    tables["topics"] = [{"topic_id": topic} for topic in TOPICS]
    tables["institutions"] = [{"institution_id": each} for each in INSTITUTIONS]
    tables["paper_topics"] = topics
    tables["affiliations"] = seated
    tables["citations"] = [row for row in citations if row["paper_id"] != row["cited_paper_id"]]
    return tables


def met(tables: dict[str, list[Row]], first: int, last: int) -> set[frozenset[str]]:
    """Who signed papers together in some years."""
    return {
        frozenset(pair)
        for paper in tables["papers"]
        if first <= paper["year"] <= last
        for pair in combinations(sorted(naive.authors(tables, paper)), 2)
    }


def active(tables: dict[str, list[Row]], first: int, last: int) -> set[str]:
    """Who signed papers in some years."""
    return {
        author
        for paper in tables["papers"]
        if first <= paper["year"] <= last
        for author in naive.authors(tables, paper)
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_pairs_are_those_of_the_definition(tmp_path: Path, seed: int) -> None:
    """All first joint papers are there, negatives are like them, features are counted by hand."""
    tables = world(seed)
    pairs = backtest(build(tmp_path, tables), 2019, years=2).pairs
    before, after = met(tables, 2018, 2019), met(tables, 2020, 2021)
    both = active(tables, 2018, 2019) & active(tables, 2020, 2021)
    first = {tuple(sorted(pair)) for pair in after - before if pair <= both}
    terms = {"as_of": 2019}
    people = naive_paths.graph_of(tables, terms)
    papers = {
        author: sum(
            author in naive.authors(tables, paper)
            for paper in tables["papers"]
            if paper["year"] <= 2019
        )
        for author in both
    }
    joint = pairs[pairs["is_joint"]]

    assert {tuple(sorted(p)) for p in joint[["author_id", "other_id"]].values.tolist()} == first
    assert len(joint) == 2 * len(first)
    assert not pairs.duplicated(["author_id", "other_id"]).any()
    kinds: dict[tuple[str, int, int], list[bool]] = {}
    for row in pairs.to_dict("records"):
        a, b = row["author_id"], row["other_id"]
        assert {a, b} <= both
        assert frozenset((a, b)) not in before
        assert row["is_joint"] == (frozenset((a, b)) in after)
        lengths = nx.single_source_shortest_path_length(people, a)
        assert row["distance"] == min(lengths.get(b, 4), 4)
        expected = naive_features.features(tables, a, b, terms)
        assert [row[name] for name in FEATURES] == pytest.approx(list(expected.values()))
        assert row["preferential_attachment"] == people.degree(a) * people.degree(b)
        kind = (a, row["distance"], papers[b].bit_length())
        kinds.setdefault(kind, []).append(bool(row["is_joint"]))
    assert all(any(each) for each in kinds.values())


def test_later_papers_change_no_feature(tmp_path: Path) -> None:
    """More papers after the year make other positives, and the same features of the same pairs."""
    one, other = (
        backtest(build(tmp_path / str(extra), world(3, extra=extra)), 2019).pairs
        for extra in (0, 60)
    )
    key = ["author_id", "other_id"]
    both = one.merge(other, on=key, suffixes=("", "_more"))

    assert len(both) > 100
    assert not both["is_joint"].equals(both["is_joint_more"])
    for name in (*FEATURES, "distance", "preferential_attachment"):
        assert both[name].equals(both[f"{name}_more"].rename(name))


def test_scores_follow_from_the_pairs(tmp_path: Path) -> None:
    """Every measure is the mean over authors of what their pairs say."""
    test = backtest(build(tmp_path, world(1)), 2019, limit=3)
    near = test.pairs["common_neighbours"] > 0
    chosen = {"all": near | True, "common neighbour": near, "no common neighbour": ~near}
    for row in test.scores.to_dict("records"):
        pairs = test.pairs[chosen[row["pairs"]]]
        by_author = [
            group
            for _, group in pairs.groupby("author_id")
            if group["is_joint"].any() and not group["is_joint"].all()
        ]
        areas = [naive_auroc(group, row["ranking"]) for group in by_author]

        assert row["authors"] == len(by_author)
        assert row["positives"] == sum(int(group["is_joint"].sum()) for group in by_author)
        assert row["auroc"] == pytest.approx(np.mean(areas))
    assert len(test.scores) == 9


def naive_auroc(pairs: pd.DataFrame, ranking: str) -> float:
    """The share of pairs of a positive and a negative that stand in the right order."""
    positive = pairs.loc[pairs["is_joint"], ranking].tolist()
    negative = pairs.loc[~pairs["is_joint"], ranking].tolist()
    right = [
        0.5 if abs(one - other) < 1e-10 else float(one > other)
        for one in positive
        for other in negative
    ]
    return sum(right) / len(right)


def test_a_seed_is_a_draw(tmp_path: Path) -> None:
    """The same seed draws the same authors and pairs, another seed others."""
    graph = build(tmp_path, world(1))

    def drawn(seed: int) -> list[list[str]]:
        pairs = backtest(graph, 2019, authors=5, seed=seed).pairs
        return pairs[["author_id", "other_id"]].values.tolist()

    assert drawn(0) == drawn(0)
    assert drawn(0) != drawn(1)


def test_says_how_it_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The draw is bounded, and what it lacked is said."""
    graph = build(tmp_path, world(1))
    test = backtest(graph, 2019, authors=5)

    assert test.made["authors"] == 5 == test.pairs["author_id"].nunique()
    assert 5 <= test.made["authors_tried"] <= test.made["authors_active"]
    assert test.made["papers_left_out"]["after as_of"] > 0
    joint = int(test.pairs["is_joint"].sum())
    assert test.made["negatives_lacking"] == 20 * joint - int((~test.pairs["is_joint"]).sum())
    assert repr(test) == f"<Backtest: {joint} first joint papers after 2019>"
    monkeypatch.setattr(module, "NEGATIVES", 0)
    assert backtest(graph, 2019, authors=5).pairs["is_joint"].all()


def test_nothing_to_predict_is_no_error(tmp_path: Path) -> None:
    """Without later papers there are no pairs, and measures are null."""
    test = backtest(build(tmp_path, world(1)), 2021)

    assert len(test.pairs) == 0
    assert test.scores["authors"].tolist() == [0] * 9
    assert test.scores["auroc"].isna().all()


def test_hyper_authored_papers_make_no_first_pairs(tmp_path: Path) -> None:
    """Who met on a paper of many is neither predicted nor taken for a stranger."""
    a, b, c, d = (f"A900000000{number}" for number in range(1, 5))
    tables = papers_and_authors(
        [
            *team("W9000000001", a, c),
            *team("W9000000002", b, d),
            *team("W9000000003", a, b, c, d),
            *team("W9000000004", a, d),
        ]
    )
    for row, year in zip(tables["papers"], [2018, 2018, 2020, 2020], strict=True):
        row["year"] = year
    graph = build(tmp_path, tables)
    pairs = backtest(graph, 2019, max_authors=3).pairs

    assert pairs[["author_id", "other_id"]].values.tolist() == [[a, d], [d, a]]
    assert len(backtest(graph, 2019, max_authors=None).pairs) == 8


marks = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.5, 1.0, 2.0])), min_size=2, max_size=9
).filter(lambda pairs: len({is_joint for is_joint, _ in pairs}) == 2)


@settings(max_examples=100, deadline=None)
@given(pairs=marks, limit=st.integers(1, 10))
def test_measures_are_means_over_all_orders(pairs: list[tuple[bool, float]], limit: int) -> None:
    """Precision and AUROC are what random orders of equal scores give on average."""
    is_joint = np.array([each for each, _ in pairs])
    score = np.array([each for _, each in pairs])
    right = [
        0.5 if one == other else float(one > other)
        for one in score[is_joint]
        for other in score[~is_joint]
    ]
    assert auroc(is_joint, score) == pytest.approx(np.mean(right))

    random = np.random.default_rng(0)
    hits = []
    for _ in range(300):
        order = np.lexsort((random.random(len(score)), -score))
        hits.append(is_joint[order][:limit].mean())
    assert precision_at(limit, is_joint, score) == pytest.approx(np.mean(hits), abs=0.12)


def test_average_precision_by_hand() -> None:
    """Positives on places 1 and 3 of 4 give (1 + 2/3) / 2; all equal, it is their share."""
    is_joint = np.array([True, False, True, False])

    assert average_precision(is_joint, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(5 / 6)
    assert average_precision(is_joint, np.zeros(4)) == 0.5
    assert average_precision(is_joint, np.array([1.0, 2.0, 1.0, 0.0])) == pytest.approx(2 / 3)
    assert precision_at(2, is_joint, np.array([4.0, 3.0, 2.0, 1.0])) == 0.5
    assert precision_at(9, is_joint, np.zeros(4)) == 0.5
    assert auroc(is_joint, np.array([4.0, 3.0, 2.0, 1.0])) == 0.75


def test_runs_on_the_sample(sample_dump: Path, tmp_path: Path) -> None:
    """On the sample of the repository the recommendation stands above chance."""
    sg.ingest_openalex(sample_dump, tmp_path / "graph")
    test = backtest(sg.read_graph(tmp_path / "graph"), 2019, authors=40)
    found = of(test, "all", "recommendation")

    assert isinstance(test, Backtest)
    assert found["positives"] > 20
    assert 0.5 < found["auroc"] <= 1


def of(test: Backtest, pairs: str, ranking: str) -> pd.Series:
    """One row of the scores."""
    scores = test.scores
    return scores[(scores["pairs"] == pairs) & (scores["ranking"] == ranking)].iloc[0]


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    """Each in one line that says what is wrong."""
    graph: ScholarGraph = build(tmp_path, world(1))

    with pytest.raises(InvalidArgumentError, match="years is a number of 1 or more, not 0"):
        backtest(graph, 2019, years=0)
    with pytest.raises(InvalidArgumentError, match="authors is a number"):
        backtest(graph, 2019, authors=-1)
    with pytest.raises(InvalidArgumentError, match="as_of is a year"):
        backtest(graph, 19)
    with pytest.raises(InvalidArgumentError, match="would know the teams of later years"):
        backtest(graph, 2019, max_authors="auto")  # type: ignore[arg-type]

"""Robustness: runs against a naive recount, shares against exact probabilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from scholargraph.errors import InvalidArgumentError
from scholargraph.network import Network
from scholargraph.network.pairs import Classes, Credits, incidence
from scholargraph.network.recipe import Bipartite
from scholargraph.network.robustness import (
    Robustness,
    rank_correlation,
    robustness,
)

Papers = Sequence[tuple[Sequence[int], int]]
"""Who signed each paper, and how many seats it has."""


class ListedPapers:
    """A recipe that holds its papers as lists, fractional counting or credits by position."""

    def __init__(self, papers: Papers, nodes: int, min_papers: int, credited: bool) -> None:
        self._papers, self._nodes = papers, nodes
        self._min_papers, self._credited = min_papers, credited

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Only what the recount needs."""
        return {"min_papers": self._min_papers}

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """No test asks."""
        raise NotImplementedError

    def bipartite(self) -> Bipartite:
        """One class per number of seats."""
        indptr = np.cumsum([0, *(len(members) for members, _ in self._papers)])
        members = np.array([m for paper, _ in self._papers for m in sorted(paper)], np.int32)
        seats, of_group = np.unique([seats for _, seats in self._papers], return_inverse=True)
        full = np.ones(len(seats))
        fractional = np.array([1 / (n - 1) if n > 1 else 0.0 for n in seats])
        classes = Classes(
            of_group=of_group.astype(np.int32),
            year=np.full(len(seats), 2020, np.int16),
            full=full,
            fractional=fractional,
            weight=fractional,
        )
        credits = None
        if self._credited:
            credits = Credits(
                of_member=1.0 + members.astype(np.float64), of_group=np.ones(len(self._papers))
            )
        return Bipartite(incidence(indptr, members, self._nodes), classes, credits)


def ties_of(papers: Papers, *, min_papers: int = 1, credited: bool = False) -> dict[Any, float]:
    """Weights of all ties, counted naively."""
    weight: dict[tuple[int, int], float] = defaultdict(float)
    count: dict[tuple[int, int], int] = defaultdict(int)
    for members, seats in papers:
        for a, b in combinations(sorted(members), 2):
            weight[a, b] += (1.0 + a) * (1.0 + b) if credited else 1 / (seats - 1)
            count[a, b] += 1
    return {pair: weight[pair] for pair in sorted(weight) if count[pair] >= min_papers}


def name(number: int) -> str:
    """The id of a node."""
    return f"N{number:04d}"


def network_of(
    papers: Papers, nodes: int, *, min_papers: int = 1, credited: bool = False
) -> Network:
    """The network of some papers."""
    ties = ties_of(papers, min_papers=min_papers, credited=credited)
    edges = pa.table(
        {
            "source": pa.array([name(a) for a, _ in ties], pa.string()),
            "target": pa.array([name(b) for _, b in ties], pa.string()),
            "weight": pa.array(ties.values(), pa.float64()),
        }
    )
    recipe = ListedPapers(papers, nodes, min_papers, credited)
    ids = pa.array([name(number) for number in range(nodes)], pa.string())
    return Network(pa.table({"id": ids}), edges, recipe=recipe)


@st.composite
def paper_lists(draw: st.DrawFn) -> tuple[list[tuple[list[int], int]], int]:
    """A few papers, some with seats that nobody known holds."""
    nodes = draw(st.integers(2, 7))
    teams = draw(st.lists(st.sets(st.integers(0, nodes - 1), min_size=1), min_size=1, max_size=8))
    unresolved = st.integers(0, 2)
    return [(sorted(team), len(team) + draw(unresolved)) for team in teams], nodes


CHAIN: Papers = [([0, 1], 2), ([1, 2], 2), ([2, 3], 2), ([0, 1, 4], 3), ([4, 5], 4), ([6], 1)]


def as_lists(result: Robustness) -> tuple[Any, ...]:
    """All that a result says, to be compared."""
    frames = (result.nodes, result.runs, result.summary)
    return (*(frame.to_dict("list") for frame in frames), result.path_survival)


@settings(max_examples=40)
@given(paper_lists(), st.booleans(), st.integers(1, 2))
def test_nothing_dropped_is_the_original(
    case: tuple[list[tuple[list[int], int]], int], credited: bool, min_papers: int
) -> None:
    """Probability 0: every run has the original's values, to the last bit."""
    papers, nodes = case
    network = network_of(papers, nodes, credited=credited, min_papers=min_papers)
    result = robustness(network, 0, runs=3)

    for measure in ("degree", "strength"):
        for column in ("mean", "low", "high"):
            assert (result.nodes[f"{measure}_{column}"] == result.nodes[measure]).all()
    assert (result.runs["dropped"] == 0).all()
    assert (result.runs["ties"] == network.edges.num_rows).all()
    ends = np.concatenate([network.source, network.target])
    strength = np.bincount(ends, np.tile(network.weight, 2), minlength=nodes)
    assert result.nodes["strength"].to_numpy() == pytest.approx(strength, rel=1e-12)
    assert result.nodes["degree"].tolist() == np.bincount(ends, minlength=nodes).tolist()
    assert result.nodes["id"].tolist() == network.ids.to_pylist()
    assert result.path_survival is None
    assert result.expected_dropped == 0


@settings(max_examples=40)
@given(paper_lists())
def test_everything_dropped_leaves_no_tie(
    case: tuple[list[tuple[list[int], int]], int],
) -> None:
    """Probability 1: no authorship, no tie, components of one."""
    papers, nodes = case
    result = robustness(network_of(papers, nodes), 1, runs=2, path=(name(0), name(1)))
    signed = sum(len(members) for members, _ in papers)

    assert result.runs["ties"].tolist() == [0, 0]
    assert result.runs["largest_component"].tolist() == [1, 1]
    assert result.runs["dropped"].tolist() == [signed, signed]
    assert result.expected_dropped == signed
    assert result.nodes["strength_high"].tolist() == [0] * nodes
    assert result.path_survival == 0
    assert result.runs["spearman_degree"].isna().all()


@given(paper_lists(), st.booleans(), st.sampled_from([1, 2]))
def test_a_run_is_a_recount(
    case: tuple[list[tuple[list[int], int]], int], credited: bool, min_papers: int
) -> None:
    """What nodes of probability 1 leave behind is what counting without them by hand gives; the
    size of teams stays.
    """
    papers, nodes = case
    network = network_of(papers, nodes, credited=credited, min_papers=min_papers)
    gone = {0, nodes - 1}
    result = robustness(network, 0, runs=1, doubtful={name(node): 1.0 for node in gone})
    left = [([m for m in members if m not in gone], seats) for members, seats in papers]
    ties = ties_of(left, credited=credited, min_papers=min_papers)

    graph = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in ties.items())
    assert result.nodes["degree_mean"].tolist() == [graph.degree[n] for n in range(nodes)]
    strength = [graph.degree(n, weight="weight") for n in range(nodes)]
    assert result.nodes["strength_mean"].tolist() == pytest.approx(strength, rel=1e-12)
    largest = max(map(len, nx.connected_components(graph)))
    assert result.runs["largest_component"].tolist() == [largest]
    assert result.runs["ties"].tolist() == [len(ties)]


def test_intervals_are_those_of_the_runs() -> None:
    """Mean and percentiles of degree against those of single runs, taken from fewer runs."""
    network = network_of(CHAIN, 7)
    result = robustness(network, 0.3, runs=25, seed=3)
    shorter = [robustness(network, 0.3, runs=n, seed=3) for n in range(1, 26)]
    # The mean of n runs times n, less the same of one run less, is the last run.
    totals = [np.zeros(7), *(s.nodes["degree_mean"].to_numpy() * len(s.runs) for s in shorter)]
    degrees = np.array([after - before for before, after in pairwise(totals)])

    low, high = np.percentile(degrees, [2.5, 97.5], axis=0)
    assert result.nodes["degree_low"].to_numpy() == pytest.approx(low, abs=1e-9)
    assert result.nodes["degree_high"].to_numpy() == pytest.approx(high, abs=1e-9)
    original = result.nodes["degree"].to_numpy()
    for run, degree in enumerate(degrees):
        value = result.runs["spearman_degree"][run]
        if len(np.unique(degree.round())) > 1:
            assert value == pytest.approx(spearmanr(original, degree.round()).statistic)
        else:
            assert pd.isna(value)


def test_the_summary_is_that_of_the_runs() -> None:
    """Mean and percentiles of every quantity, beside its value where nothing is dropped."""
    result = robustness(network_of(CHAIN, 7), 0.2, runs=30, seed=1)
    summary = result.summary.set_index("quantity")

    expected = {"dropped": 0, "ties": 6, "largest_component": 6}
    expected |= {"spearman_degree": 1, "spearman_strength": 1}
    assert summary["original"].to_dict() == expected
    for quantity in summary.index:
        values = result.runs[quantity].dropna().to_numpy()
        low, high = np.percentile(values, [2.5, 97.5])
        row = summary.loc[quantity]
        assert (row["mean"], row["low"], row["high"]) == pytest.approx((values.mean(), low, high))


def test_a_seed_decides() -> None:
    """The same seed gives the same result, another one another; more runs go on where fewer end."""
    network = network_of(CHAIN, 7)
    twice = [robustness(network, 0.4, runs=8, seed=5, path=(name(0), name(3))) for _ in range(2)]
    other = robustness(network, 0.4, runs=8, seed=6, path=(name(0), name(3)))
    longer = robustness(network, 0.4, runs=9, seed=5, path=(name(0), name(3)))

    assert as_lists(twice[0]) == as_lists(twice[1])
    assert other.runs["dropped"].tolist() != twice[0].runs["dropped"].tolist()
    assert longer.runs["dropped"].tolist()[:8] == twice[0].runs["dropped"].tolist()


def test_a_path_survives_as_often_as_it_should() -> None:
    """A chain of three papers hangs on six authorships: (1 - p)^6, within four deviations."""
    papers: Papers = [([0, 1], 2), ([1, 2], 2), ([2, 3], 2)]
    result = robustness(network_of(papers, 4), 0.1, runs=1000, path=(name(3), name(0)))
    expected = 0.9**6

    assert result.path_survival is not None
    assert abs(result.path_survival - expected) < 4 * (expected * (1 - expected) / 1000) ** 0.5
    assert result.path_survival == result.runs["connected"].mean()
    assert result.expected_dropped == pytest.approx(0.6)
    assert abs(result.runs["dropped"].mean() - 0.6) < 4 * (6 * 0.09 / 1000) ** 0.5


def test_expected_strength() -> None:
    """A tie of one paper survives with (1 - p)^2, and its weight does not grow by what is lost."""
    papers: Papers = [([0, 1, 2], 3)]
    result = robustness(network_of(papers, 3), 0.5, runs=800)

    mean = result.nodes["strength_mean"].to_numpy()
    assert mean == pytest.approx(2 * 0.5 * 0.25, abs=0.06)
    assert result.nodes["strength_high"].tolist() == [1, 1, 1]
    assert result.nodes["strength_low"].tolist() == [0, 0, 0]


def test_doubtful_nodes_stand_out() -> None:
    """Only the authorships of doubtful nodes are dropped, others go by the general probability."""
    result = robustness(network_of(CHAIN, 7), 0, runs=50, doubtful={name(3): 0.5})
    lost = result.nodes["degree"] - result.nodes["degree_mean"]

    assert lost[3] > 0
    assert lost[0] == 0
    assert 0 < result.runs["dropped"].sum() < 50
    assert result.expected_dropped == 0.5
    spared = robustness(network_of(CHAIN, 7), 1, runs=1, doubtful={name(0): 0, name(1): 0})
    assert spared.runs["ties"].tolist() == [1]


def test_more_is_dropped_at_a_larger_probability() -> None:
    """Run by run, a larger probability drops what a smaller one drops, and more."""
    network = network_of(CHAIN, 7)
    ties = [robustness(network, p, runs=30).runs["ties"].to_numpy() for p in (0.1, 0.3, 0.6)]

    assert (ties[0] >= ties[1]).all()
    assert (ties[1] >= ties[2]).all()
    assert ties[0].sum() > ties[2].sum()


def test_measures_are_chosen() -> None:
    """One measure alone is reported where it alone is asked for."""
    result = robustness(network_of(CHAIN, 7), 0.1, runs=2, measures=["degree"])

    assert list(result.nodes) == ["id", "degree", "degree_mean", "degree_low", "degree_high"]
    assert list(result.runs) == ["run", "dropped", "ties", "largest_component", "spearman_degree"]
    assert pd.api.types.is_integer_dtype(result.nodes["degree"])


def test_rows_of_edges_may_stand_in_any_order() -> None:
    """A network whose edges are ordered otherwise is the same network."""
    network = network_of(CHAIN, 7)
    backwards = network.edges.take(list(range(network.edges.num_rows))[::-1])
    other = Network(network.nodes, backwards, recipe=network.recipe)

    assert (
        as_lists(robustness(other, 0.2, runs=5))[0] == as_lists(robustness(network, 0.2, runs=5))[0]
    )


def test_refusals() -> None:
    """Each wrong argument, and each network that cannot be counted again, is named in one line."""
    network = network_of(CHAIN, 7)
    part = Network(network.nodes, network.edges.slice(1), recipe=network.recipe)
    scaled = network.edges.set_column(2, "weight", pa.array(network.weight * 2))
    cases: list[tuple[Network, float, dict[str, Any], str]] = [
        (network, -0.1, {}, "a probability lies between 0 and 1, not at -0.1"),
        (network, float("nan"), {}, "a probability lies between"),
        (network, 0.1, {"doubtful": {name(0): 1.5}}, "not at 1.5"),
        (network, 0.1, {"doubtful": {"nobody": 0.5}}, "'nobody' is no node"),
        (network, 0.1, {"runs": 0}, "at least one run is needed, not 0"),
        (network, 0.1, {"seed": -1}, "a seed is not negative, as -1 is"),
        (network, 0.1, {"path": (name(0), "nobody")}, "'nobody' is no node"),
        (network, 0.1, {"measures": ["closeness"]}, "degree and strength, not 'closeness'"),
        (Network(network.nodes, network.edges), 0.1, {}, "does not know the papers"),
        (part, 0.1, {}, "does not give the ties of this network again"),
        (Network(network.nodes, scaled, recipe=network.recipe), 0.1, {}, "does not give the ties"),
    ]
    for refused, probability, arguments, message in cases:
        with pytest.raises(InvalidArgumentError, match=message):
            robustness(refused, probability, **arguments)


def test_a_network_without_ties() -> None:
    """Papers of one author each: nothing to lose but authorships."""
    result = robustness(network_of([([0], 1), ([1], 3)], 2), 0.5, runs=4)

    assert result.runs["ties"].tolist() == [0] * 4
    assert result.summary.set_index("quantity").loc["spearman_degree"].isna()["mean"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12))
def test_rank_correlation_is_scipys(pairs: list[tuple[int, int]]) -> None:
    """Spearman's with mean ranks; None where one side does not vary."""
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    found = rank_correlation(first, second)

    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)


def test_communities_are_compared() -> None:
    """Two teams that share one paper: the same communities without loss, others with it."""
    team = [([a, b], 2) for a, b in combinations(range(4), 2)]
    other = [([a + 4, b + 4], 2) for a, b in combinations(range(4), 2)]
    papers: Papers = [*team, *other, ([0, 4], 2)]
    network = network_of(papers, 8)

    assert robustness(network, 0, runs=2, communities=True).runs["nmi"].tolist() == [1, 1]
    moved = robustness(network, 0.5, runs=10, communities=True)
    assert moved.runs["nmi"].between(0, 1).all()
    assert moved.runs["nmi"].mean() < 1
    assert moved.summary.set_index("quantity").loc["nmi", "original"] == 1
    # Forty who never had a tie change nothing of it.
    beside = network_of([*papers, *(([8 + k], 1) for k in range(40))], 48)
    doubtful = {name(node): 0.0 for node in range(8, 48)}
    again = robustness(beside, 0.5, runs=10, doubtful=doubtful, communities=True)
    assert again.runs["nmi"].tolist() == moved.runs["nmi"].tolist()


def test_communities_of_a_network_without_ties() -> None:
    """Nothing to compare: alike."""
    network = network_of([([0], 1), ([1], 3)], 2)

    assert robustness(network, 0.5, runs=2, communities=True).runs["nmi"].tolist() == [1, 1]

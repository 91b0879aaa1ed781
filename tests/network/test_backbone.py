"""Backbones: null models against enumeration, scipy and hand-computed cases."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, false_discovery_control, hypergeom

from scholargraph.errors import InvalidArgumentError
from scholargraph.network import Network, nulls
from scholargraph.network.backbone import backbone, corrected, disparity
from scholargraph.network.nulls import (
    EXACT_COUNT,
    binomial_sum_tails,
    configuration,
    hypergeometric_tails,
    refined_normal_tails,
    sdsm_tails,
)
from scholargraph.network.pairs import NO_CLASS, Classes, incidence
from scholargraph.network.recipe import Bipartite

FloatArray = npt.NDArray[np.float64]
Papers = Sequence[Sequence[int]]


class ListedPapers:
    """A recipe that holds its papers as lists of node numbers."""

    def __init__(self, papers: Papers, nodes: int, ignored: Sequence[int] = ()) -> None:
        self._papers, self._nodes, self._ignored = papers, nodes, ignored

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Nothing was asked for."""
        return {}

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """No test asks."""
        raise NotImplementedError

    def bipartite(self) -> Bipartite:
        """All papers, those that are ignored without a class."""
        indptr = np.cumsum([0, *map(len, self._papers)])
        members = np.array([m for paper in self._papers for m in sorted(paper)], np.int64)
        of_group = np.zeros(len(self._papers), np.int32)
        of_group[list(self._ignored)] = NO_CLASS
        one = np.ones(1)
        classes = Classes(
            of_group=of_group,
            year=np.array([2020], np.int16),
            full=one,
            fractional=one,
            weight=one,
        )
        return Bipartite(incidence(indptr, members, self._nodes), classes, None)


def network_of(papers: Papers, nodes: int, ignored: Sequence[int] = ()) -> Network:
    """The network of some papers, counted naively."""
    ties = Counter(
        pair
        for number, paper in enumerate(papers)
        if number not in ignored
        for pair in combinations(sorted(paper), 2)
    )
    ids = [f"N{number:04d}" for number in range(nodes)]
    edges = pa.table(
        {
            "source": pa.array([ids[a] for a, _ in sorted(ties)], pa.string()),
            "target": pa.array([ids[b] for _, b in sorted(ties)], pa.string()),
            "weight": pa.array([float(ties[tie]) for tie in sorted(ties)], pa.float64()),
            "paper_count": pa.array([ties[tie] for tie in sorted(ties)], pa.int32()),
        }
    )
    return Network(
        pa.table({"id": pa.array(ids, pa.string())}),
        edges,
        recipe=ListedPapers(papers, nodes, ignored),
        left_out={"truncated": 3},
    )


def weighted(edges: Mapping[tuple[str, str], float]) -> Network:
    """A network of ties alone."""
    ids = sorted({end for edge in edges for end in edge})
    table = pa.table(
        {
            "source": [a for a, _ in edges],
            "target": [b for _, b in edges],
            "weight": pa.array(edges.values(), pa.float64()),
        }
    )
    return Network(pa.table({"id": ids}), table)


def naive_tail(chances: Sequence[float], count: int) -> float:
    """At least so many successes, by enumerating all outcomes."""
    return math.fsum(
        math.prod(q if hit else 1 - q for q, hit in zip(chances, outcome, strict=True))
        for outcome in product((0, 1), repeat=len(chances))
        if sum(outcome) >= count
    )


def sums(papers: Papers, nodes: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Papers of each node, members of each paper."""
    signed = Counter(member for paper in papers for member in paper)
    return (
        np.array([signed[node] for node in range(nodes)], np.int64),
        np.array([len(paper) for paper in papers], np.int64),
    )


def cell_matrix(papers: Papers, nodes: int) -> FloatArray:
    """The probability of every cell, one row per node, one column per paper."""
    of_node, of_paper = sums(papers, nodes)
    cells = configuration(of_node, of_paper)
    column = np.searchsorted(np.unique(of_paper), of_paper)
    matrix: FloatArray = cells.probability[cells.of_node][:, column]
    return matrix


@st.composite
def paper_lists(draw: st.DrawFn) -> tuple[list[list[int]], int]:
    """A few papers by a few nodes, papers that nobody signs and nodes without papers among them."""
    nodes = draw(st.integers(2, 6))
    member = st.integers(0, nodes - 1)
    papers = draw(st.lists(st.sets(member, max_size=nodes), min_size=1, max_size=7))
    return [sorted(paper) for paper in papers], nodes


# The bipartite configuration model


@given(paper_lists())
def test_cells_add_up_to_both_sums(case: tuple[list[list[int]], int]) -> None:
    """Whatever the papers, expected sums of rows and columns are the observed ones."""
    papers, nodes = case
    matrix = cell_matrix(papers, nodes)
    of_node, of_paper = sums(papers, nodes)

    assert ((matrix >= 0) & (matrix <= 1)).all()
    assert np.abs(matrix.sum(axis=1) - of_node).max() < 1e-8
    assert np.abs(matrix.sum(axis=0) - of_paper).max() < 1e-8


def test_cells_have_odds_of_two_factors() -> None:
    """The solution of maximum entropy: the odds of a cell are a node's factor times a paper's."""
    random = np.random.default_rng(3)
    signs = random.random((40, 60)) < random.random(40)[:, None] * random.random(60) * 0.9
    papers = [np.flatnonzero(column).tolist() for column in signs.T]
    matrix = cell_matrix(papers, 40)
    inner = matrix[signs.any(axis=1)][:, signs.any(axis=0)]
    logit = np.log(inner / (1 - inner))

    factors = logit - logit[:1] - logit[:, :1] + logit[:1, :1]
    assert np.abs(factors).max() < 1e-8
    assert np.abs(matrix.sum(axis=1) - signs.sum(axis=1)).max() < 1e-8


def test_cells_of_very_unequal_sums_are_found() -> None:
    """Hundreds of papers of one node beside a team of hundreds, who sign nothing else."""
    papers = [[0, 1]] * 400 + [list(range(2, 600))] + [[0], [1, 2]] * 10
    of_node, of_paper = sums(papers, 600)
    cells = configuration(of_node, of_paper)

    expected = cells.probability[cells.of_node] @ cells.papers
    assert np.abs(expected - of_node).max() < 1e-6


@pytest.mark.parametrize(
    "papers", [[[0, 1, 2], [0, 1, 3], [0, 2], [1, 3]], [[0, 1], [0]], [[0, 1], [0, 1]]]
)
def test_cells_that_have_no_choice(papers: Papers) -> None:
    """Sums that leave a cell no choice have it full, or empty, to the last digits."""
    matrix = cell_matrix(papers, 4)
    of_node, of_paper = sums(papers, 4)

    assert np.abs(matrix.sum(axis=1) - of_node).max() < 1e-8
    assert np.abs(matrix.sum(axis=0) - of_paper).max() < 1e-8


# Tails


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 3)), min_size=1, max_size=4),
    st.integers(1, 9),
)
def test_tails_are_those_of_enumeration(kinds: list[tuple[float, int]], count: int) -> None:
    """Sums of binomials against all outcomes one by one."""
    chances = [q for q, times in kinds for _ in range(times)]
    probability = np.array([[q for q, _ in kinds]])
    trials = np.array([times for _, times in kinds])

    (tail,) = binomial_sum_tails(probability, trials, count)
    assert tail == pytest.approx(naive_tail(chances, count), rel=1e-9, abs=1e-300)


def test_small_tails_are_exact() -> None:
    """Five hits in 3,000 trials of one in a million, in exact arithmetic: nothing is subtracted."""
    q = Fraction(1, 1_000_000)
    below = sum(math.comb(3000, k) * q**k * (1 - q) ** (3000 - k) for k in range(5))
    (tail,) = binomial_sum_tails(np.array([[1e-6, 1e-6]]), np.array([1000, 2000]), 5)

    assert tail == pytest.approx(float(1 - below), rel=1e-10)
    assert tail < 1e-14


@pytest.mark.parametrize("count", [1, 7, 60, EXACT_COUNT])
def test_tails_of_equal_trials_are_binomial(count: int) -> None:
    """However the trials are divided among kinds, equal ones make a binomial."""
    (tail,) = binomial_sum_tails(np.full((1, 3), 0.05), np.array([500, 499, 1]), count)

    assert tail == pytest.approx(binom.sf(count - 1, 1000, 0.05), rel=1e-9)


def test_certain_trials() -> None:
    """Trials that always or never succeed, also very many of them."""
    probability = np.array([[1.0, 0.0, 0.5]])
    trials = np.array([5000, 5000, 1])

    assert binomial_sum_tails(probability, trials, 100).tolist() == [1]
    few = np.array([50, 5000, 1])
    assert binomial_sum_tails(probability, few, 51).tolist() == pytest.approx([0.5])
    assert binomial_sum_tails(probability, few, 52).tolist() == [0]


def test_the_refined_normal_is_near_the_exact_tail() -> None:
    """Where it is used, it errs by less than 0.001, and far out by less than a factor of two down
    to 1e-6.
    """
    probability, trials = np.array([[0.02, 0.3]]), np.array([3000, 200])
    tails = []
    for count in range(EXACT_COUNT + 1, 180, 5):
        (exact,) = binomial_sum_tails(probability, trials, count)
        (near,) = refined_normal_tails(probability, trials, np.array([count]))
        assert near == pytest.approx(exact, abs=1e-3)
        if exact > 1e-6:
            assert exact / 2 < near < exact * 2
        tails.append(exact)
    assert tails[0] > 0.9
    assert tails[-1] < 1e-6


def test_dividing_the_cases_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few cases are computed at a time, tails are the same."""
    random = np.random.default_rng(2)
    papers = [random.choice(30, size=random.integers(1, 6), replace=False) for _ in range(80)]
    of_node, of_paper = sums([paper.tolist() for paper in papers], 30)
    a, b = (np.array(ends) for ends in zip(*combinations(range(30), 2), strict=True))
    joint = random.choice([1, 2, 3, 150], size=len(a))
    at_once = sdsm_tails(of_node, of_paper, a, b, joint)
    monkeypatch.setattr(nulls, "_CHUNK", 1)

    assert sdsm_tails(of_node, of_paper, a, b, joint) == pytest.approx(at_once, rel=1e-12)


def test_the_refined_normal_stays_a_probability() -> None:
    """Far out, and without any chance, it is held between 0 and 1."""
    counts = np.array([101, 2000, 150, 151])
    probability = np.array([[0.5, 0.0], [0.5, 0.0], [0.0, 1.0], [0.0, 1.0]])
    tails = refined_normal_tails(probability, np.array([2000, 150]), counts)

    assert tails == pytest.approx([1, 0, 1, 0], abs=1e-9)
    assert ((tails >= 0) & (tails <= 1)).all()


@given(paper_lists())
def test_sdsm_is_that_of_enumeration(case: tuple[list[list[int]], int]) -> None:
    """The tails of all pairs against all outcomes of all papers, and the same for (b, a)."""
    papers, nodes = case
    matrix = cell_matrix(papers, nodes)
    pairs = list(combinations(range(nodes), 2))
    a, b = (np.array(ends) for ends in zip(*pairs, strict=True))
    for count in (1, 2, 5):
        joint = np.full(len(pairs), count)
        tails = sdsm_tails(*sums(papers, nodes), a, b, joint)
        naive = [naive_tail(list(matrix[i] * matrix[j]), count) for i, j in pairs]
        assert tails == pytest.approx(naive, rel=1e-8, abs=1e-300)
        assert tails.tolist() == sdsm_tails(*sums(papers, nodes), b, a, joint).tolist()


def test_sdsm_above_the_exact_count() -> None:
    """Pairs with many and with few joint papers stand in one call, each with its own tail."""
    papers = [[0, 1]] * 150 + [[0], [1], [2, 3]] * 200 + [[2], [3]] * 300
    a, b = np.array([2, 0, 0]), np.array([3, 1, 2])
    joint = np.array([200, 150, 1])
    matrix = cell_matrix(papers, 4)
    tails = sdsm_tails(*sums(papers, 4), a, b, joint)

    for i, j, count, tail in zip(a, b, joint, tails, strict=True):
        chance, trials = np.unique(matrix[i] * matrix[j], return_counts=True)
        (exact,) = binomial_sum_tails(chance[None, :], trials, int(count))
        assert tail == pytest.approx(exact, abs=2e-3)


@given(
    st.integers(1, 60),
    st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=1, max_size=6),
)
def test_hypergeometric_is_scipys(papers: int, draws: list[tuple[int, int, int]]) -> None:
    """Upper tails against scipy's, impossible and certain ones included."""
    cases = [(min(x, papers), min(y, papers), t) for x, y, t in draws]
    of_node = np.array([count for x, y, _ in cases for count in (x, y)])
    a, b = np.arange(0, len(of_node), 2), np.arange(1, len(of_node), 2)
    joint = np.array([t for _, _, t in cases])
    expected = [hypergeom.sf(t - 1, papers, x, y) for x, y, t in cases]

    tails = hypergeometric_tails(of_node, papers, a, b, joint)
    assert tails == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert (tails <= 1).all()


@pytest.mark.parametrize(
    ("papers", "x", "y", "joint"),
    [(1_000_000, 300, 200, 5), (50_000, 20_000, 10_000, 4_100), (10_000, 5_000, 4_000, 1_500)],
)
def test_hypergeometric_of_large_numbers(papers: int, x: int, y: int, joint: int) -> None:
    """Tails on both sides of the mean, and far out, among many papers."""
    pair = np.array([0]), np.array([1]), np.array([joint])
    (tail,) = hypergeometric_tails(np.array([x, y]), papers, *pair)

    assert tail == pytest.approx(hypergeom.sf(joint - 1, papers, x, y), rel=1e-6)


# Correction


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.integers(0, 30))
def test_correction_is_scipys_with_the_missing_tests_at_one(
    values: list[float], missing: int
) -> None:
    """Benjamini and Hochberg over all tests, of which the missing ones have p = 1."""
    p_values = np.array(values)
    tests = len(values) + missing
    padded = false_discovery_control(np.concatenate([p_values, np.ones(missing)]))

    assert corrected(p_values, tests) == pytest.approx(padded[: len(values)], rel=1e-12)


# Backbones


@pytest.mark.parametrize("null", ["sdsm", "hypergeometric"])
def test_what_is_left_is_what_the_procedure_rejects(null: str) -> None:
    """Step up by hand: the largest k with p_(k) <= k alpha / m, and all edges up to it."""
    random = np.random.default_rng(11)
    noise = [random.choice(np.arange(40), size=2, replace=False).tolist() for _ in range(60)]
    papers = [[0, 1]] * 14 + [[2, 3]] * 10 + noise
    network = network_of(papers, 40)
    of_node, of_paper = sums(papers, 40)
    joint = network.edges["paper_count"].to_numpy().astype(np.int64)
    ends = network.source, network.target, joint
    p_values = (
        sdsm_tails(of_node, of_paper, *ends)
        if null == "sdsm"
        else hypergeometric_tails(of_node, len(of_paper), *ends)
    )
    possible = 40 * 39 // 2
    ranked = np.sort(p_values)
    passes = [k for k, p in enumerate(ranked, 1) if p <= k * 0.05 / possible]
    threshold = ranked[passes[-1] - 1]
    left = backbone(network, 0.05, null)

    assert 0 < left.edges.num_rows < network.edges.num_rows
    expected = set(np.flatnonzero(p_values <= threshold).tolist())
    kept = set(zip(left.source.tolist(), left.target.tolist(), strict=True))
    rows = zip(network.source.tolist(), network.target.tolist(), strict=True)
    assert kept == {row for number, row in enumerate(rows) if number in expected}
    assert (0, 1) in kept
    assert left.edges["p_value"].to_pylist() == p_values[sorted(expected)].tolist()
    assert max(left.edges["p_value_corrected"].to_pylist()) <= 0.05
    assert left.left_out["backbone"] == {
        "alpha": 0.05,
        "null": null,
        "pairs_tested": possible,
        "nodes_with_ties": len({end for pair in kept for end in pair}),
        "ties": len(kept),
        "ties_left_out": network.edges.num_rows - len(kept),
        "share_of_weight": pytest.approx(left.weight.sum() / network.weight.sum()),
    }


@pytest.mark.parametrize("null", ["sdsm", "hypergeometric", "disparity"])
def test_everything_else_stays(null: str) -> None:
    """All nodes, the recipe, what was left out before and the other columns are as they were."""
    network = network_of([[0, 1]] * 5 + [[0, 2], [1, 3], [4], [2, 3]], 6)
    left = backbone(network, 0.5, null)

    assert left.nodes.equals(network.nodes)
    assert left.recipe is network.recipe
    assert left.left_out["truncated"] == 3
    assert left.edges.column_names[:4] == network.edges.column_names
    assert not left.directed
    again = backbone(left, 0.5, null)
    assert again.edges.column_names == left.edges.column_names
    assert network.left_out == {"truncated": 3}


def test_sdsm_regards_team_sizes() -> None:
    """Two papers of two alone say more than two papers of a crowd. The hypergeometric null model
    cannot tell: both times two nodes share both of their papers, of twelve.
    """
    solos = [[node] for node in range(10, 20)]
    alone, crowd = [[0, 1]] * 2 + solos, [list(range(10))] * 2 + solos
    pair = np.array([0]), np.array([1]), np.array([2])
    blind = [hypergeometric_tails(sums(papers, 20)[0], 12, *pair) for papers in (alone, crowd)]
    seeing = [sdsm_tails(*sums(papers, 20), *pair) for papers in (alone, crowd)]

    assert blind[0] == blind[1] == pytest.approx(1 / 66)
    assert seeing[0] < seeing[1] / 2


def test_rare_meetings_are_not_all_significant() -> None:
    """The refined normal gives one in a billion for a joint paper where hardly any is expected;
    the exact tail says one in two hundred, which among all pairs is nothing.
    """
    papers = [[2 * k, 2 * k + 1] for k in range(200)]
    network = network_of(papers, 400)
    of_node, of_paper = sums(papers, 400)
    matrix = cell_matrix(papers, 400)
    chance = np.array([[matrix[0, 0] * matrix[1, 0]]])

    assert refined_normal_tails(chance, np.array([200]), np.array([1]))[0] < 1e-8
    (exact,) = sdsm_tails(of_node, of_paper, np.array([0]), np.array([1]), np.array([1]))
    assert exact == pytest.approx(1 - (1 - (2 / 400) ** 2) ** 200, rel=1e-8)
    assert backbone(network).edges.num_rows == 0


@pytest.mark.parametrize("null", ["sdsm", "hypergeometric"])
def test_chance_alone_leaves_next_to_nothing(null: str) -> None:
    """Papers signed at random have hardly a tie in their backbone."""
    random = np.random.default_rng(7)
    papers = [
        random.choice(np.arange(60), size=size, replace=False).tolist()
        for size in random.integers(1, 6, size=300)
    ]
    network = network_of(papers, 60)

    assert backbone(network, null=null).edges.num_rows <= 0.05 * network.edges.num_rows


@given(paper_lists(), st.sampled_from(["sdsm", "hypergeometric"]))
def test_a_smaller_alpha_keeps_less(case: tuple[list[list[int]], int], null: str) -> None:
    """Backbones are nested, and p-values do not depend on alpha."""
    network = network_of(*case)
    kept = []
    for alpha in (0.01, 0.3, 0.9):
        left = backbone(network, alpha, null)
        ends = zip(left.source.tolist(), left.target.tolist(), strict=True)
        kept.append(dict(zip(ends, left.edges["p_value"].to_pylist(), strict=True)))
    assert kept[0].items() <= kept[1].items() <= kept[2].items()


def test_papers_that_do_not_count_take_no_part() -> None:
    """A paper without a class is as if it were not there."""
    papers = [[0, 1]] * 4 + [[2, 3]] * 4 + [[4]] * 12
    with_it = network_of([[0, 1, 2, 3], *papers], 5, ignored=[0])
    expected = [pytest.approx(1 / math.comb(20, 4))] * 2

    left = backbone(with_it, null="hypergeometric")
    assert left.edges["p_value"].to_pylist() == expected
    sdsm = [backbone(network, 0.9) for network in (with_it, network_of(papers, 5))]
    assert sdsm[0].edges["p_value"].to_pylist() == sdsm[1].edges["p_value"].to_pylist()
    assert sdsm[0].edges.num_rows == 2


# The disparity filter


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")).filter(
            lambda pair: pair[0] < pair[1]
        ),
        st.floats(0, 10).map(lambda weight: round(weight, 3)),
        min_size=1,
    )
)
def test_disparity_is_the_formula(edges: dict[tuple[str, str], float]) -> None:
    """The smaller of both ends' (1 - w / s)^(k - 1), ends of degree 1 not asked."""
    network = weighted(edges)
    expected = []
    for (a, b), weight in edges.items():
        values = []
        for end in (a, b):
            weights = [w for pair, w in edges.items() if end in pair]
            if len(weights) > 1:
                share = weight / sum(weights) if sum(weights) else 0
                values.append(max(1 - share, 0) ** (len(weights) - 1))
        expected.append(min(values, default=math.nan))

    assert disparity(network) == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


def test_disparity_by_hand() -> None:
    """A hub with a strong tie and a pair apart: the pair cannot be tested and is kept."""
    weak = {("A", leaf): 1.0 for leaf in "CDEFG"}
    network = weighted({("A", "B"): 15.0, **weak, ("X", "Y"): 1.0})
    left = backbone(network, 0.05, "disparity")

    assert left.edges.select(["source", "target"]).to_pylist() == [
        {"source": "A", "target": "B"},
        {"source": "X", "target": "Y"},
    ]
    assert left.edges["p_value"].to_pylist() == [pytest.approx(0.25**5), None]
    assert "p_value_corrected" not in left.edges.column_names
    assert left.left_out["backbone"] == {
        "alpha": 0.05,
        "null": "disparity",
        "pairs_tested": 6,
        "dyads_kept": 1,
        "nodes_with_ties": 4,
        "ties": 2,
        "ties_left_out": 5,
        "share_of_weight": pytest.approx(16 / 21),
    }


def test_significant_at_alpha_itself_is_not_enough() -> None:
    """Two equal ties of a node have 1/2 each: kept above, not at it."""
    network = weighted({("A", "B"): 1.0, ("A", "C"): 1.0})

    assert backbone(network, 0.5, "disparity").edges.num_rows == 0
    assert backbone(network, 0.51, "disparity").edges.num_rows == 2


# What is refused, and what is empty


def test_refusals() -> None:
    """Each wrong argument is named in one line."""
    network = network_of([[0, 1]], 2)
    ties = weighted({("A", "B"): 1.0})
    directed = Network(ties.nodes, ties.edges, directed=True)
    uncounted = Network(network.nodes, network.edges.drop(["paper_count"]), recipe=network.recipe)
    wrong = network.edges.set_column(3, "paper_count", pa.array([2], pa.int32()))
    cases: list[tuple[Network, dict[str, Any], str]] = [
        (directed, {}, "undirected"),
        (network, {"null": "fdsm"}, "null is one of sdsm, hypergeometric, disparity"),
        (network, {"alpha": 0}, "alpha lies between 0 and 1, not at 0"),
        (network, {"alpha": 1}, "alpha lies between"),
        (network, {"alpha": math.nan}, "alpha lies between"),
        (ties, {}, "sdsm needs the papers behind a network"),
        (ties, {"null": "hypergeometric"}, "hypergeometric needs the papers"),
        (uncounted, {}, "needs the column paper_count"),
        (Network(network.nodes, wrong, recipe=network.recipe), {}, "do not bear out"),
    ]
    for refused, arguments, message in cases:
        with pytest.raises(InvalidArgumentError, match=message):
            backbone(refused, **arguments)


@pytest.mark.parametrize("null", ["sdsm", "hypergeometric", "disparity"])
@pytest.mark.parametrize("papers", [[], [[0], [1]], [[]]])
def test_networks_without_ties(papers: Papers, null: str) -> None:
    """Nothing to test: an empty backbone that says so."""
    left = backbone(network_of(papers, 2), null=null)

    assert left.edges.num_rows == 0
    assert left.left_out["backbone"]["ties"] == 0
    assert left.left_out["backbone"]["share_of_weight"] is None
    assert "p_value" in left.edges.column_names

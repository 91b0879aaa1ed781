"""Normalised ties, beside slow formulas on single numbers, and on sets of papers."""

from __future__ import annotations

import itertools
import math
import tracemalloc
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError
from scholargraph.network import Network
from scholargraph.network.conversion import from_networkx
from scholargraph.network.normalisation import NormalisedRecipe, normalised
from scholargraph.network.pairs import Classes, incidence
from scholargraph.network.recipe import Bipartite
from tests.network.test_structure import graphs, shuffled

MEASURES = ("association_strength", "cosine", "jaccard", "inclusion", "affinity", "npmi")
ON_SETS = tuple(measure for measure in MEASURES if measure != "affinity")

paper_sets = st.lists(st.sets(st.sampled_from("ABCDE"), max_size=4), max_size=8)


@dataclass(frozen=True)
class PapersRecipe:
    """The papers of a network that a test made, of which those without authors do not count."""

    papers: list[list[int]]
    nodes: int

    @property
    def arguments(self) -> Mapping[str, Any]:
        return {"counting": "full"}

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        return pd.DataFrame({"ends": [a, b]})

    def bipartite(self) -> Bipartite:
        indptr = np.cumsum([0, *map(len, self.papers)])
        members = np.array([number for paper in self.papers for number in paper], np.int64)
        ones = np.ones(1)
        classes = Classes(
            of_group=np.array([0 if paper else -1 for paper in self.papers], np.int32),
            year=np.zeros(1, np.int16),
            full=ones,
            fractional=ones,
            weight=ones,
        )
        return Bipartite(incidence(indptr, members, self.nodes), classes, None)


def network_of_papers(papers: list[set[str]]) -> Network:
    """Who wrote with whom, counted in full, with the number of papers of each."""
    authors = sorted(set().union(*papers))
    pairs = [
        (a, b, sum({a, b} <= paper for paper in papers))
        for a, b in itertools.combinations(authors, 2)
    ]
    met = [pair for pair in pairs if pair[2]]
    return Network(
        pa.table(
            {
                "id": pa.array(authors, pa.string()),
                "paper_count": pa.array(
                    [sum(author in paper for paper in papers) for author in authors], pa.int32()
                ),
            }
        ),
        pa.table(
            {
                "source": pa.array([pair[0] for pair in met], pa.string()),
                "target": pa.array([pair[1] for pair in met], pa.string()),
                "weight": pa.array([float(pair[2]) for pair in met], pa.float64()),
                "paper_count": pa.array([pair[2] for pair in met], pa.int32()),
            }
        ),
        recipe=PapersRecipe(
            [[authors.index(author) for author in sorted(paper)] for paper in papers], len(authors)
        ),
        left_out={"hyper": 3},
    )


def naive(measure: str, c: float, s_i: float, s_j: float, total: float) -> float | None:
    """One tie by the formula of METHODS, section 4."""
    if measure == "npmi":
        if c == 0:
            return -1.0
        p = c / total
        if p == 1:
            return None
        return math.log(p / ((s_i / total) * (s_j / total))) / -math.log(p)
    if c == 0:
        return 0.0
    if measure == "affinity":
        expected = (s_i * s_j / (total - s_i) + s_i * s_j / (total - s_j)) / 2
        return c / expected
    return {
        "association_strength": c * total / (s_i * s_j),
        "cosine": c / math.sqrt(s_i * s_j),
        "jaccard": c / (s_i + s_j - c),
        "inclusion": c / min(s_i, s_j),
    }[measure]


def values(network: Network, measure: str) -> list[float | None]:
    """The normalised ties."""
    column: list[float | None] = network.edges[
        "npmi" if measure == "npmi" else "weight"
    ].to_pylist()
    return column


def same(expected: list[float | None], found: list[float | None]) -> bool:
    """Whether numbers are the same to rounding, and nulls the same."""
    pairs = list(zip(expected, found, strict=True))
    return all(
        a is b or (a is not None and b is not None and math.isclose(a, b, abs_tol=1e-9))
        for a, b in pairs
    )


@given(graph=graphs(directed=False), measure=st.sampled_from(MEASURES))
def test_ties_by_strengths_follow_the_formulas(graph: Any, measure: str) -> None:
    """Marginals are strengths, the total is 2W; the weight from before is kept."""
    for _, _, data in list(graph.edges(data=True))[:1]:
        data["weight"] = 0.0
    network = from_networkx(graph)
    strength = dict(graph.degree(weight="weight"))
    total = sum(strength.values())
    edges = network.edges
    expected = [
        naive(measure, c, strength[a], strength[b], total)
        for a, b, c in zip(
            *(edges[k].to_pylist() for k in ("source", "target", "weight")), strict=True
        )
    ]
    found = normalised(network, measure)

    assert same(expected, values(found, measure))
    if measure == "npmi":
        assert found.edges.column_names == ["source", "target", "weight", "npmi"]
        assert found.edges["weight"].equals(edges["weight"])
    else:
        assert found.edges.column_names == ["source", "target", "weight", "unnormalised"]
        assert found.edges["unnormalised"].equals(edges["weight"])
    assert found.nodes.equals(network.nodes)


@given(papers=paper_sets, measure=st.sampled_from(ON_SETS))
def test_ties_by_papers_follow_the_formulas(papers: list[set[str]], measure: str) -> None:
    """Marginals are numbers of papers, solo ones included, the total is that of all papers."""
    network = network_of_papers(papers)
    count = sum(bool(paper) for paper in papers)
    edges = [
        (a, b, sum({a, b} <= paper for paper in papers))
        for a, b in itertools.combinations(sorted(set().union(*papers)), 2)
    ]
    expected = [
        naive(
            measure,
            c,
            sum(a in paper for paper in papers),
            sum(b in paper for paper in papers),
            count,
        )
        for a, b, c in edges
        if c
    ]
    found = normalised(network, measure, marginals="papers")
    told = normalised(network, measure, marginals="papers", papers=count)

    assert same(expected, values(found, measure))
    assert values(told, measure) == values(found, measure)
    if measure != "association_strength":
        assert all(value is None or -1 <= value <= 1 for value in values(found, measure))


def test_a_chain_by_hand() -> None:
    """A - B of weight 2 and B - C of weight 1: strengths 2, 3 and 1, total 6."""
    graph = nx.Graph()
    graph.add_weighted_edges_from([("A", "B", 2.0), ("B", "C", 1.0)])
    expected = {
        "association_strength": [2 * 6 / (2 * 3), 1 * 6 / (3 * 1)],
        "cosine": [2 / math.sqrt(6), 1 / math.sqrt(3)],
        "jaccard": [2 / 3, 1 / 3],
        "inclusion": [1.0, 1.0],
        # E = (6/4 + 6/3)/2 = 1.75 and (3/3 + 3/5)/2 = 0.8.
        "affinity": [2 / 1.75, 1 / 0.8],
        # ln(1/3 / (1/3 * 1/2)) / ln 3 and ln(1/6 / (1/2 * 1/6)) / ln 6.
        "npmi": [math.log(2) / math.log(3), math.log(2) / math.log(6)],
    }
    found = {
        measure: values(normalised(from_networkx(graph), measure), measure) for measure in MEASURES
    }

    assert found == {measure: pytest.approx(numbers) for measure, numbers in expected.items()}


def test_a_dyad_is_as_strong_as_can_be() -> None:
    """Whatever its weight: NPMI and the others are exactly 1, association strength 2."""
    for weight in (0.1, 1.0, 3.0, 1e6):
        network = from_networkx(nx.Graph([("A", "B", {"weight": weight})]))
        found = {measure: values(normalised(network, measure), measure) for measure in MEASURES}
        expected = {measure: [1.0] for measure in MEASURES} | {"association_strength": [2.0]}

        assert found == {measure: pytest.approx(numbers) for measure, numbers in expected.items()}
        assert found["npmi"][0] is not None
        assert found["npmi"][0] <= 1.0


def test_npmi_is_null_where_two_have_all_papers_together() -> None:
    """Their probability is one, and its logarithm nothing to divide by."""
    network = network_of_papers([{"A", "B"}, {"A", "B"}])

    assert values(normalised(network, "npmi", marginals="papers"), "npmi") == [None]
    assert values(normalised(network, "npmi", marginals="papers", papers=4), "npmi") == [1.0]


def test_npmi_may_be_negative_and_weights_stay_what_they_were() -> None:
    """By hand: A and B each wrote three of four papers, two of them together."""
    network = network_of_papers([{"A", "B"}, {"A", "B"}, {"A"}, {"B"}])
    found = normalised(network, "npmi", marginals="papers")

    assert values(found, "npmi") == pytest.approx([math.log(8 / 9) / math.log(2)])
    assert found.weight.tolist() == [2.0]


def test_the_recipe_says_what_was_done_and_still_knows_the_papers() -> None:
    """Its arguments come before those of the normalisation; what was left out stays."""
    network = network_of_papers([{"A", "B"}, {"A"}])
    found = normalised(network, "jaccard", marginals="papers")

    assert isinstance(found.recipe, NormalisedRecipe)
    assert found.recipe.arguments == {
        "counting": "full",
        "normalization": "jaccard",
        "marginals": "papers",
    }
    assert found.recipe.papers_behind("A", "B")["ends"].tolist() == ["A", "B"]
    assert found.recipe.bipartite().incidence.members.tolist() == [0, 1, 0]
    assert found.left_out == {"hyper": 3}
    without = normalised(from_networkx(nx.path_graph(2)), "cosine").recipe
    assert without is not None
    assert without.arguments == {"normalization": "cosine", "marginals": "strength"}
    for ask in (without.bipartite, lambda: without.papers_behind("0", "1")):
        with pytest.raises(InvalidArgumentError, match="not made of papers"):
            ask()


@pytest.mark.parametrize(("complete", "count"), [([True, False, None], 1), ([False] * 3, 3)])
def test_incomplete_nodes_are_warned_of(complete: list[bool | None], count: int) -> None:
    """One line says how many; unknown is not incomplete."""
    network = from_networkx(nx.path_graph(3))
    nodes = network.nodes.append_column("complete", pa.array(complete, pa.bool_()))

    with pytest.warns(UserWarning, match=f"^{count} of 3 nodes are incomplete.*world$") as caught:
        normalised(Network(nodes, network.edges), "cosine")
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("complete", [[True] * 3, [None] * 3])
def test_complete_networks_are_not_warned_of(complete: list[bool | None]) -> None:
    """Nor those of which nothing is known."""
    network = from_networkx(nx.path_graph(3))
    nodes = network.nodes.append_column("complete", pa.array(complete, pa.bool_()))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        normalised(Network(nodes, network.edges), "cosine")


def refused(network: Network, *arguments: Any, **more: Any) -> str:
    """What an error says of it."""
    with pytest.raises(InvalidArgumentError) as error:
        normalised(network, *arguments, **more)
    return str(error.value)


def test_what_cannot_be_normalised_is_refused() -> None:
    """With a line that says why."""
    chain = from_networkx(nx.path_graph(3))

    assert "'fame': there are association_strength, cosine" in refused(chain, "fame")
    assert "not 'sums'" in refused(chain, "cosine", marginals="sums")
    assert "directed" in refused(from_networkx(nx.DiGraph([(1, 2)])), "cosine")
    assert "by strengths" in refused(chain, "affinity", marginals="papers")
    assert "already" in refused(normalised(chain, "cosine"), "cosine")
    assert "already" in refused(normalised(chain, "npmi"), "jaccard")


def test_papers_as_marginals_need_what_they_count() -> None:
    """Numbers of papers of every node, weights that count papers, and a total that holds them."""
    chain = from_networkx(nx.path_graph(3))
    written = network_of_papers([{"A", "B", "C"}, {"A", "B"}])
    halves = written.edges.set_column(2, "weight", pa.array([0.5] * 3))
    many = written.edges.drop_columns("paper_count").set_column(2, "weight", pa.array([9.0] * 3))
    unknown = written.nodes.set_column(1, "paper_count", pa.array([2, None, 1]))
    bare = Network(written.nodes, written.edges)

    assert "column paper_count" in refused(chain, "cosine", marginals="papers")
    assert "counting='full'" in refused(
        Network(written.nodes, halves), "cosine", marginals="papers"
    )
    assert "counting='full'" in refused(
        Network(written.nodes, halves.drop_columns("paper_count")), "cosine", marginals="papers"
    )
    assert "counting='full'" in refused(Network(written.nodes, many), "cosine", marginals="papers")
    assert "every node" in refused(Network(unknown, written.edges), "cosine", marginals="papers")
    assert "give papers=" in refused(bare, "npmi", marginals="papers")
    assert "more than all 1" in refused(bare, "npmi", marginals="papers", papers=1)
    assert len(normalised(bare, "cosine", marginals="papers")) == 3


@pytest.mark.parametrize("measure", MEASURES)
def test_networks_without_edges_stay_as_they_are(measure: str) -> None:
    """Without nodes, too."""
    for count in (0, 3):
        found = normalised(from_networkx(nx.empty_graph(count)), measure)

        assert (len(found), found.edges.num_rows) == (count, 0)


@given(graph=graphs(directed=False), seed=st.integers(0, 99), measure=st.sampled_from(MEASURES))
def test_the_order_of_edges_does_not_matter(graph: Any, seed: int, measure: str) -> None:
    """Each tie has the same bits whatever the order in which edges were given."""
    network = from_networkx(graph)
    rows = [
        sorted(
            normalised(each, measure).edges.to_pylist(),
            key=lambda row: (row["source"], row["target"]),
        )
        for each in (network, shuffled(network, seed))
    ]

    assert rows[0] == rows[1]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_hundred_thousand_nodes_need_no_matrix_of_them(measure: str) -> None:
    """Named after bibliometrix, which makes it: 80 GB here. A chain, in memory for its edges."""
    count = 100_000
    ids = pa.array([f"{k:06}" for k in range(count)])
    ends = [
        pa.DictionaryArray.from_arrays(pa.array(np.arange(k, count - 1 + k), pa.int32()), ids)
        for k in (0, 1)
    ]
    weights = pa.array(np.ones(count - 1))
    network = Network(
        pa.table({"id": ids}), pa.table([*ends, weights], names=["source", "target", "weight"])
    )
    tracemalloc.start()
    found = normalised(network, measure)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    middle = naive(measure, 1, 2, 2, 2 * (count - 1))

    assert peak < 100e6
    assert values(found, measure)[50_000] == pytest.approx(middle)

"""Networks of topics, and the matrix of co-assignments behind them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph import from_records, read_graph
from scholargraph.errors import InvalidArgumentError
from scholargraph.network.backbone import backbone
from scholargraph.topics import scope, topic_network
from scholargraph.topics.co_assignment import co_assigned, co_assignment, marginals
from scholargraph.topics.scope import scope_of
from tests.naive.near_topics import Near
from tests.support import Row, build
from tests.topics.topic_graphs import topic_graphs

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

by_chance = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@by_chance
@given(
    tables=topic_graphs(),
    scheme=st.sampled_from(["openalex", "arxiv"]),
    level=st.sampled_from(["topic", "subfield"]),
    mode=st.sampled_from(["presence", "weighted"]),
    since=st.sampled_from([None, 2020]),
    piece=st.integers(1, 3),
    pairs=st.sampled_from([1, 4_000_000]),
)
def test_all_pairs_agree_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    tables: dict[str, list[Row]],
    scheme: str,
    level: str,
    mode: str,
    since: int | None,
    piece: int,
    pairs: int,
) -> None:
    """Every tie of every kernel is there once, whatever the size of the pieces."""
    monkeypatch.setattr(scope, "PIECE_PAPERS", piece)
    monkeypatch.setattr("scholargraph.topics.co_assignment._PIECE_PAIRS", pairs)
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    near = Near(tables, scheme, level, since)
    corrected = near.corrected(
        [pair for pair in combinations(near.classes(), 2) if near.joint(*pair)]
    )
    kernels: dict[str, Any] = {
        "co-assignment": (lambda a, b: near.similarity(a, b, mode), near.joint),
        "citation": (near.citation, near.citing),
        "authors": (near.authors, near.shared_authors),
        "tree": (near.tree, lambda a, b: int(near.tree(a, b) > 0)),
    }
    for kernel, (value, evidence) in kernels.items():
        network = topic_network(
            graph, kernel, mode, level, since=since, min_papers=1, scheme=scheme
        )
        among = near.everything() if kernel == "citation" else near.classes()
        expected = {pair: value(*pair) for pair in combinations(among, 2) if evidence(*pair)}
        found = {(row["source"], row["target"]): row for row in network.edges.to_pylist()}

        assert {pair: row["weight"] for pair, row in found.items()} == pytest.approx(
            expected, abs=1e-12
        )
        assert set(near.classes()) <= set(network.nodes["id"].to_pylist())
        if kernel == "co-assignment":
            assert network.nodes["id"].to_pylist() == near.classes()
            for pair, row in found.items():
                assert row["paper_count"] == near.joint(*pair)
                assert row["count"] == pytest.approx(near.count(*pair, mode))
                assert row["npmi"] == pytest.approx(near.npmi(*pair, mode))
                assert row["p_value"] == pytest.approx(corrected[pair])


@by_chance
@given(tables=topic_graphs(), mode=st.sampled_from(["presence", "weighted"]))
def test_the_matrix_is_symmetric_and_adds_up(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], mode: str
) -> None:
    """Rows sum to the marginals; weighted, all that is inside and between is the papers."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    spoken_of = scope_of(graph.adjacency, "openalex")
    matrix = co_assignment(spoken_of, mode)
    sizes = marginals(spoken_of, mode)
    dense = matrix.count.toarray()

    assert (dense == dense.T).all()
    assert (matrix.joint.toarray() == matrix.joint.toarray().T).all()
    assert dense.diagonal().sum() == 0
    assert dense.sum(axis=1) == pytest.approx(sizes.strength)
    if mode == "weighted":
        assert dense.sum() + sizes.inside.sum() == pytest.approx(sizes.counted)
    for row in range(len(dense)):
        one = co_assigned(spoken_of, row, spoken_of.papers_of(row), mode)
        assert one.count.toarray()[0] == pytest.approx(dense[row])
        assert one.joint.toarray()[0].tolist() == matrix.joint.toarray()[row].tolist()


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


def test_the_real_matrix_is_what_sql_counts(real: ScholarGraph) -> None:
    """883 topics on the papers; each pair as often as a straight count says."""
    network = topic_network(real, min_papers=1)
    straight = real.sql(
        "SELECT a.topic_id AS a, b.topic_id AS b, count(*) AS n FROM paper_topics a "
        "JOIN paper_topics b USING (paper_id) WHERE a.topic_id < b.topic_id GROUP BY 1, 2"
    )

    assert len(network) == 883
    assert {
        (row["source"], row["target"]): row["paper_count"] for row in network.edges.to_pylist()
    } == {(a, b): n for a, b, n in straight.itertuples(index=False)}
    assert network.left_out["papers_without_topic"] == 99
    assert network.left_out["papers_with_one_topic"] == 136


@pytest.mark.parametrize(("level", "classes"), [("subfield", 156), ("field", 25)])
def test_the_real_classes_above_topics(real: ScholarGraph, level: str, classes: int) -> None:
    """156 subfields and 25 fields are on the papers; fewer ties are left with more support."""
    network = topic_network(real, level=level, min_papers=1)
    supported = topic_network(real, level=level, min_papers=5)

    assert len(network) == len(supported) == classes
    assert supported.edges.num_rows + supported.left_out["ties_of_fewer_papers"] == (
        network.edges.num_rows
    )
    assert min(supported.edges["paper_count"].to_pylist()) == 5


def test_weighted_co_assignment_adds_up_to_the_real_papers(real: ScholarGraph) -> None:
    """3,986 papers have a topic, and each counts one in all."""
    spoken_of = scope_of(real.adjacency, "openalex")
    sizes = marginals(spoken_of, "weighted")

    assert sizes.total + sizes.inside.sum() == pytest.approx(4085 - 99)
    assert sizes.counted == 4085 - 99


def test_the_papers_behind_a_tie(real: ScholarGraph) -> None:
    """They are as many as the tie says, add up to its count, and stand with their years."""
    network = topic_network(real, mode="weighted", since=2020, until=2024)
    assert network.recipe is not None
    edge = max(network.edges.to_pylist(), key=lambda row: row["paper_count"])
    papers = network.recipe.papers_behind(edge["target"], edge["source"])

    assert len(papers) == edge["paper_count"]
    assert papers["weight"].sum() == pytest.approx(edge["count"])
    assert papers["year"].between(2020, 2024).all()


def test_a_backbone_rests_on_the_same_p_values(real: ScholarGraph) -> None:
    """The hypergeometric backbone of all pairs finds what the column says."""
    network = topic_network(real, level="field", min_papers=1)
    before = dict(zip(pairs(network), network.edges["p_value"].to_pylist(), strict=True))
    left = backbone(network, alpha=0.05, null="hypergeometric")
    after = dict(zip(pairs(left), left.edges["p_value_corrected"].to_pylist(), strict=True))

    assert after == pytest.approx({pair: p for pair, p in before.items() if p <= 0.05})
    assert 0 < len(after) < len(before)


def pairs(network: Any) -> list[tuple[str, str]]:
    """The ends of each edge."""
    rows = network.edges.select(["source", "target"]).to_pylist()
    return [(row["source"], row["target"]) for row in rows]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel": "all"}, "kernel is one of co-assignment, citation, authors, tree, not 'all'"),
        ({"scheme": "mesh"}, "scheme is one of openalex, arxiv, not 'mesh'"),
        ({"min_papers": 0}, "min_papers is a number from 1"),
        ({"mode": "primary"}, "mode is one of presence, weighted"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    """Each says in one line what the argument takes."""
    with pytest.raises(InvalidArgumentError, match=message):
        topic_network(from_records([{"id": "W9000000001"}]), **arguments)


def test_papers_behind_other_ties_are_not_to_be_had() -> None:
    """Only co-assignment is made of papers with both topics; the message says so."""
    network = topic_network(from_records([{"id": "W9000000001"}]), kernel="authors")
    assert network.recipe is not None
    with pytest.raises(InvalidArgumentError, match="not made of papers with two topics"):
        network.recipe.bipartite()


@pytest.mark.parametrize("kernel", ["co-assignment", "citation", "authors", "tree"])
def test_a_graph_without_topics_has_an_empty_network(kernel: str) -> None:
    """Nothing is nothing, not an error."""
    network = topic_network(from_records([{"id": "W9000000001"}]), kernel=kernel)

    assert len(network) == network.edges.num_rows == 0
    assert network.left_out["papers_without_topic"] == 1


def test_one_paper_on_very_many_topics_is_counted(tmp_path: Path) -> None:
    """A paper with 400 topics makes all its pairs, and no more."""
    topics = [f"T{9000 + n}" for n in range(400)]
    tables = {
        "topics": [{"topic_id": topic} for topic in topics],
        "papers": [{"paper_id": "W1"}],
        "paper_topics": [{"paper_id": "W1", "topic_id": topic} for topic in topics],
    }
    found = co_assignment(scope_of(build(tmp_path / "g", tables).adjacency, "openalex"), "weighted")

    assert found.joint.nnz == 400 * 399
    assert np.allclose(found.count.data, 1 / 400**2)

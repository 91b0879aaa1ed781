"""How far apart the topics of nodes are, against loops over pairs and laws that must hold."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph import from_records, read_graph
from scholargraph.errors import (
    InvalidArgumentError,
    InvalidIdentifierError,
    NodeNotFoundError,
)
from scholargraph.topics import interdisciplinarity
from scholargraph.topics.distances_of_classes import likeness
from scholargraph.topics.diversity_measures import DRAWS
from scholargraph.topics.hierarchy import lineages, tree_similarity
from scholargraph.topics.scope import scope_of
from tests.naive import expertise as naive
from tests.support import build
from tests.topics.graphs_with_topics import ANN, topic_graphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scholargraph.graph import ScholarGraph

Row = dict[str, Any]

MEASURES = (
    "rao_stirling",
    "corrected",
    "within_papers",
    "between_papers",
    "balance",
    "disparity",
    "true_diversity",
    "div",
)


@pytest.fixture(scope="module")
def graph(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


@pytest.fixture(scope="module")
def records(graph: ScholarGraph) -> naive.Records:
    """Its rows."""
    return naive.read(graph)


def between(
    one: Mapping[str, float], other: Mapping[str, float], distance: Callable[[str, str], float]
) -> float:
    """The mean distance of what two distributions give."""
    return sum(
        p * q * distance(i, j) for i, p in sorted(one.items()) for j, q in sorted(other.items())
    )


def mixed(items: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean of distributions."""
    listed = list(items)
    sums: dict[str, float] = defaultdict(float)
    for item in listed:
        for each, weight in item.items():
            sums[each] += weight / len(listed)
    return {each: share for each, share in sums.items() if share > 0}


def expected_measures(
    groups: list[list[dict[str, float]]], distance: Callable[[str, str], float], classes: int
) -> Row:
    """All measures of items that come in groups, by loops over pairs."""
    groups = [group for group in groups if group]
    items = [item for group in groups for item in group]
    share = mixed(items)
    if len(items) < 2:
        return {"items": len(items), "variety": len(share), **dict.fromkeys(MEASURES)}
    whole = between(share, share, distance)
    pairs = list(itertools.permutations(range(len(items)), 2))
    corrected = sum(between(items[a], items[b], distance) for a, b in pairs) / len(pairs)
    within = sum(
        len(group) * between(mixed(group), mixed(group), distance) for group in groups
    ) / len(items)
    sizes = list(share.values())
    gini = sum(abs(a - b) for a in sizes for b in sizes) / (2 * len(sizes) * sum(sizes))
    apart = [distance(a, b) for a, b in itertools.permutations(share, 2)]
    disparity = sum(apart) / len(apart) if apart else None
    return {
        "items": len(items),
        "variety": len(share),
        "rao_stirling": whole,
        "corrected": corrected,
        "within_papers": within if len(groups) > 1 else None,
        "between_papers": whole - within if len(groups) > 1 else None,
        "balance": 1 - gini,
        "disparity": disparity,
        "true_diversity": 1 / (1 - whole),
        "div": len(share) / classes * (1 - gini) * disparity if disparity is not None else 0.0,
    }


def groups_of(
    records: naive.Records, papers: Iterable[str], basis: str, level: str
) -> list[list[dict[str, float]]]:
    """What papers or their references give to classes, by paper."""
    found = []
    for paper in sorted(papers):
        rows = [paper] if basis == "papers" else records.cites.get(paper, [])
        found.append([item for row in rows if (item := records.weights(row, level))])
    return found


def coverage(records: naive.Records, papers: Iterable[str], basis: str, level: str) -> float | None:
    """The share of papers, or of the references of papers that were counted, with a class."""
    found = known = 0
    for paper in papers:
        cited, count = records.cites.get(paper, []), records.papers[paper]["reference_count"]
        if basis == "papers":
            known += 1
            found += bool(records.weights(paper, level))
        elif count is not None:
            known += max(count, len(cited))
            found += sum(bool(records.weights(each, level)) for each in cited)
    return found / known if known else None


def assert_agrees(found: Any, expected: Row) -> None:
    """Every measure is what the loops give."""
    for name, wanted in expected.items():
        value = found[name]
        if wanted is None:
            assert math.isnan(value), name
        else:
            assert value == pytest.approx(wanted, rel=1e-9, abs=1e-9), name


def cached(distance: Callable[[str, str], float]) -> Callable[[str, str], float]:
    """A distance that is computed once for each pair."""
    known: dict[tuple[str, str], float] = {}

    def of(one: str, other: str) -> float:
        key = (one, other)
        if key not in known:
            known[key] = distance(one, other)
        return known[key]

    return of


@pytest.mark.parametrize("basis", ["papers", "references"])
@pytest.mark.parametrize("level", ["topic", "subfield"])
def test_real_nodes_agree_with_loops_over_pairs(
    basis: str, level: str, graph: ScholarGraph, records: naive.Records
) -> None:
    """Of an author, a paper and a source every measure is that of loops over pairs of items."""
    every = records.research()
    by_size = Counter(author for paper in every for author in records.authors(paper)).most_common(
        400
    )
    author = min(each for each, count in by_size if 12 <= count <= 16)
    paper = max(every, key=lambda each: (len(records.cites.get(each, [])), each))
    in_source = Counter(records.papers[each]["source_id"] for each in every)
    source = min(each for each, count in in_source.items() if each and 8 <= count <= 12)
    own = {
        author: {each for each in every if author in records.authors(each)},
        paper: {paper},
        source: {each for each in every if records.papers[each]["source_id"] == source},
    }
    classes = sum(row["level"] == level for row in records.tree.values())
    distance = cached(lambda one, other: naive.wu_palmer(records, one, other))
    found = interdisciplinarity(graph, list(own), basis, level=level)

    assert found["node_id"].tolist() == list(own)
    assert found["node_type"].tolist() == ["author", "paper", "source"]
    for row, papers in zip(found.to_dict("records"), own.values(), strict=True):
        groups = groups_of(records, papers, basis, level)
        assert_agrees(row, expected_measures(groups, distance, classes))
        assert row["paper_count"] == len(papers)
        assert_agrees(row, {"coverage": coverage(records, papers, basis, level)})


def test_institutions_have_the_papers_of_their_authors(
    graph: ScholarGraph, records: naive.Records
) -> None:
    """An institution's own papers are those on which somebody names it."""
    parts = records.parts_of_institution("I47818738")
    papers = set(parts) & records.research()
    row = interdisciplinarity(graph, "I47818738", "papers", level="field").iloc[0]
    distance = cached(lambda one, other: naive.wu_palmer(records, one, other))
    groups = groups_of(records, papers, "papers", "field")

    assert row["paper_count"] == len(papers) > 50
    assert_agrees(row, expected_measures(groups, distance, 26))


def flows(records: naive.Records, level: str) -> dict[str, Counter[str]]:
    """How much each class cites every other, a paper's citations of itself left out."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for paper, cited in records.cites.items():
        for other in cited:
            for one, weight in records.weights(paper, level).items() if other != paper else ():
                for another, part in records.weights(other, level).items():
                    found[one][another] += weight * part  # type: ignore[assignment]
    return found


def cosine_distance(found: dict[str, Counter[str]], one: str, other: str) -> float:
    """One minus the cosine of what two classes cite."""
    lengths = [math.sqrt(sum(x * x for x in found[each].values())) for each in (one, other)]
    if one == other or not all(lengths):
        return float(one != other)
    dot = sum(found[one][each] * found[other][each] for each in found[one])
    return 1 - dot / (lengths[0] * lengths[1])


def test_distances_by_citations_agree_with_loops(
    graph: ScholarGraph, records: naive.Records
) -> None:
    """The distance of two fields is one minus the cosine of what their papers cite."""
    counted = flows(records, "field")
    likely = likeness(scope_of(graph.adjacency, "openalex", "field"), "citations")
    known = graph.adjacency.nodes["topic"]
    names = sorted(counted)
    rows = np.array([known.find_row(name) for name in names])
    expected = [[1 - cosine_distance(counted, one, other) for other in names] for one in names]

    assert len(names) > 15
    assert likely.among(rows) == pytest.approx(np.array(expected), abs=1e-9)
    assert interdisciplinarity(graph, "A5085007251", distance="citations", level="field").at[
        0, "rao_stirling"
    ] == pytest.approx(
        expected_measures(
            groups_of(
                records,
                {paper for paper in records.research() if "A5085007251" in records.authors(paper)},
                "references",
                "field",
            ),
            cached(lambda one, other: cosine_distance(counted, one, other)),
            26,
        )["rao_stirling"]
    )


def test_distances_in_the_tree_are_those_of_the_neighbourhood(graph: ScholarGraph) -> None:
    """What two classes have in common is Wu and Palmer's measure, whatever their depths."""
    topics = graph.adjacency.paper_topics
    rows = np.arange(0, len(topics.parent), 37)
    lineage = lineages(topics)
    likely = likeness(scope_of(graph.adjacency, "openalex"), "tree")

    assert likely.among(rows) == pytest.approx(
        np.array([tree_similarity(lineage, int(row))[rows] for row in rows])
    )


def test_diversity_by_features_is_that_by_pairs(graph: ScholarGraph) -> None:
    """Taken by shared features or by pairs of classes of any depth, diversity is one number."""
    generator = np.random.default_rng(7)
    rows = np.arange(3, len(graph.adjacency.paper_topics.parent), 41)
    shares = generator.dirichlet(np.full(len(rows), 0.3), 5)
    for distance in ("tree", "citations"):
        likely = likeness(scope_of(graph.adjacency, "openalex"), distance)
        apart = 1 - likely.among(rows)

        assert likely.diversity(rows, shares) == pytest.approx(
            np.array([share @ apart @ share for share in shares])
        )


def work(number: int, topics: Iterable[str], author: str = ANN, **more: Any) -> Row:
    """A paper on topics that have no class above them, all alike."""
    return {
        "id": f"W90000{number:05}",
        "authorships": [{"author": {"id": author, "display_name": author}}],
        "topics": [{"id": each, "display_name": each, "score": 1.0} for each in topics],
        **more,
    }


@pytest.mark.parametrize("kinds", [1, 2, 5])
def test_equal_unrelated_topics_are_as_many_as_they_are(kinds: int) -> None:
    """Of k topics in equal parts that have nothing in common, true diversity is k."""
    topics = [f"T900{number}" for number in range(kinds)]
    works = [work(number, [topics[number % kinds]]) for number in range(2 * kinds)]
    row = interdisciplinarity(from_records(works), ANN, "papers", level="topic").iloc[0]
    count = 2 * kinds

    assert row["true_diversity"] == pytest.approx(kinds)
    assert row["rao_stirling"] == pytest.approx(1 - 1 / kinds)
    assert row["corrected"] == pytest.approx((1 - 1 / kinds) * count / (count - 1))
    assert row["within_papers"] == 0
    assert (row["balance"], row["variety"]) == (pytest.approx(1), kinds)
    assert row["div"] == pytest.approx(1 if kinds > 1 else 0)
    assert math.isnan(row["disparity"]) is (kinds == 1)


def test_one_topic_has_no_diversity_at_all() -> None:
    """Of papers on one topic diversity is 0 exactly, and not nearly."""
    found = interdisciplinarity(
        from_records([work(number, ["T9001"]) for number in range(7)]), ANN, "papers", level="topic"
    )

    for name, expected in {
        "rao_stirling": 0,
        "corrected": 0,
        "div": 0,
        "true_diversity": 1,
    }.items():
        assert found[name].tolist() == [expected]


def test_one_item_is_unknown_and_not_zero() -> None:
    """One paper, or one reference, tells nothing: null, and how many classes there are."""
    works = [work(1, ["T9001", "T9002"]), work(2, ["T9003"], "A9000000002")]
    works[1]["referenced_works"] = ["W9000000001"]
    graph = from_records(works)
    for basis, node in (("papers", ANN), ("references", "A9000000002"), ("references", ANN)):
        found = interdisciplinarity(graph, node, basis, level="topic")

        assert all(math.isnan(found[name].iloc[0]) for name in (*MEASURES, "low", "high"))
    assert interdisciplinarity(graph, ANN, "papers", level="topic").at[0, "variety"] == 2


def test_small_samples_are_corrected_on_average() -> None:
    """Over all samples of three papers out of six, the corrected values have the right mean."""
    topics = ["T9001", "T9001", "T9002", "T9002", "T9003", "T9001"]
    works = []
    for place, sample in enumerate(itertools.product(range(6), repeat=3)):
        if place % 9 == 0:
            author = f"A90000{place:05}"
            works += [
                work(place * 10 + at, [topics[each]], author) for at, each in enumerate(sample)
            ]
    authors = sorted({each["authorships"][0]["author"]["id"] for each in works})
    found = interdisciplinarity(from_records(works), authors, "papers", level="topic")

    assert found["corrected"].tolist() == pytest.approx((found["rao_stirling"] * 1.5).tolist())
    assert max(found["corrected"]) <= 1


def test_intervals_are_those_of_a_dirichlet_distribution(graph: ScholarGraph) -> None:
    """The bounds are the quantiles of draws that another generator makes, within chance."""
    from scipy.stats import dirichlet

    author = "A5054922583"
    row = interdisciplinarity(graph, author, "papers", level="field").iloc[0]
    records = naive.read(graph)
    own = {paper for paper in records.research() if author in records.authors(paper)}
    share, count = records.shares(own, "field")
    prior, _ = records.shares(records.research(), "field")
    fields = sorted({**prior, **share})
    parameters = [prior.get(each, 0) + share.get(each, 0) * count for each in fields]
    draws = dirichlet(parameters, seed=11).rvs(20 * DRAWS)
    apart = np.array([[naive.wu_palmer(records, a, b) for b in fields] for a in fields])
    values = np.einsum("ni,ij,nj->n", draws, apart, draws)

    assert row["low"] == pytest.approx(np.quantile(values, 0.025), abs=0.01)
    assert row["high"] == pytest.approx(np.quantile(values, 0.975), abs=0.01)
    assert row["low"] < row["rao_stirling"] < row["high"]
    assert row["true_diversity_high"] == pytest.approx(1 / (1 - row["high"]))


def test_answers_depend_on_the_seed_alone(graph: ScholarGraph) -> None:
    """A node has the same row alone and among others, in the order asked for, each once."""
    asked = ["A5085007251", "I71920554", " https://openalex.org/A5085007251", "A5049649985"]
    together = interdisciplinarity(graph, asked, seed=3)
    alone = interdisciplinarity(graph, "A5049649985", seed=3)
    other = interdisciplinarity(graph, "A5049649985", seed=4)

    assert together["node_id"].tolist() == ["A5085007251", "I71920554", "A5049649985"]
    assert together.iloc[2].to_dict() == alone.iloc[0].to_dict()
    assert other["low"].tolist() != alone["low"].tolist()
    assert other["rao_stirling"].tolist() == alone["rao_stirling"].tolist()


def test_years_are_those_of_the_citing_papers(graph: ScholarGraph) -> None:
    """Windows of years share the references out among them."""
    author = "A5049649985"
    windows: list[dict[str, int | None]] = [
        {"until": 2019},
        {"since": 2020, "until": 2022},
        {"since": 2023},
    ]
    items = [
        int(interdisciplinarity(graph, author, **window).at[0, "items"])  # type: ignore[arg-type]
        for window in windows
    ]

    assert min(items) > 50
    assert sum(items) == interdisciplinarity(graph, author).at[0, "items"]


@settings(max_examples=12)
@given(
    tables=topic_graphs(),
    basis=st.sampled_from(["papers", "references"]),
    level=st.sampled_from(["topic", "field"]),
    distance=st.sampled_from(["tree", "citations"]),
)
def test_small_graphs_agree_with_loops_over_pairs(
    tables: dict[str, list[Row]],
    basis: str,
    level: str,
    distance: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever is missing, every measure is that of loops, and the parts are in their bounds."""
    graph = build(tmp_path_factory.mktemp("small") / "graph", tables)
    records = naive.read(graph)
    counted = flows(records, level)

    def apart(one: str, other: str) -> float:
        if distance == "tree":
            return naive.wu_palmer(records, one, other)
        return cosine_distance(counted, one, other)

    own = {paper for paper in records.research() if ANN in records.authors(paper)}
    classes = sum(row["level"] == level for row in records.tree.values())
    row = interdisciplinarity(graph, ANN, basis, level=level, distance=distance).iloc[0]

    assert_agrees(row, expected_measures(groups_of(records, own, basis, level), apart, classes))
    assert_agrees(row, {"coverage": coverage(records, own, basis, level)})
    if not math.isnan(row["rao_stirling"]):
        assert 0 <= row["low"] <= row["high"] <= 1
        assert 0 <= row["rao_stirling"] <= row["corrected"] + 1e-9 <= 1 + 1e-9


@pytest.mark.parametrize(
    "arguments",
    [
        {"basis": "titles"},
        {"level": "domain"},
        {"distance": "euclid"},
        {"scheme": None},
        {"seed": -1},
        {"seed": True},
        {"since": 3},
        {"nodes": 7},
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], graph: ScholarGraph) -> None:
    """A value that an argument does not take is an error."""
    with pytest.raises(InvalidArgumentError):
        interdisciplinarity(graph, **{"nodes": ANN, **arguments})


@pytest.mark.parametrize("node", ["", "T10399", "fields/17", "F4320321001", "W1", None, "Ä" * 9999])
def test_what_has_no_papers_of_its_own_is_refused(node: Any, graph: ScholarGraph) -> None:
    """Topics, funders and unknown nodes are no answer."""
    with pytest.raises((InvalidIdentifierError, NodeNotFoundError)) as caught:
        interdisciplinarity(graph, ["A5085007251", node])

    assert len(str(caught.value)) < 700

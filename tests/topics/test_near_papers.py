"""Papers related to one, and what they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

import scholargraph as sg
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import read_graph
from scholargraph.topics import related_papers
from tests.naive import typed as naive
from tests.support import Row, build, papers_and_authors, team
from tests.typed_graphs import typed_graphs

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

KERNELS = ["direct", "coupling", "co-citation", "topics", "authors"]


def ranked(scores: dict[str, float]) -> list[tuple[str, float]]:
    """Papers by score, then by id."""
    return sorted(scores.items(), key=lambda item: (-round(item[1], 12), item[0]))


def check(answer: pd.DataFrame, expected: list[tuple[str, float]]) -> None:
    """Compare papers, order and scores."""
    assert answer["paper_id"].tolist() == [paper for paper, _ in expected]
    assert answer["score"].tolist() == pytest.approx([score for _, score in expected])
    assert answer["score"].between(0, 1, inclusive="right").all()


def behind(edges: naive.Edges, kernel: str, one: str, other: str) -> list[str]:
    """What two papers share."""
    if kernel == "direct":
        return sorted(
            citing
            for citing, cited in edges["citation"]
            if {citing, cited} == {one, other} and citing != cited
        )
    name, place = {
        "coupling": ("citation", 0),
        "co-citation": ("citation", 1),
        "topics": ("topic", 0),
        "authors": ("authorship", 1),
    }[kernel]
    sets = [{pair[1 - place] for pair in edges[name] if pair[place] == end} for end in (one, other)]
    return sorted(sets[0] & sets[1])


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(tables=typed_graphs())
def test_agrees_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Each kernel, the blend of all, and the evidence are those of slow, obvious counting."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    edges = naive.edges(tables)
    for row in tables["papers"][:2]:
        paper = row["paper_id"]
        scores = naive.related(tables, edges, paper)
        blend: dict[str, float] = {}
        for kernel in KERNELS:
            answer = related_papers(graph, paper, kernel=kernel, limit=None)
            found = scores.get(kernel, {})
            check(answer, ranked(found))
            for other, shared in zip(answer["paper_id"], answer["shared"], strict=True):
                assert shared == behind(edges, kernel, paper, other)
            for other, score in found.items():
                blend[other] = blend.get(other, 0.0) + score / 5
        every = related_papers(graph, paper, limit=None)
        check(every, ranked(blend))
        assert every.attrs["related"] == len(blend)
        for kernel in KERNELS:
            assert every[kernel.replace("-", "_")].tolist() == pytest.approx(
                [scores.get(kernel, {}).get(other, 0.0) for other in every["paper_id"]]
            )
        for other, shared in zip(every["paper_id"], every["shared"], strict=True):
            listed = [
                each for kernel in KERNELS[1:] for each in behind(edges, kernel, paper, other)
            ]
            assert shared == list(dict.fromkeys(listed))


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(tables=typed_graphs())
def test_is_symmetric(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """A paper is as near to another as that one is to it."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    scores = {}
    for row in tables["papers"]:
        answer = related_papers(graph, row["paper_id"], limit=None)
        for other, score in zip(answer["paper_id"], answer["score"], strict=True):
            scores[row["paper_id"], other] = score

    assert scores == pytest.approx({(b, a): score for (a, b), score in scores.items()})


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> tuple[ScholarGraph, dict[str, list[Row]], naive.Edges]:
    """The real records, with their edges counted by hand."""
    graph = read_graph(snapshot_store)
    needed = {
        "papers": ["paper_id"],
        "authorships": ["paper_id", "author_id", "mark"],
        "topics": ["topic_id"],
        "paper_topics": ["paper_id", "topic_id", "score"],
        "citations": ["paper_id", "cited_paper_id"],
    }
    tables: dict[str, list[Row]] = {
        name: graph.scan(name).to_table(columns=columns).to_pylist()
        for name, columns in needed.items()
    }
    edges = naive.edges({**tables, "institutions": [], "sources": [], "affiliations": []})
    return graph, tables, edges


# The paper most cited within the set, one that cites much of it, and one of a hundred authors.
@pytest.mark.parametrize("paper", ["W2002898265", "W4391782960", "W4256082719"])
def test_real_records_by_hand(
    real: tuple[ScholarGraph, dict[str, list[Row]], naive.Edges], paper: str
) -> None:
    """On the real records each kernel finds the papers that sets of ids find."""
    graph, tables, edges = real
    scores = naive.related(tables, edges, paper)
    for kernel in KERNELS:
        answer = related_papers(graph, paper, kernel=kernel, limit=None)
        check(answer, ranked(scores.get(kernel, {})))
    assert scores["topics"]
    assert scores["authors"]


@pytest.fixture
def small(tmp_path: Path) -> ScholarGraph:
    """One and two share a reference of three, a citer, an author of two, and half their topics."""
    one, two, cited, citer = (f"W900000000{number}" for number in range(1, 5))
    tables = papers_and_authors(
        [
            *team(one, "A9000000001"),
            *team(two, "A9000000001", "A9000000002"),
            *team(cited, "A9000000003"),
            *team(citer, None),
        ],
        year=2020,
        title="",
    )
    pairs = [(one, cited), (two, cited), (two, one), (citer, one), (citer, two)]
    tables["citations"] = [{"paper_id": a, "cited_paper_id": b} for a, b in pairs]
    tables["citations"].append({"paper_id": one, "cited_paper_id": "W9000000099"})
    tables["topics"] = [{"topic_id": "T9000000001"}, {"topic_id": "T9000000002"}]
    tables["paper_topics"] = [
        {"paper_id": one, "topic_id": "T9000000001", "score": 0.75},
        {"paper_id": two, "topic_id": "T9000000001", "score": 0.5},
        {"paper_id": two, "topic_id": "T9000000002", "score": 0.5},
    ]
    return build(tmp_path / "graph", tables)


def test_small_case_by_hand(small: ScholarGraph) -> None:
    """Every number of a graph of four papers."""
    answer = sg.related_papers(small, "W9000000001")
    root = 0.5**0.5

    assert answer["paper_id"].tolist() == ["W9000000002", "W9000000003", "W9000000004"]
    first = answer.iloc[0]
    assert [first[name.replace("-", "_")] for name in KERNELS] == pytest.approx(
        [1.0, root, root, root, root]
    )
    assert first["score"] == pytest.approx((1 + 4 * root) / 5)
    assert first["shared"] == ["W9000000003", "W9000000004", "T9000000001", "A9000000001"]
    # Cited by both, the third paper is related to the first by that citation and co-citation.
    assert answer["direct"].tolist() == [1.0, 1.0, 1.0]
    assert answer["co_citation"].tolist() == pytest.approx([root, 0.5, 0.0])
    assert answer["title"].isna().all()
    assert answer["year"].tolist() == [2020, 2020, 2020]
    assert answer.attrs == {
        "paper_id": "W9000000001",
        "kernel": "all",
        "version": 1,
        "related": 3,
        "references": 1,
        "references_outside": 1,
        "citers": 2,
        "topics": 1,
        "authors": 1,
    }


def test_a_limit_is_a_beginning_and_says_of_what(small: ScholarGraph) -> None:
    """The first rows are those without limit, and all are counted."""
    whole = related_papers(small, "W9000000001", limit=None)
    some = related_papers(small, "W9000000001", limit=2)

    assert some.to_dict("list") == whole.head(2).to_dict("list")
    assert some.attrs["related"] == 3
    assert list(some.index) == [0, 1]


def test_direct_citation_shows_who_cites(small: ScholarGraph) -> None:
    """Behind it stands the citing one of the two papers."""
    answer = related_papers(small, "W9000000001", kernel="direct")

    assert answer["shared"].tolist() == [["W9000000002"], ["W9000000001"], ["W9000000004"]]
    assert list(answer.columns) == ["paper_id", "title", "year", "score", "shared"]


@pytest.mark.parametrize("kernel", ["all", *KERNELS])
def test_a_paper_alone_has_no_rows(tmp_path: Path, kernel: str) -> None:
    """Without anything to share there is an empty answer with its columns."""
    graph = build(tmp_path, {"papers": [{"paper_id": "W9000000001"}, {"paper_id": "W9000000002"}]})
    answer = related_papers(graph, "W9000000001", kernel=kernel)

    assert answer.empty
    assert answer.columns[-1] == "shared"
    assert answer.attrs["related"] == 0


@pytest.mark.parametrize(
    "arguments", [{"kernel": "cocitation"}, {"kernel": None}, {"limit": 0}, {"limit": True}]
)
def test_refuses_other_values(small: ScholarGraph, arguments: dict[str, Any]) -> None:
    """An argument of another kind is an error that names it."""
    with pytest.raises(InvalidArgumentError, match=next(iter(arguments))):
        related_papers(small, "W9000000001", **arguments)


@pytest.mark.parametrize(
    ("paper", "error"),
    [("W9000000099", NodeNotFoundError), ("A9000000001", InvalidIdentifierError)],
)
def test_refuses_what_is_no_paper(small: ScholarGraph, paper: str, error: type[Exception]) -> None:
    """A cited work outside the graph is no node, and an author is no paper."""
    with pytest.raises(error):
        related_papers(small, paper)

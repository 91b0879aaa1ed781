"""Where topics stand in their tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from scholargraph import read_graph
from scholargraph.errors import InvalidArgumentError
from scholargraph.topics.hierarchy import (
    ancestors,
    children,
    classes_at,
    level_in,
    levels_up,
    lineages,
    scheme_of,
    siblings,
    tree_similarity,
)
from tests.naive.near_topics import Near
from tests.support import build
from tests.topics.topic_graphs import TREE

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

EMPTY: list[dict[str, str]] = []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """Both trees, without papers."""
    return build(tmp_path_factory.mktemp("tree") / "g", {"topics": TREE})


@pytest.fixture(scope="module")
def near() -> Near:
    """The same, slow and obvious."""
    return Near({"topics": TREE, "papers": EMPTY, "paper_topics": EMPTY})


def ids(graph: ScholarGraph) -> list[str]:
    """Ids by row."""
    known = graph.adjacency.nodes["topic"].own_ids
    return [known[row] for row in range(len(known))]


def test_classes_above_below_and_beside(made: ScholarGraph, near: Near) -> None:
    """Ancestors, children and siblings are those that the parents in the table say."""
    topics, named = made.adjacency.paper_topics, ids(made)
    parent = {row["topic_id"]: row["parent_id"] for row in TREE}
    for row, topic in enumerate(named):
        assert [named[k] for k in ancestors(topics, row)] == near.lineage(topic)[1:]
        assert [named[k] for k in children(topics, row)] == sorted(
            (each for each in parent if parent[each] == topic), key=str.encode
        )
        assert [named[k] for k in siblings(topics, row)] == sorted(
            (
                each
                for each in parent
                if parent[each] == parent[topic] is not None and each != topic
            ),
            key=str.encode,
        )
        assert scheme_of(topics, row) == near.node[topic]["scheme"]


@pytest.mark.parametrize("scheme", ["openalex", "arxiv"])
@pytest.mark.parametrize("level", ["topic", "subfield", "field"])
def test_roll_up_goes_by_id(made: ScholarGraph, scheme: str, level: str) -> None:
    """Each class goes to the one at the level that it is or belongs to, if there is one."""
    slow = Near({"topics": TREE, "papers": EMPTY, "paper_topics": EMPTY}, scheme, level)
    named = ids(made)
    found = classes_at(made.adjacency.paper_topics, level_in(scheme, level))

    assert [named[row] if row >= 0 else None for row in found] == [
        slow.class_of(topic) for topic in named
    ]


def test_tree_similarity_is_that_of_wu_and_palmer(made: ScholarGraph, near: Near) -> None:
    """2 depth(lca) / (depth_i + depth_j), symmetric, 1 only for itself, 0 across trees."""
    lineage, named = lineages(made.adjacency.paper_topics), ids(made)
    matrix = np.array([tree_similarity(lineage, row) for row in range(len(named))])

    assert matrix == pytest.approx(np.array([[near.tree(a, b) for b in named] for a in named]))
    assert (matrix == matrix.T).all()
    assert (np.flatnonzero(matrix == 1) == np.arange(len(named)) * (len(named) + 1)).all()


def test_levels_up_lead_to_what_holds_both(made: ScholarGraph, near: Near) -> None:
    """So many steps up from the one is the first class that the other is or belongs to."""
    lineage, named = lineages(made.adjacency.paper_topics), ids(made)
    for row, topic in enumerate(named):
        above = near.lineage(topic)
        expected = [
            next((k for k, each in enumerate(above) if each in near.lineage(other)), -1)
            for other in named
        ]
        assert levels_up(lineage, row).tolist() == expected


def test_unknown_levels_are_refused() -> None:
    """The message lists those that there are."""
    with pytest.raises(InvalidArgumentError, match="level is one of topic, subfield, field"):
        level_in("openalex", "concept")


def test_a_graph_without_topics_has_an_empty_tree(tmp_path: Path) -> None:
    """Nothing is nothing, not an error."""
    topics = build(tmp_path / "g", {"papers": [{"paper_id": "W1"}]}).adjacency.paper_topics

    assert lineages(topics).shape[0] == len(classes_at(topics, "field")) == 0


def test_the_real_tree(snapshot_store: Path) -> None:
    """4,516 topics in 252 subfields, 26 fields and 4 domains, none lost on its way up."""
    topics = read_graph(snapshot_store).adjacency.paper_topics
    leaves = np.flatnonzero(topics.level == 0)
    counts = [
        len(np.unique(classes_at(topics, level)[leaves]))
        for level in ("topic", "subfield", "field", "domain")
    ]

    assert counts == [4516, 252, 26, 4]
    assert (lineages(topics)[leaves][:, 3] >= 0).all()
    assert (lineages(topics)[leaves][:, 4] == -1).all()

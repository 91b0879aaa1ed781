"""From arXiv's categories to OpenAlex's topics, learnt from papers that have both."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from scholargraph import ingest_arxiv, read_graph
from scholargraph.errors import InvalidArgumentError
from scholargraph.ingest import ingest_values
from scholargraph.topics import crosswalk
from tests.naive.near_topics import Near
from tests.support import Row, build
from tests.topics.topic_graphs import TREE, topic_graphs


def tables_of(*papers: tuple[str, ...]) -> dict[str, list[Row]]:
    """Papers with these topics and categories."""
    return {
        "topics": TREE,
        "papers": [{"paper_id": f"W{n}"} for n in range(1, len(papers) + 1)],
        "paper_topics": [
            {"paper_id": f"W{n}", "topic_id": topic}
            for n, topics in enumerate(papers, 1)
            for topic in topics
        ],
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=topic_graphs(), level=st.sampled_from(["topic", "subfield", "field"]))
def test_agrees_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], level: str
) -> None:
    """Every pair, its shares and its p-value are those of slow, obvious counting and of scipy."""
    found = crosswalk(build(tmp_path_factory.mktemp("graph"), tables), level)
    topics = Near(tables, "openalex", level).parts
    categories = Near(tables, "arxiv", level).parts
    both = [paper for paper in topics if topics[paper] and categories[paper]]
    of_topic = Counter(topic for paper in both for topic in topics[paper])
    of_category = Counter(category for paper in both for category in categories[paper])
    joint = Counter((c, t) for paper in both for c in categories[paper] for t in topics[paper])
    p_values = {
        (c, t): float(hypergeom.sf(joint[c, t] - 1, len(both), of_category[c], of_topic[t]))
        for c in of_category
        for t in of_topic
    }
    corrected = (
        dict(zip(p_values, false_discovery_control(list(p_values.values())), strict=True))
        if p_values
        else {}
    )

    assert found.attrs["papers"] == len(both)
    assert found.attrs["possible_pairs"] == len(of_category) * len(of_topic)
    assert found.attrs["papers_of_neither"] == sum(
        not topics[paper] and not categories[paper] for paper in topics
    )
    pairs = list(zip(found["category_id"], found["topic_id"], strict=True))
    assert pairs == sorted(
        joint, key=lambda pair: (pair[0].encode(), -joint[pair], pair[1].encode())
    )
    for pair, row in zip(pairs, found.to_dict("records"), strict=True):
        category, topic = pair
        assert row["paper_count"] == joint[pair]
        assert row["share_of_category"] == pytest.approx(joint[pair] / of_category[category])
        assert row["share_of_topic"] == pytest.approx(joint[pair] / of_topic[topic])
        assert row["similarity"] == pytest.approx(
            joint[pair] * len(both) / (of_category[category] * of_topic[topic])
        )
        assert row["p_value"] == pytest.approx(corrected[pair])


def test_papers_of_one_tree_say_nothing(tmp_path: Path) -> None:
    """Only the paper with both counts, and the others are counted."""
    tables = tables_of(
        ("T9001", "arXiv:cs.LG"), ("T9001", "T9002"), ("arXiv:cs.DL",), (), ("T9003",)
    )
    found = crosswalk(build(tmp_path / "g", tables))

    assert found[["category_id", "topic_id", "paper_count"]].to_numpy().tolist() == [
        ["arXiv:cs.LG", "T9001", 1]
    ]
    assert found.attrs["papers_of_openalex_alone"] == 2
    assert found.attrs["papers_of_arxiv_alone"] == 1
    assert found.attrs["papers_of_neither"] == 1


def test_pairs_of_few_papers_are_counted(tmp_path: Path) -> None:
    """What the minimum leaves out is said."""
    tables = tables_of(("T9001", "arXiv:cs.LG"), ("T9001", "arXiv:cs.LG"), ("T9002", "arXiv:cs.LG"))
    found = crosswalk(build(tmp_path / "g", tables), min_papers=2)

    assert found["topic_id"].tolist() == ["T9001"]
    assert found["share_of_category"].tolist() == [pytest.approx(2 / 3)]
    assert found.attrs["pairs_of_fewer_papers"] == 1


def test_joined_records_of_both_sources_teach_it(tmp_path: Path) -> None:
    """A work that a record of arXiv joins has its categories beside its topics."""
    topic = {"id": "T9001", "display_name": "Learning", "score": 1.0}
    work = {"id": "W9000000001", "title": "A paper", "topics": [topic]}
    joined = {**work, "id": "W9000000002", "doi": "https://doi.org/10.48550/arXiv.2101.00001"}
    ingest_values([work, joined], tmp_path / "g")
    record = {
        "id": "2101.00001",
        "title": "A paper",
        "authors": "Ann Author",
        "categories": "cs.LG cs.DL",
        "abstract": "On graphs.",
        "versions": [{"version": "v1", "created": "Fri, 1 Jan 2021 00:00:00 GMT"}],
        "update_date": "2021-01-01",
        "authors_parsed": [["Author", "Ann", ""]],
    }
    (tmp_path / "records.json").write_text(f"{json.dumps(record)}\n", encoding="utf-8")
    ingest_arxiv(tmp_path / "records.json", tmp_path / "g")
    found = crosswalk(read_graph(tmp_path / "g"))

    assert found["category_id"].tolist() == ["arXiv:cs.DL", "arXiv:cs.LG"]
    assert found["category"].tolist() == ["Digital Libraries", "Machine Learning"]
    assert found["topic_id"].tolist() == ["T9001", "T9001"]
    assert found.attrs["papers"] == found.attrs["papers_of_openalex_alone"] == 1


def test_bad_arguments_are_refused(tmp_path: Path) -> None:
    """Each says in one line what the argument takes."""
    graph = build(tmp_path / "g", {"topics": TREE})
    with pytest.raises(InvalidArgumentError, match="level is one of topic, subfield, field"):
        crosswalk(graph, "domain")
    with pytest.raises(InvalidArgumentError, match="min_papers is a number from 1"):
        crosswalk(graph, min_papers=0)

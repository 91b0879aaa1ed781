"""Leaders whom an author has not met, against counting one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph import collaborators, from_records, read_graph
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.ingest import ingest_arxiv, ingest_values
from scholargraph.topics import expertise, expertise_papers, gaps
from tests.naive import expertise as naive
from tests.support import build
from tests.topics.graphs_with_topics import ANN, topic_graphs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scholargraph.graph import ScholarGraph

Row = dict[str, Any]

BOB, CLEO, DAN = "A9000000002", "A9000000003", "A9000000004"


@pytest.fixture(scope="module")
def graph(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


@pytest.fixture(scope="module")
def records(graph: ScholarGraph) -> naive.Records:
    """Its rows."""
    return naive.read(graph)


@pytest.mark.parametrize(("author", "level"), [("A5049649985", "topic"), ("A5085007251", "field")])
def test_real_authors_agree_with_counting_one_by_one(
    author: str, level: str, graph: ScholarGraph, records: naive.Records
) -> None:
    """Everybody's score is what counting papers one by one gives, and nobody is missing."""
    expected = naive.gaps(records, author, level)
    found = gaps(graph, author, limit=None, level=level)

    assert len(expected) > 1_000
    assert dict(zip(found["author_id"], found["score"], strict=True)) == pytest.approx(expected)
    assert found["score"].round(9).is_monotonic_decreasing
    assert found["rank"].tolist() == list(range(1, len(expected) + 1))
    assert found.attrs["candidates"] == len(expected)


def test_nobody_known_is_among_them(graph: ScholarGraph) -> None:
    """Co-authors on papers of any type and size are left out, and so is the author."""
    author = "A5063047677"
    known = set(collaborators(graph, author, types="all")["author_id"]) | {author}

    assert len(known) == 395
    assert known.isdisjoint(gaps(graph, author, limit=None)["author_id"])


def test_reasons_are_true(graph: ScholarGraph) -> None:
    """What is said of the first ones is what their expertise says, and the list is cut as asked."""
    author = "A5085007251"
    found = gaps(graph, author, 5)
    own = set(expertise(graph, author)["topic_id"])

    assert len(found) == 5
    for row in found.to_dict("records"):
        theirs = expertise(graph, row["author_id"]).set_index("topic_id")
        on_own = [topic for topic in theirs.index if topic in own]
        papers = {
            paper
            for topic in on_own
            for paper in expertise_papers(graph, row["author_id"], topic)["paper_id"]
        }

        assert row["paper_count"] == len(papers)
        assert row["fractional"] == pytest.approx(theirs.loc[on_own, "fractional"].sum())
        assert row["last_year"] == theirs.loc[on_own, "last_year"].max()
        assert 1 <= len(row["topics"]) <= 3
        for topic in row["topics"]:
            name, count = theirs.loc[topic, "name"], int(theirs.loc[topic, "paper_count"])
            plural = "" if count == 1 else "s"
            assert f" on {name} ({count:,} paper{plural})" in row["reasons"]
    assert found.to_dict() == gaps(graph, author).head(5).to_dict()


def work(number: int, authors: Iterable[str], topics: Iterable[str], **more: Any) -> Row:
    """A paper on topics that count alike."""
    return {
        "id": f"W90000{number:05}",
        "publication_year": 2020,
        "authorships": [{"author": {"id": each, "display_name": each}} for each in authors],
        "topics": [{"id": each, "display_name": f"On {each}", "score": 1.0} for each in topics],
        **more,
    }


def test_scores_and_words_by_hand() -> None:
    """Half of the topics led wholly, the other half by one of four papers: 1 / 2 + 1 / 8."""
    works = [
        work(1, [ANN], ["T9001"]),
        work(2, [ANN, BOB], ["T9002"]),
        work(3, [CLEO], ["T9001"]),
        work(4, [CLEO, BOB], ["T9001"]),
        work(5, [CLEO], ["T9002"], referenced_works=["W9000000001"]),
        *(work(number, [DAN], ["T9002"], publication_year=2023) for number in range(6, 10)),
        work(10, [DAN], ["T9003"], publication_year=2024),
    ]
    found = gaps(from_records(works), ANN)

    assert found["author_id"].tolist() == [CLEO, DAN]
    assert found["score"].tolist() == [pytest.approx(0.5 + 0.5 / 4), pytest.approx(0.5)]
    assert found["reasons"].tolist() == [
        "1st of 3 on On T9001 (2 papers); 2nd of 4 on On T9002 (1 paper);"
        " 1 common co-author; 1 citation between them",
        "1st of 4 on On T9002 (4 papers)",
    ]
    assert found["topics"].tolist() == [["T9001", "T9002"], ["T9002"]]
    assert found["last_year"].tolist() == [2020, 2023]
    assert (found.attrs["author_topics"], found.attrs["papers"]) == (2, 9)
    assert (found.attrs["candidates"], found.attrs["known"]) == (2, 2)


def test_equal_scores_are_in_the_order_of_ids() -> None:
    """Whoever has the same score stands in the order of ids, whatever the order of rows."""
    authors = [CLEO, DAN, BOB]
    works = [work(1, [ANN], ["T9001"])]
    works += [work(number, [each], ["T9001"]) for number, each in enumerate(authors, 2)]

    for limit, expected in ((None, [BOB, CLEO, DAN]), (2, [BOB, CLEO])):
        assert gaps(from_records(works), ANN, limit)["author_id"].tolist() == expected


def test_no_topics_no_gaps() -> None:
    """An author without topics, or without papers that count, has nobody to look for."""
    erratum = work(2, [BOB], ["T9001"], type="erratum")
    graph = from_records([work(1, [ANN], []), erratum, work(3, [CLEO], ["T9001"])])

    for author in (ANN, BOB):
        found = gaps(graph, author)
        assert (len(found), found.attrs["candidates"]) == (0, 0)
        assert found.columns.tolist() == gaps(graph, CLEO).columns.tolist()


@settings(max_examples=15)
@given(tables=topic_graphs(), level=st.sampled_from(["topic", "subfield"]))
def test_small_graphs_agree_with_counting_one_by_one(
    tables: dict[str, list[Row]], level: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is missing, scores are those of counting one by one, between 0 and 1."""
    graph = build(tmp_path_factory.mktemp("small") / "graph", tables)
    expected = naive.gaps(naive.read(graph), ANN, level)
    found = gaps(graph, ANN, level=level)

    assert dict(zip(found["author_id"], found["score"], strict=True)) == pytest.approx(expected)
    assert found["score"].between(0, 1 + 1e-9).all()


@pytest.mark.parametrize("limit", [0, -1, True, 2.5, "3"])
def test_wrong_limits_are_refused(limit: Any, graph: ScholarGraph) -> None:
    """A limit is a number of rows or None."""
    with pytest.raises(InvalidArgumentError):
        gaps(graph, "A5085007251", limit)


@pytest.mark.parametrize("author", ["I134085113", "A1", "nobody", "\x1b[31m", None])
def test_who_is_no_author_here_is_refused(author: Any, graph: ScholarGraph) -> None:
    """Only authors of the graph have gaps."""
    with pytest.raises((InvalidIdentifierError, NodeNotFoundError)) as caught:
        gaps(graph, author)

    assert "\x1b" not in str(caught.value)


def test_the_own_name_form_is_no_candidate(tmp_path: Path) -> None:
    """Nobody is told of the gap that their own name form from arXiv fills."""
    seats = [
        {"author": {"id": "A9000000101", "display_name": "Ada Roe"}, "raw_author_name": "Ada Roe"},
        {"author": {"id": "A9000000102", "display_name": "Bo Poe"}, "raw_author_name": "Bo Poe"},
    ]
    doi = "https://doi.org/10.48550/arXiv.1608.40000"
    own = {"id": "W9000000101", "doi": doi, "title": "A first", "authorships": seats}
    listed = [
        ("1608.40000", "A first", "A. Roe and Bo Poe"),
        *((f"1608.4000{n}", f"Title {n}", "A. Roe and Carl Doe") for n in range(1, 6)),
    ]
    path = tmp_path / "arxiv.json"
    path.write_text(
        "".join(
            json.dumps({"id": number, "title": title, "authors": people, "categories": "cs.LG"})
            + "\n"
            for number, title, people in listed
        )
    )
    ingest_values([own], tmp_path / "graph")
    ingest_arxiv(path, tmp_path / "graph")
    found = gaps(
        read_graph(tmp_path / "graph"),
        "A9000000101",
        scheme="arxiv",
        limit=np.int64(5),  # type: ignore[arg-type]
    )

    assert found["author_id"].tolist() == ["name:carl doe"]
    assert found.attrs["own_names_left_out"] == 1
    assert json.loads(json.dumps(found.attrs)) == found.attrs

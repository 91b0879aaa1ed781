"""Who may be an author under another id, and is not recommended to him."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.collaboration import recommend_collaborators
from scholargraph.collaboration.own_names import under_own_name
from scholargraph.graph import ScholarGraph
from scholargraph.names import fold, initials_agree, same_words
from tests.ingest.arxiv.test_linking import graph_of, of_arxiv, of_openalex, record, work
from tests.support import Row, build, papers_and_authors, team

W1 = "W9000000001"
ADA, NAMESAKE, BELA = "A9000000001", "A9000000002", "A9000000003"


def graph_with(path: Path, authors: list[Row]) -> ScholarGraph:
    """A graph of authors with names, all on one paper."""
    tables = papers_and_authors(team(W1, *(str(row["author_id"]) for row in authors)))
    return build(path, {**tables, "authors": authors})


def found(graph: ScholarGraph, author: str) -> list[str]:
    """Ids of all others in the graph who may be an author."""
    ids = graph.adjacency.nodes["author"].ids
    row = graph.adjacency.nodes["author"].find_row(author)
    others = np.array([each for each in range(len(ids)) if each != row], np.int64)
    return [ids[each] for each in under_own_name(graph, row, others).tolist()]


@pytest.mark.parametrize(
    ("name_form", "may_be"),
    [
        ("name:ada b one", True),
        ("name:a one", True),
        ("name:a b one", True),
        ("name:ada one", True),
        ("name:one ada b", True),
        ("name:a one jr", True),
        ("name:ada lovelace", True),
        ("name:b one", False),
        ("name:alan one", False),
        ("name:ada c one", False),
        ("name:ada onet", False),
        ("name:one", False),
        ("name:ada b one two", False),
    ],
)
def test_a_name_form_may_be_an_author(tmp_path: Path, name_form: str, may_be: bool) -> None:
    """By the words of one of his names in any order, or by initials; whichever of both is asked."""
    ada = {"author_id": ADA, "name": "Ada B. Óne", "alternatives": ["Lovelace, Ada"]}
    graph = graph_with(tmp_path, [ada, {"author_id": name_form}])

    assert found(graph, ADA) == [name_form] * may_be
    # Of another's profile the display name alone is looked at.
    assert found(graph, name_form) == [ADA] * (may_be and name_form != "name:ada lovelace")


def test_profiles_of_one_name_are_two_people(tmp_path: Path) -> None:
    """OpenAlex has told them apart; a name form may be either, and another form of his name."""
    graph = graph_with(
        tmp_path,
        [
            {"author_id": ADA, "name": "Ada One"},
            {"author_id": NAMESAKE, "name": "Ada One"},
            {"author_id": "name:a one"},
            {"author_id": "name:ada one"},
        ],
    )

    assert found(graph, ADA) == ["name:a one", "name:ada one"]
    assert found(graph, "name:a one") == [ADA, NAMESAKE, "name:ada one"]


def test_of_whom_only_bylines_tell_has_the_name_of_its_id(tmp_path: Path) -> None:
    """A name form without a row in the table is one, too; a profile without a name has none."""
    tables = papers_and_authors(team(W1, ADA, "name:ada one", BELA))
    graph = build(tmp_path, {**tables, "authors": [{"author_id": ADA, "name": "Ada One"}]})

    assert found(graph, ADA) == ["name:ada one"]
    assert found(graph, "name:ada one") == [ADA]
    assert found(graph, BELA) == []


WORDS = st.sampled_from(["a", "b", "ada", "bea", "one", "jr", "ii", "ó", "al"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(own=st.lists(NAMES, min_size=1, max_size=3), others=st.sets(NAMES, min_size=1, max_size=30))
def test_agrees_with_comparing_all(
    tmp_path_factory: pytest.TempPathFactory, own: list[str], others: set[str]
) -> None:
    """Looking at the last words first loses nobody."""
    name_forms = {f"name:{fold(name)}" for name in others}
    author = {"author_id": ADA, "name": own[0], "alternatives": own[1:]}
    graph = graph_with(
        tmp_path_factory.mktemp("graph"),
        [author, *({"author_id": each} for each in sorted(name_forms))],
    )
    expected = {
        each
        for each in name_forms
        for name in map(fold, own)
        if same_words(name, each[5:]) or initials_agree(name, each[5:])
    }

    assert found(graph, ADA) == sorted(expected, key=str.encode)


@pytest.fixture(scope="module")
def two_sources(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """A work that a record has joined, and two further records by its first author and others."""
    works = [work(1, doi="https://doi.org/10.48550/arxiv.2001.00001", names=("Ada One", "Bo Two"))]
    records = [
        record("2001.00001", names=("Ada One", "Bo Two")),
        record("2001.00002", title="Quite another matter", names=("A. One", "Dora Four")),
        record("2001.00003", title="A third thing again", names=("Ada One", "Eve Five")),
    ]
    return graph_of(tmp_path_factory.mktemp("two"), of_openalex(works), of_arxiv(records))


@pytest.mark.parametrize(
    ("author", "expected", "left_out"),
    [
        ("A9100000100", ["name:dora four", "name:eve five"], 2),
        ("name:ada one", ["A9100000101", "name:dora four"], 2),
        ("name:eve five", ["A9100000100", "A9100000101", "name:a one", "name:dora four"], 0),
    ],
)
def test_nobody_is_recommended_to_himself(
    two_sources: ScholarGraph, author: str, expected: list[str], left_out: int
) -> None:
    """Who has his name on papers about the same is left out, and counted."""
    answer = recommend_collaborators(two_sources, author)

    assert sorted(answer["author_id"]) == expected
    assert answer.attrs["own_names_left_out"] == left_out
    assert answer.attrs["candidates"] == len(expected)
    assert answer.attrs["met"]["topics"] == len(expected)


def test_without_name_forms_nobody_has_the_own_name(two_sources: ScholarGraph) -> None:
    """There is nothing to leave out."""
    answer = recommend_collaborators(two_sources, "A9100000100", name_forms=False)

    assert answer.empty
    assert answer.attrs["own_names_left_out"] == 0

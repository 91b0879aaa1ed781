"""Search by name, by title, and by identifier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import find
from tests.graph.conftest import W1, W2, W3, A, B, C
from tests.naive import search as naive
from tests.strategies import named_graphs
from tests.support import Row, build

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


def matches(graph: ScholarGraph, text: str, node_type: str = "author") -> list[tuple[str, str]]:
    """Id and match of each row."""
    found = find(graph, text, node_type)
    return list(zip(found.iloc[:, 0], found["match"], strict=True))


texts = st.lists(
    st.sampled_from(["ana", "a", "Andrea", "an", "b", "gesmundo,", "g", "muller", "jr", "%", "-"]),
    max_size=4,
).map(" ".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=named_graphs(), wanted=st.lists(texts, min_size=1, max_size=5))
def test_agrees_with_comparing_every_name(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], wanted: list[str]
) -> None:
    """Matches, their order and their counts are those of comparing the text with every name."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for text in wanted:
        found = find(graph, text)
        assert naive.find_authors(tables, text) == [
            (row["author_id"], row["match"], row["paper_count"]) for row in found.to_dict("records")
        ]
        assert naive.find_papers(tables, text) == matches(graph, text, "paper")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gesmundo, Andrea", [(A, "exact"), (C, "words")]),
        ("ANDREA GESMUNDO", [(A, "exact"), (C, "words")]),
        ("Gesmundo Andrea", [(C, "exact"), (A, "words")]),
        ("A. Gesmundo", [(A, "initials"), (C, "prefix")]),
        ("a gesmundo muller", [(A, "exact")]),
        ("gesm", [(A, "prefix"), (C, "prefix")]),
        ("Nangolo, Beata", [(B, "initials")]),
        (A, [(A, "id")]),
        ("https://orcid.org/0000-0002-1825-0097", [(A, "id")]),
        ("A404", []),
        ("smith", []),
        ("", []),
        ("%", []),
        ("'; DROP", []),
    ],
)
def test_authors_are_found_best_first(
    small: ScholarGraph, text: str, expected: list[tuple[str, str]]
) -> None:
    """Exact names come before the same words, these before initials, and prefixes last."""
    assert matches(small, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ties in a desert", [(W1, "exact")]),
        ("ties in", [(W1, "prefix")]),
        ("desert TIES", [(W2, "exact"), (W1, "words")]),
        ("desert", [(W2, "prefix"), (W1, "words")]),
        ("10.1234/ties", [(W1, "id")]),
        ("arXiv:2101.00001", [(W3, "id")]),
        ("dese", [(W2, "prefix")]),
        ("sand", []),
    ],
)
def test_papers_are_found_by_the_words_of_their_titles(
    small: ScholarGraph, text: str, expected: list[tuple[str, str]]
) -> None:
    """A whole title comes before a beginning, a beginning before scattered words."""
    assert matches(small, text, "paper") == expected


@pytest.mark.parametrize(
    ("node_type", "text", "node_id", "name", "paper_count"),
    [
        ("topic", "sand", "subfields/1", "Sand", 2),
        ("topic", "ties", "T9000000002", "Ties", 2),
        ("institution", "Namib", "I9000000001", "University of the Namib", 1),
        ("institution", "00jmfr291", "I9000000001", "University of the Namib", 1),
        ("source", "journal sand", "S9000000001", "Journal of Sand", 1),
        ("publisher", "DUNE", "P9000000001", "Dune Press", 1),
        ("funder", "sand fund", "F9000000001", "Sand Fund", 1),
    ],
)
def test_other_nodes_are_found_by_name(
    small: ScholarGraph, node_type: str, text: str, node_id: str, name: str, paper_count: int
) -> None:
    """Every type of node is found with its papers in this graph."""
    found = find(small, text, node_type)

    assert found.columns.tolist() == [f"{node_type}_id", "name", "match", "paper_count"]
    assert found.drop(columns="match").values.tolist() == [[node_id, name, paper_count]]


def test_authors_show_what_they_are(tmp_path: Path) -> None:
    """Profiles, name forms and organisations stand beside each other, few or many of them."""
    ids = [*(f"A9{number:09}" for number in range(1, 61)), "name:ann lee", "name:the ann team"]
    kinds = dict.fromkeys(ids, "profile") | dict(
        zip(ids[-2:], ["name form", "organisation"], strict=True)
    )
    rows = [{"author_id": each, "name": "Ann", "kind": kinds[each]} for each in ids]
    graph = build(tmp_path, {"authors": rows})
    few, many = find(graph, "name:ann lee"), find(graph, "ann", limit=100)

    assert few.columns.tolist() == ["author_id", "name", "kind", "match", "paper_count"]
    assert few["kind"].tolist() == ["name form"]
    assert many["author_id"].tolist() == ids
    assert many["kind"].tolist() == list(kinds.values())


def test_papers_show_year_and_citations(small: ScholarGraph) -> None:
    """Papers come with title, year and the record's citations, nulls staying nulls."""
    found = find(small, "desert", "paper")

    assert found.columns.tolist() == ["paper_id", "title", "year", "match", "cited_by_count"]
    assert found["year"].tolist() == [2021, 2020]
    assert found["cited_by_count"].isna().tolist() == [True, False]


def test_the_limit_cuts_and_says_so(small: ScholarGraph) -> None:
    """A cut answer tells how many there were."""
    found = find(small, "gesmundo", limit=1)

    assert found["author_id"].tolist() == [A]
    assert found.attrs["matched"] == 2


def test_within_a_match_more_papers_come_first_then_the_smaller_id(tmp_path: Path) -> None:
    """Namesakes are told apart by papers, and at last by id in the order of bytes."""
    names = {"A10": "Ana Li", "A9": "Ana Li", "A8": "Ana Li"}
    seats = [{"paper_id": "W1", "position": 1, "author_id": "A9"}]
    graph = build(
        tmp_path,
        {
            "papers": [{"paper_id": "W1"}],
            "authors": [{"author_id": each, "name": name} for each, name in names.items()],
            "authorships": seats,
        },
    )

    assert matches(graph, "ana li") == [("A9", "exact"), ("A10", "exact"), ("A8", "exact")]


def test_a_better_match_comes_before_more_papers(tmp_path: Path) -> None:
    """Whoever has the same words stands before whoever agrees by initials, however productive."""
    names = {
        "A1": "Andrea B. Gesmundo",
        "A2": "A. Gesmundo",
        "A3": "Gesmundo Andrea",
        "A4": "Andrea Gesmundo",
        "A5": "Gesmundo-Rossi, Andrea",
        "A6": "Andrea Gesmundo Jr.",
    }
    graph = build(
        tmp_path,
        {
            "papers": [{"paper_id": "W1"}, {"paper_id": "W2"}],
            "authors": [{"author_id": each, "name": name} for each, name in names.items()],
            "authorships": [
                {"paper_id": "W1", "position": 1, "author_id": "A5"},
                {"paper_id": "W1", "position": 2, "author_id": "A2"},
                {"paper_id": "W2", "position": 1, "author_id": "A5"},
            ],
        },
    )

    assert matches(graph, "Andrea Gesmundo") == [
        ("A4", "exact"),
        ("A3", "words"),
        ("A2", "initials"),
        ("A1", "initials"),
        ("A6", "initials"),
        ("A5", "prefix"),
    ]
    assert ("A4", "initials") in matches(graph, "A. Gesmundo, Jr.")


def test_an_author_twice_on_a_paper_has_one_paper(small: ScholarGraph) -> None:
    """The count is of papers, not of seats."""
    assert find(small, A)["paper_count"].tolist() == [2]


@pytest.mark.parametrize(
    "more",
    [{"limit": 0}, {"limit": -1}, {"limit": True}, {"limit": 2.0}, {"node_type": "authors"}],
)
def test_bad_arguments_are_an_error(small: ScholarGraph, more: dict[str, Any]) -> None:
    """Limits that are no positive number and unknown types are refused."""
    with pytest.raises(InvalidArgumentError):
        find(small, "x", **more)


@pytest.mark.parametrize("text", [None, 3, b"x"])
def test_only_texts_are_searched(small: ScholarGraph, text: Any) -> None:
    """What is no text is refused."""
    with pytest.raises(InvalidArgumentError, match="find needs a text"):
        find(small, text)


@pytest.mark.parametrize("node_type", ["author", "paper", "topic", "institution", "funder"])
def test_an_empty_graph_has_nobody(empty: ScholarGraph, node_type: str) -> None:
    """Without nodes nothing is found, in the usual columns."""
    found = find(empty, "x", node_type)

    assert len(found) == 0
    assert found.columns[0] == f"{node_type}_id"

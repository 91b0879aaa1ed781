"""Single nodes with their neighbours."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.errors import InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import (
    Author,
    Institution,
    Paper,
    Source,
    Topic,
    author,
    institution,
    paper,
    source,
    topic,
)
from scholargraph.schema import AUTHORS, INSTITUTIONS, PAPERS, SOURCES, TOPICS, Table
from tests.graph.conftest import NOBODY, W1, W2, W3, A, B
from tests.naive import nodes as naive
from tests.strategies import AUTHORS as AUTHOR_IDS
from tests.strategies import collaboration_graphs
from tests.support import Row, build

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


def test_a_paper_shows_its_byline_as_printed(small: ScholarGraph) -> None:
    """Seats stand in printed order: repeated authors twice, nobody marked, names told apart."""
    seats = paper(small, W1).authors

    assert [(seat.position, seat.author_id, seat.mark) for seat in seats] == [
        (1, B, None),
        (2, A, None),
        (3, NOBODY, "nobody"),
        (4, A, None),
    ]
    assert [(seat.author_name, seat.name) for seat in seats] == [
        ("Nangolo, B.", "B. Nangolo"),
        ("A. Gesmundo", "Andrea Gesmundo"),
        ("et al", None),
        ("Andrea Gesmundo", "Andrea Gesmundo"),
    ]
    assert [seat.is_corresponding for seat in seats] == [False, True, False, False]


def test_a_seat_shows_its_affiliations(small: ScholarGraph) -> None:
    """Institutions come with name and country, strings without institution last."""
    first, second, _, _ = paper(small, W1).authors

    assert first.affiliations == ()
    namib, desert = second.affiliations
    assert (namib.institution_id, namib.name) == ("I9000000001", "University of the Namib")
    assert (namib.country_code, namib.raw) == ("NA", ("Univ. Namib", "Namib U"))
    assert (desert.institution_id, desert.name, desert.raw) == (None, None, ("The Desert",))


def test_a_paper_shows_what_is_known_of_it(small: ScholarGraph) -> None:
    """Columns, abstract, topics, references and locations stand in one record."""
    found = paper(small, "https://doi.org/10.1234/ties")

    assert isinstance(found, Paper)
    assert (found.paper_id, found.title, found.year) == (W1, "Ties in a desert", 2020)
    assert (found.source_name, found.cited_by_count) == ("Journal of Sand", 5)
    assert (found.abstract, found.abstract_is_complete) == ("Sand connects.", True)
    assert [(each.topic_id, each.name, each.score, each.is_primary) for each in found.topics] == [
        ("T9000000001", "Dunes", 0.5, True),
        ("T9000000002", "Ties", 0.75, False),
    ]
    assert found.references == (W1,)
    assert [(each.url, each.source_name) for each in found.locations] == [
        ("https://example.org/1", "Journal of Sand"),
        ("https://example.org/3", None),
    ]


def test_a_bare_paper_has_nothing_around_it(small: ScholarGraph) -> None:
    """What is not known is None or empty, never an error."""
    found = paper(small, W3)

    assert (found.title, found.year, found.abstract, found.source_name) == (None,) * 4
    assert (found.topics, found.references, found.locations) == ((), (), ())
    assert [seat.author_id for seat in found.authors] == [B, None]


def test_references_outside_the_graph_are_kept(small: ScholarGraph) -> None:
    """Cited papers are listed by id whether or not they are here."""
    assert paper(small, W2).references == ("W77", W1)


def test_an_author_shows_papers_newest_first(small: ScholarGraph) -> None:
    """Each paper comes once, at the first of the author's places."""
    found = author(small, "0000-0002-1825-0097")

    assert isinstance(found, Author)
    assert [(each.paper_id, each.year, each.position) for each in found.papers] == [
        (W2, 2021, 1),
        (W1, 2020, 2),
    ]
    assert found.paper_count == 2


def test_within_a_year_the_latest_paper_comes_first(tmp_path: Path) -> None:
    """Dates decide within a year, ids within a date; papers without year come last."""
    dates = {
        "W1": None,
        "W2": datetime.date(2020, 1, 1),
        "W3": datetime.date(2020, 5, 1),
        "W4": datetime.date(2020, 1, 1),
    }
    seats = [{"paper_id": each, "position": 1, "author_id": A} for each in (*dates, "W5")]
    papers: list[Row] = [
        {"paper_id": each, "year": 2020, "date": date} for each, date in dates.items()
    ]
    papers.append({"paper_id": "W5"})
    graph = build(tmp_path, {"papers": papers, "authors": [{"author_id": A}], "authorships": seats})

    assert [each.paper_id for each in author(graph, A).papers] == ["W3", "W2", "W4", "W1", "W5"]


def test_counts_of_the_record_are_not_counts_of_the_graph(small: ScholarGraph) -> None:
    """`works_count` is what the record says, `paper_count` what is here."""
    found = author(small, A)

    assert (found.works_count, found.paper_count) == (40, 2)
    assert (author(small, B).works_count, author(small, B).paper_count) == (None, 2)


def test_an_author_shows_affiliations_by_name(small: ScholarGraph) -> None:
    """Last known institutions come first, then the latest."""
    found = author(small, A).affiliations

    assert [(each.name, each.years, each.is_last_known) for each in found] == [
        ("University of the Namib", (2019, 2020), True),
        ("The System", (2021,), False),
    ]


def test_a_topic_shows_its_place_in_the_tree(small: ScholarGraph) -> None:
    """The path leads to the domain, the children stand below."""
    dunes, sand = topic(small, "T9000000001"), topic(small, "subfields/1")

    assert isinstance(dunes, Topic)
    assert [step.topic_id for step in dunes.path] == ["subfields/1", "fields/1", "domains/1"]
    assert [(step.name, step.level) for step in dunes.path][-1] == ("World", "domain")
    assert dunes.children == ()
    assert [step.topic_id for step in sand.children] == ["T9000000001", "T9000000002"]


def test_a_paper_on_two_topics_counts_once_above_them(small: ScholarGraph) -> None:
    """Counts go up the tree without counting a paper twice."""
    counts = {
        each: topic(small, each).paper_count
        for each in ("T9000000001", "T9000000002", "subfields/1", "domains/1")
    }

    assert counts == {"T9000000001": 1, "T9000000002": 2, "subfields/1": 2, "domains/1": 2}


def test_an_institution_shows_lineage_and_counts(small: ScholarGraph) -> None:
    """Ancestors that no row describes keep their id; marked seats make no authors."""
    found = institution(small, "https://ror.org/00jmfr291")

    assert isinstance(found, Institution)
    assert found.country_code == "NA"
    assert [(each.institution_id, each.name) for each in found.lineage] == [
        ("I9000000001", "University of the Namib"),
        ("I9000000002", "The System"),
        ("I9000000007", None),
    ]
    assert (found.paper_count, found.author_count) == (1, 1)


def test_a_source_shows_who_hosts_it(small: ScholarGraph) -> None:
    """Publisher and institution come with their names."""
    found = source(small, "2041-1723")

    assert isinstance(found, Source)
    assert (found.publisher_name, found.host_institution_name) == ("Dune Press", "The System")
    assert (found.issn, found.paper_count) == (("2434-561X", "2041-1723"), 1)


@pytest.mark.parametrize(
    ("record", "table"),
    [
        (Paper, PAPERS),
        (Author, AUTHORS),
        (Topic, TOPICS),
        (Institution, INSTITUTIONS),
        (Source, SOURCES),
    ],
    ids=lambda each: each.name if isinstance(each, Table) else each.__name__,
)
def test_records_have_every_column_of_their_table(record: Any, table: Table) -> None:
    """A column that is added to a table has to find its place in the record."""
    assert set(table.column_names) <= {field.name for field in dataclasses.fields(record)}


def test_records_cannot_be_changed(small: ScholarGraph) -> None:
    """A record is an answer, and stays what it was."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        author(small, A).name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("ask", [paper, author, topic, institution, source])
def test_what_is_no_such_node_is_an_error(small: ScholarGraph, ask: Any) -> None:
    """Every function refuses what names no node of its type."""
    with pytest.raises(InvalidIdentifierError):
        ask(small, "somebody")
    with pytest.raises((NodeNotFoundError, InvalidIdentifierError)):
        ask(small, "W404")


def test_a_circle_of_parents_ends(tmp_path: Path) -> None:
    """Topics that have each other above them are answered, not followed for ever."""
    topics = [
        {"topic_id": "T1", "parent_id": "T2"},
        {"topic_id": "T2", "parent_id": "T1"},
    ]
    graph = build(tmp_path, {"topics": topics})

    assert [step.topic_id for step in topic(graph, "T1").path] == ["T2"]
    assert topic(graph, "T1").paper_count == 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=collaboration_graphs())
def test_neighbours_agree_with_looking_at_each_row(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """Bylines and lists of papers are those of a plain look-up."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for row in tables["papers"][:2]:
        seats = paper(graph, row["paper_id"]).authors
        assert [(seat.position, seat.author_id, seat.mark) for seat in seats] == naive.byline(
            tables, row["paper_id"]
        )
    for author_id in AUTHOR_IDS[:2]:
        papers = author(graph, author_id).papers
        assert [(each.paper_id, each.position) for each in papers] == naive.papers_of_author(
            tables, author_id
        )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parents=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    pairs=st.sets(st.tuples(st.integers(1, 3), st.integers(0, 5)), max_size=6),
)
def test_papers_of_topics_agree_with_looking_at_each_row(
    tmp_path_factory: pytest.TempPathFactory, parents: list[int], pairs: set[tuple[int, int]]
) -> None:
    """Any tree, even one with circles, gives the papers on a topic or below it, each once."""
    tables: dict[str, list[Row]] = {
        "papers": [{"paper_id": f"W{number}"} for number in (1, 2, 3)],
        "topics": [
            {"topic_id": f"T{number + 1}", "parent_id": f"T{parent + 1}"}
            for number, parent in enumerate(parents)
        ],
        "paper_topics": [
            {"paper_id": f"W{paper_}", "topic_id": f"T{number + 1}"} for paper_, number in pairs
        ],
    }
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for number in (1, 4):
        assert topic(graph, f"T{number}").paper_count == naive.papers_on_topic(tables, f"T{number}")

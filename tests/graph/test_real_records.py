"""The real records, against facts counted elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scholargraph.graph import author, find, institution, paper, topic, validate
from tests.naive import adjacency as naive
from tests.naive import search as naive_search

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

RANKS = ["exact", "words", "initials", "prefix"]


def test_counts_are_those_of_the_files(real: ScholarGraph) -> None:
    """Tables have the sizes that plain scripts counted in the files."""
    counts = real.counts

    assert (counts["papers"], counts["authorships"], counts["authors"]) == (4_085, 20_372, 6_093)
    assert len(real.table("authorships", where={"author_id": None})) == 76
    levels = real.sql("SELECT level, count(*) AS n FROM topics GROUP BY level")
    assert dict(zip(levels["level"], levels["n"], strict=True)) == {
        "topic": 4_516,
        "subfield": 252,
        "field": 26,
        "domain": 4,
    }
    inside = (
        "SELECT count(*) AS n FROM citations SEMI JOIN papers AS c ON cited_paper_id = c.paper_id"
    )
    assert real.sql(inside)["n"].tolist() == [8_862]
    assert real.sql("SELECT sum(cited_by_count) AS s FROM papers")["s"].tolist() == [66_663 + 1]


def test_nothing_is_wrong(real: ScholarGraph) -> None:
    """A store that was just ingested breaks no rule."""
    assert validate(real).values.tolist() == []


def test_nodes_have_the_counts_of_plain_scripts(real: ScholarGraph) -> None:
    """Papers of topics and domains, and authors of an institution, agree."""
    assert topic(real, "T10399").paper_count == 956
    assert topic(real, "T10635").paper_count == 935
    assert institution(real, "I134085113").author_count == 1_024
    assert institution(real, "I71920554").author_count == 252
    assert [step.level for step in topic(real, "T10399").path] == ["subfield", "field", "domain"]


def test_an_authors_papers_are_those_of_the_table(real: ScholarGraph) -> None:
    """Repeated seats count once; the list is the author's."""
    rows = real.table("authorships", ["paper_id"], where={"author_id": "A5054922583"})
    found = author(real, "https://openalex.org/A5054922583")

    assert len(rows) > rows["paper_id"].nunique()
    assert {each.paper_id for each in found.papers} == set(rows["paper_id"])
    assert found.paper_count == rows["paper_id"].nunique()
    years = [each.year or 0 for each in found.papers]
    assert years == sorted(years, reverse=True)


def test_seats_without_id_are_shown_and_nobodys(real: ScholarGraph) -> None:
    """The paper with 25 cited authors on its byline shows them all, by their printed names."""
    seats = paper(real, "W4382794266").authors

    assert len(seats) == 30
    assert [seat.mark for seat in seats] == [None] * 5 + ["leaked reference"] * 25
    assert [seat.author_id is None for seat in seats] == [False] * 5 + [True] * 25
    assert all(seat.author_name for seat in seats)


def test_an_abstract_begins_as_the_file_has_it(real: ScholarGraph) -> None:
    """The abstract is rebuilt word for word."""
    abstract = paper(real, "W110308591").abstract

    assert abstract is not None
    assert abstract.startswith("This thesis constrains the distribution of diagenetic alterations")


def test_namesakes_are_all_found(real: ScholarGraph) -> None:
    """Five profiles bear one name, in either order of its parts."""
    found = find(real, "Ashraf, Muhammad")
    exact = found[found["match"] == "exact"]

    assert len(exact) == 5
    assert exact["author_id"].tolist() == find(real, "muhammad ashraf")["author_id"][:5].tolist()


def test_names_are_found_as_by_comparing_all(real: ScholarGraph) -> None:
    """On the real names, matches, order and counts are those of comparing with every name."""
    everything = naive.tables_of(real)
    authors = everything["authors"]
    tables: naive.Tables = {"authors": authors, "authorships": []}
    counts = naive.paper_counts(everything, "author")
    for row in authors[::900]:
        first, *_, last = row["name"].split()
        for text in (
            row["name"],
            f"{last}, {first[0]}.",
            f"{first[:2]} {last[:3]}",
            last,
            first[0],
        ):
            found = find(real, text, limit=10_000)
            expected = sorted(
                (RANKS.index(match), -counts[author_id], author_id)
                for author_id, match, _ in naive_search.find_authors(tables, text)
            )

            assert [
                (RANKS.index(match), -papers, author_id)
                for author_id, match, papers in zip(
                    found["author_id"], found["match"], found["paper_count"], strict=True
                )
            ] == expected

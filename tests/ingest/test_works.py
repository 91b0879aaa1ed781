"""What rows a work gives, on small records made for each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scholargraph.ingest import ingest_values
from tests.ingest.support import rows, url, work


def tables(tmp_path: Path, *records: dict[str, Any]) -> Path:
    """Ingest records into a fresh store."""
    ingest_values(records, tmp_path / "graph")
    return tmp_path / "graph"


def seat(author: str | None = "A9000000001", **fields: Any) -> dict[str, Any]:
    """Return an authorship."""
    return {"author": {"id": url(author), "display_name": "N"}, **fields}


def place(number: int, country: str | None = None) -> dict[str, Any]:
    """Return an institution as a seat names it."""
    return {"id": url(f"I{number}"), "display_name": f"Place {number}", "country_code": country}


def affiliation_rows(
    tmp_path: Path, **fields: Any
) -> list[tuple[str | None, str | None, list[str]]]:
    """Return the affiliation rows of a work with one seat."""
    store = tables(tmp_path, work(9000000001, authorships=[seat(**fields)]))
    return [(r["institution_id"], r["country_code"], r["raw"]) for r in rows(store, "affiliations")]


def test_nobody_is_marked_and_no_node(tmp_path: Path) -> None:
    """The null author keeps his seat, marked, and never becomes a hub."""
    store = tables(
        tmp_path,
        *(work(9000000000 + n, f"A900000000{n}", "A9999999999", None) for n in range(1, 4)),
    )
    marks = [(row["author_id"], row["mark"]) for row in rows(store, "authorships")]

    assert marks.count(("A9999999999", "nobody")) == 3
    assert marks.count((None, "no id")) == 3
    assert [row["author_id"] for row in rows(store, "authors")] == [
        "A9000000001",
        "A9000000002",
        "A9000000003",
    ]


def test_printed_orcid_is_that_of_the_byline_alone(tmp_path: Path) -> None:
    """The profile's ORCID, copied to every seat, never counts as printed."""
    store = tables(
        tmp_path,
        work(
            9000000001,
            authorships=[
                {
                    "author": {
                        "id": url("A9000000001"),
                        "orcid": "https://orcid.org/0000-0002-1825-0097",
                    },
                    "raw_orcid": None,
                },
                {
                    "author": {"id": url("A9000000002"), "orcid": None},
                    "raw_orcid": "0000-0002-1825-0097",
                },
            ],
        ),
    )

    assert [row["orcid"] for row in rows(store, "authorships")] == [None, "0000-0002-1825-0097"]
    assert [row["orcid"] for row in rows(store, "authors")] == ["0000-0002-1825-0097", None]


def test_affiliations_join_through_ids(tmp_path: Path) -> None:
    """A row per institution with its strings, one for the strings that name none."""
    assert affiliation_rows(
        tmp_path,
        institutions=[place(9000000001, "NA"), place(9000000002, "DE")],
        countries=["NA", "DE"],
        affiliations=[
            {"raw_affiliation_string": "A and B", "institution_ids": [url("I9000000001")]},
            {
                "raw_affiliation_string": "B",
                "institution_ids": [url("I9000000001"), None, url("I9000000002")],
            },
            {"raw_affiliation_string": "nowhere", "institution_ids": []},
            {"raw_affiliation_string": "nowhere", "institution_ids": []},
        ],
    ) == [
        ("I9000000001", "NA", ["A and B", "B"]),
        ("I9000000002", "DE", ["B"]),
        (None, None, ["nowhere"]),
    ]


def test_older_strings_go_to_the_only_institution(tmp_path: Path) -> None:
    """Records before mid 2024 do not join strings to institutions."""
    assert affiliation_rows(
        tmp_path, institutions=[place(9000000001)], raw_affiliation_strings=["A", None, "B"]
    ) == [("I9000000001", None, ["A", "B"])]


def test_older_strings_of_two_institutions_are_not_guessed(tmp_path: Path) -> None:
    """With two institutions nobody can tell, and nothing is claimed."""
    assert affiliation_rows(
        tmp_path,
        institutions=[place(9000000001), place(9000000002)],
        raw_affiliation_strings=["A; B"],
    ) == [("I9000000001", None, []), ("I9000000002", None, []), (None, None, ["A; B"])]


def test_institution_of_nulls_names_none(tmp_path: Path) -> None:
    """An object whose every value is null is no institution."""
    assert affiliation_rows(
        tmp_path, institutions=[{"id": None, "display_name": None, "country_code": None}]
    ) == [(None, None, [])]


@pytest.mark.parametrize(
    ("institutions", "countries", "expected"),
    [
        ([place(9000000001)], ["FR"], [("I9000000001", "FR", [])]),
        ([], ["FR"], [(None, "FR", [])]),
        ([place(9000000001, "DE")], ["DE", "FR"], [("I9000000001", "DE", []), (None, "FR", [])]),
        ([], ["FR", "IT"], []),
        ([place(9000000001, "france")], [], [("I9000000001", None, [])]),
    ],
)
def test_countries_of_the_seat(
    tmp_path: Path,
    institutions: list[dict[str, Any]],
    countries: list[str],
    expected: list[tuple[str | None, str | None, list[str]]],
) -> None:
    """A country that no institution carries is placed only where there is one place for it."""
    assert affiliation_rows(tmp_path, institutions=institutions, countries=countries) == expected


def test_byline_cut_by_the_api(tmp_path: Path) -> None:
    """The flag, a larger count of the record, or exactly 100 seats without a last one."""
    seats = [seat(f"A90000{n:05d}", author_position="middle") for n in range(100)]
    store = tables(
        tmp_path,
        work(9000000001, authorships=seats),
        work(9000000002, authorships=[*seats[:99], {**seats[99], "author_position": "last"}]),
        work(9000000003, authorships=seats[:3], authors_count=7),
        work(9000000004, authorships=seats[:3], is_authors_truncated=True),
        work(9000000005, authorships=seats[:3], authors_count=2),
    )

    assert [(row["author_count"], row["authors_truncated"]) for row in rows(store, "papers")] == [
        (100, True),
        (100, False),
        (7, True),
        (3, True),
        (3, False),
    ]


def test_locations_keep_their_order_and_name_arxiv(tmp_path: Path) -> None:
    """The primary one first; objects of nulls mean none; a preprint id in any link is read."""
    store = tables(
        tmp_path,
        work(
            9000000001,
            doi="https://doi.org/10.1000/ABC",
            primary_location={"id": "doi:10.1000/abc", "landing_page_url": "https://x.org/1"},
            locations=[
                {"id": None, "source": None, "is_oa": None},
                {"landing_page_url": "http://arxiv.org/abs/math.GT/0309136v2", "is_oa": True},
                {"landing_page_url": "https://www.biorxiv.org/content/2101.00001"},
            ],
        ),
    )

    assert [(row["url"], row["arxiv_id"], row["is_oa"]) for row in rows(store, "locations")] == [
        ("https://x.org/1", None, False),
        ("http://arxiv.org/abs/math.GT/0309136v2", "math/0309136", True),
        ("https://www.biorxiv.org/content/2101.00001", None, False),
    ]
    (paper,) = rows(store, "papers")
    assert (paper["doi"], paper["arxiv_id"]) == ("10.1000/abc", "math/0309136")


def test_primary_topic_is_a_topic(tmp_path: Path) -> None:
    """A primary topic that the list leaves out has a row; all classes above become nodes."""
    topic = {
        "id": url("T90001"),
        "display_name": "T",
        "score": 1,
        "subfield": {"id": url("subfields/9101"), "display_name": "S"},
        "field": {"id": url("fields/91"), "display_name": "F"},
        "domain": {"id": url("domains/9"), "display_name": "D"},
    }
    store = tables(tmp_path, work(9000000001, primary_topic=topic, topics=[]))

    assert [(r["topic_id"], r["is_primary"]) for r in rows(store, "paper_topics")] == [
        ("T90001", True)
    ]
    assert [(r["topic_id"], r["level"], r["parent_id"]) for r in rows(store, "topics")] == [
        ("T90001", "topic", "subfields/9101"),
        ("domains/9", "domain", None),
        ("fields/91", "field", "domains/9"),
        ("subfields/9101", "subfield", "fields/91"),
    ]


def test_funders_of_every_generation(tmp_path: Path) -> None:
    """Grants, awards and funders become rows once; a funder without award has one of its own."""
    store = tables(
        tmp_path,
        work(
            9000000001,
            grants=[{"funder": url("F1"), "funder_display_name": "One", "award_id": "a"}],
            awards=[
                {"funder_id": url("F1"), "funder_award_id": "a", "funder_display_name": "One"},
                {"funder_id": url("F1"), "funder_award_id": "b"},
                {"funder_id": None, "funder_award_id": "lost"},
            ],
            funders=[{"id": url("F1")}, {"id": url("F2"), "display_name": "Two"}],
        ),
    )

    assert [(r["funder_id"], r["award_id"]) for r in rows(store, "paper_funders")] == [
        ("F1", "a"),
        ("F1", "b"),
        ("F2", None),
    ]
    assert [(r["funder_id"], r["name"]) for r in rows(store, "funders")] == [
        ("F1", "F1"),
        ("F2", "Two"),
    ]


def test_control_characters_do_not_come_through(tmp_path: Path) -> None:
    """Line breaks become blanks, other control characters go, everything else stays."""
    title = 'A "quoted"\n\\title\x00\x1b[31m\u2028<b>&amp;'
    store = tables(tmp_path, work(9000000001, title=title))

    assert rows(store, "papers")[0]["title"] == 'A "quoted" \\title[31m\u2028<b>&amp;'


def test_deleted_places_and_sources_are_nobody(tmp_path: Path) -> None:
    """Ids that stand for deleted institutions and sources become no node and no hub."""
    store = tables(
        tmp_path,
        work(
            9000000001,
            authorships=[seat(institutions=[place(4389424196, "US")])],
            primary_location={"id": "x", "source": {"id": url("S4317411217")}},
        ),
    )

    assert rows(store, "institutions") == []
    assert rows(store, "sources") == []
    assert [r["institution_id"] for r in rows(store, "affiliations")] == [None]
    assert rows(store, "papers")[0]["source_id"] is None


def test_keywords_of_both_shapes(tmp_path: Path) -> None:
    """Keywords by name and by text, each once."""
    store = tables(
        tmp_path,
        work(
            9000000001,
            keywords=[
                {"id": url("keywords/x"), "display_name": "X", "score": 0.5},
                {"keyword": "y", "score": 0.25},
                {"display_name": "X", "score": 0.1},
            ],
        ),
    )

    assert [(r["keyword"], r["score"]) for r in rows(store, "keywords")] == [
        ("X", 0.5),
        ("y", 0.25),
    ]


def test_topic_without_subfield_hangs_below_the_next_class(tmp_path: Path) -> None:
    """A class that a record leaves out does not tear the tree."""
    topic = {"id": url("T90001"), "display_name": "T", "field": {"id": url("fields/91")}}
    store = tables(tmp_path, work(9000000001, topics=[topic]))

    assert [(r["topic_id"], r["parent_id"]) for r in rows(store, "topics")] == [
        ("T90001", "fields/91"),
        ("fields/91", None),
    ]

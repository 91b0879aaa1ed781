"""A part of a dump, chosen while it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.errors import InvalidArgumentError
from scholargraph.ingest import ingest_openalex
from tests.ingest.support import OPENALEX, file_hashes, read_lines, rows, url, work, write_lines

SAMPLE_WORKS = Path("data") / "jsonl" / "works"


def short(value: str | None) -> str:
    """Return a short id."""
    return (value or "").removeprefix(OPENALEX)


def chosen(record: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Decide in plain Python whether a work is asked for."""
    seats = record.get("authorships") or []
    places = [place for seat in seats for place in seat.get("institutions") or []]
    topics = [*(record.get("topics") or []), record.get("primary_topic") or {}]
    classes = {
        short((node or {}).get("id"))
        for topic in topics
        for node in (topic, topic.get("subfield"), topic.get("field"), topic.get("domain"))
    }
    has: dict[str, set[Any]] = {
        "types": {record.get("type")},
        "topics": classes,
        "institutions": {short(place.get("id")) for place in places},
        "authors": {short((seat.get("author") or {}).get("id")) for seat in seats},
        "countries": {code for seat in seats for code in seat.get("countries") or []}
        | {place.get("country_code") for place in places},
    }
    year = record.get("publication_year")
    first, last = wanted.get("years", (None, None))
    return (
        (first is None or (year is not None and first <= year <= last))
        and not (wanted.get("exclude_xpac") and record.get("is_xpac"))
        and all(has[name] & set(map(short, wanted[name])) for name in has if name in wanted)
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {"years": (2015, 2018)},
        {"types": ["article", "preprint"]},
        {"topics": ["domains/9"]},
        {"topics": ["fields/91", "https://openalex.org/fields/92"]},
        {"countries": ["NA", "NL"]},
        {"exclude_xpac": True},
        {"years": (2010, 2026), "types": ["article"], "countries": ["DE"]},
    ],
)
def test_selected_works_are_those_of_a_plain_filter(
    sample_dump: Path, tmp_path: Path, wanted: dict[str, Any]
) -> None:
    """Every work asked for is there, no other is, and what was left out is counted."""
    works = list(read_lines(sample_dump / SAMPLE_WORKS))
    expected = {short(record["id"]) for record in works if chosen(record, wanted)}
    report = ingest_openalex(sample_dump, tmp_path / "graph", **wanted)
    of_works = {why: n for why, n in report.left_out.items() if why != "named by no work"}

    assert {row["paper_id"] for row in rows(tmp_path / "graph", "papers")} == expected
    assert sum(of_works.values()) == len(works) - len(expected)
    assert set(of_works) <= set(wanted)
    assert sg.validate(sg.read_graph(tmp_path / "graph")).empty


def test_works_of_one_author_and_one_institution(sample_dump: Path, tmp_path: Path) -> None:
    """People and places are chosen by id; other records come as far as works lead to them."""
    works = list(read_lines(sample_dump / SAMPLE_WORKS))
    author = next(
        short(seat["author"]["id"])
        for record in works
        for seat in record["authorships"]
        if seat["author"]["id"] and seat["institutions"]
    )
    report = ingest_openalex(sample_dump, tmp_path / "graph", authors=[author])
    seats = rows(tmp_path / "graph", "authorships")
    named = {row["author_id"] for row in seats if row["author_id"] and not row["mark"]}
    authors = {row["author_id"]: row for row in rows(tmp_path / "graph", "authors")}

    assert {row["paper_id"] for row in seats if row["author_id"] == author} == {
        row["paper_id"] for row in rows(tmp_path / "graph", "papers")
    }
    assert set(authors) == named
    assert not authors[author]["is_mention"]
    assert report.left_out["named by no work"] > 0


def test_sample_is_drawn_by_id(sample_dump: Path, tmp_path: Path) -> None:
    """A larger share holds the smaller one, and no other thing than the id decides."""
    drawn = []
    for share in (0.2, 0.5, 1.0):
        ingest_openalex(sample_dump, tmp_path / str(share), sample=share)
        drawn.append({row["paper_id"] for row in rows(tmp_path / str(share), "papers")})

    assert drawn[0] < drawn[1] < drawn[2]
    assert len(drawn[2]) == 300
    assert 100 < len(drawn[1]) < 200


def test_abstracts_can_be_left(sample_dump: Path, tmp_path: Path) -> None:
    """Without abstracts all else is the same."""
    ingest_openalex(sample_dump, tmp_path / "with")
    report = ingest_openalex(sample_dump, tmp_path / "without", abstracts=False)

    assert report.rows["abstracts"] == 0
    assert report.left_out == {}
    assert file_hashes(tmp_path / "without", leave_out=("abstracts",)) == file_hashes(
        tmp_path / "with", leave_out=("abstracts",)
    )


@given(newer_year=st.sampled_from([2019, 2021]), newer_first=st.booleans())
@settings(max_examples=4)
@pytest.mark.parametrize("apart", [False, True])
def test_newest_version_decides(
    tmp_path_factory: pytest.TempPathFactory, newer_year: int, *, newer_first: bool, apart: bool
) -> None:
    """If the newest version is not asked for, no older one takes its place, in any order."""
    folder = tmp_path_factory.mktemp("versions")
    versions = [
        work(9000000001, "A9000000001", publication_year=2020, updated_date="2026-01-01"),
        work(9000000001, "A9000000002", publication_year=newer_year, updated_date="2026-02-01"),
    ]
    if newer_first:
        versions.reverse()
    portions = [[version] for version in versions] if apart else [versions]
    for number, portion in enumerate(portions):
        path = write_lines(folder / f"{number}.jsonl", portion)
        ingest_openalex(path, folder / "graph", years=(2020, 2025))
    expected = ["A9000000002"] if newer_year == 2021 else []
    if apart and newer_first and newer_year == 2019:
        # What was left out is not remembered from one ingest to the next: it would be the dump.
        expected = ["A9000000001"]

    assert [row["author_id"] for row in rows(folder / "graph", "authorships")] == expected


def test_selection_takes_nothing_from_what_is_there(sample_dump: Path, tmp_path: Path) -> None:
    """A second ingest with a selection adds to a store and keeps its nodes."""
    person = {"id": url("A9777777777"), "display_name": "Nobody's Co-author"}
    path = write_lines(tmp_path / "author.jsonl", [person])
    ingest_openalex(path, tmp_path / "graph")
    ingest_openalex(sample_dump, tmp_path / "graph", years=(2020, 2021))

    assert "A9777777777" in {row["author_id"] for row in rows(tmp_path / "graph", "authors")}


def test_same_selection_with_any_workers(sample_dump: Path, tmp_path: Path) -> None:
    """What is chosen, and what is counted, does not depend on the number of processes."""
    reports = [
        ingest_openalex(sample_dump, tmp_path / str(n), types=["article"], sample=0.7, workers=n)
        for n in (1, 2)
    ]

    assert reports[0].left_out == reports[1].left_out
    assert file_hashes(tmp_path / "1") == file_hashes(tmp_path / "2")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"sample": 0}, "sample must be a share"),
        ({"sample": 1.5}, "sample must be a share"),
        ({"years": (2020, 2010)}, r"years must be \(first, last\)"),
        ({"types": "article"}, "types must be a list of texts"),
        ({"topics": ["W1"]}, "topics must be OpenAlex ids of topics, not 'W1'"),
        ({"authors": ["somebody"]}, "authors must be OpenAlex ids of authors"),
        ({"countries": ["Namibia"]}, "countries must be codes such as 'NA'"),
    ],
)
def test_senseless_selections_are_refused(
    sample_dump: Path, tmp_path: Path, wanted: dict[str, Any], message: str
) -> None:
    """One clear line, before anything is read."""
    with pytest.raises(InvalidArgumentError, match=message):
        ingest_openalex(sample_dump, tmp_path / "graph", **wanted)

    assert not (tmp_path / "graph").exists()

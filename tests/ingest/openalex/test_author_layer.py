"""Marks of seats and kinds of profiles: rules on columns, and what ingest makes of them."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.identifiers import NOBODY
from scholargraph.ingest import ingest_values
from scholargraph.ingest.openalex.author_layer import (
    MAX_WORKS_A_YEAR,
    are_organisations,
    kinds_of_profiles,
    marks_of_seats,
)
from scholargraph.schema import AUTHOR_KINDS, MARKS
from tests.ingest.support import rows, url, work

ORGANISATIONS = (
    "The ATLAS Collaboration",
    "LHCb collaboration",
    "D0 Collaborations",
    "Collaborations, EUROfusion MST1",
    "the ALADIN Collaboration",
    "for the Belle collaboration",
    "for the ATLAS",
    "& the Institute of Things",
    "On behalf of the EORTC Lymphoma Group",
    "members of the ENIGMA network",
    "IMAGEN Consortium",
    "Consortium ELIXIR",
    "Web Services Working Group",
    "The T2K Beam Group",
    "Heavy Flavor Averaging Group",
    "ENIGMA Group",
    "ATA Team",
    "the ASDEX Upgrade Team",
    "Statebox Development Team",
    "the scikit-image contributors",
    "UK Biobank Network",
    "The Royal Society",
    "Royal Astronomical Society",
    "Society for Neuroscience",
    "the team of the LOFAR Magnetism Key Science Project",
    "University of Mauritius",
    "UNIVERSITY OF LEEDS",
    "Wroclaw University of Technology",
    "Universität Wien",
    "Université de Montréal",
    "Universidad de Chile",
    "Universidade de São Paulo",
    "Università degli Studi di Milano",
    "Uniwersytet Warszawski",
    "Московский государственный университет",
    "Max-Planck-Gesellschaft",
    "Max-Planck-Institut für Informatik",
    "Istituto Nazionale di Ottica",
    "Instituto de Astronomía",
    "Deutsche Studiengruppe Working Group",
    "Arbeitsgruppe Hochschulforschung",
    "Grupo de Estudio del Dolor",
    "Groupe de Recherche en Oncologie",
    "l'équipe de Grenoble",
    "im Auftrag der Studienleitung",
    "au nom du groupe REIPI",
    "Toshiba Corporation",
    "Rank Xerox Research Centre",
    "representing the D0 Remote Analysis Task Force",
    "中华医学会风湿病学编辑部",
    "日本気象研究会",
)
PERSONS = (
    "Michael Grupp",
    "Maurício Gruppi",
    "Rod Grupen",
    "Robert Team",
    "Li Team",
    "LI TEAM",
    "Wei-Team Chen",
    "J. Group",
    "John K. Group",
    "Kenneth Center",
    "William College",
    "P. Company",
    "Rebecca Network",
    "Ann Society",
    "The Anh Han",
    "Tran The Anh",
    "The-Hien Dang-Ha",
    "Hagai Netzer",
    "Randolph E. Bank",
    "William H. Press",
    "Dipanwita Dutta for the CMS Collaboration",
    "Roberto Preghenella for the ALICE Collaboration",
    "Sinya for JLQCD Collaboration",
    "Ann Lee on behalf of the EORTC Lymphoma Group",
    "Jane Doe, Harvard University",
    "Jane Doe (Institute of Physics)",
    "B. Aubert (BABAR Collaboration)",
    "Jacques Menezo Equipe Trilan",
    "Isaac G. Councill",
    "Marta Universo",
    "Institoris Heinrich",
    "Anne Auger",
    "Nathaniel Virgo",
    "Vaishak Belle",
    "TING",
    "ZHOU",
    "堀口大学",
    "",
)


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_organisations_are_told_by_their_names(name: str) -> None:
    """Words that are in nobody's name, in the main languages of bylines."""
    assert are_organisations(pa.array([name])).to_pylist() == [True]


@pytest.mark.parametrize("name", PERSONS)
def test_persons_keep_their_ties(name: str) -> None:
    """Neither a name like such a word, nor what stands behind a person's name, is one."""
    assert are_organisations(pa.array([name])).to_pylist() == [False]


def test_no_name_is_no_organisation() -> None:
    """Null is nothing, an empty column is empty, and slices are what they show."""
    names = pa.array(["x", None, "ENIGMA Group", None, "CMS Collaboration"])

    assert are_organisations(names).to_pylist() == [False, False, True, False, True]
    assert are_organisations(names.slice(3)).to_pylist() == [False, True]
    assert are_organisations(names.slice(0, 2)).to_pylist() == [False, False]
    assert are_organisations(pa.array([], pa.string())).to_pylist() == []


@given(st.lists(st.sampled_from([*ORGANISATIONS, *PERSONS]), max_size=30))
def test_a_name_is_judged_by_itself(names: list[str]) -> None:
    """The names beside it change nothing."""
    alone = [name in ORGANISATIONS for name in names]

    assert are_organisations(pa.array(names, pa.string())).to_pylist() == alone


@pytest.mark.parametrize(
    "name",
    [
        "group " * 200_000,
        "the " * 300_000 + "team!",
        "A" * 1_000_000 + " group!",
        "a " * 500_000 + "societ",
        "1" * 1_000_000 + " team",
        "for " * 250_000 + "collabor",
        "(" * 1_000_000 + "university",
    ],
)
def test_hostile_names_cost_no_time(name: str) -> None:
    """A megabyte that nearly fits is looked at once, and then only its beginning."""
    began = time.perf_counter()
    are_organisations(pa.array([name]))

    assert time.perf_counter() - began < 1


def test_no_person_of_real_bylines_is_an_organisation(snapshot_store: Path) -> None:
    """Names of 6,093 real authors, as printed and as displayed: all of them are persons."""
    names = {row["author_name"] for row in rows(snapshot_store, "authorships")}
    names |= {row["name"] for row in rows(snapshot_store, "authors")}
    found = are_organisations(pa.array(sorted(names))).to_pylist()

    assert len(found) > 8_000
    assert not any(found)


def test_organisations_among_arxiv_names(openalex_data: Path) -> None:
    """Of 189,279 real name strings these 27 are organisations, and all others persons."""
    path = openalex_data.parent / "arxiv" / "arxiv_cs_1990_2019.tsv.gz"
    if not path.is_file():
        pytest.skip("the arXiv names are not beside this checkout")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)
        names = sorted({name for line in file for name in line.split("\t")[1].split(", ")})
    answers = are_organisations(pa.array(names)).to_pylist()
    found = sorted(name.strip() for name, is_one in zip(names, answers, strict=True) if is_one)

    assert len(names) == 189_279
    assert found == [
        "DPHEP Collaboration",
        "DeepMind Radiographer Consortium",
        "Dphep Study Group",
        "Fokus Fraunhofer Institute",
        "IMAGEN Consortium",
        "INDIGO-DataCloud Collaboration",
        "Institute of Biomedical Engineering",
        "Janus Collaboration",
        "The Smith Problem Solving Group",
        "The Theano Development Team",
        "The Univalent Foundations Program",
        "The mathlib Community",
        "University of Mauritius",
        "Web Services Working Group",
        "Wroclaw University of Technology",
        "representing the D0 Remote Analysis Task Force",
        "the ASDEX Upgrade Team",
        "the ATA Team",
        "the CRISTAL-ISE Consortium",
        "the FuturICT Consortium",
        "the LAGO Collaboration",
        "the N4U Consortium",
        "the Projet PAI Amadeus Collaboration",
        "the RaST Collaboration",
        "the SafeScale Collaboration",
        "the neuGRID Consortium",
        "the scikit-image contributors",
    ]


Seat = tuple[str | None, str | None]


def naive_marks(papers: list[list[Seat]]) -> list[str | None]:
    """Marks of all seats, one by one, by the words of the rules."""
    marks: list[str | None] = []
    for seats in papers:
        known = sum(author is not None and author not in NOBODY for author, _ in seats)
        leaks = len(seats) >= 10 and known * 10 < len(seats) * 6
        for author, name in seats:
            if author in NOBODY:
                marks.append("nobody")
            elif name == "CMS Collaboration":
                marks.append("organisation")
            elif author is None:
                marks.append("leaked reference" if leaks else "no id")
            else:
                marks.append(None)
    return marks


SEATS = st.tuples(
    st.sampled_from(["A1", "A2", "A3", None, None, "A9999999999"]),
    st.sampled_from([None, "Ann Lee", "Li Team", "CMS Collaboration"]),
)


@given(st.lists(st.lists(SEATS, max_size=14), max_size=6))
def test_marks_are_those_of_the_rules(papers: list[list[Seat]]) -> None:
    """The columns give what the rules give seat by seat, papers without seats among them."""
    seats = [seat for paper in papers for seat in paper]
    authors = pa.array([author for author, _ in seats], pa.string())
    is_nobody = pa.array([author in NOBODY for author, _ in seats], pa.bool_())
    names = pa.array([name for _, name in seats], pa.string())
    sizes = np.array([len(paper) for paper in papers], np.int64)
    marks = marks_of_seats(authors, is_nobody, names, sizes)

    assert marks.to_pylist() == naive_marks(papers)
    assert set(marks.to_pylist()) <= {*MARKS, None}


@pytest.mark.parametrize(
    ("with_id", "seats", "mark"),
    [
        (5, 9, "no id"),
        (5, 10, "leaked reference"),
        (6, 10, "no id"),
        (59, 100, "leaked reference"),
        (60, 100, "no id"),
        (0, 10, "leaked reference"),
    ],
)
def test_a_leak_is_ten_seats_of_which_few_have_an_id(with_id: int, seats: int, mark: str) -> None:
    """Ten or more, and less than 60 % with an id: at the edges on either side."""
    authors = pa.array([f"A{n}" for n in range(with_id)] + [None] * (seats - with_id), pa.string())
    marks = marks_of_seats(
        authors,
        pa.array([False] * seats),
        pa.array(["Ann Lee"] * seats),
        np.array([seats]),
    ).to_pylist()

    assert marks == [None] * with_id + [mark] * (seats - with_id)


def test_kinds_of_profiles() -> None:
    """More than a thousand works in one year are no person's; a thousand may just be."""
    counts: dict[int, list[int | None]] = {
        0: [MAX_WORKS_A_YEAR, 3],
        1: [3, MAX_WORKS_A_YEAR + 1],
        2: [None],
        3: [MAX_WORKS_A_YEAR + 1],
    }
    pairs = [(row, count) for row, listed in counts.items() for count in listed]
    kinds = kinds_of_profiles(
        pa.array(["Ann Lee", "Wei Wang", None, "CMS Collaboration", "D0 Collaboration"]),
        pa.chunked_array([pa.array([row for row, _ in pairs], pa.int32())]),
        pa.chunked_array([pa.array([count for _, count in pairs], pa.int32())]),
    ).to_pylist()

    assert kinds == [
        "profile",
        "implausible profile",
        "profile",
        "organisation",
        "organisation",
    ]
    assert set(kinds) <= set(AUTHOR_KINDS)


def named(author: str | None, name: str) -> dict[str, Any]:
    """Return a seat under a printed name."""
    return {"author": {"id": url(author), "display_name": name}, "raw_author_name": name}


def test_marked_seats_stay_and_make_no_tie(tmp_path: Path) -> None:
    """Organisations and cited authors keep their seats, are counted, and tie nobody."""
    people = [named(f"A900000000{n}", f"Person {n}") for n in range(1, 5)]
    leak = [*people[:2], *(named(None, f"Cited {n}") for n in range(8))]
    report = ingest_values(
        [
            work(9000000001, authorships=[*people[:2], named("A9000000009", "CMS Collaboration")]),
            work(9000000002, authorships=[*people[2:], named(None, "the ATA Team")]),
            work(9000000003, authorships=leak),
            work(9000000004, authorships=[people[0], named(None, "Ann Lee")]),
            work(9000000005, "A9999999999"),
        ],
        tmp_path / "graph",
    )
    seats = rows(tmp_path / "graph", "authorships")
    graph = sg.read_graph(tmp_path / "graph")
    found = {
        author: set(sg.collaborators(graph, author)["author_id"])
        for author in ("A9000000001", "A9000000003")
    }

    assert len(seats) == 3 + 3 + 10 + 2 + 1
    assert Counter(seat["mark"] for seat in seats) == {
        None: 2 + 2 + 2 + 1,
        "organisation": 2,
        "leaked reference": 8,
        "no id": 1,
        "nobody": 1,
    }
    assert report.author_layer == {
        "seats: leaked reference": 8,
        "seats: no id": 1,
        "seats: nobody": 1,
        "seats: organisation": 2,
    }
    assert found == {"A9000000001": {"A9000000002"}, "A9000000003": {"A9000000004"}}
    assert sg.validate(graph).empty


def test_profiles_are_counted_by_kind(tmp_path: Path) -> None:
    """Own records say how much they published: the report counts those that no person can be."""
    records = [
        {
            "id": url("A9000000001"),
            "display_name": "Wei Wang",
            "works_count": 9_000,
            "counts_by_year": [{"year": 2024, "works_count": 4_200, "cited_by_count": 1}],
        },
        {"id": url("A9000000002"), "display_name": "Planck Collaboration"},
        {"id": url("A9000000003"), "display_name": "Ann Lee"},
    ]
    report = ingest_values(records, tmp_path / "graph")
    kinds = {row["author_id"]: row["kind"] for row in rows(tmp_path / "graph", "authors")}

    assert kinds == {
        "A9000000001": "implausible profile",
        "A9000000002": "organisation",
        "A9000000003": "profile",
    }
    assert report.author_layer == {
        "profiles: implausible profile": 1,
        "profiles: organisation": 1,
    }
    assert "1 × profiles: implausible profile" in str(report)
    assert report.as_provenance()["author_layer"] == report.author_layer


def test_marks_of_the_real_set_cost_no_tie(snapshot_store: Path) -> None:
    """The two bylines with cited authors keep those who wrote the paper, and so all their ties.

    Those without id made none before. So the pairs are the same with marks and without.
    """
    seats = rows(snapshot_store, "authorships")
    with_marks: Counter[tuple[str, str]] = Counter()
    without: Counter[tuple[str, str]] = Counter()
    papers: dict[str, list[dict[str, Any]]] = {}
    for seat in seats:
        papers.setdefault(seat["paper_id"], []).append(seat)
    for byline in papers.values():
        everybody = {seat["author_id"] for seat in byline if seat["author_id"]}
        unmarked = {seat["author_id"] for seat in byline if seat["mark"] is None}
        without.update(combinations(sorted(everybody), 2))
        with_marks.update(combinations(sorted(unmarked), 2))
    leaked = Counter(seat["paper_id"] for seat in seats if seat["mark"] == "leaked reference")
    authors = [seat for seat in papers["W4382794266"] if seat["mark"] is None]

    assert leaked == {"W4242927272": 12, "W4382794266": 25}
    assert [seat["position"] for seat in authors] == [1, 2, 3, 4, 5]
    assert with_marks == without
    assert (len(with_marks), with_marks.total()) == (51_939, 76_523)

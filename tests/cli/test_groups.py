"""Commands about institutions and countries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scholargraph import from_records, read_graph
from scholargraph.collaboration import coauthor_network, collaborators
from scholargraph.collaboration import summary as library_summary
from scholargraph.network import read_network
from tests.cli.conftest import Run

ANN, BOB, CLEO, DAN = (f"A900000000{number}" for number in range(1, 5))
ONE, TWO, TOP = ({"id": f"I900000000{n}", "display_name": f"Place {n}"} for n in (1, 2, 3))


def seat(author: str, *places: tuple[dict[str, str], str]) -> dict[str, Any]:
    """One line of a byline, with where the author was."""
    return {
        "author": {"id": author, "display_name": author},
        "institutions": [{**place, "country_code": code} for place, code in places],
    }


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three papers by people of two institutions, in two countries."""
    path = tmp_path_factory.mktemp("places") / "graph"
    bylines = [
        [seat(ANN, (ONE, "NL")), seat(BOB, (TWO, "NA"), (ONE, "NL")), seat(CLEO, (TWO, "NA"))],
        [seat(ANN, (ONE, "NL")), seat(BOB, (TWO, "NA"))],
        [seat(ANN, (ONE, "NL")), seat(DAN)],
    ]
    from_records(
        [
            {
                "id": f"W900000000{number}",
                "title": f"Paper {number}",
                "publication_year": 2019 + number,
                "authorships": byline,
            }
            for number, byline in enumerate(bylines, 1)
        ],
        store=path,
    )
    return path


@pytest.mark.parametrize(
    ("level", "expected", "unit"),
    [
        ("institution", {"Place 2": 2.5, "Place 1": 0.5}, "institutions"),
        ("country", {"NA": 2.5, "NL": 0.5}, "countries"),
    ],
)
def test_collaborators_by_level(
    level: str, expected: dict[str, float], unit: str, places: Path, run: Run
) -> None:
    """`--level` asks for places; who names none and what was cut is said beside the answer."""
    asked = ("collaborators", places, ANN, "--level", level, "--format", "json")
    result = run(*asked)
    key = {"institution": "name", "country": "country_code"}[level]

    assert {row[key]: row["full"] for row in json.loads(result.stdout)} == expected
    assert "1 seat of co-authors without affiliation: 1.000 of the fractional ties" in result.stderr
    assert f"The first of 2 {unit}." in run(*asked, "--limit", 1).stderr


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ([], {}),
        (["--level", "institution"], {"level": "institution"}),
        (["--level", "institution", "--roll-up"], {"level": "institution", "roll_up": True}),
        (["--level", "country", "--unit", "presence"], {"level": "country", "unit": "presence"}),
        (["--normalization", "cosine"], {"normalization": "cosine"}),
        (["--paper", "W9000000001", "--paper", "W9000000002"], {"papers": 2}),
        (["--min-papers", "2", "--counting", "fractional"], {"min_papers": 2}),
        (["--author", ANN, "--author", BOB, "--radius", "1"], {"authors": [ANN, BOB], "radius": 1}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_networks_of_every_form_are_those_of_the_library(
    options: list[str], arguments: dict[str, Any], places: Path, run: Run, tmp_path: Path
) -> None:
    """What is written is the network of `coauthor_network` with the same arguments."""
    result = run("network", places, tmp_path / "ties", *options)
    if "papers" in arguments:
        arguments = {"papers": ["W9000000001", "W9000000002"]}
    if "min_papers" in arguments:
        arguments = {**arguments, "counting": "fractional"}
    expected = coauthor_network(read_graph(places), **arguments)
    found = read_network(tmp_path / "ties")

    assert result.exit_code == 0, result.output
    assert found.ids.to_pylist() == expected.ids.to_pylist()
    assert found.edges["weight"].to_pylist() == expected.edges["weight"].to_pylist()
    assert found.edges.num_rows > 0 or "--roll-up" in options


def test_a_network_of_places_says_so(places: Path, run: Run, tmp_path: Path) -> None:
    """Nodes are called what they are, and papers without a place are counted."""
    result = run("network", places, tmp_path / "ties.net", "--level", "country")

    assert f"{tmp_path / 'ties.net'}: 2 countries, 1 tie" in result.stdout


def test_incomplete_nodes_are_noted_in_one_line(run: Run, tmp_path: Path) -> None:
    """A warning of the library is a line beside the answer."""
    people = [
        {"id": "A9000000001", "display_name": "Ann", "works_count": 90},
        {"id": "A9000000002", "display_name": "Bob", "works_count": 1},
    ]
    work = {"id": "W9000000001", "authorships": [{"author": each} for each in people]}
    from_records([work, *people], store=tmp_path / "graph")
    options = ("--normalization", "cosine")
    result = run("network", tmp_path / "graph", tmp_path / "ties", *options)

    assert result.exit_code == 0
    assert "Note: 1 of 2 nodes are incomplete" in result.stderr
    assert "UserWarning" not in result.stderr


@pytest.mark.parametrize("show", ["shares", "by-year", "partners"])
@pytest.mark.parametrize("group", [["I9000000001"], ["nl"], ["--author", ANN, "--author", DAN]])
def test_summaries_are_those_of_the_library(
    group: list[str], show: str, places: Path, run: Run
) -> None:
    """Each of the three tables, of an institution, a country and a list of people."""
    result = run("summary", places, *group, "--show", show, "--format", "json")
    asked = [ANN, DAN] if len(group) > 1 else group[0]
    found = library_summary(read_graph(places), asked)
    expected = {"shares": found.shares, "by-year": found.by_year, "partners": found.partners}[show]
    rows = json.loads(result.stdout)

    assert len(rows) == len(expected) > 0
    assert list(rows[0]) == expected.columns.tolist()
    assert [row["full"] for row in rows] == pytest.approx(expected["full"].tolist())
    assert "3 papers with a known affiliation" in result.stderr


def test_what_counts_for_a_summary_is_chosen(places: Path, run: Run) -> None:
    """Years and partners go through, and what they leave out is said."""
    result = run("summary", places, "NL", "--since", 2021, "--partners", 0, "--show", "partners")

    assert "(no rows)" in result.stdout
    assert "2 papers with a known affiliation" in result.stderr
    assert "Left out: 1 before since." in result.stderr


@pytest.mark.parametrize("group", [[], ["NL", "--author", ANN]])
def test_a_summary_is_of_one_group(group: list[str], places: Path, run: Run) -> None:
    """Nobody, or a place and people, is a misuse."""
    result = run("summary", places, *group)

    assert result.exit_code == 2
    assert "either GROUP or --author" in result.stderr


def test_levels_of_the_command_line_are_those_of_the_library(places: Path) -> None:
    """All choices that the options offer are taken."""
    from scholargraph.cli.collaboration import LEVELS, MEASURES

    graph = read_graph(places)
    for level in LEVELS:
        assert len(collaborators(graph, ANN, level=level)) > 0
    for measure in MEASURES:
        assert len(coauthor_network(graph, normalization=measure)) == 4

"""Commands that leave out authors of whom only a printed name is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support import papers_and_authors, team, write_store

A, B, C, JANE = "A9000000001", "A9000000002", "A9000000003", "name:jane doe"


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A and C know each other over a name form alone; A and B wrote together twice."""
    bylines = [(A, JANE, B), (A, B), (JANE, C), (A, JANE)]
    seats = [
        seat
        for number, byline in enumerate(bylines, 1)
        for seat in team(f"W900000000{number}", *byline)
    ]
    return write_store(tmp_path / "graph", papers_and_authors(seats, year=2020))


def test_collaborators(mixed: Path, run: Run) -> None:
    """They are no rows, and it is said how many seats theirs are."""
    result = run("collaborators", mixed, A, "--no-name-forms", "--format", "json")

    assert [(row["author_id"], row["fractional"]) for row in json.loads(result.stdout)] == [
        (B, 1.5)
    ]
    assert result.stderr.splitlines() == [
        "Counted: 3 papers.",
        "2 seats of these papers without a known person: 1.500 of the fractional ties go there.",
        "2 of these are name forms, which were left out.",
    ]
    everybody = run("collaborators", mixed, A, "--format", "json")
    assert len(json.loads(everybody.stdout)) == 2
    assert everybody.stderr.splitlines() == ["Counted: 3 papers."]


def test_recommend_and_its_test(mixed: Path, run: Run) -> None:
    """Nobody is recommended for a collaborator who is a name form."""
    asked = ["recommend", mixed, A, "--format", "json"]

    assert [row["author_id"] for row in json.loads(run(*asked).stdout)] == [C]
    assert json.loads(run(*asked, "--no-name-forms").stdout) == []
    assert run("backtest", mixed, "2019", "--no-name-forms").exit_code == 0


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("summary", ["--author", A, "--author", JANE]),
        ("collaborators", [JANE]),
        ("shared-papers", [A, JANE]),
        ("path", [JANE, A]),
        ("recommend", [JANE]),
    ],
)
def test_a_name_form_cannot_be_asked_about(
    command: str, arguments: list[str], mixed: Path, run: Run
) -> None:
    """Leaving them out and asking about one is misuse, told in the words of the command line."""
    result = run(command, mixed, *arguments, "--no-name-forms")

    assert result.exit_code == 2
    assert f"'{JANE}' is a name form, which --no-name-forms leaves out." in result.stderr
    assert run(command, mixed, *arguments).exit_code == 0


def test_networks_paths_and_papers(mixed: Path, tmp_path: Path, run: Run) -> None:
    """All commands about ties take the option."""
    written = run("network", mixed, tmp_path / "ties", "--no-name-forms")
    assert "3 authors, 1 tie" in written.stdout
    assert "No path" not in run("path", mixed, A, C).stderr
    assert "No path" in run("path", mixed, A, C, "--no-name-forms").stderr
    asked = ["shared-papers", mixed, A, B, "--no-name-forms", "--team-size", "resolved"]
    papers = json.loads(run(*asked, "--format", "json").stdout)
    assert [row["team_size"] for row in papers] == [2, 2]

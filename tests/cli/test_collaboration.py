"""Commands about who works with whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_collaborators_are_listed(store: Path, run: Run) -> None:
    """Ann wrote with Bob and Cleo: errata make no ties, and the unknown fourth counts as one."""
    rows = json.loads(run("collaborators", store, "A9000000001", "--format", "json").stdout)

    assert [(row["name"], row["paper_count"], row["fractional"]) for row in rows] == [
        ("Bob Boe", 2, 1 + 1 / 3),
        ("Cleo Coe", 1, 1 / 3),
    ]


def test_what_counted_is_said_beside_the_answer(store: Path, run: Run) -> None:
    """What was left out, and who could not be told apart, stands on the standard error."""
    result = run("collaborators", store, "A9000000001", "--format", "csv")

    assert result.stderr.splitlines() == [
        "Counted: 2 papers.",
        "Left out: 1 erratum.",
        "1 seat of these papers without a known person: 0.333 of the fractional ties go there.",
    ]


@pytest.mark.parametrize(
    ("types", "expected"), [("all", 3), ("erratum", 1), ("article,erratum", 3), ("research", 2)]
)
def test_types_choose_what_counts(types: str, expected: int, store: Path, run: Run) -> None:
    """`--types` takes a rule or a list of kinds of papers."""
    result = run("collaborators", store, "A9000000001", "--types", types, "--format", "json")

    assert json.loads(result.stdout)[0]["paper_count"] == expected


def test_a_tie_opens_to_its_papers(store: Path, run: Run) -> None:
    """`shared-papers` lists the papers whose weights sum to the tie."""
    result = run("shared-papers", store, "A9000000001", "A9000000002", "--format", "json")
    rows = json.loads(result.stdout)

    assert [row["paper_id"] for row in rows] == ["W9000000001", "W9000000002"]
    assert sum(row["fractional"] for row in rows) == 1 + 1 / 3


def test_who_never_met_shares_no_papers(store: Path, run: Run) -> None:
    """Two authors without a joint paper have an empty list, which is no error."""
    result = run("shared-papers", store, "A9000000001", "A9000000004")

    assert result.exit_code == 0
    assert "(no rows)" in result.stdout


def test_a_name_is_not_an_author(store: Path, run: Run) -> None:
    """A name instead of an id is an error that says how to look for one."""
    result = run("collaborators", store, "Ann Üxküll")

    assert result.exit_code == 2
    assert "find" in result.stderr


def test_terms_choose_papers_and_weights(store: Path, run: Run) -> None:
    """Counting, years and team size go through to the library."""
    asked = ("collaborators", store, "A9000000001", "--format", "json")
    fractional = run(*asked, "--counting", "fractional", "--max-authors", "auto", "--limit", "1")
    result = run(*asked, "--max-authors", "many")

    assert [row["weight"] for row in json.loads(fractional.stdout)] == [1 + 1 / 3]
    assert "The first of 2 collaborators." in fractional.stderr
    assert result.exit_code == 2
    assert "'many' is neither a number of 2 or more nor auto" in result.stderr


@pytest.mark.parametrize("limit", ["1", "-2", "1.5", "", "9" * 5_000])
def test_a_limit_of_people_is_checked(limit: str, store: Path, run: Run) -> None:
    """A team of one has no ties, and there is no such number of people."""
    result = run("collaborators", store, "A9000000001", "--max-authors", limit)

    assert result.exit_code == 2
    assert "--max-authors" in result.stderr


def test_auto_is_read_in_any_case(store: Path, run: Run) -> None:
    """The help shows it as it is typed."""
    asked = ("collaborators", store, "A9000000001", "--format", "csv", "--max-authors")

    assert run(*asked, "AUTO").stdout == run(*asked, "auto").stdout != ""
    assert "--max-authors N|auto" in run("collaborators", "--help").stdout


def test_a_network_is_written(store: Path, run: Run, tmp_path: Path) -> None:
    """As a folder of Parquet, or as a file of another program; what is there stays."""
    folder, file = tmp_path / "ties", tmp_path / "ties.graphml"
    written, drawn = run("network", store, folder), run("network", store, file)
    again = run("network", store, folder)

    assert f"{folder}: " in written.stdout
    assert "ties" in written.stdout
    assert sorted(path.name for path in folder.iterdir()) == [
        "edges.parquet",
        "network.json",
        "nodes.parquet",
    ]
    assert drawn.exit_code == 0
    assert file.read_text().startswith("<?xml")
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_a_path_lists_its_papers(store: Path, run: Run) -> None:
    """The papers on every hop, and the people beside them; no path is no error."""
    found = run("path", store, "A9000000001", "A9000000002", "--format", "json")
    nowhere = run("path", store, "A9000000001", "A9000000004")

    assert {row["hop"] for row in json.loads(found.stdout)} == {1}
    assert "1 hop: " in found.stderr
    assert nowhere.exit_code == 0
    assert "No path: " in nowhere.stderr

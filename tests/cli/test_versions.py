"""The commands about versions of a store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scholargraph.store import list_versions, open_version
from tests.cli.conftest import Run
from tests.ingest.support import work, write_lines


@pytest.fixture
def updated(tmp_path: Path, run: Run) -> Path:
    """A store of three versions: a work, two, and one of them anew."""
    first, second = work(9_000_000_001, "A9000000001"), work(9_000_000_002)
    anew = work(9_000_000_001, title="Anew", updated_date="2026-02-02T00:00:00")
    for works in ([first], [first, second], [anew]):
        path = write_lines(tmp_path / "works.jsonl", works)
        assert run("ingest", "openalex", path, tmp_path / "graph").exit_code == 0
    return tmp_path / "graph"


def test_changes_are_those_of_the_library(updated: Path, run: Run) -> None:
    """As a drawn table, and as JSON for programs."""
    drawn = run("changes", updated, "--since", 2)
    said = json.loads(run("changes", updated, "--since", 1, "--format", "json").stdout)

    assert drawn.exit_code == 0
    assert [line.split() for line in drawn.stdout.splitlines()] == [
        ["table", "change", "reason", "row_count"],
        ["─" * len(drawn.stdout.splitlines()[1])],
        ["papers", "changed", "newer", "record", "1"],
        ["authors", "removed", "other", "records", "1"],
        ["authorships", "removed", "newer", "record", "1"],
    ]
    assert {"table": "papers", "change": "added", "reason": "new record", "row_count": 1} in said
    assert {
        "table": "papers",
        "change": "changed",
        "reason": "newer record",
        "row_count": 1,
    } in said


def test_a_version_that_is_not_there_is_an_error(updated: Path, run: Run) -> None:
    """One line names those that are; no number at all is misuse."""
    result = run("changes", updated, "--since", 7)

    assert result.exit_code == 1
    assert "has no version 7; the newest are: 1, 2, 3" in result.stderr
    assert run("changes", updated).exit_code == 2


def test_compaction_says_what_it_removed(updated: Path, run: Run) -> None:
    """A version in use stays and is named; then there is nothing to do."""
    reader = open_version(updated, 2)
    first = run("compact", updated)
    reader.close()

    assert first.exit_code == 0
    assert first.stdout.startswith("version 3 stays; version 1 removed, ")
    assert first.stdout.endswith("version 2 in use: kept, compact again later\n")
    assert "version 2 removed" in run("compact", updated).stdout
    assert list_versions(updated) == [3]


def test_what_is_no_store_is_an_error(tmp_path: Path, run: Run) -> None:
    """Both commands say so and make nothing."""
    for arguments in (("compact", tmp_path / "no"), ("changes", tmp_path / "no", "--since", 1)):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "holds no store" in result.stderr
    assert list(tmp_path.iterdir()) == []

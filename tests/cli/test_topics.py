"""The command about what lies near a topic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scholargraph import from_records, read_graph
from scholargraph.topics import profile, topic_neighbourhood
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three papers in a chain of four topics."""
    path = tmp_path_factory.mktemp("topics") / "graph"
    topics = [
        {"id": f"T900{n}", "display_name": f"Topic \x1b[3{n}m", "score": 1.0} for n in range(1, 5)
    ]
    works: list[dict[str, Any]] = [
        {
            "id": f"W900000000{n}",
            "title": f"Paper {n}",
            "publication_year": 2018 + n,
            "topics": topics[n - 1 : n + 1],
            "authorships": [{"author": {"id": f"A900000000{n}", "display_name": f"Author {n}"}}],
        }
        for n in (1, 2, 3)
    ]
    from_records(works, store=path)
    return path


def test_the_answer_is_that_of_the_library(run: Run, store: Path) -> None:
    """Every option reaches its argument."""
    options = ["--kernel", "all", "--mode", "weighted", "--radius", "2", "--since", "2019"]
    options += ["--until", "2020", "--min-papers", "1", "--limit", "1", "--level", "topic"]
    result = run("topics", str(store), "T9001", *options, "--format", "json")
    answer = topic_neighbourhood(
        read_graph(store),
        "T9001",
        kernel="all",
        mode="weighted",
        radius=2,
        since=2019,
        until=2020,
        min_papers=1,
        limit=1,
    )

    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [row["topic_id"] for row in rows] == answer["topic_id"].tolist() == ["T9002"]
    assert [row["similarity"] for row in rows] == answer["similarity"].tolist()
    assert "The first of 2 topics." in result.stderr
    assert "1 paper of T9001, 1 with other topics as well." in result.stderr


def test_what_was_left_out_is_said(run: Run, store: Path) -> None:
    """With the minimum as it is, nothing is near here, and the command says why."""
    result = run("topics", str(store), "T9001")

    assert result.exit_code == 0
    assert "(no rows)" in result.stdout
    assert "1 topic with less evidence than --min-papers left out." in result.stderr


def test_names_do_not_reach_the_terminal_as_they_are(run: Run, store: Path) -> None:
    """What a terminal would act on is escaped."""
    result = run("topics", str(store), "T9001", "--min-papers", "1")

    assert "\x1b" not in result.stdout
    assert "Topic" in result.stdout


@pytest.mark.parametrize(
    ("show", "part"),
    [
        ("papers", "papers"),
        ("leading", "leading_authors"),
        ("rising", "rising_authors"),
        ("entrants", "entrants"),
        ("institutions", "institutions"),
        ("trend", "trend"),
    ],
)
def test_parts_of_the_profile(run: Run, store: Path, show: str, part: str) -> None:
    """Each part is that of the library."""
    result = run("topics", str(store), "T9002", "--show", show, "--format", "csv")
    expected = getattr(profile(read_graph(store), "T9002"), part)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split(",") == list(expected.columns)
    assert len(lines) == len(expected) + 1


def test_a_limit_of_the_profile_is_said(run: Run, store: Path) -> None:
    """Of two papers one is shown."""
    result = run("topics", str(store), "T9002", "--show", "papers", "--limit", "1")

    assert result.exit_code == 0
    assert "The first of 2." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["T9001", "--show", "trend", "--radius", "2"], "--radius says what is near"),
        (["T9001", "--show", "trend", "--limit", "3"], "--limit does not go with --show trend"),
        (["T9001", "--show", "papers", "--limit", "0"], "--limit is 1 or more with --show papers"),
        (["T9001", "--kernel", "nearness"], "is not one of"),
        (["T9001", "--radius", "0"], "0 is not in the range"),
    ],
)
def test_misuse_is_told_apart(run: Run, store: Path, arguments: list[str], message: str) -> None:
    """Exit code 2 says that a command was misused."""
    result = run("topics", str(store), *arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_an_unknown_topic_is_one_line(run: Run, store: Path) -> None:
    """Exit code 1, and what to do."""
    result = run("topics", str(store), "T1")

    assert result.exit_code == 1
    assert "no topic of this graph answers to 'T1'" in result.stderr

"""The command about emerging topics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scholargraph import from_records, read_graph, topics
from tests.cli.conftest import Run

SIZES = {2010: 30, 2011: 31, 2012: 32, 2013: 33, 2014: 34, 2015: 35, 2016: 105}


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that jumps in 2016, when a second topic appears; a third has a single paper."""
    path = tmp_path_factory.mktemp("years") / "graph"
    works: list[dict[str, Any]] = []
    for year, size in SIZES.items():
        for number in range(size):
            topic = 2 if year == 2016 and number < 50 else 3 if number == 50 else 1
            field = {"id": "https://openalex.org/fields/17", "display_name": "Field"}
            subfield = {"id": "https://openalex.org/subfields/1702", "display_name": "Subfield"}
            works.append(
                {
                    "id": f"W{9_000_000_000 + len(works)}",
                    "publication_year": year,
                    "type": "erratum" if number == 0 else "article",
                    "topics": [
                        {
                            "id": f"T1000{topic}",
                            "display_name": f"Topic {topic}",
                            "score": 1.0,
                            "subfield": subfield,
                            "field": field,
                        }
                    ],
                }
            )
    from_records(works, store=path)
    return path


def test_emerging_is_the_library_s(years: Path, run: Run) -> None:
    """All rows and options go through, and what counted is said beside the answer."""
    asked = ("--window", 1, "--until", 2016, "--burst-factor", 1.5, "--burst-cost", 0.5)
    result = run("emerging", years, *asked, "--format", "json")
    found = topics.emerging(read_graph(years), 1, until=2016, s=1.5, gamma=0.5)
    rows = json.loads(result.stdout)

    assert [row["topic_id"] for row in rows] == found["topic_id"].tolist() == ["T10002", "T10001"]
    assert list(rows[0]) == found.columns.tolist()
    assert rows[0]["burst_weight"] == found["burst_weight"][0] > 0
    assert result.stderr.splitlines() == [
        "2016 beside 2015: 138 papers with a topic.",
        "Left out: 7 erratum.",
        "1 topic of fewer than 5 papers left out.",
        "In 2016 the whole graph has 3.06 times the papers of the year before.",
    ]


def test_emerging_takes_levels_types_and_limits(years: Path, run: Run) -> None:
    """`--level`, `--types`, `--min-papers` and `--limit` go through."""
    asked = ("--window", 2, "--until", 2016, "--format", "json")
    subfields = run("emerging", years, *asked, "--level", "subfield", "--types", "all")
    few = run("emerging", years, *asked, "--min-papers", 1, "--limit", 1)

    assert [row["topic_id"] for row in json.loads(subfields.stdout)] == ["subfields/1702"]
    assert "2015 to 2016 beside 2013 to 2014: 207 papers with a topic." in subfields.stderr
    assert len(json.loads(few.stdout)) == 1
    assert "The first of 3 topics." in few.stderr


def test_emerging_refuses_the_running_year(years: Path, run: Run) -> None:
    """One line says which year is the last."""
    result = run("emerging", years, "--until", 2100)

    assert result.exit_code == 2
    assert "the last complete year" in result.stderr

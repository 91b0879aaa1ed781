"""Commands about who might write with whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scholargraph import from_records, read_graph
from scholargraph.collaboration import backtest
from scholargraph.collaboration.recommendation import MAX_AUTHORS
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which, after 2019, two people write together for the first time."""
    path = tmp_path_factory.mktemp("years") / "graph"
    people = [{"author": {"id": f"A900000000{number}"}} for number in range(1, 6)]
    teams = [
        (2019, people[:2]),
        (2019, people[1:3]),
        (2019, people[1:4:2]),
        (2020, people[:3:2]),
        (2020, people[3:]),
    ]
    from_records(
        [
            {"id": f"W900000000{number}", "publication_year": year, "authorships": team}
            for number, (year, team) in enumerate(teams)
        ],
        store=path,
    )
    return path


def test_recommendations_have_reasons(store: Path, run: Run) -> None:
    """Whoever is recommended is so for a reason."""
    rows = json.loads(run("recommend", store, "A9000000001", "--format", "json").stdout)

    assert all(row["reasons"] for row in rows)


@pytest.mark.parametrize("show", ["scores", "pairs"])
def test_a_backtest_is_the_library_s(show: str, years: Path, run: Run) -> None:
    """Its measures, or the pairs behind them; how many were drawn is said."""
    asked = ("--years", 1, "--seed", 3, "--limit", 2, "--show", show, "--format", "json")
    result = run("backtest", years, 2019, *asked)
    found = backtest(read_graph(years), 2019, years=1, seed=3, limit=2)
    rows = json.loads(result.stdout)

    assert len(rows) == len(getattr(found, show)) > 0
    assert list(rows[0]) == getattr(found, show).columns.tolist()
    assert f"{found.made['authors']} authors drawn of {found.made['authors_active']}" in (
        result.stderr
    )
    assert "fewer to tell apart than wanted" in result.stderr


def test_a_backtest_leaves_out_large_papers_when_asked(years: Path, run: Run) -> None:
    """`--max-authors`, `--authors` and `--types` go through."""
    few = run("backtest", years, 2019, "--years", 1, "--authors", 1, "--max-authors", 2)
    none = run("backtest", years, 2019, "--types", "erratum")

    assert few.stderr.startswith("1 author drawn of ")
    assert none.stderr.startswith("0 authors drawn of 0")
    assert none.exit_code == 0


def test_the_help_says_which_papers_are_too_large(run: Run) -> None:
    """The number in the help of both commands is the one that the library takes."""
    assert f"of more than {MAX_AUTHORS} people" in _on_one_line(run("recommend", "--help").stdout)
    assert f"Default: {MAX_AUTHORS}," in _on_one_line(run("backtest", "--help").stdout)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())

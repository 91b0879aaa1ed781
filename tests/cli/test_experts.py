"""The command about what somebody writes about."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from scholargraph import read_graph
from scholargraph.topics import expertise, expertise_papers
from tests.cli.conftest import Run

ANN, DORA = "A9000000001", "A9000000004"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"level": "field"},
        {"counting": "fractional"},
        {"since": 2020, "until": 2021, "types": "all"},
        {"scheme": "arxiv"},
    ],
)
def test_the_command_gives_what_the_library_gives(
    options: dict[str, str | int], store: Path, run: Run
) -> None:
    """Each option is the argument of its name."""
    words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
    result = run("expertise", store, ANN, "--format", "csv", *words)
    expected = expertise(read_graph(store), ANN, **options)  # type: ignore[arg-type]

    assert result.exit_code == 0
    assert len(expected) == (0 if "scheme" in options else 1)
    assert result.stdout == "".join(f"{line}\n" for line in _csv(expected))


def _csv(frame: pd.DataFrame) -> list[str]:
    from scholargraph.cli.output import csv_lines, from_frame

    return list(csv_lines(from_frame(frame)))


def test_the_papers_behind_a_row(store: Path, run: Run) -> None:
    """`--papers` lists the papers on a topic or a class."""
    result = run("expertise", store, ANN, "--papers", "fields/17", "--format", "csv")
    expected = expertise_papers(read_graph(store), ANN, "fields/17")

    assert pd.read_csv(io.StringIO(result.stdout))["paper_id"].tolist() == ["W9000000001"]
    assert expected["paper_id"].tolist() == ["W9000000001"]


def test_what_counted_is_said_beside_the_answer(store: Path, run: Run) -> None:
    """Papers without a topic and papers left out are told on the other stream."""
    result = run("expertise", store, ANN)

    assert result.stderr.splitlines() == [
        "Counted: 2 papers, 1 without a topic.",
        "Left out: 1 erratum.",
    ]
    assert "(no rows)" in run("expertise", store, DORA).stdout


def test_what_is_no_author_or_institution_is_refused(store: Path, run: Run) -> None:
    """A paper has no expertise: one line, and exit code 2."""
    result = run("expertise", store, "W9000000001")

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "names no author or institution" in result.stderr

"""A dump of four works, small enough to know every answer by heart."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result

from scholargraph.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]

HOSTILE = "\x9b31m[red]Title[/red] \u202eesrever"
"""A title that a terminal would obey, with markup that the drawing of tables would."""


def seat(number: int | None, name: str, **more: Any) -> dict[str, Any]:
    """One line of a byline."""
    author = {
        "id": number and f"https://openalex.org/A{number}",
        "display_name": name if number else None,
    }
    return {"author": author, "raw_author_name": name, **more}


ANN, BOB, CLEO, DORA = (
    seat(9_000_000_000 + number, name)
    for number, name in enumerate(["Ann Üxküll", "Bob Boe", "Cleo Coe", "Dora Doe"], start=1)
)
NOBODY = seat(None, "E. Unknown")

WORKS = [
    {
        "id": "https://openalex.org/W9000000001",
        "doi": "https://doi.org/10.1234/one",
        "title": "First paper, by two",
        "publication_year": 2020,
        "type": "article",
        "authorships": [ANN, BOB],
        "primary_location": {
            "source": {
                "id": "https://openalex.org/S9000000001",
                "display_name": "Journal of Examples",
                "host_organization": "https://openalex.org/P9000000001",
                "host_organization_name": "Example Press",
            }
        },
        "topics": [
            {
                "id": "https://openalex.org/T9000000001",
                "display_name": "Examples",
                "subfield": {"id": "https://openalex.org/subfields/1702", "display_name": "Toys"},
                "field": {"id": "https://openalex.org/fields/17", "display_name": "Sampling"},
            }
        ],
    },
    {
        "id": "https://openalex.org/W9000000002",
        "title": "Second paper, by three and somebody",
        "publication_year": 2022,
        "type": "article",
        "authorships": [ANN, BOB, CLEO, NOBODY],
        "referenced_works": ["https://openalex.org/W9000000001"],
        "funders": [{"id": "https://openalex.org/F9000000001", "display_name": "Example Fund"}],
    },
    {
        "id": "https://openalex.org/W9000000003",
        "title": "Erratum to the first",
        "publication_year": 2021,
        "type": "erratum",
        "authorships": [ANN, BOB],
    },
    {
        "id": "https://openalex.org/W9000000004",
        "title": HOSTILE,
        "type": "article",
        "authorships": [
            DORA
            | {
                "institutions": [
                    {
                        "id": "https://openalex.org/I9000000001",
                        "display_name": "University of Examples",
                        "country_code": "NA",
                    }
                ]
            }
        ],
    },
]

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four works as JSON Lines, and a line that is no JSON."""
    path = tmp_path_factory.mktemp("dump") / "works.jsonl"
    lines = [json.dumps(work) for work in WORKS]
    path.write_text("\n".join([*lines, "{not json"]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def store(dump: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made of the four works; tests must not write to it."""
    path = tmp_path_factory.mktemp("store") / "graph"
    result = CliRunner().invoke(main, ["ingest", "openalex", str(dump), str(path)])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def run() -> Run:
    """Run a command in this process; what it raised is not swallowed but for exits."""

    def run_command(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run_command


def in_a_process(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a shell would, and return what it wrote and how it ended."""
    return subprocess.run(
        command_line(*arguments), capture_output=True, check=False, timeout=60, env=environment()
    )


def command_line(*arguments: object) -> list[str]:
    """The words that start a command in a process of its own."""
    return [sys.executable, "-m", "scholargraph", *map(str, arguments)]


def environment() -> dict[str, str]:
    """The variables of such a process, so that it runs the checkout under test."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"}


def on_a_terminal(stream: Literal["stdout", "stderr"], *arguments: object) -> tuple[int, str]:
    """Run a command with one stream on a terminal, and return how it ended and what came."""
    said = b""
    ours, theirs = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs}
    with subprocess.Popen(
        command_line(*arguments),
        stdout=streams["stdout"],
        stderr=streams["stderr"],
        env={**environment(), "TERM": "xterm", "COLUMNS": "80"},
    ) as process:
        os.close(theirs)
        # Linux reports the end of a terminal that nobody holds any more as an error.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 65_536):
                said += piece
    os.close(ours)
    return process.returncode, said.decode("utf-8", "replace")

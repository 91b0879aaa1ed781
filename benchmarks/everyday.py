"""How long everyday things take: a start, an ingest of the sample, an answer from cold.

Run by ``make bench``. Each is done in fresh processes, since that is how a command line feels; the
best of the runs is given, as the others measure what else the machine was doing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
RUNS = 5

QUESTION = """
import sys, scholargraph as sg
graph = sg.read_graph(sys.argv[1])
author = graph.table("authorships", ["author_id"])["author_id"].mode()[0]
sg.collaborators(graph, author)
"""


def environment() -> dict[str, str]:
    """Return the environment as users have it: modules are compiled once, not by each process."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(*arguments: str) -> float:
    """Duration of the fastest of some runs; RUN in an argument stands for the number of the run."""
    best = float("inf")
    for run in range(RUNS):
        command = [sys.executable, *(argument.replace("RUN", str(run)) for argument in arguments)]
        started = time.perf_counter()
        subprocess.run(
            command, check=True, cwd=REPOSITORY, env=environment(), stdout=subprocess.DEVNULL
        )
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    """Print a line for each."""
    sample = str(REPOSITORY / "data" / "openalex-sample")
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "graph-RUN")
        ingest = ("-m", "scholargraph", "ingest", "openalex", sample, store, "--quiet")
        for name, arguments in {
            "python": ("-c", "pass"),
            "import scholargraph": ("-c", "import scholargraph"),
            "scholargraph --help": ("-m", "scholargraph", "--help"),
            "ingest of the sample": ingest,
            "collaborators, from cold": ("-c", QUESTION, store),
        }.items():
            print(f"{name:<26}{seconds(*arguments):8.3f} s", flush=True)


if __name__ == "__main__":
    main()

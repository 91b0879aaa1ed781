"""Records of arXiv into a committed version, beside parsing the same lines as JSON and no more.

    python benchmarks/ingest/arxiv.py ARXIV [--records N] [--repeat N] [--json FILE]

ARXIV is a folder with real records (``kaggle_lines.jsonl.gz``, ``kaggle_records_2212.jsonl.gz``,
``arxiv_cs_1990_2019.tsv.gz``). Lines of the Kaggle file are made of them: id, byline, categories
and dates are those of a row of the table; the other fields are those of the real lines in turn,
the words of their abstracts changed here and there. Each run is a process of its own, and the two
take turns. Ours is timed up to the commit; the arrays that it builds afterwards are apart.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
CHANGED_WORDS = 20
SEED = 1
ARRAYS = "preparing answers"
PARSE, INGEST = "json.loads alone", "sg.ingest_arxiv, committed"


def made_lines(folder: Path, count: int) -> Iterator[str]:
    """Make lines of the Kaggle file."""
    models: list[dict[str, Any]] = []
    for name in ("kaggle_lines.jsonl.gz", "kaggle_records_2212.jsonl.gz"):
        with gzip.open(folder / name, "rt", encoding="utf-8") as file:
            models += map(json.loads, file)
    drawn = random.Random(SEED)
    with gzip.open(folder / "arxiv_cs_1990_2019.tsv.gz", "rt", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for number, row in zip(range(count), rows, strict=False):
            record = dict(models[number % len(models)])
            names = [name.strip() for name in row["author_text"].split(", ") if name.strip()]
            words = record["abstract"].split(" ")
            for _ in range(CHANGED_WORDS):
                words[drawn.randrange(2, len(words))] = drawn.choice(words)
            created = date.fromisoformat(row["created"])
            first = {"version": "v1", "created": created.strftime("%a, %d %b %Y 12:00:00 GMT")}
            record |= {
                "id": row["arxiv_id"],
                "authors": ", ".join(names),
                "title": f"{record['title']} {number}",
                "doi": record["doi"] and f"10.1000/{number}",
                "categories": row["categories"].replace(",", " "),
                "abstract": " ".join(words),
                "versions": [first, *record["versions"][1:]],
                "update_date": row["updated"] or row["created"],
                "authors_parsed": [[*reversed(name.rpartition(" ")[::2]), ""] for name in names],
            }
            yield json.dumps(record, separators=(",", ":")) + "\n"


def parse(lines: Path) -> dict[str, float]:
    """Parse every line, and do nothing with it."""
    began = time.perf_counter()
    with lines.open("rb") as file:
        for line in file:
            json.loads(line)
    return {"seconds": time.perf_counter() - began}


def ingest(lines: Path) -> dict[str, float]:
    """Ingest them into a new store."""
    import scholargraph as sg

    with tempfile.TemporaryDirectory() as folder:
        report = sg.ingest_arxiv(lines, Path(folder) / "graph", workers=1)
    if report.unprepared or report.rejects or report.drift:
        raise SystemExit(f"not all went well:\n{report}")
    stages = dict(report.stages)
    arrays = stages.pop(ARRAYS, 0.0)
    return {"seconds": sum(stages.values()), "arrays": arrays, **stages}


def run_once(route: str, lines: Path) -> dict[str, float]:
    """Do one of both in a process of its own, and return what it took."""
    command = [sys.executable, __file__, str(lines), "--route", route]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    # As users have it: modules are compiled once and not by each process.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    said = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout
    figures: dict[str, float] = json.loads(said)
    return figures


def tell(route: str, lines: Path) -> None:
    """Do one of both here, and print what it took."""
    before = time.process_time()
    figures = parse(lines) if route == PARSE else ingest(lines)
    figures["cpu"] = time.process_time() - before
    # Kilobytes on Linux, bytes on macOS.
    per_mb = 1e6 if sys.platform == "darwin" else 1e3
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb
    print(json.dumps(figures))


def table(runs: dict[str, list[dict[str, float]]], count: int) -> str:
    """Return the figures as a Markdown table: medians, with the fastest and the slowest."""
    heads = ("route", "seconds (min to max)", "records/s", "CPU s", "peak MB", "of json.loads")
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    bound = statistics.median(run["seconds"] for run in runs[PARSE])
    for route, taken in runs.items():
        walls = [run["seconds"] for run in taken]
        median = statistics.median(walls)
        cells = (
            route,
            f"{median:.2f} ({min(walls):.2f} to {max(walls):.2f})",
            f"{count / median:,.0f}",
            f"{statistics.median(run['cpu'] for run in taken):.1f}",
            f"{max(run['peak_mb'] for run in taken):,.0f}",
            f"{bound / median:.2f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the lines, time both in turns, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("arxiv", type=Path)
    parser.add_argument("--records", type=int, default=146_600)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--route", choices=(PARSE, INGEST), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.route:
        tell(given.route, given.arxiv)
        return
    runs: dict[str, list[dict[str, float]]] = {PARSE: [], INGEST: []}
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.json"
        with lines.open("w", encoding="utf-8") as file:
            file.writelines(made_lines(given.arxiv, given.records))
        size = lines.stat().st_size
        for _ in range(given.repeat):
            for route, taken in runs.items():
                taken.append(run_once(route, lines))
    print(f"{given.records:,} records, {size / 1e6:,.0f} MB, seed {SEED}\n")
    print(table(runs, given.records))
    if given.json:
        given.json.write_text(json.dumps({"records": given.records, "bytes": size, "runs": runs}))


if __name__ == "__main__":
    main()

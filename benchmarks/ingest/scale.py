"""What an ingest costs per work, from a few works to all of a dump.

    python benchmarks/ingest/scale.py DUMP [--works N]... [--workers N] [--repeat N] [--json FILE]

Of a made-up dump the first parts are ingested that hold N works or more, with as large a share of
the parts of authors, and everything that is small. Given are the seconds of each stage, what they
come to per work, the memory of the merging process and of the largest worker, and the disk: of the
store in the end, and at most while it was made. Every store is validated after the last turn.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
STAGES = ("reading", "merging", "committing", "preparing answers")
SIZES = [10_000, 100_000, 1_000_000, 3_000_000]
SECONDS_BETWEEN_LOOKS = 0.5


def parts(folder: Path) -> list[tuple[Path, int]]:
    """Return the parts of one kind of record and how many each holds, as its manifest says."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return [
        (folder.joinpath(*file["url"].split("/")[-2:]), file["meta"]["record_count"])
        for file in manifest["files"]
    ]


def first_parts(folder: Path, share: float) -> list[Path]:
    """Return the first parts that hold a share of the records or more."""
    listed = parts(folder)
    wanted = math.ceil(sum(count for _, count in listed) * share)
    chosen, held = [], 0
    for path, count in listed:
        if held >= wanted:
            break
        chosen.append(path)
        held += count
    return chosen


@contextmanager
def portion(dump: Path, works: int) -> Iterator[Path]:
    """Give a folder that looks like a dump with some of the parts."""
    source = dump / "data" / "jsonl"
    total = sum(count for _, count in parts(source / "works"))
    with tempfile.TemporaryDirectory() as folder:
        for kind in sorted(path.parent for path in source.glob("*/manifest.json")):
            is_large = kind.name in ("works", "authors")
            for path in first_parts(kind, min(1.0, works / total) if is_large else 1.0):
                link = Path(folder, "data", "jsonl", path.relative_to(source))
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path.resolve())
        yield Path(folder)


def size_mb(folder: Path) -> float:
    """Return the size of all files below a folder, of which some may go while they are counted."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size
            except FileNotFoundError:
                continue
    return total / 1e6


@contextmanager
def largest_size(folder: Path) -> Iterator[list[float]]:
    """Look at a folder every half a second, and give the sizes seen, in MB."""
    seen = [0.0]
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(SECONDS_BETWEEN_LOOKS):
            seen.append(size_mb(folder))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


def run(dump: Path, out: Path, workers: int) -> dict[str, Any]:
    """Ingest once, in a process of its own."""
    told = out.with_suffix(".json")
    command = [sys.executable, str(HERE / "ours.py"), str(dump), str(out)]
    command += ["--workers", str(workers), "--json", str(told)]
    with largest_size(out) as seen:
        subprocess.run(
            command,
            check=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.DEVNULL,
        )
    measured: dict[str, Any] = json.loads(told.read_bytes())
    return {**measured, "disk_mb": size_mb(out), "most_disk_mb": max(seen)}


def problems(store: Path) -> int:
    """Return how many rules the store breaks."""
    import scholargraph as sg

    return len(sg.validate(sg.read_graph(store)))


def measure(dump: Path, works: int, workers: int, repeat: int) -> dict[str, Any]:
    """Ingest a portion some times, and validate the last store."""
    runs = []
    with portion(dump, works) as chosen, tempfile.TemporaryDirectory() as folder:
        for turn in range(repeat):
            out = Path(folder, f"store-{turn}")
            runs.append(run(chosen, out, workers))
            print(f"{works:,} {turn + 1} {runs[-1]['stages']}", file=sys.stderr)
        return {"runs": runs, "problems": problems(out)}


def table(measured: dict[int, dict[str, Any]]) -> str:
    """Return the results as a Markdown table."""
    heads = [
        "works", *(f"{stage} (s)" for stage in STAGES), "µs per work (min to max)",
        "works/s", "a worker, MB", "merging and arrays, MB", "store, MB", "at most on disk, MB",
        "rules broken",
    ]  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for result in measured.values():
        runs = result["runs"]
        papers = runs[-1]["papers"]
        seconds: defaultdict[str, list[float]] = defaultdict(list)
        for one in runs:
            for stage in STAGES:
                seconds[stage].append(one["stages"].get(stage, 0.0))
        each = [sum(one["stages"].values()) / papers * 1e6 for one in runs]
        cells = [
            f"{papers:,}",
            *(f"{statistics.median(seconds[stage]):.1f}" for stage in STAGES),
            f"{statistics.median(each):.0f} ({min(each):.0f} to {max(each):.0f})",
            f"{1e6 / statistics.median(each):,.0f}",
            f"{max(one['peak_mb_of_a_worker'] for one in runs):,.0f}",
            f"{max(one['peak_mb'] for one in runs):,.0f}",
            f"{runs[-1]['disk_mb']:,.0f}",
            f"{max(one['most_disk_mb'] for one in runs):,.0f}",
            f"{result['problems']}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("--works", type=int, action="append", help="may be given again")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--json", type=Path, help="file for all runs")
    arguments = parser.parse_args()
    measured = {
        works: measure(arguments.dump, works, arguments.workers, arguments.repeat)
        for works in arguments.works or SIZES
    }
    print(table(measured))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=2) + "\n")


if __name__ == "__main__":
    main()

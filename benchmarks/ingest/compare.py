"""All routes from a dump to tables, side by side on one dump.

    python benchmarks/ingest/compare.py DUMP [--repeat N] [--workers N] [--only ROUTE]... [--json F]

Each run is a process of its own, start-up included. The routes take turns, so that a change of the
machine's speed hits all of them; before the first turn the dump is read once, so that none pays for
the disk. Ours goes up to the commit; the arrays that it builds afterwards, for questions, are
counted apart, but are in its processor time and size. Given are the median of the wall times with
the fastest and the slowest, the processor time of all processes, the largest resident set that one
process of the run reached, and the size of what was written. Results go to the folder of temporary
files and are removed after each run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
PACKAGES = ("scholargraph", "duckdb", "isal", "msgspec", "pyarrow", "pysimdjson")
OURS = "ours.py"
ARRAYS = "preparing answers"
MISSING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process, with those that it started, took."""

    seconds: float
    processor_seconds: float
    peak_mb: float
    """Resident set of the largest process."""
    written_mb: float
    stages: dict[str, float]
    """Of ours: the seconds of each stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to do it."""

    name: str
    what: str
    command: tuple[str, ...]
    processes: int
    bound: str
    """Name of the bound to compare with: that of as many processes."""
    runs: list[Run] = field(default_factory=list)


def routes(workers: int) -> list[Route]:
    """Return all routes, in the order of the table."""
    several = f"{workers}"
    one_and_several = [(1, "bound-1")] if workers == 1 else [(1, "bound-1"), (workers, "bound-n")]
    table = [
        Route(
            name="csv-gz",
            what="flatten to CSV, .csv.gz",
            command=("flatten_csv.py",),
            processes=1,
            bound="bound-1",
        ),
        Route(
            name="csv",
            what="flatten to CSV, plain",
            command=("flatten_csv.py", "--plain"),
            processes=1,
            bound="bound-1",
        ),
        Route(
            name="duckdb-raw",
            what="DuckDB read_json, abstracts left as JSON",
            command=("duckdb_json.py", "--raw-abstracts", "--threads", several),
            processes=workers,
            bound=one_and_several[-1][1],
        ),
    ]
    for count, bound in one_and_several:
        suffix = "1" if count == 1 else "n"
        table += [
            Route(
                name=f"duckdb-{suffix}",
                what="DuckDB read_json",
                command=("duckdb_json.py", "--threads", str(count)),
                processes=count,
                bound=bound,
            ),
            Route(
                name=f"ours-{suffix}",
                what="ours, committed",
                command=(OURS, "--workers", str(count)),
                processes=count,
                bound=bound,
            ),
            Route(
                name=f"bound-{suffix}",
                what="isal and simdjson, and nothing else",
                command=("bound.py", "--workers", str(count)),
                processes=count,
                bound=bound,
            ),
        ]
    return table


def run(route: Route, dump: Path) -> Run:
    """Do it once."""
    script, *options = route.command
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [sys.executable, str(HERE / script), str(dump), str(out), *options]
        told = Path(folder) / "told.json"
        if script == OURS:
            command += ["--json", str(told)]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        # As users have it: modules are compiled once and not by each process.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        # The usage that comes with the status includes the processes that this one waited for.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{route.name} ended with status {process.returncode}")
        stages = json.loads(told.read_bytes())["stages"] if script == OURS else {}
        written = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        shutil.rmtree(out)
    # Kilobytes on Linux, bytes on macOS.
    per_mb = 1e6 if sys.platform == "darwin" else 1e3
    return Run(
        seconds=seconds - stages.get(ARRAYS, 0.0),
        processor_seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / per_mb,
        written_mb=written / 1e6,
        stages=stages,
    )


def median(route: Route) -> float:
    """Return the median of the wall times in seconds."""
    return statistics.median(one.seconds for one in route.runs)


def ratio(times: dict[str, float], over: str, under: str) -> str:
    """Return how many times longer `over` took than `under`."""
    if over not in times or under not in times:
        return MISSING
    return f"{times[over] / times[under]:.1f}"


def table(measured: list[Route], works: int) -> str:
    """Return the results as a Markdown table."""
    times = {route.name: median(route) for route in measured}
    heads = (
        "route", "processes", "seconds (min to max)", "CPU s", "works/s", "peak MB", "written MB",
        "× csv.gz", "× plain CSV", "× DuckDB", "times the bound",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for route in measured:
        walls = [one.seconds for one in route.runs]
        cells = (
            route.what,
            str(route.processes),
            f"{median(route):.2f} ({min(walls):.2f} to {max(walls):.2f})",
            f"{statistics.median(one.processor_seconds for one in route.runs):.1f}",
            f"{works / median(route):,.0f}",
            f"{max(one.peak_mb for one in route.runs):,.0f}",
            f"{route.runs[-1].written_mb:,.0f}",
            ratio(times, "csv-gz", route.name),
            ratio(times, "csv", route.name),
            ratio(times, f"duckdb-{route.bound.removeprefix('bound-')}", route.name),
            ratio(times, route.name, route.bound),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def stages(measured: list[Route]) -> str:
    """Return what each stage of ours took, the arrays apart."""
    lines = []
    for route in measured:
        for stage in route.runs[-1].stages:
            walls = [one.stages[stage] for one in route.runs]
            lines.append(
                f"{route.name} {stage}: {statistics.median(walls):.2f} s "
                f"({min(walls):.2f} to {max(walls):.2f})"
            )
    return "\n".join(lines)


def versions() -> dict[str, str]:
    """Return what was measured with."""
    found = {"python": platform.python_version(), "machine": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed as a package"
    return {**found, "processors": str(os.cpu_count())}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("--repeat", type=int, default=3, help="turns")
    parser.add_argument("--workers", type=int, default=2, help="processes where it can be several")
    parser.add_argument("--only", action="append", help="a route by name; may be given again")
    parser.add_argument("--json", type=Path, help="file for all runs")
    arguments = parser.parse_args()
    every = routes(arguments.workers)
    chosen = [route for route in every if not arguments.only or route.name in arguments.only]
    if not chosen:
        parser.error(f"the routes are: {', '.join(route.name for route in every)}")
    folder = arguments.dump / "data" / "jsonl"
    works = json.loads((folder / "works" / "manifest.json").read_bytes())["record_count"]
    files = sorted(folder.glob("*/*/*.gz"))
    size = sum(len(path.read_bytes()) for path in files)
    for turn in range(arguments.repeat):
        for route in chosen:
            route.runs.append(run(route, arguments.dump))
            print(f"{turn + 1} {route.name} {route.runs[-1].seconds:.2f} s", file=sys.stderr)
    print(f"{works:,} works, {len(files)} files, {size / 1e6:,.0f} MB; {arguments.repeat} turns\n")
    print(table(chosen, works))
    print(f"\n{stages(chosen)}")
    if arguments.json:
        content = {
            "works": works,
            "files": len(files),
            "bytes": size,
            "versions": versions(),
            "routes": [asdict(route) for route in chosen],
        }
        arguments.json.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""JSON Lines against Parquet: the same dump in both editions, side by side.

    python benchmarks/ingest/parquet.py DUMP [--parquet FOLDER] [--repeat N]

DUMP holds JSON Lines; its Parquet edition is written to FOLDER unless it is there (a folder of
temporary files by default), with the types of the official one, every field included. Each run is
a process of its own; the editions take turns, so that a change of the machine's speed hits both.
Given are the medians of the processor time that reading takes, from files to sorted rows, with
and without abstracts, the wall time of an ingest up to the commit, and the largest resident set.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
EDITIONS = ("JSON Lines", "Parquet")


def write_parquet(dump: Path, folder: Path) -> None:
    """Write the Parquet edition of a dump of JSON Lines."""
    sys.path.insert(0, str(REPOSITORY))
    from tests.ingest.openalex.parquet_files import parts_of, write_edition

    def records_of(part: Path) -> list[dict[str, Any]]:
        with gzip.open(part) as lines:
            return [json.loads(line) for line in lines if line.strip()]

    write_edition(folder, ((entity, records_of(part)) for entity, part in parts_of(dump)))


def measure(source: Path, *, abstracts: bool) -> None:
    """Read a dump into runs and then ingest it, in this process, and print what that took."""
    from scholargraph.ingest import ingest_openalex
    from scholargraph.ingest.convert import convert
    from scholargraph.ingest.discover import discover
    from scholargraph.ingest.feeds import FileFeed
    from scholargraph.ingest.openalex.reading import RecordReader
    from scholargraph.ingest.openalex.selection import select

    feeds = [FileFeed(given) for given in discover(source, None).inputs]
    make_reader = partial(RecordReader, selection=select(abstracts=abstracts))
    with tempfile.TemporaryDirectory() as scratch:
        started = time.process_time()
        converted = convert(feeds, make_reader, Path(scratch), workers=1, tick=lambda *_: None)
        reading = time.process_time() - started
        # Kilobytes on Linux, bytes on macOS.
        unit = 1e6 if sys.platform == "darwin" else 1e3
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    with tempfile.TemporaryDirectory() as store:
        report = ingest_openalex(source, Path(store) / "graph", abstracts=abstracts, workers=1)
    stages = report.stages
    committed = sum(stages[stage] for stage in ("reading", "merging", "committing"))
    print(
        json.dumps(
            {
                "records": converted.records,
                "reading": reading,
                "committed": committed,
                "peak_mb": peak_mb,
            }
        )
    )


def run(source: Path, *, abstracts: bool) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, str(source), "--measure"]
    ran = subprocess.run(
        [*command, *([] if abstracts else ["--without-abstracts"])], capture_output=True, check=True
    )
    measured: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return measured


def compare(dump: Path, parquet: Path, repeat: int) -> None:
    """Print a table of both editions, with and without abstracts."""
    print(f"{'':34}{'reading, us/record':>20}{'committed, s':>14}{'peak, MB':>10}")
    for abstracts in (True, False):
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in EDITIONS}
        for _ in range(repeat):
            for name, source in zip(EDITIONS, (dump, parquet), strict=True):
                runs[name].append(run(source, abstracts=abstracts))
        medians = {}
        for name, measured in runs.items():
            middle = {key: statistics.median(one[key] for one in measured) for key in measured[0]}
            each = 1e6 * middle["reading"] / middle["records"]
            medians[name] = middle
            what = f"{name}, {'with' if abstracts else 'without'} abstracts"
            print(f"{what:34}{each:20.1f}{middle['committed']:14.2f}{middle['peak_mb']:10.0f}")
        faster, sooner = (
            medians["JSON Lines"][key] / medians["Parquet"][key] for key in ("reading", "committed")
        )
        print(f"{'times as fast':34}{faster:20.2f}{sooner:14.2f}")


def main() -> None:
    """Write the Parquet edition if need be, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("--parquet", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--without-abstracts", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.dump, abstracts=not arguments.without_abstracts)
        return
    with tempfile.TemporaryDirectory() as temporary:
        parquet = arguments.parquet or Path(temporary)
        if not any(parquet.rglob("*.parquet")):
            write_parquet(arguments.dump, parquet)
        compare(arguments.dump, parquet, arguments.repeat)


if __name__ == "__main__":
    main()

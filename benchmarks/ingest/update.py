"""An update of some records against an ingest of all of them anew, in one run.

    python benchmarks/ingest/update.py DUMP [--works N] [--share S] [--workers N] [--repeat N]

Of a made-up dump the first parts that hold N works or more make a store. Then a share of the works
and authors, changed later, is ingested into a copy of that store (its files are shared, as versions
of a store share them), in a process of its own. Given are the wall time of both by stages, the
processor time of all, which other work on the machine disturbs less, the memory of the merging
process, and what the update wrote anew.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
LATER = "2027-01-01T00:00:00"

INGEST = """
import json, os, re, sys
from pathlib import Path
from scholargraph.ingest import ingest_openalex
report = ingest_openalex(sys.argv[1], sys.argv[2], workers=int(sys.argv[3]))
peak = re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]
times = os.times()
print(json.dumps({
    "cpu_seconds": sum(times[:4]),
    "seconds": report.seconds, "stages": dict(report.stages), "records": report.records,
    "papers": report.rows["papers"], "rewritten_mb": sum(report.rewritten.values()) / 1e6,
    "tables": len(report.rewritten), "peak_mb": int(peak) / 1e3,
}))
"""


def ingest(source: Path, store: Path, workers: int) -> dict[str, Any]:
    """Ingest in a process of its own, and return what it says."""
    ran = subprocess.run(
        [sys.executable, "-c", INGEST, str(source), str(store), str(workers)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


def write_update(dump: Path, folder: Path, share: float) -> None:
    """Write a share of the works and authors of a dump as records that were changed later."""
    every = round(1 / share)
    for kind in ("works", "authors"):
        target = folder / kind / f"updated_date={LATER[:10]}" / "part_0000.gz"
        target.parent.mkdir(parents=True)
        with gzip.open(target, "wt", compresslevel=1) as changed:
            number = 0
            for part in sorted((dump / "data" / "jsonl" / kind).rglob("*.gz")):
                with gzip.open(part, "rt") as lines:
                    for line in lines:
                        number += 1
                        if number % every == 0:
                            record = json.loads(line)
                            record["updated_date"] = LATER
                            record["cited_by_count"] = (record.get("cited_by_count") or 0) + 1
                            changed.write(json.dumps(record) + "\n")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("--works", type=int, default=1_000_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1, help="of the update")
    asked = parser.parse_args()
    sys.path.insert(0, str(REPOSITORY))
    from benchmarks.ingest.scale import portion

    with (
        portion(asked.dump, asked.works) as dump,
        tempfile.TemporaryDirectory(dir=asked.dump.parent) as scratch,
    ):
        folder = Path(scratch)
        write_update(dump, folder / "update", asked.share)
        anew = ingest(dump, folder / "store", asked.workers)
        updates = []
        for turn in range(asked.repeat):
            copy = folder / f"copy-{turn}"
            shutil.copytree(folder / "store", copy, copy_function=os.link)
            updates.append(ingest(folder / "update", copy, asked.workers))
            shutil.rmtree(copy)
    print("| | records | seconds | CPU | reading | merging | arrays | peak MB | rewritten |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    median = statistics.median(update["seconds"] for update in updates)
    for name, said in [("anew", anew), *(("update", update) for update in updates)]:
        stages = said["stages"]
        print(
            f"| {name} | {said['records']:,} | {said['seconds']:.1f} | "
            f"{said['cpu_seconds']:.1f} | {stages['reading']:.1f} | "
            f"{stages['merging']:.1f} | {stages.get('preparing answers', 0):.1f} | "
            f"{said['peak_mb']:.0f} | {said['tables']} tables, {said['rewritten_mb']:,.0f} MB |"
        )
    print(f"\n{anew['papers']:,} works; anew takes {anew['seconds'] / median:.1f} times as long")


if __name__ == "__main__":
    main()

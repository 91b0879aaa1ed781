"""Ours: a dump into a committed version of a store, its arrays beside it.

    python benchmarks/ingest/ours.py DUMP OUT [--workers N] [--json FILE]

Parsed, checked, resolved, sorted, written and safe on the disk; then the arrays that questions are
answered from are built. The file gets the seconds of each stage and the memory of the processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path


def peak_mb(who: int) -> float:
    """Return the largest resident set so far: of this process, or of one that it waited for."""
    # Kilobytes on Linux, bytes on macOS.
    return resource.getrusage(who).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Ingest one dump."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    import scholargraph as sg

    report = sg.ingest_openalex(arguments.dump, arguments.out, workers=arguments.workers)
    print(report)
    if report.unprepared:
        # What was not done took no time, and would look like speed.
        raise SystemExit(f"the arrays were not built: {report.unprepared}")
    if arguments.json:
        content = {
            "records": report.records,
            "papers": report.rows["papers"],
            "stages": dict(report.stages),
            "peak_mb": peak_mb(resource.RUSAGE_SELF),
            "peak_mb_of_a_worker": peak_mb(resource.RUSAGE_CHILDREN),
        }
        arguments.json.write_text(json.dumps(content))


if __name__ == "__main__":
    main()

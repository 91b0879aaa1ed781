"""Ours: a dump into a committed version of a store.

    python benchmarks/ingest/ours.py DUMP OUT [--workers N]

Parsed, checked, resolved, sorted, written and safe on the disk.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Ingest one dump."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    import scholargraph as sg

    print(sg.ingest_openalex(arguments.dump, arguments.out, workers=arguments.workers))


if __name__ == "__main__":
    main()

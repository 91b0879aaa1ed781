"""The bound: decompress a dump, parse every line, and do nothing with it.

    python benchmarks/ingest/bound.py DUMP OUT [--workers N]

Decompression is isal's, the parser simdjson, which is the fastest that Python can call; no value is
turned into a Python object. OUT is only made. Nothing that reads these files from Python into
anything can be faster than this by much.
"""

from __future__ import annotations

import argparse
import multiprocessing
from pathlib import Path

BLOCK = 1 << 19


def parse(path: Path) -> int:
    """Parse all lines of one file, and return how many there are."""
    import simdjson
    from isal import igzip

    parser = simdjson.Parser()
    count = 0
    rest = b""
    with igzip.open(path, "rb") as file:  # type: ignore[no-untyped-call]
        while block := file.read(BLOCK):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                parser.parse(line)
                count += 1
    if rest:
        parser.parse(rest)
        count += 1
    return count


def main() -> None:
    """Parse all files of one dump."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True)
    # The largest first, so that no process is left with one at the end.
    paths = sorted(
        (arguments.dump / "data" / "jsonl").glob("*/*/*.gz"), key=lambda path: -path.stat().st_size
    )
    if arguments.workers == 1:
        print(sum(map(parse, paths)))
        return
    with multiprocessing.get_context("spawn").Pool(arguments.workers) as pool:
        print(sum(pool.imap_unordered(parse, paths)))


if __name__ == "__main__":
    main()

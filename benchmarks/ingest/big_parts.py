"""How much memory and time one very large part takes, and works whose line has 60 MB.

    python benchmarks/ingest/big_parts.py DUMP [--gigabytes N] [--only CASE]... [--json FILE]

Snapshots have parts of gigabytes, and a work may have thousands of authors. Both are made here of
what `scholargraph sample` wrote, in a folder of temporary files that is removed again; the disk
needs room for three times the part.

`part` is one part of N gigabytes as it lies on disk: the works of DUMP over and over, each time
under other ids. The other cases are parts of 500 ordinary works and one whose line has 60 MB:
`seats` (a hundred thousand authors), `affiliations` (five thousand, with long strings),
`references` (two million), `abstract` (six million words) and `title`. Beside each lies a second,
small part, so that two processes have something to read. Each case is read by one process and by
two.

Given is the largest resident set of the process that read, or of the largest of those, and that of
the process that merged; with one process both are the same one, at the end of reading and in all.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from isal import isal_zlib

REPOSITORY = Path(__file__).resolve().parents[2]
LINE_BYTES = 60_000_000
ORDINARY_LINES = 500
"""Before each long one."""
BLOCK = 1 << 20
MADE_UP = b"openalex.org/W900"
"""How the ids of made-up works begin; the zeros are where copies differ."""

INGEST = """
import json, resource, sys
import scholargraph as sg

peaks = {}

def note(state):
    peaks.setdefault(state.stage, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

report = sg.ingest_openalex(sys.argv[1], sys.argv[2], workers=int(sys.argv[3]), progress=note)
of_workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({
    "records": report.records,
    "rejects": dict(report.rejects),
    "stages": dict(report.stages),
    "reading": of_workers or peaks["merging"],
    "merging": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
"""

Fields = dict[str, Any]


def works_of(dump: Path) -> list[Path]:
    """Return the parts with works, the smallest first."""
    parts = (dump / "data" / "jsonl" / "works").glob("updated_date=*/*.gz")
    return sorted(parts, key=lambda part: (part.stat().st_size, part))


def write_copies(dump: Path, path: Path, size: int) -> None:
    """Write one part of a given size: all works, and again under other ids."""
    packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31)
    written = 0
    with path.open("wb") as file:
        for copy in range(100):
            for part in works_of(dump):
                with gzip.open(part, "rb") as works:
                    while lines := works.readlines(BLOCK):
                        text = b"".join(lines).replace(MADE_UP, b"openalex.org/W9%02d" % copy)
                        written += file.write(packer.compress(text))
                        if written >= size:
                            file.write(packer.flush())
                            return
    raise SystemExit(f"{dump} holds too little for a part of that size: make one of more works")


def write_long_lines(
    dump: Path, path: Path, make: Callable[[random.Random], Fields], count: int
) -> None:
    """Write a part of ordinary works with some long ones among them."""
    draws = random.Random(1)
    packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31)
    with path.open("wb") as file, gzip.open(works_of(dump)[-1], "rb") as works:
        for number in range(count):
            ordinary = [next(works, b"") for _ in range(ORDINARY_LINES)]
            own = {"id": f"https://openalex.org/W999000000{number}", "updated_date": "2026-01-01"}
            long = json.dumps(own | {"title": "A long one"} | make(draws)).encode() + b"\n"
            if not 0.9 < len(long) / LINE_BYTES < 1.1:
                raise SystemExit(f"a long line came out at {len(long):,} bytes")
            file.write(packer.compress(b"".join(ordinary) + long))
        file.write(packer.flush())


def words(draws: random.Random, count: int) -> list[str]:
    """Draw words that repeat no more than those of a language."""
    known = [f"{draws.getrandbits(28):x}" for _ in range(50_000)]
    return draws.choices(known, k=count)


def seat(number: int, strings: list[str]) -> Fields:
    """Return a seat of an author of one's own."""
    institution = f"https://openalex.org/I9{number % 5_000:09d}"
    return {
        "author": {
            "id": f"https://openalex.org/A9{number:09d}",
            "display_name": f"Author Number {number}",
            "orcid": None,
        },
        "author_position": "middle",
        "raw_author_name": f"A. Number {number}",
        "institutions": [{"id": institution, "display_name": f"Place {number % 5_000}"}],
        "affiliations": [
            {"raw_affiliation_string": string, "institution_ids": [institution]}
            for string in strings
        ],
    }


def many_seats(draws: random.Random) -> Fields:
    """Return a hundred thousand authors with a short string each."""
    strings = words(draws, 2_800_000)
    pieces = (" ".join(strings[at : at + 28]) for at in range(0, 2_800_000, 28))
    return {"authorships": [seat(number, [piece]) for number, piece in enumerate(pieces)]}


def long_affiliations(draws: random.Random) -> Fields:
    """Return five thousand authors with six long strings each."""
    drawn = words(draws, 5_000 * 6 * 245)
    strings = [" ".join(drawn[at : at + 245]) for at in range(0, len(drawn), 245)]
    return {"authorships": [seat(n, strings[6 * n : 6 * n + 6]) for n in range(5_000)]}


def many_references(draws: random.Random) -> Fields:
    """Return references to two million works."""
    first = draws.randrange(10**8)
    urls = [f"https://openalex.org/W9{first + 7 * number:09d}" for number in range(1_650_000)]
    return {"referenced_works": urls}


def long_abstract(draws: random.Random) -> Fields:
    """Return an abstract of six million words."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words(draws, 6_300_000)):
        index.setdefault(word, []).append(place)
    return {"abstract_inverted_index": index}


def long_title(draws: random.Random) -> Fields:
    """Return a title that nobody will read."""
    return {"title": " ".join(words(draws, 7_550_000))}


LONG: dict[str, Callable[[random.Random], Fields]] = {
    "seats": many_seats,
    "affiliations": long_affiliations,
    "references": many_references,
    "abstract": long_abstract,
    "title": long_title,
}


def make(case: str, root: Path, arguments: argparse.Namespace) -> int:
    """Write the parts of a case, and return the size of the large one."""
    dump = arguments.dump
    folder = root / "data" / "jsonl" / "works" / "updated_date=2026-01-01"
    folder.mkdir(parents=True)
    large = folder / "part_0000.gz"
    if case == "part":
        write_copies(dump, large, round(arguments.gigabytes * 1e9))
    else:
        write_long_lines(dump, large, LONG[case], arguments.long_lines)
    shutil.copy(works_of(dump)[0], folder / "part_0001.gz")
    return large.stat().st_size


def ingest(root: Path, store: Path, workers: int) -> Fields:
    """Ingest in a process of its own, and return what it says."""
    script = root.with_name("ingest.py")
    script.write_text(INGEST)
    command = [sys.executable, str(script), str(root), str(store), str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    shutil.rmtree(store)
    found: Fields = json.loads(done.stdout)
    # Kilobytes on Linux, bytes on macOS.
    per_mb = 1e6 if sys.platform == "darwin" else 1e3
    return found | {stage: found[stage] / per_mb for stage in ("reading", "merging")}


def runs(arguments: argparse.Namespace) -> Iterator[Fields]:
    """Make each case and ingest it with one process and with two."""
    for case in arguments.only or ["part", *LONG]:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            size = make(case, Path(folder) / "dump", arguments)
            for workers in (1, 2):
                found = ingest(Path(folder) / "dump", Path(folder) / "graph", workers)
                yield {"case": case, "part_mb": size / 1e6, "workers": workers, **found}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("--gigabytes", type=float, default=2.0, help="size of the large part")
    parser.add_argument("--long-lines", type=int, default=1, help="lines of 60 MB in a part")
    parser.add_argument("--only", action="append", choices=["part", *LONG], help="a case")
    parser.add_argument("--folder", type=Path, help="where there is room for temporary files")
    parser.add_argument("--json", type=Path, help="file for all runs")
    arguments = parser.parse_args()
    if not works_of(arguments.dump):
        parser.error(f"{arguments.dump} has no works; make a dump with `scholargraph sample`")
    heads = "case, part MB, processes, records, rejects, reading peak MB, merging peak MB, seconds"
    print(f"| {heads.replace(', ', ' | ')} |\n|{' --- |' * len(heads.split(', '))}")
    found = []
    for run in runs(arguments):
        found.append(run)
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in run["stages"].items())
        cells = (
            run["case"],
            f"{run['part_mb']:,.0f}",
            f"{run['workers']}",
            f"{run['records']:,}",
            f"{sum(run['rejects'].values()):,}",
            f"{run['reading']:,.0f}",
            f"{run['merging']:,.0f}",
            stages,
        )
        print(f"| {' | '.join(cells)} |", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()

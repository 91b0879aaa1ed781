"""Reading a generated dump naively: whole files, plain dicts, no help from the library."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass
class Dump:
    """All that a generated folder holds."""

    root: Path
    records: dict[str, list[Record]] = field(default_factory=dict)
    """By entity."""
    people: dict[str, Record] = field(default_factory=dict)
    truths: dict[str, Record] = field(default_factory=dict)
    """Lines of the truth on works, by short id."""
    counts: Record = field(default_factory=dict)

    @cached_property
    def works(self) -> dict[str, Record]:
        """Works by short id."""
        return {short(work["id"]): work for work in self.records["works"]}

    def odd(self, oddity: str) -> Record:
        """The record of the first work that shows an oddity."""
        names = [name for name, truth in self.truths.items() if truth["oddity"] == oddity]
        return self.works[names[0]]


def short(url: str) -> str:
    """The id without its host."""
    return url.removeprefix("https://openalex.org/")


def lines(path: Path) -> list[bytes]:
    """The lines of a gzip file, which each end in a newline."""
    content = gzip.decompress(path.read_bytes())
    assert content.endswith(b"\n")
    return content[:-1].split(b"\n")


def part_paths(root: Path) -> list[Path]:
    """All part files of a dump, by name."""
    return sorted((root / "data" / "jsonl").glob("*/updated_date=*/part_*.gz"))


def read_dump(root: Path) -> Dump:
    """Read everything."""
    dump = Dump(root=root)
    for path in part_paths(root):
        entity = path.parent.parent.name
        dump.records.setdefault(entity, []).extend(json.loads(line) for line in lines(path))
    for line in lines(root / "truth" / "truth.jsonl.gz"):
        record = json.loads(line)
        match record["kind"]:
            case "person":
                dump.people[record["person"]] = record
            case "work":
                dump.truths[record["work"]] = record
            case "counts":
                dump.counts = record
    return dump


def file_contents(root: Path) -> dict[str, bytes]:
    """The bytes of every file below a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }

"""Small things that tests of ingest share: records by hand, and tables as plain rows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scholargraph.schema import TABLES
from scholargraph.store import open_version

OPENALEX = "https://openalex.org/"


def url(short: str | None) -> str | None:
    """Spell a short id as records do."""
    return None if short is None else OPENALEX + short


def work(number: int, *author_ids: str | None, **fields: Any) -> dict[str, Any]:
    """Return a small work with a seat per author id."""
    seats = [
        {
            "author": {"id": url(author), "display_name": f"Name of {author}", "orcid": None},
            "raw_author_name": f"Printed {author}",
            "institutions": [],
        }
        for author in author_ids
    ]
    return {
        "id": url(f"W{number}"),
        "title": f"Title {number}",
        "authorships": seats,
        "updated_date": "2026-01-01T00:00:00",
        **fields,
    }


def write_lines(path: Path, records: Iterable[Any]) -> Path:
    """Write records as JSON Lines, gzip if the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in records).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)
    return path


def raw_lines(folder: Path) -> Iterator[bytes]:
    """Yield the lines of every gzip file below a folder, without the library."""
    for path in sorted(folder.rglob("*.gz")):
        yield from filter(None, gzip.decompress(path.read_bytes()).split(b"\n"))


def read_lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of every gzip JSON Lines file below a folder, without the library."""
    return map(json.loads, raw_lines(folder))


def rows(store: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table, public or private, of the newest version."""
    found: list[dict[str, Any]] = open_version(store).dataset(table).to_table().to_pylist()
    return found


def file_hashes(store: Path, leave_out: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return the checksums of every table's files: equal if and only if the tables are."""
    snapshot = open_version(store)
    return {
        name: [file.sha256 for file in snapshot.files[name]]
        for name in TABLES
        if name not in leave_out
    }

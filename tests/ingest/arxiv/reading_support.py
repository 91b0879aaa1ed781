"""Reading whole files in tests."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import NamedTuple

from scholargraph.ingest.arxiv.reading import read_records
from scholargraph.ingest.arxiv.shapes import ArxivRecord
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.limits import BATCH_RECORDS
from scholargraph.ingest.rejects import Rejects


class ReadFile(NamedTuple):
    """All that came of a file."""

    records: list[ArxivRecord]
    rejects: list[tuple[int | None, str]]
    drift: dict[str, int]

    @property
    def ids(self) -> list[str]:
        """Ids of the records, in order."""
        return [record.id for record in self.records]


def read_file(path: Path) -> ReadFile:
    """Read a file to its end; batches are checked on the way."""
    rejects, drift = Rejects(), Drift()
    records: list[ArxivRecord] = []
    for batch in read_records(path, path.name, rejects, drift):
        assert 0 < len(batch) <= BATCH_RECORDS
        records += batch
    rows = rejects.take().data.to_pylist()
    return ReadFile(records, [(row["line"], row["reason"]) for row in rows], drift.as_dict())


def read_bytes(folder: Path, content: bytes) -> ReadFile:
    """Write bytes to a file whose name says nothing, and read it."""
    path = folder / "input"
    path.write_bytes(content)
    return read_file(path)


def content_of(path: Path) -> bytes:
    """Return what a file holds, unpacked where it is gzip."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content

"""Parquet on another machine is read from there, no more of it than is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scholargraph.errors import IngestError
from scholargraph.ingest import ingest_openalex
from tests.ingest.bucket import Request, Store, serving
from tests.ingest.openalex.parquet_files import as_table, write_part
from tests.ingest.support import file_hashes, rows, work


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Store]:
    """An object store with the bucket ``openalex``, which all may read."""
    (tmp_path / "buckets" / "openalex").mkdir(parents=True)
    with serving(tmp_path / "buckets") as store:
        yield store


def test_tables_are_those_of_a_disk(bucket: Store, tmp_path: Path) -> None:
    """A part gives the same tables wherever it lies."""
    table = as_table([work(number, f"A500000{number}") for number in range(1, 9)])
    part = write_part(bucket.root / "openalex" / "part.parquet", table, row_group_size=3)
    remote = ingest_openalex(bucket.url("openalex/part.parquet"), tmp_path / "remote")
    local = ingest_openalex(part, tmp_path / "local")

    assert remote.records == local.records == 8
    assert file_hashes(tmp_path / "remote") == file_hashes(tmp_path / "local")


def test_damage_is_not_the_network(bucket: Store, tmp_path: Path) -> None:
    """A file that is cut off is a reject; the others of the bucket are read."""
    folder = bucket.root / "openalex"
    content = write_part(folder / "part.parquet", as_table([work(1)])).read_bytes()
    (folder / "cut.parquet").write_bytes(content[:-20])
    report = ingest_openalex(bucket.url("openalex"), tmp_path / "graph")

    assert report.records == 1
    assert [row["file"] for row in rows(tmp_path / "graph", "rejects")] == ["cut.parquet"]


def test_the_network_fails(bucket: Store, tmp_path: Path) -> None:
    """Where the network fails half way, the ingest does, and nothing is committed."""
    table = as_table([work(number) for number in range(1, 400)])
    write_part(bucket.root / "openalex" / "part.parquet", table, row_group_size=100)
    asked: list[Request] = []

    def refuse_late(request: Request) -> int | None:
        asked.append(request)
        return 403 if len(asked) > 12 else None

    bucket.answer_instead = refuse_late

    with pytest.raises(IngestError, match="cannot be reached"):
        ingest_openalex(bucket.url("openalex/part.parquet"), tmp_path / "graph")

    assert len(asked) > 12

"""Small versions for the tests of the store, and what a reader makes of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from scholargraph import schema
from scholargraph.store import Snapshot, begin, open_version


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without the collector, which would let go of other tests' snapshots in between.

    Their release is a file operation too, and would be counted among those that a test watches.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def funders(names: Sequence[str]) -> pa.RecordBatch:
    """Rows of the table of funders with those names."""
    rows = [
        {"funder_id": f"F{9_000_000_001 + k}", "name": name, "country_code": "NA"}
        for k, name in enumerate(names)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=schema.arrow_schema("funders"))


def publishers(names: Sequence[str]) -> pa.RecordBatch:
    """Rows of the table of publishers with those names."""
    rows = [{"publisher_id": f"P{9_000_000_001 + k}", "name": name} for k, name in enumerate(names)]
    return pa.RecordBatch.from_pylist(rows, schema=schema.arrow_schema("publishers"))


def commit(path: Path, names: Sequence[str], *, publisher_names: Sequence[str] = ()) -> Snapshot:
    """Commit a version with two tables; the publishers are kept where there are some."""
    with begin(path) as transaction:
        transaction.write_table("funders", [funders(names)])
        if transaction.parent is None or publisher_names:
            transaction.write_table("publishers", [publishers(publisher_names)])
        else:
            transaction.keep_table("publishers")
        return transaction.commit({"names": list(names)})


def names_in(snapshot: Snapshot, table: str = "funders") -> list[str]:
    """The names that a reader sees in a table."""
    return [str(name) for name in snapshot.dataset(table).to_table()["name"].to_pylist()]


def names_at(path: Path, version: int | None = None) -> list[str]:
    """The names of the funders in a version, after all its files were checked."""
    snapshot = open_version(path, version)
    snapshot.verify()
    return names_in(snapshot)


def below(path: Path) -> list[str]:
    """Every file and folder below a path, relative to it."""
    return sorted(str(found.relative_to(path)) for found in path.rglob("*"))


def litter(path: Path) -> list[str]:
    """What stands in a store and belongs to no version."""
    committed = {open_version(path, number).transaction for number in versions(path)}
    folders = [
        folder.name
        for folder in (path / "versions").iterdir()
        if folder.name.partition("-")[2] not in committed
    ]
    temporary = [name for name in below(path) if ".tmp-" in name]
    return [*folders, *temporary, *below(path / "ingest")]


def versions(path: Path) -> list[int]:
    """The numbers of the manifests in a store."""
    return sorted(int(found.stem) for found in (path / "manifests").glob("[0-9]*.json"))

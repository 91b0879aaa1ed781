"""A store that the tests of this folder share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

import scholargraph as sg
from scholargraph.sample import SampleReport, write_store
from scholargraph.store import Snapshot, open_version

WORKS = 30_000
"""More than one block of papers and of authors."""


@dataclass(frozen=True)
class Store:
    """A filled store and the report on it."""

    path: Path
    report: SampleReport
    snapshot: Snapshot

    @property
    def graph(self) -> sg.ScholarGraph:
        """The graph of the store."""
        return sg.read_graph(self.path)

    def table(self, name: str) -> pa.Table:
        """A whole table."""
        return self.snapshot.dataset(name).to_table()


def filled(path: Path, *, works: int = WORKS, seed: int = 3, workers: int = 1) -> Store:
    """Fill a store."""
    report = write_store(path, works=works, seed=seed, workers=workers)
    return Store(path=path, report=report, snapshot=open_version(path))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of some thirty thousand papers."""
    return filled(tmp_path_factory.mktemp("large") / "graph")

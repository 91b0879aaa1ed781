"""Where the tests find real records of arXiv."""

from __future__ import annotations

from pathlib import Path

import pytest

import scholargraph as sg
from tests.ingest.arxiv.graphs import LINES, ingested

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def arxiv_data() -> Path:
    """The folder of real arXiv records; what needs them is skipped where it is absent."""
    folder = REPOSITORY / ".." / "shared" / "data" / "arxiv"
    if not folder.is_dir():
        pytest.skip("the real records are not beside this checkout (../shared/data/arxiv)")
    return folder


@pytest.fixture(scope="session")
def lines(arxiv_data: Path, tmp_path_factory: pytest.TempPathFactory) -> sg.ScholarGraph:
    """The 200 exact lines of the Kaggle file; tests must not write to its store."""
    return ingested(arxiv_data / LINES, tmp_path_factory.mktemp("lines") / "graph")

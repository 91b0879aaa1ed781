"""What all tests share: how properties are tried, the sample, and the real records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]

# A slow example is a busy machine more often than a defect, and what takes time is measured by the
# benchmarks. The blob lets anybody repeat a failure.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def sample_dump() -> Path:
    """The generated sample that the repository carries."""
    return REPOSITORY / "data" / "openalex-sample"


@pytest.fixture(scope="session")
def openalex_data() -> Path:
    """The folder of real OpenAlex records; what needs them is skipped where it is absent."""
    folder = REPOSITORY / ".." / "shared" / "data" / "openalex"
    if not folder.is_dir():
        pytest.skip("the real records are not beside this checkout (../shared/data/openalex)")
    return folder


@pytest.fixture(scope="session")
def network_data() -> Path:
    """The folder of well-known networks; what needs them is skipped where it is absent."""
    folder = REPOSITORY / ".." / "shared" / "data" / "networks"
    if not folder.is_dir():
        pytest.skip("the networks are not beside this checkout (../shared/data/networks)")
    return folder


@pytest.fixture(scope="session")
def snapshot_store(openalex_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one version made of the real records; tests must not write to it."""
    from scholargraph.ingest import ingest_openalex

    store = tmp_path_factory.mktemp("snapshot") / "graph"
    ingest_openalex(openalex_data / "snapshot_like", store)
    return store

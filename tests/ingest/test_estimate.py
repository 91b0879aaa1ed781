"""What an ingest will take, said beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from scholargraph.adjacency import build_adjacency
from scholargraph.errors import InvalidArgumentError
from scholargraph.ingest import IngestEstimate, estimate_openalex, ingest_openalex
from scholargraph.ingest import estimate as estimate_module
from scholargraph.store import open_version
from tests.ingest.support import work, write_lines


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Ten parts of the same size."""
    for part in range(10):
        write_lines(
            tmp_path / "dump/data/works" / f"updated_date=2026-01-{part + 1:02d}" / "part_000.gz",
            [
                work(9_000_000_000 + 500 * part + n, *(f"A9{n * k % 997:09d}" for k in (3, 5, 7)))
                for n in range(500)
            ],
        )
    return tmp_path / "dump"


def test_estimate_is_near_what_an_ingest_takes(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measured on a part, multiplied to the whole: records and disk come out about right."""
    monkeypatch.setattr(estimate_module, "MEASURED_RECORDS", 200)
    found = estimate_openalex(dump, tmp_path / "graph")
    assert not (tmp_path / "graph").exists()

    report = ingest_openalex(dump, tmp_path / "graph")
    files = open_version(tmp_path / "graph").files
    stored = sum(file.size_bytes for parts in files.values() for file in parts)
    arrays = build_adjacency(open_version(tmp_path / "graph")).files.values()
    stored += sum(file.size_bytes for file in arrays)

    assert found.files == 10
    assert found.input_bytes == report.bytes_read
    assert found.records == pytest.approx(report.records, rel=0.05)
    assert 0.3 < found.store_bytes / stored < 4
    assert found.measured_records < report.records
    assert found.fits


def test_selection_makes_it_smaller(sample_dump: Path, tmp_path: Path) -> None:
    """What is not taken takes no room."""
    whole = estimate_openalex(sample_dump, tmp_path / "graph")
    part = estimate_openalex(sample_dump, tmp_path / "graph", years=(2020, 2021), abstracts=False)

    assert part.store_bytes < whole.store_bytes
    assert part.records == whole.records


def test_unknown_selection_is_refused(sample_dump: Path, tmp_path: Path) -> None:
    """A misspelt argument is named, with those that there are."""
    with pytest.raises(InvalidArgumentError, match="choose works by year; the ways are: abstracts"):
        estimate_openalex(sample_dump, tmp_path / "graph", year=2020)


def test_words_say_when_the_disk_is_too_small() -> None:
    """The figures are said in units that people use, and what does not fit is said loudly."""
    found = IngestEstimate(
        files=2_446,
        input_bytes=665_688_383_258,
        records=510_000_000,
        workers=2,
        reading_seconds=50_000.0,
        merging_seconds=12_000.0,
        preparing_seconds=1_000.0,
        scratch_bytes=500_000_000_000,
        store_bytes=480_000_000_000,
        free_bytes=80_000_000_000,
        memory_bytes=1_600_000_000,
        measured_records=8_000,
    )

    assert not found.fits
    assert str(found).splitlines() == [
        "2,446 files, 665.7 GB, about 510,000,000 records",
        "time: about 17.5 hours with 2 processes (reading 13.9 hours, merging 3.3 hours, "
        "preparing answers 17 minutes)",
        "disk: about 480.0 GB for the version and 500.0 GB while it is made; "
        "80.0 GB are free: NOT ENOUGH",
        "memory: up to 1.6 GB",
        "measured here and now on 8,000 records",
    ]

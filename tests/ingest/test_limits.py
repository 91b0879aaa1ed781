"""What is read is bounded, and so is the memory that reading takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scholargraph.ingest.limits import MAX_LINE_BYTES
from tests.conftest import REPOSITORY
from tests.ingest.support import rows, url, work

PEAK_OF_READING_MB = 600
"""Per reading process, whatever it reads."""

INGEST = """
import resource, sys
import scholargraph as sg

def peak_mb():
    # Linux hands on the peak of whoever started this process in ru_maxrss; VmHWM is its own.
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6

peaks = {}

def note(state):
    peaks.setdefault(state.stage, peak_mb())

sg.ingest_openalex(sys.argv[1], sys.argv[2], progress=note)
print(peaks["merging"])
"""


@pytest.mark.slow
def test_line_of_60_megabytes_is_read_within_bounds(tmp_path: Path) -> None:
    """A work by five thousand people with long affiliations, among ordinary ones."""
    seats = [
        {
            "author": {"id": url(f"A9{number:09d}"), "display_name": f"Name {number}"},
            "affiliations": [
                {"raw_affiliation_string": f"Hall {number}, {'x' * 11_800}", "institution_ids": []}
            ],
        }
        for number in range(5_000)
    ]
    long = json.dumps(work(9_000_000_001, authorships=seats))
    assert 0.9 < len(long) / 60e6 < MAX_LINE_BYTES / 60e6
    source = tmp_path / "works.jsonl"
    ordinary = [json.dumps(work(9_000_001_000 + number, "A9000000001")) for number in range(500)]
    source.write_text("\n".join([*ordinary[:250], long, *ordinary[250:]]))
    done = subprocess.run(
        [sys.executable, "-c", INGEST, source, tmp_path / "graph"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert float(done.stdout.splitlines()[-1]) < PEAK_OF_READING_MB
    assert len(rows(tmp_path / "graph", "authorships")) == 5_000 + 500

"""An ingest killed without warning: the store is as it was, and the next run ends as it should."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from scholargraph.ingest import ingest_openalex
from scholargraph.store import list_versions, open_version
from tests.ingest.support import file_hashes, url, work, write_lines

ROUNDS = 20
SEED = 20261121

CHILD = """
import sys
from scholargraph.ingest import ingest_openalex
print("ready", flush=True)
sys.stdin.readline()
ingest_openalex(sys.argv[1], sys.argv[2])
print("done", flush=True)
"""


def start(dump: Path, store: Path) -> subprocess.Popen[str]:
    """Start an ingest in a process of its own, past its imports."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(dump), str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "ready\n"
    child.stdin.write("go\n")
    child.stdin.flush()
    return child


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """After SIGKILL the store opens as it was, and ingesting again ends in the same tables."""
    random_source = random.Random(SEED)
    for dump, shift in [("first", 0), ("second", 150)]:
        records = [
            work(
                9_000_000_000 + number,
                *(f"A9{(number * k) % 97:09d}" for k in (3, 5, 7)),
                title=f"{dump} {number}",
                updated_date=f"2026-01-0{1 + (dump == 'second')}T00:00:00",
                referenced_works=[url(f"W{9_000_000_000 + number - k}") for k in range(1, 20)],
            )
            for number in range(1 + shift, 1_501 + shift)
        ]
        write_lines(tmp_path / dump / "works" / "part_000.gz", records)
    expected_store = tmp_path / "expected"
    ingest_openalex(tmp_path / "first", expected_store)
    before = file_hashes(expected_store)
    started = time.monotonic()
    ingest_openalex(tmp_path / "second", expected_store)
    seconds = time.monotonic() - started
    after = file_hashes(expected_store)
    assert before != after

    store = tmp_path / "graph"
    ingest_openalex(tmp_path / "first", store)
    kills = 0
    while kills < ROUNDS:
        child = start(tmp_path / "second", store)
        time.sleep(random_source.uniform(0, 0.9 * seconds))
        child.send_signal(signal.SIGKILL)
        said, _ = child.communicate()
        kills += child.returncode == -signal.SIGKILL
        is_committed = open_version(store).version == 2
        assert file_hashes(store) == (after if is_committed else before), f"seed {SEED}"
        assert is_committed or "done" not in said
        if is_committed:
            shutil.rmtree(store)
            ingest_openalex(tmp_path / "first", store)

    ingest_openalex(tmp_path / "second", store)
    open_version(store).verify()

    assert file_hashes(store) == after
    assert not any((store / "ingest").iterdir())
    assert [path.name[:6] for path in sorted((store / "versions").iterdir())] == [
        "000001",
        "000002",
    ]
    assert list_versions(store) == [1, 2]

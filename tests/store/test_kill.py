"""Writers that are killed: the store opens as it was or as it was going to be."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from scholargraph.store import list_versions, open_version
from tests.store.samples import commit, litter, names_at

REPOSITORY = Path(__file__).resolve().parents[2]
ROUNDS = 20

WRITER = """
import os, signal, sys
import pyarrow.parquet
from tests.store.samples import commit
path = sys.argv[1]
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    child = os.fork()
    if child:
        print("started", child, flush=True)
        continue
    number = int(line)
    while True:
        made = commit(path, [str(number)], publisher_names=[f"p{number % 3}"])
        number = made.version + 1
        print("acknowledged", made.version, made.transaction, flush=True)
"""
"""Starts a child for each line, which commits its version's number until it is killed. Forked from
a process that has loaded everything, so that a round takes no longer than its commits."""


def test_a_killed_writer_leaves_a_whole_store(tmp_path: Path) -> None:
    """After SIGKILL at any moment: no repair, nothing acknowledged lost, next writer sweeps."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # shown by pytest if the test fails
    chance = random.Random(seed)
    path = tmp_path / "graph"
    commit(path, ["1"])
    acknowledged: dict[int, str] = {}
    interrupted = 0
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        bufsize=0,  # what a reader had buffered would be missed by the next look at the pipe
    ) as starter:
        assert starter.stdin is not None
        assert starter.stdout is not None
        for round_number in range(ROUNDS):
            before = list_versions(path)[-1]
            starter.stdin.write(b"%d\n" % (before + 1))
            pid = int(starter.stdout.readline().split()[1])
            # In every second round the moment is counted from a commit, else from the start.
            heard = starter.stdout.readline() if round_number % 2 else b""
            time.sleep(chance.uniform(0.0, 0.06))
            os.kill(pid, signal.SIGKILL)
            wait_for_end(pid)
            heard += said(starter.stdout.fileno())
            told = {int(line.split()[1]): line.split()[2].decode() for line in heard.splitlines()}
            acknowledged |= told

            found = list_versions(path)
            assert found == list(range(1, len(found) + 1))
            assert found[-1] - max([before, *told]) in {0, 1}
            for number in found[before - 1 :]:
                assert names_at(path, number) == [str(number)]
            interrupted += bool(litter(path))

            commit(path, [str(found[-1] + 1)])
            assert names_at(path) == [str(found[-1] + 1)]
            assert litter(path) == []
        starter.stdin.close()

    assert len(acknowledged) >= ROUNDS // 2
    assert interrupted > 0
    for number in list_versions(path):
        assert names_at(path, number) == [str(number)]
    for number, transaction in acknowledged.items():
        assert open_version(path, number).transaction == transaction


def said(descriptor: int) -> bytes:
    """What stands in a pipe and was not read yet."""
    return os.read(descriptor, 1 << 16) if select.select([descriptor], [], [], 0)[0] else b""


def wait_for_end(pid: int) -> None:
    """Wait until a process that was killed is gone, and its locks with it."""
    for _ in range(1000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.005)
    raise AssertionError(f"process {pid} does not end")

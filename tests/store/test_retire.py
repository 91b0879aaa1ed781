"""Retiring old versions: what is read stays, the newest stays, and nothing is ever half gone."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scholargraph.errors import (
    CorruptStoreError,
    StoreError,
    StoreLockedError,
    StoreNotFoundError,
    VersionNotFoundError,
)
from scholargraph.store import begin, compact, durable, list_versions, open_version
from scholargraph.store.arrays import ArraysWriter
from scholargraph.store.derived import build_arrays, open_arrays
from tests.store.samples import below, commit, litter, names_at, names_in
from tests.store.test_faults import ORIGINALS
from tests.store.test_kill import REPOSITORY, said, wait_for_end


def make(path: Path, count: int = 3) -> Path:
    """A store of some versions, each with a funder of its number; all share one table."""
    for number in range(1, count + 1):
        commit(path, [str(number)]).close()
    return path


def fill(writer: ArraysWriter) -> dict[str, Any]:
    """An array, for folders of arrays."""
    writer.put("numbers", np.arange(5))
    return {}


def check_whole(path: Path, possible: list[int], where: str) -> None:
    """Every version there is can be read, the newest is there, and the next compaction succeeds."""
    found = list_versions(path)
    assert found[-1] == possible[-1], where
    assert set(found) <= set(possible), where
    for version in found:
        assert names_at(path, version) == [str(version)], where
    commit(path, [str(found[-1] + 1)]).close()
    assert litter(path) == [], where
    done = compact(path)
    assert done.removed == tuple(found), where
    assert names_at(path) == [str(found[-1] + 1)], where
    assert litter(path) == [], where
    derived = path / "derived"
    assert not derived.exists() or list(derived.iterdir()) == [], where


def disk_bytes(path: Path) -> int:
    """Size of all files below a path, hard links counted once."""
    sizes = {}
    for found in path.rglob("*"):
        status = found.lstat()
        if found.is_file():
            sizes[status.st_ino] = status.st_size
    return sum(sizes.values())


def state(path: Path) -> dict[str, tuple[int, int]]:
    """Every file below a path, with its number and the time of its last change."""
    return {
        name: ((path / name).lstat().st_ino, (path / name).lstat().st_mtime_ns)
        for name in below(path)
        if (path / name).is_file() and name != "writer.lock"
    }


def test_the_newest_version_stays_as_it_is(tmp_path: Path) -> None:
    """Older versions go with all their files, and no file of the newest is written again."""
    make(tmp_path)
    (newest,) = (tmp_path / "versions").glob("000003-*")
    kept, size = state(newest), disk_bytes(tmp_path)
    done = compact(tmp_path)

    assert (done.version, done.removed, done.in_use) == (3, (1, 2), ())
    assert done.freed_bytes == size - disk_bytes(tmp_path) > 0
    assert list_versions(tmp_path) == [3]
    assert names_at(tmp_path) == ["3"]
    assert state(newest) == kept
    assert [folder.name for folder in (tmp_path / "versions").iterdir()] == [newest.name]
    assert litter(tmp_path) == []
    assert commit(tmp_path, ["4"]).version == 4


def test_one_version_alone_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written and nothing removed."""
    make(tmp_path, 1)
    before = state(tmp_path)
    done = compact(tmp_path)

    assert (done.removed, done.in_use, done.freed_bytes) == ((), (), 0)
    assert state(tmp_path) == before
    assert str(done) == "version 1 stays; no other version removed, 0.0 MB freed"


def test_litter_goes_too(tmp_path: Path) -> None:
    """What an interrupted writer left is removed and counted."""
    make(tmp_path, 1)
    dead = tmp_path / "versions" / f"000002-{'d' * 32}"
    dead.mkdir()
    (dead / "torn").write_bytes(b"x" * 1_000)

    assert compact(tmp_path).freed_bytes == 1_000
    assert not dead.exists()


def test_a_version_in_use_stays(tmp_path: Path) -> None:
    """A reader keeps version and arrays, however often the store is compacted; then both go."""
    make(tmp_path)
    reader = open_version(tmp_path, 2)
    arrays = build_arrays(reader, 1, fill)
    build_arrays(open_version(tmp_path, 1), 1, fill)
    newest = open_version(tmp_path)
    build_arrays(newest, 1, fill)
    done = compact(tmp_path)

    assert (done.removed, done.in_use) == ((1,), (2,))
    assert str(done).endswith("version 2 in use: kept, compact again later")
    reader.verify()
    assert names_in(reader) == ["2"]
    assert arrays.load("numbers").tolist() == [0, 1, 2, 3, 4]
    assert sorted(folder.name for folder in (tmp_path / "derived").iterdir()) == [
        "000002",
        "000003",
    ]
    reader.close()
    assert compact(tmp_path).removed == (2,)
    assert [folder.name for folder in (tmp_path / "derived").iterdir()] == ["000003"]
    assert open_arrays(newest, 1) is not None


def test_arrays_in_the_cache_of_the_user_go_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a store could not be written, its arrays lie elsewhere, under the transaction."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    store = make(tmp_path / "graph", 2)
    for number in (1, 2):
        place = tmp_path / "cache" / "scholargraph" / open_version(store, number).transaction
        place.mkdir(parents=True)
        (place / "index.json").write_text("{}")
    compact(store)

    assert [place.name for place in (tmp_path / "cache" / "scholargraph").iterdir()] == [
        open_version(store).transaction
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_damaged_newest_version_keeps_the_others(tmp_path: Path, count: int) -> None:
    """The last good copy of something is never removed; one alone is looked at all the same."""
    make(tmp_path, count)
    (file,) = tmp_path.glob(f"versions/{count:06}-*/funders/part-0000.parquet")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)
    with pytest.raises(CorruptStoreError, match="funders/part-0000"):
        compact(tmp_path)

    assert list_versions(tmp_path) == list(range(1, count + 1))
    assert all(names_at(tmp_path, older) == [str(older)] for older in range(1, count))


def test_a_damaged_older_version_goes(tmp_path: Path) -> None:
    """What cannot be opened any more is no reason to stop."""
    make(tmp_path)
    broken = tmp_path / "manifests" / "00000002.json"
    broken.chmod(0o644)
    broken.write_bytes(b"{")

    assert compact(tmp_path).removed == (1, 2)
    assert litter(tmp_path) == []


def test_nothing_is_removed_where_locks_do_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can tell who reads, everybody is taken to."""
    make(tmp_path)
    before = below(tmp_path)

    def no_lock(descriptor: int, *, shared: bool = False) -> bool:
        raise OSError(min(durable.NO_LOCKS), "no locks here")

    monkeypatch.setattr(durable, "lock", no_lock)
    with pytest.raises(StoreError, match="file system without locks"):
        compact(tmp_path)

    assert below(tmp_path) == before


def test_a_writer_and_a_compaction_exclude_each_other(tmp_path: Path) -> None:
    """While somebody writes there is no compaction, and the lock is free after one."""
    make(tmp_path)
    with begin(tmp_path), pytest.raises(StoreLockedError):
        compact(tmp_path)
    compact(tmp_path)

    assert commit(tmp_path, ["4"]).version == 4


def test_what_is_no_store_is_not_made_one(tmp_path: Path) -> None:
    """A folder without a store, or a store without version, is said to be so."""
    with pytest.raises(StoreNotFoundError):
        compact(tmp_path)
    assert below(tmp_path) == []
    begin(tmp_path / "graph").end()
    with pytest.raises(StoreNotFoundError, match="no finished version"):
        compact(tmp_path / "graph")


def test_a_reader_between_opening_and_locking_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever locks a manifest that has just lost its name does not read files that go."""
    make(tmp_path)
    original = durable.lock

    def late(descriptor: int, *, shared: bool = False) -> bool:
        monkeypatch.setattr(durable, "lock", original)
        assert compact(tmp_path).removed == (1, 2)
        return original(descriptor, shared=shared)

    monkeypatch.setattr(durable, "lock", late)
    with pytest.raises(VersionNotFoundError, match=r"version 2 .* was removed"):
        open_version(tmp_path, 2)


def test_the_newest_is_opened_whatever_happens_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between listing and opening, the newest version is replaced and removed."""
    make(tmp_path)
    original = durable.open_file

    def late(path: Path) -> int:
        if path.name == "00000003.json":
            monkeypatch.setattr(durable, "open_file", original)
            commit(tmp_path, ["4"]).close()
            assert compact(tmp_path).removed == (1, 2, 3)
        return original(path)

    monkeypatch.setattr(durable, "open_file", late)

    assert open_version(tmp_path).version == 4


def test_names_go_before_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file of a version is removed before the loss of its manifest's name is on the disk."""
    make(tmp_path, 4)
    done: list[tuple[str, Path]] = []
    open_folders: dict[int, Path] = {}

    def opening(path: Path) -> int:
        descriptor: int = ORIGINALS["open_directory"](path)
        open_folders[descriptor] = path
        return descriptor

    def syncing(descriptor: int) -> None:
        done.append(("fsync", open_folders[descriptor]))
        ORIGINALS["fsync"](descriptor)

    def removing(path: Path) -> None:
        done.append(("unlink", path))
        ORIGINALS["unlink"](path)

    monkeypatch.setattr(durable, "open_directory", opening)
    monkeypatch.setattr(durable, "fsync", syncing)
    monkeypatch.setattr(durable, "unlink", removing)
    compact(tmp_path)
    manifests, versions = tmp_path / "manifests", tmp_path / "versions"
    unnamed = [k for k, (what, path) in enumerate(done) if path.parent == manifests]
    content = [k for k, (_, path) in enumerate(done) if versions in path.parents]

    assert len(unnamed) == 3
    assert len(content) == 6
    assert ("fsync", manifests) in done[max(unnamed) : min(content)]


WORKER = """
import os, signal, sys
import pyarrow.parquet
from scholargraph.store import compact
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
        for _ in range(2):
            number = commit(path, [str(number)]).version + 1
        print("begins", flush=True)
        compact(path)
"""
"""Starts a child for each line, which commits and compacts until it is killed."""


def test_a_killed_compaction_leaves_whole_versions(tmp_path: Path) -> None:
    """After SIGKILL at any moment every version there is can be read, and nothing is repaired."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # shown by pytest if the test fails
    chance = random.Random(seed)
    path = make(tmp_path / "graph", 1)
    interrupted = removed = 0
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        bufsize=0,
    ) as starter:
        assert starter.stdin is not None
        assert starter.stdout is not None
        for round_number in range(60):
            if round_number >= 8 and interrupted and removed:
                break
            before = list_versions(path)[-1]
            starter.stdin.write(b"%d\n" % (before + 1))
            pid = int(starter.stdout.readline().split()[1])
            assert starter.stdout.readline() == b"begins\n"
            time.sleep(chance.uniform(0.0, 0.03))
            os.kill(pid, signal.SIGKILL)
            wait_for_end(pid)
            said(starter.stdout.fileno())

            found = list_versions(path)
            assert found[-1] > before
            removed += found[0] > before
            interrupted += bool(litter(path)) or len(found) > 1
            for number in found:
                assert names_at(path, number) == [str(number)]
            commit(path, [str(found[-1] + 1)]).close()
            assert litter(path) == []
        starter.stdin.close()

    assert interrupted > 0
    assert removed > 0
    check_whole(path, list_versions(path), "at the end")


def test_readers_never_notice(tmp_path: Path) -> None:
    """While versions come and go, the newest can always be opened and read, to the last byte."""
    make(tmp_path, 1)
    ended = threading.Event()
    failures: list[BaseException] = []
    opened = 0

    def read() -> None:
        nonlocal opened
        while not ended.is_set():
            try:
                snapshot = open_version(tmp_path)
                snapshot.verify()
                assert names_in(snapshot) == [str(snapshot.version)]
                snapshot.close()
                opened += 1
            except BaseException as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    removed = 0
    for number in range(2, 40):
        commit(tmp_path, [str(number)]).close()
        removed += len(compact(tmp_path).removed)
    ended.set()
    for reader in readers:
        reader.join()

    assert failures == []
    assert opened > 10
    assert removed > 10

"""Clean-up: what interrupted writers left goes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from scholargraph.store import begin, durable
from tests.store.samples import below, commit, litter, names_at

DEAD = "d" * 32


def leave_litter(path: Path) -> list[str]:
    """What a writer that was killed may leave."""
    for folder in (f"versions/000002-{DEAD}/funders", f"ingest/{DEAD}/spill"):
        (path / folder).mkdir(parents=True)
        (path / folder / "part-0000.parquet").write_bytes(b"torn")
    for name in (f"manifests/.tmp-{DEAD}", f".tmp-{DEAD}"):
        (path / name).write_bytes(b"{")
    return sorted(
        [f".tmp-{DEAD}", f"ingest/{DEAD}", f"manifests/.tmp-{DEAD}", f"versions/000002-{DEAD}"]
    )


def present(path: Path, names: list[str]) -> list[str]:
    """Those of some names that exist."""
    return [name for name in names if (path / name).exists()]


def test_the_next_writer_sweeps(tmp_path: Path) -> None:
    """What the dead left is gone once somebody begins, and readers never saw it."""
    commit(tmp_path, ["a"])
    left = leave_litter(tmp_path)
    assert present(tmp_path, left) == left
    assert names_at(tmp_path) == ["a"]
    begin(tmp_path).end()

    assert present(tmp_path, left) == []
    assert litter(tmp_path) == []
    assert names_at(tmp_path) == ["a"]


def test_the_living_are_spared(tmp_path: Path) -> None:
    """Nothing is taken from a transaction whose workspace is held."""
    commit(tmp_path, ["a"])
    left = leave_litter(tmp_path)
    holder = durable.open_directory(tmp_path / "ingest" / DEAD)
    durable.lock(holder)
    begin(tmp_path).end()
    spared = present(tmp_path, left)
    durable.close(holder)

    assert spared == left
    begin(tmp_path).end()
    assert present(tmp_path, left) == []


def test_nothing_is_swept_where_locks_do_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can tell who lives, everybody is taken to."""
    commit(tmp_path, ["a"])
    left = leave_litter(tmp_path)

    def no_lock(descriptor: int, *, shared: bool = False) -> bool:
        raise OSError(min(durable.NO_LOCKS), "no locks here")

    without_workspace = f"versions/000002-{'e' * 32}"
    (tmp_path / without_workspace).mkdir()
    left.append(without_workspace)
    monkeypatch.setattr(durable, "lock", no_lock)
    begin(tmp_path).end()

    assert present(tmp_path, left) == left


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    """Names of another pattern are nobody's litter."""
    commit(tmp_path, ["a"])
    foreign = ["versions/notes", "versions/2-x", "ingest/mine", "manifests/.tmp-mine", "README"]
    for name in foreign:
        (tmp_path / name).write_text("mine")
    begin(tmp_path).end()

    assert present(tmp_path, foreign) == foreign


def test_committed_versions_are_never_swept(tmp_path: Path) -> None:
    """A version keeps its folder, even if its manifest cannot be read."""
    for name in "abc":
        commit(tmp_path, [name])
    broken = tmp_path / "manifests" / "00000002.json"
    broken.chmod(0o644)
    broken.write_bytes(b"{")
    before = below(tmp_path)
    begin(tmp_path).end()

    assert before == below(tmp_path)
    assert [names_at(tmp_path, version) for version in (1, 3)] == [["a"], ["c"]]


def test_what_a_killed_compaction_left_goes_after_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables and arrays of a version without name, once its loss is on the disk."""
    for name in "abc":
        commit(tmp_path, [name]).close()
    foreign = tmp_path / "derived" / "notes"
    for folder in (foreign, tmp_path / "derived/000001", tmp_path / "derived/000002"):
        folder.mkdir(parents=True)
        (folder / "index.json").write_text("{}")
    (tmp_path / "manifests/00000001.json").unlink()
    (unnamed,) = (tmp_path / "versions").glob("000001-*")
    synced: list[bool] = []
    original = durable.fsync_directory

    def sync(path: Path) -> None:
        if path == tmp_path / "manifests":
            synced.append(unnamed.is_dir())
        original(path)

    monkeypatch.setattr(durable, "fsync_directory", sync)
    begin(tmp_path).end()

    assert synced == [True]
    assert not unnamed.exists()
    assert sorted(path.name for path in (tmp_path / "derived").iterdir()) == ["000002", "notes"]
    assert [names_at(tmp_path, version) for version in (2, 3)] == [["b"], ["c"]]


def test_litter_that_cannot_be_removed_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer is not kept from its work by somebody else's leftovers."""
    commit(tmp_path, ["a"])
    left = leave_litter(tmp_path)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        for name in ("unlink", "remove_directory"):
            patch.setattr(durable, name, refuse)
        commit(tmp_path, ["b"])

    assert names_at(tmp_path) == ["b"]
    assert present(tmp_path, left) == left
    begin(tmp_path).end()
    assert litter(tmp_path) == []

"""Writing: the order of a commit, its outcomes, and writers and readers side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from scholargraph.errors import (
    CommitConflictError,
    CorruptStoreError,
    InvalidArgumentError,
    StoreError,
    StoreLockedError,
    UnknownTableError,
)
from scholargraph.store import begin, durable, list_versions, open_version
from tests.store.samples import below, commit, funders, litter, names_at, names_in, undisturbed
from tests.store.test_formats import no_hard_links

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has no locks."""

    def no_lock(descriptor: int, *, shared: bool = False) -> bool:
        raise OSError(min(durable.NO_LOCKS), "no locks here")

    monkeypatch.setattr(durable, "lock", no_lock)


class Recorder:
    """The file operations of a transaction in their order, by name of operation and file."""

    OPERATIONS = (
        "make_directory",
        "create",
        "open_file",
        "open_lock_file",
        "open_directory",
        "write",
        "fsync",
        "link",
        "rename",
        "unlink",
        "lock",
        "unlock",
    )

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.log: list[str] = []
        self._open: dict[int, str] = {}
        for name in self.OPERATIONS:
            monkeypatch.setattr(durable, name, self._recording(name, getattr(durable, name)))

    def _name(self, thing: object) -> str:
        if isinstance(thing, int):
            return self._open.get(thing, "?")
        parts = Path(str(thing)).relative_to(self.root).parts
        return "/".join("<id>" if len(part) >= 32 else part for part in parts) or "."

    def _recording(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            result = original(*arguments, **options)
            if isinstance(result, int) and not isinstance(result, bool):
                self._open[result] = self._name(arguments[0])
            things = arguments if name in {"link", "rename"} else arguments[:1]
            how = " shared" if options.get("shared") else ""
            self.log.append(f"{name}{how} {' '.join(map(self._name, things))}")
            return result

        return call


def test_the_steps_of_a_commit_come_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data, folders, manifest, name, folder of names: each is on the disk before the next."""
    commit(tmp_path, ["a"], publisher_names=["p"])
    with undisturbed():
        recorder = Recorder(tmp_path, monkeypatch)
        with begin(tmp_path) as transaction:
            transaction.write_table("funders", [funders(["b"])])
            transaction.keep_table("publishers")
            recorder.log.append("commit")
            made = transaction.commit({})
            recorder.log.append("committed")
        log = list(recorder.log)

    version, temporary = "versions/<id>", "manifests/<id>"
    manifest = "manifests/00000002.json"
    looking = ("open_directory", "open_file")
    assert [entry for entry in log if not entry.startswith(looking)] == [
        # a
        "open_lock_file writer.lock",
        "lock writer.lock",
        "fsync .",
        "lock shared manifests/00000001.json",
        "make_directory ingest/<id>",
        "lock ingest/<id>",
        # b
        f"make_directory {version}",
        f"make_directory {version}/funders",
        f"create {version}/funders/part-0000.parquet",
        f"write {version}/funders/part-0000.parquet",
        f"fsync {version}/funders/part-0000.parquet",
        f"make_directory {version}/publishers",
        f"link {version}/publishers/part-0000.parquet {version}/publishers/part-0000.parquet",
        "commit",
        # c
        f"fsync {version}/funders",
        f"fsync {version}/publishers",
        f"fsync {version}",
        "fsync versions",
        # d
        f"create {temporary}",
        f"write {temporary}",
        f"fsync {temporary}",
        f"lock shared {temporary}",
        # e
        f"link {temporary} {manifest}",
        # f
        "fsync manifests",
        # g
        f"unlink {temporary}",
        "unlock writer.lock",
        "committed",
        "unlock ingest/<id>",
    ]
    assert names_in(made) == ["b"]


def inodes(path: Path, version: int) -> dict[str, int]:
    """The inode of the file of each table."""
    found = open_version(path, version)
    return {table: found.paths(table)[0].stat().st_ino for table in found.files}


def test_unchanged_files_are_links_into_the_version_before(tmp_path: Path) -> None:
    """A kept table, and one that was written again the same, take no more room."""
    commit(tmp_path, ["a"], publisher_names=["p"])
    commit(tmp_path, ["a"])
    commit(tmp_path, ["b"])
    first, second, third = (inodes(tmp_path, version) for version in (1, 2, 3))

    assert first == second
    assert first["publishers"] == third["publishers"]
    assert first["funders"] != third["funders"]
    assert [names_at(tmp_path, version) for version in (1, 2, 3)] == [["a"], ["a"], ["b"]]
    assert [name for name in below(tmp_path) if ".tmp-" in name] == []


def test_a_decayed_file_is_not_preferred_to_a_good_one(tmp_path: Path) -> None:
    """A table written anew heals what has rotted on the disk since the version before."""
    path = commit(tmp_path, ["a"]).paths("funders")[0]
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    commit(tmp_path, ["a"])

    assert names_at(tmp_path, 2) == ["a"]
    with pytest.raises(CorruptStoreError):
        names_at(tmp_path, 1)


def test_a_decayed_file_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where files are copied, the copy is compared with the hash in the manifest."""
    path = commit(tmp_path, ["a"]).paths("funders")[0]
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    monkeypatch.setattr(os, "link", no_hard_links)

    with begin(tmp_path) as transaction, pytest.raises(CorruptStoreError, match=r"version 1 .*sha"):
        transaction.keep_table("funders")
    assert list_versions(tmp_path) == [1]


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    """No batch, an empty batch: the file is there, the same, and reads as no rows."""
    contents = set()
    for batches in ([], [funders([])], [funders([]), funders([])]):
        with begin(tmp_path) as transaction:
            assert transaction.write_table("funders", batches) == 0
            made = transaction.commit({})
        assert names_in(made) == []
        contents.add(made.paths("funders")[0].read_bytes())

    assert len(contents) == 1


def test_batches_are_taken_as_they_come(tmp_path: Path) -> None:
    """A generator is consumed once, and its rows are counted."""

    def stream() -> Iterator[pa.RecordBatch]:
        for name in "abc":
            yield funders([name])

    with begin(tmp_path) as transaction:
        assert transaction.write_table("funders", stream()) == 3
        transaction.commit({})
    assert names_at(tmp_path) == ["a", "b", "c"]


def test_readers_stay_on_their_version(tmp_path: Path) -> None:
    """What a snapshot and its open dataset say does not change while others commit."""
    snapshots = [commit(tmp_path, [name]) for name in "ab"]
    datasets = [snapshot.dataset("funders") for snapshot in snapshots]
    for name in "cde":
        commit(tmp_path, [name])
        found = [dataset.to_table()["name"].to_pylist() for dataset in datasets]
        assert found == [["a"], ["b"]]
        assert [names_in(snapshot) for snapshot in snapshots] == [["a"], ["b"]]


def test_leaving_without_a_commit_leaves_nothing(tmp_path: Path) -> None:
    """An ended or failed transaction takes its folders with it, and nothing else."""
    commit(tmp_path, ["a"])
    before = below(tmp_path)
    with begin(tmp_path) as transaction:
        transaction.write_table("funders", [funders(["b"])])
        (transaction.workspace / "spill").mkdir()
        (transaction.workspace / "spill" / "file").write_text("x")
    assert before == below(tmp_path)

    def failing() -> None:
        with begin(tmp_path) as transaction:
            transaction.keep_table("funders")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert before == below(tmp_path)
    assert names_at(tmp_path) == ["a"]


def test_the_workspace_is_there_until_the_end(tmp_path: Path) -> None:
    """The scratch folder outlives the commit, so that an engine can close its files."""
    with begin(tmp_path) as transaction:
        transaction.write_table("funders", [])
        transaction.commit({})
        assert transaction.workspace.is_dir()
    assert litter(tmp_path) == []


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """The note of the holder stands in the error, and the lock ends with the transaction."""
    with begin(tmp_path), pytest.raises(StoreLockedError, match=f"process {os.getpid()} on "):
        begin(tmp_path)
    commit(tmp_path, ["a"])

    assert names_at(tmp_path) == ["a"]


def test_a_hostile_note_is_shown_short_and_printable(tmp_path: Path) -> None:
    """The text of the lock file cannot steer the terminal of whoever reads it."""
    with begin(tmp_path):
        (tmp_path / "writer.lock").write_text("\x1b[2J" * 10_000)
        with pytest.raises(StoreLockedError) as caught:
            begin(tmp_path)

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400 + len(str(tmp_path))


def test_the_lock_ends_with_the_commit(tmp_path: Path) -> None:
    """A next writer need not wait for the workspace of the last to be removed."""
    with begin(tmp_path) as transaction:
        transaction.write_table("funders", [funders(["a"])])
        transaction.commit({})
        with begin(tmp_path) as following:
            following.write_table("funders", [funders(["b"])])
            following.commit({})
        assert transaction.workspace.is_dir()

    assert list_versions(tmp_path) == [1, 2]
    assert litter(tmp_path) == []


@pytest.mark.usefixtures("without_locks")
def test_of_two_writers_at_one_base_one_is_told_that_it_lost(tmp_path: Path) -> None:
    """Without any lock the link of the manifest decides, and the loser's files go."""
    commit(tmp_path, ["a"])
    with begin(tmp_path) as loser, begin(tmp_path) as winner:
        for transaction, name in ((loser, "lost"), (winner, "won")):
            transaction.write_table("funders", [funders([name])])
            transaction.keep_table("publishers")
        winner.commit({})
        with pytest.raises(CommitConflictError, match="another writer committed version 2"):
            loser.commit({})
        with pytest.raises(StoreError, match="failed before: begin another"):
            loser.commit({})

    assert names_at(tmp_path) == ["won"]
    assert litter(tmp_path) == []


def test_a_writer_lock_that_lies_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If only the writer's lock fails, the sweep of the second spares the work of the first."""
    honest = durable.lock
    writers = set()

    def opening(path: Path) -> int:
        writers.add(descriptor := open_lock_file(path))
        return descriptor

    open_lock_file = durable.open_lock_file
    monkeypatch.setattr(durable, "open_lock_file", opening)
    monkeypatch.setattr(
        durable,
        "lock",
        lambda descriptor, *, shared=False: (
            descriptor in writers or honest(descriptor, shared=shared)
        ),
    )
    with begin(tmp_path) as first:
        first.write_table("funders", [funders(["first"])])
        with begin(tmp_path) as second:
            second.write_table("funders", [funders(["second"])])
            first.commit({})
            with pytest.raises(CommitConflictError):
                second.commit({})

    assert names_at(tmp_path) == ["first"]
    assert litter(tmp_path) == []


@pytest.mark.usefixtures("without_locks")
def test_many_writers_without_locks_lose_nothing(tmp_path: Path) -> None:
    """Every acknowledged commit is a version of its own, and versions have no gap."""
    acknowledged: list[tuple[int, str]] = []
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        done = 0
        while done < 4 and not failures:
            try:
                made = commit(tmp_path, [f"{writer}.{done}"])
            except CommitConflictError:
                continue
            except BaseException as error:
                failures.append(error)
                raise
            acknowledged.append((made.version, f"{writer}.{done}"))
            done += 1

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert list_versions(tmp_path) == list(range(1, 17))
    assert {number: names_at(tmp_path, number) for number in range(1, 17)} == {
        version: [name] for version, name in acknowledged
    }


@pytest.mark.usefixtures("without_locks")
def test_neither_links_nor_locks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can decide between two writers, nobody is told that it committed."""
    monkeypatch.setattr(os, "link", no_hard_links)
    with begin(tmp_path) as transaction:
        transaction.write_table("funders", [])
        with pytest.raises(StoreError, match="neither hard links nor locks"):
            transaction.commit({})

    assert list_versions(tmp_path) == []
    assert below(tmp_path / "versions") == []


def test_without_hard_links_a_taken_number_is_a_conflict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a rename the name is looked at again, so that no manifest is replaced."""
    monkeypatch.setattr(os, "link", no_hard_links)
    commit(tmp_path, ["a"])
    with begin(tmp_path) as transaction:
        transaction.write_table("funders", [funders(["b"])])
        transaction.keep_table("publishers")
        taken = tmp_path / "manifests" / "00000002.json"
        taken.write_bytes((tmp_path / "manifests" / "00000001.json").read_bytes())
        with pytest.raises(CommitConflictError):
            transaction.commit({})
        assert taken.read_bytes() == (tmp_path / "manifests" / "00000001.json").read_bytes()


def test_a_version_does_not_lose_tables(tmp_path: Path) -> None:
    """Forgetting a table of the parent is an error, not a smaller graph."""
    commit(tmp_path, ["a"])
    with begin(tmp_path) as transaction:
        transaction.write_table("funders", [funders(["b"])])
        with pytest.raises(InvalidArgumentError, match=r"would lose tables: .* publishers"):
            transaction.commit({})
        transaction.keep_table("publishers")
        transaction.commit({})

    assert names_at(tmp_path) == ["b"]


def test_a_failed_table_ends_the_transaction(tmp_path: Path) -> None:
    """After an error inside a table nothing can be committed, and the error is the caller's own."""

    def failing() -> Iterator[pa.RecordBatch]:
        yield funders(["a"])
        raise OSError(5, "the caller's disk")

    with begin(tmp_path) as transaction:
        with pytest.raises(OSError, match="the caller's disk") as caught:
            transaction.write_table("funders", failing())
        assert not isinstance(caught.value, StoreError)
        for attempt in (
            lambda: transaction.commit({}),
            lambda: transaction.write_table("topics", []),
        ):
            with pytest.raises(StoreError, match="failed before: begin another"):
                attempt()

    assert list_versions(tmp_path) == []


def test_misuse_is_refused_in_one_line(tmp_path: Path) -> None:
    """Tables twice, without a parent or undeclared, and work after the commit."""
    with begin(tmp_path) as transaction:
        with pytest.raises(InvalidArgumentError, match=r"cannot be kept: .* no version yet"):
            transaction.keep_table("funders")
        with pytest.raises(UnknownTableError, match="no table 'people'"):
            transaction.write_table("people", [])
        transaction.write_table("funders", [])
        with pytest.raises(InvalidArgumentError, match="'funders' is already in this version"):
            transaction.write_table("funders", [])
        transaction.commit({})
        for attempt in (
            lambda: transaction.commit({}),
            lambda: transaction.write_table("topics", []),
        ):
            with pytest.raises(StoreError, match="has ended: begin another"):
                attempt()
    with pytest.raises(StoreError, match="has ended"):
        transaction.commit({})
    assert list_versions(tmp_path) == [1]


NESTED: list[object] = []
for _ in range(5000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    "provenance",
    [
        {"path": Path("x")},
        {"ratio": float("nan")},
        {"size": 10**5000},
        {"deep": NESTED},
        {"twice": {1: "a", "1": "b"}},
        {"set": {1}},
    ],
    ids=["object", "nan", "huge", "deep", "twice", "set"],
)
def test_what_cannot_be_read_back_is_not_written(
    tmp_path: Path, provenance: dict[str, object]
) -> None:
    """Provenance that is no JSON is refused before anything is visible, and can be put right."""
    with begin(tmp_path) as transaction:
        transaction.write_table("funders", [])
        with pytest.raises(InvalidArgumentError, match="provenance"):
            transaction.commit(provenance)
        transaction.commit({"fine": "now"})

    assert open_version(tmp_path).provenance == ({"fine": "now"},)


def test_provenance_is_as_it_will_be_read(tmp_path: Path) -> None:
    """The snapshot of a commit and one opened later say the same."""
    with begin(tmp_path) as transaction:
        made = transaction.commit({"pair": (1, 2), "nothing": None, "\ud800": "\u202e"})

    assert made.provenance == open_version(tmp_path).provenance
    assert made.provenance[0]["pair"] == [1, 2]


def run(code: str, *arguments: object) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        check=True,
        cwd=REPOSITORY,
        text=True,
        timeout=60,
    )
    return done.stdout


def test_a_forked_child_leaves_its_parents_work_alone(tmp_path: Path) -> None:
    """A child that leaves the block and exits removes nothing, commits nothing, frees no lock."""
    code = """
import os, sys
from scholargraph.errors import StoreError
from scholargraph.store import begin
with begin(sys.argv[1]) as transaction:
    transaction.write_table("funders", [])
    child = os.fork()
    if child == 0:
        try:
            transaction.commit({})
        except StoreError as error:
            assert "belongs to the process" in str(error), error
        else:
            os._exit(3)
        transaction.end()
        sys.exit(0)
    status = os.waitpid(child, 0)[1]
    assert transaction.workspace.is_dir()
    try:
        begin(sys.argv[1])
    except StoreError as error:
        print(status, type(error).__name__)
    transaction.commit({})
"""

    assert run(code, tmp_path) == "0 StoreLockedError\n"
    assert list_versions(tmp_path) == [1]
    assert litter(tmp_path) == []


def test_a_started_program_does_not_keep_the_lock(tmp_path: Path) -> None:
    """The lock ends with its process even if a program that it started lives on."""
    code = """
import os, subprocess, sys
from scholargraph.store import begin
transaction = begin(sys.argv[1])
sleeper = subprocess.Popen(["sleep", "30"], close_fds=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(sleeper.pid, flush=True)
os._exit(0)
"""
    sleeper = int(run(code, tmp_path))
    try:
        commit(tmp_path, ["a"])
    finally:
        os.kill(sleeper, 9)

    assert names_at(tmp_path) == ["a"]
    assert litter(tmp_path) == []

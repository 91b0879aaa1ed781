"""A disk that fails: every operation in turn, with every answer that a caller acts on."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from scholargraph.errors import CommitUnknownError, StoreError, StoreFullError
from scholargraph.store import Snapshot, begin, durable, list_versions
from tests.store.samples import commit, funders, litter, names_at, publishers, undisturbed

OPERATIONS = (
    "stat",
    "list_directory",
    "make_directory",
    "create",
    "write",
    "fsync",
    "link",
    "rename",
    "unlink",
    "remove_directory",
    "open_file",
    "open_directory",
    "open_lock_file",
    "read",
    "overwrite",
    "lock",
    "unlock",
    "close",
)
ORIGINALS: dict[str, Callable[..., Any]] = {name: getattr(durable, name) for name in OPERATIONS}

When = Literal["before", "after", "ever since"]


class Fault:
    """Fails one operation, or all from one on."""

    def __init__(self, place: int | None, number: int = errno.EIO, when: When = "before") -> None:
        self.place = place
        self.number = number
        self.when = when
        self.calls: list[str] = []

    @contextmanager
    def active(self) -> Iterator[None]:
        """A disk with this fault."""
        with pytest.MonkeyPatch.context() as patch:
            for name in OPERATIONS:
                patch.setattr(durable, name, self._failing(name))
            yield

    def _failing(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            here = len(self.calls)
            self.calls.append(name)
            late = self.place is not None and here > self.place and self.when == "ever since"
            if here != self.place and not late:
                return ORIGINALS[name](*arguments, **options)
            opens = name.startswith("open") or name == "create"
            # A descriptor must not leak, be the disk as bad as it may.
            if name == "close" or (self.when == "after" and not opens):
                ORIGINALS[name](*arguments, **options)
            raise OSError(self.number, os.strerror(self.number))

        return call


def second_commit(path: Path) -> Snapshot:
    """A transaction that writes, shares and keeps tables."""
    with begin(path) as transaction:
        transaction.write_table("funders", [funders(["new"])])
        transaction.write_table("publishers", [publishers(["p"])])
        transaction.keep_table("sources")
        return transaction.commit({})


@pytest.fixture(autouse=True)
def without_collector() -> Iterator[None]:
    """Operations are counted here, so none may come in between."""
    with undisturbed():
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one version, to be copied."""
    path = tmp_path_factory.mktemp("base") / "graph"
    with begin(path) as transaction:
        transaction.write_table("funders", [funders(["old"])])
        transaction.write_table("publishers", [publishers(["p"])])
        transaction.write_table("sources", [])
        transaction.commit({})
    return path


@pytest.fixture(scope="module")
def operations(base: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The operations of the second commit, in their order."""
    path = tmp_path_factory.mktemp("count") / "graph"
    shutil.copytree(base, path)
    counting = Fault(None)
    with counting.active():
        second_commit(path)
    return counting.calls


@pytest.mark.parametrize(
    ("number", "when"),
    [
        (errno.ENOSPC, "before"),
        (errno.EIO, "before"),
        (errno.EIO, "after"),
        (errno.EDQUOT, "ever since"),
    ],
    ids=["full", "error", "lost answer", "full ever since"],
)
def test_a_failing_operation_leaves_the_old_version_or_the_new(
    base: Path, operations: list[str], tmp_path: Path, number: int, when: When
) -> None:
    """Whichever operation fails: a typed error or success, a whole store, and a next commit."""
    assert len(operations) > 80
    assert {"write", "fsync", "link", "rename", "lock", "read"} <= {*operations}
    outcomes: dict[str, int] = {}
    for place in range(len(operations)):
        path = tmp_path / str(place)
        shutil.copytree(base, path)
        fault = Fault(place, number, when)
        outcome, message = "committed", str(path)
        with fault.active():
            try:
                second_commit(path)
            except StoreError as error:
                outcome, message = type(error).__name__, str(error)
        assert str(path) in message
        where = f"{operations[place]} at {place}: {outcome}"

        found = list_versions(path)
        if outcome == "committed":
            assert found == [1, 2], where
        elif outcome == "CommitUnknownError":
            assert found in ([1], [1, 2]), where
        else:
            assert found == [1], where
        assert names_at(path) == (["new"] if found[-1] == 2 else ["old"]), where
        assert names_at(path, 1) == ["old"], where

        with begin(path) as transaction:
            transaction.write_table("funders", [funders(["next"])])
            transaction.keep_table("publishers")
            transaction.keep_table("sources")
            transaction.commit({})
        assert names_at(path) == ["next"], where
        assert litter(path) == [], where
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        shutil.rmtree(path)

    assert outcomes["committed"] > 0
    expected = "StoreError" if number == errno.EIO else "StoreFullError"
    assert outcomes[expected] > 20
    assert outcomes["CommitUnknownError"] > 0


def failing_at(base: Path, path: Path, operations: list[str], name: str, index: int) -> Fault:
    """A fault at one of the calls of an operation, on a copy of the store."""
    places = [place for place, called in enumerate(operations) if called == name]
    shutil.copytree(base, path)
    return Fault(places[index])


def test_a_failed_sync_of_data_is_never_tried_again(
    base: Path, operations: list[str], tmp_path: Path
) -> None:
    """After an fsync has failed, what it was for is thrown away and nothing more is synced."""
    syncs = operations.count("fsync")
    link = len(operations) - operations[::-1].index("link") - 1
    before_link = operations[:link].count("fsync")
    for index in range(before_link):
        path = tmp_path / str(index)
        fault = failing_at(base, path, operations, "fsync", index)
        with fault.active(), pytest.raises(StoreError):
            second_commit(path)

        assert fault.calls.count("fsync") == index + 1
        assert fault.calls.count("link") < operations.count("link")
        assert litter(path) == []
    assert before_link == syncs - 1 >= 7


def test_an_error_after_the_link_names_the_transaction(
    base: Path, operations: list[str], tmp_path: Path
) -> None:
    """A version that may not last is reported as such, by the name to look for, and left alone."""
    path = tmp_path / "graph"
    fault = failing_at(base, path, operations, "fsync", -1)
    with fault.active(), pytest.raises(CommitUnknownError) as caught:
        second_commit(path)
    (folder,) = (path / "versions").glob("000002-*")

    assert folder.name.partition("-")[2] in str(caught.value)
    assert "is visible now" in str(caught.value)
    assert names_at(path) == ["new"]


def test_a_full_disk_at_the_link_is_known_to_have_changed_nothing(
    base: Path, operations: list[str], tmp_path: Path
) -> None:
    """No room for the manifest's name, and no such name: the store is as it was, and says so."""
    path = tmp_path / "graph"
    fault = failing_at(base, path, operations, "link", -1)
    fault.number = errno.ENOSPC
    with fault.active(), pytest.raises(StoreFullError, match="free some space and try again"):
        second_commit(path)

    assert names_at(path) == ["old"]
    assert litter(path) == []


def test_an_interrupt_at_the_link_removes_nothing(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control-C between the link and its answer must not take the files of a visible version."""
    path = tmp_path / "graph"
    shutil.copytree(base, path)

    def interrupted(existing: Path, new: Path) -> None:
        ORIGINALS["link"](existing, new)
        if new.suffix == ".json":
            raise KeyboardInterrupt

    monkeypatch.setattr(durable, "link", interrupted)
    with pytest.raises(KeyboardInterrupt):
        second_commit(path)
    monkeypatch.undo()

    assert names_at(path) == ["new"]
    assert names_at(path, commit_next(path)) == ["next"]


def commit_next(path: Path) -> int:
    """Commit once more, and return the version."""
    with begin(path) as transaction:
        transaction.write_table("funders", [funders(["next"])])
        transaction.keep_table("publishers")
        transaction.keep_table("sources")
        return transaction.commit({}).version


def test_a_file_size_limit_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that may not write so large a file is told so like one without room."""
    commit(tmp_path, ["a"])

    def too_large(descriptor: int, data: bytes) -> None:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr(durable, "write", too_large)
    with pytest.raises(StoreFullError, match="File too large"):
        commit(tmp_path, ["b"])
    monkeypatch.undo()

    assert names_at(tmp_path) == ["a"]

"""The making of a store, and what is taken for one."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scholargraph.errors import (
    CorruptStoreError,
    FormatTooNewError,
    StoreError,
    StoreNotFoundError,
    VersionNotFoundError,
)
from scholargraph.store import begin, durable, list_versions, open_version
from tests.store.samples import below, commit, names_at


def no_hard_links(*_: object, **__: object) -> None:
    """What `os.link` does on FAT and the like."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("name", ["graph", "new/folders/graph"])
def test_a_store_is_made_where_nothing_is(tmp_path: Path, name: str) -> None:
    """Missing folders are made on the way."""
    commit(tmp_path / name, ["a"])

    assert sorted(path.name for path in (tmp_path / name).iterdir()) == [
        "FORMAT",
        "ingest",
        "manifests",
        "versions",
        "writer.lock",
    ]
    assert names_at(tmp_path / name) == ["a"]


def test_an_empty_folder_becomes_a_store(tmp_path: Path) -> None:
    """A folder made beforehand is as good as none."""
    commit(tmp_path, ["a"])

    assert list_versions(tmp_path) == [1]


@pytest.mark.parametrize("name", ["notes.txt", "versions/1-mine/x", ".git/config", "manifests/x"])
def test_a_folder_of_other_things_is_left_alone(tmp_path: Path, name: str) -> None:
    """Nothing is written beside what is not ours."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = below(tmp_path)

    with pytest.raises(StoreError, match=r"is not empty and no store .* name a new or an empty"):
        begin(tmp_path)
    assert before == below(tmp_path)


def test_a_file_is_no_store(tmp_path: Path) -> None:
    """A file in the place of the folder is named as such."""
    (tmp_path / "graph").write_text("mine")

    with pytest.raises(StoreError, match="is a file"):
        begin(tmp_path / "graph")
    with pytest.raises(StoreNotFoundError):
        open_version(tmp_path / "graph")


@pytest.mark.parametrize("name", ["", "nothing here"])
def test_reading_no_store_says_how_to_make_one(tmp_path: Path, name: str) -> None:
    """The message gives the command, and nothing is made by looking."""
    for look in (open_version, list_versions):
        with pytest.raises(StoreNotFoundError, match="scholargraph ingest openalex SOURCE"):
            look(tmp_path / name)
    assert below(tmp_path) == []


def test_a_store_without_a_version_says_so(tmp_path: Path) -> None:
    """A first ingest that did not end leaves a store that holds nothing yet."""
    with begin(tmp_path):
        pass

    assert list_versions(tmp_path) == []
    with pytest.raises(StoreNotFoundError, match="no finished version yet"):
        open_version(tmp_path)


def test_a_missing_version_is_named_with_those_there(tmp_path: Path) -> None:
    """Asking for another number lists the numbers."""
    commit(tmp_path, ["a"])

    with pytest.raises(VersionNotFoundError, match="no version 2; the newest are: 1"):
        open_version(tmp_path, 2)


@pytest.mark.parametrize("change", [{"format_version": 2}, {"required_features": ["deltas"]}])
def test_a_newer_format_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    """What this library does not know it neither reads nor writes."""
    commit(tmp_path, ["a"])
    path = tmp_path / "FORMAT"
    document = json.loads(path.read_text()) | change
    path.chmod(0o644)
    path.write_text(json.dumps(document))
    before = below(tmp_path)

    for attempt in (open_version, list_versions, begin):
        with pytest.raises(FormatTooNewError, match="install a newer scholargraph"):
            attempt(tmp_path)
    assert before == below(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"name": "something else"}',
        '{"name": "scholargraph store"}',
        '{"name": "scholargraph store", "format_version": true, "required_features": []}',
        '{"name": "scholargraph store", "format_version": 1, "required_features": []}',
        "[" * 50_000,
        "x" * 100_000,
    ],
)
def test_a_damaged_format_file_is_refused(tmp_path: Path, text: str) -> None:
    """A store that does not say what it is is not guessed."""
    commit(tmp_path, ["a"])
    (tmp_path / "FORMAT").chmod(0o644)
    (tmp_path / "FORMAT").write_text(text)

    with pytest.raises(CorruptStoreError, match="FORMAT of the store"):
        open_version(tmp_path)


def test_an_interrupted_creation_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after any operation, the making of a store goes on the next time."""
    operations = ("make_directory", "create", "write", "fsync", "link", "unlink", "overwrite")
    originals = {name: getattr(durable, name) for name in operations}
    finished = False
    left = stop = 0

    def stopping(name: str) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            answer: object = originals[name](*arguments)
            return answer

        return call

    while not finished:
        left = stop
        for name in operations:
            monkeypatch.setattr(durable, name, stopping(name))
        try:
            begin(tmp_path / "a" / "graph").end()
            finished = True
        except KeyboardInterrupt:
            stop += 1
        for name, original in originals.items():
            monkeypatch.setattr(durable, name, original)
        commit(tmp_path / "a" / "graph", [str(stop)])

        assert names_at(tmp_path / "a" / "graph") == [str(stop)]
        assert [name for name in below(tmp_path) if ".tmp-" in name] == []
        shutil.rmtree(tmp_path / "a")
    assert stop > 10


def test_a_folder_that_another_writer_makes_meanwhile_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers may make one store at the same moment."""
    make = durable.make_directory

    def made_meanwhile(path: Path) -> None:
        if path.name in {"a", "graph", "versions", "manifests", "ingest"}:
            make(path)
        make(path)

    monkeypatch.setattr(durable, "make_directory", made_meanwhile)
    commit(tmp_path / "a" / "graph", ["a"])

    assert names_at(tmp_path / "a" / "graph") == ["a"]


def test_without_hard_links_versions_are_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the file system has no hard links, FORMAT says so and commits work all the same."""
    monkeypatch.setattr(os, "link", no_hard_links)
    first = commit(tmp_path, ["a"], publisher_names=["p"])
    second = commit(tmp_path, ["a"])
    with begin(tmp_path) as transaction:
        transaction.keep_table("funders")
        transaction.keep_table("publishers")
        third = transaction.commit({})

    assert json.loads((tmp_path / "FORMAT").read_text())["commit"] == "rename"
    assert [names_at(tmp_path, version) for version in (1, 2, 3)] == [["a"]] * 3
    files = [
        snapshot.paths(table)[0].stat()
        for snapshot in (first, second, third)
        for table in ("funders", "publishers")
    ]
    assert len({file.st_ino for file in files}) == 6
    assert {file.st_mode & 0o777 for file in files} <= {0o444, 0o440, 0o400}


def test_a_store_moved_to_a_disk_without_hard_links_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What FORMAT found at creation does not bind a copy of the store elsewhere."""
    commit(tmp_path, ["a"])
    monkeypatch.setattr(os, "link", no_hard_links)
    commit(tmp_path, ["b"])

    assert [names_at(tmp_path, version) for version in (1, 2)] == [["a"], ["b"]]

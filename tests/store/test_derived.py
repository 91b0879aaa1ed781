"""Arrays beside a version: whole, checked, and made again when in doubt."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib import format as npy_format

from scholargraph.errors import CorruptStoreError, StoreError, StoreFullError
from scholargraph.store import Snapshot, begin, derived, durable, layout, open_version
from scholargraph.store.arrays import ArraysWriter, npy_header
from scholargraph.store.derived import (
    INDEX,
    Arrays,
    build_arrays,
    drop_arrays,
    open_arrays,
    open_older_arrays,
)
from tests.store.samples import commit

LAYOUT = 7

Fill = Callable[[ArraysWriter], Mapping[str, Any]]


def fill(writer: ArraysWriter) -> Mapping[str, Any]:
    """Two arrays, one in pieces, and a note."""
    output = writer.begin("squares", "<i8")
    for number in range(5):
        output.append([number * number])
    writer.finish("squares")
    writer.put("none", np.zeros(0, np.uint32))
    return {"made of": ["thin air"]}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """A version without arrays."""
    return commit(tmp_path / "graph", ["a"], publisher_names=["p"])


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, which does not exist yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    return tmp_path / "home" / "cache" / "scholargraph"


def built(snapshot: Snapshot, make: Fill = fill) -> Arrays:
    """The arrays of a version, built."""
    return build_arrays(snapshot, LAYOUT, make)


def place(snapshot: Snapshot) -> Path:
    """Where they stand."""
    return snapshot.path / "derived" / f"{snapshot.version:06d}"


def rewrite(path: Path, data: bytes) -> None:
    """Replace the content of a read-only file."""
    path.unlink()
    path.write_bytes(data)


def test_what_was_put_is_what_is_mapped(snapshot: Snapshot) -> None:
    """Arrays come back with type and values, read-only, and are plain files of numpy."""
    built(snapshot)
    arrays = open_arrays(snapshot, LAYOUT)

    assert arrays is not None
    assert arrays.folder == place(snapshot)
    assert arrays.notes == {"made of": ["thin air"]}
    assert arrays.load("squares").tolist() == [0, 1, 4, 9, 16]
    assert arrays.load("none").tolist() == []
    with pytest.raises(ValueError, match="read-only"):
        arrays.load("squares")[0] = 1
    for name, dtype in (("squares", np.int64), ("none", np.uint32)):
        of_numpy = np.load(place(snapshot) / f"{name}.npy", allow_pickle=False)
        assert of_numpy.dtype == dtype
        assert of_numpy.tolist() == arrays.load(name).tolist()
    assert sorted(os.listdir(snapshot.path / "derived")) == ["000001"]
    arrays.verify()


@pytest.mark.parametrize("length", [0, 1, 10**6, 2**63 - 1])
def test_every_header_has_the_same_length(length: int) -> None:
    """The header can be written when the array is whole, and is what numpy writes."""
    for dtype in ("|u1", "<i8", "<f8"):
        of_numpy = BytesIO()
        described = {"descr": dtype, "fortran_order": False, "shape": (length,)}
        npy_format.write_array_header_1_0(of_numpy, described)
        assert npy_header(dtype, length) == of_numpy.getvalue()
        assert len(npy_header(dtype, length)) == 128


def test_there_are_none_before_they_are_built(snapshot: Snapshot) -> None:
    """A version without arrays says so."""
    assert open_arrays(snapshot, LAYOUT) is None


def test_a_version_has_arrays_of_its_own(snapshot: Snapshot) -> None:
    """The arrays of one version are none of the next."""
    built(snapshot)
    second = commit(snapshot.path, ["b"])

    assert open_arrays(second, LAYOUT) is None
    built(second)
    assert open_arrays(snapshot, LAYOUT) is not None


def damages() -> dict[str, Callable[[Path], object]]:
    """Ways in which a folder of arrays can be wrong that opening it shows."""

    def truncated(folder: Path) -> None:
        rewrite(folder / "squares.npy", (folder / "squares.npy").read_bytes()[:-8])

    def extended(folder: Path) -> None:
        rewrite(folder / "squares.npy", (folder / "squares.npy").read_bytes() + b"x" * 8)

    def linked(folder: Path) -> None:
        (folder / "squares.npy").rename(folder / "elsewhere")
        (folder / "squares.npy").symlink_to(folder / "elsewhere")

    def replaced(folder: Path) -> None:
        (folder / INDEX).unlink()
        (folder / INDEX).mkdir()

    def pointing_elsewhere(folder: Path) -> None:
        document = json.loads((folder / INDEX).read_bytes())
        arrays = document["content"]["arrays"]
        arrays["../000001/none"] = arrays["none"]
        document["xxh3_128"] = derived._digest(document["content"])
        rewrite(folder / INDEX, json.dumps(document).encode())

    def flipped(folder: Path) -> None:
        rewrite(folder / INDEX, (folder / INDEX).read_bytes().replace(b"thin", b"thIn"))

    def of_others(folder: Path) -> None:
        document = json.loads((folder / INDEX).read_bytes())
        document["content"]["transaction"] = "0" * 32
        rewrite(folder / INDEX, json.dumps(document).encode())

    return {
        "truncated": truncated,
        "extended": extended,
        "a link": linked,
        "missing": lambda folder: (folder / "none.npy").unlink(),
        "no index": lambda folder: (folder / INDEX).unlink(),
        "an empty index": lambda folder: rewrite(folder / INDEX, b""),
        "an index of nothing": lambda folder: rewrite(folder / INDEX, b"[]"),
        "a deep index": lambda folder: rewrite(folder / INDEX, b"[" * 100_000),
        "an index that is a folder": replaced,
        "a bit of the index": flipped,
        "another transaction": of_others,
        "a path instead of a name": pointing_elsewhere,
    }


@pytest.mark.parametrize("damage", damages())
def test_what_is_in_doubt_is_built_again(snapshot: Snapshot, damage: str) -> None:
    """A folder that does not fit its index or version is none, and building replaces it."""
    built(snapshot)
    damages()[damage](place(snapshot))

    assert open_arrays(snapshot, LAYOUT) is None
    built(snapshot)
    arrays = open_arrays(snapshot, LAYOUT)
    assert arrays is not None
    arrays.verify()
    assert os.listdir(snapshot.path / "derived") == ["000001"]


def test_arrays_of_another_layout_are_none(snapshot: Snapshot) -> None:
    """Another library's set of arrays is not taken for ours, and gives way to it."""
    build_arrays(snapshot, LAYOUT + 1, fill)

    assert open_arrays(snapshot, LAYOUT) is None
    built(snapshot)
    assert open_arrays(snapshot, LAYOUT) is not None


def test_a_file_in_the_place_gives_way(snapshot: Snapshot) -> None:
    """What is no folder stands in nobody's way."""
    (snapshot.path / "derived").mkdir()
    place(snapshot).write_text("not a folder")
    built(snapshot)

    assert open_arrays(snapshot, LAYOUT) is not None


@pytest.mark.parametrize("at", [0, 70, 130, 167])
def test_verify_sees_what_opening_does_not(snapshot: Snapshot, at: int) -> None:
    """A flipped bit, in header or values, is named with its file."""
    built(snapshot)
    path = place(snapshot) / "squares.npy"
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    rewrite(path, bytes(data))
    arrays = open_arrays(snapshot, LAYOUT)

    assert arrays is not None
    with pytest.raises(CorruptStoreError, match=r"squares\.npy.* of version 1 .*xxh3_128"):
        arrays.verify()


def test_the_second_takes_what_the_first_built(snapshot: Snapshot) -> None:
    """Who is overtaken while building discards his own and gets the other's."""

    def slow(writer: ArraysWriter) -> Mapping[str, Any]:
        built(snapshot)
        return {**fill(writer), "made of": ["leisure"]}

    assert built(snapshot, slow).notes == {"made of": ["thin air"]}
    assert os.listdir(snapshot.path / "derived") == ["000001"]


def test_who_has_opened_arrays_keeps_them(snapshot: Snapshot) -> None:
    """Dropping and building again changes nothing for a reader."""
    squares = built(snapshot).load("squares")
    drop_arrays(snapshot)

    assert open_arrays(snapshot, LAYOUT) is None
    built(snapshot)
    assert squares.tolist() == [0, 1, 4, 9, 16]


def test_a_failure_leaves_nothing(snapshot: Snapshot) -> None:
    """An error while building goes through, and neither arrays nor litter stay."""

    def failing(writer: ArraysWriter) -> Mapping[str, Any]:
        writer.begin("half", "<i8").append([1])
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        built(snapshot, failing)
    assert os.listdir(snapshot.path / "derived") == []


def test_work_space_is_not_kept(snapshot: Snapshot) -> None:
    """What is only needed for building is zeros at first, can be written, and goes."""

    def busy(writer: ArraysWriter) -> Mapping[str, Any]:
        counts = writer.scratch("<i4", 3)
        counts[1] += 2
        (writer.workspace / "more").write_text("x")
        pieces = writer.begin_scratch("<u4")
        pieces.append([5, 6])
        writer.put("sum", counts + pieces.finish_scratch()[0].astype(np.int32))
        return {"empty": writer.scratch("<i8", 0).tolist()}

    arrays = built(snapshot, busy)

    assert arrays.load("sum").tolist() == [5, 7, 5]
    assert sorted(os.listdir(arrays.folder)) == [INDEX, "sum.npy"]


def read_only(monkeypatch: pytest.MonkeyPatch, *roots: Path, number: int = errno.EROFS) -> None:
    """Let no folder be made below these."""
    make = durable.make_directory

    def refusing(path: Path) -> None:
        if any(path.is_relative_to(root) for root in roots):
            raise OSError(number, os.strerror(number), str(path))
        make(path)

    monkeypatch.setattr(durable, "make_directory", refusing)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_read_only_store_has_its_arrays_in_the_cache(
    snapshot: Snapshot, cache: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Where the store cannot be written, the user's cache folder takes the arrays."""
    read_only(monkeypatch, snapshot.path, number=number)
    arrays = built(snapshot)

    assert arrays.folder == cache / snapshot.transaction
    found = open_arrays(open_version(snapshot.path), LAYOUT)
    assert found is not None
    assert found.folder == arrays.folder
    assert not (snapshot.path / "derived").exists()
    drop_arrays(snapshot)
    assert os.listdir(cache) == []


def test_without_any_place_there_is_an_error(
    snapshot: Snapshot, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be written, one line says so."""
    read_only(monkeypatch, snapshot.path, cache.parent.parent)
    with pytest.raises(StoreError, match="cannot work on the store"):
        built(snapshot)


def test_the_cache_folder_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME counts if it is absolute; otherwise it is ~/.cache."""
    monkeypatch.setenv("HOME", "/nowhere/anna")
    for value in ("", "relative/path"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert durable.cache_home() == Path("/nowhere/anna/.cache")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert durable.cache_home() == Path("/nowhere/anna/.cache")


def test_a_full_disk_is_told_apart(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room is the error for no room, and leaves nothing."""

    def full(descriptor: int, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(durable, "write", full)
    with pytest.raises(StoreFullError):
        built(snapshot)
    assert os.listdir(snapshot.path / "derived") == []


def test_every_file_is_on_the_disk_before_it_has_its_name(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, then their folder are synced; then comes the rename, then the sync of its folder."""
    calls: list[str] = []

    def logged(name: str, operation: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            calls.append(name)
            return operation(*arguments)

        return call

    for name in ("fsync", "fsync_directory", "rename"):
        monkeypatch.setattr(durable, name, logged(name, getattr(durable, name)))
    built(snapshot)

    # The sync of a folder is one of its descriptor, too; the first is that of the store's folder.
    folder = ["fsync_directory", "fsync"]
    assert calls == [*folder, *["fsync"] * 3, *folder, "rename", *folder]


def test_litter_of_the_dead_is_swept_and_work_of_the_living_is_not(snapshot: Snapshot) -> None:
    """Unfinished folders go with the next builder or writer, unless somebody holds them."""
    derived = snapshot.path / "derived"
    dead, living = (derived / f".tmp-{letter * 32}" for letter in "ab")
    for folder in (dead, living):
        folder.mkdir(parents=True)
        (folder / "half.npy").write_bytes(b"half")
    (derived / "notes.txt").write_text("not ours")
    holder = durable.open_directory(living)
    assert durable.lock(holder)
    built(snapshot)

    assert sorted(os.listdir(derived)) == [living.name, "000001", "notes.txt"]
    durable.close(holder)
    with begin(snapshot.path) as transaction:
        transaction.keep_table("funders")
        transaction.keep_table("publishers")
        transaction.commit({})
    assert sorted(os.listdir(derived)) == ["000001", "notes.txt"]


def take(snapshot: Snapshot, names: tuple[str, ...] = ("squares", "none")) -> Fill:
    """What takes the arrays of the version before, and counts how often that fails."""

    def taking(writer: ArraysWriter) -> Mapping[str, Any]:
        with open_older_arrays(snapshot, LAYOUT) as older:
            if older is None:
                return {"taken": None}
            files = {name: older.files[name] for name in names}
            return {"taken": writer.take_over(older.folder, files), "there": sorted(writer.files)}

    return taking


@pytest.fixture
def second(snapshot: Snapshot) -> Snapshot:
    """A second version, behind a first one with arrays."""
    built(snapshot)
    return commit(snapshot.path, ["b"])


def inodes(arrays: Arrays) -> dict[str, int]:
    """The file behind each array."""
    return {name: (arrays.folder / f"{name}.npy").stat().st_ino for name in arrays.files}


def test_arrays_of_a_version_before_are_shared(snapshot: Snapshot, second: Snapshot) -> None:
    """What is taken over is the same file, whole, and stays when the older version's go."""
    arrays = built(second, take(second))

    assert arrays.notes["taken"] is True
    assert inodes(arrays) == inodes(built(snapshot))
    arrays.verify()
    drop_arrays(snapshot)
    assert arrays.load("squares").tolist() == [0, 1, 4, 9, 16]


def test_without_links_arrays_are_copied(
    snapshot: Snapshot, second: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file cannot have two names, its content is taken."""

    def refusing(existing: Path, new: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(new))

    monkeypatch.setattr(durable, "link", refusing)
    arrays = built(second, take(second))

    assert arrays.notes["taken"] is True
    assert not set(inodes(arrays).values()) & set(inodes(built(snapshot)).values())
    arrays.verify()


def test_one_damaged_array_lets_none_be_taken(snapshot: Snapshot, second: Snapshot) -> None:
    """What was taken before it is given back, so that all can be written."""
    path = place(snapshot) / "squares.npy"
    data = bytearray(path.read_bytes())
    data[140] ^= 4
    rewrite(path, bytes(data))

    arrays = built(second, take(second, ("none", "squares")))
    assert dict(arrays.notes) == {"taken": False, "there": []}
    assert os.listdir(arrays.folder) == [INDEX]


@pytest.mark.parametrize("damage", damages())
def test_arrays_in_doubt_are_not_taken(snapshot: Snapshot, second: Snapshot, damage: str) -> None:
    """What opening refuses, nobody takes over."""
    damages()[damage](place(snapshot))

    assert built(second, take(second)).notes["taken"] is None


def test_arrays_of_another_layout_are_not_taken(snapshot: Snapshot) -> None:
    """Under another layout an array of the same name may mean something else."""
    build_arrays(snapshot, LAYOUT + 1, fill)
    second = commit(snapshot.path, ["b"])

    assert built(second, take(second)).notes["taken"] is None


def test_a_damaged_version_has_nothing_to_take(snapshot: Snapshot, second: Snapshot) -> None:
    """An older version that cannot be opened is passed over."""
    rewrite(snapshot.paths("funders")[0], b"")

    assert built(second, take(second)).notes["taken"] is None


def test_the_older_version_is_let_go(second: Snapshot) -> None:
    """It is held while its arrays are looked at, and no longer."""
    with open_older_arrays(second, LAYOUT) as older:
        assert older is not None
        assert older.snapshot.version == 1
        manifest = durable.open_file(layout.manifest_path(second.path, 1))
        try:
            assert not durable.lock(manifest)
        finally:
            durable.close(manifest)

"""Which arrays are mapped, which are read, and which are refused since they are others now."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scholargraph.errors import StoreError
from scholargraph.store import Snapshot, durable, open_version
from scholargraph.store.arrays import HEADER_BYTES, SMALL_BYTES, ArraysWriter
from scholargraph.store.derived import Arrays, build_arrays, drop_arrays, open_arrays
from tests.store.samples import commit

LAYOUT = 7
OPEN_FILES = Path("/proc/self/fd")
LARGE = "large"


def fill(writer: ArraysWriter) -> Mapping[str, Any]:
    """Arrays around the size up to which they are read."""
    bound = (SMALL_BYTES - HEADER_BYTES) // 8
    for name, length in {"none": 0, "small": bound, LARGE: bound + 1}.items():
        writer.put(name, np.arange(length))
    return {}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """A version with arrays."""
    version = commit(tmp_path / "graph", ["a"])
    build_arrays(version, LAYOUT, fill)
    return version


@pytest.fixture
def arrays(snapshot: Snapshot) -> Arrays:
    """The arrays of that version, none of them loaded."""
    found = open_arrays(snapshot, LAYOUT)
    assert found is not None
    return found


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only Linux lists the open files of a process")
def test_only_large_arrays_keep_a_file_open(arrays: Arrays) -> None:
    """Whoever opens many graphs does not run out of files; all have their values all the same."""
    gc.collect()
    before = len(os.listdir(OPEN_FILES))
    loaded = {name: arrays.load(name) for name in ("none", "small")}
    assert len(os.listdir(OPEN_FILES)) == before

    loaded[LARGE] = arrays.load(LARGE)
    assert len(os.listdir(OPEN_FILES)) == before + 1

    for array in loaded.values():
        assert array.tolist() == list(range(len(array)))
        assert not array.flags.writeable
        assert array.flags.aligned


@pytest.mark.parametrize("name", ["small", LARGE])
def test_what_is_gone_is_refused(snapshot: Snapshot, arrays: Arrays, name: str) -> None:
    """The message says what to do; what was loaded before stays."""
    array = arrays.load(name)
    drop_arrays(snapshot)

    with pytest.raises(StoreError, match=rf"{name}\.npy was removed .*: open the graph again$"):
        arrays.load(name)
    assert array.tolist() == list(range(len(array)))


@pytest.mark.parametrize("name", ["small", LARGE])
def test_what_was_built_anew_is_refused(snapshot: Snapshot, arrays: Arrays, name: str) -> None:
    """Arrays of two makings are never mixed, however much alike their files are."""
    drop_arrays(snapshot)
    again = build_arrays(snapshot, LAYOUT, fill)

    with pytest.raises(StoreError, match="open the graph again"):
        arrays.load(name)
    assert again.load(name)[:3].tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", ["small", LARGE])
@pytest.mark.parametrize("size", [0, HEADER_BYTES - 1, HEADER_BYTES, -8, 2 * SMALL_BYTES])
def test_what_has_another_size_is_refused(arrays: Arrays, name: str, size: int) -> None:
    """A file that was cut short or grew after it was looked at is not taken for what it was."""
    path = arrays.folder / f"{name}.npy"
    data = path.read_bytes().ljust(size, b"x")[:size]
    path.unlink()
    path.write_bytes(data)

    with pytest.raises(StoreError, match="open the graph again"):
        arrays.load(name)


def test_what_is_no_file_any_more_is_refused(arrays: Arrays) -> None:
    """A link is not followed, wherever it leads."""
    path = arrays.folder / f"{LARGE}.npy"
    path.rename(path.with_name("aside"))
    path.symlink_to(path.with_name("aside"))

    with pytest.raises(StoreError, match=rf"cannot work on the store .*{LARGE}\.npy"):
        arrays.load(LARGE)


def test_a_refusal_of_the_system_is_an_error_of_the_store(
    arrays: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files, for instance."""

    def refuse(path: Path) -> None:
        raise OSError(24, os.strerror(24), str(path))

    monkeypatch.setattr(durable, "map_file", refuse)

    with pytest.raises(StoreError, match="Too many open files"):
        arrays.load(LARGE)


def test_arrays_hold_their_version(tmp_path: Path) -> None:
    """While arrays may be asked for, the lock of a reader spares the version; then it goes."""
    manifest = commit(tmp_path / "graph", ["a"]).path / "manifests"
    (path,) = manifest.iterdir()
    held: list[Arrays] = [build_arrays(open_version(tmp_path / "graph"), LAYOUT, fill)]
    gc.collect()
    descriptor = durable.open_file(path)
    try:
        assert not durable.lock(descriptor)
        held.clear()
        gc.collect()
        assert durable.lock(descriptor)
    finally:
        durable.close(descriptor)

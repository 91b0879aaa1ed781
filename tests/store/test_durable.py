"""The file operations themselves, and that there are no others in the room."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

import scholargraph.store
from scholargraph.store import durable

ROOM = Path(scholargraph.store.__file__).parent

FORBIDDEN_MODULES = {"os", "io", "shutil", "tempfile", "glob", "fcntl", "mmap", "posix"}
PATH_METHODS = {
    name
    for name in dir(Path)
    if not name.startswith("_") and name not in dir(__import__("pathlib").PurePath)
}
"""What a path can do to a disk, as opposed to a pure path."""


def forbidden(source: str) -> list[str]:
    """Uses of the disk in a module that is not `durable`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if root(alias.name) in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom):
            if root(node.module or "") in FORBIDDEN_MODULES:
                found.append(str(node.module))
        elif isinstance(node, ast.Name) and node.id in {"open", "os", "shutil"}:
            found.append(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in PATH_METHODS:
            receiver = ast.unparse(node.value)
            if receiver != "durable":
                found.append(f"{receiver}.{node.attr}")
    return found


def root(module: str) -> str:
    """The first part of a module's name."""
    return module.partition(".")[0]


def test_no_other_module_touches_the_disk() -> None:
    """All file operations of the store stand in one module."""
    found = {
        path.name: uses
        for path in ROOM.glob("*.py")
        if path.name != "durable.py" and (uses := forbidden(path.read_text(encoding="utf-8")))
    }

    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import os.path",
        "from shutil import rmtree",
        "import tempfile",
        "open('x')",
        "path.read_bytes()",
        "path.exists()",
        "list(map(path.joinpath('x').unlink, y))",
    ],
)
def test_the_check_sees_other_ways_to_the_disk(source: str) -> None:
    """The check above is able to fail."""
    assert forbidden(source)


def test_create_wants_a_new_name_and_leaves_it_read_only(tmp_path: Path) -> None:
    """A finished file cannot be overwritten by accident."""
    path = tmp_path / "file"
    descriptor = durable.create(path)
    durable.write(descriptor, b"content")
    durable.close(descriptor)

    with pytest.raises(FileExistsError):
        durable.create(path)
    assert path.stat().st_mode & 0o222 == 0
    assert path.read_bytes() == b"content"


def test_write_goes_on_after_a_short_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All bytes arrive, however few the system takes at a time."""
    whole = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: whole(descriptor, data[:3]))
    descriptor = durable.create(tmp_path / "file")
    durable.write(descriptor, bytearray(b"more than three bytes"))
    durable.close(descriptor)

    assert (tmp_path / "file").read_bytes() == b"more than three bytes"


def test_a_tree_is_removed_without_following_links(tmp_path: Path) -> None:
    """A symbolic link in a workspace does not lead the removal out of it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("kept")
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "file").write_text("gone")
    (tree / "link").symlink_to(outside)
    durable.remove_tree(tree)

    assert not tree.exists()
    assert (outside / "precious").read_text() == "kept"


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    """A pipe does not block a reader, and a symbolic link does not lead it elsewhere."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "pipe", "."):
        with pytest.raises(OSError, match=r"not a regular file|symbolic links"):
            durable.open_file(tmp_path / name)


def test_a_lock_belongs_to_the_open_file(tmp_path: Path) -> None:
    """Closing another descriptor of the file keeps the lock: flock and not lockf."""
    first, second, third = (durable.open_lock_file(tmp_path / "lock") for _ in range(3))

    assert durable.lock(first)
    assert not durable.lock(second)
    durable.close(second)
    assert not durable.lock(third, shared=True)
    durable.close(first)
    assert durable.lock(third)
    durable.close(third)


def test_descriptors_are_not_inherited(tmp_path: Path) -> None:
    """A program that is started while a lock is held does not hold it too."""
    descriptors = [
        durable.create(tmp_path / "file"),
        durable.open_file(tmp_path / "file"),
        durable.open_lock_file(tmp_path / "lock"),
        durable.open_directory(tmp_path),
    ]
    inherited = [os.get_inheritable(descriptor) for descriptor in descriptors]
    for descriptor in descriptors:
        durable.close(descriptor)

    assert inherited == [False] * 4

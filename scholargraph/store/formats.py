"""The file ``FORMAT`` that makes a folder a store, and the making of an empty store.

It is written once and says what a program must know to read the store. Versions and their
manifests are in ``manifest``.
"""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from scholargraph.errors import FormatTooNewError, StoreError, StoreNotFoundError
from scholargraph.store import durable, layout
from scholargraph.store.failures import corrupt, shown
from scholargraph.store.output import read_file

NAME: Final = "scholargraph store"
FORMAT_VERSION: Final = 1
KNOWN_FEATURES: Final[frozenset[str]] = frozenset()
"""Features that a store may require of its readers."""

_FORMAT_LIMIT: Final = 64 * 1024
"""Bytes; ours has about a hundred."""

Commit = Literal["link", "rename"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFormat:
    """What ``FORMAT`` says."""

    version: int
    commit: Commit
    """How a manifest gets its name: `rename` where the file system has no hard links."""


def is_there(path: Path) -> bool:
    """Whether a name exists, be it a broken link."""
    try:
        durable.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def not_found(root: Path, what: str) -> StoreNotFoundError:
    """Return the error that says how to make what is missing."""
    return StoreNotFoundError(
        f"{root} {what}; make one with: scholargraph ingest openalex SOURCE {root}"
    )


def read_format(root: Path) -> StoreFormat:
    """Read and check ``FORMAT``.

    Raises
    ------
    StoreNotFoundError
        If the path is no store.
    FormatTooNewError
        If the store needs a newer library.
    CorruptStoreError
        If the file is none of ours.
    """
    try:
        descriptor = durable.open_file(root / layout.FORMAT)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise not_found(root, "holds no store") from error
    try:
        data = read_file(descriptor, limit=_FORMAT_LIMIT)
    finally:
        durable.close(descriptor)
    return _decode(root, data)


def _decode(root: Path, data: bytes) -> StoreFormat:
    try:
        document = json.loads(data.decode("utf-8")) if len(data) <= _FORMAT_LIMIT else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("name") != NAME:
        raise corrupt(
            root, None, layout.FORMAT, expected=f"JSON that names a {NAME}", found=shown(data)
        )
    version = document.get("format_version")
    features = document.get("required_features")
    commit = document.get("commit")
    if type(version) is not int or version < 1 or not isinstance(features, list):
        raise corrupt(
            root,
            None,
            layout.FORMAT,
            expected="a format version and a list of required features",
            found=shown(data),
        )
    unknown = [feature for feature in features if feature not in KNOWN_FEATURES]
    if version > FORMAT_VERSION or unknown:
        needs = f" with {', '.join(map(shown, unknown))}" if unknown else ""
        raise FormatTooNewError(
            f"the store {root} has format {version}{needs}, and this library reads format "
            f"{FORMAT_VERSION}: install a newer scholargraph"
        )
    if commit == "link" or commit == "rename":
        return StoreFormat(version=version, commit=commit)
    raise corrupt(
        root, None, layout.FORMAT, expected="commit by link or rename", found=shown(commit)
    )


def prepare_folder(root: Path) -> None:
    """Make the folder of a store if need be, and refuse one that holds other things.

    Raises
    ------
    StoreError
        If the path is a file, or a folder that is neither a store nor empty.
    """
    missing = []
    folder = root
    while not is_there(folder):
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        _make_if_missing(folder)
        durable.fsync_directory(folder.parent)
    try:
        names = durable.list_directory(root)
    except NotADirectoryError as error:
        raise StoreError(f"{root} is a file: a store is a folder, name another path") from error
    if layout.FORMAT in names:
        return
    for name in names:
        if not _may_stand_before_format(root, name):
            raise StoreError(
                f"{root} is not empty and no store (it holds {shown(name)}): name a new or an "
                "empty folder"
            )
    # A predecessor may have been killed between making the folder and this.
    durable.fsync_directory(root.parent)


def _make_if_missing(folder: Path) -> None:
    # Asking first would lose the race against another writer where there are no locks.
    with suppress(FileExistsError):
        durable.make_directory(folder)


def _may_stand_before_format(root: Path, name: str) -> bool:
    """Whether an interrupted creation may have left that name."""
    if name == layout.WRITER_LOCK or layout.TEMPORARY.fullmatch(name):
        return True
    return name in layout.FOLDERS and not durable.list_directory(root / name)


def initialise(root: Path) -> StoreFormat:
    """Complete a store's folder, under the writer's lock, and return its format."""
    if not is_there(root / layout.FORMAT):
        _put_format(root)
    for name in layout.FOLDERS:
        _make_if_missing(root / name)
    # Each time, since a predecessor may have been killed just before; nothing that is committed
    # inside these folders is safe while their own names are not.
    durable.fsync_directory(root)
    return read_format(root)


def _put_format(root: Path) -> None:
    """Write ``FORMAT`` unless somebody else did, and find out whether there are hard links."""
    target = root / layout.FORMAT
    by_link = _write_temporary(root, "link")
    try:
        durable.link(by_link, target)
    except FileExistsError:
        durable.unlink(by_link)
    except OSError as error:
        if error.errno not in durable.NO_HARD_LINKS:
            raise
        durable.unlink(by_link)
        durable.rename(_write_temporary(root, "rename"), target)
    else:
        durable.unlink(by_link)


def _write_temporary(root: Path, commit: Commit) -> Path:
    document = {
        "name": NAME,
        "format_version": FORMAT_VERSION,
        "required_features": sorted(KNOWN_FEATURES),
        "commit": commit,
    }
    path = root / layout.temporary_name(uuid.uuid4().hex)
    descriptor = durable.create(path)
    try:
        durable.write(descriptor, (json.dumps(document, indent=1) + "\n").encode())
        durable.fsync(descriptor)
    finally:
        durable.close(descriptor)
    return path

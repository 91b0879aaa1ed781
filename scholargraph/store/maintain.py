"""Removing what no version names: leftovers of interrupted writers, and files of retired versions.

Litter is harmless and invisible to readers, so what cannot be removed now simply waits for the next
writer. Which versions are retired is decided in ``retire``; one that has a manifest is never
touched here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from scholargraph.errors import StoreError
from scholargraph.store import durable, formats, layout, locks, manifest
from scholargraph.store.output import read_file


def discard(remove: Callable[[Path], None], path: Path) -> None:
    """Remove litter by `unlink` or `remove_tree`, if that can be done."""
    # Whoever is not let by the system leaves it to the next writer: no promise rests on it.
    with suppress(OSError):
        remove(path)


def sweep(root: Path) -> None:
    """Remove what no version names and no living transaction works on.

    Only for the holder of the writer's lock, and only where locks work: elsewhere nobody can tell
    whether a transaction lives.
    """
    for folder in (root, root / layout.MANIFESTS):
        for name in durable.list_directory(folder):
            owner = name.removeprefix(layout.temporary_name(""))
            if layout.TEMPORARY.fullmatch(name) and not _lives(root, owner):
                discard(durable.unlink, folder / name)
    _sweep_versions(root)
    for name in durable.list_directory(root / layout.INGEST):
        if layout.TRANSACTION.fullmatch(name) and not _lives(root, name):
            discard(durable.remove_tree, root / layout.INGEST / name)

    if formats.is_there(root / layout.DERIVED):
        _set_aside_orphans(root)
        sweep_derived(root / layout.DERIVED)


def _sweep_versions(root: Path) -> None:
    """Remove the folders of versions that no manifest names."""
    unnamed = []
    for name in durable.list_directory(root / layout.VERSIONS):
        owned = layout.folder_owner(name)
        # In this order: what is not alive any more has committed before, or never will.
        if owned and not _lives(root, owned[1]) and not _is_committed(root, *owned):
            unnamed.append(root / layout.VERSIONS / name)
    if unnamed:
        # A manifest that lost its name and comes back with the power must find its files.
        durable.fsync_directory(root / layout.MANIFESTS)
    for folder in unnamed:
        discard(durable.remove_tree, folder)


def _set_aside_orphans(root: Path) -> None:
    """Take their names from arrays of versions that are gone: in one step for all who look."""
    for name in durable.list_directory(root / layout.DERIVED):
        version = layout.derived_version(name)
        if version and not formats.is_there(layout.manifest_path(root, version)):
            aside = root / layout.DERIVED / layout.temporary_name(uuid.uuid4().hex)
            with suppress(OSError):
                durable.rename(root / layout.DERIVED / name, aside)


def sweep_derived(folder: Path) -> None:
    """Remove unfinished arrays that nobody works on; here each folder is its own lock."""
    for name in durable.list_directory(folder):
        if not layout.TEMPORARY.fullmatch(name):
            continue
        try:
            descriptor = durable.open_directory(folder / name)
        except OSError:
            # Gone meanwhile, or nothing of ours.
            continue
        try:
            if locks.take(descriptor) == "held":
                discard(durable.remove_tree, folder / name)
        finally:
            durable.close(descriptor)


def _lives(root: Path, transaction: str) -> bool:
    """Whether some process holds the folder of a transaction."""
    try:
        descriptor = durable.open_directory(root / layout.INGEST / transaction)
    except OSError as error:
        # What cannot be looked at may be alive.
        return not isinstance(error, FileNotFoundError)
    try:
        return locks.take(descriptor) != "held"
    finally:
        durable.close(descriptor)


def _is_committed(root: Path, version: int, transaction: str) -> bool:
    """Whether a manifest names the folder of a transaction; a manifest in doubt names it."""
    try:
        descriptor = durable.open_file(layout.manifest_path(root, version))
    except OSError as error:
        return not isinstance(error, FileNotFoundError)
    try:
        data = read_file(descriptor, limit=manifest.SIZE_LIMIT)
        return manifest.decode(root, version, data).transaction == transaction
    except (OSError, StoreError):
        return True
    finally:
        durable.close(descriptor)

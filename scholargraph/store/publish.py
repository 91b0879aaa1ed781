"""The commit point: a finished manifest gets its name, put only if nobody has it (steps e and f).

Everything that the manifest names is on the disk before. Each way in which this can end is an error
of its own, since callers act on them differently.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from scholargraph.errors import CommitConflictError, CommitUnknownError, StoreError
from scholargraph.store import durable, formats, layout, manifest
from scholargraph.store.failures import FULL, translated
from scholargraph.store.manifest import Manifest
from scholargraph.store.output import read_file


def publish(
    root: Path, content: Manifest, temporary: Path, *, commit: formats.Commit, is_locked: bool
) -> None:
    """Give a manifest its name and bring that name to the disk.

    Raises
    ------
    CommitUnknownError
        If the version may be visible, or become so.
    CommitConflictError, StoreFullError, StoreError
        If it certainly is not.
    """
    target = layout.manifest_path(root, content.version)
    try:
        _put(root, temporary, target, commit=commit, is_locked=is_locked)
    except FileExistsError as error:
        raise CommitConflictError(
            f"another writer committed version {content.version} of the store {root} first; "
            "nothing of this commit is visible: open the store again and redo it"
        ) from error
    except OSError as error:
        if error.errno in FULL and _is_absent(target):
            raise translated(root, error) from error
        _unknown(root, content, error)
    try:
        durable.fsync_directory(target.parent)
    except OSError as error:
        _unknown(root, content, error)


def _put(
    root: Path, temporary: Path, target: Path, *, commit: formats.Commit, is_locked: bool
) -> None:
    if commit == "link":
        try:
            durable.link(temporary, target)
            return
        except OSError as error:
            if error.errno not in durable.NO_HARD_LINKS:
                raise
    # rename would replace another writer's manifest silently, so only the lock makes it safe.
    if not is_locked:
        raise StoreError(
            f"the store {root} is on a file system with neither hard links nor locks, where two "
            "writers could both believe to have committed: move it to a local disk"
        )
    if formats.is_there(target):
        raise FileExistsError(target)
    durable.rename(temporary, target)


def _is_absent(path: Path) -> bool:
    """Whether a name certainly does not exist."""
    try:
        return not formats.is_there(path)
    except OSError:
        return False


def _unknown(root: Path, content: Manifest, error: OSError) -> NoReturn:
    """Report a commit that may or may not last, with what can be seen of it."""
    raise CommitUnknownError(
        f"version {content.version} of the store {root} may or may not last "
        f"({error.strerror or error}): its transaction {content.transaction} "
        f"{_seen(root, content)}; check the disk, then look for it in "
        f"{layout.MANIFESTS}/{layout.manifest_name(content.version)}"
    ) from error


def _seen(root: Path, content: Manifest) -> str:
    try:
        descriptor = durable.open_file(layout.manifest_path(root, content.version))
        try:
            data = read_file(descriptor, limit=manifest.SIZE_LIMIT)
        finally:
            durable.close(descriptor)
        found = manifest.decode(root, content.version, data).transaction
    except FileNotFoundError:
        return "is not visible now"
    except (OSError, StoreError):
        return "could not be looked up"
    return "is visible now" if found == content.transaction else "lost to another writer"

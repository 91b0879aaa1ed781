"""Retiring old versions: a store keeps its newest one, and those that somebody reads.

A version loses its name before its content, so that whatever happens in between leaves whole
versions only; what has no name any more is removed by ``maintain``, now or by the next writer.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from scholargraph.errors import StoreError
from scholargraph.store import derived, durable, formats, layout, locks, maintain
from scholargraph.store.durable import AnyPath
from scholargraph.store.failures import reported
from scholargraph.store.snapshot import open_snapshot, present_versions
from scholargraph.store.writer import lock_writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """What was removed from a store, and what stayed.

    Attributes
    ----------
    version : int
        The newest version, which stays as it is.
    removed : tuple of int
        Older versions that are gone.
    in_use : tuple of int
        Older versions that stay, since somebody reads them.
    freed_bytes : int
        Size of the files that are gone; one that a remaining version shares is not among them.
    """

    version: int
    removed: tuple[int, ...]
    in_use: tuple[int, ...]
    freed_bytes: int

    def __str__(self) -> str:
        """Return it in words."""
        lines = [
            f"version {self.version} stays; {_versions(self.removed)} removed, "
            f"{self.freed_bytes / 1e6:,.1f} MB freed"
        ]
        if self.in_use:
            lines.append(f"{_versions(self.in_use)} in use: kept, compact again later")
        return "\n".join(lines)


def compact(store: AnyPath) -> Compaction:
    """Remove all versions but the newest from a store, and what interrupted writers left.

    The newest version is whole, merged and sorted as it is: nothing of it is written again, and
    the same records make the same table files, byte for byte, however many ingests brought them.
    It is compared with its checksums before anything is removed. Versions that somebody reads
    stay. Ended at any moment, it leaves whole versions only.

    Parameters
    ----------
    store : path
        Folder of the store.

    Returns
    -------
    Compaction
        What was removed. ``str()`` of it says so in words.

    Raises
    ------
    StoreNotFoundError
        If the path holds no store, or one without any version yet.
    StoreLockedError
        If another process is writing.
    CorruptStoreError
        If the newest version is damaged; nothing is removed then.
    StoreError
        If the disk fails, or the file system has no locks, so that nobody can tell which versions
        are in use.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import scholargraph as sg
    >>> with TemporaryDirectory() as folder:
    ...     for number in (1, 2, 3):
    ...         _ = sg.from_records([{"id": f"W900000000{number}", "title": "One"}], store=folder)
    ...     done = sg.compact(folder)
    >>> done.version, done.removed, done.freed_bytes > 0
    (3, (1, 2), True)
    """
    root = durable.absolute(store)
    with reported(root), ExitStack() as undo:
        formats.read_format(root)
        writer = durable.open_lock_file(root / layout.WRITER_LOCK)
        try:
            state = lock_writer(root, writer)
        except BaseException:
            durable.close(writer)
            raise
        undo.callback(locks.release, writer, state)
        if state != "held":
            raise StoreError(
                f"the store {root} is on a file system without locks, where nobody can tell which "
                "versions are in use: copy the store to a local disk and compact it there"
            )
        present = present_versions(root)
        if not present:
            raise formats.not_found(root, "holds no finished version yet")
        before = _files(root)
        removed = _retire(root, present[:-1], newest=present[-1])
        maintain.sweep(root)
        after = _files(root)
    return Compaction(
        version=present[-1],
        removed=tuple(removed),
        in_use=tuple(version for version in present[:-1] if version not in removed),
        freed_bytes=sum(size for file, size in before.items() if file not in after),
    )


def _retire(root: Path, versions: list[int], *, newest: int) -> list[int]:
    """Take their names from versions that nobody reads, and return which those were."""
    remaining = open_snapshot(root, newest)
    try:
        # What is about to go may be the last good copy of a file that has decayed.
        remaining.verify()
    finally:
        remaining.close()
    removed = [version for version in versions if _unname(root, version)]
    for name in durable.list_directory(root / layout.VERSIONS):
        owner = layout.folder_owner(name)
        if owner and owner[0] in removed:
            # In a folder of the user's, which is no part of the store.
            with suppress(OSError):
                derived.drop_cached(owner[1])
    return removed


def _unname(root: Path, version: int) -> bool:
    """Remove the manifest of a version unless somebody holds it."""
    path = layout.manifest_path(root, version)
    descriptor = durable.open_file(path)
    try:
        if locks.take(descriptor) != "held":
            return False
        durable.unlink(path)
    finally:
        durable.close(descriptor)
    return True


def _files(folder: Path) -> dict[tuple[int, int], int]:
    """Return device, number and size of every file in a folder; links to one count as one."""
    found: dict[tuple[int, int], int] = {}
    for name in durable.list_directory(folder):
        # Readers build arrays meanwhile, and drop those that are in doubt.
        with suppress(FileNotFoundError):
            status = durable.stat(folder / name)
            if status.is_directory:
                found |= _files(folder / name)
            else:
                found[status.device, status.inode] = status.size
    return found


def _versions(numbers: tuple[int, ...]) -> str:
    if not numbers:
        return "no other version"
    if len(numbers) == 1:
        return f"version {numbers[0]}"
    return f"{len(numbers):,} versions ({numbers[0]} to {numbers[-1]})"

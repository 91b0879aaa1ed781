"""Arrays that can be made again from a version, in a folder beside the versions.

An array is a plain one-dimensional ``.npy`` file; ``index.json`` names all of them with size and
checksum, and the version whose tables they were made of. A folder is built under a name of its own
and renamed to its place when it is whole; whoever comes second discards his. What does not fit its
version is dropped and built again, so nothing here needs repair. Arrays of an older version may be
taken over, which then share their files. Which arrays there are, and which can be taken over, is
the business of ``scholargraph.adjacency``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from scholargraph.errors import StoreError
from scholargraph.store import durable, formats, layout, locks, maintain
from scholargraph.store.arrays import (
    SMALL_BYTES,
    ArrayFile,
    ArraysWriter,
    array_path,
    header_and_checksum,
    is_as_written,
    mapped,
    read,
)
from scholargraph.store.failures import corrupt, reported
from scholargraph.store.output import read_file
from scholargraph.store.snapshot import Snapshot, open_version, present_versions

if TYPE_CHECKING:
    import numpy.typing as npt

INDEX: Final = "index.json"
_INDEX_LIMIT: Final = 16 * 1024 * 1024
_ATTEMPTS: Final = 8
"""Each lost attempt means that somebody else succeeded meanwhile."""


class Arrays:
    """The arrays of one version, as far as index and sizes tell; made by `open_arrays`.

    Parameters
    ----------
    snapshot : Snapshot
        The version. It is held, and so its files stay while arrays may still be asked for.
    folder : Path
        Where they are.
    files : mapping of str to ArrayFile
        The arrays by name.
    notes : mapping
        What their maker wrote down about them.
    seen : mapping of str to durable.Status
        What the file of each array was when they were opened.
    """

    __slots__ = ("_seen", "files", "folder", "notes", "snapshot")

    def __init__(
        self,
        snapshot: Snapshot,
        folder: Path,
        *,
        files: Mapping[str, ArrayFile],
        notes: Mapping[str, Any],
        seen: Mapping[str, durable.Status],
    ) -> None:
        self.snapshot = snapshot
        self._seen = seen
        self.folder = folder
        self.files = files
        self.notes = notes

    def load(self, name: str) -> npt.NDArray[Any]:
        """Return an array for reading; of a large one, pages are read when they are touched.

        Raises
        ------
        StoreError
            If the arrays were removed or built anew since they were opened, or the system does not
            let the file be read. What was loaded before stays as it is.
        """
        file, path, seen = self.files[name], array_path(self.folder, name), self._seen[name]
        load = mapped if file.size_bytes > SMALL_BYTES else read
        with reported(self.snapshot.path):
            try:
                array = load(path, file.dtype)
                # In this order: had the file been another one before, it would still be now.
                found = durable.stat(path)
            except (FileNotFoundError, ValueError):
                # What is too short to hold values is another file, too.
                found = None
        # Not by number of the file: some file systems count anew whenever they are asked.
        if found is None or (found.size, found.modified) != (seen.size, seen.modified):
            raise StoreError(
                f"{path} was removed or built anew since the graph was opened: open the graph again"
            )
        return array

    def verify(self) -> None:
        """Compare the content of every file with its checksum.

        Raises
        ------
        CorruptStoreError
            Naming the first file that is not as written.
        """
        snapshot = self.snapshot
        with reported(snapshot.path):
            for name, file in self.files.items():
                path = array_path(self.folder, name)
                header, found = header_and_checksum(path)
                if not is_as_written(file, header, found):
                    raise corrupt(
                        snapshot.path,
                        snapshot.version,
                        str(path),
                        expected=f"xxh3_128 {file.xxh3_128}",
                        found=found,
                    )


def open_arrays(snapshot: Snapshot, layout_version: int) -> Arrays | None:
    """Return the arrays of a version, or None where there are none or they are in doubt.

    Only the index and the sizes of the files are looked at; `Arrays.verify` reads them.

    Parameters
    ----------
    snapshot : Snapshot
        The version.
    layout_version : int
        Which arrays the caller knows; those of another layout are no use to him.

    Raises
    ------
    StoreError
        If the system does not let the folder be read.
    """
    with reported(snapshot.path):
        for folder in (_home(snapshot), _cache_home(snapshot)):
            found = _opened(folder, snapshot, layout_version)
            if found is not None:
                return found
    return None


@contextmanager
def open_older_arrays(snapshot: Snapshot, layout_version: int) -> Iterator[Arrays | None]:
    """Give the arrays of the newest version before one that has any, or None; held meanwhile.

    Parameters
    ----------
    snapshot : Snapshot
        The version.
    layout_version : int
        As for `open_arrays`.
    """
    with reported(snapshot.path):
        before = [each for each in present_versions(snapshot.path) if each < snapshot.version]
        found = next(
            filter(None, (_older(snapshot, each, layout_version) for each in before[::-1])), None
        )
    try:
        yield found
    finally:
        if found is not None:
            found.snapshot.close()


def _older(snapshot: Snapshot, version: int, layout_version: int) -> Arrays | None:
    if not formats.is_there(layout.derived_folder(snapshot.path, version)):
        return None
    try:
        older = open_version(snapshot.path, version)
    except StoreError:
        # It was removed meanwhile, or is damaged: of no use here, and for others to report.
        return None
    arrays = None
    try:
        arrays = open_arrays(older, layout_version)
    finally:
        if arrays is None:
            older.close()
    return arrays


def build_arrays(
    snapshot: Snapshot, layout_version: int, fill: Callable[[ArraysWriter], Mapping[str, Any]]
) -> Arrays:
    """Build the arrays of a version and put them into their place.

    Parameters
    ----------
    snapshot : Snapshot
        The version.
    layout_version : int
        As for `open_arrays`.
    fill : callable
        Writes all arrays and returns notes about them: what JSON can hold.

    Returns
    -------
    Arrays
        Somebody else's, where he was faster. On a disk that cannot be written they are in the
        user's cache folder, under the transaction of the version.

    Raises
    ------
    StoreFullError
        If there is no room.
    StoreError
        If neither place can be written.
    """
    with reported(snapshot.path):
        try:
            place = _home(snapshot)
            temporary, descriptor = _begin(place.parent)
        except OSError as error:
            if error.errno not in durable.NOT_WRITABLE:
                raise
            place = _cache_home(snapshot)
            temporary, descriptor = _begin(place.parent)
        try:
            with ArraysWriter(temporary) as writer:
                notes = fill(writer)
            durable.remove_tree(writer.workspace)
            _write_index(temporary, _content(snapshot, layout_version, writer.files, notes))
            durable.fsync_directory(temporary)
            return _placed(temporary, place, snapshot, layout_version)
        finally:
            with suppress(OSError):
                if formats.is_there(temporary):
                    maintain.discard(durable.remove_tree, temporary)
            durable.close(descriptor)


def drop_arrays(snapshot: Snapshot) -> None:
    """Remove the arrays of a version, wherever they are; who has loaded some keeps those.

    Raises
    ------
    StoreError
        If the system does not let them be removed.
    """
    with reported(snapshot.path):
        for place in (_home(snapshot), _cache_home(snapshot)):
            if formats.is_there(place):
                _drop(place)


def drop_cached(transaction: str) -> None:
    """Remove the arrays of a version from the user's cache folder, where it had them."""
    place = _cache_place(transaction)
    if formats.is_there(place):
        _drop(place)


def _home(snapshot: Snapshot) -> Path:
    return layout.derived_folder(snapshot.path, snapshot.version)


def _cache_home(snapshot: Snapshot) -> Path:
    return _cache_place(snapshot.transaction)


def _cache_place(transaction: str) -> Path:
    return durable.cache_home() / "scholargraph" / transaction


def _begin(parent: Path) -> tuple[Path, int]:
    """Make a folder of our own, held by a lock so that nobody takes it for litter."""
    missing = []
    folder = parent
    while not formats.is_there(folder):
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        with suppress(FileExistsError):
            durable.make_directory(folder)
        durable.fsync_directory(folder.parent)
    maintain.sweep_derived(parent)
    for _ in range(_ATTEMPTS):
        temporary = parent / layout.temporary_name(uuid.uuid4().hex)
        durable.make_directory(temporary)
        # Between making and locking it, somebody may have taken it for litter.
        with suppress(FileNotFoundError):
            descriptor = durable.open_directory(temporary)
            if locks.take(descriptor) != "busy" and formats.is_there(temporary):
                return temporary, descriptor
            durable.close(descriptor)
    raise StoreError(f"{parent} is swept by others all the time: try again")


def _placed(temporary: Path, place: Path, snapshot: Snapshot, layout_version: int) -> Arrays:
    for _ in range(_ATTEMPTS):
        try:
            durable.rename(temporary, place)
        except OSError as error:
            if error.errno not in durable.OCCUPIED:
                raise
        else:
            durable.fsync_directory(place.parent)
        found = _opened(place, snapshot, layout_version)
        if found is not None:
            return found
        _drop(place)
    raise StoreError(f"{place} is replaced by others all the time: try again")


def _drop(place: Path) -> None:
    """Remove a folder in one step for all who look: it loses its name before its content."""
    aside = place.parent / layout.temporary_name(uuid.uuid4().hex)
    with suppress(FileNotFoundError):
        durable.rename(place, aside)
        if durable.stat(aside).is_directory:
            durable.remove_tree(aside)
        else:
            durable.unlink(aside)


def _content(
    snapshot: Snapshot,
    layout_version: int,
    files: Mapping[str, ArrayFile],
    notes: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        **_origin(snapshot, layout_version),
        "notes": dict(notes),
        "arrays": {name: asdict(file) for name, file in sorted(files.items())},
    }


def _origin(snapshot: Snapshot, layout_version: int) -> dict[str, Any]:
    """Return what arrays of this version and layout have in their index."""
    return {
        "layout": layout_version,
        "version": snapshot.version,
        "transaction": snapshot.transaction,
        "tables": {
            table: [file.sha256 for file in files] for table, files in snapshot.files.items()
        },
    }


def _digest(content: Mapping[str, Any]) -> str:
    import xxhash

    return xxhash.xxh3_128_hexdigest(json.dumps(content, sort_keys=True).encode())


def _write_index(folder: Path, content: Mapping[str, Any]) -> None:
    document = {"content": content, "xxh3_128": _digest(content)}
    descriptor = durable.create(folder / INDEX)
    try:
        durable.write(descriptor, (json.dumps(document, indent=1) + "\n").encode())
        durable.fsync(descriptor)
    finally:
        durable.close(descriptor)


def _opened(folder: Path, snapshot: Snapshot, layout_version: int) -> Arrays | None:
    """Open a folder of arrays; anything that is not as it should be makes it none."""
    try:
        descriptor = durable.open_file(folder / INDEX)
        try:
            data = read_file(descriptor, limit=_INDEX_LIMIT)
        finally:
            durable.close(descriptor)
        document = json.loads(data)
        content = document["content"]
        if document["xxh3_128"] != _digest(content):
            return None
        expected = _origin(snapshot, layout_version)
        if any(content[name] != value for name, value in expected.items()):
            return None
        files = {name: ArrayFile(**file) for name, file in content["arrays"].items()}
        if any("/" in name for name in files):
            return None
        seen = {name: durable.stat(array_path(folder, name)) for name in files}
        if any(
            not seen[name].is_regular or seen[name].size != file.size_bytes
            for name, file in files.items()
        ):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Arrays(
        snapshot,
        folder,
        files=MappingProxyType(files),
        notes=MappingProxyType(content["notes"]),
        seen=MappingProxyType(seen),
    )

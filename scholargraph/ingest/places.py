"""Where files to be read may lie: below a path on this machine, or below a URL.

Both kinds of place answer the same few questions, which is all that ``discover`` asks: what files
there are, how each begins, and what a small one holds.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Final, Protocol

from scholargraph.errors import InputNotFoundError, InvalidArgumentError
from scholargraph.ingest.urls import (
    RemoteFile,
    file_system,
    in_one_line,
    is_url,
    local_path,
    without_credentials,
)

if TYPE_CHECKING:
    from pyarrow import fs

_REQUESTS_AT_ONCE: Final = 16
"""Of a file system that is asked over a network: each answer takes long, and little work."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as its folder lists it."""

    path: PurePath
    """Where it is, for names and folders."""
    file: Path | RemoteFile
    """What opens it."""
    size_bytes: int


class Place(Protocol):
    """A folder with all that is below it, or a single file."""

    @property
    def path(self) -> PurePath:
        """Where it is."""

    def files(self) -> Iterator[Listed]:
        """Yield what is there but hidden, those of a folder before the folders in it, sorted."""

    def heads(self, files: Sequence[Listed], size: int) -> list[bytes | str]:
        """Return the first bytes of each file, or why they cannot be had."""

    def content(self, path: PurePath, limit: int) -> bytes | None:
        """Return what a file anywhere holds, or None if it is not there or too large."""


def paths_of(
    source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> list[str | os.PathLike[str]]:
    """Return the paths and URLs of a source that is one, or several.

    Raises
    ------
    InputNotFoundError
        If there is none at all.
    InvalidArgumentError
        If something is neither.

    Examples
    --------
    >>> paths_of("works"), paths_of(["works", "authors"])
    (['works'], ['works', 'authors'])
    """
    given: list[object]
    if isinstance(source, (str, os.PathLike)):
        given = [source]
    elif isinstance(source, Iterable):
        given = list(source)
    else:
        given = [source]
    paths: list[str | os.PathLike[str]] = []
    for path in given:
        if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
            raise InvalidArgumentError(f"{path!r} is neither a path nor a URL, nor a list of them")
        if not os.fspath(path):
            raise InvalidArgumentError("an empty text names nothing to read")
        paths.append(path)
    if not paths:
        raise InputNotFoundError("an empty list names nothing to read; give a dump or a file")
    return paths


def place_of(source: str | os.PathLike[str]) -> Place:
    """Return the place that a path or a URL means.

    Raises
    ------
    InputNotFoundError
        If there is nothing.
    InvalidArgumentError
        If it is a URL that cannot be read from.
    IngestError
        If it cannot be reached.
    """
    if not is_url(source):
        return Disk(Path(source))
    url = os.fspath(source)
    path = local_path(url)
    return RemotePlace(url) if path is None else Disk(path)


class Disk:
    """A file or folder on this machine.

    Parameters
    ----------
    path : Path
        Where it is.

    Raises
    ------
    InputNotFoundError
        If there is nothing.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InputNotFoundError(
                f"there is no {path}; give a dump, one of its folders or a file"
            )
        self.path = path

    def files(self) -> Iterator[Listed]:
        """Yield what is there; links to folders are not followed."""
        if not self.path.is_dir():
            yield _on_disk(self.path)
            return
        for folder, folders, names in os.walk(self.path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield _on_disk(Path(folder, name))

    def heads(self, files: Sequence[Listed], size: int) -> list[bytes | str]:
        """Return the first bytes of each file, or why they cannot be had."""
        return [_head(Path(listed.path), size) for listed in files]

    def content(self, path: PurePath, limit: int) -> bytes | None:
        """Return what a file holds, or None if it is not there or too large."""
        found = Path(path)
        if not found.is_file() or found.stat().st_size > limit:
            return None
        return found.read_bytes()


def _on_disk(path: Path) -> Listed:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # A link to nothing: why it cannot be read is said when it is looked at.
    return Listed(path, path, size)


def _head(path: Path, size: int) -> bytes | str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "not a regular file"  # A FIFO would make us wait for ever.
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        return f"cannot be read: {error.strerror}"


class RemotePlace:
    """What a URL leads to in a file system that pyarrow reaches.

    Parameters
    ----------
    url : str
        Of any scheme but ``file``.

    Raises
    ------
    InputNotFoundError
        If there is nothing.
    InvalidArgumentError
        If it is no URL of a file system.
    IngestError
        If it cannot be reached.
    """

    def __init__(self, url: str) -> None:
        from pyarrow import fs

        self._url = url
        self._filesystem, path = file_system(url)
        with in_one_line(without_credentials(url)):
            self._info = self._filesystem.get_file_info(path)
        if self._info.type == fs.FileType.NotFound:
            raise InputNotFoundError(
                f"there is nothing at {without_credentials(url)}; "
                "give a dump, one of its folders or a file"
            )
        self.path = PurePosixPath(path)

    def files(self) -> Iterator[Listed]:
        """Yield what is there, asked for all at once."""
        from pyarrow import fs

        if self._info.is_file:
            yield self._listed(self._info)
            return
        everything = fs.FileSelector(self._info.path, recursive=True)
        with in_one_line(without_credentials(self._url)):
            found = self._filesystem.get_file_info(everything)
        above = len(self.path.parts)
        for listed in sorted((self._listed(info) for info in found if info.is_file), key=_order):
            if not any(part.startswith(".") for part in listed.path.parts[above:]):
                yield listed

    def heads(self, files: Sequence[Listed], size: int) -> list[bytes | str]:
        """Return the first bytes of each file, several asked for at once."""
        from concurrent.futures import ThreadPoolExecutor

        def head(listed: Listed) -> bytes | str:
            assert isinstance(listed.file, RemoteFile)
            return listed.file.head(size)

        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
            return list(pool.map(head, files))

    def content(self, path: PurePath, limit: int) -> bytes | None:
        """Return what a file holds, or None if it is not there or too large."""
        if len(path.parts) < 2:
            return None  # A bucket, and whether it may be looked at is not ours to find out.
        file = RemoteFile(self._url, str(path))
        try:
            size, _ = file.state()
        except InputNotFoundError:
            return None
        return file.head(size) if size is not None and size <= limit else None

    def _listed(self, info: fs.FileInfo) -> Listed:
        file = RemoteFile(self._url, info.path)
        return Listed(PurePosixPath(info.path), file, info.size or 0)


def _order(listed: Listed) -> tuple[tuple[bool, str], ...]:
    """Return what sorts the files of a folder before the folders in it, as on a disk."""
    *folders, name = listed.path.parts
    return (*((True, folder) for folder in folders), (False, name))

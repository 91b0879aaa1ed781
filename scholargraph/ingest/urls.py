"""Files that a URL leads to, read where they are: on S3, Google Cloud, Azure or HDFS.

pyarrow's file systems do the talking. A process opens one by the URL alone, so that a file can be
handed to another process; whatever goes wrong on the way becomes one clear line. A ``file://`` URL
is a path on this machine and is read as one.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from scholargraph.errors import IngestError, InputNotFoundError, InvalidArgumentError
from scholargraph.ingest.limits import READ_AHEAD_BYTES

if TYPE_CHECKING:
    from pyarrow import fs

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_COLLAPSED: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_CREDENTIALS: Final = re.compile(r"(?<=://).*@")
_PUBLIC_BUCKETS: Final = {"openalex"}
"""Of S3, open to everybody: asked without credentials unless the URL says otherwise."""

_MAX_REASON: Final = 300

State = tuple[int | None, int | None]
"""Size and time of the last change in nanoseconds, as far as they are known."""


def is_url(source: str | os.PathLike[str]) -> bool:
    """Return whether a source is a URL.

    Raises
    ------
    InvalidArgumentError
        If it is a path object made of one, which has lost a slash of ``://`` and perhaps more.
    """
    if isinstance(source, str):
        return _URL.match(source) is not None
    if _COLLAPSED.match(os.fspath(source)) and not Path(source).exists():
        raise InvalidArgumentError(f"give the URL as a text, not as a path: {source}")
    return False


def local_path(url: str) -> Path | None:
    """Return the path that a ``file://`` URL means, or None for any other URL.

    Raises
    ------
    InvalidArgumentError
        If it names another machine, or more than a path.
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    if parts.netloc not in {"", "localhost"}:
        raise InvalidArgumentError(
            f"{url} is on the machine {parts.netloc}; a path on this one has three slashes: "
            f"file:///{parts.netloc}{parts.path}"
        )
    if "?" in url or "#" in url:
        raise InvalidArgumentError(f"{url}: write %3F for ? and %23 for # in a path")
    return Path(os.fsdecode(unquote_to_bytes(parts.path)))


def without_credentials(url: str) -> str:
    """Return a URL, or a text with one in it, as it can be shown to anybody.

    A secret may hold slashes, so all up to the last ``@`` is taken for one.
    """
    return _CREDENTIALS.sub("…@", url)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in the file system that a URL leads to; each process opens it by itself."""

    url: str
    """The URL that was given, which says what file system it is."""
    path: str
    """Inside the file system."""

    def __str__(self) -> str:
        """Return where it is, without credentials."""
        return f"{urlsplit(self.url).scheme}://{self.path}"

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    def state(self) -> State:
        """Return what would show that it has changed.

        Raises
        ------
        InputNotFoundError
            If it is not there.
        IngestError
            If it cannot be reached.
        """
        filesystem, _ = file_system(self.url)
        with in_one_line(str(self)):
            info = filesystem.get_file_info(self.path)
        if not info.is_file:
            raise InputNotFoundError(f"there is no file {self}")
        return info.size, info.mtime_ns

    def open(self) -> tuple[io.BufferedReader, State]:
        """Open it, for reading from beginning to end, and say what it was then.

        Raises
        ------
        InputNotFoundError
            If it is not there.
        IngestError
            If it cannot be reached; reading raises it, too.
        """
        state = self.state()
        filesystem, _ = file_system(self.url)
        with in_one_line(str(self)):
            stream = filesystem.open_input_stream(self.path, compression=None)
        return io.BufferedReader(_RemoteBytes(self, stream, state[0]), READ_AHEAD_BYTES), state

    def head(self, size: int) -> bytes:
        """Return its first bytes, all of them where it has fewer.

        Raises
        ------
        InputNotFoundError
            If it is not there.
        IngestError
            If it cannot be reached.
        """
        filesystem, _ = file_system(self.url)
        with in_one_line(str(self)), filesystem.open_input_file(self.path) as file:
            return bytes(file.read(size))


class _RemoteBytes(io.RawIOBase):
    """The bytes of a remote file; an error of the network, or an early end, is an IngestError."""

    def __init__(self, file: RemoteFile, stream: Any, size: int | None) -> None:
        self._file = file
        self._stream = stream
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        with in_one_line(str(self._file)):
            count: int = self._stream.readinto(buffer)
        self._position += count
        if count == 0 and self._size is not None and self._position < self._size:
            raise IngestError(
                f"{self._file} ended after {self._position:,} of {self._size:,} bytes; "
                "the store is as it was: try again"
            )
        return count

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


@lru_cache(maxsize=8)
def file_system(url: str) -> tuple[fs.FileSystem, str]:
    """Return the file system of a URL, opened once per process, and the path in it.

    Beside what pyarrow knows, ``anonymous=true`` at the end of a URL of S3 or Google Cloud says
    to ask without credentials, as is done for the bucket of OpenAlex.

    Raises
    ------
    InvalidArgumentError
        If it is no URL of a file system.
    InputNotFoundError
        If there is no such bucket.
    IngestError
        If it cannot be reached.
    """
    from pyarrow import fs

    if "#" in url:
        raise InvalidArgumentError(f"{without_credentials(url)}: write %23 for # in a path")
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    is_public = parts.scheme == "s3" and parts.netloc in _PUBLIC_BUCKETS
    anonymous = options.pop("anonymous", None)
    if anonymous is not None:
        url = urlunsplit(parts._replace(query=urlencode(options)))
    with _as_argument(url), in_one_line(without_credentials(url)):
        if anonymous == "true" or (is_public and anonymous is None):
            filesystem, path = _anonymous(url, options)
        else:
            filesystem, path = fs.FileSystem.from_uri(url)
    return filesystem, path.rstrip("/")


def _anonymous(url: str, options: dict[str, str]) -> tuple[fs.FileSystem, str]:
    """Return a file system that is asked without credentials, and the path in it."""
    from pyarrow import fs

    parts = urlsplit(url)
    bucket = parts.netloc.rpartition("@")[2]
    if parts.scheme in {"gs", "gcs"}:
        # pyarrow's own way to say it.
        url = urlunsplit(parts._replace(netloc=f"anonymous@{bucket}"))
        found: tuple[fs.FileSystem, str] = fs.FileSystem.from_uri(url)
        return found
    if parts.scheme != "s3":
        raise ValueError(f"there is no anonymous access by {parts.scheme}://")
    unknown = options.keys() - {"region", "scheme", "endpoint_override"}
    if unknown:
        raise ValueError(f"no such option without credentials: {', '.join(sorted(unknown))}")
    if not options.keys() & {"region", "endpoint_override"}:
        options["region"] = fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(anonymous=True, **options), bucket + unquote(parts.path)


@contextmanager
def _as_argument(url: str) -> Iterator[None]:
    """Say what is wrong with a URL; what is wrong with the network is said elsewhere."""
    try:
        yield
    except ValueError as error:
        if isinstance(error, InvalidArgumentError):
            raise
        reason = _first_line(error)
        if "Unrecognized filesystem type" in reason:
            reason = f"nothing is known of {urlsplit(url).scheme}://"
        raise InvalidArgumentError(
            f"{without_credentials(url)} cannot be read: {reason}; give a path, or a URL that "
            "begins with s3://, gs://, abfs://, hdfs:// or file://"
        ) from error


@contextmanager
def in_one_line(what: str) -> Iterator[None]:
    """Turn what pyarrow raises about a file or folder, over many lines, into an error of ours."""
    try:
        yield
    except FileNotFoundError as error:
        if isinstance(error, InputNotFoundError):
            raise
        raise InputNotFoundError(f"there is no {what}") from error
    except OSError as error:
        is_refused = "ACCESS_DENIED" in str(error) or "credentials" in str(error).lower()
        raise IngestError(
            f"{what} cannot be reached: {_first_line(error)}; the store is as it was"
            + ("; a public bucket is read with ?anonymous=true after the URL" * is_refused)
        ) from error


def _first_line(error: BaseException) -> str:
    return without_credentials(str(error).partition("\n")[0])[:_MAX_REASON]

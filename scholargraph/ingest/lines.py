"""Bounded reading: a file, plain, gzip or zstd, as lines of bytes.

Lines end at a line feed alone: U+2028 and its like stand inside JSON strings. Memory is bounded
by a block and the longest line that is allowed; nothing is believed about names or sizes. What
the lines mean is not known here.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from scholargraph.errors import (
    InputChangedError,
    InputNotFoundError,
    InputTooLargeError,
    ScholarGraphError,
)
from scholargraph.ingest.limits import (
    BLOCK_BYTES,
    MAX_LINE_BYTES,
    MAX_RATIO,
    RATIO_GRACE_BYTES,
)
from scholargraph.ingest.urls import RemoteFile, State

GZIP_MAGIC: Final = b"\x1f\x8b"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_GZIP_WBITS: Final = 31
_COMPRESSED_BYTES: Final = 1 << 18
_NO_TEXT: Final = b"\xff"
"""A byte that stands in no UTF-8."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something about the file that is not a line's own fault, such as an early end."""

    line: int
    reason: str


class LineReader(AbstractContextManager["LineReader"]):
    """Lines of one file, in blocks; after the last one ``faults`` says what was wrong with it.

    Parameters
    ----------
    file : Path or RemoteFile
        A regular file, plain, gzip or zstd; recognised by its first bytes.
    max_line_bytes : int
        Longer lines are passed over and named in ``faults``.

    Raises
    ------
    InputNotFoundError
        If it is not a regular file.
    IngestError
        If it is a remote file that cannot be reached; reading may raise it, too.
    """

    def __init__(self, file: Path | RemoteFile, *, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._max_line_bytes = max_line_bytes
        if isinstance(file, RemoteFile):
            self._raw, self._opened_as = file.open()
        else:
            self._raw = _open_regular(file)
            self._opened_as = _state(self._raw)
        head = self._raw.peek(4)
        self._is_gzip = head.startswith(GZIP_MAGIC)
        self._is_zstd = head.startswith(ZSTD_MAGIC)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._raw.close()

    @property
    def size_bytes(self) -> int:
        """Size of the file where it lies, when it was opened."""
        return self._opened_as[0] or 0

    @property
    def bytes_done(self) -> int:
        """Bytes of the file, as it lies there, that were read so far."""
        return min(self._raw.tell(), self.size_bytes)

    def blocks(self) -> Iterator[tuple[int, list[bytes]]]:
        """Yield ``(number of the first line, lines)``, numbers from 1, without line ends.

        Raises
        ------
        InputTooLargeError
            If the file decompresses to more than any dump does.
        InputChangedError
            If the file changed while it was read.
        """
        first, produced = 1, 0
        # Pieces of a line that goes on in the next block; joined once, however many they are.
        begun: list[bytes] = []
        size, dropped = 0, False
        for block in self._read():
            if not produced:
                block = block.removeprefix(_BYTE_ORDER_MARK)
            produced += len(block)
            self._check_ratio(produced)
            lines = block.split(b"\n")
            rest = lines.pop()
            if lines:
                lines[0] = b"" if dropped else b"".join([*begun, lines[0]])
                begun, size, dropped = [], 0, False
                lines = self._short_enough(first, lines)
            if not dropped:
                begun.append(rest)
                size += len(rest)
            if size > self._max_line_bytes:
                self._too_long(first + len(lines))
                begun, size, dropped = [], 0, True
            if lines:
                yield first, lines
                first += len(lines)
        if size:
            yield first, [b"".join(begun)]
        self._check_unchanged()

    def _short_enough(self, first: int, lines: list[bytes]) -> list[bytes]:
        """Empty the lines that are too long; only a small limit lets one end inside a block."""
        for i, line in enumerate(lines):
            if len(line) > self._max_line_bytes:
                self._too_long(first + i)
                lines[i] = b""
        return lines

    def _too_long(self, line: int) -> None:
        limit = f"{self._max_line_bytes:,} bytes"
        self.faults.append(Fault(line=line, reason=f"line longer than {limit}"))

    def _read(self) -> Iterator[bytes]:
        if not (self._is_gzip or self._is_zstd):
            while block := self._raw.read(BLOCK_BYTES):
                yield block
            return
        try:
            yield from _gunzip(self._raw) if self._is_gzip else _unzstd(self._raw)
        except DamagedInputError as error:
            self.faults.append(Fault(line=0, reason=str(error)))

    def _check_ratio(self, produced: int) -> None:
        if produced > RATIO_GRACE_BYTES and produced > MAX_RATIO * max(1, self.bytes_done):
            raise InputTooLargeError(
                f"{self._file.name} decompresses to more than {MAX_RATIO:,} times its size; "
                "no dump does: leave the file out"
            )

    def _check_unchanged(self) -> None:
        now = self._file.state() if isinstance(self._file, RemoteFile) else _state(self._raw)
        if now != self._opened_as:
            raise InputChangedError(
                f"{self._file.name} changed while it was read; ingest again once it rests"
            )


def _open_regular(path: Path) -> io.BufferedReader:
    """Open without waiting: a FIFO or a device must not hang the ingest."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise InputNotFoundError(f"cannot open {path}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputNotFoundError(f"{path} is not a regular file")
    return os.fdopen(descriptor, "rb")


def _state(file: IO[bytes]) -> State:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


class DamagedInputError(ValueError):
    """A compressed file is cut short or holds something else; what stood before it was read."""


def _gunzip(raw: IO[bytes]) -> Iterator[bytes]:
    """Yield what a gzip file of any number of members holds, up to the first damage.

    Written on the bare decompressor, since file objects over it throw away the last block when
    the file ends too early or goes on with something else.
    """
    from isal import isal_zlib

    data = raw.read(_COMPRESSED_BYTES)
    while data:
        member = isal_zlib.decompressobj(wbits=_GZIP_WBITS)
        while not member.eof:
            if not data:
                raise DamagedInputError("gzip ends too early: an interrupted download?")
            try:
                block = member.decompress(data, BLOCK_BYTES)
            except isal_zlib.error as error:  # type: ignore[misc]  # its stub says Exception object
                raise DamagedInputError(f"damaged gzip: {error}") from error
            if block:
                yield block
            data = member.unconsumed_tail or (b"" if member.eof else raw.read(_COMPRESSED_BYTES))
        data = (member.unused_data or raw.read(_COMPRESSED_BYTES)).lstrip(b"\0")
        if data and not data.startswith(GZIP_MAGIC):
            raise DamagedInputError("the gzip is followed by something else, which was not read")


def _unzstd(raw: IO[bytes]) -> Iterator[bytes]:
    """Yield what a zstd file of any number of frames holds, up to the first damage."""
    import pyarrow as pa

    # A stream of pyarrow closes the file below when it goes, and ours is asked how far it is.
    stream = pa.CompressedInputStream(pa.PythonFile(_Unclosed(raw), mode="r"), "zstd")
    block = bytearray(BLOCK_BYTES)
    while True:
        # What was put into the block before an error is told by what is not this any more.
        block[:] = _NO_TEXT * len(block)
        try:
            size = stream.readinto(block)
        except OSError as error:
            if isinstance(error, ScholarGraphError):
                raise
            if left := bytes(block).rstrip(_NO_TEXT):
                yield left
            reason = str(error).partition("\n")[0]
            if "Truncated" in reason:
                raise DamagedInputError("zstd ends too early: an interrupted download?") from error
            raise DamagedInputError(f"damaged zstd: {reason}") from error
        if not size:
            return
        yield bytes(memoryview(block)[:size])


class _Unclosed(io.RawIOBase):
    """An open file that stays open when this is closed."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._raw.read(size)

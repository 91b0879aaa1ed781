"""Bounded reading of a file as lines or as bytes: plain, gzip, zstd, or zip as Kaggle ships it.

An archive is read from its beginning to the end of its one file, without being unpacked to disk
and without its list of contents, which may say anything.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from scholargraph.ingest.limits import BLOCK_BYTES
from scholargraph.ingest.lines import DamagedInputError, Fault, LineReader

if TYPE_CHECKING:
    from scholargraph.ingest.urls import RemoteFile

ZIP_MAGIC: Final = b"PK\x03\x04"

_CONTENTS_MAGIC: Final = b"PK\x01\x02"
_DESCRIPTOR_MAGIC: Final = b"PK\x07\x08"
_ENCRYPTED: Final = 1
_SIZES_FOLLOW: Final = 8
_STORED: Final = 0
_DEFLATED: Final = 8
_DEFLATE_WBITS: Final = -15
_COMPRESSED_BYTES: Final = 1 << 18
_UNKNOWN_SIZE: Final = 0xFFFFFFFF


class PackedReader(LineReader):
    """Lines or bytes of one file; after the last, ``faults`` says what was wrong with it.

    Parameters
    ----------
    file : Path or RemoteFile
        A regular file, plain, gzip, zstd or zip; recognised by its first bytes.

    Raises
    ------
    InputNotFoundError
        If it is not a regular file.
    IngestError
        If it is a remote file that cannot be reached; reading may raise it, too.
    """

    def __init__(self, file: Path | RemoteFile) -> None:
        super().__init__(file)
        self._source = self._unpacked()
        try:
            self._is_zip = self._raw.peek(len(ZIP_MAGIC)).startswith(ZIP_MAGIC)
            self._held = next(self._source, b"")
        except BaseException:
            self._raw.close()
            raise

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    @property
    def head(self) -> bytes:
        """How the text begins: as much as is read at a time."""
        return self._held

    def byte_blocks(self) -> Iterator[bytes]:
        """Yield the text in blocks of bounded size, cut anywhere.

        Raises
        ------
        InputTooLargeError
            If the file decompresses to more than any dump does.
        InputChangedError
            If the file changed while it was read.
        """
        produced = 0
        for block in self._read():
            produced += len(block)
            self._check_ratio(produced)
            yield block
        self._check_unchanged()

    def _read(self) -> Iterator[bytes]:
        held, self._held = self._held, b""
        if held:
            yield held
        yield from self._source

    def _unpacked(self) -> Iterator[bytes]:
        if not self._is_zip:
            yield from super()._read()
            return
        try:
            yield from _unzip(_Source(self._raw))
        except DamagedInputError as error:
            self.faults.append(Fault(line=0, reason=str(error)))


class _Source:
    """Bytes of a file, of which some can be given back."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._back = b""

    def read(self, size: int) -> bytes:
        """Return some bytes, none only at the end."""
        if self._back:
            given, self._back = self._back[:size], self._back[size:]
            return given
        return self._raw.read(size)

    def exactly(self, size: int) -> bytes:
        """Return so many bytes."""
        parts = []
        while size:
            part = self.read(size)
            if not part:
                raise DamagedInputError("the zip ends too early: an interrupted download?")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def give_back(self, data: bytes) -> None:
        """Let these bytes be the next."""
        self._back = data + self._back


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    is_folder: bool
    method: int
    flags: int
    checksum: int
    size: int


def _unzip(source: _Source) -> Iterator[bytes]:
    """Yield the one file of an archive."""
    has_file = False
    signature = source.exactly(len(ZIP_MAGIC))
    while signature == ZIP_MAGIC:
        member = _member(source)
        if has_file and not member.is_folder:
            raise DamagedInputError("the zip holds further files, which were not read")
        has_file = has_file or not member.is_folder
        for block in _content(member, source):
            if not member.is_folder:
                yield block
        signature = source.exactly(len(ZIP_MAGIC))
    if signature != _CONTENTS_MAGIC:
        raise DamagedInputError("damaged zip: something else stands behind a file")
    if not has_file:
        raise DamagedInputError("the zip holds no file")


def _member(source: _Source) -> _Member:
    """Read what stands before a file (PKWARE's APPNOTE.TXT, 4.3.7)."""
    _, flags, method, _, checksum, size, _, name_bytes, extra_bytes = struct.unpack(
        "<HHHIIIIHH", source.exactly(26)
    )
    name = source.exactly(name_bytes)
    source.exactly(extra_bytes)
    return _Member(
        is_folder=name.endswith(b"/"), method=method, flags=flags, checksum=checksum, size=size
    )


def _content(member: _Member, source: _Source) -> Iterator[bytes]:
    from isal import isal_zlib

    size_is_known = not member.flags & _SIZES_FOLLOW and member.size != _UNKNOWN_SIZE
    if member.flags & _ENCRYPTED:
        raise DamagedInputError("the zip is encrypted")
    if member.method == _DEFLATED:
        blocks = _inflated(source)
    elif member.method == _STORED and size_is_known:
        blocks = _stored(source, member.size)
    else:
        raise DamagedInputError(f"the zip is compressed in a way that is not read: {member.method}")
    checksum = 0
    for block in blocks:
        checksum = isal_zlib.crc32(block, checksum)
        yield block
    stated = _descriptor(source) if member.flags & _SIZES_FOLLOW else member.checksum
    if stated != checksum:
        raise DamagedInputError("damaged zip: the checksum is not that of the content")


def _stored(source: _Source, size: int) -> Iterator[bytes]:
    while size:
        block = source.exactly(min(size, BLOCK_BYTES))
        size -= len(block)
        yield block


def _inflated(source: _Source) -> Iterator[bytes]:
    from isal import isal_zlib

    stream = isal_zlib.decompressobj(wbits=_DEFLATE_WBITS)
    data = b""
    while not stream.eof:
        data = data or source.read(_COMPRESSED_BYTES)
        if not data:
            raise DamagedInputError("the zip ends too early: an interrupted download?")
        try:
            block = stream.decompress(data, BLOCK_BYTES)
        except isal_zlib.error as error:  # type: ignore[misc]  # its stub says Exception object
            raise DamagedInputError(f"damaged zip: {error}") from error
        if block:
            yield block
        data = stream.unconsumed_tail
    source.give_back(stream.unused_data)


def _descriptor(source: _Source) -> int:
    """Read the checksum that stands behind a file (4.3.9), with its two sizes of 4 or 8 bytes."""
    stated = source.exactly(4)
    if stated == _DESCRIPTOR_MAGIC:
        stated = source.exactly(4)
    source.exactly(8)
    behind = source.exactly(4)
    if behind.startswith(b"PK"):
        source.give_back(behind)
    else:
        source.exactly(4)
    return int.from_bytes(stated, "little")

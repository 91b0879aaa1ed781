"""One file being written: buffered, hashed on the way, brought to the disk by its own descriptor.

Opening a finished file again in order to fsync it would be a second descriptor, which may not hear
of an earlier write error; so the file object that writes is also the one that syncs.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from scholargraph.store import durable

PIECE: Final = 1 << 20
"""Bytes per write and per read."""


class HashedOutput:
    """A file that must not exist yet, as a binary file object for one writer.

    The end is always `abandon`: what was not flushed before, after an error, is not wanted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = 0
        self._hash = hashlib.sha256()
        self._pending = bytearray()
        self._descriptor: int | None = durable.create(path)

    @property
    def closed(self) -> bool:
        """Whether nothing more can be written."""
        return self._descriptor is None

    @property
    def sha256(self) -> str:
        """SHA-256 of all that was written, hexadecimal."""
        return self._hash.hexdigest()

    def tell(self) -> int:
        """Return the number of bytes written so far."""
        return self.size_bytes

    def write(self, data: bytes) -> int:
        """Take bytes; they reach the system in larger pieces."""
        self._hash.update(data)
        self.size_bytes += len(data)
        self._pending += data
        if len(self._pending) >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Hand what is pending to the system."""
        if self._pending and self._descriptor is not None:
            durable.write(self._descriptor, self._pending)
        self._pending = bytearray()

    def sync(self) -> None:
        """Flush, and bring the file to the disk."""
        self.flush()
        if self._descriptor is not None:
            durable.fsync(self._descriptor)

    def abandon(self) -> None:
        """Close without writing what is pending."""
        self._pending = bytearray()
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            durable.close(descriptor)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    descriptor = durable.open_file(path)
    try:
        while piece := durable.read(descriptor, PIECE):
            digest.update(piece)
    finally:
        durable.close(descriptor)
    return digest.hexdigest()


def copy_file(source: Path, target: Path) -> str:
    """Copy a file to a new name, bring it to the disk, and return its SHA-256."""
    descriptor = durable.open_file(source)
    try:
        output = HashedOutput(target)
        try:
            while piece := durable.read(descriptor, PIECE):
                output.write(piece)
            output.sync()
        finally:
            output.abandon()
    finally:
        durable.close(descriptor)
    return output.sha256


def read_file(descriptor: int, *, limit: int) -> bytes:
    """Return what a small file holds, or the first ``limit + 1`` bytes of a larger one."""
    pieces = []
    left = limit + 1
    while left and (piece := durable.read(descriptor, min(left, PIECE))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)

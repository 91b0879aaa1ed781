"""Plain one-dimensional ``.npy`` files: written piece by piece, checksummed, mapped for reading.

A folder of them in the making is an `ArraysWriter`. When such a folder is whole, where it stands
and what it is derived from is decided in ``derived``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from scholargraph.store import durable
from scholargraph.store.output import PIECE, copy_file, read_file

if TYPE_CHECKING:
    import numpy.typing as npt

HEADER_BYTES: Final = 128
"""Length of the header of every array here; numpy's, for one dimension, has the same."""

SMALL_BYTES: Final = 64 * 1024
"""Up to this size an array is read and not mapped."""

_NPY: Final = b"\x93NUMPY\x01\x00"
"""How a file of numpy's format 1.0 begins."""

_WORK: Final = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayFile:
    """One array on disk, as the index has it."""

    dtype: str
    """As numpy writes it, such as ``<i8``."""
    length: int
    size_bytes: int
    xxh3_128: str
    """Of the values, without the header."""


class ArrayOutput:
    """An array whose length is known only when it is whole.

    Parameters
    ----------
    path : Path
        Where no file is yet.
    dtype : str
        Type of its values.
    """

    def __init__(self, path: Path, dtype: str) -> None:
        import numpy as np
        import xxhash

        self._path = path
        self._dtype = np.dtype(dtype)
        self._digest = xxhash.xxh3_128()
        self._length = 0
        self._pending = bytearray(HEADER_BYTES)
        self._descriptor: int | None = durable.create(path)

    def append(self, values: npt.ArrayLike) -> None:
        """Take further values; they are cast to the type of the array."""
        import numpy as np

        data = np.ascontiguousarray(values, dtype=self._dtype)
        self._length += len(data)
        raw = data.view(np.uint8).data
        self._digest.update(raw)
        self._pending += raw
        if len(self._pending) >= PIECE:
            self._flush()

    def finish_scratch(self) -> npt.NDArray[Any]:
        """Complete an array of `ArraysWriter.begin_scratch` and map it for reading."""
        self._flush()
        self.abandon()
        return mapped(self._path, self._dtype.str)

    def finish(self) -> ArrayFile:
        """Write the header, bring the file to the disk and describe it."""
        if self._descriptor is None:
            raise ValueError("the array is finished")
        self._flush()
        durable.write_at(self._descriptor, npy_header(self._dtype.str, self._length), 0)
        durable.fsync(self._descriptor)
        self.abandon()
        return ArrayFile(
            dtype=self._dtype.str,
            length=self._length,
            size_bytes=HEADER_BYTES + self._length * self._dtype.itemsize,
            xxh3_128=self._digest.hexdigest(),
        )

    def abandon(self) -> None:
        """Close the file as it is."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            durable.close(descriptor)

    def _flush(self) -> None:
        if self._descriptor is not None:
            durable.write(self._descriptor, self._pending)
        self._pending = bytearray()


class ArraysWriter:
    """A folder of arrays in the making.

    Parameters
    ----------
    folder : Path
        An empty folder that nobody else knows.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / _WORK
        """For whatever the making needs on disk; it is removed before the folder gets its name."""
        self.files: dict[str, ArrayFile] = {}
        self._open: dict[str, ArrayOutput] = {}
        self._scratch = 0
        durable.make_directory(self.workspace)

    def __enter__(self) -> ArraysWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for output in self._open.values():
            output.abandon()

    def begin(self, name: str, dtype: str) -> ArrayOutput:
        """Begin an array that is written piece by piece; `finish` makes it readable."""
        output = self._open[name] = ArrayOutput(array_path(self.folder, name), dtype)
        return output

    def begin_scratch(self, dtype: str) -> ArrayOutput:
        """Begin an array that is written piece by piece and never kept."""
        return ArrayOutput(self._scratch_path(), dtype)

    def finish(self, name: str) -> npt.NDArray[Any]:
        """Complete an array and map it for reading."""
        file = self.files[name] = self._open.pop(name).finish()
        return mapped(array_path(self.folder, name), file.dtype)

    def load(self, name: str) -> npt.NDArray[Any]:
        """Map an array that is complete, for reading."""
        return mapped(array_path(self.folder, name), self.files[name].dtype)

    def take_over(self, folder: Path, files: Mapping[str, ArrayFile]) -> bool:
        """Take arrays of another folder, by hard links where the file system has them.

        Parameters
        ----------
        folder : Path
            Where they are.
        files : mapping of str to ArrayFile
            What they have to be, by name.

        Returns
        -------
        bool
            False if one of them is not as written; then none is taken.
        """
        for name, file in files.items():
            try:
                is_taken = self._take(array_path(folder, name), name, file)
            except OSError:
                # What cannot be read any more can be made.
                is_taken = False
            if not is_taken:
                self._give_back(files)
                return False
        return True

    def _take(self, source: Path, name: str, file: ArrayFile) -> bool:
        target = array_path(self.folder, name)
        self.files[name] = file
        try:
            durable.link(source, target)
        except OSError:
            copy_file(source, target)
        # Looked at under its own name: by now the other may be that of another file.
        return is_as_written(file, *header_and_checksum(target))

    def _give_back(self, names: Iterable[str]) -> None:
        for name in names:
            if self.files.pop(name, None) is not None:
                with suppress(FileNotFoundError):
                    durable.unlink(array_path(self.folder, name))

    def put(self, name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Write a whole array and map it for reading."""
        self.begin(name, values.dtype.str).append(values)
        return self.finish(name)

    def scratch(self, dtype: str, length: int) -> npt.NDArray[Any]:
        """Return zeros to be written, on disk and therefore not bound by memory; never kept."""
        import numpy as np

        size = np.dtype(dtype).itemsize * length
        zeros = durable.map_scratch(self._scratch_path(), max(size, 1))
        return np.frombuffer(zeros, dtype, count=length)

    def _scratch_path(self) -> Path:
        self._scratch += 1
        return self.workspace / f"scratch-{self._scratch}"


def header_and_checksum(path: Path) -> tuple[bytes, str]:
    """Return the header of an array and the checksum of its values, as the file has them."""
    import xxhash

    descriptor = durable.open_file(path)
    try:
        digest = xxhash.xxh3_128()
        header = durable.read(descriptor, HEADER_BYTES)
        while piece := durable.read(descriptor, PIECE):
            digest.update(piece)
    finally:
        durable.close(descriptor)
    return header, digest.hexdigest()


def is_as_written(file: ArrayFile, header: bytes, checksum: str) -> bool:
    """Whether this is what the file of an array was written with."""
    return checksum == file.xxh3_128 and header == npy_header(file.dtype, file.length)


def npy_header(dtype: str, length: int) -> bytes:
    """Return what stands before the values of an array in a ``.npy`` file."""
    described = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': ({length},), }}"
    text = described.ljust(HEADER_BYTES - len(_NPY) - 3) + "\n"
    return _NPY + (len(text)).to_bytes(2, "little") + text.encode("latin-1")


def array_path(folder: Path, name: str) -> Path:
    """Return the file of an array."""
    return folder / f"{name}.npy"


def mapped(path: Path, dtype: str) -> npt.NDArray[Any]:
    """Map the values of an array into memory, for reading."""
    return _values(durable.map_file(path), dtype)


def read(path: Path, dtype: str) -> npt.NDArray[Any]:
    """Read the values of a small array; of a mapped one the file stays open."""
    descriptor = durable.open_file(path)
    try:
        return _values(read_file(descriptor, limit=SMALL_BYTES), dtype)
    finally:
        durable.close(descriptor)


def _values(content: bytes | durable.Mapped, dtype: str) -> npt.NDArray[Any]:
    import numpy as np

    length = (len(content) - HEADER_BYTES) // np.dtype(dtype).itemsize
    return np.ndarray((length,), dtype, content, HEADER_BYTES)

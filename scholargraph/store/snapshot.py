"""Reading: one version, whole and unchanging, and which versions there are.

Opening reads one small manifest and looks at each file's size; pyarrow is loaded only when data are
read. A snapshot knows files and tables, not graphs: questions are for the rooms above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scholargraph.errors import StoreError, UnknownTableError, VersionNotFoundError
from scholargraph.store import durable, formats, layout, locks, manifest, parquet
from scholargraph.store.durable import AnyPath
from scholargraph.store.failures import corrupt, reported
from scholargraph.store.manifest import Manifest, TableFile
from scholargraph.store.output import file_sha256, read_file

if TYPE_CHECKING:
    import pyarrow.dataset as pads

_ATTEMPTS: Final = 8
"""Each lost attempt means that somebody committed and removed versions meanwhile."""

_verified: Final[set[tuple[durable.Status, str]]] = set()
"""Files whose content this process has compared with its hash; links to one count as one."""


class Snapshot:
    """One version of a store: an immutable list of files.

    Later commits do not change what it reads. While it lives it holds a shared lock on its
    manifest, so that clean-up can leave its version alone; `close` lets go earlier. Made by
    `open_version` and by a commit.
    """

    __slots__ = ("__weakref__", "_folder", "_manifest", "_path", "_release")

    def __init__(
        self, path: Path, content: Manifest, descriptor: int, lock_state: locks.LockState
    ) -> None:
        self._path = path
        self._manifest = content
        self._folder = layout.version_folder(path, content.version, content.transaction)
        self._release = locks.release_with(self, descriptor, lock_state)

    def __repr__(self) -> str:
        return f"<Snapshot of {self._path}: {len(self.files)} tables, version {self.version}>"

    def __reduce__(self) -> tuple[object, ...]:
        return open_version, (self._path, self.version)

    @property
    def path(self) -> Path:
        """The store's folder."""
        return self._path

    @property
    def version(self) -> int:
        """The number of the version, from 1."""
        return self._manifest.version

    @property
    def transaction(self) -> str:
        """The random UUID of the commit, hexadecimal."""
        return self._manifest.transaction

    @property
    def provenance(self) -> tuple[dict[str, object], ...]:
        """What each commit said of its input, oldest first."""
        return self._manifest.provenance

    @property
    def files(self) -> Mapping[str, tuple[TableFile, ...]]:
        """The files of each table."""
        return self._manifest.tables

    def paths(self, table: str) -> list[Path]:
        """Return the Parquet files of a table, in the order of their rows.

        Raises
        ------
        UnknownTableError
            If the version has no such table.
        """
        return [self._folder / file.name for file in self._table(table)]

    def rows(self, table: str) -> int:
        """Return the number of rows of a table, as its manifest says.

        Raises
        ------
        UnknownTableError
            If the version has no such table.
        """
        return sum(file.row_count for file in self._table(table))

    def dataset(self, table: str) -> pads.Dataset:
        """Return a table as a lazy Arrow dataset that verifies the checksum of each page it reads.

        Raises
        ------
        UnknownTableError
            If the version has no such table.
        StoreError
            If its columns are not those that this library declares.
        """
        self.check_columns(table)
        return parquet.dataset(table, self.paths(table))

    def check_columns(self, table: str) -> None:
        """Refuse a table whose columns are not those that this library declares.

        Raises
        ------
        UnknownTableError
            If the version or the schema has no such table.
        StoreError
            If the columns differ.
        """
        declared = parquet.schema_hash(table)
        if any(file.schema_hash != declared for file in self._table(table)):
            raise StoreError(
                f"table {table!r} in version {self.version} of the store {self._path} has other "
                "columns than this library declares: ingest again into another folder, or use the "
                "library that wrote it"
            )

    def check_sizes(self) -> None:
        """Look whether every file is there with its size, without reading any.

        Raises
        ------
        CorruptStoreError
            Naming the first file that is not.
        """
        for files in self.files.values():
            for file in files:
                self._check_size(file)

    def verify(self, tables: Iterable[str] | None = None) -> None:
        """Compare the content of files with their hashes; each file once per process.

        Parameters
        ----------
        tables : iterable of str, optional
            All tables of the version if not given.

        Raises
        ------
        CorruptStoreError
            Naming the first file that is not as written.
        UnknownTableError
            If the version has no such table.
        """
        for table in self.files if tables is None else tables:
            for file in self._table(table):
                self._verify_file(file)

    def close(self) -> None:
        """Let go of the lock that spares this version from clean-up."""
        self._release()

    def _table(self, table: str) -> tuple[TableFile, ...]:
        try:
            return self.files[table]
        except KeyError:
            raise UnknownTableError(
                f"version {self.version} of the store {self._path} has no table {table!r}; it has: "
                f"{', '.join(self.files) or 'none'}"
            ) from None

    def _verify_file(self, file: TableFile) -> None:
        with reported(self._path):
            status = self._check_size(file)
            if (status, file.sha256) in _verified:
                return
            found = file_sha256(self._folder / file.name)
        if found != file.sha256:
            raise self._corrupt(file, f"sha256 {file.sha256}", found)
        _verified.add((status, file.sha256))

    def _check_size(self, file: TableFile) -> durable.Status:
        """Look at a file without reading it."""
        try:
            status = durable.stat(self._folder / file.name)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._corrupt(file, f"{file.size_bytes} bytes", "no such file") from error
        if not status.is_regular:
            raise self._corrupt(file, "a regular file", "something else")
        if status.size != file.size_bytes:
            raise self._corrupt(file, f"{file.size_bytes} bytes", f"{status.size} bytes")
        return status

    def _corrupt(self, file: TableFile, expected: str, found: str) -> StoreError:
        return corrupt(self._path, self.version, file.name, expected=expected, found=found)


def list_versions(path: AnyPath) -> list[int]:
    """Return the numbers of the versions in a store, oldest first.

    Parameters
    ----------
    path : str or path-like
        The store's folder.

    Returns
    -------
    list of int
        Empty before the first commit.

    Raises
    ------
    StoreNotFoundError
        If the path holds no store.
    FormatTooNewError
        If the store needs a newer library.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scholargraph.store import begin
    >>> with TemporaryDirectory() as folder:
    ...     with begin(folder) as transaction:
    ...         _ = transaction.commit({"source": "nothing yet"})
    ...     list_versions(folder)
    [1]
    """
    root = durable.absolute(path)
    with reported(root):
        formats.read_format(root)
        return present_versions(root)


def present_versions(root: Path) -> list[int]:
    """Return the versions that have a manifest, oldest first."""
    try:
        names = durable.list_directory(root / layout.MANIFESTS)
    except FileNotFoundError:
        return []
    return sorted(filter(None, map(layout.manifest_version, names)))


def open_version(path: AnyPath, version: int | None = None) -> Snapshot:
    """Open a version of a store for reading.

    Parameters
    ----------
    path : str or path-like
        The store's folder.
    version : int, optional
        Its number; the newest if not given.

    Returns
    -------
    Snapshot
        It stays as it is whatever is committed later.

    Raises
    ------
    StoreNotFoundError
        If the path holds no store, or one without any version yet.
    VersionNotFoundError
        If there is no version of that number.
    FormatTooNewError
        If the store needs a newer library.
    CorruptStoreError
        If the manifest is not as written, or a file is missing or has another size.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scholargraph.store import begin
    >>> with TemporaryDirectory() as folder:
    ...     with begin(folder) as transaction:
    ...         rows = transaction.write_table("funders", [])
    ...         _ = transaction.commit({"source": "nobody funds"})
    ...     snapshot = open_version(folder)
    >>> snapshot.version, snapshot.rows("funders"), snapshot.provenance
    (1, 0, ({'source': 'nobody funds'},))
    """
    root = durable.absolute(path)
    with reported(root):
        formats.read_format(root)
        if version is None:
            return _open_newest(root)
        present = _versions_to_open(root)
        if version not in present:
            listed = ", ".join(map(str, present[-20:]))
            raise VersionNotFoundError(
                f"the store {root} has no version {version}; the newest are: {listed}"
            )
        return open_snapshot(root, version)


def _open_newest(root: Path) -> Snapshot:
    """Open the newest version, also while a newer one comes and this one is removed."""
    for _ in range(_ATTEMPTS):
        newest = _versions_to_open(root)[-1]
        try:
            return open_snapshot(root, newest)
        except VersionNotFoundError:
            if present_versions(root)[-1:] == [newest]:
                raise
    raise StoreError(f"the store {root} changes all the time: try again")


def _versions_to_open(root: Path) -> list[int]:
    present = present_versions(root)
    if not present:
        raise formats.not_found(root, "holds no finished version yet")
    return present


def open_snapshot(root: Path, version: int) -> Snapshot:
    """Open a version whose manifest was seen, and hold it."""
    try:
        descriptor = durable.open_file(layout.manifest_path(root, version))
    except FileNotFoundError as error:
        raise VersionNotFoundError(f"version {version} of the store {root} was removed") from error
    try:
        lock_state = locks.take(descriptor, shared=True)
        if lock_state == "busy":
            raise VersionNotFoundError(f"version {version} of the store {root} is being removed")
        # Its name may have gone between opening and locking it, and then its files go, too.
        if not formats.is_there(layout.manifest_path(root, version)):
            raise VersionNotFoundError(f"version {version} of the store {root} was removed")
        data = read_file(descriptor, limit=manifest.SIZE_LIMIT)
        content = manifest.decode(root, version, data)
    except BaseException:
        durable.close(descriptor)
        raise
    snapshot = Snapshot(root, content, descriptor, lock_state)
    try:
        snapshot.check_sizes()
    except BaseException:
        snapshot.close()
        raise
    return snapshot

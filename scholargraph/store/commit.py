"""A version in the making: its tables, and the order in which it reaches the disk (steps b to g).

Data first, then the folders that name them, then a manifest, then its name. How a process becomes
the writer (step a) is in ``writer``, the commit point (steps e and f) in ``publish``, the content
of the files in ``parquet``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from scholargraph.errors import (
    CommitUnknownError,
    CorruptStoreError,
    InvalidArgumentError,
    StoreError,
)
from scholargraph.store import durable, formats, layout, locks, maintain, manifest, parquet
from scholargraph.store.failures import corrupt, reported
from scholargraph.store.manifest import Manifest, TableFile
from scholargraph.store.output import HashedOutput, copy_file, file_sha256
from scholargraph.store.publish import publish
from scholargraph.store.snapshot import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

State = Literal["open", "broken", "published", "ended"]


class Transaction:
    """A version in the making; use it in a ``with`` statement. Made by `begin`.

    Whatever happens before `commit` returns, the store's versions stay as they are. Leaving the
    ``with`` block removes what was not committed.
    """

    def __init__(
        self,
        root: Path,
        *,
        identity: str,
        parent: Snapshot | None,
        commit: formats.Commit,
        writer: tuple[int, locks.LockState],
        working: tuple[int, locks.LockState],
    ) -> None:
        self._root = root
        self._identity = identity
        self._parent = parent
        self._version = 1 if parent is None else parent.version + 1
        self._folder = layout.version_folder(root, self._version, identity)
        self._tables: dict[str, tuple[TableFile, ...]] = {}
        self._state: State = "open"
        self._process = durable.process_id()
        self._commit: formats.Commit = commit
        self._is_locked = writer[1] == "held"
        self._release_writer = locks.release_with(self, *writer)
        self._release_workspace = locks.release_with(self, *working)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def parent(self) -> Snapshot | None:
        """The newest version when the transaction began; None in a new store."""
        return self._parent

    @property
    def version(self) -> int:
        """The number that the commit will have."""
        return self._version

    @property
    def workspace(self) -> Path:
        """A folder for work in progress, removed at the end."""
        return self._root / layout.INGEST / self._identity

    def write_table(self, name: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Write a table from a stream of batches.

        Parameters
        ----------
        name : str
            A declared table, public or private.
        batches : iterable of pyarrow.RecordBatch
            With the declared columns in any order, and types that fit them. Rows are written in the
            order given; the same rows make the same bytes however they are cut. No batch at all
            makes a table without rows.

        Returns
        -------
        int
            The number of rows.

        Raises
        ------
        UnknownTableError
            If the schema declares no such table.
        InvalidArgumentError
            If the table is already in this version, or columns, types or nulls are not as declared.
        StoreFullError
            If there is no room.
        StoreError
            If the disk fails, or this transaction failed before.
        """
        declared = parquet.declared_table(name)
        with self._adding(name):
            path = self._folder / layout.part_name(name, 0)
            with reported(self._root):
                durable.make_directory(path.parent)
                output = HashedOutput(path)
            try:
                rows = parquet.write_rows(output, declared, batches, root=self._root)
                with reported(self._root):
                    output.flush()
                    file = TableFile(
                        name=layout.part_name(name, 0),
                        size_bytes=output.size_bytes,
                        row_count=rows,
                        sha256=output.sha256,
                        schema_hash=parquet.schema_hash(name),
                    )
                    if not self._share_with_parent(name, file):
                        output.sync()
            finally:
                with reported(self._root):
                    output.abandon()
            self._tables[name] = (file,)
        return rows

    def keep_table(self, name: str) -> int:
        """Take a table over from the parent, by hard links where the file system has them.

        Returns
        -------
        int
            The number of rows.

        Raises
        ------
        InvalidArgumentError
            If there is no parent, or the table is already in this version.
        UnknownTableError
            If the parent has no such table.
        CorruptStoreError
            If a file had to be copied and is not as written.
        StoreFullError
            If there is no room.
        StoreError
            If the disk fails, the table has other columns than are declared now, or this
            transaction failed before.
        """
        if self._parent is None:
            raise InvalidArgumentError(
                f"table {name!r} cannot be kept: the store {self._root} has no version yet"
            )
        self._parent.check_columns(name)
        with self._adding(name), reported(self._root):
            durable.make_directory(self._folder / name)
            files = self._parent.files[name]
            for source, file in zip(self._parent.paths(name), files, strict=True):
                target = self._folder / file.name
                if _link(source, target):
                    continue
                found = copy_file(source, target)
                if found != file.sha256:
                    raise corrupt(
                        self._root,
                        self._parent.version,
                        file.name,
                        expected=f"sha256 {file.sha256}",
                        found=found,
                    )
            self._tables[name] = files
        return self._parent.rows(name)

    def commit(self, provenance: Mapping[str, object]) -> Snapshot:
        """Make the version real, and return it once it is safe on the disk.

        Parameters
        ----------
        provenance : mapping
            What this version was made of, as JSON; it is added to the parent's list.

        Returns
        -------
        Snapshot
            The new version.

        Raises
        ------
        InvalidArgumentError
            If the provenance is not JSON or too large, or a table of the parent is neither written
            nor kept.
        CommitConflictError
            If another writer took the version number first; nothing of this one is visible.
        CommitUnknownError
            If the disk failed when the version may already have been visible.
        StoreFullError
            If there is no room; the store is as it was.
        StoreError
            If the disk fails before; the store is as it was.
        """
        self._require_open()
        content, data = self._manifest(provenance)
        temporary = self._root / layout.MANIFESTS / layout.temporary_name(self._identity)
        try:
            with reported(self._root):
                self._sync_folders()
                descriptor = durable.create(temporary)
        except BaseException:
            self._state = "broken"
            raise
        try:
            with reported(self._root):
                durable.write(descriptor, data)
                durable.fsync(descriptor)
                # The descriptor goes to the snapshot: its lock holds before anybody can see the
                # version, and nothing is left to be opened once the commit is done.
                lock_state = locks.take(descriptor, shared=True)
            # From here on it may be visible: whatever happens, its files are not ours to remove.
            self._state = "published"
            publish(self._root, content, temporary, commit=self._commit, is_locked=self._is_locked)
        except BaseException as error:
            is_unseen = isinstance(error, StoreError) and not isinstance(error, CommitUnknownError)
            if is_unseen or self._state == "open":
                self._state = "broken"
            # What is reported is how the commit ended, not how its descriptor did.
            with suppress(OSError):
                durable.close(descriptor)
            raise
        snapshot = Snapshot(self._root, content, descriptor, lock_state)
        maintain.discard(durable.unlink, temporary)
        self._release_writer()
        return snapshot

    def end(self) -> None:
        """Remove what was not committed, and the workspace; a second call does nothing."""
        # A forked child that leaves the block must not take its parent's work away.
        if self._state == "ended" or durable.process_id() != self._process:
            return
        if self._state != "published":
            name = layout.temporary_name(self._identity)
            maintain.discard(durable.unlink, self._root / layout.MANIFESTS / name)
            maintain.discard(durable.remove_tree, self._folder)
        self._state = "ended"
        maintain.discard(durable.remove_tree, self.workspace)
        self._release_workspace()
        self._release_writer()

    def _require_open(self) -> None:
        if durable.process_id() != self._process:
            raise StoreError(
                f"the transaction {self._identity} belongs to the process that began it"
            )
        if self._state != "open":
            why = "failed before" if self._state == "broken" else "has ended"
            raise StoreError(
                f"the transaction {self._identity} on the store {self._root} {why}: begin another"
            )

    @contextmanager
    def _adding(self, name: str) -> Iterator[None]:
        """Around the writing of a table: once per table, and after an error nothing more."""
        self._require_open()
        if name in self._tables:
            raise InvalidArgumentError(f"table {name!r} is already in this version")
        try:
            yield
        except BaseException:
            self._state = "broken"
            raise

    def _share_with_parent(self, name: str, file: TableFile) -> bool:
        """Put the parent's file in the place of one that was just written, if they are the same.

        Its content is looked at again: what we have just written must not be given up for a file
        that has decayed since.
        """
        if self._parent is None or self._parent.files.get(name) != (file,):
            return False
        (twin,) = self._parent.paths(name)
        try:
            is_intact = file_sha256(twin) == file.sha256
        except OSError:
            return False
        beside = self._folder / name / layout.temporary_name(self._identity)
        if not is_intact or not _link(twin, beside):
            return False
        durable.rename(beside, self._folder / file.name)
        return True

    def _manifest(self, provenance: Mapping[str, object]) -> tuple[Manifest, bytes]:
        """Make the manifest, and make sure that it can be read again."""
        parent = self._parent
        lost = sorted(set(parent.files) - set(self._tables)) if parent else []
        if lost:
            raise InvalidArgumentError(
                f"version {self._version} would lose tables: write or keep {', '.join(lost)}"
            )
        content = Manifest(
            version=self._version,
            parent=parent.version if parent else None,
            transaction=self._identity,
            library_version=_library_version(),
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            tables=self._tables,
            provenance=(*(parent.provenance if parent else ()), dict(provenance)),
        )
        try:
            data = manifest.encode(content)
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidArgumentError(f"the provenance is not JSON: {error}") from error
        if len(data) > manifest.SIZE_LIMIT:
            raise InvalidArgumentError(
                f"the provenance of all versions takes {len(data)} bytes with this one, and "
                f"{manifest.SIZE_LIMIT} are allowed: say less of the input"
            )
        try:
            return manifest.decode(self._root, self._version, data), data
        except CorruptStoreError as error:
            raise InvalidArgumentError(
                "the provenance would not be read back as it is: use texts as keys, each once"
            ) from error

    def _sync_folders(self) -> None:
        """Step c: the names of all that was written, from the inside out."""
        for name in self._tables:
            durable.fsync_directory(self._folder / name)
        durable.fsync_directory(self._folder)
        durable.fsync_directory(self._folder.parent)


def _link(source: Path, target: Path) -> bool:
    """Link a finished file; False where it has to be copied."""
    try:
        durable.link(source, target)
    except OSError as error:
        if error.errno in durable.NO_HARD_LINKS or error.errno in durable.TOO_MANY_LINKS:
            return False
        raise
    return True


def _library_version() -> str:
    # Its import takes longer than opening a store.
    from importlib import metadata

    try:
        return metadata.version("scholargraph")
    except metadata.PackageNotFoundError:
        return "unknown"

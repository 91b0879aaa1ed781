"""Becoming the writer of a store (step a): make it if need be, lock it, clear up, read the head.

What the writer then does is in ``commit``.
"""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scholargraph.errors import StoreError, StoreLockedError
from scholargraph.store import durable, formats, layout, locks, maintain
from scholargraph.store.commit import Transaction
from scholargraph.store.durable import AnyPath
from scholargraph.store.failures import reported, shown
from scholargraph.store.snapshot import open_snapshot, present_versions

_NOTE_LIMIT: Final = 200
"""Bytes of a lock file's note that are shown to people."""


def begin(path: AnyPath) -> Transaction:
    """Begin a new version of a store; the store is made if there is none.

    Parameters
    ----------
    path : str or path-like
        A store's folder, an empty folder, or a path where nothing is yet.

    Returns
    -------
    Transaction
        To be used in a ``with`` statement. Until it ends, other writers are refused.

    Raises
    ------
    StoreLockedError
        If another process is writing.
    StoreError
        If the path is a file or a folder of other things, or cannot be written.
    FormatTooNewError
        If the store needs a newer library.
    CorruptStoreError
        If the newest version is damaged.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from tempfile import TemporaryDirectory
    >>> funders = pa.RecordBatch.from_pylist(
    ...     [{"funder_id": "F9000000001", "name": "A fund"}],
    ...     schema=pa.schema([(n, pa.string()) for n in
    ...         ("funder_id", "name", "country_code", "ror", "doi")]),
    ... )
    >>> with TemporaryDirectory() as folder:
    ...     with begin(f"{folder}/graph") as transaction:
    ...         rows = transaction.write_table("funders", [funders])
    ...         snapshot = transaction.commit({"source": "an example"})
    ...     snapshot.dataset("funders").to_table(columns=["name"]).to_pylist()
    [{'name': 'A fund'}]
    """
    root = durable.absolute(path)
    identity = uuid.uuid4().hex
    with reported(root), ExitStack() as undo:
        formats.prepare_folder(root)
        writer = durable.open_lock_file(root / layout.WRITER_LOCK)
        undo.callback(durable.close, writer)
        writer_state = lock_writer(root, writer)
        store_format = formats.initialise(root)
        if writer_state == "held":
            maintain.sweep(root)
        present = present_versions(root)
        parent = open_snapshot(root, present[-1]) if present else None
        version = parent.version + 1 if parent else 1
        if version > layout.LAST_VERSION:
            raise StoreError(f"the store {root} has no more version numbers: ingest into another")
        workspace = root / layout.INGEST / identity
        durable.make_directory(workspace)
        undo.callback(maintain.discard, durable.remove_tree, workspace)
        working = durable.open_directory(workspace)
        undo.callback(durable.close, working)
        working_state = locks.take(working)
        folder = layout.version_folder(root, version, identity)
        undo.callback(maintain.discard, durable.remove_tree, folder)
        durable.make_directory(folder)
        undo.pop_all()
    return Transaction(
        root,
        identity=identity,
        parent=parent,
        commit=store_format.commit,
        writer=(writer, writer_state),
        working=(working, working_state),
    )


def lock_writer(root: Path, descriptor: int) -> locks.LockState:
    """Step a: the lock that spares a second writer his work, with a note for people."""
    state = locks.take(descriptor)
    if state == "busy":
        note = durable.read(descriptor, _NOTE_LIMIT).decode("utf-8", "replace")
        holder = shown(note.strip()) if note.strip() else "it left no note"
        raise StoreLockedError(
            f"another process is writing to the store {root} ({holder}): wait until it has ended"
        )
    if state == "held":
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        note = f"process {durable.process_id()} on {durable.host_name()} since {now}\n"
        durable.overwrite(descriptor, note.encode())
    return state

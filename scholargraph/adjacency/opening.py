"""Opening the arrays of a version, building them where they are absent, and checking them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scholargraph.adjacency.adjacency import Adjacency
from scholargraph.adjacency.meanings import LAYOUT
from scholargraph.errors import StoreError
from scholargraph.store.derived import Arrays, build_arrays, drop_arrays, open_arrays

if TYPE_CHECKING:
    from scholargraph.store import Snapshot


def open_adjacency(snapshot: Snapshot) -> Adjacency:
    """Open the arrays of a version; where there are none that fit it, build them.

    Parameters
    ----------
    snapshot : Snapshot
        The version.

    Raises
    ------
    StoreError
        If a table is not sorted by its key, or there is nowhere to write the arrays.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scholargraph.ingest import ingest_values
    >>> from scholargraph.store import open_version
    >>> with TemporaryDirectory() as folder:
    ...     _ = ingest_values([{"id": "W9000000001", "title": "One"}], folder)
    ...     papers = open_adjacency(open_version(folder)).nodes["paper"]
    ...     papers.find_row("W9000000001"), papers.names[0], papers.find_row("W9000000002")
    (0, 'One', -1)
    """
    arrays = open_arrays(snapshot, LAYOUT)
    return Adjacency(build_adjacency(snapshot) if arrays is None else arrays)


def build_adjacency(snapshot: Snapshot) -> Arrays:
    """Build the arrays of a version, out of core; somebody else's stay where he was faster.

    Parameters
    ----------
    snapshot : Snapshot
        The version.

    Raises
    ------
    StoreError
        As for `open_adjacency`.
    """
    from scholargraph.adjacency.build import fill

    return build_arrays(snapshot, LAYOUT, lambda writer: fill(writer, snapshot))


def verify_adjacency(snapshot: Snapshot) -> None:
    """Read all arrays of a version and compare them with their checksums, if there are any.

    Arrays that are not as written are removed, and so built again when they are next needed.

    Parameters
    ----------
    snapshot : Snapshot
        The version.

    Raises
    ------
    CorruptStoreError
        Naming the first array that was not as written.
    """
    arrays = open_arrays(snapshot, LAYOUT)
    if arrays is None:
        return
    try:
        arrays.verify()
    except StoreError:
        drop_arrays(snapshot)
        raise

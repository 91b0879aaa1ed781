"""The small way in: records at hand become a graph at once."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

from scholargraph.errors import InvalidArgumentError
from scholargraph.graph.graph import ScholarGraph, read_graph
from scholargraph.ingest import ingest_openalex, ingest_values
from scholargraph.store import open_version


def from_records(
    works: Iterable[Mapping[str, Any]] | Mapping[str, Any] | str | os.PathLike[str],
    *,
    store: str | os.PathLike[str] | None = None,
) -> ScholarGraph:
    """Make a graph of records as the OpenAlex API and its clients return them.

    Parameters
    ----------
    works : iterable of dict, dict, or path
        Records of any kind, works mostly; pages of the API with ``results``; one of either; or a
        ``.json`` or ``.jsonl`` file of them, plain or gzip.
    store : path, optional
        Where to keep the graph; a store that is there already gets a further version. By
        default a temporary folder, removed when neither the graph nor an answer uses it any more.

    Returns
    -------
    ScholarGraph
        What could not be read stands in its table ``rejects``.

    Raises
    ------
    InvalidArgumentError
        If ``works`` is none of these.
    InputNotFoundError
        If a path leads to nothing that can be read.
    IngestError
        If none of what is given is a record.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [
    ...     {"author": {"id": f"https://openalex.org/A{number}", "display_name": name}}
    ...     for number, name in [(9000000001, "A. Example"), (9000000002, "B. Sample")]
    ... ]
    >>> graph = sg.from_records([{"id": "https://openalex.org/W9000000001", "authorships": seats}])
    >>> graph.table("authors", columns=["author_id", "name"])["name"].tolist()
    ['A. Example', 'B. Sample']
    """
    if store is not None:
        _ingest(works, store)
        return read_graph(store)
    folder = tempfile.mkdtemp(prefix="scholargraph-")
    try:
        _ingest(works, folder)
        snapshot = open_version(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    # Not with the graph: an answer that outlives it may still read.
    weakref.finalize(snapshot, shutil.rmtree, folder, ignore_errors=True)
    return ScholarGraph(snapshot)


def _ingest(
    works: Iterable[Mapping[str, Any]] | Mapping[str, Any] | str | os.PathLike[str],
    store: str | os.PathLike[str],
) -> None:
    if isinstance(works, str | os.PathLike):
        ingest_openalex(works, store)
    elif isinstance(works, Mapping):
        ingest_values([works], store)
    elif isinstance(works, Iterable) and not isinstance(works, bytes):
        ingest_values(works, store)
    else:
        raise InvalidArgumentError(
            f"from_records takes dicts or a path to a JSON file, not {type(works).__name__}"
        )

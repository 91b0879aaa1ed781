"""A network as a folder of Parquet, written as its edges come: nothing of it stays in memory."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.errors import InvalidArgumentError
from scholargraph.store import durable

if TYPE_CHECKING:
    import pyarrow as pa

NODES_FILE: Final = "nodes.parquet"
EDGES_FILE: Final = "edges.parquet"
RECIPE_FILE: Final = "network.json"

_ENDS: Final = ("source", "target")


def free_path(path: str | os.PathLike[str]) -> Path:
    """Return a path where a network can be written.

    Raises
    ------
    InvalidArgumentError
        If something has that name already, or its folder is missing.
    """
    target = Path(os.path.abspath(path))
    if os.path.lexists(target):
        raise InvalidArgumentError(f"{target} exists already; networks overwrite nothing")
    if not target.parent.is_dir():
        raise InvalidArgumentError(f"there is no folder {target.parent} to write to")
    return target


def write_whole(target: Path, write: Callable[[Path], object]) -> None:
    """Write beside a path and rename, so that whatever has the name is whole."""
    beside = target.with_name(f".{target.name[:100]}.{uuid.uuid4().hex}")
    try:
        write(beside)
        durable.rename(beside, target)
    except BaseException:
        if beside.is_dir():
            durable.remove_tree(beside)
        else:
            beside.unlink(missing_ok=True)
        raise


def write_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a new file and bring it to the disk."""
    with path.open("xb") as file:
        write(file)
        file.flush()
        durable.fsync(file.fileno())


def write_folder(
    folder: Path,
    edges: Iterable[pa.Table],
    nodes: Callable[[], pa.Table],
    said: Callable[[], Mapping[str, Any]],
) -> int:
    """Write nodes, edges and what is said of them, and return how many edges there were.

    Parameters
    ----------
    folder : Path
        Where nothing is yet.
    edges : iterable of pyarrow.Table
        At least one, in the order of all; the ends are texts or dictionaries of texts.
    nodes : callable
        Returns a table as the nodes of a `Network`; asked when all edges are written.
    said : callable
        Returns what ``network.json`` holds; asked last.

    Raises
    ------
    InvalidArgumentError
        If JSON cannot hold what is said.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    durable.make_directory(folder)
    count = 0

    def write_edges(file: IO[bytes]) -> None:
        nonlocal count
        writer: pq.ParquetWriter | None = None
        for table in edges:
            if writer is None:
                writer = _edge_writer(file, table.schema)
            writer.write_table(table)
            count += table.num_rows
        if writer is not None:
            writer.close()

    write_file(folder / EDGES_FILE, write_edges)
    # Arrow keeps what the edges took and does not need any more; the nodes come all at once.
    pa.default_memory_pool().release_unused()
    write_file(
        folder / NODES_FILE,
        lambda file: pq.write_table(nodes(), file, compression="zstd", write_page_checksum=True),
    )
    text = _as_json(said())
    write_file(folder / RECIPE_FILE, lambda file: file.write(text.encode()))
    durable.fsync_directory(folder)
    return count


def _edge_writer(file: IO[bytes], schema: pa.Schema) -> Any:
    """Return a writer that looks for repetition wherever there is some."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = [
        field.name
        for field in schema
        if field.name in _ENDS and not pa.types.is_dictionary(field.type)
    ]
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in schema.names if name not in plain],
        write_page_checksum=True,
        store_schema=False,
    )


def _as_json(said: Mapping[str, Any]) -> str:
    try:
        return f"{json.dumps(said, default=_plain, indent=2, allow_nan=False)}\n"
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"{RECIPE_FILE} cannot hold the recipe: {error}") from error


def _plain(value: Any) -> Any:
    """Return a value that JSON has: of arrays and their scalars, sets, mappings, dates."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)

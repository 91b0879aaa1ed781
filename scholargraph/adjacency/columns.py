"""Groups of arrays that are made of columns of one table each: ids, names, words, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.groups import Group
from scholargraph.adjacency.rows import batches
from scholargraph.adjacency.strings import StringsOutput
from scholargraph.adjacency.words import write_words
from scholargraph.schema import NODE_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter


def ids_of(node_type: str) -> Group:
    """Return the group of the ids of a type of node."""
    table = NODE_TABLES[node_type]

    def write(writer: ArraysWriter, snapshot: Snapshot) -> None:
        _write_texts(writer, snapshot, f"{node_type}.ids", table.name, table.key[0])

    return Group(name=f"{node_type}.ids", reads={table.name: table.key}, write=write)


def names_of(node_type: str, column: str) -> Group:
    """Return the group of the names of a type of node, empty where there is none."""
    table = NODE_TABLES[node_type]

    def write(writer: ArraysWriter, snapshot: Snapshot) -> None:
        _write_texts(writer, snapshot, f"{node_type}.names", table.name, column)

    return Group(name=f"{node_type}.names", reads={table.name: [column]}, write=write)


def _write_texts(
    writer: ArraysWriter, snapshot: Snapshot, name: str, table: str, column: str
) -> None:
    import pyarrow.compute as pc

    output = StringsOutput(writer, name)
    for batch in batches(snapshot, table, [column]):
        output.append(pc.fill_null(batch.column(0), ""))
    output.finish()


def number_of_papers(name: str, dtype: str, column: str, unknown: int) -> Group:
    """Return the group of one array: a number that the record of each paper gives."""

    def write(writer: ArraysWriter, snapshot: Snapshot) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        output = writer.begin(name, dtype)
        for batch in batches(snapshot, "papers", [column]):
            output.append(pc.fill_null(batch.column(0).cast(pa.int32()), unknown).to_numpy())
        writer.finish(name)

    return Group(name=name, reads={"papers": [column]}, write=write)


def words_of(node_type: str, *columns: str) -> Group:
    """Return the group of the token index over the names of a type of node."""
    table, name = NODE_TABLES[node_type], f"{node_type}.words"
    is_name = node_type == "author"

    def write(writer: ArraysWriter, snapshot: Snapshot) -> None:
        write_words(writer, name, _named(snapshot, node_type, columns), is_name=is_name)

    return Group(name=name, reads={table.name: [*table.key, *columns]}, write=write)


def _named(
    snapshot: Snapshot, node_type: str, columns: Sequence[str]
) -> Iterator[tuple[npt.NDArray[np.int64], pa.Array[Any]]]:
    """Yield rows of nodes with all their names, or titles."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = NODE_TABLES[node_type]
    low = 0
    for batch in batches(snapshot, table.name, [*table.key, *columns]):
        rows = np.arange(low, low + batch.num_rows)
        low += batch.num_rows
        owners, forms = _without_nulls(rows, batch.column(1))
        for others in batch.columns[2:]:
            listed = rows[pc.list_parent_indices(others).to_numpy()]
            more_owners, more = _without_nulls(listed, pc.list_flatten(others))
            owners, forms = np.concatenate([owners, more_owners]), pa.concat_arrays([forms, more])
        yield owners, forms


def _without_nulls(
    rows: npt.NDArray[np.int64], texts: pa.Array[Any]
) -> tuple[npt.NDArray[np.int64], pa.Array[Any]]:
    is_text = texts.is_valid()
    return rows[is_text.to_numpy(zero_copy_only=False)], texts.filter(is_text)

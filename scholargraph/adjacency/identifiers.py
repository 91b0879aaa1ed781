"""From registered identifiers, such as DOIs or ORCIDs, to rows that may carry them.

A row is found by a hash, so that whoever asks must look whether the row has what he looked for.
Which text is an identifier of which kind is decided in ``graph.lookup``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from scholargraph.schema import Table
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter
    from scholargraph.store.derived import Arrays

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "paper": ("arxiv_id", "doi", "pmid"),
        "author": ("orcid",),
        "institution": ("ror",),
        "source": ("issn_l", "issn"),
        "funder": ("ror", "doi"),
    }
)
"""By type of node: the columns that hold identifiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """Hashes of the identifiers of all nodes of one type."""

    digest: npt.NDArray[np.uint64]
    """Ascending."""
    row: npt.NDArray[np.uint32]
    """The row that has the identifier, ascending for each digest."""

    def candidates(self, column: str, value: str) -> list[int]:
        """Return the rows whose column may hold the value, ascending."""
        wanted = np.uint64(digest(column, value))
        low = int(np.searchsorted(self.digest, wanted, side="left"))
        high = int(np.searchsorted(self.digest, wanted, side="right"))
        return [int(row) for row in self.row[low:high]]


def digest(column: str, value: str) -> int:
    """Return the hash under which a value of a column is found."""
    import xxhash

    return xxhash.xxh3_64_intdigest(f"{column}\0{value}".encode())


def load_identifiers(arrays: Arrays, name: str) -> Identifiers:
    """Map identifiers that were written under a name."""
    return Identifiers(digest=arrays.load(f"{name}.digest"), row=arrays.load(f"{name}.row"))


def write_identifiers(
    writer: ArraysWriter,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    node_type: str,
    table: Table,
) -> None:
    """Write the identifiers of a type of node.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    snapshot : Snapshot
        The version.
    connection : DuckDBPyConnection
        Sorts, on disk where memory does not do.
    node_type : str
        The type; the arrays bear its name.
    table : Table
        The table that describes it.
    """
    import pyarrow as pa

    from scholargraph.adjacency.rows import batches, columns_of, create

    columns = COLUMNS.get(node_type, ())

    def pieces() -> Iterator[pa.RecordBatch]:
        low = 0
        for batch in batches(snapshot, table.name, [*table.key, *columns]):
            for name, values in zip(columns, batch.columns[1:], strict=True):
                found = [
                    (digest(name, value), row)
                    for row, held in enumerate(values.to_pylist(), low)
                    for value in ([held] if isinstance(held, str) else held or ())
                ]
                digests, rows = zip(*found, strict=True) if found else ((), ())
                yield pa.RecordBatch.from_arrays(
                    [pa.array(digests, pa.uint64()), pa.array(rows, pa.uint32())],
                    names=["digest", "place"],
                )
            low += batch.num_rows

    if columns:
        create(connection, "identifier", pieces(), digest=pa.uint64(), place=pa.uint32())
    digests = writer.begin(f"{node_type}.identifiers.digest", "<u8")
    places = writer.begin(f"{node_type}.identifiers.row", "<u4")
    if columns:
        query = "SELECT DISTINCT digest, place FROM identifier ORDER BY digest, place"
        for digest_piece, place_piece in columns_of(connection, query):
            digests.append(digest_piece)
            places.append(place_piece)
        connection.execute("DROP TABLE identifier")
    writer.finish(f"{node_type}.identifiers.digest")
    writer.finish(f"{node_type}.identifiers.row")

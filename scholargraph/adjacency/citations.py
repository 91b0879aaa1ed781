"""Who cites whom inside the graph, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scholargraph.adjacency.csr import Relation, transpose, write_indptr
from scholargraph.adjacency.pages import release
from scholargraph.adjacency.rows import ABSENT, PaperRows, add_at, batches, columns_of, create

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pyarrow as pa

    from scholargraph.adjacency.strings import Strings
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter


def write_citations(
    writer: ArraysWriter,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    papers: Strings,
) -> None:
    """Write citations of papers in the graph by papers in the graph.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    snapshot : Snapshot
        The version.
    connection : DuckDBPyConnection
        Finds the cited papers, on disk where memory does not do; to be closed then.
    papers : Strings
        Ids of the papers.
    """
    import pyarrow as pa

    def paper_pieces() -> Iterator[pa.RecordBatch]:
        for low, texts in papers.pieces():
            place = pa.array(np.arange(low, low + len(texts), dtype=np.uint32))
            yield pa.RecordBatch.from_arrays([texts, place], names=["id", "place"])

    def pieces() -> Iterator[pa.RecordBatch]:
        reader = PaperRows(papers)
        for batch in batches(snapshot, "citations", ["paper_id", "cited_paper_id"]):
            citing, _, _ = reader.read(batch.column(0))
            has_row = citing != ABSENT
            yield pa.RecordBatch.from_arrays(
                [pa.array(citing[has_row]), batch.column(1).filter(pa.array(has_row))],
                names=["citing", "id"],
            )

    create(connection, "paper", paper_pieces(), id=pa.string(), place=pa.uint32())
    create(connection, "citation", pieces(), citing=pa.int64(), id=pa.string())
    counts = writer.scratch("<i4", len(papers))
    output = writer.begin("cites.indices", "<u4")
    pairs = (
        "SELECT DISTINCT citing * 4294967296 + place AS pair FROM citation JOIN paper USING (id)"
        " ORDER BY pair"
    )
    for (pair,) in columns_of(connection, pairs):
        output.append(pair & 0xFFFFFFFF)
        add_at(counts, pair >> 32)
        release(counts)
    indptr = write_indptr(writer, "cites", counts)
    cites = Relation(indptr=indptr, indices=writer.finish("cites.indices"))
    transpose(writer, "cited_by", cites, len(papers))

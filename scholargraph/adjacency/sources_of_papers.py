"""Where papers appeared, both ways round: the source of each paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scholargraph.adjacency.csr import Relation, transpose, write_indptr
from scholargraph.adjacency.papers_of_nodes import rows_of
from scholargraph.adjacency.rows import ABSENT, batches

if TYPE_CHECKING:
    from scholargraph.adjacency.strings import Strings
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter


def write_paper_sources(writer: ArraysWriter, snapshot: Snapshot, sources: Strings) -> None:
    """Write the sources of all papers, of each one or none.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    snapshot : Snapshot
        The version.
    sources : Strings
        Ids of sources.
    """
    known = sources.slice(0, len(sources))
    counts = writer.begin_scratch("|u1")
    indices = writer.begin("paper_sources.indices", "<u4")
    for batch in batches(snapshot, "papers", ["source_id"]):
        source = rows_of(batch.column(0), known)
        counts.append(source != ABSENT)
        indices.append(source[source != ABSENT])
    indptr = write_indptr(writer, "paper_sources", counts.finish_scratch())
    relation = Relation(indptr=indptr, indices=writer.finish("paper_sources.indices"))
    transpose(writer, "source_papers", relation, len(sources))

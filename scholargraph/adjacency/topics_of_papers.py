"""Which topics papers have, both ways round, and where each topic stands in its tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import Relation, transpose, write_indptr
from scholargraph.adjacency.meanings import NO_SCORE, PRIMARY
from scholargraph.adjacency.pages import release
from scholargraph.adjacency.papers_of_nodes import rows_of
from scholargraph.adjacency.rows import ABSENT, PaperRows, add_at, batches, whole
from scholargraph.schema import TOPIC_LEVELS

if TYPE_CHECKING:
    from scholargraph.adjacency.strings import Strings
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter


def write_paper_topics(
    writer: ArraysWriter, snapshot: Snapshot, ids: Mapping[str, Strings]
) -> None:
    """Write the topics of all papers.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    snapshot : Snapshot
        The version.
    ids : mapping of str to Strings
        Ids of papers and topics.
    """
    papers, topics = ids["paper"], ids["topic"]
    known = topics.slice(0, len(topics))
    counts = writer.scratch("<i4", len(papers))
    indices = writer.begin("paper_topics.indices", "<u4")
    scores = writer.begin("paper_topics.score", "<f4")
    flags = writer.begin("paper_topics.flags", "<u1")
    reader = PaperRows(papers)
    columns = ("paper_id", "topic_id", "score", "is_primary")
    for batch in batches(snapshot, "paper_topics", columns):
        paper, _, _ = reader.read(batch.column(0))
        topic = rows_of(batch.column(1), known)
        is_known = (paper != ABSENT) & (topic != ABSENT)
        indices.append(topic[is_known])
        scores.append(_scores(batch.column(2))[is_known])
        flags.append(_flags(batch.column(3))[is_known])
        add_at(counts, paper[is_known])
        release(counts)
    indptr = write_indptr(writer, "paper_topics", counts)
    relation = Relation(indptr=indptr, indices=writer.finish("paper_topics.indices"))
    writer.finish("paper_topics.score")
    writer.finish("paper_topics.flags")
    transpose(writer, "topic_papers", relation, len(topics))
    tree = whole(snapshot, "topics", ["parent_id", "level"])
    writer.put("topic.parent", rows_of(tree[0], known).astype(np.int32))
    levels = [TOPIC_LEVELS.index(level) for level in tree[1].to_pylist()]
    writer.put("topic.level", np.array(levels, np.uint8))


def _scores(values: Any) -> npt.NDArray[np.float32]:
    import pyarrow.compute as pc

    scores: npt.NDArray[np.float32] = pc.fill_null(values, NO_SCORE).to_numpy()
    return scores


def _flags(values: Any) -> npt.NDArray[np.uint8]:
    return np.where(values.to_numpy(zero_copy_only=False), PRIMARY, 0).astype(np.uint8)

"""Which types of nodes stand next to which, and the steps from nodes to those beside them.

Most steps are on the arrays of the version. What papers say of institutions and sources is read
from the tables: a few milliseconds for each paper, or one pass for many. Who takes steps, and how
many, is decided in ``slice_growth`` and ``metapaths``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.adjacency import NO_PARENT
from scholargraph.adjacency.csr import Relation, distinct
from scholargraph.collaboration.affiliations import affiliations_of
from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph

NODE_TYPES: Final = ("paper", "author", "topic", "institution", "source")
"""Types of nodes that can be stepped to."""


class Ends(NamedTuple):
    """What edges of one type lead from, and to."""

    source: str
    target: str


EDGE_TYPES: Final[Mapping[str, Ends]] = MappingProxyType(
    {
        "authorship": Ends("author", "paper"),
        "citation": Ends("paper", "paper"),
        "topic": Ends("paper", "topic"),
        "parent": Ends("topic", "topic"),
        "affiliation": Ends("paper", "institution"),
        "source": Ends("paper", "source"),
    }
)
"""By name, each in the direction in which it is told: the citing paper comes first."""

FROM_TABLES: Final = ("affiliation", "source")
"""Types of edges of which there are no arrays."""

_FEW: Final = 300
"""Papers that are read one by one sooner than by going through a table."""

_NAMING: Final = {
    "affiliation": """
        SELECT DISTINCT institution_id AS named, paper_id FROM affiliations
        WHERE institution_id IN (SELECT unnest($ids))
    """,
    "source": """
        SELECT source_id AS named, paper_id FROM papers
        WHERE source_id IN (SELECT unnest($ids))
    """,
}
"""Who names institutions or sources."""


def steps(
    graph: ScholarGraph, edge_type: str, rows: IntArray, *, forwards: bool
) -> tuple[Relation, IntArray]:
    """Return a relation that holds the neighbours of nodes, and the rows of these nodes in it.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    edge_type : str
        One of `EDGE_TYPES`.
    rows : int64 array
        Rows of nodes of the type that edges are followed from.
    forwards : bool
        Whether edges are followed in their direction.

    Returns
    -------
    Relation
        Neighbours ascend by row.
    int64 array
        As many as `rows`; the same rows, where the relation is one of the version's arrays.
    """
    if edge_type in FROM_TABLES:
        return _from_table(graph, edge_type, rows, forwards=forwards), np.arange(len(rows))
    return _from_arrays(graph.adjacency, edge_type, forwards=forwards), rows


def _from_arrays(adjacency: Adjacency, edge_type: str, *, forwards: bool) -> Relation:
    if edge_type == "authorship":
        return adjacency.author_papers if forwards else adjacency.paper_authors
    if edge_type == "citation":
        return adjacency.cites if forwards else adjacency.cited_by
    if edge_type == "topic":
        topics = adjacency.paper_topics
        return topics.topics if forwards else topics.papers
    parent = adjacency.paper_topics.parent.astype(np.int64)
    child = np.flatnonzero(parent != NO_PARENT)
    source, target = (child, parent[child]) if forwards else (parent[child], child)
    return _relation(source, target, len(parent))


def _from_table(graph: ScholarGraph, edge_type: str, rows: IntArray, *, forwards: bool) -> Relation:
    other = EDGE_TYPES[edge_type].target
    if not forwards:
        place, found = _papers_that_name(graph, edge_type, rows)
    elif len(rows) <= _FEW:
        place, found = _named_one_by_one(graph, edge_type, rows)
    else:
        place, named = _named_by_many(graph, edge_type, rows)
        place, found = _numbered(graph, other, place, named)
    return _relation(place, found, len(rows))


def _named_one_by_one(
    graph: ScholarGraph, edge_type: str, papers: IntArray
) -> tuple[IntArray, IntArray]:
    other = EDGE_TYPES[edge_type].target
    column = f"{other}_id"
    known, ids = graph.adjacency.nodes[other].own_ids, graph.adjacency.nodes["paper"].ids
    row_of: dict[str, int] = {}
    pairs = []
    for place, row in enumerate(papers.tolist()):
        read = (
            [graph.rows.at("papers", row, [column])]
            if edge_type == "source"
            else graph.rows.of("affiliations", ids[row], [column])
        )
        for named in {each[column] for each in read} - {None}:
            if named not in row_of:
                row_of[named] = known.find(named)
            if row_of[named] >= 0:
                pairs.append((place, row_of[named]))
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _named_by_many(
    graph: ScholarGraph, edge_type: str, papers: IntArray
) -> tuple[IntArray, pa.ChunkedArray[Any]]:
    """Return places among papers, and what these name there."""
    import pyarrow as pa

    if edge_type == "source":
        # Row k of the table is paper k.
        table = graph.scan("papers").to_table(columns=["source_id"])
        return np.arange(len(papers)), table["source_id"].take(pa.array(papers))
    order = np.argsort(papers)
    read = affiliations_of(graph, papers[order], ("institution_id",))
    return order[read["paper"].to_numpy()], read["institution_id"]


def _papers_that_name(
    graph: ScholarGraph, edge_type: str, rows: IntArray
) -> tuple[IntArray, IntArray]:
    """Return places among institutions or sources, and papers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = graph.adjacency.nodes[EDGE_TYPES[edge_type].target].ids.take(rows)
    pairs = graph.relation(_NAMING[edge_type], {"ids": ids.to_pylist()}).to_arrow_table()
    place = pc.index_in(pairs["named"], value_set=ids.cast(pa.string()))
    return _numbered(graph, "paper", place.to_numpy().astype(np.int64), pairs["paper_id"])


def _numbered(
    graph: ScholarGraph, node_type: str, place: IntArray, named: pa.ChunkedArray[Any]
) -> tuple[IntArray, IntArray]:
    """Return places and the rows of what is named there, each pair once, unknown ids left out."""
    import pyarrow.compute as pc

    # Ids of many papers can be longer than the offsets of plain texts reach.
    encoded = named.cast("large_string").combine_chunks().dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    row_of = graph.adjacency.nodes[node_type].own_ids.find_all(texts)
    # The last one stands for null.
    rows = np.array([*(row_of.get(text, -1) for text in texts), -1], np.int64)
    found = rows[pc.fill_null(encoded.indices, len(texts)).to_numpy()]
    pairs = distinct((place << 32 | found)[found >= 0])
    return pairs >> 32, pairs & 0xFFFFFFFF


def _relation(source: IntArray, target: IntArray, count: int) -> Relation:
    order = np.lexsort((target, source))
    ends = np.cumsum(np.bincount(source, minlength=count))
    return Relation(
        indptr=np.concatenate([[0], ends]).astype(np.int64),
        indices=target[order].astype(np.uint32),
    )

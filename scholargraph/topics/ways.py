"""Which types of nodes stand next to which, and the arrays that lead from one to the other.

Who takes steps, and how many, is decided in ``slice_growth`` and ``metapaths``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.csr import Relation
from scholargraph.adjacency.meanings import NO_PARENT
from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency

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

FROM_THEIR_TARGET: Final = ("affiliation", "source")
"""Types of edges that a slice follows unasked only from a node that they lead to."""


def neighbours(adjacency: Adjacency, edge_type: str, *, forwards: bool) -> Relation:
    """Return the relation that leads along edges of one type.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    edge_type : str
        One of `EDGE_TYPES`.
    forwards : bool
        Whether edges are followed in their direction.

    Returns
    -------
    Relation
        From all nodes of one type to their neighbours, which ascend by row.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seat = {"author": {"id": "A9000000001", "display_name": "A. Author"}}
    >>> graph = sg.from_records([{"id": "W9000000001", "authorships": [seat]}])
    >>> neighbours(graph.adjacency, "authorship", forwards=True).of(0).tolist()
    [0]
    """
    if edge_type == "authorship":
        return adjacency.author_papers if forwards else adjacency.paper_authors
    if edge_type == "citation":
        return adjacency.cites if forwards else adjacency.cited_by
    if edge_type == "topic":
        topics = adjacency.paper_topics
        return topics.topics if forwards else topics.papers
    if edge_type == "affiliation":
        institutions = adjacency.paper_institutions
        return institutions.institutions if forwards else institutions.papers
    if edge_type == "source":
        sources = adjacency.paper_sources
        return sources.sources if forwards else sources.papers
    parent = adjacency.paper_topics.parent.astype(np.int64)
    child = np.flatnonzero(parent != NO_PARENT)
    source, target = (child, parent[child]) if forwards else (parent[child], child)
    return _relation(source, target, len(parent))


def _relation(source: IntArray, target: IntArray, count: int) -> Relation:
    order = np.lexsort((target, source))
    ends = np.cumsum(np.bincount(source, minlength=count))
    return Relation(
        indptr=np.concatenate([[0], ends]).astype(np.int64),
        indices=target[order].astype(np.uint32),
    )

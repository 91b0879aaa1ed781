"""A typed graph of scholarly works on disk, and answers about it.

The front door: the names that everyday work needs, each loaded on first use, so that importing the
library costs next to nothing. What they do lives in the rooms that ``_LAZY`` names; nothing is
defined here.

Examples
--------
>>> import scholargraph as sg
>>> works = [{"id": "https://openalex.org/W9000000001", "title": "One paper", "authorships": []}]
>>> graph = sg.from_records(works)
>>> graph.counts["papers"]
1
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scholargraph import collaboration, errors, network, sample, schema, topics
    from scholargraph.collaboration import (
        coauthor_network,
        collaboration_path,
        collaborators,
        recommend_collaborators,
        shared_papers,
    )
    from scholargraph.errors import ScholarGraphError
    from scholargraph.graph import (
        ScholarGraph,
        author,
        changes,
        find,
        institution,
        paper,
        read_graph,
        source,
        topic,
        validate,
    )
    from scholargraph.graph.records import from_records
    from scholargraph.ingest import IngestReport, ingest_arxiv, ingest_openalex
    from scholargraph.network import Network
    from scholargraph.store import compact
    from scholargraph.topics import (
        expertise,
        neighbourhood,
        related_papers,
        topic_neighbourhood,
        topic_network,
    )

__version__: Final = "0.1.0"

__all__ = [
    "IngestReport",
    "Network",
    "ScholarGraph",
    "ScholarGraphError",
    "__version__",
    "author",
    "changes",
    "coauthor_network",
    "collaboration",
    "collaboration_path",
    "collaborators",
    "compact",
    "errors",
    "expertise",
    "find",
    "from_records",
    "ingest_arxiv",
    "ingest_openalex",
    "institution",
    "neighbourhood",
    "network",
    "paper",
    "read_graph",
    "recommend_collaborators",
    "related_papers",
    "sample",
    "schema",
    "shared_papers",
    "source",
    "topic",
    "topic_neighbourhood",
    "topic_network",
    "topics",
    "validate",
]

_LAZY: Final = {
    "IngestReport": "scholargraph.ingest",
    "Network": "scholargraph.network",
    "ScholarGraph": "scholargraph.graph",
    "ScholarGraphError": "scholargraph.errors",
    "author": "scholargraph.graph",
    "changes": "scholargraph.graph",
    "coauthor_network": "scholargraph.collaboration",
    "collaboration_path": "scholargraph.collaboration",
    "collaborators": "scholargraph.collaboration",
    "compact": "scholargraph.store",
    "expertise": "scholargraph.topics",
    "find": "scholargraph.graph",
    "from_records": "scholargraph.graph.records",
    "ingest_arxiv": "scholargraph.ingest",
    "ingest_openalex": "scholargraph.ingest",
    "institution": "scholargraph.graph",
    "neighbourhood": "scholargraph.topics",
    "paper": "scholargraph.graph",
    "read_graph": "scholargraph.graph",
    "recommend_collaborators": "scholargraph.collaboration",
    "related_papers": "scholargraph.topics",
    "shared_papers": "scholargraph.collaboration",
    "source": "scholargraph.graph",
    "topic": "scholargraph.graph",
    "topic_neighbourhood": "scholargraph.topics",
    "topic_network": "scholargraph.topics",
    "validate": "scholargraph.graph",
}
"""The module that defines each public name."""

_ROOMS: Final = frozenset({"collaboration", "errors", "network", "sample", "schema", "topics"})
"""Modules that are public as such: ``sg.sample.write_dump`` needs no import of its own."""


def __getattr__(name: str) -> object:
    if name in _LAZY:
        value: object = getattr(importlib.import_module(_LAZY[name]), name)
    elif name in _ROOMS:
        value = importlib.import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

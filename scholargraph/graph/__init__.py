"""The one reader of a graph: tables, SQL, single nodes, search and validation."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scholargraph.graph.graph import ScholarGraph, read_graph
    from scholargraph.graph.lookup import resolve
    from scholargraph.graph.node_records import Author, Institution, Paper, Source, Topic
    from scholargraph.graph.nodes import author, institution, paper, source, topic
    from scholargraph.graph.search import find
    from scholargraph.graph.validation import validate
    from scholargraph.graph.version_changes import changes

__all__ = [
    "Author",
    "Institution",
    "Paper",
    "ScholarGraph",
    "Source",
    "Topic",
    "author",
    "changes",
    "find",
    "institution",
    "paper",
    "read_graph",
    "resolve",
    "source",
    "topic",
    "validate",
]

_MODULES: Final = {
    "Author": "node_records",
    "Institution": "node_records",
    "Paper": "node_records",
    "ScholarGraph": "graph",
    "Source": "node_records",
    "Topic": "node_records",
    "author": "nodes",
    "changes": "version_changes",
    "find": "search",
    "institution": "nodes",
    "paper": "nodes",
    "read_graph": "graph",
    "resolve": "lookup",
    "source": "nodes",
    "topic": "nodes",
    "validate": "validation",
}


def __getattr__(name: str) -> object:
    # Whoever asks one question does not wait for the answers to the others.
    if name in _MODULES:
        module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
        value: object = getattr(module, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)

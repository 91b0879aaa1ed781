"""The one reader of a graph: tables, SQL, single nodes, search and validation."""

from __future__ import annotations

from scholargraph.graph.graph import ScholarGraph, read_graph
from scholargraph.graph.lookup import resolve
from scholargraph.graph.node_records import Author, Institution, Paper, Source, Topic
from scholargraph.graph.nodes import author, institution, paper, source, topic
from scholargraph.graph.search import find
from scholargraph.graph.validation import validate

__all__ = [
    "Author",
    "Institution",
    "Paper",
    "ScholarGraph",
    "Source",
    "Topic",
    "author",
    "find",
    "institution",
    "paper",
    "read_graph",
    "resolve",
    "source",
    "topic",
    "validate",
]

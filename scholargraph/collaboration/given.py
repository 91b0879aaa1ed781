"""Nodes that are given as a list of identifiers or as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.adjacency.csr import distinct
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.identifiers import NOBODY
from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


def rows_named(graph: ScholarGraph, given: Any, node_type: str) -> IntArray:
    """Return the rows of nodes that a list or the id column of a frame names, ascending.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If one is not in the graph.
    InvalidArgumentError
        If it is a single text, or a frame without the column.
    """
    if isinstance(given, str):
        raise InvalidArgumentError(f"{node_type}s is a list of identifiers, not one text")
    column = f"{node_type}_id"
    if hasattr(given, "columns"):
        if column not in given.columns:
            raise InvalidArgumentError(f"the frame of {node_type}s has no column {column}")
        given = given[column]
    nodes = graph.adjacency.nodes[node_type]
    wanted = list(given)
    texts = [each for each in wanted if isinstance(each, str)]
    rows = nodes.own_ids.find_all(each for each in texts if each not in NOBODY)
    found = list(rows.values())
    if len(rows) < len(wanted):
        found += [
            nodes.find_row(resolve(graph, each, node_type))
            for each in wanted
            if not isinstance(each, str) or each not in rows
        ]
    return distinct(np.array(found, np.int64))

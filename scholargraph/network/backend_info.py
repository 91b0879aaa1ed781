"""What networkx is told of the backend when it is itself imported: hence no import here."""

from __future__ import annotations

from typing import Any

FUNCTIONS = {
    "adamic_adar_index": "",
    "betweenness_centrality": "Without `weight`; samples of nodes are scaled as networkx 3.6 does.",
    "bidirectional_shortest_path": "",
    "closeness_centrality": "Without `distance`.",
    "clustering": "",
    "connected_components": "As arrays at much less cost: `Network.components()`.",
    "core_number": "",
    "degree_centrality": "",
    "has_path": "",
    "is_connected": "",
    "jaccard_coefficient": "",
    "leiden_communities": (
        "`max_level` bounds how often the whole algorithm starts again from its result (3 times\n"
        "by default). The same seed gives the same communities."
    ),
    "node_connected_component": "",
    "number_connected_components": "",
    "pagerank": (
        "Stops where networkx does, at a total error below N * tol, so that the numbers are the\n"
        'same. `Network.centrality("pagerank")` goes on to a total error below tol.'
    ),
    "resource_allocation_index": "",
    "shortest_path": "Without `weight`, from a source, to a target, or both.",
    "shortest_path_length": "Without `weight`, from a source, to a target, or both.",
    "single_source_shortest_path": "",
    "single_source_shortest_path_length": "",
    "transitivity": "For undirected networks.",
    "triangles": "",
}
"""The functions of networkx that run on the arrays of a network, and what is particular to them."""


def get_info() -> dict[str, Any]:
    """Return what networkx shows of the backend in its own documentation.

    Returns
    -------
    dict
        As networkx asks it at its entry point ``networkx.backend_info``.

    Examples
    --------
    >>> get_info()["backend_name"]
    'scholargraph'
    """
    return {
        "backend_name": "scholargraph",
        "project": "scholargraph",
        "package": "scholargraph",
        "short_summary": "Runs on the arrays of a scholargraph Network, without conversion.",
        "functions": {name: {"additional_docs": docs} for name, docs in FUNCTIONS.items()},
    }

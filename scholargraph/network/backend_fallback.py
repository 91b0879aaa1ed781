"""What the networkx backend does not implement: networkx's own functions, on a converted graph."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from scholargraph.network.network import Network

EDGE_BYTES: Final = 500
NODE_BYTES: Final = 700
"""About what a networkx graph takes in memory, with one or two attributes each."""

logger = logging.getLogger(__name__)


def dispatchables() -> Mapping[str, Any]:
    """Return every function of networkx that asks backends, by name."""
    from networkx.utils.backends import _registered_algorithms

    registered: Mapping[str, Any] = _registered_algorithms
    return registered


def is_of_networkx(name: str) -> bool:
    """Return whether networkx itself implements a function that reads a graph."""
    function = dispatchables().get(name)
    return function is not None and bool(function.graphs) and "networkx" in function.backends


def is_network(value: Any) -> bool:
    """Return whether an argument is a network, or a list with one in it."""
    if isinstance(value, list | tuple):
        return any(isinstance(one, Network) for one in value)
    return isinstance(value, Network)


def by_conversion(name: str) -> Callable[..., Any]:
    """Return a function that runs networkx's own on a networkx graph."""

    def run(*args: Any, **kwargs: Any) -> Any:
        return dispatchables()[name](*args, backend="networkx", **kwargs)

    return run


def cost(network: Network) -> str:
    """Say what it takes to make a networkx graph of a network."""
    nodes, edges = len(network), network.edges.num_rows
    size = nodes * NODE_BYTES + edges * EDGE_BYTES
    return (
        f"making a networkx graph of {nodes:,} nodes and {edges:,} edges, "
        f"which takes about {size / 1e6:,.0f} MB of memory, anew at each call; "
        "for several calls make one and keep it"
    )

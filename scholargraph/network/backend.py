"""The networkx backend: a network, asked through networkx's own functions.

What is implemented runs on the arrays of the network, with the signatures, results and orders of
networkx. Every other function that reads a network gets a networkx graph made of it, and a line in
the log says what that costs. A networkx graph that somebody asks this backend to work on becomes a
`ConvertedNetwork`, which keeps its node objects and the order of its neighbours.

The functions are in ``backend_functions``, what they see of a graph in ``backend_graphs``, what
becomes of all others in ``backend_fallback``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from scholargraph.network.backend_fallback import (
    by_conversion,
    cost,
    dispatchables,
    is_network,
    is_of_networkx,
    logger,
)
from scholargraph.network.backend_functions import FUNCTIONS
from scholargraph.network.backend_graphs import ConvertedNetwork, converted, graph_again
from scholargraph.network.network import BACKEND, Network

WORTH_CONVERTING: Final = frozenset(
    {
        "betweenness_centrality",
        "closeness_centrality",
        "clustering",
        "core_number",
        "leiden_communities",
        "pagerank",
        "transitivity",
        "triangles",
    }
)
"""Functions that cost networkx more than reading its graph costs us."""


class BackendInterface:
    """What networkx calls: a function by its name, and the conversions."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in FUNCTIONS:
            return FUNCTIONS[name]
        if is_of_networkx(name):
            return by_conversion(name)
        raise AttributeError(f"the networkx backend {BACKEND!r} has no {name!r}")

    def can_run(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
        """Return whether a call may come here, or why not."""
        if name in FUNCTIONS:
            return True
        if not any(is_network(value) for value in (*args, *kwargs.values())):
            return "what is not implemented is done for networks only"
        if dispatchables()[name].__wrapped__._will_call_mutate_input(args, kwargs):
            return "a network does not change: make a networkx graph of it first"
        return True

    def should_run(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
        """Return whether it pays to convert a networkx graph for a call, or why not."""
        return name in WORTH_CONVERTING or "reading the graph costs more than the answer"

    def convert_from_nx(
        self,
        graph: Any,
        edge_attrs: Mapping[str, Any] | None = None,
        **preserved: Any,
    ) -> ConvertedNetwork:
        """Return a networkx graph as arrays.

        Parameters
        ----------
        graph : networkx.Graph or networkx.DiGraph
            The graph.
        edge_attrs : mapping, optional
            Attributes of edges that are wanted, with the number that stands for a missing one.
        **preserved
            What else networkx would like to keep; no function here asks for it.

        Raises
        ------
        NotImplementedError
            If two nodes may have several edges, or an attribute is no number.
        """
        return converted(graph, edge_attrs)

    def convert_to_nx(self, result: Any, *, name: str | None = None) -> Any:
        """Return a network as a networkx graph, and any other result as it is.

        Parameters
        ----------
        result : object
            What a function returned or was given.
        name : str, optional
            The function.

        Returns
        -------
        object
            Of a network what ``to_networkx`` makes of it.
        """
        if isinstance(result, Network):
            from scholargraph.network.conversion import to_networkx

            logger.info(cost(result))
            return to_networkx(result)
        if isinstance(result, ConvertedNetwork):
            return graph_again(result)
        return result


backend_interface: Final = BackendInterface()
"""What the entry point ``networkx.backends`` names."""

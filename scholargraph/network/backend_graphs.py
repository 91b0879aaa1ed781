"""Graphs as the functions of the networkx backend see them: networks, and converted graphs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from scholargraph.network.network import BACKEND, Links, Network

if TYPE_CHECKING:
    import pyarrow as pa

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


class GraphArrays(ABC):
    """What the functions below ask of a graph, whoever made it."""

    labels: list[Any]
    """Nodes as networkx names them, by number."""
    directed: bool
    links: Links
    """Neighbours along the direction, in the order in which networkx would meet them."""

    def __len__(self) -> int:
        return len(self.labels)

    @abstractmethod
    def number(self, node: Any) -> int | None:
        """Return the number of a node, or nothing if there is no such node."""

    @abstractmethod
    def edge_values(self, attribute: str) -> FloatArray:
        """Return an attribute of edges, by row of ``links.edges``; 1 where there is none.

        Raises
        ------
        NotImplementedError
            If not every edge has a number there.
        """

    def numbered(self, node: Any, kind: str = "Node") -> int:
        """Return the number of a node.

        Raises
        ------
        networkx.NodeNotFound
            If there is no such node.
        """
        import networkx as nx

        number = self.number(node)
        if number is None:
            raise nx.NodeNotFound(f"{kind} {node} is not in G")
        return number

    def weights(self, attribute: str | None) -> FloatArray:
        """Return an attribute of edges beside ``links.neighbours``, or 1 for all."""
        if attribute is None:
            return np.ones(len(self.links.neighbours))
        if callable(attribute):
            raise NotImplementedError("weights that a function gives are not supported")
        return self.edge_values(attribute)[self.links.edges]

    def named(self, numbers: IntArray) -> list[Any]:
        """Return nodes as networkx names them."""
        names: list[Any] = self._label_array[numbers].tolist()
        return names

    @cached_property
    def _label_array(self) -> npt.NDArray[np.object_]:
        # Taking many labels out of an array costs half of taking them out of a list.
        return np.fromiter(self.labels, np.object_, len(self.labels))

    @cached_property
    def origin(self) -> IntArray:
        """Node numbers beside ``links.neighbours``: from where each leads."""
        return np.repeat(np.arange(len(self)), np.diff(self.links.indptr))

    @cached_property
    def source(self) -> IntArray:
        """Node number of one end of each edge, each edge once."""
        return self.origin if self.directed else self.origin[self._is_first]

    @cached_property
    def target(self) -> IntArray:
        """Node number of the other end."""
        neighbours = self.links.neighbours.astype(np.int64)
        return neighbours if self.directed else neighbours[self._is_first]

    @property
    def _is_first(self) -> npt.NDArray[np.bool_]:
        """Of both rows of an undirected edge, which one leads upwards."""
        is_first: npt.NDArray[np.bool_] = self.origin <= self.links.neighbours
        return is_first

    @cached_property
    def links_in(self) -> Links:
        """Neighbours against the direction."""
        if not self.directed:
            return self.links
        # In the order of the rows of links, which need not be that of source and target.
        target = self.links.neighbours.astype(np.int64)
        order = np.argsort(target, kind="stable")
        indptr = np.concatenate([[0], np.cumsum(np.bincount(target, minlength=len(self)))])
        return Links(indptr, self.origin[order].astype(np.int32), self.links.edges[order])

    @cached_property
    def links_both_ways(self) -> Links:
        """Neighbours without regard to direction; an edge and its reverse are two."""
        if not self.directed:
            return self.links
        neighbours = self.links.neighbours.astype(np.int64)
        source = np.concatenate([self.origin, neighbours])
        target = np.concatenate([neighbours, self.origin])
        order = np.argsort(source << 32 | target, kind="stable")
        indptr = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=len(self)))])
        edges = np.concatenate([self.links.edges, self.links.edges])
        return Links(indptr, target[order].astype(np.int32), edges[order])

    @cached_property
    def loops(self) -> IntArray:
        """Node numbers that have an edge to themselves."""
        loops: IntArray = self.source[self.source == self.target]
        return loops

    @property
    def by_number(self) -> Network:
        """The same, for functions of a network that ask for nothing but numbers."""
        # They read links, source, target, directed and the length, all of which are here.
        return cast(Network, self)

    def keyed(self, values: npt.NDArray[Any]) -> dict[Any, Any]:
        """Return one value per node as networkx returns it."""
        return dict(zip(self.labels, values.tolist(), strict=True))


class ConvertedNetwork(GraphArrays):
    """A networkx graph as arrays: its own node objects, in its own order.

    Parameters
    ----------
    labels : list
        Node objects.
    index : dict
        Number of each node object.
    links : Links
        Neighbours along the direction; ``edges`` are the rows themselves.
    links_in : Links
        Neighbours against the direction, the same where there is none.
    values : mapping of str to float64 array
        Attributes of edges, beside ``links.neighbours``.
    directed : bool
        Whether an edge leads from its source to its target.
    """

    __networkx_backend__: Final = BACKEND

    def __init__(
        self,
        labels: list[Any],
        index: dict[Any, int],
        links: Links,
        links_in: Links,
        values: Mapping[str, FloatArray],
        *,
        directed: bool,
    ) -> None:
        self.labels = labels
        self.links = links
        self.links_in = links_in
        self.directed = directed
        self.values = values
        self._index = index

    def is_directed(self) -> bool:
        """Whether an edge leads from its source to its target, as networkx asks it."""
        return self.directed

    def is_multigraph(self) -> bool:
        """Whether two nodes may have several edges: never."""
        return False

    def number(self, node: Any) -> int | None:
        """Return the number of a node, or nothing if there is no such node."""
        try:
            return self._index.get(node)
        except TypeError:
            return None

    def edge_values(self, attribute: str) -> FloatArray:
        """Return an attribute of edges."""
        if attribute not in self.values:
            raise NotImplementedError(f"the attribute {attribute!r} was not converted")
        return self.values[attribute]


class NetworkArrays(GraphArrays):
    """A network as the functions below see it; holds its arrays, and not the network."""

    def __init__(self, network: Network) -> None:
        self.directed = network.directed
        self.links = network.links
        self.source = network.source
        self.target = network.target
        self.labels = network.ids.to_numpy(zero_copy_only=False).tolist()
        self._edges: pa.Table = network.edges

    def number(self, node: Any) -> int | None:
        """Return the number of a node, or nothing if there is no such node."""
        if not isinstance(node, str):
            return None
        # Ids ascend by bytes of UTF-8, which is the order of Python's texts, too.
        number = bisect_left(self.labels, node)
        return number if self.labels[number : number + 1] == [node] else None

    def edge_values(self, attribute: str) -> FloatArray:
        """Return a column of the edges."""
        import pyarrow.types as types

        if attribute not in self._edges.column_names:
            return np.ones(self._edges.num_rows)
        column = self._edges[attribute]
        is_number = types.is_integer(column.type) or types.is_floating(column.type)
        if not is_number or column.null_count:
            raise NotImplementedError(f"not every edge has a number as {attribute!r}")
        values: FloatArray = column.to_numpy().astype(np.float64)
        return values


_ARRAYS: WeakKeyDictionary[Network, NetworkArrays] = WeakKeyDictionary()


def arrays_of(graph: Network | ConvertedNetwork) -> GraphArrays:
    """Return what the functions ask; made once for each network, and gone with it."""
    if isinstance(graph, ConvertedNetwork):
        return graph
    if graph not in _ARRAYS:
        _ARRAYS[graph] = NetworkArrays(graph)
    return _ARRAYS[graph]


def graph_again(converted: ConvertedNetwork) -> Any:
    """Return the graph that was converted, with the attributes that were asked for."""
    import networkx as nx

    graph = nx.DiGraph() if converted.directed else nx.Graph()
    graph.add_nodes_from(converted.labels)
    attributes = [
        [(name, value) for value in values.tolist()] for name, values in converted.values.items()
    ]
    rows = zip(*attributes, strict=True) if attributes else iter(lambda: (), None)
    ends = zip(converted.origin.tolist(), converted.links.neighbours.tolist(), strict=True)
    for (source, target), row in zip(ends, rows, strict=False):
        graph.add_edge(converted.labels[source], converted.labels[target], **dict(row))
    return graph


def _converted_links(index: Mapping[Any, int], adjacency: Iterable[Any]) -> Links:
    """Return neighbours as arrays, in the order in which they are given."""
    lengths = [0]
    neighbours: list[int] = []
    for _, row in adjacency:
        neighbours.extend(map(index.__getitem__, row))
        lengths.append(len(neighbours))
    count = len(neighbours)
    return Links(np.array(lengths, np.int64), np.array(neighbours, np.int32), np.arange(count))


def _edge_attribute(graph: Any, attribute: Any, default: Any) -> FloatArray:
    values = (data.get(attribute, default) for _, row in graph.adjacency() for data in row.values())
    try:
        return np.fromiter(values, np.float64)
    except (TypeError, ValueError) as fault:
        raise NotImplementedError(f"not every edge has a number as {attribute!r}") from fault


def converted(graph: Any, edge_attrs: Mapping[str, Any] | None) -> ConvertedNetwork:
    """Return a networkx graph as arrays, with some attributes of its edges.

    Raises
    ------
    NotImplementedError
        If two nodes may have several edges, or an attribute is no number.
    """
    if graph.is_multigraph():
        raise NotImplementedError("several edges between two nodes are not supported")
    labels = list(graph)
    index = {label: number for number, label in enumerate(labels)}
    links = _converted_links(index, graph.adjacency())
    values = {
        attribute: _edge_attribute(graph, attribute, default)
        for attribute, default in (edge_attrs or {}).items()
    }
    directed = graph.is_directed()
    links_in = _converted_links(index, graph.pred.items()) if directed else links
    return ConvertedNetwork(labels, index, links, links_in, values, directed=directed)

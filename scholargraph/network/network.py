"""Network: one class for every network that the library returns.

Two columnar tables, immutable, with the recipe that made them and what was left out. Here they
are held, checked and shown; what is computed of them lives in the modules beside.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError

if TYPE_CHECKING:
    import os

    import networkx as nx
    import pandas as pd
    import pyarrow as pa
    from scipy.sparse import csr_array

    from scholargraph.network.recipe import Recipe
    from scholargraph.network.robustness import Robustness

BACKEND: Final = "scholargraph"
"""Name of the networkx backend whose graphs networks are."""

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


class Links(NamedTuple):
    """Neighbours of every node as compressed sparse rows.

    Of an undirected network each edge stands with both its ends, of a directed one with its source.
    """

    indptr: IntArray
    """Where the neighbours of each node begin, and where the last ones end."""
    neighbours: npt.NDArray[np.int32]
    """Node numbers, ascending for each node."""
    edges: IntArray
    """The row of `Network.edges` behind each."""


class Network:
    """Nodes and edges, how they were made, and what was left out.

    Parameters
    ----------
    nodes : pyarrow.Table
        ``id`` (text, ascending by bytes, each once), and what else is known of each node.
    edges : pyarrow.Table
        ``source``, ``target`` (ids of nodes), ``weight`` (float64, not negative), and what else is
        known of each edge. Each once, no loops; undirected ones with source < target by bytes.
    recipe : Recipe, optional
        How it was made.
    left_out : mapping, optional
        What did not go in, and what is doubtful about what did.
    directed : bool
        Whether an edge leads from its source to its target.

    Raises
    ------
    InvalidArgumentError
        If the tables are not as described.

    Examples
    --------
    >>> import pyarrow as pa
    >>> nodes = pa.table({"id": ["A", "B", "C"]})
    >>> edges = pa.table({"source": ["A"], "target": ["B"], "weight": [2.0]})
    >>> Network(nodes, edges)
    <Network: 3 nodes, 1 edge, 2 components, 1 isolate>
    """

    __networkx_backend__: Final = BACKEND

    def __init__(
        self,
        nodes: pa.Table,
        edges: pa.Table,
        *,
        recipe: Recipe | None = None,
        left_out: Mapping[str, Any] | None = None,
        directed: bool = False,
    ) -> None:
        _check_columns(nodes, "nodes", ("id",))
        _check_columns(edges, "edges", ("source", "target", "weight"))
        self._nodes = nodes.combine_chunks()
        self._edges = _with_numbers(self._nodes, edges.combine_chunks())
        self._recipe = recipe
        self._left_out = MappingProxyType(dict(left_out or {}))
        self._directed = directed
        _check_ids(self._nodes)
        _check_edges(self.source, self.target, self.weight, directed=directed)

    @property
    def nodes(self) -> pa.Table:
        """One row per node, ascending by ``id``."""
        return self._nodes

    @property
    def edges(self) -> pa.Table:
        """One row per edge; ``source`` and ``target`` are dictionaries over ``nodes["id"]``."""
        return self._edges

    @property
    def recipe(self) -> Recipe | None:
        """How it was made."""
        return self._recipe

    @property
    def left_out(self) -> Mapping[str, Any]:
        """What did not go in, and what is doubtful about what did."""
        return self._left_out

    @property
    def directed(self) -> bool:
        """Whether an edge leads from its source to its target."""
        return self._directed

    def is_directed(self) -> bool:
        """Whether an edge leads from its source to its target, as networkx asks it."""
        return self._directed

    def is_multigraph(self) -> bool:
        """Whether two nodes may have several edges: never."""
        return False

    def __len__(self) -> int:
        return int(self._nodes.num_rows)

    @property
    def ids(self) -> pa.Array[Any]:
        """Ids by node number."""
        return self._nodes["id"].chunk(0) if len(self) else _empty_ids()

    @cached_property
    def source(self) -> IntArray:
        """Node number of the source of each edge."""
        return _numbers(self._edges["source"])

    @cached_property
    def target(self) -> IntArray:
        """Node number of the target of each edge."""
        return _numbers(self._edges["target"])

    @cached_property
    def weight(self) -> FloatArray:
        """Weight of each edge."""
        return _read_only(self._edges["weight"].to_numpy().astype(np.float64))

    @cached_property
    def links(self) -> Links:
        """Neighbours of every node."""
        return _links(len(self), self.source, self.target, directed=self._directed)

    @cached_property
    def links_both_ways(self) -> Links:
        """Neighbours of every node without regard to direction; an edge and its reverse are two."""
        return _links(len(self), self.source, self.target, directed=False)

    def number_of(self, node: str) -> int:
        """Return the number of a node.

        Raises
        ------
        InvalidArgumentError
            If there is no such node.
        """
        ids = self.ids
        number = bisect_left(range(len(ids)), node.encode(), key=lambda k: ids[k].as_py().encode())
        if number == len(ids) or ids[number].as_py() != node:
            raise InvalidArgumentError(f"{ascii(node)[:80]} is no node of this network")
        return number

    def components(self) -> pd.Series[Any]:
        """Return the component of each node, from 0, the largest first, then by smallest id.

        Of a directed network these are the weakly connected ones.

        Returns
        -------
        pandas.Series
            int64 by node id.
        """
        from scholargraph.network.structure import component_labels

        return self._by_node(component_labels(self), "component")

    def k_core(self) -> pd.Series[Any]:
        """Return the largest k for which each node is in the k-core, without regard to direction.

        Returns
        -------
        pandas.Series
            int64 by node id.
        """
        from scholargraph.network.structure import core_numbers

        return self._by_node(core_numbers(self), "core")

    def centrality(
        self, kind: str = "degree", *, weighted: bool = False, tol: float = 1e-10
    ) -> pd.Series[Any]:
        """Return how central each node is, as `scholargraph.network.centrality` defines it.

        Parameters
        ----------
        kind : {"degree", "strength", "betweenness", "closeness", "pagerank", "eigenvector"}
            What central means.
        weighted : bool
            Whether weights count; as distances they are 1 / weight (Newman 2001).
        tol : float
            Total error at which PageRank stops.

        Returns
        -------
        pandas.Series
            float64 by node id.
        """
        from scholargraph.network.centrality import centrality

        return self._by_node(centrality(self, kind, weighted=weighted, tol=tol), kind)

    def communities(
        self,
        resolution: float = 1.0,
        seed: int = 0,
        *,
        quality_function: str = "modularity",
        trials: int = 1,
    ) -> pd.Series[Any]:
        """Return the community of each node by the Leiden algorithm (Traag and others 2019).

        Parameters
        ----------
        resolution : float
            Higher ones give more and smaller communities.
        seed : int
            The same seed gives the same communities.
        quality_function : {"modularity", "cpm"}
            What is made large.
        trials : int
            So many runs, of which the best counts.

        Returns
        -------
        pandas.Series
            int64 by node id: 0 is the largest, of equal ones that with the smallest id. ``attrs``
            has the ``quality``, the arguments, and the number of ``isolates``.
        """
        from scholargraph.network.communities import communities

        found = communities(
            self,
            resolution=resolution,
            seed=seed,
            quality_function=quality_function,
            trials=trials,
        )
        labels = self._by_node(found.labels, "community")
        labels.attrs.update(
            quality=found.quality,
            quality_function=quality_function,
            resolution=resolution,
            seed=seed,
            isolates=found.isolates,
        )
        return labels

    def normalised(
        self, measure: str, *, marginals: str = "strength", papers: int | None = None
    ) -> Network:
        """Return the network with weights in proportion to what both ends have.

        See `scholargraph.network.normalisation.normalised` for the measures and arguments.
        """
        from scholargraph.network.normalisation import normalised

        return normalised(self, measure, marginals=marginals, papers=papers)

    def backbone(self, alpha: float = 0.05, null: str = "sdsm") -> Network:
        """Return the network of those edges that chance does not explain.

        See `scholargraph.network.backbone.backbone` for the null models and what is reported.
        """
        from scholargraph.network.backbone import backbone

        return backbone(self, alpha=alpha, null=null)

    def robustness(self, probability: float, **more: Any) -> Robustness:
        """Drop authorships at random and report how far ranks, components and paths move.

        See `scholargraph.network.robustness.robustness` for the arguments.
        """
        from scholargraph.network.robustness import robustness

        return robustness(self, probability, **more)

    def layout(self, seed: int = 0, iterations: int = 100) -> pd.DataFrame:
        """Place the nodes so that neighbours are near and others are not.

        Returns
        -------
        pandas.DataFrame
            ``id``, ``x`` and ``y``, the latter from -1 to 1; the same seed gives the same places.
        """
        import pandas as pd

        from scholargraph.network.layout import layout

        places = layout(self, seed=seed, iterations=iterations)
        return pd.DataFrame({"id": self.ids.to_pylist(), "x": places[:, 0], "y": places[:, 1]})

    def explain(self, a: str, b: str) -> pd.DataFrame:
        """Return the papers behind the edge of two nodes, each with what it adds to the weight.

        Raises
        ------
        InvalidArgumentError
            If one is no node, both are the same, or the network was not made from papers.
        """
        self.number_of(a)
        self.number_of(b)
        if a == b:
            raise InvalidArgumentError(f"both ends are {ascii(a)[:80]}; networks have no loops")
        if self._recipe is None:
            raise InvalidArgumentError("this network was not made from papers that are at hand")
        return self._recipe.papers_behind(a, b)

    def to_pandas(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return nodes and edges as frames."""
        from scholargraph.network.conversion import to_pandas

        return to_pandas(self)

    def to_networkx(self) -> nx.Graph:
        """Return a graph of networkx, which takes some hundred times the memory.

        networkx's own functions take the network as it is, too: ``nx.pagerank(network)``.
        """
        from scholargraph.network.conversion import to_networkx

        return to_networkx(self)

    def to_igraph(self) -> Any:
        """Return a graph of igraph, which is to be installed beside this library."""
        from scholargraph.network.conversion import to_igraph

        return to_igraph(self)

    def to_scipy(self, weight: str | None = "weight") -> csr_array:
        """Return the sparse matrix of a column of the edges, or of ones."""
        from scholargraph.network.conversion import to_scipy

        return to_scipy(self, weight)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the network where nothing is yet: a folder of Parquet, GraphML, GEXF or Pajek.

        See `scholargraph.network.conversion.write_network_files`.
        """
        from scholargraph.network.conversion import write_network_files

        write_network_files(self, path)

    def _by_node(self, values: npt.NDArray[Any], name: str) -> pd.Series[Any]:
        import pandas as pd

        return pd.Series(values, index=pd.Index(self.ids.to_pylist(), name="id"), name=name)

    def __repr__(self) -> str:
        from scholargraph.network.structure import component_labels

        labels = component_labels(self)
        isolates = int(np.count_nonzero(np.bincount(labels)[labels] == 1))
        kind = "directed Network" if self._directed else "Network"
        counts = (
            _many(len(self), "node"),
            _many(self._edges.num_rows, "edge"),
            _many(int(labels.max(initial=-1)) + 1, "component"),
            _many(isolates, "isolate"),
        )
        return f"<{kind}: {', '.join(counts)}>"


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _empty_ids() -> pa.Array[Any]:
    import pyarrow as pa

    return pa.array([], pa.string())


def _check_columns(table: pa.Table, what: str, needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in table.column_names]
    if missing:
        raise InvalidArgumentError(f"{what} of a network lack the column {', '.join(missing)}")
    for name in needed:
        if table[name].null_count:
            raise InvalidArgumentError(f"{what} of a network have no {name} in some rows")


def _with_numbers(nodes: pa.Table, edges: pa.Table) -> pa.Table:
    """Return edges whose ends are dictionaries over the ids of the nodes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = nodes["id"].chunk(0) if nodes.num_rows else _empty_ids()
    for name in ("source", "target"):
        column = edges[name]
        if pa.types.is_dictionary(column.type) and all(
            chunk.dictionary.equals(ids) for chunk in column.chunks
        ):
            continue
        plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        found = pc.index_in(plain, value_set=ids)
        if found.null_count:
            stranger = plain.filter(found.is_null())[0].as_py()
            raise InvalidArgumentError(f"an edge ends at {ascii(stranger)[:80]}, which is no node")
        numbers = found.combine_chunks().cast(pa.int32())
        place = edges.schema.get_field_index(name)
        edges = edges.set_column(place, name, pa.DictionaryArray.from_arrays(numbers, ids))
    return edges


def _numbers(column: pa.ChunkedArray[Any]) -> IntArray:
    chunks = [chunk.indices.to_numpy() for chunk in column.chunks]
    return _read_only(np.concatenate([np.zeros(0, np.int64), *chunks]).astype(np.int64))


def _read_only(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    values.setflags(write=False)
    return values


def _check_ids(nodes: pa.Table) -> None:
    import pyarrow.compute as pc

    ids = nodes["id"].combine_chunks()
    if len(ids) > 1 and not pc.all(pc.less(ids[:-1], ids[1:])).as_py():
        raise InvalidArgumentError("ids of nodes must ascend by bytes, each of them once")


def _check_edges(source: IntArray, target: IntArray, weight: FloatArray, *, directed: bool) -> None:
    if (source == target).any():
        raise InvalidArgumentError("an edge leads from a node to itself; networks have no loops")
    if not directed and (source > target).any():
        raise InvalidArgumentError("undirected edges are given with source < target")
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise InvalidArgumentError("weights of edges are finite and not negative")
    key = source << 32 | target
    if not (key[1:] > key[:-1]).all() and len(np.unique(key)) < len(key):
        raise InvalidArgumentError("two edges join the same two nodes")


def _links(nodes: int, source: IntArray, target: IntArray, *, directed: bool) -> Links:
    edges = np.arange(len(source))
    if not directed:
        source, target = np.concatenate([source, target]), np.concatenate([target, source])
        edges = np.concatenate([edges, edges])
    order = np.argsort(source << 32 | target, kind="stable")
    counts = np.bincount(source, minlength=nodes)
    return Links(
        indptr=_read_only(np.concatenate([[0], np.cumsum(counts)])),
        neighbours=_read_only(target[order].astype(np.int32)),
        edges=_read_only(edges[order]),
    )

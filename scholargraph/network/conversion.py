"""Networks as other libraries and other programs have them, and back.

Titles and names come from outside: what a format cannot carry is replaced here, so that no name
breaks a file. Files appear whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.folder import (
    EDGES_FILE,
    NODES_FILE,
    RECIPE_FILE,
    free_path,
    write_file,
    write_folder,
    write_whole,
)
from scholargraph.network.network import Network

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa
    from scipy.sparse import csr_array

    from scholargraph.network.recipe import Bipartite

REPLACEMENT: Final = "\ufffd"
"""Stands in XML for a character that XML 1.0 has no way to write."""

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_BREAKS_LINES: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_GEXF_OWN: Final = frozenset(
    {"id", "label", "pid", "type", "start", "end", "spells", "slices", "parents", "viz", "key"}
)
"""Attributes that the writer of GEXF takes for parts of the format."""


@dataclass(frozen=True, slots=True)
class RecordedRecipe:
    """What a network that was read from files says of how it was made."""

    arguments: Mapping[str, Any]

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """Refuse: the papers are in the graph and not in the files of the network."""
        raise InvalidArgumentError(_NO_PAPERS)

    def bipartite(self) -> Bipartite:
        """Refuse: the papers are in the graph and not in the files of the network."""
        raise InvalidArgumentError(_NO_PAPERS)


_NO_PAPERS: Final = (
    "this network was read from files, which do not hold its papers; make it again from the graph"
)


def to_pandas(network: Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the nodes and the edges as frames, ids as text.

    Returns
    -------
    nodes, edges : pandas.DataFrame
        Row numbers as index, rows and columns as in the tables of the network.

    Examples
    --------
    >>> import networkx as nx
    >>> nodes, edges = to_pandas(from_networkx(nx.path_graph(3)))
    >>> edges
      source target  weight
    0      0      1     1.0
    1      1      2     1.0
    """
    from scholargraph.graph.frames import frame

    return frame(network.nodes), frame(network.edges)


def to_networkx(network: Network) -> nx.Graph:
    """Return a networkx graph, with one Python object for each node, edge and value.

    Returns
    -------
    networkx.Graph or networkx.DiGraph
        Nodes are ids in their order; the other columns are attributes, except where they are null.

    Examples
    --------
    >>> import networkx as nx
    >>> to_networkx(from_networkx(nx.path_graph(3))).edges(data=True)
    EdgeDataView([('0', '1', {'weight': 1.0}), ('1', '2', {'weight': 1.0})])
    """
    return _graph(network, network.ids.to_pylist(), lambda name, value: (name, value), lambda x: x)


def to_igraph(network: Network) -> Any:
    """Return an igraph graph.

    Vertices stand in the order of ids. Their attribute ``name``, by which igraph finds them, is the
    id; a column ``name`` of the nodes becomes ``display_name``. Other columns keep their names.

    Raises
    ------
    InvalidArgumentError
        If igraph is not installed. Being under the GPL, it is never installed with this library.
    """
    try:
        import igraph
    except ImportError as error:
        raise InvalidArgumentError(
            "igraph is not installed; it comes with: pip install igraph"
        ) from error
    graph = igraph.Graph(
        n=len(network),
        edges=list(zip(network.source.tolist(), network.target.tolist(), strict=True)),
        directed=network.directed,
    )
    for name in network.nodes.column_names:
        graph.vs["display_name" if name == "name" else name] = network.nodes[name].to_pylist()
    graph.vs["name"] = network.ids.to_pylist()
    for name in network.edges.column_names:
        if name not in ("source", "target"):
            graph.es[name] = network.edges[name].to_pylist()
    return graph


def to_scipy(network: Network, weight: str | None = "weight") -> csr_array:
    """Return the adjacency matrix by node numbers.

    Parameters
    ----------
    network : Network
        Any network.
    weight : str, optional
        The column of the edges that is stored; None stores 1.0 for each edge.

    Returns
    -------
    scipy.sparse.csr_array, shape (n, n), float64
        Entry (i, j) is the edge from i to j; symmetric if the network is undirected. Columns ascend
        in each row. Edges of weight zero are stored, too.

    Raises
    ------
    InvalidArgumentError
        If the edges have no such column, or if it holds something else than numbers.

    Examples
    --------
    >>> import networkx as nx
    >>> to_scipy(from_networkx(nx.path_graph(3))).toarray()
    array([[0., 1., 0.],
           [1., 0., 1.],
           [0., 1., 0.]])
    """
    from scipy.sparse import csr_array

    links = network.links
    data = _numbers(network.edges, weight)[links.edges]
    shape = (len(network), len(network))
    # With row starts of 64 bits scipy widens the columns, too, and is slower in twice the memory.
    narrow = np.int32 if len(data) <= np.iinfo(np.int32).max else np.int64
    return csr_array((data, links.neighbours.copy(), links.indptr.astype(narrow)), shape=shape)


def from_networkx(graph: nx.Graph, weight: str | None = "weight") -> Network:
    """Return a networkx graph as a network.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        Its nodes get their text, ``str(node)``, as ids. Attributes other than the weight are not
        taken over.
    weight : str, optional
        The attribute of edges that is their weight; where it is missing, and if this is None, the
        weight is 1.0.

    Returns
    -------
    Network
        Loops are dropped and counted in ``left_out["loops"]``.

    Raises
    ------
    InvalidArgumentError
        If the graph is a multigraph, two nodes have the same text, or a weight is no number, not
        finite or negative.

    Examples
    --------
    >>> import networkx as nx
    >>> network = from_networkx(nx.Graph([("b", "a"), ("c", "c")]))
    >>> network, network.left_out["loops"]
    (<Network: 3 nodes, 1 edge, 2 components, 1 isolate>, 1)
    """
    import pyarrow as pa

    if graph.is_multigraph():
        raise InvalidArgumentError(
            "a network has one edge between two nodes; sum up those of the multigraph first"
        )
    names = [str(node) for node in graph]
    try:
        ids = sorted(names, key=str.encode)
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"a node is no valid text: {error.object!a:.80}") from error
    number = {name: place for place, name in enumerate(ids)}
    if len(number) < len(ids):
        twice = next(a for a, b in pairwise(ids) if a == b)
        raise InvalidArgumentError(f"two nodes of the graph have the text {ascii(twice)[:80]}")
    rows = []
    loops = 0
    for a, b, attributes in graph.edges(data=True):
        source, target = number[str(a)], number[str(b)]
        if source == target:
            loops += 1
            continue
        if not graph.is_directed() and source > target:
            source, target = target, source
        rows.append((source, target, _weight(attributes, weight)))
    rows.sort()
    nodes = pa.array(ids, pa.string())
    edges = {
        name: pa.DictionaryArray.from_arrays(pa.array([row[k] for row in rows], pa.int32()), nodes)
        for k, name in enumerate(("source", "target"))
    }
    return Network(
        pa.table({"id": nodes}),
        pa.table({**edges, "weight": pa.array([row[2] for row in rows], pa.float64())}),
        left_out={"loops": loops},
        directed=graph.is_directed(),
    )


def write_network_files(network: Network, path: str | os.PathLike[str]) -> None:
    """Write a network where nothing is yet, whole or not at all.

    Parameters
    ----------
    network : Network
        Any network.
    path : path
        ``.graphml`` and ``.gexf`` write these formats by networkx, ``.net`` writes Pajek's; a name
        without suffix becomes a folder of ``nodes.parquet``, ``edges.parquet`` and
        ``network.json`` (recipe, what was left out, direction), which alone keeps everything.

    Raises
    ------
    InvalidArgumentError
        If something has that name already, its folder is missing, the suffix is another one, or
        the format cannot keep two ids apart.

    Notes
    -----
    XML has no control characters: U+FFFD stands for them. Nulls are left out there, lists are
    JSON. Pajek has no escape: in its names a double quote becomes an apostrophe, a backslash a
    slash, and control characters spaces; a node is called by its name with the id behind it.
    """
    target = Path(path)
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None and target.suffix:
        raise InvalidArgumentError(
            f"no format of networks has the suffix {ascii(target.suffix)[:20]}: "
            f"{', '.join(sorted(_WRITERS))}, or none for a folder of Parquet"
        )
    write_whole(
        free_path(target),
        partial(_write_folder, network)
        if writer is None
        else lambda beside: write_file(beside, partial(writer, network)),
    )


def read_network(path: str | os.PathLike[str]) -> Network:
    """Read a folder that `write_network_files` wrote.

    Returns
    -------
    Network
        Equal tables, and a recipe that knows its arguments but not the papers.

    Raises
    ------
    InvalidArgumentError
        If there is no such folder, or its files are damaged or do not make a network.

    Examples
    --------
    >>> import tempfile
    >>> import networkx as nx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_network_files(from_networkx(nx.path_graph(3)), f"{folder}/chain")
    ...     read_network(f"{folder}/chain")
    <Network: 3 nodes, 2 edges, 1 component, 0 isolates>
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = Path(path)
    try:
        with (folder / RECIPE_FILE).open(encoding="utf-8") as file:
            said = json.load(file)
        nodes, edges = (
            pq.read_table(folder / name, page_checksum_verification=True, partitioning=None)
            for name in (NODES_FILE, EDGES_FILE)
        )
        arguments, left_out, directed = (said[k] for k in ("arguments", "left_out", "directed"))
    except FileNotFoundError as error:
        raise InvalidArgumentError(f"{folder} is no folder of a network: {error}") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError, pa.ArrowException) as error:
        line = " ".join(str(error).split())[:200]
        raise InvalidArgumentError(f"the network in {folder} cannot be read: {line}") from error
    shapes = (arguments or {}, dict), (left_out, dict), (directed, bool)
    if not all(isinstance(value, kind) for value, kind in shapes):
        raise InvalidArgumentError(f"the network in {folder} cannot be read: {RECIPE_FILE}")
    recipe = None if arguments is None else RecordedRecipe(arguments)
    return Network(nodes, edges, recipe=recipe, left_out=left_out, directed=directed)


def _graph(
    network: Network,
    ids: list[str],
    node_value: Callable[[str, Any], tuple[str, Any]],
    id_text: Callable[[str], str],
) -> nx.Graph:
    """Build a networkx graph; names and values of attributes go through a function."""
    import networkx as nx

    ids = [id_text(node) for node in ids]
    graph = nx.DiGraph() if network.directed else nx.Graph()
    graph.add_nodes_from(zip(ids, _attributes(network.nodes, ("id",), node_value), strict=True))
    attributes = _attributes(network.edges, ("source", "target"), node_value)
    ends = zip(network.source.tolist(), network.target.tolist(), attributes, strict=True)
    graph.add_edges_from((ids[a], ids[b], values) for a, b, values in ends)
    return graph


def _attributes(
    table: pa.Table, without: tuple[str, ...], named: Callable[[str, Any], tuple[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the values of each row by name, nulls left out."""
    names = [name for name in table.column_names if name not in without]
    if not names:
        yield from ({} for _ in range(table.num_rows))
        return
    for row in zip(*(table[name].to_pylist() for name in names), strict=True):
        yield dict(
            named(name, value) for name, value in zip(names, row, strict=True) if value is not None
        )


def _weight(attributes: Mapping[str, Any], name: str | None) -> float:
    value = attributes.get(name) if name is not None else None
    if value is None:
        return 1.0
    if isinstance(value, str | bytes):
        raise InvalidArgumentError(f"the weight of an edge is a text: {ascii(value)[:80]}")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidArgumentError(f"the weight of an edge is no number: {value!a:.80}") from error


def _numbers(edges: pa.Table, name: str | None) -> npt.NDArray[np.float64]:
    from pyarrow import types

    if name is None:
        return np.ones(edges.num_rows)
    if name not in edges.column_names:
        known = ", ".join(n for n in edges.column_names if n not in ("source", "target"))
        raise InvalidArgumentError(f"edges have no column {ascii(name)[:80]}; they have {known}")
    column = edges[name]
    if not (types.is_integer(column.type) or types.is_floating(column.type)) or column.null_count:
        raise InvalidArgumentError(f"column {ascii(name)[:80]} of the edges is not all numbers")
    numbers: npt.NDArray[np.float64] = column.to_numpy().astype(np.float64)
    return numbers


def _xml_text(text: str) -> str:
    return _NOT_XML.sub(REPLACEMENT, text)


def _xml_value(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | dict):
        value = json.dumps(value, default=str, ensure_ascii=False)
    return _xml_text(str(value))


def _xml_graph(network: Network, named: Callable[[str, Any], tuple[str, Any]]) -> nx.Graph:
    graph = _graph(network, network.ids.to_pylist(), named, _xml_text)
    if graph.number_of_nodes() < len(network):
        raise InvalidArgumentError(
            "two ids differ in characters alone that XML cannot carry; write a folder of Parquet"
        )
    return graph


def _write_graphml(network: Network, file: IO[bytes]) -> None:
    import networkx as nx

    graph = _xml_graph(network, lambda name, value: (_xml_text(name), _xml_value(value)))
    # Not `write_graphml`: that one writes other bytes where lxml is installed.
    nx.write_graphml_xml(graph, file)


def _write_gexf(network: Network, file: IO[bytes]) -> None:
    import networkx as nx

    def named(name: str, value: Any) -> tuple[str, Any]:
        return _xml_text(f"{name}_" if name in _GEXF_OWN else name), _xml_value(value)

    graph = _xml_graph(network, named)
    for _, values in graph.nodes(data=True):
        if "name" in values:
            values["label"] = str(values["name"])
    nx.write_gexf(graph, file)


def _write_pajek(network: Network, file: IO[bytes]) -> None:
    links = zip(
        network.source.tolist(), network.target.tolist(), network.weight.tolist(), strict=True
    )
    kind = "Arcs" if network.directed else "Edges"
    file.write(f"*Vertices {len(network)}\n".encode())
    for number, label in enumerate(_labels(network), 1):
        file.write(f'{number} "{label}"\n'.encode())
    file.write(f"*{kind} {network.edges.num_rows}\n".encode())
    for source, target, weight in links:
        file.write(f"{source + 1} {target + 1} {weight!r}\n".encode())


def _labels(network: Network) -> Iterator[str]:
    """Yield what Pajek shows of each node: its name and its id, or the id alone."""
    ids = network.ids.to_pylist()
    has_names = "name" in network.nodes.column_names
    names = network.nodes["name"].to_pylist() if has_names else [None] * len(ids)
    for node, name in zip(ids, names, strict=True):
        label = f"{name} ({node})" if name else node
        yield _BREAKS_LINES.sub(" ", label).replace('"', "'").replace("\\", "/")


_WRITERS: Final[dict[str, Callable[[Network, IO[bytes]], None]]] = {
    ".gexf": _write_gexf,
    ".graphml": _write_graphml,
    ".net": _write_pajek,
}


def _write_folder(network: Network, folder: Path) -> None:
    import pyarrow as pa

    recipe = network.recipe
    said = {
        "arguments": None if recipe is None else dict(recipe.arguments),
        "left_out": dict(network.left_out),
        "directed": network.directed,
    }
    edges = network.edges
    for name in ("source", "target"):
        place = edges.schema.get_field_index(name)
        edges = edges.set_column(place, name, edges[name].cast(pa.string()))
    write_folder(folder, [edges], lambda: network.nodes, lambda: said)

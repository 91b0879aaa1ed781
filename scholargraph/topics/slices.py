"""Slices: typed, bounded subgraphs around any node, for looking at and for handing on.

Which nodes belong to a slice is decided in ``slice_growth``; here stand the question, what a slice
says of its nodes and edges, and its forms outside of this library.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.adjacency.meanings import NO_SCORE, PRIMARY, UNKNOWN_COUNT, UNKNOWN_YEAR
from scholargraph.collaboration.affiliations import Seated, first_seats, seated_on
from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import resolve
from scholargraph.network.folder import free_path, write_file, write_folder, write_whole
from scholargraph.network.pairs import IntArray
from scholargraph.topics.scope import entries_of
from scholargraph.topics.slice_growth import PER_NODE, Bounds, Found, edges_among, grow
from scholargraph.topics.ways import EDGE_TYPES, FROM_THEIR_TARGET, NODE_TYPES

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph

RULE: Final = (
    "nearer nodes first; at one distance by contact (each nearer node shares 1 among its neighbours"
    " along edges of one type and direction), then by type, then by count, then by id; a node leads"
    f" to its {PER_NODE} neighbours of largest count along edges of one type and direction"
)
"""How it is chosen what a slice has room for."""

_SAID: Final = ("position", "score", "is_primary")
"""What only edges of some type say."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """Nodes around one, and all edges between them. Made by `neighbourhood`."""

    nodes: pa.Table
    """The start first, then in the order in which they were chosen: ``id``, ``type``, ``name`` (of
    papers the title; may be null), ``year`` (of papers; may be null), ``count`` (of papers the
    citations by the record, of others their papers in this graph; null where unknown),
    ``distance`` from the start, and ``contact``, what nearer nodes share with it."""
    edges: pa.Table
    """By type, source and target: ``source``, ``target`` (ids), ``type``, and ``position`` (place
    on the byline, of authorships), ``score`` and ``is_primary`` (of topics), null elsewhere."""
    made: Mapping[str, Any]
    """How it was made: ``node``, ``radius``, ``limit``, ``node_types``, ``edge_types``,
    ``version``, ``per_node`` (neighbours that one node leads to), and the ``rule``."""
    left_out: Mapping[str, Any]
    """What it has no room for: ``nodes`` by type, those at the last distance beyond the limit;
    ``neighbours`` by type of edge, those beyond what one node leads to; ``not_looked_around``,
    nodes of the slice inside the radius whose neighbours were not looked for."""

    def __len__(self) -> int:
        return int(self.nodes.num_rows)

    def __repr__(self) -> str:
        beyond = sum(self.left_out["nodes"].values())
        return (
            f"<Slice around {self.made['node']}: {_many(len(self), 'node')},"
            f" {_many(self.edges.num_rows, 'edge')}; {_many(beyond, 'node')} beyond the limit>"
        )

    def to_pandas(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return nodes and edges as frames, with row numbers as index."""
        from scholargraph.graph.frames import frame

        return (
            frame(self.nodes, nullable=("name", "year", "count")),
            frame(self.edges, nullable=("position", "score", "is_primary")),
        )

    def to_networkx(self) -> nx.MultiDiGraph:
        """Return a networkx graph whose edges have their type as key.

        Nodes are ids in their order; other columns are attributes, except where they are null.

        Examples
        --------
        >>> import scholargraph as sg
        >>> seat = {"author": {"id": "A9000000001", "display_name": "A. Author"}}
        >>> graph = sg.from_records([{"id": "W9000000001", "authorships": [seat]}])
        >>> list(neighbourhood(graph, "A9000000001").to_networkx().edges(keys=True))
        [('A9000000001', 'W9000000001', 'authorship')]
        """
        import networkx as nx

        graph = nx.MultiDiGraph()
        for node in self.nodes.to_pylist():
            graph.add_node(node.pop("id"), **_known(node))
        for edge in self.edges.to_pylist():
            ends = edge.pop("source"), edge.pop("target")
            graph.add_edge(*ends, key=edge["type"], **_known(edge))
        return graph

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the slice where nothing is yet, whole or not at all.

        Parameters
        ----------
        path : path
            A name ending in ``.json`` becomes one document with ``nodes`` and ``edges`` as lists of
            objects, ``made`` and ``left_out``; a name without suffix a folder of
            ``nodes.parquet``, ``edges.parquet`` and ``network.json`` with the rest.

        Raises
        ------
        InvalidArgumentError
            If something has that name already, its folder is missing, or the suffix is another one.
        """
        target = Path(path)
        if target.suffix.lower() not in ("", ".json"):
            raise InvalidArgumentError(
                f"no format of slices has the suffix {ascii(target.suffix)[:20]}: .json, or none "
                "for a folder of Parquet"
            )
        write_whole(
            free_path(target),
            (lambda beside: write_file(beside, self._write_json))
            if target.suffix
            else self._write_folder,
        )

    def _write_folder(self, folder: Path) -> None:
        said = {"arguments": self.made, "left_out": self.left_out, "directed": True}
        write_folder(folder, [self.edges], lambda: self.nodes, lambda: said)

    def _write_json(self, file: IO[bytes]) -> None:
        document = {
            "nodes": self.nodes.to_pylist(),
            "edges": self.edges.to_pylist(),
            "made": dict(self.made),
            "left_out": dict(self.left_out),
        }
        file.write(f"{json.dumps(document, allow_nan=False)}\n".encode())


def neighbourhood(
    graph: ScholarGraph,
    node: str,
    radius: int = 2,
    node_types: Iterable[str] | None = None,
    edge_types: Iterable[str] | None = None,
    limit: int = 200,
) -> Slice:
    """Return the nodes around one and all edges between them, within bounds.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    node : str
        Any identifier of a paper, an author, a topic or a class of topics, an institution, or a
        source.
    radius : int
        Most edges between the node and any other.
    node_types : iterable of str, optional
        Types of the other nodes: paper, author, topic, institution, source; all by default.
    edge_types : iterable of str, optional
        Which edges are followed and shown: ``authorship`` (author to paper), ``citation`` (citing
        to cited paper), ``topic`` (paper to topic), ``parent`` (topic to the class above),
        ``affiliation`` (paper to an institution that its byline names), ``source`` (paper to where
        it appeared). By default the first four; from an institution also ``affiliation``, from a
        source also ``source``.
    limit : int
        Most nodes, the first one included.

    Returns
    -------
    Slice
        Edges are followed against their direction, too, and all edges between the nodes are shown,
        also those that were not followed. Papers of every type count.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the node is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

    Notes
    -----
    Nodes are taken level by level. Each node of the last level shares 1 equally among all its
    neighbours along edges of one type in one direction; what a new node gets in sum is its contact
    (ours, after the fractional counting of Newman 2001, doi:10.1103/PhysRevE.64.016132), so that a
    co-author of several small papers is closer than one of thousands on one paper. At most 25
    neighbours along edges of one type in one direction are followed from one node, those with the
    largest ``count``, ties by id: neither a paper of thousands nor a prolific author fills the
    slice. A level is ordered by contact (to 12 decimals), then by type (paper, author, topic,
    institution, source), then by count, then by id, and cut at the limit. No choice depends on
    limit or radius, so the slice with a smaller limit or radius is a subgraph.

    Memory and time grow with the limit, and with the number of neighbours of the nodes inside.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": f"A900000000{k}", "display_name": f"{k}."}} for k in (1, 2)]
    >>> graph = sg.from_records([{"id": "W9000000001", "authorships": seats}])
    >>> around = neighbourhood(graph, "A9000000001")
    >>> around.nodes["id"].to_pylist()
    ['A9000000001', 'W9000000001', 'A9000000002']
    """
    node_type, node_id = _start(graph, node)
    bounds = Bounds(
        _whole("radius", radius, 0),
        _whole("limit", limit, 1),
        _chosen("node_types", node_types, NODE_TYPES, NODE_TYPES),
        _chosen("edge_types", edge_types, tuple(EDGE_TYPES), _edges_from(node_type)),
    )
    row = graph.adjacency.nodes[node_type].find_row(node_id)
    grown = grow(graph.adjacency, node_type, row, bounds)
    return Slice(
        nodes=_node_table(graph.adjacency, grown.nodes),
        edges=_edge_table(graph, grown.nodes, bounds.edge_types),
        made={
            "node": node_id,
            "radius": bounds.radius,
            "limit": bounds.limit,
            "node_types": list(bounds.node_types),
            "edge_types": list(bounds.edge_types),
            "version": graph.version,
            "per_node": PER_NODE,
            "rule": RULE,
        },
        left_out={
            "nodes": grown.beyond_limit,
            "neighbours": grown.beyond_budget,
            "not_looked_around": grown.not_looked_around,
        },
    )


def _start(graph: ScholarGraph, node: str) -> tuple[str, str]:
    """Return type and id of the node that an identifier of any kind names."""
    absent: NodeNotFoundError | None = None
    for node_type in NODE_TYPES:
        try:
            return node_type, resolve(graph, node, node_type)
        except NodeNotFoundError as error:
            absent = absent or error
        except InvalidIdentifierError:
            continue
    if absent is not None:
        raise absent
    raise InvalidIdentifierError(
        f"{ascii(node)[:80]} is no identifier of a {', '.join(NODE_TYPES)}; find(graph, ...) "
        "searches by name"
    )


def _edges_from(node_type: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, ends in EDGE_TYPES.items()
        if name not in FROM_THEIR_TARGET or ends.target == node_type
    )


def _chosen(
    argument: str, given: Iterable[str] | None, known: tuple[str, ...], default: tuple[str, ...]
) -> tuple[str, ...]:
    if given is None:
        return default
    wanted = [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    if isinstance(given, str) or not all(each in known for each in wanted):
        raise InvalidArgumentError(
            f"{argument} is a list of some of {', '.join(known)}, not {ascii(given)[:80]}"
        )
    return tuple(name for name in known if name in wanted)


def _whole(argument: str, value: object, least: int) -> int:
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or int(value) < least:  # type: ignore[call-overload]
        raise InvalidArgumentError(f"{argument} is a number of {least} or more, not {value!r}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def _node_table(adjacency: Adjacency, nodes: Found) -> pa.Table:
    import pyarrow as pa

    ids = np.empty(len(nodes.row), object)
    names = np.empty(len(nodes.row), object)
    year = np.zeros(len(nodes.row), np.int16)
    for code, name in enumerate(NODE_TYPES):
        places = np.flatnonzero(nodes.node_type == code)
        rows = nodes.row[places]
        if len(rows):
            ids[places] = adjacency.nodes[name].ids.texts(rows)
            names[places] = [text or None for text in adjacency.nodes[name].names.texts(rows)]
    papers = np.flatnonzero(nodes.node_type == NODE_TYPES.index("paper"))
    year[papers] = adjacency.papers.year[nodes.row[papers]]
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "type": pa.array([NODE_TYPES[code] for code in nodes.node_type.tolist()], pa.string()),
            "name": pa.array(names, pa.string()),
            "year": pa.array(year, mask=year == UNKNOWN_YEAR),
            "count": pa.array(nodes.size, mask=nodes.size == UNKNOWN_COUNT),
            "distance": pa.array(nodes.distance, pa.int16()),
            "contact": pa.array(nodes.contact, pa.float64()),
        }
    )


def _edge_table(graph: ScholarGraph, nodes: Found, edge_types: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema(
        {
            "source": pa.string(),
            "target": pa.string(),
            "type": pa.string(),
            "position": pa.int32(),
            "score": pa.float64(),
            "is_primary": pa.bool_(),
        }
    )
    parts = [schema.empty_table()]
    for name, (source, target) in edges_among(graph.adjacency, nodes, edge_types).items():
        ends = EDGE_TYPES[name]
        columns: dict[str, Any] = {
            "source": _texts(graph.adjacency, ends.source, source),
            "target": _texts(graph.adjacency, ends.target, target),
            "type": [name] * len(source),
            **{column: pa.nulls(len(source), schema.field(column).type) for column in _SAID},
        }
        if name == "authorship":
            columns["position"] = _positions(graph.adjacency, source, target)
        elif name == "topic":
            columns |= _assigned(graph.adjacency, source, target)
        parts.append(pa.table(columns, schema=schema))
    return pa.concat_tables(parts).combine_chunks()


def _texts(adjacency: Adjacency, node_type: str, rows: IntArray) -> list[str]:
    return adjacency.nodes[node_type].ids.texts(rows)


def _positions(adjacency: Adjacency, author: IntArray, paper: IntArray) -> IntArray:
    """Return the first place of authors on the bylines of papers."""
    papers = np.unique(paper)
    seated = seated_on(adjacency, papers)
    is_wanted = np.isin(seated.author, author)
    first = first_seats(Seated(*(part[is_wanted] for part in seated)))
    key = first.paper << 32 | first.author
    order = np.argsort(key)
    wanted = np.searchsorted(papers, paper) << 32 | author
    return first.position[order[np.searchsorted(key[order], wanted)]]


def _assigned(adjacency: Adjacency, paper: IntArray, topic: IntArray) -> dict[str, pa.Array[Any]]:
    """Return what records say of topics of papers."""
    import pyarrow as pa

    assigned = adjacency.paper_topics
    papers = np.unique(paper)
    place, every = entries_of(assigned.topics, papers)
    wanted = np.searchsorted(papers, paper) << 32 | topic
    entry = every[np.searchsorted(place << 32 | assigned.topics.indices[every], wanted)]
    score = assigned.score[entry].astype(np.float64)
    return {
        "score": pa.array(score, mask=score == NO_SCORE),
        "is_primary": pa.array((assigned.flags[entry] & PRIMARY) != 0),
    }


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"

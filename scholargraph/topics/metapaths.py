"""Meta-paths: how many paths of given types of nodes lead from some nodes to others.

Paths are counted step by step from the start, exactly and on whole numbers; no matrix of all nodes
is ever made. Which types stand next to which is said in ``ways``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_limit
from scholargraph.network.pairs import FloatArray, IntArray
from scholargraph.topics.ways import EDGE_TYPES, NODE_TYPES, neighbours

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.adjacency.csr import Relation
    from scholargraph.graph import ScholarGraph

MEASURES: Final = ("count", "pathsim")

_MOST_PATHS: Final = 2**62
"""More cannot be counted safely in 64 bits."""

_PIECE_STEPS: Final = 2_000_000
"""Steps that are taken together."""

_PIECE_NODES: Final = 100_000
"""Nodes whose paths to themselves are counted together."""


class Step(NamedTuple):
    """From one type of node to the next."""

    edge_type: str
    forwards: bool


class Reached(NamedTuple):
    """Ends of paths, each once for each start, by start and row."""

    start: IntArray
    """Place among the starts."""
    row: IntArray
    paths: IntArray

    def of(self, places: npt.NDArray[Any] | slice) -> Reached:
        """Return some of them, in the order of the places."""
        return Reached(self.start[places], self.row[places], self.paths[places])


def metapath(
    graph: ScholarGraph,
    path: Sequence[str],
    start: str | Sequence[str],
    measure: str = "count",
    limit: int | None = None,
) -> pd.DataFrame:
    """Return the nodes that paths of given types lead to, and how many paths there are.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    path : sequence of str
        Two or more types of nodes, such as ``["author", "paper", "topic"]``. Next to each other
        can stand paper and author, paper and topic (its own, without the classes above), paper and
        institution, paper and source, each in both orders; paper and paper, the first citing the
        second; and topic and topic, the second being the class above the first.
    start : str or sequence of str
        One or more nodes of the first type, by any of their identifiers.
    measure : {"count", "pathsim"}
        Count the paths from the start to nodes of the last type; or compare the start with nodes of
        the first type, by the paths that go there and are followed by the same path reversed:
        author, paper, topic becomes author, paper, topic, paper, author.
    limit : int, optional
        So many rows at most for each start; ``attrs["reached"]`` says how many there are.

    Returns
    -------
    pandas.DataFrame
        One row per start and node that is reached: ``start_id``, the id of the node
        (``topic_id``, ``author_id``, ...), ``name`` (of papers the title; may be null), ``paths``,
        and for PathSim ``pathsim`` in (0, 1]. In the order of the starts, each of them once; then
        the largest measure first, ties by id. Counts include the start where paths lead
        back to it; PathSim leaves it out, for it is 1 there.

        ``attrs`` has ``path``, ``measure``, ``version``, and ``reached`` by start.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If a start is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take, or there are more paths than can be
        counted in 64 bits.

    Notes
    -----
    With M the number of paths from x over the path and back to y, PathSim is
    ``2 M_xy / (M_xx + M_yy)`` [1]_. A path may come back to a node that it has been to. Authors are
    those of seats without mark, each once on a paper; institutions are those that any seat of the
    paper names. All papers count, whatever their type.

    References
    ----------
    .. [1] Sun, Y., Han, J., Yan, X., Yu, P. S., Wu, T. (2011). PathSim: meta path-based top-k
       similarity search in heterogeneous information networks. Proceedings of the VLDB Endowment
       4(11), 992-1003. doi:10.14778/3402707.3402736

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": f"A900000000{k}", "display_name": f"{k}."}} for k in (1, 2)]
    >>> graph = sg.from_records([
    ...     {"id": "W9000000001", "authorships": seats},
    ...     {"id": "W9000000002", "authorships": seats[:1]},
    ... ])
    >>> found = metapath(graph, ["author", "paper"], "A9000000001", measure="pathsim")
    >>> found[["author_id", "paths", "pathsim"]]
         author_id  paths   pathsim
    0  A9000000002      1  0.666667
    """
    taken = _steps_of(path)
    if measure not in MEASURES:
        raise InvalidArgumentError(f"measure is one of {', '.join(MEASURES)}, not {measure!r}")
    check_limit(limit)
    starts = _starts(graph, path[0], start)
    origin = _each_alone(starts)
    if measure == "count":
        reached, similarity = _walked(graph.adjacency, origin, taken), None
    else:
        reached, similarity = _compared(graph.adjacency, origin, taken)
    order = _first_of_each(reached, reached.paths if similarity is None else similarity, limit)
    ends = path[0] if measure == "pathsim" else path[-1]
    ids = graph.adjacency.nodes[path[0]].ids.texts(starts)
    counts = np.bincount(reached.start, minlength=len(starts)).tolist()
    return frame(
        _table(graph, path[0], ends, starts, reached.of(order), similarity, order),
        nullable=("name",),
        attrs={
            "path": list(path),
            "measure": measure,
            "version": graph.version,
            "reached": dict(zip(ids, counts, strict=True)),
        },
    )


def _steps_of(path: Sequence[str]) -> list[Step]:
    """Return the steps between types, or refuse types that do not stand next to each other."""
    if isinstance(path, str) or not isinstance(path, Sequence) or len(path) < 2:
        raise InvalidArgumentError(
            f"path is a list of two or more of {', '.join(NODE_TYPES)}, not {ascii(path)[:80]}"
        )
    taken = []
    for here, there in pairwise(path):
        # Edges between nodes of one type are met in their own direction first.
        for name, ends in EDGE_TYPES.items():
            if ends == (here, there) or ends == (there, here):
                taken.append(Step(name, ends == (here, there)))
                break
        else:
            pairs = ", ".join(f"{ends.source} and {ends.target}" for ends in EDGE_TYPES.values())
            raise InvalidArgumentError(
                f"no path leads from {ascii(here)[:40]} to {ascii(there)[:40]}; next to each other "
                f"stand {pairs}"
            )
    return taken


def _starts(graph: ScholarGraph, node_type: str, start: str | Sequence[str]) -> IntArray:
    named = [start] if isinstance(start, str) else list(start)
    ids = dict.fromkeys(resolve(graph, each, node_type) for each in named)
    nodes = graph.adjacency.nodes[node_type]
    return np.array([nodes.find_row(node_id) for node_id in ids], np.int64)


def _each_alone(rows: IntArray) -> Reached:
    """Return the paths without steps, one for each node."""
    return Reached(np.arange(len(rows)), rows, np.ones(len(rows), np.int64))


def _walked(adjacency: Adjacency, origin: Reached, taken: list[Step]) -> Reached:
    reached = origin
    for step in taken:
        reached = _one_step_on(adjacency, reached, step)
    return reached


def _compared(
    adjacency: Adjacency, origin: Reached, taken: list[Step]
) -> tuple[Reached, FloatArray]:
    """Return what starts can be compared with, the paths there and back, and PathSim."""
    back = [Step(step.edge_type, not step.forwards) for step in reversed(taken)]
    met = _walked(adjacency, _walked(adjacency, origin, taken), back)
    others = np.unique(met.row)
    own = np.concatenate(
        [np.zeros(0, np.int64)]
        + [
            _closed_paths(adjacency, others[low : low + _PIECE_NODES], taken)
            for low in range(0, len(others), _PIECE_NODES)
        ]
    )[np.searchsorted(others, met.row)]
    is_start = met.row == origin.row[met.start]
    of_start = np.zeros(len(origin.row), np.int64)
    of_start[met.start[is_start]] = met.paths[is_start]
    similarity = 2.0 * met.paths / (of_start[met.start] + own)
    return met.of(~is_start), similarity[~is_start]


def _closed_paths(adjacency: Adjacency, rows: IntArray, taken: list[Step]) -> IntArray:
    """Count the paths of nodes that go and come back to them."""
    reached = _walked(adjacency, _each_alone(rows), taken)
    paths = reached.paths.astype(np.float64)
    _check_number(np.bincount(reached.start, weights=paths**2).max(initial=0.0))
    closed = np.zeros(len(rows), np.int64)
    np.add.at(closed, reached.start, reached.paths**2)
    return closed


def _one_step_on(adjacency: Adjacency, reached: Reached, step: Step) -> Reached:
    relation = neighbours(adjacency, step.edge_type, forwards=step.forwards)
    degree = relation.indptr[reached.row + 1] - relation.indptr[reached.row]
    _check_number(float(np.sum(reached.paths.astype(np.float64) * degree)))
    return _summed(
        _joined(
            [
                reached.of(slice(0)),
                *(_summed(_stepped(reached.of(some), relation)) for some in _pieces(degree)),
            ]
        )
    )


def _stepped(reached: Reached, relation: Relation) -> Reached:
    place, neighbour = relation.of_all(reached.row)
    return Reached(reached.start[place], neighbour.astype(np.int64), reached.paths[place])


def _joined(parts: list[Reached]) -> Reached:
    return Reached(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _summed(reached: Reached) -> Reached:
    """Add up the paths of one start and one end; starts ascend."""
    from scipy.sparse import csr_array

    start, first = np.unique(reached.start, return_index=True)
    indptr = np.append(first, len(reached.start))
    nodes = int(reached.row.max(initial=0)) + 1
    found = csr_array((reached.paths, reached.row, indptr), shape=(len(start), nodes))
    found.sum_duplicates()
    place = np.repeat(np.arange(len(start)), np.diff(found.indptr))
    return Reached(start[place], found.indices.astype(np.int64), found.data)


def _pieces(degree: IntArray) -> Iterator[slice]:
    """Yield ranges whose steps can be taken together."""
    ends = np.cumsum(degree)
    low = 0
    while low < len(degree):
        before = int(ends[low - 1]) if low else 0
        high = int(np.searchsorted(ends, before + _PIECE_STEPS, side="right"))
        high = max(high, low + 1)
        yield slice(low, high)
        low = high


def _first_of_each(reached: Reached, measure: npt.NDArray[Any], limit: int | None) -> IntArray:
    """Return places by start, the largest first, so many of each."""
    order = np.lexsort((reached.row, -measure, reached.start))
    if limit is None:
        return order
    start = reached.start[order]
    rank = np.arange(len(start)) - np.searchsorted(start, start)
    return order[rank < limit]


def _table(
    graph: ScholarGraph,
    first: str,
    last: str,
    starts: IntArray,
    reached: Reached,
    similarity: FloatArray | None,
    order: IntArray,
) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    nodes = graph.adjacency.nodes[last]
    names = nodes.names.take(reached.row)
    columns = {
        "start_id": graph.adjacency.nodes[first].ids.take(starts[reached.start]),
        f"{last}_id": nodes.ids.take(reached.row),
        "name": pc.if_else(pc.equal(names, ""), None, names),
        "paths": pa.array(reached.paths, pa.int64()),
    }
    if similarity is not None:
        columns["pathsim"] = pa.array(similarity[order], pa.float64())
    return pa.table(columns)


def _check_number(paths: float) -> None:
    if paths > _MOST_PATHS:
        raise InvalidArgumentError(
            f"there are some {paths:.0e} paths, more than can be counted; ask for a shorter path"
        )

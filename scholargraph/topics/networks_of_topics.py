"""Networks of topics: all that a kernel ties, over a whole graph.

What lies around one topic is in ``around_topics``; directed flows of citations are in ``flows``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.meanings import UNKNOWN_YEAR
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_number
from scholargraph.network.backbone import corrected
from scholargraph.network.pairs import NO_YEAR, Classes, incidence
from scholargraph.network.recipe import Bipartite
from scholargraph.topics.around_topics import KERNELS, check_kernel
from scholargraph.topics.author_kernel import author_cosines
from scholargraph.topics.citation_kernel import citation_ratios
from scholargraph.topics.co_assignment import (
    Marginals,
    association_strength,
    check_mode,
    co_assignment,
    marginals,
    npmi,
    p_values,
)
from scholargraph.topics.hierarchy import (
    LEVELS_OF_SCHEME,
    FloatArray,
    IntArray,
    lineages,
    tree_similarity,
)
from scholargraph.topics.scope import Scope, column_of, scope_of

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array

    from scholargraph.graph import ScholarGraph
    from scholargraph.network import Network


def topic_network(
    graph: ScholarGraph,
    kernel: str = "co-assignment",
    mode: str = "presence",
    level: str = "topic",
    since: int | None = None,
    until: int | None = None,
    min_papers: int = 5,
    scheme: str = "openalex",
) -> Network:
    """Return the network of all topics that a kernel ties.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    kernel : {"co-assignment", "citation", "authors", "tree"}
        What ties two topics, as for `topic_neighbourhood`.
    mode, level, since, until, min_papers
        As for `topic_neighbourhood`; with ``tree`` both ends have so many papers.
    scheme : {"openalex", "arxiv"}
        Whose topics; of arXiv these are categories, archives and groups.

    Returns
    -------
    Network
        Undirected. Nodes are the topics that some paper has, or that are cited: ``id``, ``name``,
        ``type``, ``level``, ``paper_count``. Edges have a ``weight``, which is what
        `topic_neighbourhood` says in the column of the kernel, and ``evidence``, the papers or
        authors that ``min_papers`` asks for. Co-assignment has ``paper_count`` instead (papers with
        both), and ``count`` (as ``mode`` says), ``npmi`` and ``p_value`` (corrected).

        ``left_out`` says what did not go in: ``ties_of_fewer_papers``, ``papers_left_out`` by
        reason, ``papers_without_topic``, and ``papers_with_one_topic``, which make no ties of
        co-assignment.

    Raises
    ------
    InvalidArgumentError
        If an argument has a value that it does not take.

    Notes
    -----
    Formulas and sources are those of `topic_neighbourhood`. P-values are corrected as Benjamini and
    Hochberg do, for all possible pairs of the nodes, those that never met with p = 1. Of citations
    each way by itself there is a directed network, `scholargraph.topics.citation_flow`.

    The papers behind co-assignment can be asked for, so that backbones of it are to be had; with
    ``null="hypergeometric"`` they rest on the same p-values.

    Examples
    --------
    >>> import scholargraph as sg
    >>> topics = [{"id": f"T900{n}", "display_name": f"Topic {n}", "score": 1.0} for n in (1, 2, 3)]
    >>> works = [{"id": "W9000000001", "topics": topics[:2]},
    ...          {"id": "W9000000002", "topics": topics}]
    >>> network = topic_network(sg.from_records(works), min_papers=1)
    >>> network
    <Network: 3 nodes, 3 edges, 1 component, 0 isolates>
    >>> network.edges["paper_count"].to_pylist()
    [2, 1, 1]
    """
    check_kernel(kernel, KERNELS)
    check_mode(mode)
    check_number("min_papers", min_papers)
    if scheme not in LEVELS_OF_SCHEME:
        raise InvalidArgumentError(
            f"scheme is one of {', '.join(LEVELS_OF_SCHEME)}, not {ascii(scheme)[:80]}"
        )
    scope = scope_of(graph.adjacency, scheme, level, since, until)
    sizes = marginals(scope, mode)
    ties = _TIES[kernel](scope, mode, sizes)
    enough = ties.evidence >= min_papers
    is_node = sizes.paper_count > 0
    # A cited paper may be of any year, on a topic that no paper of these years has.
    is_node[ties.a] = is_node[ties.b] = True
    nodes = np.flatnonzero(is_node)
    said = {
        "kernel": kernel,
        "mode": mode,
        "level": level,
        "since": since,
        "until": until,
        "min_papers": min_papers,
        "scheme": scheme,
        "version": graph.version,
    }
    return _network(graph, scope, sizes, nodes, ties, enough, said)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRecipe:
    """How a network of topics was made, and the papers behind it."""

    graph: ScholarGraph
    said: Mapping[str, Any]
    scope: Scope
    nodes: IntArray
    """Rows of the topics."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of `topic_network`."""
        return self.said

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """Return the papers that have two topics, each with what it adds to ``count``."""
        import pyarrow as pa

        self._check()
        one, other = (self.graph.adjacency.nodes["topic"].find_row(topic) for topic in (a, b))
        papers = np.intersect1d(self.scope.papers_of(one), self.scope.papers_of(other))
        weights = self.scope.weights(papers)
        added = np.ones(len(papers))
        if self.said["mode"] == "weighted":
            added = column_of(weights, one) * column_of(weights, other)
        known = self.graph.adjacency.nodes["paper"]
        year = self.graph.adjacency.papers.year[papers]
        return frame(
            pa.table(
                {
                    "paper_id": known.ids.take(papers),
                    "title": known.names.take(papers),
                    "year": pa.array(year, pa.int16(), mask=year == UNKNOWN_YEAR),
                    "weight": pa.array(added, pa.float64()),
                }
            ),
            nullable=("year",),
        )

    def bipartite(self) -> Bipartite:
        """Return the papers of two topics or more, and their topics."""
        self._check()
        number = np.zeros(len(self.scope.class_of), np.int64)
        number[self.nodes] = np.arange(len(self.nodes))
        members, counts = [], []
        for piece in self.scope.pieces():
            several = np.diff(piece.weights.indptr)
            members.append(number[piece.weights.indices[np.repeat(several >= 2, several)]])
            counts.append(several[several >= 2])
        indptr = np.concatenate([[0], np.cumsum(np.concatenate(counts))]) if counts else np.zeros(1)
        every = np.concatenate(members) if members else number[:0]
        relation = incidence(indptr.astype(np.int64), every, len(self.nodes))
        one = np.ones(1)
        classes = Classes(
            of_group=np.zeros(len(indptr) - 1, np.int32),
            year=np.full(1, NO_YEAR, np.int16),
            full=one,
            fractional=one,
            weight=one,
        )
        return Bipartite(relation, classes, None)

    def _check(self) -> None:
        if self.said["kernel"] != KERNELS[0]:
            raise InvalidArgumentError(
                f"ties by {self.said['kernel']} are not made of papers with two topics; those of a "
                "network with kernel='co-assignment' are"
            )


class _Ties(NamedTuple):
    """Ties, each once with the smaller row first, ascending."""

    a: IntArray
    b: IntArray
    weight: FloatArray
    evidence: IntArray
    more: dict[str, FloatArray]
    """Further columns."""


def _co_assigned(scope: Scope, mode: str, sizes: Marginals) -> _Ties:
    found = co_assignment(scope, mode)
    a, b, joint = _upper(found.joint)
    count: FloatArray = joint.astype(np.float64)
    if mode == "weighted":
        count = _values(found.count, a, b)
    return _Ties(
        a,
        b,
        association_strength(count, sizes, a, b),
        joint.astype(np.int64),
        {
            "count": count,
            "npmi": npmi(count, sizes, a, b),
            "p_value": corrected(p_values(joint, sizes, a, b), sizes.possible_pairs),
        },
    )


def _cited(scope: Scope, mode: str, sizes: Marginals) -> _Ties:
    return _borne_out(*citation_ratios(scope))


def _with_authors(scope: Scope, mode: str, sizes: Marginals) -> _Ties:
    return _borne_out(*author_cosines(scope))


def _in_tree(scope: Scope, mode: str, sizes: Marginals) -> _Ties:
    lineage = lineages(scope.topics)
    nodes = np.flatnonzero(sizes.paper_count)
    found: list[tuple[IntArray, IntArray, FloatArray]] = []
    for place, row in enumerate(nodes.tolist()):
        similarity = tree_similarity(lineage, row)
        others = nodes[place + 1 :]
        others = others[similarity[others] > 0]
        found.append((np.full(len(others), row), others, similarity[others]))
    a, b, weight = (
        (np.concatenate(parts) for parts in zip(*found, strict=True))
        if found
        else (nodes, nodes, np.zeros(0))
    )
    evidence = np.minimum(sizes.paper_count[a], sizes.paper_count[b])
    return _Ties(a, b, weight, evidence, {})


_TIES: Final[Mapping[str, Callable[[Scope, str, Marginals], _Ties]]] = MappingProxyType(
    dict(zip(KERNELS, (_co_assigned, _cited, _with_authors, _in_tree), strict=True))
)


def _borne_out(values: csr_array, evidence: csr_array) -> _Ties:
    a, b, counts = _upper(evidence)
    return _Ties(a, b, _values(values, a, b), counts.astype(np.int64), {})


def _upper(matrix: csr_array) -> tuple[IntArray, IntArray, npt.NDArray[Any]]:
    """Return the values above the diagonal, ascending by row and column."""
    a = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    b = matrix.indices.astype(np.int64)
    above = a < b
    return a[above], b[above], matrix.data[above]


def _values(matrix: csr_array, a: IntArray, b: IntArray) -> FloatArray:
    """Return the values at some places, 0 where none is filled."""
    columns = matrix.shape[1]
    filled = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * columns
    filled += matrix.indices
    wanted = a * columns + b
    values = np.zeros(len(wanted))
    if len(filled):
        at = np.minimum(np.searchsorted(filled, wanted), len(filled) - 1)
        is_there = filled[at] == wanted
        values[is_there] = matrix.data[at[is_there]]
    return values


def _network(
    graph: ScholarGraph,
    scope: Scope,
    sizes: Marginals,
    nodes: IntArray,
    ties: _Ties,
    enough: npt.NDArray[np.bool_],
    said: dict[str, Any],
) -> Network:
    import pyarrow as pa

    from scholargraph.network import Network

    known = graph.adjacency.nodes["topic"]
    ids = known.own_ids.take(nodes)
    number = np.searchsorted(nodes, np.arange(len(sizes.paper_count)))
    ends = {
        name: pa.DictionaryArray.from_arrays(pa.array(number[end[enough]], pa.int32()), ids)
        for name, end in (("source", ties.a), ("target", ties.b))
    }
    evidence = "paper_count" if said["kernel"] == KERNELS[0] else "evidence"
    columns = {
        **ends,
        "weight": pa.array(ties.weight[enough], pa.float64()),
        evidence: pa.array(ties.evidence[enough], pa.int32()),
        **{name: pa.array(values[enough], pa.float64()) for name, values in ties.more.items()},
    }
    return Network(
        pa.table(
            {
                "id": ids,
                "name": known.names.take(nodes),
                "type": pa.repeat("topic", len(nodes)),
                "level": pa.repeat(scope.level, len(nodes)),
                "paper_count": pa.array(sizes.paper_count[nodes], pa.int32()),
            }
        ),
        pa.table(columns),
        recipe=TopicRecipe(graph=graph, said=said, scope=scope, nodes=nodes),
        left_out={
            "ties_of_fewer_papers": int(np.count_nonzero(~enough)),
            "papers_left_out": _papers_left_out(scope),
            "papers_without_topic": sizes.without,
            "papers_with_one_topic": sizes.counted - sizes.papers_in_all,
        },
    )


def _papers_left_out(scope: Scope) -> dict[str, int]:
    """Return how many papers of the graph do not count, by the reason."""
    if scope.since is None and scope.until is None:
        return {}
    year = scope.adjacency.papers.year
    unknown = int(np.count_nonzero(year == UNKNOWN_YEAR))
    inside = int(np.count_nonzero(scope.is_inside(np.arange(len(year)))))
    reasons = {"outside the years": len(year) - inside - unknown, "year unknown": unknown}
    return {reason: count for reason, count in reasons.items() if count}

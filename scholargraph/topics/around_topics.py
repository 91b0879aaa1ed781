"""What lies around a topic, by what papers, citations, authors and the tree say.

Each kernel has a module of its own; here they stand side by side, with the evidence and a ranking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.meanings import UNKNOWN_YEAR
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_limit, check_number
from scholargraph.network.backbone import corrected
from scholargraph.schema import TOPIC_LEVELS
from scholargraph.topics.author_kernel import author_kernel
from scholargraph.topics.citation_kernel import citation_kernel
from scholargraph.topics.co_assignment import (
    Marginals,
    association_strength,
    check_mode,
    co_assigned,
    marginals,
    npmi,
    p_values,
)
from scholargraph.topics.hierarchy import (
    LEVELS,
    NO_CLASS,
    FloatArray,
    IntArray,
    levels_up,
    lineages,
    scheme_of,
    tree_similarity,
)
from scholargraph.topics.scope import Kernel, Scope, scope_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scholargraph.graph import ScholarGraph

KERNELS: Final = ("co-assignment", "citation", "authors", "tree")
ALL: Final = "all"

COLUMN_OF: Final = {kernel: kernel.replace("-", "_") for kernel in KERNELS}
"""What the column of each kernel is called."""


def topic_neighbourhood(
    graph: ScholarGraph,
    topic: str,
    kernel: str = "co-assignment",
    mode: str = "presence",
    radius: int = 1,
    level: str = "topic",
    since: int | None = None,
    until: int | None = None,
    min_papers: int = 5,
    limit: int | None = None,
) -> pd.DataFrame:
    """Return the topics near a topic, the nearest first.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    topic : str
        Id of a topic or of a class above topics, such as ``T10001``, ``subfields/1702`` or
        ``arXiv:cs.LG``.
    kernel : {"co-assignment", "citation", "authors", "tree", "all"}
        What near means: papers that have both; citations from one to the other; the same authors;
        the tree of topics; or all of these side by side.
    mode : {"presence", "weighted"}
        Of co-assignment: a paper with both counts 1, or the product of the parts that both have of
        it, which are their scores divided by the sum of all.
    radius : int
        1 for topics that the kernel ties to this one, 2 for those tied to these as well, and so on.
        With ``tree`` so many levels up: 1 for the siblings, 2 for all that are below the class
        above the parent.
    level : {"topic", "subfield", "field"}
        What the rows are; a topic below that level stands for the class that it belongs to. Of
        arXiv these are category, archive and group.
    since, until : int, optional
        First and last year of the papers that count, both included; of citations, of the papers
        that cite.
    min_papers : int
        Topics with less evidence are not tied by a kernel, and counted. Evidence are papers with
        both; with ``citation`` papers of one that cite the other; with ``authors`` authors who have
        papers on both; with ``tree`` papers of the other topic.
    limit : int, optional
        So many rows at most; ``attrs["topics"]`` says how many there are.

    Returns
    -------
    pandas.DataFrame
        One row per topic: ``topic_id``, ``name``, ``distance`` (steps from the topic, at most
        ``radius``), ``paper_count`` (papers with both), ``similarity`` (association strength),
        ``npmi``, ``p_value`` (corrected), and a column for each kernel that was asked for:
        ``co_assignment`` (association strength again), ``citation`` (citations both ways, by what
        sizes alone would give), ``authors`` (cosine of vectors of authors), ``tree`` (similarity
        by Wu and Palmer). A kernel is null where it has less evidence than ``min_papers``. With
        ``kernel="all"`` also ``mean_rank``: the mean of the ranks, from 1, that a topic has among
        all rows by each kernel; equal ones share the mean of their ranks, and nulls come last
        alike. Largest kernel first, or smallest mean rank; then the smaller distance, then the
        smaller id.

        ``attrs`` says how it was made and what was left out: the arguments, ``version``,
        ``topic_id`` of the class that was asked for, ``papers`` of it that count,
        ``papers_left_out`` by reason, ``papers_with_others`` (with two topics or more),
        ``topics``, ``topics_below_min_papers`` (met by a kernel, with less evidence),
        ``possible_pairs`` that the p-values are corrected for, and ``papers_without_topic`` in the
        graph.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the topic is not in the graph.
    InvalidArgumentError
        If the topic stands above the level, or another argument has a value that it does not take.

    Notes
    -----
    Marginals of co-assignment are the sums off the diagonal, over the papers with two topics or
    more: similarity is c 2W / (s_i s_j), npmi ln(p_ij / (p_i p_j)) / -ln p_ij with p_ij = c / 2W
    and p_i = s_i / 2W, and -1 for c = 0. The p-value is the upper tail of the hypergeometric
    distribution of papers with both, in either mode. It is corrected as Benjamini and Hochberg do,
    for all possible pairs of the topics that some paper has: pairs of other topics are not looked
    at and count as p = 1, so that it is never smaller than in `topic_network`, where they are.

    ``all`` ties a topic that co-assignment, citation or authors tie; the tree, which holds all of
    them, ties none by itself. Nearness in this graph speaks of its papers, not of the world.

    What sizes alone would give needs a look at the whole graph: once for each level and window, for
    some seconds with millions of papers; then a question takes milliseconds.

    References
    ----------
    van Eck, N. J., Waltman, L. (2009). J. Am. Soc. Inf. Sci. Technol. 60, 1635-1651.
    doi:10.1002/asi.21075

    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.

    Tumminello, M. et al. (2011). PLoS ONE 6, e17994. doi:10.1371/journal.pone.0017994

    Benjamini, Y., Hochberg, Y. (1995). J. R. Statist. Soc. B 57, 289.
    doi:10.1111/j.2517-6161.1995.tb02031.x

    Wu, Z., Palmer, M. (1994). Verb semantics and lexical selection. Proceedings of ACL 32, 133-138.
    doi:10.3115/981732.981751

    Examples
    --------
    >>> import scholargraph as sg
    >>> topics = [{"id": f"T900{n}", "display_name": f"Topic {n}", "score": 1.0} for n in (1, 2, 3)]
    >>> works = [{"id": "W9000000001", "topics": topics[:2]},
    ...          {"id": "W9000000002", "topics": topics}]
    >>> found = topic_neighbourhood(sg.from_records(works), "T9001", min_papers=1)
    >>> found[["topic_id", "distance", "paper_count", "similarity"]]
      topic_id  distance  paper_count  similarity
    0    T9002         1            2    1.777778
    1    T9003         1            1    1.333333
    """
    check_kernel(kernel, (*KERNELS, ALL))
    check_mode(mode)
    check_number("radius", radius)
    check_number("min_papers", min_papers)
    check_limit(limit, 0)
    row, scope = class_asked(graph, topic, level, since, until)
    around = Around(scope=scope, mode=mode, kernel=kernel, min_papers=min_papers)
    found = around.of(row)
    distance = _distances(around, found, radius)
    near = np.flatnonzero(distance > 0)
    order, mean_rank = _nearest_first(found, near, distance[near], kernel)
    shown = order[:limit]
    met = around.met(found, radius) & (distance <= 0)
    met[row] = False
    return frame(
        _table(graph, near[shown], found, distance, mean_rank[shown] if kernel == ALL else None),
        nullable=(),
        attrs={
            "topic_id": graph.adjacency.nodes["topic"].own_ids[row],
            "kernel": kernel,
            "mode": mode,
            "radius": radius,
            "level": level,
            "since": since,
            "until": until,
            "min_papers": min_papers,
            "version": graph.version,
            "papers": len(found.papers),
            "papers_left_out": papers_left_out(scope, row),
            "papers_with_others": int(found.sizes.papers[row]),
            "topics": len(order),
            "topics_below_min_papers": int(np.count_nonzero(met)),
            "possible_pairs": found.sizes.possible_pairs,
            "papers_without_topic": found.sizes.without,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is to say of one class and all others; index k is row k of the table of topics."""

    row: int
    """The one class."""
    lineage: IntArray
    """Of all classes, as `lineages` gives it."""
    papers: IntArray
    """Papers of the one class."""
    sizes: Marginals
    joint: IntArray
    """Papers with both."""
    count: FloatArray
    """Co-assignments as the mode counts them."""
    similarity: FloatArray
    """Association strength."""
    kernels: dict[str, Kernel]
    """Those that were asked for; values are not a number where there is too little evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What near means."""

    scope: Scope
    mode: str
    kernel: str
    min_papers: int

    def of(self, row: int) -> Found:
        """Return what there is to say of a class and all others."""
        scope = self.scope
        lineage = lineages(scope.topics)
        papers = scope.papers_of(row)
        sizes = marginals(scope, self.mode)
        found = co_assigned(scope, row, papers, self.mode)
        joint, count = found.joint.toarray()[0], found.count.toarray()[0]
        similarity = association_strength(count, sizes, np.full(len(count), row), _all(count))
        kernels: dict[str, Callable[[], Kernel]] = {
            "co-assignment": lambda: Kernel(similarity, joint),
            "citation": lambda: citation_kernel(scope, row, papers),
            "authors": lambda: author_kernel(scope, row, papers),
            "tree": lambda: Kernel(tree_similarity(lineage, row), sizes.paper_count),
        }
        wanted = KERNELS if self.kernel == ALL else (self.kernel,)
        return Found(
            row=row,
            lineage=lineage,
            papers=papers,
            sizes=sizes,
            joint=joint,
            count=count,
            similarity=similarity,
            kernels={name: self._evident(name, kernels[name]()) for name in wanted},
        )

    def _evident(self, name: str, found: Kernel) -> Kernel:
        """Return a kernel without the values that too few papers bear out; a tree needs none."""
        if name == "tree":
            return found
        value = np.where(found.evidence >= self.min_papers, found.value, np.nan)
        return Kernel(value, found.evidence)

    def tied(self, found: Found) -> npt.NDArray[np.bool_]:
        """Tell which classes the kernels tie to one, the tree aside."""
        return self._with_evidence(found, self.min_papers)

    def met(self, found: Found, radius: int) -> npt.NDArray[np.bool_]:
        """Tell which classes a kernel meets around one, however little there is to show for it."""
        if self.kernel != "tree":
            return self._with_evidence(found, 1)
        up = levels_up(found.lineage, found.row)
        near: npt.NDArray[np.bool_] = (up > 0) & (up <= radius)
        near &= self.scope.class_of == _all(found.count)
        return near

    def _with_evidence(self, found: Found, least: int) -> npt.NDArray[np.bool_]:
        are = [values.evidence >= least for name, values in found.kernels.items() if name != "tree"]
        some: npt.NDArray[np.bool_] = np.logical_or.reduce(are)
        return some


def class_asked(
    graph: ScholarGraph, topic: str, level: str, since: int | None, until: int | None
) -> tuple[int, Scope]:
    """Return the class at a level that a topic is or belongs to, and what an answer speaks of.

    Parameters
    ----------
    graph, topic, level, since, until
        As for `topic_neighbourhood`.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError, InvalidArgumentError
        As there.
    """
    topic_id = resolve(graph, topic, "topic")
    adjacency = graph.adjacency
    row = adjacency.nodes["topic"].find_row(topic_id)
    topics = adjacency.paper_topics
    scope = scope_of(adjacency, scheme_of(topics, row), level, since, until)
    class_row = int(scope.class_of[row])
    if class_row == NO_CLASS:
        named = TOPIC_LEVELS[topics.level[row]]
        raise InvalidArgumentError(
            f"{topic_id} is a {named} and belongs to no {scope.level}: ask with another level "
            f"({', '.join(LEVELS)}) or about what is below it"
        )
    return class_row, scope


def check_kernel(kernel: str, kernels: tuple[str, ...]) -> None:
    """Check the name of a kernel.

    Raises
    ------
    InvalidArgumentError
        If it is none of those.
    """
    if kernel not in kernels:
        raise InvalidArgumentError(
            f"kernel is one of {', '.join(kernels)}, not {ascii(kernel)[:80]}"
        )


def papers_left_out(scope: Scope, row: int) -> dict[str, int]:
    """Return how many papers of a class do not count, by the reason."""
    papers = scope.any_year().papers_of(row)
    outside = papers[~scope.is_inside(papers)]
    unknown = int(np.count_nonzero(scope.adjacency.papers.year[outside] == UNKNOWN_YEAR))
    reasons = {"outside the years": len(outside) - unknown, "year unknown": unknown}
    return {reason: count for reason, count in reasons.items() if count}


def _all(values: FloatArray) -> IntArray:
    return np.arange(len(values))


def _distances(around: Around, found: Found, radius: int) -> IntArray:
    """Return the steps to each class, 0 to itself and `NO_CLASS` where more than the radius."""
    if around.kernel == "tree":
        near = around.met(found, radius) & (found.sizes.paper_count >= around.min_papers)
        return np.where(near, levels_up(found.lineage, found.row), NO_CLASS)
    distance = np.full(len(found.count), NO_CLASS)
    distance[found.row] = 0
    tied = around.tied(found)
    for step in range(1, radius + 1):
        new = np.flatnonzero(tied & (distance == NO_CLASS))
        distance[new] = step
        if step == radius or not len(new):
            break
        tied = np.logical_or.reduce([around.tied(around.of(other)) for other in new.tolist()])
    return distance


def _nearest_first(
    found: Found, near: IntArray, distance: IntArray, kernel: str
) -> tuple[IntArray, FloatArray]:
    """Return the order of near classes, and the mean of their ranks by all kernels."""
    from scipy.stats import rankdata

    # Without evidence one comes after all others.
    values = [
        np.where(np.isnan(one.value[near]), np.inf, -one.value[near])
        for one in found.kernels.values()
    ]
    mean_rank: FloatArray = np.mean([rankdata(value) for value in values], axis=0)
    return np.lexsort((near, distance, mean_rank if kernel == ALL else values[0])), mean_rank


def _table(
    graph: ScholarGraph,
    rows: IntArray,
    found: Found,
    distance: IntArray,
    mean_rank: FloatArray | None,
) -> pa.Table:
    import pyarrow as pa

    nodes = graph.adjacency.nodes["topic"]
    one = np.full(len(rows), found.row)
    columns = {
        "topic_id": nodes.own_ids.take(rows),
        "name": nodes.names.take(rows),
        "distance": pa.array(distance[rows], pa.int16()),
        "paper_count": pa.array(found.joint[rows], pa.int32()),
        "similarity": pa.array(found.similarity[rows], pa.float64()),
        "npmi": pa.array(npmi(found.count[rows], found.sizes, one, rows), pa.float64()),
        "p_value": pa.array(_corrected_p_values(found)[rows], pa.float64()),
    }
    for name, kernel in found.kernels.items():
        values = kernel.value[rows]
        columns[COLUMN_OF[name]] = pa.array(values, pa.float64(), mask=np.isnan(values))
    if mean_rank is not None:
        columns["mean_rank"] = pa.array(mean_rank, pa.float64())
    return pa.table(columns)


def _corrected_p_values(found: Found) -> FloatArray:
    """Return p-values of all classes, corrected for all possible pairs; 1 of those never met."""
    met = np.flatnonzero(found.joint)
    result = np.ones(len(found.joint))
    tails = p_values(found.joint[met], found.sizes, np.full(len(met), found.row), met)
    result[met] = corrected(tails, found.sizes.possible_pairs)
    return result

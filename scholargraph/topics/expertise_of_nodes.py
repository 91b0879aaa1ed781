"""What an author or an institution writes about, compared with all papers of the graph.

How papers divide among topics is decided in ``scope``, which papers a node has in ``given_nodes``.
How far apart its topics are is the business of ``diversity``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.meanings import NO_TITLE
from scholargraph.collaboration.answers import completeness, years_column
from scholargraph.collaboration.history import RECENT_YEARS
from scholargraph.collaboration.terms import Terms, checked_terms, last_complete_year
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import NO_YEAR, FloatArray, IntArray
from scholargraph.schema import TOPIC_LEVELS
from scholargraph.topics.given_nodes import GivenNode, NodePapers, node_named, papers_of
from scholargraph.topics.hierarchy import LEVELS, level_in, scheme_of
from scholargraph.topics.shares_of_graph import classes_of_scheme, graph_shares

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph
    from scholargraph.topics.scope import Scope

COUNTINGS: Final = ("full", "fractional")

SHRINKAGE: Final = 1.0
"""Papers that observed and expected are both raised by, so that few papers prove little."""

_EXPERTS: Final = ("author", "institution")


class _Work(NamedTuple):
    """What a node has written, divided among classes: an entry for each of each paper."""

    node: GivenNode
    papers: NodePapers
    paper: IntArray
    """Place among the papers that count."""
    topic: IntArray
    """Row of the class."""
    full: FloatArray
    """How much of the paper the class has."""
    fractional: FloatArray
    """The same, as far as the paper is the node's."""


def expertise(
    graph: ScholarGraph,
    author_or_institution: str,
    level: str = "topic",
    counting: str = "full",
    *,
    scheme: str = "openalex",
    since: int | None = None,
    until: int | None = None,
    types: str | Iterable[str] = "research",
) -> pd.DataFrame:
    """Return what an author or an institution writes about, the largest part first.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author_or_institution : str
        OpenAlex id or URL, ORCID, or ROR id.
    level : {"topic", "subfield", "field"}
        What the rows are: topics, or the classes above them.
    counting : {"full", "fractional"}
        Whether ``share`` and ``location_quotient`` rest on whole papers, or on as much of each as
        is the node's: 1 / n for an author of a paper of n persons, and for an institution what its
        authors give to it, of whom one with k institutions gives 1 / k of this to each.
    scheme : {"openalex", "arxiv"}
        Whose classification; arXiv's levels are category, archive and group.
    since, until : int, optional
        First and last year of the papers that count, both included.
    types : {"research", "all"} or iterable of str
        Which papers count, as for `collaborators`.

    Returns
    -------
    pandas.DataFrame
        ``topic_id``, ``name``, ``share`` (of the papers with a topic), ``location_quotient``
        (observed by expected, shrunk towards 1), ``paper_count`` (papers with it), ``full`` and
        ``fractional`` (papers, divided among their topics; both whatever ``counting``), ``trend``
        (rise of the share in the last three complete years over the three before, as a logarithm,
        shrunk towards 0; null if there is no paper in either), ``first_year``, ``last_year`` (may
        be null). Largest share first, then the larger location quotient, then the smaller id.
        No papers, no rows.

        ``attrs`` says how it was made: the arguments and the version; ``node_id``, ``node_type``;
        ``year``, the last that ``trend`` looks at; ``complete``, whether this graph holds the
        papers of an author (null where nobody knows, and of institutions); ``papers`` that count,
        ``papers_with_topic`` among them and ``papers_left_out`` by the reason; and
        ``graph_papers``, those of the graph that expected shares rest on. The papers behind a row
        are given by `expertise_papers`.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author or institution is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

    Notes
    -----
    A paper is divided among its topics by their scores. With x of the N papers of the node in a
    topic whose share of all papers of this graph is q, on the same terms, and m = 1,

        location quotient = (x + m) / (N q + m).

    One paper of ten on a topic of q = 1e-5 gives 2, not 10,000. The ratio itself is the location
    quotient of economic geography; that it is shrunk in this way is ours. It compares with this
    graph and not with the world: of authors who are not complete in it, the papers that it lacks
    may be on other topics.

    With x0 of N0 papers in the three years before and x1 of N1 in the last three complete years,
    and s = (x0 + x1) / (N0 + N1),

        trend = ln((x1 + m) / (N1 s + m)) - ln((x0 + m) / (N0 s + m)),

    which is 0 for a share that stays, changes its sign if the years change places, and is ours.

    References
    ----------
    Isserman, A. M. (1977). The location quotient approach to estimating regional economic impacts.
    Journal of the American Institute of Planners 43(1), 33-41. doi:10.1080/01944367708977758

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": "A9000000001", "display_name": "One"}}]
    >>> first, second = ({"id": f"T900{n}", "display_name": f"Topic {n}"} for n in (1, 2))
    >>> works = [
    ...     {"id": "W9000000001", "authorships": seats, "topics": [first | {"score": 1.0}]},
    ...     {"id": "W9000000002", "authorships": [], "topics": [second | {"score": 1.0}]},
    ... ]
    >>> found = expertise(sg.from_records(works), "A9000000001")
    >>> found[["topic_id", "name", "share", "location_quotient", "paper_count"]]
      topic_id     name  share  location_quotient  paper_count
    0    T9001  Topic 1    1.0           1.333333            1
    """
    import pyarrow as pa

    if counting not in COUNTINGS:
        raise InvalidArgumentError(f"counting is one of {', '.join(COUNTINGS)}, not {counting!r}")
    terms = checked_terms({"since": since, "until": until, "types": types})
    scope = classes_of_scheme(graph.adjacency, scheme, level)
    work = _work_of(graph, author_or_institution, terms, scope)
    year = _last_year(graph, terms)
    found, row = np.unique(work.topic, return_inverse=True)
    full = _summed(work.full, row, len(found))
    fractional = _summed(work.fractional, row, len(found))
    observed = full if counting == "full" else fractional
    whole = float(observed.sum())
    everywhere = graph_shares(scope, terms)
    share = observed / whole if whole else observed
    quotient = (observed + SHRINKAGE) / (whole * everywhere.share[found] + SHRINKAGE)
    counted = work.full if counting == "full" else work.fractional
    trend = _trends(counted, row, len(found), work.papers.chosen.year[work.paper], year)
    first, last = _span(work, row, len(found))
    order = np.lexsort((found, -np.round(quotient, 12), -np.round(share, 12)))
    topics = graph.adjacency.nodes["topic"]
    return frame(
        pa.table(
            {
                "topic_id": topics.ids.take(found[order]),
                "name": topics.names.take(found[order]),
                "share": pa.array(share[order], pa.float64()),
                "location_quotient": pa.array(quotient[order], pa.float64()),
                "paper_count": pa.array(np.bincount(row, minlength=len(found))[order], pa.int32()),
                "full": pa.array(full[order], pa.float64()),
                "fractional": pa.array(fractional[order], pa.float64()),
                "trend": pa.array(trend[order], pa.float64(), mask=np.isnan(trend[order])),
                "first_year": years_column(first[order]),
                "last_year": years_column(last[order]),
            }
        ),
        nullable=("first_year", "last_year"),
        attrs={
            **_said_of(graph, work, terms),
            "level": level,
            "scheme": scheme,
            "counting": counting,
            "year": year,
            "graph_papers": everywhere.papers,
        },
    )


def expertise_papers(
    graph: ScholarGraph,
    author_or_institution: str,
    topic: str,
    *,
    since: int | None = None,
    until: int | None = None,
    types: str | Iterable[str] = "research",
) -> pd.DataFrame:
    """Return the papers behind one row of `expertise`.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author_or_institution : str
        OpenAlex id or URL, ORCID, or ROR id.
    topic : str
        Id of a topic or of a class above, such as ``subfields/1702``.
    since, until, types
        Which papers count, as for `expertise`.

    Returns
    -------
    pandas.DataFrame
        ``paper_id``, ``title``, ``year`` and what the paper adds to the row: ``full``,
        ``fractional``. By year (unknown last), then by id.

        ``attrs`` holds ``topic_id``, ``level``, and what `expertise` says of the node and its
        papers.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author, institution or topic is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": f"A900000000{n}", "display_name": "A"}} for n in (1, 2)]
    >>> topics = [{"id": f"T900{n}", "display_name": f"Topic {n}", "score": 0.5} for n in (1, 2)]
    >>> work = {"id": "W9000000001", "title": "A", "authorships": seats, "topics": topics}
    >>> found = expertise_papers(sg.from_records([work]), "A9000000001", "T9001")
    >>> found[["paper_id", "full", "fractional"]]
          paper_id  full  fractional
    0  W9000000001   0.5        0.25
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    terms = checked_terms({"since": since, "until": until, "types": types})
    topic_id = resolve(graph, topic, "topic")
    adjacency = graph.adjacency
    row = adjacency.nodes["topic"].find_row(topic_id)
    scheme = scheme_of(adjacency.paper_topics, row)
    level = _level_of(adjacency, row, scheme)
    scope = classes_of_scheme(adjacency, scheme, level)
    work = _work_of(graph, author_or_institution, terms, scope)
    behind = np.flatnonzero(work.topic == row)
    paper = work.paper[behind]
    chosen = work.papers.chosen
    order = np.lexsort((chosen.rows[paper], chosen.year[paper]))
    rows = chosen.rows[paper[order]]
    papers = adjacency.nodes["paper"]
    titles = papers.names.take(rows)
    has_title = pa.array(adjacency.papers.flags[rows] & NO_TITLE == 0)
    return frame(
        pa.table(
            {
                "paper_id": papers.ids.take(rows),
                "title": pc.if_else(has_title, titles, pa.scalar(None, titles.type)),
                "year": years_column(chosen.year[paper[order]]),
                "full": pa.array(work.full[behind[order]], pa.float64()),
                "fractional": pa.array(work.fractional[behind[order]], pa.float64()),
            }
        ),
        nullable=("year",),
        attrs={
            **_said_of(graph, work, terms),
            "level": level,
            "scheme": scheme,
            "topic_id": topic_id,
        },
    )


def _work_of(graph: ScholarGraph, identifier: str, terms: Terms, scope: Scope) -> _Work:
    node = node_named(graph, identifier, _EXPERTS)
    papers = papers_of(graph, node, terms)
    weights = scope.weights(papers.chosen.rows)
    paper = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    full = weights.data
    topic = weights.indices.astype(np.int64)
    return _Work(node, papers, paper, topic, full, full * papers.part[paper])


def _level_of(adjacency: Adjacency, row: int, scheme: str) -> str:
    """Return the level of a class by the name that both schemes share.

    Raises
    ------
    InvalidArgumentError
        If it stands above the levels that are asked at.
    """
    named = TOPIC_LEVELS[int(adjacency.paper_topics.level[row])]
    for level in LEVELS:
        if level_in(scheme, level) == named:
            return level
    raise InvalidArgumentError(f"topic is one of the levels {', '.join(LEVELS)}, not a {named}")


def _last_year(graph: ScholarGraph, terms: Terms) -> int:
    """Return the last complete year that is asked for."""
    last = last_complete_year(graph)
    return last if terms.until is None else min(last, terms.until)


def _trends(
    counted: FloatArray, row: IntArray, size: int, years: Any, last_year: int
) -> FloatArray:
    """Return how shares went on; NaN where the years before or the last ones have no paper."""
    known = years != NO_YEAR
    ago = (last_year - years.astype(np.int64)) // RECENT_YEARS
    now, before = (
        _summed(np.where(known & (ago == windows), counted, 0.0), row, size) for windows in (0, 1)
    )
    if not now.sum() or not before.sum():
        return np.full(size, np.nan)
    share = (now + before) / (now.sum() + before.sum())
    rise: FloatArray = np.log(
        (now + SHRINKAGE)
        / (now.sum() * share + SHRINKAGE)
        * (before.sum() * share + SHRINKAGE)
        / (before + SHRINKAGE)
    )
    return rise


def _span(work: _Work, row: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Return first and last year of the papers in each row, `NO_YEAR` where none is known."""
    years = work.papers.chosen.year[work.paper].astype(np.int64)
    known = years != NO_YEAR
    first, last = np.full(size, NO_YEAR, np.int64), np.full(size, -1, np.int64)
    np.minimum.at(first, row[known], years[known])
    np.maximum.at(last, row[known], years[known])
    return first, np.where(last < 0, NO_YEAR, last)


def _said_of(graph: ScholarGraph, work: _Work, terms: Terms) -> dict[str, Any]:
    is_author = work.node.node_type == "author"
    complete = completeness(graph.adjacency, np.array([work.node.row]))[0] if is_author else None
    return {
        "node_id": work.node.node_id,
        "node_type": work.node.node_type,
        "version": graph.version,
        "since": terms.since,
        "until": terms.until,
        "types": terms.as_dict()["types"],
        "complete": None if complete is None else complete.as_py(),
        "papers": len(work.papers.chosen.rows),
        "papers_with_topic": len(np.unique(work.paper)),
        "papers_left_out": work.papers.chosen.left_out,
    }


def _summed(values: FloatArray, row: IntArray, size: int) -> FloatArray:
    return np.bincount(row, values, minlength=size).astype(np.float64)

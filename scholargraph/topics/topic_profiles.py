"""One topic at a glance: its papers, its people and places, its place in the tree, its years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.adjacency.meanings import UNKNOWN_YEAR
from scholargraph.collaboration.affiliations import organisation_names, shares_of
from scholargraph.collaboration.author_ties import id_order
from scholargraph.collaboration.history import RECENT_YEARS
from scholargraph.collaboration.terms import last_complete_year
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.graph.node_records import TopicStep
from scholargraph.graph.whole_numbers import check_number
from scholargraph.schema import TOPIC_LEVELS
from scholargraph.topics.hierarchy import (
    FloatArray,
    IntArray,
    ancestors,
    children,
    classes_at,
    scheme_of,
    siblings,
)
from scholargraph.topics.kept import kept
from scholargraph.topics.scope import Scope, column_of, sums_of

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

_NO_YEAR: Final = np.iinfo(np.int64).max
"""Later than any year."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopicProfile:
    """What there is to say of a topic, or of a class of topics."""

    topic_id: str
    name: str
    level: str
    """topic, subfield, field, domain; category, archive, group."""
    version: int
    """Of the graph."""
    year: int
    """The last complete one: what is said of recent years speaks of the three up to it."""
    paper_count: int
    """Papers on it or on anything below it, each once."""
    author_count: int
    """Authors of these papers."""
    unknown_year_count: int
    """Papers of which nobody knows the year; they are in no sum by years."""
    parents: tuple[TopicStep, ...]
    """The classes above it, from the next one up to the top."""
    children: tuple[TopicStep, ...]
    """The classes directly below it, by id."""
    siblings: tuple[TopicStep, ...]
    """The other classes below the same one, by id."""
    papers: pd.DataFrame
    """The papers most cited in this graph: ``paper_id``, ``title``, ``year``, ``cited_by_count``
    (citations in this graph), ``part`` (that the topic has of the paper)."""
    leading_authors: pd.DataFrame
    """Those with most of the papers: ``author_id``, ``name``, ``paper_count``, ``fractional``,
    ``first_year``, ``last_year``, ``recent`` and ``before`` (fractional papers of the recent
    years and of as many years before those)."""
    rising_authors: pd.DataFrame
    """Those who were there before the recent years and have more since, the largest gain first."""
    entrants: pd.DataFrame
    """Those whose first paper on the topic is of the recent years, most papers first."""
    institutions: pd.DataFrame
    """Where the papers come from: ``institution_id``, ``name``, ``paper_count``, ``fractional``."""
    trend: pd.DataFrame
    """By year, without gaps: ``year``, ``paper_count``, ``fractional``, ``share`` (fractional, by
    all papers of this graph that have a topic), ``complete`` (false of years after ``year``)."""


def profile(graph: ScholarGraph, topic: str, limit: int = 20) -> TopicProfile:
    """Return the profile of a topic.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    topic : str
        Id of a topic or of any class above topics.
    limit : int
        So many rows at most of papers, authors and institutions; ``attrs["rows"]`` of each frame
        says how many there are.

    Returns
    -------
    TopicProfile
        Frozen; its frames are sorted, ties by the smaller id.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the topic is not in the graph.
    InvalidArgumentError
        If limit is no number.

    Notes
    -----
    All papers count. Fractional papers are sums of w / n: w is the part that the topic has of a
    paper, its score by the sum of the paper's scores, and n the persons on the byline (Newman's
    team, unresolved persons included). An author with k institutions gives each 1 / k of that;
    ``attrs["unaffiliated"]`` of institutions is what comes from authors who name none. Entrants
    lack papers on the topic before the recent years in this graph; whoever has one of unknown year
    is none. Topics, authors and citations are those of today.

    Examples
    --------
    >>> import scholargraph as sg
    >>> topic = {"id": "T9001", "display_name": "Graphs", "score": 1.0}
    >>> seat = {"author": {"id": "A9000000001", "display_name": "A. Author"}}
    >>> work = {"id": "W9000000001", "publication_year": 2020, "topics": [topic],
    ...         "authorships": [seat]}
    >>> found = profile(sg.from_records([work]), "T9001")
    >>> found.paper_count, found.leading_authors["name"].tolist()
    (1, ['A. Author'])
    """
    check_number("limit", limit)
    adjacency = graph.adjacency
    topics = adjacency.paper_topics
    nodes = adjacency.nodes["topic"]
    row = nodes.find_row(resolve(graph, topic, "topic"))
    level = TOPIC_LEVELS[topics.level[row]]
    scope = Scope(
        adjacency=adjacency,
        scheme=scheme_of(topics, row),
        level=level,
        class_of=classes_at(topics, level),
        since=None,
        until=None,
    )
    on_topic = _on_topic(scope, row)
    year = last_complete_year(graph)
    people = _people(scope, on_topic, year)
    has_past = people.first_year <= year - RECENT_YEARS
    gain = people.recent - people.before
    # Whoever has a paper of unknown year may have been there before.
    enters = (people.first_year > year - RECENT_YEARS) & (people.first_year <= year)
    enters &= people.undated == 0

    def steps(rows: list[int]) -> tuple[TopicStep, ...]:
        return tuple(
            TopicStep(
                topic_id=nodes.own_ids[each],
                name=nodes.names[each],
                level=TOPIC_LEVELS[topics.level[each]],
            )
            for each in rows
        )

    def authors(chosen: npt.NDArray[np.bool_], by: FloatArray) -> pd.DataFrame:
        return _authors(graph, people, np.flatnonzero(chosen), by, limit)

    return TopicProfile(
        topic_id=nodes.own_ids[row],
        name=nodes.names[row],
        level=level,
        version=graph.version,
        year=year,
        paper_count=len(on_topic.papers),
        author_count=len(people.rows),
        unknown_year_count=int(np.count_nonzero(on_topic.year == UNKNOWN_YEAR)),
        parents=steps(ancestors(topics, row)),
        children=steps(children(topics, row).tolist()),
        siblings=steps(siblings(topics, row).tolist()),
        papers=_papers(graph, on_topic, limit),
        leading_authors=authors(np.ones(len(gain), np.bool_), people.fractional),
        rising_authors=authors(has_past & (gain > 0), gain),
        entrants=authors(enters, people.fractional),
        institutions=_institutions(graph, on_topic, people.rows, limit),
        trend=_trend(scope, on_topic, year),
    )


class _OnTopic(NamedTuple):
    """The papers of a topic."""

    papers: IntArray
    part: FloatArray
    """That the topic has of each."""
    persons: IntArray
    year: IntArray


class _People(NamedTuple):
    """The authors of a topic, by row."""

    rows: IntArray
    paper_count: IntArray
    fractional: FloatArray
    first_year: IntArray
    """`_NO_YEAR` where none is known."""
    last_year: IntArray
    recent: FloatArray
    before: FloatArray
    undated: IntArray
    """Papers of unknown year."""


def _on_topic(scope: Scope, row: int) -> _OnTopic:
    papers = scope.papers_of(row)
    known = scope.adjacency.papers
    return _OnTopic(
        papers=papers,
        part=column_of(scope.weights(papers), row),
        persons=np.maximum(known.team_size[papers], 1).astype(np.int64),
        year=known.year[papers].astype(np.int64),
    )


def _people(scope: Scope, on_topic: _OnTopic, year: int) -> _People:
    place, signed = scope.adjacency.paper_authors.of_all(on_topic.papers)
    rows, author = np.unique(signed, return_inverse=True)
    value = (on_topic.part / on_topic.persons)[place]
    signed_year = on_topic.year[place]
    is_known = signed_year != UNKNOWN_YEAR
    first = np.full(len(rows), _NO_YEAR)
    np.minimum.at(first, author[is_known], signed_year[is_known])
    last = np.zeros(len(rows), np.int64)
    np.maximum.at(last, author[is_known], signed_year[is_known])

    def between(after: int, until: int) -> FloatArray:
        inside = is_known & (signed_year > after) & (signed_year <= until)
        return sums_of(author[inside], value[inside], len(rows))

    return _People(
        rows=rows.astype(np.int64),
        paper_count=np.bincount(author, minlength=len(rows)),
        fractional=sums_of(author, value, len(rows)),
        first_year=first,
        last_year=last,
        recent=between(year - RECENT_YEARS, year),
        before=between(year - 2 * RECENT_YEARS, year - RECENT_YEARS),
        undated=np.bincount(author[~is_known], minlength=len(rows)),
    )


def _authors(
    graph: ScholarGraph, people: _People, chosen: IntArray, by: FloatArray, limit: int
) -> pd.DataFrame:
    import pyarrow as pa

    known = graph.adjacency.nodes["author"]
    by_id = id_order(graph.adjacency, people.rows)
    rank = np.empty(len(by_id), np.int64)
    rank[by_id] = np.arange(len(by_id))
    order = chosen[np.lexsort((rank[chosen], -people.paper_count[chosen], -by[chosen]))][:limit]
    undated = people.first_year[order] == _NO_YEAR
    return frame(
        pa.table(
            {
                "author_id": known.ids.take(people.rows[order]),
                "name": known.names.take(people.rows[order]),
                "paper_count": pa.array(people.paper_count[order], pa.int32()),
                "fractional": pa.array(people.fractional[order], pa.float64()),
                "first_year": pa.array(
                    np.where(undated, 0, people.first_year[order]), pa.int16(), mask=undated
                ),
                "last_year": pa.array(people.last_year[order], pa.int16(), mask=undated),
                "recent": pa.array(people.recent[order], pa.float64()),
                "before": pa.array(people.before[order], pa.float64()),
            }
        ),
        nullable=("first_year", "last_year"),
        attrs={"rows": len(chosen), "limit": limit},
    )


def _papers(graph: ScholarGraph, on_topic: _OnTopic, limit: int) -> pd.DataFrame:
    import pyarrow as pa

    indptr = graph.adjacency.cited_by.indptr
    cited = indptr[on_topic.papers + 1] - indptr[on_topic.papers]
    order = np.lexsort((on_topic.papers, -on_topic.part, -cited))[:limit]
    papers = on_topic.papers[order]
    known = graph.adjacency.nodes["paper"]
    year = on_topic.year[order]
    return frame(
        pa.table(
            {
                "paper_id": known.ids.take(papers),
                "title": known.names.take(papers),
                "year": pa.array(year, pa.int16(), mask=year == UNKNOWN_YEAR),
                "cited_by_count": pa.array(cited[order], pa.int32()),
                "part": pa.array(on_topic.part[order], pa.float64()),
            }
        ),
        nullable=("year",),
        attrs={"rows": len(on_topic.papers), "limit": limit},
    )


def _institutions(
    graph: ScholarGraph, on_topic: _OnTopic, authors: IntArray, limit: int
) -> pd.DataFrame:
    import pyarrow as pa

    shares, ids = shares_of(graph, on_topic.papers, authors, "institution")
    value = on_topic.part / on_topic.persons
    given = shares.share * value[shares.paper]
    fractional = np.bincount(shares.organisation, given, minlength=len(ids))
    each = distinct(shares.organisation * max(len(on_topic.papers), 1) + shares.paper)
    counts = np.bincount(each // max(len(on_topic.papers), 1), minlength=len(ids))
    order = np.lexsort((np.arange(len(ids)), -counts, -fractional))[:limit]
    shown = ids.take(pa.array(order))
    indptr = graph.adjacency.paper_authors.indptr
    signed = indptr[on_topic.papers + 1] - indptr[on_topic.papers]
    everything = float((value * signed).sum())
    return frame(
        pa.table(
            {
                "institution_id": shown,
                "name": organisation_names(graph, shown, "institution"),
                "paper_count": pa.array(counts[order], pa.int32()),
                "fractional": pa.array(fractional[order], pa.float64()),
            }
        ),
        nullable=(),
        attrs={
            "rows": len(ids),
            "limit": limit,
            "unaffiliated": max(everything - float(given.sum()), 0.0),
        },
    )


def _trend(scope: Scope, on_topic: _OnTopic, year: int) -> pd.DataFrame:
    import pyarrow as pa

    of_graph = kept(scope.adjacency, ("papers by year", *scope.key), lambda: _by_year(scope))
    known = on_topic.year != UNKNOWN_YEAR
    of_paper, part = on_topic.year[known], on_topic.part[known]
    first = int(of_paper.min()) if len(of_paper) else 0
    last = int(of_paper.max()) + 1 if len(of_paper) else 0
    years = np.arange(first, last)
    counts = np.bincount(of_paper - first, minlength=len(years))
    fractional = np.bincount(of_paper - first, part, minlength=len(years))
    everything = of_graph[years]
    share = np.divide(fractional, everything, out=np.zeros(len(years)), where=everything > 0)
    return frame(
        pa.table(
            {
                "year": pa.array(years, pa.int16()),
                "paper_count": pa.array(counts, pa.int32()),
                "fractional": pa.array(fractional, pa.float64()),
                "share": pa.array(share, pa.float64(), mask=everything == 0),
                "complete": pa.array(years <= year),
            }
        ),
        nullable=(),
    )


def _by_year(scope: Scope) -> IntArray:
    """Return how many papers of each year have a class."""
    year = scope.adjacency.papers.year
    counts = np.zeros(int(year.max(initial=0)) + 1, np.int64)
    for piece in scope.pieces():
        has_class = np.diff(piece.weights.indptr) > 0
        counts += np.bincount(year[piece.papers[has_class]], minlength=len(counts))
    return counts

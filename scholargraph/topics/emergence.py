"""Topics whose share of the papers grows: how fast, how surely, by whom, and in bursts.

Papers by topic and year are counted in ``yearly_counts``; what a share's growth is stands in
``growth``, bursts are found in ``bursts``, entrants counted in ``newcomers``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.collaboration.terms import checked_terms, last_complete_year
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_limit, check_number
from scholargraph.network.pairs import IntArray
from scholargraph.schema import FIRST_YEAR
from scholargraph.topics.bursts import burst_gains, burst_states
from scholargraph.topics.growth import Growth, growth_of_share, jumps
from scholargraph.topics.hierarchy import level_in
from scholargraph.topics.newcomers import NewcomerCounter
from scholargraph.topics.yearly_counts import YearlyCounts, yearly_counts

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph

_NULLABLE = (
    "growth",
    "growth_low",
    "growth_high",
    "burst",
    "burst_first_year",
    "burst_last_year",
    "burst_weight",
)


def emerging(
    graph: ScholarGraph,
    window: int = 3,
    level: str = "topic",
    *,
    until: int | None = None,
    types: str | Iterable[str] = "research",
    min_papers: int = 5,
    s: float = 2.0,
    gamma: float = 1.0,
    limit: int | None = None,
) -> pd.DataFrame:
    """Return topics by how surely their share of the papers grows.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    window : int
        Years that are compared with as many years before.
    level : {"topic", "subfield", "field"}
        What the rows are; a paper counts once for each of them that it has a topic of.
    until : int, optional
        Last year that counts; by default the last complete one, which is the year before the newest
        dump, and the latest that is taken.
    types : {"research", "all"} or iterable of str
        Which papers count, as for `collaborators`.
    min_papers : int
        Topics of fewer papers in both windows together are left out, and counted.
    s, gamma : float
        Of bursts: the share in a burst is ``s`` times the usual one, and to enter a burst costs
        ``gamma`` times the logarithm of the number of years.
    limit : int, optional
        So many rows at most; ``attrs["topics"]`` says how many there are.

    Returns
    -------
    pandas.DataFrame
        One row per topic: ``topic_id``, ``name``, ``paper_count`` and ``share`` (of the papers with
        a topic; null of a window without any) in the last ``window`` years,
        ``earlier_paper_count`` and ``earlier_share`` in as many before, ``growth`` (logarithmic
        rate of the share by year, shrunk; 0.1 makes it 10.5 % larger in a year), ``growth_low`` and
        ``growth_high`` (its 95 % interval; all three null where a window has none), ``authors`` (of
        the papers of the last window), ``entrants`` (of these, whose first paper on the topic in
        this graph is among them), ``burst`` (whether the last year is in a burst; null where the
        usual share is so large that ``s`` times it is no share), ``burst_first_year``,
        ``burst_last_year`` and ``burst_weight`` (of the latest burst; null where there was none),
        ``yearly_shares`` (list over ``attrs["years"]``; None of a year without papers). Highest
        ``growth_low`` first, then highest ``growth``, then the smaller id.

        ``attrs`` says how it was made and what was left out: the arguments, ``version``, ``year``
        (the last that counts), ``years`` of both windows, with ``papers_by_year`` and
        ``papers_with_topic_by_year``; ``papers`` that counted, ``papers_left_out`` by reason (those
        of the running year are ``after until``), ``papers_without_topic``;
        ``topics`` listed, ``topics_of_fewer_papers``; ``burst_years``, in which there are papers
        with a topic; ``jumps``, years in which the graph as a whole grew or shrank out of line with
        the factor (None where that cannot be told), and ``jumps_in_windows``, those of ``years``.

    Raises
    ------
    InvalidArgumentError
        If an argument has a value that it does not take.

    Notes
    -----
    Shares are of the papers that have a topic, so that nothing emerges because a graph grows, or
    has topics for more of its papers. The rate, its shrinkage and its interval are those of
    `scholargraph.topics.growth.growth_of_share`: two papers, divided as all papers are, are added
    to the two windows. Of 1,000 topics that keep their shares, some 25 have an interval above 0 by
    chance. Bursts are Kleinberg's, with two states, over all years; a burst weighs what its years
    cost less in it than outside. Jumps are those of `scholargraph.topics.growth.jumps`.

    Topics are those that records have today, a fixed list: a really new one cannot show. A new
    release of the classification gives papers other topics, which can look like a burst. Entrants
    are new in this graph, which may not hold their first papers.

    References
    ----------
    Kleinberg, J. (2003). Bursty and hierarchical structure in streams. Data Mining and Knowledge
    Discovery 7, 373-397. doi:10.1023/A:1024940629314

    Examples
    --------
    >>> import scholargraph as sg
    >>> def work(number, year, topic):
    ...     topics = [{"id": f"T1000{topic}", "display_name": f"Topic {topic}", "score": 1.0}]
    ...     return {"id": f"W{9000000000 + number}", "publication_year": year, "topics": topics}
    >>> topics = [1, 1, 1, 2, 1, 2, 2, 2]
    >>> works = [work(n, 2020 if n < 4 else 2021, topic) for n, topic in enumerate(topics)]
    >>> found = emerging(sg.from_records(works), 1, until=2021, min_papers=1)
    >>> found[["topic_id", "paper_count", "earlier_paper_count", "growth"]].round(3)
      topic_id  paper_count  earlier_paper_count  growth
    0   T10002            3                    1   0.693
    1   T10001            1                    3  -0.693
    """
    import pyarrow as pa

    level_in("openalex", level)
    check_number("window", window)
    check_number("min_papers", min_papers)
    check_limit(limit, 0)
    _check_bursts(s, gamma)
    last = _last_year(graph, until)
    _check_windows(window, last)
    terms = checked_terms({"types": types, "until": last})
    counted = yearly_counts(graph, terms, level, (last - 2 * window + 1, last), min_papers)
    growth = growth_of_share(
        counted.counts[:, -window:].sum(axis=1),
        counted.counts[:, -2 * window : -window].sum(axis=1),
        int(counted.with_topic[-window:].sum()),
        int(counted.with_topic[-2 * window : -window].sum()),
        window,
    )
    order = _surest_first(growth)[:limit]
    topics = graph.adjacency.nodes["topic"]
    rows = counted.topics[order]
    columns = {
        "topic_id": topics.own_ids.take(rows),
        "name": topics.names.take(rows),
        **_papers(counted, order, window),
        **{
            name: pa.array(values[order], pa.float64(), from_pandas=True)
            for name, values in zip(("growth", "growth_low", "growth_high"), growth, strict=True)
        },
        **_newcomers(graph.adjacency, counted, order, window),
        **_bursts(counted, order, s, gamma),
        "yearly_shares": _yearly_shares(counted, order, window),
    }
    return frame(
        pa.table(columns),
        nullable=_NULLABLE,
        attrs={
            "window": window,
            "level": level,
            "types": terms.as_dict()["types"],
            "until": until,
            "min_papers": min_papers,
            "s": s,
            "gamma": gamma,
            "version": graph.version,
            "year": last,
            **_said(counted, window),
        },
    )


def _surest_first(growth: Growth) -> IntArray:
    ids = np.arange(len(growth.rate))
    return np.lexsort((ids, -growth.rate, -growth.low))


def _papers(counted: YearlyCounts, order: IntArray, window: int) -> dict[str, pa.Array[Any]]:
    """Return papers and shares in both windows."""
    import pyarrow as pa

    columns = {}
    windows = {"": slice(-window, None), "earlier_": slice(-2 * window, -window)}
    for prefix, years in windows.items():
        papers = counted.counts[order, years].sum(axis=1)
        total = int(counted.with_topic[years].sum())
        shares = papers / total if total else np.full(len(papers), np.nan)
        columns[f"{prefix}paper_count"] = pa.array(papers, pa.int32())
        columns[f"{prefix}share"] = pa.array(shares, pa.float64(), from_pandas=True)
    return columns


def _yearly_shares(counted: YearlyCounts, order: IntArray, window: int) -> pa.Array[Any]:
    """Return the shares in the years of both windows; null of a year without papers."""
    import pyarrow as pa

    years = slice(-2 * window, None)
    totals = counted.with_topic[years]
    shares = (counted.counts[order, years] / np.maximum(totals, 1)).ravel()
    is_unknown = np.tile(totals == 0, len(order))
    bounds = np.arange(0, len(shares) + 1, 2 * window)
    return pa.ListArray.from_arrays(
        pa.array(bounds, pa.int32()), pa.array(shares, pa.float64(), mask=is_unknown)
    )


def _said(counted: YearlyCounts, window: int) -> dict[str, Any]:
    """Say what the numbers rest on."""
    years = counted.years[-2 * window :].tolist()
    found = jumps(counted.years, counted.of_graph)
    return {
        "years": years,
        "papers_by_year": counted.of_graph[-2 * window :].tolist(),
        "papers_with_topic_by_year": counted.with_topic[-2 * window :].tolist(),
        **counted.left_out,
        "topics": len(counted.topics),
        "burst_years": int(np.count_nonzero(counted.with_topic)),
        "jumps": found,
        "jumps_in_windows": sorted({*(found or ())} & {*years}),
    }


def _newcomers(
    adjacency: Adjacency, counted: YearlyCounts, order: IntArray, window: int
) -> dict[str, pa.Array[Any]]:
    import pyarrow as pa

    counter = NewcomerCounter(adjacency.paper_authors, len(adjacency.nodes["author"].ids))
    first = counted.years[-window]
    found = []
    for topic in counted.topics[order].tolist():
        papers = counted.papers.of(topic)
        is_recent = adjacency.papers.year[papers] >= first
        found.append(counter.count(papers[~is_recent], papers[is_recent]))
    return {
        "authors": pa.array([each.authors for each in found], pa.int32()),
        "entrants": pa.array([each.entrants for each in found], pa.int32()),
    }


def _bursts(
    counted: YearlyCounts, order: IntArray, s: float, gamma: float
) -> dict[str, pa.Array[Any]]:
    """Return the latest burst of each topic."""
    import pyarrow as pa

    # A year without papers says nothing, and is no step in which a burst could begin.
    has_papers = counted.with_topic > 0
    years = counted.years[has_papers]
    gains = burst_gains(counted.counts[order][:, has_papers], counted.with_topic[has_papers], s)
    states = burst_states(gains, gamma)
    rows: list[tuple[bool | None, int | None, int | None, float | None]] = []
    for state, gain in zip(states, gains, strict=True):
        if np.isnan(gain).any():
            rows.append((None, None, None, None))
        elif not state.any():
            rows.append((False, None, None, None))
        else:
            last = int(np.flatnonzero(state)[-1])
            before = np.flatnonzero(~state[:last])
            first = int(before[-1]) + 1 if len(before) else 0
            weight = float(gain[first : last + 1].sum())
            is_on = bool(years[last] == counted.years[-1])
            rows.append((is_on, int(years[first]), int(years[last]), weight))
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * 4
    return {
        "burst": pa.array(columns[0], pa.bool_()),
        "burst_first_year": pa.array(columns[1], pa.int16()),
        "burst_last_year": pa.array(columns[2], pa.int16()),
        "burst_weight": pa.array(columns[3], pa.float64()),
    }


def _last_year(graph: ScholarGraph, until: int | None) -> int:
    complete = last_complete_year(graph)
    if until is None:
        return complete
    checked_terms({"until": until})
    if until > complete:
        raise InvalidArgumentError(
            f"until={until} is after {complete}, the last complete year of this graph"
        )
    return int(until)


def _check_windows(window: int, last: int) -> None:
    if last - 2 * window + 1 < FIRST_YEAR:
        raise InvalidArgumentError(
            f"window={window} is too long: two of them up to {last} begin before {FIRST_YEAR}"
        )


def _check_bursts(s: float, gamma: float) -> None:
    if not _is_number(s) or s <= 1:
        raise InvalidArgumentError(f"s is a number above 1, not {s!r}")
    if not _is_number(gamma) or gamma < 0:
        raise InvalidArgumentError(f"gamma is a number from 0, not {gamma!r}")


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]

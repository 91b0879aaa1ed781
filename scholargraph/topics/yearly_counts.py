"""Papers by topic and year, and the papers of each topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scholargraph.collaboration.choosing import choose_papers
from scholargraph.network.pairs import BoolArray, IntArray
from scholargraph.topics.hierarchy import NO_CLASS, classes_at
from scholargraph.topics.scope import papers_below

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.terms import Terms
    from scholargraph.graph import ScholarGraph


class YearlyCounts(NamedTuple):
    """Papers by topic and year."""

    years: IntArray
    """They follow each other; the first is that of the first paper, or that asked about."""
    of_graph: IntArray
    """Papers of each year."""
    with_topic: IntArray
    """Papers of each year that have a topic of the level."""
    topics: IntArray
    """Rows of the topics that have enough papers, ascending."""
    counts: IntArray
    """By topic and year."""
    papers: PapersOfClasses
    left_out: dict[str, Any]
    """How many papers counted, and what did not."""


class PapersOfClasses:
    """The papers that count of each class of a level.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    counts : bool array
        Which papers count, by row.
    level : str
        The level.
    """

    def __init__(self, adjacency: Adjacency, counts: BoolArray, level: str) -> None:
        self._papers = adjacency.paper_topics.papers
        self._counts = counts
        class_of = classes_at(adjacency.paper_topics, level)
        topics = np.argsort(class_of, kind="stable")
        classes, starts = np.unique(class_of[topics], return_index=True)
        bounds = np.append(starts, len(topics)).tolist()
        self._members = {
            class_row: topics[bounds[place] : bounds[place + 1]]
            for place, class_row in enumerate(classes.tolist())
        }
        self.classes: IntArray = classes[classes != NO_CLASS]
        """Rows, ascending."""

    def of(self, class_row: int) -> IntArray:
        """Return the rows of the papers of a class, ascending, each once."""
        papers = papers_below(self._papers, self._members[class_row])
        return papers[self._counts[papers]]

    def __iter__(self) -> Iterator[IntArray]:
        return map(self.of, self.classes.tolist())


def yearly_counts(
    graph: ScholarGraph, terms: Terms, level: str, asked: tuple[int, int], min_papers: int
) -> YearlyCounts:
    """Return the papers of each topic in each year.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    terms : Terms
        Which papers count, by a last year among other things.
    level : {"topic", "subfield", "field"}
        What is counted for; a paper counts once for each of them that it has a topic of.
    asked : tuple of int
        First and last of the years that are asked about; the last is the last that counts.
    min_papers : int
        Topics of fewer papers in these years are left out, and counted.
    """
    adjacency = graph.adjacency
    chosen = choose_papers(adjacency, None, terms)
    year = adjacency.papers.year
    counts = np.zeros(len(year), np.bool_)
    counts[chosen.rows] = True
    first, last = min(asked[0], int(chosen.year.min(initial=asked[1]))), asked[1]
    years = np.arange(first, last + 1)
    papers = PapersOfClasses(adjacency, counts, level)
    has_topic = np.zeros(len(year), np.bool_)
    by_year = np.zeros((len(papers.classes), len(years)), np.int64)
    for place, of_class in enumerate(papers):
        has_topic[of_class] = True
        by_year[place] = np.bincount(year[of_class] - np.int64(first), minlength=len(years))
    of_graph = np.bincount(chosen.year - np.int64(first), minlength=len(years))
    with_topic = np.bincount(year[has_topic] - np.int64(first), minlength=len(years))
    in_asked = by_year[:, asked[0] - first :].sum(axis=1)
    enough = in_asked >= min_papers
    return YearlyCounts(
        years=years,
        of_graph=of_graph,
        with_topic=with_topic,
        topics=papers.classes[enough],
        counts=by_year[enough],
        papers=papers,
        left_out={
            "papers": len(chosen.rows),
            "papers_left_out": chosen.left_out,
            "papers_without_topic": int((of_graph - with_topic).sum()),
            "topics_of_fewer_papers": int(np.count_nonzero((in_asked > 0) & ~enough)),
        },
    )

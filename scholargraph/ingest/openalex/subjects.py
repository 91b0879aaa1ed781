"""Rows of what works are about: topics, keywords and concepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import RowNumbers, Rows, Values
from scholargraph.ingest.openalex.mentions import Named, Topics

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.gathering import Texts
    from scholargraph.ingest.openalex.shapes import ConceptName, Keyword, TopicName, Work


class PaperTopics:
    """Gathers the topics of works."""

    def __init__(self, texts: Texts) -> None:
        self._mentions = Topics()
        self._rows: list[int] = []
        self._urls = texts.column()
        self._scores: list[float | None] = []
        self._is_primary: list[bool] = []

    def add(self, row: int, work: Work, drift: Drift) -> None:
        """Take the distinct topics, the primary one among them even if the list leaves it out."""
        named: Named = {}
        primary = work.primary_topic
        primary_url = primary.id if primary else None
        met: dict[str, TopicName] = {}
        for topic in [*(work.topics or ()), *([primary] if primary else ())]:
            if not topic.id:
                drift.add("works.topics[].id", odd.BAD_VALUE)
            elif topic.id not in met:
                met[topic.id] = topic
                self._rows.append(row)
                self._urls.append(topic.id)
                self._scores.append(topic.score)
                self._is_primary.append(topic.id == primary_url)
                self._mentions.say(named, topic)
        self._mentions.add(row, named)

    def tables(self) -> list[Rows]:
        """Return the topics of works, and what works say of topics."""
        topics = rows_of_topics(self._rows, self._urls.array(), self._scores, self._is_primary)
        return [topics, self._mentions.table()]


def rows_of_topics(rows: RowNumbers, urls: Values, scores: Values, is_primary: Values) -> Rows:
    """Return the topics of works."""
    return columns.build(
        schema.PAPER_TOPICS,
        rows,
        {
            "topic_id": columns.topic_ids(urls),
            "score": scores,
            "is_primary": is_primary,
        },
    )


class Keywords:
    """Gathers the keywords of works."""

    def __init__(self, texts: Texts) -> None:
        self._rows: list[int] = []
        self._texts = texts.column()
        self._scores: list[float | None] = []

    def add(self, row: int, keywords: Sequence[Keyword]) -> None:
        """Take the keywords of a work; of one that stands twice, the first."""
        scores: dict[str, float | None] = {}
        for keyword in keywords:
            text = (keyword.display_name or keyword.keyword or "").strip()
            if text and text not in scores:
                scores[text] = keyword.score
        self._rows += [row] * len(scores)
        self._texts += scores
        self._scores += scores.values()

    def table(self) -> Rows:
        """Return all keywords."""
        return rows_of_keywords(self._rows, self._texts.array(), self._scores)


def rows_of_keywords(rows: RowNumbers, texts: Values, scores: Values) -> Rows:
    """Return the keywords of works."""
    return columns.build(
        schema.KEYWORDS,
        rows,
        {
            "keyword": columns.text(texts),
            "score": scores,
        },
    )


class PaperConcepts:
    """Gathers the concepts of works."""

    def __init__(self, texts: Texts) -> None:
        self._rows: list[int] = []
        self._urls = texts.column()
        self._names = texts.column()
        self._levels: list[int | None] = []
        self._scores: list[float | None] = []

    def add(self, row: int, concepts: Sequence[ConceptName], drift: Drift) -> None:
        """Take the concepts of a work; of one that stands twice, the first."""
        named = {concept.id: concept for concept in reversed(concepts)}
        if None in named or "" in named:
            unnamed = sum(not concept.id for concept in concepts)
            drift.add("works.concepts[].id", odd.BAD_VALUE, unnamed)
            named.pop(None, None)
            named.pop("", None)
        self._rows += [row] * len(named)
        self._urls += named
        self._names += [concept.display_name for concept in named.values()]
        self._levels += [concept.level for concept in named.values()]
        self._scores += [concept.score for concept in named.values()]

    def table(self) -> Rows:
        """Return all concepts of works."""
        urls, names = self._urls.array(), self._names.array()
        return rows_of_concepts(self._rows, urls, names, self._levels, self._scores)


def rows_of_concepts(
    rows: RowNumbers, urls: Values, names: Values, levels: Values, scores: Values
) -> Rows:
    """Return the concepts of works."""
    return columns.build(
        schema.PAPER_CONCEPTS,
        rows,
        {
            "concept_id": columns.ids(urls, "C"),
            "name": columns.text(names),
            "level": levels,
            "score": scores,
        },
    )

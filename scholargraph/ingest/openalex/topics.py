"""Rows of topic, subfield, field and domain records: one table, four levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex.mentions import Named, Topics
from scholargraph.ingest.openalex.shapes import TopicName

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Topic


def tables_of_topics(topics: Sequence[Topic], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of records of any level, and what they say of those above."""
    return [
        columns.build(
            schema.TOPICS,
            range(len(topics)),
            {
                "name": [t.display_name or own for t, own in zip(topics, ids, strict=True)],
                "level": [_level(own) for own in ids],
                "parent_id": columns.topic_ids([_parent(topic) for topic in topics]),
                "scheme": ["openalex"] * len(topics),
                "description": [topic.description for topic in topics],
            },
        ),
        _above(topics),
    ]


def _above(topics: Sequence[Topic]) -> Rows:
    said = Topics()
    for row, topic in enumerate(topics):
        named: Named = {}
        said.say(named, TopicName(subfield=topic.subfield, field=topic.field, domain=topic.domain))
        said.add(row, named)
    return said.table()


def _level(topic_id: str) -> str:
    namespace, slash, _ = topic_id.partition("/")
    return namespace.removesuffix("s") if slash else "topic"


def _parent(topic: Topic) -> str | None:
    """Return the class right above: a record names all of them, the lowest first."""
    above = (topic.subfield, topic.field, topic.domain)
    return next((node.id for node in above if node and node.id), None)

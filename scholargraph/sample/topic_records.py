"""Records of topics, subfields, fields and domains.

What lives here: the tree of ``vocabulary`` as records of the four entities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scholargraph.sample.dates import Release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scholargraph.sample.tally import Counts
    from scholargraph.sample.vocabulary import Node, Topic, Vocabulary

_UPDATED: Final = f"{Release.TOPICS.value[0]}T04:12:42.500Z"
_CREATED: Final = "2024-01-23T00:00:00.000Z"


def topic_record(words: Vocabulary, topic: Topic, counts: Counts) -> dict[str, object]:
    """Return the record of a topic."""
    siblings = [
        {"id": other.url, "display_name": other.name}
        for other in words.topics
        if other.subfield is topic.subfield and other is not topic
    ]
    shared = counts.fields()
    return {
        "id": topic.url,
        "display_name": topic.name,
        "description": topic.description,
        "keywords": [*topic.things, *topic.methods],
        "ids": {"openalex": topic.url, "wikipedia": None},
        **topic.hierarchy,
        "siblings": siblings,
        "works_count": shared["works_count"],
        "cited_by_count": shared["cited_by_count"],
        "works_api_url": f"https://api.openalex.org/works?filter=topics.id:T{topic.number}",
        "updated_date": _UPDATED,
        "created_date": _CREATED,
    }


def node_record(words: Vocabulary, node: Node, counts: Counts) -> dict[str, object]:
    """Return the record of a subfield, a field or a domain."""
    shared = counts.fields()
    return {
        "id": node.url,
        "display_name": node.name,
        "description": f"made-up {node.level} of the generated sample",
        "ids": {"wikidata": None, "wikipedia": None},
        "display_name_alternatives": [],
        **_parents(node),
        **_children(words, node),
        "siblings": [
            other.short
            for other in _level(words)[node.level]
            if other.parent is node.parent and other is not node
        ],
        "works_count": shared["works_count"],
        "cited_by_count": shared["cited_by_count"],
        "works_api_url": "https://api.openalex.org/works?filter="
        f"topics.{node.level}.id:{node.number}",
        "updated_date": _UPDATED,
        "created_date": _CREATED,
    }


def _level(words: Vocabulary) -> Mapping[str, tuple[Node, ...]]:
    return {"subfield": words.subfields, "field": words.fields, "domain": words.domains}


def _parents(node: Node) -> dict[str, object]:
    parents: dict[str, object] = {}
    above = node.parent
    while above is not None:
        parents[above.level] = above.short
        above = above.parent
    return parents


def _children(words: Vocabulary, node: Node) -> dict[str, object]:
    if node.level == "subfield":
        topics = [topic for topic in words.topics if topic.subfield is node]
        return {"topics": [{"id": topic.url, "display_name": topic.name} for topic in topics]}
    below = "field" if node.level == "domain" else "subfield"
    children = [other.short for other in _level(words)[below] if other.parent is node]
    return {f"{below}s": children}

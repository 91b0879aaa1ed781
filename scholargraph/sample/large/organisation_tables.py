"""The tables of institutions, sources, publishers, funders and topics.

What lives here: rows from the organisations of ``world`` and the topics of ``vocabulary``. There
are some ten thousand of them at most, so they are made one by one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from scholargraph.sample.large.frame import Frame
from scholargraph.sample.numbering import BASE
from scholargraph.sample.vocabulary import vocabulary
from scholargraph.sample.world_draws import make_world
from scholargraph.schema import arrow_schema

if TYPE_CHECKING:
    from scholargraph.sample.world import World

NAMES = ("institutions", "topics", "sources", "publishers", "funders")
"""The tables that `organisation_rows` makes."""


@lru_cache(maxsize=1)
def world_of(frame: Frame) -> World:
    """Return the organisations of a model."""
    return make_world(frame.seed, frame.papers)


def topic_name(frame: Frame, number: int) -> str:
    """Return the name of a topic, from 0: the vocabulary's, and then variants of them.

    Examples
    --------
    >>> from pathlib import Path
    >>> frame = Frame(seed=0, papers=9, folder=Path(), institutions=1, journals=1)
    >>> topic_name(frame, 0), topic_name(frame, 24)
    ('Dune Erosion and Recovery', 'Volume change of foredune by lidar survey')
    """
    words = vocabulary().topics
    variant, place = divmod(number, len(words))
    topic = words[place]
    if variant == 0:
        return topic.name
    rest, thing = divmod(variant - 1, len(topic.things))
    rest, measure = divmod(rest, len(topic.measures))
    method = rest % len(topic.methods)
    text = f"{topic.measures[measure]} of {topic.things[thing]} by {topic.methods[method]}"
    return text[0].upper() + text[1:]


def organisation_rows(frame: Frame, table: str) -> pa.RecordBatch:
    """Return all rows of one of the tables in `NAMES`, by id.

    Parameters
    ----------
    frame : Frame
        The size of the model.
    table : str
        Its name.
    """
    rows = {
        "institutions": _institutions,
        "topics": _topics,
        "sources": _sources,
        "publishers": _publishers,
        "funders": _funders,
    }[table](frame)
    key = arrow_schema(table).names[0]
    rows.sort(key=lambda row: row[key].encode())
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(table))


def _institutions(frame: Frame) -> list[dict[str, Any]]:
    return [
        {
            "institution_id": f"I{item.number}",
            "name": item.name,
            "ror": item.ror,
            "country_code": item.country_code,
            "type": item.type,
            "city": item.town,
            "latitude": item.latitude,
            "longitude": item.longitude,
            "lineage": [f"I{number}" for number in item.lineage],
            "is_mention": False,
        }
        for item in world_of(frame).institutions
    ]


def _sources(frame: Frame) -> list[dict[str, Any]]:
    return [
        {
            "source_id": f"S{item.number}",
            "name": item.name,
            "issn_l": item.issns[0] if item.issns else None,
            "issn": list(item.issns),
            "type": item.type,
            "publisher_id": item.publisher and f"P{item.publisher.number}",
            "host_institution_id": item.host and f"I{item.host.number}",
            "is_oa": item.is_oa,
            "is_core": item.is_core,
            "is_in_doaj": item.is_in_doaj,
        }
        for item in world_of(frame).sources
    ]


def _publishers(frame: Frame) -> list[dict[str, Any]]:
    return [
        {
            "publisher_id": f"P{item.number}",
            "name": item.name,
            "parent_id": item.parent and f"P{item.parent.number}",
            "country_code": item.country_code,
        }
        for item in world_of(frame).publishers
    ]


def _funders(frame: Frame) -> list[dict[str, Any]]:
    return [
        {
            "funder_id": f"F{item.number}",
            "name": item.name,
            "country_code": item.country_code,
            "ror": item.ror,
            "doi": item.doi,
        }
        for item in world_of(frame).funders
    ]


def _topics(frame: Frame) -> list[dict[str, Any]]:
    words = vocabulary()
    rows: list[dict[str, Any]] = [
        {
            "topic_id": f"T{BASE + 1 + number}",
            "name": topic_name(frame, number),
            "level": "topic",
            "parent_id": _node_id(words.topics[number % len(words.topics)].subfield.url),
            "scheme": "openalex",
            "description": words.topics[number % len(words.topics)].description,
        }
        for number in range(frame.topics)
    ]
    rows += [
        {
            "topic_id": _node_id(node.url),
            "name": node.name,
            "level": node.level,
            "parent_id": node.parent and _node_id(node.parent.url),
            "scheme": "openalex",
            "description": None,
        }
        for node in (*words.subfields, *words.fields, *words.domains)
    ]
    return rows


def _node_id(url: str) -> str:
    return url.removeprefix("https://openalex.org/")

"""Records of older generations, told in the form of today's.

A change of form that is known is no drift: it is undone here, before a record that the strict
decoder refused is repaired. What today's form has no place for is left as it stands.
"""

from __future__ import annotations

import re
from typing import Any, Final

from scholargraph.ingest.limits import MAX_ABSTRACT_BYTES
from scholargraph.ingest.repair import OPENALEX_PREFIX, UnreadableError, load_json

_LEVELS: Final = {"subfield": "subfields", "field": "fields", "domain": "domains"}

_HOST_IS_NO_KIND_OF_SOURCE: Final = "publisher"
"""Venues of 2022 say in ``type`` whether the publisher or somebody else hosts the text."""

_SCORE: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,20})?")

JOINT_OF_STRINGS: Final = ";"
"""Between the affiliations of a seat, while they were one text (until April 2024)."""


def bring_up_to_date(record: dict[str, Any], kind: str) -> None:
    """Rewrite what older generations say in another way than today's.

    Parameters
    ----------
    record : dict
        Decoded JSON of a record; it is changed.
    kind : str
        ``works``, ``topics``, … as in ``kinds``.

    Examples
    --------
    >>> work = {"host_venue": {"id": "https://openalex.org/V5", "url": "https://x"}}
    >>> bring_up_to_date(work, "works")
    >>> work["primary_location"]["landing_page_url"]
    'https://x'
    """
    for key in [key for key in record if key.startswith("@")]:
        del record[key]  # Of the search engine that snapshots came from until August 2023.
    if kind == "topics":
        _name_classes(record)
    if kind == "works":
        _bring_work_up_to_date(record)


def _bring_work_up_to_date(work: dict[str, Any]) -> None:
    work["abstract_inverted_index"] = plain_index(work.get("abstract_inverted_index"))
    venues = [work.pop("host_venue", None), *_listed(work.pop("alternate_host_venues", None))]
    if "locations" not in work and "primary_location" not in work:
        work["locations"] = _locations(venues)
        work["primary_location"] = next(iter(work["locations"]), None)
    for seat in _objects(work.get("authorships")):
        joined = seat.get("raw_affiliation_string")
        if isinstance(joined, str) and not seat.get("raw_affiliation_strings"):
            parts = (part.strip() for part in joined.split(JOINT_OF_STRINGS))
            seat["raw_affiliation_strings"] = [part for part in parts if part]
    for topic in _objects([*_listed(work.get("topics")), work.get("primary_topic")]):
        _name_classes(topic)
    for concept in _objects(work.get("concepts")):
        _read_score(concept)


def plain_index(index: Any) -> Any:
    """Return an inverted index without what older releases put around it.

    It has been a text with the index in it, and an object that gives the length as well.

    Examples
    --------
    >>> plain_index('{"IndexLength": 2, "InvertedIndex": {"On": [0], "examples": [1]}}')
    {'On': [0], 'examples': [1]}
    """
    if isinstance(index, str) and len(index) <= MAX_ABSTRACT_BYTES:
        if not index:
            return None
        try:
            index = load_json(index.encode())
        except (UnreadableError, UnicodeEncodeError):
            return index
    if isinstance(index, dict) and isinstance(index.get("InvertedIndex"), dict):
        return index["InvertedIndex"]
    return index


def _locations(venues: list[Any]) -> list[dict[str, Any]]:
    """Return venues as locations, the host first and not again where it is listed, too."""
    locations: dict[tuple[str, str], dict[str, Any]] = {}
    for venue in _objects(venues):
        location = {
            "landing_page_url": venue.get("url"),
            "is_oa": venue.get("is_oa"),
            "version": venue.get("version"),
            "license": venue.get("license"),
            "source": _source(venue),
        }
        locations.setdefault((repr(venue.get("url")), repr(venue.get("id"))), location)
    return list(locations.values())


def _source(venue: dict[str, Any]) -> dict[str, Any]:
    kind = venue.get("type")
    return {
        "id": venue.get("id"),
        "display_name": venue.get("display_name"),
        "issn_l": venue.get("issn_l"),
        "issn": venue.get("issn"),
        "type": None if kind == _HOST_IS_NO_KIND_OF_SOURCE else kind,
    }


def _name_classes(topic: dict[str, Any]) -> None:
    """Turn the numbers of classes above a topic into ids: the first releases gave no more."""
    for level, namespace in _LEVELS.items():
        above = topic.get(level)
        if isinstance(above, dict) and type(above.get("id")) is int:
            above["id"] = f"{OPENALEX_PREFIX}{namespace}/{above['id']}"


def _read_score(concept: dict[str, Any]) -> None:
    """Turn the score of a concept into a number: until 2022 it was a text."""
    score = concept.get("score")
    if isinstance(score, str) and _SCORE.fullmatch(score):
        concept["score"] = float(score)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(values: Any) -> list[dict[str, Any]]:
    return [value for value in _listed(values) if isinstance(value, dict)]

"""Ids of OpenAlex, what they name, and those that name nobody."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from scholargraph.identifiers.text import FLAGS, MAX_LENGTH, NUMBER, positive_int64, stripped

if TYPE_CHECKING:
    from collections.abc import Mapping

NodeType = Literal["paper", "author", "institution", "source", "publisher", "funder", "topic"]

NOBODY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A9999999999": "null author: no usable name, or a removed profile",
        "A5317838346": "deleted author: profiles without works were merged into it",
        "A4317838346": "deleted author of before the rebuild of 2023: a merge target",
        "A5098778687": "author left out of profiles by OpenAlex, for a reason it does not give",
        "A5040317105": "author left out of profiles by OpenAlex, for a reason it does not give",
        "W4285719527": "deleted work: a merge target that millions of reference lists still name",
        "I4389424196": "deleted institution",
        "S4317411217": "deleted source",
    }
)
"""OpenAlex ids that stand for nobody and nothing, and what they are. Never nodes, never ties."""

_OPENALEX_URL: Final = "https://openalex.org/"
_OPENALEX_PREFIX: Final = re.compile(
    r"(?:https?://)?(?:api\.)?openalex\.org/|openalex:\s*", flags=FLAGS
)
_LETTER_ID: Final = re.compile(rf"([WASVICPFTG]){NUMBER}", flags=FLAGS)
_PLAIN_LETTERS: Final = frozenset("WASICPFTG")

_LETTERS_OF_FOLDER: Final[Mapping[str, str]] = {
    "works": "W",
    "authors": "A",
    # Venues became sources in 2023 under the same numbers.
    "sources": "SV",
    "venues": "SV",
    "institutions": "I",
    "concepts": "C",
    "publishers": "P",
    "funders": "F",
    "topics": "T",
    "awards": "G",
}

_NUMBERED: Final = re.compile(NUMBER)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", flags=FLAGS)
# Slugs of keywords are made from their names: they hold dashes, Greek letters and even slashes.
_KEYWORD: Final = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff?#/][^\s\x00-\x1f\x7f-\x9f\ud800-\udfff?#]*"
)
_NAMESPACES: Final[Mapping[str, re.Pattern[str]]] = {
    "subfields": _NUMBERED,
    "fields": _NUMBERED,
    "domains": _NUMBERED,
    "sdgs": _NUMBERED,
    "countries": re.compile(r"[a-z]{2}", flags=FLAGS),
    "continents": re.compile(r"q[1-9][0-9]{0,9}", flags=FLAGS),
    # At most three letters, so that "languages/None", which releases before 2026 hold, is none.
    "languages": re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?", flags=FLAGS),
    "keywords": _KEYWORD,
    "types": _SLUG,
    "work-types": _SLUG,
    "source-types": _SLUG,
    "institution-types": _SLUG,
    "licenses": _SLUG,
}
_UPPER_CASE_NAMESPACES: Final = frozenset({"countries", "continents"})
_NODE_TYPES: Final[Mapping[str, NodeType]] = {
    "W": "paper",
    "A": "author",
    "I": "institution",
    "S": "source",
    "P": "publisher",
    "F": "funder",
    "T": "topic",
    "subfields": "topic",
    "fields": "topic",
    "domains": "topic",
}


def openalex_id(text: str | None) -> str | None:
    """Return an OpenAlex id in its short form.

    Accepted, in any case, are ids with a letter and ids in a namespace, bare, as URL of the site
    or of the API, with the folder of their kind, or behind ``openalex:``. A venue (``V``) is the
    source (``S``) of the same number. A folder that contradicts the letter, a number that is not
    positive, and a number beyond int64 make no id.

    Parameters
    ----------
    text : str or None
        What may be an id.

    Returns
    -------
    str or None
        Upper-case letter and digits without leading zeros, such as ``W2741809807``; or namespace
        and name, such as ``subfields/1702``, ``countries/US``; None if the text is no such id.

    Examples
    --------
    >>> openalex_id("https://api.openalex.org/works/w2741809807")
    'W2741809807'
    >>> openalex_id("openalex.org/V137773608")
    'S137773608'
    >>> openalex_id("https://openalex.org/subfields/1702")
    'subfields/1702'
    >>> openalex_id("works/A5085007251") is None
    True
    """
    # Records hold little else than this form, and a dump holds billions of them.
    if isinstance(text, str) and text.startswith(_OPENALEX_URL):
        short = text[len(_OPENALEX_URL) :]
        digits = short[1:]
        if (
            short[:1] in _PLAIN_LETTERS
            and len(digits) <= 18
            and digits[:1] != "0"
            and digits.isdigit()
            and digits.isascii()
        ):
            return short
    name = stripped(text)
    prefix = _OPENALEX_PREFIX.match(name)
    if prefix is not None:
        name = name[prefix.end() :]
    folder, slash, tail = name.rstrip("/").partition("/")
    if not slash:
        return _letter_id(folder, "")
    folder = folder.lower()
    if folder in _LETTERS_OF_FOLDER:
        return _letter_id(tail, _LETTERS_OF_FOLDER[folder])
    return _namespaced_id(folder, tail)


def _letter_id(text: str, letters: str) -> str | None:
    match = _LETTER_ID.fullmatch(text)
    if match is None:
        return None
    letter = match[1].upper()
    number = positive_int64(match[2])
    if number is None or (letters and letter not in letters):
        return None
    return ("S" if letter == "V" else letter) + number


def _namespaced_id(namespace: str, name: str) -> str | None:
    pattern = _NAMESPACES.get(namespace)
    match = pattern.fullmatch(name) if pattern is not None else None
    if match is None:
        return None
    if pattern is _NUMBERED:
        number = positive_int64(match[1])
        return None if number is None else f"{namespace}/{number}"
    name = name.upper() if namespace in _UPPER_CASE_NAMESPACES else name.lower()
    short = f"{namespace}/{name}"
    return short if len(short) <= MAX_LENGTH else None


def node_type(openalex: str | None) -> NodeType | None:
    """Return the kind of node that an OpenAlex id names in a graph.

    Parameters
    ----------
    openalex : str or None
        An id in any form that :func:`openalex_id` takes.

    Returns
    -------
    str or None
        None for what is no OpenAlex id, and for kinds that are no nodes here, such as concepts.

    Examples
    --------
    >>> node_type("W2741809807"), node_type("fields/17"), node_type("C41008148")
    ('paper', 'topic', None)
    """
    short = openalex_id(openalex)
    if short is None:
        return None
    namespace, slash, _ = short.partition("/")
    return _NODE_TYPES.get(namespace if slash else short[0])

"""Atom feeds of arXiv's API: from entries to records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scholargraph import identifiers
from scholargraph.ingest.arxiv import taxonomy
from scholargraph.ingest.arxiv.shapes import ArxivRecord, NotARecordError
from scholargraph.ingest.drift import UNKNOWN_FIELD

if TYPE_CHECKING:
    from scholargraph.ingest.arxiv.markup import Element
    from scholargraph.ingest.drift import Drift

ENTRY: Final = "entry"
FEED: Final = "feed"
TOTAL: Final = "totalResults"

_FIELDS: Final = {
    "id",
    "title",
    "updated",
    "published",
    "link",
    "summary",
    "author",
    "category",
    "primary_category",
    "comment",
    "journal_ref",
    "doi",
}
_AUTHOR_FIELDS: Final = {"name", "affiliation"}
_VERSION: Final = re.compile(r"v([1-9][0-9]{0,3})\Z")
_MAX_MESSAGE: Final = 150
_MAX_DIGITS: Final = 12


def emptiness_of(promised: str) -> str | None:
    """Return what is wrong with a page without entries, or None if there was nothing to find.

    The API gives an empty page now and then, where asking again gives a full one.

    Parameters
    ----------
    promised : str
        Text of ``totalResults``.
    """
    count = promised.strip()[:_MAX_DIGITS].lstrip("0")
    return f"an empty page of a feed that has results: {count}" if count.isdecimal() else None


def record_of(entry: Element, drift: Drift) -> ArxivRecord:
    """Return the record that an entry of a feed holds.

    Parameters
    ----------
    entry : Element
        The entry.
    drift : Drift
        Is told of unknown elements.

    Returns
    -------
    ArxivRecord
        Its categories are those of arXiv alone, the primary one first.

    Raises
    ------
    NotARecordError
        If it is an error of the API, or has no id of arXiv's.
    """
    given = (entry.first_text("id") or "").strip()
    arxiv_id = identifiers.arxiv_id(given)
    if arxiv_id is None:
        raise NotARecordError(_reason_against(entry, given))
    for child in entry.children:
        if child.name not in _FIELDS:
            drift.add(f"entry.{child.name}", UNKNOWN_FIELD, example=child.text)
    version = _VERSION.search(given)
    names = [_author(child, drift) for child in entry.children if child.name == "author"]
    dois = [text.strip() for text in entry.texts("doi")]
    return ArxivRecord(
        id=arxiv_id,
        title=entry.first_text("title"),
        comments=entry.first_text("comment"),
        journal_ref=entry.first_text("journal_ref"),
        doi=" ".join(dois) or None,
        categories=_codes(entry),
        abstract=entry.first_text("summary"),
        author_names=[name for name in names if name] or None,
        created=(entry.first_text("published") or "").strip() or None,
        updated=(entry.first_text("updated") or "").strip() or None,
        newest_version=int(version[1]) if version else None,
        origin="atom",
    )


def _reason_against(entry: Element, given: str) -> str:
    title = (entry.first_text("title") or "").strip()
    if "/api/errors" in given or title == "Error":
        message = " ".join((entry.first_text("summary") or given).split())
        return f"an error of the server: {message[:_MAX_MESSAGE]}"
    return "not a record: an id that is none of arXiv's" if given else "not a record: no id"


def _author(element: Element, drift: Drift) -> list[str]:
    for child in element.children:
        if child.name not in _AUTHOR_FIELDS:
            drift.add(f"entry.author.{child.name}", UNKNOWN_FIELD, example=child.text)
    name = " ".join((element.first_text("name") or "").split())
    return [name, *element.texts("affiliation")] if name else []


def _codes(entry: Element) -> str | None:
    named = sorted(entry.children, key=_is_not_primary)
    terms = (
        child.attributes.get("term", "").strip()
        for child in named
        if child.name in ("category", "primary_category")
    )
    return " ".join(taxonomy.known_codes(terms)) or None


def _is_not_primary(element: Element) -> bool:
    return element.name != "primary_category"

"""What a record of arXiv holds, whatever format it came in.

The shape is that of a line of the Kaggle file, which is decoded straight into it; other formats
are read into the same fields, and into further ones that the file does not have.
"""

from __future__ import annotations

import secrets
from typing import Final, Literal

from msgspec import Struct, field

Origin = Literal["kaggle", "arXiv", "arXivRaw", "arXivOld", "oai_dc", "atom", "header"]
"""A Kaggle line, a metadata format of OAI-PMH, an entry of a feed, or a deleted record's header."""

_BESIDE_KAGGLE: Final = (
    "author_names",
    "created",
    "updated",
    "datestamp",
    "newest_version",
    "is_deleted",
    "origin",
    "content_hash",
)
_UNGUESSABLE: Final = secrets.token_hex()

# These are part of what is hashed of records of other formats, so they stay as they are.
_KEYS: Final = {
    "journal_ref": "journal-ref",
    "report_no": "report-no",
    **{name: f"({name})" for name in _BESIDE_KAGGLE},
}


MAX_RECORD_BYTES: Final = 8 << 20
"""Of one record as it stands in a file, or characters of its text; with 3,000 authors it has a
million. A record takes many times as much memory."""


def _hidden(name: str) -> str:
    """Return a key under which no line can hold anything, since nobody can guess it."""
    return f"({_UNGUESSABLE} {name})"


class NotARecordError(ValueError):
    """It cannot be told what a record is about; the message is the reason, for ``rejects``."""


class Version(Struct, forbid_unknown_fields=True, gc=False):
    """One version of a paper."""

    version: str | None = None
    """``v1`` and so on."""
    created: str | None = None
    """As printed, ``Mon, 2 Apr 2007 19:18:42 GMT``; ``dates.timestamp`` reads it."""
    source_type: str | None = field(default=None, name="(source_type)")
    """arXivRaw: letters, of which ``I`` says that the version is a withdrawal."""


class ArxivRecord(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False, rename=_KEYS):
    """A record of arXiv. Texts stand as printed: with line breaks, TeX and blanks at their ends."""

    id: str
    """Canonical, as ``identifiers.arxiv_id`` gives it."""
    submitter: str | None = None
    authors: str | None = None
    """The byline as one text (Kaggle, arXivRaw, arXivOld)."""
    title: str | None = None
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    """Published DOIs, often several in one text; ``dois.published_dois`` tells them apart."""
    report_no: str | None = None
    categories: str | None = None
    """Codes with blanks between them, as printed, the primary one first but for oai_dc, which has
    names in no stated order; ``taxonomy.canonical_categories`` reads them."""
    license: str | None = None
    """URL; ``licences.licence_name`` reads it."""
    abstract: str | None = None
    versions: list[Version] | None = None
    """Oldest first (Kaggle, arXivRaw)."""
    update_date: str | None = None
    """Kaggle: day of the last change of the metadata."""
    authors_parsed: list[list[str]] | None = None
    """Each author's keyname, forenames, suffix, then affiliations; later ones may be missing
    (Kaggle, arXiv, oai_dc)."""

    author_names: list[list[str]] | None = None
    """Atom: each author's name as printed, then affiliations."""
    created: str | None = None
    """Date of the first version (arXiv, arXivOld, oai_dc, Atom)."""
    updated: str | None = None
    """Date of the newest version, where there are several (arXiv, arXivOld, oai_dc, Atom)."""
    datestamp: str | None = None
    """OAI-PMH: day of the last change of the metadata."""
    newest_version: int | None = None
    """Atom: number of the version that the entry is about, the newest unless asked otherwise."""
    is_deleted: bool = False
    """OAI-PMH: the record is gone, and of its other fields only id and datestamp are filled."""
    origin: Origin = "kaggle"
    content_hash: int = 0
    """Of what the record says: equal records of one format have equal hashes."""


class KaggleVersion(Version, forbid_unknown_fields=True, gc=False):
    """One version in a line."""

    source_type: str | None = field(default=None, name=_hidden("source_type"))


class KaggleLine(ArxivRecord, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A record as a line holds it, which cannot fill what only other formats say."""

    versions: list[KaggleVersion] | None = None  # type: ignore[assignment]
    author_names: list[list[str]] | None = field(default=None, name=_hidden("author_names"))
    created: str | None = field(default=None, name=_hidden("created"))
    updated: str | None = field(default=None, name=_hidden("updated"))
    datestamp: str | None = field(default=None, name=_hidden("datestamp"))
    newest_version: int | None = field(default=None, name=_hidden("newest_version"))
    is_deleted: bool = field(default=False, name=_hidden("is_deleted"))
    origin: Origin = field(default="kaggle", name=_hidden("origin"))
    content_hash: int = field(default=0, name=_hidden("content_hash"))


SizedRecord = tuple[int, ArxivRecord]
"""A record behind the size of its text in bytes: records held at a time are bounded by both."""

"""Harvested OAI-PMH: from elements to records, whatever the metadata format.

Formats are told by what is inside ``<metadata>``, not by what was asked for. Names are compared
without namespace, since some harvesters lose it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from scholargraph import identifiers
from scholargraph.ingest.arxiv import taxonomy
from scholargraph.ingest.arxiv.shapes import ArxivRecord, NotARecordError, Version
from scholargraph.ingest.drift import BAD_VALUE, UNKNOWN_FIELD

if TYPE_CHECKING:
    from scholargraph.ingest.arxiv.markup import DocumentEnd, Element
    from scholargraph.ingest.drift import Drift

RECORD: Final = "record"
ERROR: Final = "error"

_NO_RECORDS: Final = "noRecordsMatch"
_VERBS_WITH_RECORDS: Final = {"ListRecords", "GetRecord"}
_ENVELOPE: Final = {"responseDate", "request"}
_MAX_MESSAGE: Final = 150

_PLAIN_FIELDS: Final = {
    "title": "title",
    "categories": "categories",
    "comments": "comments",
    "journal-ref": "journal_ref",
    "doi": "doi",
    "report-no": "report_no",
    "license": "license",
    "abstract": "abstract",
    "created": "created",
    "updated": "updated",
    "submitter": "submitter",
}
_UNREAD_FIELDS: Final = {"id", "proxy", "msc-class", "acm-class"}
_AUTHOR_FIELDS: Final = {"keyname", "forenames", "suffix", "affiliation"}
_VERSION_FIELDS: Final = {"date", "size", "source_type"}
_DC_FIELDS: Final = {
    "title",
    "creator",
    "subject",
    "description",
    "date",
    "type",
    "identifier",
    "language",
    "rights",
}
_SUFFIXES: Final = frozenset({"Jr", "Jr.", "Sr", "Sr.", "I", "II", "III", "IV", "V"})
_COMMENT: Final = "Comment:"


def error_of(element: Element) -> str | None:
    """Return what an ``<error>`` says, or None if it only says that there are no records.

    Parameters
    ----------
    element : Element
        The error.
    """
    code = element.attributes.get("code", "without code")
    if code == _NO_RECORDS:
        return None
    return f"an error of the server: {code}: {' '.join(element.text.split())[:_MAX_MESSAGE]}"


def emptiness_of(end: DocumentEnd) -> str | None:
    """Return why a document without any record or error has none, or None if that is in order."""
    said = [part for part in end.parts if part not in _ENVELOPE]
    if _VERBS_WITH_RECORDS.intersection(said):
        return None
    return f"an answer without records: {', '.join(said)[:_MAX_MESSAGE] or 'nothing in it'}"


def record_of(element: Element, drift: Drift) -> ArxivRecord:
    """Return the record that a ``<record>``, or the metadata element of one alone, holds.

    Parameters
    ----------
    element : Element
        Named ``record`` or as one of ``METADATA``.
    drift : Drift
        Is told of unknown elements.

    Returns
    -------
    ArxivRecord
        Of a deleted one, id and datestamp only.

    Raises
    ------
    NotARecordError
        If it has no id of arXiv's, or no metadata.
    """
    if element.name != RECORD:
        return _described(element, None, drift)
    header = element.first("header")
    metadata = element.first("metadata")
    if header is not None and header.attributes.get("status") == "deleted":
        return ArxivRecord(
            id=_id(header.first_text("identifier")),
            datestamp=_line(header.first_text("datestamp")),
            is_deleted=True,
            origin="header",
        )
    for described in metadata.children if metadata is not None else ():
        if described.name in METADATA:
            return _described(described, header, drift)
    inside = ", ".join(child.name for child in metadata.children) if metadata is not None else ""
    raise NotARecordError(f"not a record: no metadata of a known format: {inside[:_MAX_MESSAGE]}")


def _described(element: Element, header: Element | None, drift: Drift) -> ArxivRecord:
    record = METADATA[element.name](element, header, drift)
    if header is not None:
        record.datestamp = _line(header.first_text("datestamp"))
    return record


def _arxiv(element: Element, header: Element | None, drift: Drift) -> ArxivRecord:
    record = _plain(element, header, drift, {"authors"})
    record.origin = "arXiv"
    authors = element.first("authors")
    if authors is not None:
        parsed = [_author(child, drift) for child in authors.children if child.name == "author"]
        record.authors_parsed = [author for author in parsed if any(author)] or None
    return record


def _arxiv_old(element: Element, header: Element | None, drift: Drift) -> ArxivRecord:
    record = _plain(element, header, drift, {"authors"})
    record.origin = "arXivOld"
    record.authors = element.first_text("authors")
    return record


def _arxiv_raw(element: Element, header: Element | None, drift: Drift) -> ArxivRecord:
    record = _plain(element, header, drift, {"authors", "version"})
    record.origin = "arXivRaw"
    record.authors = element.first_text("authors")
    versions = [child for child in element.children if child.name == "version"]
    for version in versions:
        _count_unknown(version, _VERSION_FIELDS, "arXivRaw.version", drift)
    record.versions = [
        Version(
            version=version.attributes.get("version"),
            created=_line(version.first_text("date")),
            source_type=_line(version.first_text("source_type")),
        )
        for version in versions
    ] or None
    return record


def _plain(
    element: Element, header: Element | None, drift: Drift, further: set[str]
) -> ArxivRecord:
    """Return a record with the fields that stand as one text each."""
    values: dict[str, Any] = {}
    for child in element.children:
        name = _PLAIN_FIELDS.get(child.name)
        if name is None:
            if child.name not in _UNREAD_FIELDS and child.name not in further:
                drift.add(f"{element.name}.{child.name}", UNKNOWN_FIELD, example=child.text)
            continue
        text = child.text
        if text and not text.isspace():
            values.setdefault(name, text)
    given = element.first_text("id")
    if given is None and header is not None:
        given = header.first_text("identifier")
    return ArxivRecord(id=_id(given), **values)


def _author(element: Element, drift: Drift) -> list[str]:
    _count_unknown(element, _AUTHOR_FIELDS, "arXiv.author", drift)
    parts = [_line(element.first_text(name)) or "" for name in ("keyname", "forenames", "suffix")]
    return parts + element.texts("affiliation")


def _dublin_core(element: Element, header: Element | None, drift: Drift) -> ArxivRecord:
    _count_unknown(element, _DC_FIELDS, "oai_dc", drift)
    addresses, dois, references = _told_apart(element.texts("identifier"))
    given = addresses[0] if addresses else None
    if header is not None:
        given = header.first_text("identifier") or given
    descriptions = element.texts("description")
    comments = [text for text in descriptions if text.lstrip().startswith(_COMMENT)]
    abstracts = [text for text in descriptions if text not in comments]
    # Days of one spelling sort as texts do.
    dates = sorted(text.strip() for text in element.texts("date"))
    creators = [_inverted(creator) for creator in element.texts("creator")]
    return ArxivRecord(
        id=_id(given),
        title=element.first_text("title"),
        comments=comments[0].lstrip().removeprefix(_COMMENT).strip() if comments else None,
        journal_ref=references[0] if references else None,
        doi=" ".join(dois) or None,
        categories=_codes(element.texts("subject"), header, drift),
        license=_line(element.first_text("rights")),
        abstract=abstracts[0] if abstracts else None,
        authors_parsed=creators or None,
        created=dates[0] if dates else None,
        updated=dates[-1] if len(dates) > 1 else None,
        origin="oai_dc",
    )


def _told_apart(names: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the addresses of the record, the DOIs and the rest, which are journal references."""
    addresses, dois, references = [], [], []
    for name in names:
        if identifiers.arxiv_id(name) is not None:
            addresses.append(name)
        elif name.lstrip().startswith("doi:"):
            dois.append(name.strip().removeprefix("doi:").strip())
        else:
            references.append(name)
    return addresses, dois, references


def _inverted(creator: str) -> list[str]:
    """Take ``Keyname Suffix, Forenames`` apart; a comma inside a keyname comes before the last."""
    name = " ".join(creator.split())
    keyname, comma, forenames = name.rpartition(", ")
    if not comma:
        return [name, "", ""]
    stem, _, last = keyname.rpartition(" ")
    if stem and last in _SUFFIXES:
        return [stem, forenames, last]
    return [keyname, forenames, ""]


def _codes(subjects: list[str], header: Element | None, drift: Drift) -> str | None:
    """Return the codes of the categories among the subjects; others are classes of MSC or ACM."""
    sets = header.texts("setSpec") if header is not None else []
    named = {part for name in sets for part in name.strip().split(":")}
    codes = []
    for subject in subjects:
        meant = taxonomy.categories_named(subject)
        if len(meant) > 1:
            meant = tuple(code for code in meant if code.partition(".")[0] in named)
        if len(meant) == 1:
            codes.append(meant[0])
        elif not any(character.isdigit() for character in subject):
            drift.add("oai_dc.subject", BAD_VALUE, example=subject)
    return " ".join(dict.fromkeys(codes)) or None


def _count_unknown(element: Element, known: set[str], path: str, drift: Drift) -> None:
    for child in element.children:
        if child.name not in known:
            drift.add(f"{path}.{child.name}", UNKNOWN_FIELD, example=child.text)


def _id(text: str | None) -> str:
    if text is None:
        raise NotARecordError("not a record: no id")
    found = identifiers.arxiv_id(text)
    if found is None:
        raise NotARecordError("not a record: an id that is none of arXiv's")
    return found


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text is not None else None


METADATA: Final[dict[str, Callable[[Element, Element | None, Drift], ArxivRecord]]] = {
    "arXiv": _arxiv,
    "arXivOld": _arxiv_old,
    "arXivRaw": _arxiv_raw,
    "dc": _dublin_core,
}
"""What reads each metadata format, by the name of its element."""

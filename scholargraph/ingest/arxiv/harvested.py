"""Harvested XML: answers of OAI-PMH and Atom feeds, in any number and order, to records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import msgspec
import xxhash

from scholargraph.ingest.arxiv import atom, oai
from scholargraph.ingest.arxiv.markup import DocumentEnd, Element, scan
from scholargraph.ingest.arxiv.shapes import ArxivRecord, NotARecordError, SizedRecord

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.rejects import Rejects

_WANTED: Final = frozenset({oai.RECORD, oai.ERROR, atom.ENTRY, atom.TOTAL, *oai.METADATA})
_ENVELOPE: Final = "OAI-PMH"
_MAX_NAME: Final = 60
_EXCERPT_TEXTS: Final = 8


class HarvestedReader:
    """Reads one file.

    Parameters
    ----------
    file : str
        Name for rejects.
    rejects : Rejects
        Is told of errors, pages without records, damaged places and records without id.
    drift : Drift
        Is told of unknown elements.
    """

    def __init__(self, file: str, rejects: Rejects, drift: Drift) -> None:
        self._file = file
        self._rejects = rejects
        self._drift = drift
        self._promised = ""
        """How many results the feed says that it has."""

    def read(self, blocks: Iterable[bytes]) -> Iterator[SizedRecord]:
        """Yield the records of a text that is cut anywhere, behind their sizes."""
        for found in scan(blocks, _WANTED):
            if isinstance(found, Element):
                record = self._read_element(found)
                if record is not None:
                    text = msgspec.json.encode(record)
                    record.content_hash = xxhash.xxh3_64_intdigest(text)
                    yield len(text), record
            else:
                reason = self._lack(found) if isinstance(found, DocumentEnd) else found.reason
                self._promised = ""
                self._reject(found.line, reason)

    def _read_element(self, element: Element) -> ArxivRecord | None:
        """Return the record of an element; what is none is rejected."""
        if element.name == atom.TOTAL:
            self._promised = element.text
            return None
        try:
            if element.name == atom.ENTRY:
                self._promised = ""
                return atom.record_of(element, self._drift)
            if element.name != oai.ERROR:
                return oai.record_of(element, self._drift)
            reason = oai.error_of(element)
        except NotARecordError as error:
            reason = str(error)
        self._reject(element.line, reason, _excerpt(element))
        return None

    def _lack(self, end: DocumentEnd) -> str | None:
        """Return why a document has no records, or None if it has some or need not have any."""
        if end.root == atom.FEED:
            return atom.emptiness_of(self._promised)
        if end.element_count:
            return None
        if end.root == _ENVELOPE:
            return oai.emptiness_of(end)
        return f"XML of another kind, without records: {end.root[:_MAX_NAME]}"

    def _reject(self, line: int, reason: str | None, text: bytes = b"") -> None:
        if reason is not None:
            self._rejects.add(self._file, line, reason, text)


def _excerpt(element: Element) -> bytes:
    texts = (text.strip() for text in _texts(element))
    return " ".join(islice(filter(None, texts), _EXCERPT_TEXTS)).encode(errors="replace")


def _texts(element: Element) -> Iterator[str]:
    yield element.text
    yield from chain.from_iterable(map(_texts, element.children))

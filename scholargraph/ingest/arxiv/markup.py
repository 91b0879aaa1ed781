"""Bounded reading of XML: the elements that hold records, one after the other.

A file may hold any number of documents, one behind the other. Names are compared without their
prefix, since servers differ in these. Memory is bounded by one record: what is read is let go, a
record that is too large is passed over and named. Document types are refused, and with them all
entities but the five of XML, so that nothing grows and nothing is fetched. Where the text is
damaged, reading goes on at the next record. What the elements mean is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final
from xml.parsers import expat

from scholargraph.ingest.arxiv.shapes import MAX_RECORD_BYTES
from scholargraph.ingest.lines import Fault

MAX_TAG_BYTES: Final = 1 << 20
"""A tag, comment or the like that is longer ends its document: the parser holds it whole."""

MAX_DEPTH: Final = 64
"""Elements inside one another; records have nine."""

MAX_NAMES: Final = 2_000
"""Different names of elements and attributes of one document, since the parser keeps them all; the
formats have some fifty."""

MAX_NAME_CHARACTERS: Final = 256

MAX_FAULTS: Final = 1_000
"""Damaged places of a file; after so many, the rest is not read."""

STEP_BYTES: Final = 64 << 10
"""Given to the parser at a time: what it finds therein is held until it is asked for."""

_ELEMENT_CHARACTERS: Final = 256
"""What an element without any text counts for, about the memory that it takes."""

_HTML: Final = re.compile(rb"\s*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_DOCUMENT_START: Final = re.compile(rb"<\?xml\s")
_RECORD_START: Final = re.compile(
    rb"<\?xml\s|<(?:[A-Za-z][A-Za-z0-9_.-]{0,30}:)?(?:record|entry|OAI-PMH|feed)[\s>]"
)
_LONGEST_START: Final = 64
_HEAD_BYTES: Final = 200

NOT_WELL_FORMED: Final = "XML that is not well-formed"
HTML_PAGE: Final = "an HTML page, which holds no records"
DOCUMENT_TYPE: Final = "XML with a document type, which no file of arXiv has"
TOO_DEEP: Final = f"XML with more than {MAX_DEPTH} elements inside one another"
TOO_MANY_NAMES: Final = f"XML with more than {MAX_NAMES:,} names, or names without end"
TAG_TOO_LONG: Final = f"XML with a tag of more than {MAX_TAG_BYTES:,} bytes"
TOO_MUCH_DAMAGE: Final = f"XML damaged in {MAX_FAULTS:,} places: the rest was not read"
TOO_LARGE: Final = f"a record of more than {MAX_RECORD_BYTES:,} characters"


@dataclass(slots=True)
class Element:
    """An element with all that is in it."""

    name: str
    """Without prefix."""
    attributes: dict[str, str]
    line: int
    pieces: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text as it stands, without that of the elements in it."""
        return "".join(self.pieces)

    def first(self, name: str) -> Element | None:
        """Return the first element of a name in it."""
        for child in self.children:
            if child.name == name:
                return child
        return None

    def first_text(self, name: str) -> str | None:
        """Return the text of the first element of a name in it; None where that is blank."""
        found = self.first(name)
        if found is None:
            return None
        text = found.text
        return text if text and not text.isspace() else None

    def texts(self, name: str) -> list[str]:
        """Return the texts of all elements of a name in it, but for blank ones."""
        found = [child.text for child in self.children if child.name == name]
        return [text for text in found if text and not text.isspace()]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEnd:
    """A document was read to its end."""

    line: int
    """Of its beginning."""
    root: str
    parts: tuple[str, ...]
    """Names of the elements right below the root, each once, the first few."""
    element_count: int
    """Elements of the wanted names."""


Found = Element | Fault | DocumentEnd


def scan(blocks: Iterable[bytes], wanted: frozenset[str]) -> Iterator[Found]:
    """Yield the elements of some names, what is wrong with the text, and ends of documents.

    Parameters
    ----------
    blocks : iterable of bytes
        A text cut anywhere.
    wanted : frozenset of str
        Names without prefix; an element inside another wanted one is only a part of that.

    Yields
    ------
    Element, Fault or DocumentEnd
        In the order of the text. Lines are counted from 1 over all documents.
    """
    scanner = _Scanner(wanted)
    for block in blocks:
        for start in range(0, len(block), STEP_BYTES):
            yield from scanner.feed(block[start : start + STEP_BYTES])
    yield from scanner.end()


class _RefusedError(Exception):
    """What stands here is not to be read; the message says why."""


class _Document:
    """Parses one document, as far as it is one."""

    def __init__(self, wanted: frozenset[str], first_line: int) -> None:
        self.found: list[Found] = []
        self.root: str | None = None
        self.is_closed = False
        self.first_line = first_line
        self.unread = b""
        """After an error: what stands at the place of the error and behind it."""
        self.error_line = first_line
        self._wanted = wanted
        self._head = b""
        self._tail = b""
        """The beginning of a tag that is not complete."""
        self._fed = 0
        self._depth = 0
        self._parts: dict[str, None] = {}
        self._element_count = 0
        self._open: list[Element] = []
        self._wanted_depth = 0
        self._wanted_line = 0
        self._size = 0
        self._names: dict[str, str] = {}
        """All names that the parser met, kept by it."""
        parser = expat.ParserCreate(intern=self._names)
        parser.buffer_text = True
        parser.buffer_size = STEP_BYTES
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._document_type
        self._parser = parser

    def feed(self, data: bytes, *, is_last: bool) -> str | None:
        """Parse more of the text; return what is wrong with it, or None."""
        if len(self._head) < _HEAD_BYTES:
            self._head += data[:_HEAD_BYTES]
        reason = self._parsed(data, is_last=is_last)
        if reason is None:
            self._fed += len(data)
            unfinished = self._fed - self._parser.CurrentByteIndex
            self._tail = (self._tail + data)[-unfinished:] if unfinished > 0 else b""
            if len(self._tail) <= MAX_TAG_BYTES:
                return None
            reason, data = TAG_TOO_LONG, b""
        seen = self._tail + data
        at = max(0, self._parser.CurrentByteIndex - self._fed + len(self._tail))
        self.unread = seen[at:]
        self.error_line = self.first_line + self._parser.CurrentLineNumber - 1
        if self.root is None and _HTML.match(self._head):
            return HTML_PAGE
        return reason

    def _parsed(self, data: bytes, *, is_last: bool) -> str | None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code) or "unknown error"
            return f"{NOT_WELL_FORMED}: {message}"
        except _RefusedError as error:
            return str(error)
        except (LookupError, ValueError) as error:
            return f"{NOT_WELL_FORMED}: {error}"  # An encoding that Python does not know.
        return None

    def end(self) -> DocumentEnd:
        """Return what the document was, once its root is closed."""
        return DocumentEnd(
            line=self.first_line,
            root=self.root or "",
            parts=tuple(self._parts),
            element_count=self._element_count,
        )

    def let_go(self) -> None:
        """Break the circle of parser and handlers: no garbage collector runs during an ingest."""
        del self._parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _RefusedError(TOO_DEEP)
        longest = max(map(len, attributes)) if attributes else 0
        if max(len(name), longest) > MAX_NAME_CHARACTERS or len(self._names) > MAX_NAMES:
            raise _RefusedError(TOO_MANY_NAMES)
        if ":" in name:
            name = name.rpartition(":")[2]
        if self._wanted_depth:
            self._start_inside(name, attributes)
            return
        if self._depth == 1:
            self.root = name
            if name.lower() == "html":
                raise _RefusedError(HTML_PAGE)
        elif self._depth == 2 and len(self._parts) < MAX_DEPTH:
            self._parts[name] = None
        if name in self._wanted:
            self._wanted_depth = self._depth
            self._wanted_line = self.first_line + self._parser.CurrentLineNumber - 1
            self._element_count += 1
            self._size = 0
            self._open = [Element(name, attributes, self._wanted_line)]

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        self._size += _ELEMENT_CHARACTERS
        if attributes:
            # A name counts like an element: it is held as a text of its own.
            self._size += len(attributes) * _ELEMENT_CHARACTERS
            self._size += sum(map(len, chain(attributes, attributes.values())))
        if self._is_too_large():
            return
        element = Element(name, attributes, self._wanted_line)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if self._wanted_depth == depth:
            self._wanted_depth = 0
            self.found.append(
                self._open[0] if self._open else Fault(line=self._wanted_line, reason=TOO_LARGE)
            )
            self._open = []
        elif self._open:
            self._open.pop()
        if depth == 1:
            self.is_closed = True

    def _text(self, text: str) -> None:
        if self._open:
            self._size += len(text)
            if not self._is_too_large():
                self._open[-1].pieces.append(text)

    def _is_too_large(self) -> bool:
        """Return whether the record has passed the limit, and let it go if so."""
        if self._size <= MAX_RECORD_BYTES:
            return False
        self._open = []
        return True

    def _document_type(self, name: str, *_: object) -> None:
        raise _RefusedError(HTML_PAGE if name.lower() == "html" else DOCUMENT_TYPE)


class _Scanner:
    """Goes from document to document, and over what is damaged."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self._document: _Document | None = None
        self._line = 1
        """Of what is fed next, while there is no document."""
        self._seeking: re.Pattern[bytes] | None = None
        """How what is read next begins, where the text before it is passed over."""
        self._is_amid = False
        """Whether the document is a record cut out of a damaged one."""
        self._held = b""
        self._fault_count = 0

    def feed(self, data: bytes) -> Iterator[Found]:
        """Take more of the text and yield what is found therein."""
        yield from self._read(data, is_last=False)

    def end(self) -> Iterator[Found]:
        """Yield what is left to say at the end of the text."""
        if self._document is not None or self._held:
            yield from self._read(b"", is_last=True)

    def _read(self, data: bytes, *, is_last: bool) -> Iterator[Found]:
        while self._fault_count < MAX_FAULTS:
            if self._document is None:
                data = self._at_next_start(self._held + data, is_last=is_last)
                if not data:
                    return
                self._document = _Document(self._wanted, self._line)
            document = self._document
            reason = document.feed(data, is_last=is_last)
            yield from document.found
            document.found.clear()
            if reason is None and not is_last:
                return
            self._document = None
            data = document.unread
            self._line = document.error_line
            if document.is_closed:
                yield document.end()
                if self._is_amid:
                    self._seeking = _RECORD_START
            else:
                yield self._fault(document, reason)
                data = self._behind_first(data)
            document.let_go()
            if reason is None:
                return

    def _fault(self, document: _Document, reason: str | None) -> Fault:
        self._fault_count += 1
        reason = reason or NOT_WELL_FORMED
        if self._fault_count == MAX_FAULTS:
            reason = TOO_MUCH_DAMAGE
        is_damaged = reason.startswith(NOT_WELL_FORMED)
        self._seeking = _RECORD_START if is_damaged else _DOCUMENT_START
        return Fault(line=document.error_line, reason=reason)

    def _behind_first(self, data: bytes) -> bytes:
        """Leave the byte at which an error stands behind, so that it is not met again."""
        self._line += data[:1] == b"\n"
        return data[1:]

    def _at_next_start(self, data: bytes, *, is_last: bool) -> bytes:
        """Return the text from where the next document or record begins; empty if not yet there."""
        self._held = b""
        if self._seeking is None:
            start = len(data) - len(data.lstrip())
        else:
            found = self._seeking.search(data)
            if found is None:
                kept = 0 if is_last else _LONGEST_START
                start = max(0, len(data) - kept)
                self._held = data[start:]
                self._line += data.count(b"\n", 0, start)
                return b""
            start = found.start()
            self._is_amid = found[0].rstrip(b" \t\r\n>").endswith((b"record", b"entry"))
            self._seeking = None
        self._line += data.count(b"\n", 0, start)
        return data[start:]

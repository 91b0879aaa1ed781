"""Bounded reading of XML: pieces, documents, damage and attacks."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv import markup
from scholargraph.ingest.arxiv.markup import DocumentEnd, Element, Found, scan
from scholargraph.ingest.lines import Fault

WANTED = frozenset({"record", "entry"})
RECORD = b"<record><id>%d</id></record>\n"


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    """Cut a text into pieces."""
    for start in range(0, len(text), size):
        yield text[start : start + size]


def found(text: bytes, size: int = 1 << 20) -> list[Found]:
    """All that is found in a text."""
    return list(scan(pieces(text, size), WANTED))


def ids(things: list[Found]) -> list[str | None]:
    """Texts of the ids of the records found."""
    return [thing.first_text("id") for thing in things if isinstance(thing, Element)]


def faults(things: list[Found]) -> list[tuple[int, str]]:
    """Lines and reasons of what was damaged or refused."""
    return [(thing.line, thing.reason) for thing in things if isinstance(thing, Fault)]


def as_tuple(element: Element) -> object:
    """An element with all that is in it, comparable."""
    return element.name, element.attributes, element.text, [*map(as_tuple, element.children)]


def plain(element: ElementTree.Element) -> object:
    """The same of the standard library's tree."""
    own = (element.text or "") + "".join(child.tail or "" for child in element)
    return element.tag.rpartition(":")[2], element.attrib, own, [plain(child) for child in element]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)
NAMES = st.sampled_from(["record", "a", "b", "entry", "title"])


def elements(inner: st.SearchStrategy[ElementTree.Element]) -> st.SearchStrategy:
    """Elements with elements in them."""

    def built(name: str, text: str, value: str, inside: list[ElementTree.Element]) -> object:
        element = ElementTree.Element(name, {"key": value})
        element.text = text
        element.extend(inside)
        return element

    return st.builds(built, NAMES, TEXTS, TEXTS, st.lists(inner, max_size=3))


TREES = st.recursive(st.builds(ElementTree.Element, NAMES), elements, max_leaves=8)


def outermost(tree: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Wanted elements that are in no other one."""
    if tree.tag in WANTED:
        yield tree
    else:
        for child in tree:
            yield from outermost(child)


@given(st.lists(TREES, min_size=1, max_size=4), st.integers(min_value=1, max_value=70))
def test_any_documents_cut_anywhere_are_read_as_trees(
    trees: list[ElementTree.Element], size: int
) -> None:
    """One document behind the other, in pieces of any size, gives what the whole trees hold."""
    text = b"".join(
        ElementTree.tostring(tree, encoding="utf-8", xml_declaration=number % 2 == 0)
        for number, tree in enumerate(trees)
    )
    things = found(text, size)
    expected = [plain(element) for tree in trees for element in outermost(tree)]

    assert [as_tuple(thing) for thing in things if isinstance(thing, Element)] == expected
    assert faults(things) == []
    ends = [thing for thing in things if isinstance(thing, DocumentEnd)]
    assert [end.root for end in ends] == [tree.tag for tree in trees]
    assert sum(end.element_count for end in ends) == len(expected)


@given(st.binary(max_size=200), st.integers(min_value=1, max_value=50))
def test_any_bytes_end(noise: bytes, size: int) -> None:
    """Noise between two documents may damage what follows at once, and what stands before never."""
    before, behind = RECORD % 1, b"\n<?xml version='1.0'?>" + RECORD % 2
    things = found(before + b"<" + noise + b"\x00" + behind, size)

    assert ids(things)[:1] == ["1"]
    assert ids(things)[-1] == "2"
    assert faults(things)


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_lines_are_counted_over_documents_and_pieces(size: int) -> None:
    """Records and damage are told by their line in the file, wherever it is cut."""
    text = (
        (
            b"<?xml version='1.0'?>\n<list>\n" + RECORD % 1 + b"</list>\n"
            b"\n<?xml version='1.0'?>\n<list>\n"
            + RECORD % 2
            + b"<record>\n\x01</record>\n"
            + RECORD % 3
        )
        + b"</list>\n\n"
        + RECORD % 4
    )
    things = found(text, size)
    lines = {thing.first_text("id"): thing.line for thing in things if isinstance(thing, Element)}

    assert lines == {"1": 3, "2": 8, "3": 11, "4": 14}
    assert [thing.line for thing in things if isinstance(thing, DocumentEnd)] == [1, 11, 14]
    assert faults(things) == [(10, "XML that is not well-formed: not well-formed (invalid token)")]


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_lines_are_counted_behind_damage_at_the_end_of_a_line(size: int) -> None:
    """The line break itself may be what is wrong, and still ends a line."""
    text = b"<list>\n<record>a &\n</record>\n" + RECORD % 1 + b"</list>"
    [fault, record, *_] = found(text, size)

    assert isinstance(fault, Fault)
    assert (fault.line, record.line) == (2, 4)


def test_documents_leave_nothing_for_the_garbage_collector() -> None:
    """It does not run during an ingest, so that circles would stay until the end."""
    text = (RECORD % 1 + b"<list><record>\x01</record>" + RECORD % 2 + b"</list>") * 20
    gc.collect()
    gc.disable()
    try:
        things = found(text)
        count = len(things)
        del things
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert count >= 60


@pytest.mark.parametrize("size", [1, 5, 1 << 20])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (b"<record>\xff</record>", "not well-formed (invalid token)"),
        (b"<record>\xe2\x28\xa1</record>", "not well-formed (invalid token)"),
        (b"<record>&#x8;</record>", "reference to invalid character number"),
        (b"<record>&eacute;</record>", "undefined entity"),
        (b"<record><a></record>", "mismatched tag"),
        (b"<record a='1' a='2'/>", "duplicate attribute"),
        (b"<record>a & b</record>", "not well-formed (invalid token)"),
        (b"<record>]]></record>", "not well-formed (invalid token)"),
    ],
)
def test_damage_costs_the_record_that_it_is_in(size: int, damage: bytes, message: str) -> None:
    """Each kind of damage is named with its line, and all other records are read."""
    text = b"<list>\n" + RECORD % 1 + damage + b"\n" + RECORD % 2 + RECORD % 3 + b"</list>\n"
    things = found(text + RECORD % 4, size)

    assert ids(things) == ["1", "2", "3", "4"]
    assert faults(things) == [(3, f"XML that is not well-formed: {message}")]


@pytest.mark.parametrize(
    "end", [b"", b"<reco", b"<record><id>2</id>", b"<record><id>2</id></record", b"<!-- x"]
)
def test_a_text_that_ends_too_early_is_named(end: bytes) -> None:
    """What stood before the end is kept, and the end is not taken for the end of a document."""
    things = found(b"<list>\n" + RECORD % 1 + end)

    assert ids(things) == ["1"]
    [(line, reason)] = faults(things)
    assert line == 3
    assert reason.startswith("XML that is not well-formed: ")


BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<list><record><id>&d;</id></record></list>"""
EXTERNAL = b"""<?xml version="1.0"?>
<!DOCTYPE list [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<list><record><id>&secret;</id></record></list>"""
PARAMETER = b"""<!DOCTYPE list SYSTEM "file:///etc/passwd" [<!ENTITY % x SYSTEM "http://x.test/">%x;]>
<list><record><id>1</id></record></list>"""


@pytest.mark.parametrize("size", [1, 1 << 20])
@pytest.mark.parametrize("attack", [BILLION_LAUGHS, EXTERNAL, PARAMETER])
def test_document_types_are_refused(attack: bytes, size: int) -> None:
    """Entities are neither grown nor fetched; the next document is read."""
    things = found(attack + b"\n<?xml version='1.0'?>" + RECORD % 7, size)

    assert ids(things) == ["7"]
    assert [reason for _, reason in faults(things)] == [markup.DOCUMENT_TYPE]


@pytest.mark.parametrize(
    "web_page",
    [
        b"<!DOCTYPE html><html><body><p>503</body></html>",
        b"<!doctype HTML>\n<title>x",
        b"\n <html><br></html>",
        b"<HTML><BODY>Too many requests",
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    ],
)
def test_web_pages_are_named(web_page: bytes) -> None:
    """A page for people is told as such, well-formed or not."""
    things = found(web_page + b"\n<?xml version='1.0'?>" + RECORD % 1)

    assert ids(things) == ["1"]
    assert [reason for _, reason in faults(things)] == [markup.HTML_PAGE]


@pytest.mark.parametrize(
    "open_tags", [b"<a>" * 100_000, b"<record>" * 100_000, b"<record><a><record>" * 30_000]
)
def test_nesting_is_bounded(open_tags: bytes) -> None:
    """Elements inside one another are refused long before they fill the memory."""
    things = found(open_tags + b"<?xml version='1.0'?>" + RECORD % 1)

    assert ids(things) == ["1"]
    assert [reason for _, reason in faults(things)] == [markup.TOO_DEEP]


def peak_and_seconds(blocks: Iterator[bytes]) -> tuple[int, float, list[Found]]:
    """Peak of memory while reading, the time it took, and what was found but for good records."""
    tracemalloc.start()
    start = time.perf_counter()
    things: list[Found] = [
        thing for thing in scan(blocks, WANTED) if not isinstance(thing, Element)
    ]
    seconds = time.perf_counter() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, seconds, things


def test_memory_does_not_grow_with_the_text() -> None:
    """Records are let go as they are read: eight times the text takes no more memory."""

    def records(count: int) -> Iterator[bytes]:
        yield b"<list>"
        for _ in range(count):
            yield (RECORD % 1) * 1_000
        yield b"</list>"

    small, _, _ = peak_and_seconds(records(1))
    large, _, things = peak_and_seconds(records(8))
    assert large < small + (1 << 18)
    assert [type(thing) for thing in things] == [DocumentEnd]


@pytest.mark.parametrize("inside", [b"x" * 1_000, b"<a/>" * 250, b"<a b='cc'>y</a>" * 70])
def test_a_record_without_end_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, inside: bytes
) -> None:
    """A record beyond the limit is named, its memory is bounded, and the next one is read."""
    monkeypatch.setattr(markup, "MAX_RECORD_BYTES", 50_000)

    def blocks() -> Iterator[bytes]:
        yield b"<list>\n<record>"
        for _ in range(1_000):
            yield inside
        yield b"</record>\n" + RECORD % 5 + b"</list>"

    peak, _, things = peak_and_seconds(blocks())
    assert peak < 1 << 20
    assert faults(things) == [(2, markup.TOO_LARGE)]
    assert ids([*scan(blocks(), WANTED)]) == ["5"]


@pytest.mark.parametrize(
    "element",
    [
        "<n%d/>",
        "<a n%d='x'/>",
        "<record n%d='x'/>",
        "<record><n%d/></record>",
        f"<{'a' * 300}%d/>",
        f"<{'a' * 300}:b%d/>",
        f"<a {'a' * 300}%d='x'/>",
    ],
)
def test_names_without_end_are_refused(element: str) -> None:
    """The parser keeps every name it meets, so that there must not be any number of them."""

    def blocks() -> Iterator[bytes]:
        yield b"<list>\n"
        for block in range(20):
            numbers = range(block * 1_000, block * 1_000 + 1_000)
            yield "".join(element % number for number in numbers).encode()
        yield b"</list><?xml version='1.0'?>" + RECORD % 5

    peak, _, things = peak_and_seconds(blocks())
    assert peak < 4 << 20
    assert [reason for _, reason in faults(things)] == [markup.TOO_MANY_NAMES]
    assert ids([*scan(blocks(), WANTED)])[-1] == "5"


def test_attributes_count_for_the_size_of_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty attributes take memory, too."""
    monkeypatch.setattr(markup, "MAX_RECORD_BYTES", 20_000)
    attributes = " ".join(f"n{number}=''" for number in range(100)).encode()
    things = found(b"<record><a %s/></record>" % attributes)

    assert faults(things) == [(1, markup.TOO_LARGE)]


@pytest.mark.parametrize("start", [b"<record a='", b"<!-- ", b"<?x ", b"<record><![CDATA[", b"<x "])
def test_a_tag_without_end_is_refused(start: bytes) -> None:
    """What the parser would hold whole is bounded, and looked at a bounded number of times."""

    def blocks() -> Iterator[bytes]:
        yield b"<list>\n" + RECORD % 1 + start
        for _ in range(64):
            yield b"x" * (1 << 18)
        yield b"</list>"

    peak, seconds, things = peak_and_seconds(blocks())
    assert peak < 12 << 20
    assert seconds < 10
    assert len(faults(things)) == 1


def test_damage_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many damaged places the rest is not read, and that is said."""
    monkeypatch.setattr(markup, "MAX_FAULTS", 5)
    things = found(b"<list>" + b"<record>\x01</record>" * 50 + RECORD % 1)

    assert ids(things) == []
    reasons = [reason for _, reason in faults(things)]
    assert len(reasons) == 5
    assert reasons[-1] == markup.TOO_MUCH_DAMAGE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "koi8-r"])
def test_encodings_are_those_that_the_document_states(encoding: str) -> None:
    """Texts in other encodings than UTF-8 are read as they say."""
    name = "Жук" if encoding == "koi8-r" else "Özel"
    stated = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{stated}'?><record><id>{name}</id></record>"

    assert ids(found(text.encode(encoding))) == [name]


def test_an_encoding_that_nobody_knows_is_named() -> None:
    """It is no error of the program."""
    things = found(b"<?xml version='1.0' encoding='x-none'?>" + RECORD % 1)

    assert ids(things) == ["1"]
    [(_, reason)] = faults(things)
    assert reason.startswith("XML that is not well-formed: ")

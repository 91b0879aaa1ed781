"""Texts of many records at once: what is done where they stand in memory, done one by one."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv import texts as texts_module
from scholargraph.ingest.arxiv.texts import (
    long_on_one_line,
    on_one_line,
    with_bytes_for_bytes,
    with_single_blanks,
)

PIECE = st.sampled_from(
    [" ", "  ", "\n", "\t", "\r\n", "\x0b", "\x0c", "\x00", "\x1b", "\x1f", "\x7f", "\x85", "a",
     "Zoë", "李", "\u00a0", "\u2028", "\U0001d4d0", "!"]
)  # fmt: skip
TEXT = st.lists(PIECE, max_size=8).map("".join)
TEXTS = st.lists(st.one_of(st.none(), TEXT), max_size=9)

WHITE = " \t\n\x0b\x0c\r"


def single(text: str) -> str:
    """White space as one blank: by a regular expression, one text at a time."""
    return re.sub(f"[{WHITE}]+", " ", text)


def one_line(text: str) -> str:
    """The same, without blanks at the ends, and without control characters thereafter."""
    return re.sub("[\x00-\x1f\x7f]", "", single(text.strip(WHITE)))


@given(TEXTS)
def test_all_at_once_as_one_by_one(texts: list[str | None]) -> None:
    """No text knows of those beside it, be they null, empty or blank."""
    expected = [None if text is None else one_line(text) for text in texts]

    assert on_one_line(texts).to_pylist() == expected
    on_one_line(texts).validate(full=True)


@given(st.lists(TEXTS, max_size=4))
def test_long_texts_as_short_ones(parts: list[list[str | None]]) -> None:
    """How many are dealt with at a time does not show."""
    texts = [text for part in parts for text in part]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_module, "_TEXTS_AT_A_TIME", 3)
        found = long_on_one_line(texts)

    assert found.equals(on_one_line(texts))
    found.validate(full=True)


def test_more_long_texts_than_are_dealt_with_at_a_time() -> None:
    """Each stays at its place."""
    texts = [f"text\n {number}" if number % 7 else None for number in range(1_000)]
    expected = [text and text.replace("\n ", " ") for text in texts]

    assert long_on_one_line(texts).to_pylist() == expected


@given(TEXTS)
def test_bytes_for_bytes(texts: list[str | None]) -> None:
    """Letters become others where they stand, nulls stay."""
    table = bytes(ord(chr(byte).upper()) if byte < 0x80 else byte for byte in range(256))
    array = pa.array(texts, pa.string())
    expected = [
        text and "".join(each.upper() if each.isascii() else each for each in text)
        for text in texts
    ]

    assert with_bytes_for_bytes(array, table).to_pylist() == expected


def test_no_texts() -> None:
    """Nothing at all, nothing but nulls, and nothing but empty texts."""
    for texts in ([], [None, None], ["", None, ""]):
        array = pa.array(texts, pa.string())
        assert on_one_line(texts).to_pylist() == texts
        assert long_on_one_line(texts).to_pylist() == texts
        assert with_single_blanks(array).to_pylist() == texts
        assert with_bytes_for_bytes(array, bytes(range(256))).to_pylist() == texts

"""What a terminal would obey is shown instead."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.cli.text import visible

BIDIRECTIONAL = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("over\rwritten", "over\\rwritten"),
        ("two\nlines", "two\\nlines"),
        ("a\u202eb", "a\\u202eb"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("half \ud800", "half \\ud800"),
        ("[bold]not markup[/bold] :smile:", "[bold]not markup[/bold] :smile:"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
    ],
)
def test_commands_to_a_terminal_become_visible(text: str, expected: str) -> None:
    """Controls and marks of direction are written as escapes, all other text as it is."""
    assert expected == visible(text)


@given(st.text(st.characters(), max_size=50))
def test_nothing_is_left_to_obey(text: str) -> None:
    """No control character and no mark of direction comes through, whatever the text."""
    shown = visible(text)

    assert not {letter for letter in shown if unicodedata.category(letter) in ("Cc", "Cs")}
    assert not set(shown) & BIDIRECTIONAL


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), max_size=50))
def test_ordinary_text_is_untouched(text: str) -> None:
    """Letters, marks, numbers, punctuation, symbols and blanks are shown as they are."""
    assert visible(text) == text

"""Many texts looked up at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.adjacency import strings
from scholargraph.adjacency.strings import Strings

texts = st.text(st.sampled_from("AaZ19\0é漢\U0001f600\ud800"), max_size=4)


def mapped(known: list[str]) -> Strings:
    """Texts as arrays."""
    encoded = [text.encode() for text in known]
    ends = np.cumsum([0, *map(len, encoded)])
    return Strings(ends, np.frombuffer(b"".join(encoded), np.uint8))


def is_unicode(text: str) -> bool:
    """Whether UTF-8 can hold a text."""
    return "\ud800" not in text


@pytest.mark.parametrize("search_rows", [0, 2, 10**6])
@given(known=st.sets(texts.filter(is_unicode)), strangers=st.lists(texts), data=st.data())
def test_each_text_has_its_row(
    search_rows: int, known: set[str], strangers: list[str], data: st.DataObject
) -> None:
    """One by one or by reading all: the same rows in the order asked for, none of strangers."""
    ordered = sorted(known, key=str.encode)
    wanted = data.draw(st.permutations([*ordered, *strangers, *ordered[:2]]))
    rows = {text: row for row, text in enumerate(ordered)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strings, "_SEARCH_ROWS", search_rows)
        found = mapped(ordered).find_all(iter(wanted))
    assert list(found.items()) == [
        (text, rows[text]) for text in dict.fromkeys(wanted) if text in rows
    ]
    assert all(type(row) is int for row in found.values())


def test_long_lists_do_not_search_text_by_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many texts as are there are found by reading them once."""
    known = [f"W{number:07}" for number in range(0, 20_000, 2)]
    monkeypatch.setattr(Strings, "find", None)

    found = mapped(known).find_all(f"W{number:07}" for number in range(20_000))
    assert found == {text: row for row, text in enumerate(known)}

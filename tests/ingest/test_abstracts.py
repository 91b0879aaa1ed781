"""Abstracts from inverted indexes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.openalex.abstracts import rebuild

WORDS = st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=6))


def inverted(words: list[str]) -> dict[str, list[int]]:
    """Return the index of a text, as the producer makes it."""
    index: dict[str, list[int]] = {}
    for position, word in enumerate(words):
        index.setdefault(word, []).append(position)
    return index


@given(words=WORDS)
def test_any_text_comes_back(words: list[str]) -> None:
    """A whole index gives the whole text, and says that it is whole."""
    assert rebuild(inverted(words)) == (" ".join(words), True)


@given(words=WORDS.filter(lambda words: len(set(words)) > 1), data=st.data())
def test_cut_index_is_incomplete(words: list[str], data: st.DataObject) -> None:
    """Without one of its words a text keeps the order of the others, and says so."""
    lost = data.draw(st.sampled_from(sorted(set(words))))
    index = inverted(words)
    del index[lost]
    rest = [word for word in words if word != lost]
    is_only_tail_lost = words[: len(rest)] == rest

    assert rebuild(index) == (" ".join(rest), is_only_tail_lost)


def test_two_words_at_one_position() -> None:
    """Both are kept, in the order of the index, and the text is marked."""
    assert rebuild({"a": [0], "b": [0], "c": [1]}) == ("a b c", False)


def test_hostile_positions_cost_no_memory() -> None:
    """A huge position is only a gap."""
    assert rebuild({"far": [10**17], "near": [0]}) == ("near far", False)

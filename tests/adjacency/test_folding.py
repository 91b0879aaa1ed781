"""Folding many texts at once is folding each of them."""

from __future__ import annotations

import tracemalloc

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.adjacency.folding import fold_texts
from scholargraph.names import fold, words

characters = st.one_of(
    st.characters(max_codepoint=127),
    st.sampled_from(" ,.-'^`"),
    st.characters(exclude_categories=["Cs"]),
)
texts = st.lists(st.one_of(st.text(characters, max_size=12), st.text(" -'a", max_size=6)))


def expected(given: list[str], *, is_name: bool) -> list[str]:
    """Each text folded by itself."""
    return [fold(text) if is_name else " ".join(words(text)) for text in given]


@given(texts, st.booleans(), st.integers(0, 2))
def test_many_fold_as_each(given: list[str], is_name: bool, skipped: int) -> None:
    """Names and titles, whole arrays and slices of them, fold as one by one."""
    array = pa.array(given, pa.string()).slice(skipped)

    found = fold_texts(array, is_name=is_name).to_pylist()
    assert found == expected(given[skipped:], is_name=is_name)


@pytest.mark.parametrize("is_name", [True, False])
def test_every_character_of_ascii_folds_as_it_should(is_name: bool) -> None:
    """Each of the 128, alone, between letters and at both ends."""
    given = [
        form
        for code in range(128)
        for letter in [chr(code)]
        for form in (letter, f"a{letter}b", f"{letter}a ", f" a{letter}", letter * 3)
    ]

    assert fold_texts(pa.array(given), is_name=is_name).to_pylist() == expected(
        given, is_name=is_name
    )


@pytest.mark.parametrize("is_name", [True, False])
def test_every_character_that_names_are_made_of_folds_as_it_should(is_name: bool) -> None:
    """Letters, marks, signs and the commas of other scripts, beside others and before a comma."""
    codes = [*range(128, 0x700), *range(0x1D00, 0x2200), *range(0x3000, 0x3100), 0xFF0C, 0xFF07]
    given = [form for code in codes for c in [chr(code)] for form in (c, f"x{c}Y, z", f"é{c}{c}")]

    assert fold_texts(pa.array(given), is_name=is_name).to_pylist() == expected(
        given, is_name=is_name
    )


@pytest.mark.parametrize("length", [998, 999, 1_000, 1_001, 40_000])
def test_long_texts_are_cut_as_one_by_one(length: int) -> None:
    """The bound on the length of a folded text holds here, too."""
    given = ["ab " * (length // 3) + "x" * (length % 3), " " * length, "x" * length, "ﬃ" * length]

    assert fold_texts(pa.array(given), is_name=False).to_pylist() == expected(given, is_name=False)


@pytest.mark.parametrize("text", ["words and more ", "mots fermés, "])
@pytest.mark.parametrize("is_name", [True, False])
def test_a_very_long_text_takes_no_arrays_of_its_size(text: str, *, is_name: bool) -> None:
    """A title of megabytes is cut first: arrays of its letters would take a hundred times that."""
    long = text * 300_000
    texts = pa.array([long, "A short one"])
    tracemalloc.start()
    folded = fold_texts(texts, is_name=is_name).to_pylist()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert folded[0] == (fold(long) if is_name else " ".join(words(long)))
    assert folded[1] == "a short one"
    assert peak < 6 * len(long)

"""Texts in two arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.adjacency import rows, strings
from scholargraph.adjacency.rows import ABSENT, Walk
from scholargraph.adjacency.strings import Strings, StringsOutput, string_buffers
from scholargraph.store.arrays import ArraysWriter

texts = st.text(st.sampled_from("AaZ19é漢\U0001f600"), max_size=4)


def mapped(given: list[str]) -> Strings:
    """Texts as arrays."""
    return Strings(*string_buffers(pa.array(given, pa.string())))


@given(st.sets(texts), texts)
def test_sorted_texts_are_found_by_bytes(known: set[str], wanted: str) -> None:
    """Each text is found at its place, and others at none."""
    ordered = sorted(known, key=str.encode)
    found = mapped(ordered)

    assert [found.find(text) for text in ordered] == list(range(len(ordered)))
    assert found.find(wanted) == (ordered.index(wanted) if wanted in known else -1)
    low, high = found.beginning(wanted)
    assert ordered[low:high] == [text for text in ordered if text.startswith(wanted)]


@given(st.lists(st.text("AZ09", min_size=4, max_size=4), min_size=1), st.data())
def test_texts_of_one_length_are_taken_as_those_of_any(
    known: list[str], data: st.DataObject
) -> None:
    """Ids are all of one length, which has a way of its own."""
    wanted = data.draw(st.lists(st.integers(0, len(known) - 1), min_size=len(known)))

    assert mapped(known).take(np.array(wanted)).to_pylist() == [known[row] for row in wanted]


@given(st.lists(texts, min_size=1), st.data())
def test_taken_texts_are_those_asked_for(known: list[str], data: st.DataObject) -> None:
    """Rows in any order give their texts, lengths and beginnings."""
    wanted = data.draw(st.lists(st.integers(0, len(known) - 1)))
    prefix = data.draw(texts)
    found, places = mapped(known), np.array(wanted, np.uint32)

    assert found.take(places).to_pylist() == [known[row] for row in wanted]
    assert found.texts(places) == [known[row] for row in wanted]
    assert found.lengths(places).tolist() == [len(known[row].encode()) for row in wanted]
    assert found.begin_with(places, prefix).tolist() == [
        known[row].startswith(prefix) for row in wanted
    ]
    assert found[wanted[0]] == known[wanted[0]] if wanted else True


@given(st.sets(texts), st.lists(texts), st.integers(1, 4), st.integers(1, 5))
def test_walking_finds_what_looking_up_finds(
    known: set[str], wanted: list[str], step: int, walk_rows: int
) -> None:
    """Ids in order are found piece by piece, wherever the pieces are cut."""
    ids = mapped(sorted(known, key=str.encode))
    ordered = sorted(wanted, key=str.encode)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_WALK_ROWS", walk_rows)
        walk = Walk(ids)
        found = [
            row
            for low in range(0, len(ordered), step)
            for row in walk.rows(pa.array(ordered[low : low + step], pa.string())).tolist()
        ]

    assert found == [row if (row := ids.find(text)) >= 0 else ABSENT for text in ordered]


def test_texts_come_back_from_disk_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts written piece by piece, empty ones among them, are read piece by piece."""
    monkeypatch.setattr(strings, "_PIECE_ROWS", 2)
    with ArraysWriter(tmp_path) as writer:
        output = StringsOutput(writer, "texts")
        output.append(pa.array(["a", "", "skipped"]).slice(0, 2))
        output.append(pa.array([], pa.string()))
        output.append(pa.array(["é"]))
        found = output.finish()

    assert [(low, piece.to_pylist()) for low, piece in found.pieces()] == [
        (0, ["a", ""]),
        (2, ["é"]),
    ]

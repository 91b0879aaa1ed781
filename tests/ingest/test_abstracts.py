"""Abstracts from inverted indexes."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.columns import ROW
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.openalex.abstracts import Abstracts, checked, rebuild, rebuild_plain

ABSTRACTS = st.lists(
    st.dictionaries(
        st.text("ab é\x7f,:[]{}1", max_size=3), st.lists(st.integers(0, 6), max_size=3), min_size=1
    ),
    max_size=6,
)

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


def as_json(index: object) -> bytes:
    """Return an index as dumps spell it: no blanks between, letters as they are."""
    return json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()


def rows_of(*texts: bytes) -> tuple[list[tuple[int, str, bool]], dict[str, int]]:
    """Return the rows that indexes make, in the order of their works, and what was odd."""
    gathered, drift = Abstracts(), Drift()
    for row, text in enumerate(texts):
        gathered.add(row, checked(msgspec.Raw(text)), drift)
    table = gathered.table(drift).data
    rows = zip(*(table[name].to_pylist() for name in (ROW, "text", "is_complete")), strict=True)
    return sorted(rows), drift.as_dict()


@given(abstracts=ABSTRACTS)
def test_many_at_once_equal_one_by_one(abstracts: list[dict[str, list[int]]]) -> None:
    """Whole indexes are rebuilt together; those with gaps, repeats or empty words are left."""
    rebuilt = rebuild_plain([as_json(index) for index in abstracts]).to_pylist()

    for index, text in zip(abstracts, rebuilt, strict=True):
        one, is_complete = rebuild(index)
        is_plain = is_complete and bool(one) and not index.get("")
        assert text == (one if is_plain else None)


def test_a_blank_or_an_empty_list_moves_no_word() -> None:
    """Positions are told their words although not each list begins with one."""
    spelt = [b'{"a":[0],"none":[],"b":[2],"c":[1]}', b'{"d":[ 1],"e":[0, 2]}']

    assert rebuild_plain(spelt).to_pylist() == ["a c b", "e d e"]


@given(abstracts=ABSTRACTS)
def test_rows_do_not_depend_on_the_way(abstracts: list[dict[str, list[int]]]) -> None:
    """Plain or with escapes, together or alone, an index gives the same row."""
    expected = [
        (row, text.replace("\x7f", ""), is_complete)
        for row, (text, is_complete) in enumerate(map(rebuild, abstracts))
        if text
    ]

    assert rows_of(*map(as_json, abstracts)) == (expected, {})
    assert rows_of(*(json.dumps(index).encode() for index in abstracts)) == (expected, {})


@pytest.mark.parametrize(
    ("odd", "text", "drift"),
    [
        (b'{"a":[0],"b":[1.0]}', "a b", {"read from another type": 1}),
        (b'{"a":[0],"b":[-1]}', "a", {"bad value, left out": 1}),
        (b'{"a":[0],"b":["1"]}', "a b", {"read from another type": 1}),
        (b'{"a":[0],"b":[null,1]}', "a b", {"null in a list, left out": 1}),
        (b'{"a":0,"b":[1]}', "b", {"bad value, left out": 1}),
        (b'{ "a" : [0], "b": [1] }', "a b", {}),
        (b'{"a":[0],"b":[123456789012]}', "a b", {}),
        (b'["a","b"]', None, {"bad value, left out": 1}),
        (b'"{[0]:}"', None, {"bad value, left out": 1}),
        (b"[]", None, {}),
        (b"5", None, {"bad value, left out": 1}),
        (b'{"a":[0],"a":[1]}', "a a", {}),
        (b'{"a":[0],"b":[3],"a":[1]}', "a a b", {}),
        (b'{"a":[1,[]],"c":0}', "a", {"bad value, left out": 1}),
        (b'{"a":[{"c":[1,1]}]}', None, {"bad value, left out": 1}),
        (b'{"a":{"b":[[0]]}}', None, {"bad value, left out": 1}),
        (b'[[],"c"]', None, {"bad value, left out": 1}),
        (b"[" * 100_000 + b"]" * 100_000, None, {"bad value, left out": 1}),
    ],
)
def test_one_odd_index_hurts_no_other(odd: bytes, text: str | None, drift: dict[str, int]) -> None:
    """What is no plain index is read by itself, with all that is wrong with it counted."""
    rows, met = rows_of(b'{"on":[0],"top":[1]}', odd, b'{"be":[1],"low":[0]}')

    assert [row[1] for row in rows] == [
        "on top", *([text] if text is not None else []), "low be"
    ]  # fmt: skip
    assert {what.split(": ")[1]: count for what, count in met.items()} == drift


ODD_INDEXES = (
    b'{"a":[0],"a":[1]}',
    b'{"a":[1,[]],"c":0}',
    b'{"a":[{"c":[1,1]}]}',
    b'{"a":{"b":[[0]]}}',
    b'[[],"c"]',
    b"[2]",
    b"3",
    b'{"a":[ 0 ],"b":[]}',
    b'{"a":[0],"b":[1]}',
)


@given(st.lists(st.sampled_from(ODD_INDEXES), min_size=1, max_size=4))
def test_neighbours_do_not_matter(indexes: list[bytes]) -> None:
    """What an index gives, and what is said of it, is the same alone and among others."""
    rows, met = rows_of(*indexes)
    alone = [rows_of(index) for index in indexes]

    assert rows == [
        (row, *found[0][1:]) for row, (found, _) in enumerate(alone) if found
    ]  # fmt: skip
    assert sum(met.values()) == sum(sum(told.values()) for _, told in alone)


@pytest.mark.parametrize("broken", [b'{"\xff":[0]}', b'{"\\ud800":[0]}', b'{"\\n":["x"]}'])
def test_what_is_no_text_is_refused(broken: bytes) -> None:
    """Half a character or a bad value beside an escape sends the whole record the slow way."""
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        checked(msgspec.Raw(broken))


def test_an_endless_index_is_a_bad_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no abstract can be is left out and counted, and the others stay."""
    monkeypatch.setattr("scholargraph.ingest.openalex.abstracts.MAX_ABSTRACT_BYTES", 30)
    rows, met = rows_of(b'{"short":[0]}', b'{"much":[0],"too":[1],"long":[2]}')

    assert [row[1] for row in rows] == ["short"]
    assert met == {"works.abstract_inverted_index: bad value, left out": 1}

"""The slow path: what the strict decoder refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.drift import Drift
from scholargraph.ingest.openalex.kinds import KINDS
from scholargraph.ingest.openalex.shapes import Work
from scholargraph.ingest.repair import UnreadableError, load_json, repair
from tests.ingest.support import raw_lines

WORK_ID = "https://openalex.org/W9000000001"


def repaired(**fields: Any) -> tuple[Work, dict[str, int]]:
    """Return a work made by the slow path, and what was odd about it."""
    drift = Drift()
    record = load_json(json.dumps({"id": WORK_ID, **fields}).encode())
    return repair(record, Work, "works", drift), drift.as_dict()


@pytest.mark.parametrize(
    ("entity", "key"), [("works", "W"), ("authors", "A"), ("topics", "T"), ("fields", "fields")]
)
def test_both_paths_read_real_records_alike(openalex_data: Path, entity: str, key: str) -> None:
    """What the strict decoder takes, the repairing path gives in the same way, with no drift."""
    kind = KINDS[key]
    strict = msgspec.json.Decoder(kind.shape)
    drift = Drift()
    lines = list(raw_lines(openalex_data / "snapshot_like" / "data" / entity))[::7]
    for line in lines:
        slow = repair(load_json(line), kind.shape, kind.name, drift)
        fast = strict.decode(line)
        if isinstance(fast, Work):
            fast.abstract_inverted_index = msgspec.json.decode(fast.abstract_inverted_index)
        assert emptied(slow) == emptied(fast), line[:60]

    assert lines
    assert drift.as_dict() == {}


def emptied(record: Any) -> Any:
    """Return a struct as plain values, with the five ways to say none made one."""
    if isinstance(record, msgspec.Struct):
        return {
            name: value
            for name in record.__struct_fields__
            if (value := emptied(getattr(record, name))) is not None
        } or None
    if isinstance(record, list):
        return [kept for item in record if (kept := emptied(item)) is not None] or None
    if isinstance(record, dict):
        return record or None
    return None if isinstance(record, msgspec.Raw) else record


def test_unknown_fields_are_counted_at_any_depth() -> None:
    """A new field never breaks an ingest, and never goes unseen."""
    work, drift = repaired(shiny=1, authorships=[{"author": {"glow": 2}}, {"gleam": 3}])

    assert len(work.authorships or ()) == 2
    assert drift == {
        "works.authorships[].author.glow: unknown field": 1,
        "works.authorships[].gleam: unknown field": 1,
        "works.shiny: unknown field": 1,
    }


@pytest.mark.parametrize("year", [0, 99_999, -5, True, "MMXX", [2020], {"y": 1}, 2020.5])
def test_bad_value_becomes_null_and_is_counted(year: object) -> None:
    """A value that is no year costs the year, not the work."""
    work, drift = repaired(publication_year=year, title="kept")

    assert work.publication_year is None
    assert work.title == "kept"
    assert drift == {"works.publication_year: bad value, left out": 1}


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5_000])
def test_numbers_without_value(text: str) -> None:
    """What JSON's grammar or float arithmetic cannot hold is a bad value."""
    drift = Drift()
    record = load_json(b'{"id": "%s", "fwci": %s}' % (WORK_ID.encode(), text.encode()))
    work = repair(record, Work, "works", drift)

    assert work.fwci is None
    assert drift.as_dict() == {"works.fwci: bad value, left out": 1}


@pytest.mark.parametrize("year", ["2020", 2020.0])
def test_other_types_are_read_and_counted(year: object) -> None:
    """Later releases changed such types; the value is plain, so it is taken."""
    work, drift = repaired(publication_year=year)

    assert work.publication_year == 2020
    assert drift == {"works.publication_year: read from another type": 1}


@pytest.mark.parametrize("none", [None, {}, []])
@pytest.mark.parametrize("name", ["authorships", "primary_location", "title", "open_access"])
def test_all_ways_to_say_none_are_the_same(name: str, none: object) -> None:
    """Null, an empty object and an empty list mean none wherever they stand."""
    work, drift = repaired(**{name: none})

    assert getattr(work, name) is None
    assert drift == {}


def test_ids_in_other_spellings_become_canonical() -> None:
    """An id is read in any spelling, and left out if it is of another kind."""
    work, drift = repaired(
        referenced_works=["w12", "http://openalex.org/W0013", "https://openalex.org/A5", 7]
    )

    assert work.referenced_works == ["https://openalex.org/W12", "https://openalex.org/W13"]
    assert drift == {"works.referenced_works[]: bad value, left out": 2}


def test_null_elements_are_left_out_and_counted() -> None:
    """Lists that may not hold null are told without their nulls."""
    work, drift = repaired(referenced_works=[None, "https://openalex.org/W12"])

    assert work.referenced_works == ["https://openalex.org/W12"]
    assert drift == {"works.referenced_works[]: null in a list, left out": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"id": "\xff"}', "not UTF-8 at byte 9"),
        (b'{"id": "\\ud800"}', "half a surrogate pair, which is no character"),
        (b'{"a": 1', "not JSON: Expecting ',' delimiter at character 8"),
        (b'{"a": 1} x', "not JSON: Extra data at character 10"),
        (b"[" * 100_000, "JSON nested too deep"),
    ],
)
def test_what_is_not_json_is_named(text: bytes, reason: str) -> None:
    """The reason says what is wrong and where."""
    with pytest.raises(UnreadableError) as caught:
        load_json(text)

    assert str(caught.value) == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(sorted(Work.__struct_fields__)) | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(fields=st.dictionaries(st.sampled_from(sorted(Work.__struct_fields__)), JSON))
def test_any_json_becomes_a_work(fields: dict[str, Any]) -> None:
    """Whatever stands in the fields, a record with an id comes out in the declared shape."""
    fields["id"] = WORK_ID
    record = load_json(json.dumps(fields).encode())
    work = repair(record, Work, "works", Drift())
    encoded = msgspec.json.encode(emptied(work))

    assert msgspec.json.decode(encoded, type=Work).id == WORK_ID


def test_negative_position_of_an_abstract_is_no_place() -> None:
    """The word stays out, and what is left says that it is not whole."""
    work, drift = repaired(abstract_inverted_index={"a": [0], "never": [-1], "b": [2]})

    index: Any = work.abstract_inverted_index
    assert index == {"a": [0], "never": [], "b": [2]}
    assert drift == {"works.abstract_inverted_index{}[]: bad value, left out": 1}

"""Texts gathered one by one are those that are given back, whenever they were put away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.columns import ROW
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.openalex import gathering
from scholargraph.ingest.openalex.authors import Authors
from scholargraph.ingest.openalex.gathering import Texts
from scholargraph.ingest.openalex.shapes import Author, Work
from scholargraph.ingest.openalex.works import Works
from tests.ingest.support import work

Record = TypeVar("Record", Work, Author)

TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
GROUPS = st.lists(st.tuples(st.lists(TEXT, max_size=5), st.lists(TEXT, max_size=5)), max_size=6)


@given(groups=GROUPS, enough=st.integers(0, 20))
def test_columns_keep_their_texts_apart(
    groups: list[tuple[list[str | None], list[str | None]]], enough: int
) -> None:
    """Two columns give what was put into each, in its order, however often they were packed."""
    texts = Texts()
    names, titles = texts.column(), texts.column()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "_ENOUGH", enough)
        for some_names, some_titles in groups:
            names += some_names
            titles.extend(some_titles)
            texts.pack_if_many()

    assert names.array().to_pylist() == [name for some, _ in groups for name in some]
    assert titles.array().to_pylist() == [title for _, some in groups for title in some]


def test_nothing_gathered_is_an_empty_column() -> None:
    """A column without texts is one of texts all the same."""
    texts = Texts()
    column = texts.column()
    texts.pack()

    assert column.array().equals(pa.array([], pa.string()))


def test_few_texts_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts stay Python's until there are enough of them in all columns together."""
    monkeypatch.setattr(gathering, "_ENOUGH", 3)
    texts = Texts()
    one, other = texts.column(), texts.column()
    one += ["a"]
    other += ["b"]
    texts.pack_if_many()

    assert (one, other) == (["a"], ["b"])

    other += ["c"]
    texts.pack_if_many()

    assert (one, other) == ([], [])


@pytest.mark.parametrize("enough", [1, 7, 1_000_000])
def test_rows_do_not_depend_on_when_texts_are_packed(
    enough: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Works and authors make the same tables whether each is packed by itself or all at the end."""
    works = [
        _decoded(Work, work(9_000_000_000 + n, "A9000000001", f"A90000001{n:02d}"))
        for n in range(10, 30)
    ]
    authors = [
        _decoded(
            Author,
            {
                "id": f"https://openalex.org/A90000001{n:02d}",
                "display_name": f"Name {n}",
                "display_name_alternatives": ["N. Other", f"N{n}"][: n % 3],
            },
        )
        for n in range(10, 30)
    ]
    whole = _tables(Works(), works, len(works)), _tables(Authors(), authors, len(authors))
    monkeypatch.setattr(gathering, "_ENOUGH", enough)

    assert (_tables(Works(), works, 3), _tables(Authors(), authors, 3)) == whole


def _decoded(shape: type[Record], record: dict[str, Any]) -> Record:
    return msgspec.json.decode(json.dumps(record), type=shape)


def _tables(
    gatherer: Works | Authors, records: Sequence[Any], together: int
) -> dict[str, list[dict[str, object]]]:
    for first in range(0, len(records), together):
        gatherer.add(records[first : first + together], first)
    ids = [record.id.rpartition("/")[2] for record in records]
    tables = gatherer.tables(ids, Drift())
    assert any(rows.data.num_rows for rows in tables)
    assert all(ROW in rows.data.column_names for rows in tables)
    return {rows.table.name: rows.data.to_pylist() for rows in tables}

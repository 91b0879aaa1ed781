"""Conditions on the columns of a table."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError, UnknownColumnError
from scholargraph.graph.filters import expression
from scholargraph.schema import INSTITUTIONS, PAPER_TOPICS, PAPERS, arrow_schema
from tests.naive.filters import meets
from tests.support import filled

Row = dict[str, Any]

years = st.one_of(st.none(), st.integers(1990, 1994))
words = st.one_of(st.none(), st.sampled_from(["", "A", "NA", "Ä", "a%", "'; DROP", "z"]))
flags = st.booleans()
values = {"year": years, "title": words, "is_oa": flags, "is_withdrawn": st.none() | flags}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """Conditions of every kind on some columns."""
    where: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(values)), unique=True)):
        value = values[name]
        known = value.filter(lambda each: each is not None)
        kinds: list[st.SearchStrategy[Any]] = [value, st.lists(value, max_size=3)]
        if name in ("year", "title"):
            kinds.append(st.tuples(known, known))
        where[name] = draw(st.one_of(kinds))
    return where


def chosen(rows: list[Row], where: dict[str, Any]) -> list[str]:
    """Titles' rows that Arrow lets through, by id."""
    table = pa.Table.from_pylist(
        [filled(PAPERS, row) for row in rows], schema=arrow_schema("papers")
    )
    condition = expression(PAPERS, where)
    kept = table if condition is None else table.filter(condition)
    ids: list[str] = kept["paper_id"].to_pylist()
    return ids


@given(rows=st.lists(st.fixed_dictionaries(values), max_size=8), where=conditions())
def test_agrees_with_looking_at_each_row(rows: list[Row], where: dict[str, Any]) -> None:
    """Every condition chooses the rows that a plain comparison chooses."""
    rows = [{"paper_id": f"W{number}", **row} for number, row in enumerate(rows, 1)]

    assert chosen(rows, where) == [row["paper_id"] for row in rows if meets(row, where)]


def test_values_beyond_the_type_match_nothing_and_break_nothing() -> None:
    """A year that no int16 holds is no error: no row has it, and ranges may reach beyond."""
    rows: list[Row] = [{"paper_id": "W1", "year": 2020}, {"paper_id": "W2"}]

    assert chosen(rows, {"year": 10**6}) == []
    assert chosen(rows, {"year": [10**30, 2020]}) == ["W1"]
    assert chosen(rows, {"year": (-(10**6), 10**6)}) == ["W1"]
    assert chosen(rows, {"year": (10**6, 10**7)}) == []


def test_texts_are_compared_and_never_run() -> None:
    """Quotes, wildcards and SQL in a value are just characters."""
    rows = [{"paper_id": "W1", "title": "100%_'\" ; DROP TABLE papers"}, {"paper_id": "W2"}]

    assert chosen(rows, {"title": rows[0]["title"]}) == ["W1"]
    assert chosen(rows, {"title": "%"}) == []


def test_numbers_and_dates_of_other_libraries_are_taken() -> None:
    """NumPy and pandas values, and dates as ISO text, mean what they say."""
    rows = [
        {
            "paper_id": "W1",
            "year": 2020,
            "is_oa": True,
            "date": datetime.date(2020, 5, 1),
            "updated_date": datetime.datetime(2020, 5, 2, 10),
        }
    ]
    for where in (
        {"year": np.int64(2020)},
        {"year": np.array([2020, 2021])},
        {"year": pd.Series([2020])},
        {"year": {2020, 2021}},
        {"is_oa": np.True_},
        {"date": "2020-05-01"},
        {"date": pd.Timestamp("2020-05-01")},
        {"date": ("2020-01-01", datetime.date(2020, 12, 31))},
        {"updated_date": "2020-05-02T12:00:00+02:00"},
        {"updated_date": (datetime.date(2020, 5, 2), datetime.datetime(2020, 5, 2, 10))},
    ):
        assert chosen(rows, where) == ["W1"], where


def test_decimal_fractions_find_their_float32() -> None:
    """A score that was stored in 32 bits is found by the number that was meant."""
    table = pa.Table.from_pylist(
        [filled(PAPER_TOPICS, {"paper_id": "W1", "topic_id": "T1", "score": 0.1})],
        schema=arrow_schema("paper_topics"),
    )

    assert table.filter(expression(PAPER_TOPICS, {"score": 0.1})).num_rows == 1
    assert table.filter(expression(PAPER_TOPICS, {"score": (0, 1)})).num_rows == 1


@pytest.mark.parametrize(
    "where",
    [
        {"year": "2020"},
        {"year": 2020.0},
        {"year": True},
        {"year": {"low": 2020}},
        {"year": (2020,)},
        {"year": (2020, 2021, 2022)},
        {"year": (None, 2020)},
        {"title": 3},
        {"title": b"x"},
        {"title": [["x"]]},
        {"is_oa": 1},
        {"is_oa": "true"},
        {"fwci": "1"},
        {"fwci": float("nan")},
        {"fwci": True},
        {"date": "yesterday"},
        {"date": 2020},
        {"date": "2020-05-01T10:00:00"},
        {"date": pd.NaT},
    ],
)
def test_values_of_another_type_are_an_error(where: dict[str, Any]) -> None:
    """A condition that could never be met because of its type is refused, naming the column."""
    with pytest.raises(InvalidArgumentError, match=rf"papers\.{next(iter(where))}"):
        expression(PAPERS, where)


def test_columns_of_lists_are_for_sql() -> None:
    """A condition on a list is refused with a way that works."""
    with pytest.raises(InvalidArgumentError, match="list_contains"):
        expression(INSTITUTIONS, {"lineage": "I1"})


def test_unknown_columns_are_an_error() -> None:
    """A misspelt column is reported with those that there are."""
    with pytest.raises(UnknownColumnError, match="it has: paper_id"):
        expression(PAPERS, {"yaer": 2020})


@pytest.mark.parametrize("where", ["year = 2020", ["year"], 3])
def test_where_is_a_mapping(where: Any) -> None:
    """SQL or a list in place of a mapping is refused."""
    with pytest.raises(InvalidArgumentError, match="where must map"):
        expression(PAPERS, where)


@pytest.mark.parametrize("where", [None, {}])
def test_no_condition_is_none(where: dict[str, Any] | None) -> None:
    """Without conditions there is no expression."""
    assert expression(PAPERS, where) is None

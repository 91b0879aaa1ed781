"""Arrow tables as pandas frames."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from scholargraph.graph.frames import frame


@pytest.mark.parametrize(
    ("arrow", "plain", "nullable"),
    [
        (pa.int16(), "int16", "Int16"),
        (pa.int32(), "int32", "Int32"),
        (pa.int64(), "int64", "Int64"),
        (pa.uint64(), "uint64", "UInt64"),
        (pa.bool_(), "bool", "boolean"),
    ],
)
def test_numbers_with_nulls_stay_what_they_are(
    arrow: pa.DataType, plain: str, nullable: str
) -> None:
    """Integers and Booleans take a nullable type where a null may occur, and never a float."""
    full = pa.table({"n": pa.array([1, 0]).cast(arrow)})
    holed = pa.table({"n": pa.array([1, None]).cast(arrow)})

    assert str(frame(full)["n"].dtype) == plain
    assert str(frame(full, nullable=["n"])["n"].dtype) == nullable
    assert str(frame(holed)["n"].dtype) == nullable
    assert frame(holed)["n"].isna().tolist() == [False, True]


def test_large_integers_keep_every_digit() -> None:
    """An integer beside a null beyond 2 ** 53 is not rounded."""
    large = 2**53 + 1

    assert frame(pa.table({"n": pa.array([large, None])}))["n"][0] == large


def test_sums_of_integers_are_integers() -> None:
    """Decimals without fraction, as which DuckDB hands over sums, are integers of any size."""
    wide = pa.decimal128(38, 0)
    small = frame(pa.table({"n": pa.array([Decimal(7), None], wide)}))["n"]
    huge = frame(pa.table({"n": pa.array([Decimal(10) ** 30, None], wide)}))["n"]

    assert str(small.dtype) == "Int64"
    assert small[0] == 7
    assert huge[0] == 10**30
    assert isinstance(huge[0], int)


def test_namibia_is_not_missing() -> None:
    """The text NA stays a text, beside nulls that stay null."""
    codes = frame(pa.table({"country_code": ["NA", None, ""]}))["country_code"]

    assert codes.isna().tolist() == [False, True, False]
    assert codes[0] == "NA"


def test_dates_outside_the_nanosecond_range_survive() -> None:
    """Dates are datetime64 in a unit that reaches from the first year to the last."""
    days = [datetime.date(1000, 1, 1), None, datetime.date(2100, 12, 31)]
    dates = frame(pa.table({"date": pa.array(days)}))["date"]

    assert dates.dtype.kind == "M"
    assert [None if pd.isna(day) else day.date() for day in dates] == days


def test_lists_are_python_lists() -> None:
    """List columns hold lists of Python values, so that they print and compare as such."""
    lists = frame(pa.table({"years": pa.array([[2019, 2020], [], None], pa.list_(pa.int16()))}))

    assert lists["years"].tolist() == [[2019, 2020], [], None]


def test_columns_of_one_name_are_told_apart() -> None:
    """A repeated name gets a number, also where that name is taken."""
    arrays = [pa.array([number]) for number in range(4)]
    table = pa.Table.from_arrays(arrays, names=["id", "id", "id_1", "id"])

    assert frame(table).columns.tolist() == ["id", "id_1", "id_1_1", "id_2"]
    assert frame(table).iloc[0].tolist() == [0, 1, 2, 3]


def test_no_columns_keep_the_number_of_rows() -> None:
    """The index counts rows even where no column does, and is a plain range."""
    table = pa.table({"n": [1, 2, 3]}).select([])

    assert isinstance(frame(table).index, pd.RangeIndex)
    assert len(frame(table)) == 3


def test_what_the_frame_says_of_itself() -> None:
    """Notes given along stand in `attrs`."""
    assert frame(pa.table({"n": [1]}), attrs={"version": 3}).attrs == {"version": 3}

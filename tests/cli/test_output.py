"""How tables leave the command line."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.cli.output import (
    MAX_DRAWN_ROWS,
    Output,
    csv_lines,
    drawn_value,
    json_lines,
    to_json,
)
from scholargraph.errors import InvalidArgumentError

ODD = pa.table(
    {
        "name": pa.array(['Ann, "the first"', "two\nlines", "", None, "NA"]),
        "year": pa.array([2020, None, 1, 2, 3], pa.int16()),
        "share": pa.array([0.1, 1 / 3, None, 1e300, 2.0]),
        "date": pa.array([date(2020, 1, 2), None, None, None, None]),
        "seen": pa.array([datetime(2020, 1, 2, 3, 4, 5), None, None, None, None]),
        "forms": pa.array([["A", "B"], [], None, ["é"], [None]], pa.list_(pa.string())),
        "is_oa": pa.array([True, False, None, True, False]),
    }
)


def written(table: pa.Table | pd.DataFrame, form: str, folder: Path) -> bytes:
    """What a command writes to a file in one of the forms."""
    path = folder / "answer"
    Output(form=form, path=path).write(table)
    return path.read_bytes()


def test_csv_keeps_every_value(tmp_path: Path) -> None:
    """CSV tells null from the empty text, keeps integers whole and floats exact."""
    expected = (
        "name,year,share,date,seen,forms,is_oa\n"
        '"Ann, ""the first""",2020,0.1,2020-01-02,2020-01-02T03:04:05,"[""A"", ""B""]",true\n'
        '"two\nlines",,0.3333333333333333,,,[],false\n'
        '"",1,,,,,\n'
        ',2,1e+300,,,"[""é""]",true\n'
        "NA,3,2.0,,,[null],false\n"
    )

    assert expected == written(ODD, "csv", tmp_path).decode()


def test_json_is_a_list_of_records(tmp_path: Path) -> None:
    """JSON holds one object for each row, with nulls, lists and dates by ISO 8601."""
    rows = json.loads(written(ODD, "json", tmp_path))

    assert rows[0] == {
        "name": 'Ann, "the first"',
        "year": 2020,
        "share": 0.1,
        "date": "2020-01-02",
        "seen": "2020-01-02T03:04:05",
        "forms": ["A", "B"],
        "is_oa": True,
    }
    assert [row["name"] for row in rows] == ODD["name"].to_pylist()
    assert [row["share"] for row in rows] == ODD["share"].to_pylist()


def test_parquet_is_the_table(tmp_path: Path) -> None:
    """Parquet gives back the table, types included."""
    path = tmp_path / "answer.parquet"
    Output(form="parquet", path=path).write(ODD)

    assert pq.read_table(path).equals(ODD)


def test_frames_lose_nothing_on_the_way(tmp_path: Path) -> None:
    """Nullable integers of a frame stay integers, its dates stay dates, "NA" stays a text."""
    frame = pd.DataFrame(
        {
            "year": pd.array([2020, None], dtype="Int16"),
            "country_code": ["NA", None],
            "date": pd.array(["2020-01-02", None], dtype="datetime64[s]"),
        }
    )

    assert written(frame, "csv", tmp_path).decode() == (
        "year,country_code,date\n2020,NA,2020-01-02\n,,\n"
    )


@pytest.mark.parametrize(("form", "expected"), [("csv", "a,b\n"), ("json", "[\n]\n")])
def test_an_empty_table_is_still_a_table(form: str, expected: str, tmp_path: Path) -> None:
    """Without rows, CSV has its header and JSON an empty list."""
    empty = pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.int32())})

    assert expected == written(empty, form, tmp_path).decode()


def test_a_drawn_empty_table_says_so(tmp_path: Path) -> None:
    """Without rows, a drawn table says that there are none."""
    drawn = written(pa.table({"a": pa.array([], pa.string())}), "table", tmp_path).decode()

    assert "(no rows)" in drawn


def test_a_drawn_table_says_what_it_left_out(tmp_path: Path) -> None:
    """A long table is cut, and the last line says how many rows are missing and how to get them."""
    numbers = pa.table({"n": list(range(MAX_DRAWN_ROWS + 1_234))})
    drawn = written(numbers, "table", tmp_path).decode().splitlines()

    assert drawn[-1] == "... and 1,234 more rows: --format csv gives all."
    assert drawn[-2].strip() == str(MAX_DRAWN_ROWS - 1)


def test_a_drawn_table_obeys_nobody(tmp_path: Path) -> None:
    """Markup in data is shown as it is, and what a terminal would obey as an escape."""
    text = "[red]alert[/red] [link=https://example.org]x[/link] \x1b[2J \u202e :bomb:"
    drawn = written(pa.table({"title\x1b[1m": [text]}), "table", tmp_path).decode()

    assert "title\\x1b[1m" in drawn
    assert "[red]alert[/red] [link=https://example.org]x[/link] \\x1b[2J \\u202e :bomb:" in drawn


def test_a_drawn_table_is_never_cut_off_at_the_right(tmp_path: Path) -> None:
    """Where there is no terminal, a line is as long as it must be."""
    drawn = written(pa.table({"title": ["word " * 200]}), "table", tmp_path).decode()

    assert ("word " * 200).strip() in drawn


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (1 / 3, "0.333"),
        (0.0, "0.000"),
        (1e-7, "1e-07"),
        (2.5e12, "2.5e+12"),
        (2020, "2020"),
        (True, "true"),
        (["a\x1b", "b"], "a\\x1b; b"),
        (date(2020, 1, 2), "2020-01-02"),
        (b"\x00\xff", "00ff"),
    ],
)
def test_values_are_drawn_for_people(value: object, expected: str) -> None:
    """Nulls are empty, floats are rounded, lists are joined."""
    assert expected == drawn_value(value)


def test_json_refuses_what_it_cannot_say() -> None:
    """An infinite number is an error with a way out, not a text that no reader takes."""
    with pytest.raises(InvalidArgumentError, match="--format csv"):
        to_json({"x": float("inf")})


def test_json_refuses_two_columns_of_one_name() -> None:
    """Two columns of one name are an error, where an object would silently keep only one."""
    twice = pa.table([pa.array([1]), pa.array([2])], names=["n", "n"])

    with pytest.raises(InvalidArgumentError, match="same name"):
        list(json_lines(twice))


@given(st.lists(st.tuples(st.text(max_size=20), st.none() | st.text(max_size=20)), max_size=5))
def test_csv_reads_back(rows: list[tuple[str, str | None]]) -> None:
    """What is written as CSV, a reader of CSV reads as it was, but for null and empty."""
    table = pa.table(
        {
            "a": pa.array([row[0] for row in rows], pa.string()),
            "b": pa.array([row[1] for row in rows], pa.string()),
        }
    )
    text = "".join(f"{line}\n" for line in csv_lines(table))
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))

    assert read == [["a", "b"], *([a, b or ""] for a, b in rows)]

"""Single rows, read by row number or key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow.parquet import ParquetFile

from scholargraph import schema
from scholargraph.errors import UnknownTableError
from scholargraph.graph import read_graph
from scholargraph.graph.rows import RowReader
from scholargraph.store import open_version
from tests.graph.conftest import W1
from tests.support import build, team, write_store

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


@pytest.fixture
def many_groups(tmp_path: Path) -> RowReader:
    """Seats of papers, two each and once nine, in row groups of four, some without statistics."""
    seats = [row for number in range(9) for row in team(f"W{number}", "A1", None)]
    seats += team("W5" + "0" * 5_000, *["A2"] * 9)
    table = schema.TABLES["authorships"]
    small, size = 4, table.rows_per_group
    object.__setattr__(table, "rows_per_group", small)
    try:
        path = write_store(tmp_path / "graph", {"authorships": seats})
    finally:
        object.__setattr__(table, "rows_per_group", size)
    return RowReader(open_version(path))


def test_rows_of_a_paper_are_those_of_the_table(many_groups: RowReader, tmp_path: Path) -> None:
    """Every key has its rows in order, also across row groups and beside ones without bounds."""
    table = read_graph(tmp_path / "graph").scan("authorships").to_table().to_pylist()
    papers = {row["paper_id"] for row in table}

    assert len(papers) == 10
    for paper in [*papers, "W", "W50", "W51", "X", ""]:
        expected = [row for row in table if row["paper_id"] == paper]
        assert many_groups.of("authorships", paper) == expected
        assert many_groups.of("authorships", paper, ["position", "mark"]) == [
            {"position": row["position"], "mark": row["mark"]} for row in expected
        ]
    assert [many_groups.at("authorships", number) for number in range(len(table))] == table


def test_columns_can_be_chosen(small: ScholarGraph) -> None:
    """Only what is asked for comes, the key not unless it is."""
    assert small.rows.at("papers", 0, ["year", "paper_id"]) == {"year": 2020, "paper_id": W1}
    assert small.rows.of("abstracts", W1, ["text"]) == [{"text": "Sand connects."}]


def test_a_table_without_rows_has_none(empty: ScholarGraph) -> None:
    """No rows for any key."""
    assert empty.rows.of("locations", W1) == []


def test_private_and_unknown_tables_are_refused(small: ScholarGraph) -> None:
    """Only the declared public tables can be read."""
    for table in ("_records", "people"):
        with pytest.raises(UnknownTableError):
            small.rows.of(table, W1)


def test_a_flipped_bit_is_not_read(tmp_path: Path) -> None:
    """The checksum of a page is verified."""
    tables: dict[str, list[dict[str, Any]]] = {
        "papers": [{"paper_id": W1}],
        "abstracts": [{"paper_id": W1, "text": "sand and more sand " * 50, "is_complete": True}],
    }
    graph = build(tmp_path / "graph", tables)
    (path,) = graph.paths("abstracts")
    data = bytearray(path.read_bytes())
    text = ParquetFile(path).metadata.row_group(0).column(1)
    data[text.data_page_offset + text.total_compressed_size - 3] ^= 1
    path.unlink()
    path.write_bytes(data)
    with pytest.raises(OSError, match="CRC"):
        read_graph(tmp_path / "graph").rows.of("abstracts", W1)

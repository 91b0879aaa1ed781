"""The reader: tables, files, counts, and what it says of itself."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scholargraph.errors import (
    InvalidArgumentError,
    StoreNotFoundError,
    UnknownColumnError,
    UnknownTableError,
    VersionNotFoundError,
)
from scholargraph.graph import ScholarGraph, read_graph
from scholargraph.schema import PUBLIC_TABLES
from tests.graph.conftest import W1, W2, W3, small_tables
from tests.support import build, filled, key_order, papers_and_authors, team, write_store

REPOSITORY = Path(__file__).resolve().parents[2]


def test_describes_itself_in_one_line(small: ScholarGraph) -> None:
    """The line gives the sizes of the main tables and the version."""
    assert repr(small) == (
        "<ScholarGraph: 3 papers, 3 authors, 2 institutions, 5 topics, 7 authorships, "
        "3 citations · version 1>"
    )


def test_large_numbers_are_grouped(small: ScholarGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands are separated, so that sizes can be read."""
    monkeypatch.setattr(ScholarGraph, "counts", dict.fromkeys(small.counts, 4085))

    assert repr(small).startswith("<ScholarGraph: 4,085 papers, ")


def test_opening_loads_no_engine(small: ScholarGraph) -> None:
    """Opening a graph and showing it reads the manifest, and loads neither Arrow nor pandas."""
    code = (
        "import json, sys, scholargraph as sg; graph = sg.read_graph(sys.argv[1]); repr(graph); "
        "graph.counts; graph.provenance; graph.paths('papers'); "
        "print(json.dumps(sorted(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(small._snapshot.path)],
        capture_output=True,
        check=True,
        cwd=REPOSITORY,
        text=True,
    )

    assert {"duckdb", "numpy", "pandas", "pyarrow"}.isdisjoint(json.loads(answer.stdout))


def test_counts_come_for_every_public_table(small: ScholarGraph) -> None:
    """Counts name exactly the public tables, and say what the rows given were."""
    tables = small_tables()

    assert small.counts == {table.name: len(tables.get(table.name, [])) for table in PUBLIC_TABLES}


def test_schema_and_provenance_are_those_of_the_store(small: ScholarGraph) -> None:
    """The schema is the declared one, the provenance what was said at the commit."""
    assert small.schema == PUBLIC_TABLES
    assert [dict(entry) for entry in small.provenance] == [{"source": "rows made by hand"}]
    assert small.version == 1


@pytest.mark.parametrize("table", PUBLIC_TABLES, ids=lambda table: table.name)
def test_every_table_comes_back_as_written(small: ScholarGraph, table: Any) -> None:
    """A table has its declared columns, and its rows in the order of the key."""
    rows = [filled(table, row) for row in small_tables().get(table.name, [])]
    rows.sort(key=lambda row: key_order(table, row))
    found = small.table(table.name)

    assert found.columns.tolist() == list(table.column_names)
    assert small.scan(table.name).to_table().to_pylist() == rows
    for name in table.key:
        expected = [row[name] for row in rows]
        assert found[name].astype(object).where(found[name].notna(), None).tolist() == expected


def test_integers_are_never_floats(small: ScholarGraph) -> None:
    """No declared integer or Boolean turns into floating point or an object."""
    plain = {"int16": "int16", "int32": "int32", "bool": "bool"}
    nullable = {"int16": "Int16", "int32": "Int32", "bool": "boolean"}
    for table in PUBLIC_TABLES:
        found = small.table(table.name)
        for column in table.columns:
            if column.type in plain:
                expected = (nullable if column.nullable else plain)[column.type]
                assert str(found[column.name].dtype) == expected, (table.name, column.name)


def test_columns_come_in_the_order_asked_for(small: ScholarGraph) -> None:
    """Columns can be chosen and ordered, with conditions on others."""
    found = small.table("papers", ["year", "paper_id"], where={"is_oa": True})

    assert found.columns.tolist() == ["year", "paper_id"]
    assert found.values.tolist() == [[2020, W1]]
    assert small.table("papers", []).shape == (3, 0)


def test_conditions_choose_rows_in_key_order(small: ScholarGraph) -> None:
    """Values, lists, ranges and nulls work on the files as on rows."""
    for where, expected in (
        ({"year": (2019, 2021)}, [W1, W2]),
        ({"year": [2021, None]}, [W2, W3]),
        ({"year": None, "author_count": 2}, [W3]),
    ):
        assert small.table("papers", ["paper_id"], where)["paper_id"].tolist() == expected


def test_namibia_survives(small: ScholarGraph) -> None:
    """An institution in NA has a country."""
    found = small.table("institutions", where={"country_code": "NA"})

    assert found["country_code"].tolist() == ["NA"]
    assert small.sql("SELECT country_code FROM institutions ORDER BY institution_id")[
        "country_code"
    ].isna().tolist() == [False, True]


def test_what_is_not_there_is_an_error(small: ScholarGraph) -> None:
    """Unknown tables and columns are named, private tables are unknown."""
    for ask in (small.table, small.scan, small.paths):
        with pytest.raises(UnknownTableError, match="the tables are: papers"):
            ask("works")
        with pytest.raises(UnknownTableError):
            ask("_records")
    with pytest.raises(UnknownColumnError, match="no column 'name'"):
        small.table("papers", ["name"])
    with pytest.raises(UnknownColumnError, match="no column 'name'"):
        small.table("papers", where={"name": "x"})
    with pytest.raises(InvalidArgumentError, match="columns must be a list"):
        small.table("papers", "title")


def test_paths_are_parquet_files_of_the_version(small: ScholarGraph) -> None:
    """Any other tool reads the same rows from the files."""
    import pyarrow.parquet as pq

    rows = [row for path in small.paths("papers") for row in pq.read_table(path).to_pylist()]

    assert rows == small.scan("papers").to_table().to_pylist()


def test_a_graph_stays_on_its_version(tmp_path: Path) -> None:
    """What is committed later does not change an open graph; older versions can be opened."""
    one = papers_and_authors(team(W1, "A9000000001"))
    two = papers_and_authors(team(W2, "A9000000002"))
    graph = build(tmp_path / "graph", one)
    write_store(tmp_path / "graph", two)

    for opened in (graph, read_graph(tmp_path / "graph", version=1)):
        assert opened.version == 1
        assert opened.table("papers", ["paper_id"])["paper_id"].tolist() == [W1]
        assert opened.sql("SELECT paper_id FROM papers")["paper_id"].tolist() == [W1]
    newest = read_graph(tmp_path / "graph")
    assert newest.sql("SELECT paper_id FROM papers")["paper_id"].tolist() == [W2]


def test_what_cannot_be_opened_is_an_error(small: ScholarGraph, tmp_path: Path) -> None:
    """A folder without store and a version that is not there are told apart."""
    with pytest.raises(StoreNotFoundError):
        read_graph(tmp_path / "nowhere")
    with pytest.raises(VersionNotFoundError):
        read_graph(small._snapshot.path, version=2)


def test_a_version_without_a_later_table_reads_it_as_empty(tmp_path: Path) -> None:
    """A table that was declared after a version was written has no rows, everywhere alike."""
    from scholargraph.store import begin

    with begin(tmp_path / "graph") as transaction:
        transaction.write_table("papers", [])
        transaction.commit({})
    graph = read_graph(tmp_path / "graph")

    assert graph.counts["funders"] == 0
    assert graph.paths("funders") == []
    assert graph.table("funders").columns.tolist() == list(
        next(table for table in PUBLIC_TABLES if table.name == "funders").column_names
    )
    assert graph.sql("SELECT count(*) AS n FROM funders JOIN papers ON true")["n"].tolist() == [0]


def test_threads_share_a_graph(small: ScholarGraph) -> None:
    """Many threads may ask one graph at once, by SQL and by table."""

    def ask(number: int) -> tuple[int, int]:
        table = small.table("papers", where={"year": 2020 + number % 2})
        answer = small.sql("SELECT count(*) AS n FROM papers WHERE year = ?", [2020 + number % 2])
        return len(table), int(answer["n"][0])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {(1, 1)}


def test_an_empty_graph_answers(empty: ScholarGraph) -> None:
    """Without any row every table is there, and empty."""
    assert set(empty.counts.values()) == {0}
    for table in PUBLIC_TABLES:
        assert empty.table(table.name).shape == (0, len(table.columns))
    assert empty.sql("SELECT sum(author_count) AS s FROM papers")["s"].isna().tolist() == [True]

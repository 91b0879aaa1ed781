"""SQL behind its fence: what is answered, and everything that is refused."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from scholargraph.errors import CorruptStoreError, InvalidArgumentError, QueryError
from scholargraph.graph import read_graph
from scholargraph.graph.sql import MAX_DEPTH, Engine
from tests.graph.conftest import W1, W2, W3, A
from tests.support import papers_and_authors, team, write_store

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


def test_one_select_with_bound_values(small: ScholarGraph) -> None:
    """Values fill question marks in order, or names."""
    query = "SELECT paper_id FROM papers WHERE year BETWEEN ? AND ? ORDER BY paper_id DESC"
    named = "SELECT title FROM papers WHERE paper_id = $id"

    assert small.sql(query, [2020, 2021])["paper_id"].tolist() == [W2, W1]
    assert small.sql(query, (2021, 2021))["paper_id"].tolist() == [W2]
    assert small.sql(named, {"id": W1})["title"].tolist() == ["Ties in a desert"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM papers;",
        "FROM papers SELECT count(*)",
        "WITH p AS (SELECT * FROM papers) SELECT count(*) FROM p",
        "SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 1 -- a comment",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n",
        "SELECT unnest(lineage) FROM institutions",
        "SELECT i FROM institutions, unnest(lineage) AS u(i)",
        "SELECT * FROM range(3)",
        "VALUES (1), (2)",
        "SUMMARIZE papers",
        "DESCRIBE papers",
        "SELECT copy FROM (SELECT 1 AS copy)",
        "SELECT 'COPY papers TO ''x''; DROP VIEW papers' AS text",
        "SELECT " + "(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH,
    ],
)
def test_whatever_only_reads_is_answered(small: ScholarGraph, query: str) -> None:
    """Every form of SELECT over the tables runs."""
    assert len(small.sql(query)) > 0


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "no statement"),
        ("-- nothing", "no statement"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELECT 1; DROP VIEW papers", "2 statements"),
        ("COPY papers TO 'stolen.parquet'", "COPY"),
        ("COPY (SELECT 1) TO '/dev/stdout'", "COPY"),
        ("ATTACH 'other.db'", "ATTACH"),
        ("DETACH memory", "DETACH"),
        ("SET memory_limit = '1GB'", "SET"),
        ("RESET memory_limit", "SET"),
        ("PRAGMA version", "PRAGMA"),
        ("PRAGMA table_info('papers')", "PRAGMA"),
        ("CALL pragma_version()", "CALL"),
        ("EXPLAIN SELECT 1", "EXPLAIN"),
        ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN"),
        ("CREATE TABLE t (n INT)", "CREATE"),
        ("CREATE OR REPLACE VIEW papers AS SELECT 1", "CREATE"),
        ("DROP VIEW papers", "DROP"),
        ("INSERT INTO papers VALUES (1)", "INSERT"),
        ("UPDATE papers SET title = 'x'", "UPDATE"),
        ("DELETE FROM papers", "DELETE"),
        ("INSTALL httpfs", "only a SELECT"),
        ("LOAD httpfs", "LOAD"),
        ("EXPORT DATABASE 'x'", "EXPORT"),
        ("BEGIN", "TRANSACTION"),
        ("CHECKPOINT", "only a SELECT"),
        ("VACUUM", "VACUUM"),
        ("PREPARE p AS SELECT 1", "PREPARE"),
        ("USE memory", "SET"),
        ("WITH x AS (COPY papers TO 'stolen.csv') SELECT 1", "contains COPY"),
        ("SELECT (WITH x AS (COPY papers TO 'stolen.csv') SELECT 1)", "COPY"),
        ("WITH x AS (INSERT INTO papers VALUES ('W1') RETURNING 1) FROM x", "contains INSERT"),
        ("WITH x AS (UPDATE papers SET title = '' RETURNING 1) FROM x", "contains UPDATE"),
        ("WITH x AS (DELETE FROM papers RETURNING 1) FROM x", "contains DELETE"),
        ("SELECT * FROM read_text('/etc/passwd')", "read_text"),
        ("SELECT * FROM read_blob('/etc/passwd')", "read_blob"),
        ("SELECT * FROM read_csv('/etc/passwd')", "read_csv"),
        ("SELECT * FROM read_json('/etc/passwd')", "read_json"),
        ("SELECT * FROM read_parquet('*.parquet')", "read_parquet"),
        ("SELECT * FROM READ_PARQUET('*.parquet')", "read_parquet"),
        ("SELECT * FROM parquet_scan('*.parquet')", "parquet_scan"),
        ("SELECT * FROM glob('/*')", "glob"),
        ("SELECT * FROM query('SELECT 1')", "query"),
        ("SELECT * FROM query_table('papers')", "query_table"),
        ("SELECT * FROM json_execute_serialized_sql('{}')", "json_execute_serialized_sql"),
        ("SELECT (SELECT count(*) FROM read_text('/etc/passwd'))", "read_text"),
        ("SELECT 1 WHERE EXISTS (FROM duckdb_settings())", "duckdb_settings"),
        ("SELECT * FROM '/etc/passwd'", "no table '/etc/passwd'"),
        ("SELECT * FROM 'papers.parquet'", "no table 'papers.parquet'"),
        ("SELECT * FROM 'https://example.org/x.parquet'", "no table 'https"),
        ("SELECT * FROM information_schema.tables", "no table 'tables'"),
        ("SHOW TABLES", "graph.schema"),
        ("SHOW DATABASES", "graph.schema"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM works", "no table 'works'; the tables are: papers,"),
        ("SELECT * FROM _records", "no table '_records'"),
        ("SELECT nope FROM papers", "nope"),
        ("SELECT ?", "cannot be run"),
        ("SELECT CAST(title AS INT) FROM papers", "Conversion"),
        ("SELECT '\ud800'", "Unicode"),
        ("SELECT " + "(" * 100_000, "brackets"),
        ("SELECT " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "brackets"),
    ],
    ids=lambda text: text[:40].encode("ascii", "replace").decode(),
)
def test_everything_else_is_refused_in_one_line(
    small: ScholarGraph, query: str, message: str
) -> None:
    """What writes, configures, reads other things or is wrong is a QueryError of one line."""
    with pytest.raises(QueryError) as caught:
        small.sql(query)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("query", [b"SELECT 1", None, 1])
def test_a_query_is_a_text(small: ScholarGraph, query: Any) -> None:
    """Anything but a text is refused."""
    with pytest.raises(QueryError, match="a query is a text"):
        small.sql(query)


@pytest.mark.parametrize("parameters", [2020, "2020", b"x", None])
def test_parameters_are_a_list_or_a_mapping(small: ScholarGraph, parameters: Any) -> None:
    """A value that was not put into a list is refused before it is taken for several."""
    with pytest.raises(InvalidArgumentError, match="parameters must be"):
        small.sql("SELECT ?", parameters)


def test_values_are_never_run(small: ScholarGraph) -> None:
    """SQL in a value is a text like any other."""
    hostile = "x'; DROP VIEW papers; --"

    assert small.sql("SELECT ? AS text", [hostile])["text"].tolist() == [hostile]
    assert small.sql("SELECT count(*) AS n FROM papers WHERE title = ?", [hostile])["n"][0] == 0


def fenced(graph: ScholarGraph) -> duckdb.DuckDBPyConnection:
    """The engine's own connection, past the check of texts."""
    engine = Engine(graph._snapshot)
    engine.table("SELECT count(*) FROM papers")
    return engine._cursor()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_parquet('{other}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('{folder}/*.parquet')",
        "COPY (SELECT 1) TO '{folder}/new.parquet'",
        "WITH x AS (COPY (SELECT 1) TO '{folder}/new.csv') SELECT 1",
        "ATTACH '{folder}/new.db'",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET allowed_paths = ['/etc/passwd']",
        "RESET lock_configuration",
        "INSTALL httpfs",
        "SELECT * FROM 'https://example.org/x.parquet'",
        "INSERT INTO papers (paper_id) VALUES ('W1')",
    ],
)
def test_the_engine_itself_is_fenced(small: ScholarGraph, tmp_path: Path, statement: str) -> None:
    """Were a text to pass the check, the engine would still reach nothing but the files."""
    other = tmp_path / "other.parquet"
    shutil.copy(small.paths("papers")[0], other)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(duckdb.Error):
        fenced(small).execute(statement.format(other=other, folder=tmp_path)).fetchall()

    assert sorted(tmp_path.iterdir()) == before


def test_python_variables_are_no_tables(small: ScholarGraph) -> None:
    """A frame in the caller's scope cannot be named in a query."""
    import pandas as pd

    secret = pd.DataFrame({"n": [1]})
    with pytest.raises(QueryError, match="secret"):
        small.sql("SELECT * FROM secret")
    assert len(secret) == 1


@pytest.mark.parametrize("folder", ["a*b", "a?b", "a[xy]b", "it's", "year=2020", "Ä b"])
def test_the_name_of_a_folder_is_no_pattern(tmp_path: Path, folder: str) -> None:
    """A store below a folder named like a pattern reads its own rows and its own columns."""
    write_store(tmp_path / folder / "g", papers_and_authors(team(W1, A)))
    graph = read_graph(tmp_path / folder / "g")
    # A neighbour with the same names inside, whose folder the name would match as a pattern.
    neighbour = tmp_path / folder.replace("*", "xx").replace("?", "x").replace("[xy]", "x")
    if neighbour.name != folder:
        shutil.copytree(tmp_path / folder, neighbour)

    assert graph.sql("SELECT paper_id FROM papers")["paper_id"].tolist() == [W1]
    assert "year" in graph.sql("SELECT * FROM papers").columns
    assert graph.sql("SELECT * FROM authors").columns.tolist() == list(
        graph.table("authors").columns
    )


def test_a_file_that_was_changed_is_not_served(tmp_path: Path) -> None:
    """A flipped bit is found before the first query touches the table, and by that table alone."""
    write_store(tmp_path / "graph", papers_and_authors(team(W1, A)))
    graph = read_graph(tmp_path / "graph")
    (path,) = graph.paths("papers")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)

    assert graph.sql("SELECT author_id FROM authors")["author_id"].tolist() == [A]
    for query in (
        "SELECT count(*) FROM papers",
        "WITH p AS (SELECT * FROM Papers) SELECT 1 FROM p",
        "SELECT (SELECT max(year) FROM main.papers) FROM authors",
        'SELECT * FROM authors WHERE EXISTS (FROM "papers")',
        "DESCRIBE SELECT * FROM papers",
    ):
        with pytest.raises(CorruptStoreError):
            graph.sql(query)
    with pytest.raises(QueryError, match="no table"):
        graph.sql(f"SELECT * FROM '{path}'")


def test_relations_are_lazy(small: ScholarGraph) -> None:
    """A relation over more rows than could be made is had at once, and can be cut down."""
    relation = small.relation("SELECT i FROM range(?) AS r(i)", [10**15])

    assert relation.limit(2).fetchall() == [(0,), (1,)]


def test_sums_and_counts_are_whole_numbers(small: ScholarGraph) -> None:
    """Integers of the engine stay integers, nulls among them."""
    found = small.sql("SELECT year, sum(author_count) AS seats FROM papers GROUP BY 1 ORDER BY 1")

    assert str(found["year"].dtype) == "Int16"
    assert found["seats"].dtype.kind == "i"
    assert found["seats"].tolist() == [4, 1, 2]


def test_the_order_asked_for_is_kept(small: ScholarGraph) -> None:
    """ORDER BY decides the order of rows, texts by bytes, nulls last."""
    found = small.sql("SELECT paper_id FROM papers ORDER BY title, paper_id")

    assert found["paper_id"].tolist() == [W2, W1, W3]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_opens_a_database_of_its_own(small: ScholarGraph) -> None:
    """A child process asks an inherited graph without the parent's engine, locked or not."""
    small.sql("SELECT 1")
    reading, writing = os.pipe()
    with small._engine()._lock:
        child = os.fork()
        if child == 0:  # pragma: no cover
            answer = b"?"
            try:
                signal.alarm(20)
                answer = str(small.sql("SELECT count(*) AS n FROM papers")["n"][0]).encode()
            finally:
                os.write(writing, answer)
                os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)

    assert answer == b"3"

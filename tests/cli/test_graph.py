"""Commands that look at one graph."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from scholargraph.cli.graph import NODE_TYPES
from scholargraph.graph import read_graph
from scholargraph.schema import NODE_TABLES
from tests.cli.conftest import HOSTILE, Run, in_a_process, on_a_terminal
from tests.support import write_store


def test_info_counts_the_rows_of_each_table(store: Path, run: Run) -> None:
    """`info` lists every public table with its rows, those that could not be read included."""
    rows = json.loads(run("info", store, "--format", "json").stdout)

    assert {row["table"]: row["rows"] for row in rows} == read_graph(store).counts
    assert {row["table"]: row["rows"] for row in rows}["papers"] == 4
    assert {row["table"]: row["rows"] for row in rows}["rejects"] == 1


def test_info_draws_counts_as_people_read_them(tmp_path: Path, run: Run) -> None:
    """Drawn, thousands are set apart and numbers end at one place; for programs it is a number."""
    authors = [{"author_id": f"A{9_000_000_001 + number}"} for number in range(1_234)]
    papers = [{"paper_id": "W9000000001"}]
    store = write_store(tmp_path / "graph", {"authors": authors, "papers": papers})
    path = tmp_path / "tables.txt"
    run("info", store, "--output", path)
    drawn = {line.split()[1]: line for line in path.read_text().splitlines() if line[:1] == " "}
    authors_end, papers_end = (
        drawn[table].index(f" {count} ", drawn[table].index(table)) + len(f" {count}")
        for table, count in (("authors", "1,234"), ("papers", "1"))
    )

    assert authors_end == papers_end
    assert "1,authors,1234," in run("info", store, "--format", "csv").stdout


def test_info_says_what_the_graph_was_made_of(store: Path, run: Run) -> None:
    """Drawn for people, `info` begins with the graph in a line and a line for each ingest."""
    first, second, *_ = run("info", store).stdout.splitlines()

    assert first.startswith("<ScholarGraph: 4 papers, 4 authors")
    assert "ingest_openalex" in second


def test_find_looks_for_every_type_of_node() -> None:
    """The command offers the types of node that the library knows."""
    assert set(NODE_TYPES) == set(NODE_TABLES)


@pytest.mark.parametrize("text", ["Ann Uxkull", "Üxküll, Ann", "A. Üxküll", "A9000000001"])
def test_find_finds_a_person(text: str, store: Path, run: Run) -> None:
    """A name without its accents, turned round or with initials leads to the same author."""
    rows = json.loads(run("find", store, text, "--format", "json").stdout)

    assert [row["author_id"] for row in rows] == ["A9000000001"]


@pytest.mark.parametrize(
    ("text", "node_type", "node_id"),
    [
        ("W9000000002", "paper", "W9000000002"),
        ("https://doi.org/10.1234/ONE", "paper", "W9000000001"),
        ("https://openalex.org/T9000000001", "topic", "T9000000001"),
        ("fields/17", "topic", "fields/17"),
        ("i9000000001", "institution", "I9000000001"),
        ("S9000000001", "source", "S9000000001"),
        ("P9000000001", "publisher", "P9000000001"),
        ("F9000000001", "funder", "F9000000001"),
    ],
)
def test_find_sees_what_an_id_names(
    text: str, node_type: str, node_id: str, store: Path, run: Run
) -> None:
    """Without `--type`, an id of another kind of node leads to it, and nothing need be said."""
    result = run("find", store, text, "--format", "json")

    assert [(row[f"{node_type}_id"], row["match"]) for row in json.loads(result.stdout)] == [
        (node_id, "id")
    ]
    assert (result.exit_code, result.stderr) == (0, "")


def test_find_takes_a_category_for_a_topic_but_a_word_for_a_name(tmp_path: Path, run: Run) -> None:
    """cs.LG is nobody's name; math is how Mathilde begins."""
    topics = [
        {"topic_id": f"arXiv:{code}", "name": code, "scheme": "arxiv"} for code in ("cs.LG", "math")
    ]
    author = {"author_id": "name:mathilde doe", "name": "Mathilde Doe", "kind": "name form"}
    store = write_store(tmp_path / "graph", {"topics": topics, "authors": [author]})
    found = {
        text: run("find", store, text, "--format", "csv").stdout.splitlines()[1].split(",")[0]
        for text in ("cs.LG", "math", "name:mathilde doe")
    }

    assert found == {
        "cs.LG": "arXiv:cs.LG",
        "math": "name:mathilde doe",
        "name:mathilde doe": "name:mathilde doe",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Examples"], "No author matches; --type topic finds 1, --type institution finds 1,"),
        (["Toys"], "No author matches; --type topic finds 1."),
        (["paper"], "No author matches; --type paper finds 2."),
        (["W9000000002", "--type", "author"], "No author matches; --type paper finds 1."),
        (["Ann", "--type", "institution"], "No institution matches; --type author finds 1."),
        (["nowhere to be seen"], "Nothing of any type matches."),
        (["W9000000099"], "Nothing of any type matches."),
        (["name:nobody at all"], "Nothing of any type matches."),
        (["C41008148"], "Nothing of any type matches."),
        ([""], "Nothing of any type matches."),
        (["\x1b[77m\u202e"], "Nothing of any type matches."),
    ],
)
def test_find_says_where_else_to_look(
    arguments: list[str], said: str, store: Path, run: Run
) -> None:
    """Where nothing of the kind matches, one line beside the empty answer says which kinds do."""
    result = run("find", store, *arguments, "--format", "json")

    assert json.loads(result.stdout) == []
    assert result.exit_code == 0
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1


def test_find_says_nothing_beside_an_answer(store: Path, run: Run) -> None:
    """The line on where else to look stands beside an empty answer alone."""
    result = run("find", store, "paper", "--type", "paper")

    assert "First paper" in result.stdout
    assert result.stderr == ""


def test_find_says_how_many_it_left_out(store: Path, run: Run) -> None:
    """When the limit cuts, the number of all matches stands beside the answer."""
    result = run("find", store, "paper", "--type", "paper", "--limit", 1, "--format", "json")

    assert len(json.loads(result.stdout)) == 1
    assert "1 of 2 matches" in result.stderr


@pytest.mark.parametrize(
    ("identifier", "field", "expected"),
    [
        ("W9000000001", "title", "First paper, by two"),
        ("https://openalex.org/w9000000001", "paper_id", "W9000000001"),
        ("https://doi.org/10.1234/ONE", "paper_id", "W9000000001"),
        ("A9000000002", "name", "Bob Boe"),
        ("I9000000001", "country_code", "NA"),
        ("S9000000001", "publisher_name", "Example Press"),
        ("P9000000001", "name", "Example Press"),
        ("f9000000001", "name", "Example Fund"),
        ("T9000000001", "name", "Examples"),
        ("fields/17", "paper_count", 1),
    ],
)
def test_show_shows_any_node(
    identifier: str, field: str, expected: object, store: Path, run: Run
) -> None:
    """An identifier of any kind of node leads to its record."""
    result = run("show", store, identifier, "--format", "json")

    assert json.loads(result.stdout)[field] == expected


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("cs.LG", "Machine Learning"),
        ("arXiv:cs.LG", "Machine Learning"),
        ("name:jane doe", "Jane Doe"),
    ],
)
def test_show_shows_what_is_of_arxiv_alone(
    identifier: str, name: str, tmp_path: Path, run: Run
) -> None:
    """Categories and name forms have ids that are no OpenAlex ids."""
    topic = {"topic_id": "arXiv:cs.LG", "name": "Machine Learning", "scheme": "arxiv"}
    author = {"author_id": "name:jane doe", "name": "Jane Doe", "kind": "name form"}
    store = write_store(tmp_path / "graph", {"topics": [topic], "authors": [author]})
    result = run("show", store, identifier, "--format", "json")

    assert json.loads(result.stdout)["name"] == name


def test_show_draws_neighbours_as_tables(store: Path, run: Run) -> None:
    """Drawn for people, a paper has its fields in lines and its byline as a table."""
    lines = run("show", store, "W9000000002").stdout.splitlines()

    assert any(line.startswith("title ") and line.endswith("and somebody") for line in lines)
    assert "authors (4)" in lines
    assert any("E. Unknown" in line and "no id" in line for line in lines)


def test_show_obeys_no_title(store: Path, run: Run) -> None:
    """A hostile title is shown with its commands escaped and its markup as it is."""
    shown = run("show", store, "W9000000004").stdout

    assert "\\u202eesrever" in shown
    assert "[red]Title[/red]" in shown
    assert "\u202e" not in shown
    assert "\x9b" not in shown


def test_show_as_json_is_faithful(store: Path, run: Run) -> None:
    """As JSON the same title is what the table holds."""
    title = json.loads(run("show", store, "W9000000004", "--format", "json").stdout)["title"]

    assert title == read_graph(store).table("papers")["title"].iloc[3]
    assert "\u202e" in title
    assert "\u202e" in HOSTILE


@pytest.mark.parametrize(
    ("identifier", "exit_code"),
    [("Ann Üxküll", 2), ("C41008148", 2), ("", 2), ("A9999999999", 1)],
)
def test_show_says_what_it_takes(identifier: str, exit_code: int, store: Path, run: Run) -> None:
    """What is no id of a node is misuse; an id that stands for nobody is none of this graph."""
    result = run("show", store, identifier)

    assert result.exit_code == exit_code
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize(
    "identifier",
    ["W9000000099", "P9000000099", "F9000000099", "cs.LG", "name:jane doe"],
)
def test_show_says_that_a_node_is_not_there(identifier: str, store: Path, run: Run) -> None:
    """An id that the graph does not have is named in the error."""
    result = run("show", store, identifier)

    assert result.exit_code == 1
    assert identifier in result.stderr


@pytest.mark.parametrize(
    ("query", "parameters", "expected"),
    [
        ("select count(*) as n from papers where year = ?", ["2020"], [{"n": 1}]),
        ("select count(*) as n from papers where doi = ?", ["10.1234/one"], [{"n": 1}]),
        ("select ? as a, ? as b", ["true", "null"], [{"a": True, "b": None}]),
        ("select ? as a, ? as b", ['"2020"', "[1]"], [{"a": "2020", "b": "[1]"}]),
        ("select ? as a, ? as b", ["NaN", "0012"], [{"a": "NaN", "b": "0012"}]),
        ("select year from papers where year is null", [], [{"year": None}]),
    ],
)
def test_sql_binds_values(
    query: str, parameters: list[str], expected: list[object], store: Path, run: Run
) -> None:
    """Values are bound in order: what reads as JSON as what it says, all else as text."""
    options = [word for value in parameters for word in ("--param", value)]
    result = run("sql", store, query, *options, "--format", "json")

    assert json.loads(result.stdout) == expected


@pytest.mark.parametrize(
    "query", ["copy papers to 'x.csv'", "select 1; select 2", "select no_such from papers", ""]
)
def test_sql_admits_one_select(query: str, store: Path, run: Run) -> None:
    """Anything but one SELECT that can be run is an error in a line."""
    result = run("sql", store, query)

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_tables_go_to_files_by_their_ending(store: Path, tmp_path: Path, run: Run) -> None:
    """`--output` writes the form of the file's ending, and nothing to the standard output."""
    query = "select paper_id, year from papers order by paper_id"
    expected = pd.DataFrame(
        {
            "paper_id": [f"W900000000{number}" for number in (1, 2, 3, 4)],
            "year": [2020, 2022, 2021, None],
        }
    )
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        "csv": pd.read_csv,
        "json": pd.read_json,
        "parquet": pd.read_parquet,
    }
    for ending, read in readers.items():
        path = tmp_path / f"papers.{ending}"
        result = run("sql", store, query, "--output", path)

        assert result.output == ""
        found = read(path).astype({"year": "float64"})
        pd.testing.assert_frame_equal(found, expected)


def test_parquet_goes_through_a_pipe(store: Path) -> None:
    """Parquet is written to the standard output where that is no terminal."""
    result = in_a_process("sql", store, "select 1 as one", "--format", "parquet")

    assert result.returncode == 0
    assert pd.read_parquet(io.BytesIO(result.stdout))["one"].tolist() == [1]


def test_parquet_does_not_go_to_a_terminal(store: Path) -> None:
    """On a terminal Parquet without a file is misuse, found before the query runs."""
    status, said = on_a_terminal("stdout", "sql", store, "select 1", "--format", "parquet")

    assert (status, said) == (2, "")


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_no_form_obeys_data_on_a_terminal(form: str, store: Path) -> None:
    """On a terminal each form escapes what the terminal would obey, but for its own colours."""
    query = "select title from papers order by paper_id desc limit 1"
    status, said = on_a_terminal("stdout", "sql", store, query, "--format", form)

    assert status == 0
    assert "\\u202e" in said
    assert "\u202e" not in said
    assert "\x9b" not in said


def test_a_table_keeps_within_a_terminal(store: Path) -> None:
    """On a terminal a long text is cut, which its last letter says, and it keeps to its line."""
    query = "select repeat('word ', 100) as text"
    _, said = on_a_terminal("stdout", "sql", store, query, "--format", "table")
    cut = [line for line in said.splitlines() if "word" in line]

    assert len(cut) == 1
    assert cut[0].endswith("…")
    assert max(map(len, said.splitlines())) <= 80 + len("\x1b[1m\x1b[0m") * 2


def test_validate_finds_nothing_wrong(store: Path, run: Run) -> None:
    """A sound store is called sound, with exit code 0; for programs the list is empty."""
    assert "Nothing is wrong" in run("validate", store).stdout
    assert run("validate", store).exit_code == 0
    assert json.loads(run("validate", store, "--format", "json").stdout) == []


def test_validate_ends_with_1_when_it_finds_something(store: Path, tmp_path: Path) -> None:
    """A store with a flipped bit is listed with the table that has it, and exit code 1."""
    broken = tmp_path / "graph"
    shutil.copytree(store, broken)
    (path,) = read_graph(broken).paths("citations")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    result = in_a_process("validate", broken, "--format", "json")

    assert result.returncode == 1
    assert [row["table"] for row in json.loads(result.stdout)] == ["citations"]

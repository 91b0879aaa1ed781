"""What of a drawn table a terminal has room for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from scholargraph.cli.fitting import GAP, LEAST_OF_A_TEXT, DrawnColumn, fitted
from tests.cli.conftest import Run, on_a_terminal

ANN = "A9000000001"
WIDE = (
    "select 'W9000000001' as paper_id, repeat('title ', 30) as title, 2020 as year,"
    " [0.25, 0.5, 0.125] as yearly_shares,"
    " 'https://example.org/a/very/long/address/of/a/paper' as doi, true as is_oa"
)


def text(name: str, *cells: str) -> DrawnColumn:
    """A column of texts."""
    return DrawnColumn(name=name, cells=list(cells), is_text=True)


def number(name: str, *cells: str) -> DrawnColumn:
    """A column of numbers."""
    return DrawnColumn(name=name, cells=list(cells), is_text=False, is_left=False)


def listing(name: str, *cells: str) -> DrawnColumn:
    """A column of lists."""
    return DrawnColumn(name=name, cells=list(cells), is_text=True, is_list=True)


def places(column: DrawnColumn) -> int:
    """How wide a column is drawn."""
    return column.width or max(cell_len(each) for each in (column.name, *column.cells))


def total(columns: list[DrawnColumn]) -> int:
    """How long a line of a table is."""
    return sum(map(places, columns)) + GAP * (len(columns) - 1)


WORDS = st.text(alphabet="ab 漢é;", max_size=60)
COLUMNS = st.lists(
    st.tuples(
        st.sampled_from(["paper_id", "title", "source", "target", "n", "cited_paper_ids"]),
        st.lists(WORDS, min_size=3, max_size=3),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(COLUMNS, st.integers(1, 200))
def test_a_line_is_never_longer_than_the_terminal(
    drawn: list[tuple[str, list[str], bool, bool]], width: int
) -> None:
    """What is drawn is the first of the columns, as many as fit, and what cannot be cut is whole.

    Only a first column that is too wide by itself is drawn nevertheless.
    """
    columns = [
        DrawnColumn(name=name, cells=cells, is_text=is_text, is_list=is_text and is_list)
        for name, cells, is_text, is_list in drawn
    ]
    shown = fitted(columns, width)

    assert 1 <= len(shown) <= len(columns)
    assert total(shown) <= width or len(shown) == 1
    for before, after in zip(columns, shown, strict=False):
        assert before.name == after.name
        is_id = before.name.endswith(("id", "ids"))
        if is_id or not before.is_text:
            assert after.cells == before.cells
        for whole, cut in zip(before.cells, after.cells, strict=True):
            assert cut == whole or (cut[-1] == "…" and whole.startswith(cut[:-1].rstrip()))
            if cut != whole:
                assert cell_len(whole) > LEAST_OF_A_TEXT
    if total(columns) <= width:
        assert shown == columns


def test_as_many_columns_are_drawn_as_fit() -> None:
    """One place less leaves out the last column, and nothing before it."""
    columns = [text("paper_id", "W1"), text("title", "x" * 90), number("year", "2020")]
    exactly = len("paper_id") + GAP + LEAST_OF_A_TEXT + GAP + len("year")

    assert [column.name for column in fitted(columns, exactly)] == ["paper_id", "title", "year"]
    assert [column.name for column in fitted(columns, exactly - 1)] == ["paper_id", "title"]


def test_what_is_left_of_a_line_goes_to_the_texts() -> None:
    """Those that need little get all of it, the others the rest in equal parts."""
    columns = [text("a", "x" * 100), text("b", "y" * 30), text("c", "z" * 100)]
    shown = fitted(columns, 40 + GAP + 30 + GAP + 40)

    assert [places(column) for column in shown] == [40, 30, 40]
    assert shown[0].cells == ["x" * 39 + "…"]
    assert shown[1] == columns[1]


def test_ids_are_whole_by_their_names() -> None:
    """Also long ones such as DOIs, and both ends of an edge; the source of a paper is a text."""
    long = "10.1234/" + "x" * 60
    for name in ("doi", "paper_id", "id", "orcid", "paper_doi", "cited_paper_ids"):
        assert fitted([text(name, long)], 20)[0].cells == [long]
    edges = [text("source", long), text("target", long)]

    assert fitted(edges, 20)[0].cells == [long]
    assert fitted(edges, 200) == edges
    assert fitted([text("source", long), number("n", "1")], 30)[0].cells == [f"{long[:25]}…"]


def test_lists_are_cut_between_items() -> None:
    """No item is shown in part where a whole one fits."""
    shown = fitted([listing("shares", "0.111; 0.222; 0.333; 0.444; 0.555")], 24)

    assert shown[0].cells == ["0.111; 0.222; 0.333; …"]
    assert fitted([listing("words", "w" * 50)], 24)[0].cells == ["w" * 23 + "…"]


def test_prose_at_the_end_of_a_line_is_folded() -> None:
    """A few lines of it, where all else is whole; beside other texts that are cut it is cut."""
    prose, table = text("meaning", "word " * 20), text("table", "papers")
    [first, folded] = fitted([table, prose], 50)
    huge = fitted([table, text("meaning", "word " * 1_000)], 50)[1]
    others = fitted([text("title", "x" * 90), prose], 80)

    assert first == table
    assert folded.cells == prose.cells
    assert folded.width == 50 - len("papers") - GAP
    assert huge.width is None
    assert cell_len(huge.cells[0]) <= 50 - len("papers") - GAP
    assert [column.width for column in others] == [None, None]
    assert others[1].cells[0].endswith("…")


def test_wide_characters_take_two_places() -> None:
    """A cut never lies within one of them."""
    shown = fitted([text("title", "漢" * 40), number("year", "2020")], 24)

    assert shown[0].cells == ["漢" * 11 + "…"]


def test_a_huge_text_is_cut_in_no_time() -> None:
    """A title of megabytes costs no more than reading it."""
    shown = fitted([text("title", "x" * 5_000_000), listing("ids_of", "W1; " * 500_000)], 80)

    assert total(shown) <= 80


def test_a_terminal_gets_what_fits(store: Path) -> None:
    """Ids stand whole in one line, and the last line says what is not there and how to get it."""
    status, said = on_a_terminal("stdout", "collaborators", store, ANN)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in said.splitlines()]

    assert status == 0
    assert lines[0].split()[:3] == ["author_id", "name", "paper_count"]
    assert [line.split()[0] for line in lines[2:4]] == ["A9000000002", "A9000000003"]
    assert lines[2].split()[1:4] == ["Bob", "Boe", "2"]
    assert all(cell_len(line) <= 80 for line in lines[:-1])
    drawn = len(lines[0].split())
    assert lines[-1].startswith(f"... and {14 - drawn} more columns (")
    assert lines[-1].endswith("super_tie, complete): --format csv gives all.")
    assert len(lines) == 5


def test_what_a_terminal_leaves_out_is_in_one_line(store: Path) -> None:
    """A text is cut, what cannot be drawn beside it is named, and CSV has it."""
    _, said = on_a_terminal("stdout", "sql", store, WIDE)

    assert "title title title title" in said
    assert "…" in said
    assert "... and 2 more columns (doi, is_oa): --format csv gives all." in said


def test_what_a_table_means_can_be_read_on_a_terminal(store: Path) -> None:
    """`info` folds the meanings of its tables, within the line."""
    _, said = on_a_terminal("stdout", "info", store)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in said.splitlines()]

    assert "…" not in said
    assert all(cell_len(line) <= 80 for line in lines[3:])
    assert "Scholarly works, one row each." in said


def test_show_advises_a_form_that_it_has(store: Path) -> None:
    """`show` writes JSON and no CSV."""
    _, said = on_a_terminal("stdout", "show", store, "W9000000004")

    assert "--format csv" not in said
    assert "--format json" in said


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_pipe_gets_everything(form: str, store: Path, run: Run) -> None:
    """Where there is no terminal nothing is cut, however wide."""
    said = run("sql", store, WIDE, "--format", form).stdout

    assert ("title " * 30).strip() in said
    assert "https://example.org/a/very/long/address/of/a/paper" in said
    assert "…" not in said
    assert "more column" not in said

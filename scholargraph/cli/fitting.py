"""How a drawn table fits a terminal: ids and numbers whole, texts cut, late columns left out.

Among others a cell that is folded cannot be read, and an id that is cut cannot be copied, so what
does not fit beside the columns before it is not drawn. Only prose at the end of a line, such as
what a table means, is folded, where that is all that does not fit. Widths count places on the
screen, of which a Chinese character takes two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

GAP: Final = 3
"""Places between two columns: a space, the divider, and a space."""
LEAST_OF_A_TEXT: Final = 24
"""A text of fewer places says too little to be worth its column."""
MOST_LINES: Final = 4
"""A text of more lines is cut instead of folded."""
BETWEEN_ITEMS: Final = "; "
"""What stands between the items of a list."""

_ENDINGS_OF_IDS: Final = frozenset({"id", "ids", "doi", "orcid", "ror", "pmid", "issn"})
_ENDS_OF_EDGES: Final = frozenset({"source", "target"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnColumn:
    """A column as it is drawn."""

    name: str
    cells: Sequence[str]
    is_left: bool = True
    """Whether it stands at the left: numbers stand at the right."""
    is_text: bool
    """Whether its cells may be cut: texts and lists may, numbers, dates and truth values not."""
    is_list: bool = False
    """Whether it is cut between two items."""
    width: int | None = None
    """Where it is to be folded, or None for as wide as its widest cell."""


def fitted(columns: Sequence[DrawnColumn], width: int) -> list[DrawnColumn]:
    """Return the columns that a terminal has room for, texts cut to what is left of it.

    Parameters
    ----------
    columns : sequence of DrawnColumn
        All columns, from left to right.
    width : int
        Places in a line. The first column is drawn even where it needs more.

    Returns
    -------
    list of DrawnColumn
        The first of the columns; what they could spare is shared among the texts.

    Examples
    --------
    >>> title = DrawnColumn(name="title", cells=["word " * 9], is_text=True)
    >>> paper = DrawnColumn(name="paper_id", cells=["W1"], is_text=True)
    >>> [column.cells for column in fitted([paper, title, paper], 40)]
    [['W1'], ['word word word word word wor…']]
    >>> [column.width for column in fitted([paper, title], 40)]
    [None, 29]
    """
    ids = _columns_of_ids([column.name for column in columns])
    may_be_cut = [column.is_text and number not in ids for number, column in enumerate(columns)]
    whole = [_width(column) for column in columns]
    least = [
        max(_places(column.name), min(most, LEAST_OF_A_TEXT)) if cut else most
        for column, most, cut in zip(columns, whole, may_be_cut, strict=True)
    ]
    shown = _number_that_fits(least, width)
    widths = _grown(least[:shown], whole[:shown], width)
    last = len(columns) - 1
    too_wide = [number for number, places in enumerate(widths) if places < whole[number]]
    is_prose = too_wide == [last] and not columns[last].is_list
    if is_prose and whole[last] <= MOST_LINES * widths[last]:
        return [*columns[:last], replace(columns[last], width=widths[last])]
    return [
        _cut(column, places) if cut else column
        for column, places, cut in zip(columns[:shown], widths, may_be_cut[:shown], strict=True)
    ]


def _columns_of_ids(names: Sequence[str]) -> set[int]:
    """Return which columns hold identifiers, by their names."""
    are_edges = set(names) >= _ENDS_OF_EDGES
    return {
        number
        for number, name in enumerate(names)
        if name.rpartition("_")[2] in _ENDINGS_OF_IDS or (are_edges and name in _ENDS_OF_EDGES)
    }


def _number_that_fits(least: Sequence[int], width: int) -> int:
    used = -GAP
    for number, places in enumerate(least):
        used += GAP + places
        if used > width:
            return max(number, 1)
    return len(least)


def _grown(least: Sequence[int], whole: Sequence[int], width: int) -> list[int]:
    """Share what is left of a line evenly; what a column does not need goes to the others."""
    widths = list(least)
    left = width - sum(least) - GAP * (len(least) - 1)
    wanting = sorted(range(len(least)), key=lambda number: whole[number] - least[number])
    for after, number in enumerate(wanting):
        share = max(left, 0) // (len(wanting) - after)
        more = min(share, whole[number] - least[number])
        widths[number] += more
        left -= more
    return widths


def _cut(column: DrawnColumn, width: int) -> DrawnColumn:
    cells = [
        cell if _places(cell) <= width else _cut_cell(cell, width, is_list=column.is_list)
        for cell in column.cells
    ]
    return replace(column, cells=cells)


def _cut_cell(cell: str, width: int, *, is_list: bool) -> str:
    from rich.cells import set_cell_size

    if is_list:
        items, between, _ = set_cell_size(cell, width - 1).rpartition(BETWEEN_ITEMS)
        if between:
            return f"{items}{between}…"
    return f"{set_cell_size(cell, width - 1).rstrip()}…"


def _width(column: DrawnColumn) -> int:
    return max([_places(column.name), *map(_places, column.cells)])


def _places(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)

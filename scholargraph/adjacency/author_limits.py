"""How many authors are many: for each paper the limit that ``max_authors="auto"`` stands for.

The limit is a percentile of team sizes within field and year over the whole store, and so the same
whatever a question chooses. Team sizes differ by field and grow with the years: one number for all
would cut physics away and leave the consortia of other fields in.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.pages import release

if TYPE_CHECKING:
    from scholargraph.store.arrays import ArraysWriter

PERCENTILE: Final = 99.9
LEAST_PAPERS: Final = 1_000
"""Papers that a field has in a year if it has a limit of its own."""

LEAST_LIMIT: Final = 25
NO_FIELD: Final = -1

_PIECE_ROWS: Final = 1_000_000

Sizes = Counter[int]
"""How many papers have each team size."""


def write_author_limits(
    writer: ArraysWriter,
    field: npt.NDArray[np.int16],
    year: npt.NDArray[np.int16],
    team_size: npt.NDArray[np.int32],
    unknown_year: int,
) -> None:
    """Write the limit of each paper.

    Parameters
    ----------
    writer : ArraysWriter
        Where it goes.
    field : int16 array, shape (n_papers,)
        Number of the field, or `NO_FIELD`.
    year : int16 array, shape (n_papers,)
    team_size : int32 array, shape (n_papers,)
    unknown_year : int
        What stands for a year that is not known.
    """
    cells: defaultdict[tuple[int, int], Sizes] = defaultdict(Counter)
    for cell, size, count in _counted(field, year, team_size):
        cells[cell][size] += count
    limits = limits_of(cells, unknown_year)
    output = writer.begin("paper.author_limit", "<i4")
    for low in range(0, len(year), _PIECE_ROWS):
        piece = slice(low, low + _PIECE_ROWS)
        keys = _keys(field[piece], year[piece])
        distinct, place = np.unique(keys, return_inverse=True)
        of_cell = [limits[_cell(key)] for key in distinct.tolist()]
        output.append(np.array(of_cell, np.int32)[place])
        release(field, year)
    writer.finish("paper.author_limit")


def limits_of(
    cells: Mapping[tuple[int, int], Sizes], unknown_year: int
) -> dict[tuple[int, int], int]:
    """Return the limit of each field and year.

    Cells of fewer than `LEAST_PAPERS` papers take the limit of their year, years of fewer that of
    all papers.

    Parameters
    ----------
    cells : mapping of (int, int) to Counter
        Number of field and year to how many papers have each team size.
    unknown_year : int
        What stands for a year that is not known.

    Examples
    --------
    >>> cells = {(1, 2020): Counter({3: 998, 40: 2}), (2, 2020): Counter({90: 1})}
    >>> limits_of(cells, 0)
    {(1, 2020): 40, (2, 2020): 40}
    """
    years: defaultdict[int, Sizes] = defaultdict(Counter)
    every: Sizes = Counter()
    for (_, year), sizes in cells.items():
        years[year].update(sizes)
        every.update(sizes)
    limits = {}
    for (field, year), sizes in cells.items():
        candidates = [
            sizes if field != NO_FIELD and year != unknown_year else Counter(),
            years[year] if year != unknown_year else Counter(),
        ]
        chosen = next((each for each in candidates if each.total() >= LEAST_PAPERS), every)
        limits[field, year] = max(math.ceil(percentile(chosen, PERCENTILE)), LEAST_LIMIT)
    return limits


def percentile(sizes: Sizes, percent: float) -> float:
    """Return a percentile of numbers that are given with their frequencies.

    Between two numbers it is interpolated, as NumPy does it by default.

    Examples
    --------
    >>> percentile(Counter({1: 3, 2: 1}), 75.0)
    1.25
    """
    place = (sizes.total() - 1) * percent / 100
    below = above = 0
    passed = 0
    for size in sorted(sizes):
        if passed <= math.floor(place):
            below = size
        if passed <= math.ceil(place):
            above = size
        passed += sizes[size]
    return below + (above - below) * (place - math.floor(place))


def _counted(
    field: npt.NDArray[np.int16], year: npt.NDArray[np.int16], team_size: npt.NDArray[np.int32]
) -> Iterator[tuple[tuple[int, int], int, int]]:
    """Yield field and year, team size, and how often they occur together."""
    for low in range(0, len(year), _PIECE_ROWS):
        piece = slice(low, low + _PIECE_ROWS)
        keys = _keys(field[piece], year[piece]) << 32 | team_size[piece]
        distinct, counts = np.unique(keys, return_counts=True)
        for key, count in zip(distinct.tolist(), counts.tolist(), strict=True):
            yield _cell(key >> 32), key & 0xFFFFFFFF, count
        release(field, year, team_size)


def _keys(field: npt.NDArray[np.int16], year: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    return (field.astype(np.int64) - NO_FIELD) << 16 | year


def _cell(key: int) -> tuple[int, int]:
    return (key >> 16) + NO_FIELD, key & 0xFFFF

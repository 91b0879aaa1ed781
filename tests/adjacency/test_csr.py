"""Relations and their other direction."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.adjacency import csr
from scholargraph.adjacency.csr import (
    Relation,
    distinct,
    scratch_indptr,
    transpose,
    write_indptr,
)
from scholargraph.store.arrays import ArraysWriter

_folders = count()

rows_of_columns = st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=9)


def relation(rows: list[list[int]]) -> Relation:
    """The neighbours of each row, as arrays."""
    return Relation(
        indptr=np.cumsum([0, *map(len, rows)]),
        indices=np.array([column for row in rows for column in row], np.uint32),
    )


@given(rows_of_columns, st.integers(1, 8), st.integers(1, 7), st.permutations(range(6)))
def test_the_other_direction_is_that_of_sorting_all_edges(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[int]],
    pass_edges: int,
    piece_edges: int,
    labels: list[int],
) -> None:
    """However few edges are sorted at a time, columns list their rows, ascending and as often."""
    folder = tmp_path_factory.mktemp("arrays")
    with pytest.MonkeyPatch.context() as patch, ArraysWriter(folder) as writer:
        patch.setattr(csr, "PIECE_EDGES", piece_edges)
        found = transpose(
            writer, "other", relation(rows), 6, np.array(labels, np.uint32), pass_edges
        )
        plain = transpose(writer, "plain", relation(rows), 6, pass_edges=pass_edges)

    edges = [(column, row) for row, columns in enumerate(rows) for column in columns]
    assert [plain.of(column).tolist() for column in range(6)] == [
        sorted(row for other, row in edges if other == column) for column in range(6)
    ]
    assert [found.of(labels[column]).tolist() for column in range(6)] == [
        plain.of(column).tolist() for column in range(6)
    ]


@given(rows_of_columns, st.lists(st.integers(0, 8), max_size=5))
def test_neighbours_of_many_are_those_of_each(rows: list[list[int]], wanted: list[int]) -> None:
    """Places and neighbours come in the order asked for, rows repeated and empty included."""
    wanted = [row for row in wanted if row < len(rows)]
    places, found = relation(rows).of_all(np.array(wanted, np.int64))

    assert list(zip(places.tolist(), found.tolist(), strict=True)) == [
        (place, column) for place, row in enumerate(wanted) for column in rows[row]
    ]


@given(st.lists(st.integers(0, 9)))
def test_distinct_values_come_once_and_in_order(values: list[int]) -> None:
    """Sorting and dropping repeats is a sorted set."""
    assert distinct(np.array(values, np.int64)).tolist() == sorted(set(values))


@given(st.lists(st.integers(0, 9), max_size=9), st.integers(1, 4))
def test_neighbours_begin_where_those_before_end(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], piece_edges: int
) -> None:
    """Kept or not, and in pieces of any length, it is the sum of all counts before."""
    folder = tmp_path_factory.mktemp("arrays")
    with pytest.MonkeyPatch.context() as patch, ArraysWriter(folder) as writer:
        patch.setattr(csr, "PIECE_EDGES", piece_edges)
        kept = write_indptr(writer, "kept", np.array(counts, np.uint32))
        scratch = scratch_indptr(writer, np.array(counts, np.uint32))

    expected = [sum(counts[:row]) for row in range(len(counts) + 1)]
    assert kept.tolist() == scratch.tolist() == expected


def test_an_empty_relation_has_an_empty_other_side(tmp_path: Path) -> None:
    """Nothing transposes to nothing."""
    with ArraysWriter(tmp_path) as writer:
        found = transpose(writer, "none", relation([]), 0)

    assert (found.indptr.tolist(), found.indices.tolist()) == ([0], [])

"""A table to which newer records bring just what their older versions had is kept, no other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.ingest import ingest_values
from scholargraph.ingest.resolve import merge as merge_module
from scholargraph.ingest.resolve import pieces as pieces_module
from scholargraph.ingest.resolve import unchanged as unchanged_module
from scholargraph.ingest.resolve.pieces import Piece
from scholargraph.ingest.resolve.unchanged import are_equal
from scholargraph.store import Transaction
from tests.ingest.support import file_hashes, rows, url, work
from tests.ingest.test_resolution import RECORDS

Record = dict[str, Any]

LATER = "2026-05-01T00:00:00"
NODES = ["A9000000001", "A9000000002"]


def ingest_all_anew(records: list[Record], store: Path) -> None:
    """Ingest without comparing anything, so that every table is written."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merge_module, "comparisons", lambda reading, table: iter([False]))
        ingest_values(records, store)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that are kept."""
    names: list[str] = []
    keep = Transaction.keep_table

    def note(self: Transaction, name: str) -> int:
        names.append(name)
        return keep(self, name)

    monkeypatch.setattr(Transaction, "keep_table", note)
    return names


def first_records() -> list[Record]:
    """Works and an author with rows in many tables."""
    return [
        work(9_000_000_001, *NODES, referenced_works=[url("W9000000002")], keywords=[]),
        work(9_000_000_002, NODES[1], "A9000000003", referenced_works=[url("W9000000007")]),
        work(9_000_000_003, None),
        {"id": url(NODES[0]), "display_name": "Own Name", "updated_date": "2026-01-01"},
    ]


def later(record: Record, **changed: Any) -> Record:
    """The same record, changed later."""
    return {**copy.deepcopy(record), "updated_date": LATER, **changed}


def test_what_a_newer_record_repeats_is_not_written(tmp_path: Path, kept: list[str]) -> None:
    """Of a work that is cited more often only its own row is new, and of an author his."""
    first = first_records()
    store = tmp_path / "graph"
    ingest_values(first, store)
    assert not kept
    ingest_values([later(first[0], cited_by_count=7), later(first[3], works_count=8)], store)

    assert {"authorships", "citations", "_author_mentions", "locations"} <= set(kept)
    assert not {"papers", "authors", "_records"} & set(kept)
    assert [row["cited_by_count"] for row in rows(store, "papers")] == [7, None, None]
    ingest_all_anew(first, tmp_path / "other")
    ingest_all_anew(
        [later(first[0], cited_by_count=7), later(first[3], works_count=8)], tmp_path / "other"
    )
    assert file_hashes(store) == file_hashes(tmp_path / "other")


def without_seats(record: Record) -> Record:
    """A later version that has lost its seats."""
    return later(record, authorships=[])


def turned_round(record: Record) -> Record:
    """A later version with its seats the other way round."""
    return later(record, authorships=record["authorships"][::-1])


def with_a_seat_more(record: Record) -> Record:
    """A later version with a further seat."""
    return later(record, authorships=[*record["authorships"], *work(1, NODES[0])["authorships"]])


@pytest.mark.parametrize("change", [without_seats, turned_round, with_a_seat_more])
@pytest.mark.parametrize("number", [0, 1])
def test_seats_that_changed_are_written(
    tmp_path: Path, kept: list[str], change: Callable[[Record], Record], number: int
) -> None:
    """Rows that are gone, that are new, or that come in another order, wherever they stand."""
    first = first_records()
    store = tmp_path / "graph"
    ingest_values(first, store)
    ingest_values([change(first[number])], store)
    written = set(kept)
    ingest_values([*first, change(first[number])], tmp_path / "at-once")

    assert "authorships" not in written
    assert file_hashes(store) == file_hashes(tmp_path / "at-once")


def test_a_record_that_is_new_brings_its_rows(tmp_path: Path, kept: list[str]) -> None:
    """Where nothing goes and something comes, the table is written; others are kept."""
    store = tmp_path / "graph"
    ingest_values(first_records(), store)
    ingest_values([work(9_000_000_009, NODES[1])], store)

    assert "authorships" not in kept
    assert "citations" in kept
    assert rows(store, "authorships")[-1]["paper_id"] == "W9000000009"


def test_a_newer_date_makes_another_mention_describe(tmp_path: Path, kept: list[str]) -> None:
    """Mentions that stay as they are may describe a node anew, with the dates of their records."""
    one, other = (work(9_000_000_000 + number, NODES[0]) for number in (1, 2))
    one["authorships"][0]["author"]["display_name"] = "Name in One"
    store = tmp_path / "graph"
    ingest_values([one, later(other, updated_date="2026-02-01T00:00:00")], store)
    assert [row["name"] for row in rows(store, "authors")] == [f"Name of {NODES[0]}"]
    ingest_values([later(one)], store)

    assert "_author_mentions" in kept
    assert [row["name"] for row in rows(store, "authors")] == ["Name in One"]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(
    records=RECORDS,
    newer=RECORDS,
    repeated=st.sets(st.integers(0, 9)),
    piece_bytes=st.sampled_from([1, 8 << 20]),
)
def test_kept_or_written_the_tables_are_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[Record],
    newer: list[Record],
    repeated: set[int],
    piece_bytes: int,
) -> None:
    """An update of repeated and of changed records makes the files that writing all anew makes."""
    folder = tmp_path_factory.mktemp("unchanged")
    update = [later(record) for place, record in enumerate(records) if place in repeated]
    update += newer[: len(repeated) % 3]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pieces_module, "HELD_BYTES", piece_bytes)
        patched.setattr(unchanged_module, "_READ_BYTES", piece_bytes)
        for portion in (records, update):
            ingest_values(portion, folder / "compared")
            ingest_all_anew(portion, folder / "anew")

    assert file_hashes(folder / "compared") == file_hashes(folder / "anew")


def piece(keys: list[int], values: list[Any]) -> Piece:
    """Rows with their keys."""
    return Piece(np.array(keys, np.int64), pa.table({"value": pa.array(values, pa.float64())}))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([], [], True),
        ([([1, 1, 2], [5, 6, 7])], [([1], [5]), ([], []), ([1, 2], [6, 7])], True),
        ([([1, 2], [5, None])], [([1, 2], [5, None])], True),
        ([([1, 2], [5, None])], [([1, 2], [5, 0])], False),
        ([([1, 2], [5, 6])], [([1, 3], [5, 6])], False),
        ([([1, 2], [5, 6])], [([1], [5])], False),
        ([([1], [5])], [([1, 1], [5, 5])], False),
        ([], [([], []), ([1], [5])], False),
    ],
)
def test_pieces_are_compared_however_they_are_cut(
    one: list[Any], other: list[Any], expected: bool
) -> None:
    """Rows and keys count, not where pieces end."""
    for left, right in ((one, other), (other, one)):
        pieces = [iter([piece(*part) for part in side]) for side in (left, right)]

        assert all(are_equal(*pieces)) == expected

"""Runs and the version before them become tables: the same ones however they are cut and dealt."""

from __future__ import annotations

import copy
import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph import schema
from scholargraph.errors import StoreFullError
from scholargraph.ingest import ingest_values
from scholargraph.ingest import runs as runs_module
from scholargraph.ingest.convert import convert
from scholargraph.ingest.feeds import ValueFeed
from scholargraph.ingest.openalex.reading import RecordReader
from scholargraph.ingest.openalex.selection import TAKE_ALL, Selection, select
from scholargraph.ingest.resolve import mentioned as mentioned_module
from scholargraph.ingest.resolve import pieces as pieces_module
from scholargraph.ingest.resolve.ids import NOBODY, Ids
from scholargraph.ingest.resolve.merge import merge
from scholargraph.ingest.resolve.pieces import Piece, merged
from scholargraph.ingest.resolve.sources import ParentFile, with_ids
from scholargraph.ingest.runs import OWNERLESS
from scholargraph.store import begin, list_versions
from scholargraph.store import parquet as parquet_module
from tests.ingest.support import file_hashes, read_lines, rows, url, work

Record = dict[str, Any]

RECENT = select(years=(2012, 2100))


@pytest.fixture(scope="module")
def records(sample_dump: Path) -> list[Record]:
    """Some works and some of the nodes that they name, with up to three versions of each."""
    found = list(read_lines(sample_dump / "data"))
    works = [record for record in found if "/W" in record["id"]][:60]
    others = [record for record in found if "/W" not in record["id"]][::3]
    versions = []
    for number, record in enumerate(works + others):
        for day in range(1 + number % 3):
            version = copy.deepcopy(record)
            if day:
                version["updated_date"] = f"2026-03-0{day}T00:00:00"
                version["publication_year"] = 2000 + number % 25
                version["authorships"] = (record.get("authorships") or [])[day:]
            versions.append(version)
    return versions


def add_version(
    store: Path, parts: Sequence[Sequence[Record]], selection: Selection, by_chance: random.Random
) -> Counter[str]:
    """Read each part as a task of its own, and merge the runs of all in an order by chance."""
    left_out: Counter[str] = Counter()
    with begin(store) as transaction:
        runs: dict[str, list[Path]] = {}
        for number, part in enumerate(parts):
            converted = convert(
                [ValueFeed(part)],
                partial(RecordReader, selection=selection),
                transaction.workspace,
                workers=1,
                tick=lambda *_: None,
                first_task=number,
            )
            left_out.update(converted.left_out)
            for name, paths in converted.files.items():
                runs.setdefault(name, []).extend(paths)
        for paths in runs.values():
            by_chance.shuffle(paths)
        only_named = not selection.takes_all_works
        for _ in merge(transaction, runs, only_named=only_named, left_out=left_out):
            pass
        transaction.commit({})
    return left_out


@pytest.mark.parametrize("selection", [TAKE_ALL, RECENT], ids=["all", "selected"])
def test_runs_in_any_order_make_the_same_tables(
    records: list[Record], selection: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, whatever is in which run, whichever comes first, and however little is read."""
    halves = [records[::2], records[1::2]]
    for half in halves:
        left_out = add_version(tmp_path / "at-once", [half], selection, random.Random(0))
    expected = file_hashes(tmp_path / "at-once")

    authors = rows(tmp_path / "at-once", "authors")
    assert {author["is_mention"] for author in authors} == {True, False}
    assert bool(left_out["named by no work"]) is (selection is RECENT)
    assert len(left_out) == (2 if selection is RECENT else 0)
    monkeypatch.setattr(parquet_module, "_SCRATCH_BATCH_BYTES", 4_000)
    monkeypatch.setattr(pieces_module, "HELD_BYTES", 0)
    monkeypatch.setattr(mentioned_module, "HELD_BYTES", 0)
    monkeypatch.setattr("resource.getrlimit", lambda _: (20, 20))
    for seed in range(2):
        by_chance = random.Random(seed)
        monkeypatch.setattr(runs_module, "RUN_RECORDS", by_chance.choice([30, 60, 150]))
        monkeypatch.setattr(runs_module, "RUN_ROWS", by_chance.choice([50, 300, 100_000]))
        for half in halves:
            shuffled = by_chance.sample(half, len(half))
            tasks = by_chance.randint(1, 4)
            parts = [shuffled[task::tasks] for task in range(tasks)]
            add_version(tmp_path / f"{seed}", parts, selection, by_chance)

        assert file_hashes(tmp_path / f"{seed}") == expected, f"seed {seed}"


def test_two_steps_lead_away_from_a_work(tmp_path: Path) -> None:
    """A selected work leads to its author, whose record leads to an institution, and no further."""
    author = {
        "id": url("A9000000001"),
        "display_name": "Author",
        "affiliations": [
            {"institution": {"id": url("I9000000001"), "display_name": "First"}, "years": [2020]}
        ],
    }
    stranger = {**author, "id": url("A9000000002")}
    places = [
        {"id": url(f"I900000000{number}"), "display_name": f"Own name {number}"}
        for number in (1, 2)
    ]
    stranger["affiliations"] = [{"institution": places[1], "years": [2020]}]
    recent = work(9000000001, "A9000000001", publication_year=2020)
    left_out = add_version(
        tmp_path / "graph", [[recent, author, stranger, *places]], RECENT, random.Random(0)
    )

    assert [row["author_id"] for row in rows(tmp_path / "graph", "authors")] == ["A9000000001"]
    assert [row["name"] for row in rows(tmp_path / "graph", "institutions")] == ["Own name 1"]
    assert left_out["named by no work"] == 2


def test_record_that_did_not_change_stays(tmp_path: Path) -> None:
    """What the version before has of a record goes before an equal version that is left out."""
    old = work(9000000001, publication_year=1990)
    for selection in (TAKE_ALL, RECENT):
        add_version(tmp_path / "graph", [[old]], selection, random.Random(0))

    assert [row["paper_id"] for row in rows(tmp_path / "graph", "papers")] == ["W9000000001"]


def test_reject_is_told_once(tmp_path: Path) -> None:
    """What could not be read stays in the log, and reading it again adds nothing."""
    for year in (2020, 2021):
        ingest_values([{"no": "id"}, work(9000000001, publication_year=year)], tmp_path / "graph")

    assert [row["line"] for row in rows(tmp_path / "graph", "rejects")] == [1]


def test_mentions_of_the_version_before_keep_their_records(tmp_path: Path) -> None:
    """However few are read at a time, it is known of each whose it is, and so if it counts."""
    path = tmp_path / "mentions.parquet"
    mentions = {
        "author_id": ["A1", "A2", "A3", "A3"],
        "record_id": ["W2", "W1", "W1", "W2"],
        "name": ["a", "b", "c", "d"],
        "orcid": pa.nulls(4, pa.string()),
        "kind": pa.nulls(4, pa.string()),
    }
    pq.write_table(pa.table(mentions), path, row_group_size=1)
    newest_is_in_a_run = 1
    ids = Ids(
        texts=pa.array(["A1", "A2", "A3", "W1", "W2"], pa.large_string()),
        places=np.array([3, 4], np.int32),
        describers=np.array([NOBODY, NOBODY, NOBODY, 0, newest_is_in_a_run]),
        standings=np.zeros(5, np.int32),
        first_numbers={},
        parent_records=1,
        parent_owners={path: np.array([4, 3, 3, 4], np.int32)},
    )
    source = ParentFile(path, schema.AUTHOR_MENTIONS, ids)
    found = [with_ids(source.table, piece, ids) for piece in source.pieces(0)]

    assert [row for table in found for row in table.to_pylist()] == [
        {"author_id": "A2", "record_id": "W1", "name": "b", "orcid": None, "kind": None},
        {"author_id": "A3", "record_id": "W1", "name": "c", "orcid": None, "kind": None},
    ]


@dataclass(frozen=True)
class Listed:
    """A source whose pieces are given."""

    parts: Sequence[Sequence[int]]
    being_read: set[int]
    """Which sources are, by identity."""

    def pieces(self, _: int) -> Iterator[Piece]:
        """Give the pieces, each row with its key and its number in the source."""
        self.being_read.add(id(self))
        number = 0
        for part in self.parts:
            numbers = range(number, number + len(part))
            yield Piece(np.array(part, np.int64), pa.table({"key": part, "number": numbers}))
            number += len(part)
        self.being_read.remove(id(self))


@st.composite
def listed_sources(draw: st.DrawFn) -> list[Listed]:
    """Sources without a key in common; keys repeat within one, and pieces are of all sizes."""
    owners = draw(st.dictionaries(st.integers(0, 40), st.integers(0, 6)))
    sources: list[Listed] = []
    being_read: set[int] = set()
    for source in range(7):
        keys = [key for key, owner in sorted(owners.items()) if owner == source]
        repeated = [key for key in keys for _ in range(draw(st.integers(1, 4)))]
        cuts = sorted(draw(st.lists(st.integers(0, len(repeated)), max_size=4)))
        ends = pairwise([0, *cuts, len(repeated)])
        sources.append(Listed([repeated[start:end] for start, end in ends], being_read))
    return sources


@given(sources=listed_sources(), most=st.integers(2, 8))
def test_merged_sources_are_sorted(
    tmp_path_factory: pytest.TempPathFactory, sources: list[Listed], most: int
) -> None:
    """All rows come, by key, those of one key in the order that they had; few files are open."""
    folder = tmp_path_factory.mktemp("spilled")
    found: list[Record] = []
    for keys, table in merged(sources, folder, most):
        assert keys.tolist() == table["key"].to_pylist()
        assert len(sources[0].being_read) <= most
        found += table.to_pylist()

    every: Iterable[Record] = (
        row for source in sources for piece in source.pieces(0) for row in piece.rows.to_pylist()
    )
    assert found == sorted(every, key=lambda row: (row["key"], row["number"]))
    assert not list(folder.rglob("*.arrow"))


@pytest.mark.parametrize("name", ["papers", "authorships", "_author_mentions", "institutions"])
def test_first_failure_is_the_one_that_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables that were begun after it fail, too, and would only say that something failed."""
    write_rows = parquet_module.write_rows

    def fail(output: Any, table: schema.Table, batches: Any, *, root: Path) -> int:
        if table.name == name:
            raise StoreFullError("no room")
        return write_rows(output, table, batches, root=root)

    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setattr(parquet_module, "write_rows", fail)
    with pytest.raises(StoreFullError, match="no room"):
        ingest_values([work(9000000001, "A9000000001")], tmp_path / "graph")

    assert list_versions(tmp_path / "graph") == []


def test_merge_that_is_left_stops_writing(
    records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever breaks off leaves no thread behind that goes on with the tables."""
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    before = threading.active_count()
    with begin(tmp_path / "graph") as transaction:
        converted = convert(
            [ValueFeed(records)],
            RecordReader,
            transaction.workspace,
            workers=1,
            tick=lambda *_: None,
        )
        steps = merge(transaction, converted.files, only_named=False, left_out=Counter())
        told = [next(steps) for _ in range(len(OWNERLESS) + 2)]
        during = threading.active_count()
        steps.close()

        assert (before, threading.active_count()) == (during - 4, before)
    assert [name for name, _ in told[:-1]] == [*(table.name for table in OWNERLESS), "links"]

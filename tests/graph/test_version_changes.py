"""What an update did, row by row, against plain dictionaries."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.errors import CorruptStoreError, StoreNotFoundError, VersionNotFoundError
from scholargraph.graph import changes
from scholargraph.schema import PUBLIC_TABLES, TABLES, Column, Table
from scholargraph.store import compact, open_version
from tests.ingest.support import work, write_lines
from tests.support import Row, key_order, write_store

Tables = Mapping[str, list[Row]]
Change = tuple[str, str, str, int]

W1, W2, W3, W4, W5 = (f"W900000000{number}" for number in range(1, 6))
A1, A2 = "A9000000001", "A9000000002"
COLUMNS = ["table", "change", "reason", "row_count"]


def list_of_ids(name: str, *more: Column) -> Table:
    """The declaration of a private table of ids that lists name."""
    return Table(
        name=name,
        kind="private",
        meaning="Ids that a list names.",
        key=("record_id",),
        columns=(
            Column(name="record_id", type="string", meaning="The id."),
            *more,
        ),
    )


INTO = Column(name="into_id", type="string", meaning="What it was merged into.")


@pytest.fixture(autouse=True, scope="module")
def lists_of_ids() -> Iterator[None]:
    """Tables of deleted and merged ids, where the schema does not declare them."""
    with pytest.MonkeyPatch.context() as patch:
        for table in (list_of_ids("_deleted"), list_of_ids("_merged", INTO)):
            if table.name not in TABLES:
                patch.setitem(TABLES, table.name, table)
        yield


def rows_of(store: Path, since: int) -> list[Change]:
    """The rows of the answer."""
    answer = changes(store, since=since)
    assert answer.columns.tolist() == COLUMNS
    return [tuple(row) for row in answer.itertuples(index=False)]


def record(record_id: str, content_hash: int = 1, **more: Any) -> Row:
    """The rank of a record."""
    return {"record_id": record_id, "content_hash": content_hash, **more}


def paper(paper_id: str, title: str | None = "A title", **more: Any) -> Row:
    """A row of papers."""
    return {"paper_id": paper_id, "title": title, **more}


def test_every_reason(tmp_path: Path) -> None:
    """One paper for each way in which its row can come to differ."""
    old: Tables = {
        "papers": [paper(W1), paper(W2), paper(W3), paper(W4), paper(W5)],
        "abstracts": [{"paper_id": W2, "text": "Old"}, {"paper_id": W5, "text": "Gone"}],
        "authors": [{"author_id": A1, "name": "One"}, {"author_id": A2, "name": "Two"}],
        "rejects": [{"file": "f", "line": None, "reason": "r", "excerpt": ""}],
        "_records": [record(each) for each in (W1, W2, W3, W4, W5)],
    }
    new: Tables = {
        "papers": [paper("W8"), paper("W9"), paper(W1), paper(W2, "New")],
        "abstracts": [{"paper_id": W2, "text": "New"}, {"paper_id": "W9", "text": "Come"}],
        "authors": [{"author_id": A2, "name": "Zwei"}],
        "rejects": [
            {"file": "f", "line": None, "reason": "r", "excerpt": ""},
            {"file": "f", "line": 7, "reason": "r", "excerpt": ""},
        ],
        "_records": [record("W8"), record("W9"), record(W1), record(W2, 2)],
        "_deleted": [{"record_id": W3}, {"record_id": "W8"}],
        "_merged": [{"record_id": W4, "into_id": W1}, {"record_id": A1, "into_id": A2}],
    }
    write_store(tmp_path, old)
    write_store(tmp_path, new)

    assert rows_of(tmp_path, 1) == [
        ("papers", "added", "new record", 2),
        ("papers", "changed", "newer record", 1),
        ("papers", "removed", "deleted", 1),
        ("papers", "removed", "left the dump", 1),
        ("papers", "removed", "merged", 1),
        ("abstracts", "added", "new record", 1),
        ("abstracts", "changed", "newer record", 1),
        ("abstracts", "removed", "left the dump", 1),
        ("authors", "changed", "other records", 1),
        ("authors", "removed", "merged", 1),
        ("rejects", "added", "could not be read", 1),
    ]


@pytest.mark.parametrize(
    "change",
    [{"updated_date": 7}, {"dump_date": 7}, {"content_hash": 7}, {"content_hash": (1 << 64) - 1}],
)
def test_each_part_of_a_rank_counts(tmp_path: Path, change: Row) -> None:
    """A record is newer if any of the three things that rank it has changed, from null too."""
    write_store(tmp_path, {"papers": [paper(W1)], "_records": [record(W1)]})
    write_store(tmp_path, {"papers": [paper(W1, None)], "_records": [{**record(W1), **change}]})

    assert rows_of(tmp_path, 1) == [("papers", "changed", "newer record", 1)]


def test_keys_with_nulls_and_lists_are_compared_whole(tmp_path: Path) -> None:
    """Null equals null in a key, and lists and floats are looked into."""
    seat = {"paper_id": W1, "position": 1}
    affiliations: list[Row] = [
        {**seat, "institution_id": "I9", "raw": ["a"]},
        {**seat, "institution_id": None, "raw": ["b"]},
    ]
    topic = {"paper_id": W1, "topic_id": "T9", "score": 0.5, "is_primary": True}
    write_store(tmp_path, {"affiliations": affiliations, "paper_topics": [topic]})
    affiliations[1] = {**affiliations[1], "raw": ["b", "c"]}
    write_store(tmp_path, {"affiliations": affiliations, "paper_topics": [{**topic, "score": 0.6}]})

    assert rows_of(tmp_path, 1) == [
        ("affiliations", "changed", "other records", 1),
        ("paper_topics", "changed", "other records", 1),
    ]
    assert rows_of(tmp_path, 2) == []


def test_equal_tables_are_not_read(tmp_path: Path) -> None:
    """A table of the same files is told by their checksums; another that is damaged is named."""
    for title in ("Old", "New"):
        write_store(tmp_path, {"papers": [paper(W1, title)], "funders": [{"funder_id": "F9"}]})
    for name in ("funders", "papers"):
        path = open_version(tmp_path).paths(name)[0]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.chmod(0o644)
        path.write_bytes(content)
        if name == "funders":
            assert rows_of(tmp_path, 1) == [("papers", "changed", "other records", 1)]
    with pytest.raises(CorruptStoreError, match=r"papers/part-0000\.parquet"):
        changes(tmp_path, since=1)


def test_a_version_that_is_gone_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    """The message lists what can be asked for."""
    for title in ("1", "2", "3"):
        write_store(tmp_path, {"papers": [paper(W1, title)]})
    reader = open_version(tmp_path, 2)
    compact(tmp_path)
    with pytest.raises(VersionNotFoundError, match="no version 1; the newest are: 2, 3"):
        changes(tmp_path, since=1)
    with pytest.raises(VersionNotFoundError, match="no version 4"):
        changes(tmp_path, since=4)
    with pytest.raises(StoreNotFoundError):
        changes(tmp_path / "nowhere", since=1)

    assert changes(tmp_path, since=2).attrs == {"since": 2, "version": 3}
    reader.close()
    assert compact(tmp_path).removed == (2,), "a comparison lets go of what it has read"


def test_paths_are_no_patterns(tmp_path: Path) -> None:
    """A store whose name the engine would take for a pattern is read, and its neighbour is not."""
    odd = tmp_path / "a*b"
    write_store(odd, {"papers": [paper(W1)]})
    write_store(odd, {"papers": [paper(W1, "New")]})
    shutil.copytree(odd, tmp_path / "axb")

    assert rows_of(odd, 1) == [("papers", "changed", "other records", 1)]


def test_a_real_update_adds_up(openalex_data: Path, tmp_path: Path) -> None:
    """From one release of real records to the next: added minus removed is the difference."""
    sg.ingest_openalex(openalex_data / "snapshot_like_previous", tmp_path)
    before = sg.read_graph(tmp_path).counts
    sg.ingest_openalex(openalex_data / "snapshot_like", tmp_path)
    now = sg.read_graph(tmp_path).counts
    found = changes(tmp_path, since=1)
    sums: Counter[tuple[str, str]] = Counter()
    for table, change, _, count in found.itertuples(index=False):
        sums[table, change] += count

    assert set(found["reason"]) <= {
        *("new record", "newer record", "other records", "could not be read")
    }
    assert sums["papers", "added"] > 0
    for table in PUBLIC_TABLES:
        name = table.name
        assert sums[name, "added"] - sums[name, "removed"] == now[name] - before[name], name


def test_an_update_of_one_work_is_told_apart(tmp_path: Path) -> None:
    """Through the ingest: a work comes anew, one is added, and an author is named differently."""
    store = tmp_path / "graph"
    first = [work(9_000_000_001, A1), work(9_000_000_002, A2)]
    sg.ingest_openalex(write_lines(tmp_path / "first.jsonl", first), store)
    newer = work(9_000_000_001, A2, title="Anew", updated_date="2026-03-03T00:00:00")
    second = [newer, work(9_000_000_003, A2)]
    sg.ingest_openalex(write_lines(tmp_path / "second.jsonl", second), store)

    assert rows_of(store, 1) == [
        ("papers", "added", "new record", 1),
        ("papers", "changed", "newer record", 1),
        ("authors", "removed", "other records", 1),
        ("authorships", "added", "new record", 1),
        ("authorships", "changed", "newer record", 1),
    ]


IDS = [W1, W2, W3, W4]
TITLES = st.sampled_from([None, "", "a", "b"])


@st.composite
def versions(draw: st.DrawFn) -> Tables:
    """A small version with everything that decides about reasons."""
    some = st.lists(st.sampled_from(IDS), unique=True)
    return {
        "papers": [paper(each, draw(TITLES)) for each in draw(some)],
        "paper_funders": [
            {"paper_id": each, "funder_id": "F9", "award_id": award}
            for each in draw(some)
            for award in draw(st.lists(st.sampled_from([None, "x"]), unique=True))
        ],
        "keywords": [
            {"paper_id": each, "keyword": "k", "score": draw(st.sampled_from([None, 0.0, 0.5]))}
            for each in draw(some)
        ],
        "_records": [record(each, draw(st.integers(0, 1))) for each in draw(some)],
        "_deleted": [{"record_id": each} for each in draw(some)],
        "_merged": [{"record_id": each, "into_id": "W9"} for each in draw(some)],
    }


def expected(old: Tables, new: Tables) -> list[Change]:
    """The answer by plain dictionaries."""
    ranks_before = {row["record_id"]: row["content_hash"] for row in old["_records"]}
    ranks_now = {row["record_id"]: row["content_hash"] for row in new["_records"]}
    deleted = {row["record_id"] for row in new["_deleted"]}
    merged = {row["record_id"] for row in new["_merged"]}

    def reason(owner: str) -> str:
        if owner in ranks_now:
            if owner not in ranks_before:
                return "new record"
            same = ranks_now[owner] == ranks_before[owner]
            return "other records" if same else "newer record"
        if owner in deleted:
            return "deleted"
        if owner in merged:
            return "merged"
        return "left the dump" if owner in ranks_before else "other records"

    found: list[Change] = []
    for table in PUBLIC_TABLES:
        before, now = (
            {key_order(table, row): row for row in version.get(table.name, [])}
            for version in (old, new)
        )
        counts: Counter[tuple[str, str]] = Counter()
        for key in {*before, *now}:
            was, row = before.get(key), now.get(key)
            if was != row:
                change = "added" if was is None else "removed" if row is None else "changed"
                counts[change, reason((was or row or {})[table.key[0]])] += 1
        found += [(table.name, *way, count) for way, count in sorted(counts.items())]
    return found


@settings(max_examples=10)
@given(old=versions(), new=versions())
def test_changes_are_those_of_plain_dictionaries(
    tmp_path_factory: pytest.TempPathFactory, old: Tables, new: Tables
) -> None:
    """Any two versions, with nulls in keys and values, ids on lists, and records that go."""
    path = tmp_path_factory.mktemp("changes")
    write_store(path, old)
    write_store(path, new)

    assert rows_of(path, 1) == expected(old, new)

"""A newer dump over an older one: what changed, what was deleted, what became what."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.store import Transaction, open_version

WORK, AUTHOR, PLACE = (f"https://openalex.org/{letter}" for letter in "WAI")


def work(number: int, authors: Iterable[int] = (1, 2), **said: Any) -> dict[str, Any]:
    return {
        "id": f"{WORK}{number}",
        "title": f"Work {number}",
        "publication_year": 2020,
        "authorships": [
            {
                "author": {
                    "id": f"{AUTHOR}{5_000_000_000 + author}",
                    "display_name": f"Author {author}",
                },
                "institutions": [{"id": f"{PLACE}{author}", "display_name": f"Place {author}"}],
            }
            for author in authors
        ],
        "updated_date": "2026-01-01T00:00:00",
        **said,
    }


def write(folder: Path, records: Iterable[dict[str, Any]]) -> Path:
    file = folder / "works" / "updated_date=2026-01-01" / "part_000.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return folder


def contents(store: Path) -> dict[str, list[str]]:
    files = open_version(store).files
    return {name: [file.sha256 for file in files[name]] for name in files}


def seats(store: Path) -> list[tuple[Any, ...]]:
    graph = sg.read_graph(store)
    assert sg.validate(graph).empty
    rows = graph.sql("SELECT paper_id, author_id FROM authorships ORDER BY paper_id, position")
    return list(rows.itertuples(index=False, name=None))


def test_stale_seats_do_not_survive(tmp_path: Path) -> None:
    """pyscisci 0.92 makes two ids of one person co-authors when a partition is left behind."""
    older = write(tmp_path / "older", [work(1, (1, 2))])
    newer = write(tmp_path / "newer", [work(1, (1, 3), updated_date="2026-02-01T00:00:00")])
    for order in ([older, newer], [newer, older]):
        store = tmp_path / f"graph-{order[0].name}"
        for dump in order:
            sg.ingest_openalex(dump, store)
        assert seats(store) == [("W1", "A5000000001"), ("W1", "A5000000003")]
        ties = sg.coauthor_network(sg.read_graph(store), types="all").edges.to_pandas()
        assert ties[["source", "target"]].to_numpy().tolist() == [["A5000000001", "A5000000003"]]


def test_deleted_works_go_and_stay_away(tmp_path: Path) -> None:
    dump = write(
        tmp_path / "dump", [work(1), work(2, (3,)), work(3, referenced_works=[f"{WORK}2"])]
    )
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "deleted_ids.csv").write_text(f"work_id,deleted_date\n{WORK}2,2026-01-15\n")
    stores = []
    for number, order in enumerate(([dump, lists], [lists, dump], [dump, lists, dump])):
        stores.append(tmp_path / f"graph-{number}")
        for source in order:
            sg.ingest_openalex(source, stores[-1])
        graph = sg.read_graph(stores[-1])
        assert sg.validate(graph).empty
        assert graph.sql("SELECT paper_id FROM papers")["paper_id"].tolist() == ["W1", "W3"]
        assert "A5000000003" not in graph.sql("SELECT author_id FROM authors")["author_id"].tolist()
        assert graph.sql("SELECT cited_paper_id FROM citations").iloc[0, 0] == "W2"
    assert contents(stores[0]) == contents(stores[1]) == contents(stores[2])


def test_a_deleted_work_that_was_changed_later_is_there_again(tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "deleted_ids.csv").write_text(f"work_id,deleted_date\n{WORK}1,2026-01-15\n")
    again = write(tmp_path / "again", [work(1, updated_date="2026-01-16T00:00:00")])
    store = tmp_path / "graph"
    sg.ingest_openalex([lists, again], store)
    assert len(seats(store)) == 2


def merged_list(folder: Path, *pairs: tuple[str, str]) -> Path:
    file = folder / "merged_ids" / "authors" / "2026-01-10.csv"
    file.parent.mkdir(parents=True)
    rows = "".join(f"2026-01-10,{old},{new}\n" for old, new in pairs)
    file.write_text(f"merge_date,id,merge_into_id\n{rows}")
    return folder


def test_references_follow_merged_ids_along_chains(tmp_path: Path) -> None:
    works = [
        work(1, (1, 2), referenced_works=[f"{WORK}2", f"{WORK}3"]),
        work(2, (3, 2, 1)),
        work(3, (4,)),
    ]
    profiles = [
        {"id": f"{AUTHOR}{5_000_000_000 + number}", "display_name": f"Profile {number}"}
        for number in (1, 2, 3)
    ]
    dump = write(tmp_path / "dump", [*works, *profiles])
    lists = merged_list(
        tmp_path / "lists",
        ("A5000000001", "A5000000002"),
        ("A5000000002", "A5000000003"),
        ("W2", "W3"),
        ("I1", "I3"),
        ("I4", "I9"),
    )
    stores = []
    for number, order in enumerate(([dump, lists], [lists, dump], [dump, lists, dump, lists])):
        stores.append(tmp_path / f"graph-{number}")
        for source in order:
            sg.ingest_openalex(source, stores[-1])
        assert seats(stores[-1]) == [
            ("W1", "A5000000003"),
            ("W1", "A5000000003"),
            ("W3", "A5000000004"),
        ]
        graph = sg.read_graph(stores[-1])
        names = graph.sql("SELECT author_id, name FROM authors")
        assert names.to_numpy().tolist() == [
            ["A5000000003", "Profile 3"],
            ["A5000000004", "Author 4"],
        ]
        assert graph.sql("SELECT * FROM citations").to_numpy().tolist() == [["W1", "W3"]]
        places = graph.sql("SELECT paper_id, institution_id FROM affiliations")
        assert places.to_numpy().tolist() == [["W1", "I3"], ["W1", "I2"], ["W3", "I9"]]
        named = graph.sql("SELECT institution_id, name FROM institutions")
        assert named.to_numpy().tolist() == [
            ["I2", "Place 2"],
            ["I3", "Place 1"],
            ["I9", "Place 4"],
        ]
    assert contents(stores[0]) == contents(stores[1]) == contents(stores[2])


def test_ids_merged_in_a_circle_stay_what_they_are(tmp_path: Path) -> None:
    dump = write(tmp_path / "dump", [work(1, (1, 2, 3))])
    lists = merged_list(
        tmp_path / "lists",
        ("A5000000001", "A5000000002"),
        ("A5000000002", "A5000000001"),
        ("A5000000003", "A5000000003"),
    )
    store = tmp_path / "graph"
    sg.ingest_openalex([dump, lists], store)
    assert [author for _, author in seats(store)] == [f"A500000000{n}" for n in (1, 2, 3)]


def test_an_author_merged_into_nobody_is_nobody(tmp_path: Path) -> None:
    """All rows of the list of 2023-04-13 have the deleted author of that time as their target."""
    dump = write(tmp_path / "dump", [work(1, (1, 2))])
    lists = merged_list(tmp_path / "lists", ("A5000000001", "A4317838346"))
    store = tmp_path / "graph"
    sg.ingest_openalex([dump, lists], store)
    graph = sg.read_graph(store)
    assert sg.validate(graph).empty
    marks = graph.sql("SELECT author_id, mark FROM authorships ORDER BY position")
    assert marks["mark"].tolist()[0] == "nobody"
    assert graph.sql("SELECT author_id FROM authors")["author_id"].tolist() == ["A5000000002"]


def test_real_lists_of_merged_ids(tmp_path: Path, openalex_data: Path) -> None:
    lists = openalex_data / "legacy_snapshot_2023" / "data" / "merged_ids"
    report = sg.ingest_openalex(lists, tmp_path / "graph")
    assert not report.rejects
    rows = open_version(tmp_path / "graph").dataset("_merged").to_table().to_pylist()
    assert len(rows) == 5
    assert sum(row["into_id"] == "A4317838346" for row in rows) == 4


def test_a_complete_dump_replaces_all_before_it(tmp_path: Path) -> None:
    first = write(tmp_path / "first", [work(1), work(2, (7, 8)), {"id": f"{PLACE}7", "ror": None}])
    second = write(tmp_path / "second", [work(1, updated_date="2025-01-01T00:00:00"), work(3)])
    lists = merged_list(tmp_path / "lists", ("A5000000001", "A5000000002"))
    sg.ingest_openalex([first, lists], tmp_path / "both")
    sg.ingest_openalex(second, tmp_path / "both", complete=True)
    sg.ingest_openalex(second, tmp_path / "alone")
    assert contents(tmp_path / "both") == contents(tmp_path / "alone")


def test_the_report_says_what_was_rewritten(tmp_path: Path) -> None:
    store = tmp_path / "graph"
    first = sg.ingest_openalex(write(tmp_path / "first", [work(1, keywords=[])]), store)
    assert "papers" in first.rewritten
    assert "rewrote" not in str(first)
    again = sg.ingest_openalex(tmp_path / "first", store)
    assert not again.rewritten
    assert "rewrote 0 tables (0.0 MB); the others are as they were" in str(again)
    renamed = work(1, title="Renamed", updated_date="2026-02-01T00:00:00")
    third = sg.ingest_openalex(write(tmp_path / "third", [renamed]), store)
    assert set(third.rewritten) == {"_records", "papers"}


def test_tables_that_no_record_touches_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records of arXiv leave the citations of OpenAlex alone, which are not even read."""
    kept: list[str] = []
    keep = Transaction.keep_table

    def note(self: Transaction, name: str) -> int:
        kept.append(name)
        return keep(self, name)

    monkeypatch.setattr(Transaction, "keep_table", note)
    store = tmp_path / "graph"
    sg.ingest_openalex(write(tmp_path / "works", [work(1, referenced_works=[f"{WORK}2"])]), store)
    (tmp_path / "arxiv.json").write_text('{"id": "2003.00001", "title": "One"}')
    assert not kept
    sg.ingest_arxiv(tmp_path / "arxiv.json", store)
    assert {"citations", "institutions", "_institution_mentions", "keywords"} <= set(kept)
    assert not {"papers", "authorships", "authors", "_records"} & set(kept)
    graph = sg.read_graph(store)
    assert sg.validate(graph).empty
    assert graph.counts["citations"] == 1


def test_real_versions_one_after_the_other(tmp_path: Path, openalex_data: Path) -> None:
    """Of 181 works the previous versions stand in a dump of their own; 119 have the same date."""
    previous = openalex_data / "snapshot_like_previous"
    snapshot = openalex_data / "snapshot_like"
    sg.ingest_openalex(previous, tmp_path / "both")
    sg.ingest_openalex(snapshot, tmp_path / "both", complete=True)
    sg.ingest_openalex(snapshot, tmp_path / "alone")
    assert contents(tmp_path / "both") == contents(tmp_path / "alone")


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_lists_and_records_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """What is deleted, merged and cited is the same whatever came first."""
    draw = random.Random(seed)
    folder = tmp_path_factory.mktemp("updates")
    works = [
        work(
            number,
            [draw.randint(1, 6) for _ in range(draw.randint(1, 4))],
            referenced_works=[f"{WORK}{draw.randint(1, 8)}" for _ in range(3)],
        )
        for number in range(1, 7)
    ]
    merges = [
        (f"A500000000{draw.randint(1, 6)}", f"A500000000{draw.randint(1, 9)}") for _ in range(3)
    ] + [(f"W{draw.randint(1, 6)}", f"W{draw.randint(1, 9)}")]
    gone = folder / "gone"
    gone.mkdir()
    rows = "".join(f"W{draw.randint(1, 6)},2026-01-0{draw.randint(1, 9)}\n" for _ in range(2))
    (gone / "deleted_ids.csv").write_text(f"work_id,deleted_date\n{rows}")
    steps = [
        write(folder / "one", works[:3]),
        write(folder / "two", works[3:]),
        merged_list(folder / "merges", *merges),
        gone,
    ]
    sg.ingest_openalex(steps, folder / "at-once")
    draw.shuffle(steps)
    for step in steps:
        sg.ingest_openalex(step, folder / "in-steps")
    assert sg.validate(sg.read_graph(folder / "at-once")).empty
    assert contents(folder / "at-once") == contents(folder / "in-steps")

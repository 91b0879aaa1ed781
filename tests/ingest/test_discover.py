"""What there is to read below a path, and what is passed over with a word."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from scholargraph.errors import InputNotFoundError, InvalidArgumentError
from scholargraph.ingest import ingest_openalex
from scholargraph.ingest.discover import Found, discover
from tests.ingest.support import file_hashes, rows, work, write_lines


def part(folder: Path, entity: str, day: str) -> Path:
    """Write a part of a dump with one work."""
    path = folder / entity / f"updated_date=2026-01-{day}" / "part_0000.gz"
    return write_lines(path, [work(9_000_000_001)])


def test_what_is_no_file_is_named_and_hangs_nobody(tmp_path: Path) -> None:
    """A pipe, a link to nothing, and folders that lead in circles."""
    write_lines(tmp_path / "works.jsonl", [work(9_000_000_001)])
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "works.jsonl")
    inputs, skipped, _ = discover(tmp_path, None)

    assert [given.name for given in inputs] == ["link.jsonl", "works.jsonl"]
    assert {passed.name: passed.reason for passed in skipped} == {
        "gone": "cannot be read: No such file or directory",
        "pipe": "not a regular file",
    }


def test_files_come_before_folders_and_both_by_name(tmp_path: Path) -> None:
    """The order is fixed, and what begins with a dot is left out."""
    for name in ["b/x", "b.c", "a/b/c", "a/a", "ab", ".hidden", ".d/e", "b/.f"]:
        write_lines(tmp_path / name, [work(9_000_000_001)])
    inputs, skipped, _ = discover(tmp_path, None)

    assert [given.name for given in inputs] == ["ab", "b.c", "a/a", "a/b/c", "b/x"]
    assert skipped == []


def test_nearest_manifest_dates_a_part(tmp_path: Path) -> None:
    """That of the entity before that of the dump; what is no manifest is no date."""
    part(tmp_path / "data/jsonl", "works", "01")
    part(tmp_path / "data/jsonl", "authors", "01")
    part(tmp_path / "data/jsonl", "sources", "01")
    (tmp_path / "data/jsonl/manifest").write_text(json.dumps({"date": "2026-01-01"}))
    (tmp_path / "data/jsonl/works/manifest.json").write_text(json.dumps({"date": "2026-02-02"}))
    (tmp_path / "data/jsonl/sources/manifest.json").write_text('{"date": 7}')
    inputs, _, _ = discover(tmp_path, None)
    dates = {given.name.partition("/")[0]: given.dump_date for given in inputs}

    assert dates == {
        "works": date(2026, 2, 2),
        "authors": date(2026, 1, 1),
        "sources": date(2026, 1, 1),
    }
    assert {given.dump_date for given in discover(tmp_path, date(2025, 5, 5))[0]} == {
        date(2025, 5, 5)
    }


@pytest.mark.parametrize("where", ["data/jsonl/works", "data/jsonl/works/updated_date=2026-01-02"])
def test_manifest_above_the_source_counts(tmp_path: Path, where: str) -> None:
    """A folder of a dump belongs to it, whether or not the way down began at its top."""
    part(tmp_path / "data/jsonl", "works", "02")
    (tmp_path / "data/jsonl/works/manifest.json").write_text(json.dumps({"date": "2026-02-02"}))
    ((given,), _, _) = discover(tmp_path / where, None)

    assert given.dump_date == date(2026, 2, 2)
    assert given.name == "works/updated_date=2026-01-02/part_0000.gz"


def test_folder_without_parts_is_no_dump(tmp_path: Path) -> None:
    """Partitions with nothing in them do not hide the records beside them."""
    (tmp_path / "data/jsonl/works/updated_date=2026-01-01").mkdir(parents=True)
    write_lines(tmp_path / "works.jsonl", [work(9_000_000_001)])

    assert [given.name for given in discover(tmp_path, None)[0]] == ["works.jsonl"]


def test_nothing_to_read_says_what_was_passed_over(tmp_path: Path) -> None:
    """The first of what was there is named with the reason."""
    (tmp_path / "notes.txt").write_bytes(b"hello")

    with pytest.raises(InputNotFoundError, match=r"passed over: notes.txt \(neither JSON nor "):
        discover(tmp_path, None)


def listed(*parts: Path, **document: object) -> str:
    """A manifest that names parts with their sizes, as their release has them."""
    files = [
        {
            "url": "s3://elsewhere/" + "/".join(path.parts[-3:]),
            "meta": {"content_length": path.stat().st_size if path.exists() else 10},
        }
        for path in parts
    ]
    return json.dumps({"files": files, **document})


def reasons(found: Found) -> dict[str, str]:
    """Why each file that was passed over was."""
    return {passed.name: passed.reason for passed in found.skipped}


@pytest.mark.parametrize("where", ["data/jsonl/works", "data/jsonl"])
@pytest.mark.parametrize("source", ["", "data/jsonl", "data/jsonl/works"])
def test_manifest_is_the_list_of_parts(tmp_path: Path, where: str, source: str) -> None:
    """That of the entity or of the dump: stale parts are passed over, missing ones reported."""
    dump = tmp_path / "data/jsonl"
    fresh, stale = part(dump, "works", "02"), part(dump, "works", "01")
    gone = fresh.with_name("part_0001.gz")
    far = dump / "works" / "updated_date=2026-02-02" / "part_0000.gz"
    files = json.loads(listed(fresh, gone, far))["files"]
    document = {"files": files} if where.endswith("works") else {"entities": [{"files": files}]}
    (tmp_path / where / "manifest.json").write_text(json.dumps(document))
    found = discover(tmp_path / source, None)

    assert [given.name for given in found.inputs] == ["works/updated_date=2026-01-02/part_0000.gz"]
    assert found.inputs[0].fault is None
    assert reasons(found) == {
        "works/updated_date=2026-01-01/part_0000.gz": (
            "not in the manifest: left by an earlier release?"
        ),
        "works/updated_date=2026-01-02/part_0001.gz": "named by the manifest and not there",
        "works/manifest.json" if where.endswith("works") else "manifest.json": (
            "names 1 more files of works, in partitions that are not there"
        ),
    }
    assert [given.file for given in discover(stale, None).inputs] == [stale], "asked for by name"
    assert reasons(discover(stale, None)) == {}


def test_partition_alone_is_held_against_the_manifest_above(tmp_path: Path) -> None:
    """Only what lies in it is missed."""
    fresh, other = part(tmp_path, "works", "02"), part(tmp_path, "works", "03")
    stale = write_lines(fresh.with_name("part_0007.gz"), [work(9_000_000_002)])
    text = listed(fresh, other, fresh.with_name("part_0001.gz"))
    (tmp_path / "works" / "manifest").write_text(text)
    found = discover(fresh.parent, None)

    assert [given.file for given in found.inputs] == [fresh]
    assert set(reasons(found)) == {
        f"works/updated_date=2026-01-02/{name}" for name in (stale.name, "part_0001.gz")
    }


def test_parts_in_another_packing_are_those_of_the_manifest(tmp_path: Path) -> None:
    """Whoever unpacked a dump, or packed it anew, still has the same parts."""
    folder = tmp_path / "works" / "updated_date=2026-01-02"
    for name in ("part_0000", "part_0001.jsonl", "part_0002.zst"):
        write_lines(folder / name, [work(9_000_000_001)])
    parts = [folder / f"part_000{number}.gz" for number in range(3)]
    (tmp_path / "works" / "manifest").write_text(listed(*parts))
    found = discover(tmp_path, None)

    assert len(found.inputs) == 3
    assert {given.fault for given in found.inputs} == {None}
    assert found.skipped == []


def test_manifest_of_other_parts_is_not_taken_for_the_list(tmp_path: Path) -> None:
    """Where it names nothing that is there, the parts are read and the manifest is reported."""
    there = part(tmp_path, "works", "02")
    text = listed(there.parent.with_name("updated_date=2027-01-01") / "part_0000.gz")
    (tmp_path / "works" / "manifest").write_text(text)
    found = discover(tmp_path, None)

    assert [given.file for given in found.inputs] == [there]
    assert reasons(found) == {
        "works/manifest": "names none of the parts of works: not taken as their list"
    }


def test_broken_manifest_is_named_and_stops_nothing(tmp_path: Path) -> None:
    """All parts are read then."""
    part(tmp_path, "works", "01")
    (tmp_path / "works" / "manifest").write_text('{"files": [{"url": 7}]}')
    found = discover(tmp_path, None)

    assert len(found.inputs) == 1
    assert reasons(found)["works/manifest"].startswith("no manifest: Expected `str`, got `int`")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (-7, r"an interrupted download: \d+ of \d+ bytes"),
        (+7, r"larger than in the manifest: \d+ instead of \d+ bytes"),
    ],
)
def test_size_that_is_not_the_manifests_is_reported(tmp_path: Path, change: int, said: str) -> None:
    """The part is read, and stands in the table of rejects."""
    path = part(tmp_path / "dump", "works", "01")
    (tmp_path / "dump/works/manifest").write_text(listed(path))
    content = path.read_bytes()
    path.write_bytes(content[:change] if change < 0 else content + b"\0" * change)
    ingest_openalex(tmp_path / "dump", tmp_path / "graph")
    found = [row for row in rows(tmp_path / "graph", "rejects") if "bytes" in row["reason"]]

    assert [(row["file"], row["line"]) for row in found] == [
        ("works/updated_date=2026-01-01/part_0000.gz", None)
    ]
    assert re.fullmatch(said, found[0]["reason"])


def test_a_part_of_the_real_dump_of_2023_is_usable(openalex_data: Path) -> None:
    """Its manifests name hundreds of parts that are not there, and one not what is: all is read."""
    found = discover(openalex_data / "legacy_snapshot_2023", None)

    assert {given.name.partition("/")[0] for given in found.inputs} == {
        *("authors", "concepts", "funders", "institutions", "publishers", "sources", "works")
    }
    assert len(found.inputs) == 7
    assert reasons(found) == {
        "works/manifest.gz": "names 464 more files of works, in partitions that are not there",
        "authors/manifest.gz": "names none of the parts of authors: not taken as their list",
    }
    assert {given.fault for given in found.inputs} == {None}
    assert [given.name for given in found.removals] == [
        "data/merged_ids/authors/2022-08-03.csv.gz",
        "data/merged_ids/authors/2023-04-13.csv.gz",
    ]


LISTS = {
    "deleted.csv": True,
    "data/jsonl/works/deleted_ids.csv": True,
    "data/merged_ids/works/2026-01-01.csv.gz": True,
    "data/jsonl/merged_ids/works/2026-01-01.csv.zst": True,
    "data/parquet/works/deleted_ids.csv": False,
    "legacy-data/merged_ids/works/2023-01-01.csv.gz": False,
    "data/jsonl/works/notes.csv": False,
    "data/jsonl/works/undeleted_ids.csv": False,
    "merged_ids/README.md": False,
}


def test_lists_of_ids_are_a_group_of_their_own(tmp_path: Path) -> None:
    """Beside the records or at the top, not those of another edition, and by place and name."""
    part(tmp_path / "data/jsonl", "works", "01")
    for name in LISTS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("work_id,deleted_date\n")
    found = discover(tmp_path, None)

    assert {given.name for given in found.removals} == {
        name for name, is_list in LISTS.items() if is_list
    }
    assert len(found.inputs) == 1
    assert set(reasons(found)) == {name for name, is_list in LISTS.items() if not is_list}


@pytest.mark.parametrize("source", ["merged_ids", "merged_ids/works", "merged_ids/works/x.csv"])
def test_lists_of_ids_alone_are_something_to_read(tmp_path: Path, source: str) -> None:
    """Their folder, one below it, or a list; but not an empty one."""
    path = tmp_path / "merged_ids/works/x.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    with pytest.raises(InputNotFoundError, match=r"x\.csv \(empty\)"):
        discover(tmp_path / source, None)
    path.write_text("merge_date,id,merge_into_id\n")
    found = discover(tmp_path / source, None)

    assert (found.inputs, found.skipped) == ([], [])
    assert [given.file for given in found.removals] == [path]


def test_several_sources_are_read_once_each(tmp_path: Path) -> None:
    """In the order given; what lies below two of them is taken once."""
    first, second = part(tmp_path, "works", "01"), part(tmp_path, "works", "02")
    other = write_lines(tmp_path / "other.jsonl", [work(9_000_000_002)])
    (tmp_path / "works" / "odd.txt").write_text("odd")
    found = discover([other, str(second), tmp_path / "works", tmp_path / "works" / ".."], None)

    assert [Path(str(given.file)).resolve() for given in found.inputs] == [other, second, first]
    assert [given.name for given in discover((each for each in [other]), None).inputs] == [
        "other.jsonl"
    ]
    assert reasons(found).keys() == {"odd.txt", "works/odd.txt"}


def test_a_list_of_files_in_any_packing_makes_the_same_tables(tmp_path: Path) -> None:
    """Renamed, unpacked, packed anew: what counts is what is in them."""
    works = [work(number, f"A{number}") for number in range(9_000_000_001, 9_000_000_061)]
    whole = write_lines(tmp_path / "works.jsonl", works)
    packed = write_lines(tmp_path / "a" / "part_000.gz", works[:20])
    named_otherwise = write_lines(tmp_path / "b" / "whatever.txt", works[20:40])
    with_zstd = tmp_path / "c.csv"
    lines = write_lines(tmp_path / "d.jsonl", works[40:]).read_bytes()
    with_zstd.write_bytes(pa.compress(lines, "zstd", asbytes=True))
    ingest_openalex(whole, tmp_path / "one")
    report = ingest_openalex([with_zstd, str(packed), named_otherwise.parent], tmp_path / "many")

    assert report.records == 60
    assert report.sources == ("c.csv", "part_000.gz", "whatever.txt")
    assert file_hashes(tmp_path / "many") == file_hashes(tmp_path / "one")


def test_sources_that_are_none_are_one_clear_line(tmp_path: Path) -> None:
    """An empty list, a number, and a list with something that is not there."""
    there = write_lines(tmp_path / "works.jsonl", [work(9_000_000_001)])
    with pytest.raises(InputNotFoundError, match="an empty list names nothing"):
        discover([], None)
    for wrong in (7, b"works", [there, 7], [b"works"]):
        with pytest.raises(InvalidArgumentError, match="neither a path nor a URL"):
            discover(wrong, None)  # type: ignore[arg-type]
    with pytest.raises(InputNotFoundError, match=r"there is no .*nowhere"):
        discover([there, tmp_path / "nowhere"], None)

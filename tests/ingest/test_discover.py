"""What there is to read below a path, and what is passed over with a word."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from scholargraph.errors import InputNotFoundError
from scholargraph.ingest.discover import discover
from tests.ingest.support import work, write_lines


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
    inputs, skipped = discover(tmp_path, None)

    assert [given.name for given in inputs] == ["link.jsonl", "works.jsonl"]
    assert {passed.name: passed.reason for passed in skipped} == {
        "gone": "cannot be read: No such file or directory",
        "pipe": "not a regular file",
    }


def test_files_come_before_folders_and_both_by_name(tmp_path: Path) -> None:
    """The order is fixed, and what begins with a dot is left out."""
    for name in ["b/x", "b.c", "a/b/c", "a/a", "ab", ".hidden", ".d/e", "b/.f"]:
        write_lines(tmp_path / name, [work(9_000_000_001)])
    inputs, skipped = discover(tmp_path, None)

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
    inputs, _ = discover(tmp_path, None)
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
    ((given,), _) = discover(tmp_path / where, None)

    assert given.dump_date == date(2026, 2, 2)
    assert given.name == "works/updated_date=2026-01-02/part_0000.gz"


def test_folder_without_parts_is_no_dump(tmp_path: Path) -> None:
    """Partitions with nothing in them do not hide the records beside them."""
    (tmp_path / "data/jsonl/works/updated_date=2026-01-01").mkdir(parents=True)
    write_lines(tmp_path / "works.jsonl", [work(9_000_000_001)])

    assert [given.name for given in discover(tmp_path, None)[0]] == ["works.jsonl"]


def test_nothing_to_read_says_what_was_passed_over(tmp_path: Path) -> None:
    """The first of what was there is named with the reason."""
    (tmp_path / "part.parquet").write_bytes(b"PAR1....")

    with pytest.raises(InputNotFoundError, match=r"passed over: part.parquet \(the Parquet edit"):
        discover(tmp_path, None)

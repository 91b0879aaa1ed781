"""Manifests of every layout, real and hostile."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest import manifests as manifests_module
from scholargraph.ingest.manifests import (
    Manifests,
    NamedFile,
    UnreadableManifestError,
    parse_manifest,
    part_key,
)
from scholargraph.ingest.places import Disk

PART = "updated_date=2026-01-02/part_0000.gz"


def entry(tail: str, size: Any = 5) -> dict[str, Any]:
    """A file as all layouts name it."""
    return {"url": f"s3://staging/{tail}", "meta": {"content_length": size, "record_count": 1}}


OF_2022 = {"entries": [entry(f"data/works/{PART}")], "meta": {"content_length": 5}}
OF_ENTITY = {
    "date": "2026-06-25",
    "format": "jsonl",
    "entity": "works",
    "record_count": 1,
    "files": [entry(f"jsonl/works/{PART}")],
}
COMBINED = {
    "date": "2026-06-25T10:00:00",
    "meta": {"content_length": 10},
    "entities": [
        {"entity": "works", "record_count": 1, "files": [entry(f"jsonl/works/{PART}")]},
        {"entity": "authors", "files": [entry(f"jsonl/authors/{PART}")]},
    ],
}


@pytest.mark.parametrize(
    ("document", "day", "entities"),
    [
        (OF_2022, None, {"works"}),
        (OF_ENTITY, date(2026, 6, 25), {"works"}),
        (COMBINED, date(2026, 6, 25), {"works", "authors"}),
        ({}, None, set()),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_every_layout_is_read(
    document: Any, day: date | None, entities: set[str], *, is_packed: bool
) -> None:
    """That of 2022, of an entity, of a whole dump; plain or gzip."""
    data = json.dumps(document).encode()
    found = parse_manifest(gzip.compress(data) if is_packed else data)

    assert found.day == day
    assert set(found.entities) == entities
    for files in found.entities.values():
        assert files == (NamedFile("updated_date=2026-01-02", "part_0000.gz", 5),)


def test_real_manifests(openalex_data: Path) -> None:
    """The two of 2023: so many entries, of so many bytes in all."""
    for entity, count in (("works", 465), ("authors", 104)):
        data = (openalex_data / f"legacy_snapshot_2023/data/{entity}/manifest.gz").read_bytes()
        found = parse_manifest(data)
        said = json.loads(gzip.decompress(data))["meta"]["content_length"]
        sizes = [named.size_bytes for named in found.entities[entity]]

        assert list(found.entities) == [entity]
        assert len(sizes) == count
        assert sum(size or 0 for size in sizes) == said


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"date": 7}',
        b'{"date": "yesterday"}',
        b'{"files": {}}',
        b'{"files": [7]}',
        b'{"files": [{"meta": {}}]}',
        b'{"entries": [{"url": null}]}',
        b"[" * 100_000,
        b"\xff\xfe{}",
        b"\x1f\x8bjunk",
        gzip.compress(b"{}", mtime=0)[:-12],
    ],
)
def test_what_is_none_is_one_error(data: bytes) -> None:
    """Damaged, of other types, or nested without end."""
    with pytest.raises(UnreadableManifestError, match="no manifest: "):
        parse_manifest(data)


def test_a_manifest_that_unpacks_without_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out is bounded, whatever goes in."""
    monkeypatch.setattr(manifests_module, "MAX_MANIFEST_BYTES", 1_000)
    with pytest.raises(UnreadableManifestError, match="more than 1,000 bytes"):
        parse_manifest(gzip.compress(b" " * 1_000_000))


@pytest.mark.parametrize("size", [None, "5", 5.0, -1, True, [], {}, 10**30])
def test_a_size_that_is_none_is_not_said(size: Any) -> None:
    """The file is named for all that."""
    (named,) = parse_manifest(
        json.dumps({"files": [entry(f"works/{PART}", size)]}).encode()
    ).entities["works"]

    assert named.size_bytes in {None, 10**30}
    assert named.key == ("updated_date=2026-01-02", "part_0000")


@pytest.mark.parametrize(
    "url",
    ["", "part_0000.gz", "s3://works/part_0000.gz", "works/updated_date=/part", "../../etc/passwd"],
)
def test_urls_that_name_no_part_are_passed_over(url: str) -> None:
    """Only the tail of a part counts."""
    assert parse_manifest(json.dumps({"files": [{"url": url}]}).encode()).entities == {}


@given(st.text(max_size=30), st.text(max_size=30))
def test_keys_are_found_again(partition: str, name: str) -> None:
    """A part has one key, however often it is looked up; endings of compression do not matter."""
    assert part_key(partition, name) == part_key(partition, name + ".gz")
    assert part_key(partition, name + ".jsonl.gz") == part_key(partition, name + ".jsonl.zst")


def put(path: Path, document: Any) -> None:
    """Write a manifest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(document).encode())


def manifests_of(root: Path, files: int | None = None) -> Manifests:
    """The manifests of a folder."""
    place = Disk(root)
    return Manifests(place, list(place.files())[:files])


def test_the_own_manifest_of_an_entity_comes_first(tmp_path: Path) -> None:
    """Then that of the dump; an entity which neither names has no list."""
    put(tmp_path / "manifest.json", COMBINED)
    put(tmp_path / "works" / "manifest", {"entries": [entry("works/updated_date=2022-01-01/p.gz")]})
    (tmp_path / "authors").mkdir()
    found = manifests_of(tmp_path)
    works, authors = found.files_of(tmp_path / "works"), found.files_of(tmp_path / "authors")

    assert works is not None
    assert (works.manifest, *works.files) == ("works/manifest", ("updated_date=2022-01-01", "p"))
    assert authors is not None
    assert authors.manifest == "manifest.json"
    assert found.files_of(tmp_path / "topics") is None
    assert found.day_of(tmp_path) == date(2026, 6, 25)
    assert found.day_of(tmp_path / "works") is None
    assert found.unreadable == {}


def test_a_renamed_folder_keeps_its_list(tmp_path: Path) -> None:
    """A manifest of one entity alone is that of the folder it lies in."""
    put(tmp_path / "mine" / "manifest.json", OF_ENTITY)
    found = manifests_of(tmp_path).files_of(tmp_path / "mine")

    assert found is not None
    assert list(found.files) == [("updated_date=2026-01-02", "part_0000")]


def test_what_is_no_manifest_is_named_and_the_next_one_taken(tmp_path: Path) -> None:
    """A broken file does not hide a good one of another name."""
    put(tmp_path / "works" / "manifest", OF_ENTITY)
    (tmp_path / "works" / "manifest.json").write_bytes(b"{")
    found = manifests_of(tmp_path)

    assert found.day_of(tmp_path / "works") == date(2026, 6, 25)
    assert list(found.unreadable) == [tmp_path / "works" / "manifest.json"]


def test_a_manifest_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named with the limit."""
    monkeypatch.setattr(manifests_module, "MAX_MANIFEST_BYTES", 20)
    put(tmp_path / "works" / "manifest", OF_ENTITY)
    found = manifests_of(tmp_path)

    assert found.files_of(tmp_path / "works") is None
    assert list(found.unreadable.values()) == ["no manifest: more than 20 bytes"]

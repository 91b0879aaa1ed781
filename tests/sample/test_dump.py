"""The files of a dump: the same each time, in the layout, and as the manifests say."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scholargraph.errors import InvalidArgumentError
from scholargraph.sample import write_dump
from scholargraph.sample.numbering import MAX_WORKS
from tests.sample.reading import Dump, Record, file_contents, lines, part_paths, read_dump

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "openalex-sample"
ENTITIES = [
    "works",
    "authors",
    "institutions",
    "sources",
    "publishers",
    "funders",
    "topics",
    "subfields",
    "fields",
    "domains",
]


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """Every file of a dump is the same byte for byte when it is made again."""
    for name in ("one", "two"):
        write_dump(tmp_path / name, works=210, seed=4)

    assert file_contents(tmp_path / "one") == file_contents(tmp_path / "two")


def test_workers_do_not_change_the_bytes(tmp_path: Path, small_dump: Dump) -> None:
    """Another process writes the same bytes."""
    write_dump(tmp_path / "dump", works=300, seed=0, workers=2)

    assert file_contents(tmp_path / "dump") == file_contents(small_dump.root)


def test_neither_workers_nor_parts_change_the_records(
    tmp_path: Path, two_blocks: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Smaller parts from two processes hold, in their order, the records of one part from one."""
    monkeypatch.setattr("scholargraph.sample.dump._BLOCKS_PER_PART", 1)
    write_dump(tmp_path / "dump", works=5_250, seed=3, workers=2)

    assert {path.name for path in part_paths(tmp_path / "dump")} == {"part_0000.gz", "part_0001.gz"}
    assert {path.name for path in part_paths(two_blocks.root)} == {"part_0000.gz"}
    many = read_dump(tmp_path / "dump")
    assert many.people == two_blocks.people
    assert many.truths == two_blocks.truths
    assert many.counts == two_blocks.counts
    assert many.records == two_blocks.records


def test_another_seed_gives_another_dump(tmp_path: Path) -> None:
    """Two seeds share no line of works."""
    for seed in (0, 1):
        write_dump(tmp_path / str(seed), works=30, seed=seed)
    one, two = (
        {
            line
            for path in part_paths(tmp_path / seed)
            if "works" in str(path)
            for line in lines(path)
        }
        for seed in ("0", "1")
    )
    assert len(one) == len(two) == 30
    assert not one & two


def test_the_shipped_sample_is_what_the_generator_writes(small_dump: Dump) -> None:
    """The files under ``data/`` hold the lines that ``write_dump`` gives today."""
    made, shipped = file_contents(small_dump.root), file_contents(SHIPPED)

    assert list(made) == list(shipped)
    for name, content in made.items():
        if name.endswith(".gz"):
            assert gzip.decompress(content) == gzip.decompress(shipped[name]), name
        else:  # sizes depend on who compressed
            assert without_sizes(json.loads(content)) == without_sizes(json.loads(shipped[name]))
    assert sum(map(len, shipped.values())) < 900_000


def without_sizes(manifest: Any) -> Any:
    """A manifest without the sizes of files, whatever the depth."""
    if isinstance(manifest, list):
        return [without_sizes(part) for part in manifest]
    if isinstance(manifest, dict):
        kept = {name: part for name, part in manifest.items() if name != "content_length"}
        return {name: without_sizes(part) for name, part in kept.items()}
    return manifest


@pytest.mark.parametrize("root", ["made", "shipped"])
def test_manifests_agree_with_the_files(root: str, small_dump: Dump) -> None:
    """Each manifest lists the parts that are there, with their records and sizes, and the sums."""
    folder = (small_dump.root if root == "made" else SHIPPED) / "data" / "jsonl"
    combined = json.loads((folder / "manifest.json").read_bytes())
    assert [entry["entity"] for entry in combined["entities"]] == ENTITIES
    assert combined["date"] == "2026-06-25"
    assert combined["format"] == "jsonl"
    for entry in combined["entities"]:
        manifest = json.loads((folder / entry["entity"] / "manifest.json").read_bytes())
        assert manifest == {"date": combined["date"], "format": "jsonl", **entry}
        found = []
        for path in sorted((folder / entry["entity"]).glob("updated_date=*/part_*.gz")):
            tail = path.relative_to(folder).as_posix()
            meta = {"record_count": len(lines(path)), "content_length": path.stat().st_size}
            found.append((tail, meta))
        listed = [(file["url"].split("/data/jsonl/")[1], file["meta"]) for file in entry["files"]]
        assert listed == found
        assert entry["record_count"] == sum(meta["record_count"] for _, meta in found)
        assert entry["content_length"] == sum(meta["content_length"] for _, meta in found)
    for total in ("record_count", "content_length"):
        assert combined["meta"][total] == sum(entry[total] for entry in combined["entities"])


def test_a_record_stands_in_the_partition_of_its_date(dump: Dump) -> None:
    """The folder names the day of ``updated_date``, and the release is later than all."""
    for path in part_paths(dump.root):
        day = path.parent.name.removeprefix("updated_date=")
        assert day < "2026-06-25"
        for line in lines(path):
            assert json.loads(line)["updated_date"].startswith(day)


def test_gzip_headers_hold_no_name_and_no_time(small_dump: Dump) -> None:
    """Flags and modification time of every gzip file are zero."""
    paths = [*part_paths(small_dump.root), small_dump.root / "truth" / "truth.jsonl.gz"]

    assert all(path.read_bytes()[3:8] == bytes(5) for path in paths)


def test_the_report_says_what_was_written(tmp_path: Path) -> None:
    """Files, sizes and records of the report are those on disk; its truth is the file's."""
    report = write_dump(tmp_path / "new" / "dump", works=40, seed=1)
    files = [path for path in report.path.rglob("*") if path.is_file()]
    last = json.loads(lines(report.path / "truth" / "truth.jsonl.gz")[-1])
    by_entity: dict[str, int] = {}
    for path in part_paths(report.path):
        entity = path.parent.parent.name
        by_entity[entity] = by_entity.get(entity, 0) + len(lines(path))

    assert report.files == len(files)
    assert report.size_bytes == sum(path.stat().st_size for path in files)
    assert report.records == by_entity
    assert {"kind": "counts", **report.truth} == last


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    """Nothing is written among other files, where stale parts would mix with new ones."""
    (tmp_path / "other").write_text("mine")

    with pytest.raises(InvalidArgumentError, match="holds something already"):
        write_dump(tmp_path, works=5)
    with pytest.raises(InvalidArgumentError, match="holds something already"):
        write_dump(tmp_path / "other", works=5)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


@pytest.mark.parametrize(("works", "seed"), [(0, 0), (-1, 0), (MAX_WORKS + 1, 0), (5, -1)])
def test_numbers_out_of_range_are_refused(tmp_path: Path, works: int, seed: int) -> None:
    """A bad number is an error before anything is written."""
    with pytest.raises(InvalidArgumentError, match=r"works must|seed must"):
        write_dump(tmp_path / "dump", works=works, seed=seed)
    assert not (tmp_path / "dump").exists()


@pytest.mark.parametrize("works", [1, 2, 49, 199, 200])
def test_small_dumps_are_whole_too(tmp_path: Path, works: int) -> None:
    """Any number of works can be written, also too few for communities or oddities."""
    report = write_dump(tmp_path / "dump", works=works)

    assert report.records["works"] == report.truth["works"] == works


def test_all_numbers_are_free(dump: Dump) -> None:
    """Every OpenAlex number is above 9,000,000,000 but for the id of deleted works."""
    pattern = re.compile(rb"openalex\.org/([A-Z])(\d+)")
    found: set[tuple[bytes, bytes]] = set()
    for path in part_paths(dump.root):
        for line in lines(path):
            found.update(pattern.findall(line))
    low = {(letter, number) for letter, number in found if int(number) <= 9_000_000_000}

    assert low == {(b"W", b"4285719527")}
    assert {letter.decode() for letter, _ in found} == set("WAISPFTCG")


def test_no_id_is_given_twice(dump: Dump) -> None:
    """Ids of records, DOIs, ORCIDs, RORs and arXiv ids each belong to one thing."""
    for entity, records in dump.records.items():
        ids = [record["id"] for record in records]
        assert len(ids) == len(set(ids)), entity
    for entity, key in (("works", "doi"), ("authors", "orcid"), ("institutions", "ror")):
        values = [record[key] for record in dump.records[entity] if record[key]]
        assert values
        assert len(values) == len(set(values)), key
    arxiv = [found for work in dump.records["works"] if (found := _arxiv_ids(work))]
    assert arxiv
    assert all(len(found) == 1 for found in arxiv)
    assert len(arxiv) == len(set().union(*arxiv))


def _arxiv_ids(work: Record) -> set[str]:
    text = " ".join(f"{place['id']} {place['landing_page_url']}" for place in work["locations"])
    return set(re.findall(r"\b\d{4}\.\d{5}\b", text)) if "arxiv" in text.lower() else set()

"""Many records become one row per node, whatever the order: properties and a naive oracle."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scholargraph.errors import CorruptStoreError
from scholargraph.ingest import ingest_openalex, ingest_values
from scholargraph.store import list_versions, open_version
from tests.ingest.support import file_hashes, rows, url, work, write_lines

AUTHORS = [f"A900000000{n}" for n in range(1, 6)]
DATES = ["2026-01-01T00:00:00", "2026-01-02T00:00:00", "2026-01-02", None]


@st.composite
def versions_of_works(draw: st.DrawFn) -> dict[str, Any]:
    """A version of one of four works; few dates, so that ties are common."""
    number = draw(st.integers(9_000_000_001, 9_000_000_004))
    authors = draw(st.lists(st.sampled_from([*AUTHORS, None, "A9999999999"]), max_size=4))
    record = work(number, *authors, updated_date=draw(st.sampled_from(DATES)))
    record["title"] = draw(st.sampled_from(["one", "two", None]))
    record["referenced_works"] = [
        url(f"W{n}") for n in draw(st.lists(st.integers(9_000_000_001, 9_000_000_006)))
    ]
    place = draw(st.sampled_from([None, "I9000000001", "I9000000002"]))
    for seat in record["authorships"]:
        seat["author"]["display_name"] = draw(st.sampled_from(["X Y", "X. Y", None]))
        if place:
            seat["institutions"] = [
                {"id": url(place), "display_name": draw(st.sampled_from(["Inst", "Institute"]))}
            ]
    return record


@st.composite
def versions_of_authors(draw: st.DrawFn) -> dict[str, Any]:
    """A version of an author's own record."""
    return {
        "id": url(draw(st.sampled_from(AUTHORS[:2]))),
        "display_name": draw(st.sampled_from(["Own Name", "Other Name"])),
        "works_count": draw(st.integers(0, 3)),
        "updated_date": draw(st.sampled_from(DATES)),
    }


RECORDS = st.lists(versions_of_works() | versions_of_authors(), min_size=1, max_size=10)


@given(records=RECORDS, seed=st.integers(0, 2**32), cuts=st.integers(1, 3))
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_order_and_split_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[dict[str, Any]],
    seed: int,
    cuts: int,
) -> None:
    """Merging is associative, commutative and idempotent: same table files, to the byte."""
    folder = tmp_path_factory.mktemp("order")
    ingest_values(records, folder / "at-once")
    shuffled = [*records, *records[:2]]
    random.Random(seed).shuffle(shuffled)
    for portion in range(cuts):
        ingest_values(shuffled[portion::cuts], folder / "by-and-by")

    assert file_hashes(folder / "at-once") == file_hashes(folder / "by-and-by")


def rank(record: dict[str, Any]) -> str:
    """Return what decides between versions whose dates differ."""
    updated = record.get("updated_date") or ""
    return updated if "T" in updated or not updated else f"{updated}T00:00:00"


@given(records=RECORDS)
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_tables_are_those_of_the_newest_versions(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]
) -> None:
    """A plain loop over the newest version of each record gives the same nodes and seats."""
    by_id: dict[str, dict[str, Any]] = {}
    for record in records:
        held = by_id.get(record["id"])
        if held is None or rank(record) > rank(held):
            by_id[record["id"]] = record
    has_tie = any(
        rank(record) == rank(by_id[record["id"]]) and record != by_id[record["id"]]
        for record in records
    )
    assume(not has_tie)  # decided by a hash, which is no business of an oracle
    store = tmp_path_factory.mktemp("oracle") / "graph"
    ingest_values(records, store)
    works = {r["id"].rpartition("/")[2]: r for r in by_id.values() if "/W" in r["id"]}
    own = {r["id"].rpartition("/")[2] for r in by_id.values() if "/A" in r["id"]}
    seats = [
        (paper, position, (seat["author"]["id"] or "").rpartition("/")[2] or None)
        for paper, record in sorted(works.items())
        for position, seat in enumerate(record["authorships"], 1)
    ]
    somebody = {author for *_, author in seats} - {None, "A9999999999"}

    assert [
        (row["paper_id"], row["position"], row["author_id"]) for row in rows(store, "authorships")
    ] == seats
    assert {row["author_id"]: row["is_mention"] for row in rows(store, "authors")} == {
        author: author not in own for author in somebody | own
    }
    assert [row["title"] for row in rows(store, "papers")] == [
        record["title"] for _, record in sorted(works.items())
    ]
    assert [(row["paper_id"], row["cited_paper_id"]) for row in rows(store, "citations")] == [
        (paper, cited)
        for paper, record in sorted(works.items())
        for cited in sorted({u.rpartition("/")[2] for u in record["referenced_works"]})
    ]


def test_stale_seat_does_not_survive(tmp_path: Path) -> None:
    """Two ids of one person never become co-authors (a peer keeps both versions' seats)."""
    older = work(9000000001, "A9000000001", "A9000000002", updated_date="2025-01-01")
    newer = work(9000000001, "A9000000001", "A9000000003", updated_date="2026-01-01")
    for record in (newer, older):
        ingest_values([record], tmp_path / "graph")

    assert [row["author_id"] for row in rows(tmp_path / "graph", "authorships")] == [
        "A9000000001",
        "A9000000003",
    ]
    assert [row["author_id"] for row in rows(tmp_path / "graph", "authors")] == [
        "A9000000001",
        "A9000000003",
    ]


def test_same_id_twice_in_one_part(tmp_path: Path) -> None:
    """Children of the version that loses are dropped by row, not by id and file."""
    write_lines(
        tmp_path / "part.gz",
        [
            work(9000000001, "A9000000001", updated_date="2026-01-01"),
            work(9000000001, "A9000000002", "A9000000003", updated_date="2026-01-02"),
            work(9000000001, updated_date=None),
        ],
    )
    ingest_openalex(tmp_path / "part.gz", tmp_path / "graph")

    assert [
        (row["position"], row["author_id"]) for row in rows(tmp_path / "graph", "authorships")
    ] == [(1, "A9000000002"), (2, "A9000000003")]


def test_full_record_describes_before_any_mention(tmp_path: Path) -> None:
    """An author's own record counts however old it is; it enriches whenever it comes."""
    own = {"id": url("A9000000001"), "display_name": "Own Name", "updated_date": "2020-01-01"}
    mention = work(9000000001, "A9000000001", updated_date="2026-01-01")
    for name, order in [("before", [own, mention]), ("after", [mention, own])]:
        for record in order:
            ingest_values([record], tmp_path / name)
        (author,) = rows(tmp_path / name, "authors")

        assert (author["name"], author["is_mention"]) == ("Own Name", False)


@pytest.mark.parametrize(("old", "new"), [(9000000001, 9000000002), (9000000002, 9000000001)])
def test_newest_paper_describes_who_has_no_record(tmp_path: Path, old: int, new: int) -> None:
    """Among mentions the newest counts; when it goes, the one before it speaks again."""
    older = work(old, "A9000000001", updated_date="2025-01-01")
    newer = work(new, "A9000000001", updated_date="2025-02-01")
    newer["authorships"][0]["author"]["display_name"] = "Newer Name"
    ingest_values([newer, older], tmp_path / "graph")
    assert [row["name"] for row in rows(tmp_path / "graph", "authors")] == ["Newer Name"]

    ingest_values([work(new, updated_date="2025-03-01")], tmp_path / "graph")
    assert [row["name"] for row in rows(tmp_path / "graph", "authors")] == ["Name of A9000000001"]

    ingest_values([work(old, updated_date="2025-03-01")], tmp_path / "graph")
    assert rows(tmp_path / "graph", "authors") == []


def test_name_is_never_lost_to_a_nameless_mention(tmp_path: Path) -> None:
    """A newer paper that gives no name does not take away the one that is known."""
    named = work(9000000001, "A9000000001", updated_date="2025-01-01")
    nameless = work(9000000002, "A9000000001", updated_date="2026-01-01")
    nameless["authorships"][0]["author"]["display_name"] = None
    ingest_values([named, nameless], tmp_path / "graph")

    assert [row["name"] for row in rows(tmp_path / "graph", "authors")] == ["Name of A9000000001"]


def test_institution_known_as_host_keeps_its_country(tmp_path: Path) -> None:
    """Being named as the host of a repository by a newer paper takes nothing away."""
    seated = work(9000000001, "A9000000001", updated_date="2025-01-01")
    seated["authorships"][0]["institutions"] = [
        {
            "id": url("I9000000001"),
            "display_name": "University",
            "country_code": "NA",
            "lineage": [url("I9000000001")],
        }
    ]
    source = {
        "id": url("S9000000001"),
        "display_name": "Repository",
        "host_organization": url("I9000000001"),
        "host_organization_name": "Univ.",
    }
    hosted = work(9000000002, updated_date="2026-01-01", locations=[{"id": "x", "source": source}])
    ingest_values([seated, hosted], tmp_path / "graph")
    (institution,) = rows(tmp_path / "graph", "institutions")
    (repository,) = rows(tmp_path / "graph", "sources")

    assert (institution["name"], institution["country_code"]) == ("University", "NA")
    assert repository["host_institution_id"] == "I9000000001"
    assert repository["publisher_id"] is None


def test_equal_rank_is_decided_by_content(tmp_path: Path) -> None:
    """Two versions with the same dates: the same one wins in either order."""
    versions = [work(9000000001, title=title) for title in ("one", "two")]
    titles = set()
    for name, order in [("ab", versions), ("ba", versions[::-1])]:
        for record in order:
            ingest_values([record], tmp_path / name)
        titles.add(rows(tmp_path / name, "papers")[0]["title"])

    assert len(titles) == 1


def test_unchanged_ingest_links_every_file(tmp_path: Path) -> None:
    """Ingesting the same again costs a manifest: every table file is a link to the one before."""
    records = [work(9000000001, "A9000000001")]
    for _ in range(2):
        ingest_values(json.loads(json.dumps(records)), tmp_path / "graph")
    versions = sorted((tmp_path / "graph" / "versions").iterdir())
    inodes = [
        {path.relative_to(version): path.stat().st_ino for path in version.rglob("*.parquet")}
        for version in versions
    ]

    assert len(versions) == 2
    assert inodes[0] == inodes[1]


def test_path_with_pattern_characters_is_only_a_path(tmp_path: Path) -> None:
    """A store below ``g[a]*b?`` reads its own files, not its neighbour's."""
    for name, number in [("gaXb1", 9000000001), ("g[a]*b?", 9000000002)]:
        ingest_values([work(number)], tmp_path / name)
        ingest_values([work(number, title="again", updated_date="2027-01-01")], tmp_path / name)

    assert [row["paper_id"] for row in rows(tmp_path / "g[a]*b?", "papers")] == ["W9000000002"]


def test_damaged_version_is_not_merged(tmp_path: Path) -> None:
    """A flipped bit in the version before is found, not written again as if it were right."""
    ingest_values([work(9000000001, "A9000000001")], tmp_path / "graph")
    (path,) = open_version(tmp_path / "graph").paths("authorships")
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)

    with pytest.raises(CorruptStoreError, match="authorships"):
        ingest_values([work(9000000002)], tmp_path / "graph")

    assert list_versions(tmp_path / "graph") == [1]

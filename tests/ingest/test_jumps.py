"""Counts that jump between two versions of a record: counted with an example, and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.ingest import ingest_values
from scholargraph.ingest.drift import JUMPS, DriftEntry
from scholargraph.ingest.jumps import FACTOR, LEAST_DIFFERENCE
from scholargraph.ingest.report import IngestReport
from tests.ingest.support import rows, url, work, write_lines

OLD, NEW = "2026-01-01", "2026-02-01"
FIRST, SECOND, THIRD = 9_000_000_001, 9_000_000_002, 9_000_000_003


def jumps(report: IngestReport) -> list[tuple[str, str, int, str | None, str | None]]:
    """File, field, count, record and example of what jumped."""
    return [
        (entry.file, entry.field, entry.count, entry.record_id, entry.example)
        for entry in report.drift_by_file
        if entry.what == JUMPS
    ]


def author(number: int, **fields: Any) -> dict[str, Any]:
    """A small record of an author."""
    return {"id": url(f"A{number}"), "display_name": "Ann", **fields}


def in_two_steps(path: Path, before: list[dict[str, Any]], now: list[dict[str, Any]]) -> Any:
    """The report of the second of two ingests."""
    ingest_values(before, path / "graph")
    return ingest_values(now, path / "graph")


def test_counts_that_jump_are_counted_with_an_example(tmp_path: Path) -> None:
    """Of works and authors, up and down; the smallest id is the example, and values stay."""
    before = [
        work(FIRST, updated_date=OLD, cited_by_count=5_231),
        work(SECOND, updated_date=OLD, cited_by_count=3),
        work(THIRD, updated_date=OLD, cited_by_count=500),
        author(FIRST, updated_date=OLD, works_count=40, cited_by_count=900),
    ]
    now = [
        work(SECOND, updated_date=NEW, cited_by_count=704),
        work(FIRST, updated_date=NEW, cited_by_count=12),
        work(THIRD, updated_date=NEW, cited_by_count=620),
        author(FIRST, updated_date=NEW, works_count=4_000, cited_by_count=1_000),
    ]
    report = in_two_steps(tmp_path, before, now)
    beside = "(beside version 1)"

    assert jumps(report) == [
        (beside, "authors.works_count", 1, f"A{FIRST}", "40 before, 4000 now"),
        (beside, "works.cited_by_count", 2, f"W{FIRST}", "5231 before, 12 now"),
    ]
    assert report.drift[f"works.cited_by_count: {JUMPS}"] == 2
    assert f"2 × works.cited_by_count: {JUMPS} (such as (beside version 1), W{FIRST}" in str(report)
    kept = {row["paper_id"]: row["cited_by_count"] for row in rows(tmp_path / "graph", "papers")}
    assert kept[f"W{FIRST}"] == 12


@pytest.mark.parametrize(
    ("before", "now", "is_jump"),
    [
        (10, 110, True),
        (10, 109, False),
        (11, 110, False),
        (11, 111, True),
        (0, 100, True),
        (0, 99, False),
        (100, 0, True),
        (1_000, 100, False),
        (1_001, 100, True),
        (562, 962, False),
        (2_140, 3_890, False),
        (None, 5_000, False),
        (5_000, None, False),
        (2_000_000_000, 1, True),
    ],
)
def test_what_is_a_jump(tmp_path: Path, before: int | None, now: int | None, is_jump: bool) -> None:
    """More than tenfold and a hundred apart; growth as in real records is none."""
    report = in_two_steps(
        tmp_path,
        [work(FIRST, updated_date=OLD, cited_by_count=before)],
        [work(FIRST, updated_date=NEW, cited_by_count=now)],
    )

    assert bool(jumps(report)) is is_jump
    if is_jump and before and now:
        assert (abs(before - now), max(before, now) / min(before, now)) >= (
            LEAST_DIFFERENCE,
            FACTOR,
        )


def test_first_ingests_and_other_records_jump_nowhere(tmp_path: Path) -> None:
    """There is nothing to be held against, and a graph of arXiv alone has no such counts."""
    first = ingest_values([work(FIRST, cited_by_count=10_000)], tmp_path / "graph")
    second = ingest_values([work(SECOND, cited_by_count=1)], tmp_path / "graph")
    record = '{"id": "2001.00001", "title": "T", "authors": "A. One"}'
    (tmp_path / "arxiv.json").write_text(record, encoding="utf-8")
    third = sg.ingest_arxiv(tmp_path / "arxiv.json", tmp_path / "graph")

    assert [jumps(report) for report in (first, second, third)] == [[], [], []]


def test_an_older_version_that_comes_later_is_not_told(tmp_path: Path) -> None:
    """What is there stays: nothing has changed."""
    report = in_two_steps(
        tmp_path,
        [work(FIRST, updated_date=NEW, cited_by_count=5_000)],
        [work(FIRST, updated_date=OLD, cited_by_count=5)],
    )

    assert jumps(report) == []
    assert rows(tmp_path / "graph", "papers")[0]["cited_by_count"] == 5_000


def test_only_the_newest_of_several_versions_is_told(tmp_path: Path) -> None:
    """A version that is newer than what is there, but not the newest that comes, is none."""
    between = "2026-01-15"
    assert OLD < between < NEW
    report = in_two_steps(
        tmp_path,
        [work(FIRST, updated_date=OLD, cited_by_count=5_000)],
        [
            work(FIRST, updated_date=between, cited_by_count=5),
            work(FIRST, updated_date=NEW, cited_by_count=5_001),
        ],
    )

    assert jumps(report) == []


COUNTS = st.dictionaries(
    st.integers(1, 6), st.one_of(st.none(), st.integers(0, 3_000)), min_size=1, max_size=6
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(before=COUNTS, now=COUNTS)
def test_agrees_with_comparing_record_by_record(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[int, int | None],
    now: dict[int, int | None],
) -> None:
    """However the records lie in files."""
    folder = tmp_path_factory.mktemp("jumps")
    ingest_values(
        [work(FIRST + each, updated_date=OLD, cited_by_count=n) for each, n in before.items()],
        folder / "graph",
    )
    for each, count in now.items():
        record = work(FIRST + each, updated_date=NEW, cited_by_count=count)
        write_lines(folder / "dump" / f"{each}.jsonl", [record])
    report = sg.ingest_openalex(folder / "dump", folder / "graph", workers=1)
    expected = sorted(
        (f"W{FIRST + each}", f"{old} before, {new} now")
        for each in before.keys() & now.keys()
        if (old := before[each]) is not None and (new := now[each]) is not None
        if abs(old - new) >= 100 and max(old, new) > 10 * min(old, new)
    )

    assert [entry[2:] for entry in jumps(report)] == [
        (len(expected), *example) for example in expected[:1]
    ]


def test_entries_are_records_of_the_report(tmp_path: Path) -> None:
    """As any other drift."""
    report = in_two_steps(
        tmp_path,
        [author(FIRST, updated_date=OLD, cited_by_count=100_000)],
        [author(FIRST, updated_date=NEW, cited_by_count=0)],
    )

    assert report.drift_by_file == (
        DriftEntry(
            file="(beside version 1)",
            field="authors.cited_by_count",
            what=JUMPS,
            count=1,
            example="100000 before, 0 now",
            record_id=f"A{FIRST}",
        ),
    )

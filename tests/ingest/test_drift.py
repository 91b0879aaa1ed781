"""What was odd, by field and by file with an example: bounded, and the same for any dealing."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest import drift as odd
from scholargraph.ingest import ingest_openalex, ingest_values
from scholargraph.ingest.drift import Drift, DriftEntry
from scholargraph.ingest.limits import MAX_DRIFT_FIELDS
from tests.ingest.support import rows, url, work, write_lines

WORK = "W9000000001"


def entries(tmp_path: Path, *records: dict[str, Any]) -> list[tuple[str, str, int, str | None]]:
    """Return field, oddity, count and example of what an ingest of records met."""
    report = ingest_values(records, tmp_path / "graph")
    assert report.rejects == {}
    return [(entry.field, entry.what, entry.count, entry.example) for entry in report.drift_by_file]


def author(number: int, **fields: Any) -> dict[str, Any]:
    """Return a small record of an author."""
    return {"id": url(f"A{number}"), "display_name": f"Ann {number}", **fields}


def test_what_was_met_stands_by_file_with_an_example(tmp_path: Path) -> None:
    """File, record and value of unknown fields, other types and bad values, and their totals."""
    write_lines(tmp_path / "dump" / "one.jsonl", [work(9000000002, shiny=1), work(9000000001)])
    write_lines(
        tmp_path / "dump" / "two.jsonl.gz",
        [
            work(9000000004, publication_year=99_999),
            work(9000000003, publication_year="2020", shiny={"much": "more"}),
            work(9000000005, publication_year=-7, doi="no doi at all"),
        ],
    )
    report = ingest_openalex(tmp_path / "dump", tmp_path / "graph")
    year = "works.publication_year"

    assert report.drift_by_file == (
        DriftEntry(
            file="two.jsonl.gz",
            field="works.doi",
            what=odd.BAD_VALUE,
            count=1,
            example="no doi at all",
            record_id=None,
        ),
        DriftEntry(
            file="two.jsonl.gz",
            field=year,
            what=odd.BAD_VALUE,
            count=2,
            example="99999",
            record_id="W9000000004",
        ),
        DriftEntry(
            file="two.jsonl.gz",
            field=year,
            what=odd.OTHER_TYPE,
            count=1,
            example="2020",
            record_id="W9000000003",
        ),
        DriftEntry(
            file="one.jsonl",
            field="works.shiny",
            what=odd.UNKNOWN_FIELD,
            count=1,
            example="1",
            record_id="W9000000002",
        ),
        DriftEntry(
            file="two.jsonl.gz",
            field="works.shiny",
            what=odd.UNKNOWN_FIELD,
            count=1,
            example="an object",
            record_id="W9000000003",
        ),
    )
    assert report.drift == {
        f"works.doi: {odd.BAD_VALUE}": 1,
        f"{year}: {odd.BAD_VALUE}": 2,
        f"{year}: {odd.OTHER_TYPE}": 1,
        f"works.shiny: {odd.UNKNOWN_FIELD}": 2,
    }
    said = "2 × works.publication_year: bad value, left out (such as two.jsonl.gz, W9000000004:"
    assert said in str(report)
    assert len(rows(tmp_path / "graph", "papers")) == 5


@pytest.mark.parametrize(
    ("fields", "field", "example"),
    [
        ({"title": "https://example.org/a"}, "works.title", "https://example.org/a"),
        ({"title": "10.1000/xyz"}, "works.title", "10.1000/xyz"),
        ({"title": "doi: 10.1000/xyz"}, "works.title", "doi: 10.1000/xyz"),
        ({"title": "123-456"}, "works.title", "123-456"),
        ({"title": '{"title": "x"}'}, "works.title", '{"title": "x"}'),
        ({"publication_year": 2028}, "works.publication_year", "2028"),
        ({"publication_date": "2031-01-01"}, "works.publication_year", "2031"),
        ({"cited_by_count": 2_000_000}, "works.cited_by_count", "2000000"),
        (
            {"authorships": [{"raw_author_name": "<b>Ann</b>", "author": {"id": url("A1")}}]},
            "works.authorships[].raw_author_name",
            "<b>Ann</b>",
        ),
        (
            {"authorships": [{"raw_author_name": '["Ann"]', "author": {"id": url("A1")}}]},
            "works.authorships[].raw_author_name",
            '["Ann"]',
        ),
        ({"topics": [{"id": url("T1"), "score": 1.5}]}, "works.topics[].score", "1.5"),
        (
            {"keywords": [{"display_name": "a", "score": 99.0}]},
            "works.keywords[].score",
            "99.0",
        ),
    ],
)
def test_unlikely_values_are_counted_and_kept(
    tmp_path: Path, fields: dict[str, Any], field: str, example: str
) -> None:
    """Fields that hold another's values, years ahead, counts and scores that cannot be."""
    likely = work(9000000002, publication_year=2027, cited_by_count=300_000, title="1984 (novel)")
    report = ingest_values([likely, work(9000000001, **fields)], tmp_path / "graph")

    assert [(e.field, e.what, e.count, e.record_id) for e in report.drift_by_file] == [
        (field, odd.UNLIKELY, 1, WORK)
    ]
    assert report.drift_by_file[0].example == example
    assert report.rows["papers"] == 2


def test_unlikely_values_stay_as_they_are(tmp_path: Path) -> None:
    """A guess of ours changes no table."""
    ingest_values([work(9000000001, title="12", publication_year=2050)], tmp_path / "graph")

    assert [(row["title"], row["year"]) for row in rows(tmp_path / "graph", "papers")] == [
        ("12", 2050)
    ]


@pytest.mark.parametrize("count", [-1, -(2**40), 2**31, 10**17, True, "many"])
def test_impossible_counts_are_bad_values(tmp_path: Path, count: object) -> None:
    """Counts below zero, or too large for any column, become null."""
    assert entries(tmp_path, work(9000000001, cited_by_count=count)) == [
        ("works.cited_by_count", odd.BAD_VALUE, 1, str(count))
    ]
    assert rows(tmp_path / "graph", "papers")[0]["cited_by_count"] is None


def test_counts_of_a_year_above_the_whole_jump(tmp_path: Path) -> None:
    """An author cannot have published more in one year than in all."""
    counts = [
        {"year": 2024, "works_count": 11, "cited_by_count": 3},
        {"year": 2025, "works_count": 4, "cited_by_count": 4},
    ]
    found = entries(
        tmp_path,
        author(1, works_count=10, cited_by_count=7, counts_by_year=counts),
        author(2, works_count=11, cited_by_count=4, counts_by_year=counts),
        author(3, counts_by_year=counts),
        author(4, works_count=-1),
    )

    assert found == [
        ("authors.counts_by_year[].works_count", odd.UNLIKELY, 1, "11"),
        ("authors.works_count", odd.BAD_VALUE, 1, "-1"),
    ]


def test_a_record_is_rejected_for_its_identity_alone(tmp_path: Path) -> None:
    """Every field may be wrong: the record goes in. Without an id that can be read it does not."""
    good = work(9000000001)
    wrong: dict[str, Any] = {key: {"never": ["seen"]} for key in good if key != "id"}
    report = ingest_values([{**wrong, "id": "w9000000001"}, {**good, "id": 12}], tmp_path / "graph")

    assert report.rejects == {"not a record": 1}
    assert [row["paper_id"] for row in rows(tmp_path / "graph", "papers")] == [WORK]
    assert sum(report.drift.values()) == 3


Event = tuple[str, str, str, int, str | None]
EVENTS = st.tuples(
    st.sampled_from(["a.gz", "b.gz", "c.gz"]),
    st.sampled_from(["works.x", "works.y", "authors.z"]),
    st.sampled_from([odd.BAD_VALUE, odd.UNKNOWN_FIELD]),
    st.integers(1, 5),
    st.one_of(st.none(), st.text(max_size=4)),
)


def told(events: list[Event]) -> Drift:
    """Return what one worker met, file by file."""
    drift = Drift()
    for file, field, what, count, example in events:
        drift.file = file
        drift.add(field, what, count, example)
    return drift


@given(st.lists(EVENTS, max_size=30), st.randoms(use_true_random=False))
def test_any_dealing_of_files_gives_the_same(events: list[Event], draw: random.Random) -> None:
    """Counts and examples do not depend on who read which file, and when."""
    whole = told(events)
    parts: list[list[Event]] = [[], [], []]
    for event in draw.sample(events, len(events)):
        draw.choice(parts).append(event)
    joined = Drift()
    for part in draw.sample(parts, len(parts)):
        joined.update(told(part))
    totals: Counter[str] = Counter()
    for _, field, what, count, _ in events:
        totals[f"{field}: {what}"] += count

    assert joined.by_file() == whole.by_file()
    assert joined.as_dict() == whole.as_dict() == dict(sorted(totals.items()))


def test_flooded_fields_are_bounded_for_any_dealing() -> None:
    """Of too many unknown names the first stay, the others are counted; known fields always do."""
    names = [f"works.{number:05d}" for number in range(3 * MAX_DRIFT_FIELDS)]
    events: list[Event] = [
        (f"{n % 7}.gz", name, odd.UNKNOWN_FIELD, 2, "x") for n, name in enumerate(names)
    ]
    events.append(("9.gz", "works.zz", odd.BAD_VALUE, 1, None))
    found = []
    for seed in range(4):
        draw = random.Random(seed)
        parts: list[list[Event]] = [[], []]
        for event in draw.sample(events, len(events)):
            draw.choice(parts).append(event)
        joined = Drift()
        for part in parts:
            joined.update(told(part))
        found.append(joined)
    counts = found[0].as_dict()

    assert len({tuple(drift.by_file()) for drift in found}) == 1
    assert len(counts) == MAX_DRIFT_FIELDS
    assert sum(counts.values()) == 2 * len(names) + 1
    assert counts[f"works.zz: {odd.BAD_VALUE}"] == 1
    assert counts[f"works.00000: {odd.UNKNOWN_FIELD}"] == 2
    further = counts[f"(further fields): {odd.UNKNOWN_FIELD}"]
    assert further == 2 * (len(names) - (MAX_DRIFT_FIELDS - 2))


def test_files_beyond_a_number_are_counted_together() -> None:
    """A field that is odd everywhere names the first hundred files, and counts the others."""
    names = [f"{number:04d}.gz" for number in range(250)]
    found = []
    for seed in range(3):
        drift = Drift()
        for name in random.Random(seed).sample(names, len(names)):
            drift.update(told([(name, "works.x", odd.BAD_VALUE, 3, name)]))
        found.append(drift.by_file())

    assert found[0] == found[1] == found[2]
    assert [entry.file for entry in found[0]] == [*names[:100], "(further files)"]
    assert found[0][-1].count == 150 * 3
    assert found[0][7].example == "0007.gz"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * 1_000, "x" * 80),
        ("a\x00b\u202ec\ud800", "a\ufffdb\ufffdc\ufffd"),
        ({"deep": {"deeper": []}}, "an object"),
        ([1] * 1_000_000, "a list"),
        pytest.param(10**5_000, "a number without end", id="long"),
        (True, "True"),
        (0.5, "0.5"),
        (None, None),
    ],
)
def test_examples_are_bounded(value: object, shown: str | None) -> None:
    """Examples come from the input: short, printable, and never a whole tree."""
    drift = Drift()
    drift.add("works.x", odd.BAD_VALUE, 1, value)

    assert [entry.example for entry in drift.by_file()] == [shown]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 400])
def test_numbers_without_value_are_examples_in_words(tmp_path: Path, number: str) -> None:
    """What no number can hold is named the same in every run."""
    path = tmp_path / "works.jsonl"
    path.write_text(f'{{"id": {json.dumps(url(WORK))}, "fwci": {number}}}\n')
    report = ingest_openalex(path, tmp_path / "graph")

    assert [entry.example for entry in report.drift_by_file] == ["a number without value"]


def test_workers_change_nothing(tmp_path: Path) -> None:
    """The report lists the same oddities and marks for any number of processes."""
    for part in range(4):
        write_lines(
            tmp_path / "dump" / f"part_{part}.jsonl",
            [
                work(9000000000 + 10 * part + n, *([None] * 10), shiny=n, language=n, title="7")
                for n in range(1, 4)
            ],
        )
    reports = [
        ingest_openalex(tmp_path / "dump", tmp_path / f"graph-{workers}", workers=workers)
        for workers in (1, 2)
    ]

    assert reports[0].drift_by_file == reports[1].drift_by_file
    assert reports[0].author_layer == reports[1].author_layer
    assert len(reports[0].drift_by_file) == 4 * 3
    assert reports[0].author_layer == {"seats: leaked reference": 4 * 3 * 10}

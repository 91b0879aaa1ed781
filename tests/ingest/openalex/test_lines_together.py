"""Lines read together, as columns, say what the same lines say one by one."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.ingest import feeds
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.limits import BATCH_RECORDS
from scholargraph.ingest.openalex import reading
from scholargraph.ingest.openalex.columnar import lines as together
from scholargraph.ingest.openalex.columnar.batch import ROUTES
from scholargraph.ingest.openalex.columnar.lines import LineBatch
from scholargraph.ingest.openalex.kinds import KINDS
from scholargraph.ingest.openalex.reading import RecordReader
from scholargraph.ingest.openalex.selection import select
from scholargraph.ingest.rejects import Rejects
from tests.ingest.openalex.test_parquet_properties import authors, numbered, works
from tests.ingest.support import url, work

BLOCK = 70
Record = dict[str, Any]


class Outcome:
    """What came of lines."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.rows: defaultdict[str, list[str]] = defaultdict(list)
        """Of each table, with the id of the record that a row belongs to, sorted."""
        self.rejects: list[tuple[int, str]] = []
        self.together = 0
        """Records that were read as columns."""
        self.count = 0

    @property
    def said(self) -> tuple[Any, ...]:
        """All of it, without how it was read."""
        return (
            {name: sorted(rows) for name, rows in self.rows.items() if rows},
            self.rejects,
            self.drift.as_dict(),
            dict(self.drift.author_layer),
            self.count,
        )

    def add(self, batch: feeds.Batch) -> None:
        """Take a batch."""
        ranks, tables = batch.ranks(None, self.drift), batch.tables(self.drift)
        ids = ranks.data["record_id"].to_pylist()
        if isinstance(batch, LineBatch):
            self.together += len(ids)
        for table, data in (ranks, *tables):
            rows = data.to_pylist()
            self.rows[table.name] += [repr((ids[row.pop("_row")], row)) for row in rows]


def read(lines: list[bytes], *, alone: bool = False, **chosen: Any) -> Outcome:
    """Read lines in blocks, as they come from a file."""
    outcome, rejects = Outcome(), Rejects()
    with mock.patch.object(reading, "ROUTES", {} if alone else ROUTES):
        reader = RecordReader(outcome.drift, rejects, select(**chosen))
        for start in range(0, len(lines), BLOCK):
            for batch in reader.read_lines("part", start + 1, lines[start : start + BLOCK]):
                outcome.add(batch)
        for batch in reader.rest():
            outcome.add(batch)
    outcome.count = reader.record_count
    if len(rejects):
        outcome.rejects = [(row["line"], row["reason"]) for row in rejects.take().data.to_pylist()]
        outcome.rejects.sort()
    return outcome


def as_lines(records: list[Record]) -> list[bytes]:
    """Write records as OpenAlex does."""
    return [
        json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() for record in records
    ]


def small(first: int, last: int) -> list[bytes]:
    """Return lines of small works."""
    return as_lines([work(number, "A5000001", "A5000002") for number in range(first, last + 1)])


def real_lines(folder: Path, kind: str) -> list[bytes]:
    """Return all lines of one kind."""
    parts = sorted((folder / "data" / kind).glob("*/*.gz"))
    return [line for part in parts for line in gzip.decompress(part.read_bytes()).splitlines()]


@pytest.mark.parametrize("kind", ["works", "authors"])
def test_real_records(openalex_data: Path, kind: str) -> None:
    """Real records say the same either way, and nearly all are read together."""
    lines = real_lines(openalex_data / "snapshot_like", kind)
    found = read(lines)

    assert found.said == read(lines, alone=True).said
    assert found.together > 0.9 * len(lines)


@pytest.mark.parametrize("dump", ["snapshot_like_previous", "legacy_snapshot_2023"])
def test_real_records_of_older_dumps(openalex_data: Path, dump: str) -> None:
    """Records of other generations say the same either way, whatever is read together."""
    lines = real_lines(openalex_data / dump, "works")

    assert lines
    assert read(lines).said == read(lines, alone=True).said


@settings(max_examples=40)
@given(st.lists(works, min_size=1, max_size=6))
def test_works_of_every_make(records: list[Record]) -> None:
    """Whatever works say, they say it read together as well."""
    lines = as_lines(numbered(records, "W"))

    assert read(lines).said == read(lines, alone=True).said


@settings(max_examples=30)
@given(st.lists(authors, min_size=1, max_size=6))
def test_authors_of_every_make(records: list[Record]) -> None:
    """Whatever authors say, they say it read together as well."""
    lines = as_lines(numbered(records, "A"))

    assert read(lines).said == read(lines, alone=True).said


ODD_LINES = {
    "unknown field": b'{"id":"https://openalex.org/W9","new":1}',
    "unknown field inside": b'{"id":"https://openalex.org/W9","topics":[{"new":1}]}',
    "another type": b'{"id":"https://openalex.org/W9","publication_year":"2020"}',
    "whole number as decimal": b'{"id":"https://openalex.org/W9","cited_by_count":2.0}',
    "number without end": b'{"id":"https://openalex.org/W9","cited_by_count":1' + b"0" * 30 + b"}",
    "infinite": b'{"id":"https://openalex.org/W9","fwci":1e999}',
    "no number": b'{"id":"https://openalex.org/W9","fwci":NaN}',
    "out of range": b'{"id":"https://openalex.org/W9","publication_year":99999}',
    "null in a list": b'{"id":"https://openalex.org/W9","topics":[null]}',
    "key twice": b'{"id":"https://openalex.org/W9","title":"a","title":"b"}',
    "key twice inside": b'{"id":"https://openalex.org/W9","biblio":{"issue":"1","issue":"2"}}',
    "escaped key": b'{"id":"https://openalex.org/W9","\\u0074itle":"b"}',
    "half a character": b'{"id":"https://openalex.org/W9","title":"\\ud800"}',
    "not UTF-8": b'{"id":"https://openalex.org/W9","title":"\xff"}',
    "not UTF-8 where it is not read": b'{"id":"https://openalex.org/W9","license":"\xff"}',
    "control character": b'{"id":"https://openalex.org/W9","title":"a\x01"}',
    "escaped control character": b'{"id":"https://openalex.org/W9","title":"a\\u0000\\nb"}',
    "index with a gap": b'{"id":"https://openalex.org/W9","abstract_inverted_index":{"a":[1]}}',
    "index escaped": b'{"id":"https://openalex.org/W9","abstract_inverted_index":{"\\"":[0]}}',
    "index that is none": b'{"id":"https://openalex.org/W9","abstract_inverted_index":[1]}',
    "index of an older form": b'{"id":"https://openalex.org/W9","abstract_inverted_index":'
    b'"{\\"IndexLength\\":1,\\"InvertedIndex\\":{\\"a\\":[0]}}"}',
    "two on a line": b'{"id":"https://openalex.org/W9"}{"id":"https://openalex.org/W8"}',
    "not closed": b'{"id":"https://openalex.org/W9"',
    "blank": b"  ",
    "spaces around": b'  { "id" : "https://openalex.org/W9" , "topics" : [ ] }\r',
    "no id": b'{"title":"a"}',
    "id null": b'{"id":null}',
    "id of other spelling": b'{"id":"https://openalex.org/w9"}',
    "id with leading zero": b'{"id":"https://openalex.org/W09"}',
    "id that is a number": b'{"id":9}',
    "id of another kind": b'{"id":"https://openalex.org/A9"}',
    "nobody": b'{"id":"https://openalex.org/W4285719527"}',
    "odd id inside": b'{"id":"https://openalex.org/W9","referenced_works":["W8"]}',
    "a page": b'{"meta":{},"results":[{"id":"https://openalex.org/W9"}]}',
    "list of records": b'[{"id":"https://openalex.org/W9"}]',
    "nested deep": b'{"id":"https://openalex.org/W9","mesh":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "affiliations as until 2024": b'{"id":"https://openalex.org/W9","authorships":[{"author":'
    b'{"id":"https://openalex.org/A5000001"},"raw_affiliation_strings":["Here"]}]}',
}


@pytest.mark.parametrize("odd", ODD_LINES)
def test_odd_lines_among_others(odd: str) -> None:
    """An odd line is read as it is alone, and all but a few others are read together."""
    lines = [*small(100, 219), ODD_LINES[odd], *small(220, 300)]
    found = read(lines)

    alone = read(lines, alone=True)

    assert found.said == alone.said
    assert found.drift.by_file() == alone.drift.by_file()
    assert found.together >= 201 - together.FEW_LINES


def test_works_of_an_older_form_are_read_alone() -> None:
    """Only the rules for single records know affiliations as they were until 2024."""
    seat = {"author": {"id": url("A5000001")}, "raw_affiliation_strings": ["Here"]}
    lines = as_lines([{"id": url(f"W{number}"), "authorships": [seat]} for number in range(1, 80)])
    found = read([*lines, *small(100, 119)])

    assert found.said == read([*lines, *small(100, 119)], alone=True).said
    assert found.together == 20


ODD_ID = b'{"id":"https://openalex.org/W4","concepts":[{"id":"C1"}]}'


@pytest.mark.parametrize("alone", [True, False])
def test_an_odd_id_sends_what_is_unread_through_no_decoder(*, alone: bool) -> None:
    """Bytes that nobody reads do no harm when the batch that they stand in is read again."""
    good = b'{"id":"https://openalex.org/W3","license":"\xff"}'
    found = read([*small(10, 12), good, ODD_ID], alone=alone)

    assert found.count == 5
    assert found.rejects == []
    assert any("'C1'" in row for row in found.rows["paper_concepts"])


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_odd_is_said_once(*, alone: bool) -> None:
    """A repaired record that is read again for another's sake is no second oddity."""
    repaired = b'{"id":"https://openalex.org/W5","publication_year":99999}'
    found = read([*small(10, 12), repaired, ODD_ID], alone=alone)

    assert found.drift.as_dict()["works.publication_year: bad value, left out"] == 1


def test_an_odd_line_next_to_no_other() -> None:
    """Without any other line an odd one is still read."""
    for line in ODD_LINES.values():
        assert read([line]).said == read([line], alone=True).said


@pytest.mark.parametrize("chosen", [{"abstracts": False}, {"years": (2000, 2010)}])
def test_chosen_works(chosen: dict[str, Any]) -> None:
    """What is left out is left out either way; without abstracts works are read together."""
    records = [
        {
            **work(number, "A5000001"),
            "publication_year": 1990 + number,
            "abstract_inverted_index": {"word": [0]},
        }
        for number in range(1, 40)
    ]
    lines = as_lines(records)
    found = read(lines, **chosen)

    assert found.said == read(lines, alone=True, **chosen).said
    assert found.together == (39 if "abstracts" in chosen else 0)


def test_where_most_are_refused_reading_together_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new field in every record costs a vain attempt now and then, not one for each batch."""
    attempts: list[int] = []
    rows_of = together._rows_of

    def counted(text: bytes, options: Any) -> Any:
        attempts.append(len(text))
        return rows_of(text, options)

    monkeypatch.setattr(together, "_rows_of", counted)
    monkeypatch.setattr(together, "BATCH_RECORDS", 40)
    monkeypatch.setattr(together, "LONGEST_PAUSE", 160)
    record = {"topics": [{"id": url("T1"), "new": 1}]}
    lines = as_lines([{"id": url(f"W{number}"), **record} for number in range(1, 1001)])
    found = read(lines)

    assert found.together == 0
    assert found.drift.as_dict()["works.topics[].new: unknown field"] == 1000
    # Of 40 lines, then of their halves; pauses of 40, 80, then 160.
    assert len(attempts) == 3 * 6


def test_reading_together_goes_on_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines after the odd ones are read together again."""
    monkeypatch.setattr(together, "BATCH_RECORDS", 40)
    odd = as_lines([{"id": url(f"W{number}"), "fwci": "1"} for number in range(1, 41)])
    found = read([*odd, *small(100, 339)])

    assert found.together == 200
    assert found.count == 280


@pytest.mark.parametrize("element", [b"{}", b"null", b'{"id":null}'])
@pytest.mark.parametrize("field", ["authorships", "locations", "topics"])
def test_what_is_read_together_is_bounded(
    field: str, element: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that would take a hundred times their size are read alone, others near them are not."""
    texts: list[bytes] = []
    rows_of = together._rows_of

    def noted(text: bytes, options: Any) -> Any:
        texts.append(text)
        return rows_of(text, options)

    monkeypatch.setattr(together, "_rows_of", noted)
    many = (together.LONGEST_LINE - 100) // (len(element) + 1)
    line = b'{"id":"https://openalex.org/W9","%s":[%s]}' % (
        field.encode(),
        b",".join([element] * many),
    )
    columns = together.LineColumns(
        KINDS["W"],
        ROUTES["W"],
        "W",
        RecordReader(Drift(), Rejects()),
        keeps_abstracts=True,
    )
    lines = [line, line, line, *small(1, 100)]

    assert columns.take("part", 1, lines, 0) == len(lines)
    batch, refused = columns.read()

    assert batch is not None
    assert len(batch) >= len(lines) - together.FEW_LINES
    assert [one.number for one in refused][:3] == [1, 2, 3]
    assert all(text.count(b"{") <= together.MOST_OBJECTS for text in texts)
    assert all(text.count(b",") <= together.MOST_COMMAS for text in texts)


def test_a_very_long_line_is_not_taken() -> None:
    """A line of megabytes is read alone, and those before and after it together."""
    longest = as_lines([{"id": url("W9"), "title": "a" * together.LONGEST_LINE}])
    found = read([*small(1, 5), *longest, *small(10, 15)])

    assert (found.together, found.count) == (11, 12)


def test_batches_are_not_larger_than_those_of_records() -> None:
    """Lines are read as soon as there are enough for a batch."""
    lines = as_lines([{"id": url(f"W{number}")} for number in range(1, BATCH_RECORDS + 11)])
    reader = RecordReader(Drift(), Rejects())
    sizes = [len(batch.ranks(None, Drift()).data) for batch in reader.read_lines("part", 1, lines)]
    sizes += [len(batch.ranks(None, Drift()).data) for batch in reader.rest()]

    assert sizes == [BATCH_RECORDS, 10]

"""Kaggle lines: the real ones against the facts, and whatever else a line may hold."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv import kaggle
from scholargraph.ingest.arxiv.dates import timestamp
from scholargraph.ingest.arxiv.dois import published_dois
from scholargraph.ingest.arxiv.kaggle import KaggleReader
from scholargraph.ingest.arxiv.licences import licence_name
from scholargraph.ingest.arxiv.shapes import ArxivRecord
from scholargraph.ingest.arxiv.taxonomy import canonical_categories
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.rejects import Rejects
from tests.ingest.arxiv.reading_support import ReadFile, content_of, read_bytes, read_file

LINE: dict[str, Any] = {
    "id": "0704.0001",
    "submitter": "A. Person",
    "authors": "A. Person and B. Person",
    "title": "On\n  examples",
    "comments": None,
    "journal-ref": "J. Ex. 1 (2008) 2",
    "doi": "10.1000/182",
    "report-no": None,
    "categories": "math.MP math-ph",
    "license": None,
    "abstract": "  Short.\n",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
    "update_date": "2008-11-26",
    "authors_parsed": [["Person", "A.", ""], ["Person", "B.", "Jr", "Oslo"]],
}


def encoded(record: object) -> bytes:
    """Return a record as a line of the file."""
    return json.dumps(record, separators=(",", ":")).encode()


def as_line(record: ArxivRecord) -> dict[str, Any]:
    """Return the line that a record was read from."""
    return {
        "id": record.id,
        "submitter": record.submitter,
        "authors": record.authors,
        "title": record.title,
        "comments": record.comments,
        "journal-ref": record.journal_ref,
        "doi": record.doi,
        "report-no": record.report_no,
        "categories": record.categories,
        "license": record.license,
        "abstract": record.abstract,
        "versions": [
            {"version": version.version, "created": version.created}
            for version in record.versions or []
        ],
        "update_date": record.update_date,
        "authors_parsed": record.authors_parsed,
    }


@pytest.fixture(scope="module")
def lines(arxiv_data: Path) -> list[ArxivRecord]:
    """The 200 exact lines, of which none is rejected or drifts."""
    read = read_file(arxiv_data / "kaggle_lines.jsonl.gz")
    assert (read.rejects, read.drift) == ([], {})
    return read.records


@pytest.mark.parametrize(
    "name",
    ["kaggle_lines.jsonl.gz", "kaggle_line_affiliations.jsonl", "kaggle_records_2212.jsonl.gz"],
)
def test_every_real_line_can_be_written_again(arxiv_data: Path, name: str) -> None:
    """Nothing of a line is lost or changed: written as JSON, records give the same bytes."""
    read = read_file(arxiv_data / name)
    expected = content_of(arxiv_data / name).splitlines()

    assert [encoded(as_line(record)) for record in read.records] == expected
    assert (read.rejects, read.drift) == ([], {})
    assert {record.origin for record in read.records} == {"kaggle"}


def test_ids_and_absent_fields(lines: list[ArxivRecord]) -> None:
    """200 ids without gap; so many fields are absent, and none is empty."""
    assert [record.id for record in lines] == [f"0704.{n:04d}" for n in range(1, 201)]
    absent = {"comments": 18, "journal_ref": 91, "doi": 83, "report_no": 184, "license": 181}
    for field in ArxivRecord.__struct_fields__[:14]:
        values = [getattr(record, field) for record in lines]
        assert values.count(None) == absent.get(field, 0)
        assert "" not in values


def test_licences(lines: list[ArxivRecord]) -> None:
    """17 papers have arXiv's own licence, two have a Creative Commons one."""
    names = Counter(licence_name(record.license) for record in lines)

    assert names == {None: 181, "other-oa": 17, "cc-by-nc-nd": 2}
    assert [r.id for r in lines if licence_name(r.license) == "cc-by-nc-nd"] == [
        "0704.0033",
        "0704.0038",
    ]


def test_versions(lines: list[ArxivRecord]) -> None:
    """326 versions, all of them with a date that can be read, none before the one before."""
    versions = {record.id: record.versions or [] for record in lines}

    assert Counter(map(len, versions.values())) == {1: 113, 2: 59, 3: 20, 4: 5, 5: 3}
    assert [key for key, found in versions.items() if len(found) == 5] == [
        "0704.0064",
        "0704.0098",
        "0704.0148",
    ]
    for found in versions.values():
        assert [version.version for version in found] == [f"v{n + 1}" for n in range(len(found))]
        dates = [timestamp(version.created) for version in found]
        assert None not in dates
        assert dates == sorted(dates, key=str)
    assert [str(timestamp(version.created)) for version in versions["0704.0001"]] == [
        "2007-04-02 19:18:42",
        "2007-07-24 20:10:27",
    ]


def test_authors(lines: list[ArxivRecord]) -> None:
    """537 seats, their histogram, affiliations, suffixes and pairs of co-authors."""
    authors = {record.id: record.authors_parsed or [] for record in lines}
    seats = [entry for found in authors.values() for entry in found]
    pairs = Counter(
        frozenset(pair)
        for found in authors.values()
        for pair in combinations(sorted({tuple(entry[:3]) for entry in found}), 2)
    )

    assert len(seats) == 537
    assert Counter(map(len, authors.values())) == {
        1: 72, 2: 54, 3: 32, 4: 19, 5: 7, 6: 2, 7: 3, 8: 3, 10: 5, 14: 2, 15: 1,
    }  # fmt: skip
    assert len(authors["0704.0128"]) == 15
    assert [sum(len(entry) == 3 for entry in seats), sum(len(entry) > 3 for entry in seats)] == [
        495,
        42,
    ]
    assert ["Schekochihin", "A. A.", "", "Oxford"] in authors["0704.0044"]
    assert [entry for entry in seats if entry[2]] == [["Evans", "Neal J.", "II"]]
    assert [entry for entry in seats if not entry[1]] == [
        ["The BABAR Collaboration", "", ""],
        ["Sudha", "", ""],
    ]
    assert len({tuple(entry[:3]) for entry in seats}) == 510
    assert len({entry[0] for entry in seats}) == 477
    assert (len(pairs), sum(count > 1 for count in pairs.values())) == (1_011, 8)
    assert sum("(" in (record.authors or "") for record in lines) == 24


def test_categories(lines: list[ArxivRecord]) -> None:
    """72 categories as printed; the pairs that are one category become one."""
    printed = {record.id: (record.categories or "").split() for record in lines}
    counts = Counter(code for codes in printed.values() for code in codes)
    primary = Counter(codes[0] for codes in printed.values())

    assert len(counts) == 72
    assert counts.most_common(4) == [
        ("astro-ph", 23),
        ("hep-ph", 22),
        ("cond-mat.mtrl-sci", 19),
        ("hep-th", 15),
    ]
    assert len(primary) == 55
    assert primary.most_common(3) == [("astro-ph", 19), ("hep-ph", 18), ("cond-mat.mtrl-sci", 13)]
    assert Counter(map(len, printed.values())) == {1: 122, 2: 57, 3: 17, 4: 2, 5: 2}
    read = {key: canonical_categories(" ".join(codes)) for key, codes in printed.items()}
    assert sum("math-ph" in codes for codes in read.values()) == 6
    assert not any("math.MP" in codes for codes in read.values())
    assert "math.NA" in read["0704.0090"]
    shorter = {key for key, codes in read.items() if len(codes) < len(printed[key])}
    assert {"0704.0046", "0704.0098"} <= shorter
    assert len(shorter) == 6 + 2


def test_dates_of_change(lines: list[ArxivRecord]) -> None:
    """The days of the last change of the metadata, by year."""
    days = {record.id: timestamp(record.update_date) for record in lines}
    years = Counter(day.year for day in days.values() if day is not None)

    assert years == {
        2007: 66, 2008: 49, 2009: 52, 2010: 8, 2011: 4, 2012: 3, 2013: 3, 2014: 2, 2015: 10,
        2016: 1, 2022: 2,
    }  # fmt: skip
    assert min(days.items(), key=lambda item: str(item[1]))[1] == timestamp("2007-05-23")
    latest = days["0704.0033"]
    assert latest is not None
    assert latest.date() == date(2022, 3, 31)


def test_published_dois(lines: list[ArxivRecord]) -> None:
    """117 papers have a DOI and two of them two, each of which is found."""
    dois = {record.id: published_dois(record.doi) for record in lines}

    assert Counter(map(len, dois.values())) == {0: 83, 1: 115, 2: 2}
    assert [found for found in dois.values() if len(found) == 2] == [
        ("10.1364/josaa.23.002578", "10.1364/josaa.32.002407"),
        ("10.1016/j.jqsrt.2007.01.034", "10.1016/j.jqsrt.2015.11.025"),
    ]


def test_texts_stand_as_printed(lines: list[ArxivRecord]) -> None:
    """Line breaks in titles and bylines, and the blanks around abstracts, are kept."""
    assert sum("\n  " in (record.authors or "") for record in lines) == 27
    assert sum("\n  " in (record.title or "") for record in lines) == 68
    for record in lines:
        abstract = record.abstract or ""
        assert abstract.startswith("  ")
        assert abstract.endswith("\n")


def test_the_other_real_lines(arxiv_data: Path) -> None:
    """An old id with affiliations over two lines, and 49 records of December 2022."""
    [old] = read_file(arxiv_data / "kaggle_line_affiliations.jsonl").records
    assert old.id == "hep-th/9608091"
    assert [entry[3:] for entry in old.authors_parsed or []] == [["Bologna\n  Univ. and INFN"]] * 4

    recent = read_file(arxiv_data / "kaggle_records_2212.jsonl.gz").records
    seats = [entry for record in recent for entry in record.authors_parsed or []]
    assert (len(recent), recent[0].id, recent[-1].id) == (49, "2212.11739", "2212.11899")
    assert (len(seats), len({tuple(entry) for entry in seats})) == (198, 196)
    assert {len(entry) for entry in seats} == {3}
    assert sum(len(record.versions or []) for record in recent) == 52
    licences = Counter(licence_name(record.license) for record in recent)
    assert licences == {"cc-by": 47, "cc-by-sa": 1, "public-domain": 1}


# ------------------------------------------------------------------------------ odd lines


def test_an_unknown_field_changes_nothing_but_drift(tmp_path: Path) -> None:
    """The slow path reads a record as the fast one does, and counts what it does not know."""
    usual = read_bytes(tmp_path, encoded(LINE))
    odd = read_bytes(tmp_path, encoded({**LINE, "fresh": 1, "origin": "atom", "created": "x"}))

    assert usual.drift == {}
    assert odd.drift == {
        "arxiv.created: unknown field": 1,
        "arxiv.fresh: unknown field": 1,
        "arxiv.origin: unknown field": 1,
    }
    assert as_line(odd.records[0]) == as_line(usual.records[0]) == LINE
    assert odd.records[0].origin == "kaggle"
    assert odd.records[0].created is None


def test_a_line_cannot_say_what_only_we_say(tmp_path: Path) -> None:
    """Keys of the shape that are not the file's are unknown fields, alone and among others."""
    ours = {"(origin)": "atom", "(is_deleted)": True, "(created)": "x"}
    version = {**LINE["versions"][0], "(source_type)": "I"}
    for more in ({}, {"fresh": 1}):
        read = read_bytes(tmp_path, encoded({**LINE, **ours, "versions": [version], **more}))
        [record] = read.records
        assert as_line(record) == LINE
        assert (record.origin, record.is_deleted, record.created) == ("kaggle", False, None)
        assert [found.source_type for found in record.versions or []] == [None]
        assert len(read.drift) == 4 + len(more)
    quoted = {**LINE, "abstract": '"(so called)"'}
    [record] = read_bytes(tmp_path, encoded(quoted)).records
    assert as_line(record) == quoted


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("title", ["x"]),
        ("doi", {"a": 1}),
        ("categories", True),
        ("versions", "v1"),
        ("authors_parsed", "[['A', 'B', '']]"),
        ("abstract", 1.5),
    ],
)
def test_a_bad_value_becomes_null(tmp_path: Path, field: str, bad: object) -> None:
    """A value of another type is left out and counted; the record and its other fields stay."""
    read = read_bytes(tmp_path, encoded({**LINE, field: bad}))
    [record] = read.records

    assert read.drift == {f"arxiv.{field}: bad value, left out": 1}
    expected = {**LINE, field: [] if field == "versions" else None}
    assert as_line(record) == expected
    assert read.rejects == []


def test_parts_of_names_keep_their_places(tmp_path: Path) -> None:
    """A null or a bad part of a name is empty: the suffix does not become the forenames."""
    authors = [["Person", None, "Jr"], [None, "A."], ["Solo"], None, ["X", {"y": 1}, 3, "Oslo"]]
    read = read_bytes(tmp_path, encoded({**LINE, "authors_parsed": authors}))

    assert read.records[0].authors_parsed == [
        ["Person", "", "Jr"],
        ["", "A."],
        ["Solo"],
        ["X", "", "", "Oslo"],
    ]
    assert read.drift == {
        "arxiv.authors_parsed[]: null in a list, left out": 1,
        "arxiv.authors_parsed[][]: bad value, left out": 2,
    }


def test_versions_without_dates(tmp_path: Path) -> None:
    """Bare numbers of versions are kept, so that the count of versions is right."""
    read = read_bytes(tmp_path, encoded({**LINE, "versions": ["v1", "v2"]}))

    assert [version.version for version in read.records[0].versions or []] == ["v1", "v2"]
    assert read.drift == {"arxiv.versions[]: read from another type": 2}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0704.0001v3", "0704.0001"),
        ("arXiv:0704.0001", "0704.0001"),
        ("math.GT/0309136", "math/0309136"),
        ("http://arxiv.org/abs/hep-th/9901001v1", "hep-th/9901001"),
    ],
)
def test_ids_become_canonical(tmp_path: Path, given: str, expected: str) -> None:
    """Ids come without prefix, version and subject class, however they are written."""
    assert read_bytes(tmp_path, encoded({**LINE, "id": given})).ids == [expected]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title":"x"}', "not a record: no id"),
        (b'{"id":704.0001}', "not a record: an id that is none of arXiv's"),
        (b'{"id":"704.0001"}', "not a record: an id that is none of arXiv's"),
        (b'{"id":"https://openalex.org/W12"}', "not a record: an id that is none of arXiv's"),
        (b'{"id":["0704.0001"]}', "not a record: an id that is none of arXiv's"),
        (b"12", "not a record: no JSON object"),
        (b'"0704.0001"', "not a record: no JSON object"),
        (b'{"id":"0704.0001"', "not JSON: Expecting ',' delimiter at character 18"),
        (b'{"id":"0704.0001","title":"\xff"}', "not UTF-8 at byte 28"),
        (b'{"id":"0704.0001","title":"\\ud800"}', "half a surrogate pair, which is no character"),
        (b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON nested too deep"),
    ],
)
def test_only_a_record_without_identity_is_rejected(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    """What cannot be told who it is about is named with its line; its neighbours are read."""
    before, behind = encoded(LINE), encoded({**LINE, "id": "0704.0002"})
    read = read_bytes(tmp_path, b"\n".join([before, b"", line, behind, b""]))

    assert read.ids == ["0704.0001", "0704.0002"]
    assert read.rejects == [(3, reason)]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf", b"\n \t"])
def test_a_list_of_records_is_read(tmp_path: Path, indent: int | None, prefix: bytes) -> None:
    """One JSON list, in one line or over many, gives the same records as lines do."""
    records = [LINE, 3, {**LINE, "id": "0704.0002"}]
    read = read_bytes(tmp_path, prefix + json.dumps(records, indent=indent).encode())

    assert [as_line(record) for record in read.records] == [records[0], records[2]]
    assert [reason for _, reason in read.rejects] == ["not a record: no JSON object"]


def test_one_record_over_many_lines_is_read(tmp_path: Path) -> None:
    """A single record that somebody laid out is a record."""
    read = read_bytes(tmp_path, json.dumps(LINE, indent=2).encode())

    assert [as_line(record) for record in read.records] == [LINE]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_record_beyond_all_measure_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int | None
) -> None:
    """A line or an item of a list that is too large is named; a longer list of others is read."""
    monkeypatch.setattr(kaggle, "MAX_RECORD_BYTES", 1_000)
    large = {**LINE, "authors_parsed": [["A", "", ""]] * 100}
    reason = kaggle.TOO_LARGE

    lines = read_bytes(tmp_path, encoded(large) + b"\n" + encoded(LINE))
    assert (lines.ids, lines.rejects) == (["0704.0001"], [(1, reason)])
    items = read_bytes(tmp_path, json.dumps([LINE, large, LINE], indent=indent).encode())
    assert items.ids == ["0704.0001"] * 2
    assert [said for _, said in items.rejects] == [reason]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*LINE, "version", "created", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def read_line(line: bytes) -> ReadFile:
    """Read one line without a file."""
    rejects, drift = Rejects(), Drift()
    records = [record for _, record in KaggleReader("x", rejects, drift).read_lines(1, [line])]
    return ReadFile(records, [(1, reason) for reason in rejects.counts], drift.as_dict())


@given(st.dictionaries(st.sampled_from([key for key in LINE if key != "id"]), VALUES))
def test_any_values_give_one_record_of_the_declared_types(values: dict[str, Any]) -> None:
    """Whatever stands in the fields, the record is read, and only with values as declared."""
    read = read_line(encoded({**LINE, **values}))
    [record] = read.records

    assert record.id == LINE["id"]
    assert read.rejects == []
    for field in ArxivRecord.__struct_fields__[:11]:
        assert isinstance(getattr(record, field), str | None)
    for author in record.authors_parsed or []:
        assert all(isinstance(part, str) for part in author)
    for version in record.versions or []:
        assert isinstance(version.version, str | None)
        assert isinstance(version.created, str | None)
    assert read_line(encoded(as_line(record))).drift == {}


@given(st.binary(max_size=60))
def test_any_bytes_are_a_record_or_named(line: bytes) -> None:
    """A line of anything is read, rejected or blank, and raises nothing."""
    line = line.replace(b"\n", b"")
    read = read_line(line)

    assert len(read.records) + len(read.rejects) == (0 if not line.strip() else 1)


def test_equal_lines_have_equal_hashes() -> None:
    """The hash is that of the line, on the fast path and on the slow one."""
    one, same = read_line(encoded(LINE)).records + read_line(encoded(LINE)).records
    [other] = read_line(encoded({**LINE, "title": "Other"})).records
    [odd] = read_line(encoded({**LINE, "fresh": 1})).records

    assert one.content_hash == same.content_hash
    assert len({one.content_hash, other.content_hash, odd.content_hash}) == 3

"""OAI-PMH in all its metadata formats: real answers against the facts, and against a plain reader.

The plain reader builds the whole tree with the standard library and takes what it needs by full
names with namespaces, where the library streams and looks at local names.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scholargraph.ingest.arxiv.dates import timestamp
from scholargraph.ingest.arxiv.dois import published_dois
from scholargraph.ingest.arxiv.licences import licence_name
from scholargraph.ingest.arxiv.shapes import ArxivRecord
from scholargraph.ingest.arxiv.taxonomy import canonical_categories
from tests.ingest.arxiv.reading_support import ReadFile, content_of, read_bytes, read_file

OAI = "{http://www.openarchives.org/OAI/2.0/}"
ARXIV = "{http://arxiv.org/OAI/arXiv/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"
DC = "{http://purl.org/dc/elements/1.1/}"

PAGE_2007 = "oai_pmh/arxiv_listrecords_1000_2007.xml.gz"
PAGE_2013 = "oai_pmh/arxiv_listrecords_1000_2013.xml.gz"
PAGE_RAW = "oai_pmh/arxivraw_listrecords_1000.xml.gz"
PAGE_DC = "oai_pmh/oai_dc_listrecords_2014-12-24.xml.gz"


def page(arxiv_data: Path, name: str) -> list[ArxivRecord]:
    """Read a file of which everything is good."""
    read = read_file(arxiv_data / name)
    assert (read.rejects, read.drift) == ([], {})
    return read.records


def counts_of_fields(records: list[ArxivRecord]) -> dict[str, int]:
    """How many records have each field."""
    fields = ("updated", "doi", "comments", "journal_ref", "report_no", "license")
    return {
        field: sum(getattr(record, field) is not None for record in records) for field in fields
    }


def pair_counts(records: list[ArxivRecord]) -> Counter[frozenset[tuple[str, ...]]]:
    """Pairs of names on papers with at most 50 of them, and on how many papers."""
    counts: Counter[frozenset[tuple[str, ...]]] = Counter()
    for record in records:
        names = {tuple(entry[:3]) for entry in record.authors_parsed or []}
        if len(names) <= 50:
            counts.update(map(frozenset, combinations(names, 2)))
    return counts


# ------------------------------------------------------------------------------- arXiv


def test_page_of_2007(arxiv_data: Path) -> None:
    """1,000 records, their fields, authors, categories and pairs of co-authors."""
    records = page(arxiv_data, PAGE_2007)
    seats = [entry for record in records for entry in record.authors_parsed or []]
    codes = [(record.categories or "").split() for record in records]
    pairs = pair_counts(records)

    assert (len(records), records[0].id, records[-1].id) == (1_000, "0704.4001", "0705.0997")
    assert {record.origin for record in records} == {"arXiv"}
    datestamps = sorted(record.datestamp or "" for record in records)
    assert (datestamps[0], datestamps[-1]) == ("2007-05-23", "2013-04-03")
    created = sorted(record.created or "" for record in records)
    assert (created[0], created[-1]) == ("2007-04-30", "2007-05-08")
    assert counts_of_fields(records) == {
        "updated": 399,
        "doi": 598,
        "comments": 872,
        "journal_ref": 533,
        "report_no": 95,
        "license": 73,
    }
    dois = Counter(len(published_dois(record.doi)) for record in records)
    assert dois == {0: 402, 1: 592, 2: 6}
    assert len(seats) == 2_972
    assert len({tuple(entry[:3]) for entry in seats}) == 2_772
    sizes = Counter(len(record.authors_parsed or []) for record in records)
    assert [sizes[n] for n in range(1, 6)] == [276, 277, 210, 92, 60]
    assert [len(r.authors_parsed or []) for r in records if r.id == "0705.0116"] == [max(sizes)]
    assert max(sizes) == 71
    assert Counter(entry[2] for entry in seats if entry[2]) == {"III": 4, "Jr": 3, "Jr.": 1}
    assert sum(len(entry) - 3 for entry in seats) == 469
    assert sum(len(entry) > 3 for entry in seats) == 450
    assert Counter(entry[0] for entry in seats if not entry[1]) == {
        "D0 Collaboration": 2,
        "The BABAR Collaboration": 2,
    }
    assert len({code for found in codes for code in found}) == 112
    assert Counter(code for found in codes for code in found).most_common(1) == [("astro-ph", 194)]
    assert sum(len(found) == 1 for found in codes) == 635
    assert Counter(found[0] for found in codes).most_common(3) == [
        ("astro-ph", 176),
        ("hep-ph", 76),
        ("hep-th", 61),
    ]
    assert (len(pairs), sum(pairs.values())) == (5_957, 6_080)


def test_first_record_of_2007(arxiv_data: Path) -> None:
    """One record, field by field."""
    first = page(arxiv_data, PAGE_2007)[0]

    assert first.title == "Warping and Supersymmetry Breaking"
    assert first.categories == "hep-th"
    assert first.authors_parsed == [
        ["Douglas", "Michael R.", ""],
        ["Shelton", "Jessie", ""],
        ["Torroba", "Gonzalo", ""],
    ]
    assert (first.created, first.updated, first.doi) == ("2007-04-30", "2008-01-28", None)
    assert first.report_no == "RUNHETC-07-05"
    assert (first.authors, first.versions, first.is_deleted) == (None, None, False)


def test_page_of_2013(arxiv_data: Path) -> None:
    """1,000 records with licences, a byline of 628, and names that arXiv left with their TeX."""
    records = page(arxiv_data, PAGE_2013)
    seats = [entry for record in records for entry in record.authors_parsed or []]
    pairs = pair_counts(records)

    assert (len(records), records[0].id, records[-1].id) == (1_000, "1302.0649", "1302.1648")
    assert len(seats) == 4_384
    assert len({tuple(entry[:3]) for entry in seats}) == 3_626
    assert max((len(r.authors_parsed or []), r.id) for r in records) == (628, "1302.1213")
    suffixes = Counter(entry[2] for entry in seats if entry[2])
    assert suffixes == {"Jr": 5, "Jr.": 2, "III": 1, "II": 1}
    assert sum(len(entry) - 3 for entry in seats) == 203
    assert sum(len(entry) > 3 for entry in seats) == 194
    assert sum(not entry[1] for entry in seats) == 12
    found = counts_of_fields(records)
    assert (found["updated"], found["doi"], found["license"]) == (198, 128, 1_000)
    assert Counter(licence_name(record.license) for record in records) == {
        "other-oa": 968,
        "cc-by": 18,
        "cc-by-nc-sa": 10,
        "public-domain": 4,
    }
    printed = [set((record.categories or "").split()) for record in records]
    read = [canonical_categories(record.categories) for record in records]
    assert len(set().union(*printed)) == 131
    assert sum("cs.SY" in codes for codes in printed) == 5
    assert sum("eess.SY" in codes for codes in read) == 5
    assert sum("math-ph" in codes for codes in read) == 37
    assert sum("cs.IT" in codes for codes in read) == 40
    assert sum("math.ST" in codes for codes in read) == 11
    keynames = {entry[0] for entry in seats}
    assert {"S\\lawianowski", "Go\\lubowska"} <= keynames
    assert ["Martinez,", "Oscar", "Jr."] in seats
    assert (len(pairs), sum(pairs.values())) == (8_760, 8_874)


@pytest.mark.parametrize("name", [PAGE_2007, PAGE_2013])
def test_arxiv_is_read_as_by_a_plain_reader(arxiv_data: Path, name: str) -> None:
    """Every record has what the whole tree, taken by full names, has."""

    def text(element: ElementTree.Element, field: str) -> str | None:
        return element.findtext(ARXIV + field)

    tree = ElementTree.fromstring(content_of(arxiv_data / name))
    expected = [
        (
            (text(element, "id"), text(element, "title"), text(element, "abstract")),
            (text(element, "categories"), text(element, "doi"), text(element, "comments")),
            (text(element, "journal-ref"), text(element, "created"), text(element, "updated")),
            (text(element, "report-no"), text(element, "license")),
            [
                [
                    *(text(author, part) or "" for part in ("keyname", "forenames", "suffix")),
                    *(place.text or "" for place in author.iterfind(ARXIV + "affiliation")),
                ]
                for author in element.iter(ARXIV + "author")
            ],
        )
        for element in tree.iter(ARXIV + "arXiv")
    ]
    given = [
        (
            (record.id, record.title, record.abstract),
            (record.categories, record.doi, record.comments),
            (record.journal_ref, record.created, record.updated),
            (record.report_no, record.license),
            record.authors_parsed,
        )
        for record in page(arxiv_data, name)
    ]

    assert len(given) == 1_000
    assert given == expected


def test_answers_that_were_edited(arxiv_data: Path) -> None:
    """An element in the wrong namespace, twelve records at once, odd authors: all are read."""
    counts = {
        path.name: len(page(arxiv_data, f"oai_pmh/{path.name}"))
        for path in sorted((arxiv_data / "oai_pmh").glob("arxiv_*.xml"))
    }
    assert counts.pop("arxiv_getrecord_12_records.xml") == 12
    assert counts.pop("arxiv_listrecords_hep-ex.xml") == 3
    assert counts.pop("arxiv_listrecords_hep-th.xml") == 3
    assert (set(counts.values()), len(counts)) == ({1}, 12)

    [wrong_namespace] = page(arxiv_data, "oai_pmh/arxiv_getrecord_1601.03238.xml")
    assert published_dois(wrong_namespace.doi) == (
        "10.1103/physrevd.93.016005",
        "10.1103/physrevd.98.079901",
        "10.1103/physrevd.98.079903",
    )
    assert canonical_categories(wrong_namespace.categories)[-1] == "nlin.CD"
    assert (wrong_namespace.authors_parsed or [])[0] == ["Planck Collaboration", "", ""]
    [colon] = page(arxiv_data, "oai_pmh/arxiv_getrecord_1603.05976.xml")
    authors = colon.authors_parsed or []
    assert (len(authors), [":", "", ""] in authors) == (66, True)


# ---------------------------------------------------------------------- arXivRaw, arXivOld


def test_page_of_arxiv_raw(arxiv_data: Path) -> None:
    """1,000 records with all their versions, and bylines as strings."""
    records = page(arxiv_data, PAGE_RAW)
    versions = {record.id: record.versions or [] for record in records}
    bylines = [record.authors or "" for record in records]
    found = counts_of_fields(records)

    assert (len(records), records[0].id, records[-1].id) == (1_000, "0801.3673", "0801.4672")
    assert {record.origin for record in records} == {"arXivRaw"}
    datestamps = sorted(record.datestamp or "" for record in records)
    assert (datestamps[0], datestamps[-1]) == ("2008-01-25", "2014-01-15")
    assert Counter(map(len, versions.values())) == {
        1: 640, 2: 248, 3: 78, 4: 23, 5: 8, 6: 2, 8: 1,
    }  # fmt: skip
    assert sum(map(len, versions.values())) == 1_522
    eight = versions["0801.4174"]
    assert [version.version for version in eight] == [f"v{n}" for n in range(1, 9)]
    first, last = timestamp(eight[0].created), timestamp(eight[-1].created)
    assert (str(first)[:10], str(last)[:10]) == ("2008-01-28", "2009-05-08")
    assert all(timestamp(v.created) is not None for found in versions.values() for v in found)
    letters = Counter(v.source_type for found in versions.values() for v in found)
    assert letters == {None: 1_522 - 114, "D": 96, "S": 9, "I": 7, "A": 2}
    assert (found["doi"], found["journal_ref"], found["comments"]) == (573, 478, 854)
    assert (found["license"], found["report_no"]) == (197, 69)
    assert sum("withdr" in (record.comments or "") for record in records) == 4
    assert sum("(" in byline for byline in bylines) == 111
    assert sum("\\" in byline for byline in bylines) == 74
    assert sum(" and " in byline for byline in bylines) == 334
    assert all(record.authors and record.authors_parsed is None for record in records)
    codes = Counter(code for record in records for code in (record.categories or "").split())
    assert (len(codes), codes.most_common(1)) == (119, [("astro-ph", 225)])
    assert all(record.submitter for record in records)


def test_arxiv_raw_is_read_as_by_a_plain_reader(arxiv_data: Path) -> None:
    """Versions, bylines and titles are those of the whole tree."""
    tree = ElementTree.fromstring(content_of(arxiv_data / PAGE_RAW))
    expected = [
        (
            element.findtext(RAW + "id"),
            element.findtext(RAW + "title"),
            element.findtext(RAW + "authors"),
            element.findtext(RAW + "submitter"),
            [
                (
                    version.get("version"),
                    version.findtext(RAW + "date"),
                    version.findtext(RAW + "source_type"),
                )
                for version in element.iterfind(RAW + "version")
            ],
        )
        for element in tree.iter(RAW + "arXivRaw")
    ]
    given = [
        (
            record.id,
            record.title,
            record.authors,
            record.submitter,
            [(v.version, v.created, v.source_type) for v in record.versions or []],
        )
        for record in page(arxiv_data, PAGE_RAW)
    ]

    assert len(given) == 1_000
    assert given == expected


def test_small_answers_of_arxiv_raw(arxiv_data: Path) -> None:
    """Six records of a page, and one alone."""
    assert len(page(arxiv_data, "oai_pmh/arxivraw_listrecords_6.xml")) == 6
    [record] = page(arxiv_data, "oai_pmh/arxivraw_getrecord_1302.2146.xml")
    assert (record.id, record.datestamp) == ("1302.2146", "2013-04-03")
    assert record.authors == "Joshua Berger, Maxim Perelstein, Michael Saelim and Philip Tanedo"


def test_arxiv_old(tmp_path: Path) -> None:
    """The oldest format has a byline and dates, but neither versions nor parts of names."""
    read = read_bytes(
        tmp_path,
        b"""<record xmlns="http://www.openarchives.org/OAI/2.0/"><header>
        <identifier>oai:arXiv.org:hep-th/9901001</identifier><datestamp>2008-11-26</datestamp>
        </header><metadata><arXivOld xmlns="http://arxiv.org/OAI/arXivOld/">
        <id>hep-th/9901001</id><title>T</title><authors>A. Person (Oslo) and B. Person</authors>
        <categories>hep-th q-alg</categories><created>1999-01-01</created>
        </arXivOld></metadata></record>""",
    )
    [record] = read.records

    assert (read.rejects, read.drift) == ([], {})
    assert (record.origin, record.id, record.created) == (
        "arXivOld",
        "hep-th/9901001",
        "1999-01-01",
    )
    assert record.authors == "A. Person (Oslo) and B. Person"
    assert (record.authors_parsed, record.versions) == (None, None)


# ----------------------------------------------------------------------------- oai_dc


def test_page_of_oai_dc(arxiv_data: Path) -> None:
    """897 records whose categories are told by name, with comments and DOIs among other things."""
    records = page(arxiv_data, PAGE_DC)
    seats = [entry for record in records for entry in record.authors_parsed or []]

    assert len(records) == 897
    assert {record.origin for record in records} == {"oai_dc"}
    assert {record.datestamp for record in records} == {"2014-12-24", "2014-12-25"}
    assert len(seats) == 4_630
    assert max((len(r.authors_parsed or []), r.id) for r in records) == (706, "1408.4368")
    assert sorted(entry[0] for entry in seats if not entry[1]) == [
        "CMS Collaboration",
        "D0 Collaboration",
        "Heavy Flavor Averaging Group",
        "LHCb collaboration",
        "LHCb collaboration",
    ]
    assert sum(record.comments is None for record in records) == 185
    assert not any((record.comments or "").startswith("Comment:") for record in records)
    assert sum(record.updated is not None for record in records) == 351
    assert sum(len((record.doi or "").split()) for record in records) == 280
    assert sum("/" in record.id for record in records) == 7
    assert all(canonical_categories(record.categories) for record in records)
    codes = Counter(code for record in records for code in (record.categories or "").split())
    assert (codes["hep-th"], codes["quant-ph"], codes["cs.LG"]) == (79, 78, 14)
    assert (codes["stat.ML"], codes["math-ph"], codes["eess.SY"]) == (11, 34, 6)


def test_oai_dc_is_read_as_by_a_plain_reader(arxiv_data: Path) -> None:
    """Creators written back as printed, titles, first abstracts and references are the tree's."""
    tree = ElementTree.fromstring(content_of(arxiv_data / PAGE_DC))
    expected = []
    for element in tree.iter(OAI + "record"):
        texts = {
            name: [child.text or "" for child in element.iter(DC + name)]
            for name in ("title", "creator", "description", "identifier", "date")
        }
        references = [
            text
            for text in texts["identifier"]
            if not text.startswith(("http://arxiv.org/abs/", "doi:"))
        ]
        expected.append(
            (
                element.findtext(f"{OAI}header/{OAI}identifier"),
                texts["title"][0],
                texts["creator"],
                texts["description"][0],
                references[:1],
                texts["date"],
            )
        )
    given = [
        (
            f"oai:arXiv.org:{record.id}",
            record.title,
            [
                f"{keyname} {suffix}".strip() + (f", {forenames}" if forenames else "")
                for keyname, forenames, suffix in record.authors_parsed or []
            ],
            record.abstract,
            [record.journal_ref] if record.journal_ref else [],
            [day for day in (record.created, record.updated) if day],
        )
        for record in page(arxiv_data, PAGE_DC)
    ]

    assert len(given) == 897
    assert given == expected


def test_ten_papers_in_two_formats(arxiv_data: Path) -> None:
    """Metadata elements alone say of the first ten papers what their Kaggle lines say."""
    lines = read_file(arxiv_data / "kaggle_lines.jsonl.gz").records[:10]
    for number, line in enumerate(lines, 1):
        [record] = page(arxiv_data, f"oai_pmh/oai_dc_metadata_0704.{number:04d}.xml")
        assert record.id == line.id
        assert (record.title or "").split() == (line.title or "").split()
        assert record.authors_parsed == [entry[:3] for entry in line.authors_parsed or []]
        assert set(published_dois(record.doi)) <= set(published_dois(line.doi))
        assert record.comments == line.comments
        assert (record.abstract or "").split() == (line.abstract or "").split()
        assert set(canonical_categories(record.categories)) == set(
            canonical_categories(line.categories)
        )
    [evans] = page(arxiv_data, "oai_pmh/oai_dc_metadata_0704.0009.xml")
    assert ["Evans", "Neal J.", "II"] in (evans.authors_parsed or [])


def test_records_alone_and_of_another_server(arxiv_data: Path) -> None:
    """Records without the envelope and its namespace, and one of 2005 from citebase, are read."""
    paths = sorted((arxiv_data / "oai_pmh").glob("oai_dc_record_*.xml"))
    records = [page(arxiv_data, f"oai_pmh/{path.name}")[0] for path in paths]
    assert [record.id for record in records] == [
        "0901.2443",
        "1711.04702",
        "1711.05739",
        "astro-ph/9501013",
        "cond-mat/9706061",
        "hep-th/0408048",
        "math/0306266",
    ]
    assert all(record.datestamp and record.created for record in records)
    assert (records[0].authors_parsed or [])[0] == ["Özel", "B.", ""]

    [old] = page(arxiv_data, "oai_pmh/oai_dc_getrecord_hep-th_0001001_citebase.xml")
    assert (old.id, old.categories) == ("hep-th/0001001", None)
    assert (old.created, old.updated) == ("1999-12-31", "2000-01-17")


def test_dates_of_dublin_core_need_no_order(tmp_path: Path) -> None:
    """The earliest day is that of the first version, the latest that of the newest."""
    days = ("2014-12-24", "2012-01-02", "2013-05-06")
    body = "".join(f"<dc:date>{day}</dc:date>" for day in days)
    [record] = read_bytes(tmp_path, dublin_core(body)).records

    assert (record.created, record.updated) == ("2012-01-02", "2014-12-24")


def dublin_core(body: str, sets: str = "") -> bytes:
    """Return a record with some Dublin Core in it."""
    return f"""<record><header><identifier>oai:arXiv.org:0704.0001</identifier>{sets}</header>
    <metadata><oai_dc:dc>{body}</oai_dc:dc></metadata></record>""".encode()


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        ("Evans II, Neal J.", ["Evans", "Neal J.", "II"]),
        ("Martinez, Jr., Oscar", ["Martinez,", "Oscar", "Jr."]),
        ("von\n  Neumann-Cosel, P.", ["von Neumann-Cosel", "P.", ""]),
        ("V, Kumar", ["V", "Kumar", ""]),
        ("CMS Collaboration", ["CMS Collaboration", "", ""]),
    ],
)
def test_creators_are_taken_apart(tmp_path: Path, creator: str, expected: list[str]) -> None:
    """Keyname, suffix and forenames, as the server put them together."""
    [record] = read_bytes(tmp_path, dublin_core(f"<dc:creator>{creator}</dc:creator>")).records

    assert record.authors_parsed == [expected]


@pytest.mark.parametrize(
    ("sets", "expected"),
    [("cs", "cs.LG"), ("cs:cs:LG", "cs.LG"), ("stat:stat:ML", "stat.ML"), ("math", None)],
)
def test_a_name_of_two_categories_is_told_by_the_sets(
    tmp_path: Path, sets: str, expected: str | None
) -> None:
    """``Machine Learning`` alone is the category of the archive that the header names."""
    body = "<dc:subject>Machine Learning</dc:subject><dc:subject>68T05</dc:subject>"
    read = read_bytes(tmp_path, dublin_core(body, f"<setSpec>{sets}</setSpec>"))

    assert read.records[0].categories == expected
    assert read.drift == ({} if expected else {"oai_dc.subject: bad value, left out": 1})


# ---------------------------------------------------------------- envelopes, errors, deleted


def test_a_deleted_record(arxiv_data: Path) -> None:
    """A deleted record is its id and datestamp, although this answer has metadata beside."""
    [record] = page(arxiv_data, "oai_pmh/oai_dc_getrecord_deleted_constructed.xml")

    assert (record.id, record.is_deleted) == ("acc-phys/9411001", True)
    assert record.datestamp == "2004-06-22T17:51:18Z"
    assert (record.title, record.authors_parsed, record.origin) == (None, None, "header")


def test_a_deleted_record_without_metadata(tmp_path: Path) -> None:
    """As the protocol has it, a deleted record is a header alone."""
    read = read_bytes(
        tmp_path,
        b"<record><header status='deleted'><identifier>oai:arXiv.org:0704.0001</identifier>"
        b"<datestamp>2020-01-01</datestamp></header></record>",
    )
    assert [(r.id, r.is_deleted, r.datestamp) for r in read.records] == [
        ("0704.0001", True, "2020-01-01")
    ]


@pytest.mark.parametrize(
    "code", ["badArgument", "badResumptionToken", "badVerb", "idDoesNotExist", "noRecordsMatch"]
)
def test_errors_of_the_server_are_named(arxiv_data: Path, code: str) -> None:
    """An error is named with its code and message; that nothing matches is no error."""
    read = read_file(arxiv_data / "oai_pmh" / f"error_{code}.xml")

    assert read.records == []
    if code == "noRecordsMatch":
        assert read.rejects == []
    else:
        [(line, reason)] = read.rejects
        assert line in (4, 5)
        assert reason.startswith(f"an error of the server: {code}: ")


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (b"<Identify><repositoryName>x</repositoryName></Identify>", "Identify"),
        (b"<ListIdentifiers><header/></ListIdentifiers>", "ListIdentifiers"),
        (b"", "nothing in it"),
    ],
)
def test_answers_without_records_are_named(tmp_path: Path, inside: bytes, reason: str) -> None:
    """An answer to something else than a question for records holds none, and that is said."""
    read = read_bytes(tmp_path, b"<OAI-PMH><responseDate/><request/>" + inside + b"</OAI-PMH>")

    assert (read.records, read.rejects) == ([], [(1, f"an answer without records: {reason}")])


def test_an_empty_list_is_an_empty_list(tmp_path: Path) -> None:
    """A last page may have no records."""
    read = read_bytes(tmp_path, b"<OAI-PMH><ListRecords><resumptionToken/></ListRecords></OAI-PMH>")

    assert (read.records, read.rejects) == ([], [])


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"<record/>", "not a record: no metadata of a known format: "),
        (
            b"<record><metadata><marc/><oai_x/></metadata></record>",
            "not a record: no metadata of a known format: marc, oai_x",
        ),
        (b"<record><metadata><arXiv/></metadata></record>", "not a record: no id"),
        (
            b"<record><header><identifier>oai:x:1</identifier></header>"
            b"<metadata><dc/></metadata></record>",
            "not a record: an id that is none of arXiv's",
        ),
        (b"<record><header status='deleted'/></record>", "not a record: no id"),
    ],
)
def test_what_is_no_record_is_named(tmp_path: Path, record: bytes, reason: str) -> None:
    """Only what cannot be told who it is about is rejected; its neighbours are read."""
    good = b"<record><metadata><arXiv><id>%s</id></arXiv></metadata></record>\n"
    text = b"<ListRecords>\n" + good % b"0704.0001" + record + b"\n" + good % b"0704.0002"
    read = read_bytes(tmp_path, text + b"</ListRecords>")

    assert read.ids == ["0704.0001", "0704.0002"]
    assert read.rejects == [(3, reason)]


def test_unknown_elements_are_drift(tmp_path: Path) -> None:
    """What a later server adds is counted by its place, and the record is read."""
    read = read_bytes(
        tmp_path,
        b"""<arXiv><id>0704.0001</id><fresh>x</fresh><authors><author><keyname>A</keyname>
        <orcid>0000</orcid></author><author/></authors><title>T</title><title>U</title></arXiv>""",
    )
    assert read.records[0].authors_parsed == [["A", "", ""]]
    assert read.records[0].title == "T"
    assert read.drift == {"arXiv.author.orcid: unknown field": 1, "arXiv.fresh: unknown field": 1}


def test_pages_one_behind_the_other_are_read(arxiv_data: Path, tmp_path: Path) -> None:
    """A whole harvest in one file, errors and web pages between the pages, gives all records."""
    folder = arxiv_data / "oai_pmh"
    parts = [
        content_of(folder / "arxiv_listrecords_hep-ex.xml"),
        content_of(folder / "error_badVerb.xml"),
        b"\n\n<!DOCTYPE html>\n<html><body><h1>503</h1><br>Retry</body></html>\n",
        b"<?xml version='1.0'?>" + content_of(folder / "oai_dc_record_math_0306266.xml"),
        content_of(folder / "oai_dc_metadata_0704.0001.xml"),
        content_of(folder / "arxivraw_listrecords_6.xml"),
        content_of(folder / "error_noRecordsMatch.xml"),
    ]
    read = read_bytes(tmp_path, b"".join(parts))
    lines = b"".join(parts[:2]).count(b"\n") + 2 + 1

    assert len(read.records) == 3 + 1 + 1 + 6
    assert read.rejects[1] == (lines, "an HTML page, which holds no records")
    assert [reason.partition(":")[0] for _, reason in read.rejects] == [
        "an error of the server",
        "an HTML page, which holds no records",
    ]


def test_bytes_that_are_no_text_are_named(arxiv_data: Path, tmp_path: Path) -> None:
    """The file with bad bytes is named with its line; amid a page it costs its own record only."""
    path = arxiv_data / "oai_pmh" / "oai_dc_getrecord_badbytes.xml"
    alone = read_file(path)
    assert alone.records == []
    [(line, reason)] = alone.rejects
    content = path.read_bytes()
    assert reason == "XML that is not well-formed: not well-formed (invalid token)"
    assert any(byte >= 0x80 or byte < 9 for byte in content.split(b"\n")[(line or 0) - 1])

    bad = content[content.index(b"<record") : content.index(b"</GetRecord")]
    good = b"<record><metadata><arXiv><id>%s</id></arXiv></metadata></record>\n"
    body = good % b"0704.0001" + bad + good % b"0704.0002" + bad + good % b"0704.0003"
    amid = read_bytes(tmp_path, b"<OAI-PMH>\n<ListRecords>\n%s</ListRecords>\n</OAI-PMH>" % body)
    assert amid.ids == ["0704.0001", "0704.0002", "0704.0003"]
    assert [reason for _, reason in amid.rejects] == [reason, reason]


def test_equal_records_have_equal_hashes(arxiv_data: Path, tmp_path: Path) -> None:
    """The hash is that of what a record says, wherever its page breaks its lines."""
    content = content_of(arxiv_data / "oai_pmh" / "arxiv_getrecord_1401.2122.xml")
    read: list[ReadFile] = [
        read_bytes(tmp_path, text)
        for text in (content, content.replace(b"</record>", b"\n\n</record>"))
    ]
    one, same = (found.records[0].content_hash for found in read)
    other = read_bytes(tmp_path, content.replace(b"<title>", b"<title>X")).records[0].content_hash

    assert one == same != other
    assert one != 0

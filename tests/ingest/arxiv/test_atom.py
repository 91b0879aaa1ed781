"""Atom feeds: recorded pages of two layouts against the facts, errors and empty pages."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scholargraph.ingest.arxiv.dates import timestamp
from scholargraph.ingest.arxiv.shapes import ArxivRecord
from tests.ingest.arxiv.reading_support import ReadFile, read_bytes, read_file

FEED = b"""<?xml version='1.0'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
%s</feed>"""


def page(arxiv_data: Path, name: str) -> list[ArxivRecord]:
    """Read a file of which everything is good."""
    read = read_file(arxiv_data / "atom" / name)
    assert (read.rejects, read.drift) == ([], {})
    assert {record.origin for record in read.records} <= {"atom"}
    return read.records


def entry(tmp_path: Path, body: str) -> ReadFile:
    """Read a feed with one entry."""
    return read_bytes(tmp_path, FEED % f"<entry>{body}</entry>".encode())


def test_page_of_a_hundred(arxiv_data: Path) -> None:
    """100 entries with their authors, DOIs, references, comments, categories and versions."""
    records = page(arxiv_data, "q_testing_s0_m100.xml.gz")
    names = [name for record in records for name in record.author_names or []]

    assert len({record.id for record in records}) == len(records) == 100
    assert (records[0].id, records[0].newest_version) == ("2202.12139", 1)
    assert len(names) == 366
    assert sum(len(name) - 1 for name in names) == 2
    assert max((len(r.author_names or []), r.id) for r in records) == (9, "2101.12036")
    assert sum(record.doi is not None for record in records) == 32
    assert sum(record.journal_ref is not None for record in records) == 18
    assert sum(record.comments is not None for record in records) == 97
    primary = Counter((record.categories or "").split()[0] for record in records)
    assert primary["cs.SE"] == 64
    assert Counter(record.newest_version for record in records) == {
        1: 64, 2: 21, 3: 10, 4: 3, 5: 1, 9: 1,
    }  # fmt: skip
    assert sum("/" in record.id for record in records) == 3
    for record in records:
        first, newest = timestamp(record.created), timestamp(record.updated)
        assert first is not None
        assert newest is not None
        assert first <= newest
        assert (first == newest) or (record.newest_version or 0) > 1
        assert len(set((record.categories or "").split())) == len((record.categories or "").split())


def test_every_other_page_is_a_part_of_it(arxiv_data: Path) -> None:
    """Pages that start and end elsewhere hold the same entries, to the last field."""
    whole = page(arxiv_data, "q_testing_s0_m100.xml.gz")
    parts = sorted((arxiv_data / "atom").glob("q_testing_s*_m1[05].xml.gz"))
    assert len(parts) == 10
    for path in parts:
        start, size = (int(part[1:]) for part in path.name.split(".")[0].split("_")[2:])
        assert page(arxiv_data, path.name) == whole[start : start + size]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("id_0000.0000_s0_m100.xml", 0),
        ("id_0808.05394_s0_m100.xml", 0),
        ("id_0808.05394_1707.08567_s0_m100.xml", 1),
    ],
)
def test_ids_that_there_are_not(arxiv_data: Path, name: str, count: int) -> None:
    """A feed without entries because there is nothing is in order."""
    assert len(page(arxiv_data, name)) == count


def test_an_error_is_named(arxiv_data: Path) -> None:
    """The entry titled Error is no paper; its message is the reason."""
    read = read_file(arxiv_data / "atom" / "id_abc_s0_m100_http400.xml")

    assert read.records == []
    assert read.rejects == [(9, "an error of the server: incorrect id format for abc")]


def test_an_old_paper_with_affiliations(arxiv_data: Path) -> None:
    """An id with an archive, and each author's affiliation behind the name."""
    [record] = page(arxiv_data, "id_astro-ph_0601001_s0_m100.xml")

    assert (record.id, record.newest_version) == ("astro-ph/0601001", 1)
    assert record.author_names == [
        ["Andrew Gould", "Ohio State"],
        ["Susan Dorsher", "Ohio State"],
        ["B. Scott Gaudi", "CfA"],
        ["Andrzej Udalski", "Warsaw University Observatory"],
    ]
    assert record.journal_ref == "ActaAstron.56:1-50,2006"
    assert record.categories == "astro-ph"


def test_odd_papers(arxiv_data: Path) -> None:
    """A title that is the string 0, categories of two archives, a name that was encoded twice."""
    [zero] = page(arxiv_data, "id_2104.12255v1_s0_m100.xml")
    [quantum] = page(arxiv_data, "id_quant-ph_0201082v1_s0_m100.xml")
    [mathematics] = page(arxiv_data, "id_1605.08386_s0_m100.xml")
    [theory] = page(arxiv_data, "id_1707.08567_s0_m100.xml")

    assert zero.title == "0"
    assert (quantum.id, quantum.categories) == ("quant-ph/0201082", "quant-ph cs.PL")
    assert mathematics.categories == "math.CO math.ST"
    assert (len(theory.author_names or []), theory.categories) == (34, "cs.IT")
    assert ["Dirk WÃ¼bben"] in (theory.author_names or [])


def test_the_layout_of_2020(arxiv_data: Path) -> None:
    """Namespaces declared on each element and authors before the rest make no difference."""
    [record] = page(arxiv_data, "old_format_id_1911.12281.xml")

    assert (record.id, record.newest_version) == ("1911.12281", 2)
    assert record.title == "Configuration Spaces of Surfaces"
    assert record.author_names == [["Ricardo Campos"], ["Najib Idrissi"], ["Thomas Willwacher"]]
    assert record.categories == "math.QA math.AT"
    assert record.comments == "50 pages. v2: fixed typos"
    assert (record.created, record.updated) == ("2019-11-27T16:52:52Z", "2020-04-02T15:26:49Z")
    assert (record.doi, record.license, record.datestamp) == (None, None, None)


def test_classes_of_others_are_no_categories(tmp_path: Path) -> None:
    """The primary category comes first wherever it stands; MSC and ACM classes go."""
    read = entry(
        tmp_path,
        """<id>http://arxiv.org/abs/0704.0001v2</id><category term="math.AT"/>
        <category term="68T05"/><category term="math.QA"/><category term="I.2.6; F.2"/><category/>
        <arxiv:primary_category term="math.QA"/>""",
    )
    assert read.records[0].categories == "math.QA math.AT"
    assert (read.rejects, read.drift) == ([], {})


def test_several_dois_and_unknown_elements(tmp_path: Path) -> None:
    """DOIs are kept together; what is not known is counted by its place."""
    read = entry(
        tmp_path,
        """<id>0704.0001</id><arxiv:doi>10.1000/1</arxiv:doi><arxiv:doi> 10.1000/2 </arxiv:doi>
        <arxiv:fresh/><author><name>A  B</name><arxiv:orcid>x</arxiv:orcid></author><author/>""",
    )
    [record] = read.records

    assert record.doi == "10.1000/1 10.1000/2"
    assert record.author_names == [["A B"]]
    assert record.newest_version is None
    assert read.drift == {"entry.author.orcid: unknown field": 1, "entry.fresh: unknown field": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not a record: no id"),
        ("<id>tag:example.org,2020:1</id>", "not a record: an id that is none of arXiv's"),
        ("<id>http://arxiv.org/api/errors#x</id>", "an error of the server: "),
        ("<title>Error</title><summary>slow\n down</summary>", "an error of the server: slow down"),
    ],
)
def test_what_is_no_paper_is_named(tmp_path: Path, body: str, reason: str) -> None:
    """An entry without an id of arXiv's, such as of another feed, is rejected by name."""
    read = entry(tmp_path, body)

    assert read.records == []
    [(line, said)] = read.rejects
    assert line == 3
    assert said.startswith(reason)


@pytest.mark.parametrize(
    ("total", "rejects"),
    [
        ("12", [(1, "an empty page of a feed that has results: 12")]),
        ("0", []),
        ("", []),
        ("many", []),
    ],
)
def test_an_empty_page_that_should_not_be_is_named(
    tmp_path: Path, total: str, rejects: list[tuple[int, str]]
) -> None:
    """The API now and then sends a page without entries of a search that has results."""
    body = f"<opensearch:totalResults>{total}</opensearch:totalResults>".encode()

    assert read_bytes(tmp_path, FEED % body).rejects == rejects
    full = FEED % (body + b"<entry><id>0704.0001</id></entry>")
    assert read_bytes(tmp_path, full).rejects == []

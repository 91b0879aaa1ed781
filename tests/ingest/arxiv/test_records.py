"""Real records of arXiv in a graph: what they say, and nothing else."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import scholargraph as sg
from scholargraph.errors import InputNotFoundError, InvalidArgumentError
from tests.ingest.arxiv import other_formats
from tests.ingest.arxiv.graphs import (
    AFFILIATED_LINE,
    ALIASES,
    LINES,
    OTHER_LINES,
    contents,
    counted,
    ingested,
    naive_form,
    records_of,
    rows,
)
from tests.ingest.arxiv.reading_support import content_of

KAGGLE_FILES = (LINES, OTHER_LINES, AFFILIATED_LINE)


def one_line(text: str | None) -> str | None:
    """Collapse blanks."""
    return None if text is None else " ".join(text.split())


def naive_categories(text: str) -> list[str]:
    """Categories of a record of today by hand: second names replaced, each once."""
    return list(dict.fromkeys(ALIASES.get(code, code) for code in text.split()))


# ------------------------------------------------------------------------------ Kaggle lines


@pytest.fixture(scope="module")
def all_lines(arxiv_data: Path, tmp_path_factory: pytest.TempPathFactory) -> sg.ScholarGraph:
    """All 250 lines; tests must not write to it."""
    files = [arxiv_data / name for name in KAGGLE_FILES]
    return ingested(files, tmp_path_factory.mktemp("all-lines") / "graph")


def test_the_200_lines(lines: sg.ScholarGraph) -> None:
    """Papers, seats, names, years, versions, licences and DOIs are those of the facts."""
    papers = rows(lines, "SELECT paper_id FROM papers ORDER BY ALL")

    assert papers == [(f"arXiv:0704.{number:04d}",) for number in range(1, 201)]
    assert counted(lines, "year", "papers") == {2007: 200}
    assert counted(lines, "origin", "papers") == {"arxiv": 200}
    assert counted(lines, "version_count", "papers") == {1: 113, 2: 59, 3: 20, 4: 5, 5: 3}
    assert counted(lines, "year(updated_date)", "papers") == {
        2007: 66, 2008: 49, 2009: 52, 2010: 8, 2011: 4, 2012: 3, 2013: 3, 2014: 2, 2015: 10,
        2016: 1, 2022: 2,
    }  # fmt: skip
    assert counted(lines, "author_count", "papers") == {
        1: 72, 2: 54, 3: 32, 4: 19, 5: 7, 6: 2, 7: 3, 8: 3, 10: 5, 14: 2, 15: 1,
    }  # fmt: skip
    assert lines.counts["authorships"] == 537
    assert rows(lines, "SELECT count(DISTINCT author_name) FROM authorships") == [(510,)]
    assert counted(lines, "kind", "authors") == {"name form": 509, "organisation": 1}
    often = "SELECT name FROM authors JOIN authorships USING (author_id) GROUP BY ALL"
    assert rows(lines, f"{often} HAVING count(*) > 3 ORDER BY count(*) DESC, name") == [
        ("I. Grabec",),
        ("Alfons G. Hoekstra",),
        ("Maxim A. Yurkin",),
    ]
    ties = sg.coauthor_network(lines, max_authors=None)
    # The collaboration that signs with one person makes no tie.
    assert len(ties.edges) == 1_011 - 1
    assert sum(count > 1 for count in ties.edges["paper_count"].to_pylist()) == 8
    assert counted(lines, "license", "arxiv_records") == {
        None: 181,
        "other-oa": 17,
        "cc-by-nc-nd": 2,
    }
    assert counted(lines, "len(dois)", "arxiv_records") == {0: 83, 1: 115, 2: 2}
    assert counted(lines, "doi LIKE '10.48550/arxiv.%'", "papers") == {True: 83, False: 117}
    assert rows(lines, "SELECT dois FROM arxiv_records WHERE len(dois) = 2 ORDER BY ALL") == [
        (["10.1016/j.jqsrt.2007.01.034", "10.1016/j.jqsrt.2015.11.025"],),
        (["10.1364/josaa.23.002578", "10.1364/josaa.32.002407"],),
    ]
    withdrawn = rows(lines, "SELECT paper_id FROM papers WHERE is_withdrawn")
    assert withdrawn == [("arXiv:0704.0156",)]
    truncated = rows(lines, "SELECT paper_id FROM papers WHERE authors_truncated ORDER BY ALL")
    assert truncated == [("arXiv:0704.0020",), ("arXiv:0704.0171",)]


def test_categories_of_the_200_lines(lines: sg.ScholarGraph) -> None:
    """72 codes are 69 categories of today, in a tree of archives and groups."""
    primary = counted(lines, "topic_id", "papers")
    every = counted(lines, "topic_id", "paper_topics")
    levels = counted(lines, "level", "topics")

    # math.MP, math.IT and cs.NA count as math-ph, cs.IT and math.NA.
    assert (len(every), len(primary)) == (72 - 3, 55)
    assert primary["arXiv:astro-ph"] == 19
    assert primary["arXiv:hep-ph"] == 18
    assert (every["arXiv:astro-ph"], every["arXiv:hep-ph"], every["arXiv:math-ph"]) == (23, 22, 6)
    assert counted(lines, "is_primary", "paper_topics")[True] == 200
    assert levels["category"] == len(every)
    above = rows(lines, "SELECT DISTINCT parent_id FROM topics WHERE level = 'category'")
    assert {row[0] for row in above} == {
        f"arXiv:archive/{topic.removeprefix('arXiv:').partition('.')[0]}" for topic in every
    }


FOOTNOTES = {"1 and 2", "1 and 3"}
"""Affiliations of 0704.0025, which the record does not explain where authors are in parts."""


def test_kaggle_lines_one_by_one(all_lines: sg.ScholarGraph, arxiv_data: Path) -> None:
    """Everything that a line says stands in the tables, by a plain reading of its JSON."""
    every = itertools.chain.from_iterable(records_of(arxiv_data / name) for name in KAGGLE_FILES)
    records = {f"arXiv:{record['id']}": record for record in every}
    seats, affiliations, said, topics, abstracts = [], [], [], [], []
    for paper, record in records.items():
        for position, (keyname, forenames, suffix, *texts) in enumerate(
            record["authors_parsed"], 1
        ):
            printed = " ".join(part for part in (forenames, keyname, suffix) if part)
            seats.append((paper, position, printed, naive_form(printed)))
            named = [one_line(text) for text in texts if text not in FOOTNOTES]
            affiliations += [(paper, position, named)] if named else []
        categories = naive_categories(record["categories"])
        topics += [(paper, f"arXiv:{code}", code == categories[0]) for code in categories]
        abstracts.append((paper, one_line(record["abstract"])))
        said.append(
            (
                paper,
                one_line(record["title"]),
                str(other_formats.created(record, 0).date()),
                categories,
                (record["doi"] or "").lower().split(),
                one_line(record["journal-ref"]),
                one_line(record["comments"]),
                one_line(record["report-no"]),
                len(record["versions"]),
                record["update_date"],
            )
        )

    def found(columns: str, table: str) -> list[tuple[Any, ...]]:
        return sorted(rows(all_lines, f"SELECT {columns} FROM {table}"))

    assert len(records) == 250
    assert found("paper_id, position, author_name, author_id", "authorships") == sorted(seats)
    assert found("paper_id, position, raw", "affiliations") == sorted(affiliations)
    assert found("paper_id, topic_id, is_primary", "paper_topics") == sorted(topics)
    assert found("paper_id, text", "abstracts") == sorted(abstracts)
    columns = "title, date::TEXT, categories, dois, journal_reference, comments, report_number"
    columns = f"record_id, {columns}, version_count, updated_date::DATE::TEXT"
    assert found(columns, "arxiv_records") == sorted(said)


@pytest.mark.parametrize(
    ("authors", "author_layer"),
    [
        ("A. B. van der Berg, C. Doe, F Roe Jr", {"seats: name form by initials alone": 3}),
        ("Ada Lovelace, Li Wei, Sudha, Ada B. Lovelace, A. Bea Cee, Zoe van der Berg", {}),
        ("The BABAR Collaboration, Bo Roe", {"seats: organisation": 1}),
    ],
)
def test_the_report_counts_what_makes_no_author(
    tmp_path: Path, authors: str, author_layer: dict[str, int]
) -> None:
    """Initials alone, which may be anybody's, and bodies; not people of one name or a short one."""
    (tmp_path / "line.json").write_text(json.dumps({"id": "0704.0001", "authors": authors}))
    report = sg.ingest_arxiv(tmp_path / "line.json", tmp_path / "graph")

    assert dict(report.author_layer) == author_layer


def test_what_is_no_category_is_counted(tmp_path: Path) -> None:
    """Codes of no category are bad values, with record and example; each text is judged alike."""
    texts = [
        "cs.AI 68T05",
        "cs.AI 68T05",
        "cs.XX",
        " ".join(["cs.AI"] * 60 + ["nonsense"]),
        "cs.AI",
    ]
    lines = [{"id": f"0704.{n:04d}", "categories": text} for n, text in enumerate(texts, 1)]
    (tmp_path / "lines.json").write_text("\n".join(map(json.dumps, lines)))
    report = sg.ingest_arxiv(tmp_path / "lines.json", tmp_path / "graph")
    graph = sg.read_graph(tmp_path / "graph")

    assert dict(report.drift) == {"arxiv.categories: bad value, left out": 4}
    [entry] = report.drift_by_file
    assert (entry.file, entry.record_id, entry.example) == (
        "lines.json",
        "arXiv:0704.0001",
        "68T05",
    )
    assert rows(graph, "SELECT topic_id FROM papers ORDER BY paper_id") == [
        *[("arXiv:cs.AI",)] * 2,
        (None,),
        *[("arXiv:cs.AI",)] * 2,
    ]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"link": "title"}, "link must be 'all' or 'ids'"),
        ({"workers": 0}, "workers must be a positive number"),
    ],
)
def test_what_is_no_argument_is_refused(tmp_path: Path, how: Any, message: str) -> None:
    """The store is not begun."""
    with pytest.raises(InvalidArgumentError, match=message):
        sg.ingest_arxiv(tmp_path, tmp_path / "graph", **how)

    assert not (tmp_path / "graph").exists()


def test_a_folder_without_files_is_an_error(tmp_path: Path) -> None:
    """There is nothing to read in it."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputNotFoundError, match="holds no files"):
        sg.ingest_arxiv(tmp_path / "empty", tmp_path / "graph")


# --------------------------------------------------------------------------- all real files

NOT_RECORDS = {
    "arxiv_cs_1990_2019.tsv.gz": "neither JSON nor XML",
    "arxiv_legacy_archives.tsv.gz": "neither JSON nor XML",
    "taxonomy.csv": "neither JSON nor XML",
    "atom/id_abc_s0_m100_http400.xml": "an error of the server",
    "oai_pmh/error_badArgument.xml": "an error of the server",
    "oai_pmh/error_badResumptionToken.xml": "an error of the server",
    "oai_pmh/error_badVerb.xml": "an error of the server",
    "oai_pmh/error_idDoesNotExist.xml": "an error of the server",
    "oai_pmh/oai_dc_getrecord_badbytes.xml": "XML that is not well-formed",
}

ID = r"(?:[a-z-]+/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})"
IDS = re.compile(
    rf'(?:^\{{"id":"|<identifier>oai:arXiv\.org:|^<id>|\s<id>http://arxiv\.org/abs/'
    rf"|<dc:identifier>http://arxiv\.org/abs/)({ID})",
    re.MULTILINE,
)
DELETED = "acc-phys/9411001"


def test_every_file_goes_in_or_is_named(arxiv_data: Path, tmp_path: Path) -> None:
    """A folder of all formats: each paper once, the rest in rejects, in any number of processes."""
    report = sg.ingest_arxiv(arxiv_data, tmp_path / "graph")
    graph = sg.read_graph(tmp_path / "graph")
    files = [path for path in arxiv_data.rglob("*") if path.is_file()]
    texts = {
        str(path.relative_to(arxiv_data)): content_of(path).decode(errors="replace")
        for path in files
    }
    named = {
        found
        for name, text in texts.items()
        if name not in NOT_RECORDS
        for found in IDS.findall(text)
    }

    rejected = dict(rows(graph, "SELECT file, reason FROM rejects"))
    assert {name: reason.partition(":")[0] for name, reason in rejected.items()} == NOT_RECORDS
    assert graph.counts["rejects"] == len(NOT_RECORDS)
    assert set(report.sources) == set(texts)
    assert dict(report.drift) == {}
    assert DELETED in named
    papers = {row[0] for row in rows(graph, "SELECT paper_id FROM papers")}
    assert papers == {f"arXiv:{found}" for found in named - {DELETED}}
    assert sg.validate(graph).empty
    assert "9 could not be read; see the table rejects" in str(report)
    sg.ingest_arxiv([*files], tmp_path / "other", workers=2)
    other = contents(sg.read_graph(tmp_path / "other"))
    expected = contents(graph)
    # Names of files alone stand beside their reasons, where no folder was given.
    assert other.pop("rejects") != expected.pop("rejects")
    assert other == expected


# ------------------------------------------------------------------------- harvested pages

ARXIV = "{http://arxiv.org/OAI/arXiv/}"
PARTS_OF_NAMES = ("forenames", "keyname", "suffix")
RAW = "{http://arxiv.org/OAI/arXivRaw/}"

PAGE_2007 = "oai_pmh/arxiv_listrecords_1000_2007.xml.gz"
PAGE_2013 = "oai_pmh/arxiv_listrecords_1000_2013.xml.gz"
PAGE_RAW = "oai_pmh/arxivraw_listrecords_1000.xml.gz"
PAGE_DC = "oai_pmh/oai_dc_listrecords_2014-12-24.xml.gz"

MENDED_NAMES = {
    ("0705.0239", 1): "H. O. Back",
    ("1302.0674", 1): "Jan Jerzy Sławianowski",
    ("1302.0674", 2): "Barbara Gołubowska",
    ("1302.0691", 1): "Ümit Akıncı",
    ("1302.0729", 7): "J. J. Garcıa-Ripoll",
    ("1302.0763", 1): "Roberto Preghenella",
    ("1302.0775", 9): "L. M. Garcıa",
    ("1302.0900", 2): "J. B. Fonseca–Neto",
    ("1302.0909", 7): "Oscar Martinez Jr.",
    ("1302.0947", 2): "Metin Arık",
    ("1302.1121", 11): "Oscar Martinez Jr.",
    ("1302.1213", 314): "J. Lefrançois",
    ("1302.1213", 431): "T. Pilař",
    ("1302.1260", 3): "Birgit Wehefritz–Kaufmann",
    ("1302.1596", 1): "Onur Yılmaz",
}
"""Seats whose names arXiv printed with TeX, a stray comma, "et al." or a collaboration in them."""


@pytest.mark.parametrize(
    ("page", "seats", "largest", "dois", "licences", "categories", "withdrawn"),
    [
        (
            PAGE_2007,
            2_972,
            71,
            {0: 402, 1: 592, 2: 6},
            {None: 927, "other-oa": 71, "cc-by": 1, "cc-by-nc-sa": 1},
            112,
            ["0705.0134", "0705.0619", "0705.0620"],
        ),
        (
            PAGE_2013,
            4_384,
            628,
            {0: 872, 1: 128},
            {"other-oa": 968, "cc-by": 18, "cc-by-nc-sa": 10, "public-domain": 4},
            131,
            ["1302.1120", "1302.1243"],
        ),
    ],
)
def test_pages_of_a_harvest(
    arxiv_data: Path,
    tmp_path: Path,
    page: str,
    seats: int,
    largest: int,
    dois: dict[int, int],
    licences: dict[str | None, int],
    categories: int,
    withdrawn: list[str],
) -> None:
    """A thousand records each, with the facts of the page and the names of a plain reading."""
    graph = ingested(arxiv_data / page, tmp_path / "graph")
    codes: set[str] = set()
    expected = []
    for element in ElementTree.fromstring(content_of(arxiv_data / page)).iter(f"{ARXIV}arXiv"):
        arxiv_id = element.findtext(f"{ARXIV}id") or ""
        codes.update((element.findtext(f"{ARXIV}categories") or "").split())
        for position, author in enumerate(element.iter(f"{ARXIV}author"), 1):
            parts = (
                author.findtext(f"{ARXIV}{name}") for name in ("forenames", "keyname", "suffix")
            )
            printed = " ".join(" ".join(filter(None, parts)).split())
            expected.append((arxiv_id, position, MENDED_NAMES.get((arxiv_id, position), printed)))

    found = rows(graph, "SELECT paper_id[7:], position, author_name FROM authorships")
    assert (graph.counts["papers"], len(found)) == (1_000, seats)
    assert sorted(found) == sorted(expected)
    assert rows(graph, "SELECT max(author_count) FROM papers") == [(largest,)]
    truncated = rows(graph, "SELECT paper_id[7:] FROM papers WHERE authors_truncated")
    assert truncated == ([("0705.0239",)] if page == PAGE_2007 else [])
    assert counted(graph, "len(dois)", "arxiv_records") == dois
    assert counted(graph, "license", "arxiv_records") == licences
    assert counted(graph, "version_count", "papers") == {None: 1_000}
    assert len(codes) == categories
    topics = {f"arXiv:{ALIASES.get(code, code)}" for code in codes}
    assert set(counted(graph, "topic_id", "paper_topics")) == topics
    guessed = rows(graph, "SELECT paper_id[7:] FROM papers WHERE is_withdrawn ORDER BY ALL")
    assert [row[0] for row in guessed] == withdrawn


def test_a_page_of_arxivraw(arxiv_data: Path, tmp_path: Path) -> None:
    """Versions are counted; one whose newest version is a withdrawal, or says so, is marked."""
    graph = ingested(arxiv_data / PAGE_RAW, tmp_path / "graph")
    withdrawn = []
    for element in ElementTree.fromstring(content_of(arxiv_data / PAGE_RAW)).iter(f"{RAW}arXivRaw"):
        newest = element.findall(f"{RAW}version")[-1].findtext(f"{RAW}source_type") or ""
        if "I" in newest or "withdr" in (element.findtext(f"{RAW}comments") or ""):
            withdrawn.append(element.findtext(f"{RAW}id") or "")

    assert counted(graph, "version_count", "papers") == {
        1: 640, 2: 248, 3: 78, 4: 23, 5: 8, 6: 2, 8: 1,
    }  # fmt: skip
    assert rows(graph, "SELECT paper_id FROM papers WHERE version_count = 8") == [
        ("arXiv:0801.4174",)
    ]
    assert counted(graph, "len(dois) > 0", "arxiv_records") == {True: 573, False: 427}
    assert counted(graph, "license IS NULL", "arxiv_records") == {True: 803, False: 197}
    assert counted(graph, "year", "papers") == {2008: 1_000}
    guessed = rows(graph, "SELECT paper_id[7:] FROM papers WHERE is_withdrawn ORDER BY ALL")
    assert [row[0] for row in guessed] == sorted(withdrawn)


def test_a_page_of_oai_dc_and_a_feed(arxiv_data: Path, tmp_path: Path) -> None:
    """Formats that say less: no versions there, no licences in both."""
    page = ingested(arxiv_data / PAGE_DC, tmp_path / "page")
    feed = ingested(arxiv_data / "atom" / "q_testing_s0_m100.xml.gz", tmp_path / "feed")

    assert (page.counts["papers"], page.counts["authorships"]) == (897, 4_630)
    assert rows(page, "SELECT max(author_count) FROM papers") == [(706,)]
    assert rows(page, "SELECT count(comments), sum(len(dois)) FROM arxiv_records") == [
        (897 - 185, 280)
    ]
    assert rows(page, "SELECT count(license), count(version_count) FROM arxiv_records") == [(0, 0)]
    assert (feed.counts["papers"], feed.counts["authorships"]) == (100, 366)
    assert feed.counts["affiliations"] == 2
    assert counted(feed, "version_count", "papers") == {1: 64, 2: 21, 3: 10, 4: 3, 5: 1, 9: 1}
    assert counted(feed, "len(dois)", "arxiv_records") == {0: 68, 1: 32}
    assert rows(feed, "SELECT count(comments), count(journal_reference) FROM arxiv_records") == [
        (97, 18)
    ]
    assert counted(feed, "topic_id", "papers")["arXiv:cs.SE"] == 64

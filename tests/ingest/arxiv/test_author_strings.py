"""Author lines and parsed authors of arXiv: the same people by both routes."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv.author_strings import (
    MAX_AFFILIATIONS_LENGTH,
    MAX_BYLINE_LENGTH,
    ParsedAuthor,
    clean_entry,
    clean_parsed,
    is_collaboration,
    name_of,
    parse_authors,
    parse_name,
)
from tests.ingest.arxiv.reading_support import content_of

ARXIV = "{http://arxiv.org/OAI/arXiv/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"
PAGES = ("arxiv_listrecords_1000_2007.xml.gz", "arxiv_listrecords_1000_2013.xml.gz")

Name = tuple[str, str, str]


def names(authors: Iterable[ParsedAuthor]) -> list[Name]:
    """Keyname, forenames and suffix of each author."""
    return [author[:3] for author in authors]


def kaggle(folder: Path, name: str) -> list[dict[str, Any]]:
    """Records of a file of Kaggle lines."""
    return [json.loads(line) for line in content_of(folder / name).splitlines()]


@pytest.fixture(scope="module")
def pages(arxiv_data: Path) -> dict[str, list[list[str]]]:
    """The parsed authors of each paper of the two large pages."""
    fields = ("keyname", "forenames", "suffix")
    return {
        paper.findtext(f"{ARXIV}id", ""): [
            [author.findtext(ARXIV + field) or "" for field in fields]
            for author in paper.iter(f"{ARXIV}author")
        ]
        for page in PAGES
        for paper in ElementTree.fromstring(content_of(arxiv_data / "oai_pmh" / page)).iter(
            f"{ARXIV}arXiv"
        )
    }


@pytest.fixture(scope="module")
def table(arxiv_data: Path) -> dict[str, str]:
    """The authors of each paper of the large table, without suffixes."""
    with gzip.open(arxiv_data / "arxiv_cs_1990_2019.tsv.gz", "rt", encoding="utf-8") as lines:
        return {row[0]: row[1] for row in (line.split("\t") for line in lines)}


def without_suffixes(authors: Iterable[ParsedAuthor]) -> str:
    """The authors as the large table prints them."""
    return ", ".join(name_of(author._replace(suffix="")) for author in authors)


def test_lines_say_what_arxiv_parsed_of_them(arxiv_data: Path) -> None:
    """All 250 real records: the same names from the line alone as in authors_parsed."""
    differing = [
        (paper["id"], paper["authors"])
        for name in (
            "kaggle_lines.jsonl.gz",
            "kaggle_records_2212.jsonl.gz",
            "kaggle_line_affiliations.jsonl",
        )
        for paper in kaggle(arxiv_data, name)
        if names(parse_authors(paper["authors"]))
        != [tuple(entry[:3]) for entry in paper["authors_parsed"]]
    ]

    assert differing == []


def test_affiliations_are_those_that_arxiv_found_or_better(arxiv_data: Path) -> None:
    """Six of 200 differ: footnotes over several lines, which arXiv's parser left unresolved."""
    differing = [
        paper["id"]
        for paper in kaggle(arxiv_data, "kaggle_lines.jsonl.gz")
        if [list(author.affiliations) for author in parse_authors(paper["authors"])]
        != [[" ".join(place.split()) for place in entry[3:]] for entry in paper["authors_parsed"]]
    ]

    expected = ["0025", "0128", "0177", "0187", "0190", "0191"]
    assert [f"0704.{number}" for number in expected] == differing


def test_parsed_authors_of_clean_records_stay(arxiv_data: Path) -> None:
    """What arXiv parsed well comes back as it is."""
    for paper in kaggle(arxiv_data, "kaggle_lines.jsonl.gz"):
        expected = [tuple(entry[:3]) for entry in paper["authors_parsed"]]

        assert expected == names(clean_parsed(paper["authors_parsed"]))


def test_raw_lines_agree_with_the_table(arxiv_data: Path, table: dict[str, str]) -> None:
    """55 of the 56 shared papers; the author of the other one took another name since."""
    page = content_of(arxiv_data / "oai_pmh" / "arxivraw_listrecords_1000.xml.gz")
    lines = {
        paper.findtext(f"{RAW}id", ""): paper.findtext(f"{RAW}authors", "")
        for paper in ElementTree.fromstring(page).iter(f"{RAW}arXivRaw")
    }
    shared = lines.keys() & table.keys()

    assert len(shared) == 56
    assert {"0801.3680"} == {
        paper for paper in shared if without_suffixes(parse_authors(lines[paper])) != table[paper]
    }


def test_pages_agree_with_the_table(
    pages: dict[str, list[list[str]]], table: dict[str, str]
) -> None:
    """129 of the 131 shared papers; the lines of the others were corrected since."""
    shared = pages.keys() & table.keys()

    assert len(shared) == 131
    assert {"1302.0907", "1302.0914"} == {
        paper for paper in shared if without_suffixes(clean_parsed(pages[paper])) != table[paper]
    }


def test_both_routes_give_a_person_the_same_name(pages: dict[str, list[list[str]]]) -> None:
    """2,000 papers: their structured authors, typed as a line, are divided as before."""

    assert len(pages) == 2_000
    for entries in pages.values():
        line = ", ".join(f"{fore} {key.rstrip(',')} {suffix}" for key, fore, suffix in entries)
        assert names(clean_parsed(entries)) == names(parse_authors(line))


def test_little_of_the_large_table_is_changed(table: dict[str, str]) -> None:
    """Of a tenth of 146,600 bylines, all but a few with TeX, footnotes or stray words stay."""
    lines = [line for number, line in enumerate(table.values()) if number % 10 == 0]
    changed = [
        line for line in lines if ", ".join(map(name_of, parse_authors(line))) != line.strip()
    ]
    reason = re.compile(r"[\\{}~*\x7f:]|--|''|\d\b|  |\band\b|, ?(,|$)|Ã")

    assert len(lines) == 14_661
    assert len(changed) < 40
    assert [line for line in changed if not reason.search(line)] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("C.-P. Yuan", [("Yuan", "C. -P.", "")]),
        ("P.A. Evans", [("Evans", "P. A.", "")]),
        ("A.V.Gusev", [("Gusev", "A. V.", "")]),
        ("L. van Beethoven", [("van Beethoven", "L.", "")]),
        ("R. van der Meer", [("van der Meer", "R.", "")]),
        ("Maria de la Cruz", [("de la Cruz", "Maria", "")]),
        ("Rosanne Di Stefano", [("Di Stefano", "Rosanne", "")]),
        ("Artorix de la Cruz de Ona", [("de Ona", "Artorix de la Cruz", "")]),
        ("A. van der de la Cruz", [("de la Cruz", "A. van der", "")]),
        ("Ludwig van den Berg", [("Berg", "Ludwig van den", "")]),
        ("Jean-Luc le Grand", [("Grand", "Jean-Luc le", "")]),
        ("G. 't Hooft", [("Hooft", "G. 't", "")]),
        ("Van der Berg, A.", [("der Berg", "Van", ""), ("A.", "", "")]),
        ("de Boer", [("Boer", "de", "")]),
        ("Fred Bloggs III", [("Bloggs", "Fred", "III")]),
        ("Kumar Anand V", [("Anand", "Kumar", "V")]),
        ("Steven V", [("V", "Steven", "")]),
        ("Joao de Souza, Jr.", [("Souza", "Joao de", "Jr.")]),
        ("Le Wu1 Jr.", [("Wu", "Le", "Jr.")]),
        ("Joao de Souza Jr", [("Souza", "Joao de", "Jr")]),
        ("Fred Bloggs, Jr.", [("Bloggs", "Fred", "Jr.")]),
        ("Fred Bloggs, III, A. Roe", [("Bloggs", "Fred", "III"), ("Roe", "A.", "")]),
        ("Fred Bloggs (Oslo), Jr. and A. Roe", [("Bloggs", "Fred", "Jr."), ("Roe", "A.", "")]),
        ("Jr., A. Roe", [("Jr.", "", ""), ("Roe", "A.", "")]),
        ("Sudha", [("Sudha", "", "")]),
        ("Li, Wei", [("Li", "", ""), ("Wei", "", "")]),
        ("Sue Smith; Bob Jones", [("Jones", "Sue Smith; Bob", "")]),
        (
            "E. Caputo, S. Sello, ; V. M.",
            [("Caputo", "E.", ""), ("Sello", "S.", ""), ("M.", "V.", "")],
        ),
        ("A. Roe & B. Poe", [("Roe", "A.", ""), ("Poe", "B.", "")]),
        ("A. Roe, and B. Poe and", [("Roe", "A.", ""), ("Poe", "B.", "")]),
        ("A. Roe \\and B. Poe", [("Roe", "A.", ""), ("Poe", "B.", "")]),
        ("Anders Andersand", [("Andersand", "Anders", "")]),
        ("T. Aaltonen et al", [("Aaltonen", "T.", "")]),
        ("T. Aaltonen, et al.", [("Aaltonen", "T.", "")]),
        ("J. Doe, {\\it et al}", [("Doe", "J.", "")]),
        ("H. O. Back et. al. (Borexino)", [("Back", "H. O.", "")]),
        ("Rashid al Balushi", [("Balushi", "Rashid al", "")]),
        (
            "Lei Chen1, Bo Xu$^{2,3}$, A. Roe*",
            [("Chen", "Lei", ""), ("Xu", "Bo", ""), ("Roe", "A.", "")],
        ),
        ("Bj\x7forn\n  Engquist", [("Engquist", "Bjorn", "")]),
        ("J.~A.~de~Boer", [("de Boer", "J. A.", "")]),
        ("Huili (Grace) Xing", [("Huili", "", ""), ("Xing", "", "")]),
        (
            "The BABAR Collaboration, B. Aubert, et al",
            [("The BABAR Collaboration", "", ""), ("Aubert", "B.", "")],
        ),
        ("CDF Collaboration: T. Aaltonen", [("CDF Collaboration", "", ""), ("Aaltonen", "T.", "")]),
        (
            "AURIGA Collaboration and Virgo Collaboration",
            [("AURIGA Collaboration", "", ""), ("Virgo Collaboration", "", "")],
        ),
        ("IGEC-2 Collaboration", [("Collaboration", "IGEC-2", "")]),
        (
            "A. Roe, for the ABCD Collaboration",
            [("Roe", "A.", ""), ("Collaboration", "for the ABCD", "")],
        ),
        (
            "Keck Array, BICEP2 Collaborations: P. Ade",
            [("Array", "Keck", ""), ("Collaborations", "BICEP2", ""), ("Ade", "P.", "")],
        ),
        ("Roberto Preghenella for the ALICE Collaboration", [("Preghenella", "Roberto", "")]),
        ("Sinya Aoki for JLQCD Collaboration", [("Aoki", "Sinya", "")]),
        ("Institute for Advanced Study", [("Study", "Institute for Advanced", "")]),
        (" , : and & ; ()", []),
        ("", []),
    ],
)
def test_a_line_is_divided_as_arxiv_divides_it(line: str, expected: list[Name]) -> None:
    """Separators, prefixes, suffixes, collaborations, and what people type besides."""
    assert expected == names(parse_authors(line))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A. Roe (Oslo), B. Poe (Bergen, Norway)", [["Oslo"], ["Bergen, Norway"]]),
        (
            "A. Roe, B. Poe (Bergen\n  and Oslo), C. Doe",
            [["Bergen and Oslo"], ["Bergen and Oslo"], []],
        ),
        ("A. Roe (X), B. Poe, C. Doe (Y) (Z)", [["X"], ["Y"], ["Y", "Z"]]),
        ("A. Roe (1), B. Poe (1,2) ((1) Univ X, (2) Univ Y)", [["Univ X"], ["Univ X", "Univ Y"]]),
        ("A. Roe (1 and 2), B. Poe (2)((1) X; and (2). Y (Z).)", [["X", "Y (Z)"], ["Y (Z)"]]),
        ("A. Roe (a), B. Poe (b & c) ((a) X (b) Y)", [["X"], ["Y"]]),
        ("A. Roe, B. Poe (1) ((1) X)", [["X"], ["X"]]),
        ("A. Roe (1), B. Poe (2) (1 Dip. Astro., Roma; 2 Via Beirut 2, Trieste)", [[], []]),
        ("A. Roe (1), B. Poe (2)", [[], []]),
        ("A. Roe (Inst (Dept), B. Poe", [["Inst (Dept), B. Poe"]]),
        ("A. Roe) (X)), B. Poe", [["X"], []]),
        ("(X) A. Roe", [[]]),
        (r"A. Roe (Universit\"at Wien~1)", [["Universität Wien 1"]]),
        ("X Team, A. Roe, B. Poe (Oslo)", [[], ["Oslo"], ["Oslo"]]),
        ("A. Roe for the ALICE Collaboration (CERN)", [["for the ALICE Collaboration", "CERN"]]),
    ],
)
def test_affiliations_of_a_line(line: str, expected: list[list[str]]) -> None:
    """Texts in parentheses and explained footnotes stand with their authors, others nowhere."""
    assert expected == [list(author.affiliations) for author in parse_authors(line)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (["Evans", "Neal J.", "II"], ("Evans", "Neal J.", "II", ())),
        (["Martinez,", "Oscar", "Jr."], ("Martinez", "Oscar", "Jr.", ())),
        (["S\\lawianowski", "Jan Jerzy", ""], ("Sławianowski", "Jan Jerzy", "", ())),
        (["c", "Aleksandar Ili\\'", ""], ("Ilić", "Aleksandar", "", ())),
        (["M.~van~Dyk", "", ""], ("van Dyk", "M.", "", ())),
        (["al.", "H. O. Back et", "", "Borexino"], ("Back", "H. O.", "", ("Borexino",))),
        (["Robert", "and Yves", ""], ("Robert", "Yves", "", ())),
        (["and", "Victor Y. Pan", ""], ("Pan", "Victor Y.", "", ())),
        (["Wu1", "Le", ""], ("Wu", "Le", "", ())),
        (["Wu\u200b", " Le", None], ("Wu", "Le", "", ())),
        (["Yuan"], ("Yuan", "", "", ())),
        (["Yuan", None, None, None], ("Yuan", "", "", ())),
        (
            ["Roe", "A.", "", "Bologna\n  Univ.", "1 and 2", ""],
            ("Roe", "A.", "", ("Bologna Univ.",)),
        ),
        (["The BABAR Collaboration", "", ""], ("The BABAR Collaboration", "", "", ())),
        (["D0 Collaboration", "", ""], ("D0 Collaboration", "", "", ())),
        (["Collaboration", "for the DES", ""], ("Collaboration", "for the DES", "", ())),
        (["Collaborations", "BICEP2", ""], ("Collaborations", "BICEP2", "", ())),
        (
            ["Sinya for JLQCD Collaboration", "", ""],
            ("Sinya", "", "", ("for JLQCD Collaboration",)),
        ),
        (
            ["Collaboration", "Dipanwita Dutta for the CMS", ""],
            ("Dutta", "Dipanwita", "", ("for the CMS Collaboration",)),
        ),
        (["NuPRISM", "Mark Scott for the", ""], ("Scott", "Mark", "", ("for the NuPRISM",))),
        ([":", "", "", "Kamioka"], None),
        (["al}", "{\\it et", ""], None),
        (["", "", ""], None),
        ([None, None], None),
        ([], None),
    ],
)
def test_an_entry_is_cleaned(
    entry: list[str | None], expected: tuple[str, str, str, tuple[str, ...]] | None
) -> None:
    """What arXiv or a copy of its file left in an entry goes; an entry for nobody is none."""
    assert expected == clean_entry(entry)


def test_a_suffix_that_became_an_author_returns_to_its_name() -> None:
    """arXiv takes the generation behind a comma for another author."""
    entries = [["Bloggs", "Fred", ""], ["III", "", "", "Oslo"], ["IV", "", ""]]

    expected = [ParsedAuthor("Bloggs", "Fred", "III", ("Oslo",)), ParsedAuthor("IV", "", "", ())]
    assert expected == clean_parsed(entries)


@pytest.mark.parametrize(
    ("keyname", "forenames", "expected"),
    [
        ("The BABAR Collaboration", "", True),
        ("LHCb collaboration", "", True),
        ("Collaboration", "for the DES", True),
        ("Collaborations", "BICEP2", True),
        ("Group", "The T2K Beam", True),
        ("Consortium", "the neuGRID", True),
        ("Heavy Flavor Averaging Group", "", True),
        ("ATLAS", "for the", True),
        ("RBC", "on behalf of", True),
        ("on behalf of the Planck people", "", True),
        ("Collard", "Philippe", False),
        ("van der Tak", "Floris", False),
        ("Teamer", "Fortunato", False),
        ("Forth", "Forest", False),
        ("CMS", "", False),
    ],
)
def test_collaborations_are_told_from_people(keyname: str, forenames: str, expected: bool) -> None:
    """By a word of the keyname, or by what the name begins with."""
    assert expected is is_collaboration(ParsedAuthor(keyname, forenames, "", ()))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Floris van der Tak", ("van der Tak", "Floris", "", ())),
        ("ATLAS Collaboration", ("ATLAS Collaboration", "", "", ())),
        ("K. O. Group-Smith Jr.", ("Group-Smith", "K. O.", "Jr.", ())),
        (" ", None),
    ],
)
def test_a_printed_name_is_divided(name: str, expected: tuple[object, ...] | None) -> None:
    """A name that stands alone gives what it gives in a line."""
    assert expected == parse_name(name)
    assert ([] if expected is None else [expected]) == parse_authors(name)


def test_a_printed_name_keeps_its_affiliations() -> None:
    """Those beside the name, tidied."""
    expected = ParsedAuthor("Roe", "A.", "", ("Ohio State", "CfA"))

    assert expected == parse_name("A. Roe", ["Ohio\n  State", None, "CfA"])


plain_words = st.from_regex(r"[A-ZÉŁ][a-zéł]{2,8}", fullmatch=True).filter(
    lambda word: word.lower() not in {"iii", "van", "der", "von", "del", "mac", "ter", "dem"}
)
people = st.tuples(
    st.lists(plain_words | st.sampled_from(["A.", "J.-P.", "Ch."]), min_size=1, max_size=3),
    st.lists(st.sampled_from(["van", "de", "la", "Di", "den", "le", "dos"]), max_size=4),
    plain_words,
    st.sampled_from(["", "", "", "Jr.", "III", "V"]),
)


def naively_divided(words: list[str]) -> Name:
    """The rule as FORMATS.md states it, by trying one pattern of words after the other."""
    prefix = r"(?:van|der|de|la|von|del|della|da|mac|ter|dem|di|vaziri)"
    name = " ".join(words)
    for pattern in (
        rf"(?P<fore>.+) (?P<key>{prefix} {prefix} \S+)",
        rf"(?P<fore>.+) (?P<key>{prefix} \S+)",
        r"(?P<fore>.+) (?P<key>\S+) (?P<suffix>I{1,3}|IV|V|[JS]r\.?)",
        r"(?P<fore>.+) (?P<key>\S+)",
    ):
        match = re.fullmatch(pattern, name, re.IGNORECASE)
        if match:
            return match["key"], match["fore"], match.groupdict().get("suffix", "")
    return name, "", ""


@given(st.lists(people, max_size=5), st.sampled_from([", ", " and ", ",\n  ", " & ", ", and "]))
def test_people_are_divided_by_the_naive_rule(
    drawn: list[tuple[list[str], list[str], str, str]], separator: str
) -> None:
    """Any names with prefixes and suffixes, however they are separated."""
    lines = [[*fore, *prefixes, key, *filter(None, [end])] for fore, prefixes, key, end in drawn]
    expected = [
        naively_divided(" ".join(words).replace("J.-P.", "J. -P.").split()) for words in lines
    ]

    assert expected == names(parse_authors(separator.join(map(" ".join, lines))))


FRAGMENTS = [
    *("Roe", "A.", "B.C.", "de", "van", "and", ",", ":", ";", "(", ")", "(1)", "((1) X)", "&"),
    *("et al", "Jr.", "III", "Team", "for the", "for", "Collaboration", "on behalf of", "Xu1"),
    *("\\'", "\\o", "{", "}", "~", "$^1$", "--", "''", "*", "\x7f", "\x00", "\u200b", "é", "1"),
]
lines = (
    st.text()
    | st.lists(st.sampled_from(FRAGMENTS), max_size=25).map(" ".join)
    | st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)
)


@given(lines)
def test_any_line_gives_tidy_names(line: str) -> None:
    """Nothing is refused; every author has a keyname, and no text has odd blanks."""
    for author in parse_authors(line):
        assert author.keyname
        for text in (*author[:3], *author.affiliations):
            assert text == " ".join(text.split())


@given(st.lists(st.lists(st.none() | lines, max_size=5), max_size=4))
def test_any_entries_give_tidy_names(entries: list[list[str | None]]) -> None:
    """Whatever a copy of the file holds is taken, and each name stands as in a line."""
    for author in clean_parsed(entries):
        assert author.keyname
        for text in author[:3]:
            assert text == " ".join(text.split())


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join))
def test_parsed_authors_of_a_line_stay(line: str) -> None:
    """What one route gives, the other keeps, but for a Jr. of a body that somebody signs for."""
    assume("for the" not in line or not {"Jr.", "III"} & set(line.split()))
    authors = parse_authors(line)

    assert authors == clean_parsed([[*author[:3], *author.affiliations] for author in authors])


def best_s(line: str) -> float:
    """Least time of two to read a line, and an entry that holds it."""
    durations_s = []
    for _ in range(2):
        start = time.process_time()
        parse_authors(line)
        clean_entry([line, line, line, line])
        durations_s.append(time.process_time() - start)
    return min(durations_s)


@pytest.mark.parametrize(
    "hostile",
    [
        *("(", ")", "((1) ", "(1) ((", "{", "\\'", "\\o ", "and ", "a and ", ", ", "a,", "a (b)"),
        *("a (x), ", "et al ", "a for ", " for the X Team", "X Team,", "van ", ".a", "Jr,", "1 "),
    ],
)
def test_time_is_linear(hostile: str) -> None:
    """Ten times the line takes about ten times as long, whatever it is made of."""
    small = hostile * (4_000 // len(hostile))

    assert best_s(10 * small) <= 40 * max(best_s(small), 1e-3)


def test_a_long_name_is_not_looked_at_for_each_note() -> None:
    """Notes that cannot go further back than a body cost the same whatever its name."""

    def line(count: int) -> str:
        return "Team " * count + ", a " + "(x) " * count

    assert best_s(line(20_000)) <= 40 * max(best_s(line(2_000)), 1e-3)


def test_a_line_is_read_to_a_bound() -> None:
    """What lies beyond the bound is not looked at."""
    line = "A. Roe," + " " * MAX_BYLINE_LENGTH + "B. Poe"

    assert names(parse_authors(line)) == [("Roe", "A.", "")]


def test_one_affiliation_cannot_fill_the_memory() -> None:
    """A long text for many authors is given to as many as the bound allows, which are the first."""
    places = "".join(f"({number}) {'x' * 500}" for number in range(999))
    labels = ",".join(map(str, range(999)))
    authors = parse_authors("a," * 50_000 + f"a ({labels}) ({places})")

    length = sum(len(place) for author in authors for place in author.affiliations)
    assert len(authors) == 50_001
    assert MAX_AFFILIATIONS_LENGTH // 2 < length <= MAX_AFFILIATIONS_LENGTH
    assert len(authors[0].affiliations) == 999
    assert authors[-1].affiliations == ()

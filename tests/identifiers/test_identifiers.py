"""Identifiers: accepted forms, checks, and what is refused."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph import schema
from scholargraph.identifiers import (
    MAX_LENGTH,
    NOBODY,
    Identifier,
    arxiv_id,
    doi,
    issn,
    mag,
    node_type,
    openalex_id,
    orcid,
    pmcid,
    pmid,
    recognise,
    ror,
    wikidata,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real records are not here")

READERS: dict[str, Callable[[Any], str | None]] = {
    "arxiv": arxiv_id,
    "doi": doi,
    "openalex": openalex_id,
    "orcid": orcid,
    "ror": ror,
    "pmid": pmid,
    "pmcid": pmcid,
    "issn": issn,
    "wikidata": wikidata,
    "mag": mag,
}

FORMS: dict[str, list[str]] = {
    "openalex": [
        "https://openalex.org/{}",
        "http://openalex.org/{}",
        "openalex.org/{}",
        "https://api.openalex.org/{}",
        "openalex:{}",
        " {}\n",
        "{}",
    ],
    "doi": [
        "{}",
        "https://doi.org/{}",
        "http://dx.doi.org/{}",
        "doi.org/{}",
        "doi:{}",
        "DOI: {}",
        "https://doi.org/{}.",
        "{};,",
    ],
    "orcid": ["{}", "https://orcid.org/{}", "http://orcid.org/{}", "orcid:{}"],
    "ror": ["{}", "https://ror.org/{}", "ror.org/{}", "ror:{}"],
    "issn": ["{}", "issn:{}", "ISSN: {}"],
    "pmid": ["pmid:{}", "https://pubmed.ncbi.nlm.nih.gov/{}", "ncbi.nlm.nih.gov/pubmed/{}/"],
    "pmcid": [
        "{}",
        "pmcid:{}",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/{}",
        "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    ],
    "wikidata": [
        "{}",
        "https://www.wikidata.org/wiki/{}",
        "http://www.wikidata.org/entity/{}",
        "https://www.wikidata.org/entity/{}",
    ],
    "mag": ["mag:{}"],
    "arxiv": [
        "{}",
        "{}v2",
        "{} [cs.LG]",
        "{}v12 [math.GT]",
        "arXiv:{}",
        "ARXIV: {}v1",
        *(
            f"{scheme}{host}arxiv.org/{page}/{{}}{suffix}"
            for scheme in ("http://", "https://")
            for host in ("", "www.", "export.")
            for page in ("abs", "pdf", "html", "format", "ps", "e-print", "src")
            for suffix in ("", "v3", "v1.pdf", ".pdf", "?context=cs", "v2#S1")
        ),
        "oai:arXiv.org:{}",
        "pmh:oai:arXiv.org:{}",
        "10.48550/arXiv.{}",
        "doi:10.48550/arxiv.{}",
        "https://doi.org/10.48550/arXiv.{}",
    ],
}


def orcid_of(digits: str) -> str:
    """Append the check character for which the weighted sum is 1 modulo 11 (ISO 7064)."""
    for value, character in enumerate("0123456789X"):
        values = [*map(int, digits), value]
        if sum(v * 2 ** (15 - place) for place, v in enumerate(values)) % 11 == 1:
            text = digits + character
            return "-".join((text[:4], text[4:8], text[8:12], text[12:]))
    raise AssertionError(digits)


def issn_of(digits: str) -> str:
    """Append the check character for which the sum weighted 8 to 1 is 0 modulo 11."""
    for value, character in enumerate("0123456789X"):
        values = [*map(int, digits), value]
        if sum(v * (8 - place) for place, v in enumerate(values)) % 11 == 0:
            return f"{digits[:4]}-{digits[4:]}{character}"
    raise AssertionError(digits)


def ror_of(body: str) -> str:
    """Append the two digits for which the number is 1 modulo 97 (ISO 7064 MOD 97-10)."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    number = sum(alphabet.index(c) * 32**place for place, c in enumerate(reversed("0" + body)))
    check = next(c for c in range(2, 99) if (number * 100 + c) % 97 == 1)
    return f"0{body}{check:02}"


def digits(size: int) -> st.SearchStrategy[str]:
    """Make texts of that many digits."""
    return st.text("0123456789", min_size=size, max_size=size)


numbers = st.integers(1, 2**63 - 1).map(str)
months = st.integers(1, 12)
new_arxiv_ids = st.one_of(
    st.builds(
        lambda year, month, n: f"{year:02}{month:02}.{n:04}",
        st.integers(8, 14),
        months,
        st.integers(1, 9999),
    ),
    st.builds(
        lambda year, month, n: f"{year:02}{month:02}.{n:05}",
        st.integers(15, 40),
        months,
        st.integers(1, 99999),
    ),
)
old_arxiv_ids = st.builds(
    lambda archive, year, month, n: f"{archive}/{year % 100:02}{month:02}{n:03}",
    st.sampled_from(["hep-th", "math", "cs", "cond-mat", "q-bio", "alg-geom", "acc-phys"]),
    st.integers(1992, 2006),
    months,
    st.integers(1, 999),
)
CANONICAL: dict[str, st.SearchStrategy[str]] = {
    "arxiv": new_arxiv_ids | old_arxiv_ids,
    "doi": st.builds(
        "10.{}/{}a".format,
        st.integers(1000, 999_999_999),
        st.text("abc123()<>;:#-_./", max_size=30),
    ),
    "openalex": st.one_of(
        st.builds("{}{}".format, st.sampled_from("WASICPFTG"), numbers),
        st.builds("{}/{}".format, st.sampled_from(["subfields", "fields", "domains"]), numbers),
        st.sampled_from(
            [
                "sdgs/2",
                "countries/US",
                "continents/Q15",
                "languages/en",
                "languages/zh-cn",
                "keywords/homo/lumo",
                "keywords/time–frequency-analysis",
                "types/article",
                "work-types/article",
                "licenses/cc-by",
                "institution-types/education",
            ]
        ),
    ),
    "orcid": digits(15).map(orcid_of),
    "ror": st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=6, max_size=6)
    .filter(lambda body: not body.isdigit())
    .map(ror_of),
    "pmid": numbers,
    "pmcid": numbers.map("PMC{}".format),
    "issn": digits(7).map(issn_of),
    "wikidata": numbers.map("Q{}".format),
    "mag": numbers,
}


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw a kind, an identifier of it, and one of the forms in which it is written."""
    kind = draw(st.sampled_from(sorted(FORMS)))
    canonical = draw(CANONICAL[kind])
    form = draw(st.sampled_from(FORMS[kind])).format(canonical)
    if draw(st.booleans()):
        form = form.upper() if kind != "arxiv" else form.replace("arxiv", "ArXiv")
    return kind, canonical, form


@given(written())
def test_every_accepted_form_leads_to_the_canonical_form(case: tuple[str, str, str]) -> None:
    """Whatever prefix, suffix and case an identifier is written with, it comes out the same."""
    kind, canonical, form = case

    assert READERS[kind](form) == canonical
    assert READERS[kind](canonical) == canonical
    assert recognise(form) == Identifier(kind=kind, value=canonical)  # type: ignore[arg-type]


FRAGMENTS = [
    "https://", "openalex.org/", "api.", "doi.org/", "doi:", "10.1234/", "%2F", "%25", "%252F",
    "%FF", " ", "\0", "\u200b", "\ud800", "arXiv:", "arxiv.org/abs/", "hep-th/", "9901001", "2101.",
    "00001", "v1", ".pdf", "[cs.LG]", "W", "A5", "V", "keywords/", "subfields/", "works/", "-", "/",
    "0000-0002-1825-009", "X", "7", "orcid.org/", "ror.org/", "00jmfr291", "PMC", "pmid:", "Q", "0",
    "٣", "K", "ſ", "İ", "\n", ".", ")", "(", ";", "?", "#", "9" * 30, "\u202e",
]  # fmt: skip
hostile = st.text() | st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join)


@given(hostile)
def test_any_text_is_read_without_raising_and_once_is_enough(text: str) -> None:
    """No text raises, and what comes out is canonical: reading it again changes nothing."""
    for read in READERS.values():
        value = read(text)
        if value is not None:
            assert read(value) == value
            assert len(value) <= MAX_LENGTH
    found = recognise(text)
    if found is not None:
        assert READERS[found.kind](text) == found.value
    node_type(text)


@pytest.mark.parametrize("kind", sorted(READERS))
@pytest.mark.parametrize("nothing", [None, "", " ", "\0", "x" * 100_000, b"W1", 1.5, True, -1, []])
def test_what_is_no_text_of_bounded_length_is_no_identifier(kind: str, nothing: Any) -> None:
    """Missing values, foreign types and long texts are none, and none of them raises."""
    assert READERS[kind](nothing) is None
    assert recognise(nothing) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://openalex.org/W2741809807", "W2741809807"),
        ("https://openalex.org/works/W123", "W123"),
        ("https://api.openalex.org/authors/a5085007251", "A5085007251"),
        ("works/W123", "W123"),
        ("w123", "W123"),
        ("W00123", "W123"),
        ("https://openalex.org/W00123", "W123"),
        ("https://openalex.org/W123/", "W123"),
        ("V137773608", "S137773608"),
        ("https://openalex.org/V4317411217", "S4317411217"),
        ("venues/V5", "S5"),
        ("sources/V5", "S5"),
        ("W9223372036854775807", "W9223372036854775807"),
        ("https://openalex.org/W9223372036854775807", "W9223372036854775807"),
        ("W9223372036854775808", None),
        ("https://openalex.org/W9223372036854775808", None),
        ("W" + "9" * 300, None),
        ("W0", None),
        ("https://openalex.org/W0", None),
        ("W-1", None),
        ("W", None),
        ("https://openalex.org/", None),
        ("https://openalex.org/W12x", None),
        ("https://openalex.org/W1٣", None),
        ("authors/W123", None),
        ("X123", None),
        ("123", None),
        ("https://example.org/W123", None),
        ("subfields/01702", "subfields/1702"),
        ("https://openalex.org/Fields/17", "fields/17"),
        ("domains/0", None),
        ("domains/9223372036854775808", None),
        ("countries/us", "countries/US"),
        ("continents/q15", "continents/Q15"),
        ("languages/EN", "languages/en"),
        ("https://openalex.org/languages/None", None),
        ("https://openalex.org/keywords/homo/lumo", "keywords/homo/lumo"),
        ("keywords/a b", None),
        ("keywords/a//", "keywords/a"),
        ("ſ123", None),
        ("folders/3", None),
        ("https://api.openalex.org/works?filter=author.id:A5000180362", None),
    ],
)
def test_openalex_id(text: str, expected: str | None) -> None:
    """The forms of OpenAlex ids in FORMATS are read; what only looks like one is not."""
    assert openalex_id(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://doi.org/10.1038/NATURE12373", "10.1038/nature12373"),
        ("10.1002%2Fabc%3Cd", "10.1002/abc<d"),
        ("https://doi.org/10.48550/arXiv.hep-th%2F9901001", "10.48550/arxiv.hep-th/9901001"),
        ("10.1000/a%2525", "10.1000/a%2525"),
        ("10.1000/a%2Fb%252Fc", None),
        ("10.1000/a%2Fb%FF", None),
        ("10.1000 / 18\u00002\u200b", "10.1000/182"),
        ("10.1000/182).", "10.1000/182"),
        ("10.1016/s0140-6736(05)67889-0", "10.1016/s0140-6736(05)67889-0"),
        (
            "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2",
        ),
        ("10.1364/JOSAA.23.002578 10.1364/JOSAA.32.002407", None),
        ("10.123/abc", None),
        ("10.1234567890/abc", None),
        ("10.1234/", None),
        ("10.1234/...", None),
        ("11.1234/abc", None),
        ("10.1234/a\u202eb", None),
        ("10.1234/a\x07b", None),
        ("10.1234/" + "a" * 600, None),
        ("10.1234/" + "İ" * 480, None),
    ],
)
def test_doi(text: str, expected: str | None) -> None:
    """Prefixes, encoding, blanks, case and loose ends of DOIs are dealt with as FORMATS says."""
    assert doi(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://arxiv.org/abs/math.GT/0309136v2", "math/0309136"),
        ("MATH.GT/0309136", "math/0309136"),
        ("hepth/9901001", "hep-th/9901001"),
        ("hep--th//9901001", "hep-th/9901001"),
        ("http://arxiv.org/abs//hep-th/9901001", "hep-th/9901001"),
        ("cond-mat.mtrl-sci/0309136", "cond-mat/0309136"),
        ("10.48550/arxiv.hep-th%2f9901001", "hep-th/9901001"),
        ("0704.0010", "0704.0010"),
        ("0704.001", None),
        ("0704.00010", None),
        ("1412.9999", "1412.9999"),
        ("1412.99999", None),
        ("1501.0001", None),
        ("1501.00010", "1501.00010"),
        ("0703.0001", None),
        ("0704.0000", None),
        ("2113.00001", None),
        ("2100.00001", None),
        ("1234.5678", None),
        ("hep-th/9107001", "hep-th/9107001"),
        ("hep-th/9106001", None),
        ("hep-th/0703001", "hep-th/0703001"),
        ("hep-th/0704001", None),
        ("hep-th/9913001", None),
        ("hep-th/9901000", None),
        ("hep-xx/9901001", None),
        ("fields/9901001", None),
        ("2101.00001v0", None),
        ("2101.00001 and more", None),
        ("https://example.org/abs/2101.00001", None),
        ("https://eartharxiv.org/repository/object/2101.00001", None),
        ("https://arxiv.org/list/2101.00001", None),
        ("２１０１.00001", None),
    ],
)
def test_arxiv_id(text: str, expected: str | None) -> None:
    """The forms of arXiv ids in FORMATS are read and repaired; other times and digits are none."""
    assert arxiv_id(text) == expected


def test_arxiv_ids_exist_from_july_1991_and_change_their_form_twice() -> None:
    """Of all months that four digits can write, each admits the form of its time and no other."""
    for year in range(100):
        for month in range(100):
            stamp, known = f"{year:02}{month:02}", 1 <= month <= 12
            when = (year + (1900 if year >= 91 else 2000)) * 100 + month
            is_old = known and 199107 <= when <= 200703
            has_four = known and 200704 <= when <= 201412
            has_five = known and 2000 + year >= 2015

            assert (arxiv_id(f"math/{stamp}001") is not None) == is_old, stamp
            assert (arxiv_id(f"{stamp}.0001") is not None) == has_four, stamp
            assert (arxiv_id(f"{stamp}.00001") is not None) == has_five, stamp


@given(digits(15), st.integers(0, 15), st.sampled_from("0123456789"))
def test_a_wrong_digit_in_an_orcid_is_detected(body: str, place: int, digit: str) -> None:
    """Changing any one digit of an ORCID makes it none."""
    compact = orcid_of(body).replace("-", "")
    changed = compact[:place] + digit + compact[place + 1 :]

    assert (orcid(changed) is not None) == (changed == compact)


@given(digits(15), st.integers(0, 13))
def test_exchanged_neighbours_in_an_orcid_are_detected(body: str, place: int) -> None:
    """Exchanging two neighbouring digits of an ORCID makes it none, unless they are equal."""
    compact = orcid_of(body).replace("-", "")
    changed = compact[:place] + compact[place + 1] + compact[place] + compact[place + 2 :]

    assert (orcid(changed) is not None) == (changed == compact)


@given(digits(7), st.integers(0, 7), st.sampled_from("0123456789X"))
def test_a_wrong_digit_in_an_issn_is_detected(body: str, place: int, digit: str) -> None:
    """Changing any one character of an ISSN makes it none."""
    compact = issn_of(body).replace("-", "")
    changed = compact[:place] + digit + compact[place + 1 :]

    assert (issn(changed) is not None) == (changed == compact)


@given(CANONICAL["ror"], st.integers(1, 8), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_a_wrong_character_in_a_ror_id_is_detected(known: str, place: int, other: str) -> None:
    """Changing any one character of a ROR id makes it none."""
    changed = known[:place] + other + known[place + 1 :]

    assert (ror(changed) is not None) == (changed == known)


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (orcid, "0000-0002-1825-0097", "0000-0002-1825-0097"),
        (orcid, "0000000218250097", "0000-0002-1825-0097"),
        (orcid, "http://orcid.org/0000-0001-7047-025x", "0000-0001-7047-025X"),
        (orcid, "0000-00021825-0097", None),
        (orcid, "0000-0000-0000-0000", None),
        (ror, "https://ror.org/00JMFR291", "00jmfr291"),
        (ror, "00jmfr292", None),
        (ror, "10jmfr291", None),
        (ror, "00imfr291", None),
        (issn, "2434-561x", "2434-561X"),
        (issn, "2434561X", "2434-561X"),
        (issn, "1234-5679", "1234-5679"),
        (issn, "0033-4533", None),
        (pmid, "0029456894", "29456894"),
        (pmid, 29456894, "29456894"),
        (pmid, 10**30, None),
        (pmid, "0", None),
        (pmcid, "https://www.ncbi.nlm.nih.gov/pmc/articles/5815332", "PMC5815332"),
        (pmcid, "pmc5815332", "PMC5815332"),
        (pmcid, "5815332", "PMC5815332"),
        (wikidata, "q42", "Q42"),
        (wikidata, "42", None),
        (wikidata, "https://www.wikidata.org/wiki/P31", None),
        (mag, 2741809807, "2741809807"),
        (mag, "2741809807", "2741809807"),
        (mag, "9223372036854775808", None),
        (mag, "2.5", None),
    ],
)
def test_ids_of_other_registers(
    read: Callable[[Any], str | None], text: Any, expected: Any
) -> None:
    """ORCID, ROR, ISSN, PMID, PMCID, Wikidata and MAG ids are read in the forms of FORMATS."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T10001", Identifier(kind="openalex", value="T10001")),
        ("P123", Identifier(kind="openalex", value="P123")),
        ("Q15", Identifier(kind="wikidata", value="Q15")),
        ("continents/Q15", Identifier(kind="openalex", value="continents/Q15")),
        ("10.48550/arXiv.2101.00001", Identifier(kind="arxiv", value="2101.00001")),
        ("10.48550/arXiv.9999", Identifier(kind="doi", value="10.48550/arxiv.9999")),
        ("0000000218250097", Identifier(kind="orcid", value="0000-0002-1825-0097")),
        ("0000000218250098", None),
        ("29456894", None),
        ("12345679", None),
        ("1234-5679", Identifier(kind="issn", value="1234-5679")),
        ("2434561X", Identifier(kind="issn", value="2434-561X")),
        ("1234.5678", None),
        ("1212.5678", Identifier(kind="arxiv", value="1212.5678")),
        ("3.14", None),
        ("Gesmundo, Andrea", None),
        ("", None),
    ],
)
def test_ambiguous_texts_are_taken_in_the_stated_order(
    text: str, expected: Identifier | None
) -> None:
    """A text that could be of several kinds is of the first; a bare number is of none."""
    assert recognise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W1", "paper"),
        ("https://openalex.org/A1", "author"),
        ("I1", "institution"),
        ("S1", "source"),
        ("V1", "source"),
        ("P1", "publisher"),
        ("F1", "funder"),
        ("T1", "topic"),
        ("subfields/1702", "topic"),
        ("fields/17", "topic"),
        ("domains/3", "topic"),
        ("C1", None),
        ("G1", None),
        ("sdgs/3", None),
        ("Ada Lovelace", None),
        (None, None),
    ],
)
def test_node_type(text: str | None, expected: str | None) -> None:
    """The letter or namespace of an OpenAlex id says which kind of node it names."""
    assert node_type(text) == expected


@given(CANONICAL["openalex"])
def test_ids_match_the_patterns_that_the_schema_declares(canonical: str) -> None:
    """An id that names a node matches the declared pattern of that node's key."""
    patterns = {
        "paper": schema.PAPER_ID_PATTERN,
        "author": schema.AUTHOR_ID_PATTERN,
        "institution": schema.INSTITUTION_ID_PATTERN,
        "source": schema.SOURCE_ID_PATTERN,
        "publisher": schema.PUBLISHER_ID_PATTERN,
        "funder": schema.FUNDER_ID_PATTERN,
        "topic": schema.TOPIC_ID_PATTERN,
    }
    kind = node_type(canonical)
    if kind is not None:
        assert re.fullmatch(patterns[kind], canonical)


def test_ids_of_nobody_are_canonical_and_cannot_be_changed() -> None:
    """The list of FORMATS stands in canonical form, each id with words, and is read-only."""
    expected = {
        "A9999999999",
        "A5317838346",
        "A4317838346",
        "A5098778687",
        "A5040317105",
        "W4285719527",
        "I4389424196",
        "S4317411217",
    }

    assert set(NOBODY) == expected
    assert all(openalex_id(each) == each for each in NOBODY)
    assert all(len(words) > 10 for words in NOBODY.values())
    assert openalex_id("https://openalex.org/V4317411217") in NOBODY
    with pytest.raises(TypeError):
        NOBODY["A1"] = "somebody"  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "-" * MAX_LENGTH,
        "/" * MAX_LENGTH,
        "10.1000/" + ")" * (MAX_LENGTH - 8),
        "10.1000/" + "%2F" * 160,
        "a-" * (MAX_LENGTH // 2),
        "arXiv:" + " " * (MAX_LENGTH - 7) + "x",
        "2101.00001" + " " * (MAX_LENGTH - 11) + "x",
        "2101.00001 [" + "a" * (MAX_LENGTH - 12),
        "W" + "0" * (MAX_LENGTH - 1),
        "W" + "9" * (MAX_LENGTH - 1),
        "keywords/" + "a/" * 240,
        "languages/" + "a-" * 240,
        "types/" + "a-" * 240,
    ],
)
def test_texts_made_to_be_slow_are_read_at_once(text: str) -> None:
    """The longest texts that are read at all take far less than a blink, whatever they hold."""
    durations_s = []
    for _ in range(3):
        start = time.process_time()
        recognise(text)
        durations_s.append(time.process_time() - start)

    assert min(durations_s) < 0.02


def works() -> Iterator[dict[str, Any]]:
    for path in sorted((DATA / "openalex/snapshot_like/data/works").glob("*/*.gz")):
        with gzip.open(path, "rb") as lines:
            for line in lines:
                yield json.loads(line)


@needs_data
def test_ids_of_real_works_are_accepted_in_the_form_that_they_have() -> None:
    """Every id of the real works is read; of their ISSNs exactly the misprinted one is refused."""
    refused = set()

    def take(read: Callable[[Any], str | None], text: Any, expected: str) -> None:
        if text is not None and read(text) != expected:
            refused.add(text)

    for work in works():
        take(openalex_id, work["id"], work["id"].removeprefix("https://openalex.org/"))
        if work["doi"] is not None:
            take(doi, work["doi"], work["doi"].removeprefix("https://doi.org/"))
        for reference in work["referenced_works"]:
            take(openalex_id, reference, reference.removeprefix("https://openalex.org/"))
        for number in filter(None, [work["ids"].get("mag")]):
            take(mag, number, number)
        for url in filter(None, [work["ids"].get("pmid")]):
            take(pmid, url, url.rpartition("/")[2])
        for keyword in work["keywords"]:
            take(openalex_id, keyword["id"], keyword["id"].removeprefix("https://openalex.org/"))
        for topic in work["topics"]:
            for node in (topic, topic["subfield"], topic["field"], topic["domain"]):
                take(openalex_id, node["id"], node["id"].removeprefix("https://openalex.org/"))
        for concept in work["concepts"]:
            if concept["wikidata"] is not None:
                take(wikidata, concept["wikidata"], concept["wikidata"].rpartition("/")[2])
        for seat in work["authorships"]:
            if seat["author"]["orcid"] is not None:
                take(orcid, seat["author"]["orcid"], seat["author"]["orcid"].rpartition("/")[2])
            for institution in seat["institutions"]:
                if institution["ror"] is not None:
                    take(ror, institution["ror"], institution["ror"].rpartition("/")[2])
        for location in work["locations"]:
            for each in (location["source"] or {}).get("issn") or []:
                take(issn, each, each)

    assert refused == {"0033-4533"}


@needs_data
def test_arxiv_ids_of_real_works_are_those_that_were_counted_apart() -> None:
    """Links of the works name 71 arXiv ids on 84 works, 12 of them on several (DATA, part 1)."""
    works_of = defaultdict(set)
    for work in works():
        links = [work["doi"]]
        for location in work["locations"]:
            links += [location["landing_page_url"], location["pdf_url"], location.get("id")]
        for found in filter(None, map(arxiv_id, links)):
            works_of[found].add(work["id"].removeprefix("https://openalex.org/"))

    assert len(works_of) == 71
    assert len(set().union(*works_of.values())) == 84
    assert sum(len(several) > 1 for several in works_of.values()) == 12
    assert works_of["1910.01034"] == {"W2979221647", "W3081268665"}
    assert len(works_of["2512.20075"]) == 3


@needs_data
@pytest.mark.parametrize("name", ["arxiv_cs_1990_2019.tsv.gz", "arxiv_legacy_archives.tsv.gz"])
def test_ids_of_real_arxiv_papers_are_canonical_already(name: str) -> None:
    """Ids of arXiv's own records come out as they went in, old and new ones."""
    with gzip.open(DATA / "arxiv" / name, "rt", encoding="utf-8") as lines:
        next(lines)
        ids = [line.partition("\t")[0] for line in lines]

    assert len(ids) > 9_000
    assert [each for each in ids if arxiv_id(each) != each] == []

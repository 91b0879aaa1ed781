"""Bylines of many records at once: the quick way for usual names gives what the slow one does."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv.author_strings import clean_parsed, is_collaboration, name_of
from scholargraph.ingest.arxiv.bylines import BY_INITIALS, byline_rows, name_form_ids
from scholargraph.ingest.arxiv.shapes import ArxivRecord
from scholargraph.ingest.columns import without_control_characters
from scholargraph.ingest.drift import Drift
from scholargraph.names import fold

USUAL = st.sampled_from(
    ["Ada", "A.", "C. -P.", "O'Neil", "van der Berg", "Zoë", "Li", "Łukasz", "de la Cruz", "李"]
)
ODD = st.sampled_from(
    [
        "", " ", "Jr.", "III", "The BABAR Collaboration", "Group", "for the DES", "Garc\\ia", "Bo*",
        "Doe,", "and Roe", "Roe and", "X  Y", "{\\'E}", "1", "...", "''", "al", "Roe et al.",
        "\x7f", "a\tb", "J\u0308rg", "\u200b", "ﬁ", "ß", "Mac-Roe", "Λ", "\U0001d4d0da",
    ]
)  # fmt: skip
PART = st.one_of(USUAL, USUAL, ODD, st.text(max_size=6))
NAME = st.tuples(USUAL, USUAL, st.sampled_from(["", "Jr.", "III"])).map(list)
ENTRY = st.one_of(NAME, st.lists(PART, max_size=5))
BYLINES = st.lists(st.one_of(st.none(), st.lists(ENTRY, max_size=4)), max_size=5)


def seats_of(bylines: list[Any]) -> tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]]:
    """Sizes of bylines that are in parts, and the rows made of them."""
    records = [
        ArxivRecord(id=f"0704.{number:04d}", authors_parsed=parsed)
        for number, parsed in enumerate(bylines)
    ]
    sizes, tables = byline_rows(records, Drift())
    authorships, affiliations = (table.data.to_pylist() for table in tables)
    return sizes.tolist(), authorships, affiliations


@given(BYLINES)
def test_all_at_once_as_one_by_one(bylines: list[Any]) -> None:
    """Each byline is what the parser makes of it alone, whatever stands beside it."""
    sizes, authorships, affiliations = seats_of(bylines)
    parsed = [clean_parsed(byline) if byline else [] for byline in bylines]
    seats = [
        (row, position, author)
        for row, authors in enumerate(parsed)
        for position, author in enumerate(authors, 1)
    ]
    printed = without_control_characters(pa.array([name_of(a) for *_, a in seats], pa.string()))

    assert sizes == [len(authors) for authors in parsed]
    assert [row["position"] for row in authorships] == [position for _, position, _ in seats]
    assert [row["author_name"] for row in authorships] == printed.to_pylist()
    marks = ["organisation" if is_collaboration(author) else None for *_, author in seats]
    forms = [fold(name_of(author)) for *_, author in seats]
    ids = [f"name:{form}" if form else None for form in forms]
    assert [row["author_id"] for row in authorships] == ids
    assert [row["mark"] for row in authorships] == [
        mark if mark or form else "no id" for mark, form in zip(marks, forms, strict=True)
    ]
    assert [(row["position"], row["raw"]) for row in affiliations] == [
        (position, list(dict.fromkeys(author.affiliations)))
        for _, position, author in seats
        if author.affiliations
    ]


@given(st.lists(st.one_of(PART, st.text(max_size=300), st.just("a" * 2_000)), max_size=8))
def test_name_forms_are_folded_names(names: list[str]) -> None:
    """For all at once as for each: the quick way knows no other rules than `fold`."""
    expected = [f"name:{fold(name)}" if fold(name) else None for name in names]

    assert name_form_ids(pa.array(names, pa.string())).to_pylist() == expected


@pytest.mark.parametrize(
    ("name", "is_counted"),
    [
        (["Berg", "A. B.", ""], True),
        (["van der Berg", "A.", "Jr."], True),
        (["Li", "X", ""], True),
        (["Li", "Xu", ""], False),
        (["Berg", "A. Bea", ""], False),
        (["Sudha", "", ""], False),
        (["van der Berg", "", ""], False),
        (["Łoś", "É.", ""], True),
        (["B", "A.", ""], False),
        (["Collaboration", "A.", ""], False),
    ],
)
def test_names_by_initials_alone_are_counted(name: list[str], is_counted: bool) -> None:
    """A surname and no given name spelt out; a body, a mononym or two letters are none."""
    drift = Drift()
    byline_rows([ArxivRecord(id="0704.0001", authors_parsed=[name, ["Roe", "Zoe", ""]])], drift)

    assert drift.author_layer[BY_INITIALS] == is_counted

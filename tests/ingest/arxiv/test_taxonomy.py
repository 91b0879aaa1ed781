"""arXiv's classification: the table of the library against the facts, and what is asked of it."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv.taxonomy import (
    canonical_categories,
    canonical_category,
    categories_named,
    known_codes,
    topic_id,
    topics,
)
from scholargraph.schema import TOPIC_ID_PATTERN, TOPIC_LEVELS, TOPIC_SCHEMES

ALIASES = {
    "cs.NA": "math.NA",
    "cs.SY": "eess.SY",
    "math.IT": "cs.IT",
    "math.MP": "math-ph",
    "q-fin.EC": "econ.GN",
    "stat.TH": "math.ST",
}
SUBSUMED = {
    "acc-phys": "physics.acc-ph",
    "adap-org": "nlin.AO",
    "alg-geom": "math.AG",
    "ao-sci": "physics.ao-ph",
    "atom-ph": "physics.atom-ph",
    "bayes-an": "physics.data-an",
    "chao-dyn": "nlin.CD",
    "chem-ph": "physics.chem-ph",
    "cmp-lg": "cs.CL",
    "comp-gas": "nlin.CG",
    "dg-ga": "math.DG",
    "funct-an": "math.FA",
    "mtrl-th": "cond-mat.mtrl-sci",
    "patt-sol": "nlin.PS",
    "plasm-ph": "physics.plasm-ph",
    "q-alg": "math.QA",
    "solv-int": "nlin.SI",
    "supr-con": "cond-mat.supr-con",
}
CATEGORIES_OF_ARCHIVES = {
    # Active ones as the facts count them, without the six second names and with the three bare
    # archives that old papers have.
    "cs": 40 - 2,
    "math": 32 - 2,
    "physics": 22,
    "q-bio": 10 + 1,
    "cond-mat": 9 + 1,
    "q-fin": 9 - 1,
    "astro-ph": 6 + 1,
    "stat": 6 - 1,
    "nlin": 5,
    "eess": 4,
    "econ": 3,
    "gr-qc": 1,
    "hep-ex": 1,
    "hep-lat": 1,
    "hep-ph": 1,
    "hep-th": 1,
    "math-ph": 1,
    "nucl-ex": 1,
    "nucl-th": 1,
    "quant-ph": 1,
}


@pytest.mark.parametrize(("code", "canonical"), [*ALIASES.items(), *SUBSUMED.items()])
def test_second_names_and_ended_archives_lead_to_what_counts(code: str, canonical: str) -> None:
    """A code that is another's second name, or that ended, is read as the one of today."""
    assert canonical == canonical_category(code)
    assert canonical == canonical_category(canonical)


def test_every_code_of_the_facts_is_known(arxiv_data: Path) -> None:
    """The table agrees with the list that the facts were taken from, row by row."""
    with (arxiv_data / "taxonomy.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "category"]
    expected = {row["id"]: row["canonical_id"] for row in rows}

    assert len(expected) == 176
    assert expected == {code: canonical_category(code) for code in expected}
    assert {*ALIASES, *SUBSUMED} == {code for code, other in expected.items() if code != other}


def test_categories_of_real_papers_are_all_known(arxiv_data: Path) -> None:
    """No category of 156,599 real papers is left out, and old archives are read as of today."""
    counts = {}
    for name in ("arxiv_cs_1990_2019.tsv.gz", "arxiv_legacy_archives.tsv.gz"):
        printed: set[str] = set()
        with gzip.open(arxiv_data / name, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                printed.update(row["categories"].split(","))
        counts[name] = len(printed)
        assert [code for code in sorted(printed) if canonical_category(code) is None] == []
    assert counts["arxiv_cs_1990_2019.tsv.gz"] == 161


def test_topics_are_a_tree_of_three_levels() -> None:
    """8 groups, 20 archives and 152 categories: ids once, parents present and one level up."""
    rows = {row.topic_id: row for row in topics()}
    above = {"category": "archive", "archive": "group"}

    assert len(topics()) == len(rows) == 8 + 20 + 152
    assert list(rows) == sorted(rows)
    for row in rows.values():
        assert re.fullmatch(TOPIC_ID_PATTERN, row.topic_id)
        assert row.level in TOPIC_LEVELS
        assert row.scheme in TOPIC_SCHEMES
        assert row.name
        if row.level == "group":
            assert row.parent_id is None
        else:
            assert row.parent_id is not None
            assert rows[row.parent_id].level == above[row.level]


def test_archives_have_as_many_categories_as_the_facts_say() -> None:
    """Every archive has its active categories, but for second names, and the bare old ones."""
    counts: dict[str, int] = {}
    for row in topics():
        if row.level == "category" and row.parent_id is not None:
            archive = row.parent_id.removeprefix("arXiv:archive/")
            counts[archive] = counts.get(archive, 0) + 1

    assert counts == CATEGORIES_OF_ARCHIVES


def test_an_archive_and_its_only_category_are_two_topics() -> None:
    """hep-th is a category below the archive hep-th below the group Physics."""
    rows = {row.topic_id: row for row in topics()}

    assert rows["arXiv:hep-th"].parent_id == "arXiv:archive/hep-th"
    assert rows["arXiv:archive/hep-th"].parent_id == "arXiv:group/physics"
    assert rows["arXiv:math-ph"].parent_id == "arXiv:archive/math-ph"
    assert rows["arXiv:group/physics"].name == "Physics"


def test_categories_are_read_in_order_and_once() -> None:
    """Both members of a pair are one category, at the place of the first of them."""
    assert canonical_categories("math.MP math-ph") == ("math-ph",)
    assert canonical_categories("hep-th math.IT q-alg cs.IT math.QA") == (
        "hep-th",
        "cs.IT",
        "math.QA",
    )
    assert canonical_categories(" cs.LG\n stat.ML ") == ("cs.LG", "stat.ML")


@pytest.mark.parametrize("text", [None, "", "  ", "68T05 I.2.6", "CS.LG", "cs", "math physics"])
def test_what_is_no_category_gives_none(text: str | None) -> None:
    """Other classifications, other case and bare archives that have categories are none."""
    assert canonical_categories(text) == ()


@given(st.lists(st.sampled_from([*ALIASES, *SUBSUMED, "cs.LG", "math-ph", "x.YZ", "astro-ph"])))
def test_reading_categories_again_changes_nothing(codes: list[str]) -> None:
    """What was read is canonical, without repeats, and each of it has a topic."""
    read = canonical_categories(" ".join(codes))
    ids = {row.topic_id for row in topics()}

    assert canonical_categories(" ".join(read)) == read
    assert len(set(read)) == len(read)
    assert {topic_id(code) for code in read} <= ids


def test_every_name_leads_back_to_its_category() -> None:
    """A category is found by its full name; without the archive only where that is clear."""
    names = {row.topic_id: row.name for row in topics()}
    for row in topics():
        if row.level != "category" or row.parent_id is None:
            continue
        code = row.topic_id.removeprefix("arXiv:")
        assert categories_named(f"{names[row.parent_id]} - {row.name}") == (code,)
        assert code in categories_named(row.name)
    assert categories_named("Computer Science - Machine Learning") == ("cs.LG",)
    assert categories_named("Statistics - Machine Learning") == ("stat.ML",)
    assert categories_named("Machine\n  Learning") == ("cs.LG", "stat.ML")
    assert categories_named("Computer Science - Learning") == ("cs.LG",)


def test_known_codes_are_left_as_they_stand() -> None:
    """Second names stay, repeats and classes of others go."""
    assert known_codes(["math.IT", "I.2.6", "cs.IT", "math.IT"]) == ["math.IT", "cs.IT"]

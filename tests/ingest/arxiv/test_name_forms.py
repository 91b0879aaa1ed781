"""146,600 real papers without ids of people: their names, and the name forms made of these."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

import scholargraph as sg
from scholargraph.ingest.arxiv.bylines import INITIALS_ALONE
from tests.ingest.arxiv.graphs import ALIASES, LEGACY_ARCHIVES, counted, naive_form, rows
from tests.ingest.arxiv.reading_support import content_of

Row = dict[str, str]

NO_NAMES = {":", "and"}
"""Entries that arXiv's parser left behind where a byline has more signs than it expects."""

ODD = re.compile(r"[\\{}~*:,^\d\x7f]|--|''|\band\b")
"""What arXiv's parser left in names: TeX, marks of footnotes, conjunctions, halves of letters."""

PARTICLES = {
    "van", "der", "de", "la", "von", "del", "della", "da", "mac", "ter", "dem", "di", "den", "du",
    "le", "dos", "al", "el", "bin", "ben",
}  # fmt: skip
GENERATIONS = {"jr", "sr", "ii", "iii", "iv"}

LARGEST_TEAM = 25


class Community(NamedTuple):
    """The papers of the table, as rows and as a graph."""

    rows: list[Row]
    report: sg.IngestReport
    graph: sg.ScholarGraph


def names_of(row: Row) -> list[str]:
    """Names of a row as printed."""
    return [name.strip() for name in row["author_text"].split(", ") if name.strip()]


def line_of(number: int, row: Row) -> str:
    """A row as a line of the Kaggle file; titles are not in the table."""
    names = names_of(row)
    created = date.fromisoformat(row["created"]).strftime("%a, %d %b %Y 12:00:00 GMT")
    return json.dumps(
        {
            "id": row["arxiv_id"],
            "authors": ", ".join(names),
            "title": f"Paper {number}",
            "categories": row["categories"].replace(",", " "),
            "versions": [{"version": "v1", "created": created}],
            "update_date": row["updated"] or row["created"],
            "authors_parsed": [[*reversed(name.rpartition(" ")[::2]), ""] for name in names],
        }
    )


@pytest.fixture(scope="module")
def community(arxiv_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Community:
    """All papers of the table; tests must not write to the store."""
    folder = tmp_path_factory.mktemp("community")
    text = content_of(arxiv_data / "arxiv_cs_1990_2019.tsv.gz").decode()
    table = list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    lines = itertools.starmap(line_of, enumerate(table))
    (folder / "lines.json").write_text("\n".join(lines), encoding="utf-8")
    report = sg.ingest_arxiv(folder / "lines.json", folder / "graph")
    return Community(table, report, sg.read_graph(folder / "graph"))


def test_names_categories_and_years_agree_with_the_table(community: Community) -> None:
    """Each paper has its names but for what is no part of them, its categories and its year."""
    query = (
        "SELECT paper_id[7:], year, categories, names FROM papers JOIN arxiv_records USING "
        "(paper_id) LEFT JOIN (SELECT paper_id, list(author_name ORDER BY position) AS names "
        "FROM authorships GROUP BY ALL) USING (paper_id)"
    )
    found = {row[0]: row[1:] for row in rows(community.graph, query)}
    mended = 0

    assert len(found) == len(community.rows) == 146_600
    assert dict(community.report.rejects) == dict(community.report.drift) == {}
    for row in community.rows:
        year, categories, names = found[row["arxiv_id"]]
        codes = (LEGACY_ARCHIVES.get(code, code) for code in row["categories"].split(","))
        expected = [name for name in names_of(row) if name not in NO_NAMES]
        assert year == int(row["created"][:4])
        assert categories == list(dict.fromkeys(ALIASES.get(code, code) for code in codes))
        if names != names_of(row):
            mended += 1
            assert len(names) == len(expected)
            changed = [pair for pair in zip(expected, names, strict=True) if pair[0] != pair[1]]
            assert all(ODD.search(old) and not NO_NAMES.intersection(new) for old, new in changed)
            assert len(changed) < len(names) or len(names) < 8
    assert mended == 114
    assert community.graph.counts["authorships"] == 465_987 - 5


def test_name_forms_and_their_ties(community: Community) -> None:
    """As many as an independent count finds, and every one is marked as no person."""
    named = rows(community.graph, "SELECT DISTINCT author_name, author_id FROM authorships")
    forms = {name: form for name, form in named if form is not None}
    query = "SELECT paper_id, author_name FROM authorships WHERE mark IS NULL"
    papers: dict[str, set[str]] = {}
    for paper, name in rows(community.graph, query):
        papers.setdefault(paper, set()).add(forms[name])
    sizes = counted(community.graph, "author_count", "papers")
    teams = dict(rows(community.graph, "SELECT paper_id, author_count FROM papers"))
    ties = Counter(
        pair
        for paper, people in papers.items()
        if teams[paper] <= LARGEST_TEAM
        for pair in itertools.combinations(sorted(people), 2)
    )
    network = sg.coauthor_network(community.graph, max_authors=LARGEST_TEAM)

    assert forms == {name: naive_form(name) for name in forms}
    assert len(forms) == 189_189
    assert sizes[1] == 21_906
    assert counted(community.graph, "kind", "authors") == {"name form": 185_131, "organisation": 21}
    assert (len(ties), ties.total()) == (562_573, 752_237)
    assert len(network.edges) == len(ties)
    assert sum(network.edges["paper_count"].to_pylist()) == ties.total()
    assert ties.most_common(1) == [(("name:ciriaco andrea dangelo", "name:giovanni abramo"), 107)]


def test_name_forms_by_initials_alone(community: Community) -> None:
    """How many forms, seats and papers give no given name: these may be anybody's."""

    def is_by_initials(form: str) -> bool:
        words = form.removeprefix("name:").split()
        if len(words) > 2 and words[-1] in GENERATIONS:
            words.pop()
        *given, surname = words
        while given and given[-1] in PARTICLES:
            given.pop()
        return bool(given) and len(surname) > 1 and all(len(word) == 1 for word in given)

    forms = [row[0] for row in rows(community.graph, "SELECT author_id FROM authors")]
    expected = {form for form in forms if is_by_initials(form)}
    matching = f"regexp_matches(author_id, '{INITIALS_ALONE}')"
    found = rows(community.graph, f"SELECT author_id FROM authors WHERE {matching}")
    papers = rows(
        community.graph,
        f"SELECT count(*) FROM (SELECT paper_id FROM authorships GROUP BY paper_id "
        f"HAVING bool_and({matching}))",
    )

    assert {row[0] for row in found} == expected
    assert len(expected) == 12_122
    assert papers == [(3_942,)]
    assert dict(community.report.author_layer) == {
        "seats: name form by initials alone": 18_918,
        "seats: organisation": 25,
        "seats: no id": 1,
    }

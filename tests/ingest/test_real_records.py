"""The facts of real records that independent scripts counted, and lists that others published."""

from __future__ import annotations

import csv
import gzip
import random
import shutil
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from scholargraph.ingest import ingest_openalex
from scholargraph.store import open_version
from tests.ingest.support import OPENALEX, file_hashes, read_lines, rows


@pytest.fixture(scope="module")
def tables(snapshot_store: Path) -> dict[str, list[dict[str, Any]]]:
    """The tables that most tests below look at, as rows."""
    names = ("papers", "authors", "authorships", "affiliations", "paper_topics", "citations")
    return {name: rows(snapshot_store, name) for name in names}


@pytest.fixture(scope="module")
def coauthors(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """Author ids of each paper in byline order, repeated ones included."""
    seats: defaultdict[str, list[str]] = defaultdict(list)
    for row in tables["authorships"]:
        if row["author_id"] is not None:
            seats[row["paper_id"]].append(row["author_id"])
    return seats


def oracle(folder: Path, name: str) -> list[dict[str, str]]:
    """Read a published table, its ids in short form."""
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
        return [
            {key: value.removeprefix(OPENALEX) for key, value in line.items()}
            for line in csv.DictReader(file)
        ]


def test_rows_of_every_table(snapshot_store: Path) -> None:
    """The tables hold as many rows as independent scripts counted."""
    snapshot = open_version(snapshot_store)

    assert snapshot.rows("papers") == 4_085
    assert snapshot.rows("authorships") == 20_372
    assert snapshot.rows("authors") == 6_093
    assert snapshot.rows("sources") == 975
    assert snapshot.rows("paper_topics") == 11_550
    assert snapshot.rows("citations") == 163_838
    assert snapshot.rows("keywords") == 49_052
    assert snapshot.rows("abstracts") == 4_085 - 1_581
    assert snapshot.rows("rejects") == 0


def test_seats_without_author_id(tables: dict[str, list[dict[str, Any]]]) -> None:
    """The 76 seats without author id stay, are marked, and become no node.

    37 of them are cited authors on the two bylines of ten or more that are mostly without ids.
    """
    marked = [row for row in tables["authorships"] if row["mark"] is not None]

    assert len(marked) == 76
    assert Counter(row["mark"] for row in marked) == {"no id": 39, "leaked reference": 12 + 25}
    leaked = {row["paper_id"] for row in marked if row["mark"] == "leaked reference"}
    assert leaked == {"W4242927272", "W4382794266"}
    assert all(row["author_id"] is None and row["author_name"] for row in marked)
    assert len({row["paper_id"] for row in marked}) == 27


def test_authors_named_by_works(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Works name 6,084 authors; 132 have a record of their own, 123 of them in works too."""
    named = {row["author_id"] for row in tables["authorships"]} - {None}
    own = {row["author_id"] for row in tables["authors"] if not row["is_mention"]}

    assert len(named) == 6_084
    assert len(own) == 132
    assert len(named & own) == 123
    assert named | own == {row["author_id"] for row in tables["authors"]}


def test_repeated_authors_stay(coauthors: dict[str, list[str]]) -> None:
    """An author twice on a paper stays twice: 19 pairs on 12 papers."""
    repeated = {
        (paper, author)
        for paper, authors in coauthors.items()
        for author, count in Counter(authors).items()
        if count > 1
    }

    assert len(repeated) == 19
    assert len({paper for paper, _ in repeated}) == 12
    assert ("W2070209977", "A5054922583") in repeated


def test_topic_tree(snapshot_store: Path) -> None:
    """All 4,516 topics are there with 252 subfields, 26 fields and 4 domains, one tree."""
    topics = {row["topic_id"]: row for row in rows(snapshot_store, "topics")}
    above = {"topic": "subfield", "subfield": "field", "field": "domain", "domain": None}

    assert Counter(row["level"] for row in topics.values()) == {
        "topic": 4_516,
        "subfield": 252,
        "field": 26,
        "domain": 4,
    }
    for row in topics.values():
        parent = topics[row["parent_id"]]["level"] if row["parent_id"] else None
        assert parent == above[row["level"]]


def test_citations_inside_the_set(tables: dict[str, list[dict[str, Any]]]) -> None:
    """References are kept whether their target is in the set (8,862) or not."""
    papers = {row["paper_id"] for row in tables["papers"]}
    pairs = {(row["paper_id"], row["cited_paper_id"]) for row in tables["citations"]}
    inside = {pair for pair in pairs if pair[1] in papers}

    assert len(pairs) == len(tables["citations"])
    assert len(inside) == 8_862
    assert sum(citing == cited for citing, cited in inside) == 22
    assert sum(cited == "W4285719527" for _, cited in pairs) == 230


def test_affiliation_links(tables: dict[str, list[dict[str, Any]]]) -> None:
    """A seat has a row per distinct institution, and one for what names none."""
    named = [row for row in tables["affiliations"] if row["institution_id"]]
    nameless = [row for row in tables["affiliations"] if not row["institution_id"]]

    assert len(named) == 19_248 - 1
    assert len({row["institution_id"] for row in named}) == 1_441
    twice = {(row["paper_id"], row["position"]) for row in named if len(row["raw"]) > 1}
    assert len(twice) == 2_517
    # 2,601 name no institution, and one names an institution whose every value is null.
    assert sum(len(row["raw"]) for row in nameless) == 2_601 + 1
    assert len({(row["paper_id"], row["position"]) for row in nameless}) == len(nameless)


def test_truncated_bylines(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Of all papers one has a byline cut at 100 without a flag."""
    cut = [row["paper_id"] for row in tables["papers"] if row["authors_truncated"]]

    assert cut == ["W4256082719"]


def test_arxiv_ids(tables: dict[str, list[dict[str, Any]]]) -> None:
    """DOIs and links name 71 arXiv ids, twelve of them on two or three works."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in tables["papers"]:
        if row["arxiv_id"]:
            found[row["arxiv_id"]].append(row["paper_id"])

    assert len(found) == 71
    assert sum(map(len, found.values())) == 84
    assert sum(len(papers) > 1 for papers in found.values()) == 12
    assert found["1910.01034"] == ["W2979221647", "W3081268665"]


def test_abstract_text(snapshot_store: Path) -> None:
    """Abstracts are rebuilt in order; those with gaps say so."""
    abstracts = {row["paper_id"]: row for row in rows(snapshot_store, "abstracts")}
    beginning = (
        "This thesis constrains the distribution of diagenetic alterations and their impact on "
        "reservoir-quality and heterogeneity evolution pathways in relation to depo"
    )

    assert abstracts["W110308591"]["text"].startswith(beginning)
    assert abstracts["W110308591"]["is_complete"]
    assert sum(not row["is_complete"] for row in abstracts.values()) == 9
    assert len(abstracts["W2774874638"]["text"].split(" ")) == 175


def test_numbers_of_records(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Counts, marks and topics of the records come through unchanged."""
    papers = {row["paper_id"]: row for row in tables["papers"]}

    assert sum(row["cited_by_count"] for row in papers.values()) == 66_664
    assert papers["W2773019756"]["cited_by_count"] == 894
    assert sorted(paper for paper, row in papers.items() if row["is_retracted"]) == [
        "W3216310063",
        "W4313494105",
        "W4381149761",
        "W4387949831",
        "W4405247386",
        "W4407285570",
        "W4415854487",
    ]
    assert sum(row["topic_id"] is None for row in papers.values()) == 99
    topics = Counter(row["topic_id"] for row in tables["paper_topics"])
    assert [topics[t] for t in ("T10399", "T10635", "T10892", "T10491")] == [956, 935, 553, 549]
    assert all(
        row["is_primary"] == (papers[row["paper_id"]]["topic_id"] == row["topic_id"])
        for row in tables["paper_topics"]
    )


def test_every_field_is_known(openalex_data: Path, tmp_path: Path) -> None:
    """No field of today's records is unknown; the odd values are ISSNs with a wrong digit."""
    report = ingest_openalex(openalex_data / "snapshot_like", tmp_path / "graph")

    assert report.drift == {
        "source.issn[]: bad value, left out": 2,
        "source.issn_l: bad value, left out": 2,
    }
    assert report.rejects == {}
    assert report.rows["papers"] == 4_085


def test_pairs_and_weights(coauthors: dict[str, list[str]]) -> None:
    """The ties of the tables are those that independent scripts counted."""
    pairs = Counter(
        pair for authors in coauthors.values() for pair in combinations(sorted(set(authors)), 2)
    )

    assert len(pairs) == 51_939
    assert sum(pairs.values()) == 76_523
    assert pairs.most_common(3) == [
        (("A5049649985", "A5075429508"), 94),
        (("A5049649985", "A5084940954"), 76),
        (("A5027197211", "A5085007251"), 60),
    ]


@pytest.mark.parametrize(
    ("name", "count", "empty", "total"),
    [
        ("oracle_coauthors_2026_03.csv.gz", 3_684, 263, 14_363),
        ("oracle_coauthors_2026_02.csv.gz", 401, 12, 1_839),
    ],
)
def test_coauthor_oracle(
    openalex_data: Path,
    coauthors: dict[str, list[str]],
    name: str,
    count: int,
    empty: int,
    total: int,
) -> None:
    """A published table of co-authors per work and member agrees on every row."""
    published = oracle(openalex_data, name)
    in_order = 0
    for line in published:
        listed = [author for author in line["coauthor_openalex_ids"].split("|") if author]
        member = line["author_openalex_id"]
        ours = [author for author in coauthors[line["work_id"]] if author != member]
        assert set(listed) == set(ours), line["work_id"]
        in_order += listed == ours

    assert len(published) == count
    assert sum(not line["coauthor_openalex_ids"] for line in published) == empty
    listed_ids = sum(len(line["coauthor_openalex_ids"].split("|")) for line in published)
    assert listed_ids - empty == total
    assert in_order == count - (5 if count == 3_684 else 0)


def test_topic_oracle(openalex_data: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    """A published table of works and topics agrees on every row."""
    published: defaultdict[str, set[str]] = defaultdict(set)
    for line in oracle(openalex_data, "oracle_work_topics_2026_03.csv.gz"):
        published[line["work_id"]].add(line["topic_id"])
    ours: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables["paper_topics"]:
        ours[row["paper_id"]].add(row["topic_id"])

    assert sum(map(len, published.values())) == 10_405
    assert {work: ours[work] for work in published} == published


def test_institution_oracle(openalex_data: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    """A published table of works and institutions agrees, but for an institution of nulls."""
    published: defaultdict[str, set[str]] = defaultdict(set)
    for line in oracle(openalex_data, "oracle_work_institutions_2026_03.csv.gz"):
        published[line["work_id"]].add(line["institution_id"])
    ours: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables["affiliations"]:
        if row["institution_id"]:
            ours[row["paper_id"]].add(row["institution_id"])

    assert sum(map(len, published.values())) == 7_316
    assert {w for w in published if ours[w] != published[w]} <= {"W4242927272"}


def test_any_order_and_split_give_the_same_tables(
    openalex_data: Path, snapshot_store: Path, tmp_path: Path
) -> None:
    """The files of a dump in three shuffled portions give the same table files, to the byte."""
    root = openalex_data / "snapshot_like"
    files = sorted(root.rglob("*.gz"))
    random.Random(20260301).shuffle(files)
    for portion in range(3):
        folder = tmp_path / f"portion-{portion}"
        for path in files[portion::3]:
            copy = folder / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
        ingest_openalex(folder, tmp_path / "graph")

    assert file_hashes(tmp_path / "graph") == file_hashes(snapshot_store)


@pytest.mark.parametrize("newer_first", [False, True])
def test_stale_versions_leave_no_trace(
    openalex_data: Path, snapshot_store: Path, tmp_path: Path, *, newer_first: bool
) -> None:
    """Older versions of 181 works, before or after, leave exactly the newer tables."""
    dumps = [("snapshot_like_previous", "2025-12-06"), ("snapshot_like", "2026-03-01")]
    for name, day in reversed(dumps) if newer_first else dumps:
        ingest_openalex(openalex_data / name, tmp_path / "graph", dump_date=day)

    # The private ranks alone say which dump a record came from.
    assert file_hashes(tmp_path / "graph", leave_out=("_records",)) == file_hashes(
        snapshot_store, leave_out=("_records",)
    )


def test_previous_versions_alone_differ(openalex_data: Path, tmp_path: Path) -> None:
    """The older versions do say other things, so that the test above can fail."""
    ingest_openalex(openalex_data / "snapshot_like_previous", tmp_path / "graph")
    older = {
        row["author_id"] for row in rows(tmp_path / "graph", "authorships") if row["author_id"]
    }
    newer = {
        seat["author"]["id"].removeprefix(OPENALEX)
        for work in read_lines(openalex_data / "snapshot_like" / "data" / "works")
        for seat in work["authorships"]
        if seat["author"]["id"]
    }

    assert len(older - newer) == 2

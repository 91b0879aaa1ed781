"""Filling a store: the same each time, and nothing wrong with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

import scholargraph as sg
from scholargraph.errors import InvalidArgumentError
from scholargraph.sample import write_store
from scholargraph.sample.large.frame import AUTHORS_PER_BLOCK, MAX_PAPERS, PAPERS_PER_BLOCK
from scholargraph.schema import PUBLIC_TABLES
from scholargraph.store import Snapshot
from tests.sample.large.conftest import WORKS, Store, filled

EMPTY = {
    "abstracts",
    "arxiv_bylines",
    "arxiv_records",
    "awards",
    "concepts",
    "links",
    "paper_concepts",
    "rejects",
    "vocabulary",
}


def checksums(snapshot: Snapshot) -> dict[str, list[str]]:
    """The checksums of all files, by table."""
    return {name: [file.sha256 for file in files] for name, files in snapshot.files.items()}


@pytest.mark.parametrize("works", [1, 2, 7, 300])
def test_validate_finds_nothing_in_a_small_store(tmp_path: Path, works: int) -> None:
    """Any number of papers makes a store that keeps all declared rules."""
    write_store(tmp_path / "graph", works=works, seed=works)

    findings = sg.validate(sg.read_graph(tmp_path / "graph"))

    assert findings.to_dict("records") == []
    assert findings.attrs["rules_skipped"] == 0


def test_validate_finds_nothing_in_a_store_of_several_blocks(store: Store) -> None:
    """Blocks fit together: order, keys and references hold across them."""
    assert store.report.records["papers"] > PAPERS_PER_BLOCK
    assert store.snapshot.rows("authorships") > AUTHORS_PER_BLOCK

    assert sg.validate(store.graph).to_dict("records") == []


def test_workers_do_not_change_the_bytes(tmp_path: Path, store: Store) -> None:
    """Two processes write the files that one writes."""
    assert checksums(filled(tmp_path / "graph", workers=2).snapshot) == checksums(store.snapshot)


def test_another_seed_gives_another_store(tmp_path: Path) -> None:
    """Nearly every table differs with the seed; only the tree of topics is the same."""
    one, two = (checksums(filled(tmp_path / str(n), works=500, seed=n).snapshot) for n in (0, 1))

    same = {name for name in one if one[name] == two[name]}
    assert {"topics"} | EMPTY <= same
    assert not same & {"papers", "authors", "authorships", "affiliations", "citations", "_records"}


def test_the_report_is_true(store: Store) -> None:
    """Rows, sizes and the counts called truth are those that naive counting finds."""
    rows = {table.name: store.snapshot.rows(table.name) for table in PUBLIC_TABLES}
    assert store.report.records == rows
    assert {name for name, count in rows.items() if count == 0} == EMPTY
    paths = [path for name in store.snapshot.files for path in store.snapshot.paths(name)]
    assert store.report.files == len(paths)
    assert store.report.size_bytes == sum(path.stat().st_size for path in paths)
    marks = Counter(store.table("authorships")["mark"].to_pylist())
    papers = set(store.table("papers")["paper_id"].to_pylist())
    cited = store.table("citations")["cited_paper_id"].to_pylist()
    assert store.report.truth == {
        "works": len(papers),
        "profiles": rows["authors"],
        "seats": rows["authorships"],
        "seats without author id": marks["no id"],
        "seats of nobody": marks["nobody"],
        "seats that make ties": marks[None],
        "references": len(cited),
        "references inside": sum(name in papers for name in cited),
    }
    assert all(store.report.truth.values())


def test_counts_in_rows_are_found_again(store: Store) -> None:
    """What papers and authors say of themselves is what naive counting over the edges gives."""
    papers = {row["paper_id"]: row for row in store.table("papers").to_pylist()}
    seats = Counter(store.table("authorships")["paper_id"].to_pylist())
    citations = store.table("citations").to_pylist()
    cited = Counter(row["cited_paper_id"] for row in citations)
    citing = Counter(row["paper_id"] for row in citations)
    for name, paper in papers.items():
        found = (paper["author_count"], paper["cited_by_count"], paper["reference_count"])
        assert found == (seats[name], cited[name], citing[name])
    signed: dict[str, list[str]] = defaultdict(list)
    for seat in store.table("authorships").to_pylist():
        if seat["mark"] is None:
            signed[seat["author_id"]].append(seat["paper_id"])
    authors = store.table("authors").to_pylist()
    assert {author["author_id"] for author in authors} == set(signed)
    for author in authors:
        times = sorted((cited[name] for name in signed[author["author_id"]]), reverse=True)
        assert author["works_count"] == len(times)
        assert author["cited_by_count"] == sum(times)
        assert author["h_index"] == sum(count >= rank for rank, count in enumerate(times, start=1))
        assert author["i10_index"] == sum(count >= 10 for count in times)
    by_year: Counter[tuple[str, int]] = Counter(
        (name, papers[paper]["year"]) for name, own in signed.items() for paper in own
    )
    assert by_year == {
        (row["node_id"], row["year"]): row["works_count"]
        for row in store.table("counts_by_year").to_pylist()
    }
    mentions = store.table("_author_mentions").select(["author_id", "record_id"]).to_pylist()
    assert sorted((row["author_id"], row["record_id"]) for row in mentions) == sorted(
        (name, paper) for name, own in signed.items() for paper in own
    )


def test_author_affiliations_are_where_bylines_place_them(store: Store) -> None:
    """Nearly all institutions of a byline are the author's own for that year; second posts are not.

    The years that an author's record lists for an institution are years in which the author wrote.
    """
    years = dict(
        zip(
            *(store.table("papers")[name].to_pylist() for name in ("paper_id", "year")), strict=True
        )
    )
    listed: dict[tuple[str, str], set[int]] = {
        (row["author_id"], row["institution_id"]): set(row["years"])
        for row in store.table("author_affiliations").to_pylist()
    }
    author_of: dict[tuple[str, int], str] = {}
    wrote: dict[str, set[int]] = defaultdict(set)
    for seat in store.table("authorships").to_pylist():
        if seat["mark"] is None:
            author_of[seat["paper_id"], seat["position"]] = seat["author_id"]
            wrote[seat["author_id"]].add(years[seat["paper_id"]])
    hits: Counter[bool] = Counter()
    for row in store.table("affiliations").to_pylist():
        author = author_of.get((row["paper_id"], row["position"]))
        if author and row["institution_id"]:
            own = listed.get((author, row["institution_id"]), set())
            hits[years[row["paper_id"]] in own] += 1
    assert hits[True] / hits.total() > 0.9
    together: dict[str, set[int]] = defaultdict(set)
    for (author, _), found in listed.items():
        assert not together[author] & found
        together[author] |= found
    assert together == wrote


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"works": 0}, "works must"),
        ({"works": MAX_PAPERS + 1}, "works must"),
        ({"works": 5, "seed": -1}, "seed must"),
        ({"works": 5, "workers": 0}, "workers must"),
    ],
)
def test_numbers_out_of_range_are_refused(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    """A bad number is an error before anything is made."""
    with pytest.raises(InvalidArgumentError, match=message):
        write_store(tmp_path / "graph", **options)
    assert not (tmp_path / "graph").exists()


def test_a_store_with_versions_is_refused(tmp_path: Path) -> None:
    """Made-up papers are never mixed with what somebody has ingested."""
    write_store(tmp_path / "graph", works=5)

    with pytest.raises(InvalidArgumentError, match="versions already"):
        write_store(tmp_path / "graph", works=5)
    assert pc.count(filled(tmp_path / "other", works=5).table("papers")["paper_id"]).as_py() == 5


def test_all_ids_are_free(store: Store) -> None:
    """Every paper, author and ORCID has a number that nobody has."""
    assert store.report.records["papers"] == WORKS
    for table, column in (("papers", "paper_id"), ("authors", "author_id")):
        names = store.table(table)[column].to_pylist()
        assert all(len(name) == 11 and int(name[1:]) > 9_000_000_000 for name in names)
    orcids = [orcid for orcid in store.table("authors")["orcid"].to_pylist() if orcid]
    assert len(orcids) == len(set(orcids)) > 10_000
    assert all(orcid.startswith("0000-0000-") for orcid in orcids)

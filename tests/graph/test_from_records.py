"""Records at hand become a graph: dicts, pages and files, real ones of several generations."""

from __future__ import annotations

import gc
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import scholargraph as sg
from scholargraph.errors import IngestError, InputNotFoundError, InvalidArgumentError
from tests.ingest.support import url, work

WORKS = [work(9000000000 + n, "A9000000001", f"A900000002{n}") for n in range(1, 4)]

BODIES = [
    "2023_10/works_W2741809807.json.gz",
    "2025_06/W2741809807.json.gz",
    "2025_10/works_by_doi_chunk_1_page_1.json.gz",
    "2025_10/works_by_doi_chunk_4_page_1.json.gz",
    "2025_11/works_cited_by_two_seeds_page_1.json.gz",
    "2025_11/works_cites_two_seeds_page_1.json.gz",
    "2025_11/works_openalex_two_seeds.json.gz",
]


class ClientRecord(dict[str, Any]):
    """A dict with methods of its own, as API clients return."""


def works_in(body: Any) -> list[dict[str, Any]]:
    """Return the works of a page, or the work itself."""
    found: list[dict[str, Any]] = body.get("results", [body])
    return found


def partners(works: list[dict[str, Any]], author: str) -> dict[str, int]:
    """Count joint works by plain loops."""
    counts: Counter[str] = Counter()
    for record in works:
        team = {seat["author"]["id"] for seat in record["authorships"] if seat["author"]["id"]}
        if url(author) in team:
            counts.update(other.rpartition("/")[2] for other in team - {url(author)})
    return dict(counts)


@pytest.mark.parametrize("name", BODIES)
def test_real_bodies_answer_like_plain_loops(openalex_data: Path, name: str) -> None:
    """Bodies of the API since 2023, as a file, as a page and as dicts, answer the same."""
    path = openalex_data / "api_responses" / name
    body = json.loads(gzip.decompress(path.read_bytes()))
    works = works_in(body)
    graphs = [sg.from_records(given) for given in (path, body, works, iter(works))]
    authors = Counter(
        seat["author"]["id"].rpartition("/")[2]
        for record in works
        for seat in record["authorships"]
        if seat["author"]["id"]
    )
    busiest = max(authors, key=lambda author: (authors[author], author))

    for graph in graphs:
        assert graph.counts["papers"] == len({record["id"] for record in works})
        assert graph.counts["rejects"] == 0
        assert len(sg.validate(graph)) == 0
        found = sg.collaborators(graph, busiest, types="all")
        assert dict(zip(found["author_id"], found["paper_count"], strict=True)) == partners(
            works, busiest
        )
        for record in works[:3]:
            paper = sg.paper(graph, record["id"])
            assert paper.title == record["title"]
            assert [seat.author_id for seat in paper.authors] == [
                (seat["author"]["id"] or "").rpartition("/")[2] or None
                for seat in record["authorships"]
            ]
            assert set(paper.references) == {
                cited.rpartition("/")[2] for cited in record["referenced_works"]
            }


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("2025_06/A5317838346.json.gz", "the id stands for nobody"),
        ("2026_03/works_group_by_type.json.gz", "a group_by page, which holds no records"),
        ("errors/400_unknown_filter.json.gz", "an error of the API"),
        ("errors/400_unknown_select.json.gz", "an error of the API"),
    ],
)
def test_what_is_no_record_is_named(openalex_data: Path, name: str, reason: str) -> None:
    """A body without records makes no graph, and one line says why."""
    with pytest.raises(IngestError, match=f"no record could be read from 1 line: {reason}"):
        sg.from_records(openalex_data / "api_responses" / name)


@pytest.mark.parametrize(
    "letter", ["A5023888391", "C71924100", "F4320332161", "I27837315", "P4310319965"]
)
def test_single_entities_are_nodes(openalex_data: Path, letter: str) -> None:
    """One entity alone is a graph with that node."""
    graph = sg.from_records(openalex_data / "api_responses" / "2025_06" / f"{letter}.json.gz")
    names = ("authors", "concepts", "funders", "institutions", "publishers")
    table = next(name for name in names if name.startswith(letter[0].lower()))
    ids = graph.table(table)[graph_key(table)]

    assert letter in set(ids)


def graph_key(table: str) -> str:
    """Return the id column of a node table."""
    return f"{table.removesuffix('s')}_id"


def test_generators_and_clients_dicts(tmp_path: Path) -> None:
    """Any iterable of mappings will do, also subclasses of dict."""

    def generate() -> Iterator[ClientRecord]:
        for record in WORKS:
            yield ClientRecord(record)

    graph = sg.from_records(generate(), store=tmp_path / "graph")

    assert graph.counts["papers"] == 3
    assert len(sg.collaborators(graph, "A9000000001")) == 3
    assert sg.read_graph(tmp_path / "graph").counts == graph.counts


def test_store_that_is_there_gets_a_further_version(tmp_path: Path) -> None:
    """Records add to a store by the same rules as a dump."""
    sg.from_records(WORKS[:2], store=tmp_path / "graph")
    graph = sg.from_records(WORKS[1:], store=tmp_path / "graph")

    assert graph.version == 2
    assert graph.counts["papers"] == 3


def test_temporary_store_goes_with_its_graph() -> None:
    """Without ``store`` nothing is left on the disk."""
    graph = sg.from_records(WORKS)
    folder = Path(graph.paths("papers")[0]).parents[3]
    assert folder.is_dir()

    del graph
    gc.collect()

    assert not folder.exists()


def test_no_records_are_an_empty_graph() -> None:
    """No input is no error: every table is there, without rows."""
    graph = sg.from_records([])

    assert set(graph.counts.values()) == {0}
    assert graph.table("papers").empty


@pytest.mark.parametrize("bad", [7, None, b"bytes"])
def test_wrong_type_is_one_clear_line(bad: Any) -> None:
    """The message says what is taken."""
    with pytest.raises(InvalidArgumentError, match="takes dicts or a path to a JSON file, not"):
        sg.from_records(bad)


def test_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    """A path that leads nowhere is named."""
    with pytest.raises(InputNotFoundError, match=r"there is no .*works\.json"):
        sg.from_records(tmp_path / "works.json")


def test_things_that_are_no_dicts_are_named() -> None:
    """Ids where records were meant do not vanish."""
    graph = sg.from_records(["W1", *WORKS])  # type: ignore[list-item]

    assert graph.counts["papers"] == 3
    assert graph.table("rejects")["reason"].tolist() == ["not a record: no JSON object"]

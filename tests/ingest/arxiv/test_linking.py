"""Records of arXiv and works of OpenAlex in one graph: one paper, one node, in any order."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.ingest.arxiv.ingesting import ingest_arxiv
from scholargraph.schema import TABLES
from scholargraph.store import open_version

Work = dict[str, Any]
Record = dict[str, Any]

ARXIV_LINK = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf)/|arXiv\.org:|10\.48550/arxiv\.)"
    r"([a-z-]+/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})",
    re.IGNORECASE,
)

TITLE = "On the connectedness of sparse networks of collaboration"
NAMES = ("Ada One", "Bela Two", "Cleo Three")


def work(number: int, **said: Any) -> Work:
    names = said.pop("names", NAMES)
    return {
        "id": f"https://openalex.org/W{9_000_000_000 + number}",
        "title": said.pop("title", TITLE),
        "publication_year": said.pop("year", 2020),
        "authorships": [
            {
                "author": {
                    "id": f"https://openalex.org/A{9_100_000_000 + 100 * number + place}",
                    "display_name": name,
                }
            }
            for place, name in enumerate(names)
        ],
        "updated_date": "2026-01-01T00:00:00",
        **said,
    }


def record(arxiv_id: str, **said: Any) -> Record:
    names = said.pop("names", NAMES)
    year = said.pop("year", 2020)
    return {
        "id": arxiv_id,
        "submitter": None,
        "authors": ", ".join(names),
        "title": TITLE,
        "comments": None,
        "journal-ref": None,
        "doi": None,
        "report-no": None,
        "categories": "cs.SI physics.soc-ph",
        "license": None,
        "abstract": "  We connect.\n",
        "versions": [{"version": "v1", "created": f"Mon, 2 Mar {year} 10:00:00 GMT"}],
        "update_date": "2020-05-01",
        "authors_parsed": [[*reversed(name.split(" ", 1)), ""] for name in names],
        **said,
    }


def location(url: str) -> Work:
    return {"is_oa": True, "landing_page_url": url, "source": None}


Ingest = Callable[[Path], object]


def of_openalex(works: Iterable[Work]) -> Ingest:
    def ingest(store: Path) -> object:
        file = store.parent / "works.jsonl"
        file.write_text("".join(json.dumps(each) + "\n" for each in works))
        return sg.ingest_openalex(file, store)

    return ingest


def of_arxiv(records: Iterable[Record], **how: Any) -> Ingest:
    def ingest(store: Path) -> object:
        file = store.parent / "arxiv.json"
        file.write_text("".join(json.dumps(each) + "\n" for each in records))
        return ingest_arxiv(file, store, **how)

    return ingest


def graph_of(folder: Path, *ingests: Ingest) -> sg.ScholarGraph:
    folder.mkdir(exist_ok=True)
    for ingest in ingests:
        ingest(folder / "graph")
    return sg.read_graph(folder / "graph")


def contents(graph: sg.ScholarGraph) -> dict[str, list[str]]:
    """Hashes of the files of all tables."""
    files = open_version(graph._snapshot.path).files
    assert set(files) == set(TABLES)
    return {name: [file.sha256 for file in files[name]] for name in files}


def is_sound(graph: sg.ScholarGraph) -> bool:
    findings = sg.validate(graph)
    assert findings.empty, findings.to_string()
    return True


def links(graph: sg.ScholarGraph) -> list[tuple[Any, ...]]:
    rows = graph.sql("SELECT arxiv_id, paper_id, reason, accepted FROM links ORDER BY ALL")
    return list(rows.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("said_by_work", "said_by_record", "reason"),
    [
        ({"doi": "https://doi.org/10.48550/arxiv.2003.00001"}, {}, "arXiv DOI"),
        ({"locations": [location("http://arxiv.org/abs/2003.00001v2")]}, {}, "location"),
        ({"ids": {"arxiv_id": "2003.00001"}}, {}, "arXiv id"),
        (
            {"doi": "https://doi.org/10.1234/one", "title": "Else"},
            {"doi": "10.1234/ONE, 10.1234/two"},
            "published DOI",
        ),
        ({}, {}, "title, byline and year"),
    ],
)
def test_a_record_joins_its_work(
    tmp_path: Path, said_by_work: Work, said_by_record: Record, reason: str
) -> None:
    one = of_openalex([work(1, **said_by_work), work(2, title="Something else altogether, here")])
    other = of_arxiv([record("2003.00001", **said_by_record)])
    graph = graph_of(tmp_path / "a", one, other)
    assert is_sound(graph)
    assert links(graph) == [("2003.00001", "W9000000001", reason, True)]
    paper = sg.paper(graph, "arXiv:2003.00001")
    assert paper.paper_id == sg.paper(graph, "W9000000001").paper_id == "W9000000001"
    row = graph.sql("SELECT * FROM papers WHERE paper_id = 'W9000000001'").iloc[0]
    assert (row["origin"], row["arxiv_id"], row["version_count"]) == ("both", "2003.00001", 1)
    topics = graph.sql("SELECT topic_id FROM paper_topics WHERE paper_id = 'W9000000001'")
    assert topics["topic_id"].tolist() == ["arXiv:cs.SI", "arXiv:physics.soc-ph"]
    assert graph.sql("SELECT text FROM abstracts")["text"].tolist() == ["We connect."]
    names = graph.sql("SELECT author_name FROM arxiv_bylines WHERE paper_id = 'W9000000001'")
    assert names["author_name"].tolist() == list(NAMES)
    assert not graph.sql("SELECT * FROM authors WHERE author_id LIKE 'name:%'").shape[0]
    assert graph.counts["papers"] == 2
    placed = graph.sql("SELECT arxiv_id FROM locations WHERE arxiv_id IS NOT NULL")
    expected = [] if reason in ("arXiv DOI", "arXiv id") else ["2003.00001"]
    assert placed["arxiv_id"].tolist() == expected
    assert contents(graph) == contents(graph_of(tmp_path / "b", other, one))
    assert contents(graph) == contents(graph_of(tmp_path / "c", one, other, one, other))


def test_without_twin_it_is_a_paper_of_its_own(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, of_arxiv([record("math/9901001", categories="alg-geom math.AG")]))
    assert is_sound(graph)
    paper = graph.sql("SELECT * FROM papers").iloc[0]
    assert paper["paper_id"] == "arXiv:math/9901001"
    assert paper["doi"] == "10.48550/arxiv.math/9901001"
    assert (paper["topic_id"], paper["origin"]) == ("arXiv:math.AG", "arxiv")
    authors = graph.sql("SELECT author_id, kind FROM authors")
    assert authors["author_id"].tolist() == ["name:ada one", "name:bela two", "name:cleo three"]
    assert set(authors["kind"]) == {"name form"}
    assert len(sg.collaborators(graph, "name:ada one")) == 2
    topics = graph.sql("SELECT topic_id, coalesce(parent_id, '') AS parent_id FROM topics")
    assert dict(zip(topics["topic_id"], topics["parent_id"], strict=True)) == {
        "arXiv:archive/math": "arXiv:group/math",
        "arXiv:group/math": "",
        "arXiv:math.AG": "arXiv:archive/math",
    }


def test_a_twin_that_no_longer_names_it_lets_it_go(tmp_path: Path) -> None:
    naming = work(1, title="Else", locations=[location("https://arxiv.org/abs/2003.00001")])
    silent = work(1, title="Else", updated_date="2026-02-01T00:00:00")
    arxiv = of_arxiv([record("2003.00001")])
    graph = graph_of(
        tmp_path / "a", of_openalex([naming]), arxiv, of_openalex([silent]), of_openalex([naming])
    )
    assert is_sound(graph)
    assert sg.paper(graph, "arXiv:2003.00001").paper_id == "arXiv:2003.00001"
    assert contents(graph) == contents(graph_of(tmp_path / "b", of_openalex([silent]), arxiv))


def test_several_works_that_name_one_record(tmp_path: Path) -> None:
    place = {"locations": [location("https://arxiv.org/abs/2003.00001")]}
    works = [
        work(1, **place),
        work(2, **place),
        work(3, doi="https://doi.org/10.48550/arxiv.2003.00001"),
    ]
    graph = graph_of(tmp_path, of_openalex(works), of_arxiv([record("2003.00001")]))
    assert is_sound(graph)
    assert links(graph) == [
        ("2003.00001", "W9000000001", "location", False),
        ("2003.00001", "W9000000002", "location", False),
        ("2003.00001", "W9000000003", "arXiv DOI", True),
    ]
    assert graph.counts["papers"] == 3
    assert sg.paper(graph, "arXiv:2003.00001").paper_id == "W9000000003"
    without = graph_of(tmp_path / "b", of_openalex(works[:2]), of_arxiv([record("2003.00001")]))
    assert sg.paper(without, "arXiv:2003.00001").paper_id == "W9000000001"


def test_two_records_of_one_work_both_lead_to_it(tmp_path: Path) -> None:
    places = [location(f"https://arxiv.org/abs/2003.0000{number}") for number in (1, 2)]
    records = [record("2003.00001"), record("2003.00002", categories="cs.LG cs.SI")]
    graph = graph_of(tmp_path, of_openalex([work(1, locations=places)]), of_arxiv(records))
    assert is_sound(graph)
    for each in records:
        assert sg.paper(graph, f"arXiv:{each['id']}").paper_id == "W9000000001"
    topics = graph.sql("SELECT topic_id FROM paper_topics")["topic_id"].tolist()
    assert topics == ["arXiv:cs.LG", "arXiv:cs.SI", "arXiv:physics.soc-ph"]


def test_links_by_title_can_be_refused(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, of_openalex([work(1)]), of_arxiv([record("2003.00001")], link="ids"))
    assert links(graph) == []
    assert graph.counts["papers"] == 2


@pytest.mark.parametrize(
    "other",
    [
        {"year": 2023},
        {"names": ("Dora Four", "Egon Five", "Fay Six")},
        {"title": "Another title of about the same length as it"},
    ],
)
def test_title_byline_and_year_must_all_agree(tmp_path: Path, other: Work) -> None:
    graph = graph_of(tmp_path, of_openalex([work(1, **other)]), of_arxiv([record("2003.00001")]))
    assert not [link for link in links(graph) if link[3]]


def test_a_heading_is_no_title(tmp_path: Path) -> None:
    """The real set has five different works called "list of contributors"."""
    works = [work(number, title="List of contributors") for number in range(1, 4)]
    records = [record(f"2003.0000{number}", title="List of contributors") for number in (1, 2)]
    graph = graph_of(tmp_path, of_openalex(works), of_arxiv(records))
    assert links(graph) == []


def test_a_byline_that_nearly_agrees_is_proposed(tmp_path: Path) -> None:
    byline = (*NAMES, "Dora Four", "Egon Five")
    graph = graph_of(
        tmp_path, of_openalex([work(1, names=byline)]), of_arxiv([record("2003.00001")])
    )
    assert links(graph) == [("2003.00001", "W9000000001", "title, byline and year", False)]
    assert graph.sql("SELECT score FROM links")["score"].tolist() == pytest.approx([0.6])


def test_a_deleted_header_removes_the_record(tmp_path: Path) -> None:
    header = (
        '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord>'
        '<record><header status="deleted"><identifier>oai:arXiv.org:2003.00001</identifier>'
        "<datestamp>2021-01-01</datestamp></header></record></GetRecord></OAI-PMH>"
    )
    (tmp_path / "deleted.xml").write_text(header)
    graph = graph_of(
        tmp_path,
        of_arxiv([record("2003.00001"), record("2003.00002", title="Another one")]),
        lambda store: ingest_arxiv(tmp_path / "deleted.xml", store),
        of_arxiv([record("2003.00001")]),
    )
    assert graph.sql("SELECT paper_id FROM papers")["paper_id"].tolist() == ["arXiv:2003.00002"]
    assert is_sound(graph)


def test_a_complete_source_replaces_its_own_records_alone(tmp_path: Path) -> None:
    graph = graph_of(
        tmp_path,
        of_openalex([work(1, title="Else")]),
        of_arxiv([record("2003.00001"), record("2003.00002", title="Another one")]),
        of_arxiv([record("2003.00002", title="Another one")], complete=True),
    )
    papers = graph.sql("SELECT paper_id FROM papers")["paper_id"].tolist()
    assert papers == ["W9000000001", "arXiv:2003.00002"]
    assert is_sound(graph)


TITLES = ("List of contributors", "Editorial", TITLE, f"{TITLE}, part two", "A note on graphs")
BYLINES = (NAMES, NAMES[:2], ("Dora Four",), ("Egon Five", "Fay Six"))


@st.composite
def papers(draw: st.DrawFn) -> list[tuple[int, str, tuple[str, ...], int, str]]:
    """Different papers: title, byline, year and what links them, if anything does."""
    chosen = draw(
        st.lists(
            st.tuples(
                st.sampled_from(TITLES),
                st.sampled_from(BYLINES),
                st.sampled_from((2018, 2020, 2022)),
                st.sampled_from(("doi", "location", "published", "title", "none")),
            ),
            min_size=1,
            max_size=6,
            unique_by=lambda paper: paper[:3],
        )
    )
    return [(number, *paper) for number, paper in enumerate(chosen, 1)]


@settings(max_examples=8, deadline=None)
@given(papers(), st.randoms(use_true_random=False))
def test_shuffled_twins_are_found_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[Any], random: Any
) -> None:
    works, records = [], []
    twins = {}
    for number, title, names, year, way in drawn:
        arxiv_id = f"2003.{number:05d}"
        said: Work = {}
        told: Record = {}
        if way == "doi":
            said["doi"] = f"https://doi.org/10.48550/arXiv.{arxiv_id}"
        elif way == "location":
            said["locations"] = [location(f"http://arxiv.org/pdf/{arxiv_id}")]
        elif way == "published":
            said["doi"] = told["doi"] = f"10.1234/{number}"
        works.append(work(number, title=title, names=names, year=year, **said))
        if way != "none":
            records.append(record(arxiv_id, title=title, names=names, year=year, **told))
            if way != "title" or len(title.replace(" ", "")) >= 24:
                twins[arxiv_id] = f"W{9_000_000_000 + number}"
    random.shuffle(works)
    random.shuffle(records)
    steps = [of_openalex(works[:2]), of_openalex(works[2:] or works), of_arxiv(records or [])]
    steps = steps if records else steps[:2]
    random.shuffle(steps)
    graph = graph_of(tmp_path_factory.mktemp("linking"), *steps)
    assert is_sound(graph)
    assert {link[0]: link[1] for link in links(graph) if link[3]} == twins


def test_real_works_and_records_made_for_them(tmp_path: Path, openalex_data: Path) -> None:
    """49 works have an arXiv DOI and 78 a location on arxiv.org, with 71 different ids."""
    dump = openalex_data / "snapshot_like"
    works = [
        json.loads(line)
        for part in sorted((dump / "data" / "works").rglob("*.gz"))
        for line in gzip.decompress(part.read_bytes()).split(b"\n")
        if line
    ]
    named: dict[str, set[str]] = {}
    by_doi: dict[str, str] = {}
    for each in works:
        short = each["id"].rpartition("/")[2]
        doi = (each["doi"] or "").lower().partition("10.48550/arxiv.")[2]
        if doi:
            by_doi[doi] = short
            named.setdefault(doi, set()).add(short)
        for place in each["locations"]:
            for link in ("id", "landing_page_url", "pdf_url"):
                found = ARXIV_LINK.search(place.get(link) or "")
                if found:
                    named.setdefault(found[1], set()).add(short)
    assert (len(by_doi), len(named)) == (49, 71)
    expected = {
        arxiv_id: by_doi.get(arxiv_id) or min(candidates, key=str.encode)
        for arxiv_id, candidates in named.items()
    }
    records = [
        record(arxiv_id, title="Not its title", names=("No One",)) for arxiv_id in sorted(named)
    ]
    graph = graph_of(tmp_path, of_arxiv(records), lambda store: sg.ingest_openalex(dump, store))
    assert is_sound(graph)
    assert {link[0]: link[1] for link in links(graph) if link[3]} == expected
    assert graph.counts["papers"] == 4_085
    several = [arxiv_id for arxiv_id, candidates in named.items() if len(candidates) > 1]
    assert len(several) == 12
    others = itertools.chain.from_iterable(
        {(arxiv_id, other) for other in named[arxiv_id] - {expected[arxiv_id]}}
        for arxiv_id in named
    )
    assert {link[:2] for link in links(graph) if not link[3]} >= set(others)

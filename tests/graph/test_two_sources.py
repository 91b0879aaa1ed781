"""Works of OpenAlex and papers of arXiv in one graph: what every question says of both."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import scholargraph as sg
from scholargraph import collaboration
from scholargraph.errors import NodeNotFoundError
from scholargraph.graph import ScholarGraph
from tests.ingest.arxiv.test_linking import graph_of, of_arxiv, of_openalex, record, work

NAMES = ("Ada One", "Bela Two", "Cleo Three")
JOINED, REFUSED, ALONE, OLD = "2001.00001", "2001.00002", "2001.00004", "hep-th/9901001"
TOPIC = {
    "id": "https://openalex.org/T10001",
    "display_name": "Ties",
    "score": 0.9,
    "field": {"id": "https://openalex.org/fields/17", "display_name": "Computer Science"},
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """A record that joined its work, one that was refused, and two without any work."""
    works = [
        work(
            1,
            doi=f"https://doi.org/10.48550/arxiv.{JOINED}",
            type="preprint",
            primary_topic=TOPIC,
            topics=[TOPIC],
        ),
        work(2, title="A refused twin", type="article"),
    ]
    records = [
        record(JOINED, comments="This paper has been withdrawn by the authors"),
        record(REFUSED, title="A refused twin"),
        record(ALONE, title="On its own", names=("Ada One", "Cleo Three")),
        record(OLD, title="Old", categories="hep-th", year=1999),
    ]
    return graph_of(
        tmp_path_factory.mktemp("two"), of_openalex(works), of_arxiv(records, link="ids")
    )


@pytest.mark.parametrize(
    ("arxiv_id", "paper_id"),
    [
        (JOINED, "W9000000001"),
        (REFUSED, f"arXiv:{REFUSED}"),
        (ALONE, f"arXiv:{ALONE}"),
        (OLD, f"arXiv:{OLD}"),
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "arXiv:{}",
        "arxiv:{}v2",
        "10.48550/arXiv.{}",
        "https://doi.org/10.48550/arXiv.{}",
        "https://arxiv.org/abs/{}v3",
        "http://arxiv.org/pdf/{}.pdf",
    ],
)
def test_every_form_of_an_arxiv_id_names_the_paper(
    graph: ScholarGraph, arxiv_id: str, paper_id: str, form: str
) -> None:
    """Also that of a work which its record has joined."""
    assert sg.paper(graph, form.format(arxiv_id)).paper_id == paper_id


def test_an_arxiv_id_that_nobody_has_names_nothing(graph: ScholarGraph) -> None:
    """It is well formed, and no error of the graph."""
    for form in (
        "arXiv:2001.99999",
        "10.48550/arXiv.2001.99999",
        "https://arxiv.org/abs/2001.99999",
    ):
        with pytest.raises(NodeNotFoundError):
            sg.paper(graph, form)


def test_a_joined_paper_shows_both_sources(graph: ScholarGraph) -> None:
    """OpenAlex's people and topic stand first, arXiv adds categories, versions and a guess."""
    paper = sg.paper(graph, JOINED)

    assert (paper.origin, paper.arxiv_id) == ("both", JOINED)
    assert [seat.author_id for seat in paper.authors] == [
        "A9100000100",
        "A9100000101",
        "A9100000102",
    ]
    assert [(each.topic_id, each.is_primary) for each in paper.topics] == [
        ("T10001", True),
        ("arXiv:cs.SI", False),
        ("arXiv:physics.soc-ph", False),
    ]
    assert (paper.version_count, paper.is_withdrawn) == (1, True)
    assert paper.abstract == "We connect."


def test_a_paper_of_arxiv_alone(graph: ScholarGraph) -> None:
    """Its seats are name forms with records of their own, and its topics are categories."""
    paper = sg.paper(graph, f"arXiv:{OLD}")

    assert (paper.origin, paper.type, paper.year) == ("arxiv", "preprint", 1999)
    assert [(each.topic_id, each.name) for each in paper.topics] == [
        ("arXiv:hep-th", "High Energy Physics - Theory")
    ]
    author = sg.author(graph, paper.authors[0].author_id or "")
    assert (author.author_id, author.kind, author.name) == ("name:ada one", "name form", "Ada One")
    assert [each.paper_id for each in author.papers] == [
        f"arXiv:{REFUSED}",
        f"arXiv:{ALONE}",
        f"arXiv:{OLD}",
    ]
    assert sg.find(graph, "One, Ada")["author_id"].tolist() == [
        "name:ada one",
        "A9100000100",
        "A9100000200",
    ]


def test_categories_have_their_place_in_the_tree(graph: ScholarGraph) -> None:
    """An id that is archive and category at once is two topics."""
    category = sg.topic(graph, "arXiv:hep-th")

    assert (category.scheme, category.level) == ("arxiv", "category")
    assert [step.topic_id for step in category.path] == [
        "arXiv:archive/hep-th",
        "arXiv:group/physics",
    ]
    assert sg.topic(graph, "arXiv:archive/hep-th").paper_count == 1
    assert sg.topic(graph, "arXiv:group/physics").paper_count == 4
    assert sg.topic(graph, "arXiv:cs.SI").paper_count == 3
    assert sg.topic(graph, "fields/17").paper_count == 1


def test_a_category_is_named_by_its_code(graph: ScholarGraph) -> None:
    """In every question about a topic; a search finds it by code and by name."""
    assert sg.topic(graph, "cs.SI") == sg.topic(graph, "arXiv:cs.SI")
    found = sg.find(graph, "cs.SI", node_type="topic")
    assert found[["topic_id", "match"]].values.tolist() == [["arXiv:cs.SI", "id"]]
    near = sg.topic_neighbourhood(graph, "cs.SI", min_papers=1)
    assert near.equals(sg.topic_neighbourhood(graph, "arXiv:cs.SI", min_papers=1))
    assert "arXiv:physics.soc-ph" in near["topic_id"].tolist()


def test_preprints_of_both_count_as_research(graph: ScholarGraph) -> None:
    """And a name form has its ties, on all levels and with every limit."""
    asked: list[dict[str, Any]] = [{}, {"max_authors": "auto"}, {"versions": "merge"}]
    for terms in asked:
        found = collaboration.collaborators(graph, "name:ada one", **terms)
        assert found[["author_id", "paper_count"]].values.tolist() == [
            ["name:cleo three", 3],
            ["name:bela two", 2],
        ]
        assert found.attrs["papers_left_out"] == {}
    of_work = collaboration.collaborators(graph, "A9100000100")
    assert (of_work.attrs["papers"], of_work.attrs["papers_left_out"]) == (1, {})
    places = collaboration.collaborators(graph, "name:ada one", level="institution")
    assert (len(places), places.attrs["unaffiliated_seats"]) == (0, 5)


def test_a_paper_without_field_has_the_limit_of_its_year(graph: ScholarGraph) -> None:
    """What "auto" stands for backs off from the field, which no category of arXiv has."""
    papers = graph.adjacency.nodes["paper"]
    limits = graph.adjacency.papers.author_limit
    rows = [papers.find_row(each) for each in ("W9000000001", f"arXiv:{ALONE}", f"arXiv:{OLD}")]

    assert limits[rows].tolist() == [25, 25, 25]


def test_a_refused_twin_is_another_paper_by_others(graph: ScholarGraph) -> None:
    """Nobody signed both, so they are no versions of one work, and profiles see one of them."""
    networks = collaboration.collaborators(graph, "A9100000200", name_forms=False)
    assert networks["author_id"].tolist() == ["A9100000201", "A9100000202"]
    assert networks.attrs["version_pairs"] == networks.attrs["name_form_seats"] == 0

    recommended = collaboration.recommend_collaborators(graph, "A9100000100")
    assert recommended["author_id"].tolist() == ["name:cleo three", "name:bela two"]
    assert recommended.attrs["own_names_left_out"] == 1
    recommended = collaboration.recommend_collaborators(graph, "A9100000100", name_forms=False)
    assert not recommended["author_id"].str.startswith("name:").any()


def test_a_summary_of_people_without_affiliation_says_so(graph: ScholarGraph) -> None:
    """Papers of arXiv are papers without known affiliation, and no share is told."""
    found = collaboration.summary(graph, ["name:ada one", "A9100000100"])

    assert found.made["papers"] == found.made["papers_without_affiliation"] == 4
    assert found.shares["full"].isna().all()


def test_real_records_beside_real_works(
    snapshot_store: Path, openalex_data: Path, tmp_path: Path
) -> None:
    """Every paper and every name form of 200 real records answers to its id."""
    lines = openalex_data.parent / "arxiv" / "kaggle_lines.jsonl.gz"
    if not lines.exists():
        pytest.skip("the real records are not beside this checkout (../shared/data/arxiv)")
    store = tmp_path / "graph"
    shutil.copytree(snapshot_store, store)
    sg.ingest_arxiv(lines, store)
    graph = sg.read_graph(store)
    papers = graph.table("papers", ["paper_id", "arxiv_id"], where={"origin": "arxiv"})
    named = "SELECT author_id FROM authors WHERE author_id LIKE 'name:%'"
    authors = graph.sql(named)["author_id"].tolist()

    assert len(papers) == 200
    for paper_id, arxiv_id in papers.itertuples(index=False):
        assert sg.paper(graph, arxiv_id).paper_id == paper_id
    assert len(authors) > 100
    for author_id in authors:
        assert sg.author(graph, author_id).author_id == author_id

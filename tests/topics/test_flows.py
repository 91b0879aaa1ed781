"""Flows of citations: every number against loops over all citations and both papers' nodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph import from_records, topics
from scholargraph.adjacency.csr import Relation
from scholargraph.errors import InvalidArgumentError, NodeNotFoundError
from scholargraph.graph import ScholarGraph, read_graph
from scholargraph.network import Network, read_network
from scholargraph.topics import citations_counted, flow_sums, flows
from tests.affiliated import I1, affiliated
from tests.naive.collaboration import authors, counts, team_size
from tests.naive.organisations import shares
from tests.support import Row, build

Parts = dict[str, dict[str, float]]
"""By paper the part of each node."""


@st.composite
def citing_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A small graph with affiliations and topics, whose papers cite each other, and others."""
    tables = draw(affiliated())
    papers = [row["paper_id"] for row in tables["papers"]]
    cited = [*papers, "W9000000099"]
    citations = [
        {"paper_id": paper, "cited_paper_id": other}
        for paper in papers
        for other in sorted(draw(st.sets(st.sampled_from(cited), min_size=1, max_size=4)))
    ]
    for row in tables["papers"]:
        row["reference_count"] = draw(st.sampled_from([None, 0, 2, 9]))
    names = ["T1", "T2", "T3", "arXiv:math.CO"]
    return {
        **tables,
        "citations": citations,
        "topics": [
            {"topic_id": name, "level": "topic" if name[0] == "T" else "category"} for name in names
        ],
        "paper_topics": [
            {
                "paper_id": paper,
                "topic_id": name,
                "score": draw(st.sampled_from([None, 0.0, 0.25, 1.0, 1.0])),
            }
            for paper in papers
            for name in sorted(draw(st.sets(st.sampled_from(names), max_size=3)))
        ],
    }


def naive_parts(tables: dict[str, list[Row]], level: str) -> Parts:
    """How papers divide among the nodes of a level."""
    parts: Parts = {}
    for paper in tables["papers"]:
        persons = team_size(tables, paper)
        if level == "author":
            found = dict.fromkeys(authors(tables, paper), 1 / max(persons, 1))
        elif level == "institution":
            found = defaultdict(float)
            for held in shares(tables, paper, level).values():
                for institution, share in held.items():
                    found[institution] += float(share) / persons
        else:
            scores = {
                row["topic_id"]: row["score"]
                for row in tables["paper_topics"]
                if row["paper_id"] == paper["paper_id"] and row["topic_id"][0] == "T"
            }
            if None in scores.values() or not sum(scores.values()):
                scores = dict.fromkeys(scores, 1.0)
            found = {name: score / sum(scores.values()) for name, score in scores.items()}
        parts[paper["paper_id"]] = dict(found)
    return parts


def naive_citations(
    tables: dict[str, list[Row]], types: str, self_citations: bool, window: int | None
) -> list[tuple[str, str]]:
    """The citations that count, one after the other."""
    papers = {row["paper_id"]: row for row in tables["papers"] if counts(row, types)}
    found = []
    for row in tables["citations"]:
        p, q = row["paper_id"], row["cited_paper_id"]
        if p not in papers or q not in papers or p == q:
            continue
        if not self_citations and authors(tables, papers[p]) & authors(tables, papers[q]):
            continue
        if window is not None:
            years = papers[p]["year"], papers[q]["year"]
            if None in years or years[0] - years[1] > window:
                continue
        found.append((p, q))
    return found


def flow_of(
    parts: Parts, citations: list[tuple[str, str]], per_citation: dict[str, float]
) -> tuple[dict[tuple[str, str], float], Counter[tuple[str, str]]]:
    """Weights and numbers of citations of all ordered pairs of nodes."""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    numbers: Counter[tuple[str, str]] = Counter()
    for p, q in citations:
        for (i, w_i), (j, w_j) in product(parts[p].items(), parts[q].items()):
            weights[i, j] += w_i * w_j * per_citation[p]
            numbers[i, j] += 1
    return weights, numbers


def check_network(
    network: Network,
    weights: dict[tuple[str, str], float],
    numbers: Counter[tuple[str, str]],
) -> None:
    """Compare all columns with the flows of all pairs, those from a node to itself included."""
    outflow: dict[str, float] = defaultdict(float)
    inflow: dict[str, float] = defaultdict(float)
    for (i, j), weight in weights.items():
        outflow[i] += weight
        inflow[j] += weight
    total = sum(weights.values())
    nodes = {row["id"]: row for row in network.nodes.to_pylist()}
    edges = {(row["source"], row["target"]): row for row in network.edges.to_pylist()}

    assert network.left_out["total"] == pytest.approx(total)
    assert set(edges) == {(i, j) for i, j in numbers if i != j and {i, j} <= set(nodes)}
    for (i, j), row in edges.items():
        assert row["weight"] == pytest.approx(weights[i, j])
        assert row["citation_count"] == numbers[i, j]
        expected = outflow[i] * inflow[j]
        if expected:
            assert row["ratio"] == pytest.approx(weights[i, j] * total / expected)
        else:
            assert row["ratio"] is None
    for name, row in nodes.items():
        assert row["outflow"] == pytest.approx(outflow[name])
        assert row["inflow"] == pytest.approx(inflow[name])
        assert row["inside"] == pytest.approx(weights.get((name, name), 0))


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=citing_graphs(),
    window=st.sampled_from([None, None, 0, 1, 25]),
    types=st.sampled_from(["all", "all", "research"]),
    piece=st.sampled_from([1, 2, 1_000_000]),
)
def test_agrees_with_loops_over_all_citations(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    window: int | None,
    types: str,
    piece: int,
) -> None:
    """Weights, numbers, ratios, margins and what stays inside, whatever the pieces."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    ways = product(flows.LEVELS, flows.COUNTINGS, (False, True))
    for level, counting, self_citations in ways:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(citations_counted, "PIECE_CITATIONS", piece)
            patch.setattr(citations_counted, "_PIECE_SEATS", piece)
            patch.setattr(citations_counted, "_PIECE_PAPERS", piece)
            patch.setattr(flow_sums, "_PIECE_PAPERS", piece)
            network = topics.citation_flow(
                graph, level, counting, self_citations, window, types=types
            )
        citations = naive_citations(tables, types, self_citations, window)
        check_flows(network, tables, citations, level, counting, types)


def check_flows(
    network: Network,
    tables: dict[str, list[Row]],
    citations: list[tuple[str, str]],
    level: str,
    counting: str,
    types: str,
) -> None:
    """Compare a network with the citations that count, and with what it says of the others."""
    parts = naive_parts(tables, level)
    inside = {row["paper_id"] for row in tables["papers"]}
    references = Counter(
        row["paper_id"] for row in tables["citations"] if row["cited_paper_id"] in inside
    )
    per_citation = {
        row["paper_id"]: 1 / max(row["reference_count"] or 0, references[row["paper_id"]], 1)
        if counting == "fractional"
        else 1.0
        for row in tables["papers"]
    }
    weights, numbers = flow_of(parts, citations, per_citation)
    countable = [row["paper_id"] for row in tables["papers"] if counts(row, types)]

    check_network(network, weights, numbers)
    assert network.left_out["citations"] == len(citations)
    assert network.left_out["citations_without_node"] == sum(
        not parts[p] or not parts[q] for p, q in citations
    )
    assert {row["id"]: row["paper_count"] for row in network.nodes.to_pylist()} == Counter(
        node for paper in countable for node in parts[paper]
    )
    left_out = network.left_out["citations_left_out"]
    from_countable = sum(
        row["paper_id"] in countable and row["cited_paper_id"] in inside
        for row in tables["citations"]
    )
    assert sum(left_out.values()) == from_countable - len(citations)
    assert network.left_out["references_outside"] == sum(
        row["paper_id"] in countable and row["cited_paper_id"] not in inside
        for row in tables["citations"]
    )
    for row in network.edges.to_pylist():
        papers = network.explain(row["source"], row["target"])
        pair = row["source"], row["target"]
        assert papers["weight"].sum() == pytest.approx(row["weight"])
        assert list(zip(papers["paper_id"], papers["cited_paper_id"], strict=True)) == sorted(
            (p, q) for p, q in citations if pair[0] in parts[p] and pair[1] in parts[q]
        )


@pytest.fixture(scope="module")
def real(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


def real_citations(graph: ScholarGraph) -> list[tuple[str, str]]:
    """All citations among the real papers, without those of a paper by itself."""
    query = """
        SELECT citations.paper_id, cited_paper_id FROM citations
        JOIN papers ON papers.paper_id = cited_paper_id
    """
    return [(p, q) for p, q in graph.sql(query).to_numpy().tolist() if p != q]


def test_flows_among_the_topics_of_the_real_records(real: ScholarGraph) -> None:
    """All 8,840 citations (DATA.md, fact 7), divided by scores, one after the other."""
    scores: Parts = defaultdict(dict)
    columns = ["paper_id", "topic_id", "score"]
    for paper, topic, score in real.table("paper_topics", columns).to_numpy().tolist():
        scores[paper][topic] = score
    parts: Parts = defaultdict(dict)
    for paper, of_paper in scores.items():
        total = sum(of_paper.values())
        parts[paper] = {topic: score / total for topic, score in of_paper.items()}
    citations = real_citations(real)
    network = topics.citation_flow(real, "topic", self_citations=True, types="all")

    assert len(citations) == network.left_out["citations"] == 8_840
    assert network.left_out["citations_left_out"] == {"of the paper itself": 22}
    query = "SELECT count(*) FROM citations ANTI JOIN papers ON papers.paper_id = cited_paper_id"
    assert network.left_out["references_outside"] == int(real.sql(query).to_numpy()[0, 0])
    check_network(network, *flow_of(parts, citations, defaultdict(lambda: 1.0)))


def test_flows_among_the_authors_of_the_real_records(real: ScholarGraph) -> None:
    """Citations between papers with no joint author, each divided among both bylines."""
    team: dict[str, set[str]] = defaultdict(set)
    seats = real.table("authorships", ["paper_id", "author_id"], where={"mark": None})
    for paper, author in seats.to_numpy().tolist():
        team[paper].add(author)
    columns = ["paper_id", "author_count", "reference_count"]
    records = {row["paper_id"]: row for row in real.table("papers", columns).to_dict("records")}
    nameless = Counter(
        paper
        for paper, mark in real.table("authorships", ["paper_id", "mark"]).to_numpy().tolist()
        if isinstance(mark, str)
    )
    listed = Counter(real.table("authorships", ["paper_id"])["paper_id"])
    parts: Parts = defaultdict(dict)
    for paper, signed in team.items():
        beyond = max(0, records[paper]["author_count"] - listed[paper])
        parts[paper] = {author: 1 / (len(signed) + nameless[paper] + beyond) for author in signed}
    citations = [(p, q) for p, q in real_citations(real) if not team[p] & team[q]]
    query = "SELECT p.paper_id FROM citations p JOIN papers q ON q.paper_id = p.cited_paper_id"
    at_hand = Counter(real.sql(query)["paper_id"])
    per_citation = {
        paper: 1 / max(int(row["reference_count"] or 0), at_hand[paper], 1)
        for paper, row in records.items()
    }
    network = topics.citation_flow(real, "author", "fractional", types="all")

    assert network.left_out["citations"] == len(citations) < 8_840
    check_network(network, *flow_of(parts, citations, per_citation))


def test_named_nodes_have_the_flows_of_the_whole(real: ScholarGraph) -> None:
    """Among some nodes weights, ratios and margins are those among all."""
    whole = topics.citation_flow(real, "topic")
    ends = Counter(row["source"] for row in whole.edges.to_pylist())
    some = sorted(name for name, _ in ends.most_common(30))
    part = topics.citation_flow(real, "topic", nodes=some)
    kept = [
        row for row in whole.edges.to_pylist() if row["source"] in some and row["target"] in some
    ]

    assert len(kept) > 20
    assert part.edges.drop_columns(["weight", "ratio"]).to_pylist() == [
        {name: row[name] for name in ("source", "target", "citation_count")} for row in kept
    ]
    for name in ("weight", "ratio"):
        assert part.edges[name].to_pylist() == pytest.approx([row[name] for row in kept])
    assert part.nodes["outflow"].to_pylist() == pytest.approx(
        [row["outflow"] for row in whole.nodes.to_pylist() if row["id"] in some]
    )


def test_flows_are_a_directed_network_that_can_be_written(
    real: ScholarGraph, tmp_path: Path
) -> None:
    """It is written and read as any other, without loops, and has no byline to be shuffled."""
    network = topics.citation_flow(real, "institution", window=5)
    network.write(tmp_path / "flows")
    again = read_network(tmp_path / "flows")

    assert network.directed
    assert again.directed
    assert again.edges.to_pylist() == network.edges.to_pylist()
    assert network.recipe is not None
    with pytest.raises(InvalidArgumentError, match="citations"):
        network.recipe.bipartite()


def work(number: int, people: list[int], cited: list[int], year: int = 2020) -> dict[str, Any]:
    """A paper by some people that cites others."""
    return {
        "id": f"W900000000{number}",
        "publication_year": year,
        "authorships": [{"author": {"id": f"A900000000{person}"}} for person in people],
        "referenced_works": [f"W900000000{other}" for other in cited],
    }


def test_a_citation_is_divided_among_both_bylines() -> None:
    """Two people who cite three give each of them a sixth of a citation."""
    graph = from_records([work(1, [1, 2], [2]), work(2, [3, 4, 5], [])])
    network = topics.citation_flow(graph)

    assert network.edges["weight"].to_pylist() == pytest.approx([1 / 6] * 6)
    assert network.left_out["total"] == pytest.approx(1)


def test_self_citations_are_left_out_unless_asked_for() -> None:
    """One joint author makes it one; asked for, it is there, what goes to himself as inside."""
    graph = from_records([work(1, [1, 2], [2]), work(2, [2, 3], [])])
    without = topics.citation_flow(graph)
    with_them = topics.citation_flow(graph, self_citations=True)

    assert without.edges.num_rows == 0
    assert without.left_out["citations_left_out"] == {"self-citations": 1}
    assert with_them.edges.num_rows == 3
    assert with_them.nodes["inside"].to_pylist() == [0, 0.25, 0]


def test_a_window_counts_years_back() -> None:
    """A paper of ten years before is in a window of ten years and in none of nine."""
    graph = from_records([work(1, [1], [2, 3]), work(2, [2], [], 2010), work(3, [3], [], 2022)])

    assert topics.citation_flow(graph, window=10).left_out["citations"] == 2
    nine = topics.citation_flow(graph, window=9)
    assert nine.edges["target"].to_pylist() == ["A9000000003"]
    assert nine.left_out["citations_left_out"] == {"outside of the window": 1}


def test_references_to_papers_outside_are_counted() -> None:
    """They can flow nowhere, so their number is told, but for papers that do not count."""
    paratext = {**work(3, [2], [7, 8]), "type": "paratext"}
    graph = from_records([work(1, [1], [2, 8, 9]), work(2, [2], [9]), paratext])
    network = topics.citation_flow(graph, types="research")

    assert network.left_out["references_outside"] == 3
    assert network.left_out["citations"] == 1
    assert topics.citation_flow(graph, types="all").left_out["references_outside"] == 5


def test_too_many_flows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could be more than memory holds is refused before it is counted; named nodes are not."""
    monkeypatch.setattr(flows, "MOST_EDGES", 5)
    graph = from_records([work(1, [1, 2], [2]), work(2, [3, 4, 5], [])])
    with pytest.raises(InvalidArgumentError, match="6 flows between authors, more than 5"):
        topics.citation_flow(graph)
    few = topics.citation_flow(graph, nodes=["A9000000001", "A9000000003"])

    assert few.edges["weight"].to_pylist() == pytest.approx([1 / 6])


def test_a_graph_without_citations_has_no_edges(tmp_path: Path) -> None:
    """Nodes stay, and so they do where there is nobody at all, or no table of citations."""
    without_table = build(tmp_path / "graph", {"papers": [{"paper_id": "W9000000001"}]})
    network = topics.citation_flow(from_records([work(1, [1], [])]))
    nobody = topics.citation_flow(from_records([work(1, [], [])]), "topic")

    assert (len(network), network.edges.num_rows) == (1, 0)
    assert (len(nobody), nobody.edges.num_rows) == (0, 0)
    assert topics.citation_flow(without_table, types="all").left_out["references_outside"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"level": "country"}, "level is one of author, institution, topic"),
        ({"counting": "harmonic"}, "counting is one of full, fractional"),
        ({"self_citations": 1}, "self_citations is True or False"),
        ({"window": -1}, "window is a number of years from 0"),
        ({"window": True}, "window"),
        ({"nodes": "A9000000001"}, "authors is a list"),
        ({"types": 7}, "types"),
    ],
)
def test_arguments_are_checked(arguments: dict[str, Any], said: str) -> None:
    """What is no value of an argument is refused in one line that names it."""
    graph = from_records([work(1, [1], [])])
    with pytest.raises(InvalidArgumentError, match=said) as caught:
        topics.citation_flow(graph, **arguments)

    assert "\n" not in str(caught.value)


def test_nodes_must_be_of_the_level(real: ScholarGraph) -> None:
    """A subfield is no topic, and who is not in the graph has no flows."""
    with pytest.raises(InvalidArgumentError, match="no topic"):
        topics.citation_flow(real, "topic", nodes=["subfields/2304"])
    with pytest.raises(NodeNotFoundError):
        topics.citation_flow(real, nodes=["A9000000001"])


def test_an_institution_stands_for_its_variants(tmp_path: Path) -> None:
    """Two ids with one ROR id are one node, which is there even without papers."""
    tables = {
        "institutions": [
            {"institution_id": I1, "ror": "https://ror.org/1"},
            {"institution_id": "I9000000005", "ror": "https://ror.org/1"},
        ]
    }
    graph = build(tmp_path / "graph", tables)
    network = topics.citation_flow(graph, "institution", nodes=["I9000000005"])

    assert network.nodes["id"].to_pylist() == [I1]
    assert network.nodes["paper_count"].to_pylist() == [0]


@given(
    teams=st.lists(st.sets(st.integers(0, 200), max_size=5), min_size=1, max_size=8),
    data=st.data(),
)
def test_joint_authors_are_those_of_sets(teams: list[set[int]], data: st.DataObject) -> None:
    """Pairs of papers have a joint author exactly where their sets of authors meet."""
    indptr = np.cumsum([0, *map(len, teams)])
    indices = np.array([author for team in teams for author in sorted(team)], np.uint32)
    relation = Relation(indptr=indptr, indices=indices)
    papers = st.integers(0, len(teams) - 1)
    pairs = data.draw(st.lists(st.tuples(papers, papers), max_size=12))
    one, other = np.array(pairs, np.int64).reshape(-1, 2).T
    found = citations_counted.have_joint_author(
        relation, citations_counted.signatures_of(relation), one, other
    )

    assert found.tolist() == [bool(teams[a] & teams[b]) for a, b in pairs]

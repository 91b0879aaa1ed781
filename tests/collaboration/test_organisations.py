"""Networks of institutions and countries: shares that add up, and presence."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.collaboration import coauthor_network
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import read_graph
from scholargraph.network import Network
from tests.affiliated import I1, I2, I3, I4, INSTITUTIONS, affiliated
from tests.naive.collaboration import authors, counts, team_size
from tests.naive.organisations import shares
from tests.strategies import AUTHORS
from tests.support import Row, build, papers_and_authors, team

A, B, C, D, E = AUTHORS
W1, W2 = "W9000000001", "W9000000002"


def naive_ties(tables: dict[str, list[Row]], level: str, unit: str) -> dict[Any, Row]:
    """Ties counted over all pairs of authors and all pairs of their organisations."""
    ties: dict[Any, Row] = defaultdict(lambda: {"full": 0, "fractional": 0, "papers": set()})
    for paper in tables["papers"]:
        size = team_size(tables, paper)
        if not counts(paper, "all") or size < 2:
            continue
        of_author = shares(tables, paper, level)
        if unit == "presence":
            present = sorted({each for named in of_author.values() for each in named})
            for pair in combinations(present, 2):
                ties[pair]["full"] += 1
                ties[pair]["fractional"] += Fraction(1, len(present) - 1)
                ties[pair]["papers"].add(paper["paper_id"])
            continue
        for a, b in combinations(of_author, 2):
            for one, x in of_author[a].items():
                for other, y in of_author[b].items():
                    pair = (min(one, other), max(one, other))
                    ties[pair]["full"] += x * y
                    ties[pair]["fractional"] += x * y / (size - 1)
                    ties[pair]["papers"].add(paper["paper_id"])
    return ties


def edges(network: Network) -> dict[tuple[str, str], Row]:
    """The edges of a network by their ends."""
    return {(row["source"], row["target"]): row for row in network.edges.to_pylist()}


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=affiliated(),
    level=st.sampled_from(["institution", "country"]),
    unit=st.sampled_from(["share", "presence"]),
)
def test_agrees_with_all_pairs_of_authors(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], level: str, unit: str
) -> None:
    """Ties, and with shares what stays inside, are those of going through all pairs."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    network = coauthor_network(graph, types="all", level=level, unit=unit)
    expected = naive_ties(tables, level, unit)
    found = edges(network)

    assert set(found) == {pair for pair in expected if pair[0] != pair[1]}
    for pair, row in found.items():
        for name in ("full", "fractional"):
            assert row[name] == pytest.approx(float(expected[pair][name]))
        assert row["paper_count"] == len(expected[pair]["papers"])
        papers = network.explain(*pair)
        assert set(papers["paper_id"]) == expected[pair]["papers"]
        assert papers["fractional"].sum() == pytest.approx(row["fractional"])
    if unit == "share":
        for node in network.nodes.to_pylist():
            own = expected.get((node["id"], node["id"]), {"full": 0, "fractional": 0})
            assert node["inside"] == pytest.approx(float(own["full"]))
            assert node["inside_fractional"] == pytest.approx(float(own["fractional"]))


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(tables=affiliated(), level=st.sampled_from(["institution", "country"]))
def test_strengths_add_up_to_papers(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], level: str
) -> None:
    """Ties, what is inside and ties to the unknown make up the papers of affiliated authors."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    network = coauthor_network(graph, counting="fractional", types="all", level=level)
    strength: Counter[str] = Counter()
    for pair, row in edges(network).items():
        for end in pair:
            strength[end] += row["weight"]
    held: dict[str, Fraction] = defaultdict(Fraction)
    for paper in tables["papers"]:
        if team_size(tables, paper) >= 2 and authors(tables, paper):
            for named in shares(tables, paper, level).values():
                for each, share in named.items():
                    held[each] += share

    for node in network.nodes.to_pylist():
        whole = strength[node["id"]] + 2 * node["inside_fractional"] + node["unknown_strength"]
        assert whole == pytest.approx(float(held[node["id"]]))


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(tables=affiliated())
def test_rolling_up_moves_strength_and_loses_none(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """All strengths together are the same at the tops of the lineages, and only tops are left."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    sums = []
    for roll_up in (False, True):
        network = coauthor_network(
            graph, counting="fractional", types="all", level="institution", roll_up=roll_up
        )
        nodes = network.nodes.to_pandas()
        sums.append(
            2 * sum(network.edges["weight"].to_pylist())
            + 2 * nodes["inside_fractional"].sum()
            + nodes["unknown_strength"].sum()
        )

    assert sums[1] == pytest.approx(sums[0])
    assert set(network.ids.to_pylist()) <= {I1, I4}


def two_papers(path: Path) -> Any:
    """A at One and Two with B at Three; C at One alone."""
    tables = papers_and_authors([*team(W1, A, B), *team(W2, C)])
    seats = [(W1, 1, I1), (W1, 1, I2), (W1, 2, I3), (W2, 1, I1)]
    return build(
        path,
        {
            **tables,
            "institutions": INSTITUTIONS,
            "affiliations": [
                {"paper_id": paper, "position": position, "institution_id": place, "raw": []}
                for paper, position, place in seats
            ],
        },
    )


def test_one_author_with_two_institutions_ties_them_by_presence_alone(tmp_path: Path) -> None:
    """With shares nobody has a tie with himself; by presence both stand on one paper."""
    graph = two_papers(tmp_path)
    shared = edges(coauthor_network(graph, level="institution"))
    present = edges(coauthor_network(graph, level="institution", unit="presence"))

    assert {pair: row["full"] for pair, row in shared.items()} == {(I1, I3): 0.5, (I2, I3): 0.5}
    assert {pair: row["fractional"] for pair, row in present.items()} == {
        (I1, I2): 0.5,
        (I1, I3): 0.5,
        (I2, I3): 0.5,
    }


def test_a_tie_opens_to_no_paper_that_adds_nothing(tmp_path: Path) -> None:
    """A paper by one person at both institutions is not behind the tie of these."""
    tables = papers_and_authors([*team(W1, A, B), *team(W2, C)])
    seats = [(W1, 1, I1), (W1, 2, I2), (W2, 1, I1), (W2, 1, I2)]
    graph = build(
        tmp_path,
        {
            **tables,
            "institutions": INSTITUTIONS,
            "affiliations": [
                {"paper_id": paper, "position": position, "institution_id": place, "raw": []}
                for paper, position, place in seats
            ],
        },
    )
    network = coauthor_network(graph, level="institution", unit="presence")

    assert network.explain(I1, I2)["paper_id"].tolist() == [W1]


def test_a_top_that_has_no_record_has_no_name(tmp_path: Path) -> None:
    """A lineage may name an institution that nothing else does: it is a node all the same."""
    tables = papers_and_authors(team(W1, A, B))
    graph = build(
        tmp_path,
        {
            **tables,
            "institutions": [
                {"institution_id": I1, "lineage": [I1]},
                {"institution_id": I2, "name": "Two", "lineage": [I2, I4]},
            ],
            "affiliations": [
                {"paper_id": W1, "position": position, "institution_id": place, "raw": []}
                for position, place in ((1, I1), (2, I2))
            ],
        },
    )
    network = coauthor_network(graph, level="institution", roll_up=True)

    assert [(row["id"], row["name"]) for row in network.nodes.to_pylist()] == [
        (I1, I1),
        (I4, None),
    ]


@pytest.mark.parametrize("level", ["institution", "country"])
def test_what_needs_authorships_says_why_it_is_refused(tmp_path: Path, level: str) -> None:
    """Null models and robustness name the reason and what to ask; the disparity filter works."""
    network = coauthor_network(two_papers(tmp_path), level=level)

    with pytest.raises(InvalidArgumentError, match=f"by {level}: .* level='author'"):
        network.robustness(0.1)
    for null in ("sdsm", "hypergeometric"):
        with pytest.raises(InvalidArgumentError, match="null='disparity'"):
            network.backbone(0.05, null=null)
    assert len(network.backbone(0.05, null="disparity")) <= len(network)


def test_lineage_rolls_up_to_its_tops(tmp_path: Path) -> None:
    """Two lies in One; Three lies in One and in Four, which share it equally."""
    network = coauthor_network(two_papers(tmp_path), level="institution", roll_up=True)
    nodes = {row["id"]: row for row in network.nodes.to_pylist()}

    assert {pair: row["full"] for pair, row in edges(network).items()} == {(I1, I4): 0.5}
    assert nodes[I1]["inside"] == 0.5


def test_variants_of_one_institution_are_joined_by_ror(tmp_path: Path) -> None:
    """Two ids with one ROR are one institution, with the smallest id."""
    tables = papers_and_authors(team(W1, A, B))
    graph = build(
        tmp_path,
        {
            **tables,
            "institutions": [
                {"institution_id": each, "ror": "https://ror.org/05x"} for each in (I1, I2)
            ],
            "affiliations": [
                {"paper_id": W1, "position": position, "institution_id": place, "raw": []}
                for position, place in ((1, I1), (2, I2))
            ],
        },
    )
    network = coauthor_network(graph, level="institution")

    assert [(row["id"], row["inside"]) for row in network.nodes.to_pylist()] == [(I1, 1.0)]


def test_namibia_is_a_country(tmp_path: Path) -> None:
    """NA is the code of a country and no missing value (pyscisci loses it)."""
    tables = papers_and_authors(team(W1, A, B))
    graph = build(
        tmp_path,
        {
            **tables,
            "affiliations": [
                {"paper_id": W1, "position": position, "country_code": code, "raw": []}
                for position, code in ((1, "NA"), (2, "FR"))
            ],
        },
    )

    assert set(edges(coauthor_network(graph, level="country"))) == {("FR", "NA")}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"level": "city"}, "level is one of"),
        ({"level": "country", "unit": "half"}, "unit is one of"),
        ({"level": "country", "roll_up": True}, "roll_up goes with"),
        ({"level": "country", "counting": "harmonic"}, "counted full or fractional"),
    ],
)
def test_what_organisations_have_not_is_refused(
    tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    """Arguments that mean nothing here are an error."""
    with pytest.raises(InvalidArgumentError, match=message):
        coauthor_network(two_papers(tmp_path), **arguments)


def test_institutions_of_the_real_records(snapshot_store: Path) -> None:
    """Papers of an institution by presence are those that SQL counts."""
    graph = read_graph(snapshot_store)
    network = coauthor_network(graph, types="all", level="institution", unit="presence")
    nodes = {row["id"]: row["paper_count"] for row in network.nodes.to_pylist()}
    expected = graph.sql(
        "select institution_id, count(distinct paper_id) as papers from affiliations "
        "join authorships using (paper_id, position) "
        "where institution_id is not null and mark is null group by all"
    )
    same_ror = graph.sql(
        "select ror from institutions where ror is not null group by ror having count(*) > 1"
    )
    agreeing = sum(
        nodes.get(row.institution_id) == row.papers for row in expected.itertuples(index=False)
    )

    # Those of one ROR are joined, and an author's second seat on a paper does not count.
    assert agreeing >= len(expected) - 10 - 2 * len(same_ror)

"""Shortest chains found the slow, obvious way: by listing all of them, with exact fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import networkx as nx

from tests.naive import collaboration as naive

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Ties = dict[frozenset[str], list[tuple[str, Fraction]]]


def counts(tables: Tables, paper: Row, terms: Row) -> bool:
    """Whether a paper makes ties under some terms."""
    year = paper.get("year")
    first = terms.get("since")
    lasts = [terms[name] for name in ("until", "as_of") if terms.get(name) is not None]
    if (first is not None or lasts) and year is None:
        return False
    if first is not None and year < first:
        return False
    if any(year > last for last in lasts):
        return False
    most = terms.get("max_authors")
    if most is not None and naive.team_size(tables, paper) > most:
        return False
    return naive.counts(paper, terms.get("types", "research"))


def ties(tables: Tables, terms: Row) -> Ties:
    """The papers behind every tie, each with its fractional weight."""
    found: Ties = {}
    for paper in tables["papers"]:
        if counts(tables, paper, terms):
            size = naive.team_size(tables, paper)
            for pair in combinations(sorted(naive.authors(tables, paper)), 2):
                weight = Fraction(1, size - 1)
                found.setdefault(frozenset(pair), []).append((paper["paper_id"], weight))
    return found


def graph_of(tables: Tables, terms: Row) -> Any:
    """Who signed with whom, as networkx knows it."""
    people = nx.Graph()
    people.add_nodes_from(row["author_id"] for row in tables["authors"])
    for pair, papers in ties(tables, terms).items():
        one, other = pair
        fractional = sum((weight for _, weight in papers), Fraction(0))
        people.add_edge(one, other, full=Fraction(len(papers)), fractional=fractional)
    return people


def chains(people: Any, a: str, b: str) -> list[list[str]]:
    """All chains with the fewest hops, from the smaller id to the larger, the best one first."""
    start, goal = sorted([a, b])
    if not nx.has_path(people, start, goal):
        return []

    def merit(chain: list[str]) -> tuple[Any, ...]:
        weights = [people.edges[pair]["fractional"] for pair in pairwise(chain)]
        return -min(weights), -sum(weights), chain

    return sorted(nx.all_shortest_paths(people, start, goal), key=merit)


def weighted_chains(people: Any, a: str, b: str, weight: str) -> list[tuple[Fraction, list[str]]]:
    """All chains without a circle and their lengths, from the smaller id on, the best first."""
    start, goal = sorted([a, b])
    return sorted(
        (
            sum(
                (1 / people.edges[pair][weight] for pair in pairwise(chain)),
                Fraction(0),
            ),
            chain,
        )
        for chain in nx.all_simple_paths(people, start, goal)
    )

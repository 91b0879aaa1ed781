"""Networks of authors counted pair by pair, over lists of dicts and with exact fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from tests.naive.collaboration import Row, Tables, authors, byline, counts, resolved, team_size

Pair = tuple[str, str]


def persons(tables: Tables, paper: Row) -> list[str | None]:
    """The persons of a byline in order, None for those who cannot be told apart."""
    found: list[str | None] = []
    for seat in sorted(byline(tables, paper), key=lambda row: int(row["position"])):
        if not resolved(seat):
            found.append(None)
        elif seat["author_id"] not in found:
            found.append(seat["author_id"])
    beyond = team_size(tables, paper) - len(found)
    return [*found, *[None] * beyond]


def weight(tables: Tables, paper: Row, a: str, b: str, counting: str, size: int) -> Fraction:
    """What a paper adds to the tie of two of its authors."""
    if counting == "full":
        return Fraction(1)
    if counting == "fractional":
        return Fraction(1, size - 1)
    if counting == "per_paper":
        return Fraction(2, size * (size - 1))
    places = [Fraction(1, place) for place in range(1, size + 1)]
    shares = [place / sum(places) for place in places]
    line = persons(tables, paper)
    of_pairs = (1 - sum((share * share for share in shares), Fraction(0))) / 2
    return shares[line.index(a)] * shares[line.index(b)] / of_pairs


def wanted(paper: Row, terms: dict[str, Any], persons: int) -> bool:
    """Whether a paper counts."""
    year = paper.get("year")
    bounds = [terms.get(name) for name in ("since", "until", "as_of")]
    if any(bound is not None for bound in bounds) and year is None:
        return False
    since, until, as_of = bounds
    return (
        counts(paper, terms.get("types", "research"))
        and (since is None or year >= since)
        and (until is None or year <= until)
        and (as_of is None or year <= as_of)
        and (terms.get("max_authors") is None or persons <= terms["max_authors"])
    )


def network(tables: Tables, **terms: Any) -> tuple[dict[str, Row], dict[Pair, Row]]:
    """Nodes and ties of the network of all authors."""
    nodes: dict[str, Row] = {}
    ties: dict[Pair, Row] = {}
    for paper in tables["papers"]:
        signed = authors(tables, paper)
        everybody = team_size(tables, paper)
        if not wanted(paper, terms, everybody):
            continue
        size = everybody if terms.get("team_size", "all") == "all" else len(signed)
        for author in signed:
            node = nodes.setdefault(author, {"paper_count": 0, "unknown_strength": Fraction(0)})
            node["paper_count"] += 1
            if size > 1:
                node["unknown_strength"] += Fraction(size - len(signed), size - 1)
        for a, b in combinations(sorted(signed), 2):
            tie = ties.setdefault(
                (a, b), {"paper_count": 0, "weight": 0, "full": 0, "fractional": 0, "years": []}
            )
            tie["paper_count"] += 1
            tie["full"] += 1
            tie["fractional"] += weight(tables, paper, a, b, "fractional", size)
            counting = terms.get("counting", "full")
            tie["weight"] += weight(tables, paper, a, b, counting, size)
            if paper.get("year") is not None:
                tie["years"].append(paper["year"])
    return nodes, ties

"""What speaks for two people, counted the slow, obvious way over lists of dicts and by networkx."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx

from tests.naive import collaboration as naive
from tests.naive import paths as naive_paths

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def counted(tables: Tables, terms: Row) -> dict[str, set[str]]:
    """The authors of each paper that counts."""
    return {
        paper["paper_id"]: naive.authors(tables, paper)
        for paper in tables["papers"]
        if naive_paths.counts(tables, paper, terms)
    }


def profile(
    tables: Tables, signed: dict[str, set[str]], author: str, terms: Row
) -> dict[str, float]:
    """The tf-idf of each topic of an author."""
    as_of = terms.get("as_of")
    known = {
        paper["paper_id"]
        for paper in tables["papers"]
        if as_of is None or (paper.get("year") is not None and paper["year"] <= as_of)
    }
    found: dict[str, float] = {}
    for paper_id, authors in signed.items():
        topics = {row["topic_id"] for row in tables["paper_topics"] if row["paper_id"] == paper_id}
        for topic in topics if author in authors else ():
            on_it = {row["paper_id"] for row in tables["paper_topics"] if row["topic_id"] == topic}
            rarity = math.log(1 + len(known) / len(on_it & known))
            found[topic] = found.get(topic, 0.0) + rarity / len(topics)
    return found


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """The cosine of two profiles."""
    dot = math.fsum(one[topic] * other[topic] for topic in one if topic in other)
    norms = [math.sqrt(math.fsum(value**2 for value in each.values())) for each in (one, other)]
    return dot / (norms[0] * norms[1]) if dot else 0.0


def institutions(tables: Tables, signed: dict[str, set[str]], author: str) -> set[str]:
    """The institutions on the unmarked seats of an author."""
    seats = {
        (seat["paper_id"], seat["position"])
        for seat in tables["authorships"]
        if seat["author_id"] == author and naive.resolved(seat) and seat["paper_id"] in signed
    }
    return {
        row["institution_id"]
        for row in tables["affiliations"]
        if (row["paper_id"], row["position"]) in seats and row["institution_id"] is not None
    }


def features(tables: Tables, a: str, b: str, terms: Row) -> Row:
    """All that speaks for two people."""
    signed = counted(tables, terms)
    people = naive_paths.graph_of(tables, terms)
    common = sorted(nx.common_neighbors(people, a, b)) if a in people and b in people else []
    ends = [{paper for paper, team in signed.items() if each in team} for each in (a, b)]
    contact = sum(
        (row["paper_id"] in one and row["cited_paper_id"] in other)
        for row in tables["citations"]
        for one, other in (ends, ends[::-1])
    )
    one, other = (profile(tables, signed, each, terms) for each in (a, b))
    at = [institutions(tables, signed, each) for each in (a, b)]
    return {
        "common_neighbours": len(common),
        "adamic_adar": sum(1 / math.log(people.degree(each)) for each in common),
        "resource_allocation": sum(1 / people.degree(each) for each in common),
        "shared_topics": cosine(one, other),
        "same_institution": bool(at[0] & at[1]),
        "citation_contact": contact,
    }


def recommendations(tables: Tables, author: str, terms: Row) -> list[Row]:
    """All candidates with features and score, the best first."""
    people = naive_paths.graph_of(tables, {**terms, "max_authors": None})
    signed = {each for team in counted(tables, terms).values() for each in team}
    known = set(people[author]) | {author}
    rows = []
    for other in sorted(signed - known):
        found = features(tables, author, other, terms)
        if any(found.values()):
            rows.append({"author_id": other, **found})
    for row in rows:
        ranks = {
            name: sum(other[name] <= row[name] + 1e-12 for other in rows) / len(rows)
            if row[name]
            else 0.0
            for name in row
            if name != "author_id"
        }
        structure = [ranks.pop(name) for name in list(ranks)[:3]]
        row["score"] = (sum(structure) / 3 + sum(ranks.values())) / 4
    return sorted(rows, key=lambda row: (-round(row["score"], 10), row["author_id"]))

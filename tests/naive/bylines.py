"""Ties read from the tables through Arrow and counted with few, plain array operations.

Slower than the library, by another way, and with the same bits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.names import words

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

Row = dict[str, Any]

COLUMNS = ["author_id", "name", "paper_count", "fractional", "first_year", "last_year"]
"""Of `scholargraph.collaborators`, those that are counted here."""

NOT_RESEARCH = ("paratext", "erratum", "peer-review", "retraction")


def reason_against(types: str | list[str], kind: str | None, is_paratext: bool) -> str | None:
    """Why a paper does not count, or None."""
    if types == "all":
        return None
    if types == "research":
        if kind in NOT_RESEARCH:
            return kind
        return "is_paratext" if is_paratext else None
    return None if kind in list(types) else kind or "no type"


def teams(graph: ScholarGraph) -> dict[str, tuple[set[str], int, int]]:
    """Distinct authors, unresolved persons and listed seats of each paper of the graph."""
    seats: dict[str, list[Row]] = defaultdict(list)
    for seat in graph.scan("authorships").to_table().to_pylist():
        seats[seat["paper_id"]].append(seat)
    found = {}
    for paper in graph.scan("papers").to_table(columns=["paper_id", "author_count"]).to_pylist():
        byline = seats[paper["paper_id"]]
        named = [seat for seat in byline if seat["author_id"] and seat["mark"] is None]
        nameless = len(byline) - len(named) + max(paper["author_count"] - len(byline), 0)
        found[paper["paper_id"]] = ({seat["author_id"] for seat in named}, nameless, len(byline))
    return found


def collaborators(
    graph: ScholarGraph,
    author: str,
    types: str | list[str],
    signed: dict[str, tuple[set[str], int, int]],
) -> tuple[list[tuple[Any, ...]], Row]:
    """The rows of `scholargraph.collaborators` and what its ``attrs`` say of papers, to the bit."""
    rows = graph.scan("papers").to_table().to_pylist()
    his = [row for row in rows if author in signed[row["paper_id"]][0]]
    against = [reason_against(types, row["type"], row["is_paratext"]) for row in his]
    papers = [row for row, reason in zip(his, against, strict=True) if reason is None]
    size = [len(signed[row["paper_id"]][0]) + signed[row["paper_id"]][1] for row in papers]
    joint: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for row, persons in zip(papers, size, strict=True):
        for other in signed[row["paper_id"]][0] - {author}:
            joint[other].append((persons, row["year"]))
    table = graph.scan("authors").to_table(columns=["author_id", "name"])
    names = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
    ties = []
    for other, ties_of_other in joint.items():
        weights = 1.0 / (np.array(sorted(persons for persons, _ in ties_of_other)) - 1)
        years = [year for _, year in ties_of_other if year is not None]
        ties.append(
            (
                other,
                names.get(other, other),
                len(ties_of_other),
                float(np.add.reduceat(weights, [0])[0]),
                min(years, default=None),
                max(years, default=None),
            )
        )
    ties.sort(key=lambda row: (-row[2], -row[3], row[0].encode()))
    return ties, _summary(signed, papers, size, against)


def _summary(
    signed: dict[str, tuple[set[str], int, int]],
    papers: list[Row],
    size: list[int],
    against: list[str | None],
) -> Row:
    nameless = np.array([signed[row["paper_id"]][1] for row in papers], dtype=np.int64)
    persons = np.array(size, dtype=np.int64)
    shared = persons >= 2
    folded = [words(row["title"] or "") for row in papers]
    cut = [row for row in papers if row["authors_truncated"]]
    return {
        "papers": len(papers),
        "papers_left_out": dict(sorted(Counter(filter(None, against)).items())),
        "single_author_papers": int((~shared).sum()),
        "truncated_papers": len(cut),
        "upper_bound_papers": sum(row["author_count"] <= signed[row["paper_id"]][2] for row in cut),
        "unresolved_seats": int(nameless.sum()),
        "strength_to_unknown": float(np.sum(nameless[shared] / (persons[shared] - 1.0))),
        "version_pairs": sum(
            folded[one] == folded[other] != ()
            and len(signed[papers[one]["paper_id"]][0] & signed[papers[other]["paper_id"]][0]) >= 2
            for one, other in combinations(range(len(papers)), 2)
        ),
    }

"""Ties counted the slow, obvious way: over lists of dicts, with exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from scholargraph.names import words

Row = dict[str, Any]
Tables = dict[str, list[Row]]

NO_RESEARCH = {"paratext", "erratum", "peer-review", "retraction"}


def counts(paper: Row, types: str | list[str]) -> bool:
    """Whether a paper makes ties."""
    if types == "all":
        return True
    if types == "research":
        return paper.get("type") not in NO_RESEARCH and not paper.get("is_paratext")
    return paper.get("type") in types


def byline(tables: Tables, paper: Row) -> list[Row]:
    """The seats of a paper."""
    return [row for row in tables["authorships"] if row["paper_id"] == paper["paper_id"]]


def resolved(seat: Row) -> bool:
    """Whether a seat names somebody who can be told apart."""
    return seat["author_id"] is not None and seat.get("mark") is None


def authors(tables: Tables, paper: Row) -> set[str]:
    """The distinct authors of a paper."""
    return {seat["author_id"] for seat in byline(tables, paper) if resolved(seat)}


def unresolved(tables: Tables, paper: Row) -> int:
    """Persons of a paper who cannot be told apart, those beyond the list included."""
    seats = byline(tables, paper)
    nameless = sum(not resolved(seat) for seat in seats)
    return nameless + max(0, int(paper["author_count"]) - len(seats))


def team_size(tables: Tables, paper: Row) -> int:
    """Persons on the byline."""
    return len(authors(tables, paper)) + unresolved(tables, paper)


def collaborators(tables: Tables, author: str, types: str | list[str]) -> list[Row]:
    """The rows of `scholargraph.collaborators`, weights as exact fractions."""
    found: dict[str, Row] = {}
    for paper in tables["papers"]:
        team = authors(tables, paper)
        if not counts(paper, types) or author not in team:
            continue
        for other in team - {author}:
            row = found.setdefault(
                other,
                {"author_id": other, "paper_count": 0, "fractional": Fraction(0), "years": []},
            )
            row["paper_count"] += 1
            row["fractional"] += Fraction(1, team_size(tables, paper) - 1)
            if paper.get("year") is not None:
                row["years"].append(paper["year"])
    for row in found.values():
        years = row.pop("years")
        row["first_year"] = min(years, default=None)
        row["last_year"] = max(years, default=None)
    return sorted(
        found.values(),
        key=lambda row: (-row["paper_count"], -row["fractional"], row["author_id"]),
    )


def shared_papers(tables: Tables, a: str, b: str, types: str | list[str]) -> list[Row]:
    """The rows of `scholargraph.shared_papers`, by id, weights as exact fractions."""
    return [
        {
            "paper_id": paper["paper_id"],
            "title": paper.get("title"),
            "year": paper.get("year"),
            "type": paper.get("type"),
            "team_size": team_size(tables, paper),
            "fractional": Fraction(1, team_size(tables, paper) - 1),
        }
        for paper in sorted(tables["papers"], key=lambda row: row["paper_id"])
        if counts(paper, types) and {a, b} <= authors(tables, paper)
    ]


def summary(tables: Tables, author: str, types: str | list[str]) -> Row:
    """What `attrs` says of the papers behind `collaborators`."""
    signed = [paper for paper in tables["papers"] if author in authors(tables, paper)]
    papers = [paper for paper in signed if counts(paper, types)]
    shared = [paper for paper in papers if team_size(tables, paper) >= 2]
    pairs = [
        (one, other)
        for number, one in enumerate(papers)
        for other in papers[number + 1 :]
        if words(one.get("title") or "")
        and words(one.get("title") or "") == words(other.get("title") or "")
        and len(authors(tables, one) & authors(tables, other)) >= 2
    ]
    cut = [paper for paper in papers if paper.get("authors_truncated")]
    return {
        "papers": len(papers),
        "left_out": len(signed) - len(papers),
        "single_author_papers": len(papers) - len(shared),
        "truncated_papers": len(cut),
        "upper_bound_papers": sum(
            paper["author_count"] <= len(byline(tables, paper)) for paper in cut
        ),
        "unresolved_seats": sum(unresolved(tables, paper) for paper in papers),
        "strength_to_unknown": sum(
            (Fraction(unresolved(tables, paper), team_size(tables, paper) - 1) for paper in shared),
            Fraction(0),
        ),
        "version_pairs": len(pairs),
    }

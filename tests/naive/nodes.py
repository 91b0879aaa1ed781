"""What stands next to a node, looked up row by row in lists of dicts."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def papers_of_author(tables: Tables, author: str) -> list[tuple[str, int]]:
    """Id and first position of each paper, newest first, then by id."""
    found: dict[str, int] = {}
    for seat in tables["authorships"]:
        if seat["author_id"] == author:
            paper = seat["paper_id"]
            found[paper] = min(seat["position"], found.get(paper, seat["position"]))
    years = {paper["paper_id"]: paper.get("year") or 0 for paper in tables["papers"]}
    return sorted(found.items(), key=lambda item: (-years[item[0]], item[0]))


def byline(tables: Tables, paper: str) -> list[tuple[int, str | None, str | None]]:
    """Position, author and mark of each seat, in printed order."""
    seats = [seat for seat in tables["authorships"] if seat["paper_id"] == paper]
    seats.sort(key=lambda seat: seat["position"])
    return [(seat["position"], seat["author_id"], seat["mark"]) for seat in seats]


def below(tables: Tables, topic: str) -> set[str]:
    """A topic and everything that has it above, however far."""
    found = {topic}
    while True:
        more = {
            row["topic_id"] for row in tables["topics"] if row.get("parent_id") in found
        } - found
        if not more:
            return found
        found |= more


def papers_on_topic(tables: Tables, topic: str) -> int:
    """Distinct papers on a topic or below it."""
    topics = below(tables, topic)
    return len({row["paper_id"] for row in tables["paper_topics"] if row["topic_id"] in topics})

"""What stands next to what, looked up row by row in lists of dicts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scholargraph.names import fold, words
from tests.naive import collaboration

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

Row = dict[str, Any]
Tables = dict[str, list[Row]]

KEYS = {
    "paper": "papers",
    "author": "authors",
    "topic": "topics",
    "institution": "institutions",
    "source": "sources",
    "publisher": "publishers",
    "funder": "funders",
}


def tables_of(graph: ScholarGraph) -> Tables:
    """All rows of a graph."""
    return {table.name: graph.scan(table.name).to_table().to_pylist() for table in graph.schema}


def ids(tables: Tables, node_type: str) -> list[str]:
    """Ids of the nodes of a type, by bytes."""
    return sorted((row[f"{node_type}_id"] for row in tables[KEYS[node_type]]), key=str.encode)


def forms(row: Row, node_type: str) -> set[str]:
    """Folded names of a node, or its folded title."""
    if node_type == "author":
        found = {fold(name) for name in (row["name"], *row["alternatives"])}
    else:
        found = {" ".join(words(row["title" if node_type == "paper" else "name"] or ""))}
    return found - {""}


def cited(tables: Tables, paper: str) -> set[str]:
    """Papers of the graph that a paper cites."""
    inside = set(ids(tables, "paper"))
    return {
        row["cited_paper_id"] for row in tables["citations"] if row["paper_id"] == paper
    } & inside


def team(tables: Tables, paper: Row) -> Row:
    """What the arrays say of a byline."""
    seats = len(collaboration.byline(tables, paper))
    return {
        "team_size": collaboration.team_size(tables, paper),
        "unresolved": collaboration.unresolved(tables, paper),
        "seats": seats,
        "is_upper_bound": bool(paper["authors_truncated"] and paper["author_count"] <= seats),
    }


def paper_counts(tables: Tables, node_type: str) -> Counter[str]:
    """Distinct papers of each node of a type."""
    above: dict[str, str | None] = {row["topic_id"]: row["parent_id"] for row in tables["topics"]}
    publisher = {row["source_id"]: row["publisher_id"] for row in tables["sources"]}
    pairs: set[tuple[str, str | None]] = set()
    if node_type == "author":
        pairs = {(row["paper_id"], row["author_id"]) for row in tables["authorships"]}
    elif node_type == "institution":
        pairs = {(row["paper_id"], row["institution_id"]) for row in tables["affiliations"]}
    elif node_type == "funder":
        pairs = {(row["paper_id"], row["funder_id"]) for row in tables["paper_funders"]}
    elif node_type == "source":
        pairs = {(row["paper_id"], row["source_id"]) for row in tables["papers"]}
    elif node_type == "publisher":
        pairs = {(row["paper_id"], publisher.get(row["source_id"])) for row in tables["papers"]}
    elif node_type == "topic":
        for row in tables["paper_topics"]:
            topic: str | None = row["topic_id"]
            while topic in above and (row["paper_id"], topic) not in pairs:
                pairs.add((row["paper_id"], topic))
                topic = above[topic]
    return Counter(node for _, node in pairs if node is not None)


def institution_authors(tables: Tables) -> Counter[str]:
    """Distinct authors of seats without mark, by institution of the seat."""
    author = {
        (row["paper_id"], row["position"]): row["author_id"]
        for row in tables["authorships"]
        if row["mark"] is None
    }
    pairs = {
        (author.get((row["paper_id"], row["position"])), row["institution_id"])
        for row in tables["affiliations"]
    }
    return Counter(node for who, node in pairs if who is not None and node is not None)

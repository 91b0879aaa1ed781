"""Nearness in typed graphs, the slow, obvious way: sets of pairs, and exact fractions."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from math import sqrt
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Pairs = set[tuple[str, str]]
Edges = dict[str, Pairs]

TYPES = ["paper", "author", "topic", "institution", "source"]
ENDS = {
    "authorship": ("author", "paper"),
    "citation": ("paper", "paper"),
    "topic": ("paper", "topic"),
    "parent": ("topic", "topic"),
    "affiliation": ("paper", "institution"),
    "source": ("paper", "source"),
}
LETTERS = {"W": "paper", "A": "author", "I": "institution", "S": "source"}


def type_of(node: str) -> str:
    """The type of a node, by the first letter of its id."""
    return LETTERS.get(node[0], "topic")


def edges(tables: Tables) -> Edges:
    """All edges inside the graph, by type."""
    papers = {row["paper_id"] for row in tables["papers"]}
    topics = {row["topic_id"] for row in tables["topics"]}
    institutions = {row["institution_id"] for row in tables["institutions"]}
    sources = {row["source_id"] for row in tables["sources"]}
    return {
        "authorship": {
            (row["author_id"], row["paper_id"])
            for row in tables["authorships"]
            if row["author_id"] is not None and row.get("mark") is None
        },
        "citation": {
            (row["paper_id"], row["cited_paper_id"])
            for row in tables["citations"]
            if row["cited_paper_id"] in papers
        },
        "topic": {(row["paper_id"], row["topic_id"]) for row in tables["paper_topics"]},
        "parent": {
            (row["topic_id"], row["parent_id"])
            for row in tables["topics"]
            if row.get("parent_id") in topics
        },
        "affiliation": {
            (row["paper_id"], row["institution_id"])
            for row in tables["affiliations"]
            if row["institution_id"] in institutions
        },
        "source": {
            (row["paper_id"], row["source_id"])
            for row in tables["papers"]
            if row.get("source_id") in sources
        },
    }


def sizes(tables: Tables, found: Edges) -> dict[str, int]:
    """Citations of papers by their records, -1 where unknown; distinct papers of other nodes."""
    above: dict[str, str] = dict(found["parent"])
    behind: dict[str, set[str]] = defaultdict(set)
    for author, paper in found["authorship"]:
        behind[author].add(paper)
    for paper, node in found["affiliation"] | found["source"]:
        behind[node].add(paper)
    for paper, topic in found["topic"]:
        step: str | None = topic
        while step is not None:
            behind[step].add(paper)
            step = above.get(step)
    size = {node: len(papers) for node, papers in behind.items()}
    for row in tables["papers"]:
        cited = row.get("cited_by_count")
        size[row["paper_id"]] = -1 if cited is None else int(cited)
    return size


class Beside:
    """Who stands beside whom, in both directions."""

    def __init__(self, found: Edges) -> None:
        self.beside: dict[tuple[str, bool, str], list[str]] = defaultdict(list)
        for name, pairs in found.items():
            for source, target in pairs:
                self.beside[name, True, source].append(target)
                self.beside[name, False, target].append(source)

    def of(self, name: str, forwards: bool, node: str) -> list[str]:
        """The neighbours of a node along edges of a type."""
        return self.beside.get((name, forwards, node), [])


def grow(
    beside: Beside,
    size: dict[str, int],
    start: str,
    radius: int,
    limit: int,
    node_types: list[str],
    edge_types: list[str],
    per_node: int,
) -> tuple[list[tuple[str, int, float]], dict[str, int], dict[str, int], int]:
    """Nodes with distance and contact in order; nodes and neighbours left out; those waiting."""
    nodes: list[tuple[str, int, float]] = [(start, 0, 1.0)]
    level = [start]
    passed: Counter[str] = Counter()
    distance = 0
    while level and distance < radius and len(nodes) < limit:
        distance += 1
        contact: dict[str, Fraction] = defaultdict(Fraction)
        for name in edge_types:
            for forwards in (True, False):
                for node in level:
                    every = beside.of(name, forwards, node)
                    if type_of(node) != ENDS[name][not forwards]:
                        continue
                    every = [each for each in every if type_of(each) in node_types]
                    every.sort(key=lambda each: (-size.get(each, 0), each))
                    passed[name] += max(0, len(every) - per_node)
                    for each in every[:per_node]:
                        contact[each] += Fraction(1, len(every))
        known = {node for node, _, _ in nodes}
        new = [
            (node, distance, round(float(share), 12))
            for node, share in contact.items()
            if node not in known
        ]
        new.sort(
            key=lambda each: (
                -each[2],
                TYPES.index(type_of(each[0])),
                -size.get(each[0], 0),
                each[0],
            )
        )
        nodes += new
        level = [node for node, _, _ in new]
    kept = nodes[:limit]
    waiting = sum(d >= distance and d < radius for _, d, _ in kept) if level else 0
    beyond = Counter(type_of(node) for node, _, _ in nodes[limit:])
    return kept, dict(beyond), {name: count for name, count in passed.items() if count}, waiting


def weights(tables: Tables) -> dict[str, dict[str, float]]:
    """What the topics of each paper weigh."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in tables["paper_topics"]:
        found[row["paper_id"]][row["topic_id"]] = float(row["score"] or 0.0)
    for topics in found.values():
        if not any(topics.values()):
            topics.update(dict.fromkeys(topics, 1.0))
    return found


def related(tables: Tables, found: Edges, paper: str) -> dict[str, dict[str, float]]:
    """The scores of all kernels, by kernel and other paper."""
    cites: dict[str, set[str]] = defaultdict(set)
    cited: dict[str, set[str]] = defaultdict(set)
    signers: dict[str, set[str]] = defaultdict(set)
    for one, other in found["citation"]:
        cites[one].add(other)
        cited[other].add(one)
    for author, signed in found["authorship"]:
        signers[signed].add(author)
    answer: dict[str, dict[str, float]] = defaultdict(dict)
    weight = weights(tables)
    own = weight[paper]
    for row in tables["papers"]:
        other = row["paper_id"]
        if other == paper:
            continue
        answer["direct"][other] = float(other in cites[paper] or paper in cites[other])
        for kernel, has in (("coupling", cites), ("co-citation", cited), ("authors", signers)):
            common = len(has[paper] & has[other])
            if common:
                answer[kernel][other] = common / sqrt(len(has[paper]) * len(has[other]))
        theirs = weight[other]
        dot = sum(own[topic] * theirs[topic] for topic in own.keys() & theirs.keys())
        if dot:
            norms = [sqrt(sum(value**2 for value in each.values())) for each in (own, theirs)]
            answer["topics"][other] = dot / (norms[0] * norms[1])
    return {
        kernel: {other: score for other, score in scores.items() if score}
        for kernel, scores in answer.items()
    }


def paths(found: Edges, path: list[str], start: str) -> Counter[str]:
    """How many paths lead from a node to each node at their end, each walked by itself."""
    if len(path) == 1:
        return Counter([start])
    here, there = path[:2]
    ahead: list[str] = []
    for name, ends in ENDS.items():
        if ends == (here, there):
            ahead = [target for source, target in found[name] if source == start]
            break
        if ends == (there, here):
            ahead = [source for source, target in found[name] if target == start]
            break
    total: Counter[str] = Counter()
    for node in ahead:
        total += paths(found, path[1:], node)
    return total


def path_similarities(found: Edges, path: list[str], start: str) -> dict[str, tuple[int, float]]:
    """Paths there and back, and PathSim, of all nodes that share an end with the start."""
    firsts = {
        node
        for name, pairs in found.items()
        for pair in pairs
        for node, node_type in zip(pair, ENDS[name], strict=True)
        if node_type == path[0]
    }
    ends = {node: paths(found, path, node) for node in firsts | {start}}
    meet = {node: sum(ends[start][end] * ends[node][end] for end in ends[node]) for node in ends}
    own = {node: sum(count**2 for count in ends[node].values()) for node in ends}
    return {
        node: (meet[node], 2 * meet[node] / (own[start] + own[node]))
        for node in ends
        if node != start and meet[node]
    }

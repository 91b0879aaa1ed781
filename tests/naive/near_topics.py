"""What lies near a topic, found the slow, obvious way: over lists of dicts."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import Any

from scipy.stats import hypergeom

Row = dict[str, Any]
Tables = dict[str, list[Row]]

LEVELS = {"topic": "category", "subfield": "archive", "field": "group"}


class Near:
    """Answers about the topics of one scheme at one level, papers of some years.

    Parameters
    ----------
    tables : dict
        Rows by table.
    scheme, level, since, until
        As for `scholargraph.topic_network`.
    """

    def __init__(
        self,
        tables: Tables,
        scheme: str = "openalex",
        level: str = "topic",
        since: int | None = None,
        until: int | None = None,
    ) -> None:
        self.tables = tables
        self.node = {row["topic_id"]: row for row in tables["topics"]}
        self.level = LEVELS[level] if scheme == "arxiv" else level
        self.all_parts = {row["paper_id"]: self._parts(row) for row in tables["papers"]}
        self.parts = {
            row["paper_id"]: self.all_parts[row["paper_id"]]
            for row in tables["papers"]
            if inside(row.get("year"), since, until)
        }

    def lineage(self, topic: str) -> list[str]:
        """The topic and the classes above it."""
        found = [topic]
        while (parent := self.node[found[-1]].get("parent_id")) is not None:
            found.append(parent)
        return found

    def class_of(self, topic: str) -> str | None:
        """The class at the level."""
        for above in self.lineage(topic):
            if self.node[above]["level"] == self.level:
                return above
        return None

    def _parts(self, paper: Row) -> dict[str, float]:
        rows: list[tuple[str | None, Any]] = [
            (self.class_of(row["topic_id"]), row.get("score"))
            for row in self.tables["paper_topics"]
            if row["paper_id"] == paper["paper_id"]
        ]
        scores = [(of, score) for of, score in rows if of is not None]
        if any(score is None for _, score in scores) or sum(s or 0 for _, s in scores) == 0:
            scores = [(of, 1.0) for of, _ in scores]
        found: dict[str, float] = defaultdict(float)
        for of, score in scores:
            found[of] += score / sum(each for _, each in scores)
        return dict(found)

    def classes(self) -> list[str]:
        """The classes that some paper has."""
        return sorted({of for parts in self.parts.values() for of in parts}, key=str.encode)

    def papers(self, of: str) -> set[str]:
        """The papers of a class."""
        return {paper for paper, parts in self.parts.items() if of in parts}

    def joint(self, a: str, b: str) -> int:
        """Papers with both."""
        return len(self.papers(a) & self.papers(b))

    def count(self, a: str, b: str, mode: str) -> float:
        """Co-assignments."""
        both = self.papers(a) & self.papers(b)
        if mode == "presence":
            return float(len(both))
        return sum(self.parts[paper][a] * self.parts[paper][b] for paper in both)

    def strength(self, a: str, mode: str) -> float:
        """Co-assignments with all others."""
        return sum(self.count(a, b, mode) for b in self.classes() if b != a)

    def similarity(self, a: str, b: str, mode: str) -> float:
        """Association strength."""
        total = sum(self.strength(each, mode) for each in self.classes())
        c = self.count(a, b, mode)
        if c == 0:
            return 0.0
        return c * total / (self.strength(a, mode) * self.strength(b, mode))

    def npmi(self, a: str, b: str, mode: str) -> float:
        """Normalised pointwise mutual information."""
        total = sum(self.strength(each, mode) for each in self.classes())
        c = self.count(a, b, mode)
        if c == 0:
            return -1.0
        p_a, p_b, p = self.strength(a, mode) / total, self.strength(b, mode) / total, c / total
        return math.log(p / (p_a * p_b)) / -math.log(p)

    def p_value(self, a: str, b: str) -> float:
        """Upper tail, not corrected, by scipy."""
        several = {paper for paper, parts in self.parts.items() if len(parts) >= 2}
        n_a, n_b = len(self.papers(a) & several), len(self.papers(b) & several)
        return float(hypergeom.sf(self.joint(a, b) - 1, len(several), n_a, n_b))

    def corrected(self, among: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """P-values of some pairs, all others having p = 1, as Benjamini and Hochberg correct."""
        classes = self.classes()
        p_values = dict.fromkeys(combinations(classes, 2), 1.0)
        for a, b in among:
            p_values[min(a, b, key=str.encode), max(a, b, key=str.encode)] = self.p_value(a, b)
        m = len(p_values)
        ordered = sorted(p_values.values())
        return {
            pair: min(1.0, *(other * m / (k + 1) for k, other in enumerate(ordered) if other >= p))
            for pair, p in p_values.items()
        }

    def flow(self, a: str, b: str) -> float:
        """Citations from one to the other."""
        return sum(
            self.parts[row["paper_id"]].get(a, 0) * self.all_parts[row["cited_paper_id"]].get(b, 0)
            for row in self.tables["citations"]
            if row["paper_id"] in self.parts
        )

    def everything(self) -> list[str]:
        """The classes of all papers of all years."""
        return sorted({of for parts in self.all_parts.values() for of in parts}, key=str.encode)

    def citation(self, a: str, b: str) -> float:
        """Citations both ways by what sizes alone would give."""
        classes = self.everything()
        out = {each: sum(self.flow(each, other) for other in classes) for each in (a, b)}
        received = {each: sum(self.flow(other, each) for other in classes) for each in (a, b)}
        total = sum(self.flow(one, other) for one in classes for other in classes)
        expected = out[a] * received[b] + out[b] * received[a]
        if expected == 0:
            return 0.0
        return (self.flow(a, b) + self.flow(b, a)) * total / expected

    def citing(self, a: str, b: str) -> int:
        """Papers of one that cite a paper of the other, those of both ways added."""
        pairs = [
            (row["paper_id"], row["cited_paper_id"])
            for row in self.tables["citations"]
            if row["paper_id"] in self.parts
        ]
        return sum(
            len({p for p, q in pairs if one in self.parts[p] and other in self.all_parts[q]})
            for one, other in ((a, b), (b, a))
        )

    def vector(self, of: str) -> dict[str, float]:
        """Fractional papers of each author."""
        found: dict[str, float] = defaultdict(float)
        for paper in self.papers(of):
            seats = [row for row in self.tables["authorships"] if row["paper_id"] == paper]
            authors = {row["author_id"] for row in seats if row["author_id"]}
            persons = len(authors) + sum(row["author_id"] is None for row in seats)
            for author in authors:
                found[author] += self.parts[paper][of] / persons
        return dict(found)

    def authors(self, a: str, b: str) -> float:
        """Cosine of vectors of authors."""
        one, other = self.vector(a), self.vector(b)
        lengths = math.hypot(*one.values()) * math.hypot(*other.values())
        if lengths == 0:
            return 0.0
        return sum(one[each] * other.get(each, 0.0) for each in one) / lengths

    def shared_authors(self, a: str, b: str) -> int:
        """Authors with papers on both."""
        return len(self.vector(a).keys() & self.vector(b).keys())

    def tree(self, a: str, b: str) -> float:
        """Similarity by Wu and Palmer."""
        one, other = self.lineage(a), self.lineage(b)
        shared = [each for each in one if each in other]
        if not shared:
            return 0.0
        return 2 * len(self.lineage(shared[0])) / (len(one) + len(other))


def inside(year: int | None, since: int | None, until: int | None) -> bool:
    """Whether a paper is of the years."""
    if since is None and until is None:
        return True
    if year is None:
        return False
    return (since is None or year >= since) and (until is None or year <= until)

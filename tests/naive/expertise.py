"""Topics of nodes, counted one by one from the rows of tables: slow and obvious."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scholargraph.graph import ScholarGraph
from tests.naive.bylines import teams

NOT_RESEARCH = {"paratext", "erratum", "peer-review", "retraction"}

Row = dict[str, Any]
Weights = dict[str, float]


@dataclass
class Records:
    """The rows of a graph, by paper."""

    papers: dict[str, Row]
    topics: dict[str, dict[str, float | None]]
    """By paper: the score of each topic."""
    tree: dict[str, Row]
    seats: dict[str, list[Row]]
    """Seats without mark that name an author, by position."""
    persons: dict[str, int]
    cites: dict[str, list[str]]
    """Inside the graph."""
    affiliations: dict[tuple[str, int], set[str]]
    """By paper and position: institutions, of those with one ROR id the first."""
    known: dict[tuple[str, str], Weights] = field(default_factory=dict)
    """What papers give to the classes of levels, as far as it was asked for."""

    def authors(self, paper: str) -> set[str]:
        """The authors of a paper."""
        return {seat["author_id"] for seat in self.seats[paper]}

    def research(self, since: int | None = None, until: int | None = None) -> set[str]:
        """Papers that count by default."""
        return {
            paper
            for paper, row in self.papers.items()
            if row["type"] not in NOT_RESEARCH
            and not row["is_paratext"]
            and _inside(row["year"], since, until)
        }

    def ancestors(self, topic: str) -> list[str]:
        """A class and all above it."""
        found = [topic]
        while (above := self.tree[found[-1]]["parent_id"]) in self.tree and len(found) < 7:
            found.append(above)
        return found

    def weights(self, paper: str, level: str) -> Weights:
        """What a paper gives to the classes of a level."""
        key = (paper, level)
        if key not in self.known:
            self.known[key] = self._weights(paper, level)
        return self.known[key]

    def _weights(self, paper: str, level: str) -> Weights:
        scores: dict[str, list[float | None]] = defaultdict(list)
        for topic, score in self.topics.get(paper, {}).items():
            for each in self.ancestors(topic):
                if self.tree[each]["level"] == level:
                    scores[each].append(score)
        listed = [score for some in scores.values() for score in some]
        if None in listed or sum(score or 0.0 for score in listed) == 0:
            return {each: len(some) / len(listed) for each, some in scores.items()}
        total = sum(score or 0.0 for score in listed)
        return {each: sum(x or 0.0 for x in some) / total for each, some in scores.items()}

    def shares(self, papers: Iterable[str], level: str) -> tuple[Weights, int]:
        """How papers divide among the classes of a level, and how many have one."""
        sums: Weights = defaultdict(float)
        count = 0
        for paper in sorted(papers):
            found = self.weights(paper, level)
            count += bool(found)
            for each, weight in found.items():
                sums[each] += weight
        return {each: weight / count for each, weight in sums.items()}, count

    def parts_of_institution(self, institution: str) -> dict[str, float]:
        """The part of each paper that is an institution's."""
        parts: dict[str, float] = {}
        for paper, seats in self.seats.items():
            is_met: set[str | None] = set()
            here, part = False, 0.0
            for seat in seats:
                named = self.affiliations.get((paper, seat["position"]), {""})
                here |= institution in named
                if seat["author_id"] not in is_met and institution in named:
                    part += 1 / len(named)
                is_met.add(seat["author_id"])
            if here:
                parts[paper] = part / max(self.persons[paper], 1)
        return parts


def read(graph: ScholarGraph) -> Records:
    """Read the rows of a graph."""
    papers = {row["paper_id"]: row for row in _rows(graph, "papers")}
    topics: dict[str, dict[str, float | None]] = defaultdict(dict)
    for row in _rows(graph, "paper_topics"):
        topics[row["paper_id"]][row["topic_id"]] = row["score"]
    seats: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(_rows(graph, "authorships"), key=lambda row: row["position"]):
        if row["author_id"] is not None and row["mark"] is None:
            seats[row["paper_id"]].append(row)
    persons = {paper: len(named) + others for paper, (named, others, _) in teams(graph).items()}
    cites: dict[str, list[str]] = defaultdict(list)
    for row in _rows(graph, "citations"):
        if row["cited_paper_id"] in papers:
            cites[row["paper_id"]].append(row["cited_paper_id"])
    same: dict[str, str] = {}
    of_ror: dict[str, str] = {}
    for row in sorted(_rows(graph, "institutions"), key=lambda row: row["institution_id"]):
        own = row["institution_id"]
        same[own] = of_ror.setdefault(row["ror"], own) if row["ror"] else own
    affiliations: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in _rows(graph, "affiliations"):
        if row["institution_id"] is not None:
            here: str = row["institution_id"]
            affiliations[row["paper_id"], row["position"]].add(same.get(here, here))
    tree = {row["topic_id"]: row for row in _rows(graph, "topics")}
    return Records(papers, topics, tree, seats, persons, cites, affiliations)


def expertise(
    records: Records,
    parts: Mapping[str, float],
    level: str,
    counting: str,
    last_year: int,
    since: int | None = None,
    until: int | None = None,
) -> dict[str, Row]:
    """What `scholargraph.expertise` says of a node that has these parts of papers, by class."""
    every = records.research(since, until)
    everywhere, _ = records.shares(every, level)
    own = sorted(paper for paper in parts if paper in every)
    found: dict[str, Row] = {}
    whole = 0.0
    windows: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for paper in own:
        year = records.papers[paper]["year"]
        for topic, weight in records.weights(paper, level).items():
            counted = weight * (1 if counting == "full" else parts[paper])
            whole += counted
            row = found.setdefault(
                topic, {"full": 0.0, "fractional": 0.0, "papers": [], "years": [], "x": 0.0}
            )
            row["full"] += weight
            row["fractional"] += weight * parts[paper]
            row["x"] += counted
            row["papers"].append(paper)
            row["years"] += [] if year is None else [year]
            if year is not None and last_year - 3 < year <= last_year:
                windows[topic][0] += counted
            if year is not None and last_year - 6 < year <= last_year - 3:
                windows[topic][1] += counted
    now, before = (sum(window[place] for window in windows.values()) for place in (0, 1))
    for topic, row in found.items():
        row["share"] = row["x"] / whole if whole else 0.0
        row["location_quotient"] = (row["x"] + 1) / (whole * everywhere[topic] + 1)
        row["trend"] = _trend(windows[topic], now, before)
    return found


def _trend(window: list[float], all_now: float, all_before: float) -> float | None:
    now, before = window
    if not all_now or not all_before:
        return None
    share = (now + before) / (all_now + all_before)
    return math.log((now + 1) / (all_now * share + 1)) - math.log(
        (before + 1) / (all_before * share + 1)
    )


def wu_palmer(records: Records, one: str, other: str) -> float:
    """The distance of two classes in the tree."""
    above, above_other = records.ancestors(one), records.ancestors(other)
    depth = {each: len(records.ancestors(each)) for each in above}
    shared = max((depth[each] for each in above if each in above_other), default=0)
    return 1 - 2 * shared / (len(above) + len(above_other))


def gaps(records: Records, author: str, level: str) -> dict[str, float]:
    """The score of everybody who has a paper on a topic of an author and none with him."""
    every = records.research()
    own = {paper for paper in every if author in records.authors(paper)}
    shares, _ = records.shares(own, level) if own else ({}, 0)
    known = {
        other
        for paper in records.seats
        if author in records.authors(paper)
        for other in records.authors(paper)
    }
    signed: dict[str, Weights] = defaultdict(lambda: defaultdict(float))
    for paper in every:
        for topic, weight in records.weights(paper, level).items():
            for other in records.authors(paper):
                signed[topic][other] += weight / records.persons[paper]
    scores: dict[str, float] = defaultdict(float)
    for topic, share in shares.items():
        if share:
            most = max(signed[topic].values())
            for other, papers in signed[topic].items():
                if other not in known and papers:
                    scores[other] += share * papers / most
    return dict(scores)


def _inside(year: int | None, since: int | None, until: int | None) -> bool:
    if since is None and until is None:
        return True
    return year is not None and (since or 0) <= year <= (9999 if until is None else until)


def _rows(graph: ScholarGraph, table: str) -> list[Row]:
    rows: list[Row] = graph.scan(table).to_table().to_pylist()
    return rows

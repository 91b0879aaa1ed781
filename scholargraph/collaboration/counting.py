"""What counts for a tie: which papers, and who signed them (METHODS: what counts).

Here papers are chosen by type and their bylines read from the tables into plain arrays, which
``_kernels`` counts. The questions themselves are in ``ego``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.collaboration._kernels import NO_YEAR, BoolArray, IntArray, Teams, team_sizes
from scholargraph.errors import InvalidArgumentError
from scholargraph.names import words

if TYPE_CHECKING:
    import pyarrow as pa

    from scholargraph.graph import ScholarGraph

Types = str | tuple[str, ...]

NOT_RESEARCH: Final = ("paratext", "erratum", "peer-review", "retraction")
"""Types of paper that make no ties unless asked: they name people for other reasons."""

_PAPER_COLUMNS: Final = [
    "paper_id",
    "title",
    "year",
    "type",
    "is_paratext",
    "author_count",
    "authors_truncated",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bylines:
    """Papers that count, and who signed them; paper k is row k of `papers`."""

    papers: pa.Table
    """Sorted by paper_id."""
    author_ids: pa.Array[Any]
    """The resolved authors, sorted by bytes; author k is entry k."""
    seat_paper: IntArray
    seat_author: IntArray
    """-1 where the seat is not resolved."""
    is_resolved: BoolArray
    teams: Teams
    year: IntArray
    """Of each paper; `NO_YEAR` where it is not known."""
    left_out: dict[str, int]
    """Papers that do not count, by the reason: their type, or ``is_paratext``."""

    def author_index(self, author_id: str) -> int:
        """Return the number of an author, or -1 if none of the papers is the author's."""
        return int(self.author_ids.index(author_id).as_py())


def checked_types(types: str | Iterable[str]) -> Types:
    """Return ``types`` in the form in which it is recorded.

    Raises
    ------
    InvalidArgumentError
        If it is neither ``"research"`` nor ``"all"`` nor an iterable of texts.
    """
    if types == "research" or types == "all":
        return str(types)
    if isinstance(types, str) or not isinstance(types, Iterable):
        raise InvalidArgumentError(
            f"types must be 'research', 'all' or a list such as ['article'], not {types!r}"
        )
    wanted = list(types)
    if not all(isinstance(each, str) for each in wanted):
        raise InvalidArgumentError(f"types must be a list of texts, not {wanted!r}")
    return tuple(sorted(set(wanted)))


def papers_of(graph: ScholarGraph, author_id: str) -> pa.Array[Any]:
    """Return the ids of an author's papers, each once, sorted; marked seats do not count."""
    import pyarrow.compute as pc

    rows = graph.scan("authorships").to_table(
        columns=["paper_id"],
        filter=(pc.field("author_id") == author_id) & pc.field("mark").is_null(),
    )
    return _sorted_distinct(rows["paper_id"])


def read_bylines(graph: ScholarGraph, paper_ids: pa.Array[Any], types: Types) -> Bylines:
    """Read the bylines of those papers that count.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    paper_ids : pyarrow array of string
        The papers.
    types : str or tuple of str
        As `checked_types` returns it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    among = pc.field("paper_id").isin(paper_ids)
    papers = graph.scan("papers").to_table(columns=_PAPER_COLUMNS, filter=among)
    papers, left_out = _choose(papers.take(pc.sort_indices(papers["paper_id"])), types)
    counted = papers["paper_id"].combine_chunks()
    seats = graph.scan("authorships").to_table(
        columns=["paper_id", "author_id", "mark"], filter=pc.field("paper_id").isin(counted)
    )
    # The one place that decides which seats make ties: those with an author and without mark.
    resolved = pc.and_(pc.is_valid(seats["author_id"]), pc.is_null(seats["mark"]))
    author_ids = _sorted_distinct(seats["author_id"].filter(resolved))
    seat_paper = _numbers(pc.index_in(seats["paper_id"], value_set=counted))
    seat_author = _numbers(pc.coalesce(pc.index_in(seats["author_id"], value_set=author_ids), -1))
    is_resolved = np.asarray(resolved.to_numpy(), dtype=np.bool_)
    return Bylines(
        papers=papers,
        author_ids=author_ids,
        seat_paper=seat_paper,
        seat_author=seat_author,
        is_resolved=is_resolved,
        teams=team_sizes(seat_paper, seat_author, is_resolved, _numbers(papers["author_count"])),
        year=_numbers(pc.coalesce(papers["year"].cast(pa.int64()), NO_YEAR)),
        left_out=left_out,
    )


def left_out_in_words(bylines: Bylines, types: Types) -> dict[str, Any]:
    """Return how an answer was made and what it could not take into account.

    Parameters
    ----------
    bylines : Bylines
        The papers behind the answer.
    types : str or tuple of str
        As `checked_types` returns it.
    """
    truncated = np.asarray(bylines.papers["authors_truncated"].to_numpy(), dtype=np.bool_)
    said = _numbers(bylines.papers["author_count"])
    teams = bylines.teams
    shared = teams.size >= 2
    return {
        "types": types if isinstance(types, str) else list(types),
        "papers": bylines.papers.num_rows,
        "papers_left_out": bylines.left_out,
        "single_author_papers": int(np.count_nonzero(~shared)),
        "truncated_papers": int(np.count_nonzero(truncated)),
        "upper_bound_papers": int(np.count_nonzero(truncated & (said <= teams.listed))),
        "unresolved_seats": int(teams.unresolved.sum()),
        "strength_to_unknown": float(np.sum(teams.unresolved[shared] / (teams.size[shared] - 1.0))),
        "version_pairs": _version_pairs(bylines),
    }


def _choose(papers: pa.Table, types: Types) -> tuple[pa.Table, dict[str, int]]:
    import pyarrow as pa

    reasons = [
        _reason_against(types, kind, is_paratext)
        for kind, is_paratext in zip(
            papers["type"].to_pylist(), papers["is_paratext"].to_pylist(), strict=True
        )
    ]
    kept = papers.filter(pa.array([reason is None for reason in reasons], pa.bool_()))
    return kept, dict(sorted(Counter(reason for reason in reasons if reason).items()))


def _reason_against(types: Types, kind: str | None, is_paratext: bool | None) -> str | None:
    if types == "all":
        return None
    if types == "research":
        if kind in NOT_RESEARCH:
            return kind
        return "is_paratext" if is_paratext else None
    return None if kind in types else kind or "no type"


def _version_pairs(bylines: Bylines) -> int:
    """Count the pairs of papers with one folded title and two or more joint authors."""
    by_title: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for paper, title in enumerate(bylines.papers["title"].to_pylist()):
        if title is not None and (folded := words(title)):
            by_title[folded].append(paper)
    alike = [group for group in by_title.values() if len(group) > 1]
    members = {paper for group in alike for paper in group}
    signed: dict[int, set[int]] = {paper: set() for paper in members}
    seats = zip(
        bylines.seat_paper[bylines.is_resolved].tolist(),
        bylines.seat_author[bylines.is_resolved].tolist(),
        strict=True,
    )
    for paper, author in seats:
        if paper in members:
            signed[paper].add(author)
    return sum(
        len(signed[one] & signed[other]) >= 2
        for group in alike
        for one, other in combinations(group, 2)
    )


def _sorted_distinct(values: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    import pyarrow.compute as pc

    distinct = pc.unique(values.combine_chunks())
    return distinct.take(pc.sort_indices(distinct))


def _numbers(values: Any) -> IntArray:
    return np.asarray(values.to_numpy(), dtype=np.int64)

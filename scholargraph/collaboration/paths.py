"""The shortest chain of people between two authors, with the papers on every hop.

The search walks the arrays of the version from both ends: from authors to their papers and on to
those who signed them, one level at a time, so that a paper of thousands is walked through once and
its pairs are never written out. Whether a paper counts is asked when it is met. Ties between people
are summed only where chains of the same length have to be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.adjacency import NO_TITLE
from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.choosing import choose_papers
from scholargraph.collaboration.terms import AUTO, checked_terms
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import NO_YEAR, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.choosing import Chosen
    from scholargraph.collaboration.terms import Terms
    from scholargraph.graph import ScholarGraph

WEIGHTS: Final = ("full", "fractional")

TIE_STEPS: Final = 2_000_000
"""Joint papers of pairs on the shortest chains that are summed to choose among the chains."""

WEIGHTED_STEPS: Final = 100_000_000
"""Co-authors of papers of authors that a weighted search looks at before it gives up."""

TOLERANCE: Final = 1e-12
"""Relative difference up to which two sums are one: they differ by rounding."""

_PIECE_STEPS: Final = 1_000_000
_BATCH_STEPS: Final = 20_000
_REFUSED_KEPT: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CollaborationPath:
    """A chain of people, each of whom signed papers with the next."""

    authors: pd.DataFrame
    """``author_id`` and ``name``, from the one end to the other; without rows if there is none."""
    hops: pd.DataFrame
    """``source``, ``target``, ``paper_count`` and ``fractional`` of each tie on the way."""
    papers: pd.DataFrame
    """``hop`` (from 1), ``paper_id``, ``title``, ``year``, ``team_size`` and ``fractional`` of the
    papers behind the ties; of each hop by year, unknown last, then by team size and id."""
    length: float | None
    """Hops, or the sum of 1 / weight; None if there is no chain."""
    reason: str | None
    """Why there is no chain."""
    made: dict[str, Any]
    """The arguments, and what the search met, left out and could not decide."""

    def __repr__(self) -> str:
        if self.length is None:
            return f"<CollaborationPath: none, {self.reason}>"
        ends = " to ".join(self.authors["name"].iloc[[0, -1]])
        hops = len(self.hops)
        return f"<CollaborationPath: {ends} in {hops} {'hop' if hops == 1 else 'hops'}>"


class _Links(NamedTuple):
    """Ties that lie on shortest chains, from nearer the start to nearer the end."""

    source: IntArray
    target: IntArray
    fractional: FloatArray


class _Found(NamedTuple):
    """What a search returns."""

    chain: list[int]
    """Rows of the authors; empty if there is none."""
    length: float | None
    reason: str | None
    notes: dict[str, Any]


def collaboration_path(
    graph: ScholarGraph,
    a: str,
    b: str,
    *,
    weight: str | None = None,
    max_authors: int | str | None = None,
    types: str | Iterable[str] = "research",
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    versions: str = "keep",
) -> CollaborationPath:
    """Return the shortest chain of people from one author to another.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    a, b : str
        OpenAlex ids or URLs, or ORCIDs, of two different authors.
    weight : {"fractional", "full"}, optional
        What makes a tie short: its length is 1 / weight. By default every tie is one hop.
    max_authors : int or "auto", optional
        Papers of more persons are not walked through.
    types : {"research", "all"} or iterable of str
        Which papers make ties, as for `collaborators`.
    since, until, as_of : int, optional
        First and last year of papers that make ties, both included; papers of unknown year make
        none then.
    versions : {"keep", "merge"}
        Whether versions of one work make ties of their own.

    Returns
    -------
    CollaborationPath
        Of the chains with the fewest hops that with the largest weakest tie, by fractional weight;
        then that with the largest sum of ties; then that with the smallest ids, read from the end
        whose id is smaller, so that the way back is the same chain. Of weighted chains of one
        length that with the smallest ids, read so. Sums that differ by less than 1e-12 of their
        size are one. Without a chain ``length`` is None and ``reason`` says why.

        ``made`` holds the arguments and the version; ``papers_left_out``, papers that the search
        met and that do not count, by the reason; ``authors_met``; ``chains``, how many chains are
        of this length (rounded above 2**53), or None where they were not counted; ``decided_by``:
        ``"ties, then ids"``; ``"ids"`` of weighted chains, and where more than `TIE_STEPS` joint
        papers of pairs would have had to be summed; ``"none"`` of weighted chains where even that
        would have taken more steps: it is one of them, always the same.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If an author is not in the graph.
    InvalidArgumentError
        If both are the same author, or another argument has a value that it does not take.

    Notes
    -----
    Breadth-first search from both ends, always that whose authors have signed fewer papers, until a
    level meets the other side. Both sides are complete up to their level, so that the first meeting
    is the shortest way, and all of them together are all shortest ways. The weakest tie and the sum
    are taken of the fractional ties of Newman (2001), equation 2, over the papers that count. With
    ``weight`` it is the shortest path of Dijkstra (1959) from both ends, on ties that are summed
    when an author is reached; it looks at no more than `WEIGHTED_STEPS` co-authors.

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks. II. Shortest paths, weighted
    networks, and centrality. Phys. Rev. E 64, 016132. doi:10.1103/PhysRevE.64.016132

    Dijkstra, E. W. (1959). A note on two problems in connexion with graphs. Numerische Mathematik
    1, 269-271. doi:10.1007/BF01386390

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> seats = [{"author": person} for person in people]
    >>> works = [
    ...     {"id": "W9000000001", "publication_year": 2020, "authorships": seats[:2]},
    ...     {"id": "W9000000002", "publication_year": 2021, "authorships": seats[1:]},
    ... ]
    >>> path = collaboration_path(sg.from_records(works), "A9000000001", "A9000000003")
    >>> path
    <CollaborationPath: Author 1 to Author 3 in 2 hops>
    >>> path.hops
            source       target  paper_count  fractional
    0  A9000000001  A9000000002            1         1.0
    1  A9000000002  A9000000003            1         1.0
    """
    terms = checked_terms(
        {
            "max_authors": max_authors,
            "types": types,
            "since": since,
            "until": until,
            "as_of": as_of,
            "versions": versions,
        }
    )
    if weight is not None and weight not in WEIGHTS:
        raise InvalidArgumentError(f"weight is None or one of {', '.join(WEIGHTS)}, not {weight!r}")
    a_id, b_id = resolve(graph, a, "author"), resolve(graph, b, "author")
    if a_id == b_id:
        raise InvalidArgumentError(f"both identifiers name {a_id}, and a path has two ends")
    walk = Walk(graph.adjacency, terms)
    ends = [graph.adjacency.nodes["author"].find_row(each) for each in (a_id, b_id)]
    # From the smaller id to the larger, whoever asks: the way back is the same chain.
    is_turned = b_id.encode() < a_id.encode()
    start, goal = ends[::-1] if is_turned else ends
    found = (
        _fewest_hops(walk, start, goal) if weight is None else _weighted(walk, start, goal, weight)
    )
    chain = found.chain[::-1] if is_turned else found.chain
    return _answer(
        walk,
        chain,
        found,
        {
            "a": a_id,
            "b": b_id,
            "version": graph.version,
            "weight": weight,
            **{name: terms.as_dict()[name] for name in _SAID},
        },
    )


_SAID: Final = ("max_authors", "types", "since", "until", "as_of", "versions")
"""Terms that a path takes."""


class Walk:
    """The way from authors to papers that count and on to their authors."""

    def __init__(self, adjacency: Adjacency, terms: Terms) -> None:
        self.adjacency = adjacency
        self.author_count = len(adjacency.author_papers.indptr) - 1
        self.paper_count = len(adjacency.papers.year)
        self._terms = terms
        self._refused: list[IntArray] = []
        self._refused_count = 0

    def choose(self, papers: npt.NDArray[Any]) -> Chosen:
        """Return those of some papers, ascending, that count, and remember the others."""
        chosen = choose_papers(self.adjacency, papers, self._terms)
        if len(chosen.rows) < len(papers):
            refused = np.setdiff1d(papers, chosen.rows, assume_unique=True)
            self._refused.append(refused.astype(np.int64))
            self._refused_count += len(refused)
            if self._refused_count > _REFUSED_KEPT:
                self._refused = [distinct(np.concatenate(self._refused))]
                self._refused_count = 0
        return chosen

    def papers_left_out(self) -> dict[str, int]:
        """Return how many papers were met and do not count, by the reason."""
        if not self._refused:
            return {}
        refused = distinct(np.concatenate(self._refused))
        return choose_papers(self.adjacency, refused, self._terms).left_out

    def persons(self, papers: npt.NDArray[Any]) -> IntArray:
        """Return how many persons papers have, none where they have too many to count."""
        persons: IntArray = self.adjacency.papers.team_size[papers].astype(np.int64)
        most = self._terms.max_authors
        if most is None:
            return persons
        limit: Any = self.adjacency.papers.author_limit[papers] if most == AUTO else most
        return np.where(persons <= limit, persons, 0)

    def degree(self, authors: IntArray) -> int:
        """Return how many papers authors have signed, joint ones each time."""
        indptr = self.adjacency.author_papers.indptr
        return int((indptr[authors + 1] - indptr[authors]).sum())

    def ties(self, authors: IntArray) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
        """Return all ties of some authors: place, co-author, joint papers, fractional weight.

        Ascending by place and co-author; weights are summed from the smallest teams on.
        """
        place, paper = self.adjacency.author_papers.of_all(authors)
        paper = paper.astype(np.int64)
        chosen = self.choose(distinct(paper))
        shared = chosen.of(chosen.team_size >= 2)
        at = np.searchsorted(shared.rows, paper)
        counts = np.zeros(len(paper), np.bool_)
        inside = at < len(shared.rows)
        counts[inside] = shared.rows[at[inside]] == paper[inside]
        place, paper, team_size = place[counts], paper[counts], shared.team_size[at[counts]]
        by_size = np.argsort(team_size, kind="stable")
        place, paper, team_size = place[by_size], paper[by_size], team_size[by_size]
        byline, signed = self.adjacency.paper_authors.of_all(paper)
        signed = signed.astype(np.int64)
        others = signed != authors[place[byline]]
        byline, signed = byline[others], signed[others]
        key = place[byline] << 32 | signed
        order = np.argsort(key, kind="stable")
        key, team_size = key[order], team_size[byline[order]]
        starts = _starts(key)
        return (
            key[starts] >> 32,
            key[starts] & 0xFFFFFFFF,
            np.diff(np.append(starts, len(key))),
            _sums(1.0 / (team_size - 1), starts),
        )

    def lengths(self, authors: IntArray, weight: str) -> tuple[IntArray, IntArray, FloatArray]:
        """Return all ties of some authors: place, co-author, and 1 / weight."""
        place, coauthor, paper_count, fractional = self.ties(authors)
        return place, coauthor, 1.0 / (paper_count if weight == "full" else fractional)

    def id_of(self, author: int) -> bytes:
        """Return what orders authors: rows do not where only bylines name one."""
        return self.adjacency.nodes["author"].ids.encoded(author)

    def smallest(self, authors: IntArray) -> int:
        """Return the author with the smallest id."""
        if int(authors.max()) < self.adjacency.nodes["author"].row_count:
            return int(authors.min())
        found: int = min(authors.tolist(), key=self.id_of)
        return found


class Side:
    """One end of a breadth-first search, and how far it has come."""

    def __init__(self, walk: Walk, author: int) -> None:
        self._walk = walk
        self.end = author
        self.levels = [np.array([author], np.int64)]
        """The end itself, its co-authors and so on, each once and ascending."""
        # The system gives zeros that take memory only where they are written to.
        self.is_met = np.zeros(walk.author_count, np.bool_)
        self.is_met[author] = True
        self._is_met_paper = np.zeros(walk.paper_count, np.bool_)
        self.work = walk.degree(self.levels[0])

    def expand(self) -> IntArray:
        """Go on by one level and return it."""
        _, signed = self._walk.adjacency.author_papers.of_all(self.levels[-1])
        papers = _new(signed, self._is_met_paper)
        _, signers = self._walk.adjacency.paper_authors.of_all(self._walk.choose(papers).rows)
        level = _new(signers, self.is_met)
        self.levels.append(level)
        self.work = self._walk.degree(level)
        return level

    @property
    def authors_met(self) -> int:
        """How many authors were met, the end included."""
        return sum(map(len, self.levels))


def _new(rows: npt.NDArray[np.uint32], is_met: npt.NDArray[np.bool_]) -> IntArray:
    """Return the rows that were not met before, each once and ascending, and mark them as met."""
    wide = rows.astype(np.int64)
    new: IntArray = distinct(rows[~is_met[wide]]).astype(np.int64)
    is_met[new] = True
    return new


def _fewest_hops(walk: Walk, start: int, goal: int) -> _Found:
    """Search from both ends, and choose among the shortest chains."""
    near, far = Side(walk, start), Side(walk, goal)
    meeting = near.levels[0][:0]
    while not len(meeting):
        side, other = (near, far) if near.work <= far.work else (far, near)
        level = side.expand()
        if not len(level):
            end = walk.id_of(side.end).decode()
            notes = _notes(near.authors_met + far.authors_met, 0, None)
            return _Found([], None, _why_none(end, side.authors_met), notes)
        meeting = level[other.is_met[level]]
    layers = [meeting]
    for level in near.levels[-2::-1]:
        layers.insert(0, _signed_with(walk, layers[0], level))
    for level in far.levels[-2::-1]:
        layers.append(_signed_with(walk, layers[-1], level))
    links = _links(walk, layers)
    if links is None:
        chain, chains, decided_by = _smallest_ids(walk, layers), None, "ids"
    else:
        chain, chains = _best(walk, layers, links), _count_chains(layers, links)
        decided_by = "ties, then ids"
    notes = _notes(near.authors_met + far.authors_met, chains, decided_by)
    return _Found(chain, len(chain) - 1, None, notes)


def _notes(authors_met: int, chains: int | None, decided_by: str | None) -> dict[str, Any]:
    return {"authors_met": authors_met, "chains": chains, "decided_by": decided_by}


def _why_none(end: str, met: int) -> str:
    if met == 1:
        return f"{end} signed no paper that counts with anybody else"
    return f"papers that count lead from {end} to {met - 1} others and no further"


def _signed_with(walk: Walk, layer: IntArray, level: IntArray) -> IntArray:
    """Return the authors of a level who signed with somebody of a layer."""
    if len(level) == 1:
        return level
    _, papers = walk.adjacency.author_papers.of_all(layer)
    chosen = walk.choose(distinct(papers))
    _, authors = walk.adjacency.paper_authors.of_all(chosen.rows)
    found: IntArray = distinct(authors[_is_in(authors, level)]).astype(np.int64)
    return found


def _is_in(values: npt.NDArray[Any], ascending: IntArray) -> npt.NDArray[np.bool_]:
    at = np.searchsorted(ascending, values)
    at[at == len(ascending)] = 0
    found: npt.NDArray[np.bool_] = ascending[at] == values
    return found


def _links(walk: Walk, layers: list[IntArray]) -> list[_Links] | None:
    """Return the ties between each layer and the next, or None if they are too many to sum."""
    steps = 0
    links = []
    for one, other in pairwise(layers):
        sources, targets = _on_joint_papers(walk, one, other)
        step = sources.per_paper * targets.per_paper
        steps += int(step.sum())
        if steps > TIE_STEPS:
            return None
        links.append(_tied(sources, targets, step))
    return links


class _Signed(NamedTuple):
    """Authors of one layer on some papers, by paper."""

    author: IntArray
    per_paper: IntArray
    team_size: IntArray
    """By paper."""


def _on_joint_papers(walk: Walk, one: IntArray, other: IntArray) -> tuple[_Signed, _Signed]:
    """Return the authors of two layers on the papers that both signed, smallest teams first."""
    adjacency = walk.adjacency
    of_one, of_other = (
        distinct(adjacency.author_papers.of_all(layer)[1]) for layer in (one, other)
    )
    joint = np.intersect1d(of_one, of_other, assume_unique=True)
    chosen = walk.choose(joint.astype(np.int64))
    chosen = chosen.of(np.argsort(chosen.team_size, kind="stable"))
    place, signers = adjacency.paper_authors.of_all(chosen.rows)
    author = signers.astype(np.int64)
    signed = []
    for layer in (one, other):
        inside = _is_in(author, layer)
        per_paper = np.bincount(place[inside], minlength=len(chosen.rows))
        signed.append(_Signed(author[inside], per_paper, chosen.team_size))
    return signed[0], signed[1]


def _tied(sources: _Signed, targets: _Signed, step: IntArray) -> _Links:
    """Sum up the papers of each pair of one source and one target."""
    first_source = np.cumsum(sources.per_paper) - sources.per_paper
    first_target = np.cumsum(targets.per_paper) - targets.per_paper
    paper = np.repeat(np.arange(len(step)), step)
    number = np.arange(len(paper)) - np.repeat(np.cumsum(step) - step, step)
    source = sources.author[first_source[paper] + number // targets.per_paper[paper]]
    target = targets.author[first_target[paper] + number % targets.per_paper[paper]]
    order = np.lexsort((target, source))
    source, target = source[order], target[order]
    weight = 1.0 / (sources.team_size[paper[order]] - 1)
    starts = _starts(source, target)
    return _Links(source[starts], target[starts], _sums(weight, starts))


def _best(walk: Walk, layers: list[IntArray], links: list[_Links]) -> list[int]:
    """Choose the chain by its weakest tie, then by the sum of its ties, then by ids."""
    weakest = np.array([np.inf])
    for layer, link in zip(layers[:0:-1], links[::-1], strict=True):
        # Everybody on a layer has ties to the next.
        ahead = weakest[np.searchsorted(layer, link.target)]
        weakest = np.maximum.reduceat(np.minimum(link.fractional, ahead), _starts(link.source))
    strong: list[_Links] = []
    totals = [np.zeros(1)]
    for number in range(len(links) - 1, -1, -1):
        link = links[number]
        kept = link.fractional >= weakest[0] * (1 - TOLERANCE)
        link = _Links(link.source[kept], link.target[kept], link.fractional[kept])
        total = np.full(len(layers[number]), -np.inf)
        ahead = totals[0][np.searchsorted(layers[number + 1], link.target)]
        np.maximum.at(total, np.searchsorted(layers[number], link.source), link.fractional + ahead)
        totals.insert(0, total)
        strong.insert(0, link)
    chain = [int(layers[0][0])]
    for number, link in enumerate(strong):
        here = link.source == chain[-1]
        target, tie = link.target[here], link.fractional[here]
        value = tie + totals[number + 1][np.searchsorted(layers[number + 1], target)]
        chain.append(walk.smallest(target[value >= value.max() * (1 - TOLERANCE)]))
    return chain


def _count_chains(layers: list[IntArray], links: list[_Links]) -> int:
    """Count the chains that the ties make; rounded above 2**53."""
    chains: FloatArray = np.ones(1)
    for one, other, link in zip(layers, layers[1:], links, strict=False):
        chains = np.bincount(  # type: ignore[assignment]
            np.searchsorted(other, link.target),
            weights=chains[np.searchsorted(one, link.source)],
            minlength=len(other),
        )
    return int(chains[0])


def _smallest_ids(walk: Walk, layers: list[IntArray]) -> list[int]:
    """Return the chain of the smallest ids."""
    chain = [int(layers[0][0])]
    for layer in layers[1:]:
        _, papers = walk.adjacency.author_papers.of_all(np.array([chain[-1]]))
        chosen = walk.choose(papers.astype(np.int64))
        _, authors = walk.adjacency.paper_authors.of_all(chosen.rows)
        chain.append(walk.smallest(np.intersect1d(authors, layer).astype(np.int64)))
    return chain


class _Labels:
    """One end of a weighted search: how far authors are from it, by the shortest way so far."""

    def __init__(self, walk: Walk, author: int) -> None:
        self._walk = walk
        self.distance = np.zeros(walk.author_count)
        self.is_met = np.zeros(walk.author_count, np.bool_)
        self.is_met[author] = True
        self.end = author
        self.waiting = np.array([author], np.int64)
        """Authors whose co-authors have not been looked at from where they are now."""
        self.radius = 0.0
        """Nearer authors are as near as they can be."""

    def take(self) -> IntArray:
        """Return the nearest authors that wait: those of one batch, which wait no longer."""
        order = np.argsort(self.distance[self.waiting], kind="stable")
        if len(order) > _BATCH_STEPS:
            order = order[:_BATCH_STEPS]
        steps = np.cumsum(steps_of(self._walk, self.waiting[order]))
        size = max(1, int(np.searchsorted(steps, _BATCH_STEPS, side="right")))
        taken = np.sort(self.waiting[order[:size]])
        self.waiting = np.setdiff1d(self.waiting, taken, assume_unique=True)
        return taken

    def improve(self, author: IntArray, distance: FloatArray) -> IntArray:
        """Take shorter ways, and return the authors whose ways they are."""
        order = np.lexsort((distance, author))
        author, distance = author[order], distance[order]
        first = _starts(author)
        author, distance = author[first], distance[first]
        shorter = ~self.is_met[author] | (distance < self.distance[author])
        better: IntArray = author[shorter]
        self.distance[better] = distance[shorter]
        self.is_met[better] = True
        return better


def _weighted(walk: Walk, start: int, goal: int, weight: str) -> _Found:
    """Search on lengths of 1 / weight from both ends, and choose among the shortest chains.

    Authors are taken in batches of the nearest, and once more where a shorter way to them shows, so
    that arrays do the work. All that is nearer than the nearest that waits is final.
    """
    near, far = _Labels(walk, start), _Labels(walk, goal)
    shortest, steps = np.inf, 0
    while near.radius + far.radius < shortest * (1 - TOLERANCE):
        sides = [side for side in (near, far) if len(side.waiting)]
        if len(sides) < 2 and shortest == np.inf:
            break
        side = min(sides, key=lambda each: len(each.waiting))
        other = far if side is near else near
        authors = side.take()
        steps += int(steps_of(walk, authors).sum())
        if steps > WEIGHTED_STEPS:
            reason = f"not found among {WEIGHTED_STEPS:,} co-authors; max_authors makes it less"
            return _Found([], None, reason, _notes(_met(near, far), None, None))
        place, coauthor, length = walk.lengths(authors, weight)
        better = side.improve(coauthor, side.distance[authors[place]] + length)
        met = better[other.is_met[better]]
        if len(met):
            shortest = min(shortest, float((side.distance[met] + other.distance[met]).min()))
        waiting = np.union1d(side.waiting, better)
        # Who is as far as that cannot stand on a shorter chain; the other side has met who can.
        bound = shortest * (1 + TOLERANCE) - other.radius
        side.waiting = waiting[side.distance[waiting] <= bound]
        side.radius = float(side.distance[side.waiting].min()) if len(side.waiting) else np.inf
    if shortest == np.inf:
        side = far if len(near.waiting) else near
        reason = _why_none(walk.id_of(side.end).decode(), int(np.count_nonzero(side.is_met)))
        return _Found([], None, reason, _notes(_met(near, far), 0, None))
    chain, decided_by = _first_by_ids(walk, near, far, shortest, weight)
    return _Found(chain, shortest, None, _notes(_met(near, far), None, decided_by))


def _met(near: _Labels, far: _Labels) -> int:
    return int(np.count_nonzero(near.is_met) + np.count_nonzero(far.is_met))


def _first_by_ids(
    walk: Walk, near: _Labels, far: _Labels, shortest: float, weight: str
) -> tuple[list[int], str]:
    """Choose among the shortest chains by ids, or take one where they are too many to look at."""
    met = np.flatnonzero(near.is_met & far.is_met)
    between = met[near.distance[met] + far.distance[met] <= shortest * (1 + TOLERANCE)]
    if int(steps_of(walk, between).sum()) > TIE_STEPS:
        middle = walk.smallest(between)
        back, on = ([middle], [middle])
        for side, chain in ((near, back), (far, on)):
            while chain[-1] != side.end:
                here = np.array([chain[-1]])
                chain.append(walk.smallest(_nearer(walk, side, here, shortest, weight)[1]))
        return [*back[:0:-1], *on], "none"
    onward: dict[int, set[int]] = {}
    for side in (near, far):
        known, layer = between, between
        while len(layer):
            found = [np.zeros(0, np.int64)]
            for authors in pieces(walk, layer):
                outer, inner = _nearer(walk, side, authors, shortest, weight)
                sources, targets = (inner, outer) if side is near else (outer, inner)
                for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
                    onward.setdefault(source, set()).add(target)
                found.append(inner)
            layer = np.setdiff1d(np.concatenate(found), known)
            known = np.union1d(known, layer)
    chain = [near.end]
    while chain[-1] != far.end:
        chain.append(walk.smallest(np.array(sorted(onward[chain[-1]]))))
    return chain, "ids"


def _nearer(
    walk: Walk, side: _Labels, authors: IntArray, shortest: float, weight: str
) -> tuple[IntArray, IntArray]:
    """Return pairs of one of the authors and somebody before him on the shortest way to an end."""
    place, coauthor, length = walk.lengths(authors, weight)
    author = authors[place]
    gap = np.abs(side.distance[coauthor] + length - side.distance[author])
    is_before = side.is_met[coauthor] & (gap <= shortest * TOLERANCE)
    return author[is_before], coauthor[is_before]


def steps_of(walk: Walk, authors: IntArray) -> IntArray:
    """Return how many persons the papers of each author have, each time that they occur."""
    place, papers = walk.adjacency.author_papers.of_all(authors)
    persons = np.bincount(place, weights=walk.persons(papers), minlength=len(authors))
    return persons.astype(np.int64)


def pieces(walk: Walk, authors: IntArray) -> Iterator[IntArray]:
    """Yield authors in pieces whose papers do not have too many persons at once."""
    piece = np.cumsum(steps_of(walk, authors)) // _PIECE_STEPS
    yield from np.split(authors, np.flatnonzero(np.diff(piece)) + 1)


def _starts(*keys: npt.NDArray[Any]) -> IntArray:
    """Return where runs of equal values begin."""
    is_new = np.ones(len(keys[0]), np.bool_)
    is_new[1:] = False
    for key in keys:
        is_new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(is_new)


def _sums(values: FloatArray, starts: IntArray) -> FloatArray:
    return np.add.reduceat(values, starts) if len(starts) else np.zeros(0)


def _answer(walk: Walk, chain: list[int], found: _Found, made: dict[str, Any]) -> CollaborationPath:
    """Name the people of a chain, and the papers behind each hop."""
    import pyarrow as pa

    authors = walk.adjacency.nodes["author"]
    people = np.array(chain, np.int64)
    ids = authors.ids.take(people)
    hops = [_joint(walk, one, other) for one, other in pairwise(chain)]
    weights = [1.0 / (hop.team_size - 1) for hop in hops]
    paper_count = [len(hop.rows) for hop in hops]
    # The smallest teams first, as everywhere: the same tie has the same bits.
    fractional = [float(np.add.reduceat(np.sort(weight)[::-1], [0])[0]) for weight in weights]
    return CollaborationPath(
        authors=frame(
            pa.table({"author_id": ids, "name": authors.names.take(people)}), nullable=()
        ),
        hops=frame(
            pa.table(
                {
                    "source": ids[:-1],
                    "target": ids[1:],
                    "paper_count": pa.array(paper_count, pa.int32()),
                    "fractional": pa.array(fractional, pa.float64()),
                }
            ),
            nullable=(),
        ),
        papers=_papers(walk.adjacency, hops),
        length=found.length,
        reason=found.reason,
        made={**made, **found.notes, "papers_left_out": walk.papers_left_out()},
    )


def _joint(walk: Walk, one: int, other: int) -> Chosen:
    """Return the papers behind a tie, by year, team size and id."""
    of_one, of_other = (walk.adjacency.author_papers.of(each) for each in (one, other))
    joint = np.intersect1d(of_one, of_other, assume_unique=True)
    chosen = walk.choose(joint.astype(np.int64))
    return chosen.of(np.lexsort((chosen.rows, chosen.team_size, chosen.year)))


def _papers(adjacency: Adjacency, hops: list[Chosen]) -> pd.DataFrame:
    """Describe the papers behind the hops."""
    import pyarrow as pa
    import pyarrow.compute as pc

    nodes = adjacency.nodes["paper"]
    none = np.zeros(0, np.int64)
    rows = np.concatenate([none, *(hop.rows for hop in hops)])
    year = np.concatenate([none, *(hop.year for hop in hops)])
    team_size = np.concatenate([none, *(hop.team_size for hop in hops)])
    number = np.repeat(np.arange(1, len(hops) + 1), [len(hop.rows) for hop in hops])
    titles = nodes.names.take(rows)
    has_title = pa.array(adjacency.papers.flags[rows] & NO_TITLE == 0)
    return frame(
        pa.table(
            {
                "hop": pa.array(number, pa.int32()),
                "paper_id": nodes.ids.take(rows),
                "title": pc.if_else(has_title, titles, pa.scalar(None, titles.type)),
                "year": pa.array(
                    np.where(year == NO_YEAR, 0, year), pa.int16(), mask=year == NO_YEAR
                ),
                "team_size": pa.array(team_size, pa.int32()),
                "fractional": pa.array(1.0 / (team_size - 1), pa.float64()),
            }
        ),
        nullable=("year",),
    )

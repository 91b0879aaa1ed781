"""The shortest chain of people between two authors, with the papers on every hop.

The arguments and the answer are here. Who stands between two authors is found in ``meeting``, which
of several shortest chains it is in ``chains``, and the chain of the strongest ties in
``strong_chains``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.adjacency.meanings import NO_TITLE
from scholargraph.collaboration.chains import fewest_hops
from scholargraph.collaboration.choosing import check_authors
from scholargraph.collaboration.meeting import marks_of
from scholargraph.collaboration.strong_chains import strongest
from scholargraph.collaboration.terms import checked_terms
from scholargraph.collaboration.walking import Walk
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import NO_YEAR

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.choosing import Chosen
    from scholargraph.graph import ScholarGraph

WEIGHTS: Final = ("full", "fractional")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CollaborationPath:
    """A chain of people, each of whom signed papers with the next.

    Frames are made when they are first asked for.
    """

    author_ids: tuple[str, ...]
    """Who stands on the chain, from the one end to the other; empty if there is none."""
    length: float | None
    """Hops, or the sum of 1 / weight; None if there is no chain."""
    reason: str | None
    """Why there is no chain."""
    made: dict[str, Any]
    """The arguments, and what the search met, left out and could not decide."""
    _walk: Walk
    _chain: list[int]

    @cached_property
    def authors(self) -> pd.DataFrame:
        """``author_id`` and ``name``, from the one end to the other; no rows if there is none."""
        import pyarrow as pa

        names = self._walk.adjacency.nodes["author"].names.take(np.array(self._chain, np.int64))
        return frame(
            pa.table({"author_id": pa.array(self.author_ids, pa.string()), "name": names}),
            nullable=(),
        )

    @cached_property
    def hops(self) -> pd.DataFrame:
        """``source``, ``target``, ``paper_count`` and ``fractional`` of each tie on the way."""
        import pyarrow as pa

        weights = [1.0 / (hop.team_size - 1) for hop in self._joint]
        paper_count = [len(hop.rows) for hop in self._joint]
        # The smallest teams first, as everywhere: the same tie has the same bits.
        fractional = [float(np.add.reduceat(np.sort(weight)[::-1], [0])[0]) for weight in weights]
        return frame(
            pa.table(
                {
                    "source": pa.array(self.author_ids[:-1], pa.string()),
                    "target": pa.array(self.author_ids[1:], pa.string()),
                    "paper_count": pa.array(paper_count, pa.int32()),
                    "fractional": pa.array(fractional, pa.float64()),
                }
            ),
            nullable=(),
        )

    @cached_property
    def papers(self) -> pd.DataFrame:
        """``hop`` (from 1), ``paper_id``, ``title``, ``year``, ``team_size`` and ``fractional``.

        The papers behind the ties; of each hop by year, unknown last, then by team size and id.
        """
        return _papers(self._walk.adjacency, self._joint)

    @cached_property
    def _joint(self) -> list[Chosen]:
        """The papers behind each tie, by year, team size and id."""
        hops = []
        for pair in pairwise(self._chain):
            of_one, of_other = map(self._walk.adjacency.author_papers.of, pair)
            joint = np.intersect1d(of_one, of_other, assume_unique=True)
            chosen = self._walk.choose(joint.astype(np.int64))
            hops.append(chosen.of(np.lexsort((chosen.rows, chosen.team_size, chosen.year))))
        return hops

    def __repr__(self) -> str:
        if self.length is None:
            return f"<CollaborationPath: none, {self.reason}>"
        names = self._walk.adjacency.nodes["author"].names
        ends = f"{names[self._chain[0]]} to {names[self._chain[-1]]}"
        hops = len(self.author_ids) - 1
        return f"<CollaborationPath: {ends} in {hops} {'hop' if hops == 1 else 'hops'}>"


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
    name_forms: bool = True,
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
    name_forms : bool
        Whether the chain may go over authors of whom only a printed name is known (``name:…``, of
        arXiv).

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
        of this length, or None where they were not counted; ``decided_by``:
        ``"ties, then ids"``; ``"ids"`` of weighted chains, and where more than `TIE_STEPS` joint
        papers of pairs would have had to be summed; ``"none"`` of weighted chains where even that
        would have taken more steps: it is one of them, always the same.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If an author is not in the graph.
    InvalidArgumentError
        If both are the same author, one is a name form and these are left out, or another argument
        has a value that it does not take.

    Notes
    -----
    Breadth-first search from both ends, half a step at a time: from authors to their papers, or
    from papers to those who signed them; always on the side where the next half has fewer
    authorships to go through, until it touches the other. Both sides are complete up to their
    level, so that the first touch is the shortest way, and all of them together are all shortest
    ways. The weakest tie and the sum are taken of the fractional ties of Newman (2001), equation 2,
    over the papers that count. Which papers count is remembered from one search of a graph to the
    next.

    With ``weight`` it is the shortest path of Dijkstra (1959) from both ends, no farther than the
    chain of the fewest hops is long. A tie is no longer than one of its papers alone makes it, so
    that a paper is gone through once for all its authors, and only ties of several papers are
    summed; the search looks at no more than `WEIGHTED_STEPS` co-authors.

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
            "name_forms": name_forms,
        }
    )
    if weight is not None and weight not in WEIGHTS:
        raise InvalidArgumentError(f"weight is None or one of {', '.join(WEIGHTS)}, not {weight!r}")
    a_id, b_id = resolve(graph, a, "author"), resolve(graph, b, "author")
    if a_id == b_id:
        raise InvalidArgumentError(f"both identifiers name {a_id}, and a path has two ends")
    walk = Walk(graph.adjacency, terms)
    ends = [graph.adjacency.nodes["author"].find_row(each) for each in (a_id, b_id)]
    check_authors(graph.adjacency, np.array(ends), terms)
    # From the smaller id to the larger, whoever asks: the way back is the same chain.
    is_turned = b_id.encode() < a_id.encode()
    start, goal = ends[::-1] if is_turned else ends
    with marks_of(graph, walk) as marks:
        if weight is None:
            found = fewest_hops(walk, marks, start, goal)
        else:
            found = strongest(walk, marks, start, goal, weight)
    chain = found.chain[::-1] if is_turned else found.chain
    said = terms.as_dict()
    made = {
        "a": a_id,
        "b": b_id,
        "version": graph.version,
        "weight": weight,
        **{name: said[name] for name in _SAID},
        **found.notes,
        "papers_left_out": walk.papers_left_out(),
    }
    return CollaborationPath(
        author_ids=tuple(walk.adjacency.nodes["author"].ids.texts(np.array(chain, np.int64))),
        length=found.length,
        reason=found.reason,
        made=made,
        _walk=walk,
        _chain=chain,
    )


_SAID: Final = ("max_authors", "types", "since", "until", "as_of", "versions", "name_forms")
"""Terms that a path takes."""


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

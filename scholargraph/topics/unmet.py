"""Who leads in the topics of an author and has never written with him.

Who might write with whom next is guessed in ``collaboration.recommendation``; here it is said whom
somebody who knows the subject would expect to find, and does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.answers import years_column
from scholargraph.collaboration.author_ties import id_order
from scholargraph.collaboration.candidates import citation_contacts, known_people, look_around
from scholargraph.collaboration.choosing import choose_papers
from scholargraph.collaboration.own_names import under_own_name
from scholargraph.collaboration.recommendation import MAX_AUTHORS
from scholargraph.collaboration.terms import Terms, checked_terms
from scholargraph.collaboration.walking import Walk
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_limit
from scholargraph.network.pairs import NO_YEAR
from scholargraph.topics.given_nodes import node_named
from scholargraph.topics.hierarchy import FloatArray, IntArray
from scholargraph.topics.scope import PIECE_PAPERS, Scope, papers_below
from scholargraph.topics.shares_of_graph import classes_of_scheme

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

TOPICS_TOLD: Final = 3
"""Topics that a reason names at most: those that the score owes most to."""


class _Asked(NamedTuple):
    """Whose topics, and which papers count."""

    graph: ScholarGraph
    scope: Scope
    author: int
    """Row."""
    terms: Terms


class _Signed(NamedTuple):
    """Papers of one author on the topics of the other."""

    papers: int
    last_year: int
    by_topic: IntArray


class _Field(NamedTuple):
    """Everybody's papers on the topics of an author."""

    topics: IntArray
    """Rows, ascending."""
    share: FloatArray
    """Of the author's papers, by topic."""
    authors: IntArray
    """Rows, ascending."""
    papers: Any
    """Fractional papers: compressed sparse columns, authors by topics."""
    looked_at: int
    """Papers on the topics."""

    def score(self) -> FloatArray:
        """Return by author how far everybody leads, weighed with the author's own shares."""
        found: FloatArray = self.papers @ (self.share / self.most())
        return found

    def most(self) -> FloatArray:
        """Return by topic the papers of whoever leads; somebody has signed one on each."""
        if not len(self.topics):
            return np.zeros(0)
        return np.asarray(self.papers.max(axis=0).toarray(), np.float64).reshape(-1)

    def rank(self, place: int, topic: int) -> tuple[int, int]:
        """Return which in a topic an author is, and of how many."""
        column = self.papers[:, [topic]]
        own = self.papers[place, topic]
        # Sums of the same papers in another order differ by rounding.
        ahead = np.count_nonzero(column.data > own * (1 + 1e-12))
        return int(ahead) + 1, int(np.count_nonzero(column.data > 0))


def gaps(
    graph: ScholarGraph,
    author: str,
    limit: int | None = 20,
    *,
    level: str = "topic",
    scheme: str = "openalex",
    since: int | None = None,
    until: int | None = None,
    types: str | Iterable[str] = "research",
) -> pd.DataFrame:
    """Return who leads in an author's topics and has never signed a paper with him.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author : str
        OpenAlex id or URL, or ORCID.
    limit : int or None
        Rows at most; None for everybody who has a paper on one of the topics.
    level : {"topic", "subfield", "field"}
        What the topics of the author are.
    scheme : {"openalex", "arxiv"}
        Whose classification; arXiv's levels are category, archive and group.
    since, until : int, optional
        First and last year of the papers that count, both included. Whoever has signed a paper of
        any year and type with the author is left out.
    types : {"research", "all"} or iterable of str
        Which papers count, as for `collaborators`.

    Returns
    -------
    pandas.DataFrame
        ``author_id``, ``name``, ``score`` (0 to 1), ``rank`` (from 1), ``paper_count`` (papers on
        topics of the author), ``fractional`` (the same divided among topics and authors),
        ``last_year`` (of these; may be null), ``topics`` (ids of those that the score owes most
        to, three at most), ``common_neighbours`` (collaborators of both), ``citation_contact``
        (citations between the papers of both, in either direction), and ``reasons``, the same in
        words. Largest score first, then by id.

        ``attrs`` says how it was made: the arguments and the version; ``author_topics``, how many
        there are; ``papers`` on them that were looked through; ``candidates``, who has signed one
        and is not known to the author, and ``known``, those who are, the author among them;
        ``own_names_left_out``, name forms that may be the author's own, which are no candidates.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

    Notes
    -----
    A paper of n persons gives each 1 / n, divided among its topics by their scores. With x_bt the
    papers of b on topic t and s_t the share of t in the author's own papers, counted whole,

        score = sum over t of s_t x_bt / max over all c of x_ct.

    It is 1 for whoever leads in each of the topics, is ours, and says nothing of quality: many
    papers in this graph are not all papers, and not the best ones. Common collaborators and
    citations are counted on papers of at most 100 persons, and do not enter the score.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": f"A900000000{n}", "display_name": f"A{n}"}} for n in (1, 2)]
    >>> topic = {"id": "T9001", "display_name": "Topic", "score": 1.0}
    >>> works = [
    ...     {"id": f"W900000000{n}", "authorships": [seat], "topics": [topic]}
    ...     for n, seat in enumerate([seats[0], seats[1], seats[1]], 1)
    ... ]
    >>> found = gaps(sg.from_records(works), "A9000000001")
    >>> found[["author_id", "score", "reasons"]]
         author_id  score                        reasons
    0  A9000000002    1.0  1st of 2 on Topic (2 papers)
    """
    check_limit(limit)
    terms = checked_terms({"since": since, "until": until, "types": types})
    scope = classes_of_scheme(graph.adjacency, scheme, level)
    node = node_named(graph, author, ("author",))
    asked = _Asked(graph, scope, node.row, terms)
    field = _field(scope, node.row, terms)
    score = field.score()
    everything = Walk(graph.adjacency, Terms(types="all"))
    is_known = np.isin(field.authors, known_people(everything, node.row))
    met = np.flatnonzero(~is_known & (score > 0))
    own_names = under_own_name(graph, node.row, field.authors[met])
    free = met[np.isin(field.authors[met], own_names, invert=True)]
    by_id = free[id_order(graph.adjacency, field.authors[free])]
    best = by_id[np.argsort(-np.round(score[by_id], 12), kind="stable")][:limit]
    return frame(
        _table(asked, field, best, score[best]),
        nullable=("last_year",),
        attrs={
            "author_id": node.node_id,
            "limit": None if limit is None else int(limit),
            "level": level,
            "scheme": scheme,
            "since": terms.since,
            "until": terms.until,
            "types": terms.as_dict()["types"],
            "version": graph.version,
            "author_topics": len(field.topics),
            "papers": field.looked_at,
            "candidates": len(free),
            "known": int(np.count_nonzero(is_known)),
            "own_names_left_out": len(own_names),
        },
    )


def _field(scope: Scope, author: int, terms: Terms) -> _Field:
    """Count everybody's papers on the topics of an author."""
    from scipy.sparse import csc_array

    adjacency = scope.adjacency
    own = choose_papers(adjacency, adjacency.author_papers.of(author), terms).rows
    parts = np.asarray(scope.weights(own).sum(axis=0), np.float64)
    # Topics of score 0 are none of his.
    topics = np.flatnonzero(parts > 0)
    below = np.flatnonzero(np.isin(scope.class_of, topics))
    papers = choose_papers(adjacency, papers_below(scope.topics.papers, below), terms).rows
    authors = distinct(adjacency.paper_authors.of_all(papers)[1]).astype(np.int64)
    counts = csc_array((len(authors), len(topics)), dtype=np.float64)
    for low in range(0, len(papers), PIECE_PAPERS):
        piece = papers[low : low + PIECE_PAPERS]
        counts = counts + _signed(scope, piece, authors) @ scope.weights(piece)[:, topics]
    return _Field(
        topics, parts[topics] / max(parts.sum(), 1.0), authors, csc_array(counts), len(papers)
    )


def _signed(scope: Scope, papers: IntArray, authors: IntArray) -> Any:
    """Return authors by papers: of each paper the part of each author."""
    from scipy.sparse import csc_array

    place, signer = scope.adjacency.paper_authors.of_all(papers)
    indptr = np.searchsorted(place, np.arange(len(papers) + 1))
    part = 1.0 / np.maximum(scope.adjacency.papers.team_size[papers], 1)
    row = np.searchsorted(authors, signer)
    return csc_array((part[place], row, indptr), shape=(len(authors), len(papers))).tocsr()


def _table(asked: _Asked, field: _Field, best: IntArray, score: FloatArray) -> Any:
    import pyarrow as pa

    adjacency = asked.graph.adjacency
    rows = field.authors[best]
    signed = [_signed_by(asked, field, row) for row in rows.tolist()]
    common, citations = _contacts(asked, rows)
    topics = adjacency.nodes["topic"]
    most = [_owed(field, place) for place in best.tolist()]
    reasons = [
        [
            f"{_ordinal(field.rank(place, topic))} on {topics.names[int(field.topics[topic])]}"
            f" ({_many(int(on_it.by_topic[topic]), 'paper')})"
            for topic in few
        ]
        + ([_many(shared, "common co-author")] if shared else [])
        + ([f"{_many(cited, 'citation')} between them"] if cited else [])
        for place, few, on_it, shared, cited in zip(
            best.tolist(), most, signed, common.tolist(), citations.tolist(), strict=True
        )
    ]
    fractional = np.asarray(field.papers[best, :].sum(axis=1), np.float64)
    told = [[topics.ids[int(field.topics[topic])] for topic in few] for few in most]
    authors = adjacency.nodes["author"]
    return pa.table(
        {
            "author_id": authors.ids.take(rows),
            "name": authors.names.take(rows),
            "score": pa.array(score, pa.float64()),
            "rank": pa.array(np.arange(1, len(best) + 1), pa.int32()),
            "paper_count": pa.array([each.papers for each in signed], pa.int32()),
            "fractional": pa.array(fractional, pa.float64()),
            "last_year": years_column(np.array([each.last_year for each in signed], np.int64)),
            "topics": pa.array(told, pa.list_(pa.string())),
            "common_neighbours": pa.array(common, pa.int64()),
            "citation_contact": pa.array(citations, pa.int64()),
            "reasons": pa.array(["; ".join(each) for each in reasons], pa.string()),
        }
    )


def _signed_by(asked: _Asked, field: _Field, author: int) -> _Signed:
    """Count the papers of one author on the topics."""
    adjacency = asked.graph.adjacency
    signed = choose_papers(adjacency, adjacency.author_papers.of(author), asked.terms)
    weights = asked.scope.weights(signed.rows)[:, field.topics]
    is_on_any = np.diff(weights.indptr) > 0
    years = signed.year[is_on_any & (signed.year != NO_YEAR)]
    return _Signed(
        papers=int(np.count_nonzero(is_on_any)),
        last_year=int(years.max()) if len(years) else NO_YEAR,
        by_topic=np.bincount(weights.indices, minlength=len(field.topics)),
    )


def _contacts(asked: _Asked, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return common collaborators of the author and others, and citations between their papers."""
    walk = Walk(asked.graph.adjacency, replace(asked.terms, max_authors=MAX_AUTHORS))
    around = look_around(walk, asked.author)
    contacts = citation_contacts(walk, asked.author)
    return (
        _looked_up(rows, around.other, around.common),
        _looked_up(rows, contacts.other, contacts.citations),
    )


def _owed(field: _Field, place: int) -> list[int]:
    """Return the topics that a score owes most to, the first by rows where they are equal."""
    papers = np.asarray(field.papers[[place], :].toarray(), np.float64)[0]
    owed = papers * field.share / field.most()
    most = np.argsort(-np.round(owed, 12), kind="stable")[:TOPICS_TOLD]
    return [topic for topic in most.tolist() if owed[topic] > 0]


def _looked_up(wanted: IntArray, ascending: IntArray, values: IntArray) -> IntArray:
    """Return the values of some rows that may be known, 0 for all others."""
    if not len(ascending):
        return np.zeros(len(wanted), np.int64)
    at = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.where(ascending[at] == wanted, values[at], 0)


def _ordinal(rank: tuple[int, int]) -> str:
    number, of = rank
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number:,}{ending or 'th'} of {of:,}"


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"

"""What speaks for two people writing together who have not: features of an author and others.

Features are counted on papers that meet the terms and on nothing else, so that with ``as_of`` none
knows a later paper. Who is a candidate and how features become a score is decided in
``recommendation``; how well it predicts is the business of ``backtest``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import Relation, distinct
from scholargraph.adjacency.meanings import NO_AUTHOR
from scholargraph.collaboration.choosing import is_left_out
from scholargraph.collaboration.walking import pieces, steps_of
from scholargraph.network.pairs import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from scholargraph.collaboration.walking import Walk
    from scholargraph.graph import ScholarGraph

WALK_STEPS: Final = 3_000_000
"""Persons on papers of co-authors that are looked at for one author; the closest come first."""

_TOPICS_OF_PAPERS: Final = """
    SELECT paper_id, topic_id FROM paper_topics
    WHERE paper_id IN (SELECT unnest($papers)) ORDER BY paper_id, topic_id
"""
_PAPERS_PER_TOPIC: Final = """
    SELECT on_it.topic_id, count(*) AS papers
    FROM paper_topics AS on_it JOIN papers USING (paper_id)
    WHERE on_it.topic_id IN (SELECT unnest($topics)) AND papers.year <= $as_of
    GROUP BY on_it.topic_id
"""
_AFFILIATIONS_OF_PAPERS: Final = """
    SELECT paper_id, position, institution_id FROM affiliations
    WHERE paper_id IN (SELECT unnest($papers)) AND institution_id IS NOT NULL
"""
_AFFILIATIONS_AT: Final = """
    SELECT paper_id, position, institution_id FROM affiliations
    WHERE institution_id IN (SELECT unnest($institutions))
"""
_FEW: Final = 50
"""Papers whose rows are read one by one rather than by going through a table."""

Topics = dict[int, dict[str, float]]
"""By author: the tf-idf of each topic."""

Institutions = dict[int, frozenset[str]]
"""By author: those named on the author's seats."""


class Around(NamedTuple):
    """Who is two ties away from an author, and over whom."""

    coauthor: IntArray
    """Rows, ascending; the author is not among them."""
    other: IntArray
    """Everybody tied to a co-author, ascending, the author and co-authors left out."""
    common: IntArray
    """By other: co-authors in common."""
    adamic_adar: FloatArray
    resource_allocation: FloatArray
    coauthors_left_out: int
    """Co-authors whose own ties were not looked at."""


class Contacts(NamedTuple):
    """Who cites an author or is cited by him."""

    other: IntArray
    """Rows, ascending; the author is not among them."""
    citations: IntArray
    """By other, in both directions."""


class Features(NamedTuple):
    """What speaks for an author and each of some others."""

    common_neighbours: IntArray
    adamic_adar: FloatArray
    resource_allocation: FloatArray
    shared_topics: FloatArray
    same_institution: BoolArray
    citation_contact: IntArray

    def of(self, places: IntArray) -> Features:
        """Return those of some of the others."""
        return Features(*(feature[places] for feature in self))  # type: ignore[arg-type]


def look_around(walk: Walk, author: int) -> Around:
    """Count who is two ties away.

    Adamic and Adar (2003, doi:10.1016/S0378-8733(03)00009-1) add 1 / ln k for each common
    neighbour, Zhou, Lü and Zhang (2009, doi:10.1140/epjb/e2009-00335-8) 1 / k, k being how many
    collaborators the neighbour has.

    Parameters
    ----------
    walk : Walk
        The papers that count.
    author : int
        Row of the author.
    """
    _, coauthor, _, fractional = walk.ties(np.array([author]))
    closest = coauthor[np.argsort(-fractional, kind="stable")]
    inside = np.cumsum(steps_of(walk, closest)) <= WALK_STEPS
    looked_at = np.sort(closest[inside])
    parts = []
    for piece in pieces(walk, looked_at):
        place, other, _, _ = walk.ties(piece)
        degree = np.bincount(place, minlength=len(piece))[place].astype(np.float64)
        new = other != author
        parts.append((other[new], degree[new]))
    other = np.concatenate([np.zeros(0, np.int64), *(part[0] for part in parts)])
    degree = np.concatenate([np.zeros(0), *(part[1] for part in parts)])
    new = np.isin(other, coauthor, invert=True)
    found, place = np.unique(other[new], return_inverse=True)
    degree = degree[new]
    return Around(
        coauthor=coauthor,
        other=found,
        common=np.bincount(place, minlength=len(found)),
        adamic_adar=_summed(1 / np.log(degree), place, len(found)),
        resource_allocation=_summed(1 / degree, place, len(found)),
        coauthors_left_out=int(np.count_nonzero(~inside)),
    )


def known_people(walk: Walk, author: int) -> IntArray:
    """Return an author and all who signed a paper that counts with him, ascending by row.

    Parameters
    ----------
    walk : Walk
        The papers that count; a tie on a paper of thousands is one, too.
    author : int
        Row of the author.
    """
    papers = walk.choose(walk.adjacency.author_papers.of(author)).rows
    return np.union1d(walk.signers(papers)[1], [author])


def citation_contacts(walk: Walk, author: int) -> Contacts:
    """Count citations between the papers of an author and those of everybody else.

    A citation counts for every author at its other end.

    Parameters
    ----------
    walk : Walk
        The papers that count, on both ends of a citation.
    author : int
        Row of the author.
    """
    adjacency = walk.adjacency
    own = walk.choose(adjacency.author_papers.of(author)).rows
    touched = [relation.of_all(own)[1] for relation in (adjacency.cites, adjacency.cited_by)]
    papers, times = np.unique(np.concatenate(touched), return_counts=True)
    chosen = walk.choose(papers).rows
    times = times[np.searchsorted(papers, chosen)]
    place, signers = walk.signers(chosen)
    others = signers != author
    authors, at = np.unique(signers[others], return_inverse=True)
    citations = np.bincount(at, weights=times[place[others]], minlength=len(authors))
    return Contacts(authors, citations.astype(np.int64))


def topic_profiles(graph: ScholarGraph, walk: Walk, authors: IntArray, as_of: int | None) -> Topics:
    """Return what authors write about.

    A paper gives each of its k topics 1 / k; the sums are multiplied with ln(1 + N / n), n of all N
    papers of the graph (with a known year, until ``as_of`` if it is given) being on the topic.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    walk : Walk
        The papers that count.
    authors : int64 array
        Rows, each once.
    as_of : int, optional
        The last year that is known.
    """
    place, paper = walk.adjacency.author_papers.of_all(authors)
    papers = walk.choose(distinct(paper)).rows
    counted = np.isin(paper, papers)
    topics_of = _topics_of_papers(graph, papers)
    rarity = topic_rarity(graph, {topic for found in topics_of.values() for topic in found}, as_of)
    profiles: Topics = {author: {} for author in authors.tolist()}
    pairs = zip(authors[place[counted]].tolist(), paper[counted].tolist(), strict=True)
    for author, signed in pairs:
        profile, found = profiles[author], topics_of.get(signed, ())
        for topic in found:
            profile[topic] = profile.get(topic, 0.0) + rarity[topic] / len(found)
    return profiles


def institutions_of(graph: ScholarGraph, walk: Walk, authors: IntArray) -> Institutions:
    """Return the institutions that authors name on bylines of papers that count.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    walk : Walk
        The papers that count.
    authors : int64 array
        Rows, each once.
    """
    adjacency = walk.adjacency
    papers = walk.choose(distinct(adjacency.author_papers.of_all(authors)[1])).rows
    ids = adjacency.nodes["paper"].ids.take(papers).to_pylist()
    rows = _rows_of(graph, "affiliations", ids, _AFFILIATIONS_OF_PAPERS)
    row_of = dict(zip(ids, papers.tolist(), strict=True))
    named = _seated(walk, [(row_of[row[0]], *row[1:]) for row in rows if row[2] is not None])
    return {author: frozenset(named.get(author, ())) for author in authors.tolist()}


def people_at(graph: ScholarGraph, walk: Walk, institutions: list[str]) -> dict[int, list[str]]:
    """Return who names institutions on bylines of papers that count: one of them for each time."""
    rows = _listed(graph, _AFFILIATIONS_AT, {"institutions": institutions})
    find = walk.adjacency.nodes["paper"].find_row
    row_of = {paper_id: find(paper_id) for paper_id in {row[0] for row in rows}}
    counted = set(walk.choose(np.array(sorted(row_of.values()), np.int64)).rows.tolist())
    return _seated(walk, [(row_of[row[0]], *row[1:]) for row in rows if row_of[row[0]] in counted])


def _seated(walk: Walk, named: list[tuple[int, int, str]]) -> dict[int, list[str]]:
    """Return by author what stands beside paper and position."""
    seats = walk.adjacency.seats
    papers = np.unique(np.array([paper for paper, _, _ in named], np.int64))
    place, author = Relation(indptr=seats.indptr, indices=seats.author).of_all(papers)
    first = seats.indptr[papers] - np.searchsorted(place, np.arange(len(papers)))
    seat = np.arange(len(place)) + first[place]
    key = place << 32 | seats.position[seat].astype(np.int64)
    wanted = [(paper, position) for paper, position, _ in named]
    asked = np.array(wanted, np.int64).reshape(-1, 2)
    at = np.searchsorted(key, np.searchsorted(papers, asked[:, 0]) << 32 | asked[:, 1])
    is_person = (seats.mark_code[seat] == 0) & (author != NO_AUTHOR)
    is_person &= ~is_left_out(walk.adjacency, author, walk.terms)
    found: dict[int, list[str]] = {}
    for (_, _, institution), here, signer in zip(
        named, is_person[at].tolist(), author[at].tolist(), strict=True
    ):
        if here:
            found.setdefault(signer, []).append(institution)
    return found


def _topics_of_papers(graph: ScholarGraph, papers: IntArray) -> dict[int, list[str]]:
    ids = graph.adjacency.nodes["paper"].ids.take(papers).to_pylist()
    row_of = dict(zip(ids, papers.tolist(), strict=True))
    found: dict[int, list[str]] = {}
    for paper_id, topic in _rows_of(graph, "paper_topics", ids, _TOPICS_OF_PAPERS):
        found.setdefault(row_of[paper_id], []).append(topic)
    return found


def _rows_of(graph: ScholarGraph, table: str, ids: list[str], query: str) -> list[Any]:
    """Return rows of papers, by their keys where they are few."""
    if len(ids) > _FEW:
        return _listed(graph, query, {"papers": ids})
    columns = {
        "paper_topics": ["paper_id", "topic_id"],
        "affiliations": ["paper_id", "position", "institution_id"],
    }[table]
    rows = [row for paper_id in ids for row in graph.rows.of(table, paper_id, columns)]
    return [tuple(row[column] for column in columns) for row in rows]


def _listed(graph: ScholarGraph, query: str, values: dict[str, object]) -> list[Any]:
    found = graph.sql(query, values)
    return list(zip(*(found[column].tolist() for column in found), strict=True))


def topic_rarity(graph: ScholarGraph, topics: set[str], as_of: int | None) -> dict[str, float]:
    """Return ln(1 + N / n) of topics, n of N papers of the graph being on the topic."""
    papers = papers_per_topic(graph, topics, as_of)
    year = graph.adjacency.papers.year
    known = len(year) if as_of is None else int(np.count_nonzero((year > 0) & (year <= as_of)))
    # A topic of papers of unknown year only is as rare as one of a single paper.
    return {topic: float(np.log1p(known / max(papers.get(topic, 0), 1))) for topic in topics}


def papers_per_topic(graph: ScholarGraph, topics: set[str], as_of: int | None) -> dict[str, int]:
    """Return how many papers of the graph are on topics."""
    wanted = sorted(topics)
    if as_of is None:
        nodes = graph.adjacency.nodes["topic"]
        rows = {topic: nodes.find_row(topic) for topic in wanted}
        return {topic: int(nodes.counts[row]) for topic, row in rows.items() if row >= 0}
    return dict(_listed(graph, _PAPERS_PER_TOPIC, {"topics": wanted, "as_of": as_of}))


def features_of(
    author: int,
    others: IntArray,
    around: Around,
    contacts: Contacts,
    topics: Topics,
    institutions: Institutions,
) -> Features:
    """Return what speaks for an author and others.

    Parameters
    ----------
    author : int
        Row of the author.
    others : int64 array
        Rows, ascending; no co-authors.
    around, contacts : Around, Contacts
        Of the author.
    topics, institutions : dict
        Of the author and the others; an author without institutions may be left out.
    """
    own = institutions.get(author, frozenset())
    listed = others.tolist()
    at_same = [bool(own & institutions.get(other, frozenset())) for other in listed]
    agreement = [cosine(topics[author], topics[other]) for other in listed]
    return Features(
        common_neighbours=_of(others, around.other, around.common),
        adamic_adar=_of(others, around.other, around.adamic_adar),
        resource_allocation=_of(others, around.other, around.resource_allocation),
        shared_topics=np.array(agreement, np.float64),
        same_institution=np.array(at_same, np.bool_),
        citation_contact=_of(others, contacts.other, contacts.citations),
    )


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the cosine of two profiles, 0 where one is empty.

    Examples
    --------
    >>> cosine({"T1": 3.0, "T2": 4.0}, {"T1": 2.0})
    0.6
    """
    dot = sum(one[topic] * other[topic] for topic in sorted(one.keys() & other.keys()))
    if not dot:
        return 0.0
    norms = [sum(profile[topic] ** 2 for topic in sorted(profile)) for profile in (one, other)]
    return float(min(1.0, dot / (norms[0] ** 0.5 * norms[1] ** 0.5)))


def _summed(values: FloatArray, place: IntArray, count: int) -> FloatArray:
    return np.bincount(place, weights=values, minlength=count).astype(np.float64)


def _of(wanted: IntArray, ascending: IntArray, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the values of some that may be known, 0 for all others."""
    result = np.zeros(len(wanted), values.dtype)
    at = np.searchsorted(ascending, wanted)
    inside = np.flatnonzero(at < len(ascending))
    inside = inside[ascending[at[inside]] == wanted[inside]]
    result[inside] = values[at[inside]]
    return result

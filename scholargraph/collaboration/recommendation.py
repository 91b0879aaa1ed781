"""Whom an author might write with next, and why.

Candidates come on four ways: over co-authors, over citations, over topics and over institutions.
What speaks for each is counted in ``candidates``; here it becomes a score with its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.collaboration.candidates import (
    Features,
    Institutions,
    citation_contacts,
    features_of,
    institutions_of,
    known_people,
    look_around,
    papers_per_topic,
    people_at,
    topic_profiles,
    topic_rarity,
)
from scholargraph.collaboration.choosing import check_authors
from scholargraph.collaboration.own_names import under_own_name
from scholargraph.collaboration.terms import checked_terms
from scholargraph.collaboration.walking import Walk
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_limit
from scholargraph.network.pairs import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

CANDIDATES: Final = 250
"""Candidates that each way gives at most: those for whom it speaks loudest."""

TOPIC_PAPERS: Final = 2_000
"""Papers on the author's topics that are looked through, the rarest topics first."""

INSTITUTION_AUTHORS: Final = 2_000
"""Authors of institutions that are looked through, the smallest institutions first."""

MAX_AUTHORS: Final = 100
"""Persons on papers that are walked through, unless asked otherwise."""

_PAPERS_ON: Final = """
    SELECT topic_id, paper_id FROM paper_topics
    WHERE topic_id IN (SELECT unnest($topics)) ORDER BY topic_id, paper_id
"""


def recommend_collaborators(
    graph: ScholarGraph,
    author: str,
    limit: int | None = 20,
    *,
    as_of: int | None = None,
    max_authors: int | str | None = MAX_AUTHORS,
    types: str | Iterable[str] = "research",
    name_forms: bool = True,
) -> pd.DataFrame:
    """Return people with whom an author has not written and might, with the reasons.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author : str
        OpenAlex id or URL, or ORCID.
    limit : int or None
        Rows at most; None for all candidates.
    as_of : int, optional
        Only papers until this year count, as if it were its end.
    max_authors : int, "auto" or None
        Papers of more persons do not count.
    types : {"research", "all"} or iterable of str
        Which papers count, as for `collaborators`.
    name_forms : bool
        Whether authors of whom only a printed name is known (``name:…``, of arXiv) are candidates,
        and collaborators over whom candidates are met.

    Returns
    -------
    pandas.DataFrame
        ``author_id``, ``name``, ``score`` (0 to 1), ``rank`` (from 1), and what speaks for it:
        ``common_neighbours`` (collaborators of both), ``adamic_adar``, ``resource_allocation``,
        ``shared_topics`` (cosine of topic profiles), ``same_institution`` (both have named one on
        bylines), ``citation_contact`` (citations between the papers of both, in either direction),
        and ``reasons``, the same in words. The best first, then by id. Co-authors, on papers of
        any number of persons, and the author are no candidates, nor is who may be the author under
        another id: one of the two is a name form, and it has the words of a name of the other, or
        is alike by initials.

        ``attrs`` says how it was made: the arguments and the version; ``candidates``, how many were
        compared; ``met`` and ``kept``, how many each way met and gave; ``own_names_left_out``, how
        many were met who may be the author under another id; ``coauthors_left_out``,
        ``topics_left_out`` and ``institutions_left_out``, which were too large to be looked
        through; ``papers_left_out``, papers met that do not count, by the reason. Author ids and
        topics are today's whatever ``as_of``, and so are the number of authors of an institution
        and the limit that "auto" stands for.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take, or the author is a name form and
        these are left out.

    Notes
    -----
    Each feature of a candidate becomes a rank: the share of candidates for whom it is not larger, 0
    where the feature is 0. The score, which is ours, is the mean of four parts: the mean rank of
    common neighbours, Adamic-Adar and resource allocation; the rank of shared topics; of the same
    institution; of citation contact. A score compares the candidates of one answer and no others.

    A topic profile sums 1 / k for each paper of k topics, times ln(1 + N / n), n of the N papers of
    the graph being on the topic.

    References
    ----------
    Adamic, L. A., Adar, E. (2003). Friends and neighbors on the Web. Social Networks 25, 211-230.
    doi:10.1016/S0378-8733(03)00009-1

    Zhou, T., Lü, L., Zhang, Y.-C. (2009). Predicting missing links via local information.
    Eur. Phys. J. B 71, 623-630. doi:10.1140/epjb/e2009-00335-8

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> seats = [{"author": person} for person in people]
    >>> works = [
    ...     {"id": "W9000000001", "authorships": seats[:2]},
    ...     {"id": "W9000000002", "authorships": seats[1:]},
    ... ]
    >>> found = recommend_collaborators(sg.from_records(works), "A9000000001")
    >>> found[["author_id", "score", "reasons"]]
         author_id  score             reasons
    0  A9000000003   0.25  1 common co-author
    """
    check_limit(limit)
    terms = checked_terms(
        {
            "as_of": as_of,
            "max_authors": max_authors,
            "types": types,
            "name_forms": name_forms,
        }
    )
    author_id = resolve(graph, author, "author")
    walk = Walk(graph.adjacency, terms)
    row = graph.adjacency.nodes["author"].find_row(author_id)
    itself = np.array([row])
    check_authors(graph.adjacency, itself, terms)
    around, contacts = look_around(walk, row), citation_contacts(walk, row)
    own_topics = topic_profiles(graph, walk, itself, as_of)
    own_institutions = institutions_of(graph, walk, itself)
    on_topics, topics_left_out = _over_topics(graph, walk, sorted(own_topics[row]), as_of)
    at_same, colleagues, large = _over_institutions(graph, walk, sorted(own_institutions[row]))
    # Whoever signed with a thousand others is known to all of them, whatever ``max_authors``.
    known = known_people(Walk(graph.adjacency, replace(terms, max_authors=None)), row)
    met = {
        way: _without(known, found, loudness)
        for way, (found, loudness) in {
            "co-authors": (around.other, around.resource_allocation),
            "citations": (contacts.other, contacts.citations.astype(np.float64)),
            "topics": on_topics,
            "institutions": at_same,
        }.items()
    }
    everybody = np.unique(np.concatenate([found for found, _ in met.values()]))
    namesakes = under_own_name(graph, row, everybody)
    met = {way: _without(namesakes, *found) for way, found in met.items()}
    kept = {way: _loudest(found, loudness) for way, (found, loudness) in met.items()}
    others = np.unique(np.concatenate([*kept.values()]))
    institutions = institutions_of(graph, walk, others) if large else colleagues
    features = features_of(
        row,
        others,
        around,
        contacts,
        topic_profiles(graph, walk, others, as_of) | own_topics,
        institutions | own_institutions,
    )
    return _answer(
        walk,
        others,
        features,
        limit,
        {
            "author_id": author_id,
            "version": graph.version,
            "as_of": as_of,
            "max_authors": max_authors,
            "types": terms.as_dict()["types"],
            "name_forms": name_forms,
            "candidates": len(others),
            "met": {way: len(found) for way, (found, _) in met.items()},
            "kept": {way: len(found) for way, found in kept.items()},
            "own_names_left_out": len(namesakes),
            "coauthors_left_out": around.coauthors_left_out,
            "topics_left_out": topics_left_out,
            "institutions_left_out": large,
        },
    )


def blend(features: Features) -> FloatArray:
    """Return the score of each candidate: the mean of four parts, each a rank among candidates.

    Examples
    --------
    >>> one, none = np.array([0, 1]), np.zeros(2)
    >>> blend(Features(one, one, one, none, none > 0, one)).tolist()
    [0.0, 0.5]
    """
    ranks = [ranked(np.asarray(feature, np.float64)) for feature in features]
    structure = (ranks[0] + ranks[1] + ranks[2]) / 3
    return (structure + ranks[3] + ranks[4] + ranks[5]) / 4


def ranked(values: FloatArray) -> FloatArray:
    """Return the share of values that are not larger, 0 where the value is 0.

    Values that differ by less than 1e-12 of their size are one: they differ by rounding.

    Examples
    --------
    >>> ranked(np.array([0.0, 2.0, 1.0, 2.0])).tolist()
    [0.0, 1.0, 0.5, 1.0]
    """
    if not len(values):
        return values
    ascending = np.sort(values)
    shares = np.searchsorted(ascending, values * (1 + 1e-12), side="right") / len(values)
    return np.where(values > 0, shares, 0.0)


def _over_topics(
    graph: ScholarGraph, walk: Walk, topics: list[str], as_of: int | None
) -> tuple[tuple[IntArray, FloatArray], int]:
    """Return who signed papers on topics, by the sum of their rarity."""
    papers = dict.fromkeys(topics, 0) | papers_per_topic(graph, set(topics), as_of)
    rarity = topic_rarity(graph, set(topics), as_of)
    taken = _within(papers, TOPIC_PAPERS)
    rows = graph.sql(_PAPERS_ON, {"topics": taken})
    louder: dict[int, float] = {}
    find = walk.adjacency.nodes["paper"].find_row
    for topic, paper_id in zip(rows["topic_id"], rows["paper_id"], strict=True):
        paper = find(paper_id)
        louder[paper] = louder.get(paper, 0.0) + rarity[topic]
    return _signers(walk, louder), len(topics) - len(taken)


def _over_institutions(
    graph: ScholarGraph, walk: Walk, institutions: list[str]
) -> tuple[tuple[IntArray, FloatArray], Institutions, int]:
    """Return who named institutions on bylines, how often and which, and how many are too large."""
    counts = graph.adjacency.institution_author_count
    find = walk.adjacency.nodes["institution"].find_row
    sizes = {each: int(counts[row]) if (row := find(each)) >= 0 else 0 for each in institutions}
    taken = _within(sizes, INSTITUTION_AUTHORS)
    people = people_at(graph, walk, taken) if taken else {}
    found = np.array(sorted(people), np.int64)
    times = np.array([len(people[author]) for author in found.tolist()], np.float64)
    named = {author: frozenset(each) for author, each in people.items()}
    return (found, times), named, len(institutions) - len(taken)


def _within(sizes: dict[str, int], budget: int) -> list[str]:
    """Return the smallest, as many as go into a budget."""
    smallest = sorted(sizes, key=lambda each: (sizes[each], each))
    ends = np.cumsum([sizes[each] for each in smallest])
    return smallest[: int(np.searchsorted(ends, budget, side="right"))]


def _signers(walk: Walk, louder: dict[int, float]) -> tuple[IntArray, FloatArray]:
    """Return who signed papers, by the sum of what papers count."""
    papers = np.array(sorted(louder), np.int64)
    loudness = np.array([louder[paper] for paper in papers.tolist()])
    chosen = walk.choose(papers).rows
    place, signers = walk.signers(chosen)
    found, at = np.unique(signers, return_inverse=True)
    weights = loudness[np.searchsorted(papers, chosen)][place]
    sums = np.bincount(at, weights=weights, minlength=len(found))
    return found, sums.astype(np.float64)


def _without(
    barred: IntArray, found: IntArray, loudness: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Leave out some of those who were found."""
    stays = np.isin(found, barred, invert=True)
    return found[stays], loudness[stays]


def _loudest(found: IntArray, loudness: FloatArray) -> IntArray:
    """Return those for whom a way speaks loudest."""
    return found[np.argsort(-loudness, kind="stable")[:CANDIDATES]]


def _answer(
    walk: Walk, others: IntArray, features: Features, limit: int | None, attrs: dict[str, Any]
) -> pd.DataFrame:
    import pyarrow as pa

    score = blend(features)
    authors = walk.adjacency.nodes["author"]
    rounded = np.round(score, 12).tolist()
    encoded = [walk.id_of(other) for other in others.tolist()]
    order = sorted(range(len(others)), key=lambda place: (-rounded[place], encoded[place]))
    best = np.array(order[:limit], np.int64)
    chosen = features.of(best)
    columns = {name: pa.array(values) for name, values in chosen._asdict().items()}
    return frame(
        pa.table(
            {
                "author_id": authors.ids.take(others[best]),
                "name": authors.names.take(others[best]),
                "score": pa.array(score[best], pa.float64()),
                "rank": pa.array(np.arange(1, len(best) + 1), pa.int32()),
                **columns,
                "reasons": pa.array(_in_words(chosen), pa.string()),
            }
        ),
        nullable=(),
        attrs={**attrs, "papers_left_out": walk.papers_left_out()},
    )


def _in_words(features: Features) -> list[str]:
    words = []
    for common, _, _, topics, same, contact in zip(
        *(feature.tolist() for feature in features), strict=True
    ):
        reasons = []
        if common:
            reasons.append(f"{common} common co-author{'s' * (common > 1)}")
        if topics:
            reasons.append(f"topics agree to {topics:.2f}")
        if same:
            reasons.append("the same institution")
        if contact:
            reasons.append(f"{contact} citation{'s' * (contact > 1)} between them")
        words.append("; ".join(reasons))
    return words

"""How well the recommendation would have told, at the end of a year, who writes together next.

Features know the papers until that year and nothing else; what came after says only who was right.
The score is that of ``recommendation``, the features are those of ``candidates``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.collaboration.candidates import (
    Features,
    citation_contacts,
    features_of,
    institutions_of,
    known_people,
    look_around,
    topic_profiles,
)
from scholargraph.collaboration.recommendation import MAX_AUTHORS, blend
from scholargraph.collaboration.terms import checked_terms
from scholargraph.collaboration.walking import Side, Walk, pieces
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

NEGATIVES: Final = 20
"""Pairs that did not write together, for each that did."""

FARTHEST: Final = 4
"""Distance that stands for this and all larger ones, and for no connection."""

RANKINGS: Final = ("recommendation", "common_neighbours", "preferential_attachment")
PAIRS: Final = ("all", "common neighbour", "no common neighbour")

_TRIED_PER_AUTHOR: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Backtest:
    """How well rankings told future collaborators from others, with all pairs behind it."""

    scores: pd.DataFrame
    """``pairs`` (all, or those with or without a common neighbour), ``ranking``, ``authors``,
    ``positives``, ``negatives``, ``precision``, ``average_precision`` and ``auroc``."""
    pairs: pd.DataFrame
    """``author_id``, ``other_id``, ``is_joint``, ``distance``, the features, and by ranking the
    score: every number above follows from these."""
    made: dict[str, Any]
    """The arguments, and what the draw met and lacked."""

    def __repr__(self) -> str:
        joint = int(self.pairs["is_joint"].sum())
        return f"<Backtest: {joint:,} first joint papers after {self.made['until']}>"


class _Drawn(NamedTuple):
    """An author, who became a collaborator, and who is like those and did not."""

    author: int
    others: IntArray
    is_joint: BoolArray
    distance: IntArray
    lacking: int
    """Negatives that could not be found."""


def backtest(
    graph: ScholarGraph,
    until: int,
    *,
    years: int = 3,
    authors: int = 500,
    seed: int = 0,
    limit: int = 20,
    max_authors: int | None = MAX_AUTHORS,
    types: str | Iterable[str] = "research",
    name_forms: bool = True,
) -> Backtest:
    """Predict first joint papers from what was known at the end of a year.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    until : int
        The last year that features know.
    years : int
        Years after it in which first joint papers are looked for.
    authors : int
        Authors with such papers that are drawn, at most.
    seed : int
        Of the draw.
    limit : int
        Recommendations that an author looks at: the k of precision at k.
    max_authors : int, optional
        Papers of more persons do not count, before and after; but who signed one together has met.
    types : {"research", "all"} or iterable of str
        Which papers count.
    name_forms : bool
        Whether authors of whom only a printed name is known (``name:…``, of arXiv) are drawn, and
        are collaborators.

    Returns
    -------
    Backtest
        ``scores`` has a row for each ranking (`recommendation`, and as baselines common neighbours
        and preferential attachment) on all pairs, on those with a common neighbour and on those
        without. A measure is the mean over authors with pairs of both kinds, null without any.

    Raises
    ------
    InvalidArgumentError
        If an argument has a value that it does not take.

    Notes
    -----
    Authors are drawn among those with papers that count both until ``until`` and in the years
    after. Positives of an author are all such authors with whom the first joint paper falls in the
    years after. For each there are `NEGATIVES` who did not write with the author in either time,
    drawn without replacement among authors active in both, at the same distance (2, 3, or 4 for
    all that is farther) and with as many papers until then, up to the same power of two; where
    there are not enough, fewer are drawn, and ``made`` says how many lack. So neither distance nor
    activity alone tells them apart, and the share of positives is that of the draw: precision at k
    and average precision compare rankings and are no forecast of how many recommendations come
    true.

    Precision at k is the share of positives among the first k of an author, or among all where
    there are fewer. Average precision is the mean of the precision at each positive; AUROC the
    chance that a positive stands before a negative. Equal scores count as drawn at random, in
    precision by their mean, in average precision as one step.

    Preferential attachment is the product of the numbers of collaborators (Newman 2001).

    References
    ----------
    Liben-Nowell, D., Kleinberg, J. (2007). The link-prediction problem for social networks. J. Am.
    Soc. Inf. Sci. Technol. 58, 1019-1031. doi:10.1002/asi.20591

    Newman, M. E. J. (2001). Clustering and preferential attachment in growing networks. Phys. Rev.
    E 64, 025102. doi:10.1103/PhysRevE.64.025102

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"author": {"id": f"A900000000{n}"}} for n in range(1, 6)]
    >>> old, new = [people[:2], people[1:3], people[1:4:2]], [people[:3:2], people[3:]]
    >>> teams = [*((2019, team) for team in old), *((2020, team) for team in new)]
    >>> works = [
    ...     {"id": f"W900000000{n}", "publication_year": year, "authorships": team}
    ...     for n, (year, team) in enumerate(teams)
    ... ]
    >>> backtest(sg.from_records(works), 2019, years=1)
    <Backtest: 2 first joint papers after 2019>
    """
    for name, value in {"years": years, "authors": authors, "limit": limit}.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise InvalidArgumentError(f"{name} is a number of 1 or more, not {value!r}")
    if isinstance(max_authors, str):
        raise InvalidArgumentError(
            f"max_authors={max_authors!r} would know the teams of later years"
        )
    said = {"max_authors": max_authors, "types": types, "name_forms": name_forms}
    before = checked_terms({**said, "as_of": until})
    after = checked_terms({**said, "since": until + 1, "until": until + years})
    walk = Walk(graph.adjacency, before)
    draw = _Draw(
        walk,
        Walk(graph.adjacency, after),
        [Walk(graph.adjacency, replace(terms, max_authors=None)) for terms in (before, after)],
        np.random.default_rng(seed),
    )
    drawn = draw.authors(authors)
    features = _features(graph, walk, drawn, until)
    degrees = _degrees(walk, drawn)
    rankings = [
        {
            "recommendation": blend(found),
            "common_neighbours": found.common_neighbours.astype(np.float64),
            "preferential_attachment": np.array(
                [degrees[each.author] * degrees[other] for other in each.others.tolist()],
                np.float64,
            ),
        }
        for each, found in zip(drawn, features, strict=True)
    ]
    return Backtest(
        scores=_scores(drawn, features, rankings, limit),
        pairs=_pairs(walk, drawn, features, rankings),
        made={
            "version": graph.version,
            "until": until,
            "years": years,
            "seed": seed,
            "limit": limit,
            "max_authors": max_authors,
            "types": before.as_dict()["types"],
            "name_forms": name_forms,
            "authors": len(drawn),
            "authors_active": len(draw.active),
            "authors_tried": draw.tried,
            "negatives_lacking": sum(each.lacking for each in drawn),
            "papers_left_out": walk.papers_left_out(),
        },
    )


class _Draw:
    """Draws authors and, for each, who became a collaborator and who is like those."""

    def __init__(
        self, before: Walk, after: Walk, whole: list[Walk], random: np.random.Generator
    ) -> None:
        self._before = before
        self._after = after
        self._whole = whole
        """Both times, papers of any number of persons included."""
        self._random = random
        signed = [
            np.bincount(_signers(walk), minlength=walk.author_count) for walk in (before, after)
        ]
        self._activity = np.frexp(signed[0].astype(np.float64))[1].astype(np.int8)
        """Papers until then, by powers of two."""
        self.active = np.flatnonzero((signed[0] > 0) & (signed[1] > 0))
        self._is_active = np.zeros(before.author_count, np.bool_)
        self._is_active[self.active] = True
        self.tried = 0

    def authors(self, count: int) -> list[_Drawn]:
        """Return authors with collaborators who were none before, ascending."""
        found: list[_Drawn] = []
        order = self._random.permutation(self.active)[: count * _TRIED_PER_AUTHOR]
        for author in order.tolist():
            if len(found) == count:
                break
            self.tried += 1
            drawn = self._of(author)
            if drawn is not None:
                found.append(drawn)
        return sorted(found, key=lambda each: each.author)

    def _of(self, author: int) -> _Drawn | None:
        old, all_new = (known_people(walk, author) for walk in self._whole)
        new = self._after.ties(np.array([author]))[1]
        joint = np.setdiff1d(new[self._is_active[new]], old, assume_unique=True)
        if not len(joint):
            return None
        distance = self._distances(author)
        is_free = self._is_active.copy()
        is_free[old] = is_free[all_new] = False
        others, lacking = [joint], 0
        kinds, wanted = np.unique(
            np.stack([distance[joint], self._activity[joint]]), axis=1, return_counts=True
        )
        for (far, activity), count in zip(kinds.T.tolist(), wanted.tolist(), strict=True):
            alike = np.flatnonzero(is_free & (distance == far) & (self._activity == activity))
            size = min(count * NEGATIVES, len(alike))
            lacking += count * NEGATIVES - size
            others.append(self._random.choice(alike, size, replace=False))
        together = np.concatenate(others)
        order = np.argsort(together)
        is_joint = np.arange(len(together)) < len(joint)
        return _Drawn(
            author,
            together[order],
            is_joint[order],
            distance[together[order]].astype(np.int64),
            lacking,
        )

    def _distances(self, author: int) -> npt.NDArray[np.int8]:
        """Return how far everybody is from an author, until then."""
        distance = np.full(self._before.author_count, FARTHEST, np.int8)
        side = Side(self._before, author)
        distance[author] = 0
        for far in range(1, FARTHEST):
            distance[side.expand()] = far
        return distance


def _signers(walk: Walk) -> IntArray:
    """Return who signed the papers that count, as often as they did."""
    papers = walk.choose(np.arange(walk.paper_count)).rows
    return walk.signers(papers)[1]


def _features(graph: ScholarGraph, walk: Walk, drawn: list[_Drawn], until: int) -> list[Features]:
    everybody = _everybody(drawn)
    topics = topic_profiles(graph, walk, everybody, until)
    institutions = institutions_of(graph, walk, everybody)
    return [
        features_of(
            each.author,
            each.others,
            look_around(walk, each.author),
            citation_contacts(walk, each.author),
            topics,
            institutions,
        )
        for each in drawn
    ]


def _degrees(walk: Walk, drawn: list[_Drawn]) -> dict[int, int]:
    """Return how many collaborators authors have."""
    degrees: dict[int, int] = {}
    for authors in pieces(walk, _everybody(drawn)):
        count = np.bincount(walk.ties(authors)[0], minlength=len(authors))
        degrees.update(zip(authors.tolist(), count.tolist(), strict=True))
    return degrees


def _everybody(drawn: list[_Drawn]) -> IntArray:
    parts = [np.append(each.others, each.author) for each in drawn]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))


def _scores(
    drawn: list[_Drawn], features: list[Features], rankings: list[dict[str, FloatArray]], limit: int
) -> pd.DataFrame:
    import pyarrow as pa

    rows = []
    for pairs in PAIRS:
        for ranking in RANKINGS:
            measured, positives, negatives = [], 0, 0
            for each, found, scores in zip(drawn, features, rankings, strict=True):
                is_near = found.common_neighbours > 0
                chosen = {"all": is_near | True, "common neighbour": is_near}.get(pairs, ~is_near)
                is_joint, score = each.is_joint[chosen], scores[ranking][chosen]
                if is_joint.any() and not is_joint.all():
                    positives += int(is_joint.sum())
                    negatives += int((~is_joint).sum())
                    measured.append(
                        (
                            precision_at(limit, is_joint, score),
                            average_precision(is_joint, score),
                            auroc(is_joint, score),
                        )
                    )
            means = np.mean(measured, axis=0).tolist() if measured else [None] * 3
            rows.append((pairs, ranking, len(measured), positives, negatives, *means))
    names = ("pairs", "ranking", "authors", "positives", "negatives")
    columns = list(zip(*rows, strict=True))
    table = {name: pa.array(column) for name, column in zip(names, columns[:5], strict=True)}
    for name, column in zip(("precision", "average_precision", "auroc"), columns[5:], strict=True):
        table[name] = pa.array(column, pa.float64())
    return frame(pa.table(table), nullable=())


def precision_at(limit: int, is_joint: BoolArray, score: FloatArray) -> float:
    """Return the share of positives among the first, equal scores counting by their mean.

    Examples
    --------
    >>> precision_at(2, np.array([True, False, True]), np.array([3.0, 1.0, 1.0]))
    0.75
    """
    size = min(limit, len(score))
    groups, hits = _groups(is_joint, score)
    ends = np.cumsum(groups)
    inside = np.clip(size - (ends - groups), 0, groups)
    return float((hits * inside / groups).sum() / size)


def average_precision(is_joint: BoolArray, score: FloatArray) -> float:
    """Return the mean of the precision at each positive, equal scores counting as one step.

    Examples
    --------
    >>> average_precision(np.array([True, False, True]), np.array([3.0, 2.0, 1.0]))
    0.8333333333333333
    """
    groups, hits = _groups(is_joint, score)
    precision = np.cumsum(hits) / np.cumsum(groups)
    return float((precision * hits).sum() / hits.sum())


def auroc(is_joint: BoolArray, score: FloatArray) -> float:
    """Return the chance that a positive stands before a negative, equal scores being half.

    Examples
    --------
    >>> auroc(np.array([True, False, True, False]), np.array([3.0, 2.0, 1.0, 1.0]))
    0.625
    """
    groups, hits = _groups(is_joint, score)
    misses = groups - hits
    behind = misses.sum() - np.cumsum(misses)
    return float((hits * (behind + misses / 2)).sum() / (hits.sum() * misses.sum()))


def _groups(is_joint: BoolArray, score: FloatArray) -> tuple[IntArray, IntArray]:
    """Return how many share each score, the largest first, and how many of them are positives."""
    order = np.argsort(-score, kind="stable")
    # Scores are sums: what differs by rounding is equal.
    ordered = np.round(score[order], 12)
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    groups = np.diff(np.append(starts, len(ordered)))
    return groups, np.add.reduceat(is_joint[order].astype(np.int64), starts)


def _pairs(
    walk: Walk,
    drawn: list[_Drawn],
    features: list[Features],
    rankings: list[dict[str, FloatArray]],
) -> pd.DataFrame:
    import pyarrow as pa

    ids = walk.adjacency.nodes["author"].ids
    counts = ("author", "other", "distance", "common_neighbours", "citation_contact")
    truths = ("is_joint", "same_institution")
    names = dict.fromkeys(("author", "other", "is_joint", "distance", *Features._fields, *RANKINGS))
    parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in names}
    for each, found, scores in zip(drawn, features, rankings, strict=True):
        values = {
            **scores,
            **found._asdict(),
            "author": np.full(len(each.others), each.author),
            "other": each.others,
            "is_joint": each.is_joint,
            "distance": each.distance,
        }
        for name in names:
            parts[name].append(values[name])
    columns = {}
    for name in names:
        kind = np.int64 if name in counts else np.bool_ if name in truths else np.float64
        columns[name] = np.concatenate([np.zeros(0, kind), *parts[name]])
    author, other = columns.pop("author"), columns.pop("other")
    return frame(
        pa.table(
            {
                "author_id": ids.take(author),
                "other_id": ids.take(other),
                **{name: pa.array(values) for name, values in columns.items()},
            }
        ),
        nullable=(),
    )

"""How all papers of a graph divide among the classes of a level: what others are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scholargraph.collaboration.choosing import choose_papers
from scholargraph.errors import InvalidArgumentError
from scholargraph.topics.hierarchy import LEVELS_OF_SCHEME, FloatArray
from scholargraph.topics.kept import kept
from scholargraph.topics.scope import PIECE_PAPERS, Scope, scope_of

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.terms import Terms


class GraphShares(NamedTuple):
    """How the papers of a graph that meet some terms divide among classes."""

    share: FloatArray
    """By row of the table of topics; sums to 1 where there is any paper with a class."""
    papers: int
    """Papers with a class."""


def classes_of_scheme(adjacency: Adjacency, scheme: str, level: str) -> Scope:
    """Return the classes at a level of a scheme, with papers of any year.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    scheme : {"openalex", "arxiv"}
        Whose classification.
    level : {"topic", "subfield", "field"}
        With arXiv category, archive and group.

    Raises
    ------
    InvalidArgumentError
        If there is no such scheme or level.
    """
    schemes = tuple(LEVELS_OF_SCHEME)
    if scheme not in schemes:
        names = ", ".join(schemes)
        raise InvalidArgumentError(f"scheme is one of {names}, not {ascii(scheme)[:80]}")
    return scope_of(adjacency, scheme, level)


def graph_shares(scope: Scope, terms: Terms) -> GraphShares:
    """Return how all papers that meet the terms divide among classes, once for each version.

    Parameters
    ----------
    scope : Scope
        The classes.
    terms : Terms
        Which papers count.

    Examples
    --------
    >>> import scholargraph as sg
    >>> from scholargraph.collaboration.terms import Terms
    >>> topics = [{"id": f"T900{n}", "display_name": f"Topic {n}", "score": n} for n in (1, 3)]
    >>> graph = sg.from_records([{"id": "W9000000001", "topics": topics}, {"id": "W9000000002"}])
    >>> scope = classes_of_scheme(graph.adjacency, "openalex", "topic")
    >>> shares = graph_shares(scope, Terms())
    >>> shares.share.tolist(), shares.papers
    ([0.25, 0.75], 1)
    """
    return kept(scope.adjacency, ("shares", *scope.key, terms), lambda: _shares(scope, terms))


def _shares(scope: Scope, terms: Terms) -> GraphShares:
    sums, count = np.zeros(len(scope.class_of)), 0
    rows = choose_papers(scope.adjacency, None, terms).rows
    for low in range(0, len(rows), PIECE_PAPERS):
        weights = scope.weights(rows[low : low + PIECE_PAPERS])
        sums += weights.sum(axis=0)
        count += int(np.count_nonzero(np.diff(weights.indptr)))
    return GraphShares(sums / max(count, 1), count)

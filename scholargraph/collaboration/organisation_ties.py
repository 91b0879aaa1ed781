"""One author's ties to organisations: the institutions, or countries, of the co-authors.

Each co-author gives what a joint paper counts to the organisations named on the seat there. What
the ties to the co-authors themselves are stands in ``author_ties``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scholargraph.collaboration.affiliations import shares_of
from scholargraph.collaboration.author_ties import joint_authorships
from scholargraph.network.pairs import NO_YEAR, FloatArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

    from scholargraph.collaboration.choosing import Chosen
    from scholargraph.collaboration.terms import Terms
    from scholargraph.graph import ScholarGraph


class OrganisationTies(NamedTuple):
    """Ties of one author; index k of an array is the tie to ``ids[k]``, ids ascending by bytes."""

    ids: pa.Array[Any]
    paper_count: IntArray
    """Papers with a co-author there."""
    full: FloatArray
    fractional: FloatArray
    weight: FloatArray
    organisation: IntArray
    """Of each joint paper, by organisation: its place among the ties."""
    paper: IntArray
    """And the paper's, among the papers that count."""
    unaffiliated: int
    """Authorships of co-authors that name no organisation."""
    strength_to_unaffiliated: float
    """Their fractional weight."""


def organisation_ties(
    graph: ScholarGraph, chosen: Chosen, author: int, terms: Terms, reference_year: int, level: str
) -> OrganisationTies:
    """Count one author's ties to the organisations of co-authors.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    chosen : Chosen
        Papers that count, all of them signed by the author.
    author : int
        Row of the author.
    terms : Terms
        What counts.
    reference_year : int
        The year in which a paper weighs what it weighs without half-life.
    level : {"institution", "country"}
        The organisations.

    Returns
    -------
    OrganisationTies
        Sums over joint papers and co-authors of what the pair of authors counts on the paper, times
        the part of the co-author that is the organisation's; taken in the order of team sizes,
        years and ids.
    """
    joint = joint_authorships(graph.adjacency, chosen, author, terms, reference_year)
    coauthors, place = np.unique(joint.coauthor, return_inverse=True)
    shares, ids = shares_of(graph, chosen.rows, coauthors, level)
    # The signature that each share is a part of; every co-author who has one signed the paper.
    seat = joint.paper << 32 | place
    by_seat = np.argsort(seat)
    signature = by_seat[np.searchsorted(seat[by_seat], shares.paper << 32 | shares.author)]
    year, team_size = chosen.year[shares.paper], chosen.team_size[shares.paper]
    order = np.lexsort((shares.author, shares.paper, year, team_size, shares.organisation))
    number, signature = shares.organisation[order], signature[order]
    share, paper = shares.share[order], shares.paper[order]
    is_affiliated = np.zeros(len(joint.coauthor), np.bool_)
    is_affiliated[signature] = True

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(number, values[signature] * share, len(ids)).astype(np.float64)

    both = np.unique(number << 32 | paper)
    organisation = both >> 32
    return OrganisationTies(
        ids=ids,
        paper_count=np.bincount(organisation, minlength=len(ids)),
        full=summed(joint.full),
        fractional=summed(joint.fractional),
        weight=summed(joint.weight),
        organisation=organisation,
        paper=both & 0xFFFFFFFF,
        unaffiliated=int(np.count_nonzero(~is_affiliated)),
        strength_to_unaffiliated=float(joint.fractional[~is_affiliated].sum()),
    )


def span_of_years(ties: OrganisationTies, chosen: Chosen) -> tuple[IntArray, IntArray]:
    """Return the first and the last known year of each tie's papers, or `NO_YEAR`."""
    year = chosen.year[ties.paper].astype(np.int64)
    is_known = year != NO_YEAR
    first, last = np.full(len(ties.ids), NO_YEAR), np.full(len(ties.ids), -1)
    np.minimum.at(first, ties.organisation, year)
    np.maximum.at(last, ties.organisation[is_known], year[is_known])
    last[first == NO_YEAR] = NO_YEAR
    return first, last

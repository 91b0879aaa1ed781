"""What is true of the papers of a group, what cannot be told, and how much of each is the group's.

Who is where is said in ``group_seats``, what institutions are in ``institutions``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.meanings import AUTHORS_TRUNCATED
from scholargraph.collaboration.choosing import Chosen
from scholargraph.collaboration.distances import kilometres
from scholargraph.collaboration.group_seats import Affiliations, Units
from scholargraph.collaboration.institutions import UNKNOWN, Institutions
from scholargraph.network.pairs import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.groups import Group

MEASURES: Final = (
    "inter_institutional",
    "international",
    "company",
    "nearest_beyond_100_km",
    "farthest_beyond_5000_km",
)

NEAR_KM: Final = 100.0
FAR_KM: Final = 5_000.0

PAIRS_AT_A_TIME: Final = 1_000_000
"""Pairs of institutions measured at a time, some 100 MB: one paper can have millions."""


class Judged(NamedTuple):
    """What is true of each paper; the rows of the last two are the measures."""

    counts: BoolArray
    """Whether an affiliation of the group is known."""
    weight: FloatArray
    """Share of the paper that is the group's."""
    is_alone: BoolArray
    is_open: BoolArray
    """Whether the affiliation of a person on it is not known."""
    is_true: BoolArray
    is_unknown: BoolArray


def judge(
    adjacency: Adjacency,
    chosen: Chosen,
    group: Group,
    rows: Affiliations,
    places: Units,
    countries: Units,
    institutions: Institutions,
) -> Judged:
    """Tell of each paper what is true and what cannot be told.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    chosen : Chosen
        The papers that count.
    group : Group
        Who is asked about.
    rows : Affiliations
        What is known of where the authors of the papers are.
    places, countries : Units
        The institutions and the countries among these.
    institutions : Institutions
        What is known of institutions.
    """
    size = len(chosen.rows)
    is_open = _is_open(chosen, rows, rows.institution)
    is_open_country = _is_open(chosen, rows, rows.country)
    met = _met(places, institutions, size)
    several_places = np.bincount(places.paper, minlength=size) >= 2
    several_countries = np.bincount(countries.paper, minlength=size) >= 2
    is_vague = is_open | met.is_unplaced
    is_far = met.farthest > FAR_KM
    is_near = met.nearest <= NEAR_KM
    counts = np.zeros(size, np.bool_)
    counts[rows.paper[rows.is_own]] = True
    return Judged(
        counts=counts,
        weight=_weights(adjacency, chosen, group, rows),
        is_alone=chosen.team_size == 1,
        is_open=is_open,
        is_true=np.array(
            [
                several_places,
                several_countries,
                met.has_company,
                ~is_near & ~is_vague & several_places,
                is_far,
            ]
        ),
        is_unknown=np.array(
            [
                ~several_places & is_open,
                ~several_countries & is_open_country,
                ~met.has_company & (is_open | met.is_untyped),
                ~is_near & is_vague,
                ~is_far & is_vague,
            ]
        ),
    )


class Met(NamedTuple):
    """What the group meets on each paper: an institution of its own and another one at a time."""

    nearest: FloatArray
    """Kilometres; infinite where no distance is known."""
    farthest: FloatArray
    """Kilometres; 0 where no distance is known."""
    has_company: BoolArray
    is_untyped: BoolArray
    """Of one nobody knows whether it is a company."""
    is_unplaced: BoolArray
    """One distance is not known."""


def _met(places: Units, institutions: Institutions, size: int) -> Met:
    """Set each institution of the group beside all others of the paper."""
    met = Met(
        nearest=np.full(size, np.inf),
        farthest=np.zeros(size),
        has_company=np.zeros(size, np.bool_),
        is_untyped=np.zeros(size, np.bool_),
        is_unplaced=np.zeros(size, np.bool_),
    )
    per_paper = np.bincount(places.paper, minlength=size)
    starts = np.cumsum(per_paper) - per_paper
    own = np.flatnonzero(places.is_own)
    ends = np.cumsum(per_paper[places.paper[own]])
    low = 0
    while low < len(own):
        before = int(ends[low - 1]) if low else 0
        high = int(np.searchsorted(ends, before + PAIRS_AT_A_TIME, side="right"))
        high = max(high, low + 1)
        some = own[low:high]
        lengths = per_paper[places.paper[some]]
        one = np.repeat(some, lengths)
        first = np.repeat(starts[places.paper[some]] - (np.cumsum(lengths) - lengths), lengths)
        other = np.arange(len(one)) + first
        are_two = one != other
        _note(met, places, one[are_two], other[are_two], institutions)
        low = high
    return met


def _note(
    met: Met, places: Units, one: IntArray, other: IntArray, institutions: Institutions
) -> None:
    paper = places.paper[one]
    here, there = places.key[one], places.key[other]
    latitude, longitude = np.radians(institutions.latitude), np.radians(institutions.longitude)
    distance = kilometres(latitude[here], longitude[here], latitude[there], longitude[there])
    is_known = ~np.isnan(distance)
    np.minimum.at(met.nearest, paper[is_known], distance[is_known])
    np.maximum.at(met.farthest, paper[is_known], distance[is_known])
    met.is_unplaced[paper[~is_known]] = True
    kind = institutions.is_company[there]
    met.has_company[paper[kind == 1]] = True
    met.is_untyped[paper[kind == UNKNOWN]] = True


def _is_open(chosen: Chosen, rows: Affiliations, key: IntArray) -> BoolArray:
    """Tell on which papers an institution, or a country, of somebody may be missing."""
    person = np.unique(rows.paper << 32 | rows.author)
    persons = np.bincount(person >> 32, minlength=len(chosen.rows))
    is_open = (chosen.flags & AUTHORS_TRUNCATED != 0) | (persons < chosen.team_size)
    is_open[rows.paper[key == UNKNOWN]] = True
    found: BoolArray = is_open
    return found


def _weights(adjacency: Adjacency, chosen: Chosen, group: Group, rows: Affiliations) -> FloatArray:
    """Return the share of each paper that is the group's."""
    size = len(chosen.rows)
    persons = np.maximum(chosen.team_size, 1)
    if group.authors is not None:
        paper, signed = adjacency.paper_authors.of_all(chosen.rows)
        listed = np.bincount(paper[np.isin(signed, group.authors)], minlength=size)
        return np.asarray(listed / persons, np.float64)
    person, number = np.unique(rows.paper << 32 | rows.author, return_inverse=True)
    affiliations = np.bincount(number, minlength=len(person))
    own = np.bincount(number[rows.is_own], minlength=len(person))
    sums = np.bincount(person >> 32, weights=own / affiliations, minlength=size)
    return np.asarray(sums / persons, np.float64)

"""Where the authors of papers are, seen from a group: its own institutions, and all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scholargraph.collaboration.affiliations import (
    NOT_TOLD,
    affiliations_of,
    authors_at,
    distinct_rows,
    seated_on,
)
from scholargraph.collaboration.choosing import Chosen
from scholargraph.collaboration.institutions import UNKNOWN, Institutions, country_numbers
from scholargraph.network.pairs import BoolArray, IntArray

if TYPE_CHECKING:
    from scholargraph.collaboration.groups import Group
    from scholargraph.graph import ScholarGraph


class Affiliations(NamedTuple):
    """Distinct known affiliations of each author of each paper, by paper and author."""

    paper: IntArray
    """Place among the papers that count."""
    author: IntArray
    institution: IntArray
    country: IntArray
    is_own: BoolArray
    """Whether it is one of the group."""


class Units(NamedTuple):
    """Distinct institutions, or countries, of each paper, ascending."""

    paper: IntArray
    key: IntArray
    is_own: BoolArray


def group_affiliations(
    graph: ScholarGraph, chosen: Chosen, group: Group, institutions: Institutions
) -> Affiliations:
    """Return where the authors of papers are, as far as it is known.

    The country of a seat is the one that the paper gives, else that of the institution.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    chosen : Chosen
        The papers that count.
    group : Group
        Who is asked about.
    institutions : Institutions
        What is known of institutions.
    """
    import pyarrow.compute as pc

    table = affiliations_of(graph, chosen.rows, ("institution_id", "country_code"))
    paper, position = table["paper"].to_numpy(), table["position"].to_numpy().astype(np.int64)
    author = authors_at(seated_on(graph.adjacency, chosen.rows), paper, position)
    place = pc.index_in(table["institution_id"], value_set=institutions.ids)
    named = pc.fill_null(place, UNKNOWN).to_numpy().astype(np.int64)
    country = country_numbers(table["country_code"])
    country = np.where(country == UNKNOWN, _of_known(institutions.country, named), country)
    institution = _of_known(institutions.same, named)
    is_known = (author != NOT_TOLD) & ((institution != UNKNOWN) | (country != UNKNOWN))
    paper, author, institution, country = distinct_rows(
        *(values[is_known] for values in (paper, author, institution, country))
    )
    if group.authors is not None:
        is_own = np.isin(author, group.authors)
    elif group.institution != UNKNOWN:
        is_own = institution == group.institution
    else:
        is_own = country == group.country
    return Affiliations(paper, author, institution, country, is_own)


def units_of(paper: IntArray, key: IntArray, is_own: BoolArray, key_count: int) -> Units:
    """Return the distinct institutions, or countries, of papers.

    Parameters
    ----------
    paper, key, is_own : arrays
        Columns of affiliations; unknown keys are passed over.
    key_count : int
        Above all keys.
    """
    is_known = key != UNKNOWN
    size = max(key_count, 1)
    distinct, place = np.unique(paper[is_known] * size + key[is_known], return_inverse=True)
    own = np.zeros(len(distinct), np.bool_)
    own[place[is_own[is_known]]] = True
    return Units(distinct // size, distinct % size, own)


def _of_known(values: IntArray, rows: IntArray) -> IntArray:
    found = np.full(len(rows), UNKNOWN)
    is_known = rows != UNKNOWN
    found[is_known] = values[rows[is_known]]
    return found

"""Groups that a summary can be asked of: authors, an institution or a country; their papers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.collaboration.affiliations import NOT_TOLD, authors_at, seated_on
from scholargraph.collaboration.choosing import is_left_out
from scholargraph.collaboration.given import rows_named
from scholargraph.collaboration.institutions import (
    UNKNOWN,
    Institutions,
    country_number,
    country_text,
)
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    from scholargraph.collaboration.terms import Terms
    from scholargraph.graph import ScholarGraph

_COUNTRY: Final = re.compile("[A-Za-z]{2}")


class Group(NamedTuple):
    """Who is asked about; one of the three is given."""

    name: str
    authors: IntArray | None
    """Rows, ascending."""
    institution: int
    country: int


def group_named(
    graph: ScholarGraph, group: str | Iterable[Any], institutions: Institutions
) -> Group:
    """Return the group that a text or a list of authors names.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the institution or an author is not in the graph.
    InvalidArgumentError
        If it is neither.
    """
    if isinstance(group, str):
        text = group.strip()
        if _COUNTRY.fullmatch(text):
            code = text.upper()
            return Group(f"country {code}", None, UNKNOWN, country_number(code))
        named = resolve(graph, text, "institution")
        row = graph.adjacency.nodes["institution"].find_row(named)
        first = int(institutions.same[row])
        return Group(f"institution {institutions.ids[first].as_py()}", None, first, UNKNOWN)
    if not isinstance(group, Iterable):
        raise InvalidArgumentError(
            f"group is a list of authors, an institution or a country code, not {group!r}"
        )
    authors = rows_named(graph, group, "author")
    noun = "author" if len(authors) == 1 else "authors"
    return Group(f"{len(authors):,} {noun}", authors, UNKNOWN, UNKNOWN)


def papers_signed_by(
    graph: ScholarGraph, group: Group, institutions: Institutions, terms: Terms
) -> IntArray:
    """Return the rows of the papers that authors of the group signed.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    group : Group
        Who is asked about.
    institutions : Institutions
        What is known of institutions.
    terms : Terms
        What counts; ``name_forms`` matters here.
    """
    import pyarrow.compute as pc

    adjacency = graph.adjacency
    if group.authors is not None:
        _, signed = adjacency.author_papers.of_all(group.authors)
        return np.unique(signed).astype(np.int64)
    if group.institution != UNKNOWN:
        own = institutions.same == group.institution
        condition = pc.field("institution_id").isin(institutions.ids.filter(own))
    else:
        own = institutions.country == group.country
        country = pc.field("country_code")
        condition = (country == country_text(group.country)) | (
            country.is_null() & pc.field("institution_id").isin(institutions.ids.filter(own))
        )
    columns = ["paper_id", "position"]
    table = graph.scan("affiliations").to_table(columns=columns, filter=condition)
    encoded = table["paper_id"].combine_chunks().dictionary_encode()
    known = adjacency.nodes["paper"].own_ids
    row_of = np.array([known.find(text) for text in encoded.dictionary.to_pylist()], np.int64)
    row = row_of[encoded.indices.to_numpy()]
    is_there = row >= 0
    row, position = row[is_there], table["position"].to_numpy().astype(np.int64)[is_there]
    rows = np.unique(row)
    author = authors_at(seated_on(adjacency, rows), np.searchsorted(rows, row), position)
    counts = (author != NOT_TOLD) & ~is_left_out(adjacency, author, terms)
    return np.unique(row[counts])

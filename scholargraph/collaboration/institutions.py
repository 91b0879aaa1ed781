"""What is known of all institutions, and countries as numbers.

Variants of one institution, which have one ROR id, are one: the first by id, with what the first
that knows it says of country, kind and place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.collaboration.affiliations import first_of_each
from scholargraph.network.pairs import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

    from scholargraph.graph import ScholarGraph

UNKNOWN: Final = -1
"""Stands for an institution, a country or a kind that is not known."""

COUNTRIES: Final = 26 * 26
"""Numbers of countries: one for each two letters."""


class Institutions(NamedTuple):
    """What is known of all institutions, in the order of their ids."""

    ids: pa.Array[Any]
    names: pa.Array[Any]
    same: IntArray
    """The first, by id, of those that have the ROR id of each; itself where there is none."""
    country: IntArray
    """Number of the country; here and below, of variants of one institution the first known."""
    is_company: IntArray
    """1, 0, or `UNKNOWN`."""
    latitude: FloatArray
    longitude: FloatArray
    """NaN where it is not known."""


def known_institutions(graph: ScholarGraph) -> Institutions:
    """Return what is known of all institutions of a graph."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = ["institution_id", "name", "ror", "country_code", "type", "latitude", "longitude"]
    table = graph.scan("institutions").to_table(columns=columns)
    same = first_of_each(table["ror"])
    country = country_numbers(table["country_code"])
    is_company = pc.equal(table["type"], "company").cast(pa.int64())
    kind = pc.fill_null(is_company, UNKNOWN).to_numpy()
    latitude, longitude = table["latitude"].to_numpy(), table["longitude"].to_numpy()
    placed = _source(same, ~np.isnan(latitude) & ~np.isnan(longitude))
    return Institutions(
        ids=table["institution_id"].combine_chunks(),
        names=table["name"].combine_chunks(),
        same=same,
        country=country[_source(same, country != UNKNOWN)],
        is_company=kind[_source(same, kind != UNKNOWN)],
        latitude=latitude[placed],
        longitude=longitude[placed],
    )


def country_numbers(texts: pa.ChunkedArray[Any]) -> IntArray:
    """Return the numbers of countries, `UNKNOWN` for null."""
    encoded = texts.combine_chunks().dictionary_encode()
    distinct = [country_number(text) for text in encoded.dictionary.to_pylist()]
    code = encoded.indices.fill_null(len(distinct)).to_numpy()
    numbers: IntArray = np.array([*distinct, UNKNOWN], np.int64)[code]
    return numbers


def country_number(text: str) -> int:
    """Return the number of a country by two letters.

    Examples
    --------
    >>> country_number("AB"), country_text(1)
    (1, 'AB')
    """
    first, second = text.encode()
    return (first - ord("A")) * 26 + second - ord("A")


def country_text(number: int) -> str:
    """Return the two letters of a country."""
    return chr(number // 26 + ord("A")) + chr(number % 26 + ord("A"))


def _source(same: IntArray, is_known: BoolArray) -> IntArray:
    """Return from which row each institution has a fact: its own, or the first variant with it."""
    rows = np.arange(len(same))
    first = np.full(len(same), len(same))
    known = np.flatnonzero(is_known)
    np.minimum.at(first, same[known], known)
    first = first[same]
    return np.where(is_known | (first == len(same)), rows, first)

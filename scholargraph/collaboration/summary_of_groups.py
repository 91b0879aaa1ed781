"""How a group of authors, an institution or a country collaborates (METHODS: topics, last point).

Which papers count is decided in ``choosing``. Who sits where on a byline stands in the arrays of
the version, where they worked in the tables of affiliations and institutions. Ties between persons
are the business of the other modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.adjacency import AUTHORS_TRUNCATED, NO_AUTHOR
from scholargraph.collaboration.author_ties import reference_year
from scholargraph.collaboration.choosing import Chosen, choose_papers, said_of
from scholargraph.collaboration.coauthors import rows_named
from scholargraph.collaboration.terms import Terms, checked_terms, last_complete_year
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import NO_YEAR, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph

MEASURES: Final = (
    "inter_institutional",
    "international",
    "company",
    "nearest_beyond_100_km",
    "farthest_beyond_5000_km",
)

NEAR_KM: Final = 100.0
FAR_KM: Final = 5_000.0
EARTH_RADIUS_KM: Final = 6_371.0088
"""The mean radius: a third of the sum of two equatorial radii and the polar one."""

_UNKNOWN: Final = -1
"""Stands for an institution, a country or a kind that is not known."""

_COUNTRY: Final = re.compile("[A-Za-z]{2}")
_COUNTRIES: Final = 26 * 26

_PAIRS_AT_A_TIME: Final = 1_000_000
"""Pairs of institutions measured at a time, some 100 MB: one paper can have millions."""

_OF_PAIRS: Final = ("counting", "half_life", "team_size", "pairs_left_out", "strength_to_unknown")
"""What is said of ties between persons, and says nothing of a group."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Summary:
    """How a group collaborates, and what could not be told."""

    shares: pd.DataFrame
    """A row for each measure: ``measure``, ``papers``, ``full``, ``fractional``, ``full_at_most``,
    ``fractional_at_most``, ``denominator_full``, ``denominator_fractional``,
    ``single_author_papers``, ``unknown``."""
    by_year: pd.DataFrame
    """The same for each year with papers, with ``year`` and ``is_complete`` before it."""
    partners: pd.DataFrame
    """``institution_id`` and ``name``, but for countries, ``country_code``, ``paper_count``,
    ``full`` and ``fractional``; most papers first."""
    made: dict[str, Any]
    """The arguments, the papers chosen and left out, and what could not be told."""

    def __repr__(self) -> str:
        papers = self.made["papers_with_affiliation"]
        inter_institutional, international = self.shares["papers"].iloc[:2]
        return (
            f"<Summary: {self.made['group']}, {papers:,} {'paper' if papers == 1 else 'papers'}, "
            f"{inter_institutional:,} inter-institutional, {international:,} international>"
        )


class _Institutions(NamedTuple):
    """What is known of all institutions, in the order of their ids."""

    ids: pa.Array[Any]
    names: pa.Array[Any]
    same: IntArray
    """The first, by id, of those that have the ROR id of each; itself where there is none."""
    country: IntArray
    """Number of the country; here and below, of variants of one institution the first known."""
    is_company: IntArray
    """1, 0, or `_UNKNOWN`."""
    latitude: FloatArray
    longitude: FloatArray
    """NaN where it is not known."""


class _Group(NamedTuple):
    """Who is asked about; one of the three is given."""

    name: str
    authors: IntArray | None
    """Rows, ascending."""
    institution: int
    country: int


class _Affiliations(NamedTuple):
    """Distinct known affiliations of each author of each paper, by paper and author."""

    paper: IntArray
    """Place among the papers that count."""
    author: IntArray
    institution: IntArray
    country: IntArray
    is_own: BoolArray
    """Whether it is one of the group."""


class _Units(NamedTuple):
    """Distinct institutions, or countries, of each paper, ascending."""

    paper: IntArray
    key: IntArray
    is_own: BoolArray


class _Met(NamedTuple):
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


class _Judged(NamedTuple):
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


def summary(
    graph: ScholarGraph,
    group: str | Iterable[Any],
    *,
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    types: str | Iterable[str] = "research",
    max_authors: int | str | None = None,
    versions: str = "keep",
    partners: int = 10,
) -> Summary:
    """Return how a group of authors, an institution or a country collaborates.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    group : str or iterable of str
        Id, URL or ROR id of an institution; or a country by two letters (ISO 3166-1); or a list of
        ids, URLs or ORCIDs of authors, or a frame with a column ``author_id``.
    since, until, as_of, types, max_authors, versions
        Which papers count, as for `collaborators`.
    partners : int
        So many partners at most, the most frequent first.

    Returns
    -------
    Summary
        ``shares`` has a row for each measure. ``papers`` are those of which it is true, ``full``
        is their share of all papers with a known affiliation of the group (``denominator_full``),
        ``fractional`` the same with each paper weighing what belongs to the group
        (``denominator_fractional`` is the sum of these weights). ``single_author_papers`` is how
        many of ``papers`` have one author, whose affiliations alone make it true. ``unknown`` are
        papers of which it cannot be told; they stay in the denominator, so that ``full`` and
        ``fractional`` are the least that the shares can be, and ``full_at_most`` and
        ``fractional_at_most``, with them, the most. Shares are null where there is no paper.

        ``by_year`` has the same for each year; ``is_complete`` is false from the year on in which
        the newest dump was made. ``partners`` are institutions, for a country countries, with
        ``paper_count``, and ``full`` and ``fractional`` shares of the same denominators; of a list
        of authors those institutions of a paper at which none of the listed is on it.

        ``made`` says how it was made: the terms, ``version``, ``year`` of the answer, ``papers``
        that counted and ``papers_left_out`` by reason; ``papers_with_affiliation``,
        ``papers_without_affiliation`` of the group; of the former ``papers_partly_known``, on
        which somebody's institution is not known, and ``papers_without_year``, which are in no
        year; ``partners``, how many there are; and of the institutions met on these papers how
        many are ``institutions_without_coordinates`` and ``institutions_without_type``.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the institution or an author is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

    Notes
    -----
    Affiliations are those of seats without mark. Institutions with one ROR id are one, that with
    the smallest id. The country of an affiliation is the one that the paper gives, else the
    institution's. An affiliation is known if its institution or its country is; strings that name
    neither are passed over. Institutions below or above others are others.

    A paper is, counted once whatever the number of authors,

    - ``inter_institutional`` if its authors have two or more institutions,
    - ``international`` if they have two or more countries,
    - ``company`` if an institution of the group meets on it another one of type "company",
    - ``nearest_beyond_100_km`` if all others are more than 100 km away from all of the group,
    - ``farthest_beyond_5000_km`` if one of them is more than 5,000 km away from one of the group.

    Institutions of the group are the institution itself, those in the country, or those of the
    listed authors on the paper; where there are several, they are others to each other. One author
    with two affiliations makes a paper inter-institutional, and with two countries international.
    The lines of 100 and 5,000 km are the Leiden Ranking's; distances here are from the group.

    It cannot be told where what is known does not make it true and something else might: a person
    without known affiliation, an affiliation without known institution (for ``international``:
    country), a byline cut short, an institution without type or coordinates. All of these might
    also make ``nearest_beyond_100_km`` false, which therefore is true only if nothing is missing.
    Coordinates stand in the institutions' own records: where only papers were ingested there are
    none, and no distance can be told.

    With n persons on the byline, those who cannot be told apart included, and k_a distinct known
    affiliations of author a, o_a of them of the group, a paper weighs sum_a (o_a / k_a) / n. For a
    list of authors it weighs the listed ones among its persons, divided by n.

    Distances are those of the great circle by the haversine formula, on a sphere of 6371.0088 km:
    2 r asin(sqrt(sin^2((f2 - f1) / 2) + cos f1 cos f2 sin^2((l2 - l1) / 2))), f the latitudes and
    l the longitudes.

    References
    ----------
    Waltman, L., Calero-Medina, C., Kosten, J., et al. (2012). The Leiden Ranking 2011/2012: Data
    collection, indicators, and interpretation. J. Am. Soc. Inf. Sci. Technol. 63(12).
    doi:10.1002/asi.22708

    Sinnott, R. W. (1984). Virtues of the haversine. Sky and Telescope 68(2), 159.

    Examples
    --------
    >>> import scholargraph as sg
    >>> one = {"id": "I9000000001", "display_name": "One", "country_code": "NL"}
    >>> two = {"id": "I9000000002", "display_name": "Two", "country_code": "NA"}
    >>> seats = [
    ...     {"author": {"id": "A9000000001"}, "institutions": [one]},
    ...     {"author": {"id": "A9000000002"}, "institutions": [one, two]},
    ... ]
    >>> work = {"id": "W9000000001", "publication_year": 2020, "authorships": seats}
    >>> found = summary(sg.from_records([work]), "I9000000001")
    >>> found
    <Summary: institution I9000000001, 1 paper, 1 inter-institutional, 1 international>
    >>> float(found.shares["denominator_fractional"][0])
    0.75
    >>> found.partners[["institution_id", "country_code", "paper_count"]]
      institution_id country_code  paper_count
    0    I9000000002           NA            1
    """
    terms = checked_terms(
        {
            "since": since,
            "until": until,
            "as_of": as_of,
            "max_authors": max_authors,
            "types": types,
            "versions": versions,
        }
    )
    _check_partners(partners)
    institutions = _institutions(graph)
    asked = _group(graph, group, institutions)
    adjacency = graph.adjacency
    chosen = choose_papers(adjacency, _papers_of(graph, asked, institutions), terms)
    rows = _affiliations(graph, chosen, asked, institutions)
    places = _units(rows.paper, rows.institution, rows.is_own, len(institutions.same))
    countries = _units(rows.paper, rows.country, rows.is_own, _COUNTRIES)
    judged = _judged(adjacency, chosen, asked, rows, places, countries, institutions)
    met = countries if asked.country != _UNKNOWN else places
    keys, papers, weights = _partners(met, judged)
    return Summary(
        shares=_frame(_shares(judged, judged.counts)),
        by_year=_by_year(judged, chosen, last_complete_year(graph)),
        partners=_partner_frame(
            keys[:partners],
            papers[:partners],
            weights[:partners],
            judged,
            None if asked.country != _UNKNOWN else institutions,
        ),
        made={
            "group": asked.name,
            **_said(graph, chosen, terms),
            **_not_told(judged, chosen, places, institutions),
            "partners": len(keys),
        },
    )


def _check_partners(partners: object) -> None:
    if not isinstance(partners, int) or isinstance(partners, bool) or partners < 0:
        raise InvalidArgumentError(f"partners is a number from 0, not {partners!r}")


def _institutions(graph: ScholarGraph) -> _Institutions:
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = ["institution_id", "name", "ror", "country_code", "type", "latitude", "longitude"]
    table = graph.scan("institutions").to_table(columns=columns)
    same = _first_of_each(table["ror"])
    country = _country_numbers(table["country_code"])
    is_company = pc.equal(table["type"], "company").cast(pa.int64())
    kind = pc.fill_null(is_company, _UNKNOWN).to_numpy()
    latitude, longitude = table["latitude"].to_numpy(), table["longitude"].to_numpy()
    placed = _source(same, ~np.isnan(latitude) & ~np.isnan(longitude))
    return _Institutions(
        ids=table["institution_id"].combine_chunks(),
        names=table["name"].combine_chunks(),
        same=same,
        country=country[_source(same, country != _UNKNOWN)],
        is_company=kind[_source(same, kind != _UNKNOWN)],
        latitude=latitude[placed],
        longitude=longitude[placed],
    )


def _first_of_each(texts: pa.ChunkedArray[Any]) -> IntArray:
    """Return for each text the first row that has it; a null's own row."""
    encoded = texts.combine_chunks().dictionary_encode()
    rows = np.arange(len(encoded))
    code = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
    first = np.full(len(encoded.dictionary) + 1, len(encoded))
    np.minimum.at(first, code, rows)
    found: IntArray = np.where(code < len(encoded.dictionary), first[code], rows)
    return found


def _source(same: IntArray, is_known: BoolArray) -> IntArray:
    """Return from which row each institution has a fact: its own, or the first variant with it."""
    rows = np.arange(len(same))
    first = np.full(len(same), len(same))
    known = np.flatnonzero(is_known)
    np.minimum.at(first, same[known], known)
    first = first[same]
    return np.where(is_known | (first == len(same)), rows, first)


def _country_numbers(texts: pa.ChunkedArray[Any]) -> IntArray:
    encoded = texts.combine_chunks().dictionary_encode()
    distinct = [_country_number(text) for text in encoded.dictionary.to_pylist()]
    code = encoded.indices.fill_null(len(distinct)).to_numpy()
    numbers: IntArray = np.array([*distinct, _UNKNOWN], np.int64)[code]
    return numbers


def _country_number(text: str) -> int:
    first, second = text.encode()
    return (first - ord("A")) * 26 + second - ord("A")


def _country_text(number: int) -> str:
    return chr(number // 26 + ord("A")) + chr(number % 26 + ord("A"))


def _group(graph: ScholarGraph, group: str | Iterable[Any], institutions: _Institutions) -> _Group:
    if isinstance(group, str):
        text = group.strip()
        if _COUNTRY.fullmatch(text):
            code = text.upper()
            return _Group(f"country {code}", None, _UNKNOWN, _country_number(code))
        named = resolve(graph, text, "institution")
        row = graph.adjacency.nodes["institution"].find_row(named)
        first = int(institutions.same[row])
        return _Group(f"institution {institutions.ids[first].as_py()}", None, first, _UNKNOWN)
    if not isinstance(group, Iterable):
        raise InvalidArgumentError(
            f"group is a list of authors, an institution or a country code, not {group!r}"
        )
    authors = rows_named(graph, group, "author")
    noun = "author" if len(authors) == 1 else "authors"
    return _Group(f"{len(authors):,} {noun}", authors, _UNKNOWN, _UNKNOWN)


def _papers_of(graph: ScholarGraph, group: _Group, institutions: _Institutions) -> IntArray:
    """Return the rows of the papers that authors of the group signed."""
    import pyarrow.compute as pc

    adjacency = graph.adjacency
    if group.authors is not None:
        _, signed = adjacency.author_papers.of_all(group.authors)
        return np.unique(signed).astype(np.int64)
    if group.institution != _UNKNOWN:
        own = institutions.same == group.institution
        condition = pc.field("institution_id").isin(institutions.ids.filter(own))
    else:
        own = institutions.country == group.country
        country = pc.field("country_code")
        condition = (country == _country_text(group.country)) | (
            country.is_null() & pc.field("institution_id").isin(institutions.ids.filter(own))
        )
    columns = ["paper_id", "position"]
    table = graph.scan("affiliations").to_table(columns=columns, filter=condition)
    encoded = table["paper_id"].combine_chunks().dictionary_encode()
    known = adjacency.nodes["paper"].own_ids
    row_of = np.array([known.find(text) for text in encoded.dictionary.to_pylist()], np.int64)
    row = row_of[encoded.indices.to_numpy()]
    rows = np.unique(row)
    position = table["position"].to_numpy()
    author = _authors_at(adjacency, rows, np.searchsorted(rows, row), position)
    return np.unique(row[author != _UNKNOWN])


def _authors_at(
    adjacency: Adjacency, rows: IntArray, place: IntArray, position: npt.NDArray[Any]
) -> IntArray:
    """Return who sits at positions of papers, given by place in `rows`, if he can be told."""
    seats = adjacency.seats
    starts = seats.indptr[rows]
    lengths = seats.indptr[rows + 1] - starts
    ends = np.cumsum(lengths)
    author = np.full(len(place), _UNKNOWN)
    if not len(ends) or not ends[-1]:
        return author
    paper = np.repeat(np.arange(len(rows)), lengths)
    seat = np.arange(int(ends[-1])) + np.repeat(starts - (ends - lengths), lengths)
    key = paper << 32 | seats.position[seat]
    wanted = place << 32 | position
    found = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    signer = seats.author[seat[found]]
    is_told = (key[found] == wanted) & (seats.mark_code[seat[found]] == 0) & (signer != NO_AUTHOR)
    author[is_told] = signer[is_told]
    return author


def _affiliations(
    graph: ScholarGraph, chosen: Chosen, group: _Group, institutions: _Institutions
) -> _Affiliations:
    import pyarrow.compute as pc

    ids = graph.adjacency.nodes["paper"].ids.take(chosen.rows)
    columns = ["paper_id", "position", "institution_id", "country_code"]
    table = graph.scan("affiliations").to_table(
        columns=columns, filter=pc.field("paper_id").isin(ids)
    )
    paper = pc.index_in(table["paper_id"], value_set=ids).to_numpy().astype(np.int64)
    author = _authors_at(graph.adjacency, chosen.rows, paper, table["position"].to_numpy())
    place = pc.index_in(table["institution_id"], value_set=institutions.ids)
    named = pc.fill_null(place, _UNKNOWN).to_numpy().astype(np.int64)
    country = _country_numbers(table["country_code"])
    country = np.where(country == _UNKNOWN, _of_known(institutions.country, named), country)
    institution = _of_known(institutions.same, named)
    is_known = (author != _UNKNOWN) & ((institution != _UNKNOWN) | (country != _UNKNOWN))
    columns_of = [values[is_known] for values in (paper, author, institution, country)]
    order = np.lexsort(columns_of[::-1])
    paper, author, institution, country = (values[order] for values in columns_of)
    is_new = np.ones(len(paper), np.bool_)
    is_new[1:] = False
    for values in (paper, author, institution, country):
        is_new[1:] |= values[1:] != values[:-1]
    paper, author = paper[is_new], author[is_new]
    institution, country = institution[is_new], country[is_new]
    if group.authors is not None:
        is_own = np.isin(author, group.authors)
    elif group.institution != _UNKNOWN:
        is_own = institution == group.institution
    else:
        is_own = country == group.country
    return _Affiliations(paper, author, institution, country, is_own)


def _of_known(values: IntArray, rows: IntArray) -> IntArray:
    found = np.full(len(rows), _UNKNOWN)
    is_known = rows != _UNKNOWN
    found[is_known] = values[rows[is_known]]
    return found


def _units(paper: IntArray, key: IntArray, is_own: BoolArray, key_count: int) -> _Units:
    is_known = key != _UNKNOWN
    size = max(key_count, 1)
    distinct, place = np.unique(paper[is_known] * size + key[is_known], return_inverse=True)
    own = np.zeros(len(distinct), np.bool_)
    own[place[is_own[is_known]]] = True
    return _Units(distinct // size, distinct % size, own)


def _judged(
    adjacency: Adjacency,
    chosen: Chosen,
    group: _Group,
    rows: _Affiliations,
    places: _Units,
    countries: _Units,
    institutions: _Institutions,
) -> _Judged:
    """Tell of each paper what is true and what cannot be told."""
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
    return _Judged(
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


def _is_open(chosen: Chosen, rows: _Affiliations, key: IntArray) -> BoolArray:
    """Tell on which papers an institution, or a country, of somebody may be missing."""
    person = np.unique(rows.paper << 32 | rows.author)
    persons = np.bincount(person >> 32, minlength=len(chosen.rows))
    is_open = (chosen.flags & AUTHORS_TRUNCATED != 0) | (persons < chosen.team_size)
    is_open[rows.paper[key == _UNKNOWN]] = True
    found: BoolArray = is_open
    return found


def _weights(
    adjacency: Adjacency, chosen: Chosen, group: _Group, rows: _Affiliations
) -> FloatArray:
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


def _met(places: _Units, institutions: _Institutions, size: int) -> _Met:
    """Set each institution of the group beside all others of the paper."""
    met = _Met(
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
        high = int(np.searchsorted(ends, before + _PAIRS_AT_A_TIME, side="right"))
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
    met: _Met, places: _Units, one: IntArray, other: IntArray, institutions: _Institutions
) -> None:
    paper = places.paper[one]
    here, there = places.key[one], places.key[other]
    latitude, longitude = np.radians(institutions.latitude), np.radians(institutions.longitude)
    distance = _kilometres(latitude[here], longitude[here], latitude[there], longitude[there])
    is_known = ~np.isnan(distance)
    np.minimum.at(met.nearest, paper[is_known], distance[is_known])
    np.maximum.at(met.farthest, paper[is_known], distance[is_known])
    met.is_unplaced[paper[~is_known]] = True
    kind = institutions.is_company[there]
    met.has_company[paper[kind == 1]] = True
    met.is_untyped[paper[kind == _UNKNOWN]] = True


def _kilometres(
    latitude: FloatArray, longitude: FloatArray, other_latitude: FloatArray, other: FloatArray
) -> FloatArray:
    """Return great-circle distances by the haversine formula; angles in radians."""
    haversine = (
        np.sin((other_latitude - latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(other_latitude) * np.sin((other - longitude) / 2) ** 2
    )
    # Of antipodes rounding makes a little more than 1.
    distance: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1.0)))
    return distance


def _shares(judged: _Judged, counts: BoolArray) -> list[dict[str, Any]]:
    """Return a row for each measure, over some of the papers."""
    papers = int(np.count_nonzero(counts))
    weight = float(judged.weight[counts].sum())
    found = []
    for measure, is_true, is_unknown in zip(
        MEASURES, judged.is_true, judged.is_unknown, strict=True
    ):
        holds, might_hold = is_true & counts, (is_true | is_unknown) & counts
        true = int(np.count_nonzero(holds))
        found.append(
            {
                "measure": measure,
                "papers": true,
                "full": true / papers if papers else None,
                "fractional": float(judged.weight[holds].sum()) / weight if papers else None,
                "full_at_most": int(np.count_nonzero(might_hold)) / papers if papers else None,
                "fractional_at_most": (
                    float(judged.weight[might_hold].sum()) / weight if papers else None
                ),
                "denominator_full": papers,
                "denominator_fractional": weight,
                "single_author_papers": int(np.count_nonzero(holds & judged.is_alone)),
                "unknown": int(np.count_nonzero(is_unknown & counts)),
            }
        )
    return found


def _by_year(judged: _Judged, chosen: Chosen, complete_until: int) -> pd.DataFrame:
    rows = []
    years = chosen.year[judged.counts]
    for year in np.unique(years[years != NO_YEAR]).tolist():
        for row in _shares(judged, judged.counts & (chosen.year == year)):
            rows.append({"year": year, "is_complete": year <= complete_until, **row})
    return _frame(rows, ("year", "is_complete"))


def _frame(rows: list[dict[str, Any]], before: tuple[str, ...] = ()) -> pd.DataFrame:
    import pyarrow as pa

    types = {
        "year": pa.int16(),
        "is_complete": pa.bool_(),
        "measure": pa.string(),
        "papers": pa.int64(),
        "full": pa.float64(),
        "fractional": pa.float64(),
        "full_at_most": pa.float64(),
        "fractional_at_most": pa.float64(),
        "denominator_full": pa.int64(),
        "denominator_fractional": pa.float64(),
        "single_author_papers": pa.int64(),
        "unknown": pa.int64(),
    }
    names = [name for name in types if name in before or name not in ("year", "is_complete")]
    schema = pa.schema([(name, types[name]) for name in names])
    return frame(pa.Table.from_pylist(rows, schema=schema))


def _partners(units: _Units, judged: _Judged) -> tuple[IntArray, IntArray, FloatArray]:
    """Return partners, the most frequent first, and papers and weight of each."""
    counts = ~units.is_own & judged.counts[units.paper]
    keys, number = np.unique(units.key[counts], return_inverse=True)
    papers = np.bincount(number).astype(np.int64)
    weights = np.bincount(number, weights=judged.weight[units.paper[counts]]).astype(np.float64)
    order = np.lexsort((keys, -weights, -papers))
    return keys[order], papers[order], weights[order]


def _partner_frame(
    keys: IntArray,
    papers: IntArray,
    weights: FloatArray,
    judged: _Judged,
    institutions: _Institutions | None,
) -> pd.DataFrame:
    """Describe partners: institutions or, without what is known of those, countries."""
    import pyarrow as pa

    # Without papers there are no partners either, and nothing to be divided.
    whole = float(judged.weight[judged.counts].sum()) or 1.0
    named: dict[str, Any] = {}
    country = keys
    if institutions is not None:
        named = {
            "institution_id": institutions.ids.take(keys),
            "name": institutions.names.take(keys),
        }
        country = institutions.country[keys]
    codes = [None if each == _UNKNOWN else _country_text(each) for each in country.tolist()]
    table = pa.table(
        {
            **named,
            "country_code": pa.array(codes, pa.string()),
            "paper_count": pa.array(papers, pa.int64()),
            "full": pa.array(papers / max(int(judged.counts.sum()), 1), pa.float64()),
            "fractional": pa.array(weights / whole, pa.float64()),
        }
    )
    return frame(table)


def _said(graph: ScholarGraph, chosen: Chosen, terms: Terms) -> dict[str, Any]:
    said = said_of(chosen, graph.adjacency, terms)
    for name in _OF_PAIRS:
        del said[name]
    return {"version": graph.version, "year": reference_year(graph, terms), **said}


def _not_told(
    judged: _Judged, chosen: Chosen, places: _Units, institutions: _Institutions
) -> dict[str, int]:
    counts = judged.counts
    met = np.unique(places.key[counts[places.paper]])
    return {
        "papers_with_affiliation": int(np.count_nonzero(counts)),
        "papers_without_affiliation": int(np.count_nonzero(~counts)),
        "papers_partly_known": int(np.count_nonzero(counts & judged.is_open)),
        "papers_without_year": int(np.count_nonzero(counts & (chosen.year == NO_YEAR))),
        "institutions_without_coordinates": int(
            np.count_nonzero(np.isnan(institutions.latitude[met] + institutions.longitude[met]))
        ),
        "institutions_without_type": int(
            np.count_nonzero(institutions.is_company[met] == _UNKNOWN)
        ),
    }

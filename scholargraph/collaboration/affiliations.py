"""Who sat where on bylines, and what authors give to the organisations that they name there.

Seats stand in the arrays of the version, what they say of institutions and countries in the table
of affiliations. What is made of it is the business of ``organisations`` (networks),
``organisation_ties`` (one author) and ``summary_of_groups``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.csr import Relation
from scholargraph.adjacency.meanings import NO_AUTHOR
from scholargraph.network.pairs import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph

LEVELS: Final = ("institution", "country")
"""Kinds of organisations."""

NOT_TOLD: Final = -1
"""Stands for an author who cannot be told."""

_COLUMNS: Final = {"institution": "institution_id", "country": "country_code"}

_MANY: Final = 100_000
"""Papers from which on the whole table is read, instead of asking each row group for them."""


class Seated(NamedTuple):
    """Seats of authors who can be told, by paper and position."""

    paper: IntArray
    """Place among the papers asked about."""
    position: IntArray
    author: IntArray
    """Row."""


class Shares(NamedTuple):
    """What authors of papers give to organisations, by paper, author and organisation.

    What an author of a paper gives sums to 1; one without organisations is not in here.
    """

    paper: IntArray
    """Place among the papers asked about."""
    author: IntArray
    """Place among the authors asked about."""
    organisation: IntArray
    """Number."""
    share: FloatArray


def seated_on(adjacency: Adjacency, papers: IntArray) -> Seated:
    """Return the seats of papers that name an author, without those that carry a mark.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    papers : int64 array
        Rows, ascending.
    """
    seats = adjacency.seats
    place, author = Relation(indptr=seats.indptr, indices=seats.author).of_all(papers)
    lengths = np.bincount(place, minlength=len(papers))
    first = seats.indptr[papers] - (np.cumsum(lengths) - lengths)
    seat = np.arange(len(place)) + first[place]
    is_told = (seats.mark_code[seat] == 0) & (author != NO_AUTHOR)
    return Seated(
        place[is_told],
        seats.position[seat[is_told]].astype(np.int64),
        author[is_told].astype(np.int64),
    )


def first_seats(seated: Seated) -> Seated:
    """Return of each author of a paper the first seat alone."""
    _, first = np.unique(seated.paper << 32 | seated.author, return_index=True)
    first.sort()
    return Seated(seated.paper[first], seated.position[first], seated.author[first])


def authors_at(seated: Seated, paper: IntArray, position: IntArray) -> IntArray:
    """Return who sits at positions of papers, or `NOT_TOLD`."""
    author = np.full(len(paper), NOT_TOLD)
    if not len(seated.paper):
        return author
    key = seated.paper << 32 | seated.position
    wanted = paper << 32 | position
    found = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    is_told = key[found] == wanted
    author[is_told] = seated.author[found[is_told]]
    return author


def affiliations_of(graph: ScholarGraph, papers: IntArray, columns: tuple[str, ...]) -> pa.Table:
    """Return the rows of the table of affiliations that belong to papers.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    papers : int64 array
        Rows, ascending.
    columns : tuple of str
        Columns wanted beside ``paper``, the place among the papers, and ``position``.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = graph.adjacency.nodes["paper"].ids.take(papers)
    condition = pc.field("paper_id").isin(ids) if len(papers) < _MANY else None
    table = graph.scan("affiliations").to_table(
        columns=["paper_id", "position", *columns], filter=condition
    )
    paper = pc.index_in(table["paper_id"], value_set=ids)
    table = table.set_column(0, "paper", paper.cast(pa.int64()))
    return table.filter(paper.is_valid())


def shares_of(
    graph: ScholarGraph, papers: IntArray, authors: IntArray, level: str, *, roll_up: bool = False
) -> tuple[Shares, pa.Array[Any]]:
    """Return what authors give to the organisations that they name on papers, and their ids.

    An author who stands twice on a byline counts once, with what his first seat says. Each
    institution that it names, or each country, has an equal part; institutions with one ROR id are
    one, with the smallest id, and have the parts of all.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    papers : int64 array
        Rows, ascending.
    authors : int64 array
        Rows of the authors who count, each once.
    level : {"institution", "country"}
        The organisations.
    roll_up : bool
        Whether institutions are replaced by the top of their lineage; two tops share equally.

    Returns
    -------
    Shares
        By paper, author and organisation.
    string array
        Ids of the organisations, ascending by bytes; their numbers are the places here.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = _COLUMNS[level]
    table = affiliations_of(graph, papers, (column,))
    table = table.filter(table[column].is_valid())
    paper = table["paper"].to_numpy()
    seated = first_seats(seated_on(graph.adjacency, papers))
    signer = authors_at(seated, paper, table["position"].to_numpy().astype(np.int64))
    author, counts = _places(authors, signer)
    named = table[column].combine_chunks().dictionary_encode()
    # A seat that names a country twice, for two institutions there, names one country.
    paper, author, code = distinct_rows(
        paper[counts], author[counts], named.indices.to_numpy()[counts].astype(np.int64)
    )
    if level == "institution":
        place, names, part = _joined(graph, named.dictionary, roll_up=roll_up)
        row, code = _expanded(code, place, len(named.dictionary))
        paper, author, weight = paper[row], author[row], part[code]
        organisation = names.take(pa.array(code))
    else:
        weight = np.ones(len(code))
        organisation = named.dictionary.take(pa.array(code))
    ids = pc.unique(organisation)
    ids = ids.take(pc.sort_indices(ids)).cast(pa.string())
    number = pc.index_in(organisation, value_set=ids).to_numpy(zero_copy_only=False)
    return _shared(paper, author, number.astype(np.int64), weight), ids


def distinct_rows(*columns: IntArray) -> tuple[IntArray, ...]:
    """Return the distinct rows of columns, in order."""
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    is_new = np.zeros(len(order), np.bool_)
    is_new[:1] = True
    for column in ordered:
        is_new[1:] |= column[1:] != column[:-1]
    return tuple(column[is_new] for column in ordered)


def first_of_each(texts: pa.ChunkedArray[Any]) -> IntArray:
    """Return for each text the first row that has it; a null's own row."""
    encoded = texts.combine_chunks().dictionary_encode()
    rows = np.arange(len(encoded))
    code = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
    first = np.full(len(encoded.dictionary) + 1, len(encoded))
    np.minimum.at(first, code, rows)
    found: IntArray = np.where(code < len(encoded.dictionary), first[code], rows)
    return found


def organisation_names(graph: ScholarGraph, ids: pa.Array[Any], level: str) -> pa.Array[Any]:
    """Return the names of organisations; that of a country is its code.

    Null is that of an institution which nothing but the lineage of another one names.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if level == "country" or not len(ids):
        return ids
    known = graph.adjacency.nodes["institution"]
    rows = np.array([known.find_row(each) for each in ids.to_pylist()], np.int64)
    names = known.names.take(np.maximum(rows, 0))
    return pc.if_else(pa.array(rows >= 0), names, pa.scalar(None, names.type))


def _places(authors: IntArray, signer: IntArray) -> tuple[IntArray, BoolArray]:
    """Return the place of each signer among the authors, and whether there is one."""
    if not len(authors):
        return np.zeros(len(signer), np.int64), np.zeros(len(signer), np.bool_)
    ascending = np.argsort(authors)
    place = np.searchsorted(authors, signer, sorter=ascending)
    found = ascending[np.minimum(place, len(authors) - 1)]
    return found, authors[found] == signer


def _joined(
    graph: ScholarGraph, institutions: pa.Array[Any], *, roll_up: bool
) -> tuple[IntArray, pa.Array[Any], FloatArray]:
    """Return institutions by one id for each ROR and, if asked, by the top of their lineage.

    Of each entry: the place of the institution that it comes from, ascending; its id; and its part.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not roll_up:
        table = graph.scan("institutions").to_table(columns=["institution_id", "ror"])
        ids = table["institution_id"].combine_chunks()
        row = pc.index_in(institutions, value_set=ids)
        same = ids.take(pa.array(first_of_each(table["ror"])).take(row))
        return np.arange(len(row)), pc.coalesce(same, institutions), np.ones(len(row))
    tops = _tops(graph)
    place: list[int] = []
    names: list[str] = []
    part: list[float] = []
    for number, own in enumerate(institutions.to_pylist()):
        found = tops(own)
        place += [number] * len(found)
        names += found
        part += [1 / len(found)] * len(found)
    return np.array(place, np.int64), pa.array(names, pa.string()), np.array(part, np.float64)


def _tops(graph: ScholarGraph) -> Callable[[str], list[str]]:
    """Return what finds the tops of an institution's lineage, by one id for each ROR."""
    table = graph.scan("institutions").to_table(columns=["institution_id", "ror", "lineage"])
    ids = table["institution_id"].to_pylist()
    lineage = dict(zip(ids, table["lineage"].to_pylist(), strict=True))
    same = {own: ids[row] for own, row in zip(ids, first_of_each(table["ror"]), strict=True)}

    def tops(own: str) -> list[str]:
        above = lineage.get(own) or [own]
        ends = [each for each in above if set(lineage.get(each) or [each]) <= {each}]
        return sorted({same.get(each, each) for each in ends or [own]})

    return tops


def _expanded(code: IntArray, place: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Return a row for each entry of what a code stands for: whence it comes, and the entry."""
    starts = np.searchsorted(place, np.arange(count + 1))
    lengths = np.diff(starts)[code]
    row = np.repeat(np.arange(len(code)), lengths)
    before = np.cumsum(lengths) - lengths
    return row, np.arange(len(row)) + (starts[code] - before)[row]


def _shared(
    paper: IntArray, author: IntArray, organisation: IntArray, weight: FloatArray
) -> Shares:
    """Divide what each author of a paper gives by its sum; parts of one organisation are added."""
    order = np.lexsort((organisation, author, paper))
    seat = (paper << 32 | author)[order]
    number, weight = organisation[order], weight[order]
    _, of_seat = np.unique(seat, return_inverse=True)
    total = np.bincount(of_seat, weight)
    is_new = np.ones(len(seat), np.bool_)
    is_new[1:] = (seat[1:] != seat[:-1]) | (number[1:] != number[:-1])
    starts = np.flatnonzero(is_new)
    share = np.add.reduceat(weight / total[of_seat], starts) if len(starts) else np.zeros(0)
    return Shares(seat[starts] >> 32, seat[starts] & 0xFFFFFFFF, number[starts], share)

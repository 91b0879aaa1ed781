"""Which institutions papers name, both ways round, and how many of the authors each of them has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import Relation, distinct, transpose, write_indptr
from scholargraph.adjacency.meanings import NO_AUTHOR, NOT_SIGNED
from scholargraph.adjacency.pages import release
from scholargraph.adjacency.papers_of_nodes import rows_of
from scholargraph.adjacency.rows import ABSENT, PaperRows, add_at, batches, whole

if TYPE_CHECKING:
    import pyarrow as pa

    from scholargraph.adjacency.strings import Strings
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]


class _Named(NamedTuple):
    """Institutions that seats name, by paper."""

    paper: IntArray
    """Row, ascending."""
    position: IntArray
    institution: IntArray
    """Row, or `ABSENT` for an id without row."""

    def of(self, places: npt.NDArray[Any] | slice) -> _Named:
        return _Named(self.paper[places], self.position[places], self.institution[places])


class _Seats(NamedTuple):
    """The arrays of all seats, in the order of their table."""

    indptr: npt.NDArray[np.int64]
    author: npt.NDArray[np.uint32]
    position: npt.NDArray[np.int32]
    mark_code: npt.NDArray[np.uint8]


class _Signed(NamedTuple):
    """Whose seats name institutions, an entry for each of `_Named`."""

    author: IntArray
    """Row, or `ABSENT` for a seat of which nobody can tell whose it is."""
    is_first: npt.NDArray[np.bool_]
    """Whether it is the first seat of its author on the paper."""


def write_paper_institutions(
    writer: ArraysWriter, snapshot: Snapshot, ids: Mapping[str, Strings]
) -> None:
    """Write the institutions of all papers; the arrays of seats are written before.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    snapshot : Snapshot
        The version.
    ids : mapping of str to Strings
        Ids of papers and institutions.

    Notes
    -----
    An author of a paper has one unit to give, 1 / k to each of the k institutions that his first
    seat names; of institutions with one ROR id each has the parts of all. Sums are taken in the
    order of authors, so that they do not depend on how the table is cut into pieces.
    """
    papers, institutions = ids["paper"], ids["institution"]
    seats = _seats(writer)
    same = _first_with_ror(whole(snapshot, "institutions", ["ror"])[0])
    counts = writer.scratch("<i4", len(papers))
    indices = writer.begin("paper_institutions.indices", "<u4")
    authors = writer.begin("paper_institutions.authors", "<f8")
    for named in _whole_papers(snapshot, papers, institutions):
        signed = _signed(seats, named)
        entries = distinct(_entries(named))
        indices.append(entries & 0xFFFFFFFF)
        authors.append(_authors(named, signed, same, entries))
        add_at(counts, entries >> 32)
        release(counts, *seats)
    indptr = write_indptr(writer, "paper_institutions", counts)
    relation = Relation(indptr=indptr, indices=writer.finish("paper_institutions.indices"))
    writer.finish("paper_institutions.authors")
    transpose(writer, "institution_papers", relation, len(institutions))
    writer.put("institution.same", same.astype(np.int32))


def _seats(writer: ArraysWriter) -> _Seats:
    return _Seats(
        *(
            writer.load(name)
            for name in ("seats.indptr", "seats.author", "seats.position", "seats.mark_code")
        )
    )


def _first_with_ror(rors: pa.ChunkedArray[Any]) -> IntArray:
    """Return of each institution the first that has its ROR id; itself where there is none."""
    encoded = rors.combine_chunks().dictionary_encode()
    own = np.arange(len(encoded))
    code = encoded.indices.fill_null(ABSENT).to_numpy().astype(np.int64)
    first = np.full(len(encoded.dictionary) + 1, len(own))
    np.minimum.at(first, code, own)
    return np.where(code == ABSENT, own, first[code])


def _whole_papers(snapshot: Snapshot, papers: Strings, institutions: Strings) -> Iterator[_Named]:
    """Yield what seats name, in pieces that cut no paper in two."""
    known = institutions.slice(0, len(institutions))
    reader = PaperRows(papers)
    waiting: list[_Named] = []
    for batch in batches(snapshot, "affiliations", ("paper_id", "position", "institution_id")):
        paper, _, _ = reader.read(batch.column(0))
        position = batch.column(1).to_numpy().astype(np.int64)
        names_one = batch.column(2).is_valid().to_numpy(zero_copy_only=False)
        named = _Named(paper, position, rows_of(batch.column(2), known))
        named = named.of((paper != ABSENT) & names_one)
        if not len(named.paper):
            continue
        begun = int(np.searchsorted(named.paper, named.paper[-1]))
        if begun or (waiting and waiting[-1].paper[-1] != named.paper[0]):
            yield _joined([*waiting, named.of(slice(begun))])
            waiting = []
        waiting.append(named.of(slice(begun, None)))
    if waiting:
        yield _joined(waiting)


def _joined(pieces: list[_Named]) -> _Named:
    return _Named(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))


def _signed(seats: _Seats, named: _Named) -> _Signed:
    """Find whose seats these are; those with a mark, or without author, are nobody's."""
    papers = distinct(named.paper)
    place, author = Relation(indptr=seats.indptr, indices=seats.author).of_all(papers)
    first = np.searchsorted(place, np.arange(len(papers)))
    seat = np.arange(len(place)) + (seats.indptr[papers] - first)[place]
    is_told = (seats.mark_code[seat] == 0) & (author != NO_AUTHOR)
    place, seat = place[is_told], seat[is_told]
    signer = author[is_told].astype(np.int64)
    if not len(signer):
        return _Signed(np.full(len(named.paper), ABSENT), np.zeros(len(named.paper), np.bool_))
    is_first = np.zeros(len(seat), np.bool_)
    is_first[np.unique(place << 32 | signer, return_index=True)[1]] = True
    key = place << 32 | seats.position[seat]
    wanted = np.searchsorted(papers, named.paper) << 32 | named.position
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    found = key[at] == wanted
    return _Signed(np.where(found, signer[at], ABSENT), found & is_first[at])


def _entries(named: _Named) -> IntArray:
    """Return papers and their institutions, as one number for each pair."""
    named = named.of(named.institution != ABSENT)
    return named.paper << 32 | named.institution


def _authors(named: _Named, signed: _Signed, same: IntArray, entries: IntArray) -> FloatArray:
    """Return how many authors the institution of each entry has, or `NOT_SIGNED`."""
    pair, given = _given(named, signed, same)
    wanted = (entries >> 32) << 32 | same[entries & 0xFFFFFFFF]
    authors = np.zeros(len(entries))
    if len(pair):
        at = np.minimum(np.searchsorted(pair, wanted), len(pair) - 1)
        authors = np.where(pair[at] == wanted, given[at], 0.0)
    is_signed = np.zeros(len(entries), np.bool_)
    is_signed[np.searchsorted(entries, _entries(named.of(signed.author != ABSENT)))] = True
    return np.where(is_signed, authors, NOT_SIGNED)


def _given(named: _Named, signed: _Signed, same: IntArray) -> tuple[IntArray, FloatArray]:
    """Return papers with institutions, these for their variants, too, and what each is given."""
    _, seat, on_seat = np.unique(
        named.paper << 32 | named.position, return_inverse=True, return_counts=True
    )
    gives = signed.is_first & (named.institution != ABSENT)
    pair = named.paper[gives] << 32 | same[named.institution[gives]]
    author, part = signed.author[gives], 1.0 / on_seat[seat[gives]]
    order = np.lexsort((author, pair))
    pair, author, part = pair[order], author[order], part[order]
    # Added up author by author: rounding depends on the order.
    is_new = np.ones(len(pair), np.bool_)
    is_new[1:] = (pair[1:] != pair[:-1]) | (author[1:] != author[:-1])
    starts = np.flatnonzero(is_new)
    by_author = np.add.reduceat(part, starts) if len(starts) else part
    pairs, place = np.unique(pair[starts], return_inverse=True)
    return pairs, np.bincount(place, by_author, minlength=len(pairs)).astype(np.float64)

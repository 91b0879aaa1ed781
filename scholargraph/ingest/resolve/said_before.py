"""What arXiv's records once added to rows of OpenAlex, and how it is taken away again.

A version is merged with the next from what each side says itself, so that links can change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scholargraph import schema
from scholargraph.ingest.resolve.arxiv_rows import PREFIX
from scholargraph.ingest.resolve.name_forms import plain_column
from scholargraph.ingest.resolve.pieces import Piece, only
from scholargraph.ingest.resolve.twins import GUESSES
from scholargraph.ingest.runs import plain

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.ids import Ids
    from scholargraph.ingest.resolve.pieces import Keys
    from scholargraph.ingest.resolve.reading import Reading


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """What of the version before came from arXiv's records into rows of OpenAlex."""

    guessed: Keys
    """Places of works that were linked without naming the record themselves, ascending."""
    guessed_locations: pa.Array
    """The same with the record, as one text."""
    has_arxiv_abstract: Keys
    """Places of works that have their abstract from arXiv."""

    @classmethod
    def of(cls, reading: Reading) -> SaidBefore:
        """Look into the version before."""
        parent = reading.parent
        if parent is None or schema.ARXIV_RECORDS.name not in parent.files:
            return cls(np.empty(0, np.int64), pa.array([], pa.string()), np.empty(0, np.int64))
        said = ["arxiv_id", "paper_id", "reason", "accepted"]
        links = _read(parent.paths(schema.LINKS.name), said)
        is_guess = pc.and_(links["accepted"], pc.is_in(links["reason"], pa.array(GUESSES)))
        links = links.filter(is_guess)
        records = _read(parent.paths(schema.ARXIV_RECORDS.name), ["paper_id", "gives_abstract"])
        given = records.filter(records["gives_abstract"])
        return cls(
            _places(reading.ids, links["paper_id"]),
            _location_texts(_each_place(reading.ids, links["paper_id"]), links["arxiv_id"]),
            _places(reading.ids, given["paper_id"]),
        )


def _read(paths: Sequence[Path], columns: list[str]) -> pa.Table:
    tables = [pq.read_table(path, columns=columns, partitioning=None) for path in paths]
    return pa.concat_tables(tables)


def _places(ids: Ids, texts: pa.ChunkedArray) -> Keys:
    return np.unique(_each_place(ids, texts))


def _each_place(ids: Ids, texts: pa.ChunkedArray) -> Keys:
    """Return the place of each text, of such as are ids."""
    values = texts.combine_chunks()
    if not len(values):
        return np.empty(0, np.int64)
    order = pc.sort_indices(values)
    places = np.empty(len(values), np.int64)
    places[order.to_numpy()] = ids.of_sorted(values.take(order))
    return places


def _location_texts(papers: Keys, arxiv_ids: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(arxiv_ids, pa.ChunkedArray):
        arxiv_ids = arxiv_ids.combine_chunks()
    return pc.binary_join_element_wise(pa.array(papers).cast(pa.string()), plain(arxiv_ids), " ")


def _papers_as_said(before: SaidBefore, piece: Piece, low: int) -> Piece:
    keys, rows = only(piece, piece.keys < low)
    count = len(keys)
    guessed = pa.array(np.isin(keys, before.guessed))
    nothing = pa.scalar(None, pa.string())
    values = {
        "arxiv_id": pc.if_else(guessed, nothing, plain_column(rows, "arxiv_id")),
        "version_count": pa.nulls(count, pa.int16()),
        "is_withdrawn": pa.nulls(count, pa.bool_()),
        "origin": pa.repeat("openalex", count),
    }
    for name, value in values.items():
        rows = rows.set_column(rows.column_names.index(name), name, value)
    return Piece(keys, rows)


def _topics_as_said(before: SaidBefore, piece: Piece, low: int) -> Piece:
    is_arxiv = pc.starts_with(plain_column(piece.rows, "topic_id"), PREFIX)
    return only(piece, ~is_arxiv.to_numpy(zero_copy_only=False))


def _locations_as_said(before: SaidBefore, piece: Piece, low: int) -> Piece:
    keys, rows = only(piece, piece.keys < low)
    if not np.isin(keys, before.guessed).any():
        return Piece(keys, rows)
    texts = _location_texts(keys, pc.fill_null(plain_column(rows, "arxiv_id"), ""))
    is_ours = pc.is_in(texts, value_set=before.guessed_locations)
    return only(Piece(keys, rows), ~is_ours.to_numpy(zero_copy_only=False))


def _abstracts_as_said(before: SaidBefore, piece: Piece, low: int) -> Piece:
    return only(piece, ~np.isin(piece.keys, before.has_arxiv_abstract))


AS_OPENALEX_SAID: Final[dict[str, Callable[[SaidBefore, Piece, int], Piece]]] = {
    schema.PAPERS.name: _papers_as_said,
    schema.PAPER_TOPICS.name: _topics_as_said,
    schema.LOCATIONS.name: _locations_as_said,
    schema.ABSTRACTS.name: _abstracts_as_said,
}
"""By table: how the rows of the version before lose what they have from arXiv's records."""

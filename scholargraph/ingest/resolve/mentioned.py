"""Nodes without a record of their own, as the newest record that names them has them.

They are found while the mentions pass by on their way into the version, sorted by node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest.resolve.pieces import HELD_BYTES, Piece, Spilled, in_order
from scholargraph.ingest.resolve.sources import nodes_of, owners_of

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.ids import Ids
    from scholargraph.schema import Column, Table

MENTIONS: Final[dict[str, Table]] = {
    schema.AUTHORS.name: schema.AUTHOR_MENTIONS,
    schema.INSTITUTIONS.name: schema.INSTITUTION_MENTIONS,
    schema.TOPICS.name: schema.TOPIC_MENTIONS,
    schema.SOURCES.name: schema.SOURCE_MENTIONS,
    schema.PUBLISHERS.name: schema.PUBLISHER_MENTIONS,
    schema.FUNDERS.name: schema.FUNDER_MENTIONS,
}
"""By table of nodes: what records say of them."""

_FULLER_FIRST: Final[dict[str, str]] = {schema.INSTITUTIONS.name: "lineage"}
"""Column that only a full description has: as host of a journal, an institution is but a name."""

_UNSAID: Final[dict[str, Any]] = {
    "alternatives": [],
    "is_mention": True,
    "issn": [],
    "kind": "profile",
    "lineage": [],
}
"""What a node that is only mentioned has, other than null, where nothing is said of it."""

_IS_FULLER: Final = 1 << 32
_IS_NAMED: Final = 1 << 33


class OnlyMentioned:
    """Nodes that are only mentioned: a source, once all mentions have been noted.

    Parameters
    ----------
    table : Table
        That of the nodes.
    ids : Ids
        Tell who has a record, and which mention is newer.
    folder : Path
        For what is noted.
    """

    def __init__(self, table: Table, ids: Ids, folder: Path) -> None:
        self._table = table
        self._ids = ids
        self._spilled = Spilled(folder)

    def noting(self, mentions: Iterable[Piece]) -> Iterator[Piece]:
        """Pass mentions on, and note the best one of each node without record."""
        noted: list[Piece] = []
        for piece in mentions:
            is_open = self._ids.lack_record(nodes_of(piece.keys))
            if is_open.any():
                open_ = Piece(piece.keys[is_open], piece.rows.filter(pa.array(is_open)))
                # The mentions of the node that was noted last may go on in this piece.
                keys, rows = self._best(in_order([*noted[-1:], open_]))
                last = len(keys) - 1
                noted[-1:] = [
                    Piece(keys[:last], rows.slice(0, last)),
                    Piece(keys[last:], rows.slice(last)),
                ]
                if sum(part.rows.nbytes for part in noted) >= HELD_BYTES:
                    self._spilled.add(in_order(noted[:-1]))
                    noted = noted[-1:]
            yield piece
        if noted:
            self._spilled.add(in_order(noted))

    def note(self, mentions: Iterable[Piece]) -> None:
        """Note the best mention of each node without record, of such as are not passed on."""
        for _ in self.noting(mentions):
            pass

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read the rows of the nodes, without their ids."""
        for keys, said in self._spilled.pieces(size):
            nodes = nodes_of(keys)
            ids = self._ids.texts.take(pa.array(nodes)).cast(pa.string())
            columns = {
                column.name: _described(column, said, ids) for column in self._table.columns[1:]
            }
            yield Piece(nodes, pa.table(columns))

    def _best(self, mentions: Piece) -> Piece:
        """Return the best mention of each node: named, full, new."""
        nodes = nodes_of(mentions.keys)
        merit = self._ids.standings[owners_of(mentions.keys)].astype(np.int64)
        merit[_is_said(mentions, "name")] += _IS_NAMED
        if self._table.name in _FULLER_FIRST:
            merit[_is_said(mentions, _FULLER_FIRST[self._table.name])] += _IS_FULLER
        is_first = np.append(True, nodes[1:] != nodes[:-1])
        highest = np.maximum.reduceat(merit, np.flatnonzero(is_first))
        is_best = merit == highest[np.cumsum(is_first) - 1]
        return Piece(mentions.keys[is_best], mentions.rows.filter(pa.array(is_best)))


def _is_said(piece: Piece, name: str) -> npt.NDArray[np.bool_]:
    is_said: npt.NDArray[np.bool_] = piece.rows[name].is_valid().to_numpy()
    return is_said


def _described(column: Column, said: pa.Table, ids: pa.Array) -> pa.Array:
    """Return a column of a table of nodes, as mentions have it."""
    kind = schema.arrow_type(column.type)
    if column.name not in said.column_names:
        return pa.repeat(pa.scalar(_UNSAID.get(column.name), kind), len(ids))
    values = said[column.name].combine_chunks()
    if column.name == "name":
        return pc.if_else(pc.fill_null(pc.not_equal(values, ""), False), values, ids)
    if column.name in _UNSAID:
        return pc.coalesce(values, pa.scalar(_UNSAID[column.name], kind))
    return values

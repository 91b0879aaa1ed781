"""Ids that a source has given up for others: what named the old one names the new one.

A list may say that A became B and a later one that B became C: A is C then. Ids that became one
another in a circle stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.identifiers import NOBODY
from scholargraph.ingest.columns import are_mentions
from scholargraph.ingest.resolve.pieces import Piece

if TYPE_CHECKING:
    import duckdb

    from scholargraph.schema import Table

GIVEN_UP: Final = "given_up"
"""Table of the engine: the ids and, at the end of each chain, what they are now."""

_MOST_ROUNDS: Final = 64
"""Each round doubles the length of the chains that are followed."""

_LINEAGE: Final = "lineage"
_OTHERS_IDS: Final = ("arxiv_id", "award_id", "into_id")

_NAMING: Final = {
    table.name: tuple(
        column.name
        for column in table.columns
        if column.name not in (table.key[0], "record_id")
        and (column.name.endswith("_id") or column.name == _LINEAGE)
        and column.name not in _OTHERS_IDS
    )
    for table in schema.TABLES.values()
}
"""By table: the columns that name nodes, beside that of the owner. Mentions name theirs by key."""

_KEY: Final = "_key"


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Ids and what they are now, both as texts, the old ones sorted."""

    old: pa.Array
    new: pa.Array

    def in_pieces(self, table: Table, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """Let the rows of a table name what the ids are now; what is the same then is one row."""
        for keys, rows in pieces:
            changed = rows
            for name in _NAMING[table.name]:
                changed = self._in_column(table, changed, name)
            if changed is not rows:
                yield _each_once(table, Piece(keys, _of_nobody(table, changed)))
            elif are_mentions(table):
                yield _mentions_once(Piece(keys, rows))
            else:
                yield Piece(keys, rows)

    def _in_column(self, table: Table, rows: pa.Table, name: str) -> pa.Table:
        values = rows[name].combine_chunks()
        is_list = name == _LINEAGE
        texts = values.values if is_list else values
        found = pc.index_in(texts, value_set=self.old)
        if found.null_count == len(found):
            return rows
        now = pc.coalesce(self.new.take(found), texts)
        if is_list:
            now = pa.ListArray.from_arrays(values.offsets, now, mask=values.is_null())
        elif name not in table.key and table.name != schema.AUTHORSHIPS.name:
            is_nobody = pc.is_in(now, value_set=_nobody())
            now = pc.if_else(is_nobody, pa.scalar(None, now.type), now)
        return rows.set_column(rows.column_names.index(name), name, now)


def _nobody() -> pa.Array:
    return pa.array(sorted(NOBODY), pa.string())


def _of_nobody(table: Table, rows: pa.Table) -> pa.Table:
    """Mark the seats whose author turned out to be nobody."""
    if table.name != schema.AUTHORSHIPS.name:
        return rows
    is_nobody = pc.is_in(rows["author_id"], value_set=_nobody())
    marks = pc.if_else(is_nobody, "nobody", rows["mark"])
    return rows.set_column(rows.column_names.index("mark"), "mark", marks)


def _mentions_once(piece: Piece) -> Piece:
    """Return mentions without those of a record that named a node by its old and its new id."""
    is_new = np.append(True, piece.keys[1:] != piece.keys[:-1])
    return Piece(piece.keys[is_new], piece.rows.filter(pa.array(is_new)))


def _each_once(table: Table, piece: Piece) -> Piece:
    """Return rows in order again, each key once."""
    if are_mentions(table):
        return _mentions_once(piece)
    others = [name for name in table.key[1:] if name in piece.rows.column_names]
    if not set(others) & set(_NAMING[table.name]):
        return piece
    rows = piece.rows.append_column(_KEY, pa.array(piece.keys))
    order = pc.sort_indices(rows, [(name, "ascending") for name in (_KEY, *others)])
    rows = rows.take(order)
    is_new = np.zeros(len(rows), bool)
    is_new[:1] = True
    for name in (_KEY, *others):
        values = rows[name].combine_chunks()
        differs = pc.not_equal(values[1:], values[:-1])
        either = pc.xor(values[1:].is_null(), values[:-1].is_null())
        is_new[1:] |= pc.or_(pc.fill_null(differs, False), either).to_numpy(zero_copy_only=False)
    rows = rows.filter(pa.array(is_new))
    return Piece(rows[_KEY].to_numpy(), rows.drop_columns([_KEY]))


def follow(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the engine's table of what ids are now, from the lists; return how many there are."""
    connection.execute(
        f"CREATE TABLE {GIVEN_UP} AS SELECT record_id AS id, "
        "arg_max(into_id, (coalesce(merged_date, DATE '0001-01-01'), into_id)) AS into_id "
        f"FROM {schema.MERGED.name} WHERE record_id <> into_id GROUP BY record_id"
    )
    for _ in range(_MOST_ROUNDS):
        ((followed,),) = connection.execute(
            f"UPDATE {GIVEN_UP} SET into_id = further.into_id FROM {GIVEN_UP} AS further "
            f"WHERE {GIVEN_UP}.into_id = further.id AND further.id <> further.into_id"
        ).fetchall()
        if not followed:
            break
    # What still leads to an id that was given up goes round in a circle, or into one.
    connection.execute(f"DELETE FROM {GIVEN_UP} WHERE into_id IN (SELECT id FROM {GIVEN_UP})")
    ((count,),) = connection.execute(f"SELECT count(*) FROM {GIVEN_UP}").fetchall()
    return int(count)

"""What arXiv's records put into the tables, beside OpenAlex's and together with them.

A record that has joined a work of OpenAlex gives that its categories, the number of its versions
and, where the work has none, its abstract; its byline is kept beside, as evidence. Another record
is a paper of its own. Which is which can change with every ingest, so all of this is made anew from
what both sides say, and of the version before only that is read: what arXiv once added to a row of
OpenAlex is taken away first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest.resolve.arxiv_rows import (
    PREFIX,
    as_papers,
    location_rows,
    rows_of,
    topics_above,
    topics_of,
)
from scholargraph.ingest.resolve.joined import Joined
from scholargraph.ingest.resolve.name_forms import name_forms, plain_column
from scholargraph.ingest.resolve.pieces import HELD_BYTES, Piece, Spilled, in_order, merged, only
from scholargraph.ingest.resolve.said_before import AS_OPENALEX_SAID, SaidBefore
from scholargraph.ingest.resolve.sources import KeyedSource, ParentFile, RunFile
from scholargraph.ingest.resolve.twins import Evidence, Twins, links_with_ids

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt

    from scholargraph.ingest.resolve.ids import Ids, Places
    from scholargraph.ingest.resolve.pieces import Keys, Source
    from scholargraph.ingest.resolve.reading import Reading
    from scholargraph.schema import Table

_AFTER_PREFIX: Final = "arXiv;"
"""The first text after all that begin with the prefix."""

_MOST_SORTED_BYTES: Final = 64 << 20
"""Of rows that go to works, in no order, sorted at a time."""

MOVED_ASIDE: Final = {
    schema.AUTHORSHIPS.name: schema.ARXIV_BYLINES,
    schema.ABSTRACTS.name: schema.ARXIV_ABSTRACTS,
    schema.AFFILIATIONS.name: schema.ARXIV_AFFILIATIONS,
}
"""By table: where the rows of records stand that have joined a work."""

_WITH_ARXIV: Final = frozenset(
    {
        *MOVED_ASIDE,
        schema.PAPERS.name,
        schema.PAPER_TOPICS.name,
        schema.LOCATIONS.name,
        schema.AUTHORS.name,
        schema.TOPICS.name,
        schema.ARXIV_RECORDS.name,
    }
)


def holds_arxiv(ids: Ids) -> bool:
    """Whether there is any record of arXiv, or was one in the version before."""
    return ids.place(PREFIX) < ids.place(_AFTER_PREFIX)


class ArxivLayer:
    """The rows of all tables that arXiv's records have a part in.

    Parameters
    ----------
    reading : Reading
        All that is merged.
    connection : duckdb.DuckDBPyConnection
        An engine, for the links.
    """

    def __init__(self, reading: Reading, connection: duckdb.DuckDBPyConnection) -> None:
        self._reading = reading
        self._ids = reading.ids
        self._low = reading.ids.place(PREFIX)
        self._high = reading.ids.place(_AFTER_PREFIX)
        self._said = SaidBefore.of(reading)
        self._twins = self._link(connection)
        records = self._records("joined") if len(self._twins.records) else ()
        self._joined = Joined.of(self._twins, records, self._ids)
        self._filled_in = _Sorted(reading.folder / "filled-in-abstracts")
        self._gives_abstract = self._fill_in_abstracts()
        self._appended = _Sorted(reading.folder / "appended-locations")
        self._append_locations()

    def _link(self, connection: duckdb.DuckDBPyConnection) -> Twins:
        evidence = Evidence(connection)
        if self._ids.place("W") == self._ids.place("X"):
            # Without works there is nobody to be joined.
            return evidence.decide(())
        evidence.add_records(self._records("evidence"), self._ids.texts)
        papers = self._reading.merged(schema.PAPERS, self._of_openalex(schema.PAPERS), "evidence")
        evidence.add_papers(papers)
        evidence.add_locations(self._locations("evidence"))
        return evidence.decide(self._seats("evidence"))

    def _records(self, purpose: str) -> Iterator[Piece]:
        """Read arXiv's records."""
        table = schema.ARXIV_RECORDS
        return self._reading.merged(table, self._reading.sources(table), purpose)

    def _locations(self, purpose: str) -> Iterator[Piece]:
        """Read what works say of where they are."""
        sources = self._of_openalex(schema.LOCATIONS)
        return self._reading.merged(schema.LOCATIONS, sources, purpose)

    def _seats(self, purpose: str) -> Iterator[Piece]:
        """Read all bylines of both sides."""
        sources = self._both(schema.AUTHORSHIPS)
        return self._reading.merged(schema.AUTHORSHIPS, sources, purpose)

    def _of_openalex(self, table: Table) -> list[Source]:
        """Return where the rows of a table are as OpenAlex's records have them."""
        as_said = AS_OPENALEX_SAID.get(table.name)
        return [
            file
            if as_said is None or isinstance(file, RunFile)
            else _Changed(file, lambda piece: as_said(self._said, piece, self._low))
            for file in self._reading.sources(table)
        ]

    def _both(self, table: Table) -> list[Source]:
        """Return where the rows of a table are, those of arXiv's records moved aside among them."""
        aside = self._reading.sources(MOVED_ASIDE[table.name])
        return [*self._of_openalex(table), *(_Changed(file, _as_rows_of(table)) for file in aside)]

    def _of_arxiv(self, table: Table) -> Iterator[Piece]:
        """Read the rows of arXiv's records alone, in no order of files."""
        for source in self._both(table):
            if isinstance(source, RunFile) and not self._has_arxiv(source):
                continue
            for piece in source.pieces(HELD_BYTES):
                yield only(piece, self._are_ours(piece.keys))

    def _has_arxiv(self, run: KeyedSource) -> bool:
        return any(self._are_ours(keys).any() for keys in run.keys(HELD_BYTES))

    def _are_ours(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Tell which rows are those of arXiv's records."""
        ours: npt.NDArray[np.bool_] = (keys >= self._low) & (keys < self._high)
        return ours

    def _fill_in_abstracts(self) -> Places:
        """Note the abstracts of works that have none; return the records that give one."""
        if not len(self._twins.records):
            return self._twins.records
        papers = np.unique(self._twins.papers)
        lacks = np.ones(len(papers), bool)
        for source in self._of_openalex(schema.ABSTRACTS):
            for keys in _keys(source):
                lacks &= ~np.isin(papers, keys)
        gives: list[Places] = []
        first = self._joined.firsts
        giving = first.records[np.isin(first.papers, papers[lacks])]
        for piece in self._of_arxiv(schema.ABSTRACTS):
            chosen = only(piece, np.isin(piece.keys, giving))
            if len(chosen.keys):
                gives.append(chosen.keys.astype(np.int32))
                self._filled_in.add(Piece(first.papers_of(chosen.keys), chosen.rows))
        self._filled_in.finish()
        return np.unique(np.concatenate([np.empty(0, np.int32), *gives]))

    def _append_locations(self) -> None:
        """Note a location for works that do not name arXiv themselves, after their own."""
        guessed = np.asarray(self._twins.guessed, dtype=bool)
        records, papers = self._twins.records[guessed], self._twins.papers[guessed]
        if not len(records):
            return
        last = dict.fromkeys(papers.tolist(), 0)
        for keys, rows in self._locations("last-locations"):
            is_asked = np.isin(keys, papers)
            positions = rows["position"].to_numpy()[is_asked]
            for paper, position in zip(keys[is_asked].tolist(), positions.tolist(), strict=True):
                last[paper] = max(last[paper], position)
        for piece in self._records("appended-locations"):
            chosen = only(piece, np.isin(piece.keys, records))
            if len(chosen.keys):
                joined = papers[records.searchsorted(chosen.keys)]
                positions = [last[paper] + 1 for paper in joined.tolist()]
                rows = location_rows(self._ids, chosen, pa.array(positions, pa.int32()))
                self._appended.add(Piece(joined.astype(np.int64), rows))
        self._appended.finish()

    def has_part_in(self, table: Table) -> bool:
        """Whether arXiv's records have rows of a table, or values in it."""
        return table.name in _WITH_ARXIV

    def pieces(self, table: Table, more: Sequence[Source]) -> Iterator[Piece]:
        """Return the rows of a table, merged.

        Parameters
        ----------
        table : Table
            Other than those to which rows are moved aside.
        more : sequence of Source
            Further rows.
        """
        rows = self._reading.merged(table, [*self._sources(table), *more], "writing")
        if table is schema.PAPERS:
            return map(self._enriched, rows)
        if table is schema.ARXIV_RECORDS:
            return map(self._with_paper, rows)
        return rows

    def _sources(self, table: Table) -> list[Source]:
        records = _Records(self, f"records-as-{table.name}")
        if table is schema.PAPERS:
            return [*self._of_openalex(table), _Changed(records, partial(as_papers, self._ids))]
        if table is schema.PAPER_TOPICS:
            topics = _Changed(records, self._topics)
            return [*self._of_openalex(table), self._joined.topics, topics]
        if table is schema.LOCATIONS:
            locations = _Changed(records, self._own_locations)
            return [*self._of_openalex(table), self._appended, locations]
        if table is schema.ABSTRACTS:
            return [*self._both(table), self._filled_in]
        if table.name in MOVED_ASIDE:
            return self._both(table)
        return [*self._of_openalex(table)]

    def apart(self, table: Table, pieces: Iterable[Piece], aside: Spilled) -> Iterator[Piece]:
        """Pass on the rows of papers, and note those of records that have joined one."""
        for piece in pieces:
            is_joined = np.isin(piece.keys, self._twins.records)
            if is_joined.any():
                aside.add(self._moved_aside(table, only(piece, is_joined)))
            yield only(piece, ~is_joined)

    def _moved_aside(self, table: Table, piece: Piece) -> Piece:
        columns = MOVED_ASIDE[table.name].column_names[1:]
        rows = piece.rows
        if "paper_id" in columns:
            rows = rows.append_column("paper_id", self._paper_ids(piece.keys))
        return Piece(piece.keys, rows.select(columns))

    def _paper_ids(self, records: Keys) -> pa.Array:
        """Return the ids of the papers that records are or have joined."""
        places = records.astype(np.int64)
        is_joined = np.isin(places, self._twins.records)
        places[is_joined] = self._twins.papers[self._twins.records.searchsorted(places[is_joined])]
        return self._ids.texts.take(pa.array(places)).cast(pa.string())

    def _with_paper(self, piece: Piece) -> Piece:
        gives = pa.array(np.isin(piece.keys, self._gives_abstract))
        rows = piece.rows.drop_columns(
            [name for name in ("paper_id", "gives_abstract") if name in piece.rows.column_names]
        )
        rows = rows.append_column("paper_id", self._paper_ids(piece.keys))
        return Piece(piece.keys, rows.append_column("gives_abstract", gives))

    def _enriched(self, piece: Piece) -> Piece:
        """Return papers with what the records give them that have joined them."""
        first = self._joined.firsts
        is_joined = np.isin(piece.keys, first.papers)
        if not is_joined.any():
            return piece
        found = np.where(is_joined, first.papers.searchsorted(piece.keys), -1)
        taken = first.said.take(pa.array(found, mask=found < 0))
        rows = piece.rows
        for name in taken.column_names:
            value = taken[name].combine_chunks()
            now = pc.if_else(pa.array(is_joined), value, plain_column(rows, name))
            rows = rows.set_column(rows.column_names.index(name), name, now)
        return Piece(piece.keys, rows)

    def unjoined(self, piece: Piece) -> Piece:
        """Return the records that are papers of their own."""
        return only(piece, ~np.isin(piece.keys, self._twins.records))

    def _topics(self, piece: Piece) -> Piece:
        return topics_of(piece.keys, piece.rows["categories"].combine_chunks(), has_primary=True)

    def _own_locations(self, piece: Piece) -> Piece:
        positions = pa.repeat(pa.scalar(1, pa.int32()), len(piece.keys))
        return Piece(piece.keys, location_rows(self._ids, piece, positions))

    def links(self) -> Iterator[pa.RecordBatch]:
        """Return the rows of the table of links."""
        yield from links_with_ids(self._twins.links, self._ids.texts).to_batches()

    def with_more(self, table: Table, rows: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Pass on the rows of a table, with those that arXiv's records make without being named."""
        if table is schema.AUTHORS:
            # Their ids come after all others.
            yield from rows
            yield name_forms(self._own_bylines())
        elif table is schema.TOPICS:
            every = [_plain_topics(part) for part in rows]
            together = pa.concat_tables([*every, topics_above(self._categories())])
            yield together.sort_by("topic_id")
        else:
            yield from rows

    def _own_bylines(self) -> Iterator[pa.Table]:
        """Read the seats of papers that arXiv alone has."""
        for piece in self._of_arxiv(schema.AUTHORSHIPS):
            yield self.unjoined(piece).rows

    def _categories(self) -> set[str]:
        used: set[str] = set()
        for piece in self._records("topics"):
            categories = pc.list_flatten(piece.rows["categories"].combine_chunks())
            used.update(pc.unique(categories).to_pylist())
        return used


@dataclass(frozen=True, slots=True)
class _Changed:
    """A source whose pieces are changed as they are read."""

    source: Source
    change: Callable[[Piece], Piece]

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read and change."""
        return map(self.change, self.source.pieces(size))


@dataclass(frozen=True, slots=True)
class _Records:
    """Records of arXiv that are papers of their own: a source."""

    layer: ArxivLayer
    purpose: str

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read the records."""
        return map(self.layer.unjoined, self.layer._records(self.purpose))


class _Sorted:
    """Rows that come in no order, sorted a portion at a time: a source."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[Piece] = []
        self._portions: list[Spilled] = []

    def add(self, piece: Piece) -> None:
        """Take rows."""
        self._held.append(piece)
        if sum(held.rows.nbytes for held in self._held) >= _MOST_SORTED_BYTES:
            self.finish()

    def finish(self) -> None:
        """Sort what was taken since the last time."""
        if self._held:
            portion = Spilled(self._folder / str(len(self._portions)))
            portion.add(in_order(self._held))
            self._portions.append(portion)
            self._held = []

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read the rows in order, once."""
        return merged(self._portions, self._folder / "merged", max(len(self._portions), 2))


def _as_rows_of(table: Table) -> Callable[[Piece], Piece]:
    """Return what makes rows that were moved aside rows of the table again."""

    def changed(piece: Piece) -> Piece:
        count = len(piece.keys)
        values = {name: piece.rows[name] for name in piece.rows.column_names}
        values.pop("paper_id", None)
        if table is schema.AUTHORSHIPS:
            values["is_corresponding"] = pa.repeat(False, count)
        return Piece(piece.keys, rows_of(table, values, count))

    return changed


def _plain_topics(rows: pa.Table) -> pa.Table:
    columns = {name: plain_column(rows, name) for name in schema.TOPICS.column_names}
    return pa.table(columns).cast(schema.arrow_schema(schema.TOPICS.name))


def _keys(source: Source) -> Iterator[Keys]:
    """Read the keys of a source, alone where that can be done."""
    if isinstance(source, RunFile | ParentFile):
        yield from source.keys(HELD_BYTES)
    else:
        for piece in source.pieces(HELD_BYTES):
            yield piece.keys

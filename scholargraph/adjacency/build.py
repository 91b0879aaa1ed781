"""The arrays of a version made from its tables: what is written, and in which order.

Memory is bounded by the pieces in which tables are read and by the engine's limit, not by the
store. The names of the arrays are those that ``adjacency`` opens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.adjacency import (
    AUTHORS_TRUNCATED,
    IS_PARATEXT,
    NO_TITLE,
    NODE_TABLES,
    UNKNOWN_COUNT,
    UNKNOWN_DATE,
    UNKNOWN_YEAR,
    UPPER_BOUND,
)
from scholargraph.adjacency.author_limits import write_author_limits
from scholargraph.adjacency.bylines import Bylines, SeatTable, read_seats, write_bylines
from scholargraph.adjacency.codes import CodesOutput
from scholargraph.adjacency.csr import Relation, transpose, write_indptr
from scholargraph.adjacency.identifiers import write_identifiers
from scholargraph.adjacency.pages import release
from scholargraph.adjacency.papers_of_nodes import (
    author_counts,
    fields_of_topics,
    paper_counts,
    rows_of,
)
from scholargraph.adjacency.rows import (
    ABSENT,
    PaperRows,
    add_at,
    batches,
    columns_of,
    connect,
    create,
)
from scholargraph.adjacency.strings import Strings, StringsOutput
from scholargraph.adjacency.topics_of_papers import write_paper_topics
from scholargraph.adjacency.versions import write_versions
from scholargraph.adjacency.words import write_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    import pyarrow as pa

    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter

_PIECE_ROWS: Final = 1_000_000
_SMALL: Final = tuple(name for name in NODE_TABLES if name not in {"paper", "author"})


_PAPER_COLUMNS: Final = (
    "paper_id",
    "title",
    "year",
    "date",
    "type",
    "is_paratext",
    "author_count",
    "authors_truncated",
    "cited_by_count",
    "topic_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Papers:
    ids: Strings
    said: npt.NDArray[np.int32]
    """Seats that each record claims."""
    flags: npt.NDArray[np.uint8]
    """As in the arrays, but for what only the bylines tell."""
    year: npt.NDArray[np.int16]
    field: npt.NDArray[np.int16]
    """Row of the field in the table of topics, or `ABSENT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authors:
    row_count: int
    """Rows of the table of authors."""
    all_count: int
    """With those whom only bylines name."""


def fill(writer: ArraysWriter, snapshot: Snapshot) -> Mapping[str, Any]:
    """Write all arrays of a version, and return what is to be noted about them.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    snapshot : Snapshot
        The version.

    Raises
    ------
    CorruptStoreError
        If a table is not sorted by its key.
    """
    few = {name: _write_names(writer, snapshot, name) for name in _SMALL}
    papers = _write_papers(writer, snapshot, few["topic"])
    # What an engine has taken it gives back when it is closed, and hardly before.
    with connect(writer.workspace) as connection:
        authors, seats = _read_seats(writer, snapshot, connection, papers.ids)
    signed = _write_bylines(writer, papers, authors, seats)
    with connect(writer.workspace) as connection:
        counts = author_counts(writer, snapshot, connection, {**few, "paper": papers.ids}, seats)
        writer.put("institution.author_count", counts)
        _write_citations(writer, snapshot, connection, papers.ids)
        for node_type, table in NODE_TABLES.items():
            write_identifiers(writer, snapshot, connection, node_type, table)
    write_paper_topics(writer, snapshot, {**few, "paper": papers.ids})
    for node_type, counts in paper_counts(snapshot, few).items():
        writer.put(f"{node_type}.counts", counts)
    words = {
        node_type: write_words(
            writer, f"{node_type}.words", _named(snapshot, node_type), is_name=node_type == "author"
        )
        for node_type in NODE_TABLES
    }
    with connect(writer.workspace) as connection:
        write_versions(writer, connection, words["paper"], signed)
    rows = {name: len(ids) for name, ids in few.items()}
    return {"rows": {**rows, "paper": len(papers.ids), "author": authors.row_count}}


def _write_names(writer: ArraysWriter, snapshot: Snapshot, node_type: str) -> Strings:
    """Write ids and names of a type of node."""
    table = NODE_TABLES[node_type]
    ids = StringsOutput(writer, f"{node_type}.ids")
    names = StringsOutput(writer, f"{node_type}.names")
    for batch in batches(snapshot, table.name, [*table.key, "name"]):
        ids.append(batch.column(0))
        names.append(batch.column(1))
    names.finish()
    return ids.finish()


def _write_papers(writer: ArraysWriter, snapshot: Snapshot, topics: Strings) -> _Papers:
    """Write what stands in the table of papers, and return what waits for the bylines."""
    import pyarrow as pa
    import pyarrow.compute as pc

    year = writer.begin("paper.year", "<i2")
    date = writer.begin("paper.date", "<i4")
    author_count = writer.begin("paper.author_count", "<i4")
    citations = writer.begin("paper.counts", "<i4")
    flags = writer.begin_scratch("|u1")
    field = writer.begin_scratch("<i2")
    known_topics, field_of_topic = fields_of_topics(snapshot, topics)
    types = CodesOutput(writer, "paper.type")
    paper_ids = StringsOutput(writer, "paper.ids")
    titles = StringsOutput(writer, "paper.names")
    for batch in batches(snapshot, "papers", _PAPER_COLUMNS):
        column = dict(zip(_PAPER_COLUMNS, batch.columns, strict=True))
        paper_ids.append(column["paper_id"])
        titles.append(pc.fill_null(column["title"], ""))
        year.append(pc.fill_null(column["year"], UNKNOWN_YEAR).to_numpy())
        days = pc.fill_null(column["date"].cast(pa.int32()), UNKNOWN_DATE)
        date.append(days.to_numpy())
        author_count.append(column["author_count"].to_numpy())
        citations.append(pc.fill_null(column["cited_by_count"], UNKNOWN_COUNT).to_numpy())
        flags.append(
            _truth(column["is_paratext"]) * IS_PARATEXT
            + _truth(column["authors_truncated"]) * AUTHORS_TRUNCATED
            + _truth(column["title"].is_null()) * NO_TITLE
        )
        types.append(column["type"])
        field.append(field_of_topic[rows_of(column["topic_id"], known_topics)])
    for name in ("date", "counts"):
        writer.finish(f"paper.{name}")
    titles.finish()
    types.finish()
    return _Papers(
        ids=paper_ids.finish(),
        said=writer.finish("paper.author_count"),
        flags=flags.finish_scratch(),
        year=writer.finish("paper.year"),
        field=field.finish_scratch(),
    )


def _read_seats(
    writer: ArraysWriter,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    papers: Strings,
) -> tuple[_Authors, SeatTable]:
    """Write what stands in the table of authors, and read who sits where."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = StringsOutput(writer, "author.ids")
    names = StringsOutput(writer, "author.names")
    works_count = writer.begin("author.works_count", "<i4")
    row_count = snapshot.rows("authors") if "authors" in snapshot.files else 0

    def pieces() -> Iterator[pa.RecordBatch]:
        low = 0
        for batch in batches(snapshot, "authors", ["author_id", "name", "works_count"]):
            ids.append(batch.column(0))
            names.append(batch.column(1))
            works_count.append(pc.fill_null(batch.column(2), UNKNOWN_COUNT).to_numpy())
            place = pa.array(np.arange(low, low + batch.num_rows, dtype=np.uint32))
            yield pa.RecordBatch.from_arrays([batch.column(0), place], names=["id", "place"])
            low += batch.num_rows

    create(connection, "author", pieces(), id=pa.string(), place=pa.uint32())
    seats = read_seats(writer, snapshot, connection, papers, row_count)
    strays = pa.array(seats.strays, pa.string())
    ids.append(strays)
    names.append(strays)
    works_count.append(np.full(len(strays), UNKNOWN_COUNT))
    names.finish()
    writer.finish("author.works_count")
    return _Authors(row_count=row_count, all_count=len(ids.finish())), seats


def _write_bylines(
    writer: ArraysWriter, papers: _Papers, authors: _Authors, seats: SeatTable
) -> Relation:
    """Write who signed what, and team sizes; return who signed what."""
    bylines = write_bylines(writer, seats, len(papers.ids), authors.row_count)
    transpose(writer, "author_papers", bylines.authors, authors.all_count)
    transpose(writer, "author_marked_papers", bylines.only_marked, authors.all_count)
    writer.put("author.counts", bylines.papers_of_author)
    team_size = _write_teams(writer, papers, bylines)
    write_author_limits(writer, papers.field, papers.year, team_size, UNKNOWN_YEAR)
    return bylines.authors


def _write_teams(writer: ArraysWriter, papers: _Papers, bylines: Bylines) -> npt.NDArray[np.int32]:
    """Write the persons on each byline: distinct authors, nameless seats, and those left out."""
    size = writer.begin("paper.team_size", "<i4")
    unresolved = writer.begin("paper.unresolved", "<i4")
    seats = writer.begin("paper.seats", "<i4")
    flags = writer.begin("paper.flags", "|u1")
    for low in range(0, len(papers.said), _PIECE_ROWS):
        piece = slice(low, low + _PIECE_ROWS)
        listed, said = bylines.listed[piece], papers.said[piece]
        nobody = bylines.nameless[piece] + np.maximum(said - listed, 0)
        size.append(bylines.resolved[piece] + nobody)
        unresolved.append(nobody)
        seats.append(listed)
        # Where the record claims no more than it lists, nobody knows how many are left out.
        is_cut = papers.flags[piece] & AUTHORS_TRUNCATED != 0
        flags.append(papers.flags[piece] | np.where(is_cut & (said <= listed), UPPER_BOUND, 0))
        release(papers.said, papers.flags, bylines.listed, bylines.nameless, bylines.resolved)
    for name in ("unresolved", "seats", "flags"):
        writer.finish(f"paper.{name}")
    return writer.finish("paper.team_size")


def _write_citations(
    writer: ArraysWriter,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    papers: Strings,
) -> None:
    """Write who cites whom inside the graph, in both directions."""
    import pyarrow as pa

    def paper_pieces() -> Iterator[pa.RecordBatch]:
        for low, texts in papers.pieces():
            place = pa.array(np.arange(low, low + len(texts), dtype=np.uint32))
            yield pa.RecordBatch.from_arrays([texts, place], names=["id", "place"])

    def pieces() -> Iterator[pa.RecordBatch]:
        reader = PaperRows(papers)
        for batch in batches(snapshot, "citations", ["paper_id", "cited_paper_id"]):
            citing, _, _ = reader.read(batch.column(0))
            has_row = citing != ABSENT
            yield pa.RecordBatch.from_arrays(
                [pa.array(citing[has_row]), batch.column(1).filter(pa.array(has_row))],
                names=["citing", "id"],
            )

    create(connection, "paper", paper_pieces(), id=pa.string(), place=pa.uint32())
    create(connection, "citation", pieces(), citing=pa.int64(), id=pa.string())
    counts = writer.scratch("<i4", len(papers))
    output = writer.begin("cites.indices", "<u4")
    pairs = (
        "SELECT DISTINCT citing * 4294967296 + place AS pair FROM citation JOIN paper USING (id)"
        " ORDER BY pair"
    )
    for (pair,) in columns_of(connection, pairs):
        output.append(pair & 0xFFFFFFFF)
        add_at(counts, pair >> 32)
        release(counts)
    connection.execute("DROP TABLE citation")
    connection.execute("DROP TABLE paper")
    indptr = write_indptr(writer, "cites", counts)
    cites = Relation(indptr=indptr, indices=writer.finish("cites.indices"))
    transpose(writer, "cited_by", cites, len(papers))


def _named(
    snapshot: Snapshot, node_type: str
) -> Iterator[tuple[npt.NDArray[np.int64], pa.Array[Any]]]:
    """Yield rows of nodes with all their names, or titles."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = NODE_TABLES[node_type]
    columns = {"paper": ["title"], "author": ["name", "alternatives"]}.get(node_type, ["name"])
    low = 0
    for batch in batches(snapshot, table.name, [*table.key, *columns]):
        rows = np.arange(low, low + batch.num_rows)
        names = batch.column(1)
        named = names.is_valid()
        low += batch.num_rows
        owners, forms = [rows[_truth(named)]], [names.filter(named)]
        if node_type == "author":
            others = batch.column(2)
            owners.append(rows[pc.list_parent_indices(others).to_numpy()])
            forms.append(pc.list_flatten(others))
            is_text = forms[1].is_valid()
            owners[1], forms[1] = owners[1][_truth(is_text)], forms[1].filter(is_text)
        yield np.concatenate(owners), pa.concat_arrays(forms)


def _truth(values: pa.Array[Any]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = values.to_numpy(zero_copy_only=False).astype(np.bool_)
    return found

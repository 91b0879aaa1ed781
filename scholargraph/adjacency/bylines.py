"""Who signed what: from seats on bylines to team sizes and the authors of each paper.

Here stands the one decision which seats make ties: those that name an author and carry no mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.codes import CodesOutput
from scholargraph.adjacency.csr import Relation, scratch_indptr, write_indptr
from scholargraph.adjacency.meanings import NO_AUTHOR
from scholargraph.adjacency.pages import release
from scholargraph.adjacency.rows import ABSENT, PaperRows, add_at, batches, columns_of, create

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pyarrow as pa

    from scholargraph.adjacency.strings import Strings
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter

_PIECE_SEATS: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTable:
    """All seats, in the order of their table; work space of the building."""

    run: npt.NDArray[np.uint32]
    """Number of the paper among the papers of this table."""
    position: npt.NDArray[np.int32]
    author: npt.NDArray[np.uint32]
    """Row of the author, or `NO_AUTHOR`; a row behind the table's for an id without row."""
    is_resolved: npt.NDArray[np.bool_]
    """Whether the seat names somebody who can be told apart."""
    paper_of_run: npt.NDArray[np.int64]
    """Row of each paper, or `ABSENT`."""
    strays: tuple[str, ...]
    """Authors without row that seats name, sorted by bytes: their rows follow the table's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bylines:
    """Counts of seats by row of the paper, and of papers by row of the author."""

    listed: npt.NDArray[np.int32]
    nameless: npt.NDArray[np.int32]
    """Seats without author, or with a mark."""
    resolved: npt.NDArray[np.int32]
    """Distinct authors of the other seats."""
    papers_of_author: npt.NDArray[np.int32]
    """Distinct papers that seats of any kind give to each author."""
    authors: Relation
    """From a paper to the distinct authors of seats without mark."""
    only_marked: Relation
    """From a paper to the authors all of whose seats carry a mark."""


def read_seats(
    writer: ArraysWriter,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    papers: Strings,
    author_rows: int,
) -> SeatTable:
    """Read all seats and find the rows of their papers and authors.

    Parameters
    ----------
    writer : ArraysWriter
        Gives work space.
    snapshot : Snapshot
        The version.
    connection : DuckDBPyConnection
        Has a table ``author`` of ids and places, to which those without row are added.
    papers : Strings
        Ids of the papers.
    author_rows : int
        Rows of the table of authors.
    """
    import pyarrow as pa

    total = snapshot.rows("authorships") if "authorships" in snapshot.files else 0
    run = writer.scratch("<u4", total)
    position = writer.scratch("<i4", total)
    author = writer.scratch("<u4", total)
    is_resolved = writer.scratch("|b1", total)
    paper_of_run = writer.begin_scratch("<i8")
    marks = CodesOutput(writer, "seats.mark")
    positions = writer.begin("seats.position", "<i4")

    def pieces() -> Iterator[pa.RecordBatch]:
        reader, low = PaperRows(papers), 0
        columns = ("paper_id", "author_id", "mark", "position")
        for batch in batches(snapshot, "authorships", columns):
            paper, numbers, begun = reader.read(batch.column(0))
            paper_of_run.append(begun)
            high = low + batch.num_rows
            run[low:high] = numbers
            position[low:high] = batch.column(3).to_numpy()
            has_row = paper != ABSENT
            positions.append(position[low:high][has_row])
            marks.append(batch.column(2).filter(pa.array(has_row)))
            has_author = batch.column(1).is_valid()
            named = has_author.to_numpy(zero_copy_only=False)
            is_resolved[low:high] = named & batch.column(2).is_null().to_numpy(zero_copy_only=False)
            author[low:high] = NO_AUTHOR
            seat = pa.array(np.arange(low, high, dtype=np.uint64)[named])
            makes_ties = pa.array(is_resolved[low:high][named])
            yield pa.RecordBatch.from_arrays(
                [seat, batch.column(1).filter(has_author), makes_ties],
                names=["seat", "id", "is_resolved"],
            )
            low = high
            release(run, position, author, is_resolved)

    create(connection, "seat", pieces(), seat=pa.uint64(), id=pa.string(), is_resolved=pa.bool_())
    writer.finish("seats.position")
    marks.finish()
    strays = _strays(connection)
    for low in range(0, len(strays), 1_000):
        rows = [
            (stray, author_rows + number)
            for number, stray in enumerate(strays[low : low + 1_000], low)
        ]
        connection.executemany("INSERT INTO author VALUES (?, ?)", rows)
    found = "SELECT seat, place FROM seat JOIN author USING (id)"
    for seat, place in columns_of(connection, found):
        author[seat] = place
        release(author)
    connection.execute("DROP TABLE seat")
    return SeatTable(
        run=run,
        position=position,
        author=author,
        is_resolved=is_resolved,
        paper_of_run=paper_of_run.finish_scratch(),
        strays=strays,
    )


def write_bylines(
    writer: ArraysWriter, seats: SeatTable, paper_rows: int, author_rows: int
) -> Bylines:
    """Count seats and write the authors of each paper.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    seats : SeatTable
        All seats.
    paper_rows, author_rows : int
        Rows of the tables.
    """
    listed, nameless, resolved = (writer.scratch("<i4", paper_rows) for _ in range(3))
    papers_of_author = writer.scratch("<i4", author_rows)
    output = writer.begin("paper_authors.indices", "<u4")
    of_seats = writer.begin("seats.author", "<u4")
    only_marked, counts_marked = writer.begin_scratch("<u4"), writer.scratch("<i4", paper_rows)
    for low, high in _whole_papers(seats.run):
        paper = seats.paper_of_run[seats.run[low:high]]
        is_resolved = seats.is_resolved[low:high]
        here = paper != ABSENT
        add_at(listed, paper[here])
        of_seats.append(seats.author[low:high][here])
        add_at(nameless, paper[here & ~is_resolved])
        # Marked seats sort behind the others of the same author, so that the first one decides.
        named = seats.author[low:high] != NO_AUTHOR
        key = seats.run[low:high][named].astype(np.uint64) << np.uint64(33)
        key |= seats.author[low:high][named].astype(np.uint64) << np.uint64(1)
        key |= ~is_resolved[named]
        key.sort()
        pair = key >> np.uint64(1)
        first = np.ones(len(pair), np.bool_)
        first[1:] = pair[1:] != pair[:-1]
        author = (pair[first] & np.uint64(0xFFFFFFFF)).astype(np.int64)
        np.add.at(papers_of_author, author[author < author_rows], 1)
        paper = seats.paper_of_run[(pair[first] >> np.uint64(32)).astype(np.int64)]
        makes_ties = key[first] & np.uint64(1) == 0
        here = paper != ABSENT
        output.append(author[makes_ties & here])
        add_at(resolved, paper[makes_ties & here])
        only_marked.append(author[~makes_ties & here])
        add_at(counts_marked, paper[~makes_ties & here])
        release(seats.run, seats.author, seats.is_resolved, seats.paper_of_run)
        release(listed, nameless, resolved, counts_marked, papers_of_author)
    writer.finish("seats.author")
    write_indptr(writer, "seats", listed)
    indptr = write_indptr(writer, "paper_authors", resolved)
    return Bylines(
        listed=listed,
        nameless=nameless,
        resolved=resolved,
        papers_of_author=papers_of_author,
        authors=Relation(indptr=indptr, indices=writer.finish("paper_authors.indices")),
        only_marked=Relation(
            indptr=scratch_indptr(writer, counts_marked), indices=only_marked.finish_scratch()
        ),
    )


def _strays(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return the authors without row that make ties, sorted by bytes."""
    orphans = connection.execute(
        "SELECT DISTINCT id FROM seat ANTI JOIN author USING (id) WHERE is_resolved"
    ).fetchall()
    return tuple(sorted((name for (name,) in orphans), key=str.encode))


def _whole_papers(run: npt.NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
    """Yield ranges of seats that cut no byline in two."""
    low = 0
    while low < len(run):
        high = min(low + _PIECE_SEATS, len(run))
        if high < len(run):
            high = int(np.searchsorted(run, run[high], side="left"))
            if high <= low:
                high = int(np.searchsorted(run, run[low], side="right"))
        yield low, high
        low = high

"""How many papers of the graph each topic, institution, source, publisher and funder has.

These are few enough to be held in memory. Papers of authors are counted with the bylines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.bylines import SeatTable
from scholargraph.adjacency.csr import Relation, distinct
from scholargraph.adjacency.meanings import NO_AUTHOR
from scholargraph.adjacency.pages import release
from scholargraph.adjacency.rows import ABSENT, PaperRows, Runs, batches, columns_of, create, whole

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from scholargraph.adjacency.strings import Strings
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter

    Counts = npt.NDArray[np.int32]
    Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

_PIECE_ROWS: Final = 1_000_000


def paper_counts(snapshot: Snapshot, ids: Mapping[str, Strings]) -> dict[str, Counts]:
    """Return the number of distinct papers of each node, by type of node.

    Parameters
    ----------
    snapshot : Snapshot
        The version.
    ids : mapping of str to Strings
        Ids by type of node.

    Notes
    -----
    A paper counts for its topics and, once, for each class above them; for the publisher of the
    source where it appeared.
    """
    known = {name: _all(found) for name, found in ids.items()}
    above = _above(snapshot, known["topic"])
    source = _count(_pairs(snapshot, "papers", "source_id", known["source"]), len(known["source"]))
    publisher = np.zeros(len(known["publisher"]), np.int32)
    owner = rows_of(whole(snapshot, "sources", ["publisher_id"])[0], known["publisher"])
    np.add.at(publisher, owner[owner != ABSENT], source[owner != ABSENT])
    topics = _pairs(snapshot, "paper_topics", "topic_id", known["topic"])
    return {
        "topic": _count(_with_classes(topics, above), len(known["topic"])),
        "institution": _count(
            _pairs(snapshot, "affiliations", "institution_id", known["institution"]),
            len(known["institution"]),
        ),
        "source": source,
        "publisher": publisher,
        "funder": _count(
            _pairs(snapshot, "paper_funders", "funder_id", known["funder"]), len(known["funder"])
        ),
    }


def author_counts(
    writer: ArraysWriter,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    ids: Mapping[str, Strings],
    seats: SeatTable,
) -> Counts:
    """Return the number of distinct authors whose seats without mark name each institution.

    Parameters
    ----------
    writer : ArraysWriter
        Gives work space.
    snapshot : Snapshot
        The version.
    connection : DuckDBPyConnection
        Tells distinct pairs apart, on disk where memory does not do.
    ids : mapping of str to Strings
        Ids by type of node.
    seats : SeatTable
        All seats.
    """
    import pyarrow as pa

    known = _all(ids["institution"])
    run_of_paper = writer.scratch("<i8", len(ids["paper"]))
    run_of_paper[:] = ABSENT
    for low in range(0, len(seats.paper_of_run), _PIECE_ROWS):
        paper_of_run = seats.paper_of_run[low : low + _PIECE_ROWS]
        run = np.flatnonzero(paper_of_run != ABSENT)
        run_of_paper[paper_of_run[run]] = run + low
        release(run_of_paper, seats.paper_of_run)

    def pieces() -> Iterator[pa.RecordBatch]:
        reader = PaperRows(ids["paper"])
        columns = ("paper_id", "position", "institution_id")
        for batch in batches(snapshot, "affiliations", columns):
            rows, _, _ = reader.read(batch.column(0))
            institution = rows_of(batch.column(2), known)
            named = (rows != ABSENT) & (institution != ABSENT)
            run = np.full(len(rows), ABSENT, np.int64)
            run[named] = run_of_paper[rows[named]]
            named &= run != ABSENT
            author = _author_at(seats, run[named], batch.column(1).to_numpy()[named])
            pair = distinct((institution[named][author >= 0] << 32) | author[author >= 0])
            yield pa.RecordBatch.from_arrays([pa.array(pair)], names=["pair"])
            release(run_of_paper, seats.run, seats.position, seats.author, seats.is_resolved)

    create(connection, "affiliated", pieces(), pair=pa.int64())
    counts = np.zeros(len(known), np.int32)
    # Counting distinct pairs within groups would take memory for all of them.
    for (pair,) in columns_of(connection, "SELECT DISTINCT pair FROM affiliated"):
        np.add.at(counts, pair >> 32, 1)
    connection.execute("DROP TABLE affiliated")
    return counts


def _author_at(
    seats: SeatTable, run: npt.NDArray[np.int64], position: npt.NDArray[np.int32]
) -> npt.NDArray[np.int64]:
    """Return the author of each of some seats, or `ABSENT` where nobody can be told."""
    if not len(run):
        return run
    # Of another type than the array, the numbers would make numpy convert it as a whole.
    first, last = np.uint32(run[0]), np.uint32(run[-1])
    low = int(np.searchsorted(seats.run, first, side="left"))
    high = int(np.searchsorted(seats.run, last, side="right"))
    key = (seats.run[low:high].astype(np.int64) << 32) | seats.position[low:high]
    wanted = (run << 32) | position
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    author = seats.author[low:high][place].astype(np.int64)
    counts = (key[place] == wanted) & seats.is_resolved[low:high][place] & (author != NO_AUTHOR)
    return np.where(counts, author, ABSENT)


def _all(ids: Strings) -> pa.Array[Any]:
    return ids.slice(0, len(ids))


def fields_of_topics(
    snapshot: Snapshot, ids: Strings
) -> tuple[pa.Array[Any], npt.NDArray[np.int16]]:
    """Return all ids of topics and classes, and the row of the field that each belongs to.

    `ABSENT` for what stands above the fields or beside them, and once more at the end, where it is
    found for a topic that is `ABSENT` itself. There are 26 fields.
    """
    known = _all(ids)
    level = whole(snapshot, "topics", ["level"])[0].to_pylist()
    above = _above(snapshot, known)
    field = np.full(len(known) + 1, ABSENT, np.int16)
    for topic in range(len(known)):
        field[topic] = next(
            (row for row in above.of(topic).tolist() if level[row] == "field"), ABSENT
        )
    return known, field


def rows_of(ids: pa.Array[Any], known: pa.Array[Any]) -> npt.NDArray[np.int64]:
    """Return the row of each id, or `ABSENT`."""
    import pyarrow.compute as pc

    places = pc.fill_null(pc.index_in(ids, value_set=known, skip_nulls=True), ABSENT)
    found: npt.NDArray[np.int64] = places.to_numpy().astype(np.int64)
    return found


def _pairs(snapshot: Snapshot, table: str, column: str, known: pa.Array[Any]) -> Iterator[Pairs]:
    """Yield numbers of papers, ascending, and rows of nodes."""
    runs = Runs()
    for batch in batches(snapshot, table, ["paper_id", column]):
        numbers, _ = runs.number(batch.column(0))
        places = rows_of(batch.column(1), known)
        yield numbers[places != ABSENT], places[places != ABSENT]


def _with_classes(pairs: Iterator[Pairs], above: Relation) -> Iterator[Pairs]:
    for paper, topic in pairs:
        places, classes = above.of_all(topic)
        yield paper[places], classes.astype(np.int64)


def _count(pairs: Iterator[Pairs], nodes: int) -> Counts:
    """Count distinct papers; those of a paper stand together, but perhaps in two pieces."""
    counts = np.zeros(nodes, np.int32)
    held = np.zeros(0, np.int64)
    for paper, node in pairs:
        keys = distinct(np.concatenate([held, (paper << 32) | node]))
        if len(keys):
            held = keys[keys >> 32 == keys[-1] >> 32]
            np.add.at(counts, keys[: len(keys) - len(held)] & 0xFFFFFFFF, 1)
    np.add.at(counts, held & 0xFFFFFFFF, 1)
    return counts


def _above(snapshot: Snapshot, known: pa.Array[Any]) -> Relation:
    """Return each topic itself and the classes above it; a circle of parents ends."""
    parent = rows_of(whole(snapshot, "topics", ["parent_id"])[0], known).tolist()
    indptr, indices = [0], list[int]()
    for topic in range(len(known)):
        found: dict[int, None] = {}
        while topic != ABSENT and topic not in found:
            found[topic] = None
            topic = parent[topic]
        indices += sorted(found)
        indptr.append(len(indices))
    return Relation(indptr=np.array(indptr, np.int64), indices=np.array(indices, np.uint32))

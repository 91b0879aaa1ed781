"""The arrays of a version made from its tables: what is written, and in which order.

Memory is bounded by the pieces in which tables are read and by the engine's limit, not by the
store. The names of the arrays are those that ``adjacency`` opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.author_limits import write_author_limits
from scholargraph.adjacency.bylines import Bylines, SeatTable, read_seats, write_bylines
from scholargraph.adjacency.citations import write_citations
from scholargraph.adjacency.codes import CodesOutput
from scholargraph.adjacency.columns import ids_of, names_of, number_of_papers, words_of
from scholargraph.adjacency.csr import Relation, transpose
from scholargraph.adjacency.groups import GROUPS, Group, write_groups
from scholargraph.adjacency.identifiers import COLUMNS, write_identifiers
from scholargraph.adjacency.institutions_of_papers import write_paper_institutions
from scholargraph.adjacency.meanings import (
    AUTHORS_TRUNCATED,
    IS_PARATEXT,
    LAYOUT,
    NO_TITLE,
    UNKNOWN_COUNT,
    UNKNOWN_DATE,
    UNKNOWN_YEAR,
    UPPER_BOUND,
)
from scholargraph.adjacency.pages import release
from scholargraph.adjacency.papers_of_nodes import (
    author_counts,
    fields_of_topics,
    paper_counts,
    rows_of,
)
from scholargraph.adjacency.rows import batches, connect, create
from scholargraph.adjacency.sources_of_papers import write_paper_sources
from scholargraph.adjacency.strings import Strings, StringsOutput
from scholargraph.adjacency.topics_of_papers import write_paper_topics
from scholargraph.adjacency.versions import write_versions
from scholargraph.adjacency.words import WordIndex
from scholargraph.schema import NODE_TABLES
from scholargraph.store.derived import open_older_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    import pyarrow as pa

    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter

_PIECE_ROWS: Final = 1_000_000


def fill(writer: ArraysWriter, snapshot: Snapshot) -> Mapping[str, Any]:
    """Write all arrays of a version, and return what is to be noted about them.

    Those that an older version has and that cannot differ are taken over.

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
    with open_older_arrays(snapshot, LAYOUT) as older:
        groups = write_groups(writer, snapshot, ALL_GROUPS, older)
    rows = {
        node_type: snapshot.rows(table.name) if table.name in snapshot.files else 0
        for node_type, table in NODE_TABLES.items()
    }
    return {"rows": rows, GROUPS: groups}


def _write_types(writer: ArraysWriter, snapshot: Snapshot) -> None:
    types = CodesOutput(writer, "paper.type")
    for batch in batches(snapshot, "papers", ["type"]):
        types.append(batch.column(0))
    types.finish()


def _write_signed(writer: ArraysWriter, snapshot: Snapshot) -> None:
    """Write who signed what, team sizes, and what only the seats tell of authors."""
    papers = _strings(writer, "paper.ids")
    # What an engine has taken it gives back when it is closed, and hardly before.
    with connect(writer.workspace) as connection:
        seats = _read_seats(writer, snapshot, connection, papers)
    author_rows = _author_rows(snapshot)
    bylines = write_bylines(writer, seats, len(papers), author_rows)
    all_authors = author_rows + len(seats.strays)
    transpose(writer, "author_papers", bylines.authors, all_authors)
    transpose(writer, "author_marked_papers", bylines.only_marked, all_authors)
    writer.put("author.counts", bylines.papers_of_author)
    _write_teams(writer, bylines)
    ids = {"paper": papers, "institution": _strings(writer, "institution.ids")}
    with connect(writer.workspace) as connection:
        counts = author_counts(writer, snapshot, connection, ids, seats)
    writer.put("institution.author_count", counts)


def _author_rows(snapshot: Snapshot) -> int:
    return snapshot.rows("authors") if "authors" in snapshot.files else 0


def _read_seats(
    writer: ArraysWriter,
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    papers: Strings,
) -> SeatTable:
    """Write the ids of authors, and read who sits where."""
    import pyarrow as pa

    ids = StringsOutput(writer, "author.ids")

    def pieces() -> Iterator[pa.RecordBatch]:
        low = 0
        for batch in batches(snapshot, "authors", ["author_id"]):
            ids.append(batch.column(0))
            place = pa.array(np.arange(low, low + batch.num_rows, dtype=np.uint32))
            yield pa.RecordBatch.from_arrays([batch.column(0), place], names=["id", "place"])
            low += batch.num_rows

    create(connection, "author", pieces(), id=pa.string(), place=pa.uint32())
    seats = read_seats(writer, snapshot, connection, papers, _author_rows(snapshot))
    ids.append(pa.array(seats.strays, pa.string()))
    ids.finish()
    return seats


def _write_teams(writer: ArraysWriter, bylines: Bylines) -> None:
    """Write the persons on each byline: distinct authors, nameless seats, and those left out."""
    all_said = writer.load("paper.author_count")
    size = writer.begin("paper.team_size", "<i4")
    unresolved = writer.begin("paper.unresolved", "<i4")
    seats = writer.begin("paper.seats", "<i4")
    for low in range(0, len(all_said), _PIECE_ROWS):
        piece = slice(low, low + _PIECE_ROWS)
        listed, said = bylines.listed[piece], all_said[piece]
        nobody = bylines.nameless[piece] + np.maximum(said - listed, 0)
        size.append(bylines.resolved[piece] + nobody)
        unresolved.append(nobody)
        seats.append(listed)
        release(all_said, bylines.listed, bylines.nameless, bylines.resolved)
    for name in ("team_size", "unresolved", "seats"):
        writer.finish(f"paper.{name}")


def _write_flags(writer: ArraysWriter, snapshot: Snapshot) -> None:
    all_said, seats = writer.load("paper.author_count"), writer.load("paper.seats")
    flags = writer.begin("paper.flags", "|u1")
    low = 0
    for batch in batches(snapshot, "papers", ["is_paratext", "authors_truncated", "title"]):
        is_paratext, truncated, title = batch.columns
        piece = slice(low, low + batch.num_rows)
        # Where the record claims no more than it lists, nobody knows how many are left out.
        is_bound = _truth(truncated) & (all_said[piece] <= seats[piece])
        flags.append(
            _truth(is_paratext) * IS_PARATEXT
            + _truth(truncated) * AUTHORS_TRUNCATED
            + _truth(title.is_null()) * NO_TITLE
            + is_bound * UPPER_BOUND
        )
        low += batch.num_rows
        release(all_said, seats)
    writer.finish("paper.flags")


def _write_limits(writer: ArraysWriter, snapshot: Snapshot) -> None:
    known_topics, field_of_topic = fields_of_topics(snapshot, _strings(writer, "topic.ids"))
    field = writer.begin_scratch("<i2")
    for batch in batches(snapshot, "papers", ["topic_id"]):
        field.append(field_of_topic[rows_of(batch.column(0), known_topics)])
    year, team_size = writer.load("paper.year"), writer.load("paper.team_size")
    write_author_limits(writer, field.finish_scratch(), year, team_size, UNKNOWN_YEAR)


def _write_author_names(writer: ArraysWriter, snapshot: Snapshot) -> None:
    names = StringsOutput(writer, "author.names")
    for batch in batches(snapshot, "authors", ["name"]):
        names.append(batch.column(0))
    ids = _strings(writer, "author.ids")
    names.append(ids.slice(_author_rows(snapshot), len(ids)))
    names.finish()


def _write_works_counts(writer: ArraysWriter, snapshot: Snapshot) -> None:
    import pyarrow.compute as pc

    counts = writer.begin("author.works_count", "<i4")
    for batch in batches(snapshot, "authors", ["works_count"]):
        counts.append(pc.fill_null(batch.column(0), UNKNOWN_COUNT).to_numpy())
    strays = len(_strings(writer, "author.ids")) - _author_rows(snapshot)
    counts.append(np.full(strays, UNKNOWN_COUNT))
    writer.finish("author.works_count")


def _write_citations(writer: ArraysWriter, snapshot: Snapshot) -> None:
    with connect(writer.workspace) as connection:
        write_citations(writer, snapshot, connection, _strings(writer, "paper.ids"))


def _write_identifiers(writer: ArraysWriter, snapshot: Snapshot) -> None:
    with connect(writer.workspace) as connection:
        for node_type, table in NODE_TABLES.items():
            write_identifiers(writer, snapshot, connection, node_type, table)


def _write_paper_topics(writer: ArraysWriter, snapshot: Snapshot) -> None:
    ids = {name: _strings(writer, f"{name}.ids") for name in ("paper", "topic")}
    write_paper_topics(writer, snapshot, ids)


def _write_paper_institutions(writer: ArraysWriter, snapshot: Snapshot) -> None:
    ids = {name: _strings(writer, f"{name}.ids") for name in ("paper", "institution")}
    write_paper_institutions(writer, snapshot, ids)


def _write_paper_sources(writer: ArraysWriter, snapshot: Snapshot) -> None:
    write_paper_sources(writer, snapshot, _strings(writer, "source.ids"))


def _write_paper_counts(writer: ArraysWriter, snapshot: Snapshot) -> None:
    ids = {name: _strings(writer, f"{name}.ids") for name in _SMALL}
    for node_type, counts in paper_counts(snapshot, ids).items():
        writer.put(f"{node_type}.counts", counts)


def _write_versions(writer: ArraysWriter, snapshot: Snapshot) -> None:
    titles = WordIndex(
        forms=_strings(writer, "paper.words.forms"),
        owners=writer.load("paper.words.owners"),
        vocabulary=_strings(writer, "paper.words.vocabulary"),
        postings=_relation(writer, "paper.words.postings"),
    )
    with connect(writer.workspace) as connection:
        write_versions(writer, connection, titles, _relation(writer, "paper_authors"))


def _truth(values: pa.Array[Any]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = values.to_numpy(zero_copy_only=False).astype(np.bool_)
    return found


def _strings(writer: ArraysWriter, name: str) -> Strings:
    return Strings(writer.load(f"{name}.offsets"), writer.load(f"{name}.data"))


def _relation(writer: ArraysWriter, name: str) -> Relation:
    return Relation(indptr=writer.load(f"{name}.indptr"), indices=writer.load(f"{name}.indices"))


_SMALL: Final = ("topic", "institution", "source", "publisher", "funder")
"""Types of node that are few enough to be held in memory."""

ALL_GROUPS: Final = (
    *map(ids_of, ("paper", *_SMALL)),
    names_of("paper", "title"),
    *(names_of(node_type, "name") for node_type in _SMALL),
    number_of_papers("paper.year", "<i2", "year", UNKNOWN_YEAR),
    number_of_papers("paper.date", "<i4", "date", UNKNOWN_DATE),
    number_of_papers("paper.author_count", "<i4", "author_count", 0),
    number_of_papers("paper.counts", "<i4", "cited_by_count", UNKNOWN_COUNT),
    Group(name="paper.type", reads={"papers": ["type"]}, write=_write_types),
    Group(
        name="signed",
        reads={
            "authors": ["author_id"],
            "authorships": ["paper_id", "author_id", "mark", "position"],
            "affiliations": ["paper_id", "position", "institution_id"],
        },
        after=("paper.ids", "paper.author_count", "institution.ids"),
        write=_write_signed,
    ),
    Group(
        name="paper.flags",
        reads={"papers": ["is_paratext", "authors_truncated", "title"]},
        after=("paper.author_count", "signed"),
        write=_write_flags,
    ),
    Group(
        name="paper.author_limit",
        reads={"papers": ["topic_id"], "topics": ["parent_id", "level"]},
        after=("topic.ids", "paper.year", "signed"),
        write=_write_limits,
    ),
    Group(
        name="author.names",
        reads={"authors": ["name"]},
        after=("signed",),
        write=_write_author_names,
    ),
    Group(
        name="author.works_count",
        reads={"authors": ["works_count"]},
        after=("signed",),
        write=_write_works_counts,
    ),
    Group(
        name="citations",
        reads={"citations": ["paper_id", "cited_paper_id"]},
        after=("paper.ids",),
        write=_write_citations,
    ),
    Group(
        name="identifiers",
        reads={
            NODE_TABLES[node_type].name: [*NODE_TABLES[node_type].key, *columns]
            for node_type, columns in COLUMNS.items()
        },
        write=_write_identifiers,
    ),
    Group(
        name="paper_topics",
        reads={
            "paper_topics": ["paper_id", "topic_id", "score", "is_primary"],
            "topics": ["parent_id", "level"],
        },
        after=("paper.ids", "topic.ids"),
        write=_write_paper_topics,
    ),
    Group(
        name="paper_institutions",
        reads={
            "affiliations": ["paper_id", "position", "institution_id"],
            "institutions": ["ror"],
        },
        after=("paper.ids", "institution.ids", "signed"),
        write=_write_paper_institutions,
    ),
    Group(
        name="paper_sources",
        reads={"papers": ["source_id"]},
        after=("source.ids",),
        write=_write_paper_sources,
    ),
    Group(
        name="paper_counts",
        reads={
            "papers": ["paper_id", "source_id"],
            "sources": ["publisher_id"],
            "topics": ["parent_id"],
            "paper_topics": ["paper_id", "topic_id"],
            "affiliations": ["paper_id", "institution_id"],
            "paper_funders": ["paper_id", "funder_id"],
        },
        after=tuple(f"{node_type}.ids" for node_type in _SMALL),
        write=_write_paper_counts,
    ),
    words_of("paper", "title"),
    words_of("author", "name", "alternatives"),
    *(words_of(node_type, "name") for node_type in _SMALL),
    Group(name="versions", reads={}, after=("paper.words", "signed"), write=_write_versions),
)
"""All arrays: what each group reads is declared here, and held to it by a test."""

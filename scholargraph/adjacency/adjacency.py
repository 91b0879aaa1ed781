"""The arrays of a version as one object: what stands next to what, by row numbers.

A row number is the place of a node in its table. Arrays are mapped from disk and never changed. How
they come about is in ``build``, where they are kept in ``scholargraph.store.derived``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from scholargraph.adjacency.codes import load_names
from scholargraph.adjacency.csr import Relation, load_relation
from scholargraph.adjacency.identifiers import Identifiers, load_identifiers
from scholargraph.adjacency.strings import Strings, load_strings
from scholargraph.adjacency.words import WordIndex, load_words
from scholargraph.errors import StoreError
from scholargraph.schema import AUTHORS, FUNDERS, INSTITUTIONS, PAPERS, PUBLISHERS, SOURCES, TOPICS
from scholargraph.store.derived import Arrays, build_arrays, drop_arrays, open_arrays

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from scholargraph.schema import Table
    from scholargraph.store import Snapshot

LAYOUT: Final = 2
"""Number of this set of arrays: another set is another number, and the old one is built anew."""

NODE_TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "paper": PAPERS,
        "author": AUTHORS,
        "topic": TOPICS,
        "institution": INSTITUTIONS,
        "source": SOURCES,
        "publisher": PUBLISHERS,
        "funder": FUNDERS,
    }
)
"""The table that describes each type of node."""

IS_PARATEXT: Final = 1
AUTHORS_TRUNCATED: Final = 2
UPPER_BOUND: Final = 4
NO_TITLE: Final = 8
"""Bits of `Papers.flags`."""

UNKNOWN_YEAR: Final = 0
UNKNOWN_COUNT: Final = -1
UNKNOWN_DATE: Final = -(2**31)
NO_AUTHOR: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """All nodes of one type, in the order of their table."""

    ids: Strings
    """Sorted by bytes; of authors those that only bylines name follow, sorted in themselves."""
    row_count: int
    """Rows of the table, and so the ids that are its own."""
    names: Strings
    """Names, of papers titles, empty where there is none."""
    words: WordIndex
    """Folded names by their words; of authors the other forms of their names, too."""
    counts: npt.NDArray[np.int32]
    """Papers in this graph; for papers citations by the record, `UNKNOWN_COUNT` where none."""
    identifiers: Identifiers
    """Registered identifiers, such as DOIs or ORCIDs."""

    def find_row(self, node_id: str) -> int:
        """Return the row of an id, or -1 if there is none."""
        row = self.own_ids.find(node_id)
        return row if row >= 0 or self.row_count == len(self.ids) else self._find_stray(node_id)

    @property
    def own_ids(self) -> Strings:
        """The ids of the table."""
        return Strings(self.ids.offsets[: self.row_count + 1], self.ids.data)

    def _find_stray(self, node_id: str) -> int:
        strays = Strings(self.ids.offsets[self.row_count :], self.ids.data)
        found = strays.find(node_id)
        return found if found < 0 else found + self.row_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The bylines with all their seats, in the order of their table."""

    indptr: npt.NDArray[np.int64]
    """Where the seats of each paper begin, and where the last ones end."""
    author: npt.NDArray[np.uint32]
    """Row of the author, or `NO_AUTHOR`."""
    position: npt.NDArray[np.int32]
    """Place on the byline, from 1."""
    mark_code: npt.NDArray[np.uint8]
    """Place in `marks`."""
    marks: tuple[str | None, ...]
    """The marks that occur, None first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What counting needs of each paper; index k is row k of the table."""

    year: npt.NDArray[np.int16]
    """`UNKNOWN_YEAR` where it is not known."""
    date: npt.NDArray[np.int32]
    """Days since 1970; `UNKNOWN_DATE` where it is not known."""
    author_count: npt.NDArray[np.int32]
    """Seats as the record counts them, where that is more than it lists."""
    team_size: npt.NDArray[np.int32]
    """Persons on the byline: distinct authors of seats without mark, and `unresolved`."""
    unresolved: npt.NDArray[np.int32]
    """Seats of persons who cannot be told apart, and seats that the byline leaves out."""
    seats: npt.NDArray[np.int32]
    """Seats on the byline as listed."""
    type_code: npt.NDArray[np.uint8]
    """Place in `types`."""
    types: tuple[str | None, ...]
    """The types that occur, None first."""
    flags: npt.NDArray[np.uint8]
    """`IS_PARATEXT`, `AUTHORS_TRUNCATED`, `NO_TITLE`, and `UPPER_BOUND` where the byline is cut
    short and nobody knows how many signed, so that the team may be larger."""
    author_limit: npt.NDArray[np.int32]
    """Persons on a byline above which they are many, for its field and year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Pairs of papers that are versions of one work, each pair in both orders."""

    one: npt.NDArray[np.uint32]
    """Rows of papers, ascending."""
    other: npt.NDArray[np.uint32]
    """Rows of papers, ascending for each of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjacency:
    """What stands next to what in one version, as arrays mapped from disk."""

    nodes: Mapping[str, Nodes]
    """By type: paper, author, topic, institution, source, publisher, funder."""
    papers: Papers
    paper_authors: Relation
    """Distinct authors of seats without mark: those that make ties."""
    author_papers: Relation
    """The same the other way round."""
    author_marked_papers: Relation
    """From an author to those papers on which all his seats carry a mark."""
    author_works_count: npt.NDArray[np.int32]
    """Papers of each author by the record, `UNKNOWN_COUNT` where it does not say."""
    seats: Seats
    versions: Versions
    cites: Relation
    """From a paper to those that it cites, inside the graph."""
    cited_by: Relation
    """The same the other way round."""
    institution_author_count: npt.NDArray[np.int32]
    """Distinct authors of seats without mark at each institution."""


def open_adjacency(snapshot: Snapshot) -> Adjacency:
    """Open the arrays of a version; where there are none that fit it, build them.

    Parameters
    ----------
    snapshot : Snapshot
        The version.

    Raises
    ------
    StoreError
        If a table is not sorted by its key, or there is nowhere to write the arrays.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scholargraph.ingest import ingest_values
    >>> from scholargraph.store import open_version
    >>> with TemporaryDirectory() as folder:
    ...     _ = ingest_values([{"id": "W9000000001", "title": "One"}], folder)
    ...     adjacency = open_adjacency(open_version(folder))
    >>> papers = adjacency.nodes["paper"]
    >>> papers.find_row("W9000000001"), papers.names[0], papers.find_row("W9000000002")
    (0, 'One', -1)
    """
    arrays = open_arrays(snapshot, LAYOUT)
    return _adjacency(build_adjacency(snapshot) if arrays is None else arrays)


def build_adjacency(snapshot: Snapshot) -> Arrays:
    """Build the arrays of a version, out of core; somebody else's stay where he was faster.

    Parameters
    ----------
    snapshot : Snapshot
        The version.

    Raises
    ------
    StoreError
        As for `open_adjacency`.
    """
    from scholargraph.adjacency.build import fill

    return build_arrays(snapshot, LAYOUT, lambda writer: fill(writer, snapshot))


def verify_adjacency(snapshot: Snapshot) -> None:
    """Read all arrays of a version and compare them with their checksums, if there are any.

    Arrays that are not as written are removed, and so built again when they are next needed.

    Parameters
    ----------
    snapshot : Snapshot
        The version.

    Raises
    ------
    CorruptStoreError
        Naming the first array that was not as written.
    """
    arrays = open_arrays(snapshot, LAYOUT)
    if arrays is None:
        return
    try:
        arrays.verify(snapshot)
    except StoreError:
        drop_arrays(snapshot)
        raise


def _adjacency(arrays: Arrays) -> Adjacency:
    notes: Mapping[str, Any] = arrays.notes
    return Adjacency(
        nodes=MappingProxyType(
            {
                node_type: Nodes(
                    ids=load_strings(arrays, f"{node_type}.ids"),
                    row_count=notes["rows"][node_type],
                    names=load_strings(arrays, f"{node_type}.names"),
                    words=load_words(arrays, f"{node_type}.words"),
                    counts=arrays.load(f"{node_type}.counts"),
                    identifiers=load_identifiers(arrays, f"{node_type}.identifiers"),
                )
                for node_type in NODE_TABLES
            }
        ),
        papers=Papers(
            year=arrays.load("paper.year"),
            date=arrays.load("paper.date"),
            author_count=arrays.load("paper.author_count"),
            team_size=arrays.load("paper.team_size"),
            unresolved=arrays.load("paper.unresolved"),
            seats=arrays.load("paper.seats"),
            type_code=arrays.load("paper.type_code"),
            types=load_names(arrays, "paper.type"),
            flags=arrays.load("paper.flags"),
            author_limit=arrays.load("paper.author_limit"),
        ),
        paper_authors=load_relation(arrays, "paper_authors"),
        author_papers=load_relation(arrays, "author_papers"),
        author_marked_papers=load_relation(arrays, "author_marked_papers"),
        author_works_count=arrays.load("author.works_count"),
        versions=Versions(one=arrays.load("versions.one"), other=arrays.load("versions.other")),
        seats=Seats(
            indptr=arrays.load("seats.indptr"),
            author=arrays.load("seats.author"),
            position=arrays.load("seats.position"),
            mark_code=arrays.load("seats.mark_code"),
            marks=load_names(arrays, "seats.mark"),
        ),
        cites=load_relation(arrays, "cites"),
        cited_by=load_relation(arrays, "cited_by"),
        institution_author_count=arrays.load("institution.author_count"),
    )

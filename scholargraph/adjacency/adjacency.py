"""The arrays of a version as one object: what stands next to what, by row numbers.

A row number is the place of a node in its table. Arrays are mapped from disk when they are first
asked for, so that a question pays for no others, in time and in open files, and are never changed.
How they come about is in ``build``, where they are kept in ``scholargraph.store.derived``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from scholargraph.adjacency.csr import Relation, load_relation
from scholargraph.adjacency.strings import Strings, load_strings
from scholargraph.schema import NODE_TABLES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from scholargraph.adjacency.identifiers import Identifiers
    from scholargraph.adjacency.words import WordIndex
    from scholargraph.store.derived import Arrays


class Nodes:
    """All nodes of one type, in the order of their table.

    Parameters
    ----------
    arrays : Arrays
        The arrays of the version.
    node_type : str
        The type; the arrays bear its name.
    """

    def __init__(self, arrays: Arrays, node_type: str) -> None:
        self._arrays = arrays
        self._type = node_type
        self.row_count: Final[int] = arrays.notes["rows"][node_type]
        """Rows of the table, and so the ids that are its own."""

    @cached_property
    def ids(self) -> Strings:
        """Sorted by bytes; of authors those that only bylines name follow, sorted in themselves."""
        return load_strings(self._arrays, f"{self._type}.ids")

    @cached_property
    def own_ids(self) -> Strings:
        """The ids of the table."""
        return Strings(self.ids.offsets[: self.row_count + 1], self.ids.data)

    @cached_property
    def names(self) -> Strings:
        """Names, of papers titles, empty where there is none."""
        return load_strings(self._arrays, f"{self._type}.names")

    @cached_property
    def words(self) -> WordIndex:
        """Folded names by their words; of authors the other forms of their names, too."""
        from scholargraph.adjacency.words import load_words

        return load_words(self._arrays, f"{self._type}.words")

    @cached_property
    def counts(self) -> npt.NDArray[np.int32]:
        """Papers in this graph; for papers citations by the record, or `UNKNOWN_COUNT`."""
        return self._arrays.load(f"{self._type}.counts")

    @cached_property
    def identifiers(self) -> Identifiers:
        """Registered identifiers, such as DOIs or ORCIDs."""
        from scholargraph.adjacency.identifiers import load_identifiers

        return load_identifiers(self._arrays, f"{self._type}.identifiers")

    def find_row(self, node_id: str) -> int:
        """Return the row of an id, or -1 if there is none."""
        row = self.own_ids.find(node_id)
        return row if row >= 0 or self.row_count == len(self.ids) else self._find_stray(node_id)

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


class Papers:
    """What counting needs of each paper; index k is row k of the table.

    Parameters
    ----------
    arrays : Arrays
        The arrays of the version.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    @cached_property
    def year(self) -> npt.NDArray[np.int16]:
        """`UNKNOWN_YEAR` where it is not known."""
        return self._arrays.load("paper.year")

    @cached_property
    def date(self) -> npt.NDArray[np.int32]:
        """Days since 1970; `UNKNOWN_DATE` where it is not known."""
        return self._arrays.load("paper.date")

    @cached_property
    def author_count(self) -> npt.NDArray[np.int32]:
        """Seats as the record counts them, where that is more than it lists."""
        return self._arrays.load("paper.author_count")

    @cached_property
    def team_size(self) -> npt.NDArray[np.int32]:
        """Persons on the byline: distinct authors of seats without mark, and `unresolved`."""
        return self._arrays.load("paper.team_size")

    @cached_property
    def unresolved(self) -> npt.NDArray[np.int32]:
        """Seats of persons who cannot be told apart, and seats that the byline leaves out."""
        return self._arrays.load("paper.unresolved")

    @cached_property
    def seats(self) -> npt.NDArray[np.int32]:
        """Seats on the byline as listed."""
        return self._arrays.load("paper.seats")

    @cached_property
    def type_code(self) -> npt.NDArray[np.uint8]:
        """Place in `types`."""
        return self._arrays.load("paper.type_code")

    @cached_property
    def types(self) -> tuple[str | None, ...]:
        """The types that occur, None first."""
        return _names(self._arrays, "paper.type")

    @cached_property
    def flags(self) -> npt.NDArray[np.uint8]:
        """`IS_PARATEXT`, `AUTHORS_TRUNCATED`, `NO_TITLE`, and `UPPER_BOUND`.

        The last one where the byline is cut short and nobody knows how many signed, so that the
        team may be larger.
        """
        return self._arrays.load("paper.flags")

    @cached_property
    def author_limit(self) -> npt.NDArray[np.int32]:
        """Persons on a byline above which they are many, for its field and year."""
        return self._arrays.load("paper.author_limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Pairs of papers that are versions of one work, each pair in both orders."""

    one: npt.NDArray[np.uint32]
    """Rows of papers, ascending."""
    other: npt.NDArray[np.uint32]
    """Rows of papers, ascending for each of the first."""


@dataclass(frozen=True, slots=True)
class PaperTopics:
    """The topics of papers, as the records have them, without the classes above."""

    topics: Relation
    """From a paper to its topics, by their rows, ascending."""
    score: npt.NDArray[np.float32]
    """Of each entry of ``topics.indices``, `NO_SCORE` where there is none."""
    flags: npt.NDArray[np.uint8]
    """The same: `PRIMARY` or nothing."""
    papers: Relation
    """From a topic to its papers, ascending."""
    parent: npt.NDArray[np.int32]
    """Of each topic the row of the class above, `NO_PARENT` at the top."""
    level: npt.NDArray[np.uint8]
    """Of each topic the number of its level in ``schema.TOPIC_LEVELS``."""


@dataclass(frozen=True, slots=True)
class PaperInstitutions:
    """The institutions that seats of papers name."""

    institutions: Relation
    """From a paper to those that any of its seats names, by their rows, ascending."""
    authors: npt.NDArray[np.float64]
    """Of each entry of ``institutions.indices`` how many authors of the paper are its own.

    An author counts 1 / k for each of the k institutions that his first seat names; those with one
    ROR id have what they have together. `NOT_SIGNED` where no seat that names the entry has an
    author who can be told."""
    papers: Relation
    """From an institution to the papers that name it, ascending."""
    same: npt.NDArray[np.int32]
    """Of each institution the first of those with its ROR id; itself where there is none."""


@dataclass(frozen=True, slots=True)
class PaperSources:
    """Where papers appeared."""

    sources: Relation
    """From a paper to its source, or to none."""
    papers: Relation
    """From a source to its papers, ascending."""


class Adjacency:
    """What stands next to what in one version, as arrays mapped from disk.

    Parameters
    ----------
    arrays : Arrays
        The arrays of the version; those that are first asked for after somebody has removed them
        are refused by a `StoreError`.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.nodes: Final[Mapping[str, Nodes]] = MappingProxyType(
            {node_type: Nodes(arrays, node_type) for node_type in NODE_TABLES}
        )
        """By type: paper, author, topic, institution, source, publisher, funder."""
        self.papers: Final = Papers(arrays)

    @cached_property
    def paper_authors(self) -> Relation:
        """Distinct authors of seats without mark: those that make ties."""
        return load_relation(self._arrays, "paper_authors")

    @cached_property
    def author_papers(self) -> Relation:
        """The same the other way round."""
        return load_relation(self._arrays, "author_papers")

    @cached_property
    def author_marked_papers(self) -> Relation:
        """From an author to those papers on which all his seats carry a mark."""
        return load_relation(self._arrays, "author_marked_papers")

    @cached_property
    def author_works_count(self) -> npt.NDArray[np.int32]:
        """Papers of each author by the record, `UNKNOWN_COUNT` where it does not say."""
        return self._arrays.load("author.works_count")

    @cached_property
    def seats(self) -> Seats:
        """The bylines with all their seats."""
        return Seats(
            indptr=self._arrays.load("seats.indptr"),
            author=self._arrays.load("seats.author"),
            position=self._arrays.load("seats.position"),
            mark_code=self._arrays.load("seats.mark_code"),
            marks=_names(self._arrays, "seats.mark"),
        )

    @cached_property
    def versions(self) -> Versions:
        """Papers that are versions of one work."""
        return Versions(
            one=self._arrays.load("versions.one"), other=self._arrays.load("versions.other")
        )

    @cached_property
    def cites(self) -> Relation:
        """From a paper to those that it cites, inside the graph."""
        return load_relation(self._arrays, "cites")

    @cached_property
    def cited_by(self) -> Relation:
        """The same the other way round."""
        return load_relation(self._arrays, "cited_by")

    @cached_property
    def paper_topics(self) -> PaperTopics:
        """Topics of papers, both ways round, and their trees."""
        return PaperTopics(
            topics=load_relation(self._arrays, "paper_topics"),
            score=self._arrays.load("paper_topics.score"),
            flags=self._arrays.load("paper_topics.flags"),
            papers=load_relation(self._arrays, "topic_papers"),
            parent=self._arrays.load("topic.parent"),
            level=self._arrays.load("topic.level"),
        )

    @cached_property
    def paper_institutions(self) -> PaperInstitutions:
        """Institutions of papers, both ways round."""
        return PaperInstitutions(
            institutions=load_relation(self._arrays, "paper_institutions"),
            authors=self._arrays.load("paper_institutions.authors"),
            papers=load_relation(self._arrays, "institution_papers"),
            same=self._arrays.load("institution.same"),
        )

    @cached_property
    def paper_sources(self) -> PaperSources:
        """Sources of papers, both ways round."""
        return PaperSources(
            sources=load_relation(self._arrays, "paper_sources"),
            papers=load_relation(self._arrays, "source_papers"),
        )

    @cached_property
    def institution_author_count(self) -> npt.NDArray[np.int32]:
        """Distinct authors of seats without mark at each institution."""
        return self._arrays.load("institution.author_count")


def _names(arrays: Arrays, name: str) -> tuple[str | None, ...]:
    from scholargraph.adjacency.codes import load_names

    return load_names(arrays, name)

"""What parts of papers belong to topics, to authors or to institutions: one unit for each paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from scholargraph.collaboration.affiliations import organisation_names, shares_of
from scholargraph.collaboration.author_ties import id_order
from scholargraph.collaboration.given import rows_named
from scholargraph.collaboration.institutions import known_institutions
from scholargraph.errors import InvalidArgumentError
from scholargraph.network.pairs import IntArray
from scholargraph.topics.scope import Scope, scope_of

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa
    from scipy.sparse import csr_array

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph


class Parts(Protocol):
    """Papers divided among nodes that have numbers."""

    @property
    def count(self) -> int:
        """How many numbers there are."""

    def of(self, papers: npt.NDArray[Any]) -> csr_array:
        """Return papers by nodes: of each paper the part of each node. No row sums to more than 1.

        Parameters
        ----------
        papers : integer array
            Rows of papers that count.
        """

    def in_order(self, numbers: IntArray) -> IntArray:
        """Return numbers, given ascending, in the order of ids."""

    def ids(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the ids of nodes."""

    def names(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the names of nodes."""

    def numbers_named(self, given: Any) -> IntArray:
        """Return the numbers of the nodes that identifiers name, ascending.

        Raises
        ------
        InvalidIdentifierError, NodeNotFoundError
            If one is not in the graph.
        InvalidArgumentError
            If it is no list, or one is a node that has no number.
        """


def parts_at(graph: ScholarGraph, level: str, papers: IntArray) -> Parts:
    """Return how papers divide among the nodes of a level.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    level : {"topic", "author", "institution"}
        The nodes.
    papers : int64 array
        Rows of the papers that count, ascending.

    Notes
    -----
    Topics have their scores, divided by the sum of the paper's. Each author of a paper of n persons
    has 1 / n, and gives of this 1 / k to each of k institutions that he names there; institutions
    with one ROR id are one, with the smallest id.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": f"A900000000{n}"}} for n in (1, 2)]
    >>> graph = sg.from_records([{"id": "W9000000001", "authorships": seats}])
    >>> parts_at(graph, "author", np.array([0])).of(np.array([0])).toarray().tolist()
    [[0.5, 0.5]]
    """
    if level == "topic":
        return TopicParts(graph, scope_of(graph.adjacency, "openalex", "topic"))
    if level == "author":
        return AuthorParts(graph)
    return institution_parts(graph, papers)


@dataclass(frozen=True, slots=True)
class TopicParts:
    """Papers by topics; numbers are rows."""

    graph: ScholarGraph
    scope: Scope

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return len(self.scope.class_of)

    def of(self, papers: npt.NDArray[Any]) -> csr_array:
        """Return papers by topics."""
        return self.scope.weights(papers)

    def in_order(self, numbers: IntArray) -> IntArray:
        """Return numbers in the order of ids."""
        return numbers

    def ids(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the ids of topics."""
        return self.graph.adjacency.nodes["topic"].own_ids.take(numbers)

    def names(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the names of topics."""
        return self.graph.adjacency.nodes["topic"].names.take(numbers)

    def numbers_named(self, given: Any) -> IntArray:
        """Return the numbers of topics.

        Raises
        ------
        InvalidArgumentError
            If one is a class of another level, or of another tree.
        """
        rows = rows_named(self.graph, given, "topic").astype(np.int64)
        strangers = rows[self.scope.class_of[rows] != rows]
        if len(strangers):
            name = self.graph.adjacency.nodes["topic"].own_ids[int(strangers[0])]
            raise InvalidArgumentError(f"{name!a} is no topic but another class")
        return rows


@dataclass(frozen=True, slots=True)
class AuthorParts:
    """Papers by authors; numbers are rows."""

    graph: ScholarGraph

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return len(self.graph.adjacency.nodes["author"].ids)

    def of(self, papers: npt.NDArray[Any]) -> csr_array:
        """Return papers by authors."""
        from scipy.sparse import csr_array

        adjacency = self.graph.adjacency
        place, author = adjacency.paper_authors.of_all(papers)
        indptr = np.searchsorted(place, np.arange(len(papers) + 1))
        part = 1.0 / np.maximum(adjacency.papers.team_size[papers], 1)
        shape = (len(papers), self.count)
        return csr_array((part[place], author.astype(np.int64), indptr), shape=shape)

    def in_order(self, numbers: IntArray) -> IntArray:
        """Return numbers in the order of ids."""
        return numbers[id_order(self.graph.adjacency, numbers)]

    def ids(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the ids of authors."""
        return self.graph.adjacency.nodes["author"].ids.take(numbers)

    def names(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the names of authors."""
        return self.graph.adjacency.nodes["author"].names.take(numbers)

    def numbers_named(self, given: Any) -> IntArray:
        """Return the numbers of authors."""
        return rows_named(self.graph, given, "author").astype(np.int64)


@dataclass(frozen=True, slots=True)
class InstitutionParts:
    """Papers by institutions; numbers are places among the ids of those that papers name."""

    graph: ScholarGraph
    places: IntArray
    """Of each row of papers the row of the matrix, the last one for papers that do not count."""
    matrix: csr_array
    all_ids: pa.Array[Any]
    """Ascending."""

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return len(self.all_ids)

    def of(self, papers: npt.NDArray[Any]) -> csr_array:
        """Return papers by institutions."""
        return self.matrix[self.places[papers]]

    def in_order(self, numbers: IntArray) -> IntArray:
        """Return numbers in the order of ids."""
        return numbers

    def ids(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the ids of institutions."""
        return self.all_ids.take(numbers)

    def names(self, numbers: IntArray) -> pa.Array[Any]:
        """Return the names of institutions, null of one that no record describes."""
        return organisation_names(self.graph, self.ids(numbers), "institution")

    def numbers_named(self, given: Any) -> IntArray:
        """Return the numbers of institutions, of those with one ROR id that of the first."""
        import pyarrow as pa
        import pyarrow.compute as pc

        known = known_institutions(self.graph)
        rows = np.unique(known.same[rows_named(self.graph, given, "institution")])
        found = pc.index_in(known.ids.take(pa.array(rows)), value_set=self.all_ids)
        return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def institution_parts(graph: ScholarGraph, papers: IntArray) -> InstitutionParts:
    """Return how papers divide among institutions.

    Parameters
    ----------
    graph, papers
        As for `parts_at`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    from scipy.sparse import csr_array

    adjacency = graph.adjacency
    authors = np.arange(len(adjacency.nodes["author"].ids))
    shares, named = shares_of(graph, papers, authors, "institution")
    # Those that no paper names are nodes, too, where somebody asks for them.
    known = known_institutions(graph)
    ids = pc.unique(pa.concat_arrays([named, known.ids.take(pa.array(np.unique(known.same)))]))
    ids = ids.take(pc.sort_indices(ids))
    number = pc.index_in(named, value_set=ids).to_numpy(zero_copy_only=False)
    part = shares.share / _persons(adjacency, papers[shares.paper])
    matrix = csr_array(
        (part, (shares.paper, number[shares.organisation].astype(np.int64))),
        shape=(len(papers) + 1, len(ids)),
    )
    places = np.full(len(adjacency.papers.year), len(papers))
    places[papers] = np.arange(len(papers))
    return InstitutionParts(graph, places, matrix, ids)


def _persons(adjacency: Adjacency, papers: IntArray) -> npt.NDArray[Any]:
    return np.maximum(adjacency.papers.team_size[papers], 1)

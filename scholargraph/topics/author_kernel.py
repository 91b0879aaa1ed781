"""How far classes of topics have the same authors: the cosine of their vectors of authors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.topics.hierarchy import FloatArray, IntArray
from scholargraph.topics.kept import kept
from scholargraph.topics.scope import Kernel, Scope, column_of, without_diagonal

if TYPE_CHECKING:
    from scipy.sparse import csr_array

PIECE_AUTHORSHIPS: Final = 1_000_000
"""Authorships that are looked at together."""


def author_kernel(scope: Scope, class_row: int, papers: IntArray) -> Kernel:
    """Return how far a class and every other have the same authors.

    Parameters
    ----------
    scope : Scope
        Classes and papers.
    class_row : int
        The class.
    papers : int64 array
        Its papers.

    Returns
    -------
    Kernel
        ``evidence`` are the authors who have papers on both.

    Notes
    -----
    The cosine of the vectors of two classes. The vector of a class has for each author the sum over
    his papers of w / n, w being the part that the class has of a paper and n the persons on its
    byline: his fractional papers on it.

    Examples
    --------
    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> topics = [{"id": f"T900{n}", "display_name": f"Topic {n}", "score": 1.0} for n in (1, 2)]
    >>> seat = {"author": {"id": "A9000000001", "display_name": "A. Author"}}
    >>> works = [{"id": f"W900000000{n}", "topics": [topics[n]], "authorships": [seat]}
    ...          for n in (0, 1)]
    >>> scope = scope_of(sg.from_records(works).adjacency, "openalex")
    >>> author_kernel(scope, 0, np.array([0])).value.tolist()
    [0.0, 1.0]
    """
    _, signed = scope.adjacency.paper_authors.of_all(papers)
    vectors = _vectors(scope, distinct(signed))
    norms = author_norms(scope)
    products = vectors.T @ column_of(vectors, class_row)
    lengths = norms * norms[class_row]
    cosine = np.zeros(len(norms))
    is_possible = lengths > 0
    cosine[is_possible] = np.minimum(products[is_possible] / lengths[is_possible], 1.0)
    shared = np.bincount(vectors.indices, minlength=len(norms))
    cosine[class_row] = 0
    shared[class_row] = 0
    return Kernel(cosine, shared)


def author_norms(scope: Scope) -> FloatArray:
    """Return the length of the vector of each class, once for each version, level and window."""
    return kept(scope.adjacency, ("author norms", *scope.key), lambda: _norms(scope))


def author_cosines(scope: Scope) -> tuple[csr_array, csr_array]:
    """Return what `author_kernel` says of all classes with all, a class with itself left out.

    Parameters
    ----------
    scope : Scope
        Classes and papers.

    Returns
    -------
    tuple of csr_array
        Cosines, and numbers of authors who have papers on both. Both symmetric.
    """
    from scipy.sparse import csr_array, diags_array

    rows = len(scope.class_of)
    products = csr_array((rows, rows), dtype=np.float64)
    shared = csr_array((rows, rows), dtype=np.float64)
    for vectors in _all_vectors(scope):
        products = products + vectors.T.tocsr() @ vectors
        vectors.data = np.ones(len(vectors.data))
        shared = shared + vectors.T.tocsr() @ vectors
    norms = author_norms(scope)
    scaled = np.zeros(rows)
    scaled[norms > 0] = 1 / norms[norms > 0]
    scale = diags_array(scaled)
    cosines = csr_array(scale @ products @ scale)
    cosines.data = np.minimum(cosines.data, 1.0)
    return without_diagonal(cosines), without_diagonal(shared)


def _norms(scope: Scope) -> FloatArray:
    squares = np.zeros(len(scope.class_of))
    for vectors in _all_vectors(scope):
        squares += np.bincount(vectors.indices, vectors.data**2, minlength=len(squares))
    return np.asarray(np.sqrt(squares), np.float64)


def _all_vectors(scope: Scope) -> Iterator[csr_array]:
    """Yield the vectors of all authors, some at a time."""
    starts = scope.adjacency.author_papers.indptr
    low = 0
    while low < len(starts) - 1:
        bound = int(starts[low]) + PIECE_AUTHORSHIPS
        high = max(int(np.searchsorted(starts, bound, side="right")) - 1, low + 1)
        yield _vectors(scope, np.arange(low, high))
        low = high


def _vectors(scope: Scope, authors: npt.NDArray[Any]) -> csr_array:
    """Return authors by classes: their fractional papers on each."""
    from scipy.sparse import csr_array

    place, papers = scope.adjacency.author_papers.of_all(authors)
    inside = scope.is_inside(papers)
    place, papers = place[inside], papers[inside]
    weights = scope.weights(papers)
    persons = np.maximum(scope.adjacency.papers.team_size[papers], 1)
    begins = np.searchsorted(place, np.arange(len(authors) + 1))
    parts = (
        weights.data / np.repeat(persons, np.diff(weights.indptr)),
        weights.indices,
        weights.indptr[begins],
    )
    vectors = csr_array(parts, shape=(len(authors), len(scope.class_of)))
    vectors.sum_duplicates()
    return vectors

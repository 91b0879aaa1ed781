"""Leading eigenvectors of adjacency matrices: of many small components at once, or of a large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_NEAR: Final = 1e-10
"""Eigenvalues that differ by less than this part of the largest count as the same."""


def dense_eigenvectors(matrix: csr_array, nodes: IntArray, most_cells: int) -> FloatArray:
    """Return the leading eigenvectors of components of the same size, one to a row.

    Parameters
    ----------
    matrix : csr_array
        Symmetric.
    nodes : int64 array, shape (components, size)
        Node numbers of each component.
    most_cells : int
        Entries of the matrices that are looked at in one go, unless one alone has more.
    """
    count, size = nodes.shape
    result = np.empty((count, size))
    at_a_time = max(1, most_cells // size**2)
    for start in range(0, count, at_a_time):
        group = nodes[start : start + at_a_time]
        block = matrix[group.ravel()].tocoo()
        column_of = np.zeros(matrix.shape[1], np.int64)
        column_of[group] = np.arange(size)
        dense = np.zeros((len(group), size, size))
        dense[block.row // size, block.row % size, column_of[block.col]] = block.data
        values, vectors = np.linalg.eigh(dense)
        # All vectors of the largest eigenvalue, and of them what points where all are alike.
        vectors = vectors * (values >= values[:, -1:] * (1 - _NEAR))[:, None, :]
        leading = np.abs(np.einsum("bij,bj->bi", vectors, vectors.sum(axis=1)))
        result[start : start + at_a_time] = leading / leading.max(axis=1, keepdims=True)
    return result


def sparse_eigenvector(matrix: csr_array) -> FloatArray:
    """Return the leading eigenvector of the matrix of one component, its largest value 1."""
    from scipy.sparse.linalg import eigsh

    size = matrix.shape[0]
    _, vectors = eigsh(
        matrix, k=1, which="LA", v0=np.ones(size), ncv=min(size, 40), maxiter=size * 100
    )
    leading = np.abs(vectors[:, 0])
    result: FloatArray = leading / leading.max()
    return result

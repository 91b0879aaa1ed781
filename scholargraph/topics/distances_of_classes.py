"""How far apart classes of topics are: by their tree, or by what their papers cite.

Both rest on features that two classes share, so that what is drawn from all classes of a level
needs no square matrix of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.errors import InvalidArgumentError
from scholargraph.topics.citations_counted import CountedCitations
from scholargraph.topics.hierarchy import NO_CLASS, FloatArray, IntArray, lineages
from scholargraph.topics.kept import kept

if TYPE_CHECKING:
    from scholargraph.topics.scope import Scope

DISTANCES: Final = ("tree", "citations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike classes are, from 0 to 1: 2 shared / (size_i + size_j).

    Shared is the product of their features, and size that of a class with itself.
    """

    features: Any
    """Compressed sparse rows, one for each row of the table of topics."""
    size: FloatArray
    """By the same rows."""

    def among(self, classes: IntArray) -> FloatArray:
        """Return how alike some classes are, as a square matrix with ones on its diagonal."""
        some, size = self.features[classes], self.size[classes]
        alike = (some @ some.T).toarray() * 2.0 / (size[:, None] + size)
        # A cosine misses 1 by rounding, and a class is at no distance from itself.
        np.fill_diagonal(alike, 1.0)
        found: FloatArray = np.clip(alike, 0.0, 1.0)
        return found

    def diversity(self, classes: IntArray, shares: FloatArray) -> FloatArray:
        """Return the Rao-Stirling diversity of each row of shares of some classes.

        It is 1 - sum p_i p_j s_ij, taken by features; classes of one size are taken together.
        """
        sizes = np.unique(self.size[classes])
        parts = []
        for size in sizes.tolist():
            place = np.flatnonzero(self.size[classes] == size)
            parts.append(self.features[classes[place]].T @ shares[:, place].T)
        found = np.ones(len(shares))
        for size, part in zip(sizes.tolist(), parts, strict=True):
            for other_size, other in zip(sizes.tolist(), parts, strict=True):
                found -= np.einsum("ij,ij->j", part, other) * 2.0 / (size + other_size)
        return np.clip(found, 0.0, 1.0)


def likeness(scope: Scope, distance: str) -> Likeness:
    """Return how alike the classes of a level are; the distance of two is 1 minus that.

    Parameters
    ----------
    scope : Scope
        The classes, and the years of papers that cite and are cited, as far as they matter.
    distance : {"tree", "citations"}
        2 depth(lca) / (depth_i + depth_j), lca being the last common ancestor and the top of the
        tree at depth 1 (Wu and Palmer 1994); or the cosine of what the papers of both classes cite,
        by class and inside the graph. A class of which no citation is known is like no other.

    Raises
    ------
    InvalidArgumentError
        If there is no such distance.

    References
    ----------
    Wu, Z., Palmer, M. (1994). Verb semantics and lexical selection. Proceedings of ACL 32, 133-138.
    doi:10.3115/981732.981751

    Examples
    --------
    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> above = {"subfield": {"id": "subfields/1702", "display_name": "Subfield"}}
    >>> topics = [{"id": f"T900{n}", "display_name": "Topic", "score": 1.0} | above for n in (1, 2)]
    >>> graph = sg.from_records([{"id": "W9000000001", "topics": topics}])
    >>> likeness(scope_of(graph.adjacency, "openalex"), "tree").among(np.array([0, 1])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    if distance not in DISTANCES:
        raise InvalidArgumentError(
            f"distance is one of {', '.join(DISTANCES)}, not {ascii(distance)[:80]}"
        )
    compute = _by_tree if distance == "tree" else _by_citations
    return kept(scope.adjacency, ("likeness", distance, *scope.key), lambda: compute(scope))


def _by_tree(scope: Scope) -> Likeness:
    """Return as features of a class the class itself and all above it: what two share is the lca.

    The size of a class is its depth.
    """
    from scipy.sparse import csr_array

    lineage = lineages(scope.topics)
    is_class = lineage != NO_CLASS
    depth = is_class.sum(axis=1)
    indptr = np.concatenate([[0], np.cumsum(depth)])
    parts = (np.ones(int(indptr[-1])), lineage[is_class], indptr)
    features = csr_array(parts, shape=(len(lineage), len(lineage)))
    features.sort_indices()
    return Likeness(features=features, size=depth.astype(np.float64))


def _by_citations(scope: Scope) -> Likeness:
    """Return as features of a class the shares of what it cites, at length 1."""
    from scipy.sparse import csr_array, diags_array, hstack

    flows = _flows(scope)
    lengths = np.sqrt(flows.power(2).sum(axis=1))
    is_known = lengths > 0
    scale = np.divide(1.0, lengths, out=np.zeros(len(lengths)), where=is_known)
    own = diags_array(np.where(is_known, 0.0, 1.0))
    features = csr_array(hstack([diags_array(scale) @ flows, own], format="csr"))
    features.eliminate_zeros()
    return Likeness(features=features, size=np.ones(len(lengths)))


def _flows(scope: Scope) -> Any:
    """Return how much each class cites every other: sum of w_pi w_qj over citations p -> q."""
    from scipy.sparse import csr_array

    adjacency = scope.adjacency
    inside = scope.is_inside(np.arange(len(adjacency.papers.year)))
    counted = CountedCitations(adjacency=adjacency, counts=inside, window=None, signatures=None)
    flows = csr_array((len(scope.class_of), len(scope.class_of)), dtype=np.float64)
    for papers in counted.pieces():
        (place, cited), _ = counted.of(papers)
        each, of_each = np.unique(cited, return_inverse=True)
        indptr = np.searchsorted(place, np.arange(len(papers) + 1))
        links = csr_array((np.ones(len(cited)), of_each, indptr), shape=(len(papers), len(each)))
        flows = flows + csr_array(scope.weights(papers).T) @ (links @ scope.weights(each))
    return csr_array(flows)

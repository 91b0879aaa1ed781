"""Which classes of topics papers have together, how often, and whether that is more than chance.

Counted from the papers' side, a piece at a time: papers by classes, multiplied by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.nulls import hypergeometric_tails
from scholargraph.topics.hierarchy import FloatArray, IntArray
from scholargraph.topics.kept import kept
from scholargraph.topics.scope import column_of, without_diagonal

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from scholargraph.topics.scope import Scope

_PIECE_PAIRS: Final = 4_000_000
"""Pairs of classes on papers that are sorted together."""

MODES: Final = ("presence", "weighted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marginals:
    """What each class has in all; index k is row k of the table of topics."""

    strength: FloatArray
    """Sum of the co-assignments of each class with all others."""
    total: float
    """Sum of all strengths: each pair of classes counts twice."""
    papers: IntArray
    """Papers of each class that have two classes or more."""
    papers_in_all: int
    """Papers with two classes or more."""
    paper_count: IntArray
    """Papers of each class."""
    inside: FloatArray
    """What stays with each class itself: its papers, or the squares of its parts of them."""
    counted: int
    """Papers with a class."""
    without: int
    """Papers of the years that have none."""

    @property
    def possible_pairs(self) -> int:
        """Pairs of the classes that some paper has."""
        classes = int(np.count_nonzero(self.paper_count))
        return classes * (classes - 1) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CoAssignment:
    """Co-assignments, of one class with all or of all with all."""

    count: csr_array
    """Papers with both, or the sum of the products of their parts. Nothing on the diagonal."""
    joint: csr_array
    """Papers with both. Where parts of papers are 0, a place may be filled here alone."""


def check_mode(mode: str) -> None:
    """Check how co-assignments shall be counted.

    Raises
    ------
    InvalidArgumentError
        If there is no such way.
    """
    if mode not in MODES:
        raise InvalidArgumentError(f"mode is one of {', '.join(MODES)}, not {ascii(mode)[:80]}")


def marginals(scope: Scope, mode: str) -> Marginals:
    """Return what each class has in all, once for each version, level, window and mode.

    Parameters
    ----------
    scope : Scope
        Classes and papers.
    mode : {"presence", "weighted"}
        Whether a paper counts 1 for each pair of its classes, or the product of their parts of it.

    Notes
    -----
    Of a paper of k classes each is together with k - 1 others; of parts w that sum to 1, with
    1 - w. So sums off the diagonal need no matrix.

    Examples
    --------
    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> topics = [{"id": f"T900{n}", "display_name": "A topic", "score": n} for n in (1, 3)]
    >>> graph = sg.from_records([{"id": "W9000000001", "topics": topics}])
    >>> found = marginals(scope_of(graph.adjacency, "openalex"), "weighted")
    >>> found.strength.tolist(), found.inside.tolist(), found.total + float(found.inside.sum())
    ([0.1875, 0.1875], [0.0625, 0.5625], 1.0)
    """
    return kept(scope.adjacency, ("marginals", mode, *scope.key), lambda: _marginals(scope, mode))


def _marginals(scope: Scope, mode: str) -> Marginals:
    rows = len(scope.class_of)
    strength, inside = np.zeros(rows), np.zeros(rows)
    papers, paper_count = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    in_all = counted = without = 0
    for piece in scope.pieces():
        weights = piece.weights
        classes = np.diff(weights.indptr)
        of_entry = np.repeat(classes, classes)
        others = of_entry - 1.0 if mode == "presence" else _others(weights, of_entry)
        strength += np.bincount(weights.indices, others, minlength=rows)
        own = np.ones(len(of_entry)) if mode == "presence" else weights.data**2
        inside += np.bincount(weights.indices, own, minlength=rows)
        papers += np.bincount(weights.indices[of_entry >= 2], minlength=rows)
        paper_count += np.bincount(weights.indices, minlength=rows)
        in_all += int(np.count_nonzero(classes >= 2))
        counted += int(np.count_nonzero(classes))
        without += int(np.count_nonzero(classes == 0))
    return Marginals(
        strength=strength,
        total=float(strength.sum()),
        papers=papers,
        papers_in_all=in_all,
        paper_count=paper_count,
        inside=inside,
        counted=counted,
        without=without,
    )


def _others(weights: csr_array, classes: IntArray) -> FloatArray:
    # Rounding would leave a trifle to a class that has a paper for itself.
    return np.where(classes >= 2, weights.data * (1.0 - weights.data), 0.0)


def co_assigned(scope: Scope, class_row: int, papers: IntArray, mode: str) -> CoAssignment:
    """Return the co-assignments of one class with all.

    Parameters
    ----------
    scope : Scope
        Classes and papers.
    class_row : int
        The class.
    papers : int64 array
        Its papers.
    mode : {"presence", "weighted"}
        As for `marginals`.

    Returns
    -------
    CoAssignment
        Matrices of one row.
    """
    from scipy.sparse import csr_array

    weights = scope.weights(papers)
    rows = len(scope.class_of)
    joint = np.bincount(weights.indices, minlength=rows)
    joint[class_row] = 0
    filled = np.flatnonzero(joint)
    count: FloatArray = joint.astype(np.float64)
    if mode == "weighted":
        count = weights.T @ column_of(weights, class_row)
    places = (filled, np.array([0, len(filled)]))
    return CoAssignment(
        count=csr_array((count[filled], *places), shape=(1, rows)),
        joint=csr_array((joint[filled], *places), shape=(1, rows)),
    )


def co_assignment(scope: Scope, mode: str) -> CoAssignment:
    """Return the co-assignments of all classes with all.

    Parameters
    ----------
    scope : Scope
        Classes and papers.
    mode : {"presence", "weighted"}
        As for `marginals`.

    Returns
    -------
    CoAssignment
        Symmetric matrices, rows and columns by rows of the table of topics, indices ascending.

    Examples
    --------
    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> topics = [{"id": f"T900{n}", "display_name": f"Topic {n}", "score": n} for n in (1, 3)]
    >>> works = [{"id": f"W900000000{n}", "topics": topics} for n in (1, 2)]
    >>> scope = scope_of(sg.from_records(works).adjacency, "openalex")
    >>> co_assignment(scope, "presence").count.toarray().tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    >>> co_assignment(scope, "weighted").count.toarray().tolist()
    [[0.0, 0.375], [0.375, 0.0]]
    """
    from scipy.sparse import csr_array

    rows = len(scope.class_of)
    above = csr_array((rows, rows), dtype=np.int64)
    count = csr_array((rows, rows), dtype=np.float64)
    for piece in scope.pieces():
        weights = piece.weights
        if mode == "weighted":
            count = count + without_diagonal(weights.T.tocsr() @ weights)
        for papers in _bounded(weights):
            above = above + _papers_with_both(weights, papers)
    joint = csr_array(above + above.T)
    return CoAssignment(
        count=count if mode == "weighted" else joint.astype(np.float64), joint=joint
    )


def _bounded(weights: csr_array) -> Iterator[slice]:
    """Yield ranges of papers with a bounded number of pairs of classes together, or one paper."""
    classes = np.diff(weights.indptr).astype(np.int64)
    ends = np.cumsum(classes * (classes - 1) // 2)
    low = 0
    while low < len(ends):
        before = int(ends[low - 1]) if low else 0
        high = int(np.searchsorted(ends, before + _PIECE_PAIRS, side="right"))
        yield slice(low, max(high, low + 1))
        low = max(high, low + 1)


def _papers_with_both(weights: csr_array, papers: slice) -> csr_array:
    """Return on how many of some papers two classes are, above the diagonal.

    Sorting pairs takes half the time of a product of matrices, which finds each of them twice.
    """
    from scipy.sparse import csr_array

    rows = weights.shape[1]
    indptr, classes = weights.indptr[papers.start : papers.stop + 1], weights.indices
    end = np.repeat(indptr[1:], np.diff(indptr))
    one = np.arange(indptr[0], indptr[-1])
    keys = [np.zeros(0, np.int64)]
    # Classes of a paper ascend: each is met by the next one, the one after that, and so on.
    for distance in range(1, int(np.diff(indptr).max(initial=0))):
        one = one[one + distance < end[one - indptr[0]]]
        keys.append(classes[one].astype(np.int64) * rows + classes[one + distance])
    pairs = np.sort(np.concatenate(keys))
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    pair = pairs[first]
    places = (pair % rows, np.searchsorted(pair, np.arange(rows + 1) * rows))
    return csr_array((np.diff(first, append=len(pairs)), *places), shape=(rows, rows))


def association_strength(
    count: FloatArray, sizes: Marginals, a: IntArray, b: IntArray
) -> FloatArray:
    """Return how often two classes stand together, in proportion to what sizes alone would give.

    Parameters
    ----------
    count : float64 array
        Co-assignments of pairs of classes.
    sizes : Marginals
        What each class has in all.
    a, b : int64 arrays
        Rows of the classes of each pair.

    Returns
    -------
    float64 array
        c 2W / (s_i s_j), s being the sums off the diagonal and 2W their sum; 0 for c = 0.

    References
    ----------
    van Eck, N. J., Waltman, L. (2009). J. Am. Soc. Inf. Sci. Technol. 60, 1635-1651.
    doi:10.1002/asi.21075

    Examples
    --------
    Two papers with one pair of topics, and one with another:

    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> topics = [{"id": f"T900{n}", "display_name": "A topic", "score": 1} for n in range(4)]
    >>> works = [{"id": f"W900000000{n}", "topics": topics[2 * (n > 1):][:2]} for n in range(3)]
    >>> sizes = marginals(scope_of(sg.from_records(works).adjacency, "openalex"), "presence")
    >>> association_strength(np.array([2.0]), sizes, np.array([0]), np.array([1])).tolist()
    [3.0]
    """
    strength = np.zeros(len(count))
    some = count > 0
    s_a, s_b = sizes.strength[a[some]], sizes.strength[b[some]]
    strength[some] = count[some] * (sizes.total / s_a) / s_b
    return strength


def npmi(count: FloatArray, sizes: Marginals, a: IntArray, b: IntArray) -> FloatArray:
    """Return the normalised pointwise mutual information of pairs of classes.

    Parameters
    ----------
    count, sizes, a, b
        As for `association_strength`.

    Returns
    -------
    float64 array
        ln(p_ij / (p_i p_j)) / -ln p_ij with p_ij = c / 2W and p_i = s_i / 2W; -1 for c = 0. At most
        1, which two classes reach that are only with each other. 2W counts each pair twice, so
        that p_ij is at most 1/2.

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.

    Examples
    --------
    Two papers with one pair of topics, and one with another:

    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> topics = [{"id": f"T900{n}", "display_name": "A topic", "score": 1} for n in range(4)]
    >>> works = [{"id": f"W900000000{n}", "topics": topics[2 * (n > 1):][:2]} for n in range(3)]
    >>> sizes = marginals(scope_of(sg.from_records(works).adjacency, "openalex"), "presence")
    >>> npmi(np.array([2.0, 0.0]), sizes, np.array([0, 0]), np.array([1, 2])).tolist()
    [1.0, -1.0]
    """
    information = np.full(len(count), -1.0)
    some = count > 0
    joint = np.log(count[some] / sizes.total)
    of_a, of_b = (np.log(sizes.strength[ends[some]] / sizes.total) for ends in (a, b))
    information[some] = np.clip((joint - of_a - of_b) / -joint, -1.0, 1.0)
    return information


def p_values(joint: IntArray, sizes: Marginals, a: IntArray, b: IntArray) -> FloatArray:
    """Return how probable as many papers with both, or more, are if classes fall on papers blindly.

    Parameters
    ----------
    joint : int64 array
        Papers with both, of each pair.
    sizes, a, b
        As for `association_strength`.

    Returns
    -------
    float64 array
        Upper tails of the hypergeometric distribution over the papers with two classes or more;
        not corrected for how many pairs there are.

    References
    ----------
    Tumminello, M. et al. (2011). PLoS ONE 6, e17994. doi:10.1371/journal.pone.0017994

    Examples
    --------
    Two papers with one pair of topics, and one with another:

    >>> import scholargraph as sg
    >>> from scholargraph.topics.scope import scope_of
    >>> topics = [{"id": f"T900{n}", "display_name": "A topic", "score": 1} for n in range(4)]
    >>> works = [{"id": f"W900000000{n}", "topics": topics[2 * (n > 1):][:2]} for n in range(3)]
    >>> sizes = marginals(scope_of(sg.from_records(works).adjacency, "openalex"), "presence")
    >>> p_values(np.array([2]), sizes, np.array([0]), np.array([1])).round(6).tolist()
    [0.333333]
    """
    return hypergeometric_tails(sizes.papers, sizes.papers_in_all, a, b, joint)

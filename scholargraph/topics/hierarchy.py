"""Where topics stand in their tree: classes above, classes below, and how near two of them are.

There are two trees, always by id, for names repeat: topic, subfield, field and domain of OpenAlex;
category, archive and group of arXiv. A class is a row of the table of topics, at any level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.meanings import NO_PARENT
from scholargraph.errors import InvalidArgumentError
from scholargraph.schema import TOPIC_LEVELS

if TYPE_CHECKING:
    from scholargraph.adjacency.adjacency import PaperTopics

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LEVELS: Final = ("topic", "subfield", "field")
"""Levels at which questions are asked, from the finest."""

LEVELS_OF_SCHEME: Final = {
    "openalex": ("topic", "subfield", "field", "domain"),
    "arxiv": ("category", "archive", "group"),
}
"""From the finest; the first three of each answer to each other."""

NO_CLASS: Final = -1
"""Instead of the row of a class, where there is none at a level."""


def scheme_of(topics: PaperTopics, row: int) -> str:
    """Return whose classification a class belongs to.

    Examples
    --------
    >>> import scholargraph as sg
    >>> topic = {"id": "T9001", "display_name": "One", "score": 1.0}
    >>> graph = sg.from_records([{"id": "W9000000001", "topics": [topic]}])
    >>> scheme_of(graph.adjacency.paper_topics, 0)
    'openalex'
    """
    level = TOPIC_LEVELS[topics.level[row]]
    return next(scheme for scheme, levels in LEVELS_OF_SCHEME.items() if level in levels)


def level_in(scheme: str, level: str) -> str:
    """Return what a level is called in a scheme: a subfield is an archive with arXiv.

    Raises
    ------
    InvalidArgumentError
        If there is no such level.

    Examples
    --------
    >>> level_in("arxiv", "subfield")
    'archive'
    """
    if level not in LEVELS:
        raise InvalidArgumentError(f"level is one of {', '.join(LEVELS)}, not {ascii(level)[:80]}")
    return LEVELS_OF_SCHEME[scheme][LEVELS.index(level)]


def lineages(topics: PaperTopics) -> IntArray:
    """Return each class with all classes above it.

    Parameters
    ----------
    topics : PaperTopics
        The arrays of a version.

    Returns
    -------
    int64 array, shape (rows, levels)
        Rows of the class, of that above it, and so on up to the top; then `NO_CLASS`.
    """
    # Records may err and lead in a circle, so no way up is longer than there are levels.
    lineage = np.full((len(topics.parent), len(TOPIC_LEVELS)), NO_CLASS, np.int64)
    if not len(lineage):
        return lineage
    lineage[:, 0] = np.arange(len(lineage))
    for step in range(1, len(TOPIC_LEVELS)):
        below = lineage[:, step - 1]
        parent = topics.parent[below]
        lineage[:, step] = np.where((below == NO_CLASS) | (parent == NO_PARENT), NO_CLASS, parent)
    return lineage


def classes_at(topics: PaperTopics, level: str) -> IntArray:
    """Return of each class the one at a level that it is or belongs to.

    Parameters
    ----------
    topics : PaperTopics
        The arrays of a version.
    level : str
        One of ``schema.TOPIC_LEVELS``.

    Returns
    -------
    int64 array, shape (rows,)
        Rows of classes; `NO_CLASS` for what stands above that level or in the other tree.
    """
    lineage = lineages(topics)
    code = TOPIC_LEVELS.index(level)
    found = np.full(len(lineage), NO_CLASS, np.int64)
    for above in lineage.T:
        is_there = (above != NO_CLASS) & (found == NO_CLASS)
        is_there[is_there] = topics.level[above[is_there]] == code
        found[is_there] = above[is_there]
    return found


def ancestors(topics: PaperTopics, row: int) -> list[int]:
    """Return the classes above one, from the next one up to the top."""
    above: list[int] = []
    parent = int(topics.parent[row])
    while parent != NO_PARENT and len(above) < len(TOPIC_LEVELS):
        above.append(parent)
        parent = int(topics.parent[parent])
    return above


def children(topics: PaperTopics, row: int) -> IntArray:
    """Return the classes directly below one, ascending."""
    below: IntArray = np.flatnonzero(topics.parent == row)
    return below


def siblings(topics: PaperTopics, row: int) -> IntArray:
    """Return the other classes below the same one, ascending; at the top there are none."""
    parent = topics.parent[row]
    if parent == NO_PARENT:
        return np.zeros(0, np.int64)
    below = children(topics, int(parent))
    others: IntArray = below[below != row]
    return others


def tree_similarity(lineage: IntArray, row: int) -> FloatArray:
    """Return how near a class is to every other in the tree.

    Parameters
    ----------
    lineage : int64 array
        As `lineages` gives it.
    row : int
        The class.

    Returns
    -------
    float64 array, shape (rows,)
        Between 0, where nothing stands above both, and 1, for the class itself.

    Notes
    -----
    2 depth(lca) / (depth_i + depth_j), lca being the lowest class that both are or belong to, and
    the top having depth 1 (Wu, Palmer 1994). The distance is 1 minus that.

    References
    ----------
    Wu, Z., Palmer, M. (1994). Verb semantics and lexical selection. Proceedings of ACL 32, 133-138.
    doi:10.3115/981732.981751

    Examples
    --------
    Two topics of one subfield, itself below a field:

    >>> lineage = np.array([[0, 2, 3], [1, 2, 3], [2, 3, -1], [3, -1, -1]])
    >>> tree_similarity(lineage, 0).round(3).tolist()
    [1.0, 0.667, 0.8, 0.5]
    """
    depth = np.count_nonzero(lineage != NO_CLASS, axis=1)
    shared = np.zeros(len(lineage), np.int64)
    for above in lineage[row][lineage[row] != NO_CLASS]:
        belongs = (lineage == above).any(axis=1)
        shared[belongs] = np.maximum(shared[belongs], depth[above])
    similarity: FloatArray = 2 * shared / (depth + depth[row])
    return similarity


def levels_up(lineage: IntArray, row: int) -> IntArray:
    """Return how many levels one goes up from a class to what also holds each other class.

    Parameters
    ----------
    lineage, row
        As for `tree_similarity`.

    Returns
    -------
    int64 array, shape (rows,)
        0 for the class and all below it; `NO_CLASS` for those that nothing holds together with it.

    Examples
    --------
    >>> lineage = np.array([[0, 2, 3], [1, 2, 3], [2, 3, -1], [3, -1, -1], [4, -1, -1]])
    >>> levels_up(lineage, 0).tolist()
    [0, 1, 1, 2, -1]
    """
    steps = np.full(len(lineage), NO_CLASS, np.int64)
    for step, above in enumerate(lineage[row][lineage[row] != NO_CLASS].tolist()):
        steps[(lineage == above).any(axis=1) & (steps == NO_CLASS)] = step
    return steps

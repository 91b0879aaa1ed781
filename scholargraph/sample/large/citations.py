"""What papers cite, a block at a time.

What lives here: references to earlier papers of the community, of others, and to papers that the
store does not hold. They need the years and communities of all papers; those are in ``papers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.sample.large.draws import Stream, below, spread, stream
from scholargraph.sample.large.frame import FIRST_NUMBER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scholargraph.sample.draws import Quantiles
    from scholargraph.sample.large.arrays import Arrays
    from scholargraph.sample.large.frame import Frame

_COUNTS: Final[Quantiles] = (
    (0.0, 0.0),
    (0.25, 0.0),
    (0.5, 6.0),
    (0.75, 16.0),
    (0.9, 31.0),
    (0.99, 80.0),
    (1.0, 300.0),
)
_COMMUNITY_SHARE: Final = 0.75
_ANYWHERE_SHARE: Final = 0.15
_CLASSIC_SHARE: Final = 0.35
_CLASSICS: Final = (32, 1024)
"""Of so many papers of a community in a row one is a classic, and of so many one is famous."""

_FIRST_OUTSIDE: Final = 9_900_000_000
_OUTSIDE_COUNT: Final = 99_000_000
_NUMBER_BITS: Final = 34
"""Ten digits that begin with 9 fit into as many bits."""


def rank_papers(arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Put the papers of each community in the order of their years.

    Parameters
    ----------
    arrays : Arrays
        With ``year`` and ``community`` of all papers.

    Returns
    -------
    dict of str to array
        ``ranked`` (papers, community by community), ``place`` (where a paper stands in it) and
        ``community_papers`` (where communities begin, and the end).
    """
    community = np.asarray(arrays["community"])
    ranked = np.lexsort((arrays["year"], community)).astype(np.int32)
    place = np.empty_like(ranked)
    place[ranked] = np.arange(len(ranked), dtype=np.int32)
    counts = np.bincount(community, minlength=len(arrays["community_start"]) - 1)
    return {
        "ranked": ranked,
        "place": place,
        "community_papers": np.concatenate([[0], np.cumsum(counts)]),
    }


def draw_citations(frame: Frame, arrays: Arrays, block: int) -> dict[str, NDArray[Any]]:
    """Draw what the papers of one block cite.

    Parameters
    ----------
    frame : Frame
        The size of the model.
    arrays : Arrays
        With all of ``rank_papers``.
    block : int
        Which block, from 0.

    Returns
    -------
    dict of str to array
        ``reference_count`` by paper, and ``cited``: the numbers of the cited papers, rising and
        each once for each paper. No paper cites one of a later year, or itself.
    """
    first, end = frame.paper_range(block)
    draws = stream(frame.seed, Stream.CITATIONS, block)
    tries = spread(draws.random(end - first), _COUNTS).astype(np.int64)
    paper = np.repeat(np.arange(first, end), tries)
    count = len(paper)
    place = arrays["place"][paper].astype(np.int64)
    begin = arrays["community_papers"][arrays["community"][paper]]
    kind = draws.random(count)
    target = begin + below(draws.random(count), place - begin)
    classic = draws.random(count)
    for step, share in zip(_CLASSICS, (_CLASSIC_SHARE, _CLASSIC_SHARE / 5), strict=True):
        is_classic = classic < share
        target = np.where(is_classic, begin + (target - begin) // step * step, target)
    is_anywhere = (kind >= _COMMUNITY_SHARE) & (kind < _COMMUNITY_SHARE + _ANYWHERE_SHARE)
    target = np.where(is_anywhere, below(draws.random(count), frame.papers), target)
    cited = arrays["ranked"][target].astype(np.int64)
    is_inside = np.where(
        is_anywhere,
        arrays["year"][cited] < arrays["year"][paper],
        (kind < _COMMUNITY_SHARE) & (place > begin),
    )
    outside = _FIRST_OUTSIDE + below(draws.random(count), _OUTSIDE_COUNT)
    number = np.where(is_inside, FIRST_NUMBER + cited, outside)
    keys = np.unique((paper - first) << _NUMBER_BITS | number)
    row = keys >> _NUMBER_BITS
    return {
        "reference_count": np.bincount(row, minlength=end - first).astype(np.int32),
        "cited": keys & ((1 << _NUMBER_BITS) - 1),
    }

"""Which citations count: both papers do, nobody signed both, and the cited one is recent enough.

On the arrays of a version, for some citing papers at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.meanings import UNKNOWN_YEAR
from scholargraph.network.pairs import BoolArray, IntArray

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.adjacency.csr import Relation

PIECE_CITATIONS: Final = 1_000_000
"""Citations that are looked at together."""

_PIECE_PAPERS: Final = 1_000_000
_PIECE_SEATS: Final = 2_000_000

_SCATTERING: Final = np.uint64(0x9E3779B97F4A7C15)
"""Odd, and its bits without pattern: the upper bits of multiples of it differ."""


class Citations(NamedTuple):
    """Citations that count, by citing paper and then by cited paper."""

    place: IntArray
    """Place of the citing paper among those asked about."""
    cited: npt.NDArray[Any]
    """Rows of papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCitations:
    """The citations of a version that count."""

    adjacency: Adjacency
    counts: BoolArray
    """Which papers count, by row."""
    window: int | None
    """The cited paper is at most so many years older."""
    signatures: npt.NDArray[np.uint64] | None
    """As `signatures_of` gives them; None where one author may have signed both papers."""

    def of(self, papers: IntArray) -> tuple[Citations, Counter[str]]:
        """Return the citations that count of some papers, and how many others there are.

        Parameters
        ----------
        papers : int64 array
            Rows of papers that count.
        """
        place, cited = self.adjacency.cites.of_all(papers)
        passed_over: Counter[str] = Counter()
        keep = self.counts[cited]
        passed_over["cited paper does not count"] = _lost(keep)
        place, cited = place[keep], cited[keep]
        keep = papers[place] != cited
        passed_over["of the paper itself"] = _lost(keep)
        place, cited = place[keep], cited[keep]
        if self.window is not None:
            year = self.adjacency.papers.year
            citing_year, cited_year = year[papers[place]], year[cited]
            is_known = (citing_year != UNKNOWN_YEAR) & (cited_year != UNKNOWN_YEAR)
            keep = is_known & (citing_year - cited_year <= self.window)
            passed_over["year unknown"] = _lost(is_known)
            passed_over["outside of the window"] = _lost(keep) - _lost(is_known)
            place, cited = place[keep], cited[keep]
        if self.signatures is not None:
            keep = ~have_joint_author(
                self.adjacency.paper_authors, self.signatures, papers[place], cited
            )
            passed_over["self-citations"] = _lost(keep)
            place, cited = place[keep], cited[keep]
        return Citations(place, cited), passed_over

    def pieces(self) -> Iterator[IntArray]:
        """Yield the papers that count, in order, so that each piece has about as many citations."""
        papers = np.flatnonzero(self.counts)
        indptr = self.adjacency.cites.indptr
        ends = np.cumsum(indptr[papers + 1] - indptr[papers])
        bounds = np.flatnonzero(np.diff(ends // PIECE_CITATIONS)) + 1
        yield from np.split(papers, bounds)


def signatures_of(paper_authors: Relation) -> npt.NDArray[np.uint64]:
    """Return for each paper 64 bits of which each author sets one, the same on all his papers.

    Two papers whose signatures have no bit in common have no author in common.

    Parameters
    ----------
    paper_authors : Relation
        From papers to their authors.

    Examples
    --------
    >>> from scholargraph.adjacency.csr import Relation
    >>> signed = Relation(indptr=np.array([0, 1, 1, 3]), indices=np.array([5, 5, 9], np.uint32))
    >>> one, nobody, two = signatures_of(signed)
    >>> one & two == one, nobody
    (np.True_, np.uint64(0))
    """
    indptr = paper_authors.indptr
    signatures = np.zeros(len(indptr) - 1, np.uint64)
    for low in range(0, len(signatures), _PIECE_PAPERS):
        bounds = indptr[low : low + _PIECE_PAPERS + 1]
        author = paper_authors.indices[bounds[0] : bounds[-1]].astype(np.uint64)
        bits = np.left_shift(np.uint64(1), (author * _SCATTERING) >> np.uint64(58))
        signed = np.flatnonzero(np.diff(bounds))
        if len(signed):
            starts = bounds[signed] - bounds[0]
            signatures[low + signed] = np.bitwise_or.reduceat(bits, starts)
    return signatures


def have_joint_author(
    paper_authors: Relation,
    signatures: npt.NDArray[np.uint64],
    one: npt.NDArray[Any],
    other: npt.NDArray[Any],
) -> BoolArray:
    """Tell which pairs of papers have an author in common.

    Parameters
    ----------
    paper_authors : Relation
        From papers to their authors, ascending.
    signatures : uint64 array
        As `signatures_of` gives them.
    one, other : integer array
        Rows of papers.
    """
    found = np.zeros(len(one), np.bool_)
    maybe = np.flatnonzero(signatures[one] & signatures[other])
    indptr = paper_authors.indptr
    sizes = sum(indptr[paper[maybe] + np.int64(1)] - indptr[paper[maybe]] for paper in (one, other))
    bounds = np.flatnonzero(np.diff(np.cumsum(sizes) // _PIECE_SEATS)) + 1
    for some in np.split(maybe, bounds):
        place, author = paper_authors.of_all(one[some])
        key = place << 32 | author
        place_of_other, author_of_other = paper_authors.of_all(other[some])
        key_of_other = place_of_other << 32 | author_of_other
        if not len(key_of_other):
            continue
        # Both ascend, so that the search goes through them side by side.
        at = np.minimum(np.searchsorted(key_of_other, key), len(key_of_other) - 1)
        found[some[place[key_of_other[at] == key]]] = True
    return found


def _lost(keep: BoolArray) -> int:
    return len(keep) - int(np.count_nonzero(keep))

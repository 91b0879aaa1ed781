"""Pairs of papers that are versions of one work: the same folded title and joint authors.

A preprint and its article are two papers of one work. Here the pairs are found, once for all
questions; whether they count once or twice is decided by each question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import Relation
from scholargraph.adjacency.rows import columns_of, create

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pyarrow as pa

    from scholargraph.adjacency.words import WordIndex
    from scholargraph.store.arrays import ArraysWriter

JOINT_AUTHORS: Final = 2
"""Authors that two papers of one title have in common if they are versions of one work."""

_PIECE_ROWS: Final = 200_000

_REPEATED: Final = """
    SELECT paper, hash(form) AS title FROM title
    WHERE hash(form) IN (SELECT hash(form) FROM title GROUP BY 1 HAVING count(*) > 1)
    ORDER BY title, paper
"""


def write_versions(
    writer: ArraysWriter,
    connection: duckdb.DuckDBPyConnection,
    titles: WordIndex,
    authors: Relation,
) -> None:
    """Write the pairs in both orders, ascending by the first and then the second paper.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    connection : DuckDBPyConnection
        Sorts titles, on disk where memory does not do.
    titles : WordIndex
        Folded titles of papers.
    authors : Relation
        From a paper to those of its authors who can be told apart.
    """
    import pyarrow as pa

    create(connection, "title", _pieces(titles), paper=pa.uint32(), form=pa.string())
    held_title, held_paper = np.zeros(0, np.uint64), np.zeros(0, np.int64)
    found = []
    for paper, title in columns_of(connection, _REPEATED):
        title = np.concatenate([held_title, title])
        paper = np.concatenate([held_paper, paper.astype(np.int64)])
        # The last title may go on.
        end = int(np.searchsorted(title, title[-1], side="left"))
        found.append(_pairs(title[:end], paper[:end], authors))
        held_title, held_paper = title[end:], paper[end:]
    found.append(_pairs(held_title, held_paper, authors))
    connection.execute("DROP TABLE title")
    pairs = np.concatenate(found)
    one, other = pairs >> 32, pairs & 0xFFFFFFFF
    # Two titles might have one hash.
    same = _titles_of(titles, one) == _titles_of(titles, other)
    one, other = one[same], other[same]
    both_ways = np.sort(np.concatenate([one << 32 | other, other << 32 | one]))
    writer.put("versions.one", (both_ways >> 32).astype(np.uint32))
    writer.put("versions.other", (both_ways & 0xFFFFFFFF).astype(np.uint32))


def _pieces(titles: WordIndex) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for low in range(0, len(titles.forms), _PIECE_ROWS):
        high = min(low + _PIECE_ROWS, len(titles.forms))
        forms = titles.forms.slice(low, high)
        owners = pa.array(np.asarray(titles.owners[low:high]))
        yield pa.RecordBatch.from_arrays([owners, forms], names=["paper", "form"])


def _pairs(
    title: npt.NDArray[np.uint64], paper: npt.NDArray[np.int64], authors: Relation
) -> npt.NDArray[np.int64]:
    """Return pairs of papers, sorted by title, that have one title and authors in common."""
    if not len(title):
        return np.zeros(0, np.int64)
    group = np.cumsum(np.concatenate([[0], title[1:] != title[:-1]]))
    place, author = authors.of_all(paper)
    author = author.astype(np.int64)
    order = np.lexsort((paper[place], author, group[place]))
    signed, by, among = paper[place][order], author[order], group[place][order]
    joint = []
    step, candidates = 1, np.arange(len(order) - 1)
    while len(candidates):
        # Papers of one title that an author signed stand side by side, so that pairs of them are
        # some places apart.
        ahead = candidates + step
        candidates = candidates[ahead < len(order)]
        ahead = candidates + step
        is_pair = (among[candidates] == among[ahead]) & (by[candidates] == by[ahead])
        candidates, ahead = candidates[is_pair], ahead[is_pair]
        joint.append(signed[candidates] << 32 | signed[ahead])
        step += 1
    pairs, times = np.unique(np.concatenate([np.zeros(0, np.int64), *joint]), return_counts=True)
    found: npt.NDArray[np.int64] = pairs[times >= JOINT_AUTHORS]
    return found


def _titles_of(titles: WordIndex, papers: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    places = np.searchsorted(titles.owners, papers.astype(titles.owners.dtype))
    return np.array([titles.forms[place] for place in places.tolist()], dtype=object)

"""Which folded names and titles agree with a text, by array operations on the token index.

What it means that two names agree is defined in ``scholargraph.names``, name by name; here the few
that may agree are picked out of millions. Each function yields, best match first, the forms that
match in that way; those of a worse one may repeat those of a better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import distinct
from scholargraph.names import initials_agree

if TYPE_CHECKING:
    from scholargraph.adjacency.words import WordIndex

    Forms = npt.NDArray[Any]

_MOST: Final = 2**31 - 1
"""Above every count."""


class Best:
    """The best match of each node.

    Parameters
    ----------
    rows : int
        Number of nodes.
    """

    def __init__(self, rows: int) -> None:
        self._seen = np.zeros(rows, np.bool_)
        self._found: list[npt.NDArray[np.int64]] = []

    @property
    def matched(self) -> int:
        """Nodes that match."""
        return sum(map(len, self._found))

    def add(self, rows: npt.NDArray[Any]) -> None:
        """Take the nodes of the next match; those of a better one stay where they are."""
        fresh = np.zeros(0, np.int64)
        if len(rows):
            low, high = int(rows.min()), int(rows.max()) + 1
            here = np.zeros(high - low, np.bool_)
            here[rows.astype(np.int64) - low] = True
            here &= ~self._seen[low:high]
            self._seen[low:high] |= here
            fresh = np.flatnonzero(here) + low
        self._found.append(fresh)

    def first(
        self, limit: int, counts: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return rows and ranks: the better match first, then the larger count, then the row."""
        rows: list[npt.NDArray[np.int64]] = []
        ranks: list[npt.NDArray[np.int64]] = []
        for rank, found in enumerate(self._found):
            left = limit - sum(map(len, rows))
            few = self._largest(found, counts, left)
            rows.append(few)
            ranks.append(np.full(len(few), rank))
        return np.concatenate(rows), np.concatenate(ranks)

    @staticmethod
    def _largest(
        rows: npt.NDArray[np.int64], counts: npt.NDArray[np.int32], number: int
    ) -> npt.NDArray[np.int64]:
        # Unknown counts are below zero and rank as zero.
        key = (_MOST - np.maximum(counts[rows], 0).astype(np.int64)) << 32 | rows
        if len(key) > number:
            key = np.partition(key, number)[:number]
        key.sort()
        return key & 0xFFFFFFFF


def name_matches(index: WordIndex, folded: str, *, with_initials: bool) -> Iterator[Forms]:
    """Yield the forms that are the same name, the same words, alike by initials, or begun so.

    Parameters
    ----------
    index : WordIndex
        Names.
    folded : str
        A folded name, not empty.
    with_initials : bool
        Whether initials may stand for given names; otherwise no form is alike by them.
    """
    same = _with_all(index, folded)
    # All words are there, and there is no room for others.
    same = same[index.forms.lengths(same) == len(folded.encode())]
    yield same[index.forms.begin_with(same, folded)]
    yield same
    yield _by_initials(index, folded) if with_initials else same[:0]
    yield _begun(index, folded)


def title_matches(index: WordIndex, folded: str) -> Iterator[Forms]:
    """Yield the forms that are the same title, begin with the text, or hold all its words.

    Parameters
    ----------
    index : WordIndex
        Titles.
    folded : str
        Folded words, separated by one blank; at least one.
    """
    *whole, last = folded.split()
    begun = index.having_beginning(last)
    if whole:
        begun = _marked(index, begun, _with_all(index, " ".join(set(whole))))
    begun = begun[index.forms.begin_with(begun, folded)]
    yield begun[index.forms.lengths(begun) == len(folded.encode())]
    yield begun
    yield _with_all(index, " ".join(set(folded.split())))


def _with_all(index: WordIndex, folded: str) -> Forms:
    """Return the forms that hold all words of a text, as often as it does, ascending."""
    needed = Counter(folded.split())
    postings = sorted(
        ((index.having(word), times) for word, times in needed.items()),
        key=lambda each: len(each[0]),
    )
    found = _at_least(*postings[0])
    for forms, times in postings[1:]:
        having = _at_least(forms, times)
        place = np.searchsorted(having, found)
        there = place < len(having)
        there[there] = having[place[there]] == found[there]
        found = found[there]
    return found


def _at_least(forms: Forms, times: int) -> Forms:
    """Return those of ascending forms that stand there so many times, once each."""
    new = np.flatnonzero(np.r_[True, forms[1:] != forms[:-1]][: len(forms)])
    counts = np.diff(np.r_[new, len(forms)])
    kept: Forms = forms[new[counts >= times]]
    return kept


def _by_initials(index: WordIndex, folded: str) -> Forms:
    parts = folded.split()
    if len(parts) == 1:
        # A single word agrees only with its equal, which is a better match.
        return index.postings.indices[:0]
    # Names agree by initials only if they share the surname, the last word or, before a generation
    # such as jr, the last but one; and only if the first given names share their first letter.
    surnames = {parts[-1], parts[-2]} if len(parts) > 2 else {parts[-1]}
    sharing = distinct(np.concatenate([index.having(word) for word in surnames]))
    maybe = sharing[index.forms.begin_with(sharing, folded[0])]
    # Namesakes are many, names are few.
    names = index.forms.take(maybe).dictionary_encode()
    agreeing = [initials_agree(folded, name) for name in names.dictionary.to_pylist()]
    kept: Forms = maybe[np.array(agreeing, np.bool_)[names.indices.to_numpy()]]
    return kept


def _begun(index: WordIndex, folded: str) -> Forms:
    """Return the forms of which each word of a text begins a word, each a different one.

    Words that begin with w are among those that begin with any beginning of w, and sets of two
    words of which none begins the other have nothing in common. For such a family there is a
    different word for each exactly if every word w begins as many words of the form as there are
    words of the text that w begins (Hall's condition).
    """
    words = folded.split()
    needed = {word: sum(other.startswith(word) for other in words) for word in words}
    postings = sorted(
        ((index.having_beginning(word), times) for word, times in needed.items()),
        key=lambda each: len(each[0]),
    )
    found, times = postings[0]
    if times > 1:
        found = _at_least(np.sort(found), times)
    for forms, times in postings[1:]:
        found = _at_least(np.sort(_marked(index, forms, found)), times)
    return found


def _marked(index: WordIndex, forms: Forms, among: Forms) -> Forms:
    """Return those of many forms that are among a few, in their order and as often."""
    mark = np.zeros(len(index.forms), np.bool_)
    mark[among] = True
    kept: Forms = forms[mark[forms]]
    return kept

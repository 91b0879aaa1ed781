"""Abstracts from their inverted index.

OpenAlex publishes an abstract as ``{word: [positions]}``. The producer cuts long ones by bytes,
at words that first appear late, so text may be missing *inside*; what is missing is skipped and
said, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def rebuild(index: Mapping[str, Sequence[int]]) -> tuple[str, bool]:
    """Return the text of an inverted index, and whether every position is there once.

    Words are joined by one blank. Positions are not negative. Memory is bounded by the number of
    positions listed, never by how large one of them says it is.

    Examples
    --------
    >>> rebuild({"to": [0, 4], "be": [1, 5], "or": [2], "not": [3]})
    ('to be or not to be', True)
    >>> rebuild({"to": [0, 4], "be": [5]})
    ('to to be', False)
    """
    size = sum(map(len, index.values()))
    words: list[str | None] = [None] * size
    try:
        for word, positions in index.items():
            for position in positions:
                words[position] = word
    except IndexError:
        return _with_gaps(index), False
    # As many places as positions: if one is free, another was taken twice or lies beyond.
    if None in words:
        return _with_gaps(index), False
    return " ".join(filter(None, words)), True


def _with_gaps(index: Mapping[str, Sequence[int]]) -> str:
    placed = sorted(
        (position, order, word)
        for order, (word, positions) in enumerate(index.items())
        for position in positions
    )
    return " ".join(word for _, _, word in placed)

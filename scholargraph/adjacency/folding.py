"""Folding of many names or titles at once.

What folding means is defined in ``scholargraph.names``, character by character; here the plain
majority, texts of ASCII without commas, is folded by array operations, and the rest there, once
letters such as é are replaced with those that they fold to: on ASCII, that is quick, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.strings import arrow_strings, string_buffers
from scholargraph.names import MAX_FOLDED_LENGTH, fold, words

if TYPE_CHECKING:
    import pyarrow as pa

_BLANK: Final = ord(" ")
_COMMA: Final = ord(",")
_GONE: Final = 0


def _table() -> npt.NDArray[np.uint8]:
    """Return what becomes of each byte of ASCII: a letter or digit, a blank, or nothing."""
    table = np.full(256, _BLANK, np.uint8)
    for code in range(128):
        folded = fold(f"a{chr(code)}a") if code != _COMMA else "a a"
        table[code] = ord(folded[1]) if len(folded) == 3 else _GONE
    return table


_FOLDED: Final = _table()


class _Replacements(dict[int, str]):
    """What characters beyond ASCII fold to, where that is ASCII; for ``str.translate``.

    Each is looked at once. Since texts are folded character by character, a text and the text with
    its characters replaced fold alike; but for commas, which are left as they are.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold(f"b{character}a")
        # Behind a comma the a would come first.
        between = folded[1:-1] if folded.startswith("b") else character
        self[code] = character if code < 128 or not between.isascii() else between
        return self[code]


_REPLACEMENTS: Final = _Replacements()


def fold_texts(texts: pa.Array[Any], *, is_name: bool) -> pa.Array[Any]:
    """Return the folded form of each of many texts.

    Parameters
    ----------
    texts : pyarrow array of string
        No nulls.
    is_name : bool
        Whether the texts are names of people, in which a comma turns surname and given name round.

    Returns
    -------
    pyarrow array of string
        For each text what `scholargraph.names.fold` gives, or else the words that
        `scholargraph.names.words` gives, separated by one blank.

    Examples
    --------
    >>> import pyarrow as pa
    >>> fold_texts(pa.array(["O'Brien-Smith, J.", "Ørsted"]), is_name=True).to_pylist()
    ['j obrien smith', 'orsted']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    is_long = pc.greater(pc.binary_length(texts), MAX_FOLDED_LENGTH)
    # Arrays of megabytes of one text would take a hundred times its size.
    offsets, data = string_buffers(pc.if_else(is_long, "", texts))
    special = data >= 128
    if is_name:
        special |= data == _COMMA
    before = np.concatenate([[0], np.cumsum(special)])
    slow = before[offsets[1:]] > before[offsets[:-1]]
    slow |= np.asarray(is_long)
    folded = arrow_strings(*_fold_ascii(offsets, data))
    if not slow.any():
        return folded
    mask = pa.array(slow)
    each = [_fold(text, is_name=is_name) for text in texts.filter(mask).to_pylist()]
    return pc.replace_with_mask(folded, mask, pa.array(each, pa.string()))


def _fold(text: str, *, is_name: bool) -> str:
    # Very long texts are cut before they are folded.
    if len(text) <= MAX_FOLDED_LENGTH:
        text = text.translate(_REPLACEMENTS)
    return fold(text) if is_name else " ".join(words(text))


def _fold_ascii(
    offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    letters = _FOLDED[data]
    offsets, letters = _kept(offsets, letters, letters != _GONE)
    blank = letters == _BLANK
    # A blank goes where one stands before it, and at both ends of its text.
    starts_at = np.zeros(len(letters) + 1, np.bool_)
    starts_at[offsets] = True
    after_blank = starts_at[:-1].copy()
    after_blank[1:] |= blank[:-1]
    offsets, letters = _kept(offsets, letters, ~(blank & after_blank))
    filled = offsets[1:] > offsets[:-1]
    last = offsets[1:][filled] - 1
    keep = np.ones(len(letters), np.bool_)
    keep[last[letters[last] == _BLANK]] = False
    return _kept(offsets, letters, keep)


def _kept(
    offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8], keep: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return texts without the bytes that are not to be kept."""
    before = np.concatenate([[0], np.cumsum(keep)])
    return before[offsets], data[keep]

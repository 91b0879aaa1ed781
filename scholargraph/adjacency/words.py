"""Which folded names and titles hold a word: the token index behind search.

A form is one folded name of a node; a node may have several. A posting is one occurrence of a word
in a form. Which forms agree with a question, and how well, is decided in ``graph.search``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.csr import (
    Relation,
    distinct,
    load_relation,
    scratch_indptr,
    transpose,
)
from scholargraph.adjacency.folding import fold_texts
from scholargraph.adjacency.strings import (
    Strings,
    StringsOutput,
    arrow_strings,
    load_strings,
    string_buffers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from scholargraph.store.arrays import ArraysWriter
    from scholargraph.store.derived import Arrays

    Named = tuple[npt.NDArray[np.int64], pa.Array[Any]]

_BLANK = ord(" ")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordIndex:
    """The folded names of all nodes of one type, by their words."""

    forms: Strings
    """Folded names, none empty, in the order of the nodes that they belong to."""
    owners: npt.NDArray[np.uint32]
    """Row of the node that each form belongs to, ascending."""
    vocabulary: Strings
    """The distinct words of all forms, sorted by bytes."""
    postings: Relation
    """From a word to the forms that hold it, once for each time that they do."""

    def having(self, word: str) -> npt.NDArray[np.uint32]:
        """Return the forms that hold a word, ascending, once for each time that they do."""
        row = self.vocabulary.find(word)
        return self.postings.of(row) if row >= 0 else self.postings.indices[:0]

    def having_beginning(self, prefix: str) -> npt.NDArray[np.uint32]:
        """Return the forms of which a word begins so, unordered, once for each such word."""
        low, high = self.vocabulary.beginning(prefix)
        return self.postings.indices[self.postings.indptr[low] : self.postings.indptr[high]]


def load_words(arrays: Arrays, name: str) -> WordIndex:
    """Map a token index that was written under a name."""
    return WordIndex(
        forms=load_strings(arrays, f"{name}.forms"),
        owners=arrays.load(f"{name}.owners"),
        vocabulary=load_strings(arrays, f"{name}.vocabulary"),
        postings=load_relation(arrays, f"{name}.postings"),
    )


def write_words(
    writer: ArraysWriter, name: str, named: Iterable[Named], *, is_name: bool
) -> WordIndex:
    """Fold names and write their token index. The vocabulary must fit into memory.

    Parameters
    ----------
    writer : ArraysWriter
        Where it goes.
    name : str
        What it is called there.
    named : iterable of (int64 array, pyarrow array of string)
        Rows of nodes and a name of each, piece by piece; all names of a node in one piece, and
        the nodes of later pieces later.
    is_name : bool
        Whether these are names of people.
    """
    forms_output = StringsOutput(writer, f"{name}.forms")
    owners_output = writer.begin(f"{name}.owners", "<u4")
    codes_output = writer.begin_scratch("<u4")
    lengths_output = writer.begin_scratch("<u4")
    codes: dict[str, int] = {}
    for rows, names in named:
        owners, forms = _distinct(rows, fold_texts(names, is_name=is_name))
        lengths, tokens = _tokens(forms)
        encoded = tokens.dictionary_encode()
        local = np.fromiter(
            (codes.setdefault(word, len(codes)) for word in encoded.dictionary.to_pylist()),
            dtype=np.uint32,
            count=len(encoded.dictionary),
        )
        forms_output.append(forms)
        owners_output.append(owners)
        lengths_output.append(lengths)
        codes_output.append(local[encoded.indices.to_numpy()])
    forms_of_all, owners_of_all = forms_output.finish(), writer.finish(f"{name}.owners")
    vocabulary, places = _vocabulary(writer, f"{name}.vocabulary", codes)
    words_of_forms = Relation(
        indptr=scratch_indptr(writer, lengths_output.finish_scratch()),
        indices=codes_output.finish_scratch(),
    )
    return WordIndex(
        forms=forms_of_all,
        owners=owners_of_all,
        vocabulary=vocabulary,
        postings=transpose(writer, f"{name}.postings", words_of_forms, len(codes), places),
    )


def _distinct(rows: npt.NDArray[np.int64], folded: pa.Array[Any]) -> Named:
    """Return each form of each node once, without empty ones."""
    offsets, _ = string_buffers(folded)
    filled = np.flatnonzero(np.diff(offsets))
    encoded = folded.dictionary_encode()
    key = (rows[filled] << 32) | encoded.indices.to_numpy()[filled]
    key = distinct(key)
    return key >> 32, encoded.dictionary.take(_arrow(key & 0xFFFFFFFF))


def _tokens(forms: pa.Array[Any]) -> tuple[npt.NDArray[np.int64], pa.Array[Any]]:
    """Return how many words each form has, and all words in order."""
    offsets, data = string_buffers(forms)
    blank = data == _BLANK
    blanks_before = np.concatenate([[0], np.cumsum(blank)])
    starts = np.concatenate([offsets[:-1], np.flatnonzero(blank) + 1])
    starts.sort()
    # Without the blanks the words stand one after the other.
    ends_with = np.concatenate([starts - blanks_before[starts], [len(data) - blanks_before[-1]]])
    lengths = np.diff(blanks_before[offsets]) + 1
    return lengths, arrow_strings(ends_with, data[~blank])


def _vocabulary(
    writer: ArraysWriter, name: str, codes: dict[str, int]
) -> tuple[Strings, npt.NDArray[np.uint32]]:
    """Write the words in the order of bytes; also return the place of each by its code."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pa.array(codes, pa.string())
    order = pc.array_sort_indices(words)
    output = StringsOutput(writer, name)
    output.append(words.take(order))
    places = np.empty(len(words), np.uint32)
    places[order.to_numpy()] = np.arange(len(words), dtype=np.uint32)
    return output.finish(), places


def _arrow(values: npt.NDArray[Any]) -> pa.Array[Any]:
    import pyarrow as pa

    return pa.array(values)

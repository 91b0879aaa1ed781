"""Who, among others, may be an author under another id: where one of two is known by name alone.

Profiles with one name are taken for two people: telling them apart is what OpenAlex has done. A
name form (``name:…``, of arXiv) is a name and no person, and whom it stands for is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from scholargraph.collaboration.choosing import name_forms_of
from scholargraph.collaboration.terms import NAME_FORM
from scholargraph.names import fold, initials_agree, same_words
from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


_LONGEST_GENERATION: Final = 3
"""Characters of what may follow a surname: jr, sr, ii, iii, iv."""


def under_own_name(graph: ScholarGraph, author: int, others: IntArray) -> IntArray:
    """Return those of others who may be an author: of the two one is a name form, and names agree.

    Names agree if they have the same words, or are alike by initials. Of a profile all names count
    where it is the author's, and the display name where it is another's.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author : int
        Row of the author.
    others : int64 array
        Rows of authors.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seats = [{"author": {"id": f"A900000000{n}", "display_name": "Ada One"}} for n in (1, 2)]
    >>> graph = sg.from_records([{"id": "W9000000001", "authorships": seats}])
    >>> under_own_name(graph, 0, np.array([1])).tolist()
    []
    """
    name_forms = name_forms_of(graph.adjacency)
    if not name_forms.among(np.array([author]))[0]:
        others = others[name_forms.among(others)]
    if not len(others):
        return others
    own = _names_of(graph, author)
    others = _with_a_word(graph, others, {word for name in own for word in _surnames(name)})
    agree = [
        any(same_words(each, name) or initials_agree(each, name) for each in own)
        for name in _folded_names(graph, others)
    ]
    return others[np.array(agree, np.bool_)]


def _surnames(name: str) -> list[str]:
    """Return the words of a folded name that may be the surname."""
    words = name.split()
    may_be_generation = len(name) - name.rfind(" ") - 1 <= _LONGEST_GENERATION
    return words[-2:] if may_be_generation else words[-1:]


def _with_a_word(graph: ScholarGraph, authors: IntArray, words: set[str]) -> IntArray:
    """Return authors who may have one of some words in their name: few of many thousands."""
    nodes = graph.adjacency.nodes["author"]
    having = np.zeros(len(nodes.ids), np.bool_)
    # The index knows nothing of those whom only bylines name.
    having[nodes.row_count :] = True
    for word in words:
        having[nodes.words.owners[nodes.words.having(word)]] = True
    return authors[having[authors]]


def _names_of(graph: ScholarGraph, author: int) -> set[str]:
    """Return all names of an author, folded."""
    names = set(_folded_names(graph, np.array([author])))
    if author < graph.adjacency.nodes["author"].row_count:
        row = graph.rows.at("authors", author, ["alternatives"])
        names.update(map(fold, row["alternatives"]))
    return names


def _folded_names(graph: ScholarGraph, authors: IntArray) -> list[str]:
    """Return a name of each author, folded: of a name form what its id says."""
    nodes = graph.adjacency.nodes["author"]
    ids, names = nodes.ids.take(authors).to_pylist(), nodes.names.take(authors).to_pylist()
    return [
        fold(author_id.removeprefix(NAME_FORM) if author_id.startswith(NAME_FORM) else name or "")
        for author_id, name in zip(ids, names, strict=True)
    ]

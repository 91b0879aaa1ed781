"""Search for nodes by name and for papers by title, or by any identifier.

How names are made comparable is decided in ``names``. The folded names of a type of node are
gathered on first use and kept with the graph object, which never changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from scholargraph.errors import (
    InvalidArgumentError,
    InvalidIdentifierError,
    NodeNotFoundError,
)
from scholargraph.graph.lookup import NODE_TABLES, key_column, resolve
from scholargraph.names import fold, initials_agree, words, words_begin

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scholargraph.graph.graph import ScholarGraph

_NAME_RANKS: Final = ("id", "exact", "words", "initials", "prefix")
_TITLE_RANKS: Final = ("id", "exact", "prefix", "words")

_PAPER_COUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "author": "SELECT author_id, count(DISTINCT paper_id) FROM authorships"
        " WHERE author_id IS NOT NULL GROUP BY author_id",
        "institution": "SELECT institution_id, count(DISTINCT paper_id) FROM affiliations"
        " WHERE institution_id IS NOT NULL GROUP BY institution_id",
        "source": "SELECT source_id, count(*) FROM papers"
        " WHERE source_id IS NOT NULL GROUP BY source_id",
        "publisher": "SELECT publisher_id, count(*) FROM papers JOIN sources USING (source_id)"
        " WHERE publisher_id IS NOT NULL GROUP BY publisher_id",
        "funder": "SELECT funder_id, count(DISTINCT paper_id) FROM paper_funders"
        " GROUP BY funder_id",
        # A paper counts for its topics and, once, for each class above them. UNION drops what is
        # there already, so that even a circle of parents would come to an end.
        "topic": "WITH RECURSIVE above AS (SELECT topic_id, topic_id AS class_id FROM topics"
        " UNION SELECT above.topic_id, parent_id FROM above"
        " JOIN topics ON topics.topic_id = above.class_id WHERE parent_id IS NOT NULL)"
        " SELECT class_id, count(DISTINCT paper_id) FROM paper_topics"
        " JOIN above USING (topic_id) GROUP BY class_id",
    }
)
"""By type of node: ids, and the papers of this graph that they have."""


def find(
    graph: ScholarGraph, text: str, node_type: str = "author", limit: int = 20
) -> pd.DataFrame:
    """Find nodes by name, papers by title, or either by an identifier; best first.

    Names are compared without regard to case, accents and punctuation, and "Surname, Given" is
    read as "Given Surname". Authors are also found by the other forms of their names.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    text : str
        A name, some words of a title, or an identifier.
    node_type : {"author", "paper", "topic", "institution", "source", "publisher", "funder"}
        What to look for.
    limit : int
        Rows at most; at least 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``<node_type>_id``, ``name``, ``match`` and ``paper_count``, the number of papers in
        this graph; for papers ``paper_id``, ``title``, ``year``, ``match`` and ``cited_by_count``
        (the record's). ``match`` says why a row is there, best first: for names ``id`` (the text
        is an identifier), ``exact`` (same folded name), ``words`` (same words in any order),
        ``initials`` (authors: initials agree), ``prefix`` (each word of the text begins a word of
        the name); for titles ``id``, ``exact``, ``prefix`` (the title begins so), ``words`` (all
        words occur). Within a match the larger count comes first, then the smaller id.
        ``attrs["matched"]`` is the number of matches before the limit cut.

    Raises
    ------
    InvalidArgumentError
        If the text is no text, the limit is no positive number, or the type of node is unknown.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seat = {"author": {"id": "A9000000001", "display_name": "Andrea Gesmundo"}}
    >>> graph = sg.from_records([{"id": "W9000000001", "authorships": [seat]}])
    >>> find(graph, "Gesmundo, A.")[["author_id", "match", "paper_count"]].values.tolist()
    [['A9000000001', 'initials', 1]]
    """
    import pyarrow as pa

    from scholargraph.graph.frames import frame

    if not isinstance(text, str):
        raise InvalidArgumentError(f"find needs a text, not {type(text).__name__}")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise InvalidArgumentError(f"limit must be a whole number from 1 on, not {limit!r}")
    index = _index(graph, node_type)
    ranks = _TITLE_RANKS if node_type == "paper" else _NAME_RANKS
    best: dict[int, int] = {}
    for row, match in _matches(graph, index, text, node_type):
        rank = ranks.index(match)
        best[row] = min(rank, best.get(row, rank))
    order = sorted(best, key=lambda row: (best[row], -(index.counts[row] or 0), row))[:limit]
    found = index.rows.take(pa.array(order, pa.int64()))
    matches = [ranks[best[row]] for row in order]
    return frame(
        _answer(found, matches, [index.counts[row] for row in order], node_type),
        nullable=("year", "cited_by_count"),
        attrs={
            "text": text,
            "node_type": node_type,
            "limit": limit,
            "matched": len(best),
            "version": graph.version,
        },
    )


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Folded names of all nodes of one type; a row is a node, in the order of ids."""

    rows: pa.Table
    """Id and name, for papers title and year."""
    counts: list[int | None]
    """What ranks a row among those that match alike."""
    forms: list[str]
    """Folded names, each with the row that it belongs to in `owners`."""
    owners: list[int]
    exact: Mapping[str, list[int]]
    """Forms by folded name."""
    same_words: Mapping[tuple[str, ...], list[int]]
    """Forms by their words in alphabetical order."""
    words: Mapping[str, list[int]]
    """Forms by each of their words."""
    vocabulary: list[str]
    """The words in alphabetical order."""

    def beginning(self, prefix: str) -> Iterator[int]:
        """Yield the forms of which a word begins so; a form may come twice."""
        at = bisect_left(self.vocabulary, prefix)
        while at < len(self.vocabulary) and self.vocabulary[at].startswith(prefix):
            yield from self.words[self.vocabulary[at]]
            at += 1


def _index(graph: ScholarGraph, node_type: str) -> NameIndex:
    index = graph._name_indexes.get(node_type)
    if index is None:
        index = graph._name_indexes[node_type] = _build(graph, node_type)
    return index


def _build(graph: ScholarGraph, node_type: str) -> NameIndex:
    key = key_column(node_type)
    columns = {"paper": ["title", "year", "cited_by_count"], "author": ["name", "alternatives"]}
    rows = graph.scan(NODE_TABLES[node_type].name).to_table(
        columns=[key, *columns.get(node_type, ["name"])]
    )
    if node_type == "paper":
        counts = rows["cited_by_count"].to_pylist()
        rows = rows.drop_columns(["cited_by_count"])
        names = [[] if title is None else [title] for title in rows["title"].to_pylist()]
    else:
        known = dict(graph.relation(_PAPER_COUNTS[node_type]).fetchall())
        counts = [known.get(node_id, 0) for node_id in rows[key].to_pylist()]
        names = [[name] for name in rows["name"].to_pylist()]
    if node_type == "author":
        for own, alternatives in zip(names, rows["alternatives"].to_pylist(), strict=True):
            own += alternatives or ()
        rows = rows.drop_columns(["alternatives"])
    forms: list[str] = []
    owners: list[int] = []
    for row, given in enumerate(names):
        folded = {_folded(name, node_type) for name in given} - {""}
        forms += sorted(folded)
        owners += [row] * len(folded)
    return _indexed(rows, counts, forms, owners)


def _indexed(
    rows: pa.Table, counts: list[int | None], forms: list[str], owners: list[int]
) -> NameIndex:
    exact: dict[str, list[int]] = defaultdict(list)
    same_words: dict[tuple[str, ...], list[int]] = defaultdict(list)
    by_word: dict[str, list[int]] = defaultdict(list)
    for form, folded in enumerate(forms):
        parts = folded.split()
        exact[folded].append(form)
        same_words[tuple(sorted(parts))].append(form)
        for word in set(parts):
            by_word[word].append(form)
    return NameIndex(
        rows=rows,
        counts=counts,
        forms=forms,
        owners=owners,
        exact=dict(exact),
        same_words=dict(same_words),
        words=dict(by_word),
        vocabulary=sorted(by_word),
    )


def _folded(text: str, node_type: str) -> str:
    """Fold a name, or a title, in which a comma turns nothing round."""
    return fold(text) if node_type == "author" else " ".join(words(text))


def _matches(
    graph: ScholarGraph, index: NameIndex, text: str, node_type: str
) -> Iterator[tuple[int, str]]:
    """Yield rows with the reason for which each matches; a row may match for several reasons."""
    row = _identified(graph, index, text, node_type)
    if row is not None:
        yield row, "id"
    folded = _folded(text, node_type)
    if not folded:
        return
    matching = _title_matches if node_type == "paper" else _name_matches
    for form, match in matching(index, folded, node_type):
        yield index.owners[form], match


def _identified(graph: ScholarGraph, index: NameIndex, text: str, node_type: str) -> int | None:
    key = key_column(node_type)
    try:
        node_id = resolve(graph, text, node_type)
    except (InvalidIdentifierError, NodeNotFoundError):
        return None
    row: int = index.rows[key].index(node_id).as_py()
    return row


def _name_matches(index: NameIndex, folded: str, node_type: str) -> Iterator[tuple[int, str]]:
    parts = folded.split()
    for form in index.exact.get(folded, ()):
        yield form, "exact"
    for form in index.same_words.get(tuple(sorted(parts)), ()):
        yield form, "words"
    if node_type == "author":
        # Names agree by initials only if they share the surname, the last word or, before a
        # generation such as jr, the last but one.
        for word in dict.fromkeys(parts[-2:]):
            for form in index.words.get(word, ()):
                if initials_agree(folded, index.forms[form]):
                    yield form, "initials"
    for form in index.beginning(max(parts, key=len)):
        if words_begin(folded, index.forms[form]):
            yield form, "prefix"


def _title_matches(index: NameIndex, folded: str, node_type: str) -> Iterator[tuple[int, str]]:
    del node_type
    parts = set(folded.split())
    for form in index.exact.get(folded, ()):
        yield form, "exact"
    for form in index.beginning(folded.split()[0]):
        if index.forms[form].startswith(folded):
            yield form, "prefix"
    rarest = min(parts, key=lambda word: (len(index.words.get(word, ())), word))
    for form in index.words.get(rarest, ()):
        if parts <= set(index.forms[form].split()):
            yield form, "words"


def _answer(
    found: pa.Table, matches: list[str], counts: list[int | None], node_type: str
) -> pa.Table:
    import pyarrow as pa

    count = "cited_by_count" if node_type == "paper" else "paper_count"
    columns: dict[str, Any] = {name: found[name] for name in found.column_names}
    columns["match"] = pa.array(matches, pa.string())
    columns[count] = pa.array(counts, pa.int32())
    return pa.table(columns)

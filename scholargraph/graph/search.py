"""Search for nodes by name and for papers by title, or by any identifier.

How names are made comparable is decided in ``names``; which of them agree with a text, and who
comes first, in ``matching``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scholargraph.errors import (
    InvalidArgumentError,
    InvalidIdentifierError,
    NodeNotFoundError,
)
from scholargraph.graph.lookup import key_column, resolve
from scholargraph.graph.whole_numbers import check_number
from scholargraph.names import fold, words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency.adjacency import Nodes
    from scholargraph.graph.graph import ScholarGraph

_NAME_RANKS: Final = ("id", "exact", "words", "initials", "prefix")
_TITLE_RANKS: Final = ("id", "exact", "prefix", "words")
_FEW: Final = 50
"""Authors whose rows are read one by one rather than by going through the table."""


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
        this graph; of authors also ``kind``, what the id stands for: a profile, a name form of
        arXiv, an organisation, a profile that no person can be; for papers ``paper_id``, ``title``,
        ``year``, ``match`` and ``cited_by_count`` (the record's). ``match`` says why a row is
        there, best first: for names ``id`` (the text is an identifier), ``exact`` (same folded
        name), ``words`` (same words in any order), ``initials`` (authors: initials agree),
        ``prefix`` (each word of the text begins a word of the name); for titles ``id``, ``exact``,
        ``prefix`` (the title begins so), ``words`` (all words occur). Within a match the larger
        count comes first, then the smaller id.
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
    from scholargraph.graph.frames import frame
    from scholargraph.graph.matching import Best, name_matches, title_matches

    if not isinstance(text, str):
        raise InvalidArgumentError(f"find needs a text, not {type(text).__name__}")
    check_number("limit", limit)
    key_column(node_type)
    adjacency = graph.adjacency
    nodes = adjacency.nodes[node_type]
    ranks = _TITLE_RANKS if node_type == "paper" else _NAME_RANKS
    best = Best(nodes.row_count)
    best.add(_identified(graph, nodes, text, node_type))
    folded = fold(text) if node_type == "author" else " ".join(words(text))
    if folded:
        for forms in (
            title_matches(nodes.words, folded)
            if node_type == "paper"
            else name_matches(nodes.words, folded, with_initials=node_type == "author")
        ):
            best.add(nodes.words.owners[forms])
    rows, found = best.first(limit, nodes.counts)
    return frame(
        _answer(graph, node_type, rows, [ranks[rank] for rank in found.tolist()]),
        nullable=("year", "cited_by_count"),
        attrs={
            "text": text,
            "node_type": node_type,
            "limit": limit,
            "matched": best.matched,
            "version": graph.version,
        },
    )


def _identified(
    graph: ScholarGraph, nodes: Nodes, text: str, node_type: str
) -> npt.NDArray[np.int64]:
    """Return the row that an identifier names, if it is one."""
    import numpy as np

    try:
        row = nodes.find_row(resolve(graph, text, node_type))
    except (InvalidIdentifierError, NodeNotFoundError):
        return np.zeros(0, np.int64)
    return np.array([row])


def _answer(
    graph: ScholarGraph, node_type: str, rows: npt.NDArray[np.int64], matches: list[str]
) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    from scholargraph.adjacency.meanings import NO_TITLE, UNKNOWN_COUNT, UNKNOWN_YEAR

    adjacency = graph.adjacency
    nodes = adjacency.nodes[node_type]
    columns: dict[str, Any] = {key_column(node_type): nodes.ids.take(rows)}
    counts = nodes.counts[rows]
    if node_type == "paper":
        has_title = pa.array(adjacency.papers.flags[rows] & NO_TITLE == 0)
        titles = nodes.names.take(rows)
        columns["title"] = pc.if_else(has_title, titles, pa.scalar(None, titles.type))
        year = adjacency.papers.year[rows]
        columns["year"] = pa.array(year, mask=year == UNKNOWN_YEAR)
    else:
        columns["name"] = nodes.names.take(rows)
    if node_type == "author":
        columns["kind"] = _kinds(graph, rows)
    columns["match"] = pa.array(matches, pa.string())
    name = "cited_by_count" if node_type == "paper" else "paper_count"
    columns[name] = pa.array(counts, mask=counts == UNKNOWN_COUNT)
    return pa.table(columns)


def _kinds(graph: ScholarGraph, authors: npt.NDArray[np.int64]) -> pa.Array[Any]:
    """Return what the ids of authors stand for."""
    import pyarrow as pa

    if len(authors) > _FEW:
        kinds = graph.scan("authors").to_table(columns=["kind"])["kind"]
        return kinds.take(pa.array(authors)).combine_chunks().cast(pa.string())
    return pa.array(
        [graph.rows.at("authors", row, ["kind"])["kind"] for row in authors.tolist()], pa.string()
    )

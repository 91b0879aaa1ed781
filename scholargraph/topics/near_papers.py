"""Papers related to one, by what they share: citations, references, citers, topics, authors.

What each kernel counts is in ``nearness_of_papers``; here stand the question, the blend of all, and
the evidence beside each answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scholargraph.adjacency.meanings import UNKNOWN_YEAR
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_limit
from scholargraph.network.pairs import FloatArray, IntArray
from scholargraph.topics.nearness_of_papers import KERNELS, Near, near_papers, shared_between

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph

ALL: Final = "all"

_TYPE_OF_SHARED: Final = {"topics": "topic", "authors": "author"}

_DIGITS: Final = 12
"""Scores that agree to so many decimals are alike: what differs behind them is rounding."""


def related_papers(
    graph: ScholarGraph, paper: str, kernel: str = "all", limit: int | None = 20
) -> pd.DataFrame:
    """Return the papers nearest to one, and what each shares with it.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    paper : str
        OpenAlex id or URL, DOI, arXiv id or PubMed id.
    kernel : {"all", "direct", "coupling", "co-citation", "topics", "authors"}
        What makes papers related: one cites the other; common references; common citers; common
        topics; common authors; or all of these together.
    limit : int or None
        So many rows at most; None gives all. ``attrs["related"]`` says how many there are.

    Returns
    -------
    pandas.DataFrame
        One row per related paper: ``paper_id``, ``title`` and ``year`` (both may be null),
        ``score`` in (0, 1], and ``shared``, the ids behind it as a list: the papers of the two that
        cite the other, common references, common citers, topics or authors. With ``kernel="all"``
        the score of each kernel stands before ``shared`` (``direct``, ``coupling``,
        ``co_citation``, ``topics``, ``authors``; 0.0 where nothing is shared), and ``shared`` lists
        common references, then citers, topics and authors, each id once. Largest score first, ties
        by id; scores that differ by less than 1e-12 are ties. A paper without relations gives no
        rows.

        ``attrs`` has ``paper_id``, ``kernel``, ``version``, ``related`` (papers with a score above
        0), and what the paper has to be related by: ``references`` inside this graph,
        ``references_outside`` (cited works that are no nodes, which no kernel sees), ``citers``,
        ``topics`` and ``authors``.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the paper is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

    Notes
    -----
    With R the references, C the citers and A the distinct resolved authors of a paper, all inside
    this graph:

    - direct: 1 if one of the two cites the other;
    - coupling: ``|R_p & R_q| / sqrt(|R_p| |R_q|)``, Salton's cosine of Kessler's count [1]_;
    - co-citation: the same of C [2]_;
    - authors: the same of A;
    - topics: the cosine of the scores that the records give to their topics. A topic without score
      counts as 0, unless no topic of the paper has one above 0: then each counts as 1;
    - all: the mean of the five, each shown beside it; a blend in the manner of [3]_, its equal
      weights are ours.

    Time grows with the papers that share something with this one, not with the graph.

    References
    ----------
    .. [1] Kessler, M. M. (1963). American Documentation 14(1). doi:10.1002/asi.5090140103
    .. [2] Small, H. (1973). Journal of the American Society for Information Science 24(4).
       doi:10.1002/asi.4630240406
    .. [3] Boyack, K. W., Klavans, R. (2010). Journal of the American Society for Information
       Science and Technology 61(12). doi:10.1002/asi.21419

    Examples
    --------
    >>> import scholargraph as sg
    >>> one, two, cited = "W9000000001", "W9000000002", "W9000000003"
    >>> graph = sg.from_records([
    ...     {"id": one, "referenced_works": [cited]},
    ...     {"id": two, "referenced_works": [cited]},
    ...     {"id": cited},
    ... ])
    >>> related_papers(graph, one, kernel="coupling")[["paper_id", "score", "shared"]]
          paper_id  score         shared
    0  W9000000002    1.0  [W9000000003]
    """
    _check(kernel, limit)
    adjacency = graph.adjacency
    paper_id = resolve(graph, paper, "paper")
    row = adjacency.nodes["paper"].find_row(paper_id)
    asked = KERNELS if kernel == ALL else (kernel,)
    found = _blended([near_papers(adjacency, row, each) for each in asked])
    order = np.lexsort((found.rows, -np.round(found.score, _DIGITS)))[:limit]
    return frame(
        _table(adjacency, row, found.of(order), asked),
        nullable=("title", "year"),
        attrs={
            "paper_id": paper_id,
            "kernel": kernel,
            "version": graph.version,
            "related": len(found.rows),
            **_grounds(graph, paper_id, row),
        },
    )


class _Blend(NamedTuple):
    """Related papers with the mean of their scores, and the scores."""

    rows: IntArray
    score: FloatArray
    parts: FloatArray
    """By kernel asked for, then by paper."""

    def of(self, places: IntArray) -> _Blend:
        """Return some of them, in the order of the places."""
        return _Blend(self.rows[places], self.score[places], self.parts[:, places])


def _blended(near: list[Near]) -> _Blend:
    rows = np.unique(np.concatenate([each.rows for each in near]))
    parts = np.zeros((len(near), len(rows)))
    for part, each in zip(parts, near, strict=True):
        part[np.searchsorted(rows, each.rows)] = each.score
    return _Blend(rows, parts.mean(axis=0), parts)


def _table(adjacency: Adjacency, paper: int, found: _Blend, kernels: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    papers = adjacency.nodes["paper"]
    titles = papers.names.take(found.rows)
    year = adjacency.papers.year[found.rows]
    parts = (
        {
            name.replace("-", "_"): pa.array(part)
            for name, part in zip(KERNELS, found.parts, strict=True)
        }
        if len(kernels) > 1
        else {}
    )
    return pa.table(
        {
            "paper_id": papers.ids.take(found.rows),
            "title": pc.if_else(pc.equal(titles, ""), None, titles),
            "year": pa.array(year, pa.int16(), mask=year == UNKNOWN_YEAR),
            "score": pa.array(found.score, pa.float64()),
            **parts,
            "shared": _shared(adjacency, paper, found.rows, kernels),
        }
    )


def _shared(
    adjacency: Adjacency, paper: int, others: IntArray, kernels: tuple[str, ...]
) -> pa.Array[Any]:
    """Return the ids behind each of some papers, as lists."""
    import pyarrow as pa

    # Beside the other kernels direct citation is told by its score, and its evidence are the two.
    evident = kernels if len(kernels) == 1 else KERNELS[1:]
    places, ids = [], []
    for kernel in evident:
        place, rows = shared_between(adjacency, paper, others, kernel)
        places.append(place)
        ids.append(adjacency.nodes[_TYPE_OF_SHARED.get(kernel, "paper")].ids.take(rows))
    place = np.concatenate(places)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=len(others)))
    offsets = np.concatenate([[0], ends])
    every = pa.concat_arrays([each.cast(pa.string()) for each in ids])
    listed = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), every.take(pa.array(order)))
    if len(evident) == 1:
        return listed
    # Two papers of a circle of citations can be reference and citer of the same two.
    return pa.array(
        [list(dict.fromkeys(each)) for each in listed.to_pylist()], pa.list_(pa.string())
    )


def _grounds(graph: ScholarGraph, paper_id: str, row: int) -> dict[str, int]:
    adjacency = graph.adjacency
    cited = len(graph.rows.of("citations", paper_id, ["cited_paper_id"]))
    inside = len(adjacency.cites.of(row))
    return {
        "references": inside,
        "references_outside": cited - inside,
        "citers": len(adjacency.cited_by.of(row)),
        "topics": len(adjacency.paper_topics.topics.of(row)),
        "authors": len(adjacency.paper_authors.of(row)),
    }


def _check(kernel: str, limit: object) -> None:
    if kernel not in (ALL, *KERNELS):
        raise InvalidArgumentError(f"kernel is one of {', '.join((ALL, *KERNELS))}, not {kernel!r}")
    check_limit(limit)

"""The papers behind one tie: those that two authors signed together, and what each adds.

Which papers count is decided in ``choosing``; the sums are those of ``author_ties``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.adjacency.meanings import NO_TITLE
from scholargraph.collaboration.answers import said_of_answer, years_column
from scholargraph.collaboration.author_ties import reference_year, ties_of
from scholargraph.collaboration.choosing import Chosen, check_authors, choose_papers, factors
from scholargraph.collaboration.terms import Terms, terms_among
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import IntArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph


def shared_papers(
    graph: ScholarGraph,
    a: str,
    b: str,
    counting: str = "full",
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    half_life: float | None = None,
    max_authors: int | str | None = None,
    types: str | Iterable[str] = "research",
    versions: str = "keep",
    team_size: str = "all",
    name_forms: bool = True,
) -> pd.DataFrame:
    """Return the papers behind a tie: those that two authors signed together.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    a, b : str
        OpenAlex ids or URLs, or ORCIDs, of two different authors.
    counting, since, until, as_of, half_life, max_authors, types, versions, team_size, name_forms
        What counts, and how much, as for `collaborators`.

    Returns
    -------
    pandas.DataFrame
        ``paper_id``, ``title``, ``year``, ``type``, ``team_size`` (persons on the byline, as
        counted for the weight), and what the paper adds to the tie: ``weight``, ``full`` and
        ``fractional``. Sorted by year (unknown last), then by team size and id. No joint paper, no
        rows.

        ``attrs`` holds ``paper_count``, ``weight``, ``full`` and ``fractional`` of the tie, bit for
        bit those that `collaborators` gives, and what `collaborators` says of its papers, here of
        the joint ones.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If an author is not in the graph.
    InvalidArgumentError
        If both are the same author, one is a name form and these are left out, or another argument
        has a value that it does not take.

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks. II. Shortest paths, weighted
    networks, and centrality. Phys. Rev. E 64, 016132. doi:10.1103/PhysRevE.64.016132

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> seats = [{"author": person} for person in people]
    >>> work = {"id": "W9000000001", "title": "One", "authorships": seats}
    >>> graph = sg.from_records([work])
    >>> shared_papers(graph, "A9000000001", "A9000000002")[["paper_id", "team_size", "fractional"]]
          paper_id  team_size  fractional
    0  W9000000001          3         0.5
    """
    terms = terms_among(locals())
    a_id, b_id = resolve(graph, a, "author"), resolve(graph, b, "author")
    if a_id == b_id:
        raise InvalidArgumentError(f"both identifiers name {a_id}, and nobody has ties to himself")
    return papers_of_pair(graph, a_id, b_id, terms)


def papers_of_pair(
    graph: ScholarGraph, a_id: str, b_id: str, terms: Terms, among: IntArray | None = None
) -> pd.DataFrame:
    """Return the papers behind the tie of two authors of the graph, as `shared_papers` does.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    a_id, b_id : str
        Ids of two different authors.
    terms : Terms
        What counts.
    among : int64 array, optional
        Rows of the papers that may count, ascending; all by default.
    """
    import pyarrow as pa

    adjacency = graph.adjacency
    row_a, row_b = (adjacency.nodes["author"].find_row(author) for author in (a_id, b_id))
    check_authors(adjacency, np.array([row_a, row_b]), terms)
    # Whether a version stands for its work is seen among all papers of an author.
    rows = adjacency.author_papers.of(row_a)
    if among is not None:
        rows = np.intersect1d(rows, among, assume_unique=True)
    of_a = choose_papers(adjacency, rows, terms)
    joint = of_a.of(np.isin(of_a.rows, adjacency.author_papers.of(row_b)))
    left_out = choose_papers(
        adjacency, np.intersect1d(rows, adjacency.author_papers.of(row_b)), terms
    )
    year = reference_year(graph, terms)
    ties = ties_of(adjacency, joint, row_a, terms, year)
    tie = np.flatnonzero(ties.target == row_b)
    weight = _weights(adjacency, joint, row_a, row_b, terms, year)
    order = np.lexsort((joint.rows, joint.team_size, joint.year))
    factor = factors(joint.year, terms, year)[order]
    size = joint.team_size[order]
    return frame(
        pa.table(
            {
                **_papers(adjacency, joint.rows[order]),
                "year": years_column(joint.year[order]),
                "type": _types(adjacency, joint.rows[order]),
                "team_size": pa.array(size, pa.int32()),
                "weight": pa.array(weight[order], pa.float64()),
                "full": pa.array(factor, pa.float64()),
                "fractional": pa.array(factor / (size - 1), pa.float64()),
            }
        ),
        nullable=("year",),
        attrs={
            "author_id": a_id,
            "other_id": b_id,
            "version": graph.version,
            "paper_count": int(ties.paper_count[tie].sum()),
            "weight": float(ties.weight[tie].sum()),
            "full": float(ties.full[tie].sum()),
            "fractional": float(ties.fractional[tie].sum()),
            **said_of_answer(joint, adjacency, terms),
            "papers_left_out": left_out.left_out,
            "pairs_left_out": left_out.pairs_left_out,
        },
    )


def _weights(
    adjacency: Adjacency, joint: Chosen, a: int, b: int, terms: Terms, year: int
) -> npt.NDArray[np.float64]:
    """Return what each joint paper adds to the weight of a tie: the tie on that paper alone."""
    weights = np.zeros(len(joint.rows))
    for place in range(len(joint.rows)):
        ties = ties_of(adjacency, joint.of(np.array([place])), a, terms, year)
        weights[place] = ties.weight[ties.target == b][0]
    return weights


def _papers(adjacency: Adjacency, rows: IntArray) -> dict[str, pa.Array[Any]]:
    """Return ids and titles of papers, the title null where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    papers = adjacency.nodes["paper"]
    has_title = pa.array(adjacency.papers.flags[rows] & NO_TITLE == 0)
    titles = papers.names.take(rows)
    return {
        "paper_id": papers.ids.take(rows),
        "title": pc.if_else(has_title, titles, pa.scalar(None, titles.type)),
    }


def _types(adjacency: Adjacency, rows: IntArray) -> pa.Array[Any]:
    import pyarrow as pa

    codes = adjacency.papers.type_code[rows].tolist()
    return pa.array([adjacency.papers.types[code] for code in codes], pa.string())

"""One author's collaborators, and the papers behind one tie.

Which papers count is decided in ``counting``, the sums are taken in ``_kernels``, both on the
arrays of the version. Networks of many authors are another module's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.adjacency.adjacency import NO_TITLE
from scholargraph.collaboration._kernels import (
    NO_YEAR,
    IntArray,
    Ties,
    count_ties,
    fractional_weight,
)
from scholargraph.collaboration.counting import (
    Bylines,
    checked_types,
    choose_bylines,
    left_out_in_words,
)
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph


def collaborators(
    graph: ScholarGraph, author: str, types: str | Iterable[str] = "research"
) -> pd.DataFrame:
    """Return everybody with whom an author has signed papers, the closest first.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author : str
        OpenAlex id or URL, or ORCID.
    types : {"research", "all"} or iterable of str
        Which papers make ties: all but paratext, errata, peer reviews and retraction notices; all;
        or those of the given types (``papers.type``).

    Returns
    -------
    pandas.DataFrame
        One row per co-author: ``author_id``, ``name``, ``paper_count`` (joint papers),
        ``fractional`` (their weight, unit: papers), ``first_year`` and ``last_year`` (of the joint
        papers with a known year; may be null). Most papers first, then the larger weight, then the
        smaller id. Without co-authors there are no rows.

        ``attrs`` says how it was made and what was left out: ``types``, ``version``,
        ``author_id``; ``papers`` that counted, of these ``single_author_papers``;
        ``papers_left_out`` by type; ``truncated_papers``, whose byline is known or likely to be cut
        short, of these ``upper_bound_papers``, whose true number of authors is unknown so that
        their weights are upper bounds; ``unresolved_seats`` met, and ``strength_to_unknown``, the
        weight of the ties to the persons in them; ``version_pairs``, pairs of papers with one
        title and two or more joint authors, which are counted apart.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author is not in the graph.
    InvalidArgumentError
        If ``types`` is anything else.

    Notes
    -----
    A paper p of n_p persons adds 1 / (n_p - 1) to ``fractional`` of each pair of its authors
    (Newman 2001, equation 2). n_p counts distinct authors and, each as a person, seats without
    author or with one that stands for nobody: left out, missing data would become strength. Where
    the record says that there are more seats than it lists, those count, too. An author listed
    twice counts once; papers by one person make no ties; nobody is his own collaborator. So
    ``fractional`` sums to the number of papers with n_p >= 2, less ``strength_to_unknown``.
    Summed in a fixed order: the same graph gives the same bits.

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks. II. Shortest paths, weighted
    networks, and centrality. Phys. Rev. E 64, 016132. doi:10.1103/PhysRevE.64.016132

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> seats = [{"author": person} for person in people]
    >>> work = {"id": "W9000000001", "publication_year": 2020, "authorships": seats}
    >>> graph = sg.from_records([work])
    >>> collaborators(graph, "A9000000001")
          author_id      name  paper_count  fractional  first_year  last_year
    0   A9000000002  Author 2            1         0.5        2020       2020
    1   A9000000003  Author 3            1         0.5        2020       2020
    """
    import pyarrow as pa

    wanted = checked_types(types)
    author_id = resolve(graph, author, "author")
    adjacency = graph.adjacency
    authors = adjacency.nodes["author"]
    row = authors.find_row(author_id)
    bylines = choose_bylines(adjacency, adjacency.author_papers.of(row), wanted)
    ties = ties_of(adjacency, bylines, row)
    order = np.lexsort((_id_order(adjacency, ties.coauthor), -ties.fractional, -ties.paper_count))
    return frame(
        pa.table(
            {
                "author_id": authors.ids.take(ties.coauthor[order]),
                "name": authors.names.take(ties.coauthor[order]),
                "paper_count": pa.array(ties.paper_count[order], pa.int32()),
                "fractional": pa.array(ties.fractional[order], pa.float64()),
                "first_year": _years(ties.first_year[order]),
                "last_year": _years(ties.last_year[order]),
            }
        ),
        nullable=("first_year", "last_year"),
        attrs={
            "author_id": author_id,
            "version": graph.version,
            **left_out_in_words(adjacency, bylines, wanted),
        },
    )


def shared_papers(
    graph: ScholarGraph, a: str, b: str, types: str | Iterable[str] = "research"
) -> pd.DataFrame:
    """Return the papers behind a tie: those that two authors signed together.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    a, b : str
        OpenAlex ids or URLs, or ORCIDs, of two different authors.
    types : {"research", "all"} or iterable of str
        Which papers count, as for `collaborators`.

    Returns
    -------
    pandas.DataFrame
        ``paper_id``, ``title``, ``year``, ``type``, ``team_size`` (persons on the byline, as
        counted for the weight) and ``fractional``, 1 / (team_size - 1). Sorted by year (unknown
        last), then by team size and id. No joint paper, no rows.

        ``attrs`` holds ``paper_count`` and ``fractional`` of the tie, bit for bit those that
        `collaborators` gives, and what `collaborators` says of its papers, here of the joint ones.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If an author is not in the graph.
    InvalidArgumentError
        If both are the same author, or ``types`` is none.

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
    import pyarrow as pa

    wanted = checked_types(types)
    a_id, b_id = resolve(graph, a, "author"), resolve(graph, b, "author")
    if a_id == b_id:
        raise InvalidArgumentError(f"both identifiers name {a_id}, and nobody has ties to himself")
    adjacency = graph.adjacency
    of_a, of_b = (
        adjacency.author_papers.of(adjacency.nodes["author"].find_row(author_id))
        for author_id in (a_id, b_id)
    )
    joint = np.intersect1d(of_a, of_b, assume_unique=True)
    bylines = choose_bylines(adjacency, joint, wanted)
    order = np.lexsort((bylines.rows, bylines.team_size, bylines.year))
    team_size = bylines.team_size[order]
    tie = _tie(bylines)
    return frame(
        pa.table(
            {
                **_papers(adjacency, bylines.rows[order]),
                "year": _years(bylines.year[order]),
                "type": _types(adjacency, bylines.rows[order]),
                "team_size": pa.array(team_size, pa.int32()),
                "fractional": pa.array(fractional_weight(team_size), pa.float64()),
            }
        ),
        nullable=("year",),
        attrs={
            "author_id": a_id,
            "other_id": b_id,
            "version": graph.version,
            **tie,
            **left_out_in_words(adjacency, bylines, wanted),
        },
    )


def ties_of(adjacency: Adjacency, bylines: Bylines, author: int) -> Ties:
    """Count one author's ties on papers of the author.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    bylines : Bylines
        Papers that count, all of them signed by the author.
    author : int
        Row of the author.
    """
    paper, signed = adjacency.paper_authors.of_all(bylines.rows)
    others = signed != author
    return count_ties(signed[others], paper[others], bylines.year, bylines.team_size)


def _tie(bylines: Bylines) -> dict[str, Any]:
    """Sum up a tie that all the papers are behind."""
    papers = np.arange(len(bylines.rows))
    ties = count_ties(np.zeros_like(papers), papers, bylines.year, bylines.team_size)
    return {
        "paper_count": int(ties.paper_count.sum()),
        "fractional": float(ties.fractional.sum()),
    }


def _id_order(adjacency: Adjacency, authors: IntArray) -> IntArray:
    """Return numbers that order authors, given in the order of rows, by id."""
    known = adjacency.nodes["author"]
    if not len(authors) or authors[-1] < known.row_count:
        return authors
    # Authors whom only bylines name have the last rows, whatever their ids.
    ids = [known.ids.encoded(row) for row in authors.tolist()]
    order = np.empty(len(ids), np.int64)
    order[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return order


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


def _years(years: IntArray) -> pa.Array[Any]:
    import pyarrow as pa

    known = years != NO_YEAR
    return pa.array(np.where(known, years, 0), pa.int16(), mask=~known)

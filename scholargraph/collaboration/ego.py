"""One author's collaborators, and the papers behind one tie.

Which papers and persons count is decided in ``counting``, the sums are taken in ``_kernels``.
Networks of many authors are another module's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

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
    left_out_in_words,
    papers_of,
    read_bylines,
)
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

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
    bylines = read_bylines(graph, papers_of(graph, author_id), wanted)
    ties = ties_of(bylines, bylines.author_index(author_id))
    order = np.lexsort((ties.coauthor, -ties.fractional, -ties.paper_count))
    ids = bylines.author_ids.take(ties.coauthor[order])
    return frame(
        pa.table(
            {
                "author_id": ids,
                "name": _names(graph, ids),
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
            **left_out_in_words(bylines, wanted),
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
    import pyarrow.compute as pc

    wanted = checked_types(types)
    a_id, b_id = resolve(graph, a, "author"), resolve(graph, b, "author")
    if a_id == b_id:
        raise InvalidArgumentError(f"both identifiers name {a_id}, and nobody has ties to himself")
    of_a = papers_of(graph, a_id)
    joint = of_a.filter(pc.is_in(of_a, value_set=papers_of(graph, b_id)))
    bylines = read_bylines(graph, joint, wanted)
    papers, team_size = bylines.papers, bylines.teams.size
    order = np.lexsort((np.arange(papers.num_rows), team_size, bylines.year))
    rows = papers.select(["paper_id", "title", "year", "type"]).take(order)
    tie = _tie(bylines)
    return frame(
        rows.append_column("team_size", pa.array(team_size[order], pa.int32())).append_column(
            "fractional", pa.array(fractional_weight(team_size[order]), pa.float64())
        ),
        nullable=("year",),
        attrs={
            "author_id": a_id,
            "other_id": b_id,
            "version": graph.version,
            **tie,
            **left_out_in_words(bylines, wanted),
        },
    )


def ties_of(bylines: Bylines, author: int) -> Ties:
    """Count one author's ties on bylines, which may hold papers by others, too.

    Parameters
    ----------
    bylines : Bylines
        Papers that count, among them all of the author.
    author : int
        Number of the author among ``bylines.author_ids``; for -1 there are no ties.
    """
    is_his = bylines.seat_author == author
    is_his_paper = np.zeros(bylines.papers.num_rows, dtype=np.bool_)
    is_his_paper[bylines.seat_paper[is_his & bylines.is_resolved]] = True
    others = bylines.is_resolved & ~is_his & is_his_paper[bylines.seat_paper]
    return count_ties(
        bylines.seat_author[others], bylines.seat_paper[others], bylines.year, bylines.teams.size
    )


def _tie(bylines: Bylines) -> dict[str, Any]:
    """Sum up a tie that all the papers are behind."""
    papers = np.arange(bylines.papers.num_rows)
    ties = count_ties(np.zeros_like(papers), papers, bylines.year, bylines.teams.size)
    return {
        "paper_count": int(ties.paper_count.sum()),
        "fractional": float(ties.fractional.sum()),
    }


def _names(graph: ScholarGraph, ids: pa.Array[Any]) -> pa.Array[Any]:
    """Return the names of authors; the id where a seat names an author without row."""
    import pyarrow.compute as pc

    rows = graph.scan("authors").to_table(
        columns=["author_id", "name"], filter=pc.field("author_id").isin(ids)
    )
    places = pc.index_in(ids, value_set=rows["author_id"].combine_chunks())
    return pc.coalesce(rows["name"].combine_chunks().take(places), ids)


def _years(years: IntArray) -> pa.Array[Any]:
    import pyarrow as pa

    known = years != NO_YEAR
    return pa.array(np.where(known, years, 0), pa.int16(), mask=~known)

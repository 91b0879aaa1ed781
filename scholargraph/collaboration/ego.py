"""One author's collaborators, and the papers behind one tie.

Which papers count is decided in ``choosing``, the sums are taken in ``author_ties``, what the years
say is in ``history``; all on the arrays of the version. Networks of many are in ``coauthors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.adjacency.adjacency import NO_TITLE, UNKNOWN_COUNT
from scholargraph.collaboration.author_ties import id_order, reference_year, ties_of
from scholargraph.collaboration.choosing import Chosen, choose_papers, factors, said_of
from scholargraph.collaboration.credits import alphabetical_papers
from scholargraph.collaboration.history import (
    STATES,
    UNKNOWN_STATE,
    histories,
    joint_years,
    super_ties,
)
from scholargraph.collaboration.terms import Terms, checked_terms
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import NO_YEAR, IntArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph

COMPLETE_FROM = 0.9
"""Share of an author's papers, by his record, that a graph holds if he is complete in it."""

_NULLABLE = ("first_year", "last_year", "persistence", "state", "super_tie", "complete")


def collaborators(
    graph: ScholarGraph,
    author: str,
    counting: str = "full",
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    half_life: float | None = None,
    max_authors: int | str | None = None,
    types: str | Iterable[str] = "research",
    versions: str = "keep",
    team_size: str = "all",
    limit: int | None = None,
) -> pd.DataFrame:
    """Return everybody with whom an author has signed papers, the closest first.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author : str
        OpenAlex id or URL, or ORCID.
    counting : {"full", "fractional", "per_paper", "harmonic"}
        What a joint paper adds to ``weight``: 1; 1 / (n - 1), n being the persons on its byline;
        2 / (n (n - 1)); or the product of both authors' harmonic credits, made to sum to 1 over
        the pairs of a paper.
    since, until : int, optional
        First and last year of the papers that count, both included.
    as_of : int, optional
        Papers up to this year count, and what is said of time is said as of it; by default of the
        last complete year. Author ids, topics and marks of retraction are those of today.
    half_life : float, optional
        Years after which a paper weighs half: weights are multiplied by 2^(-(Y - year) / half_life)
        with Y the year of the answer. Paper counts stay as they are.
    max_authors : int or "auto", optional
        Papers of more persons are left out and counted. "auto" is the 99.9th percentile of
        team sizes within field and year, over the whole store, and never below 25.
    types : {"research", "all"} or iterable of str
        Which papers make ties: all but paratext, errata, peer reviews and retraction notices; all;
        or those of the given types (``papers.type``).
    versions : {"keep", "merge"}
        Whether papers with one title and two or more joint authors count each, or once: then the
        first by year and id stands for all.
    team_size : {"all", "resolved"}
        Whether persons who cannot be told apart count in n.
    limit : int, optional
        So many rows at most; ``attrs["collaborators"]`` says how many there are.

    Returns
    -------
    pandas.DataFrame
        One row per co-author: ``author_id``, ``name``, ``paper_count`` (joint papers), ``weight``
        (as ``counting`` says; unit: papers), ``full`` and ``fractional`` (both in any case),
        ``first_year`` and ``last_year`` (of the joint papers with a known year; may be null),
        ``active_years`` (distinct years with a joint paper), ``persistence`` (active years by the
        years from first to last; null below three), ``share`` (joint papers by all papers of the
        author that counted), ``state`` (new, ongoing, revived, lapsed), ``super_tie`` (null where
        it cannot be told), ``complete`` (whether this graph holds 0.9 or more of the co-author's
        papers by his record; null where the record does not say). Largest weight first, then most
        papers, then the larger fractional weight, then the smaller id.

        ``attrs`` says how it was made and what was left out: the terms, ``version``,
        ``author_id``, ``year`` of the answer; ``papers`` that counted, of these
        ``single_author_papers``; ``papers_left_out`` by reason, and ``pairs_left_out`` on those
        with too many authors; ``truncated_papers``, whose byline is known or likely to be cut
        short, of these ``upper_bound_papers``, whose true number of authors is unknown so that
        their weights are upper bounds; ``unresolved_seats`` met, and ``strength_to_unknown``, the
        fractional weight of the ties to the persons in them; ``version_pairs``, pairs of papers
        with one title and two or more joint authors; ``alphabetical_papers`` for harmonic counting,
        bylines of four or more in alphabetical order, where places carry no credit; ``complete``,
        whether the graph holds the author's own papers.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take.

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

    Perianes-Rodriguez, A., Waltman, L., van Eck, N. J. (2016). Constructing bibliometric networks:
    a comparison between full and fractional counting. Journal of Informetrics 10(4), 1178-1195.
    doi:10.1016/j.joi.2016.10.006

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> seats = [{"author": person} for person in people]
    >>> work = {"id": "W9000000001", "publication_year": 2020, "authorships": seats}
    >>> found = collaborators(sg.from_records([work]), "A9000000001", counting="fractional")
    >>> found[["author_id", "paper_count", "weight", "first_year", "last_year"]]
          author_id  paper_count  weight  first_year  last_year
    0   A9000000002            1     0.5        2020       2020
    1   A9000000003            1     0.5        2020       2020
    """
    import pyarrow as pa

    terms = checked_terms(
        {
            "counting": counting,
            "since": since,
            "until": until,
            "as_of": as_of,
            "half_life": half_life,
            "max_authors": max_authors,
            "types": types,
            "versions": versions,
            "team_size": team_size,
        }
    )
    _check_limit(limit)
    author_id = resolve(graph, author, "author")
    adjacency = graph.adjacency
    authors = adjacency.nodes["author"]
    row = authors.find_row(author_id)
    chosen = choose_papers(adjacency, adjacency.author_papers.of(row), terms)
    year = reference_year(graph, terms)
    ties = ties_of(adjacency, chosen, row, terms, year)
    by_id = id_order(adjacency, ties.target)
    rank_of_id = np.empty(len(by_id), np.int64)
    rank_of_id[by_id] = np.arange(len(by_id))
    order = np.lexsort((rank_of_id, -ties.fractional, -ties.paper_count, -ties.weight))[:limit]
    tie, years = joint_years(adjacency, chosen, row, ties.target)
    history = histories(tie, years, len(ties.target), year)
    stands_out = super_ties(ties.paper_count)
    others = ties.target[order]
    papers = max(len(chosen.rows), 1)
    return frame(
        pa.table(
            {
                "author_id": authors.ids.take(others),
                "name": authors.names.take(others),
                "paper_count": pa.array(ties.paper_count[order], pa.int32()),
                "weight": pa.array(ties.weight[order], pa.float64()),
                "full": pa.array(ties.full[order], pa.float64()),
                "fractional": pa.array(ties.fractional[order], pa.float64()),
                "first_year": _years(ties.first_year[order]),
                "last_year": _years(ties.last_year[order]),
                "active_years": pa.array(history.active_years[order], pa.int16()),
                "persistence": pa.array(history.persistence[order], pa.float64()),
                "share": pa.array(ties.paper_count[order] / papers, pa.float64()),
                "state": _states(history.state[order]),
                "super_tie": pa.nulls(len(others), pa.bool_())
                if stands_out is None
                else pa.array(stands_out[order]),
                "complete": completeness(adjacency, others),
            }
        ),
        nullable=_NULLABLE,
        attrs={
            "author_id": author_id,
            "version": graph.version,
            "year": year,
            "collaborators": len(ties.target),
            "complete": completeness(adjacency, np.array([row]))[0].as_py(),
            **said_of(chosen, adjacency, terms),
            **_said_of_credits(adjacency, chosen, terms),
        },
    )


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
) -> pd.DataFrame:
    """Return the papers behind a tie: those that two authors signed together.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    a, b : str
        OpenAlex ids or URLs, or ORCIDs, of two different authors.
    counting, since, until, as_of, half_life, max_authors, types, versions, team_size
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
        If both are the same author, or another argument has a value that it does not take.

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
    terms = checked_terms(
        {
            "counting": counting,
            "since": since,
            "until": until,
            "as_of": as_of,
            "half_life": half_life,
            "max_authors": max_authors,
            "types": types,
            "versions": versions,
            "team_size": team_size,
        }
    )
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
                "year": _years(joint.year[order]),
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
            **said_of(joint, adjacency, terms),
            "papers_left_out": left_out.left_out,
            "pairs_left_out": left_out.pairs_left_out,
            **_said_of_credits(adjacency, joint, terms),
        },
    )


def completeness(adjacency: Adjacency, authors: npt.NDArray[Any]) -> pa.Array[Any]:
    """Return whether a graph holds the papers of authors, by their records; null where unknown."""
    import pyarrow as pa

    said = adjacency.author_works_count[authors]
    is_unknown = (said == UNKNOWN_COUNT) | (said == 0)
    # Those whom only bylines name come last, and have no count.
    known = adjacency.nodes["author"]
    held = known.counts[np.minimum(authors, known.row_count - 1)] if known.row_count else said
    return pa.array(held >= COMPLETE_FROM * said, mask=is_unknown)


def _weights(
    adjacency: Adjacency, joint: Chosen, a: int, b: int, terms: Terms, year: int
) -> npt.NDArray[np.float64]:
    """Return what each joint paper adds to the weight of a tie: the tie on that paper alone."""
    weights = np.zeros(len(joint.rows))
    for place in range(len(joint.rows)):
        ties = ties_of(adjacency, joint.of(np.array([place])), a, terms, year)
        weights[place] = ties.weight[ties.target == b][0]
    return weights


def _said_of_credits(adjacency: Adjacency, chosen: Chosen, terms: Terms) -> dict[str, int]:
    if terms.counting != "harmonic":
        return {}
    return {"alphabetical_papers": alphabetical_papers(adjacency, chosen)}


def _check_limit(limit: int | None) -> None:
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 0):
        raise InvalidArgumentError(f"limit is a number of rows, not {limit!r}")


def _states(states: IntArray) -> pa.Array[Any]:
    import pyarrow as pa

    return pa.array(
        [None if state == UNKNOWN_STATE else STATES[state] for state in states.tolist()],
        pa.string(),
    )


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


def _years(years: npt.NDArray[np.int16]) -> pa.Array[Any]:
    import pyarrow as pa

    known = years != NO_YEAR
    return pa.array(np.where(known, years, 0), pa.int16(), mask=~known)

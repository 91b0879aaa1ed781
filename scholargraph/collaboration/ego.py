"""One author's collaborators: people, or the organisations where these are.

Which papers count is decided in ``choosing``, the sums are taken in ``author_ties`` and
``organisation_ties``, what the years say is in ``history``; all on the arrays of the version. The
papers behind one tie are in ``joint_papers``, networks of many in ``coauthors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scholargraph.collaboration.affiliations import LEVELS, organisation_names
from scholargraph.collaboration.answers import completeness, said_of_answer, years_column
from scholargraph.collaboration.author_ties import (
    id_order,
    joint_authorships,
    reference_year,
    summed,
)
from scholargraph.collaboration.choosing import Chosen, check_authors, choose_papers
from scholargraph.collaboration.history import (
    STATES,
    UNKNOWN_STATE,
    History,
    histories,
    super_ties,
)
from scholargraph.collaboration.organisation_ties import (
    OrganisationTies,
    organisation_ties,
    span_of_years,
)
from scholargraph.collaboration.terms import Terms, terms_among
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph import resolve
from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_limit
from scholargraph.network.pairs import NO_YEAR, IntArray, Ties

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

    from scholargraph.graph import ScholarGraph

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
    name_forms: bool = True,
    level: str = "author",
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
    name_forms : bool
        Whether authors of whom only a printed name is known (``name:…``, of arXiv) make ties. If
        not they are persons who cannot be told apart, so that n is what it is with them.
    level : {"author", "institution", "country"}
        What the rows are: co-authors, or the institutions or countries that these name on the
        joint papers.
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

        With ``level="institution"`` a row has ``institution_id`` and ``name`` (null of one that no
        record describes), with ``level="country"`` ``country_code`` (ISO 3166-1) in their place;
        the author's own institution is among them where co-authors name it, too. ``paper_count``
        are joint papers with at least one co-author there, and ``first_year``, ``last_year``,
        ``active_years``, ``persistence``, ``share`` and ``state`` speak of these papers;
        ``weight``, ``full`` and ``fractional`` are sums over papers and co-authors. What stands out
        among people, and who is complete, is not said of organisations.

        ``attrs`` says how it was made and what was left out: the terms, ``level``, ``version``,
        ``author_id``, ``year`` of the answer; ``papers`` that counted, of these
        ``single_author_papers``; ``papers_left_out`` by reason, and ``pairs_left_out`` on those
        with too many authors; ``truncated_papers``, whose byline is known or likely to be cut
        short, of these ``upper_bound_papers``, whose true number of authors is unknown so that
        their weights are upper bounds; ``unresolved_seats`` met, of these ``name_form_seats``, of
        name forms that were left out, and ``strength_to_unknown``, the fractional weight of the
        ties to the persons in all of them; ``version_pairs``, pairs of papers
        with one title and two or more joint authors; ``alphabetical_papers`` for harmonic counting,
        bylines of four or more in alphabetical order, where places carry no credit; ``complete``,
        whether the graph holds the author's own papers. Of organisations also
        ``unaffiliated_seats``, authorships of co-authors on joint papers that name none, and
        ``strength_to_unaffiliated``, the fractional weight of the ties to these: with it,
        ``fractional`` sums to what it sums to for people.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take, or the author is a name form and
        these are left out.

    Notes
    -----
    A paper p of n_p persons adds 1 / (n_p - 1) to ``fractional`` of each pair of its authors
    (Newman 2001, equation 2). n_p counts distinct authors and, each as a person, seats without
    author or with one that stands for nobody: left out, missing data would become strength. Where
    the record says that there are more seats than it lists, those count, too. An author listed
    twice counts once; papers by one person make no ties; nobody is his own collaborator. So
    ``fractional`` sums to the number of papers with n_p >= 2, less ``strength_to_unknown``.
    Summed in a fixed order: the same graph gives the same bits.

    Of organisations, a co-author with k of them on a paper gives each 1 / k of what the paper adds
    to the tie of the two authors. What counts is the first seat on the byline; an organisation is
    named there, countries as the paper gives them. Institutions with one ROR id are one, with the
    smallest id. The author's own affiliations play no part: he is a person here.

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

    Two co-authors of whom one names two institutions, one of these that of the other:

    >>> one, two = ({"id": f"I900000000{n}", "display_name": f"Institute {n}"} for n in (1, 2))
    >>> seats[1]["institutions"], seats[2]["institutions"] = [one, two], [two]
    >>> found = collaborators(sg.from_records([work]), "A9000000001", level="institution")
    >>> found[["institution_id", "name", "paper_count", "full", "fractional"]]
      institution_id         name  paper_count  full  fractional
    0    I9000000002  Institute 2            1   1.5        0.75
    1    I9000000001  Institute 1            1   0.5        0.25
    """
    terms = terms_among(locals())
    check_limit(limit, least=0)
    _check_level(level)
    author_id = resolve(graph, author, "author")
    adjacency = graph.adjacency
    row = adjacency.nodes["author"].find_row(author_id)
    check_authors(adjacency, np.array([row]), terms)
    asked = _Asked(
        graph=graph,
        row=row,
        chosen=choose_papers(adjacency, adjacency.author_papers.of(row), terms),
        terms=terms,
        year=reference_year(graph, terms),
    )
    found = _people(asked, limit) if level == "author" else _organisations(asked, level, limit)
    return frame(
        found.table,
        nullable=_NULLABLE,
        attrs={
            "author_id": author_id,
            "level": level,
            "version": graph.version,
            "year": asked.year,
            "collaborators": found.total,
            "complete": completeness(adjacency, np.array([row]))[0].as_py(),
            **said_of_answer(asked.chosen, adjacency, terms),
            **found.said,
        },
    )


class _Asked(NamedTuple):
    """Whose collaborators, and on which papers."""

    graph: ScholarGraph
    row: int
    """Of the author."""
    chosen: Chosen
    terms: Terms
    year: int
    """Of the answer."""


class _Rows(NamedTuple):
    """Collaborators, the closest first."""

    table: pa.Table
    total: int
    """How many there are, whatever the limit."""
    said: dict[str, Any]
    """What only this level has to say."""


def _people(asked: _Asked, limit: int | None) -> _Rows:
    import pyarrow as pa

    adjacency, chosen = asked.graph.adjacency, asked.chosen
    authors = adjacency.nodes["author"]
    joint = joint_authorships(adjacency, chosen, asked.row, asked.terms, asked.year)
    ties = summed(joint, chosen, asked.row)
    by_id = id_order(adjacency, ties.target)
    rank_of_id = np.empty(len(by_id), np.int64)
    rank_of_id[by_id] = np.arange(len(by_id))
    order = _closest_first(ties, rank_of_id)[:limit]
    others = ties.target[order]
    tie, year = np.searchsorted(ties.target, joint.coauthor), chosen.year[joint.paper]
    is_known = year != NO_YEAR
    history = histories(tie[is_known], year[is_known], len(ties.target), asked.year)
    stands_out = super_ties(ties.paper_count)
    columns = {
        "author_id": authors.ids.take(others),
        "name": authors.names.take(others),
        **_counted(ties, order),
        "first_year": years_column(ties.first_year[order]),
        "last_year": years_column(ties.last_year[order]),
        **_through_the_years(history, ties.paper_count, asked, order),
        "super_tie": pa.nulls(len(others), pa.bool_())
        if stands_out is None
        else pa.array(stands_out[order]),
        "complete": completeness(adjacency, others),
    }
    return _Rows(pa.table(columns), len(ties.target), {})


def _organisations(asked: _Asked, level: str, limit: int | None) -> _Rows:
    import pyarrow as pa

    chosen = asked.chosen
    ties = organisation_ties(asked.graph, chosen, asked.row, asked.terms, asked.year, level)
    order = _closest_first(ties, np.arange(len(ties.ids)))[:limit]
    ids = ties.ids.take(pa.array(order))
    first_year, last_year = span_of_years(ties, chosen)
    year = chosen.year[ties.paper]
    is_known = year != NO_YEAR
    history = histories(ties.organisation[is_known], year[is_known], len(ties.ids), asked.year)
    named = (
        {"country_code": ids}
        if level == "country"
        else {"institution_id": ids, "name": organisation_names(asked.graph, ids, level)}
    )
    columns = {
        **named,
        **_counted(ties, order),
        "first_year": years_column(first_year[order]),
        "last_year": years_column(last_year[order]),
        **_through_the_years(history, ties.paper_count, asked, order),
    }
    said = {
        "unaffiliated_seats": ties.unaffiliated,
        "strength_to_unaffiliated": ties.strength_to_unaffiliated,
    }
    return _Rows(pa.table(columns), len(ties.ids), said)


def _closest_first(ties: Ties | OrganisationTies, rank_of_id: IntArray) -> IntArray:
    return np.lexsort((rank_of_id, -ties.fractional, -ties.paper_count, -ties.weight))


def _counted(ties: Ties | OrganisationTies, order: IntArray) -> dict[str, pa.Array[Any]]:
    import pyarrow as pa

    return {
        "paper_count": pa.array(ties.paper_count[order], pa.int32()),
        "weight": pa.array(ties.weight[order], pa.float64()),
        "full": pa.array(ties.full[order], pa.float64()),
        "fractional": pa.array(ties.fractional[order], pa.float64()),
    }


def _through_the_years(
    history: History, paper_count: IntArray, asked: _Asked, order: IntArray
) -> dict[str, pa.Array[Any]]:
    import pyarrow as pa

    papers = max(len(asked.chosen.rows), 1)
    return {
        "active_years": pa.array(history.active_years[order], pa.int16()),
        "persistence": pa.array(history.persistence[order], pa.float64()),
        "share": pa.array(paper_count[order] / papers, pa.float64()),
        "state": _states(history.state[order]),
    }


def _check_level(level: str) -> None:
    if level not in ("author", *LEVELS):
        raise InvalidArgumentError(f"level is one of author, {', '.join(LEVELS)}, not {level!r}")


def _states(states: IntArray) -> pa.Array[Any]:
    import pyarrow as pa

    return pa.array(
        [None if state == UNKNOWN_STATE else STATES[state] for state in states.tolist()],
        pa.string(),
    )

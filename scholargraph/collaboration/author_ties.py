"""One author's ties, on plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.collaboration.choosing import (
    Chosen,
    check_authors,
    choose_papers,
    factors,
    is_left_out,
)
from scholargraph.collaboration.credits import harmonic_credits
from scholargraph.collaboration.terms import Terms, checked_terms, last_complete_year
from scholargraph.graph import resolve
from scholargraph.network.pairs import NO_YEAR, FloatArray, IntArray, Ties, joined

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency
    from scholargraph.graph import ScholarGraph


_LOW_BITS: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorTies:
    """Ties of one author as arrays; index k is the tie to ``author_id[k]``, ids ascending."""

    author_id: npt.NDArray[np.object_]
    """Ids of the co-authors, texts."""
    paper_count: IntArray
    """Joint papers."""
    weight: FloatArray
    """As the counting says; unit: papers."""
    full: FloatArray
    """Joint papers, aged by the half-life if there is one."""
    fractional: FloatArray
    """Joint papers, each divided by its other persons, aged likewise."""
    first_year: IntArray
    last_year: IntArray
    """Of joint papers with a known year; 0 where none has one."""
    papers: int
    """Papers of the author that counted."""


def ties(graph: ScholarGraph, author: str, **terms: Any) -> AuthorTies:
    """Return one author's ties as plain arrays: the quickest way, without pandas.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    author : str
        OpenAlex id or URL, or ORCID.
    **terms
        What counts, and how much, as for `collaborators`: ``counting``, ``since``, ``until``,
        ``as_of``, ``half_life``, ``max_authors``, ``types``, ``versions``, ``team_size``,
        ``name_forms``.

    Returns
    -------
    AuthorTies
        The numbers of `collaborators`, bit for bit.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the author is not in the graph.
    InvalidArgumentError
        If a term has a value that it does not take, or the author is a name form and these are left
        out.

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> seats = [{"author": person} for person in people]
    >>> work = {"id": "W9000000001", "publication_year": 2020, "authorships": seats}
    >>> found = ties(sg.from_records([work]), "A9000000001")
    >>> found.author_id.tolist(), found.fractional.tolist()
    (['A9000000002', 'A9000000003'], [0.5, 0.5])
    """
    wanted = checked_terms(terms)
    adjacency = graph.adjacency
    row = adjacency.nodes["author"].find_row(resolve(graph, author, "author"))
    check_authors(adjacency, np.array([row]), wanted)
    chosen = choose_papers(adjacency, adjacency.author_papers.of(row), wanted)
    year = 0 if wanted.half_life is None else reference_year(graph, wanted)
    found = ties_of(adjacency, chosen, row, wanted, year)
    order = id_order(adjacency, found.target)
    names = adjacency.nodes["author"].ids.texts(found.target[order])
    return AuthorTies(
        author_id=np.array(names, dtype=object),
        paper_count=found.paper_count[order],
        weight=found.weight[order],
        full=found.full[order],
        fractional=found.fractional[order],
        first_year=_known(found.first_year[order]),
        last_year=_known(found.last_year[order]),
        papers=len(chosen.rows),
    )


def reference_year(graph: ScholarGraph, terms: Terms) -> int:
    """Return the year in which an answer is given: ``as_of``, or the last complete year."""
    return terms.as_of if terms.as_of is not None else last_complete_year(graph)


def ties_of(
    adjacency: Adjacency, chosen: Chosen, author: int, terms: Terms, reference_year: int
) -> Ties:
    """Count one author's ties on papers of the author.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    chosen : Chosen
        Papers that count, all of them signed by the author.
    author : int
        Row of the author.
    terms : Terms
        What counts.
    reference_year : int
        The year in which a paper weighs what it weighs without half-life.

    Returns
    -------
    Ties
        Ascending by row of the co-author. A sum begins with the smallest team, of equal ones with
        the first year, and so on in the order of ids: the same bits as in a network.
    """
    return summed(
        joint_authorships(adjacency, chosen, author, terms, reference_year), chosen, author
    )


def summed(joint: JointAuthorships, chosen: Chosen, author: int) -> Ties:
    """Return the sums of what each co-author's authorships add, as `ties_of` does.

    Parameters
    ----------
    joint : JointAuthorships
        Authorships of others on the papers.
    chosen, author
        As for `ties_of`.
    """
    if not len(joint.coauthor):
        return joined([])
    bounds = _bounds(joint.coauthor)
    starts = bounds[:-1]
    full = np.add.reduceat(joint.full, starts)
    fractional = np.add.reduceat(joint.fractional, starts)
    if joint.weight is joint.full:
        weight = full
    elif joint.weight is joint.fractional:
        weight = fractional
    else:
        weight = np.add.reduceat(joint.weight, starts)
    first_year = np.minimum.reduceat(chosen.year[joint.paper], starts)
    known_year = np.where(chosen.year == NO_YEAR, np.int16(-1), chosen.year)
    last_year = np.maximum.reduceat(known_year[joint.paper], starts)
    return Ties(
        source=np.full(len(starts), author),
        target=joint.coauthor[starts],
        paper_count=bounds[1:] - starts,
        full=full,
        fractional=fractional,
        weight=weight,
        first_year=first_year,
        last_year=np.where(first_year == NO_YEAR, np.int16(NO_YEAR), last_year),
    )


def _bounds(values: IntArray) -> IntArray:
    """Return where runs of equal values begin, and where the last one ends."""
    is_bound = np.ones(len(values) + 1, np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_bound[1:-1])
    return np.flatnonzero(is_bound)


class JointAuthorships(NamedTuple):
    """Authorships of others on an author's papers, in the order in which they are summed."""

    coauthor: IntArray
    """Rows, ascending."""
    paper: IntArray
    """Place among the papers that count: of each co-author the smallest team first."""
    full: FloatArray
    fractional: FloatArray
    weight: FloatArray
    """What each adds to the tie with the co-author."""


def joint_authorships(
    adjacency: Adjacency, chosen: Chosen, author: int, terms: Terms, reference_year: int
) -> JointAuthorships:
    """Return who signed an author's papers with him, and what each signature counts.

    Parameters
    ----------
    adjacency, chosen, author, terms, reference_year
        As for `ties_of`.
    """
    place, signed = adjacency.paper_authors.of_all(chosen.rows)
    is_other = signed != author
    if not terms.name_forms:
        is_other &= ~is_left_out(adjacency, signed, terms)
    # Co-author and the paper's rank in one number: one sort of plain numbers.
    by_size = np.lexsort((chosen.year, chosen.team_size))
    rank = np.empty_like(by_size)
    rank[by_size] = np.arange(len(by_size))
    key = signed[is_other].astype(np.int64) << 32 | rank[place[is_other]]
    shares = None
    if terms.counting == "harmonic":
        credits = harmonic_credits(adjacency, chosen)
        is_own = signed == author
        own = np.empty(len(chosen.rows))
        own[place[is_own]] = credits.of_author[is_own]
        order = np.argsort(key)
        at = place[is_other][order]
        shares = (own * credits.of_paper)[at] * credits.of_author[is_other][order]
        key = key[order]
    else:
        key.sort()
    paper = by_size[key & _LOW_BITS]
    size = chosen.team_size[paper]
    full = factors(chosen.year, terms, reference_year)[paper]
    fractional = full / (size - 1)
    if shares is not None:
        weight = full * shares
    elif terms.counting == "per_paper":
        weight = full * 2 / (size * (size - 1))
    else:
        weight = full if terms.counting == "full" else fractional
    return JointAuthorships(
        coauthor=key >> 32,
        paper=paper,
        full=full,
        fractional=fractional,
        weight=weight,
    )


def id_order(adjacency: Adjacency, authors: IntArray) -> IntArray:
    """Return the places of authors, given in the order of rows, in the order of ids."""
    known = adjacency.nodes["author"]
    if not len(authors) or authors[-1] < known.row_count:
        return np.arange(len(authors))
    # Authors whom only bylines name have the last rows, whatever their ids.
    ids = [known.ids.encoded(row) for row in authors.tolist()]
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)


def _known(year: npt.NDArray[np.int16]) -> IntArray:
    found: IntArray = np.where(year == NO_YEAR, np.int64(0), year)
    return found

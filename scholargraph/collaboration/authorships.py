"""Who signed which papers, for networks of authors: the papers that count, among all or some.

Where all papers are asked for the arrays of the version are taken as they lie on disk, so that
nothing grows with the graph but a number or two for each paper and author.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.adjacency.csr import distinct
from scholargraph.collaboration.author_ties import id_order, reference_year
from scholargraph.collaboration.choosing import (
    Chosen,
    choose_papers,
    classes_of,
    factors,
    is_left_out,
    name_forms_of,
    name_forms_on,
)
from scholargraph.collaboration.credits import harmonic_credits
from scholargraph.network.pairs import (
    NO_CLASS,
    Classes,
    Credits,
    FloatArray,
    Incidence,
    IntArray,
    incidence,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.terms import Terms
    from scholargraph.graph import ScholarGraph

_AT_A_TIME = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorships:
    """Papers that count, and who signed them; members are numbered in the order of their ids."""

    terms: Terms
    year: int
    """Of the answer."""
    chosen: Chosen
    """The papers that count."""
    groups: IntArray
    """The group of the relation that each of them is."""
    members: IntArray
    """Row of the author that each member of the relation is."""
    relation: Incidence
    classes: Classes
    credits: Credits | None

    def paper_count(self) -> IntArray:
        """Return how many papers that count each member signed."""
        counts = np.zeros(len(self.relation.group_indptr) - 1, np.int64)
        counts[self.groups] = 1
        return _sums(self.relation, counts)

    def unknown_strength(self) -> FloatArray:
        """Return the fractional weight of each member's ties to persons who cannot be told apart.

        Where teams are counted as resolved, there are no such persons.
        """
        to_unknown = np.zeros(len(self.relation.group_indptr) - 1)
        if self.terms.team_size == "all":
            shared = self.chosen.team_size >= 2
            groups = self.groups[shared]
            weight = self.classes.fractional[self.classes.of_group[groups]]
            to_unknown[groups] = self.chosen.unresolved[shared] * weight
        return _sums(self.relation, to_unknown)


def authorships(
    graph: ScholarGraph,
    terms: Terms,
    *,
    authors: IntArray | None = None,
    radius: int = 0,
    papers: IntArray | None = None,
) -> Authorships:
    """Return the papers that count and who signed them.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    terms : Terms
        What counts.
    authors : int64 array, optional
        Rows of authors, ascending; all by default.
    radius : {0, 1}
        Whether these authors alone are members, or their co-authors, too.
    papers : int64 array, optional
        Rows of papers, ascending, among which is chosen; all by default.
    """
    adjacency = graph.adjacency
    year = reference_year(graph, terms)
    if authors is not None and radius == 1:
        own = choose_papers(adjacency, _signed_by(adjacency, authors, papers), terms)
        _, signed = adjacency.paper_authors.of_all(own.rows)
        signed = signed[~is_left_out(adjacency, signed, terms)]
        authors = np.union1d(authors, signed.astype(np.int64))
    rows = papers if authors is None else _signed_by(adjacency, authors, papers)
    chosen = choose_papers(adjacency, rows, terms)
    classes = classes_of(chosen, terms, year)
    known = adjacency.nodes["author"]
    is_whole = rows is None and len(known.ids) == known.row_count
    if is_whole and terms.counting != "harmonic":
        of_row = np.full(len(adjacency.papers.year), NO_CLASS, np.int32)
        of_row[chosen.rows] = classes.of_group
        relation = _whole(adjacency, terms)
        return Authorships(
            terms=terms,
            year=year,
            chosen=chosen,
            groups=chosen.rows,
            members=np.arange(len(relation.member_indptr) - 1),
            relation=relation,
            classes=replace(classes, of_group=of_row),
            credits=None,
        )
    paper, signed = adjacency.paper_authors.of_all(chosen.rows)
    if authors is None:
        members = distinct(signed[~is_left_out(adjacency, signed, terms)]).astype(np.int64)
    else:
        members = authors
    members = members[id_order(adjacency, members)]
    number, is_member = _numbers(members, signed.astype(np.int64))
    order = np.flatnonzero(is_member)
    if (members[1:] < members[:-1]).any():
        # By number, since rows are not in the order of ids here.
        order = order[np.lexsort((number[order], paper[order]))]
    counts = np.bincount(paper[order], minlength=len(chosen.rows))
    indptr = np.concatenate([[0], np.cumsum(counts)])
    return Authorships(
        terms=terms,
        year=year,
        chosen=chosen,
        groups=np.arange(len(chosen.rows)),
        members=members,
        relation=incidence(indptr, number[order], len(members)),
        classes=classes,
        credits=_credits(adjacency, chosen, terms, year, order),
    )


def _whole(adjacency: Adjacency, terms: Terms) -> Incidence:
    """Return who signed what, of all papers and all authors who make ties; rows are members."""
    signed, signing = adjacency.paper_authors, adjacency.author_papers
    first = name_forms_of(adjacency).first
    if terms.name_forms or first == len(signing.indptr) - 1:
        return Incidence(signed.indptr, signed.indices, signing.indptr, signing.indices)
    # The last rows are left out, which cuts the one direction short and thins the other out.
    left_out = name_forms_on(adjacency, np.arange(len(signed.indptr) - 1), terms)
    return Incidence(
        signed.indptr - np.concatenate([[0], np.cumsum(left_out)]),
        signed.indices[signed.indices < first],
        signing.indptr[: first + 1],
        signing.indices[: signing.indptr[first]],
    )


def _signed_by(adjacency: Adjacency, authors: IntArray, papers: IntArray | None) -> IntArray:
    _, rows = adjacency.author_papers.of_all(authors)
    signed: IntArray = distinct(rows).astype(np.int64)
    return signed if papers is None else np.intersect1d(signed, papers, assume_unique=True)


def _numbers(members: IntArray, authors: IntArray) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return the number of each author among the members, and whether there is one."""
    # The system gives zeros that take memory only where they are written to.
    number = np.zeros(int(max(members.max(initial=-1), authors.max(initial=-1))) + 1, np.int64)
    number[members] = np.arange(1, len(members) + 1)
    found = number[authors]
    return found - 1, found > 0


def _credits(
    adjacency: Adjacency, chosen: Chosen, terms: Terms, year: int, order: IntArray
) -> Credits | None:
    if terms.counting != "harmonic":
        return None
    credits = harmonic_credits(adjacency, chosen)
    return Credits(
        of_member=credits.of_author[order],
        of_group=credits.of_paper * factors(chosen.year, terms, year),
    )


def _sums(relation: Incidence, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return for each member the sum of a value of its groups, taken in their order."""
    sums = np.zeros(len(relation.member_indptr) - 1, values.dtype)
    has_groups = np.flatnonzero(np.diff(relation.member_indptr))
    for low in range(0, len(has_groups), _AT_A_TIME):
        some = has_groups[low : low + _AT_A_TIME]
        begin, end = relation.member_indptr[some[0]], relation.member_indptr[some[-1] + 1]
        starts = relation.member_indptr[some] - begin
        sums[some] = np.add.reduceat(values[relation.groups[begin:end]], starts)
    return sums

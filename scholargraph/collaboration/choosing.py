"""Which papers meet the terms, who does, and what a pair of authors counts (METHODS: what counts).

Works on the arrays of the version. Which seats make ties and how large a team is was decided when
the arrays were made, in ``scholargraph.adjacency.bylines``; which papers are versions of one work
in ``scholargraph.adjacency.versions``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.meanings import (
    AUTHORS_TRUNCATED,
    IS_PARATEXT,
    UNKNOWN_YEAR,
    UPPER_BOUND,
)
from scholargraph.adjacency.strings import Strings
from scholargraph.collaboration.terms import AUTO, NAME_FORM, Terms, Types
from scholargraph.errors import InvalidArgumentError
from scholargraph.network.pairs import NO_CLASS, NO_YEAR, Classes, FloatArray, IntArray

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency

NOT_RESEARCH: Final = ("paratext", "erratum", "peer-review", "retraction")
"""Types of paper that make no ties unless asked: they name people for other reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Papers that count; index k is paper ``rows[k]``."""

    rows: IntArray
    """Row numbers, ascending."""
    team_size: IntArray
    """Persons on the byline, as the terms count them."""
    unresolved: IntArray
    """Persons on the byline who cannot be told apart."""
    year: npt.NDArray[np.int16]
    """`NO_YEAR` where it is not known."""
    flags: npt.NDArray[np.uint8]
    """As in the arrays of the version."""
    name_forms: IntArray
    """Of the unresolved, those who are name forms and left out as such."""
    left_out: dict[str, int]
    """Papers that do not count, by the reason."""
    pairs_left_out: int
    """Pairs of persons on the papers that have too many of them."""

    def of(self, places: npt.NDArray[Any]) -> Chosen:
        """Return some of the papers, by place or by truth; what is left out stays as it is said."""
        return replace(
            self,
            rows=self.rows[places],
            team_size=self.team_size[places],
            unresolved=self.unresolved[places],
            year=self.year[places],
            flags=self.flags[places],
            name_forms=self.name_forms[places],
        )


class NameForms(NamedTuple):
    """The rows of authors of whom only a printed name is known.

    Their ids sort behind all others: they are the last rows of the table, and the last of all among
    those whom only bylines name.
    """

    first: int
    end: int
    first_stray: int
    """Row of the first without a row in the table."""

    @property
    def rows(self) -> tuple[slice, slice]:
        """All of them."""
        return slice(self.first, self.end), slice(self.first_stray, None)

    def among(self, authors: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Tell which of some authors are name forms."""
        found: npt.NDArray[np.bool_] = (authors >= self.first) & (authors < self.end)
        return found | (authors >= self.first_stray)


def name_forms_of(adjacency: Adjacency) -> NameForms:
    """Return which authors are name forms: two searches among sorted ids.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seat = {"author": {"id": "A9000000001", "display_name": "A. Author"}}
    >>> graph = sg.from_records([{"id": "W9000000001", "authorships": [seat]}])
    >>> name_forms_of(graph.adjacency).among(np.array([0])).tolist()
    [False]
    """
    authors = adjacency.nodes["author"]
    end, first_bytes = authors.row_count, NAME_FORM.encode()
    strays = Strings(authors.ids.offsets[end:], authors.ids.data)
    return NameForms(
        authors.own_ids.lower_bound(first_bytes), end, end + strays.lower_bound(first_bytes)
    )


def is_left_out(
    adjacency: Adjacency, authors: npt.NDArray[Any], terms: Terms
) -> npt.NDArray[np.bool_]:
    """Tell which authors make no ties under the terms.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    authors : integer array
        Rows of authors.
    terms : Terms
        What counts; ``name_forms`` matters here.
    """
    if terms.name_forms:
        return np.zeros(len(authors), np.bool_)
    return name_forms_of(adjacency).among(authors)


_PIECE_SEATS: Final = 1_000_000
"""Authorships that are looked at together."""

_LAST_YEAR: Final = NO_YEAR - 1
"""Later than any year."""


def choose_papers(adjacency: Adjacency, rows: npt.NDArray[Any] | None, terms: Terms) -> Chosen:
    """Choose the papers that count.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    rows : integer array, optional
        Row numbers of papers, ascending, among which is chosen; all by default.
    terms : Terms
        What counts.
    """
    papers = adjacency.papers
    every = np.arange(len(papers.year)) if rows is None else rows.astype(np.int64)
    wanted = every
    if terms.versions == "merge" and rows is not None:
        wanted = _with_versions(adjacency, every)
    left_out: Counter[str] = Counter()
    asked = np.ones(len(wanted), np.bool_)
    if len(wanted) > len(every):
        asked = np.isin(wanted, every, assume_unique=True)
    keep = _of_types(adjacency, wanted, asked, terms.types, left_out)
    wanted, asked = wanted[keep], asked[keep]
    year = papers.year[wanted]
    keep = _in_window(year, asked, terms, left_out)
    wanted, asked, year = wanted[keep], asked[keep], year[keep]
    if terms.versions == "merge":
        keep = _first_versions(adjacency, wanted, year)
        left_out["version of another paper"] += int(np.count_nonzero(asked & ~keep))
        keep &= asked
        wanted, year = wanted[keep], year[keep]
    persons = papers.team_size[wanted]
    pairs_left_out = 0
    if terms.max_authors is not None:
        is_auto = terms.max_authors == AUTO
        is_large = persons > (papers.author_limit[wanted] if is_auto else int(terms.max_authors))
        large = persons[is_large].astype(np.int64)
        left_out["more authors than max_authors"] += len(large)
        pairs_left_out = int((large * (large - 1) // 2).sum())
        wanted, year, persons = wanted[~is_large], year[~is_large], persons[~is_large]
    name_forms = name_forms_on(adjacency, wanted, terms)
    unresolved = papers.unresolved[wanted] + name_forms
    team_size = persons.astype(np.int64)
    return Chosen(
        rows=wanted,
        team_size=team_size if terms.team_size == "all" else team_size - unresolved,
        unresolved=unresolved,
        year=np.where(year == UNKNOWN_YEAR, np.int16(NO_YEAR), year),
        flags=papers.flags[wanted],
        name_forms=name_forms,
        left_out={reason: count for reason, count in sorted(left_out.items()) if count},
        pairs_left_out=pairs_left_out,
    )


def classes_of(chosen: Chosen, terms: Terms, reference_year: int) -> Classes:
    """Return the papers by what a pair of authors counts on them.

    Classes ascend by team size and then by year, so that sums begin with the largest teams' papers
    last, whatever the order of papers.

    Parameters
    ----------
    chosen : Chosen
        The papers.
    terms : Terms
        What counts; ``half_life`` and ``counting`` matter here.
    reference_year : int
        The year in which a paper weighs what it weighs without half-life.
    """
    key = chosen.team_size << 16 | chosen.year
    distinct, class_ = np.unique(key, return_inverse=True)
    team_size, year = distinct >> 16, (distinct & 0xFFFF).astype(np.int16)
    shared = team_size >= 2
    class_ = np.where(chosen.team_size >= 2, class_ - np.count_nonzero(~shared), NO_CLASS)
    team_size, year = team_size[shared].astype(np.float64), year[shared]
    factor = factors(year, terms, reference_year)
    full, fractional = factor, factor / (team_size - 1)
    weight = {
        "full": full,
        "fractional": fractional,
        "per_paper": factor * 2 / (team_size * (team_size - 1)),
        # Of credits there is none for a class: they differ from author to author.
        "harmonic": factor,
    }[terms.counting]
    return Classes(
        of_group=class_.astype(np.int32),
        year=year,
        full=full,
        fractional=fractional,
        weight=weight,
    )


def factors(year: npt.NDArray[np.int16], terms: Terms, reference_year: int) -> FloatArray:
    """Return what remains of the weight of papers of some years: 2^(-(reference - year) / h)."""
    if terms.half_life is None:
        return np.ones(len(year))
    return np.exp2((year.astype(np.float64) - reference_year) / terms.half_life)


def said_of(chosen: Chosen, adjacency: Adjacency, terms: Terms) -> dict[str, Any]:
    """Return how an answer was made and what it could not take into account.

    Parameters
    ----------
    chosen : Chosen
        The papers behind the answer.
    adjacency : Adjacency
        The arrays of the version.
    terms : Terms
        What counted.
    """
    shared = chosen.team_size >= 2
    unknown = chosen.unresolved if terms.team_size == "all" else np.zeros_like(chosen.unresolved)
    to_unknown = unknown[shared] / (chosen.team_size[shared] - 1.0)
    return {
        **terms.as_dict(),
        "papers": len(chosen.rows),
        "papers_left_out": chosen.left_out,
        "pairs_left_out": chosen.pairs_left_out,
        "single_author_papers": int(np.count_nonzero(~shared)),
        "truncated_papers": int(np.count_nonzero(chosen.flags & AUTHORS_TRUNCATED)),
        "upper_bound_papers": int(np.count_nonzero(chosen.flags & UPPER_BOUND)),
        "unresolved_seats": int(chosen.unresolved.sum()),
        "name_form_seats": int(chosen.name_forms.sum()),
        "strength_to_unknown": float(np.sum(to_unknown)),
        "version_pairs": _version_pairs(adjacency, chosen.rows),
    }


def check_authors(adjacency: Adjacency, authors: IntArray, terms: Terms) -> None:
    """Check that authors who are asked about can have ties under the terms.

    Parameters
    ----------
    adjacency, authors, terms
        As for `is_left_out`.

    Raises
    ------
    InvalidArgumentError
        If one is a name form and these are left out.
    """
    refused = authors[is_left_out(adjacency, authors, terms)]
    if len(refused):
        name = adjacency.nodes["author"].ids[int(refused[0])]
        raise InvalidArgumentError(
            f"{name!a} is a name form, and name_forms=False leaves those out"
        )


def name_forms_on(adjacency: Adjacency, papers: IntArray, terms: Terms) -> IntArray:
    """Return how many name forms signed each paper, none where they are not left out.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    papers : int64 array
        Rows of papers.
    terms : Terms
        What counts; ``name_forms`` matters here.
    """
    counts = np.zeros(len(papers), np.int64)
    if terms.name_forms:
        return counts
    name_forms = name_forms_of(adjacency)
    relation = adjacency.paper_authors
    signed = np.cumsum(relation.indptr[papers + 1] - relation.indptr[papers])
    bounds = np.flatnonzero(np.diff(signed // _PIECE_SEATS)) + 1
    for some in np.split(np.arange(len(papers)), bounds):
        place, author = relation.of_all(papers[some])
        counts[some] = np.bincount(place[name_forms.among(author)], minlength=len(some))
    return counts


def _of_types(
    adjacency: Adjacency,
    rows: IntArray,
    asked: npt.NDArray[np.bool_],
    types: Types,
    left_out: Counter[str],
) -> npt.NDArray[np.bool_]:
    papers = adjacency.papers
    reasons = [_reason_against(types, kind) for kind in papers.types]
    code = papers.type_code[rows]
    is_refused = np.array([reason is not None for reason in reasons], np.bool_)[code]
    for place, count in enumerate(np.bincount(code[is_refused & asked]).tolist()):
        if count and (reason := reasons[place]):
            left_out[reason] += count
    if types == "research":
        is_paratext = ~is_refused & (papers.flags[rows] & IS_PARATEXT != 0)
        left_out["is_paratext"] += int(np.count_nonzero(is_paratext & asked))
        is_refused |= is_paratext
    return ~is_refused


def _reason_against(types: Types, kind: str | None) -> str | None:
    if types == "all":
        return None
    if types == "research":
        return kind if kind in NOT_RESEARCH else None
    return None if kind in types else kind or "no type"


def _in_window(
    year: npt.NDArray[np.int16], asked: npt.NDArray[np.bool_], terms: Terms, left_out: Counter[str]
) -> npt.NDArray[np.bool_]:
    """Tell which years are asked for; where years matter, an unknown one is not."""
    keep = np.ones(len(year), np.bool_)
    if (terms.since, terms.until, terms.as_of, terms.half_life) == (None, None, None, None):
        return keep
    is_unknown = year == UNKNOWN_YEAR
    outside = {
        "year unknown": is_unknown,
        "before since": ~is_unknown & (year < (terms.since or 0)),
        "after until": year > (_LAST_YEAR if terms.until is None else terms.until),
        "after as_of": year > (_LAST_YEAR if terms.as_of is None else terms.as_of),
    }
    for reason, is_outside in outside.items():
        left_out[reason] += int(np.count_nonzero(is_outside & keep & asked))
        keep &= ~is_outside
    return keep


def _version_pairs(adjacency: Adjacency, rows: IntArray) -> int:
    """Count the pairs of versions of one work."""
    one, other = _versions_among(adjacency, rows)
    return len(one) // 2 if len(other) else 0


def _versions_among(adjacency: Adjacency, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the pairs of versions among papers, in both orders, as places in ``rows``."""
    versions = adjacency.versions
    if not len(versions.one) or not len(rows):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if len(rows) < len(versions.one):
        low = np.searchsorted(versions.one, rows.astype(np.uint32), side="left")
        high = np.searchsorted(versions.one, rows.astype(np.uint32), side="right")
        counts = high - low
        ends = np.cumsum(counts)
        pair = np.arange(int(ends[-1])) + np.repeat(low - (ends - counts), counts)
    else:
        pair = np.arange(len(versions.one))
    one, other = versions.one[pair].astype(np.int64), versions.other[pair].astype(np.int64)
    place_of_one, place_of_other = np.searchsorted(rows, one), np.searchsorted(rows, other)
    last = len(rows) - 1
    are_both = (rows[np.minimum(place_of_one, last)] == one) & (
        rows[np.minimum(place_of_other, last)] == other
    )
    return place_of_one[are_both], place_of_other[are_both]


def _with_versions(adjacency: Adjacency, rows: IntArray) -> IntArray:
    """Return papers with all versions of theirs, and with the versions of those."""
    versions = adjacency.versions
    known, new = rows, rows
    while len(new):
        low = np.searchsorted(versions.one, new.astype(np.uint32), side="left")
        high = np.searchsorted(versions.one, new.astype(np.uint32), side="right")
        counts = high - low
        ends = np.cumsum(counts)
        pair = np.arange(int(ends[-1])) + np.repeat(low - (ends - counts), counts)
        met = np.unique(versions.other[pair].astype(np.int64))
        new = np.setdiff1d(met, known, assume_unique=True)
        known = np.union1d(known, new) if len(new) else known
    return known


def _first_versions(
    adjacency: Adjacency, rows: IntArray, year: npt.NDArray[np.int16]
) -> npt.NDArray[np.bool_]:
    """Tell which papers stand for their work: of its versions the first, by year and then by id."""
    one, other = _versions_among(adjacency, rows)
    stands = np.ones(len(rows), np.bool_)
    if not len(one):
        return stands
    places = np.unique(one)
    rank = np.empty(len(places), np.int64)
    known_year = np.where(year[places] == UNKNOWN_YEAR, NO_YEAR, year[places].astype(np.int64))
    rank[np.lexsort((places, known_year))] = np.arange(len(places))
    first = rank.copy()
    one, other = np.searchsorted(places, one), np.searchsorted(places, other)
    while True:
        # Every version takes the least rank among its neighbours, until none changes.
        least = first.copy()
        np.minimum.at(least, one, first[other])
        if (least == first).all():
            break
        first = least
    stands[places] = first == rank
    return stands

"""How a group of authors, an institution or a country collaborates (METHODS: topics, last point).

Which papers count is decided in ``choosing``, who is asked about in ``groups``, and what is true of
each paper in ``group_papers``. Ties between persons are the business of the other modules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.collaboration.author_ties import reference_year
from scholargraph.collaboration.choosing import (
    Chosen,
    check_authors,
    choose_papers,
    is_left_out,
    said_of,
)
from scholargraph.collaboration.group_papers import Judged, judge
from scholargraph.collaboration.group_seats import Affiliations, Units, group_affiliations, units_of
from scholargraph.collaboration.groups import group_named, papers_signed_by
from scholargraph.collaboration.institutions import (
    COUNTRIES,
    UNKNOWN,
    Institutions,
    known_institutions,
)
from scholargraph.collaboration.summary_tables import (
    by_year,
    partner_frame,
    partners_met,
    share_frame,
    share_rows,
)
from scholargraph.collaboration.terms import Terms, last_complete_year, terms_among
from scholargraph.errors import InvalidArgumentError
from scholargraph.network.pairs import NO_YEAR

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

_OF_PAIRS: Final = ("counting", "half_life", "team_size", "pairs_left_out", "strength_to_unknown")
"""What is said of ties between persons, and says nothing of a group."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Summary:
    """How a group collaborates, and what could not be told."""

    shares: pd.DataFrame
    """A row for each measure: ``measure``, ``papers``, ``full``, ``fractional``, ``full_at_most``,
    ``fractional_at_most``, ``denominator_full``, ``denominator_fractional``,
    ``single_author_papers``, ``unknown``."""
    by_year: pd.DataFrame
    """The same for each year with papers, with ``year`` and ``is_complete`` before it."""
    partners: pd.DataFrame
    """``institution_id`` and ``name``, but for countries, ``country_code``, ``paper_count``,
    ``full`` and ``fractional``; most papers first."""
    made: dict[str, Any]
    """The arguments, the papers chosen and left out, and what could not be told."""

    def __repr__(self) -> str:
        papers = self.made["papers_with_affiliation"]
        inter_institutional, international = self.shares["papers"].iloc[:2]
        return (
            f"<Summary: {self.made['group']}, {papers:,} {'paper' if papers == 1 else 'papers'}, "
            f"{inter_institutional:,} inter-institutional, {international:,} international>"
        )


def summary(
    graph: ScholarGraph,
    group: str | Iterable[Any],
    *,
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    types: str | Iterable[str] = "research",
    max_authors: int | str | None = None,
    versions: str = "keep",
    name_forms: bool = True,
    partners: int = 10,
) -> Summary:
    """Return how a group of authors, an institution or a country collaborates.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    group : str or iterable of str
        Id, URL or ROR id of an institution; or a country by two letters (ISO 3166-1); or a list of
        ids, URLs or ORCIDs of authors, or a frame with a column ``author_id``.
    since, until, as_of, types, max_authors, versions
        Which papers count, as for `collaborators`.
    name_forms : bool
        Whether what is known of the affiliations of name forms (``name:…``, of arXiv) counts. If
        not they are persons on the byline of whom nothing is known.
    partners : int
        So many partners at most, the most frequent first.

    Returns
    -------
    Summary
        ``shares`` has a row for each measure. ``papers`` are those of which it is true, ``full``
        is their share of all papers with a known affiliation of the group (``denominator_full``),
        ``fractional`` the same with each paper weighing what belongs to the group
        (``denominator_fractional`` is the sum of these weights). ``single_author_papers`` is how
        many of ``papers`` have one author, whose affiliations alone make it true. ``unknown`` are
        papers of which it cannot be told; they stay in the denominator, so that ``full`` and
        ``fractional`` are the least that the shares can be, and ``full_at_most`` and
        ``fractional_at_most``, with them, the most. Shares are null where there is no paper.

        ``by_year`` has the same for each year; ``is_complete`` is false from the year on in which
        the newest dump was made. ``partners`` are institutions, for a country countries, with
        ``paper_count``, and ``full`` and ``fractional`` shares of the same denominators; of a list
        of authors those institutions of a paper at which none of the listed is on it.

        ``made`` says how it was made: the terms, ``version``, ``year`` of the answer, ``papers``
        that counted and ``papers_left_out`` by reason; ``papers_with_affiliation``,
        ``papers_without_affiliation`` of the group; of the former ``papers_partly_known``, on
        which somebody's institution is not known, and ``papers_without_year``, which are in no
        year; ``partners``, how many there are; and of the institutions met on these papers how
        many are ``institutions_without_coordinates`` and ``institutions_without_type``.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If the institution or an author is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take, or an author of the list is a name
        form and these are left out.

    Notes
    -----
    Affiliations are those of seats without mark. Institutions with one ROR id are one, that with
    the smallest id. The country of an affiliation is the one that the paper gives, else the
    institution's. An affiliation is known if its institution or its country is; strings that name
    neither are passed over. Institutions below or above others are others.

    A paper is, counted once whatever the number of authors,

    - ``inter_institutional`` if its authors have two or more institutions,
    - ``international`` if they have two or more countries,
    - ``company`` if an institution of the group meets on it another one of type "company",
    - ``nearest_beyond_100_km`` if all others are more than 100 km away from all of the group,
    - ``farthest_beyond_5000_km`` if one of them is more than 5,000 km away from one of the group.

    Institutions of the group are the institution itself, those in the country, or those of the
    listed authors on the paper; where there are several, they are others to each other. One author
    with two affiliations makes a paper inter-institutional, and with two countries international.
    The lines of 100 and 5,000 km are the Leiden Ranking's; distances here are from the group.

    It cannot be told where what is known does not make it true and something else might: a person
    without known affiliation, an affiliation without known institution (for ``international``:
    country), a byline cut short, an institution without type or coordinates. All of these might
    also make ``nearest_beyond_100_km`` false, which therefore is true only if nothing is missing.
    Coordinates stand in the institutions' own records: where only papers were ingested there are
    none, and no distance can be told.

    With n persons on the byline, those who cannot be told apart included, and k_a distinct known
    affiliations of author a, o_a of them of the group, a paper weighs sum_a (o_a / k_a) / n. For a
    list of authors it weighs the listed ones among its persons, divided by n.

    Distances are those of the great circle by the haversine formula, on a sphere of 6371.0088 km:
    2 r asin(sqrt(sin^2((f2 - f1) / 2) + cos f1 cos f2 sin^2((l2 - l1) / 2))), f the latitudes and
    l the longitudes.

    References
    ----------
    Waltman, L., Calero-Medina, C., Kosten, J., et al. (2012). The Leiden Ranking 2011/2012: Data
    collection, indicators, and interpretation. J. Am. Soc. Inf. Sci. Technol. 63(12).
    doi:10.1002/asi.22708

    Sinnott, R. W. (1984). Virtues of the haversine. Sky and Telescope 68(2), 159.

    Examples
    --------
    >>> import scholargraph as sg
    >>> one = {"id": "I9000000001", "display_name": "One", "country_code": "NL"}
    >>> two = {"id": "I9000000002", "display_name": "Two", "country_code": "NA"}
    >>> seats = [
    ...     {"author": {"id": "A9000000001"}, "institutions": [one]},
    ...     {"author": {"id": "A9000000002"}, "institutions": [one, two]},
    ... ]
    >>> work = {"id": "W9000000001", "publication_year": 2020, "authorships": seats}
    >>> found = summary(sg.from_records([work]), "I9000000001")
    >>> found
    <Summary: institution I9000000001, 1 paper, 1 inter-institutional, 1 international>
    >>> float(found.shares["denominator_fractional"][0])
    0.75
    >>> found.partners[["institution_id", "country_code", "paper_count"]]
      institution_id country_code  paper_count
    0    I9000000002           NA            1
    """
    terms = terms_among(locals())
    _check_partners(partners)
    institutions = known_institutions(graph)
    asked = group_named(graph, group, institutions)
    adjacency = graph.adjacency
    if asked.authors is not None:
        check_authors(adjacency, asked.authors, terms)
    signed = papers_signed_by(graph, asked, institutions, terms)
    chosen = choose_papers(adjacency, signed, terms)
    rows = group_affiliations(graph, chosen, asked, institutions)
    counts = ~is_left_out(adjacency, rows.author, terms)
    rows = Affiliations._make(column[counts] for column in rows)
    places = units_of(rows.paper, rows.institution, rows.is_own, len(institutions.same))
    countries = units_of(rows.paper, rows.country, rows.is_own, COUNTRIES)
    judged = judge(adjacency, chosen, asked, rows, places, countries, institutions)
    met = countries if asked.country != UNKNOWN else places
    keys, papers, weights = partners_met(met, judged)
    return Summary(
        shares=share_frame(share_rows(judged, judged.counts)),
        by_year=by_year(judged, chosen, last_complete_year(graph)),
        partners=partner_frame(
            keys[:partners],
            papers[:partners],
            weights[:partners],
            judged,
            None if asked.country != UNKNOWN else institutions,
        ),
        made={
            "group": asked.name,
            **_said(graph, chosen, terms),
            **_not_told(judged, chosen, places, institutions),
            "partners": len(keys),
        },
    )


def _check_partners(partners: object) -> None:
    if not isinstance(partners, int) or isinstance(partners, bool) or partners < 0:
        raise InvalidArgumentError(f"partners is a number from 0, not {partners!r}")


def _said(graph: ScholarGraph, chosen: Chosen, terms: Terms) -> dict[str, Any]:
    said = said_of(chosen, graph.adjacency, terms)
    for name in _OF_PAIRS:
        del said[name]
    return {"version": graph.version, "year": reference_year(graph, terms), **said}


def _not_told(
    judged: Judged, chosen: Chosen, places: Units, institutions: Institutions
) -> dict[str, int]:
    counts = judged.counts
    met = np.unique(places.key[counts[places.paper]])
    return {
        "papers_with_affiliation": int(np.count_nonzero(counts)),
        "papers_without_affiliation": int(np.count_nonzero(~counts)),
        "papers_partly_known": int(np.count_nonzero(counts & judged.is_open)),
        "papers_without_year": int(np.count_nonzero(counts & (chosen.year == NO_YEAR))),
        "institutions_without_coordinates": int(
            np.count_nonzero(np.isnan(institutions.latitude[met] + institutions.longitude[met]))
        ),
        "institutions_without_type": int(np.count_nonzero(institutions.is_company[met] == UNKNOWN)),
    }

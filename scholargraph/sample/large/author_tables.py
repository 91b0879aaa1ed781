"""The tables that have a block of rows for each block of authors.

What lives here: profiles, their affiliations and counts by year, and the private table of what
bylines say of authors. All are taken from the bylines, turned round: who signed what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from scholargraph.sample.large.columns import batch, chosen, ids, lists, orcids
from scholargraph.sample.large.frame import FIRST_NUMBER
from scholargraph.sample.large.names import names_of
from scholargraph.sample.large.organisation_tables import world_of
from scholargraph.sample.large.paper_tables import has_orcid, updated
from scholargraph.sample.large.papers import NO_MARK
from scholargraph.sample.large.people import employer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from scholargraph.sample.large.arrays import Arrays
    from scholargraph.sample.large.frame import Frame

_LAST_KNOWN_YEARS: Final = 5
"""So many years before the author's last paper an employer is still the last known."""


def signed_papers(frame: Frame, arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Turn the bylines round.

    Parameters
    ----------
    frame : Frame
        The size of the model.
    arrays : Arrays
        With ``seat_start``, ``author`` and ``mark`` of all seats.

    Returns
    -------
    dict of str to array
        ``signed`` (papers, by author and then by number) and ``signed_start`` (where those of each
        person begin, and the end). Seats with a mark are left out, as they are nobody's.
    """
    is_somebody = arrays["mark"] == NO_MARK
    author = arrays["author"][is_somebody]
    paper = np.repeat(np.arange(frame.papers, dtype=np.int32), np.diff(arrays["seat_start"]))[
        is_somebody
    ]
    order = np.argsort(author, kind="stable")
    counts = np.bincount(author, minlength=frame.people)
    return {
        "signed": paper[order],
        "signed_start": np.concatenate([[0], np.cumsum(counts)]),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authors:
    """The people of a block who signed something, and what they signed."""

    people: NDArray[Any]
    counts: NDArray[Any]
    """Papers of each."""
    row: NDArray[Any]
    """For each paper signed, the place in `people`."""
    papers: NDArray[Any]
    years: NDArray[Any]

    @property
    def ids(self) -> pa.Array:
        """OpenAlex ids."""
        return ids("A", self.people + FIRST_NUMBER)


def _authors_of(frame: Frame, arrays: Arrays, block: int) -> _Authors:
    first, end = frame.author_range(block)
    start = arrays["signed_start"][first : end + 1]
    counts = np.diff(start)
    people = np.arange(first, end)[counts > 0]
    counts = counts[counts > 0]
    papers = arrays["signed"][int(start[0]) : int(start[-1])]
    return _Authors(
        people=people,
        counts=counts,
        row=np.repeat(np.arange(len(people)), counts),
        papers=papers,
        years=arrays["year"][papers],
    )


def author_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``authors``; counts are those of the store."""
    authors = _authors_of(frame, arrays, block)
    names = names_of(frame.seed, authors.people)
    cited = arrays["cited_by_count"][authors.papers].astype(np.int64)
    count = len(authors.people)
    return batch(
        "authors",
        {
            "author_id": authors.ids,
            "name": names.display,
            "alternatives": lists(names.with_initial, np.ones(count, np.int64)),
            "orcid": orcids(authors.people, has_orcid(frame, authors.people)),
            "kind": "profile",
            "works_count": authors.counts.astype(np.int32),
            "cited_by_count": _sums(authors, cited),
            "h_index": _h_index(authors, cited),
            "i10_index": _sums(authors, cited >= 10),
            "is_mention": False,
            "updated_date": updated(frame, authors.people),
        },
        count,
    )


def _sums(authors: _Authors, values: NDArray[Any]) -> NDArray[Any]:
    return np.bincount(authors.row, weights=values, minlength=len(authors.people)).astype(np.int32)


def _h_index(authors: _Authors, cited: NDArray[Any]) -> NDArray[Any]:
    """Return the largest h such that h papers are cited h times or more each."""
    order = np.lexsort((-cited, authors.row))
    rank = np.arange(len(cited)) - (np.cumsum(authors.counts) - authors.counts)[authors.row] + 1
    return _sums(authors, cited[order] >= rank)


def author_affiliation_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``author_affiliations``."""
    authors = _authors_of(frame, arrays, block)
    people = {name: arrays[name] for name in ("home", "second_home", "move_year")}
    place = employer(authors.people[authors.row], authors.years, people)
    years = np.int64(1) << 16
    keys = np.unique(
        (authors.row * frame.institutions + place) * years + authors.years.astype(np.int64)
    )
    pair, year = np.divmod(keys, years)
    pairs, start = np.unique(pair, return_index=True)
    lengths = np.diff(np.append(start, len(keys)))
    row, institution = np.divmod(pairs, frame.institutions)
    last_paper = np.zeros(len(authors.people), np.int64)
    np.maximum.at(last_paper, authors.row, authors.years)
    last_there = year[start + lengths - 1]
    institutions = [f"I{item.number}" for item in world_of(frame).institutions]
    return batch(
        "author_affiliations",
        {
            "author_id": authors.ids.take(pa.array(row)),
            "institution_id": chosen(institutions, institution),
            "years": lists(pa.array(year.astype(np.int16)), lengths),
            "is_last_known": last_there > last_paper[row] - _LAST_KNOWN_YEARS,
        },
        len(pairs),
    )


def counts_by_year_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``counts_by_year``: of authors, by year of their papers.

    The citations of a row are those that the papers of the year have received since.
    """
    authors = _authors_of(frame, arrays, block)
    years = np.int64(1) << 16
    keys, where, counts = np.unique(
        authors.row * years + authors.years, return_inverse=True, return_counts=True
    )
    row, year = np.divmod(keys, years)
    cited = np.bincount(where, weights=arrays["cited_by_count"][authors.papers])
    return batch(
        "counts_by_year",
        {
            "node_id": authors.ids.take(pa.array(row)),
            "year": year.astype(np.int16),
            "works_count": counts.astype(np.int32),
            "cited_by_count": cited.astype(np.int32),
        },
        len(keys),
    )


def author_mention_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the private table of what bylines say of authors."""
    authors = _authors_of(frame, arrays, block)
    row = pa.array(authors.row)
    orcid = orcids(authors.people, has_orcid(frame, authors.people))
    return batch(
        "_author_mentions",
        {
            "author_id": authors.ids.take(row),
            "record_id": ids("W", authors.papers + np.int64(FIRST_NUMBER)),
            "name": names_of(frame.seed, authors.people).display.take(row),
            "orcid": orcid.take(row),
            "kind": pa.nulls(len(authors.row), pa.string()),
        },
        len(authors.row),
    )


AUTHOR_TABLES: Final[dict[str, Callable[[Frame, Arrays, int], pa.RecordBatch]]] = {
    "authors": author_rows,
    "author_affiliations": author_affiliation_rows,
    "counts_by_year": counts_by_year_rows,
    "_author_mentions": author_mention_rows,
}
"""Tables that are made block by block of authors."""

"""Rows of author records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import ROW, RowNumbers, Rows, Values
from scholargraph.ingest.openalex.author_layer import count_by, kinds_of_profiles
from scholargraph.ingest.openalex.counts import CountsByYear
from scholargraph.ingest.openalex.gathering import Texts
from scholargraph.ingest.openalex.mentions import NOBODY_URLS, Institutions, Named
from scholargraph.ingest.openalex.shapes import SummaryStats
from scholargraph.ingest.openalex.unlikely import note_unlikely

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Author, InstitutionName

_NUMBERS: Final = ("works_count", "cited_by_count", "h_index", "i10_index")
_NO_STATS: Final = SummaryStats()


class Authors:
    """Gathers authors, and makes the rows of all tables that they fill."""

    def __init__(self) -> None:
        self._texts = Texts()
        self._names = self._texts.column()
        self._alternatives = self._texts.column()
        self._alternative_counts: list[int] = []
        self._orcids = self._texts.column()
        self._updated_dates = self._texts.column()
        self._numbers: list[tuple[int | None, ...]] = []
        self._careers = _Careers(self._texts)
        self._counts = CountsByYear()

    def add(self, authors: Sequence[Author], first: int) -> None:
        """Take authors; ``first`` is the row of the first."""
        for row, author in enumerate(authors, first):
            stats = author.summary_stats or _NO_STATS
            alternatives = _alternatives(author)
            self._names.append(author.display_name or None)
            self._alternatives += alternatives
            self._alternative_counts.append(len(alternatives))
            self._orcids.append(author.orcid)
            self._updated_dates.append(author.updated_date)
            self._numbers.append(
                (author.works_count, author.cited_by_count, stats.h_index, stats.i10_index)
            )
            self._careers.add(row, author)
            self._counts.add(row, author.counts_by_year or ())
        self._texts.pack_if_many()

    def tables(self, ids: Sequence[str], drift: Drift) -> list[Rows]:
        """Return the rows of all authors, table by table."""
        numbers = list(zip(*self._numbers, strict=True)) or [()] * len(_NUMBERS)
        said = {
            "name": self._names.array(),
            "alternatives": columns.lists(
                self._alternative_counts, columns.text(self._alternatives.array())
            ),
            "orcid": self._orcids.array(),
            "updated_date": self._updated_dates.array(),
            **dict(zip(_NUMBERS, numbers, strict=True)),
        }
        counts = self._counts.table()
        authors = rows_of_authors(said, counts, ids, drift)
        return [authors, *self._careers.tables(drift), counts]


def rows_of_authors(
    said: Mapping[str, Values], counts: Rows, ids: Sequence[str], drift: Drift
) -> Rows:
    """Return authors, from the columns of what was gathered and their counts by year."""
    names = columns.text(said["name"])
    kinds = kinds_of_profiles(names, counts.data[ROW], counts.data["works_count"])
    count_by(kinds, "profiles", drift.author_layer)
    authors = columns.build(
        schema.AUTHORS,
        np.arange(len(ids)),
        {
            **said,
            "name": pc.coalesce(names, pa.array(ids, pa.string())),
            "orcid": columns.orcids(said["orcid"], "authors.orcid", drift),
            "kind": kinds,
            "is_mention": [False] * len(ids),
            "updated_date": columns.timestamps(said["updated_date"]),
        },
    )
    note_unlikely([authors, counts], ids, drift)
    return authors


def _alternatives(author: Author) -> list[str]:
    names = dict.fromkeys(filter(None, author.display_name_alternatives or ()))
    return [name for name in names if name != author.display_name]


class _Careers:
    """Gathers where authors were when, and what they say of these institutions."""

    def __init__(self, texts: Texts) -> None:
        self._institutions = Institutions()
        self._rows: list[int] = []
        self._urls = texts.column()
        self._years: list[int] = []
        self._year_counts: list[int] = []
        self._is_last_known: list[bool] = []

    def add(self, row: int, author: Author) -> None:
        """Take a row per institution of an author; a last known one without years has none."""
        years: dict[str, set[int]] = {}
        named: Named = {}
        for line in author.affiliations or ():
            place = line.institution
            if place and place.id and place.id not in NOBODY_URLS:
                years.setdefault(place.id, set()).update(line.years or ())
                self._institutions.say(named, place)
        last_known = set()
        for place in _last_known(author):
            if place.id and place.id not in NOBODY_URLS:
                years.setdefault(place.id, set())
                last_known.add(place.id)
                self._institutions.say(named, place)
        self._rows += [row] * len(years)
        self._urls += years
        for of_place in years.values():
            self._years += sorted(of_place)
            self._year_counts.append(len(of_place))
        self._is_last_known += [url in last_known for url in years]
        self._institutions.add(row, named)

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the affiliations of all authors, and what they say of institutions."""
        years = columns.lists(self._year_counts, pa.array(self._years, pa.int16()))
        careers = rows_of_careers(self._rows, self._urls.array(), years, self._is_last_known)
        return [careers, self._institutions.table(drift)]


def rows_of_careers(rows: RowNumbers, urls: Values, years: Values, is_last_known: Values) -> Rows:
    """Return where authors were when."""
    return columns.build(
        schema.AUTHOR_AFFILIATIONS,
        rows,
        {
            "institution_id": columns.ids(urls, "I"),
            "years": years,
            "is_last_known": is_last_known,
        },
    )


def _last_known(author: Author) -> list[InstitutionName]:
    older = [author.last_known_institution] if author.last_known_institution else []
    return [*(author.last_known_institutions or ()), *older]

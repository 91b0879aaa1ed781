"""Rows of author records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex.counts import counts_by_year
from scholargraph.ingest.openalex.mentions import NOBODY_URLS, Institutions, Named

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Author, InstitutionName


def tables_of_authors(authors: Sequence[Author], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of author records, table by table."""
    return [
        _authors(authors, ids, drift),
        _author_affiliations(authors, ids),
        counts_by_year([author.counts_by_year for author in authors], ids),
        _named_institutions(authors, ids, drift),
    ]


def _authors(authors: Sequence[Author], ids: Sequence[str], drift: Drift) -> Rows:
    return columns.build(
        schema.AUTHORS,
        range(len(authors)),
        {
            "author_id": ids,
            "name": [author.display_name or own for author, own in zip(authors, ids, strict=True)],
            "alternatives": [_alternatives(author) for author in authors],
            "orcid": columns.orcids([author.orcid for author in authors], "authors.orcid", drift),
            "kind": ["profile"] * len(authors),
            "works_count": [author.works_count for author in authors],
            "cited_by_count": [author.cited_by_count for author in authors],
            "h_index": [a.summary_stats.h_index if a.summary_stats else None for a in authors],
            "i10_index": [a.summary_stats.i10_index if a.summary_stats else None for a in authors],
            "is_mention": [False] * len(authors),
            "updated_date": columns.timestamps([author.updated_date for author in authors]),
        },
    )


def _alternatives(author: Author) -> list[str]:
    names = dict.fromkeys(filter(None, author.display_name_alternatives or ()))
    return [name for name in names if name != author.display_name]


def _author_affiliations(authors: Sequence[Author], ids: Sequence[str]) -> Rows:
    """Return a row per author and institution; a last known one without years has none."""
    years: dict[tuple[int, str], set[int]] = {}
    last_known: set[tuple[int, str]] = set()
    for row, author in enumerate(authors):
        for line in author.affiliations or ():
            for url in _ids([line.institution]):
                years.setdefault((row, url), set()).update(line.years or ())
        for url in _ids(_last_known(author)):
            years.setdefault((row, url), set())
            last_known.add((row, url))
    return columns.build(
        schema.AUTHOR_AFFILIATIONS,
        [row for row, _ in years],
        {
            "author_id": [ids[row] for row, _ in years],
            "institution_id": columns.ids([url for _, url in years], "I"),
            "years": [sorted(known) for known in years.values()],
            "is_last_known": [key in last_known for key in years],
        },
    )


def _named_institutions(authors: Sequence[Author], ids: Sequence[str], drift: Drift) -> Rows:
    said = Institutions()
    for row, author in enumerate(authors):
        named: Named = {}
        listed = [line.institution for line in author.affiliations or ()]
        for place in [*listed, *_last_known(author)]:
            if place and place.id not in NOBODY_URLS:
                said.say(named, place)
        said.add(row, named)
    return said.table(ids, drift)


def _ids(places: Iterable[InstitutionName | None]) -> list[str]:
    return [p.id for p in places if p and p.id and p.id not in NOBODY_URLS]


def _last_known(author: Author) -> list[InstitutionName]:
    older = [author.last_known_institution] if author.last_known_institution else []
    return [*(author.last_known_institutions or ()), *older]

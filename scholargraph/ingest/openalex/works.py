"""Rows of works: one function for the whole, one for each table.

A work is a paper here. What it says of authors, institutions, sources, funders and topics goes
to ``mentions``; what it carries and no table takes is listed in ``docs/what-is-left-out.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex import mentions
from scholargraph.ingest.openalex.abstracts import rebuild
from scholargraph.ingest.openalex.affiliations import affiliations_of_seat
from scholargraph.ingest.openalex.mentions import NOBODY_URLS, somebody
from scholargraph.ingest.openalex.shapes import (
    AuthorName,
    Authorship,
    FunderName,
    InstitutionName,
    Location,
    TopicName,
    Work,
)

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift

API_AUTHOR_LIMIT: Final = 100
"""API bodies cut bylines here; without a seat marked last, a list of this length is suspect."""

Seat = tuple[int, int, Authorship]
"""Row of the work, position from 1, what the record says."""


def tables_of_works(works: Sequence[Work], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of works, table by table.

    Parameters
    ----------
    works, ids : sequence
        Records and their short ids.
    drift : Drift
        Is told of bad values.
    """
    seats = [
        (row, position, seat)
        for row, work in enumerate(works)
        for position, seat in enumerate(work.authorships or (), 1)
    ]
    places = [
        (row, position, place)
        for row, work in enumerate(works)
        for position, place in enumerate(_locations(work), 1)
        if _says_something(place)
    ]
    sources = [(row, place.source) for row, _, place in places if place.source]
    topics = [(row, topic) for row, work in enumerate(works) for topic in _topics(work, drift)]
    return [
        _papers(works, ids, drift),
        _abstracts(works, ids),
        _authorships(seats, ids, drift),
        _affiliations(seats, ids, drift),
        _paper_topics(works, topics, ids),
        _citations(works, ids),
        _keywords(works, ids),
        _paper_funders(works, ids, drift),
        _location_rows(places, ids, drift),
        mentions.authors(_named_authors(seats), ids, drift),
        mentions.institutions(
            chain(_named_institutions(seats, drift), mentions.hosts(sources)), ids, drift
        ),
        mentions.sources(
            ((row, source) for row, source in sources if source.id not in NOBODY_URLS), ids, drift
        ),
        mentions.publishers(sources, ids),
        mentions.funders(_named_funders(works), ids, drift),
        mentions.topics(topics, ids),
    ]


def _papers(works: Sequence[Work], ids: Sequence[str], drift: Drift) -> Rows:
    dates = [columns.day(w.publication_date, "works.publication_date", drift) for w in works]
    return columns.build(
        schema.PAPERS,
        range(len(works)),
        {
            "paper_id": ids,
            "arxiv_id": [_arxiv_id(work) for work in works],
            "doi": columns.normalised(
                [work.doi for work in works], identifiers.doi, "works.doi", drift
            ),
            "pmid": columns.normalised(
                [str(w.ids.pmid) if w.ids and w.ids.pmid is not None else None for w in works],
                identifiers.pmid,
                "works.ids.pmid",
                drift,
            ),
            "title": [w.title if w.title is not None else w.display_name for w in works],
            "year": [
                w.publication_year or (date.year if date else None)
                for w, date in zip(works, dates, strict=True)
            ],
            "date": dates,
            "type": [work.type for work in works],
            "language": [work.language for work in works],
            "source_id": columns.ids([_primary_source(work, drift) for work in works], "S"),
            "oa_status": [w.open_access.oa_status if w.open_access else None for w in works],
            "is_oa": [bool(w.open_access and w.open_access.is_oa) for w in works],
            "is_retracted": [bool(work.is_retracted) for work in works],
            "is_paratext": [bool(work.is_paratext) for work in works],
            "is_xpac": [bool(work.is_xpac) for work in works],
            "cited_by_count": [work.cited_by_count for work in works],
            "fwci": [work.fwci for work in works],
            "citation_percentile": [
                w.citation_normalized_percentile.value if w.citation_normalized_percentile else None
                for w in works
            ],
            "reference_count": [_reference_count(work) for work in works],
            "author_count": [
                max(len(work.authorships or ()), work.authors_count or 0) for work in works
            ],
            "authors_truncated": [_is_truncated(work) for work in works],
            "topic_id": columns.topic_ids(
                [w.primary_topic.id if w.primary_topic else None for w in works]
            ),
            "volume": [w.biblio.volume if w.biblio else None for w in works],
            "issue": [w.biblio.issue if w.biblio else None for w in works],
            "first_page": [w.biblio.first_page if w.biblio else None for w in works],
            "last_page": [w.biblio.last_page if w.biblio else None for w in works],
            "updated_date": [columns.timestamp(work.updated_date) for work in works],
            "origin": ["openalex"] * len(works),
        },
    )


def _reference_count(work: Work) -> int | None:
    if work.referenced_works_count is not None:
        return work.referenced_works_count
    return None if work.referenced_works is None else len(work.referenced_works)


def _is_truncated(work: Work) -> bool:
    seats = work.authorships or []
    return (
        bool(work.is_authors_truncated)
        or (work.authors_count or 0) > len(seats)
        or (
            len(seats) == API_AUTHOR_LIMIT
            and not any(seat.author_position == "last" for seat in seats)
        )
    )


def _primary_source(work: Work, drift: Drift) -> str | None:
    place = work.primary_location or next(iter(work.locations or ()), None)
    if place is None or place.source is None:
        return None
    return somebody(place.source.id, "works.primary_location.source", drift)


def _arxiv_id(work: Work) -> str | None:
    """Return the paper's arXiv id by the first signal that names one, the surest first."""
    places = _locations(work)
    signals = chain(
        (work.doi,),
        (place.id for place in places),
        (place.landing_page_url for place in places),
        (place.pdf_url for place in places),
        (work.open_access.oa_url if work.open_access else None,),
    )
    for signal in signals:
        found = _arxiv_id_in(signal)
        if found:
            return found
    return identifiers.arxiv_id(work.ids.arxiv_id) if work.ids and work.ids.arxiv_id else None


def _arxiv_id_in(text: str | None) -> str | None:
    """Look for an arXiv id only where the text names arXiv: a bare number is none."""
    return identifiers.arxiv_id(text) if text and "arxiv" in text.lower() else None


def _abstracts(works: Sequence[Work], ids: Sequence[str]) -> Rows:
    rebuilt = [
        (row, *rebuild(work.abstract_inverted_index))
        for row, work in enumerate(works)
        if work.abstract_inverted_index
    ]
    kept = [(row, text, complete) for row, text, complete in rebuilt if text]
    return columns.build(
        schema.ABSTRACTS,
        [row for row, _, _ in kept],
        {
            "paper_id": [ids[row] for row, _, _ in kept],
            "text": [text for _, text, _ in kept],
            "is_complete": [complete for _, _, complete in kept],
        },
    )


def _authorships(seats: Sequence[Seat], ids: Sequence[str], drift: Drift) -> Rows:
    return columns.build(
        schema.AUTHORSHIPS,
        [row for row, _, _ in seats],
        {
            "paper_id": [ids[row] for row, _, _ in seats],
            "position": [position for _, position, _ in seats],
            "author_id": columns.ids([_author_url(seat) for _, _, seat in seats], "A"),
            "author_name": [_printed_name(seat) for _, _, seat in seats],
            "orcid": columns.orcids(
                [seat.raw_orcid for _, _, seat in seats], "works.authorships[].raw_orcid", drift
            ),
            "is_corresponding": [bool(seat.is_corresponding) for _, _, seat in seats],
            "mark": [_mark(_author_url(seat)) for _, _, seat in seats],
        },
    )


def _author_url(seat: Authorship) -> str | None:
    return seat.author.id if seat.author else None


def _printed_name(seat: Authorship) -> str | None:
    return seat.raw_author_name or (seat.author.display_name if seat.author else None)


def _mark(author_url: str | None) -> str | None:
    if author_url is None:
        return "no id"
    return "nobody" if author_url in NOBODY_URLS else None


def _named_authors(seats: Sequence[Seat]) -> Iterator[tuple[int, AuthorName]]:
    for row, _, seat in seats:
        if seat.author and seat.author.id and seat.author.id not in NOBODY_URLS:
            yield row, seat.author


def _named_institutions(
    seats: Sequence[Seat], drift: Drift
) -> Iterator[tuple[int, InstitutionName]]:
    """Yield what seats say of institutions; an id in an affiliation alone is said last."""
    for row, _, seat in seats:
        for place in seat.institutions or ():
            if somebody(place.id, "works.authorships[].institutions", drift):
                yield row, place
    for row, _, seat in seats:
        for affiliation in seat.affiliations or ():
            for url in affiliation.institution_ids or ():
                if url and url not in NOBODY_URLS:
                    yield row, InstitutionName(id=url)


def _affiliations(seats: Sequence[Seat], ids: Sequence[str], drift: Drift) -> Rows:
    rows = [
        (row, position, line)
        for row, position, seat in seats
        for line in affiliations_of_seat(seat, drift)
    ]
    return columns.build(
        schema.AFFILIATIONS,
        [row for row, _, _ in rows],
        {
            "paper_id": [ids[row] for row, _, _ in rows],
            "position": [position for _, position, _ in rows],
            "institution_id": columns.ids([line.institution_url for _, _, line in rows], "I"),
            "country_code": columns.matching(
                [line.country_code for _, _, line in rows],
                "[A-Z]{2}",
                "works.authorships[].countries",
                drift,
            ),
            "raw": [line.raw for _, _, line in rows],
        },
    )


def _topics(work: Work, drift: Drift) -> list[TopicName]:
    """Return the distinct topics, the primary one among them even if the list leaves it out."""
    named = [*(work.topics or ()), *([work.primary_topic] if work.primary_topic else ())]
    distinct = {topic.id: topic for topic in reversed(named) if topic.id}
    nameless = sum(1 for topic in named if not topic.id)
    if nameless:
        drift.add("works.topics[].id", odd.BAD_VALUE, nameless)
    return list(reversed(distinct.values()))


def _paper_topics(
    works: Sequence[Work], topics: Sequence[tuple[int, TopicName]], ids: Sequence[str]
) -> Rows:
    primary = [work.primary_topic.id if work.primary_topic else None for work in works]
    return columns.build(
        schema.PAPER_TOPICS,
        [row for row, _ in topics],
        {
            "paper_id": [ids[row] for row, _ in topics],
            "topic_id": columns.topic_ids([topic.id for _, topic in topics]),
            "score": [topic.score for _, topic in topics],
            "is_primary": [topic.id == primary[row] for row, topic in topics],
        },
    )


def _citations(works: Sequence[Work], ids: Sequence[str]) -> Rows:
    cited = [list(dict.fromkeys(work.referenced_works or ())) for work in works]
    rows = [row for row, urls in enumerate(cited) for _ in urls]
    return columns.build(
        schema.CITATIONS,
        rows,
        {
            "paper_id": pa.array(ids, pa.string()).take(pa.array(rows, pa.int32())),
            "cited_paper_id": columns.ids(list(chain.from_iterable(cited)), "W"),
        },
    )


def _keywords(works: Sequence[Work], ids: Sequence[str]) -> Rows:
    scores: dict[tuple[int, str], float | None] = {}
    for row, work in enumerate(works):
        for keyword in work.keywords or ():
            text = (keyword.display_name or keyword.keyword or "").strip()
            if text:
                scores.setdefault((row, text), keyword.score)
    return columns.build(
        schema.KEYWORDS,
        [row for row, _ in scores],
        {
            "paper_id": [ids[row] for row, _ in scores],
            "keyword": [text for _, text in scores],
            "score": list(scores.values()),
        },
    )


def _paper_funders(works: Sequence[Work], ids: Sequence[str], drift: Drift) -> Rows:
    """Return a row per award, and one without award for a funder of whom none is known."""
    rows: dict[tuple[int, str, str | None], None] = {}
    for row, work in enumerate(works):
        paid = [
            *((grant.funder, grant.award_id) for grant in work.grants or ()),
            *((award.funder_id, award.funder_award_id) for award in work.awards or ()),
        ]
        with_award = {funder for funder, award in paid if award}
        paid += ((funder.id, None) for funder in work.funders or ())
        for funder, award in paid:
            if not funder:
                drift.add("works.awards[].funder_id", odd.BAD_VALUE)
            elif award or funder not in with_award:
                rows[row, funder, award or None] = None
    return columns.build(
        schema.PAPER_FUNDERS,
        [row for row, _, _ in rows],
        {
            "paper_id": [ids[row] for row, _, _ in rows],
            "funder_id": columns.ids([funder for _, funder, _ in rows], "F"),
            "award_id": [award for _, _, award in rows],
        },
    )


def _named_funders(works: Sequence[Work]) -> Iterator[tuple[int, FunderName]]:
    for row, work in enumerate(works):
        for funder in work.funders or ():
            yield row, funder
        for award in work.awards or ():
            yield row, FunderName(id=award.funder_id, display_name=award.funder_display_name)
        for grant in work.grants or ():
            yield row, FunderName(id=grant.funder, display_name=grant.funder_display_name)


def _locations(work: Work) -> list[Location]:
    """Return the locations, the primary one first where the list leaves it out."""
    places = work.locations or []
    primary = work.primary_location
    if primary is None or any(_same_place(primary, place) for place in places):
        return places
    return [primary, *places]


def _same_place(one: Location, other: Location) -> bool:
    return (one.id, one.landing_page_url, one.pdf_url) == (
        other.id,
        other.landing_page_url,
        other.pdf_url,
    )


def _says_something(place: Location) -> bool:
    """Whether a location is more than an object of nulls, which later releases write for none."""
    return bool(
        place.id or place.landing_page_url or place.pdf_url or (place.source and place.source.id)
    )


def _location_rows(
    places: Sequence[tuple[int, int, Location]], ids: Sequence[str], drift: Drift
) -> Rows:
    return columns.build(
        schema.LOCATIONS,
        [row for row, _, _ in places],
        {
            "paper_id": [ids[row] for row, _, _ in places],
            "position": [position for _, position, _ in places],
            "source_id": columns.ids(
                [
                    somebody(place.source.id, "works.locations[].source", drift)
                    if place.source
                    else None
                    for _, _, place in places
                ],
                "S",
            ),
            "url": [place.landing_page_url for _, _, place in places],
            "pdf_url": [place.pdf_url for _, _, place in places],
            "version": [place.version for _, _, place in places],
            "license": [place.license for _, _, place in places],
            "is_oa": [bool(place.is_oa) for _, _, place in places],
            "arxiv_id": [
                _arxiv_id_in(place.id)
                or _arxiv_id_in(place.landing_page_url)
                or _arxiv_id_in(place.pdf_url)
                for _, _, place in places
            ],
        },
    )

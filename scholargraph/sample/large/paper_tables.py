"""The tables that have a block of rows for each block of papers.

What lives here: one function a table, from the arrays to rows in the order of the key. What is
drawn is in ``details``, ``papers`` and ``citations``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.sample.large.columns import (
    batch,
    chosen,
    ids,
    joined,
    lists,
    only,
    orcids,
)
from scholargraph.sample.large.details import (
    TYPES,
    Papers,
    dois,
    institutions_on,
    journal,
    papers_of,
    seats_of,
    topics,
    type_of,
)
from scholargraph.sample.large.draws import Stream, below, mixed
from scholargraph.sample.large.frame import FIRST_NUMBER
from scholargraph.sample.large.names import names_of, titles, topic_base
from scholargraph.sample.large.organisation_tables import world_of
from scholargraph.sample.large.papers import NO_ID, NOBODY
from scholargraph.sample.large.people import topic_of
from scholargraph.sample.numbering import BASE, NULL_AUTHOR
from scholargraph.sample.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from scholargraph.sample.large.arrays import Arrays
    from scholargraph.sample.large.frame import Frame

ORCID_SHARE: Final = 0.75
_FIRST_RAW_ORCID_YEAR: Final = 2014
_RAW_ORCID_SHARE: Final = 0.4
_FULL_NAME_SHARE: Final = 0.62
_PUBMED_SHARE: Final = 0.12
_FUNDED_SHARE: Final = 0.1
_LANGUAGES: Final = ("en",) * 18 + ("de", "fr", "es", None)
_STATUSES: Final = ("closed", "closed", "closed", "gold", "green", "hybrid", "bronze", "diamond")
_KEYWORDS: Final = 2
_MICROSECONDS_PER_DAY: Final = 86_400_000_000
_UPDATED: Final = np.array(
    ["2026-05-11", "2026-05-29", "2026-06-08", "2026-06-20"], "datetime64[us]"
)


def paper_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``papers``."""
    papers = papers_of(frame, arrays, block)
    first, end = frame.paper_range(block)
    cited = arrays["cited_by_count"][first:end]
    kind = type_of(papers)
    doi, has_doi = dois(papers)
    has_pmid = has_doi & (kind == 0) & (papers.units(8) < _PUBMED_SHARE)
    places, counts = topics(papers)
    status = below(papers.units(9), len(_STATUSES))
    source = journal(papers)
    pages = 1 + below(papers.units(10), 900)
    is_article = source >= 0
    seats = np.diff(papers.seat_start)
    return batch(
        "papers",
        {
            "paper_id": papers.ids,
            "doi": only(has_doi, doi),
            "pmid": only(has_pmid, pa.array(900_000_001 + papers.numbers).cast(pa.string())),
            "title": titles(frame.seed, papers.numbers, topic_of(frame, papers.community)),
            "year": papers.years,
            "date": _dates(papers),
            "type": chosen(TYPES, kind),
            "language": chosen(_LANGUAGES, below(papers.units(11), len(_LANGUAGES))),
            "source_id": _source_ids(frame, source),
            "oa_status": chosen(_STATUSES, status),
            "is_oa": status >= _STATUSES.index("gold"),
            "is_retracted": papers.units(12) < 0.0005,
            "is_paratext": False,
            "is_xpac": papers.units(13) < 0.02,
            "cited_by_count": cited,
            "fwci": pa.array(cited / 8.0).cast(pa.float32()),
            "citation_percentile": pa.array(cited / (cited + 8.0)).cast(pa.float32()),
            "reference_count": arrays["reference_count"][first:end],
            "author_count": seats.astype(np.int32),
            "authors_truncated": False,
            "topic_id": _topic_ids(np.where(counts > 0, places[0], -1)),
            "volume": only(is_article, pa.array(papers.years - 1979).cast(pa.string())),
            "issue": only(is_article, pa.array(1 + papers.days // 31).cast(pa.string())),
            "first_page": only(is_article, pa.array(pages).cast(pa.string())),
            "last_page": only(is_article, pa.array(pages + 9).cast(pa.string())),
            "updated_date": updated(frame, papers.numbers),
            "origin": "openalex",
        },
        papers.count,
    )


def updated(frame: Frame, numbers: NDArray[Any]) -> pa.Array:
    """Return when the records of some papers or people were last changed."""
    units = mixed(frame.seed, Stream.RECORDS, numbers)
    day = below(units, len(_UPDATED))
    moment = below(units * len(_UPDATED) - day, _MICROSECONDS_PER_DAY // 1000) * 1000
    return pa.array(_UPDATED[day] + moment.astype("timedelta64[us]"))


def _dates(papers: Papers) -> pa.Array:
    year = (papers.years.astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return pa.array(year + papers.days.astype("timedelta64[D]"))


def _topic_ids(places: NDArray[Any]) -> pa.Array:
    return only(places >= 0, ids("T", BASE + 1 + np.maximum(places, 0)))


def _source_ids(frame: Frame, journals: NDArray[Any]) -> pa.Array:
    return chosen([f"S{item.number}" for item in world_of(frame).journals], journals)


def authorship_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``authorships``."""
    papers = papers_of(frame, arrays, block)
    seats = seats_of(papers, arrays)
    names = names_of(frame.seed, seats.author)
    units = mixed(frame.seed, Stream.NAMES, seats.number, np.array([9]))
    form = np.where(units < _FULL_NAME_SHARE, 0, np.where(units < 0.9, 1, 2))
    printed = pc.choose(pa.array(form), names.display, names.with_initial, names.family_first)
    number = np.where(seats.mark == NOBODY, NULL_AUTHOR, seats.author + FIRST_NUMBER)
    shows_orcid = mixed(frame.seed, Stream.SEATS, seats.number, np.array([3])) < _RAW_ORCID_SHARE
    shows_orcid &= papers.years[seats.paper] >= _FIRST_RAW_ORCID_YEAR
    return batch(
        "authorships",
        {
            "paper_id": papers.ids.take(pa.array(seats.paper)),
            "position": seats.position.astype(np.int32),
            "author_id": only(seats.mark != NO_ID, ids("A", number)),
            "author_name": printed,
            "orcid": orcids(seats.author, shows_orcid & has_orcid(frame, seats.author)),
            "is_corresponding": seats.position == 1,
            "mark": chosen((None, "no id", "nobody"), seats.mark),
        },
        len(seats.author),
    )


def has_orcid(frame: Frame, people: NDArray[Any]) -> NDArray[Any]:
    """Return which people have an ORCID."""
    return mixed(frame.seed, Stream.AUTHORS, people) < ORCID_SHARE


def affiliation_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``affiliations``."""
    papers = papers_of(frame, arrays, block)
    seats = seats_of(papers, arrays)
    row, found = institutions_on(papers, seats, arrays)
    institutions = world_of(frame).institutions
    countries = chosen([item.country_code for item in institutions], found)
    # One more address, for the strings that name no institution.
    addresses = pa.array([*(item.address for item in institutions), "Independent researcher"])
    printed = addresses.take(pa.array(np.where(found < 0, len(institutions), found)))
    return batch(
        "affiliations",
        {
            "paper_id": papers.ids.take(pa.array(seats.paper[row])),
            "position": seats.position[row].astype(np.int32),
            "institution_id": chosen([f"I{item.number}" for item in institutions], found),
            "country_code": countries,
            "raw": lists(printed, np.ones(len(row), np.int64)),
        },
        len(row),
    )


def paper_topic_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``paper_topics``."""
    papers = papers_of(frame, arrays, block)
    places, counts = topics(papers)
    paper = np.tile(np.arange(papers.count), len(places))
    rank = np.repeat(np.arange(len(places)), papers.count)
    is_there = rank < counts[paper]
    paper, rank, topic = paper[is_there], rank[is_there], places.ravel()[is_there]
    order = np.lexsort((topic, paper))
    paper, rank, topic = paper[order], rank[order], topic[order]
    score = 1 - 0.2 * rank - 0.1 * mixed(frame.seed, Stream.TOPICS, papers.numbers[paper], topic)
    return batch(
        "paper_topics",
        {
            "paper_id": papers.ids.take(pa.array(paper)),
            "topic_id": _topic_ids(topic),
            "score": score.astype(np.float32),
            "is_primary": rank == 0,
        },
        len(paper),
    )


def citation_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``citations``."""
    papers = papers_of(frame, arrays, block)
    first, end = frame.paper_range(block)
    start = arrays["cited_start"][first : end + 1]
    paper = np.repeat(np.arange(papers.count), np.diff(start))
    cited = arrays["cited"][int(start[0]) : int(start[-1])]
    return batch(
        "citations",
        {"paper_id": papers.ids.take(pa.array(paper)), "cited_paper_id": ids("W", cited)},
        len(cited),
    )


def keyword_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``keywords``: two things that the paper's community studies."""
    papers = papers_of(frame, arrays, block)
    words = vocabulary().topics
    pool = sorted({thing for topic in words for thing in topic.things}, key=str.encode)
    place_of = {thing: place for place, thing in enumerate(pool)}
    table = np.array([[place_of[thing] for thing in topic.things] for topic in words])
    base = topic_base(topic_of(frame, papers.community))
    width = table.shape[1]
    one = below(papers.units(14), width)
    two = (one + 1 + below(papers.units(15), width - 1)) % width
    places = np.sort(np.stack([table[base, one], table[base, two]], axis=1), axis=1)
    return batch(
        "keywords",
        {
            "paper_id": papers.ids.take(pa.array(np.repeat(np.arange(papers.count), _KEYWORDS))),
            "keyword": chosen(pool, places.ravel()),
            "score": np.full(places.size, 0.5, np.float32),
        },
        places.size,
    )


def paper_funder_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``paper_funders``."""
    papers = papers_of(frame, arrays, block)
    funders = [f"F{item.number}" for item in world_of(frame).funders]
    funded = np.flatnonzero(papers.units(16) < _FUNDED_SHARE)
    funder = below(papers.units(17)[funded], len(funders))
    award = 10_000 + below(papers.units(18)[funded], 90_000)
    return batch(
        "paper_funders",
        {
            "paper_id": papers.ids.take(pa.array(funded)),
            "funder_id": chosen(funders, funder),
            "award_id": pa.array(award).cast(pa.string()),
        },
        len(funded),
    )


def location_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return rows of the table ``locations``: the version of record of each paper."""
    papers = papers_of(frame, arrays, block)
    doi, has_doi = dois(papers)
    is_open = below(papers.units(9), len(_STATUSES)) >= _STATUSES.index("gold")
    return batch(
        "locations",
        {
            "paper_id": papers.ids,
            "position": np.ones(papers.count, np.int32),
            "source_id": _source_ids(frame, journal(papers)),
            "url": only(has_doi, joined("https://doi.org/", doi)),
            "version": only(has_doi, pa.array(["publishedVersion"] * papers.count)),
            "is_oa": is_open,
        },
        papers.count,
    )


PAPER_TABLES: Final[dict[str, Callable[[Frame, Arrays, int], pa.RecordBatch]]] = {
    "papers": paper_rows,
    "authorships": authorship_rows,
    "affiliations": affiliation_rows,
    "paper_topics": paper_topic_rows,
    "citations": citation_rows,
    "keywords": keyword_rows,
    "paper_funders": paper_funder_rows,
    "locations": location_rows,
}
"""Tables that are made block by block of papers."""

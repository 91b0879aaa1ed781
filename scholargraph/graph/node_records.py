"""The records in which single nodes are answered, with what stands next to them.

Only their shape is declared here; ``nodes`` reads them. Counts named ``works_count``,
``cited_by_count`` and ``reference_count`` are the source's own, over all that it knows;
``paper_count`` and ``author_count`` of a node count what is in this graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAffiliation:
    """One institution that a seat on a byline gives."""

    institution_id: str | None
    """None for printed affiliations that name no known institution."""
    name: str | None
    """Name of the institution."""
    country_code: str | None
    """Country that the seat gives for it; NA is Namibia."""
    raw: tuple[str, ...]
    """Affiliations as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One line of a byline."""

    position: int
    """Place on the byline, from 1."""
    author_id: str | None
    """The author; None where the record names none."""
    author_name: str | None
    """Name as printed."""
    name: str | None
    """Name of the author's profile; None where no profile stands behind the seat."""
    orcid: str | None
    """ORCID printed on the byline."""
    is_corresponding: bool
    """Corresponding author, by the record."""
    mark: str | None
    """Why the seat makes no tie; None for a seat that does."""
    affiliations: tuple[SeatAffiliation, ...]
    """What the seat says of its institutions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOfPaper:
    """One topic of a paper."""

    topic_id: str
    name: str | None
    score: float | None
    """Strength by the record; not a probability."""
    is_primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """One place where a paper can be found."""

    source_id: str | None
    source_name: str | None
    url: str | None
    """Landing page."""
    pdf_url: str | None
    version: str | None
    license: str | None
    is_oa: bool
    """Free to read there."""
    arxiv_id: str | None
    """arXiv id that the location names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper, with its byline, topics, references and locations."""

    paper_id: str
    """OpenAlex id, or ``arXiv:…`` for a paper without one."""
    arxiv_id: str | None
    doi: str | None
    """Lower case, without prefix."""
    pmid: str | None
    title: str | None
    year: int | None
    date: datetime.date | None
    type: str | None
    """Kind of work, such as article."""
    language: str | None
    """ISO 639-1, guessed by the source."""
    source_id: str | None
    """Where the version of record appeared."""
    source_name: str | None
    oa_status: str | None
    is_oa: bool
    is_retracted: bool
    is_paratext: bool
    is_xpac: bool
    """From OpenAlex's expansion pack of lower curation."""
    cited_by_count: int | None
    """Citations by the record, not in this graph."""
    fwci: float | None
    """Field-weighted citation impact by the record."""
    citation_percentile: float | None
    """Within field, type and year, by the record; from 0 to 1."""
    reference_count: int | None
    """Cited works by the record; those with an id are in `references`."""
    author_count: int
    """Seats on the byline, or the record's own count where that is larger."""
    authors_truncated: bool
    """The byline is known or likely to be cut short."""
    topic_id: str | None
    """Primary topic."""
    volume: str | None
    issue: str | None
    first_page: str | None
    last_page: str | None
    version_count: int | None
    """Versions on arXiv."""
    is_withdrawn: bool | None
    """Withdrawn from arXiv; a guess."""
    updated_date: datetime.datetime | None
    """When the source last changed the record, in UTC."""
    origin: str
    """Whose records it rests on: openalex, arxiv or both."""
    abstract: str | None
    abstract_is_complete: bool | None
    """No word of the abstract is missing; None without abstract."""
    authors: tuple[Seat, ...]
    """The byline in printed order. An author listed twice has two seats."""
    topics: tuple[TopicOfPaper, ...]
    """The primary topic first, then by score."""
    references: tuple[str, ...]
    """Ids of the cited papers, in the graph or not, by id."""
    locations: tuple[Location, ...]
    """Where it can be found, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoredPaper:
    """A paper as it stands in an author's list."""

    paper_id: str
    title: str | None
    year: int | None
    type: str | None
    position: int
    """The author's first place on the byline, from 1."""
    author_count: int
    """Seats on the byline, or the record's own count where that is larger."""
    mark: str | None
    """Why the seat makes no tie; None for a seat that does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorAffiliation:
    """An institution that an author's own record lists."""

    institution_id: str
    name: str | None
    years: tuple[int, ...]
    """Ascending."""
    is_last_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """An author profile, with the papers and affiliations known of it."""

    author_id: str
    """OpenAlex id, or ``name:…`` for a name form of arXiv."""
    name: str
    alternatives: tuple[str, ...]
    """Other forms of the name."""
    orcid: str | None
    kind: str
    """What the id stands for: profile, name form or organisation."""
    works_count: int | None
    """Works by the record, not in this graph: see `paper_count`."""
    cited_by_count: int | None
    """Citations by the record, not in this graph."""
    h_index: int | None
    """h-index by the record, not of this graph."""
    i10_index: int | None
    """i10-index by the record, not of this graph."""
    is_mention: bool
    """Known only from what other records say."""
    updated_date: datetime.datetime | None
    """When the source last changed the record, in UTC."""
    paper_count: int
    """Papers of the author in this graph, each once."""
    papers: tuple[AuthoredPaper, ...]
    """Newest first; within a year by date, then by id."""
    affiliations: tuple[AuthorAffiliation, ...]
    """From the author's own record: last known ones first, then by latest year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicStep:
    """A class above or below a topic."""

    topic_id: str
    name: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic or a class of topics, with its place in the tree."""

    topic_id: str
    name: str
    level: str
    """topic, subfield, field, domain; category, archive, group."""
    parent_id: str | None
    scheme: str
    """Whose classification it is: openalex or arxiv."""
    description: str | None
    path: tuple[TopicStep, ...]
    """The classes above it, from the next one up to the top."""
    children: tuple[TopicStep, ...]
    """The classes directly below it, by id."""
    paper_count: int
    """Papers in this graph that are on it or on anything below it, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """An institution in a lineage."""

    institution_id: str
    name: str | None
    """None where no row of this graph describes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An institution."""

    institution_id: str
    name: str
    ror: str | None
    """ROR id without prefix."""
    country_code: str | None
    """ISO 3166-1 alpha-2; NA is Namibia."""
    type: str | None
    city: str | None
    latitude: float | None
    """Degrees."""
    longitude: float | None
    """Degrees."""
    lineage: tuple[Ancestor, ...]
    """Itself and its ancestors, in the record's order."""
    is_mention: bool
    """Known only from what other records say."""
    paper_count: int
    """Papers in this graph with a seat at it (itself, not what is below it), each once."""
    author_count: int
    """Authors in this graph who signed a paper with it, each once; marked seats left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A journal, repository, book series or other place where papers appear."""

    source_id: str
    name: str
    issn_l: str | None
    """Linking ISSN."""
    issn: tuple[str, ...]
    type: str | None
    publisher_id: str | None
    publisher_name: str | None
    host_institution_id: str | None
    host_institution_name: str | None
    is_oa: bool | None
    """Fully open access."""
    is_core: bool | None
    """In the CWTS core list."""
    is_in_doaj: bool | None
    """In the Directory of Open Access Journals."""
    paper_count: int
    """Papers of this graph whose version of record appeared there."""

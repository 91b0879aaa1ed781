"""Every table of a graph, declared once.

Parquet files, validation, the README's table and ``docs/data-model.md`` follow from these
declarations. Types are named here and become Arrow types on first use, so that importing the
schema imports nothing heavy. What is *derived* from the tables (arrays, indexes) is not declared
here; how rows come about is the business of ``ingest``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from scholargraph.errors import UnknownColumnError, UnknownTableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

ColumnType = Literal[
    "string",
    "bool",
    "int16",
    "int32",
    "uint64",
    "float32",
    "float64",
    "date",
    "timestamp",
    "list<string>",
    "list<int16>",
]

TableKind = Literal["node", "edge", "attribute", "log", "private"]

FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 2100
"""OpenAlex lets dates run to 2050; the margin keeps a typing error from becoming a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    type: ColumnType
    meaning: str
    nullable: bool = False
    unit: str | None = None
    references: str | None = None
    """Table whose key this column names, or several joined by ``|``."""
    dangling: str | None = None
    """Why a value may name a row that is not there; None if every value must be there."""
    values: tuple[str, ...] | None = None
    """The closed vocabulary, where there is one."""
    pattern: str | None = None
    """Regular expression that every value matches in full."""
    minimum: float | None = None
    maximum: float | None = None
    is_dictionary: bool = False
    """Few distinct values: written with a Parquet dictionary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: its columns, its key, and the order of its rows."""

    name: str
    kind: TableKind
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that name a row; rows are sorted by them, by bytes, nulls last."""
    rows_per_group: int = 6_000
    """Upper bound of a Parquet row group: one row of a node costs reading a whole group."""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises
        ------
        UnknownColumnError
            If there is none; the message lists those that there are.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownColumnError(
            f"table {self.name!r} has no column {name!r}; it has: {', '.join(self.column_names)}"
        )


ARXIV_RECORD_PATTERN: Final = r"arXiv:[A-Za-z./0-9-]+"
PAPER_ID_PATTERN: Final = rf"W[1-9][0-9]*|{ARXIV_RECORD_PATTERN}"
AUTHOR_ID_PATTERN: Final = r"A[1-9][0-9]*|name:.+"
TOPIC_ID_PATTERN: Final = r"T[1-9][0-9]*|(subfields|fields|domains)/[1-9][0-9]*|arXiv:[A-Za-z/.-]+"
INSTITUTION_ID_PATTERN: Final = r"I[1-9][0-9]*"
SOURCE_ID_PATTERN: Final = r"S[1-9][0-9]*"
PUBLISHER_ID_PATTERN: Final = r"P[1-9][0-9]*"
FUNDER_ID_PATTERN: Final = r"F[1-9][0-9]*"
CONCEPT_ID_PATTERN: Final = r"C[1-9][0-9]*"
GRANT_ID_PATTERN: Final = r"G[1-9][0-9]*"

ORIGINS: Final = ("openalex", "arxiv", "both")
ORGANISATION: Final = "organisation"
"""A mark of seats and a kind of author: a body of people in the place of one."""

AUTHOR_KINDS: Final = ("profile", "name form", ORGANISATION, "implausible profile")
MARKS: Final = ("nobody", ORGANISATION, "leaked reference", "no id")
TOPIC_LEVELS: Final = ("topic", "subfield", "field", "domain", "category", "archive", "group")
TOPIC_SCHEMES: Final = ("openalex", "arxiv")
LOWEST_CONCEPT_LEVEL: Final = 5

_OUTSIDE = "may lie outside the graph: kept, since a subset of the literature cites the rest of it"
_NO_DESCRIPTION = "may be an id that no row describes, named only as an ancestor"


def _id(name: str, pattern: str, meaning: str, **more: object) -> Column:
    return Column(name=name, type="string", pattern=pattern, meaning=meaning, **more)  # type: ignore[arg-type]


def _paper(meaning: str = "The paper.") -> Column:
    return _id("paper_id", PAPER_ID_PATTERN, meaning, references="papers")


def _count(name: str, meaning: str, unit: str = "items", *, nullable: bool = True) -> Column:
    return Column(name=name, type="int32", meaning=meaning, nullable=nullable, unit=unit, minimum=0)


def _text(name: str, meaning: str, *, nullable: bool = True, is_dictionary: bool = False) -> Column:
    return Column(
        name=name, type="string", meaning=meaning, nullable=nullable, is_dictionary=is_dictionary
    )


def _flag(name: str, meaning: str, *, nullable: bool = False) -> Column:
    return Column(name=name, type="bool", meaning=meaning, nullable=nullable)


def _year(meaning: str, *, nullable: bool = False) -> Column:
    return Column(
        name="year",
        type="int16",
        meaning=meaning,
        nullable=nullable,
        unit="year",
        minimum=FIRST_YEAR,
        maximum=LAST_YEAR,
    )


def _country(meaning: str) -> Column:
    return Column(
        name="country_code",
        type="string",
        meaning=meaning,
        nullable=True,
        pattern="[A-Z]{2}",
        is_dictionary=True,
    )


_UPDATED = Column(
    name="updated_date",
    type="timestamp",
    nullable=True,
    unit="UTC",
    meaning="When the source last changed the record.",
)

PAPERS = Table(
    name="papers",
    kind="node",
    meaning="Scholarly works, one row each.",
    key=("paper_id",),
    rows_per_group=3_000,
    columns=(
        _id("paper_id", PAPER_ID_PATTERN, "OpenAlex id, or arXiv:… for a paper without one."),
        _text("arxiv_id", "arXiv id without version, such as 2101.00001 or hep-th/9901001."),
        _text("doi", "DOI, lower case, without prefix."),
        _text("pmid", "PubMed id."),
        _text("title", "Title as the record gives it, control characters removed."),
        _year("Year of publication.", nullable=True),
        Column(
            name="date",
            type="date",
            nullable=True,
            meaning="Date of publication; often the first of a month or year, for want of better.",
        ),
        _text("type", "Kind of work, such as article or preprint.", is_dictionary=True),
        _text("language", "Language by ISO 639-1, guessed by the source.", is_dictionary=True),
        _id(
            "source_id",
            SOURCE_ID_PATTERN,
            "Where the version of record appeared.",
            nullable=True,
            references="sources",
        ),
        _text("oa_status", "Open-access colour, such as gold or closed.", is_dictionary=True),
        _flag("is_oa", "Free to read somewhere."),
        _flag("is_retracted", "Marked as retracted."),
        _flag("is_paratext", "Cover, masthead, table of contents and the like."),
        _flag("is_xpac", "From OpenAlex's expansion pack of lower curation."),
        _count("cited_by_count", "Citations by the record; in this graph: table citations."),
        Column(
            name="fwci",
            type="float32",
            nullable=True,
            minimum=0,
            unit="ratio",
            meaning="Field-weighted citation impact by the record; until 2026-02-24 0 may be none.",
        ),
        Column(
            name="citation_percentile",
            type="float32",
            nullable=True,
            minimum=0,
            maximum=1,
            unit="share",
            meaning="Citation percentile within field, type and year, by the record.",
        ),
        _count("reference_count", "Cited works by the record; those with an id: table citations."),
        _count(
            "author_count",
            "Seats on the byline, or the record's own count where that is larger.",
            "seats",
            nullable=False,
        ),
        _flag("authors_truncated", "The byline is known or likely to be cut short."),
        _id(
            "topic_id",
            TOPIC_ID_PATTERN,
            "Primary topic.",
            nullable=True,
            references="topics",
        ),
        _text("volume", "Volume."),
        _text("issue", "Issue."),
        _text("first_page", "First page."),
        _text("last_page", "Last page."),
        Column(
            name="version_count",
            type="int16",
            nullable=True,
            minimum=1,
            unit="versions",
            meaning="Versions on arXiv.",
        ),
        _flag("is_withdrawn", "Withdrawn from arXiv; a guess from its comments.", nullable=True),
        _UPDATED,
        Column(
            name="origin",
            type="string",
            values=ORIGINS,
            is_dictionary=True,
            meaning="Whose records the row rests on.",
        ),
    ),
)

ABSTRACTS = Table(
    name="abstracts",
    kind="attribute",
    meaning="Abstracts, for the papers that have one.",
    key=("paper_id",),
    rows_per_group=2_000,
    columns=(
        _paper(),
        _text("text", "The abstract, rebuilt from its inverted index.", nullable=False),
        _flag("is_complete", "No position of the index is missing or taken twice."),
    ),
)

AUTHORS = Table(
    name="authors",
    kind="node",
    meaning="Author profiles: those with a record of their own and those named by papers.",
    key=("author_id",),
    columns=(
        _id("author_id", AUTHOR_ID_PATTERN, "OpenAlex id, or name:… for a name form of arXiv."),
        _text("name", "Display name; the id where no record gives a name.", nullable=False),
        Column(name="alternatives", type="list<string>", meaning="Other forms of the name."),
        _text("orcid", "ORCID with valid checksum, on the profile."),
        Column(
            name="kind",
            type="string",
            values=AUTHOR_KINDS,
            is_dictionary=True,
            meaning="What the id stands for, by its name and its works in a year.",
        ),
        _count("works_count", "Works by the record, not in this graph.", "works"),
        _count("cited_by_count", "Citations by the record, not in this graph.", "citations"),
        _count("h_index", "h-index by the record, not in this graph.", "works"),
        _count("i10_index", "i10-index by the record, not in this graph.", "works"),
        _flag("is_mention", "Known only from what other records say."),
        _UPDATED,
    ),
)

AUTHOR_AFFILIATIONS = Table(
    name="author_affiliations",
    kind="edge",
    meaning="Affiliations that an author's own record lists.",
    key=("author_id", "institution_id"),
    columns=(
        _id("author_id", AUTHOR_ID_PATTERN, "The author.", references="authors"),
        _id(
            "institution_id",
            INSTITUTION_ID_PATTERN,
            "The institution.",
            references="institutions",
        ),
        Column(name="years", type="list<int16>", unit="year", meaning="Years, ascending."),
        _flag("is_last_known", "Among the record's last known institutions."),
    ),
)

COUNTS_BY_YEAR = Table(
    name="counts_by_year",
    kind="attribute",
    meaning="Works and citations by year, as the records of authors, institutions, sources say.",
    key=("node_id", "year"),
    columns=(
        Column(
            name="node_id",
            type="string",
            references="authors|institutions|sources",
            meaning="The author, institution or source.",
        ),
        _year("The year."),
        _count("works_count", "Works of that year by the record.", "works"),
        _count("cited_by_count", "Citations in that year by the record.", "citations"),
    ),
)

INSTITUTIONS = Table(
    name="institutions",
    kind="node",
    meaning="Institutions: those with a record of their own and those that other records name.",
    key=("institution_id",),
    columns=(
        _id("institution_id", INSTITUTION_ID_PATTERN, "OpenAlex id."),
        _text("name", "Name; the id where no record gives one.", nullable=False),
        _text("ror", "ROR id with valid checksum, without prefix."),
        _country("Country by ISO 3166-1 alpha-2; NA is Namibia."),
        _text("type", "Kind, such as education or company.", is_dictionary=True),
        _text("city", "City, from a record of its own."),
        Column(
            name="latitude",
            type="float64",
            nullable=True,
            minimum=-90,
            maximum=90,
            unit="degrees",
            meaning="Latitude, from a record of its own.",
        ),
        Column(
            name="longitude",
            type="float64",
            nullable=True,
            minimum=-180,
            maximum=180,
            unit="degrees",
            meaning="Longitude, from a record of its own.",
        ),
        Column(
            name="lineage",
            type="list<string>",
            references="institutions",
            dangling=_NO_DESCRIPTION,
            meaning="Itself and its ancestors, in the record's order.",
        ),
        _flag("is_mention", "Known only from what other records say."),
    ),
)

TOPICS = Table(
    name="topics",
    kind="node",
    meaning="Topics and the classes above them, a tree in each scheme.",
    key=("topic_id",),
    columns=(
        _id("topic_id", TOPIC_ID_PATTERN, "T…, subfields/…, fields/…, domains/…, or arXiv:…"),
        _text("name", "Name; names repeat across levels, ids do not.", nullable=False),
        Column(
            name="level",
            type="string",
            values=TOPIC_LEVELS,
            is_dictionary=True,
            meaning="topic < subfield < field < domain; category < archive < group.",
        ),
        _id(
            "parent_id",
            TOPIC_ID_PATTERN,
            "The class above; none at the top.",
            nullable=True,
            references="topics",
        ),
        Column(
            name="scheme",
            type="string",
            values=TOPIC_SCHEMES,
            is_dictionary=True,
            meaning="Whose classification it is.",
        ),
        _text("description", "What it covers."),
    ),
)

SOURCES = Table(
    name="sources",
    kind="node",
    meaning="Journals, repositories, book series and other places where papers appear.",
    key=("source_id",),
    columns=(
        _id("source_id", SOURCE_ID_PATTERN, "OpenAlex id."),
        _text("name", "Name; the id where no record gives one.", nullable=False),
        _text("issn_l", "Linking ISSN with valid check digit."),
        Column(name="issn", type="list<string>", meaning="ISSNs with valid check digit."),
        _text("type", "Kind, such as journal or repository.", is_dictionary=True),
        _id(
            "publisher_id",
            PUBLISHER_ID_PATTERN,
            "Publisher, where one hosts it.",
            nullable=True,
            references="publishers",
        ),
        _id(
            "host_institution_id",
            INSTITUTION_ID_PATTERN,
            "Institution, where one hosts it (repositories, mostly).",
            nullable=True,
            references="institutions",
        ),
        _flag("is_oa", "Fully open access.", nullable=True),
        _flag("is_core", "In the CWTS core list.", nullable=True),
        _flag("is_in_doaj", "In the Directory of Open Access Journals.", nullable=True),
    ),
)

PUBLISHERS = Table(
    name="publishers",
    kind="node",
    meaning="Publishers, as far as sources and their own records name them.",
    key=("publisher_id",),
    columns=(
        _id("publisher_id", PUBLISHER_ID_PATTERN, "OpenAlex id."),
        _text("name", "Name; the id where no record gives one.", nullable=False),
        _id(
            "parent_id",
            PUBLISHER_ID_PATTERN,
            "Publisher above it.",
            nullable=True,
            references="publishers",
            dangling=_NO_DESCRIPTION,
        ),
        _country("First country of the record."),
    ),
)

FUNDERS = Table(
    name="funders",
    kind="node",
    meaning="Funders, as far as papers and their own records name them.",
    key=("funder_id",),
    columns=(
        _id("funder_id", FUNDER_ID_PATTERN, "OpenAlex id."),
        _text("name", "Name; the id where no record gives one.", nullable=False),
        _country("Country."),
        _text("ror", "ROR id with valid checksum."),
        _text("doi", "DOI in the funder registry."),
    ),
)

AWARDS = Table(
    name="awards",
    kind="node",
    meaning="Awards that have a record of their own.",
    key=("grant_id",),
    columns=(
        _id("grant_id", GRANT_ID_PATTERN, "OpenAlex id."),
        _text("name", "Title; the id where the record gives none.", nullable=False),
        _id(
            "funder_id",
            FUNDER_ID_PATTERN,
            "Who gave it.",
            nullable=True,
            references="funders",
        ),
        _text("award_id", "The funder's own number, as in paper_funders."),
        _text("type", "Kind of funding, such as grant.", is_dictionary=True),
        _text("scheme", "The funder's programme.", is_dictionary=True),
        Column(
            name="amount",
            type="float64",
            nullable=True,
            minimum=0,
            unit="currency",
            meaning="How much, in units of the currency.",
        ),
        _text("currency", "Currency by ISO 4217.", is_dictionary=True),
        Column(name="start_date", type="date", nullable=True, meaning="First day."),
        Column(name="end_date", type="date", nullable=True, meaning="Last day."),
        _text("doi", "DOI, lower case, without prefix."),
        _text("description", "What it is for."),
    ),
)

_CONCEPT_LEVEL = Column(
    name="level",
    type="int16",
    nullable=True,
    minimum=0,
    maximum=LOWEST_CONCEPT_LEVEL,
    unit="steps",
    meaning="How far below the broadest concepts, which are at 0.",
)

CONCEPTS = Table(
    name="concepts",
    kind="node",
    meaning="Concepts, the subjects before topics, that have a record of their own.",
    key=("concept_id",),
    columns=(
        _id("concept_id", CONCEPT_ID_PATTERN, "OpenAlex id."),
        _text("name", "Name; the id where the record gives none.", nullable=False),
        _CONCEPT_LEVEL,
        _text("wikidata", "Item of Wikidata that it is."),
        Column(
            name="lineage",
            type="list<string>",
            references="concepts",
            dangling=_NO_DESCRIPTION,
            meaning="Itself and its ancestors, in the record's order.",
        ),
        _text("description", "What it means."),
    ),
)

VOCABULARY = Table(
    name="vocabulary",
    kind="node",
    meaning="Terms of OpenAlex's small vocabularies: keywords, countries, languages, licences, ...",
    key=("term_id",),
    columns=(
        _id("term_id", r"[a-z-]+/\S+", "Vocabulary and term, such as countries/BE."),
        _text("name", "Name; the id where the record gives none.", nullable=False),
        _text("description", "What it means."),
    ),
)

_POSITION = Column(
    name="position",
    type="int32",
    minimum=1,
    unit="rank",
    meaning="Place on the byline, from 1, in printed order.",
)

AUTHORSHIPS = Table(
    name="authorships",
    kind="edge",
    meaning="Seats on bylines. A row without mark may make ties; one with a mark never does.",
    key=("paper_id", "position"),
    columns=(
        _paper(),
        _POSITION,
        _id(
            "author_id",
            AUTHOR_ID_PATTERN,
            "The author; null where the record names none.",
            nullable=True,
            references="authors",
        ),
        _text("author_name", "Name as printed on the byline."),
        _text("orcid", "ORCID printed on the byline, never the profile's."),
        _flag("is_corresponding", "Corresponding author, by the record."),
        Column(
            name="mark",
            type="string",
            nullable=True,
            values=MARKS,
            is_dictionary=True,
            meaning="Why the seat makes no tie: it names nobody that can be told apart, an "
            "organisation, or somebody whom the paper only cites.",
        ),
    ),
)

AFFILIATIONS = Table(
    name="affiliations",
    kind="edge",
    meaning="What a seat says of its institutions: a row each, and one for what names none.",
    key=("paper_id", "position", "institution_id"),
    columns=(
        _paper(),
        _POSITION,
        _id(
            "institution_id",
            INSTITUTION_ID_PATTERN,
            "The institution; null for strings that name none.",
            nullable=True,
            references="institutions",
        ),
        _country("Country that the seat gives for it."),
        Column(name="raw", type="list<string>", meaning="Affiliations as printed."),
    ),
)

PAPER_TOPICS = Table(
    name="paper_topics",
    kind="edge",
    meaning="Topics of papers.",
    key=("paper_id", "topic_id"),
    columns=(
        _paper(),
        _id("topic_id", TOPIC_ID_PATTERN, "The topic.", references="topics"),
        Column(
            name="score",
            type="float32",
            nullable=True,
            minimum=0,
            unit="score",
            meaning="Strength by the record; not a probability.",
        ),
        _flag("is_primary", "The paper's primary topic."),
    ),
)

CITATIONS = Table(
    name="citations",
    kind="edge",
    meaning="Who cites whom, each pair once.",
    key=("paper_id", "cited_paper_id"),
    columns=(
        _paper("The citing paper."),
        _id(
            "cited_paper_id",
            PAPER_ID_PATTERN,
            "The cited paper.",
            references="papers",
            dangling=_OUTSIDE,
        ),
    ),
)

KEYWORDS = Table(
    name="keywords",
    kind="attribute",
    meaning="Keywords of papers.",
    key=("paper_id", "keyword"),
    columns=(
        _paper(),
        _text("keyword", "The keyword as displayed.", nullable=False),
        Column(
            name="score",
            type="float32",
            nullable=True,
            minimum=0,
            unit="score",
            meaning="Strength by the record.",
        ),
    ),
)

PAPER_CONCEPTS = Table(
    name="paper_concepts",
    kind="attribute",
    meaning="Concepts of papers: the older labels, which all generations have.",
    key=("paper_id", "concept_id"),
    columns=(
        _paper(),
        _id(
            "concept_id",
            CONCEPT_ID_PATTERN,
            "The concept.",
            references="concepts",
            dangling="is described there only if its own record was read",
        ),
        _text("name", "Its name by the paper's record.", is_dictionary=True),
        _CONCEPT_LEVEL,
        Column(
            name="score",
            type="float32",
            nullable=True,
            minimum=0,
            unit="score",
            meaning="Strength by the record; 0 for many that were added as ancestors.",
        ),
    ),
)

PAPER_FUNDERS = Table(
    name="paper_funders",
    kind="edge",
    meaning="Who paid for papers, and by which award where that is known.",
    key=("paper_id", "funder_id", "award_id"),
    columns=(
        _paper(),
        _id("funder_id", FUNDER_ID_PATTERN, "The funder.", references="funders"),
        _text("award_id", "The funder's own number of the award."),
    ),
)

LOCATIONS = Table(
    name="locations",
    kind="attribute",
    meaning="Where a paper can be found, the best first.",
    key=("paper_id", "position"),
    columns=(
        _paper(),
        Column(
            name="position",
            type="int32",
            minimum=1,
            unit="rank",
            meaning="Place in the record's list, from 1.",
        ),
        _id(
            "source_id",
            SOURCE_ID_PATTERN,
            "The source.",
            nullable=True,
            references="sources",
        ),
        _text("url", "Landing page."),
        _text("pdf_url", "The full text."),
        _text(
            "version", "publishedVersion, acceptedVersion, submittedVersion.", is_dictionary=True
        ),
        _text("license", "Licence.", is_dictionary=True),
        _flag("is_oa", "Free to read there."),
        _text("arxiv_id", "arXiv id that the location names."),
    ),
)

LINKS = Table(
    name="links",
    kind="attribute",
    meaning="Which arXiv record is which paper, and why we think so.",
    key=("arxiv_id", "paper_id", "reason"),
    columns=(
        _text("arxiv_id", "arXiv id without version.", nullable=False),
        _paper(),
        _text("reason", "What speaks for the link.", nullable=False, is_dictionary=True),
        Column(name="score", type="float32", minimum=0, maximum=1, meaning="How sure the link is."),
        _flag("accepted", "Taken, rather than only proposed."),
    ),
)

ARXIV_RECORDS = Table(
    name="arxiv_records",
    kind="attribute",
    meaning="What arXiv says of its papers, whether OpenAlex has them, too, or not.",
    key=("record_id",),
    columns=(
        _id("record_id", ARXIV_RECORD_PATTERN, "The record of arXiv."),
        _paper("The paper that it is, or that it has joined."),
        _text("title", "Title, on one line; formulas as in the record."),
        Column(name="date", type="date", nullable=True, meaning="Of the first version."),
        Column(
            name="categories",
            type="list<string>",
            meaning="Categories by their present names, the primary one first.",
        ),
        Column(name="dois", type="list<string>", meaning="DOIs of where it was published."),
        _text("journal_reference", "Where it was published, in the authors' words."),
        _text("comments", "The authors' comments."),
        _text("report_number", "Numbers that institutions gave it."),
        _text("license", "Licence of the newest version.", is_dictionary=True),
        _count("author_count", "Seats on the byline.", "seats", nullable=False),
        _flag("authors_truncated", "The byline ends in 'et al.'"),
        Column(
            name="version_count",
            type="int16",
            nullable=True,
            minimum=1,
            unit="versions",
            meaning="Versions, where the record tells.",
        ),
        _flag("is_withdrawn", "Withdrawn; a guess from its comments and files.", nullable=True),
        _UPDATED,
        _flag("links_by_title", "May be linked where only title, byline and year speak for it."),
        _flag("gives_abstract", "The paper has its abstract from here."),
    ),
)

ARXIV_BYLINES = Table(
    name="arxiv_bylines",
    kind="attribute",
    meaning="Bylines that arXiv has of papers of OpenAlex: evidence beside their authorships.",
    key=("record_id", "position"),
    columns=(
        _id("record_id", ARXIV_RECORD_PATTERN, "The record of arXiv."),
        _paper("The paper that it has joined."),
        _POSITION,
        _id(
            "author_id",
            AUTHOR_ID_PATTERN,
            "The name form.",
            nullable=True,
            references="authors",
            dangling="is a node only where a paper that arXiv alone has bears the name",
        ),
        _text("author_name", "Name as printed on the byline."),
        Column(
            name="mark",
            type="string",
            nullable=True,
            values=MARKS,
            is_dictionary=True,
            meaning="What the seat is instead of a person.",
        ),
    ),
)

REJECTS = Table(
    name="rejects",
    kind="log",
    meaning="What could not be read, and why.",
    key=("file", "line", "reason", "excerpt"),
    columns=(
        _text("file", "Input, by the tail of its path.", nullable=False),
        Column(
            name="line",
            type="int32",
            nullable=True,
            minimum=1,
            unit="line",
            meaning="Line or record number, from 1; null where the whole file is meant.",
        ),
        _text("reason", "What was wrong.", nullable=False),
        _text("excerpt", "Its beginning.", nullable=False),
    ),
)

RECORDS = Table(
    name="_records",
    kind="private",
    meaning="The rank of the record behind each described node: the newest wins.",
    key=("record_id",),
    columns=(
        _text("record_id", "Node that the record describes.", nullable=False),
        Column(name="updated_date", type="timestamp", nullable=True, meaning="First criterion."),
        Column(name="dump_date", type="date", nullable=True, meaning="Second criterion."),
        Column(name="content_hash", type="uint64", meaning="Third: XXH3 of the record's bytes."),
    ),
)

ARXIV_ABSTRACTS = Table(
    name="_arxiv_abstracts",
    kind="private",
    meaning="Abstracts of arXiv's records that have joined a paper of OpenAlex.",
    key=("record_id",),
    rows_per_group=ABSTRACTS.rows_per_group,
    columns=(_text("record_id", "The record.", nullable=False), *ABSTRACTS.columns[1:]),
)

ARXIV_AFFILIATIONS = Table(
    name="_arxiv_affiliations",
    kind="private",
    meaning="Affiliations on bylines of arXiv's records that have joined a paper of OpenAlex.",
    key=("record_id", *AFFILIATIONS.key[1:]),
    columns=(
        _text("record_id", "The record.", nullable=False),
        *(replace(column, references=None) for column in AFFILIATIONS.columns[1:]),
    ),
)

DELETED = Table(
    name="_deleted",
    kind="private",
    meaning="Records that the source has deleted, by its own lists.",
    key=("record_id", "deleted_date"),
    columns=(
        _text("record_id", "The record.", nullable=False),
        Column(name="deleted_date", type="date", nullable=True, meaning="When."),
    ),
)

MERGED = Table(
    name="_merged",
    kind="private",
    meaning="Ids that the source has given up for others, by its own lists.",
    key=("record_id", "into_id", "merged_date"),
    columns=(
        _text("record_id", "The id that was given up.", nullable=False),
        _text("into_id", "What it is now.", nullable=False),
        Column(name="merged_date", type="date", nullable=True, meaning="When."),
    ),
)

_MENTIONING = _text("record_id", "Record that names the node.", nullable=False)


def _mentions(described: Table, columns: tuple[str, ...]) -> Table:
    """Declare what records say of others' nodes: all is kept, since the newest may go again."""
    (key,) = described.key
    return Table(
        name=f"_{key.removesuffix('_id')}_mentions",
        kind="private",
        meaning=f"What other records say of {described.name}.",
        key=(key, "record_id"),
        columns=(
            Column(name=key, type="string", meaning="The node."),
            _MENTIONING,
            *(
                Column(
                    name=column.name,
                    type=column.type,
                    meaning=column.meaning,
                    nullable=True,
                    is_dictionary=column.is_dictionary,
                )
                for column in map(described.column, columns)
            ),
        ),
    )


AUTHOR_MENTIONS = _mentions(AUTHORS, ("name", "orcid", "kind"))
INSTITUTION_MENTIONS = _mentions(INSTITUTIONS, ("name", "ror", "country_code", "type", "lineage"))
TOPIC_MENTIONS = _mentions(TOPICS, ("name", "level", "parent_id", "scheme"))
SOURCE_MENTIONS = _mentions(
    SOURCES,
    (
        "name",
        "issn_l",
        "issn",
        "type",
        "publisher_id",
        "host_institution_id",
        "is_oa",
        "is_core",
        "is_in_doaj",
    ),
)
PUBLISHER_MENTIONS = _mentions(PUBLISHERS, ("name",))
FUNDER_MENTIONS = _mentions(FUNDERS, ("name", "ror"))

PUBLIC_TABLES: Final[tuple[Table, ...]] = (
    PAPERS,
    ABSTRACTS,
    AUTHORS,
    AUTHOR_AFFILIATIONS,
    COUNTS_BY_YEAR,
    INSTITUTIONS,
    TOPICS,
    SOURCES,
    PUBLISHERS,
    FUNDERS,
    AWARDS,
    CONCEPTS,
    VOCABULARY,
    AUTHORSHIPS,
    AFFILIATIONS,
    PAPER_TOPICS,
    CITATIONS,
    KEYWORDS,
    PAPER_CONCEPTS,
    PAPER_FUNDERS,
    LOCATIONS,
    LINKS,
    ARXIV_RECORDS,
    ARXIV_BYLINES,
    REJECTS,
)

NODE_TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "paper": PAPERS,
        "author": AUTHORS,
        "topic": TOPICS,
        "institution": INSTITUTIONS,
        "source": SOURCES,
        "publisher": PUBLISHERS,
        "funder": FUNDERS,
    }
)
"""The table that describes each type of node."""

PRIVATE_TABLES: Final[tuple[Table, ...]] = (
    RECORDS,
    ARXIV_ABSTRACTS,
    ARXIV_AFFILIATIONS,
    DELETED,
    MERGED,
    AUTHOR_MENTIONS,
    INSTITUTION_MENTIONS,
    TOPIC_MENTIONS,
    SOURCE_MENTIONS,
    PUBLISHER_MENTIONS,
    FUNDER_MENTIONS,
)

TABLES: Final[dict[str, Table]] = {table.name: table for table in (*PUBLIC_TABLES, *PRIVATE_TABLES)}


def table(name: str) -> Table:
    """Return the public table of that name.

    Raises
    ------
    UnknownTableError
        If there is none; the message lists those that there are.
    """
    for declared in PUBLIC_TABLES:
        if declared.name == name:
            return declared
    names = ", ".join(declared.name for declared in PUBLIC_TABLES)
    raise UnknownTableError(f"there is no table {name!r}; the tables are: {names}")


@cache
def arrow_type(name: ColumnType) -> pa.DataType:
    """Return the Arrow type of a declared column type."""
    import pyarrow as pa

    types: dict[ColumnType, pa.DataType] = {
        "string": pa.string(),
        "bool": pa.bool_(),
        "int16": pa.int16(),
        "int32": pa.int32(),
        "uint64": pa.uint64(),
        "float32": pa.float32(),
        "float64": pa.float64(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "list<string>": pa.list_(pa.string()),
        "list<int16>": pa.list_(pa.int16()),
    }
    return types[name]


@cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a table, public or private."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(column.name, arrow_type(column.type), nullable=column.nullable)
            for column in TABLES[name].columns
        ]
    )

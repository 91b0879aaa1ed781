"""The shape of OpenAlex records, as far as the tables need them.

These declarations are the only description of the input: the decoder checks against them, and
what it refuses is repaired against them (``ingest.repair``). A field typed ``Unread`` is known
and skipped; a field that is not here is unknown, and counted as such. Every value may be null,
whatever the documentation says.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct
from msgspec import field as renamed

from scholargraph.schema import FIRST_YEAR, LAST_YEAR, LOWEST_CONCEPT_LEVEL

Unread = Raw
UNREAD = Raw()

UnreadText = Annotated[Raw, Meta(extra={"usually": str})]
"""What is unread in objects that are read has the type that it usually has: many records can be
read at once where it does."""
UnreadTexts = Annotated[Raw, Meta(extra={"usually": list[str]})]
UnreadFlag = Annotated[Raw, Meta(extra={"usually": bool})]
UnreadNumber = Annotated[Raw, Meta(extra={"usually": float})]

_INT32 = 2**31 - 1

Year = Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)]
Count = Annotated[int, Meta(ge=0, le=_INT32)]
Position = Annotated[int, Meta(ge=0)]
Score = Annotated[float, Meta(ge=0, le=1e9)]
Share = Annotated[float, Meta(ge=0, le=1)]
ConceptLevel = Annotated[int, Meta(ge=0, le=LOWEST_CONCEPT_LEVEL)]
Amount = Annotated[float, Meta(ge=0)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]

PaperId = Annotated[str, Meta(extra={"letters": "W"})]
AuthorId = Annotated[str, Meta(extra={"letters": "A"})]
InstitutionId = Annotated[str, Meta(extra={"letters": "I"})]
SourceId = Annotated[str, Meta(extra={"letters": "S"})]
PublisherId = Annotated[str, Meta(extra={"letters": "P"})]
HostId = Annotated[str, Meta(extra={"letters": "PI"})]
FunderId = Annotated[str, Meta(extra={"letters": "F"})]
TopicId = Annotated[str, Meta(extra={"letters": "T"})]
SubfieldId = Annotated[str, Meta(extra={"space": "subfields"})]
FieldId = Annotated[str, Meta(extra={"space": "fields"})]
DomainId = Annotated[str, Meta(extra={"space": "domains"})]
ConceptId = Annotated[str, Meta(extra={"letters": "C"})]


AbstractIndex = dict[str, list[Position]]
ReadLater = Annotated[Raw, Meta(extra={"read_as": AbstractIndex})]
"""An ``AbstractIndex`` that is not decoded with its record: it is half of the objects in it."""


class Shape(Struct, forbid_unknown_fields=True, gc=False):
    """Base of all shapes: strict about unknown fields, invisible to the garbage collector."""


class SubfieldName(Shape):
    """A subfield as a topic names it."""

    id: SubfieldId | None = None
    display_name: str | None = None


class FieldName(Shape):
    """A field as a topic names it."""

    id: FieldId | None = None
    display_name: str | None = None


class DomainName(Shape):
    """A domain as a topic names it."""

    id: DomainId | None = None
    display_name: str | None = None


class TopicName(Shape):
    """A topic as a work names it, with its path upwards."""

    id: TopicId | None = None
    display_name: str | None = None
    score: Score | None = None
    subfield: SubfieldName | None = None
    field: FieldName | None = None
    domain: DomainName | None = None


class AuthorName(Shape):
    """An author as an authorship names it; the ORCID is the profile's."""

    id: AuthorId | None = None
    display_name: str | None = None
    orcid: str | None = None


class InstitutionName(Shape):
    """An institution as an authorship or an author names it."""

    id: InstitutionId | None = None
    display_name: str | None = None
    ror: str | None = None
    country_code: str | None = None
    type: str | None = None
    lineage: list[InstitutionId] | None = None


class Affiliation(Shape):
    """An affiliation string and the institutions that OpenAlex reads in it."""

    raw_affiliation_string: str | None = None
    institution_ids: list[InstitutionId | None] | None = None


class Authorship(Shape):
    """One seat on a byline."""

    author: AuthorName | None = None
    institutions: list[InstitutionName] | None = None
    countries: list[str | None] | None = None
    is_corresponding: bool | None = None
    raw_author_name: str | None = None
    raw_orcid: str | None = None
    raw_affiliation_strings: list[str | None] | None = None
    affiliations: list[Affiliation] | None = None
    author_position: str | None = None
    raw_affiliation_string: UnreadText = UNREAD


class SourceName(Shape):
    """A source as a location names it."""

    id: SourceId | None = None
    display_name: str | None = None
    issn_l: str | None = None
    issn: list[str | None] | str | None = None
    type: str | None = None
    is_oa: bool | None = None
    is_core: bool | None = None
    is_in_doaj: bool | None = None
    host_organization: HostId | None = None
    host_organization_name: str | None = None
    host_organization_lineage: UnreadTexts = UNREAD
    host_organization_lineage_names: UnreadTexts = UNREAD
    is_indexed_in_scopus: UnreadFlag = UNREAD
    raw_type: UnreadText = UNREAD
    publisher: UnreadText = UNREAD
    publisher_id: UnreadText = UNREAD
    publisher_lineage: UnreadTexts = UNREAD
    publisher_lineage_names: UnreadTexts = UNREAD
    host_institution_lineage: UnreadTexts = UNREAD
    host_institution_lineage_names: UnreadTexts = UNREAD


class Location(Shape):
    """A place where a work can be found."""

    id: str | None = None
    is_oa: bool | None = None
    landing_page_url: str | None = None
    pdf_url: str | None = None
    source: SourceName | None = None
    license: str | None = None
    version: str | None = None
    license_id: UnreadText = UNREAD
    is_accepted: UnreadFlag = UNREAD
    is_published: UnreadFlag = UNREAD
    raw_source_name: UnreadText = UNREAD
    raw_type: UnreadText = UNREAD
    provenance: UnreadText = UNREAD
    doi: UnreadText = UNREAD


class WorkIds(Shape):
    """Other ids of a work."""

    pmid: str | int | None = None
    arxiv_id: str | None = None
    openalex: UnreadText = UNREAD
    doi: UnreadText = UNREAD
    mag: UnreadText = UNREAD
    pmcid: UnreadText = UNREAD


class OpenAccess(Shape):
    """Open-access status of a work."""

    is_oa: bool | None = None
    oa_status: str | None = None
    oa_url: str | None = None
    any_repository_has_fulltext: UnreadFlag = UNREAD


class Biblio(Shape):
    """Where in a volume a work stands."""

    volume: str | None = None
    issue: str | None = None
    first_page: str | None = None
    last_page: str | None = None


class Percentile(Shape):
    """Citation percentile of a work within its field, type and year."""

    value: Share | None = None
    is_in_top_1_percent: UnreadFlag = UNREAD
    is_in_top_10_percent: UnreadFlag = UNREAD


class Keyword(Shape):
    """A keyword, by id and name or, until April 2024, by text alone."""

    id: str | None = None
    display_name: str | None = None
    keyword: str | None = None
    score: Score | None = None


class ConceptName(Shape):
    """A concept as a work, or a concept below it, names it."""

    id: ConceptId | None = None
    display_name: str | None = None
    level: ConceptLevel | None = None
    score: Score | None = None
    wikidata: UnreadText = UNREAD


class AwardName(Shape):
    """An award that paid for a work."""

    funder_id: FunderId | None = None
    funder_display_name: str | None = None
    funder_award_id: str | None = None
    id: UnreadText = UNREAD
    display_name: UnreadText = UNREAD
    doi: UnreadText = UNREAD


class FunderName(Shape):
    """A funder as a work or an award names it."""

    id: FunderId | None = None
    display_name: str | None = None
    ror: str | None = None
    doi: UnreadText = UNREAD


class Grant(Shape):
    """A grant, as works carried it until October 2025."""

    funder: FunderId | None = None
    funder_display_name: str | None = None
    award_id: str | None = None


class Work(Shape):
    """A work of the generations since 2023."""

    id: str
    doi: str | None = None
    title: str | None = None
    display_name: str | None = None
    publication_year: Year | None = None
    publication_date: str | None = None
    ids: WorkIds | None = None
    language: str | None = None
    type: str | None = None
    authorships: list[Authorship] | None = None
    authors_count: Count | None = None
    is_authors_truncated: bool | None = None
    primary_location: Location | None = None
    locations: list[Location] | None = None
    open_access: OpenAccess | None = None
    primary_topic: TopicName | None = None
    topics: list[TopicName] | None = None
    keywords: list[Keyword] | None = None
    concepts: list[ConceptName] | None = None
    biblio: Biblio | None = None
    referenced_works: list[PaperId] | None = None
    referenced_works_count: Count | None = None
    cited_by_count: Count | None = None
    citation_normalized_percentile: Percentile | None = None
    fwci: Score | None = None
    abstract_inverted_index: ReadLater = UNREAD
    grants: list[Grant] | None = None
    awards: list[AwardName] | None = None
    funders: list[FunderName] | None = None
    is_retracted: bool | None = None
    is_paratext: bool | None = None
    is_xpac: bool | None = None
    updated_date: str | None = None
    abstract_inverted_index_v3: Unread = UNREAD
    apc_list: Unread = UNREAD
    apc_paid: Unread = UNREAD
    apc_payment: Unread = UNREAD
    best_oa_location: Unread = UNREAD
    cited_by_api_url: Unread = UNREAD
    cited_by_percentile_year: Unread = UNREAD
    concepts_count: Unread = UNREAD
    content_urls: Unread = UNREAD
    corresponding_author_ids: Unread = UNREAD
    corresponding_institution_ids: Unread = UNREAD
    countries_distinct_count: Unread = UNREAD
    counts_by_year: Unread = UNREAD
    created_date: Unread = UNREAD
    datasets: Unread = UNREAD
    doi_registration_agency: Unread = UNREAD
    fulltext_origin: Unread = UNREAD
    has_content: Unread = UNREAD
    has_fulltext: Unread = UNREAD
    indexed_in: Unread = UNREAD
    institution_assertions: Unread = UNREAD
    institutions: Unread = UNREAD
    institutions_distinct_count: Unread = UNREAD
    is_oa: Unread = UNREAD
    language_id: Unread = UNREAD
    license: Unread = UNREAD
    locations_count: Unread = UNREAD
    mesh: Unread = UNREAD
    ngrams_url: Unread = UNREAD
    related_works: Unread = UNREAD
    relevance_score: Unread = UNREAD
    summary_stats: Unread = UNREAD
    sustainable_development_goals: Unread = UNREAD
    topics_count: Unread = UNREAD
    type_crossref: Unread = UNREAD
    type_id: Unread = UNREAD
    updated: Unread = UNREAD
    versions: Unread = UNREAD


class SummaryStats(Struct, gc=False):
    """Numbers of a record about itself; the rest of them goes unread, unknown or not."""

    h_index: Count | None = None
    i10_index: Count | None = None
    mean_citedness: UnreadNumber = renamed(name="2yr_mean_citedness", default=UNREAD)


class YearCounts(Shape):
    """Works and citations of one year."""

    year: Year | None = None
    works_count: Count | None = None
    cited_by_count: Count | None = None
    oa_works_count: UnreadNumber = UNREAD


class AuthorAffiliation(Shape):
    """An institution of an author, with the years."""

    institution: InstitutionName | None = None
    years: list[Year] | None = None


class Author(Shape):
    """An author profile."""

    id: str
    display_name: str | None = None
    display_name_alternatives: list[str | None] | None = None
    orcid: str | None = None
    works_count: Count | None = None
    cited_by_count: Count | None = None
    summary_stats: SummaryStats | None = None
    affiliations: list[AuthorAffiliation] | None = None
    last_known_institutions: list[InstitutionName] | None = None
    last_known_institution: InstitutionName | None = None
    counts_by_year: list[YearCounts] | None = None
    updated_date: str | None = None
    block_key: Unread = UNREAD
    created_date: Unread = UNREAD
    full_name: Unread = UNREAD
    ids: Unread = UNREAD
    longest_name: Unread = UNREAD
    most_cited_work: Unread = UNREAD
    parsed_longest_name: Unread = UNREAD
    raw_author_names: Unread = UNREAD
    relevance_score: Unread = UNREAD
    sources: Unread = UNREAD
    topic_share: Unread = UNREAD
    topics: Unread = UNREAD
    updated: Unread = UNREAD
    works_api_url: Unread = UNREAD
    x_concepts: Unread = UNREAD


class Geo(Shape):
    """Where an institution is."""

    city: str | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    country: Unread = UNREAD
    country_code: Unread = UNREAD
    geonames_city_id: Unread = UNREAD
    region: Unread = UNREAD


class Institution(Shape):
    """An institution."""

    id: str
    display_name: str | None = None
    ror: str | None = None
    country_code: str | None = None
    type: str | None = None
    lineage: list[InstitutionId] | None = None
    geo: Geo | None = None
    counts_by_year: list[YearCounts] | None = None
    updated_date: str | None = None
    associated_institutions: Unread = UNREAD
    cited_by_count: Unread = UNREAD
    created_date: Unread = UNREAD
    display_name_acronyms: Unread = UNREAD
    display_name_alternatives: Unread = UNREAD
    homepage_url: Unread = UNREAD
    ids: Unread = UNREAD
    image_thumbnail_url: Unread = UNREAD
    image_url: Unread = UNREAD
    international: Unread = UNREAD
    is_super_system: Unread = UNREAD
    relevance_score: Unread = UNREAD
    repositories: Unread = UNREAD
    roles: Unread = UNREAD
    status: Unread = UNREAD
    summary_stats: Unread = UNREAD
    topic_share: Unread = UNREAD
    topics: Unread = UNREAD
    type_id: Unread = UNREAD
    updated: Unread = UNREAD
    works_api_url: Unread = UNREAD
    works_count: Unread = UNREAD
    x_concepts: Unread = UNREAD


class Source(Shape):
    """A source."""

    id: str
    display_name: str | None = None
    issn_l: str | None = None
    issn: list[str | None] | str | None = None
    type: str | None = None
    is_oa: bool | None = None
    is_core: bool | None = None
    is_in_doaj: bool | None = None
    host_organization: HostId | None = None
    host_organization_name: str | None = None
    counts_by_year: list[YearCounts] | None = None
    updated_date: str | None = None
    abbreviated_title: Unread = UNREAD
    alternate_titles: Unread = UNREAD
    apc_prices: Unread = UNREAD
    apc_usd: Unread = UNREAD
    apc_usd_by_year: Unread = UNREAD
    cited_by_count: Unread = UNREAD
    country_code: Unread = UNREAD
    created_date: Unread = UNREAD
    first_publication_year: Unread = UNREAD
    homepage_url: Unread = UNREAD
    host_institution_lineage: Unread = UNREAD
    host_institution_lineage_names: Unread = UNREAD
    host_organization_lineage: Unread = UNREAD
    host_organization_lineage_names: Unread = UNREAD
    ids: Unread = UNREAD
    is_high_oa_rate: Unread = UNREAD
    is_high_oa_rate_since_year: Unread = UNREAD
    is_in_doaj_since_year: Unread = UNREAD
    is_in_scielo: Unread = UNREAD
    is_indexed_in_scopus: Unread = UNREAD
    is_ojs: Unread = UNREAD
    is_preprint_repository: Unread = UNREAD
    last_publication_year: Unread = UNREAD
    oa_flip_year: Unread = UNREAD
    oa_works_count: Unread = UNREAD
    publisher: Unread = UNREAD
    publisher_id: Unread = UNREAD
    publisher_lineage: Unread = UNREAD
    publisher_lineage_names: Unread = UNREAD
    raw_type: Unread = UNREAD
    relevance_score: Unread = UNREAD
    societies: Unread = UNREAD
    summary_stats: Unread = UNREAD
    topic_share: Unread = UNREAD
    topics: Unread = UNREAD
    updated: Unread = UNREAD
    works_api_url: Unread = UNREAD
    works_count: Unread = UNREAD
    x_concepts: Unread = UNREAD


class PublisherName(Shape):
    """A publisher as another publisher names it."""

    id: PublisherId | None = None
    display_name: str | None = None


class Publisher(Shape):
    """A publisher."""

    id: str
    display_name: str | None = None
    parent_publisher: PublisherName | PublisherId | None = None
    country_codes: list[str | None] | None = None
    updated_date: str | None = None
    alternate_titles: Unread = UNREAD
    cited_by_count: Unread = UNREAD
    counts_by_year: Unread = UNREAD
    created_date: Unread = UNREAD
    hierarchy_level: Unread = UNREAD
    homepage_url: Unread = UNREAD
    ids: Unread = UNREAD
    image_thumbnail_url: Unread = UNREAD
    image_url: Unread = UNREAD
    lineage: Unread = UNREAD
    relevance_score: Unread = UNREAD
    roles: Unread = UNREAD
    sources_api_url: Unread = UNREAD
    sources_count: Unread = UNREAD
    summary_stats: Unread = UNREAD
    updated: Unread = UNREAD
    works_count: Unread = UNREAD
    x_concepts: Unread = UNREAD


class FunderIds(Shape):
    """Other ids of a funder."""

    ror: str | None = None
    doi: str | None = None
    crossref: Unread = UNREAD
    openalex: Unread = UNREAD
    wikidata: Unread = UNREAD


class Funder(Shape):
    """A funder."""

    id: str
    display_name: str | None = None
    country_code: str | None = None
    ids: FunderIds | None = None
    updated_date: str | None = None
    alternate_titles: Unread = UNREAD
    awards_count: Unread = UNREAD
    cited_by_count: Unread = UNREAD
    counts_by_year: Unread = UNREAD
    created_date: Unread = UNREAD
    description: Unread = UNREAD
    grants_count: Unread = UNREAD
    homepage_url: Unread = UNREAD
    image_thumbnail_url: Unread = UNREAD
    image_url: Unread = UNREAD
    is_global_south: Unread = UNREAD
    relevance_score: Unread = UNREAD
    roles: Unread = UNREAD
    summary_stats: Unread = UNREAD
    updated: Unread = UNREAD
    works_count: Unread = UNREAD
    x_concepts: Unread = UNREAD


class Topic(Shape):
    """A topic, or a subfield, field or domain: they differ only in what stands above them."""

    id: str
    display_name: str | None = None
    description: str | None = None
    subfield: SubfieldName | None = None
    field: FieldName | None = None
    domain: DomainName | None = None
    updated_date: str | None = None
    cited_by_count: Unread = UNREAD
    created_date: Unread = UNREAD
    display_name_alternatives: Unread = UNREAD
    fields: Unread = UNREAD
    ids: Unread = UNREAD
    keywords: Unread = UNREAD
    relevance_score: Unread = UNREAD
    siblings: Unread = UNREAD
    subfields: Unread = UNREAD
    topics: Unread = UNREAD
    works_api_url: Unread = UNREAD
    works_count: Unread = UNREAD


class Concept(Shape):
    """A concept, as OpenAlex gave subjects before there were topics."""

    id: str
    display_name: str | None = None
    level: ConceptLevel | None = None
    description: str | None = None
    wikidata: str | None = None
    ancestors: list[ConceptName] | None = None
    updated_date: str | None = None
    cited_by_api_url: Unread = UNREAD
    cited_by_count: Unread = UNREAD
    counts_by_year: Unread = UNREAD
    created_date: Unread = UNREAD
    ids: Unread = UNREAD
    image_thumbnail_url: Unread = UNREAD
    image_url: Unread = UNREAD
    international: Unread = UNREAD
    related_concepts: Unread = UNREAD
    relevance_score: Unread = UNREAD
    summary_stats: Unread = UNREAD
    updated: Unread = UNREAD
    works_api_url: Unread = UNREAD
    works_count: Unread = UNREAD


class Award(Shape):
    """An award with a record of its own."""

    id: str
    display_name: str | None = None
    description: str | None = None
    funder: FunderName | None = None
    funder_award_id: str | None = None
    funder_scheme: str | None = None
    funding_type: str | None = None
    amount: Amount | None = None
    currency: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    doi: str | None = None
    updated_date: str | None = None
    co_lead_investigator: Unread = UNREAD
    created_date: Unread = UNREAD
    end_year: Unread = UNREAD
    funded_outputs: Unread = UNREAD
    funded_outputs_count: Unread = UNREAD
    institution_awarded: Unread = UNREAD
    investigators: Unread = UNREAD
    landing_page_url: Unread = UNREAD
    lead_investigator: Unread = UNREAD
    primary_topic: Unread = UNREAD
    provenance: Unread = UNREAD
    relevance_score: Unread = UNREAD
    start_year: Unread = UNREAD
    topics: Unread = UNREAD
    works_api_url: Unread = UNREAD


class Term(Shape):
    """A term of a small vocabulary: a keyword, a country, a language, a licence, a type."""

    id: str
    display_name: str | None = None
    description: str | None = None
    updated_date: str | None = None
    cited_by_api_url: Unread = UNREAD
    cited_by_count: Unread = UNREAD
    continent: Unread = UNREAD
    countries: Unread = UNREAD
    country_code: Unread = UNREAD
    counts_by_year: Unread = UNREAD
    created_date: Unread = UNREAD
    display_name_alternatives: Unread = UNREAD
    ids: Unread = UNREAD
    is_global_south: Unread = UNREAD
    relevance_score: Unread = UNREAD
    summary_stats: Unread = UNREAD
    works_api_url: Unread = UNREAD
    works_count: Unread = UNREAD

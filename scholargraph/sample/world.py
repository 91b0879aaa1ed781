"""What all blocks of a dump share: institutions, publishers, sources and funders.

What lives here: what there is to say of them. They are drawn in ``world_draws``; people and works
belong to blocks (``people``, ``plans``); records are written in ``organisation_records``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scholargraph.sample.numbering import openalex_url

if TYPE_CHECKING:
    from scholargraph.sample.countries import Country


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Institution:
    """An employer of authors."""

    number: int
    name: str
    acronym: str
    country: Country
    town: str
    latitude: float
    longitude: float
    is_country_known: bool
    type: str | None
    ror: str | None
    parent: Institution | None

    @property
    def url(self) -> str:
        """The OpenAlex id as URL."""
        return openalex_url("I", self.number)

    @property
    def country_code(self) -> str | None:
        """The country as the record gives it."""
        return self.country.code if self.is_country_known else None

    @property
    def lineage(self) -> tuple[int, ...]:
        """Numbers of the institution and of those above it."""
        return (self.number, *(self.parent.lineage if self.parent else ()))

    @property
    def short(self) -> dict[str, object]:
        """The record that works and authors carry of it."""
        return {
            "id": self.url,
            "display_name": self.name,
            "ror": self.ror and f"https://ror.org/{self.ror}",
            "country_code": self.country_code,
            "type": self.type,
            "lineage": [openalex_url("I", number) for number in self.lineage],
        }

    @property
    def address(self) -> str:
        """Name and place, as printed below a title."""
        above = f"{self.parent.name}, " if self.parent else ""
        return f"{self.name}, {above}{self.town}, {self.country.name}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Publisher:
    """A publisher of sources."""

    number: int
    name: str
    country_code: str
    parent: Publisher | None
    doi_prefix: str

    @property
    def url(self) -> str:
        """The OpenAlex id as URL."""
        return openalex_url("P", self.number)

    @property
    def lineage(self) -> tuple[Publisher, ...]:
        """The publisher and those above it."""
        return (self, *(self.parent.lineage if self.parent else ()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A journal, repository, conference or platform."""

    number: int
    name: str
    type: str
    issns: tuple[str, ...]
    publisher: Publisher | None
    host: Institution | None
    """The institution that runs a repository."""
    is_oa: bool
    is_in_doaj: bool
    is_core: bool
    price_usd: int | None
    """Article processing charge."""

    @property
    def url(self) -> str:
        """The OpenAlex id as URL."""
        return openalex_url("S", self.number)

    @property
    def hosts(self) -> tuple[Publisher | Institution, ...]:
        """Who publishes or runs it, and those above."""
        if self.publisher:
            return self.publisher.lineage
        return (self.host,) if self.host else ()

    @property
    def short(self) -> dict[str, object]:
        """The record that locations carry of it."""
        hosts = self.hosts
        return {
            "id": self.url,
            "display_name": self.name,
            "issn_l": self.issns[0] if self.issns else None,
            "issn": list(self.issns) or None,
            "is_oa": self.is_oa,
            "is_in_doaj": self.is_in_doaj,
            "is_core": self.is_core,
            "host_organization": hosts[0].url if hosts else None,
            "host_organization_name": hosts[0].name if hosts else None,
            "host_organization_lineage": [host.url for host in hosts],
            "host_organization_lineage_names": [host.name for host in hosts],
            "type": self.type,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funder:
    """A giver of grants."""

    number: int
    name: str
    country_code: str
    ror: str | None
    doi: str

    @property
    def url(self) -> str:
        """The OpenAlex id as URL."""
        return openalex_url("F", self.number)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """The organisations of one dump."""

    seed: int
    works: int
    institutions: tuple[Institution, ...]
    publishers: tuple[Publisher, ...]
    journals: tuple[Source, ...]
    arxiv: Source
    repositories: tuple[Source, ...]
    conferences: tuple[Source, ...]
    book_platform: Source
    funders: tuple[Funder, ...]
    namibian: Institution

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources, by number."""
        return (
            self.arxiv,
            self.book_platform,
            *self.repositories,
            *self.conferences,
            *self.journals,
        )

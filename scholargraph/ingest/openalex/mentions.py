"""What records say of nodes that are not their own.

A node that no record describes is made from these rows, and one whose only mention goes away
goes with it; so each record's mentions are kept, one row per node and record. Most descriptions
come again and again (an institution on every seat of its people), so they are numbered, each is
checked once, and rows are made of the numbers.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import numpy as np
import pyarrow as pa

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import OPENALEX_URL, ROW, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scholargraph.ingest.columns import Counts
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import InstitutionName, Source, SourceName, TopicName
    from scholargraph.schema import Table

NOBODY_URLS: Final = frozenset(OPENALEX_URL + number for number in identifiers.NOBODY)

Description = tuple[Hashable, ...]
Named = dict[str, int]
"""Nodes that one record names, by URL: the number of what it says of each; the first counts."""


def somebody(url: str | None, field: str, drift: Drift) -> str | None:
    """Return the id unless it stands for nobody, which is counted."""
    if url in NOBODY_URLS:
        drift.add(field, odd.NOBODY)
        return None
    return url


class Mentions:
    """Nodes of one type that records name, and what they say of them."""

    def __init__(self) -> None:
        self._numbers: dict[Description, int] = {}
        self._rows: list[int] = []
        self._said: list[int] = []

    def number(self, description: Description) -> int:
        """Return the number of a description."""
        return self._numbers.setdefault(description, len(self._numbers))

    def add(self, row: int, named: Named) -> None:
        """Take what the record of a row says."""
        self._rows.extend(repeat(row, len(named)))
        self._said.extend(named.values())

    def add_described(
        self, rows: Counts, said: Counts, descriptions: Iterable[Description]
    ) -> None:
        """Take at once all that the records of some rows say, as numbers of descriptions."""
        self._numbers = {description: number for number, description in enumerate(descriptions)}
        self._rows = rows.tolist()
        self._said = said.tolist()

    def described(self, width: int) -> list[Sequence[Any]]:
        """Return the columns of the descriptions, of which each has ``width`` values."""
        return list(zip(*self._numbers, strict=True)) or [()] * width

    def times(self) -> Counts:
        """Return how many records give each description."""
        return np.bincount(np.array(self._said, np.int64), minlength=len(self._numbers))

    def rows(self, table: Table, described: Mapping[str, Any]) -> Rows:
        """Return the rows of a table of mentions.

        Parameters
        ----------
        table : Table
            One of those that are keyed by node and ``record_id``.
        described : mapping
            Column name to a value for each description.
        """
        each = columns.build(table, np.arange(len(self._numbers)), described).data
        rows = pa.array(np.array(self._rows, np.int32))
        said = each.take(pa.array(np.array(self._said, np.int32)))
        return Rows(table, said.set_column(said.schema.get_field_index(ROW), ROW, rows))


class Institutions(Mentions):
    """Institutions that records name: works on seats and as hosts, authors in their careers."""

    def say(self, named: Named, place: InstitutionName) -> None:
        """Add what a record says of an institution, unless it has said something before."""
        if place.id and place.id not in named:
            lineage = None if place.lineage is None else tuple(place.lineage)
            named[place.id] = self.number(
                (
                    place.id,
                    place.display_name,
                    place.ror,
                    place.country_code,
                    place.type,
                    lineage,
                )
            )

    def say_name(self, named: Named, url: str, name: str | None) -> None:
        """Add an institution of which a record says no more than a name."""
        if url not in named:
            named[url] = self.number((url, name, None, None, None, None))

    def table(self, drift: Drift) -> Rows:
        """Return all mentions."""
        urls, names, rors, countries, types, lineages = self.described(6)
        times = self.times()
        return self.rows(
            schema.INSTITUTION_MENTIONS,
            {
                "institution_id": columns.ids(urls, "I"),
                "name": names,
                "ror": columns.normalised(
                    rors, identifiers.ror, "institution.ror", drift, times=times
                ),
                "country_code": columns.matching(
                    countries, "[A-Z]{2}", "institution.country_code", drift, times
                ),
                "type": types,
                "lineage": columns.id_lists(lineages, "I"),
            },
        )


class Sources:
    """Sources that works name as places, with the organisations that host them."""

    def __init__(self, institutions: Institutions) -> None:
        self._institutions = institutions
        self.publishers = Publishers()
        self.sources = Mentions()

    def add(self, row: int, sources: Iterable[SourceName], institutions: Named) -> None:
        """Take the sources of one work."""
        named: Named = {}
        publishers: Named = {}
        for source in sources:
            url = source.id
            if url and url not in named and url not in NOBODY_URLS:
                named[url] = self.sources.number((url, *_description(source)))
            self.publishers.say(publishers, source)
            say_host(self._institutions, institutions, source)
        self.sources.add(row, named)
        self.publishers.add(row, publishers)

    def tables(self, drift: Drift) -> list[Rows]:
        """Return all mentions of sources and of publishers."""
        urls, *described = self.sources.described(1 + _DESCRIPTION_WIDTH)
        times = self.sources.times()
        return [
            self.sources.rows(
                schema.SOURCE_MENTIONS,
                {
                    "source_id": columns.ids(urls, "S"),
                    **_columns(described, "source", drift, times),
                },
            ),
            self.publishers.table(),
        ]


class Publishers(Mentions):
    """Publishers that sources name as their hosts."""

    def say(self, named: Named, source: SourceName | Source) -> None:
        """Add the publisher of a source, if it has one."""
        url = source.host_organization
        if is_kind(url, "P") and url not in named:
            named[url] = self.number((url, source.host_organization_name))

    def table(self) -> Rows:
        """Return all mentions."""
        urls, names = self.described(2)
        return self.rows(
            schema.PUBLISHER_MENTIONS, {"publisher_id": columns.ids(urls, "P"), "name": names}
        )


def say_host(said: Institutions, named: Named, source: SourceName | Source) -> None:
    """Add the institution that hosts a source, of which only the name is said."""
    url = source.host_organization
    if is_kind(url, "I"):
        said.say_name(named, url, source.host_organization_name)


_DESCRIPTION_WIDTH: Final = 8


def _description(source: SourceName | Source) -> Description:
    issn = source.issn
    return (
        source.display_name,
        source.issn_l,
        tuple(issn) if isinstance(issn, list) else issn,
        source.type,
        source.host_organization,
        source.is_oa,
        source.is_core,
        source.is_in_doaj,
    )


def describe_sources(sources: Sequence[Source], field: str, drift: Drift) -> dict[str, object]:
    """Return the columns that a mention and a record of a source have in common."""
    described: list[Sequence[Any]] = list(zip(*map(_description, sources), strict=True))
    return _columns(described or [()] * _DESCRIPTION_WIDTH, field, drift, None)


def _columns(
    described: Sequence[Sequence[Any]], field: str, drift: Drift, times: Counts | None
) -> dict[str, object]:
    names, issn_ls, issns, types, organisations, is_oa, is_core, is_in_doaj = described
    return {
        "name": names,
        "issn_l": columns.normalised(
            issn_ls, identifiers.issn, f"{field}.issn_l", drift, times=times
        ),
        "issn": _issns(issns, field, drift, times),
        "type": types,
        "publisher_id": columns.ids(_of_kind(organisations, "P"), "P"),
        "host_institution_id": columns.ids(_of_kind(organisations, "I"), "I"),
        "is_oa": is_oa,
        "is_core": is_core,
        "is_in_doaj": is_in_doaj,
    }


def _issns(
    values: Sequence[tuple[str | None, ...] | str | None],
    field: str,
    drift: Drift,
    times: Counts | None,
) -> list[list[str]]:
    """Return ISSNs as lists: the field has been a list, one text and null."""
    lists = []
    for number, value in enumerate(values):
        given = [issn for issn in ([value] if isinstance(value, str) else value or ()) if issn]
        kept = [issn for issn in map(identifiers.issn, given) if issn]
        if len(kept) < len(given):
            lost = (len(given) - len(kept)) * (1 if times is None else int(times[number]))
            drift.add(f"{field}.issn[]", odd.BAD_VALUE, lost, example=_first_bad(given))
        lists.append(list(dict.fromkeys(kept)))
    return lists


def _first_bad(issns: Sequence[str]) -> str:
    return next(issn for issn in issns if identifiers.issn(issn) is None)


class Funders(Mentions):
    """Funders that works name."""

    def say(self, named: Named, url: str | None, name: str | None, ror: str | None) -> None:
        """Add what a work says of a funder, unless it has said something before."""
        if url and url not in named:
            named[url] = self.number((url, name, ror))

    def table(self, drift: Drift) -> Rows:
        """Return all mentions."""
        urls, names, rors = self.described(3)
        return self.rows(
            schema.FUNDER_MENTIONS,
            {
                "funder_id": columns.ids(urls, "F"),
                "name": names,
                "ror": columns.normalised(
                    rors, identifiers.ror, "funder.ror", drift, times=self.times()
                ),
            },
        )


class Topics(Mentions):
    """Topics that records name, and every class above them."""

    def __init__(self) -> None:
        super().__init__()
        self._paths: dict[Description, Named] = {}

    def say(self, named: Named, topic: TopicName) -> None:
        """Add a topic and the classes above it, as far as nothing was said of them before."""
        subfield, field, domain = topic.subfield, topic.field, topic.domain
        known_as = (
            topic.id,
            topic.display_name,
            subfield and (subfield.id, subfield.display_name),
            field and (field.id, field.display_name),
            domain and (domain.id, domain.display_name),
        )
        path = self._paths.get(known_as)
        if path is None:
            path = self._paths[known_as] = self._path(topic)
        for url, number in path.items():
            named.setdefault(url, number)

    def _path(self, topic: TopicName) -> Named:
        levels = (
            ("topic", topic),
            ("subfield", topic.subfield),
            ("field", topic.field),
            ("domain", topic.domain),
        )
        path = [(level, node.id, node.display_name) for level, node in levels if node and node.id]
        parents = [*(url for _, url, _ in path[1:]), None]
        named: Named = {}
        for (level, url, name), parent in zip(path, parents, strict=False):
            named.setdefault(url, self.number((url, name, level, parent)))
        return named

    def table(self) -> Rows:
        """Return all mentions."""
        urls, names, levels, parents = self.described(4)
        return self.rows(
            schema.TOPIC_MENTIONS,
            {
                "topic_id": columns.topic_ids(urls),
                "name": names,
                "level": levels,
                "parent_id": columns.topic_ids(parents),
                "scheme": ["openalex"] * len(urls),
            },
        )


def is_kind(url: str | None, letter: str) -> TypeGuard[str]:
    """Whether an OpenAlex URL names a node of that letter."""
    return url is not None and url.startswith(OPENALEX_URL + letter)


def _of_kind(urls: Sequence[str | None], letter: str) -> list[str | None]:
    return [url if is_kind(url, letter) else None for url in urls]

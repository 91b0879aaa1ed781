"""What records say of nodes that are not their own.

A node that no record describes is made from these rows, and one whose only mention goes away
goes with it; so each record's mentions are kept, one row per node and record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex.shapes import InstitutionName

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import (
        AuthorName,
        FunderName,
        Source,
        SourceName,
        TopicName,
    )

OPENALEX: Final = "https://openalex.org/"
NOBODY_URLS: Final = frozenset(OPENALEX + number for number in identifiers.NOBODY)


def somebody(url: str | None, field: str, drift: Drift) -> str | None:
    """Return the id unless it stands for nobody, which is counted."""
    if url in NOBODY_URLS:
        drift.add(field, odd.NOBODY)
        return None
    return url


def authors(named: Iterable[tuple[int, AuthorName]], ids: Sequence[str], drift: Drift) -> Rows:
    """Return mentions of authors by records; the first of a record counts."""
    first = {(row, author.id): author for row, author in reversed(list(named)) if author.id}
    return columns.build(
        schema.AUTHOR_MENTIONS,
        [row for row, _ in first],
        {
            "author_id": columns.ids([url for _, url in first], "A"),
            "record_id": [ids[row] for row, _ in first],
            "name": [author.display_name for author in first.values()],
            "orcid": columns.orcids(
                [author.orcid for author in first.values()], "author.orcid", drift
            ),
        },
    )


def institutions(
    named: Iterable[tuple[int, InstitutionName]], ids: Sequence[str], drift: Drift
) -> Rows:
    """Return mentions of institutions by records; the first of a record counts."""
    first = {(row, place.id): place for row, place in reversed(list(named)) if place.id}
    return columns.build(
        schema.INSTITUTION_MENTIONS,
        [row for row, _ in first],
        {
            "institution_id": columns.ids([url for _, url in first], "I"),
            "record_id": [ids[row] for row, _ in first],
            "name": [place.display_name for place in first.values()],
            "ror": columns.normalised(
                [place.ror for place in first.values()], identifiers.ror, "institution.ror", drift
            ),
            "country_code": columns.matching(
                [place.country_code for place in first.values()],
                "[A-Z]{2}",
                "institution.country_code",
                drift,
            ),
            "type": [place.type for place in first.values()],
            "lineage": columns.id_lists([place.lineage for place in first.values()], "I"),
        },
    )


def hosts(
    named: Iterable[tuple[int, SourceName | Source]],
) -> Iterable[tuple[int, InstitutionName]]:
    """Yield the institutions that host sources, of which only the name is said."""
    for row, source in named:
        if is_kind(source.host_organization, "I"):
            yield (
                row,
                InstitutionName(
                    id=source.host_organization, display_name=source.host_organization_name
                ),
            )


def sources(named: Iterable[tuple[int, SourceName]], ids: Sequence[str], drift: Drift) -> Rows:
    """Return mentions of sources by records; the first of a record counts."""
    first = {(row, source.id): source for row, source in reversed(list(named)) if source.id}
    return columns.build(
        schema.SOURCE_MENTIONS,
        [row for row, _ in first],
        {
            "source_id": columns.ids([url for _, url in first], "S"),
            "record_id": [ids[row] for row, _ in first],
            **describe_sources(list(first.values()), "source", drift),
        },
    )


def describe_sources(
    described: Sequence[SourceName | Source], field: str, drift: Drift
) -> dict[str, object]:
    """Return the columns that a mention and a record of a source have in common."""
    organisations = [source.host_organization for source in described]
    return {
        "name": [source.display_name for source in described],
        "issn_l": columns.normalised(
            [source.issn_l for source in described], identifiers.issn, f"{field}.issn_l", drift
        ),
        "issn": [_issns(source.issn, field, drift) for source in described],
        "type": [source.type for source in described],
        "publisher_id": columns.ids(_of_kind(organisations, "P"), "P"),
        "host_institution_id": columns.ids(_of_kind(organisations, "I"), "I"),
        "is_oa": [source.is_oa for source in described],
        "is_core": [source.is_core for source in described],
        "is_in_doaj": [source.is_in_doaj for source in described],
    }


def _issns(value: list[str | None] | str | None, field: str, drift: Drift) -> list[str]:
    """Return ISSNs as a list: the field has been a list, one text and null."""
    given = [issn for issn in ([value] if isinstance(value, str) else value or []) if issn]
    kept = [issn for issn in map(identifiers.issn, given) if issn]
    if len(kept) < len(given):
        drift.add(f"{field}.issn[]", odd.BAD_VALUE, len(given) - len(kept))
    return list(dict.fromkeys(kept))


def publishers(named: Iterable[tuple[int, SourceName | Source]], ids: Sequence[str]) -> Rows:
    """Return mentions of publishers, as the hosts of sources."""
    first = {
        (row, source.host_organization): source.host_organization_name
        for row, source in reversed(list(named))
        if is_kind(source.host_organization, "P")
    }
    return columns.build(
        schema.PUBLISHER_MENTIONS,
        [row for row, _ in first],
        {
            "publisher_id": columns.ids([url for _, url in first], "P"),
            "record_id": [ids[row] for row, _ in first],
            "name": list(first.values()),
        },
    )


def funders(named: Iterable[tuple[int, FunderName]], ids: Sequence[str], drift: Drift) -> Rows:
    """Return mentions of funders by works; the first of a work counts."""
    first = {(row, funder.id): funder for row, funder in reversed(list(named)) if funder.id}
    return columns.build(
        schema.FUNDER_MENTIONS,
        [row for row, _ in first],
        {
            "funder_id": columns.ids([url for _, url in first], "F"),
            "record_id": [ids[row] for row, _ in first],
            "name": [funder.display_name for funder in first.values()],
            "ror": columns.normalised(
                [funder.ror for funder in first.values()], identifiers.ror, "funder.ror", drift
            ),
        },
    )


def topics(named: Iterable[tuple[int, TopicName]], ids: Sequence[str]) -> Rows:
    """Return mentions of topics and of every class above them; the first of a record counts."""
    first: dict[tuple[int, str], tuple[str | None, str, str | None]] = {}
    for row, topic in named:
        above = (("subfield", topic.subfield), ("field", topic.field), ("domain", topic.domain))
        path = [(level, node.id, node.display_name) for level, node in above if node and node.id]
        if topic.id:
            path.insert(0, ("topic", topic.id, topic.display_name))
        parents = [*(node_id for _, node_id, _ in path[1:]), None]
        for (level, node_id, name), parent in zip(path, parents, strict=False):
            first.setdefault((row, node_id), (name, level, parent))
    return columns.build(
        schema.TOPIC_MENTIONS,
        [row for row, _ in first],
        {
            "topic_id": columns.topic_ids([url for _, url in first]),
            "record_id": [ids[row] for row, _ in first],
            "name": [name for name, _, _ in first.values()],
            "level": [level for _, level, _ in first.values()],
            "parent_id": columns.topic_ids([parent for _, _, parent in first.values()]),
            "scheme": ["openalex"] * len(first),
        },
    )


def is_kind(url: str | None, letter: str) -> bool:
    """Whether an OpenAlex URL names a node of that letter."""
    return url is not None and url.startswith(OPENALEX + letter)


def _of_kind(urls: Sequence[str | None], letter: str) -> list[str | None]:
    return [url if is_kind(url, letter) else None for url in urls]

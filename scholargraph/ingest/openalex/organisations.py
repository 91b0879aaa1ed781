"""Rows of publisher and funder records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Funder, Publisher


def tables_of_publishers(
    publishers: Sequence[Publisher], ids: Sequence[str], drift: Drift
) -> list[Rows]:
    """Return the rows of a batch of publisher records."""
    return [
        columns.build(
            schema.PUBLISHERS,
            range(len(publishers)),
            {
                "name": [p.display_name or own for p, own in zip(publishers, ids, strict=True)],
                "parent_id": columns.ids([_parent(publisher) for publisher in publishers], "P"),
                "country_code": columns.matching(
                    [next(iter(publisher.country_codes or ()), None) for publisher in publishers],
                    "[A-Z]{2}",
                    "publishers.country_codes",
                    drift,
                ),
            },
        )
    ]


def _parent(publisher: Publisher) -> str | None:
    """Return the parent's URL: the field has been a text and an object."""
    parent = publisher.parent_publisher
    return parent if isinstance(parent, str) or parent is None else parent.id


def tables_of_funders(funders: Sequence[Funder], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of funder records."""
    return [
        columns.build(
            schema.FUNDERS,
            range(len(funders)),
            {
                "name": [f.display_name or own for f, own in zip(funders, ids, strict=True)],
                "country_code": columns.matching(
                    [funder.country_code for funder in funders],
                    "[A-Z]{2}",
                    "funders.country_code",
                    drift,
                ),
                "ror": columns.normalised(
                    [funder.ids.ror if funder.ids else None for funder in funders],
                    identifiers.ror,
                    "funders.ids.ror",
                    drift,
                ),
                "doi": columns.normalised(
                    [funder.ids.doi if funder.ids else None for funder in funders],
                    identifiers.doi,
                    "funders.ids.doi",
                    drift,
                ),
            },
        )
    ]

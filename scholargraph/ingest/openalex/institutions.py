"""Rows of institution records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex.counts import counts_by_year

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Institution


def tables_of_institutions(
    institutions: Sequence[Institution], ids: Sequence[str], drift: Drift
) -> list[Rows]:
    """Return the rows of a batch of institution records, table by table."""
    places = [institution.geo for institution in institutions]
    described = columns.build(
        schema.INSTITUTIONS,
        range(len(institutions)),
        {
            "name": [i.display_name or own for i, own in zip(institutions, ids, strict=True)],
            "ror": columns.normalised(
                [i.ror for i in institutions], identifiers.ror, "institutions.ror", drift
            ),
            "country_code": columns.matching(
                [i.country_code for i in institutions],
                "[A-Z]{2}",
                "institutions.country_code",
                drift,
            ),
            "type": [i.type for i in institutions],
            "city": [place.city if place else None for place in places],
            "latitude": [place.latitude if place else None for place in places],
            "longitude": [place.longitude if place else None for place in places],
            "lineage": columns.id_lists([i.lineage or [] for i in institutions], "I"),
            "is_mention": [False] * len(institutions),
        },
    )
    return [described, counts_by_year([i.counts_by_year for i in institutions])]

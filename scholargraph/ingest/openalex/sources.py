"""Rows of source records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex import mentions
from scholargraph.ingest.openalex.counts import counts_by_year

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Source


def tables_of_sources(sources: Sequence[Source], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of source records, table by table."""
    numbered = list(enumerate(sources))
    described = mentions.describe_sources(sources, "sources", drift)
    described["name"] = [s.display_name or own for s, own in zip(sources, ids, strict=True)]
    return [
        columns.build(schema.SOURCES, range(len(sources)), {"source_id": ids, **described}),
        counts_by_year([source.counts_by_year for source in sources], ids),
        mentions.publishers(numbered, ids),
        mentions.institutions(mentions.hosts(numbered), ids, drift),
    ]

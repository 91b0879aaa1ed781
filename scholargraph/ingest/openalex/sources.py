"""Rows of source records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.openalex.counts import counts_by_year
from scholargraph.ingest.openalex.mentions import (
    Institutions,
    Named,
    Publishers,
    describe_sources,
    say_host,
)

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Source


def tables_of_sources(sources: Sequence[Source], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of source records, table by table."""
    described = describe_sources(sources, "sources", drift)
    described["name"] = [s.display_name or own for s, own in zip(sources, ids, strict=True)]
    return [
        columns.build(schema.SOURCES, range(len(sources)), described),
        counts_by_year([source.counts_by_year for source in sources]),
        *_hosts(sources, drift),
    ]


def _hosts(sources: Sequence[Source], drift: Drift) -> list[Rows]:
    publishers, institutions = Publishers(), Institutions()
    for row, source in enumerate(sources):
        named_publishers: Named = {}
        named_institutions: Named = {}
        publishers.say(named_publishers, source)
        say_host(institutions, named_institutions, source)
        publishers.add(row, named_publishers)
        institutions.add(row, named_institutions)
    return [publishers.table(), institutions.table(drift)]

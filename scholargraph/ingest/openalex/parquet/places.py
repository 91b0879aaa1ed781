"""Locations from columns, by the rules of ``locations``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import OPENALEX_URL
from scholargraph.ingest.openalex.locations import Places, first_arxiv_id, rows_of_places
from scholargraph.ingest.openalex.mentions import Institutions, Sources
from scholargraph.ingest.openalex.parquet.groups import Flags, Numbers, ends_of
from scholargraph.ingest.openalex.parquet.said import are_nobody, say
from scholargraph.ingest.openalex.parquet.seats import texts_of

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.parquet.nodes import Structs

SIGNALS = ("id", "landing_page_url", "pdf_url")
"""What tells one place of a work from another, and may name arXiv."""

_NOTHING = pa.scalar(None, pa.string())


def have_unlisted_primary(works: Structs) -> Flags:
    """Say of each work whether its primary location is not in the list of all."""
    primary, lists = works.structs("primary_location"), works.lists("locations")
    owners = pa.array(lists.owners)
    is_same = np.ones(len(lists.owners), bool)
    for name in SIGNALS:
        one, other = primary.column(name).take(owners), lists.structs.column(name)
        both_null = pc.and_(one.is_null(), other.is_null())
        is_same &= np.asarray(pc.or_kleene(pc.fill_null(pc.equal(one, other), False), both_null))
    is_listed = np.zeros(len(works), bool)
    is_listed[lists.owners[is_same]] = True
    return primary.is_valid & ~is_listed


def tables_of_places(
    works: Structs, seats_say: tuple[Numbers, list[pa.Array]], drift: Drift
) -> list[Rows]:
    """Return the locations, and what works say of sources, their hosts, and institutions.

    Parameters
    ----------
    works : Structs
        Whose primary location is in the list of all.
    seats_say : tuple
        What their seats say of institutions: of one that hosts a source, too, that counts.
    drift : Drift
        Is told of sources that are none.
    """
    lists = works.lists("locations")
    places = lists.structs
    signals = [places.column(name) for name in SIGNALS]
    source = places.structs("source")
    urls = source.column("id")
    says = np.zeros(len(places), bool)
    for column in (*signals, urls):
        says |= _is_given(column)
    chosen = np.flatnonzero(says)
    kept = pa.array(chosen)
    is_nobody = are_nobody(urls)
    if is_nobody[chosen].any():
        example = urls[int(chosen[is_nobody[chosen]][0])].as_py()
        count = int(is_nobody[chosen].sum())
        drift.add("works.locations[].source", odd.NOBODY, count, example=example)
    somebody = pc.if_else(pa.array(is_nobody), _NOTHING, urls)
    positions = np.arange(len(places)) - ends_of(lists.sizes)[lists.owners] + 1
    locations = rows_of_places(
        Places(
            rows=lists.owners[chosen],
            positions=pa.array(positions[chosen]),
            source_urls=somebody.take(kept),
            urls=signals[1].take(kept),
            pdf_urls=signals[2].take(kept),
            versions=places.column("version").take(kept),
            licenses=places.column("license").take(kept),
            is_oa=pc.fill_null(places.column("is_oa").take(kept), False),
            arxiv_ids=_arxiv_ids([signal.take(kept) for signal in signals]),
        )
    )
    institutions = Institutions()
    sources = Sources(institutions)
    _say_sources(sources, lists.owners[chosen], source, somebody, kept)
    _say_institutions(institutions, seats_say, lists.owners[chosen], source, kept)
    return [locations, *sources.tables(drift), institutions.table(drift)]


def _is_given(texts: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(pc.not_equal(texts, ""), False))


def name_arxiv(texts: pa.Array) -> Flags:
    """Say of each text whether it names arXiv."""
    return np.asarray(
        pc.fill_null(pc.match_substring_regex(texts, "arxiv", ignore_case=True), False)
    )


def _arxiv_ids(signals: list[pa.Array]) -> pa.Array:
    """Return the arXiv id that the first signal of each place names."""
    size = len(signals[0])
    may_name = np.zeros(size, bool)
    for signal in signals:
        may_name |= name_arxiv(signal)
    found: list[str | None] = [None] * size
    for place in np.flatnonzero(may_name).tolist():
        found[place] = first_arxiv_id(signal[place].as_py() for signal in signals)
    return pa.array(found, pa.string())


def _say_sources(
    sources: Sources, rows: Numbers, source: Structs, urls: pa.Array, kept: pa.Array
) -> None:
    hosts = source.column("host_organization").take(kept)
    columns = [
        urls.take(kept),
        source.column("display_name").take(kept),
        source.column("issn_l").take(kept),
        texts_of(source.lists("issn")).take(kept),
        source.column("type").take(kept),
        hosts,
        source.column("is_oa").take(kept),
        source.column("is_core").take(kept),
        source.column("is_in_doaj").take(kept),
    ]
    say(sources.sources, rows, columns)
    names = source.column("host_organization_name").take(kept)
    say(sources.publishers, rows, [_of_kind(hosts, "P"), names])


def _of_kind(urls: pa.Array, letter: str) -> pa.Array:
    is_one = pc.starts_with(urls, OPENALEX_URL + letter)
    return pc.if_else(pc.fill_null(is_one, False), urls, _NOTHING)


def _say_institutions(
    institutions: Institutions,
    seats_say: tuple[Numbers, list[pa.Array]],
    rows: Numbers,
    source: Structs,
    kept: pa.Array,
) -> None:
    """Say what seats say, and then who hosts sources."""
    hosts = _of_kind(source.column("host_organization"), "I").take(kept)
    names = source.column("host_organization_name").take(kept)
    is_host = hosts.is_valid()
    rows_said, described = seats_say
    hosts = hosts.filter(is_host)
    further = [hosts, names.filter(is_host)]
    further += [pa.nulls(len(hosts), column.type) for column in described[2:]]
    say(
        institutions,
        np.concatenate([rows_said, rows[np.asarray(is_host)]]),
        [pa.concat_arrays(pair) for pair in zip(described, further, strict=True)],
    )

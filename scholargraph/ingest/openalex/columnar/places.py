"""Locations from columns, by the rules of ``locations``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import NO_TEXT
from scholargraph.ingest.openalex.columnar.groups import Coded, Flags, coded, ends_of
from scholargraph.ingest.openalex.columnar.institutions import (
    NamedInstitutions,
    rows_of_institutions,
)
from scholargraph.ingest.openalex.columnar.said import Said, are_nobody, of_kind, say
from scholargraph.ingest.openalex.columnar.texts import texts_of
from scholargraph.ingest.openalex.locations import Places, arxiv_id_in, rows_of_places
from scholargraph.ingest.openalex.mentions import Institutions, Sources

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.nodes import Lists, Structs

SIGNALS = ("id", "landing_page_url", "pdf_url")
"""What tells one place of a work from another, and may name arXiv."""


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
    works: Structs,
    institutions: NamedInstitutions,
    arxiv_ids: list[pa.Array],
    drift: Drift,
) -> list[Rows]:
    """Return the locations, and what works say of sources, their hosts, and institutions.

    Parameters
    ----------
    works : Structs
        Whose primary location is in the list of all.
    institutions : NamedInstitutions
        Those that the works name, as hosts of sources, too.
    arxiv_ids : list of pyarrow.Array
        Of ``arxiv_ids_of_places``.
    drift : Drift
        Is told of sources that are none.
    """
    lists = works.lists("locations")
    source = lists.structs.structs("source")
    urls = source.column("id")
    are_places = np.zeros(len(urls), bool)
    for column in (*(lists.structs.column(name) for name in SIGNALS), urls):
        are_places |= _is_given(column)
    is_nobody = are_nobody(urls) & are_places
    if is_nobody.any():
        example = urls[int(is_nobody.argmax())].as_py()
        count = int(np.count_nonzero(is_nobody))
        drift.add("works.locations[].source", odd.NOBODY, count, example=example)
    sources = pc.if_else(pa.array(are_places & ~is_nobody), urls, NO_TEXT)
    return [
        _rows_of_places(lists, are_places, sources, pc.coalesce(*arxiv_ids)),
        *_tables_of_sources(lists, are_places, sources, drift),
        rows_of_institutions(works, institutions, are_places, drift),
    ]


def _rows_of_places(
    lists: Lists, are_places: Flags, sources: pa.Array, arxiv_ids: pa.Array
) -> Rows:
    places = lists.structs
    positions = np.arange(len(places)) - ends_of(lists.sizes)[lists.owners] + 1
    kept = pa.array(are_places)
    return rows_of_places(
        Places(
            rows=lists.owners[are_places],
            positions=pa.array(positions[are_places]),
            source_urls=sources.filter(kept),
            urls=places.column("landing_page_url").filter(kept),
            pdf_urls=places.column("pdf_url").filter(kept),
            versions=places.column("version").filter(kept),
            licenses=places.column("license").filter(kept),
            is_oa=pc.fill_null(places.column("is_oa").filter(kept), False),
            arxiv_ids=arxiv_ids.filter(kept),
        )
    )


def _tables_of_sources(lists: Lists, are_places: Flags, urls: pa.Array, drift: Drift) -> list[Rows]:
    """Return what works say of sources, and of the publishers that host them."""
    source = lists.structs.structs("source")
    hosts = source.column("host_organization")
    sources = Sources(Institutions())
    details = [
        source.column("display_name"),
        source.column("issn_l"),
        texts_of(source.lists("issn")),
        source.column("type"),
        hosts,
        source.column("is_oa"),
        source.column("is_core"),
        source.column("is_in_doaj"),
    ]
    say(sources.sources, coded(urls), [Said(lists.owners, details)])
    publishers = coded(of_kind(hosts, "P"))
    say(
        sources.publishers,
        Coded(np.where(are_places, publishers.numbers, 0), publishers.values),
        [Said(lists.owners, [source.column("host_organization_name")])],
    )
    return sources.tables(drift)


def _is_given(texts: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(pc.not_equal(texts, ""), False))


def arxiv_ids_in(texts: pa.Array) -> pa.Array:
    """Return the arXiv id that each text names, or null."""
    names_one = pc.fill_null(pc.match_substring_regex(texts, "arxiv", ignore_case=True), False)
    found = [arxiv_id_in(text) for text in texts.filter(names_one).to_pylist()]
    return pc.replace_with_mask(
        pa.nulls(len(texts), pa.string()), names_one, pa.array(found, pa.string())
    )


def arxiv_ids_of_places(works: Structs) -> list[pa.Array]:
    """Return the arXiv id that each listed location names first, beside the signal that does."""
    places = works.lists("locations").structs
    is_named = np.zeros(len(places), bool)
    found = []
    for name in SIGNALS:
        left = pc.if_else(pa.array(is_named), NO_TEXT, places.column(name))
        found.append(arxiv_ids_in(left))
        is_named |= np.asarray(found[-1].is_valid())
    return found

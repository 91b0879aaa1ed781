"""Funders and awards from columns, by the rules of ``funding``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from scholargraph.ingest import drift as odd
from scholargraph.ingest.openalex.columnar.groups import coded, codes_of, groups_of, paired
from scholargraph.ingest.openalex.columnar.said import Said, say
from scholargraph.ingest.openalex.columnar.texts import without_empty
from scholargraph.ingest.openalex.funding import rows_of_funders
from scholargraph.ingest.openalex.mentions import Funders

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.nodes import Structs


def tables_of_funding(works: Structs, drift: Drift) -> list[Rows]:
    """Return the funders of works with their awards, and what works say of funders."""
    grants, awards, funders = (works.lists(name) for name in ("grants", "awards", "funders"))
    none = pa.nulls(len(funders.owners), pa.string())
    rows = np.concatenate([grants.owners, awards.owners, funders.owners])
    urls = without_empty(
        pa.concat_arrays(
            [
                grants.structs.column("funder"),
                awards.structs.column("funder_id"),
                funders.structs.column("id"),
            ]
        )
    )
    names = without_empty(
        pa.concat_arrays(
            [
                grants.structs.column("award_id"),
                awards.structs.column("funder_award_id"),
                none,
            ]
        )
    )
    if urls.null_count:
        drift.add("works.awards[].funder_id", odd.BAD_VALUE, urls.null_count)
    funder_codes, award_codes = codes_of(urls), codes_of(names)
    of_funders = groups_of(paired(rows, funder_codes)).numbers
    has_award = np.zeros(int(of_funders.max(initial=-1)) + 1, bool)
    has_award[of_funders[award_codes > 0]] = True
    counts = (funder_codes > 0) & ((award_codes > 0) | ~has_award[of_funders])
    places = np.flatnonzero(counts)
    kept = places[groups_of(paired(of_funders[places], award_codes[places])).firsts]
    taken = pa.array(kept)
    return [rows_of_funders(rows[kept], urls.take(taken), names.take(taken)), _named(works, drift)]


def _named(works: Structs, drift: Drift) -> Rows:
    """Return what works say of funders: those listed first, then awards, then grants."""
    funders, awards, grants = (works.lists(name) for name in ("funders", "awards", "grants"))
    listed, awarded, granted = funders.structs, awards.structs, grants.structs
    urls = pa.concat_arrays(
        [listed.column("id"), awarded.column("funder_id"), granted.column("funder")]
    )
    mentions = Funders()
    say(
        mentions,
        coded(without_empty(urls)),
        [
            Said(funders.owners, [listed.column("display_name"), listed.column("ror")]),
            Said(awards.owners, [awarded.column("funder_display_name"), None]),
            Said(grants.owners, [granted.column("funder_display_name"), None]),
        ],
    )
    return mentions.table(drift)

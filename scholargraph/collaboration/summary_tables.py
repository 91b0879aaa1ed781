"""The tables of a summary: shares of papers, the same by year, and partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph.collaboration.choosing import Chosen
from scholargraph.collaboration.group_papers import MEASURES, Judged
from scholargraph.collaboration.group_seats import Units
from scholargraph.collaboration.institutions import UNKNOWN, Institutions, country_text
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import NO_YEAR, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd


def share_rows(judged: Judged, counts: BoolArray) -> list[dict[str, Any]]:
    """Return a row for each measure, over some of the papers."""
    papers = int(np.count_nonzero(counts))
    weight = float(judged.weight[counts].sum())
    found = []
    for measure, is_true, is_unknown in zip(
        MEASURES, judged.is_true, judged.is_unknown, strict=True
    ):
        holds, might_hold = is_true & counts, (is_true | is_unknown) & counts
        true = int(np.count_nonzero(holds))
        found.append(
            {
                "measure": measure,
                "papers": true,
                "full": true / papers if papers else None,
                "fractional": float(judged.weight[holds].sum()) / weight if papers else None,
                "full_at_most": int(np.count_nonzero(might_hold)) / papers if papers else None,
                "fractional_at_most": (
                    float(judged.weight[might_hold].sum()) / weight if papers else None
                ),
                "denominator_full": papers,
                "denominator_fractional": weight,
                "single_author_papers": int(np.count_nonzero(holds & judged.is_alone)),
                "unknown": int(np.count_nonzero(is_unknown & counts)),
            }
        )
    return found


def by_year(judged: Judged, chosen: Chosen, complete_until: int) -> pd.DataFrame:
    """Return the same rows for each year with papers, and whether the year is over."""
    rows = []
    years = chosen.year[judged.counts]
    for year in np.unique(years[years != NO_YEAR]).tolist():
        for row in share_rows(judged, judged.counts & (chosen.year == year)):
            rows.append({"year": year, "is_complete": year <= complete_until, **row})
    return share_frame(rows, ("year", "is_complete"))


def share_frame(rows: list[dict[str, Any]], before: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return rows of shares as a frame; ``before`` are the columns that stand before these."""
    import pyarrow as pa

    types = {
        "year": pa.int16(),
        "is_complete": pa.bool_(),
        "measure": pa.string(),
        "papers": pa.int64(),
        "full": pa.float64(),
        "fractional": pa.float64(),
        "full_at_most": pa.float64(),
        "fractional_at_most": pa.float64(),
        "denominator_full": pa.int64(),
        "denominator_fractional": pa.float64(),
        "single_author_papers": pa.int64(),
        "unknown": pa.int64(),
    }
    names = [name for name in types if name in before or name not in ("year", "is_complete")]
    schema = pa.schema([(name, types[name]) for name in names])
    return frame(pa.Table.from_pylist(rows, schema=schema))


def partners_met(units: Units, judged: Judged) -> tuple[IntArray, IntArray, FloatArray]:
    """Return partners, the most frequent first, and papers and weight of each."""
    counts = ~units.is_own & judged.counts[units.paper]
    keys, number = np.unique(units.key[counts], return_inverse=True)
    papers = np.bincount(number).astype(np.int64)
    weights = np.bincount(number, weights=judged.weight[units.paper[counts]]).astype(np.float64)
    order = np.lexsort((keys, -weights, -papers))
    return keys[order], papers[order], weights[order]


def partner_frame(
    keys: IntArray,
    papers: IntArray,
    weights: FloatArray,
    judged: Judged,
    institutions: Institutions | None,
) -> pd.DataFrame:
    """Describe partners: institutions or, without what is known of those, countries."""
    import pyarrow as pa

    # Without papers there are no partners either, and nothing to be divided.
    whole = float(judged.weight[judged.counts].sum()) or 1.0
    named: dict[str, Any] = {}
    country = keys
    if institutions is not None:
        named = {
            "institution_id": institutions.ids.take(keys),
            "name": institutions.names.take(keys),
        }
        country = institutions.country[keys]
    codes = [None if each == UNKNOWN else country_text(each) for each in country.tolist()]
    table = pa.table(
        {
            **named,
            "country_code": pa.array(codes, pa.string()),
            "paper_count": pa.array(papers, pa.int64()),
            "full": pa.array(papers / max(int(judged.counts.sum()), 1), pa.float64()),
            "fractional": pa.array(weights / whole, pa.float64()),
        }
    )
    return frame(table)

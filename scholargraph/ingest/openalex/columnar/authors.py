"""Authors from columns, by the rules of ``authors``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest import columns
from scholargraph.ingest.openalex.authors import rows_of_authors, rows_of_careers
from scholargraph.ingest.openalex.columnar.groups import (
    Flags,
    Numbers,
    coded,
    codes_of,
    groups_of,
    paired,
)
from scholargraph.ingest.openalex.columnar.institutions import details_of
from scholargraph.ingest.openalex.columnar.said import Said, are_nobody, say
from scholargraph.ingest.openalex.columnar.texts import lists_of, without_empty
from scholargraph.ingest.openalex.counts import rows_of_counts
from scholargraph.ingest.openalex.mentions import Institutions

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.nodes import Structs


def are_odd_authors(authors: Structs) -> Flags:
    """Say of each author whether only the rules for single records know its form: of none."""
    return np.zeros(len(authors), bool)


def tables_of_authors(authors: Structs, ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of all authors, table by table.

    Parameters
    ----------
    authors : Structs
        Records of authors.
    ids : sequence of str
        Their short ids.
    drift : Drift
        Is told of everything odd.

    Raises
    ------
    OddIdError
        If an id is oddly spelt.
    """
    stats = authors.structs("summary_stats")
    counts = _counts(authors)
    said = {
        "name": without_empty(authors.column("display_name")),
        "alternatives": _alternatives(authors),
        "orcid": authors.column("orcid"),
        "works_count": authors.column("works_count"),
        "cited_by_count": authors.column("cited_by_count"),
        "h_index": stats.column("h_index"),
        "i10_index": stats.column("i10_index"),
        "updated_date": authors.column("updated_date"),
    }
    return [rows_of_authors(said, counts, ids, drift), *_careers(authors, drift), counts]


def _counts(authors: Structs) -> Rows:
    """Return the counts by year; of a year that stands twice, the first."""
    lists = authors.lists("counts_by_year")
    years = lists.structs.column("year")
    given = np.flatnonzero(np.asarray(years.is_valid()))
    keys = paired(lists.owners[given], codes_of(years)[given])
    kept = given[groups_of(keys).firsts]
    taken = pa.array(kept)
    return rows_of_counts(
        lists.owners[kept],
        years.take(taken),
        lists.structs.column("works_count").take(taken),
        lists.structs.column("cited_by_count").take(taken),
    )


def _alternatives(authors: Structs) -> pa.Array:
    """Return the other names of each author, each once."""
    lists = authors.lists("display_name_alternatives")
    names = without_empty(lists.values)
    own = authors.column("display_name").take(pa.array(lists.owners))
    is_other = np.asarray(pc.fill_null(pc.not_equal(names, own), True))
    given = np.flatnonzero(is_other & np.asarray(names.is_valid()))
    keys = paired(lists.owners[given], codes_of(names)[given])
    kept = given[groups_of(keys).firsts]
    sizes = np.bincount(lists.owners[kept], minlength=len(authors))
    return lists_of(sizes, columns.text(names.take(pa.array(kept))))


def _careers(authors: Structs, drift: Drift) -> list[Rows]:
    """Return where authors were when, and what they say of these institutions."""
    lines = authors.lists("affiliations")
    last_known = authors.lists("last_known_institutions")
    older = authors.structs("last_known_institution")
    institutions = Institutions()
    places = [lines.structs.structs("institution"), last_known.structs, older]
    of_places = [lines.owners, last_known.owners, np.arange(len(authors))]
    rows = np.concatenate(of_places)
    urls = without_empty(pa.concat_arrays([place.column("id") for place in places]))
    named_by = coded(pc.if_else(pa.array(are_nobody(urls)), columns.NO_TEXT, urls))
    said = [Said(*pair) for pair in zip(of_places, map(details_of, places), strict=True)]
    say(institutions, named_by, said)
    codes = named_by.numbers
    named = np.flatnonzero(codes)
    groups = groups_of(paired(rows[named], codes[named]))
    careers = np.full(len(rows), -1)
    careers[named] = groups.numbers
    firsts = named[groups.firsts]
    is_last_known = np.zeros(len(firsts), bool)
    is_last_known[careers[named[named >= len(lines.owners)]]] = True
    table = rows_of_careers(
        rows[firsts],
        urls.take(pa.array(firsts)),
        _years(authors, careers, len(firsts)),
        pa.array(is_last_known),
    )
    return [table, institutions.table(drift)]


def _years(authors: Structs, careers: Numbers, count: int) -> pa.Array:
    """Return the different years of each career, sorted."""
    lists = authors.lists("affiliations").structs.lists("years")
    of_years = careers[lists.owners]
    years = lists.values.to_numpy()
    order = np.lexsort((years, of_years))
    order = order[of_years[order] >= 0]
    of_years, years = of_years[order], years[order]
    is_new = np.ones(len(years), bool)
    is_new[1:] = (np.diff(of_years) > 0) | (np.diff(years) > 0)
    sizes = np.bincount(of_years[is_new], minlength=count)
    return lists_of(sizes, pa.array(years[is_new]))

"""Works from columns: the tables that ``works`` makes of records, without a record in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from scholargraph.ingest.openalex.abstracts import Abstracts, checked_text
from scholargraph.ingest.openalex.columnar.funding import tables_of_funding
from scholargraph.ingest.openalex.columnar.institutions import named_institutions
from scholargraph.ingest.openalex.columnar.papers import rows_of_works
from scholargraph.ingest.openalex.columnar.places import (
    arxiv_ids_of_places,
    have_unlisted_primary,
    tables_of_places,
)
from scholargraph.ingest.openalex.columnar.seats import (
    are_old,
    rows_of_affiliations,
    tables_of_bylines,
)
from scholargraph.ingest.openalex.columnar.subjects import (
    rows_of_labels,
    rows_of_references,
    rows_of_words,
    tables_of_topics,
)
from scholargraph.ingest.openalex.unlikely import note_unlikely

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.groups import Flags
    from scholargraph.ingest.openalex.columnar.nodes import Structs


def are_odd_works(works: Structs) -> Flags:
    """Say of each work whether it is of an older form, which only the rules for records know."""
    return are_old(works) | have_unlisted_primary(works)


def tables_of_works(works: Structs, ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of all works, table by table.

    Parameters
    ----------
    works : Structs
        None of an older form.
    ids : sequence of str
        Their short ids.
    drift : Drift
        Is told of everything odd.

    Raises
    ------
    OddIdError
        If an id is oddly spelt.
    """
    arxiv_ids = arxiv_ids_of_places(works)
    institutions = named_institutions(works, drift)
    tables = [
        rows_of_works(works, arxiv_ids, drift),
        rows_of_abstracts(works.column("abstract_inverted_index"), drift),
        *tables_of_bylines(works, drift),
        rows_of_affiliations(works, institutions, drift),
        *tables_of_topics(works, drift),
        rows_of_references(works),
        rows_of_words(works),
        rows_of_labels(works, drift),
        *tables_of_funding(works, drift),
        *tables_of_places(works, institutions, arxiv_ids, drift),
    ]
    note_unlikely(tables, ids, drift)
    return tables


def rows_of_abstracts(indexes: pa.Array, drift: Drift) -> Rows:
    """Return the abstracts of works, of which each has an index as JSON."""
    gathered = Abstracts()
    for row, text in enumerate(indexes.cast(pa.binary()).to_pylist()):
        if text is not None:
            gathered.add(row, checked_text(text, drift), drift)
    return gathered.table(drift)

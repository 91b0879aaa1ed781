"""Papers from columns, by the rules of ``papers``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import identifiers
from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.openalex.columnar.groups import Numbers, ends_of, indices
from scholargraph.ingest.openalex.columnar.places import arxiv_ids_in
from scholargraph.ingest.openalex.columnar.said import are_nobody
from scholargraph.ingest.openalex.papers import API_AUTHOR_LIMIT, rows_of_papers

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.nodes import Structs


def rows_of_works(works: Structs, arxiv_ids: Sequence[pa.Array], drift: Drift) -> Rows:
    """Return what works say of themselves.

    Parameters
    ----------
    works : Structs
        Whose primary location is in the list of all.
    arxiv_ids : sequence of pyarrow.Array
        Those that the listed locations name, signal by signal.
    drift : Drift
        Is told of sources that are none.
    """
    access, biblio = works.structs("open_access"), works.structs("biblio")
    said = {
        "type": columns.text(works.column("type")),
        "language": columns.text(works.column("language")),
        "cited_by_count": works.column("cited_by_count"),
        "fwci": works.column("fwci"),
        **{
            name: pc.fill_null(works.column(name), False)
            for name in ("is_retracted", "is_paratext", "is_xpac")
        },
        **{
            name: columns.text(biblio.column(name))
            for name in ("volume", "issue", "first_page", "last_page")
        },
        "arxiv_id": _arxiv_ids(works, arxiv_ids),
        "doi": works.column("doi"),
        "pmid": works.structs("ids").column("pmid"),
        "title": columns.text(pc.coalesce(works.column("title"), works.column("display_name"))),
        "year": works.column("publication_year"),
        "date": works.column("publication_date"),
        "source_id": _primary_sources(works, drift),
        "oa_status": columns.text(access.column("oa_status")),
        "is_oa": pc.fill_null(access.column("is_oa"), False),
        "citation_percentile": works.structs("citation_normalized_percentile").column("value"),
        "reference_count": _reference_counts(works),
        **_author_counts(works),
        "topic_id": works.structs("primary_topic").column("id"),
        "updated_date": works.column("updated_date"),
    }
    return rows_of_papers(said, len(works), drift)


def _reference_counts(works: Structs) -> pa.Array:
    references = works.lists("referenced_works")
    listed = pa.array(references.sizes, mask=references.is_null)
    return pc.coalesce(works.column("referenced_works_count"), listed)


def _author_counts(works: Structs) -> dict[str, pa.Array]:
    seats = works.lists("authorships")
    said = works.column("authors_count").fill_null(0).to_numpy()
    positions = seats.structs.column("author_position")
    is_last = np.asarray(pc.fill_null(pc.equal(positions, "last"), False))
    has_last = np.zeros(len(works), bool)
    has_last[seats.owners[is_last]] = True
    is_flagged = np.asarray(pc.fill_null(works.column("is_authors_truncated"), False))
    is_suspect = (seats.sizes == API_AUTHOR_LIMIT) & ~has_last
    return {
        "author_count": pa.array(np.maximum(seats.sizes, said)),
        "authors_truncated": pa.array(is_flagged | (said > seats.sizes) | is_suspect),
    }


def _primary_sources(works: Structs, drift: Drift) -> pa.Array:
    """Return the source of each primary location, without one of the first that is listed."""
    primary, listed = works.structs("primary_location"), works.lists("locations")
    starts = ends_of(listed.sizes)[:-1]
    firsts = np.where((listed.sizes > 0) & ~primary.is_valid, starts, -1)
    urls = pc.coalesce(
        primary.structs("source").column("id"),
        listed.structs.structs("source").column("id").take(indices(firsts)),
    )
    is_nobody = are_nobody(urls)
    if not is_nobody.any():
        return urls
    drift.add(
        "works.primary_location.source",
        odd.NOBODY,
        int(is_nobody.sum()),
        example=urls[int(is_nobody.argmax())].as_py(),
    )
    return pc.if_else(pa.array(is_nobody), columns.NO_TEXT, urls)


def _arxiv_ids(works: Structs, of_places: Sequence[pa.Array]) -> pa.Array:
    """Return the arXiv ids of papers by the first signal that names one, the surest first.

    Of works whose primary location is in the list of all.
    """
    owners = works.lists("locations").owners
    return pc.coalesce(
        arxiv_ids_in(works.column("doi")),
        *(_first_of_each(ids, owners, len(works)) for ids in of_places),
        arxiv_ids_in(works.structs("open_access").column("oa_url")),
        _said_arxiv_ids(works),
    )


def _first_of_each(values: pa.Array, owners: Numbers, count: int) -> pa.Array:
    """Return the first value of each owner that is not null."""
    given = np.flatnonzero(np.asarray(values.is_valid()))[::-1]
    chosen = np.full(count, -1, np.int64)
    chosen[owners[given]] = given  # The last one written stays.
    return values.take(indices(chosen))


def _said_arxiv_ids(works: Structs) -> pa.Array:
    said = works.structs("ids").column("arxiv_id")
    if said.null_count == len(said):
        return said
    found = [identifiers.arxiv_id(text) if text else None for text in said.to_pylist()]
    return pa.array(found, pa.string())

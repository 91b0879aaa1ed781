"""Records of arXiv as rows of the tables that OpenAlex's works fill, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest.arxiv.taxonomy import topic_id, topics
from scholargraph.ingest.resolve.pieces import Piece
from scholargraph.ingest.resolve.twins import ARXIV_DOI

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.ids import Ids
    from scholargraph.ingest.resolve.pieces import Keys
    from scholargraph.schema import Table

PREFIX: Final = "arXiv:"

_PREPRINT: Final = "preprint"
_ABSTRACT_PAGE: Final = "https://arxiv.org/abs/"
_FULL_TEXT: Final = "https://arxiv.org/pdf/"
_SUBMITTED: Final = "submittedVersion"


def as_papers(ids: Ids, piece: Piece) -> Piece:
    """Return records as papers."""
    records = piece.rows
    count = len(piece.keys)
    arxiv_ids = arxiv_ids_of(ids, piece.keys)
    dates = records["date"].combine_chunks()
    categories = records["categories"].combine_chunks()
    doi = pc.list_slice(records["dois"].combine_chunks(), 0, 1, return_fixed_size_list=True)
    values = {
        "arxiv_id": arxiv_ids,
        "doi": pc.coalesce(
            pc.list_element(doi, 0),
            pc.binary_join_element_wise(ARXIV_DOI, pc.utf8_lower(arxiv_ids), ""),
        ),
        "title": records["title"],
        "year": pc.year(dates).cast(pa.int16()),
        "date": dates,
        "type": pa.repeat(_PREPRINT, count),
        "is_oa": pa.repeat(True, count),
        "is_retracted": pa.repeat(False, count),
        "is_paratext": pa.repeat(False, count),
        "is_xpac": pa.repeat(False, count),
        "author_count": records["author_count"],
        "authors_truncated": records["authors_truncated"],
        "topic_id": _topic_ids(_first(categories)),
        "version_count": records["version_count"],
        "is_withdrawn": records["is_withdrawn"],
        "updated_date": records["updated_date"],
        "origin": pa.repeat("arxiv", count),
    }
    return Piece(piece.keys, rows_of(schema.PAPERS, values, count))


def location_rows(ids: Ids, records: Piece, positions: pa.Array) -> pa.Table:
    """Return rows of locations: where arXiv has the papers."""
    arxiv_ids = arxiv_ids_of(ids, records.keys)
    count = len(records.keys)
    values = {
        "position": positions,
        "url": pc.binary_join_element_wise(_ABSTRACT_PAGE, arxiv_ids, ""),
        "pdf_url": pc.binary_join_element_wise(_FULL_TEXT, arxiv_ids, ""),
        "version": pa.repeat(_SUBMITTED, count),
        "license": records.rows["license"],
        "is_oa": pa.repeat(True, count),
        "arxiv_id": arxiv_ids,
    }
    return rows_of(schema.LOCATIONS, values, count)


def topics_above(categories: Iterable[str]) -> pa.Table:
    """Return categories with the classes above them, as rows of the table of topics."""
    used: set[str | None] = set(map(topic_id, categories))
    tree = {row.topic_id: row for row in topics()}
    for _ in ("archive", "group"):
        used |= {tree[found].parent_id for found in used if found is not None}
    rows = [asdict(row) for found, row in tree.items() if found in used]
    return pa.Table.from_pylist(rows, schema=schema.arrow_schema(schema.TOPICS.name))


def rows_of(table: Table, values: Mapping[str, Any], count: int) -> pa.Table:
    """Return rows of a table without the column of the owner; what is not given is null."""
    columns = {
        column.name: values.get(column.name, pa.nulls(count, schema.arrow_type(column.type)))
        for column in table.columns[1:]
    }
    return pa.table(columns)


def topics_of(papers: Keys, categories: pa.Array, *, has_primary: bool) -> Piece:
    """Return rows of the table of topics of papers, for lists of categories; each once."""
    owners = pc.list_parent_indices(categories).to_numpy()
    topics = _topic_ids(pc.list_flatten(categories))
    is_first = np.append(True, owners[1:] != owners[:-1])[: len(owners)]
    rows = pa.table(
        {
            "key": pa.array(papers[owners], pa.int64()),
            "topic_id": topics,
            "is_primary": pa.array(is_first & has_primary),
        }
    )
    rows = rows.take(pc.sort_indices(rows, [("key", "ascending"), ("topic_id", "ascending")]))
    keys, ids = rows["key"].to_numpy(), rows["topic_id"].combine_chunks()
    is_new = np.ones(len(keys), bool)
    is_new[1:] = (keys[1:] != keys[:-1]) | np.asarray(pc.not_equal(ids[1:], ids[:-1]))
    rows = rows.filter(pa.array(is_new))
    values = {"topic_id": rows["topic_id"], "is_primary": rows["is_primary"]}
    return Piece(rows["key"].to_numpy(), rows_of(schema.PAPER_TOPICS, values, len(rows)))


def _first(lists: pa.Array) -> pa.Array:
    """Return the first value of each list, or null."""
    sizes = pc.list_value_length(lists)
    starts = lists.offsets[:-1]
    places = pc.if_else(pc.greater(sizes, 0), starts, pa.scalar(None, starts.type))
    return lists.values.take(places)


def _topic_ids(categories: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(PREFIX, categories, "")


def arxiv_ids_of(ids: Ids, keys: Keys) -> pa.Array:
    """Return the ids of records without their prefix."""
    texts = ids.texts.take(pa.array(keys)).cast(pa.string())
    return pc.utf8_slice_codeunits(texts, len(PREFIX))

"""Name forms: authors of whom only a printed name is known, from the bylines that bear it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest.runs import plain


def name_forms(bylines: Iterable[pa.Table]) -> pa.Table:
    """Return the name forms of bylines, as rows of the table of authors.

    Parameters
    ----------
    bylines : iterable of pyarrow.Table
        Seats, with ``author_id``, ``author_name`` and ``mark``.

    Returns
    -------
    pyarrow.Table
        Sorted by id; the name is the one that is printed most often, the smallest of several.
    """
    counted: pa.Table | None = None
    for rows in bylines:
        seats = pa.table({name: plain_column(rows, name) for name in _COLUMNS})
        seats = seats.filter(seats["author_id"].is_valid())
        seats = seats.append_column("seats", pa.repeat(1, len(seats)))
        counted = _counted(seats if counted is None else pa.concat_tables([counted, seats]))
    return _as_authors(counted)


_COLUMNS = ("author_id", "author_name", "mark")


def plain_column(rows: pa.Table, name: str) -> pa.Array:
    """Return a column as one array without a dictionary."""
    return plain(rows[name].combine_chunks())


def _counted(seats: pa.Table) -> pa.Table:
    """Return how many seats bear each printed name, by name form."""
    counted = seats.group_by(["author_id", "author_name", "mark"]).aggregate([("seats", "sum")])
    return counted.rename_columns(["author_id", "author_name", "mark", "seats"])


def _as_authors(counted: pa.Table | None) -> pa.Table:
    """Return name forms as authors, by the name that is printed most, with the others beside."""
    columns = schema.arrow_schema(schema.AUTHORS.name)
    if counted is None or not len(counted):
        return columns.empty_table()
    order = [("author_id", "ascending"), ("seats", "descending"), ("author_name", "ascending")]
    rows = counted.take(pc.sort_indices(counted, order))
    forms = rows["author_id"].combine_chunks()
    is_new = np.append(True, np.asarray(pc.not_equal(forms[1:], forms[:-1])))
    firsts = np.flatnonzero(is_new)
    names = rows["author_name"].combine_chunks()
    others = names.filter(pa.array(~is_new))
    ends = np.append(firsts, len(forms)) - np.arange(len(firsts) + 1)
    heads = rows.take(pa.array(firsts))
    count = len(firsts)
    kinds = pc.if_else(heads["mark"].is_valid(), schema.ORGANISATION, "name form")
    values = {
        "author_id": heads["author_id"],
        "name": pc.coalesce(heads["author_name"], heads["author_id"]),
        "alternatives": pa.ListArray.from_arrays(pa.array(ends, pa.int32()), others),
        "kind": kinds,
        "is_mention": pa.repeat(True, count),
    }
    return pa.table(
        {field.name: values.get(field.name, pa.nulls(count, field.type)) for field in columns}
    ).cast(columns)

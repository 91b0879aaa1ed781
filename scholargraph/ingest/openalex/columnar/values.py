"""Rows of Parquet as the records that JSON would have given: the slow path."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from scholargraph.ingest.limits import GATHERED_RECORDS


class _Unreadable:
    """Stands for a value that JSON has no word for."""

    def __str__(self) -> str:
        return "unreadable"


_UNREADABLE: Final = _Unreadable()


def records_of(rows: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Yield rows as decoded JSON, one after the other.

    Parameters
    ----------
    rows : pyarrow.RecordBatch
        Of any types.

    Yields
    ------
    dict
        Maps are objects, dates and times ISO 8601; what JSON has no word for is of a type that
        no shape takes.

    Examples
    --------
    >>> ids = pa.array([[("mag", "1")]], pa.map_(pa.string(), pa.string()))
    >>> next(records_of(pa.record_batch({"ids": ids, "day": pa.array([date(2026, 1, 2)])})))
    {'ids': {'mag': '1'}, 'day': '2026-01-02'}
    """
    names = rows.schema.names
    for start in range(0, rows.num_rows, GATHERED_RECORDS):
        some = rows.slice(start, GATHERED_RECORDS)
        for values in zip(*map(_values, some.columns), strict=True):
            yield {name: _as_json(value) for name, value in zip(names, values, strict=True)}


def _values(column: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us"), safe=False)  # Python has no nanoseconds.
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        # A time beyond the year 9999, or a text that is not UTF-8.
        if len(column) == 1:
            return [_UNREADABLE]
        return [_values(column.slice(number, 1))[0] for number in range(len(column))]
    return values


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        if value and isinstance(value[0], tuple):  # the entries of a map
            return {str(key): _as_json(item) for key, item in value}
        return [_as_json(item) for item in value]
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else _UNREADABLE
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int):
        return value
    return _UNREADABLE

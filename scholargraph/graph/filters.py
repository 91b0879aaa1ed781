"""What ``where=`` means: conditions on the columns of one table, as an Arrow expression.

Values are checked against the declared type here, so that a misspelt condition is an error and
never an empty answer. Reading the rows is the business of ``graph``.
"""

from __future__ import annotations

import datetime
import math
import operator
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from scholargraph.errors import InvalidArgumentError

if TYPE_CHECKING:
    import pyarrow.compute as pc

    from scholargraph.schema import Column, Table

_INTEGER_RANGES: Final = {
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint64": (0, 2**64 - 1),
}


def expression(table: Table, where: Mapping[str, object] | None) -> pc.Expression | None:
    """Return the condition that rows of a table must meet, or None if there is none.

    Parameters
    ----------
    table : Table
        The declared table.
    where : mapping of column to condition, or None
        A value (None: is null), a list of values (None among them: or is null), or a tuple
        ``(low, high)`` with both ends included. All columns must agree.

    Raises
    ------
    UnknownColumnError
        If the table has no such column.
    InvalidArgumentError
        If a value is not of the column's type, or the column holds lists.

    Examples
    --------
    >>> from scholargraph.schema import PAPERS
    >>> print(expression(PAPERS, {"year": (2020, 2024)}))
    ((year >= 2020) and (year <= 2024))
    """
    if where is not None and not isinstance(where, Mapping):
        raise InvalidArgumentError(
            f"where must map columns to conditions, such as {{'year': 2020}}, not {where!r}"
        )
    combined: pc.Expression | None = None
    for name, condition in (where or {}).items():
        part = _condition(table, table.column(name), condition)
        combined = part if combined is None else combined & part
    return combined


def _condition(table: Table, column: Column, condition: object) -> pc.Expression:
    import pyarrow.compute as pc

    if column.type.startswith("list"):
        raise InvalidArgumentError(
            f"where cannot look into {table.name}.{column.name}, which holds lists: use "
            f"graph.sql with list_contains({column.name}, ?)"
        )
    field = pc.field(column.name)
    if condition is None:
        return field.is_null()
    if isinstance(condition, tuple):
        return _between(table, column, condition)
    if isinstance(condition, Iterable) and not isinstance(condition, (str, bytes, Mapping)):
        return _among(table, column, list(condition))
    value = _value(table, column, condition)
    return pc.scalar(False) if value is None else field == _scalar(column, value)


def _between(table: Table, column: Column, ends: tuple[object, ...]) -> pc.Expression:
    import pyarrow.compute as pc

    if len(ends) != 2:
        raise InvalidArgumentError(
            f"a range of {table.name}.{column.name} is a tuple (low, high), not {ends!r}; "
            "several values go into a list"
        )
    low, high = (_checked(table, column, end) for end in ends)
    if column.type in _INTEGER_RANGES:
        smallest, largest = _INTEGER_RANGES[column.type]
        low, high = max(low, smallest), min(high, largest)
        if low > high:
            return pc.scalar(False)
    field = pc.field(column.name)
    between: pc.Expression = (field >= _scalar(column, low)) & (field <= _scalar(column, high))
    return between


def _among(table: Table, column: Column, values: list[object]) -> pc.Expression:
    import pyarrow as pa
    import pyarrow.compute as pc

    from scholargraph.schema import arrow_type

    wanted = [_value(table, column, value) for value in values if value is not None]
    present = pa.array([value for value in wanted if value is not None], arrow_type(column.type))
    among: pc.Expression = pc.field(column.name).isin(present)
    return among | pc.field(column.name).is_null() if None in values else among


def _scalar(column: Column, value: object) -> Any:
    import pyarrow as pa

    from scholargraph.schema import arrow_type

    return pa.scalar(value, arrow_type(column.type))


def _value(table: Table, column: Column, value: object) -> Any:
    """Return a value of the column's type, or None if no row can have it."""
    checked = _checked(table, column, value)
    if column.type in _INTEGER_RANGES:
        smallest, largest = _INTEGER_RANGES[column.type]
        return checked if smallest <= checked <= largest else None
    return checked


def _checked(table: Table, column: Column, value: object) -> Any:
    """Return a value in the form that Arrow takes for the column's type."""
    if column.type == "string":
        if isinstance(value, str):
            return value
    elif column.type == "bool":
        if isinstance(value, bool) or type(value).__name__ == "bool":
            return bool(value)
    elif column.type in _INTEGER_RANGES:
        if not isinstance(value, bool) and hasattr(value, "__index__"):
            return operator.index(value)
    elif column.type in ("float32", "float64"):
        if not isinstance(value, (bool, str, bytes)) and hasattr(value, "__float__"):
            number = float(value)
            if not math.isnan(number):
                return number
    else:
        return _moment(table, column, value)
    _refuse(table, column, value)


def _moment(table: Table, column: Column, value: object) -> datetime.date:
    """Return a date or a point in time (UTC, without zone) for a date, a datetime or ISO text."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            _refuse(table, column, value)
    if not isinstance(value, datetime.date) or value != value:  # NaT is a datetime, too
        _refuse(table, column, value)
    if not isinstance(value, datetime.datetime):
        if column.type == "date":
            return value
        return datetime.datetime(value.year, value.month, value.day)
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    if column.type == "timestamp":
        return value
    if value.time() != datetime.time():
        _refuse(table, column, value)
    return value.date()


def _refuse(table: Table, column: Column, value: object) -> NoReturn:
    raise InvalidArgumentError(
        f"{table.name}.{column.name} holds {column.type}, so where cannot compare it with "
        f"{type(value).__name__} {value!r}"
    )

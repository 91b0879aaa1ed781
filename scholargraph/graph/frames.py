"""Arrow tables as pandas frames: the one place where the two meet.

Integers stay integers: a column that may be null takes pandas' nullable type and never turns into
floating point. Dates become ``datetime64``, texts pandas' own strings, so that ``"NA"`` stays the
country code of Namibia; lists stay Python lists. Which rows a frame holds is decided elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd
    import pyarrow as pa


def frame(
    table: pa.Table,
    *,
    nullable: Collection[str] | None = None,
    attrs: Mapping[str, object] | None = None,
) -> pd.DataFrame:
    """Turn an Arrow table into a pandas frame without changing a value.

    Parameters
    ----------
    table : pyarrow.Table
        Rows in the order that the frame shall have.
    nullable : collection of str, optional
        Columns that are declared nullable and therefore take a nullable type whether or not a
        null occurs. Without it a column takes one where a null occurs.
    attrs : mapping, optional
        What the frame says of itself, in ``DataFrame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Row numbers as index. Of columns with the same name the later ones get ``_1``, ``_2`` and
        so on, as DuckDB names them.

    Examples
    --------
    >>> import pyarrow as pa
    >>> years = pa.table({"year": pa.array([2020, None], pa.int16())})
    >>> frame(years)["year"].tolist()
    [2020, <NA>]
    """
    import pandas as pd

    columns = {}
    for name, values in zip(_distinct(table.column_names), table.columns, strict=True):
        may_be_null = values.null_count > 0 if nullable is None else name in nullable
        columns[name] = _series(values, may_be_null=may_be_null)
    result = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows), copy=False)
    result.attrs.update(attrs or {})
    return result


def _distinct(names: Iterable[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        number, candidate = 0, name
        while candidate in taken:
            number += 1
            candidate = f"{name}_{number}"
        taken.append(candidate)
    return taken


def _series(values: pa.ChunkedArray[Any], *, may_be_null: bool) -> pd.Series[Any]:
    import pandas as pd
    import pyarrow as pa
    from pyarrow import types

    if types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if types.is_decimal(values.type) and values.type.scale == 0:
        # DuckDB sums integers in 128 bits and hands them over as decimals.
        try:
            values = values.cast(pa.int64())
        except pa.ArrowInvalid:
            return pd.Series(
                [None if value is None else int(value) for value in values.to_pylist()],
                dtype=object,
            )
    if types.is_nested(values.type):
        return pd.Series(values.to_pylist(), dtype=object)
    if types.is_date(values.type):
        values = values.cast(pa.timestamp("s"))
    series: pd.Series[Any] = values.to_pandas(types_mapper=_nullable_type if may_be_null else None)
    return series


def _nullable_type(arrow: pa.DataType) -> Any:
    """Return pandas' nullable twin of an Arrow integer or Boolean, or None for other types."""
    import pandas as pd
    from pyarrow import types

    if types.is_boolean(arrow):
        return pd.BooleanDtype()
    if types.is_integer(arrow):
        prefix = "Int" if types.is_signed_integer(arrow) else "UInt"
        return pd.api.types.pandas_dtype(f"{prefix}{arrow.bit_width}")
    return None

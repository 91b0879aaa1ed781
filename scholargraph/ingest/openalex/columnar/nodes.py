"""Nested columns taken apart into objects, lists and plain values, by the shape of the records.

As ``repair`` does it for one record of JSON: nulls in lists are left out, values out of range
become null, and both are counted. What cannot be taken so is said, and the rows are read one by
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import inspect as shape

from scholargraph.ingest import drift as odd
from scholargraph.ingest.openalex.columnar.groups import Flags, Numbers, indices
from scholargraph.ingest.openalex.columnar.plan import fields_of, is_moment, plain, without_null

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scholargraph.ingest.drift import Drift

_US_OF_DAY: Final = 86_400_000_000
_FIRST_DAY: Final = -719_162
_LAST_DAY: Final = 2_932_896
"""The years 1 to 9999, beyond which no text of JSON is a time either."""


class UnexpectedValueError(ValueError):
    """A column holds what its shape cannot take; the rows have to be read one by one."""


@dataclass(frozen=True, slots=True)
class Structs:
    """Objects of one shape; the fields of one that is null are null."""

    is_valid: Flags
    fields: dict[str, Any]

    def __len__(self) -> int:
        """Return the number of objects."""
        return len(self.is_valid)

    def column(self, name: str) -> pa.Array:
        """Return a field that is a plain value."""
        found: pa.Array = self.fields[name]
        return found

    def lists(self, name: str) -> Lists:
        """Return a field that is a list."""
        found: Lists = self.fields[name]
        return found

    def structs(self, name: str) -> Structs:
        """Return a field that is an object."""
        found: Structs = self.fields[name]
        return found


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists without the nulls in them: all their elements, one after the other."""

    sizes: Numbers
    is_null: Flags
    owners: Numbers
    """The list that each element belongs to."""
    elements: Any

    @property
    def structs(self) -> Structs:
        """The elements, where they are objects."""
        found: Structs = self.elements
        return found

    @property
    def values(self) -> pa.Array:
        """The elements, where they are plain values."""
        found: pa.Array = self.elements
        return found


def structs_of(
    batch: pa.RecordBatch, target: type[msgspec.Struct], name: str, drift: Drift
) -> Structs:
    """Take the columns of records apart.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Of a file whose plan found nothing unexpected.
    target : type
        A shape.
    name : str
        Name of the kind of record, the first part of field names in ``drift``.
    drift : Drift
        Is told of values out of range and of nulls in lists.

    Raises
    ------
    UnexpectedValueError
        If a value cannot be taken for what it should be.
    """
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    try:
        return _with_fields(columns, target, np.ones(batch.num_rows, bool), name, drift)
    except pa.ArrowInvalid as error:
        raise UnexpectedValueError(str(error).partition("\n")[0]) from error


def _with_fields(
    columns: Mapping[str, pa.Array],
    target: type[msgspec.Struct],
    is_valid: Flags,
    path: str,
    drift: Drift,
) -> Structs:
    nothing = pa.nulls(len(is_valid))
    return Structs(
        is_valid,
        {
            declared.name: _node(columns.get(key, nothing), declared.target, f"{path}.{key}", drift)
            for key, declared in fields_of(target).items()
            if declared.is_read
        },
    )


def _node(array: pa.Array, target: shape.Type, path: str, drift: Drift) -> Any:
    if isinstance(target, shape.StructType):
        is_valid = np.asarray(array.is_valid())
        return _with_fields(
            _parts(array, target.cls, path, drift), target.cls, is_valid, path, drift
        )
    if isinstance(target, shape.ListType):
        return _lists(array, target.item_type, f"{path}[]", drift)
    return _values(array, plain(target), path, drift)


def _parts(
    array: pa.Array, target: type[msgspec.Struct], path: str, drift: Drift
) -> dict[str, pa.Array]:
    if pa.types.is_map(array.type):
        return _parts_of_map(array, target, path, drift)
    if pa.types.is_struct(array.type):
        names = [part.name for part in array.type]
        return dict(zip(names, array.flatten(), strict=True))
    return {}


def _parts_of_map(
    array: pa.Array, target: type[msgspec.Struct], path: str, drift: Drift
) -> dict[str, pa.Array]:
    """Return the values of each known key; of one that stands twice, the last."""
    ends = array.offsets.to_numpy()
    keys = array.keys.slice(ends[0], ends[-1] - ends[0])
    items = array.items.slice(ends[0], ends[-1] - ends[0])
    owners = np.repeat(np.arange(len(array)), np.diff(ends))
    known = fields_of(target)
    parts = {}
    for counted in pc.value_counts(keys).to_pylist():
        key = counted["values"]
        if key not in known:
            drift.add(f"{path}.{key}", odd.UNKNOWN_FIELD, counted["counts"])
        elif known[key].is_read:
            places = np.flatnonzero(np.asarray(pc.equal(keys, key)))
            chosen = np.full(len(array), -1, np.int64)
            chosen[owners[places]] = places
            parts[key] = items.take(indices(chosen))
    return parts


def _lists(array: pa.Array, item: shape.Type, path: str, drift: Drift) -> Lists:
    if pa.types.is_null(array.type):
        array = array.cast(pa.list_(pa.null()))
    sizes = pc.list_value_length(array).fill_null(0).to_numpy().astype(np.int64)
    owners = np.repeat(np.arange(len(array)), sizes)
    given = array.flatten()
    if given.null_count and not (isinstance(item, shape.UnionType) and item.includes_none):
        drift.add(path, odd.NULL_ELEMENT, given.null_count)
    owners, given = _without_nulls(owners, given)
    elements = _node(given, without_null(item), path, drift)
    if isinstance(elements, pa.Array):
        owners, elements = _without_nulls(owners, elements)  # Those that were out of range.
    if len(owners) < sizes.sum():
        sizes = np.bincount(owners, minlength=len(array))
    return Lists(sizes, np.asarray(array.is_null()), owners, elements)


def _without_nulls(owners: Numbers, elements: pa.Array) -> tuple[Numbers, pa.Array]:
    if not elements.null_count:
        return owners, elements
    return owners[np.asarray(elements.is_valid())], elements.drop_null()


def _values(array: pa.Array, target: shape.Type, path: str, drift: Drift) -> pa.Array:
    if isinstance(target, shape.IntType):
        return _within(array.cast(pa.int64()), target, path, drift)
    if isinstance(target, shape.FloatType):
        is_narrow = pa.types.is_float32(array.type)
        return _within(array if is_narrow else array.cast(pa.float64()), target, path, drift)
    if isinstance(target, shape.BoolType):
        return array.cast(pa.bool_())
    if is_moment(array.type):
        return _moments(array, path, drift)
    return array.cast(pa.string())


def _within(
    array: pa.Array, target: shape.IntType | shape.FloatType, path: str, drift: Drift
) -> pa.Array:
    """Make null what is out of range, or no number."""
    lowest, highest = target.ge, target.le
    if lowest is None and highest is None:
        return array
    known = array.fill_null(lowest if lowest is not None else 0).to_numpy(zero_copy_only=False)
    fits = np.ones(len(array), bool) if lowest is None else known >= lowest
    if highest is not None:
        fits &= known <= highest
    return _kept(array, fits, path, drift)


def _moments(array: pa.Array, path: str, drift: Drift) -> pa.Array:
    """Return dates as days and times as microseconds, without those of no year of ours."""
    if pa.types.is_date32(array.type):
        return _between(array, _FIRST_DAY, _LAST_DAY, path, drift)
    if pa.types.is_date(array.type):
        array = array.cast(pa.timestamp("ms"))
    times = array.cast(pa.timestamp("us"), safe=False)
    return _between(times, _FIRST_DAY * _US_OF_DAY, (_LAST_DAY + 1) * _US_OF_DAY - 1, path, drift)


def _between(array: pa.Array, first: int, last: int, path: str, drift: Drift) -> pa.Array:
    width = pa.int32() if pa.types.is_date32(array.type) else pa.int64()
    numbers = array.cast(width).fill_null(0).to_numpy()
    return _kept(array, (numbers >= first) & (numbers <= last), path, drift)


def _kept(array: pa.Array, fits: Flags, path: str, drift: Drift) -> pa.Array:
    if fits.all():
        return array
    drift.add(path, odd.BAD_VALUE, int(np.count_nonzero(~fits)))
    return pc.if_else(pa.array(fits), array, pa.scalar(None, array.type))

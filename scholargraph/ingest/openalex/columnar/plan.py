"""Which columns of a Parquet file are read, and whether they are what the shapes say.

A shape is walked beside the types of a file. What is not read is left in the file, what is unknown
is named, and what has another type than its shape can take is said, so that the rows of that file
are read one by one and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

import msgspec
import pyarrow as pa
from msgspec import inspect as shape

MOMENTS: Final = frozenset({"publication_date", "updated_date"})
"""Fields that are texts in JSON, and dates or times in Parquet."""


class Field(NamedTuple):
    """A field as a shape declares it."""

    name: str
    """Its name in Python."""
    target: shape.Type
    """What it is, if it is not null; of what is not read, what it usually is, if that is known."""
    is_read: bool


@dataclass(slots=True)
class Plan:
    """What of a file is read, and what is odd about it."""

    leaves: list[int] = field(default_factory=list)
    """Numbers of the flat columns to read."""
    unknown: list[str] = field(default_factory=list)
    """Fields that no shape declares."""
    unexpected: list[str] = field(default_factory=list)
    """Fields of another type than their shape can take."""


@cache
def fields_of(target: type[msgspec.Struct]) -> dict[str, Field]:
    """Return the fields of a shape by the name that they have in records."""
    inspected = shape.type_info(target)
    assert isinstance(inspected, shape.StructType)
    return {declared.encode_name: _field(declared) for declared in inspected.fields}


def _field(declared: shape.Field) -> Field:
    target = declared.type
    if not isinstance(plain(target), shape.RawType):
        return Field(declared.name, without_null(target), is_read=True)
    # What is only decoded later has metadata that say so.
    extra = (target.extra or {}) if isinstance(target, shape.Metadata) else {}
    if "usually" in extra:
        target = shape.type_info(extra["usually"])
    return Field(declared.name, target, is_read="read_as" in extra)


def without_null(target: shape.Type) -> shape.Type:
    """Return what a value is that is not null: of several types the widest one."""
    if not isinstance(target, shape.UnionType):
        return target
    kinds = [kind for kind in target.types if not isinstance(kind, shape.NoneType)]
    wide = [kind for kind in kinds if isinstance(kind, shape.ListType | shape.StrType)]
    return min(wide, key=lambda kind: isinstance(kind, shape.StrType)) if wide else kinds[0]


def plain(target: shape.Type) -> shape.Type:
    """Return a type without what is noted about it."""
    return target.type if isinstance(target, shape.Metadata) else target


def plan_of(schema: pa.Schema, target: type[msgspec.Struct], leave_out: frozenset[str]) -> Plan:
    """Say which flat columns of a file to read for records of a shape.

    Parameters
    ----------
    schema : pyarrow.Schema
        Of the file; its leaves are the flat columns, in the same order.
    target : type
        A shape.
    leave_out : frozenset of str
        Fields that are not wanted.

    Returns
    -------
    Plan
        Its leaves, and what is odd.
    """
    found = Plan()
    _plan_fields(list(schema), target, "", 0, found, leave_out)
    return found


def _plan_fields(
    parts: list[pa.Field],
    target: type[msgspec.Struct],
    path: str,
    leaf: int,
    found: Plan,
    leave_out: frozenset[str] = frozenset(),
) -> None:
    known = fields_of(target)
    forbids_unknown = target.__struct_config__.forbid_unknown_fields
    for part in parts:
        declared = known.get(part.name)
        if declared is None and forbids_unknown:
            found.unknown.append(f"{path}{part.name}")
        elif declared is not None and declared.is_read and part.name not in leave_out:
            _plan_value(part.type, declared.target, f"{path}{part.name}", leaf, found)
        leaf += leaf_count(part.type)


def _plan_value(type_: pa.DataType, target: shape.Type, path: str, leaf: int, found: Plan) -> None:
    """Note the leaves of a value, which begin with number ``leaf``."""
    if isinstance(target, shape.StructType) and pa.types.is_struct(type_):
        _plan_fields(list(type_), target.cls, f"{path}.", leaf, found)
    elif isinstance(target, shape.ListType) and is_list(type_):
        _plan_value(type_.value_type, without_null(target.item_type), f"{path}[]", leaf, found)
    else:
        if not _fits(type_, target, path):
            found.unexpected.append(path)
        found.leaves += range(leaf, leaf + leaf_count(type_))


def leaf_count(type_: pa.DataType) -> int:
    """Return how many flat columns keep the values of a type."""
    if pa.types.is_dictionary(type_):
        return 1
    return sum(leaf_count(type_.field(number).type) for number in range(type_.num_fields)) or 1


def is_list(type_: pa.DataType) -> bool:
    """Whether values of a type are lists, however their lengths are kept."""
    return bool(
        pa.types.is_list(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_fixed_size_list(type_)
    )


def is_text(type_: pa.DataType) -> bool:
    """Whether values of a type are texts, however they are kept."""
    return bool(
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )


def is_moment(type_: pa.DataType) -> bool:
    """Whether values of a type are dates or times."""
    return bool(pa.types.is_timestamp(type_) or pa.types.is_date(type_))


def _fits(type_: pa.DataType, target: shape.Type, path: str) -> bool:
    """Whether a flat column, or a map in place of an object, can be taken as it is."""
    if pa.types.is_null(type_):
        return True
    if isinstance(target, shape.StructType):
        is_map = pa.types.is_map(type_)
        return bool(is_map and is_text(type_.key_type) and is_text(type_.item_type))
    target = plain(target)
    if isinstance(target, shape.StrType):
        return is_text(type_) or (path in MOMENTS and is_moment(type_))
    if isinstance(target, shape.RawType):
        return is_text(type_)
    if isinstance(target, shape.IntType):
        return bool(pa.types.is_integer(type_))
    if isinstance(target, shape.FloatType):
        return bool(pa.types.is_floating(type_) or pa.types.is_integer(type_))
    return isinstance(target, shape.BoolType) and bool(pa.types.is_boolean(type_))

"""The Arrow types of records of JSON, by their shapes."""

from __future__ import annotations

import msgspec
import pyarrow as pa
from msgspec import inspect as shape

from scholargraph.ingest.openalex.columnar.plan import fields_of, plain, without_null


def parts_of(target: type[msgspec.Struct]) -> list[pa.Field]:
    """Return the columns of a shape's fields, without those of which no type is known.

    Those that are not read are among them where objects usually have them, for whoever reads only
    what is expected.
    """
    typed = {name: _type_of(field.target) for name, field in fields_of(target).items()}
    return [pa.field(name, type_) for name, type_ in typed.items() if type_ is not None]


def _type_of(target: shape.Type) -> pa.DataType | None:
    target = plain(target)
    if isinstance(target, shape.StructType):
        return pa.struct(parts_of(target.cls))
    if isinstance(target, shape.ListType):
        item = _type_of(without_null(target.item_type))
        return None if item is None else pa.list_(item)
    if isinstance(target, shape.StrType):
        return pa.string()
    if isinstance(target, shape.IntType):
        return pa.int64()
    if isinstance(target, shape.FloatType):
        return pa.float64()
    return pa.bool_() if isinstance(target, shape.BoolType) else None

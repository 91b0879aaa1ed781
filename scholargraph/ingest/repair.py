"""The slow path: read a record that the strict decoder refused.

The declared shape is walked beside the decoded JSON. What fits is taken; a bad value becomes
null, an unknown field is passed over, and both are counted. Only a record without identity is
refused. Clean data never comes here, so leniency costs it nothing, and the shapes stay the one
description of the input.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import inspect as shape

from scholargraph import identifiers
from scholargraph.ingest import drift as odd
from scholargraph.ingest.limits import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from scholargraph.ingest.drift import Drift

OPENALEX_PREFIX: Final = "https://openalex.org/"


class _Unreadable:
    """Stands for a JSON number that has no value: NaN, an infinity, an integer without end."""

    def __str__(self) -> str:
        """Return what it is, for examples of drift."""
        return "a number without value"


_UNREADABLE: Final = _Unreadable()


class UnreadableError(ValueError):
    """A text is not JSON that can be kept; the message is the reason, for ``rejects``."""


def load_json(text: bytes, of_pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """Decode JSON as leniently as can be done without losing anything.

    Parameters
    ----------
    text : bytes
        One value.
    of_pairs : callable, optional
        Makes an object of its keys and values; by default a dict, with the last value of a key.

    Raises
    ------
    UnreadableError
        If the text is not JSON, not UTF-8, nested too deep, or holds half a surrogate pair.
    """
    try:
        value = json.loads(
            text.decode("utf-8"),
            parse_constant=lambda _: _UNREADABLE,
            parse_float=_finite,
            parse_int=_bounded,
            object_pairs_hook=of_pairs,
        )
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 at byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise UnreadableError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise UnreadableError("JSON nested too deep") from error
    if b"\\u" in text and _has_surrogate(value):
        raise UnreadableError("half a surrogate pair, which is no character")
    return value


def load_again(text: bytes) -> Any:
    """Decode JSON that the strict decoder took: what it did not read need not be UTF-8.

    Raises
    ------
    UnreadableError
        As ``load_json``, but for its characters.
    """
    return load_json(text.decode("utf-8", "replace").encode())


def _finite(text: str) -> float | _Unreadable:
    number = float(text)
    return number if abs(number) != float("inf") else _UNREADABLE


def _bounded(text: str) -> int | _Unreadable:
    return int(text) if len(text) <= MAX_DIGITS else _UNREADABLE


def _has_surrogate(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def repair(record: dict[str, Any], target: type[msgspec.Struct], name: str, drift: Drift) -> Any:
    """Return ``record`` as a ``target``, with what does not fit left out and counted.

    Parameters
    ----------
    record : dict
        Decoded JSON; its ``id`` is known to be good.
    target : type
        A shape.
    name : str
        Name of the record kind, the first part of field names in ``drift``.
    drift : Drift
        Is told of everything odd.
    """
    drift.record_id = str(record["id"]).removeprefix(OPENALEX_PREFIX)
    repaired = _struct(record, _inspected(target), name, drift)
    drift.record_id = None
    return repaired


def repair_value(value: Any, target: Any, field: str, drift: Drift) -> Any:
    """Return one decoded value as a type, with what does not fit left out and counted; or None."""
    return _value(value, shape.type_info(target), field, drift)


@cache
def _inspected(target: type[msgspec.Struct]) -> shape.StructType:
    inspected = shape.type_info(target)
    if not isinstance(inspected, shape.StructType):
        raise TypeError(f"{target!r} is not a Struct")
    return inspected


def _struct(value: dict[str, Any], target: shape.StructType, path: str, drift: Drift) -> Any:
    fields = {field.encode_name: field for field in target.fields}
    kept: dict[str, Any] = {}
    for key, item in value.items():
        field = fields.get(key)
        if field is None:
            if target.forbid_unknown_fields:
                drift.add(f"{path}.{key}", odd.UNKNOWN_FIELD, example=item)
        else:
            read_as = _read_as(field.type)
            if read_as is not None:
                kept[field.name] = _value(item, read_as, f"{path}.{key}", drift)
    return target.cls(**kept)


def _read_as(target: shape.Type) -> shape.Type | None:
    """Return the type of a field, of one that the decoder leaves for later the one it will have.

    None is that of a field that is not read.
    """
    extra: dict[str, Any] = {}
    declared = target
    if isinstance(target, shape.Metadata):
        declared, extra = target.type, target.extra or {}
    if not isinstance(declared, shape.RawType):
        return target
    return shape.type_info(extra["read_as"]) if "read_as" in extra else None


def _value(value: Any, target: shape.Type, path: str, drift: Drift) -> Any:
    """Return ``value`` as ``target`` or None; the five ways to say none are all the same."""
    if value is None or (isinstance(value, dict | list) and not value):
        return None
    alternatives = target.types if isinstance(target, shape.UnionType) else (target,)
    for alternative in alternatives:
        if isinstance(value, dict) and isinstance(alternative, shape.StructType):
            return _struct(value, alternative, path, drift)
        if isinstance(value, dict) and isinstance(alternative, shape.DictType):
            return _mapping(value, alternative, path, drift)
        if isinstance(value, list) and isinstance(alternative, shape.ListType):
            return _list(value, alternative, path, drift)
    return _scalar(value, alternatives, path, drift)


def _list(value: list[Any], target: shape.ListType, path: str, drift: Drift) -> list[Any]:
    items = []
    for item in value:
        if item is None:
            if not _allows_null(target.item_type):
                drift.add(f"{path}[]", odd.NULL_ELEMENT)
            continue
        repaired = _value(item, target.item_type, f"{path}[]", drift)
        if repaired is not None:
            items.append(repaired)
    return items


def _allows_null(target: shape.Type) -> bool:
    return isinstance(target, shape.UnionType) and target.includes_none


def _mapping(value: dict[str, Any], target: shape.DictType, path: str, drift: Drift) -> Any:
    repaired = {
        key: _value(item, target.value_type, f"{path}{{}}", drift) for key, item in value.items()
    }
    return {key: item for key, item in repaired.items() if item is not None}


def _scalar(value: Any, alternatives: tuple[shape.Type, ...], path: str, drift: Drift) -> Any:
    for strict in (True, False):
        for alternative in alternatives:
            converted = _converted(value, alternative, strict=strict)
            if converted is not None:
                if not strict:
                    drift.add(path, odd.OTHER_TYPE, example=value)
                return converted
    drift.add(path, odd.BAD_VALUE, example=value)
    return None


def _converted(value: Any, target: shape.Type, *, strict: bool) -> Any:
    extra: dict[str, str] = {}
    if isinstance(target, shape.Metadata):
        extra = target.extra or {}
        target = target.type
    if isinstance(target, shape.StrType):
        if not strict and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            return None
        return _openalex_url(value, extra) if extra else value
    if isinstance(target, shape.BoolType):
        return value if isinstance(value, bool) else None
    if isinstance(target, shape.IntType | shape.FloatType):
        return _number(value, target, strict=strict)
    return None


def _number(value: Any, target: shape.IntType | shape.FloatType, *, strict: bool) -> Any:
    if isinstance(value, bool):
        return None
    if not strict:
        value = _from_text(value)
    kinds = (int, float) if isinstance(target, shape.FloatType) else int
    if not isinstance(value, kinds):
        return None
    if target.ge is not None and value < target.ge:
        return None
    if target.le is not None and value > target.le:
        return None
    return value


def _from_text(value: Any) -> Any:
    """Read ``"12"`` as 12 and ``12.0`` as 12: later releases changed such types."""
    if isinstance(value, str) and len(value) <= MAX_DIGITS:
        try:
            value = float(value) if any(c in value for c in ".eE") else int(value)
        except ValueError:
            return None
        if value != value or abs(value) == float("inf"):
            return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _openalex_url(text: str, extra: dict[str, str]) -> str | None:
    """Return the canonical URL of an id of the kind that the shape asks for."""
    canonical = identifiers.openalex_id(text)
    if canonical is None:
        return None
    if "space" in extra:
        fits = canonical.startswith(extra["space"] + "/")
    else:
        fits = canonical[0] in extra["letters"] and canonical[1:].isdigit()
    return OPENALEX_PREFIX + canonical if fits else None

"""What `where=` means, row by row."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def meets(row: Row, where: dict[str, Any]) -> bool:
    """Whether a row meets all conditions."""
    return all(agrees(row[name], condition) for name, condition in where.items())


def agrees(value: Any, condition: Any) -> bool:
    """Whether a value meets one condition."""
    if isinstance(condition, list):
        return value in condition
    if isinstance(condition, tuple):
        low, high = condition
        return value is not None and low <= value <= high
    return bool(value == condition)

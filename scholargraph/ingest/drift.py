"""Counting what records hold beside what the library knows: unknown fields and bad values.

Nothing here decides anything; ``repair`` and the row producers say what they met.
"""

from __future__ import annotations

from collections import Counter

from scholargraph.ingest.limits import MAX_DRIFT_FIELDS

UNKNOWN_FIELD = "unknown field"
BAD_VALUE = "bad value, left out"
OTHER_TYPE = "read from another type"
NULL_ELEMENT = "null in a list, left out"
NOBODY = "id that stands for nobody, left out"

_TOO_MANY = "(further fields)"


class Drift:
    """Counts by field and by what was odd about it, such as ``works.authorships[].foo``."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, field: str, what: str, count: int = 1) -> None:
        """Count ``count`` more values of ``field`` about which ``what`` was odd."""
        key = f"{_printable(field)}: {what}"
        if key not in self._counts and len(self._counts) >= MAX_DRIFT_FIELDS:
            key = f"{_TOO_MANY}: {what}"
        self._counts[key] += count

    def update(self, other: dict[str, int]) -> None:
        """Add the counts of another part of the same ingest."""
        self._counts.update(other)

    def as_dict(self) -> dict[str, int]:
        """Return the counts, by field and oddity, sorted."""
        return dict(sorted(self._counts.items()))


def _printable(field: str) -> str:
    """Field names come from the input: bounded, and without control characters."""
    return "".join(c if c.isprintable() else "�" for c in field[:120])

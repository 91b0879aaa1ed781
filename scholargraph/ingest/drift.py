"""Counting what records hold beside what the library knows, file by file and with an example.

Nothing here decides anything; ``repair`` and the row producers say what they met. What is kept is
bounded, and the same however the files were dealt out to workers: of too many fields or files the
first by name are told apart, the others counted together.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from dataclasses import dataclass
from typing import Final

from scholargraph.ingest.limits import MAX_DRIFT_FIELDS

UNKNOWN_FIELD: Final = "unknown field"
BAD_VALUE: Final = "bad value, left out"
OTHER_TYPE: Final = "read from another type"
NULL_ELEMENT: Final = "null in a list, left out"
NOBODY: Final = "id that stands for nobody, left out"
UNLIKELY: Final = "unlikely value, kept"
JUMPS: Final = "far from the version before, kept"

_FURTHER_FIELDS: Final = "(further fields)"
_FURTHER_FILES: Final = "(further files)"
_MAX_FILES: Final = 100
"""Files told apart of each field and oddity."""

_MAX_FIELD: Final = 120
_MAX_EXAMPLE: Final = 80
_MAX_BITS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftEntry:
    """What was odd about one field in one file.

    Attributes
    ----------
    file : str
        As in the table ``rejects``; ``(further files)`` stands for those beyond a number, and
        ``(beside version 3)`` for all that were held against that version of the store.
    field : str
        Such as ``works.authorships[].countries``.
    what : str
        What was odd: an unknown field, another type, a bad or an unlikely value, a count that is
        far from what it was.
    count : int
        Values.
    example : str or None
        The beginning of one of them: of the smallest record, where that is known.
    record_id : str or None
        The record that it stands in, where that is known.
    """

    file: str
    field: str
    what: str
    count: int
    example: str | None
    record_id: str | None

    def __str__(self) -> str:
        """Return file, record and value in words."""
        place = f"{self.file}, {self.record_id}" if self.record_id else self.file
        return place if self.example is None else f"{place}: {self.example!r}"


@dataclass(slots=True)
class _Met:
    """What was met in one file."""

    count: int
    record_id: str | None
    example: str | None

    def add(self, other: _Met) -> None:
        """Take in more of the same file; of two examples the smaller one stays."""
        self.count += other.count
        if other.rank < self.rank:
            self.record_id, self.example = other.record_id, other.example

    @property
    def rank(self) -> tuple[bool, bool, str, str]:
        """Order of examples: those that say something first."""
        return (
            self.example is None,
            self.record_id is None,
            self.record_id or "",
            self.example or "",
        )


_Key = tuple[bool, str, str]
"""Field and oddity; unknown fields come last, since their names are anybody's."""


class Drift:
    """Counts by field and by what was odd about it, such as ``works.authorships[].foo``."""

    def __init__(self) -> None:
        self.author_layer: Counter[str] = Counter()
        """What was marked of seats, bylines and profiles; no oddity of any field."""
        self.file = ""
        """The file that is being read, for what is added next."""
        self.record_id: str | None = None
        """The record that is being read, where there is only one."""
        self._totals: Counter[_Key] = Counter()
        self._keys: list[_Key] = []
        self._files: dict[_Key, dict[str, _Met]] = {}

    def add(self, field: str, what: str, count: int = 1, example: object = None) -> None:
        """Count ``count`` more values of ``field`` about which ``what`` was odd.

        Parameters
        ----------
        field : str
            Path of the field; its unknown parts may come from the input.
        what : str
            One of the constants of this module, or other words of ours.
        count : int
            Values.
        example : object
            One of them, as it stands in the file.
        """
        key = (what == UNKNOWN_FIELD, _printable(field, _MAX_FIELD), what)
        self._take(key, {self.file: _Met(count, self.record_id, _shown(example))}, count)

    def update(self, other: Drift) -> None:
        """Add what another part of the same ingest met; what has no file is of the one here."""
        self.author_layer.update(other.author_layer)
        for key, files in other._files.items():
            named = {name or self.file: met for name, met in files.items()}
            self._take(key, named, other._totals[key])

    def as_dict(self) -> dict[str, int]:
        """Return the counts, by field and oddity, sorted."""
        counts = {f"{field}: {what}": self._totals[_, field, what] for _, field, what in self._keys}
        return dict(sorted(counts.items()))

    def by_file(self) -> tuple[DriftEntry, ...]:
        """Return what was met, by field, oddity and file."""
        entries = []
        for key in sorted(self._keys, key=lambda key: key[1:]):
            _, field, what = key
            files = self._files[key]
            rest = self._totals[key] - sum(met.count for met in files.values())
            further = {_FURTHER_FILES: _Met(rest, None, None)} if rest else {}
            entries += [
                DriftEntry(
                    file=file,
                    field=field,
                    what=what,
                    count=met.count,
                    example=met.example,
                    record_id=met.record_id,
                )
                for file, met in [*sorted(files.items()), *further.items()]
            ]
        return tuple(entries)

    def _take(self, key: _Key, files: dict[str, _Met], count: int) -> None:
        if key not in self._files:
            self._files[key] = {}
            insort(self._keys, key)
        self._totals[key] += count
        known = self._files[key]
        for name, met in files.items():
            if name in known:
                known[name].add(met)
            else:
                known[name] = _Met(met.count, met.record_id, met.example)
        while len(known) > _MAX_FILES:
            del known[max(known)]
        if len(self._keys) > MAX_DRIFT_FIELDS:
            self._gather_last()

    def _gather_last(self) -> None:
        """Count the last field that can be told apart among the further ones."""
        told_apart = (key for key in reversed(self._keys) if key[1] != _FURTHER_FIELDS)
        last = next(told_apart)
        self._keys.remove(last)
        files = {name: _Met(met.count, None, None) for name, met in self._files.pop(last).items()}
        self._take((last[0], _FURTHER_FIELDS, last[2]), files, self._totals.pop(last))


def _printable(text: str, size: int) -> str:
    """Names and values come from the input: bounded, and without control characters."""
    return "".join(c if c.isprintable() else "�" for c in text[:size])


def _shown(value: object) -> str | None:
    """Return the beginning of a value; what may be large is not written out."""
    if value is None:
        return None
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return "a number without end"
    return _printable(value if isinstance(value, str) else str(value), _MAX_EXAMPLE)

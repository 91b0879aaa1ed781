"""What an ingest did, as a record and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scholargraph.ingest.drift import DriftEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an ingest is; given to the ``progress`` function now and then."""

    stage: str
    """``reading``, ``merging``, ``committing`` or ``preparing answers``."""
    bytes_done: int
    """Of the input, as it lies there."""
    bytes_total: int
    records: int
    """Read so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What went in, what did not, and what came out.

    Attributes
    ----------
    version : int
        Version of the store that was committed.
    rows : mapping of str to int
        Rows of every public table of that version.
    records : int
        Records read in this ingest, older versions of the same among them.
    rejects : mapping of str to int
        What could not be read in this ingest, by reason; it stands in the table ``rejects``, of one
        file the first ten thousand and then their number.
    left_out : mapping of str to int
        Records that the selection left out, by what they are not: the first thing that a work is
        not of those asked for; records of other kinds that no work leads to.
    drift : mapping of str to int
        Unknown fields, bad and unlikely values met, by field; a bad value is null in the tables,
        an unlikely one is kept.
    sources : tuple of str
        Files read.
    skipped : mapping of str to str
        Files not read, and why.
    bytes_read : int
        Size of the files read, as they lie there.
    rewritten : mapping of str to int
        Bytes on disk by table, private ones among them, of those that are not as they were in the
        version before; the files of the others are shared with it.
    stages : mapping of str to float
        Wall-clock seconds of each stage, named as in `Progress`. A small graph is not prepared for
        answers: its first question does that in about a second.
    unprepared : str or None
        Why the graph could not be prepared for answers, so that the first question will try.
    drift_by_file : tuple of DriftEntry
        The same as ``drift`` by field and file, each with an example.
    author_layer : mapping of str to int
        What was met in this ingest that makes no author: seats by their mark, papers whose list of
        authors is cut short, authors' records by kind where that is not ``profile``.
    reasons : mapping of str to int
        The same as ``rejects`` by reason in full, as far as the table ``rejects`` tells them apart.
    takes_no_work : bool
        Whether the selection left out every work that was read.
    """

    version: int
    rows: Mapping[str, int]
    records: int
    rejects: Mapping[str, int]
    left_out: Mapping[str, int]
    drift: Mapping[str, int]
    sources: tuple[str, ...]
    skipped: Mapping[str, str]
    bytes_read: int
    rewritten: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)
    unprepared: str | None = None
    drift_by_file: tuple[DriftEntry, ...] = ()
    author_layer: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    takes_no_work: bool = False

    @property
    def seconds(self) -> float:
        """Wall-clock time of all stages."""
        return sum(self.stages.values())

    def __str__(self) -> str:
        """Return the report in words."""
        lines = [
            f"version {self.version}: {self.records:,} records from {len(self.sources):,} "
            f"{'file' if len(self.sources) == 1 else 'files'} "
            f"({self.bytes_read / 1e6:,.1f} MB) in {self.seconds:,.1f} s",
            ", ".join(f"{stage} {seconds:,.1f} s" for stage, seconds in self.stages.items()),
            "the graph now holds "
            + ", ".join(f"{count:,} {name}" for name, count in self.rows.items() if count),
            *self._rewritten_in_words(),
            *self._left_out_in_words(),
            *_listed("could not be read; see the table rejects", self.reasons or self.rejects),
            *self._drift_in_words(),
            *(
                _listed("marked in the author layer", self.author_layer)
                if self.author_layer
                else ()
            ),
        ]
        if self.unprepared:
            lines.append(
                f"not prepared for answers, so the first question will be slow: {self.unprepared}"
            )
        if self.skipped:
            files = "1 file was" if len(self.skipped) == 1 else f"{len(self.skipped):,} files were"
            lines.append(f"{files} not read:")
            lines += [f"  {name}: {reason}" for name, reason in self._first_skipped()]
        return "\n".join(lines)

    def _left_out_in_words(self) -> list[str]:
        if not self.left_out:
            return []
        none = ["no work was taken: none is all that was asked for"] if self.takes_no_work else []
        ranked = sorted(self.left_out.items(), key=lambda item: (-item[1], item[0]))
        return [
            *none,
            f"{sum(self.left_out.values()):,} left out by the selection:",
            *(
                f"  {_many(count, 'other record' if why == _OTHER_RECORDS else 'work')}: "
                f"{_LEFT_OUT[why]}"
                for why, count in ranked
            ),
        ]

    def _drift_in_words(self) -> list[str]:
        examples: dict[str, str] = {}
        for entry in self.drift_by_file:
            examples.setdefault(f"{entry.field}: {entry.what}", f" (such as {entry})")
        return _listed("odd values or unknown fields; bad values are null", self.drift, examples)

    def _rewritten_in_words(self) -> list[str]:
        if self.version == 1:
            return []
        size = sum(self.rewritten.values())
        tables = "1 table" if len(self.rewritten) == 1 else f"{len(self.rewritten)} tables"
        return [f"rewrote {tables} ({size / 1e6:,.1f} MB); the others are as they were"]

    def _first_skipped(self) -> list[tuple[str, str]]:
        shown = sorted(self.skipped.items())[:_SHOWN]
        more = len(self.skipped) - len(shown)
        return [*shown, *([("…", f"and {more:,} more")] if more else [])]

    def as_provenance(self) -> dict[str, Any]:
        """Return what the store keeps of it beside the tables: names up to a number, and counts."""
        return {
            "records": self.records,
            "rejects": dict(self.rejects),
            "left_out": dict(self.left_out),
            "drift": dict(self.drift),
            "author_layer": dict(self.author_layer),
            "source_count": len(self.sources),
            "sources": list(self.sources[:_NAMES_KEPT]),
            "skipped_count": len(self.skipped),
            "skipped": dict(sorted(self.skipped.items())[:_NAMES_KEPT]),
            "bytes_read": self.bytes_read,
        }


_OTHER_RECORDS = "named by no work"
_LEFT_OUT = {
    "sample": "not drawn for the sample",
    "exclude_xpac": "of the expansion pack",
    "years": "not of the years asked for",
    "types": "not of the types asked for",
    "topics": "not on the topics asked for",
    "authors": "by none of the authors asked for",
    "institutions": "from none of the institutions asked for",
    "countries": "from none of the countries asked for",
    _OTHER_RECORDS: "named by no work of the graph",
}
"""In words, why a selection leaves records out, works but for the last."""

_SHOWN = 12
_NAMES_KEPT = 5_000
"""Of files in the provenance, which every later version carries along."""


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _listed(
    title: str, counts: Mapping[str, int], examples: Mapping[str, str] | None = None
) -> list[str]:
    if not counts:
        return [f"0 {title.partition(';')[0]}"]
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{sum(counts.values()):,} {title}:"]
    lines += [
        f"  {count:,} × {what}{(examples or {}).get(what, '')}" for what, count in ranked[:_SHOWN]
    ]
    if len(ranked) > _SHOWN:
        lines.append(f"  … and {len(ranked) - _SHOWN:,} more kinds")
    return lines

"""What could not be read: file, line, reason and the beginning of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest.columns import Rows, build
from scholargraph.ingest.limits import EXCERPT_CHARACTERS
from scholargraph.schema import REJECTS

_MAX_REASON: Final = 200

MAX_ROWS: Final = 10_000
"""Of one file; further ones are counted by reason, lest a file of something else fills memory."""

MAX_REASONS: Final = 1_000
"""Told apart when reasons are counted in full: messages of a server are anybody's."""

_PLACE: Final = " at (?:byte|character) [0-9]+$"
"""What a reason may end with, and what makes it another one for every line."""

_COUNTED: Final = ": [0-9,]+ more$"
"""What the reason of a row ends with that stands for many."""

_READ_BYTES: Final = 1 << 22


class Rejects:
    """Rows for the table of rejects, gathered while reading."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, int | None, str, str]] = []
        self._further: Counter[tuple[str, str]] = Counter()
        self.counts: Counter[str] = Counter()
        """By kind: the reason without what follows a colon, and without a place in the line."""

    def __len__(self) -> int:
        """Return the number of rows that wait to be taken."""
        return len(self._rows)

    def add(self, file: str, line: int | None, reason: str, text: bytes) -> None:
        """Note that ``text`` at ``line`` of ``file`` could not be read for ``reason``."""
        file, reason = _encodable(file), _encodable(reason)[:_MAX_REASON]
        kind = re.sub(_PLACE, "", reason.partition(":")[0])
        self.counts[kind] += 1
        if len(self._rows) == MAX_ROWS:
            self._further[file, kind] += 1
            return
        excerpt = text[: 4 * EXCERPT_CHARACTERS].decode("utf-8", errors="replace")
        self._rows.append((file, line, reason, excerpt[:EXCERPT_CHARACTERS]))

    def take(self) -> Rows:
        """Return the rows gathered since the last call: those of a file, once it is read."""
        rows, self._rows = self._rows, []
        rows += [
            (file, None, f"{kind}: {count:,} more", "")
            for (file, kind), count in sorted(self._further.items())
        ]
        self._further.clear()
        files, lines, reasons, excerpts = zip(*rows, strict=True) if rows else ((), (), (), ())
        return build(
            REJECTS,
            [0] * len(rows),
            {"file": files, "line": lines, "reason": reasons, "excerpt": excerpts},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How often something was wrong, and where first: by the name of the file, and by the line."""

    text: str
    count: int
    file: str
    line: int | None
    """None where a file as a whole is meant."""


def reasons_in(runs: Iterable[Path]) -> list[Reason]:
    """Return the reasons of rejects in full, the most frequent first.

    Those beyond ``MAX_ROWS`` of a file are not among them. Of more than ``MAX_REASONS`` different
    ones the first by name are told apart, so that the answer is the same however the files were
    dealt out to workers.

    Parameters
    ----------
    runs : iterable of Path
        Files of the table in the workspace of an ingest.
    """
    from scholargraph.ingest.resolve.pieces import read_scratch

    found: dict[str, Reason] = {}
    for path in runs:
        for rows in read_scratch(path, _READ_BYTES):
            for reason in _counted(rows):
                known = found.get(reason.text)
                found[reason.text] = reason if known is None else _together(known, reason)
            for text in sorted(found)[MAX_REASONS:]:
                del found[text]
    return sorted(found.values(), key=lambda reason: (-reason.count, _place(reason), reason.text))


def _counted(rows: pa.Table) -> list[Reason]:
    """Return the reasons of some rows, each file by itself."""
    rows = rows.filter(
        pc.or_(
            pc.is_valid(rows["line"]),
            pc.invert(pc.match_substring_regex(rows["reason"], _COUNTED)),
        )
    )
    groups = (
        pa.table(
            {
                "reason": pc.replace_substring_regex(rows["reason"], _PLACE, ""),
                "file": rows["file"],
                "line": pc.fill_null(rows["line"], 0),
            }
        )
        .group_by(["reason", "file"])
        .aggregate([("line", "count"), ("line", "min")])
    )
    return [
        Reason(
            text=group["reason"],
            count=group["line_count"],
            file=group["file"],
            line=group["line_min"] or None,
        )
        for group in groups.to_pylist()
    ]


def _together(one: Reason, other: Reason) -> Reason:
    first = min(one, other, key=_place)
    return Reason(text=one.text, count=one.count + other.count, file=first.file, line=first.line)


def _place(reason: Reason) -> tuple[str, int]:
    return reason.file, reason.line or 0


def in_full(counts: Mapping[str, int], reasons: Iterable[Reason]) -> dict[str, int]:
    """Return counts by kind with the kinds that have reasons in full told apart by these.

    Parameters
    ----------
    counts : mapping of str to int
        By kind, as ``Rejects`` counts.
    reasons : iterable of Reason
        Of the same rejects, or of some of them; what they do not tell apart is left with its kind.
    """
    told = {reason.text: reason.count for reason in reasons}
    rest = Counter(counts)
    for text, count in told.items():
        rest[text.partition(":")[0]] -= count
    further = {f"{kind}: further ones" if kind in told else kind: n for kind, n in rest.items()}
    return {**told, **{text: count for text, count in further.items() if count > 0}}


def first_excerpt(runs: Iterable[Path], reason: Reason) -> str:
    """Return the beginning of what was rejected first for a reason."""
    from scholargraph.ingest.resolve.pieces import read_scratch

    for path in runs:
        for rows in read_scratch(path, _READ_BYTES):
            is_it = pc.and_(
                pc.equal(rows["file"], reason.file),
                pc.equal(pc.fill_null(rows["line"], 0), reason.line or 0),
            )
            excerpts: list[str] = rows.filter(is_it)["excerpt"].to_pylist()
            if excerpts:
                return excerpts[0]
    return ""


def _encodable(text: str) -> str:
    """File names and messages may hold half a surrogate pair, which no column can."""
    return text.encode("utf-8", errors="replace").decode("utf-8")

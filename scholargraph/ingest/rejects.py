"""What could not be read: file, line, reason and the beginning of the text."""

from __future__ import annotations

from collections import Counter
from typing import Final

from scholargraph.ingest.columns import Rows, build
from scholargraph.ingest.limits import EXCERPT_CHARACTERS
from scholargraph.schema import REJECTS

_MAX_REASON: Final = 200

MAX_ROWS: Final = 10_000
"""Of one file; further ones are counted by reason, lest a file of something else fills memory."""


class Rejects:
    """Rows for the table of rejects, gathered while reading."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, int | None, str, str]] = []
        self._further: Counter[tuple[str, str]] = Counter()
        self.counts: Counter[str] = Counter()
        """By reason, without what follows a colon, which says where in the line."""

    def __len__(self) -> int:
        """Return the number of rows that wait to be taken."""
        return len(self._rows)

    def add(self, file: str, line: int | None, reason: str, text: bytes) -> None:
        """Note that ``text`` at ``line`` of ``file`` could not be read for ``reason``."""
        file, reason = _encodable(file), _encodable(reason)[:_MAX_REASON]
        kind = reason.partition(":")[0]
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


def _encodable(text: str) -> str:
    """File names and messages may hold half a surrogate pair, which no column can."""
    return text.encode("utf-8", errors="replace").decode("utf-8")

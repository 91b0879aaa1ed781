"""What could not be read: file, line, reason and the beginning of the text."""

from __future__ import annotations

from collections import Counter

from scholargraph.ingest.columns import Rows, build
from scholargraph.ingest.limits import EXCERPT_CHARACTERS
from scholargraph.schema import REJECTS

_MAX_REASON = 200


class Rejects:
    """Rows for the table of rejects, gathered while reading."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, int | None, str, str]] = []
        self.counts: Counter[str] = Counter()
        """By reason, without what follows a colon, which says where in the line."""

    def __len__(self) -> int:
        """Return the number of rows that wait to be taken."""
        return len(self._rows)

    def add(self, file: str, line: int | None, reason: str, text: bytes) -> None:
        """Note that ``text`` at ``line`` of ``file`` could not be read for ``reason``."""
        excerpt = text[: 4 * EXCERPT_CHARACTERS].decode("utf-8", errors="replace")
        reason = _encodable(reason)[:_MAX_REASON]
        self._rows.append((_encodable(file), line, reason, excerpt[:EXCERPT_CHARACTERS]))
        self.counts[reason.partition(":")[0]] += 1

    def take(self) -> Rows:
        """Return the rows gathered since the last call."""
        rows, self._rows = self._rows, []
        files, lines, reasons, excerpts = zip(*rows, strict=True) if rows else ((), (), (), ())
        return build(
            REJECTS,
            [0] * len(rows),
            {"file": files, "line": lines, "reason": reasons, "excerpt": excerpts},
        )


def _encodable(text: str) -> str:
    """File names and messages may hold half a surrogate pair, which no column can."""
    return text.encode("utf-8", errors="replace").decode("utf-8")

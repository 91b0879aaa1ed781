"""The rows of a table in all runs and in the version before, merged: only those that count."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scholargraph.ingest.resolve.pieces import HELD_BYTES, merged
from scholargraph.ingest.resolve.sources import KeyedSource, ParentFile, sources

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.ids import Ids
    from scholargraph.ingest.resolve.pieces import Piece, Source
    from scholargraph.schema import Table
    from scholargraph.store import Snapshot

MOST_WRITERS: Final = 4
"""Tables that are written at a time."""

_MOST_SOURCES: Final = 256
"""Of a table, read at a time: of each, a batch or two are in memory, a quarter of a megabyte."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What there is to be merged.

    Attributes
    ----------
    parent : Snapshot or None
        The version before.
    runs : mapping of str to sequence of Path
        Files of the runs, by table.
    ids : Ids
        Tell what counts.
    folder : Path
        For what is put on disk in between.
    """

    parent: Snapshot | None
    runs: Mapping[str, Sequence[Path]]
    ids: Ids
    folder: Path

    def sources(self, table: Table) -> list[KeyedSource]:
        """Return where the rows of a table are."""
        return sources(table, self.parent, self.runs, self.ids)

    def are_as_before(self, tables: Sequence[Table]) -> bool:
        """Whether no record brings rows of these tables, and none takes any away."""
        if self.parent is None or any(self.runs.get(table.name) for table in tables):
            return False
        is_there = all(table.name in self.parent.files for table in tables)
        return is_there and self.ids.given_up is None and self.ids.parent_stands

    def said_of_recordless(self, mentions: Table) -> Iterator[Piece]:
        """Read what the version before says of nodes that have no record now."""
        for source in self.sources(mentions):
            if isinstance(source, ParentFile):
                yield from source.of_nodes(self.ids.lack_record, HELD_BYTES)

    def merged(self, table: Table, sources: Sequence[Source], purpose: str) -> Iterator[Piece]:
        """Merge sources of a table; each ``purpose`` has files of its own on disk."""
        most = min(_MOST_SOURCES, _files_to_open() // writers())
        pieces = merged(sources, self.folder / f"{purpose}-{table.name}", max(most, 2))
        given_up = self.ids.given_up
        return pieces if given_up is None else given_up.in_pieces(table, pieces)


def writers() -> int:
    """Return how many tables are written at a time."""
    return min(os.cpu_count() or 1, MOST_WRITERS)


def _files_to_open() -> int:
    """Return half of how many files the system lets this process have open."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return allowed // 2 if allowed != resource.RLIM_INFINITY else sys.maxsize

"""What an ingest will take, said beforehand: time, disk and memory.

The beginning of the largest file of each kind is ingested for real, into a store that is thrown
away; the rest is multiplication by bytes. So the figures are this machine's, with today's load.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scholargraph.ingest.convert import Converted, MakeReader, convert
from scholargraph.ingest.resolve.merge import merge
from scholargraph.store import Transaction, begin

if TYPE_CHECKING:
    from scholargraph.ingest.feeds import Batch, FileFeed
    from scholargraph.ingest.rejects import Rejects

MEASURED_RECORDS: Final = 4_000
"""Of each kind: enough that fixed costs do not show, few enough that nobody waits."""

WORKER_BYTES: Final = 450_000_000
"""Memory of a reading process, which does not depend on the size of what it reads."""

MERGE_BYTES: Final = 1_600_000_000
"""Memory of the merge: DuckDB's limit, and the batches on their way to the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestEstimate:
    """What an ingest is expected to take on this machine.

    Attributes
    ----------
    files : int
        Files that would be read.
    input_bytes : int
        Their size, as they lie on disk.
    records : int
        Records in them.
    workers : int
        Processes that would read.
    reading_seconds, merging_seconds, preparing_seconds : float
        Wall-clock time of the stages; the last one makes answers quick.
    scratch_bytes, store_bytes : int
        Disk that is taken while it runs, and by the new version with what makes answers quick;
        both at once at the end.
    free_bytes : int
        Disk that is free where the store will be.
    memory_bytes : int
        Memory, at most.
    measured_records : int
        Records that were ingested for these figures.
    """

    files: int
    input_bytes: int
    records: int
    workers: int
    reading_seconds: float
    merging_seconds: float
    preparing_seconds: float
    scratch_bytes: int
    store_bytes: int
    free_bytes: int
    memory_bytes: int
    measured_records: int

    @property
    def fits(self) -> bool:
        """Whether the disk has room."""
        return self.scratch_bytes + self.store_bytes <= self.free_bytes

    def __str__(self) -> str:
        """Return the estimate in words."""
        room = "enough" if self.fits else "NOT ENOUGH"
        seconds = self.reading_seconds + self.merging_seconds + self.preparing_seconds
        return "\n".join(
            [
                f"{self.files:,} {'file' if self.files == 1 else 'files'}, "
                f"{_size(self.input_bytes)}, about {self.records:,} records",
                f"time: about {_duration(seconds)} with "
                f"{self.workers} {'process' if self.workers == 1 else 'processes'} "
                f"(reading {_duration(self.reading_seconds)}, "
                f"merging {_duration(self.merging_seconds)}, "
                f"preparing answers {_duration(self.preparing_seconds)})",
                f"disk: about {_size(self.store_bytes)} for the version and "
                f"{_size(self.scratch_bytes)} while it is made; "
                f"{_size(self.free_bytes)} are free: {room}",
                f"memory: up to {_size(self.memory_bytes)}",
                f"measured here and now on {self.measured_records:,} records",
            ]
        )


class _EnoughError(Exception):
    """Raised between two blocks of a file, once enough of it was read."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The beginning of a file; remembers how much of it was read."""

    feed: FileFeed
    done: list[int]
    name: str = "head"
    size_bytes: int = 0
    dump_date: date | None = None

    def read(self, reader: Any, rejects: Rejects, at: Callable[[int], None]) -> Iterator[Batch]:
        """Feed the reader until enough records are in."""

        def note(position: int) -> None:
            if reader.record_count >= MEASURED_RECORDS:
                raise _EnoughError
            self.done[:] = [position]

        with suppress(_EnoughError):
            yield from self.feed.read(reader, rejects, note)


@dataclass(slots=True)
class _Measured:
    """What reading one kind of file costs."""

    read_bytes: int
    total_bytes: int
    seconds: float
    records: int
    scratch_bytes: int

    @property
    def factor(self) -> float:
        """How many times what was read there is in all."""
        return self.total_bytes / max(1, self.read_bytes)


def estimate(
    feeds: Sequence[FileFeed],
    make_reader: MakeReader,
    store: Path,
    *,
    only_named: bool,
    workers: int,
) -> IngestEstimate:
    """Measure the beginnings of some feeds and multiply; nothing is left behind.

    Parameters
    ----------
    feeds : sequence of FileFeed
        What would be read.
    make_reader : callable
        Makes the reader of the source.
    store : Path
        Where the store will be, for the room that is there.
    only_named : bool
        As for the ingest.
    workers : int
        Processes that would read.
    """
    with tempfile.TemporaryDirectory(prefix="scholargraph-") as folder:
        with begin(Path(folder) / "graph") as transaction:
            measured: list[_Measured] = []
            converted = Converted()
            for number, kind in enumerate(_by_kind(feeds)):
                scratch = transaction.workspace
                costs, part = _measure(kind, make_reader, scratch, task=number)
                measured.append(costs)
                converted.add(part)
            whole = _finish(transaction, converted, only_named=only_named)
        with begin(Path(folder) / "empty") as transaction:
            fixed = _finish(transaction, Converted(), only_named=only_named)
    scratch_bytes = sum(costs.factor * costs.scratch_bytes for costs in measured)
    growth = scratch_bytes / max(1, sum(costs.scratch_bytes for costs in measured))
    return IngestEstimate(
        files=len(feeds),
        input_bytes=sum(feed.size_bytes for feed in feeds),
        records=round(sum(costs.factor * costs.records for costs in measured)),
        workers=workers,
        reading_seconds=sum(costs.factor * costs.seconds for costs in measured) / workers,
        merging_seconds=_grown(fixed.merging_seconds, whole.merging_seconds, growth),
        preparing_seconds=_grown(fixed.preparing_seconds, whole.preparing_seconds, growth),
        scratch_bytes=round(scratch_bytes),
        store_bytes=round(_grown(fixed.stored_bytes, whole.stored_bytes, growth)),
        free_bytes=shutil.disk_usage(_nearest_folder(store)).free,
        memory_bytes=max(workers * WORKER_BYTES, MERGE_BYTES),
        measured_records=sum(costs.records for costs in measured),
    )


@dataclass(frozen=True, slots=True)
class _Finished:
    """What making a version of runs takes."""

    merging_seconds: float
    preparing_seconds: float
    stored_bytes: int


def _finish(transaction: Transaction, converted: Converted, *, only_named: bool) -> _Finished:
    """Merge, commit and prepare for answers, and return what that took."""
    from scholargraph.adjacency import build_adjacency

    started = time.perf_counter()
    for _ in merge(transaction, converted.files, only_named=only_named, left_out=Counter()):
        pass
    snapshot = transaction.commit({})
    merged = time.perf_counter()
    arrays = build_adjacency(snapshot)
    prepared = time.perf_counter()
    tables = [file.size_bytes for files in snapshot.files.values() for file in files]
    snapshot.close()
    return _Finished(
        merging_seconds=merged - started,
        preparing_seconds=prepared - merged,
        stored_bytes=sum(tables) + sum(file.size_bytes for file in arrays.files.values()),
    )


def _grown(fixed: float, measured: float, growth: float) -> float:
    """Return what grows with the input, beside what does not, for an input that is larger."""
    return fixed + growth * max(0.0, measured - fixed)


def _by_kind(feeds: Sequence[FileFeed]) -> list[list[FileFeed]]:
    """Return the files of each entity folder together, the largest first."""
    kinds: dict[str, list[FileFeed]] = {}
    for feed in sorted(feeds, key=lambda feed: (-feed.size_bytes, feed.name)):
        kinds.setdefault(feed.name.partition("/")[0] if "/" in feed.name else "", []).append(feed)
    return list(kinds.values())


def _measure(
    kind: Sequence[FileFeed], make_reader: MakeReader, folder: Path, task: int
) -> tuple[_Measured, Converted]:
    done: list[int] = []
    started = time.perf_counter()
    part = convert(
        [_Head(kind[0], done)],
        make_reader,
        folder,
        workers=1,
        tick=lambda *_: None,
        first_task=task,
    )
    seconds = time.perf_counter() - started
    return (
        _Measured(
            read_bytes=done[0] if done and done[0] else kind[0].size_bytes,
            total_bytes=sum(feed.size_bytes for feed in kind),
            seconds=seconds,
            records=part.records,
            scratch_bytes=sum(
                path.stat().st_size for paths in part.files.values() for path in paths
            ),
        ),
        part,
    )


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in (path, *path.absolute().parents) if folder.is_dir())


def _size(count: int) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e3:,.0f} kB"


def _duration(seconds: float) -> str:
    if seconds >= 5_400:
        return f"{seconds / 3_600:,.1f} hours"
    if seconds >= 90:
        return f"{seconds / 60:,.0f} minutes"
    whole = round(seconds)
    return "1 second" if whole == 1 else f"{whole} seconds"

"""Feeds become runs, in this process or in several.

Each task reads some feeds from beginning to end and writes runs of its own; tasks share nothing,
and the tables do not depend on how the feeds were dealt out. How runs become a version is the
business of ``resolve``.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scholargraph.ingest.drift import Drift
from scholargraph.ingest.rejects import Rejects
from scholargraph.ingest.runs import RunWriter
from scholargraph.ingest.workers import run_tasks

if TYPE_CHECKING:
    from scholargraph.ingest.feeds import Feed, Reader

MakeReader = Callable[[Drift, Rejects], "Reader"]
Tick = Callable[[int, int], None]
"""Is told the bytes and the records done since the last call."""

_RUNS_PER_TASK: Final = 100_000
_TASKS_PER_WORKER: Final = 4
"""More tasks than workers, so that none waits long for the last; fewer make larger runs."""

_TELL_EVERY_BYTES: Final = 1 << 20


@dataclass(slots=True)
class Converted:
    """What came of some feeds."""

    records: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    drift: Drift = field(default_factory=Drift)
    files: dict[str, list[Path]] = field(default_factory=dict)

    def add(self, other: Converted) -> None:
        """Take in what came of other feeds."""
        self.records += other.records
        self.rejects.update(other.rejects)
        self.left_out.update(other.left_out)
        self.drift.update(other.drift)
        for name, paths in other.files.items():
            self.files.setdefault(name, []).extend(paths)


def convert(
    feeds: Sequence[Feed],
    make_reader: MakeReader,
    folder: Path,
    *,
    workers: int,
    tick: Tick,
    first_task: int = 0,
) -> Converted:
    """Read all feeds and write their runs.

    Parameters
    ----------
    feeds : sequence of Feed
        In any order.
    make_reader : callable
        Makes the reader of the source; of a module that other processes can import.
    folder : Path
        Scratch folder for the runs.
    workers : int
        Processes; with 1 all is done here.
    tick : callable
        Is told what was done, now and then.
    first_task : int
        Number of the first task; the runs of one folder come of tasks with different numbers.
    """
    if workers == 1:
        with _without_garbage_collector():
            return _convert_task(feeds, make_reader, folder, first_task, tick)
    tasks = [
        (dealt, make_reader, folder, number)
        for number, dealt in enumerate(_dealt(feeds, workers * _TASKS_PER_WORKER), first_task)
    ]
    total = Converted()
    for converted in run_tasks(_convert_task, tasks, workers, tick):
        total.add(converted)
    return total


def _convert_task(
    feeds: Sequence[Feed], make_reader: MakeReader, folder: Path, task: int, tick: Tick
) -> Converted:
    drift, rejects = Drift(), Rejects()
    reader = make_reader(drift, rejects)
    runs = RunWriter(folder, first=task * _RUNS_PER_TASK)
    for feed in feeds:
        _read_feed(feed, reader, runs, drift, rejects, tick)
    runs.finish()
    return Converted(
        records=reader.record_count,
        rejects=rejects.counts,
        left_out=reader.left_out,
        drift=drift,
        files=dict(runs.files),
    )


def _read_feed(
    feed: Feed, reader: Reader, runs: RunWriter, drift: Drift, rejects: Rejects, tick: Tick
) -> None:
    """Read one feed to its end; the rest of a batch is flushed, since dump dates may differ."""
    bytes_done, records_before = 0, reader.record_count
    drift.file = feed.name

    def at(position: int) -> None:
        nonlocal bytes_done, records_before
        if position - bytes_done >= _TELL_EVERY_BYTES:
            tick(position - bytes_done, reader.record_count - records_before)
            bytes_done, records_before = position, reader.record_count

    for batches in (feed.read(reader, rejects, at), reader.rest()):
        for batch in batches:
            runs.add(batch.ranks(feed.dump_date, drift), batch.tables(drift))
    if len(rejects):
        runs.add_ownerless(rejects.take())
    tick(feed.size_bytes - bytes_done, reader.record_count - records_before)


@contextmanager
def _without_garbage_collector() -> Iterator[None]:
    """Leave the collector off: records make no cycles, and looking takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _dealt(feeds: Sequence[Feed], count: int) -> list[list[Feed]]:
    """Deal feeds into tasks of about the same size, the largest first."""
    tasks: list[tuple[int, list[Feed]]] = [(0, []) for _ in range(min(count, len(feeds)))]
    for feed in sorted(feeds, key=lambda feed: (-feed.size_bytes, feed.name)):
        smallest = min(range(len(tasks)), key=lambda task: (tasks[task][0], task))
        size, dealt = tasks[smallest]
        tasks[smallest] = (size + feed.size_bytes, [*dealt, feed])
    return [dealt for _, dealt in tasks]

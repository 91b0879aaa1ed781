"""One ingest from beginning to end: records to runs, runs to a version.

What records mean is the business of their source's own folder; where they come from is a
``Feed``. This module moves them along, keeps count, and leaves the store as it was if anything
fails.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from scholargraph import schema
from scholargraph.ingest.convert import MakeReader, convert
from scholargraph.ingest.report import IngestReport, Progress
from scholargraph.ingest.resolve.merge import merge
from scholargraph.store import begin

if TYPE_CHECKING:
    from scholargraph.ingest.feeds import Feed

WORTH_WORKERS_BYTES: Final = 24 << 20
"""Of input, compressed as it lies on disk, from which other processes pay."""


def ingest(
    store: str | os.PathLike[str],
    feeds: Sequence[Feed],
    make_reader: MakeReader,
    *,
    command: str,
    skipped: dict[str, str],
    only_named: bool,
    workers: int | None,
    progress: Callable[[Progress], None] | None,
) -> IngestReport:
    """Read all feeds into a store as its next version.

    Parameters
    ----------
    store : path
        Made if absent.
    feeds : sequence of Feed
        In any order: the tables are the same.
    make_reader : callable
        Makes the reader of the source.
    command : str
        What was called, for the provenance.
    skipped : dict of str to str
        Inputs passed over, and why, for the report.
    only_named : bool
        Take records other than works and topics only where a work leads to them.
    workers : int or None
        Processes that read; by default one per processor where there is enough to read.
    progress : callable or None
        Is told how far the ingest is, a few times a second.
    """
    started = time.perf_counter()
    ticker = _Ticker(progress, sum(feed.size_bytes for feed in feeds))
    with begin(store) as transaction:
        converted = convert(
            feeds,
            make_reader,
            transaction.workspace,
            workers=worker_count(workers, feeds),
            tick=ticker.read,
        )
        rows = {}
        merged = merge(
            transaction, converted.files, only_named=only_named, left_out=converted.left_out
        )
        for name, count in merged:
            ticker.tell("merging")
            rows[name] = count
        ticker.tell("committing")
        report = IngestReport(
            version=transaction.version,
            rows={table.name: rows[table.name] for table in schema.PUBLIC_TABLES},
            records=converted.records,
            rejects=dict(sorted(converted.rejects.items())),
            left_out={why: count for why, count in sorted(converted.left_out.items()) if count},
            drift=converted.drift.as_dict(),
            sources=tuple(feed.name for feed in feeds),
            skipped=skipped,
            bytes_read=ticker.bytes_total,
            seconds=time.perf_counter() - started,
        )
        dates = {str(feed.dump_date) for feed in feeds if feed.dump_date}
        transaction.commit(
            {
                "command": command,
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "dump_dates": sorted(dates),
                **report.as_provenance(),
            }
        )
    return report


def worker_count(asked: int | None, feeds: Sequence[Feed]) -> int:
    """Return how many processes to read with: starting one costs half a second."""
    if asked is not None:
        return min(asked, len(feeds)) or 1
    large = sum(feed.size_bytes for feed in feeds) >= WORTH_WORKERS_BYTES
    return min(os.cpu_count() or 1, len(feeds)) if large else 1


class _Ticker:
    """Tells the caller how far the ingest is, not too often."""

    _INTERVAL_SECONDS = 0.1

    def __init__(self, progress: Callable[[Progress], None] | None, bytes_total: int) -> None:
        self.bytes_total = bytes_total
        self._progress = progress
        self._bytes_done = 0
        self._records = 0
        self._told = 0.0
        self._stage = ""

    def read(self, bytes_done: int, records: int) -> None:
        self._bytes_done += bytes_done
        self._records += records
        self.tell("reading")

    def tell(self, stage: str) -> None:
        now = time.monotonic()
        is_due = stage != self._stage or now - self._told >= self._INTERVAL_SECONDS
        if self._progress is None or not is_due:
            return
        self._told, self._stage = now, stage
        self._progress(
            Progress(
                stage=stage,
                bytes_done=self._bytes_done,
                bytes_total=self.bytes_total,
                records=self._records,
            )
        )

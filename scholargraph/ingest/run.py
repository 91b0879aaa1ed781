"""One ingest from beginning to end: records to runs, runs to a version.

What records mean is the business of their source's own folder; where they come from is a
``Feed``. This module moves them along, keeps count, and leaves the store as it was if anything
fails.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from scholargraph import schema
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.rejects import Rejects
from scholargraph.ingest.report import IngestReport, Progress
from scholargraph.ingest.resolve.merge import merge
from scholargraph.ingest.runs import RunWriter
from scholargraph.store import begin

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows


class Batch(Protocol):
    """Records of one kind that can become rows."""

    def ranks(self, dump_date: date | None, drift: Drift) -> Rows:
        """Return what decides between versions of each record."""

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the rows of every table."""


class Reader(Protocol):
    """Makes batches of one source's records from lines, documents or values."""

    record_count: int

    def read_lines(self, file: str, first: int, lines: list[bytes]) -> Iterator[Batch]:
        """Read JSON Lines."""

    def read_document(self, file: str, text: bytes) -> Iterator[Batch]:
        """Read one JSON text."""

    def read_value(self, file: str, number: int | None, value: Any) -> Iterator[Batch]:
        """Read decoded JSON."""

    def rest(self) -> Iterator[Batch]:
        """Yield what was gathered and did not fill a batch."""


class Feed(Protocol):
    """Something that records come from: a file, or values at hand."""

    @property
    def name(self) -> str:
        """Name for rejects and provenance."""

    @property
    def size_bytes(self) -> int:
        """Size on disk, for progress."""

    @property
    def dump_date(self) -> date | None:
        """Date of the dump that it belongs to."""

    def read(self, reader: Reader, rejects: Rejects, at: Callable[[int], None]) -> Iterator[Batch]:
        """Feed the reader and yield its batches; ``at`` is told the bytes done."""


def ingest(
    store: str | os.PathLike[str],
    feeds: Sequence[Feed],
    make_reader: Callable[[Drift, Rejects], Reader],
    *,
    command: str,
    skipped: dict[str, str],
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
    progress : callable or None
        Is told how far the ingest is, a few times a second.
    """
    started = time.perf_counter()
    drift, rejects = Drift(), Rejects()
    reader = make_reader(drift, rejects)
    ticker = _Ticker(progress, reader, sum(feed.size_bytes for feed in feeds))
    with begin(store) as transaction:
        runs = RunWriter(transaction.workspace)
        for feed in feeds:
            _read_feed(feed, reader, runs, drift, rejects, ticker)
        runs.finish()
        rows = {}
        for name, count in merge(transaction, runs.files):
            ticker.tell("merging")
            rows[name] = count
        ticker.tell("committing")
        report = IngestReport(
            version=transaction.version,
            rows={table.name: rows[table.name] for table in schema.PUBLIC_TABLES},
            records=reader.record_count,
            rejects=dict(sorted(rejects.counts.items())),
            drift=drift.as_dict(),
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


def _read_feed(
    feed: Feed,
    reader: Reader,
    runs: RunWriter,
    drift: Drift,
    rejects: Rejects,
    ticker: _Ticker,
) -> None:
    """Read one feed to its end; the rest of a batch is flushed, since dump dates may differ."""
    for batches in (feed.read(reader, rejects, ticker.at), reader.rest()):
        for batch in batches:
            runs.add(batch.ranks(feed.dump_date, drift), batch.tables(drift))
            ticker.tell("reading")
    if len(rejects):
        runs.add_rejects(rejects.take())
    ticker.finish_feed(feed.size_bytes)


class _Ticker:
    """Tells the caller how far the ingest is, not too often."""

    _INTERVAL_SECONDS = 0.1

    def __init__(
        self, progress: Callable[[Progress], None] | None, reader: Reader, bytes_total: int
    ) -> None:
        self.bytes_total = bytes_total
        self._progress = progress
        self._reader = reader
        self._bytes_before = 0
        self._bytes_of_feed = 0
        self._told = 0.0
        self._stage = ""

    def at(self, bytes_of_feed: int) -> None:
        self._bytes_of_feed = bytes_of_feed

    def finish_feed(self, size_bytes: int) -> None:
        self._bytes_before += size_bytes
        self._bytes_of_feed = 0
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
                bytes_done=self._bytes_before + self._bytes_of_feed,
                bytes_total=self.bytes_total,
                records=self._reader.record_count,
            )
        )

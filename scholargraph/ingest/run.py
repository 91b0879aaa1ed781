"""One ingest from beginning to end: records to runs, runs to a version, its arrays beside it.

What records mean is the business of their source's own folder; where they come from is a
``Feed``. This module moves them along, keeps count, and leaves the store as it was if anything
fails.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from scholargraph import schema
from scholargraph.errors import IngestError
from scholargraph.ingest.convert import MakeReader, convert
from scholargraph.ingest.jumps import note_jumps
from scholargraph.ingest.nothing_read import check_that_something_was_read
from scholargraph.ingest.rejects import in_full, reasons_in
from scholargraph.ingest.report import IngestReport, Progress
from scholargraph.ingest.resolve.merge import merge
from scholargraph.store import begin

if TYPE_CHECKING:
    from scholargraph.ingest.feeds import Feed
    from scholargraph.ingest.resolve.gather import Origin
    from scholargraph.store import Snapshot

WORTH_WORKERS_BYTES: Final = 24 << 20
"""Of input, compressed as it lies on disk, from which other processes pay."""

WORTH_PREPARING_ROWS: Final = 250_000
"""Of the version, from which its arrays are built at once; those of a smaller one take the first
question about half a second, which would double the time of a small ingest."""


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
    replaced: Origin | None = None,
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
    replaced : {"openalex", "arxiv"}, optional
        Whose records of the version before count no more, since the feeds have all there are.
    """
    ticker = _Ticker(progress, sum(feed.size_bytes for feed in feeds))
    ticker.begin("reading")
    with begin(store) as transaction:
        converted = convert(
            feeds,
            make_reader,
            transaction.workspace,
            workers=worker_count(workers, feeds),
            tick=ticker.read,
        )
        reasons = reasons_in(converted.files.get(schema.REJECTS.name, ()))
        check_that_something_was_read(
            converted,
            reasons,
            command=command,
            would_remove=replaced is not None and transaction.parent is not None,
        )
        takes_no_work = bool(converted.left_out) and schema.PAPERS.name not in converted.files
        ticker.begin("merging")
        rows = {}
        merged = merge(
            transaction,
            converted.files,
            only_named=only_named,
            left_out=converted.left_out,
            replaced=replaced,
        )
        with closing(merged), _engine_in_one_line():
            for name, count in merged:
                ticker.tell()
                rows[name] = count
            if transaction.parent is not None:
                workspace = transaction.workspace
                note_jumps(transaction.parent, converted.files, workspace, converted.drift)
        ticker.begin("committing")
        report = IngestReport(
            version=transaction.version,
            rows={table.name: rows[table.name] for table in schema.PUBLIC_TABLES},
            records=converted.records,
            rejects=dict(sorted(converted.rejects.items())),
            reasons=in_full(converted.rejects, reasons),
            left_out={why: count for why, count in sorted(converted.left_out.items()) if count},
            takes_no_work=takes_no_work,
            drift=converted.drift.as_dict(),
            drift_by_file=converted.drift.by_file(),
            author_layer=dict(sorted(converted.drift.author_layer.items())),
            sources=tuple(feed.name for feed in feeds),
            skipped=skipped,
            bytes_read=ticker.bytes_total,
        )
        dates = {str(feed.dump_date) for feed in feeds if feed.dump_date}
        snapshot = transaction.commit(
            {
                "command": command,
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "dump_dates": sorted(dates),
                **report.as_provenance(),
            }
        )
        report = replace(report, rewritten=_rewritten(snapshot, transaction.parent))
    failure = None
    if sum(report.rows.values()) >= WORTH_PREPARING_ROWS:
        ticker.begin("preparing answers")
        failure = _prepare(snapshot)
    snapshot.close()
    return replace(report, stages=ticker.end(), unprepared=failure)


def _rewritten(snapshot: Snapshot, parent: Snapshot | None) -> dict[str, int]:
    """Return the bytes of the files of each table that are not those of the version before."""
    before = {file.sha256 for files in parent.files.values() for file in files} if parent else set()
    sizes = {
        name: sum(file.size_bytes for file in files if file.sha256 not in before)
        for name, files in snapshot.files.items()
    }
    return {name: size for name, size in sorted(sizes.items()) if size}


@contextmanager
def _engine_in_one_line() -> Iterator[None]:
    """Turn what the engine says of want of memory or room, over many lines, into one of ours."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise IngestError(
            f"the records could not be merged: {reason}; the store is as it was"
        ) from error


def _prepare(snapshot: Snapshot) -> str | None:
    """Build the arrays of a version, and return why that failed, if it did.

    The version is committed: whatever happens here, the ingest has succeeded, and the first
    question tries again.
    """
    from scholargraph.adjacency import build_adjacency

    try:
        build_adjacency(snapshot)
    except Exception as error:
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    return None


def worker_count(asked: int | None, feeds: Sequence[Feed]) -> int:
    """Return how many processes to read with: starting one costs half a second."""
    if asked is not None:
        return min(asked, len(feeds)) or 1
    large = sum(feed.size_bytes for feed in feeds) >= WORTH_WORKERS_BYTES
    return min(os.cpu_count() or 1, len(feeds)) if large else 1


class _Ticker:
    """Tells the caller how far the ingest is, not too often, and how long each stage took."""

    _INTERVAL_SECONDS = 0.1

    def __init__(self, progress: Callable[[Progress], None] | None, bytes_total: int) -> None:
        self.bytes_total = bytes_total
        self._progress = progress
        self._bytes_done = 0
        self._records = 0
        self._told = 0.0
        self._stage = ""
        self._began: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        """Begin a stage, which ends when the next one begins."""
        self._stage = stage
        self._began[stage] = time.perf_counter()
        self._told = 0.0
        self.tell()

    def end(self) -> dict[str, float]:
        """End the last stage, and return the seconds of each."""
        ends = [*list(self._began.values())[1:], time.perf_counter()]
        return {
            stage: end - began
            for (stage, began), end in zip(self._began.items(), ends, strict=True)
        }

    def read(self, bytes_done: int, records: int) -> None:
        self._bytes_done += bytes_done
        self._records += records
        self.tell()

    def tell(self) -> None:
        now = time.monotonic()
        if self._progress is None or now - self._told < self._INTERVAL_SECONDS:
            return
        self._told = now
        self._progress(
            Progress(
                stage=self._stage,
                bytes_done=self._bytes_done,
                bytes_total=self.bytes_total,
                records=self._records,
            )
        )

"""The progress bar of long work: on a terminal only, and never in the way of the answer.

It goes to the standard error and leaves nothing behind. What there is to report is said by
``scholargraph.ingest.Progress``; nothing is measured here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scholargraph.ingest import Progress


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Give a function that draws progress, or None where nobody would see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.fields[records]:,} records", markup=False),
        TimeRemainingColumn(),
        TextColumn("left,", markup=False),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, records=0)

        def draw(state: Progress) -> None:
            bar.update(
                task,
                description=state.stage,
                completed=state.bytes_done,
                total=state.bytes_total,
                records=state.records,
                refresh=True,  # A short stage would be over before its turn.
            )

        yield draw

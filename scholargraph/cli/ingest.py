"""Commands that put records into a store: ``scholargraph ingest``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from scholargraph.cli.arguments import STORE
from scholargraph.cli.progress import progress_bar
from scholargraph.cli.text import visible


@click.group()
def ingest() -> None:
    """Put the records of a dump into a store."""


@ingest.command()
@click.argument("source", type=click.Path(path_type=Path))
@STORE
@click.option(
    "--dump-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="When the dump was made, where it does not say so itself: decides between versions of a "
    "record with equal dates.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that read; by default one per processor where there is enough to read.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def openalex(
    source: Path, store: Path, dump_date: datetime | None, workers: int | None, quiet: bool
) -> None:
    """Ingest records of OpenAlex: a snapshot, one folder of it, one file, or answers of the API.

    SOURCE may be plain or gzip. STORE is made where it does not exist; where it does, the records
    are merged into it, in any order, and a new version is committed.
    """
    from scholargraph.ingest import ingest_openalex

    with progress_bar(quiet=quiet) as progress:
        report = ingest_openalex(
            source,
            store,
            dump_date=dump_date.date() if dump_date else None,
            workers=workers,
            progress=progress,
        )
    for line in str(report).splitlines():
        click.echo(visible(line))

"""Commands that put records into a store: ``scholargraph ingest``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from scholargraph.cli.arguments import SOURCES, STORE
from scholargraph.cli.progress import progress_bar
from scholargraph.cli.text import visible

Command = TypeVar("Command", bound=Callable[..., Any])


def _years(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    """Read a year, or a first and a last one with a hyphen between them."""
    if value is None:
        return None
    first, hyphen, last = value.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not hyphen)):
        raise click.BadParameter(
            f"{value!r} is neither a year nor two with a hyphen between them", context, parameter
        )
    return int(first), int(last or first)


_WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that read; by default one per processor where there is enough to read.",
)
_QUIET = click.option("-q", "--quiet", is_flag=True, help="No progress bar.")


def _complete(origin: str) -> Callable[[Command], Command]:
    """Return the option that says that the sources are all of an origin."""
    return click.option(
        "--complete",
        is_flag=True,
        help=f"What is given is all that {origin} has: other records of {origin} go.",
    )


@click.group()
def ingest() -> None:
    """Put the records of a dump into a store."""


@ingest.command()
@SOURCES
@STORE
@click.option(
    "--dump-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="When the dump was made, where it does not say so itself: decides between versions of a "
    "record with equal dates.",
)
@click.option("--years", callback=_years, help="Works of these years only: 2015-2020, or one year.")
@click.option("--type", "types", multiple=True, help="Works of this type only; may be repeated.")
@click.option("--topic", "topics", multiple=True, help="Works on this topic, or below it, only.")
@click.option("--institution", "institutions", multiple=True, help="Works of it only, by id.")
@click.option("--country", "countries", multiple=True, help="Works of it only, by code.")
@click.option("--author", "authors", multiple=True, help="Works by this author only, by id.")
@click.option("--sample", type=float, help="A share of the works, drawn by their ids.")
@click.option("--exclude-xpac", is_flag=True, help="Leave out the expansion pack.")
@click.option("--no-abstracts", is_flag=True, help="Leave out abstracts.")
@_complete("OpenAlex")
@_WORKERS
@click.option(
    "--dry-run",
    is_flag=True,
    help="Ingest nothing: say what time, disk and memory it would take, measured on a sample.",
)
@_QUIET
def openalex(
    sources: tuple[str, ...],
    store: Path,
    dump_date: datetime | None,
    years: tuple[int, int] | None,
    types: tuple[str, ...],
    topics: tuple[str, ...],
    institutions: tuple[str, ...],
    countries: tuple[str, ...],
    authors: tuple[str, ...],
    sample: float | None,
    exclude_xpac: bool,
    no_abstracts: bool,
    complete: bool,
    workers: int | None,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Ingest records of OpenAlex: a snapshot, one folder of it, one file, or answers of the API.

    Each SOURCE is a path, or a URL such as s3://openalex/data/jsonl/works, and may be plain or
    gzip: it is read where it lies, and what lies below several of them is read once. STORE is made
    where it does not exist; where it does, the records are merged into it, in any order, and a new
    version is committed. The options that choose works take a part of a dump: a work must be all
    that is given, and any one of what is repeated.
    """
    from scholargraph.ingest import estimate_openalex, ingest_openalex

    selection = {
        "years": years,
        "types": types or None,
        "topics": topics or None,
        "institutions": institutions or None,
        "countries": countries or None,
        "authors": authors or None,
        "sample": sample,
        "exclude_xpac": exclude_xpac,
        "abstracts": not no_abstracts,
    }
    said: object
    if dry_run:
        said = estimate_openalex(sources, store, workers=workers, **selection)
    else:
        with progress_bar(quiet=quiet) as progress:
            said = ingest_openalex(
                sources,
                store,
                dump_date=dump_date.date() if dump_date else None,
                complete=complete,
                workers=workers,
                progress=progress,
                **selection,  # type: ignore[arg-type]
            )
    _say(said)


@ingest.command()
@SOURCES
@STORE
@click.option(
    "--link",
    type=click.Choice(["ids", "all"]),
    default="all",
    show_default=True,
    help="What may link a record to a work of OpenAlex: identifiers alone, or also title, byline "
    "and year together.",
)
@_complete("arXiv")
@_WORKERS
@_QUIET
def arxiv(
    sources: tuple[str, ...],
    store: Path,
    link: Literal["ids", "all"],
    complete: bool,
    workers: int | None,
    quiet: bool,
) -> None:
    """Ingest records of arXiv: the Kaggle file, pages of OAI-PMH, Atom feeds, or a folder of them.

    Each SOURCE is a path or a URL, and may be plain, gzip, zstd or zip; what it holds is told by
    its content. STORE may hold records of OpenAlex or get them later, in any order: a record whose
    work is there joins it, and the table links says why.
    """
    from scholargraph.ingest import ingest_arxiv

    with progress_bar(quiet=quiet) as progress:
        said = ingest_arxiv(
            sources, store, link=link, complete=complete, workers=workers, progress=progress
        )
    _say(said)


def _say(said: object) -> None:
    for line in str(said).splitlines():
        click.echo(visible(line))

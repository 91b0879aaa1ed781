"""Commands that put records into a store: ``scholargraph ingest``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import click

from scholargraph.cli.arguments import SOURCES, STORE, Number
from scholargraph.cli.progress import progress_bar
from scholargraph.cli.text import visible
from scholargraph.errors import InvalidArgumentError

_YEARS: Final = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")

Command = TypeVar("Command", bound=Callable[..., Any])


def _years(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    """Read a year, or a first and a last one with a hyphen between them."""
    if value is None:
        return None
    found = _YEARS.fullmatch(value)
    if found is None:
        raise click.BadParameter(
            f"{value!r} is neither a year nor two with a hyphen between them", context, parameter
        )
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise click.BadParameter(
            f"{value!r} ends before it begins; write the first year first", context, parameter
        )
    return first, last


def _taken_by_the_library(what: str) -> Callable[..., tuple[str, ...] | None]:
    """Return a callback that refuses values that the library's selection does not take.

    Parameters
    ----------
    what : str
        What a value should be, with an example.
    """

    def check(
        context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        if not values:
            return None
        from scholargraph.ingest.openalex.selection import select

        way: dict[str, Any]
        for value in values:
            way = {str(parameter.name): [value]}
            try:
                select(**way)
            except InvalidArgumentError as error:
                raise click.BadParameter(f"{value!r} is not {what}", context, parameter) from error
        return values

    return check


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
@click.option(
    "--years",
    callback=_years,
    metavar="YEARS",
    help="Works published in these years only: 2015-2020, both included, or one year.",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="TYPE",
    help="Works of this type only, as OpenAlex names it, such as article; may be repeated.",
)
@click.option(
    "--topic",
    "topics",
    multiple=True,
    metavar="ID",
    callback=_taken_by_the_library(
        "an id of OpenAlex for a topic or what is above one, such as T10123, subfields/1702, "
        "fields/17 or domains/3"
    ),
    help="Works on this topic only, such as T10123, or on any topic of a subfield, field or "
    "domain, such as subfields/1702, fields/17, domains/3; may be repeated.",
)
@click.option(
    "--institution",
    "institutions",
    multiple=True,
    metavar="ID",
    callback=_taken_by_the_library("an id of OpenAlex for an institution, such as I97018004"),
    help="Works with an author at this institution only, such as I97018004; may be repeated.",
)
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    callback=_taken_by_the_library("the code of a country, two capital letters such as BE"),
    help="Works with an author in this country only, two capital letters such as BE; may be "
    "repeated.",
)
@click.option(
    "--author",
    "authors",
    multiple=True,
    metavar="ID",
    callback=_taken_by_the_library("an id of OpenAlex for an author, such as A5023888391"),
    help="Works by this author only, such as A5023888391; may be repeated.",
)
@click.option(
    "--sample",
    type=Number(min=0, max=1, min_open=True),
    metavar="SHARE",
    help="A share of the works, such as 0.01, drawn by their ids: the same works in every dump.",
)
@click.option(
    "--exclude-xpac",
    is_flag=True,
    help="Leave out the works of OpenAlex's expansion pack, which are less well described.",
)
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
    topics: tuple[str, ...] | None,
    institutions: tuple[str, ...] | None,
    countries: tuple[str, ...] | None,
    authors: tuple[str, ...] | None,
    sample: float | None,
    exclude_xpac: bool,
    no_abstracts: bool,
    complete: bool,
    workers: int | None,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Ingest records of OpenAlex: a snapshot, one folder of it, one file, or answers of the API.

    Each SOURCE is a path, or a URL such as s3://openalex/data/jsonl/works, of JSON Lines (plain,
    gzip or zstd) or Parquet: it is read where it lies, and what lies below several of them is read
    once. STORE is made where it does not exist; where it does, the records are merged into it, in
    any order, and a new version is committed. The options that choose works take a part of a dump:
    a work must be all that is given, and any one of what is repeated.
    """
    from scholargraph.ingest import estimate_openalex, ingest_openalex

    selection = {
        "years": years,
        "types": types or None,
        "topics": topics,
        "institutions": institutions,
        "countries": countries,
        "authors": authors,
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

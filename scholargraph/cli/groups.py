"""The command about how a group of authors, an institution or a country collaborates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from scholargraph.cli.arguments import STORE
from scholargraph.cli.collaboration import left_out_line, many
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.terms import terms_options


@click.command()
@STORE
@click.argument("group", required=False)
@terms_options(counted=False)
@click.option("--author", "authors", multiple=True, help="Instead of GROUP, repeatable.")
@click.option(
    "--partners",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="So many partners at most.",
)
@click.option(
    "--show",
    type=click.Choice(["shares", "by-year", "partners"]),
    default="shares",
    show_default=True,
    help="The shares of the papers, these by year, or with whom.",
)
@output_options
def summary(
    store: Path,
    group: str | None,
    terms: dict[str, Any],
    authors: tuple[str, ...],
    partners: int,
    show: str,
    output: Output,
) -> None:
    """Say how an institution, a country or a group collaborates.

    GROUP is the OpenAlex id or URL or the ROR id of an institution, or a country by two letters.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    if (group is None) == (not authors):
        raise click.UsageError("Give either GROUP or --author.")
    found = collaboration.summary(
        read_graph(store),
        list(authors) if group is None else group,
        partners=partners,
        **terms,
    )
    tables = {"shares": found.shares, "by-year": found.by_year, "partners": found.partners}
    output.write(tables[show])
    for line in _what_is_known(found.made):
        click.echo(line, err=True)


def _what_is_known(made: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words what a summary rests on, and what could not be told."""
    partly = made["papers_partly_known"]
    yield (
        f"{made['group'][:1].upper()}{made['group'][1:]}:"
        f" {many(made['papers_with_affiliation'], 'paper')} with a known affiliation"
        + (f", on {partly:,} of them somebody's is not known." if partly else ".")
    )
    if made["papers_left_out"]:
        yield left_out_line(made)
    if made["papers_without_affiliation"]:
        without = many(made["papers_without_affiliation"], "paper")
        yield f"{without} without a known affiliation of the group."
    for what in ("coordinates", "type"):
        if count := made[f"institutions_without_{what}"]:
            yield f"{many(count, 'institution')} without {what}."
    yield f"{many(made['partners'], 'partner')}."

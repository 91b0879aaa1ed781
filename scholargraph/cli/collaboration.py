"""Commands about who works with whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scholargraph.cli.arguments import STORE
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.text import visible

if TYPE_CHECKING:
    import pandas as pd


def types_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--types``: the argument ``types``."""
    return click.option(
        "--types",
        default="research",
        show_default=True,
        metavar="research|all|TYPE,TYPE,...",
        callback=lambda _ctx, _option, text: (
            text if text in ("research", "all") else tuple(text.split(","))
        ),
        help="Kinds of papers that count; 'research' is all but paratext, errata, peer reviews "
        "and retraction notices.",
    )(command)


@click.command()
@STORE
@click.argument("author")
@types_option
@output_options
def collaborators(store: Path, author: str, types: str | tuple[str, ...], output: Output) -> None:
    """List the people an author wrote papers with.

    AUTHOR is an OpenAlex id or URL, or an ORCID; `scholargraph find` gets it from a name.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    answer = collaboration.collaborators(read_graph(store), author, types=types)
    output.write(answer)
    _say_what_counted(answer)


@click.command("shared-papers")
@STORE
@click.argument("a")
@click.argument("b")
@types_option
@output_options
def shared_papers(
    store: Path, a: str, b: str, types: str | tuple[str, ...], output: Output
) -> None:
    """List the papers behind the tie of two authors.

    A and B are OpenAlex ids or URLs, or ORCIDs.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    answer = collaboration.shared_papers(read_graph(store), a, b, types=types)
    output.write(answer)
    _say_what_counted(answer)


def _say_what_counted(answer: pd.DataFrame) -> None:
    """Say beside the answer, where it is in nobody's way, what it rests on."""
    for line in what_counted(answer.attrs):
        click.echo(line, err=True)


def what_counted(made: Mapping[Any, Any]) -> Iterator[str]:
    """Yield in words what an answer says of itself: what counted, and what could not."""
    alone = made["single_author_papers"]
    yield f"Counted: {_many(made['papers'], 'paper')}" + (
        f", {alone:,} by one person." if alone else "."
    )
    if made["papers_left_out"]:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in made["papers_left_out"].items())
        yield visible(f"Left out: {kinds} (--types all counts them).")
    if made["unresolved_seats"]:
        yield (
            f"{_many(made['unresolved_seats'], 'seat')} of these papers without a known person:"
            f" {made['strength_to_unknown']:.3f} of the fractional ties go there."
        )
    if made["truncated_papers"]:
        yield (
            f"{_many(made['truncated_papers'], 'byline')} cut short, {made['upper_bound_papers']:,}"
            " of unknown length, which makes fractional ties too strong."
        )
    if made["version_pairs"]:
        yield f"{_many(made['version_pairs'], 'pair')} of versions of one paper, counted apart."


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"

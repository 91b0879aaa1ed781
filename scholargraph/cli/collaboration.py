"""Commands about who works with whom."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from scholargraph.cli.arguments import STORE, PathType
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.terms import terms_options
from scholargraph.cli.text import visible

LEVELS: Final = {
    "author": ("author", "authors", "collaborators"),
    "institution": ("institution", "institutions", "institutions"),
    "country": ("country", "countries", "countries"),
}
"""What there are one and several of in a network, and what an author has, by level."""

MEASURES: Final = (
    "association_strength",
    "cosine",
    "jaccard",
    "inclusion",
    "affinity",
    "npmi",
)

_AS_COUNTED: Final[dict[str, Any]] = {
    "level": "author",
    "unit": "share",
    "roll_up": False,
    "normalization": None,
}
"""How a network is formed that can be written as it is counted."""


@click.command()
@STORE
@click.argument("author")
@terms_options()
@click.option(
    "--level",
    type=click.Choice(list(LEVELS)),
    default="author",
    show_default=True,
    help="List people, or where they were on the joint papers.",
)
@click.option("--limit", type=click.IntRange(0), help="So many rows at most.")
@output_options
def collaborators(
    store: Path,
    author: str,
    terms: dict[str, Any],
    level: str,
    limit: int | None,
    output: Output,
) -> None:
    """List the people an author wrote papers with.

    AUTHOR is an OpenAlex id or URL, or an ORCID; `scholargraph find` gets it from a name.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    answer = collaboration.collaborators(
        read_graph(store), author, level=level, limit=limit, **terms
    )
    output.write(answer)
    if len(answer) < answer.attrs["collaborators"]:
        click.echo(f"The first of {answer.attrs['collaborators']:,} {LEVELS[level][2]}.", err=True)
    _say_what_counted(answer.attrs)


@click.command("shared-papers")
@STORE
@click.argument("a")
@click.argument("b")
@terms_options()
@output_options
def shared_papers(store: Path, a: str, b: str, terms: dict[str, Any], output: Output) -> None:
    """List the papers behind the tie of two authors.

    A and B are OpenAlex ids or URLs, or ORCIDs.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    answer = collaboration.shared_papers(read_graph(store), a, b, **terms)
    output.write(answer)
    _say_what_counted(answer.attrs)


@click.command()
@STORE
@click.argument("target", type=PathType(path_type=Path))
@terms_options()
@click.option("--author", "authors", multiple=True, help="Only among these authors; repeatable.")
@click.option(
    "--radius", type=click.IntRange(0, 1), help="With --author: 1 takes in their co-authors."
)
@click.option("--paper", "papers", multiple=True, help="Count only these papers; repeatable.")
@click.option(
    "--min-papers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Leave out ties of fewer joint papers.",
)
@click.option(
    "--level",
    type=click.Choice(list(LEVELS)),
    default="author",
    show_default=True,
    help="Tie people, or where they were on the joint papers.",
)
@click.option(
    "--unit",
    type=click.Choice(["share", "presence"]),
    default="share",
    show_default=True,
    help="Of institutions and countries: split people among theirs, or count who is present.",
)
@click.option("--roll-up", is_flag=True, help="Of institutions: take the top of the lineage.")
@click.option(
    "--normalization",
    type=click.Choice(MEASURES),
    help="Weights in proportion to the size of both ends.",
)
def network(
    store: Path,
    target: Path,
    terms: dict[str, Any],
    authors: tuple[str, ...],
    radius: int | None,
    papers: tuple[str, ...],
    min_papers: int,
    level: str,
    unit: str,
    roll_up: bool,
    normalization: str | None,
) -> None:
    """Write who wrote papers with whom as a network.

    TARGET is a new folder, which gets nodes and edges as Parquet, of people in less than a gigabyte
    of memory however large the network is; or a new file ending in .graphml, .gexf or .net (Pajek).
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    if radius is not None and not authors:
        raise click.UsageError("--radius goes with --author: without it all authors are nodes.")
    if roll_up and level != "institution":
        raise click.UsageError("--roll-up goes with --level institution.")
    if level != "author" and terms["counting"] not in ("full", "fractional"):
        raise click.UsageError(f"--level {level} goes with --counting full or fractional.")
    asked = {
        **terms,
        "authors": list(authors) or None,
        "radius": radius,
        "papers": list(papers) or None,
        "min_papers": min_papers,
    }
    formed: dict[str, Any] = {
        "level": level,
        "unit": unit,
        "roll_up": roll_up,
        "normalization": normalization,
    }
    graph = read_graph(store)
    if target.suffix or formed != _AS_COUNTED:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            found = collaboration.coauthor_network(graph, **asked, **formed)
        found.write(target)
        for warning in caught:
            click.echo(visible(f"Note: {warning.message}"), err=True)
        nodes, edges, left_out = len(found), found.edges.num_rows, dict(found.left_out)
    else:
        written = collaboration.write_network(graph, target, **asked)
        nodes, edges, left_out = written["nodes"], written["edges"], written["left_out"]
    one, several, _ = LEVELS[level]
    click.echo(visible(f"{target}: {many(nodes, one, several)}, {many(edges, 'tie')}"))
    _say_what_counted(left_out)


@click.command()
@STORE
@click.argument("a")
@click.argument("b")
@terms_options(counted=False)
@click.option(
    "--weight",
    type=click.Choice(["full", "fractional"]),
    help="The path whose ties are strongest, each of length 1 / weight, instead of the shortest.",
)
@output_options
def path(
    store: Path, a: str, b: str, terms: dict[str, Any], weight: str | None, output: Output
) -> None:
    """List the papers on the shortest chain between two authors.

    A and B are OpenAlex ids or URLs, or ORCIDs.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    found = collaboration.collaboration_path(read_graph(store), a, b, weight=weight, **terms)
    output.write(found.papers)
    if found.length is None:
        click.echo(visible(f"No path: {found.reason}."), err=True)
        return
    names = " - ".join(found.authors["name"])
    click.echo(visible(f"{many(len(found.authors) - 1, 'hop')}: {names}."), err=True)


def _say_what_counted(made: Mapping[Any, Any]) -> None:
    """Say beside the answer, where it is in nobody's way, what it rests on."""
    for line in what_counted(made):
        click.echo(line, err=True)


def what_counted(made: Mapping[Any, Any]) -> Iterator[str]:
    """Yield in words what an answer says of itself: what counted, and what could not."""
    alone = made["single_author_papers"]
    yield f"Counted: {many(made['papers'], 'paper')}" + (
        f", {alone:,} by one person." if alone else "."
    )
    if made["papers_left_out"]:
        yield left_out_line(made)
    if made["unresolved_seats"]:
        yield (
            f"{many(made['unresolved_seats'], 'seat')} of these papers without a known person:"
            f" {made['strength_to_unknown']:.3f} of the fractional ties go there."
        )
    if made["name_form_seats"]:
        yield f"{made['name_form_seats']:,} of these are name forms, which were left out."
    if made["truncated_papers"]:
        yield (
            f"{many(made['truncated_papers'], 'byline')} cut short, {made['upper_bound_papers']:,}"
            " of unknown length, which makes fractional ties too strong."
        )
    if made["version_pairs"]:
        yield f"{many(made['version_pairs'], 'pair')} of versions of one paper, counted apart."
    if made.get("unaffiliated_seats"):
        yield (
            f"{many(made['unaffiliated_seats'], 'seat')} of co-authors without affiliation:"
            f" {made['strength_to_unaffiliated']:.3f} of the fractional ties go there."
        )
    if made.get("papers_without_affiliation"):
        yield f"{many(made['papers_without_affiliation'], 'paper')} without any known affiliation."
    if made.get("ties_of_fewer_papers"):
        yield f"{many(made['ties_of_fewer_papers'], 'tie')} of fewer papers left out."
    if made.get("alphabetical_papers"):
        yield (
            f"{many(made['alphabetical_papers'], 'byline')} of four or more in alphabetical order,"
            " where places carry no credit."
        )


def left_out_line(made: Mapping[Any, Any]) -> str:
    """Return in words which papers an answer left out."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in made["papers_left_out"].items())
    pairs = made.get("pairs_left_out")
    return visible(f"Left out: {kinds}{f'; {pairs:,} pairs of people' if pairs else ''}.")


def many(count: int, thing: str, things: str | None = None) -> str:
    """Return how many there are of something, in words."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {things or thing + 's'}"

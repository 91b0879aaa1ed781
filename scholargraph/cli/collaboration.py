"""Commands about who works with whom."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from scholargraph.cli.arguments import STORE
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.text import visible

_YEAR = click.IntRange(1000, 2100)


class _AuthorsLimit(click.ParamType[int | str]):
    """A number of authors, or ``auto``."""

    name = "N|auto"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        if value == "auto" or (isinstance(value, str) and value.isdecimal()):
            return value if value == "auto" else int(value)
        self.fail(f"{value!r} is neither a number nor auto", param, ctx)


def terms_options(*, counted: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that say which papers count, and how much: the argument ``terms``.

    Parameters
    ----------
    counted : bool
        Whether the answer has weights, so that it matters how they are counted.
    """

    def give(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def with_terms(**arguments: Any) -> None:
            terms = {name: arguments.pop(name) for name in names}
            command(terms=terms, **arguments)

        names = ["types", "since", "until", "as_of", "max_authors", "versions"]
        options: list[Callable[..., Any]] = [
            types_option,
            click.option("--since", type=_YEAR, help="First year of papers that count."),
            click.option("--until", type=_YEAR, help="Last year of papers that count."),
            click.option("--as-of", type=_YEAR, help="Answer as of the end of this year."),
            click.option(
                "--max-authors",
                type=_AuthorsLimit(),
                help="Leave out papers of more people; auto: by field and year.",
            ),
            click.option(
                "--versions",
                type=click.Choice(["keep", "merge"]),
                default="keep",
                show_default=True,
                help="Count preprint and article of one work each, or once.",
            ),
        ]
        if counted:
            names += ["counting", "half_life", "team_size"]
            options += [
                click.option(
                    "--counting",
                    type=click.Choice(["full", "fractional", "per_paper", "harmonic"]),
                    default="full",
                    show_default=True,
                    help="What a joint paper adds to a weight.",
                ),
                click.option(
                    "--half-life", type=float, help="Years after which a paper weighs half."
                ),
                click.option(
                    "--team-size",
                    type=click.Choice(["all", "resolved"]),
                    default="all",
                    show_default=True,
                    help="Whether people who cannot be told apart count in a team.",
                ),
            ]
        given: Callable[..., None] = with_terms
        for option in reversed(options):
            given = option(given)
        return given

    return give


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
@terms_options()
@click.option("--limit", type=click.IntRange(0), help="So many rows at most.")
@output_options
def collaborators(
    store: Path, author: str, terms: dict[str, Any], limit: int | None, output: Output
) -> None:
    """List the people an author wrote papers with.

    AUTHOR is an OpenAlex id or URL, or an ORCID; `scholargraph find` gets it from a name.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    answer = collaboration.collaborators(read_graph(store), author, limit=limit, **terms)
    output.write(answer)
    if len(answer) < answer.attrs["collaborators"]:
        click.echo(f"The first of {answer.attrs['collaborators']:,} collaborators.", err=True)
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
@click.argument("target", type=click.Path(path_type=Path))
@terms_options()
@click.option("--author", "authors", multiple=True, help="Only among these authors; repeatable.")
@click.option(
    "--radius", type=click.IntRange(0, 1), help="With --author: 1 takes in their co-authors."
)
@click.option(
    "--min-papers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Leave out ties of fewer joint papers.",
)
def network(
    store: Path,
    target: Path,
    terms: dict[str, Any],
    authors: tuple[str, ...],
    radius: int | None,
    min_papers: int,
) -> None:
    """Write who wrote papers with whom as a network.

    TARGET is a new folder, which gets nodes and edges as Parquet, in less than a gigabyte of memory
    however large the network is; or a new file ending in .graphml, .gexf or .net (Pajek).
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    asked = {
        **terms,
        "authors": list(authors) or None,
        "radius": radius,
        "min_papers": min_papers,
    }
    graph = read_graph(store)
    if target.suffix:
        found = collaboration.coauthor_network(graph, **asked)
        found.write(target)
        nodes, edges, left_out = len(found), found.edges.num_rows, dict(found.left_out)
    else:
        written = collaboration.write_network(graph, target, **asked)
        nodes, edges, left_out = written["nodes"], written["edges"], written["left_out"]
    click.echo(visible(f"{target}: {_many(nodes, 'author')}, {_many(edges, 'tie')}"))
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
    click.echo(visible(f"{_many(len(found.authors) - 1, 'hop')}: {names}."), err=True)


@click.command()
@STORE
@click.argument("author")
@types_option
@click.option("--as-of", type=_YEAR, help="Answer from what was known at the end of this year.")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="So many rows at most."
)
@output_options
def recommend(
    store: Path,
    author: str,
    types: str | tuple[str, ...],
    as_of: int | None,
    limit: int,
    output: Output,
) -> None:
    """List people an author might work with, and why.

    AUTHOR is an OpenAlex id or URL, or an ORCID. It is a guess from the record of papers, not a
    judgement of people.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    output.write(
        collaboration.recommend_collaborators(
            read_graph(store), author, limit, types=types, as_of=as_of
        )
    )


def _say_what_counted(made: Mapping[Any, Any]) -> None:
    """Say beside the answer, where it is in nobody's way, what it rests on."""
    for line in what_counted(made):
        click.echo(line, err=True)


def what_counted(made: Mapping[Any, Any]) -> Iterator[str]:
    """Yield in words what an answer says of itself: what counted, and what could not."""
    alone = made["single_author_papers"]
    yield f"Counted: {_many(made['papers'], 'paper')}" + (
        f", {alone:,} by one person." if alone else "."
    )
    if made["papers_left_out"]:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in made["papers_left_out"].items())
        pairs = f"; {made['pairs_left_out']:,} pairs of people" if made["pairs_left_out"] else ""
        yield visible(f"Left out: {kinds}{pairs}.")
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
    if made.get("ties_of_fewer_papers"):
        yield f"{_many(made['ties_of_fewer_papers'], 'tie')} of fewer papers left out."
    if made.get("alphabetical_papers"):
        yield (
            f"{_many(made['alphabetical_papers'], 'byline')} of four or more in alphabetical order,"
            " where places carry no credit."
        )


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"

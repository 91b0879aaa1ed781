"""The command about what lies near a topic, and who works on it."""

from __future__ import annotations

from pathlib import Path

import click

from scholargraph.cli.arguments import STORE, YEAR
from scholargraph.cli.collaboration import many
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.terms import check_years

_FRAMES = {
    "papers": "papers",
    "leading": "leading_authors",
    "rising": "rising_authors",
    "entrants": "entrants",
    "institutions": "institutions",
    "trend": "trend",
}
"""Parts of a profile, by what they are called here."""


@click.command()
@STORE
@click.argument("topic")
@click.option(
    "--show",
    type=click.Choice(["near", *_FRAMES]),
    default="near",
    show_default=True,
    help="The topics near it; or its papers, people, institutions or years.",
)
@click.option(
    "--kernel",
    type=click.Choice(["co-assignment", "citation", "authors", "tree", "all"]),
    default="co-assignment",
    show_default=True,
    help="What near means.",
)
@click.option(
    "--mode",
    type=click.Choice(["presence", "weighted"]),
    default="presence",
    show_default=True,
    help="Count a paper with two topics once, or by the parts that they have of it.",
)
@click.option(
    "--radius", type=click.IntRange(1), default=1, show_default=True, help="Steps from the topic."
)
@click.option(
    "--level",
    type=click.Choice(["topic", "subfield", "field"]),
    default="topic",
    show_default=True,
    help="List topics, or the classes above them.",
)
@click.option("--since", type=YEAR, help="First year of papers that count.")
@click.option("--until", type=YEAR, help="Last year of papers that count.")
@click.option(
    "--min-papers",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Leave out topics with less evidence.",
)
@click.option("--limit", type=click.IntRange(0), help="So many rows at most; not of --show trend.")
@output_options
@click.pass_context
def topics(
    ctx: click.Context,
    store: Path,
    topic: str,
    show: str,
    kernel: str,
    mode: str,
    radius: int,
    level: str,
    since: int | None,
    until: int | None,
    min_papers: int,
    limit: int | None,
    output: Output,
) -> None:
    """List what lies near a topic, and who works on it.

    TOPIC is an id such as T10001, subfields/1702 or arXiv:cs.LG; `scholargraph find --type topic`
    gets it from a name. Options other than --limit say what is near.
    """
    from scholargraph import topics as room
    from scholargraph.graph import read_graph

    check_years(since, until)
    if show == "trend" and limit is not None:
        raise click.UsageError("--limit does not go with --show trend, which lists all years.")
    if show != "near" and limit == 0:
        raise click.UsageError(f"--limit is 1 or more with --show {show}.")
    if show != "near":
        _refuse_options_of_near(ctx)
    graph = read_graph(store)
    if show != "near":
        given = {} if limit is None else {"limit": limit}
        answer = getattr(room.profile(graph, topic, **given), _FRAMES[show])
        output.write(answer)
        if len(answer) < answer.attrs.get("rows", len(answer)):
            click.echo(f"The first of {answer.attrs['rows']:,}.", err=True)
        return
    answer = room.topic_neighbourhood(
        graph,
        topic,
        kernel=kernel,
        mode=mode,
        radius=radius,
        level=level,
        since=since,
        until=until,
        min_papers=min_papers,
        limit=limit,
    )
    output.write(answer)
    said = answer.attrs
    if len(answer) < said["topics"]:
        click.echo(f"The first of {many(said['topics'], 'topic')}.", err=True)
    line = f"{many(said['papers'], 'paper')} of {said['topic_id']}"
    line += f", {said['papers_with_others']:,} with other topics as well."
    if said["topics_below_min_papers"]:
        below = many(said["topics_below_min_papers"], "topic")
        line += f" {below} with less evidence than --min-papers left out."
    click.echo(line, err=True)


def _refuse_options_of_near(ctx: click.Context) -> None:
    for name in ("kernel", "mode", "radius", "level", "since", "until", "min_papers"):
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = name.replace("_", "-")
            raise click.UsageError(f"--{option} says what is near: it goes with --show near.")

"""The command about topics whose share of the papers grows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from scholargraph.cli.arguments import STORE, YEAR, Number
from scholargraph.cli.collaboration import left_out_line, many
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.terms import types_option


@click.command()
@STORE
@types_option
@click.option(
    "--window",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Years that are compared with as many before.",
)
@click.option(
    "--level",
    type=click.Choice(["topic", "subfield", "field"]),
    default="topic",
    show_default=True,
    help="List topics, or the classes above them.",
)
@click.option("--until", type=YEAR, help="Last year that counts. Default: the last complete one.")
@click.option(
    "--min-papers",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Leave out topics of fewer papers in all these years.",
)
@click.option(
    "--burst-factor",
    "s",
    type=Number(min=1, min_open=True),
    default=2.0,
    show_default=True,
    help="The share in a burst is so many times the usual one.",
)
@click.option(
    "--burst-cost",
    "gamma",
    type=Number(min=0),
    default=1.0,
    show_default=True,
    help="How hard it is to enter a burst.",
)
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="So many rows at most."
)
@output_options
def emerging(store: Path, limit: int, output: Output, **asked: Any) -> None:
    """List topics whose share of the papers grows.

    The running year does not count, nor does growth of the graph as a whole.
    """
    from scholargraph.graph import read_graph
    from scholargraph.topics import emerging as emerging_topics

    answer = emerging_topics(read_graph(store), limit=limit, **asked)
    output.write(answer)
    for line in _what_counted(answer.attrs, len(answer)):
        click.echo(line, err=True)


def _what_counted(made: Mapping[Any, Any], listed: int) -> Iterator[str]:
    """Yield in words what an answer rests on."""
    window, years = made["window"], made["years"]
    papers = many(sum(made["papers_with_topic_by_year"]), "paper")
    yield f"{_span(years[window:])} beside {_span(years[:window])}: {papers} with a topic."
    if listed < made["topics"]:
        yield f"The first of {many(made['topics'], made['level'])}."
    if made["papers_left_out"]:
        yield left_out_line(made)
    if made["topics_of_fewer_papers"]:
        fewer = many(made["topics_of_fewer_papers"], made["level"])
        yield f"{fewer} of fewer than {many(made['min_papers'], 'paper')} left out."
    for year in made["jumps_in_windows"]:
        factor = made["jumps"][year]
        yield f"In {year} the whole graph has {factor:.2f} times the papers of the year before."


def _span(years: list[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"

"""The command about what somebody writes about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from scholargraph.cli.arguments import STORE, YEAR
from scholargraph.cli.collaboration import left_out_line, many
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.terms import check_years, types_option


@click.command()
@STORE
@click.argument("node")
@click.option(
    "--level",
    type=click.Choice(["topic", "subfield", "field"]),
    default="topic",
    show_default=True,
    help="List topics, or the classes above them; of arXiv categories, archives or groups.",
)
@click.option(
    "--counting",
    type=click.Choice(["full", "fractional"]),
    default="full",
    show_default=True,
    help="Whether shares rest on whole papers, or on what of each is NODE's.",
)
@click.option(
    "--scheme",
    type=click.Choice(["openalex", "arxiv"]),
    default="openalex",
    show_default=True,
    help="Whose classification. In that of arXiv --level topic lists categories such as cs.LG, "
    "subfield archives and field groups.",
)
@types_option
@click.option("--since", type=YEAR, help="First year of papers that count.")
@click.option("--until", type=YEAR, help="Last year of papers that count.")
@click.option("--papers", metavar="TOPIC", help="List the papers on this topic or class instead.")
@output_options
def expertise(
    store: Path,
    node: str,
    level: str,
    counting: str,
    scheme: str,
    types: str | tuple[str, ...],
    since: int | None,
    until: int | None,
    papers: str | None,
    output: Output,
) -> None:
    """List what an author or an institution writes about.

    NODE is an OpenAlex id or URL, an ORCID, or a ROR id. A location quotient above 1 says that a
    topic is more frequent there than in this graph.
    """
    from scholargraph import topics
    from scholargraph.graph import read_graph

    check_years(since, until)
    graph = read_graph(store)
    terms: dict[str, Any] = {"since": since, "until": until, "types": types}
    if papers is None:
        found = topics.expertise(graph, node, level, counting, scheme=scheme, **terms)
    else:
        found = topics.expertise_papers(graph, node, papers, **terms)
    output.write(found)
    for line in _what_counted(found.attrs):
        click.echo(line, err=True)


def _what_counted(made: Mapping[Any, Any]) -> Iterator[str]:
    """Yield in words which papers an answer rests on."""
    without = made["papers"] - made["papers_with_topic"]
    yield f"Counted: {many(made['papers'], 'paper')}" + (
        f", {without:,} without a topic." if without else "."
    )
    if made["papers_left_out"]:
        yield left_out_line(made)
    if made["complete"] is False:
        yield "This graph lacks papers of this author, by his record: they may be on other topics."

"""Commands about what lies near one node: related papers, and slices of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from scholargraph.cli.arguments import STORE, PathType
from scholargraph.cli.collaboration import many
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.text import visible

KERNELS: Final = ("all", "direct", "coupling", "co-citation", "topics", "authors")
NODE_TYPES: Final = ("paper", "author", "topic", "institution", "source")
EDGE_TYPES: Final = ("authorship", "citation", "topic", "parent", "affiliation", "source")


@click.command()
@STORE
@click.argument("paper")
@click.option(
    "--kernel",
    type=click.Choice(KERNELS),
    default="all",
    show_default=True,
    help="What makes papers related.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="So many rows at most."
)
@output_options
def related(store: Path, paper: str, kernel: str, limit: int, output: Output) -> None:
    """List the papers nearest to one, and what they share.

    PAPER is an OpenAlex id or URL, a DOI, an arXiv id or a PubMed id.
    """
    from scholargraph import topics
    from scholargraph.graph import read_graph

    answer = topics.related_papers(read_graph(store), paper, kernel=kernel, limit=limit)
    output.write(answer)
    made = answer.attrs
    if len(answer) < made["related"]:
        click.echo(f"The first of {made['related']:,} papers: --limit.", err=True)
    click.echo(
        f"By {many(made['references'], 'reference')} in this graph"
        f" ({made['references_outside']:,} outside), {many(made['citers'], 'citer')},"
        f" {many(made['topics'], 'topic')}, {many(made['authors'], 'author')}.",
        err=True,
    )


@click.command()
@STORE
@click.argument("node")
@click.option(
    "--radius",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Most edges from NODE to any other.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=200, show_default=True, help="So many nodes at most."
)
@click.option(
    "--node-type",
    "node_types",
    type=click.Choice(NODE_TYPES),
    multiple=True,
    help="Only nodes of this type; repeatable.",
)
@click.option(
    "--edge-type",
    "edge_types",
    type=click.Choice(EDGE_TYPES),
    multiple=True,
    help="Only edges of this type; repeatable. Default: authorship, citation, topic and parent; "
    "from an institution also affiliation, from a source also source.",
)
@click.option(
    "--show",
    type=click.Choice(["nodes", "edges"]),
    default="nodes",
    show_default=True,
    help="The nodes, or the edges between them.",
)
@click.option(
    "--write",
    "target",
    type=PathType(path_type=Path),
    help="Also write both: to a new folder, as Parquet, or to a new file ending in .json.",
)
@output_options
def neighbourhood(
    store: Path,
    node: str,
    radius: int,
    limit: int,
    node_types: tuple[str, ...],
    edge_types: tuple[str, ...],
    show: str,
    target: Path | None,
    output: Output,
) -> None:
    """List what lies around a node: papers, people, topics.

    NODE is any identifier of a paper, an author, a topic, an institution or a source.
    """
    from scholargraph import topics
    from scholargraph.graph import read_graph

    found = topics.neighbourhood(
        read_graph(store),
        node,
        radius=radius,
        node_types=list(node_types) or None,
        edge_types=list(edge_types) or None,
        limit=limit,
    )
    if target is not None:
        found.write(target)
    output.write(found.nodes if show == "nodes" else found.edges)
    nodes, edges = many(len(found), "node"), many(found.edges.num_rows, "edge")
    click.echo(f"{nodes}, {edges}.", err=True)
    for line in _what_is_not_there(found.left_out):
        click.echo(visible(line), err=True)


def _what_is_not_there(left_out: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words what a slice had no room for."""
    if left_out["nodes"]:
        kinds = ", ".join(many(count, kind) for kind, count in left_out["nodes"].items())
        yield f"No room for {kinds} at the last distance: --limit."
    if left_out["not_looked_around"]:
        yield f"{many(left_out['not_looked_around'], 'node')} not looked around: --limit."
    if left_out["neighbours"]:
        kinds = ", ".join(f"{count:,} by {kind}" for kind, count in left_out["neighbours"].items())
        yield f"Neighbours not followed from nodes with many: {kinds}."

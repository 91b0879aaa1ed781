"""Commands about the versions of a store: what updates changed, and removing old ones."""

from __future__ import annotations

from pathlib import Path

import click

from scholargraph.cli.arguments import STORE
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.text import visible


@click.command()
@STORE
@click.option(
    "--since",
    type=click.IntRange(min=1),
    required=True,
    help="Number of the earlier version that the newest one is compared with.",
)
@output_options
def changes(store: Path, since: int, output: Output) -> None:
    """Say what updates added, changed and removed."""
    from scholargraph import graph

    output.write(graph.changes(store, since=since))


@click.command()
@STORE
def compact(store: Path) -> None:
    """Remove all versions but the newest and those in use.

    The newest version is compared with its checksums first, and stays as it is.
    """
    from scholargraph import store as room

    for line in str(room.compact(store)).splitlines():
        click.echo(visible(line))

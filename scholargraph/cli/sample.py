"""The command that writes a dump of made-up records."""

from __future__ import annotations

from pathlib import Path

import click

from scholargraph.cli.arguments import FOLDER


@click.command()
@click.argument("path", type=FOLDER)
@click.option(
    "--works",
    type=click.IntRange(min=1),
    default=300,
    show_default=True,
    help="Number of works to make up.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Another number gives another dump.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes; the bytes are the same with any number.",
)
def sample(path: Path, works: int, seed: int, workers: int) -> None:
    """Write a made-up dump to a new folder.

    It has the layout and the oddities of OpenAlex. The same numbers give the same bytes
    everywhere. No id, ORCID or person in it exists.
    """
    from scholargraph.sample import write_dump

    report = write_dump(path, works=works, seed=seed, workers=workers)
    records = ", ".join(f"{count:,} {kind}" for kind, count in report.records.items())
    click.echo(f"Wrote to {path}: {records}. Nothing in them is real.")

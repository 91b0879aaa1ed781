"""The command for newcomers: from a dump to an answer and the papers behind it, with next steps.

It does nothing that the commands and functions which it names at its end do not do.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from scholargraph.cli.arguments import FOLDER, SOURCE
from scholargraph.cli.collaboration import what_counted
from scholargraph.cli.output import Output
from scholargraph.cli.progress import progress_bar
from scholargraph.cli.text import visible

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

TABLE: Final = Output(form="table", path=None, whole="its own command with --format csv")

BUSIEST_AUTHOR: Final = """
    select author_id, any_value(authors.name) as name, count(distinct paper_id) as paper_count
    from authorships join authors using (author_id)
    where mark is null
    group by author_id
    order by paper_count desc, author_id
    limit 1
"""

UNRESOLVED_SEATS: Final = """
    select mark, count(*) as seats, count(distinct paper_id) as papers
    from authorships
    where mark is not null
    group by mark
    order by seats desc, mark
"""


@click.command()
@click.argument("source", required=False, type=SOURCE)
@click.option(
    "--store",
    type=FOLDER,
    help="Folder to keep the graph in. Default: one that is removed at the end.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def demo(source: str | None, store: Path | None, quiet: bool) -> None:
    """Make a graph of a small dump and ask it something.

    SOURCE is any dump that `scholargraph ingest openalex` reads. Without it a made-up one is
    written first.
    """
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scholargraph-")))
        if source is None:
            _head("A made-up dump, since no SOURCE was given")
            dump: str | Path = _made_up_dump(scratch)
        else:
            dump = source
        graph = _ingested(dump, store or scratch / "graph", quiet=quiet)
        asked = _asked(graph)
    _next_steps(source, store, asked)


def _made_up_dump(scratch: Path) -> Path:
    from scholargraph.sample import write_dump

    dump = scratch / "openalex-sample"
    write_dump(dump)
    return dump


def _ingested(dump: str | Path, store: Path, *, quiet: bool) -> ScholarGraph:
    from scholargraph.graph import read_graph
    from scholargraph.ingest import ingest_openalex

    _head("Records become tables")
    with progress_bar(quiet=quiet) as progress:
        report = ingest_openalex(dump, store, progress=progress)
    click.echo("\n".join(map(visible, str(report).splitlines())))

    graph = read_graph(store)
    _head("The graph")
    click.echo(repr(graph))
    return graph


def _asked(graph: ScholarGraph) -> tuple[str, str, str] | None:
    """Ask the graph, and return the name asked for, its author id and the nearest collaborator."""
    from scholargraph.collaboration import collaborators, shared_papers
    from scholargraph.graph import find, validate

    busiest = graph.sql(BUSIEST_AUTHOR)
    if busiest.empty:
        click.echo("No paper in it names an author, so there is nobody to ask about.")
        return None
    author, name = str(busiest["author_id"][0]), str(busiest["name"][0])

    _head(f"Who is {name}?")
    TABLE.write(find(graph, name, node_type="author", limit=3))

    _head(f"Who works with {author}?")
    partners = collaborators(graph, author)
    _first_rows(partners, "collaborators")
    for line in what_counted(partners.attrs):
        click.echo(line)

    partner = author
    if not partners.empty:
        partner = str(partners["author_id"][0])
        _head(f"The papers behind the first of these ties, {author} and {partner}")
        _first_rows(shared_papers(graph, author, partner), "papers")

    _head("Seats on bylines that name nobody who can be told apart: kept, and never a tie")
    TABLE.write(graph.sql(UNRESOLVED_SEATS))

    _head("Is anything wrong with this store?")
    findings = validate(graph)
    if findings.empty:
        click.echo("Nothing.")
    else:
        TABLE.write(findings)
    return name, author, partner


def _first_rows(answer: pd.DataFrame, things: str, *, shown: int = 5) -> None:
    TABLE.write(answer.head(shown))
    if len(answer) > shown:
        click.echo(f"... the first {shown} of {len(answer):,} {things}.")


def _head(text: str) -> None:
    click.echo()
    click.secho(visible(text), bold=True)


def _next_steps(source: str | None, store: Path | None, asked: tuple[str, str, str] | None) -> None:
    program, python = _typed("scholargraph", sys.argv[0]), _typed("python", sys.executable)
    dump = "openalex-sample" if source is None else source
    graph = str(store) if store else "graph"

    _head("Next steps, to copy")
    if source is None:
        click.echo(f"  {program} sample {_quoted(dump)}")
    if store is None:
        click.echo(f"  {program} ingest openalex {_quoted(dump)} {_quoted(graph)}")
    click.echo(f"  {program} info {_quoted(graph)}")
    if asked is not None:
        name, author, partner = asked
        click.echo(f"  {program} find {_quoted(graph)} {_quoted(name)}")
        click.echo(f"  {program} collaborators {_quoted(graph)} {author} --format csv")
        click.echo(f"  {program} shared-papers {_quoted(graph)} {author} {partner}")
        click.echo(f"\nThe same in Python ({python}):\n")
        click.echo("  import scholargraph as sg")
        click.echo(f"  graph = sg.read_graph({visible(graph)!r})")
        click.echo(f"  sg.find(graph, {visible(name)!r}, node_type='author')")
        click.echo(f"  sg.collaborators(graph, {author!r})")
        click.echo(f"  sg.shared_papers(graph, {author!r}, {partner!r})")


def _typed(command: str, path: str) -> str:
    """Return what to type for a program: its name where the shell finds it, else its path."""
    found = shutil.which(command)
    if found is not None and os.path.abspath(found) == os.path.abspath(path):
        return command
    if os.path.basename(path).startswith(command):
        return _quoted(os.path.relpath(path))
    return command


def _quoted(text: str) -> str:
    """Return a text as one word of a shell."""
    import shlex

    return shlex.quote(visible(text))

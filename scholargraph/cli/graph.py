"""Commands that look at one graph: what it holds, what is in it, and whether it is sound."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from scholargraph.cli.arguments import STORE
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.record import fields, show_as_json, show_as_text
from scholargraph.cli.text import visible
from scholargraph.errors import InvalidIdentifierError, NodeNotFoundError

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

NODE_TYPES: Final = ("author", "paper", "topic", "institution", "source", "publisher", "funder")

NODE_TYPE_OF_KIND: Final[Mapping[str, str]] = {
    "arxiv": "paper",
    "doi": "paper",
    "issn": "source",
    "orcid": "author",
    "pmid": "paper",
    "ror": "institution",
}
"""What identifiers other than those of OpenAlex name."""

ROW_OF_NODE: Final[Mapping[str, str]] = {
    "publisher": "select * from publishers where publisher_id = ?",
    "funder": "select * from funders where funder_id = ?",
}
"""Nodes that have no neighbours to be shown with: their row says all that there is."""


@click.command()
@STORE
@output_options
def info(store: Path, output: Output) -> None:
    """Say what a graph holds, and what it was made of."""
    import pyarrow as pa

    from scholargraph.graph import read_graph

    graph = read_graph(store)
    rows = [graph.counts[table.name] for table in graph.schema]
    if output.form == "table" and output.path is None:
        click.echo(f"{graph!r}")
        for made in graph.provenance:
            line = f"{made['finished']}  {made['command']}  {made['records']:,} records"
            click.echo(visible(line))
        click.echo()
    output.write(
        pa.table(
            {
                "version": [graph.version for _ in graph.schema],
                "table": [table.name for table in graph.schema],
                "rows": _drawn_counts(rows) if output.form == "table" else rows,
                "meaning": [table.meaning for table in graph.schema],
            }
        )
    )


@click.command()
@STORE
@click.argument("text")
@click.option(
    "--type",
    "node_type",
    type=click.Choice(NODE_TYPES),
    help="Kind of node to look for. Default: the kind that TEXT is an id of, else author.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="At most so many rows.",
)
@output_options
def find(store: Path, text: str, node_type: str | None, limit: int, output: Output) -> None:
    """Look for authors, papers, topics and more by name or id.

    Authors by name, others with --type, papers by title; an id is looked for as what it is. The
    best match comes first. Accents and case do not matter, initials stand for names, and "Surname,
    Given" is understood. Where nothing matches, a line says of what other kind there are matches.
    """
    from scholargraph import graph as room

    graph = room.read_graph(store)
    if node_type is None:
        node_type = _type_of_id(graph, text) or "author"
    found = room.find(graph, text, node_type=node_type, limit=limit)
    output.write(found)
    if found.attrs["matched"] > limit:
        click.echo(f"{limit:,} of {found.attrs['matched']:,} matches: --limit.", err=True)
    elif not found.attrs["matched"]:
        click.echo(_what_matches_instead(graph, text, node_type), err=True)


@click.command()
@STORE
@click.argument("identifier", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the record.",
)
def show(store: Path, identifier: str, form: str) -> None:
    """Show one node with its neighbours.

    ID is an OpenAlex id or URL, a DOI, arXiv id, ORCID, ROR or ISSN, an arXiv category such as
    cs.LG, or the id of a name form.
    """
    from scholargraph.graph import read_graph

    node = _node(read_graph(store), identifier)
    if form == "json":
        show_as_json(node)
    else:
        show_as_text(node)


@click.command()
@STORE
@click.argument("query")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="VALUE",
    help="Value of the next question mark in QUERY; give it once for each. What reads as JSON is "
    "what it says (2020, true, null, '\"2020\"'), all else is text.",
)
@output_options
def sql(store: Path, query: str, parameters: tuple[str, ...], output: Output) -> None:
    """Run one SELECT over the tables of a graph.

    For example: scholargraph sql graph/ "select title from papers where year = ?" --param 2020
    """
    from scholargraph.graph import read_graph

    output.write(read_graph(store).sql(query, [_value(text) for text in parameters]))


@click.command()
@STORE
@output_options
@click.pass_context
def validate(ctx: click.Context, store: Path, output: Output) -> None:
    """List what is wrong with a store.

    Exit code 0 means that nothing is, 1 that something is listed.
    """
    from scholargraph import graph

    findings = graph.validate(graph.read_graph(store))
    if output.form == "table" and findings.empty:
        click.echo("Nothing is wrong with this store.")
        return
    output.write(findings)
    if findings.attrs["rules_skipped"]:
        click.echo(
            f"{findings.attrs['rules_skipped']:,} rules could not be tried on what is damaged.",
            err=True,
        )
    ctx.exit(0 if findings.empty else 1)


def _drawn_counts(counts: list[int]) -> list[str]:
    """Return numbers as people read them, ending at the same place."""
    texts = [f"{count:,}" for count in counts]
    width = max(map(len, texts), default=0)
    return [text.rjust(width) for text in texts]


def _type_of_id(graph: ScholarGraph, text: str) -> str | None:
    """Return the kind of node that a text is an id of, or None if it is none for sure."""
    # A single word, such as the category math, more likely begins a name.
    if text.strip().isalpha():
        return None
    try:
        return _recognised(graph, text)[0]
    except (InvalidIdentifierError, NodeNotFoundError):
        return None


def _what_matches_instead(graph: ScholarGraph, text: str, node_type: str) -> str:
    """Say which other kinds of node a search would find where it found none of one kind."""
    from scholargraph.graph import find

    matched = {
        other: find(graph, text, node_type=other, limit=1).attrs["matched"]
        for other in NODE_TYPES
        if other != node_type
    }
    options = [f"--type {other} finds {count:,}" for other, count in matched.items() if count]
    if not options:
        return "Nothing of any type matches."
    return f"No {node_type} matches; {', '.join(options)}."


def _value(text: str) -> object:
    """Return the value that a text on the command line means."""
    try:
        value = json.loads(text, parse_constant=_no_json)
    except ValueError:
        return text
    return text if isinstance(value, (dict, list)) else value


def _no_json(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's reader of JSON takes and JSON has not."""
    raise ValueError(constant)


def _node(graph: ScholarGraph, identifier: str) -> Mapping[str, object]:
    """Return the fields of the node that an identifier of any kind names."""
    from scholargraph import graph as room

    node_type, value = _recognised(graph, identifier)
    if node_type not in ROW_OF_NODE:
        return fields(getattr(room, node_type)(graph, identifier))
    rows = graph.relation(ROW_OF_NODE[node_type], [value]).to_arrow_table().to_pylist()
    if not rows:
        raise NodeNotFoundError(f"no {node_type} of this graph has the id {value}")
    return dict(rows[0])


def _recognised(graph: ScholarGraph, identifier: str) -> tuple[str, str]:
    """Return the kind of node that an identifier names, and the identifier in short form."""
    from scholargraph.graph import resolve
    from scholargraph.identifiers import node_type, recognise

    found = recognise(identifier)
    if found is not None:
        is_openalex = found.kind == "openalex"
        named = node_type(found.value) if is_openalex else NODE_TYPE_OF_KIND.get(found.kind)
        if named is not None:
            return named, found.value
    for node_type_of_own_id in ("author", "topic"):
        with contextlib.suppress(InvalidIdentifierError):
            return node_type_of_own_id, resolve(graph, identifier, node_type_of_own_id)
    raise InvalidIdentifierError(
        f"{identifier!r} names no kind of node: give an OpenAlex id, DOI, arXiv id, PubMed id, "
        "ORCID, ROR or ISSN, an arXiv category, or look for a name with `scholargraph find`"
    )

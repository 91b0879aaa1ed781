"""Commands about who might write with whom next, and how well that can be told."""

from __future__ import annotations

from pathlib import Path

import click

from scholargraph.cli.arguments import LAST_YEAR, STORE, YEAR
from scholargraph.cli.collaboration import many
from scholargraph.cli.output import Output, output_options
from scholargraph.cli.terms import name_forms_option, types_option


@click.command()
@STORE
@click.argument("author")
@types_option
@name_forms_option
@click.option("--as-of", type=YEAR, help="Answer from what was known at the end of this year.")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="So many rows at most."
)
@output_options
def recommend(
    store: Path,
    author: str,
    types: str | tuple[str, ...],
    name_forms: bool,
    as_of: int | None,
    limit: int,
    output: Output,
) -> None:
    """List people an author might work with, and why.

    AUTHOR is an OpenAlex id or URL, or an ORCID. It is a guess from the record of papers, not a
    judgement of people. Papers of more than 100 people do not count.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    output.write(
        collaboration.recommend_collaborators(
            read_graph(store), author, limit, types=types, name_forms=name_forms, as_of=as_of
        )
    )


@click.command()
@STORE
@click.argument("until", type=YEAR)
@types_option
@name_forms_option
@click.option(
    "--years",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Years after UNTIL in which first joint papers are looked for.",
)
@click.option(
    "--authors",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    help="So many authors are drawn at most.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Recommendations that an author looks at: the k of precision at k.",
)
@click.option(
    "--max-authors",
    type=click.IntRange(2),
    help="Leave out papers of more people. Default: 100, the number of recommend.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the draw.")
@click.option(
    "--show",
    type=click.Choice(["scores", "pairs"]),
    default="scores",
    show_default=True,
    help="The measures, or all pairs that they follow from.",
)
@output_options
def backtest(
    store: Path,
    until: int,
    types: str | tuple[str, ...],
    name_forms: bool,
    years: int,
    authors: int,
    limit: int,
    max_authors: int | None,
    seed: int,
    show: str,
    output: Output,
) -> None:
    """Test recommend on years that are over.

    UNTIL is the last year of which it knows the papers; who wrote together first in the years after
    is what it has to tell, beside two simple rules.
    """
    from scholargraph import collaboration
    from scholargraph.graph import read_graph

    if until + years > LAST_YEAR:
        raise click.UsageError(f"--years {years} after UNTIL {until} ends after {LAST_YEAR}.")
    left_as_it_is = {} if max_authors is None else {"max_authors": max_authors}
    found = collaboration.backtest(
        read_graph(store),
        until,
        years=years,
        authors=authors,
        seed=seed,
        limit=limit,
        types=types,
        name_forms=name_forms,
        **left_as_it_is,
    )
    output.write(found.scores if show == "scores" else found.pairs)
    click.echo(
        f"{many(found.made['authors'], 'author')} drawn of {found.made['authors_active']:,} who"
        f" have papers until {until} and in the years after, {found.made['authors_tried']:,} looked"
        " at.",
        err=True,
    )
    if found.made["negatives_lacking"]:
        lacking = many(found.made["negatives_lacking"], "pair")
        click.echo(f"{lacking} fewer to tell apart than wanted: nobody was alike.", err=True)

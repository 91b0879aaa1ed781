"""Options that say which papers count, and how much: one wording for all commands about people."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import click

YEAR: Final = click.IntRange(1000, 2100)


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

        names = ["types", "since", "until", "as_of", "max_authors", "versions", "name_forms"]
        options: list[Callable[..., Any]] = [
            types_option,
            click.option("--since", type=YEAR, help="First year of papers that count."),
            click.option("--until", type=YEAR, help="Last year of papers that count."),
            click.option("--as-of", type=YEAR, help="Answer as of the end of this year."),
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
            name_forms_option,
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


def name_forms_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--no-name-forms``: the argument ``name_forms``."""
    return click.option(
        "--no-name-forms",
        "name_forms",
        flag_value=False,
        default=True,
        type=bool,
        help="Leave out authors of whom only a printed name is known: they count in a team as "
        "people who cannot be told apart.",
    )(command)


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

"""Options that say which papers count, and how much: one wording for all commands about people."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from scholargraph.cli.arguments import YEAR, Number

_MOST_AUTHORS: Final = 1_000_000_000
"""More than there are people who write papers."""


_NAME_FORM: Final = "name:"
"""How the id of an author begins of whom only a printed name is known."""


class _AuthorsLimit(click.ParamType[int | str]):
    """A number of authors, or ``auto``."""

    name = "N|auto"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        if str(value).lower() == "auto":
            return "auto"
        try:
            limit = int(value)
        except ValueError:
            limit = 0
        if not 2 <= limit <= _MOST_AUTHORS:
            self.fail(f"{value!r} is neither a number of 2 or more nor auto", param, ctx)
        return limit


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
            check_years(terms["since"], terms["until"])
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
                metavar="N|auto",
                help="Leave out papers of more people; auto: by field and year. Without it "
                "all are in.",
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
                    "--half-life",
                    type=Number(min=0, min_open=True),
                    help="Years after which a paper weighs half.",
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


def check_years(since: int | None, until: int | None) -> None:
    """Refuse a first year after the last one.

    Raises
    ------
    click.UsageError
        If there is no year between them.
    """
    if since is not None and until is not None and since > until:
        raise click.UsageError(f"--since {since} is after --until {until}.")


def name_forms_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--no-name-forms``: the argument ``name_forms``.

    It is refused where one of those asked about is a name form.
    """

    @functools.wraps(command)
    def with_name_forms(**arguments: Any) -> None:
        if not arguments["name_forms"]:
            _refuse_name_forms(arguments)
        command(**arguments)

    return click.option(
        "--no-name-forms",
        "name_forms",
        flag_value=False,
        default=True,
        type=bool,
        help="Leave out authors of whom only a printed name is known: they count in a team as "
        "people who cannot be told apart.",
    )(with_name_forms)


def _refuse_name_forms(arguments: Mapping[str, Any]) -> None:
    several = arguments.get("authors")
    asked = [arguments.get(name) for name in ("author", "a", "b")]
    for author in [*asked, *(several if isinstance(several, tuple) else ())]:
        if isinstance(author, str) and author.startswith(_NAME_FORM):
            raise click.UsageError(f"{author!a} is a name form, which --no-name-forms leaves out.")


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

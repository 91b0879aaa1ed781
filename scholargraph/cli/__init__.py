"""The command line: a twin for each everyday function of the library.

Here stand the group of all commands and what happens when one fails; each family of commands has a
module of its own. Commands read their arguments, call the library, and hand its answer to
``output``: no answer is computed here. Whatever is heavy is imported inside the commands, so that
``--help`` is there at once.
"""

from __future__ import annotations

import click

from scholargraph import __version__
from scholargraph.cli.collaboration import collaborators, network, path, shared_papers
from scholargraph.cli.demo import demo
from scholargraph.cli.emergence import emerging
from scholargraph.cli.experts import expertise
from scholargraph.cli.graph import find, info, show, sql, validate
from scholargraph.cli.groups import summary
from scholargraph.cli.ingest import ingest
from scholargraph.cli.near import neighbourhood, related
from scholargraph.cli.recommendation import backtest, recommend
from scholargraph.cli.sample import sample
from scholargraph.cli.suggestions import for_the_shell
from scholargraph.cli.text import visible
from scholargraph.cli.topics import topics
from scholargraph.cli.versions import changes, compact
from scholargraph.errors import InvalidArgumentError, ScholarGraphError

__all__ = ["main"]


class _Misuse(click.ClickException):
    """An argument that the library refuses; it ends as those do that click itself refuses."""

    exit_code = click.UsageError.exit_code


class _Commands(click.Group):
    """A group that turns the library's errors into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        # In the order in which a newcomer needs them.
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read our output has seen enough; click ends quietly.
            raise
        except (ScholarGraphError, OSError) as error:
            if ctx.params["debug"]:
                raise
            kind = _Misuse if isinstance(error, InvalidArgumentError) else click.ClickException
            raise kind(visible(for_the_shell(_in_words(error)))) from error


def _in_words(error: Exception) -> str:
    """Return what an error says; of the system's own the file first, and no number."""
    if isinstance(error, ScholarGraphError) or not isinstance(error, OSError):
        return str(error)
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: scholargraph demo",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__)
def main(debug: bool) -> None:
    """Turn dumps of OpenAlex and arXiv into a graph of papers and people, and ask it.

    STORE is a folder that `scholargraph ingest` makes. Exit code 2 means that a command was
    misused, 1 that something is wrong with the data or the machine, and says what.
    """


for _command in (
    demo,
    ingest,
    info,
    find,
    show,
    collaborators,
    shared_papers,
    network,
    path,
    recommend,
    backtest,
    summary,
    expertise,
    topics,
    emerging,
    neighbourhood,
    related,
    sql,
    validate,
    changes,
    compact,
    sample,
):
    main.add_command(_command)

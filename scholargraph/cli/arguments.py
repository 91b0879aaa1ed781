"""Arguments that several commands take, with one wording each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click


class PathType(click.Path):
    """A path that is not empty: an unset variable of the shell does not mean this folder."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path, as click reads it."""
        if not os.fspath(value):
            self.fail("it is empty, which names nothing", param, ctx)
        return super().convert(value, param, ctx)


FOLDER: Final = PathType(file_okay=False, path_type=Path)
"""A folder that is there, or is to be made."""

STORE: Final = click.argument("store", type=FOLDER)
"""A folder with a store; whether there is one is for the library to say."""

SOURCE: Final = PathType()
"""A path or a URL as it was typed: a path object would drop a slash of ``s3://``."""

SOURCES: Final = click.argument(
    "sources", metavar="SOURCE...", type=SOURCE, nargs=-1, required=True
)
"""What is read together, as one dump."""

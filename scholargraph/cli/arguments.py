"""Arguments that several commands take, with one wording each."""

from __future__ import annotations

import math
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


class _Year(click.IntRange):
    """A year that a paper may have."""

    name = "year"


class Number(click.FloatRange):
    """A number that is none of infinity and NaN, which no range of click's keeps out."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number, within the range."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


LAST_YEAR: Final = 2100
"""The last year that any question may name."""

YEAR: Final = _Year(1000, LAST_YEAR)

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

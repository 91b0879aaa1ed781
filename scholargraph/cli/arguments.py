"""Arguments that several commands take, with one wording each."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

STORE: Final = click.argument("store", type=click.Path(file_okay=False, path_type=Path))
"""A folder with a store; whether there is one is for the library to say."""

SOURCE: Final = click.Path()
"""A path or a URL as it was typed: a path object would drop a slash of ``s3://``."""

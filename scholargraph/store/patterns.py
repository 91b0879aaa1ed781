"""Paths for an engine that reads them as patterns."""

from __future__ import annotations

from pathlib import PurePath


def literal_path(path: str | PurePath) -> str:
    """Return the pattern that matches exactly this path, since DuckDB reads paths as patterns.

    Examples
    --------
    >>> literal_path("/data/a*b/papers.parquet")
    '/data/a[*]b/papers.parquet'
    """
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))

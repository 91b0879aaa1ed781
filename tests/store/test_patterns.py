"""Paths for an engine that reads them as patterns."""

from __future__ import annotations

from scholargraph.store import literal_path


def test_a_literal_path_matches_itself_alone() -> None:
    """Every character that a pattern would read is set in brackets."""
    assert literal_path("/a*b/c?d/[e]f") == "/a[*]b/c[?]d/[[]e]f"

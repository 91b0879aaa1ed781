"""Organisations among authors, of whom nothing is known but that papers name them."""

from __future__ import annotations

from pathlib import Path

from scholargraph.ingest import ingest_values
from tests.ingest.support import rows, url, work


def test_a_body_that_only_papers_name_is_an_organisation(tmp_path: Path) -> None:
    """Its seats make no tie, and its profile says what it is; a person's says nothing of it."""
    seats = [
        {"author": {"id": url("A5000000001"), "display_name": "Ada One"}},
        {"author": {"id": url("A5000000002"), "display_name": "ALICE Collaboration"}},
    ]
    ingest_values([work(1) | {"authorships": seats}], tmp_path / "graph")
    kinds = {row["author_id"]: row["kind"] for row in rows(tmp_path / "graph", "authors")}
    assert kinds == {"A5000000001": "profile", "A5000000002": "organisation"}
    marks = [row["mark"] for row in rows(tmp_path / "graph", "authorships")]
    assert marks == [None, "organisation"]

"""Rows of reference lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import RowNumbers, Rows

if TYPE_CHECKING:
    from scholargraph.ingest.openalex.gathering import Texts


class Citations:
    """Gathers the references of works."""

    def __init__(self, texts: Texts) -> None:
        self._sizes: list[int] = []
        self._urls = texts.column()

    def add(self, references: Sequence[str]) -> None:
        """Take the references of the next work; one that stands twice is one."""
        # A set alone takes half the memory of a dict, should there be a million of them.
        if len(set(references)) < len(references):
            references = list(dict.fromkeys(references))
        self._sizes.append(len(references))
        self._urls += references

    def table(self) -> Rows:
        """Return all citations."""
        rows = np.repeat(np.arange(len(self._sizes), dtype=np.int32), self._sizes)
        return rows_of_citations(rows, columns.ids(self._urls.array(), "W"))


def rows_of_citations(rows: RowNumbers, cited_ids: pa.Array) -> Rows:
    """Return the citations of works."""
    return columns.build(schema.CITATIONS, rows, {"cited_paper_id": cited_ids})

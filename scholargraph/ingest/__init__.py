"""From dumps to the tables of a version: discover, read, repair, gather in runs, merge.

Nothing here knows of questions; the tables are declared in ``schema`` and written by ``store``.
"""

from __future__ import annotations

from scholargraph.ingest.arxiv.ingesting import ingest_arxiv
from scholargraph.ingest.estimate import IngestEstimate
from scholargraph.ingest.openalex import estimate_openalex, ingest_openalex, ingest_values
from scholargraph.ingest.report import IngestReport, Progress

__all__ = [
    "IngestEstimate",
    "IngestReport",
    "Progress",
    "estimate_openalex",
    "ingest_arxiv",
    "ingest_openalex",
    "ingest_values",
]

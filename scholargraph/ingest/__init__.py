"""From dumps to the tables of a version: discover, read, repair, gather in runs, merge.

Nothing here knows of questions; the tables are declared in ``schema`` and written by ``store``.
Each name is loaded on first use: a process that reads one source needs nothing of the other.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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

_LAZY: Final = {
    "IngestEstimate": "estimate",
    "IngestReport": "report",
    "Progress": "report",
    "estimate_openalex": "openalex",
    "ingest_arxiv": "arxiv.ingesting",
    "ingest_openalex": "openalex",
    "ingest_values": "openalex",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    globals()[name] = value
    return value

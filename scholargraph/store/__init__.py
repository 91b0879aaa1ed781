"""Versions of a graph's tables on disk: whole, immutable, and safe once committed.

Here is how versions are written, found, opened and checked. What the tables mean is declared in
``scholargraph.schema``; where rows come from is the business of ``ingest``; questions to them are
asked in ``graph``.
"""

from __future__ import annotations

from scholargraph.store.commit import Transaction
from scholargraph.store.manifest import TableFile
from scholargraph.store.parquet import write_scratch
from scholargraph.store.patterns import literal_path
from scholargraph.store.retire import Compaction, compact
from scholargraph.store.snapshot import Snapshot, list_versions, open_version
from scholargraph.store.writer import begin

__all__ = [
    "Compaction",
    "Snapshot",
    "TableFile",
    "Transaction",
    "begin",
    "compact",
    "list_versions",
    "literal_path",
    "open_version",
    "write_scratch",
]

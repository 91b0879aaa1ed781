"""What the generator has written.

What lives here: the report that writing a dump and filling a store both end in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReport:
    """What was written."""

    path: Path
    files: int
    """Parts, manifests and the truth file; of a store, the files of tables."""
    records: Mapping[str, int]
    """Records by entity; of a store, rows by table."""
    size_bytes: int
    """Sum of the sizes of all files."""
    truth: Mapping[str, int]
    """What a reader must find; of a dump, as in the last line of the truth file."""

"""A generator of realistic OpenAlex dumps, and of stores at size, for tests and benchmarks.

What lives here: people, communities and papers that do not exist, in records of the shape that
OpenAlex gives, with the truth about who is who beside them. Reading dumps is the business of
``scholargraph.ingest``; nothing here imports it.

From the ground up: ``draws`` and ``numbering``; ``personal_names``, ``vocabulary``, ``world`` and
``people`` (what there is); ``seats``, ``teams``, ``work_plan``, ``references`` and ``plans`` (what
happens); ``text``, ``locations`` and the ``*_records`` modules (one pure function a record);
``writer``, ``truth``, ``processes`` and ``dump`` (files). Beside them ``large``: a second model, of
whole arrays, which fills the tables of a store by the million and writes no records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scholargraph.sample.dump import write_dump
from scholargraph.sample.report import SampleReport

if TYPE_CHECKING:
    from scholargraph.sample.large.store import write_store

__all__ = ["SampleReport", "write_dump", "write_store"]


def __getattr__(name: str) -> object:
    """Load the large model on first use: it needs Arrow, which writing a dump does not."""
    if name != "write_store":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scholargraph.sample.large.store import write_store

    return write_store

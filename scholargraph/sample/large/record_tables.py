"""The private table of the records behind all nodes, in the order of their ids.

What lives here: the ranks of records that were never written; a store of the generator has a record
for every node, so that a later ingest can replace any of them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from scholargraph.sample.dates import RELEASE_DATE
from scholargraph.sample.large.columns import batch, ids
from scholargraph.sample.large.draws import Stream, mixed
from scholargraph.sample.large.frame import FIRST_NUMBER
from scholargraph.sample.large.organisation_tables import NAMES, organisation_rows
from scholargraph.sample.large.paper_tables import updated

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from scholargraph.sample.large.arrays import Arrays
    from scholargraph.sample.large.frame import Frame

_LAST_BEFORE_PAPERS: Final = b"W"


def _rows(frame: Frame, record_ids: pa.Array, numbers: NDArray[Any]) -> pa.RecordBatch:
    units = mixed(frame.seed, Stream.RECORDS, numbers, np.array([len(record_ids)]))
    return batch(
        "_records",
        {
            "record_id": record_ids,
            "updated_date": updated(frame, numbers),
            "dump_date": date.fromisoformat(RELEASE_DATE),
            "content_hash": (units * 2.0**53).astype(np.uint64),
        },
        len(record_ids),
    )


def author_record_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return the records of authors."""
    first, end = frame.author_range(block)
    counts = np.diff(arrays["signed_start"][first : end + 1])
    people = np.arange(first, end)[counts > 0]
    return _rows(frame, ids("A", people + FIRST_NUMBER), people)


def paper_record_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return the records of papers."""
    papers = np.arange(*frame.paper_range(block))
    return _rows(frame, ids("W", papers + FIRST_NUMBER), papers)


def early_record_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return the records whose ids stand between those of authors and those of papers."""
    found = [name for name in _organisation_ids(frame) if name < _LAST_BEFORE_PAPERS]
    return _named(frame, found)


def late_record_rows(frame: Frame, arrays: Arrays, block: int) -> pa.RecordBatch:
    """Return the records whose ids stand behind those of papers: the classes above topics."""
    found = [name for name in _organisation_ids(frame) if name > _LAST_BEFORE_PAPERS]
    return _named(frame, found)


def _named(frame: Frame, names: list[bytes]) -> pa.RecordBatch:
    return _rows(frame, pa.array([name.decode() for name in names]), np.arange(len(names)))


def _organisation_ids(frame: Frame) -> list[bytes]:
    return sorted(
        name.encode() for table in NAMES for name in organisation_rows(frame, table)[0].to_pylist()
    )


RECORD_PIECES: Final[tuple[tuple[str, Callable[[Frame, Arrays, int], pa.RecordBatch]], ...]] = (
    ("authors", author_record_rows),
    ("once", early_record_rows),
    ("papers", paper_record_rows),
    ("once", late_record_rows),
)
"""The pieces of the table in the order of ids, and by whose blocks each is made."""

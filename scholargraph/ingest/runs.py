"""Runs: bounded portions of rows on disk, from which a version is merged.

A run holds each record once, the newest of those that were gathered; every row carries the
number of its run, so that the rows of a record can be told from those of its older versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest.columns import ROW, Rows
from scholargraph.ingest.limits import RUN_BYTES, RUN_RECORDS
from scholargraph.schema import RECORDS, REJECTS
from scholargraph.store import write_scratch

_UNKNOWN: Final = np.iinfo(np.int64).min
_UNKNOWN_DAY: Final = np.iinfo(np.int32).min

RUN: Final = "_run"
"""Column of every table of a run: its number."""

LEFT_OUT: Final = "_left_out"
"""Column of the ranks in a run: a record that was not selected, so that no older one is taken."""


class RunWriter:
    """Gathers rows and writes a run whenever enough are there.

    Parameters
    ----------
    folder : Path
        Scratch folder, one per writer.
    first : int
        Number of its first run; the numbers of one ingest are all different.
    """

    def __init__(self, folder: Path, first: int = 0) -> None:
        self._folder = folder
        self._number = first
        self._tables: defaultdict[str, list[pa.Table]] = defaultdict(list)
        self._records = 0
        self._bytes = 0
        self.files: defaultdict[str, list[Path]] = defaultdict(list)
        """The files written so far, by table."""

    def add(self, ranks: Rows, tables: Iterable[Rows]) -> None:
        """Add the rows of a batch of records."""
        for table, data in (ranks, *tables):
            if data.num_rows:
                shifted = pc.add(data[ROW], pa.scalar(self._records, pa.int32()))
                self._tables[table.name].append(data.set_column(0, ROW, shifted))
                self._bytes += data.nbytes
        self._records += ranks.data.num_rows
        if self._records >= RUN_RECORDS or self._bytes >= RUN_BYTES:
            self.finish()

    def add_rejects(self, rejects: Rows) -> None:
        """Add rows that belong to no record."""
        self._tables[REJECTS.name].append(rejects.data)
        self._bytes += rejects.data.nbytes

    def finish(self) -> None:
        """Write what was gathered, if anything, as a run."""
        if not self._tables:
            return
        newest = self._newest()
        for name, parts in self._tables.items():
            data = pa.concat_tables(parts)
            if newest is not None and name != REJECTS.name:
                data = data.filter(pa.array(newest[data[ROW].to_numpy()]))
            run = pa.array(np.full(data.num_rows, self._number, np.int32))
            path = self._folder / f"{self._number:08d}-{name}.parquet"
            write_scratch(path, data.drop_columns([ROW]).append_column(RUN, run))
            self.files[name].append(path)
        self._tables.clear()
        self._records = self._bytes = 0
        self._number += 1

    def _newest(self) -> npt.NDArray[np.bool_] | None:
        """Return which gathered records to keep, or None if no id repeats."""
        parts = self._tables.get(RECORDS.name)
        if not parts:
            return None
        ranks = pa.concat_tables(parts)
        if pc.count_distinct(ranks["record_id"]).as_py() == ranks.num_rows:
            return None
        comparable = pa.table(
            {
                "record_id": ranks["record_id"],
                "updated_date": pc.fill_null(ranks["updated_date"].cast(pa.int64()), _UNKNOWN),
                "dump_date": pc.fill_null(ranks["dump_date"].cast(pa.int32()), _UNKNOWN_DAY),
                "content_hash": ranks["content_hash"],
            }
        )
        order = pc.sort_indices(
            comparable, sort_keys=[(name, "ascending") for name in comparable.column_names]
        ).to_numpy()
        sorted_ids = ranks["record_id"].take(pa.array(order)).combine_chunks()
        is_last = np.ones(len(order), bool)
        is_last[:-1] = pc.not_equal(sorted_ids[1:], sorted_ids[:-1]).to_numpy(zero_copy_only=False)
        keep = np.zeros(len(order), bool)
        keep[order[is_last]] = True
        return keep

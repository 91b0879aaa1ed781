"""All ids of the runs and of the version before, in order: what stands for an id is its place.

A record, too, is named by its place, and so is the node that it describes.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.given_up import GivenUp

NOWHERE: Final = -1
"""Instead of the place of a record: there is a newer version of it, or it is not wanted."""

NOBODY: Final = -1
"""Instead of the number of a record: none describes the node."""

_BATCH_IDS: Final = 1_000_000

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids, and of each which record describes it and how new that is.

    An id has a number of its own in each run that has it, and in the version before. The records of
    the version before have the lowest numbers.
    """

    texts: pa.Array
    """By place: the id."""
    places: Places
    """By number: the place."""
    describers: Numbers
    """By place: the number of the newest version of the record, or NOBODY."""
    standings: Places
    """By place: the rank of that version, the newest highest."""
    first_numbers: dict[int, int]
    """By run: the number of its first id."""
    parent_records: int
    """How many records the version before has."""
    parent_owners: dict[Path, Places]
    """By file of mentions in the version before: the places of the records that mention."""
    given_up: GivenUp | None = None
    """Ids that were given up, and for what."""
    moved: tuple[Places, Places] | None = None
    """Their places as far as they have one, ascending, and those of what they are now."""

    @property
    def parent_stands(self) -> bool:
        """Whether every record of the version before counts still."""
        for start in range(0, self.parent_records, _BATCH_IDS):
            numbers = np.arange(start, min(start + _BATCH_IDS, self.parent_records))
            if (self.describers[self.places[numbers]] != numbers).any():
                return False
        return True

    def is_moved(self, places: Places | Numbers) -> npt.NDArray[np.bool_]:
        """Tell which places are those of ids that were given up."""
        if self.moved is None:
            return np.zeros(len(places), bool)
        return np.isin(places, self.moved[0])

    def now(self, places: Places | Numbers) -> Places:
        """Return the places of what ids are now, of such that were given up."""
        assert self.moved is not None
        old, new = self.moved
        now: Places = new[old.searchsorted(places)]
        return now

    def in_run(self, numbers: Numbers) -> Places:
        """Return the places of records of a run, NOWHERE for those that do not count."""
        places = self.places[numbers]
        return np.where(self.describers[places] == numbers, places, np.int32(NOWHERE))

    def lack_record(self, places: Places | Numbers) -> npt.NDArray[np.bool_]:
        """Tell which nodes no record describes."""
        lack: npt.NDArray[np.bool_] = self.describers[places] == NOBODY
        return lack

    def counts_in_parent(self, places: Places) -> npt.NDArray[np.bool_]:
        """Tell of which records the version before has the newest version; never of NOWHERE."""
        describers = self.describers[places]
        is_older = (describers != NOBODY) & (describers < self.parent_records)
        counts: npt.NDArray[np.bool_] = is_older & (places != NOWHERE)
        return counts

    def of_sorted(self, texts: pa.Array) -> Places:
        """Return the places of ids that are sorted and may repeat."""
        is_new = differ_from_before(texts, None)
        distinct = texts.filter(pa.array(is_new)).cast(pa.large_string())
        low = self.place(distinct[0].as_py())
        high = self.place(distinct[-1].as_py()) + 1
        found = pc.index_in(distinct, value_set=self.texts.slice(low, high - low)).to_numpy()
        places: Places = (low + found).astype(np.int32)[np.cumsum(is_new) - 1]
        return places

    def place(self, text: str) -> int:
        """Return the place of an id, or of the first after it."""
        return bisect.bisect_left(self.texts, text, key=lambda other: other.as_py())


def differ_from_before(texts: pa.Array, before: str | None) -> npt.NDArray[np.bool_]:
    """Tell which texts differ from the one before, and the first from ``before``."""
    differ = np.empty(len(texts), bool)
    differ[0] = texts[0].as_py() != before
    differ[1:] = pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
    return differ

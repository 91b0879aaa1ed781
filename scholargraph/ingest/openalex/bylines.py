"""Rows of bylines: who sits where, under which printed name, and whom the work means by it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows, Values
from scholargraph.ingest.openalex.author_layer import count_by, marks_of_seats
from scholargraph.schema import ORGANISATION

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Authorship


class Bylines:
    """Gathers the seats of works."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._urls: list[str | None] = []
        self._names: list[str | None] = []
        self._orcids: list[str | None] = []
        self._printed_names: list[str | None] = []
        self._printed_orcids: list[str | None] = []
        self._is_corresponding: list[bool | None] = []
        self._repeated: list[int] = []
        """Seats of an author who sits on the same byline before."""

    def add(self, seats: Sequence[Authorship]) -> None:
        """Take the byline of the next work."""
        first = len(self._urls)
        for seat in seats:
            author = seat.author
            name = None
            if author is None:
                self._urls.append(None)
                self._orcids.append(None)
            else:
                name = author.display_name
                self._urls.append(author.id)
                self._orcids.append(author.orcid)
            self._names.append(name)
            self._printed_names.append(seat.raw_author_name or name)
            self._printed_orcids.append(seat.raw_orcid)
            self._is_corresponding.append(seat.is_corresponding)
        self._sizes.append(len(seats))
        urls = self._urls[first:]
        if len(set(urls)) < len(urls):
            met: set[str | None] = set()
            for number, url in zip(count(first), urls, strict=False):
                if url in met:
                    self._repeated.append(number)
                met.add(url)

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the authorships, and what works say of their authors."""
        seats = Seats(
            sizes=np.array(self._sizes, np.int64),
            urls=self._urls,
            names=self._names,
            orcids=self._orcids,
            printed_names=self._printed_names,
            printed_orcids=self._printed_orcids,
            is_corresponding=self._is_corresponding,
            repeated=self._repeated,
        )
        return tables_of_seats(seats, drift)


class Seats(NamedTuple):
    """The seats of works, one after the other, as columns."""

    sizes: npt.NDArray[np.int64]
    """Seats of each work."""
    urls: Values
    names: Values
    orcids: Values
    printed_names: Values
    """The profile's name where none is printed."""
    printed_orcids: Values
    is_corresponding: Values
    repeated: Sequence[int] | npt.NDArray[np.int64]
    """Numbers of the seats of an author who sits on the same byline before."""


def tables_of_seats(seats: Seats, drift: Drift) -> list[Rows]:
    """Return the authorships, and what works say of their authors."""
    sizes = seats.sizes
    rows = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    firsts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    author_ids = columns.ids(seats.urls, "A")
    is_nobody = pc.is_in(author_ids, pa.array(sorted(identifiers.NOBODY), pa.string()))
    printed_names = columns.text(seats.printed_names)
    marks = marks_of_seats(author_ids, is_nobody, printed_names, sizes)
    count_by(marks, "seats", drift.author_layer)
    authorships = columns.build(
        schema.AUTHORSHIPS,
        rows,
        {
            "position": pa.array(np.arange(1, len(rows) + 1) - firsts, pa.int32()),
            "author_id": author_ids,
            "author_name": printed_names,
            "orcid": columns.orcids(seats.printed_orcids, "works.authorships[].raw_orcid", drift),
            "is_corresponding": pc.fill_null(
                columns.as_array(seats.is_corresponding, pa.bool_()), False
            ),
            "mark": marks,
        },
    )
    names_somebody = np.asarray(author_ids.is_valid()) & ~np.asarray(is_nobody)
    names_somebody[seats.repeated] = False
    said = pa.array(names_somebody)
    mentions = columns.build(
        schema.AUTHOR_MENTIONS,
        rows[names_somebody],
        {
            "author_id": author_ids.filter(said),
            "name": columns.text(seats.names).filter(said),
            "orcid": columns.orcids(
                columns.as_array(seats.orcids, pa.string()).filter(said), "author.orcid", drift
            ),
            "kind": _kinds(marks).filter(said),
        },
    )
    return [authorships, mentions]


def _kinds(marks: pa.Array) -> pa.Array:
    """Return what seats say of the kind of their authors: only that one is no person."""
    is_organisation = pc.fill_null(pc.equal(marks, ORGANISATION), False)
    return pc.if_else(is_organisation, ORGANISATION, pa.scalar(None, pa.string()))

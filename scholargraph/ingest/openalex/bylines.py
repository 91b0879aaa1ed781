"""Rows of bylines: who sits where, under which printed name, and whom the work means by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows, Values
from scholargraph.ingest.openalex.author_layer import count_by, marks_of_seats
from scholargraph.ingest.openalex.shapes import AuthorName
from scholargraph.schema import ORGANISATION

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.gathering import Texts
    from scholargraph.ingest.openalex.shapes import Authorship

_NO_AUTHOR: Final = AuthorName()


class Bylines:
    """Gathers the seats of works."""

    def __init__(self, texts: Texts) -> None:
        self._sizes: list[int] = []
        self._count = 0
        """Seats so far."""
        self._urls = texts.column()
        self._names = texts.column()
        self._orcids = texts.column()
        self._printed_names = texts.column()
        self._printed_orcids = texts.column()
        self._is_corresponding: list[bool | None] = []
        self._repeated: list[int] = []
        """Seats of an author who sits on the same byline before."""

    def add(self, seats: Sequence[Authorship]) -> None:
        """Take the byline of the next work."""
        authors = [seat.author or _NO_AUTHOR for seat in seats]
        urls = [author.id for author in authors]
        names = [author.display_name for author in authors]
        self._urls += urls
        self._names += names
        self._orcids += [author.orcid for author in authors]
        self._printed_names += [
            seat.raw_author_name or name for seat, name in zip(seats, names, strict=True)
        ]
        self._printed_orcids += [seat.raw_orcid for seat in seats]
        self._is_corresponding += [seat.is_corresponding for seat in seats]
        if len(set(urls)) < len(urls):
            met: set[str | None] = set()
            for number, url in enumerate(urls, self._count):
                if url in met:
                    self._repeated.append(number)
                met.add(url)
        self._sizes.append(len(seats))
        self._count += len(seats)

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the authorships, and what works say of their authors."""
        seats = Seats(
            sizes=np.array(self._sizes, np.int64),
            urls=self._urls.array(),
            names=self._names.array(),
            orcids=self._orcids.array(),
            printed_names=self._printed_names.array(),
            printed_orcids=self._printed_orcids.array(),
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
    return pc.if_else(is_organisation, ORGANISATION, columns.NO_TEXT)

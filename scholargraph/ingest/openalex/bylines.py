"""Rows of bylines: who sits where, under which printed name, and whom the work means by it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows

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
        sizes = np.array(self._sizes, np.int64)
        rows = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        firsts = np.repeat(np.cumsum(sizes) - sizes, sizes)
        author_ids = columns.ids(self._urls, "A")
        is_nobody = pc.is_in(author_ids, pa.array(sorted(identifiers.NOBODY), pa.string()))
        authorships = columns.build(
            schema.AUTHORSHIPS,
            rows,
            {
                "position": pa.array(np.arange(1, len(rows) + 1) - firsts, pa.int32()),
                "author_id": author_ids,
                "author_name": self._printed_names,
                "orcid": columns.orcids(
                    self._printed_orcids, "works.authorships[].raw_orcid", drift
                ),
                "is_corresponding": pc.fill_null(
                    pa.array(self._is_corresponding, pa.bool_()), False
                ),
                "mark": _marks(author_ids, is_nobody),
            },
        )
        names_somebody = np.asarray(author_ids.is_valid()) & ~np.asarray(is_nobody)
        names_somebody[self._repeated] = False
        said = pa.array(names_somebody)
        mentions = columns.build(
            schema.AUTHOR_MENTIONS,
            rows[names_somebody],
            {
                "author_id": author_ids.filter(said),
                "name": columns.text(self._names).filter(said),
                "orcid": columns.orcids(
                    pa.array(self._orcids, pa.string()).filter(said), "author.orcid", drift
                ),
            },
        )
        return [authorships, mentions]


def _marks(author_ids: pa.Array, is_nobody: pa.Array) -> pa.Array:
    """Return why seats make no tie."""
    nothing = pa.scalar(None, pa.string())
    return pc.if_else(
        author_ids.is_null(), "no id", pc.if_else(is_nobody, pa.scalar("nobody"), nothing)
    )

"""What records of arXiv give to the works that they have joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from scholargraph.ingest.resolve.arxiv_rows import arxiv_ids_of, topics_of
from scholargraph.ingest.resolve.pieces import Piece, in_order, only

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.ids import Ids
    from scholargraph.ingest.resolve.pieces import Keys, Source
    from scholargraph.ingest.resolve.twins import Twins


@dataclass(frozen=True, slots=True)
class Firsts:
    """Of the records that have joined a work the one whose id and versions it carries."""

    papers: Keys
    """Places of the works, ascending."""
    records: Keys
    """Places of the records."""
    said: pa.Table
    """What the works get, as columns of the table of papers."""

    def papers_of(self, records: Keys) -> Keys:
        """Return the works of some of the records."""
        order = np.argsort(self.records)
        return self.papers[order[self.records[order].searchsorted(records)]]


@dataclass(frozen=True, slots=True)
class Joined:
    """What records give to works that they have joined."""

    firsts: Firsts
    topics: Source

    @classmethod
    def of(cls, twins: Twins, records: Iterable[Piece], ids: Ids) -> Joined:
        """Gather it from the records."""
        parts = [only(piece, np.isin(piece.keys, twins.records)) for piece in records]
        parts = [part for part in parts if len(part.keys)]
        order = np.lexsort((twins.records, np.asarray(twins.guessed, dtype=bool), twins.papers))
        papers, first = np.unique(twins.papers[order], return_index=True)
        chosen = twins.records[order[first]].astype(np.int64)
        if not parts:
            said = pa.table({"version_count": pa.array([], pa.int16())})
            return cls(Firsts(papers.astype(np.int64), chosen, said), Held([]))
        keys, rows = in_order(parts)
        wanted = pa.array(keys.searchsorted(chosen))
        arxiv_ids = arxiv_ids_of(ids, chosen)
        said = pa.table(
            {
                "arxiv_id": arxiv_ids,
                "version_count": rows["version_count"].take(wanted),
                "is_withdrawn": rows["is_withdrawn"].take(wanted),
                "origin": pa.repeat("both", len(chosen)),
            }
        )
        works = twins.papers[twins.records.searchsorted(keys)].astype(np.int64)
        topics = topics_of(works, rows["categories"].combine_chunks(), has_primary=False)
        return cls(Firsts(papers.astype(np.int64), chosen, said), Held([topics]))


@dataclass(frozen=True, slots=True)
class Held:
    """Rows in memory: a source."""

    held: Sequence[Piece]

    def pieces(self, size: int) -> Iterator[Piece]:
        """Read the rows."""
        return iter(self.held)

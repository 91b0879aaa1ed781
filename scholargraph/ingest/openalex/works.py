"""Rows of works, gathered table by table; a work is a paper here."""

from __future__ import annotations

from collections.abc import Sequence

from scholargraph.ingest.columns import Rows
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.openalex.abstracts import Abstracts
from scholargraph.ingest.openalex.affiliations import Affiliations
from scholargraph.ingest.openalex.bylines import Bylines
from scholargraph.ingest.openalex.citations import Citations
from scholargraph.ingest.openalex.funding import Funding
from scholargraph.ingest.openalex.gathering import Texts
from scholargraph.ingest.openalex.locations import Locations, locations_of
from scholargraph.ingest.openalex.mentions import Institutions, Named
from scholargraph.ingest.openalex.papers import Papers, arxiv_id_of
from scholargraph.ingest.openalex.shapes import Work
from scholargraph.ingest.openalex.subjects import Keywords, PaperConcepts, PaperTopics
from scholargraph.ingest.openalex.unlikely import note_unlikely


class Works:
    """Gathers works, and makes the rows of all tables that they fill."""

    def __init__(self) -> None:
        self._drift = Drift()
        self._institutions = Institutions()
        self._texts = Texts()
        self._papers = Papers(self._texts)
        self._abstracts = Abstracts()
        self._bylines = Bylines(self._texts)
        self._affiliations = Affiliations(self._institutions, self._texts)
        self._topics = PaperTopics(self._texts)
        self._citations = Citations(self._texts)
        self._keywords = Keywords(self._texts)
        self._concepts = PaperConcepts(self._texts)
        self._funding = Funding(self._texts)
        self._locations = Locations(self._institutions, self._texts)

    def add(self, works: Sequence[Work], first: int) -> None:
        """Take works; ``first`` is the row of the first."""
        drift = self._drift
        arxiv_ids = []
        for row, work in enumerate(works, first):
            seats = work.authorships or ()
            places = locations_of(work)
            institutions: Named = {}
            arxiv_ids.append(arxiv_id_of(work, places))
            self._abstracts.add(row, work.abstract_inverted_index, drift)
            self._bylines.add(seats)
            self._affiliations.add(row, seats, institutions, drift)
            self._topics.add(row, work, drift)
            self._citations.add(work.referenced_works or ())
            self._keywords.add(row, work.keywords or ())
            self._concepts.add(row, work.concepts or (), drift)
            self._funding.add(row, work, drift)
            self._locations.add(row, places, institutions, drift)
            self._institutions.add(row, institutions)
        self._papers.add(works, arxiv_ids, drift)
        self._texts.pack_if_many()

    def tables(self, ids: Sequence[str], drift: Drift) -> list[Rows]:
        """Return the rows of all works, table by table."""
        drift.update(self._drift)
        tables = [
            self._papers.table(drift),
            self._abstracts.table(drift),
            *self._bylines.tables(drift),
            self._affiliations.table(drift),
            *self._topics.tables(),
            self._citations.table(),
            self._keywords.table(),
            self._concepts.table(),
            *self._funding.tables(drift),
            *self._locations.tables(drift),
            self._institutions.table(drift),
        ]
        note_unlikely(tables, ids, drift)
        return tables

"""The kinds of record, told by their id, and what becomes of each.

A new kind is one entry here, a shape in ``shapes`` and a row producer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from scholargraph import identifiers
from scholargraph.ingest.openalex import shapes
from scholargraph.ingest.openalex.authors import Authors
from scholargraph.ingest.openalex.funding import tables_of_awards
from scholargraph.ingest.openalex.institutions import tables_of_institutions
from scholargraph.ingest.openalex.organisations import tables_of_funders, tables_of_publishers
from scholargraph.ingest.openalex.sources import tables_of_sources
from scholargraph.ingest.openalex.topics import tables_of_topics
from scholargraph.ingest.openalex.vocabularies import tables_of_concepts, tables_of_terms
from scholargraph.ingest.openalex.works import Works

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift


class Gatherer(Protocol):
    """Takes records of one kind as they come, and makes their rows when enough are there.

    Records are many objects each: taken in small numbers, they do not leave the processor's cache
    before they are freed.
    """

    def add(self, records: Sequence[Any], first: int) -> None:
        """Take records; ``first`` is the row of the first."""

    def tables(self, ids: Sequence[str], drift: Drift) -> list[Rows]:
        """Return the rows of all records, of which ``ids`` are the short ids."""


class _Kept:
    """Keeps records until rows are made of them."""

    def __init__(self, tables: Callable[[Sequence[Any], Sequence[str], Drift], list[Rows]]) -> None:
        self._records: list[Any] = []
        self._tables = tables

    def add(self, records: Sequence[Any], first: int) -> None:
        self._records += records

    def tables(self, ids: Sequence[str], drift: Drift) -> list[Rows]:
        return self._tables(self._records, ids, drift)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record: its name, its shape, and what makes its rows."""

    name: str
    shape: type[msgspec.Struct]
    gatherer: Callable[[], Gatherer]


_TOPICS: Final = Kind(name="topics", shape=shapes.Topic, gatherer=partial(_Kept, tables_of_topics))
_TERMS: Final = Kind(name="vocabulary", shape=shapes.Term, gatherer=partial(_Kept, tables_of_terms))
_VOCABULARIES: Final = (
    "continents",
    "countries",
    "institution-types",
    "keywords",
    "languages",
    "licenses",
    "sdgs",
    "source-types",
    "types",
    "work-types",
)

KINDS: Final[dict[str, Kind]] = {
    "W": Kind(name="works", shape=shapes.Work, gatherer=Works),
    "A": Kind(name="authors", shape=shapes.Author, gatherer=Authors),
    "I": Kind(
        name="institutions",
        shape=shapes.Institution,
        gatherer=partial(_Kept, tables_of_institutions),
    ),
    "S": Kind(name="sources", shape=shapes.Source, gatherer=partial(_Kept, tables_of_sources)),
    "P": Kind(
        name="publishers", shape=shapes.Publisher, gatherer=partial(_Kept, tables_of_publishers)
    ),
    "F": Kind(name="funders", shape=shapes.Funder, gatherer=partial(_Kept, tables_of_funders)),
    "C": Kind(name="concepts", shape=shapes.Concept, gatherer=partial(_Kept, tables_of_concepts)),
    "G": Kind(name="awards", shape=shapes.Award, gatherer=partial(_Kept, tables_of_awards)),
    "T": _TOPICS,
    "subfields": _TOPICS,
    "fields": _TOPICS,
    "domains": _TOPICS,
    **dict.fromkeys(_VOCABULARIES, _TERMS),
}
"""By the letter of the id, or the namespace before its slash."""


def kind_key(record_id: str) -> str:
    """Return what of a short id tells its kind: ``W`` of W12, ``fields`` of fields/17.

    Examples
    --------
    >>> kind_key("W12"), kind_key("fields/17")
    ('W', 'fields')
    """
    return record_id.partition("/")[0] if "/" in record_id else record_id[:1]


def canonical_id(text: object) -> str | None:
    """Return the short form of a record's id, or None if it is none of OpenAlex's."""
    return identifiers.openalex_id(text) if isinstance(text, str) else None

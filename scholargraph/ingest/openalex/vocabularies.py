"""Rows of concept records and of the small vocabularies: what labels mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest.columns import OPENALEX_URL, Rows

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.shapes import Concept, Term


def tables_of_concepts(concepts: Sequence[Concept], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of concept records."""
    return [
        columns.build(
            schema.CONCEPTS,
            range(len(concepts)),
            {
                "name": [c.display_name or own for c, own in zip(concepts, ids, strict=True)],
                "level": [concept.level for concept in concepts],
                "wikidata": columns.normalised(
                    [concept.wikidata for concept in concepts],
                    identifiers.wikidata,
                    "concepts.wikidata",
                    drift,
                ),
                "lineage": columns.id_lists(list(map(_lineage, concepts, ids)), "C"),
                "description": [concept.description for concept in concepts],
            },
        )
    ]


def _lineage(concept: Concept, own: str) -> list[str]:
    above = [ancestor.id for ancestor in concept.ancestors or () if ancestor.id]
    return list(dict.fromkeys([OPENALEX_URL + own, *above]))


def tables_of_terms(terms: Sequence[Term], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of terms of any vocabulary."""
    return [
        columns.build(
            schema.VOCABULARY,
            range(len(terms)),
            {
                "name": [t.display_name or own for t, own in zip(terms, ids, strict=True)],
                "description": [term.description for term in terms],
            },
        )
    ]

"""Graphs that the tests of this room share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scholargraph.graph import read_graph
from tests.support import Row, build, seat, team

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

A, B, C = "A9000000001", "A9000000002", "A9000000003"
NOBODY = "A9999999999"
W1, W2, W3 = "W9000000001", "W9000000002", "W9000000003"


def small_tables() -> dict[str, list[Row]]:
    """A well-formed graph of three papers with one of everything."""
    return {
        "papers": [
            {
                "paper_id": W1,
                "title": "Ties in a desert",
                "doi": "10.1234/ties",
                "pmid": "4711",
                "year": 2020,
                "type": "article",
                "is_oa": True,
                "source_id": "S9000000001",
                "topic_id": "T9000000001",
                "cited_by_count": 5,
                "author_count": 4,
            },
            {
                "paper_id": W2,
                "title": "Desert ties",
                "arxiv_id": "2101.00001",
                "year": 2021,
                "type": "preprint",
                "author_count": 1,
            },
            {
                "paper_id": W3,
                "title": None,
                "arxiv_id": "2101.00001",
                "doi": "10.48550/arxiv.2101.00001",
                "author_count": 2,
            },
        ],
        "abstracts": [{"paper_id": W1, "text": "Sand connects.", "is_complete": True}],
        "authors": [
            {
                "author_id": A,
                "name": "Andrea Gesmundo",
                "alternatives": ["A. Gesmundo-Müller"],
                "orcid": "0000-0002-1825-0097",
                "works_count": 40,
            },
            {"author_id": B, "name": "B. Nangolo"},
            {"author_id": C, "name": "Gesmundo Andrea"},
        ],
        "author_affiliations": [
            {
                "author_id": A,
                "institution_id": "I9000000001",
                "years": [2019, 2020],
                "is_last_known": True,
            },
            {"author_id": A, "institution_id": "I9000000002", "years": [2021]},
        ],
        "counts_by_year": [{"node_id": A, "year": 2020, "works_count": 3}],
        "institutions": [
            {
                "institution_id": "I9000000001",
                "name": "University of the Namib",
                "country_code": "NA",
                "ror": "00jmfr291",
                "lineage": ["I9000000001", "I9000000002", "I9000000007"],
            },
            {
                "institution_id": "I9000000002",
                "name": "The System",
                "lineage": ["I9000000002"],
            },
        ],
        "topics": [
            {"topic_id": "T9000000001", "name": "Dunes", "parent_id": "subfields/1"},
            {"topic_id": "T9000000002", "name": "Ties", "parent_id": "subfields/1"},
            {
                "topic_id": "subfields/1",
                "name": "Sand",
                "level": "subfield",
                "parent_id": "fields/1",
            },
            {"topic_id": "fields/1", "name": "Earth", "level": "field", "parent_id": "domains/1"},
            {"topic_id": "domains/1", "name": "World", "level": "domain"},
        ],
        "sources": [
            {
                "source_id": "S9000000001",
                "name": "Journal of Sand",
                "issn_l": "2434-561X",
                "issn": ["2434-561X", "2041-1723"],
                "publisher_id": "P9000000001",
                "host_institution_id": "I9000000002",
            }
        ],
        "publishers": [{"publisher_id": "P9000000001", "name": "Dune Press"}],
        "funders": [{"funder_id": "F9000000001", "name": "Sand Fund", "doi": "10.13039/1"}],
        "authorships": [
            seat(W1, 1, B, author_name="Nangolo, B."),
            seat(W1, 2, A, author_name="A. Gesmundo", is_corresponding=True),
            seat(W1, 3, NOBODY, mark="nobody", author_name="et al"),
            seat(W1, 4, A, author_name="Andrea Gesmundo"),
            *team(W2, A),
            *team(W3, B, None),
        ],
        "affiliations": [
            {
                "paper_id": W1,
                "position": 2,
                "institution_id": "I9000000001",
                "country_code": "NA",
                "raw": ["Univ. Namib", "Namib U"],
            },
            {"paper_id": W1, "position": 2, "institution_id": None, "raw": ["The Desert"]},
            {"paper_id": W1, "position": 3, "institution_id": "I9000000001"},
        ],
        "paper_topics": [
            {"paper_id": W1, "topic_id": "T9000000001", "score": 0.5, "is_primary": True},
            {"paper_id": W1, "topic_id": "T9000000002", "score": 0.75},
            {"paper_id": W2, "topic_id": "T9000000002", "score": None},
        ],
        "citations": [
            {"paper_id": W1, "cited_paper_id": W1},
            {"paper_id": W2, "cited_paper_id": "W77"},
            {"paper_id": W2, "cited_paper_id": W1},
        ],
        "keywords": [{"paper_id": W1, "keyword": "sand"}],
        "paper_funders": [{"paper_id": W1, "funder_id": "F9000000001", "award_id": None}],
        "locations": [
            {
                "paper_id": W1,
                "position": 1,
                "source_id": "S9000000001",
                "url": "https://example.org/1",
                "is_oa": True,
            },
            {"paper_id": W1, "position": 3, "url": "https://example.org/3"},
        ],
        "rejects": [{"file": "works.gz", "line": 3, "reason": "no id", "excerpt": "{}"}],
    }


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """The small graph."""
    return build(tmp_path_factory.mktemp("small") / "graph", small_tables())


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """A graph without a single row."""
    return build(tmp_path_factory.mktemp("empty") / "graph", {})


@pytest.fixture(scope="session")
def real(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)

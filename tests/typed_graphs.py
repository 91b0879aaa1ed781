"""Small random graphs with nodes and edges of every type that can be stepped along."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies import AUTHORS, seats
from tests.support import Row

PAPERS = [f"W900000000{number}" for number in range(1, 8)]
OUTSIDE = "W9000000099"
TOPICS: list[Row] = [
    {"topic_id": "T9000000001", "parent_id": "subfields/1702"},
    {"topic_id": "T9000000002", "parent_id": "subfields/1702"},
    {"topic_id": "T9000000003", "parent_id": "subfields/1703"},
    {"topic_id": "subfields/1702", "level": "subfield", "parent_id": "fields/17"},
    {"topic_id": "subfields/1703", "level": "subfield", "parent_id": "fields/17"},
    {"topic_id": "fields/17", "level": "field"},
]
INSTITUTIONS = ["I9000000001", "I9000000002", "I9000000003"]
UNKNOWN_INSTITUTION = "I9000000099"
SOURCES = ["S9000000001", "S9000000002"]


@st.composite
def typed_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Tables for `tests.support.build`; some ids lead outside, and an author may have no row."""
    papers = PAPERS[: draw(st.integers(1, len(PAPERS)))]
    known = AUTHORS[: draw(st.integers(4, 5))]
    tables: dict[str, list[Row]] = {
        "papers": [],
        "authors": [{"author_id": author, "name": f"Author {author[-1]}"} for author in known],
        "authorships": [],
        "topics": TOPICS,
        "institutions": [{"institution_id": each} for each in INSTITUTIONS],
        "sources": [{"source_id": each} for each in SOURCES],
        "paper_topics": [],
        "affiliations": [],
        "citations": [],
    }
    scores = st.sampled_from([None, 0.0, 0.25, 0.5, 0.9])
    for paper in papers:
        byline = draw(seats(paper))
        tables["authorships"] += byline
        tables["papers"].append(
            {
                "paper_id": paper,
                "title": draw(st.sampled_from([None, "On nearness", "Étude"])),
                "year": draw(st.sampled_from([None, 2019, 2020])),
                "cited_by_count": draw(st.sampled_from([None, 0, 1, 7])),
                "source_id": draw(st.sampled_from([None, *SOURCES])),
                "author_count": len(byline),
            }
        )
        tables["affiliations"] += [
            {"paper_id": paper, "position": seat["position"], "institution_id": institution}
            for seat in byline
            for institution in draw(
                st.lists(
                    st.sampled_from([*INSTITUTIONS, UNKNOWN_INSTITUTION, None]),
                    max_size=2,
                    unique=True,
                )
            )
        ]
        chosen = draw(
            st.lists(st.sampled_from([row["topic_id"] for row in TOPICS[:3]]), unique=True)
        )
        tables["paper_topics"] += [
            {
                "paper_id": paper,
                "topic_id": topic,
                "score": draw(scores),
                "is_primary": place == 0,
            }
            for place, topic in enumerate(chosen)
        ]
        tables["citations"] += [
            {"paper_id": paper, "cited_paper_id": cited}
            for cited in draw(
                st.lists(st.sampled_from([*papers, OUTSIDE]), max_size=5, unique=True)
            )
        ]
    return tables

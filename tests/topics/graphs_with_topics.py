"""Small random graphs whose papers have topics, with what makes dividing them go wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]

ANN, BOB = "A9000000001", "A9000000002"


@st.composite
def topic_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Papers with topics of two fields, one of them without a class above, and few authors."""
    topics = [
        {"topic_id": "T1", "level": "topic", "parent_id": "subfields/1"},
        {"topic_id": "T2", "level": "topic", "parent_id": "subfields/1"},
        {"topic_id": "T3", "level": "topic", "parent_id": "subfields/2"},
        {"topic_id": "T4", "level": "topic"},
        {"topic_id": "subfields/1", "level": "subfield", "parent_id": "fields/1"},
        {"topic_id": "subfields/2", "level": "subfield", "parent_id": "fields/1"},
        {"topic_id": "fields/1", "level": "field", "parent_id": "domains/1"},
        {"topic_id": "domains/1", "level": "domain"},
        {"topic_id": "arXiv:cs.AI", "level": "category", "scheme": "arxiv"},
    ]
    tables: dict[str, list[Row]] = {"topics": topics, "papers": [], "paper_topics": []}
    tables["authorships"] = []
    tables["authors"] = [{"author_id": author} for author in (ANN, BOB)]
    tables["citations"] = []
    numbers = range(1, draw(st.integers(1, 6)) + 1)
    for number in numbers:
        paper = f"W900000000{number}"
        byline = draw(st.lists(st.sampled_from([ANN, BOB, None]), max_size=3))
        tables["authorships"] += [
            {
                "paper_id": paper,
                "position": position,
                "author_id": author,
                "mark": None if author else "no id",
            }
            for position, author in enumerate(byline, 1)
        ]
        tables["papers"].append(
            {
                "paper_id": paper,
                "year": draw(st.sampled_from([None, 2019, 2022, 2025])),
                "type": draw(st.sampled_from(["article", "article", "erratum"])),
                "author_count": len(byline) + draw(st.sampled_from([0, 0, 2])),
                "reference_count": draw(st.sampled_from([None, 0, 3, 9])),
            }
        )
        leaves = ["T1", "T2", "T3", "T4", "arXiv:cs.AI"]
        for topic in draw(st.lists(st.sampled_from(leaves), max_size=3, unique=True)):
            score = draw(st.sampled_from([None, 0.0, 0.25, 1.0]))
            row = {"paper_id": paper, "topic_id": topic, "score": score, "is_primary": False}
            tables["paper_topics"].append(row)
        for cited in draw(st.lists(st.sampled_from(list(numbers)), max_size=3, unique=True)):
            tables["citations"].append({"paper_id": paper, "cited_paper_id": f"W900000000{cited}"})
    return tables

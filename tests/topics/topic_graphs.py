"""Small random graphs of topics: two trees, scores of every kind, citations, bylines."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]

TREE: list[Row] = [
    {"topic_id": topic, "parent_id": parent, "level": level, "scheme": scheme}
    for topic, parent, level, scheme in [
        ("T9001", "subfields/11", "topic", "openalex"),
        ("T9002", "subfields/11", "topic", "openalex"),
        ("T9003", "subfields/12", "topic", "openalex"),
        ("T9004", "subfields/21", "topic", "openalex"),
        ("T9005", None, "topic", "openalex"),
        ("subfields/11", "fields/1", "subfield", "openalex"),
        ("subfields/12", "fields/1", "subfield", "openalex"),
        ("subfields/21", "fields/2", "subfield", "openalex"),
        ("fields/1", "domains/1", "field", "openalex"),
        ("fields/2", "domains/1", "field", "openalex"),
        ("domains/1", None, "domain", "openalex"),
        ("arXiv:cs.LG", "arXiv:cs", "category", "arxiv"),
        ("arXiv:cs.DL", "arXiv:cs", "category", "arxiv"),
        ("arXiv:hep-th", "arXiv:hep", "category", "arxiv"),
        ("arXiv:cs", "arXiv:grp.cs", "archive", "arxiv"),
        ("arXiv:hep", "arXiv:grp.physics", "archive", "arxiv"),
        ("arXiv:grp.cs", None, "group", "arxiv"),
        ("arXiv:grp.physics", None, "group", "arxiv"),
    ]
]
LEAVES = [row["topic_id"] for row in TREE if row["level"] in ("topic", "category")]
AUTHORS = [f"A900000000{number}" for number in range(1, 5)]


def paper_id(number: int) -> str:
    """Id of the n-th paper."""
    return f"W90000000{number:02}"


@st.composite
def topic_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Tables for `tests.support.build`."""
    count = draw(st.integers(1, 8))
    tables: dict[str, list[Row]] = {
        "topics": TREE,
        "authors": [{"author_id": author} for author in AUTHORS],
        "papers": [],
        "paper_topics": [],
        "authorships": [],
        "citations": [],
    }
    scores = st.sampled_from([None, 0.0, 0.25, 0.5, 0.75, 1.0])
    for number in range(count):
        byline = draw(st.lists(st.sampled_from([*AUTHORS, None]), max_size=4))
        tables["papers"].append(
            {
                "paper_id": paper_id(number),
                "year": draw(st.sampled_from([None, 2019, 2020, 2021])),
                "author_count": len(byline),
            }
        )
        topics = draw(st.lists(st.sampled_from(LEAVES), unique=True, max_size=4))
        for topic in topics:
            tables["paper_topics"].append(
                {"paper_id": paper_id(number), "topic_id": topic, "score": draw(scores)}
            )
        for position, author in enumerate(byline, 1):
            tables["authorships"].append(
                {
                    "paper_id": paper_id(number),
                    "position": position,
                    "author_id": author,
                    "mark": None if author else "no id",
                }
            )
        cited = draw(st.lists(st.integers(0, count - 1), unique=True, max_size=4))
        tables["citations"] += [
            {"paper_id": paper_id(number), "cited_paper_id": paper_id(other)}
            for other in cited
            if other != number
        ]
    return tables

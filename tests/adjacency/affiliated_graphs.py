"""Small random graphs of affiliations: variants, marks, authors who sit twice, ids without row."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support import Row, seat

INSTITUTIONS: list[Row] = [
    {"institution_id": "I1", "ror": "https://ror.org/1"},
    {"institution_id": "I10"},
    {"institution_id": "I2", "ror": "https://ror.org/2"},
    {"institution_id": "I3", "ror": "https://ror.org/1"},
    {"institution_id": "I4", "ror": "https://ror.org/1"},
]
PLACES = ["I1", "I10", "I2", "I3", "I4", "I8", "I9", None]
"""Two of them have no row, and null is none."""


@st.composite
def affiliated_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Bylines with repeated, marked and nameless authors, and what their seats name."""
    authors = [f"A{number}" for number in range(5)]
    papers = [f"W{number}" for number in range(8)]
    authorships: list[Row] = []
    affiliations: list[Row] = []
    for paper in papers:
        byline = draw(st.lists(st.sampled_from([*authors, None]), max_size=5))
        for position, author in enumerate(byline, 1):
            mark = {"mark": "leaked reference"} if draw(st.integers(0, 4)) == 0 else {}
            authorships.append(seat(paper, position, author, **mark))
            named = draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=4))
            affiliations += [
                {"paper_id": paper, "position": position, "institution_id": place}
                for place in named
            ]
    # A seat that only the table of affiliations knows.
    affiliations.append({"paper_id": papers[0], "position": 9, "institution_id": "I2"})
    return {
        "institutions": INSTITUTIONS,
        "authors": [{"author_id": author} for author in authors],
        "papers": [{"paper_id": paper} for paper in papers[:-1]],
        "authorships": authorships,
        "affiliations": affiliations,
    }

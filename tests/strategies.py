"""Small random graphs, with everything in them that makes counting go wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]

AUTHORS = [f"A900000000{number}" for number in range(1, 6)]
NOBODY = "A9999999999"
TYPES = ["article", "preprint", "paratext", "erratum", "peer-review", "retraction", None]
TITLES = ["On ties", "On TIES!", "Ties, again", "?", "", None]


@st.composite
def seats(draw: st.DrawFn, paper: str) -> list[Row]:
    """A byline: persons, some twice, seats without id, and seats that a mark takes out."""
    kinds = st.one_of(
        st.tuples(st.sampled_from(AUTHORS), st.none()),
        st.tuples(st.none(), st.just("no id")),
        st.tuples(st.just(NOBODY), st.just("nobody")),
        st.tuples(st.sampled_from(AUTHORS), st.just("leaked reference")),
    )
    return [
        {"paper_id": paper, "position": position, "author_id": author, "mark": mark}
        for position, (author, mark) in enumerate(draw(st.lists(kinds, max_size=6)), 1)
    ]


@st.composite
def collaboration_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Papers, authorships and authors, for `tests.support.build`."""
    papers: list[Row] = []
    authorships: list[Row] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        paper_id = f"W900000000{number}"
        byline = draw(seats(paper_id))
        authorships += byline
        papers.append(
            {
                "paper_id": paper_id,
                "title": draw(st.sampled_from(TITLES)),
                "type": draw(st.sampled_from(TYPES)),
                "is_paratext": draw(st.booleans()) and draw(st.booleans()),
                "year": draw(st.sampled_from([None, 1999, 2020, 2021])),
                "author_count": len(byline) + draw(st.sampled_from([0, 0, 1, 7])),
                "authors_truncated": draw(st.booleans()),
            }
        )
    return {
        "papers": papers,
        "authors": [{"author_id": author, "name": f"Author {author[-1]}"} for author in AUTHORS],
        "authorships": authorships,
    }


@st.composite
def named_graphs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Authors with alternatives, and papers with titles, out of few words."""
    words = st.sampled_from(["ana", "a", "andrea", "b", "gesmundo", "Ges", "Müller", "jr", "-"])
    names = st.lists(words, min_size=1, max_size=4).map(" ".join)
    commas = st.tuples(names, names).map(", ".join)
    authors = [
        {
            "author_id": author,
            "name": draw(st.one_of(names, commas)),
            "alternatives": draw(st.lists(names, max_size=2)),
        }
        for author in AUTHORS
    ]
    papers: list[Row] = []
    authorships: list[Row] = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        paper_id = f"W900000000{number}"
        byline = draw(seats(paper_id))
        authorships += byline
        papers.append(
            {
                "paper_id": paper_id,
                "title": draw(st.one_of(st.none(), names)),
                "cited_by_count": draw(st.sampled_from([None, 0, 3])),
                "author_count": len(byline),
            }
        )
    return {"papers": papers, "authors": authors, "authorships": authorships}

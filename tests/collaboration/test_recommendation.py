"""Whom an author might write with next, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scholargraph as sg
from scholargraph.collaboration import candidates, recommendation
from scholargraph.collaboration.recommendation import recommend_collaborators
from scholargraph.errors import InvalidArgumentError, NodeNotFoundError
from tests.naive import recommendation as naive
from tests.support import Row, build, papers_and_authors, team

AUTHORS = [f"A900000000{number}" for number in range(1, 9)]
A, B, C, D, E, F, G, H = AUTHORS
W = [f"W90000000{number:02}" for number in range(100)]
TOPICS = [f"T900000000{number}" for number in range(1, 5)]
INSTITUTIONS = [f"I900000000{number}" for number in range(1, 5)]
FEATURES = [
    "common_neighbours",
    "adamic_adar",
    "resource_allocation",
    "shared_topics",
    "same_institution",
    "citation_contact",
]


@st.composite
def worlds(draw: st.DrawFn, years: tuple[int | None, ...] = (None, 2018, 2019)) -> Any:
    """Eight people, their papers, topics, institutions and citations."""
    count = draw(st.integers(4, 10))
    tables: dict[str, list[Row]] = {
        "papers": [],
        "authors": [{"author_id": author} for author in AUTHORS],
        "authorships": [],
        "topics": [{"topic_id": topic} for topic in TOPICS],
        "institutions": [{"institution_id": each} for each in INSTITUTIONS],
        "paper_topics": [],
        "affiliations": [],
        "citations": [],
    }
    for paper in W[:count]:
        signers = draw(st.lists(st.sampled_from([*AUTHORS, None]), min_size=1, max_size=4))
        kind = draw(st.sampled_from(["article", "article", "article", "erratum"]))
        tables["papers"].append(
            {
                "paper_id": paper,
                "type": kind,
                "year": draw(st.sampled_from(years)),
                "author_count": len(signers),
            }
        )
        tables["authorships"] += team(paper, *signers)
        for topic in sorted(draw(st.sets(st.sampled_from(TOPICS), max_size=2))):
            tables["paper_topics"].append({"paper_id": paper, "topic_id": topic})
        for position in range(1, len(signers) + 1):
            for each in sorted(draw(st.sets(st.sampled_from(INSTITUTIONS), max_size=1))):
                tables["affiliations"].append(
                    {"paper_id": paper, "position": position, "institution_id": each}
                )
        for cited in sorted(draw(st.sets(st.sampled_from(W[:count]), max_size=2)) - {paper}):
            tables["citations"].append({"paper_id": paper, "cited_paper_id": cited})
    return tables


all_terms = st.fixed_dictionaries(
    {},
    optional={
        "types": st.sampled_from(["all", ["erratum"]]),
        "as_of": st.sampled_from([2018, 2019]),
        "max_authors": st.sampled_from([2, 3, None]),
    },
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=worlds(), terms=all_terms)
def test_agrees_with_counting_by_hand(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]], terms: Row
) -> None:
    """Candidates, features and scores are those of networkx and of slow, obvious counting."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    for author in AUTHORS[:3]:
        answer = recommend_collaborators(graph, author, None, **terms)
        expected = naive.recommendations(tables, author, terms)

        assert answer["author_id"].tolist() == [row["author_id"] for row in expected]
        assert answer["rank"].tolist() == list(range(1, len(expected) + 1))
        for name in (*FEATURES, "score"):
            assert answer[name].tolist() == pytest.approx([row[name] for row in expected])


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=worlds(years=(2018, 2019, 2020)))
def test_later_papers_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Row]]
) -> None:
    """With ``as_of`` the answer is that of a graph that ends there."""
    late = {row["paper_id"] for row in tables["papers"] if row["year"] == 2020}
    earlier = {
        name: [row for row in rows if not late & {row.get("paper_id"), row.get("cited_paper_id")}]
        for name, rows in tables.items()
    }
    whole = build(tmp_path_factory.mktemp("whole"), tables)
    part = build(tmp_path_factory.mktemp("part"), earlier)
    for author in AUTHORS[:3]:
        one, other = (
            recommend_collaborators(each, author, None, as_of=2019) for each in (whole, part)
        )

        assert one.equals(other)


def star(*teams: tuple[str, ...]) -> dict[str, list[Row]]:
    """Papers by these teams."""
    seats = [row for number, names in enumerate(teams) for row in team(W[number], *names)]
    return papers_and_authors(seats)


def test_features_by_hand(tmp_path: Path) -> None:
    """A and D share B, who has three collaborators, and C, who has two."""
    answer = recommend_collaborators(
        build(tmp_path, star((A, B), (A, C), (D, B), (D, C), (B, E))), A
    )
    first = answer.iloc[0]

    assert answer["author_id"].tolist() == [D, E]
    assert first["common_neighbours"] == 2
    assert first["adamic_adar"] == pytest.approx(1 / 1.0986122886681098 + 1 / 0.6931471805599453)
    assert first["resource_allocation"] == pytest.approx(1 / 3 + 1 / 2)
    assert first["score"] == pytest.approx(0.25)
    assert answer["reasons"].tolist() == ["2 common co-authors", "1 common co-author"]


def test_reasons_name_all_that_speaks(tmp_path: Path) -> None:
    """Topics, an institution and citations are reasons without a common co-author."""
    tables = star((A,), (B,))
    tables["topics"] = [{"topic_id": TOPICS[0]}]
    tables["paper_topics"] = [{"paper_id": each, "topic_id": TOPICS[0]} for each in W[:2]]
    tables["institutions"] = [{"institution_id": INSTITUTIONS[0]}]
    tables["affiliations"] = [
        {"paper_id": each, "position": 1, "institution_id": INSTITUTIONS[0]} for each in W[:2]
    ]
    tables["citations"] = [{"paper_id": W[1], "cited_paper_id": W[0]}]
    answer = recommend_collaborators(build(tmp_path, tables), A)

    expected = "topics agree to 1.00; the same institution; 1 citation between them"
    assert answer["reasons"].tolist() == [expected]
    assert answer["score"].tolist() == [0.75]


def test_the_limit_takes_the_best(tmp_path: Path) -> None:
    """A shorter answer is the beginning of a longer one, with the same numbers."""
    graph = build(tmp_path, star((A, B), (B, C), (B, D), (A, E), (E, D), (E, F)))
    whole = recommend_collaborators(graph, A, None)

    assert whole["author_id"].tolist() == [D, C, F]
    assert recommend_collaborators(graph, A, 2).equals(whole.iloc[:2])


def test_nobody_is_recommended_to_a_loner(tmp_path: Path) -> None:
    """Without any way to anybody there are no rows, but all columns."""
    answer = recommend_collaborators(build(tmp_path, star((A,), (B, C))), A)

    assert len(answer) == 0
    assert answer.columns.tolist()[:4] == ["author_id", "name", "score", "rank"]
    assert answer.columns.tolist()[4:-1] == FEATURES


def test_what_is_cut_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Co-authors, topics, institutions and papers that are passed over are counted."""
    tables = star((A, B), (B, C), (A, D), (A, D), (D, E), (A, *AUTHORS[5:]))
    tables["topics"] = [{"topic_id": topic} for topic in TOPICS[:2]]
    tables["paper_topics"] = [
        {"paper_id": paper, "topic_id": topic} for paper in W[:4] for topic in TOPICS[:2]
    ]
    tables["institutions"] = [{"institution_id": INSTITUTIONS[0]}]
    tables["affiliations"] = [
        {"paper_id": W[0], "position": place, "institution_id": INSTITUTIONS[0]} for place in (1, 2)
    ]
    graph = build(tmp_path, tables)
    whole = recommend_collaborators(graph, A, max_authors=3)
    monkeypatch.setattr(candidates, "WALK_STEPS", 6)
    monkeypatch.setattr(recommendation, "TOPIC_PAPERS", 3)
    monkeypatch.setattr(recommendation, "INSTITUTION_AUTHORS", 1)
    cut = recommend_collaborators(graph, A, max_authors=3)
    assert not {*AUTHORS[5:]} & {*whole["author_id"]}
    said = ["coauthors_left_out", "topics_left_out", "institutions_left_out"]

    assert [whole.attrs[name] for name in said] == [0, 0, 0]
    assert [cut.attrs[name] for name in said] == [1, 2, 1]
    # D, with two papers, is closer than B.
    assert cut["author_id"].tolist() == [E]
    assert whole.attrs["papers_left_out"] == {"more authors than max_authors": 1}
    monkeypatch.setattr(recommendation, "CANDIDATES", 1)
    monkeypatch.setattr(candidates, "WALK_STEPS", 1_000)
    few = recommend_collaborators(graph, A, max_authors=3)
    assert (few.attrs["met"]["co-authors"], few.attrs["kept"]["co-authors"]) == (2, 1)


def test_large_institutions_still_speak_for_who_is_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An institution too large to be looked through is still one that two people share."""
    tables = star((A, B), (B, C))
    tables["institutions"] = [{"institution_id": INSTITUTIONS[0]}]
    tables["affiliations"] = [
        {"paper_id": W[0], "position": 1, "institution_id": INSTITUTIONS[0]},
        {"paper_id": W[1], "position": 2, "institution_id": INSTITUTIONS[0]},
    ]
    graph = build(tmp_path, tables)
    monkeypatch.setattr(recommendation, "INSTITUTION_AUTHORS", 1)
    answer = recommend_collaborators(graph, A)

    assert answer["reasons"].tolist() == ["1 common co-author; the same institution"]
    assert answer.attrs["institutions_left_out"] == 1


def test_many_papers_are_read_like_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_dump: Path
) -> None:
    """Whether rows are read one by one or through a table, the answer is the same to the bit."""
    sg.ingest_openalex(sample_dump, tmp_path / "graph")
    graph = sg.read_graph(tmp_path / "graph")
    busy = graph.sql(
        "select author_id from authorships where mark is null and author_id is not null "
        "group by 1 order by count(*) desc, author_id limit 3"
    )["author_id"].tolist()
    for author in busy:
        monkeypatch.setattr(candidates, "_FEW", 0)
        by_table = recommend_collaborators(graph, author)
        monkeypatch.setattr(candidates, "_FEW", 10_000)
        by_row = recommend_collaborators(graph, author)

        assert len(by_table) == 20
        assert by_table.equals(by_row)
        assert set(by_table["author_id"]).isdisjoint(
            {author, *sg.collaborators(graph, author)["author_id"]}
        )


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    """Each in one line that says what is wrong."""
    graph = build(tmp_path, star((A, B)))

    with pytest.raises(NodeNotFoundError):
        recommend_collaborators(graph, C)
    with pytest.raises(InvalidArgumentError, match="limit is None or a number of 1 or more, not 0"):
        recommend_collaborators(graph, A, 0)
    with pytest.raises(InvalidArgumentError, match="as_of is a year"):
        recommend_collaborators(graph, A, as_of=20)

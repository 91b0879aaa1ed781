"""Paths of given types of nodes, counted and compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import read_graph
from scholargraph.topics import metapath, metapaths
from tests.naive import typed as naive
from tests.strategies import AUTHORS
from tests.support import Row, build, papers_and_authors, team
from tests.typed_graphs import INSTITUTIONS, PAPERS, SOURCES, TOPICS, typed_graphs

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph

STARTS = {
    "paper": PAPERS[0],
    "author": AUTHORS[0],
    "topic": TOPICS[0]["topic_id"],
    "institution": INSTITUTIONS[0],
    "source": SOURCES[0],
}
NEXT = {
    "paper": ["paper", "author", "topic", "institution", "source"],
    "author": ["paper"],
    "topic": ["paper", "topic"],
    "institution": ["paper"],
    "source": ["paper"],
}


@st.composite
def type_paths(draw: st.DrawFn) -> list[str]:
    """Two to five types, each standing next to the one before."""
    path = [draw(st.sampled_from(naive.TYPES))]
    for _ in range(draw(st.integers(1, 4))):
        path.append(draw(st.sampled_from(NEXT[path[-1]])))
    return path


def counted(answer: pd.DataFrame, node_type: str) -> list[tuple[str, int]]:
    """Ids and paths."""
    return list(zip(answer[f"{node_type}_id"], answer["paths"], strict=True))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables=typed_graphs(),
    paths=st.lists(type_paths(), min_size=3, max_size=3),
    piece=st.sampled_from([1, 3, 1_000]),
)
def test_agrees_with_walking_every_path(
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, list[Row]],
    paths: list[list[str]],
    piece: int,
) -> None:
    """Counts and PathSim are exact, however many steps are taken together."""
    graph = build(tmp_path_factory.mktemp("graph"), tables)
    edges = naive.edges(tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metapaths, "_PIECE_STEPS", piece)
        patch.setattr(metapaths, "_PIECE_NODES", piece)
        for path in paths:
            start = STARTS[path[0]]
            count = metapath(graph, path, start)
            expected = naive.paths(edges, path, start)

            assert counted(count, path[-1]) == sorted(
                expected.items(), key=lambda item: (-item[1], item[0])
            )
            assert count.attrs["reached"] == {start: len(expected)}

            compared = metapath(graph, path, start, measure="pathsim")
            similar = naive.path_similarities(edges, path, start)
            rows = sorted(similar.items(), key=lambda item: (-item[1][1], item[0]))

            assert counted(compared, path[0]) == [(node, paths) for node, (paths, _) in rows]
            assert compared["pathsim"].tolist() == [value for _, (_, value) in rows]


@pytest.fixture(scope="module")
def graph(snapshot_store: Path) -> ScholarGraph:
    """The graph of the real records."""
    return read_graph(snapshot_store)


AUTHOR = "A5049649985"


def test_counts_of_topics_are_those_of_sql(graph: ScholarGraph) -> None:
    """Author, paper, topic counts the papers that SQL counts."""
    expected = graph.sql(
        "SELECT topic_id, count(*) AS paths FROM paper_topics WHERE paper_id IN (SELECT paper_id"
        " FROM authorships WHERE author_id = ? AND mark IS NULL) GROUP BY topic_id"
        " ORDER BY paths DESC, topic_id",
        [AUTHOR],
    )
    answer = metapath(graph, ["author", "paper", "topic"], AUTHOR)

    assert len(expected) > 10
    assert counted(answer, "topic") == counted(expected, "topic")


def test_closest_collaborators_of_the_real_records(graph: ScholarGraph) -> None:
    """Joint papers are paths from author to author; the heaviest ties are those of DATA.md."""
    answer = metapath(graph, ["author", "paper", "author"], AUTHOR, limit=3)

    assert counted(answer, "author")[1:] == [("A5075429508", 94), ("A5084940954", 76)]
    assert answer["author_id"][0] == AUTHOR
    assert answer.attrs["reached"] == {AUTHOR: 367 + 1}


def test_pathsim_of_the_real_records_by_sql(graph: ScholarGraph) -> None:
    """PathSim over topics is that of a join of everybody's topics."""
    expected = graph.sql(
        """
        WITH own AS (
            SELECT author_id, topic_id, count(*) AS n
            FROM (SELECT DISTINCT author_id, paper_id FROM authorships
                  WHERE mark IS NULL AND author_id IS NOT NULL)
            JOIN paper_topics USING (paper_id) GROUP BY ALL
        ), closed AS (SELECT author_id, sum(n * n) AS m FROM own GROUP BY author_id)
        SELECT y.author_id, sum(x.n * y.n)::BIGINT AS paths,
               2.0::DOUBLE * paths / (any_value(mx.m) + any_value(my.m)) AS pathsim
        FROM own x JOIN own y USING (topic_id)
        JOIN closed mx ON mx.author_id = x.author_id JOIN closed my ON my.author_id = y.author_id
        WHERE x.author_id = $author AND y.author_id <> $author
        GROUP BY y.author_id ORDER BY pathsim DESC, y.author_id
        """,
        {"author": AUTHOR},
    )
    answer = metapath(graph, ["author", "paper", "topic"], AUTHOR, measure="pathsim")

    assert len(expected) > 1_000
    assert counted(answer, "author") == counted(expected, "author")
    assert answer["pathsim"].tolist() == pytest.approx(expected["pathsim"].tolist(), abs=1e-15)


def test_several_starts_are_answered_in_their_order(graph: ScholarGraph) -> None:
    """Each start has the rows that it has alone, cut by the limit, and counts once."""
    starts = ["A5075429508", AUTHOR, "A5075429508"]
    for measure in metapaths.MEASURES:
        answer = metapath(graph, ["author", "paper", "source"], starts, measure=measure, limit=4)
        alone = [
            metapath(graph, ["author", "paper", "source"], each, measure=measure, limit=4)
            for each in starts[:2]
        ]

        assert answer.to_dict("records") == [
            row for each in alone for row in each.to_dict("records")
        ]
        assert answer.attrs["reached"] == alone[0].attrs["reached"] | alone[1].attrs["reached"]
        assert list(answer.attrs["reached"]) == starts[:2]


def test_no_start_gives_no_rows(graph: ScholarGraph) -> None:
    """An empty list of starts is no error."""
    for measure in metapaths.MEASURES:
        answer = metapath(graph, ["author", "paper"], [], measure=measure)

        assert answer.empty
        assert answer.attrs["reached"] == {}


def test_what_cannot_be_counted_is_refused(tmp_path: Path) -> None:
    """Forty steps among a dozen people are more paths than 64 bits hold."""
    people = [f"A90000000{number:02}" for number in range(1, 13)]
    rows = [seat for paper in range(1, 9) for seat in team(f"W900000000{paper}", *people)]
    small = build(tmp_path, papers_and_authors(rows))
    there_and_back = ["author", "paper"] * 20

    assert metapath(small, ["author", "paper"] * 2, people[0])["paths"].tolist() == [96] * 8
    for path in (there_and_back, there_and_back[:18]):
        measure = "count" if len(path) == 40 else "pathsim"
        with pytest.raises(InvalidArgumentError, match="more than can be counted"):
            metapath(small, path, people[0], measure=measure)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"path": ["author"]}, InvalidArgumentError),
        ({"path": "author"}, InvalidArgumentError),
        ({"path": ["author", "topic"]}, InvalidArgumentError),
        ({"path": ["author", "venue"]}, InvalidArgumentError),
        ({"path": ["author", None]}, InvalidArgumentError),
        ({"measure": "cosine"}, InvalidArgumentError),
        ({"limit": 0}, InvalidArgumentError),
        ({"start": "A9000000099"}, NodeNotFoundError),
        ({"start": "W2002898265"}, InvalidIdentifierError),
        ({"start": [7]}, InvalidIdentifierError),
    ],
)
def test_refuses_other_values(
    graph: ScholarGraph, arguments: dict[str, Any], error: type[Exception]
) -> None:
    """What does not make a path, or no node of its first type, is refused in a line."""
    asked = {"path": ["author", "paper"], "start": AUTHOR, **arguments}
    with pytest.raises(error) as caught:
        metapath(graph, **asked)

    assert "\n" not in str(caught.value)

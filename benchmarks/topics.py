"""What lies near, on a store of millions of works: the whole matrix of topics, and warm questions.

    python -m benchmarks.topics STORE [--repeat N] [--seed N] [--only matrix|questions] [--json F]

The matrix: of every two topics on how many papers both are, the same pairs from every route. Ours
starts from the arrays that an ingest leaves behind, DuckDB and the plain loop from the table; each
run is a process of its own that is timed once it has opened the store. What is said of a matrix is
its number of pairs and the sum over them, which must be the same everywhere.

The questions are asked of subjects drawn with a seed, each question in a process of its own. What
the first one takes of a graph that was just opened stands apart: some sums over the whole graph are
made for it, and kept for those that follow.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.questions import WARM_UP, Question, apart, rounded, spread, target, watched

DRAWS = 120
MOST_PROLIFIC = 100
"""Also of papers by citations, and of institutions by papers."""


QUESTIONS: Final = (
    Question(code="sg.topic_neighbourhood(graph, subject)", of="topics", warm_ms=50),
    Question(code="sg.topic_neighbourhood(graph, subject, kernel='all')", of="topics", warm_ms=50),
    Question(code="sg.neighbourhood(graph, subject)", of="authors", warm_ms=50),
    Question(
        code="sg.neighbourhood(graph, subject)", of="the 100 most prolific authors", warm_ms=300
    ),
    Question(code="sg.related_papers(graph, subject)", of="papers", warm_ms=50),
    Question(code="sg.related_papers(graph, subject)", of="the 100 most cited papers", warm_ms=50),
    Question(code="sg.expertise(graph, subject)", of="authors"),
    Question(code="sg.expertise(graph, subject)", of="the 100 largest institutions", warm_ms=50),
    Question(code="sg.neighbourhood(graph, subject)", of="the 100 largest institutions"),
)

WHOLE: Final = {
    "`sg.topics.emerging(graph)`": "sg.topics.emerging(graph)",
    "`sg.topics.citation_flow(graph, 'topic')`": "sg.topics.citation_flow(graph, 'topic')",
}
"""What goes through the whole graph, by what it is called in the table."""


class Times(NamedTuple):
    """Milliseconds of one question."""

    question: Question
    first: float
    """Of the first subject."""
    warm: Sequence[float]
    """Of the others, after some more."""
    warm_processor: Sequence[float]


class Matrix(NamedTuple):
    """What a route found, and what it took."""

    pairs: int
    papers: int
    """Sum over the pairs."""
    seconds: float
    processor_seconds: float
    peak_mb: float


def ours(store: str) -> tuple[int, int]:
    """Papers by topics, from the arrays, multiplied by themselves."""
    from scholargraph.graph import read_graph
    from scholargraph.topics.co_assignment import co_assignment
    from scholargraph.topics.scope import scope_of

    scope = scope_of(read_graph(store).adjacency, "openalex", "topic")
    joint = co_assignment(scope, "presence").joint
    return joint.nnz // 2, int(joint.sum()) // 2


def duckdb_join(store: str) -> tuple[int, int]:
    """One self join of the table in DuckDB."""
    import duckdb

    from scholargraph.graph import read_graph

    with duckdb.connect() as connection:
        paths = [str(path) for path in read_graph(store).paths("paper_topics")]
        connection.read_parquet(paths).create_view("paper_topics")
        found = connection.sql(
            """
            SELECT a.topic_id, b.topic_id, count(*) AS papers
            FROM paper_topics a JOIN paper_topics b
                ON a.paper_id = b.paper_id AND a.topic_id < b.topic_id
            WHERE a.topic_id LIKE 'T%' AND b.topic_id LIKE 'T%'
            GROUP BY ALL
            """
        ).fetchnumpy()
    return len(found["papers"]), int(found["papers"].sum())


def plain_loop(store: str) -> tuple[int, int]:
    """A dict of pairs, counted paper by paper in plain Python."""
    from scholargraph.graph import read_graph

    table = read_graph(store).scan("paper_topics").to_table(columns=["paper_id", "topic_id"])
    papers, topics = table["paper_id"].to_pylist(), table["topic_id"].to_pylist()
    pairs: Counter[tuple[str, str]] = Counter()
    before, of_paper = None, list[str]()
    for paper, topic in zip(papers, topics, strict=True):
        if paper != before:
            pairs.update(combinations(of_paper, 2))
            before, of_paper = paper, []
        if topic.startswith("T"):
            of_paper.append(topic)
    pairs.update(combinations(of_paper, 2))
    return len(pairs), pairs.total()


ROUTES: Final[dict[str, Callable[[str], tuple[int, int]]]] = {
    "`scholargraph.topics.co_assignment`": ours,
    "DuckDB, one self join": duckdb_join,
    "a plain loop in Python": plain_loop,
}


def matrix(store: str, route: str) -> Matrix:
    """Make the matrix once."""
    import pyarrow.parquet  # noqa: F401
    import scipy.sparse  # noqa: F401

    found: list[tuple[int, int]] = []
    # Arrays that are not there yet are no part of the question.
    _ = _adjacency(store).paper_topics
    run = watched(lambda: found.append(ROUTES[route](store)))
    return Matrix(*found[0], run.seconds, run.processor_seconds, run.peak_mb)


def _adjacency(store: str) -> Any:
    from scholargraph.graph import read_graph

    return read_graph(store).adjacency


def draw(store: str, seed: int) -> dict[str, list[str]]:
    """Return what is asked about."""
    import numpy as np

    random = np.random.default_rng(seed)
    adjacency = _adjacency(store)
    authors, papers, topics, institutions = (
        adjacency.nodes[name] for name in ("author", "paper", "topic", "institution")
    )

    def first(counts: Any) -> Any:
        return np.lexsort((np.arange(len(counts)), -counts.astype(np.int64)))[:MOST_PROLIFIC]

    def named(nodes: Any, rows: Any) -> list[str]:
        return [nodes.ids[row] for row in rows.tolist()]

    with_papers = np.flatnonzero(np.diff(adjacency.paper_topics.papers.indptr))
    return {
        "topics": named(topics, random.choice(with_papers, DRAWS)),
        "authors": named(authors, random.integers(0, authors.row_count, DRAWS)),
        "the 100 most prolific authors": named(authors, first(authors.counts)),
        "the 100 largest institutions": named(institutions, first(institutions.counts)),
        "papers": named(papers, random.integers(0, papers.row_count, DRAWS)),
        "the 100 most cited papers": named(papers, first(np.diff(adjacency.cited_by.indptr))),
    }


def ask(store: str, question: Question, subjects: Sequence[str]) -> Times:
    """Ask a question of one subject after the other."""
    import scholargraph as sg

    code = compile(question.code, "question", "eval")
    graph = sg.read_graph(store)
    walls, processors = [], []
    for subject in subjects:
        started, processor = time.perf_counter(), time.process_time()
        eval(code, {"sg": sg, "graph": graph, "subject": subject})
        walls.append((time.perf_counter() - started) * 1e3)
        processors.append((time.process_time() - processor) * 1e3)
    return Times(question, walls[0], walls[WARM_UP:], processors[WARM_UP:])


def whole(store: str, code: str) -> tuple[list[float], float]:
    """Return the processor seconds of a question asked twice, and the largest resident set."""
    import scholargraph as sg

    graph = sg.read_graph(store)
    seconds, peak = [], 0.0
    for _ in range(2):
        run = watched(lambda: eval(code, {"sg": sg, "graph": graph}))
        seconds.append(run.processor_seconds)
        peak = run.peak_mb
    return seconds, peak


def table_of_matrix(runs: dict[str, list[Matrix]]) -> str:
    """Return the routes to the matrix as a Markdown table."""
    lines = [
        "| route | seconds (min to max) | CPU s | peak MB | pairs | × ours, CPU |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    processor = {
        route: statistics.median(run.processor_seconds for run in several)
        for route, several in runs.items()
    }
    for route, several in runs.items():
        cells = (
            route,
            spread([run.seconds for run in several]),
            rounded(processor[route]),
            f"{max(run.peak_mb for run in several):,.0f}",
            f"{several[0].pairs:,}",
            f"{processor[route] / processor[next(iter(runs))]:.1f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def table_of_questions(results: Sequence[Times]) -> str:
    """Return the questions as a Markdown table."""
    lines = [
        "| question | of | target, ms | warm, ms (p10 to p90) | CPU ms (p10 to p90) | first, ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in results:
        cells = (
            f"`{each.question.code}`",
            each.question.of,
            target(each.question),
            spread(each.warm, 10, 90),
            spread(each.warm_processor, 10, 90),
            rounded(each.first),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--repeat", type=int, default=3, help="turns that the routes take")
    parser.add_argument("--seed", type=int, default=1, help="of what is asked about")
    parser.add_argument("--only", choices=["matrix", "questions"], help="one of both parts")
    parser.add_argument("--json", type=Path, help="file for all runs")
    chosen = parser.parse_args(arguments)
    store = str(chosen.store)
    figures: dict[str, Any] = {}
    if chosen.only != "questions":
        figures["matrix"] = runs = measured_matrix(store, chosen.repeat)
        print(table_of_matrix(runs), end="\n\n")
    if chosen.only != "matrix":
        results = measured_questions(store, chosen.seed)
        figures["questions"] = [
            {**each._asdict(), "question": each.question.code, "of": each.question.of}
            for each in results
        ]
        print(table_of_questions(results), end="\n\n")
        print("| whole graph | CPU s, first and again | peak MB |\n| --- | --- | --- |")
        for name, code in WHOLE.items():
            seconds, peak = apart(whole, store, code)
            figures[name] = seconds
            print(f"| {name} | {' and '.join(map(rounded, seconds))} | {peak:,.0f} |")
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def measured_matrix(store: str, repeat: int) -> dict[str, list[Matrix]]:
    """Let the routes take turns."""
    runs: dict[str, list[Matrix]] = {route: [] for route in ROUTES}
    for turn in range(repeat):
        for route, several in runs.items():
            several.append(apart(matrix, store, route))
            print(f"{turn + 1} {route} {several[-1].seconds:.1f} s", file=sys.stderr)
    answers = {(run.pairs, run.papers) for several in runs.values() for run in several}
    if len(answers) > 1:
        raise SystemExit(f"the routes do not agree: {answers}")
    return runs


def measured_questions(store: str, seed: int) -> list[Times]:
    """Ask all questions, each in a process of its own."""
    subjects = apart(draw, store, seed)
    results = []
    for question in QUESTIONS:
        started = time.perf_counter()
        results.append(apart(ask, store, question, subjects[question.of]))
        seconds = time.perf_counter() - started
        print(f"{question.code} of {question.of}: {seconds:.0f} s", file=sys.stderr)
    return results


if __name__ == "__main__":
    main()

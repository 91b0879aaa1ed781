"""How long questions take on a store of millions of works, and what the arrays behind them cost.

    python benchmarks/questions.py STORE [--works N] [--workers N] [--seed N] [--json F]

Where there is no store yet, one of made-up records is written, ``--works`` of them. Each question
is asked in a process of its own, of nodes drawn with ``--seed``:

- warm: the graph is open and other nodes were asked for; each node is new to the process;
- first touch: in that process the store is opened anew for each node, and the opening counts;
- cold process: an interpreter starts, imports, opens, asks and ends; once with the files of the
  store in the page cache, and once without, where the system lets single files be dropped from it.

The arrays are dropped and built anew for the last lines, which also give the largest resident set
and how much of it no file is behind; the rest are pages of files that the system can take back.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = ("scholargraph", "duckdb", "numpy", "pandas", "pyarrow")
DRAWS = 300
WARM_UP = 20
FIRST_TOUCHES = 25
COLD_RUNS = 7
HEAVY_RUNS = 3
NO_TARGET = "-"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to ask, as Python of ``sg``, ``graph``, ``store`` and the drawn ``subject``."""

    code: str
    of: str
    """The drawn subjects that it is asked of."""
    warm_ms: float | None = None
    """What the median shall stay below."""
    first_ms: float | None = None


QUESTIONS = (
    Question(code="repr(sg.read_graph(store))", of="nothing", warm_ms=100, first_ms=100),
    Question(
        code="sg.collaborators(graph, subject)",
        of="authors by productivity",
        warm_ms=5,
        first_ms=50,
    ),
    Question(
        code="sg.collaborators(graph, subject)",
        of="the 100 most prolific authors",
        warm_ms=50,
        first_ms=50,
    ),
    Question(
        code="sg.collaboration.ties(graph, subject)", of="authors by productivity", warm_ms=0.2
    ),
    Question(code="sg.author(graph, subject)", of="authors by productivity", warm_ms=10),
    Question(code="sg.author(graph, subject)", of="the 100 most prolific authors", warm_ms=10),
    Question(code="sg.paper(graph, subject)", of="papers", warm_ms=10),
    Question(code="sg.institution(graph, subject)", of="institutions", warm_ms=10),
    Question(code="sg.topic(graph, subject)", of="topics", warm_ms=10),
    Question(code="sg.source(graph, subject)", of="sources", warm_ms=10),
    Question(code="sg.find(graph, subject)", of="names", warm_ms=100),
    Question(code="sg.find(graph, subject)", of="surnames and initials", warm_ms=100),
    Question(code="sg.find(graph, subject)", of="surnames", warm_ms=100),
    Question(code="sg.find(graph, subject)", of="the most frequent words of names", warm_ms=100),
    Question(code="sg.find(graph, subject)", of="letters", warm_ms=100),
    Question(code="sg.find(graph, subject)", of="ORCIDs", warm_ms=100),
    Question(code="sg.find(graph, subject, 'paper')", of="titles", warm_ms=100),
    Question(code="sg.find(graph, subject, 'paper')", of="three words of titles", warm_ms=100),
    Question(
        code="sg.find(graph, subject, 'paper')",
        of="the most frequent words of titles",
        warm_ms=100,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of each run."""

    question: Question
    warm: Sequence[float]
    warm_processor: Sequence[float]
    first_touch: Sequence[float]
    cold: Sequence[float]
    cold_uncached: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heavy:
    """One run of something that goes through a whole store."""

    seconds: float
    processor_seconds: float
    peak_mb: float
    """Largest resident set, pages of mapped files among it."""
    peak_anonymous_mb: float | None
    """Largest part of it that no file is behind, as seen every few milliseconds."""


def draw(store: str, seed: int) -> dict[str, list[str]]:
    """Return what is asked about."""
    import numpy as np

    import scholargraph as sg

    random = np.random.default_rng(seed)
    graph = sg.read_graph(store)
    nodes = graph.adjacency.nodes
    authors, words = nodes["author"], nodes["author"].words
    papers_of = authors.counts.astype(np.int64)
    # Whoever signed more papers is drawn more often: those are the profiles that people look at.
    seat = random.integers(0, papers_of.sum(), DRAWS)
    productive = np.searchsorted(np.cumsum(papers_of), seat, side="right")
    prolific = np.lexsort((np.arange(len(papers_of)), -papers_of))[:100]
    names = [authors.names[row] for row in productive.tolist()]
    whole_titles = [
        title
        for row in random.integers(0, nodes["paper"].row_count, DRAWS).tolist()
        if (title := nodes["paper"].names[row])
    ]
    orcids = [graph.rows.at("authors", row, ["orcid"])["orcid"] for row in productive.tolist()]

    def some(node_type: str) -> list[str]:
        rows = random.integers(0, nodes[node_type].row_count, DRAWS)
        return [nodes[node_type].ids[row] for row in rows.tolist()]

    def frequent(index: Any) -> list[str]:
        rows = np.argsort(-np.diff(index.postings.indptr), kind="stable")[:30]
        return [index.vocabulary[row] for row in rows.tolist()]

    return {
        "nothing": [""] * DRAWS,
        "authors by productivity": [authors.ids[row] for row in productive.tolist()],
        "the 100 most prolific authors": [authors.ids[row] for row in prolific.tolist()],
        **{f"{name}s": some(name) for name in ("paper", "institution", "topic", "source")},
        "names": names,
        "surnames and initials": [f"{name.split()[-1]}, {name[0]}." for name in names],
        "surnames": [name.split()[-1] for name in names],
        "the most frequent words of names": frequent(words),
        "letters": list("abcdefghijklmnopqrstuvwxyz"),
        "ORCIDs": [orcid for orcid in orcids if orcid],
        "titles": whole_titles,
        "three words of titles": [
            " ".join(random.permutation(title.split())[:3]) for title in whole_titles
        ],
        "the most frequent words of titles": frequent(nodes["paper"].words),
    }


def ask(
    store: str, code: str, subjects: Sequence[str]
) -> tuple[list[float], list[float], list[float]]:
    """Return milliseconds of wall and of processor, warm, and of wall at first touch."""
    import scholargraph as sg

    question = compile(code, "question", "eval")
    known = {"sg": sg, "store": store, "graph": sg.read_graph(store)}
    for subject in subjects[:WARM_UP]:
        eval(question, {**known, "subject": subject})
    walls, processors, firsts = [], [], []
    for subject in subjects[WARM_UP:] or subjects:
        started, processor = time.perf_counter(), time.process_time()
        eval(question, {**known, "subject": subject})
        walls.append((time.perf_counter() - started) * 1e3)
        processors.append((time.process_time() - processor) * 1e3)
    for subject in subjects[-FIRST_TOUCHES:]:
        started = time.perf_counter()
        eval(question, {**known, "graph": sg.read_graph(store), "subject": subject})
        firsts.append((time.perf_counter() - started) * 1e3)
    return walls, processors, firsts


def environment() -> dict[str, str]:
    """Return the environment as users have it: modules are compiled once, not by each process."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cold(store: str, code: str, subject: str) -> float:
    """Return the milliseconds of a whole process that asks one question."""
    program = (
        "import sys, scholargraph as sg; store, subject = sys.argv[1:]; "
        f"graph = sg.read_graph(store); {code}"
    )
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", program, store, subject],
        check=True,
        cwd=REPOSITORY,
        env=environment(),
    )
    return (time.perf_counter() - started) * 1e3


def drop_from_page_cache(store: Path) -> None:
    """Let the system forget the files of a store, which no process must have open."""
    for path in store.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def build(store: str) -> Heavy:
    """Build the arrays anew."""
    from scholargraph.adjacency import build_adjacency
    from scholargraph.store import open_version
    from scholargraph.store.derived import drop_arrays

    snapshot = open_version(store)
    drop_arrays(snapshot)
    return watched(lambda: build_adjacency(snapshot))


def validate(store: str) -> Heavy:
    """Try all rules."""
    import scholargraph as sg

    graph = sg.read_graph(store)
    return watched(lambda: sg.validate(graph))


def watched(work: Callable[[], object]) -> Heavy:
    """Do something once, with an eye on its memory."""
    peak, done = [0.0], threading.Event()
    status = Path("/proc/self/status")

    def watch() -> None:
        while not done.wait(0.005):
            lines = status.read_text().splitlines()
            (anonymous,) = (line.split()[1] for line in lines if line.startswith("RssAnon"))
            peak[0] = max(peak[0], int(anonymous) / 1e3)

    watcher = threading.Thread(target=watch)
    if status.exists():
        watcher.start()
    started, processor = time.perf_counter(), time.process_time()
    try:
        work()
    finally:
        seconds, processor = time.perf_counter() - started, time.process_time() - processor
        done.set()
    # Kilobytes on Linux, bytes on macOS.
    per_mb = 1e6 if sys.platform == "darwin" else 1e3
    return Heavy(
        seconds=seconds,
        processor_seconds=processor,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb,
        peak_anonymous_mb=peak[0] or None,
    )


def apart(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(function, *arguments).result()


def measured(store: Path, question: Question, subjects: list[str]) -> Times:
    """Ask one question in all ways."""
    warm, processor, first = apart(ask, str(store), question.code, subjects)
    chosen = (subjects * COLD_RUNS)[:COLD_RUNS]
    cached = [cold(str(store), question.code, subject) for subject in chosen]
    uncached = []
    for subject in chosen if hasattr(os, "posix_fadvise") else ():
        drop_from_page_cache(store)
        uncached.append(cold(str(store), question.code, subject))
    return Times(
        question=question,
        warm=warm,
        warm_processor=processor,
        first_touch=first,
        cold=cached,
        cold_uncached=uncached,
    )


def spread(values: Sequence[float], low: int = 0, high: int = 100) -> str:
    """Return the median, and between which percentages the values lie."""
    if not values:
        return NO_TARGET
    ordered = sorted(values)
    low_end, high_end = (ordered[round((len(ordered) - 1) * each / 100)] for each in (low, high))
    return f"{rounded(statistics.median(ordered))} ({rounded(low_end)} to {rounded(high_end)})"


def rounded(value: float) -> str:
    """Return a number with two digits that count, or more before the point."""
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def target(question: Question) -> str:
    """Return what is aimed at, warm and at first touch."""
    aims = [
        f"{what} {limit:g}"
        for what, limit in (("warm", question.warm_ms), ("first", question.first_ms))
        if limit is not None
    ]
    return ", ".join(aims) or NO_TARGET


def table_of_questions(results: Sequence[Times]) -> str:
    """Return the answers to questions as a Markdown table."""
    heads = (
        "question", "of", "target, ms", "warm, ms (p10 to p90)", "largest", "CPU ms",
        "first touch, ms (min to max)", "cold process, ms (min to max)",
        "the same, store not in page cache",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for each in results:
        cells = (
            f"`{each.question.code}`",
            each.question.of,
            target(each.question),
            spread(each.warm, 10, 90),
            rounded(max(each.warm)),
            rounded(statistics.median(each.warm_processor)),
            spread(each.first_touch),
            spread(each.cold),
            spread(each.cold_uncached),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def table_of_heavy(runs: dict[str, list[Heavy]]) -> str:
    """Return what goes through the whole store as a Markdown table."""
    heads = ("what", "seconds (min to max)", "CPU s", "peak MB", "of which no file is behind")
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for name, several in runs.items():
        anonymous = [each.peak_anonymous_mb for each in several if each.peak_anonymous_mb]
        cells = (
            name,
            spread([each.seconds for each in several]),
            rounded(statistics.median(each.processor_seconds for each in several)),
            f"{max(each.peak_mb for each in several):,.0f}",
            f"{max(anonymous):,.0f}" if anonymous else NO_TARGET,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_store(store: Path, works: int, workers: int, seed: int) -> None:
    """Fill a store with made-up records."""
    import scholargraph as sg

    sg.sample.write_store(store, works=works, workers=workers, seed=seed)


def sizes(store: str) -> dict[str, int]:
    """Return the rows of each table."""
    import scholargraph as sg

    return sg.read_graph(store).counts


def versions() -> dict[str, str]:
    """Return what was measured with."""
    found = {package: metadata.version(package) for package in PACKAGES}
    return {
        "python": platform.python_version(),
        "machine": platform.platform(),
        "processors": str(os.cpu_count()),
        **found,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--works", type=int, default=2_000_000, help="of a store that is made")
    parser.add_argument("--workers", type=int, default=2, help="processes that make it")
    parser.add_argument("--seed", type=int, default=1, help="of the store and of what is asked")
    parser.add_argument("--json", type=Path, help="file for all runs")
    chosen = parser.parse_args(arguments)
    store: Path = chosen.store
    if not store.exists():
        apart(write_store, store, chosen.works, chosen.workers, chosen.seed)
    heavy: dict[str, list[Heavy]] = {"building the arrays": [], "`sg.validate(graph)`": []}
    for run in range(HEAVY_RUNS):
        for name, work in zip(heavy, (build, validate), strict=True):
            heavy[name].append(apart(work, str(store)))
            print(f"{run + 1} {name} {heavy[name][-1].seconds:.1f} s", file=sys.stderr)
    subjects = apart(draw, str(store), chosen.seed)
    results = []
    for question in QUESTIONS:
        results.append(measured(store, question, subjects[question.of]))
        print(question.code, question.of, spread(results[-1].warm, 10, 90), file=sys.stderr)
    counts = apart(sizes, str(store))
    shown = ", ".join(f"{counts[name]:,} {name}" for name in ("papers", "authors", "authorships"))
    print(f"{shown}; {DRAWS} draws, seed {chosen.seed}\n")
    print(table_of_questions(results))
    print(f"\n{table_of_heavy(heavy)}")
    if chosen.json:
        content = {
            "counts": counts,
            "seed": chosen.seed,
            "versions": versions(),
            "questions": [asdict(each) for each in results],
            "heavy": {name: [asdict(each) for each in runs] for name, runs in heavy.items()},
        }
        chosen.json.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()

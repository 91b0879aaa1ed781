"""The whole network of co-authors from a store to Parquet, by ours and by what people use.

    python benchmarks/networks.py STORE [--repeat N] [--max-authors N] [--only ROUTE]... [--json F]

Everyone answers the same question: of all papers of at most N persons, who signed with whom, on how
many papers, with which fractional weight, from which year to which; author ids as texts, written to
Parquet. Those marked *counts* give numbers of papers alone, as they can do no more. Each run is a
process of its own that starts from the tables of the store; ours starts from the arrays that an
ingest leaves behind, whose building ``questions.py`` measures. The routes take turns. Given are the
median of the wall times with the fastest and the slowest, processor time, the largest resident set,
and how many ties were found.

networkx takes minutes for what others do in seconds: it is given the first 200,000 papers, and
``ours-200k`` the same.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from scholargraph.graph import ScholarGraph, read_graph

SOME_PAPERS: Final = 200_000

SEATS = """
    SELECT DISTINCT paper_id, author_id FROM authorships
    WHERE mark IS NULL AND author_id IS NOT NULL
"""
TEAMS = """
    SELECT paper_id, count(DISTINCT author_id) FILTER (mark IS NULL) + count(*) FILTER
        (mark IS NOT NULL) AS size
    FROM authorships GROUP BY paper_id
"""


def ours(graph: ScholarGraph, out: Path, most: int) -> int:
    """`sg.collaboration.write_network`."""
    from scholargraph.collaboration import write_network

    return int(write_network(graph, out, max_authors=most, types="all")["edges"])


def ours_some(graph: ScholarGraph, out: Path, most: int) -> int:
    """`sg.coauthor_network` of some papers, written."""
    from scholargraph.collaboration import coauthor_network

    size = graph.adjacency.papers.team_size
    # Papers that nobody with an id has signed are in no other route's frame.
    is_signed = np.diff(graph.adjacency.paper_authors.indptr) > 0
    rows = np.flatnonzero((size >= 2) & (size <= most) & is_signed)[:SOME_PAPERS]
    papers = graph.adjacency.nodes["paper"].ids.take(rows).to_pylist()
    found = coauthor_network(graph, papers=papers, max_authors=most, types="all")
    found.write(out)
    return int(found.edges.num_rows)


def duckdb_join(graph: ScholarGraph, out: Path, most: int) -> int:
    """One self join in DuckDB."""
    import duckdb

    with duckdb.connect() as connection:
        for name in ("authorships", "papers"):
            paths = [str(path) for path in graph.paths(name)]
            connection.read_parquet(paths).create_view(name)
        connection.execute(
            f"""
            COPY (
                WITH seat AS ({SEATS}), team AS ({TEAMS}),
                counted AS (
                    SELECT seat.paper_id, author_id, size, year FROM seat
                    JOIN team USING (paper_id) JOIN papers USING (paper_id)
                    WHERE size BETWEEN 2 AND {most}
                )
                SELECT a.author_id AS source, b.author_id AS target, count(*) AS paper_count,
                    sum(1 / (a.size - 1)) AS fractional, min(a.year) AS first_year,
                    max(a.year) AS last_year
                FROM counted a JOIN counted b
                    ON a.paper_id = b.paper_id AND a.author_id < b.author_id
                GROUP BY ALL
            ) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
            """
        )
        ((ties,),) = connection.sql(f"SELECT count(*) FROM read_parquet('{out}')").fetchall()
    return int(ties)


def polars_join(graph: ScholarGraph, out: Path, most: int) -> int:
    """One self join in Polars, streamed."""
    import polars as pl

    seats = pl.scan_parquet([str(path) for path in graph.paths("authorships")])
    papers = pl.scan_parquet([str(path) for path in graph.paths("papers")])
    named = seats.filter(pl.col("mark").is_null()).select("paper_id", "author_id").unique()
    nameless = seats.filter(pl.col("mark").is_not_null()).group_by("paper_id").len("nameless")
    size = (
        named.group_by("paper_id")
        .len("named")
        .join(nameless, on="paper_id", how="left")
        .select(
            "paper_id",
            size=pl.col("named").cast(pl.Int64) + pl.col("nameless").fill_null(0).cast(pl.Int64),
        )
    )
    some = named.join(size, on="paper_id").filter(pl.col("size").is_between(2, most))
    some = some.join(papers.select("paper_id", "year"), on="paper_id")
    (
        some.join(some.select("paper_id", target="author_id"), on="paper_id")
        .filter(pl.col("author_id") < pl.col("target"))
        .group_by(source="author_id", target="target")
        .agg(
            paper_count=pl.len(),
            fractional=(1 / (pl.col("size") - 1)).sum(),
            first_year=pl.col("year").min(),
            last_year=pl.col("year").max(),
        )
        .sink_parquet(out, compression="zstd")
    )
    return int(pl.scan_parquet(out).select(pl.len()).collect().item())


def _frame(graph: ScholarGraph, most: int) -> Any:
    """Return papers, authors and team sizes as a frame, as a user has them before anything else."""
    return graph.sql(
        f"WITH seat AS ({SEATS}), team AS ({TEAMS}) SELECT paper_id, author_id, size, year "
        f"FROM seat JOIN team USING (paper_id) JOIN papers USING (paper_id) "
        f"WHERE size BETWEEN 2 AND {most} ORDER BY paper_id, author_id"
    )


def scipy_products(graph: ScholarGraph, out: Path, most: int) -> int:
    """Two sparse products of SciPy; no years."""
    import pandas as pd
    from scipy.sparse import csr_array, triu

    frame = _frame(graph, most)
    paper, _ = pd.factorize(frame["paper_id"])
    author, names = pd.factorize(frame["author_id"], sort=True)
    shape = (int(paper.max()) + 1, len(names))
    ones = csr_array((frame["size"].to_numpy() * 0 + 1, (paper, author)), shape=shape)
    shares = csr_array((1.0 / (frame["size"].to_numpy() - 1), (paper, author)), shape=shape)
    counts = triu(ones.T @ ones, k=1).tocoo()
    weights = triu(ones.T @ shares, k=1).tocoo()
    pd.DataFrame(
        {
            "source": names.take(counts.row),
            "target": names.take(counts.col),
            "paper_count": counts.data,
            "fractional": weights.data,
        }
    ).to_parquet(out, compression="zstd")
    return int(counts.nnz)


def pyscisci_counts(graph: ScholarGraph, out: Path, most: int) -> int:
    """pyscisci's coauthorship_network; numbers of papers alone."""
    import pandas as pd
    from pyscisci.network import coauthorship_network

    frame = _frame(graph, most).rename(
        columns={"paper_id": "PublicationId", "author_id": "AuthorId"}
    )
    matrix, names = coauthorship_network(frame, show_progress=False)
    matrix = matrix.tocoo()
    above = matrix.row < matrix.col
    back = pd.Series({number: author for author, number in names.items()})
    pd.DataFrame(
        {
            "source": back.loc[matrix.row[above]].to_numpy(),
            "target": back.loc[matrix.col[above]].to_numpy(),
            "paper_count": matrix.data[above],
        }
    ).to_parquet(out, compression="zstd")
    return int(above.sum())


def networkx_some(graph: ScholarGraph, out: Path, most: int) -> int:
    """networkx's collaboration_weighted_projected_graph, of some papers; no years, no counts."""
    import networkx as nx
    import pandas as pd

    frame = _frame(graph, most)
    frame = frame[frame["paper_id"].isin(set(frame["paper_id"].unique()[:SOME_PAPERS]))]
    both = nx.Graph()
    both.add_nodes_from(frame["author_id"].unique())
    both.add_edges_from(zip(frame["author_id"], frame["paper_id"], strict=True))
    projected = nx.bipartite.collaboration_weighted_projected_graph(
        both, frame["author_id"].unique()
    )
    pd.DataFrame(
        projected.edges(data="weight"), columns=["source", "target", "fractional"]
    ).to_parquet(out, compression="zstd")
    return int(projected.number_of_edges())


ROUTES: Final[dict[str, Callable[[ScholarGraph, Path, int], int]]] = {
    "ours": ours,
    "duckdb": duckdb_join,
    "polars": polars_join,
    "scipy": scipy_products,
    "pyscisci": pyscisci_counts,
    "ours-200k": ours_some,
    "networkx-200k": networkx_some,
}


def environment() -> dict[str, str]:
    """Return the environment as users have it: modules are compiled once, not by each process."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(store: str, route: str, most: int) -> dict[str, Any]:
    """Do it once, in a process of its own."""
    folder = tempfile.mkdtemp()
    try:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, __file__, store, "--route", route, "--out", f"{folder}/out",
             "--max-authors", str(most)],
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    finally:
        shutil.rmtree(folder)
    if status:
        return {"route": route, "failed": True}
    per_mb = 1e6 if sys.platform == "darwin" else 1e3
    return {
        "route": route,
        "seconds": seconds,
        "processor_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / per_mb,
        "ties": int(said.split()[-1]),
    }


def table(runs: list[dict[str, Any]]) -> str:
    """Return the figures as a table."""
    lines = [
        "| route | seconds (min to max) | CPU s | peak MB | ties | × ours |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    medians = {
        route: statistics.median([r["seconds"] for r in runs if r["route"] == route])
        for route in {r["route"] for r in runs if not r.get("failed")}
    }
    for route in ROUTES:
        of_route = [r for r in runs if r["route"] == route]
        if not of_route:
            continue
        if any(r.get("failed") for r in of_route):
            lines.append(f"| {route} | failed | | | | |")
            continue
        base = medians.get("ours-200k" if route.endswith("200k") else "ours")
        seconds = [r["seconds"] for r in of_route]
        ratio = f"{medians[route] / base:.1f}" if base else "-"
        lines.append(
            f"| {route} | {medians[route]:.1f} ({min(seconds):.1f} to {max(seconds):.1f}) | "
            f"{statistics.median([r['processor_seconds'] for r in of_route]):.1f} | "
            f"{max(r['peak_mb'] for r in of_route):,.0f} | {of_route[0]['ties']:,} | {ratio} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Run the routes in turns and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--max-authors", type=int, default=25)
    parser.add_argument("--only", action="append", choices=ROUTES)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--route", choices=ROUTES, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.route:
        print(ROUTES[given.route](read_graph(given.store), given.out, given.max_authors))
        return
    runs = []
    for turn in range(given.repeat):
        for route in given.only or ROUTES:
            runs.append(run(given.store, route, given.max_authors))
            print(turn + 1, route, runs[-1].get("seconds", "failed"), file=sys.stderr)
    print(table(runs))
    if given.json:
        given.json.write_text(json.dumps(runs, indent=1))


if __name__ == "__main__":
    main()

"""Filling a store: the arrays first, then table by table into one version.

What lives here: the order of the work. The model is in the other modules of this folder, the store
in ``scholargraph.store``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scholargraph import schema
from scholargraph.errors import InvalidArgumentError
from scholargraph.sample.large.arrays import arrays
from scholargraph.sample.large.author_tables import AUTHOR_TABLES, signed_papers
from scholargraph.sample.large.citations import draw_citations, rank_papers
from scholargraph.sample.large.frame import FIRST_NUMBER, MAX_PAPERS, Frame
from scholargraph.sample.large.organisation_tables import NAMES, organisation_rows
from scholargraph.sample.large.paper_tables import PAPER_TABLES
from scholargraph.sample.large.papers import NO_ID, NO_MARK, NOBODY, draw_papers
from scholargraph.sample.large.people import make_people
from scholargraph.sample.large.record_tables import RECORD_PIECES
from scholargraph.sample.processes import Workers
from scholargraph.sample.report import SampleReport
from scholargraph.sample.world_draws import make_world
from scholargraph.store import begin

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from scholargraph.sample.large.arrays import Arrays


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One block of a table, or of the arrays."""

    frame: Frame
    make: Callable[[Frame, Arrays, int], Any]
    block: int


def _do(task: _Task) -> Any:
    return task.make(task.frame, arrays(task.frame.folder), task.block)


def write_store(
    path: str | os.PathLike[str], *, works: int, seed: int = 0, workers: int = 1
) -> SampleReport:
    """Fill a new store with a made-up literature, without a dump in between.

    It is meant for questions at size: two million papers with nine million seats take minutes. The
    tables are such as an ingest would leave, so that ``scholargraph.validate`` finds nothing wrong
    with them, but for three things: there are no abstracts; nothing on arXiv; and of what records
    say of others' nodes only what bylines say of authors is kept, since every node has a record
    of its own.

    Parameters
    ----------
    path : str or path-like
        Where no store is yet.
    works : int
        Number of papers, from 1 to 20 million.
    seed : int
        Non-negative. The same works and seed give the same rows, with any number of workers.
    workers : int
        Processes that make rows; the files are written by one.

    Returns
    -------
    SampleReport
        Rows by table and what a reader must find.

    Raises
    ------
    InvalidArgumentError
        If a number is out of range, or the store has a version already.

    Examples
    --------
    >>> import tempfile
    >>> import scholargraph as sg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = write_store(f"{folder}/graph", works=200)
    ...     findings = sg.validate(sg.read_graph(f"{folder}/graph"))
    >>> report.records["papers"], report.truth["works"], len(findings)
    (200, 200, 0)
    """
    if not 1 <= works <= MAX_PAPERS:
        raise InvalidArgumentError(f"works must be from 1 to {MAX_PAPERS:,}, not {works}")
    if seed < 0:
        raise InvalidArgumentError(f"seed must not be negative, and is {seed}")
    with Workers(workers) as pool, begin(path) as transaction:
        if transaction.parent is not None:
            raise InvalidArgumentError(
                f"the store {Path(path)} has versions already; give a path where nothing is"
            )
        world = make_world(seed, works)
        frame = Frame(
            seed=seed,
            papers=works,
            folder=transaction.workspace,
            institutions=len(world.institutions),
            journals=len(world.journals),
        )
        truth = _draw(frame, pool)
        rows = {
            table: transaction.write_table(table, batches)
            for table, batches in _tables(frame, pool)
        }
        truth["profiles"] = rows["authors"]
        snapshot = transaction.commit(
            {"command": "scholargraph.sample.write_store", "works": works, "seed": seed}
        )
        # The maps hold on to files that the transaction is about to remove.
        arrays.cache_clear()
    files = [file for each in snapshot.files.values() for file in each]
    return SampleReport(
        path=Path(path),
        files=len(files),
        records={table.name: rows[table.name] for table in schema.PUBLIC_TABLES},
        size_bytes=sum(file.size_bytes for file in files),
        truth=dict(sorted(truth.items())),
    )


def _draw(frame: Frame, pool: Workers) -> dict[str, int]:
    """Draw people, papers and citations into the arrays, and count what a reader must find."""
    state = arrays(frame.folder)
    state.save(**make_people(frame))
    drawn = _gathered(frame, pool, draw_papers)
    drawn["seat_start"] = _starts(drawn.pop("team_size"))
    state.save(**drawn)
    marks = np.bincount(drawn["mark"], minlength=3)
    del drawn
    state.save(**rank_papers(state), **signed_papers(frame, state))
    cited = _gathered(frame, pool, draw_citations)
    inside = cited["cited"] - FIRST_NUMBER
    inside = inside[inside < frame.papers]
    state.save(
        cited=cited["cited"],
        cited_start=_starts(cited["reference_count"]),
        reference_count=cited["reference_count"],
        cited_by_count=np.bincount(inside, minlength=frame.papers).astype(np.int32),
    )
    return {
        "works": frame.papers,
        "seats": int(marks.sum()),
        "seats without author id": int(marks[NO_ID]),
        "seats of nobody": int(marks[NOBODY]),
        "seats that make ties": int(marks[NO_MARK]),
        "references": len(cited["cited"]),
        "references inside": len(inside),
    }


def _gathered(
    frame: Frame, pool: Workers, make: Callable[[Frame, Arrays, int], dict[str, NDArray[Any]]]
) -> dict[str, NDArray[Any]]:
    """Return the arrays of all blocks of papers, one behind the other."""
    pieces: dict[str, list[NDArray[Any]]] = {}
    for block in pool.map(_do, _tasks(frame, make, frame.paper_blocks)):
        for name, array in block.items():
            pieces.setdefault(name, []).append(array)
    # One at a time, and the pieces let go: at no time is everything there twice.
    return {name: np.concatenate(pieces.pop(name)) for name in list(pieces)}


def _starts(lengths: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return result


def _tasks(frame: Frame, make: Callable[[Frame, Arrays, int], Any], blocks: int) -> Iterator[_Task]:
    for block in range(blocks):
        yield _Task(frame=frame, make=make, block=block)


def _tables(frame: Frame, pool: Workers) -> Iterator[tuple[str, Iterable[pa.RecordBatch]]]:
    """Yield every declared table and its rows."""
    blocks = {"papers": frame.paper_blocks, "authors": frame.author_blocks, "once": 1}
    for table in schema.TABLES:
        if table in PAPER_TABLES:
            tasks = _tasks(frame, PAPER_TABLES[table], blocks["papers"])
            yield table, pool.map(_do, tasks)
        elif table in AUTHOR_TABLES:
            tasks = _tasks(frame, AUTHOR_TABLES[table], blocks["authors"])
            yield table, pool.map(_do, tasks)
        elif table in NAMES:
            yield table, [organisation_rows(frame, table)]
        elif table == schema.RECORDS.name:
            every = (task for by, make in RECORD_PIECES for task in _tasks(frame, make, blocks[by]))
            yield table, pool.map(_do, every)
        else:
            yield table, []

"""Reading in several processes: same tables, and failures that are told."""

from __future__ import annotations

import gzip
import importlib.util
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from scholargraph.errors import IngestError, InputTooLargeError, InvalidArgumentError
from scholargraph.ingest import Progress, ingest_openalex
from scholargraph.ingest.workers import run_tasks
from tests.ingest.support import file_hashes, url, work, write_lines


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of eight parts in which every record stands in two versions, in different parts."""
    folder = tmp_path_factory.mktemp("dump")
    for part in range(8):
        records = [
            work(
                9_000_000_000 + number,
                *(f"A9{(number * k + part) % 53:09d}" for k in (3, 5)),
                updated_date=f"2026-01-{part + 1:02d}",
                referenced_works=[url(f"W{9_000_000_000 + number - 1}")],
            )
            for number in range(1, 200)
            if number % 4 == part % 4
        ]
        write_lines(
            folder / "data" / "works" / f"updated_date=2026-01-{part + 1:02d}" / "part_000.gz",
            [*records, {"title": f"no id {part}"}],
        )
    return folder


def tell_and_double(number: int, tell: Callable[..., None]) -> int:
    """A task: say something, print something, and return the double."""
    print("this goes to the log and disturbs nothing")
    tell(number)
    return 2 * number


def fail(number: int, tell: Callable[..., None]) -> int:
    """A task that fails with an error of ours."""
    raise InvalidArgumentError(f"number {number} is bad")


def look_around(text: str, tell: Callable[..., None]) -> tuple[bool, bool]:
    """A task: make an Arrow array, and say whether there are ``pandas`` and ``lines`` here."""
    assert pa.array([text]).to_pylist() == [text]
    return "pandas" in sys.modules, importlib.util.find_spec("lines") is not None


def vanish(number: int, tell: Callable[..., None]) -> int:
    """A task whose process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_workers_gives_the_same_tables(
    dump: Path, tmp_path: Path, workers: int
) -> None:
    """Every table file is the same, to the byte, and so is what the report says."""
    reports = [
        ingest_openalex(dump, tmp_path / str(count), workers=count) for count in (1, workers)
    ]

    assert file_hashes(tmp_path / "1") == file_hashes(tmp_path / str(workers))
    assert reports[0].rows == reports[1].rows
    assert reports[0].rejects == reports[1].rejects == {"not a record": 8}
    assert reports[0].records == reports[1].records == 398


def test_progress_of_workers_is_told(dump: Path, tmp_path: Path) -> None:
    """What other processes read is heard of here, and adds up."""
    told: list[Progress] = []
    report = ingest_openalex(dump, tmp_path / "graph", workers=2, progress=told.append)

    assert told[-1].bytes_done == told[-1].bytes_total == report.bytes_read
    assert told[-1].records == report.records


def test_script_without_guard_may_use_workers(dump: Path, tmp_path: Path) -> None:
    """A plain script runs once, not once per process."""
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys
            import scholargraph as sg
            print("started")
            sg.ingest_openalex(sys.argv[1], sys.argv[2], workers=2)
            """
        )
    )
    done = subprocess.run(
        [sys.executable, str(script), str(dump), str(tmp_path / "graph")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )

    assert done.stdout == "started\n"


def test_results_and_words_come_through() -> None:
    """Tasks may print and tell; their results come as they are done."""
    told: list[int] = []

    assert sorted(run_tasks(tell_and_double, [(n,) for n in range(5)], 2, told.append)) == [
        0,
        2,
        4,
        6,
        8,
    ]
    assert sorted(told) == [0, 1, 2, 3, 4]


def test_workers_do_without_pandas_and_find_only_packages() -> None:
    """Arrow is kept from importing pandas, and our modules are not found by bare names."""
    assert list(run_tasks(look_around, [("text",)], 1, lambda *_: None)) == [(False, False)]


def test_modules_of_the_working_folder_are_found(tmp_path: Path) -> None:
    """An interactive Python finds modules where it works, and so do its workers."""
    (tmp_path / "tasks.py").write_text("def double(number, tell):\n    return 2 * number\n")
    call = (
        "from scholargraph.ingest.workers import run_tasks; from tasks import double; "
        "print(list(run_tasks(double, [(21,)], 1, print)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", call],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )

    assert done.stdout == "[42]\n"


@pytest.mark.parametrize(
    ("task", "error", "message"),
    [
        (fail, InvalidArgumentError, "number 3 is bad"),
        (vanish, IngestError, "ended with code -9, perhaps for want of memory"),
    ],
)
def test_failures_are_told(task: Any, error: type[Exception], message: str) -> None:
    """An error keeps its type and words; a process that is killed is named."""
    with pytest.raises(error, match=message):
        list(run_tasks(task, [(3,)], 1, lambda *_: None))


def test_error_in_a_worker_leaves_the_store_as_it_was(dump: Path, tmp_path: Path) -> None:
    """A file that no dump can hold costs the ingest, not the store."""
    ingest_openalex(dump, tmp_path / "graph", workers=2)
    before = file_hashes(tmp_path / "graph")
    bomb = tmp_path / "hostile" / "part_001.gz"
    write_lines(bomb.with_name("part_000.gz"), [work(9_000_000_001)])
    bomb.write_bytes(gzip.compress(b" " * (200 << 20), compresslevel=9))

    with pytest.raises(InputTooLargeError, match=r"part_001\.gz decompresses to more than"):
        ingest_openalex(bomb.parent, tmp_path / "graph", workers=2)

    assert file_hashes(tmp_path / "graph") == before
    assert not any((tmp_path / "graph" / "ingest").iterdir())


@pytest.mark.parametrize("workers", [0, -1])
def test_number_of_workers_is_checked(dump: Path, tmp_path: Path, workers: int) -> None:
    """Without workers nothing would be read."""
    with pytest.raises(InvalidArgumentError, match="workers must be a positive number"):
        ingest_openalex(dump, tmp_path / "graph", workers=workers)

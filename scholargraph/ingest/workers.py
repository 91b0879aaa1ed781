"""Tasks in processes of their own, started afresh.

``multiprocessing`` would run the caller's main module again in every process, which breaks each
script that does not guard it; a fork would share locks and threads. So a worker is a plain Python
that is told what to do through its pipes. Both ends are ours: what goes through is pickled. A
worker whose parent is gone ends at its next word to it.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final, Literal

from scholargraph.errors import IngestError

Tell = Callable[..., None]
"""How a task says something to the process that gave it, while it runs."""

Event = tuple[Literal["told", "done", "failed"], Any]

_SCRIPT: Final = Path(__file__).with_name("worker_process.py")

_SETTINGS: Final = {
    "OPENBLAS_NUM_THREADS": "1",  # NumPy's idle threads wait by spinning, on other workers' cores.
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # as fast as Arrow's own here, in a fifth less memory
}
"""Environment of a worker, where the caller's does not say otherwise."""


def run_tasks(
    function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], workers: int, tell: Tell
) -> Iterator[Any]:
    """Run ``function(*task, tell)`` for each task in some processes; yield results as they come.

    Parameters
    ----------
    function : callable
        Of a module that can be imported.
    tasks : sequence of tuple
        Arguments; each task runs once.
    workers : int
        Processes.
    tell : callable
        Is called here with whatever a task tells.

    Raises
    ------
    IngestError
        If a process ends without a word, as when the machine's memory is used up.
    """
    waiting: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    children = [_start() for _ in range(min(workers, len(tasks)))]
    for child in children:
        threading.Thread(
            target=_attend, args=(child, function, waiting, events), daemon=True
        ).start()
    try:
        left = len(tasks)
        while left:
            kind, content = events.get()
            if kind == "told":
                tell(*content)
            elif kind == "failed":
                raise content
            else:
                left -= 1
                yield content
    finally:
        for child in children:
            child.kill()
            child.wait()


def _start() -> subprocess.Popen[bytes]:
    # With -P the folder of the script, whose modules are not to be found by their bare names, is
    # no place to import from. The empty path is the folder that this process works in.
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    return subprocess.Popen(
        [sys.executable, "-P", str(_SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**_SETTINGS, **os.environ, "PYTHONPATH": paths},
    )


def _attend(
    child: subprocess.Popen[bytes],
    function: Callable[..., Any],
    waiting: queue.SimpleQueue[tuple[Any, ...]],
    events: queue.SimpleQueue[Event],
) -> None:
    """Give one process task after task, and pass on what it says."""
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        while True:
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                pickle.dump((function, task), child.stdin)
                child.stdin.flush()
                event: Event = ("told", ())
                while event[0] == "told":
                    event = pickle.load(child.stdout)
                    events.put(event)
            except (EOFError, OSError, pickle.UnpicklingError):
                events.put(("failed", _lost(child)))
                return


def _lost(child: subprocess.Popen[bytes]) -> IngestError:
    return IngestError(
        f"a reading process ended with code {child.wait()}, perhaps for want of memory; "
        "nothing was committed: try again with workers=1"
    )


def serve() -> None:
    """Do the tasks that come in, until there are no more; the main function of a worker."""
    gc.disable()  # Records make no cycles, and looking for some takes a third of the time.
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What anybody prints must not come between the words of the protocol.
    while True:
        try:
            function, task = pickle.load(incoming)
        except EOFError:
            return
        _say(outgoing, _result(function, task, outgoing))


def _result(function: Callable[..., Any], task: tuple[Any, ...], outgoing: IO[bytes]) -> Event:
    try:
        return "done", function(*task, lambda *told: _say(outgoing, ("told", told)))
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:
        error.add_note(traceback.format_exc())
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            return "failed", IngestError(f"{type(error).__name__}: {error}")
        return "failed", error


def _say(outgoing: IO[bytes], event: Event) -> None:
    pickle.dump(event, outgoing)
    outgoing.flush()

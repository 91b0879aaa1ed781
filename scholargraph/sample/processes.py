"""Tasks in worker processes, answered in their order and never many ahead.

What lives here: how the generator uses several processes. What the tasks make is the business of
``dump`` and ``large``.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar

from scholargraph.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future, ProcessPoolExecutor

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_AHEAD: Final = 2
"""Tasks per process that may be under way or done and not yet taken: a bound on memory."""


class Workers:
    """Processes that do tasks; with one worker, tasks are done in this process.

    They are started anew rather than forked: a fork would copy the threads of Arrow half.

    Parameters
    ----------
    count : int
        At least 1.

    Raises
    ------
    InvalidArgumentError
        If the number is less.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise InvalidArgumentError(f"workers must be at least 1, not {count}")
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def map(self, do: Callable[[Task], Answer], tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield the answers in the order of the tasks.

        Parameters
        ----------
        do : callable
            A function of a module, so that another process finds it.
        tasks : iterable
            What it is called with; taken as they are needed.
        """
        if self._pool is None:
            yield from map(do, tasks)
            return
        pending: deque[Future[Answer]] = deque()
        for task in tasks:
            pending.append(self._pool.submit(do, task))
            if len(pending) > _AHEAD * self._count:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def __enter__(self) -> Workers:
        if self._count > 1:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(
                self._count, mp_context=multiprocessing.get_context("spawn")
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

"""Tasks in worker processes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from scholargraph.errors import InvalidArgumentError
from scholargraph.sample.processes import Workers


def doubled(number: int) -> tuple[int, int]:
    """A task: its answer and who gave it."""
    if number == 13:
        raise ValueError("thirteen")
    return 2 * number, os.getpid()


@pytest.mark.parametrize("count", [1, 2])
def test_answers_come_in_the_order_of_the_tasks(count: int) -> None:
    """Whoever is done first, answers are given in order; one worker is this process."""
    with Workers(count) as workers:
        answers = list(workers.map(doubled, range(12)))

    assert [answer for answer, _ in answers] == [2 * number for number in range(12)]
    assert (os.getpid() in {process for _, process in answers}) == (count == 1)


def test_tasks_are_taken_as_they_are_needed() -> None:
    """A consumer that stops to look has at most a few tasks made for it, however many there are."""
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(200, 10_000):
            taken.append(number)
            yield number

    with Workers(2) as workers:
        answers = workers.map(doubled, tasks())
        assert next(answers)[0] == 400
        assert len(taken) <= 6


def test_an_error_in_a_worker_reaches_the_caller() -> None:
    """What a task raises is raised where its answer is awaited."""
    with Workers(2) as workers, pytest.raises(ValueError, match="thirteen"):
        list(workers.map(doubled, range(20)))


def test_no_workers_are_refused() -> None:
    """Zero processes do nothing, and that is said."""
    with pytest.raises(InvalidArgumentError, match="at least 1"):
        Workers(0)

"""A disk that fails while old versions are retired: every operation in turn."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from scholargraph.errors import StoreError
from scholargraph.store import compact, open_version
from scholargraph.store.derived import build_arrays
from tests.store.samples import undisturbed
from tests.store.test_faults import Fault, When
from tests.store.test_retire import check_whole, fill, make


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two versions and their arrays, to be copied."""
    path = make(tmp_path_factory.mktemp("base") / "graph", 2)
    for number in (1, 2):
        snapshot = open_version(path, number)
        build_arrays(snapshot, 1, fill)
        snapshot.close()
    return path


@pytest.mark.parametrize(
    ("number", "when", "step"),
    [(errno.EIO, "before", 1), (errno.EIO, "after", 3), (errno.ENOSPC, "ever since", 3)],
    ids=["error", "lost answer", "full ever since"],
)
def test_a_failing_operation_leaves_whole_versions(
    base: Path, tmp_path: Path, number: int, when: When, step: int
) -> None:
    """Whichever operation fails, in one way or another: a typed error, and whole versions only."""
    with undisturbed():
        counting = Fault(None)
        shutil.copytree(base, tmp_path / "count")
        with counting.active():
            compact(tmp_path / "count")
        assert len(counting.calls) > 60
        outcomes: dict[str, int] = {}
        for place in range(0, len(counting.calls), step):
            path = tmp_path / str(place)
            shutil.copytree(base, path)
            outcome, message = "done", str(path)
            with Fault(place, number, when).active():
                try:
                    compact(path)
                except StoreError as error:
                    outcome, message = type(error).__name__, str(error)
            where = f"{counting.calls[place]} at {place}: {outcome}"
            assert str(path) in message, where
            check_whole(path, [1, 2], where)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            shutil.rmtree(path)

    assert outcomes["done"] > 0
    assert sum(outcomes.values()) - outcomes["done"] > 20 // step

"""What doctests and tests share: stores that nobody needs after a crash of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

STORE_TESTS = Path(__file__).resolve().parent / "tests" / "store"


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leave out `os.fsync`, but in the tests of the store, whose subject it is.

    Each small store takes a hundred of them, and on a busy disk most of the time of the suite.
    """
    if STORE_TESTS not in request.path.parents:
        monkeypatch.setattr(os, "fsync", lambda descriptor: None)

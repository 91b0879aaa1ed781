"""Dumps that the tests of this folder share."""

from __future__ import annotations

import pytest

from scholargraph.sample import write_dump
from tests.sample.reading import Dump, read_dump


@pytest.fixture(scope="session")
def small_dump(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    """The dump that is shipped, made anew."""
    root = tmp_path_factory.mktemp("small") / "dump"
    write_dump(root, works=300, seed=0)
    return read_dump(root)


@pytest.fixture(scope="session")
def two_blocks(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    """A dump whose second block cites the first and has guests from it."""
    root = tmp_path_factory.mktemp("two") / "dump"
    write_dump(root, works=5_250, seed=3)
    return read_dump(root)


@pytest.fixture(params=["small_dump", "two_blocks"])
def dump(request: pytest.FixtureRequest) -> Dump:
    """Each of the two dumps."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Dump)
    return found

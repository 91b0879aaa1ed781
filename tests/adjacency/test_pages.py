"""Giving back the memory of mapped arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scholargraph.adjacency.pages import release
from scholargraph.store.arrays import ArraysWriter

STATUS = Path("/proc/self/status")


def resident_file_kilobytes() -> int:
    """Memory of this process that files are behind."""
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("RssFile"))
    return int(line.split()[1])


def test_what_was_written_is_still_there(tmp_path: Path) -> None:
    """Neither work space nor arrays of any view or kind lose a value."""
    with ArraysWriter(tmp_path) as writer:
        scratch, kept = writer.scratch("<i8", 1_000), writer.put("kept", np.arange(1_000))
        in_memory = np.arange(1_000)
        scratch[:] = in_memory
        release(scratch, scratch[3:7], scratch.view(np.uint64), kept, kept[::2], in_memory)

        for array in (scratch, kept, in_memory):
            assert array.tolist() == list(range(1_000))


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells what memory is for")
def test_memory_is_given_back(tmp_path: Path) -> None:
    """Work space that was written stays with the process until it is released."""
    with ArraysWriter(tmp_path) as writer:
        scratch = writer.scratch("|u1", 64_000_000)
        before = resident_file_kilobytes()
        scratch[:] = 1
        assert resident_file_kilobytes() - before > 50_000
        release(scratch[5:9])

        assert resident_file_kilobytes() - before < 5_000

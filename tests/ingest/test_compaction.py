"""The same records make the same table files, however many ingests and versions they came in."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import scholargraph as sg
from scholargraph.store import list_versions
from tests.ingest.support import file_hashes, raw_lines


@pytest.mark.parametrize("seed", [1, 2])
def test_three_shuffled_portions_and_a_compaction_equal_one_ingest(
    sample_dump: Path, tmp_path: Path, seed: int
) -> None:
    """Byte for byte, every table, private ones too; what is removed is the way there."""
    lines = [line for line in raw_lines(sample_dump) if line.startswith(b"{")]
    random.Random(seed).shuffle(lines)
    once, portions = tmp_path / "once", tmp_path / "portions"
    whole = tmp_path / "whole.jsonl"
    whole.write_bytes(b"\n".join(lines))
    sg.ingest_openalex(whole, once)
    for number in range(3):
        portion = tmp_path / f"portion-{number}.jsonl"
        portion.write_bytes(b"\n".join(lines[number::3]))
        sg.ingest_openalex(portion, portions)
    done = sg.compact(portions)

    assert done.removed == (1, 2)
    assert list_versions(portions) == [3]
    without = ("rejects",)  # they name the file that was read
    assert file_hashes(portions, without) == file_hashes(once, without)
    assert sg.read_graph(portions).counts["papers"] == 300

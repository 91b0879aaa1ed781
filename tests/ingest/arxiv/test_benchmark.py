"""The benchmark of arXiv's records runs; how long it takes is no matter here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.ingest import arxiv


def test_the_benchmark_runs(
    arxiv_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines are made of real records, the same ones each time, and both routes have a row."""
    arxiv.main(
        [str(arxiv_data), "--records", "300", "--repeat", "1", "--json", str(tmp_path / "figures")]
    )
    said = capsys.readouterr().out
    figures = json.loads((tmp_path / "figures").read_text())
    lines = list(arxiv.made_lines(arxiv_data, 300))

    assert said.startswith("300 records")
    assert f"| {arxiv.PARSE} |" in said
    assert f"| {arxiv.INGEST} |" in said
    assert figures["bytes"] == sum(map(len, lines))
    assert lines == list(arxiv.made_lines(arxiv_data, 300))
    assert len({json.loads(line)["id"] for line in lines}) == 300

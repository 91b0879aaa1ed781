"""The benchmarks run, so that they cannot rot; how long they take is no matter here."""

from __future__ import annotations

import pytest

from benchmarks import everyday


def test_everyday_things_can_be_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each everyday thing runs, and has a line with its seconds."""
    monkeypatch.setattr(everyday, "RUNS", 1)
    everyday.main()
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 5
    assert all(line.endswith(" s") for line in lines)

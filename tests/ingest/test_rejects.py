"""The table of what could not be read is bounded, whatever a file holds."""

from __future__ import annotations

from pathlib import Path

from scholargraph.ingest import ingest_openalex
from scholargraph.ingest.rejects import MAX_ROWS
from tests.ingest.support import rows, write_lines


def test_a_file_of_something_else_is_named_and_counted(tmp_path: Path) -> None:
    """The first rows of a file are kept, the others counted by reason; the next file is whole."""
    other = [f"{number};not;json" for number in range(MAX_ROWS + 250)]
    folder = tmp_path / "dump"
    write_lines(folder / "b.jsonl", [{"no": "id"}])
    lines = ['{"id": "https://openalex.org/W1"}', *other, *(['{"no": "id"}'] * 3)]
    (folder / "a.jsonl").write_text("\n".join(lines))
    report = ingest_openalex(folder, tmp_path / "graph", workers=1)
    written = rows(tmp_path / "graph", "rejects")
    of_file = [row for row in written if row["file"] == "a.jsonl"]
    numbers = [row["line"] for row in of_file if row["line"]]

    assert report.rejects == {"not JSON": MAX_ROWS + 250, "not a record": 3 + 1}
    assert numbers == list(range(2, MAX_ROWS + 2))
    assert [(row["reason"], row["excerpt"]) for row in of_file if row["line"] is None] == [
        ("not JSON: 250 more", ""),
        ("not a record: 3 more", ""),
    ]
    assert [(row["line"], row["reason"]) for row in written if row["file"] == "b.jsonl"] == [
        (1, "not a record: no id")
    ]
    assert report.rows["papers"] == 1

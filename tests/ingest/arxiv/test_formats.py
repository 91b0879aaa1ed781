"""Records of one paper in several formats: they say the same, and end in one row."""

from __future__ import annotations

from pathlib import Path

import pytest

import scholargraph as sg
from tests.ingest.arxiv import other_formats
from tests.ingest.arxiv.graphs import (
    AFFILIATED_LINE,
    LINES,
    contents,
    ingested,
    records_of,
    rows,
)
from tests.ingest.arxiv.reading_support import content_of


@pytest.fixture(scope="module")
def formats(arxiv_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The 200 lines in every format, a file each."""
    records = records_of(arxiv_data / LINES)
    names = other_formats.names_of_categories(arxiv_data / "taxonomy.csv")
    texts = {
        "kaggle": content_of(arxiv_data / LINES).decode(),
        "arXivRaw": other_formats.arxiv_raw(records),
        "arXiv": other_formats.arxiv(records),
        "atom": other_formats.atom(records),
        "oai_dc": other_formats.oai_dc(records, names),
    }
    folder = tmp_path_factory.mktemp("formats")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in texts}


SAID_BY_ALL = "title", "comments", "journal_reference", "list_sort(dois)", "list_sort(categories)"
NAMES = (
    "SELECT record_id, list(author_name ORDER BY position) FROM authorships "
    "JOIN arxiv_records USING (paper_id) GROUP BY ALL"
)


@pytest.mark.parametrize(
    ("name", "further"),
    [
        ("arXivRaw", ("categories", "date", "license", "report_number", "version_count")),
        ("arXiv", ("categories", "date", "license", "report_number")),
        ("atom", ("categories", "date", "version_count")),
        ("oai_dc", ("date",)),
    ],
)
def test_each_format_says_the_same(
    lines: sg.ScholarGraph,
    formats: dict[str, Path],
    tmp_path: Path,
    name: str,
    further: tuple[str, ...],
) -> None:
    """What a format has of a record is what the Kaggle line has."""
    graph = ingested(formats[name], tmp_path / "graph")
    query = f"SELECT record_id, {', '.join((*SAID_BY_ALL, *further))} FROM arxiv_records ORDER BY 1"
    abstracts = "SELECT * FROM abstracts ORDER BY paper_id"

    assert rows(graph, query) == rows(lines, query)
    assert rows(graph, abstracts) == rows(lines, abstracts)
    expected, found = dict(rows(lines, NAMES)), dict(rows(graph, NAMES))
    differing = [record for record in expected if expected[record] != found[record]]
    # Where authors stand in one text alone, they are divided by rules.
    assert differing == [] if name != "arXivRaw" else len(differing) <= 6


@pytest.mark.parametrize(
    "steps",
    [
        [["kaggle", "arXivRaw", "arXiv", "atom", "oai_dc"]],
        [["oai_dc"], ["kaggle"], ["atom", "arXiv", "arXivRaw"]],
        [["atom", "arXivRaw", "arXiv", "oai_dc"], ["kaggle"]],
    ],
)
def test_records_of_one_paper_end_in_one_row(
    lines: sg.ScholarGraph, formats: dict[str, Path], tmp_path: Path, steps: list[list[str]]
) -> None:
    """Of records of one day the fullest counts, in any order, to the last byte of the tables."""
    for files in steps[:-1]:
        sg.ingest_arxiv([formats[name] for name in files], tmp_path / "graph")
    graph = ingested([formats[name] for name in steps[-1]], tmp_path / "graph")

    assert contents(graph) == contents(lines)


@pytest.mark.parametrize("first", [0, 1])
def test_real_records_of_one_paper_end_in_one_row(
    lines: sg.ScholarGraph, arxiv_data: Path, tmp_path: Path, first: int
) -> None:
    """Ten of the papers have a real record in oai_dc, which says less."""
    records = sorted((arxiv_data / "oai_pmh").glob("oai_dc_metadata_0704.*.xml"))
    steps = [records, [arxiv_data / LINES]]
    assert len(records) == 10
    sg.ingest_arxiv(steps[first], tmp_path / "graph")
    graph = ingested(steps[1 - first], tmp_path / "graph")

    assert contents(graph) == contents(lines)


def test_a_newer_record_counts_whatever_its_format(arxiv_data: Path, tmp_path: Path) -> None:
    """A change of the metadata outweighs what a format lacks."""
    [record] = records_of(arxiv_data / AFFILIATED_LINE)
    newer = {**record, "title": "A better title", "update_date": "2024-01-01"}
    (tmp_path / "newer.xml").write_text(other_formats.arxiv([newer]), encoding="utf-8")
    sources = [tmp_path / "newer.xml", arxiv_data / AFFILIATED_LINE]

    for first, second in (sources, sources[::-1]):
        sg.ingest_arxiv(first, tmp_path / first.stem)
        graph = ingested(second, tmp_path / first.stem)
        assert rows(graph, "SELECT title, version_count FROM papers") == [("A better title", None)]

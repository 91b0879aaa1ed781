"""An ingest that read no record commits nothing, and says why."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import scholargraph as sg
from scholargraph.errors import IngestError
from scholargraph.ingest import rejects as rejects_module
from scholargraph.ingest.rejects import Rejects, first_excerpt, in_full, reasons_in
from scholargraph.ingest.runs import RunWriter
from tests.ingest.support import file_hashes, rows, url, work, write_lines

SAID_BY_ARXIV = {"id": "0704.0001", "title": "On examples", "authors": "Zoe Roe"}
BAD = ['{"no": "id"}', "no json", "[1]", '{"no": "id", "either": 1}']
WITHOUT_RECORD = "not a record: no id (first in bad.jsonl, line 1)"

Ingest = Callable[..., sg.IngestReport]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two works, a record of arXiv, and a store of both."""
    folder = tmp_path_factory.mktemp("small")
    works = write_lines(folder / "works.jsonl", [work(1, "A1"), work(2, "A2")])
    sg.ingest_openalex(works, folder / "graph")
    sg.ingest_arxiv(write_lines(folder / "arxiv.json", [SAID_BY_ARXIV]), folder / "graph")
    return folder


@pytest.fixture
def store(small: Path, tmp_path: Path) -> Path:
    """A copy of the store, with the inputs beside it."""
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    return tmp_path / "graph"


def refused(ingest: Callable[..., Any], source: object, store: Path, **how: Any) -> str:
    """Return the one line of an ingest that fails and leaves the store as it was."""
    before = file_hashes(store)
    with pytest.raises(IngestError) as raised:
        ingest(source, store, **how)

    assert sg.read_graph(store).version == 2
    assert file_hashes(store) == before
    assert list((store / "ingest").iterdir()) == []
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith("; the store is as it was")
    return str(raised.value)


@pytest.mark.parametrize("complete", [False, True])
def test_records_of_the_other_source(tmp_path: Path, store: Path, *, complete: bool) -> None:
    """They are told by their ids, and the error names what reads them."""
    of_openalex = refused(sg.ingest_arxiv, tmp_path / "works.jsonl", store, complete=complete)
    of_arxiv = refused(sg.ingest_openalex, tmp_path / "arxiv.json", store, complete=complete)

    assert of_openalex == (
        "no record could be read from 2 lines: not a record: an id that is none of arXiv's "
        "(first in works.jsonl, line 1); that looks like a record of OpenAlex, which "
        "`scholargraph ingest openalex` reads, in Python ingest_openalex; the store is as it was"
    )
    assert of_arxiv == (
        "no record could be read from 1 line: not a record: an id that is none of OpenAlex's "
        "(arxiv.json, line 1); that looks like a record of arXiv, which "
        "`scholargraph ingest arxiv` reads, in Python ingest_arxiv; the store is as it was"
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_the_place_does_not_depend_on_workers(tmp_path: Path, store: Path, workers: int) -> None:
    """It is the first by the names of the files, however these were dealt out."""
    for number in (3, 1, 2):
        lines = [{"no": "id"}] * (5 * number)
        write_lines(tmp_path / "in" / f"part_{number}.jsonl", lines)
    said = refused(sg.ingest_openalex, tmp_path / "in", store, workers=workers)

    assert said == (
        "no record could be read from 30 lines: not a record: no id "
        "(first in part_1.jsonl, line 1); the store is as it was"
    )


def test_bad_lines_alone(tmp_path: Path, store: Path) -> None:
    """Of several reasons the most frequent is said, whatever differs in its details."""
    path = tmp_path / "bad.jsonl"
    path.write_text("\n".join(BAD), encoding="utf-8")
    said = refused(sg.ingest_openalex, path, store)

    assert said.startswith(f"no record could be read from 4 lines, most often: {WITHOUT_RECORD};")
    assert "looks like" not in said


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(json.dumps(work(3)).encode())[:-20], "gzip ends too early"),
        (b"\x28\xb5\x2f\xfd" + bytes(range(200)), "damaged zstd"),
        (pa.compress(b"{}" * 999, codec="zstd", asbytes=True)[:-4], "zstd ends too early"),
    ],
)
def test_a_damaged_file(tmp_path: Path, store: Path, content: bytes, reason: str) -> None:
    """A download of which no line is whole is no version."""
    (tmp_path / "cut").write_bytes(content)
    said = refused(sg.ingest_openalex, tmp_path / "cut", store)

    assert reason in said
    assert "(cut)" in said or "(first in cut)" in said


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_a_damaged_file_of_arxiv(tmp_path: Path, store: Path, codec: str) -> None:
    """As for OpenAlex."""
    packed = pa.compress(json.dumps(SAID_BY_ARXIV).encode(), codec=codec, asbytes=True)
    (tmp_path / "cut").write_bytes(packed[:-20])
    said = refused(sg.ingest_arxiv, tmp_path / "cut", store)

    assert f"{codec} ends too early: an interrupted download? (first in cut)" in said


def test_messages_of_a_server_stay_one_line(tmp_path: Path, store: Path) -> None:
    """Whatever they hold, and however long they are."""
    error = {"error": "Forbidden", "message": "Too\nmany\r\n\u2028requests " + "x" * 100_000}
    (tmp_path / "page.json").write_text(json.dumps(error), encoding="utf-8")
    said = refused(sg.ingest_openalex, tmp_path / "page.json", store)

    assert "an error of the API: Too many requests xxx" in said
    assert len(said) < 400


def test_nothing_is_committed_into_a_new_store_either(tmp_path: Path) -> None:
    """A store that was not there has no version, and takes the next ingest."""
    write_lines(tmp_path / "arxiv.json", [SAID_BY_ARXIV])
    with pytest.raises(IngestError, match="no record could be read"):
        sg.ingest_openalex(tmp_path / "arxiv.json", tmp_path / "graph")

    assert sg.ingest_arxiv(tmp_path / "arxiv.json", tmp_path / "graph").version == 1


def test_one_record_is_enough(tmp_path: Path, store: Path) -> None:
    """Beside it bad lines are rows of the table of rejects, as before."""
    path = tmp_path / "bad.jsonl"
    path.write_text("\n".join([*BAD, json.dumps(work(3))]), encoding="utf-8")
    report = sg.ingest_openalex(path, store)

    assert (report.version, report.records, report.rows["papers"]) == (3, 1, 4)
    assert report.rejects == {"not a record": 3, "not JSON": 1}
    assert [row["line"] for row in rows(store, "rejects")] == [1, 2, 3, 4]


def test_a_list_of_deleted_ids_is_something(tmp_path: Path, store: Path) -> None:
    """It commits without a record, bad rows or not; of bad rows alone it does not."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "deleted.csv").write_text("work_id,deleted_date\nW2,2026-02-02\nnobody,x\n")
    report = sg.ingest_openalex(folder, store)

    assert (report.version, report.records, report.rows["papers"]) == (3, 0, 2)
    assert report.rejects == {"no id of OpenAlex": 1}

    (folder / "deleted.csv").write_text("work_id,deleted_date\nnobody,x\n")
    with pytest.raises(IngestError, match=r"no id of OpenAlex \(deleted.csv, line 2\)"):
        sg.ingest_openalex(folder, store)
    assert sg.read_graph(store).version == 3


def test_a_list_alone_is_not_complete(tmp_path: Path, store: Path) -> None:
    """What is said to be complete must hold a record: else all that is there would go."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "deleted.csv").write_text("work_id,deleted_date\nW2,2026-02-02\n")
    said = refused(sg.ingest_openalex, tmp_path / "in", store, complete=True)

    assert said.startswith("no record was read, so the input cannot be complete: nothing is")


@pytest.mark.parametrize("ingest", [sg.ingest_openalex, sg.ingest_arxiv])
def test_files_without_a_line(tmp_path: Path, store: Path, ingest: Ingest) -> None:
    """They are no fault and make a version without news, but never an empty store."""
    (tmp_path / "blank.jsonl").write_bytes(b"\n\n")
    refused(ingest, tmp_path / "blank.jsonl", store, complete=True)
    report = ingest(tmp_path / "blank.jsonl", store)

    assert (report.version, report.records, report.rows["papers"]) == (3, 0, 3)
    assert ingest(tmp_path / "blank.jsonl", tmp_path / "other", complete=True).version == 1


def test_works_that_are_left_out_were_read(tmp_path: Path, store: Path) -> None:
    """A selection that nothing matches is no error: the report says so in words."""
    records = [work(3, type="article"), work(4, type="book"), {"id": url("A7")}, {"no": "id"}]
    path = write_lines(tmp_path / "more.jsonl", records)
    report = sg.ingest_openalex(path, store, types=["nonsense"])
    said = str(report).splitlines()

    assert report.takes_no_work
    assert report.left_out == {"types": 2, "named by no work": 1}
    place = said.index("no work was taken: none is all that was asked for")
    assert said[place + 1 : place + 6] == [
        "3 left out by the selection:",
        "  2 works: not of the types asked for",
        "  1 other record: named by no work of the graph",
        "1 could not be read; see the table rejects:",
        "  1 × not a record: no id",
    ]
    some = sg.ingest_openalex(path, store, types=["book"])
    assert not some.takes_no_work
    assert "no work was taken" not in str(some)
    assert "  1 work: not of the types asked for" in str(some).splitlines()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"sample": 1e-12}, "not drawn for the sample"),
        ({"exclude_xpac": True}, "of the expansion pack"),
        ({"years": (1800, 1801)}, "not of the years asked for"),
        ({"topics": ["T1"]}, "not on the topics asked for"),
        ({"authors": ["A9"]}, "by none of the authors asked for"),
        ({"institutions": ["I9"]}, "from none of the institutions asked for"),
        ({"countries": ["NA"]}, "from none of the countries asked for"),
    ],
)
def test_every_way_to_select_has_words(tmp_path: Path, wanted: dict[str, Any], said: str) -> None:
    """What was left out is said as a reader would say it, not as the arguments are called."""
    path = write_lines(tmp_path / "works.jsonl", [work(3, "A3", is_xpac=True)])
    report = sg.ingest_openalex(path, tmp_path / "graph", **wanted)

    assert report.takes_no_work
    assert f"  1 work: {said}" in str(report).splitlines()


# ------------------------------------------------------------------------- reasons in full


def written(folder: Path, rejected: list[tuple[str, int | None, str]]) -> tuple[list[Path], Any]:
    """Write rejects as an ingest does, and return the files and the counts."""
    rejects, runs = Rejects(), RunWriter(folder)
    for file, line, reason in rejected:
        rejects.add(file, line, reason, f"{file}:{line}".encode())
    runs.add_ownerless(rejects.take())
    runs.finish()
    return runs.files["rejects"], rejects.counts


def test_reasons_are_counted_in_full(tmp_path: Path) -> None:
    """Whatever place in the line a reason names; ties by file and line, whole files first."""
    files, counts = written(
        tmp_path,
        [
            ("b", 3, "not JSON: Expecting value at character 12"),
            ("b", 2, "not JSON: Expecting value at character 1"),
            ("b", 1, "not UTF-8 at byte 9"),
            ("a", 9, "not JSON: Expecting value at character 7"),
            ("a", 8, "not a record: no id"),
            ("a", None, "too small"),
        ],
    )
    found = reasons_in(files)

    assert [(reason.text, reason.count, reason.file, reason.line) for reason in found] == [
        ("not JSON: Expecting value", 3, "a", 9),
        ("too small", 1, "a", None),
        ("not a record: no id", 1, "a", 8),
        ("not UTF-8", 1, "b", 1),
    ]
    assert counts == {"not JSON": 3, "not a record": 1, "too small": 1, "not UTF-8": 1}
    assert [first_excerpt(files, reason) for reason in found] == ["a:9", "a:None", "a:8", "b:1"]
    assert in_full(counts, found) == {reason.text: reason.count for reason in found}


def test_what_is_not_told_apart_is_counted_by_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sum is right where a file has too many bad lines, or reasons differ without end."""
    monkeypatch.setattr(rejects_module, "MAX_ROWS", 30)
    monkeypatch.setattr(rejects_module, "MAX_REASONS", 5)
    files, counts = written(
        tmp_path,
        [
            *(("a", line, f"server: {line:02}") for line in range(1, 21)),
            *(("a", line, "too long") for line in range(21, 51)),
        ],
    )
    told = in_full(counts, reasons_in(files))

    assert told == {
        **{f"server: {number:02}": 1 for number in range(1, 6)},
        "server": 15,
        "too long": 30,
    }
    assert sum(told.values()) == counts.total() == 50


def test_values_at_hand(store: Path) -> None:
    """Dicts are refused as lines are, whether they would go into a store or make a graph."""
    said = refused(lambda values, to: sg.from_records(values, store=to), [{"no": "id"}], store)

    assert said.startswith("no record could be read from 1 line: not a record: no id (records, ")
    with pytest.raises(IngestError, match="no record could be read from 2 lines"):
        sg.from_records([{"no": "id"}, SAID_BY_ARXIV])

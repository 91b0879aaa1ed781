"""Reading where a URL leads: the same tables, and one clear line where the way is barred."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

import scholargraph as sg
from scholargraph.errors import (
    IngestError,
    InputChangedError,
    InputNotFoundError,
    InvalidArgumentError,
)
from scholargraph.ingest import ingest_openalex
from scholargraph.ingest import urls as urls_module
from scholargraph.ingest.discover import discover
from scholargraph.ingest.lines import LineReader
from scholargraph.ingest.urls import RemoteFile, _RemoteBytes, without_credentials
from tests.ingest.bucket import CUT, Request, Store, serving
from tests.ingest.support import file_hashes, rows, url, work, write_lines


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Store]:
    """An object store with the buckets ``openalex``, which all may read, and ``mine``."""
    for name in ("openalex", "mine"):
        (tmp_path / "buckets" / name).mkdir(parents=True)
    with serving(tmp_path / "buckets") as store:
        yield store


def small_dump(folder: Path) -> Path:
    """Three parts with a manifest, a line that cannot be read, and things beside the records."""
    for part in range(3):
        write_lines(
            folder / "data/jsonl/works" / f"updated_date=2026-01-0{part + 1}" / "part_0000.gz",
            [
                *(work(9_000_000_000 + 10 * part + n, f"A900000000{n}") for n in range(1, 9)),
                {"title": f"no id {part}"},
            ],
        )
    write_lines(
        folder / "data/jsonl/authors/updated_date=2026-01-01/part_0000.gz",
        [{"id": url("A9000000001"), "display_name": "Full Name"}],
    )
    (folder / "data/jsonl/works/manifest.json").write_text(json.dumps({"date": "2026-03-04"}))
    (folder / "RELEASE_NOTES.txt").write_text("notes")
    (folder / "data/jsonl/works/.hidden").write_text("{}")
    return folder


@pytest.mark.parametrize("workers", [1, 2])
def test_tables_are_those_of_the_same_dump_on_a_disk(
    bucket: Store, tmp_path: Path, workers: int
) -> None:
    """Byte for byte, whoever reads: names, dates, rejects and what was passed over, too."""
    dump = small_dump(bucket.root / "openalex")
    remote = ingest_openalex(bucket.url("openalex"), tmp_path / "remote", workers=workers)
    local = ingest_openalex(dump, tmp_path / "local")

    assert file_hashes(tmp_path / "remote") == file_hashes(tmp_path / "local")
    assert (remote.sources, remote.skipped) == (local.sources, local.skipped)
    assert remote.bytes_read == local.bytes_read
    assert remote.skipped == {
        "RELEASE_NOTES.txt": "outside data/jsonl, where this dump has records"
    }
    assert sg.read_graph(tmp_path / "remote").provenance[0]["dump_dates"] == ["2026-03-04"]
    assert len(rows(tmp_path / "remote", "rejects")) == 3


@pytest.mark.parametrize(
    "inside", ["/data/jsonl/works", "/data/jsonl/works/updated_date=2026-01-02"]
)
def test_part_of_a_dump_is_found_from_below(bucket: Store, inside: str) -> None:
    """A folder of a dump gives the same names and the date of the manifest above."""
    small_dump(bucket.root / "openalex")
    for end in ("", "/"):
        inputs, _, _ = discover(bucket.url("openalex" + inside + end), None)
        assert {str(given.dump_date) for given in inputs} == {"2026-03-04"}
        assert all(given.name.startswith("works/updated_date=") for given in inputs)


def test_single_file_is_read(bucket: Store, tmp_path: Path) -> None:
    """A URL may name one file, of any layout."""
    (bucket.root / "openalex" / "page.json").write_text(
        json.dumps({"meta": {}, "results": [work(9_000_000_001)]}, indent=1)
    )
    graph = sg.from_records(bucket.url("openalex/page.json"))

    assert graph.counts["papers"] == 1


def test_order_is_that_of_a_disk(bucket: Store) -> None:
    """Files before folders, by name; what begins with a dot is left out, whatever it is."""
    names = ["b/x", "b.c", "a/b/c", "a/a", "ab", "a b/%41?#", "a-b/ü", ".d/e", "b/.f", "a/b/ c"]
    for name in names:
        path = bucket.root / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(work(9_000_000_001)))
    remote, _, _ = discover(bucket.url("mine", "anonymous=true"), None)
    local, _, _ = discover(bucket.root / "mine", None)

    assert [given.name for given in remote] == [given.name for given in local]
    assert len(remote) == len(names) - 2


def test_odd_names_lead_to_their_files(bucket: Store, tmp_path: Path) -> None:
    """Names that look like escapes, queries or markup are the names of files and nothing else."""
    names = ["100%.jsonl", "a b%41?x=1#y.jsonl", "ü\u2028&lt;<b>.jsonl", "..jsonl..", "-rf"]
    for number, name in enumerate(names):
        path = bucket.root / "mine" / "x" / name
        write_lines(path, [work(9_000_000_000 + number), {"title": "no id"}])
    ingest_openalex(bucket.url("mine", "anonymous=true"), tmp_path / "graph")

    assert {row["file"] for row in rows(tmp_path / "graph", "rejects")} == {
        f"x/{name}" for name in names if not name.startswith(".")
    }
    odd = quote("a b%41?x=1#y.jsonl")
    assert len(discover(bucket.url(f"mine/x/{odd}", "anonymous=true"), None)[0]) == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("openalex/nowhere", r"there is nothing at s3://openalex/nowhere\?.*; give a dump"),
        ("nobody", r"there is nothing at s3://nobody\?"),
        ("openalex", r"s3://openalex\?.* holds no JSON records that can be read"),
        ("openalex/notes.txt", r"passed over: notes.txt \(neither JSON nor "),
    ],
)
def test_nothing_to_read_is_one_clear_line(
    bucket: Store, tmp_path: Path, path: str, message: str
) -> None:
    """A bucket or folder that is not there, or holds nothing, is named; no store is made."""
    if path.endswith(".txt"):
        (bucket.root / path).write_text("hello")
    with pytest.raises(InputNotFoundError, match=message) as raised:
        ingest_openalex(bucket.url(path, "anonymous=true"), tmp_path / "graph")

    assert "\n" not in str(raised.value)
    assert not (tmp_path / "graph").exists()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("https://openalex.s3.amazonaws.com/data", "nothing is known of https://; give a path, or"),
        ("s3:///works", "Missing bucket name"),
        ("s3://openalex/works?speed=high", "no such option without credentials: speed"),
        ("s3://mine/works?speed=high", "speed"),
        ("s3://open alex/works", "syntax error at character ' '"),
        ("s3://openalex/works#1", "write %23 for # in a path"),
        ("hdfs://here/works?anonymous=true", "no anonymous access by hdfs://"),
        ("file://there/works", "has three slashes: file:///there/works"),
        ("file:///works?1", "write %3F for"),
        (Path("s3://openalex/works"), "give the URL as a text, not as a path"),
    ],
)
def test_url_that_leads_nowhere_is_misuse(tmp_path: Path, source: str | Path, message: str) -> None:
    """What is wrong with a URL and what to give instead, in one line, before anything is asked."""
    with pytest.raises(InvalidArgumentError, match=message) as raised:
        ingest_openalex(source, tmp_path / "graph")

    assert "\n" not in str(raised.value)


def test_url_of_a_file_is_its_path(tmp_path: Path) -> None:
    """`file://` is read as the path that it spells, with escapes."""
    dump = small_dump(tmp_path / "a b%ü")
    ingest_openalex(dump, tmp_path / "path")
    ingest_openalex("file://" + quote(os.fspath(dump)), tmp_path / "url")

    assert file_hashes(tmp_path / "url") == file_hashes(tmp_path / "path")


def test_public_bucket_is_asked_without_credentials(
    bucket: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of OpenAlex of itself, others where the URL says so; otherwise credentials are used."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    for name in ("openalex", "mine"):
        write_lines(bucket.root / name / "works.jsonl", [work(9_000_000_001)])

    def asks_with_credentials(source: str) -> bool:
        bucket.requests.clear()
        discover(source, None)
        (answer,) = {request.authorization is not None for request in bucket.requests}
        return answer

    assert not asks_with_credentials(bucket.url("openalex"))
    assert asks_with_credentials(bucket.url("openalex", "anonymous=false"))
    assert asks_with_credentials(bucket.url("mine"))
    assert not asks_with_credentials(bucket.url("mine", "anonymous=true"))
    assert asks_with_credentials(bucket.url("openalex", credentials="me:mine@"))


@pytest.mark.parametrize(("status", "workers"), [(CUT, 1), (403, 2)])
def test_failure_of_the_network_costs_the_ingest_alone(
    bucket: Store, tmp_path: Path, status: int, workers: int
) -> None:
    """A file that cannot be had in the middle of an ingest is named; the store is as it was."""
    small_dump(bucket.root / "mine")
    source = bucket.url("mine", "anonymous=true")
    ingest_openalex(source, tmp_path / "graph")
    before = file_hashes(tmp_path / "graph")

    def fail(request: Request) -> int | None:
        is_content = request.range is not None and not request.range.endswith("-7")
        return status if is_content and "2026-01-03" in request.path else None

    bucket.answer_instead = fail
    with pytest.raises(
        IngestError,
        match=r"s3://mine/.*2026-01-03/part_0000.gz cannot be reached: .*; the store is as it was",
    ) as raised:
        ingest_openalex(source, tmp_path / "graph", workers=workers)

    assert "\n" not in str(raised.value)
    assert ("a public bucket is read with ?anonymous=true" in str(raised.value)) == (status == 403)
    assert file_hashes(tmp_path / "graph") == before
    assert not any((tmp_path / "graph" / "ingest").iterdir())


def test_credentials_are_never_shown(bucket: Store, tmp_path: Path) -> None:
    """Neither in a message of ours nor in one that the file system wrote."""
    secret = "AKIA:top/secret"
    for path in ("nobody", "open alex", "mine"):
        with pytest.raises((IngestError, InvalidArgumentError)) as raised:
            ingest_openalex(bucket.url(path, credentials=f"{secret}@"), tmp_path / "graph")
        assert "secret" not in str(raised.value)
        assert "AKIA" not in str(raised.value)
    assert without_credentials(f"s3://{secret}@bucket/x") == "s3://…@bucket/x"


def test_file_that_changes_is_noticed(bucket: Store) -> None:
    """An object that is replaced while it is read is refused."""
    path = write_lines(bucket.root / "openalex" / "works.jsonl", [work(9_000_000_001)])
    with LineReader(RemoteFile(bucket.url("openalex"), "openalex/works.jsonl")) as file:
        blocks = file.blocks()
        next(blocks)
        write_lines(path, [work(9_000_000_002), work(9_000_000_003)])
        with pytest.raises(InputChangedError, match=r"works\.jsonl changed while it was read"):
            list(blocks)


def test_early_end_is_noticed() -> None:
    """Bytes that never came are not taken for the end of the file."""
    file = _RemoteBytes(RemoteFile("s3://bucket", "bucket/works.gz"), io.BytesIO(b"abc"), 10)

    assert file.read(5) == b"abc"
    with pytest.raises(IngestError, match=r"s3://bucket/works\.gz ended after 3 of 10 bytes"):
        file.read(5)


def test_few_requests_for_many_bytes(bucket: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is asked for in large pieces, no more of them than are read; together they are it."""
    monkeypatch.setattr(urls_module, "READ_AHEAD_BYTES", 1 << 20)
    lines = [b"%07d" % number for number in range(400_000)]
    (bucket.root / "openalex" / "works.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    with LineReader(RemoteFile(bucket.url("openalex"), "openalex/works.jsonl")) as file:
        blocks = file.blocks()
        _, read = next(blocks)
        assert [request.range for request in bucket.requests] == [None, None, "bytes=0-1048575"]
        for _, block in blocks:
            read += block
        assert file.bytes_done == file.size_bytes == 8 * len(lines)

    assert read == lines
    assert sum(request.range is not None for request in bucket.requests) == 4

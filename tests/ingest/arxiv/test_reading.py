"""Files of arXiv: what they are is told by their content; packed, cut short, or made to harm."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.errors import (
    IngestError,
    InputChangedError,
    InputNotFoundError,
    InputTooLargeError,
)
from scholargraph.ingest import lines as lines_module
from scholargraph.ingest.arxiv import packed as packed_module
from scholargraph.ingest.arxiv import reading as reading_module
from scholargraph.ingest.arxiv.packed import PackedReader
from scholargraph.ingest.arxiv.reading import read_records
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.rejects import Rejects
from scholargraph.ingest.urls import RemoteFile
from tests.ingest.arxiv.reading_support import content_of, read_bytes, read_file
from tests.ingest.bucket import serving

LINE = b'{"id":"0704.%04d","title":"T"}\n'
LINES = b"".join(LINE % n for n in range(1, 101))
IDS = [f"0704.{n:04d}" for n in range(1, 101)]
XML = b"<ListRecords>%s</ListRecords>" % b"".join(
    b"<record><metadata><arXiv><id>0704.%04d</id></arXiv></metadata></record>\n" % n
    for n in range(1, 101)
)
EARLY = "the zip ends too early: an interrupted download?"


def zipped(
    content: bytes, *, method: int = zipfile.ZIP_DEFLATED, more: dict[str, bytes] | None = None
) -> bytes:
    """An archive with one file and perhaps others behind it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("whatever", content)
        for name, other in (more or {}).items():
            archive.writestr(name, other)
    return target.getvalue()


class Unseekable(io.RawIOBase):
    """A pipe: sizes and checksums can only be written behind each file."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.parts.append(bytes(data))
        return len(data)


def streamed(content: bytes, *, zip64: bool) -> bytes:
    """An archive written to a pipe, with sizes of 4 or 8 bytes behind its file."""
    target = Unseekable()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("whatever", "w", force_zip64=zip64) as file,
    ):
        file.write(content)
    return b"".join(target.parts)


# ------------------------------------------------------------------------ all real files

NOT_RECORDS = {
    "oai_dc_getrecord_badbytes.xml",
    "error_badArgument.xml",
    "error_badResumptionToken.xml",
    "error_badVerb.xml",
    "error_idDoesNotExist.xml",
    "id_abc_s0_m100_http400.xml",
    # No records of arXiv's, but tables made of some.
    "taxonomy.csv",
    "arxiv_cs_1990_2019.tsv.gz",
    "arxiv_legacy_archives.tsv.gz",
}
WITHOUT_RECORDS = {
    "error_noRecordsMatch.xml",
    "id_0000.0000_s0_m100.xml",
    "id_0808.05394_s0_m100.xml",
}


def test_every_real_file_goes_in_or_is_named(arxiv_data: Path) -> None:
    """Files with records give them all without reject or drift, others are named once each."""
    counts: Counter[str] = Counter()
    for path in sorted(path for path in arxiv_data.rglob("*") if path.is_file()):
        read = read_file(path)
        counts.update(record.origin for record in read.records)
        assert read.drift == {}, path.name
        assert len(read.rejects) == (path.name in NOT_RECORDS), path.name
        assert bool(read.records) == (path.name not in NOT_RECORDS | WITHOUT_RECORDS), path.name

    assert counts == {
        "kaggle": 200 + 1 + 49,
        "arXiv": 2_000 + 3 + 3 + 12 + 12,
        "arXivRaw": 1_000 + 6 + 1,
        "oai_dc": 897 + 7 + 10 + 1,
        "header": 1,
        "atom": 100 + 7 * 10 + 3 * 15 + 7,
    }


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
def test_formats_are_told_by_content(arxiv_data: Path, tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    """Each format is read the same packed, and under a name that says nothing."""
    for name in (
        "kaggle_lines.jsonl.gz",
        "oai_pmh/arxivraw_listrecords_6.xml",
        "oai_pmh/oai_dc_record_0901_2443.xml",
        "oai_pmh/oai_dc_metadata_0704.0001.xml",
        "atom/old_format_id_1911.12281.xml",
        "atom/q_testing_s0_m10.xml.gz",
    ):
        expected = read_file(arxiv_data / name)
        assert expected.records
        assert read_bytes(tmp_path, pack(content_of(arxiv_data / name))) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty file"),
        (b" \n\t\r\n", "an empty file"),
        (b"Retry after 10 seconds", "neither JSON nor XML"),
        (b"PAR1\x00\x00", "neither JSON nor XML"),
        (b"\x00" * 1_000, "neither JSON nor XML"),
        (b"id,title\n0704.0001,x\n", "neither JSON nor XML"),
        (b"<svg xmlns='x'><g/></svg>", "XML of another kind, without records: svg"),
        (b"<!DOCTYPE html><html>x", "an HTML page, which holds no records"),
    ],
)
def test_what_holds_no_records_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file of another kind is one reject, not an error, packed or not."""
    read = read_bytes(tmp_path, content)

    assert read.records == []
    assert [said for _, said in read.rejects] == [reason]
    assert [said for _, said in read_bytes(tmp_path, zipped(content)).rejects] == [reason]


def test_places_are_told(tmp_path: Path) -> None:
    """What is done is told in bytes of the file, up to its size, for lines and for XML."""
    for content in (LINES, XML):
        path = tmp_path / "input"
        path.write_bytes(content)
        told: list[int] = []
        for _ in read_records(path, "x", Rejects(), Drift(), at=told.append):
            pass
        assert told == sorted(told)
        assert told[-1] == len(content)


def test_large_records_come_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records held at a time are bounded by their size as well as by their number."""
    monkeypatch.setattr(reading_module, "_HELD_BYTES", 100)
    path = tmp_path / "input"
    for content, most in ((LINES, 4), (XML, 3)):
        path.write_bytes(content)
        batches = list(read_records(path, "x", Rejects(), Drift()))
        assert [record.id for batch in batches for record in batch] == IDS
        assert max(map(len, batches)) == most


@pytest.mark.parametrize(
    ("content", "example"),
    [
        (b'{"id":"0704.0001","fresh":"something"}', "something"),
        (b'{"id":"0704.0001","authors_parsed":[["A", 12]]}', "12"),
        (b'{"id":"0704.0001","versions":["v1"]}', "v1"),
        (b"<arXiv><id>0704.0001</id><fresh>something</fresh></arXiv>", "something"),
        (b"<arXivRaw><id>0704.0001</id><version><x>y</x></version></arXivRaw>", "y"),
        (b"<dc><identifier>arXiv:0704.0001</identifier><subject>Poetry</subject></dc>", "Poetry"),
        (b"<entry><id>0704.0001</id><fresh>something</fresh></entry>", "something"),
        (b"<entry><id>0704.0001</id><author><x>y</x></author></entry>", "y"),
    ],
)
def test_drift_comes_with_an_example(tmp_path: Path, content: bytes, example: str) -> None:
    """Whatever the format, what is odd is shown once as it stands."""
    path = tmp_path / "input"
    path.write_bytes(content)
    drift = Drift()
    [[record]] = read_records(path, "x", Rejects(), drift)

    assert record.id == "0704.0001"
    assert [entry.example for entry in drift.by_file()] == [example]


def test_what_is_no_file_is_an_error(tmp_path: Path) -> None:
    """A path that leads nowhere, and a folder, are said in one line."""
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(InputNotFoundError):
            next(read_records(path, "x", Rejects(), Drift()))


def test_files_are_read_where_a_url_leads(tmp_path: Path) -> None:
    """Packed or not, a file in an object store is read as one on a disk, without going back."""
    folder = tmp_path / "buckets" / "openalex"
    folder.mkdir(parents=True)
    for content in (LINES, XML, gzip.compress(LINES), zipped(LINES), streamed(XML, zip64=True)):
        (folder / "file").write_bytes(content)
        with serving(tmp_path / "buckets") as store:
            file = RemoteFile(store.url("openalex"), "openalex/file")
            batches = list(read_records(file, "x", Rejects(), Drift()))
        assert [record.id for batch in batches for record in batch] == IDS


@pytest.mark.parametrize("content", [LINES, XML])
def test_a_file_that_changes_meanwhile_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """Half of an old file and half of a new one make no records."""
    monkeypatch.setattr(reading_module, "BATCH_RECORDS", 1)
    path = tmp_path / "input"
    path.write_bytes(content)
    batches = read_records(path, "x", Rejects(), Drift())
    next(batches)
    with path.open("ab") as file:
        file.write(b" ")

    with pytest.raises(InputChangedError, match="changed while it was read"):
        list(batches)


def test_a_file_is_closed_where_its_beginning_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that fails leaves nothing open."""
    opened: list[IO[bytes]] = []

    def fail(reader: PackedReader) -> Iterator[bytes]:
        opened.append(reader._raw)
        raise IngestError("cut off")
        yield b""

    monkeypatch.setattr(PackedReader, "_unpacked", fail)
    path = tmp_path / "input"
    path.write_bytes(LINES)
    with pytest.raises(IngestError, match="cut off"):
        next(read_records(path, "x", Rejects(), Drift()))
    assert [file.closed for file in opened] == [True]


# ------------------------------------------------------------------------------ packed


@pytest.mark.parametrize("content", [LINES, XML])
def test_all_ways_to_pack_give_the_same(tmp_path: Path, content: bytes) -> None:
    """Zip with sizes in front or behind, of 4 or 8 bytes, stored or deflated; gzip in members."""
    half = len(content) // 2
    for packed in (
        zipped(content),
        zipped(content, method=zipfile.ZIP_STORED),
        streamed(content, zip64=False),
        streamed(content, zip64=True),
        gzip.compress(content[:half]) + gzip.compress(content[half:]),
    ):
        read = read_bytes(tmp_path, packed)
        assert read.ids == IDS
        assert read.rejects == []


@given(content=st.binary(max_size=5_000), zip64=st.booleans())
def test_any_bytes_come_out_of_an_archive(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, *, zip64: bool
) -> None:
    """What was packed is what is read, and the archive is found whole."""
    path = tmp_path_factory.mktemp("packed") / "input"
    path.write_bytes(streamed(content, zip64=zip64))
    with PackedReader(path) as opened:
        assert b"".join(opened.byte_blocks()) == content
        assert opened.faults == []


def test_blocks_are_small_and_do_not_cut_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small the blocks, each record is read once and whole."""
    for module in (lines_module, packed_module):
        monkeypatch.setattr(module, "BLOCK_BYTES", 64)
        monkeypatch.setattr(module, "_COMPRESSED_BYTES", 7)
    for content in (LINES, XML):
        for packed in (content, gzip.compress(content), zipped(content)):
            path = tmp_path / "input"
            path.write_bytes(packed)
            with PackedReader(path) as opened:
                assert max(map(len, opened.byte_blocks())) <= 64
            assert read_file(path).ids == IDS


@pytest.mark.parametrize("pack", [gzip.compress, zipped, lambda text: streamed(text, zip64=True)])
@pytest.mark.parametrize("content", [LINES, XML])
def test_a_packed_file_cut_short_gives_what_is_whole(  # type: ignore[no-untyped-def]
    tmp_path: Path, pack, content: bytes
) -> None:
    """At any place, the records before the cut are kept and the file is named."""
    packed = pack(content)
    end = packed.rfind(b"PK\x01\x02") if packed.startswith(b"PK") else len(packed)
    lengths = set()
    for cut in range(4, end, max(1, end // 40)):
        read = read_bytes(tmp_path, packed[:cut])
        assert read.ids == IDS[: len(read.ids)]
        assert any("too early" in reason for _, reason in read.rejects)
        lengths.add(len(read.ids))
    assert 0 in lengths
    assert len(lengths) > 2


def flipped(packed: bytes, at: int) -> bytes:
    """The same bytes but for one."""
    return packed[:at] + bytes([packed[at] ^ 0xFF]) + packed[at + 1 :]


def test_damage_inside_an_archive_is_named(tmp_path: Path) -> None:
    """A flipped byte is told by the decompressor or by the checksum."""
    packed = zipped(LINES)
    for at in range(60, packed.index(b"PK\x01\x02"), 37):
        read = read_bytes(tmp_path, flipped(packed, at))
        assert any(
            reason.startswith("damaged zip") or reason == EARLY for _, reason in read.rejects
        )
    wrong = read_bytes(tmp_path, flipped(zipped(LINES, method=zipfile.ZIP_STORED), 16))
    assert wrong.ids == IDS
    assert wrong.rejects == [(None, "damaged zip: the checksum is not that of the content")]


def test_further_files_of_an_archive_are_named(tmp_path: Path) -> None:
    """Kaggle ships one file; of several the first is read, and folders do not count."""
    two = read_bytes(tmp_path, zipped(LINES, more={"folder/": b"", "other": LINES}))
    assert two.ids == IDS
    assert two.rejects == [(None, "the zip holds further files, which were not read")]

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.mkdir("folder")
        archive.writestr("folder/file", LINES)
    assert read_bytes(tmp_path, target.getvalue()).ids == IDS


@pytest.mark.parametrize(
    ("offset", "value", "reason"),
    [
        (6, 1, "the zip is encrypted"),
        (8, 9, "the zip is compressed in a way that is not read: 9"),
        (8, 0, "neither JSON nor XML"),
    ],
)
def test_archives_that_are_not_read_say_why(
    tmp_path: Path, offset: int, value: int, reason: str
) -> None:
    """A password, another method, or a header that lies about the method."""
    packed = bytearray(zipped(LINES))
    packed[offset : offset + 2] = struct.pack("<H", value)
    read = read_bytes(tmp_path, bytes(packed))

    assert read.records == []
    assert read.rejects[-1] == (None, reason)


def test_a_stored_file_of_unknown_size_is_named(tmp_path: Path) -> None:
    """Where it would end is not known, and its records may say anything."""
    packed = bytearray(zipped(LINES, method=zipfile.ZIP_STORED))
    packed[6:8] = struct.pack("<H", 8)
    read = read_bytes(tmp_path, bytes(packed))

    assert read.records == []
    assert read.rejects == [(None, "the zip is compressed in a way that is not read: 0")]


def test_an_archive_of_folders_only_is_named(tmp_path: Path) -> None:
    """There is nothing in it, which is said once."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.mkdir("folder")

    assert read_bytes(tmp_path, target.getvalue()).rejects == [(None, "the zip holds no file")]


@pytest.mark.parametrize("start", [b'{"id":"0704.0001"}\n', b"<list>\n"])
@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_bombs_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: bytes, kind: str
) -> None:
    """A file that grows beyond all measure is an error before it has grown far."""
    monkeypatch.setattr(lines_module, "RATIO_GRACE_BYTES", 1 << 20)
    monkeypatch.setattr(lines_module, "MAX_RATIO", 40)
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31 if kind == "gzip" else -15)
    parts = [deflate.compress(start)]
    parts += [deflate.compress(b" " * (1 << 20)) for _ in range(40)]
    body = b"".join([*parts, deflate.flush()])
    if kind == "zip":
        body = b"PK\x03\x04" + struct.pack("<HHHIIIIHH", 20, 0, 8, 0, 0, 0, 0, 1, 0) + b"x" + body
    path = tmp_path / "input"
    path.write_bytes(body)

    with pytest.raises(InputTooLargeError, match="decompresses to more than 40 times"):
        read_file(path)

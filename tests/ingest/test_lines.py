"""Bounded reading of plain, gzip and zstd files."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
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
from scholargraph.ingest.lines import LineReader


def read(path: Path, **options: int) -> tuple[list[tuple[int, bytes]], list[tuple[int, str]]]:
    """Return numbered lines and faults."""
    with LineReader(path, **options) as file:
        numbered = [
            (first + offset, line)
            for first, block in file.blocks()
            for offset, line in enumerate(block)
        ]
        return numbered, [(fault.line, fault.reason) for fault in file.faults]


def write(tmp_path: Path, content: bytes) -> Path:
    """Write bytes to a file whose name says nothing."""
    path = tmp_path / "input"
    path.write_bytes(content)
    return path


def zstd(content: bytes) -> bytes:
    """Return content as one zstd frame."""
    return bytes(pa.Codec("zstd").compress(content).to_pybytes())


def unchanged(content: bytes) -> bytes:
    """Return content as it is."""
    return content


@given(parts=st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"x"))))
@pytest.mark.parametrize("pack", [unchanged, gzip.compress, zstd])
def test_lines_are_those_of_a_plain_split(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], pack: Callable[[bytes], bytes]
) -> None:
    """Any bytes come back as the lines between line feeds, numbered from 1."""
    text = b"\n".join(part for part in parts)
    if text.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xef\xbb\xbf")):
        text = b"x" + text
    path = write(tmp_path_factory.mktemp("lines"), pack(text))
    expected = text.split(b"\n")
    if expected[-1] == b"":
        expected.pop()

    assert read(path) == (list(enumerate(expected, 1)), [])


def test_blocks_do_not_cut_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines at every offset to the block boundary come through whole (a peer loses them)."""
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", 64)
    expected = [(number, b"x" * (number % 40)) for number in range(1, 1_001)]
    path = write(tmp_path, b"".join(line + b"\n" for _, line in expected))

    assert read(path) == (expected, [])


def test_long_line_in_many_pieces_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the pieces in which it comes: copying what is there for each would not end."""
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", 128)
    line = b"0123456789abcdef" * 500_000
    path = write(tmp_path, b"a\n" + line + b"\nb")

    assert read(path) == ([(1, b"a"), (2, line), (3, b"b")], [])


def test_line_separators_of_unicode_do_not_end_lines(tmp_path: Path) -> None:
    """U+2028 stands inside the JSON strings of six real works."""
    line = '{"title": "a\u2028b\u0085c"}'.encode()

    assert read(write(tmp_path, line + b"\n" + line)) == ([(1, line), (2, line)], [])


def test_several_gzip_members_are_all_read(tmp_path: Path) -> None:
    """Concatenated members, with padding of zeros, are one file."""
    path = write(tmp_path, gzip.compress(b"a\nb") + gzip.compress(b"c\n") + b"\0" * 20)

    assert read(path) == ([(1, b"a"), (2, b"bc")], [])


def test_truncated_gzip_keeps_its_lines_and_is_named(tmp_path: Path) -> None:
    """What stands before the end of an interrupted download is read."""
    whole = b"".join(b"%d\n" % number for number in range(50_000))
    path = write(tmp_path, gzip.compress(whole)[:-5_000])
    numbered, faults = read(path)

    assert 10_000 < len(numbered) < 50_000
    assert [line for _, line in numbered[:-1]] == whole.split(b"\n")[: len(numbered) - 1]
    assert faults == [(0, "gzip ends too early: an interrupted download?")]


def test_several_zstd_frames_are_all_read(tmp_path: Path) -> None:
    """Concatenated frames are one file, whatever they say of their size."""
    skippable = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"any"
    path = write(tmp_path, zstd(b"a\nb") + skippable + zstd(b"c\n"))

    assert read(path) == ([(1, b"a"), (2, b"bc")], [])


def frame_of_small_blocks(text: bytes) -> bytes:
    """Return a zstd frame that can be cut nearly anywhere: blocks of 100 bytes, as they are."""
    frame = b"\x28\xb5\x2f\xfd\x00\x58"  # no content size, no checksum, a window of 2 MiB
    for start in range(0, len(text), 100):
        block = text[start : start + 100]
        is_last = start + 100 >= len(text)
        frame += ((len(block) << 3) | is_last).to_bytes(3, "little") + block
    return frame


@pytest.mark.parametrize("whole_blocks", [0, 1, 37, 117])
def test_truncated_zstd_keeps_what_can_be_read(tmp_path: Path, whole_blocks: int) -> None:
    """Every byte before an interrupted download is read, and the file is named."""
    text = b"".join(b'{"id": %d}\n' % number for number in range(1_000))
    frame = frame_of_small_blocks(text)
    assert read(write(tmp_path, frame)) == (list(enumerate(text.split(b"\n")[:-1], 1)), [])
    numbered, faults = read(write(tmp_path, frame[: 6 + whole_blocks * 103 + 3 + 47]))
    kept = text[: whole_blocks * 100 + 47].removesuffix(b"\n")

    assert b"\n".join(line for _, line in numbered) == kept
    assert faults == [(0, "zstd ends too early: an interrupted download?")]


def test_junk_after_zstd_is_named_and_nothing_before_it_lost(tmp_path: Path) -> None:
    """Every line before trailing junk is read, the last ones too."""
    numbered, faults = read(write(tmp_path, zstd(b"a\n" * 1_000) + b"junk"))

    assert len(numbered) == 1_000
    assert [reason.partition(":")[0] for _, reason in faults] == ["damaged zstd"]


def test_zstd_bomb_is_refused(tmp_path: Path) -> None:
    """A file that decompresses beyond all measure is an error, in bounded memory."""
    path = write(tmp_path, zstd(b"[" * (100 << 20)))

    with pytest.raises(InputTooLargeError, match="more than 1,000 times its size"):
        read(path)


def test_an_error_below_zstd_is_not_taken_for_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that fails is no file that ends too early."""
    path = write(tmp_path, zstd(os.urandom(1 << 20)))

    def fail(self: object, size: int = -1) -> bytes:
        raise IngestError("the network fails")

    monkeypatch.setattr(lines_module._Unclosed, "read", fail)
    with pytest.raises(IngestError, match="the network fails"):
        read(path)


def test_junk_after_gzip_is_named_and_nothing_before_it_lost(tmp_path: Path) -> None:
    """Every line before trailing junk is read, the last ones too."""
    path = write(tmp_path, gzip.compress(b"a\n" * 1_000) + b"junk")
    numbered, faults = read(path)

    assert len(numbered) == 1_000
    assert [reason for _, reason in faults] == [
        "the gzip is followed by something else, which was not read"
    ]


def test_damaged_gzip_is_named(tmp_path: Path) -> None:
    """A flipped byte inside the data is not passed over."""
    content = bytearray(gzip.compress(os.urandom(5_000)))
    content[2_500] ^= 0xFF
    _, faults = read(write(tmp_path, bytes(content)))

    assert [reason.partition(":")[0] for _, reason in faults] == ["damaged gzip"]


@pytest.mark.parametrize("block_bytes", [16, 1 << 20])
def test_long_line_is_passed_over_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    """Reading goes on at the line after one that is too long."""
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", block_bytes)
    path = write(tmp_path, b"a\n" + b"x" * 500 + b"\nb\n" + b"y" * 300)
    numbered, faults = read(path, max_line_bytes=100)

    assert [pair for pair in numbered if pair[1]] == [(1, b"a"), (3, b"b")]
    assert faults == [
        (2, "line longer than 100 bytes"),
        (4, "line longer than 100 bytes"),
    ]


def test_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    """Only at the very beginning of a file."""
    assert read(write(tmp_path, b"\xef\xbb\xbfa\n\xef\xbb\xbfb"))[0] == [
        (1, b"a"),
        (2, b"\xef\xbb\xbfb"),
    ]


def test_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that decompresses beyond all measure is an error, in bounded memory."""
    monkeypatch.setattr(lines_module, "RATIO_GRACE_BYTES", 1 << 20)
    path = write(tmp_path, gzip.compress(gzip.compress(b"[" * (200 << 20))))
    path.write_bytes(gzip.decompress(path.read_bytes()))

    with pytest.raises(InputTooLargeError, match="more than 1,000 times its size"):
        read(path)


def test_fifo_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe without writer does not hang the ingest."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InputNotFoundError, match="not a regular file"):
        read(tmp_path / "pipe")


def test_file_that_grows_is_noticed(tmp_path: Path) -> None:
    """A file still being written is refused rather than half read."""
    path = write(tmp_path, b"a\n")
    with LineReader(path) as file:
        blocks = file.blocks()
        next(blocks)
        with path.open("ab") as more:
            more.write(b"b\n")
        with pytest.raises(InputChangedError, match="changed while it was read"):
            list(blocks)

"""From a file to records of arXiv, whatever it is: told by its content, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from scholargraph.ingest.arxiv.harvested import HarvestedReader
from scholargraph.ingest.arxiv.kaggle import KaggleReader
from scholargraph.ingest.arxiv.packed import PackedReader
from scholargraph.ingest.arxiv.shapes import ArxivRecord, SizedRecord
from scholargraph.ingest.feeds import document_or_lines
from scholargraph.ingest.limits import BATCH_RECORDS

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.rejects import Rejects
    from scholargraph.ingest.urls import RemoteFile

T = TypeVar("T")

_HELD_BYTES: Final = 4 << 20
"""Of the texts of records held at a time, which as objects may take twenty times as much."""

_BEFORE_THE_TEXT: Final = b"\xef\xbb\xbf \t\r\n"


def read_records(
    file: Path | RemoteFile,
    name: str,
    rejects: Rejects,
    drift: Drift,
    *,
    at: Callable[[int], None] | None = None,
) -> Iterator[list[ArxivRecord]]:
    """Read the records of a file, as many at a time as rows are made of at once.

    Parameters
    ----------
    file : Path or RemoteFile
        Plain, gzip, zstd, or zip with one file in it: lines or a list of the Kaggle file's records;
        answers of OAI-PMH in any metadata format, any number of them in a file; records or
        metadata elements alone; Atom feeds.
    name : str
        What the file is called in rejects.
    rejects : Rejects
        Is told of what cannot be read, with lines: records without id, errors of the server, web
        pages, damaged places. What stands before and behind these is read.
    drift : Drift
        Is told of unknown fields and bad values.
    at : callable, optional
        Is told the bytes of the file done, now and then.

    Yields
    ------
    list of ArxivRecord
        ``BATCH_RECORDS`` at most, fewer of large ones, in the order of the file. A paper may
        come several times; which of its records counts is not decided here.

    Raises
    ------
    InputNotFoundError
        If it is not a regular file.
    InputTooLargeError
        If it decompresses to more than any dump does.
    InputChangedError
        If it changes while it is read.
    IngestError
        If it is a remote file that cannot be reached.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from scholargraph.ingest.drift import Drift
    >>> from scholargraph.ingest.rejects import Rejects
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "records"
    >>> _ = file.write_text('{"id": "math.GT/0309136v2", "categories": "math.GT"}')
    >>> [[record]] = read_records(file, "records", Rejects(), Drift())
    >>> record.id, record.categories, record.origin
    ('math/0309136', 'math.GT', 'kaggle')
    """
    with PackedReader(file) as opened:
        records: Iterator[SizedRecord] = iter(())
        start = opened.head.lstrip(_BEFORE_THE_TEXT)[:1]
        if start in (b"{", b"["):
            records = _from_json(opened, KaggleReader(name, rejects, drift), at)
        elif start == b"<":
            blocks = _told(opened.byte_blocks(), opened, at)
            records = HarvestedReader(name, rejects, drift).read(blocks)
        elif not opened.faults:
            reason = "neither JSON nor XML" if start else "an empty file"
            rejects.add(name, None, reason, opened.head)
        yield from _batches(records)
        for fault in opened.faults:
            rejects.add(name, fault.line or None, fault.reason, b"")


def _from_json(
    opened: PackedReader, reader: KaggleReader, at: Callable[[int], None] | None
) -> Iterator[SizedRecord]:
    document, blocks = document_or_lines(opened.blocks())
    if document is not None:
        yield from reader.read_document(document)
    for first, lines in _told(blocks, opened, at):
        yield from reader.read_lines(first, lines)


def _batches(records: Iterator[SizedRecord]) -> Iterator[list[ArxivRecord]]:
    batch: list[ArxivRecord] = []
    held = 0
    for size, record in records:
        batch.append(record)
        held += size
        if len(batch) == BATCH_RECORDS or held >= _HELD_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _told(
    blocks: Iterator[T], opened: PackedReader, at: Callable[[int], None] | None
) -> Iterator[T]:
    """Yield what is given, and tell how far the file is read."""
    for block in blocks:
        if at is not None:
            at(opened.bytes_done)
        yield block

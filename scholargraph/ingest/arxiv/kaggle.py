"""The Kaggle file: from lines of JSON, or a list of them, to records.

A line goes through a strict decoder; what that refuses goes through ``ingest.repair``: a bad value
becomes null and is counted, and only what has no id of arXiv's is rejected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
import xxhash

from scholargraph import identifiers
from scholargraph.ingest.arxiv.shapes import MAX_RECORD_BYTES, KaggleLine, SizedRecord
from scholargraph.ingest.drift import BAD_VALUE, OTHER_TYPE, Drift
from scholargraph.ingest.repair import UnreadableError, load_json, repair

if TYPE_CHECKING:
    from scholargraph.ingest.rejects import Rejects

NAME: Final = "arxiv"
"""First part of the names of fields in ``drift``."""

TOO_LARGE: Final = f"a record of more than {MAX_RECORD_BYTES:,} bytes"


class KaggleReader:
    """Reads one file.

    Parameters
    ----------
    file : str
        Name for rejects.
    rejects : Rejects
        Is told of what cannot be read.
    drift : Drift
        Is told of unknown fields and bad values.
    """

    def __init__(self, file: str, rejects: Rejects, drift: Drift) -> None:
        self._file = file
        self._rejects = rejects
        self._drift = drift
        self._decoder = msgspec.json.Decoder(KaggleLine)

    def read_lines(self, first: int, lines: list[bytes]) -> Iterator[SizedRecord]:
        """Yield the records of some lines, behind their sizes.

        Parameters
        ----------
        first : int
            Number of the first line.
        lines : list of bytes
            Without line ends; blank ones are passed over.
        """
        decode = self._decoder.decode
        for number, line in enumerate(lines, first):
            if len(line) > MAX_RECORD_BYTES:
                yield from self._read_long_line(number, line)
                continue
            try:
                record = decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                yield from self._read_odd_line(number, line)
                continue
            arxiv_id = identifiers.arxiv_id(record.id)
            if arxiv_id is None:
                yield from self._read_odd_line(number, line)
                continue
            record.id = arxiv_id
            record.content_hash = xxhash.xxh3_64_intdigest(line)
            yield len(line), record

    def read_document(self, text: bytes) -> Iterator[SizedRecord]:
        """Yield the records of one JSON text, behind their sizes: of a list, or a single one."""
        try:
            value = load_json(text)
        except UnreadableError as error:
            self._rejects.add(self._file, None, str(error), text)
            return
        for number, item in enumerate(value if isinstance(value, list) else [value], 1):
            yield from self._read_value(number, item, _compact(item))

    def _read_long_line(self, number: int, line: bytes) -> Iterator[SizedRecord]:
        """Read a line that is too long for a record: it may be a list of many."""
        if line.startswith(b"["):
            yield from self._read_odd_line(number, line)
        else:
            self._rejects.add(self._file, number, TOO_LARGE, line)

    def _read_odd_line(self, number: int, line: bytes) -> Iterator[SizedRecord]:
        if not line or line.isspace():
            return
        try:
            value = load_json(line)
        except UnreadableError as error:
            self._rejects.add(self._file, number, str(error), line)
            return
        if isinstance(value, list):
            for item in value:
                yield from self._read_value(number, item, _compact(item))
        else:
            yield from self._read_value(number, value, line)

    def _read_value(self, number: int, value: Any, text: bytes) -> Iterator[SizedRecord]:
        """Read one record by the slow path."""
        if not isinstance(value, dict):
            self._rejects.add(self._file, number, "not a record: no JSON object", text)
            return
        if len(text) > MAX_RECORD_BYTES:
            self._rejects.add(self._file, number, TOO_LARGE, text)
            return
        given = value.get("id")
        arxiv_id = identifiers.arxiv_id(given) if isinstance(given, str) else None
        if arxiv_id is None:
            reason = "no id" if given is None else "an id that is none of arXiv's"
            self._rejects.add(self._file, number, f"not a record: {reason}", text)
            return
        value["id"] = arxiv_id
        if isinstance(value.get("authors_parsed"), list):
            value["authors_parsed"] = self._authors(value["authors_parsed"])
        if isinstance(value.get("versions"), list):
            value["versions"] = [self._version(version) for version in value["versions"]]
        record: KaggleLine = repair(value, KaggleLine, NAME, self._drift)
        record.content_hash = xxhash.xxh3_64_intdigest(text)
        yield len(text), record

    def _authors(self, authors: list[Any]) -> list[Any]:
        """Keep the parts of each name at their places: a missing one is empty, not left out."""
        return [
            [self._part(part) for part in author] if isinstance(author, list) else author
            for author in authors
        ]

    def _part(self, part: Any) -> str:
        if isinstance(part, str):
            return part
        if part is not None:
            self._drift.add(f"{NAME}.authors_parsed[][]", BAD_VALUE, example=part)
        return ""

    def _version(self, version: Any) -> Any:
        """Read a bare ``"v1"`` as a version of which nothing else is known."""
        if not isinstance(version, str):
            return version
        self._drift.add(f"{NAME}.versions[]", OTHER_TYPE, example=version)
        return {"version": version}


def _compact(record: Any) -> bytes:
    """Return a record as bytes that do not depend on white space, for its hash and excerpt."""
    return json.dumps(record, separators=(",", ":"), default=lambda _: "unreadable").encode()

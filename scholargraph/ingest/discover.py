"""What there is to read below a path or URL, told by content and place, never by a name alone.

Nothing is decoded here but manifests, for the date of the dump. What is passed over is named
with a reason.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import Final

from scholargraph.errors import InputNotFoundError
from scholargraph.ingest.limits import MAX_MANIFEST_BYTES
from scholargraph.ingest.lines import GZIP_MAGIC
from scholargraph.ingest.places import Listed, Place, place_of
from scholargraph.ingest.urls import RemoteFile, without_credentials

_PART: Final = re.compile(r"[^/]+/updated_date=[^/]+/[^/]+\Z")
_MANIFESTS: Final = {"manifest", "manifest.json", "manifest.gz"}
_IDS_OF_OTHERS: Final = re.compile(r"(\A|/)(merged_ids/|deleted(_ids)?\.csv)")
_HEAD_BYTES: Final = 8
_JSON_STARTS: Final = (b"{", b"[", b"\xef\xbb\xbf", b" ", b"\n", b"\r", b"\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file to read."""

    file: Path | RemoteFile
    name: str
    """What it is called in rejects: the same wherever the dump lies."""
    size_bytes: int
    dump_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is not read, and why."""

    name: str
    reason: str


def discover(
    source: str | os.PathLike[str], dump_date: date | None
) -> tuple[list[Input], list[Skipped]]:
    """Return the files to read under ``source``, in a fixed order, and those passed over.

    Parameters
    ----------
    source : path or URL
        A dump, one of its folders, or a file.
    dump_date : date or None
        For every file; where None, the nearest manifest above a file says it.

    Raises
    ------
    InputNotFoundError
        If there is nothing to read.
    InvalidArgumentError
        If it is a URL that cannot be read from.
    IngestError
        If it cannot be reached.
    """
    place = place_of(source)
    files = list(place.files())
    reasons = _reasons_to_skip(place, files)
    inputs: list[Input] = []
    skipped: list[Skipped] = []
    dates: dict[PurePath, date | None] = {}
    for found, reason in zip(files, reasons, strict=True):
        name = _name(found.path, place.path)
        if reason is None:
            said = dump_date or _dump_date(place, found.path.parent, dates)
            inputs.append(
                Input(file=found.file, name=name, size_bytes=found.size_bytes, dump_date=said)
            )
        elif reason:
            skipped.append(Skipped(name=name, reason=reason))
    if not inputs:
        why = f"; passed over: {skipped[0].name} ({skipped[0].reason})" if skipped else ""
        where = without_credentials(os.fspath(source))
        raise InputNotFoundError(f"{where} holds no JSON records that can be read{why}")
    return inputs, skipped


def _reasons_to_skip(place: Place, files: Sequence[Listed]) -> list[str | None]:
    """Return for each file why it is not read: None if it is, and nothing for what needs no word.

    How a file begins is only asked for where the name does not decide.
    """
    records = _record_folder(place.path, files)
    by_name = [_reason_by_name(found.path, place.path, records) for found in files]
    doubtful = [found for found, reason in zip(files, by_name, strict=True) if reason is None]
    heads = iter(place.heads(doubtful, _HEAD_BYTES))
    return [_reason_by_head(next(heads)) if reason is None else reason for reason in by_name]


def _record_folder(root: PurePath, files: Sequence[Listed]) -> PurePath:
    """Return where a dump keeps its records as JSON Lines, or ``root`` where it is no dump.

    Beside them a dump has notes, the same records as Parquet, and older trees, which would only
    be read twice.
    """
    below = {found.path.parts[len(root.parts) :] for found in files}
    for inside in ("data/jsonl", "jsonl", "data"):
        start = tuple(inside.split("/"))
        if any(
            len(parts) > len(start) + 2
            and parts[: len(start)] == start
            and parts[len(start) + 1].startswith("updated_date=")
            for parts in below
        ):
            return root / inside
    return root


def _name(path: PurePath, root: PurePath) -> str:
    """Return the tail that names a part in every copy of a dump, else the path below ``root``."""
    tail = _PART.search(path.as_posix())
    if tail:
        return tail[0]
    return path.name if path == root else path.relative_to(root).as_posix()


def _reason_by_name(path: PurePath, root: PurePath, records: PurePath) -> str | None:
    """Return why a file is not read, as far as its place tells."""
    if records not in (path, *path.parents):
        return f"outside {records.relative_to(root)}, where this dump has records"
    if path.name in _MANIFESTS:
        return ""
    if _IDS_OF_OTHERS.search(_name(path, root)):
        return "lists of merged and deleted ids are not applied"
    return None


def _reason_by_head(head: bytes | str) -> str | None:
    """Return why a file is not read, as far as its first bytes tell."""
    if isinstance(head, str):
        return head
    if not head:
        return "empty"
    if head.startswith(b"PAR1"):
        return "the Parquet edition is not read; take the JSON Lines"
    if head.startswith((GZIP_MAGIC, *_JSON_STARTS)):
        return None
    return "neither JSON nor gzip"


def _dump_date(place: Place, folder: PurePath, known: dict[PurePath, date | None]) -> date | None:
    """Return the date that the nearest manifest above gives; looked up once per folder."""
    if folder not in known:
        found = _manifest_date(place, folder)
        is_top = folder.parent == folder or not _is_inside_dump(folder)
        known[folder] = found if found or is_top else _dump_date(place, folder.parent, known)
    return known[folder]


def _is_inside_dump(folder: PurePath) -> bool:
    """Whether the folder is a partition or an entity, so that a manifest may lie above it."""
    return folder.name.startswith("updated_date=") or any(
        part in {"data", "jsonl"} for part in folder.parts[-3:]
    )


def _manifest_date(place: Place, folder: PurePath) -> date | None:
    for name in ("manifest.json", "manifest"):
        content = place.content(folder / name, MAX_MANIFEST_BYTES)
        if content is None:
            continue
        try:
            return date.fromisoformat(json.loads(content)["date"][:10])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return None

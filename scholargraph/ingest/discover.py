"""What there is to read under a path, recognised by content and place, never by a name alone.

Nothing is decoded here but manifests, for the date of the dump. What is passed over is named
with a reason.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import Final

from scholargraph.errors import InputNotFoundError
from scholargraph.ingest.limits import MAX_MANIFEST_BYTES
from scholargraph.ingest.lines import GZIP_MAGIC

_PART: Final = re.compile(r"[^/]+/updated_date=[^/]+/[^/]+\Z")
_MANIFESTS: Final = {"manifest", "manifest.json", "manifest.gz"}
_IDS_OF_OTHERS: Final = re.compile(r"(\A|/)(merged_ids/|deleted(_ids)?\.csv)")
_HEAD_BYTES: Final = 8
_JSON_STARTS: Final = (b"{", b"[", b"\xef\xbb\xbf", b" ", b"\n", b"\r", b"\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file to read."""

    path: Path
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
    source : path
        A dump, one of its folders, or a file.
    dump_date : date or None
        For every file; where None, the nearest manifest above a file says it.

    Raises
    ------
    InputNotFoundError
        If there is nothing to read.
    """
    root = Path(source)
    if not root.exists():
        raise InputNotFoundError(f"there is no {root}; give a dump, one of its folders or a file")
    inputs: list[Input] = []
    skipped: list[Skipped] = []
    dates: dict[Path, date | None] = {}
    records = _record_folder(root)
    for path in _files(root):
        name = _name(path, root)
        if records not in (path, *path.parents):
            reason: str | None = f"outside {records.relative_to(root)}, where this dump has records"
        else:
            reason = _reason_to_skip(path, name)
        if reason is None:
            said = dump_date or _dump_date(path.parent, dates)
            size = path.stat().st_size
            inputs.append(Input(path=path, name=name, size_bytes=size, dump_date=said))
        elif reason:
            skipped.append(Skipped(name=name, reason=reason))
    if not inputs:
        found = f"; passed over: {skipped[0].name} ({skipped[0].reason})" if skipped else ""
        raise InputNotFoundError(f"{root} holds no JSON records that can be read{found}")
    return inputs, skipped


def _record_folder(root: Path) -> Path:
    """Return where a dump keeps its records as JSON Lines, or ``root`` where it is no dump.

    Beside them a dump has notes, the same records as Parquet, and older trees, which would only
    be read twice.
    """
    for inside in ("data/jsonl", "jsonl", "data"):
        if any((root / inside).glob("*/updated_date=*")):
            return root / inside
    return root


def _files(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, folders, files in os.walk(root):
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(folder, name)


def _name(path: Path, root: Path) -> str:
    """Return the tail that names a part in every copy of a dump, else the path below ``root``."""
    tail = _PART.search(path.as_posix())
    if tail:
        return tail[0]
    return path.name if path == root else path.relative_to(root).as_posix()


def _reason_to_skip(path: Path, name: str) -> str | None:
    """Return why a file is not read: None if it is, and nothing for what needs no word."""
    if path.name in _MANIFESTS:
        return ""
    if _IDS_OF_OTHERS.search(name):
        return "lists of merged and deleted ids are not applied"
    try:
        head = _head(path)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if head is None:
        return "not a regular file"
    if not head:
        return "empty"
    if head.startswith(b"PAR1"):
        return "the Parquet edition is not read; take the JSON Lines"
    if head.startswith((GZIP_MAGIC, *_JSON_STARTS)):
        return None
    return "neither JSON nor gzip"


def _head(path: Path) -> bytes | None:
    """Return the first bytes, or None for what is no regular file: a FIFO must not hang us."""
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _dump_date(folder: Path, known: dict[Path, date | None]) -> date | None:
    """Return the date that the nearest manifest above gives; looked up once per folder."""
    if folder not in known:
        known[folder] = None
        found = _manifest_date(folder)
        is_top = folder.parent == folder or not _is_inside_dump(folder)
        known[folder] = found if found or is_top else _dump_date(folder.parent, known)
    return known[folder]


def _is_inside_dump(folder: PurePath) -> bool:
    """Whether the folder is a partition or an entity, so that a manifest may lie above it."""
    return folder.name.startswith("updated_date=") or any(
        part in {"data", "jsonl"} for part in folder.parts[-3:]
    )


def _manifest_date(folder: Path) -> date | None:
    for name in ("manifest.json", "manifest"):
        path = folder / name
        if not path.is_file() or path.stat().st_size > MAX_MANIFEST_BYTES:
            continue
        try:
            manifest = json.loads(path.read_bytes())
            return date.fromisoformat(manifest["date"][:10])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return None

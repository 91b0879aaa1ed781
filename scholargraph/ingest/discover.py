"""What there is to read below paths and URLs, told by content and place, never by a name alone.

Nothing is decoded here but manifests, for the date of a dump and the list of its files. What is
passed over is named with a reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from scholargraph.errors import InputNotFoundError
from scholargraph.ingest.lines import GZIP_MAGIC, ZSTD_MAGIC
from scholargraph.ingest.manifests import MANIFESTS, Manifests, part_key
from scholargraph.ingest.parquet_rows import PARQUET_MAGIC
from scholargraph.ingest.places import Listed, Place, paths_of, place_of
from scholargraph.ingest.urls import RemoteFile, without_credentials

AnySource = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""How callers name what is to be read: a path, a URL, or several."""

_PART: Final = re.compile(r"[^/]+/updated_date=[^/]+/[^/]+\Z")
_REMOVALS: Final = re.compile(r"(deleted|deleted_ids|(?P<merged>.*))\.csv(\.gz|\.zst)?\Z")
_MERGED_IDS: Final = "merged_ids"
_HEAD_BYTES: Final = 8
_JSON_STARTS: Final = (b"{", b"[", b"\xef\xbb\xbf", b" ", b"\n", b"\r", b"\t")

_STALE: Final = "not in the manifest: left by an earlier release?"
_MISSING: Final = "named by the manifest and not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file to read."""

    file: Path | RemoteFile
    name: str
    """What it is called in rejects: the same wherever the dump lies."""
    size_bytes: int
    dump_date: date | None
    fault: str | None = None
    """What is wrong with it as far as its size tells; it is read for all that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is not read, and why."""

    name: str
    reason: str


class Found(NamedTuple):
    """What there is."""

    inputs: list[Input]
    """Files of records."""
    skipped: list[Skipped]
    removals: list[Input]
    """Lists of deleted and merged ids."""


def discover(source: AnySource, dump_date: date | None) -> Found:
    """Return the files to read under ``source``, in a fixed order, and those passed over.

    Where a dump has a manifest, that is the list of its parts: others are passed over. Parts that
    it names and that are not there are reported, and stop nothing: a part of a dump can be read.

    Parameters
    ----------
    source : path or URL, or iterable of them
        Dumps, their folders, or files; what lies below several of them is read once.
    dump_date : date or None
        For every file; where None, the nearest manifest above a file says it.

    Raises
    ------
    InputNotFoundError
        If there is nothing to read in one of them.
    InvalidArgumentError
        If it is no path, or a URL that cannot be read from.
    IngestError
        If it cannot be reached.
    """
    found = Found([], [], [])
    seen: set[str] = set()
    for path in paths_of(source):
        below = _discover_one(path, dump_date)
        for taken, new in ((found.inputs, below.inputs), (found.removals, below.removals)):
            for given in new:
                is_remote = isinstance(given.file, RemoteFile)
                file = str(given.file) if is_remote else os.path.abspath(str(given.file))
                if file not in seen:
                    seen.add(file)
                    taken.append(given)
        found.skipped.extend(below.skipped)
    return found._replace(skipped=list(dict.fromkeys(found.skipped)))


def _discover_one(source: str | os.PathLike[str], dump_date: date | None) -> Found:
    place = place_of(source)
    files = list(place.files())
    manifests = Manifests(place, files)
    parts = _Parts(place.path, files, manifests)
    records = _record_folder(place.path, files)
    by_name = [_reason_by_name(found.path, place.path, records) for found in files]
    by_name = [
        parts.reason_to_skip(found) if reason is None else reason
        for found, reason in zip(files, by_name, strict=True)
    ]
    found = Found([], [], [])
    days: dict[PurePath, date | None] = {}
    for listed, reason in zip(files, _with_heads(place, files, by_name), strict=True):
        name = _name(listed.path, place.path)
        if reason is None:
            given = Input(
                file=listed.file,
                name=name,
                size_bytes=listed.size_bytes,
                dump_date=dump_date or _dump_date(manifests, listed.path.parent, days),
                fault=parts.fault(listed),
            )
            (found.removals if are_removals(listed.path) else found.inputs).append(given)
        elif reason:
            found.skipped.append(Skipped(name=name, reason=reason))
    if not (found.inputs or found.removals):
        passed = found.skipped[0] if found.skipped else None
        why = f"; passed over: {passed.name} ({passed.reason})" if passed else ""
        where = without_credentials(os.fspath(source))
        raise InputNotFoundError(f"{where} holds no JSON records that can be read{why}")
    found.skipped.extend(parts.missing())
    for path, reason in manifests.unreadable.items():
        found.skipped.append(Skipped(name=f"{path.parent.name}/{path.name}", reason=reason))
    return found


def _with_heads(
    place: Place, files: Sequence[Listed], by_name: Sequence[str | None]
) -> Iterator[str | None]:
    """Yield for each file why it is not read: None if it is, and nothing for what needs no word.

    How a file begins is only asked for where the name does not decide.
    """
    doubtful = [found for found, reason in zip(files, by_name, strict=True) if reason is None]
    heads = iter(place.heads(doubtful, _HEAD_BYTES))
    for found, reason in zip(files, by_name, strict=True):
        if reason is not None:
            yield reason
            continue
        head = next(heads)
        said = _reason_by_head(head)
        # Text that is no JSON is just what a list of ids is.
        is_list = are_removals(found.path) and head and not isinstance(head, str)
        yield None if is_list else said


def _record_folder(root: PurePath, files: Sequence[Listed]) -> PurePath:
    """Return where a dump keeps its records, or ``root`` where it is no dump.

    That is as JSON Lines where it has both editions. Beside them a dump has notes and older
    trees; the same records would only be read twice.
    """
    below = {found.path.parts[len(root.parts) :] for found in files}
    for inside in ("data/jsonl", "jsonl", "data/parquet", "parquet", "data"):
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


def are_removals(path: PurePath) -> bool:
    """Whether a file is a list of deleted or merged ids, by its name and place."""
    match = _REMOVALS.match(path.name)
    return match is not None and (match["merged"] is None or _MERGED_IDS in path.parts)


def _reason_by_name(path: PurePath, root: PurePath, records: PurePath) -> str | None:
    """Return why a file is not read, as far as its place tells."""
    is_inside = records in (path, *path.parents)
    if are_removals(path):
        # A dump has its list beside the records, or at the top.
        is_inside = is_inside or _home_of_list(path) in records.parents
    if not is_inside:
        return f"outside {records.relative_to(root)}, where this dump has records"
    return "" if path.name in MANIFESTS else None


def _home_of_list(path: PurePath) -> PurePath:
    """Return the folder whose records a list of ids is about, or their entities are."""
    return next((up.parent for up in path.parents if up.name == _MERGED_IDS), path.parent)


def _reason_by_head(head: bytes | str) -> str | None:
    """Return why a file is not read, as far as its first bytes tell."""
    if isinstance(head, str):
        return head
    if not head:
        return "empty"
    if head.startswith((PARQUET_MAGIC, GZIP_MAGIC, ZSTD_MAGIC, *_JSON_STARTS)):
        return None
    return "neither JSON nor gzip nor zstd nor Parquet"


class _Parts:
    """The parts of a dump, held against the manifests that name them.

    Parameters
    ----------
    root : PurePath
        What was asked for.
    files : sequence of Listed
        All files below it.
    manifests : Manifests
        Those there and above.
    """

    def __init__(self, root: PurePath, files: Sequence[Listed], manifests: Manifests) -> None:
        self._root = root
        self._is_file = [found.path for found in files] == [root]
        self._there: dict[PurePath, set[tuple[str, str]]] = {}
        for found in files:
            in_partition = found.path.parent.name.startswith("updated_date=")
            if in_partition and not are_removals(found.path):
                key = part_key(found.path.parent.name, found.path.name)
                self._there.setdefault(found.path.parent.parent, set()).add(key)
        self._lists = {}
        self._unused: list[Skipped] = []
        for entity, there in self._there.items():
            listed = manifests.files_of(entity)
            if listed is None:
                continue
            if there.isdisjoint(listed.files):
                self._unused.append(
                    Skipped(
                        name=listed.manifest,
                        reason=f"names none of the parts of {entity.name}: not taken as their list",
                    )
                )
            else:
                self._lists[entity] = listed

    def reason_to_skip(self, found: Listed) -> str | None:
        """Return why a part is not read, as far as manifests tell; a file given by name is."""
        listed = self._lists.get(found.path.parent.parent)
        if listed is None or self._is_file:
            return None
        key = part_key(found.path.parent.name, found.path.name)
        is_stale = key in self._there[found.path.parent.parent] and key not in listed.files
        return _STALE if is_stale else None

    def fault(self, found: Listed) -> str | None:
        """Return what the size of a part tells."""
        listed = self._lists.get(found.path.parent.parent)
        named = listed and listed.files.get(part_key(found.path.parent.name, found.path.name))
        if not named or named.name != found.path.name or named.size_bytes is None:
            return None
        size = found.size_bytes
        if size < named.size_bytes:
            return f"an interrupted download: {size:,} of {named.size_bytes:,} bytes"
        if size > named.size_bytes:
            return f"larger than in the manifest: {size:,} instead of {named.size_bytes:,} bytes"
        return None

    def missing(self) -> Iterator[Skipped]:
        """Yield what manifests name and is not there, whole partitions in one word."""
        if self._is_file:
            return
        yield from self._unused
        for entity, listed in self._lists.items():
            partitions = {partition for partition, _ in self._there[entity]}
            elsewhere = 0
            for key, named in listed.files.items():
                if key in self._there[entity]:
                    continue
                if key[0] in partitions:
                    name = f"{entity.name}/{named.partition}/{named.name}"
                    yield Skipped(name=name, reason=_MISSING)
                elif self._root in (entity, *entity.parents):
                    elsewhere += 1
            if elsewhere:
                what = f"{elsewhere:,} more files of {entity.name}"
                reason = f"names {what}, in partitions that are not there"
                yield Skipped(name=listed.manifest, reason=reason)


def _dump_date(
    manifests: Manifests, folder: PurePath, known: dict[PurePath, date | None]
) -> date | None:
    """Return the date that the nearest manifest above gives; looked up once per folder."""
    if folder not in known:
        found = manifests.day_of(folder)
        is_top = folder.parent == folder or not _is_inside_dump(folder)
        known[folder] = found if found or is_top else _dump_date(manifests, folder.parent, known)
    return known[folder]


def _is_inside_dump(folder: PurePath) -> bool:
    """Whether the folder is a partition or an entity, so that a manifest may lie above it."""
    return folder.name.startswith("updated_date=") or any(
        part in {"data", "jsonl", "parquet"} for part in folder.parts[-3:]
    )

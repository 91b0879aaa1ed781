"""Manifests of a dump: which files its release has, of what size, and of what day it is.

A manifest may come from anywhere, name files of another bucket, or be older than what lies beside
it; nothing that it names is ever opened. What follows from it is decided in ``discover``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec

from scholargraph.ingest.limits import MAX_MANIFEST_BYTES
from scholargraph.ingest.lines import GZIP_MAGIC

if TYPE_CHECKING:
    from scholargraph.ingest.places import Listed, Place

MANIFESTS: Final = ("manifest.json", "manifest", "manifest.json.gz", "manifest.gz")
"""Names of manifests, the first of which is taken."""

_TAIL: Final = re.compile(r"([^/]+)/(updated_date=[^/]+)/([^/]+)\Z")
_ENDINGS: Final = re.compile(r"(\.(gz|zst|jsonl|ndjson|json))+\Z")
_GZIP_WBITS: Final = 31


class UnreadableManifestError(ValueError):
    """A file with the name of a manifest is none."""


class _Meta(msgspec.Struct, gc=False):
    content_length: Any = None


class _Entry(msgspec.Struct, gc=False):
    url: str
    meta: _Meta | None = None


class _Entity(msgspec.Struct):
    files: list[_Entry] = []


class _Document(msgspec.Struct):
    """All layouts at once: of 2022, of one entity, and of a whole dump."""

    date: str | None = None
    entries: list[_Entry] = []
    files: list[_Entry] = []
    entities: list[_Entity] = []


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as a manifest has it."""

    partition: str
    name: str
    size_bytes: int | None

    @property
    def key(self) -> tuple[str, str]:
        """What finds it in a copy of the dump."""
        return part_key(self.partition, self.name)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says."""

    day: date | None
    """Of the dump."""
    entities: Mapping[str, tuple[NamedFile, ...]]
    """Files by the folder of their entity."""


@dataclass(frozen=True, slots=True)
class FileList:
    """What a manifest says of the folder of one entity."""

    manifest: str
    """Its name, for people."""
    files: Mapping[tuple[str, str], NamedFile]


def part_key(partition: str, name: str) -> tuple[str, str]:
    """Return what names a part in every copy of a dump, however it is compressed or escaped.

    Examples
    --------
    >>> part_key("updated_date=2026-02-01T00%3A00", "part_000.gz")
    ('updated_date=2026-02-01T00:00', 'part_000')
    """
    return unquote(partition), _ENDINGS.sub("", unquote(name))


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest of any layout, plain or gzip.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    UnreadableManifestError
        If it is none.

    Examples
    --------
    >>> found = parse_manifest(b'{"entries": [{"url": "s3://b/works/updated_date=2026-01-01/p.gz"}]}')
    >>> found.entities["works"][0].name
    'p.gz'
    """
    try:
        document = msgspec.json.decode(_unpacked(data), type=_Document)
        day = None if document.date is None else date.fromisoformat(document.date[:10])
    except (ValueError, RecursionError) as error:
        raise UnreadableManifestError(f"no manifest: {error}") from error
    lists = (document.entries, document.files, *(entity.files for entity in document.entities))
    entities: dict[str, list[NamedFile]] = {}
    for entry in (entry for entries in lists for entry in entries):
        tail = _TAIL.search(entry.url)
        if tail is not None:
            size = entry.meta.content_length if entry.meta is not None else None
            is_size = type(size) is int and size >= 0
            named = NamedFile(tail[2], tail[3], size if is_size else None)
            entities.setdefault(tail[1], []).append(named)
    return Manifest(day, {name: tuple(files) for name, files in entities.items()})


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(GZIP_MAGIC):
        return data
    from isal import isal_zlib

    try:
        content: bytes = isal_zlib.decompressobj(wbits=_GZIP_WBITS).decompress(
            data, MAX_MANIFEST_BYTES + 1
        )
    except isal_zlib.error as error:  # type: ignore[misc]  # its stub says Exception object
        raise ValueError(f"damaged gzip: {error}") from error
    if len(content) > MAX_MANIFEST_BYTES:
        raise ValueError(f"more than {MAX_MANIFEST_BYTES:,} bytes")
    return content


class Manifests:
    """The manifests of a place, and those above it; each is read once.

    Parameters
    ----------
    place : Place
        Where they are looked for.
    files : iterable of Listed
        What there is in it.
    """

    def __init__(self, place: Place, files: Iterable[Listed]) -> None:
        self._place = place
        self._there = {found.path for found in files if found.path.name in MANIFESTS}
        self._read: dict[PurePath, tuple[str, Manifest] | None] = {}
        self.unreadable: dict[PurePath, str] = {}
        """Those that are none, and why."""

    def day_of(self, folder: PurePath) -> date | None:
        """Return the day that the manifest of a folder gives."""
        found = self._of(folder)
        return None if found is None else found[1].day

    def files_of(self, folder: PurePath) -> FileList | None:
        """Return the list of the parts of an entity's folder: its own, or the one of the dump."""
        own = self._of(folder)
        if own is not None:
            name, manifest = own
            files = manifest.entities.get(folder.name, ())
            if not files and len(manifest.entities) == 1:
                # The folder has another name than when it was released.
                (files,) = manifest.entities.values()
            if files:
                return FileList(f"{folder.name}/{name}", {named.key: named for named in files})
        above = self._of(folder.parent)
        if above is not None:
            name, manifest = above
            if files := manifest.entities.get(folder.name, ()):
                return FileList(name, {named.key: named for named in files})
        return None

    def _of(self, folder: PurePath) -> tuple[str, Manifest] | None:
        """Return name and content of the manifest in a folder."""
        if folder not in self._read:
            self._read[folder] = self._look(folder)
        return self._read[folder]

    def _look(self, folder: PurePath) -> tuple[str, Manifest] | None:
        is_listed = self._place.path in (folder, *folder.parents)
        for path in (folder / name for name in MANIFESTS):
            if is_listed and path not in self._there:
                continue
            content = self._place.content(path, MAX_MANIFEST_BYTES)
            if content is None:
                if is_listed:
                    self.unreadable[path] = f"no manifest: more than {MAX_MANIFEST_BYTES:,} bytes"
                continue
            try:
                return path.name, parse_manifest(content)
            except UnreadableManifestError as error:
                self.unreadable[path] = str(error)
        return None

"""The manifest of a version: its record, its one encoding, and a parser that believes nothing.

A manifest names every file of a version with size, rows and SHA-256, and carries a SHA-256 of
itself. How it gets its place on the disk is in ``commit``; what it allows to read, in ``snapshot``.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from scholargraph.errors import FormatTooNewError
from scholargraph.store import layout
from scholargraph.store.failures import corrupt, shown
from scholargraph.store.formats import FORMAT_VERSION

SIZE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a manifest, most of them provenance; a larger one is neither written nor read."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_CREATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_LIBRARY: Final = re.compile(r"[0-9A-Za-z.+!_-]{1,64}")
_MAX_COUNT: Final = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """One file of a table, as written."""

    name: str
    """Relative to the version's folder, such as ``papers/part-0000.parquet``."""
    size_bytes: int
    row_count: int
    sha256: str
    """Hexadecimal."""
    schema_hash: str
    """SHA-256 of the declared columns, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One version: what it holds, and where it comes from."""

    version: int
    parent: int | None
    """The version that this one was made from; None for a first one."""
    transaction: str
    """Random UUID of the commit, hexadecimal."""
    library_version: str
    created: str
    """UTC, such as ``2026-01-31T12:00:00Z``."""
    tables: Mapping[str, tuple[TableFile, ...]]
    provenance: tuple[dict[str, object], ...]
    """One entry per commit, oldest first."""


class _Unexpected(Exception):
    """What a document should have held, and what it holds."""

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(expected)
        self.expected = expected
        self.found = shown(found)


def encode(manifest: Manifest) -> bytes:
    """Return the one encoding of a manifest.

    Raises
    ------
    TypeError, ValueError, RecursionError
        If the provenance is not JSON.
    """
    document: dict[str, object] = {
        "format_version": FORMAT_VERSION,
        "version": manifest.version,
        "parent": manifest.parent,
        "transaction": manifest.transaction,
        "library_version": manifest.library_version,
        "created": manifest.created,
        "tables": {
            name: [
                {
                    "name": file.name,
                    "size_bytes": file.size_bytes,
                    "row_count": file.row_count,
                    "sha256": file.sha256,
                    "schema_hash": file.schema_hash,
                }
                for file in files
            ]
            for name, files in sorted(manifest.tables.items())
        },
        "provenance": list(manifest.provenance),
    }
    return _text({**document, "sha256": _own_hash(document)})


def decode(root: Path, version: int, data: bytes) -> Manifest:
    """Read the manifest of a version, believing nothing.

    Raises
    ------
    CorruptStoreError
        If it is not exactly what a commit of that version writes.
    FormatTooNewError
        If it is whole, and of a newer format.
    """
    try:
        return _manifest(_document(data, root), version)
    except _Unexpected as error:
        raise corrupt(
            root,
            version,
            f"{layout.MANIFESTS}/{layout.manifest_name(version)}",
            expected=error.expected,
            found=error.found,
        ) from error


def _text(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode("ascii")


def _own_hash(document: Mapping[str, object]) -> str:
    return hashlib.sha256(_text(document)).hexdigest()


def _document(data: bytes, root: Path) -> dict[str, Any]:
    """Parse, and compare with the hash that the text has of itself."""
    if len(data) > SIZE_LIMIT:
        raise _Unexpected(f"at most {SIZE_LIMIT} bytes", "more")
    try:
        document = json.loads(
            data.decode("ascii"),
            object_pairs_hook=_no_key_twice,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
        if not isinstance(document, dict):
            raise _Unexpected("a JSON object", document)
        rest = {name: value for name, value in document.items() if name != "sha256"}
        found = _own_hash(rest)
        canonical = _text({**rest, "sha256": found})
    except (ValueError, RecursionError) as error:
        raise _Unexpected("JSON", str(error)) from error
    # Bytes and not values, so that no two texts are one manifest.
    if data != canonical:
        raise _Unexpected(f"sha256 {shown(document.get('sha256'))}", found)
    version = document.get("format_version")
    if type(version) is int and version > FORMAT_VERSION:
        raise FormatTooNewError(
            f"a version of the store {root} has format {version}, and this library reads format "
            f"{FORMAT_VERSION}: install a newer scholargraph"
        )
    return document


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return document


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"a number out of range: {text[:20]}")
    return number


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _manifest(document: dict[str, Any], version: int) -> Manifest:
    names = {
        "format_version",
        "version",
        "parent",
        "transaction",
        "library_version",
        "created",
        "tables",
        "provenance",
        "sha256",
    }
    if set(document) != names:
        raise _Unexpected(f"the members {', '.join(sorted(names))}", sorted(document))
    _integer("format_version", document["format_version"], FORMAT_VERSION, FORMAT_VERSION)
    _integer(f"version {version}, as its name says", document["version"], version, version)
    if document["parent"] is not None:
        _integer("an earlier version as parent", document["parent"], 1, version - 1)
    if not isinstance(document["tables"], dict):
        raise _Unexpected("an object of tables", document["tables"])
    provenance = document["provenance"]
    if not isinstance(provenance, list) or not all(isinstance(entry, dict) for entry in provenance):
        raise _Unexpected("a list of objects as provenance", provenance)
    return Manifest(
        version=version,
        parent=document["parent"],
        transaction=_matching("a transaction", document["transaction"], layout.TRANSACTION),
        library_version=_matching("a library version", document["library_version"], _LIBRARY),
        created=_matching("a time", document["created"], _CREATED),
        tables=MappingProxyType(
            {name: _files(name, files) for name, files in document["tables"].items()}
        ),
        provenance=tuple(provenance),
    )


def _files(table: str, files: object) -> tuple[TableFile, ...]:
    _matching("a table's name", table, layout.TABLE)
    if not isinstance(files, list) or not files:
        raise _Unexpected(f"files of table {table}", files)
    return tuple(_file(table, number, file) for number, file in enumerate(files))


def _file(table: str, number: int, file: object) -> TableFile:
    names = {"name", "size_bytes", "row_count", "sha256", "schema_hash"}
    if not isinstance(file, dict) or set(file) != names:
        raise _Unexpected(f"a file with {', '.join(sorted(names))}", file)
    expected = layout.part_name(table, number)
    if file["name"] != expected:
        raise _Unexpected(f"a file named {expected}", file["name"])
    return TableFile(
        name=expected,
        size_bytes=_integer("a size", file["size_bytes"], 0, _MAX_COUNT),
        row_count=_integer("a number of rows", file["row_count"], 0, _MAX_COUNT),
        sha256=_matching("a sha256", file["sha256"], _SHA256),
        schema_hash=_matching("a schema hash", file["schema_hash"], _SHA256),
    )


def _integer(what: str, value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise _Unexpected(what, value)
    return value


def _matching(what: str, value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _Unexpected(what, value)
    return value

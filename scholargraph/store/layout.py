"""Names of files and folders in a store, and how they are recognised.

Only names live here; nothing is read or written. A name that does not match is nobody of ours: it
is never opened, and clean-up leaves it alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

FORMAT: Final = "FORMAT"
WRITER_LOCK: Final = "writer.lock"
VERSIONS: Final = "versions"
MANIFESTS: Final = "manifests"
INGEST: Final = "ingest"
DERIVED: Final = "derived"
"""Made on first use: what can be made again is no part of a store."""

FOLDERS: Final = (VERSIONS, MANIFESTS, INGEST)
"""What every store has beside its format file."""

TRANSACTION: Final = re.compile(r"[0-9a-f]{32}")
"""Name of a transaction: a random UUID, hexadecimal."""

TABLE: Final = re.compile(r"_?[a-z][a-z0-9]*(_[a-z0-9]+)*")

TEMPORARY: Final = re.compile(r"\.tmp-[0-9a-f]{32}")

_MANIFEST: Final = re.compile(r"([0-9]{8})\.json")
_VERSION_FOLDER: Final = re.compile(r"([0-9]{6,8})-([0-9a-f]{32})")
_DERIVED_FOLDER: Final = re.compile(r"[0-9]{6,8}")

LAST_VERSION: Final = 99_999_999
"""Manifests have eight digits, so that their names sort as their numbers do."""


def manifest_name(version: int) -> str:
    """Return the name of the manifest of a version."""
    return f"{version:08d}.json"


def manifest_version(name: str) -> int | None:
    """Return the version whose manifest has that name, or None."""
    match = _MANIFEST.fullmatch(name)
    return (int(match[1]) or None) if match else None


def manifest_path(root: Path, version: int) -> Path:
    """Return where the manifest of a version stands."""
    return root / MANIFESTS / manifest_name(version)


def version_folder(root: Path, version: int, transaction: str) -> Path:
    """Return the folder with the tables of a version, a name that is never used twice."""
    return root / VERSIONS / f"{version:06d}-{transaction}"


def derived_folder(root: Path, version: int) -> Path:
    """Return the folder with what was derived from a version."""
    return root / DERIVED / f"{version:06d}"


def derived_version(name: str) -> int | None:
    """Return the version that a folder of that name is derived from, or None."""
    return (int(name) or None) if _DERIVED_FOLDER.fullmatch(name) else None


def folder_owner(name: str) -> tuple[int, str] | None:
    """Return version and transaction of a version folder's name, or None."""
    match = _VERSION_FOLDER.fullmatch(name)
    return (int(match[1]), match[2]) if match else None


def part_name(table: str, number: int) -> str:
    """Return the name of a part of a table, relative to the version's folder."""
    return f"{table}/part-{number:04d}.parquet"


def temporary_name(transaction: str) -> str:
    """Return the name of a file that is not finished."""
    return f".tmp-{transaction}"

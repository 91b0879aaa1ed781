"""The files of a dump: parts of gzip JSON Lines, and the manifests over them.

What lives here: bytes and file names of the layout of June 2026. What stands in the lines is made
elsewhere.
"""

from __future__ import annotations

import gzip
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scholargraph.sample.dates import RELEASE_DATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

_BUCKET: Final = "s3://openalex-sample"
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One finished part file."""

    entity: str
    name: str
    """Path below ``data/jsonl``."""
    records: int
    size_bytes: int


class LinesFile:
    """A gzip file of JSON lines that holds neither a name nor a time.

    Parameters
    ----------
    path : Path
        The file; its folder is made. An existing file is an error.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.records = 0
        self._stack = ExitStack()
        raw = self._stack.enter_context(path.open("xb"))
        self._file = self._stack.enter_context(
            gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=_LEVEL)
        )

    def write(self, record: Mapping[str, object]) -> None:
        """Add one record as a line."""
        import msgspec

        self._file.write(msgspec.json.encode(record) + b"\n")
        self.records += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()


def write_parts(
    folder: Path, entity: str, part: int, records: Iterable[Mapping[str, object]]
) -> list[Part]:
    """Write records into the partitions that their ``updated_date`` names.

    Parameters
    ----------
    folder : Path
        The folder ``data/jsonl``.
    entity : str
        Plural name, as OpenAlex calls the folder.
    part : int
        Number of the part inside each partition.
    records : iterable of mapping
        Kept in their order inside each part.

    Returns
    -------
    list of Part
        By name.
    """
    files: dict[str, LinesFile] = {}
    with ExitStack() as stack:
        for record in records:
            name = f"{entity}/updated_date={str(record['updated_date'])[:10]}/part_{part:04d}.gz"
            if name not in files:
                files[name] = stack.enter_context(LinesFile(folder / name))
            files[name].write(record)
    return [
        Part(
            entity=entity,
            name=name,
            records=file.records,
            size_bytes=file.path.stat().st_size,
        )
        for name, file in sorted(files.items())
    ]


def write_manifests(folder: Path, parts: Sequence[Part], entities: Sequence[str]) -> list[Path]:
    """Write the manifest of each entity and the combined one, which come last in a release.

    Parameters
    ----------
    folder : Path
        The folder ``data/jsonl``.
    parts : sequence of Part
        All parts.
    entities : sequence of str
        In the order of the combined manifest.

    Returns
    -------
    list of Path
        The files written.
    """
    paths = []
    summaries: list[dict[str, object]] = []
    for entity in entities:
        own = sorted((part for part in parts if part.entity == entity), key=lambda part: part.name)
        totals = _totals(own)
        files = [{"url": f"{_BUCKET}/data/jsonl/{p.name}", "meta": _totals([p])} for p in own]
        head: dict[str, object] = {"date": RELEASE_DATE, "format": "jsonl", "entity": entity}
        manifest = {**head, **totals, "files": files}
        paths.append(_write_json(folder / entity / "manifest.json", manifest))
        summaries.append({"entity": entity, **totals, "files": files})
    combined = {
        "date": RELEASE_DATE,
        "format": "jsonl",
        "meta": _totals(parts),
        "entities": summaries,
    }
    return [*paths, _write_json(folder / "manifest.json", combined)]


def _totals(parts: Sequence[Part]) -> dict[str, object]:
    return {
        "record_count": sum(part.records for part in parts),
        "content_length": sum(part.size_bytes for part in parts),
    }


def _write_json(path: Path, content: Mapping[str, object]) -> Path:
    import msgspec

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
    return path

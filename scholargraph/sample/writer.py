"""The files of a dump: parts of gzip JSON Lines, and the manifests over them.

What lives here: bytes and file names of the layout of June 2026. What stands in the lines is made
elsewhere.
"""

from __future__ import annotations

import shutil
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
_LEVEL: Final = 3
"""Of isal, whose fourth part of zlib's time costs a sixth more bytes."""

_GZIP: Final = 31
"""Window bits that ask for a gzip header, which then holds neither a name nor a time."""


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
        from isal import isal_zlib

        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.records = 0
        self._file = path.open("xb")
        self._deflate = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)

    def write(self, record: Mapping[str, object]) -> None:
        """Add one record as a line."""
        import msgspec

        self._file.write(self._deflate.compress(msgspec.json.encode(record) + b"\n"))
        self.records += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._file:
            self._file.write(self._deflate.flush())


class PartFiles:
    """The files of one part: in each partition that an ``updated_date`` names, one.

    Parameters
    ----------
    folder : Path
        The folder ``data/jsonl``.
    entity : str
        Plural name, as OpenAlex calls the folder.
    part : int
        Number of the part inside each partition.
    """

    def __init__(self, folder: Path, entity: str, part: int) -> None:
        self._folder = folder
        self._entity = entity
        self._part = part
        self._files: dict[str, LinesFile] = {}
        self._stack = ExitStack()

    def write(self, records: Iterable[Mapping[str, object]]) -> None:
        """Add records, which keep their order inside each file."""
        for record in records:
            day = str(record["updated_date"])[:10]
            name = f"{self._entity}/updated_date={day}/part_{self._part:04d}.gz"
            if name not in self._files:
                self._files[name] = self._stack.enter_context(LinesFile(self._folder / name))
            self._files[name].write(record)

    def parts(self) -> list[Part]:
        """Return what was written, by name; only after the files were closed."""
        return [
            Part(
                entity=self._entity,
                name=name,
                records=file.records,
                size_bytes=file.path.stat().st_size,
            )
            for name, file in sorted(self._files.items())
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()


def append_file(target: Path, piece: Path) -> None:
    """Move a finished gzip file to the end of another, of which it becomes one more member."""
    with target.open("ab") as file, piece.open("rb") as source:
        shutil.copyfileobj(source, file)
    piece.unlink()


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

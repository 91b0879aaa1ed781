"""``ingest_arxiv``: the way in for records of arXiv."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from scholargraph.errors import InputNotFoundError, InvalidArgumentError
from scholargraph.ingest.arxiv.reading import read_records
from scholargraph.ingest.arxiv.records import RecordReader
from scholargraph.ingest.discover import AnySource, Input
from scholargraph.ingest.feeds import InputFeed
from scholargraph.ingest.places import paths_of, place_of
from scholargraph.ingest.report import IngestReport, Progress
from scholargraph.ingest.run import ingest
from scholargraph.ingest.urls import without_credentials

if TYPE_CHECKING:
    from scholargraph.ingest.arxiv.records import Batch
    from scholargraph.ingest.rejects import Rejects

LINKS = ("all", "ids")


def ingest_arxiv(
    source: AnySource,
    store: str | os.PathLike[str],
    *,
    link: Literal["all", "ids"] = "all",
    complete: bool = False,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> IngestReport:
    """Read records of arXiv into a store as its next version, beside what is there.

    A record whose work OpenAlex has, too, joins that: the paper keeps its OpenAlex id, gets the
    arXiv id, categories beside its topics, and an abstract if it had none, and answers to both
    ids. The byline of the record stands in the table ``arxiv_bylines``, as evidence. Every other
    record is a paper of its own, ``arXiv:…``; its authors are name forms, ``name:…``, which are
    no people: two people of one name are one, a person with two names two. Which record is which
    work is decided anew in every ingest from all that both sides say, so that the order of ingests
    does not matter; the table ``links`` has each link with its reason.

    Parameters
    ----------
    source : path or URL, or iterable of them
        The Kaggle file (plain, gzip or zip), pages harvested by OAI-PMH (arXiv, arXivRaw,
        arXivOld or oai_dc), Atom feeds of the API, or a folder of these; recognised by content.
    store : path
        Made if absent.
    link : {"all", "ids"}
        With ``"ids"`` these records are linked by identifiers alone; otherwise also where a title
        of some length, the year (give or take one) and at least four fifths of the byline agree.
        Such links have their score in ``links``, and those that are not good enough to be taken,
        but nearly, stand there as proposals.
    complete : bool
        Whether the source is all of arXiv, as the Kaggle file is: records that are not in it go.
    workers : int, optional
        Processes that read; one file is read by one process. By default one per processor where
        there is enough to read.
    progress : callable, optional
        Is told how far the ingest is.

    Returns
    -------
    IngestReport
        What went in, what did not, and what came out.

    Raises
    ------
    InputNotFoundError
        If there is nothing to read.
    InvalidArgumentError
        If an argument is not one of its values.
    IngestError
        If the ingest fails; the store is as it was.

    Notes
    -----
    The reasons for a link, in the order of their trust: ``arXiv DOI`` (the work's own DOI is
    10.48550/arXiv.…), ``location`` and ``arXiv id`` (the work names the record), ``published DOI``
    (the record names the work's DOI; score 0.95), ``title, byline and year`` (score: share of the
    longer byline that agrees). Works of OpenAlex are never merged: where several name a record it
    joins the one whose DOI is arXiv's, or the one with the smallest id.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> line = '{"id": "0704.0001", "title": "T", "authors": "A. One and B. Two"}'
    >>> _ = (folder / "arxiv.json").write_text(line)
    >>> report = ingest_arxiv(folder / "arxiv.json", folder / "graph")
    >>> report.rows["papers"], report.rows["authors"]
    (1, 2)
    """
    if link not in LINKS:
        raise InvalidArgumentError(f"link must be 'all' or 'ids', not {link!r}")
    if workers is not None and workers < 1:
        raise InvalidArgumentError(f"workers must be a positive number, not {workers!r}")
    inputs = _inputs(source)
    return ingest(
        store,
        [ArxivFeed(given) for given in inputs],
        partial(RecordReader, links_by_title=link == "all"),
        command="ingest_arxiv",
        skipped={},
        only_named=False,
        workers=workers,
        progress=progress,
        replaced="arxiv" if complete else None,
    )


def _inputs(source: AnySource) -> list[Input]:
    """Return all files: what they are is told by their content, and what is no record is named."""
    inputs: dict[str, Input] = {}
    for path in paths_of(source):
        place = place_of(path)
        files = list(place.files())
        if not files:
            raise InputNotFoundError(f"{without_credentials(os.fspath(path))} holds no files")
        for found in files:
            is_alone = found.path == place.path
            name = found.path.name if is_alone else found.path.relative_to(place.path).as_posix()
            inputs.setdefault(
                str(found.file),
                Input(file=found.file, name=name, size_bytes=found.size_bytes, dump_date=None),
            )
    return list(inputs.values())


@dataclass(frozen=True, slots=True)
class ArxivFeed(InputFeed):
    """A file with records of arXiv."""

    def read(self, reader: Any, rejects: Rejects, at: Callable[[int], None]) -> Iterator[Batch]:
        """Feed the reader and yield its batches."""
        records = read_records(self.given.file, self.name, rejects, reader.drift, at=at)
        yield from reader.read(records)

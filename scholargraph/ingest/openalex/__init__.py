"""OpenAlex: JSON Lines and Parquet of the snapshot, pages and objects of the API.

``ingest_openalex`` is the way in; ``kinds`` lists the records that are known, ``shapes`` what
they look like, and one module per kind makes their rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from scholargraph.errors import InvalidArgumentError
from scholargraph.ingest.discover import AnySource, discover
from scholargraph.ingest.estimate import IngestEstimate, estimate
from scholargraph.ingest.feeds import FileFeed, ValueFeed
from scholargraph.ingest.openalex.reading import RecordReader
from scholargraph.ingest.openalex.removal_feed import RemovalFeed
from scholargraph.ingest.openalex.selection import Selection, select
from scholargraph.ingest.report import IngestReport, Progress
from scholargraph.ingest.run import ingest, worker_count


def ingest_openalex(
    source: AnySource,
    store: str | os.PathLike[str],
    *,
    dump_date: date | str | None = None,
    years: tuple[int, int] | None = None,
    types: Iterable[str] | None = None,
    topics: Iterable[str] | None = None,
    institutions: Iterable[str] | None = None,
    countries: Iterable[str] | None = None,
    authors: Iterable[str] | None = None,
    sample: float | None = None,
    exclude_xpac: bool = False,
    abstracts: bool = True,
    complete: bool = False,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> IngestReport:
    """Read an OpenAlex dump, or a part of one, into a store as its next version.

    Works alone are enough: the authors, institutions, sources, funders and topics that they name
    become nodes from what they say, and full records enrich these whenever they come. Ingesting
    again, in any order or split, gives the same tables; of several versions of a record the
    newest counts, by ``(updated_date, dump date, content)``. What cannot be read stands in the
    table ``rejects``; the store is as it was if the ingest fails.

    Parameters
    ----------
    source : path or URL, or iterable of them
        A dump (flat layout, ``data/jsonl`` or ``data/parquet``), one of its entity folders, or a
        file: JSON Lines, Parquet, pages of the API, a list of records or a single one, plain,
        gzip or zstd. Of a dump with both editions the JSON Lines are read. Kinds of record are
        told by their ids, not by file names. Where a dump has a manifest, parts that it
        does not name are passed over. A URL, as a text, is read without a copy on disk:
        ``"s3://openalex/data/jsonl/works"``, ``gs://``, ``abfs://``, ``hdfs://``; credentials are
        those of the environment, none with ``?anonymous=true`` after the URL and for the bucket
        of OpenAlex, which is public.
    store : path
        Folder of the store; made if absent.
    dump_date : datetime.date or str, optional
        Date of the dump (ISO 8601), which decides between versions of a record with the same
        ``updated_date``. By default the date that the dump's manifest gives; unknown is oldest.
    years : tuple of int, optional
        Take works of these years of publication only, first and last included.
    types, topics, institutions, countries, authors : iterable of str, optional
        Take works only that are or have one of each list: a type; a topic of any level and what
        lies below it; a seat of the institution, of the country (ISO 3166-1 alpha-2), of the
        author. Ids are OpenAlex ids or URLs.
    sample : float, optional
        Take this share of the works, drawn by their ids: the same ones from every dump.
    exclude_xpac : bool
        Leave out works of the expansion pack.
    abstracts : bool
        Whether to take abstracts, a third of what is stored.
    complete : bool
        Whether the source is all of OpenAlex: every earlier record of OpenAlex goes that it does
        not hold, of any kind, as if the store had been made of it alone. Records of arXiv stay.
    workers : int, optional
        Processes that read; the tables are the same for any number. By default one per processor
        where there is enough to read.
    progress : callable, optional
        Is given a ``Progress`` a few times a second.

    Returns
    -------
    IngestReport
        Rows by table, rejects and drift by reason, files, bytes, seconds, version. ``str()`` of
        it says so in words.

    Raises
    ------
    InputNotFoundError
        If there is nothing to read at ``source``.
    IngestError
        If the network fails, or no record can be read; nothing is committed then.
    InvalidArgumentError
        If ``dump_date`` is no date, ``workers`` no positive number, a selection makes no sense, or
        nothing can be read from such a URL.
    StoreLockedError
        If another process writes to the store.

    Notes
    -----
    With a selection, records other than works and topics are taken only where a selected work
    leads to them: works name authors, authors' records name institutions. What was left out is
    counted in the report. Of several versions of a work the newest decides; if it is left out, no
    older one takes its place.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> import scholargraph as sg
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> work = {"id": "https://openalex.org/W9000000001", "title": "On examples"}
    >>> _ = (folder / "works.jsonl").write_text(json.dumps(work))
    >>> report = sg.ingest_openalex(folder / "works.jsonl", folder / "graph")
    >>> report.version, report.rows["papers"]
    (1, 1)
    """
    said = _date(dump_date)
    selection = select(
        years=years,
        types=types,
        topics=topics,
        institutions=institutions,
        countries=countries,
        authors=authors,
        sample=sample,
        exclude_xpac=exclude_xpac,
        abstracts=abstracts,
    )
    inputs, skipped, removals = discover(source, said)
    passed_over = {passed.name: passed.reason for passed in skipped}
    return ingest(
        store,
        [*map(FileFeed, inputs), *map(RemovalFeed, removals)],
        partial(RecordReader, selection=selection),
        only_named=not selection.takes_all_works,
        command="ingest_openalex",
        skipped=passed_over,
        workers=_checked(workers),
        progress=progress,
        replaced="openalex" if complete else None,
    )


def estimate_openalex(
    source: AnySource,
    store: str | os.PathLike[str],
    *,
    workers: int | None = None,
    **selection: Any,
) -> IngestEstimate:
    """Say what `ingest_openalex` would take in time, disk and memory, and ingest nothing.

    The beginning of the largest file of each kind is ingested for real into a temporary store;
    the rest is multiplication by bytes. So the figures are those of this machine under its load
    of the moment, and of a dump whose other files are like the ones that were looked at.

    Parameters
    ----------
    source, store : path
        As for `ingest_openalex`; ``store`` tells which disk is meant, and is not made.
    workers : int, optional
        Processes that would read.
    **selection
        What `ingest_openalex` takes to choose works, such as ``years=(2015, 2020)``.

    Returns
    -------
    IngestEstimate
        ``str()`` of it says so in words; ``fits`` whether the disk has room.

    Raises
    ------
    InputNotFoundError
        If there is nothing to read at ``source``.
    InvalidArgumentError
        If an argument makes no sense.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> work = {"id": "https://openalex.org/W9000000001", "title": "On examples"}
    >>> _ = (folder / "works.jsonl").write_text(json.dumps(work))
    >>> estimate = estimate_openalex(folder / "works.jsonl", folder / "graph")
    >>> estimate.records, estimate.fits, (folder / "graph").exists()
    (1, True, False)
    """
    ways = {way.name for way in fields(Selection)}
    unknown = set(selection) - ways
    if unknown:
        raise InvalidArgumentError(
            f"there is no way to choose works by {', '.join(sorted(unknown))}; "
            f"the ways are: {', '.join(sorted(ways))}"
        )
    chosen = select(**selection)
    inputs, _, _ = discover(source, None)
    feeds = [FileFeed(given) for given in inputs]
    return estimate(
        feeds,
        partial(RecordReader, selection=chosen),
        Path(store),
        only_named=not chosen.takes_all_works,
        workers=worker_count(_checked(workers), feeds),
    )


def _checked(workers: int | None) -> int | None:
    if workers is not None and workers < 1:
        raise InvalidArgumentError(f"workers must be a positive number, not {workers!r}")
    return workers


def ingest_values(values: Iterable[Any], store: str | os.PathLike[str]) -> IngestReport:
    """Read decoded records or pages of the API into a store as its next version.

    Parameters
    ----------
    values : iterable
        Dicts as the API gives them: records, or pages with ``results``.
    store : path
        Folder of the store; made if absent.
    """
    return ingest(
        store,
        [ValueFeed(values)],
        RecordReader,
        only_named=False,
        command="from_records",
        skipped={},
        workers=1,
        progress=None,
    )


def _date(value: date | str | None) -> date | None:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidArgumentError(
            f"dump_date {value!r} is no date; write it as YYYY-MM-DD"
        ) from error

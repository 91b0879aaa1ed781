"""From records of arXiv to rows: what they say of papers, bylines, affiliations and abstracts.

Which papers they are, alone or together with works of OpenAlex, is decided in ``ingest.resolve``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.arxiv.bylines import Numbers, byline_rows
from scholargraph.ingest.arxiv.dates import timestamp
from scholargraph.ingest.arxiv.dois import published_dois
from scholargraph.ingest.arxiv.licences import licence_name
from scholargraph.ingest.arxiv.taxonomy import canonical_categories, canonical_category
from scholargraph.ingest.arxiv.texts import long_on_one_line, on_one_line
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.drift import BAD_VALUE
from scholargraph.ingest.runs import LEFT_OUT
from scholargraph.schema import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from scholargraph.ingest.arxiv.shapes import ArxivRecord, Origin, Version
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.rejects import Rejects

PREFIX: Final = "arXiv:"

_FULLNESS: Final[dict[Origin, int]] = {
    "kaggle": 7,
    "arXivRaw": 6,
    "arXiv": 5,
    "arXivOld": 4,
    "atom": 3,
    "oai_dc": 2,
    "header": 0,
}
"""Of records of one day the one whose format says more counts; the hash decides after that."""
_HASH_BITS: Final = 60

_WITHDRAWN: Final = (
    r"(?i)\b(withdrawn|withdrawal)\b|\bpaper (has been |is |was )?(removed|retracted) by the author"
)
_WITHDRAWN_ABSTRACT: Final = (
    r"(?i)\A\s*(this|the) (paper|article|manuscript|submission|work|preprint|note) "
    r"(has been|is|was|have been) (temporarily )?withdrawn"
)

_WITHDRAWAL: Final = "I"
_MAIL_DATE: Final = "%a, %d %b %Y %H:%M:%S GMT"
_ISO_DAY: Final = "%Y-%m-%d"
_ET_AL: Final = r"(?i)\bet\.? ?al\b"


class Batch:
    """Records to be made rows of, all at once.

    Parameters
    ----------
    records : sequence of ArxivRecord
        In the order of the file.
    links_by_title : bool
        Whether title, byline and year may link them.
    """

    def __init__(self, records: Sequence[ArxivRecord], *, links_by_title: bool) -> None:
        self._links_by_title = links_by_title
        self._deleted = [record for record in records if record.is_deleted]
        self._records = [record for record in records if not record.is_deleted]
        self._ids = pa.array([PREFIX + record.id for record in self._records], pa.string())
        self._updated_dates: pa.Array | None = None

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the rows of all tables."""
        sizes, bylines = byline_rows(self._records, drift)
        abstracts = long_on_one_line([record.abstract for record in self._records])
        has_abstract = pc.fill_null(pc.not_equal(abstracts, ""), False)
        rows = np.flatnonzero(has_abstract).astype(np.int32)
        return [
            self._record_rows(abstracts, sizes, drift),
            columns.build(
                schema.ABSTRACTS,
                rows,
                {
                    "text": abstracts.filter(has_abstract),
                    "is_complete": pa.repeat(True, len(rows)),
                },
            ),
            *bylines,
            _deletions(self._deleted),
        ]

    def _record_rows(self, abstracts: pa.Array, sizes: Numbers, drift: Drift) -> Rows:
        records = self._records
        comments = on_one_line([record.comments for record in records])
        bylines = pa.array([_end_of_byline(record) for record in records], pa.string())
        licences = pa.array([record.license for record in records], pa.string())
        dois = [published_dois(record.doi) if record.doi else () for record in records]
        return columns.build(
            schema.ARXIV_RECORDS,
            range(len(records)),
            {
                "title": on_one_line([record.title for record in records]),
                "date": self._dates(drift),
                "categories": self._categories(drift),
                "dois": dois,
                "journal_reference": on_one_line([record.journal_ref for record in records]),
                "comments": comments,
                "report_number": on_one_line([record.report_no for record in records]),
                "license": _each_once(licences, licence_name, pa.string()),
                "version_count": [
                    len(record.versions) if record.versions else record.newest_version
                    for record in records
                ],
                "author_count": pa.array(sizes, pa.int32()),
                "authors_truncated": pc.fill_null(pc.match_substring_regex(bylines, _ET_AL), False),
                "is_withdrawn": self._withdrawn(comments, abstracts),
                "updated_date": self._updated(drift),
                "links_by_title": pa.repeat(self._links_by_title, len(records)),
            },
        )

    def _dates(self, drift: Drift) -> pa.Array:
        """Return the days of the first versions."""
        texts = [
            record.versions[0].created if record.versions else record.created
            for record in self._records
        ]
        moments = _moments(texts, _MAIL_DATE, "arxiv.created", drift)
        return moments.cast(pa.date32(), safe=False)

    def _categories(self, drift: Drift) -> pa.Array:
        """Return the categories of each record; what is none is counted."""
        texts = [record.categories or "" for record in self._records]
        encoded = pa.array(texts, pa.string()).dictionary_encode()
        told = [_told_apart(text) for text in encoded.dictionary.to_pylist()]
        texts_of_records = encoded.indices.to_numpy()
        has_unknown = np.array([bool(unknown) for _, unknown in told], bool)
        for record in np.flatnonzero(has_unknown[texts_of_records]).tolist():
            drift.record_id = self._ids[record].as_py()
            for code in told[texts_of_records[record]][1]:
                drift.add("arxiv.categories", BAD_VALUE, example=code)
            drift.record_id = None
        known = pa.array([known for known, _ in told], pa.list_(pa.string()))
        return known.take(encoded.indices)

    def _withdrawn(self, comments: pa.Array, abstracts: pa.Array) -> pa.Array:
        """Return a guess at which papers were withdrawn."""
        newest = [record.versions[-1] if record.versions else None for record in self._records]
        by_version = [version is not None and _is_withdrawal(version) for version in newest]
        by_comment = pc.fill_null(pc.match_substring_regex(comments, _WITHDRAWN), False)
        by_abstract = pc.match_substring_regex(abstracts, _WITHDRAWN_ABSTRACT)
        by_text = pc.or_(by_comment, pc.fill_null(by_abstract, False))
        return pc.or_(by_text, pa.array(by_version, pa.bool_()))

    def _updated(self, drift: Drift) -> pa.Array:
        """Return when the records were changed."""
        if self._updated_dates is None:
            # Feeds give a time as well, which must not outrank a fuller record of the same day.
            changed = [_changed(record) for record in self._records]
            moments = _moments(changed, _ISO_DAY, "arxiv.update_date", drift)
            self._updated_dates = pc.floor_temporal(moments, unit="day")
        return self._updated_dates

    def ranks(self, dump_date: date | None, drift: Drift) -> Rows:
        """Return what decides between the versions of a record."""
        count = len(self._records)
        hashes = np.array([record.content_hash for record in self._records], np.uint64)
        fullness = np.array([_FULLNESS[record.origin] for record in self._records], np.uint64)
        hashes = hashes >> np.uint64(64 - _HASH_BITS) | fullness << np.uint64(_HASH_BITS)
        ranks = columns.build(
            schema.RECORDS,
            range(count),
            {
                "record_id": self._ids,
                "updated_date": self._updated(drift),
                "dump_date": [dump_date] * count,
                "content_hash": pa.array(hashes),
            },
        )
        none_left_out = pa.repeat(False, count)
        return Rows(schema.RECORDS, ranks.data.append_column(LEFT_OUT, none_left_out))


def _each_once(
    texts: pa.Array, function: Callable[[str], str | None], type_: pa.DataType
) -> pa.Array:
    """Return what texts mean, of which there are few different ones."""
    encoded = texts.dictionary_encode()
    meanings = [function(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(meanings, type_).take(encoded.indices)


def _told_apart(text: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the categories that a text holds, and what in it is none."""
    unknown = [code for code in text.split() if canonical_category(code) is None]
    return canonical_categories(text), unknown


def _changed(record: ArxivRecord) -> str | None:
    return record.update_date or record.datestamp or record.updated


def _moments(texts: Sequence[str | None], pattern: str, field: str, drift: Drift) -> pa.Array:
    """Return the moments that texts mean, all at once where they are spelt as usual."""
    given = pa.array(texts, pa.string())
    moments = pc.strptime(given, format=pattern, unit="us", error_is_null=True)
    is_unusual = pc.and_(moments.is_null(), given.is_valid())
    if not pc.any(is_unusual, min_count=0).as_py():
        return moments
    read = [timestamp(text) for text in given.filter(is_unusual).to_pylist()]
    kept = [
        found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None
        for found in read
    ]
    if None in kept:
        drift.add(field, BAD_VALUE, kept.count(None))
    return pc.replace_with_mask(moments, is_unusual, pa.array(kept, moments.type))


def _end_of_byline(record: ArxivRecord) -> str | None:
    """Return the byline, or its last name where the record has it in parts alone."""
    if record.authors is not None:
        return record.authors
    if record.authors_parsed:
        return " ".join(reversed(record.authors_parsed[-1][:2]))
    return record.author_names[-1][0] if record.author_names else None


def _is_withdrawal(version: Version) -> bool:
    return version.source_type is not None and _WITHDRAWAL in version.source_type.upper()


def _deletions(deleted: Sequence[ArxivRecord]) -> Rows:
    moments = [timestamp(_changed(record)) for record in deleted]
    return columns.build(
        schema.DELETED,
        range(len(deleted)),
        {
            "record_id": [PREFIX + record.id for record in deleted],
            "deleted_date": [moment.date() if moment else None for moment in moments],
        },
    )


class RecordReader:
    """Makes batches of the records of any files.

    Parameters
    ----------
    drift : Drift
        Is told of unknown fields and bad values.
    rejects : Rejects
        Is told of what cannot be read.
    links_by_title : bool
        Whether title, byline and year may link the records.
    """

    def __init__(self, drift: Drift, rejects: Rejects, *, links_by_title: bool) -> None:
        self._drift = drift
        self.rejects = rejects
        self._links_by_title = links_by_title
        self.record_count = 0
        self.left_out: Counter[str] = Counter()

    def read(self, records: Iterator[list[ArxivRecord]]) -> Iterator[Batch]:
        """Take records, as many as make a batch at a time, and yield the batches."""
        for several in records:
            self.record_count += len(several)
            yield Batch(several, links_by_title=self._links_by_title)

    @property
    def drift(self) -> Drift:
        """What is told of odd values."""
        return self._drift

    def rest(self) -> Iterator[Batch]:
        """Yield nothing: no batch waits for the records of another file."""
        return iter(())

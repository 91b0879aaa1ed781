"""From records of arXiv to rows: what they say of papers, bylines, affiliations and abstracts.

Which papers they are, alone or together with works of OpenAlex, is decided in ``ingest.resolve``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.arxiv.bylines import Bylines, Numbers
from scholargraph.ingest.arxiv.dates import timestamp
from scholargraph.ingest.arxiv.dois import published_dois
from scholargraph.ingest.arxiv.licences import licence_name
from scholargraph.ingest.arxiv.taxonomy import canonical_categories, canonical_category
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.drift import BAD_VALUE
from scholargraph.ingest.limits import BATCH_BYTES, BATCH_RECORDS
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

_MOST_CATEGORIES: Final = 4_096
"""Texts with categories that are kept with what they mean: a few hundred make up most papers."""

_LONGEST_USUAL_CATEGORIES: Final = 200
"""Characters of such a text."""

_WITHDRAWN: Final = (
    r"(?i)\b(withdrawn|withdrawal)\b|\bpaper (has been |is |was )?(removed|retracted) by the author"
)
_WITHDRAWN_ABSTRACT: Final = (
    r"(?i)\A\s*(this|the) (paper|article|manuscript|submission|work|preprint|note) "
    r"(has been|is|was|have been) (temporarily )?withdrawn"
)
_ON_ONE_LINE: Final = bytes.maketrans(b"\t\n\v\f\r", b"     ")
_BLANK: Final = ord(" ")

_WITHDRAWAL: Final = "I"
_MAIL_DATE: Final = "%a, %d %b %Y %H:%M:%S GMT"
_ISO_DAY: Final = "%Y-%m-%d"
_ET_AL: Final = r"(?i)\bet\.? ?al\b"


class Batch:
    """Records, gathered until there are enough of them to make rows.

    Parameters
    ----------
    links_by_title : bool
        Whether title, byline and year may link them.
    """

    def __init__(self, *, links_by_title: bool) -> None:
        self._links_by_title = links_by_title
        self._bylines = Bylines()
        self._ids: list[str] = []
        self._changed: list[str | None] = []
        self._updated_dates: pa.Array | None = None
        self._hashes: list[int] = []
        self._said: list[tuple[object, ...]] = []
        self._abstracts: list[str | None] = []
        self._printed_bylines: list[str | None] = []
        self._withdrawals: list[bool] = []
        self._deleted: list[tuple[str, date | None]] = []
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Whether rows should be made now."""
        count = len(self._ids) + len(self._deleted)
        return count >= BATCH_RECORDS or self._size >= BATCH_BYTES

    def add(self, record: ArxivRecord, drift: Drift) -> None:
        """Take a record."""
        changed = record.update_date or record.datestamp or record.updated
        if record.is_deleted:
            moment = timestamp(changed)
            self._deleted.append((PREFIX + record.id, moment.date() if moment else None))
            return
        versions = record.versions
        self._bylines.add(record)
        self._ids.append(PREFIX + record.id)
        self._changed.append(changed)
        fullness = _FULLNESS[record.origin] << _HASH_BITS
        self._hashes.append(fullness | record.content_hash >> (64 - _HASH_BITS))
        self._abstracts.append(record.abstract)
        self._printed_bylines.append(_end_of_byline(record))
        self._withdrawals.append(versions is not None and _is_withdrawal(versions))
        self._said.append(
            (
                record.title,
                versions[0].created if versions else record.created,
                self._categories(record.categories, drift),
                published_dois(record.doi) if record.doi else (),
                record.journal_ref,
                record.comments,
                record.report_no,
                licence_name(record.license) if record.license else None,
                len(versions) if versions else record.newest_version,
            )
        )
        self._size += len(record.abstract or "") + len(record.authors or "")

    def _categories(self, text: str | None, drift: Drift) -> tuple[str, ...]:
        text = text or ""
        is_usual = len(text) <= _LONGEST_USUAL_CATEGORIES
        known, unknown = (_told_apart_before if is_usual else _told_apart)(text)
        for code in unknown:
            drift.record_id = self._ids[-1]
            drift.add("arxiv.categories", BAD_VALUE, example=code)
            drift.record_id = None
        return known

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the rows of all tables."""
        sizes, bylines = self._bylines.tables(drift)
        abstracts = _on_one_line(self._abstracts)
        has_abstract = pc.fill_null(pc.not_equal(abstracts, ""), False)
        rows = np.flatnonzero(has_abstract).astype(np.int32)
        return [
            self._records(abstracts, sizes, drift),
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

    def _records(self, abstracts: pa.Array, sizes: Numbers, drift: Drift) -> Rows:
        given = list(zip(*self._said, strict=True)) or [()] * len(_SAID)
        said = dict(zip(_SAID, given, strict=True))
        comments = _on_one_line(said["comments"])
        withdrawn = pc.or_(
            pc.fill_null(pc.match_substring_regex(comments, _WITHDRAWN), False),
            pc.fill_null(pc.match_substring_regex(abstracts, _WITHDRAWN_ABSTRACT), False),
        )
        bylines = pa.array(self._printed_bylines, pa.string())
        return columns.build(
            schema.ARXIV_RECORDS,
            range(len(self._ids)),
            {
                **said,
                "title": _on_one_line(said["title"]),
                "date": _days(said["date"], drift),
                "comments": comments,
                "journal_reference": _on_one_line(said["journal_reference"]),
                "report_number": _on_one_line(said["report_number"]),
                "author_count": pa.array(sizes, pa.int32()),
                "authors_truncated": pc.fill_null(pc.match_substring_regex(bylines, _ET_AL), False),
                "is_withdrawn": pc.or_(withdrawn, pa.array(self._withdrawals, pa.bool_())),
                "updated_date": self._updated(drift),
                "links_by_title": pa.repeat(self._links_by_title, len(self._ids)),
            },
        )

    def _updated(self, drift: Drift) -> pa.Array:
        """Return when the records were changed."""
        if self._updated_dates is None:
            # Feeds give a time as well, which must not outrank a fuller record of the same day.
            moments = _moments(self._changed, _ISO_DAY, "arxiv.update_date", drift)
            self._updated_dates = pc.floor_temporal(moments, unit="day")
        return self._updated_dates

    def ranks(self, dump_date: date | None, drift: Drift) -> Rows:
        """Return what decides between the versions of a record."""
        ranks = columns.build(
            schema.RECORDS,
            range(len(self._ids)),
            {
                "record_id": self._ids,
                "updated_date": self._updated(drift),
                "dump_date": [dump_date] * len(self._ids),
                "content_hash": self._hashes,
            },
        )
        none_left_out = pa.repeat(False, len(self._ids))
        return Rows(schema.RECORDS, ranks.data.append_column(LEFT_OUT, none_left_out))


_SAID: Final = (
    "title",
    "date",
    "categories",
    "dois",
    "journal_reference",
    "comments",
    "report_number",
    "license",
    "version_count",
)


def _told_apart(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the categories that a text holds, and what in it is none."""
    unknown = tuple(code for code in text.split() if canonical_category(code) is None)
    return canonical_categories(text), unknown


_told_apart_before = lru_cache(maxsize=_MOST_CATEGORIES)(_told_apart)


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


def _days(texts: Sequence[str | None], drift: Drift) -> pa.Array:
    return _moments(texts, _MAIL_DATE, "arxiv.created", drift).cast(pa.date32(), safe=False)


def _end_of_byline(record: ArxivRecord) -> str | None:
    """Return the byline, or its last name where the record has it in parts alone."""
    if record.authors is not None:
        return record.authors
    if record.authors_parsed:
        return " ".join(reversed(record.authors_parsed[-1][:2]))
    return record.author_names[-1][0] if record.author_names else None


def _is_withdrawal(versions: Sequence[Version]) -> bool:
    newest = versions[-1].source_type if versions else None
    return newest is not None and _WITHDRAWAL in newest.upper()


def _on_one_line(texts: Sequence[str | None]) -> pa.Array:
    """Return texts without line breaks and repeated blanks."""
    array = pc.ascii_trim_whitespace(pa.array(texts, pa.string()))
    validity, offsets, data = array.buffers()
    if not len(array) or data is None:
        return array
    ends = np.frombuffer(offsets, np.int32)[1 : len(array) + 1]
    characters = data.to_pybytes()[: ends[-1]].translate(_ON_ONE_LINE)
    buffers = [validity, offsets, pa.py_buffer(characters)]
    array = pa.Array.from_buffers(pa.string(), len(array), buffers)
    is_blank = np.frombuffer(characters, np.uint8) == _BLANK
    doubled = np.flatnonzero(is_blank[1:] & is_blank[:-1])
    if len(doubled):
        is_doubled = np.zeros(len(array), bool)
        is_doubled[ends.searchsorted(doubled, "right")] = True
        mask = pa.array(is_doubled)
        single = pc.replace_substring_regex(array.filter(mask), "  +", " ")
        array = pc.replace_with_mask(array, mask, single)
    return columns.without_control_characters(array)


def _deletions(deleted: Sequence[tuple[str, date | None]]) -> Rows:
    rows = columns.build(
        schema.DELETED,
        range(len(deleted)),
        {
            "record_id": [record_id for record_id, _ in deleted],
            "deleted_date": [day for _, day in deleted],
        },
    )
    return rows


class RecordReader:
    """Gathers records of any files into batches.

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
        self._batch = self._empty()
        self.record_count = 0
        self.left_out: Counter[str] = Counter()

    def _empty(self) -> Batch:
        return Batch(links_by_title=self._links_by_title)

    def read(self, records: Iterator[list[ArxivRecord]]) -> Iterator[Batch]:
        """Take records, and yield batches as they fill."""
        for several in records:
            for record in several:
                self._batch.add(record, self._drift)
            self.record_count += len(several)
            if self._batch.is_full:
                yield self._batch
                self._batch = self._empty()

    @property
    def drift(self) -> Drift:
        """What is told of odd values."""
        return self._drift

    def rest(self) -> Iterator[Batch]:
        """Yield what did not fill a batch."""
        yield self._batch
        self._batch = self._empty()

"""Dates of arXiv, against the mail parser of the standard library and by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv.dates import MAX_LENGTH, timestamp

OFFSETS = st.integers(min_value=-14 * 60, max_value=14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
MOMENTS = st.datetimes(
    min_value=datetime(1980, 1, 2), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))


@given(MOMENTS, OFFSETS)
def test_mail_dates_are_read_as_the_standard_library_does(
    moment: datetime, offset: timezone
) -> None:
    """Any date and any offset gives the same moment as the standard library's parser."""
    for text in (
        format_datetime(moment, usegmt=True),
        format_datetime(moment.astimezone(offset)),
        format_datetime(moment, usegmt=True).replace(", 0", ", "),
    ):
        expected = parsedate_to_datetime(text).astimezone(UTC).replace(tzinfo=None)
        assert timestamp(text) == expected == moment.replace(tzinfo=None)


@given(MOMENTS, OFFSETS)
def test_iso_dates_are_moved_to_utc(moment: datetime, offset: timezone) -> None:
    """An offset is taken into account, and a date without time is its midnight."""
    assert timestamp(moment.astimezone(offset).isoformat()) == moment.replace(tzinfo=None)
    day = moment.date()
    assert timestamp(day.isoformat()) == datetime(day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 2 Apr 2007 19:18:42 GMT", datetime(2007, 4, 2, 19, 18, 42)),
        ("Tue, 24 Jul 2007 20:10:27 GMT", datetime(2007, 7, 24, 20, 10, 27)),
        ("Sat, 31 Mar 2007 02:26:18 GMT", datetime(2007, 3, 31, 2, 26, 18)),
        ("2006-01-02T14:57:58Z", datetime(2006, 1, 2, 14, 57, 58)),
        ("2020-06-24T00:00:00-04:00", datetime(2020, 6, 24, 4)),
        (" 2014-12-24\n", datetime(2014, 12, 24)),
        ("2 apr 2007 9:18", datetime(2007, 4, 2, 9, 18)),
    ],
)
def test_spellings_of_arxiv(text: str, expected: datetime) -> None:
    """The spellings of the formats, and slight variants of them, are read."""
    assert timestamp(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "unknown",
        "Mon, 31 Feb 2007 19:18:42 GMT",
        "Mon, 2 Apr 2007 25:18:42 GMT",
        "Mon, 2 Foo 2007 19:18:42 GMT",
        "Mon, x Apr 2007 19:18:42 GMT",
        "Mon, 2 Apr 2007 1a:18:42 GMT",
        "Mon, 2 Apr 99999 19:18:42 GMT",
        "Mon, 2 Apr 2007 19:18:42 +9999",
        "0001-01-01T00:00:00+14:00",
        "2007-13-01",
        "9" * MAX_LENGTH,
        "Mon, 2 Apr 2007" + " " * 1_000_000 + "19:18:42 GMT",
    ],
)
def test_what_is_no_date_gives_none(text: str | None) -> None:
    """Days that do not exist, nonsense and texts without end are no dates, and raise nothing."""
    assert timestamp(text) is None


@given(st.text(max_size=40))
def test_nothing_raises(text: str) -> None:
    """Any text is a date or none."""
    found = timestamp(text)
    assert found is None or found.tzinfo is None

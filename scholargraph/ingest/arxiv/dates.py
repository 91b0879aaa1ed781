"""Dates as arXiv prints them, read into one spelling.

The Kaggle file and arXivRaw print the dates of versions as mail does, other formats as ISO 8601.
There are several in every record, so the usual spelling is cut up by hand.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

MAX_LENGTH: Final = 64
"""Characters; a longer text is no date. Real ones have 31 at most."""

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_MAIL: Final = re.compile(
    r"(?:[A-Za-z]{3},\s*)?([0-9]{1,2})\s+([A-Za-z]{3})\s+([0-9]{4})\s+"
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*(?:GMT|UTC|UT|Z|([+-])([0-9]{2})([0-9]{2})))?",
)


def timestamp(text: str | None) -> datetime | None:
    """Return the moment that a date of arXiv means, in UTC and without a time zone.

    Parameters
    ----------
    text : str or None
        ``Mon, 2 Apr 2007 19:18:42 GMT`` (RFC 5322, other offsets as well, and without a weekday,
        which is never checked), an ISO 8601 date, or one with a time.

    Returns
    -------
    datetime.datetime or None
        Midnight where the text has no time; None if it is no date.

    Examples
    --------
    >>> timestamp("Mon, 2 Apr 2007 19:18:42 GMT")
    datetime.datetime(2007, 4, 2, 19, 18, 42)
    >>> timestamp("2020-06-24T00:00:00-04:00")
    datetime.datetime(2020, 6, 24, 4, 0)
    >>> timestamp("31 Feb 2007 00:00:00 GMT") is None
    True
    """
    if text is None or len(text) > MAX_LENGTH:
        return None
    parts = text.split(" ")
    if len(parts) == 6 and parts[5] == "GMT":
        month = _MONTHS.get(parts[2])
        time = parts[4]
        if month is not None and len(time) == 8 and time[2] == ":" == time[5]:
            try:
                return datetime(
                    int(parts[3]),
                    month,
                    int(parts[1]),
                    int(time[:2]),
                    int(time[3:5]),
                    int(time[6:]),
                )
            except ValueError:
                return None
    return _unusual(text.strip())


def _unusual(text: str) -> datetime | None:
    found = _MAIL.fullmatch(text)
    try:
        moment = datetime.fromisoformat(text) if found is None else _from_mail(found)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment


def _from_mail(found: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    number = _MONTHS.get(month.title())
    if number is None:
        raise ValueError(month)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return datetime(
        int(year),
        number,
        int(day),
        int(hour),
        int(minute),
        int(second or 0),
        tzinfo=timezone(-offset if sign == "-" else offset),
    )

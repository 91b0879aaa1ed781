"""Columns made at once equal those made one by one."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph import identifiers
from scholargraph.ingest import columns
from scholargraph.ingest.drift import Drift

DIGITS = st.text("0123456789", min_size=15, max_size=15)
CHECKS = st.sampled_from("0123456789X")


def spelt(digits: str, check: str) -> str:
    """Spell an ORCID, right or wrong, as records do."""
    characters = digits + check
    groups = [characters[start : start + 4] for start in range(0, 16, 4)]
    return "https://orcid.org/" + "-".join(groups)


URLS = st.none() | st.builds(spelt, DIGITS, CHECKS)
ANYTHING = URLS | st.sampled_from(["", "0000-0002-1825-0097", "no orcid", "https://orcid.org/"])


@given(values=st.lists(URLS) | st.lists(ANYTHING))
def test_orcids_are_those_of_one_by_one(values: list[str | None]) -> None:
    """Right ones come through, wrong ones are null and counted, in every mixture."""
    drift = Drift()
    expected = [identifiers.orcid(value) for value in values]
    bad = sum(1 for value, clean in zip(values, expected, strict=True) if value and not clean)

    assert columns.orcids(values, "field", drift).to_pylist() == expected
    assert sum(drift.as_dict().values()) == bad


@given(digits=DIGITS)
def test_of_all_check_characters_one_is_right(digits: str) -> None:
    """The fast path can both take and refuse."""
    values = [spelt(digits, check) for check in "0123456789X"]

    assert columns.orcids(values, "field", Drift()).null_count == 10


NUMBERS = st.text("0123456789", max_size=20)
ODD_URLS = st.sampled_from(
    [
        "https://openalex.org/W",
        "https://openalex.org/W0",
        "https://openalex.org/W12/",
        "https://openalex.org/A12",
        "https://openalex.org/w12",
        "http://openalex.org/W12",
        "https://openalex.org/W1٣",
        "https://openalex.org/W12\n",
        "W12",
        "",
    ]
)


@given(values=st.lists(st.none() | NUMBERS.map("https://openalex.org/W{}".format) | ODD_URLS))
def test_ids_are_cut_or_refused(values: list[str | None]) -> None:
    """One id in another spelling refuses all; otherwise each is its URL's end."""
    usual = re.compile(r"https://openalex\.org/W[1-9][0-9]{0,17}")
    if all(value is None or usual.fullmatch(value) for value in values):
        expected = [None if value is None else value.rpartition("/")[2] for value in values]
        assert columns.ids(values, "W").to_pylist() == expected
    else:
        with pytest.raises(columns.OddIdError):
            columns.ids(values, "W")


DOIS = st.from_regex(
    r"(https://doi\.org/|doi:)?10\.[0-9]{3,5}/[a-zA-Z0-9._/();é%-]{0,6}", fullmatch=True
)
MULTIPLICITIES = st.integers(0, 4)


@given(values=st.lists(st.tuples(st.none() | st.just("") | DOIS, MULTIPLICITIES)))
def test_usual_spellings_are_cut_as_the_function_would(
    values: list[tuple[str | None, int]],
) -> None:
    """The fast path gives what the function gives, and each lost value counts as often as said."""
    usual = columns.Usual("https://doi.org/", "10\\.[0-9]{4,9}/[a-z0-9._/-]{0,200}[a-z0-9]")
    given_values = [value for value, _ in values]
    times = np.array([count for _, count in values], np.int64)
    expected = [identifiers.doi(value) if value else None for value in given_values]
    lost = sum(
        count for (value, count), clean in zip(values, expected, strict=True) if value and not clean
    )
    drift = Drift()
    cleaned = columns.normalised(
        given_values, identifiers.doi, "field", drift, usual=usual, times=times
    )

    assert cleaned.to_pylist() == expected
    assert sum(drift.as_dict().values()) == lost


MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(datetime.isoformat)
SPELLINGS = st.sampled_from(["{}", "{}Z", "{}+02:00", "{} ", "{}1"])
TIMES = st.builds(str.format, SPELLINGS, MOMENTS) | st.sampled_from(
    ["", "2025", "2025-02-30", "2025-01-01T10Z", "2025-01-01T10:00:00.1234567", "2025-W01-1"]
)


@given(values=st.lists(st.none() | TIMES) | st.lists(st.builds("{}Z".format, MOMENTS)))
def test_times_at_once_are_those_of_one_by_one(values: list[str | None]) -> None:
    """With or without fraction and offset, alike or mixed, a time is the same naive UTC."""
    expected = [columns.timestamp(value) for value in values]

    assert columns.timestamps(values).to_pylist() == expected


@given(
    values=st.lists(
        st.none() | st.dates().map(date.isoformat) | st.sampled_from(["", "2025", "2025-02-30"])
    )
)
def test_days_at_once_are_those_of_one_by_one(values: list[str | None]) -> None:
    """A day outside the years of the schema is as bad as none, and is counted."""
    one_by_one, at_once = Drift(), Drift()
    expected = [columns.day(value, "field", one_by_one) for value in values]

    assert columns.days(values, "field", at_once).to_pylist() == expected
    assert at_once.as_dict() == one_by_one.as_dict()


@given(values=st.lists(st.none() | st.text("ab\t\n\x00\x1f \x7fé", max_size=6)))
def test_no_control_character_is_stored(values: list[str | None]) -> None:
    """White-space controls become one blank, the others go."""

    def cleaned(value: str) -> str:
        return re.sub("[\x00-\x1f\x7f]", "", re.sub("[\t\n\x0b\x0c\r]+", " ", value))

    expected = [None if value is None else cleaned(value) for value in values]

    assert columns.text(values).to_pylist() == expected
    array = pa.array(values, pa.string())
    assert columns.text(array[1:]).to_pylist() == expected[1:]

"""Columns made at once equal those made one by one."""

from __future__ import annotations

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

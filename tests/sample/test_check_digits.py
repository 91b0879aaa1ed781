"""Check digits, against the rules of their standards written the other way round."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError
from scholargraph.sample.check_digits import (
    ISSN_COUNT,
    ORCID_COUNT,
    ROR_COUNT,
    made_up_issn,
    made_up_orcid,
    made_up_ror,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def orcid_is_valid(orcid: str) -> bool:
    """ISO 7064 MOD 11-2: weighted by powers of two, check character included, the sum is 1."""
    values = [10 if char == "X" else int(char) for char in orcid.replace("-", "")]
    return sum(value << (15 - place) for place, value in enumerate(values)) % 11 == 1


def ror_is_valid(ror: str) -> bool:
    """ISO 7064 MOD 97-10: the number with its two check digits leaves 1."""
    number = 0
    for char in ror[:7]:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(char)
    return (number * 100 + int(ror[7:])) % 97 == 1


def issn_is_valid(issn: str) -> bool:
    """ISO 3297: weighted from 8 to 1, check character included, the sum is a multiple of 11."""
    values = [10 if char == "X" else int(char) for char in issn.replace("-", "")]
    return sum(value * (8 - place) for place, value in enumerate(values)) % 11 == 0


def test_the_rules_accept_identifiers_printed_in_the_standards() -> None:
    """The oracles of this file agree with published examples."""
    assert orcid_is_valid("0000-0002-1825-0097")
    assert not orcid_is_valid("0000-0002-1825-0079")
    assert ror_is_valid("00jmfr291")
    assert not ror_is_valid("00jmfr292")
    assert issn_is_valid("0028-0836")
    assert not issn_is_valid("0028-0863")


@given(st.integers(0, ORCID_COUNT - 1))
def test_every_orcid_is_valid_and_nobodys(serial: int) -> None:
    """A made-up ORCID passes the check and stands in the block that is never given out."""
    orcid = made_up_orcid(serial)

    assert re.fullmatch(r"0000-0000-\d{4}-\d{3}[\dX]", orcid)
    assert orcid_is_valid(orcid)


@given(st.integers(0, ROR_COUNT - 1))
def test_every_ror_is_valid_and_nobodys(serial: int) -> None:
    """A made-up ROR passes the check and begins as none in use does."""
    ror = made_up_ror(serial)

    assert re.fullmatch(r"0z[a-hj-km-np-tv-z0-9]{5}\d{2}", ror)
    assert ror_is_valid(ror)


@given(st.integers(0, ISSN_COUNT - 1))
def test_every_issn_is_valid_and_nobodys(serial: int) -> None:
    """A made-up ISSN passes the check and begins with 9."""
    issn = made_up_issn(serial)

    assert re.fullmatch(r"9\d{3}-\d{3}[\dX]", issn)
    assert issn_is_valid(issn)


@pytest.mark.parametrize(
    ("make", "count"),
    [(made_up_orcid, ORCID_COUNT), (made_up_ror, ROR_COUNT), (made_up_issn, ISSN_COUNT)],
)
def test_serials_outside_the_range_are_refused(make: Callable[[int], str], count: int) -> None:
    """A serial number that would leave the free range is an error, not another's identifier."""
    for serial in (-1, count):
        with pytest.raises(InvalidArgumentError, match="serial must be in"):
            make(serial)

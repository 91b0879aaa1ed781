"""Ids that check themselves: of people, institutions and journals."""

from __future__ import annotations

import re
from typing import Final

from scholargraph.identifiers.text import FLAGS, stripped

_ORCID: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:\s*)?"
    r"(?:([0-9]{4})-([0-9]{4})-([0-9]{4})-([0-9]{3}[0-9x])|([0-9]{15}[0-9x]))/?",
    flags=FLAGS,
)
_ROR: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?ror\.org/|ror:\s*)?(0[a-hj-km-np-tv-z0-9]{6})([0-9]{2})/?",
    flags=FLAGS,
)
_CROCKFORD: Final = {digit: n for n, digit in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}


def orcid(text: str | None) -> str | None:
    """Return an ORCID iD with hyphens and without prefix, if its check character is right.

    Parameters
    ----------
    text : str or None
        A URL or the bare 16 characters, with or without hyphens.

    Returns
    -------
    str or None
        ``dddd-dddd-dddd-dddX``; None if the text is none or its check character is wrong.

    Notes
    -----
    ISO 7064 MOD 11-2: with t = 0 and t = 2 (t + d) for each of the 15 digits d, the check value is
    (12 - t mod 11) mod 11, written X for 10. It detects every wrong digit and every exchange of
    two neighbours.

    References
    ----------
    ISO/IEC 7064:2003, Check character systems.

    Examples
    --------
    >>> orcid("https://orcid.org/0000-0002-1825-0097")
    '0000-0002-1825-0097'
    >>> orcid("0000-0002-1825-0098") is None
    True
    """
    match = _ORCID.fullmatch(stripped(text))
    if match is None:
        return None
    characters = (match[5] or "".join(match.group(1, 2, 3, 4))).upper()
    total = 0
    for digit in characters[:15]:
        total = (total + int(digit)) * 2
    if characters[15] != "0123456789X"[(12 - total % 11) % 11]:
        return None
    return "-".join(characters[start : start + 4] for start in range(0, 16, 4))


def ror(text: str | None) -> str | None:
    """Return a ROR id without prefix, in lower case, if its check digits are right.

    Parameters
    ----------
    text : str or None
        A URL of ror.org or the bare nine characters.

    Returns
    -------
    str or None
        None if the text is none or its check digits are wrong.

    Notes
    -----
    With n the first seven characters read in Crockford's base 32, the last two are
    98 - (100 n mod 97): ISO 7064 MOD 97-10.

    References
    ----------
    ISO/IEC 7064:2003, Check character systems.

    Examples
    --------
    >>> ror("https://ror.org/00JMFR291")
    '00jmfr291'
    >>> ror("00jmfr292") is None
    True
    """
    match = _ROR.fullmatch(stripped(text))
    if match is None:
        return None
    body = match[1].lower()
    number = 0
    for character in body:
        number = number * 32 + _CROCKFORD[character]
    return body + match[2] if int(match[2]) == 98 - number * 100 % 97 else None


_ISSN: Final = re.compile(r"(?:issn:\s*)?([0-9]{4})-?([0-9]{3})([0-9x])", flags=FLAGS)


def issn(text: str | None) -> str | None:
    """Return an ISSN with hyphen, if its check character is right.

    Parameters
    ----------
    text : str or None
        Eight characters with or without hyphen.

    Returns
    -------
    str or None
        ``dddd-dddX``; None if the text is none or its check character is wrong.

    Notes
    -----
    With s the sum of the seven digits weighted 8 to 2, the check value is (11 - s mod 11) mod 11,
    written X for 10.

    References
    ----------
    ISO 3297:2022, International standard serial number.

    Examples
    --------
    >>> issn("2434561x")
    '2434-561X'
    >>> issn("2434-5611") is None
    True
    """
    match = _ISSN.fullmatch(stripped(text))
    if match is None:
        return None
    digits = match[1] + match[2]
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=True))
    check = match[3].upper()
    return f"{match[1]}-{match[2]}{check}" if check == "0123456789X"[-total % 11] else None

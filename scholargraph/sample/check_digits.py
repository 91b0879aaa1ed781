"""Check digits for the identifiers that the generator makes up.

What lives here: making well-formed ORCID, ROR and ISSN from a serial number, in ranges that
nobody has. Recognising and checking identifiers is in ``scholargraph.identifiers``.
"""

from __future__ import annotations

from scholargraph.errors import InvalidArgumentError

ORCID_COUNT = 10_000_000
"""How many ORCIDs begin with 0000-0000."""

ROR_COUNT = 32**5
"""How many RORs begin with 0z; those in use begin with 00 to 05."""

ISSN_COUNT = 1_000_000
"""How many ISSNs begin with 9."""

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def _refuse_outside(serial: int, count: int) -> None:
    if not 0 <= serial < count:
        raise InvalidArgumentError(f"serial must be in [0, {count}), not {serial}")


def made_up_orcid(serial: int) -> str:
    """Return an ORCID of the block 0000-0000, which is given to nobody.

    Parameters
    ----------
    serial : int
        From 0 to 9,999,999.

    Returns
    -------
    str
        Four groups of four, with the check digit of ISO 7064 MOD 11-2.

    Raises
    ------
    InvalidArgumentError
        If the serial number has no place in the block.

    Examples
    --------
    >>> made_up_orcid(218_1825)
    '0000-0000-2181-8259'
    """
    _refuse_outside(serial, ORCID_COUNT)
    digits = f"{serial:015d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    text = digits + ("X" if check == 10 else str(check))
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def made_up_ror(serial: int) -> str:
    """Return a ROR that begins with 0z, which is given to nobody.

    Parameters
    ----------
    serial : int
        From 0 to 33,554,431.

    Returns
    -------
    str
        Nine characters, the last two the check digits of ISO/IEC 7064 MOD 97-10.

    Raises
    ------
    InvalidArgumentError
        If the serial number has no place in the range.

    Examples
    --------
    >>> made_up_ror(1)
    '0z0000187'
    """
    _refuse_outside(serial, ROR_COUNT)
    number = _CROCKFORD.index("z") * ROR_COUNT + serial
    text = ""
    rest = number
    for _ in range(7):
        rest, digit = divmod(rest, 32)
        text = _CROCKFORD[digit] + text
    return f"{text}{98 - number * 100 % 97:02d}"


def made_up_issn(serial: int) -> str:
    """Return an ISSN that begins with 9, of a block that is not in use.

    Parameters
    ----------
    serial : int
        From 0 to 999,999.

    Returns
    -------
    str
        Two groups of four, the last character a check digit modulo 11 (ISO 3297).

    Raises
    ------
    InvalidArgumentError
        If the serial number has no place in the block.

    Examples
    --------
    >>> made_up_issn(12)
    '9000-0129'
    """
    _refuse_outside(serial, ISSN_COUNT)
    digits = f"9{serial:06d}"
    total = sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), digits, strict=True))
    check = (11 - total % 11) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if check == 10 else check}"

"""Texts that may be identifiers: how long, how written, and what a number is in them."""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 500
"""Characters; a longer text is no identifier. The longest real DOIs have about 200."""

INT64_MAX: Final = 2**63 - 1
# Without ASCII, "case-insensitive" would let the Kelvin sign pass for a k.
FLAGS: Final = re.IGNORECASE | re.ASCII
NUMBER: Final = r"0*([1-9][0-9]{0,18})"


def stripped(text: str | None) -> str:
    """Return the text without blanks around it; empty where it cannot be an identifier."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        return ""
    return text.strip()


def positive_int64(digits: str) -> str | None:
    """Return the digits of a positive number, None where a signed 64-bit integer cannot hold it."""
    return digits if int(digits) <= INT64_MAX else None

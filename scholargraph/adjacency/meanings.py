"""What numbers in the arrays stand for, and the number of this set of arrays.

They are written in ``build`` and read in ``adjacency``.
"""

from __future__ import annotations

from typing import Final

LAYOUT: Final = 4
"""Number of this set of arrays: another set is another number, and the old one is built anew."""

NO_SCORE: Final = -1.0
"""Instead of a score that no record gives."""

NOT_SIGNED: Final = -1.0
"""Instead of how many authors an institution has on a paper that none of them signed."""

NO_PARENT: Final = -1
"""Instead of the row of the class above one at the top."""

PRIMARY: Final = 1
"""Flag of a paper's primary topic."""

IS_PARATEXT: Final = 1
AUTHORS_TRUNCATED: Final = 2
UPPER_BOUND: Final = 4
NO_TITLE: Final = 8
"""Bits of `Papers.flags`."""

UNKNOWN_YEAR: Final = 0
UNKNOWN_COUNT: Final = -1
UNKNOWN_DATE: Final = -(2**31)
NO_AUTHOR: Final = 0xFFFFFFFF

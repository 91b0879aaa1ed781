"""What numbers in the arrays stand for, and which arrays there are.

They are written in ``build`` and read in ``adjacency``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from scholargraph.schema import AUTHORS, FUNDERS, INSTITUTIONS, PAPERS, PUBLISHERS, SOURCES, TOPICS

if TYPE_CHECKING:
    from scholargraph.schema import Table

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


NODE_TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "paper": PAPERS,
        "author": AUTHORS,
        "topic": TOPICS,
        "institution": INSTITUTIONS,
        "source": SOURCES,
        "publisher": PUBLISHERS,
        "funder": FUNDERS,
    }
)
"""The table that describes each type of node."""

IS_PARATEXT: Final = 1
AUTHORS_TRUNCATED: Final = 2
UPPER_BOUND: Final = 4
NO_TITLE: Final = 8
"""Bits of `Papers.flags`."""

UNKNOWN_YEAR: Final = 0
UNKNOWN_COUNT: Final = -1
UNKNOWN_DATE: Final = -(2**31)
NO_AUTHOR: Final = 0xFFFFFFFF

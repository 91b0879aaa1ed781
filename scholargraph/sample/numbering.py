"""How made-up things are numbered: blocks of works, and ids that nobody has.

What lives here: which block a work and a person belong to, and the id that each carries. All
OpenAlex numbers are above 9,000,000,000, where OpenAlex has none; a number follows from the block
and the place in it, so that blocks are made in any order and name each other's works.
"""

from __future__ import annotations

from typing import Final

WORKS_PER_BLOCK: Final = 5_000
PEOPLE_PER_BLOCK: Final = 10_000
"""Numbers kept free for the people of a block; every person may have two profiles."""

MAX_WORKS: Final = 200_000_000
"""Beyond it numbers of profiles would reach A9999999999, which stands for nobody."""

BASE: Final = 9_000_000_000
NULL_AUTHOR: Final = 9_999_999_999
DELETED_WORK: Final = 4_285_719_527
_OUTSIDE: Final = 9_900_000_000
OUTSIDE_PER_COMMUNITY: Final = 600
"""How many works outside the dump a community knows."""
_OUTSIDE_COUNT: Final = 99_000_000


def block_count(works: int) -> int:
    """Return how many blocks hold that many works.

    Examples
    --------
    >>> block_count(5_000), block_count(5_001)
    (1, 2)
    """
    return -(-works // WORKS_PER_BLOCK)


def works_in_block(block: int, works: int) -> int:
    """Return how many of the works of a dump stand in one of its blocks.

    Examples
    --------
    >>> works_in_block(1, 5_300)
    300
    """
    return max(0, min(WORKS_PER_BLOCK, works - block * WORKS_PER_BLOCK))


def work_number(block: int, index: int) -> int:
    """Return the OpenAlex number of a work."""
    return BASE + block * WORKS_PER_BLOCK + index + 1


def work_place(number: int) -> tuple[int, int]:
    """Return block and index of a work's number.

    Examples
    --------
    >>> work_place(work_number(3, 17))
    (3, 17)
    """
    return divmod(number - BASE - 1, WORKS_PER_BLOCK)


def outside_work_number(community: int, place: int) -> int:
    """Return the number of a work that communities cite and no dump holds."""
    return _OUTSIDE + (community * OUTSIDE_PER_COMMUNITY + place) % _OUTSIDE_COUNT


def person_key(block: int, index: int) -> int:
    """Return the number of a person among all people."""
    return block * PEOPLE_PER_BLOCK + index


def profile_number(person: int, profile: int) -> int:
    """Return the OpenAlex author number of a person's first (0) or second (1) profile."""
    return BASE + 2 * person + profile + 1


def profile_owner(number: int) -> int:
    """Return the key of the person for whom a profile was opened.

    Examples
    --------
    >>> profile_owner(profile_number(41, 1))
    41
    """
    return (number - BASE - 1) // 2


def openalex_url(letter: str, number: int) -> str:
    """Return the URL form of an OpenAlex id.

    Examples
    --------
    >>> openalex_url("W", 9_000_000_001)
    'https://openalex.org/W9000000001'
    """
    return f"https://openalex.org/{letter}{number}"


def true_person_id(person: int) -> str:
    """Return the name under which the truth file knows a person.

    Examples
    --------
    >>> true_person_id(12)
    'person:000000012'
    """
    return f"person:{person:09d}"

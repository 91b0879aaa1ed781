"""The rare things that real dumps hold, each placed on purpose once in every block.

What lives here: the list, and which work of a block shows which. Rates of common oddities (a seat
without author id, a missing abstract) are drawn where the thing itself is made.
"""

from __future__ import annotations

from enum import Enum, unique
from typing import Final


@unique
class Oddity(Enum):
    """What is odd about a work."""

    NULL_AUTHOR = "a seat with A9999999999, which stands for nobody"
    UNMATCHED_SEATS = "most seats without author id"
    REPEATED_AUTHOR = "one author on two seats"
    SINGLE_AUTHOR = "one author"
    NO_AUTHORS = "no authors at all"
    NULL_INSTITUTION = "an institution object that holds only nulls"
    COUNTRY_ONLY = "seats with countries but no institutions"
    NAMIBIAN = "an institution whose country code is NA"
    QUOTED_TITLE = "quotation marks and a backslash in the title"
    ESCAPED_TITLE = "an HTML entity and tags in the title"
    LINE_SEPARATOR = "U+2028 in the title"
    FORMULA_TITLE = "a title that begins with an equals sign"
    NO_TITLE = "title null"
    NO_DATE = "publication date and year null"
    NO_TOPICS = "no topics"
    ABSTRACT_HOLES = "words missing inside the abstract"
    NULL_ELEMENT = "a null inside a list"
    EMPTY_LOCATION = "a best location that holds only nulls"
    SELF_REFERENCE = "a reference to itself"
    DELETED_REFERENCE = "a reference to W4285719527, which stands for deleted works"
    LATER_REFERENCE = "a reference to a later work"
    EXPANSION_PACK = "a dataset of the expansion pack"
    RETRACTED = "a retracted article"
    RETRACTION = "the notice of that retraction"
    ERRATUM = "a correction of an earlier article"
    PEER_REVIEW = "a review of an earlier article"
    PARATEXT = "front matter"
    TRUNCATED = "a list of authors cut at 100 of 137"
    LARGE_TEAM = "a very long list of authors"


ODD_BLOCK_SIZE: Final = 200
"""A smaller block shows no oddities: it has not the people for the long lists."""

TRUNCATED_AT: Final = 100
TRUNCATED_COUNT: Final = 137

TYPE_OF: Final = {
    Oddity.RETRACTED: "article",
    Oddity.RETRACTION: "retraction",
    Oddity.ERRATUM: "erratum",
    Oddity.PEER_REVIEW: "peer-review",
    Oddity.PARATEXT: "paratext",
    Oddity.EXPANSION_PACK: "dataset",
    Oddity.NO_AUTHORS: "paratext",
}
"""Types that an oddity demands; the others are articles."""

ABOUT_ANOTHER_WORK: Final = frozenset({Oddity.RETRACTION, Oddity.ERRATUM, Oddity.PEER_REVIEW})


def place_oddities(works: int) -> dict[int, Oddity]:
    """Return which works of a block are odd, by their index.

    Parameters
    ----------
    works : int
        Number of works of the block.

    Returns
    -------
    dict
        Spread over the second half of the block in the order of the enumeration, so that the
        longest lists of authors fall into years with the most people; empty below
        `ODD_BLOCK_SIZE`.

    Examples
    --------
    >>> place_oddities(300)[151]
    <Oddity.NULL_AUTHOR: 'a seat with A9999999999, which stands for nobody'>
    """
    if works < ODD_BLOCK_SIZE:
        return {}
    first = works // 2
    step = (works - first) // len(Oddity)
    return {first + 1 + place * step: oddity for place, oddity in enumerate(Oddity)}

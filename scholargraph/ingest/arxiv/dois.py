"""The DOIs of the published paper, of which arXiv keeps several in one text."""

from __future__ import annotations

import re
from typing import Final

from scholargraph import identifiers

MAX_LENGTH: Final = 4_000
"""Characters of a text that is looked at; the longest real ones have a hundred."""

# Commas and semicolons are legal inside a DOI: they part two only where another one begins.
_BETWEEN: Final = re.compile(
    r"[\s,;]+(?=(?:doi:\s?|https?://(?:dx\.)?doi\.org/)?10\.[0-9]{4})", re.IGNORECASE
)

_USUAL: Final = re.compile(r"(?!10\.48550/)10\.[0-9]{4,9}/[-._()/:A-Za-z0-9]{0,200}[A-Za-z0-9]")
"""One DOI, of which nothing is to be cut off: two thirds of a dump's."""


def published_dois(text: str | None) -> tuple[str, ...]:
    """Return the DOIs in the field of a record, without prefix, in lower case, in their order.

    Parameters
    ----------
    text : str or None
        DOIs with blanks, commas or semicolons between them.

    Returns
    -------
    tuple of str
        Each once. What is no DOI is left out, and so is arXiv's own DOI of the preprint.

    Examples
    --------
    >>> published_dois("10.1086/520497 10.1088/0004-637X/704/2/1743")
    ('10.1086/520497', '10.1088/0004-637x/704/2/1743')
    >>> published_dois("10.48550/arXiv.0704.0001")
    ()
    """
    if not text:
        return ()
    if _USUAL.fullmatch(text):
        return (text.lower(),)
    read = map(identifiers.doi, _BETWEEN.split(text[:MAX_LENGTH].strip(" ,;")))
    found = dict.fromkeys(doi for doi in read if doi is not None)
    return tuple(doi for doi in found if identifiers.arxiv_id(doi) is None)

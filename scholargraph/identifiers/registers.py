"""Ids that are numbers of a register: PubMed, Wikidata, Microsoft Academic Graph."""

from __future__ import annotations

import re
from typing import Final

from scholargraph.identifiers.text import FLAGS, INT64_MAX, NUMBER, positive_int64, stripped

_PMID: Final = re.compile(
    r"(?:(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/"
    rf"|pmid:\s*)?{NUMBER}/?",
    flags=FLAGS,
)
_PMCID: Final = re.compile(
    r"(?:(?:https?://)?(?:(?:www\.)?ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/"
    rf"|pmcid:\s*)?(?:pmc)?{NUMBER}/?",
    flags=FLAGS,
)
_WIKIDATA: Final = re.compile(
    rf"(?:(?:https?://)?(?:www\.)?wikidata\.org/(?:wiki|entity)/|wikidata:\s*)?q{NUMBER}/?",
    flags=FLAGS,
)
_MAG: Final = re.compile(rf"(?:mag:\s*)?{NUMBER}", flags=FLAGS)


def _numbered(pattern: re.Pattern[str], text: str | int | None) -> str | None:
    if isinstance(text, int):
        is_number = not isinstance(text, bool) and 0 < text <= INT64_MAX
        return str(text) if is_number else None
    match = pattern.fullmatch(stripped(text))
    return positive_int64(match[1]) if match is not None else None


def pmid(text: str | int | None) -> str | None:
    """Return the digits of a PubMed id.

    Parameters
    ----------
    text : str, int or None
        A number, ``pmid:…`` or a URL of PubMed.

    Returns
    -------
    str or None
        None if the text is none.

    Examples
    --------
    >>> pmid("https://pubmed.ncbi.nlm.nih.gov/29456894")
    '29456894'
    """
    return _numbered(_PMID, text)


def pmcid(text: str | int | None) -> str | None:
    """Return a PubMed Central id with its letters.

    Parameters
    ----------
    text : str, int or None
        ``PMC…``, ``pmcid:…``, a URL of PubMed Central with or without the letters, or a number.

    Returns
    -------
    str or None
        ``PMC`` and digits; None if the text is none.

    Examples
    --------
    >>> pmcid("https://www.ncbi.nlm.nih.gov/pmc/articles/5815332")
    'PMC5815332'
    """
    digits = _numbered(_PMCID, text)
    return None if digits is None else f"PMC{digits}"


def wikidata(text: str | None) -> str | None:
    """Return the id of a Wikidata item.

    Parameters
    ----------
    text : str or None
        ``Q…``, or a URL of the item's page or entity.

    Returns
    -------
    str or None
        ``Q`` and digits; None if the text is none.

    Examples
    --------
    >>> wikidata("http://www.wikidata.org/entity/Q42")
    'Q42'
    """
    match = _WIKIDATA.fullmatch(stripped(text))
    digits = positive_int64(match[1]) if match is not None else None
    return None if digits is None else f"Q{digits}"


def mag(text: str | int | None) -> str | None:
    """Return the digits of an id of Microsoft Academic Graph.

    Parameters
    ----------
    text : str, int or None
        A number or ``mag:…``.

    Returns
    -------
    str or None
        None if the text is none.

    Examples
    --------
    >>> mag(2741809807)
    '2741809807'
    """
    return _numbered(_MAG, text)

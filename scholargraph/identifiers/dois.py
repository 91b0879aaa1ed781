"""Names of documents in the DOI system."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from scholargraph.identifiers.text import FLAGS, MAX_LENGTH, stripped

_DOI_PREFIX: Final = re.compile(
    r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?:doi:)?\s*", flags=FLAGS
)
_NEXT_DOI: Final = re.compile(r"\s10\.[0-9]{4,9}/")
# Zero-width characters come along when a DOI is copied from a page; they are blanks, too.
_BLANKS: Final = re.compile(r"[\s\x00\u200b-\u200d\u2060\ufeff]+")
_DOI: Final = re.compile(
    r"10\.[0-9]{4,9}/[^\x00-\x20\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)


def doi(text: str | None) -> str | None:
    """Return a DOI without prefix, in lower case.

    Blanks inside are taken out, ``%2F`` makes the text percent-decoded (once), and trailing
    ``.``, ``,`` and ``;`` are cut off, and ``)`` where no bracket was opened for it.

    Parameters
    ----------
    text : str or None
        A bare DOI, ``doi:…`` or a URL of doi.org or dx.doi.org.

    Returns
    -------
    str or None
        None if the text is no DOI, holds several, or is still percent-encoded when decoded.

    Notes
    -----
    DOI names compare without regard to case (ISO 26324). Brackets, ``<``, ``>``, ``;`` and ``#``
    are legal inside.

    Examples
    --------
    >>> doi("https://doi.org/10.7717/PeerJ.4375")
    '10.7717/peerj.4375'
    >>> doi("(see doi:10.1000/182)") is None
    True
    >>> doi("doi:10.1016/S0140-6736(05)67889-0).")
    '10.1016/s0140-6736(05)67889-0'
    """
    name = stripped(text)
    prefix = _DOI_PREFIX.match(name)
    if prefix is not None:
        name = name[prefix.end() :]
    if "%2f" in name.lower():
        try:
            name = unquote(name, errors="strict")
        except UnicodeDecodeError:
            return None
    if _NEXT_DOI.search(name) is not None:
        return None
    name = _without_loose_end(_BLANKS.sub("", name).lower())
    if len(name) > MAX_LENGTH or "%2f" in name or _DOI.fullmatch(name) is None:
        return None
    return name


def _without_loose_end(name: str) -> str:
    """Cut off trailing punctuation, closing brackets only as far as none was opened for them."""
    unopened = name.count(")") - name.count("(")
    end = len(name)
    while end > 0:
        last = name[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
        elif last not in ".,;":
            break
        end -= 1
    return name[:end]

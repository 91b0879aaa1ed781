"""Ids of arXiv, of today's form and of that before April 2007."""

from __future__ import annotations

import re
from typing import Final

from scholargraph.identifiers.text import FLAGS, stripped

_ARXIV: Final = re.compile(
    r"(?:arxiv:\s*"
    r"|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|ps|e-print|src)/"
    r"|(?:pmh:)?oai:arxiv\.org:"
    r"|(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.)?"
    r"/*(?:(?P<month>[0-9]{4})\.(?P<serial>[0-9]{4,5})"
    r"|(?P<archive>[a-z-]{2,20})(?:\.[a-z-]{2,20})?/+(?P<old_month>[0-9]{4})(?P<old_serial>[0-9]{3}))"
    r"(?:v[1-9][0-9]{0,3})?(?:\.pdf)?/?(?:\s*\[[^\[\]]*\])?(?:[?#].*)?",
    flags=FLAGS | re.DOTALL,
)
_ENCODED_SLASH: Final = re.compile("%2f", flags=FLAGS)
_HYPHENS: Final = re.compile("-{2,}")

# Closed: ids with an archive were given until March 2007.
_ARCHIVES: Final = (
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn",
    "chem-ph", "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex",
    "hep-lat", "hep-ph", "hep-th", "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th",
    "patt-sol", "physics", "plasm-ph", "q-alg", "q-bio", "quant-ph", "solv-int", "supr-con",
)  # fmt: skip
_ARCHIVE_OF: Final = {
    spelling: archive for archive in _ARCHIVES for spelling in (archive, archive.replace("-", ""))
}


_BARE_ARXIV: Final = re.compile(
    r"(?:0(?:70[4-9]|71[0-2]|[89]0[1-9]|[89]1[0-2])|1[0-4](?:0[1-9]|1[0-2]))\.(?!0000)[0-9]{4}"
    r"|(?:1[5-9]|[2-8][0-9])(?:0[1-9]|1[0-2])\.(?!00000)[0-9]{5}",
    re.ASCII,
)
"""An id of today's form that is right as it stands: a dump has millions of them."""


def arxiv_id(text: str | None) -> str | None:
    """Return an arXiv id without prefix, version and subject class.

    Parameters
    ----------
    text : str or None
        A bare id, ``arXiv:…``, a URL of arxiv.org, an OAI name, or an arXiv DOI; a version,
        ``.pdf``, a query, a fragment or a category in brackets may follow. Slips that arXiv
        itself repairs are repaired: upper-case archives, ``hepth/``, doubled slashes and hyphens.

    Returns
    -------
    str or None
        ``YYMM.NNNN`` (April 2007 to 2014), ``YYMM.NNNNN`` (from 2015), or ``archive/YYMMNNN`` (July
        1991 to March 2007); None if the text is none, names a month that does not exist or has
        the number of digits of another time. An id is never a number: trailing zeros count.

    Examples
    --------
    >>> arxiv_id("http://arxiv.org/abs/math.GT/0309136v2")
    'math/0309136'
    >>> arxiv_id("https://doi.org/10.48550/arXiv.2101.00001")
    '2101.00001'
    >>> arxiv_id("0704.001") is None
    True
    """
    if isinstance(text, str) and _BARE_ARXIV.fullmatch(text):
        return text
    name = stripped(text)
    if "%" in name:
        name = _ENCODED_SLASH.sub("/", name)
    match = _ARXIV.fullmatch(name)
    if match is None:
        return None
    if match["archive"] is None:
        return _new_arxiv_id(match["month"], match["serial"])
    archive = _ARCHIVE_OF.get(_HYPHENS.sub("-", match["archive"].lower()))
    return _old_arxiv_id(archive, match["old_month"], match["old_serial"])


def _new_arxiv_id(month: str, serial: str) -> str | None:
    digits = 4 if "0704" <= month <= "1412" else 5 if month >= "1501" else 0
    if len(serial) != digits or not "01" <= month[2:] <= "12" or int(serial) == 0:
        return None
    return f"{month}.{serial}"


def _old_arxiv_id(archive: str | None, month: str, serial: str) -> str | None:
    is_in_use = month >= "9107" or month <= "0703"
    if archive is None or not is_in_use or not "01" <= month[2:] <= "12" or int(serial) == 0:
        return None
    return f"{archive}/{month}{serial}"

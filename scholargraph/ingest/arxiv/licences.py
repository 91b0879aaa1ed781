"""Licences of arXiv, by the short names that OpenAlex gives them."""

from __future__ import annotations

from typing import Final

_NAMES: Final = {
    "creativecommons.org/licenses/by": "cc-by",
    "creativecommons.org/licenses/by-sa": "cc-by-sa",
    "creativecommons.org/licenses/by-nc-sa": "cc-by-nc-sa",
    "creativecommons.org/licenses/by-nc-nd": "cc-by-nc-nd",
    "creativecommons.org/licenses/publicdomain": "public-domain",
    "creativecommons.org/publicdomain/zero": "public-domain",
    "arxiv.org/licenses/nonexclusive-distrib": "other-oa",
    "arxiv.org/licenses/assumed-1991-2003": "other-oa",
}


def licence_name(url: str | None) -> str | None:
    """Return the short name of a licence, without its version, as OpenAlex has it.

    Parameters
    ----------
    url : str or None
        As arXiv prints it; scheme, ``www.``, version and a slash at the end do not matter.

    Returns
    -------
    str or None
        ``other-oa`` for the licences of arXiv's own; None for a licence that arXiv does not offer,
        and where none is stated, as on most papers of before 2008.

    Examples
    --------
    >>> licence_name("http://creativecommons.org/licenses/by-nc-nd/4.0/")
    'cc-by-nc-nd'
    >>> licence_name("http://arxiv.org/licenses/nonexclusive-distrib/1.0/")
    'other-oa'
    """
    if url is None:
        return None
    name = url.strip().lower().rpartition("://")[2].removeprefix("www.").rstrip("/")
    stem, _, version = name.rpartition("/")
    if version.replace(".", "").isdigit():
        name = stem
    return _NAMES.get(name)

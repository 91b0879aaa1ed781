"""Public identifiers: recognise them, bring them to one form, check them.

One function per kind takes any form in which an identifier of that kind is met and returns its
canonical short form, or None where the text is none; :func:`recognise` tries all kinds. They read
text from outside: none of them raises on it, and texts longer than :data:`MAX_LENGTH` characters
are no identifiers. What an identifier refers to is not known here; the ids of a graph's tables
are declared in ``schema``, names of people are the business of ``names``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

IdentifierKind = Literal[
    "arxiv", "doi", "openalex", "orcid", "ror", "pmid", "pmcid", "issn", "wikidata", "mag"
]
NodeType = Literal["paper", "author", "institution", "source", "publisher", "funder", "topic"]

MAX_LENGTH: Final = 500
"""Characters; a longer text is no identifier. The longest real DOIs have about 200."""

_INT64_MAX: Final = 2**63 - 1
# Without ASCII, "case-insensitive" would let the Kelvin sign pass for a k.
_FLAGS: Final = re.IGNORECASE | re.ASCII
_NUMBER: Final = r"0*([1-9][0-9]{0,18})"

NOBODY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A9999999999": "null author: no usable name, or a removed profile",
        "A5317838346": "deleted author: profiles without works were merged into it",
        "A4317838346": "deleted author of before the rebuild of 2023: a merge target",
        "A5098778687": "author left out of profiles by OpenAlex, for a reason it does not give",
        "A5040317105": "author left out of profiles by OpenAlex, for a reason it does not give",
        "W4285719527": "deleted work: a merge target that millions of reference lists still name",
        "I4389424196": "deleted institution",
        "S4317411217": "deleted source",
    }
)
"""OpenAlex ids that stand for nobody and nothing, and what they are. Never nodes, never ties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier in its canonical short form."""

    kind: IdentifierKind
    value: str


def _stripped(text: str | None) -> str:
    """Return the text without blanks around it; empty where it cannot be an identifier."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        return ""
    return text.strip()


def _positive_int64(digits: str) -> str | None:
    return digits if int(digits) <= _INT64_MAX else None


# ---------------------------------------------------------------------------------- OpenAlex

_OPENALEX_URL: Final = "https://openalex.org/"
_OPENALEX_PREFIX: Final = re.compile(
    r"(?:https?://)?(?:api\.)?openalex\.org/|openalex:\s*", flags=_FLAGS
)
_LETTER_ID: Final = re.compile(rf"([WASVICPFTG]){_NUMBER}", flags=_FLAGS)
_PLAIN_LETTERS: Final = frozenset("WASICPFTG")

_LETTERS_OF_FOLDER: Final[Mapping[str, str]] = {
    "works": "W",
    "authors": "A",
    # Venues became sources in 2023 under the same numbers.
    "sources": "SV",
    "venues": "SV",
    "institutions": "I",
    "concepts": "C",
    "publishers": "P",
    "funders": "F",
    "topics": "T",
    "awards": "G",
}

_NUMBERED: Final = re.compile(_NUMBER)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", flags=_FLAGS)
# Slugs of keywords are made from their names: they hold dashes, Greek letters and even slashes.
_KEYWORD: Final = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff?#/][^\s\x00-\x1f\x7f-\x9f\ud800-\udfff?#]*"
)
_NAMESPACES: Final[Mapping[str, re.Pattern[str]]] = {
    "subfields": _NUMBERED,
    "fields": _NUMBERED,
    "domains": _NUMBERED,
    "sdgs": _NUMBERED,
    "countries": re.compile(r"[a-z]{2}", flags=_FLAGS),
    "continents": re.compile(r"q[1-9][0-9]{0,9}", flags=_FLAGS),
    # At most three letters, so that "languages/None", which releases before 2026 hold, is none.
    "languages": re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?", flags=_FLAGS),
    "keywords": _KEYWORD,
    "types": _SLUG,
    "work-types": _SLUG,
    "source-types": _SLUG,
    "institution-types": _SLUG,
    "licenses": _SLUG,
}
_UPPER_CASE_NAMESPACES: Final = frozenset({"countries", "continents"})
_NODE_TYPES: Final[Mapping[str, NodeType]] = {
    "W": "paper",
    "A": "author",
    "I": "institution",
    "S": "source",
    "P": "publisher",
    "F": "funder",
    "T": "topic",
    "subfields": "topic",
    "fields": "topic",
    "domains": "topic",
}


def openalex_id(text: str | None) -> str | None:
    """Return an OpenAlex id in its short form.

    Accepted, in any case, are ids with a letter and ids in a namespace, bare, as URL of the site
    or of the API, with the folder of their kind, or behind ``openalex:``. A venue (``V``) is the
    source (``S``) of the same number. A folder that contradicts the letter, a number that is not
    positive, and a number beyond int64 make no id.

    Parameters
    ----------
    text : str or None
        What may be an id.

    Returns
    -------
    str or None
        Upper-case letter and digits without leading zeros, such as ``W2741809807``; or namespace
        and name, such as ``subfields/1702``, ``countries/US``; None if the text is no such id.

    Examples
    --------
    >>> openalex_id("https://api.openalex.org/works/w2741809807")
    'W2741809807'
    >>> openalex_id("openalex.org/V137773608")
    'S137773608'
    >>> openalex_id("https://openalex.org/subfields/1702")
    'subfields/1702'
    >>> openalex_id("works/A5085007251") is None
    True
    """
    # Records hold little else than this form, and a dump holds billions of them.
    if isinstance(text, str) and text.startswith(_OPENALEX_URL):
        short = text[len(_OPENALEX_URL) :]
        digits = short[1:]
        if (
            short[:1] in _PLAIN_LETTERS
            and len(digits) <= 18
            and digits[:1] != "0"
            and digits.isdigit()
            and digits.isascii()
        ):
            return short
    name = _stripped(text)
    prefix = _OPENALEX_PREFIX.match(name)
    if prefix is not None:
        name = name[prefix.end() :]
    folder, slash, tail = name.rstrip("/").partition("/")
    if not slash:
        return _letter_id(folder, "")
    folder = folder.lower()
    if folder in _LETTERS_OF_FOLDER:
        return _letter_id(tail, _LETTERS_OF_FOLDER[folder])
    return _namespaced_id(folder, tail)


def _letter_id(text: str, letters: str) -> str | None:
    match = _LETTER_ID.fullmatch(text)
    if match is None:
        return None
    letter = match[1].upper()
    number = _positive_int64(match[2])
    if number is None or (letters and letter not in letters):
        return None
    return ("S" if letter == "V" else letter) + number


def _namespaced_id(namespace: str, name: str) -> str | None:
    pattern = _NAMESPACES.get(namespace)
    match = pattern.fullmatch(name) if pattern is not None else None
    if match is None:
        return None
    if pattern is _NUMBERED:
        number = _positive_int64(match[1])
        return None if number is None else f"{namespace}/{number}"
    name = name.upper() if namespace in _UPPER_CASE_NAMESPACES else name.lower()
    short = f"{namespace}/{name}"
    return short if len(short) <= MAX_LENGTH else None


def node_type(openalex: str | None) -> NodeType | None:
    """Return the kind of node that an OpenAlex id names in a graph.

    Parameters
    ----------
    openalex : str or None
        An id in any form that :func:`openalex_id` takes.

    Returns
    -------
    str or None
        None for what is no OpenAlex id, and for kinds that are no nodes here, such as concepts.

    Examples
    --------
    >>> node_type("W2741809807"), node_type("fields/17"), node_type("C41008148")
    ('paper', 'topic', None)
    """
    short = openalex_id(openalex)
    if short is None:
        return None
    namespace, slash, _ = short.partition("/")
    return _NODE_TYPES.get(namespace if slash else short[0])


# --------------------------------------------------------------------------------------- DOI

_DOI_PREFIX: Final = re.compile(
    r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?:doi:)?\s*", flags=_FLAGS
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
    name = _stripped(text)
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


# ------------------------------------------------------------- ids of people and institutions

_ORCID: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:\s*)?"
    r"(?:([0-9]{4})-([0-9]{4})-([0-9]{4})-([0-9]{3}[0-9x])|([0-9]{15}[0-9x]))/?",
    flags=_FLAGS,
)
_ROR: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?ror\.org/|ror:\s*)?(0[a-hj-km-np-tv-z0-9]{6})([0-9]{2})/?",
    flags=_FLAGS,
)
_CROCKFORD: Final = {digit: n for n, digit in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}


def orcid(text: str | None) -> str | None:
    """Return an ORCID iD with hyphens and without prefix, if its check character is right.

    Parameters
    ----------
    text : str or None
        A URL or the bare 16 characters, with or without hyphens.

    Returns
    -------
    str or None
        ``dddd-dddd-dddd-dddX``; None if the text is none or its check character is wrong.

    Notes
    -----
    ISO 7064 MOD 11-2: with t = 0 and t = 2 (t + d) for each of the 15 digits d, the check value is
    (12 - t mod 11) mod 11, written X for 10. It detects every wrong digit and every exchange of
    two neighbours.

    References
    ----------
    ISO/IEC 7064:2003, Check character systems.

    Examples
    --------
    >>> orcid("https://orcid.org/0000-0002-1825-0097")
    '0000-0002-1825-0097'
    >>> orcid("0000-0002-1825-0098") is None
    True
    """
    match = _ORCID.fullmatch(_stripped(text))
    if match is None:
        return None
    characters = (match[5] or "".join(match.group(1, 2, 3, 4))).upper()
    total = 0
    for digit in characters[:15]:
        total = (total + int(digit)) * 2
    if characters[15] != "0123456789X"[(12 - total % 11) % 11]:
        return None
    return "-".join(characters[start : start + 4] for start in range(0, 16, 4))


def ror(text: str | None) -> str | None:
    """Return a ROR id without prefix, in lower case, if its check digits are right.

    Parameters
    ----------
    text : str or None
        A URL of ror.org or the bare nine characters.

    Returns
    -------
    str or None
        None if the text is none or its check digits are wrong.

    Notes
    -----
    With n the first seven characters read in Crockford's base 32, the last two are
    98 - (100 n mod 97): ISO 7064 MOD 97-10.

    References
    ----------
    ISO/IEC 7064:2003, Check character systems.

    Examples
    --------
    >>> ror("https://ror.org/00JMFR291")
    '00jmfr291'
    >>> ror("00jmfr292") is None
    True
    """
    match = _ROR.fullmatch(_stripped(text))
    if match is None:
        return None
    body = match[1].lower()
    number = 0
    for character in body:
        number = number * 32 + _CROCKFORD[character]
    return body + match[2] if int(match[2]) == 98 - number * 100 % 97 else None


# -------------------------------------------------------------------------------------- ISSN

_ISSN: Final = re.compile(r"(?:issn:\s*)?([0-9]{4})-?([0-9]{3})([0-9x])", flags=_FLAGS)


def issn(text: str | None) -> str | None:
    """Return an ISSN with hyphen, if its check character is right.

    Parameters
    ----------
    text : str or None
        Eight characters with or without hyphen.

    Returns
    -------
    str or None
        ``dddd-dddX``; None if the text is none or its check character is wrong.

    Notes
    -----
    With s the sum of the seven digits weighted 8 to 2, the check value is (11 - s mod 11) mod 11,
    written X for 10.

    References
    ----------
    ISO 3297:2022, International standard serial number.

    Examples
    --------
    >>> issn("2434561x")
    '2434-561X'
    >>> issn("2434-5611") is None
    True
    """
    match = _ISSN.fullmatch(_stripped(text))
    if match is None:
        return None
    digits = match[1] + match[2]
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=True))
    check = match[3].upper()
    return f"{match[1]}-{match[2]}{check}" if check == "0123456789X"[-total % 11] else None


# --------------------------------------------------------- ids that are numbers of a register

_PMID: Final = re.compile(
    r"(?:(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/"
    rf"|pmid:\s*)?{_NUMBER}/?",
    flags=_FLAGS,
)
_PMCID: Final = re.compile(
    r"(?:(?:https?://)?(?:(?:www\.)?ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/"
    rf"|pmcid:\s*)?(?:pmc)?{_NUMBER}/?",
    flags=_FLAGS,
)
_WIKIDATA: Final = re.compile(
    rf"(?:(?:https?://)?(?:www\.)?wikidata\.org/(?:wiki|entity)/|wikidata:\s*)?q{_NUMBER}/?",
    flags=_FLAGS,
)
_MAG: Final = re.compile(rf"(?:mag:\s*)?{_NUMBER}", flags=_FLAGS)


def _numbered(pattern: re.Pattern[str], text: str | int | None) -> str | None:
    if isinstance(text, int):
        is_number = not isinstance(text, bool) and 0 < text <= _INT64_MAX
        return str(text) if is_number else None
    match = pattern.fullmatch(_stripped(text))
    return _positive_int64(match[1]) if match is not None else None


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
    match = _WIKIDATA.fullmatch(_stripped(text))
    digits = _positive_int64(match[1]) if match is not None else None
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


# ------------------------------------------------------------------------------------- arXiv

_ARXIV: Final = re.compile(
    r"(?:arxiv:\s*"
    r"|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|ps|e-print|src)/"
    r"|(?:pmh:)?oai:arxiv\.org:"
    r"|(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.)?"
    r"/*(?:(?P<month>[0-9]{4})\.(?P<serial>[0-9]{4,5})"
    r"|(?P<archive>[a-z-]{2,20})(?:\.[a-z-]{2,20})?/+(?P<old_month>[0-9]{4})(?P<old_serial>[0-9]{3}))"
    r"(?:v[1-9][0-9]{0,3})?(?:\.pdf)?/?(?:\s*\[[^\[\]]*\])?(?:[?#].*)?",
    flags=_FLAGS | re.DOTALL,
)
_ENCODED_SLASH: Final = re.compile("%2f", flags=_FLAGS)
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
    name = _stripped(text)
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


# ---------------------------------------------------------------------------------- any kind

_READERS: Final[tuple[tuple[IdentifierKind, Callable[[str | None], str | None]], ...]] = (
    ("arxiv", arxiv_id),
    ("doi", doi),
    ("openalex", openalex_id),
    ("orcid", orcid),
    ("ror", ror),
    ("pmid", pmid),
    ("pmcid", pmcid),
    ("issn", issn),
    ("wikidata", wikidata),
    ("mag", mag),
)


def recognise(text: str | None) -> Identifier | None:
    """Say what kind of identifier a text is, and give its canonical form.

    Kinds are tried in the order arXiv, DOI, OpenAlex, ORCID, ROR, PMID, PMCID, ISSN, Wikidata, MAG.
    So an arXiv DOI is an arXiv id. A bare number is nothing, since it may be a PMID, a MAG id or
    an ISSN without hyphen; only 16 digits with the check digit of an ORCID are one.

    Parameters
    ----------
    text : str or None
        What may be an identifier, in any form that the functions of this module take.

    Returns
    -------
    Identifier or None
        None if the text is none of them.

    Examples
    --------
    >>> recognise("T10001")
    Identifier(kind='openalex', value='T10001')
    >>> recognise("10.48550/arXiv.hep-th/9901001")
    Identifier(kind='arxiv', value='hep-th/9901001')
    >>> recognise("29456894") is None
    True
    """
    name = _stripped(text)
    is_bare_number = name.isascii() and name.isdigit()
    for kind, read in _READERS:
        if is_bare_number and kind != "orcid":
            continue
        value = read(name)
        if value is not None:
            return Identifier(kind=kind, value=value)
    return None

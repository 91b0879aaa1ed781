"""What kind of identifier a text is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from scholargraph.identifiers.arxiv import arxiv_id
from scholargraph.identifiers.checked import issn, orcid, ror
from scholargraph.identifiers.dois import doi
from scholargraph.identifiers.openalex import openalex_id
from scholargraph.identifiers.registers import mag, pmcid, pmid, wikidata
from scholargraph.identifiers.text import stripped

if TYPE_CHECKING:
    from collections.abc import Callable

IdentifierKind = Literal[
    "arxiv", "doi", "openalex", "orcid", "ror", "pmid", "pmcid", "issn", "wikidata", "mag"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier in its canonical short form."""

    kind: IdentifierKind
    value: str


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
    name = stripped(text)
    is_bare_number = name.isascii() and name.isdigit()
    for kind, read in _READERS:
        if is_bare_number and kind != "orcid":
            continue
        value = read(name)
        if value is not None:
            return Identifier(kind=kind, value=value)
    return None

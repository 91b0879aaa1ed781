"""Public identifiers: recognise them, bring them to one form, check them.

One function per kind takes any form in which an identifier of that kind is met and returns its
canonical short form, or None where the text is none; :func:`recognise` tries all kinds. They read
text from outside: none of them raises on it, and texts longer than `MAX_LENGTH` characters
are no identifiers. What an identifier refers to is not known here; the ids of a graph's tables
are declared in ``schema``, names of people are the business of ``names``.
"""

from __future__ import annotations

from scholargraph.identifiers.arxiv import arxiv_id
from scholargraph.identifiers.checked import issn, orcid, ror
from scholargraph.identifiers.dois import doi
from scholargraph.identifiers.openalex import NOBODY, NodeType, node_type, openalex_id
from scholargraph.identifiers.recognition import Identifier, IdentifierKind, recognise
from scholargraph.identifiers.registers import mag, pmcid, pmid, wikidata
from scholargraph.identifiers.text import MAX_LENGTH

__all__ = [
    "MAX_LENGTH",
    "NOBODY",
    "Identifier",
    "IdentifierKind",
    "NodeType",
    "arxiv_id",
    "doi",
    "issn",
    "mag",
    "node_type",
    "openalex_id",
    "orcid",
    "pmcid",
    "pmid",
    "recognise",
    "ror",
    "wikidata",
]

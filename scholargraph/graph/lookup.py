"""From any identifier that somebody has at hand to the id of a node in this graph.

What counts as an identifier is decided in ``identifiers``; search by name or title is ``search``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NoReturn

from scholargraph.errors import (
    InvalidArgumentError,
    InvalidIdentifierError,
    NodeNotFoundError,
)
from scholargraph.identifiers import NOBODY, Identifier, issn, recognise
from scholargraph.identifiers import node_type as type_of_openalex_id
from scholargraph.schema import (
    AUTHOR_ID_PATTERN,
    NODE_TABLES,
    PAPER_ID_PATTERN,
    TOPIC_ID_PATTERN,
)

if TYPE_CHECKING:
    from scholargraph.graph.graph import ScholarGraph

_OWN_IDS: Final = {
    "paper": re.compile(PAPER_ID_PATTERN),
    "author": re.compile(AUTHOR_ID_PATTERN),
    "topic": re.compile(TOPIC_ID_PATTERN),
}
"""Forms that a node's own id can have beyond OpenAlex ids."""

_CATEGORY: Final = re.compile(
    r"(?:arxiv:\s*)?(?=[a-z]+[.-])([a-z-]+)(?:\.([a-z-]+))?", re.ASCII | re.IGNORECASE
)
"""An arXiv category: an archive, and a subject if it has several. No code is a single word."""

_NAMED_BY: Final = {
    "openalex": "OpenAlex id",
    "arxiv": "arXiv id",
    "doi": "DOI",
    "pmid": "PubMed id",
    "orcid": "ORCID",
    "ror": "ROR id",
    "issn": "ISSN",
    "pmcid": "PubMed Central id",
    "wikidata": "Wikidata id",
    "mag": "MAG id",
}

_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "paper": {"arxiv": "arxiv_id", "doi": "doi", "pmid": "pmid"},
    "author": {"orcid": "orcid"},
    "topic": {},
    "institution": {"ror": "ror"},
    "source": {"issn": "issn_l"},
    "publisher": {},
    "funder": {"ror": "ror", "doi": "doi"},
}
"""By type of node: the column that holds each kind of identifier."""

_ARXIV_DOI: Final = "10.48550/arxiv."


def resolve(graph: ScholarGraph, identifier: str, node_type: str) -> str:
    """Return the id of the node that an identifier names.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    identifier : str
        An OpenAlex id or URL for any type of node; for a paper also a DOI, PubMed or arXiv id, for
        an author an ORCID, for an institution a ROR id, for a source an ISSN, for a funder a ROR
        id or DOI; for topics the ids of their classes, such as ``subfields/1702``, and the codes of
        arXiv's categories: ``cs.LG`` or ``arXiv:cs.LG``, second and former ones such as ``cmp-lg``
        included.
    node_type : {"paper", "author", "topic", "institution", "source", "publisher", "funder"}
        What the identifier shall name.

    Returns
    -------
    str
        Of several papers with one arXiv id that whose own DOI is the arXiv DOI, as far as there is
        one; otherwise, of several nodes with one identifier, the smallest id (by bytes).

    Raises
    ------
    InvalidIdentifierError
        If the text is no identifier, or one of another type of node.
    NodeNotFoundError
        If the graph has no such node, or the id is known to stand for nobody.
    InvalidArgumentError
        If there is no such type of node.

    Examples
    --------
    >>> import scholargraph as sg
    >>> graph = sg.from_records([{"id": "W9000000001", "doi": "https://doi.org/10.1234/One"}])
    >>> resolve(graph, "doi:10.1234/ONE", "paper")
    'W9000000001'
    """
    key_column(node_type)
    if not isinstance(identifier, str):
        raise InvalidIdentifierError(
            f"an identifier of {_a(node_type)} is a text, not {type(identifier).__name__}"
        )
    text = identifier.strip()
    found = recognise(text)
    if found is None and node_type == "source" and (number := issn(text)) is not None:
        found = Identifier(kind="issn", value=number)
    if found is None or _COLUMNS[node_type].get(found.kind) is None:
        own_id = _own_id(graph, found, text, node_type)
        row = graph.adjacency.nodes[node_type].own_ids.find(own_id)
        candidates = [own_id] if row >= 0 else []
    elif found.kind == "arxiv":
        candidates = _arxiv_papers(graph, found.value)
    elif found.kind == "issn":
        candidates = [
            *_carriers(graph, "source", "issn_l", found.value),
            *_carriers(graph, "source", "issn", found.value),
        ]
    else:
        candidates = _carriers(graph, node_type, _COLUMNS[node_type][found.kind], found.value)
    if not candidates:
        raise NodeNotFoundError(
            f"no {node_type} of this graph answers to {shown(identifier)}; "
            f"find(graph, ..., node_type={node_type!r}) searches by "
            f"{'title' if node_type == 'paper' else 'name'}"
        )
    return min(candidates, key=str.encode)


def key_column(node_type: str) -> str:
    """Return the key of the table that describes a type of node.

    Raises
    ------
    InvalidArgumentError
        If there is no such type of node.
    """
    if node_type not in NODE_TABLES:
        raise InvalidArgumentError(
            f"there are no nodes of type {node_type!r}; the types are: {', '.join(NODE_TABLES)}"
        )
    (key,) = NODE_TABLES[node_type].key
    return key


def shown(text: str) -> str:
    """Return a text from outside as it can stand in a message: escaped, and not too long."""
    return ascii(text if len(text) <= 80 else f"{text[:79]}…")


def _own_id(graph: ScholarGraph, found: Identifier | None, text: str, node_type: str) -> str:
    """Return a text as the id of a node, or say why it is none of this type."""
    if found is not None and found.kind == "openalex":
        named = type_of_openalex_id(found.value)
        if named is None:
            raise InvalidIdentifierError(
                f"{found.value} names nothing that is a node here, so no {node_type}"
            )
        if named != node_type:
            raise InvalidIdentifierError(f"{found.value} names {_a(named)}, not {_a(node_type)}")
        if found.value in NOBODY:
            raise NodeNotFoundError(
                f"{found.value} stands for nobody ({NOBODY[found.value]}), so it is no node"
            )
        return found.value
    if node_type == "topic" and (category := _category(graph, text)) is not None:
        return category
    if node_type in _OWN_IDS and _OWN_IDS[node_type].fullmatch(text):
        return text
    if found is not None:
        _refuse_kind(found, node_type)
    kinds = [_NAMED_BY[kind] for kind in ("openalex", *_COLUMNS[node_type])]
    if node_type == "topic":
        kinds.append("arXiv category")
    raise InvalidIdentifierError(
        f"{shown(text)} is no identifier of {_a(node_type)} ({', '.join(kinds)}); to search by "
        f"{'title' if node_type == 'paper' else 'name'} use find(graph, ..., "
        f"node_type={node_type!r})"
    )


def _category(graph: ScholarGraph, text: str) -> str | None:
    """Return the id of the topic that an arXiv category is, or None if there is no such category.

    Case does not matter: no two codes differ in it alone.
    """
    match = _CATEGORY.fullmatch(text)
    if match is None:
        return None
    archive, subject = match[1].lower(), match[2]
    codes = [archive]
    if subject is not None:
        codes = [f"{archive}.{subject.upper()}", f"{archive}.{subject.lower()}"]
    own_ids = graph.adjacency.nodes["topic"].own_ids
    here = next((code for code in codes if own_ids.find(f"arXiv:{code}") >= 0), None)
    if here is not None:
        return f"arXiv:{here}"

    # The table of categories takes half a second to load: for second and former codes alone.
    from scholargraph.ingest.arxiv.taxonomy import canonical_category, topic_id

    known = (canonical_category(code) for code in codes)
    return next((topic_id(category) for category in known if category is not None), None)


def _refuse_kind(found: Identifier, node_type: str) -> NoReturn:
    named = [other for other, columns in _COLUMNS.items() if found.kind in columns]
    what = f"{_NAMED_BY[found.kind]} {shown(found.value)}"
    if not named:
        raise InvalidIdentifierError(f"the graph keeps no identifiers such as {what}")
    raise InvalidIdentifierError(
        f"{what} can name {' or '.join(map(_a, named))}, not {_a(node_type)}"
    )


def _arxiv_papers(graph: ScholarGraph, arxiv_id: str) -> list[str]:
    by_doi = _carriers(graph, "paper", "doi", _ARXIV_DOI + arxiv_id)
    return by_doi or _carriers(graph, "paper", "arxiv_id", arxiv_id) or _joined(graph, arxiv_id)


def _joined(graph: ScholarGraph, arxiv_id: str) -> list[str]:
    """Return the work that a record has joined: one that several have joined carries one's id."""
    asked = "SELECT paper_id FROM links WHERE accepted AND arxiv_id = ?"
    return [str(found) for found in graph.sql(asked, [arxiv_id])["paper_id"]]


def _carriers(graph: ScholarGraph, node_type: str, column: str, value: str) -> list[str]:
    """Return the ids of the nodes that carry an identifier."""
    table = NODE_TABLES[node_type]
    (key,) = table.key
    found = []
    for place in graph.adjacency.nodes[node_type].identifiers.candidates(column, value):
        row = graph.rows.at(table.name, place, [key, column])
        # Others may have the same hash.
        if value == row[column] or (isinstance(row[column], list) and value in row[column]):
            found.append(str(row[key]))
    return found


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"

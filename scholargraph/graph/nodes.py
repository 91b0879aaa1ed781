"""Single nodes with their neighbours: one paper, author, topic, institution, source.

The shape of the answers is declared in ``node_records``; which node an identifier means is decided
in ``lookup``. Questions about many nodes are SQL, or live in rooms of their own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from scholargraph.graph.lookup import resolve
from scholargraph.graph.node_records import (
    Ancestor,
    Author,
    AuthorAffiliation,
    AuthoredPaper,
    Institution,
    Location,
    Paper,
    Seat,
    SeatAffiliation,
    Source,
    Topic,
    TopicOfPaper,
    TopicStep,
)
from scholargraph.schema import NODE_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

    from scholargraph.adjacency.adjacency import Seats
    from scholargraph.graph.graph import ScholarGraph

    Row = dict[str, Any]

_SEAT: Final = ("position", "author_id", "author_name", "orcid", "is_corresponding", "mark")
_LOCATION: Final = ("source_id", "url", "pdf_url", "version", "license", "is_oa", "arxiv_id")


def paper(graph: ScholarGraph, identifier: str) -> Paper:
    """Return one paper with abstract, byline, topics, references and locations.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    identifier : str
        OpenAlex id or URL, DOI, arXiv id or PubMed id.

    Returns
    -------
    Paper
        Seats stand in printed order, those that name nobody included.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        As by `resolve`.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seat = {"author": {"id": "A9000000001", "display_name": "A. Author"}}
    >>> graph = sg.from_records([{"id": "W9000000001", "title": "One", "authorships": [seat]}])
    >>> [author.name for author in paper(graph, "W9000000001").authors]
    ['A. Author']
    """
    paper_id, row = _node(graph, identifier, "paper")
    abstracts = graph.rows.of("abstracts", paper_id)
    locations = graph.rows.of("locations", paper_id)
    source_names = _names(
        graph, "source", [row["source_id"], *(each["source_id"] for each in locations)]
    )
    return Paper(
        **row,
        source_name=source_names.get(row["source_id"]),
        abstract=abstracts[0]["text"] if abstracts else None,
        abstract_is_complete=abstracts[0]["is_complete"] if abstracts else None,
        authors=_seats(graph, paper_id),
        topics=_topics(graph, paper_id),
        references=tuple(each["cited_paper_id"] for each in graph.rows.of("citations", paper_id)),
        locations=tuple(
            Location(
                **{name: each[name] for name in _LOCATION},
                source_name=source_names.get(each["source_id"]),
            )
            for each in locations
        ),
    )


def author(graph: ScholarGraph, identifier: str) -> Author:
    """Return one author with papers and affiliations.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    identifier : str
        OpenAlex id or URL, or ORCID.

    Returns
    -------
    Author
        ``works_count`` is the record's own; ``paper_count`` counts the papers of this graph.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        As by `resolve`.

    Examples
    --------
    >>> import scholargraph as sg
    >>> seat = {"author": {"id": "A9000000001", "display_name": "A. Author"}}
    >>> graph = sg.from_records([{"id": "W9000000001", "title": "One", "authorships": [seat]}])
    >>> author(graph, "A9000000001").paper_count
    1
    """
    author_id, row = _node(graph, identifier, "author")
    papers = _papers_of(graph, author_id)
    affiliations = graph.rows.of("author_affiliations", author_id)
    names = _names(graph, "institution", (each["institution_id"] for each in affiliations))
    affiliations.sort(key=lambda each: (not each["is_last_known"], -max(each["years"], default=0)))
    return Author(
        **{**row, "alternatives": tuple(row["alternatives"])},
        paper_count=len(papers),
        papers=papers,
        affiliations=tuple(
            AuthorAffiliation(
                institution_id=each["institution_id"],
                name=names.get(each["institution_id"]),
                years=tuple(each["years"]),
                is_last_known=each["is_last_known"],
            )
            for each in affiliations
        ),
    )


def topic(graph: ScholarGraph, identifier: str) -> Topic:
    """Return one topic, or a class of topics, with its place in the tree.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    identifier : str
        ``T…``, ``subfields/…``, ``fields/…``, ``domains/…`` or their URLs, or a category of arXiv
        such as ``cs.LG``.

    Returns
    -------
    Topic
        A paper on several topics below it counts once.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        As by `resolve`.

    Examples
    --------
    >>> import scholargraph as sg
    >>> field = {"id": "https://openalex.org/fields/17", "display_name": "Computer Science"}
    >>> work = {"id": "W9000000001", "topics": [{"id": "T9000000001", "field": field}]}
    >>> topic(sg.from_records([work]), "fields/17").name
    'Computer Science'
    """
    topic_id, row = _node(graph, identifier, "topic")
    known, children = _tree(graph)
    return Topic(
        **row,
        path=tuple(_step(known[above]) for above in _upwards(known, topic_id)),
        children=tuple(_step(known[below]) for below in children.get(topic_id, ())),
        paper_count=_paper_count(graph, "topic", topic_id),
    )


def institution(graph: ScholarGraph, identifier: str) -> Institution:
    """Return one institution with its lineage.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    identifier : str
        OpenAlex id or URL, or ROR id.

    Returns
    -------
    Institution
        The counts are of the institution itself, without those below it.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        As by `resolve`.

    Examples
    --------
    >>> import scholargraph as sg
    >>> namibia = {"id": "I9000000001", "display_name": "A University", "country_code": "NA"}
    >>> seat = {"author": {"id": "A9000000001"}, "institutions": [namibia]}
    >>> graph = sg.from_records([{"id": "W9000000001", "authorships": [seat]}])
    >>> institution(graph, "I9000000001").country_code
    'NA'
    """
    institution_id, row = _node(graph, identifier, "institution")
    names = _names(graph, "institution", row["lineage"])
    place = graph.adjacency.nodes["institution"].find_row(institution_id)
    return Institution(
        **{
            **row,
            "lineage": tuple(
                Ancestor(institution_id=above, name=names.get(above)) for above in row["lineage"]
            ),
        },
        paper_count=_paper_count(graph, "institution", institution_id),
        author_count=int(graph.adjacency.institution_author_count[place]),
    )


def source(graph: ScholarGraph, identifier: str) -> Source:
    """Return one source: a journal, repository, book series and the like.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    identifier : str
        OpenAlex id or URL, or ISSN.

    Returns
    -------
    Source
        ``paper_count`` counts papers whose version of record appeared there.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        As by `resolve`.

    Examples
    --------
    >>> import scholargraph as sg
    >>> journal = {"id": "S9000000001", "display_name": "A Journal", "issn_l": "2434-561X"}
    >>> work = {"id": "W9000000001", "primary_location": {"source": journal}}
    >>> source(sg.from_records([work]), "2434-561X").name
    'A Journal'
    """
    source_id, row = _node(graph, identifier, "source")
    publishers = _names(graph, "publisher", [row["publisher_id"]])
    institutions = _names(graph, "institution", [row["host_institution_id"]])
    return Source(
        **{**row, "issn": tuple(row["issn"])},
        publisher_name=publishers.get(row["publisher_id"]),
        host_institution_name=institutions.get(row["host_institution_id"]),
        paper_count=_paper_count(graph, "source", source_id),
    )


def _node(graph: ScholarGraph, identifier: str, node_type: str) -> tuple[str, Row]:
    node_id = resolve(graph, identifier, node_type)
    row = graph.adjacency.nodes[node_type].find_row(node_id)
    return node_id, graph.rows.at(NODE_TABLES[node_type].name, row)


def _names(graph: ScholarGraph, node_type: str, ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return the names of those of some nodes that the graph describes."""
    nodes = graph.adjacency.nodes[node_type]
    places = {each: nodes.own_ids.find(each) for each in ids if each is not None}
    return {each: nodes.names[row] for each, row in places.items() if row >= 0}


def _paper_count(graph: ScholarGraph, node_type: str, node_id: str) -> int:
    nodes = graph.adjacency.nodes[node_type]
    return int(nodes.counts[nodes.find_row(node_id)])


def _seats(graph: ScholarGraph, paper_id: str) -> tuple[Seat, ...]:
    seats = graph.rows.of("authorships", paper_id)
    affiliations = graph.rows.of("affiliations", paper_id)
    authors = _names(graph, "author", (seat["author_id"] for seat in seats))
    institutions = _names(graph, "institution", (each["institution_id"] for each in affiliations))
    by_position: dict[int, list[SeatAffiliation]] = defaultdict(list)
    for each in affiliations:
        by_position[each["position"]].append(
            SeatAffiliation(
                institution_id=each["institution_id"],
                name=institutions.get(each["institution_id"]),
                country_code=each["country_code"],
                raw=tuple(each["raw"]),
            )
        )
    return tuple(
        Seat(
            **{name: seat[name] for name in _SEAT},
            name=authors.get(seat["author_id"]),
            affiliations=tuple(by_position[seat["position"]]),
        )
        for seat in seats
    )


def _topics(graph: ScholarGraph, paper_id: str) -> tuple[TopicOfPaper, ...]:
    rows = graph.rows.of("paper_topics", paper_id)
    names = _names(graph, "topic", (row["topic_id"] for row in rows))
    rows.sort(key=lambda row: (not row["is_primary"], -(row["score"] or 0.0)))
    return tuple(
        TopicOfPaper(
            topic_id=row["topic_id"],
            name=names.get(row["topic_id"]),
            score=row["score"],
            is_primary=row["is_primary"],
        )
        for row in rows
    )


def _papers_of(graph: ScholarGraph, author_id: str) -> tuple[AuthoredPaper, ...]:
    """Return an author's papers, newest first, each with the author's first seat."""
    import numpy as np

    from scholargraph.adjacency.meanings import NO_TITLE, UNKNOWN_YEAR

    adjacency = graph.adjacency
    author = adjacency.nodes["author"].find_row(author_id)
    rows = np.concatenate(
        [adjacency.author_papers.of(author), adjacency.author_marked_papers.of(author)]
    ).astype(np.int64)
    papers, nodes, seats = adjacency.papers, adjacency.nodes["paper"], adjacency.seats
    order = np.lexsort(
        (rows, -papers.date[rows].astype(np.int64), -papers.year[rows].astype(np.int64))
    )
    rows = rows[order]
    seat = _first_seats(seats, rows, author)
    return tuple(
        AuthoredPaper(
            paper_id=paper_id,
            title=None if flags & NO_TITLE else title,
            year=None if year == UNKNOWN_YEAR else year,
            type=papers.types[type_code],
            position=position,
            author_count=author_count,
            mark=seats.marks[mark_code],
        )
        for paper_id, title, flags, year, type_code, position, author_count, mark_code in zip(
            nodes.ids.take(rows).to_pylist(),
            nodes.names.take(rows).to_pylist(),
            papers.flags[rows].tolist(),
            papers.year[rows].tolist(),
            papers.type_code[rows].tolist(),
            seats.position[seat].tolist(),
            papers.author_count[rows].tolist(),
            seats.mark_code[seat].tolist(),
            strict=True,
        )
    )


def _first_seats(seats: Seats, papers: npt.NDArray[np.int64], author: int) -> npt.NDArray[np.int64]:
    """Return the first seat that an author has on each of some papers, all of them his."""
    import numpy as np

    from scholargraph.adjacency.csr import Relation

    place, authors = Relation(indptr=seats.indptr, indices=seats.author).of_all(papers)
    his = np.flatnonzero(authors == author)
    _, first = np.unique(place[his], return_index=True)
    begins = seats.indptr[papers]
    lengths = seats.indptr[papers + 1] - begins
    seats_before = np.cumsum(lengths) - lengths
    found: npt.NDArray[np.int64] = his[first] - seats_before + begins
    return found


def _tree(graph: ScholarGraph) -> tuple[Mapping[str, Row], Mapping[str, list[str]]]:
    """Return all topics by id, and the ids below each; kept with the graph, which never changes."""
    if graph._topic_tree is None:
        columns = ["topic_id", "name", "level", "parent_id"]
        rows = graph.scan("topics").to_table(columns=columns).to_pylist()
        children: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            children[row["parent_id"]].append(row["topic_id"])
        graph._topic_tree = {row["topic_id"]: row for row in rows}, dict(children)
    return graph._topic_tree


def _step(row: Row) -> TopicStep:
    return TopicStep(topic_id=row["topic_id"], name=row["name"], level=row["level"])


def _upwards(known: Mapping[str, Row], topic_id: str) -> list[str]:
    """Return the classes above a topic; a circle, which no tree has, ends where it closes."""
    path: list[str] = []
    above = known[topic_id]["parent_id"]
    while above in known and above != topic_id and above not in path:
        path.append(above)
        above = known[above]["parent_id"]
    return path

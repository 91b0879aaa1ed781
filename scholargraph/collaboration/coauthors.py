"""Networks of authors: who signed papers with whom, among all of a graph or among some.

Which papers count is decided in ``choosing``, who signed them in ``authorships``; pairs are counted
in ``scholargraph.network.pairs``. A network that fits into memory becomes a `Network`; a larger one
is written as it is counted.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.adjacency.meanings import UNKNOWN_COUNT
from scholargraph.collaboration.affiliations import LEVELS
from scholargraph.collaboration.answers import completeness, left_out_of
from scholargraph.collaboration.authorships import Authorships, authorships
from scholargraph.collaboration.choosing import check_authors
from scholargraph.collaboration.given import rows_named
from scholargraph.collaboration.joint_papers import papers_of_pair
from scholargraph.collaboration.organisations import UNITS, organisation_network
from scholargraph.collaboration.terms import Terms, terms_among
from scholargraph.errors import InvalidArgumentError
from scholargraph.network.folder import free_path, write_folder, write_whole
from scholargraph.network.pairs import NO_YEAR, IntArray, Ties, count_pairs, joined
from scholargraph.network.recipe import Bipartite

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.adjacency.strings import Strings
    from scholargraph.graph import ScholarGraph
    from scholargraph.network import Network

MOST_THREADS: Final = 4
"""Ranges of authors counted at a time: each takes up to 300 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoauthorRecipe:
    """How a network of authors was made, and the papers behind it."""

    graph: ScholarGraph
    said: Mapping[str, Any]
    found: Authorships
    nodes: IntArray
    """The member that each node is."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of `coauthor_network`."""
        return self.said

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """Return the papers behind the tie of two nodes, as `shared_papers` gives them."""
        found = self.found
        return papers_of_pair(self.graph, a, b, found.terms, found.chosen.rows)

    def bipartite(self) -> Bipartite:
        """Return the papers that count and who of the nodes signed them."""
        found = self.found
        if len(self.nodes) == len(found.members):
            return Bipartite(found.relation, found.classes, found.credits)
        # Members without papers are no nodes, and have no part in any group.
        number = np.zeros(len(found.members), np.int64)
        number[self.nodes] = np.arange(len(self.nodes))
        starts = found.relation.member_indptr
        relation = found.relation._replace(
            members=number[found.relation.members],
            member_indptr=np.append(starts[self.nodes], starts[-1]),
        )
        return Bipartite(relation, found.classes, found.credits)


def coauthor_network(
    graph: ScholarGraph,
    counting: str = "full",
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    half_life: float | None = None,
    authors: Iterable[Any] | None = None,
    radius: int | None = None,
    papers: Iterable[Any] | None = None,
    max_authors: int | str | None = None,
    min_papers: int = 1,
    types: str | Iterable[str] = "research",
    versions: str = "keep",
    team_size: str = "all",
    name_forms: bool = True,
    level: str = "author",
    unit: str = "share",
    roll_up: bool = False,
    normalization: str | None = None,
) -> Network:
    """Return the network of those who signed papers together, or of their organisations.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    counting, since, until, as_of, half_life
        What counts, and how much, as for `collaborators`.
    authors : iterable of str, optional
        Ids, URLs or ORCIDs of authors, or a frame with a column ``author_id``; all by default.
    radius : {0, 1}, optional
        With ``authors``: 0 for the network among them, the default; 1 for that of them and all
        their co-authors.
    papers : iterable of str, optional
        Identifiers of the papers that may count, or a frame with a column ``paper_id``; all by
        default.
    max_authors : int or "auto", optional
        As for `collaborators`: papers of more persons are left out and counted.
    min_papers : int
        Ties of fewer joint papers are left out, and counted.
    types, versions, team_size, name_forms
        As for `collaborators`.
    level : {"author", "institution", "country"}
        What the nodes are. A pair of authors ties the organisations that they name on the byline;
        institutions with one ROR are one, with the smallest id.
    unit : {"share", "presence"}
        Of organisations: ``share`` splits an author's unit equally among all that he names on a
        paper, so that the tie of two is the sum over pairs of authors of the products of their
        shares; ``presence`` counts each pair of organisations once a paper, in full, or
        fractionally by 1 / (m - 1), m being the organisations on the paper.
    roll_up : bool
        Whether institutions are replaced by the top of their lineage; two tops share equally.
    normalization : str, optional
        As for `Network.normalised`: the weights are divided by what the sizes of both ends alone
        would give.

    Returns
    -------
    Network
        Nodes are the authors of the papers that count, isolates included, and all ``authors``:
        ``id``, ``name``, ``type``, ``paper_count`` (papers that count), ``observed`` (all papers in
        this graph), ``works_count`` (of the record), ``complete`` (whether observed papers are 0.9
        or more of those), ``unknown_strength`` (fractional weight of ties to persons who cannot be
        told apart). Of organisations: ``id``, ``name``, ``type``, ``paper_count``, ``inside`` and
        ``inside_fractional`` (weight of the pairs of authors inside, with shares alone) and
        ``unknown_strength`` (to authors without affiliation and persons who cannot be told apart).
        With shares, fractional ties, twice what is inside, and unknown strength of an organisation
        add up to the papers that its authors have with others. Edges: ``weight`` as ``counting``
        says, ``full``, ``fractional``, ``paper_count``, ``first_year``, ``last_year``.

        ``left_out`` says which papers did not count, and what is doubtful about those that did, in
        the words of `collaborators`.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If an author or a paper is not in the graph.
    InvalidArgumentError
        If another argument has a value that it does not take, or one of ``authors`` is a name form
        and these are left out.

    Notes
    -----
    Each pair of authors is counted once on each paper, whatever the order of the byline; nobody has
    a tie to himself. Sums are taken in a fixed order: the same graph gives the same bits.

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks. II. Shortest paths, weighted
    networks, and centrality. Phys. Rev. E 64, 016132. doi:10.1103/PhysRevE.64.016132

    Batagelj, V., Cerinsek, M. (2013). On bibliographic networks. Scientometrics 96, 845-864.
    doi:10.1007/s11192-012-0940-1

    Examples
    --------
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> seats = [{"author": person} for person in people]
    >>> works = [{"id": "W9000000001", "authorships": seats},
    ...          {"id": "W9000000002", "authorships": seats[:2]}]
    >>> network = coauthor_network(sg.from_records(works), counting="fractional")
    >>> network
    <Network: 3 nodes, 3 edges, 1 component, 0 isolates>
    >>> network.edges["weight"].to_pylist()
    [1.5, 0.5, 0.5]
    """
    from scholargraph.network import Network

    terms = terms_among(locals())
    _check_organisations(level, unit, roll_up)
    asked = _asked(graph, terms, authors, radius, papers, min_papers)
    asked.said.update(level=level, unit=unit, roll_up=roll_up)
    if level != "author":
        found = organisation_network(
            graph,
            asked.found,
            asked.said,
            level=level,
            unit=unit,
            roll_up=roll_up,
            min_papers=min_papers,
        )
        return found if normalization is None else found.normalised(normalization)
    ties = joined(list(asked.ties()))
    nodes = asked.nodes()
    ids = nodes["id"].combine_chunks()
    network = Network(
        nodes,
        _edges(ids, asked.number[ties.source], asked.number[ties.target], ties),
        recipe=CoauthorRecipe(graph=graph, said=asked.said, found=asked.found, nodes=asked.places),
        left_out=asked.left_out(),
    )
    if normalization is None:
        return network
    # Full counts are counts of papers, as are the sizes that they are compared with.
    if counting == "full" and half_life is None and normalization != "affinity":
        papers_counted = len(asked.found.chosen.rows)
        return network.normalised(normalization, marginals="papers", papers=papers_counted)
    return network.normalised(normalization)


def write_network(
    graph: ScholarGraph,
    path: str | os.PathLike[str],
    counting: str = "full",
    since: int | None = None,
    until: int | None = None,
    as_of: int | None = None,
    half_life: float | None = None,
    authors: Iterable[Any] | None = None,
    radius: int | None = None,
    papers: Iterable[Any] | None = None,
    max_authors: int | str | None = None,
    min_papers: int = 1,
    types: str | Iterable[str] = "research",
    versions: str = "keep",
    team_size: str = "all",
    name_forms: bool = True,
) -> dict[str, Any]:
    """Write the network of `coauthor_network` to Parquet as it is counted.

    For networks larger than memory: it takes less than a gigabyte, whatever their size.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    path : path
        A folder that is not there yet: ``nodes.parquet``, ``edges.parquet`` and ``network.json``,
        as `Network.write` writes them, for `scholargraph.network.read_network` or any other tool.
    counting, since, until, as_of, half_life, authors, radius, papers, max_authors, min_papers
        As for `coauthor_network`.
    types, versions, team_size, name_forms
        As for `coauthor_network`.

    Returns
    -------
    dict
        ``nodes`` and ``edges``, how many were written, and ``left_out``.

    Raises
    ------
    InvalidIdentifierError, NodeNotFoundError
        If an author or a paper is not in the graph.
    InvalidArgumentError
        As for `coauthor_network`, or if something has that name already.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import scholargraph as sg
    >>> people = [{"id": f"A900000000{n}", "display_name": f"Author {n}"} for n in (1, 2, 3)]
    >>> work = {"id": "W9000000001", "authorships": [{"author": person} for person in people]}
    >>> with TemporaryDirectory() as folder:
    ...     written = write_network(sg.from_records([work]), f"{folder}/ties")
    >>> written["nodes"], written["edges"]
    (3, 3)
    """
    terms = terms_among(locals())
    target = free_path(path)
    asked = _asked(graph, terms, authors, radius, papers, min_papers)
    tables = _tables(graph.adjacency.nodes["author"].ids, asked)

    def said() -> dict[str, Any]:
        return {"arguments": asked.said, "left_out": asked.left_out(), "directed": False}

    edges = 0

    def write(folder: Path) -> None:
        nonlocal edges
        edges = write_folder(folder, tables, asked.nodes, said)

    write_whole(target, write)
    return {"nodes": len(asked.places), "edges": edges, "left_out": asked.left_out()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked for: the nodes, and the ties to be counted."""

    adjacency: Adjacency
    found: Authorships
    min_papers: int
    paper_count: IntArray
    """Papers that count, of each member."""
    places: IntArray
    """The member that each node is."""
    number: IntArray
    """The node that each member is, if it is one."""
    said: dict[str, Any]
    passed_over: Counter[str]

    def nodes(self) -> pa.Table:
        """Describe the nodes."""
        return _nodes(self.adjacency, self.found, self.places, self.paper_count)

    def ties(self) -> Iterator[Ties]:
        """Count the ties, a range of authors at a time."""
        return count_pairs(
            self.found.relation,
            self.found.classes,
            self.found.credits,
            min_groups=self.min_papers,
            threads=min(os.cpu_count() or 1, MOST_THREADS),
            passed_over=self.passed_over,
        )

    def left_out(self) -> dict[str, Any]:
        """Say, once all ties are counted, what did not go in and what is doubtful."""
        found = self.found
        said = left_out_of(found.chosen, self.adjacency, found.terms)
        said["ties_of_fewer_papers"] = self.passed_over["ties"]
        return said


def _asked(
    graph: ScholarGraph,
    terms: Terms,
    authors: Iterable[Any] | None,
    radius: int | None,
    papers: Iterable[Any] | None,
    min_papers: int,
) -> _Asked:
    rows = None if authors is None else rows_named(graph, authors, "author")
    paper_rows = None if papers is None else rows_named(graph, papers, "paper")
    if rows is not None:
        check_authors(graph.adjacency, rows, terms)
    radius = _checked_radius(radius, rows)
    _check_min_papers(min_papers)
    found = authorships(graph, terms, authors=rows, radius=radius, papers=paper_rows)
    paper_count = found.paper_count()
    is_node = paper_count > 0
    if rows is not None:
        is_node |= np.isin(found.members, rows)
    places = np.flatnonzero(is_node)
    return _Asked(
        adjacency=graph.adjacency,
        found=found,
        min_papers=min_papers,
        paper_count=paper_count,
        places=places,
        number=np.cumsum(is_node) - 1,
        said={
            **terms.as_dict(),
            "authors": None if rows is None else len(rows),
            "radius": None if rows is None else radius,
            "papers": None if paper_rows is None else len(paper_rows),
            "min_papers": min_papers,
            "version": graph.version,
            "year": found.year,
        },
        passed_over=Counter(),
    )


def _checked_radius(radius: int | None, authors: IntArray | None) -> int:
    if radius is None:
        return 0
    if authors is None:
        raise InvalidArgumentError("radius goes with authors: without them all authors are nodes")
    if radius not in (0, 1):
        raise InvalidArgumentError(f"radius is 0 or 1, not {radius!r}")
    return radius


def _check_organisations(level: str, unit: str, roll_up: bool) -> None:
    if level not in ("author", *LEVELS):
        raise InvalidArgumentError(f"level is one of author, {', '.join(LEVELS)}, not {level!r}")
    if unit not in UNITS:
        raise InvalidArgumentError(f"unit is one of {', '.join(UNITS)}, not {unit!r}")
    if roll_up and level != "institution":
        raise InvalidArgumentError("roll_up goes with level='institution', which has a lineage")


def _check_min_papers(min_papers: int) -> None:
    if not isinstance(min_papers, int) or isinstance(min_papers, bool) or min_papers < 1:
        raise InvalidArgumentError(f"min_papers is a number from 1, not {min_papers!r}")


def _nodes(
    adjacency: Adjacency, found: Authorships, nodes: IntArray, paper_count: IntArray
) -> pa.Table:
    import pyarrow as pa

    rows = found.members[nodes]
    known = adjacency.nodes["author"]
    works_count = adjacency.author_works_count[rows]
    has_count = rows < known.row_count
    observed = np.zeros(len(rows), np.int32)
    observed[has_count] = known.counts[rows[has_count]]
    return pa.table(
        {
            "id": known.ids.take(rows),
            "name": known.names.take(rows),
            "type": pa.repeat("author", len(rows)),
            "paper_count": pa.array(paper_count[nodes], pa.int32()),
            "observed": pa.array(np.where(has_count, observed, paper_count[nodes]), pa.int32()),
            "works_count": pa.array(works_count, pa.int32(), mask=works_count == UNKNOWN_COUNT),
            "complete": completeness(adjacency, rows),
            "unknown_strength": pa.array(found.unknown_strength()[nodes], pa.float64()),
        }
    )


def _edges(ids: pa.Array[Any], source: IntArray, target: IntArray, ties: Ties) -> pa.Table:
    import pyarrow as pa

    ends = {
        name: pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), ids)
        for name, numbers in (("source", source), ("target", target))
    }
    return pa.table({**ends, **_columns(ties)})


def _columns(ties: Ties) -> dict[str, pa.Array[Any]]:
    import pyarrow as pa

    is_unknown = ties.first_year == NO_YEAR
    return {
        "weight": pa.array(ties.weight, pa.float64()),
        "full": pa.array(ties.full, pa.float64()),
        "fractional": pa.array(ties.fractional, pa.float64()),
        "paper_count": pa.array(ties.paper_count, pa.int32()),
        "first_year": pa.array(ties.first_year, pa.int16(), mask=is_unknown),
        "last_year": pa.array(ties.last_year, pa.int16(), mask=is_unknown),
    }


def _tables(ids: Strings, asked: _Asked) -> Iterator[pa.Table]:
    """Yield the ties as they are written: a table without rows where there is nobody."""
    parts = asked.ties()
    yield _written(ids, asked.found, next(parts, joined([])))
    for ties in parts:
        yield _written(ids, asked.found, ties)


def _written(ids: Strings, found: Authorships, ties: Ties) -> pa.Table:
    """Return ties as they are written: sources, which repeat, as a dictionary."""
    import pyarrow as pa

    is_new = np.concatenate([np.ones(min(len(ties.source), 1), np.bool_), np.diff(ties.source) > 0])
    sources = ids.take(found.members[ties.source[is_new]])
    number = pa.array(np.cumsum(is_new) - 1, pa.int32())
    return pa.table(
        {
            "source": pa.DictionaryArray.from_arrays(number, sources),
            "target": ids.take(found.members[ties.target]),
            **_columns(ties),
        }
    )

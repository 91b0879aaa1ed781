"""Which record of arXiv is which work of OpenAlex.

Signals are taken in the order of their trust: what the work itself says of arXiv, then a DOI that
arXiv's record gives, then title, byline and year together. The links are a function of what both
sides say in the newest versions of their records, so the order of ingests cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from scholargraph import schema
from scholargraph.names import fold, initials_agree, same_words

if TYPE_CHECKING:
    import duckdb

    from scholargraph.ingest.resolve.ids import Places
    from scholargraph.ingest.resolve.pieces import Piece

BY_ARXIV_DOI: Final = "arXiv DOI"
BY_LOCATION: Final = "location"
BY_ARXIV_ID: Final = "arXiv id"
BY_DOI: Final = "published DOI"
BY_TITLE: Final = "title, byline and year"

GUESSES: Final = (BY_DOI, BY_TITLE)
"""Reasons that the work itself does not give."""

DOI_SCORE: Final = 0.95
"""A DOI may be that of another version or of an erratum."""

TITLE_THRESHOLD: Final = 0.8
"""Share of the longer byline that must agree, for title, byline and year to make a link."""

PROPOSED_THRESHOLD: Final = 0.5
"""The same, for a link to be proposed at all."""

SHORTEST_TITLE: Final = 24
"""Letters and digits of a title that can speak for a link: shorter ones are on many papers."""

YEARS_APART: Final = 1

ARXIV_DOI: Final = "10.48550/arxiv."

_MOST_SHARING: Final = 8
"""Papers of one side that may share a title; more make it a heading, not a title."""

_MOST_COMPARED: Final = 200
"""Names of a byline that are compared; who shares two hundred shares the rest."""

_TITLE_KEY: Final = (
    "regexp_replace(strip_accents(lower(regexp_replace({0}, '<[^>]*>|\\\\[a-zA-Z]+', '', 'g'))), "
    "'[^\\pL\\pN]', '', 'g')"
)


@dataclass(frozen=True, slots=True)
class Twins:
    """The links that were taken, by the place of arXiv's record, and all that were met."""

    records: Places
    """Places of the records that joined a work, ascending."""
    papers: Places
    """Places of these works."""
    guessed: pa.Array
    """Whether the work itself names the record: false where it does not."""
    links: pa.Table
    """Rows of the table ``links``, with places instead of ids of papers."""


class Evidence:
    """What both sides say, gathered in tables of an engine that sorts and joins out of core.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The engine.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        for name, columns in _TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")

    def add_records(self, pieces: Iterable[Piece], ids: pa.Array) -> None:
        """Take the records of arXiv; ``ids`` are all ids by place."""
        for keys, rows in pieces:
            if not len(keys):
                continue
            said = rows.select(["title", "date", "dois", "links_by_title"])
            said = said.append_column("place", pa.array(keys, pa.int32()))
            said = said.append_column("id", ids.take(pa.array(keys)))
            self._insert(
                said,
                "INSERT INTO records SELECT place, id[7:], year(date), links_by_title, "
                f"{_TITLE_KEY.format('title')} FROM arriving",
                "INSERT INTO record_dois SELECT place, unnest(dois), "
                "generate_subscripts(dois, 1) FROM arriving",
            )

    def add_papers(self, pieces: Iterable[Piece]) -> None:
        """Take the works of OpenAlex."""
        for keys, rows in pieces:
            if not len(keys):
                continue
            said = rows.select(["doi", "arxiv_id", "title", "year"])
            said = said.append_column("place", pa.array(keys, pa.int32()))
            self._insert(
                said,
                "INSERT INTO named SELECT record.place, said.place, 1, "
                f"'{BY_ARXIV_DOI}' FROM arriving AS said JOIN records AS record "
                f"ON starts_with(said.doi, '{ARXIV_DOI}') "
                f"AND said.doi[{len(ARXIV_DOI) + 1}:] = lower(record.arxiv_id)",
                "INSERT INTO named SELECT record.place, said.place, 3, "
                f"'{BY_ARXIV_ID}' FROM arriving AS said JOIN records AS record "
                "ON said.arxiv_id = record.arxiv_id",
                "INSERT INTO dois SELECT record.place, said.place, record.rank "
                "FROM arriving AS said JOIN record_dois AS record ON said.doi = record.doi",
                "INSERT INTO titles SELECT record.place, said.place FROM (SELECT place, year, "
                f"{_TITLE_KEY.format('title')} AS key FROM arriving) AS said "
                "JOIN records AS record ON said.key = record.key "
                f"AND length(said.key) >= {SHORTEST_TITLE} "
                f"AND abs(said.year - record.year) <= {YEARS_APART} WHERE record.links_by_title",
            )

    def add_locations(self, pieces: Iterable[Piece]) -> None:
        """Take the locations of these works."""
        for keys, rows in pieces:
            if not len(keys):
                continue
            said = rows.select(["arxiv_id"]).append_column("place", pa.array(keys, pa.int32()))
            self._insert(
                said,
                "INSERT INTO named SELECT DISTINCT record.place, said.place, 2, "
                f"'{BY_LOCATION}' FROM arriving AS said JOIN records AS record "
                "ON said.arxiv_id = record.arxiv_id",
            )

    def _insert(self, rows: pa.Table, *statements: str) -> None:
        self._connection.register("arriving", rows)
        for statement in statements:
            self._connection.execute(statement)
        self._connection.unregister("arriving")

    def decide(self, names: Iterable[Piece]) -> Twins:
        """Decide on the links.

        Parameters
        ----------
        names : iterable of Piece
            Seats of both sides, with ``position`` and ``author_name``; read only where a title is
            all there is.
        """
        for statement in _BY_IDENTIFIERS:
            self._connection.execute(statement)
        candidates = self._connection.sql(_TITLE_CANDIDATES).to_arrow_table()
        if len(candidates):
            scored = _scored(candidates, names)
            self._connection.register("scored", scored)
            self._connection.execute(_BY_TITLES)
            self._connection.unregister("scored")
        links = self._connection.sql(_ALL_LINKS).to_arrow_table()
        taken = self._connection.sql(_TAKEN).to_arrow_table()
        return Twins(
            records=taken["record"].to_numpy(),
            papers=taken["paper"].to_numpy(),
            guessed=taken["guessed"].combine_chunks(),
            links=links,
        )


_TABLES: Final[Mapping[str, str]] = {
    "records": "place INTEGER, arxiv_id VARCHAR, year BIGINT, links_by_title BOOLEAN, key VARCHAR",
    "record_dois": "place INTEGER, doi VARCHAR, rank BIGINT",
    "named": "record INTEGER, paper INTEGER, trust INTEGER, reason VARCHAR",
    "dois": "record INTEGER, paper INTEGER, rank BIGINT",
    "titles": "record INTEGER, paper INTEGER",
    "decided": "record INTEGER, paper INTEGER, reason VARCHAR, score FLOAT, accepted BOOLEAN",
}

_BY_IDENTIFIERS: Final = (
    # What the work says: the one whose own DOI is arXiv's, or the smallest; its best reason.
    "INSERT INTO decided SELECT record, paper, reason, 1, row_number() OVER (PARTITION BY record "
    "ORDER BY trust <> 1, paper) = 1 FROM (SELECT record, paper, min(trust) AS trust, "
    "arg_min(reason, trust) AS reason FROM named GROUP BY record, paper)",
    # What arXiv's record says, where no work speaks: one record for a work, one work for a record.
    f"INSERT INTO decided SELECT record, paper, '{BY_DOI}', {DOI_SCORE}, "
    "of_record = 1 AND row_number() OVER (PARTITION BY paper ORDER BY of_record <> 1, record) = 1 "
    "AND paper NOT IN (SELECT paper FROM decided WHERE accepted) "
    "FROM (SELECT record, paper, row_number() OVER (PARTITION BY record ORDER BY min(rank), paper) "
    "AS of_record FROM dois WHERE record NOT IN (SELECT record FROM decided) "
    "GROUP BY record, paper)",
)

_TITLE_CANDIDATES: Final = (
    "SELECT record, paper FROM titles "
    "WHERE record NOT IN (SELECT record FROM decided WHERE accepted) "
    "AND paper NOT IN (SELECT paper FROM decided WHERE accepted) "
    f"QUALIFY count(*) OVER (PARTITION BY record) <= {_MOST_SHARING} "
    f"AND count(*) OVER (PARTITION BY paper) <= {_MOST_SHARING} ORDER BY record, paper"
)

_BY_TITLES: Final = (
    # The best of each side for the other: a work may have a second version, of the same title.
    f"INSERT INTO decided SELECT record, paper, '{BY_TITLE}', score, "
    f"score >= {TITLE_THRESHOLD} "
    "AND row_number() OVER (PARTITION BY record ORDER BY score DESC, paper) = 1 "
    "AND row_number() OVER (PARTITION BY paper ORDER BY score DESC, record) = 1 "
    f"FROM scored WHERE score >= {PROPOSED_THRESHOLD}"
)

_ALL_LINKS: Final = (
    "SELECT arxiv_id, paper, reason, score, accepted FROM decided JOIN records "
    "ON record = place ORDER BY arxiv_id, paper, reason"
)

_TAKEN: Final = (
    "SELECT record, paper, reason IN "
    f"{GUESSES} AS guessed FROM decided WHERE accepted ORDER BY record"
)


def _scored(candidates: pa.Table, names: Iterable[Piece]) -> pa.Table:
    """Return how well the bylines of two papers of one title agree."""
    records = candidates["record"].to_numpy()
    papers = candidates["paper"].to_numpy()
    bylines = _bylines(names, np.unique(np.concatenate([records, papers])))
    scores = [
        agreement(bylines.get(int(record), []), bylines.get(int(paper), []))
        for record, paper in zip(records, papers, strict=True)
    ]
    return candidates.append_column("score", pa.array(scores, pa.float32()))


def _bylines(pieces: Iterable[Piece], wanted: Places) -> dict[int, list[str]]:
    bylines: dict[int, list[str]] = {}
    for keys, rows in pieces:
        is_wanted = np.isin(keys, wanted)
        if is_wanted.any():
            seats = rows["author_name"].filter(pa.array(is_wanted)).to_pylist()
            for place, name in zip(keys[is_wanted].tolist(), seats, strict=True):
                bylines.setdefault(place, []).append(fold(name or ""))
    return bylines


def agreement(one: list[str], other: list[str]) -> float:
    """Return the share of the longer byline whose names agree with one of the other's.

    Parameters
    ----------
    one, other : list of str
        Folded names, in printed order. A name agrees with at most one of the other side.

    Examples
    --------
    >>> agreement(["a gesmundo", "eve doe"], ["andrea gesmundo", "eve doe", "zoe roe"])
    0.6666666666666666
    """
    left = other[:_MOST_COMPARED]
    agreeing = 0
    for name in one[:_MOST_COMPARED]:
        found = next(_agreeing(name, left), None)
        if found is not None:
            left.pop(found)
            agreeing += 1
    return agreeing / max(min(max(len(one), len(other)), _MOST_COMPARED), 1)


def _agreeing(name: str, others: list[str]) -> Iterator[int]:
    for index, other in enumerate(others):
        if name and (same_words(name, other) or initials_agree(name, other)):
            yield index


def links_with_ids(links: pa.Table, ids: pa.Array) -> pa.Table:
    """Return rows of the table ``links``, with the ids that places stand for."""
    papers = ids.take(links["paper"].combine_chunks()).cast(pa.string())
    rows = links.drop_columns(["paper"]).append_column("paper_id", papers)
    return rows.select(schema.LINKS.column_names).cast(schema.arrow_schema(schema.LINKS.name))

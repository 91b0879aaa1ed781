"""Small stores made by hand: rows as dicts, everything not said filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from scholargraph.graph import ScholarGraph, read_graph
from scholargraph.schema import TABLES, Table, arrow_schema
from scholargraph.store import begin

Row = dict[str, Any]
Tables = Mapping[str, Iterable[Row]]

_FILLED_BY_TYPE = {"bool": False, "list<string>": [], "list<int16>": [], "uint64": 0}
_FILLED_BY_NAME = {
    "origin": "openalex",
    "kind": "profile",
    "level": "topic",
    "scheme": "openalex",
    "author_count": 0,
}


def filled(table: Table, row: Row) -> Row:
    """A row with every column: null where that is allowed, otherwise something harmless."""
    unknown = set(row) - set(table.column_names)
    if unknown:
        raise ValueError(f"{table.name} has no columns {sorted(unknown)}")
    full: Row = {}
    for column in table.columns:
        if column.name in row:
            full[column.name] = row[column.name]
        elif column.nullable:
            full[column.name] = None
        elif column.type in _FILLED_BY_TYPE:
            full[column.name] = _FILLED_BY_TYPE[column.type]
        elif column.name in _FILLED_BY_NAME:
            full[column.name] = _FILLED_BY_NAME[column.name]
        elif column.name == "name":
            full["name"] = row[table.key[0]]
        else:
            raise ValueError(f"{table.name} needs {column.name}")
    return full


def key_order(table: Table, row: Row) -> tuple[tuple[bool, Any], ...]:
    """The place of a row: by the key, texts by bytes, nulls last."""
    values = [row[name] for name in table.key]
    return tuple(
        (value is None, value.encode() if isinstance(value, str) else value or 0)
        for value in values
    )


def record_rows(tables: Tables) -> list[Row]:
    """A record of its own for every node of the public tables."""
    return [
        {"record_id": row[TABLES[name].key[0]]}
        for name, rows in tables.items()
        if TABLES[name].kind == "node"
        for row in rows
    ]


def write_store(path: Path, tables: Tables, *, unsorted: str = "") -> Path:
    """Commit a version with these rows, every other table empty; one may stay as it is given."""
    given = {name: [filled(TABLES[name], row) for row in rows] for name, rows in tables.items()}
    if "_records" not in given:
        given["_records"] = [filled(TABLES["_records"], row) for row in record_rows(given)]
    with begin(path) as transaction:
        for name, table in TABLES.items():
            rows = given.get(name, [])
            if name != unsorted:
                rows = sorted(rows, key=lambda row: key_order(table, row))
            batch = pa.RecordBatch.from_pylist(rows, schema=arrow_schema(name))
            transaction.write_table(name, [batch] if rows else [])
        transaction.commit({"source": "rows made by hand"})
    return path


def build(path: Path, tables: Tables, *, unsorted: str = "") -> ScholarGraph:
    """A graph of these rows."""
    return read_graph(write_store(path, tables, unsorted=unsorted))


def seat(paper: str, position: int, author: str | None, **more: Any) -> Row:
    """An authorship, marked where it names nobody."""
    mark = {} if author is not None else {"mark": "no id"}
    return {"paper_id": paper, "position": position, "author_id": author, **mark, **more}


def team(paper: str, *authors: str | None) -> list[Row]:
    """The authorships of a byline."""
    return [seat(paper, position, author) for position, author in enumerate(authors, 1)]


def papers_and_authors(seats: Iterable[Row], **columns: Any) -> dict[str, list[Row]]:
    """Tables with these seats and the papers and authors that they need."""
    listed = list(seats)
    papers = sorted({row["paper_id"] for row in listed})
    authors = sorted({row["author_id"] for row in listed if row["author_id"]})
    return {
        "papers": [
            {
                "paper_id": paper,
                "author_count": sum(row["paper_id"] == paper for row in listed),
                **columns,
            }
            for paper in papers
        ],
        "authors": [{"author_id": author} for author in authors],
        "authorships": listed,
    }
